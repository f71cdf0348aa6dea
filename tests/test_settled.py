"""`Ledger.settled`: the last entry known to be recorded, read by anybody at any moment without waiting for the lock."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from ledger import Ledger
from ledger.refusals import NameTaken
from tests.given import CLERK, Clock, a_ledger, form, given, house, refused
from tests.test_committer import acknowledge_nothing
from tests.test_submit import before_appending

if TYPE_CHECKING:
    from pathlib import Path


def seen_elsewhere(ledger: Ledger) -> int:
    """What another thread reads, which does not hold the lock."""
    with ThreadPoolExecutor(1) as other:
        return other.submit(lambda: ledger.settled).result(10)


@pytest.mark.parametrize("longest", [10_000, 100], ids=["taken back step by step", "folded anew"])
def test_while_a_long_batch_is_decided_and_refused_nothing_of_it_is_settled(
    longest: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ledger.submit.ledger.LONG_BATCH", longest)
    ledger, seen, decided = a_ledger(), list[int](), list[int]()
    batch = [*(form(f"unit-{number}") for number in range(1_000)), form("unit-0")]

    def look(*_: int) -> None:
        decided.append(ledger.books.head)
        seen.append(seen_elsewhere(ledger))

    with pytest.raises(NameTaken):
        ledger.submit_batch(batch, by=CLERK, batch="long", progress=look)

    assert max(decided) > 800
    assert set(seen) == {1}
    assert ledger.settled == 1


def test_what_a_plan_would_record_is_not_settled() -> None:
    ledger = house()

    with ledger.considering([form("east"), form("west")], by=CLERK) as (books, before, after):
        assert (books.head, seen_elsewhere(ledger)) == (after, before)

    assert ledger.settled == before


def test_what_was_recorded_is_settled_alone_in_a_batch_and_in_a_group() -> None:
    ledger = house()
    assert ledger.settled == 14

    given(ledger, form("east"))
    alone = ledger.settled
    ledger.submit_batch([form("a"), form("b")], by=CLERK, batch="two")
    batch = ledger.settled
    ledger.submit_group([(form("c"), CLERK), (form("hq"), CLERK)])
    group = ledger.settled
    refused(ledger, form("hq"))

    assert (alone, batch, group, ledger.settled) == (15, 17, 18, 18)


def test_what_another_recorded_is_settled_once_it_is_seen(tmp_path: Path) -> None:
    path = str(tmp_path / "ledger")
    one = house(path)
    other = Ledger.open(path, clock=Clock())
    given(one, form("east"))
    before = other.settled

    other.catch_up()

    assert (before, other.settled) == (14, 15)


def test_a_lost_race_is_not_settled_before_the_entry_is_recorded(tmp_path: Path) -> None:
    path = str(tmp_path / "ledger")
    one = house(path)
    other, seen = Ledger.open(path, clock=Clock()), list[int]()

    def faster() -> None:
        given(other, form("west"))
        seen.append(one.settled)

    before_appending(one, faster)
    given(one, form("east"))

    assert (seen, one.settled) == ([14], 16)


def test_a_group_whose_acknowledgement_was_lost_is_settled_when_it_was_looked_for() -> None:
    ledger = house()
    acknowledge_nothing(ledger, OSError("the line broke"))

    with pytest.raises(OSError, match="the line broke"):
        ledger.submit_group([(form("east"), CLERK)])

    assert ledger.settled == 15
