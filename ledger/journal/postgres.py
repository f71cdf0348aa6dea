"""A journal in a schema of a PostgreSQL database, on the library's aggregate recorder (needs the extra `postgres`)."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from eventsourcing.persistence import PersistenceError

from ledger.journal import store
from ledger.journal.probe import probe
from ledger.refusals import StorageTrouble

try:
    import psycopg
    from eventsourcing.postgres import PostgresAggregateRecorder, PostgresDatastore
    from psycopg import errors, sql
    from psycopg.conninfo import conninfo_to_dict
    from psycopg.rows import dict_row
except ImportError as missing:
    raise StorageTrouble("a ledger in PostgreSQL needs the extra `postgres`, which is not installed") from missing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from uuid import UUID

    from eventsourcing.persistence import StoredEvent

    from ledger.vault import Vaulted

LOCK_TIMEOUT_SECONDS = 30
_SCHEMA = re.compile(r"[a-z_][a-z0-9_]{0,62}")


class PostgresStore(PostgresAggregateRecorder):
    """One journal in one schema: `postgresql://user@host:5432/database?schema=remit` (default `remit`).

    All else in the URL goes to libpq as it is, `sslmode` for instance. Raises StorageTrouble, psycopg.Error.
    """

    dialect = "postgresql"
    near = False

    def __init__(self, url: str, *, create: bool) -> None:
        self.schema, self._connecting = asked(url)
        with psycopg.connect(**self._connecting, autocommit=True) as connection:  # a server that is not there says so
            probe(connection, self.schema, create=create)
            if create:
                _make_schema(connection, self.schema)
        datastore = PostgresDatastore(
            dbname="",
            host="",
            port="",
            user="",
            password="",
            schema=self.schema,
            originator_id_type="text",
            max_overflow=4,
            pre_ping=True,  # a connection that broke while nobody used it is replaced, and nobody hears of it
            enable_db_functions=False,
        )
        datastore.pool.kwargs = {**self._connecting, "row_factory": dict_row}
        datastore.pool._configure = _patient  # noqa: SLF001 - the library makes the pool, and has no setting for it
        try:
            super().__init__(datastore)
        except BaseException:
            datastore.close()
            raise

    def make_tables(self) -> None:
        """Create what is missing; one maker at a time, because PostgreSQL does not let two create one table."""
        with psycopg.connect(**self._connecting, autocommit=True) as connection:
            _one_at_a_time(connection, self.schema)
            self.create_table()
            with self.transaction(write=True) as cursor:
                for statement in (store.CREATE_LEDGER, store.CREATE_VAULT, store.CREATE_VAULT_INDEX):
                    cursor.execute(self._sql(statement))

    def is_copy(self) -> bool:
        """Whether the server is a replica now; it can be made the primary while it runs."""
        with self.transaction(write=False) as cursor:
            return bool(self.run(cursor, "SELECT pg_is_in_recovery()")[0][0])

    @contextmanager
    def transaction(self, *, write: bool) -> Iterator[Any]:
        """One transaction on a connection of the pool."""
        try:
            with self.datastore.transaction(commit=write) as cursor:
                yield cursor
        except PersistenceError as error:
            code, means = _meaning(error.__cause__, write=write)
            if code is None:
                raise
            raise StorageTrouble(f"the schema `{self.schema}`: {means}", code=code) from error

    def run(self, cursor: Any, statement: str, *values: object) -> list[tuple[Any, ...]]:  # noqa: ANN401 - psycopg's
        """Run a statement of `store`; who waits for the lock waits no longer than on SQLite."""
        if statement == store.LOCK_LEDGER:
            cursor.execute(sql.SQL("SET LOCAL lock_timeout = {}").format(LOCK_TIMEOUT_SECONDS * 1000))
        cursor.execute(self._sql(statement), values)
        return [tuple(row.values()) for row in cursor.fetchall()] if cursor.description else []

    def execute(self, cursor: Any, statement: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:  # noqa: ANN401 - as above
        """Run a statement written for PostgreSQL."""
        try:
            cursor.execute(statement, values or None)
        except psycopg.IntegrityError as error:
            raise PersistenceError(str(error)) from error
        return [tuple(row.values()) for row in cursor.fetchall()] if cursor.description else []

    def execute_many(self, cursor: Any, statement: str, rows: Iterable[Sequence[object]]) -> None:  # noqa: ANN401 - as above
        """Run it once for each row."""
        try:
            cursor.executemany(statement, rows)
        except psycopg.IntegrityError as error:
            raise PersistenceError(str(error)) from error

    def insert_entries(self, cursor: Any, events: Sequence[StoredEvent], vaulted: Sequence[Vaulted]) -> None:  # noqa: ANN401
        """Append through the recorder's own statement."""
        self._insert_stored_events(cursor, events)
        if vaulted:
            rows = [(one.commitment, one.person, one.salt, one.value) for one in vaulted]
            cursor.executemany(self._sql(store.INSERT_VAULT), rows)

    def tidy_after_erasure(self) -> None:
        """Write the vault's table anew without the deleted rows.

        The server's write-ahead log, its replicas and old backups keep them for their own time: docs/personal-data.md.
        Raises StorageTrouble (NOT_YET_TIDY) where others read the vault for too long.
        """
        with psycopg.connect(**self._connecting, autocommit=True) as connection:
            connection.execute(sql.SQL("SET lock_timeout = {}").format(int(store.TIDYING_SECONDS * 1000)))
            try:
                connection.execute(self._sql("VACUUM FULL {prefix}vault"))
            except errors.LockNotAvailable as error:
                raise store.not_yet_tidy() from error

    def stream_id(self, ledger: UUID) -> str:
        """As text, like on SQLite."""
        return ledger.hex

    def close(self) -> None:
        """Close the connections."""
        self.datastore.close()

    def _sql(self, statement: str) -> sql.Composed:
        """A statement of `store`, which is a constant of this program, with the schema's name in it."""
        text = sql.SQL(statement.replace("{prefix}", "{prefix}.").replace("{_}", "%s"))
        return text.format(prefix=sql.Identifier(self.schema), bytes=sql.SQL("bytea"))


