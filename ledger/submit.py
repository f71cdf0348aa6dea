"""The one write path: catch up → decide → append → receipt.

A command is decided on the state at N and appended at N+1. If another writer was faster: catch up, look for the own
command id, else decide again; after five losses, and for a batch from the start, decide while holding the write lock
(semantics.md 1). So no command rests on a state that has changed under it.
"""

from __future__ import annotations

import gc
import hashlib
import os
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from threading import RLock
from typing import TYPE_CHECKING, Any, cast
from uuid import uuid4

import msgspec
import orjson

from ledger.books import AsOf, Books, fold, fold_tentatively
from ledger.commands import AnyCommand, Command, CorrectFact, OpenLedger
from ledger.deciding import Desk, Touched, decide, open_ledger
from ledger.deciding.desk import LONGEST_ID, SALT_BYTES, commitment_to
from ledger.events import Entry, Event
from ledger.ids import BatchId, CommandId, Seq
from ledger.journal import Journal, Raced
from ledger.moments import MICROSECOND
from ledger.refusals import BadInput, ClockBehind, CommandIdReused, Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from ledger.deciding.desk import Vaulted
    from ledger.journal.journal import Writer

LOSSES = 5
LONG_BATCH = 2_000
"""From how many commands on a refused batch is taken back by folding the journal anew."""
TOLERATED_LAG = timedelta(minutes=5)
ERASED = "erased"
"""What answers show in place of erased personal data."""


