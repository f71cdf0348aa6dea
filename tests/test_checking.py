"""`check` finds what no ledger would have written, and what the books in use say otherwise than the journal."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from ledger.books.idle import idle
from ledger.checking import check
from ledger.commands import EndAppointment, ErasePerson, RenamePerson, RevokeAuthority
from ledger.ids import AppointmentId, AuthorityId, PersonId
from tests.given import annul, correct, given, grant, house, person, recorded, register

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ledger import Ledger

TAMPERINGS: dict[str, Callable[[Ledger], object]] = {
    "a position is gone": lambda ledger: ledger.books.things["position"].pop("chief"),
    "a thing is there that nobody recorded": lambda ledger: ledger.books.things["unit"].update(
        {"ghost": ledger.books.things["unit"]["hq"]}
    ),
    "an appointment begins earlier": lambda ledger: setattr(
        next(iter(ledger.books.things["appointment"].values())).created[0], "known_from", 1
    ),
    "an index has forgotten somebody": lambda ledger: ledger.books.appointments_to["chief"].clear(),
    "a person counts as erased": lambda ledger: ledger.books.erased.add("anna"),
    "a command is forgotten": lambda ledger: ledger.books.commands.popitem(),
    "an entry is missing at the end": lambda ledger: setattr(ledger.books, "head", ledger.books.head - 1),
}


@pytest.mark.parametrize("tampering", TAMPERINGS)
def test_books_that_say_otherwise_than_the_journal_are_found(tampering: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ledger = house()
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


def test_an_end_after_another_end_is_idle_and_no_damage() -> None:
    ledger = house()
    late = recorded(ledger, EndAppointment(since="2026-09-01", appointment=_first(ledger)))
    given(ledger, EndAppointment(since="2026-06-01", appointment=_first(ledger)))

    report = check(ledger)
    assert ([one.seq for one in report.idle], report.problems) == ([late], ())


def _first(ledger: Ledger) -> AppointmentId:
    return AppointmentId(next(iter(ledger.books.things["appointment"])))
