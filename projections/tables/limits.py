"""The limits as tables: grants and delegations, their caps, restrictions. Chains are followed by `part_of`."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from sqlalchemy import Index

from ledger import events as ev
from ledger.money import Unlimited
from projections.tables.columns import (
    Kept,
    Projection,
    flag,
    held,
    in_json,
    limit_columns,
    limited,
    number,
    table,
    text,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ledger.timeline import Thing
    from projections.rectangles import Rectangle, Timelines

AUTHORITIES = table(
    "authorities",
    "Grants (授权) and delegations (转授权), each as it is stated itself; what it comes to is the ledger's to say.",
    "authority",
    text("kind", "`standing`, `special`, `temporary`, or `delegation`"),
    text("holder_kind", "`position`, `person` or `committee`"),
    text("holder", "who holds it, as stated: an abolished position reads as its successor"),
    text("act", "which act; of a delegation that of its grant, and empty here"),
    text("matter", "over which matter and what lies below; empty for a delegation that does not narrow it"),
    *limit_columns(),
    number("limit_seq", "the entry that states the limit"),
    text("scope", "JSON: the dimensions it is limited to, with the values allowed; `[]` for no scope"),
    number("depth", "how many delegations may stand below; empty where a delegation may not be delegated"),
    flag("suspended", "whether it is suspended"),
    number("persons", "how many distinct persons must sign, where it is held jointly; else 1"),
    text("classes", "JSON: how many of them must be of which holders"),
    text("part_of", "of a delegation: the grant or delegation it is part of"),
    text("giver_kind", "of a delegation: the kind of who gave it"),
    text("giver", "of a delegation: who gave it"),
    flag("covers_pending", "whether it reaches items that were opened before it began"),
    flag("outlasts_office", "whether it goes on when a person named as holder holds no position any more"),
    text("lifts", "JSON: the restrictions that a special grant lifts"),
    number("uses", "how often a special grant may be used"),
    text("by_decision", "the item (a resolution, an approval) that a grant rests on"),
)
CAPS = table(
    "caps",
    "Caps (累计限额) in force on grants and delegations: a sum per window, over the acts of a pool.",
    "authority",
    text("per", "the window: `month`, `quarter`, `year`, `fiscal_year`, `grant` (its life), `30 days` …", null=False),
    text("pool", "`person`, `position`, `grant`, `supplier`, `project` or `contract`", null=False),
    *limit_columns(),
    keys=("authority", "per", "pool"),
)
RESTRICTIONS = table(
    "restrictions",
    "Restrictions (限制): what a holder, or everyone, may not do.",
    "restriction",
    text("holder_kind", "`position`, `person` or `committee`; empty for everyone"),
    text("holder", "who may not; empty for everyone"),
    text("act", "which act"),
    text("matter", "over which matter and what lies below"),
    *limit_columns(),
    text("scope", "JSON: within which scope; `[]` for all"),
)
Index("authorities_by_holder", AUTHORITIES.c.holder)
Index("authorities_by_part_of", AUTHORITIES.c.part_of)


def _authority(read: Rectangle) -> tuple[object, ...]:
    created = cast("ev.AuthorityGranted | ev.AuthorityDelegated", read.created.fact)
    limit = read.facts.get("limit") or read.created
    scope = (read.facts.get("scope") or read.created).fact
    depth = (read.facts.get("depth") or read.created).fact
    joint = read.facts["joint"].fact if "joint" in read.facts else None
    suspended = "suspended" in read.facts and isinstance(read.facts["suspended"].fact, ev.AuthoritySuspended)
    grant = created if isinstance(created, ev.AuthorityGranted) else None
    part = created if isinstance(created, ev.AuthorityDelegated) else None
    return (
        grant.kind if grant else "delegation",
        *held(created.holder),
        grant.act if grant else None,
        created.matter,
        *limited(cast("ev.AuthorityGranted | ev.AuthorityDelegated | ev.LimitAmended", limit.fact).limit),
        limit.source,
        in_json(getattr(scope, "scope", ())),
        getattr(depth, "depth", None),
        suspended,
        joint.persons if isinstance(joint, ev.JointlyHeld) else 1,
        in_json(joint.classes if isinstance(joint, ev.JointlyHeld) else ()),
        part.source if part else None,
        *held(part.giver if part else None),
        part.covers_pending if part else True,
        created.outlasts_office,
        in_json(grant.lifts if grant else ()),
        grant.uses if grant else None,
        grant.by_decision if grant else None,
    )


def _caps(thing: Thing) -> Iterator[Timelines]:
    """Caps of another window or pool stand side by side, the same replaces."""
    kinds: dict[tuple[str, str], Timelines] = {}
    for version in thing.properties.get("caps", ()):
        if isinstance(version.fact, ev.AuthorityCapped):
            kinds.setdefault((version.fact.window, version.fact.pool), {"caps": []})["caps"].append(version)
    yield from kinds.values()


def _cap(read: Rectangle) -> tuple[object, ...] | None:
    """An unlimited cap is none."""
    cap = read.facts["caps"].fact if "caps" in read.facts else None
    if not isinstance(cap, ev.AuthorityCapped) or isinstance(cap.limit, Unlimited):
        return None
    return cap.window, cap.pool, *limited(cap.limit)


def _restriction(read: Rectangle) -> tuple[object, ...]:
    fact = cast("ev.RestrictionImposed", read.created.fact)
    limit = limited(fact.above) if fact.above is not None else (None,) * 4
    return *held(fact.holder), fact.act, fact.matter, *limit, in_json(fact.scope)


LIMITS = Projection(
    "limits",
    (
        Kept(AUTHORITIES, "authority", ("limit", "scope", "depth", "suspended", "joint"), _authority),
        Kept(CAPS, "authority", ("caps",), _cap, _caps),
        Kept(RESTRICTIONS, "restriction", (), _restriction),
    ),
)
