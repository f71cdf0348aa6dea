"""The measurement behind docs/decisions/0001-recorders.md: which recorder carries entries and our rows together.

`python -m tests.bench.recorders` commits groups of entries, each with one vault row, to an SQLite file: through the
stock recorder with our rows added in its transaction (what `ledger/journal/sqlite.py` does), and through
`eventsourcing-sqlalchemy`, whose session ours would share. The second is no dependency: `pip install
eventsourcing-sqlalchemy` first, or it says so and measures the first alone.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from eventsourcing.persistence import StoredEvent

from ledger.journal.sqlite import SQLiteStore
from ledger.vault import Vaulted, commitment_to

if TYPE_CHECKING:
    from collections.abc import Callable

GROUPS = ((1, 300), (10, 300), (100, 100))
"""Entries in a commit, and commits measured."""
STATE = b'{"seq":1}' * 55
"""About as many bytes as an entry has."""


def stock(folder: Path) -> Callable[[list[StoredEvent], list[Vaulted]], None]:
    """The library's recorder, our rows added in its transaction."""
    store = SQLiteStore(str(folder / "stock.db"), create=True)
    store.make_tables()

    def commit(events: list[StoredEvent], rows: list[Vaulted]) -> None:
        with store.transaction(write=True) as cursor:
            store.insert_entries(cursor, events, rows)

    return commit


def sqlalchemy(folder: Path) -> Callable[[list[StoredEvent], list[Vaulted]], None]:
    """The SQLAlchemy recorder, our rows added in its session."""
    alchemy: Any = import_module("sqlalchemy")
    recorders: Any = import_module("eventsourcing_sqlalchemy.recorders")
    datastore: Any = import_module("eventsourcing_sqlalchemy.datastore")
    store = datastore.SQLAlchemyDatastore(url=f"sqlite:///{folder / 'alchemy.db'}")
    recorder = recorders.SQLAlchemyAggregateRecorder(store, events_table_name="stored_events", for_snapshots=True)
    recorder.create_table()
    columns = (alchemy.Column(name, alchemy.LargeBinary) for name in ("salt", "value"))
    table = alchemy.Table("vault", alchemy.MetaData(), alchemy.Column("commitment", alchemy.String), *columns)
    table.metadata.create_all(store.engine)

    def commit(events: list[StoredEvent], rows: list[Vaulted]) -> None:
        with recorder.transaction(commit=True) as session:
            recorder._insert_stored_events(session, events)  # noqa: SLF001 - as our store would
            session.execute(
                table.insert(), [{"commitment": r.commitment, "salt": r.salt, "value": r.value.encode()} for r in rows]
            )

    return commit


def main() -> None:
    """Print entries a second for each group size, and the ratio."""
    with tempfile.TemporaryDirectory() as name:
        folder, ways = Path(name), {"stock recorder": stock}
        try:
            import_module("eventsourcing_sqlalchemy")
            ways["eventsourcing-sqlalchemy"] = sqlalchemy
        except ImportError:
            sys.stderr.write("eventsourcing-sqlalchemy is not installed: measuring the stock recorder alone\n")
        commits = {what: make(folder) for what, make in ways.items()}
        ledger = uuid4()
        for size, rounds in GROUPS:
            spent: dict[str, list[float]] = {what: [] for what in commits}
            for number in range(rounds):
                start = size * 1_000_000 + number * size
                salt = b"s" * 32
                rows = [
                    Vaulted(commitment=commitment_to(salt, f"{start + at}"), person="p", salt=salt, value="name")
                    for at in range(size)
                ]
                for what, commit in commits.items():
                    originator: Any = ledger if what != "stock recorder" else ledger.hex
                    events = [StoredEvent(originator, start + at, "x/1", STATE) for at in range(size)]
                    began = time.perf_counter()
                    commit(events, rows)
                    spent[what].append(time.perf_counter() - began)
            rates = {what: size / statistics.median(times) for what, times in spent.items()}
            figures = ", ".join(f"{what} {rate:,.0f} entries/s" for what, rate in rates.items())
            ratio = rates["stock recorder"] / list(rates.values())[-1]
            print(f"{size:>4} entries a commit: {figures}, ratio {ratio:.2f}", flush=True)


if __name__ == "__main__":
    main()
