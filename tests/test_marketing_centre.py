"""The example carries what the seed document states, positions to powers; its story, and a year of its life."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path

import pytest

from api.files import read_file
from ledger import Ledger
from ledger.books import AsOf
from ledger.commands import CorrectFact
from ledger.events import AuthorityGranted, CharterAdopted
from ledger.ids import Seq
from ledger.moments import end_of_day, start_of_day
from ledger.money import money
from ledger.policy import Question, act_verdict, breaches, flips, who_could
from projections import contracts as register
from projections import decisions as history
from projections.targets import TargetShown, targets

EXAMPLE = Path(__file__).parents[1] / "features" / "marketing_centre"
EDITIONS = (("2026-01-01", 77), ("2026-04-01", 17), ("2026-07-01", 9), ("2026-10-01", 37), ("2027-01-01", 8))
"""The five articles, each from its date, and how many duties it has."""


MONTHS = sorted((EXAMPLE / "year").glob("*.yaml"))
BREACHES = {
    "spend-over-limit-approve": "PER_ACT_EXCEEDED",  # 2300 > 2000
    "dispute-over-limit-dispose": "PER_ACT_EXCEEDED",  # 5600 > 5000
    "expense-wrong-act-approve": "NO_GRANT",  # the director reviews expenses, and approves none
    "spend-own-request-approve": "REQUESTER",
    "contract-national-sign": "OUT_OF_SCOPE",  # a national customer; the director signs for provinces
    "rules-wrong-person-approve": "NO_GRANT",  # the sales manager proposes rules, and approves none
    "spend-over-month-approve": "CUMULATIVE_EXCEEDED",  # 6730 + 1500 = 8230 > 8000 in June
    "spend-after-leaving-approve": "NO_GRANT",  # the director left on 1 July
    "contingency-0701-approve": "QUORUM_NOT_MET",  # 2 of 5 seats; 3 are needed
    "dispute-in-vacancy-dispose": "NO_GRANT",  # a week before the acting began
    "expense-one-person-approve": "SEPARATION",  # reviewed by the same person
    "dispute-stand-in-dispose": "NO_GRANT",  # somebody was acting: the general manager did not step in
    "contract-stand-in-sign": "OUT_OF_SCOPE",  # likewise: by himself he signs for national customers only
    "spend-dollars-2-approve": "PER_ACT_EXCEEDED",  # 290 x 7.05 = 2044.50 > 2000
    "contract-no-tier-sign": "ATTRIBUTE_MISSING",
    "spend-too-early-approve": "NO_GRANT",  # a week before her appointment, as corrected
    "dispute-above-delegation-dispose": "PER_ACT_EXCEEDED",  # 3400 > 3000
    "dispute-late-delegate-dispose": "EXPIRED",  # the delegation ended on the 23rd
    "contract-signed-first-sign": "APPROVAL_LATER",  # at 10:30; approved at 16:00
    "contract-23-amendment-sign": "APPROVAL_TOO_SMALL",  # 350000 after the amendment; approved were 280000
    "contract-unapproved-sign": "APPROVAL_MISSING",
    "spend-for-the-boss-approve": "SUBORDINATE_OF_BENEFICIARY",
    "spend-ratified-in-vain-approve": "PER_ACT_EXCEEDED",  # ratified by somebody without authority
    "contract-grown-sign": "APPROVAL_TOO_SMALL",  # 360000; approved were 300000
    "spend-emergency-approve": "PER_ACT_EXCEEDED",  # to be ratified by 8 January
}
"""What was done outside authority in the year, in order of doing, and why."""


@pytest.fixture(scope="module")
def example() -> Ledger:
    return loaded()


@pytest.fixture(scope="module")
def year() -> Ledger:
    ledger = loaded()
    for month in (read_file(path) for path in MONTHS):
        ledger.submit_batch(month.commands, by="example", batch=month.batch)
    return ledger


def loaded() -> Ledger:
    """The charter, what happened since and the correction, without the year."""
    files = [read_file(EXAMPLE / name) for name in ("charter.yaml", "history.yaml", "correction.yaml")]
    opening = files[0].ledger
    assert opening is not None
    ledger = Ledger.create(":memory:", opening, by="example")
    for one in files:
        ledger.submit_batch(one.commands, by="example", batch=one.batch)
    return ledger


def at(ledger: Ledger, day: str, known: int | None = None) -> AsOf:
    return AsOf(ledger.books, end_of_day(date.fromisoformat(day), ledger.books.zone), known or ledger.books.head)


def able(ledger: Ledger, act: str, matter: str, day: str, amount: str | None = None, **more: str) -> dict[str, str]:
    question = Question(
        act=act,
        matter=matter,
        amount=money(amount, "amount") if amount else None,
        attributes=more,
        at=at(ledger, day).at,
        known=Seq(ledger.books.head),
    )
    return {one.who.id: one.capacity for one in who_could(ledger.books, question).candidates}


def test_the_five_articles_are_five_editions_of_one_directors_charter(example: Ledger) -> None:
    versions = example.books.charters["marketing-director"]
    assert [version.effective for version in versions] == [_start(example, day) for day, _ in EDITIONS]
    for day, duties in EDITIONS:
        edition = at(example, day).charter("marketing-director")
        assert edition is not None
        assert isinstance(edition.fact, CharterAdopted)
        assert len(edition.fact.duties) == duties, day
        assert all(duty.clause for duty in edition.fact.duties)
        assert edition.fact.instrument is not None


def _start(ledger: Ledger, day: str) -> datetime:
    return datetime.fromisoformat(day).replace(tzinfo=ledger.books.zone).astimezone(UTC)


def test_every_position_unit_and_body_that_the_document_names_is_there(example: Ledger) -> None:
    reading = at(example, "2026-05-01")
    titles = {reading.stated("position", one, "title") for one in example.books.things["position"]}
    assert titles >= {
        "公司总经理",
        "营销总监",
        "销售总监",
        "市场部经理",
        "销售部经理",
        "区域销售经理",
        "区域主管",
        "门市部经理",
    }
    assert at(example, "2027-01-05").stated("position", "marketing-director", "title") == "市场营销总监"
    units = {reading.stated("unit", one, "name") for one in example.books.things["unit"]}
    assert units >= {"营销中心", "市场部", "销售部", "人力资源部"}
    assert {reading.stated("committee", one, "name") for one in example.books.things["committee"]} == {"营销决策委员会"}
    lines = {one: reading.superior(one) for one in example.books.things["position"]}
    assert lines["marketing-director"] == "general-manager"
    for below in ("marketing-manager", "sales-manager", "regional-sales-manager"):
        assert lines[below] == "marketing-director"
    for below in ("regional-supervisor", "store-manager"):
        assert lines[below] == "sales-manager"
    charter = reading.charter("sales-manager")
    assert charter is not None
    assert isinstance(charter.fact, CharterAdopted)
    assert len(charter.fact.duties) == 25
    meetings = at(example, "2026-02-01").charter("marketing-director")
    assert meetings is not None
    assert isinstance(meetings.fact, CharterAdopted)
    assert len(meetings.fact.meetings) == 5


@pytest.mark.parametrize(
    ("act", "matter", "limit"),
    [
        ("approve", "unplanned-spending", "2000"),
        ("dispose", "customer-disputes", "5000"),
        ("dispose", "sales-costs", "3000"),
        ("review", "ad-promotion", "10000"),
    ],
)
def test_the_four_money_limits_are_inclusive(example: Ledger, act: str, matter: str, limit: str) -> None:
    assert able(example, act, matter, "2026-03-02", f"{limit} CNY").get("p02") == "substantive"
    assert "p02" not in able(example, act, matter, "2026-03-02", f"{limit}.01 CNY")


def test_the_other_powers_of_the_director_are_there(example: Ledger) -> None:
    for act, matter in (
        ("approve", "ad-allocation"),
        ("review", "department-expenses"),
        ("review", "department-rules"),
        ("review", "work-plans"),
    ):
        assert "p02" in able(example, act, matter, "2026-03-02"), matter
    contracts = ("sign", "customer-contracts", "2026-03-02")
    assert "p02" in able(example, *contracts, customer_tier="province")
    assert "p02" not in able(example, *contracts, customer_tier="national")
    granted = [version.fact for one in example.books.things["authority"].values() for version in one.created]
    acts = {fact.act for fact in granted if isinstance(fact, AuthorityGranted)}
    assert acts >= {"propose", "nominate", "review", "approve", "dispose", "sign", "file", "adjudicate"}


def test_holder_vacancy_acting_and_correction(example: Ledger) -> None:
    asked = ("approve", "unplanned-spending")
    assert able(example, *asked, "2026-06-15", "1800 CNY") == {"p01": "substantive", "p02": "substantive"}
    assert set(able(example, *asked, "2026-07-10", "1800 CNY")) == {"p01"}
    assert able(example, *asked, "2026-08-15", "1800 CNY") == {"p01": "substantive", "p03": "acting"}
    assert set(able(example, *asked, "2026-09-05", "1800 CNY")) == {"p01"}
    before = at(example, "2026-09-05", example.books.head - 1)
    assert [one.person for one in before.incumbents("marketing-director")] == ["p09"]
    assert able(example, "dispose", "customer-disputes", "2026-10-15", "2500 CNY") == {
        "p09": "substantive",
        "p04": "delegate",
    }


# A year of its life


def day(ledger: Ledger, text: str) -> datetime:
    """The last instant of a day."""
    return end_of_day(date.fromisoformat(text), ledger.books.zone)


def head(ledger: Ledger) -> Seq:
    return Seq(ledger.books.head)


def verdict(ledger: Ledger, deed: str, on: str) -> str:
    found = act_verdict(ledger.books, deed, day(ledger, on), head(ledger))
    assert found is not None
    return found.verdict


def the_target(ledger: Ledger, name: str, on: str, known: int | None = None) -> TargetShown:
    tree = targets(ledger.books, None, day(ledger, on), Seq(known or ledger.books.head))
    return next(one for one in tree.targets if one.target == name)


def test_the_year_is_told_day_by_day() -> None:
    assert [path.stem for path in MONTHS] == [f"2026-{month:02}" for month in range(1, 13)]
    for path in MONTHS:
        said = [one for one in read_file(path).commands if not isinstance(one, CorrectFact)]
        days = [str(getattr(one, "since", None) or getattr(one, "acted_at", None))[:10] for one in said]
        assert all(before <= after for before, after in pairwise(days)), path.name
        assert {one[:7] for one in days} == {path.stem}


def test_how_much_happened_in_the_year(year: Ledger) -> None:
    assert {kind: len(year.books.things[kind]) for kind in ("item", "contract", "deed", "ratification", "target")} == {
        "item": 271,
        "contract": 30,
        "deed": 413,
        "ratification": 2,
        "target": 16,
    }
    found = history.decisions(year.books, day(year, "2026-12-31"), head(year))
    assert Counter(item.state for item in found.items) == {
        "approved": 166,
        "disposed": 102,
        "sealed": 26,
        "signed": 3,
        "rejected": 3,
        "done": 1,
    }
    for matter, count in (
        ("unplanned-spending", 94),
        ("customer-disputes", 67),
        ("sales-costs", 35),
        ("ad-promotion", 24),
        ("department-expenses", 38),
        ("contracts", 30),
    ):
        wanted = history.Wanted(matter=matter)
        assert len(history.decisions(year.books, day(year, "2026-12-31"), head(year), wanted).items) == count, matter


def test_what_was_done_outside_authority(year: Ledger) -> None:
    zone = year.books.zone
    since, until = start_of_day(date(2026, 1, 1), zone), start_of_day(date(2027, 1, 1), zone)
    found = breaches(year.books, since, until, on=day(year, "2026-12-31"), known=head(year))
    assert {one.deed: one.reason.code for one in found if one.reason} == BREACHES
    assert [one.deed for one in found] == list(BREACHES)
    assert Counter(one.verdict for one in found) == {
        "UNAUTHORISED": 23,
        "INDETERMINATE": 1,
        "PENDING_RATIFICATION": 1,
    }
    june = next(one.reason for one in found if one.deed == "spend-over-month-approve")
    assert june is not None
    assert (june.used, june.amount) == (money("6730", "used", "CNY"), money("1500", "amount", "CNY"))


def test_one_act_was_ratified_one_in_vain_and_one_waits(year: Ledger) -> None:
    assert verdict(year, "spend-ratified-approve", "2026-05-28") == "UNAUTHORISED"
    assert verdict(year, "spend-ratified-approve", "2026-05-29") == "RATIFIED"
    assert verdict(year, "spend-ratified-in-vain-approve", "2026-12-31") == "UNAUTHORISED"
    assert verdict(year, "spend-emergency-approve", "2027-01-07") == "PENDING_RATIFICATION"
    assert verdict(year, "spend-emergency-approve", "2027-01-08") == "UNAUTHORISED"


def test_what_the_second_correction_would_turn_over(year: Ledger) -> None:
    """The acting director began on 23 July: what she did before was no longer hers to do, but the general manager's."""
    before = head(year)
    planned = read_file(EXAMPLE / "second-correction.yaml").commands
    on = day(year, "2026-12-31")
    with year.considering(planned, by="example") as (books, without, with_it):
        report = flips(books, without, with_it, on=on)
    acts = {one.id: (one.before, one.after) for one in report.flips if one.kind == "act"}
    cured = {"dispute-stand-in-dispose", "contract-stand-in-sign"}
    assert {deed for deed, sides in acts.items() if sides == ("UNAUTHORISED", "CURED")} == cured
    assert {deed for deed, sides in acts.items() if sides == ("AUTHORISED", "AUTHORISED_AS_KNOWN")} == {
        "spend-0705-approve",
        "expense-0701-review",
        "spend-acting-1-approve",
        "dispute-acting-dispose",
        "contract-acting-sign",
        "spend-0706-approve",
        "dispute-0704-dispose",
        "promo-0701-review",
        "spend-acting-2-approve",
        "cost-0703-dispose",
        "expense-0702-review",
    }
    assert len(acts) == 13
    assert Counter(one.kind for one in report.flips) == {"act": 13, "item": 8}
    assert head(year) == before, "nothing was recorded"
    assert verdict(year, "dispute-stand-in-dispose", "2026-12-31") == "UNAUTHORISED"


