"""Group commit: many ask at once, one thread records, several hundred commands in one transaction.

Each command is accepted or refused on its own, as by `Ledger.submit`; nobody hears of a receipt before it is on disk.
While one group is being written the next one gathers, so that a slow disk makes longer groups and not longer queues.
"""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from functools import partial
from math import ceil
from threading import Condition, Thread
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar
from uuid import uuid4

from ledger.commands import Command, ErasePerson
from ledger.refusals import StorageTrouble
from ledger.submit.wording import named, written
from ledger.submit.work import Receipt

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ledger.submit.ledger import Ledger

_T = TypeVar("_T")
GROUP = 200
"""How many commands go into one transaction at most."""
WAITING = 2_000
"""How many commands may wait; whoever comes then is told to come again."""
WAITING_BYTES = 32 * 1024 * 1024
"""How long they may be in all, as JSON, likewise."""
GATHERING_SECONDS = 0.0005
"""How long a group that is shorter than the last one waits for those who have just had their receipts."""
PAUSES_SECONDS = (0.05, 0.5)
"""Before each new try, where the storage has failed."""
TRIAL_SECONDS = 5.0
"""How long after a failure, while nobody asks for anything, it is tried whether something could be recorded again."""
STOPPING_SECONDS = 10.0
"""How long what waits may take to be recorded, once no more is taken."""
_PASSING = frozenset({"BUSY", "NOT_YET_TIDY", "TOOK_TOO_LONG"})
"""Troubles of storage after which the next command may be recorded at once."""
_UNHEARD = "the service was stopped; the command may have been recorded: send it once more under the same id"


class Busy(StorageTrouble):
    """More commands wait than can be recorded soon: this one was not taken, and may come again after so long."""

    def __init__(self, waiting: int, retry_after_seconds: int) -> None:
        super().__init__(
            f"{waiting:,} commands are waiting to be recorded; come again in {retry_after_seconds} s", code="BUSY"
        )
        self.retry_after_seconds = retry_after_seconds


class _Single(NamedTuple):
    """One command, who asks for it, and who waits for its receipt."""

    command: Command
    by: str
    told: Future[Receipt]
    length: int
    size: int = 1


class _Batch(NamedTuple):
    """Commands that are recorded together or not at all, and who waits for their receipts."""

    commands: Sequence[Command]
    by: str
    batch: str
    told: Future[list[Receipt]]
    length: int
    size: int
    within_seconds: float | None


