"""Every way in which somebody would exercise an authority over a matter, in force or not.

A chain is a grant and the delegations below it down to the last link; a way is a chain and the person or body that
would act by it, in a capacity, through a position. None of this depends on the amount, the attributes or the
requester, so it holds for a stretch of valid time: what was found for one instant is remembered until something that
was read changes.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import msgspec

from ledger.books.people import absent
from ledger.books.reading import AsOf
from ledger.events import AuthorityDelegated, AuthorityGranted, JointlyHeld, RestrictionImposed
from ledger.ids import ACTS, Holder, PersonId
from ledger.moments import Instant
from ledger.policy.chains import NOT_STANDING, Chain, Chains, between
from ledger.policy.links import Link, Links
from ledger.policy.questions import Capacity, Finding, Flag, Route

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ledger.books.reading import Incumbent
    from ledger.books.state import Books
    from ledger.policy.questions import Question
    from ledger.timeline import Thing

_KIND_ORDER = {"standing": 0, "temporary": 1, "special": 2}
_CAPACITY_ORDER = {"acting": 1, "interim": 1, "delegate": 2, "rolled_up": 3, "inherited": 4}


class Way(msgspec.Struct, eq=False):
    """A chain and who would act by it; `order` is the order of routes of semantics.md 6."""

    chain: Chain
    who: Holder
    capacity: Capacity
    position: str | None
    order: tuple[int, int, int, str, str]
    route: Route
    flags: tuple[Flag, ...]


class Ban(msgspec.Struct, eq=False):
    """A restriction in force over the matter: who it binds, as that reads at the instant (None: everyone)."""

    fact: RestrictionImposed
    seq: int
    binds: str | None


class Stretch(msgspec.Struct, kw_only=True, eq=False):
    """What holds for every instant of `[since, until)`: the ways over a matter, in order, and the bans on it.

    So as known at every entry of `[known_since, known_until)` up to the last that `upto` says was looked at.
    """

    since: Instant
    until: Instant
    known_since: int
    known_until: int
    upto: int
    ways: list[Way]
    bans: list[Ban]
    forbids_self_interest: bool
    separation: str
    sign_needs_approval: bool
    splitting: str
    by: dict[Holder, list[Way]] | None = None

    def ways_of(self, who: Holder) -> list[Way]:
        """The ways of one person or body, in order."""
        if self.by is None:
            self.by = {}
            for way in self.ways:
                self.by.setdefault(way.who, []).append(way)
        return self.by.get(who, [])


def ways_over(books: Books, act: str, matter: str, at: Instant, known: int) -> Stretch:
    """The ways for an act over a matter at an instant, as known.

    Remembered for as long, in both times, as nothing that was read changes; what people do changes no authority. For an
    act or a matter that the ledger has never heard of nothing is: of those there are as many as people may think of.
    """
    structure = books.structure_at(known)
    key = act, matter
    remembered: Stretch | None = books.remembered.find(key, at, structure)
    if remembered is not None:
        return remembered
    reading = AsOf(books, at, structure)
    matters = reading.matters_above(matter)
    ways = list(Routes(reading).over(act, matters)) if act in ACTS or reading.alive("act", act) else []
    bans = [ban for one in matters for ban in _bans(reading, act, one)]
    forbids = reading.rule("self_interest") != "allow"
    ways.sort(key=lambda way: way.order)
    separation, splitting = reading.rule("separation"), reading.rule("splitting")
    needs_approval = reading.rule("sign_needs_approval") == "yes"
    found = Stretch(
        sign_needs_approval=needs_approval,
        separation=separation,
        splitting=splitting,
        since=reading.since,
        until=reading.until,
        known_since=reading.known_since,
        known_until=reading.known_until,
        upto=books.structure_at(books.head),
        ways=ways,
        bans=bans,
        forbids_self_interest=forbids,
    )
    if matter in books.things["matter"] and (act in ACTS or act in books.things["act"]):
        books.remembered.keep(key, found)
    return found


def admitted(books: Books, stretch: Stretch, question: Question, who: Holder | None) -> list[Way]:
    """The ways of somebody (of all, where None); where a position is claimed, those through it or held by it."""
    ways = stretch.ways if who is None else stretch.ways_of(who)
    if question.claimed is None:
        return ways
    claimed = AsOf(books, question.at, question.known).resolve(question.claimed)
    if claimed is None:
        return []
    through = (way for way in ways if way.position is not None)
    return [way for way in through if claimed in (way.position, way.chain.links[-1].position)]


class Routes:
    """Finds ways at one point of the two times; reads each link once."""

    def __init__(self, reading: AsOf) -> None:
        self.reading = reading
        self.links, self._chains = Links(reading), Chains(reading)
        self._rolls_up = reading.rule("vacancy") == "roll_up"
        self._inherits = reading.rule("superiors") == "inherit"

    def over(self, act: str, matters: list[str]) -> Iterator[Way]:
        """The ways for an act over a matter, given with the matters it is part of."""
        for matter in matters:
            for thing in self.reading.books.authorities_over.get((act, matter), ()):
                fact = self.links.said(thing)
                if isinstance(fact, AuthorityGranted) and fact.act == act and fact.matter == matter:
                    yield from self.under(thing, matter, matters)

    def under(self, thing: Thing, reach: str, matters: list[str] | None) -> Iterator[Way]:
        """The ways by a grant and by every delegation below it that reaches one of `matters` (any, where None)."""
        link = self.links.link(thing)
        if link is None:
            yield from self._below(thing, (), NOT_STANDING, reach, matters)
        else:
            yield from self._ways(self._chains.chain((link,), None, reach, matters))
            yield from self._below(thing, (link,), None, reach, matters)

    def _below(
        self, source: Thing, links: tuple[Link, ...], broken: Finding | None, reach: str, matters: list[str] | None
    ) -> Iterator[Way]:
        for thing in self.reading.books.delegations_of.get(source.id, ()):
            fact = self.links.said(thing)
            if not isinstance(fact, AuthorityDelegated) or fact.source != source.id:
                continue
            if fact.matter is not None and matters is not None and fact.matter not in matters:
                continue
            narrowed = fact.matter or reach
            link = self.links.link(thing)
            if link is None:
                yield from self._below(thing, links, broken or NOT_STANDING, narrowed, matters)
                continue
            here = broken or between(links[-1] if links else None, link)
            yield from self._ways(self._chains.chain((*links, link), here, narrowed, matters))
            yield from self._below(thing, (*links, link), here, narrowed, matters)

    # Who would act

    def _ways(self, chain: Chain) -> Iterator[Way]:
        """Who would act by the last link of a chain."""
        link = chain.links[-1]
        holder, delegated = link.fact.holder, isinstance(link.fact, AuthorityDelegated)
        if not link.home_stands:
            return
        if holder.committee is not None:
            yield self._way(chain, holder, "body")
        elif holder.person is not None:
            yield self._way(chain, holder, "delegate" if delegated else "named")
        elif link.position is not None:
            yield from self._by_position(chain, link.position, delegated=delegated)
        if link.joint is not None and len(chain.links) == 1:
            yield from self._by_class(chain, link.joint, own=link.position)

    def _by_class(self, chain: Chain, joint: JointlyHeld, own: str | None) -> Iterator[Way]:
        """The members of the classes that joint authority asks for: candidates under the grant, as holders."""
        done: set[Holder | str | None] = {own, chain.links[0].fact.holder}
        for member in (one for condition in joint.classes for one in condition.holders):
            position = self.reading.resolve(member.position) if member.position is not None else None
            if (position or member) in done:
                continue
            done.add(position or member)
            if member.person is not None:
                if self.reading.life("person", member.person) is not None:
                    yield self._way(chain, member, "named")
            elif position is not None:
                for one in self.reading.incumbents(position):
                    yield self._way(chain, _person(one), one.kind, position, one)

    def _by_position(self, chain: Chain, position: str, *, delegated: bool) -> Iterator[Way]:
        own = self.reading.incumbents(position)
        for one in own:
            yield self._way(chain, _person(one), "delegate" if delegated else one.kind, position, one)
        stepped_in = self._nearest(position) if not own and self._rolls_up else None
        if stepped_in is not None:
            for one in self.reading.incumbents(stepped_in):
                yield self._way(chain, _person(one), "rolled_up", stepped_in, one)
        if self._inherits and not delegated:
            for above in self.reading.superiors(position):
                if above != stepped_in:
                    for one in self.reading.incumbents(above):
                        yield self._way(chain, _person(one), "inherited", above, one)

    def _nearest(self, position: str) -> str | None:
        """The nearest occupied line superior."""
        return next((above for above in self.reading.superiors(position) if self.reading.incumbents(above)), None)

    def _way(
        self,
        chain: Chain,
        who: Holder,
        capacity: Capacity,
        position: str | None = None,
        incumbent: Incumbent | None = None,
    ) -> Way:
        kind = _KIND_ORDER[chain.grant.kind] if chain.grant else 0
        order = (kind, _CAPACITY_ORDER.get(capacity, 0), chain.links[-1].order, who.id, position or "")
        route = Route(
            capacity=capacity,
            steps=chain.steps,
            limit=chain.limit,
            position=position,
            appointment=incumbent.appointment if incumbent else None,
            appointment_seq=incumbent.seq if incumbent else None,
        )
        away = who.person is not None and absent(self.reading, who.person)
        return Way(chain, who, capacity, position, order, route, ("absent",) if away else ())


def _bans(reading: AsOf, act: str, matter: str) -> Iterator[Ban]:
    """The restrictions in force on an act over exactly this matter."""
    for thing in reading.books.restrictions_on.get(act, ()):
        life = reading.life_of(thing)
        if life is None or not life.contains(reading.at):
            continue
        fact = life.created.fact
        if isinstance(fact, RestrictionImposed) and fact.act == act and fact.matter == matter:
            holder = fact.holder
            binds = None if holder is None else holder.id
            if holder is not None and holder.position is not None:
                binds = reading.resolve(holder.position)
            yield Ban(fact, life.created.source, binds)


def _person(one: Incumbent) -> Holder:
    return _holder(one.person)


@lru_cache(maxsize=65_536)
def _holder(person: str) -> Holder:
    return Holder(person=PersonId(person))
