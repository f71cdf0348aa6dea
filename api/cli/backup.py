"""`remit backup` and `remit restore`: the ledger copied to a file, and made anew from one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from api import bootstrap
from api.cli import app
from api.cli.app import ANSWERED
from api.cli.door import Door, give
from api.cli.options import JsonOption, LangOption, LedgerOption
from ledger.journal.backup import back_up, restore

FileArgument = Annotated[Path, typer.Argument(metavar="FILE", help="help.BACKUP")]


class Copied(msgspec.Struct, frozen=True, kw_only=True):
    """A file that holds a ledger up to an entry."""

    file: str
    head: int


@app.command("backup")
def back_up_ledger(
    file: FileArgument, ledger: LedgerOption = None, lang: LangOption = None, as_json: JsonOption = False
) -> int:
    """Copy the ledger to a new file."""
    return _tell(Door(ledger, lang, as_json=as_json), file, back_up(bootstrap.ledger_url(ledger), file), "backup.done")


@app.command("restore")
def restore_ledger(
    file: FileArgument, ledger: LedgerOption = None, lang: LangOption = None, as_json: JsonOption = False
) -> int:
    """Make a new ledger from a file."""
    return _tell(Door(ledger, lang, as_json=as_json), file, restore(file, bootstrap.ledger_url(ledger)), "restore.done")


def _tell(door: Door, file: Path, head: int, key: str) -> int:
    if door.as_json:
        give(Copied(file=str(file), head=head), head)
    else:
        door.write(door.words.say(key, file=str(file), seq=head))
    return ANSWERED
