"""Decide about delegations, and about amendments, which a delegation's source bounds in the same way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from ledger import commands as cm
from ledger import events as ev
from ledger.books.figures import Published
from ledger.deciding.desk import document
from ledger.deciding.terms import limit_in, scope_in
from ledger.ids import Holder, MatterId
from ledger.moments import FOREVER, Moment
from ledger.money import Greater, Limit, Percent, Smaller, wider
from ledger.refusals import (
    BadInput,
    BaseMissing,
    DepthExceeded,
    LimitAboveSource,
    NotDelegable,
    NotTheHolder,
    OwnDelegation,
    PeriodWiderThanSource,
    RateMissing,
    Reserved,
    ScopeWiderThanSource,
    UnknownName,
)
from ledger.timeline import Life, Thing, life_at

if TYPE_CHECKING:
    from collections.abc import Callable

    from ledger.books.reading import AsOf
    from ledger.deciding.desk import Desk


def _delegate(desk: Desk, command: cm.DelegateAuthority) -> ev.Fact:
    """The checks in the order in which docs/refusals.md lists them."""
    since, until = desk.period(command)
    desk.free("authority", command.authority)
    if command.holder.committee is not None:
        raise BadInput("holder", "a delegation is to a position or a person, not to a committee")
    desk.holder(command.giver, since)
    desk.holder(command.holder, since)
    _, life = desk.alive("authority", command.source, since)
    reading = desk.at(since.at)
    chain = _chain(reading, command.source)
    for above in chain:
        desk.alive("authority", above.id, since)
    _given_by_holder(reading, command, chain)
    matter = command.matter or _matter(chain)
    if command.matter is not None:
        desk.alive("matter", command.matter, since)
        if _matter(chain) not in reading.matters_above(command.matter):
            raise ScopeWiderThanSource(command.matter, command.source, _matter(chain))
    reserved = next((one for one in reading.matters_above(matter) if reading.stated("matter", one, "reserved")), None)
    if reserved is not None:
        raise Reserved(matter, reserved)
    depth = _depth_given(command.source, chain, command)
    if (until.at if until else FOREVER) > life.until:
        raise PeriodWiderThanSource(command.source, desk.written(life.since), desk.written(life.until))
    limit = limit_in(desk, command.authority, command.limit)
    _limit_within(reading, limit, chain)
    scope = scope_in(desk, command.scope)
    _scope_within(reading, scope, chain)
    return ev.AuthorityDelegated(
        **document(command),
        effective=since,
        until=until,
        authority=command.authority,
        source=command.source,
        giver=command.giver,
        holder=command.holder,
        limit=limit,
        scope=scope,
        matter=command.matter,
        depth=depth,
        covers_pending=command.covers_pending,
        outlasts_office=command.outlasts_office,
    )


class _Source:
    """A grant or delegation in the chain above a delegation, as it reads at that delegation's start."""

    def __init__(self, reading: AsOf, thing: Thing, life: Life) -> None:
        fact = cast("ev.AuthorityGranted | ev.AuthorityDelegated", life.created.fact)  # only these create an authority
        self.id, self.fact = thing.id, fact
        self.position = reading.resolve(fact.holder.position) if fact.holder.position else None
        self.limit = _read(reading, thing, life, "limit")
        self.scope = _read(reading, thing, life, "scope")
        self.depth = _read(reading, thing, life, "depth")


def _read(reading: AsOf, thing: Thing, life: Life, name: str) -> Any:  # noqa: ANN401 - the value of that property
    return getattr((reading.property(thing, name, life) or life.created).fact, name)


def _chain(reading: AsOf, source: str) -> list[_Source]:
    """The source and what it was delegated from, up to the grant.

    Raises UnknownName where one of them does not stand.
    """
    found: list[_Source] = []
    name: str | None = source
    while name is not None and all(one.id != name for one in found):
        thing = reading.books.things["authority"].get(name)
        life = life_at(thing, reading.known) if thing is not None else None
        if thing is None or life is None:
            raise UnknownName("authority", name)
        found.append(_Source(reading, thing, life))
        fact = life.created.fact
        name = fact.source if isinstance(fact, ev.AuthorityDelegated) else None
    return found


def _matter(chain: list[_Source]) -> MatterId:
    """What the source is about: its own narrower matter, or that of the nearest link that states one."""
    return next(one.fact.matter for one in chain if one.fact.matter is not None)


def _given_by_holder(reading: AsOf, command: cm.DelegateAuthority, chain: list[_Source]) -> None:
    source, giver, to = chain[0], command.giver, command.holder
    holds = giver == source.fact.holder or (giver.position is not None and giver.position == source.position)
    if not holds:
        raise NotTheHolder(giver.id, command.source, source.fact.holder.id)
    upstream = {one.fact.holder for one in chain} | {Holder(position=one.position) for one in chain if one.position}  # type: ignore[arg-type]
    if to in upstream or _same_hands(reading, giver, to):
        raise OwnDelegation(to.id, command.source)


