"""Every no of the ledger, with its sentence, right beside the nearest yes."""

from __future__ import annotations

import ast
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest

from ledger.commands import (
    AbolishPosition,
    AmendDepth,
    AmendLimit,
    AmendScope,
    AppointPerson,
    ConstituteCommittee,
    DissolveUnit,
    DrawFunctionalLine,
    EndAppointment,
    ErasePerson,
    GrantAuthority,
    ImposeRestriction,
    IssueInstrument,
    MoveMatter,
    MoveUnit,
    OpenLedger,
    PlaceScopeValue,
    RenamePerson,
    RenameUnit,
    ReserveMatter,
    RevokeAuthority,
    SetSeats,
    SetSuperior,
)
from ledger.ids import (
    Act,
    AppointmentId,
    AuthorityId,
    CommandId,
    CommitteeId,
    InstrumentId,
    MatterId,
    PersonId,
    PositionId,
    RestrictionId,
    UnitId,
)
from ledger.moments import MICROSECOND
from ledger.refusals import (
    BaseMissing,
    ClockBehind,
    CommandIdReused,
    DepthExceeded,
    DiffersFromItem,
    EndedAlready,
    Erased,
    LimitAboveSource,
    LimitNotStated,
    MatterCycle,
    NameTaken,
    NotAlive,
    NotDelegable,
    NothingToCorrect,
    NotSpecial,
    NotTheHolder,
    NotWithinAuthority,
    OwnDelegation,
    PartsExceedWhole,
    PeriodWiderThanSource,
    RateMissing,
    Refusal,
    ReportingCycle,
    Reserved,
    ScopeCycle,
    ScopeWiderThanSource,
    SeatTaken,
    SuccessorCycle,
    TargetCycle,
    UnitCycle,
    UnknownName,
    UntilBeforeFrom,
)
from tests.given import (
    CLERK,
    START,
    Clock,
    a_ledger,
    act,
    amend,
    annul,
    appoint,
    authorise,
    base_figure,
    committee,
    contract,
    correct,
    define,
    delegate,
    establish,
    form,
    given,
    grant,
    holders,
    house,
    misread,
    on,
    open_item,
    person,
    position,
    rate,
    ratify,
    reading,
    recorded,
    refused,
    register,
    says,
    target,
    terminate,
    withdraw,
)

if TYPE_CHECKING:
    from ledger import Ledger
    from ledger.commands import Command

DIRECTOR, MANAGER, CHIEF = position("director"), position("manager"), position("chief")


def end(appointment: str, since: str) -> EndAppointment:
    return EndAppointment(since=since, appointment=AppointmentId(appointment))


def abolish(name: str, since: str, successor: str | None = None) -> AbolishPosition:
    return AbolishPosition(
        since=since, position=PositionId(name), successor=PositionId(successor) if successor else None
    )


def under(name: str, superior: str | None, since: str = START, until: str | None = None) -> SetSuperior:
    return SetSuperior(
        since=since, until=until, position=PositionId(name), superior=PositionId(superior) if superior else None
    )


def within(unit: str, parent: str | None, since: str = START) -> MoveUnit:
    return MoveUnit(since=since, unit=UnitId(unit), parent=UnitId(parent) if parent else None)


def part_of(matter: str, parent: str | None, since: str = START) -> MoveMatter:
    return MoveMatter(since=since, matter=MatterId(matter), parent=MatterId(parent) if parent else None)


def below(value: str, parent: str | None, since: str = START) -> PlaceScopeValue:
    return PlaceScopeValue(since=since, dimension="region", value=value, parent=parent)


# About names


def test_a_name_that_nobody_introduced_is_unknown() -> None:
    ledger = house()

    says(
        refused(ledger, appoint("dan", "manger", kind="acting")),
        UnknownName,
        "no position `manger` is known; near names: `manager`",
    )
    says(refused(ledger, appoint("zoe", "manager", kind="acting")), UnknownName, "no person `zoe` is known")
    given(ledger, appoint("dan", "manager", kind="acting"))


def test_a_name_whose_introduction_was_annulled_is_unknown() -> None:
    ledger = a_ledger()
    formed = recorded(ledger, form("hq"))
    given(ledger, RenameUnit(since=START, unit=UnitId("hq"), name="Head office"), annul(formed))

    says(
        refused(ledger, RenameUnit(since=START, unit=UnitId("hq"), name="Centre")),
        UnknownName,
        "no unit `hq` is known; near names: `hq`",
    )


def test_an_act_that_no_ledger_knows_is_unknown() -> None:
    ledger = house()
    allow = grant("g", DIRECTOR)

    says(
        refused(
            ledger,
            GrantAuthority(
                since=START,
                authority=AuthorityId("g"),
                holder=DIRECTOR,
                act=Act("signify"),
                matter=MatterId("spend"),
                limit="unlimited",
            ),
        ),
        UnknownName,
        "no act `signify` is known; near names: `sign`",
    )
    given(ledger, allow)


def test_an_instrument_that_nobody_issued_is_unknown() -> None:
    ledger = a_ledger()
    by_document = RenameUnit(since=START, unit=UnitId("hq"), name="Centre", instrument=InstrumentId("doc-1"))
    given(ledger, form("hq"))

    says(refused(ledger, by_document), UnknownName, "no instrument `doc-1` is known")
    given(
        ledger,
        IssueInstrument(since=START, issued=InstrumentId("doc-1"), number="1", title="Order", kind="order"),
        by_document,
    )


def test_an_id_is_given_once() -> None:
    ledger = house()

    says(refused(ledger, form("hq")), NameTaken, "the unit id `hq` was taken by entry 2")
    says(
        refused(ledger, OpenLedger(name="Another", currency="CNY", zone="Asia/Shanghai")),
        NameTaken,
        "the ledger id `Hengtong` was taken by entry 1",
    )
    given(ledger, form("hq-2"), establish("hq"))


def test_an_id_is_given_once_even_if_its_thing_was_annulled() -> None:
    ledger = a_ledger()
    given(ledger, annul(recorded(ledger, form("hq"))))

    says(refused(ledger, form("hq")), NameTaken, "the unit id `hq` was taken by entry 2")


def test_grants_and_delegations_share_their_names() -> None:
    ledger = house()
    given(ledger, grant("g", DIRECTOR, depth=1))

    says(
        refused(ledger, delegate("g", "g", DIRECTOR, MANAGER)), NameTaken, "the authority id `g` was taken by entry 15"
    )
    given(ledger, delegate("d", "g", DIRECTOR, MANAGER))


def test_items_and_contracts_share_their_names() -> None:
    ledger = house()
    given(ledger, open_item("ad-1"), contract("c-1"))

    says(refused(ledger, contract("ad-1")), NameTaken, "the item id `ad-1` was taken by entry 15")
    says(refused(ledger, open_item("c-1")), NameTaken, "the contract id `c-1` was taken by entry 16")
    given(ledger, contract("ad-2"), open_item("c-2"))


def test_the_amendments_of_a_contract_have_a_number_each() -> None:
    ledger = house()
    given(ledger, contract("c-1"), contract("c-2"), amend("c-1", "first", since="2026-02-01"))

    says(
        refused(ledger, amend("c-1", "first", since="2026-03-01")),
        NameTaken,
        "the amendment id `first` was taken by entry 17",
    )
    given(ledger, amend("c-2", "first", since="2026-03-01"), amend("c-1", "second", since="2026-03-01"))


def test_an_item_that_nobody_opened_needs_a_matter() -> None:
    ledger = house()

    says(refused(ledger, act("ad-1", "bo", "2026-02-01")), UnknownName, "no item `ad-1` is known")
    given(ledger, act("ad-1", "bo", "2026-02-01", matter="spend"), open_item("ad-2"), act("ad-2", "bo", "2026-02-01"))
    says(
        refused(ledger, act("ad-3", "bo", "2026-02-01")),
        UnknownName,
        "no item `ad-3` is known; near names: `ad-2`",
    )


