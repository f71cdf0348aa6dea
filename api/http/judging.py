"""Was it within authority: verdicts, breaches, flips."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 - the records below are read by their annotations
from typing import TYPE_CHECKING

import msgspec

from api.http.asking import Deadline, EntryNumber, Id, Query, Tabular, Times, When, actor, thing
from api.http.problems import bad
from api.judged import Breaches, Judged, breaches_in, changes_of_breaches, judged, period, substance
from api.rendering.verdicts import sheet_of_flips, sheet_of_verdicts
from ledger.asking import DuringTheDay
from ledger.ids import Seq
from ledger.policy import FlipReport, Verdict, flips

if TYPE_CHECKING:
    from collections.abc import Callable

    from api.rendering import Page
    from api.rendering.sheets import Sheet
    from ledger.books import Books
    from ledger.moments import Instant
    from projections.decisions import DeedShown


class BoundedBy(Tabular, frozen=True, kw_only=True):
    """A period: from a first day or instant up to a last one."""

    since: When | None = msgspec.field(default=None, name="from")
    upto: When | None = msgspec.field(default=None, name="to")


class OfItem(Tabular, frozen=True, kw_only=True):
    """An item, and which acts on it."""

    item: Id
    act: Id | None = None
    by: Id | None = None


class OfEntry(Tabular, frozen=True, kw_only=True):
    """An entry; it says itself what is known."""

    known: None = None
    entry: EntryNumber


class Flipped(FlipReport, frozen=True, kw_only=True):
    """A flip report, of `planned` commands or of a recorded entry."""

    planned: bool
    valid_at: datetime
    known_seq: Seq
    known_at: datetime | None


# One item


def _verdicts(books: Books, asked: OfItem, _: Times, __: Deadline) -> Callable[[Instant, Seq], Judged]:
    item = thing(books, "item", asked.item, "item")
    kind = thing(books, "act", asked.act, "act") if asked.act is not None else None
    who = actor(books, asked.by, "by") if asked.by is not None else None
    return lambda at, known: judged(books, item, kind, who, at, known)


def _sheet_of_item(page: Page, answer: Judged) -> Sheet:
    shown = [one for one in (answer.whole, *answer.acts) if one is not None]
    return sheet_of_verdicts(page, shown, answer.known_at)


# Breaches


def _breaches(books: Books, asked: BoundedBy, _: Times, deadline: Deadline) -> Callable[[Instant, Seq], Breaches]:
    bounds = period(books, asked.since, asked.upto)
    return lambda at, known: breaches_in(books, bounds, at, known, deadline.keep)


def _changes(books: Books, stated: BoundedBy, times: Times, deadline: Deadline) -> DuringTheDay:
    """The same list at the beginning of the day tells which acts to look at."""
    begin, known = times.when.day_from, times.known
    if begin is None and known.before_day is None:
        return DuringTheDay()
    take = _breaches(books, stated, times, deadline)
    before = None if begin is None else take(begin, known.seq)
    return changes_of_breaches(books, take(times.when.at, known.seq), before, known, deadline.keep)


def _sheet_of_breaches(page: Page, answer: Breaches) -> Sheet:
    return sheet_of_verdicts(page, answer.breaches, answer.known_at)


# Flips


def report(  # noqa: PLR0913 - two states, a date, and how long it may take
    books: Books, before: Seq, after: Seq, *, on: Instant, planned: bool, deadline: Deadline
) -> Flipped:
    """What differs on a date; a planned change is known as of the entry before it. Raises Problem (TOOK_TOO_LONG)."""
    found = flips(books, before, after, on=on, progress=deadline.keep)
    known = before if planned else after
    return Flipped(
        **{name: getattr(found, name) for name in FlipReport.__struct_fields__},
        planned=planned,
        valid_at=on,
        known_seq=known,
        known_at=books.recorded(known),
    )


def _flips(books: Books, asked: OfEntry, _: Times, deadline: Deadline) -> Callable[[Instant, Seq], Flipped]:
    if asked.entry > books.head:
        raise bad("NO_SUCH_ENTRY", f"the ledger has the entries 1 to {books.head}, not {asked.entry}", field="entry")
    seq = Seq(asked.entry)
    return lambda at, _known: report(books, Seq(seq - 1), seq, on=at, planned=False, deadline=deadline)


def substance_of_acts(deeds: tuple[DeedShown, ...]) -> tuple[object, ...]:
    """What is shown of acts, whatever was asked: of their verdicts the code and the reasons."""
    return tuple((msgspec.structs.replace(one, verdict=None), _said(one.verdict)) for one in deeds)


def _said(verdict: Verdict | None) -> object:
    return None if verdict is None else (verdict.verdict, verdict.ratification, verdict.then.reason, verdict.now.reason)


FLIPS = Query(
    name="flips",
    path="/v1/flips/{entry}",
    about="What a recorded entry changed: every act, item, authority and target that differs with and without it.",
    params=OfEntry,
    answer=Flipped,
    prepare=_flips,
    content=lambda one: one.flips,
    lists=("flips",),
    sheet=sheet_of_flips,
    entry=lambda asked: Seq(asked.entry),
    example="entry=263&on=2026-12-31",
)
QUERIES = (
    Query(
        name="verdicts",
        path="/v1/verdicts/{item}",
        about="The verdict of an item and of the acts on it.",
        params=OfItem,
        answer=Judged,
        prepare=_verdicts,
        content=substance,
        lists=("acts",),
        sheet=_sheet_of_item,
        verdict=True,
        example="item=spend-0101&on=2026-12-31&known=400",
    ),
    Query(
        name="breaches",
        path="/v1/breaches",
        about="Every act that is not within authority.",
        params=BoundedBy,
        answer=Breaches,
        prepare=_breaches,
        content=lambda one: [(said.deed, said.verdict) for said in one.breaches],
        changes=_changes,
        lists=("breaches",),
        sheet=_sheet_of_breaches,
        verdict=True,
        example="from=2026-01-01&to=2026-12-31&on=2026-12-31&known=600&limit=2",
    ),
    FLIPS,
)
