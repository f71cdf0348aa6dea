"""The charter of a position: the edition in force, its duties, its meetings, and since when.

As the books have it at one valid instant, as known at one entry.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from ledger.books.reading import AsOf
from ledger.events import CharterAdopted, Duty
from ledger.ids import Seq

if TYPE_CHECKING:
    from ledger.books.state import Books


class Charter(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a position is there for; without `edition`, no charter is in force. `seq` is the entry that states it."""

    valid_at: datetime
    known_seq: Seq
    known_at: datetime | None
    position: str
    title: str | None = None
    edition: str | None = None
    since: datetime | None = None
    seq: int | None = None
    instrument: str | None = None
    clause: str | None = None
    duties: tuple[Duty, ...] = ()
    meetings: tuple[str, ...] = ()


def charter(books: Books, position: str, at: datetime, known: Seq) -> Charter:
    """The edition in force of a position's charter; an empty one where there is none. Raises nothing."""
    reading = AsOf(books, at, known)
    title = reading.stated("position", position, "title")
    nothing = Charter(valid_at=at, known_seq=known, known_at=books.recorded(known), position=position, title=title)
    version = reading.charter(position)
    if version is None or not isinstance(fact := version.fact, CharterAdopted):
        return nothing
    return msgspec.structs.replace(
        nothing,
        edition=fact.edition,
        since=version.effective,
        seq=version.source,
        instrument=fact.instrument,
        clause=fact.clause,
        duties=fact.duties,
        meetings=fact.meetings,
    )
