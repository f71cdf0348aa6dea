"""The committer: many ask at once, each is accepted or refused on its own, nobody hears of what is not on disk."""

from __future__ import annotations

import threading
import time
from concurrent.futures import CancelledError, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import msgspec
import pytest

from api.bootstrap import opened as with_tables
from ledger import Ledger
from ledger.commands import ErasePerson, FormUnit
from ledger.ids import CommandId, PersonId
from ledger.journal import Raced
from ledger.refusals import NameTaken, StorageTrouble, Trouble
from ledger.submit import Busy, Committer, committer, wording, work
from projections.rebuild import rebuild
from tests.given import (
    CLERK,
    START,
    Clock,
    appoint,
    establish,
    form,
    given,
    holders,
    house,
    image,
    refolded,
    register,
)
from tests.test_postgres import on_disk, on_every_engine, opened, schema, server, url  # noqa: F401 - fixtures

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from concurrent.futures import Future

    from ledger import Receipt
    from ledger.commands import Command
    from ledger.journal.journal import Writer
    from ledger.refusals import BadInput, Refusal


@contextmanager
def committing(ledger: Ledger, *, group: int = 200, waiting: int = 2_000) -> Iterator[Committer]:
    """A committer that is stopped afterwards."""
    one = Committer(ledger, group=group, waiting=waiting)
    one.start()
    try:
        yield one
    finally:
        one.stop()


@contextmanager
def held_up(ledger: Ledger) -> Iterator[None]:
    """The ledger's lock in another thread's hands: the committer can take in, and record nothing."""
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with ledger.lock:
            held.set()
            done.wait(60)

    holder = threading.Thread(target=hold)
    holder.start()
    held.wait(60)
    try:
        yield
    finally:
        done.set()
        holder.join()


def until(happened: Callable[[], bool]) -> None:
    """Wait for something that another thread does."""
    ends = time.monotonic() + 60
    while not happened():
        assert time.monotonic() < ends
        time.sleep(0.001)


def said(future: Future[Receipt]) -> int | str:
    """The number of the entry, or the code of the no."""
    try:
        return future.result(60).first
    except Trouble as no:
        return no.code


def acknowledge_nothing(ledger: Ledger, trouble: Exception, times: int = 1) -> None:
    """Let the next transactions succeed and seem to fail."""
    locked, left = ledger.journal.locked, [trouble] * times

    @contextmanager
    def unheard() -> Iterator[Writer]:
        with locked() as writer:
            yield writer
        if left:
            raise left.pop()

    ledger.journal.locked = unheard  # type: ignore[method-assign]


@on_every_engine
def test_each_is_accepted_or_refused_on_its_own(url: str, opened: Callable[[Ledger], Ledger]) -> None:  # noqa: F811
    ledger = opened(house(url))
    commands = [form("east"), form("hq"), form("x", since="tomorrow"), appoint("dan", "manager"), form("south")]

    with committing(ledger) as one, held_up(ledger):
        futures = [one.submit(command, by=f"clerk-{number}") for number, command in enumerate(commands)]

    assert [said(future) for future in futures] == [15, "NAME_TAKEN", "BAD_INPUT", "SEAT_TAKEN", 16]
    new = list(ledger.journal.read(14))
    assert [(entry.recorded_by, entry.batch) for entry in new] == [("clerk-0", None), ("clerk-4", None)]
    assert new[0].recorded_at < new[1].recorded_at
    assert image(ledger.books) == image(refolded(ledger))


def test_what_waits_is_recorded_in_the_order_it_came_in_few_transactions() -> None:
    ledger = house()
    groups = counted(ledger)

    with committing(ledger, group=30) as one, held_up(ledger):
        futures = [one.submit(register(f"p{number}"), by=CLERK) for number in range(100)]

    assert [said(future) for future in futures] == list(range(15, 115))
    assert sum(groups) in {99, 100}, "the first may have been taken before the others came"
    assert max(groups) == 30
    assert len(groups) <= 5


def counted(ledger: Ledger) -> list[int]:
    """How many commands each group has, from now on."""
    submit_group, groups = ledger.submit_group, list[int]()

    def counting(asked: Sequence[tuple[Command, str]]) -> list[Receipt | Refusal | BadInput]:
        groups.append(len(asked))
        return submit_group(asked)

    ledger.submit_group = counting  # type: ignore[method-assign]
    return groups


@on_disk
def test_a_receipt_is_given_when_others_can_read_the_entry(url: str, opened: Callable[[Ledger], Ledger]) -> None:  # noqa: F811
    ledger = opened(house(url))
    other = opened(Ledger.open(url, clock=Clock()))
    gave_early: list[int] = []

    def look(future: Future[Receipt]) -> None:
        if other.journal.last() < future.result().first:
            gave_early.append(future.result().first)

    with committing(ledger) as one:
        for number in range(50):
            one.submit(register(f"p{number}"), by=CLERK).add_done_callback(look)

    assert not gave_early
    assert other.journal.head() == (64, 64)


