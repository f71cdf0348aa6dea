"""A sum that is known only within bounds, because rates or attributes are missing, against a limit.

What is sure decides: too much at least is too much, little enough at most is within; only in between is it missing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ledger.money import Greater, Money, NoAuthority, Smaller, Unlimited, fits, settled

if TYPE_CHECKING:
    from collections.abc import Callable
    from decimal import Decimal

    from ledger.money import Figures, Limit
    from ledger.policy.questions import Code


class Bounds(NamedTuple):
    """A sum is at least `low` and at most `high` (None: no telling); `lacks` is what is missing to know it."""

    low: Decimal
    high: Decimal | None
    lacks: tuple[Code, ...]


def bounded(limit: Limit, figures: Figures, total: Callable[[str], Bounds]) -> tuple[bool | None, tuple[Code, ...]]:
    """Whether a sum, given in whatever currency, is within a limit; where that cannot be told, what is missing."""
    parts = limit.of if isinstance(limit, Smaller | Greater) else (limit,)
    said = [_one(part, figures, total) for part in parts]
    decisive = isinstance(limit, Greater)
    if any(within is decisive for within, _ in said):
        return decisive, ()
    lacks = tuple(dict.fromkeys(code for within, codes in said if within is None for code in codes))
    return (None, lacks) if lacks else (not decisive, ())


def _one(limit: Limit, figures: Figures, total: Callable[[str], Bounds]) -> tuple[bool | None, tuple[Code, ...]]:
    line = settled(limit, figures)
    if line is None:
        return None, ("BASE_MISSING",)
    if isinstance(line, NoAuthority | Unlimited):
        return isinstance(line, Unlimited), ()
    bounds = total(line.currency)
    if not fits(line, Money(bounds.low, line.currency)):
        return False, ()
    if bounds.high is not None and fits(line, Money(bounds.high, line.currency)):
        return True, ()
    return None, bounds.lacks
