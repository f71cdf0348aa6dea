"""What an erasure leaves to tidy: nobody waits for it long, and it is finished whenever somebody asks again."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING

import pytest

from ledger import Ledger
from ledger.commands import ErasePerson
from ledger.ids import PersonId, Seq
from ledger.refusals import Erased, Refusal, StorageTrouble
from ledger.submit import ERASED, Committer
from tests.given import CLERK, Clock, form, given, house, on, refused, register
from tests.test_committer import until
from tests.test_postgres import on_disk, opened, schema, server, url  # noqa: F401 - fixtures, found by their names
from tests.test_vault import bytes_on_disk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

NAME = "欧阳一娜".encode()
ERASE = ErasePerson(person=PersonId("eve"))


@contextmanager
def read_elsewhere(ledger: Ledger) -> Iterator[None]:
    """Somebody reads the vault as it is now, and goes on doing so."""
    other = Ledger.open(ledger.journal.url, clock=Clock())
    store = other.journal._store  # noqa: SLF001 - behind the ledger's back
    try:
        with store.transaction(write=False) as cursor:
            assert store.run(cursor, "SELECT value FROM {prefix}vault")
            yield
    finally:
        other.journal.close()


def a_house_with_eve(path: Path) -> Ledger:
    ledger = house(str(path))
    given(ledger, register("eve", name=NAME.decode()))
    assert NAME in bytes_on_disk(path)
    return ledger


def test_while_a_reader_is_in_the_way_others_ask_and_write_and_after_two_seconds_it_is_said(tmp_path: Path) -> None:
    ledger = a_house_with_eve(tmp_path / "ledger")
    before = ledger.settled

    with read_elsewhere(ledger), ThreadPoolExecutor(1) as pool:
        began = monotonic()
        erasing = pool.submit(ledger.submit, ERASE, by=CLERK)
        until(lambda: ledger.settled > before)
        asked = monotonic()
        with ledger.lock:
            assert ledger.name("eve", on("2026-02-01"), Seq(ledger.books.head)) == ERASED
        given(ledger, form("meanwhile"))
        waited = monotonic() - asked
        still_tidying = not erasing.done()
        with pytest.raises(StorageTrouble) as caught:
            erasing.result(30)
        said_after = monotonic() - began

    assert caught.value.code == "NOT_YET_TIDY"
    assert still_tidying
    assert waited < 1
    assert said_after < 4


@on_disk
def test_erasing_again_is_refused_and_finishes_what_was_left(url: str, opened: Callable[[Ledger], Ledger]) -> None:  # noqa: F811
    ledger = opened(house(url))
    given(ledger, register("eve", name=NAME.decode()))

    with read_elsewhere(ledger):
        said = [told(ledger), told(ledger)]

    assert said == ["NOT_YET_TIDY", "NOT_YET_TIDY"]
    assert told(ledger) == "ERASED"


def told(ledger: Ledger) -> str:
    """What is said to one who erases Eve, under a command id of its own."""
    try:
        ledger.submit(ERASE, by=CLERK)
    except (StorageTrouble, Refusal) as no:
        return no.code
    return "done"


@pytest.mark.parametrize("way", ["submit", "submit_batch", "submit_each", "submit_group", "committer"])
def test_after_a_restart_whatever_way_it_is_asked_nothing_is_left(
    way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ledger.journal.store.TIDYING_SECONDS", 0.2)
    path = tmp_path / "ledger"
    ledger = a_house_with_eve(path)
    with read_elsewhere(ledger):
        assert told(ledger) == "NOT_YET_TIDY"
        ledger.journal.close()
        again = Ledger.open(str(path), clock=Clock())
    assert NAME in bytes_on_disk(path)

    assert isinstance(asked(again, way), Erased)

    assert NAME not in bytes_on_disk(path)


def asked(ledger: Ledger, way: str) -> object:
    """What comes of erasing Eve again, one way or another."""
    try:
        match way:
            case "submit":
                return ledger.submit(ERASE, by=CLERK)
            case "submit_batch":
                return ledger.submit_batch([ERASE], by=CLERK, batch="again")
            case "submit_each":
                return ledger.submit_each([ERASE], by=CLERK, batch="again")[0]
            case "submit_group":
                return ledger.submit_group([(ERASE, CLERK)])[0]
        committer = Committer(ledger)
        committer.start()
        try:
            return committer.submit(ERASE, CLERK).result(30)
        finally:
            committer.stop()
    except Erased as no:
        return no


def test_what_is_planned_or_refused_for_something_else_tidies_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    ledger, tidied = house(), list[None]()
    monkeypatch.setattr(ledger.journal, "tidy", lambda: tidied.append(None))

    with ledger.considering([ErasePerson(person=PersonId("dan"))], by=CLERK):
        pass
    refused(ledger, ErasePerson(person=PersonId("dan")), form("hq"))
    given(ledger, form("later"))

    assert not tidied
