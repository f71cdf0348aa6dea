"""Money and limits: decimal amounts with an ISO 4217 code, never floating point.

A limit is inclusive ("2000元以内" is ≤ 2000, Civil Code art. 1259) unless it says *below* (不满). "Unlimited" and "no
authority" are words of their own, never null, 0 or -1. A limit may be a percentage of a published base figure, and the
smaller or the greater of others. Whoever compares amounts gives `Figures`: what money is worth in another currency, and
how much a base figure is, at one point of the two times. What they do not have is missing, never 1 and never 0.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal, localcontext
from typing import TYPE_CHECKING, Protocol

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
_SHARES = (
    re.compile(r"(?P<percent>\d{1,3}(?:\.\d{1,6})?)\s*% of (?P<base>.+?)"),
    re.compile(r"(?P<base>.+?)的\s*(?P<percent>\d{1,3}(?:\.\d{1,6})?)\s*%"),
)
_LONGEST, _LONGEST_LIMIT = 100, 400
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


class Percent(
    msgspec.Struct, frozen=True, tag="percent", tag_field="kind", forbid_unknown_fields=True, omit_defaults=True
):
    """So many percent of a published base figure, inclusive; exclusive where `below` is true."""

    percent: Decimal
    base: str
    below: bool = False

    def __post_init__(self) -> None:
        _amount(self.percent)

    def __str__(self) -> str:
        return f"{'below ' if self.below else ''}{self.percent:f}% of {self.base}"


Single = NoAuthority | UpTo | Unlimited | Percent


class Smaller(msgspec.Struct, frozen=True, tag="smaller", tag_field="kind", forbid_unknown_fields=True):
    """The smaller of two limits (孰低)."""

    of: tuple[Single, Single]

    def __str__(self) -> str:
        return f"the smaller of {self.of[0]} and {self.of[1]}"


class Greater(msgspec.Struct, frozen=True, tag="greater", tag_field="kind", forbid_unknown_fields=True):
    """The greater of two limits (孰高)."""

    of: tuple[Single, Single]

    def __str__(self) -> str:
        return f"the greater of {self.of[0]} and {self.of[1]}"


Limit = NoAuthority | UpTo | Unlimited | Percent | Smaller | Greater


_OF_TWO: tuple[tuple[type[Smaller | Greater], re.Pattern[str]], ...] = (
    (Smaller, re.compile(r"(?:the )?smaller of (.+?) and (.+)")),
    (Smaller, re.compile(r"(.+?)[与和](.+)(?:中)?(?:孰低|较小者|较低者)")),
    (Greater, re.compile(r"(?:the )?greater of (.+?) and (.+)")),
    (Greater, re.compile(r"(.+?)[与和](.+)(?:中)?(?:孰高|较大者|较高者)")),
)


class Figures(Protocol):
    """What amounts are compared with, at one point of the two times."""

    def worth(self, amount: Money, currency: str) -> Money | None:
        """The amount in another currency, unrounded; None where no rate is published."""
        ...

    def base(self, name: str) -> Money | None:
        """A base figure; None where it is not published."""
        ...


class NoFigures:
    """Nothing is published."""

    def worth(self, amount: Money, currency: str) -> Money | None:
        """The same currency needs no rate."""
        return amount if amount.currency == currency else None

    def base(self, name: str) -> Money | None:  # noqa: ARG002 - whatever it is called
        """None."""
        return None


NOTHING_PUBLISHED = NoFigures()


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

    An amount, `below 2000 CNY` / `不满2000元`, `unlimited` / `不限`, `no authority` / `无权`, `1% of "NAME"` /
    `“NAME”的1%`, `the smaller of A and B` / `A与B孰低`, `the greater of A and B` / `A与B孰高`.

    Raises BadInput naming `field`.
    """
    plain = unicodedata.normalize("NFKC", text[:_LONGEST_LIMIT]).strip()
    for kind, pattern in _OF_TWO:
        match = pattern.fullmatch(plain)
        if match is not None:
            return kind((_single(match[1], field, default_currency), _single(match[2], field, default_currency)))
    return _single(text if len(text) > _LONGEST_LIMIT else plain, field, default_currency)


