"""The words of limits, scopes, amounts and attributes, as they stand in facts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ledger import events as ev
from ledger.books.items import OF_THE_ACT
from ledger.deciding.desk import LONGEST_ID
from ledger.money import Limit, Money, limit, money
from ledger.refusals import BadInput, LimitNotStated

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ledger.deciding.desk import Desk


def limit_in(desk: Desk, authority: str, words: str | None) -> Limit:
    """The limit that words state. Raises LimitNotStated, BadInput."""
    if words is None:
        raise LimitNotStated(authority)
    return limit(words, "limit", desk.books.currency)


def scope_in(desk: Desk, scope: Mapping[str, tuple[str, ...]]) -> tuple[ev.ScopeTerm, ...]:
    """The scope in one order, so that the same scope has the same bytes."""
    for dimension, values in scope.items():
        if not dimension.strip() or len(dimension) > LONGEST_ID:
            raise BadInput("scope", "a dimension has a name of 1 to 100 characters")
        if not values:
            raise BadInput(f"scope.{dimension}", "a dimension without values would allow nothing")
        for value in values if dimension == "unit" else ():
            desk.known("unit", value)
    return tuple(ev.ScopeTerm(one, tuple(dict.fromkeys(scope[one]))) for one in sorted(scope))


def amount_in(desk: Desk, words: str | None, field: str = "amount") -> Money | None:
    """The amount that words state, if any; a bare number is in the ledger's currency. Raises BadInput."""
    return None if words is None else money(words, field, desk.books.currency)


def attributes_in(attributes: Mapping[str, str]) -> dict[str, str]:
    """The attributes of an act, by name, in one order. Raises BadInput."""
    for name in attributes:
        if not name.strip() or len(name) > LONGEST_ID:
            raise BadInput("attributes", "an attribute has a name of 1 to 100 characters")
        if name != name.strip() or attributes[name] != attributes[name].strip():
            raise BadInput(f"attributes.{name}", "an attribute and its value have no spaces around them")
    return dict(sorted(attributes.items()))


def item_attributes_in(attributes: Mapping[str, str]) -> dict[str, str]:
    """The attributes of an item or contract: nothing about who will act on it, or how. Raises BadInput."""
    for name in attributes:
        if name.startswith(OF_THE_ACT):
            raise BadInput(f"attributes.{name}", "who acts, and how, is stated by an act and not by its item")
    return attributes_in(attributes)
