"""Worked cases of authority in depth, each with its arithmetic: caps, pools, figures, signers, resolutions, contracts.

The house is Hengtong of `given.py`: Anna chief, Bo director, Chen manager, Dan without an office. What is said of it is
recorded on 5 January 2026 at 9:00 in Shanghai, unless a case moves the clock; so an act of a later day is judged by all
that was recorded before it.
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from ledger.commands import AbolishPosition, EndAppointment, RecordAct, SetSeats
from ledger.events import Procedure
from ledger.ids import AppointmentId, PositionId, Seq
from ledger.moments import MICROSECOND
from ledger.money import Money, money
from ledger.policy import Question, act_verdict, flips, item_verdict, may, who_could
from tests.given import (
    START,
    Clock,
    act,
    amend,
    appoint,
    base_figure,
    cap,
    committee,
    constitute,
    contract,
    correct,
    define,
    delegate,
    establish,
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
    register,
    rule,
)

if TYPE_CHECKING:
    from ledger import Ledger
    from ledger.events import Pool
    from ledger.policy import Answer, Ruling, Verdict

YEAR_END = "2026-12-31"


def instant(text: str) -> datetime:
    """A date's first instant in Shanghai, or the instant itself."""
    return on(text) if "T" not in text else datetime.fromisoformat(text).astimezone(UTC)


def asked(ledger: Ledger, at: str, amount: str | None, **more: Any) -> Question:  # noqa: ANN401 - fields of a question
    """The approval of an amount of spending, at an instant and as known now."""
    fields: dict[str, Any] = {"act": "approve", "matter": "spend", "known": Seq(ledger.books.head)} | more
    return Question(at=instant(at), amount=money(amount, "amount") if amount else None, **fields)


def ruling(ledger: Ledger, who: str, at: str, amount: str | None, **more: Any) -> Ruling:  # noqa: ANN401
    """May they."""
    return may(ledger.books, person(who), asked(ledger, at, amount, **more))


def says(ledger: Ledger, who: str, at: str, amount: str | None, **more: Any) -> str:  # noqa: ANN401 - as above
    """`yes`, or the reason why not."""
    one = ruling(ledger, who, at, amount, **more)
    return "yes" if one.reason is None else one.reason.code


def could(ledger: Ledger, at: str, amount: str | None, **more: Any) -> Answer:  # noqa: ANN401 - as above
    """Who could."""
    return who_could(ledger.books, asked(ledger, at, amount, **more))


def of_act(ledger: Ledger, deed: str, day: str = YEAR_END, known: int | None = None) -> Verdict:
    """The verdict of an act on a day, as known at an entry or now."""
    verdict = act_verdict(ledger.books, deed, on(day), Seq(ledger.books.head if known is None else known))
    assert verdict is not None
    return verdict


def of_item(ledger: Ledger, item: str, day: str = YEAR_END, known: int | None = None) -> Verdict:
    """The verdict of an item on a day, as known at an entry or now."""
    verdict = item_verdict(ledger.books, item, on(day), Seq(ledger.books.head if known is None else known))
    assert verdict is not None
    return verdict


def said(verdict: Verdict) -> str:
    """A verdict and, where there is one, its reason."""
    return verdict.verdict if verdict.reason is None else f"{verdict.verdict}: {verdict.reason.code}"


def spends(item: str, by: str, at: str, amount: str, **more: Any) -> RecordAct:  # noqa: ANN401 - what an act states
    """Somebody approves spending; the deed is called as the item, if it is not said."""
    return act(item, by, at, matter="spend", amount=amount, **({"deed": item} | more))


# Cumulative limits: windows


@pytest.mark.parametrize(
    ("window", "spent_at", "last", "next_"),
    [
        # 1 February 0:30 in Shanghai is still January in UTC: the month is the ledger's.
        ("month", "2026-02-01T00:30+08:00", "2026-02-28T23:59:59.999999+08:00", "2026-03-01"),
        ("month", "2026-02-28T23:59:59.999999+08:00", "2026-02-28T23:59:59.999999+08:00", "2026-03-01"),
        ("quarter", "2026-02-10", "2026-03-31T23:59:59.999999+08:00", "2026-04-01"),
        ("year", "2026-02-10", "2026-12-31T23:59:59.999999+08:00", "2027-01-01"),
        # A fiscal year from 1 April: February 2026 belongs to 2025/26, the first of April to 2026/27.
        ("fiscal_year", "2026-02-10", "2026-03-31T23:59:59.999999+08:00", "2026-04-01"),
        ("fiscal_year", "2026-04-01T00:00+08:00", "2027-03-31T23:59:59.999999+08:00", "2027-04-01"),
        # 30 days that end with 30 March begin with 1 March (31 - 30 = 1); those that end with 31 March with the second.
        ("30 days", "2026-03-01T00:00+08:00", "2026-03-30T23:59:59.999999+08:00", "2026-03-31"),
        ("1 days", "2026-03-01T00:00+08:00", "2026-03-01T23:59:59.999999+08:00", "2026-03-02"),
        ("grant", "2026-01-06", "2031-06-01", None),
    ],
)
def test_a_window_holds_what_was_spent_up_to_its_last_microsecond(
    window: str, spent_at: str, last: str, next_: str | None
) -> None:
    ledger = house()
    given(ledger, rule("fiscal_year", "04-01"), grant("g", position("director")), cap("g", "1000 CNY", window=window))
    given(ledger, spends("a", "bo", spent_at, "600 CNY"))

    # 600 + 400 = 1000 is the cap; 600 + 400.01 is above it; in the next window there is all of it again.
    assert says(ledger, "bo", last, "400 CNY") == "yes"
    assert says(ledger, "bo", last, "400.01 CNY") == "CUMULATIVE_EXCEEDED"
    if next_ is not None:
        assert says(ledger, "bo", next_, "1000 CNY") == "yes"
        assert says(ledger, "bo", next_, "1000.01 CNY") == "CUMULATIVE_EXCEEDED"


