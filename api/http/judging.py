"""Was it within authority: verdicts, breaches, flips."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec

from api.cli import door
from api.cli.judging import Breaches, Judged, _entries, _instants, _judged, _substance
from api.http.asking import Deadline, EntryNumber, Id, Query, Tabular, Times, When, actor, thing
from api.http.problems import bad
from api.rendering.verdicts import sheet_of_flips, sheet_of_verdicts
from ledger.asking import DuringTheDay
from ledger.ids import Seq
from ledger.moments import FOREVER, MICROSECOND, Instant, asked
from ledger.policy import FlipReport, Verdict, breaches, flips

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from api.rendering import Page
    from api.rendering.sheets import Sheet
    from ledger.books import Books
    from projections.decisions import DeedShown

BEFORE_ALL = datetime.min.replace(tzinfo=UTC)


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


def bounds(books: Books, stated: BoundedBy) -> tuple[Instant | None, Instant | None]:
    """The half-open period that a first and a last date or instant mean. Raises BadInput, Problem."""
    begin = asked(stated.since, books.zone, "from") if stated.since is not None else None
    end = asked(stated.upto, books.zone, "to") if stated.upto is not None else None
    first = None if begin is None else begin.day_from or begin.at
    last = None if end is None else end.at + MICROSECOND
    if first is not None and last is not None and last <= first:
        raise bad("BAD_INPUT", f"`{stated.upto}` is before `{stated.since}`", field="to")
    return first, last


# One item


def _verdicts(books: Books, asked: OfItem, _: Times, __: Deadline) -> Callable[[Instant, Seq], Judged]:
    item = thing(books, "item", asked.item, "item")
    kind = thing(books, "act", asked.act, "act") if asked.act is not None else None
    who = actor(books, asked.by, "by") if asked.by is not None else None
    return lambda at, known: _judged(books, item, kind, who, at, known)


def _sheet_of_item(page: Page, answer: Judged) -> Sheet:
    shown = [one for one in (answer.whole, *answer.acts) if one is not None]
    return sheet_of_verdicts(page, shown, answer.known_at)


# Breaches


def _breaches(books: Books, asked: BoundedBy, _: Times, deadline: Deadline) -> Callable[[Instant, Seq], Breaches]:
    first, last = bounds(books, asked)

    def taken(at: Instant, known: Seq) -> Breaches:
        span = (first or BEFORE_ALL, last or FOREVER)
        return Breaches(
            since=first,
            until=last,
            valid_at=at,
            known_seq=known,
            known_at=books.recorded(known),
            breaches=breaches(books, *span, on=at, known=known, progress=deadline.keep),
        )

    return taken


def _sheet_of_breaches(page: Page, answer: Breaches) -> Sheet:
    return sheet_of_verdicts(page, answer.breaches, answer.known_at)


# Flips


def report(books: Books, before: Seq, after: Seq, *, on: Instant, planned: bool) -> Flipped:
    """What differs on a date; a planned change is known as of the entry before it."""
    found = flips(books, before, after, on=on)
    known = before if planned else after
    return Flipped(
        **{name: getattr(found, name) for name in FlipReport.__struct_fields__},
        planned=planned,
        valid_at=on,
        known_seq=known,
        known_at=books.recorded(known),
    )


def _flips(books: Books, asked: OfEntry, _: Times, __: Deadline) -> Callable[[Instant, Seq], Flipped]:
    if asked.entry > books.head:
        raise bad("NO_SUCH_ENTRY", f"the ledger has the entries 1 to {books.head}, not {asked.entry}", field="entry")
    seq = Seq(asked.entry)
    return lambda at, _known: report(books, Seq(seq - 1), seq, on=at, planned=False)


# Where a list of breaches changes during the day


def _changes(books: Books, stated: BoundedBy, times: Times, deadline: Deadline) -> DuringTheDay:
    """The same list at the beginning of the day tells which acts to look at; see `api.cli.judging`."""
    if times.when.day_from is None and times.known.before_day is None:
        return DuringTheDay()
    first, last = bounds(books, stated)
    span, known = (first or BEFORE_ALL, last or FOREVER), times.known.seq
    here, before = (
        () if at is None else breaches(books, *span, on=at, known=known, progress=deadline.keep)
        for at in (times.when.at, times.when.day_from)
    )
    differing = {*_codes(before)} ^ {*_codes(here)} if times.when.day_from is not None else set()
    asked_times = door.Times(times.when, times.known)
    return DuringTheDay(
        valid_at=_instants(books, asked_times, differing),
        known_seq=tuple(_entries(books, asked_times, span)),
    )


def _codes(found: Iterable[Verdict]) -> set[tuple[str, str]]:
    return {(one.deed, one.verdict) for one in found}


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
    settled=True,
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
        content=_substance,
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
