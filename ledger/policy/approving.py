"""Whether an act is about what its item is about: which acts approve an item, and what an enforced act may state."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ledger.books.items import acts_on, item_terms, terms_of

if TYPE_CHECKING:
    from ledger.books.state import Books
    from ledger.events import ActDone
    from ledger.timeline import Version


class Difference(NamedTuple):
    """In what an act is about something else than its item: a field or a dimension, and what the two say of it."""

    field: str
    own: str
    stated: str | None


def approving(books: Books, item: str, known: int) -> list[tuple[Version, ActDone]]:
    """The approvals of an item that stand as known, in order, the refused ones too.

    What is approved under another matter, for other people or with other attributes than the item's own is no approval
    of it: it was judged by what it states, and what is prohibited for the item's matter may not be so above it.
    """
    found = [(version, fact) for version, fact in acts_on(books, item, known) if fact.act == "approve"]
    return [(version, fact) for version, fact in found if difference(books, version, item, known) is None]


def difference(books: Books, version: Version, item: str, known: int) -> Difference | None:
    """The first difference between an act and its item as known: in the matter, the people or an attribute.

    What the item leaves open is none.
    """
    own, terms = item_terms(books, item, version.effective, known), terms_of(books, version, known)
    said = (
        ("matter", own.matter, terms.matter),
        ("requester", own.requester, terms.requester),
        ("beneficiary", own.beneficiary, terms.beneficiary),
        *((f"attributes.{name}", value, terms.attributes.get(name)) for name, value in own.attributes.items()),
    )
    return next((Difference(field, one, other) for field, one, other in said if one is not None and one != other), None)
