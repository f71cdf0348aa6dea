"""Commands decided and folded tentatively, not yet appended: accepted or refused, taken back or kept."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

import msgspec

from ledger.books import Books, fold, fold_tentatively
from ledger.commands import Command, CorrectFact
from ledger.deciding import Desk, Touched, decide
from ledger.events import Entry, Event
from ledger.ids import BatchId, CommandId, Seq
from ledger.refusals import BadInput, CommandIdReused, Refusal
from ledger.submit.wording import fingerprint, readable_id, well_formed
from ledger.vault import commitment_to

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from ledger.vault import Vaulted


class Receipt(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a command came to: its entries and when they were recorded; `repeated` for the first receipt again."""

    command_id: CommandId
    first: Seq
    last: Seq
    recorded_at: datetime
    repeated: bool = False


class Kept(Protocol):
    """Where recorded entries and vault values are looked up: the journal or, while its lock is held, its writer."""

    def entry(self, seq: int) -> Entry | None:
        """One entry."""
        ...

    def value(self, commitment: str) -> tuple[bytes, str] | None:
        """Salt and value behind a commitment."""
        ...


class Means(Protocol):
    """What a ledger gives to decisions that the books do not hold."""

    def now(self) -> datetime:
        """The next instant of recording. Raises ClockBehind."""
        ...

    def salt(self) -> bytes:
        """32 random bytes."""
        ...


class Work:
    """Commands decided and folded tentatively, not yet appended.

    Taking back step by step needs a note of every step. For long batches it is cheaper to fold the books anew.
    """

    def __init__(  # noqa: PLR0913 - what is decided on, where it is looked up, and for whom
        self,
        books: Books,
        kept: Kept,
        means: Means,
        *,
        by: str,
        batch: BatchId | None,
        reversible: bool = True,
    ) -> None:
        self.books = books
        self.entries: list[Entry] = []
        self.vaulted: list[Vaulted] = []
        self._kept, self._by, self._batch = kept, by, _unused(books, batch)
        self._means, self._reversible = means, reversible
        self._undo: list[Callable[[], None]] = []

    def take_all(
        self,
        commands: Sequence[Command],
        progress: Callable[[int, int], None] | None = None,
        keep: Callable[[], object] | None = None,
    ) -> list[Receipt]:
        """Decide all, then check the state as a whole. On any exception the caller takes back.

        `keep` is called before each command; what it raises ends the work.
        """
        touched, receipts = Touched(self.books), []
        for position, command in enumerate(commands):
            if keep is not None:
                keep()
            try:
                receipts.append(self._take(command, touched, position))
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

    def take_alone(self, command: Command, *, by: str) -> Receipt:
        """Decide one for an account; a refusal takes back this one only."""
        self._by = by
        touched, done = Touched(self.books), len(self._undo)
        kept, vaulted = len(self.entries), len(self.vaulted)
        try:
            receipt = self._take(command, touched)
            touched.check()
        except BaseException:
            self._take_back_to(done)
            del self.entries[kept:], self.vaulted[vaulted:]
            raise
        return receipt

    def take_each(self, asked: Iterable[tuple[Command, str]]) -> list[Receipt | Refusal | BadInput]:
        """Decide one after the other, each for the account beside it; a no is told and takes back its own alone."""
        outcomes: list[Receipt | Refusal | BadInput] = []
        for command, by in asked:
            try:
                outcomes.append(self.take_alone(command, by=readable_id(by, "by")))
            except (Refusal, BadInput) as no:
                outcomes.append(no)
        return outcomes

    def take_back(self) -> None:
        """Let the books be as they were; what is not reversible, the caller folds anew."""
        self._take_back_to(0)

    def _take(self, command: Command, touched: Touched, position: int = 0) -> Receipt:
        command_id, digest = command.command_id or CommandId(""), fingerprint(command, well_formed(command))
        known = self.books.commands.get(command_id)
        if known is not None:
            if known.digest != digest or not self._same_personal(command, known.first):
                raise CommandIdReused(command_id, known.first)
            recorded = self.books.recorded_at[known.first - 1]
            return Receipt(
                command_id=command_id, first=Seq(known.first), last=Seq(known.last), recorded_at=recorded, repeated=True
            )
        recorded_at = self._means.now()
        desk = Desk(self.books, self._means.salt, recorded_at)
        event: Any = decide(desk, command)
        entry = Entry(
            seq=Seq(self.books.head + 1),
            recorded_at=recorded_at,
            recorded_by=self._by,
            command_id=command_id,
            digest=digest,
            event=event,
            batch=self._batch,
        )
        if self._reversible:
            self._undo.append(fold_tentatively(self.books, entry))
        else:
            fold(self.books, entry)
        touched.note(event, position)
        self.entries.append(entry)
        self.vaulted.extend(desk.sealed)
        return Receipt(command_id=command_id, first=entry.seq, last=entry.seq, recorded_at=recorded_at)

    def _take_back_to(self, done: int) -> None:
        while len(self._undo) > done:
            self._undo.pop()()

    # Commands that come again

    def _same_personal(self, command: Command, seq: int) -> bool:
        """Whether a repeated command's personal values are those recorded; erased ones are taken to be."""
        said: Event | None = self._recorded(seq)
        pairs: list[tuple[Command, Event | None]] = [(command, said)]
        if isinstance(command, CorrectFact):
            pairs.append((command.replacement, getattr(said, "replacement", None)))
        return all(
            self._committed(getattr(asked, field), getattr(event, field, None))
            for asked, event in pairs
            for field in asked.personal
        )

    def _recorded(self, seq: int) -> Event | None:
        first = self.books.head - len(self.entries)
        entry = self.entries[seq - first - 1] if seq > first else self._kept.entry(seq)
        return entry.event if entry is not None else None

    def _committed(self, value: str | None, commitment: str | None) -> bool:
        if value is None or commitment is None:
            return value is commitment
        here = next((one for one in self.vaulted if one.commitment == commitment), None)
        kept = (here.salt, here.value) if here is not None else self._kept.value(commitment)
        return kept is None or commitment_to(kept[0], value) == commitment


def _unused(books: Books, batch: BatchId | None) -> BatchId | None:
    """The batch's name; with a number, where entries of an earlier transaction bear it.

    A batch is what was loaded together: the ledger was never seen inside it, and that must stay true of every batch.
    """
    if batch is None or batch not in books.batch_names:
        return batch
    number = 2
    while f"{batch}+{number}" in books.batch_names:
        number += 1
    return BatchId(f"{batch}+{number}")
