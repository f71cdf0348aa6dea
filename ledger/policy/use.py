"""What was used of the pools that caps and special grants draw on, before an act (semantics.md 4 and 6).

An act draws on the route it is pinned to, as it was judged at its own time: correcting an authority does not move it.
Counted are the acts that stand as known, in the order (acted_at, seq), whatever their verdict; an item's first act with
its amount, a later act on the item with what exceeds its greatest earlier amount in the pool.
"""

from __future__ import annotations

import re
from bisect import bisect_left, insort
from datetime import date, timedelta
from decimal import Decimal
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from ledger import events as ev
from ledger.books.items import Place, terms_of
from ledger.moments import Instant, start_of_day
from ledger.money import Money, added

if TYPE_CHECKING:
    from collections.abc import Callable

    from ledger.books.reading import AsOf
    from ledger.books.state import Books
    from ledger.ids import Holder
    from ledger.timeline import Version

PoolKey: TypeAlias = tuple[str, str, str]
"""Which pool: its kind, the link or act it belongs to, and whose it is."""


class Pin(NamedTuple):
    """The route that an act used, link by link: each authority and the position that held it then."""

    who: Holder
    links: tuple[tuple[str, str | None], ...]


class Drawn(NamedTuple):
    """What was drawn from a pool in a window; the greatest amount on the item before; whether a rate is missing."""

    used: Money
    on_item: Money
    missing: Money | None


_order, _effective = attrgetter("effective", "seq"), attrgetter("effective")


class Pools:
    """The acts by the pools they draw on. `pin` says which route an act used, `worth` what it was worth then."""

    def __init__(self, books: Books) -> None:
        self._books = books
        self._waiting: dict[str, list[Version]] = {act: list(versions) for act, versions in books.done.items()}
        self._pools: dict[PoolKey, list[Version]] = {}
        self._by_value: dict[str, dict[PoolKey, list[Version]]] = {}
        self._worth: dict[tuple[Version, str], Money] = {}

    def add(self, version: Version) -> None:
        """Take in an act that was recorded since."""
        fact = version.fact
        if isinstance(fact, ev.ActDone):
            waiting = self._waiting.setdefault(fact.act, [])
            insort(waiting, version, key=_order)
            self._by_value.pop(fact.act, None)

    def of_routes(self, key: PoolKey, act: str, upto: Place, pin: Callable[[Version], Pin | None]) -> list[Version]:
        """The acts pinned to a link, by whose they are; every act of the kind up to a place is pinned first."""
        waiting = self._waiting.get(act)
        while waiting and (waiting[0].effective, waiting[0].seq) < upto:
            version = waiting.pop(0)
            found = pin(version)
            for one in keys_of(found) if found is not None else ():
                insort(self._pools.setdefault(one, []), version, key=_order)
        return self._pools.get(key, [])

    def of_values(self, act: str, attribute: str, value: str) -> list[Version]:
        """The acts of a kind that state an attribute so, or whose item ever did: the reader looks at what stands."""
        if act not in self._by_value:
            self._by_value[act] = self._valued(act)
        return self._by_value[act].get((attribute, act, value), [])

    def _valued(self, act: str) -> dict[PoolKey, list[Version]]:
        found: dict[PoolKey, list[Version]] = {}
        for version in self._books.done.get(act, ()):
            fact = version.fact
            if isinstance(fact, ev.ActDone):
                for attribute in ev.ATTRIBUTE_POOLS:
                    for value in self._ever(fact, attribute):
                        found.setdefault((attribute, act, value), []).append(version)
        return found

    def _ever(self, fact: ev.ActDone, attribute: str) -> set[str]:
        """The values of an attribute that an act or its item ever stated."""
        stated = fact.attributes.get(attribute)
        if stated is not None:
            return {stated}
        found: set[str] = set()
        for kind in ("item", "contract"):
            thing = self._books.things[kind].get(fact.item)
            for version in thing.created if thing is not None else ():
                value = getattr(version.fact, "attributes", {}).get(attribute)
                if value is not None:
                    found.add(value)
                elif kind == attribute:
                    found.add(fact.item)
        return found

    def worth(self, version: Version, amount: Money, currency: str, rates: Callable[[Version], AsOf]) -> Money | None:
        """What an act's amount was worth in a currency, at the rate it was judged with; None where there is none."""
        if amount.currency == currency:
            return amount
        key = version, currency
        if key not in self._worth:
            from ledger.books.figures import Published  # noqa: PLC0415 - only foreign amounts need it

            worth = Published(rates(version)).worth(amount, currency)
            if worth is None:
                return None
            self._worth[key] = worth
        return self._worth[key]


