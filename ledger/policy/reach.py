"""What entries can touch: the acts, authorities and targets that are judged again because of them.

Conservative on purpose: an act that is judged in vain costs microseconds, one that is missed would be an error.
`tests/test_laws_conduct.py` holds it against judging everything.
"""

from __future__ import annotations

from bisect import bisect_left
from operator import attrgetter
from typing import TYPE_CHECKING

from ledger import events as ev
from ledger.books.standing import stated_fact
from ledger.books.tables import CREATES, ENDS, SETS
from ledger.moments import BEGINNING, FOREVER

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ledger.books.state import Books
    from ledger.moments import Instant
    from ledger.timeline import Thing

_SILENT = (
    ev.UnitRenamed,
    ev.PositionRetitled,
    ev.PersonRenamed,
    ev.AbsenceRecorded,
    ev.AbsenceEnded,
    ev.CharterAdopted,
    ev.InstrumentIssued,
    ev.MatterRenamed,
    ev.FunctionalLineDrawn,
    ev.FunctionalLineWithdrawn,
    ev.ContractPlaced,
    ev.TargetAccepted,
    ev.ResultReported,
)
"""Facts that no verdict rests on."""
_TARGETS = (ev.TargetSet, ev.TargetAdjusted, ev.TargetReassigned, ev.TargetWithdrawn)
_effective = attrgetter("effective")


