"""Was it within authority, as the command line and the service say it: their answers, and where those change.

Both doors take the two times in their own way; what they answer is made here, so that it is the same.
"""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise
from typing import TYPE_CHECKING

import msgspec

from ledger.asking import AskedKnown, DuringTheDay, changes_during
from ledger.books.items import acts_on
from ledger.books.reading import AsOf
from ledger.ids import Seq
from ledger.moments import FOREVER, MICROSECOND, Asked, Instant, asked
from ledger.policy import WITHIN, Verdict, act_verdict, breaches, flips, item_verdict
from ledger.policy.setters import target_verdicts
from ledger.policy.verdicts import SettingVerdict
from ledger.refusals import BadInput
from projections.decisions import RatificationShown, item_shown
from projections.targets import TargetShown, targets

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ledger.books.state import Books
    from ledger.ids import Holder

BEFORE_ALL = datetime.min.replace(tzinfo=UTC)
Bounds = tuple[Instant | None, Instant | None]
"""A half-open period, open at either end where nothing is stated."""


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """An item's verdict, none where nothing was done on it, and that of each act asked for, in order.

    `ratifications` are all that were recorded of an act, by deed; the verdict names the one that counts.
    """

    item: str
    valid_at: datetime
    known_seq: Seq
    known_at: datetime | None
    whole: Verdict | None
    acts: tuple[Verdict, ...]
    ratifications: dict[str, tuple[RatificationShown, ...]]


class Breaches(msgspec.Struct, frozen=True, kw_only=True):
    """The acts done in `[since, until)` that are not within authority, in the order in which they were done."""

    since: datetime | None
    until: datetime | None
    valid_at: datetime
    known_seq: Seq
    known_at: datetime | None
    breaches: tuple[Verdict, ...]


class TargetsJudged(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Targets, each after the one it is a part of; `settings`: whether whoever set, adjusted, reassigned it could."""

    valid_at: datetime
    known_seq: Seq
    known_at: datetime | None
    period: str | None = None
    targets: tuple[TargetShown, ...]
    settings: dict[str, tuple[SettingVerdict, ...]]


# One item


def judged(  # noqa: PLR0913, PLR0917 - an item, which acts on it, and the two times
    books: Books, item: str, act: str | None, who: Holder | None, at: Instant, known: Seq
) -> Judged:
    """An item's verdict and those of the acts on it: of one kind, of one holder, where these are stated."""
    acts = (
        act_verdict(books, fact.deed, at, known)
        for _, fact in acts_on(books, item, known)
        if act in {None, fact.act} and who in {None, fact.by}
    )
    shown = item_shown(AsOf(books, at, known), item)
    return Judged(
        item=item,
        valid_at=at,
        known_seq=known,
        known_at=books.recorded(known),
        whole=item_verdict(books, item, at, known),
        acts=tuple(one for one in acts if one is not None),
        ratifications={
            deed.deed: deed.ratifications for deed in (shown.acts if shown is not None else ()) if deed.ratifications
        },
    )


def substance(answer: Judged) -> object:
    """What the verdicts say, whatever was asked."""
    return [
        (
            one.deed,
            one.seq,
            one.verdict,
            one.ratification,
            *((view.outcome, view.reason) for view in (one.then, one.now)),
        )
        for one in (answer.whole, *answer.acts)
        if one is not None
    ]


# Breaches


def period(books: Books, since: str | None, upto: str | None) -> Bounds:
    """The half-open period that a first and a last date or instant mean. Raises BadInput."""
    begin = asked(since, books.zone, "from") if since is not None else None
    end = asked(upto, books.zone, "to") if upto is not None else None
    first = None if begin is None else begin.day_from or begin.at
    last = None if end is None else end.at + MICROSECOND
    if first is not None and last is not None and last <= first:
        raise BadInput("to", f"`{upto}` is before `{since}`")
    return first, last


def breaches_in(
    books: Books, bounds: Bounds, at: Instant, known: Seq, progress: Callable[[int, int], None] | None
) -> Breaches:
    """The acts done in a period that are not within authority."""
    first, last = bounds
    return Breaches(
        since=first,
        until=last,
        valid_at=at,
        known_seq=known,
        known_at=books.recorded(known),
        breaches=breaches(books, first or BEFORE_ALL, last or FOREVER, on=at, known=known, progress=progress),
    )


def changes_of_breaches(
    books: Books,
    answer: Breaches,
    before: Breaches | None,
    known: AskedKnown,
    progress: Callable[[int, int], None] | None = None,
) -> DuringTheDay:
    """Where the list changes during the days asked about; `before` is the list at the beginning of the valid day."""
    instants: tuple[Instant, ...] = ()
    if before is not None:
        instants = _instants(books, before, answer)
    return DuringTheDay(valid_at=instants, known_seq=tuple(_entries(books, answer, known, progress)))


def _instants(books: Books, before: Breaches, answer: Breaches) -> tuple[Instant, ...]:
    """The instants of the day asked about at which the list changes.

    With the date only a ratification or its deadline changes a verdict, and none ever changes back: what is the same
    at both ends of a day is the same throughout.
    """
    sides = ({(one.deed, one.verdict) for one in side.breaches} for side in (before, answer))
    deeds = sorted({deed for deed, _ in set.symmetric_difference(*sides)})
    if not deeds:
        return ()

    def verdicts(at: Instant, known: Seq) -> object:
        return [one.verdict for deed in deeds if (one := act_verdict(books, deed, at, known)) is not None]

    day = Asked(at=answer.valid_at, day_from=before.valid_at)
    return changes_during(books, day, AskedKnown(seq=answer.known_seq), verdicts).valid_at


def _entries(
    books: Books, answer: Breaches, known: AskedKnown, progress: Callable[[int, int], None] | None
) -> Iterator[Seq]:
    """The entries of the day asked about as known with which the list changes."""
    if known.before_day is None:
        return
    for one, other in pairwise([known.before_day, *books.known_points(known.before_day, known.seq)]):
        report = flips(books, one, other, on=answer.valid_at, progress=progress)
        if any(_listed(books, flip.id, (one, other), answer) for flip in report.flips if flip.kind == "act"):
            yield other


def _listed(books: Books, deed: str, points: tuple[Seq, Seq], answer: Breaches) -> bool:
    """Whether an act is on the list as known at one of two entries."""
    first, last = answer.since or BEFORE_ALL, answer.until or FOREVER
    sides = (act_verdict(books, deed, answer.valid_at, known) for known in points)
    return any(one is not None and one.verdict not in WITHIN and first <= one.acted_at < last for one in sides)


# Targets


def targets_judged(books: Books, within: str | None, at: Instant, known: Seq) -> TargetsJudged:
    """The targets of a period, or all of them."""
    found = targets(books, within, at, known)
    return TargetsJudged(
        valid_at=at,
        known_seq=known,
        known_at=found.known_at,
        period=within,
        targets=found.targets,
        settings={one.target: target_verdicts(books, one.target, known) for one in found.targets},
    )


def substance_of_targets(answer: TargetsJudged) -> object:
    """What is said of targets, whatever was asked: of their verdicts the word alone."""
    settings = [(one.target, one.seq, one.verdict) for said in answer.settings.values() for one in said]
    return answer.targets, settings