def test_the_reason_says_the_cap_and_what_was_used_and_the_answer_what_is_left() -> None:
    ledger = house()
    given(ledger, grant("g", position("director")))
    capped = recorded(ledger, cap("g", "1000 CNY", window="quarter"))
    given(ledger, spends("a", "bo", "2026-01-10", "600 CNY"))

    no = ruling(ledger, "bo", "2026-02-01", "401 CNY").reason
    yes = ruling(ledger, "bo", "2026-02-01", "400 CNY").candidate

    assert no is not None
    assert (no.seq, no.window, no.pool, no.used) == (capped, "quarter", "person", Money(Decimal(600), "CNY"))
    assert yes is not None
    (left,) = yes.remainders
    # 1000 - 600 = 400, before the act that is asked about.
    assert (left.key, left.used, left.left) == ("bo", Money(Decimal(600), "CNY"), Money(Decimal(400), "CNY"))


def test_a_question_comes_after_every_act_of_its_instant_and_an_act_before_those_recorded_after_it() -> None:
    ledger = house()
    noon = "2026-01-10T12:00+08:00"
    given(ledger, grant("g", position("director")), cap("g", "1000 CNY"))
    given(ledger, spends("a", "bo", noon, "600 CNY"), spends("b", "bo", noon, "600 CNY"))

    assert said(of_act(ledger, "a")) == "AUTHORISED"  # nothing before it
    assert said(of_act(ledger, "b")) == "UNAUTHORISED: CUMULATIVE_EXCEEDED"  # 600 + 600 = 1200
    # Whatever their verdict, both count: 1200 are used, so nothing is left.
    assert says(ledger, "bo", noon, "0.01 CNY") == "CUMULATIVE_EXCEEDED"
    assert says(ledger, "bo", "2026-01-10T11:59:59.999999+08:00", "1000 CNY") == "yes"


def test_an_act_recorded_late_leaves_less_for_those_that_came_after_it() -> None:
    clock = Clock()
    ledger = house(clock=clock)
    given(ledger, grant("g", position("director")), cap("g", "1000 CNY"), spends("b", "bo", "2026-01-20", "700 CNY"))
    clock.at = on("2026-01-25")
    given(ledger, spends("a", "bo", "2026-01-10", "400 CNY"))

    # In the order of acting: a 400, then b 400 + 700 = 1100 > 1000. When b was done, nobody knew of a.
    assert said(of_act(ledger, "a")) == "AUTHORISED"
    assert said(of_act(ledger, "b")) == "AUTHORISED_AS_KNOWN: CUMULATIVE_EXCEEDED"


def test_an_item_counts_once_with_its_greatest_amount_each_part_at_its_own_instant() -> None:
    ledger = house()
    given(ledger, grant("g", position("director")), cap("g", "1000 CNY"))
    given(
        ledger,
        spends("po", "bo", "2026-01-10", "600 CNY", deed="1"),
        spends("po", "bo", "2026-01-11", "500 CNY", deed="2"),
    )
    given(ledger, spends("po", "bo", "2026-02-10", "900 CNY", deed="3"))

    # January: 600, and nothing for 500 on the same item: 400 left. February: 900 - 600 = 300: 700 left.
    assert says(ledger, "bo", "2026-01-31", "400 CNY") == "yes"
    assert says(ledger, "bo", "2026-01-31", "400.01 CNY") == "CUMULATIVE_EXCEEDED"
    assert says(ledger, "bo", "2026-02-28", "700.01 CNY") == "CUMULATIVE_EXCEEDED"
    # On the item itself only what exceeds 900 draws: 1600 - 900 = 700.
    assert says(ledger, "bo", "2026-02-28", "1600 CNY", item="po") == "yes"
    assert says(ledger, "bo", "2026-02-28", "1600.01 CNY", item="po") == "CUMULATIVE_EXCEEDED"


@pytest.mark.parametrize("pool", ["person", "supplier"])
def test_an_act_that_was_on_another_item_after_all_takes_nothing_off_the_first(pool: Pool) -> None:
    ledger, jia = house(), {"supplier": "jia"}
    given(ledger, grant("g", position("director")), cap("g", "1000 CNY", pool=pool))
    wrong = recorded(ledger, spends("po", "bo", "2026-01-10", "800 CNY", deed="1", attributes=jia))
    given(ledger, spends("po", "bo", "2026-02-10", "900 CNY", deed="2", attributes=jia))
    assert says(ledger, "bo", "2026-02-28", "900 CNY", attributes=jia) == "yes", "900 - 800 = 100 drawn"
    given(ledger, correct(wrong, spends("other", "bo", "2026-01-10", "800 CNY", deed="1", attributes=jia)))

    # All 900 were drawn in February: 100 left.
    assert says(ledger, "bo", "2026-02-28", "100 CNY", attributes=jia) == "yes"
    assert says(ledger, "bo", "2026-02-28", "100.01 CNY", attributes=jia) == "CUMULATIVE_EXCEEDED"


