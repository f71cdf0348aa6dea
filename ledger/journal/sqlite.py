"""A journal in an SQLite file or in memory, on the library's aggregate recorder."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, suppress
from functools import lru_cache
from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any

from eventsourcing.persistence import ConnectionPoolClosedError, IntegrityError, PersistenceError
from eventsourcing.sqlite import SQLiteAggregateRecorder, SQLiteConnection, SQLiteConnectionPool, SQLiteDatastore

from ledger.journal import store
from ledger.refusals import StorageTrouble

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from uuid import UUID

    from eventsourcing.persistence import StoredEvent

    from ledger.vault import Vaulted

LOCK_TIMEOUT_SECONDS = 30
TRY_SECONDS = 0.1
"""How long the tidying waits in one try, in which nobody else writes."""
STATEMENTS = 200
"""How many prepared statements a connection keeps."""
OURS = frozenset({"stored_events", "remit_ledger", "vault"})


class _Pool(SQLiteConnectionPool):
    """Connections that overwrite deleted rows (for erasure) and return from a commit when it is on disk.

    They keep their statements prepared; those of the library keep one. Of a file, readers wait for nobody and writers
    for each other. A database in memory is its one connection, so there all wait for each other.
    """

    def get_connection(self, timeout: float | None = None, *, is_writer: bool | None = None) -> SQLiteConnection:
        """A connection that nobody uses. Raises StorageTrouble (BUSY), ConnectionPoolClosedError."""
        alone = bool(is_writer) or self.is_sqlite_memory_mode
        if alone and not self._writer_lock.acquire(timeout=LOCK_TIMEOUT_SECONDS if timeout is None else timeout):
            raise StorageTrouble("another thread has been writing for too long", code="BUSY")
        try:
            connection = self._unused()
        except BaseException:
            if alone:
                self._writer_lock.release()
            raise
        connection.is_writer = alone
        return connection

    def _unused(self) -> SQLiteConnection:
        if self._closed:
            raise ConnectionPoolClosedError
        try:
            return self._pool.pop()
        except IndexError:
            return self._create_connection()

    def put_connection(self, conn: SQLiteConnection) -> None:
        """Take one back."""
        was_alone, conn.is_writer = conn.is_writer, None
        if self._closed:
            conn.close()
        else:
            self._pool.append(conn)
        if was_alone:
            self._writer_lock.release()

    def _create_connection(self) -> SQLiteConnection:
        timeout_seconds = self.lock_timeout or LOCK_TIMEOUT_SECONDS
        return SQLiteConnection(self.apart(timeout_seconds=timeout_seconds), max_age=self.max_age)

    def apart(self, *, timeout_seconds: float) -> sqlite3.Connection:
        """A connection that is none of the pool's and waits for so long for a lock."""
        connection = sqlite3.connect(
            self.db_name,
            uri=True,
            check_same_thread=False,
            isolation_level=None,
            cached_statements=STATEMENTS,
            timeout=timeout_seconds,
        )
        if not self.is_sqlite_memory_mode and connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
            connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute("PRAGMA synchronous = FULL")
        return connection


