"""The tables folded anew from the journal, compared with those there are, and put in their place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

from ledger.books import Books, fold
from projections.runner import KEPT, Runner, fill
from projections.statements import statements

if TYPE_CHECKING:
    from collections.abc import Callable

    from ledger.journal import Journal
    from ledger.journal.store import Transaction
    from projections.statements import Statements
    from projections.tables import Kept

SUFFIX = "_anew"
MOST = 5
"""How many differing rows of a table are told."""


class Differing(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A table whose rows were not those of the journal: the first that only one of the two has, by column."""

    table: str
    only_there: tuple[dict[str, str | int | None], ...] = ()
    only_anew: tuple[dict[str, str | int | None], ...] = ()


class Rebuilt(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What came of it: the rows of each table up to entry `head`, and how those that were there compare.

    `agree`: row for row the same; `differ`: some did not; `behind`: they were as of an earlier entry, `applied`;
    `missing`: there were none, or some of another form.
    """

    head: int
    was: Literal["agree", "differ", "behind", "missing"]
    rows: dict[str, int]
    applied: int | None = None
    differing: tuple[Differing, ...] = ()


def rebuild(journal: Journal, progress: Callable[[int, int], None] | None = None) -> Rebuilt:
    """Fold the journal into new tables, compare them with those there are, and swap them, in one transaction.

    Nobody writes meanwhile. `progress` is told what is done of all: entries folded, then things written. Raises
    StorageTrouble: then the tables are as they were.
    """
    books, last = Books(), journal.last()
    for entry in journal.read():
        fold(books, entry)
        if progress is not None and entry.seq % 2_000 == 0:
            progress(entry.seq, 2 * last)
    with journal.locked() as writer:
        for entry in writer.read(books.head):
            fold(books, entry)
        transaction = writer.transaction
        runner = Runner(transaction.dialect, transaction.schema)
        anew = statements(transaction.dialect, transaction.schema, SUFFIX)
        _fill_all(transaction, anew, books, progress)
        applied = runner.applied(transaction)
        was: Literal["agree", "differ", "behind", "missing"] = "missing"
        differing: tuple[Differing, ...] = ()
        if applied is not None:
            differing = tuple(one for kept in KEPT if (one := _differing(transaction, runner.sql, anew, kept)))
            was = "behind" if applied < books.head else "differ" if differing or applied > books.head else "agree"
        rows = {kept.table.name: transaction.run(anew.count(kept))[0][0] for kept in KEPT}
        runner.drop(transaction)
        for kept in KEPT:
            transaction.run(anew.rename(kept, runner.sql))
        runner.finish(transaction, books.head)
    return Rebuilt(
        head=books.head,
        was=was,
        rows=rows,
        applied=applied,
        differing=differing if was == "differ" else (),
    )


def _fill_all(
    transaction: Transaction, anew: Statements, books: Books, progress: Callable[[int, int], None] | None
) -> None:
    things = sum(len(books.things[kept.kind]) for kept in KEPT)
    done = 0

    def told(more: int) -> None:
        nonlocal done
        done += more
        if progress is not None:
            progress(things + done, 2 * things)

    for kept in KEPT:
        for statement in anew.drop(kept.table.name + SUFFIX):
            transaction.run(statement)
        transaction.run(anew.make(kept))
        fill(transaction, anew, kept, books, told)


def _differing(transaction: Transaction, there: Statements, anew: Statements, kept: Kept) -> Differing | None:
    """How a table differs from the one made anew; None where row for row they are the same."""
    names = [column.name for column in kept.table.columns]
    only_there, only_anew = (
        tuple(dict(zip(names, row, strict=True)) for row in transaction.run(one.differences(kept, other, MOST)))
        for one, other in ((there, anew), (anew, there))
    )
    if not only_there and not only_anew:
        return None
    return Differing(table=kept.table.name, only_there=only_there, only_anew=only_anew)
