"""Group commit: many ask at once, one thread records, several hundred commands in one transaction.

Each command is accepted or refused on its own, as by `Ledger.submit`; nobody hears of a receipt before it is on disk.
While one group is being written the next one gathers, so that a slow disk makes longer groups and not longer queues.
"""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future
from functools import partial
from math import ceil
from threading import Condition, Thread
from time import monotonic, sleep
from typing import TYPE_CHECKING, NamedTuple, TypeVar
from uuid import uuid4

from ledger.commands import Command, ErasePerson
from ledger.refusals import StorageTrouble, Trouble
from ledger.submit.wording import named

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ledger.submit.ledger import Ledger
    from ledger.submit.work import Receipt

_T = TypeVar("_T")
GROUP = 200
"""How many commands go into one transaction at most."""
WAITING = 2_000
"""How many commands may wait; whoever comes then is told to come again."""
GATHERING_SECONDS = 0.0005
"""How long a group that is shorter than the last one waits for those who have just had their receipts."""
PAUSES_SECONDS = (0.05, 0.5)
"""Before each new try, where the storage has failed."""


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
    size: int = 1


class _Batch(NamedTuple):
    """Commands that are recorded together or not at all, and who waits for their receipts."""

    commands: Sequence[Command]
    by: str
    batch: str
    told: Future[list[Receipt]]
    size: int


class Committer:
    """The one thread of a process that records, and the queue before it.

    Of other processes that write to the same ledger it knows nothing: a group is decided under the ledger's write lock
    on what they recorded. A receipt may be called `repeated` where the storage failed after it had recorded the
    command, and the group was tried again.
    """

    def __init__(self, ledger: Ledger, *, group: int = GROUP, waiting: int = WAITING) -> None:
        self._ledger, self._group, self._most = ledger, group, waiting
        self._queue: deque[_Single | _Batch] = deque()
        self._arrived, self._waiting = Condition(), 0
        self._ending = True
        self._thread: Thread | None = None
        self._seconds_each = 0.001
        """How long a command took of late, with its share of the commit."""

    def start(self) -> None:
        """Begin to record. Nothing happens where it has begun already."""
        with self._arrived:
            if self._thread is None:
                self._ending = False
                self._thread = Thread(target=self._run, name="committer", daemon=True)
                self._thread.start()

    def stop(self) -> None:
        """Take no more, record what waits, then end."""
        with self._arrived:
            thread, self._ending = self._thread, True
            self._arrived.notify_all()
        if thread is not None:
            thread.join()
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
        one = _Single(named(command, str(uuid4())), by, Future())
        self._take_in(one)
        return one.told

    def submit_batch(self, commands: Sequence[Command], by: str, batch: str) -> Future[list[Receipt]]:
        """Have a batch recorded, all or nothing; raises as `Ledger.submit_batch` does, and as `submit`.

        A batch longer than what may wait is taken when nothing else waits.
        """
        one = _Batch(list(commands), by, batch, Future(), len(commands))
        self._take_in(one)
        return one.told

    def _take_in(self, one: _Single | _Batch) -> None:
        with self._arrived:
            if self._ending:
                raise StorageTrouble(
                    "nothing is recorded here: the service has not begun or is being stopped", code="STOPPED"
                )
            if self._waiting and self._waiting + one.size > self._most:
                raise Busy(self._waiting, max(1, ceil(self._waiting * self._seconds_each)))
            self._queue.append(one)
            self._waiting += one.size
            self._arrived.notify()

    # The thread

    def _run(self) -> None:
        last = 0
        while some := self._next(last):
            began, last = monotonic(), sum(one.size for one in some)
            self._record(some)
            self._seconds_each = 0.9 * self._seconds_each + 0.1 * (monotonic() - began) / max(last, 1)

    def _next(self, last: int) -> list[_Single | _Batch]:
        """The next group, or one batch, or one erasure, when there is one; nothing when it is time to end."""
        with self._arrived:
            while not self._queue and not self._ending:
                self._arrived.wait()
            if len(self._queue) < min(last, self._group) and not self._ending:
                self._arrived.wait_for(lambda: len(self._queue) >= min(last, self._group), GATHERING_SECONDS)
            some: list[_Single | _Batch] = []
            while self._queue and len(some) < self._group and not (some and _stands_alone(self._queue[0])):
                some.append(self._queue.popleft())
                if _stands_alone(some[0]):
                    break
            self._waiting -= sum(one.size for one in some)
        return some

    def _record(self, some: Sequence[_Single | _Batch]) -> None:
        """Record a group and tell those who wait; whatever goes wrong is told to them and to nobody else."""
        wanted = [one for one in some if one.told.set_running_or_notify_cancel()]
        singles = [one for one in wanted if isinstance(one, _Single)]
        if len(singles) > 1:
            self._record_together(singles)
        else:
            for one in wanted:
                self._record_alone(one)

    def _record_together(self, singles: Sequence[_Single]) -> None:
        asked = [(one.command, one.by) for one in singles]
        try:
            outcomes = _tried(partial(self._ledger.submit_group, asked))
        except StorageTrouble as trouble:
            for one in singles:
                one.told.set_exception(trouble)
        except Exception:  # noqa: BLE001 - one of them is at fault: taken one by one, it alone is told
            for one in singles:
                self._record_alone(one)
        else:
            for one, outcome in zip(singles, outcomes, strict=True):
                if isinstance(outcome, Trouble):
                    one.told.set_exception(outcome)
                else:
                    one.told.set_result(outcome)

    def _record_alone(self, one: _Single | _Batch) -> None:
        try:
            if isinstance(one, _Single):
                one.told.set_result(_tried(partial(self._ledger.submit, one.command, by=one.by)))
            else:
                recording = partial(self._ledger.submit_batch, one.commands, by=one.by, batch=one.batch)
                one.told.set_result(_tried(recording))
        except BaseException as no:  # noqa: BLE001 - the thread goes on; who waits is told
            one.told.set_exception(no)


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
