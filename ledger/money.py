"""Money and limits: decimal amounts with an ISO 4217 code, never floating point.

A limit is inclusive ("2000元以内" is ≤ 2000, Civil Code art. 1259) unless it says *below* (不满). "Unlimited" and "no
authority" are words of their own, never null, 0 or -1. Percentages of a base figure and the smaller or greater of two
limits will join the `Limit` union here.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal, localcontext
from typing import TYPE_CHECKING

import msgspec

from ledger.refusals import BadInput, cut

if TYPE_CHECKING:
    from collections.abc import Sequence

_CODES = """
AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP CNY COP
CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD
IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR
MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP
SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VED VES VND VUV WST XAF XCD XCG
XOF XPF YER ZAR ZMW ZWG
"""
CURRENCIES = frozenset(_CODES.split())
_AMOUNT = re.compile(
    r"(?P<before>[A-Z]{3})?\s*(?P<number>\d{1,18}|\d{1,3}(?:,\d{3}){1,5})(?P<fraction>\.\d{1,6})?\s*"
    r"(?P<times>[万亿])?(?P<yuan>元)?\s*(?P<after>[A-Z]{3})?"
)
_LONGEST = 100
_BOUND = Decimal(10) ** 18
_TIMES = {"万": 10_000, "亿": 100_000_000}


def _amount(amount: Decimal) -> None:
    if not amount.is_finite() or amount.is_signed():
        raise ValueError("an amount is a finite number that is not negative")


class Money(msgspec.Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """An amount of at most 18 digits before and 6 after the point, not negative, and its currency (ISO 4217)."""

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        _amount(self.amount)

    def __str__(self) -> str:
        return f"{self.amount:,f} {self.currency}"


class NoAuthority(msgspec.Struct, frozen=True, tag="no-authority", tag_field="kind", forbid_unknown_fields=True):
    """Nothing at all, not even an act without an amount (无权)."""

    def __str__(self) -> str:
        return "no authority"


class UpTo(
    msgspec.Struct,
    frozen=True,
    tag="money",
    tag_field="kind",
    forbid_unknown_fields=True,
    omit_defaults=True,
    gc=False,
):
    """An amount, inclusive; exclusive where `below` is true (不满)."""

    amount: Decimal
    currency: str
    below: bool = False

    def __post_init__(self) -> None:
        _amount(self.amount)

    def __str__(self) -> str:
        return f"{'below ' if self.below else ''}{self.amount:,f} {self.currency}"


class Unlimited(msgspec.Struct, frozen=True, tag="unlimited", tag_field="kind", forbid_unknown_fields=True):
    """Any amount (不限)."""

    def __str__(self) -> str:
        return "unlimited"


Limit = NoAuthority | UpTo | Unlimited


def money(text: str, field: str, default_currency: str | None = None) -> Money:
    """An amount as people write it: `2000 CNY`, `2,000 CNY`, `2000元`, `5万元`, `USD 70,000`; full-width forms too.

    A bare number takes `default_currency` where one is given. Raises BadInput naming `field`.
    """
    if len(text) > _LONGEST:
        raise BadInput(field, f"an amount of {len(text)} characters")
    plain = unicodedata.normalize("NFKC", text).strip()
    if plain.startswith("-"):
        raise BadInput(field, f"`{cut(text)}` is negative")
    match = _AMOUNT.fullmatch(plain)
    if match is None:
        raise BadInput(field, f"`{cut(text)}` is not an amount like 2000 CNY or 5万元")
    stated = {code for code in (match["before"], match["after"], "CNY" if match["yuan"] else None) if code}
    if len(stated) > 1:
        raise BadInput(field, f"`{cut(text)}` names two currencies")
    currency = stated.pop() if stated else default_currency
    if currency is None:
        raise BadInput(field, f"`{cut(text)}` has no currency")
    if currency not in CURRENCIES:
        raise BadInput(field, f"`{currency}` is not an ISO 4217 currency code")
    number = Decimal(match["number"].replace(",", "") + (match["fraction"] or ""))
    if match["times"]:
        with localcontext(prec=60):
            number *= _TIMES[match["times"]]
    if number >= _BOUND:
        raise BadInput(field, f"`{cut(text)}` has more than 18 digits before the point")
    return Money(number, currency)


def limit(text: str, field: str, default_currency: str | None = None) -> Limit:
    """A limit as people write it.

    An amount, `below 2000 CNY` / `不满2000元`, `unlimited` / `不限`, `no authority` / `无权`.

    Raises BadInput naming `field`.
    """
    plain = unicodedata.normalize("NFKC", text[:200]).strip()
    if plain in ("unlimited", "不限"):
        return Unlimited()
    if plain in ("no authority", "无权"):
        return NoAuthority()
    below = next((word for word in ("below ", "不满") if plain.startswith(word)), "")
    amount = money(plain.removeprefix(below) if below else text, field, default_currency)
    return UpTo(amount.amount, amount.currency, bool(below))


def fits(limit: Limit, amount: Money | None) -> bool | None:
    """Whether an act of that amount is within the limit; None where a rate between two currencies is needed.

    An act without an amount fits any limit but `NoAuthority`.
    """
    if isinstance(limit, UpTo):
        if amount is None:
            return True
        if amount.currency != limit.currency:
            return None
        return amount.amount < limit.amount if limit.below else amount.amount <= limit.amount
    return isinstance(limit, Unlimited)


def wider(one: Limit, other: Limit) -> bool | None:
    """Whether the first limit lets through an amount that the second does not; None where a rate is needed."""
    if isinstance(other, Unlimited) or isinstance(one, NoAuthority):
        return False
    if isinstance(one, Unlimited) or isinstance(other, NoAuthority):
        return True
    if one.currency != other.currency:
        return None
    return one.amount > other.amount or (one.amount == other.amount and other.below and not one.below)


def smallest(limits: Sequence[Limit]) -> Limit:
    """The smallest limit along a chain from the grant down; of two that need a rate, the one nearer to the actor."""
    *above, least = limits
    for limit in reversed(above):
        if wider(least, limit):
            least = limit
    return least
