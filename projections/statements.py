"""The tables' statements for one engine: SQLAlchemy writes them, the journal's own cursor runs them.

So the tables move in the transaction of the entries, and there is one text for SQLite and PostgreSQL.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import MetaData, Table, bindparam, delete, func, insert, literal, literal_column, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.schema import (
    CreateIndex,
    CreateTable,
    CreateView,
    DropTable,
    DropView,
    SetColumnComment,
    SetTableComment,
)
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.schema import RETAIN_SCHEMA
from sqlalchemy.types import String

from projections.tables import NO_END, PROJECTIONS
from projections.tables.state import STATE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Select
    from sqlalchemy.engine import Dialect
    from sqlalchemy.sql.elements import CompilerElement

    from projections.tables import Kept

DIALECTS: dict[str, Dialect] = {
    "sqlite": sqlite.dialect(),
    "postgresql": postgresql.dialect(paramstyle="format"),  # type: ignore[no-untyped-call]  # as all dialects
}
TODAY = "_today"
"""What the name of a view ends in: what is known at the head and in force now."""


class Now(FunctionElement[str]):
    """The present instant as the tables write instants."""

    type = String()
    inherit_cache = True


@compiles(Now, "sqlite")
def _now_of_sqlite(*_: object, **__: object) -> str:
    return "(strftime('%Y-%m-%dT%H:%M:%f', 'now') || '000Z')"


@compiles(Now, "postgresql")
def _now_of_postgresql(*_: object, **__: object) -> str:
    return """to_char(CURRENT_TIMESTAMP AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""


@lru_cache
def statements(dialect: str, schema: str | None, suffix: str = "") -> Statements:
    """The statements for an engine and schema, written once."""
    return Statements(dialect, schema, suffix)


class Statements:
    """What is run on the tables of one schema; with a `suffix`, on tables beside them that are being made anew."""

    def __init__(self, dialect: str, schema: str | None, suffix: str = "") -> None:
        self._dialect, self._schema = DIALECTS[dialect], schema
        metadata, within = MetaData(), schema or RETAIN_SCHEMA
        self._state = STATE.to_metadata(metadata, schema=within)
        self.tables = {
            kept.table.name: kept.table.to_metadata(metadata, schema=within, name=kept.table.name + suffix)
            for projection in PROJECTIONS
            for kept in projection.kept
        }
        self.insert = {name: self.written(insert(one)) for name, one in self.tables.items()}
        self.delete = {
            name: self.written(delete(one).where(one.primary_key.columns[0] == bindparam("id")))
            for name, one in self.tables.items()
        }
        state = self._state.c
        self.select_state = self.written(select(state.name, state.form, state.applied, state.tables))
        self.insert_state = self.written(insert(self._state))
        self.delete_state = self.written(delete(self._state))
        self.note = self.written(update(self._state).values(applied=bindparam("upto")))
        newest = select(func.max(self.tables["acts"].c.seq)).scalar_subquery()
        self.progress = self.written(
            select(state.form, state.applied, newest.label("act")).where(state.name == literal_column("'history'"))
        )
        """Selects form and last entry of one projection (the others are always as far), and the newest act."""

    def is_there(self) -> str:
        """Selects a row where the table that keeps how far the others are exists."""
        if self._schema is None:
            return "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'projection'"
        return f"SELECT 1 WHERE to_regclass('{self._schema}.projection') IS NOT NULL"

    def make_state(self) -> str:
        """Makes that table."""
        return self.written(CreateTable(self._state, if_not_exists=True))

    def make(self, kept: Kept) -> str:
        """Makes a table without its indexes."""
        return self.written(CreateTable(self.tables[kept.table.name]))

    def finish(self, kept: Kept) -> Iterator[str]:
        """Makes the indexes of a table that is filled, its view and, where the engine keeps them, its comments."""
        one = self.tables[kept.table.name]
        for index in sorted(one.indexes, key=lambda index: str(index.name)):
            yield self.written(CreateIndex(index))
        yield self.written(CreateView(self._today(one), kept.table.name + TODAY, schema=self._schema))
        if self._dialect.supports_comments:
            yield self.written(SetTableComment(one))
            yield from (self.written(SetColumnComment(column)) for column in one.columns)

    def drop(self, name: str) -> tuple[str, str]:
        """Drops a view and the table behind it, where they exist."""
        gone = MetaData(schema=self._schema)
        view, table = Table(name + TODAY, gone), Table(name, gone)
        return self.written(DropView(view, if_exists=True)), self.written(DropTable(table, if_exists=True))

    def rename(self, kept: Kept, plain: Statements) -> str:
        """Gives a table made anew the name of the one it replaces."""
        old = self._dialect.identifier_preparer.format_table(self.tables[kept.table.name])
        new = self._dialect.identifier_preparer.format_table(plain.tables[kept.table.name], use_schema=False)
        return f"ALTER TABLE {old} RENAME TO {new}"

    def differences(self, kept: Kept, other: Statements, most: int) -> str:
        """Selects rows of this table that the other one has not, in order, the first so many."""
        one, against = self.tables[kept.table.name], other.tables[kept.table.name]
        found = select(one).except_(select(against)).subquery()
        keys = [found.c[column.name] for column in one.primary_key]
        first = select(found).order_by(*keys).limit(most)
        return str(first.compile(dialect=self._dialect, compile_kwargs={"literal_binds": True}))

    def count(self, kept: Kept) -> str:
        """Selects how many rows a table has."""
        return self.written(select(func.count()).select_from(self.tables[kept.table.name]))

    def written(self, statement: CompilerElement) -> str:
        """The text of a statement; what it is asked with stands in it as the engine's placeholders."""
        return str(statement.compile(dialect=self._dialect))

    def asked(self, statement: Select[Any]) -> tuple[str, list[object]]:
        """The text of a question and the values it is asked with, in the order of its placeholders."""
        compiled = statement.compile(dialect=self._dialect)
        values = compiled.construct_params()
        return str(compiled), [values[name] for name in compiled.positiontup or ()]

    @staticmethod
    def _today(one: Table) -> Any:  # noqa: ANN401 - SQLAlchemy's type of a select says each of its columns
        now = Now()
        return select(one).where(one.c.known_until == literal(NO_END), one.c.valid_from <= now, now < one.c.valid_until)
