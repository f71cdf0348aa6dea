"""What was used of the pools that caps and special grants draw on, before an act (semantics.md 4 and 6).

An act draws on the route it is pinned to, as it was judged at its own time: correcting an authority does not move it.
Counted are the acts that stand as known, in the order (acted_at, seq), whatever their verdict; an item's first act with
its amount, a later act on the item with what exceeds its greatest earlier amount in the pool.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right, insort
from datetime import date, timedelta
from decimal import Decimal
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from ledger import events as ev
from ledger.books.figures import Published
from ledger.books.items import Place, terms_of
from ledger.books.reading import AsOf
from ledger.moments import Instant, start_of_day
from ledger.money import Money, added

if TYPE_CHECKING:
    from collections.abc import Callable

    from ledger.books.state import Books
    from ledger.ids import Holder
    from ledger.policy.tally import Tally
    from ledger.timeline import Version


class Pin(NamedTuple):
    """The route that an act used, link by link: each authority and who held it, as it was stated."""

    links: tuple[tuple[str, Holder], ...]


class Drawn(NamedTuple):
    """What was drawn from a pool in a window, at least and at most, and the greatest amount on the item before.

    `high` is None where an act's worth is not known at all; `unsure` says that one on the item asked about is not.
    """

    low: Decimal
    high: Decimal | None
    on_item: Decimal
    unsure: bool


_order, _effective = attrgetter("effective", "seq"), attrgetter("effective")


def _count(acts: list[Version], upto: Place) -> int:
    """How many of acts in order are before a place."""
    return bisect_left(acts, (upto.at, upto.seq), key=_order)


class Pools:
    """The acts by the links they used; which route an act used is asked only where a pool may hold it."""

    def __init__(self, books: Books) -> None:
        self._books = books
        self._waiting: dict[tuple[str, str], list[Version]] = {}
        self._pinned: set[Version] = set()
        self._depth = 0
        """How many acts are in hand, one for the sake of another, whose routes are being found."""
        self._by_link: dict[tuple[str, str], list[Version]] = {}
        self._tallies: dict[tuple[str, str], dict[object, Tally]] = {}
        self._by_value: dict[str, dict[tuple[str, str], list[Version]]] = {}
        self._worth: dict[tuple[Version, Money, str], Money] = {}
        self._over: tuple[int, dict[str, list[tuple[str, str]]]] = 0, {}
        for versions in books.done.values():
            for version in versions:
                self._wait(version)

    def add(self, version: Version) -> None:
        """Take in an act that was recorded since."""
        self._wait(version)
        if isinstance(version.fact, ev.ActDone):
            self._by_value.pop(version.fact.act, None)

    def uncover(self) -> None:
        """Look anew at what authorities cover: an entry that said something of it was taken back."""
        self._over = 0, {}

    def _wait(self, version: Version) -> None:
        fact = version.fact
        if not isinstance(fact, ev.ActDone):
            return
        for matter in self._matters(fact):
            waiting = self._waiting.setdefault((fact.act, matter), [])
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

    def of_link(
        self, link: tuple[str, str], upto: Place, known: int, pin: Callable[[Version], tuple[Pin | None, bool]]
    ) -> list[Version]:
        """The acts of a kind that used a link, in order; those up to a place are looked at, the earlier first.

        The link is an authority and the kind of act: what was done under a grant that a correction made one of another
        kind counts for nothing, or a signature could count towards the approval that it needs.
        `pin` gives the route and whether that is settled; an act whose route is not is looked at again next time.
        Looking at one may ask this again, as known earlier: that looks at the acts known then, even where they are in
        hand already, and at no others, so that it neither misses one nor runs in a circle.
        """
        authority, act = link
        waiting = [acts for key in self._covered(authority) if key[0] == act and (acts := self._waiting.get(key))]
        ready = {version: None for acts in waiting for version in acts[: _count(acts, upto)]}
        passing: list[Version] = []
        for version in sorted(ready, key=_order) if ready else ():
            if version in self._pinned or (self._depth and not version.known_from <= known < version.known_until):
                continue
            self._depth += 1
            try:
                found, settled = pin(version)
            finally:
                self._depth -= 1
            links = [one for one, _ in found.links] if found is not None else []
            if not settled:
                passing += [version] if authority in links else []
            elif version not in self._pinned:
                self._pinned.add(version)
                for one in links:
                    self._add_to((one, act), version)
        for acts in waiting if ready else ():
            count = _count(acts, upto)
            acts[:count] = [version for version in acts[:count] if version not in self._pinned]
        used = self._by_link.get(link, [])
        return sorted([*used, *passing], key=_order) if passing else used

    def _add_to(self, link: tuple[str, str], version: Version) -> None:
        used = self._by_link.setdefault(link, [])
        if used and (used[-1].effective, used[-1].seq) > (version.effective, version.seq):
            self._tallies.pop(link, None)
        insort(used, version, key=_order)

    def tally(
        self, link: tuple[str, str], versions: list[Version], key: object, make: Callable[[], Tally]
    ) -> Tally | None:
        """The running sums of a pool of a link, up to date; None for acts that were looked at for one question only."""
        if versions is not self._by_link.get(link):
            return None
        tallies = self._tallies.setdefault(link, {})
        if key not in tallies:
            tallies[key] = make()
        tallies[key].extend(versions)
        return tallies[key]

    def _covered(self, authority: str) -> list[tuple[str, str]]:
        """The acts and matters that a grant or delegation ever covered, whatever corrections made of it."""
        structure = self._books.structure_at(self._books.head)
        if self._over[0] != structure:
            self._over = structure, {}
        known = self._over[1]
        if authority not in known:
            found: dict[tuple[str, str], None] = {}
            for grant in self._grants(authority):
                for matter in self._at_or_below(grant.matter):
                    found[grant.act, matter] = None
            known[authority] = list(found)
        return known[authority]

    def _grants(self, authority: str) -> list[ev.AuthorityGranted]:
        """What the grants that an authority ever went back to ever said."""
        found, pending, passed = [], [authority], set[str]()
        while pending:
            here = pending.pop()
            thing = self._books.things["authority"].get(here)
            if thing is None or here in passed:
                continue
            passed.add(here)
            for version in thing.created:
                if isinstance(version.fact, ev.AuthorityGranted):
                    found.append(version.fact)
                elif isinstance(version.fact, ev.AuthorityDelegated):
                    pending.append(version.fact.source)
        return found

    def _at_or_below(self, matter: str) -> set[str]:
        """A matter and all that ever lay below it."""
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
        return found

    def of_values(self, act: str, attribute: str, value: str) -> list[Version]:
        """The acts of a kind that state an attribute so, or whose item ever did: the reader looks at what stands."""
        if act not in self._by_value:
            self._by_value[act] = self._valued(act)
        return self._by_value[act].get((attribute, value), [])

    def _valued(self, act: str) -> dict[tuple[str, str], list[Version]]:
        found: dict[tuple[str, str], list[Version]] = {}
        for version in self._books.done.get(act, ()):
            fact = version.fact
            if isinstance(fact, ev.ActDone):
                for attribute in ev.ATTRIBUTE_POOLS:
                    for value in self._ever(fact, attribute):
                        found.setdefault((attribute, value), []).append(version)
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

    def worth(
        self, version: Version, amount: Money, currency: str, known: int, rates: Callable[[Version], AsOf]
    ) -> Money | None:
        """What an act's amount was worth in a currency, at the rate it was judged with; None where there is none.

        That is the rate known at its own time and, where none was, the one known now.
        """
        worth = self.worth_then(version, amount, currency, rates)
        if worth is None:
            return Published(AsOf(self._books, version.effective, known)).worth(amount, currency)
        return worth

    def worth_then(
        self, version: Version, amount: Money, currency: str, rates: Callable[[Version], AsOf]
    ) -> Money | None:
        """The same at the rate known at the act's own time; None where none was."""
        if amount.currency == currency:
            return amount
        key = version, amount, currency
        if key not in self._worth:
            worth = Published(rates(version)).worth(amount, currency)
            if worth is None:
                return None
            self._worth[key] = worth
        return self._worth[key]


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
    low, high = _ZERO, _ZERO
    unbounded = False
    on_items: dict[str, _OnItem] = {}
    for version in versions[bisect_left(versions, since, key=_effective) :]:
        if (version.effective, version.seq) >= before:
            break
        fact = version.fact
        if version.seq == before.seq or not isinstance(fact, ev.ActDone) or not _counts(version, fact, how):
            continue
        amount = fact.amount or terms_of(books, version, how.known).amount
        if amount is None:
            continue
        former = on_items.get(fact.item)
        if former is None:
            former = _before(books, versions, fact.item, since, before, how)
        here = how.worth(version, amount)
        if here is None:
            unbounded = True
            on_items[fact.item] = _OnItem(former.greatest, unsure=True)
            continue
        more = max(_ZERO, here.amount - former.greatest)
        low, high = added(low, _ZERO if former.unsure else more), added(high, more)
        on_items[fact.item] = _OnItem(max(former.greatest, here.amount), former.unsure)
    own = _NONE
    if item is not None:
        own = on_items.get(item) or _before(books, versions, item, since, before, how)
    return Drawn(low, None if unbounded else high, own.greatest, own.unsure)


