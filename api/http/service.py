"""What the routes of one process share: the ledger, the committer before it, threads for long questions, and bells."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

from api.http.pages import Pages
from ledger.submit.committer import Committer

if TYPE_CHECKING:
    from collections.abc import Callable

    from api.http.settings import Settings
    from ledger.books import Books
    from ledger.moments import Instant
    from ledger.submit import Ledger

T = TypeVar("T")
THREADS = 4
"""How many long questions are worked on at a time, and how many short ones that found the ledger busy; more wait."""


class Service:
    """One process that answers. It begins with `start` and ends with `stop`, on one event loop."""

    def __init__(self, settings: Settings, ledger: Ledger, clock: Callable[[], Instant]) -> None:
        self.settings, self.ledger, self.clock = settings, ledger, clock
        self.committer = Committer(ledger)
        self.pages = Pages(ledger.journal.ledger_id)
        self.kept: Kept[Said] = Kept()
        """Answers that can never change, by the words of the question."""
        self.steady: Kept[Any] = Kept()
        """Answers as they stay during a stretch of a day; see `answering`."""
        self.streams = 0
        """How many streams of entries are open."""
        self.stopping = False
        self._heard = False
        self._threads = ThreadPoolExecutor(THREADS, "question")
        self._quick_threads = ThreadPoolExecutor(THREADS, "quick")
        self._waiting: set[asyncio.Future[None]] = set()

    def start(self) -> None:
        """Begin to record."""
        self.committer.start()

    def stop(self) -> None:
        """Take no more commands, record those that wait, end the streams."""
        self.end_streams()
        self.committer.stop()
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._quick_threads.shutdown(wait=False, cancel_futures=True)

    def end_streams(self) -> None:
        """Let the streams of entries end; whoever reads one comes again, to another process."""
        self.stopping = True
        self.ring()

    async def reading(self, work: Callable[[], T], *, quick: bool) -> T:
        """What some work on the books comes to, done under the ledger's lock once they are those of the journal.

        Quick work is done at once where nobody is writing: no thread has to be woken. Raises what the work raises.
        """
        lock = self.ledger.lock
        if quick and lock.acquire(blocking=False):
            try:
                self.heard()
                return work()
            finally:
                lock.release()

        def held() -> T:
            with lock:
                self.ledger.catch_up()
                return work()

        threads = self._quick_threads if quick else self._threads
        return await asyncio.get_running_loop().run_in_executor(threads, held)

    async def head(self) -> int:
        """The last entry recorded."""
        return await self.reading(lambda: self.ledger.books.head, quick=True)

    def heard(self) -> None:
        """Fold what was recorded up to now, for a question that is answered on the event loop at once.

        One look at the head is enough for all requests that had come in before it: those whose turn is in the same
        round of the loop. Called under the lock. Raises StorageTrouble.
        """
        if not self._heard:
            self.ledger.catch_up()
            self._heard = True
            asyncio.get_running_loop().call_soon(self._next_round)

    def _next_round(self) -> None:
        self._heard = False

    async def away(self, work: Callable[[], T]) -> T:
        """What some work comes to that needs no books, done on a thread."""
        return await asyncio.get_running_loop().run_in_executor(self._quick_threads, work)

    # Waking those who wait for entries

    def ring(self) -> None:
        """Say that something was recorded."""
        waiting, self._waiting = self._waiting, set()
        for one in waiting:
            if not one.done():
                one.set_result(None)

    async def rung(self, seconds: float) -> None:
        """Wait until something is recorded here, or so long."""
        bell = asyncio.get_running_loop().create_future()
        self._waiting.add(bell)
        try:
            async with asyncio.timeout(seconds):
                await bell
        except TimeoutError:
            pass
        finally:
            self._waiting.discard(bell)


class Said(NamedTuple):
    """The bytes of an answer around the head, and what names them where they can never change."""

    body: bytes
    after: bytes = b""
    """What stands behind the head: names, and the token of the next page."""
    etag: bytes = b""
    link: str | None = None
    """Where the next page is."""


class Kept(Generic[T]):
    """The last things found on some books, as many as fit into so many bytes; of other books nothing is kept."""

    def __init__(self, most: int = 32 * 1024 * 1024) -> None:
        self._most, self._bytes = most, 0
        self._books: Books | None = None
        self._found: OrderedDict[object, tuple[T, int]] = OrderedDict()

    def get(self, key: object, books: Books) -> T | None:
        """What was found before, if it was kept."""
        if books is not self._books:
            self._found.clear()
            self._books, self._bytes = books, 0
        kept = self._found.get(key)
        if kept is None:
            return None
        self._found.move_to_end(key)
        return kept[0]

    def put(self, key: object, found: T, length: int) -> None:
        """Keep something of so many bytes, and let the oldest go."""
        if length > self._most // 16 or key in self._found:
            return
        self._found[key] = found, length
        self._bytes += length
        while self._bytes > self._most:
            _, (_, oldest) = self._found.popitem(last=False)
            self._bytes -= oldest
