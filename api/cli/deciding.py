"""What was decided: `remit history`, `remit contracts`, `remit contract`, `remit targets`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, TypeVar, cast, get_args

import msgspec
import typer

from api.cli import app
from api.cli.app import ANSWERED
from api.cli.asking import attributes_of
from api.cli.door import Door, Times
from api.cli.meaning import actor
from api.cli.options import (
    ContractArgument,
    CsvOption,
    FromOption,
    ItemOption,
    JsonOption,
    KnownOption,
    LangOption,
    LedgerOption,
    OnOption,
    PeriodArgument,
    ToOption,
)
from api.judged import TargetsJudged, period, substance_of_targets, targets_judged
from ledger.policy import act_verdict
from ledger.refusals import BadInput

if TYPE_CHECKING:
    from collections.abc import Callable

    from api.rendering import Page
    from api.rendering.sheets import Sheet
    from ledger.ids import Seq
    from ledger.moments import Instant
    from ledger.policy import Verdict
    from projections.contracts import Register, State
    from projections.decisions import Decisions, DeedShown

A = TypeVar("A")
MatterOption = Annotated[str | None, typer.Option("--matter", metavar="MATTER", help="help.--matter")]
_PERIOD = re.compile(r"\d{4}(-Q[1-4]|-(0[1-9]|1[0-2]))?")


@app.command("history")
def show_history(
    *,
    item: ItemOption = None,
    person: Annotated[str | None, typer.Option("--person", metavar="PERSON", help="help.--person")] = None,
    matter: MatterOption = None,
    act: Annotated[str | None, typer.Option("--act", metavar="ACT", help="help.--act")] = None,
    since: FromOption = None,
    upto: ToOption = None,
    verdicts: Annotated[bool, typer.Option("--verdicts", help="help.--verdicts")] = False,
    on: OnOption = None,
    known: KnownOption = None,
    ledger: LedgerOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
) -> int:
    """Items and what was done on them."""
    from projections.decisions import Wanted, decisions  # noqa: PLC0415 - each command imports its own picture

    door = Door(ledger, lang, as_json=as_json, as_csv=as_csv)
    times = door.verdict_times(on, known) if verdicts else door.times(on, known)
    names = door.names(times.when.at, times.known.seq)
    first, last = period(door.ledger.books, since, upto)
    wanted = Wanted(
        item=names.find("item", item, "item") if item is not None else None,
        person=actor(names, person, "person").id if person is not None else None,
        matter=names.find("matter", matter, "matter") if matter is not None else None,
        act=names.find("act", act, "act") if act is not None else None,
        since=first,
        until=last,
    )
    books, judge = door.ledger.books, act_verdict if verdicts else None

    def draw(page: Page, answer: Decisions) -> None:
        from api.rendering.decisions import show_history as show  # noqa: PLC0415 - JSON needs no rich

        show(page, books.name, answer)

    def sheet(page: Page, answer: Decisions) -> Sheet:
        from api.rendering.decisions import sheet_of_history  # noqa: PLC0415 - as above

        return sheet_of_history(page, answer)

    def content(answer: Decisions) -> object:
        return [(msgspec.structs.replace(one, acts=()), _substance(one.acts)) for one in answer.items]

    return _picture(
        door, times, lambda at, seq: decisions(books, at, seq, wanted, judge=judge), content, draw=draw, sheet=sheet
    )


@app.command("contracts")
def show_contracts(
    *,
    matter: MatterOption = None,
    party: Annotated[str | None, typer.Option("--party", metavar="TEXT", help="help.--party")] = None,
    having: Annotated[list[str] | None, typer.Option("--with", metavar="KEY=VALUE", help="help.--has")] = None,
    state: Annotated[str | None, typer.Option("--state", metavar="STATE", help="help.--state")] = None,
    on: OnOption = None,
    known: KnownOption = None,
    ledger: LedgerOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
) -> int:
    """The register of contracts."""
    from projections.contracts import State, Wanted, contracts  # noqa: PLC0415 - each command imports its own picture

    door = Door(ledger, lang, as_json=as_json, as_csv=as_csv)
    times = door.times(on, known)
    names = door.names(times.when.at, times.known.seq)
    if state is not None and state not in get_args(State):
        raise BadInput("state", f"`{state[:60]}` is not one of {', '.join(get_args(State))}")
    wanted = Wanted(
        matter=names.find("matter", matter, "matter") if matter is not None else None,
        attributes=attributes_of(names, having or []),
        party=party,
        state=cast("State | None", state),
    )
    books = door.ledger.books

    def draw(page: Page, answer: Register) -> None:
        from api.rendering.decisions import show_contracts as show  # noqa: PLC0415 - JSON needs no rich

        show(page, books.name, answer)

    def sheet(page: Page, answer: Register) -> Sheet:
        from api.rendering.decisions import sheet_of_contracts  # noqa: PLC0415 - each command imports its own picture

        return sheet_of_contracts(page, answer)

    return _picture(
        door,
        times,
        lambda at, seq: contracts(books, at, seq, wanted),
        lambda answer: answer.contracts,
        draw=draw,
        sheet=sheet,
    )


@app.command("contract")
def show_contract(
    contract: ContractArgument,
    *,
    on: OnOption = None,
    known: KnownOption = None,
    ledger: LedgerOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
) -> int:
    """One contract with the verdict of each act on it."""
    from projections.contracts import Register  # noqa: PLC0415 - each command imports its own picture
    from projections.contracts import contract as taken  # noqa: PLC0415 - as above

    door = Door(ledger, lang, as_json=as_json, as_csv=as_csv)
    times = door.verdict_times(on, known)
    meant = door.names(times.when.at, times.known.seq).find("contract", contract, "contract")
    books = door.ledger.books

    def take(at: Instant, seq: Seq) -> Register:
        one = taken(books, meant, at, seq, judge=act_verdict)
        return Register(
            valid_at=at, known_seq=seq, known_at=books.recorded(seq), contracts=() if one is None else (one,)
        )

    def content(answer: Register) -> object:
        return [(msgspec.structs.replace(one, acts=()), _substance(one.acts)) for one in answer.contracts]

    def draw(page: Page, answer: Register) -> None:
        from api.rendering.decisions import show_contract as show  # noqa: PLC0415 - JSON needs no rich

        title = page.words.say("contract", contract=page.names.shown("contract", meant))
        page.line(title, style="bold")
        page.times(answer.valid_at, answer.known_seq, answer.known_at)
        page.line()
        for one in answer.contracts:
            show(page, one)
        if not answer.contracts:
            page.say("contract.not_yet")

    def sheet(page: Page, answer: Register) -> Sheet:
        from api.rendering.decisions import sheet_of_contract  # noqa: PLC0415 - as above

        return sheet_of_contract(page, answer)

    return _picture(door, times, take, content, draw=draw, sheet=sheet)


@app.command("targets")
def show_targets(
    within: PeriodArgument = None,
    *,
    on: OnOption = None,
    known: KnownOption = None,
    ledger: LedgerOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
) -> int:
    """The tree of targets: sums, gaps, results, and whether whoever set them could."""
    door = Door(ledger, lang, as_json=as_json, as_csv=as_csv)
    if within is not None and not _PERIOD.fullmatch(within):
        raise BadInput("period", f"`{within[:60]}` is not a year, quarter or month like 2026, 2026-Q1, 2026-03")
    times = door.verdict_times(on, known)
    books = door.ledger.books

    def draw(page: Page, answer: TargetsJudged) -> None:
        from api.rendering.targets import show_targets as show  # noqa: PLC0415 - JSON needs no rich

        show(page, books.name, answer)

    def sheet(page: Page, answer: TargetsJudged) -> Sheet:
        from api.rendering.targets import sheet_of_targets  # noqa: PLC0415 - as above

        return sheet_of_targets(page, answer)

    def take(at: Instant, seq: Seq) -> TargetsJudged:
        return targets_judged(books, within, at, seq)

    return _picture(door, times, take, substance_of_targets, draw=draw, sheet=sheet)


def _picture(  # one picture: how it is taken, what of it counts as a change, how it looks
    door: Door,
    times: Times,
    take: Callable[[Instant, Seq], A],
    content: Callable[[A], object],
    *,
    draw: Callable[[Page, A], None],
    sheet: Callable[[Page, A], Sheet],
) -> int:
    """Take a picture at the two times and give it in the form asked for."""
    answer, changes = door.ask(times, take, content)
    door.tell(answer, changes, times, sheet=lambda page: sheet(page, answer), draw=lambda page: draw(page, answer))
    return ANSWERED


def _substance(deeds: tuple[DeedShown, ...]) -> tuple[object, ...]:
    """What is shown of acts, whatever was asked: of their verdicts the code and the reasons."""
    return tuple((msgspec.structs.replace(one, verdict=None), _said(one.verdict)) for one in deeds)


def _said(verdict: Verdict | None) -> object:
    return None if verdict is None else (verdict.verdict, verdict.ratification, verdict.then.reason, verdict.now.reason)
