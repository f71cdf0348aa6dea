"""Every way in which somebody would exercise an authority over a matter, in force or not.

A chain is a grant and the delegations below it down to the last link; a way is a chain and the person or body that would
act by it, in a capacity, through a position.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ledger.events import AuthorityDelegated, AuthorityGranted, AuthoritySuspended, Fact, ScopeTerm
from ledger.ids import Holder
from ledger.moments import FOREVER, Instant
from ledger.policy.questions import Capacity, Code, Finding, Step
from ledger.timeline import life_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ledger.books.reading import AsOf, Incumbent
    from ledger.money import Limit
    from ledger.timeline import Life, Thing

NOT_STANDING: Finding = Finding(code="CHAIN_BROKEN")


class Link(NamedTuple):
    """A grant or delegation as it reads at the instant. `trouble` is why it is not in force, None where it is."""

    fact: AuthorityGranted | AuthorityDelegated
    step: Step
    position: str | None
    scope: tuple[ScopeTerm, ...]
    trouble: Finding | None
    since: Instant
    home_stands: bool


class Chain(NamedTuple):
    """A grant and delegations. `broken` says which earlier link is not in force; `reach` is the last link's matter."""

    links: tuple[Link, ...]
    broken: Finding | None
    reach: str

    @property
    def grant(self) -> AuthorityGranted | None:
        """The grant at the top, where it stands."""
        top = self.links[0].fact
        return top if isinstance(top, AuthorityGranted) else None


class Way(NamedTuple):
    """A chain and who would act by it."""

    chain: Chain
    who: Holder
    capacity: Capacity
    position: str | None
    incumbent: Incumbent | None


