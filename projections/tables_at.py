"""As-of questions to the tables: what they say at one point of the two times, without the books.

Whatever is asked here can be asked in SQL; docs/tables.md has the queries.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import and_, exists, select

from projections.statements import statements
from projections.tables import instant

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Select, Table

    from ledger.journal.store import Transaction
    from ledger.moments import Instant

Row = dict[str, Any]
"""The values of a row by column."""


class _Place(NamedTuple):
    """The life of a position as known: until when, what it reported to at the end, what took its place."""

    since: str
    until: str
    superior: str | None
    successor: str | None


class TablesAt:
    """The tables at valid time `at`, as known at entry `known`."""

    def __init__(self, looking: Transaction, at: Instant, known: int) -> None:
        self._looking, self._at, self._known = looking, instant(at), known
        self._sql = statements(looking.dialect, looking.schema)
        self._places: dict[str, _Place | None] = {}

    def rows(self, table: str, **equal: object) -> list[Row]:
        """The rows in force, of those whose columns have these values; in the order of their keys."""
        one = self._sql.tables[table]
        wanted = (one.c[name] == value for name, value in equal.items())
        return self._asked(select(one).where(self._in_force(one), *wanted).order_by(*one.primary_key))

    def row(self, table: str, **equal: object) -> Row | None:
        """The one row in force that has these values; None where there is none."""
        return next(iter(self.rows(table, **equal)), None)

    def holders(self, position: str) -> list[tuple[str, str]]:
        """Who holds a position, and by which kind of appointment.

        An appointment counts while the position is in force, if that had begun when the appointment did, and if the
        person is registered as known, from whatever date.
        """
        places, held, persons = (self._sql.tables[name] for name in ("positions", "appointments", "persons"))
        registered = exists().where(persons.c.person == held.c.person, self._is_known(persons))
        statement = (
            select(held.c.person, held.c.kind)
            .join(places, and_(places.c.position == held.c.position, places.c.since <= held.c.since))
            .where(held.c.position == position, self._in_force(held), self._in_force(places), registered)
        )
        return sorted((row["person"], row["kind"]) for row in self._asked(statement))

    def resolved(self, position: str) -> str | None:
        """The position that a reference to `position` reads as: itself or its successor, transitively."""
        seen = {position}
        while (successor := self._successor(position)) is not None:
            position = successor
            if position in seen:
                return None
            seen.add(position)
        return position

    def superior(self, position: str) -> str | None:
        """The line superior of a position in force, as it reads: semantics.md 3, abolition."""
        row = self.row("positions", position=position)
        above: str | None = row["superior"] if row is not None else None
        abolished, seen = "", set[str]()
        while above is not None:
            place = self._place(above)
            if place is None or self._at < place.since:
                return None
            if self._at < place.until:
                if above != position:
                    return above
                last = self._place(abolished)
                above, abolished = (last.superior if last is not None else None), ""
                continue
            if above in seen:
                return None
            seen.add(above)
            abolished = above if place.successor is not None else ""
            above = place.successor or place.superior
        return None

    def _successor(self, position: str) -> str | None:
        place = self._place(position)
        return place.successor if place is not None and self._at >= place.until else None

    def _place(self, position: str) -> _Place | None:
        if position not in self._places:
            one = self._sql.tables["positions"]
            known = select(one).where(one.c.position == position, self._is_known(one)).order_by(one.c.valid_from)
            found = self._asked(known)
            self._places[position] = (
                _Place(found[0]["since"], found[-1]["valid_until"], found[-1]["superior"], found[-1]["successor"])
                if found
                else None
            )
        return self._places[position]

    def _in_force(self, one: Table) -> ColumnElement[bool]:
        return and_(one.c.valid_from <= self._at, one.c.valid_until > self._at, self._is_known(one))

    def _is_known(self, one: Table) -> ColumnElement[bool]:
        return and_(one.c.known_from <= self._known, one.c.known_until > self._known)

    def _asked(self, statement: Select[Any]) -> list[Row]:
        text, values = self._sql.asked(statement)
        names = list(statement.selected_columns.keys())
        return [dict(zip(names, row, strict=True)) for row in self._looking.run(text, *values)]