def _single(text: str, field: str, default_currency: str | None) -> Single:
    """A limit that is not made of two."""
    plain = unicodedata.normalize("NFKC", text[:_LONGEST_LIMIT]).strip()
    if plain in ("unlimited", "不限"):
        return Unlimited()
    if plain in ("no authority", "无权"):
        return NoAuthority()
    below = next((word for word in ("below ", "不满") if plain.startswith(word)), "")
    rest = plain.removeprefix(below)
    share = next((match for pattern in _SHARES if (match := pattern.fullmatch(rest))), None)
    if share is not None:
        return Percent(Decimal(share["percent"]), share["base"].strip('"“”「」 '), bool(below))
    amount = money(rest if below else text, field, default_currency)
    return UpTo(amount.amount, amount.currency, bool(below))


# Comparing: exact decimals, None where a rate or a base figure is missing


def multiplied(one: Decimal, other: Decimal) -> Decimal:
    """The exact product: amounts are compared unrounded."""
    with localcontext(prec=60):
        return one * other


def divided(one: Decimal, other: Decimal) -> Decimal:
    """The quotient to sixty digits."""
    with localcontext(prec=60):
        return one / other


def added(one: Decimal, other: Decimal) -> Decimal:
    """The exact sum."""
    with localcontext(prec=60):
        return one + other


def settled(limit: Limit, figures: Figures = NOTHING_PUBLISHED) -> NoAuthority | UpTo | Unlimited | None:
    """A limit as an amount, where the figures it needs are published; None where they are not."""
    if isinstance(limit, Percent):
        base = figures.base(limit.base)
        return (
            None
            if base is None
            else UpTo(multiplied(multiplied(base.amount, limit.percent), Decimal("0.01")), base.currency, limit.below)
        )
    if isinstance(limit, Smaller | Greater):
        one, other = (settled(part, figures) for part in limit.of)
        if one is None or other is None:
            return None
        first_is_wider = wider(one, other, figures)
        if first_is_wider is None:
            return None
        return other if first_is_wider == isinstance(limit, Smaller) else one
    return limit


def fits(limit: Limit, amount: Money | None, figures: Figures = NOTHING_PUBLISHED) -> bool | None:
    """Whether an act of that amount is within the limit; None where a rate or a base figure is missing to tell.

    An act without an amount fits any limit but `NoAuthority`.
    """
    if isinstance(limit, UpTo):
        if amount is None:
            return True
        if amount.currency != limit.currency:
            amount = figures.worth(amount, limit.currency)
            if amount is None:
                return None
        return amount.amount < limit.amount if limit.below else amount.amount <= limit.amount
    if isinstance(limit, Smaller | Greater):
        parts = [fits(part, amount, figures) for part in limit.of]
        decisive = isinstance(limit, Greater)
        return decisive if decisive in parts else None if None in parts else not decisive
    if isinstance(limit, Percent):
        simple = None if amount is None else settled(limit, figures)
        return True if amount is None else None if simple is None else fits(simple, amount, figures)
    return isinstance(limit, Unlimited)


def wider(one: Limit, other: Limit, figures: Figures = NOTHING_PUBLISHED) -> bool | None:
    """Whether the first limit lets through an amount that the second does not; None where a figure is missing."""
    if isinstance(other, Unlimited) or isinstance(one, NoAuthority) or one == other:
        return False
    if isinstance(one, Unlimited) or isinstance(other, NoAuthority):
        return True
    if not isinstance(one, UpTo) or not isinstance(other, UpTo):
        first, second = settled(one, figures), settled(other, figures)
        return None if first is None or second is None else wider(first, second, figures)
    amount: Decimal = one.amount
    if one.currency != other.currency:
        worth = figures.worth(Money(one.amount, one.currency), other.currency)
        if worth is None:
            return None
        amount = worth.amount
    return amount > other.amount or (amount == other.amount and other.below and not one.below)


def smallest(limits: Sequence[Limit], figures: Figures = NOTHING_PUBLISHED) -> Limit:
    """The smallest limit along a chain from the grant down; of two that need a figure, the one nearer to the actor."""
    *above, least = limits
    for limit in reversed(above):
        if wider(least, limit, figures):
            least = limit
    return least
