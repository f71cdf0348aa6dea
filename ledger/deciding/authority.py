"""Decide about authority: instruments, acts, matters, scope values, grants, delegations, restrictions, rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from ledger import commands as cm
from ledger import events as ev
from ledger.deciding.desk import LONGEST_ID
from ledger.deciding.organisation import _document, _ending, _living, _within
from ledger.ids import ACTS, Holder, MatterId
from ledger.moments import FOREVER, Moment
from ledger.money import Limit, limit, wider
from ledger.refusals import (
    BadInput,
    DepthExceeded,
    LimitAboveSource,
    LimitNotStated,
    NotDelegable,
    NotSpecial,
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
    from collections.abc import Callable, Mapping

    from ledger.books.reading import AsOf
    from ledger.deciding.desk import Desk

# Instruments, acts, matters, scope values


def _issue(desk: Desk, command: cm.IssueInstrument) -> ev.Fact:
    since = desk.since(command)
    desk.free("instrument", command.issued)
    for person in command.signatories:
        desk.person(person)
    return ev.InstrumentIssued(
        **_document(command),
        effective=since,
        issued=command.issued,
        number=command.number,
        title=command.title,
        kind=command.kind,
        sha256=command.sha256,
        signatories=command.signatories,
    )


def _define_act(desk: Desk, command: cm.DefineAct) -> ev.Fact:
    since = desk.since(command)
    desk.free("act", command.act)
    if command.act in ACTS:
        raise BadInput("act", f"`{command.act}` is an act that every ledger knows")
    return ev.ActDefined(**_document(command), effective=since, act=command.act, name=command.name)


def _define_matter(desk: Desk, command: cm.DefineMatter) -> ev.Fact:
    since = desk.since(command)
    desk.free("matter", command.matter)
    _within("matter", desk, command.parent, since)
    return ev.MatterDefined(
        **_document(command),
        effective=since,
        matter=command.matter,
        name=command.name,
        parent=command.parent,
        reserved=command.reserved,
    )


def _rename_matter(desk: Desk, command: cm.RenameMatter) -> ev.Fact:
    since = _living(desk, "matter", command.matter, command)
    return ev.MatterRenamed(**_document(command), effective=since, matter=command.matter, name=command.name)


def _move_matter(desk: Desk, command: cm.MoveMatter) -> ev.Fact:
    since = _living(desk, "matter", command.matter, command)
    _within("matter", desk, command.parent, since)
    return ev.MatterMoved(**_document(command), effective=since, matter=command.matter, parent=command.parent)


def _reserve_matter(desk: Desk, command: cm.ReserveMatter) -> ev.Fact:
    since = _living(desk, "matter", command.matter, command)
    return ev.MatterReserved(**_document(command), effective=since, matter=command.matter, reserved=command.reserved)


def _place_value(desk: Desk, command: cm.PlaceScopeValue) -> ev.Fact:
    if command.dimension == "unit":
        raise BadInput("dimension", "the values of `unit` are the units; form or move a unit instead")
    return ev.ScopeValuePlaced(
        **_document(command),
        effective=desk.since(command),
        dimension=command.dimension,
        value=command.value,
        parent=command.parent,
    )


# Grants


def _grant(desk: Desk, command: cm.GrantAuthority) -> ev.Fact:
    since, until = desk.period(command)
    desk.free("authority", command.authority)
    desk.holder(command.holder, since)
    _act(desk, command.act)
    desk.alive("matter", command.matter, since)
    scope = _scope(desk, command.scope)
    if command.lifts and command.kind != "special":
        raise NotSpecial(command.authority, command.kind)
    for restriction in command.lifts:
        desk.known("restriction", restriction)
    return ev.AuthorityGranted(
        **_document(command),
        effective=since,
        until=until,
        authority=command.authority,
        holder=command.holder,
        act=command.act,
        matter=command.matter,
        limit=_limit(desk, command.authority, command.limit),
        scope=scope,
        kind=command.kind,
        depth=command.depth,
        lifts=command.lifts,
        outlasts_office=command.outlasts_office,
    )


# Delegations


def _delegate(desk: Desk, command: cm.DelegateAuthority) -> ev.Fact:
    """The checks in the order in which docs/refusals.md lists them."""
    since, until = desk.period(command)
    desk.free("authority", command.authority)
    desk.holder(command.giver, since)
    desk.holder(command.holder, since)
    _, life = desk.alive("authority", command.source, since)
    reading = desk.at(since.at)
    chain = _chain(reading, command.source)
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
    if since.at < life.since or (until.at if until else FOREVER) > life.until:
        raise PeriodWiderThanSource(command.source, desk.written(life.since), desk.written(life.until))
    limit = _limit(desk, command.authority, command.limit)
    _limit_within(limit, chain)
    scope = _scope(desk, command.scope)
    _scope_within(reading, scope, chain)
    return ev.AuthorityDelegated(
        **_document(command),
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
    """The source and what it was delegated from, up to the grant."""
    found: list[_Source] = []
    name: str | None = source
    while name is not None and all(one.id != name for one in found):
        thing = reading.books.things["authority"].get(name)
        life = life_at(thing, reading.known) if thing is not None else None
        if thing is None or life is None:
            break
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
        raise DepthExceeded(source, 0, 1)
    if not command.may_subdelegate:
        if command.depth:
            raise BadInput("depth", "a depth is for a delegation that `may_subdelegate`")
        return None
    below = left - 1 if command.depth is None else command.depth
    if below > left - 1:
        raise DepthExceeded(source, left, below + 1)
    return below


# Amendments, suspensions, ends


def _amend_limit(desk: Desk, command: cm.AmendLimit) -> ev.Fact:
    since, until = desk.period(command)
    above = _amendable(desk, command.authority, command.amended_by, since)
    limit = _limit(desk, command.authority, command.limit)
    _limit_within(limit, above)
    return ev.LimitAmended(
        **_document(command),
        effective=since,
        until=until,
        authority=command.authority,
        limit=limit,
        amended_by=command.amended_by,
    )


def _amend_scope(desk: Desk, command: cm.AmendScope) -> ev.Fact:
    since, until = desk.period(command)
    above = _amendable(desk, command.authority, command.amended_by, since)
    scope = _scope(desk, command.scope)
    _scope_within(desk.at(since.at), scope, above)
    return ev.ScopeAmended(
        **_document(command),
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
            raise DepthExceeded(above[0].id, left, command.depth + 1)
    return ev.DepthAmended(
        **_document(command),
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
    chain = _chain(desk.at(since.at), authority)
    fact = chain[0].fact
    if isinstance(fact, ev.AuthorityDelegated) and amended_by == fact.holder:
        raise OwnDelegation(fact.holder.id, authority)
    return chain[1:]


def _suspend(desk: Desk, command: cm.SuspendAuthority) -> ev.Fact:
    since, until = desk.period(command)
    desk.alive("authority", command.authority, since)
    return ev.AuthoritySuspended(**_document(command), effective=since, until=until, authority=command.authority)


def _resume(desk: Desk, command: cm.ResumeAuthority) -> ev.Fact:
    since = _living(desk, "authority", command.authority, command)
    return ev.AuthorityResumed(**_document(command), effective=since, authority=command.authority)


def _revoke(desk: Desk, command: cm.RevokeAuthority) -> ev.Fact:
    since = _ending(desk, "authority", command.authority, command)
    return ev.AuthorityRevoked(**_document(command), effective=since, authority=command.authority)


# Restrictions and rules


def _impose(desk: Desk, command: cm.ImposeRestriction) -> ev.Fact:
    since, until = desk.period(command)
    desk.free("restriction", command.restriction)
    if command.holder is not None:
        desk.holder(command.holder, since)
    _act(desk, command.act)
    desk.alive("matter", command.matter, since)
    return ev.RestrictionImposed(
        **_document(command),
        effective=since,
        until=until,
        restriction=command.restriction,
        holder=command.holder,
        act=command.act,
        matter=command.matter,
        above=limit(command.above, "above", desk.books.currency) if command.above is not None else None,
        scope=_scope(desk, command.scope),
    )


def _lift(desk: Desk, command: cm.LiftRestriction) -> ev.Fact:
    since = _ending(desk, "restriction", command.restriction, command)
    return ev.RestrictionLifted(**_document(command), effective=since, restriction=command.restriction)


def _set_rule(desk: Desk, command: cm.SetRule) -> ev.Fact:
    since, until = desk.period(command)
    if command.value not in ev.RULES[command.rule]:
        allowed = " or ".join(f"`{one}`" for one in ev.RULES[command.rule])
        raise BadInput("value", f"`{command.value}` is not a value of the rule `{command.rule}`, which is {allowed}")
    return ev.RuleSet(**_document(command), effective=since, until=until, rule=command.rule, value=command.value)


# What several have in common


def _act(desk: Desk, act: str) -> None:
    if act not in ACTS and not desk.books.things["act"].get(act):
        raise UnknownName("act", act, [one for one in desk.books.acts() if one[:2] == act[:2]])
    if act not in ACTS:
        desk.known("act", act)


def _limit(desk: Desk, authority: str, words: str | None) -> Limit:
    if words is None:
        raise LimitNotStated(authority)
    return limit(words, "limit", desk.books.currency)


def _scope(desk: Desk, scope: Mapping[str, tuple[str, ...]]) -> tuple[ev.ScopeTerm, ...]:
    """The scope in one order, so that the same scope has the same bytes."""
    for dimension, values in scope.items():
        if not dimension.strip() or len(dimension) > LONGEST_ID:
            raise BadInput("scope", "a dimension has a name of 1 to 100 characters")
        if not values:
            raise BadInput(f"scope.{dimension}", "a dimension without values would allow nothing")
        for value in values if dimension == "unit" else ():
            desk.known("unit", value)
    return tuple(ev.ScopeTerm(one, tuple(dict.fromkeys(scope[one]))) for one in sorted(scope))


def _limit_within(limit: Limit, chain: list[_Source]) -> None:
    """A delegation lets through no more than any link above it."""
    for source in chain:
        above = wider(limit, source.limit)
        if above is None:
            raise RateMissing(str(limit), str(source.limit))
        if above:
            raise LimitAboveSource(str(limit), source.id, str(source.limit))


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
    cm.IssueInstrument: _issue,
    cm.DefineAct: _define_act,
    cm.DefineMatter: _define_matter,
    cm.RenameMatter: _rename_matter,
    cm.MoveMatter: _move_matter,
    cm.ReserveMatter: _reserve_matter,
    cm.PlaceScopeValue: _place_value,
    cm.GrantAuthority: _grant,
    cm.DelegateAuthority: _delegate,
    cm.AmendLimit: _amend_limit,
    cm.AmendScope: _amend_scope,
    cm.AmendDepth: _amend_depth,
    cm.SuspendAuthority: _suspend,
    cm.ResumeAuthority: _resume,
    cm.RevokeAuthority: _revoke,
    cm.ImposeRestriction: _impose,
    cm.LiftRestriction: _lift,
    cm.SetRule: _set_rule,
}
