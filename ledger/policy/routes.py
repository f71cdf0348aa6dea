"""Every way in which somebody would exercise an authority over a matter, in force or not.

A chain is a grant and the delegations below it down to the last link; a way is a chain and the person or body that
would act by it, in a capacity, through a position. None of this depends on the amount, the attributes or the
requester, so it holds for a stretch of valid time: what was found for one instant is remembered until something that
was read changes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from ledger.books.reading import AsOf
from ledger.events import AuthorityDelegated, AuthorityGranted, AuthoritySuspended, Fact, RestrictionImposed, ScopeTerm
from ledger.ids import Holder, PersonId
from ledger.moments import FOREVER, Instant
from ledger.money import Limit, NoAuthority, UpTo, wider
from ledger.policy.questions import Capacity, Code, Finding, Flag, Route, Step

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ledger.books.reading import Incumbent
    from ledger.books.state import Books
    from ledger.timeline import Life, Thing

NOT_STANDING: Finding = Finding(code="CHAIN_BROKEN")
_KIND_ORDER = {"standing": 0, "temporary": 1, "special": 2}
_CAPACITY_ORDER = {"acting": 1, "delegate": 2, "rolled_up": 3, "inherited": 4}


class Link(msgspec.Struct, gc=False, eq=False):
    """A grant or delegation as it reads at the instant. `trouble` is why it is not in force, None where it is."""

    fact: AuthorityGranted | AuthorityDelegated
    step: Step
    position: str | None
    scope: tuple[ScopeTerm, ...]
    trouble: Finding | None
    since: Instant
    home_stands: bool


class Chain(msgspec.Struct, kw_only=True, eq=False):
    """A grant and the delegations below it, with what can be said of them before anything is asked.

    `blocked` is the first check that fails whatever is asked: not in force, broken, or reserved; `late` are delegations
    that do not cover what was pending when they began; `barren` is a link without any authority; `tightest` is the
    smallest limit where all are in one currency, `mixed` says that they are not; `reach` is the last link's matter.
    """

    links: tuple[Link, ...]
    blocked: Finding | None
    late: tuple[Link, ...]
    scoped: tuple[Link, ...]
    barren: Finding | None
    tightest: UpTo | None
    mixed: bool
    steps: tuple[Step, ...]
    limit: Limit
    reach: str

    @property
    def grant(self) -> AuthorityGranted | None:
        """The grant at the top, where it stands."""
        top = self.links[0].fact
        return top if isinstance(top, AuthorityGranted) else None


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
    """What holds for every instant of `[since, until)`: the ways over a matter, in order, and the bans on it."""

    since: Instant
    until: Instant
    ways: list[Way]
    bans: list[Ban]
    forbids_self_interest: bool


def ways_over(books: Books, act: str, matter: str, at: Instant, known: int) -> Stretch:
    """The ways for an act over a matter at an instant, as known; remembered until the books change."""
    key = act, matter, known
    remembered: Stretch | None = books.remembered.find(key, at)
    if remembered is not None:
        return remembered
    reading = AsOf(books, at, known)
    matters = reading.matters_above(matter)
    ways = list(Routes(reading).over(act, matters))
    bans = [ban for one in matters for ban in _bans(reading, act, one)]
    forbids = reading.rule("self_interest") != "allow"
    ways.sort(key=lambda way: way.order)
    found = Stretch(since=reading.since, until=reading.until, ways=ways, bans=bans, forbids_self_interest=forbids)
    books.remembered.keep(key, found)
    return found


class Routes:
    """Finds ways at one point of the two times; reads each link once."""

    def __init__(self, reading: AsOf) -> None:
        self.reading = reading
        self._links: dict[str, Link | None] = {}
        self._reserved: dict[tuple[str, ...], Finding | None] = {}
        self._rolls_up = reading.rule("vacancy") == "roll_up"
        self._inherits = reading.rule("superiors") == "inherit"

    def over(self, act: str, matters: list[str]) -> Iterator[Way]:
        """The ways for an act over a matter, given with the matters it is part of."""
        for matter in matters:
            for thing in self.reading.books.authorities_over.get((act, matter), ()):
                fact = self.said(thing)
                if isinstance(fact, AuthorityGranted) and fact.act == act and fact.matter == matter:
                    yield from self.under(thing, matter, matters)

    def under(self, thing: Thing, reach: str, matters: list[str] | None) -> Iterator[Way]:
        """The ways by a grant and by every delegation below it that reaches one of `matters` (any, where None)."""
        link = self.link(thing)
        if link is None:
            yield from self._below(thing, (), NOT_STANDING, reach, matters)
        else:
            yield from self._ways(self._chain((link,), None, reach, matters))
            yield from self._below(thing, (link,), link.trouble, reach, matters)

    def said(self, thing: Thing) -> Fact | None:
        """What a grant or delegation says of its place: as it stands or, where it does not, as it last stood."""
        life = self.reading.life_of(thing)
        version = life.created if life is not None else self.reading.ever_stated(thing)
        return version.fact if version is not None else None

    def _below(
        self, source: Thing, links: tuple[Link, ...], broken: Finding | None, reach: str, matters: list[str] | None
    ) -> Iterator[Way]:
        for thing in self.reading.books.delegations_of.get(source.id, ()):
            fact = self.said(thing)
            if not isinstance(fact, AuthorityDelegated) or fact.source != source.id:
                continue
            if fact.matter is not None and matters is not None and fact.matter not in matters:
                continue
            narrowed = fact.matter or reach
            link = self.link(thing)
            if link is None:
                yield from self._below(thing, links, broken or NOT_STANDING, narrowed, matters)
                continue
            yield from self._ways(self._chain((*links, link), broken, narrowed, matters))
            yield from self._below(thing, (*links, link), broken or link.trouble, narrowed, matters)

    # Links and chains

    def link(self, thing: Thing) -> Link | None:
        """A grant or delegation as it reads at the instant; None where it does not stand."""
        if thing.id not in self._links:
            self._links[thing.id] = self._read(thing)
        return self._links[thing.id]

    def _read(self, thing: Thing) -> Link | None:
        """What a grant or delegation says at the instant; None where it does not stand."""
        reading, life = self.reading, self.reading.life_of(thing)
        if life is None or not isinstance(fact := life.created.fact, (AuthorityGranted, AuthorityDelegated)):
            return None
        holder = fact.holder
        position = reading.resolve(holder.position) if holder.position is not None else None
        amended = reading.property(thing, "limit", life)
        limit: Limit = amended.fact.limit if amended else fact.limit  # type: ignore[attr-defined]
        rescoped = reading.property(thing, "scope", life)
        scope: tuple[ScopeTerm, ...] = rescoped.fact.scope if rescoped else fact.scope  # type: ignore[attr-defined]
        step = Step(
            authority=thing.id,
            seq=life.created.source,
            kind=fact.kind if isinstance(fact, AuthorityGranted) else "delegation",
            holder=holder,
            limit=limit,
            limit_seq=amended.source if amended else life.created.source,
            instrument=fact.instrument,
            clause=fact.clause,
            read_as=position if position != holder.position else None,
        )
        home = self._home(holder, position)
        stands = home is not None and (holder.position is None or home.contains(reading.at))
        return Link(fact, step, position, scope, self._trouble(thing, fact, life, home), life.since, stands)

    def _home(self, holder: Holder, position: str | None) -> Life | None:
        """The life of whoever holds a link; None where they are unknown or annulled."""
        if holder.position is not None:
            return self.reading.life("position", position) if position is not None else None
        return self.reading.life(holder.kind, holder.id)

    def _trouble(
        self, thing: Thing, fact: AuthorityGranted | AuthorityDelegated, life: Life, home: Life | None
    ) -> Finding | None:
        """Why a link is not in force: it, or whoever holds it, has not begun, has ended, or it is suspended.

        One that was revoked and whose own end has passed as well is EXPIRED, which is checked first.
        """
        at = self.reading.at
        if home is None:
            return Finding(code="CHAIN_BROKEN", seq=life.created.source, authority=thing.id)
        named = fact.holder.person
        since = life.since if named is not None else max(life.since, home.since)
        if at < since:
            return Finding(code="NOT_YET_EFFECTIVE", seq=life.created.source, authority=thing.id, since=since)
        gone = home.until
        if named is not None:
            gone = FOREVER if fact.outlasts_office else self.reading.departure(named, life.since)
        over = min(gone, life.created.until)
        if self.reading.passed(over):
            return Finding(code="EXPIRED", seq=life.created.source, authority=thing.id, until=over)
        if at >= life.until:
            return Finding(
                code="REVOKED", seq=(life.ended or life.created).source, authority=thing.id, until=life.until
            )
        word = self.reading.property(thing, "suspended", life)
        if word is not None and isinstance(word.fact, AuthoritySuspended):
            until = None if word.until == FOREVER else word.until
            return Finding(code="SUSPENDED", seq=word.source, authority=thing.id, since=word.effective, until=until)
        return None

    def _chain(self, links: tuple[Link, ...], broken: Finding | None, reach: str, matters: list[str] | None) -> Chain:
        delegated = isinstance(links[-1].fact, AuthorityDelegated)
        blocked = links[-1].trouble or _broken(broken)
        if blocked is None and delegated:
            blocked = self._reservation(self.reading.matters_above(reach) if matters is None else matters)
        steps = tuple([link.step for link in links])
        bounds = [step.limit for step in steps if isinstance(step.limit, UpTo)]
        mixed = len(bounds) > 1 and len({bound.currency for bound in bounds}) > 1
        tightest = None if mixed or not bounds else bounds[0]
        for bound in bounds[1:]:
            if tightest is not None and not wider(bound, tightest):
                tightest = bound
        barren = next((step for step in steps if isinstance(step.limit, NoAuthority)), None)
        late = [link for link in links if isinstance(link.fact, AuthorityDelegated) and not link.fact.covers_pending]
        return Chain(
            links=links,
            blocked=blocked,
            late=tuple(late),
            scoped=tuple([link for link in links if link.scope]),
            barren=None if barren is None else _step_finding("NO_AUTHORITY", barren),
            tightest=tightest,
            mixed=mixed,
            steps=steps,
            limit=tightest if tightest is not None and len(bounds) == len(steps) else _smallest(steps),
            reach=reach,
        )

    def _reservation(self, matters: list[str]) -> Finding | None:
        """No delegated route covers a reserved matter or what lies below it."""
        key = tuple(matters)
        if key not in self._reserved:
            reserved = next((one for one in matters if self.reading.stated("matter", one, "reserved")), None)
            self._reserved[key] = None if reserved is None else Finding(code="RESERVED", matter=reserved)
        return self._reserved[key]

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
        order = (kind, _CAPACITY_ORDER.get(capacity, 0), chain.steps[-1].seq, who.id, position or "")
        route = Route(
            capacity=capacity,
            steps=chain.steps,
            limit=chain.limit,
            position=position,
            appointment=incumbent.appointment if incumbent else None,
            appointment_seq=incumbent.seq if incumbent else None,
        )
        absent = who.person is not None and self.reading.absent(who.person)
        return Way(chain, who, capacity, position, order, route, ("absent",) if absent else ())


def _broken(earlier: Finding | None) -> Finding | None:
    """An earlier link is not in force. That a by-decision grant rests on a decision within authority joins here."""
    if earlier is None or earlier.code == "CHAIN_BROKEN":
        return earlier
    return msgspec.structs.replace(earlier, code="CHAIN_BROKEN", stated=earlier.code)


def _step_finding(code: Code, step: Step) -> Finding:
    return Finding(code=code, seq=step.limit_seq, authority=step.authority, limit=step.limit)


def _smallest(steps: Iterable[Step]) -> Limit:
    """The smallest limit along a chain; of two that a rate would have to compare, the one nearer to the actor."""
    *above, smallest = [step.limit for step in steps]
    for limit in reversed(above):
        if wider(smallest, limit):
            smallest = limit
    return smallest


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
    return Holder(person=PersonId(one.person))
