"""Decide about targets: set, divided into parts and months, adjusted, reassigned, accepted, withdrawn; and results."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

from ledger import commands as cm
from ledger import events as ev
from ledger.deciding.authorising import check_setter
from ledger.deciding.conduct import known_persons
from ledger.deciding.desk import document
from ledger.ids import ReportId, TargetId
from ledger.moments import EARLIEST, LATEST
from ledger.money import CURRENCIES, added, money
from ledger.refusals import BadInput, cut
from ledger.timeline import life_at

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ledger.deciding.desk import Desk
    from ledger.moments import Moment
    from ledger.timeline import Life


def _set_target(desk: Desk, command: cm.SetTarget) -> ev.Fact:
    since = desk.since(command)
    desk.free("target", command.target)
    months = months_of(command.period)
    amount, unit = _measured(command.amount, command.unit)
    _carrier(desk, command.holder, since)
    desk.within("target", command.part_of, since)
    _within_whole(desk, command, unit, months)
    fact = ev.TargetSet(
        **document(command),
        effective=since,
        target=command.target,
        metric=command.metric,
        period=command.period,
        amount=amount,
        unit=unit,
        holder=command.holder,
        part_of=command.part_of,
        parts_may_exceed=command.parts_may_exceed,
        phases=_phases(command.phases, amount, unit, months),
        set_by=command.set_by,
        claimed=command.claimed,
    )
    could_set(desk, command, fact)
    return fact


def _adjust_target(desk: Desk, command: cm.AdjustTarget) -> ev.Fact:
    since = desk.living("target", command.target, command)
    set_so = _as_set(desk, command.target)
    amount = _number(command.amount, set_so.unit, "amount")
    fact = ev.TargetAdjusted(
        **document(command),
        effective=since,
        target=command.target,
        amount=amount,
        phases=_phases(command.phases, amount, set_so.unit, months_of(set_so.period)),
        set_by=command.set_by,
        claimed=command.claimed,
    )
    could_set(desk, command, fact)
    return fact


def _reassign_target(desk: Desk, command: cm.ReassignTarget) -> ev.Fact:
    since = desk.living("target", command.target, command)
    _carrier(desk, command.holder, since)
    fact = ev.TargetReassigned(
        **document(command),
        effective=since,
        target=command.target,
        holder=command.holder,
        set_by=command.set_by,
        claimed=command.claimed,
    )
    could_set(desk, command, fact)
    return fact


def _accept_target(desk: Desk, command: cm.AcceptTarget) -> ev.Fact:
    since = desk.living("target", command.target, command)
    desk.person(command.by)
    return ev.TargetAccepted(**document(command), effective=since, target=command.target, by=command.by)


def _withdraw_target(desk: Desk, command: cm.WithdrawTarget) -> ev.Fact:
    since = desk.ended("target", command.target, command)
    return ev.TargetWithdrawn(**document(command), effective=since, target=command.target)


def _report_result(desk: Desk, command: cm.ReportResult) -> ev.Fact:
    report = ReportId(desk.named(command.report, "report"))
    desk.free("report", report)
    since = desk.living("target", command.target, command)
    set_so = _as_set(desk, command.target)
    if not set(months_of(command.period)) <= set(months_of(set_so.period)):
        raise BadInput("period", f"`{command.period}` is not within `{set_so.period}`, the period of the target")
    _one_grain(desk, command)
    return ev.ResultReported(
        **document(command),
        effective=since,
        report=report,
        target=command.target,
        period=command.period,
        amount=_number(command.amount, set_so.unit, "amount"),
    )


def _one_grain(desk: Desk, command: cm.ReportResult) -> None:
    """Reports of a target add up, so none covers part of another: a quarter beside one of its months counts twice."""
    own = set(months_of(command.period))
    for thing in desk.books.reports_on.get(command.target, ()):
        life = life_at(thing, desk.books.head)
        fact = life.created.fact if life is not None else None
        if not isinstance(fact, ev.ResultReported) or fact.target != command.target or fact.period == command.period:
            continue
        if own & set(months_of(fact.period)):
            raise BadInput("period", f"`{command.period}` overlaps `{fact.period}`, which is reported already")


# Who sets a target


def could_set(
    desk: Desk,
    command: cm.SetTarget | cm.AdjustTarget | cm.ReassignTarget,
    fact: ev.TargetSet | ev.TargetAdjusted | ev.TargetReassigned,
) -> None:
    """Whoever is said to set a target could, unless it is recorded as it happened.

    Raises UnknownName, BadInput, NotWithinAuthority.
    """
    known_persons(desk, (command.set_by,))
    if command.claimed is not None:
        if command.set_by is None:
            raise BadInput("claimed", "a position is claimed by somebody: state `set_by`")
        desk.known("position", command.claimed)
    if command.set_by is None or command.as_it_happened:
        return
    target = fact if isinstance(fact, ev.TargetSet) else _as_set(desk, fact.target)
    amount = _amount_at(desk, fact) if isinstance(fact, ev.TargetReassigned) else fact.amount
    check_setter(desk, command.set_by, command.claimed, target, amount, fact.effective)


def _amount_at(desk: Desk, fact: ev.TargetReassigned) -> Decimal:
    """How much a target is when it is reassigned."""
    amount: Decimal = desk.at(fact.effective.at).stated("target", fact.target, "amount")
    return amount


# Holder and whole


def _carrier(desk: Desk, holder: ev.TargetHolder, since: Moment) -> None:
    """A position or unit that exists then, or a person who is known."""
    if holder.person is not None:
        desk.person(holder.person)
    else:
        desk.alive(holder.kind, holder.id, since)


def _as_set(desk: Desk, target: TargetId) -> ev.TargetSet:
    """What the creation of a target that is known says."""
    life = life_at(desk.books.things["target"][target], desk.books.head)
    return cast("ev.TargetSet", cast("Life", life).created.fact)  # it is known, and nothing else creates a target


def _within_whole(desk: Desk, command: cm.SetTarget, unit: str, months: list[str]) -> None:
    """A part measures the same as the whole, in a period that the whole's contains. Raises BadInput."""
    if command.part_of is None:
        return
    whole = _as_set(desk, command.part_of)
    if (command.metric, unit) != (whole.metric, whole.unit):
        raise BadInput(
            "part_of",
            f"`{cut(command.metric)}` in `{cut(unit)}` is no part of `{cut(whole.metric)}` in `{cut(whole.unit)}`",
        )
    if not set(months) <= set(months_of(whole.period)):
        raise BadInput("part_of", f"`{command.period}` is not within `{whole.period}`, the period of the whole")


