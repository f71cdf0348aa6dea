"""Hand-worked cases of the oracle itself: each test is one sentence of the law, worked out on paper."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import get_args

import msgspec
import pytest
from hypothesis import given, settings

from ledger.events import (
    ActDone,
    ActRatified,
    AnyEvent,
    AnyFact,
    AppointmentEnded,
    AppointmentKind,
    AuthorityCapped,
    AuthorityDelegated,
    AuthorityGranted,
    AuthorityRevoked,
    AuthoritySuspended,
    BaseFigurePublished,
    CharterAdopted,
    Commitment,
    CommitteeConstituted,
    ContractAmended,
    ContractRegistered,
    Duty,
    Entry,
    EntryAnnulled,
    FactCorrected,
    JointlyHeld,
    LedgerOpened,
    LimitAmended,
    MatterDefined,
    MatterReserved,
    PersonAppointed,
    PersonRegistered,
    Pool,
    PositionAbolished,
    PositionEstablished,
    PositionRetitled,
    PricedOption,
    Procedure,
    RatePublished,
    RestrictionImposed,
    RuleSet,
    ScopeAmended,
    ScopeTerm,
    ScopeValuePlaced,
    SignerClass,
    TargetHolder,
    TargetSet,
    UnitFormed,
    UnitMoved,
    Vote,
    VoteCast,
)
from ledger.ids import (
    Act,
    AppointmentId,
    AuthorityId,
    BatchId,
    CommandId,
    CommitteeId,
    ContractId,
    DeedId,
    Holder,
    ItemId,
    MatterId,
    PersonId,
    PositionId,
    RatificationId,
    RestrictionId,
    Seq,
    TargetId,
    UnitId,
)
from ledger.moments import FOREVER, MICROSECOND, Moment
from ledger.money import Greater, Limit, Money, NoAuthority, Percent, Smaller, Unlimited, UpTo
from tests import oracle
from tests.histories import BUILDERS, asked, least
from tests.oracle import OracleQuestion, Verdicts

APPROVE, GOODS, BUYING = Act("approve"), MatterId("goods"), MatterId("buying")
CLERK, CHIEF, HEAD = PositionId("clerk"), PositionId("chief"), PositionId("head")
LI, WANG, ZHAO = PersonId("li"), PersonId("wang"), PersonId("zhao")
REASON = Commitment("0" * 64)


def at(month: int, day: int = 1) -> datetime:
    """The start of a day of the year 2026; the zone does not matter to the oracle."""
    return datetime(2026, month, day, tzinfo=UTC)


def on(month: int, day: int = 1) -> Moment:
    """What a fact states as that day."""
    return Moment(at(month, day), date(2026, month, day))


def cny(amount: int) -> UpTo:
    """A limit in yuan."""
    return UpTo(Decimal(amount), "CNY")


JUNE, DECEMBER, TWO_THOUSAND = at(6), at(12), cny(2000)


def journal(*events: AnyEvent) -> list[Entry]:
    """The events as entries 2, 3 … of a ledger."""
    opened = LedgerOpened(name="Example Trading Co., Ltd.", currency="CNY", zone="Asia/Shanghai")
    return [
        Entry(
            seq=Seq(seq),
            recorded_at=at(1) + timedelta(hours=seq),
            recorded_by="clerk",
            command_id=CommandId(f"c{seq}"),
            digest="0" * 64,
            event=event,
        )
        for seq, event in enumerate((opened, *events), start=1)
    ]


def established(position: PositionId, superior: PositionId | None = None) -> PositionEstablished:
    return PositionEstablished(effective=on(1), position=position, title=position, superior=superior)


def registered(person: PersonId) -> PersonRegistered:
    return PersonRegistered(effective=on(1), person=person, name=REASON)


def appointed(
    person: PersonId, position: PositionId, kind: AppointmentKind = "substantive", until: Moment | None = None
) -> PersonAppointed:
    return PersonAppointed(
        effective=on(1),
        appointment=AppointmentId(f"{person}@{position}"),
        person=person,
        position=position,
        kind=kind,
        until=until,
    )


def left(person: PersonId, position: PositionId, month: int) -> AppointmentEnded:
    return AppointmentEnded(effective=on(month), appointment=AppointmentId(f"{person}@{position}"))


def granted(
    holder: Holder,
    limit: Limit = TWO_THOUSAND,
    authority: str = "grant",
    until: Moment | None = None,
    lifts: tuple[RestrictionId, ...] = (),
) -> AuthorityGranted:
    return AuthorityGranted(
        effective=on(1),
        authority=AuthorityId(authority),
        holder=holder,
        act=APPROVE,
        matter=BUYING,
        limit=limit,
        kind="special" if lifts else "standing",
        depth=2,
        lifts=lifts,
        until=until,
    )


def delegated(source: str, giver: Holder, holder: Holder, authority: str, month: int = 1) -> AuthorityDelegated:
    return AuthorityDelegated(
        effective=on(month),
        authority=AuthorityId(authority),
        source=AuthorityId(source),
        giver=giver,
        holder=holder,
        limit=cny(1000),
        covers_pending=False,
    )


BUYING_DEFINED = MatterDefined(effective=on(1), matter=BUYING, name="buying")
HOUSE: tuple[AnyEvent, ...] = (
    BUYING_DEFINED,
    MatterDefined(effective=on(1), matter=GOODS, name="buying goods", parent=BUYING),
    established(HEAD),
    established(CHIEF, HEAD),
    established(CLERK, CHIEF),
    *(registered(person) for person in (LI, WANG, ZHAO)),
)
"""Entries 2 to 9: two matters, one below the other, a line of three positions, three persons."""


def could(
    entries: list[Entry],
    v: datetime = JUNE,
    amount: int | None = 1000,
    requester: str | None = None,
    beneficiary: str | None = None,
    opened: datetime | None = None,
    matter: str = BUYING,
    **attributes: str,
) -> Verdicts:
    return oracle.who_could(
        entries,
        OracleQuestion(
            act=APPROVE,
            matter=matter,
            amount=None if amount is None else Money(Decimal(amount), "CNY"),
            attributes=attributes,
            requester=requester,
            beneficiary=beneficiary,
            opened=opened,
            v=v,
            k=len(entries),
        ),
    )


def test_the_correction_with_the_greatest_number_decides_and_keeps_the_number_of_its_fact() -> None:
    first = UnitFormed(effective=on(1), unit=UnitId("u"), name="first")
    second = UnitFormed(effective=on(1), unit=UnitId("u"), name="second")
    third = UnitFormed(effective=on(2), unit=UnitId("u"), name="third")
    entries = journal(
        first,
        FactCorrected(of=Seq(2), replacement=second, reason=REASON),
        FactCorrected(of=Seq(2), replacement=third, reason=REASON),
    )
    assert [oracle.standing(entries, k) for k in (1, 2, 3, 4)] == [
        [],
        [(2, 2, first)],
        [(2, 3, second)],
        [(2, 4, third)],
    ]
    assert oracle.value(entries, "unit", "u", "name", at(1), 3) == "second"
    assert oracle.value(entries, "unit", "u", "name", at(1), 4) is None


def test_an_annulled_correction_gives_way_to_the_one_before_it() -> None:
    first = UnitFormed(effective=on(1), unit=UnitId("u"), name="first")
    second = UnitFormed(effective=on(1), unit=UnitId("u"), name="second")
    entries = journal(
        first, FactCorrected(of=Seq(2), replacement=second, reason=REASON), EntryAnnulled(of=Seq(3), reason=REASON)
    )
    assert oracle.standing(entries, 4) == [(2, 2, first)]


def test_an_annulled_annulment_is_void_and_the_fact_stands_again() -> None:
    fact = UnitFormed(effective=on(1), unit=UnitId("u"), name="u")
    entries = journal(
        fact,
        EntryAnnulled(of=Seq(2), reason=REASON),
        EntryAnnulled(of=Seq(3), reason=REASON),
        EntryAnnulled(of=Seq(4), reason=REASON),
    )
    assert [len(oracle.standing(entries, k)) for k in (2, 3, 4, 5)] == [1, 0, 1, 0]
    assert oracle.idle(entries, 5) == set()


def test_a_correction_after_an_annulment_makes_the_fact_stand() -> None:
    fact = UnitFormed(effective=on(1), unit=UnitId("u"), name="u")
    again = UnitFormed(effective=on(1), unit=UnitId("u"), name="again")
    entries = journal(
        fact, EntryAnnulled(of=Seq(2), reason=REASON), FactCorrected(of=Seq(2), replacement=again, reason=REASON)
    )
    assert oracle.standing(entries, 4) == [(2, 4, again)]


def test_corrections_and_annulments_that_name_nothing_fitting_are_idle() -> None:
    fact = UnitFormed(effective=on(1), unit=UnitId("u"), name="u")
    other_thing = UnitFormed(effective=on(1), unit=UnitId("x"), name="x")
    other_type = UnitMoved(effective=on(1), unit=UnitId("u"))
    entries = journal(
        fact,
        FactCorrected(of=Seq(2), replacement=other_thing, reason=REASON),
        FactCorrected(of=Seq(2), replacement=other_type, reason=REASON),
        FactCorrected(of=Seq(3), replacement=fact, reason=REASON),
        FactCorrected(of=Seq(6), replacement=fact, reason=REASON),
        EntryAnnulled(of=Seq(1), reason=REASON),
        EntryAnnulled(of=Seq(9), reason=REASON),
        EntryAnnulled(of=Seq(8), reason=REASON),
    )
    assert oracle.standing(entries, 9) == [(2, 2, fact)]
    assert oracle.idle(entries, 9) == {3, 4, 5, 6, 7, 8, 9}


def test_the_latest_effective_date_wins_and_on_one_date_the_later_recorded() -> None:
    def retitled(month: int, title: str) -> PositionRetitled:
        return PositionRetitled(effective=on(month), position=CLERK, title=title)

    entries = journal(established(CLERK), retitled(3, "later"), retitled(2, "early"), retitled(3, "latest"))
    for v, title in ((at(1), "clerk"), (at(2), "early"), (at(3) - MICROSECOND, "early"), (at(3), "latest")):
        assert oracle.value(entries, "position", CLERK, "title", v, 5) == title
    assert oracle.value(entries, "position", CLERK, "title", at(3), 4) == "later"


def test_when_a_bounded_value_lapses_the_earlier_one_shows_again() -> None:
    entries = journal(
        RuleSet(effective=on(1), rule="vacancy", value="none"),
        RuleSet(effective=on(2), rule="vacancy", value="roll_up", until=on(3)),
    )
    for v, value in ((at(1), "none"), (at(2), "roll_up"), (at(3) - MICROSECOND, "roll_up"), (at(3), "none")):
        assert oracle.rule(entries, "vacancy", v, 3) == value
    assert oracle.rule(entries, "superiors", at(2), 3) == "none"


def test_an_end_is_the_first_instant_without_the_thing() -> None:
    entries = journal(*HOUSE, appointed(LI, CLERK, until=on(5)), left(LI, CLERK, 4))
    assert oracle.life(entries, "appointment", "li@clerk", 10) == (at(1), at(5), None)
    assert oracle.life(entries, "appointment", "li@clerk", 11) == (at(1), at(4), 11)
    assert oracle.appointees(entries, CLERK, at(4) - MICROSECOND, 11) == [(LI, "substantive")]
    assert oracle.appointees(entries, CLERK, at(4), 11) == []
    assert oracle.life(entries, "matter", GOODS, 11) == (at(1), FOREVER, None)


def test_the_earliest_end_counts_and_an_end_at_the_stated_end_is_the_stated_one() -> None:
    entries = journal(
        granted(Holder(person=LI), until=on(5)),
        AuthorityRevoked(effective=on(5), authority=AuthorityId("grant")),
        AuthorityRevoked(effective=on(4), authority=AuthorityId("grant")),
        AuthorityRevoked(effective=on(4), authority=AuthorityId("grant")),
    )
    lives = [oracle.life(entries, "authority", "grant", k) for k in (3, 4, 5)]
    assert lives == [(at(1), at(5), None), (at(1), at(4), 4), (at(1), at(4), 5)]
    assert oracle.idle(entries, 3) == {2}
    assert oracle.idle(entries, 5) == {2, 3}


def test_what_is_stated_about_the_unknown_or_the_dead_is_idle() -> None:
    entries = journal(
        UnitMoved(effective=on(2), unit=UnitId("nowhere")),
        established(CLERK),
        PositionAbolished(effective=on(3), position=CLERK),
        PositionRetitled(effective=on(3), position=CLERK, title="too late"),
        PositionRetitled(effective=on(2), position=CLERK, title="in time"),
        CharterAdopted(effective=on(4), position=CLERK, edition="1", duties=(Duty("1", "buys"),)),
        appointed(LI, CLERK),
        delegated("unknown", Holder(position=CLERK), Holder(person=LI), "part"),
    )
    assert oracle.idle(entries, 9) == {2, 5, 7, 8, 9}


def test_a_charter_edition_replaces_the_former_one_while_the_position_lives() -> None:
    first = CharterAdopted(effective=on(1), position=CLERK, edition="1", duties=(Duty("1", "buys"), Duty("2", "pays")))
    second = CharterAdopted(effective=on(3), position=CLERK, edition="2", duties=(Duty("1", "buys"),))
    entries = journal(established(CLERK), first, second, PositionAbolished(effective=on(5), position=CLERK))
    for v, edition in ((at(1), first), (at(3) - MICROSECOND, first), (at(3), second), (at(5), None)):
        assert oracle.charter(entries, CLERK, v, 5) == edition


def test_from_its_abolition_every_reference_reads_as_the_successor() -> None:
    entries = journal(
        *HOUSE,
        appointed(WANG, CHIEF),
        granted(Holder(position=CLERK)),
        PositionAbolished(effective=on(3), position=CLERK, successor=CHIEF),
    )
    assert oracle.resolve(entries, CLERK, at(3) - MICROSECOND, 12) == CLERK
    assert oracle.resolve(entries, CLERK, at(3), 12) == CHIEF
    assert could(entries, at(3) - MICROSECOND).candidates == {("person", WANG): {("rolled_up", "grant", CHIEF)}}
    assert could(entries, at(3)).candidates == {("person", WANG): {("substantive", "grant", CHIEF)}}


def test_a_position_never_becomes_its_own_superior() -> None:
    entries = journal(*HOUSE, PositionAbolished(effective=on(3), position=CHIEF, successor=CLERK))
    assert oracle.superior(entries, CLERK, at(3) - MICROSECOND, 10) == CHIEF
    assert oracle.superior(entries, CLERK, at(3), 10) == HEAD


def test_without_a_successor_the_subordinates_report_to_the_superior_of_the_abolished() -> None:
    entries = journal(*HOUSE, PositionAbolished(effective=on(3), position=CHIEF))
    assert oracle.superior(entries, CLERK, at(3), 10) == HEAD
    assert oracle.superior(entries, CHIEF, at(3), 10) is None


def test_successors_in_a_circle_are_nobody() -> None:
    entries = journal(
        *HOUSE,
        PositionAbolished(effective=on(3), position=CHIEF, successor=CLERK),
        PositionAbolished(effective=on(3), position=CLERK, successor=CHIEF),
        granted(Holder(position=CHIEF)),
    )
    assert oracle.resolve(entries, CHIEF, at(4), 12) is None
    assert could(entries).reasons == {}


def test_an_appointment_ends_with_its_position() -> None:
    entries = journal(*HOUSE, appointed(LI, CLERK), PositionAbolished(effective=on(3), position=CLERK))
    assert oracle.appointees(entries, CLERK, at(3) - MICROSECOND, 11) == [(LI, "substantive")]
    assert oracle.appointees(entries, CLERK, at(3), 11) == []


def test_a_limit_is_inclusive() -> None:
    entries = journal(*HOUSE, appointed(LI, CLERK), granted(Holder(position=CLERK)))
    assert could(entries, amount=2000).candidates == {("person", LI): {("substantive", "grant", CLERK)}}
    assert could(entries, amount=2001).headline == {("person", LI): "PER_ACT_EXCEEDED"}


@pytest.mark.parametrize(
    ("limit", "reason"),
    [
        (cny(1000), None),
        (UpTo(Decimal(1000), "CNY", below=True), "PER_ACT_EXCEEDED"),
        (UpTo(Decimal(1), "USD"), "RATE_MISSING"),
        (NoAuthority(), "NO_AUTHORITY"),
        (Unlimited(), None),
    ],
)
def test_each_kind_of_limit(limit: Limit, reason: str | None) -> None:
    entries = journal(*HOUSE, granted(Holder(person=LI), limit))
    answer = could(entries)
    assert answer.headline == ({} if reason is None else {("person", LI): reason})
    assert answer.undetermined is (reason == "RATE_MISSING")


def test_a_grant_by_name_ends_when_its_person_holds_no_position_any_more_and_does_not_revive() -> None:
    back = PersonAppointed(
        effective=on(5), appointment=AppointmentId("again"), person=LI, position=CLERK, kind="substantive"
    )
    entries = journal(
        *HOUSE, appointed(LI, CLERK), appointed(LI, CHIEF), granted(Holder(person=LI)), left(LI, CLERK, 3)
    )
    assert could(entries, at(6)).candidates == {("person", LI): {("named", "grant", None)}}
    entries = journal(*(entry.event for entry in entries[1:]), left(LI, CHIEF, 4), back)
    assert could(entries, at(4) - MICROSECOND).candidates == {("person", LI): {("named", "grant", None)}}
    assert could(entries, at(4)).headline == {("person", LI): "EXPIRED"}
    assert could(entries, at(6)).headline == {("person", LI): "EXPIRED"}


def test_a_grant_by_name_to_someone_who_never_held_a_position_does_not_end() -> None:
    assert could(journal(*HOUSE, granted(Holder(person=LI)))).candidates == {("person", LI): {("named", "grant", None)}}


def test_the_nearest_occupied_superior_acts_for_a_vacant_position_unless_the_rule_says_none() -> None:
    house = (*HOUSE, appointed(ZHAO, HEAD), granted(Holder(position=CLERK)))
    assert could(journal(*house)).candidates == {("person", ZHAO): {("rolled_up", "grant", HEAD)}}
    assert could(journal(*house, RuleSet(effective=on(6), rule="vacancy", value="none"))).reasons == {}


def test_superiors_inherit_grants_but_not_received_delegations() -> None:
    entries = journal(
        *HOUSE,
        appointed(LI, CLERK),
        appointed(WANG, CHIEF),
        granted(Holder(position=HEAD)),
        delegated("grant", Holder(position=HEAD), Holder(position=CLERK), "part"),
        granted(Holder(position=CLERK), authority="own"),
        RuleSet(effective=on(1), rule="superiors", value="inherit"),
    )
    assert could(entries).candidates == {
        ("person", LI): {("substantive", "own", CLERK), ("delegate", "part", CLERK)},
        ("person", WANG): {("inherited", "own", CHIEF)},
    }


def test_a_delegation_fails_with_any_earlier_link_and_reaches_no_reserved_matter() -> None:
    chief, clerk = Holder(position=CHIEF), Holder(position=CLERK)
    house = (
        *HOUSE,
        appointed(LI, CLERK),
        granted(Holder(position=HEAD), cny(500)),
        delegated("grant", Holder(position=HEAD), chief, "first", 2),
        delegated("first", chief, clerk, "second", 2),
    )
    first = AuthorityId("first")
    li = ("person", LI)
    assert could(journal(*house), amount=500).candidates == {li: {("delegate", "second", CLERK)}}
    assert could(journal(*house), amount=501).headline == {li: "PER_ACT_EXCEEDED"}
    assert could(journal(*house), amount=500, opened=at(2) - MICROSECOND).headline == {li: "OPENED_BEFORE"}
    for event in (
        AuthoritySuspended(effective=on(6), authority=first),
        AuthorityRevoked(effective=on(6), authority=first),
        EntryAnnulled(of=Seq(12), reason=REASON),
        PositionAbolished(effective=on(6), position=CHIEF),
    ):
        assert could(journal(*house, event), amount=500).headline == {li: "CHAIN_BROKEN"}
    reserved = MatterReserved(effective=on(6), matter=BUYING, reserved=True)
    assert could(journal(*house, reserved), amount=500, matter=GOODS).headline == {li: "RESERVED"}


def test_an_amended_limit_holds_from_its_own_date() -> None:
    amended = LimitAmended(effective=on(3), authority=AuthorityId("grant"), limit=cny(500), until=on(5))
    entries = journal(*HOUSE, granted(Holder(person=LI)), amended)
    within = [bool(could(entries, v).candidates) for v in (at(3) - MICROSECOND, at(3), at(5) - MICROSECOND, at(5))]
    assert within == [True, False, False, True]


def test_a_restriction_beats_a_grant_and_covers_what_lies_below_its_matter() -> None:
    restriction = RestrictionImposed(
        effective=on(6), restriction=RestrictionId("r"), act=APPROVE, matter=BUYING, above=cny(1000)
    )
    entries = journal(*HOUSE, granted(Holder(person=LI)), restriction)
    assert could(entries, at(6) - MICROSECOND, amount=1001).candidates
    assert could(entries, at(6), amount=1000, matter=GOODS).candidates
    assert could(entries, at(6), amount=1001, matter=GOODS).headline == {("person", LI): "PROHIBITED"}


def test_a_restriction_on_a_position_binds_every_route_through_it() -> None:
    restriction = RestrictionImposed(
        effective=on(1), restriction=RestrictionId("r"), holder=Holder(position=HEAD), act=APPROVE, matter=BUYING
    )
    entries = journal(
        *HOUSE,
        appointed(LI, CLERK),
        appointed(ZHAO, HEAD),
        granted(Holder(position=HEAD)),
        delegated("grant", Holder(position=HEAD), Holder(position=CLERK), "part"),
        granted(Holder(position=CHIEF), authority="vacant"),
        granted(Holder(person=ZHAO), authority="named"),
        restriction,
    )
    answer = could(entries)
    assert answer.candidates == {("person", ZHAO): {("named", "named", None)}}
    assert answer.headline == {("person", LI): "PROHIBITED"}
    assert answer.reasons == {("person", LI): {"PROHIBITED"}, ("person", ZHAO): {"PROHIBITED"}}


def test_a_restriction_is_lifted_only_for_the_own_routes_of_the_special_grant_that_names_it() -> None:
    restriction = RestrictionImposed(effective=on(1), restriction=RestrictionId("r"), act=APPROVE, matter=BUYING)
    entries = journal(
        *HOUSE,
        appointed(LI, CLERK),
        granted(Holder(person=WANG), lifts=(RestrictionId("r"),)),
        delegated("grant", Holder(person=WANG), Holder(position=CLERK), "part"),
        granted(Holder(person=ZHAO), authority="other"),
        restriction,
    )
    answer = could(entries)
    assert answer.candidates == {("person", WANG): {("named", "grant", None)}}
    assert answer.headline == {("person", LI): "PROHIBITED", ("person", ZHAO): "PROHIBITED"}


def test_nobody_decides_for_himself_or_for_the_one_he_reports_to() -> None:
    house = (
        *HOUSE,
        appointed(LI, CLERK),
        appointed(WANG, CHIEF),
        appointed(ZHAO, HEAD),
        *(granted(Holder(person=person), authority=f"of {person}") for person in (LI, WANG, ZHAO)),
    )
    answer = could(journal(*house), requester=LI, beneficiary=WANG)
    assert answer.headline == {("person", LI): "REQUESTER", ("person", WANG): "BENEFICIARY"}
    assert could(journal(*house), requester=ZHAO).headline == {
        ("person", LI): "SUBORDINATE_OF_BENEFICIARY",
        ("person", WANG): "SUBORDINATE_OF_BENEFICIARY",
        ("person", ZHAO): "REQUESTER",
    }
    allowed = RuleSet(effective=on(1), rule="self_interest", value="allow")
    assert not could(journal(*house, allowed), requester=ZHAO).headline


def test_a_scope_asks_for_its_values_or_what_lies_below_them() -> None:
    entries = journal(
        *HOUSE,
        granted(Holder(person=LI)),
        ScopeAmended(effective=on(1), authority=AuthorityId("grant"), scope=(ScopeTerm("region", ("north",)),)),
        ScopeValuePlaced(effective=on(4), dimension="region", value="harbour", parent="north"),
    )
    assert could(entries, region="north").candidates
    assert could(entries, region="harbour").candidates
    assert could(entries, at(4) - MICROSECOND, region="harbour").headline == {("person", LI): "OUT_OF_SCOPE"}
    missing = could(entries)
    assert missing.headline == {("person", LI): "ATTRIBUTE_MISSING"}
    assert missing.undetermined


def test_who_has_no_route_appears_nowhere() -> None:
    answer = could(journal(*HOUSE, appointed(LI, CLERK)))
    assert (answer.candidates, answer.reasons, answer.headline, answer.undetermined) == ({}, {}, {}, False)


def test_every_type_of_fact_is_made_up_by_the_histories() -> None:
    assert set(BUILDERS) == set(get_args(AnyFact))


def test_least_leaves_the_entries_that_matter_and_what_they_name() -> None:
    second = UnitFormed(effective=on(1), unit=UnitId("u"), name="second")
    entries = journal(
        *HOUSE,
        UnitFormed(effective=on(1), unit=UnitId("u"), name="first"),
        granted(Holder(person=LI)),
        FactCorrected(of=Seq(10), replacement=second, reason=REASON),
    )
    question = OracleQuestion(act=APPROVE, matter=BUYING, v=JUNE, k=12)

    def named_second(some: list[Entry], asking: OracleQuestion) -> bool:
        return oracle.value(some, "unit", "u", "name", asking.v, asking.k) == "second"

    left, asking = least(entries, question, named_second)
    assert [type(entry.event) for entry in left] == [LedgerOpened, UnitFormed, FactCorrected]
    assert [entry.seq for entry in left] == [1, 2, 3]
    assert (oracle.idle(left, 3), asking.k) == (set(), 3)


@settings(max_examples=200, deadline=None)
@given(asked())
def test_nothing_recorded_makes_the_fold_fail_and_what_is_recorded_later_changes_no_earlier_answer(
    case: tuple[list[Entry], OracleQuestion],
) -> None:
    entries, question = case
    known = entries[: question.k]
    assert oracle.who_could(entries, question) == oracle.who_could(known, question)
    assert oracle.idle(entries, question.k) == oracle.idle(known, question.k)
    assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1))
    assert all(one.recorded_at < other.recorded_at for one, other in pairwise(entries))


# What people do


GRANT, X, Y = AuthorityId("grant"), ItemId("x"), ItemId("y")


def done(
    deed: str,
    month: int,
    day: int = 1,
    *,
    by: PersonId = LI,
    item: ItemId = X,
    amount: Money | None = None,
    act: Act = APPROVE,
    supplier: str | None = None,
    claimed: PositionId | None = None,
    rejected: bool = False,
    ratify_by: Moment | None = None,
) -> ActDone:
    return ActDone(
        effective=on(month, day),
        deed=DeedId(deed),
        item=item,
        act=act,
        by=Holder(person=by),
        matter=BUYING,
        amount=amount,
        attributes={} if supplier is None else {"supplier": supplier},
        claimed=claimed,
        rejected=rejected,
        ratify_by=ratify_by,
    )


def yuan(amount: int) -> Money:
    return Money(Decimal(amount), "CNY")


def dollars(amount: int) -> Money:
    return Money(Decimal(amount), "USD")


def capped(amount: int, window: str = "month", pool: Pool = "grant", month: int = 1) -> AuthorityCapped:
    return AuthorityCapped(effective=on(month), authority=GRANT, limit=cny(amount), window=window, pool=pool)


def told(entries: list[Entry], k: int | None = None, v: datetime = DECEMBER) -> dict[str, tuple[str, str | None]]:
    """Of every act and item the verdict and the reason; items in capitals."""
    found = oracle.all_verdicts(entries, v, len(entries) if k is None else k)
    names = {(kind, name): name.upper() if kind == "item" else name for kind, name in found}
    return {names[key]: (one.verdict, one.reason) for key, one in found.items()}


WITHIN: tuple[str, None] = ("AUTHORISED", None)


def test_an_act_of_a_month_counts_for_that_month_and_only_for_later_acts() -> None:
    # 1200 in April and 800 in April fit 2000; one more yuan in April does not; 2000 in May fits again.
    acts = [
        done("a", 4, 2, item=X, amount=yuan(1200)),
        done("b", 4, 3, item=Y, amount=yuan(800)),
        done("c", 4, 4, item=ItemId("z"), amount=yuan(1)),
        done("d", 5, 2, item=ItemId("w"), amount=yuan(2000)),
    ]
    answers = told(journal(*HOUSE, granted(Holder(person=LI)), capped(2000), *acts))
    assert [answers[name] for name in "abcd"] == [
        WITHIN,
        WITHIN,
        ("UNAUTHORISED", "CUMULATIVE_EXCEEDED"),
        WITHIN,
    ]


def test_a_late_recorded_earlier_act_uses_the_cap_first() -> None:
    # b (1500, 5 April) was judged alone: within 2000. Then a (1000, 2 April) is recorded: 1000 + 1500 > 2000 for b.
    entries = journal(
        *HOUSE,
        granted(Holder(person=LI)),
        capped(2000),
        done("b", 4, 5, item=Y, amount=yuan(1500)),
        done("a", 4, 2, item=X, amount=yuan(1000)),
    )
    assert told(entries, len(entries) - 1)["b"] == WITHIN
    assert told(entries)["b"] == ("AUTHORISED_AS_KNOWN", "CUMULATIVE_EXCEEDED")
    assert told(entries)["a"] == WITHIN


def test_a_later_act_on_an_item_counts_with_what_exceeds_its_greatest_earlier_amount() -> None:
    # x: 1000, then 1500 (adds 500), then 1200 (adds nothing): 1500 of 2000 are used, so y may have 500 and not 501.
    acts = [done("a", 4, 2, amount=yuan(1000)), done("b", 4, 3, amount=yuan(1500)), done("c", 4, 4, amount=yuan(1200))]
    house = (*HOUSE, granted(Holder(person=LI)), capped(2000), *acts)
    assert told(journal(*house, done("d", 4, 5, item=Y, amount=yuan(500))))["d"] == WITHIN
    assert told(journal(*house, done("d", 4, 5, item=Y, amount=yuan(501))))["d"][1] == "CUMULATIVE_EXCEEDED"


@pytest.mark.parametrize(
    ("window", "first", "second", "together"),
    [
        ("quarter", (3, 31), (4, 1), False),
        ("quarter", (4, 1), (6, 30), True),
        ("year", (1, 2), (12, 30), True),
        ("30 days", (4, 1), (4, 30), True),
        ("30 days", (4, 1), (5, 1), False),
        ("grant", (1, 2), (12, 30), True),
        ("fiscal_year", (3, 31), (4, 1), False),
        ("fiscal_year", (1, 2), (3, 31), True),
    ],
)
def test_each_window(window: str, first: tuple[int, int], second: tuple[int, int], together: bool) -> None:  # noqa: FBT001
    # 1500 and 600 are 100 too much for 2000 where they fall into one window.
    entries = journal(
        *HOUSE,
        RuleSet(effective=on(1), rule="fiscal_year", value="04-01"),
        granted(Holder(person=LI)),
        capped(2000, window),
        done("a", *first, item=X, amount=yuan(1500)),
        done("b", *second, item=Y, amount=yuan(600)),
    )
    assert (told(entries)["b"][1] == "CUMULATIVE_EXCEEDED") is together


def test_each_pool_counts_its_own_acts() -> None:
    # Li and Wang hold the clerk's office with one grant; Zhao has a grant of her own over the same matter.
    house = (*HOUSE, appointed(LI, CLERK), appointed(WANG, CLERK), granted(Holder(position=CLERK)))
    house = (*house, granted(Holder(person=ZHAO), authority="other"))
    acts = (
        done("a", 4, 2, by=LI, item=X, amount=yuan(1500), supplier="anhui"),
        done("b", 4, 3, by=ZHAO, item=Y, amount=yuan(400), supplier="anhui"),
        done("c", 4, 4, by=WANG, item=ItemId("z"), amount=yuan(600), supplier="anhui"),
    )
    # person: Wang did 600. grant, position: 1500 + 600 = 2100. supplier: 1500 + 400 + 600 = 2500, Zhao's too.
    for pool, cap, exceeded in (
        ("person", 600, False),
        ("grant", 2099, True),
        ("grant", 2100, False),
        ("position", 2099, True),
        ("supplier", 2499, True),
        ("supplier", 2500, False),
    ):
        entries = journal(*house, capped(cap, pool=pool), *acts)  # type: ignore[arg-type]
        assert (told(entries)["c"][1] == "CUMULATIVE_EXCEEDED") is exceeded, (pool, cap)
    without = (*acts[:2], done("c", 4, 4, by=WANG, item=ItemId("z"), amount=yuan(600)))
    assert told(journal(*house, capped(9999, pool="supplier"), *without))["c"] == ("INDETERMINATE", "ATTRIBUTE_MISSING")


def test_a_rejected_act_uses_nothing() -> None:
    acts = (done("a", 4, 2, amount=yuan(2000), rejected=True), done("b", 4, 3, item=Y, amount=yuan(2000)))
    assert told(journal(*HOUSE, granted(Holder(person=LI)), capped(2000), *acts))["b"] == WITHIN


def test_a_special_grant_is_used_once_an_item() -> None:
    special = msgspec.structs.replace(granted(Holder(person=LI)), kind="special", uses=1)
    acts = (done("a", 4, 2), done("b", 4, 3), done("c", 4, 4, item=Y))
    answers = told(journal(*HOUSE, special, *acts))
    assert [answers[name] for name in "abc"] == [WITHIN, WITHIN, ("UNAUTHORISED", "EXHAUSTED")]


def rate(currency: str, amount: str, other: str, month: int = 1) -> RatePublished:
    return RatePublished(effective=on(month), currency=currency, worth=Money(Decimal(amount), other))


@pytest.mark.parametrize(
    ("rates", "amount", "reason"),
    [
        ((), dollars(1), "RATE_MISSING"),
        ((rate("USD", "8", "CNY"),), dollars(250), None),  # 250 · 8 = 2000
        ((rate("USD", "8", "CNY"),), dollars(251), "PER_ACT_EXCEEDED"),
        ((rate("CNY", "0.125", "USD"),), dollars(250), None),  # the other direction: 1 / 0.125 = 8
        ((rate("CNY", "0.125", "USD"), rate("USD", "9", "CNY", 2)), dollars(223), "PER_ACT_EXCEEDED"),  # 2007
    ],
)
def test_rates_serve_in_both_directions(rates: tuple[RatePublished, ...], amount: Money, reason: str | None) -> None:
    entries = journal(*HOUSE, granted(Holder(person=LI)), *rates, done("a", 4, 2, amount=amount))
    assert told(entries)["a"][1] == reason


def test_two_currencies_without_a_pair_go_through_the_base_currency() -> None:
    # 100 EUR = 1000 CNY = 125 USD; the limit is 125 USD.
    limit = UpTo(Decimal(125), "USD")
    rates = (rate("EUR", "10", "CNY"), rate("USD", "8", "CNY"))
    for euros, reason in ((100, None), (101, "PER_ACT_EXCEEDED")):
        act = done("a", 4, 2, amount=Money(Decimal(euros), "EUR"))
        assert told(journal(*HOUSE, granted(Holder(person=LI), limit), *rates, act))["a"][1] == reason


def test_a_rate_published_late_serves_now_and_one_known_at_the_act_is_kept() -> None:
    act = done("a", 4, 2, amount=dollars(250))
    late = journal(*HOUSE, granted(Holder(person=LI)), act, rate("USD", "8", "CNY"))
    assert told(late, len(late) - 1)["a"] == ("INDETERMINATE", "RATE_MISSING")
    assert told(late)["a"] == ("CURED", None)
    kept = journal(*HOUSE, granted(Holder(person=LI)), rate("USD", "8", "CNY"), act, rate("USD", "9", "CNY", 2))
    assert told(kept)["a"] == WITHIN


def test_a_percentage_of_a_base_figure_and_the_smaller_and_greater_of_two() -> None:
    percent = Percent(Decimal(10), "net assets")
    figure = BaseFigurePublished(effective=on(3), base="net assets", amount=yuan(15000))
    for limit, amount, reason in (
        (percent, 1500, None),  # 10 % of 15000
        (percent, 1501, "PER_ACT_EXCEEDED"),
        (Percent(Decimal(10), "net assets", below=True), 1500, "PER_ACT_EXCEEDED"),
        (Percent(Decimal(10), "gross assets"), 1, "BASE_MISSING"),
        (Smaller((percent, cny(1000))), 1001, "PER_ACT_EXCEEDED"),
        (Greater((percent, cny(1000))), 1500, None),
        (Greater((percent, cny(1000))), 1501, "PER_ACT_EXCEEDED"),
        (Smaller((Percent(Decimal(10), "gross assets"), cny(1000))), 1001, "PER_ACT_EXCEEDED"),
        (Greater((Percent(Decimal(10), "gross assets"), cny(1000))), 1000, None),
    ):
        act = done("a", 4, 2, amount=yuan(amount))
        entries = journal(*HOUSE, granted(Holder(person=LI), limit), figure, act)
        assert told(entries)["a"][1] == reason, (limit, amount)
    early = journal(*HOUSE, granted(Holder(person=LI), percent), figure, done("a", 2, 2, amount=yuan(1)))
    assert told(early)["a"] == ("INDETERMINATE", "BASE_MISSING")


def test_the_table_of_verdicts() -> None:
    grant, act = granted(Holder(person=LI)), done("a", 4, 2, ratify_by=on(6))
    yes = journal(*HOUSE, grant, act)
    assert told(yes)["a"] == WITHIN
    undone = journal(*HOUSE, grant, act, EntryAnnulled(of=Seq(10), reason=REASON))
    assert told(undone)["a"] == ("AUTHORISED_AS_KNOWN", "NO_GRANT")
    assert told(journal(*HOUSE, act, grant))["a"] == ("CURED", None)
    no = journal(*HOUSE, act)
    assert told(no)["a"] == ("UNAUTHORISED", "NO_GRANT")
    assert told(no, v=at(6))["a"] == ("UNAUTHORISED", "NO_GRANT")
    assert told(no, v=at(6) - MICROSECOND)["a"] == ("PENDING_RATIFICATION", "NO_GRANT")


def test_who_has_authority_then_and_when_ratifying_ratifies_from_then_on() -> None:
    def ratified(by: PersonId) -> ActRatified:
        return ActRatified(effective=on(5), ratification=RatificationId("r"), deed=DeedId("a"), by=Holder(person=by))

    house = (*HOUSE, granted(Holder(person=WANG)), done("a", 4, 2, by=LI))
    good = journal(*house, ratified(WANG))
    assert told(good, v=at(5))["a"] == ("RATIFIED", "NO_GRANT")
    assert told(good, v=at(5))["X"] == ("RATIFIED", "NO_GRANT")
    assert told(good, v=at(5) - MICROSECOND)["a"] == ("UNAUTHORISED", "NO_GRANT")
    assert told(journal(*house, ratified(ZHAO)))["a"] == ("UNAUTHORISED", "NO_GRANT")
    gone = AuthorityRevoked(effective=on(5), authority=GRANT)
    assert told(journal(*house, ratified(WANG), gone))["a"] == ("UNAUTHORISED", "NO_GRANT")


def test_what_was_loaded_is_judged_by_all_that_came_with_it() -> None:
    # The act stands before the grant in the file: as loaded it was within authority.
    entries = journal(*HOUSE, done("a", 4, 2), granted(Holder(person=LI)))
    loaded = [msgspec.structs.replace(one, batch=BatchId("load")) if one.seq > 9 else one for one in entries]
    assert told(entries)["a"] == ("CURED", None)
    assert told(loaded)["a"] == WITHIN
    verdict = oracle.act_verdict(loaded, "a", at(12), len(loaded))
    assert verdict is not None
    assert verdict.as_loaded


def jointly(persons: int, *classes: SignerClass, month: int = 1) -> JointlyHeld:
    return JointlyHeld(effective=on(month), authority=GRANT, persons=persons, classes=classes)


def test_joint_authority_counts_distinct_persons_and_a_class_place_takes_one_person() -> None:
    # Li holds two offices and counts once; Wang is of the class; Zhao is neither.
    house = (*HOUSE, appointed(LI, CLERK), appointed(LI, CHIEF), granted(Holder(position=CLERK)))
    chiefs = SignerClass(1, (Holder(position=CHIEF), Holder(person=WANG)))
    first, second = done("a", 4, 2, by=LI), done("b", 4, 3, by=LI)
    both = done("c", 4, 4, by=WANG)
    assert told(journal(*house, jointly(2, chiefs), first, second))["X"] == ("UNAUTHORISED", "NOT_ENOUGH_SIGNATORIES")
    assert told(journal(*house, jointly(2, chiefs), first, both))["X"] == WITHIN
    pair = SignerClass(2, (Holder(position=CHIEF), Holder(person=WANG)))
    assert told(journal(*house, jointly(1, pair), first))["X"] == ("UNAUTHORISED", "NOT_ENOUGH_SIGNATORIES")
    assert told(journal(*house, jointly(1, pair), first, both))["X"] == WITHIN
    two = (SignerClass(1, (Holder(person=WANG),)), SignerClass(1, (Holder(person=WANG), Holder(person=ZHAO))))
    assert told(journal(*house, jointly(1, *two), both))["X"] == ("UNAUTHORISED", "NOT_ENOUGH_SIGNATORIES")
    third = done("d", 4, 5, by=ZHAO)
    assert told(journal(*house, jointly(1, *two), both, third))["X"] == WITHIN
    assert told(journal(*house, jointly(1, *two), both, third))["d"] == WITHIN


def test_the_number_of_signers_is_that_of_the_day() -> None:
    # Two until the end of April, one from May on: an act of April alone is too few, an act of May alone is enough.
    house = (*HOUSE, granted(Holder(person=LI)), jointly(2), jointly(1, month=5))
    assert told(journal(*house, done("a", 4, 2)))["X"] == ("UNAUTHORISED", "NOT_ENOUGH_SIGNATORIES")
    assert told(journal(*house, done("a", 5, 2)))["X"] == WITHIN


@pytest.mark.parametrize(
    ("procedure", "votes", "reason"),
    [
        (Procedure(), "y.", "QUORUM_NOT_MET"),  # one of three seats
        (Procedure(), "yy", None),
        (Procedure(), "yn", "NOT_CARRIED"),  # one of two votes is not more than half
        (Procedure(), "ya", None),  # an abstention is not cast: one of one
        (Procedure(), "yr", None),  # a recused member is present and does not vote
        (Procedure(recused_present=False), "yr", "QUORUM_NOT_MET"),
        (Procedure(quorum=1), "y.", None),
        (Procedure(carried_by="2/3"), "yyn", None),
        (Procedure(carried_by="2/3"), "yn", "NOT_CARRIED"),
        (Procedure(counted_of="present"), "yaa", "NOT_CARRIED"),  # one of three present
        (Procedure(counted_of="seats"), "yy", None),  # two of three seats
        (Procedure(counted_of="seats"), "ya", "NOT_CARRIED"),
    ],
)
def test_quorum_and_votes_of_a_committee(procedure: Procedure, votes: str, reason: str | None) -> None:
    # Three seats: Li and Wang by name, the chief's office ex officio, which Zhao holds.
    board = CommitteeId("board")
    seats = (Holder(person=LI), Holder(person=WANG), Holder(position=CHIEF))
    words: dict[str, VoteCast] = {"y": "yes", "n": "no", "a": "abstained", "r": "recused"}
    cast = tuple(Vote(who, words[how]) for who, how in zip((LI, ZHAO, WANG), votes, strict=False) if how != ".")
    resolved = msgspec.structs.replace(done("a", 4, 2), by=Holder(committee=board), votes=cast)
    entries = journal(
        *HOUSE,
        appointed(ZHAO, CHIEF),
        CommitteeConstituted(effective=on(1), committee=board, name="board", seats=seats, procedure=procedure),
        granted(Holder(committee=board)),
        resolved,
    )
    assert told(entries)["X"][1] == reason


def test_a_grant_rests_on_its_decision() -> None:
    rests = msgspec.structs.replace(granted(Holder(person=WANG), authority="other"), act=Act("sign"), by_decision=X)
    house = (*HOUSE, granted(Holder(person=LI)), rests, done("b", 4, 3, by=WANG, item=Y, act=Act("sign")))
    assert told(journal(*house))["b"] == ("UNAUTHORISED", "CHAIN_BROKEN")
    assert told(journal(*house, done("a", 4, 2, by=LI)))["b"] == ("CURED", None)
    assert told(journal(*house, done("a", 4, 2, by=ZHAO)))["b"] == ("UNAUTHORISED", "CHAIN_BROKEN")


def test_one_person_does_not_propose_and_approve_one_item() -> None:
    acts = (done("p", 4, 2, act=Act("propose")), done("a", 4, 3), done("b", 4, 4, item=Y))
    answers = told(journal(*HOUSE, granted(Holder(person=LI)), *acts))
    assert (answers["a"], answers["b"]) == (("UNAUTHORISED", "SEPARATION"), WITHIN)
    backwards = told(journal(*HOUSE, granted(Holder(person=LI)), done("a", 4, 2), done("p", 4, 3, act=Act("propose"))))
    assert backwards["a"] == WITHIN
    none = RuleSet(effective=on(1), rule="separation", value="none")
    assert told(journal(*HOUSE, granted(Holder(person=LI)), none, *acts))["a"] == WITHIN


@pytest.mark.parametrize(
    ("approvals", "reason"),
    [
        ((), "APPROVAL_MISSING"),
        ((done("a", 4, 2, by=ZHAO, amount=yuan(1000)),), "APPROVAL_MISSING"),  # Zhao may not approve
        ((done("a", 4, 2, amount=yuan(1000), rejected=True),), "APPROVAL_MISSING"),
        ((done("a", 4, 4, amount=yuan(1000)),), "APPROVAL_LATER"),
        ((done("a", 4, 2, amount=yuan(999)),), "APPROVAL_TOO_SMALL"),
        ((done("a", 4, 2, amount=yuan(1000)),), None),
        ((done("a", 4, 2, item=Y, amount=yuan(1000)),), "APPROVAL_MISSING"),
    ],
)
def test_a_signature_needs_an_approval_of_its_item_in_time_for_its_amount(
    approvals: tuple[ActDone, ...], reason: str | None
) -> None:
    signs = msgspec.structs.replace(granted(Holder(person=WANG), authority="signs"), act=Act("sign"))
    needed = RuleSet(effective=on(1), rule="sign_needs_approval", value="yes")
    signed = done("s", 4, 3, by=WANG, act=Act("sign"), amount=yuan(1000))
    entries = journal(*HOUSE, granted(Holder(person=LI)), signs, needed, *approvals, signed)
    assert told(entries)["s"][1] == reason


def test_acts_split_over_items_are_judged_together() -> None:
    # The limit is 2000: 1500 and 600 to one supplier within 30 days are 2100.
    rule = RuleSet(effective=on(1), rule="splitting", value="aggregate 30 days by supplier")
    house = (*HOUSE, granted(Holder(person=LI)), rule, done("a", 4, 1, item=X, amount=yuan(1500), supplier="anhui"))
    for act, reason in (
        (done("b", 4, 30, item=Y, amount=yuan(600), supplier="anhui"), "SPLIT_EXCEEDED"),
        (done("b", 5, 1, item=Y, amount=yuan(600), supplier="anhui"), None),
        (done("b", 4, 30, item=Y, amount=yuan(500), supplier="anhui"), None),
        (done("b", 4, 30, item=Y, amount=yuan(600), supplier="baotou"), None),
        (done("b", 4, 30, item=Y, amount=yuan(600)), "ATTRIBUTE_MISSING"),
        (done("b", 4, 30, item=X, amount=yuan(600), supplier="anhui"), None),
    ):
        assert told(journal(*house, act))["b"][1] == reason, act


def test_the_claimed_office_is_the_only_one_that_counts() -> None:
    # Li has a grant as clerk and one by name; he claims to have acted as chief, then as clerk.
    house = (*HOUSE, appointed(LI, CLERK), granted(Holder(position=CLERK)), granted(Holder(person=LI), authority="own"))
    assert told(journal(*house, done("a", 4, 2, claimed=CHIEF)))["a"] == ("UNAUTHORISED", "NO_GRANT")
    assert oracle.pinned_route(journal(*house, done("a", 4, 2, claimed=CLERK)), "a", 13) == ["grant"]


def test_an_act_uses_the_standing_grant_before_the_special_one_and_the_lowest_number_first() -> None:
    special = msgspec.structs.replace(granted(Holder(person=LI), authority="special"), kind="special")
    later = granted(Holder(person=LI), authority="later")
    entries = journal(*HOUSE, special, granted(Holder(person=LI)), later, done("a", 4, 2, amount=yuan(2000)))
    assert oracle.pinned_route(entries, "a", len(entries)) == ["grant"]
    small = journal(*HOUSE, special, granted(Holder(person=LI), cny(100)), done("a", 4, 2, amount=yuan(2000)))
    assert oracle.pinned_route(small, "a", len(small)) == ["special"]


def test_what_an_act_does_not_say_is_its_items_and_a_contract_is_an_item_with_its_options() -> None:
    contract = ContractRegistered(
        effective=on(1),
        contract=ContractId("k"),
        title="supply",
        parties=("a", "b"),
        matter=BUYING,
        value=yuan(1500),
        options=(PricedOption("more", yuan(500)),),
    )
    amended = ContractAmended(effective=on(5), contract=ContractId("k"), amendment="1", value=yuan(2001))
    act = msgspec.structs.replace(done("a", 4, 2, item=ItemId("k")), matter=None)
    later = msgspec.structs.replace(done("b", 5, 2, item=ItemId("k")), matter=None)
    # 1500 + 500 = 2000 in April; from May on the new whole is 2001.
    answers = told(journal(*HOUSE, granted(Holder(person=LI)), contract, amended, act, later))
    assert (answers["a"], answers["b"]) == (WITHIN, ("UNAUTHORISED", "PER_ACT_EXCEEDED"))


def test_who_set_a_target_and_whether_they_could() -> None:
    target = TargetSet(
        effective=on(4),
        target=TargetId("t"),
        metric="sales",
        period="2026",
        amount=Decimal(2000),
        unit="CNY",
        holder=TargetHolder(person=WANG),
        set_by=LI,
    )
    matter = MatterDefined(effective=on(1), matter=MatterId("target.sales"), name="sales")
    grant = msgspec.structs.replace(granted(Holder(person=LI)), matter=MatterId("target.sales"))
    entries = journal(*HOUSE, matter, grant, target)
    assert oracle.could_set(entries, "t", len(entries), len(entries)) == "yes"
    more = journal(*HOUSE, matter, grant, msgspec.structs.replace(target, amount=Decimal(2001)))
    assert oracle.could_set(more, "t", len(more), len(more)) == "no"
    pieces = journal(*HOUSE, matter, grant, msgspec.structs.replace(target, amount=Decimal(2001), unit="pieces"))
    assert oracle.could_set(pieces, "t", len(pieces), len(pieces)) == "yes"


def test_breaches_and_flips() -> None:
    # The grant is corrected from Li to Wang: what Li did turns from within to not.
    other = granted(Holder(person=WANG))
    house = (*HOUSE, granted(Holder(person=LI)), done("a", 4, 2), done("b", 4, 3, by=WANG))
    entries = journal(*house, FactCorrected(of=Seq(10), replacement=other, reason=REASON))
    assert oracle.breaches(entries, at(1), at(12), at(12), 12) == ["b"]
    assert oracle.breaches(entries, at(1), at(12), at(12), 13) == ["a"]
    flipped = oracle.flips(entries, 12, 13, at(12))
    assert flipped["act", "a"] == ("AUTHORISED", "AUTHORISED_AS_KNOWN")
    assert flipped["act", "b"] == ("UNAUTHORISED", "CURED")
