"""A journal in a schema of a PostgreSQL database, on the library's aggregate recorder (needs the extra `postgres`)."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import psycopg
from eventsourcing.postgres import PostgresAggregateRecorder, PostgresDatastore
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from ledger.journal import store
from ledger.refusals import StorageTrouble

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from uuid import UUID

    from eventsourcing.persistence import StoredEvent

    from ledger.deciding.desk import Vaulted


class PostgresStore(PostgresAggregateRecorder):
    """One journal in one schema: `postgresql://user@host:5432/database?schema=remit` (default `remit`)."""

    def __init__(self, url: str, *, create: bool) -> None:
        parts = urlsplit(url)
        schema = parse_qs(parts.query).get("schema", ["remit"])[0]
        kept = "&".join(one for one in parts.query.split("&") if one and not one.startswith("schema="))
        known = conninfo_to_dict(parts._replace(query=kept).geturl())
        where = {name: str(known.get(name) or "") for name in ("dbname", "host", "user", "password")}
        if create:
            with psycopg.connect(**{k: v for k, v in known.items() if v}, autocommit=True) as connection:
                connection.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(sql.Identifier(schema)))
        self.schema = schema
        datastore = PostgresDatastore(
            **where,
            port=str(known.get("port") or 5432),
            schema=schema,
            originator_id_type="text",
            pool_size=1,
            max_overflow=4,
            enable_db_functions=False,
        )
        super().__init__(datastore)

    def make_tables(self) -> None:
        """Create what is missing."""
        self.create_table()
        with self.transaction(write=True) as cursor:
            for statement in (store.CREATE_LEDGER, store.CREATE_VAULT, store.CREATE_VAULT_INDEX):
                cursor.execute(self._sql(statement))

    @contextmanager
    def transaction(self, *, write: bool) -> Iterator[Any]:
        """One transaction on a connection of the pool."""
        with self.datastore.transaction(commit=write) as cursor:
            yield cursor

    def run(self, cursor: Any, statement: str, *values: object) -> list[tuple[Any, ...]]:  # noqa: ANN401 - psycopg's
        """Run a statement of `store`."""
        cursor.execute(self._sql(statement), values)
        return [tuple(row.values()) for row in cursor.fetchall()] if cursor.description else []

    def insert_entries(self, cursor: Any, events: Sequence[StoredEvent], vaulted: Sequence[Vaulted]) -> None:  # noqa: ANN401
        """Append through the recorder's own statement."""
        self._insert_stored_events(cursor, events)
        cursor.executemany(
            self._sql(store.INSERT_VAULT), [(one.commitment, one.person, one.salt, one.value) for one in vaulted]
        )

    def tidy_after_erasure(self) -> None:
        """Nothing to do at once: docs/personal-data.md says what VACUUM and old backups mean for erased rows."""

    def stream_id(self, ledger: UUID) -> str:
        """As text, like on SQLite."""
        return ledger.hex

    def close(self) -> None:
        """Close the connections."""
        self.datastore.close()

    def _sql(self, statement: str) -> sql.Composed:
        prefix = sql.Identifier(self.schema)
        return sql.SQL(statement.replace("{prefix}", "{prefix}.").replace("{_}", "%s")).format(  # type: ignore[arg-type]
            prefix=prefix, bytes=sql.SQL("bytea")
        )


def opened(url: str, *, create: bool) -> PostgresStore:
    """The store behind a URL. Raises StorageTrouble where the server cannot be reached."""
    try:
        return PostgresStore(url, create=create)
    except (psycopg.Error, ValueError) as error:
        raise StorageTrouble(f"the PostgreSQL server does not answer: {error}", code="STORAGE_FAILED") from error