# Periods, amounts, phases


def months_of(period: str) -> list[str]:
    """The months of a year `2026`, a quarter `2026-Q1` or a month `2026-03`. Raises BadInput naming `period`."""
    year, _, part = period.partition("-")
    if not EARLIEST.year <= int(year) < LATEST.year:
        raise BadInput("period", f"`{period}` is outside the years {EARLIEST.year} to {LATEST.year - 1}")
    if part.startswith("Q"):
        last = 3 * int(part[1:])
        return [f"{year}-{month:02}" for month in range(last - 2, last + 1)]
    return [period] if part else [f"{year}-{month:02}" for month in range(1, 13)]


def _measured(words: str, unit: str | None) -> tuple[Decimal, str]:
    """An amount and its unit: `1200万元`, or a bare number beside a unit. Raises BadInput."""
    unit = unit or _currency(words, "amount")
    if unit is None:
        raise BadInput("unit", f"`{cut(words)}` needs a unit")
    if unit not in CURRENCIES and (unit.strip().upper() in CURRENCIES or unit.strip().upper() in _MONEY_WORDS):
        raise BadInput(
            "unit", f"`{cut(unit)}` is money: write an ISO 4217 code such as CNY, or the amount as `1200万元`"
        )
    return _number(words, unit, "amount"), unit


_MONEY_WORDS = frozenset(
    {"元", "千元", "万元", "百万元", "亿元", "人民币", "人民币元", "RMB", "¥", "￥", "$", "€", "美元", "欧元", "港元"}
)
"""What people call money: a target in money is set within a limit, so its unit has to be a currency."""


def _number(words: str, unit: str, field: str) -> Decimal:
    """How many of a unit words state; a currency that they name has to be that unit. Raises BadInput naming `field`."""
    currency = _currency(words, field)
    if currency not in (None, unit):
        raise BadInput(field, f"`{cut(words)}` is not in `{cut(unit)}`")
    return money(words, field, unit if unit in CURRENCIES else "CNY").amount


def _currency(words: str, field: str) -> str | None:
    """The currency that words name; None for a bare number, which takes whichever it is offered."""
    one, other = money(words, field, "CNY"), money(words, field, "USD")
    return one.currency if one.currency == other.currency else None


def _phases(phases: Mapping[str, str], amount: Decimal, unit: str, months: list[str]) -> tuple[ev.Phase, ...]:
    """What falls into which month, in their order: months of the period, which sum to the amount. Raises BadInput."""
    if not phases:
        return ()
    found, total = [], Decimal(0)
    for month in sorted(phases):
        if month not in months:
            raise BadInput(f"phases.{month}", f"`{month}` is not a month of the period")
        part = _number(phases[month], unit, f"phases.{month}")
        found.append(ev.Phase(month, part))
        total = added(total, part)
    if total != amount:
        raise BadInput("phases", f"the phases sum to `{total:,f}`, the target is `{amount:,f}`")
    return tuple(found)


DECIDERS: dict[type[cm.Command], Callable[[Desk, Any], ev.Fact]] = {
    cm.SetTarget: _set_target,
    cm.AdjustTarget: _adjust_target,
    cm.ReassignTarget: _reassign_target,
    cm.AcceptTarget: _accept_target,
    cm.WithdrawTarget: _withdraw_target,
    cm.ReportResult: _report_result,
}
