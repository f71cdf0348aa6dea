"""What carries a decision, and what does not: each case once looked right and was wrong.

The house is that of `given.py`: anna is chief, bo director, chen manager, dan holds nothing.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from ledger.ids import Seq
from ledger.policy import act_verdict, flips, item_verdict
from tests.given import (
    Clock,
    act,
    amend,
    annul,
    appoint,
    authorise,
    cap,
    committee,
    constitute,
    contract,
    correct,
    given,
    grant,
    house,
    jointly,
    on,
    open_item,
    position,
    recorded,
    refused,
    register,
    rule,
    terminate,
)

if TYPE_CHECKING:
    from ledger import Ledger

LATER = on("2027-01-01")


def verdict(ledger: Ledger, deed: str) -> str:
    said = act_verdict(ledger.books, deed, LATER, Seq(ledger.books.head))
    assert said is not None
    return said.verdict if said.reason is None else f"{said.verdict}: {said.reason.code}"


def whole(ledger: Ledger, item: str, date: str = "2027-01-01") -> str | None:
    said = item_verdict(ledger.books, item, on(date), Seq(ledger.books.head))
    return None if said is None else said.verdict


def resting() -> Ledger:
    """A grant to the director that rests on an item which the chief may approve; it was opened and no more."""
    ledger = house(clock=Clock(on("2026-05-01")))
    given(ledger, grant("chief-approves", position("chief"), limit="unlimited"), open_item("plan", amount="900000 CNY"))
    given(ledger, grant("manager-proposes", position("manager"), act="propose", limit="unlimited"))
    given(ledger, grant("by-plan", position("director"), limit="600000 CNY", by_decision="plan"))
    return ledger


def test_a_proposal_is_no_decision_and_a_filing_takes_none_back() -> None:
    ledger = resting()
    given(ledger, act("plan", "chen", "2026-02-01", kind="propose"))
    assert refused(ledger, authorise("x", "bo", matter="spend", amount="1 CNY")).code == "CHAIN_BROKEN"
    given(ledger, act("plan", "anna", "2026-02-02", deed="yes"), act("plan", "dan", "2026-02-03", kind="file"))
    given(ledger, authorise("x", "bo", matter="spend", amount="500000 CNY"))


def test_a_refusal_within_authority_takes_a_decision_back_and_one_without_does_not() -> None:
    ledger = resting()
    given(ledger, act("plan", "anna", "2026-02-02"), act("plan", "dan", "2026-02-03", rejected=True))
    given(ledger, authorise("x", "bo", matter="spend", amount="1 CNY"))
    given(ledger, act("plan", "anna", "2026-02-04", rejected=True))
    assert refused(ledger, authorise("y", "bo", matter="spend", amount="1 CNY")).code == "CHAIN_BROKEN"


def test_who_may_refuse_only_by_a_decision_takes_it_back_with_that() -> None:
    """A refusal is judged by what was answered before it, and stands when it has taken its own ground away."""
    ledger = house(clock=Clock(on("2026-05-01")))
    given(ledger, grant("chief-approves", position("chief"), limit="unlimited"), open_item("plan", amount="1 CNY"))
    given(ledger, grant("by-plan", position("director"), limit="1 CNY", by_decision="plan"))
    given(ledger, act("plan", "anna", "2026-02-02"), act("plan", "bo", "2026-02-02", rejected=True, deed="no"))
    for again in ("2026-02-03", "2026-02-04"):
        assert verdict(ledger, "no") == "CURED"  # all of it was recorded in May
        assert refused(ledger, authorise("x", "bo", matter="spend", amount="1 CNY")).code == "CHAIN_BROKEN"
        given(ledger, act("plan", "bo", again, rejected=True, deed=again))
        assert verdict(ledger, again) == "UNAUTHORISED: CHAIN_BROKEN"
    given(ledger, act("plan", "anna", "2026-02-05"), authorise("x", "bo", matter="spend", amount="1 CNY"))


def test_of_many_answers_by_the_decision_itself_each_is_judged_by_those_before() -> None:
    ledger = house(clock=Clock(on("2026-05-01")))
    given(ledger, grant("chief-approves", position("chief"), limit="unlimited"), open_item("plan", amount="1 CNY"))
    given(ledger, grant("by-plan", position("director"), limit="1 CNY", by_decision="plan"))
    for minute in range(60):
        time, chief, refuses = f"2026-02-02T00:{minute:02}+08:00", minute % 3 == 0, minute % 3 == 1
        given(ledger, act("plan", "anna" if chief else "bo", time, rejected=refuses, deed=f"{minute}"))
    assert [verdict(ledger, f"{minute}") for minute in (59, 58, 57)] == [
        "UNAUTHORISED: CHAIN_BROKEN",
        "CURED",
        "CURED",
    ]


def test_a_decision_carries_nothing_before_it_is_made() -> None:
    ledger = resting()
    given(ledger, act("x", "bo", "2026-02-01", matter="spend", amount="1 CNY", deed="early"))
    given(ledger, act("plan", "anna", "2026-03-01"))
    given(ledger, act("y", "bo", "2026-03-02", matter="spend", amount="1 CNY", deed="late"))
    assert verdict(ledger, "early") == "UNAUTHORISED: CHAIN_BROKEN"
    assert verdict(ledger, "late") == "CURED"  # all of it was recorded in May


def test_a_decision_dated_in_the_future_carries_nothing_today() -> None:
    ledger = resting()
    given(ledger, act("plan", "anna", "2035-03-01"))
    assert refused(ledger, authorise("x", "bo", matter="spend", amount="1 CNY")).code == "CHAIN_BROKEN"


def test_an_item_is_judged_by_what_was_done_up_to_the_date() -> None:
    ledger = house()
    given(ledger, grant("chief-approves", position("chief"), limit="unlimited"), open_item("plan", amount="9 CNY"))
    given(ledger, act("plan", "dan", "2026-01-15"), act("plan", "anna", "2026-03-01"))
    assert whole(ledger, "plan", "2026-01-10") is None
    assert whole(ledger, "plan", "2026-02-01") == "UNAUTHORISED"
    assert whole(ledger, "plan", "2026-03-02") == "AUTHORISED"


def test_an_approval_of_something_else_is_no_approval_of_the_item() -> None:
    """Stated over another matter, an approval carries neither a signature nor a grant."""
    ledger = house(clock=Clock(on("2026-05-01")))
    given(
        ledger, rule("sign_needs_approval", "yes"), grant("a", position("director"), limit="10 CNY", matter="spend.ads")
    )
    given(ledger, grant("s", position("director"), limit="unlimited", act="sign"), open_item("i", amount="10 CNY"))
    given(ledger, act("i", "bo", "2026-02-01", matter="spend.ads"))
    assert refused(ledger, authorise("i", "bo", kind="sign")).code == "APPROVAL_MISSING"
    given(ledger, grant("b", position("chief"), limit="10 CNY"), act("i", "anna", "2026-02-02"))
    given(ledger, authorise("i", "bo", kind="sign"))


def test_an_amendment_after_the_end_of_a_contract_decides_no_amount() -> None:
    ledger = house(clock=Clock(on("2026-09-01")))
    given(ledger, contract("c", value="900000 CNY"), amend("c", "A1", since="2026-06-01", value="1 CNY"))
    given(ledger, terminate("c", "2026-05-01"), grant("g", position("director"), act="seal", limit="2000 CNY"))
    assert refused(ledger, authorise("c", "bo", kind="seal")).code == "PER_ACT_EXCEEDED"


def test_a_committee_is_no_person_of_joint_authority() -> None:
    ledger = house()
    given(ledger, constitute("board", position("chief")))
    given(ledger, grant("g", committee("board"), limit="unlimited"), jointly("g", 2, (1, (position("director"),))))
    given(ledger, act("i", committee("board"), "2026-02-01", matter="spend", amount="1 CNY", votes={"anna": "yes"}))
    given(ledger, act("i", "bo", "2026-02-02", matter="spend", amount="1 CNY"))
    assert whole(ledger, "i") == "UNAUTHORISED"


def test_an_act_corrected_twice_still_counts_before_a_window() -> None:
    """1,500 on an item of which 600 were drawn in January: 900 more in February, under a cap of 1,000."""
    ledger = house()
    given(ledger, grant("g", position("director"), limit="unlimited"), cap("g", "1000 CNY", pool="supplier"))
    supplier = {"supplier": "s"}

    def first(amount: str) -> object:
        return act("i", "bo", "2026-01-20", matter="spend", amount=amount, deed="first", attributes=supplier)

    seq = recorded(ledger, first("100 CNY"))  # type: ignore[arg-type]  # an act is a command
    given(ledger, act("i", "bo", "2026-02-20", matter="spend", amount="1500 CNY", deed="second", attributes=supplier))
    for amount in ("500 CNY", "600 CNY"):
        given(ledger, correct(seq, first(amount)))  # type: ignore[arg-type]  # as above
    assert verdict(ledger, "second") == "CURED"


def test_flips_of_an_annulled_registration() -> None:
    """The date of a registration makes no difference, so acts before it flip as well."""
    ledger = house()
    seq = recorded(ledger, register("eve", since="2026-06-01"))
    given(ledger, appoint("eve", "director", kind="acting"), grant("g", position("director")))
    given(ledger, act("i", "eve", "2026-01-03", matter="spend", amount="1 CNY", deed="d"))
    before = Seq(ledger.books.head)
    given(ledger, annul(seq))
    report = flips(ledger.books, before, Seq(ledger.books.head), on=LATER)
    assert ("d", "CURED", "UNAUTHORISED") in [(one.id, one.before, one.after) for one in report.flips]


def test_decisions_that_rest_on_one_another_in_circles_and_long_chains_are_answered_soon() -> None:
    ledger = house()
    for number in range(25):
        given(ledger, open_item(f"i{number}", amount="1 CNY"))
        given(ledger, grant(f"g{number}", position("director"), by_decision=f"i{number}"))
        given(ledger, act(f"i{number}", "bo", "2026-02-01", deed=f"d{number}"))
    began = time.process_time()
    assert verdict(ledger, "d0") == "UNAUTHORISED: CHAIN_BROKEN"
    assert verdict(ledger, "d24") == "UNAUTHORISED: CHAIN_BROKEN"
    assert time.process_time() - began < 20
