"""Books from a journal: anew, or the rest of it, with Python's collector at rest."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ledger.books import Books, fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ledger.events import Entry


def folded(entries: Iterable[Entry]) -> Books:
    """The books of all entries."""
    books = Books()
    for entry in entries:
        fold(books, entry)
    return books


def follows(books: Books, entries: Iterator[Entry]) -> bool:
    """Whether the first of some entries is the last that was folded: else they are those of another journal."""
    first = next(entries, None)
    if first is None or first.recorded_at != books.recorded(books.head):
        return False
    made = books.commands.get(first.command_id)
    return made is not None and made.first <= first.seq <= made.last


@contextmanager
def no_collector() -> Iterator[None]:
    """Long folds make millions of objects and no garbage: let the cycle collector rest."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
