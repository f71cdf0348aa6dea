"""The records: `remit show`, `remit check`; and what makes a ledger, `remit init`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import typer

from api import bootstrap
from api.cli import app
from api.cli.app import ANSWERED, REFUSED
from api.cli.door import Door, give
from api.cli.options import AsOption, JsonOption, KnownOption, LangOption, LedgerOption, OnOption
from ledger.commands import OpenLedger
from ledger.events import Fact, FactCorrected
from ledger.refusals import BadInput

if TYPE_CHECKING:
    from datetime import datetime

    from ledger.asking import AskedKnown
    from ledger.events import Entry

ACTOR = "cli"
"""The account that records where none is named."""
_DIGITS = 18


@app.command("init")
def open_ledger(
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="help.NAME")] = None,
    *,
    currency: Annotated[str | None, typer.Option("--currency", metavar="CNY", help="help.--currency")] = None,
    zone: Annotated[str | None, typer.Option("--zone", metavar="Asia/Shanghai", help="help.--zone")] = None,
    file: Annotated[str | None, typer.Option("--from", metavar="FILE", help="help.--from")] = None,
    actor: AsOption = ACTOR,
    ledger: LedgerOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> int:
    """A new ledger."""
    door = Door(ledger, lang, as_json=as_json)
    made = bootstrap.created(_opening(name, currency, zone, file), ledger, by=actor)
    books = made.books
    if as_json:
        opened = {"name": books.name, "currency": books.currency, "zone": str(books.zone)}
        give({**opened, "known_seq": books.head, "known_at": books.recorded(books.head)}, books.head)
        return ANSWERED
    place = bootstrap.shown_url(ledger)
    said = door.words.say("init", name=books.name, currency=books.currency, zone=books.zone, place=place)
    door.write(said)
    return ANSWERED


@app.command("show")
def show_entry(
    number: Annotated[str, typer.Argument(metavar="#SEQ", help="help.ENTRY")],
    *,
    on: OnOption = None,
    known: KnownOption = None,
    ledger: LedgerOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> int:
    """Every field of an entry, with the names at its own date if no other is asked, and what became of it."""
    from projections.history import standing  # noqa: PLC0415 - only here

    door = Door(ledger, lang, as_json=as_json)
    upto = door.known(known)
    entry = _entry(door, number, upto)
    books = door.ledger.books
    at = door.times(on, known).when.at if on is not None else _own_date(entry)
    state = standing(books, entry.seq, upto.seq)
    personal = {name: door.personal(commitment) for name, commitment in _commitments(entry.event)}
    if as_json:
        answer: dict[str, Any] = {"entry": entry, "personal": personal, "standing": state}
        times = {"valid_at": at, "known_seq": upto.seq, "known_at": books.recorded(upto.seq)}
        door.give({**answer, **times})
        return ANSWERED
    from api.rendering.records import show_entry as show  # noqa: PLC0415 - JSON needs no rich

    page = door.page(at, upto.seq)
    show(page, entry, personal, state)
    page.times(at, upto.seq, books.recorded(upto.seq))
    page.show()
    return ANSWERED


@app.command("check")
def check_ledger(ledger: LedgerOption = None, lang: LangOption = None, as_json: JsonOption = False) -> int:
    """Whether the ledger is sound; 1 where it is not."""
    from ledger.checking import check  # noqa: PLC0415 - only here

    door = Door(ledger, lang, as_json=as_json)
    with door.progress("check.progress") as told:
        report = check(door.unread, told)
    known_at = door.ledger.books.recorded(min(report.head, door.ledger.books.head))
    if as_json:
        door.give({**msgspec.to_builtins(report), "known_seq": report.head, "known_at": known_at})
    else:
        from api.rendering.records import show_check as show  # noqa: PLC0415 - JSON needs no rich

        page = door.page(bootstrap.now(), door.known(None).seq)
        show(page, report, known_at)
        page.show()
    return REFUSED if report.problems else ANSWERED


def _opening(name: str | None, currency: str | None, zone: str | None, file: str | None) -> OpenLedger:
    """The request to open, from words or from a charter's `ledger` section. Raises BadInput."""
    if file is None:
        if name is None:
            raise BadInput("name", "give the NAME of the legal entity, or a charter file with --from")
        return OpenLedger(
            name=name, currency=currency or bootstrap.DEFAULT_CURRENCY, zone=zone or bootstrap.DEFAULT_ZONE
        )
    if name is not None or currency is not None or zone is not None:
        raise BadInput("from", "the file says name, currency and zone; give either the file or those")
    from api.files import read_file  # noqa: PLC0415 - only where a file is read

    loaded = read_file(file)
    if loaded.ledger is None:
        raise BadInput("ledger", "there is no `ledger` section", file=loaded.file)
    return loaded.ledger


def _entry(door: Door, text: str, known: AskedKnown) -> Entry:
    """The entry of a number as people write it. Raises BadInput."""
    digits = text.strip().removeprefix("#")
    if not digits.isascii() or not digits.isdigit() or len(digits) > _DIGITS:
        raise BadInput("entry", f"`{text[:60]}` is not an entry number like #12")
    entry = door.ledger.journal.entry(int(digits)) if 1 <= int(digits) <= known.seq else None
    if entry is None:
        raise BadInput("entry", f"as known, the ledger has the entries 1 to {known.seq}, not `{text[:60]}`")
    return entry


def _own_date(entry: Entry) -> datetime:
    """The date an entry speaks of; when it was recorded, where it states no fact."""
    event = entry.event.replacement if isinstance(entry.event, FactCorrected) else entry.event
    return event.effective.at if isinstance(event, Fact) else entry.recorded_at


def _commitments(event: Any, path: str = "") -> list[tuple[str, str]]:  # noqa: ANN401 - any event, a replacement too
    """The personal fields of an event, by path, with what stands for them in the entry."""
    found = [
        (path + name, value)
        for name in ("name", "contact", "reason")
        if name in _PERSONAL.get(event.__struct_config__.tag, ()) and (value := getattr(event, name)) is not None
    ]
    if isinstance(event, FactCorrected):
        found += _commitments(event.replacement, "replacement.")
    return found


_PERSONAL: dict[object, tuple[str, ...]] = {
    "person-registered/1": ("name", "contact"),
    "person-renamed/1": ("name",),
    "fact-corrected/1": ("reason",),
    "entry-annulled/1": ("reason",),
}
"""The fields in which an entry carries a commitment in place of a personal value."""