def test_an_account_that_cannot_be_printed_is_told_alone() -> None:
    ledger = house()

    with committing(ledger) as one, held_up(ledger):
        futures = [one.submit(form("east"), by=by) for by in ("a\x00b", "clerk", "clerk")]

    assert [said(future) for future in futures] == ["BAD_INPUT", 15, "NAME_TAKEN"]


def test_the_same_command_from_several_at_once_is_recorded_once() -> None:
    ledger = house()
    command = msgspec.structs.replace(form("east"), command_id=CommandId("once"))

    with committing(ledger) as one, held_up(ledger):
        futures = [one.submit(command, by=CLERK) for _ in range(5)]
        other = one.submit(msgspec.structs.replace(command, name="West"), by=CLERK)

    assert [future.result().repeated for future in futures] == [False, True, True, True, True]
    assert {said(future) for future in futures} == {15}
    assert said(other) == "COMMAND_ID_REUSED"


def test_a_full_queue_takes_nobody_in_and_says_when_to_come_again() -> None:
    ledger = house()

    with committing(ledger, group=2, waiting=3) as one:
        with held_up(ledger):
            taken = [one.submit(form("first"), by=CLERK)]
            until(lambda: not one.waiting)
            taken += [one.submit(form(f"unit-{number}"), by=CLERK) for number in range(3)]
            with pytest.raises(Busy) as caught:
                one.submit(form("late"), by=CLERK)
            with pytest.raises(Busy):
                one.submit_batch([form("late")], by=CLERK, batch="late")
            waiting = one.waiting
        assert [said(future) for future in taken] == [15, 16, 17, 18]
        assert said(one.submit(form("late"), by=CLERK)) == 19

    assert waiting == 3
    assert caught.value.code == "BUSY"
    assert caught.value.retry_after_seconds == 1
    assert str(caught.value) == "3 commands are waiting to be recorded; come again in 1 s"


def test_stopping_records_what_waits_and_takes_no_more() -> None:
    ledger = house()
    one = Committer(ledger)
    running = [one.running]
    one.start()
    one.start()
    running.append(one.running)
    with held_up(ledger):
        futures = [one.submit(form(f"unit-{number}"), by=CLERK) for number in range(9)]
        stopping = threading.Thread(target=one.stop)
        stopping.start()
        until(lambda: not one.running)
        with pytest.raises(StorageTrouble) as caught:
            one.submit(form("late"), by=CLERK)
    stopping.join(60)

    assert running == [False, True]
    assert caught.value.code == "STOPPED"
    assert [said(future) for future in futures] == list(range(15, 24))
    one.stop()
    one.start()
    assert said(one.submit(form("later"), by=CLERK)) == 24
    one.stop()


def test_a_future_that_was_cancelled_records_nothing() -> None:
    ledger = house()

    with committing(ledger) as one, held_up(ledger):
        first = one.submit(form("first"), by=CLERK)
        until(lambda: not one.waiting)
        futures = [one.submit(form(f"unit-{number}"), by=CLERK) for number in range(3)]
        assert futures[1].cancel()

    assert (said(first), said(futures[0]), said(futures[2])) == (15, 16, 17)
    with pytest.raises(CancelledError):
        futures[1].result()
    assert "unit-1" not in ledger.books.things["unit"]


def test_a_batch_is_recorded_whole_or_not_at_all_in_its_turn() -> None:
    ledger = house()

    with committing(ledger) as one, held_up(ledger):
        before = one.submit(form("east"), by=CLERK)
        good = one.submit_batch([form("a"), form("b", parent="a")], by=CLERK, batch="good")
        between = one.submit(form("c"), by=CLERK)
        bad = one.submit_batch([form("d"), form("a")], by=CLERK, batch="bad")
        after = one.submit(form("d"), by=CLERK)

    assert (said(before), said(between), said(after)) == (15, 18, 19)
    assert [receipt.first for receipt in good.result()] == [16, 17]
    no = bad.exception()
    assert isinstance(no, NameTaken)
    assert no.position == 1
    assert [entry.batch for entry in ledger.journal.read(14)] == [None, "good", "good", None, None]


def test_an_erasure_is_a_transaction_of_its_own() -> None:
    ledger = house()
    groups = counted(ledger)

    with committing(ledger) as one, held_up(ledger):
        first = one.submit(form("first"), by=CLERK)
        until(lambda: not one.waiting)
        one.submit(register("eve"), by=CLERK)
        one.submit(register("eva"), by=CLERK)
        erased = one.submit(ErasePerson(person=PersonId("eve")), by=CLERK)
        last = one.submit(form("last"), by=CLERK)

    assert (said(first), said(erased), said(last)) == (15, 18, 19)
    assert groups == [1, 2, 1, 1]
    assert {person for _, person, *_ in kept(ledger)} == {"anna", "bo", "chen", "dan", "eva"}


def kept(ledger: Ledger) -> list[tuple[str, ...]]:
    """Commitment and person of what is in the vault."""
    store = ledger.journal._store  # noqa: SLF001 - behind the ledger's back
    with store.transaction(write=False) as cursor:
        return store.run(cursor, "SELECT commitment, person FROM {prefix}vault")


# What storage does


