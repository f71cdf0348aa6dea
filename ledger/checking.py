"""Is the journal sound: re-read every entry, fold anew, compare; and which entries have no effect.

Nothing is repaired. What is wrong is named by entry; `remit check` shows it.
"""

from __future__ import annotations

from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, Any

import msgspec

from ledger.books import Books, fold
from ledger.books.idle import Idle, idle
from ledger.books.standing import stated_fact
from ledger.deciding.corrections import person_in
from ledger.events import Commitment, Entry, Event, FactCorrected, PersonErased
from ledger.refusals import StorageTrouble
from ledger.vault import commitment_to

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from ledger.journal import Journal
    from ledger.submit import Ledger
    from ledger.timeline import Thing, Version


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
    """Re-read every entry and the vault, fold anew, and compare with the books that the ledger answers from.

    Problems are reported, never raised, and nothing is repaired; `progress` is told entries done and in all.
    """
    with suppress(StorageTrouble):
        ledger.catch_up()
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
            if any(one not in kept for one in commitments(entry)):
                lost.append(entry)
            fold(books, entry)
            if progress is not None and entry.seq % 2_000 == 0:
                progress(entry.seq, head)
    except StorageTrouble as trouble:
        problems.append(Problem(seq=books.head + 1, sentence=trouble.sentence))
    problems.extend(_lost(books, lost))
    problems.extend(_differences(ledger.books, books))
    found = tuple(idle(books, books.head))
    return CheckReport(entries=count, head=head, problems=tuple(problems), idle=found)


def _vault(journal: Journal) -> Iterator[tuple[str, bool]]:
    """Each commitment in the vault, and whether its salt and value are what was committed to."""
    for commitment, salt, value in journal.vaulted():
        yield commitment, commitment_to(salt, value) == commitment


def _lost(books: Books, entries: list[Entry]) -> Iterator[Problem]:
    """Entries whose personal values the vault no longer has although nobody erased the person they are about."""
    for entry in entries:
        event = entry.event
        root = books.root.get(entry.seq, entry.seq)
        about = person_in(books, stated_fact(books, root)) if root in books.current else ""
        if about not in books.erased and not isinstance(event, PersonErased):
            sentence = "the vault has lost what this entry committed to, and nobody erased it"
            yield Problem(seq=entry.seq, sentence=sentence)


def commitments(entry: Entry) -> list[Commitment]:
    """The commitments to personal data that stand in an entry's bytes."""
    event = entry.event
    records = [event, event.replacement] if isinstance(event, FactCorrected) else [event]
    found = [getattr(record, name) for record in records for name in _committed(type(record))]
    return [one for one in found if one is not None]


@cache
def _committed(kind: type[Event]) -> tuple[str, ...]:
    """The fields of a kind of event that hold commitments."""
    fields = msgspec.structs.fields(kind)
    return tuple(field.name for field in fields if field.type in (Commitment, Commitment | None))


def _differences(live: Books, refolded: Books) -> Iterator[Problem]:
    """Where the books in use differ from books folded anew."""
    if live.head != refolded.head or live.recorded_at != refolded.recorded_at or live.batches != refolded.batches:
        yield Problem(seq=refolded.head, sentence="the books in use are not as long as the journal")
        return
    for kind, things in refolded.things.items():
        for name in sorted({*things, *live.things[kind]}):
            other, thing = live.things[kind].get(name), things.get(name)
            if other is None or thing is None or _said(other) != _said(thing):
                seq = thing.created[0].seq if thing is not None and thing.created else refolded.head
                yield Problem(seq=seq, sentence=f"the {kind} `{name}` reads otherwise in the books in use")
    for what, plain in COMPARED.items():
        if plain(getattr(live, what)) != plain(getattr(refolded, what)):
            yield Problem(seq=refolded.head, sentence=f"the books in use differ in `{what}`")


def _said(thing: Thing) -> list[list[tuple[object, ...]]]:
    """Everything that versions say of a thing, as plain data."""
    timelines = [thing.created, thing.ends, *(thing.properties[name] for name in sorted(thing.properties))]
    return [_plain(timeline) for timeline in timelines if timeline]


def _timelines(timelines: Mapping[Any, list[Version]]) -> dict[object, list[tuple[object, ...]]]:
    return {key: _plain(timeline) for key, timeline in timelines.items() if timeline}


def _plain(timeline: list[Version]) -> list[tuple[object, ...]]:
    return [msgspec.structs.astuple(version) for version in timeline]


def _members(index: Mapping[Any, list[Thing]]) -> dict[object, list[str]]:
    return {key: [thing.id for thing in things] for key, things in index.items() if things}


COMPARED: dict[str, Callable[[Any], object]] = {
    **dict.fromkeys(("rules", "charters", "scope_parents", "rates", "bases", "done"), _timelines),
    **dict.fromkeys(("appointments_to", "appointments_of", "absences_of", "lines_of"), _members),
    **dict.fromkeys(("authorities_over", "delegations_of", "restrictions_on"), _members),
    **dict.fromkeys(("deeds_on", "deeds_by", "ratifications_of", "parts_of", "reports_on"), _members),
    **dict.fromkeys(("commands", "erased", "root", "unheeded", "stated", "about"), lambda held: held),
    **dict.fromkeys(("batch_names", "batch_ends", "structure"), lambda held: held),
}
"""What the books hold besides things, and how it is compared."""


__all__ = ["CheckReport", "Idle", "Problem", "check", "commitments"]