def test_what_was_erased_is_not_written_again() -> None:
    ledger = house()
    rename = RenamePerson(since="2026-02-01", person=PersonId("dan"), name="Daniel")
    given(ledger, rename, ErasePerson(person=PersonId("dan")))

    says(refused(ledger, rename), Erased, "the personal data of `dan` was erased and is not written again")
    says(
        refused(ledger, ErasePerson(person=PersonId("dan"))),
        Erased,
        "the personal data of `dan` was erased and is not written again",
    )
    given(
        ledger,
        RenamePerson(since="2026-02-01", person=PersonId("chen"), name="Chen"),
        appoint("dan", "chief", kind="acting"),
    )


# About lives


def test_a_period_ends_after_its_start() -> None:
    ledger = a_ledger()

    says(
        refused(ledger, form("a", since="2026-03-01", until="2026-03-01")),
        UntilBeforeFrom,
        "the period ends at `2026-03-01`, not after its start `2026-03-01`",
    )
    says(
        refused(ledger, form("a", since="2026-03-01T08:00:00.000001+08:00", until="2026-03-01T08:00+08:00")),
        UntilBeforeFrom,
        "the period ends at `2026-03-01T08:00+08:00`, not after its start `2026-03-01T08:00:00.000001+08:00`",
    )
    given(ledger, form("a", since="2026-03-01", until="2026-03-01T00:00:00.000001+08:00"))


def test_a_last_day_may_be_the_first_day_and_not_the_day_before() -> None:
    ledger = house()
    for_one_day = AppointPerson(
        since="2026-03-05",
        through="2026-03-05",
        person=PersonId("dan"),
        position=PositionId("manager"),
        kind="acting",
    )
    backwards = AppointPerson(
        since="2026-03-05", through="2026-03-04", person=PersonId("dan"), position=PositionId("manager"), kind="acting"
    )

    says(
        refused(ledger, backwards),
        UntilBeforeFrom,
        "the last day `2026-03-04` lies before the start `2026-03-05`",
    )
    given(ledger, for_one_day)
    assert holders(ledger, "manager", "2026-03-05") == ["chen", "dan"]
    assert holders(ledger, "manager", "2026-03-06") == ["chen"]


def test_nothing_is_said_of_a_thing_before_it_exists_or_after() -> None:
    ledger = a_ledger()
    given(ledger, establish("desk", since="2026-03-01", until="2026-04-01"), register("anna"))

    says(
        refused(ledger, appoint("anna", "desk", since="2026-02-28T23:59:59.999999+08:00")),
        NotAlive,
        "the position `desk` does not exist at `2026-02-28T23:59:59.999999+08:00`",
    )
    says(
        refused(ledger, appoint("anna", "desk", since="2026-04-01")),
        NotAlive,
        "the position `desk` does not exist at `2026-04-01`",
    )
    given(
        ledger,
        appoint("anna", "desk", since="2026-03-01", until="2026-03-02"),
        appoint("anna", "desk", since="2026-03-31T23:59:59.999999+08:00", appointment="late"),
    )


def test_nothing_ends_before_it_begins() -> None:
    ledger = a_ledger()
    given(ledger, establish("desk", since="2026-03-01"))

    says(
        refused(ledger, abolish("desk", "2026-02-28")),
        NotAlive,
        "the position `desk` does not exist at `2026-02-28`",
    )
    given(ledger, abolish("desk", "2026-03-01"))


def test_a_new_end_comes_before_the_end_that_is_recorded() -> None:
    ledger = house()
    given(ledger, end("chen@manager", "2026-06-01"))

    for since in ("2026-06-01", "2026-07-01"):
        says(
            refused(ledger, end("chen@manager", since)),
            EndedAlready,
            "the appointment `chen@manager` already ends at `2026-06-01` by entry 15",
        )
    given(ledger, end("chen@manager", "2026-05-31T23:59:59.999999+08:00"))


def test_a_stated_end_is_moved_by_an_earlier_one_only() -> None:
    ledger = a_ledger()
    given(ledger, form("hq", until="2026-06-01"))

    says(
        refused(ledger, DissolveUnit(since="2026-06-01", unit=UnitId("hq"))),
        EndedAlready,
        "the unit `hq` already ends at `2026-06-01` by entry 2",
    )
    given(ledger, DissolveUnit(since="2026-05-31", unit=UnitId("hq")))


def test_a_contract_is_amended_while_it_lives() -> None:
    ledger = house()
    given(ledger, contract("c-1"), terminate("c-1", "2026-07-01"))

    says(
        refused(ledger, amend("c-1", "first", since="2026-07-01")),
        NotAlive,
        "the contract `c-1` does not exist at `2026-07-01`",
    )
    says(
        refused(ledger, terminate("c-1", "2026-07-02")),
        EndedAlready,
        "the contract `c-1` already ends at `2026-07-01` by entry 16",
    )
    given(ledger, amend("c-1", "first", since="2026-06-30"), terminate("c-1", "2026-06-30"))


def test_an_act_is_ratified_once_it_was_done() -> None:
    ledger = house()
    given(ledger, open_item("ad-1"), act("ad-1", "dan", "2026-03-05", deed="a"))

    says(
        refused(ledger, ratify("a", "bo", "2026-03-04")),
        NotAlive,
        "the deed `a` does not exist at `2026-03-04T23:59:59.999999+08:00`",
    )
    given(ledger, ratify("a", "bo", "2026-03-05"))


# About the house: seats


def test_a_seat_is_taken_once() -> None:
    ledger = house()

    says(
        refused(ledger, appoint("dan", "manager", since="2026-02-01")),
        SeatTaken,
        "position `manager` has 1 seat(s) and at `2026-02-01` would be held by `chen`, `dan`",
    )
    given(ledger, SetSeats(since="2026-02-01", position=PositionId("manager"), seats=2))
    given(ledger, appoint("dan", "manager", since="2026-02-01"))


def test_a_seat_is_free_on_the_day_its_holder_is_gone() -> None:
    ledger = house()
    given(ledger, end("chen@manager", "2026-06-01"))

    says(
        refused(ledger, appoint("dan", "manager", since="2026-05-31T23:59:59.999999+08:00")),
        SeatTaken,
        "position `manager` has 1 seat(s) and at `2026-05-31T23:59:59.999999+08:00` would be held by `chen`, `dan`",
    )
    given(ledger, appoint("dan", "manager", since="2026-06-01"))
    assert holders(ledger, "manager", "2026-06-01") == ["dan"]


def test_a_seat_must_be_free_on_every_day_to_come() -> None:
    ledger = house()
    given(ledger, end("chen@manager", "2026-02-01"), appoint("chen", "manager", since="2026-09-01", appointment="back"))

    says(
        refused(ledger, appoint("dan", "manager", since="2026-02-01")),
        SeatTaken,
        "position `manager` has 1 seat(s) and at `2026-09-01` would be held by `chen`, `dan`",
    )
    given(ledger, appoint("dan", "manager", since="2026-02-01", until="2026-09-01"))


def test_acting_and_interim_take_no_seat_and_the_other_kinds_do() -> None:
    ledger = house()

    given(ledger, appoint("dan", "manager", kind="acting"), appoint("bo", "manager", kind="interim"))
    for kind in ("substantive", "concurrent", "secondment"):
        says(
            refused(ledger, appoint("anna", "manager", kind=kind)),
            SeatTaken,
            "position `manager` has 1 seat(s) and at `2026-01-01` would be held by `chen`, `anna`",
        )


