"""What is recorded of caps, joint authority, figures, rules and procedures, and what of them makes no sense."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from ledger import events as ev
from ledger.books.figures import Published
from ledger.commands import AdoptProcedure
from ledger.ids import CommitteeId
from ledger.money import Money, Percent, Unlimited, UpTo
from ledger.refusals import LimitNotStated, NotAlive, UnknownName, UntilBeforeFrom
from tests.given import (
    base_figure,
    cap,
    committee,
    constitute,
    delegate,
    given,
    grant,
    house,
    jointly,
    misread,
    person,
    position,
    rate,
    reading,
    refused,
    rule,
)

if TYPE_CHECKING:
    from ledger import Ledger
    from ledger.commands import Command

DIRECTOR, MANAGER, CHIEF = position("director"), position("manager"), position("chief")


def stated(ledger: Ledger) -> Any:  # noqa: ANN401 - whichever fact the test recorded last
    """The fact of the last entry."""
    entry = ledger.journal.entry(ledger.books.head)
    assert entry is not None
    return entry.event


# Caps


def test_an_authority_is_capped_in_money_or_percent_or_not() -> None:
    ledger = house()
    given(ledger, grant("g", DIRECTOR, depth=1), delegate("d", "g", DIRECTOR, MANAGER))

    for words, limit in (
        ("5万元", UpTo(Decimal(50_000), "CNY")),
        ('2% of "net assets"', Percent(Decimal(2), "net assets")),
        ("unlimited", Unlimited()),
    ):
        given(ledger, cap("d", words, window="30 days", pool="supplier"))
        assert (stated(ledger).limit, stated(ledger).window, stated(ledger).pool) == (limit, "30 days", "supplier")
    assert isinstance(refused(ledger, cap("g", None)), LimitNotStated)
    assert misread(ledger, cap("g", "no authority")).field == "limit"
    assert misread(ledger, cap("g", "1 CNY", window="0 days")).field == "window"
    assert misread(ledger, cap("g", "1 CNY", window="week")).field == "window"
    assert isinstance(refused(ledger, cap("h", "1 CNY")), UnknownName)
    assert isinstance(refused(ledger, cap("g", "1 CNY", since="2025-12-31")), NotAlive)


def test_what_is_capped_or_held_jointly_may_be_delegated() -> None:
    ledger = house()
    given(ledger, grant("g", DIRECTOR, depth=1), cap("g", "1 CNY"), jointly("g", 2))

    given(ledger, delegate("d", "g", DIRECTOR, MANAGER))


# Joint authority


def test_a_grant_is_held_jointly_by_persons_of_classes() -> None:
    ledger = house()
    given(ledger, grant("g", DIRECTOR), jointly("g", 3, (2, (CHIEF, DIRECTOR, person("dan"))), (1, (MANAGER,))))

    assert stated(ledger).classes == (
        ev.SignerClass(2, (CHIEF, DIRECTOR, person("dan"))),
        ev.SignerClass(1, (MANAGER,)),
    )
    given(ledger, jointly("g", 1, since="2026-03-01"))


def test_classes_that_nobody_could_make_up_are_named() -> None:
    ledger = house()
    given(ledger, grant("g", DIRECTOR, depth=1), delegate("d", "g", DIRECTOR, MANAGER))
    given(ledger, constitute("board", CHIEF))

    assert misread(ledger, jointly("d", 2)).field == "authority"
    assert misread(ledger, jointly("g", 2, (1, (CHIEF,)), (0, (CHIEF,)))).field == "classes[1]"
    assert misread(ledger, jointly("g", 2, (1, ()))).field == "classes[0]"
    assert misread(ledger, jointly("g", 2, (1, (committee("board"),)))).field == "classes[0]"
    assert misread(ledger, jointly("g", 2, (2, (CHIEF,)), (1, (MANAGER,)))).field == "classes"
    assert misread(ledger, jointly("g", 0)).field == "persons"
    assert isinstance(refused(ledger, jointly("g", 2, (1, (position("boss"),)))), UnknownName)
    given(ledger, jointly("g", 3, (2, (CHIEF,)), (1, (MANAGER,))))


# Rates and base figures


def test_a_rate_is_between_two_currencies() -> None:
    ledger = house()
    given(ledger, rate("USD", "7.2"))
    assert (stated(ledger).currency, stated(ledger).worth) == ("USD", Money(Decimal("7.2"), "CNY"))

    assert misread(ledger, rate("usd", "7.2")).field == "currency"
    assert misread(ledger, rate("CNY", "1")).field == "worth"
    assert misread(ledger, rate("USD", "0")).field == "worth"
    assert isinstance(refused(ledger, rate("USD", "7", until="2026-01-01")), UntilBeforeFrom)
    given(ledger, rate("USD", "0.9 EUR", series="bank"))


@pytest.mark.parametrize("base", ["net assets", "“net assets”", "净资产（审计）", "A and B"])
def test_a_base_figure_is_found_under_the_name_by_which_limits_speak_of_it(base: str) -> None:
    ledger = house()
    given(ledger, base_figure(base, "5亿元"), grant("g", DIRECTOR, limit=f'1% of "{base}"'))

    assert Published(reading(ledger, "2026-03-01")).base(stated(ledger).limit.base) == Money(
        Decimal(500_000_000), "CNY"
    )


def test_a_base_figure_has_a_name() -> None:
    ledger = house()
    assert misread(ledger, base_figure('""', "5亿元")).field == "base"
    assert misread(ledger, base_figure("net assets", "much")).field == "amount"


# Rules


@pytest.mark.parametrize(
    "command",
    [
        rule("separation", "none"),
        rule("separation", "propose-approve, approve-sign"),
        rule("sign_needs_approval", "yes"),
        rule("rates", "bank"),
        rule("splitting", "off"),
        rule("splitting", "flag 30 days by supplier, matter"),
        rule("splitting", "aggregate 7 days by requester"),
        rule("fiscal_year", "07-01"),
    ],
)
def test_a_rule_says_one_of_its_values_or_something_of_its_form(command: Command) -> None:
    given(house(), command)


@pytest.mark.parametrize(
    "command",
    [
        rule("separation", "propose"),
        rule("separation", "propose-approve-sign"),
        rule("sign_needs_approval", "maybe"),
        rule("splitting", "flag 0 days by supplier"),
        rule("splitting", "aggregate 30 days"),
        rule("fiscal_year", "02-30"),
    ],
)
def test_what_a_rule_cannot_say_is_named(command: Command) -> None:
    assert misread(house(), command).field == "value"


def test_what_a_rule_can_say_is_told() -> None:
    assert misread(house(), rule("fiscal_year", "July")).sentence == (
        "`July` is not a value of the rule `fiscal_year`, which is `01-01` or the month and day on which a fiscal year "
        "begins"
    )
    assert misread(house(), rule("vacancy", "both")).sentence == (
        "`both` is not a value of the rule `vacancy`, which is `roll_up` or `none`"
    )


def test_the_acts_that_are_to_be_separate_are_known() -> None:
    assert isinstance(refused(house(), rule("separation", "propose-aprove")), UnknownName)


# Procedures of committees


def test_a_committee_has_a_procedure_from_its_start_or_later() -> None:
    ledger = house()
    two_thirds = ev.Procedure(quorum=2, carried_by="2/3", counted_of="seats")
    given(ledger, constitute("board", CHIEF, person("dan"), procedure=two_thirds))
    assert stated(ledger).procedure == two_thirds

    given(ledger, adopting(ev.Procedure(carried_by="1/1"), since="2026-03-01"))
    assert stated(ledger).procedure == ev.Procedure(carried_by="1/1")
    assert isinstance(refused(ledger, adopting(two_thirds, since="2025-12-31")), NotAlive)


@pytest.mark.parametrize(
    ("procedure", "field"),
    [
        (ev.Procedure(quorum=0), "procedure.quorum"),
        (ev.Procedure(quorum=3), "procedure.quorum"),
        (ev.Procedure(carried_by="0/3"), "procedure.carried_by"),
        (ev.Procedure(carried_by="4/3"), "procedure.carried_by"),
        (ev.Procedure(carried_by="half"), "procedure.carried_by"),
        (ev.Procedure(carried_by="2/3 of all"), "procedure.carried_by"),
    ],
)
def test_a_procedure_that_cannot_be_followed_is_named(procedure: ev.Procedure, field: str) -> None:
    ledger = house()

    assert misread(ledger, constitute("board", CHIEF, person("dan"), procedure=procedure)).field == field
    given(ledger, constitute("board", CHIEF, person("dan")))
    assert misread(ledger, adopting(procedure)).field == field


def adopting(procedure: ev.Procedure, since: str = "2026-02-01") -> AdoptProcedure:
    return AdoptProcedure(since=since, committee=CommitteeId("board"), procedure=procedure)
