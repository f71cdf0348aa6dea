"""Entries that are recorded and have no effect: what they speak of is unknown, annulled, or not alive then.

Nothing in the books depends on this list; `remit check` shows it so that somebody can correct what was meant.
"""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any

import msgspec

from ledger import events as ev
from ledger.books.reading import AsOf
from ledger.books.standing import decided
from ledger.books.tables import ENDS, SETS
from ledger.moments import FOREVER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from ledger.books.state import Books
    from ledger.ids import Holder
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
    if fact is None:
        return None
    spoken = _spoken_of(fact)
    if spoken is not None:
        kind, name, ends = spoken
        life, at = reading.life(kind, name), fact.effective.at
        if life is None or at < life.since or at > life.until or (at == life.until and not ends):
            return kind, name
    named = _NAMED.get(type(fact))
    for what, which in named(fact) if named is not None else ():
        if which is not None and not _is_known(reading, what, which):
            return what, which
    return _without_matter(reading, fact) if isinstance(fact, ev.ActDone) else _without_source(reading, fact)


def _spoken_of(fact: ev.Fact) -> tuple[str, str, bool] | None:
    """What must be alive for a fact to count, and whether the fact may stand at the very end of that life."""
    if (ending := ENDS.get(type(fact))) is not None:
        return ending[0], ending[1](fact), True
    found = SETS.get(type(fact)) or _INSIDE.get(type(fact))
    return (found[0], found[1](fact), False) if found is not None else None


_INSIDE: dict[type[ev.Fact], tuple[str, Callable[[Any], str]]] = {
    ev.CharterAdopted: ("position", attrgetter("position")),
    ev.PersonAppointed: ("position", attrgetter("position")),
    ev.ActRatified: ("deed", attrgetter("deed")),
    ev.ResultReported: ("target", attrgetter("target")),
}
"""The facts that count inside the life of another thing without being a property of it."""


def _is_known(reading: AsOf, kind: str, name: str) -> bool:
    """Whether a thing stands as known; an item may be a contract, too."""
    if kind == "item" and reading.life("contract", name) is not None:
        return True
    return reading.life(kind, name) is not None


def _without_matter(reading: AsOf, fact: ev.ActDone) -> tuple[str, str] | None:
    """What is unknown of an act over nothing: its item, or the matter that it states for an item that is unknown."""
    if _is_known(reading, "item", fact.item):
        return None
    if fact.matter is None:
        return "item", fact.item
    return None if _is_known(reading, "matter", fact.matter) else ("matter", fact.matter)


def _without_source(reading: AsOf, fact: ev.Fact) -> tuple[str, str] | None:
    """The source of a delegation, or the decision that a grant rests on, where nobody ever recorded it."""
    if isinstance(fact, ev.AuthorityDelegated):
        source = reading.books.things["authority"].get(fact.source)
        return ("authority", fact.source) if source is None or reading.ever_stated(source) is None else None
    if isinstance(fact, ev.AuthorityGranted) and (item := fact.by_decision) is not None:
        acts = (reading.life_of(thing) for thing in reading.books.deeds_on.get(item, ()))
        return None if _is_known(reading, "item", item) or any(acts) else ("item", item)
    return None


def _holder(holder: Holder | ev.TargetHolder | None) -> Iterator[tuple[str, str]]:
    if holder is not None:
        yield holder.kind, holder.id


_NAMED: dict[type[ev.Fact], Callable[[Any], Iterable[tuple[str, str | None]]]] = {
    ev.PersonAppointed: lambda one: [("person", one.person)],
    ev.AbsenceRecorded: lambda one: [("person", one.person)],
    ev.FunctionalLineDrawn: lambda one: [("position", one.position), ("position", one.superior)],
    ev.SuperiorSet: lambda one: [("position", one.superior)],
    ev.AuthorityGranted: lambda one: [("matter", one.matter), *_holder(one.holder)],
    ev.RestrictionImposed: lambda one: [("matter", one.matter), *_holder(one.holder)],
    ev.AuthorityDelegated: lambda one: [("matter", one.matter), *_holder(one.holder)],
    ev.JointlyHeld: lambda one: [pair for group in one.classes for holder in group.holders for pair in _holder(holder)],
    ev.ItemOpened: lambda one: [("matter", one.matter)],
    ev.ContractRegistered: lambda one: [("matter", one.matter)],
    ev.ContractPlaced: lambda one: _holder(one.custodian),
    ev.ActDone: lambda one: _holder(one.by),
    ev.ActRatified: lambda one: _holder(one.by),
    ev.TargetSet: lambda one: [*_holder(one.holder), ("target", one.part_of)],
    ev.TargetReassigned: lambda one: _holder(one.holder),
    ev.TargetAccepted: lambda one: [("person", one.by)],
}
"""What else a fact names that must be known and not annulled, whenever it lives."""
