"""The one write path: catch up → decide → append → receipt.

A command is decided on the state at N and appended at N+1. If another writer was faster: catch up, look for the own
command id, else decide again; after five losses, and for a batch from the start, decide while holding the write lock
(semantics.md 1). So no command rests on a state that has changed under it.
"""

from __future__ import annotations

import os
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from threading import RLock
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any, cast
from uuid import uuid4

from ledger.books import AsOf, Books, fold
from ledger.commands import Command, ErasePerson, OpenLedger
from ledger.deciding import Desk, open_ledger
from ledger.events import Entry
from ledger.ids import BatchId, CommandId, Seq
from ledger.journal import Journal, Raced
from ledger.moments import MICROSECOND
from ledger.refusals import BadInput, ClockBehind, Erased, Refusal, StorageTrouble
from ledger.submit.folding import folded, follows, no_collector
from ledger.submit.wording import fingerprint, named, readable_id, well_formed
from ledger.submit.work import Receipt, Work
from ledger.vault import SALT_BYTES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from ledger.journal.store import Follower
    from ledger.submit.work import Kept

LOSSES = 5
LONG_BATCH = 10_000
"""From how many commands on a refused batch is taken back by folding the journal anew."""
LOOK_AGAIN_SECONDS = 0.02
TOLERATED_LAG = timedelta(minutes=5)
_EACH_ITS_OWN = "-"
"""For whom a group is recorded as a whole: nobody, since each of its commands names its account."""
ERASED = "erased"
"""What answers show in place of erased personal data."""


def utc_now() -> datetime:
    """The clock of a real ledger."""
    return datetime.now(UTC)


