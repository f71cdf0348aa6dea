"""Items and the acts done on them: what an act is about, as known, and which acts count before which.

What an act does not state (matter, amount, attributes, requester, beneficiary) is its item's; a contract is an item
under its own id, worth its total with all options (semantics.md 6 and 7).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ledger import events as ev
from ledger.moments import MICROSECOND
from ledger.money import Money, added
from ledger.timeline import STILL_KNOWN, Life, Thing, Version, life_at, value_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ledger.books.state import Books
    from ledger.moments import Instant


class Terms(NamedTuple):
    """What is decided on: over which matter, for how much, with which attributes, for whom, and since when open."""

    matter: str | None
    amount: Money | None
    attributes: dict[str, str]
    requester: str | None
    beneficiary: str | None
    opened: Instant | None


_NOTHING = Terms(None, None, {}, None, None, None)


class Place(NamedTuple):
    """Where an act stands in the order (acted_at, seq)."""

    at: Instant
    seq: int


def done_as_known(thing: Thing, known: int) -> Version | None:
    """An act as it stands, as known at an entry; None where it is annulled or not recorded yet."""
    for version in reversed(thing.created):
        if version.known_from <= known < version.known_until:
            return version
    return None


def acts_on(books: Books, item: str, known: int) -> list[tuple[Version, ev.ActDone]]:
    """The acts on an item that stand as known, in the order (acted_at, seq)."""
    found: list[tuple[Version, ev.ActDone]] = []
    for thing in books.deeds_on.get(item, ()):
        version = done_as_known(thing, known)
        if version is not None and isinstance(version.fact, ev.ActDone) and version.fact.item == item:
            found.append((version, version.fact))
    if len(found) > 1:
        found.sort(key=lambda one: (one[0].effective, one[0].seq))
    return found


def item_terms(books: Books, item: str, at: Instant, known: int) -> Terms:
    """What an item is about at an instant, as known: as opened, or as the contract of that id stands."""
    thing = books.things["item"].get(item)
    life = life_at(thing, known) if thing is not None else None
    if life is not None and isinstance(fact := life.created.fact, ev.ItemOpened):
        return Terms(fact.matter, fact.amount, _own(fact.attributes), fact.requester, fact.beneficiary, life.since)
    contract = books.things["contract"].get(item)
    life = life_at(contract, known) if contract is not None else None
    if contract is None or life is None or not isinstance(fact := life.created.fact, ev.ContractRegistered):
        return _NOTHING
    terms = contract_terms(contract, life, at, known).fact
    value, options = (terms.value, terms.options) if isinstance(terms, _CONTRACTED) else (None, ())
    attributes = {"contract": item, **_own(fact.attributes)}
    return Terms(fact.matter, total(value, options), attributes, fact.requester, fact.beneficiary, life.since)


OF_THE_ACT = ("subject.", "action.")
"""How the names of attributes begin that say who acts and how: of an act, and never of its item."""


def _own(attributes: dict[str, str]) -> dict[str, str]:
    """What an item may say of itself; in a history that says more of it, the rest counts for nothing."""
    if not any(name.startswith(OF_THE_ACT) for name in attributes):
        return attributes
    return {name: value for name, value in attributes.items() if not name.startswith(OF_THE_ACT)}


def stated_by(books: Books, item: str, field: str, at: Instant, known: int) -> int:
    """The entry that states a term of an item as known; of a contract's amount the one in force at an instant.

    0 where nobody opened the item.
    """
    for kind in ("item", "contract"):
        thing = books.things[kind].get(item)
        life = life_at(thing, known) if thing is not None else None
        if thing is not None and life is not None:
            return (contract_terms(thing, life, at, known) if field == "amount" else life.created).source
    return 0


_CONTRACTED = (ev.ContractRegistered, ev.ContractAmended)


def contract_terms(contract: Thing, life: Life, at: Instant, known: int) -> Version:
    """The fact that states a contract's value at an instant: the last amendment, else the registration.

    After its end a contract reads as at its end: what is amended then is idle.
    """
    inside = min(at, life.until - MICROSECOND)
    return value_at(contract.properties.get("terms", []), inside, known, life.since) or life.created


def total(value: Money | None, options: tuple[ev.PricedOption, ...]) -> Money | None:
    """What authority is needed for: the value with every priced option, all in one currency."""
    prices = [one.price for one in options]
    if value is None:
        if not prices:
            return None
        value, *prices = prices
    for price in prices:
        value = Money(added(value.amount, price.amount), value.currency)
    return value


def terms_of(books: Books, version: Version, known: int) -> Terms:
    """What an act is about: what it states and, for the rest, what its item is about as known."""
    fact = version.fact
    if not isinstance(fact, ev.ActDone):
        return _NOTHING
    item = item_terms(books, fact.item, version.effective, known)
    attributes = {**item.attributes, **fact.attributes} if item.attributes else fact.attributes
    opened = item.opened
    if opened is None:
        opened = min((other.effective for other, _ in acts_on(books, fact.item, known)), default=version.effective)
        opened = min(opened, version.effective)
    return Terms(
        fact.matter or item.matter,
        fact.amount or item.amount,
        attributes,
        fact.requester or item.requester,
        fact.beneficiary or item.beneficiary,
        opened,
    )


def seen_at(books: Books, version: Version) -> tuple[int, bool]:
    """The entry `t` by which the view of its own time judges an act, and whether that is *as loaded*.

    The earlier of the entry before its own and the last one recorded up to the act; for an act that came in by a batch
    of loaded history, the last entry of that batch. To set a target is an act, too.
    """
    batch = books.batches[version.seq - 1]
    if batch is not None and not (isinstance(version.fact, ev.ActDone) and version.fact.live):
        return books.batch_ends[batch], True
    return min(version.seq - 1, books.known_at(version.effective)), False


def earlier(versions: list[Version], before: Place, known: int) -> Iterator[Version]:
    """Of versions in order, those of other acts before a place that stand as known."""
    for version in versions:
        if (version.effective, version.seq) >= before:
            return
        if version.known_from <= known < version.known_until and version.seq != before.seq:
            yield version


NEXT: int = STILL_KNOWN
"""The seq of a question: after all acts of its instant."""
