"""What tests say first: a clock that stands still, a ledger, a house with people in it; what a refusal leaves behind.

`given(ledger, …)` records what the story takes for granted, `refused(ledger, …)` is a refusal that changed nothing.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
import pytest

from ledger import Ledger
from ledger.books import AsOf, Books, fold
from ledger.commands import (
    AnnulEntry,
    AppointPerson,
    Command,
    CorrectFact,
    DefineMatter,
    DelegateAuthority,
    EstablishPosition,
    FormUnit,
    GrantAuthority,
    OpenLedger,
    RegisterPerson,
)
from ledger.ids import Act, AppointmentId, AuthorityId, CommitteeId, Holder, MatterId, PersonId, PositionId, UnitId
from ledger.refusals import BadInput, Refusal
from ledger.timeline import Life, life_at

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ledger import Receipt
    from ledger.commands import AnyFactCommand
    from ledger.events import AppointmentKind
    from ledger.timeline import Thing, Version

START = "2026-01-01"
"""The day on which everything in these stories begins, unless they say otherwise."""
CLERK = "clerk-7"
"""Who records."""


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self, at: datetime = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)) -> None:
        self.at = at

    def __call__(self) -> datetime:
        """The same instant as before."""
        return self.at

    def forward(self, by: timedelta) -> None:
        """Later by so much; earlier, if it is less than nothing."""
        self.at += by


class Salt:
    """Another 32 bytes at each call, the same ones in each run."""

    def __init__(self) -> None:
        self._calls = 0

    def __call__(self) -> bytes:
        """The next one."""
        self._calls += 1
        return hashlib.sha256(b"salt %d" % self._calls).digest()


# Ledgers


def a_ledger(url: str = ":memory:", clock: Clock | None = None) -> Ledger:
    """A new ledger of one legal entity, in the currency and zone of these stories."""
    opening = OpenLedger(name="Hengtong", currency="CNY", zone="Asia/Shanghai")
    return Ledger.create(url, opening, by=CLERK, clock=clock or Clock(), salt=Salt())


def house(url: str = ":memory:", clock: Clock | None = None) -> Ledger:
    """A ledger with a unit, three positions under one another, four persons, and a matter with one below it.

    Anna is chief, Bo director, Chen manager; Dan holds nothing.
    """
    ledger = a_ledger(url, clock)
    given(
        ledger,
        form("hq"),
        establish("chief", unit="hq"),
        establish("director", unit="hq", superior="chief"),
        establish("manager", unit="hq", superior="director"),
        *(register(person) for person in ("anna", "bo", "chen", "dan")),
        appoint("anna", "chief"),
        appoint("bo", "director"),
        appoint("chen", "manager"),
        define("spend"),
        define("spend.ads", parent="spend"),
    )
    return ledger


def given(ledger: Ledger, *commands: Command) -> list[Receipt]:
    """Record one command after the other."""
    return [ledger.submit(command, by=CLERK) for command in commands]


def recorded(ledger: Ledger, command: Command) -> int:
    """Record a command and say the number of its entry."""
    return given(ledger, command)[0].first


# Commands as sentences


def form(unit: str, *, since: str = START, parent: str | None = None, until: str | None = None) -> FormUnit:
    """Form a unit that is called as its id."""
    return FormUnit(since=since, until=until, unit=UnitId(unit), name=unit, parent=UnitId(parent) if parent else None)


def establish(
    position: str,
    *,
    since: str = START,
    until: str | None = None,
    unit: str | None = None,
    superior: str | None = None,
    seats: int = 1,
) -> EstablishPosition:
    """Establish a position that is called as its id."""
    return EstablishPosition(
        since=since,
        until=until,
        position=PositionId(position),
        title=position,
        unit=UnitId(unit) if unit else None,
        superior=PositionId(superior) if superior else None,
        seats=seats,
    )


def register(person: str, *, since: str = START, name: str | None = None, contact: str | None = None) -> RegisterPerson:
    """Register a person, called by the id in capitals if no name is given."""
    return RegisterPerson(since=since, person=PersonId(person), name=name or person.upper(), contact=contact)


def appoint(
    person: str,
    position: str,
    *,
    since: str = START,
    until: str | None = None,
    kind: AppointmentKind = "substantive",
    appointment: str | None = None,
) -> AppointPerson:
    """Appoint a person; the appointment's id is `person@position` if none is given."""
    return AppointPerson(
        since=since,
        until=until,
        appointment=AppointmentId(appointment or f"{person}@{position}"),
        person=PersonId(person),
        position=PositionId(position),
        kind=kind,
    )


