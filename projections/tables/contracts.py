"""Contracts as a table: their terms, amended or not, and who keeps the original."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, cast

from ledger import events as ev
from ledger.money import Money, added
from projections.tables.columns import Kept, Projection, held, in_json, priced, table, text

if TYPE_CHECKING:
    from projections.rectangles import Rectangle

TABLE = table(
    "contracts",
    "Contracts (合同). Signing, sealing and approving them are acts on the item of the same id.",
    "contract",
    text("title", "what it is called"),
    text("parties", "JSON: with whom"),
    text("matter", "over which matter"),
    text("attributes", "JSON: its attributes"),
    text("requester", "the person who asks for it"),
    text("beneficiary", "the person it benefits"),
    text("amount", "its value without options: an exact decimal; cast it to add it up"),
    text("currency", "the currency of the value"),
    text("options", "JSON: its priced options"),
    text("total", "its value with all options, which authority is needed for; empty where currencies differ"),
    text("sha256", "the digest of the document, hexadecimal"),
    text("amendment", "the amendment that states these terms; empty for the terms as registered"),
    text("custodian_kind", "`position`, `person` or `committee`"),
    text("custodian", "who keeps the original"),
    text("place", "where"),
)


def _contract(read: Rectangle) -> tuple[object, ...]:
    fact = cast("ev.ContractRegistered", read.created.fact)
    amended = read.facts["terms"].fact if "terms" in read.facts else None
    terms = amended if isinstance(amended, ev.ContractAmended) else fact
    placed = read.facts["custody"].fact if "custody" in read.facts else None
    kept = placed if isinstance(placed, ev.ContractPlaced) else None
    return (
        fact.title,
        in_json(fact.parties),
        fact.matter,
        in_json(fact.attributes),
        fact.requester,
        fact.beneficiary,
        *priced(terms.value),
        in_json(terms.options),
        priced(_total(terms.value, terms.options))[0],
        terms.sha256,
        terms.amendment if isinstance(terms, ev.ContractAmended) else None,
        *held(kept.custodian if kept else None),
        kept.place if kept else None,
    )


def _total(value: Money | None, options: tuple[ev.PricedOption, ...]) -> Money | None:
    prices = [value] if value is not None else []
    prices += [one.price for one in options]
    if len({one.currency for one in prices}) != 1:
        return None
    return Money(reduce(added, (one.amount for one in prices)), prices[0].currency)


CONTRACTS = Projection("contracts", (Kept(TABLE, "contract", ("terms", "custody"), _contract),))
