"""What the appointments and absences of one person say at one point of the two times."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from ledger import events as ev
from ledger.books.reading import AsOf
from ledger.moments import FOREVER, Instant

if TYPE_CHECKING:
    from ledger.books.state import Books


class Office(msgspec.Struct, frozen=True, kw_only=True):
    """Which positions a person holds, and all they report to by line, directly or through others; for a stretch."""

    offices: frozenset[str]
    superiors: frozenset[str]
    since: Instant
    until: Instant
    known_since: int
    known_until: int
    upto: int


def office_of(books: Books, person: str, at: Instant, known: int) -> Office:
    """The office of a person at an instant, as known; remembered for as long as nothing that was read changes.

    Nothing is remembered of a person whom the ledger has never heard of.
    """
    structure = books.structure_at(known)
    found: Office | None = books.remembered.find(("", person), at, structure)
    if found is None:
        reading = AsOf(books, at, structure)
        offices = frozenset(one.position for one in reading.held_by(person))
        superiors = frozenset(above for one in offices for above in reading.superiors(one))
        found = Office(
            offices=offices,
            superiors=superiors,
            since=reading.since,
            until=reading.until,
            known_since=reading.known_since,
            known_until=reading.known_until,
            upto=books.structure_at(books.head),
        )
        if person in books.things["person"]:
            books.remembered.keep(("", person), found)
    return found


def departure(reading: AsOf, person: str, since: Instant) -> tuple[Instant, int]:
    """When an authority given by name at `since` ends: the person, having held a position, holds none any more.

    The end of the first unbroken stretch of appointments that reaches beyond `since`, and the entry that says so;
    FOREVER and 0 if there is none.
    """
    begun: Instant | None = None
    end, source = FOREVER, 0
    for start, stop, by in sorted(_stretches(reading, person)):
        if begun is not None and start <= end:
            end, source = max((end, source), (stop, by))
        elif begun is not None and end > since:
            break
        else:
            begun, end, source = start, stop, by
    return (end, source) if begun is not None and end > since else (FOREVER, 0)


def _stretches(reading: AsOf, person: str) -> list[tuple[Instant, Instant, int]]:
    """The periods of a person's appointments, each within the life of its position, and which entry ends each."""
    found = []
    if reading.life("person", person) is None:
        return []
    for thing in reading.books.appointments_of.get(person, ()):
        life = reading.life_of(thing)
        if life is None or not isinstance(life.created.fact, ev.PersonAppointed):
            continue
        if life.created.fact.person != person:
            continue
        house = reading.life("position", life.created.fact.position)
        if house is not None and house.since <= life.since < (end := min(life.until, house.until)):
            last = life if life.until <= house.until else house
            found.append((life.since, end, (last.ended or last.created).source))
    return found


def absent(reading: AsOf, person: str) -> bool:
    """Whether an absence of the person is recorded for the instant."""
    for thing in reading.books.absences_of.get(person, ()):
        life = reading.life_of(thing)
        if life is not None and life.contains(reading.at):
            fact = life.created.fact
            if isinstance(fact, ev.AbsenceRecorded) and fact.person == person:
                return True
    return False
