"""What is recorded of targets and results: their units, months and parts, and who carries them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from ledger import events as ev
from ledger.deciding.targets import months_of
from ledger.ids import PersonId, PositionId, UnitId
from ledger.refusals import EndedAlready, NameTaken, NotAlive, PartsExceedWhole, TargetCycle, UnknownName
from tests.given import (
    accept,
    adjust,
    annul,
    correct,
    establish,
    form,
    given,
    house,
    misread,
    reassign,
    recorded,
    refused,
    report,
    target,
    withdraw,
)

if TYPE_CHECKING:
    from ledger import Ledger
    from ledger.commands import Command

HQ, BO = ev.TargetHolder(unit=UnitId("hq")), ev.TargetHolder(person=PersonId("bo"))


def stated(ledger: Ledger) -> Any:  # noqa: ANN401 - whichever fact the test recorded last
    """The fact of the last entry."""
    entry = ledger.journal.entry(ledger.books.head)
    assert entry is not None
    return entry.event


def divided() -> Ledger:
    """A target of 1200万元 of which 700 and 400 are divided."""
    ledger = house()
    given(ledger, target("year", "1200万元"), target("north", "700万", unit="CNY", part_of="year"))
    given(ledger, target("south", "400万元", part_of="year"))
    return ledger


# Amounts and units


@pytest.mark.parametrize(
    ("amount", "unit", "means"),
    [
        ("1200万元", None, ("12000000", "CNY")),
        ("1200万元", "CNY", ("12000000", "CNY")),
        ("USD 1,200.50", None, ("1200.50", "USD")),
        ("1200", "USD", ("1200", "USD")),
        ("1,200", "customers", ("1200", "customers")),
        ("1.5万", "吨", ("15000.0", "吨")),
    ],
)
def test_a_target_has_an_amount_in_a_unit(amount: str, unit: str | None, means: tuple[str, str]) -> None:
    ledger = house()
    given(ledger, target("year", amount, unit=unit))

    assert (stated(ledger).amount, stated(ledger).unit) == (Decimal(means[0]), means[1])


@pytest.mark.parametrize(
    ("amount", "unit", "field"),
    [
        ("1200", None, "unit"),
        ("1200元", "customers", "amount"),
        ("1200 CNY", "USD", "amount"),
        ("many", "customers", "amount"),
        ("-1", "customers", "amount"),
    ],
)
def test_a_unit_that_is_missing_or_another_one_is_named(amount: str, unit: str | None, field: str) -> None:
    assert misread(house(), target("year", amount, unit=unit)).field == field


def test_an_adjustment_and_a_result_are_in_the_unit_of_the_target() -> None:
    ledger = house()
    given(ledger, target("year", "1200万元"), target("visits", "90", unit="visits"))

    assert misread(ledger, adjust("year", "5 USD", since="2026-03-01")).field == "amount"
    assert misread(ledger, report("visits", "2026-03", "5元", since="2026-04-01")).field == "amount"
    given(ledger, adjust("year", "1300万", since="2026-03-01"), report("visits", "2026-03", "5", since="2026-04-01"))
    assert (stated(ledger).amount, stated(ledger).report) == (Decimal(5), "report-18")


# Periods and phases


def test_the_months_of_a_period() -> None:
    assert months_of("2026-Q4") == ["2026-10", "2026-11", "2026-12"]
    assert months_of("2026-03") == ["2026-03"]
    assert (months_of("2026")[0], months_of("2026")[-1], len(months_of("2026"))) == ("2026-01", "2026-12", 12)
    assert misread(house(), target("year", "1 CNY", period="1799-Q1")).field == "period"


def test_phases_are_months_of_the_period_and_sum_to_the_amount() -> None:
    ledger = house()

    def phased(**phases: str) -> Command:
        return target(
            "q1", "9 CNY", period="2026-Q1", phases={one.replace("_", "-")[1:]: phases[one] for one in phases}
        )

    bad = misread(ledger, phased(_2026_01="4", _2026_03="4.9"))
    assert (bad.field, bad.sentence) == ("phases", "the phases sum to `8.9`, the target is `9`")
    assert misread(ledger, phased(_2026_01="4", _2026_04="5")).field == "phases.2026-04"
    assert misread(ledger, phased(_2026_01="4 USD", _2026_03="5")).field == "phases.2026-01"
    given(ledger, phased(_2026_03="5", _2026_01="4元"))
    assert stated(ledger).phases == (ev.Phase("2026-01", Decimal(4)), ev.Phase("2026-03", Decimal(5)))

    assert misread(ledger, adjust("q1", "10", since="2026-02-01", phases={"2026-01": "9"})).field == "phases"
    assert misread(ledger, adjust("q1", "9", since="2026-02-01", phases={"2026-05": "9"})).field == "phases.2026-05"
    given(ledger, adjust("q1", "10", since="2026-02-01", phases={"2026-02": "10"}))


def test_a_result_is_of_a_period_within_that_of_the_target() -> None:
    ledger = house()
    given(ledger, target("q1", "9 CNY", period="2026-Q1"))

    assert misread(ledger, report("q1", "2026", "1", since="2026-04-01")).field == "period"
    assert misread(ledger, report("q1", "2026-04", "1", since="2026-05-01")).field == "period"
    assert isinstance(refused(ledger, report("q2", "2026-03", "1", since="2026-04-01")), UnknownName)
    given(ledger, report("q1", "2026-Q1", "1", since="2026-04-01", report_id="r"))
    again = report("q1", "2026-03", "1", since="2026-04-01", report_id="r")
    assert isinstance(refused(ledger, again), NameTaken)


def test_a_corrected_result_keeps_its_id_without_saying_it() -> None:
    ledger = house()
    given(ledger, target("q1", "9 CNY", period="2026-Q1"))
    said = recorded(ledger, report("q1", "2026-03", "1", since="2026-04-01"))
    given(ledger, correct(said, report("q1", "2026-03", "2", since="2026-04-01")))

    assert stated(ledger).replacement.report == f"report-{said}"


# Holders


def test_whoever_carries_a_target_is_there() -> None:
    ledger = house()
    given(ledger, form("later", since="2026-06-01"), establish("seller", since="2026-06-01"))
    later = (ev.TargetHolder(unit=UnitId("later")), ev.TargetHolder(position=PositionId("seller")))
    given(ledger, target("year", "9 CNY", holder=HQ))

    for holder in later:
        assert isinstance(refused(ledger, target("other", "9 CNY", holder=holder)), NotAlive)
        assert isinstance(refused(ledger, reassign("year", holder, since="2026-05-31")), NotAlive)
        given(ledger, reassign("year", holder, since="2026-06-01"))
    nobody = ev.TargetHolder(person=PersonId("zoe"))
    assert isinstance(refused(ledger, reassign("year", nobody, since="2026-06-01")), UnknownName)
    given(ledger, reassign("year", BO, since="2026-06-01"))


def test_a_position_is_claimed_by_somebody_who_is_known() -> None:
    ledger = house()
    given(ledger, target("year", "9 CNY"))

    for nobody in (
        target("other", "9 CNY", claimed="chief"),
        adjust("year", "8", since="2026-02-01", claimed="chief"),
        reassign("year", BO, since="2026-02-01", claimed="chief"),
    ):
        assert misread(ledger, nobody).field == "claimed"
    assert isinstance(refused(ledger, adjust("year", "8", since="2026-02-01", set_by="zoe")), UnknownName)
    unknown = adjust("year", "8", since="2026-02-01", set_by="anna", claimed="boss")
    assert isinstance(refused(ledger, unknown), UnknownName)


def test_a_target_is_accepted_and_withdrawn_while_it_counts() -> None:
    ledger = house()
    given(ledger, target("year", "9 CNY"), accept("year", "bo"))
    assert isinstance(refused(ledger, accept("year", "zoe")), UnknownName)
    given(ledger, withdraw("year", "2026-03-01"))

    assert isinstance(refused(ledger, accept("year", "bo", since="2026-03-01")), NotAlive)
    assert isinstance(refused(ledger, adjust("year", "8", since="2026-03-01")), NotAlive)
    assert isinstance(refused(ledger, withdraw("year", "2026-03-02")), EndedAlready)
    given(ledger, accept("year", "bo", since="2026-02-28"), withdraw("year", "2026-02-01"))


# Parts and the whole


def test_a_part_measures_the_same_within_the_period_of_the_whole() -> None:
    ledger = house()
    given(ledger, target("q1", "9 CNY", period="2026-Q1"))

    for other in (
        target("part", "1 CNY", part_of="q1", period="2026-Q1", metric="cost"),
        target("part", "1 USD", part_of="q1", period="2026-Q1"),
        target("part", "1 CNY", part_of="q1", period="2026"),
        target("part", "1 CNY", part_of="q1", period="2026-04"),
    ):
        assert misread(ledger, other).field == "part_of"
    assert isinstance(refused(ledger, target("part", "1 CNY", part_of="q", period="2026-Q1")), UnknownName)
    early = target("part", "1 CNY", part_of="q1", period="2026-Q1", since="2025-12-31")
    assert isinstance(refused(ledger, early), NotAlive)
    given(ledger, target("part", "1 CNY", part_of="q1", period="2026-03"))


@pytest.mark.parametrize(
    "command",
    [
        target("east", "100.01万元", part_of="year"),
        adjust("north", "801万元", since="2026-03-01"),
        adjust("year", "1099万元", since="2026-03-01"),
        correct(16, target("north", "801万元", part_of="year")),
        correct(15, target("year", "1099万元")),
        correct(17, target("south", "501万元", part_of="year")),
    ],
)
def test_whatever_lets_the_parts_exceed_the_whole_is_refused(command: Command) -> None:
    assert isinstance(refused(divided(), command), PartsExceedWhole)


@pytest.mark.parametrize(
    "command",
    [
        target("east", "100万元", part_of="year"),
        adjust("north", "800万元", since="2026-03-01"),
        adjust("year", "1100万元", since="2026-03-01"),
        correct(16, target("north", "800万元", part_of="year")),
        correct(15, target("year", "1100万元")),
        correct(15, target("year", "1 CNY", parts_may_exceed=True)),
        correct(16, target("north", "9000万元")),
        withdraw("year", "2026-03-01"),
    ],
)
def test_whatever_leaves_the_parts_within_the_whole_is_recorded(command: Command) -> None:
    given(divided(), command)


def test_what_was_annulled_comes_back_only_where_there_is_room() -> None:
    ledger = divided()
    withdrawn = recorded(ledger, withdraw("north", "2026-06-01"))
    lowered = recorded(ledger, adjust("south", "300万元", since="2026-02-01"))
    added = recorded(ledger, target("east", "200万元", part_of="year", since="2026-03-01"))

    annulled = recorded(ledger, annul(added))
    given(ledger, annul(lowered))
    assert isinstance(refused(ledger, annul(annulled)), PartsExceedWhole)
    assert isinstance(refused(ledger, target("late", "801万元", part_of="year", since="2026-06-01")), PartsExceedWhole)
    given(ledger, target("late", "800万元", part_of="year", since="2026-06-01"))
    assert isinstance(refused(ledger, annul(withdrawn)), PartsExceedWhole)


def test_a_batch_is_looked_at_when_all_of_it_is_in() -> None:
    ledger = divided()
    more, lower = target("east", "300万元", part_of="year"), adjust("north", "500万元", since="2026-01-01")

    assert isinstance(refused(ledger, more), PartsExceedWhole)
    ledger.submit_batch([more, lower], by="clerk-7", batch="all")


def test_an_adjustment_counts_from_its_date_and_of_one_date_the_later_recorded() -> None:
    ledger = divided()
    given(ledger, adjust("north", "100万元", since="2026-03-01"), adjust("north", "600万元", since="2026-03-01"))

    assert isinstance(refused(ledger, target("east", "200万元", part_of="year", since="2026-02-28")), PartsExceedWhole)
    assert isinstance(refused(ledger, target("east", "201万元", part_of="year", since="2026-03-01")), PartsExceedWhole)
    given(ledger, target("east", "200万元", part_of="year", since="2026-03-01"))


def test_parts_that_came_to_measure_something_else_are_not_summed() -> None:
    ledger = divided()
    given(ledger, correct(15, target("year", "1 CNY", metric="cost")))

    assert misread(ledger, target("east", "1 CNY", part_of="year")).field == "part_of"
    given(ledger, target("east", "1 CNY", part_of="year", metric="cost"))


def test_a_target_is_not_corrected_into_its_own_part() -> None:
    ledger = divided()

    assert isinstance(refused(ledger, correct(15, target("year", "1200万元", part_of="north"))), TargetCycle)
    assert isinstance(refused(ledger, correct(15, target("year", "1200万元", part_of="year"))), UnknownName)
