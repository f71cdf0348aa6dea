"""The chart as tables: units, positions, reporting lines, persons (ids only), appointments, committees."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Index

from ledger import events as ev
from projections.tables.columns import Kept, Projection, in_json, number, stated, table, text

if TYPE_CHECKING:
    from projections.rectangles import Rectangle

UNITS = table(
    "units",
    "Units (部门).",
    "unit",
    text("name", "what it is called"),
    text("parent", "the unit it lies within, as stated"),
)
POSITIONS = table(
    "positions",
    "Positions (岗位): their title, unit, seats and line superior.",
    "position",
    text("title", "what it is called"),
    text("unit", "the unit it stands in"),
    number("seats", "how many may hold it"),
    text("superior", "the position it reports to by line, as stated: an abolished one reads as its `successor`"),
    text("successor", "the position that takes every reference to it after its abolition"),
)
LINES = table(
    "lines",
    "Functional reporting lines (职能汇报), beside the line superior.",
    "line",
    text("position", "the position that reports"),
    text("superior", "the position it reports to"),
)
PERSONS = table("persons", "Persons (人员): their ids and nothing else; names are in no table.", "person")
APPOINTMENTS = table(
    "appointments",
    "Appointments (任职): who holds which position.",
    "appointment",
    text("person", "who"),
    text("position", "which position"),
    text("kind", "`substantive`, `concurrent`, `secondment` (these take a seat), `acting`, `interim`"),
)
COMMITTEES = table(
    "committees",
    "Committees (委员会): their seats and how they decide.",
    "committee",
    text("name", "what it is called"),
    text("seats", "JSON: each seat is a person, or a position whose holder sits there ex officio"),
    text("procedure", "JSON: quorum, majority, recusal, as adopted; empty for the default"),
)
Index("appointments_by_position", APPOINTMENTS.c.position)
Index("appointments_by_person", APPOINTMENTS.c.person)


def _unit(read: Rectangle) -> tuple[object, ...]:
    return stated(read, "name"), stated(read, "parent")


def _position(read: Rectangle) -> tuple[object, ...]:
    ended = read.ended.fact if read.ended is not None else None
    successor = ended.successor if isinstance(ended, ev.PositionAbolished) else None
    return *(stated(read, name) for name in ("title", "unit", "seats", "superior")), successor


def _line(read: Rectangle) -> tuple[object, ...]:
    return stated(read, "position"), stated(read, "superior")


def _person(_: Rectangle) -> tuple[object, ...]:
    return ()


def _appointment(read: Rectangle) -> tuple[object, ...]:
    return stated(read, "person"), stated(read, "position"), stated(read, "kind")


def _committee(read: Rectangle) -> tuple[object, ...]:
    procedure = stated(read, "procedure")
    return stated(read, "name"), in_json(stated(read, "seats")), in_json(procedure) if procedure is not None else None


CHART = Projection(
    "chart",
    (
        Kept(UNITS, "unit", ("name", "parent"), _unit),
        Kept(POSITIONS, "position", ("title", "unit", "seats", "superior"), _position),
        Kept(LINES, "line", (), _line),
        Kept(PERSONS, "person", (), _person),
        Kept(APPOINTMENTS, "appointment", (), _appointment),
        Kept(COMMITTEES, "committee", ("seats", "procedure"), _committee),
    ),
)
