"""Who set a target, and whether they could: authority over `target.<metric>` (semantics.md 7)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from ledger import events as ev
from ledger.books.items import Place, seen_at
from ledger.ids import Holder, PersonId, Seq
from ledger.money import CURRENCIES, Money
from ledger.policy.judging import Judge, Outcome
from ledger.policy.questions import Question
from ledger.policy.settling import Sides, code_of, view_of
from ledger.policy.verdicts import SettingVerdict
from ledger.timeline import life_at, value_at

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from decimal import Decimal

    from ledger.books.state import Books
    from ledger.money import Figures
    from ledger.timeline import Life, Thing, Version

SETTING: str = "approve"
"""The act of setting a target."""
_What = Literal["set", "adjusted", "reassigned"]


def target_verdicts(books: Books, target: str, known: Seq, judge: Judge | None = None) -> tuple[SettingVerdict, ...]:
    """For each time somebody set, adjusted or reassigned a target that stands as known: whether they could."""
    thing = books.things["target"].get(target)
    life = life_at(thing, known) if thing is not None else None
    if thing is None or life is None:
        return ()
    judge = judge or Judge(books)
    found = (_verdict(judge, version, what, thing, life, known) for version, what in _settings(thing, life, known))
    return tuple(one for one in found if one is not None)


def _settings(thing: Thing, life: Life, known: Seq) -> Iterator[tuple[Version, _What]]:
    yield life.created, "set"
    said: list[tuple[Version, _What]] = [(version, "adjusted") for version in thing.properties.get("amount", ())]
    said += [(version, "reassigned") for version in thing.properties.get("holder", ())]
    for version, what in sorted(said, key=lambda one: (one[0].effective, one[0].seq)):
        if version.known_from <= known < version.known_until and life.contains(version.effective):
            yield version, what


def _verdict(  # noqa: PLR0913, PLR0917 - one word on one target, as known
    judge: Judge, version: Version, what: _What, thing: Thing, life: Life, known: Seq
) -> SettingVerdict | None:
    fact, created = version.fact, life.created.fact
    if not isinstance(fact, ev.TargetSet | ev.TargetAdjusted | ev.TargetReassigned) or fact.set_by is None:
        return None
    if not isinstance(created, ev.TargetSet):
        return None
    books = judge.books
    seen, at = seen_at(books, version)[0], version.effective
    amount = _amount(fact, created, thing, life, at, known)
    then = outcome(judge, fact.set_by, fact.claimed, created, amount, at, seen, version.seq)
    figures = judge.figures(version, at, known)
    now = outcome(judge, fact.set_by, fact.claimed, created, amount, at, known, version.seq, figures)
    if figures.later:
        now = now._replace(later_rates=True)
    return SettingVerdict(
        verdict=code_of(Sides(then, now), pending=False),
        target=thing.id,
        what=what,
        set_by=fact.set_by,
        at=version.effective,
        seq=Seq(version.source),
        then=view_of(then, Seq(seen)),
        now=view_of(now, known),
    )


def _amount(  # noqa: PLR0913, PLR0917 - as above
    fact: ev.Fact, created: ev.TargetSet, thing: Thing, life: Life, at: datetime, known: Seq
) -> Decimal:
    """What was set: the amount stated or, on reassignment, the one in force."""
    if isinstance(fact, ev.TargetSet | ev.TargetAdjusted):
        return fact.amount
    adjusted = value_at(thing.properties.get("amount", []), at, known, life.since)
    return adjusted.fact.amount if adjusted and isinstance(adjusted.fact, ev.TargetAdjusted) else created.amount


def outcome(  # noqa: PLR0913, PLR0917 - who sets which target, for how much, when, as known when
    judge: Judge,
    set_by: str,
    claimed: str | None,
    target: ev.TargetSet,
    amount: Decimal,
    at: datetime,
    known: int,
    seq: int,
    figures: Figures | None = None,
) -> Outcome:
    """Whether a person is within authority to set a target of an amount, at an instant and as known.

    At the rates given; without, at those known.
    """
    question = Question(
        act=SETTING,
        matter=f"target.{target.metric}",
        amount=Money(amount, target.unit) if target.unit in CURRENCIES else None,
        requester=None,
        claimed=claimed,
        at=at,
        known=Seq(known),
    )
    return judge.outcome(question, Holder(person=PersonId(set_by)), Place(at, seq), figures)