class Receipt(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a command came to: its entries and when they were recorded; `repeated` for the first receipt again."""

    command_id: CommandId
    first: Seq
    last: Seq
    recorded_at: datetime
    repeated: bool = False


def utc_now() -> datetime:
    """The clock of a real ledger."""
    return datetime.now(UTC)


class Ledger:
    """A journal, the books folded from it, and the only way to write to it.

    Threads may share one: writing is serialised. While a command is being decided the books hold it tentatively, so a
    thread that asks while another writes names the entry it asks for (`known`) rather than taking the books' head.
    """

    def __init__(
        self,
        journal: Journal,
        *,
        clock: Callable[[], datetime] = utc_now,
        salt: Callable[[], bytes] = lambda: os.urandom(SALT_BYTES),
    ) -> None:
        self.journal, self.books = journal, Books()
        self._clock, self._salt = clock, salt
        self._writing = RLock()

    @classmethod
    def create(cls, url: str, command: OpenLedger, *, by: str, **how: Any) -> Ledger:  # noqa: ANN401 - as __init__ takes
        """A new ledger with its first entry. Raises BadInput, StorageTrouble; a refusal comes before any file does."""
        clock: Callable[[], datetime] = how.get("clock", utc_now)
        command = cast("OpenLedger", _named(command, str(uuid4())))
        _well_formed(command)
        opening = Entry(
            seq=Seq(1),
            recorded_at=clock(),
            recorded_by=recorder(by),
            command_id=command.command_id or CommandId(""),
            digest=fingerprint(command),
            event=open_ledger(Desk(Books(), bytes), command),
        )
        ledger = cls(Journal.create(url, opening), **how)
        ledger.catch_up()
        return ledger

    @classmethod
    def open(cls, url: str, *, progress: Callable[[int, int], None] | None = None, **how: Any) -> Ledger:  # noqa: ANN401
        """The ledger at a path or URL, its books folded up to the head. `progress` is told entries done and in all.

        Raises StorageTrouble; LEDGER_DAMAGED where the number of entries is not the last number.
        """
        ledger = cls(Journal.open(url), **how)
        ledger.catch_up(progress)
        return ledger

    # Reading

    def catch_up(self, progress: Callable[[int, int], None] | None = None) -> None:
        """Fold what was recorded since, by whatever process."""
        with self._writing, _no_collector():
            total = self.journal.head()[1] if progress is not None else 0
            for entry in self.journal.read(self.books.head):
                fold(self.books, entry)
                if progress is not None and entry.seq % 2_000 == 0:
                    progress(entry.seq, total)

    def name(self, person: str, at: datetime, known: Seq) -> str:
        """A person's name at a point of the two times; `erased` where the vault no longer has it."""
        reading = AsOf(self.books, at, known)
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
        """Decide and record one command. Raises Refusal, BadInput, StorageTrouble; then nothing is written."""
        with self._writing:
            return self._submit([command], by=by, batch=None)[0]

    def submit_batch(
        self,
        commands: Sequence[Command],
        *,
        by: str,
        batch: str,
        progress: Callable[[int, int], None] | None = None,
    ) -> list[Receipt]:
        """Record loaded history in one transaction, all or nothing. Commands without an id get `batch/1`, `batch/2` ….

        Raises the first Refusal or BadInput, with its `position` in the batch.
        """
        named = [_named(command, f"{batch}/{number}") for number, command in enumerate(commands, 1)]
        with self._writing, _no_collector():
            return self._under_lock(named, by=by, batch=BatchId(batch), progress=progress)

    def submit_each(self, commands: Sequence[Command], *, by: str, batch: str) -> list[Receipt | Refusal | BadInput]:
        """Record what can be recorded of a batch in one transaction; each command is accepted or refused on its own."""
        named = [_named(command, f"{batch}/{number}") for number, command in enumerate(commands, 1)]
        outcomes: list[Receipt | Refusal | BadInput] = []
        with self._writing:
            work = _Work(self, by=by, batch=BatchId(batch))
            try:
                with self.journal.locked() as writer:
                    self._catch_up_with(writer)
                    for command in named:
                        try:
                            outcomes.append(work.take_alone(command))
                        except (Refusal, BadInput) as no:
                            outcomes.append(no)
                    if work.entries:
                        writer.append(work.entries, work.vaulted)
            except BaseException:
                work.take_back()
                raise
        return outcomes

    def _submit(self, commands: list[Command], *, by: str, batch: BatchId | None) -> list[Receipt]:
        named = [_named(command, str(uuid4())) for command in commands]
        for _ in range(LOSSES):
            self.catch_up()
            work = _Work(self, by=by, batch=batch)
            try:
                receipts = work.take_all(named)
                if work.entries:
                    self.journal.append(work.entries, work.vaulted)
            except Raced:
                work.take_back()
            except BaseException:
                work.take_back()
                raise
            else:
                return receipts
        return self._under_lock(named, by=by, batch=batch)

    def _under_lock(
        self,
        commands: Sequence[Command],
        *,
        by: str,
        batch: BatchId | None,
        progress: Callable[[int, int], None] | None = None,
    ) -> list[Receipt]:
        work = _Work(self, by=by, batch=batch, long=len(commands) > LONG_BATCH)
        try:
            with self.journal.locked() as writer:
                self._catch_up_with(writer)
                receipts = work.take_all(commands, progress)
                if work.entries:
                    writer.append(work.entries, work.vaulted)
        except BaseException:
            work.take_back()
            raise
        return receipts

    def _catch_up_with(self, writer: Writer) -> None:
        for entry in writer.read(self.books.head):
            fold(self.books, entry)

    def now(self) -> datetime:
        """The next instant of recording: strictly after the last entry. Raises ClockBehind."""
        clock, last = self._clock(), self.books.recorded(self.books.head)
        if last is None:
            return clock
        if clock < last - TOLERATED_LAG:
            raise ClockBehind(clock.isoformat(), last.isoformat())
        return max(clock, last + MICROSECOND)

    def same_personal(self, command: Command, seq: int) -> bool:
        """Whether a repeated command's personal values are those recorded; erased ones are taken to be."""
        entry = self.journal.entry(seq)
        pairs: list[tuple[Command, Any]] = [(command, entry.event if entry is not None else None)]
        if isinstance(command, CorrectFact):
            pairs.append((command.replacement, getattr(pairs[0][1], "replacement", None)))
        return all(
            self._committed(getattr(asked, field), getattr(said, field, None))
            for asked, said in pairs
            for field in asked.personal
        )

    def _committed(self, value: str | None, commitment: str | None) -> bool:
        if value is None or commitment is None:
            return value is commitment
        kept = self.journal.value(commitment)
        return kept is None or commitment_to(kept[0], value) == commitment


class _Work:
    """Commands decided and folded tentatively, not yet appended.

    Taking back step by step needs a note of every step. For long batches it is cheaper to fold the books anew.
    """

    def __init__(self, ledger: Ledger, *, by: str, batch: BatchId | None, long: bool = False) -> None:
        self._ledger, self._by, self._batch, self._long = ledger, recorder(by), batch, long
        self._books = ledger.books
        self._undo: list[Callable[[], None]] = []
        self.entries: list[Entry] = []
        self.vaulted: list[Vaulted] = []

    def take_all(
        self, commands: Sequence[Command], progress: Callable[[int, int], None] | None = None
    ) -> list[Receipt]:
        """Decide all, then check the state as a whole. On any exception the caller takes back."""
        touched, receipts = Touched(self._books), []
        for position, command in enumerate(commands):
            try:
                receipts.append(self._take(command, touched))
            except Refusal as refusal:
                refusal.position = position
                raise
            except BadInput as bad:
                bad.position = position
                raise
            if progress is not None and position % 200 == 0:
                progress(position, len(commands))
        touched.check()
        return receipts

    def take_alone(self, command: Command) -> Receipt:
        """Decide one; a refusal takes back this one only."""
        touched, done = Touched(self._books), len(self._undo)
        kept, vaulted = len(self.entries), len(self.vaulted)
        try:
            receipt = self._take(command, touched)
            touched.check()
        except BaseException:
            self._take_back_to(done)
            del self.entries[kept:], self.vaulted[vaulted:]
            raise
        return receipt

    def take_back(self) -> None:
        """Let the books be as they were."""
        if self._long and self.entries:
            self._ledger.books = Books()
            self._ledger.catch_up()
        self._take_back_to(0)

    def _take(self, command: Command, touched: Touched) -> Receipt:
        _well_formed(command)
        command_id, digest = command.command_id or CommandId(""), fingerprint(command)
        known = self._books.commands.get(command_id)
        if known is not None:
            recorded_here = known.first > self._books.head - len(self.entries)
            if known.digest != digest or recorded_here or not self._ledger.same_personal(command, known.first):
                raise CommandIdReused(command_id, known.first)
            recorded = self._books.recorded_at[known.first - 1]
            return Receipt(
                command_id=command_id, first=Seq(known.first), last=Seq(known.last), recorded_at=recorded, repeated=True
            )
        recorded_at = self._ledger.now()
        desk = Desk(self._books, self._ledger._salt)  # noqa: SLF001 - one room, two classes
        event: Any = decide(desk, command)
        entry = Entry(
            seq=Seq(self._books.head + 1),
            recorded_at=recorded_at,
            recorded_by=self._by,
            command_id=command_id,
            digest=digest,
            event=event,
            batch=self._batch,
        )
        if self._long:
            fold(self._books, entry)
        else:
            self._undo.append(fold_tentatively(self._books, entry))
        touched.note(event)
        self.entries.append(entry)
        self.vaulted.extend(desk.sealed)
        return Receipt(command_id=command_id, first=entry.seq, last=entry.seq, recorded_at=recorded_at)

    def _take_back_to(self, done: int) -> None:
        while len(self._undo) > done:
            self._undo.pop()()


def recorder(by: str) -> str:
    """The account id of who records. Raises BadInput."""
    if not by.strip() or len(by) > LONGEST_ID or not by.isprintable():
        raise BadInput("by", "who records is named by an account id of 1 to 100 printable characters")
    return by


def fingerprint(command: Command) -> str:
    """SHA-256 over the canonical content, hexadecimal, without personal values (they are compared in the vault)."""
    content = msgspec.to_builtins(command)
    for field in {"command_id", *command.personal}:
        content.pop(field, None)
    if isinstance(command, CorrectFact):
        for field in command.replacement.personal:
            content["replacement"].pop(field, None)
    return hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()


def _named(command: Command, command_id: str) -> Command:
    if command.command_id is not None:
        return command
    return msgspec.structs.replace(command, command_id=CommandId(command_id))


def _well_formed(command: Command) -> None:
    """The lengths and forms that the vocabulary states, for commands made in Python too. Raises BadInput."""
    content = msgspec.to_builtins(command)
    try:
        msgspec.convert(content, AnyCommand)
    except msgspec.ValidationError as error:
        sentence, _, path = str(error).partition(" - at `$.")
        raise BadInput(path.rstrip("`"), sentence) from error
    _printable(content, "")


def _printable(content: Any, path: str) -> None:  # noqa: ANN401 - builtins of any shape
    """No control characters, lone surrogates or invisible format characters; line breaks only in longer texts."""
    if isinstance(content, str):
        if not content.replace("\n", "").replace("\u3000", "").isprintable():
            raise BadInput(path, "a character that cannot be printed (a control, surrogate or invisible one)")
    elif isinstance(content, dict):
        for key, value in content.items():
            _printable(key, path)
            _printable(value, f"{path}.{key}" if path else str(key))
    elif isinstance(content, list | tuple):
        for value in content:
            _printable(value, path)


@contextmanager
def _no_collector() -> Iterator[None]:
    """Long folds make millions of objects and no garbage: let the cycle collector rest."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def apply_entries(books: Books, entries: Iterator[Entry] | Sequence[Entry]) -> Books:
    """Fold entries into books; for checks and tests that start from entries rather than from a journal."""
    for entry in entries:
        fold(books, entry)
    return books


__all__ = ["ERASED", "Event", "Ledger", "Receipt", "apply_entries", "fingerprint", "utc_now"]