def define(matter: str, *, since: str = START, parent: str | None = None, reserved: bool = False) -> DefineMatter:
    """Define a matter that is called as its id."""
    return DefineMatter(
        since=since,
        matter=MatterId(matter),
        name=matter,
        parent=MatterId(parent) if parent else None,
        reserved=reserved,
    )


def grant(
    authority: str,
    holder: Holder,
    *,
    limit: str | None = "2000 CNY",
    matter: str = "spend",
    since: str = START,
    until: str | None = None,
    depth: int = 0,
    scope: Mapping[str, tuple[str, ...]] | None = None,
) -> GrantAuthority:
    """Let a holder approve a matter, up to 2000 CNY if nothing else is said."""
    return GrantAuthority(
        since=since,
        until=until,
        authority=AuthorityId(authority),
        holder=holder,
        act=Act("approve"),
        matter=MatterId(matter),
        limit=limit,
        depth=depth,
        scope=dict(scope or {}),
    )


def delegate(
    authority: str,
    source: str,
    giver: Holder,
    holder: Holder,
    *,
    limit: str | None = "2000 CNY",
    matter: str | None = None,
    since: str = START,
    until: str | None = None,
    may_subdelegate: bool = False,
    depth: int | None = None,
    scope: Mapping[str, tuple[str, ...]] | None = None,
) -> DelegateAuthority:
    """Give part of an authority to another, up to 2000 CNY if nothing else is said."""
    return DelegateAuthority(
        since=since,
        until=until,
        authority=AuthorityId(authority),
        source=AuthorityId(source),
        giver=giver,
        holder=holder,
        limit=limit,
        matter=MatterId(matter) if matter else None,
        may_subdelegate=may_subdelegate,
        depth=depth,
        scope=dict(scope or {}),
    )


def correct(seq: int, replacement: AnyFactCommand, *, reason: str = "a slip of the pen") -> CorrectFact:
    """Say what an entry should have said."""
    return CorrectFact(of=seq, replacement=replacement, reason=reason)


def annul(seq: int, *, reason: str = "never happened") -> AnnulEntry:
    """Say that an entry should not have been recorded."""
    return AnnulEntry(of=seq, reason=reason)


def position(name: str) -> Holder:
    """A position as a holder."""
    return Holder(position=PositionId(name))


def person(name: str) -> Holder:
    """A person by name as a holder."""
    return Holder(person=PersonId(name))


def committee(name: str) -> Holder:
    """A committee as a holder."""
    return Holder(committee=CommitteeId(name))


# What the books say


def on(date: str) -> datetime:
    """The first instant of a day in the zone of these stories."""
    return datetime.fromisoformat(date + "T00:00+08:00").astimezone(UTC)


def reading(ledger: Ledger, date: str, known: int | None = None) -> AsOf:
    """The books at the first instant of a day, as known at an entry or at the head."""
    return AsOf(ledger.books, on(date), ledger.books.head if known is None else known)


def holders(ledger: Ledger, place: str, date: str, known: int | None = None) -> list[str]:
    """Who holds a position on a day."""
    return [one.person for one in reading(ledger, date, known).incumbents(place)]


# Refusals


class Evidence(NamedTuple):
    """All that a command could have changed."""

    head: int
    stored: list[tuple[int, str, bytes]]
    vault: list[tuple[str, str, bytes, str]]
    books: dict[str, object]


def refused(ledger: Ledger, *commands: Command) -> Refusal:
    """The refusal of a command, or of several as a batch; it has changed nothing."""
    before = evidence(ledger)
    with pytest.raises(Refusal) as caught:
        _submitted(ledger, commands)
    assert_unchanged(ledger, before)
    return caught.value


