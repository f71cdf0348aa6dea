"""What was only considered, or refused after it was decided, leaves nothing in what caps count."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count
from time import perf_counter
from typing import TYPE_CHECKING

import pytest

from ledger.ids import Seq
from ledger.policy import Question, flips, who_could
from ledger.refusals import NotWithinAuthority
from tests.given import CLERK, authorise, cap, form, given, grant, house, image, position

if TYPE_CHECKING:
    from ledger import Ledger
    from ledger.commands import AuthoriseAct

AT = datetime(2026, 1, 20, tzinfo=UTC)


def capped(limit: str = "100 CNY") -> Ledger:
    """A house whose chief, Anna, approves up to 1000 CNY an act and so much a month; 5 CNY of it are used."""
    ledger = house()
    given(ledger, grant("g", position("chief"), limit="1000 CNY"), cap("g", limit))
    ledger.submit(approval("first", "5 CNY"), by=CLERK)
    return ledger


def approval(item: str, amount: str) -> AuthoriseAct:
    """Anna approves an item that nobody opened."""
    return authorise(item, "anna", amount=amount, matter="spend")


def left(ledger: Ledger) -> list[str]:
    """What is left of the cap."""
    books = ledger.books
    found = who_could(books, Question(act="approve", matter="spend", at=AT, known=Seq(books.head)))
    return [str(one.left) for candidate in found.candidates for one in candidate.remainders]


def test_a_plan_uses_up_nothing() -> None:
    ledger = capped()
    with ledger.considering([approval("a", "30 CNY"), approval("b", "10 CNY")], by=CLERK) as (books, before, after):
        flips(books, before, after, on=AT)
        assert left(ledger) == ["55 CNY"]
    given(ledger, form("later"), form("still-later"))
    assert left(ledger) == ["95 CNY"]


def test_a_batch_that_is_refused_uses_up_nothing() -> None:
    ledger = capped()
    for batch in ("one", "two"):
        with pytest.raises(NotWithinAuthority):
            ledger.submit_batch([approval("a", "30 CNY"), approval("b", "90 CNY")], by=CLERK, batch=batch)
    given(ledger, form("later"), form("still-later"))
    assert left(ledger) == ["95 CNY"]
    ledger.submit(approval("c", "95 CNY"), by=CLERK)


def test_what_a_cap_counts_is_not_put_together_anew_for_each_act() -> None:
    """Many acts under one cap cost what they are, and not the square of it."""
    ledger = capped("1000000 CNY")
    seconds = []
    for part in range(6):
        begun = perf_counter()
        ledger.submit_group([(approval(f"{part}-{one}", "1 CNY"), CLERK) for one in range(200)])
        seconds.append(perf_counter() - begun)
    assert min(seconds[4:]) < 3 * min(seconds[:2])
    assert left(ledger) == ["998,795 CNY"]


def test_a_plan_that_is_given_up_between_two_commands_leaves_nothing() -> None:
    ledger = capped()
    before, decided = image(ledger.books), count()

    def keep() -> None:
        if next(decided) == 2:
            raise TimeoutError

    with pytest.raises(TimeoutError), ledger.considering([form(name) for name in "abc"], by=CLERK, keep=keep):
        pytest.fail("the third was decided")
    assert image(ledger.books) == before
    assert left(ledger) == ["95 CNY"]