def opened(url: str, *, create: bool) -> PostgresStore:
    """The store behind a URL. Raises StorageTrouble where the server cannot be reached."""
    try:
        return PostgresStore(url, create=create)
    except (psycopg.Error, PersistenceError, ValueError) as error:
        raise StorageTrouble(f"the PostgreSQL server cannot be reached: {' '.join(str(error).split())}") from error


def has_schema(url: str) -> bool:
    """Whether there is a schema of that name. Raises StorageTrouble where the server cannot be reached."""
    schema, connecting = asked(url)
    try:
        with psycopg.connect(**connecting) as connection:
            return bool(connection.execute("SELECT to_regnamespace(%s) IS NOT NULL", [schema]).fetchone() == (True,))
    except psycopg.Error as error:
        raise StorageTrouble(f"the PostgreSQL server cannot be reached: {' '.join(str(error).split())}") from error


def asked(url: str) -> tuple[str, dict[str, Any]]:
    """The schema that a URL names, and what libpq needs to connect. Raises StorageTrouble."""
    parts = urlsplit(url)
    asked = parse_qsl(parts.query, keep_blank_values=True)
    schema = next((value for name, value in asked if name == "schema"), "remit")
    if not _SCHEMA.fullmatch(schema):
        raise StorageTrouble(f"`{schema[:80]}` is not a schema's name: up to 63 of a-z, 0-9 and _, a letter first")
    rest = urlencode([(name, value) for name, value in asked if name != "schema"], quote_via=quote)
    try:
        stated = conninfo_to_dict(parts._replace(query=rest).geturl())
    except psycopg.ProgrammingError:  # whose words show what may be a part of a password
        raise StorageTrouble(
            "the URL cannot be read: libpq does not know one of its parameters; is everything in the password"
            " percent-encoded?"
        ) from None
    connecting = {name: value for name, value in stated.items() if value}
    return schema, {**_PATIENCE, **connecting}


_PATIENCE = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 25_000,
}
"""How long a server may be silent: nobody waits for one that is gone, or whose table somebody else keeps."""


def _patient(connection: psycopg.Connection[Any]) -> None:
    """What a connection waits for at most; said once it is there, for a pooler before the server takes no options."""
    connection.autocommit = True
    connection.execute(sql.SQL("SET lock_timeout = {}").format(LOCK_TIMEOUT_SECONDS * 1000))
    connection.autocommit = False


def _one_at_a_time(connection: psycopg.Connection[Any], schema: str) -> None:
    """Wait for whoever is making the same ledger; the lock lasts as long as the connection."""
    connection.execute("SELECT pg_advisory_lock(hashtext(%s))", [f"remit {schema}"])


def _make_schema(connection: psycopg.Connection[Any], schema: str) -> None:
    _one_at_a_time(connection, schema)
    connection.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(sql.Identifier(schema)))


def _meaning(cause: BaseException | None, *, write: bool) -> tuple[str | None, str]:
    """What an error of the server means for a ledger: a code and the end of a sentence, as on SQLite."""
    match cause:
        case errors.DiskFull():
            return "DISK_FULL", "the disk is full"
        case errors.ReadOnlySqlTransaction():
            return "READ_ONLY", "there is no permission to write it"
        case errors.InsufficientPrivilege() if write:
            return "READ_ONLY", "there is no permission to write it"
        case errors.LockNotAvailable():
            return "BUSY", "another process has been writing for too long"
    return None, ""