def test_seats_are_not_taken_away_under_their_holders() -> None:
    ledger = a_ledger()
    given(ledger, establish("desk", seats=2), register("anna"), register("bo"))
    given(ledger, appoint("anna", "desk"), appoint("bo", "desk", until="2026-07-01"))
    fewer = PositionId("desk")

    says(
        refused(ledger, SetSeats(since="2026-06-30", position=fewer, seats=1)),
        SeatTaken,
        "position `desk` has 1 seat(s) and at `2026-06-30` would be held by `anna`, `bo`",
    )
    given(ledger, SetSeats(since="2026-07-01", position=fewer, seats=1))


def test_seats_are_counted_on_the_state_after_the_whole_batch() -> None:
    ledger = house()
    in_turn = [appoint("dan", "manager", since="2026-02-01"), end("chen@manager", "2026-02-01")]

    says(
        refused(ledger, in_turn[0], end("chen@manager", "2026-02-02")),
        SeatTaken,
        "position `manager` has 1 seat(s) and at `2026-02-01` would be held by `chen`, `dan`",
    )
    ledger.submit_batch(in_turn, by=CLERK, batch="hand-over")
    assert holders(ledger, "manager", "2026-02-01") == ["dan"]


def test_no_correction_fills_a_seat_twice() -> None:
    ledger = house()
    ended = recorded(ledger, end("chen@manager", "2026-06-01"))
    appointed = recorded(ledger, appoint("dan", "manager", since="2026-06-01"))

    says(
        refused(ledger, correct(ended, end("chen@manager", "2026-06-02"))),
        SeatTaken,
        "position `manager` has 1 seat(s) and at `2026-06-01` would be held by `chen`, `dan`",
    )
    says(
        refused(ledger, correct(appointed, appoint("dan", "manager", since="2026-05-01"))),
        SeatTaken,
        "position `manager` has 1 seat(s) and at `2026-05-01` would be held by `chen`, `dan`",
    )
    given(ledger, correct(ended, end("chen@manager", "2026-05-01")))
    given(ledger, correct(appointed, appoint("dan", "manager", since="2026-05-01")))


def test_no_annulment_fills_a_seat_twice() -> None:
    ledger = house()
    ended = recorded(ledger, end("chen@manager", "2026-06-01"))
    appointed = recorded(ledger, appoint("dan", "manager", since="2026-06-01"))

    says(
        refused(ledger, annul(ended)),
        SeatTaken,
        "position `manager` has 1 seat(s) and at `2026-06-01` would be held by `chen`, `dan`",
    )
    given(ledger, annul(appointed), annul(ended))
    assert holders(ledger, "manager", "2026-06-01") == ["chen"]


def test_no_person_who_comes_back_into_the_books_fills_a_seat_twice() -> None:
    ledger = a_ledger()
    given(ledger, establish("desk"), register("bo"))
    registered = recorded(ledger, register("anna"))
    given(ledger, appoint("anna", "desk"))
    annulled = recorded(ledger, annul(registered))
    taken = recorded(ledger, appoint("bo", "desk"))

    says(
        refused(ledger, annul(annulled)),
        SeatTaken,
        "position `desk` has 1 seat(s) and at `2026-01-01` would be held by `anna`, `bo`",
    )
    given(ledger, annul(taken), annul(annulled))
    assert holders(ledger, "desk", "2026-02-01") == ["anna"]


# About the house: cycles


def test_no_position_reports_to_itself_through_others() -> None:
    ledger = house()

    says(
        refused(ledger, under("chief", "manager", since="2026-03-01")),
        ReportingCycle,
        "at `2026-03-01` this would be a cycle: `chief` → `manager` → `director` → `chief`",
    )
    given(ledger, under("manager", "chief"))


def test_no_position_reports_to_itself_directly() -> None:
    ledger = house()

    says(
        refused(ledger, under("chief", "chief", since="2026-03-01")),
        ReportingCycle,
        "at `2026-03-01` this would be a cycle: `chief` → `chief`",
    )
    given(ledger, under("chief", None, since="2026-03-01"))


def test_a_reporting_cycle_between_two_future_dates_is_a_cycle() -> None:
    ledger = a_ledger()
    given(ledger, establish("a"), establish("b"))
    given(ledger, under("a", "b", since="2027-03-01", until="2027-05-01"))

    says(
        refused(ledger, under("b", "a", since="2027-02-01", until="2027-03-01T00:00:00.000001+08:00")),
        ReportingCycle,
        "at `2027-03-01` this would be a cycle: `b` → `a` → `b`",
    )
    says(
        refused(ledger, under("b", "a", since="2027-04-30T23:59:59.999999+08:00", until="2027-06-01")),
        ReportingCycle,
        "at `2027-04-30T23:59:59.999999+08:00` this would be a cycle: `b` → `a` → `b`",
    )
    given(ledger, under("b", "a", since="2027-02-01", until="2027-03-01"))
    given(ledger, under("b", "a", since="2027-05-01", until="2027-06-01"))


def test_a_cycle_that_begins_with_a_position_to_come_is_a_cycle() -> None:
    ledger = a_ledger()
    given(ledger, establish("a"), establish("b"), establish("d"))
    established = recorded(ledger, establish("c"))
    given(
        ledger,
        under("b", "c"),
        correct(established, establish("c", since="2026-03-01", superior="d")),
    )

    says(
        refused(ledger, under("d", "b")),
        ReportingCycle,
        "at `2026-03-01` this would be a cycle: `d` → `b` → `c` → `d`",
    )
    given(ledger, under("d", "b", until="2026-03-01"))


def test_a_cycle_of_a_thousand_positions_in_one_batch_is_found() -> None:
    ledger = a_ledger()
    names = [f"p{number}" for number in range(1_000)]
    line = [under(one, other) for one, other in pairwise(names)]

    says(
        refused(ledger, *(establish(one) for one in names), *line, under(names[-1], names[0])),
        ReportingCycle,
        "at `2026-01-01` this would be a cycle: `p0` → `p1` → `p2` → `p3` → … 994 more … → `p998` → `p999` → `p0`",
    )
    ledger.submit_batch([*(establish(one) for one in names), *line], by=CLERK, batch="line")
    assert len(reading(ledger, "2026-02-01").superiors("p0")) == 999


def test_no_abolition_closes_a_circle() -> None:
    ledger = a_ledger()
    given(ledger, establish("a"), establish("b"), establish("c"), under("a", "b"), under("b", "c"))

    says(
        refused(ledger, abolish("c", "2026-03-01", successor="a")),
        ReportingCycle,
        "at `2026-03-01` this would be a cycle: `b` → `a` → `b`",
    )
    given(ledger, abolish("c", "2026-03-01", successor="b"))
    assert reading(ledger, "2026-03-01").superior("b") is None


def test_no_correction_and_no_annulment_makes_a_reporting_cycle() -> None:
    ledger = a_ledger()
    given(ledger, establish("a"), establish("b"), under("a", "b"))
    freed = recorded(ledger, under("a", None, since="2026-03-01"))
    given(ledger, under("b", "a", since="2026-03-01"))

    says(
        refused(ledger, annul(freed)),
        ReportingCycle,
        "at `2026-03-01` this would be a cycle: `a` → `b` → `a`",
    )
    says(
        refused(ledger, correct(freed, under("a", None, since="2026-03-02"))),
        ReportingCycle,
        "at `2026-03-01` this would be a cycle: `a` → `b` → `a`",
    )
    given(ledger, correct(freed, under("a", None, since="2026-02-01")))


def test_no_annulled_correction_makes_a_reporting_cycle() -> None:
    ledger = a_ledger()
    given(ledger, establish("a"), establish("b"))
    stated = recorded(ledger, under("a", "b"))
    corrected = recorded(ledger, correct(stated, under("a", None)))
    other = recorded(ledger, under("b", "a"))

    says(
        refused(ledger, annul(corrected)),
        ReportingCycle,
        "at `2026-01-01` this would be a cycle: `a` → `b` → `a`",
    )
    given(ledger, annul(other), annul(corrected))


