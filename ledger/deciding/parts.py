"""Whether the parts of a target exceed the whole on any date, as known at the head (semantics.md 7)."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple, cast

from ledger import events as ev
from ledger.money import added
from ledger.timeline import life_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ledger.books.state import Books
    from ledger.moments import Instant
    from ledger.timeline import Thing


class Excess(NamedTuple):
    """From when on the parts sum to more than the whole, and the two sums in its unit."""

    at: Instant
    parts: str
    whole: str


def excess(books: Books, name: str) -> Excess | None:
    """The first instant at which the parts exceed a target that does not allow it; None if they never do.

    Parts that measure something else, as a corrected whole can leave behind, are not summed.
    """
    whole = books.things["target"].get(name)
    fact = _stated(whole, books.head) if whole is not None else None
    if whole is None or fact is None or fact.parts_may_exceed:
        return None
    changes: dict[Instant, Decimal] = {}
    for part in books.parts_of.get(name, ()):
        said = _stated(part, books.head)
        if said is None or (said.part_of, said.metric, said.unit) != (fact.target, fact.metric, fact.unit):
            continue
        for since, until, amount in _stretches(part, books.head):
            changes[since] = added(changes.get(since, Decimal(0)), amount)
            changes[until] = added(changes.get(until, Decimal(0)), amount.copy_negate())
    bounds = {since: (until, amount) for since, until, amount in _stretches(whole, books.head) if since < until}
    total, held = Decimal(0), None
    for instant in sorted({*changes, *bounds}):
        total = added(total, changes.get(instant, Decimal(0)))
        held = bounds.get(instant, held)
        if held is not None and instant < held[0] and total > held[1]:
            return Excess(instant, f"{total:,f} {fact.unit}", f"{held[1]:,f} {fact.unit}")
    return None


def wholes_of(books: Books, target: str) -> Iterator[str]:
    """The targets that a target was ever said to be part of."""
    thing = books.things["target"].get(target)
    for version in thing.created if thing is not None else ():
        fact = version.fact
        if isinstance(fact, ev.TargetSet) and fact.part_of is not None:
            yield fact.part_of


def _stated(thing: Thing, head: int) -> ev.TargetSet | None:
    life = life_at(thing, head)
    return None if life is None else cast("ev.TargetSet", life.created.fact)  # nothing else creates a target


def _stretches(thing: Thing, head: int) -> list[tuple[Instant, Instant, Decimal]]:
    """The amounts of a target over its life: from, until, how much."""
    life = life_at(thing, head)
    if life is None:
        return []
    steps = {life.since: cast("ev.TargetSet", life.created.fact).amount}
    for version in thing.properties.get("amount", ()):  # in the order (effective, seq), so the later of a date decides
        if version.known_from <= head < version.known_until and life.contains(version.effective):
            steps[version.effective] = cast("ev.TargetAdjusted", version.fact).amount
    return [(since, until, steps[since]) for since, until in pairwise([*sorted(steps), life.until])]