# Cumulative limits: pools


@pytest.mark.parametrize(
    ("pool", "together"),
    [("person", {"bo"}), ("position", {"bo", "dan", "chen"}), ("grant", {"bo", "dan", "chen"})],
)
def test_the_pool_of_a_person_of_an_office_and_of_a_grant(pool: Pool, together: set[str]) -> None:
    ledger = house()
    given(
        ledger,
        SetSeats(since=START, position=PositionId("director"), seats=2),
        appoint("dan", "director"),
        grant("g", position("director"), depth=1),
        delegate("d", "g", position("director"), position("manager")),
        cap("g", "1000 CNY", pool=pool),
        spends("a", "bo", "2026-01-10", "600 CNY"),
    )

    # 600 + 500 = 1100 is too much for whoever draws on Bo's pool. Dan has the same office. Chen, by delegation, draws
    # on the pool of the grant and on that of the office that holds the grant.
    for who in ("bo", "dan", "chen"):
        expected = "CUMULATIVE_EXCEEDED" if who in together else "yes"
        assert says(ledger, who, "2026-01-20", "500 CNY") == expected


def test_an_office_that_received_a_part_has_a_pool_of_its_own_for_a_cap_on_that_part() -> None:
    ledger = house()
    given(ledger, grant("g", position("director"), depth=1), cap("g", "1000 CNY", pool="position"))
    given(ledger, delegate("d", "g", position("director"), position("manager")), cap("d", "700 CNY", pool="position"))
    given(ledger, spends("a", "bo", "2026-01-10", "600 CNY"))

    # The director's office has 1000 - 600 = 400 left, by whichever route; the manager's 700 are untouched.
    assert says(ledger, "chen", "2026-01-20", "400 CNY") == "yes"
    no = ruling(ledger, "chen", "2026-01-20", "400.01 CNY").reason
    assert no is not None
    assert (no.authority, no.used) == ("g", Money(Decimal(600), "CNY"))


def test_the_pool_of_a_vacant_office_is_drawn_on_by_who_steps_in() -> None:
    ledger = house()
    given(ledger, grant("g", position("director")), cap("g", "1000 CNY", pool="position"))
    given(ledger, spends("a", "bo", "2026-01-10", "600 CNY"))
    given(ledger, EndAppointment(since="2026-01-15", appointment=AppointmentId("bo@director")))

    # Anna steps in for the vacant director and finds 1000 - 600 = 400.
    assert says(ledger, "anna", "2026-01-20", "400 CNY") == "yes"
    assert says(ledger, "anna", "2026-01-20", "400.01 CNY") == "CUMULATIVE_EXCEEDED"


def test_the_pool_of_an_abolished_office_is_its_successors() -> None:
    ledger = house()
    given(ledger, establish("finance"), appoint("dan", "finance"), grant("g", position("director")))
    given(ledger, cap("g", "1000 CNY", pool="position"), spends("a", "bo", "2026-03-02", "600 CNY"))
    abolish = AbolishPosition(since="2026-03-15", position=PositionId("director"), successor=PositionId("finance"))
    given(ledger, abolish)

    # The director's pool reads as that of finance from the 15th: 1000 - 600 = 400 are left of March.
    assert says(ledger, "dan", "2026-03-20", "400 CNY") == "yes"
    assert says(ledger, "dan", "2026-03-20", "400.01 CNY") == "CUMULATIVE_EXCEEDED"


def test_the_pool_of_a_supplier_counts_what_anybody_did_with_or_without_a_grant() -> None:
    ledger = house()
    given(ledger, grant("g", position("director"), limit="unlimited"))
    given(ledger, grant("h", position("chief"), limit="unlimited"), cap("g", "1000 CNY", pool="supplier"))
    jia, yi = {"supplier": "jia"}, {"supplier": "yi"}
    given(ledger, spends("a", "anna", "2026-01-10", "300 CNY", attributes=jia))  # by another grant
    given(ledger, spends("b", "dan", "2026-01-11", "200 CNY", attributes=jia))  # without any
    given(ledger, act("c", "bo", "2026-01-12", kind="sign", matter="spend", amount="900 CNY", attributes=jia))
    given(ledger, spends("d", "anna", "2026-01-13", "900 CNY", attributes=yi))

    # 300 + 200 = 500 were approved with Jia; the signature is another act, Yi another supplier.
    assert says(ledger, "bo", "2026-01-20", "500 CNY", attributes=jia) == "yes"
    assert says(ledger, "bo", "2026-01-20", "500.01 CNY", attributes=jia) == "CUMULATIVE_EXCEEDED"
    assert says(ledger, "bo", "2026-01-20", "100.01 CNY", attributes=yi) == "CUMULATIVE_EXCEEDED"
    assert says(ledger, "bo", "2026-01-20", "1 CNY") == "ATTRIBUTE_MISSING"
    assert says(ledger, "anna", "2026-01-20", "9999 CNY") == "yes", "the cap is on the other grant"


def test_a_supplier_pool_of_a_grant_over_a_part_does_not_count_the_whole() -> None:
    ledger = house()
    jia = {"supplier": "jia"}
    given(ledger, grant("g", position("director"), matter="spend.ads"), cap("g", "1000 CNY", pool="supplier"))
    given(ledger, act("a", "dan", "2026-01-10", matter="spend", amount="900 CNY", attributes=jia))
    given(ledger, act("b", "dan", "2026-01-10", matter="spend.ads", amount="400 CNY", attributes=jia))

    # Only the 400 over a matter that the grant covers.
    assert says(ledger, "bo", "2026-01-20", "600 CNY", matter="spend.ads", attributes=jia) == "yes"
    assert says(ledger, "bo", "2026-01-20", "600.01 CNY", matter="spend.ads", attributes=jia) == "CUMULATIVE_EXCEEDED"