def _same_hands(reading: AsOf, one: Holder, other: Holder) -> bool:
    """Whether a person and a position they hold are on the two sides: the office would outlive itself."""
    person, position = one.person or other.person, one.position or other.position
    if person is None or position is None:
        return False
    return any(incumbent.person == person for incumbent in reading.incumbents(position))


def _depth_left(source: str, chain: list[_Source]) -> int:
    """How many delegations may stand under the source. Raises NotDelegable where it may not be delegated at all."""
    nearest = chain[0]
    if nearest.depth is None or (nearest.depth == 0 and isinstance(nearest.fact, ev.AuthorityGranted)):
        raise NotDelegable(source)
    return max(0, min((one.depth or 0) - distance for distance, one in enumerate(chain)))


def _depth_given(source: str, chain: list[_Source], command: cm.DelegateAuthority) -> int | None:
    left = _depth_left(source, chain)
    if left == 0:
        raise DepthExceeded(source, 1, 0)
    if not command.may_subdelegate:
        if command.depth:
            raise BadInput("depth", "a depth is for a delegation that `may_subdelegate`")
        return None
    below = left - 1 if command.depth is None else command.depth
    if below > left - 1:
        raise DepthExceeded(source, below + 1, left)
    return below


# Amendments


def _amend_limit(desk: Desk, command: cm.AmendLimit) -> ev.Fact:
    since, until = desk.period(command)
    above = _amendable(desk, command.authority, command.amended_by, since)
    limit = limit_in(desk, command.authority, command.limit)
    _limit_within(desk.at(since.at), limit, above)
    return ev.LimitAmended(
        **document(command),
        effective=since,
        until=until,
        authority=command.authority,
        limit=limit,
        amended_by=command.amended_by,
    )


def _amend_scope(desk: Desk, command: cm.AmendScope) -> ev.Fact:
    since, until = desk.period(command)
    above = _amendable(desk, command.authority, command.amended_by, since)
    scope = scope_in(desk, command.scope)
    _scope_within(desk.at(since.at), scope, above)
    return ev.ScopeAmended(
        **document(command),
        effective=since,
        until=until,
        authority=command.authority,
        scope=scope,
        amended_by=command.amended_by,
    )


def _amend_depth(desk: Desk, command: cm.AmendDepth) -> ev.Fact:
    since = desk.since(command)
    above = _amendable(desk, command.authority, command.amended_by, since)
    if command.depth is None and not above:
        raise BadInput("depth", "the depth of a grant is a number; 0 ends its delegation")
    if command.depth is not None and above:
        left = _depth_left(above[0].id, above)
        if command.depth > left - 1:
            raise DepthExceeded(above[0].id, command.depth + 1, left)
    return ev.DepthAmended(
        **document(command),
        effective=since,
        authority=command.authority,
        depth=command.depth,
        amended_by=command.amended_by,
    )


def _amendable(desk: Desk, authority: str, amended_by: Holder | None, since: Moment) -> list[_Source]:
    """The chain above an authority that exists then; empty for a grant. Its own delegate may not amend a delegation."""
    desk.alive("authority", authority, since)
    if amended_by is not None:
        desk.holder(amended_by, since)
    reading = desk.at(since.at)
    chain = _chain(reading, authority)
    fact = chain[0].fact
    if amended_by is None or isinstance(fact, ev.AuthorityGranted):
        return chain[1:]
    if amended_by == fact.holder or _same_hands(reading, amended_by, fact.holder):
        raise OwnDelegation(amended_by.id, authority)
    return chain[1:]


def _limit_within(reading: AsOf, limit: Limit, chain: list[_Source]) -> None:
    """A delegation lets through no more than any link above it, by the rates and figures published for its start."""
    published = Published(reading)
    for source in chain:
        above = wider(limit, source.limit, published)
        if above is None:
            base = next((one for one in (*_bases(limit), *_bases(source.limit)) if published.base(one) is None), None)
            if base is None:
                raise RateMissing(str(limit), str(source.limit))
            raise BaseMissing(base)
        if above:
            raise LimitAboveSource(str(limit), source.id, str(source.limit))


def _bases(limit: Limit) -> list[str]:
    """The base figures of which a limit speaks."""
    parts = limit.of if isinstance(limit, Smaller | Greater) else (limit,)
    return [one.base for one in parts if isinstance(one, Percent)]


def _scope_within(reading: AsOf, scope: tuple[ev.ScopeTerm, ...], chain: list[_Source]) -> None:
    """A dimension that a delegation states lies within the source's; one it does not state is the source's."""
    stated = {term.dimension: term.values for term in scope}
    for source in chain:
        for term in source.scope:
            for value in stated.get(term.dimension, ()):
                if not any(one in term.values for one in reading.values_above(term.dimension, value)):
                    held = f"{term.dimension}={'/'.join(term.values)}"
                    raise ScopeWiderThanSource(f"{term.dimension}={value}", source.id, held)


DECIDERS: dict[type[cm.Command], Callable[[Desk, Any], ev.Fact]] = {
    cm.DelegateAuthority: _delegate,
    cm.AmendLimit: _amend_limit,
    cm.AmendScope: _amend_scope,
    cm.AmendDepth: _amend_depth,
}
