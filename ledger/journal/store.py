"""What a database engine must do for a journal, and the three tables both engines have.

`stored_events` is the library's own table. `remit_ledger` has one row: whose journal this is; updating it is the write
lock, on SQLite (the file) as on PostgreSQL (the row). `vault` keeps personal values by commitment. What others keep
beside these (read tables) they write as a `Follower`, in the transaction of the entries.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from ledger.refusals import StorageTrouble

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from contextlib import AbstractContextManager
    from uuid import UUID

    from eventsourcing.persistence import StoredEvent

    from ledger.books import Books
    from ledger.events import Entry
    from ledger.vault import Vaulted

FORMAT = 1
"""The version of the tables; a journal of another one is not opened."""
TIDYING_SECONDS = 2.0
"""How long the tidying after an erasure waits for others."""

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
TOUCH_LEDGER = "UPDATE {prefix}remit_ledger SET only_row = 1"
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

    @property
    def near(self) -> bool:
        """Whether it lies on this machine, so that looking at it waits for nobody."""

    @property
    def dialect(self) -> str:
        """The engine's name, `sqlite` or `postgresql`: whoever runs statements of their own writes them for it."""
        ...

    @property
    def schema(self) -> str | None:
        """The schema that the tables stand in, where the engine has schemas."""
        ...

    def transaction(self, *, write: bool) -> AbstractContextManager[Any]:
        """One transaction, committed at the end of the block if it is for writing, rolled back on any exception."""
        ...

    def is_copy(self) -> bool:
        """Whether this is a copy that another database writes, and that can be behind it."""
        ...

    def make_tables(self) -> None:
        """Create what is missing."""
        ...

    def run(self, cursor: Any, statement: str, *values: object) -> list[tuple[Any, ...]]:  # noqa: ANN401 - engine's own
        """Run one of the statements above; the rows, if it selects."""
        ...

    def execute(self, cursor: Any, statement: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:  # noqa: ANN401 - as above
        """Run a statement written for this engine, with its own placeholders (`?`, `%s`); the rows, if it selects.

        A constraint that does not hold is a PersistenceError here, never an IntegrityError: only entries lose races.
        """
        ...

    def execute_many(self, cursor: Any, statement: str, rows: Iterable[Sequence[object]]) -> None:  # noqa: ANN401 - as above
        """Run such a statement once for each row of values."""
        ...

    def insert_entries(self, cursor: Any, events: Sequence[StoredEvent], vaulted: Sequence[Vaulted]) -> None:  # noqa: ANN401
        """Append stored events with the next versions and their vault rows. Raises IntegrityError for a lost race."""
        ...

    def tidy_after_erasure(self) -> None:
        """Let nothing of deleted rows remain readable in the engine's files, as far as the engine can.

        Raises StorageTrouble (NOT_YET_TIDY) where others are in the way for longer than TIDYING_SECONDS.
        """
        ...

    def stream_id(self, ledger: UUID) -> UUID | str:
        """The ledger's id as the engine's column has it."""
        ...

    def close(self) -> None:
        """Give back connections."""
        ...


def not_yet_tidy() -> StorageTrouble:
    """What is said where others are in the way of the tidying."""
    return StorageTrouble(
        "the person is erased and recorded as such, but somebody still reads an earlier state, which stays in the"
        " files for so long; erase again when they have ended, and the files will hold nothing of it",
        code="NOT_YET_TIDY",
    )


class Transaction:
    """The transaction of an append, or one that only reads: what others run on it stands or falls with the entries."""

    def __init__(self, engine: Store, cursor: Any, read: Callable[[int], Iterator[Entry]]) -> None:  # noqa: ANN401 - engine's own
        self._engine, self._cursor = engine, cursor
        self.dialect, self.schema = engine.dialect, engine.schema
        self.read = read
        """The entries after a number, in order, those being appended included."""

    def run(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """Run a statement written for the dialect; the rows, if it selects."""
        return self._engine.execute(self._cursor, statement, values)

    def run_many(self, statement: str, rows: Iterable[Sequence[object]]) -> None:
        """Run a statement once for each row of values."""
        self._engine.execute_many(self._cursor, statement, rows)


class Follower(Protocol):
    """Who keeps something beside the journal that has to move with it."""

    def follow(self, transaction: Transaction, entries: Sequence[Entry], books: Books) -> None:
        """Take in entries that were just appended; the books hold them. An exception takes all of it back.

        Entries before these may be new to the follower, too: a journal can be written without it.
        """
        ...