def misread(ledger: Ledger, *commands: Command) -> BadInput:
    """The words of a command, or of several as a batch, cannot be read; that has changed nothing."""
    before = evidence(ledger)
    with pytest.raises(BadInput) as caught:
        _submitted(ledger, commands)
    assert_unchanged(ledger, before)
    return caught.value


def says(no: Refusal, kind: type[Refusal], sentence: str) -> None:
    """The refusal is of that kind and says exactly that."""
    assert (type(no), no.sentence) == (kind, sentence)
    assert str(no) == sentence


def evidence(ledger: Ledger) -> Evidence:
    """All that a command could change, now."""
    return Evidence(ledger.books.head, list(ledger.journal.stored()), vault(ledger), image(ledger.books))


def assert_unchanged(ledger: Ledger, before: Evidence) -> None:
    """Head, stored bytes, vault and books are as before, and the books are those of the journal."""
    after = evidence(ledger)
    assert after.head == before.head
    assert after.stored == before.stored
    assert after.vault == before.vault
    assert after.books == before.books
    assert after.books == image(refolded(ledger))


def vault(ledger: Ledger) -> list[tuple[str, str, bytes, str]]:
    """The rows of the vault: commitment, person, salt, value."""
    store = ledger.journal._store  # noqa: SLF001 - no other part of the house reads the vault as a whole
    with store.transaction(write=False) as cursor:
        rows = store.run(cursor, "SELECT commitment, person, salt, value FROM {prefix}vault ORDER BY commitment")
    return [(one[0], one[1], bytes(one[2]), one[3]) for one in rows]


def refolded(ledger: Ledger) -> Books:
    """The books that the journal's entries give, folded anew."""
    books = Books()
    for entry in ledger.journal.read():
        fold(books, entry)
    return books


def image(books: Books) -> dict[str, object]:
    """All that the books answer from, in a form that can be compared.

    Left out are lists in which nothing stands, and the two indexes that only grow and only widen a search.
    """
    return {
        "ledger": (books.head, books.name, books.currency, books.zone.key),
        "journal": (list(books.recorded_at), list(books.batches), dict(books.commands), set(books.erased)),
        "things": {
            kind: {name: _thing(one, books.head) for name, one in things.items()} for kind, things in _all(books)
        },
        "rules": _timelines(books.rules),
        "charters": _timelines(books.charters),
        "scope parents": _timelines(books.scope_parents),
        "indexes": [_names(index) for index in _indexes(books)],
        "current": {seq: _version(one) if one else None for seq, one in books.current.items()},
        "stated": dict(books.stated),
        "about": {seq: list(said) for seq, said in books.about.items()},
        "root": dict(books.root),
        "unheeded": set(books.unheeded),
    }


def _submitted(ledger: Ledger, commands: tuple[Command, ...]) -> None:
    if len(commands) == 1:
        ledger.submit(commands[0], by=CLERK)
    else:
        ledger.submit_batch(commands, by=CLERK, batch="refused")


def _all(books: Books) -> Iterable[tuple[str, dict[str, Thing]]]:
    return books.things.items()


def _indexes(books: Books) -> list[Mapping[Any, list[Thing]]]:
    return [
        books.appointments_to,
        books.appointments_of,
        books.absences_of,
        books.lines_of,
        books.authorities_over,
        books.delegations_of,
        books.restrictions_on,
    ]


def _names(index: Mapping[Any, list[Thing]]) -> dict[object, list[str]]:
    return {key: [thing.id for thing in things] for key, things in index.items() if things}


def _timelines(timelines: Mapping[Any, list[Version]]) -> dict[object, list[object]]:
    return {key: [_version(one) for one in versions] for key, versions in timelines.items() if versions}


def _thing(thing: Thing, head: int) -> tuple[object, ...]:
    return (
        [_version(one) for one in thing.created],
        [_version(one) for one in thing.ends],
        _timelines(thing.properties),
        thing.touched,
        _life(life_at(thing, head)),
    )


def _life(life: Life | None) -> tuple[object, ...] | None:
    if life is None:
        return None
    return life.since, life.until, _version(life.created), _version(life.ended) if life.ended else None


def _version(version: Version) -> tuple[object, ...]:
    return msgspec.structs.astuple(version)
