"""Targets and results as tables. The tree is followed by `part_of`; sums and gaps are a question away."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from sqlalchemy import Index

from ledger import events as ev
from projections.tables.columns import Kept, Projection, decimal, flag, in_json, table, text

if TYPE_CHECKING:
    from projections.rectangles import Rectangle

TARGETS_TABLE = table(
    "targets",
    "Targets (目标): a metric over a period, and who carries it.",
    "target",
    text("metric", "what is measured"),
    text("period", "over which period: `2026`, `2026-Q1`, `2026-03`"),
    text("amount", "how much: an exact decimal; cast it to add it up"),
    text("unit", "the currency or unit of the amount"),
    text("phases", "JSON: what falls into which month"),
    text("holder_kind", "`position`, `unit` or `person`"),
    text("holder", "who carries it"),
    text("part_of", "the target it is a part of"),
    flag("parts_may_exceed", "whether its parts may exceed it"),
    text("set_by", "the person who set the amount, where stated"),
    text("accepted_by", "the person who accepted it for its holder"),
)
RESULTS = table(
    "results",
    "Results reported of targets.",
    "report",
    text("target", "of which target"),
    text("period", "in which period"),
    text("amount", "how much was attained: an exact decimal; cast it to add it up"),
)
Index("targets_by_part_of", TARGETS_TABLE.c.part_of)
Index("results_by_target", RESULTS.c.target)


def _target(read: Rectangle) -> tuple[object, ...]:
    fact = cast("ev.TargetSet", read.created.fact)
    adjusted = read.facts["amount"].fact if "amount" in read.facts else None
    amount = adjusted if isinstance(adjusted, ev.TargetAdjusted) else fact
    reassigned = read.facts["holder"].fact if "holder" in read.facts else None
    holder = reassigned.holder if isinstance(reassigned, ev.TargetReassigned) else fact.holder
    accepted = read.facts["accepted"].fact if "accepted" in read.facts else None
    return (
        fact.metric,
        fact.period,
        decimal(amount.amount),
        fact.unit,
        in_json(amount.phases),
        holder.kind,
        holder.id,
        fact.part_of,
        fact.parts_may_exceed,
        amount.set_by,
        accepted.by if isinstance(accepted, ev.TargetAccepted) else None,
    )


def _result(read: Rectangle) -> tuple[object, ...]:
    fact = cast("ev.ResultReported", read.created.fact)
    return fact.target, fact.period, decimal(fact.amount)


TARGETS = Projection(
    "targets",
    (
        Kept(TARGETS_TABLE, "target", ("amount", "holder", "accepted"), _target),
        Kept(RESULTS, "report", (), _result),
    ),
)