def test_a_supplier_pool_counts_by_the_matters_as_they_are_known() -> None:
    clock = Clock()
    ledger = house(clock=clock)
    jia = {"supplier": "jia"}
    defined = recorded(ledger, define("fairs"))
    given(ledger, grant("g", position("director")), cap("g", "1000 CNY", pool="supplier"))
    given(ledger, act("a", "dan", "2026-01-10", matter="fairs", amount="600 CNY", attributes=jia))
    assert says(ledger, "bo", "2026-01-20", "1000 CNY", attributes=jia) == "yes"
    clock.at = on("2026-01-15")
    given(ledger, correct(defined, define("fairs", parent="spend")))

    # Fairs were part of spending all along: 1000 - 600 = 400.
    assert says(ledger, "bo", "2026-01-20", "400 CNY", attributes=jia) == "yes"
    assert says(ledger, "bo", "2026-01-20", "400.01 CNY", attributes=jia) == "CUMULATIVE_EXCEEDED"


def test_caps_stand_side_by_side_are_amended_from_a_date_and_lifted() -> None:
    ledger = house()
    given(ledger, grant("g", position("director")), spends("a", "bo", "2026-02-10", "600 CNY"))
    given(ledger, cap("g", "1000 CNY", since="2026-02-15"), cap("g", "1500 CNY", since="2026-02-15", window="year"))
    given(ledger, cap("g", "700 CNY", since="2026-03-15"), cap("g", "unlimited", since="2026-06-01"))

    # What was spent before the cap began counts: 600 + 400 = 1000.
    assert says(ledger, "bo", "2026-02-14", "2000 CNY") == "yes"
    assert says(ledger, "bo", "2026-02-20", "400.01 CNY") == "CUMULATIVE_EXCEEDED"
    # March: a month of its own, so 1000; but the year has 1500 - 600 = 900. From the 15th the month has 700.
    assert says(ledger, "bo", "2026-03-10", "900 CNY") == "yes"
    assert says(ledger, "bo", "2026-03-10", "900.01 CNY") == "CUMULATIVE_EXCEEDED"
    assert says(ledger, "bo", "2026-03-20", "700.01 CNY") == "CUMULATIVE_EXCEEDED"
    # June: no monthly cap any more, the yearly one stays.
    assert says(ledger, "bo", "2026-06-10", "900 CNY") == "yes"
    assert says(ledger, "bo", "2026-06-10", "900.01 CNY") == "CUMULATIVE_EXCEEDED"


def test_the_caps_of_every_link_are_checked() -> None:
    ledger = house()
    given(ledger, grant("g", position("director"), depth=1), cap("g", "1000 CNY", pool="grant"))
    given(ledger, delegate("d", "g", position("director"), position("manager")), cap("d", "500 CNY"))
    given(ledger, spends("a", "bo", "2026-01-10", "700 CNY"))

    # Chen's own cap has 500, the grant's 1000 - 700 = 300.
    assert says(ledger, "chen", "2026-01-20", "300 CNY") == "yes"
    assert says(ledger, "chen", "2026-01-20", "300.01 CNY") == "CUMULATIVE_EXCEEDED"
    assert says(ledger, "chen", "2026-02-20", "500 CNY") == "yes"
    assert says(ledger, "chen", "2026-02-20", "500.01 CNY") == "CUMULATIVE_EXCEEDED"


def test_correcting_the_grant_moves_no_money_and_correcting_the_act_does() -> None:
    clock = Clock()
    ledger = house(clock=clock)
    granted = recorded(ledger, grant("g", position("director")))
    given(ledger, cap("g", "1000 CNY", pool="grant"))
    done = recorded(ledger, spends("a", "bo", "2026-01-10", "600 CNY"))
    clock.at = on("2026-01-15")
    given(ledger, correct(granted, grant("g", position("manager"))))

    # It was Chen's grant all along; Bo's 600 were committed by it all the same: 400 left.
    assert said(of_act(ledger, "a")) == "AUTHORISED_AS_KNOWN: NO_GRANT"
    assert says(ledger, "chen", "2026-01-20", "400.01 CNY") == "CUMULATIVE_EXCEEDED"
    given(ledger, correct(done, spends("a", "bo", "2026-01-10", "100 CNY")))
    assert says(ledger, "chen", "2026-01-20", "900 CNY") == "yes"
    assert says(ledger, "chen", "2026-01-20", "900.01 CNY") == "CUMULATIVE_EXCEEDED"


# Currencies and base figures


def test_a_foreign_amount_counts_at_the_rate_its_own_act_was_judged_with() -> None:
    ledger = house()
    given(ledger, grant("g", position("director")), cap("g", "1500 CNY", window="year"))
    given(
        ledger,
        rate("USD", "7 CNY"),
        spends("a", "bo", "2026-01-10", "100 USD"),
        rate("USD", "8 CNY", since="2026-02-01"),
    )

    # 100 USD at 7 = 700; 1500 - 700 = 800; at 8 that is 100 USD.
    assert says(ledger, "bo", "2026-02-10", "100 USD") == "yes"
    assert says(ledger, "bo", "2026-02-10", "100.01 USD") == "CUMULATIVE_EXCEEDED"
    assert says(ledger, "bo", "2026-02-10", "800 CNY") == "yes"


