"""What the books say at one point of the two times: who holds what, who reports to whom, what lies below what.

An `AsOf` belongs to one question. It remembers what it has read, so that a chain that is walked twice is read once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from ledger import events as ev
from ledger.moments import BEGINNING, FOREVER, MICROSECOND, Instant
from ledger.timeline import STILL_KNOWN, Life, Thing, Version, life_at, value_at

if TYPE_CHECKING:
    from ledger.books.state import Books
    from ledger.ids import Seq


class Incumbent(NamedTuple):
    """Somebody who holds a position: by which appointment, of which kind, stated by which entry."""

    person: str
    position: str
    kind: ev.AppointmentKind
    appointment: str
    seq: int


class AsOf:
    """The books at valid time `at`, as known at entry `known`.

    `since` and `until` bound the stretch of valid time around `at` in which nothing that was read so far changes, and
    `known_since` and `known_until` that of known time around `known`: what was found out holds for every instant of
    `[since, until)` as known at every entry of `[known_since, known_until)` that is in the books.
    """

    def __init__(self, books: Books, at: Instant, known: Seq | int) -> None:
        self.books, self.at, self.known = books, at, known
        self.since, self.until = BEGINNING, FOREVER
        self.known_since, self.known_until = 0, STILL_KNOWN
        self._things = books.things
        self._lives: dict[Thing, Life | None] = {}
        self._resolved: dict[str, str | None] = {}
        self._superiors: dict[str, str | None] = {}
        self._incumbents: dict[str, tuple[Incumbent, ...]] = {}

    # Things and properties

    def life(self, kind: str, name: str) -> Life | None:
        """The life of a thing as known; None where it is unknown or its creation is annulled."""
        thing = self._things[kind].get(name)
        return None if thing is None else self.life_of(thing)

    def life_of(self, thing: Thing) -> Life | None:
        """The life of a thing as known; None where its creation is annulled."""
        if thing in self._lives:
            return self._lives[thing]
        life = self._lives[thing] = life_at(thing, self.known)
        for version in thing.created:
            self._seen(version)
        for version in thing.ends:
            self._seen(version)
        if life is not None:
            for edge in (life.since, life.until):
                if edge <= self.at:
                    if edge > self.since:  # noqa: PLR1730 - a call to max() costs more than all the rest here
                        self.since = edge
                elif edge < self.until:
                    self.until = edge
        return life

    def _seen(self, version: Version) -> None:
        """What is read changes in known time where a version begins or ceases to be known."""
        for edge in (version.known_from, version.known_until):
            if edge <= self.known:
                if edge > self.known_since:  # noqa: PLR1730 - a call to max() costs more than all the rest here
                    self.known_since = edge
            elif edge < self.known_until:
                self.known_until = edge

    def passed(self, edge: Instant) -> bool:
        """Whether an instant lies at or before the one asked about."""
        if edge <= self.at:
            self.since = max(self.since, edge)
            return True
        self.until = min(self.until, edge)
        return False

    def alive(self, kind: str, name: str) -> bool:
        """Whether the thing exists at the instant."""
        life = self.life(kind, name)
        return life is not None and life.since <= self.at < life.until

    def property(self, thing: Thing, name: str, life: Life, at: Instant | None = None) -> Version | None:
        """The fact that sets a property of a living thing; None where only what its creation stated counts."""
        versions = thing.properties.get(name)
        return self._value(versions, at or self.at, life.since) if versions else None

    def _value(self, versions: list[Version], at: Instant, not_before: Instant | None = None) -> Version | None:
        for version in versions:
            self._seen(version)
            self.passed(version.effective)
            self.passed(version.until)
        return value_at(versions, at, self.known, not_before)

    def value(self, versions: list[Version], not_before: Instant | None = None) -> Version | None:
        """The version of a timeline that decides at the instant; none that is effective before `not_before`."""
        return self._value(versions, self.at, not_before)

    def stated(self, kind: str, name: str, field: str) -> Any:  # noqa: ANN401 - the value of whichever field is named
        """The value of a property inside the life, else what was stated at creation; None outside the life."""
        thing = self._things[kind].get(name)
        life = None if thing is None else self.life_of(thing)
        if thing is None or life is None or not life.since <= self.at < life.until:
            return None
        version = self.property(thing, field, life) or life.created
        return getattr(version.fact, field)

    def rule(self, name: ev.RuleName) -> str:
        """The value of a rule; its default where none was set."""
        version = self._value(self.books.rules.get(name, []), self.at)
        return version.fact.value if version and isinstance(version.fact, ev.RuleSet) else ev.RULES[name][0]

    # Positions

    def resolve(self, position: str) -> str | None:
        """The position that a reference to `position` reads as: itself, or the successor of an abolished one.

        What comes back need not be alive: it can be abolished without a successor, or not established yet.
        """
        if position not in self._resolved:
            self._resolved[position] = self._resolve(position)
        return self._resolved[position]

    def _resolve(self, position: str) -> str | None:
        seen = {position}
        while (successor := self._successor(position)) is not None:
            position = successor
            if position in seen:
                return None
            seen.add(position)
        return position

    def _successor(self, position: str) -> str | None:
        life = self.life("position", position)
        if life is None or self.at < life.until or life.ended is None:
            return None
        return life.ended.fact.successor if isinstance(life.ended.fact, ev.PositionAbolished) else None

    def superior(self, position: str) -> str | None:
        """The line superior of a living position; None at the top.

        An abolished superior reads as its successor, without one as its own superior; where a position would become its
        own superior it takes that of the abolished one (semantics.md 3).
        """
        if position not in self._superiors:
            self._superiors[position] = self._superior(position)
        return self._superiors[position]

    def _superior(self, position: str) -> str | None:
        if not self.alive("position", position):
            return None
        above, abolished, seen = self._reports_to(position, self.at), "", set[str]()
        while above is not None:
            life = self.life("position", above)
            if life is None or self.at < life.since:
                return None
            if self.at < life.until:
                if above != position:
                    return above
                above, abolished = (self._last_superior(abolished) if abolished else None), ""
                continue
            if above in seen:
                return None
            seen.add(above)
            successor = self._successor(above)
            abolished = above if successor is not None else ""
            above = successor or self._last_superior(above)
        return None

    def _last_superior(self, position: str) -> str | None:
        life = self.life("position", position)
        return None if life is None else self._reports_to(position, life.until - MICROSECOND)

    def _reports_to(self, position: str, at: Instant) -> str | None:
        """The superior as stated for an instant inside the life, whatever became of that superior."""
        thing = self._things["position"][position]
        life = self.life_of(thing)
        if life is None:
            return None
        fact = (self.property(thing, "superior", life, at) or life.created).fact
        return fact.superior if isinstance(fact, ev.SuperiorSet | ev.PositionEstablished) else None

    def superiors(self, position: str) -> list[str]:
        """All line superiors, the nearest first; a loop, which only a damaged history can hold, ends the climb."""
        found: list[str] = []
        above = self.superior(position)
        while above is not None and above != position and above not in found:
            found.append(above)
            above = self.superior(above)
        return found

    # Persons

    def incumbents(self, position: str) -> tuple[Incumbent, ...]:
        """Who holds a position, by appointments of any kind; nobody where it does not exist."""
        found = self._incumbents.get(position)
        if found is None:
            found = self._incumbents[position] = tuple(self._appointed(position))
        return found

    def _appointed(self, position: str) -> list[Incumbent]:
        house = self.life("position", position)
        at = self.at
        if house is None or not house.since <= at < house.until:
            return []
        found = []
        for thing in self.books.appointments_to.get(position, ()):
            life = self.life_of(thing)
            if life is None or not life.since <= at < life.until or life.since < house.since:
                continue
            fact = life.created.fact
            if isinstance(fact, ev.PersonAppointed) and fact.position == position and self.life("person", fact.person):
                found.append(Incumbent(fact.person, position, fact.kind, thing.id, life.created.source))
        return found

    def held_by(self, person: str) -> list[Incumbent]:
        """The positions that a person holds, in the order in which the appointments were first recorded."""
        return [
            one for position in self._ever_held(person) for one in self.incumbents(position) if one.person == person
        ]

    def _ever_held(self, person: str) -> list[str]:
        facts = (
            version.fact
            for thing in self.books.appointments_of.get(person, ())
            if (life := self.life_of(thing)) is not None
            for version in (life.created,)
        )
        return list(dict.fromkeys(fact.position for fact in facts if isinstance(fact, ev.PersonAppointed)))

    # Trees of matters, units and scope values

    def matters_above(self, matter: str) -> list[str]:
        """A matter in force and the matters it is part of, itself first."""
        return self._climb(matter, self._parent_matter)

    def _parent_matter(self, matter: str) -> tuple[bool, str | None]:
        alive = self.alive("matter", matter)
        return alive, self.stated("matter", matter, "parent") if alive else None

    def values_above(self, dimension: str, value: str) -> list[str]:
        """A scope value and those it lies below; for the dimension `unit`, the units it lies within."""
        if dimension == "unit":
            return self._climb(value, lambda unit: (True, self.stated("unit", unit, "parent")))
        return self._climb(value, lambda one: (True, self.parent_value(dimension, one)))

    def parent_value(self, dimension: str, value: str) -> str | None:
        """The scope value that another lies directly below."""
        version = self._value(self.books.scope_parents.get((dimension, value), []), self.at)
        return version.fact.parent if version and isinstance(version.fact, ev.ScopeValuePlaced) else None

    @staticmethod
    def _climb(start: str, above: Any) -> list[str]:  # noqa: ANN401 - see the two callers
        found: list[str] = []
        here: str | None = start
        while here is not None and here not in found:
            alive, parent = above(here)
            if not alive:
                break
            found.append(here)
            here = parent
        return found

    def charter(self, position: str) -> Version | None:
        """The edition of a living position's charter that is in force."""
        life = self.life("position", position)
        if life is None or not life.contains(self.at):
            return None
        return self._value(self.books.charters.get(position, []), self.at, life.since)

    def ever_stated(self, thing: Thing) -> Version | None:
        """What a thing's creation last said up to the known entry, standing or not."""
        known = [version for version in thing.created if version.known_from <= self.known]
        return max(known, key=lambda version: version.known_from, default=None)
