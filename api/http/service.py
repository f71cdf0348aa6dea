"""What the routes of one process share: the ledger, the committer before it, books to ask, and bells."""

from __future__ import annotations

import asyncio
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from threading import Thread
from typing import TYPE_CHECKING, TypeVar

from api.http.pages import Pages
from api.http.reading import QUICK_STEPS, THREADS, Kept, Reading, Said, TakesLong
from ledger.submit.committer import Committer

if TYPE_CHECKING:
    from collections.abc import Callable

    from api.http.settings import Settings
    from ledger.moments import Instant
    from ledger.submit import Ledger

T = TypeVar("T")


class Service:
    """One process that answers. It begins with `start` and ends with `stop`, on one event loop.

    Quick questions and commands share books; long questions, and plans, which change books tentatively, have some of
    their own. So nobody who asks for much holds up those who record, or who ask for little.
    """

    def __init__(self, settings: Settings, ledger: Ledger, clock: Callable[[], Instant]) -> None:
        self.settings, self.ledger, self.clock = settings, ledger, clock
        self.committer = Committer(ledger)
        self.pages = Pages(ledger.journal.ledger_id)
        self.quick = Reading(ledger, "quick", most_steps=QUICK_STEPS)
        self.long = Reading(ledger.beside(), "long")
        self._aside = ThreadPoolExecutor(THREADS, "aside")
        self._kept: Kept[Said] = Kept()
        """Answers that can never change, by the words of the question."""
        self.streams = 0
        """How many streams of entries are open."""
        self.stopping = False
        self._waiting: set[asyncio.Future[None]] = set()

    def start(self) -> None:
        """Begin to record."""
        self.committer.start()
        self.quick.warm(self.clock())

    async def stop(self) -> None:
        """Take no more commands, record those that wait, end the streams. Others are heard meanwhile."""
        self.end_streams()
        await aside(self.committer.stop)
        self.quick.stop()
        self.long.stop()
        self._aside.shutdown(wait=False, cancel_futures=True)

    def end_streams(self) -> None:
        """Let the streams of entries end; whoever reads one comes again, to another process."""
        self.stopping = True
        self.ring()

    async def soon(self, work: Callable[[Reading], T]) -> T:
        """What a quick question comes to. One that says of itself `TakesLong` is asked again among the long ones."""
        try:
            return await self.quick.at_once(partial(work, self.quick))
        except TakesLong:
            return await self.long.in_turn(partial(work, self.long))

    async def head(self) -> int:
        """The last entry recorded."""
        return await self.quick.at_once(lambda: self.ledger.books.head)

    async def said_before(self, key: object) -> tuple[Said | None, int]:
        """An answer that can never change, if it was given before, and beside it the last entry recorded."""
        if key not in self._kept:
            return None, 0
        return await self.quick.at_once(lambda: (self._kept.get(key, self.ledger.books), self.ledger.books.head))

    def keep(self, key: object, said: Said) -> None:
        """Keep an answer that can never change."""
        self._kept.put(key, said, len(said.body))

    async def away(self, work: Callable[[], T]) -> T:
        """What some work comes to that needs no books, done on a thread."""
        return await asyncio.get_running_loop().run_in_executor(self._aside, work)

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


async def aside(work: Callable[[], T]) -> T:
    """What some work comes to, done on a thread of its own, for which a process that ends does not wait."""
    told: Future[T] = Future()

    def done() -> None:
        if told.set_running_or_notify_cancel():
            try:
                told.set_result(work())
            except BaseException as error:  # noqa: BLE001 - it is raised where it is waited for
                told.set_exception(error)

    Thread(target=done, name="aside", daemon=True).start()
    return await asyncio.wrap_future(told)