def test_a_rate_that_was_missing_and_is_published_later() -> None:
    clock = Clock()
    ledger = house(clock=clock)
    given(ledger, grant("g", position("director")), spends("a", "bo", "2026-01-10", "250 USD"))
    before = ledger.books.head
    assert said(of_act(ledger, "a")) == "INDETERMINATE: RATE_MISSING"
    clock.at = on("2026-02-01")
    given(ledger, rate("USD", "8 CNY"))

    # 250 at 8 = 2000, the limit. Then it could not be told, which counts as no.
    assert said(of_act(ledger, "a")) == "CURED"
    assert of_act(ledger, "a").now.later_rates
    assert said(of_act(ledger, "a", known=before)) == "INDETERMINATE: RATE_MISSING"


def test_an_act_whose_rate_was_published_later_counts_at_that_rate() -> None:
    ledger = house()
    given(ledger, grant("g", position("director")), cap("g", "100 USD"), spends("a", "bo", "2026-01-10", "350 CNY"))
    assert says(ledger, "bo", "2026-01-20", "1 USD") == "RATE_MISSING"
    given(ledger, rate("USD", "7 CNY"))

    # As known now, a is judged at 7: 350 / 7 = 50 USD, and 50 USD are left.
    assert (said(of_act(ledger, "a")), of_act(ledger, "a").now.later_rates) == ("CURED", True)
    assert says(ledger, "bo", "2026-01-20", "50 USD") == "yes"
    assert says(ledger, "bo", "2026-01-20", "50.01 USD") == "CUMULATIVE_EXCEEDED"


def test_a_rate_that_was_known_at_the_act_is_kept_when_another_is_published_for_that_day() -> None:
    clock = Clock()
    ledger = house(clock=clock)
    given(ledger, grant("g", position("director")), rate("USD", "8 CNY"), spends("a", "bo", "2026-01-10", "250 USD"))
    clock.at = on("2026-02-01")
    given(ledger, rate("USD", "9 CNY", since="2026-01-08"))

    # At 9 it would be 2250; the act was judged with 8, and both views are.
    assert said(of_act(ledger, "a")) == "AUTHORISED"
    assert not of_act(ledger, "a").now.later_rates
    assert says(ledger, "bo", "2026-01-10", "250 USD") == "PER_ACT_EXCEEDED"


def test_a_percentage_of_net_assets_before_and_after_they_are_audited() -> None:
    clock = Clock()
    ledger = house(clock=clock)
    given(
        ledger,
        grant("g", position("director"), limit="5% of audited net assets"),
        grant("h", position("manager"), limit="the smaller of 3000000 CNY and below 5% of audited net assets"),
        spends("a", "bo", "2026-03-01", "4000000 CNY"),
        spends("b", "bo", "2026-03-01", "5000000.01 CNY"),
        spends("c", "chen", "2026-03-01", "3000000.01 CNY"),
    )
    before = ledger.books.head
    assert said(of_act(ledger, "a")) == said(of_act(ledger, "b")) == "INDETERMINATE: BASE_MISSING"
    assert said(of_act(ledger, "c")) == "UNAUTHORISED: PER_ACT_EXCEEDED", "whatever the figure, 3000000 is smaller"
    clock.at = on("2026-04-15")
    given(ledger, base_figure("audited net assets", "100000000 CNY"))

    # 5% of 100000000 = 5000000.
    assert said(of_act(ledger, "a")) == "CURED"
    assert said(of_act(ledger, "b")) == "UNAUTHORISED: PER_ACT_EXCEEDED"
    assert said(of_act(ledger, "a", known=before)) == "INDETERMINATE: BASE_MISSING"
    assert says(ledger, "bo", "2026-05-01", "5000000 CNY") == "yes"
    given(ledger, base_figure("audited net assets", "40000000 CNY", since="2026-06-01"))
    # 5% of 40000000 = 2000000, and *below* that for Chen.
    assert says(ledger, "chen", "2026-06-01", "1999999.99 CNY") == "yes"
    assert says(ledger, "chen", "2026-06-01", "2000000 CNY") == "PER_ACT_EXCEEDED"


def test_a_figure_published_from_a_later_date_does_not_settle_an_earlier_act() -> None:
    ledger = house()
    given(ledger, grant("g", position("director"), limit="5% of audited net assets"))
    given(ledger, spends("a", "bo", "2026-03-01", "1 CNY"))
    given(ledger, base_figure("audited net assets", "100000000 CNY", since="2026-04-15"))

    assert said(of_act(ledger, "a")) == "INDETERMINATE: BASE_MISSING"


# Special grants


def test_a_special_grant_is_used_once_for_each_item() -> None:
    ledger = house()
    given(ledger, grant("g", position("director"), kind="special", uses=2))
    given(ledger, *(spends("a", "bo", f"2026-01-1{day}", "100 CNY", deed=f"a{day}") for day in (0, 1, 2)))
    given(ledger, spends("b", "bo", "2026-01-20", "100 CNY"), spends("c", "bo", "2026-01-21", "100 CNY"))

    # Item a is the first use, however often, item b the second; a third there is not.
    assert [said(of_act(ledger, deed)) for deed in ("a0", "a2", "b")] == ["AUTHORISED"] * 3
    assert said(of_act(ledger, "c")) == "UNAUTHORISED: EXHAUSTED"
    assert says(ledger, "bo", "2026-02-01", "100 CNY") == "EXHAUSTED"
    assert says(ledger, "bo", "2026-02-01", "100 CNY", item="a") == "yes"
    after_a = ruling(ledger, "bo", "2026-01-15", "100 CNY").candidate
    assert after_a is not None
    assert [one.left_uses for one in after_a.remainders] == [1]


