"""The rules about the state as a whole, on any date touched.

No position has more holders than seats, nothing lies within itself, the parts of a target do not exceed the whole.

They are checked once, on the state after the whole batch, for corrections and annulments too (semantics.md 3).
"""

from __future__ import annotations

from bisect import bisect_right, insort
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ledger import events as ev
from ledger.books.reading import AsOf
from ledger.deciding.parts import excess, wholes_of
from ledger.moments import BEGINNING, FOREVER, Instant, written
from ledger.refusals import (
    MatterCycle,
    PartsExceedWhole,
    Refusal,
    ReportingCycle,
    ScopeCycle,
    SeatTaken,
    SuccessorCycle,
    TargetCycle,
    UnitCycle,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from ledger.books.state import Books
    from ledger.timeline import Thing


_ALONE = frozenset({ev.ActDone, ev.ActRatified, ev.ItemOpened})
"""Facts that concern nothing but themselves."""


class Touched:
    """What a batch touched. `note` each event as it is folded, `check` when all are in."""

    def __init__(self, books: Books) -> None:
        self.books = books
        self._now, self._any = 0, False
        self._seats: dict[str, int] = {}
        self._lines: dict[str, int] = {}
        self._successions: dict[str, int] = {}
        self._units: dict[str, int] = {}
        self._matters: dict[str, int] = {}
        self._values: dict[tuple[str, str], int] = {}
        self._targets: dict[str, int] = {}

    def note(self, event: ev.AnyEvent, position: int = 0) -> None:
        """Remember what an event touches, and its command's place in the batch.

        A correction or annulment touches what the fact said and says.
        """
        if type(event) in _ALONE:
            return
        self._now, self._any = position, True
        if isinstance(event, ev.FactCorrected | ev.EntryAnnulled):
            root = self.books.root.get(event.of, event.of)
            facts = [self.books.stated.get(root), *(said for _, said in self.books.about.get(root, ()))]
            for fact in facts:
                inner = fact.replacement if isinstance(fact, ev.FactCorrected) else fact
                if inner is not None and not isinstance(inner, ev.EntryAnnulled):
                    self._note(inner)
        else:
            self._note(event)

    def check(self) -> None:
        """Raises the first of what refusals.md lists for the house as a whole."""
        if not self._any:
            return
        for position, place in self._seats.items():
            with _placed(place):
                self._check_seats(position)
        for position, place in self._successions.items():
            with _placed(place):
                self._check_successors(position)
        self._no_cycle(self._lines, AsOf.superior, ReportingCycle)
        self._no_cycle(self._units, _parent_of("unit"), UnitCycle)
        self._no_cycle(self._matters, _parent_of("matter"), MatterCycle)
        for (dimension, value), place in self._values.items():
            self._no_cycle({value: place}, _values_of(dimension), ScopeCycle)
        self._no_cycle(self._targets, _whole_of, TargetCycle)
        for target, place in self._targets.items():
            with _placed(place):
                self._check_parts(target)

    def _note(self, event: ev.Event) -> None:
        match event:
            case ev.UnitFormed(unit=unit) | ev.UnitMoved(unit=unit) | ev.UnitDissolved(unit=unit):
                self._units[unit] = self._now
            case ev.MatterDefined(matter=matter) | ev.MatterMoved(matter=matter):
                self._matters[matter] = self._now
            case ev.ScopeValuePlaced(dimension=dimension, value=value):
                self._values[dimension, value] = self._now
            case ev.TargetSet(target=target) | ev.TargetAdjusted(target=target) | ev.TargetWithdrawn(target=target):
                for one in (target, *wholes_of(self.books, target)):
                    self._targets[one] = self._now
            case ev.SuperiorSet(position=position):
                self._note_lines(position)
            case ev.PositionEstablished(position=position) | ev.PositionAbolished(position=position):
                self._seats[position] = self._successions[position] = self._now
                self._note_lines(position)
            case _:
                self._note_seats(event)

    def _note_seats(self, event: ev.Event) -> None:
        appointments: list[Thing] = []
        match event:
            case ev.PersonAppointed(position=position) | ev.SeatsSet(position=position):
                self._seats[position] = self._now
            case ev.AppointmentEnded(appointment=appointment):
                appointments = [self.books.things["appointment"][appointment]]
            case ev.PersonRegistered(person=person):
                appointments = self.books.appointments_of.get(person, [])
        for thing in appointments:
            for version in thing.created:
                self._seats[version.fact.position] = self._now  # type: ignore[attr-defined]  # these are appointments

    def _note_lines(self, position: str) -> None:
        """A position whose line may have changed, and whoever's climb may pass through it although it has ended."""
        self._lines[position] = self._now
        pending = [position]
        while pending:
            here = pending.pop()
            thing = self.books.things["position"].get(here)
            if here != position and (thing is None or not _may_end(thing)):
                continue
            for below in (*self.books.subordinates_of.get(here, ()), *self.books.abolished_into.get(here, ())):
                if below not in self._lines:
                    pending.append(below)
                self._lines[below] = self._now

    # Seats

    def _check_seats(self, position: str) -> None:
        thing = self.books.things["position"].get(position)
        appointments = self.books.appointments_to.get(position, ())
        if thing is None:
            return
        edges = {version.effective for one in appointments for version in one.created}
        edges |= {version.effective for version in thing.properties.get("seats", ())}
        for instant in sorted(edges):
            reading = AsOf(self.books, instant, self.books.head)
            seated = [one.person for one in reading.incumbents(position) if one.kind in ev.SEATED]
            seats = reading.stated("position", position, "seats")
            if seats is not None and len(seated) > seats:
                raise SeatTaken(position, written(instant, self.books.zone), seated, seats)

    # Parts

    def _check_parts(self, target: str) -> None:
        found = excess(self.books, target)
        if found is not None:
            raise PartsExceedWhole(target, written(found.at, self.books.zone), found.parts, found.whole)

    # Cycles

    def _check_successors(self, position: str) -> None:
        path, here = [position], position
        while True:
            thing = self.books.things["position"].get(here)
            life = AsOf(self.books, FOREVER, self.books.head).life("position", here) if thing else None
            fact = life.ended.fact if life and life.ended else None
            if not isinstance(fact, ev.PositionAbolished) or fact.successor is None:
                return
            here = fact.successor
            path.append(here)
            if here in path[:-1]:
                raise SuccessorCycle(path, written(fact.effective.at, self.books.zone))

    def _no_cycle(
        self,
        starts: Mapping[str, int],
        above: Callable[[AsOf, str], str | None],
        cycle: type[ReportingCycle | UnitCycle | MatterCycle | ScopeCycle | TargetCycle],
    ) -> None:
        climbed = Climbed()
        for start, place in starts.items():
            found = find_cycle(self.books, start, above, climbed)
            if found is not None:
                with _placed(place):
                    raise cycle(found[0], written(found[1], self.books.zone))


def _may_end(thing: Thing) -> bool:
    return bool(thing.ends) or any(version.until < FOREVER for version in thing.created)


@contextmanager
def _placed(place: int) -> Iterator[None]:
    """A refusal of the state as a whole names the last command that touched it."""
    try:
        yield
    except Refusal as refusal:
        refusal.position = place
        raise


def _parent_of(kind: str) -> Callable[[AsOf, str], str | None]:
    return lambda reading, one: reading.stated(kind, one, "parent")


def _values_of(dimension: str) -> Callable[[AsOf, str], str | None]:
    return lambda reading, one: reading.parent_value(dimension, one)


def _whole_of(reading: AsOf, target: str) -> str | None:
    found: str | None = reading.stated("target", target, "part_of")
    return found


class Climbed:
    """From which names, and in which stretches of time, a climb has reached the top: no way needs to be gone twice."""

    def __init__(self) -> None:
        self._stretches: dict[str, list[tuple[Instant, Instant]]] = {}

    def until(self, name: str, at: Instant) -> Instant | None:
        """The end of a stretch around an instant in which the climb from a name is known to end; None if none is."""
        stretches = self._stretches.get(name, [])
        index = bisect_right(stretches, (at, FOREVER)) - 1
        return stretches[index][1] if index >= 0 and at < stretches[index][1] else None

    def note(self, name: str, since: Instant, until: Instant) -> None:
        """Remember that in a stretch the climb from a name ends."""
        insort(self._stretches.setdefault(name, []), (since, until))


def find_cycle(
    books: Books, start: str, above: Callable[[AsOf, str], str | None], climbed: Climbed
) -> tuple[list[str], Instant] | None:
    """The first cycle met when climbing from `start`, at whatever date; as known at the head.

    Climbs once in every stretch of time in which nothing on the way changes. Returns the path, closed by the repeated
    name, and the instant from which on it is a cycle; None where there is none.
    """
    instant = BEGINNING
    while instant < FOREVER:
        known = climbed.until(start, instant)
        if known is not None:
            instant = known
            continue
        reading = AsOf(books, instant, books.head)
        path: dict[str, None] = {}
        here: str | None = start
        while here is not None and known is None:
            if here in path:
                names = list(path)
                return [*names[names.index(here) :], here], instant
            path[here] = None
            here = above(reading, here)
            known = climbed.until(here, instant) if here is not None else None
        until = reading.until if known is None else min(reading.until, known)
        for name in path:
            climbed.note(name, instant, until)
        instant = until
    return None