def keys_of(pin: Pin) -> list[PoolKey]:
    """The pools that a pinned act draws on: for each link, its person's, its office's, its grant's."""
    found: list[PoolKey] = []
    for authority, position in pin.links:
        found += [
            ("person", authority, f"{pin.who.kind} {pin.who.id}"),
            ("position", authority, position or ""),
            ("grant", authority, ""),
        ]
    return found


class Counting(NamedTuple):
    """How acts count: as known at an entry, worth what in the cap's currency, and which of a pool's acts at all."""

    known: int
    currency: str
    worth: Callable[[Version, Money], Money | None]
    counts: Callable[[Version], bool] | None = None


def drawn(  # noqa: PLR0913, PLR0917 - a pool, a place in the order, a window, an item
    books: Books, versions: list[Version], before: Place, since: Instant, item: str | None, how: Counting
) -> Drawn:
    """What the acts of a pool drew before a place: those since an instant in sum, those on an item at most."""
    nothing = Money(_ZERO, how.currency)
    used = nothing
    greatest: dict[str, Money] = {}
    missing: Money | None = None
    for version in versions[bisect_left(versions, since, key=_effective) :]:
        if (version.effective, version.seq) >= before:
            break
        fact = version.fact
        if not isinstance(fact, ev.ActDone) or not _counts(version, fact, how):
            continue
        amount = fact.amount or terms_of(books, version, how.known).amount
        if amount is None:
            continue
        here = how.worth(version, amount)
        if here is None:
            missing = missing or amount
            continue
        former = greatest.get(fact.item)
        if former is None:
            former = _before(books, versions, fact.item, since, how) or nothing
        if here.amount > former.amount:
            greatest[fact.item] = here
            used = Money(added(used.amount, here.amount - former.amount), how.currency)
    on_item = None
    if item is not None:
        on_item = greatest.get(item) or _before(books, versions, item, since, how)
    return Drawn(used, on_item or nothing, missing)


def _counts(version: Version, fact: ev.ActDone, how: Counting) -> bool:
    stands = version.known_from <= how.known < version.known_until
    return stands and not fact.rejected and (how.counts is None or how.counts(version))


def _before(books: Books, versions: list[Version], item: str, since: Instant, how: Counting) -> Money | None:
    """The greatest amount on an item in a pool before a window begins."""
    things = books.deeds_on.get(item, ())
    greatest: Money | None = None
    for version in (version for thing in things for version in thing.created if version.effective < since):
        fact = version.fact
        index = bisect_left(versions, (version.effective, version.seq), key=_order)
        if index == len(versions) or versions[index] is not version or not isinstance(fact, ev.ActDone):
            continue
        amount = fact.amount or terms_of(books, version, how.known).amount
        here = how.worth(version, amount) if amount is not None and _counts(version, fact, how) else None
        if here is not None and (greatest is None or here.amount > greatest.amount):
            greatest = here
    return greatest


def window_start(window: str, at: Instant, books: Books, *, grant_since: Instant, fiscal_year: str) -> Instant:
    """The first instant of the window around an instant, in the ledger's zone; for `grant`, of the grant's life."""
    if window == "grant":
        return grant_since
    zone = books.zone
    day = at.astimezone(zone).date()
    if window == "month":
        day = day.replace(day=1)
    elif window == "quarter":
        day = day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
    elif window == "year":
        day = day.replace(month=1, day=1)
    elif window == "fiscal_year":
        month, first = (int(part) for part in fiscal_year.split("-"))
        begins = date(day.year, month, first)
        day = begins if begins <= day else date(day.year - 1, month, first)
    else:
        day -= timedelta(days=rolling_days(window) - 1)
    return start_of_day(day, zone)


def rolling_days(window: str) -> int:
    """The N of `N days`."""
    match = re.match(r"\d+", window)
    return int(match[0]) if match else 1


_ZERO = Decimal(0)
