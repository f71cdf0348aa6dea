"""Worked cases of what people do: both views of an act, emergencies, ratification, separation, splitting, signatures.

The house and the sentences are those of `test_depth_by_hand.py`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import hypothesis
import msgspec
import pytest
from hypothesis.strategies import randoms

from ledger.commands import EndAppointment, RecordAct, ReserveMatter, RevokeAuthority
from ledger.ids import AppointmentId, AuthorityId, MatterId, Seq
from ledger.moments import MICROSECOND
from ledger.policy import act_verdict, breaches, flips, item_verdict
from tests.given import (
    CLERK,
    Clock,
    act,
    annul,
    appoint,
    cap,
    correct,
    delegate,
    given,
    grant,
    house,
    jointly,
    on,
    open_item,
    person,
    position,
    rate,
    ratify,
    recorded,
    refused,
    rule,
)
from tests.histories import acted
from tests.test_depth_by_hand import could, of_act, of_item, ruling, said, says, spends
from tests.test_laws import folded, some

if TYPE_CHECKING:
    from random import Random

    from ledger.events import Entry
    from tests.oracle import OracleQuestion

NEW_YEAR = "2027-01-01"


def signs(item: str, by: str, at: str, amount: str | None = None, **more: Any) -> RecordAct:  # noqa: ANN401 - of an act
    """Somebody signs for spending; the deed is called as they are, if it is not said."""
    return act(item, by, at, kind="sign", matter="spend", amount=amount, **({"deed": by} | more))


# The table of verdicts


def test_the_five_verdicts_of_an_act_by_what_was_known_then_and_is_known_now() -> None:
    clock = Clock()
    ledger = house(clock=clock)
    granted = recorded(ledger, grant("g", position("director"), until="2026-06-01"))
    given(ledger, spends("good", "bo", "2026-02-01", "2000 CNY"), spends("late", "bo", "2026-03-01", "2000 CNY"))
    given(ledger, spends("bad", "bo", "2026-02-01", "2000.01 CNY"), spends("early", "chen", "2026-02-01", "10 CNY"))
    given(ledger, spends("unclear", "bo", "2026-02-01", "10 USD"))
    head = ledger.books.head
    clock.at = on("2026-04-01")
    # It ended in February, as is known since April; and Chen stood in for Bo in February.
    given(ledger, correct(granted, grant("g", position("director"), until="2026-02-15")))
    given(ledger, appoint("chen", "director", since="2026-01-20", until="2026-02-15", kind="acting"))

    told = {deed: said(of_act(ledger, deed)) for deed in ("good", "late", "early", "bad", "unclear")}
    assert told == {
        "good": "AUTHORISED",
        "late": "AUTHORISED_AS_KNOWN: EXPIRED",
        "early": "CURED",
        "bad": "UNAUTHORISED: PER_ACT_EXCEEDED",
        "unclear": "INDETERMINATE: RATE_MISSING",
    }
    before = {deed: said(of_act(ledger, deed, known=head)) for deed in ("late", "early")}
    assert before == {"late": "AUTHORISED", "early": "UNAUTHORISED: NO_GRANT"}
    listed = breaches(ledger.books, on("2026-02-01"), on("2026-03-01"), on=on(NEW_YEAR), known=Seq(ledger.books.head))
    assert [one.deed for one in listed] == ["bad", "unclear"], "cured is no breach; March is not asked about"


def test_knowledge_of_then_ends_with_the_act_whenever_it_is_recorded() -> None:
    clock = Clock()
    ledger = house(clock=clock)
    clock.at = on("2026-02-10")
    granted = recorded(ledger, grant("g", position("director"), since="2026-02-01"))
    given(ledger, spends("before", "bo", "2026-02-05", "10 CNY"), spends("after", "bo", "2026-02-11", "10 CNY"))

    # On the 5th the grant from the 1st was not recorded yet.
    assert (said(of_act(ledger, "before")), said(of_act(ledger, "after"))) == ("CURED", "AUTHORISED")
    assert of_act(ledger, "before").then.known_seq == granted - 1
    assert of_act(ledger, "after").then.known_seq == granted + 1


def test_loaded_history_is_judged_by_the_whole_of_its_batch() -> None:
    ledger = house()
    loaded = [
        spends("po", "bo", "2026-01-02", "10 CNY"),
        grant("g", position("director")),
        RevokeAuthority(since="2026-03-01", authority=AuthorityId("g")),
    ]
    ledger.submit_batch(loaded, by=CLERK, batch="2025")

    verdict = of_act(ledger, "po")
    assert (said(verdict), verdict.as_loaded) == ("AUTHORISED", True)
    assert verdict.then.known_seq == ledger.books.head


def test_correcting_or_annulling_the_act_judges_another_act_or_none() -> None:
    ledger = house()
    given(ledger, grant("g", position("director")))
    done = recorded(ledger, spends("po", "bo", "2026-02-01", "3000 CNY"))
    assert said(of_act(ledger, "po")) == "UNAUTHORISED: PER_ACT_EXCEEDED"
    corrected = recorded(ledger, correct(done, spends("po", "bo", "2026-02-01", "300 CNY")))

    assert said(of_act(ledger, "po")) == "AUTHORISED"
    report = flips(ledger.books, Seq(corrected - 1), Seq(corrected), on=on(NEW_YEAR))
    told = {(one.kind, one.id, one.before, one.after) for one in report.flips}
    assert told == {(kind, "po", "UNAUTHORISED", "AUTHORISED") for kind in ("act", "item")}
    with ledger.considering([annul(done)], by=CLERK) as (books, before, after):
        report = flips(books, before, after, on=on(NEW_YEAR))
        assert {(one.kind, one.after) for one in report.flips} == {("act", None), ("item", None)}
    assert said(of_act(ledger, "po")) == "AUTHORISED", "that was only considered"


# Emergencies and ratification


def test_an_emergency_is_pending_until_its_deadline_and_unauthorised_from_it_on() -> None:
    ledger = house()
    given(ledger, grant("g", position("chief"), limit="9000 CNY"))
    given(ledger, spends("dyke", "dan", "2026-02-01", "5000 CNY", ratify_by="2026-03-01"))
    given(ledger, spends("fine", "anna", "2026-02-01", "5000 CNY", ratify_by="2026-03-01"))

    assert said(of_act(ledger, "dyke", "2026-02-28")) == "PENDING_RATIFICATION: NO_GRANT"
    assert said(of_act(ledger, "dyke", "2026-03-01")) == "UNAUTHORISED: NO_GRANT", "on < ratify_by"
    assert said(of_item(ledger, "dyke", "2026-02-28")) == "PENDING_RATIFICATION: NO_GRANT"
    assert said(of_act(ledger, "fine", "2026-02-28")) == "AUTHORISED"
    # Ratified after its deadline it is ratified all the same, from that instant on.
    given(ledger, ratify("dyke", "anna", "2026-03-05T09:00+08:00"))
    assert said(of_act(ledger, "dyke", "2026-03-05")) == "UNAUTHORISED: NO_GRANT"
    assert said(of_act(ledger, "dyke", "2026-03-06")) == "RATIFIED: NO_GRANT"
    assert of_act(ledger, "dyke").acted_at == on("2026-02-02") - MICROSECOND
    assert said(of_item(ledger, "dyke")) == "RATIFIED: NO_GRANT"


@pytest.mark.parametrize(
    ("by", "at", "verdict"),
    [
        ("anna", "2026-04-01", "RATIFIED: PER_ACT_EXCEEDED"),
        ("bo", "2026-04-01", "UNAUTHORISED: PER_ACT_EXCEEDED"),  # 2000 is not enough
        ("dan", "2026-04-01", "UNAUTHORISED: PER_ACT_EXCEEDED"),  # nobody
        ("chen", "2026-04-01", "UNAUTHORISED: PER_ACT_EXCEEDED"),  # has it since March only
        ("anna", "2026-07-01", "UNAUTHORISED: PER_ACT_EXCEEDED"),  # no longer has it
    ],
)
def test_who_ratifies_has_the_authority_at_the_act_and_when_they_ratify(by: str, at: str, verdict: str) -> None:
    ledger = house()
    given(ledger, grant("g", position("director")))
    given(ledger, grant("a", position("chief"), limit="9000 CNY", until="2026-07-01"))
    given(ledger, grant("c", position("manager"), limit="9000 CNY", since="2026-03-01"))
    given(ledger, spends("po", "bo", "2026-02-01", "5000 CNY"), ratify("po", by, at))

    assert said(of_act(ledger, "po")) == verdict


def test_who_asked_for_it_does_not_ratify_it() -> None:
    ledger = house()
    given(ledger, grant("a", position("chief"), limit="9000 CNY"), open_item("po", requester="anna", amount="100 CNY"))
    given(ledger, act("po", "bo", "2026-02-01", deed="po"), ratify("po", "anna", "2026-03-01"))

    assert said(of_act(ledger, "po")) == "UNAUTHORISED: NO_GRANT"


def test_a_ratification_replaces_what_was_right_as_known_and_never_what_is_not_known() -> None:
    clock = Clock()
    ledger = house(clock=clock)
    granted = recorded(ledger, grant("g", position("director")))
    given(ledger, grant("a", position("chief"), limit="9000 CNY"))
    given(ledger, spends("po", "bo", "2026-02-01", "10 CNY"), spends("usd", "bo", "2026-02-01", "10 USD"))
    clock.at = on("2026-03-01")
    given(ledger, annul(granted))
    assert said(of_act(ledger, "po")) == "AUTHORISED_AS_KNOWN: NO_GRANT"
    given(ledger, ratify("po", "anna", "2026-03-02", ratification="r1"))
    given(ledger, grant("g2", position("director")), ratify("usd", "anna", "2026-03-02"))

    verdict = of_act(ledger, "po")
    assert verdict.verdict == "AUTHORISED", "another grant covers it after all"
    assert said(of_act(ledger, "usd")) == "INDETERMINATE: RATE_MISSING"
    given(ledger, RevokeAuthority(since="2026-01-15", authority=AuthorityId("g2")))
    assert of_act(ledger, "po").ratification == "r1"
    assert said(of_act(ledger, "po")) == "RATIFIED: REVOKED"


# Separation of duties


def test_who_proposed_does_not_approve_whichever_was_recorded_first() -> None:
    clock = Clock()
    ledger = house(clock=clock)
    given(ledger, grant("g", position("director")), grant("p", position("director"), act="propose"))
    given(ledger, spends("po", "bo", "2026-02-02", "10 CNY"), spends("po2", "bo", "2026-02-02", "10 CNY"))
    clock.at = on("2026-03-01")
    # Known since March: Bo had proposed po the day before, and po2 the day after.
    for item, day in (("po", "2026-02-01"), ("po2", "2026-02-03")):
        given(ledger, act(item, "bo", day, deed=f"{item}-p", kind="propose", matter="spend"))

    assert said(of_act(ledger, "po")) == "AUTHORISED_AS_KNOWN: SEPARATION"
    assert said(of_act(ledger, "po-p")) == "AUTHORISED"
    # The later of the two is the one that fails: here the proposal, whose own time knew of the approval.
    assert said(of_act(ledger, "po2")) == "AUTHORISED"
    assert said(of_act(ledger, "po2-p")) == "UNAUTHORISED: SEPARATION"


def test_a_pair_of_their_own_and_no_pair_at_all() -> None:
    ledger = house()
    given(ledger, grant("g", position("director")), grant("s", position("director"), act="sign"))
    given(ledger, grant("p", position("director"), act="propose"), rule("separation", "approve-sign, review-approve"))
    given(ledger, rule("separation", "none", since="2026-06-01"))
    for item, month in (("may", "05"), ("june", "06")):
        given(ledger, act(item, "bo", f"2026-{month}-01", deed=f"{item}-p", kind="propose", matter="spend"))
        given(ledger, spends(item, "bo", f"2026-{month}-02", "10 CNY", deed=f"{item}-a"))
        given(ledger, signs(item, "bo", f"2026-{month}-03", "10 CNY", deed=f"{item}-s"))

    assert said(of_act(ledger, "may-a")) == "AUTHORISED", "to propose and approve is no pair here"
    assert said(of_act(ledger, "may-s")) == "UNAUTHORISED: SEPARATION"
    assert said(of_act(ledger, "june-s")) == "AUTHORISED"
    assert says(ledger, "bo", "2026-05-04", "10 CNY", act="sign", item="may") == "SEPARATION"
    assert says(ledger, "bo", "2026-05-04", "10 CNY", act="sign", item="another") == "yes"


# What was pending, what is reserved, in which capacity


def test_a_delegation_that_does_not_cover_what_was_pending() -> None:
    ledger = house()
    given(ledger, grant("g", position("director"), depth=1), open_item("old", since="2026-02-01", amount="10 CNY"))
    part = delegate("d", "g", position("director"), position("manager"), since="2026-02-10")
    given(ledger, msgspec.structs.replace(part, covers_pending=False))
    given(ledger, open_item("new", since="2026-02-10", amount="10 CNY"), spends("seen", "bo", "2026-02-05", "5 CNY"))
    given(ledger, *(act(item, "chen", "2026-02-20", deed=item + "!") for item in ("old", "new")))
    given(ledger, spends("seen", "chen", "2026-02-20", "5 CNY", deed="seen!"))
    given(ledger, spends("fresh", "chen", "2026-02-20", "5 CNY"))

    assert said(of_act(ledger, "old!")) == "UNAUTHORISED: OPENED_BEFORE"
    assert said(of_act(ledger, "new!")) == "AUTHORISED", "opened at the instant the delegation began"
    # Never opened, but Bo acted on it before the delegation began.
    assert said(of_act(ledger, "seen!")) == "UNAUTHORISED: OPENED_BEFORE"
    assert said(of_act(ledger, "fresh")) == "AUTHORISED"


def test_a_reserved_matter_is_not_reached_by_delegation_from_that_date() -> None:
    ledger = house()
    given(ledger, grant("g", position("director"), depth=1))
    given(ledger, delegate("d", "g", position("director"), position("manager")))
    given(ledger, ReserveMatter(since="2026-03-01", matter=MatterId("spend.ads")))
    for who, day in (("chen", "2026-02-28"), ("chen", "2026-03-01"), ("bo", "2026-03-01")):
        given(ledger, act(who + day, who, day, deed=who + day, matter="spend.ads", amount="10 CNY"))

    assert said(of_act(ledger, "chen2026-02-28")) == "AUTHORISED"
    assert said(of_act(ledger, "chen2026-03-01")) == "UNAUTHORISED: RESERVED"
    assert said(of_act(ledger, "bo2026-03-01")) == "AUTHORISED"
    assert says(ledger, "chen", "2026-03-01", "10 CNY") == "yes", "the matter above is not reserved"


def test_who_claims_an_office_acts_by_that_office_and_no_other() -> None:
    ledger = house()
    given(ledger, appoint("bo", "manager", kind="acting"), grant("g", position("director")))
    given(ledger, grant("m", position("manager"), limit="500 CNY"), grant("c", position("chief"), limit="9000 CNY"))
    for deed, amount, claimed in [
        ("free", "600 CNY", None),
        ("director", "600 CNY", "director"),
        ("manager", "600 CNY", "manager"),
        ("little", "500 CNY", "manager"),
        ("chief", "600 CNY", "chief"),
    ]:
        given(ledger, spends(deed, "bo", "2026-02-01", amount, claimed=claimed))

    assert said(of_act(ledger, "free")) == said(of_act(ledger, "director")) == "AUTHORISED"
    # As manager Bo has 500; that he could have as director does not help, in either view.
    assert said(of_act(ledger, "manager")) == "UNAUTHORISED: PER_ACT_EXCEEDED"
    assert said(of_act(ledger, "little")) == "AUTHORISED"
    assert said(of_act(ledger, "chief")) == "UNAUTHORISED: NO_GRANT"


def test_who_steps_in_may_claim_the_vacant_office_or_their_own() -> None:
    ledger = house()
    given(ledger, grant("g", position("director")), grant("n", person("chen")))
    given(ledger, EndAppointment(since="2026-01-20", appointment=AppointmentId("bo@director")))
    for claimed in ("director", "chief", "manager"):
        given(ledger, spends(claimed, "anna", "2026-02-01", "10 CNY", claimed=claimed))
    given(ledger, spends("named", "chen", "2026-02-01", "10 CNY"))
    given(ledger, spends("named as", "chen", "2026-02-01", "10 CNY", claimed="manager"))

    # A claimed position admits the routes exercised through it (chief) or whose last link it holds (director).
    assert [said(of_act(ledger, one)) for one in ("director", "chief")] == ["AUTHORISED"] * 2
    assert said(of_act(ledger, "manager")) == "UNAUTHORISED: NO_GRANT"
    # A route by name admits no claim.
    assert said(of_act(ledger, "named")) == "AUTHORISED"
    assert said(of_act(ledger, "named as")) == "UNAUTHORISED: NO_GRANT"


def test_an_act_that_says_no_is_judged_and_counts_for_nothing() -> None:
    ledger = house()
    given(ledger, grant("g", position("director")), cap("g", "1000 CNY"), rule("sign_needs_approval", "yes"))
    given(ledger, grant("s", position("chief"), act="sign"), spends("po", "bo", "2026-02-01", "900 CNY", rejected=True))
    given(
        ledger,
        spends("no", "dan", "2026-02-01", "900 CNY", rejected=True),
        signs("po", "anna", "2026-02-02", "900 CNY"),
    )

    assert (said(of_act(ledger, "po")), of_act(ledger, "po").rejected) == ("AUTHORISED", True)
    assert said(of_act(ledger, "no")) == "UNAUTHORISED: NO_GRANT", "to say no takes authority, too"
    assert says(ledger, "bo", "2026-02-20", "1000 CNY") == "yes", "nothing was drawn"
    assert said(of_act(ledger, "anna")) == "UNAUTHORISED: APPROVAL_MISSING"


# Splitting


@pytest.mark.parametrize(
    ("day", "amount", "where", "reason"),
    [
        ("2026-03-30", "800 CNY", {"supplier": "jia"}, "yes"),  # 1200 + 800 = 2000, the limit
        ("2026-03-30", "800.01 CNY", {"supplier": "jia"}, "SPLIT_EXCEEDED"),  # 1 March is the first of 30 days
        ("2026-03-31", "2000 CNY", {"supplier": "jia"}, "yes"),  # 1 March is out
        ("2026-03-30", "2000 CNY", {"supplier": "yi"}, "yes"),  # another supplier
        ("2026-03-30", "800 CNY", {}, "yes"),  # even with Jia's 1200 within the limit
        ("2026-03-30", "800.01 CNY", {}, "ATTRIBUTE_MISSING"),  # if with Jia, too much
        ("2026-03-30", "2000.01 CNY", {}, "PER_ACT_EXCEEDED"),
    ],
)
def test_related_acts_are_judged_together(day: str, amount: str, where: dict[str, str], reason: str) -> None:
    ledger = house()
    jia = {"supplier": "jia"}
    given(ledger, grant("g", position("director")), rule("splitting", "aggregate 30 days by supplier, matter"))
    given(ledger, spends("a", "dan", "2026-03-01", "1200 CNY", attributes=jia))  # whoever did it
    given(ledger, spends("b", "bo", "2026-03-01", "900 CNY", attributes=jia, rejected=True))
    given(ledger, signs("c", "bo", "2026-03-01", "900 CNY", attributes=jia))  # another kind of act
    given(ledger, act("d", "bo", "2026-03-01", matter="spend.ads", amount="900 CNY", attributes=jia))  # another matter
    assert says(ledger, "bo", f"{day}T23:59:59.999999+08:00", amount, attributes=where) == reason


def test_the_later_act_of_a_split_fails_and_goes_on_with_its_own_item_does_not() -> None:
    ledger = house()
    jia = {"supplier": "jia"}
    given(ledger, grant("g", position("director")), rule("splitting", "aggregate 30 days by supplier"))
    given(ledger, spends("a", "bo", "2026-03-01", "1200 CNY", attributes=jia))
    given(ledger, spends("b", "bo", "2026-03-02", "900 CNY", attributes=jia))
    given(ledger, spends("a", "bo", "2026-03-03", "1100 CNY", attributes=jia, deed="again"))

    assert said(of_act(ledger, "a")) == "AUTHORISED"
    assert said(of_act(ledger, "b")) == "UNAUTHORISED: SPLIT_EXCEEDED"  # 1200 + 900 = 2100
    # On item a: only the others' 900 come to it, 900 + 1100 = 2000.
    assert said(of_act(ledger, "again")) == "AUTHORISED"


def test_where_the_rule_is_to_flag_nothing_is_refused() -> None:
    ledger = house()
    jia = {"supplier": "jia"}
    given(ledger, grant("g", position("director")), rule("splitting", "flag 30 days by supplier"))
    given(ledger, spends("a", "bo", "2026-03-01", "1200 CNY", attributes=jia))

    for amount, flags in (("800 CNY", ()), ("800.01 CNY", ("split_suspected",))):
        (one,) = could(ledger, "2026-03-02", amount, attributes=jia).candidates
        assert one.flags == flags
    given(ledger, spends("b", "bo", "2026-03-02", "900 CNY", attributes=jia))
    assert said(of_act(ledger, "b")) == "AUTHORISED"


def test_an_item_counts_once_in_a_split_whatever_its_currencies() -> None:
    ledger = house()
    jia = {"supplier": "jia"}
    given(ledger, grant("g", position("director")), rule("splitting", "aggregate 30 days by supplier"))
    given(ledger, rate("USD", "7 CNY"), spends("a", "bo", "2026-03-01", "100 USD", attributes=jia, deed="1"))
    given(ledger, spends("a", "bo", "2026-03-02", "500 CNY", attributes=jia, deed="2"))

    # Item a is 100 USD = 700, of which 500 is a part as it would be of 700 CNY: 700 + 1300 = 2000.
    assert says(ledger, "bo", "2026-03-03", "1300 CNY", attributes=jia) == "yes"


# Signatures


def test_a_signature_needs_an_approval_with_its_co_signers_in_time_and_for_as_much() -> None:
    ledger = house()
    given(
        ledger,
        rule("sign_needs_approval", "yes"),
        grant("s", position("manager"), act="sign", limit="unlimited"),
        grant("g", position("chief")),
        jointly("g", 2, (1, (position("director"),))),
    )
    given(
        ledger, spends("po", "anna", "2026-02-01", "1000 CNY"), spends("po", "bo", "2026-02-05", "1000 CNY", deed="po2")
    )
    for deed, day, amount in [
        ("alone", "2026-02-04", "1000 CNY"),
        ("both", "2026-02-05", "1000 CNY"),
        ("more", "2026-02-06", "1000.01 CNY"),
    ]:
        given(ledger, signs("po", "chen", day, amount, deed=deed))

    # On the 4th Anna alone had approved: then there was no approval yet; now it came the day after.
    alone = of_act(ledger, "alone")
    assert said(alone) == "UNAUTHORISED: APPROVAL_LATER"
    assert alone.then.reason is not None
    assert alone.then.reason.code == "APPROVAL_LATER", "recorded before it, though done after it"
    assert said(of_act(ledger, "both")) == "AUTHORISED"
    assert said(of_act(ledger, "more")) == "UNAUTHORISED: APPROVAL_TOO_SMALL"
    assert says(ledger, "chen", "2026-02-07", "1 CNY", act="sign", item="other") == "APPROVAL_MISSING"
    candidate = ruling(ledger, "chen", "2026-02-07", "1 CNY", act="sign").candidate
    assert candidate is not None
    assert [need.kind for need in candidate.needs] == ["approval"], "asked without an item it is still needed"


def test_an_approval_by_somebody_without_authority_counts_once_it_is_ratified() -> None:
    ledger = house()
    given(ledger, rule("sign_needs_approval", "yes"), grant("s", position("manager"), act="sign"))
    given(ledger, grant("g", position("chief")), spends("po", "dan", "2026-02-01", "100 CNY"))
    given(ledger, ratify("po", "anna", "2026-02-10T12:00+08:00"))
    for deed, at in (("before", "2026-02-10T11:59+08:00"), ("then", "2026-02-10T12:00+08:00")):
        given(ledger, signs("po", "chen", at, "100 CNY", deed=deed))

    # A minute before, the only approval was one that had no effect; at the instant it has.
    assert said(of_act(ledger, "before")) == "UNAUTHORISED: APPROVAL_MISSING"
    assert said(of_act(ledger, "then")) == "AUTHORISED"


def test_an_item_is_judged_by_the_kind_of_its_last_act() -> None:
    ledger = house()
    given(ledger, grant("g", position("director")), grant("s", position("chief"), act="sign"))
    given(ledger, spends("po", "dan", "2026-02-01", "100 CNY"), signs("po", "anna", "2026-02-02", "100 CNY"))

    assert said(of_act(ledger, "po")) == "UNAUTHORISED: NO_GRANT"
    assert (said(of_item(ledger, "po")), of_item(ledger, "po").act) == ("AUTHORISED", "sign")


def test_what_an_act_does_not_state_is_its_items_and_self_interest_goes_by_it() -> None:
    ledger = house()
    given(ledger, grant("g", position("director")), open_item("own", amount="10 CNY", requester="bo"))
    given(ledger, open_item("boss", amount="10 CNY", requester="dan", beneficiary="anna"))
    given(ledger, open_item("dan", amount="2000.01 CNY", requester="dan"))
    given(ledger, *(act(item, "bo", "2026-02-01", deed=item) for item in ("own", "boss", "dan")))

    assert said(of_act(ledger, "own")) == "UNAUTHORISED: REQUESTER"
    assert said(of_act(ledger, "boss")) == "UNAUTHORISED: SUBORDINATE_OF_BENEFICIARY", "Bo reports to Anna"
    assert said(of_act(ledger, "dan")) == "UNAUTHORISED: PER_ACT_EXCEEDED"


def test_an_act_on_what_nobody_opened_states_its_matter() -> None:
    ledger = house()
    given(ledger, grant("g", position("director")))

    assert refused(ledger, act("po", "bo", "2026-02-01", amount="10 CNY")).code == "UNKNOWN_NAME"
    given(ledger, spends("po", "bo", "2026-02-01", "10 CNY"))


# Whatever was asked before


def test_a_verdict_does_not_depend_on_what_was_asked_first() -> None:
    clock = Clock()
    ledger = house(clock=clock)
    given(ledger, grant("b", position("chief"), limit="unlimited"), cap("b", "10000 CNY"))
    given(ledger, spends("res", "anna", "2026-01-31", "5000 CNY"))
    given(ledger, grant("g", position("director"), by_decision="res"), cap("g", "1000 CNY"))
    clock.at = on("2026-02-10")
    given(ledger, *(spends(item, "bo", f"2026-02-01T1{item}:00+08:00", "600 CNY") for item in "01"))

    # Both acts were recorded together and are judged, then, by what was known before either: res is decided, nothing is
    # used. Now the second finds 600 + 600 = 1200 > 1000.
    assert said(of_act(ledger, "1")) == "AUTHORISED_AS_KNOWN: CUMULATIVE_EXCEEDED"
    assert said(of_act(ledger, "0")) == "AUTHORISED"


@some
@hypothesis.given(acted(), randoms(use_true_random=False))
def test_no_answer_depends_on_what_was_asked_before(case: tuple[list[Entry], OracleQuestion], chance: Random) -> None:
    entries, question = case
    books = folded(entries)
    asked = [(act_verdict, deed) for deed in books.things["deed"]] + [(item_verdict, one) for one in books.deeds_on]
    rounds = [(judge, name, Seq(known)) for judge, name in asked for known in (books.head, question.k)]
    chance.shuffle(rounds)
    together = [judge(books, name, question.v, known) for judge, name, known in rounds]

    for (judge, name, known), told in list(zip(rounds, together, strict=True))[-4:]:
        assert told == judge(folded(entries), name, question.v, known)
