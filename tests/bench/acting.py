"""What people do in a plausible organisation, in ten years: 100,000 acts on items, most of them within authority.

Recorded one by one as they happen, so that each act has a known time of its own; appointments change under way, a third
of the grants is capped (by month, quarter, year or thirty days; by office, person, grant or supplier), and a signature
needs an approval. Drawn from one seed, through the same deciding and folding as any command.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import msgspec

from ledger import commands as cm
from ledger.books import Books, fold
from ledger.events import Entry, LedgerOpened, Pool
from ledger.ids import Act, AppointmentId, AuthorityId, CommandId, Holder, ItemId, MatterId, PersonId, PositionId, Seq
from ledger.submit.work import Work

if TYPE_CHECKING:
    from collections.abc import Iterator

START, YEARS = date(2016, 1, 1), 10
POSITIONS, MATTERS, GRANTS = 2_000, 60, 600
CAPS: tuple[tuple[str, Pool], ...] = (
    ("month", "position"),
    ("quarter", "grant"),
    ("year", "person"),
    ("30 days", "supplier"),
)


@dataclass(kw_only=True)
class _State:
    dice: random.Random
    seat: dict[int, tuple[str, str]] = field(default_factory=dict)
    grants: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    persons: int = 0


class Recorder:
    """Decides and folds like a ledger, with a clock of its own and nothing written."""

    def __init__(self) -> None:
        self.at = datetime(2016, 1, 1, tzinfo=UTC)
        self.books = Books()
        opened = LedgerOpened(name="Plausible Industries", currency="CNY", zone="Asia/Shanghai")
        fold(
            self.books,
            Entry(
                seq=Seq(1),
                recorded_at=self.at,
                recorded_by="bench",
                command_id=CommandId("opening"),
                digest="",
                event=opened,
            ),
        )

    def record(self, commands: Iterator[tuple[date, cm.Command]]) -> None:
        """Record each command on its day, one entry after the other."""
        for number, (day, command) in enumerate(commands):
            self.at = max(self.at + timedelta(microseconds=1), datetime(day.year, day.month, day.day, 4, tzinfo=UTC))
            work = Work(self.books, self, self, by="bench", batch=None, reversible=False)  # type: ignore[arg-type]  # nothing comes twice
            work.take_all([_named(command, number)])

    def now(self) -> datetime:
        """The instant of the next recording."""
        return self.at

    def salt(self) -> bytes:
        """Nothing here is personal."""
        return bytes(32)


def acted(acts: int = 100_000) -> Books:
    """The books of a ledger with so many acts."""
    recorder = Recorder()
    recorder.record(history(acts))
    return recorder.books


def history(acts: int) -> Iterator[tuple[date, cm.Command]]:
    """The commands and the days on which they are recorded."""
    state = _State(dice=random.Random(11))  # noqa: S311 - a plausible history, not a secret
    for command in _house(state):
        yield START, command
    days = 365 * YEARS - 30
    done = item = 0
    while done < acts:
        day = START + timedelta(days=1 + done * days // acts)
        if state.dice.random() < 0.03:
            for command in _replaced(state, day):
                yield day, command
        item += 1
        for command in _decision(state, item, day):
            done += 1
            yield day, command


def _named(command: cm.Command, number: int) -> cm.Command:
    return msgspec.structs.replace(command, command_id=CommandId(f"b{number}"))


def _house(state: _State) -> Iterator[cm.Command]:
    dice, since = state.dice, START.isoformat()
    for number in range(POSITIONS):
        superior = PositionId(f"p{(number - 1) // 7}") if number else None
        yield cm.EstablishPosition(
            since=since, position=PositionId(f"p{number}"), title=f"P{number}", superior=superior
        )
    for number in range(POSITIONS):
        yield from _seated(state, number, since)
    for number in range(MATTERS):
        parent = MatterId(f"m{(number - 6) // 5}") if number >= 6 else None
        yield cm.DefineMatter(since=since, matter=MatterId(f"m{number}"), name=f"Matter {number}", parent=parent)
    yield cm.SetRule(since=since, rule="sign_needs_approval", value="yes")
    for number in range(GRANTS):
        act = dice.choice(("approve", "approve", "review", "sign"))
        position, matter = dice.randrange(POSITIONS // 5), dice.randrange(MATTERS)
        state.grants.setdefault(act, []).append((position, matter))
        authority = AuthorityId(f"g{number}")
        yield cm.GrantAuthority(
            since=since,
            authority=authority,
            holder=Holder(position=PositionId(f"p{position}")),
            act=Act(act),
            matter=MatterId(f"m{matter}"),
            limit=f"{dice.choice((5, 10, 50, 100))}0000 CNY",
            depth=1,
        )
        if number % 3 == 0:
            window, pool = CAPS[number // 3 % 4]
            yield cm.CapAuthority(since=since, authority=authority, limit="3000000 CNY", window=window, pool=pool)
        if number % 4 == 0:
            yield cm.DelegateAuthority(
                since=since,
                authority=AuthorityId(f"d{number}"),
                source=authority,
                giver=Holder(position=PositionId(f"p{position}")),
                holder=Holder(position=PositionId(f"p{position + POSITIONS // 2}")),
                limit="20000 CNY",
            )


def _seated(state: _State, position: int, since: str) -> Iterator[cm.Command]:
    state.persons += 1
    person, appointment = f"n{state.persons}", f"t{state.persons}"
    state.seat[position] = person, appointment
    yield cm.RegisterPerson(since=since, person=PersonId(person), name=person)
    yield cm.AppointPerson(
        since=since,
        appointment=AppointmentId(appointment),
        person=PersonId(person),
        position=PositionId(f"p{position}"),
    )


def _replaced(state: _State, day: date) -> Iterator[cm.Command]:
    position = state.dice.randrange(POSITIONS // 2)
    yield cm.EndAppointment(since=day.isoformat(), appointment=AppointmentId(state.seat[position][1]))
    yield from _seated(state, position, day.isoformat())


def _decision(state: _State, item: int, day: date) -> Iterator[cm.Command]:
    """An item that is reviewed, approved, and perhaps signed, each by somebody who holds a grant, or seldom not."""
    dice = state.dice
    matter = dice.randrange(MATTERS)
    for act in ("review", "approve", "sign")[dice.choice((0, 1, 1)) : dice.choice((2, 2, 3))]:
        holders = [position for position, over in state.grants[act] if over == matter]
        position = dice.choice(holders) if holders and dice.random() < 0.95 else dice.randrange(POSITIONS // 5)
        yield cm.RecordAct(
            acted_at=f"{day.isoformat()}T10:00+08:00",
            item=ItemId(f"i{item}"),
            act=Act(act),
            by=Holder(person=PersonId(state.seat[position][0])),
            matter=MatterId(f"m{matter}"),
            amount=f"{dice.randrange(1, 60)}000 CNY",
            attributes={"supplier": f"s{dice.randrange(200)}"},
            requester=PersonId(state.seat[dice.randrange(POSITIONS)][0]),
        )
