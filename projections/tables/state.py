"""How far the tables are: one row for each projection."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Table

from projections.tables.columns import METADATA, TEXT

STATE = Table(
    "projection",
    METADATA,
    Column("name", TEXT, primary_key=True, comment="`chart`, `limits`, `history`, `contracts` or `targets`"),
    Column("form", BigInteger, nullable=False, comment="the tables' form: those of another are made anew"),
    Column("applied", BigInteger, nullable=False, comment="the last entry the tables know of, but for a later act"),
    Column("tables", TEXT, nullable=False, comment="the names of the tables"),
    comment="How far the tables are: up to `applied`, or to the newest of the `acts` where that is later.",
    sqlite_with_rowid=False,
)
