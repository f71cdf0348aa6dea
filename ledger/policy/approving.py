"""Which acts are approvals of an item: given or refused, and of nothing else than the item says it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ledger.books.items import acts_on, item_terms, terms_of
from ledger.books.reading import AsOf

if TYPE_CHECKING:
    from ledger.books.state import Books
    from ledger.events import ActDone
    from ledger.timeline import Version


def approving(books: Books, item: str, known: int) -> list[tuple[Version, ActDone]]:
    """The approvals of an item that stand as known, in order, the refused ones too.

    What is approved under another matter, for other people or with other attributes than the item's own is no approval
    of it; a matter above its own covers it.
    """
    found = [(version, fact) for version, fact in acts_on(books, item, known) if fact.act == "approve"]
    return [(version, fact) for version, fact in found if _agrees(books, version, item, known)]


def _agrees(books: Books, version: Version, item: str, known: int) -> bool:
    own, terms = item_terms(books, item, version.effective, known), terms_of(books, version, known)
    if own.matter not in (None, terms.matter):
        above = AsOf(books, version.effective, known).matters_above(own.matter or "")
        if terms.matter not in above:
            return False
    people = ((own.requester, terms.requester), (own.beneficiary, terms.beneficiary))
    values = ((value, terms.attributes.get(name)) for name, value in own.attributes.items())
    return all(one is None or one == other for one, other in (*people, *values))