def test_what_a_standing_grant_carries_uses_up_no_special_one() -> None:
    ledger = house()
    given(
        ledger,
        grant("s", position("director"), limit="9000 CNY", kind="special", uses=1),
        grant("g", position("director")),
    )
    given(ledger, spends("a", "bo", "2026-01-10", "2000 CNY"), spends("b", "bo", "2026-01-11", "2000.01 CNY"))
    given(ledger, spends("c", "bo", "2026-01-12", "2000.01 CNY"), spends("d", "bo", "2026-01-13", "2000 CNY"))

    # a goes by the standing grant, b by the special one; c finds it used up.
    verdicts = [of_act(ledger, deed) for deed in ("a", "b", "c", "d")]
    assert [said(one) for one in verdicts] == ["AUTHORISED", "AUTHORISED", "UNAUTHORISED: EXHAUSTED", "AUTHORISED"]
    routes = [one.then.route.steps[0].authority for one in verdicts if one.then.route]
    assert routes == ["g", "s", "s", "g"]


# Joint authority


def test_a_policy_that_asks_for_two_of_three_officers_and_from_july_for_one_of_them() -> None:
    officers = tuple(position(one) for one in ("chief", "director", "manager"))
    ledger = house()
    given(ledger, grant("pay", position("chief"), limit="100000 CNY"), jointly("pay", 2, (2, officers)))
    given(ledger, jointly("pay", 1, (1, officers), since="2026-07-01"))
    last, first = "2026-06-30T23:59:59.999999+08:00", "2026-07-01T00:00+08:00"
    given(ledger, spends("alone", "bo", last, "100000 CNY"), spends("july", "bo", first, "100000 CNY"))
    given(
        ledger,
        spends("two", "bo", "2026-05-01", "90000 CNY", deed="t1"),
        spends("two", "chen", "2026-05-02", "90000 CNY", deed="t2"),
    )
    given(
        ledger,
        spends("over", "bo", last, "90000 CNY", deed="o1"),
        spends("over", "chen", first, "90000 CNY", deed="o2"),
    )

    # Each signature is within authority by itself; the count belongs to the item.
    assert said(of_act(ledger, "alone")) == "AUTHORISED"
    assert said(of_item(ledger, "alone")) == "UNAUTHORISED: NOT_ENOUGH_SIGNATORIES"
    assert (said(of_item(ledger, "two")), of_item(ledger, "two").deed) == ("AUTHORISED", "t2")
    assert said(of_item(ledger, "july")) == "AUTHORISED"
    # Chen's signature of July is the last needed one, and July asks for one of them.
    assert (said(of_item(ledger, "over")), of_item(ledger, "over").deed) == ("AUTHORISED", "o2")
    assert says(ledger, "chen", "2026-05-01", "100000.01 CNY") == "PER_ACT_EXCEEDED", "a class member has its limit"


def test_one_person_with_two_offices_signs_once() -> None:
    classes = (1, (position("director"),)), (1, (position("manager"),))
    ledger = house()
    given(ledger, appoint("bo", "manager", kind="acting"), grant("pay", position("chief")), jointly("pay", 2, *classes))
    given(
        ledger,
        spends("po", "bo", "2026-02-01", "100 CNY", deed="1"),
        spends("po", "bo", "2026-02-02", "100 CNY", deed="2"),
    )
    assert said(of_item(ledger, "po")) == "UNAUTHORISED: NOT_ENOUGH_SIGNATORIES"
    # Anna exercises the grant; two persons, but the director and the manager are both Bo.
    given(ledger, spends("po", "anna", "2026-02-03", "100 CNY", deed="3"))
    assert said(of_item(ledger, "po")) == "UNAUTHORISED: NOT_ENOUGH_SIGNATORIES"

    answer = could(ledger, "2026-02-04", "100 CNY", item="po")
    needs = {one.who.id: one.needs for one in answer.candidates}
    assert needs["chen"] == (), "Chen as manager with Bo as director completes it"
    assert (needs["anna"][0].signed, needs["anna"][0].could) == (("bo", "anna"), ("chen",))
    given(ledger, spends("po", "chen", "2026-02-04", "100 CNY", deed="4"))
    assert (said(of_item(ledger, "po")), of_item(ledger, "po").deed) == ("AUTHORISED", "4")


def test_signatures_for_less_than_the_item_do_not_count() -> None:
    ledger = house()
    given(ledger, grant("pay", position("chief")), jointly("pay", 2, (1, (position("director"),))))
    given(
        ledger,
        spends("po", "anna", "2026-02-01", "100 CNY", deed="1"),
        spends("po", "bo", "2026-02-02", "900 CNY", deed="2"),
    )

    # Bo signed 900, Anna only 100.
    assert said(of_item(ledger, "po")) == "UNAUTHORISED: NOT_ENOUGH_SIGNATORIES"
    given(ledger, spends("po", "anna", "2026-02-03", "900 CNY", deed="3"))
    assert said(of_item(ledger, "po")) == "AUTHORISED"


# Committees


BOARD = [f"d{number}" for number in range(1, 6)]


