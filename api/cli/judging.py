"""What was within authority: `remit verdict`, `remit breaches`, `remit flips`."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from api.cli import app
from api.cli.app import ANSWERED, REFUSED
from api.cli.door import Door, Times
from api.cli.meaning import actor
from api.cli.options import (
    CsvOption,
    FromOption,
    ItemArgument,
    JsonOption,
    KnownOption,
    LangOption,
    LedgerOption,
    OnOption,
    PlanArgument,
    ToOption,
)
from api.cli.records import ACTOR
from ledger.asking import AskedKnown, DuringTheDay, changes_during
from ledger.books.items import acts_on
from ledger.books.reading import AsOf
from ledger.ids import Seq
from ledger.moments import FOREVER, MICROSECOND, asked
from ledger.policy import WITHIN, FlipReport, Verdict, act_verdict, breaches, flips, item_verdict
from ledger.refusals import BadInput, Refusal
from projections.decisions import RatificationShown, item_shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from api.rendering import Page
    from api.rendering.sheets import Sheet
    from ledger.books.state import Books
    from ledger.ids import Holder
    from ledger.moments import Asked, Instant

BEFORE_ALL = datetime.min.replace(tzinfo=UTC)


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


@app.command("verdict")
def show_verdict(
    item: ItemArgument,
    *,
    act: Annotated[str | None, typer.Option("--act", metavar="ACT", help="help.--act")] = None,
    by: Annotated[str | None, typer.Option("--by", metavar="PERSON", help="help.--did")] = None,
    on: OnOption = None,
    known: KnownOption = None,
    ledger: LedgerOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
) -> int:
    """The verdict of an item and of the acts on it; 1 where one of those shown cannot be determined."""
    door = Door(ledger, lang, as_json=as_json, as_csv=as_csv)
    times = door.verdict_times(on, known)
    names = door.names(times.when.at, times.known.seq)
    meant = names.find("item", item, "item")
    kind = names.find("act", act, "act") if act is not None else None
    who = actor(names, by, "by") if by is not None else None
    books = door.ledger.books
    answer, changes = door.ask(times, lambda at, seq: _judged(books, meant, kind, who, at, seq), _substance)
    shown = [one for one in (answer.whole, *answer.acts) if one is not None]

    def draw(page: Page) -> None:
        from api.rendering.verdicts import show_verdict as show  # noqa: PLC0415 - JSON needs no rich

        page.line(page.words.say("verdict", item=page.names.shown("item", meant)), style="bold")
        page.times(answer.valid_at, answer.known_seq, answer.known_at)
        page.line()
        show(page, answer.whole, answer.acts, answer.ratifications)

    def sheet(page: Page) -> Sheet:
        from api.rendering.verdicts import sheet_of_verdicts  # noqa: PLC0415 - as above

        return sheet_of_verdicts(page, shown, answer.known_at)

    door.tell(answer, changes, times, sheet=sheet, draw=draw)
    return REFUSED if any(one.verdict == "INDETERMINATE" for one in shown) else ANSWERED


@app.command("breaches")
def show_breaches(
    *,
    since: FromOption = None,
    upto: ToOption = None,
    on: OnOption = None,
    known: KnownOption = None,
    ledger: LedgerOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
) -> int:
    """Every act that is not within authority."""
    door = Door(ledger, lang, as_json=as_json, as_csv=as_csv)
    times = door.verdict_times(on, known)
    first, last = period(door, since, upto)
    books, span = door.ledger.books, (first or BEFORE_ALL, last or FOREVER)

    def judged(at: Instant) -> tuple[Verdict, ...]:
        with door.progress("breaches.progress") as told:
            return breaches(books, *span, on=at, known=times.known.seq, progress=told)

    found = judged(times.when.at)
    before = () if times.when.day_from is None else judged(times.when.day_from)
    changes = DuringTheDay(
        valid_at=_instants(books, times, {*_codes(before)} ^ {*_codes(found)}),
        known_seq=tuple(_entries(books, times, span)),
    )
    answer = Breaches(
        since=first,
        until=last,
        valid_at=times.when.at,
        known_seq=times.known.seq,
        known_at=books.recorded(times.known.seq),
        breaches=found,
    )

    def draw(page: Page) -> None:
        from api.rendering.verdicts import show_breaches as show  # noqa: PLC0415 - JSON needs no rich

        facts = {"period": page.span(first, last), "count": f"{len(found):,}"}
        page.line(page.words.say("breaches", name=books.name, **facts), style="bold")
        page.times(answer.valid_at, answer.known_seq, answer.known_at)
        page.line()
        show(page, found)

    def sheet(page: Page) -> Sheet:
        from api.rendering.verdicts import sheet_of_verdicts  # noqa: PLC0415 - as above

        return sheet_of_verdicts(page, found, answer.known_at)

    door.tell(answer, changes, times, sheet=sheet, draw=draw)
    return ANSWERED


@app.command("flips")
def show_flips(
    plan: PlanArgument,
    *,
    on: OnOption = None,
    ledger: LedgerOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
) -> int:
    """What a planned file would change, or a recorded entry changed; 1 where the file would be refused."""
    door = Door(ledger, lang, as_json=as_json, as_csv=as_csv)
    when = door.times(on, None).when
    number = plan.removeprefix("#")
    planned = not number.isdecimal()
    report, changes = _planned(door, plan, when) if planned else _recorded(door, plan, when)
    names_from = report.before_seq if planned else report.after_seq
    times = Times(when, AskedKnown(seq=names_from))

    def draw(page: Page) -> None:
        from api.rendering import entry  # noqa: PLC0415 - JSON needs no rich
        from api.rendering.verdicts import show_flips as show  # noqa: PLC0415 - as above

        words = page.words
        title = words.say("flips.planned", file=plan) if planned else words.say("flips.recorded", seq=f"#{number}")
        between = {"before": entry(report.before_seq), "after": entry(report.after_seq)}
        between_said = words.say("flips.with" if planned else "flips.between", **between)
        page.line(title, style="bold")
        page.line(words.semicolon([words.say("flips.on", on=page.instant(report.on)), between_said]), style="dim")
        page.line()
        show(page, report)

    def sheet(page: Page) -> Sheet:
        from api.rendering.verdicts import sheet_of_flips  # noqa: PLC0415 - as above

        return sheet_of_flips(page, report)

    known = {"valid_at": report.on, "known_seq": names_from, "known_at": door.ledger.books.recorded(names_from)}
    answer = {**msgspec.to_builtins(report), "planned": planned, **msgspec.to_builtins(known)}
    door.tell(answer, changes, times, sheet=sheet, draw=draw)
    return ANSWERED


def period(door: Door, since: str | None, upto: str | None) -> tuple[Instant | None, Instant | None]:
    """The half-open period that a first and a last date or instant mean. Raises BadInput."""
    zone = door.ledger.books.zone
    begin = asked(since, zone, "from") if since is not None else None
    end = asked(upto, zone, "to") if upto is not None else None
    first = None if begin is None else begin.day_from or begin.at
    last = None if end is None else end.at + MICROSECOND
    if first is not None and last is not None and last <= first:
        raise BadInput("to", f"`{upto}` is before `{since}`")
    return first, last


# One item


def _judged(  # noqa: PLR0917 - an item, which acts on it, and the two times
    books: Books, item: str, act: str | None, who: Holder | None, at: Instant, known: Seq
) -> Judged:
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


def _substance(answer: Judged) -> object:
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


# Where a list of breaches changes during the day


def _codes(found: Sequence[Verdict]) -> Iterator[tuple[str, str]]:
    return ((one.deed, one.verdict) for one in found)


def _instants(books: Books, times: Times, differing: set[tuple[str, str]]) -> tuple[Instant, ...]:
    """The instants of the day asked about at which the list changes.

    With the date only a ratification or its deadline changes a verdict, and none ever changes back: what is the same
    at both ends of a day is the same throughout.
    """
    deeds = sorted({deed for deed, _ in differing})
    if not deeds:
        return ()

    def verdicts(at: Instant, known: Seq) -> object:
        return [one.verdict for deed in deeds if (one := act_verdict(books, deed, at, known)) is not None]

    return changes_during(books, times.when, AskedKnown(seq=times.known.seq), verdicts).valid_at


def _entries(books: Books, times: Times, span: tuple[Instant, Instant]) -> Iterator[Seq]:
    """The entries of the day asked about as known with which the list changes."""
    before = times.known.before_day
    if before is None:
        return
    for one, other in pairwise([before, *books.known_points(before, times.known.seq)]):
        report = flips(books, one, other, on=times.when.at)
        if any(_listed(books, flip.id, (one, other), times, span) for flip in report.flips if flip.kind == "act"):
            yield other


def _listed(books: Books, deed: str, points: Sequence[Seq], times: Times, span: tuple[Instant, Instant]) -> bool:
    """Whether an act is on the list as known at one of two entries."""
    sides = (act_verdict(books, deed, times.when.at, known) for known in points)
    return any(one is not None and one.verdict not in WITHIN and span[0] <= one.acted_at < span[1] for one in sides)


# Flips


def _planned(door: Door, file: str, when: Asked) -> tuple[FlipReport, DuringTheDay]:
    """The report of a file that is not recorded. Raises BadInput, and the first refusal with its place."""
    from api.cli.loading import same_ledger  # noqa: PLC0415 - only where a file is read
    from api.files import place_refusal, read_file  # noqa: PLC0415 - as above

    loaded = read_file(file)
    same_ledger(door.ledger, loaded)
    try:
        with door.ledger.considering(loaded.commands, by=ACTOR, batch=loaded.batch) as (_, before, after):
            return _report(door, before, after, when)
    except (Refusal, BadInput) as no:
        raise app.Placed(no, place_refusal(loaded, no)) from no


def _recorded(door: Door, text: str, when: Asked) -> tuple[FlipReport, DuringTheDay]:
    seq = door.known(text).seq
    return _report(door, Seq(seq - 1), seq, when)


def _report(door: Door, before: Seq, after: Seq, when: Asked) -> tuple[FlipReport, DuringTheDay]:
    """What differs, and at which instants of the day asked about it changes."""
    books = door.ledger.books
    return door.ask(
        Times(when, AskedKnown(seq=after)),
        lambda at, seq: flips(books, before, seq, on=at),
        lambda report: report.flips,
    )
