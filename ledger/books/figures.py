"""What money is worth and how much base figures are, at one point of the two times: dated, published, or missing."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from ledger import events as ev
from ledger.money import Money, divided, multiplied

if TYPE_CHECKING:
    from ledger.books.reading import AsOf
    from ledger.timeline import Version

    _Factor = tuple[Decimal, Decimal]
    """By what to multiply, and by what then to divide: exact in both directions."""


class Published:
    """The rates and base figures in force at the instant of a reading, as known.

    A pair of currencies serves in both directions; two without a pair of their own go through the base currency.
    """

    def __init__(self, reading: AsOf) -> None:
        self._reading = reading
        self._series: str | None = None
        self._factors: dict[tuple[str, str], _Factor | None] = {}

    def worth(self, amount: Money, currency: str) -> Money | None:
        """The amount in another currency, unrounded; None where no rate is published."""
        if amount.currency == currency:
            return amount
        key = amount.currency, currency
        if key not in self._factors:
            self._factors[key] = self._factor(*key)
        factor = self._factors[key]
        return None if factor is None else Money(divided(multiplied(amount.amount, factor[0]), factor[1]), currency)

    def base(self, name: str) -> Money | None:
        """A base figure; None where it is not published."""
        version = self._in_force(self._reading.books.bases.get(name, []))
        return version.fact.amount if version and isinstance(version.fact, ev.BaseFigurePublished) else None

    def _factor(self, one: str, other: str) -> _Factor | None:
        own = self._pair(one, other)
        home = self._reading.books.currency
        if own is not None or home in {one, other}:
            return own
        there, back = self._pair(one, home), self._pair(home, other)
        if there is None or back is None:
            return None
        return multiplied(there[0], back[0]), multiplied(there[1], back[1])

    def _pair(self, one: str, other: str) -> _Factor | None:
        """What one unit is worth: of the rates published for either direction, the later."""
        if self._series is None:
            self._series = self._reading.rule("rates")
        rates = self._reading.books.rates
        there = self._in_force(rates.get((self._series, one, other), []))
        back = self._in_force(rates.get((self._series, other, one), []))
        if back is not None and (there is None or (back.effective, back.seq) > (there.effective, there.seq)):
            return Decimal(1), _rate(back)
        return None if there is None else (_rate(there), Decimal(1))

    def _in_force(self, versions: list[Version]) -> Version | None:
        return self._reading.value(versions)


def _rate(version: Version) -> Decimal:
    fact = version.fact
    return fact.worth.amount if isinstance(fact, ev.RatePublished) and fact.worth.amount else Decimal(1)
