"""Random journals and questions for the tests that state laws.

A journal begins as a sensible house would begin (matters, positions, persons, appointments, grants), goes on with
anything that can be recorded about it, and now and then says nonsense: unknown ids, ends before beginnings, corrections
of what cannot be corrected. The fold must never fail, so nothing here is checked or refused.

A journal is decoded from one string of bytes, so many bytes an entry, because that is quick to draw: an entry whose
bytes begin with 0 is left out, and 0 always means the first, plainest choice. What such a string shrinks to is still
long; `least` cuts a journal on which a law fails down to the entries that matter.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TypeVar
from zoneinfo import ZoneInfo

import msgspec
from hypothesis import strategies as st

from ledger.events import (
    AbsenceEnded,
    AbsenceRecorded,
    ActDefined,
    ActDone,
    ActRatified,
    AnyEvent,
    AnyFact,
    AppointmentEnded,
    AppointmentKind,
    AuthorityCapped,
    AuthorityDelegated,
    AuthorityGranted,
    AuthorityResumed,
    AuthorityRevoked,
    AuthoritySuspended,
    BaseFigurePublished,
    CharterAdopted,
    Commitment,
    CommitteeConstituted,
    CommitteeDissolved,
    CommitteeReseated,
    ContractAmended,
    ContractPlaced,
    ContractRegistered,
    ContractTerminated,
    DepthAmended,
    Duty,
    Entry,
    EntryAnnulled,
    Fact,
    FactCorrected,
    FunctionalLineDrawn,
    FunctionalLineWithdrawn,
    InstrumentIssued,
    ItemOpened,
    JointlyHeld,
    LedgerOpened,
    LimitAmended,
    MatterDefined,
    MatterMoved,
    MatterRenamed,
    MatterReserved,
    PersonAppointed,
    PersonErased,
    PersonRegistered,
    PersonRenamed,
    Pool,
    PositionAbolished,
    PositionEstablished,
    PositionMoved,
    PositionRetitled,
    PricedOption,
    Procedure,
    ProcedureAdopted,
    RatePublished,
    RestrictionImposed,
    RestrictionLifted,
    ResultReported,
    RuleName,
    RuleSet,
    ScopeAmended,
    ScopeTerm,
    ScopeValuePlaced,
    SeatsSet,
    SignerClass,
    SuperiorSet,
    TargetAccepted,
    TargetAdjusted,
    TargetHolder,
    TargetReassigned,
    TargetSet,
    TargetWithdrawn,
    UnitDissolved,
    UnitFormed,
    UnitMoved,
    UnitRenamed,
    Vote,
    VoteCast,
)
from ledger.ids import (
    AbsenceId,
    Act,
    AppointmentId,
    AuthorityId,
    BatchId,
    CommandId,
    CommitteeId,
    ContractId,
    DeedId,
    Holder,
    InstrumentId,
    ItemId,
    LineId,
    MatterId,
    PersonId,
    PositionId,
    RatificationId,
    ReportId,
    RestrictionId,
    Seq,
    TargetId,
    UnitId,
)
from ledger.moments import FOREVER, MICROSECOND, Moment, end_of_day, start_of_day
from ledger.money import Greater, Limit, Money, NoAuthority, Percent, Smaller, Unlimited, UpTo
from tests.oracle import OracleQuestion

T = TypeVar("T")

ZONE = ZoneInfo("Asia/Shanghai")
UNITS = tuple(UnitId(f"u{n}") for n in range(1, 5))
POSITIONS = tuple(PositionId(f"p{n}") for n in range(1, 7))
LINES = tuple(LineId(f"l{n}") for n in range(1, 3))
PERSONS = tuple(PersonId(f"h{n}") for n in range(1, 6))
APPOINTMENTS = tuple(AppointmentId(f"e{n}") for n in range(1, 9))
ABSENCES = tuple(AbsenceId(f"b{n}") for n in range(1, 3))
COMMITTEES = tuple(CommitteeId(f"c{n}") for n in range(1, 3))
INSTRUMENTS = tuple(InstrumentId(f"i{n}") for n in range(1, 3))
MATTERS = tuple(MatterId(f"m{n}") for n in range(1, 5))
ACTS = (Act("approve"), Act("sign"), Act("release"))
AUTHORITIES = tuple(AuthorityId(f"a{n}") for n in range(1, 11))
RESTRICTIONS = tuple(RestrictionId(f"r{n}") for n in range(1, 4))
ITEMS = tuple(ItemId(f"x{n}") for n in range(1, 5))
DECISION = ITEMS[3]
"""The item that is only ever approved, and on which grants may rest."""
CONTRACTS = tuple(ContractId(f"k{n}") for n in range(1, 3))
DEEDS = tuple(DeedId(f"d{n}") for n in range(1, 60))
RATIFICATIONS = tuple(RatificationId(f"n{n}") for n in range(1, 60))
TARGETS = tuple(TargetId(f"g{n}") for n in range(1, 4))
REPORTS = tuple(ReportId(f"s{n}") for n in range(1, 60))
SUPPLIERS = ("anhui", "baotou")
REGIONS = ("north", "north-east", "south", "south-west")

DAYS = (
    date(2026, 1, 1),
    date(2026, 2, 1),
    date(2026, 3, 1),
    date(2026, 3, 2),
    date(2026, 4, 1),
    date(2026, 5, 1),
    date(2026, 6, 1),
    date(2026, 7, 1),
)
MOMENTS: tuple[Moment, ...] = tuple(
    sorted(
        [
            *(Moment(start_of_day(day, ZONE), day) for day in DAYS),
            Moment(datetime(2026, 3, 1, 10, 0, tzinfo=ZONE).astimezone(UTC)),
            Moment(datetime(2026, 3, 1, 15, 30, 0, 1, tzinfo=ZONE).astimezone(UTC)),
            Moment(datetime(2026, 5, 1, 12, 0, tzinfo=ZONE).astimezone(UTC)),
        ],
        key=lambda moment: moment.at,
    )
)
STEPS = (
    timedelta(hours=1),
    timedelta(microseconds=1),
    timedelta(minutes=20),
    timedelta(hours=9),
    timedelta(days=1),
    timedelta(days=6),
)
KINDS: tuple[AppointmentKind, ...] = ("substantive", "acting", "concurrent", "secondment", "interim")
RULE_VALUES: tuple[tuple[RuleName, str], ...] = (
    *(("superiors", "inherit"),) * 3,
    ("vacancy", "none"),
    ("self_interest", "allow"),
    ("vacancy", "roll_up"),
    ("superiors", "none"),
    ("self_interest", "forbid"),
)
CONDUCT_RULES: tuple[tuple[RuleName, str], ...] = (
    ("sign_needs_approval", "yes"),
    ("splitting", "aggregate 40 days by supplier"),
    ("splitting", "aggregate 10 days by supplier, requester"),
    ("splitting", "flag 60 days by matter"),
    ("separation", "none"),
    ("separation", "approve-sign, propose-approve"),
    ("separation", "approve-approve"),
    ("rates", "market"),
    ("fiscal_year", "04-01"),
    ("splitting", "off"),
    ("sign_needs_approval", "no"),
)
LIMITS: tuple[Limit, ...] = (
    *(UpTo(Decimal(amount), "CNY") for amount in (5000, 2000, 5000, 1000, 5000, 2000)),
    *(Unlimited(),) * 4,
    UpTo(Decimal(2000), "CNY", below=True),
    UpTo(Decimal(1000), "USD"),
    NoAuthority(),
    Percent(Decimal(10), "net assets"),
    Smaller((UpTo(Decimal(2000), "CNY"), Percent(Decimal(10), "net assets", below=True))),
    Greater((UpTo(Decimal(1000), "CNY"), Percent(Decimal("2.5"), "net assets"))),
)
NARROW_LIMITS: tuple[Limit, ...] = (
    UpTo(Decimal(1000), "CNY"),
    UpTo(Decimal(2000), "CNY", below=True),
    UpTo(Decimal(5000), "CNY"),
    UpTo(Decimal(300), "USD"),
    Smaller((UpTo(Decimal(300), "USD"), UpTo(Decimal(1500), "CNY"))),
)
CAPS: tuple[Limit, ...] = (
    *(UpTo(Decimal(amount), "CNY") for amount in (2000, 3000, 1500, 5000, 1000)),
    UpTo(Decimal(3000), "CNY", below=True),
    Percent(Decimal(10), "net assets"),
    Smaller((UpTo(Decimal(300), "USD"), UpTo(Decimal(3000), "CNY"))),
    UpTo(Decimal(500), "USD"),
    Unlimited(),
)
WINDOWS = ("month", "grant", "quarter", "year", "grant", "fiscal_year", "30 days", "60 days", "3 days", "1 days")
POOLS: tuple[Pool, ...] = (*("person", "grant", "position", "supplier") * 3, "contract", "project")
AMOUNTS = tuple(
    Money(Decimal(number), currency)
    for number, currency in (
        ("1000", "CNY"),
        ("500", "CNY"),
        ("0", "CNY"),
        ("800", "CNY"),
        ("1500", "CNY"),
        ("2000", "CNY"),
        ("1000.000001", "CNY"),
        ("2000.01", "CNY"),
        ("5000", "CNY"),
        ("999.99", "CNY"),
        ("8000", "CNY"),
        ("700", "USD"),
    )
)
SCOPE_DIMENSIONS: dict[str, tuple[str, ...]] = {"region": REGIONS, "unit": UNITS}


class Choices:
    """A string of bytes, read as a row of choices; when it is used up, every further choice is the first one."""

    def __init__(self, source: bytes) -> None:
        self.left = int.from_bytes(source, "little")

    def below(self, count: int) -> int:
        """A number from 0 to count - 1."""
        self.left, chosen = divmod(self.left, count)
        return chosen

    def one(self, options: Sequence[T]) -> T:
        """One of several."""
        return options[self.below(len(options))]

    def seldom(self, times: int) -> bool:
        """True once in so many times, and never in a string of zeros."""
        return self.below(times) == times - 1


class House:
    """A journal while it is being made up, and the builder of each type of fact.

    An id is mostly one that was introduced already, so that facts meet; now and then it is any of the pool.
    """

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.introduced: dict[str, list[str]] = {}
        self.now = datetime(2025, 12, 31, 16, 0, tzinfo=UTC)
        self.batch: BatchId | None = None
        self.batches = 0

    def load(self, *, loaded: bool) -> None:
        """The next entry is loaded in a batch, which goes on where the one before it was, or recorded by itself."""
        if loaded and self.batch is None:
            self.batches += 1
        self.batch = BatchId(f"load{self.batches}") if loaded else None

    def record(self, event: AnyEvent, step: timedelta = STEPS[0]) -> None:
        """Append an event as the next entry."""
        seq = len(self.entries) + 1
        self.now += step
        self.entries.append(
            Entry(
                seq=Seq(seq),
                recorded_at=self.now,
                recorded_by="clerk",
                command_id=CommandId(f"c{seq}"),
                digest="0" * 64,
                event=event,
                batch=self.batch,
            )
        )

    def new(self, choices: Choices, pool: Sequence[T]) -> T:
        """An id to introduce: the next of the pool, seldom one that may be introduced already."""
        used = self.introduced.setdefault(str(pool[0]), [])
        fresh = pool[len(used)] if len(used) < len(pool) and not choices.seldom(16) else choices.one(pool)
        if str(fresh) not in used:
            used.append(str(fresh))
        return fresh

    def known(self, choices: Choices, pool: Sequence[T]) -> T:
        """An id to speak of: mostly an introduced one."""
        used = self.introduced.get(str(pool[0]), ())
        if not used or choices.seldom(24):
            return choices.one(pool)
        return pool[[str(one) for one in pool].index(choices.one(used))]

    def maybe(self, choices: Choices, pool: Sequence[T]) -> T | None:
        """None, or an id to speak of."""
        return self.known(choices, pool) if choices.below(2) else None


def _early(choices: Choices) -> Moment:
    return choices.one((*MOMENTS[:1] * 12, *MOMENTS[1:3], choices.one(MOMENTS)))


def _any_time(choices: Choices) -> Moment:
    return choices.one(MOMENTS)


def _until(choices: Choices, start: Moment, often: int) -> Moment | None:
    """No end, or once in `often` times an end: mostly a later one, seldom any (before the beginning, too)."""
    if not choices.seldom(often):
        return None
    later = [moment for moment in MOMENTS if moment.at > start.at]
    return choices.one(later) if later and not choices.seldom(8) else choices.one(MOMENTS)


def _holder(house: House, choices: Choices) -> Holder:
    which = choices.below(8)
    if which == 7 and COMMITTEES[0] in house.introduced:
        return Holder(committee=house.known(choices, COMMITTEES))
    if which > 4:
        return Holder(person=house.known(choices, PERSONS))
    return Holder(position=house.known(choices, POSITIONS))


def _scope(choices: Choices, often: int) -> tuple[ScopeTerm, ...]:
    if not choices.seldom(often):
        return ()
    dimension = choices.one(("region", "unit"))
    values = SCOPE_DIMENSIONS[dimension]
    term = ScopeTerm(dimension, tuple(sorted({choices.one(values), choices.one(values)})))
    if choices.seldom(6):
        other = "unit" if dimension == "region" else "region"
        return (term, ScopeTerm(other, (choices.one(SCOPE_DIMENSIONS[other]),)))
    return (term,)


def _commitment(choices: Choices) -> Commitment:
    return Commitment(choices.one("0123456789abcdef") * 64)


def _unit(house: House, choices: Choices) -> AnyFact:
    effective = _early(choices)
    parent = house.maybe(choices, UNITS)
    until = _until(choices, effective, 8)
    return UnitFormed(
        effective=effective, unit=house.new(choices, UNITS), name=f"unit {choices.below(3)}", parent=parent, until=until
    )


def _unit_renamed(house: House, choices: Choices) -> AnyFact:
    return UnitRenamed(
        effective=_any_time(choices), unit=house.known(choices, UNITS), name=f"renamed unit {choices.below(3)}"
    )


def _unit_moved(house: House, choices: Choices) -> AnyFact:
    return UnitMoved(effective=_any_time(choices), unit=house.known(choices, UNITS), parent=house.maybe(choices, UNITS))


def _unit_dissolved(house: House, choices: Choices) -> AnyFact:
    return UnitDissolved(effective=_any_time(choices), unit=house.known(choices, UNITS))


def _position(house: House, choices: Choices) -> AnyFact:
    effective = _early(choices)
    has_superior = POSITIONS[0] in house.introduced and not choices.seldom(8)
    superior = house.known(choices, POSITIONS) if has_superior else None
    return PositionEstablished(
        effective=effective,
        position=house.new(choices, POSITIONS),
        title=f"title {choices.below(3)}",
        unit=house.maybe(choices, UNITS),
        seats=1 + choices.below(2),
        superior=superior,
        until=_until(choices, effective, 10),
    )


def _position_retitled(house: House, choices: Choices) -> AnyFact:
    return PositionRetitled(
        effective=_any_time(choices), position=house.known(choices, POSITIONS), title=f"new title {choices.below(3)}"
    )


def _position_moved(house: House, choices: Choices) -> AnyFact:
    return PositionMoved(
        effective=_any_time(choices), position=house.known(choices, POSITIONS), unit=house.maybe(choices, UNITS)
    )


def _seats(house: House, choices: Choices) -> AnyFact:
    return SeatsSet(effective=_any_time(choices), position=house.known(choices, POSITIONS), seats=1 + choices.below(4))


def _superior(house: House, choices: Choices) -> AnyFact:
    effective = _any_time(choices)
    return SuperiorSet(
        effective=effective,
        position=house.known(choices, POSITIONS),
        superior=None if choices.seldom(4) else house.known(choices, POSITIONS),
        until=_until(choices, effective, 3),
    )


def _line(house: House, choices: Choices) -> AnyFact:
    effective = _any_time(choices)
    return FunctionalLineDrawn(
        effective=effective,
        line=house.new(choices, LINES),
        position=house.known(choices, POSITIONS),
        superior=house.known(choices, POSITIONS),
        until=_until(choices, effective, 3),
    )


def _line_withdrawn(house: House, choices: Choices) -> AnyFact:
    return FunctionalLineWithdrawn(effective=_any_time(choices), line=house.known(choices, LINES))


def _abolished(house: House, choices: Choices) -> AnyFact:
    successor = None if choices.seldom(3) else house.known(choices, POSITIONS)
    return PositionAbolished(
        effective=_any_time(choices), position=house.known(choices, POSITIONS), successor=successor
    )


def _person(house: House, choices: Choices) -> AnyFact:
    return PersonRegistered(effective=_early(choices), person=house.new(choices, PERSONS), name=_commitment(choices))


def _person_renamed(house: House, choices: Choices) -> AnyFact:
    return PersonRenamed(effective=_any_time(choices), person=house.known(choices, PERSONS), name=_commitment(choices))


def _erased(house: House, choices: Choices) -> PersonErased:
    return PersonErased(person=house.known(choices, PERSONS))


def _appointment(house: House, choices: Choices) -> PersonAppointed:
    effective = _early(choices) if choices.below(4) else _any_time(choices)
    return PersonAppointed(
        effective=effective,
        appointment=house.new(choices, APPOINTMENTS),
        person=house.known(choices, PERSONS),
        position=house.known(choices, POSITIONS),
        kind=choices.one((KINDS[0], *KINDS)),
        until=_until(choices, effective, 6),
    )


def _first_appointment(house: House, choices: Choices) -> PersonAppointed:
    """Somebody takes a position that nobody took before, so that the house is not empty."""
    appointment = _appointment(house, choices)
    if not choices.seldom(6):
        appointment = msgspec.structs.replace(appointment, effective=MOMENTS[0], until=None)
    taken = {entry.event.position for entry in house.entries if isinstance(entry.event, PersonAppointed)}
    free = [position for position in house.introduced.get(POSITIONS[0], ()) if position not in taken]
    return msgspec.structs.replace(appointment, position=free[0]) if free else appointment


def _acting(house: House, choices: Choices) -> AnyFact:
    return msgspec.structs.replace(_appointment(house, choices), kind="acting")


def _appointment_ended(house: House, choices: Choices) -> AnyFact:
    return AppointmentEnded(effective=_any_time(choices), appointment=house.known(choices, APPOINTMENTS))


def _absence(house: House, choices: Choices) -> AnyFact:
    effective = _any_time(choices)
    return AbsenceRecorded(
        effective=effective,
        absence=house.new(choices, ABSENCES),
        person=house.known(choices, PERSONS),
        until=_until(choices, effective, 2),
    )


def _absence_ended(house: House, choices: Choices) -> AnyFact:
    return AbsenceEnded(effective=_any_time(choices), absence=house.known(choices, ABSENCES))


def _seat_list(house: House, choices: Choices) -> tuple[Holder, ...]:
    return (Holder(person=house.known(choices, PERSONS)), Holder(position=house.known(choices, POSITIONS)))


def _committee(house: House, choices: Choices) -> AnyFact:
    effective = _early(choices)
    return CommitteeConstituted(
        effective=effective,
        committee=house.new(choices, COMMITTEES),
        name=f"committee {choices.below(3)}",
        seats=_seat_list(house, choices),
        until=_until(choices, effective, 6),
    )


def _committee_reseated(house: House, choices: Choices) -> AnyFact:
    return CommitteeReseated(
        effective=_any_time(choices), committee=house.known(choices, COMMITTEES), seats=_seat_list(house, choices)
    )


def _committee_dissolved(house: House, choices: Choices) -> AnyFact:
    return CommitteeDissolved(effective=_any_time(choices), committee=house.known(choices, COMMITTEES))


def _charter(house: House, choices: Choices) -> AnyFact:
    return CharterAdopted(
        effective=_any_time(choices),
        position=house.known(choices, POSITIONS),
        edition=f"edition {choices.below(4)}",
        duties=tuple(Duty(str(number), f"duty {number}") for number in range(choices.below(3))),
        meetings=("weekly",)[: choices.below(2)],
    )


def _instrument(house: House, choices: Choices) -> AnyFact:
    return InstrumentIssued(
        effective=_early(choices),
        issued=house.new(choices, INSTRUMENTS),
        number=f"No. {choices.below(3)}",
        title="on authority",
        kind="resolution",
        signatories=(house.known(choices, PERSONS),)[: choices.below(2)],
    )


def _act(house: House, choices: Choices) -> AnyFact:
    return ActDefined(effective=_early(choices), act=house.new(choices, ACTS[2:]), name=f"release {choices.below(2)}")


def _matter(house: House, choices: Choices) -> AnyFact:
    parent = house.known(choices, MATTERS) if MATTERS[0] in house.introduced and not choices.seldom(4) else None
    return MatterDefined(
        effective=_early(choices),
        matter=house.new(choices, MATTERS),
        name=f"matter {choices.below(3)}",
        parent=parent,
        reserved=choices.seldom(12),
    )


def _matter_renamed(house: House, choices: Choices) -> AnyFact:
    return MatterRenamed(
        effective=_any_time(choices), matter=house.known(choices, MATTERS), name=f"renamed matter {choices.below(3)}"
    )


def _matter_moved(house: House, choices: Choices) -> AnyFact:
    return MatterMoved(
        effective=_any_time(choices), matter=house.known(choices, MATTERS), parent=house.maybe(choices, MATTERS)
    )


def _matter_reserved(house: House, choices: Choices) -> AnyFact:
    return MatterReserved(
        effective=_any_time(choices), matter=house.known(choices, MATTERS), reserved=not choices.seldom(3)
    )


def _scope_value(_: House, choices: Choices) -> AnyFact:
    value = choices.one((REGIONS[1], REGIONS[3], REGIONS[0], REGIONS[2]))
    natural = {REGIONS[1]: REGIONS[0], REGIONS[3]: REGIONS[2]}.get(value)
    parent = choices.one((None, *REGIONS)) if choices.seldom(4) else natural
    return ScopeValuePlaced(
        effective=_early(choices) if choices.below(2) else _any_time(choices),
        dimension="region",
        value=value,
        parent=parent,
    )


def _grant(house: House, choices: Choices) -> AnyFact:
    effective = _early(choices)
    special = choices.seldom(4)
    act = choices.one((ACTS[0], ACTS[0], ACTS[0], ACTS[1], ACTS[2]))
    return AuthorityGranted(
        effective=effective,
        authority=house.new(choices, AUTHORITIES),
        holder=_holder(house, choices),
        act=act,
        # The first matter is the likely top of the tree, over which authority reaches furthest.
        matter=MATTERS[0] if choices.seldom(3) else house.known(choices, MATTERS),
        limit=choices.one(LIMITS),
        scope=_scope(choices, 7),
        kind="special" if special else choices.one(("standing", "standing", "temporary")),
        depth=choices.one((1, 2, 3, 0)),
        lifts=(choices.one(RESTRICTIONS),) if special else (),
        outlasts_office=choices.seldom(5),
        uses=1 + choices.below(2) if special and choices.below(2) else None,
        # Only signing ever rests on a decision, and a decision is never signed: nothing rests on itself.
        by_decision=DECISION if act == ACTS[1] and DECISION in house.introduced.get(ITEMS[0], ()) else None,
        until=_until(choices, effective, 7),
    )


def _delegation(house: House, choices: Choices) -> AnyFact:
    used = house.introduced.get(AUTHORITIES[0], [])
    # The latest authority is a likely source, so that chains of three and four links come up.
    source = AuthorityId(used[-1]) if used and choices.below(2) else house.known(choices, AUTHORITIES)
    covers_pending = not choices.seldom(4)
    effective = _early(choices) if covers_pending and choices.below(4) else _any_time(choices)
    giver = next(
        (
            entry.event.holder
            for entry in reversed(house.entries)
            if isinstance(entry.event, AuthorityGranted | AuthorityDelegated) and entry.event.authority == source
        ),
        Holder(position=POSITIONS[0]),
    )
    holder = (
        Holder(person=house.known(choices, PERSONS))
        if choices.below(3) == 2
        else Holder(position=house.known(choices, POSITIONS))
    )
    return AuthorityDelegated(
        effective=effective,
        authority=house.new(choices, AUTHORITIES),
        source=source,
        giver=giver,
        holder=Holder(committee=house.known(choices, COMMITTEES)) if choices.seldom(24) else holder,
        limit=choices.one(LIMITS),
        scope=_scope(choices, 8),
        matter=house.known(choices, MATTERS) if choices.seldom(5) else None,
        depth=choices.one((2, 1, 0, None)),
        covers_pending=covers_pending,
        outlasts_office=choices.seldom(5),
        until=_until(choices, effective, 7),
    )


def _limit_amended(house: House, choices: Choices) -> AnyFact:
    effective = _any_time(choices)
    return LimitAmended(
        effective=effective,
        authority=house.known(choices, AUTHORITIES),
        limit=choices.one(LIMITS),
        until=_until(choices, effective, 3),
    )


def _scope_amended(house: House, choices: Choices) -> AnyFact:
    effective = _any_time(choices)
    return ScopeAmended(
        effective=effective,
        authority=house.known(choices, AUTHORITIES),
        scope=_scope(choices, 2),
        until=_until(choices, effective, 3),
    )


def _depth_amended(house: House, choices: Choices) -> AnyFact:
    return DepthAmended(
        effective=_any_time(choices), authority=house.known(choices, AUTHORITIES), depth=choices.one((1, 0, 2, None))
    )


def _suspended(house: House, choices: Choices) -> AnyFact:
    effective = _any_time(choices)
    return AuthoritySuspended(
        effective=effective, authority=house.known(choices, AUTHORITIES), until=_until(choices, effective, 2)
    )


def _resumed(house: House, choices: Choices) -> AnyFact:
    return AuthorityResumed(effective=_any_time(choices), authority=house.known(choices, AUTHORITIES))


def _revoked(house: House, choices: Choices) -> AnyFact:
    return AuthorityRevoked(effective=_any_time(choices), authority=house.known(choices, AUTHORITIES))


def _restriction(house: House, choices: Choices) -> AnyFact:
    effective = _early(choices) if choices.below(2) else _any_time(choices)
    holder: Holder | None = _holder(house, choices)
    act, matter = choices.one(ACTS), house.known(choices, MATTERS)
    grants = [entry.event for entry in house.entries if isinstance(entry.event, AuthorityGranted)]
    if grants and not choices.seldom(4):
        grant = choices.one(grants)
        holder, act, matter = choices.one((grant.holder, None, holder)), grant.act, grant.matter
    return RestrictionImposed(
        effective=effective,
        restriction=house.new(choices, RESTRICTIONS),
        holder=holder,
        act=act,
        matter=matter,
        above=None if choices.below(3) == 0 else choices.one((*NARROW_LIMITS, NoAuthority(), Unlimited())),
        scope=_scope(choices, 3),
        until=_until(choices, effective, 3),
    )


def _restriction_lifted(house: House, choices: Choices) -> AnyFact:
    return RestrictionLifted(effective=_any_time(choices), restriction=house.known(choices, RESTRICTIONS))


def _rule(_: House, choices: Choices) -> AnyFact:
    effective = _early(choices) if choices.below(2) else _any_time(choices)
    name, value = choices.one(RULE_VALUES)
    return RuleSet(effective=effective, rule=name, value=value, until=_until(choices, effective, 3))


def _conduct_rule(_: House, choices: Choices) -> AnyFact:
    effective = _early(choices) if choices.below(4) else _any_time(choices)
    name, value = choices.one(CONDUCT_RULES)
    return RuleSet(effective=effective, rule=name, value=value, until=_until(choices, effective, 4))


# Caps, joint authority, figures, procedures


def _cap(house: House, choices: Choices) -> AnyFact:
    effective = _early(choices) if choices.below(4) else _any_time(choices)
    return AuthorityCapped(
        effective=effective,
        authority=house.known(choices, AUTHORITIES),
        limit=choices.one(CAPS),
        window=choices.one(WINDOWS),
        pool=choices.one(POOLS),
        until=_until(choices, effective, 6),
    )


def _jointly(house: House, choices: Choices) -> AnyFact:
    effective = _early(choices) if choices.below(4) else _any_time(choices)
    classes: tuple[SignerClass, ...] = ()
    if choices.below(2):
        holders = tuple({_signer(house, choices): None, _signer(house, choices): None})
        classes = (SignerClass(1 + choices.below(2), holders),)
        if choices.seldom(3):
            classes = (*classes, SignerClass(1, (_signer(house, choices),)))
    return JointlyHeld(
        effective=effective,
        authority=house.known(choices, AUTHORITIES),
        persons=choices.one((2, 2, 1, 3)),
        classes=classes,
        until=_until(choices, effective, 6),
    )


def _signer(house: House, choices: Choices) -> Holder:
    if choices.below(2):
        return Holder(person=house.known(choices, PERSONS))
    return Holder(position=house.known(choices, POSITIONS))


def _rate(_: House, choices: Choices) -> AnyFact:
    effective = _early(choices) if choices.below(2) else _any_time(choices)
    one, other, amount = choices.one(
        (("USD", "CNY", "7"), ("CNY", "USD", "0.125"), ("EUR", "CNY", "8"), ("EUR", "USD", "1.25"), ("USD", "CNY", "5"))
    )
    return RatePublished(
        effective=effective,
        currency=one,
        worth=Money(Decimal(amount), other),
        series="market" if choices.seldom(6) else "default",
        until=_until(choices, effective, 4),
    )


def _base(_: House, choices: Choices) -> AnyFact:
    effective = _early(choices) if choices.below(2) else _any_time(choices)
    amount = Money(Decimal(choices.one(("20000", "10000", "40000"))), choices.one(("CNY", "CNY", "CNY", "USD")))
    return BaseFigurePublished(
        effective=effective, base="net assets", amount=amount, until=_until(choices, effective, 4)
    )


def _procedure(house: House, choices: Choices) -> AnyFact:
    return ProcedureAdopted(
        effective=_early(choices) if choices.below(2) else _any_time(choices),
        committee=house.known(choices, COMMITTEES),
        procedure=_some_procedure(choices),
    )


def _some_procedure(choices: Choices) -> Procedure:
    return Procedure(
        quorum=choices.one((None, 1, 2)),
        recused_present=not choices.seldom(3),
        carried_by=choices.one((None, "2/3", "1/2")),
        counted_of=choices.one(("cast", "present", "seats")),
    )


# Items and acts


def _acted_at(house: House, choices: Choices) -> Moment:
    """When something was done: mostly just now; or some day before, recorded late; seldom at any time."""
    passed = [moment for moment in MOMENTS if moment.at <= house.now] or [MOMENTS[0]]
    moment = choices.one((*(Moment(house.now),) * 4, *(passed[-1],) * 3, passed[0], choices.one(MOMENTS)))
    if moment.date is not None:
        return Moment(end_of_day(moment.date, ZONE), moment.date)
    return moment


def _attributes(choices: Choices, often: int = 3) -> dict[str, str]:
    attributes = {} if choices.seldom(often) else {"supplier": choices.one(SUPPLIERS)}
    if choices.seldom(3):
        attributes["region"] = choices.one(REGIONS)
    return attributes


def _item(house: House, choices: Choices) -> AnyFact:
    item = house.new(choices, ITEMS)
    return ItemOpened(
        effective=_early(choices) if choices.below(2) else _any_time(choices),
        item=item,
        matter=MATTERS[0] if choices.below(3) else house.known(choices, MATTERS),
        amount=None if choices.seldom(6) else _in_one_currency(item, choices.one(AMOUNTS)),
        attributes=_attributes(choices, 6),
        requester=house.known(choices, PERSONS) if choices.seldom(4) else None,
        beneficiary=house.known(choices, PERSONS) if choices.seldom(6) else None,
    )


def _in_one_currency(item: ItemId, amount: Money | None) -> Money | None:
    """An amount in the one currency of an item: the law does not say which of two is the greater without a rate."""
    return None if amount is None else Money(amount.amount, "USD" if item == ITEMS[2] else "CNY")


def _on(house: House, choices: Choices) -> ItemId:
    """What an act is done on: mostly an item that was opened, or a contract."""
    if CONTRACTS[0] in house.introduced and choices.seldom(4):
        return ItemId(house.known(choices, CONTRACTS))
    return house.known(choices, ITEMS)


def _actor(house: House, choices: Choices, act: Act | None) -> tuple[Act, Holder]:
    """What is done by whom: mostly something that somebody holds a grant for, by who holds it."""
    acts = (ACTS[0], ACTS[0], ACTS[0], ACTS[1], Act("propose"), ACTS[2])
    anybody = act or choices.one(acts), Holder(person=house.known(choices, PERSONS))
    grants = [entry.event for entry in house.entries if isinstance(entry.event, AuthorityGranted)]
    fitting = [grant for grant in grants if act in {None, grant.act}]
    if not fitting or choices.seldom(5):
        return anybody
    grant = choices.one(fitting)
    if grant.holder.position is None:
        return grant.act, grant.holder
    appointed = [entry.event for entry in house.entries if isinstance(entry.event, PersonAppointed)]
    there = [one.person for one in appointed if one.position == grant.holder.position] or [PersonId(anybody[1].id)]
    return grant.act, Holder(person=choices.one(there))


def _votes(choices: Choices) -> tuple[Vote, ...]:
    cast: tuple[VoteCast, ...] = ("yes", "yes", "no", "abstained", "recused")
    return tuple(Vote(person, choices.one(cast)) for person in PERSONS[:4] if not choices.seldom(3))


def _deed(house: House, choices: Choices) -> AnyFact:
    item = _on(house, choices)
    act, by = _actor(house, choices, ACTS[0] if item == DECISION else None)
    votes = _votes(choices) if by.committee is not None else ()
    opened = [one.event for one in house.entries if isinstance(one.event, ItemOpened) and one.event.item == item]
    amount = choices.one(AMOUNTS) if choices.seldom(4) or (not opened and item in ITEMS) else None
    return ActDone(
        effective=_acted_at(house, choices),
        deed=_fresh(house, DEEDS),
        item=item,
        act=act,
        by=by,
        matter=MATTERS[0] if choices.seldom(8) or (not opened and item in ITEMS) else None,
        amount=_in_one_currency(item, amount),
        attributes=_attributes(choices) if choices.seldom(5) else {},
        claimed=house.known(choices, POSITIONS) if choices.seldom(8) else None,
        rejected=choices.seldom(12),
        live=choices.seldom(8),
        ratify_by=choices.one(MOMENTS) if choices.seldom(8) else None,
        votes=votes,
    )


def _again(house: House, choices: Choices) -> AnyFact:
    """Somebody else does what was done last: signs beside, ratifies, or approves the next one like it."""
    done = [entry.event for entry in house.entries if isinstance(entry.event, ActDone)]
    deed = _deed(house, choices)
    if not done or not isinstance(deed, ActDone):
        return deed
    last = done[-1]
    act, by = _actor(house, choices, last.act)
    by = last.by if choices.seldom(4) else by
    votes = last.votes if by.committee is not None else ()
    return msgspec.structs.replace(
        deed, item=last.item, act=act, by=by, matter=last.matter, amount=last.amount, votes=votes
    )


def _fresh(house: House, pool: Sequence[T]) -> T:
    """An id that was never introduced: what people do is told only once."""
    used = house.introduced.setdefault(str(pool[0]), [])
    fresh = pool[min(len(used), len(pool) - 1)]
    used.append(str(fresh))
    return fresh


def _ratification(house: House, choices: Choices) -> AnyFact:
    done = [entry.event for entry in house.entries if isinstance(entry.event, ActDone)]
    ratified = choices.one(done[-6:]) if done else None
    by = _actor(house, choices, ratified.act if ratified else None)[1]
    return ActRatified(
        effective=_acted_at(house, choices),
        ratification=_fresh(house, RATIFICATIONS),
        deed=ratified.deed if ratified else DEEDS[0],
        by=by,
        claimed=house.known(choices, POSITIONS) if choices.seldom(8) else None,
        votes=_votes(choices) if by.committee is not None else (),
    )


# Contracts and targets


def _priced(choices: Choices) -> tuple[Money | None, tuple[PricedOption, ...]]:
    value = None if choices.seldom(8) else Money(Decimal(choices.one((1000, 500, 2000))), "CNY")
    return value, (PricedOption("more", Money(Decimal(choices.one((500, 1000))), "CNY")),) if choices.below(2) else ()


def _contract(house: House, choices: Choices) -> AnyFact:
    effective = _early(choices)
    value, options = _priced(choices)
    return ContractRegistered(
        effective=effective,
        contract=house.new(choices, CONTRACTS),
        title="supply",
        parties=("Hengtong", "Anhui"),
        matter=MATTERS[0] if choices.below(3) else house.known(choices, MATTERS),
        value=value,
        options=options,
        attributes=_attributes(choices, 6),
        requester=house.known(choices, PERSONS) if choices.seldom(6) else None,
        until=_until(choices, effective, 8),
    )


def _contract_amended(house: House, choices: Choices) -> AnyFact:
    value, options = _priced(choices)
    return ContractAmended(
        effective=_any_time(choices),
        contract=house.known(choices, CONTRACTS),
        amendment=f"No. {choices.below(3)}",
        value=value,
        options=options,
    )


def _contract_terminated(house: House, choices: Choices) -> AnyFact:
    return ContractTerminated(effective=_any_time(choices), contract=house.known(choices, CONTRACTS))


def _contract_placed(house: House, choices: Choices) -> AnyFact:
    return ContractPlaced(
        effective=_any_time(choices), contract=house.known(choices, CONTRACTS), custodian=_signer(house, choices)
    )


def _target_holder(house: House, choices: Choices) -> TargetHolder:
    if choices.below(2):
        return TargetHolder(person=house.known(choices, PERSONS))
    return TargetHolder(position=house.known(choices, POSITIONS))


def _target(house: House, choices: Choices) -> AnyFact:
    return TargetSet(
        effective=_early(choices) if choices.below(2) else _any_time(choices),
        target=house.new(choices, TARGETS),
        metric=choices.one(("sales", "cost")),
        period=choices.one(("2026", "2026-Q1", "2026-03")),
        amount=Decimal(choices.one((1000, 2000, 5000))),
        unit=choices.one(("CNY", "CNY", "pieces")),
        holder=_target_holder(house, choices),
        part_of=TARGETS[0] if choices.below(2) else None,
        set_by=house.maybe(choices, PERSONS),
    )


def _target_adjusted(house: House, choices: Choices) -> AnyFact:
    return TargetAdjusted(
        effective=_any_time(choices),
        target=house.known(choices, TARGETS),
        amount=Decimal(choices.one((1500, 2000, 500))),
        set_by=house.maybe(choices, PERSONS),
    )


def _target_reassigned(house: House, choices: Choices) -> AnyFact:
    return TargetReassigned(
        effective=_any_time(choices),
        target=house.known(choices, TARGETS),
        holder=_target_holder(house, choices),
        set_by=house.maybe(choices, PERSONS),
    )


def _target_accepted(house: House, choices: Choices) -> AnyFact:
    return TargetAccepted(
        effective=_any_time(choices), target=house.known(choices, TARGETS), by=house.known(choices, PERSONS)
    )


def _target_withdrawn(house: House, choices: Choices) -> AnyFact:
    return TargetWithdrawn(effective=_any_time(choices), target=house.known(choices, TARGETS))


def _result(house: House, choices: Choices) -> AnyFact:
    return ResultReported(
        effective=_any_time(choices),
        report=_fresh(house, REPORTS),
        target=house.known(choices, TARGETS),
        period="2026-03",
        amount=Decimal(choices.one((100, 500, 900))),
    )


Builder = Callable[[House, Choices], AnyFact]
BUILDERS: dict[type[Fact], Builder] = {
    UnitFormed: _unit,
    UnitRenamed: _unit_renamed,
    UnitMoved: _unit_moved,
    UnitDissolved: _unit_dissolved,
    PositionEstablished: _position,
    PositionRetitled: _position_retitled,
    PositionMoved: _position_moved,
    SeatsSet: _seats,
    SuperiorSet: _superior,
    FunctionalLineDrawn: _line,
    FunctionalLineWithdrawn: _line_withdrawn,
    PositionAbolished: _abolished,
    PersonRegistered: _person,
    PersonRenamed: _person_renamed,
    PersonAppointed: _appointment,
    AppointmentEnded: _appointment_ended,
    AbsenceRecorded: _absence,
    AbsenceEnded: _absence_ended,
    CommitteeConstituted: _committee,
    CommitteeReseated: _committee_reseated,
    CommitteeDissolved: _committee_dissolved,
    CharterAdopted: _charter,
    InstrumentIssued: _instrument,
    ActDefined: _act,
    MatterDefined: _matter,
    MatterRenamed: _matter_renamed,
    MatterMoved: _matter_moved,
    MatterReserved: _matter_reserved,
    ScopeValuePlaced: _scope_value,
    AuthorityGranted: _grant,
    AuthorityDelegated: _delegation,
    LimitAmended: _limit_amended,
    ScopeAmended: _scope_amended,
    DepthAmended: _depth_amended,
    AuthoritySuspended: _suspended,
    AuthorityResumed: _resumed,
    AuthorityRevoked: _revoked,
    RestrictionImposed: _restriction,
    RestrictionLifted: _restriction_lifted,
    RuleSet: _rule,
    AuthorityCapped: _cap,
    JointlyHeld: _jointly,
    RatePublished: _rate,
    BaseFigurePublished: _base,
    ProcedureAdopted: _procedure,
    ItemOpened: _item,
    ActDone: _deed,
    ActRatified: _ratification,
    ContractRegistered: _contract,
    ContractAmended: _contract_amended,
    ContractTerminated: _contract_terminated,
    ContractPlaced: _contract_placed,
    TargetSet: _target,
    TargetAdjusted: _target_adjusted,
    TargetReassigned: _target_reassigned,
    TargetAccepted: _target_accepted,
    TargetWithdrawn: _target_withdrawn,
    ResultReported: _result,
}
"""How each type of fact is made up: every one that the ledger knows."""
NAMES: dict[type[Fact], tuple[str, ...]] = {
    InstrumentIssued: ("issued",),
    ScopeValuePlaced: ("dimension", "value"),
    RuleSet: ("rule",),
    RatePublished: ("currency", "series"),
    BaseFigurePublished: ("base",),
    ItemOpened: ("item",),
    ActDone: ("deed",),
    ActRatified: ("ratification",),
    ContractRegistered: ("contract",),
    TargetSet: ("target",),
    TargetReassigned: ("target",),
    ResultReported: ("report",),
}
"""The fields that say of which thing a fact speaks, where it is not the first of OWN_IDS that the fact has."""
OWN_IDS = (
    "authority",
    "restriction",
    "appointment",
    "absence",
    "line",
    "committee",
    "position",
    "unit",
    "person",
    "matter",
    "act",
    "contract",
    "target",
)


def _correction(house: House, choices: Choices) -> AnyEvent:
    """A correction of an earlier fact: mostly a fitting one, seldom of anything by anything."""
    facts = [entry for entry in house.entries if isinstance(entry.event, Fact)]
    if not facts or choices.seldom(12):
        named = Seq(choices.below(len(house.entries) + 3))
        return FactCorrected(of=named, replacement=_limit_amended(house, choices), reason=_commitment(choices))
    wrong = facts[-1 - choices.below(len(facts))]
    fact = wrong.event
    assert isinstance(fact, Fact)
    introduced = {pool: list(ids) for pool, ids in house.introduced.items()}
    replacement: AnyFact = BUILDERS[type(fact)](house, choices)
    house.introduced = introduced
    if not choices.seldom(16):
        own = NAMES.get(type(fact)) or next((name,) for name in OWN_IDS if hasattr(fact, name))
        replacement = msgspec.structs.replace(replacement, **{name: getattr(fact, name) for name in own})
        if isinstance(fact, RuleSet) and isinstance(replacement, RuleSet):
            values = [value for rule, value in (*RULE_VALUES, *CONDUCT_RULES) if rule == fact.rule]
            replacement = msgspec.structs.replace(replacement, value=choices.one(values))
        if isinstance(fact, RatePublished) and isinstance(replacement, RatePublished):
            worth = Money(replacement.worth.amount, fact.worth.currency)
            replacement = msgspec.structs.replace(replacement, worth=worth)
        if isinstance(fact, ItemOpened) and isinstance(replacement, ItemOpened):
            amount = _in_one_currency(fact.item, replacement.amount)
            replacement = msgspec.structs.replace(replacement, amount=amount)
        if isinstance(fact, ActDone) and isinstance(replacement, ActDone) and choices.below(2):
            amount = _in_one_currency(fact.item, replacement.amount)
            replacement = msgspec.structs.replace(
                replacement, item=fact.item, by=fact.by, act=fact.act, votes=fact.votes, amount=amount
            )
    return FactCorrected(of=wrong.seq, replacement=replacement, reason=_commitment(choices))


def _annulment(house: House, choices: Choices) -> AnyEvent:
    """An annulment: of a recent entry, of an earlier correction or annulment, seldom of an entry that is not there."""
    if choices.seldom(12):
        return EntryAnnulled(of=Seq(choices.below(len(house.entries) + 3)), reason=_commitment(choices))
    named = house.entries
    if choices.below(2):
        named = [one for one in named if isinstance(one.event, FactCorrected | EntryAnnulled)] or named
    return EntryAnnulled(of=named[-1 - choices.below(len(named))].seq, reason=_commitment(choices))


Recipe = Callable[[House, Choices], AnyEvent]
BEGINNING: tuple[Recipe, ...] = (
    *(_matter, _position, _person, _first_appointment),
    *(_position, _person, _first_appointment, _grant, _grant, _delegation, _delegation, _rule),
    *(_committee, _matter, _position, _person, _first_appointment, _grant, _delegation),
    *(_unit, _grant, _scope_value, _restriction),
)
"""What a house records first, in this order; a few entries in a hundred are something else."""
LATER: tuple[Recipe, ...] = (
    *(recipe for recipe in BUILDERS.values()),
    *(_correction, _annulment, _delegation) * 6,
    *(_grant, _appointment, _suspended) * 3,
    *(_abolished, _rule, _acting, _superior, _matter_reserved) * 2,
    *(_appointment_ended, _revoked, _limit_amended, _erased),
)
"""What it goes on with: each type of fact, and more often what makes authority move."""
ENTRY_BYTES, QUESTION_BYTES = 14, 16


def _journal(source: bytes) -> list[Entry]:
    house = House()
    house.record(LedgerOpened(name="Example Trading Co., Ltd.", currency="CNY", zone=ZONE.key))
    for index in range(len(source) // ENTRY_BYTES):
        kind, loaded, step, *rest = source[index * ENTRY_BYTES : (index + 1) * ENTRY_BYTES]
        if kind == 0:
            continue
        recipe = BEGINNING[index] if index < len(BEGINNING) and kind < 240 else LATER[kind % len(LATER)]
        house.load(loaded=loaded >= 240)
        house.record(recipe(house, Choices(bytes(rest))), STEPS[step % len(STEPS)])
    return house.entries


def _sizes(max_size: int) -> tuple[int, int]:
    most = max_size - 1
    return ENTRY_BYTES * min(most, most * 3 // 5), ENTRY_BYTES * most


def journals(max_size: int = 40) -> st.SearchStrategy[list[Entry]]:
    """Journals of at most `max_size` entries, the first of which opens the ledger."""
    shortest, longest = _sizes(max_size)
    return st.binary(min_size=shortest, max_size=longest).map(_journal)


def _instants(journal: list[Entry]) -> list[datetime]:
    """The instants that facts of a journal speak of, and those at which lives are likely to begin."""
    instants = {MOMENTS[0].at}
    for entry in journal:
        fact = entry.event.replacement if isinstance(entry.event, FactCorrected) else entry.event
        for moment in (getattr(fact, "effective", None), getattr(fact, "until", None)):
            if moment is not None and moment.at != FOREVER:
                instants.add(moment.at)
    return sorted(instants)


def _question(journal: list[Entry], source: bytes) -> OracleQuestion:
    choices = Choices(source)
    back = min(choices.below(len(journal)), choices.below(len(journal))) if choices.seldom(3) else 0
    k = len(journal) - back
    instants = _instants(journal)
    # Half of the time the later of two choices: most of what a journal speaks of has begun by then.
    at = max(choices.one(instants), choices.one((*instants[:1] * len(instants), *instants)))
    v = at + choices.one((timedelta(0), timedelta(microseconds=-1), timedelta(hours=5), timedelta(days=3)))
    grants = [entry.event for entry in journal[:k] if isinstance(entry.event, AuthorityGranted)]
    act, matter = choices.one(ACTS), choices.one(MATTERS)
    if grants and not choices.seldom(16):
        grant = choices.one(grants)
        below = [
            entry.event.matter
            for entry in journal[:k]
            if isinstance(entry.event, MatterDefined) and entry.event.parent == grant.matter
        ]
        act, matter = grant.act, choices.one((grant.matter, grant.matter, *below))
    attributes = {}
    for dimension, values in SCOPE_DIMENSIONS.items():
        if not choices.seldom(4):
            attributes[dimension] = choices.one(values)
    return OracleQuestion(
        act=act,
        matter=matter,
        amount=None if choices.seldom(5) else choices.one(AMOUNTS),
        attributes=attributes,
        requester=choices.one(PERSONS) if choices.seldom(4) else None,
        beneficiary=choices.one(PERSONS[:2]) if choices.seldom(4) else None,
        opened=choices.one((None, choices.one(instants), instants[0])),
        v=v,
        k=k,
    )


def questions(journal: list[Entry]) -> st.SearchStrategy[OracleQuestion]:
    """Questions about a journal: at, just before and between the instants in use; mostly by all that is known."""
    return st.binary(min_size=QUESTION_BYTES, max_size=QUESTION_BYTES).map(lambda source: _question(journal, source))


def asked(max_size: int = 40) -> st.SearchStrategy[tuple[list[Entry], OracleQuestion]]:
    """A journal and a question about it.

    Both come out of one string of bytes: of two strings Hypothesis would often make one a copy of the other, or keep
    the question while it varies the journal, and see less of what can happen.
    """

    def both(source: bytes) -> tuple[list[Entry], OracleQuestion]:
        journal = _journal(source[QUESTION_BYTES:])
        return journal, _question(journal, source[:QUESTION_BYTES])

    shortest, longest = _sizes(max_size)
    return st.binary(min_size=QUESTION_BYTES + shortest, max_size=QUESTION_BYTES + longest).map(both)


# Journals of what people do


def _decision(house: House, choices: Choices) -> AnyFact:
    """The item on which grants may rest is put forward."""
    used = house.introduced.setdefault(str(ITEMS[0]), [])
    if DECISION not in used:
        used.append(DECISION)
    item = _item(house, choices)
    assert isinstance(item, ItemOpened)
    return msgspec.structs.replace(item, item=DECISION, amount=None)


def _plain_grant(house: House, choices: Choices) -> AnyFact:
    """A grant over the matter that most is done about, which most acts fit."""
    grant = _grant(house, choices)
    assert isinstance(grant, AuthorityGranted)
    if choices.seldom(5):
        return grant
    limit = choices.one((UpTo(Decimal(2000), "CNY"), UpTo(Decimal(5000), "CNY"), Unlimited(), grant.limit))
    rests = choices.seldom(3)
    return msgspec.structs.replace(
        grant,
        matter=MATTERS[0],
        scope=grant.scope if choices.seldom(6) else (),
        act=ACTS[1] if rests else ACTS[0],
        by_decision=grant.by_decision or DECISION if rests and choices.below(2) else None,
        limit=limit,
    )


def _first_matter(house: House, choices: Choices) -> AnyFact:
    matter = _matter(house, choices)
    assert isinstance(matter, MatterDefined)
    return msgspec.structs.replace(matter, reserved=False)


def _first_base(house: House, choices: Choices) -> AnyFact:
    base = _base(house, choices)
    assert isinstance(base, BaseFigurePublished)
    return msgspec.structs.replace(base, effective=MOMENTS[0], until=None)


def _target_matter(_: House, choices: Choices) -> AnyFact:
    """The matter over which somebody has authority who sets a target of sales."""
    return MatterDefined(
        effective=_early(choices), matter=MatterId("target.sales"), name="targets", parent=choices.one(MATTERS[:2])
    )


def _sales(house: House, choices: Choices) -> AnyFact:
    """A target of sales, mostly set by somebody."""
    target = _target(house, choices)
    assert isinstance(target, TargetSet)
    by = house.known(choices, PERSONS)
    return msgspec.structs.replace(target, metric="sales", set_by=target.set_by or by)


def _cap_on_grant(house: House, choices: Choices) -> AnyFact:
    cap = _cap(house, choices)
    assert isinstance(cap, AuthorityCapped)
    granted = [entry.event.authority for entry in house.entries if isinstance(entry.event, AuthorityGranted)]
    return msgspec.structs.replace(cap, authority=choices.one(granted)) if granted else cap


def _jointly_granted(house: House, choices: Choices) -> AnyFact:
    joint = _jointly(house, choices)
    assert isinstance(joint, JointlyHeld)
    granted = [entry.event.authority for entry in house.entries if isinstance(entry.event, AuthorityGranted)]
    return msgspec.structs.replace(joint, authority=choices.one(granted)) if granted else joint


def _act_corrected(house: House, choices: Choices) -> AnyEvent:
    """A correction or annulment of what was done or put forward."""
    conduct = [one for one in house.entries if isinstance(one.event, ActDone | ItemOpened | ActRatified)]
    if not conduct:
        return _correction(house, choices)
    wrong = choices.one(conduct[-6:])
    if choices.seldom(3):
        return EntryAnnulled(of=wrong.seq, reason=_commitment(choices))
    whole = house.entries
    house.entries = [wrong]
    correction = _correction(house, choices)
    house.entries = whole
    return correction


def _appointed_otherwise(house: House, choices: Choices) -> AnyEvent:
    """A correction or annulment of an appointment or a grant, after which acts may be judged otherwise."""
    ground = [
        one
        for one in house.entries
        if isinstance(one.event, PersonAppointed | AuthorityGranted | AuthorityCapped | RatePublished)
    ]
    if not ground or choices.seldom(3):
        return EntryAnnulled(of=choices.one(ground or house.entries).seq, reason=_commitment(choices))
    whole = house.entries
    house.entries = [choices.one(ground)]
    correction = _correction(house, choices)
    house.entries = whole
    return correction


CONDUCT_BEGINNING: tuple[Recipe, ...] = (
    *(_first_matter, _position, _person, _first_appointment, _position, _person, _first_appointment, _person),
    *(_decision, _plain_grant, _plain_grant, _cap_on_grant, _committee, _item, _plain_grant, _deed, _item),
    *(_first_base, _conduct_rule, _deed, _deed, _jointly_granted, _deed, _again, _rate, _cap_on_grant, _again),
    *(_target_matter, _sales, _ratification),
)
"""What a house records first whose people then act."""
CONDUCT_LATER: tuple[Recipe, ...] = (
    *(_deed,) * 10,
    *(_again,) * 6,
    *(_cap_on_grant, _act_corrected, _ratification, _plain_grant) * 3,
    *(_item, _jointly_granted, _conduct_rule, _rate, _correction, _annulment, _appointed_otherwise) * 2,
    *(_base, _contract, _contract_amended, _delegation, _appointment, _first_appointment, _person, _appointment_ended),
    *(_limit_amended, _revoked, _suspended, _abolished, _superior, _rule, _procedure, _committee_reseated),
    *(_restriction, _matter, _acting, _contract_terminated, _committee, _matter_moved, _scope_amended, _act),
    *(_target_matter, _sales, _sales, _target_adjusted, _target_reassigned, _ratification, _jointly_granted),
)
"""What it goes on with: mostly acts, and whatever changes how acts are judged."""
CONDUCT_STEPS = (
    timedelta(hours=1),
    timedelta(days=1),
    timedelta(days=6),
    timedelta(minutes=20),
    timedelta(days=2),
    timedelta(days=20),
)


def _conduct(source: bytes) -> list[Entry]:
    house = House()
    house.record(LedgerOpened(name="Example Trading Co., Ltd.", currency="CNY", zone=ZONE.key))
    for index in range(len(source) // ENTRY_BYTES):
        kind, loaded, step, *rest = source[index * ENTRY_BYTES : (index + 1) * ENTRY_BYTES]
        if kind == 0:
            continue
        plain = index < len(CONDUCT_BEGINNING) and kind < 240
        recipe = CONDUCT_BEGINNING[index] if plain else CONDUCT_LATER[kind % len(CONDUCT_LATER)]
        house.load(loaded=loaded >= 230)
        house.record(recipe(house, Choices(bytes(rest))), CONDUCT_STEPS[step % len(CONDUCT_STEPS)])
    return house.entries


def visible(journal: list[Entry], k: int) -> int:
    """The first entry from `k` on at which the ledger could be seen: nobody ever sees it inside a batch."""
    while k < len(journal) and journal[k].batch is not None and journal[k].batch == journal[k - 1].batch:
        k += 1
    return k


def _conduct_question(journal: list[Entry], source: bytes) -> OracleQuestion:
    """A question as after an act like those that were done; mostly about an item."""
    choices = Choices(source)
    asked_so = _question(journal, source[4:])
    k = visible(journal, asked_so.k)
    done = [entry.event for entry in journal[:k] if isinstance(entry.event, ActDone)]
    if not done or choices.seldom(6):
        return dataclasses.replace(asked_so, k=k)
    one = choices.one(done)
    instants = [deed.effective.at for deed in done]
    v = max(choices.one(instants), choices.one(instants)) + choices.one((timedelta(0), timedelta(days=2), MICROSECOND))
    item = one.item if choices.below(3) else None
    return dataclasses.replace(
        asked_so,
        act=one.act if choices.below(2) else asked_so.act,
        matter=MATTERS[0] if choices.below(4) else asked_so.matter,
        attributes={**asked_so.attributes, **({"supplier": choices.one(SUPPLIERS)} if choices.below(4) else {})},
        opened=None if item is not None else asked_so.opened,
        item=item,
        claimed=choices.one(POSITIONS) if choices.seldom(8) else None,
        v=v,
        k=k,
    )


def acted(max_size: int = 44) -> st.SearchStrategy[tuple[list[Entry], OracleQuestion]]:
    """A journal of what people did and a question about it; its `v` and `k` serve as the times of verdicts, too."""
    size = QUESTION_BYTES + 4

    def both(source: bytes) -> tuple[list[Entry], OracleQuestion]:
        journal = _conduct(source[size:])
        return journal, _conduct_question(journal, source[:size])

    shortest, longest = _sizes(max_size)
    return st.binary(min_size=size + shortest, max_size=size + longest).map(both)


def _without(journal: list[Entry], gone: int) -> list[Entry]:
    """A journal without one entry, numbered anew; corrections and annulments go on naming the same entries."""
    left: list[Entry] = []
    for entry in journal:
        if entry.seq == gone:
            continue
        event = entry.event
        if isinstance(event, FactCorrected | EntryAnnulled) and event.of >= gone:
            # What named the entry that is gone now names nothing (0), which is idle.
            event = msgspec.structs.replace(event, of=Seq(0 if event.of == gone else event.of - 1))
        left.append(msgspec.structs.replace(entry, seq=Seq(len(left) + 1), event=event))
    return left


def least(
    journal: list[Entry], question: OracleQuestion, fails: Callable[[list[Entry], OracleQuestion], bool]
) -> tuple[list[Entry], OracleQuestion]:
    """The same failure on as few entries as possible: whatever can go one by one while `fails` stays true is taken out.

    A journal of forty entries says little to a person; three or four of them say which sentence of the law is read in
    two ways.
    """
    gone = len(journal)
    while gone > 1:
        fewer = _without(journal, gone)
        known = question.k - 1 if gone <= question.k else question.k
        asked_so = dataclasses.replace(question, k=known)
        if known > 0 and fails(fewer, asked_so):
            journal, question = fewer, asked_so
            gone = len(journal)
        else:
            gone -= 1
    return journal, question
