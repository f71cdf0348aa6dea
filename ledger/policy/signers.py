"""Joint authority: do these persons suffice, and who could complete them (semantics.md 4).

Whether somebody is of a class is read as of the instant of their own act: who signed as a director goes on counting as
one after leaving the office.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ledger.events import ActDone

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from collections.abc import Set as AbstractSet
    from datetime import datetime

    from ledger.books.reading import AsOf
    from ledger.events import JointlyHeld, SignerClass
    from ledger.ids import Holder
    from ledger.policy.routes import Way
    from ledger.timeline import Version


class Signer(NamedTuple):
    """Somebody who signed, or could, and the books as of that act."""

    person: str
    reading: AsOf


def suffice(joint: JointlyHeld, signers: Sequence[Signer]) -> bool:
    """Whether so many distinct persons are there and each class condition is met by some of them.

    A person with two offices counts once: they fill one place of one class.
    """
    distinct = list(dict.fromkeys(one.person for one in signers))
    if len(distinct) < joint.persons:
        return False
    places = _places(joint, signers)
    return len(matched(distinct, places)) == len(places)


def smallest(joint: JointlyHeld, signed: Sequence[Signer], could: Sequence[Signer]) -> tuple[str, ...]:
    """A smallest sufficient set of persons, with as many as possible who have signed; empty where none suffices."""
    signers = [*signed, *could]
    places = _places(joint, signers)
    order = list(dict.fromkeys(one.person for one in signers))
    chosen = matched(order, places)
    if len(chosen) < len(places):
        return ()
    for person in order:
        if len(chosen) >= joint.persons:
            break
        if person not in chosen:
            chosen.append(person)
    return tuple(one for one in order if one in chosen) if len(chosen) >= joint.persons else ()


def matched(persons: Sequence[str], places: Sequence[AbstractSet[str]]) -> list[str]:
    """The persons of a largest matching to places, each place taken once; who comes first keeps a place."""
    taken: dict[int, str] = {}

    def seat(person: str, tried: set[int]) -> bool:
        for place, admitted in enumerate(places):
            if person in admitted and place not in tried:
                tried.add(place)
                if place not in taken or seat(taken[place], tried):
                    taken[place] = person
                    return True
        return False

    return [person for person in dict.fromkeys(persons) if seat(person, set())]


def _places(joint: JointlyHeld, signers: Sequence[Signer]) -> list[set[str]]:
    """Who of the signers may fill each place that the classes ask for."""
    places = []
    for condition in joint.classes:
        members = {one.person for one in signers if _belongs(one, condition)}
        places += [members] * condition.count
    return places


def _belongs(one: Signer, condition: SignerClass) -> bool:
    """Whether somebody is of a class: by name, or as an incumbent of one of its positions when they sign."""
    for holder in condition.holders:
        if holder.person is not None:
            if one.person == holder.person:
                return True
        elif holder.position is not None:
            position = one.reading.resolve(holder.position)
            if position is not None and one.person in {held.person for held in one.reading.incumbents(position)}:
                return True
    return False


class Signature(NamedTuple):
    """Whose an act counts as, when it was done, and by which ways."""

    who: Holder
    at: datetime
    ways: tuple[Way, ...]


def signatures_of(acts: Iterable[tuple[Version, tuple[Way, ...]]]) -> list[Signature]:
    """Acts as the signatures of those who did them."""
    return [Signature(one.fact.by, one.effective, ways) for one, ways in acts if isinstance(one.fact, ActDone)]
