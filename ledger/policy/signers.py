"""Joint authority: do these persons suffice, and who could complete them (semantics.md 4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

    from ledger.books.reading import AsOf
    from ledger.events import JointlyHeld


def suffice(reading: AsOf, joint: JointlyHeld, persons: Sequence[str]) -> bool:
    """Whether so many distinct persons are there and each class condition is met by some of them.

    A person with two offices counts once: they fill one place of one class.
    """
    places = _places(reading, joint)
    distinct = list(dict.fromkeys(persons))
    return len(distinct) >= joint.persons and len(matched(distinct, places)) == len(places)


def smallest(reading: AsOf, joint: JointlyHeld, signed: Sequence[str], could: Sequence[str]) -> tuple[str, ...]:
    """A smallest sufficient set of persons, with as many as possible who have signed; empty where none suffices."""
    places = _places(reading, joint)
    order = list(dict.fromkeys([*signed, *could]))
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


def _places(reading: AsOf, joint: JointlyHeld) -> list[set[str]]:
    """Who may fill each place that the classes ask for."""
    places = []
    for condition in joint.classes:
        members: set[str] = set()
        for one in condition.holders:
            position = reading.resolve(one.position) if one.position is not None else None
            if one.person is not None:
                members.add(one.person)
            elif position is not None:
                members.update(incumbent.person for incumbent in reading.incumbents(position))
        places += [members] * condition.count
    return places
