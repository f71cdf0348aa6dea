"""What is recorded of items, acts, ratifications and contracts, and which words about them cannot be read."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from ledger import codec
from ledger import events as ev
from ledger.commands import DefineAct, ErasePerson
from ledger.ids import Act, CommandId, PersonId
from ledger.moments import MICROSECOND, Moment
from ledger.money import Money
from ledger.refusals import NameTaken, NotAlive, NothingToCorrect, UnknownName
from tests.given import (
    START,
    act,
    amend,
    annul,
    authorise,
    committee,
    constitute,
    contract,
    correct,
    define,
    given,
    grant,
    house,
    misread,
    on,
    open_item,
    person,
    place,
    position,
    ratify,
    reading,
    recorded,
    refused,
    terminate,
)

if TYPE_CHECKING:
    from ledger import Ledger
    from ledger.commands import Command, RecordAct


def stated(ledger: Ledger) -> Any:  # noqa: ANN401 - whichever fact the test recorded last
    """The fact of the last entry; of a correction, what it puts in place."""
    entry = ledger.journal.entry(ledger.books.head)
    assert entry is not None
    return entry.event.replacement if isinstance(entry.event, ev.FactCorrected) else entry.event


def yuan(amount: str) -> Money:
    return Money(Decimal(amount), "CNY")


# Items


def test_an_item_is_opened_with_what_it_is_about() -> None:
    ledger = house()
    about = {"supplier": "Jiahe", "region": "east"}
    given(
        ledger,
        open_item("ad-1", matter="spend.ads", amount="1.5万", attributes=about, requester="chen", beneficiary="dan"),
    )

    item = stated(ledger)
    assert (item.item, item.matter, item.amount) == ("ad-1", "spend.ads", yuan("15000.0"))
    assert list(item.attributes.items()) == [("region", "east"), ("supplier", "Jiahe")]
    assert (item.requester, item.beneficiary) == ("chen", "dan")
    assert item.effective == Moment(on(START), date(2026, 1, 1))


def test_an_item_is_opened_over_a_matter_in_force_for_persons_who_are_known() -> None:
    ledger = house()
    given(ledger, define("gifts", since="2026-03-01"))

    assert isinstance(refused(ledger, open_item("g-1", matter="gifts", since="2026-02-28")), NotAlive)
    for unknown in (
        open_item("g-1", matter="gits"),
        open_item("g-1", requester="zoe"),
        open_item("g-1", beneficiary="zoe"),
    ):
        assert isinstance(refused(ledger, unknown), UnknownName)
    assert misread(ledger, open_item("g-1", amount="many")).field == "amount"
    assert misread(ledger, open_item(" g-1")).field == "item"
    assert misread(ledger, open_item("g-1", attributes={"": "east"})).field == "attributes"
    given(ledger, open_item("g-1", matter="gifts", since="2026-03-01"))


# Acts


def test_an_act_on_a_date_was_done_in_its_last_microsecond() -> None:
    ledger = house()
    given(ledger, open_item("ad-1"), act("ad-1", "bo", "2026-03-05"))
    assert stated(ledger).effective == Moment(on("2026-03-06") - MICROSECOND, date(2026, 3, 5))

    given(ledger, act("ad-1", "bo", "2026-03-05T09:30+08:00"))
    assert stated(ledger).effective.date is None
    assert misread(ledger, act("ad-1", "bo", "2026-02-30")).field == "acted_at"


def test_what_an_act_does_not_state_is_left_to_its_item() -> None:
    ledger = house()
    given(ledger, open_item("ad-1", amount="100", requester="chen"), act("ad-1", "bo", "2026-03-05"))

    done = stated(ledger)
    assert (done.matter, done.amount, done.attributes, done.requester, done.beneficiary) == (None, None, {}, None, None)
    assert (done.live, done.rejected, done.ratify_by, done.votes) == (False, False, None, ())


def test_an_act_is_recorded_as_it_happened() -> None:
    """Before its matter, after its position, on a day that has not come: the verdict is another question."""
    ledger = house()
    given(
        ledger,
        define("gifts", since="2027-01-01"),
        DefineAct(since="2027-01-01", act=Act("release"), name="release"),
        constitute("board", position("chief"), until="2026-02-01"),
        open_item("ad-1"),
        act("ad-1", "dan", "2030-03-05", kind="release", matter="gifts", amount="USD 70,000", claimed="chief"),
        act("ad-1", committee("board"), "2026-03-05", rejected=True),
    )

    assert stated(ledger).rejected


@pytest.mark.parametrize(
    "command",
    [
        act("ad-1", "bo", "2026-03-05", kind="aprove"),
        act("ad-1", "bo", "2026-03-05", matter="gifts"),
        act("ad-1", "zoe", "2026-03-05"),
        act("ad-1", committee("board"), "2026-03-05"),
        act("ad-1", "bo", "2026-03-05", claimed="boss"),
        act("ad-1", "bo", "2026-03-05", requester="zoe"),
        act("ad-1", "bo", "2026-03-05", beneficiary="zoe"),
        act("ad-1", committee("council"), "2026-03-05", votes={"zoe": "yes"}),
    ],
)
def test_what_an_act_names_is_known(command: Command) -> None:
    ledger = house()
    given(ledger, open_item("ad-1"), constitute("council", position("chief")))

    assert isinstance(refused(ledger, command), UnknownName)


def test_an_act_by_an_annulled_committee_or_on_an_annulled_item_is_not_recorded() -> None:
    ledger = house()
    board = recorded(ledger, constitute("board", position("chief")))
    item = recorded(ledger, open_item("ad-1"))
    given(ledger, annul(board), annul(item))

    assert isinstance(refused(ledger, act("ad-1", committee("board"), "2026-03-05", matter="spend")), UnknownName)
    assert isinstance(refused(ledger, act("ad-1", "bo", "2026-03-05")), UnknownName)
    given(ledger, act("ad-1", "bo", "2026-03-05", matter="spend"))


def test_a_position_does_not_act() -> None:
    ledger = house()
    given(ledger, open_item("ad-1"), act("ad-1", "bo", "2026-03-05", deed="a"))

    assert misread(ledger, act("ad-1", position("director"), "2026-03-05")).field == "by"
    assert misread(ledger, ratify("a", position("director"), "2026-03-05")).field == "by"
    given(ledger, act("ad-1", "bo", "2026-03-05", claimed="director"))


def test_only_a_committee_votes_and_each_member_once() -> None:
    ledger = house()
    given(ledger, open_item("ad-1"), constitute("board", position("chief"), person("bo")))
    votes: dict[str, ev.VoteCast] = {"anna": "yes", "bo": "recused"}

    assert misread(ledger, act("ad-1", "bo", "2026-03-05", votes=votes)).field == "votes"
    assert misread(ledger, act("ad-1", committee("board"), "2026-03-05", claimed="chief")).field == "claimed"
    twice = (ev.Vote(PersonId("anna"), "yes"), ev.Vote(PersonId("anna"), "no"))
    bad = misread(ledger, msgspec.structs.replace(act("ad-1", committee("board"), "2026-03-05"), votes=twice))
    assert (bad.field, bad.sentence) == ("votes", "`anna` votes twice")
    given(ledger, act("ad-1", committee("board"), "2026-03-05", votes=votes))
    assert stated(ledger).votes == (ev.Vote(PersonId("anna"), "yes"), ev.Vote(PersonId("bo"), "recused"))


def test_only_a_committee_ratifies_with_votes_of_persons_who_are_known() -> None:
    ledger = house()
    given(ledger, open_item("ad-1"), constitute("board", position("chief"), person("bo")))
    given(ledger, act("ad-1", "bo", "2026-03-05", deed="a"))
    votes: dict[str, ev.VoteCast] = {"anna": "yes", "bo": "no"}

    assert misread(ledger, ratify("a", "bo", "2026-03-06", votes=votes)).field == "votes"
    assert isinstance(refused(ledger, ratify("a", committee("board"), "2026-03-06", votes={"zoe": "yes"})), UnknownName)
    given(ledger, ratify("a", committee("board"), "2026-03-06", votes=votes))
    assert stated(ledger).votes == (ev.Vote(PersonId("anna"), "yes"), ev.Vote(PersonId("bo"), "no"))


def test_an_emergency_act_is_to_be_ratified_after_it() -> None:
    ledger = house()
    given(ledger, open_item("ad-1"))

    for too_early in ("2026-03-05", "2026-03-05T23:59:59.999999+08:00"):
        assert misread(ledger, act("ad-1", "dan", "2026-03-05", ratify_by=too_early)).field == "ratify_by"
    given(ledger, act("ad-1", "dan", "2026-03-05", ratify_by="2026-03-06"))
    assert stated(ledger).ratify_by == Moment(on("2026-03-06"), date(2026, 3, 6))


def test_an_act_and_a_ratification_without_an_id_get_one_from_the_number_of_the_entry() -> None:
    ledger = house()
    given(ledger, open_item("ad-1"), act("ad-1", "dan", "2026-03-05"), ratify("deed-16", "bo", "2026-03-06"))

    assert list(ledger.books.things["deed"]) == ["deed-16"]
    assert list(ledger.books.things["ratification"]) == ["ratification-17"]
    assert isinstance(refused(ledger, act("ad-1", "dan", "2026-03-05", deed="deed-16")), NameTaken)


# Corrected acts


def test_a_corrected_act_keeps_its_id_without_saying_it() -> None:
    ledger = house()
    given(ledger, open_item("ad-1"))
    done = recorded(ledger, act("ad-1", "dan", "2026-03-05"))
    ratified = recorded(ledger, ratify(f"deed-{done}", "bo", "2026-03-06"))
    given(
        ledger,
        correct(done, act("ad-1", "dan", "2026-03-04")),
        correct(ratified, ratify("deed-16", "anna", "2026-03-06")),
    )

    assert stated(ledger).ratification == f"ratification-{ratified}"
    assert isinstance(refused(ledger, correct(done, act("ad-1", "dan", "2026-03-04", deed="b"))), NothingToCorrect)


def an_authorised_act() -> tuple[Ledger, int]:
    """Bo approves, live, an item of 1 CNY that was opened by the entry before."""
    ledger = house()
    given(ledger, grant("g", position("director"), limit="unlimited"), open_item("ad-1", amount="1", requester="chen"))
    return ledger, recorded(ledger, authorise("ad-1", "bo", deed="a", attributes={"region": "east"}))


def as_it_was_done(ledger: Ledger, done: int) -> RecordAct:
    """What a correction says that says the same again."""
    at = ledger.books.recorded(done)
    assert at is not None
    return act("ad-1", "bo", at.isoformat(), deed="a", attributes={"region": "east"})


def test_an_act_that_was_authorised_stays_so_when_it_says_the_same_by_another_document() -> None:
    ledger, done = an_authorised_act()

    given(ledger, correct(done, msgspec.structs.replace(as_it_was_done(ledger, done), clause="4.2")))

    assert (stated(ledger).live, stated(ledger).clause) == (True, "4.2")


@pytest.mark.parametrize(
    "other",
    [
        {"by": person("anna")},
        {"act": "review"},
        {"item": "ad-2", "matter": "spend"},
        {"matter": "spend"},
        {"amount": "600"},
        {"attributes": {}},
        {"requester": "dan"},
        {"beneficiary": "dan"},
        {"claimed": "director"},
        {"rejected": True},
        {"ratify_by": "2026-02-01"},
        {"acted_at": "2026-01-04"},
        {"by": committee("board"), "votes": (ev.Vote(PersonId("anna"), "yes"),)},
    ],
)
def test_an_act_that_was_authorised_is_recorded_once_it_says_something_else(other: dict[str, Any]) -> None:
    ledger, done = an_authorised_act()
    given(ledger, constitute("board", person("anna")))
    before = as_it_was_done(ledger, done)

    changed = recorded(ledger, correct(done, msgspec.structs.replace(before, **other)))
    assert stated(ledger).live is False
    given(ledger, annul(changed), correct(done, before))

    assert stated(ledger).live is True


def test_an_act_that_was_authorised_is_recorded_once_it_says_the_same_of_an_item_that_was_corrected() -> None:
    ledger, done = an_authorised_act()
    opened = correct(done - 1, open_item("ad-1", amount="600", requester="chen"))

    given(ledger, opened, correct(done, as_it_was_done(ledger, done)))

    assert stated(ledger).live is False


def test_an_act_that_was_recorded_is_not_authorised_by_a_correction() -> None:
    ledger = house()
    done = recorded(ledger, act("ad-1", "bo", "2026-03-05", matter="spend"))
    given(ledger, correct(done, act("ad-1", "bo", "2026-03-06", matter="spend")))

    assert stated(ledger).live is False


def test_the_reason_for_correcting_an_act_is_about_the_person_who_acted() -> None:
    ledger = house()
    given(ledger, open_item("ad-1", requester="chen"))
    done = recorded(ledger, act("ad-1", "dan", "2026-03-05"))
    given(ledger, correct(done, act("ad-1", "dan", "2026-03-04"), reason="Dan was ill on the fifth"))
    entry = ledger.journal.entry(ledger.books.head)
    assert entry is not None
    assert isinstance(entry.event, ev.FactCorrected)

    assert ledger.personal(entry.event.reason) == "Dan was ill on the fifth"
    given(ledger, ErasePerson(person=PersonId("dan")))
    assert ledger.personal(entry.event.reason) == "erased"


# Contracts


def test_a_contract_is_registered_with_its_priced_options() -> None:
    ledger = house()
    given(ledger, contract("c-1", value="1000", options={"support": "200 CNY", "install": "0.5万元"}, requester="chen"))

    said = stated(ledger)
    assert said.value == yuan("1000")
    assert said.options == (ev.PricedOption("install", yuan("5000.0")), ev.PricedOption("support", yuan("200")))
    given(ledger, amend("c-1", "first", since="2026-02-01", value="1500", options={"support": "300"}))
    assert (stated(ledger).value, stated(ledger).options) == (yuan("1500"), (ev.PricedOption("support", yuan("300")),))


def test_a_contract_is_in_one_currency_and_has_a_party() -> None:
    ledger = house()

    assert misread(ledger, contract("c-1", options={"support": "200 USD"})).field == "options.support"
    assert misread(ledger, contract("c-1", value="1 USD", options={"support": "200"})).field == "options.support"
    assert misread(ledger, contract("c-1", value=None, options={"support": "200"})).field == "value"
    assert misread(ledger, contract("c-1", options={"": "200"})).field == "options"
    assert misread(ledger, contract("c-1", parties=())).field == "parties"
    given(
        ledger,
        contract("c-1", value="1 USD", options={"support": "200 USD"}),
        contract("c-2", value=None),
        amend("c-1", "in yuan", since=START, value="7", options={"support": "1400"}),
    )


def test_what_a_contract_names_is_known() -> None:
    ledger = house()
    for unknown in (
        contract("c-1", matter="gifts"),
        contract("c-1", requester="zoe"),
        contract("c-1", beneficiary="z"),
    ):
        assert isinstance(refused(ledger, unknown), UnknownName)
    assert isinstance(refused(ledger, contract("c-1", since="2025-12-31")), NotAlive)
    given(ledger, contract("c-1"))

    assert isinstance(refused(ledger, place("c-1", position("archive"))), UnknownName)
    assert isinstance(refused(ledger, place("c-1", position("chief"), since="2025-12-31")), NotAlive)
    given(ledger, place("c-1", position("chief"), "third floor"), place("c-1", person("dan")))
    assert isinstance(refused(ledger, terminate("c-2", "2026-02-01")), UnknownName)


def test_an_amendment_that_was_annulled_or_is_corrected_leaves_its_number_free() -> None:
    ledger = house()
    given(ledger, contract("c-1"))
    first = recorded(ledger, amend("c-1", "first", since="2026-02-01", value="2"))
    given(ledger, correct(first, amend("c-1", "first", since="2026-02-02", value="3")))
    second = recorded(ledger, amend("c-1", "second", since="2026-03-01", value="4"))

    assert isinstance(refused(ledger, correct(second, amend("c-1", "first", since="2026-03-01"))), NameTaken)
    given(ledger, annul(first), correct(second, amend("c-1", "first", since="2026-03-01", value="4")))
    assert reading(ledger, "2026-03-01").alive("contract", "c-1")


def test_the_order_in_which_options_and_attributes_are_said_does_not_change_the_bytes() -> None:
    one, other = house(), house()

    def registering(options: dict[str, str], attributes: dict[str, str]) -> Command:
        registered = contract("c-1", options=options, attributes=attributes)
        return msgspec.structs.replace(registered, command_id=CommandId("c"))

    given(one, registering({"a": "1", "b": "2"}, {"x": "1", "y": "2"}))
    given(other, registering({"b": "2", "a": "1"}, {"y": "2", "x": "1"}))
    first, second = (ledger.journal.entry(ledger.books.head) for ledger in (one, other))
    assert first is not None
    assert second is not None
    assert codec.encode(first) == codec.encode(second)
