"""Running sums of a pool, so that what was drawn from it in a window is two look-ups however many acts it holds.

A running sum says what it would say act by act only where nothing depends on what was known: it knows from which entry
on that is so, and gives no answer before. `use.drawn` then reads act by act.
"""

from __future__ import annotations

from bisect import bisect_left
from decimal import Decimal
from typing import TYPE_CHECKING

from ledger import events as ev
from ledger.books.items import Place, terms_of
from ledger.money import added
from ledger.policy.use import Drawn
from ledger.timeline import STILL_KNOWN

if TYPE_CHECKING:
    from collections.abc import Callable

    from ledger.books.state import Books
    from ledger.moments import Instant
    from ledger.money import Money
    from ledger.timeline import Version

_ZERO = Decimal(0)


class Tally:
    """The acts of one pool in order, summed up. `counts` and `worth` depend on nothing but the act.

    `worth` gives None where an act's worth depends on what is known; from there on the tally is silent.
    """

    def __init__(
        self, books: Books, counts: Callable[[Version], bool], worth: Callable[[Version, Money], Money | None]
    ) -> None:
        self._books, self._counts, self._worth = books, counts, worth
        self._places: list[tuple[Instant, int]] = []
        self._sums = [_ZERO]
        self._settled = [0]
        """From which entry on the acts up to each place read as they do now."""
        self._on_items: dict[str, list[tuple[tuple[Instant, int], Decimal]]] = {}
        self._silent = False

    def extend(self, versions: list[Version]) -> None:
        """Take in the acts that follow those taken in before."""
        for version in versions[len(self._places) :]:
            fact = version.fact
            settled, more = self._settled[-1], _ZERO
            if isinstance(fact, ev.ActDone) and not fact.rejected and self._counts(version) and not self._silent:
                if version.known_until < STILL_KNOWN:
                    settled = max(settled, version.known_until)
                else:
                    settled = max(settled, version.known_from, self._terms_settled(fact))
                    more = self._more(version, fact)
            self._places.append((version.effective, version.seq))
            self._sums.append(added(self._sums[-1], more))
            self._settled.append(STILL_KNOWN if self._silent else settled)

    def _more(self, version: Version, fact: ev.ActDone) -> Decimal:
        """What an act adds: its amount, less the greatest on its item before."""
        amount = fact.amount or terms_of(self._books, version, self._books.head).amount
        if amount is None:
            return _ZERO
        here = self._worth(version, amount)
        if here is None:
            self._silent = True
            return _ZERO
        on_item = self._on_items.setdefault(fact.item, [])
        former = on_item[-1][1] if on_item else _ZERO
        on_item.append(((version.effective, version.seq), max(former, here.amount)))
        return max(_ZERO, here.amount - former)

    def _terms_settled(self, fact: ev.ActDone) -> int:
        """From which entry on the item's amount reads as it does now, for an act that does not state its own."""
        if fact.amount is not None:
            return 0
        things = [self._books.things[kind].get(fact.item) for kind in ("item", "contract")]
        edges = [
            edge
            for thing in things
            if thing is not None
            for version in (*thing.created, *thing.ends, *thing.properties.get("terms", ()))
            for edge in (version.known_from, version.known_until)
            if edge < STILL_KNOWN
        ]
        return max(edges, default=0)

    def drawn(self, before: Place, since: Instant, item: str | None, known: int) -> Drawn | None:
        """What was drawn before a place, since an instant; None where that has to be read act by act."""
        end = bisect_left(self._places, (before.at, before.seq))
        if self._settled[end] > known:
            return None
        start = min(end, bisect_left(self._places, (since, 0)))
        used = self._sums[end] - self._sums[start]
        on_item = self._on_items.get(item, []) if item is not None else []
        last = bisect_left(on_item, ((before.at, before.seq), _ZERO))
        return Drawn(used, used, on_item[last - 1][1] if last else _ZERO, unsure=False)
