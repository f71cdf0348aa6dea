"""Entries that are recorded and have no effect: what they speak of is unknown, annulled, or not alive then.

Nothing in the books depends on this list; `remit check` shows it so that somebody can correct what was meant.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from ledger import events as ev
from ledger.books.reading import AsOf
from ledger.books.standing import decided
from ledger.books.tables import ENDS, SETS
from ledger.moments import FOREVER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ledger.books.state import Books
    from ledger.timeline import Version


class Idle(msgspec.Struct, frozen=True, kw_only=True):
    """An entry without effect as known at some entry, and why: what it speaks of, unless it names no entry at all."""

    seq: int
    why: str
    kind: str | None = None
    name: str | None = None


def idle(books: Books, known: int) -> Iterator[Idle]:
    """The idle entries as known at an entry, in order. For a corrected fact, what stands in its place is looked at."""
    reading = AsOf(books, FOREVER, known)
    for seq in range(1, known + 1):
        if seq in books.current:
            gone = _gone(reading, _standing(books, seq, known))
            if gone is not None:
                why = f"the {gone[0]} `{gone[1]}` is unknown, annulled, or not alive then"
                yield Idle(seq=seq, why=why, kind=gone[0], name=gone[1])
        elif seq in books.unheeded:
            yield Idle(seq=seq, why="it names nothing that it could correct or annul")


def _standing(books: Books, seq: int, known: int) -> ev.Fact | None:
    """What a fact says as known at an entry; None where it is annulled."""
    version: Version | None = books.current[seq]
    if seq not in books.about:
        return version.fact if version is not None else None
    said = [one for one in books.about[seq] if one[0] <= known]
    return decided(seq, books.stated[seq], said)[1]


def _gone(reading: AsOf, fact: ev.Fact | None) -> tuple[str, str] | None:
    """What a fact speaks of that is unknown, annulled or not alive then; None where the fact has its effect."""
    for kind, name, ends in _spoken_of(fact):
        life = reading.life(kind, name)
        at = fact.effective.at if fact is not None else FOREVER
        if life is None or at < life.since or at > life.until or (at == life.until and not ends):
            return kind, name
    for kind, name in _named(fact):
        if reading.life(kind, name) is None:
            return kind, name
    if isinstance(fact, ev.AuthorityDelegated):
        source = reading.books.things["authority"].get(fact.source)
        if source is None or reading.ever_stated(source) is None:
            return "authority", fact.source
    return None


def _spoken_of(fact: ev.Fact | None) -> list[tuple[str, str, bool]]:
    """What must be alive for a fact to count, and whether the fact may stand at the very end of that life."""
    kind = type(fact)
    if fact is None:
        return []
    if (ending := ENDS.get(kind)) is not None:  # type: ignore[arg-type]  # None is no fact and was let go above
        return [(ending[0], ending[1](fact), True)]
    if (setting := SETS.get(kind)) is not None:  # type: ignore[arg-type]  # the same
        return [(setting[0], setting[1](fact), False)]
    if isinstance(fact, ev.CharterAdopted | ev.PersonAppointed):
        return [("position", fact.position, False)]
    return []


def _named(fact: ev.Fact | None) -> list[tuple[str, str]]:
    """What else a fact names that must be known and not annulled, whenever it lives."""
    named: list[tuple[str, str | None]] = []
    match fact:
        case ev.PersonAppointed(person=person) | ev.AbsenceRecorded(person=person):
            named = [("person", person)]
        case ev.FunctionalLineDrawn(position=position, superior=superior):
            named = [("position", position), ("position", superior)]
        case ev.SuperiorSet(superior=superior):
            named = [("position", superior)]
        case ev.AuthorityGranted(matter=matter, holder=holder) | ev.RestrictionImposed(matter=matter, holder=holder):
            named = [("matter", matter)] + ([(holder.kind, holder.id)] if holder is not None else [])
        case ev.AuthorityDelegated(matter=matter, holder=holder):
            named = [("matter", matter), (holder.kind, holder.id)]
    return [(kind, name) for kind, name in named if name is not None]
