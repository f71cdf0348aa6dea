"""Positions, their superiors and who holds them (semantics.md 3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ledger.events import PersonAppointed, PositionAbolished, PositionEstablished
from ledger.moments import FOREVER, MICROSECOND
from tests.oracle.facts import as_text, created, found_once, life_of, value_of

if TYPE_CHECKING:
    from datetime import datetime

    from tests.oracle.facts import Facts, Life


def successor_of(facts: Facts, position: str, v: datetime) -> str | None:
    """The successor of a position that has been abolished in favour of one by `v`."""
    life = life_of(facts, "position", position)
    if life is None or v < life.until or life.ended_by is None:
        return None
    ending = next(one.fact for one in facts if one.seq == life.ended_by)
    assert isinstance(ending, PositionAbolished)
    return ending.successor


@found_once
def read_as(facts: Facts, position: str, v: datetime) -> str | None:
    """The position that a reference to this one reads as at `v`; None where successors run in a circle.

    Reading: the last position of the row is returned whether or not it is alive or even known; who uses it looks.
    """
    visited: set[str] = set()
    current = position
    while current not in visited:
        visited.add(current)
        successor = successor_of(facts, current, v)
        if successor is None:
            return current
        current = successor
    return None


@found_once
def superior_of(facts: Facts, position: str, v: datetime) -> str | None:
    """The line superior of a position that is alive at `v`.

    Reading: "its superior as of the last microsecond of its life" is the raw value stated then; only `v` decides how
    it reads. In a row of successors the abolished position whose superior is taken, so that nobody becomes his own
    superior, is the one that names this position as its successor.
    """
    current = as_text(value_of(facts, "position", position, "superior", v))
    visited: set[str] = set()
    while current is not None and current != position and current not in visited:
        visited.add(current)
        life = life_of(facts, "position", current)
        if life is None or v < life.start:
            return None
        if v < life.until:
            return current
        successor = successor_of(facts, current, v)
        follows = successor is not None and successor != position
        current = successor if follows else last_superior(facts, current, life)
    return None


def last_superior(facts: Facts, position: str, life: Life) -> str | None:
    """The superior as of the last microsecond of a life; as established, where it ended at its first instant."""
    if life.start < life.until:
        return as_text(value_of(facts, "position", position, "superior", life.until - MICROSECOND))
    creation = created(facts, "position", position)
    return creation.fact.superior if creation and isinstance(creation.fact, PositionEstablished) else None


@found_once
def superiors_of(facts: Facts, position: str, v: datetime) -> list[str]:
    """Every line superior of a position, the nearest first.

    Reading: a position is never a superior of itself, so a circle ends where it closes.
    """
    row: list[str] = []
    current = superior_of(facts, position, v)
    while current is not None and current != position and current not in row:
        row.append(current)
        current = superior_of(facts, current, v)
    return row


@found_once
def tenures(facts: Facts) -> list[tuple[PersonAppointed, datetime, datetime]]:
    """Every appointment that is ever in force, and when: never outside the life of its position."""
    found: list[tuple[PersonAppointed, datetime, datetime]] = []
    for one in facts:
        fact = one.fact
        if not isinstance(fact, PersonAppointed) or created(facts, "appointment", fact.appointment) != one:
            continue
        own, position = life_of(facts, "appointment", fact.appointment), life_of(facts, "position", fact.position)
        if own is None or position is None or created(facts, "person", fact.person) is None:
            continue
        if position.holds(own.start) and own.start < min(own.until, position.until):
            found.append((fact, own.start, min(own.until, position.until)))
    return found


@found_once
def incumbents(facts: Facts, position: str, v: datetime) -> list[tuple[str, str]]:
    return [
        (fact.person, fact.kind)
        for fact, start, until in tenures(facts)
        if fact.position == position and start <= v < until
    ]


@found_once
def positions_held(facts: Facts, person: str, v: datetime) -> list[str]:
    return [fact.position for fact, start, until in tenures(facts) if fact.person == person and start <= v < until]


@found_once
def leaves_office(facts: Facts, person: str, since: datetime) -> datetime:
    """The first instant at which a person, having held a position at or after `since`, holds none; or FOREVER."""
    periods = sorted((start, until) for fact, start, until in tenures(facts) if fact.person == person)
    merged: list[tuple[datetime, datetime]] = []
    for start, until in periods:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], until))
        else:
            merged.append((start, until))
    return next((until for _, until in merged if until > since), FOREVER)
