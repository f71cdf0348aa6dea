"""The sections about figures, acts, contracts and targets: read in their order, and every no says line and field."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from api.files import read_file
from api.files.shapes import SECTIONS
from ledger.commands import RatifyAct, RecordAct, RegisterContract, SetTarget
from ledger.events import Vote
from ledger.ids import Holder
from ledger.refusals import BadInput

if TYPE_CHECKING:
    from pathlib import Path

ACT = "{acted_at: 2026-03-05, item: r1, act: approve, by: {person: p1}"
TARGET = "{from: 2026-01-01, target: t, metric: sales, period: 2026, amount: 12, unit: cars, holder: {unit: u}"


def test_what_is_named_stands_in_an_earlier_section() -> None:
    order = list(SECTIONS)
    for earlier, later in (
        ("rates", "delegations"),
        ("base_figures", "delegations"),
        ("delegations", "caps"),
        ("authorities", "joint"),
        ("appointments", "items"),
        ("items", "deeds"),
        ("contracts", "deeds"),
        ("deeds", "ratifications"),
        ("authorities", "targets"),
        ("targets", "results"),
    ):
        assert order.index(earlier) < order.index(later)


def test_dates_numbers_and_months_are_the_texts_that_are_written(tmp_path: Path) -> None:
    """`acted_at` is a text like `from`; a year, a price and a month are none of the numbers that YAML makes of them."""
    path = tmp_path / "c.yaml"
    path.write_text(
        "\n".join(
            (
                "charter: 1",
                f"deeds: [{ACT}, ratify_by: 2026-03-31, rejected: true}}]",
                "ratifications: [{acted_at: 2026-03-06, deed: d1, by: {person: p2}}]",
                "contracts: [{from: 2026-03-01, contract: c, title: C, parties: [A], matter: m, options: {year: 5_0}}]",
                f"targets: [{TARGET}, phases: {{2026-01: 010, 2026-02: 1.50}}}}]",
            )
        ),
        "utf-8",
    )

    contract, act, ratification, target = read_file(path).commands

    assert isinstance(act, RecordAct)
    assert (act.acted_at, act.ratify_by, act.rejected) == ("2026-03-05", "2026-03-31", True)
    assert isinstance(ratification, RatifyAct)
    assert ratification.acted_at == "2026-03-06"
    assert isinstance(contract, RegisterContract)
    assert contract.options == {"year": "5_0"}
    assert isinstance(target, SetTarget)
    assert (target.period, target.amount, target.phases) == ("2026", "12", {"2026-01": "010", "2026-02": "1.50"})


@pytest.mark.parametrize("suffix", ["yaml", "json"])
def test_votes_are_read_in_both_formats(tmp_path: Path, suffix: str) -> None:
    row = {
        "acted_at": "2026-03-05",
        "item": "r1",
        "act": "approve",
        "by": {"committee": "board"},
        "votes": [{"member": "p1", "vote": "yes"}, {"member": "p2", "vote": "recused"}],
    }
    path = tmp_path / f"c.{suffix}"
    path.write_text(json.dumps({"charter": 1, "deeds": [row]}), "utf-8")

    (act,) = read_file(path).commands

    assert isinstance(act, RecordAct)
    assert act.by == Holder(committee="board")  # type: ignore[arg-type]  # an id
    assert act.votes == (Vote("p1", "yes"), Vote("p2", "recused"))  # type: ignore[arg-type]  # ids


@pytest.mark.parametrize(
    ("section", "row", "field", "sentence"),
    [
        ("deeds", "{from: 2026-03-05, item: r1}", "from", "the key `from` is not known"),
        ("deeds", "{item: r1, act: approve, by: {person: p1}}", "acted_at", "`acted_at` is missing"),
        ("deeds", f"{ACT}, votes: [{{member: p1, vote: nay}}]}}", "votes[0].vote", "`nay` is none of `yes`, `no`"),
        ("deeds", f"{ACT}, votes: [{{membr: p1}}]}}", "votes[0].membr", "the key `membr` is not known"),
        ("deeds", f"{ACT}, attributes: {{region: [east]}}}}", "attributes.region", "a list is not text"),
        ("targets", f"{TARGET}, phases: {{2026-13: 5}}}}", "phases.2026-13", "`2026-13` is not like 2026-03"),
        ("targets", TARGET.replace("2026, a", "20, a") + "}", "period", "`20` is not like 2026, 2026-Q1, 2026-03"),
        ("targets", TARGET.replace("unit: u}", "unit: u, person: p}") + "}", "holder", "exactly one of position, unit"),
        ("caps", "{from: 2026-01-01, authority: a, window: week, pool: person}", "window", "`week` is not of the form"),
        ("caps", "{from: 2026-01-01, authority: a, window: month, pool: unit}", "pool", "`unit` is none of `person`"),
        ("joint", "{from: 2026-01-01, authority: a, persons: two}", "persons", "`two` is not a whole number"),
        (
            "joint",
            "{from: 2026-01-01, authority: a, persons: 2, classes: [{count: 1, holders: [{person: p, position: q}]}]}",
            "classes[0].holders[0]",
            "exactly one of position, person, committee",
        ),
        (
            "committees",
            "{from: 2026-01-01, committee: c, name: C, seats: [], procedure: {counted_of: all}}",
            "procedure.counted_of",
            "`all` is none of `cast`, `present`, `seats`",
        ),
    ],
)
def test_a_field_that_is_wrong_is_named(tmp_path: Path, section: str, row: str, field: str, sentence: str) -> None:
    path = tmp_path / "c.yaml"
    path.write_text(f"charter: 1\n{section}:\n- {row}\n", "utf-8")

    with pytest.raises(BadInput) as caught:
        read_file(path)

    assert (caught.value.line, caught.value.field) == (3, f"{section}[0].{field}")
    assert caught.value.sentence.startswith(sentence)
