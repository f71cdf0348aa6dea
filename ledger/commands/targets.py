"""Requests about targets and results."""

from __future__ import annotations

from ledger.commands.base import FactCommand, Month, Name, NumberWords, TargetPeriod
from ledger.events import TargetHolder
from ledger.ids import PersonId, PositionId, ReportId, TargetId


class SetTarget(FactCommand, tag="set-target", kw_only=True):
    """Give a holder a target: a metric, over a period, of an amount (`1200万元`, or a number with its `unit`).

    With `set_by` it is checked that they could, by authority over `target.<metric>`; with `as_it_happened` it is
    recorded whatever the ledger thinks, and judged. `part_of` is the target it is a part of.
    """

    target: TargetId
    metric: Name
    period: TargetPeriod
    amount: NumberWords
    unit: Name | None = None
    holder: TargetHolder
    part_of: TargetId | None = None
    parts_may_exceed: bool = False
    phases: dict[Month, NumberWords] = {}
    set_by: PersonId | None = None
    claimed: PositionId | None = None
    as_it_happened: bool = False


class AdjustTarget(FactCommand, tag="adjust-target", kw_only=True):
    """Give a target another amount, with other phases."""

    target: TargetId
    amount: NumberWords
    phases: dict[Month, NumberWords] = {}
    set_by: PersonId | None = None
    claimed: PositionId | None = None
    as_it_happened: bool = False


class ReassignTarget(FactCommand, tag="reassign-target", kw_only=True):
    """Let another carry a target from a date on; the phases from that date on move."""

    target: TargetId
    holder: TargetHolder
    set_by: PersonId | None = None
    claimed: PositionId | None = None
    as_it_happened: bool = False


class AcceptTarget(FactCommand, tag="accept-target", kw_only=True):
    """Record that somebody accepted a target for its holder."""

    target: TargetId
    by: PersonId


class WithdrawTarget(FactCommand, tag="withdraw-target", kw_only=True):
    """Let a target no longer count; `from` is its first day without."""

    target: TargetId


class ReportResult(FactCommand, tag="report-result", kw_only=True):
    """Report what was attained of a target in a period."""

    report: ReportId | None = None
    target: TargetId
    period: TargetPeriod
    amount: NumberWords
