"""`check` finds what no ledger would have written, and what the books in use say otherwise than the journal."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from ledger.books.idle import idle
from ledger.checking import check
from ledger.commands import AdoptProcedure, EndAppointment, ErasePerson, RenamePerson, RevokeAuthority
from ledger.events import Procedure, TargetHolder
from ledger.ids import AppointmentId, AuthorityId, CommitteeId, PersonId
from tests.given import (
    accept,
    act,
    adjust,
    amend,
    annul,
    base_figure,
    cap,
    constitute,
    contract,
    correct,
    define,
    given,
    grant,
    house,
    jointly,
    open_item,
    person,
    place,
    rate,
    ratify,
    reassign,
    recorded,
    register,
    report,
    target,
    terminate,
    withdraw,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ledger import Ledger
    from ledger.commands import Command

TAMPERINGS: dict[str, Callable[[Ledger], object]] = {
    "a position is gone": lambda ledger: ledger.books.things["position"].pop("chief"),
    "a thing is there that nobody recorded": lambda ledger: ledger.books.things["unit"].update(
        {"ghost": ledger.books.things["unit"]["hq"]}
    ),
    "an appointment begins earlier": lambda ledger: setattr(
        next(iter(ledger.books.things["appointment"].values())).created[0], "known_from", 1
    ),
    "an index has forgotten somebody": lambda ledger: ledger.books.appointments_to["chief"].clear(),
    "a rate is forgotten": lambda ledger: ledger.books.rates.clear(),
    "a base figure is forgotten": lambda ledger: ledger.books.bases.clear(),
    "an act is forgotten": lambda ledger: ledger.books.done["approve"].pop(),
    "an item has forgotten what was done on it": lambda ledger: ledger.books.deeds_on["r1"].clear(),
    "an act counts as one about authority": lambda ledger: ledger.books.structure.append(ledger.books.head),
    "a person counts as erased": lambda ledger: ledger.books.erased.add("anna"),
    "a command is forgotten": lambda ledger: ledger.books.commands.popitem(),
    "an entry is missing at the end": lambda ledger: setattr(ledger.books, "head", ledger.books.head - 1),
}


@pytest.mark.parametrize("tampering", TAMPERINGS)
def test_books_that_say_otherwise_than_the_journal_are_found(tampering: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ledger = house()
    given(
        ledger,
        rate("USD", "7.10 CNY"),
        base_figure("net assets", "8000万元"),
        act("r1", "anna", "2026-02-01", matter="spend"),
    )
    assert check(ledger).problems == ()
    monkeypatch.setattr(ledger, "catch_up", lambda: None)

    TAMPERINGS[tampering](ledger)

    assert check(ledger).problems


def test_a_value_that_is_lost_is_told_apart_from_one_that_was_erased(tmp_path: Path) -> None:
    path = tmp_path / "ledger"
    ledger = house(str(path))
    registered = recorded(ledger, register("eve"))
    corrected = recorded(ledger, correct(registered, register("eve", name="Eva")))
    renamed = recorded(ledger, RenamePerson(since="2026-03-01", person=PersonId("eve"), name="Evelyn"))
    assert check(ledger).problems == ()

    with closing(sqlite3.connect(path)) as database, database:
        database.execute("DELETE FROM vault WHERE person = 'eve'")
    assert [one.seq for one in check(ledger).problems] == [registered, corrected, renamed]

    given(ledger, ErasePerson(person=PersonId("eve")))
    assert check(ledger).problems == ()


def test_a_reason_is_about_the_person_of_what_it_speaks_of() -> None:
    """Erasing a person takes with it what was said about their authority, however far the entry is from naming them."""
    ledger = house()
    given(ledger, grant("g", person("dan")))
    revoked = recorded(ledger, RevokeAuthority(since="2026-03-01", authority=AuthorityId("g")))
    said = recorded(ledger, annul(revoked, reason="dan was cleared of fraud"))
    entry = ledger.journal.entry(said)
    assert entry is not None
    commitment = entry.event.reason  # type: ignore[union-attr]
    assert ledger.personal(commitment) == "dan was cleared of fraud"

    given(ledger, ErasePerson(person=PersonId("dan")))

    assert ledger.personal(commitment) == "erased"


def test_what_rests_on_something_annulled_is_listed_as_idle() -> None:
    ledger = house()
    registered = recorded(ledger, register("eve"))
    granted = recorded(ledger, grant("by-name", person("eve")))
    assert [one.seq for one in check(ledger).idle] == []

    given(ledger, annul(registered))

    assert [one.seq for one in check(ledger).idle] == [granted]
    assert [one.seq for one in idle(ledger.books, granted)] == []


EVE = TargetHolder(person=PersonId("eve"))
BOARD = CommitteeId("board")
MARCH = "2026-03-01"
IDLE: dict[str, tuple[Command, Command]] = {
    "a cap on an authority": (grant("g", person("dan")), cap("g", "9000", since=MARCH)),
    "joint authority under an authority": (grant("g", person("dan")), jointly("g", 2, since=MARCH)),
    "joint authority of somebody": (register("eve"), jointly("other", 2, (1, (person("eve"),)), since=MARCH)),
    "a grant by decision on an item": (open_item("r1"), grant("g", person("dan"), by_decision="r1")),
    "a ratification of an act": (act("r1", "anna", MARCH, deed="d", matter="spend"), ratify("d", "anna", MARCH)),
    "an act of somebody": (register("eve"), act("r1", "eve", MARCH, matter="spend")),
    "an act on an item": (open_item("r1"), act("r1", "anna", MARCH)),
    "an act on a contract": (contract("c1"), act("c1", "anna", MARCH)),
    "an act over a matter": (define("gifts"), act("r1", "anna", MARCH, matter="gifts")),
    "an item over a matter": (define("gifts"), open_item("r1", matter="gifts")),
    "an amendment of a contract": (contract("c1"), amend("c1", "first", since=MARCH, value="9000")),
    "a place of a contract": (contract("c1"), place("c1", person("dan"))),
    "a contract in somebody's custody": (register("eve"), place("other", person("eve"))),
    "the end of a contract": (contract("c1"), terminate("c1", MARCH)),
    "an adjustment of a target": (target("t1", "10 CNY"), adjust("t1", "9", since=MARCH)),
    "a part of a target": (target("t1", "10 CNY"), target("t2", "9 CNY", part_of="t1")),
    "somebody's target": (register("eve"), target("t1", "10 CNY", holder=EVE)),
    "a new carrier of a target": (register("eve"), reassign("other", EVE, since=MARCH)),
    "an acceptance of a target": (register("eve"), accept("other", "eve", since=MARCH)),
    "the end of a target": (target("t1", "10 CNY"), withdraw("t1", MARCH)),
    "a result of a target": (target("t1", "10 CNY"), report("t1", "2026-01", "3", since=MARCH)),
    "a procedure of a committee": (
        constitute("board", person("anna")),
        AdoptProcedure(since=MARCH, committee=BOARD, procedure=Procedure(quorum=1)),
    ),
}
"""What is annulled, and what then has no effect; beside them stand a grant, a contract and a target."""


@pytest.mark.parametrize("what", IDLE)
def test_what_speaks_of_something_annulled_has_no_effect(what: str) -> None:
    ledger = house()
    given(ledger, grant("other", person("dan")), contract("other"), target("other", "10 CNY"))
    about, speaking = IDLE[what]
    first, second = recorded(ledger, about), recorded(ledger, speaking)
    assert check(ledger).idle == ()

    given(ledger, annul(first))

    assert [one.seq for one in check(ledger).idle] == [second]


def test_an_act_over_a_matter_of_its_own_needs_no_item() -> None:
    ledger = house()
    opened = recorded(ledger, open_item("r1"))
    given(ledger, act("r1", "anna", MARCH, matter="spend"), annul(opened))

    assert check(ledger).idle == ()


def test_a_decision_needs_no_item_that_was_opened() -> None:
    ledger = house()
    opened = recorded(ledger, open_item("r1"))
    given(ledger, act("r1", "anna", MARCH, matter="spend"), grant("g", person("dan"), by_decision="r1"), annul(opened))

    assert check(ledger).idle == ()


def test_a_result_after_the_end_of_its_target_has_no_effect() -> None:
    ledger = house()
    given(ledger, target("t1", "10 CNY"))
    late = recorded(ledger, report("t1", "2026-01", "3", since=MARCH))
    given(ledger, withdraw("t1", "2026-02-01"))

    assert [(one.seq, one.kind, one.name) for one in check(ledger).idle] == [(late, "target", "t1")]


def test_an_end_after_another_end_is_idle_and_no_damage() -> None:
    ledger = house()
    late = recorded(ledger, EndAppointment(since="2026-09-01", appointment=_first(ledger)))
    given(ledger, EndAppointment(since="2026-06-01", appointment=_first(ledger)))

    report = check(ledger)
    assert ([one.seq for one in report.idle], report.problems) == ([late], ())


def _first(ledger: Ledger) -> AppointmentId:
    return AppointmentId(next(iter(ledger.books.things["appointment"])))