def test_no_unit_lies_within_itself() -> None:
    ledger = a_ledger()
    given(ledger, form("hq"), form("sales", parent="hq"), form("east", parent="sales"))

    says(
        refused(ledger, within("hq", "east", since="2026-03-01")),
        UnitCycle,
        "at `2026-03-01` this would be a cycle: `hq` → `east` → `sales` → `hq`",
    )
    says(refused(ledger, within("hq", "hq")), UnitCycle, "at `2026-01-01` this would be a cycle: `hq` → `hq`")
    given(ledger, within("east", "hq", since="2026-03-01"), within("sales", "east", since="2026-03-01"))


def test_no_annulled_end_of_a_unit_makes_a_cycle() -> None:
    ledger = a_ledger()
    given(ledger, form("a"), form("b"), within("a", "b", since="2026-04-01"))
    dissolved = recorded(ledger, DissolveUnit(since="2026-03-01", unit=UnitId("b")))
    moved = recorded(ledger, within("b", "a", since="2026-02-01"))

    says(
        refused(ledger, annul(dissolved)),
        UnitCycle,
        "at `2026-04-01` this would be a cycle: `b` → `a` → `b`",
    )
    given(ledger, annul(moved), annul(dissolved))


def test_no_matter_is_part_of_itself() -> None:
    ledger = house()

    says(
        refused(ledger, part_of("spend", "spend.ads", since="2026-03-01")),
        MatterCycle,
        "at `2026-03-01` this would be a cycle: `spend` → `spend.ads` → `spend`",
    )
    given(ledger, part_of("spend.ads", None, since="2026-03-01"), part_of("spend", "spend.ads", since="2026-03-01"))


def test_no_scope_value_lies_below_itself() -> None:
    ledger = a_ledger()
    given(ledger, below("华东", "全国"), below("上海", "华东"))

    says(
        refused(ledger, below("全国", "上海", since="2026-03-01")),
        ScopeCycle,
        "at `2026-03-01` this would be a cycle: `全国` → `上海` → `华东` → `全国`",
    )
    given(ledger, below("杭州", "华东"), below("全国", None, since="2026-03-01"))


def test_no_position_succeeds_itself() -> None:
    ledger = a_ledger()
    given(ledger, establish("a"), establish("b"), establish("c"), abolish("a", "2026-03-01", successor="b"))

    says(
        refused(ledger, abolish("b", "2026-02-01", successor="a")),
        SuccessorCycle,
        "at `2026-03-01` this would be a cycle: `b` → `a` → `b`",
    )
    says(
        refused(ledger, abolish("c", "2026-02-01", successor="c")),
        SuccessorCycle,
        "at `2026-02-01` this would be a cycle: `c` → `c`",
    )
    given(ledger, abolish("b", "2026-02-01", successor="c"))


def test_no_annulled_correction_makes_a_circle_of_successors() -> None:
    ledger = a_ledger()
    given(ledger, establish("a"))
    established = recorded(ledger, establish("b"))
    given(ledger, abolish("b", "2026-03-01", successor="a"))
    shortened = recorded(ledger, correct(established, establish("b", until="2026-02-01")))
    abolished = recorded(ledger, abolish("a", "2026-01-15", successor="b"))

    assert isinstance(refused(ledger, annul(shortened)), SuccessorCycle)
    given(ledger, annul(abolished), annul(shortened))


# About targets


def test_no_target_is_part_of_itself() -> None:
    ledger = house()
    first = recorded(ledger, target("year", "1200万元"))
    given(ledger, target("north", "600万元", part_of="year"), target("city", "100万元", part_of="north"))

    says(
        refused(ledger, correct(first, target("year", "1200万元", part_of="city", parts_may_exceed=True))),
        TargetCycle,
        "at `2026-01-01` this would be a cycle: `year` → `city` → `north` → `year`",
    )
    given(ledger, target("all", "5000万元"), correct(first, target("year", "1200万元", part_of="all")))


def test_the_parts_of_a_target_do_not_exceed_the_whole() -> None:
    ledger = house()
    given(ledger, target("year", "1200万元"), target("north", "700万元", part_of="year"))

    says(
        refused(ledger, target("south", "500.01万元", part_of="year", since="2026-03-01")),
        PartsExceedWhole,
        "at `2026-03-01` the parts of target `year` would sum to `12,000,100.00 CNY`, the whole is `12,000,000 CNY`",
    )
    given(ledger, target("south", "500万元", part_of="year", since="2026-03-01"), withdraw("north", "2026-04-01"))
    given(ledger, target("east", "700万元", part_of="year", since="2026-04-01"))


# About acts


def test_an_act_is_authorised_within_authority_only() -> None:
    ledger = house()
    given(ledger, grant("g", DIRECTOR), open_item("ad-1", amount="2000.01"), open_item("ad-2", amount="2000"))

    no = refused(ledger, authorise("ad-1", "bo"))
    says(
        no,
        NotWithinAuthority,
        "`bo` is not within authority to approve `ad-1`: PER_ACT_EXCEEDED by entry 15 "
        "(authority `g`, limit `2,000 CNY`, amount `2,000.01 CNY`)",
    )
    assert no.code == "PER_ACT_EXCEEDED"
    assert refused(ledger, authorise("ad-2", "dan")).code == "NO_GRANT"
    given(ledger, authorise("ad-2", "bo"))


def test_an_act_that_is_authorised_is_about_what_its_item_is_about() -> None:
    ledger = house()
    given(ledger, grant("g", DIRECTOR), open_item("ad-1", amount="50000", requester="chen"))

    says(
        refused(ledger, authorise("ad-1", "bo", amount="1")),
        DiffersFromItem,
        "item `ad-1` says `50,000 CNY` for `amount` by entry 16, the act on it says `1 CNY`",
    )
    given(ledger, authorise("ad-2", "bo", matter="spend", amount="1"), open_item("ad-3", amount="1"))
    given(ledger, authorise("ad-3", "bo", amount="1"))


def test_a_target_is_set_within_authority_or_as_it_happened() -> None:
    ledger = house()
    given(ledger, define("target.sales"), grant("g", DIRECTOR, matter="target.sales", limit="1200万元"))

    assert isinstance(refused(ledger, target("year", "1200.01万元", set_by="bo")), NotWithinAuthority)
    assert isinstance(refused(ledger, target("year", "1200万元", set_by="dan")), NotWithinAuthority)
    given(
        ledger,
        target("year", "1200万元", set_by="bo"),
        msgspec.structs.replace(target("too-much", "1201万元", set_by="bo"), as_it_happened=True),
        target("by-nobody", "1201万元"),
    )


# About authority


def test_a_limit_is_stated() -> None:
    ledger = house()
    sentence = "authority `{}` states no limit; write an amount, `unlimited` or `no authority`"

    says(refused(ledger, grant("g", DIRECTOR, limit=None)), LimitNotStated, sentence.format("g"))
    given(
        ledger, grant("g", DIRECTOR, limit="unlimited", depth=1), grant("none", DIRECTOR, limit="no authority", depth=1)
    )
    says(refused(ledger, delegate("d", "g", DIRECTOR, MANAGER, limit=None)), LimitNotStated, sentence.format("d"))
    says(refused(ledger, AmendLimit(since=START, authority=AuthorityId("g"))), LimitNotStated, sentence.format("g"))
    given(ledger, delegate("d", "g", DIRECTOR, MANAGER, limit="unlimited"))