class Committer:
    """The one thread of a process that records, and the queue before it.

    Of other processes that write to the same ledger it knows nothing: a group is decided under the ledger's write lock
    on what they recorded. A receipt may be called `repeated` where the storage failed after it had recorded the
    command, and the group was tried again.
    """

    def __init__(self, ledger: Ledger, *, group: int = GROUP, waiting: int = WAITING) -> None:
        self._ledger, self._group, self._most = ledger, group, waiting
        self._queue: deque[_Single | _Batch] = deque()
        self._under_way: list[_Single | _Batch] = []
        self._arrived, self._waiting, self._length = Condition(), 0, 0
        self._ending = True
        self._thread: Thread | None = None
        self.failing: str | None = None
        """Why the storage records nothing, as a code, from a command that failed until something could be recorded."""
        self._seconds_each = 0.001
        """How long a command took of late, with its share of the commit."""

    def start(self) -> None:
        """Begin to record. Nothing happens where it has begun already."""
        with self._arrived:
            if self._thread is None:
                self._ending = False
                self._thread = Thread(target=self._run, name="committer", daemon=True)
                self._thread.start()

    def stop(self, within_seconds: float = STOPPING_SECONDS) -> None:
        """Take no more, record what waits, then end.

        Where that takes longer (somebody else holds the write lock), those who still wait are told STOPPED, and the
        thread is left behind: it may yet record what it has begun, and then it ends.
        """
        with self._arrived:
            thread, self._ending = self._thread, True
            self._arrived.notify_all()
        if thread is None:
            return
        thread.join(within_seconds)
        if thread.is_alive():
            self._give_up()
        else:
            self._thread = None

    @property
    def running(self) -> bool:
        """Whether commands are taken and recorded."""
        return not self._ending and self._thread is not None and self._thread.is_alive()

    @property
    def waiting(self) -> int:
        """How many commands wait to be recorded."""
        return self._waiting

    def submit(self, command: Command, by: str) -> Future[Receipt]:
        """Have one command recorded; the future gives its receipt, or raises as `Ledger.submit` does.

        A future cancelled before its command's turn records nothing. Raises Busy; StorageTrouble (STOPPED).
        """
        one = _Single(named(command, str(uuid4())), by, Future(), _length(command))
        self._take_in(one)
        return one.told

    def submit_batch(
        self, commands: Sequence[Command], by: str, batch: str, *, within_seconds: float | None = None
    ) -> Future[list[Receipt]]:
        """Have a batch recorded, all or nothing; raises as `Ledger.submit_batch` does, and as `submit`.

        A batch longer than what may wait is taken when nothing else waits. One that is not decided within so many
        seconds, once it is its turn, is given up: StorageTrouble (TOOK_TOO_LONG).
        """
        length = sum(map(_length, commands))
        one = _Batch(list(commands), by, batch, Future(), length, len(commands), within_seconds)
        self._take_in(one)
        return one.told

    def _take_in(self, one: _Single | _Batch) -> None:
        with self._arrived:
            if not self.running:
                raise StorageTrouble(
                    "nothing is recorded here: the service has not begun or is being stopped", code="STOPPED"
                )
            full = self._waiting + one.size > self._most or self._length + one.length > WAITING_BYTES
            if self._waiting and full:
                raise Busy(self._waiting, max(1, ceil(self._waiting * self._seconds_each)))
            self._queue.append(one)
            self._waiting += one.size
            self._length += one.length
            self._arrived.notify()

    # The thread

    def _run(self) -> None:
        last = 0
        try:
            while some := self._next(last):
                began, last = monotonic(), sum(one.size for one in some)
                self._record()
                self._seconds_each = 0.9 * self._seconds_each + 0.1 * (monotonic() - began) / max(last, 1)
        finally:
            self._give_up()  # nobody waits, unless something went wrong that was nobody's command

    def _next(self, last: int) -> list[_Single | _Batch]:
        """The next group, or one batch, or one erasure, when there is one; nothing when it is time to end."""
        while self.failing is not None and self._nothing_comes(TRIAL_SECONDS):
            self._try()
        with self._arrived:
            self._under_way = some = list[_Single | _Batch]()
            while not self._queue and not self._ending:
                self._arrived.wait()
            if len(self._queue) < min(last, self._group) and not self._ending:
                self._arrived.wait_for(lambda: len(self._queue) >= min(last, self._group), GATHERING_SECONDS)
            while self._queue and len(some) < self._group and not (some and _stands_alone(self._queue[0])):
                some.append(self._queue.popleft())
                if _stands_alone(some[0]):
                    break
            self._waiting -= sum(one.size for one in some)
            self._length -= sum(one.length for one in some)
        return some

    def _nothing_comes(self, seconds: float) -> bool:
        with self._arrived:
            return not self._arrived.wait_for(lambda: self._queue or self._ending, seconds)

    def _try(self) -> None:
        try:
            self._ledger.journal.try_writing()
        except StorageTrouble as trouble:
            self._remember(trouble)
        else:
            self.failing = None

    def _remember(self, *outcomes: object) -> None:
        """Keep in mind whether the storage records, as far as it can be seen from what came of something."""
        for one in outcomes:
            if isinstance(one, StorageTrouble) and one.code not in _PASSING:
                self.failing = one.code
            elif isinstance(one, Receipt) and not one.repeated:
                self.failing = None

    def _give_up(self) -> None:
        """Take no more, begin nothing more, and tell STOPPED to all who have not been told anything."""
        with self._arrived:
            left = [*self._under_way, *self._queue]
            self._ending, self._waiting, self._length = True, 0, 0
            self._under_way = []
            self._queue.clear()
        for one in left:
            _tell(one.told, StorageTrouble(_UNHEARD, code="STOPPED"))

    def _record(self) -> None:
        """Record what is under way and tell those who wait; whatever goes wrong is told to them and to nobody else."""
        with self._arrived:
            wanted = [one for one in self._under_way if one.told.set_running_or_notify_cancel()]
        singles = [one for one in wanted if isinstance(one, _Single)]
        if singles:  # one, too: as a group it waits for other writers without keeping the books from questions
            self._record_together(singles)
        else:
            for one in wanted:
                self._record_alone(one)

    def _record_together(self, singles: Sequence[_Single]) -> None:
        asked = [(one.command, one.by) for one in singles]
        try:
            outcomes = _tried(partial(self._ledger.submit_group, asked))
        except StorageTrouble as trouble:
            self._remember(trouble)
            for one in singles:
                _tell(one.told, trouble)
        except BaseException:  # noqa: BLE001 - one of them is at fault: taken one by one, it alone is told
            for one in singles:
                self._record_alone(one)
        else:
            self._remember(*outcomes)
            for one, outcome in zip(singles, outcomes, strict=True):
                _tell(one.told, outcome)

    def _record_alone(self, one: _Single | _Batch) -> None:
        outcome: object
        try:
            if isinstance(one, _Single):
                outcome = _tried(partial(self._ledger.submit_group, [(one.command, one.by)]))[0]
            else:
                recording = partial(self._ledger.submit_batch, one.commands, by=one.by, batch=one.batch)
                outcome = _tried(partial(recording, keep=_in_time(one.within_seconds)))
        except BaseException as no:  # noqa: BLE001 - the thread goes on; who waits is told
            outcome = no
        self._remember(*(outcome if isinstance(outcome, list) else [outcome]))
        _tell(one.told, outcome)


def _tell(told: Future[Any], outcome: object) -> None:
    """Give what came of something, or raise it, unless another thing was told or the waiting was given up."""
    with suppress(InvalidStateError):
        if isinstance(outcome, Exception):
            told.set_exception(outcome)
        elif isinstance(outcome, BaseException):  # which would end whoever waits, too
            told.set_exception(StorageTrouble(_UNHEARD, code="STOPPED"))
        else:
            told.set_result(outcome)


def _length(command: Command) -> int:
    return len(written(command) or b"")


def _in_time(seconds: float | None) -> Callable[[], None]:
    """Called again and again while something is decided. Raises StorageTrouble (TOOK_TOO_LONG) after so long."""
    until = monotonic() + (seconds if seconds is not None else float("inf"))

    def keep() -> None:
        if monotonic() > until:
            raise StorageTrouble(
                "the batch takes too long to decide, and nothing of it was recorded; send it in parts",
                code="TOOK_TOO_LONG",
            )

    return keep


def _tried(record: Callable[[], _T]) -> _T:
    """What recording gives, after another try where the storage failed: a connection may have been lost.

    What was recorded although it seemed lost is found by its command id. Raises as `record`.
    """
    for pause in PAUSES_SECONDS:
        try:
            return record()
        except StorageTrouble as trouble:
            if trouble.code != StorageTrouble.code:
                raise
        sleep(pause)
    return record()


def _stands_alone(one: _Single | _Batch) -> bool:
    """Whether something is a transaction of its own: a batch, and an erasure, which has the files written anew."""
    return isinstance(one, _Batch) or isinstance(one.command, ErasePerson)
