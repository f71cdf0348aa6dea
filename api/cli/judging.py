"""What was within authority: `remit verdict`, `remit breaches`, `remit flips`."""

from __future__ import annotations

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
from api.judged import Breaches, breaches_in, changes_of_breaches, judged, period, substance
from ledger.asking import AskedKnown, DuringTheDay
from ledger.ids import Seq
from ledger.policy import FlipReport, flips
from ledger.refusals import BadInput, Refusal

if TYPE_CHECKING:
    from api.rendering import Page
    from api.rendering.sheets import Sheet
    from ledger.moments import Asked, Instant


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
    answer, changes = door.ask(times, lambda at, seq: judged(books, meant, kind, who, at, seq), substance)
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
    books = door.ledger.books
    bounds = first, last = period(books, since, upto)

    def taken(at: Instant) -> Breaches:
        with door.progress("breaches.progress") as told:
            return breaches_in(books, bounds, at, times.known.seq, told)

    answer = taken(times.when.at)
    before = None if times.when.day_from is None else taken(times.when.day_from)
    changes, found = changes_of_breaches(books, answer, before, times.known), answer.breaches

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