def boardroom(procedure: Procedure | None = None, clock: Clock | None = None) -> Ledger:
    """The house with a board of five seats ex officio, `d1` held by `Md1` and so on."""
    ledger = house(clock=clock)
    given(ledger, *(establish(seat) for seat in BOARD), *(register(f"M{seat}") for seat in BOARD))
    given(ledger, *(appoint(f"M{seat}", seat) for seat in BOARD))
    given(ledger, constitute("board", *(position(seat) for seat in BOARD), procedure=procedure))
    given(ledger, grant("b", committee("board"), limit="unlimited"))
    return ledger


def resolves(ledger: Ledger, votes: str, **more: Any) -> str:  # noqa: ANN401 - what an act states
    """What comes of a resolution: a letter for each member present, in the order of the seats (`-`: not present)."""
    words = {"y": "yes", "n": "no", "a": "abstained", "r": "recused"}
    listed: Any = {f"M{seat}": words[vote] for seat, vote in zip(BOARD, votes, strict=False) if vote != "-"}
    seq = recorded(ledger, act("res", committee("board"), "2026-03-10", matter="spend", votes=listed, **more))
    return said(of_act(ledger, f"deed-{seq}"))


@pytest.mark.parametrize(
    ("votes", "verdict"),
    [
        ("yyn", "AUTHORISED"),  # 3 of 5 present > 5 / 2; 2 of 3 cast > 3 / 2
        ("yy", "UNAUTHORISED: QUORUM_NOT_MET"),  # 2 of 5
        ("yn-a", "UNAUTHORISED: NOT_CARRIED"),  # abstentions are not cast: 1 of 2 is not more than half
        ("y--aa", "AUTHORISED"),  # 1 of 1 cast, 3 present
        ("rry", "AUTHORISED"),  # recused members are present and vote not: 1 of 1
        ("aaa", "UNAUTHORISED: NOT_CARRIED"),  # nobody voted
        ("yynn", "UNAUTHORISED: NOT_CARRIED"),  # 2 of 4 is half, not more
    ],
)
def test_quorum_and_votes_of_a_board_of_five(votes: str, verdict: str) -> None:
    assert resolves(boardroom(), votes) == verdict


@pytest.mark.parametrize(
    ("procedure", "votes", "verdict"),
    [
        (Procedure(recused_present=False), "rry", "UNAUTHORISED: QUORUM_NOT_MET"),  # 1 present of 3 needed
        (Procedure(carried_by="2/3"), "yyn", "AUTHORISED"),  # 2 of 3 cast is two thirds
        (Procedure(carried_by="2/3"), "yyynn", "UNAUTHORISED: NOT_CARRIED"),  # 3 of 5 < 2/3
        (Procedure(carried_by="2/3", counted_of="present"), "yyaa", "UNAUTHORISED: NOT_CARRIED"),  # 2 of 4
        (Procedure(counted_of="seats"), "yya", "UNAUTHORISED: NOT_CARRIED"),  # 2 of 5
        (Procedure(counted_of="seats"), "yyy", "AUTHORISED"),  # 3 of 5
        (Procedure(quorum=2), "yy", "AUTHORISED"),
        (Procedure(quorum=4), "yyy", "UNAUTHORISED: QUORUM_NOT_MET"),
    ],
)
def test_quorum_and_votes_by_a_procedure_of_its_own(procedure: Procedure, votes: str, verdict: str) -> None:
    assert resolves(boardroom(procedure), votes) == verdict


def test_one_person_in_two_seats_is_present_once() -> None:
    ledger = boardroom()
    given(ledger, EndAppointment(since="2026-02-01", appointment=AppointmentId("Md3@d3")))
    given(ledger, appoint("Md1", "d3", kind="acting", since="2026-02-01"))

    # Md1 sits in d1 and d3, Md2 in d2; Md3 in none: two seats of five are filled by those present.
    assert resolves(ledger, "yyy") == "UNAUTHORISED: QUORUM_NOT_MET"