def test_only_the_holder_delegates() -> None:
    ledger = house()
    given(ledger, grant("g", DIRECTOR, depth=1))

    says(
        refused(ledger, delegate("d", "g", CHIEF, MANAGER)),
        NotTheHolder,
        "`chief` does not hold `g`, `director` does",
    )
    says(
        refused(ledger, delegate("d", "g", person("bo"), MANAGER)),
        NotTheHolder,
        "`bo` does not hold `g`, `director` does",
    )
    given(ledger, delegate("d", "g", DIRECTOR, MANAGER))


def test_the_successor_of_the_holder_delegates() -> None:
    ledger = house()
    given(ledger, grant("g", DIRECTOR, depth=1), abolish("director", "2026-03-01", successor="chief"))

    says(
        refused(ledger, delegate("d", "g", CHIEF, MANAGER, since="2026-02-28")),
        NotTheHolder,
        "`chief` does not hold `g`, `director` does",
    )
    given(ledger, delegate("d", "g", CHIEF, MANAGER, since="2026-03-01"))


def test_nobody_delegates_to_himself_or_back_up() -> None:
    ledger = house()
    given(ledger, grant("g", DIRECTOR, depth=2), delegate("d", "g", DIRECTOR, MANAGER, may_subdelegate=True))
    sentence = "`{}` can neither be given `{}` by itself nor amend what it was given"

    says(refused(ledger, delegate("e", "g", DIRECTOR, DIRECTOR)), OwnDelegation, sentence.format("director", "g"))
    says(refused(ledger, delegate("e", "d", MANAGER, DIRECTOR)), OwnDelegation, sentence.format("director", "d"))
    says(refused(ledger, delegate("e", "g", DIRECTOR, person("bo"))), OwnDelegation, sentence.format("bo", "g"))
    given(ledger, delegate("e", "d", MANAGER, CHIEF), delegate("f", "g", DIRECTOR, person("dan")))


def test_nobody_amends_what_he_was_delegated() -> None:
    ledger = house()
    given(ledger, grant("g", DIRECTOR, depth=2), delegate("d", "g", DIRECTOR, MANAGER, may_subdelegate=True))
    sentence = "`manager` can neither be given `d` by itself nor amend what it was given"
    amended = AuthorityId("d")

    says(
        refused(ledger, AmendDepth(since="2026-02-01", authority=amended, depth=1, amended_by=MANAGER)),
        OwnDelegation,
        sentence,
    )
    says(
        refused(ledger, AmendLimit(since="2026-02-01", authority=amended, limit="1 CNY", amended_by=MANAGER)),
        OwnDelegation,
        sentence,
    )
    says(
        refused(ledger, AmendScope(since="2026-02-01", authority=amended, amended_by=MANAGER)),
        OwnDelegation,
        sentence,
    )
    given(ledger, AmendDepth(since="2026-02-01", authority=amended, depth=1, amended_by=DIRECTOR))


def test_a_grant_is_not_delegable_unless_it_says_so() -> None:
    ledger = house()
    given(ledger, grant("none", DIRECTOR), grant("one", DIRECTOR, depth=1))

    says(
        refused(ledger, delegate("d", "none", DIRECTOR, MANAGER)), NotDelegable, "authority `none` may not be delegated"
    )
    given(ledger, delegate("d", "one", DIRECTOR, MANAGER))
    says(refused(ledger, delegate("e", "d", MANAGER, CHIEF)), NotDelegable, "authority `d` may not be delegated")


def test_a_delegation_goes_no_deeper_than_its_source() -> None:
    ledger = house()
    given(ledger, grant("g", DIRECTOR, depth=2))

    says(
        refused(ledger, delegate("d", "g", DIRECTOR, MANAGER, may_subdelegate=True, depth=2)),
        DepthExceeded,
        "under `g` 2 further delegation(s) may stand, 3 are asked for",
    )
    given(ledger, delegate("d", "g", DIRECTOR, MANAGER, may_subdelegate=True, depth=1))
    given(ledger, delegate("e", "d", MANAGER, CHIEF, may_subdelegate=True))
    says(
        refused(ledger, delegate("f", "e", CHIEF, person("dan"))),
        DepthExceeded,
        "under `e` 0 further delegation(s) may stand, 1 are asked for",
    )


def test_no_amendment_goes_deeper_than_the_source() -> None:
    ledger = house()
    given(ledger, grant("g", DIRECTOR, depth=2), delegate("d", "g", DIRECTOR, MANAGER))

    says(
        refused(ledger, AmendDepth(since="2026-02-01", authority=AuthorityId("d"), depth=2)),
        DepthExceeded,
        "under `g` 2 further delegation(s) may stand, 3 are asked for",
    )
    given(ledger, AmendDepth(since="2026-02-01", authority=AuthorityId("d"), depth=1))
    given(ledger, AmendDepth(since="2026-02-01", authority=AuthorityId("g"), depth=7))


def test_a_reserved_matter_is_not_delegated() -> None:
    ledger = house()
    given(ledger, grant("g", DIRECTOR, depth=1), define("spend.gifts", parent="spend", reserved=True))
    given(ledger, define("spend.gifts.tea", parent="spend.gifts"))

    says(
        refused(ledger, delegate("d", "g", DIRECTOR, MANAGER, matter="spend.gifts")),
        Reserved,
        "matter `spend.gifts` is reserved and may not be delegated",
    )
    says(
        refused(ledger, delegate("d", "g", DIRECTOR, MANAGER, matter="spend.gifts.tea")),
        Reserved,
        "matter `spend.gifts.tea` lies below `spend.gifts`, which is reserved and may not be delegated",
    )
    given(ledger, delegate("d", "g", DIRECTOR, MANAGER), delegate("e", "g", DIRECTOR, MANAGER, matter="spend.ads"))


def test_a_matter_is_reserved_from_its_day_on() -> None:
    ledger = house()
    given(ledger, grant("g", DIRECTOR, depth=1), ReserveMatter(since="2026-03-01", matter=MatterId("spend")))

    says(
        refused(ledger, delegate("d", "g", DIRECTOR, MANAGER, since="2026-03-01")),
        Reserved,
        "matter `spend` is reserved and may not be delegated",
    )
    given(ledger, delegate("d", "g", DIRECTOR, MANAGER, since="2026-02-28"))


def test_a_delegation_lasts_no_longer_than_its_source() -> None:
    ledger = house()
    given(ledger, grant("g", DIRECTOR, depth=1, until="2026-07-01"))
    sentence = "`g` is in force from `2026-01-01` until `2026-07-01` and the delegation reaches beyond"

    says(refused(ledger, delegate("d", "g", DIRECTOR, MANAGER)), PeriodWiderThanSource, sentence)
    says(
        refused(ledger, delegate("d", "g", DIRECTOR, MANAGER, until="2026-07-01T00:00:00.000001+08:00")),
        PeriodWiderThanSource,
        sentence,
    )
    given(ledger, delegate("d", "g", DIRECTOR, MANAGER, until="2026-07-01"))


def test_a_delegation_begins_while_its_source_is_in_force() -> None:
    ledger = house()
    given(ledger, grant("g", DIRECTOR, depth=1, since="2026-03-01"))

    says(
        refused(ledger, delegate("d", "g", DIRECTOR, MANAGER, since="2026-02-28")),
        NotAlive,
        "the authority `g` does not exist at `2026-02-28`",
    )
    given(ledger, delegate("d", "g", DIRECTOR, MANAGER, since="2026-03-01"))


def test_a_limit_is_no_higher_than_its_source() -> None:
    ledger = house()
    given(ledger, grant("g", DIRECTOR, depth=1, limit="2000 CNY"))

    says(
        refused(ledger, delegate("d", "g", DIRECTOR, MANAGER, limit="2000.01 CNY")),
        LimitAboveSource,
        "the limit `2,000.01 CNY` is above that of `g`, which is `2,000 CNY`",
    )
    says(
        refused(ledger, delegate("d", "g", DIRECTOR, MANAGER, limit="unlimited")),
        LimitAboveSource,
        "the limit `unlimited` is above that of `g`, which is `2,000 CNY`",
    )
    given(ledger, delegate("d", "g", DIRECTOR, MANAGER, limit="2000 CNY"))