class Reach:
    """Collects, for the entries after one number up to another, what they can touch."""

    def __init__(self, books: Books, before: int, after: int) -> None:
        self._books = books
        self._deeds: dict[str, Thing] = {}
        self._authorities: dict[str, Thing] = {}
        self._targets: dict[str, None] = {}
        self._all_authorities = self._all_targets = False
        for seq in range(before + 1, after + 1):
            for fact in _said(books, seq):
                self._touch(fact)
        self._close()

    def deeds(self) -> list[Thing]:
        """The acts to judge again, in the order in which they were done."""
        return sorted(self._deeds.values(), key=lambda one: (one.created[0].effective, one.created[0].seq))

    def authorities(self) -> list[Thing]:
        """The grants and delegations whose standing may differ."""
        known = self._books.things["authority"]
        return list(known.values()) if self._all_authorities else list(self._authorities.values())

    def targets(self) -> list[str]:
        """The targets whose setting may be judged otherwise."""
        return list(self._books.things["target"]) if self._all_targets else list(self._targets)

    # What a fact touches

    def _touch(self, fact: ev.Fact) -> None:
        about = SETS.get(type(fact)) or ENDS.get(type(fact))
        since = self._earliest(fact)
        match fact:
            case ev.PersonAppointed() | ev.AppointmentEnded():
                self._appointed(fact)
            case ev.AuthorityGranted() | ev.AuthorityDelegated():
                self._about(fact.authority, since)
            case ev.RestrictionImposed(act=act):
                self._since(since, [act])
                self._all_targets = True
            case _ if isinstance(fact, _TARGETS):
                self._targets[fact.target] = None
            case _ if isinstance(fact, _SILENT) or self._done(fact):
                pass
            case _ if about is not None and about[0] == "authority":
                self._about(about[1](fact), since)
            case _:
                self._since(since, list(self._books.done))
                self._all_authorities = self._all_targets = True

    def _earliest(self, fact: ev.Fact) -> Instant:
        """From when on a fact can tell: for one that creates a thing, from when on that ever began."""
        if isinstance(fact, ev.PersonRegistered):
            return BEGINNING  # from what date on a person is registered makes no difference
        kind, name = CREATES.get(type(fact), (None, None))
        thing = self._books.things[kind].get(name(fact)) if kind is not None and name is not None else None
        return min([fact.effective.at, *(one.effective for one in (thing.created if thing is not None else ()))])

    def _done(self, fact: ev.Fact) -> bool:
        """Whether a fact is about what people do: then it touches the acts on an item, and what these count towards."""
        match fact:
            case ev.ActDone(item=item, act=act):
                self._on_items([item])
                if self._counted():
                    self._since(fact.effective.at, [act])
                    self._all_targets = True
            case ev.ActRatified(deed=deed):
                thing = self._books.things["deed"].get(deed)
                self._on_items(_items(thing) if thing is not None else ())
            case ev.ItemOpened(item=item) | ev.ContractRegistered(contract=item) | ev.ContractAmended(contract=item):
                self._on_items([item])
                self._counted_on(item)
            case ev.ContractTerminated(contract=item):
                self._on_items([item])
                self._counted_on(item)
            case _:
                return False
        return True

    def _since(self, at: Instant, acts: Iterable[str]) -> None:
        """Every act of some kinds from an instant on; and those that were ratified since."""
        for act in acts:
            versions = self._books.done.get(act, [])
            for version in versions[bisect_left(versions, at, key=_effective) :]:
                self._add(version.fact)
        self._ratified_since(at, None)

    def _ratified_since(self, at: Instant, persons: set[str] | None) -> None:
        for things in self._books.ratifications_of.values():
            for thing in things:
                for version in thing.created:
                    word = version.fact
                    if version.effective >= at and isinstance(word, ev.ActRatified):
                        deed = self._books.things["deed"].get(word.deed)
                        if deed is not None and (persons is None or word.by.id in persons):
                            self._deeds[deed.id] = deed

    def _add(self, fact: ev.Fact) -> None:
        if isinstance(fact, ev.ActDone):
            self._deeds[fact.deed] = self._books.things["deed"][fact.deed]

    def _on_items(self, items: Iterable[str]) -> None:
        for item in items:
            for thing in self._books.deeds_on.get(item, ()):
                self._deeds[thing.id] = thing

    def _counted(self) -> bool:
        """Whether acts count towards others: some cap, number of uses, or rule about splitting was ever recorded."""
        books = self._books
        if "splitting" in books.rules:
            return True
        return any(
            "caps" in thing.properties
            or any(isinstance(one.fact, ev.AuthorityGranted) and one.fact.uses is not None for one in thing.created)
            for thing in books.things["authority"].values()
        )

    def _counted_on(self, item: str) -> None:
        """An item's terms changed: what its acts count towards those after them changed with it."""
        if not self._counted():
            return
        self._all_targets = True
        for thing in self._books.deeds_on.get(item, ()):
            for version in thing.created:
                if isinstance(version.fact, ev.ActDone):
                    self._since(version.effective, [version.fact.act])

    # An authority

    def _about(self, authority: str, at: Instant) -> None:
        """The acts by an authority or by what was delegated from it, whichever grant that goes back to."""
        thing = self._books.things["authority"].get(authority)
        if thing is None:
            return
        for one in self._below(thing):
            self._authorities[one.id] = one
        acts = {fact.act for fact in self._grants_above(thing, set()) if isinstance(fact, ev.AuthorityGranted)}
        self._since(at, acts)
        self._all_targets = True

    def _below(self, thing: Thing) -> Iterator[Thing]:
        pending, passed = [thing], set[str]()
        while pending:
            here = pending.pop()
            if here.id not in passed:
                passed.add(here.id)
                yield here
                pending += self._books.delegations_of.get(here.id, ())

    def _grants_above(self, thing: Thing, passed: set[str]) -> Iterator[ev.Fact]:
        if thing.id in passed:
            return
        passed.add(thing.id)
        for version in thing.created:
            yield version.fact
            source = getattr(version.fact, "source", None)
            above = self._books.things["authority"].get(source) if source is not None else None
            if above is not None:
                yield from self._grants_above(above, passed)

    # An appointment

    def _appointed(self, fact: ev.PersonAppointed | ev.AppointmentEnded) -> None:
        """Those who act through the position, above it, or for the person; what the person holds by name."""
        books = self._books
        thing = books.things["appointment"].get(fact.appointment)
        said = [one.fact for one in thing.created] if thing is not None else []
        said.append(fact)
        appointed = [one for one in said if isinstance(one, ev.PersonAppointed)]
        at = min(one.effective.at for one in (*said, fact))
        persons = {str(one.person) for one in appointed}
        positions = self._upwards({str(one.position) for one in appointed})
        actors = set(persons)
        for position in positions:
            for one in books.appointments_to.get(position, ()):
                actors |= {str(v.fact.person) for v in one.created if isinstance(v.fact, ev.PersonAppointed)}
        actors |= self._committees(persons | positions)
        for actor in actors:
            for deed in books.deeds_by.get(actor, ()):
                if any(version.effective >= at for version in deed.created):
                    self._deeds[deed.id] = deed
        self._ratified_since(at, actors)
        self._for_whom(persons, at)
        for authority in list(books.things["authority"].values()):
            holders = {getattr(one.fact, "holder", None) for one in authority.created}
            if any(holder is not None and holder.person in persons for holder in holders):
                self._about(authority.id, at)
        self._all_targets = True

    def _upwards(self, positions: set[str]) -> set[str]:
        """The positions that these ever reported to, through others and through successors."""
        books, found, pending = self._books, set[str](), list(positions)
        while pending:
            here = pending.pop()
            if here in found:
                continue
            found.add(here)
            thing = books.things["position"].get(here)
            if thing is None:
                continue
            versions = (*thing.created, *thing.ends, *thing.properties.get("superior", ()))
            for version in versions:
                for name in ("superior", "successor"):
                    above = getattr(version.fact, name, None)
                    if above is not None:
                        pending.append(above)
            pending += books.abolished_into.get(here, ())
        return found

    def _committees(self, members: set[str]) -> set[str]:
        """The committees that ever had a seat for one of these persons or positions."""
        found = set()
        for thing in self._books.things["committee"].values():
            for version in (*thing.created, *thing.properties.get("seats", ())):
                if any(seat.id in members for seat in getattr(version.fact, "seats", ())):
                    found.add(thing.id)
        return found

    def _for_whom(self, persons: set[str], at: Instant) -> None:
        """The acts that one of these persons asked for or benefits from."""
        books = self._books
        for act in books.done:
            versions = books.done[act]
            for version in versions[bisect_left(versions, at, key=_effective) :]:
                fact = version.fact
                if isinstance(fact, ev.ActDone) and (fact.requester in persons or fact.beneficiary in persons):
                    self._add(fact)
        for kind in ("item", "contract"):
            for thing in books.things[kind].values():
                if any(
                    getattr(version.fact, name, None) in persons
                    for version in thing.created
                    for name in ("requester", "beneficiary")
                ):
                    self._on_items([thing.id])

    # What rests on what was touched

    def _close(self) -> None:
        """Acts on the same items; the acts under grants that rest on those items; and so on."""
        books = self._books
        resting: dict[str, list[Thing]] = {}
        for thing in books.things["authority"].values():
            for version in thing.created:
                if isinstance(version.fact, ev.AuthorityGranted) and version.fact.by_decision is not None:
                    resting.setdefault(version.fact.by_decision, []).append(thing)
        passed: set[str] = set()
        while True:
            items = {item for thing in self._deeds.values() for item in _items(thing)} - passed
            if not items:
                return
            passed |= items
            self._on_items(items)
            for item in items:
                for thing in resting.get(item, ()):
                    since = min((version.effective for version in thing.created), default=FOREVER)
                    self._about(thing.id, since)


def _items(thing: Thing) -> list[str]:
    return [version.fact.item for version in thing.created if isinstance(version.fact, ev.ActDone)]


def _said(books: Books, seq: int) -> Iterator[ev.Fact]:
    """The fact that an entry states or, for a correction or annulment, everything that was ever said of its fact."""
    root = books.root.get(seq, seq)
    if root not in books.current and root not in books.stated:
        return
    yield stated_fact(books, root)
    for _, event in books.about.get(root, ()):
        if isinstance(event, ev.FactCorrected):
            yield event.replacement