@pytest.mark.parametrize("on", ["2026-01-31", "2026-04-30", "2026-08-31", "2026-12-31"])
def test_parts_and_gap_are_the_whole_month_by_month(year: Ledger, on: str) -> None:
    tree = {one.target: one for one in targets(year.books, None, day(year, on), head(year)).targets}
    assert len(tree) == (13 if on < "2026-04" else 16)
    for whole in tree.values():
        parts = [tree[name] for name in whole.parts]
        assert sum(part.amount for part in parts) + whole.gap == whole.amount
        for month in whole.months:
            theirs = [one.amount or 0 for part in parts for one in part.months if one.period == month.period]
            assert month.amount is not None
            assert sum(theirs) == month.divided
            assert month.divided + (month.gap or 0) == month.amount
        assert sum(month.amount or 0 for month in whole.months) == whole.amount
        assert sum(quarter.amount or 0 for quarter in whole.quarters) == whole.amount


def test_the_annual_target_divided_adjusted_reassigned_accepted(year: Ledger) -> None:
    def in_wan(one: TargetShown) -> tuple[object, ...]:
        return one.amount / 10_000, one.divided / 10_000, one.gap / 10_000

    assert in_wan(the_target(year, "sales-2026", "2026-07-31")) == (3600, 3200, 400)  # 1900 + 1300 = 3200
    assert in_wan(the_target(year, "sales-2026", "2026-08-31")) == (3480, 3200, 280)  # adjusted by 120 in August
    assert in_wan(the_target(year, "sales-2026-east", "2026-03-31")) == (1900, 1200, 700)
    assert in_wan(the_target(year, "sales-2026-east", "2026-04-30")) == (1900, 1700, 200)  # 500 to the new store
    assert in_wan(the_target(year, "sales-2026-south-dept", "2026-04-30")) == (1100, 1100, 0)  # 800 + 300
    whole = the_target(year, "sales-2026", "2026-12-31")
    assert (whole.accepted and whole.accepted.by, whole.carrier.persons) == ("p02", ("p09",))
    moved = the_target(year, "sales-2026-p05", "2026-12-31")
    assert Counter(one.carrier.holder.id for one in moved.months if one.carrier) == {"p05": 8, "p07": 4}
    assert next(one.period for one in moved.months if one.carrier and one.carrier.holder.id == "p07") == "2026-09"
    assert (moved.accepted and moved.accepted.by) == "p07"


