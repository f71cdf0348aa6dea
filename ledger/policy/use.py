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
    """The acts by the pools they draw on; which route an act used is asked only where a pool may hold it."""

    def __init__(self, books: Books) -> None:
        self._books = books
        self._waiting: dict[tuple[str, str], list[Version]] = {}
        self._pinned: set[Version] = set()
        self._pools: dict[PoolKey, list[Version]] = {}
        self._by_value: dict[str, dict[PoolKey, list[Version]]] = {}
        self._worth: dict[tuple[Version, str], Money] = {}
        self._below: tuple[int, dict[str, set[str]]] = 0, {}
        for versions in books.done.values():
            for version in versions:
                self._wait(version)

    def add(self, version: Version) -> None:
        """Take in an act that was recorded since."""
        self._wait(version)
        if isinstance(version.fact, ev.ActDone):
            self._by_value.pop(version.fact.act, None)

    def _wait(self, version: Version) -> None:
        fact = version.fact
        for matter in self._matters(fact) if isinstance(fact, ev.ActDone) else ():
            waiting = self._waiting.setdefault((fact.act, matter), [])  # type: ignore[attr-defined]  # an act, see above
            if not waiting or (waiting[-1].effective, waiting[-1].seq) < (version.effective, version.seq):
                waiting.append(version)
            else:
                insort(waiting, version, key=_order)

    def _matters(self, fact: ev.ActDone) -> set[str]:
        """The matter that an act states, or those that its item ever did."""
        if fact.matter is not None:
            return {fact.matter}
        things = (self._books.things[kind].get(fact.item) for kind in ("item", "contract"))
        return {
            version.fact.matter
            for thing in things
            if thing is not None
            for version in thing.created
            if isinstance(version.fact, ev.ItemOpened | ev.ContractRegistered)
        }

    def of_routes(
        self, key: PoolKey, act: str, reach: str, upto: Place, pin: Callable[[Version], Pin | None]
    ) -> list[Version]:
        """The acts pinned to a link that covers a matter, by whose they are.

        Every act of the kind over that matter, up to a place, is pinned first, the earlier before the later.
        """
        ready: list[Version] = []
        for matter in self._at_or_below(reach):
            waiting = self._waiting.get((act, matter))
            if waiting:
                count = bisect_left(waiting, (upto.at, upto.seq), key=_order)
                ready += waiting[:count]
                del waiting[:count]
        for version in sorted(ready, key=_order):
            if version in self._pinned:
                continue
            self._pinned.add(version)
            found = pin(version)
            for one in keys_of(found) if found is not None else ():
                insort(self._pools.setdefault(one, []), version, key=_order)
        return self._pools.get(key, [])

    def _at_or_below(self, matter: str) -> set[str]:
        """A matter and all that ever lay below it."""
        structure = self._books.structure_at(self._books.head)
        if self._below[0] != structure:
            self._below = structure, {}
        known = self._below[1]
        if matter not in known:
            parts: dict[str, set[str]] = {}
            for name, thing in self._books.things["matter"].items():
                for version in (*thing.created, *thing.properties.get("parent", ())):
                    parts.setdefault(getattr(version.fact, "parent", None) or "", set()).add(name)
            found, pending = set[str](), [matter]
            while pending:
                here = pending.pop()
                if here not in found:
                    found.add(here)
                    pending += parts.get(here, ())
            known[matter] = found
        return known[matter]

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
