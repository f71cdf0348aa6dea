"""The two times of a question as people write them, and what a bare date leaves open.

A bare date means the last microsecond of that day. If the answer differs between two instants of the day, it says so
and names the changing instants (semantics.md 2); likewise for the entries recorded during a day asked about as `known`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from ledger.ids import Seq
from ledger.moments import MICROSECOND, Asked, Instant, asked
from ledger.refusals import BadInput

if TYPE_CHECKING:
    from collections.abc import Callable

    from ledger.books.state import Books
    from ledger.submit import Ledger

_ENTRY = re.compile(r"[0-9]{1,18}")


class AskedKnown(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A known time in a question: an entry number and, for a bare date, the last entry before that day."""

    seq: Seq
    before_day: Seq | None = None


class DuringTheDay(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where the answer to a question with a bare date changes within that day: instants, and entries."""

    valid_at: tuple[Instant, ...] = ()
    known_seq: tuple[Seq, ...] = ()


def valid_time(text: str | None, books: Books, now: Instant) -> Asked:
    """When a question asks about; `now` where it does not say. Raises BadInput."""
    return Asked(at=now) if text is None else asked(text, books.zone, "on")


def known_time(text: str | None, books: Books) -> AskedKnown:
    """What a question takes as known: `#12` or `12` an entry, a date, an instant; the head where it does not say.

    Raises BadInput for an entry that is not there yet.
    """
    return AskedKnown(seq=Seq(books.head)) if text is None else _known(text, _stated(text, books), books)


def _known(text: str, stated: Seq | Asked, books: Books) -> AskedKnown:
    if isinstance(stated, int):
        if not 1 <= stated <= books.head:
            raise BadInput("known", f"the ledger has the entries 1 to {books.head}, not `{text}`")
        return AskedKnown(seq=stated)
    before = None if stated.day_from is None else books.known_at(stated.day_from - MICROSECOND)
    return AskedKnown(seq=books.known_at(stated.at), before_day=before)


def known_here(text: str | None, ledger: Ledger) -> AskedKnown:
    """The same on a ledger that may be a replica, which refuses a known time that it has not reached.

    Raises BadInput; StorageTrouble (NOT_YET_KNOWN).
    """
    if text is None:
        return known_time(text, ledger.books)
    stated = _stated(text, ledger.books)
    arrived(stated if isinstance(stated, int) else stated.at, ledger)
    return _known(text, stated, ledger.books)


def _stated(text: str, books: Books) -> Seq | Asked:
    if not text.startswith("#") and not _ENTRY.fullmatch(text):
        return asked(text, books.zone, "known")
    number = text.removeprefix("#")
    if not _ENTRY.fullmatch(number):
        raise BadInput("known", f"`{text[:60]}` is not an entry number like #12")
    return Seq(int(number))


def arrived(known: Seq | Instant, ledger: Ledger) -> None:
    """Nothing, if all that was recorded up to a known time is here; on books that have just caught up.

    Where the ledger is written, whatever there is is here. Raises StorageTrouble (NOT_YET_KNOWN) on a replica that is
    behind, which is asked only about a time beyond its last entry.
    """
    books = ledger.books
    last = books.recorded(Seq(books.head))
    beyond = known > books.head if isinstance(known, int) else last is None or last < known
    if beyond and ledger.journal.is_copy():
        ledger.reach(known)


def changes_during(
    books: Books, when: Asked, known: AskedKnown, answer: Callable[[Instant, Seq], object]
) -> DuringTheDay:
    """The instants and entries of the days asked about from which on `answer` differs from what it was just before.

    `answer` gives something comparable for a point of the two times; it is called once for each possible change.
    """
    instants: list[Instant] = []
    if when.day_from is not None and (inside := books.instants_inside(when.day_from, when.at)):
        before = answer(when.day_from, known.seq)
        for instant in inside:
            here = answer(instant, known.seq)
            if here != before:
                instants.append(instant)
            before = here
    entries: list[Seq] = []
    if known.before_day is not None:
        before = answer(when.at, known.before_day)
        for seq in books.known_points(known.before_day, known.seq):
            here = answer(when.at, seq)
            if here != before:
                entries.append(seq)
            before = here
    return DuringTheDay(valid_at=tuple(instants), known_seq=tuple(entries))
