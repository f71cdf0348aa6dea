"""The committer when it ends, or breaks: whoever waits is told, and nobody waits for ever."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import msgspec
import pytest

from ledger.ids import CommandId
from ledger.refusals import StorageTrouble
from ledger.submit import Busy, Committer, committer
from tests.given import CLERK, form, house, image, refolded
from tests.test_committer import committing, held_up, said, until

if TYPE_CHECKING:
    import threading
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from ledger import Receipt
    from ledger.commands import Command
    from ledger.refusals import BadInput, Refusal


@contextmanager
def written_elsewhere(path: Path) -> Iterator[None]:
    """Another process has begun to write, and does not end."""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def thread_of(one: Committer) -> threading.Thread:
    """The thread that records."""
    thread = one._thread  # noqa: SLF001 - what is left behind has no other name
    assert thread is not None
    return thread


def test_stopping_waits_so_long_and_tells_all_whose_commands_were_not_recorded(tmp_path: Path) -> None:
    path = tmp_path / "ledger"
    ledger = house(str(path))
    one = Committer(ledger)
    one.start()
    thread = thread_of(one)
    commands = [msgspec.structs.replace(form(name), command_id=CommandId(name)) for name in ("east", "west", "south")]

    with written_elsewhere(path):
        futures = [one.submit(commands[0], by=CLERK)]
        until(lambda: not one.waiting)
        futures += [one.submit(command, by=CLERK) for command in commands[1:]]
        began = time.monotonic()
        one.stop(within_seconds=0.2)
        waited = time.monotonic() - began
        told = [future.exception(0) for future in futures]
        assert (one.running, one.waiting) == (False, 0)
        with pytest.raises(StorageTrouble, match="is being stopped"):
            one.submit(form("late"), by=CLERK)
        one.start()
        assert not one.running, "while the thread that was left behind is still there"
    thread.join(60)

    assert 0.2 <= waited < 10
    assert [(type(no), getattr(no, "code", None)) for no in told] == [(StorageTrouble, "STOPPED")] * 3
    assert str(told[0]) == (
        "the service was stopped; the command may have been recorded: send it once more under the same id"
    )
    one.stop()
    with committing(ledger) as again:
        receipts = [again.submit(command, by=CLERK).result(60) for command in commands]
    assert [(receipt.first, receipt.repeated) for receipt in receipts] == [(15, True), (16, False), (17, False)]
    assert image(ledger.books) == image(refolded(ledger))


@pytest.mark.parametrize("fault", [MemoryError, SystemExit])
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_when_its_thread_breaks_all_are_told_and_nothing_more_is_taken(
    fault: type[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = house()
    one = Committer(ledger, group=2)
    one.start()
    thread = thread_of(one)

    with held_up(ledger):
        futures = [one.submit(form("first"), by=CLERK)]
        until(lambda: not one.waiting)
        futures += [one.submit(form(f"unit-{number}"), by=CLERK) for number in range(5)]

        def broken(_: object) -> bool:
            raise fault

        monkeypatch.setattr(committer, "_stands_alone", broken)
    thread.join(60)

    assert [said(future) for future in futures] == [15, *["STOPPED"] * 5]
    assert (one.running, one.waiting) == (False, 0)
    with pytest.raises(StorageTrouble) as caught:
        one.submit(form("late"), by=CLERK)
    assert caught.value.code == "STOPPED"
    monkeypatch.undo()
    one.stop()
    one.start()
    assert said(one.submit(form("later"), by=CLERK)) == 16
    one.stop()


@pytest.mark.parametrize("fault", [MemoryError, SystemExit, KeyboardInterrupt])
def test_what_would_end_a_thread_is_told_to_the_one_it_concerns(
    fault: type[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = house()
    submit_group = ledger.submit_group

    def stumbling(asked: Sequence[tuple[Command, str]]) -> list[Receipt | Refusal | BadInput]:
        if any(getattr(command, "unit", None) == "stone" for command, _ in asked):
            raise fault
        return submit_group(asked)

    monkeypatch.setattr(ledger, "submit_group", stumbling)
    with committing(ledger) as one:
        with held_up(ledger):
            futures = [one.submit(form(name), by=CLERK) for name in ("first", "east", "stone", "west")]
        no = futures[2].exception(60)
        assert [said(future) for future in (futures[0], futures[1], futures[3])] == [15, 16, 17]
        assert one.running

    assert isinstance(no, MemoryError if fault is MemoryError else StorageTrouble)
    assert ledger.journal.last() == 17


def test_a_queue_is_full_by_length_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(committer, "WAITING_BYTES", 1_000)
    ledger = house()

    with committing(ledger) as one:
        with held_up(ledger):
            taken = [one.submit(form("first"), by=CLERK)]
            until(lambda: not one.waiting)
            long = msgspec.structs.replace(form("long"), name="x" * 300)
            taken += [one.submit(msgspec.structs.replace(long, unit=f"long-{number}"), by=CLERK) for number in (1, 2)]
            with pytest.raises(Busy):
                one.submit(long, by=CLERK)
            with pytest.raises(Busy):
                one.submit_batch([long, long], by=CLERK, batch="long")
            taken.append(one.submit(form("short"), by=CLERK))
        assert [said(future) for future in taken] == [15, 16, 17, 18]
        assert said(one.submit(long, by=CLERK)) == 19
        many = [msgspec.structs.replace(long, unit=f"many-{number}") for number in range(5)]
        assert len(one.submit_batch(many, by=CLERK, batch="many").result(60)) == 5, "where nothing else waits"


def test_a_batch_that_takes_too_long_to_decide_is_given_up_and_leaves_nothing() -> None:
    ledger = house()
    before = image(ledger.books)
    with committing(ledger) as one:
        told = one.submit_batch([form(f"u{number}") for number in range(500)], CLERK, "b", within_seconds=0.0)
        no = told.exception(10)
        assert isinstance(no, StorageTrouble)
        assert no.code == "TOOK_TOO_LONG"
        assert image(ledger.books) == before
        assert one.failing is None
        assert said(one.submit(form("next"), by=CLERK)) == 15
