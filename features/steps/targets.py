"""What is recorded: targets set, adjusted, reassigned, accepted and withdrawn, and their results."""

from __future__ import annotations

from typing import TYPE_CHECKING

from features.steps.story import StoryTrouble
from ledger import commands as cm
from ledger.events import TargetHolder
from ledger.ids import TargetId

if TYPE_CHECKING:
    from features.steps.story import Draft, Told


def assigned(draft: Draft, told: Told) -> None:
    """A target; a part has the metric of its whole, a whole is called as its metric."""
    carrier = _carrier(draft, told)
    setter = draft.optional_person(told.values.get("setter"))
    whole = told.get("whole")
    wholes = {one.target: one for _, one in draft.minutes.latest(cm.SetTarget)}
    above = wholes.get(TargetId(whole)) if whole is not None else None
    draft.add(
        cm.SetTarget(
            since=told.text("since"),
            target=TargetId(told.text("target")),
            metric=above.metric if above is not None else told.text("target"),
            period=told.text("period"),
            amount=told.text("amount"),
            holder=carrier,
            part_of=TargetId(whole) if whole is not None else None,
            set_by=setter,
        )
    )


def _carrier(draft: Draft, told: Told) -> TargetHolder:
    carrier = draft.holder(told.values["holder"])
    if carrier.committee is not None:
        raise StoryTrouble("a target is carried by a position or a person", "目标由岗位或人员承担，不由会议体承担")
    return TargetHolder(position=carrier.position, person=carrier.person)


def adjusted(draft: Draft, told: Told) -> None:
    """A target gets another amount."""
    setter = draft.optional_person(told.values.get("setter"))
    target, amount = TargetId(told.text("target")), told.text("amount")
    draft.add(cm.AdjustTarget(since=told.text("since"), target=target, amount=amount, set_by=setter))


def reassigned(draft: Draft, told: Told) -> None:
    """Another carries a target."""
    setter, carrier = draft.optional_person(told.values.get("setter")), _carrier(draft, told)
    target = TargetId(told.text("target"))
    draft.add(cm.ReassignTarget(since=told.text("since"), target=target, holder=carrier, set_by=setter))


def accepted(draft: Draft, told: Told) -> None:
    """Somebody accepts a target for its holder."""
    person = draft.person(told.values["person"])
    draft.add(cm.AcceptTarget(since=told.text("on"), target=TargetId(told.text("target")), by=person))


def withdrawn(draft: Draft, told: Told) -> None:
    """A target no longer counts."""
    draft.add(cm.WithdrawTarget(since=told.text("since"), target=TargetId(told.text("target"))))


def reported(draft: Draft, told: Told) -> None:
    """What was attained of a target."""
    draft.add(
        cm.ReportResult(
            since=told.text("on"),
            target=TargetId(told.text("target")),
            period=told.text("period"),
            amount=told.text("amount"),
        )
    )