class Ledger:
    """A journal, the books folded from it, and the only way to write to it.

    Threads may share one: writing takes `lock`, and whoever asks the books while others may write takes it as well,
    since while a command is being decided the books hold it tentatively.
    """

    def __init__(
        self,
        journal: Journal,
        *,
        clock: Callable[[], datetime] = utc_now,
        salt: Callable[[], bytes] = lambda: os.urandom(SALT_BYTES),
    ) -> None:
        self.journal, self._books = journal, Books()
        self._clock, self.salt = clock, salt
        self.lock = RLock()
        """Held while books change. Threads that share a ledger hold it while they ask, too."""
        self._writer = RLock()
        """Held by the one thread that writes, around `lock`."""
        self._astray = False
        self._settled = Seq(0)

    @classmethod
    def create(
        cls,
        url: str,
        command: OpenLedger,
        *,
        by: str,
        followers: Sequence[Follower] = (),
        **how: Any,  # noqa: ANN401 - as __init__ takes
    ) -> Ledger:
        """A new ledger with its first entry. Raises BadInput, StorageTrouble; a refusal comes before any file does."""
        clock: Callable[[], datetime] = how.get("clock", utc_now)
        command = cast("OpenLedger", named(command, str(uuid4())))
        well_formed(command)
        opening = Entry(
            seq=Seq(1),
            recorded_at=clock(),
            recorded_by=readable_id(by, "by"),
            command_id=command.command_id or CommandId(""),
            digest=fingerprint(command),
            event=open_ledger(Desk(Books(), bytes), command),
        )
        ledger = cls(Journal.create(url, opening, followers), **how)
        ledger.catch_up()
        return ledger

    @classmethod
    def open(
        cls,
        url: str,
        *,
        progress: Callable[[int, int], None] | None = None,
        followers: Sequence[Follower] = (),
        **how: Any,  # noqa: ANN401 - as __init__ takes
    ) -> Ledger:
        """The ledger at a path or URL, its books folded up to the head. `progress` is told entries done and in all.

        Followers keep tables beside the journal; without them a ledger is written to as well, and they are behind.

        Raises StorageTrouble; LEDGER_DAMAGED where the number of entries is not the last number.
        """
        ledger = cls(Journal.open(url, followers), **how)
        ledger.catch_up(progress)
        return ledger

    def beside(self) -> Ledger:
        """Another one on the same journal, with books and a lock of its own: whoever asks it holds up nobody here.

        Its books are empty until it catches up.
        """
        return Ledger(self.journal, clock=self._clock, salt=self.salt)

    # Reading

    @property
    def books(self) -> Books:
        """The books as of the last entry folded.

        Raises StorageTrouble while they cannot be made those of the journal.
        """
        if self._astray:
            self.catch_up()
        return self._books

    @property
    def settled(self) -> Seq:
        """The last entry that is known to be recorded: never one that is only being decided. No lock is needed."""
        return self._settled

    def catch_up(self, progress: Callable[[int, int], None] | None = None, *, at_most: int | None = None) -> bool:
        """Fold what was recorded since, by whatever process. Whether the books are those of the journal now.

        Nothing is done where more than `at_most` entries would be folded. Raises StorageTrouble; LEDGER_DAMAGED where a
        journal on this machine has fewer entries than it had.
        """
        with self.lock, no_collector():
            last = self.journal.last()
            if last < self._settled and (self.journal.near or not last):
                before = f"entry {self._settled} was in it before"
                raise StorageTrouble(f"the journal ends with entry {last}; {before}", code="LEDGER_DAMAGED")
            self._astray = self._astray or last < self._books.head
            if at_most is not None and (self._astray or last - self._books.head > at_most):
                return False
            if self._astray or last > self._books.head:
                self._take_in(self.journal.read, progress, last)
            self._settled = Seq(self._books.head)
            return True

    def _take_in(
        self,
        read: Callable[[int], Iterator[Entry]],
        progress: Callable[[int, int], None] | None = None,
        last: int = 0,
    ) -> None:
        """Fold what a journal has after the books; anew where it is another than the one that was folded.

        On a server it can be another and as long: where a replica without the last entries was made the primary.
        """
        head = self._books.head
        entries = read(head if self.journal.near or not head else head - 1)
        if self._astray or not (self.journal.near or not head or follows(self._books, entries)):
            self._astray = True
            self._books, self._astray = folded(read(0)), False
            return
        for entry in entries:
            fold(self._books, entry)
            if progress is not None and entry.seq % 2_000 == 0:
                progress(entry.seq, last)

    def reach(self, known: Seq | datetime, *, within_seconds: float = 0.0) -> None:
        """Catch up with a known time, waiting so long for it. Raises StorageTrouble (NOT_YET_KNOWN) if it stays away.

        An instant up to now has been reached where the ledger is written. A replica has reached it when an entry
        recorded at it or later has arrived: what was recorded before may still be on its way.
        """
        ends = monotonic() + within_seconds
        while not self._has_reached(known):
            if monotonic() >= ends:
                asked = f"entry {known}" if isinstance(known, int) else f"all up to {known.isoformat()}"
                raise StorageTrouble(f"{asked} is not known here; entry {self._books.head} is", code="NOT_YET_KNOWN")
            sleep(LOOK_AGAIN_SECONDS)

    def _has_reached(self, known: Seq | datetime) -> bool:
        self.catch_up()
        if isinstance(known, int):
            return self.books.head >= known
        last = self.books.recorded(self.books.head)
        return (last is not None and last >= known) or not self.journal.is_copy()

    def name(self, person: str, at: datetime, known: Seq) -> str:
        """A person's name at a point of the two times; `erased` where the vault no longer has it."""
        reading = AsOf(self._books, at, known)
        life = reading.life("person", person)
        if life is None:
            return person
        commitment = reading.stated("person", person, "name") or life.created.fact.name  # type: ignore[attr-defined]
        return self.personal(commitment)

    def personal(self, commitment: str) -> str:
        """The value behind a commitment, or `erased`."""
        found = self.journal.value(commitment)
        return ERASED if found is None else found[1]

    # Writing

    def submit(self, command: Command, *, by: str) -> Receipt:
        """Decide and record one command. Raises Refusal, BadInput: nothing is written; or StorageTrouble.

        It is decided on the books at hand. What others recorded since is seen in time: appending exactly after the
        entry decided on fails then, and no no is given before it was looked for. After StorageTrouble the command may
        have been recorded (an acknowledgement can be lost, an erasure is NOT_YET_TIDY): the same command with the same
        id gives its receipt, or records it.
        """
        one, fresh = command if command.command_id is not None else named(command, str(uuid4())), False
        with self._recording([one]):
            for _ in range(LOSSES):
                with self.lock:
                    if fresh or self._astray:
                        self.catch_up()
                    work = self._work(self.journal, by=by)
                    try:
                        receipt = work.take_all([one])[0]
                        if work.entries:
                            self.journal.append(work.entries, work.vaulted, self._books)
                    except Raced:
                        work.take_back()
                    except BaseException as no:
                        head, books = self._books.head - len(work.entries), self._books
                        self._put_right(work)
                        stale = not fresh and (self._books is not books or self._books.head != head)
                        if not stale or not _rests_on_the_books(no):
                            raise
                    else:
                        self._settled = Seq(self._books.head)
                        return receipt
                fresh = True
            return self._under_lock([one], by=by, batch=None)[0]

    def submit_batch(
        self,
        commands: Sequence[Command],
        *,
        by: str,
        batch: str,
        progress: Callable[[int, int], None] | None = None,
        keep: Callable[[], object] | None = None,
    ) -> list[Receipt]:
        """Record loaded history in one transaction, all or nothing. Commands without an id get `batch/1`, `batch/2` ….

        Raises the first Refusal or BadInput, with its `position` in the batch; a refusal of the state as a whole
        (seats, cycles) has that of the last command that touched what is wrong. `keep` is called before each command
        is decided; what it raises ends the work, and nothing is written.
        """
        name = BatchId(readable_id(batch, "batch"))
        numbered = [named(command, f"{name}/{number}") for number, command in enumerate(commands, 1)]
        with self._recording(numbered), no_collector():
            return self._under_lock(numbered, by=by, batch=name, progress=progress, keep=keep)

    def submit_each(self, commands: Sequence[Command], *, by: str, batch: str) -> list[Receipt | Refusal | BadInput]:
        """Record what can be recorded of a batch in one transaction; each command is accepted or refused on its own."""
        name = BatchId(readable_id(batch, "batch"))
        numbered = [named(command, f"{name}/{number}") for number, command in enumerate(commands, 1)]
        with self._recording(numbered), self._locked_work(by=by, batch=name) as work:
            return work.take_each((command, by) for command in numbered)

    def submit_group(self, asked: Sequence[tuple[Command, str]]) -> list[Receipt | Refusal | BadInput]:
        """Record in one transaction what several accounts ask for, each accepted or refused on its own as by `submit`.

        Raises StorageTrouble: each may have been recorded, or none; the same commands with the same ids tell.
        """
        one_each = [(named(command, str(uuid4())), by) for command, by in asked]
        with self._recording(command for command, _ in one_each), no_collector():
            for _ in range(LOSSES):
                with suppress(Raced), self._locked_work(by=_EACH_ITS_OWN, batch=None) as work:
                    return work.take_each(one_each)
        raise StorageTrouble("others keep recording at the same moment", code="BUSY")

    @contextmanager
    def considering(
        self,
        commands: Sequence[Command],
        *,
        by: str,
        batch: str | None = None,
        keep: Callable[[], object] | None = None,
    ) -> Iterator[tuple[Books, Seq, Seq]]:
        """What would be if commands were recorded: the books with them, and the heads without and with them.

        With `batch`, as if they were loaded together as history; else as if each were recorded on its own.
        Nothing is written; after the block the books are as they were. `keep` is called before each command is
        decided. Raises Refusal and BadInput as `submit_batch`, and what `keep` raises.
        """
        planned = [named(command, str(uuid4())) for command in commands]
        with self.lock:
            self.catch_up()
            before = Seq(self._books.head)
            work = self._work(self.journal, by=by, batch=None if batch is None else BatchId(batch))
            try:
                work.take_all(planned, keep=keep)
                yield self._books, before, Seq(self._books.head)
            finally:
                work.take_back()

    def _under_lock(
        self,
        commands: Sequence[Command],
        *,
        by: str,
        batch: BatchId | None,
        progress: Callable[[int, int], None] | None = None,
        keep: Callable[[], object] | None = None,
    ) -> list[Receipt]:
        with self._locked_work(by=by, batch=batch, reversible=len(commands) <= LONG_BATCH) as work:
            return work.take_all(commands, progress, keep)

    @contextmanager
    def _recording(self, commands: Iterable[Command]) -> Iterator[None]:
        """Let one thread record commands; then, where one erases somebody, tidy without holding up others.

        So it is where somebody is erased already, in case an earlier one could not. Raises as `Journal.tidy`.
        """
        erasing = any(isinstance(one, ErasePerson) for one in commands)
        try:
            with self._writer:
                yield
        except Erased:
            if erasing:
                self.journal.tidy()
            raise
        if erasing:
            self.journal.tidy()

    @contextmanager
    def _locked_work(self, *, by: str, batch: BatchId | None, reversible: bool = True) -> Iterator[Work]:
        """Decide while holding the write lock, then append what was decided.

        While others still write the books are free for questions: they are held from then on, until all is recorded. A
        journal that only this process has gives its one connection to either, so there they are held first.
        """
        work: Work | None = None
        with ExitStack() as held:
            if self.journal.private:
                held.enter_context(self.lock)
            try:
                with self.journal.locked() as writer:
                    held.enter_context(self.lock)
                    self._take_in(writer.read)
                    work = self._work(writer, by=by, batch=batch, reversible=reversible)
                    yield work
                    if work.entries:
                        writer.append(work.entries, work.vaulted, self._books)
                self._settled = Seq(self._books.head)
            except BaseException:
                if work is not None:
                    self._put_right(work, reversible=reversible)
                raise

    def _put_right(self, work: Work, *, reversible: bool = True) -> None:
        """After a no, or an append that failed or only seemed to: the books are those of the journal again.

        Where the journal cannot be read now, they are folded anew as soon as it can.
        """
        if reversible:
            work.take_back()
        else:
            self._astray = True
        with suppress(StorageTrouble):
            self.catch_up()

    def _work(self, kept: Kept, *, by: str, batch: BatchId | None = None, reversible: bool = True) -> Work:
        return Work(self._books, kept, self, by=readable_id(by, "by"), batch=batch, reversible=reversible)

    def now(self) -> datetime:
        """The next instant of recording: strictly after the last entry. Raises ClockBehind."""
        clock, last = self._clock(), self._books.recorded(self._books.head)
        if last is None:
            return clock
        if clock < last - TOLERATED_LAG:
            raise ClockBehind(clock.isoformat(), last.isoformat())
        return max(clock, last + MICROSECOND)


def _rests_on_the_books(no: BaseException) -> bool:
    """Whether another state of the books could have said otherwise, and nothing has been written."""
    return isinstance(no, Refusal | BadInput) or (isinstance(no, StorageTrouble) and no.code == "LEDGER_DAMAGED")
