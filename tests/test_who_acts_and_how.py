"""Attributes `subject.…` and `action.…` say who acts and how: an act states them, an item never does.

Else whoever opens an item would say of its approver what a scope asks the approver to be.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ledger.deciding.terms import attributes_in
from ledger.ids import Seq
from ledger.policy import act_verdict
from tests.given import (
    act,
    authorise,
    contract,
    correct,
    given,
    grant,
    house,
    misread,
    on,
    open_item,
    position,
    recorded,
    refused,
)

if TYPE_CHECKING:
    from ledger import Ledger

CLEARED = {"subject.clearance": "high"}


def an_office() -> Ledger:
    """The director may approve what asks for somebody who is cleared."""
    ledger = house()
    given(ledger, grant("g", position("director"), limit="unlimited", scope={"subject.clearance": ("high",)}))
    return ledger


@pytest.mark.parametrize("name", ["subject.clearance", "action.channel", "subject."])
def test_no_item_and_no_contract_says_who_acts_or_how(name: str) -> None:
    ledger = house()
    opened, registered = recorded(ledger, open_item("i")), recorded(ledger, contract("c"))
    said = {name: "high"}

    for field, command in [
        (f"attributes.{name}", open_item("j", attributes=said)),
        (f"attributes.{name}", contract("d", attributes=said)),
        (f"replacement.attributes.{name}", correct(opened, open_item("i", attributes=said))),
        (f"replacement.attributes.{name}", correct(registered, contract("c", attributes=said))),
    ]:
        no = misread(ledger, command)
        assert (no.field, no.sentence) == (field, "who acts, and how, is stated by an act and not by its item")

    given(ledger, open_item("j", attributes={"subject": "high", "reaction.time": "s"}))
    given(ledger, act("i", "bo", "2026-01-04", attributes=said))


def test_an_act_says_it() -> None:
    ledger = an_office()
    given(ledger, open_item("i"))

    assert refused(ledger, authorise("i", "bo")).code == "ATTRIBUTE_MISSING"
    given(ledger, authorise("i", "bo", attributes=CLEARED))


def test_in_a_history_in_which_items_say_it_that_counts_for_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    ledger = an_office()
    with monkeypatch.context() as former:
        former.setattr("ledger.deciding.conduct.item_attributes_in", attributes_in)
        former.setattr("ledger.deciding.contracts.item_attributes_in", attributes_in)
        given(ledger, open_item("i", attributes={**CLEARED, "region": "east"}), contract("c", attributes=CLEARED))
    given(ledger, *(act(one, "bo", "2026-01-05T08:00:00+08:00", deed=f"on-{one}") for one in ("i", "c")))

    for one in ("i", "c"):
        verdict = act_verdict(ledger.books, f"on-{one}", on("2026-02-01"), Seq(ledger.books.head))
        assert verdict is not None
        assert verdict.verdict == "INDETERMINATE"
        assert refused(ledger, authorise(one, "bo")).code == "ATTRIBUTE_MISSING"
    given(ledger, authorise("i", "bo", attributes=CLEARED))
    given(ledger, authorise("c", "bo", attributes={"subject.clearance": "high"}))
