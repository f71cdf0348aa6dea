"""Decide about authority: instruments, acts, matters, scope values, grants, caps, restrictions, figures, rules."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ledger import commands as cm
from ledger import events as ev
from ledger.deciding.conduct import known_item
from ledger.deciding.desk import document
from ledger.deciding.terms import limit_in, scope_in
from ledger.ids import ACTS
from ledger.money import CURRENCIES, NoAuthority, Percent, limit, money
from ledger.refusals import BadInput, NotSpecial, cut

if TYPE_CHECKING:
    from collections.abc import Callable

    from ledger.deciding.desk import Desk
    from ledger.moments import Moment

# Instruments, acts, matters, scope values


def _issue(desk: Desk, command: cm.IssueInstrument) -> ev.Fact:
    since = desk.since(command)
    desk.free("instrument", command.issued, field="id")
    for person in command.signatories:
        desk.person(person)
    return ev.InstrumentIssued(
        **document(command),
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
    return ev.ActDefined(**document(command), effective=since, act=command.act, name=command.name)


def _define_matter(desk: Desk, command: cm.DefineMatter) -> ev.Fact:
    since = desk.since(command)
    desk.free("matter", command.matter)
    desk.within("matter", command.parent, since)
    return ev.MatterDefined(
        **document(command),
        effective=since,
        matter=command.matter,
        name=command.name,
        parent=command.parent,
        reserved=command.reserved,
    )


def _rename_matter(desk: Desk, command: cm.RenameMatter) -> ev.Fact:
    since = desk.living("matter", command.matter, command)
    return ev.MatterRenamed(**document(command), effective=since, matter=command.matter, name=command.name)


def _move_matter(desk: Desk, command: cm.MoveMatter) -> ev.Fact:
    since = desk.living("matter", command.matter, command)
    desk.within("matter", command.parent, since)
    return ev.MatterMoved(**document(command), effective=since, matter=command.matter, parent=command.parent)


def _reserve_matter(desk: Desk, command: cm.ReserveMatter) -> ev.Fact:
    since = desk.living("matter", command.matter, command)
    return ev.MatterReserved(**document(command), effective=since, matter=command.matter, reserved=command.reserved)


def _place_value(desk: Desk, command: cm.PlaceScopeValue) -> ev.Fact:
    if command.dimension == "unit":
        raise BadInput("dimension", "the values of `unit` are the units; form or move a unit instead")
    return ev.ScopeValuePlaced(
        **document(command),
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
    _act(desk, command.act, since)
    desk.alive("matter", command.matter, since)
    scope = scope_in(desk, command.scope)
    if command.lifts and command.kind != "special":
        raise NotSpecial(command.authority, command.kind)
    if command.uses is not None and command.kind != "special":
        raise NotSpecial(command.authority, command.kind, "has a number of uses")
    for restriction in command.lifts:
        desk.known("restriction", restriction)
    if command.by_decision is not None:
        known_item(desk, command.by_decision)
    return ev.AuthorityGranted(
        **document(command),
        effective=since,
        until=until,
        authority=command.authority,
        holder=command.holder,
        act=command.act,
        matter=command.matter,
        limit=limit_in(desk, command.authority, command.limit),
        scope=scope,
        kind=command.kind,
        depth=command.depth,
        lifts=command.lifts,
        outlasts_office=command.outlasts_office,
        uses=command.uses,
        by_decision=command.by_decision,
    )


def _cap_authority(desk: Desk, command: cm.CapAuthority) -> ev.Fact:
    since, until = desk.period(command)
    desk.alive("authority", command.authority, since)
    most = limit_in(desk, command.authority, command.limit)
    if isinstance(most, NoAuthority):
        raise BadInput("limit", "a cap is an amount, a percentage or `unlimited`; to end an authority, revoke it")
    return ev.AuthorityCapped(
        **document(command),
        effective=since,
        until=until,
        authority=command.authority,
        limit=most,
        window=command.window,
        pool=command.pool,
    )


def _require_jointly(desk: Desk, command: cm.RequireJointly) -> ev.Fact:
    since, until = desk.period(command)
    _, life = desk.alive("authority", command.authority, since)
    if not isinstance(life.created.fact, ev.AuthorityGranted):
        raise BadInput("authority", "a grant is held jointly, and what is delegated from it with it")
    for at, one in enumerate(command.classes):
        if one.count < 1 or not one.holders:
            raise BadInput(f"classes[{at}]", "a class counts at least one person, of at least one position or person")
        for holder in one.holders:
            if holder.committee is not None:
                raise BadInput(f"classes[{at}]", "a class is made of positions and persons, not of committees")
            desk.holder(holder, since)
    if sum(one.count for one in command.classes) > command.persons:
        raise BadInput("classes", f"the classes ask for more than the `{command.persons}` persons needed in all")
    return ev.JointlyHeld(
        **document(command),
        effective=since,
        until=until,
        authority=command.authority,
        persons=command.persons,
        classes=command.classes,
    )


# Suspensions, ends


def _suspend(desk: Desk, command: cm.SuspendAuthority) -> ev.Fact:
    since, until = desk.period(command)
    desk.alive("authority", command.authority, since)
    return ev.AuthoritySuspended(**document(command), effective=since, until=until, authority=command.authority)


def _resume(desk: Desk, command: cm.ResumeAuthority) -> ev.Fact:
    since = desk.living("authority", command.authority, command)
    return ev.AuthorityResumed(**document(command), effective=since, authority=command.authority)


def _revoke(desk: Desk, command: cm.RevokeAuthority) -> ev.Fact:
    since = desk.ended("authority", command.authority, command)
    return ev.AuthorityRevoked(**document(command), effective=since, authority=command.authority)


# Restrictions


def _impose(desk: Desk, command: cm.ImposeRestriction) -> ev.Fact:
    since, until = desk.period(command)
    desk.free("restriction", command.restriction)
    if command.holder is not None:
        desk.holder(command.holder, since)
    _act(desk, command.act, since)
    desk.alive("matter", command.matter, since)
    return ev.RestrictionImposed(
        **document(command),
        effective=since,
        until=until,
        restriction=command.restriction,
        holder=command.holder,
        act=command.act,
        matter=command.matter,
        above=limit(command.above, "above", desk.books.currency) if command.above is not None else None,
        scope=scope_in(desk, command.scope),
    )


def _lift(desk: Desk, command: cm.LiftRestriction) -> ev.Fact:
    since = desk.ended("restriction", command.restriction, command)
    return ev.RestrictionLifted(**document(command), effective=since, restriction=command.restriction)


# Figures and rules


def _publish_rate(desk: Desk, command: cm.PublishRate) -> ev.Fact:
    since, until = desk.period(command)
    if command.currency not in CURRENCIES:
        raise BadInput("currency", f"`{cut(command.currency)}` is not an ISO 4217 currency code")
    worth = money(command.worth, "worth", desk.books.currency)
    if worth.currency == command.currency:
        raise BadInput("worth", f"`{worth.currency}` needs no rate with itself")
    if not worth.amount:
        raise BadInput("worth", f"a unit of `{command.currency}` is worth more than nothing")
    return ev.RatePublished(
        **document(command),
        effective=since,
        until=until,
        currency=command.currency,
        worth=worth,
        series=command.series,
    )


def _publish_base(desk: Desk, command: cm.PublishBaseFigure) -> ev.Fact:
    since, until = desk.period(command)
    share = limit(f'1% of "{command.base}"', "base")
    if not isinstance(share, Percent) or not share.base:
        raise BadInput("base", f"no limit could be a percentage of `{cut(command.base)}`")
    return ev.BaseFigurePublished(
        **document(command),
        effective=since,
        until=until,
        base=share.base,
        amount=money(command.amount, "amount", desk.books.currency),
    )


def _set_rule(desk: Desk, command: cm.SetRule) -> ev.Fact:
    since, until = desk.period(command)
    allowed = [f"`{one}`" for one in ev.RULES[command.rule]]
    form, spoken = ev.RULE_FORMS.get(command.rule, ("", ""))
    if command.value not in ev.RULES[command.rule] and not (form and re.fullmatch(form, command.value)):
        words = " or ".join([*allowed, spoken] if form else allowed)
        raise BadInput("value", f"`{cut(command.value)}` is not a value of the rule `{command.rule}`, which is {words}")
    if command.rule == "separation" and command.value != "none":
        for act in re.split("[-,]", command.value):
            desk.act(act.strip())
    return ev.RuleSet(**document(command), effective=since, until=until, rule=command.rule, value=command.value)


# What several have in common


def _act(desk: Desk, act: str, since: Moment) -> None:
    desk.act(act)
    if act not in ACTS:
        desk.alive("act", act, since)


DECIDERS: dict[type[cm.Command], Callable[[Desk, Any], ev.Fact]] = {
    cm.IssueInstrument: _issue,
    cm.DefineAct: _define_act,
    cm.DefineMatter: _define_matter,
    cm.RenameMatter: _rename_matter,
    cm.MoveMatter: _move_matter,
    cm.ReserveMatter: _reserve_matter,
    cm.PlaceScopeValue: _place_value,
    cm.GrantAuthority: _grant,
    cm.CapAuthority: _cap_authority,
    cm.RequireJointly: _require_jointly,
    cm.SuspendAuthority: _suspend,
    cm.ResumeAuthority: _resume,
    cm.RevokeAuthority: _revoke,
    cm.ImposeRestriction: _impose,
    cm.LiftRestriction: _lift,
    cm.PublishRate: _publish_rate,
    cm.PublishBaseFigure: _publish_base,
    cm.SetRule: _set_rule,
}
