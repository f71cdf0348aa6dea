"""Hand-worked cases of the oracle itself: each test is one sentence of the law, worked out on paper."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import get_args

import pytest
from hypothesis import given, settings

from ledger.events import (
    AnyEvent,
    AnyFact,
    AppointmentEnded,
    AppointmentKind,
    AuthorityDelegated,
    AuthorityGranted,
    AuthorityRevoked,
    AuthoritySuspended,
    CharterAdopted,
    Commitment,
    Duty,
    Entry,
    EntryAnnulled,
    FactCorrected,
    LedgerOpened,
    LimitAmended,
    MatterDefined,
    MatterReserved,
    PersonAppointed,
    PersonRegistered,
    PositionAbolished,
    PositionEstablished,
    PositionRetitled,
    RestrictionImposed,
    RuleSet,
    ScopeAmended,
    ScopeTerm,
    ScopeValuePlaced,
    UnitFormed,
    UnitMoved,
)
from ledger.ids import (
    Act,
    AppointmentId,
    AuthorityId,
    CommandId,
    Holder,
    MatterId,
    PersonId,
    PositionId,
    RestrictionId,
    Seq,
    UnitId,
)
from ledger.moments import FOREVER, MICROSECOND, Moment
from ledger.money import Limit, Money, NoAuthority, Unlimited, UpTo
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


JUNE, TWO_THOUSAND = at(6), cny(2000)


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
