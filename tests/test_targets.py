"""Targets told by hand, in both times: the tree, its sums and gaps, who carries which month, what was attained."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from ledger.books import Books, fold
from ledger.commands import (
    AbolishPosition,
    AcceptTarget,
    AdjustTarget,
    ReassignTarget,
    ReportResult,
    SetTarget,
    WithdrawTarget,
)
from ledger.events import Entry, TargetHolder, TargetSet
from ledger.ids import CommandId, PersonId, PositionId, ReportId, Seq, TargetId, UnitId
from ledger.moments import Moment
from projections.targets import Targets, TargetShown, months_of, targets
from tests.given import CLERK, annul, correct, establish, form, given, house, on, recorded, register

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ledger import Ledger

YEAR = [f"2026-{month:02}" for month in range(1, 13)]


def told(*values: object) -> tuple[object, ...]:
    """What is said side by side, to be compared with plain numbers."""
    return values


def unit(name: str) -> TargetHolder:
    return TargetHolder(unit=UnitId(name))


def post(name: str) -> TargetHolder:
    return TargetHolder(position=PositionId(name))


def someone(name: str) -> TargetHolder:
    return TargetHolder(person=PersonId(name))


def setting(
    target: str,
    holder: TargetHolder,
    amount: str,
    *,
    part_of: str | None = None,
    period: str = "2026",
    since: str = "2026-01-01",
    phases: Mapping[str, str] | None = None,
    set_by: str | None = None,
) -> SetTarget:
    """Sales in yuan, for the year if no other period is given."""
    return SetTarget(
        since=since,
        target=TargetId(target),
        metric="sales",
        period=period,
        amount=amount,
        unit="CNY",
        holder=holder,
        part_of=TargetId(part_of) if part_of else None,
        phases=dict(phases or {}),
        set_by=PersonId(set_by) if set_by else None,
        as_it_happened=set_by is not None,
    )


def report(target: str, period: str, amount: str, since: str, name: str | None = None) -> ReportResult:
    return ReportResult(
        since=since,
        report=ReportId(name or f"{target}/{period}"),
        target=TargetId(target),
        period=period,
        amount=amount,
    )


def shown(ledger: Ledger, day: str, known: int | None = None, period: str | None = None) -> Targets:
    """The targets at the first instant of a day."""
    return targets(ledger.books, period, on(day), Seq(ledger.books.head if known is None else known))


def one(ledger: Ledger, target: str, day: str, known: int | None = None) -> TargetShown:
    return next(each for each in shown(ledger, day, known).targets if each.target == target)


@pytest.fixture
def divided() -> Ledger:
    """The company's 1200 for the year, 100 a month; the north has 700 of it, the director 400.

    Of the north's 700, Chen has 360 (30 a month) and Dan 300.
    """
    ledger = house()
    given(
        ledger,
        form("north", parent="hq"),
        setting("company", unit("hq"), "1200", phases=dict.fromkeys(YEAR, "100"), set_by="anna"),
        setting("north", unit("north"), "700", part_of="company"),
        setting("director", post("director"), "400", part_of="company", phases={"2026-06": "150", "2026-07": "250"}),
        setting("chen", someone("chen"), "360", part_of="north", phases=dict.fromkeys(YEAR, "30")),
        setting("dan", someone("dan"), "300", part_of="north"),
    )
    return ledger


def test_the_tree_its_sums_and_what_is_not_yet_divided(divided: Ledger) -> None:
    tree = shown(divided, "2026-02-01").targets
    assert [told(each.depth, each.target, each.part_of, each.amount, each.divided, each.gap) for each in tree] == [
        (0, "company", None, 1200, 1100, 100),  # 700 + 400 = 1100; 1200 - 1100 = 100
        (1, "north", "company", 700, 660, 40),  # 360 + 300 = 660; 700 - 660 = 40
        (2, "chen", "north", 360, 0, 360),
        (2, "dan", "north", 300, 0, 300),
        (1, "director", "company", 400, 0, 400),
    ]
    company = tree[0]
    assert company.parts == ("north", "director")
    assert told(company.set_by.by, company.set_by.since) == ("anna", on("2026-01-01"))
    assert told(company.carrier.holder, tree[-1].carrier.persons) == (unit("hq"), ("bo",))


def test_the_months_and_quarters_of_a_whole_and_of_its_parts(divided: Ledger) -> None:
    company = one(divided, "company", "2026-02-01")
    months = {each.period: each for each in company.months}
    assert list(months) == YEAR
    assert told(months["2026-05"].amount, months["2026-05"].divided, months["2026-05"].gap) == (100, 0, 100)
    assert told(months["2026-06"].divided, months["2026-06"].gap) == (150, -50)  # the director alone has 150 in June
    quarters = {each.period: told(each.amount, each.divided, each.gap) for each in company.quarters}
    assert quarters == {
        "2026-Q1": (300, 0, 300),
        "2026-Q2": (300, 150, 150),
        "2026-Q3": (300, 250, 50),
        "2026-Q4": (300, 0, 300),
    }
    north = one(divided, "north", "2026-02-01")
    assert {told(each.amount, each.divided, each.gap) for each in north.months} == {
        (None, 30, None)
    }  # only Chen has months
    assert one(divided, "dan", "2026-02-01").months == ()


def test_an_adjustment_holds_from_its_date_and_from_when_it_was_known(divided: Ledger) -> None:
    seq = recorded(
        divided,
        AdjustTarget(
            since="2026-04-01",
            target=TargetId("company"),
            amount="1500",
            phases={month: "100" if month < "2026-10" else "200" for month in YEAR},  # 9 x 100 + 3 x 200
            set_by=PersonId("anna"),
            as_it_happened=True,
        ),
    )
    before, after = one(divided, "company", "2026-03-31"), one(divided, "company", "2026-04-01")
    assert told(before.amount, before.gap, before.adjusted) == (1200, 100, None)
    assert told(after.amount, after.gap, after.amount_seq) == (1500, 400, seq)  # 1500 - 1100
    assert after.adjusted is not None
    assert (after.adjusted.by, after.adjusted.since, after.adjusted.seq) == ("anna", on("2026-04-01"), seq)
    assert after.quarters[-1].amount == 600
    assert one(divided, "company", "2026-04-01", seq - 1).amount == 1200


def test_an_adjustment_without_phases_leaves_none(divided: Ledger) -> None:
    given(divided, AdjustTarget(since="2026-04-01", target=TargetId("chen"), amount="300"))
    assert len(one(divided, "chen", "2026-03-31").months) == 12
    assert one(divided, "chen", "2026-04-01").months == ()


@pytest.mark.parametrize(("since", "moved"), [("2026-07-01", "2026-07"), ("2026-07-02", "2026-08")])
def test_on_reassignment_the_phases_from_that_date_on_move(divided: Ledger, since: str, moved: str) -> None:
    seq = recorded(divided, ReassignTarget(since=since, target=TargetId("chen"), holder=someone("dan")))
    after = one(divided, "chen", "2026-12-31")
    assert {each.period: each.carrier.holder.id for each in after.months if each.carrier} == {
        month: "chen" if month < moved else "dan" for month in YEAR
    }
    assert after.carrier.holder == someone("dan")
    assert after.reassigned is not None
    assert after.reassigned.seq == seq
    # Before that date nothing has moved yet, whatever is known; and as known before, nothing ever does.
    for view in (one(divided, "chen", "2026-06-30"), one(divided, "chen", "2026-12-31", seq - 1)):
        assert {each.carrier.holder.id for each in view.months if each.carrier} == {"chen"}


def test_an_abolished_position_reads_as_its_successor(divided: Ledger) -> None:
    given(
        divided,
        establish("deputy", superior="chief"),
        AbolishPosition(since="2026-07-01", position=PositionId("director"), successor=PositionId("deputy")),
    )
    target = one(divided, "director", "2026-08-01")
    assert (target.carrier.holder, target.carrier.read_as, target.carrier.persons) == (post("director"), "deputy", ())
    june, july = target.months
    assert june.carrier is not None
    assert july.carrier is not None
    assert (june.carrier.read_as, june.carrier.persons) == (None, ("bo",))
    assert july.carrier.read_as == "deputy"


def test_results_are_rolled_up_where_a_target_has_no_reports_of_its_own(divided: Ledger) -> None:
    given(
        divided,
        report("chen", "2026-01", "27", "2026-02-03"),
        report("chen", "2026-02", "33", "2026-03-03"),
        report("dan", "2026-Q1", "90", "2026-04-02"),
        report("director", "2026-01", "10", "2026-02-03"),
    )
    assert one(divided, "chen", "2026-02-03").results == 27
    assert one(divided, "chen", "2026-02-01").results is None
    chen, north, company = (one(divided, name, "2026-04-03") for name in ("chen", "north", "company"))
    assert told(chen.results, chen.results_from, chen.attained) == (60, "reports", Decimal("0.1667"))  # 60/360
    assert [told(each.period, each.attained) for each in chen.months[:3]] == [
        ("2026-01", Decimal("0.9")),  # 27/30
        ("2026-02", Decimal("1.1")),  # 33/30
        ("2026-03", None),
    ]
    assert told(north.results, north.results_from) == (150, "parts")  # 60 + 90
    assert north.quarters[0].results == 150
    assert north.months[0].results == 27  # what Dan reported for the quarter is in no month
    assert told(company.results, company.attained) == (160, Decimal("0.1333"))  # 150 + 10; 160/1200
    assert company.quarters[0].attained == Decimal("0.5333")  # 160/300

    given(divided, report("north", "2026-Q1", "140", "2026-04-10"))
    assert told(one(divided, "north", "2026-04-10").results, one(divided, "north", "2026-04-10").results_from) == (
        140,
        "reports",
    )
    assert one(divided, "company", "2026-04-10").results == 150  # 140 + 10: the north's own word, not its parts'


def test_two_reports_of_one_month_add_up_and_a_corrected_one_counts_as_corrected(divided: Ledger) -> None:
    first = recorded(divided, report("chen", "2026-01", "27", "2026-02-03"))
    given(divided, report("chen", "2026-01", "3", "2026-02-05", "late"))
    correction = recorded(divided, correct(first, report("chen", "2026-01", "24", "2026-02-03")))
    assert one(divided, "chen", "2026-03-01").months[0].attained == Decimal("0.9")  # (24 + 3)/30
    assert one(divided, "chen", "2026-03-01", correction - 1).months[0].attained == 1  # (27 + 3)/30, as known before
    given(divided, annul(first))
    assert one(divided, "chen", "2026-03-01").results == 3


def test_a_period_shows_the_targets_that_lie_within_it(divided: Ledger) -> None:
    given(
        divided,
        setting("dan-q2", someone("dan"), "90", part_of="dan", period="2026-Q2"),
        setting("dan-05", someone("dan"), "30", part_of="dan-q2", period="2026-05"),
    )
    assert [
        (each.depth, each.target, each.part_of) for each in shown(divided, "2026-05-01", period="2026-Q2").targets
    ] == [
        (0, "dan-q2", "dan"),
        (1, "dan-05", "dan-q2"),
    ]
    assert len(shown(divided, "2026-05-01", period="2026").targets) == 7
    assert shown(divided, "2026-05-01", period="2025").targets == ()
    quarter, month = shown(divided, "2026-05-01", period="2026-Q2").targets
    assert [told(each.period, each.amount, each.divided) for each in quarter.months] == [("2026-05", None, 30)]
    assert [told(each.period, each.amount, each.divided, each.gap) for each in quarter.quarters] == [
        ("2026-Q2", 90, 30, 60)
    ]
    assert [told(each.period, each.amount) for each in month.months] == [("2026-05", 30)]  # a month is its own phase
    assert month.quarters == ()


def test_what_is_withdrawn_no_longer_counts_and_its_parts_stand_by_themselves(divided: Ledger) -> None:
    given(divided, report("chen", "2026-01", "27", "2026-02-03"))
    seq = recorded(divided, WithdrawTarget(since="2026-03-01", target=TargetId("north")))
    assert [told(each.depth, each.target, each.part_of) for each in shown(divided, "2026-03-01").targets] == [
        (0, "company", None),
        (1, "director", "company"),
        (0, "chen", None),
        (0, "dan", None),
    ]
    company = one(divided, "company", "2026-03-01")
    assert told(company.divided, company.gap, company.results) == (400, 800, None)
    assert one(divided, "company", "2026-02-28").divided == 1100
    assert one(divided, "company", "2026-03-01", seq - 1).results == 27


def test_who_accepted_a_target_and_when(divided: Ledger) -> None:
    seq = recorded(divided, AcceptTarget(since="2026-01-08", target=TargetId("chen"), by=PersonId("chen")))
    accepted = one(divided, "chen", "2026-01-08").accepted
    assert accepted is not None
    assert (accepted.by, accepted.since, accepted.seq) == ("chen", on("2026-01-08"), seq)
    assert one(divided, "chen", "2026-01-07").accepted is None
    assert one(divided, "chen", "2026-01-08", seq - 1).accepted is None


def test_nothing_is_there_before_it_is_set() -> None:
    ledger = house()
    given(ledger, register("eve"), setting("eve", someone("eve"), "0", since="2026-01-05"))
    assert shown(ledger, "2026-01-04").targets == ()
    assert told(one(ledger, "eve", "2026-01-05").attained, one(ledger, "eve", "2026-01-05").gap) == (None, 0)


def test_a_loop_is_shown_once_and_ends() -> None:
    books = Books()
    loops = {"egg": "hen", "hen": "egg"}
    for seq, (name, whole) in enumerate(loops.items(), 1):
        fact = TargetSet(
            effective=Moment(on("2026-01-01")),
            target=TargetId(name),
            metric="sales",
            period="2026",
            amount=Decimal(5),
            unit="CNY",
            holder=someone("dan"),
            part_of=TargetId(whole),
        )
        entry = Entry(
            seq=Seq(seq),
            recorded_at=on("2026-01-02"),
            recorded_by=CLERK,
            command_id=CommandId(name),
            digest="",
            event=fact,
        )
        fold(books, entry)
    assert [told(each.depth, each.target) for each in targets(books, None, on("2026-02-01"), Seq(2)).targets] == [
        (0, "egg"),
        (1, "hen"),
    ]


@pytest.mark.parametrize(
    ("period", "months"),
    [("2026", YEAR), ("2026-Q1", YEAR[:3]), ("2026-Q4", YEAR[9:]), ("2026-03", YEAR[2:3])],
)
def test_the_months_of_a_period(period: str, months: list[str]) -> None:
    assert list(months_of(period)) == months
