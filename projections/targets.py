"""The targets: the tree of wholes and parts, who carries which month, what is not yet divided, what was attained.

As the books have it at one valid instant, as known at one entry. Whatever is added up is of one metric in one unit.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal, localcontext
from typing import TYPE_CHECKING, Literal, NamedTuple

import msgspec

from ledger.books.reading import AsOf
from ledger.events import (
    ResultReported,
    TargetAccepted,
    TargetAdjusted,
    TargetHolder,
    TargetReassigned,
    TargetSet,
)
from ledger.ids import Seq
from ledger.moments import start_of_day
from ledger.money import added, divided

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ledger.books.state import Books
    from ledger.timeline import Life, Thing, Version

ZERO = Decimal(0)
_SHARE = Decimal("0.0001")


class WordShown(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who set, adjusted, reassigned or accepted a target, from when on, by which entry, claiming which position."""

    since: datetime
    seq: int
    by: str | None = None
    claimed: str | None = None
    instrument: str | None = None
    clause: str | None = None


class CarrierShown(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who carries a target; `read_as` is the successor of an abolished position, `persons` hold the position."""

    holder: TargetHolder
    read_as: str | None = None
    persons: tuple[str, ...] = ()


class StretchShown(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A month or quarter of a target: what falls into it, what its parts have of that, what is left; what was attained.

    `amount` is the phase of the month, or the sum of the quarter's; None where the target states none for it. `gap` is
    `amount` less `divided`, negative where the parts exceed it. `attained` is `results` per `amount` to four places.
    `carrier` is there for months: who carries that phase.
    """

    period: str
    amount: Decimal | None = None
    divided: Decimal = ZERO
    gap: Decimal | None = None
    results: Decimal | None = None
    attained: Decimal | None = None
    carrier: CarrierShown | None = None


class TargetShown(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A target as in force: amount (as adjusted, by entry `amount_seq`), carrier (as reassigned), parts, results.

    `depth` counts the targets shown above it; `part_of` is the living target it is a part of, shown or not. `divided`
    is the sum of its `parts` and `gap` what is not yet divided: together they are always the `amount`, so the gap is
    negative where the parts exceed the whole. `results` are its own where it has reports, else those of its parts
    (`results_from`); None where nothing was reported. `attained` is `results` per `amount` to four places.
    """

    target: str
    depth: int
    metric: str
    period: str
    amount: Decimal
    unit: str
    carrier: CarrierShown
    set_by: WordShown
    amount_seq: int
    part_of: str | None = None
    parts: tuple[str, ...] = ()
    parts_may_exceed: bool = False
    divided: Decimal = ZERO
    gap: Decimal
    results: Decimal | None = None
    results_from: Literal["reports", "parts"] | None = None
    attained: Decimal | None = None
    adjusted: WordShown | None = None
    reassigned: WordShown | None = None
    accepted: WordShown | None = None
    months: tuple[StretchShown, ...] = ()
    quarters: tuple[StretchShown, ...] = ()


class Targets(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The targets that count, depth first, each after the one it is a part of, in order of their recording."""

    valid_at: datetime
    known_seq: Seq
    known_at: datetime | None
    period: str | None = None
    targets: tuple[TargetShown, ...] = ()


def targets(books: Books, period: str | None, at: datetime, known: Seq) -> Targets:
    """The targets that count at an instant, as known at an entry; those whose period lies within one, if one is given.

    Results are those reported up to the instant. Raises nothing.
    """
    reading = AsOf(books, at, known)
    tree = _Tree(reading)
    return Targets(
        valid_at=at,
        known_seq=known,
        known_at=books.recorded(known),
        period=period,
        targets=tuple(_shown(reading, tree, one, depth) for one, depth in tree.depth_first(period)),
    )


def months_of(period: str) -> tuple[str, ...]:
    """The months in a year, a quarter or a month, like `2026-03`."""
    year, _, rest = period.partition("-")
    if not rest:
        return tuple(f"{year}-{month:02}" for month in range(1, 13))
    if rest.startswith("Q"):
        first = 3 * int(rest[1:]) - 2
        return tuple(f"{year}-{month:02}" for month in range(first, first + 3))
    return (period,)


def quarter_of(month: str) -> str:
    """The quarter that a month lies in, like `2026-Q1`."""
    year, _, number = month.partition("-")
    return f"{year}-Q{(int(number) + 2) // 3}"


class _Target(NamedTuple):
    """A target that counts, as it is in force."""

    thing: Thing
    life: Life
    fact: TargetSet
    amount: Decimal
    phases: dict[str, Decimal]
    """By month; the whole amount where the period is one month and nothing else is said."""

    def adds_to(self, whole: _Target) -> bool:
        """Whether the two can be added up."""
        return (self.fact.metric, self.fact.unit) == (whole.fact.metric, whole.fact.unit)


class _Results(NamedTuple):
    """What was attained, by the period reported, and whether the target's own reports say so."""

    by_period: dict[str, Decimal]
    own: bool

    def within(self, period: str) -> Decimal | None:
        """What was reported for periods that lie within one; None where nothing was."""
        months = set(months_of(period))
        found = [amount for one, amount in self.by_period.items() if months.issuperset(months_of(one))]
        return _sum(found) if found else None


class _Tree:
    """The targets that count at the reading's instant, and which is a part of which."""

    def __init__(self, reading: AsOf) -> None:
        self._reading = reading
        self._living = {
            thing.id: _in_force(reading, thing, life, fact)
            for thing in reading.books.things["target"].values()
            if (life := reading.life_of(thing)) is not None
            and life.contains(reading.at)
            and isinstance(fact := life.created.fact, TargetSet)
        }
        self._parts: dict[str, list[_Target]] = {}
        for one in self._living.values():
            if (whole := self.whole(one)) is not None:
                self._parts.setdefault(whole.fact.target, []).append(one)
        self._results: dict[str, _Results] = {}

    def whole(self, part: _Target) -> _Target | None:
        """The living target that another is a part of."""
        return None if part.fact.part_of is None else self._living.get(part.fact.part_of)

    def parts(self, whole: _Target) -> list[_Target]:
        """The living parts of a target."""
        return self._parts.get(whole.fact.target, [])

    def depth_first(self, period: str | None) -> Iterator[tuple[_Target, int]]:
        """The targets whose period lies within one, each after the nearest one shown above it, with its depth.

        A loop, which only a damaged history can hold, begins with the one recorded first.
        """
        months = None if period is None else set(months_of(period))
        seen: set[str] = set()
        tops = [one for one in self._living.values() if self.whole(one) is None]
        for top in [*tops, *self._living.values()]:
            waiting = [(top, 0)]
            while waiting:
                one, depth = waiting.pop()
                if one.fact.target in seen:
                    continue
                seen.add(one.fact.target)
                shown = months is None or months.issuperset(months_of(one.fact.period))
                if shown:
                    yield one, depth
                waiting.extend((part, depth + shown) for part in reversed(self.parts(one)))

    def results(self, target: _Target) -> _Results:
        """What was reported on a target up to the instant; where nothing was, what its parts attained together."""
        return self._added_up(target, set())

    def _added_up(self, target: _Target, above: set[str]) -> _Results:
        name = target.fact.target
        if name not in self._results:
            by_period: dict[str, Decimal] = {}
            for report in self._reports(target):
                by_period[report.period] = added(by_period.get(report.period, ZERO), report.amount)
            own = bool(by_period)
            if not own and name not in above:
                for part in self.parts(target):
                    if part.adds_to(target):
                        for period, amount in self._added_up(part, above | {name}).by_period.items():
                            by_period[period] = added(by_period.get(period, ZERO), amount)
            self._results[name] = _Results(by_period, own)
        return self._results[name]

    def _reports(self, target: _Target) -> Iterator[ResultReported]:
        for thing in self._reading.books.reports_on.get(target.fact.target, ()):
            life = self._reading.life_of(thing)
            if life is not None and life.since <= self._reading.at:
                fact = life.created.fact
                if isinstance(fact, ResultReported) and fact.target == target.fact.target:
                    yield fact


def _in_force(reading: AsOf, thing: Thing, life: Life, fact: TargetSet) -> _Target:
    """The amount and phases as last adjusted: an adjustment without phases leaves the target without any."""
    version = reading.property(thing, "amount", life)
    stated = version.fact if version is not None and isinstance(version.fact, TargetAdjusted) else fact
    phases = {phase.month: phase.amount for phase in stated.phases}
    if not phases and months_of(fact.period) == (fact.period,):
        phases = {fact.period: stated.amount}
    return _Target(thing, life, fact, stated.amount, phases)


def _shown(reading: AsOf, tree: _Tree, one: _Target, depth: int) -> TargetShown:
    parts, results, fact = tree.parts(one), tree.results(one), one.fact
    whole = tree.whole(one)
    adding = [part for part in parts if part.adds_to(one)]
    given = _sum(part.amount for part in adding)
    attained = results.within(fact.period)
    adjusted = reading.property(one.thing, "amount", one.life)
    months = tuple(_month(reading, one, adding, results, month) for month in months_of(fact.period))
    return TargetShown(
        target=fact.target,
        depth=depth,
        metric=fact.metric,
        period=fact.period,
        amount=one.amount,
        unit=fact.unit,
        carrier=_carrier(reading, one),
        set_by=_word(one.life.created),
        amount_seq=(adjusted or one.life.created).source,
        part_of=None if whole is None else whole.fact.target,
        parts=tuple(part.fact.target for part in parts),
        parts_may_exceed=fact.parts_may_exceed,
        divided=given,
        gap=one.amount - given,
        results=attained,
        results_from=None if attained is None else "reports" if results.own else "parts",
        attained=_share(attained, one.amount),
        adjusted=_last(reading, one, "amount"),
        reassigned=_last(reading, one, "holder"),
        accepted=_last(reading, one, "accepted"),
        months=tuple(month for month in months if month is not None),
        quarters=tuple(_quarters(one, adding, results)),
    )


def _month(reading: AsOf, one: _Target, adding: list[_Target], results: _Results, month: str) -> StretchShown | None:
    shown = _stretch(one, adding, results, month)
    if shown is None or month not in one.phases:
        return shown
    first = start_of_day(date.fromisoformat(f"{month}-01"), reading.books.zone)
    then = min(max(first, one.life.since), reading.at)
    carrier = _carrier(reading if then == reading.at else AsOf(reading.books, then, reading.known), one)
    return msgspec.structs.replace(shown, carrier=carrier)


def _quarters(one: _Target, adding: list[_Target], results: _Results) -> Iterator[StretchShown]:
    for quarter in dict.fromkeys(quarter_of(month) for month in months_of(one.fact.period)):
        if set(months_of(one.fact.period)).issuperset(months_of(quarter)):
            shown = _stretch(one, adding, results, quarter)
            if shown is not None:
                yield shown


def _stretch(one: _Target, adding: list[_Target], results: _Results, period: str) -> StretchShown | None:
    """What falls into a month or quarter; None where nothing is said about it."""
    amount, attained = _falling_into(one, period), results.within(period)
    parts = [part for target in adding if (part := _falling_into(target, period)) is not None]
    if amount is None and attained is None and not parts:
        return None
    given = _sum(parts)
    return StretchShown(
        period=period,
        amount=amount,
        divided=given,
        gap=None if amount is None else amount - given,
        results=attained,
        attained=_share(attained, amount),
    )


def _falling_into(target: _Target, period: str) -> Decimal | None:
    """How much of a target falls into a period; None where it does not say."""
    months = months_of(period)
    if set(months).issuperset(months_of(target.fact.period)):
        return target.amount
    phases = [target.phases[month] for month in months if month in target.phases]
    return _sum(phases) if phases else None


def _carrier(reading: AsOf, one: _Target) -> CarrierShown:
    """Who carries a target at the reading's instant."""
    version = reading.property(one.thing, "holder", one.life)
    fact = one.fact if version is None or not isinstance(version.fact, TargetReassigned) else version.fact
    named = fact.holder.position
    if named is None:
        return CarrierShown(holder=fact.holder)
    position = reading.resolve(named)
    return CarrierShown(
        holder=fact.holder,
        read_as=position if position != named else None,
        persons=() if position is None else tuple(one.person for one in reading.incumbents(position)),
    )


def _last(reading: AsOf, one: _Target, what: Literal["amount", "holder", "accepted"]) -> WordShown | None:
    """Who last adjusted, reassigned or accepted a target, in force at the instant; None where nobody did."""
    version = reading.property(one.thing, what, one.life)
    return None if version is None else _word(version)


def _word(version: Version) -> WordShown:
    fact = version.fact
    return WordShown(
        since=version.effective,
        seq=version.source,
        by=fact.by if isinstance(fact, TargetAccepted) else fact.set_by if isinstance(fact, _SETTING) else None,
        claimed=fact.claimed if isinstance(fact, _SETTING) else None,
        instrument=fact.instrument,
        clause=fact.clause,
    )


_SETTING = (TargetSet, TargetAdjusted, TargetReassigned)


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    whole = ZERO
    for amount in amounts:
        whole = added(whole, amount)
    return whole


def _share(attained: Decimal | None, amount: Decimal | None) -> Decimal | None:
    """How much of an amount was attained, to four places; None where there is nothing to compare with."""
    if attained is None or not amount:
        return None
    with localcontext(prec=60):
        return divided(attained, amount).quantize(_SHARE)
