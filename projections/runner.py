"""Keeps the tables up with the journal, in the transaction of the entries: one runner for a process and a ledger.

What an entry says about a thing rewrites the rows of that thing. Entries that were written without the tables are taken
in with the next; tables that are missing, of another form or ahead of the journal are made anew.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from ledger import events as ev
from ledger.books.tables import subject
from projections.statements import statements
from projections.tables import FORM, PROJECTIONS, new_row, rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from ledger.books import Books
    from ledger.journal.store import Transaction
    from ledger.timeline import Thing
    from projections.statements import Statements
    from projections.tables import Kept

CHUNK = 5_000
"""How many rows are handed over at a time."""
KEPT = tuple(kept for projection in PROJECTIONS for kept in projection.kept)
OF_KIND: dict[str, tuple[Kept, ...]] = {
    kind: tuple(kept for kept in KEPT if kept.kind == kind) for kind in {kept.kind for kept in KEPT}
}

(ACTS,) = OF_KIND["deed"]


class Runner:
    """The tables of one ledger, in whatever state they are."""

    def __init__(self, dialect: str, schema: str | None) -> None:
        self.sql = statements(dialect, schema)
        self._there = False

    def follow(self, transaction: Transaction, entries: Sequence[ev.Entry], books: Books) -> None:
        """Let the tables say what the books say after these entries, which the books hold."""
        first = entries[0].seq
        applied = self.applied(transaction)
        if applied is None or applied >= first:
            self.make_anew(transaction, books)
            return
        act = entries[0].event if applied == first - 1 and len(entries) == 1 else None
        if isinstance(act, ev.ActDone) and len((done := books.things["deed"][act.deed]).created) == 1:
            transaction.run(self.sql.insert[ACTS.table.name], *new_row(ACTS, done))
            return
        missed = applied < first - 1
        self._rewrite(transaction, transaction.read(applied) if missed else entries, applied, books)
        transaction.run(self.sql.note, entries[-1].seq)

    def applied(self, transaction: Transaction) -> int | None:
        """The last entry that all tables know of; None where they are missing or of another form.

        It is what was noted, or a later act: one that nothing was said of before is one new row, which is note enough.
        """
        if not self._there:
            noted = transaction.run(self.sql.select_state) if transaction.run(self.sql.is_there()) else []
            if len(noted) != len(PROJECTIONS) or len({(form, applied) for _, form, applied, _ in noted}) != 1:
                return None
            if noted[0][1] != FORM:
                return None
            self._there = True
        for form, applied, act in transaction.run(self.sql.progress):
            if form == FORM:
                return int(max(applied, act or 0))
        self._there = False
        return None

    def make_anew(self, transaction: Transaction, books: Books) -> None:
        """Drop what tables there are, make them and fill them from the books."""
        self.drop(transaction)
        for kept in KEPT:
            transaction.run(self.sql.make(kept))
            fill(transaction, self.sql, kept, books)
        self.finish(transaction, books.head)

    def drop(self, transaction: Transaction) -> None:
        """Drop the tables, those that an earlier form had included, and forget how far they were."""
        transaction.run(self.sql.make_state())
        named = [one for row in transaction.run(self.sql.select_state) for one in row[3].split()]
        for name in dict.fromkeys([*named, *self.sql.tables]):
            for statement in self.sql.drop(name):
                transaction.run(statement)
        transaction.run(self.sql.delete_state)

    def finish(self, transaction: Transaction, upto: int) -> None:
        """Make indexes and views of tables that are filled, and note up to which entry they are."""
        for kept in KEPT:
            for statement in self.sql.finish(kept):
                transaction.run(statement)
        noted = [(one.name, FORM, upto, " ".join(kept.table.name for kept in one.kept)) for one in PROJECTIONS]
        transaction.run_many(self.sql.insert_state, noted)

    def _rewrite(self, transaction: Transaction, entries: Iterable[ev.Entry], applied: int, books: Books) -> None:
        """Write the rows of the things that entries speak of, in place of those they have."""
        old: dict[str, list[tuple[str | int]]] = {}
        new: dict[str, list[tuple[object, ...]]] = {}
        for kind, name in dict.fromkeys(touched(books, entries)):
            thing = books.things[kind].get(name)
            if thing is None:
                continue
            had = any(version.known_from <= applied for version in thing.created)
            for kept in OF_KIND[kind]:
                if had:
                    old.setdefault(kept.table.name, []).extend(kept.keys(thing))
                new.setdefault(kept.table.name, []).extend(rows(kept, thing))
        for table, keys in old.items():
            transaction.run_many(self.sql.delete[table], keys)
        for table, said in new.items():
            if said:
                transaction.run_many(self.sql.insert[table], said)


def touched(books: Books, entries: Iterable[ev.Entry]) -> Iterator[tuple[str, str]]:
    """Kind and id of the things whose rows an entry can change: what its fact, or the fact it names, is about."""
    for entry in entries:
        event = entry.event
        fact: ev.Event | None = event
        if isinstance(event, ev.FactCorrected | ev.EntryAnnulled):
            root = books.root.get(entry.seq)
            fact = books.stated[root] if root is not None else None
        found = subject(fact) if fact is not None else None
        if found is not None and found[0] in OF_KIND:
            yield found[0], str(found[1])


def fill(
    transaction: Transaction,
    sql: Statements,
    kept: Kept,
    books: Books,
    told: Callable[[int], None] | None = None,
) -> None:
    """Write the rows of everything the books hold into an empty table; `told` hears how many things more are done."""
    things: Iterator[Thing] = iter(list(books.things[kept.kind].values()))
    while some := list(islice(things, CHUNK)):
        said = [row for thing in some for row in rows(kept, thing)]
        if said:
            transaction.run_many(sql.insert[kept.table.name], said)
        if told is not None:
            told(len(some))
