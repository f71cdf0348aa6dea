"""The example carries what the seed document states, positions to powers, and tells its story."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from api.files import read_file
from ledger import Ledger
from ledger.books import AsOf
from ledger.events import AuthorityGranted, CharterAdopted
from ledger.ids import Seq
from ledger.moments import end_of_day
from ledger.money import money
from ledger.policy import Question, who_could

EXAMPLE = Path(__file__).parents[1] / "features" / "marketing_centre"
EDITIONS = (("2026-01-01", 77), ("2026-04-01", 17), ("2026-07-01", 9), ("2026-10-01", 37), ("2027-01-01", 8))
"""The five articles, each from its date, and how many duties it has."""


@pytest.fixture(scope="module")
def example() -> Ledger:
    files = [read_file(EXAMPLE / name) for name in ("charter.yaml", "history.yaml", "correction.yaml")]
    opening = files[0].ledger
    assert opening is not None
    ledger = Ledger.create(":memory:", opening, by="example")
    for loaded in files:
        ledger.submit_batch(loaded.commands, by="example", batch=loaded.batch)
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
