"""The history as tables: items, the acts done on them, ratifications. Verdicts are the ledger's to give."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from sqlalchemy import Index

from projections.tables.columns import Kept, Projection, flag, held, in_json, instant, priced, table, text

if TYPE_CHECKING:
    from ledger import events as ev
    from projections.rectangles import Rectangle

ITEMS = table(
    "items",
    "Items (事项) that were opened: what is to be decided. A contract is an item under its own id, and not in here.",
    "item",
    text("matter", "over which matter"),
    text("amount", "for how much: an exact decimal; cast it to add it up"),
    text("currency", "the currency of the amount"),
    text("attributes", "JSON: its attributes"),
    text("requester", "the person who asks for it"),
    text("beneficiary", "the person it benefits"),
)
ACTS = table(
    "acts",
    "Acts (行权) done on items; `valid_from` is when. What an act does not state is its item's, and empty here.",
    "deed",
    text("item", "on which item"),
    text("act", "what was done: `approve`, `sign` …"),
    text("by_kind", "`person` or `committee`"),
    text("by_id", "who did it"),
    text("matter", "over which matter"),
    text("amount", "for how much: an exact decimal; cast it to add it up"),
    text("currency", "the currency of the amount"),
    text("attributes", "JSON: the attributes stated"),
    text("requester", "the person who asked for it"),
    text("beneficiary", "the person it benefits"),
    text("claimed", "the position in which the person says they acted"),
    flag("rejected", "whether the act was a no"),
    flag("live", "whether the ledger authorised it before it was recorded"),
    text("ratify_by", "of an emergency act: by when it is to be ratified"),
    text("votes", "JSON: the votes of a committee's members who were present"),
    keys=("seq",),  # in the order of the journal: an act more dirties one page and no index
)
RATIFICATIONS = table(
    "ratifications",
    "Ratifications (追认) as recorded, whether they count or not; `valid_from` is when.",
    "ratification",
    text("deed", "the act that was ratified"),
    text("by_kind", "`person` or `committee`"),
    text("by_id", "who ratified"),
    text("claimed", "the position in which they say they did"),
)
Index("ratifications_by_deed", RATIFICATIONS.c.deed)
_NOTHING = "{}"
_NOBODY = "[]"


def _item(read: Rectangle) -> tuple[object, ...]:
    fact = cast("ev.ItemOpened", read.created.fact)
    return fact.matter, *priced(fact.amount), in_json(fact.attributes), fact.requester, fact.beneficiary


def _act(read: Rectangle) -> tuple[object, ...]:
    fact = cast("ev.ActDone", read.created.fact)
    return (
        fact.item,
        fact.act,
        *held(fact.by),
        fact.matter,
        *priced(fact.amount),
        in_json(fact.attributes) if fact.attributes else _NOTHING,
        fact.requester,
        fact.beneficiary,
        fact.claimed,
        fact.rejected,
        fact.live,
        instant(fact.ratify_by.at) if fact.ratify_by is not None else None,
        in_json(fact.votes) if fact.votes else _NOBODY,
    )


def _ratification(read: Rectangle) -> tuple[object, ...]:
    fact = cast("ev.ActRatified", read.created.fact)
    return fact.deed, *held(fact.by), fact.claimed


HISTORY = Projection(
    "history",
    (
        Kept(ITEMS, "item", (), _item),
        Kept(ACTS, "deed", (), _act),
        Kept(RATIFICATIONS, "ratification", (), _ratification),
    ),
)
