"""The read tables say what the books say, at every point of the two times, and are a fold of the journal alone."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.books import AsOf, Books, fold
from ledger.events import (
    AuthorityCapped,
    AuthoritySuspended,
    ContractAmended,
    ContractPlaced,
    Fact,
    FactCorrected,
    JointlyHeld,
)
from ledger.journal.sqlite import SQLiteStore
from ledger.journal.store import Transaction
from ledger.money import Unlimited
from projections.runner import KEPT, Runner
from projections.tables import rows
from projections.tables.columns import decimal, in_json
from projections.tables_at import TablesAt
from tests.histories import acted, asked

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ledger.events import Entry
    from ledger.timeline import Thing
    from tests.oracle import OracleQuestion

    Case = tuple[list[Entry], OracleQuestion]

EXAMPLES = int(os.environ.get("REMIT_LAW_EXAMPLES", "300"))
some = settings(max_examples=EXAMPLES // 3, deadline=None, suppress_health_check=list(HealthCheck))
histories = st.one_of(asked(), acted())
cuts = st.lists(st.integers(1, 7), min_size=1, max_size=6)
"""How many entries are written in one transaction, over and over."""


@contextmanager
def told(entries: Sequence[Entry], sizes: Sequence[int]) -> Iterator[tuple[Transaction, Books]]:
    """Tables that followed a journal, so many entries at a time, and the books of that journal."""
    store, books = SQLiteStore(":memory:", create=True), Books()
    try:
        with store.transaction(write=True) as cursor:
            transaction = Transaction(store, cursor, lambda after: iter(entries[after : books.head]))
            runner, done, turn = Runner("sqlite", None), 0, 0
            while done < len(entries):
                some_entries = entries[done : done + sizes[turn % len(sizes)]]
                for entry in some_entries:
                    fold(books, entry)
                runner.follow(transaction, some_entries, books)
                done, turn = done + len(some_entries), turn + 1
            yield transaction, books
    finally:
        store.close()


def live(transaction: Transaction) -> dict[str, list[tuple[object, ...]]]:
    """All rows of all tables."""
    return {
        kept.table.name: sorted(transaction.run(f"SELECT * FROM {kept.table.name}"), key=str)  # noqa: S608 - our own
        for kept in KEPT
    }


def folded_anew(books: Books) -> dict[str, list[tuple[object, ...]]]:
    """The rows that tables made of these books would have."""
    return {
        kept.table.name: sorted(
            (row for thing in books.things[kept.kind].values() for row in rows(kept, thing)), key=str
        )
        for kept in KEPT
    }


@some
@given(histories, cuts)
def test_rebuilt_equals_live_row_for_row(case: Case, sizes: list[int]) -> None:
    entries, _ = case
    with told(entries, sizes) as (transaction, books):
        assert live(transaction) == folded_anew(books)


@some
@given(histories)
def test_no_two_rows_of_a_thing_overlap(case: Case) -> None:
    entries, _ = case
    with told(entries, [len(entries)]) as (transaction, _):
        for kept in KEPT:
            name = kept.table.name
            ids = [column.name for column in kept.table.columns][: 3 if name == "caps" else 1]
            same = " AND ".join(f"one.{part} = other.{part}" for part in ids)
            found = transaction.run(
                f"SELECT 1 FROM {name} one JOIN {name} other ON {same} "  # noqa: S608 - our own names
                "WHERE (one.known_from, one.valid_from) < (other.known_from, other.valid_from) "
                "AND one.known_until > other.known_from AND other.known_until > one.known_from "
                "AND one.valid_until > other.valid_from AND other.valid_until > one.valid_from"
            )
            assert not found, name


@some
@given(histories)
def test_tables_at_a_point_of_the_two_times_are_the_books_at_it(case: Case) -> None:
    entries, question = case
    with told(entries, [len(entries)]) as (transaction, books):
        instants = {question.v, *(one.effective.at for entry in entries[-2:] if (one := _fact(entry)) is not None)}
        for known in {question.k, books.head}:
            for at in instants:
                agree(TablesAt(transaction, at, known), AsOf(books, at, known))


def _fact(entry: Entry) -> Fact | None:
    event = entry.event.replacement if isinstance(entry.event, FactCorrected) else entry.event
    return event if isinstance(event, Fact) else None


def agree(tables: TablesAt, books: AsOf) -> None:
    """What the tables say of organisation, authority, conduct, contracts and targets is what the books say."""
    for position in books.books.things["position"]:
        row = tables.row("positions", position=position)
        assert (row is not None) == books.alive("position", position)
        for name in ("title", "unit", "seats"):
            assert (row[name] if row else None) == books.stated("position", position, name)
        assert tables.resolved(position) == books.resolve(position)
        assert tables.superior(position) == books.superior(position)
        assert tables.holders(position) == sorted((one.person, one.kind) for one in books.incumbents(position))
    for unit in books.books.things["unit"]:
        row = tables.row("units", unit=unit)
        assert (row["parent"] if row else None) == books.stated("unit", unit, "parent")
    for name, thing in books.books.things["authority"].items():
        authority(tables, books, thing, name)
    for name, thing in books.books.things["contract"].items():
        contract(tables, books, thing, name)
    for target in books.books.things["target"]:
        row, holder = tables.row("targets", target=target), books.stated("target", target, "holder")
        assert (row is not None) == books.alive("target", target)
        if row is not None:
            assert (row["holder_kind"], row["holder"]) == (holder.kind, holder.id)
            assert row["amount"] == decimal(books.stated("target", target, "amount"))
    for kind, table in (("item", "items"), ("deed", "acts"), ("ratification", "ratifications"), ("report", "results")):
        for name in books.books.things[kind]:
            assert bool(tables.rows(table, **{kind: name})) == books.alive(kind, name)


def authority(tables: TablesAt, books: AsOf, thing: Thing, name: str) -> None:
    row, life = tables.row("authorities", authority=name), books.life_of(thing)
    assert (row is not None) == books.alive("authority", name)
    caps = {(one["per"], one["pool"]): one["limit_json"] for one in tables.rows("caps", authority=name)}
    if row is None or life is None:
        assert not caps
        return
    assert row["limit_json"] == in_json(books.stated("authority", name, "limit"))
    assert row["scope"] == in_json(books.stated("authority", name, "scope"))
    assert row["depth"] == books.stated("authority", name, "depth")
    joint, suspended = books.property(thing, "joint", life), books.property(thing, "suspended", life)
    assert row["persons"] == (joint.fact.persons if joint and isinstance(joint.fact, JointlyHeld) else 1)
    assert bool(row["suspended"]) == (suspended is not None and isinstance(suspended.fact, AuthoritySuspended))
    versions = [one for one in thing.properties.get("caps", []) if isinstance(one.fact, AuthorityCapped)]
    expected = {}
    for key in {(one.fact.window, one.fact.pool) for one in versions if isinstance(one.fact, AuthorityCapped)}:
        same = [one for one in versions if (getattr(one.fact, "window", ""), getattr(one.fact, "pool", "")) == key]
        fact = version.fact if (version := books.value(same, life.since)) is not None else None
        if isinstance(fact, AuthorityCapped) and not isinstance(fact.limit, Unlimited):
            expected[key] = in_json(fact.limit)
    assert caps == expected


def contract(tables: TablesAt, books: AsOf, thing: Thing, name: str) -> None:
    row, life = tables.row("contracts", contract=name), books.life_of(thing)
    assert (row is not None) == books.alive("contract", name)
    if row is None or life is None:
        return
    terms, custody = books.property(thing, "terms", life), books.property(thing, "custody", life)
    fact = (terms or life.created).fact
    value = getattr(fact, "value", None)
    assert (row["amount"], row["currency"]) == ((decimal(value.amount), value.currency) if value else (None, None))
    assert row["amendment"] == (fact.amendment if isinstance(fact, ContractAmended) else None)
    kept = custody.fact if custody is not None else None
    assert row["custodian"] == (kept.custodian.id if isinstance(kept, ContractPlaced) else None)


@some
@given(histories)
def test_tables_that_were_left_behind_are_never_silently_wrong(case: Case) -> None:
    """Entries written without the tables come in with the next that is written with them."""
    entries, _ = case
    half = len(entries) // 2
    store, books = SQLiteStore(":memory:", create=True), Books()
    with store.transaction(write=True) as cursor:
        transaction = Transaction(store, cursor, lambda after: iter(entries[after : books.head]))
        for entry in entries[:half]:
            fold(books, entry)
        if half:
            Runner("sqlite", None).follow(transaction, entries[:half], books)
        for entry in entries[half:]:
            fold(books, entry)
        Runner("sqlite", None).follow(transaction, entries[-1:], books)
        assert live(transaction) == folded_anew(books)
    store.close()
