"""`remit load`: charters and command files, in order, each one batch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from api.cli import app
from api.cli.app import ANSWERED, REFUSED
from api.cli.door import Door
from api.cli.errors import in_json, told_in_words
from api.cli.options import AsOption, JsonOption, LangOption, LedgerOption
from api.cli.records import ACTOR
from ledger.refusals import BadInput, Refusal
from ledger.submit import Receipt

if TYPE_CHECKING:
    from api.files import Loaded
    from ledger.submit import Ledger

    Outcome = Receipt | Refusal | BadInput

_SECTION = ("name", "currency", "zone")


class Recorded(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of one file: how many commands were recorded, recorded before, refused; the first and last entry."""

    file: str
    batch: str
    recorded: int
    repeated: int
    refused: tuple[dict[str, str | int | None], ...] = ()
    first: int | None = None
    last: int | None = None


@app.command("load")
def load(
    files: Annotated[list[str], typer.Argument(metavar="FILE", help="help.FILE")],
    *,
    each: Annotated[bool, typer.Option("--each", help="help.--each")] = False,
    actor: AsOption = ACTOR,
    ledger: LedgerOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> int:
    """Record what files say; 1 where something is refused."""
    from api.files import read_file  # noqa: PLC0415 - questions read no files

    door = Door(ledger, lang, as_json=as_json)
    loaded = []
    for file in files:
        try:
            loaded.append(read_file(file))
        except KeyboardInterrupt:
            door.note(door.words.say("load.interrupted", file=file))
            raise
    for one in loaded:
        same_ledger(door.ledger, one)
    done = []
    for one in loaded:
        before = door.ledger.books.head
        try:
            outcomes = _record(door, one, actor, each=each)
        except KeyboardInterrupt:
            _interrupted(door, one, before)
            raise
        done.append(_recorded(one, outcomes))
        if not as_json:
            _say(door, one, done[-1], outcomes)
    if as_json:
        books = door.ledger.books
        door.give({"files": done, "known_seq": books.head, "known_at": books.recorded(books.head)})
    return REFUSED if any(one.refused for one in done) else ANSWERED


def _interrupted(door: Door, loaded: Loaded, before: int) -> None:
    """Say whether a file was recorded before an interrupt: as a whole, or nothing of it."""
    door.ledger.catch_up()
    late = loaded.batch in door.ledger.books.batches[before:]
    door.note(door.words.say("load.interrupted_late" if late else "load.interrupted", file=loaded.file))


def same_ledger(ledger: Ledger, loaded: Loaded) -> None:
    """Raises BadInput where a charter's `ledger` section speaks of another ledger than this one."""
    if loaded.ledger is None:
        return
    books = ledger.books
    for field, here in zip(_SECTION, (books.name, books.currency, str(books.zone)), strict=True):
        said = getattr(loaded.ledger, field)
        if said != here:
            sentence = f"the file is for a ledger with {field} `{said}`, this one has `{here}`"
            place = loaded.ledger_place.of(field) if loaded.ledger_place is not None else None
            if place is None:
                raise BadInput(f"ledger.{field}", sentence, file=loaded.file)
            raise BadInput(place.field, sentence, file=place.file, line=place.line)


def _record(door: Door, loaded: Loaded, actor: str, *, each: bool) -> list[Outcome]:
    """Record one file. Raises the first refusal with its place, unless each command is taken on its own."""
    from api.files import place_refusal  # noqa: PLC0415 - as above

    if not loaded.commands:
        return []
    if each:
        return door.ledger.submit_each(loaded.commands, by=actor, batch=loaded.batch)
    try:
        with door.progress("load.progress") as told:
            return [*door.ledger.submit_batch(loaded.commands, by=actor, batch=loaded.batch, progress=told)]
    except (Refusal, BadInput) as no:
        raise app.Placed(no, place_refusal(loaded, no)) from no


def _recorded(loaded: Loaded, outcomes: list[Outcome]) -> Recorded:
    from api.files import place_refusal  # noqa: PLC0415 - as above

    receipts = [one for one in outcomes if isinstance(one, Receipt)]
    refused = []
    for position, one in enumerate(outcomes):
        if not isinstance(one, Receipt):
            one.position = position
            refused.append(in_json(one, place_refusal(loaded, one)))
    return Recorded(
        file=loaded.file,
        batch=loaded.batch,
        recorded=sum(not one.repeated for one in receipts),
        repeated=sum(one.repeated for one in receipts),
        refused=tuple(refused),
        first=min((one.first for one in receipts), default=None),
        last=max((one.last for one in receipts), default=None),
    )


def _say(door: Door, loaded: Loaded, one: Recorded, outcomes: list[Outcome]) -> None:
    from api.files import place_refusal  # noqa: PLC0415 - as above

    words = door.words
    if not outcomes:
        door.write(words.say("load.nothing", file=one.file))
    elif one.refused or (one.repeated and one.recorded):
        facts = {"taken": one.recorded, "repeated": one.repeated, "refused": len(one.refused)}
        door.write(words.say("load.some", file=one.file, **facts))
    else:
        key = "load.again" if one.repeated else "load.done"
        door.write(words.say(key, file=one.file, first=f"#{one.first}", last=f"#{one.last}"))
    for outcome in outcomes:
        if not isinstance(outcome, Receipt):
            told_in_words(outcome, words, place_refusal(loaded, outcome))
