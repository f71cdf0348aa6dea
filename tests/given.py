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
    AcceptTarget,
    AdjustTarget,
    AmendContract,
    AnnulEntry,
    AppointPerson,
    AuthoriseAct,
    CapAuthority,
    Command,
    ConstituteCommittee,
    CorrectFact,
    DefineMatter,
    DelegateAuthority,
    EstablishPosition,
    FormUnit,
    GrantAuthority,
    OpenItem,
    OpenLedger,
    PlaceContract,
    PublishBaseFigure,
    PublishRate,
    RatifyAct,
    ReassignTarget,
    RecordAct,
    RegisterContract,
    RegisterPerson,
    ReportResult,
    RequireJointly,
    SetRule,
    SetTarget,
    TerminateContract,
    WithdrawTarget,
)
from ledger.events import SignerClass, TargetHolder, Vote
from ledger.ids import (
    Act,
    AppointmentId,
    AuthorityId,
    CommitteeId,
    ContractId,
    DeedId,
    Holder,
    ItemId,
    MatterId,
    PersonId,
    PositionId,
    RatificationId,
    ReportId,
    TargetId,
    UnitId,
)
from ledger.refusals import BadInput, Refusal
from ledger.timeline import Life, life_at

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ledger import Receipt
    from ledger.commands import AnyFactCommand
    from ledger.events import AppointmentKind, GrantKind, Pool, Procedure, RuleName, VoteCast
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
    act: str = "approve",
    matter: str = "spend",
    since: str = START,
    until: str | None = None,
    depth: int = 0,
    scope: Mapping[str, tuple[str, ...]] | None = None,
    kind: GrantKind = "standing",
    uses: int | None = None,
    by_decision: str | None = None,
) -> GrantAuthority:
    """Let a holder approve a matter, up to 2000 CNY if nothing else is said."""
    return GrantAuthority(
        since=since,
        until=until,
        authority=AuthorityId(authority),
        holder=holder,
        act=Act(act),
        matter=MatterId(matter),
        limit=limit,
        depth=depth,
        scope=dict(scope or {}),
        kind=kind,
        uses=uses,
        by_decision=ItemId(by_decision) if by_decision else None,
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


def constitute(
    name: str, *seats: Holder, since: str = START, until: str | None = None, procedure: Procedure | None = None
) -> ConstituteCommittee:
    """Constitute a committee that is called as its id."""
    return ConstituteCommittee(
        since=since, until=until, committee=CommitteeId(name), name=name, seats=seats, procedure=procedure
    )


def cap(
    authority: str,
    limit: str | None,
    *,
    window: str = "month",
    pool: Pool = "person",
    since: str = START,
    until: str | None = None,
) -> CapAuthority:
    """Cap an authority: what one person does by it in a month, if nothing else is said."""
    return CapAuthority(
        since=since, until=until, authority=AuthorityId(authority), limit=limit, window=window, pool=pool
    )


def jointly(
    authority: str, persons: int, *classes: tuple[int, tuple[Holder, ...]], since: str = START, until: str | None = None
) -> RequireJointly:
    """Let a grant need several persons, and of them so many of each class."""
    signers = tuple(SignerClass(count, holders) for count, holders in classes)
    return RequireJointly(since=since, until=until, authority=AuthorityId(authority), persons=persons, classes=signers)


def rate(
    currency: str, worth: str, *, since: str = START, until: str | None = None, series: str = "default"
) -> PublishRate:
    """Publish what one unit of a currency is worth."""
    return PublishRate(since=since, until=until, currency=currency, worth=worth, series=series)


def base_figure(base: str, amount: str, *, since: str = START, until: str | None = None) -> PublishBaseFigure:
    """Publish a base figure."""
    return PublishBaseFigure(since=since, until=until, base=base, amount=amount)


def rule(name: RuleName, value: str, *, since: str = START, until: str | None = None) -> SetRule:
    """Decide by a rule."""
    return SetRule(since=since, until=until, rule=name, value=value)


def open_item(
    item: str,
    *,
    matter: str = "spend",
    amount: str | None = None,
    attributes: Mapping[str, str] | None = None,
    requester: str | None = None,
    beneficiary: str | None = None,
    since: str = START,
) -> OpenItem:
    """Put something forward to be decided, over the matter of these stories if no other is said."""
    return OpenItem(
        since=since,
        item=ItemId(item),
        matter=MatterId(matter),
        amount=amount,
        attributes=dict(attributes or {}),
        requester=PersonId(requester) if requester else None,
        beneficiary=PersonId(beneficiary) if beneficiary else None,
    )


def act(
    item: str,
    by: Holder | str,
    at: str,
    *,
    kind: str = "approve",
    deed: str | None = None,
    matter: str | None = None,
    amount: str | None = None,
    attributes: Mapping[str, str] | None = None,
    requester: str | None = None,
    beneficiary: str | None = None,
    claimed: str | None = None,
    rejected: bool = False,
    ratify_by: str | None = None,
    votes: Mapping[str, VoteCast] | None = None,
) -> RecordAct:
    """Somebody (a person, if it is no holder) approved an item, or did what `kind` says, as it happened."""
    return RecordAct(
        acted_at=at,
        deed=DeedId(deed) if deed else None,
        item=ItemId(item),
        act=Act(kind),
        by=person(by) if isinstance(by, str) else by,
        matter=MatterId(matter) if matter else None,
        amount=amount,
        attributes=dict(attributes or {}),
        requester=PersonId(requester) if requester else None,
        beneficiary=PersonId(beneficiary) if beneficiary else None,
        claimed=PositionId(claimed) if claimed else None,
        rejected=rejected,
        ratify_by=ratify_by,
        votes=tuple(Vote(PersonId(member), vote) for member, vote in (votes or {}).items()),
    )


def authorise(
    item: str,
    by: Holder | str,
    *,
    kind: str = "approve",
    deed: str | None = None,
    matter: str | None = None,
    amount: str | None = None,
    attributes: Mapping[str, str] | None = None,
    requester: str | None = None,
    beneficiary: str | None = None,
    claimed: str | None = None,
    votes: Mapping[str, VoteCast] | None = None,
) -> AuthoriseAct:
    """Somebody approves an item now, or does what `kind` says, if within authority."""
    return AuthoriseAct(
        deed=DeedId(deed) if deed else None,
        item=ItemId(item),
        act=Act(kind),
        by=person(by) if isinstance(by, str) else by,
        matter=MatterId(matter) if matter else None,
        amount=amount,
        attributes=dict(attributes or {}),
        requester=PersonId(requester) if requester else None,
        beneficiary=PersonId(beneficiary) if beneficiary else None,
        claimed=PositionId(claimed) if claimed else None,
        votes=tuple(Vote(PersonId(member), vote) for member, vote in (votes or {}).items()),
    )


def ratify(
    deed: str,
    by: Holder | str,
    at: str,
    *,
    ratification: str | None = None,
    claimed: str | None = None,
    votes: Mapping[str, VoteCast] | None = None,
) -> RatifyAct:
    """Somebody ratified an act."""
    return RatifyAct(
        acted_at=at,
        ratification=RatificationId(ratification) if ratification else None,
        deed=DeedId(deed),
        by=person(by) if isinstance(by, str) else by,
        claimed=PositionId(claimed) if claimed else None,
        votes=tuple(Vote(PersonId(member), vote) for member, vote in (votes or {}).items()),
    )


def contract(
    name: str,
    *,
    value: str | None = "1000 CNY",
    options: Mapping[str, str] | None = None,
    parties: tuple[str, ...] = ("Hengtong", "Jiahe"),
    matter: str = "spend",
    attributes: Mapping[str, str] | None = None,
    requester: str | None = None,
    beneficiary: str | None = None,
    since: str = START,
    until: str | None = None,
) -> RegisterContract:
    """Register a contract that is called as its id, over 1000 CNY if nothing else is said."""
    return RegisterContract(
        since=since,
        until=until,
        contract=ContractId(name),
        title=name,
        parties=parties,
        matter=MatterId(matter),
        value=value,
        options=dict(options or {}),
        attributes=dict(attributes or {}),
        requester=PersonId(requester) if requester else None,
        beneficiary=PersonId(beneficiary) if beneficiary else None,
    )


def amend(
    name: str, amendment: str, *, since: str, value: str | None = None, options: Mapping[str, str] | None = None
) -> AmendContract:
    """Give a contract other terms, as a whole."""
    return AmendContract(
        since=since, contract=ContractId(name), amendment=amendment, value=value, options=dict(options or {})
    )


def terminate(name: str, since: str) -> TerminateContract:
    """End a contract."""
    return TerminateContract(since=since, contract=ContractId(name))


def place(name: str, custodian: Holder, where: str | None = None, *, since: str = START) -> PlaceContract:
    """Say who keeps the original of a contract."""
    return PlaceContract(since=since, contract=ContractId(name), custodian=custodian, place=where)


def target(
    name: str,
    amount: str,
    *,
    holder: TargetHolder | None = None,
    unit: str | None = None,
    metric: str = "sales",
    period: str = "2026",
    part_of: str | None = None,
    parts_may_exceed: bool = False,
    phases: Mapping[str, str] | None = None,
    set_by: str | None = None,
    claimed: str | None = None,
    since: str = START,
) -> SetTarget:
    """Set a target of sales for the year, carried by the director if nobody else is named."""
    return SetTarget(
        since=since,
        target=TargetId(name),
        metric=metric,
        period=period,
        amount=amount,
        unit=unit,
        holder=holder or TargetHolder(position=PositionId("director")),
        part_of=TargetId(part_of) if part_of else None,
        parts_may_exceed=parts_may_exceed,
        phases=dict(phases or {}),
        set_by=PersonId(set_by) if set_by else None,
        claimed=PositionId(claimed) if claimed else None,
    )


def adjust(
    name: str,
    amount: str,
    *,
    since: str,
    phases: Mapping[str, str] | None = None,
    set_by: str | None = None,
    claimed: str | None = None,
) -> AdjustTarget:
    """Give a target another amount."""
    return AdjustTarget(
        since=since,
        target=TargetId(name),
        amount=amount,
        phases=dict(phases or {}),
        set_by=PersonId(set_by) if set_by else None,
        claimed=PositionId(claimed) if claimed else None,
    )


def reassign(
    name: str, holder: TargetHolder, *, since: str, set_by: str | None = None, claimed: str | None = None
) -> ReassignTarget:
    """Let another carry a target."""
    return ReassignTarget(
        since=since,
        target=TargetId(name),
        holder=holder,
        set_by=PersonId(set_by) if set_by else None,
        claimed=PositionId(claimed) if claimed else None,
    )


def accept(name: str, by: str, *, since: str = START) -> AcceptTarget:
    """Somebody accepts a target for its holder."""
    return AcceptTarget(since=since, target=TargetId(name), by=PersonId(by))


def withdraw(name: str, since: str) -> WithdrawTarget:
    """Let a target no longer count."""
    return WithdrawTarget(since=since, target=TargetId(name))


def report(name: str, period: str, amount: str, *, since: str, report_id: str | None = None) -> ReportResult:
    """Report what was attained of a target in a period."""
    return ReportResult(
        since=since,
        report=ReportId(report_id) if report_id else None,
        target=TargetId(name),
        period=period,
        amount=amount,
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
        "rates": _timelines(books.rates),
        "base figures": _timelines(books.bases),
        "done": _timelines(books.done),
        "structure": list(books.structure),
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
        books.deeds_on,
        books.deeds_by,
        books.ratifications_of,
        books.parts_of,
        books.reports_on,
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
