"""The year at the end of the story: what was done outside authority, and what a second correction would turn over."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from api.cli.door import Door
from api.files import read_file
from api.rendering.reasons import reason
from api.words.vocabulary import VERDICTS
from ledger.ids import Seq
from ledger.moments import end_of_day, start_of_day
from ledger.policy import breaches, flips

if TYPE_CHECKING:
    from datetime import datetime

    from api.rendering import Page
    from api.words import Lang
    from ledger.policy.verdicts import Flip, Verdict

HERE = Path(__file__).resolve().parent
MONTHS = tuple(sorted((HERE / "year").glob("*.yaml")))
"""The files of the year, month by month."""
SECOND_CORRECTION = HERE / "second-correction.yaml"
FIRST_DAY, LAST_DAY, NEW_YEAR = date(2026, 1, 1), date(2026, 12, 31), date(2027, 1, 1)


def show_breaches(place: str, lang: Lang) -> None:
    """Every act of the year that was not within authority, as judged on its last day, with the reason."""
    door = Door(place, lang, as_json=False)
    books = door.ledger.books
    on, known = _last_instant(door), Seq(books.head)
    page = door.page(on, known)
    since, until = (start_of_day(day, books.zone) for day in (FIRST_DAY, NEW_YEAR))
    for one in breaches(books, since, until, on=on, known=known):
        page.line(_breach(page, one))
    page.show()


def show_flips(place: str, lang: Lang) -> None:
    """What the second correction would turn over; nothing is recorded."""
    door = Door(place, lang, as_json=False)
    planned = read_file(SECOND_CORRECTION)
    on = _last_instant(door)
    with door.ledger.considering(planned.commands, by="example", batch=planned.batch) as (books, before, after):
        page = door.page(on, before)
        for one in flips(books, before, after, on=on).flips:
            page.line(_flip(page, one))
    page.show()


def _last_instant(door: Door) -> datetime:
    return end_of_day(LAST_DAY, door.ledger.books.zone)


def _breach(page: Page, one: Verdict) -> str:
    day = one.acted_at.astimezone(page.zone).date().isoformat()
    said = [day, page.names.holder(one.who), page.names.shown("act", one.act), one.item]
    if one.amount is not None:
        said.append(str(one.amount))
    why = "" if one.reason is None else reason(page, one.reason)
    return "  ".join([*said, page.words.pick(VERDICTS, one.verdict), why])


def _flip(page: Page, one: Flip) -> str:
    sides = (page.words.pick(VERDICTS, side) if side in VERDICTS else side or "-" for side in (one.before, one.after))
    said = [one.kind, one.id, *([page.names.holder(one.who)] if one.who is not None else [])]
    return "  ".join([*said, " → ".join(sides)])
