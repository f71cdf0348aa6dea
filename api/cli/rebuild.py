"""`remit rebuild`: the read tables made anew from the journal, and whether those that were there agree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.cli import app
from api.cli.app import ANSWERED, REFUSED
from api.cli.door import Door, give
from api.cli.options import JsonOption, LangOption, LedgerOption

if TYPE_CHECKING:
    from projections.rebuild import Rebuilt


@app.command("rebuild")
def rebuild_tables(ledger: LedgerOption = None, lang: LangOption = None, as_json: JsonOption = False) -> int:
    """Make the tables anew; 1 where those that were there said something else."""
    from projections.rebuild import rebuild  # noqa: PLC0415 - only here, and SQLAlchemy is slow to import

    door = Door(ledger, lang, as_json=as_json)
    with door.progress("rebuild.progress") as told:
        done = rebuild(door.unread.journal, told)
    if as_json:
        give(done, done.head)
    else:
        _say(door, done)
    return REFUSED if done.was == "differ" else ANSWERED


def _say(door: Door, done: Rebuilt) -> None:
    words, rows = door.words, sum(done.rows.values())
    door.write(words.say(f"rebuild.{done.was}", rows=rows, tables=len(done.rows), seq=done.head, applied=done.applied))
    for one in done.differing:
        for key, found in (("rebuild.only_there", one.only_there), ("rebuild.only_anew", one.only_anew)):
            for row in found:
                said = ", ".join(f"{name} {value}" for name, value in row.items() if value is not None)
                door.write(words.say(key, table=one.table, row=said))
