"""What a database engine must do for a journal, and the three tables both engines have.

`stored_events` is the library's own table. `remit_ledger` has one row: whose journal this is; updating it is the write
lock, on SQLite (the file) as on PostgreSQL (the row). `vault` keeps personal values by commitment.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractContextManager
    from uuid import UUID

    from eventsourcing.persistence import StoredEvent

    from ledger.vault import Vaulted

FORMAT = 1
"""The version of the tables; a journal of another one is not opened."""

CREATE_LEDGER = (
    "CREATE TABLE IF NOT EXISTS {prefix}remit_ledger "
    "(only_row INTEGER PRIMARY KEY CHECK (only_row = 1), ledger_id TEXT NOT NULL, format INTEGER NOT NULL)"
)
CREATE_VAULT = (
    "CREATE TABLE IF NOT EXISTS {prefix}vault "
    "(commitment TEXT PRIMARY KEY, person TEXT NOT NULL, salt {bytes} NOT NULL, value TEXT NOT NULL)"
)
CREATE_VAULT_INDEX = "CREATE INDEX IF NOT EXISTS vault_person_idx ON {prefix}vault (person)"
INSERT_LEDGER = "INSERT INTO {prefix}remit_ledger (only_row, ledger_id, format) VALUES (1, {_}, {_})"
SELECT_LEDGER = "SELECT ledger_id, format FROM {prefix}remit_ledger"
LOCK_LEDGER = "UPDATE {prefix}remit_ledger SET format = format"
INSERT_VAULT = "INSERT INTO {prefix}vault (commitment, person, salt, value) VALUES ({_}, {_}, {_}, {_})"
SELECT_VAULT = "SELECT salt, value FROM {prefix}vault WHERE commitment = {_}"
SELECT_VAULT_PAGE = (
    "SELECT commitment, salt, value FROM {prefix}vault WHERE commitment > {_} ORDER BY commitment LIMIT {_}"
)
DELETE_VAULT = "DELETE FROM {prefix}vault WHERE person = {_}"
SELECT_ENTRIES = (
    "SELECT originator_version, topic, state FROM {prefix}stored_events "
    "WHERE originator_id = {_} AND originator_version > {_} ORDER BY originator_version LIMIT {_}"
)
SELECT_STRAYS = "SELECT originator_version FROM {prefix}stored_events WHERE originator_version < 1 LIMIT 1"
SELECT_LAST = "SELECT max(originator_version) FROM {prefix}stored_events WHERE originator_id = {_}"
SELECT_HEAD = "SELECT count(*), max(originator_version) FROM {prefix}stored_events WHERE originator_id = {_}"


class Store(Protocol):
    """A database with one journal in it. Cursors are the engine's own; errors are the library's PersistenceErrors."""

    def transaction(self, *, write: bool) -> AbstractContextManager[Any]:
        """One transaction, committed at the end of the block if it is for writing, rolled back on any exception."""
        ...

    def make_tables(self) -> None:
        """Create what is missing."""
        ...

    def run(self, cursor: Any, statement: str, *values: object) -> list[tuple[Any, ...]]:  # noqa: ANN401 - engine's own
        """Run one of the statements above; the rows, if it selects."""
        ...

    def insert_entries(self, cursor: Any, events: Sequence[StoredEvent], vaulted: Sequence[Vaulted]) -> None:  # noqa: ANN401
        """Append stored events with the next versions and their vault rows. Raises IntegrityError for a lost race."""
        ...

    def tidy_after_erasure(self) -> None:
        """Let nothing of deleted rows remain readable in the engine's files, as far as the engine can."""
        ...

    def stream_id(self, ledger: UUID) -> UUID | str:
        """The ledger's id as the engine's column has it."""
        ...

    def close(self) -> None:
        """Give back connections."""
        ...