def test_up_to_2000_is_more_than_below_2000() -> None:
    ledger = house()
    given(ledger, grant("g", DIRECTOR, depth=1, limit="below 2000 CNY"))

    says(
        refused(ledger, delegate("d", "g", DIRECTOR, MANAGER, limit="2000 CNY")),
        LimitAboveSource,
        "the limit `2,000 CNY` is above that of `g`, which is `below 2,000 CNY`",
    )
    given(
        ledger,
        delegate("d", "g", DIRECTOR, MANAGER, limit="below 2000 CNY"),
        delegate("e", "g", DIRECTOR, MANAGER, limit="1999.999999 CNY"),
        delegate("f", "g", DIRECTOR, MANAGER, limit="no authority"),
    )


def test_a_limit_is_compared_with_every_link_as_it_is_at_the_start() -> None:
    ledger = house()
    given(ledger, grant("g", DIRECTOR, depth=2), delegate("d", "g", DIRECTOR, MANAGER, may_subdelegate=True))
    given(ledger, AmendLimit(since="2026-03-01", authority=AuthorityId("g"), limit="1500 CNY"))

    says(
        refused(ledger, delegate("e", "d", MANAGER, CHIEF, since="2026-03-01")),
        LimitAboveSource,
        "the limit `2,000 CNY` is above that of `g`, which is `1,500 CNY`",
    )
    given(ledger, delegate("e", "d", MANAGER, CHIEF, since="2026-02-28"))


def test_no_amended_limit_is_above_that_of_the_source() -> None:
    ledger = house()
    given(ledger, grant("g", DIRECTOR, depth=1), delegate("d", "g", DIRECTOR, MANAGER, limit="1000 CNY"))

    says(
        refused(ledger, AmendLimit(since="2026-02-01", authority=AuthorityId("d"), limit="2000.01 CNY")),
        LimitAboveSource,
        "the limit `2,000.01 CNY` is above that of `g`, which is `2,000 CNY`",
    )
    given(ledger, AmendLimit(since="2026-02-01", authority=AuthorityId("d"), limit="2000 CNY"))
    given(ledger, AmendLimit(since="2026-02-01", authority=AuthorityId("g"), limit="unlimited"))


def test_a_scope_reaches_no_further_than_its_source() -> None:
    ledger = house()
    given(ledger, below("shanghai", "east"), grant("g", DIRECTOR, depth=1, scope={"region": ("south", "east")}))

    says(
        refused(ledger, delegate("d", "g", DIRECTOR, MANAGER, scope={"region": ("east", "north")})),
        ScopeWiderThanSource,
        "`region=north` is not within `region=south/east`, the reach of `g`",
    )
    given(
        ledger,
        delegate("d", "g", DIRECTOR, MANAGER, scope={"region": ("shanghai", "south")}),
        delegate("e", "g", DIRECTOR, MANAGER, scope={"tier": ("a",)}),
        delegate("f", "g", DIRECTOR, MANAGER),
    )
    says(
        refused(ledger, AmendScope(since=START, authority=AuthorityId("d"), scope={"region": ("north",)})),
        ScopeWiderThanSource,
        "`region=north` is not within `region=south/east`, the reach of `g`",
    )


def test_a_delegated_matter_lies_within_that_of_its_source() -> None:
    ledger = house()
    given(ledger, grant("g", DIRECTOR, depth=1), define("people"))

    says(
        refused(ledger, delegate("d", "g", DIRECTOR, MANAGER, matter="people")),
        ScopeWiderThanSource,
        "`people` is not within `spend`, the reach of `g`",
    )
    given(ledger, delegate("d", "g", DIRECTOR, MANAGER, matter="spend.ads"))


def test_two_currencies_need_a_rate() -> None:
    ledger = house()
    given(ledger, grant("g", DIRECTOR, depth=1))

    says(
        refused(ledger, delegate("d", "g", DIRECTOR, MANAGER, limit="100 USD")),
        RateMissing,
        "a rate between `100 USD` and `2,000 CNY` is needed and none is published",
    )
    given(ledger, delegate("d", "g", DIRECTOR, MANAGER, limit="100"))


def test_a_rate_that_is_published_is_the_one_at_the_start() -> None:
    ledger = house()
    given(ledger, grant("g", DIRECTOR, depth=1), rate("USD", "7.2 CNY", since="2026-03-01"))

    def in_dollars(since: str, limit: str = "277.7 USD") -> Command:
        return delegate("d", "g", DIRECTOR, MANAGER, since=since, limit=limit)

    says(
        refused(ledger, in_dollars("2026-02-28")),
        RateMissing,
        "a rate between `277.7 USD` and `2,000 CNY` is needed and none is published",
    )
    says(
        refused(ledger, in_dollars("2026-03-01", "277.8 USD")),
        LimitAboveSource,
        "the limit `277.8 USD` is above that of `g`, which is `2,000 CNY`",
    )
    given(ledger, in_dollars("2026-03-01"))
    given(ledger, AmendLimit(since="2026-03-02", authority=AuthorityId("d"), limit="200 USD"))


def test_a_percentage_needs_its_base_figure() -> None:
    ledger = house()
    given(ledger, grant("g", DIRECTOR, depth=1), base_figure("净资产", "20万元", since="2026-03-01"))

    def a_share(since: str, limit: str = "净资产的1%") -> Command:
        return delegate("d", "g", DIRECTOR, MANAGER, since=since, limit=limit)

    says(
        refused(ledger, a_share("2026-02-28")),
        BaseMissing,
        "the base figure `净资产` is needed and none is published",
    )
    says(
        refused(ledger, a_share("2026-03-01", "净资产的1.1%")),
        LimitAboveSource,
        "the limit `1.1% of 净资产` is above that of `g`, which is `2,000 CNY`",
    )
    given(ledger, a_share("2026-03-01"))
    says(
        refused(
            ledger,
            AmendLimit(since="2026-03-01", authority=AuthorityId("d"), limit="the smaller of 1% of sales and 1 CNY"),
        ),
        BaseMissing,
        "the base figure `sales` is needed and none is published",
    )


def test_only_a_special_grant_has_a_number_of_uses() -> None:
    ledger = house()

    says(
        refused(ledger, grant("g", DIRECTOR, uses=3)),
        NotSpecial,
        "grant `g` is `standing`; only a special grant has a number of uses",
    )
    given(ledger, grant("g", DIRECTOR, uses=3, kind="special"))


def test_a_grant_rests_on_a_decision_that_is_known() -> None:
    ledger = house()
    given(ledger, contract("c-1"), act("unopened", "anna", "2026-01-02", matter="spend"))

    says(refused(ledger, grant("g", DIRECTOR, by_decision="board-7")), UnknownName, "no item `board-7` is known")
    given(
        ledger,
        open_item("board-7"),
        grant("by-item", DIRECTOR, by_decision="board-7"),
        grant("by-contract", DIRECTOR, by_decision="c-1"),
        grant("by-deed", DIRECTOR, by_decision="unopened"),
    )