@on_every_engine
def test_a_lost_acknowledgement_of_a_group_is_found_by_the_command_ids(
    url: str,  # noqa: F811
    opened: Callable[[Ledger], Ledger],  # noqa: F811
) -> None:
    ledger = opened(house(url))
    acknowledge_nothing(ledger, StorageTrouble("the connection broke"))

    with committing(ledger) as one, held_up(ledger):
        futures = [one.submit(command, by=CLERK) for command in (form("east"), form("hq"), form("west"))]

    assert [said(future) for future in futures] == [15, "NAME_TAKEN", 16]
    assert ledger.journal.head() == (16, 16)
    assert image(ledger.books) == image(refolded(ledger))


def test_a_group_that_seems_to_have_lost_a_race_is_recorded_once() -> None:
    ledger = house()
    acknowledge_nothing(ledger, Raced())

    with committing(ledger) as one, held_up(ledger):
        futures = [one.submit(form(name), by=CLERK) for name in ("east", "west")]

    assert [said(future) for future in futures] == [15, 16]
    assert ledger.journal.head() == (16, 16)


def test_a_group_that_always_loses_is_told_so() -> None:
    ledger = house()
    acknowledge_nothing(ledger, Raced(), times=99)

    with pytest.raises(StorageTrouble) as caught:
        ledger.submit_group([(form("east"), CLERK)])

    assert caught.value.code == "BUSY"


@pytest.mark.parametrize(("code", "tries"), [("STORAGE_FAILED", 3), ("DISK_FULL", 1), ("READ_ONLY", 1)])
def test_storage_that_fails_is_told_to_all_and_the_committer_goes_on(
    code: str, tries: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(committer, "PAUSES_SECONDS", (0.0, 0.0))
    ledger = house()
    locked, tried = ledger.journal.locked, list[int]()

    def failing() -> Iterator[Writer]:
        tried.append(1)
        raise StorageTrouble("no", code=code)

    ledger.journal.locked = failing  # type: ignore[assignment, method-assign]
    with committing(ledger) as one:
        with held_up(ledger):
            first = one.submit(form("hq"), by=CLERK)
            until(lambda: not one.waiting)
            futures = [one.submit(form(name), by=CLERK) for name in ("east", "west")]
        assert {said(future) for future in (first, *futures)} == {code}
        ledger.journal.locked = locked  # type: ignore[method-assign]
        assert said(one.submit(form("east"), by=CLERK)) == 15

    assert len(tried) == 2 * tries
    assert image(ledger.books) == image(refolded(ledger))


def test_a_mistake_of_the_program_is_told_to_the_one_it_concerns(monkeypatch: pytest.MonkeyPatch) -> None:
    ledger = house()

    def stumbling(command: Command) -> None:
        if isinstance(command, FormUnit) and command.unit == "stone":
            raise ZeroDivisionError
        wording.well_formed(command)

    monkeypatch.setattr(work, "well_formed", stumbling)
    with committing(ledger) as one:
        with held_up(ledger):
            futures = [one.submit(form(name), by=CLERK) for name in ("east", "stone", "west")]
        assert isinstance(futures[1].exception(), ZeroDivisionError)
        assert (said(futures[0]), said(futures[2])) == (15, 16)

    assert image(ledger.books) == image(refolded(ledger))


def test_a_clock_that_was_set_back_refuses_until_it_has_caught_up() -> None:
    clock = Clock()
    ledger = house(clock=clock)

    with committing(ledger) as one:
        clock.forward(-timedelta(minutes=6))
        with held_up(ledger):
            futures = [one.submit(form(name), by=CLERK) for name in ("east", "west")]
        assert [said(future) for future in futures] == ["CLOCK_BEHIND", "CLOCK_BEHIND"]
        clock.forward(timedelta(minutes=2))
        assert said(one.submit(form("east"), by=CLERK)) == 15

    times = ledger.books.recorded_at
    assert all(earlier < later for earlier, later in pairwise(times))


# The others


@on_disk
def test_committers_on_one_ledger_take_no_seat_twice_and_the_tables_follow(
    url: str,  # noqa: F811
    opened: Callable[[Ledger], Ledger],  # noqa: F811
) -> None:
    given(opened(house(url)), *(establish(f"desk-{number}") for number in range(20)))
    ledgers = [opened(with_tables(url)) for _ in range(3)]
    people = ("anna", "bo", "dan")

    def race(ledger: Ledger, person: str) -> list[int | str]:
        with committing(ledger, group=7) as one:
            futures = [one.submit(appoint(person, f"desk-{number}"), by=person) for number in range(20)]
            return [said(future) for future in futures]

    with ThreadPoolExecutor(3) as pool:
        came_to = list(pool.map(race, ledgers, people))

    numbers = sorted(one for each in came_to for one in each if isinstance(one, int))
    assert numbers == list(range(35, 55))
    assert sum(one == "SEAT_TAKEN" for each in came_to for one in each) == 40
    for ledger in ledgers:
        ledger.catch_up()
        assert image(ledger.books) == image(refolded(ledgers[0]))
    assert all(len(holders(ledgers[0], f"desk-{number}", START)) == 1 for number in range(20))
    assert rebuild(ledgers[0].journal).was == "agree"
