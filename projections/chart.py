"""The chart: units with their positions, who holds them, to whom they report; committees with their seats.

As the books have it at one valid instant, as known at one entry. Vacant positions and unfilled seats are shown.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from ledger.books.people import absent
from ledger.books.reading import AsOf
from ledger.events import SEATED, AppointmentKind, FunctionalLineDrawn
from ledger.ids import Holder, Seq

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ledger.books.state import Books


class HolderShown(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody who holds a position, and the entry by which they do. `absent` removes no authority."""

    person: str
    kind: AppointmentKind
    appointment: str
    seq: int
    absent: bool = False


class LineShown(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A functional reporting line, beside the line superior."""

    line: str
    superior: str
    seq: int


class PositionShown(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A position: its seats, who holds it (nobody: `vacant`), its line superior as it reads at the instant."""

    position: str
    title: str
    seats: int
    free_seats: int
    vacant: bool
    superior: str | None = None
    holders: tuple[HolderShown, ...] = ()
    functional: tuple[LineShown, ...] = ()


class UnitShown(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A unit and the positions directly in it; `parent` is the unit it lies within."""

    unit: str
    name: str
    parent: str | None = None
    positions: tuple[PositionShown, ...] = ()


class SeatShown(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A seat of a committee and who sits on it; `read_as` is the successor of an abolished position."""

    seat: Holder
    persons: tuple[str, ...] = ()
    read_as: str | None = None


class CommitteeShown(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A committee and its seats."""

    committee: str
    name: str
    seats: tuple[SeatShown, ...] = ()


class Chart(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The organisation. Units stand depth first, each after the one it lies in; `positions` are those in no unit."""

    valid_at: datetime
    known_seq: Seq
    known_at: datetime | None
    units: tuple[UnitShown, ...] = ()
    positions: tuple[PositionShown, ...] = ()
    committees: tuple[CommitteeShown, ...] = ()


def chart(books: Books, at: datetime, known: Seq) -> Chart:
    """The organisation at an instant, as known at an entry. Raises nothing."""
    reading = AsOf(books, at, known)
    placed: dict[str | None, list[PositionShown]] = {}
    for position in books.things["position"]:
        if reading.alive("position", position):
            unit = reading.stated("position", position, "unit")
            home = unit if unit is not None and reading.alive("unit", unit) else None
            placed.setdefault(home, []).append(_position(reading, position))
    return Chart(
        valid_at=at,
        known_seq=known,
        known_at=books.recorded(known),
        units=tuple(
            UnitShown(
                unit=unit,
                name=reading.stated("unit", unit, "name"),
                parent=parent,
                positions=tuple(placed.get(unit, ())),
            )
            for unit, parent in _depth_first(reading)
        ),
        positions=tuple(placed.get(None, ())),
        committees=tuple(
            CommitteeShown(
                committee=committee,
                name=reading.stated("committee", committee, "name"),
                seats=tuple(_seat(reading, seat) for seat in reading.stated("committee", committee, "seats")),
            )
            for committee in books.things["committee"]
            if reading.alive("committee", committee)
        ),
    )


def _depth_first(reading: AsOf) -> Iterator[tuple[str, str | None]]:
    """The units in force and the one each lies within, in order of their recording; one whose parent is not, on top."""
    below: dict[str | None, list[str]] = {}
    for unit in reading.books.things["unit"]:
        if reading.alive("unit", unit):
            parent = reading.stated("unit", unit, "parent")
            below.setdefault(parent if parent is not None and reading.alive("unit", parent) else None, []).append(unit)
    waiting: list[tuple[str, str | None]] = [(unit, None) for unit in reversed(below.get(None, []))]
    while waiting:
        unit, parent = waiting.pop()
        yield unit, parent
        waiting.extend((one, unit) for one in reversed(below.get(unit, [])))


def _position(reading: AsOf, position: str) -> PositionShown:
    holders = reading.incumbents(position)
    seats: int = reading.stated("position", position, "seats")
    return PositionShown(
        position=position,
        title=reading.stated("position", position, "title"),
        seats=seats,
        free_seats=max(0, seats - sum(one.kind in SEATED for one in holders)),
        vacant=not holders,
        superior=reading.superior(position),
        holders=tuple(
            HolderShown(
                person=one.person,
                kind=one.kind,
                appointment=one.appointment,
                seq=one.seq,
                absent=absent(reading, one.person),
            )
            for one in holders
        ),
        functional=tuple(_lines(reading, position)),
    )


def _lines(reading: AsOf, position: str) -> Iterator[LineShown]:
    for thing in reading.books.lines_of.get(position, ()):
        life = reading.life("line", thing.id)
        if life is None or not life.contains(reading.at):
            continue
        fact = life.created.fact
        if isinstance(fact, FunctionalLineDrawn) and fact.position == position:
            superior = reading.resolve(fact.superior)
            if superior is not None and superior != position and reading.alive("position", superior):
                yield LineShown(line=thing.id, superior=superior, seq=life.created.source)


def _seat(reading: AsOf, seat: Holder) -> SeatShown:
    if seat.position is None:
        return SeatShown(seat=seat, persons=(seat.id,))
    position = reading.resolve(seat.position)
    persons = tuple(one.person for one in reading.incumbents(position)) if position is not None else ()
    return SeatShown(seat=seat, persons=persons, read_as=position if position != seat.position else None)
