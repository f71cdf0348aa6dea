"""A live act is about what its item is about: an item's terms are nobody's to restate who wants them enforced.

What was recorded as it happened says what happened, whatever the item says (semantics.md 6).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ledger.commands import ImposeRestriction
from ledger.ids import Act, MatterId, RestrictionId
from ledger.policy.approving import approving
from ledger.refusals import DiffersFromItem, NotWithinAuthority
from tests.given import (
    act,
    amend,
    annul,
    authorise,
    contract,
    correct,
    define,
    delegate,
    given,
    grant,
    house,
    open_item,
    person,
    position,
    rate,
    recorded,
    refused,
)

if TYPE_CHECKING:
    from ledger import Ledger

EAST = {"region": "east"}


def an_office() -> Ledger:
    """The director may approve spending of up to 2000 CNY; a request of 1500 CNY lies open as entry 16."""
    ledger = house()
    given(
        ledger,
        grant("g", position("director"), limit="2000 CNY"),
        open_item("ad", matter="spend.ads", amount="1500 CNY", attributes=EAST, requester="chen", beneficiary="dan"),
    )
    return ledger


@pytest.mark.parametrize(
    ("stated", "said"),
    [
        ({"requester": "anna"}, "says `chen` for `requester` by entry 16, the act on it says `anna`"),
        ({"beneficiary": "anna"}, "says `dan` for `beneficiary` by entry 16, the act on it says `anna`"),
        (
            {"attributes": {"region": "west"}},
            "says `east` for `attributes.region` by entry 16, the act on it says `west`",
        ),
        ({"matter": "gifts"}, "says `spend.ads` for `matter` by entry 16, the act on it says `gifts`"),
        ({"matter": "spend.ads.tv"}, "says `spend.ads` for `matter` by entry 16, the act on it says `spend.ads.tv`"),
        ({"amount": "1499.99"}, "says `1,500 CNY` for `amount` by entry 16, the act on it says `1,499.99 CNY`"),
        ({"amount": "900 USD"}, "says `1,500 CNY` for `amount` by entry 16, the act on it says `900 USD`"),
    ],
)
def test_what_the_item_says_is_not_said_otherwise(stated: dict[str, str], said: str) -> None:
    ledger = an_office()
    given(ledger, define("gifts"), define("spend.ads.tv", parent="spend.ads"))

    no = refused(ledger, authorise("ad", "bo", **stated))  # type: ignore[arg-type]

    assert (type(no), no.sentence) == (DiffersFromItem, f"item `ad` {said}")
    given(ledger, act("ad", "bo", "2026-01-04", **stated))  # type: ignore[arg-type]
    given(ledger, authorise("ad", "bo"))


def test_the_same_again_more_money_and_what_is_left_open_may_be_said() -> None:
    ledger = an_office()

    given(
        ledger,
        authorise(
            "ad",
            "bo",
            matter="spend.ads",
            amount="1500.01 CNY",
            attributes={**EAST, "channel": "tv"},
            requester="chen",
            beneficiary="dan",
        ),
    )


def test_no_matter_above_leads_around_what_is_prohibited_below() -> None:
    ledger = an_office()
    given(
        ledger,
        ImposeRestriction(
            since="2026-01-01",
            restriction=RestrictionId("ban"),
            act=Act("approve"),
            matter=MatterId("spend.ads"),
        ),
    )

    assert refused(ledger, authorise("ad", "bo")).code == "PROHIBITED"
    assert isinstance(refused(ledger, authorise("ad", "bo", matter="spend")), DiffersFromItem)


def test_no_matter_above_leads_around_what_is_reserved_below() -> None:
    ledger = an_office()
    given(
        ledger,
        grant("deep", position("director"), depth=1),
        define("spend.tv", parent="spend", reserved=True),
        open_item("tv", matter="spend.tv", amount="1500 CNY"),
        delegate("d", "deep", position("director"), person("chen")),
    )

    assert refused(ledger, authorise("tv", "chen")).code == "RESERVED"
    assert isinstance(refused(ledger, authorise("tv", "chen", matter="spend")), DiffersFromItem)


def test_what_was_approved_above_approves_nothing_of_the_item() -> None:
    ledger = an_office()
    given(
        ledger, act("ad", "bo", "2026-01-04", deed="above", matter="spend"), act("ad", "bo", "2026-01-04", deed="own")
    )

    assert [fact.deed for _, fact in approving(ledger.books, "ad", ledger.books.head)] == ["own"]


def test_what_the_item_leaves_open_may_be_said_and_binds_nobody() -> None:
    ledger = an_office()
    given(ledger, open_item("open"))

    given(ledger, authorise("open", "bo", amount="1", attributes=EAST, requester="chen", beneficiary="dan"))
    given(ledger, authorise("open", "bo", amount="2", attributes={"region": "west"}, requester="dan"))


def test_nobody_approves_their_own_request_as_anothers() -> None:
    ledger = an_office()
    given(ledger, open_item("own", amount="1000", requester="bo"))

    assert refused(ledger, authorise("own", "bo")).code == "REQUESTER"
    assert isinstance(refused(ledger, authorise("own", "bo", requester="chen")), DiffersFromItem)


def test_an_amount_in_another_currency_counts_as_what_it_is_worth() -> None:
    ledger = an_office()
    given(ledger, rate("USD", "7 CNY"))

    assert isinstance(refused(ledger, authorise("ad", "bo", amount="214.28 USD")), DiffersFromItem)
    given(ledger, authorise("ad", "bo", amount="214.29 USD"))


def test_an_amount_that_no_rate_compares_is_not_taken_to_reach_the_items() -> None:
    ledger = an_office()
    given(ledger, grant("all", position("director"), limit="unlimited"))

    assert isinstance(refused(ledger, authorise("ad", "bo", amount="1000000 USD")), DiffersFromItem)
    given(ledger, authorise("other", "bo", matter="spend", amount="1000000 USD"))


def test_a_contract_is_signed_for_its_total_in_force_and_under_its_own_id() -> None:
    ledger = an_office()
    signing = grant("s", position("director"), act="sign", limit="5000 CNY")
    given(ledger, signing, contract("c", value="1000 CNY", options={"more": "500 CNY"}, attributes=EAST))
    given(ledger, amend("c", "a1", since="2026-01-03", value="3000 CNY"))

    said = [
        refused(ledger, authorise("c", "bo", kind="sign", **stated)).sentence
        for stated in ({"amount": "1500"}, {"attributes": {"contract": "d"}}, {"attributes": {"region": "west"}})
    ]

    assert said == [
        "item `c` says `3,000 CNY` for `amount` by entry 19, the act on it says `1,500 CNY`",
        "item `c` says `c` for `attributes.contract` by entry 18, the act on it says `d`",
        "item `c` says `east` for `attributes.region` by entry 18, the act on it says `west`",
    ]
    given(ledger, authorise("c", "bo", kind="sign", amount="3000", attributes={"contract": "c"}))


def test_what_a_correction_of_the_item_says_counts_from_then_on() -> None:
    ledger = an_office()
    smaller = open_item("ad", matter="spend.ads", amount="100 CNY", requester="chen")
    corrected = recorded(ledger, correct(16, smaller))

    no = refused(ledger, authorise("ad", "bo", amount="99"))

    assert f"by entry {corrected}" in no.sentence
    given(ledger, authorise("ad", "bo", amount="100", attributes={"region": "west"}, beneficiary="dan"))


def test_an_item_that_nobody_opened_or_whose_opening_is_annulled_has_no_terms() -> None:
    ledger = an_office()
    given(ledger, act("never", "bo", "2026-01-04", matter="spend", amount="1000", requester="anna"))
    given(ledger, annul(16))

    given(ledger, authorise("never", "bo", matter="spend", amount="1", requester="chen"))
    given(ledger, authorise("ad", "bo", matter="spend", amount="1"))


def test_an_act_beyond_authority_that_keeps_to_its_item_is_refused_for_that() -> None:
    ledger = an_office()

    assert isinstance(refused(ledger, authorise("ad", "bo", amount="2000.01")), NotWithinAuthority)
    assert isinstance(refused(ledger, authorise("ad", "dan", amount="1")), DiffersFromItem)