class SQLiteStore(SQLiteAggregateRecorder):
    """One journal in one file; `:memory:` keeps it in this process."""

    dialect = "sqlite"
    near = True
    schema = None

    def __init__(self, path: str, *, create: bool) -> None:
        name = path
        if path != ":memory:":
            _refuse_what_is_no_database(Path(path), create=create)
            if create:
                _make_private(Path(path))
            name = Path(path).absolute().as_uri() + ("?mode=rwc" if create else _mode(Path(path)))
        datastore = SQLiteDatastore(db_name=":memory:", originator_id_type="text")
        datastore.pool.close()
        self._pool = datastore.pool = _Pool(db_name=name, lock_timeout=LOCK_TIMEOUT_SECONDS)
        super().__init__(datastore)
        self._file = None if path == ":memory:" else Path(path).absolute()
        self._lies: tuple[int, int] | None = None

    def construct_create_table_statements(self) -> list[str]:
        """The library's table and ours."""
        ours = (store.CREATE_LEDGER, store.CREATE_VAULT, store.CREATE_VAULT_INDEX)
        return [*super().construct_create_table_statements(), *(one.format(prefix="", bytes="BLOB") for one in ours)]

    def is_copy(self) -> bool:
        """No: a file is written where it lies."""
        return False

    def make_tables(self) -> None:
        """Create what is missing."""
        self.create_table()

    def transaction(self, *, write: bool) -> _Transaction:
        """One transaction on a connection of the pool; for writing, it holds the write lock from its beginning on.

        Raises StorageTrouble (NO_SUCH_LEDGER) where the file was removed or replaced: what is still open here would be
        written, and acknowledged, and lost.
        """
        if self._file is not None:
            self._look_for(self._file)
        return _Transaction(self.datastore.pool, write=write)

    def _look_for(self, file: Path) -> None:
        try:
            found = os.stat(file)  # noqa: PTH116 - half the time of `Path.stat`, at every look at the journal
        except OSError:
            found = None
        lies = None if found is None else (found.st_dev, found.st_ino)
        self._lies = self._lies or lies
        if lies is None or lies != self._lies:
            raise StorageTrouble(f"the ledger at `{file}` was removed or replaced while in use", code="NO_SUCH_LEDGER")

    def run(self, cursor: Any, statement: str, *values: object) -> list[tuple[Any, ...]]:  # noqa: ANN401 - sqlite3's
        """Run a statement of `store`; the write lock is held already."""
        if statement is store.LOCK_LEDGER:
            return []
        cursor.execute(_for_sqlite(statement), values)
        return [tuple(row) for row in cursor.fetchall()]

    def execute(self, cursor: Any, statement: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:  # noqa: ANN401 - as above
        """Run a statement written for SQLite."""
        try:
            cursor.execute(statement, values)
        except sqlite3.IntegrityError as error:
            raise PersistenceError(error) from error
        return [tuple(row) for row in cursor.fetchall()]

    def execute_many(self, cursor: Any, statement: str, rows: Iterable[Sequence[object]]) -> None:  # noqa: ANN401 - as above
        """Run it once for each row."""
        try:
            cursor.executemany(statement, rows)
        except sqlite3.IntegrityError as error:
            raise PersistenceError(error) from error

    def insert_entries(self, cursor: Any, events: Sequence[StoredEvent], vaulted: Sequence[Vaulted]) -> None:  # noqa: ANN401
        """Append through the recorder's own statement."""
        self._insert_events(cursor, events)
        if vaulted:
            rows = [(one.commitment, one.person, one.salt, one.value) for one in vaulted]
            cursor.executemany(_for_sqlite(store.INSERT_VAULT), rows)

    def tidy_after_erasure(self) -> None:
        """Write the file anew without what was deleted, and cut the write-ahead log to nothing.

        Raises StorageTrouble (NOT_YET_TIDY) where somebody reads an earlier state and keeps it in the log. Between two
        tries others write.
        """
        if self.datastore.pool.is_sqlite_memory_mode:
            with self.datastore.get_connection(commit=True) as one:
                one.cursor().execute("VACUUM")
            return
        ends = monotonic() + store.TIDYING_SECONDS
        with closing(self._pool.apart(timeout_seconds=TRY_SECONDS)) as connection:
            for statement in ("VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"):
                while not _done(connection, statement):
                    if monotonic() >= ends:
                        raise store.not_yet_tidy()
                    sleep(TRY_SECONDS)

    def stream_id(self, ledger: UUID) -> str:
        """As the library writes it."""
        return ledger.hex

    def close(self) -> None:
        """Close the connections."""
        self.datastore.close()


class _Transaction:
    """A transaction as a context: a class and no generator, because every commit of one command goes through it."""

    def __init__(self, pool: SQLiteConnectionPool, *, write: bool) -> None:
        self._pool, self._write = pool, write

    def __enter__(self) -> sqlite3.Cursor:
        self._connection = self._pool.get_connection(is_writer=self._write)
        try:
            cursor: sqlite3.Cursor = self._connection._sqlite_conn.cursor()  # noqa: SLF001 - the library's is a wrapper
            cursor.execute("BEGIN IMMEDIATE" if self._write else "BEGIN")
        except BaseException as error:
            self._given_back()
            _renamed(error)
            raise
        return cursor

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        try:
            if error is None and self._write:
                self._connection.commit()
        except sqlite3.Error as failed:
            _renamed(failed)
        finally:
            self._given_back()
        if error is not None:
            _renamed(error)

    def _given_back(self) -> None:
        self._connection.rollback()
        self._pool.put_connection(self._connection)


def _done(connection: sqlite3.Connection, statement: str) -> bool:
    """Whether a statement could do its work: not where others have what it needs."""
    try:
        row = connection.execute(statement).fetchone()
    except sqlite3.OperationalError as error:
        if not error.sqlite_errorname.startswith("SQLITE_BUSY"):
            raise
        return False
    return row is None or not row[0]


def _renamed(error: BaseException) -> None:
    """Raise an error of SQLite as the library calls it; leave any other to who asks."""
    if isinstance(error, sqlite3.IntegrityError):
        raise IntegrityError(error) from error
    if isinstance(error, sqlite3.Error):
        raise PersistenceError(error) from error


@lru_cache
def _for_sqlite(statement: str) -> str:
    """A statement of `store` as SQLite has it."""
    return statement.format(prefix="", _="?")


def _refuse_what_is_no_database(path: Path, *, create: bool) -> None:
    """Say what a path is before SQLite says something less clear."""
    if path.is_dir():
        raise StorageTrouble(f"`{path}` is a folder, not a ledger", code="NOT_A_LEDGER")
    if create:
        if path.exists() and path.stat().st_size and not _was_begun(path):
            raise StorageTrouble(f"`{path}` exists already", code="LEDGER_EXISTS")
        if not path.absolute().parent.is_dir():
            raise StorageTrouble(f"there is no folder `{path.absolute().parent}`", code="NO_SUCH_FOLDER")
    elif not path.exists():
        raise StorageTrouble(f"there is no ledger at `{path}`; `remit init` makes one", code="NO_SUCH_LEDGER")
    else:
        with path.open("rb") as file:
            head = file.read(16)
        if head != b"SQLite format 3\0":
            raise StorageTrouble(f"`{path}` is not a ledger", code="NOT_A_LEDGER")
        if not _tables(path) >= OURS:
            raise StorageTrouble(f"`{path}` holds no ledger", code="NOT_A_LEDGER")


def _make_private(path: Path) -> None:
    """A file that only its maker may read, for there are names in it; SQLite gives its log the same rights."""
    with suppress(OSError):  # SQLite says better what is in the way
        path.touch(mode=0o600)


def _mode(path: Path) -> str:
    """How to open a ledger: for writing, or, for who may not write here, for reading what lies there."""
    if os.access(path, os.W_OK) and os.access(path.absolute().parent, os.W_OK):
        return "?mode=rw"
    log = path.with_name(path.name + "-wal")
    settled = not log.exists() or log.stat().st_size == 0
    return "?mode=ro&immutable=1" if settled else "?mode=ro"


def _was_begun(path: Path) -> bool:
    """Whether a file is a ledger that was being made when its maker was stopped: our tables, and nothing in them."""
    try:
        tables = _tables(path)
        return tables <= OURS and not any(_ask(path, f"SELECT 1 FROM {table} LIMIT 1") for table in tables)  # noqa: S608
    except sqlite3.Error:
        return False


def _tables(path: Path) -> set[str]:
    return {name for (name,) in _ask(path, "SELECT name FROM sqlite_master WHERE type = 'table'")}


def _ask(path: Path, question: str) -> list[tuple[str]]:
    """Rows of a file that is only looked at: opening it for good would already change it.

    Unless its last writer was killed: then only an opening for good can bring it in order.
    """
    try:
        return _rows(path, question, "?mode=ro")
    except sqlite3.OperationalError:
        return _rows(path, question, _mode(path))


def _rows(path: Path, question: str, mode: str) -> list[tuple[str]]:
    with closing(sqlite3.connect(path.absolute().as_uri() + mode, uri=True)) as connection:
        return connection.execute(question).fetchall()


def code_of(error: BaseException) -> tuple[str, str] | None:
    """What an SQLite error means for a ledger: a code and the end of a sentence; None for what has no special name."""
    cause = error if isinstance(error, sqlite3.Error) else error.__cause__
    name = getattr(cause, "sqlite_errorname", "")
    known = {
        "SQLITE_FULL": ("DISK_FULL", "the disk is full"),
        "SQLITE_READONLY": ("READ_ONLY", "there is no permission to write it"),
        "SQLITE_CANTOPEN": ("STORAGE_FAILED", "the ledger cannot be opened"),
        "SQLITE_NOTADB": ("NOT_A_LEDGER", "the file is not a ledger"),
        "SQLITE_CORRUPT": ("LEDGER_DAMAGED", "the file is damaged"),
        "SQLITE_BUSY": ("BUSY", "another process has been writing for too long"),
    }
    if "decode to UTF-8" in str(cause):
        return "LEDGER_DAMAGED", "a text in it is no UTF-8"
    return next((meaning for prefix, meaning in known.items() if name.startswith(prefix)), None)