def test_only_a_special_grant_lifts_restrictions() -> None:
    ledger = house()
    no_ads = RestrictionId("no-ads")
    given(
        ledger,
        ImposeRestriction(since=START, restriction=no_ads, act=Act("approve"), matter=MatterId("spend.ads")),
    )

    def lifting(kind: str) -> Command:
        return GrantAuthority(
            since=START,
            authority=AuthorityId("g"),
            holder=DIRECTOR,
            act=Act("approve"),
            matter=MatterId("spend.ads"),
            limit="unlimited",
            kind=kind,  # type: ignore[arg-type]  # one of the three
            lifts=(no_ads,),
        )

    for kind in ("standing", "temporary"):
        says(
            refused(ledger, lifting(kind)),
            NotSpecial,
            f"grant `g` is `{kind}`; only a special grant lifts restrictions",
        )
    given(ledger, lifting("special"))


# About corrections


def test_what_is_no_fact_is_not_corrected() -> None:
    ledger = a_ledger()
    formed = recorded(ledger, form("hq"))
    corrected = recorded(ledger, correct(formed, form("hq", since="2026-02-01")))
    beginning = "entry {} cannot be corrected so: "

    says(
        refused(ledger, correct(9, form("hq"))),
        NothingToCorrect,
        beginning.format(9) + "the ledger has the entries 1 to 3",
    )
    says(refused(ledger, annul(0)), NothingToCorrect, beginning.format(0) + "the ledger has the entries 1 to 3")
    says(refused(ledger, annul(1)), NothingToCorrect, beginning.format(1) + "it states no fact that could be replaced")
    says(
        refused(ledger, correct(corrected, form("hq"))),
        NothingToCorrect,
        beginning.format(3) + "it corrects or annuls entry 2; name that one",
    )
    given(ledger, correct(formed, form("hq", since="2026-03-01")))


def test_an_entry_number_of_any_size_is_answered() -> None:
    ledger = a_ledger()

    for seq in (2**63, -(2**70), 10**40):
        says(
            refused(ledger, annul(seq)),
            NothingToCorrect,
            f"entry {seq} cannot be corrected so: the ledger has the entries 1 to 1",
        )


def test_a_correction_says_the_same_kind_of_thing_about_the_same_thing() -> None:
    ledger = a_ledger()
    given(ledger, form("sales"))
    formed = recorded(ledger, form("hq"))

    says(
        refused(ledger, correct(formed, form("hq-2"))),
        NothingToCorrect,
        "entry 3 cannot be corrected so: it is about `hq`, the replacement about `hq-2`",
    )
    says(
        refused(ledger, correct(formed, RenameUnit(since=START, unit=UnitId("sales"), name="Centre"))),
        NothingToCorrect,
        "entry 3 cannot be corrected so: it says `unit-formed/1`, the replacement says `unit-renamed/1`",
    )
    given(ledger, correct(formed, form("hq", parent="sales")))


def test_what_is_annulled_is_not_annulled_again() -> None:
    ledger = a_ledger()
    formed = recorded(ledger, form("hq"))
    corrected = recorded(ledger, correct(formed, form("hq", since="2026-02-01")))
    given(ledger, annul(corrected))
    again = "entry {} cannot be corrected so: it is annulled already"

    says(refused(ledger, annul(corrected)), NothingToCorrect, again.format(corrected))
    annulled = recorded(ledger, annul(formed))
    says(refused(ledger, annul(formed)), NothingToCorrect, again.format(formed))
    given(ledger, annul(annulled), annul(formed))


def test_a_correction_is_decided_as_the_fact_would_be() -> None:
    ledger = house()
    appointed = recorded(ledger, appoint("dan", "manager", kind="acting"))

    says(
        refused(ledger, correct(appointed, appoint("dan", "manager", since="2026-03-01", until="2026-03-01"))),
        UntilBeforeFrom,
        "the period ends at `2026-03-01`, not after its start `2026-03-01`",
    )
    given(ledger, correct(appointed, appoint("dan", "manager", kind="interim", appointment="dan@manager")))


# About recording


def test_a_command_id_stands_for_one_command() -> None:
    ledger = a_ledger()
    first = form("hq")
    known = CommandId("once")

    def under_that_id(name: str) -> Command:
        return RenameUnit(since=START, unit=UnitId("hq"), name=name, command_id=known)

    given(ledger, first, under_that_id("Centre"))

    says(
        refused(ledger, under_that_id("Head office")),
        CommandIdReused,
        "command id `once` was used by entry 3 for something else",
    )
    (again,) = given(ledger, under_that_id("Centre"))
    assert (again.first, again.repeated) == (3, True)


def test_a_clock_more_than_five_minutes_behind_writes_nothing() -> None:
    clock = Clock()
    ledger = a_ledger(clock=clock)

    clock.forward(-timedelta(minutes=5) - MICROSECOND)
    says(
        refused(ledger, form("hq")),
        ClockBehind,
        "the clock says `2026-01-05T00:54:59.999999+00:00` and the last entry was recorded at "
        "`2026-01-05T01:00:00+00:00`, more than five minutes later",
    )
    clock.forward(MICROSECOND)
    given(ledger, form("hq"))


# The order in which rules are checked


TAKEN = "g"
BEFORE: list[tuple[type[Refusal], Command]] = [
    (UntilBeforeFrom, delegate(TAKEN, "g", DIRECTOR, MANAGER, until=START)),
    (NameTaken, delegate(TAKEN, "g", position("nobody"), MANAGER)),
    (UnknownName, delegate("d", "g", position("nobody"), position("later"))),
    (NotAlive, delegate("d", "nothing", DIRECTOR, position("later"))),
    (UnknownName, delegate("d", "nothing", CHIEF, MANAGER)),
    (NotTheHolder, delegate("d", "g", MANAGER, DIRECTOR)),
    (OwnDelegation, delegate("d", "g", DIRECTOR, DIRECTOR, matter="people")),
    (ScopeWiderThanSource, delegate("d", "g", DIRECTOR, MANAGER, matter="people")),
    (Reserved, delegate("d", "none", DIRECTOR, MANAGER, matter="spend.gifts")),
    (NotDelegable, delegate("d", "none", DIRECTOR, MANAGER)),
    (DepthExceeded, delegate("d", "g", DIRECTOR, MANAGER, may_subdelegate=True, depth=9)),
    (PeriodWiderThanSource, delegate("d", "g", DIRECTOR, MANAGER, limit=None)),
    (LimitNotStated, delegate("d", "g", DIRECTOR, MANAGER, limit=None, until="2026-07-01", scope={"region": ("x",)})),
    (
        LimitAboveSource,
        delegate("d", "g", DIRECTOR, MANAGER, limit="3000", until="2026-07-01", scope={"region": ("x",)}),
    ),
    (ScopeWiderThanSource, delegate("d", "g", DIRECTOR, MANAGER, until="2026-07-01", scope={"region": ("x",)})),
]
"""Delegations, each of which breaks the rule beside it and most of them one or more of the later rules."""


@pytest.mark.parametrize(("first", "command"), BEFORE, ids=[f"{at}-{kind.code}" for at, (kind, _) in enumerate(BEFORE)])
def test_of_two_broken_rules_of_a_delegation_the_first_is_named(first: type[Refusal], command: Command) -> None:
    ledger = house()
    given(
        ledger,
        establish("later", since="2027-01-01"),
        define("people", reserved=True),
        define("spend.gifts", parent="spend", reserved=True),
        grant("g", DIRECTOR, depth=1, until="2026-07-01", scope={"region": ("east",)}),
        grant("none", DIRECTOR, until="2026-07-01"),
    )

    assert type(refused(ledger, command)) is first
    given(ledger, delegate("d", "g", DIRECTOR, MANAGER, until="2026-07-01"))


def test_of_two_rules_about_the_whole_the_first_is_named() -> None:
    ledger = house()
    given(ledger, target("year", "1 CNY"))
    batch: list[tuple[type[Refusal], Command]] = [
        (SeatTaken, appoint("dan", "manager")),
        (ReportingCycle, under("chief", "manager")),
        (UnitCycle, within("hq", "hq")),
        (MatterCycle, part_of("spend", "spend.ads")),
        (ScopeCycle, below("east", "east")),
        (PartsExceedWhole, target("half", "2 CNY", part_of="year")),
    ]

    for at, (first, _) in enumerate(batch):
        assert type(refused(ledger, *(command for _, command in reversed(batch[at:])))) is first


