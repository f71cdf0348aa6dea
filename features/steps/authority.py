"""What is recorded: matters, authorities, delegations, restrictions, rules, caps, rates, base figures, co-signers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from features.steps.organisation import above_first
from features.steps.story import ALWAYS
from ledger import commands as cm
from ledger.events import SignerClass
from ledger.ids import Act, AuthorityId, ItemId, MatterId, RestrictionId

if TYPE_CHECKING:
    from features.steps.story import Draft, Told
    from features.steps.tables import Row


def matters(draft: Draft, told: Told) -> None:
    """Matters, in force at every date; those above first."""
    for row in above_first(told.rows, "matter", "parent"):
        parent = row.get("parent")
        reserved = row.get("reserved")
        draft.add(
            cm.DefineMatter(
                since=ALWAYS,
                matter=MatterId(str(row["matter"].read)),
                name=str(row["matter"].read),
                parent=MatterId(str(parent.read)) if parent is not None else None,
                reserved=reserved is not None and bool(reserved.read),
            )
        )


def authorities(draft: Draft, told: Told) -> None:
    """Grants, one a row."""
    for row in told.rows:
        holder = draft.holder(row["holder"])
        draft.add(
            cm.GrantAuthority(
                since=told.text("since"),
                through=told.get("through"),
                authority=AuthorityId(str(row["id"].read)),
                holder=holder,
                act=Act(str(row["act"].read)),
                matter=MatterId(str(row["matter"].read)),
                limit=str(row["limit"].read),
                **_further(row),
            )
        )


def _further(row: Row) -> dict[str, Any]:
    """What a row of a table of authorities says in the columns that may be absent."""
    said: dict[str, Any] = {name: row[name].read for name in ("scope", "depth", "kind", "uses") if name in row}
    if "lifts" in row:
        lifts: Any = row["lifts"].read
        said["lifts"] = tuple(RestrictionId(one) for one in lifts)
    if "rests_on" in row:
        said["by_decision"] = ItemId(str(row["rests_on"].read))
    return said


def limited(draft: Draft, told: Told) -> None:
    """An authority gets another limit."""
    draft.add(
        cm.AmendLimit(
            since=told.text("since"),
            through=told.get("through"),
            authority=AuthorityId(told.text("authority")),
            limit=told.text("limit"),
        )
    )


def revoked(draft: Draft, told: Told) -> None:
    """An authority or delegation ends."""
    draft.add(cm.RevokeAuthority(since=told.text("since"), authority=AuthorityId(told.text("authority"))))


def suspended(draft: Draft, told: Told) -> None:
    """An authority rests."""
    authority = AuthorityId(told.text("authority"))
    draft.add(cm.SuspendAuthority(since=told.text("since"), through=told.get("through"), authority=authority))


def resumed(draft: Draft, told: Told) -> None:
    """A suspended authority is in force again."""
    draft.add(cm.ResumeAuthority(since=told.text("since"), authority=AuthorityId(told.text("authority"))))


def delegated(draft: Draft, told: Told) -> None:
    """A holder delegates."""
    giver, holder = draft.holder(told.values["giver"]), draft.holder(told.values["holder"])
    scope: Any = told.values["scope"].read if "scope" in told.values else {}
    draft.add(
        cm.DelegateAuthority(
            since=told.text("since"),
            through=told.get("through"),
            authority=AuthorityId(told.text("authority")),
            source=AuthorityId(told.text("source")),
            giver=giver,
            holder=holder,
            limit=told.text("limit"),
            scope=scope,
            may_subdelegate="further" in told.values,
        )
    )


def restricted(draft: Draft, told: Told) -> None:
    """Somebody, or everyone, may not."""
    holder = draft.holder(told.values["holder"]) if "holder" in told.values else None
    draft.add(
        cm.ImposeRestriction(
            since=told.text("since"),
            restriction=RestrictionId(told.text("restriction")),
            holder=holder,
            act=Act(told.text("act")),
            matter=MatterId(told.text("matter")),
            above=told.get("above"),
        )
    )


def ruled(draft: Draft, told: Told) -> None:
    """A rule of the house."""
    rule: Any = told.values["rule"].read
    draft.add(cm.SetRule(since=told.text("since"), through=told.get("through"), rule=rule, value=told.text("value")))


def capped(draft: Draft, told: Told) -> None:
    """A cumulative limit."""
    pool: Any = told.values["pool"].read
    draft.add(
        cm.CapAuthority(
            since=told.text("since"),
            authority=AuthorityId(told.text("authority")),
            limit=told.text("limit"),
            window=told.text("window"),
            pool=pool,
        )
    )


def rated(draft: Draft, told: Told) -> None:
    """A published rate."""
    draft.add(cm.PublishRate(since=told.text("since"), currency=told.text("currency"), worth=told.text("worth")))


def based(draft: Draft, told: Told) -> None:
    """A published base figure."""
    draft.add(cm.PublishBaseFigure(since=told.text("since"), base=told.text("base"), amount=told.text("amount")))


def jointly(draft: Draft, told: Told) -> None:
    """An authority needs several persons, and of them some of a list."""
    classes: tuple[SignerClass, ...] = ()
    if "classes" in told.values:
        holders = tuple([draft.holder(row["holder"]) for row in told.rows])
        classes = (SignerClass(int(told.text("classes")), holders),)
    draft.add(
        cm.RequireJointly(
            since=told.text("since"),
            authority=AuthorityId(told.text("authority")),
            persons=int(told.text("persons")),
            classes=classes,
        )
    )
