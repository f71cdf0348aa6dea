"""The rules about the state as a whole: no position with more holders than seats, no cycle, on any date touched.

They are checked once, on the state after the whole batch, for corrections and annulments too (semantics.md 3).
"""

from __future__ import annotations

from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING

from ledger import events as ev
from ledger.books.reading import AsOf
from ledger.moments import FOREVER, Instant, written
from ledger.refusals import MatterCycle, ReportingCycle, ScopeCycle, SeatTaken, SuccessorCycle, UnitCycle

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ledger.books.state import Books
    from ledger.timeline import Thing, Version


class Touched:
    """What a batch touched. `note` each event as it is folded, `check` when all are in."""

    def __init__(self, books: Books) -> None:
        self.books = books
        self._seats: dict[str, None] = {}
        self._lines: dict[str, None] = {}
        self._successions: dict[str, None] = {}
        self._units: dict[str, None] = {}
        self._matters: dict[str, None] = {}
        self._values: dict[tuple[str, str], None] = {}

    def note(self, event: ev.AnyEvent) -> None:
        """Remember what an event touches; a correction or annulment touches what the fact said and says."""
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
        """Raises SeatTaken, ReportingCycle, SuccessorCycle, UnitCycle, MatterCycle, ScopeCycle."""
        for position in self._seats:
            self._check_seats(position)
        for position in self._successions:
            self._check_successors(position)
        readings: dict[Instant, AsOf] = {}

        def at(instant: Instant) -> AsOf:
            if instant not in readings:
                readings[instant] = AsOf(self.books, instant, self.books.head)
            return readings[instant]

        self._no_cycle(self._lines, "position", lambda one, when: at(when).superior(one), ReportingCycle)
        self._no_cycle(self._units, "unit", lambda one, when: at(when).stated("unit", one, "parent"), UnitCycle)
        self._no_cycle(self._matters, "matter", lambda one, when: at(when).stated("matter", one, "parent"), MatterCycle)
        for dimension, value in self._values:
            self._check_value(dimension, value)

    def _note(self, event: ev.Event) -> None:
        match event:
            case ev.PersonAppointed(position=position) | ev.SeatsSet(position=position):
                self._seats[position] = None
            case ev.AppointmentEnded(appointment=appointment):
                for version in self.books.things["appointment"][appointment].created:
                    self._seats[version.fact.position] = None  # type: ignore[attr-defined]
            case ev.PositionEstablished(position=position):
                self._seats[position] = self._lines[position] = None
                self._note_below(position)
            case ev.SuperiorSet(position=position):
                self._lines[position] = None
            case ev.PositionAbolished(position=position):
                self._seats[position] = self._successions[position] = None
                self._note_below(position)
            case ev.UnitFormed(unit=unit) | ev.UnitMoved(unit=unit):
                self._units[unit] = None
            case ev.MatterDefined(matter=matter) | ev.MatterMoved(matter=matter):
                self._matters[matter] = None
            case ev.ScopeValuePlaced(dimension=dimension, value=value):
                self._values[dimension, value] = None

    def _note_below(self, position: str) -> None:
        """Whoever ever reported to a position may report to another when it ends or begins."""
        for below in self.books.subordinates_of.get(position, ()):
            self._lines[below] = None

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
        starts: Iterable[str],
        kind: str,
        above: Callable[[str, Instant], str | None],
        cycle: type[ReportingCycle | UnitCycle | MatterCycle],
    ) -> None:
        things = self.books.things[kind]
        for start in starts:
            found = find_cycle(start, above, lambda one: _edges(things.get(one)))
            if found is not None:
                raise cycle(found[0], written(found[1], self.books.zone))

    def _check_value(self, dimension: str, value: str) -> None:
        def above(one: str, at: Instant) -> str | None:
            return AsOf(self.books, at, self.books.head).parent_value(dimension, one)

        found = find_cycle(value, above, lambda one: _spans(self.books.scope_parents.get((dimension, one), ())))
        if found is not None:
            raise ScopeCycle(found[0], written(found[1], self.books.zone))


def find_cycle(
    start: str, above: Callable[[str, Instant], str | None], edges: Callable[[str], Iterable[Instant]]
) -> tuple[list[str], Instant] | None:
    """The first cycle met when climbing from `start`, on any date on which a link of the way may change.

    Returns the path, closed by the repeated name, and the instant; None where there is no cycle. `edges` gives the
    instants at which what is above a name may change.
    """
    pending = list(edges(start))
    heapify(pending)
    met, done = {start}, set[Instant]()
    while pending:
        instant = heappop(pending)
        if instant in done:
            continue
        done.add(instant)
        path: dict[str, None] = {}
        here: str | None = start
        while here is not None:
            if here in path:
                names = list(path)
                return [*names[names.index(here) :], here], instant
            path[here] = None
            if here not in met:
                met.add(here)
                for edge in edges(here):
                    if edge not in done:
                        heappush(pending, edge)
            here = above(here, instant)
    return None


def _edges(thing: Thing | None) -> Iterable[Instant]:
    """The instants at which a thing's life or what lies above it may change."""
    if thing is None:
        return ()
    above = [*thing.properties.get("superior", ()), *thing.properties.get("parent", ())]
    return _spans([*thing.created, *thing.ends, *above])


def _spans(versions: Iterable[Version]) -> list[Instant]:
    spans = {edge for version in versions for edge in (version.effective, version.until)}
    return sorted(spans - {FOREVER})