class _OnItem(NamedTuple):
    """The greatest amount on an item so far, and whether some amount on it has no known worth."""

    greatest: Decimal
    unsure: bool


_ZERO = Decimal(0)
_NONE = _OnItem(_ZERO, unsure=False)


def _counts(version: Version, fact: ev.ActDone, how: Counting) -> bool:
    stands = version.known_from <= how.known < version.known_until
    return stands and not fact.rejected and (how.counts is None or how.counts(version))


def _before(  # noqa: PLR0913, PLR0917 - as above
    books: Books, versions: list[Version], item: str, since: Instant, before: Place, how: Counting
) -> _OnItem:
    """What was done on an item in a pool before a window begins."""
    found = _NONE
    things = books.deeds_on.get(item, ())
    for version in (version for thing in things for version in thing.created if version.effective < since):
        fact = version.fact
        place = version.effective, version.seq
        first, last = (find(versions, place, key=_order) for find in (bisect_left, bisect_right))
        if version not in versions[first:last] or version.seq == before.seq:
            continue
        if not isinstance(fact, ev.ActDone) or fact.item != item or not _counts(version, fact, how):
            continue
        amount = fact.amount or terms_of(books, version, how.known).amount
        if amount is not None:
            here = how.worth(version, amount)
            greatest = found.greatest if here is None else max(found.greatest, here.amount)
            found = _OnItem(greatest, found.unsure or here is None)
    return found


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
        first = re.fullmatch(r"(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])", fiscal_year)
        month, of_month = (int(first[1]), int(first[2])) if first is not None else (1, 1)
        begins = date(day.year, month, of_month)
        day = begins if begins <= day else date(day.year - 1, month, of_month)
    else:
        day -= timedelta(days=rolling_days(window) - 1)
    return start_of_day(day, zone)


def rolling_days(window: str) -> int:
    """The N of `N days`."""
    match = re.match(r"\d+", window)
    return int(match[0]) if match else 1


_ZERO = Decimal(0)