class Routes:
    """Finds ways at one point of the two times; reads each link once."""

    def __init__(self, books: AsOf) -> None:
        self.books = books
        self._links: dict[str, Link | None] = {}
        self._rolls_up = books.rule("vacancy") == "roll_up"
        self._inherits = books.rule("superiors") == "inherit"

    def over(self, act: str, matters: list[str]) -> Iterator[Way]:
        """The ways for an act over a matter, given with the matters it is part of."""
        for matter in matters:
            for thing in self.books.books.authorities_over.get((act, matter), ()):
                fact = self._said(thing)
                if isinstance(fact, AuthorityGranted) and fact.act == act and fact.matter == matter:
                    yield from self.under(thing, matter, matters)

    def under(self, thing: Thing, reach: str, matters: list[str] | None) -> Iterator[Way]:
        """The ways by a grant and by every delegation below it that reaches one of `matters` (any, where None)."""
        link = self._link(thing)
        if link is None:
            yield from self._below(thing, (), NOT_STANDING, reach, matters)
        else:
            chain = Chain((link,), None, reach)
            yield from self._ways(chain)
            yield from self._below(thing, chain.links, link.trouble, reach, matters)

    def _below(
        self, source: Thing, links: tuple[Link, ...], broken: Finding | None, reach: str, matters: list[str] | None
    ) -> Iterator[Way]:
        for thing in self.books.books.delegations_of.get(source.id, ()):
            fact = self._said(thing)
            if not isinstance(fact, AuthorityDelegated) or fact.source != source.id:
                continue
            if fact.matter is not None and matters is not None and fact.matter not in matters:
                continue
            narrowed = fact.matter or reach
            link = self._link(thing)
            if link is None:
                yield from self._below(thing, links, broken or NOT_STANDING, narrowed, matters)
                continue
            chain = Chain((*links, link), broken, narrowed)
            yield from self._ways(chain)
            yield from self._below(thing, chain.links, broken or link.trouble, narrowed, matters)

    def _said(self, thing: Thing) -> Fact | None:
        """What a grant or delegation says of its place: as it stands or, where it does not, as it last stood."""
        life = life_at(thing, self.books.known)
        version = life.created if life is not None else self.books.ever_stated(thing)
        return version.fact if version is not None else None

    def _link(self, thing: Thing) -> Link | None:
        if thing.id not in self._links:
            self._links[thing.id] = self._read(thing)
        return self._links[thing.id]

    def _read(self, thing: Thing) -> Link | None:
        """What a grant or delegation says at the instant; None where it does not stand."""
        books = self.books
        life = life_at(thing, books.known)
        if life is None or not isinstance(fact := life.created.fact, (AuthorityGranted, AuthorityDelegated)):
            return None
        holder = fact.holder
        position = books.resolve(holder.position) if holder.position is not None else None
        amended = books.property(thing, "limit", life) if "limit" in thing.properties else None
        limit: Limit = amended.fact.limit if amended else fact.limit  # type: ignore[attr-defined]
        rescoped = books.property(thing, "scope", life) if "scope" in thing.properties else None
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
        stands = home is not None and (holder.position is None or home.contains(books.at))
        return Link(fact, step, position, scope, self._trouble(thing, fact, life, home), life.since, stands)

    def _home(self, holder: Holder, position: str | None) -> Life | None:
        """The life of whoever holds a link; None where they are unknown or annulled."""
        if holder.position is not None:
            return self.books.life("position", position) if position is not None else None
        return self.books.life(holder.kind, holder.id)

    def _trouble(
        self, thing: Thing, fact: AuthorityGranted | AuthorityDelegated, life: Life, home: Life | None
    ) -> Finding | None:
        """Why a link is not in force: it, or the position that holds it, has not begun, has ended, or it is suspended."""
        at = self.books.at
        if home is None:
            return Finding(code="CHAIN_BROKEN", seq=life.created.source, authority=thing.id)
        named = fact.holder.person
        since = life.since if named is not None else max(life.since, home.since)
        if at < since:
            return Finding(code="NOT_YET_EFFECTIVE", seq=life.created.source, authority=thing.id, since=since)
        gone = home.until
        if named is not None:
            gone = FOREVER if fact.outlasts_office else self.books.departure(named, life.since)
        if at >= gone and gone <= life.until:
            return Finding(code="EXPIRED", seq=life.created.source, authority=thing.id, until=gone)
        if at >= life.until:
            code: Code = "REVOKED" if life.ended is not None else "EXPIRED"
            seq = (life.ended or life.created).source
            return Finding(code=code, seq=seq, authority=thing.id, until=life.until)
        if "suspended" in thing.properties:
            word = self.books.property(thing, "suspended", life)
            if word is not None and isinstance(word.fact, AuthoritySuspended):
                until_at = None if word.until == FOREVER else word.until
                return Finding(
                    code="SUSPENDED", seq=word.source, authority=thing.id, since=word.effective, until=until_at
                )
        return None

    def _ways(self, chain: Chain) -> Iterator[Way]:
        """Who would act by the last link of a chain."""
        link = chain.links[-1]
        holder, delegated = link.fact.holder, len(chain.links) > 1 or isinstance(link.fact, AuthorityDelegated)
        if not link.home_stands:
            return
        if holder.committee is not None:
            yield Way(chain, holder, "body", None, None)
        elif holder.person is not None:
            yield Way(chain, holder, "delegate" if delegated else "named", None, None)
        elif link.position is not None:
            yield from self._by_position(chain, link.position, delegated=delegated)

    def _by_position(self, chain: Chain, position: str, *, delegated: bool) -> Iterator[Way]:
        own = self.books.incumbents(position)
        for one in own:
            yield Way(chain, _person(one), "delegate" if delegated else one.kind, position, one)
        stepped_in = self._nearest(position) if not own and self._rolls_up else None
        if stepped_in is not None:
            for one in self.books.incumbents(stepped_in):
                yield Way(chain, _person(one), "rolled_up", stepped_in, one)
        if self._inherits and not delegated:
            for above in self.books.superiors(position):
                if above != stepped_in:
                    for one in self.books.incumbents(above):
                        yield Way(chain, _person(one), "inherited", above, one)

    def _nearest(self, position: str) -> str | None:
        """The nearest occupied line superior."""
        return next((above for above in self.books.superiors(position) if self.books.incumbents(above)), None)


def _person(one: Incumbent) -> Holder:
    return Holder(person=one.person)  # type: ignore[arg-type]
