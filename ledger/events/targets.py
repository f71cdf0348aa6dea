"""Facts about targets: set, adjusted, reassigned, accepted, withdrawn, and the results reported (semantics.md 7)."""

from __future__ import annotations

from decimal import Decimal

from ledger.events.base import Fact, Phase, TargetHolder
from ledger.ids import PersonId, PositionId, ReportId, TargetId


class TargetSet(Fact, tag="target-set/1", kw_only=True):
    """A holder was given a target: a metric, over a period (`2026`, `2026-Q1`, `2026-03`), of an amount in a unit.

    `part_of` is the target it is a part of; `set_by` is who set it, needing authority over `target.<metric>`, in the
    position `claimed`; the phases are what falls into which month.
    """

    target: TargetId
    metric: str
    period: str
    amount: Decimal
    unit: str
    holder: TargetHolder
    part_of: TargetId | None = None
    parts_may_exceed: bool = False
    phases: tuple[Phase, ...] = ()
    set_by: PersonId | None = None
    claimed: PositionId | None = None


class TargetAdjusted(Fact, tag="target-adjusted/1", kw_only=True):
    """A target got another amount, with other phases."""

    target: TargetId
    amount: Decimal
    phases: tuple[Phase, ...] = ()
    set_by: PersonId | None = None
    claimed: PositionId | None = None


class TargetReassigned(Fact, tag="target-reassigned/1", kw_only=True):
    """A target is carried by another from a date on: the phases from that date on move."""

    target: TargetId
    holder: TargetHolder
    set_by: PersonId | None = None
    claimed: PositionId | None = None


class TargetAccepted(Fact, tag="target-accepted/1", kw_only=True):
    """Somebody accepted a target for its holder."""

    target: TargetId
    by: PersonId


class TargetWithdrawn(Fact, tag="target-withdrawn/1", kw_only=True):
    """A target no longer counts."""

    target: TargetId


class ResultReported(Fact, tag="result-reported/1", kw_only=True):
    """What was attained of a target in a period (`2026-03`)."""

    report: ReportId
    target: TargetId
    period: str
    amount: Decimal