def test_a_resignation_recorded_late_takes_the_quorum_and_all_that_rested_on_the_resolution() -> None:
    clock = Clock()
    ledger = boardroom(clock=clock)
    votes: Any = {"Md1": "yes", "Md2": "yes", "Md3": "no"}
    # "Up to 600000, the director to sign": 3 of 5 present, 2 of 3 for it.
    given(
        ledger,
        act("res", committee("board"), "2026-03-10", deed="res", matter="spend", amount="600000 CNY", votes=votes),
    )
    given(
        ledger,
        grant(
            "mandate",
            position("director"),
            act="sign",
            limit="600000 CNY",
            since="2026-03-11",
            depth=1,
            by_decision="res",
        ),
        delegate("part", "mandate", position("director"), position("manager"), limit="200000 CNY", since="2026-03-11"),
        act("c1", "bo", "2026-03-12", deed="s1", kind="sign", matter="spend", amount="600000 CNY"),
        act("c2", "chen", "2026-03-13", deed="s2", kind="sign", matter="spend", amount="200000 CNY"),
        act("c3", "bo", "2026-03-12", deed="s3", kind="sign", matter="spend", amount="600000.01 CNY"),
    )
    assert [said(of_act(ledger, deed)) for deed in ("res", "s1", "s2")] == ["AUTHORISED"] * 3
    assert says(ledger, "bo", "2026-04-10", "600000 CNY", act="sign") == "yes"
    before = ledger.books.head

    clock.at = on("2026-04-05")
    late = recorded(ledger, EndAppointment(since="2026-03-01", appointment=AppointmentId("Md3@d3")))

    # 2 of 5 were present.
    assert said(of_act(ledger, "res")) == "AUTHORISED_AS_KNOWN: QUORUM_NOT_MET"
    assert said(of_act(ledger, "s1")) == said(of_act(ledger, "s2")) == "AUTHORISED_AS_KNOWN: CHAIN_BROKEN"
    assert says(ledger, "bo", "2026-04-10", "1 CNY", act="sign") == "CHAIN_BROKEN"
    assert said(of_act(ledger, "s1", known=before)) == "AUTHORISED"
    report = flips(ledger.books, Seq(late - 1), Seq(late), on=on("2026-04-10"))
    changed = {(one.kind, one.id): (one.before, one.after) for one in report.flips}
    as_known = ("AUTHORISED", "AUTHORISED_AS_KNOWN")
    acts = {("act", deed): as_known for deed in ("res", "s1", "s2")}
    items = {("item", item): as_known for item in ("res", "c1", "c2")}
    broken = {("authority", one): ("in_force", "broken") for one in ("mandate", "part")}
    assert changed == acts | items | broken
    given(ledger, act("c4", "bo", "2026-04-11", deed="s4", kind="sign", matter="spend", amount="1 CNY"))
    assert said(of_act(ledger, "s4")) == "UNAUTHORISED: CHAIN_BROKEN"
    # Ratified on the 12th, by a quorum again, the resolution carries from then on; what was signed before stays.
    two: Any = {"Md1": "yes", "Md2": "yes"}
    given(ledger, ratify("res", committee("board"), "2026-04-11", votes=two))
    assert said(of_act(ledger, "res")) == "AUTHORISED_AS_KNOWN: QUORUM_NOT_MET"
    given(ledger, ratify("res", committee("board"), "2026-04-12", votes={**two, "Md4": "no"}))
    given(ledger, act("c5", "bo", "2026-04-13", deed="s5", kind="sign", matter="spend", amount="600000 CNY"))
    assert said(of_act(ledger, "res")) == "RATIFIED: QUORUM_NOT_MET"
    assert said(of_act(ledger, "s5")) == "AUTHORISED"
    assert said(of_act(ledger, "s1")) == "AUTHORISED_AS_KNOWN: CHAIN_BROKEN"


# Contracts


def test_a_contract_grows_by_its_options_and_by_amendments_counted_as_a_whole() -> None:
    ledger = house()
    options = {"second year": "100000 CNY", "spare parts": "100000 CNY"}
    given(
        ledger,
        grant("sign", position("director"), act="sign", limit="500000 CNY"),
        contract("k1", value="300000 CNY", options=options, since="2026-02-01"),
        contract("k2", value="300000.01 CNY", options=options, since="2026-02-01"),
        act("k1", "bo", "2026-03-01", deed="first", kind="sign"),
        act("k2", "bo", "2026-03-01", deed="more", kind="sign"),
        amend("k1", "k1-a", since="2026-04-01", value="400000 CNY", options=options),
        act("k1", "bo", "2026-04-02", deed="second", kind="sign"),
    )

    # 300000 + 2 × 100000 = 500000, the limit; a fen more is above it.
    assert of_act(ledger, "first").amount == Money(Decimal(500000), "CNY")
    assert said(of_act(ledger, "first")) == "AUTHORISED"
    assert said(of_act(ledger, "more")) == "UNAUTHORISED: PER_ACT_EXCEEDED"
    # The amendment adds 100000, but what it needs authority for is the new total: 400000 + 200000 = 600000.
    assert of_act(ledger, "second").amount == Money(Decimal(600000), "CNY")
    assert said(of_act(ledger, "second")) == "UNAUTHORISED: PER_ACT_EXCEEDED"
    assert said(of_item(ledger, "k1")) == "UNAUTHORISED: PER_ACT_EXCEEDED"


def test_an_amended_contract_draws_on_its_pool_what_exceeds_its_former_total() -> None:
    ledger = house()
    given(ledger, grant("g", position("director"), act="sign", limit="unlimited"))
    given(ledger, cap("g", "600000 CNY", window="grant", pool="contract"), contract("k", value="500000 CNY"))
    given(
        ledger,
        act("k", "bo", "2026-03-01", deed="1", kind="sign"),
        amend("k", "k-a", since="2026-04-01", value="600000 CNY"),
    )
    given(
        ledger,
        act("k", "bo", "2026-04-02", deed="2", kind="sign"),
        amend("k", "k-b", since="2026-05-01", value="600000.01 CNY"),
    )
    given(ledger, act("k", "bo", "2026-05-02", deed="3", kind="sign"))

    # 500000, then 600000 - 500000 = 100000: the pool is full; then 0.01 too much.
    assert [said(of_act(ledger, one)) for one in "12"] == ["AUTHORISED"] * 2
    assert said(of_act(ledger, "3")) == "UNAUTHORISED: CUMULATIVE_EXCEEDED"


def test_reading_of_bare_dates() -> None:
    ledger = house()
    given(ledger, grant("g", position("director"), until="2026-03-02"), open_item("po", amount="1 CNY"))
    given(ledger, act("po", "bo", "2026-03-01", deed="last"), act("po", "bo", "2026-03-02T00:00+08:00", deed="next"))

    assert of_act(ledger, "last").acted_at == on("2026-03-02") - MICROSECOND
    assert said(of_act(ledger, "last")) == "AUTHORISED"
    assert said(of_act(ledger, "next")) == "UNAUTHORISED: EXPIRED"
