"""What is kept of questions: nothing of names that the ledger has never heard of, and not the whole of a long value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ledger.books.state import Remembered
from ledger.commands import ImposeRestriction
from ledger.ids import Act, Holder, MatterId, PersonId, RestrictionId, Seq
from ledger.policy import Question, may, what_could, who_could
from ledger.policy.questions import LONGEST_STATED
from tests.given import START, given, grant, house, on, position

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ledger import Ledger

BO = Holder(person=PersonId("bo"))


def asked(ledger: Ledger, **more: Any) -> Question:  # noqa: ANN401 - as Question takes
    """Who may approve spending, if nothing else is said."""
    return Question(**{"act": "approve", "matter": "spend", "at": on("2026-06-01"), "known": ledger.books.head, **more})


def sizes(ledger: Ledger) -> dict[str, object]:
    """How much the books hold of everything."""
    return {name: _size(value) for name, value in vars(ledger.books).items() if name != "zone"}


def _size(value: object) -> object:
    if isinstance(value, dict):
        return {key: _size(one) for key, one in value.items()}
    if isinstance(value, list | set):
        return len(value)
    return _size(vars(value)) if isinstance(value, Remembered) else None


def test_of_acts_matters_and_people_that_nobody_ever_heard_of_nothing_is_held() -> None:
    ledger = house()
    given(ledger, grant("g", position("director")))
    books, before = ledger.books, sizes(ledger)

    for number in range(100):
        name = f"{number}" * 10_000
        nobody = Holder(person=PersonId(name))
        who_could(books, asked(ledger, act=name))
        who_could(books, asked(ledger, matter=name))
        who_could(books, asked(ledger, matter=name, item=name, attributes={name: name}, claimed=name))
        may(books, nobody, asked(ledger, matter=name))
        may(books, nobody, asked(ledger, act=name, requester=name, beneficiary=name))
        what_could(books, name, on("2026-06-01"), Seq(books.head))

    assert sizes(ledger) == before


def test_of_beneficiaries_that_nobody_ever_heard_of_nothing_is_held() -> None:
    ledger = house()
    given(ledger, grant("g", position("director")))
    who_could(ledger.books, asked(ledger, beneficiary="dan"))
    who_could(ledger.books, asked(ledger, beneficiary="nobody"))
    before = sizes(ledger)

    for number in range(100):
        who_could(ledger.books, asked(ledger, requester="dan", beneficiary=f"{number}" * 10_000))

    assert sizes(ledger) == before


def test_what_is_known_is_still_remembered() -> None:
    ledger = house()
    given(ledger, grant("g", position("director")))

    found = [ledger.books.remembered.find(("approve", "spend"), on("2026-06-01"), ledger.books.head)]
    who_could(ledger.books, asked(ledger))
    found.append(ledger.books.remembered.find(("approve", "spend"), on("2026-06-01"), ledger.books.head))

    assert found[0] is None
    assert found[1] is not None


@pytest.mark.parametrize("length", [199, 200, 201, 100_000])
def test_a_finding_repeats_two_hundred_characters_of_what_was_stated(length: int) -> None:
    ledger = house()
    given(ledger, grant("g", position("director"), scope={"region": ("east",)}))
    stated = "x" * length

    reason = reason_of(ledger, {"region": stated})

    assert LONGEST_STATED == 200
    assert reason.code == "OUT_OF_SCOPE"
    assert reason.stated == (stated if length <= 200 else "x" * 200 + "…")


def test_so_does_one_about_a_restriction() -> None:
    ledger = house()
    given(
        ledger,
        grant("g", position("director")),
        ImposeRestriction(
            since=START,
            restriction=RestrictionId("ban"),
            act=Act("approve"),
            matter=MatterId("spend"),
            scope={"region": ("x" * 300,)},
        ),
    )

    reason = reason_of(ledger, {"region": "x" * 300})

    assert reason.code == "PROHIBITED"
    assert len(reason.stated or "") <= 201


def reason_of(ledger: Ledger, attributes: Mapping[str, str]) -> Any:  # noqa: ANN401 - a Finding
    """Why Bo may not."""
    ruling = may(ledger.books, BO, asked(ledger, attributes=dict(attributes)))
    assert ruling.near_miss is not None
    return ruling.near_miss.reason