def test_results_as_known_and_as_corrected(year: Ledger) -> None:
    correction = next(seq for seq in year.books.about if seq > 263)
    said = year.books.about[correction][0][0]
    after, before = (the_target(year, "sales-2026-p06", "2026-12-31", known) for known in (said, said - 1))
    october = [
        (one.results or 0) / 10_000 for view in (before, after) for one in view.months if one.period == "2026-10"
    ]
    assert [f"{one:g}" for one in october] == ["76.6", "70.1"]  # goods that came back were not taken off
    company = the_target(year, "sales-2026", "2026-12-31")
    assert company.results_from == "parts"
    assert (company.results or 0) / 10_000 == sum(
        (the_target(year, f"sales-2026-{one}", "2026-12-31").results or 0) / 10_000
        for one in ("p05", "p07", "store", "p06", "p13")
    )
    assert (f"{company.results:,.0f}", f"{company.attained}") == ("26,108,000", "0.7502")  # 2610.8 / 3480


def test_the_register_of_contracts(year: Ledger) -> None:
    def found(on: str, **wanted: object) -> tuple[register.ContractShown, ...]:
        chosen = register.Wanted(**wanted)  # type: ignore[arg-type]  # as each line says
        return register.contracts(year.books, day(year, on), head(year), chosen).contracts

    states = ("in_force", "registered", "terminated", "expired")
    for on, counts in (("2026-12-31", (28, 1, 1, 0)), ("2027-01-01", (3, 1, 1, 25))):
        assert [len(found(on, state=state)) for state in states] == list(counts)
    for tier, count in (("province", 23), ("city", 4), ("national", 4)):  # what is of a city is of its province
        assert len(found("2026-12-31", attributes={"customer_tier": tier})) == count
    grown = register.contract(year.books, "contract-02", day(year, "2026-12-31"), head(year))
    assert grown is not None
    assert str(grown.total) == "820,000 CNY"  # 700000 + an option of 120000
    assert [(one.act, str(one.amount), one.verdict and one.verdict.verdict) for one in grown.acts] == [
        ("sign", "760,000 CNY", "AUTHORISED"),  # 640000 + 120000
        ("seal", "760,000 CNY", "AUTHORISED"),
        ("sign", "820,000 CNY", "AUTHORISED"),
    ]