def test_what_one_command_breaks_by_itself_is_named_before_what_the_batch_breaks() -> None:
    ledger = house()
    broken = refused(ledger, form("sales"), appoint("dan", "manager"), form("hq"))

    says(broken, NameTaken, "the unit id `hq` was taken by entry 2")
    assert broken.position == 2


def test_a_repeated_command_is_recognised_before_any_rule_and_the_clock_is_asked_before_any_rule() -> None:
    clock = Clock()
    ledger = a_ledger(clock=clock)
    known = CommandId("once")
    revoke = RevokeAuthority(since=START, authority=AuthorityId("g"), command_id=known)
    given(
        ledger,
        establish("director"),
        define("spend"),
        grant("g", DIRECTOR),
        revoke,
    )
    clock.forward(-timedelta(hours=1))

    (again,) = given(ledger, revoke)
    assert (again.first, again.repeated) == (5, True)
    other = RevokeAuthority(since="2026-02-01", authority=AuthorityId("g"), command_id=known)
    assert isinstance(refused(ledger, other), CommandIdReused)
    assert isinstance(refused(ledger, form("hq", until=START)), ClockBehind)


def test_words_that_cannot_be_read_are_no_refusal_and_name_their_field() -> None:
    ledger = house()

    bad = misread(ledger, form("sales", since="2026-02-30"))
    assert (bad.field, bad.sentence) == ("from", "`2026-02-30` is not a date of the calendar")
    assert misread(ledger, grant("g", DIRECTOR, limit="-1 CNY")).field == "limit"
    assert misread(ledger, appoint("dan", "manager", kind="guest")).field == "kind"  # type: ignore[arg-type]
    given(ledger, form("sales", since="2026-02-28"))


# This file and the refusals


def test_every_refusal_is_provoked_in_this_file_with_its_sentence() -> None:
    tree = ast.parse(Path(__file__).read_text("utf-8"))
    provoked = {
        call.args[1].id
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id == "says"
        and isinstance(call.args[1], ast.Name)
    }

    assert provoked == {kind.__name__ for kind in kinds(Refusal) if not kind.__name__.startswith("_")}


def test_every_refusal_is_drawn_in_the_tree_at_the_top_of_its_file() -> None:
    text = (Path(__file__).parent.parent / "ledger" / "refusals.py").read_text("utf-8")
    drawn = text.split('"""')[1]

    assert not [kind.code for kind in kinds(Refusal) if not kind.__name__.startswith("_") and kind.code not in drawn]


def kinds(parent: type[Refusal]) -> set[type[Refusal]]:
    """All the kinds of refusal there are."""
    return {one for child in parent.__subclasses__() for one in ({child} | kinds(child))}


def test_the_house_of_these_tests_stands() -> None:
    ledger: Ledger = house()

    assert ledger.books.head == 14
    assert reading(ledger, "2026-02-01").superiors("manager") == ["director", "chief"]
    assert on("2026-02-01").isoformat() == "2026-01-31T16:00:00+00:00"


# Cycles through positions that have ended


def _three_under_one_another(ledger: Ledger) -> None:
    given(ledger, *(establish(name) for name in ("a", "b", "c", "d", "e", "x")))


def test_a_cycle_through_two_successions_is_found() -> None:
    ledger = a_ledger()
    _three_under_one_another(ledger)
    given(ledger, under("x", "a"), under("c", "x"), abolish("a", "2026-03-01", successor="b"))

    assert isinstance(refused(ledger, abolish("b", "2026-04-01", successor="c")), ReportingCycle)
    given(ledger, abolish("b", "2026-04-01", successor="d"))


def test_a_cycle_through_a_position_that_ended_without_a_successor_is_found() -> None:
    ledger = a_ledger()
    _three_under_one_another(ledger)
    given(ledger, under("x", "a"), under("a", "d"), under("c", "x"), abolish("a", "2026-03-01"))

    assert isinstance(refused(ledger, abolish("d", "2026-04-01", successor="c")), ReportingCycle)
    given(ledger, abolish("d", "2026-04-01", successor="e"))


def test_a_cycle_closed_by_the_last_superior_of_an_ended_position_is_found() -> None:
    ledger = a_ledger()
    _three_under_one_another(ledger)
    given(ledger, under("x", "a"), under("e", "x"), abolish("a", "2026-03-01"))

    assert isinstance(refused(ledger, under("a", "e", since="2026-02-01")), ReportingCycle)
    given(ledger, under("a", "d", since="2026-02-01"))


def test_a_refusal_of_the_whole_names_the_command_that_touched_it() -> None:
    ledger = a_ledger()
    no = refused(ledger, establish("a"), establish("b", superior="a"), under("a", "b"), establish("c"))
    assert (no.code, no.position) == ("REPORTING_CYCLE", 2)


def test_nothing_is_delegated_from_what_does_not_stand() -> None:
    ledger = house()
    granted = recorded(ledger, grant("g", DIRECTOR, depth=2))
    first = recorded(ledger, delegate("d1", "g", DIRECTOR, MANAGER, may_subdelegate=True))
    given(ledger, delegate("d2", "d1", MANAGER, person("dan")))

    again = delegate("d1", "d2", person("dan"), MANAGER, may_subdelegate=True)
    assert isinstance(refused(ledger, correct(first, again)), UnknownName)
    given(ledger, annul(granted))
    says(
        refused(ledger, delegate("d3", "d1", MANAGER, person("dan"))),
        UnknownName,
        "no authority `g` is known",
    )


def test_a_delegate_amends_nothing_by_another_hand() -> None:
    """The manager's delegation is not amended by the manager's office, nor by the person who holds it."""
    ledger = house()
    given(ledger, grant("g", DIRECTOR, depth=1), delegate("d", "g", DIRECTOR, MANAGER))
    for hand in (MANAGER, person("chen")):
        command = AmendLimit(since="2026-02-01", authority=AuthorityId("d"), limit="1 CNY", amended_by=hand)
        assert isinstance(refused(ledger, command), OwnDelegation)
    given(ledger, AmendLimit(since="2026-02-01", authority=AuthorityId("d"), limit="1 CNY", amended_by=DIRECTOR))


def test_small_things_that_make_no_sense_are_refused() -> None:
    ledger = house()
    line = DrawFunctionalLine(since=START, position=PositionId("chief"), superior=PositionId("chief"))
    assert isinstance(refused(ledger, line), ReportingCycle)
    nobody = ConstituteCommittee(since=START, committee=CommitteeId("k"), name="K", seats=())
    assert misread(ledger, nobody).field == "seats"
    to_a_body = delegate("d", "g", DIRECTOR, committee("k"))
    given(ledger, grant("g", DIRECTOR, depth=1))
    assert misread(ledger, to_a_body).field == "holder"
    assert misread(ledger, grant("h", DIRECTOR, limit="123456789012345678.5亿元")).field == "limit"
    named = msgspec.structs.replace(establish("chief", unit="hq"), command_id=CommandId("x"))
    assert misread(ledger, correct(3, named)).field == "replacement.command_id"


def test_an_id_that_is_made_up_avoids_those_that_were_given() -> None:
    ledger = house()
    taken = f"appointment-{ledger.books.head + 2}"
    nameless = AppointPerson(since=START, person=PersonId("dan"), position=PositionId("director"), kind="acting")
    given(ledger, appoint("dan", "manager", kind="acting", appointment=taken), nameless)
    assert f"{taken}-" in ledger.books.things["appointment"]
