"""Books to ask: at once, where that takes no time, else on threads and in turn; and what was found on them."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

from ledger.events import AuthorityDelegated, AuthorityGranted
from ledger.ids import Seq
from ledger.policy import Question, who_could
from ledger.refusals import StorageTrouble

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from api.http.asking import Times
    from ledger.books import Books
    from ledger.moments import Instant
    from ledger.submit import Ledger

T = TypeVar("T")
THREADS = 4
"""How many long questions are under way at a time, and how many quick ones that found the ledger busy; more wait."""

QUICK_STEPS = 20
"""How many answers a question that is worked on at once may take: some milliseconds, in which nobody else is heard."""
_ACTS_A_STEP = 20
_PAST_ACTS_A_STEP = 50
_HEARD_AT_ONCE = 500
"""How many entries are folded on the event loop, likewise."""
_NOT_BEFORE_SECONDS = 1.0
"""How long after the journal could not be looked at it is looked at again at the earliest."""


class TakesLong(Exception):
    """Raised by a question on the quick books, before it is worked on, that is none for the event loop."""


class Reading:
    """Books to ask, the threads that ask them, and what was found on them."""

    def __init__(self, ledger: Ledger, name: str, *, most_steps: int | None = None) -> None:
        self.ledger, self._most_steps = ledger, most_steps
        self.steady: Kept[Any] = Kept()
        """Answers as they stay during a stretch of a day; see `answering`."""
        self._threads = ThreadPoolExecutor(THREADS, name)
        self._heard = False
        self._failed: tuple[float, StorageTrouble] | None = None
        """When the journal could not be looked at, and why, until it can."""

    def stop(self) -> None:
        """Begin nothing more."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def warm(self, now: Instant) -> None:
        """Add up on a thread what was done under the caps there are: else the first who asks would do it, at once."""

        def asked() -> None:
            with self.ledger.lock, suppress(StorageTrouble):
                self.ledger.catch_up()
                for question in _under_caps(self.ledger.books, now):
                    who_could(self.ledger.books, question)

        self._threads.submit(asked)

    def expect(self, times: Times, item: str | None, before: int = 0) -> int:
        """How many answers questions take, with those counted before: one at these times about this item more.

        It is asked once, and once more for each change that the days asked about may have; an item is judged by all
        that was done on it, and what caps left at an earlier known time is added up anew. Raises TakesLong where they
        are more than are worked on here.
        """
        books, when, known = self.ledger.books, times.when, times.known
        steps = 1
        if when.day_from is not None:
            steps += len(books.instants_inside(when.day_from, when.at))
        if known.before_day is not None:
            steps += known.seq - known.before_day
        if known.seq != books.head and books.capped():
            steps += sum(map(len, books.done.values())) // _PAST_ACTS_A_STEP
        if item is not None:
            steps *= 1 + len(books.deeds_on.get(item, ())) // _ACTS_A_STEP
        if self._most_steps is not None and before + steps > self._most_steps:
            raise TakesLong
        return before + steps

    async def at_once(self, work: Callable[[], T]) -> T:
        """What some quick work on the books comes to, once they are those of the journal. Raises what the work raises.

        It is done on the event loop where nobody is writing, where not much was recorded elsewhere meanwhile, and where
        the journal lies in a file and on no server that may be silent: no thread has to be woken.
        """
        lock = self.ledger.lock
        if not self.ledger.journal.near or not lock.acquire(blocking=False):
            return await self.in_turn(work)
        try:
            if self._hear():
                return work()
        finally:
            lock.release()
        return await self.in_turn(work)

    async def in_turn(self, work: Callable[[], T]) -> T:
        """The same on a thread, where it may take its time."""

        def held() -> T:
            with self.ledger.lock:
                self._catch_up()
                return work()

        return await asyncio.get_running_loop().run_in_executor(self._threads, held)

    def _catch_up(self) -> None:
        """Fold what was recorded up to now. A journal that could not be looked at just now is not tried by everybody.

        Called under the lock. Raises StorageTrouble.
        """
        if self._failed is not None and monotonic() < self._failed[0] + _NOT_BEFORE_SECONDS:
            raise StorageTrouble(self._failed[1].sentence, code=self._failed[1].code)
        try:
            self.ledger.catch_up()
        except StorageTrouble as trouble:
            self._failed = monotonic(), trouble
            raise
        self._failed = None

    def _hear(self) -> bool:
        """Fold what was recorded up to now; whether that was little enough to be done at once.

        One look at the head is enough for all requests that had come in before it: those whose turn is in the same
        round of the loop. Called under the lock. Raises StorageTrouble.
        """
        if not self._heard and self.ledger.catch_up(at_most=_HEARD_AT_ONCE):
            self._heard = True
            asyncio.get_running_loop().call_soon(self._next_round)
        return self._heard

    def _next_round(self) -> None:
        self._heard = False


def _under_caps(books: Books, now: Instant) -> Iterator[Question]:
    """A question for each authority that ever had a cap."""
    for name in books.capped():
        thing, passed = books.things["authority"].get(name), set[str]()
        while thing is not None and thing.created and thing.id not in passed:
            passed.add(thing.id)
            fact = thing.created[-1].fact
            if isinstance(fact, AuthorityGranted):
                yield Question(act=fact.act, matter=fact.matter, at=now, known=Seq(books.head))
            source = fact.source if isinstance(fact, AuthorityDelegated) else ""
            thing = books.things["authority"].get(source)


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
        self._lock = Lock()
        self._books: Books | None = None
        self._found: OrderedDict[object, tuple[T, int]] = OrderedDict()

    def __contains__(self, key: object) -> bool:
        """Whether something is kept, of whichever books."""
        return key in self._found

    def get(self, key: object, books: Books) -> T | None:
        """What was found before, if it was kept."""
        with self._lock:
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
        with self._lock:
            if length > self._most // 16 or key in self._found:
                return
            self._found[key] = found, length
            self._bytes += length
            while self._bytes > self._most:
                _, (_, oldest) = self._found.popitem(last=False)
                self._bytes -= oldest
