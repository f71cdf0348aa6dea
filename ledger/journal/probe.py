"""What a PostgreSQL server has to be before a ledger is kept on it: looked at once, when a ledger is made or opened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from ledger.refusals import StorageTrouble

if TYPE_CHECKING:
    import psycopg

OLDEST_VERSION = 14
_ASKED = """
SELECT current_setting('server_version_num')::int / 10000 AS version,
       current_setting('server_encoding') AS encoding,
       current_setting('fsync') AS fsync,
       current_setting('synchronous_commit') AS synchronous_commit,
       current_setting('default_transaction_isolation') AS isolation,
       pg_is_in_recovery() AS replica,
       to_regnamespace(%(schema)s) IS NOT NULL AS there,
       has_database_privilege(current_database(), 'CREATE') AS may_make_schemas,
       COALESCE(has_schema_privilege(to_regnamespace(%(schema)s), 'CREATE'), false) AS may_make_tables,
       COALESCE(has_schema_privilege(to_regnamespace(%(schema)s), 'USAGE'), false) AS may_use
"""


class Server(NamedTuple):
    """What a server says of itself, and of what this user may do in the schema."""

    version: int
    encoding: str
    fsync: str
    synchronous_commit: str
    isolation: str
    replica: bool
    there: bool
    may_make_schemas: bool
    may_make_tables: bool
    may_use: bool


def probe(connection: psycopg.Connection[Any], schema: str, *, create: bool) -> Server:
    """Look at a server. Raises StorageTrouble (SERVER_UNFIT), saying what to do about it.

    A replica is fit to be read, whatever it is set to: what it acknowledges, its primary has written.
    """
    row = connection.execute(_ASKED, {"schema": schema}).fetchone()
    server = Server(*row) if row is not None else None
    if server is None:
        raise StorageTrouble("the PostgreSQL server does not say what it is", code="SERVER_UNFIT")
    unfit = _unfit(server)
    if unfit is not None:
        raise StorageTrouble(f"the PostgreSQL server is not fit for a ledger: {unfit}", code="SERVER_UNFIT")
    lacking = _lacking(server, schema, create=create)
    if lacking is not None:
        raise StorageTrouble(lacking, code="SERVER_UNFIT")
    return server


def _unfit(server: Server) -> str | None:
    found = {
        f"it is of version {server.version}, and {OLDEST_VERSION} is the oldest that will do": (
            server.version < OLDEST_VERSION
        ),
        f"the encoding of the database is {server.encoding}, not UTF8": server.encoding != "UTF8",
        "with `fsync` off, what it acknowledges is not on disk": not server.replica and server.fsync == "off",
        "with `synchronous_commit` off, what it acknowledges is not on disk yet; `ALTER ROLE … SET` it to on": (
            not server.replica and server.synchronous_commit == "off"
        ),
        f"its `default_transaction_isolation` is {server.isolation}, not read committed": (
            not server.replica and server.isolation != "read committed"
        ),
    }
    return next((sentence for sentence, wrong in found.items() if wrong), None)


def _lacking(server: Server, schema: str, *, create: bool) -> str | None:
    if not create or server.replica:
        return None if not server.there or server.may_use else f"this user may not use the schema `{schema}`"
    if not server.there and not server.may_make_schemas:
        return f"there is no schema `{schema}`, and this user may not make one: `GRANT CREATE ON DATABASE …`"
    if server.there and not server.may_make_tables:
        return f"this user may not make tables in the schema `{schema}`: `GRANT USAGE, CREATE ON SCHEMA …`"
    return None
