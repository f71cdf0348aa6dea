"""The pictures: the chart, the limits, a charter, and what became of an entry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ledger.commands import (
    AbolishPosition,
    AdoptCharter,
    AmendLimit,
    ConstituteCommittee,
    DissolveUnit,
    DrawFunctionalLine,
    EndAppointment,
    RecordAbsence,
    RevokeAuthority,
    SetSeats,
    SuspendAuthority,
)
from ledger.events import Duty
from ledger.ids import AppointmentId, AuthorityId, CommitteeId, LineId, PersonId, PositionId, UnitId
from ledger.policy import Question, who_could
from ledger.policy.questions import FailedRoute
from projections.chart import chart
from projections.charter import charter
from projections.history import standing
from projections.limits import limits
from tests.given import (
    START,
    annul,
    appoint,
    committee,
    correct,
    delegate,
    establish,
    form,
    given,
    grant,
    house,
    on,
    person,
    position,
    recorded,
)

if TYPE_CHECKING:
    from ledger import Ledger
    from ledger.ids import Seq
    from projections.chart import Chart
    from projections.limits import AuthorityShown

LATER = "2026-07-01"


def test_the_chart_shows_units_depth_first_with_holders_and_superiors() -> None:
    ledger = house()
    given(ledger, form("branch", parent="hq"), establish("clerk", unit="branch", superior="manager"), form("annex"))

    shown = drawn(ledger, START)
    assert [(unit.unit, unit.parent) for unit in shown.units] == [("hq", None), ("branch", "hq"), ("annex", None)]
    assert [(one.position, [who.person for who in one.holders], one.superior) for one in shown.units[0].positions] == [
        ("chief", ["anna"], None),
        ("director", ["bo"], "chief"),
        ("manager", ["chen"], "director"),
    ]
    (clerk,) = shown.units[1].positions
    assert (clerk.vacant, clerk.free_seats, clerk.superior) == (True, 1, "manager")


def test_the_chart_is_that_of_its_two_times() -> None:
    ledger = house()
    before = head(ledger)
    given(ledger, EndAppointment(since=LATER, appointment=appointment(ledger, "bo")))
    given(ledger, appoint("dan", "director", since=LATER, kind="acting"))
    given(ledger, RecordAbsence(since=LATER, person=PersonId("anna")))

    chief, director, _ = drawn(ledger, LATER).units[0].positions
    assert chief.holders[0].absent
    assert [(one.person, one.kind) for one in director.holders] == [("dan", "acting")]
    assert director.free_seats == 1, "an acting holder takes no seat"
    assert [one.person for one in drawn(ledger, START).units[0].positions[1].holders] == ["bo"]
    assert [one.person for one in drawn(ledger, LATER, before).units[0].positions[1].holders] == ["bo"]


def test_a_position_whose_unit_is_gone_stands_by_itself() -> None:
    ledger = house()
    given(ledger, form("branch"), establish("clerk", unit="branch", superior="manager"))
    given(ledger, SetSeats(since=LATER, position=PositionId("clerk"), seats=3))
    given(ledger, DissolveUnit(since=LATER, unit=UnitId("branch")))

    shown = drawn(ledger, LATER)
    assert [one.unit for one in shown.units] == ["hq"]
    assert [(one.position, one.seats, one.free_seats) for one in shown.positions] == [("clerk", 3, 3)]


def test_lines_and_seats_read_as_the_successor_of_an_abolished_position() -> None:
    ledger = house()
    given(
        ledger,
        establish("deputy", unit="hq", superior="chief"),
        appoint("dan", "deputy"),
        DrawFunctionalLine(
            since=START, line=LineId("l"), position=PositionId("manager"), superior=PositionId("director")
        ),
        ConstituteCommittee(
            since=START,
            committee=CommitteeId("board"),
            name="Board",
            seats=(position("director"), position("chief"), person("chen")),
        ),
        AbolishPosition(since=LATER, position=PositionId("director"), successor=PositionId("deputy")),
    )

    shown = drawn(ledger, LATER)
    manager = next(one for one in shown.units[0].positions if one.position == "manager")
    assert manager.superior == "deputy"
    assert [line.superior for line in manager.functional] == ["deputy"]
    (board,) = shown.committees
    assert [(seat.seat.id, seat.read_as, seat.persons) for seat in board.seats] == [
        ("director", "deputy", ("dan",)),
        ("chief", None, ("anna",)),
        ("chen", None, ("chen",)),
    ]


def test_the_limits_say_what_is_in_force_and_what_is_not() -> None:
    ledger = house()
    given(
        ledger,
        grant("now", position("director"), limit="2000 CNY", depth=2),
        grant("later", position("director"), since="2026-08-01"),
        grant("over", position("director"), since=START, until="2026-06-30"),
        grant("ended", position("director")),
        grant("paused", position("director")),
        delegate("part", "now", position("director"), position("manager"), limit="1000 CNY"),
        RevokeAuthority(since=LATER, authority=AuthorityId("ended")),
        SuspendAuthority(since=LATER, authority=AuthorityId("paused")),
    )

    assert {one.authority: one.state for one in listed(ledger, LATER)} == {
        "now": "in_force",
        "part": "in_force",
        "later": "not_yet",
        "over": "expired",
        "ended": "revoked",
        "paused": "suspended",
    }
    assert [one.authority for one in listed(ledger, LATER)][:2] == ["now", "part"], (
        "what is delegated follows its source"
    )


def test_an_end_that_is_not_the_stated_one_has_its_date_and_its_entry() -> None:
    ledger = house()
    given(ledger, grant("own", position("director"), until="2026-06-30"))
    given(
        ledger, grant("ended", position("director")), grant("held", position("manager")), grant("named", person("bo"))
    )
    revoked = recorded(ledger, RevokeAuthority(since="2026-06-01", authority=AuthorityId("ended")))
    left = recorded(ledger, EndAppointment(since="2026-06-15", appointment=appointment(ledger, "bo")))
    abolished = recorded(ledger, AbolishPosition(since="2026-06-20", position=PositionId("manager")))

    assert {one.authority: (one.state, one.until, one.ended_by) for one in listed(ledger, LATER)} == {
        "own": ("expired", on("2026-06-30"), None),
        "ended": ("revoked", on("2026-06-01"), revoked),
        "held": ("expired", on("2026-06-20"), abolished),
        "named": ("expired", on("2026-06-15"), left),
    }
    for one in listed(ledger, LATER):
        question = Question(act="approve", matter="spend", at=on(LATER), known=head(ledger))
        reasons = {
            failed.route.steps[-1].authority: failed.reason
            for miss in who_could(ledger.books, question).near_misses
            for failed in (FailedRoute(reason=miss.reason, route=miss.route), *miss.others)
        }
        said = reasons.get(one.authority)
        assert said is None or (said.until, said.seq) == (one.until, one.ended_by or one.seq)
    (early,) = (one for one in listed(ledger, START) if one.authority == "ended")
    assert (early.state, early.until, early.ended_by) == ("in_force", on("2026-06-01"), revoked)


def test_the_effective_limit_is_the_smallest_along_the_chain() -> None:
    ledger = house()
    given(
        ledger,
        grant("g", position("director"), limit="2000 CNY", depth=2),
        delegate("d", "g", position("director"), position("manager"), limit="1000 CNY"),
        AmendLimit(since=LATER, authority=AuthorityId("g"), limit="500 CNY"),
    )
    _, before = listed(ledger, START)
    _, after = listed(ledger, LATER)
    assert (str(before.effective_limit), str(after.effective_limit)) == ("1,000 CNY", "500 CNY")
    assert (str(after.limit), after.source) == ("1,000 CNY", "g")


def test_a_delegation_below_what_is_not_in_force_is_broken() -> None:
    ledger = house()
    root = recorded(ledger, grant("g", position("director"), limit="2000 CNY", depth=2))
    given(ledger, delegate("d", "g", position("director"), position("manager"), limit="1000 CNY"))
    before = head(ledger)
    given(ledger, RevokeAuthority(since=LATER, authority=AuthorityId("g")))

    _, broken = listed(ledger, LATER)
    assert (broken.state, broken.because and broken.because.stated) == ("broken", "REVOKED")
    given(ledger, annul(root))
    (alone,) = listed(ledger, LATER)
    assert (alone.authority, alone.state, alone.act, alone.matter) == ("d", "broken", "approve", "spend")
    assert [one.state for one in listed(ledger, LATER, before)] == ["in_force", "in_force"]


def test_an_authority_is_in_force_exactly_if_its_holder_could_use_it() -> None:
    ledger = house()
    given(
        ledger,
        ConstituteCommittee(since=START, committee=CommitteeId("board"), name="Board", seats=(position("chief"),)),
        grant("g", position("director"), depth=2),
        delegate("d", "g", position("director"), position("manager"), since="2026-02-01", until="2026-05-01"),
        grant("named", person("dan"), since="2026-03-01"),
        grant("body", committee("board")),
        SuspendAuthority(since="2026-03-15", until="2026-04-15", authority=AuthorityId("g")),
        RevokeAuthority(since="2026-06-01", authority=AuthorityId("body")),
        AbolishPosition(since="2026-09-01", position=PositionId("manager")),
    )
    for date in (
        "2025-12-31",
        START,
        "2026-02-01",
        "2026-03-15",
        "2026-04-15",
        "2026-05-01",
        "2026-06-01",
        "2026-09-01",
    ):
        question = Question(act="approve", matter="spend", at=on(date), known=head(ledger))
        used = {
            route.steps[-1].authority for one in who_could(ledger.books, question).candidates for route in one.routes
        }
        assert used == {one.authority for one in listed(ledger, date) if one.state == "in_force"}, date


def test_a_charter_is_the_edition_in_force() -> None:
    ledger = house()
    first = AdoptCharter(
        since=START,
        position=PositionId("chief"),
        edition="first",
        duties=(Duty(number="1", text="Lead"),),
        meetings=("Monday",),
    )
    given(ledger, first, AdoptCharter(since=LATER, position=PositionId("chief"), edition="second", duties=()))

    early, late = (charter(ledger.books, "chief", on(date), head(ledger)) for date in (START, LATER))
    assert (early.edition, early.since, early.meetings, late.edition) == ("first", on(START), ("Monday",), "second")
    assert charter(ledger.books, "director", on(LATER), head(ledger)).edition is None


def test_what_became_of_an_entry_is_told_as_known() -> None:
    ledger = house()
    fact = recorded(ledger, appoint("dan", "manager", kind="acting", appointment="a"))
    correction = recorded(ledger, correct(fact, appoint("dan", "manager", since=LATER, kind="acting", appointment="a")))
    undone = recorded(ledger, annul(correction))
    gone = recorded(ledger, annul(fact))

    told = [standing(ledger.books, fact, known) for known in (fact, correction, undone, gone)]
    assert [one.stated_by for one in told if one] == [fact, correction, fact, None]
    assert told[2] is not None
    assert [(word.seq, word.what, word.void) for word in told[2].words] == [
        (correction, "correction", True),
        (undone, "annulment", False),
    ]
    assert standing(ledger.books, undone, gone) == told[3]
    assert standing(ledger.books, 1, gone) is None, "opening a ledger states no fact"


def drawn(ledger: Ledger, date: str, known: Seq | None = None) -> Chart:
    return chart(ledger.books, on(date), known or head(ledger))


def listed(ledger: Ledger, date: str, known: Seq | None = None) -> tuple[AuthorityShown, ...]:
    return limits(ledger.books, on(date), known or head(ledger)).authorities


def head(ledger: Ledger) -> Seq:
    return ledger.books.known_at(ledger.books.recorded_at[-1])


def appointment(ledger: Ledger, of: str) -> AppointmentId:
    return AppointmentId(ledger.books.appointments_of[of][0].id)
