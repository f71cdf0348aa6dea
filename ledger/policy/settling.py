"""Verdicts: was an act, was an item within authority, as judged then and as known now (semantics.md 6)."""

from __future__ import annotations

from bisect import bisect_left
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from ledger import events as ev
from ledger.books.items import done_as_known, seen_at, terms_of
from ledger.ids import Seq
from ledger.policy.judging import Judge, Known, Outcome
from ledger.policy.questions import RANK, Finding
from ledger.policy.verdicts import WITHIN, Verdict, VerdictCode, View

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from ledger.books.state import Books
    from ledger.timeline import Version


def act_verdict(books: Books, deed: str, on: datetime, known: Seq, judge: Judge | None = None) -> Verdict | None:
    """The verdict of one act on a date, as known at an entry; None where no such act stands. Raises nothing."""
    thing = books.things["deed"].get(deed)
    version = done_as_known(thing, known) if thing is not None else None
    return None if version is None else verdict_of(judge or Judge(books), version, on, known)


def verdict_of(judge: Judge, version: Version, on: datetime, known: Seq) -> Verdict | None:
    """The verdict of an act as one version states it; None for what is no act."""
    fact = version.fact
    if not isinstance(fact, ev.ActDone):
        return None
    then, now = judge.then(version), judge.now(version, known)
    counting = judge.ratifications(version, known) if now.outcome == "no" else ()
    ratified = next((one.ratification for one in counting if one.at <= on), None)
    return _verdict(judge, version, fact, on, known, Sides(then, now, ratified))


def item_verdict(books: Books, item: str, on: datetime, known: Seq, judge: Judge | None = None) -> Verdict | None:
    """The verdict of an item, co-signers, quorum and votes counted, at its last needed act; None without any."""
    judge = judge or Judge(books)
    acts = judge.group(item, known, on)
    if not acts:
        return None
    held_now = [judge.complete(acts[: index + 1], known) for index in range(len(acts))]
    held_then = [judge.complete(judge.group_then(item, one), seen_at(books, one)[0], then=one) for one in acts]
    index = next((held.index("yes") for held in (held_now, held_then) if "yes" in held), len(acts) - 1)
    version = acts[index]
    ratified = judge.ratified_by(acts, known) if held_now[index] == "no" else None
    fact = version.fact
    if not isinstance(fact, ev.ActDone):
        return None
    sides = Sides(
        _whole(judge.then(version), held_then[index], None),
        _whole(judge.now(version, known), held_now[index], _gap(judge, acts[: index + 1], known)),
        ratified.ratification if ratified is not None and ratified.at <= on else None,
    )
    return msgspec.structs.replace(_verdict(judge, version, fact, on, known, sides), whole=True)


def _gap(judge: Judge, acts: list[Version], known: Seq) -> Finding | None:
    """What is missing to tell whether acts suffice: what comes latest in the order of the checks."""
    gaps = [gap for version in acts if (gap := judge.now(version, known).gap) is not None]
    return max(gaps, key=lambda gap: RANK[gap.code], default=None)


def _whole(own: Outcome, held: Known, gap: Finding | None) -> Outcome:
    """An act's outcome as that of its item: not enough where it is, or may be, within authority and its item is not."""
    if held == "yes":
        return own._replace(outcome="yes", finding=None)
    if held == "unknown":
        return own._replace(outcome="unknown", finding=gap or own.finding)
    if own.outcome == "no":
        return own
    joint = own.way.chain.links[0].joint if own.way is not None else None
    lacking = Finding(
        code="NOT_ENOUGH_SIGNATORIES",
        authority=own.way.chain.links[0].step.authority if own.way is not None else None,
        needed=joint.persons if joint is not None else None,
    )
    return own._replace(outcome=held, finding=lacking)


class Sides(NamedTuple):
    """How an act was judged by the facts of its own time and by those known, and what ratified it since, if it did."""

    then: Outcome
    now: Outcome
    ratified: str | None = None


def _verdict(  # noqa: PLR0913, PLR0917 - one act, what is asked, and how it was judged
    judge: Judge, version: Version, fact: ev.ActDone, on: datetime, known: Seq, sides: Sides
) -> Verdict:
    books = judge.books
    seen, loaded = seen_at(books, version)
    terms = terms_of(books, version, known)
    code = code_of(sides, pending=fact.ratify_by is not None and on < fact.ratify_by.at)
    return Verdict(
        verdict=code,
        item=fact.item,
        deed=fact.deed,
        act=fact.act,
        who=fact.by,
        acted_at=version.effective,
        seq=Seq(version.source),
        matter=terms.matter or "",
        amount=terms.amount,
        on=on,
        known_seq=known,
        known_at=books.recorded(known),
        then=view_of(sides.then, Seq(seen)),
        now=view_of(sides.now, known),
        rejected=fact.rejected,
        as_loaded=loaded,
        ratification=sides.ratified,
        ratify_by=fact.ratify_by.at if fact.ratify_by is not None else None,
        split_suspected=sides.now.split_suspected,
    )


def code_of(sides: Sides, *, pending: bool) -> VerdictCode:
    """The table of semantics.md 6; an unknown `then` counts as no."""
    now = sides.now.outcome
    if now == "unknown":
        return "INDETERMINATE"
    if now == "yes":
        return "AUTHORISED" if sides.then.outcome == "yes" else "CURED"
    if sides.ratified is not None:
        return "RATIFIED"
    if sides.then.outcome == "yes":
        return "AUTHORISED_AS_KNOWN"
    return "PENDING_RATIFICATION" if pending else "UNAUTHORISED"


def view_of(outcome: Outcome, known: Seq) -> View:
    """One side of a verdict."""
    return View(
        outcome=outcome.outcome,
        known_seq=known,
        reason=outcome.finding,
        route=outcome.way.route if outcome.way is not None else None,
        later_rates=outcome.later_rates,
    )


def breaches(  # noqa: PLR0913 - a period, and what is asked
    books: Books,
    since: datetime,
    until: datetime,
    *,
    on: datetime,
    known: Seq,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[Verdict, ...]:
    """Every act done in `[since, until)` that is not within authority, in the order in which they were done.

    `progress` is told acts done and in all. Raises nothing.
    """
    judge = Judge(books)
    acts = sorted(
        (
            version
            for versions in books.done.values()
            for version in versions[bisect_left(versions, since, key=_effective) :]
            if version.effective < until and version.known_from <= known < version.known_until
        ),
        key=attrgetter("effective", "seq"),
    )
    found = []
    for number, version in enumerate(acts):
        verdict = verdict_of(judge, version, on, known)
        if verdict is not None and verdict.verdict not in WITHIN:
            found.append(verdict)
        if progress is not None and number % 500 == 0:
            progress(number, len(acts))
    return tuple(found)


_effective = attrgetter("effective")
