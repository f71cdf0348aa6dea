"""`remit log`: the entries in order, all or those about one thing or of one event."""

from __future__ import annotations

from difflib import get_close_matches
from itertools import islice
from shlex import quote
from typing import TYPE_CHECKING, Annotated

import typer

from api import bootstrap
from api.cli import app
from api.cli.app import ANSWERED
from api.cli.door import Door
from api.cli.options import JsonOption, KnownOption, LangOption, LedgerOption
from api.words.vocabulary import EVENTS
from ledger.refusals import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ledger.events import Entry, Event

LONGEST_LOG = 10_000
_KINDS = ("person", "position", "committee", "unit", "matter", "instrument", "act")
"""The kinds of things that have names beside their ids."""


@app.command("log")
def show_log(
    *,
    about: Annotated[str | None, typer.Option("--about", metavar="ID", help="help.--about")] = None,
    event: Annotated[str | None, typer.Option("--event", metavar="NAME", help="help.--event")] = None,
    after: Annotated[int, typer.Option("--after", metavar="N", min=0, help="help.--after")] = 0,
    limit: Annotated[int, typer.Option("--limit", metavar="N", min=1, max=LONGEST_LOG, help="help.--limit")] = 50,
    known: KnownOption = None,
    ledger: LedgerOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> int:
    """The entries after a number, in order."""
    door = Door(ledger, lang, as_json=as_json)
    stored = _stored_name(event) if event is not None else None
    upto = door.known(known).seq
    ids = _ids(door, about, upto) if about is not None else None
    found = list(islice(_entries(door, after, upto, ids, stored), limit + 1))
    entries, more = found[:limit], len(found) > limit
    books = door.ledger.books
    if as_json:
        door.give({"entries": entries, "known_seq": upto, "known_at": books.recorded(upto)})
        return ANSWERED
    from api.rendering.entries import Telling  # noqa: PLC0415 - JSON needs no rich
    from api.rendering.records import show_log as show  # noqa: PLC0415 - as above

    def earlier(seq: int) -> Event | None:
        entry = door.ledger.journal.entry(seq)
        return entry.event if entry is not None else None

    page = door.page(bootstrap.now(), upto)
    show(page, books.name, entries, upto, Telling(page, books, upto, door.personal, earlier))
    if more:
        stated = {"--about": about, "--event": event, "--known": known}
        options = [f"{name} {quote(value)}" for name, value in stated.items() if value is not None]
        page.line()
        page.say("log.more", options=" ".join([*options, f"--after {entries[-1].seq}"]))
    page.show()
    return ANSWERED


def _entries(door: Door, after: int, upto: int, ids: set[str] | None, stored: str | None) -> Iterator[Entry]:
    """The entries after a number up to the known one; of one event, and about one of some ids, where asked."""
    from projections.mentions import mentioned  # noqa: PLC0415 - only here

    books = door.ledger.books
    for entry in door.ledger.journal.read(after, upto) if after < upto else ():
        if stored is not None and entry.event.__struct_config__.tag != stored:
            continue
        if ids is None or not ids.isdisjoint(mentioned(books, entry.event, upto)):
            yield entry


def _stored_name(text: str) -> str:
    """The stored name of an event, as written or without its version. Raises BadInput with near names."""
    names = {name.partition("/")[0]: name for name in EVENTS}
    stored = text if text in EVENTS else names.get(text.strip().casefold().replace(" ", "-").replace("_", "-"))
    if stored is None:
        near = get_close_matches(text, names, n=3, cutoff=0.5)
        hint = f"; near names: {', '.join(f'`{one}`' for one in near)}" if near else ""
        raise BadInput("event", f"`{text[:60]}` is no event{hint}")
    return stored


def _ids(door: Door, text: str, upto: int) -> set[str]:
    """The ids that a text can mean: itself, or those that go by it as a name. Raises BadInput where nothing does."""
    from api.cli.meaning import all_meant  # noqa: PLC0415 - only where it is asked for
    from projections.mentions import mentioned  # noqa: PLC0415 - as above

    books = door.ledger.books
    if any(text in things for things in books.things.values()):
        return {text}
    named = all_meant(door.names(bootstrap.now(), door.known(None).seq), text, _KINDS)
    if named:
        return named
    if any(text in mentioned(books, one.event, upto) for one in door.ledger.journal.read(0, upto)):
        return {text}
    near = get_close_matches(text, {name for things in books.things.values() for name in things}, n=3, cutoff=0.5)
    hint = f"; near ids: {', '.join(f'`{one}`' for one in near)}" if near else ""
    raise BadInput("about", f"nothing in the ledger goes by `{text[:100]}`{hint}")
