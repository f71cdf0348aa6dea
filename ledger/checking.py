"""Is the journal sound: re-read every entry, fold anew, compare; and which entries have no effect.

Nothing is repaired. What is wrong is named by entry; `remit check` shows it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from ledger.books import Books, fold, fold_tentatively
from ledger.books.idle import Idle, idle
from ledger.deciding.desk import commitment_to
from ledger.events import Commitment, Entry, FactCorrected
from ledger.refusals import StorageTrouble

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ledger.journal import Journal
    from ledger.submit import Ledger
    from ledger.timeline import Thing


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """Something that no ledger would have written, at an entry."""

    seq: int
    sentence: str


class CheckReport(msgspec.Struct, frozen=True, kw_only=True):
    """What was looked at and what was found. `idle` are entries without effect as known at the head: no damage."""

    entries: int
    head: int
    problems: tuple[Problem, ...]
    idle: tuple[Idle, ...]


def check(ledger: Ledger, progress: Callable[[int, int], None] | None = None) -> CheckReport:
    """Check a ledger, whose books need not be folded yet: after this they hold every entry that could be read.

    Problems are reported, never raised; `progress` is told entries done and in all.
    """
    journal, books = ledger.journal, Books()
    count, head = journal.head()
    problems: list[Problem] = []
    lost: list[Entry] = []
    if count != head:
        problems.append(Problem(seq=head, sentence=f"there are {count} entries and the last number is {head}"))
    kept = dict(_vault(journal))
    problems.extend(Problem(seq=0, sentence=f"the vault's value for {one} is another") for one in kept if not kept[one])
    try:
        for entry in journal.read():
            last = books.recorded(books.head)
            if last is not None and entry.recorded_at <= last:
                problems.append(Problem(seq=entry.seq, sentence="it was not recorded after the entry before it"))
            if hasattr(entry.event, "person") and any(one not in kept for one in commitments(entry)):
                lost.append(entry)
            fold(books, entry)
            if progress is not None and entry.seq % 2_000 == 0:
                progress(entry.seq, head)
    except StorageTrouble as trouble:
        problems.append(Problem(seq=books.head + 1, sentence=trouble.sentence))
    else:
        problems.extend(_differences(_folded_as_writers_do(journal), books))
    problems.extend(_lost(books, lost))
    ledger.books = books
    found = tuple(idle(books, books.head))
    return CheckReport(entries=count, head=head, problems=tuple(problems), idle=found)


def _folded_as_writers_do(journal: Journal) -> Books:
    """The books as a process comes to them that decided every entry: tentatively, and kept."""
    books = Books()
    for entry in journal.read():
        fold_tentatively(books, entry)
    return books


def _vault(journal: Journal) -> Iterator[tuple[str, bool]]:
    """Each commitment in the vault, and whether its salt and value are what was committed to."""
    for commitment, salt, value in journal.vaulted():
        yield commitment, commitment_to(salt, value) == commitment


def _lost(books: Books, entries: list[Entry]) -> Iterator[Problem]:
    """Entries whose personal values the vault no longer has although nobody erased them."""
    for entry in entries:
        if getattr(entry.event, "person", None) not in books.erased:
            sentence = "the vault has lost what this entry committed to, and nobody erased it"
            yield Problem(seq=entry.seq, sentence=sentence)


def commitments(entry: Entry) -> list[Commitment]:
    """The commitments to personal data that stand in an entry's bytes."""
    event = entry.event
    records = [event, event.replacement] if isinstance(event, FactCorrected) else [event]
    found = [
        getattr(record, field.name)
        for record in records
        for field in msgspec.structs.fields(record)
        if field.name in {"name", "contact", "reason"} and field.type in {Commitment, Commitment | None}
    ]
    return [one for one in found if one is not None]


def _differences(live: Books, refolded: Books) -> Iterator[Problem]:
    """Where the books in use differ from books folded anew: head, lives and timelines, thing by thing."""
    if live.head != refolded.head or live.recorded_at != refolded.recorded_at:
        yield Problem(seq=refolded.head, sentence="the books in use are of another length than the journal")
    for kind, things in refolded.things.items():
        for name, thing in things.items():
            other = live.things[kind].get(name)
            if other is None or _said(other) != _said(thing):
                seq = thing.created[0].seq if thing.created else refolded.head
                yield Problem(seq=seq, sentence=f"the {kind} `{name}` reads otherwise in the books in use")


def _said(thing: Thing) -> list[list[tuple[object, ...]]]:
    """Everything that versions say of a thing, as plain data."""
    timelines = [thing.created, thing.ends, *(thing.properties[name] for name in sorted(thing.properties))]
    return [[msgspec.structs.astuple(version) for version in timeline] for timeline in timelines if timeline]


__all__ = ["CheckReport", "Idle", "Problem", "check", "commitments"]
