"""A generator of plausible ledgers: an organisation that hires, moves, promotes and delegates for ten years.

Everything is drawn from one seed, so the same size and seed give the same commands. The commands go through the one
write path like anybody's, so what is measured on the result is measured on a legal ledger.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

from ledger import commands as cm
from ledger.ids import Act, AppointmentId, AuthorityId, Holder, MatterId, PersonId, PositionId, UnitId

if TYPE_CHECKING:
    from collections.abc import Iterator

START = date(2016, 1, 1)
YEARS = 10
ACTS = tuple(Act(act) for act in ("approve", "review", "sign", "dispose"))
ASKED = MatterId("asked-about")
"""The matter of the measured question: ten grants, each delegated twice one under the other."""
ASKED_GRANTS = 10


@dataclass(kw_only=True)
class Size:
    """How large an organisation is; the default is the one that the speed limits are stated for."""

    positions: int = 20_000
    entries: int = 200_000
    seed: int = 7


@dataclass(kw_only=True)
class _State:
    dice: random.Random
    seat: dict[str, str] = field(default_factory=dict)
    persons: int = 0
    appointments: int = 0
    authorities: list[tuple[str, str]] = field(default_factory=list)


def opening() -> cm.OpenLedger:
    """The first command."""
    return cm.OpenLedger(name="Plausible Industries", currency="CNY", zone="Asia/Shanghai")


def commands(size: Size) -> Iterator[cm.Command]:
    """`size.entries` - 1 commands after the opening, in an order in which each is legal."""
    state = _State(dice=random.Random(size.seed))  # noqa: S311 - a plausible history, not a secret
    made = 1
    for command in _history(size, state):
        if made == size.entries:
            return
        made += 1
        yield command


def _history(size: Size, state: _State) -> Iterator[cm.Command]:
    first = START.isoformat()
    units = max(1, size.positions // 50)
    for number in range(units):
        parent = UnitId(f"u{(number - 1) // 8}") if number else None
        yield cm.FormUnit(since=first, unit=UnitId(f"u{number}"), name=f"Unit {number}", parent=parent)
    for number in range(size.positions):
        superior = PositionId(f"p{(number - 1) // 7}") if number else None
        yield cm.EstablishPosition(
            since=first,
            position=PositionId(f"p{number}"),
            title=f"Position {number}",
            unit=UnitId(f"u{number * units // size.positions}"),
            superior=superior,
        )
    for number in range(size.positions):
        yield _hire(state, first)
        yield _appoint(state, f"p{number}", f"n{state.persons}", first)
    yield from _matters(first)
    yield from _asked(first)
    yield from _grants(size, state, first)
    yield from _years(size, state)


def _hire(state: _State, since: str) -> cm.Command:
    state.persons += 1
    return cm.RegisterPerson(since=since, person=PersonId(f"n{state.persons}"), name=f"Person {state.persons}")


def _appoint(state: _State, position: str, person: str, since: str) -> cm.Command:
    state.appointments += 1
    state.seat[position] = f"t{state.appointments}"
    return cm.AppointPerson(
        since=since,
        appointment=AppointmentId(f"t{state.appointments}"),
        person=PersonId(person),
        position=PositionId(position),
    )


def _matters(since: str) -> Iterator[cm.Command]:
    for number in range(200):
        parent = MatterId(f"m{(number - 10) // 6}") if number >= 10 else None
        yield cm.DefineMatter(since=since, matter=MatterId(f"m{number}"), name=f"Matter {number}", parent=parent)
    yield cm.DefineMatter(since=since, matter=ASKED, name="Asked about")


def _asked(since: str) -> Iterator[cm.Command]:
    for number in range(ASKED_GRANTS):
        offices = [Holder(position=PositionId(f"p{level + number}")) for level in (10, 100, 1_000)]
        names = [AuthorityId(f"asked-{number}{step}") for step in ("", "-once", "-twice")]
        yield cm.GrantAuthority(
            since=since,
            authority=names[0],
            holder=offices[0],
            act=Act("approve"),
            matter=ASKED,
            limit="50000 CNY",
            depth=2,
        )
        for level in (1, 2):
            yield cm.DelegateAuthority(
                since=since,
                authority=names[level],
                source=names[level - 1],
                giver=offices[level - 1],
                holder=offices[level],
                limit=f"{50_000 - 10_000 * level} CNY",
                may_subdelegate=level == 1,
            )


def _grants(size: Size, state: _State, since: str) -> Iterator[cm.Command]:
    dice = state.dice
    for number in range(size.positions // 4):
        position = f"p{dice.randrange(max(1, size.positions // 5))}"
        authority = f"g{number}"
        state.authorities.append((authority, position))
        yield cm.GrantAuthority(
            since=since,
            authority=AuthorityId(authority),
            holder=Holder(position=PositionId(position)),
            act=dice.choice(ACTS),
            matter=MatterId(f"m{dice.randrange(200)}"),
            limit=f"{dice.choice((1, 2, 5, 10, 50, 100))}000 CNY",
            depth=dice.choice((0, 1, 2)),
            scope={"region": (dice.choice("NESW"),)} if dice.random() < 0.2 else {},
        )


def _years(size: Size, state: _State) -> Iterator[cm.Command]:
    """Ten years of ordinary events, spread evenly over the days."""
    dice = state.dice
    left = size.entries - 4 * size.positions
    for step in range(left):
        day = START + timedelta(days=1 + step * (365 * YEARS - 30) // left)
        since = day.isoformat()
        what = dice.random()
        position = f"p{dice.randrange(size.positions)}"
        if what < 0.70:
            ended = state.seat[position]
            yield cm.EndAppointment(since=since, appointment=AppointmentId(ended))
            yield _hire(state, since)
            yield _appoint(state, position, f"n{state.persons}", since)
        elif what < 0.80:
            person = PersonId(f"n{1 + dice.randrange(state.persons)}")
            yield cm.RecordAbsence(since=since, through=(day + timedelta(days=9)).isoformat(), person=person)
        elif what < 0.90:
            person = PersonId(f"n{1 + dice.randrange(state.persons)}")
            yield cm.AppointPerson(
                since=since,
                through=(day + timedelta(days=20)).isoformat(),
                person=person,
                position=PositionId(position),
                kind="acting",
            )
        elif state.authorities:
            authority, _ = dice.choice(state.authorities)
            yield cm.AmendLimit(
                since=since, authority=AuthorityId(authority), limit=f"{dice.choice((1, 3, 8, 20))}000 CNY"
            )
