"""The contract of the read tables: they move in the transaction of the entries, or not at all.

The tables are a fold of the journal and nothing else: what an entry says about a thing rewrites the rows of that thing,
which are worked out from everything the books hold of it (`rectangles.py`). `tables/` says which tables there are and
what their columns mean, `runner.py` keeps them up with the journal, `rebuild.py` makes them anew and compares,
`tables_at.py` asks them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ledger.books import Books
    from ledger.events import Entry
    from ledger.journal.store import Transaction
    from projections.runner import Runner


class Projections:
    """All the read tables as a follower of a journal. Nothing of them is imported before the first entry is written."""

    def __init__(self) -> None:
        self._runner: Runner | None = None

    def follow(self, transaction: Transaction, entries: Sequence[Entry], books: Books) -> None:
        """Let the tables say what the books say; they are made and filled where they are missing or of another form."""
        if self._runner is None:
            from projections.runner import Runner  # noqa: PLC0415 - questions do without SQLAlchemy

            self._runner = Runner(transaction.dialect, transaction.schema)
        self._runner.follow(transaction, entries, books)
