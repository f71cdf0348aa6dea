"""The one write path: once and only once, in order, all or nothing, whoever else is writing."""

from __future__ import annotations

import multiprocessing
import random
import sqlite3
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from importlib import import_module
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import msgspec
import pytest
from eventsourcing.persistence import StoredEvent

from ledger import Ledger, Receipt
from ledger.books import AsOf, Books, fold
from ledger.codec import encode, stored_name
from ledger.commands import Command, EndAppointment, ErasePerson, RegisterPerson, RenamePerson, RenameUnit
from ledger.events import AppointmentEnded, PersonAppointed
from ledger.ids import AppointmentId, CommandId, PersonId, Seq, UnitId
from ledger.journal import Raced
from ledger.moments import MICROSECOND
from ledger.refusals import (
    BadInput,
    ClockBehind,
    CommandIdReused,
    NameTaken,
    Refusal,
    SeatTaken,
    StorageTrouble,
    UnknownName,
)
from tests.given import (
    CLERK,
    START,
    Clock,
    a_ledger,
    appoint,
    assert_unchanged,
    correct,
    establish,
    evidence,
    form,
    given,
    holders,
    house,
    image,
    misread,
    recorded,
    refolded,
    refused,
    register,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from multiprocessing.synchronize import Barrier
    from pathlib import Path

    from ledger.events import Entry
    from ledger.vault import Vaulted

ONCE = CommandId("once")


# A command id


def test_the_same_command_again_gives_the_first_receipt() -> None:
    clock = Clock()
    ledger = a_ledger(clock=clock)
    command = RegisterPerson(since=START, person=PersonId("anna"), name="Anna", contact="1234", command_id=ONCE)
    (first,) = given(ledger, command)
    before = evidence(ledger)
    clock.forward(timedelta(days=9))

    (again,) = given(ledger, command)

    assert not first.repeated
    assert again == Receipt(
        command_id=ONCE, first=first.first, last=first.last, recorded_at=first.recorded_at, repeated=True
    )
    assert_unchanged(ledger, before)


@pytest.mark.parametrize(
    "other",
    [
        RegisterPerson(since=START, person=PersonId("anna"), name="Anne", contact="1234", command_id=ONCE),
        RegisterPerson(since=START, person=PersonId("anna"), name="Anna", contact="1235", command_id=ONCE),
        RegisterPerson(since=START, person=PersonId("anna"), name="Anna", command_id=ONCE),
        RegisterPerson(since="2026-01-02", person=PersonId("anna"), name="Anna", contact="1234", command_id=ONCE),
        RegisterPerson(since=START, person=PersonId("anne"), name="Anna", contact="1234", command_id=ONCE),
        RenamePerson(since=START, person=PersonId("anna"), name="Anna", command_id=ONCE),
    ],
    ids=["name", "contact", "no contact", "date", "person", "another kind"],
)
def test_another_command_under_the_same_id_is_refused(other: Command) -> None:
    ledger = a_ledger()
    given(ledger, RegisterPerson(since=START, person=PersonId("anna"), name="Anna", contact="1234", command_id=ONCE))

    assert isinstance(refused(ledger, other), CommandIdReused)


def test_a_contact_that_was_not_said_the_first_time_is_other_content() -> None:
    ledger = a_ledger()
    given(ledger, RegisterPerson(since=START, person=PersonId("anna"), name="Anna", command_id=ONCE))

    more = RegisterPerson(since=START, person=PersonId("anna"), name="Anna", contact="1234", command_id=ONCE)
    assert isinstance(refused(ledger, more), CommandIdReused)


def test_another_name_or_reason_in_a_correction_is_other_content() -> None:
    ledger = a_ledger()
    registered = recorded(ledger, register("anna"))

    def correction(name: str, reason: str) -> Command:
        return msgspec.structs.replace(correct(registered, register("anna", name=name), reason=reason), command_id=ONCE)

    given(ledger, correction("Anne", "misheard"))

    assert given(ledger, correction("Anne", "misheard"))[0].repeated
    assert isinstance(refused(ledger, correction("Anne", "misread")), CommandIdReused)
    assert isinstance(refused(ledger, correction("Enna", "misheard")), CommandIdReused)


def test_after_an_erasure_the_same_command_still_gives_the_first_receipt() -> None:
    ledger = a_ledger()
    command = RegisterPerson(since=START, person=PersonId("anna"), name="Anna", command_id=ONCE)
    (first,) = given(ledger, command)
    given(ledger, ErasePerson(person=PersonId("anna")))

    (again,) = given(ledger, command)
    assert (again.first, again.repeated) == (first.first, True)
    elsewhere = RegisterPerson(since="2026-01-02", person=PersonId("anna"), name="Anna", command_id=ONCE)
    assert isinstance(refused(ledger, elsewhere), CommandIdReused)


def test_a_refused_command_does_not_use_up_its_id() -> None:
    ledger = a_ledger()
    command = RenameUnit(since=START, unit=UnitId("hq"), name="Centre", command_id=ONCE)
    refused(ledger, command)
    given(ledger, form("hq"))

    (receipt,) = given(ledger, command)
    assert not receipt.repeated


def test_commands_without_an_id_are_all_different() -> None:
    ledger = a_ledger()
    given(ledger, form("hq"))
    receipts = given(ledger, *[RenameUnit(since=START, unit=UnitId("hq"), name="Centre")] * 3)

    assert len({one.command_id for one in receipts}) == 3
    assert not any(one.repeated for one in receipts)


def test_an_id_has_characters_and_they_can_be_printed() -> None:
    ledger = a_ledger()

    for unreadable in ("", " ", "a\x00b", "\ud800"):
        bad = misread(
            ledger, RenameUnit(since=START, unit=UnitId("hq"), name="Centre", command_id=CommandId(unreadable))
        )
        assert bad.field == "command_id"


@pytest.mark.parametrize("by", ["", "   ", "a\x00b", "\ud800"])
def test_who_records_is_named(by: str) -> None:
    ledger = a_ledger()

    with pytest.raises(BadInput) as caught:
        ledger.submit(form("hq"), by=by)
    assert caught.value.field == "by"
    assert ledger.books.head == 1


@pytest.mark.parametrize("batch", ["", "\ud800", "a\x00b"])
def test_a_batch_has_a_name_that_can_be_printed(batch: str) -> None:
    ledger = a_ledger()
    named = msgspec.structs.replace(form("hq"), command_id=ONCE)

    with pytest.raises(BadInput) as caught:
        ledger.submit_batch([named], by=CLERK, batch=batch)
    assert caught.value.field == "batch"
    assert ledger.books.head == 1


# The clock


@pytest.mark.parametrize("lag", [timedelta(0), timedelta(minutes=-4)])
def test_recording_times_strictly_increase_whatever_the_clock_does(lag: timedelta) -> None:
    clock = Clock()
    ledger = a_ledger(clock=clock)
    clock.forward(lag)

    given(ledger, form("a"), form("b"))
    ledger.submit_batch([form("c"), form("d")], by=CLERK, batch="two")

    times = [entry.recorded_at for entry in ledger.journal.read()]
    assert [later - earlier for earlier, later in pairwise(times)] == [MICROSECOND] * 4
    assert ledger.books.recorded_at == times


def test_recording_times_follow_the_clock_where_it_goes_on() -> None:
    clock = Clock()
    ledger = a_ledger(clock=clock)
    clock.forward(timedelta(hours=3))

    (receipt,) = given(ledger, form("a"))
    assert receipt.recorded_at == clock.at


def test_a_clock_more_than_five_minutes_behind_writes_nothing_and_reads_everything() -> None:
    clock = Clock()
    ledger = a_ledger(clock=clock)
    (first,) = given(ledger, form("hq"))
    clock.forward(-timedelta(minutes=5) - MICROSECOND)

    assert isinstance(refused(ledger, form("a")), ClockBehind)
    assert isinstance(refused(ledger, form("a"), form("b")), ClockBehind)
    assert first.first == 2


# Batches


def test_a_batch_is_all_or_nothing_and_says_which_command_was_refused() -> None:
    ledger = house()

    no = refused(ledger, form("east"), appoint("dan", "nowhere"), form("west"))

    assert isinstance(no, UnknownName)
    assert no.position == 1


def test_a_batch_is_recorded_in_order_with_ids_of_its_own() -> None:
    ledger = a_ledger()
    receipts = ledger.submit_batch(
        [form("a"), form("b", parent="a"), RenameUnit(since=START, unit=UnitId("a"), name="A", command_id=ONCE)],
        by=CLERK,
        batch="load",
    )

    assert [(one.first, one.command_id) for one in receipts] == [(2, "load/1"), (3, "load/2"), (4, "once")]
    assert [entry.batch for entry in ledger.journal.read()] == [None, "load", "load", "load"]


@pytest.mark.parametrize("where", ["memory", "file"])
def test_a_batch_again_gives_its_first_receipts(where: str, tmp_path: Path) -> None:
    ledger = a_ledger(":memory:" if where == "memory" else str(tmp_path / "ledger"))
    batch = [form("a"), register("anna"), establish("desk"), appoint("anna", "desk")]
    first = ledger.submit_batch(batch, by=CLERK, batch="load")
    before = evidence(ledger)

    again = ledger.submit_batch(batch, by=CLERK, batch="load")

    assert [(one.first, one.repeated) for one in again] == [(one.first, True) for one in first]
    assert_unchanged(ledger, before)
    with pytest.raises(CommandIdReused):
        ledger.submit_batch([batch[0], register("anna", name="Another")], by=CLERK, batch="load")
    assert_unchanged(ledger, before)


def test_one_command_twice_in_a_batch_is_recorded_once() -> None:
    ledger = a_ledger()
    command = RegisterPerson(since=START, person=PersonId("anna"), name="Anna", command_id=ONCE)

    receipts = ledger.submit_batch([command, form("a"), command], by=CLERK, batch="load")

    assert [(one.first, one.repeated) for one in receipts] == [(2, False), (3, False), (2, True)]
    other = RegisterPerson(since=START, person=PersonId("bo"), name="Bo", command_id=CommandId("bo"))
    another = RegisterPerson(since=START, person=PersonId("bo"), name="Bob", command_id=CommandId("bo"))
    assert isinstance(refused(ledger, other, another), CommandIdReused)


def test_an_empty_batch_records_nothing() -> None:
    ledger = a_ledger()
    before = evidence(ledger)

    assert ledger.submit_batch([], by=CLERK, batch="nothing") == []
    assert ledger.submit_each([], by=CLERK, batch="nothing") == []
    assert_unchanged(ledger, before)


def test_each_on_its_own_records_what_can_be_recorded() -> None:
    ledger = house()
    commands = [form("east"), form("hq"), form("x", since="tomorrow"), appoint("dan", "manager"), form("south")]

    outcomes = ledger.submit_each(commands, by=CLERK, batch="each")

    assert [type(one) for one in outcomes] == [Receipt, NameTaken, BadInput, SeatTaken, Receipt]
    assert [one.first for one in outcomes if isinstance(one, Receipt)] == [15, 16]
    assert image(ledger.books) == image(refolded(ledger))
    again = ledger.submit_each(commands, by=CLERK, batch="each")
    assert [one.repeated for one in again if isinstance(one, Receipt)] == [True, True]


# Other writers


def before_appending(ledger: Ledger, happen: Callable[[], object], times: int = 1) -> list[int]:
    """Let something happen between the decision of a command and its appending, so many times."""
    append, happened = ledger.journal.append, list[int]()

    def appending(entries: Sequence[Entry], vaulted: Sequence[Vaulted], books: Books | None = None) -> None:
        if len(happened) < times:
            happened.append(entries[0].seq)
            happen()
        append(entries, vaulted, books)

    ledger.journal.append = appending  # type: ignore[method-assign]
    return happened


def two_on_one_file(path: Path) -> tuple[Ledger, Ledger]:
    """Two ledgers on one file, as two processes have them."""
    one = house(str(path / "ledger"))
    return one, Ledger.open(str(path / "ledger"), clock=Clock())


def test_a_command_is_decided_again_if_another_writer_was_faster(tmp_path: Path) -> None:
    one, other = two_on_one_file(tmp_path)
    given(one, establish("desk"))
    before_appending(one, lambda: given(other, appoint("bo", "desk")))

    with pytest.raises(SeatTaken):
        one.submit(appoint("anna", "desk"), by=CLERK)

    assert holders(one, "desk", START) == ["bo"]
    assert image(one.books) == image(refolded(other))


def test_with_the_comparison_defeated_that_test_would_fail(tmp_path: Path) -> None:
    one, other = two_on_one_file(tmp_path)
    given(one, establish("desk"))
    defeat(one)
    before_appending(one, lambda: given(other, appoint("bo", "desk")))

    one.submit(appoint("anna", "desk"), by=CLERK)

    assert holders(one, "desk", START) == ["anna"]
    assert image(other.books) != image(refolded(one))


def test_after_five_losses_a_command_is_decided_under_the_lock(tmp_path: Path) -> None:
    one, other = two_on_one_file(tmp_path)
    numbers = iter(range(99))
    lost = before_appending(one, lambda: given(other, form(f"unit-{next(numbers)}")), times=99)

    receipt = one.submit(form("at-last"), by=CLERK)

    assert lost == [15, 16, 17, 18, 19]
    assert receipt.first == 20
    assert image(one.books) == image(refolded(other))


def test_a_batch_is_decided_on_what_others_recorded_before_it(tmp_path: Path) -> None:
    one, other = two_on_one_file(tmp_path)
    given(other, establish("desk"), appoint("bo", "desk"))

    with pytest.raises(SeatTaken):
        one.submit_batch([appoint("anna", "desk")], by=CLERK, batch="late")
    (receipt,) = one.submit_batch([appoint("anna", "desk", kind="acting")], by=CLERK, batch="later")

    assert receipt.first == 17
    assert image(one.books) == image(refolded(other))


def test_a_lost_acknowledgement_is_found_by_the_command_id(tmp_path: Path) -> None:
    one, _ = two_on_one_file(tmp_path)
    acknowledge_nothing(one, StorageTrouble("the connection broke"))
    command = RegisterPerson(since=START, person=PersonId("eve"), name="Eve", command_id=ONCE)

    with pytest.raises(StorageTrouble, match="the connection broke"):
        one.submit(command, by=CLERK)
    (receipt,) = given(one, command)

    assert (receipt.first, receipt.repeated) == (15, True)
    assert one.journal.head() == (15, 15)
    assert image(one.books) == image(refolded(one))


def test_an_append_that_seems_lost_and_was_not_is_recorded_once() -> None:
    ledger = house()
    acknowledge_nothing(ledger, Raced())

    (receipt,) = given(ledger, register("eve"))

    assert (receipt.first, receipt.repeated) == (15, True)
    assert ledger.journal.head() == (15, 15)


def acknowledge_nothing(ledger: Ledger, trouble: Exception) -> None:
    """Let the next append succeed and seem to fail."""
    append = ledger.journal.append

    def appending(entries: Sequence[Entry], vaulted: Sequence[Vaulted], books: Books | None = None) -> None:
        append(entries, vaulted, books)
        ledger.journal.append = append  # type: ignore[method-assign]
        raise trouble

    ledger.journal.append = appending  # type: ignore[method-assign]


def defeat(ledger: Ledger) -> None:
    """Take away what keeps two entries from having one number: the look at the last one, and the key of the table."""
    store, stream = ledger.journal._store, ledger.journal._stream  # noqa: SLF001 - this is what must not be done
    store.insert_events_statement = "INSERT OR REPLACE INTO stored_events VALUES (?,?,?,?)"  # type: ignore[attr-defined]

    def unchecked(entries: Sequence[Entry], vaulted: Sequence[Vaulted], books: Books | None = None) -> None:
        del books
        rows = [StoredEvent(stream, one.seq, stored_name(one.event), encode(one)) for one in entries]
        with store.transaction(write=True) as cursor:
            store.insert_entries(cursor, rows, vaulted)

    ledger.journal.append = unchecked  # type: ignore[method-assign]


# Races


DESKS = [f"desk-{number}" for number in range(6)]
PEOPLE = [f"person-{number}" for number in range(12)]
SEATS = 2
START_LINE: list[Barrier] = []
"""Where the racers of several processes wait for one another."""


class Raceday(NamedTuple):
    """What one racer did and saw: its receipts, what it was refused, and its books when it had done."""

    receipts: list[Receipt]
    refused: Counter[str]
    head: int
    books: dict[str, object]


def racetrack(url: str) -> Ledger:
    """A few desks with two seats each, and more people than seats."""
    ledger = a_ledger(url)
    ledger.submit_batch(
        [*(establish(one, seats=SEATS) for one in DESKS), *(register(one) for one in PEOPLE)], by=CLERK, batch="track"
    )
    return ledger


def race(url: str, racer: int, commands: int, *, defeated: bool = False) -> Raceday:
    """Open the ledger, take and leave seats at random, and say what came of it."""
    ledger = Ledger.open(url)
    if defeated:
        defeat(ledger)
    line_up()
    receipts, refusals = ran(ledger, racer, commands)
    ledger.catch_up()
    return Raceday(receipts, refusals, ledger.books.head, image(ledger.books))


def line_up() -> None:
    """Wait for the other racers, where there is a line."""
    if START_LINE:
        START_LINE[0].wait(60)


def draw_line(line: Barrier) -> None:
    """Let the racers of this process wait for those of the others."""
    START_LINE[:] = [line]


def runner(url: str, racer: int, defeated: bool) -> Raceday:  # noqa: FBT001 - called by a pool
    """A racer of a process of its own."""
    return race(url, racer, 100, defeated=defeated)


def ran(ledger: Ledger, racer: int, commands: int) -> tuple[list[Receipt], Counter[str]]:
    """Take and leave seats at random, thinking for a millisecond before each, so that the others get in between."""
    chance = random.Random(racer)  # noqa: S311 - not for secrets
    receipts, refusals, mine = list[Receipt](), Counter[str](), list[str]()
    for number in range(commands):
        time.sleep(chance.random() / 500)
        command: Command
        if mine and chance.random() < 0.4:
            name = mine.pop(chance.randrange(len(mine)))
            command = EndAppointment(since=START, appointment=AppointmentId(name))
        else:
            name = f"racer-{racer}-{number}"
            command = appoint(chance.choice(PEOPLE), chance.choice(DESKS), appointment=name)
        try:
            receipts.append(ledger.submit(command, by=f"racer-{racer}"))
            if not isinstance(command, EndAppointment):
                mine.append(name)
        except Refusal as refusal:
            refusals[refusal.code] += 1
    return receipts, refusals


def assert_fair(url: str, days: list[Raceday]) -> None:
    """No entry lost, no gap, no seat taken twice; every racer's books are those of the journal."""
    ledger = Ledger.open(url)
    entries = list(ledger.journal.read())
    before = 1 + len(DESKS) + len(PEOPLE)
    by_id = {entry.command_id: entry for entry in entries}
    receipts = [receipt for day in days for receipt in day.receipts]
    assert [entry.seq for entry in entries] == list(range(1, before + len(receipts) + 1))
    assert ledger.journal.head() == (len(entries), len(entries))
    assert all(by_id[one.command_id].seq == one.first for one in receipts)
    assert sorted(one.first for one in receipts) == list(range(before + 1, len(entries) + 1))
    assert all(one.recorded_at < other.recorded_at for one, other in pairwise(entries))
    assert sum((day.refused for day in days), Counter()).keys() <= {"SEAT_TAKEN", "ENDED_ALREADY"}
    books, heads = Books(), {day.head: day.books for day in days}
    for entry in entries:
        fold(books, entry)
        if isinstance(entry.event, PersonAppointed | AppointmentEnded):
            view = AsOf(books, entry.event.effective.at, entry.seq)
            assert all(len(view.incumbents(desk)) <= SEATS for desk in DESKS)
        if entry.seq in heads:
            assert heads[entry.seq] == image(books)
    ledger.journal.close()


def raced_by_processes(url: str, *, defeated: bool) -> list[Raceday]:
    """Four processes, a hundred commands each."""
    fresh = multiprocessing.get_context("spawn")
    line = fresh.Barrier(4)
    with ProcessPoolExecutor(4, mp_context=fresh, initializer=draw_line, initargs=(line,)) as pool:
        return list(pool.map(runner, [url] * 4, range(4), [defeated] * 4))


def test_processes_that_race_lose_nothing_and_take_no_seat_twice(tmp_path: Path) -> None:
    url = str(tmp_path / "ledger")
    racetrack(url)

    days = raced_by_processes(url, defeated=False)

    assert sum(day.refused["SEAT_TAKEN"] for day in days) > 20
    assert_fair(url, days)
    ledger = Ledger.open(url)
    turns = sum(one.recorded_by != other.recorded_by for one, other in pairwise(ledger.journal.read()))
    assert turns > 20, "the racers came one after the other and never met"


def test_with_the_comparison_defeated_the_race_is_not_fair(tmp_path: Path) -> None:
    url = str(tmp_path / "ledger")
    racetrack(url)

    days = raced_by_processes(url, defeated=True)

    with pytest.raises((AssertionError, KeyError, StorageTrouble)):
        assert_fair(url, days)


def test_threads_with_a_ledger_each_race_fairly(tmp_path: Path) -> None:
    url = str(tmp_path / "ledger")
    racetrack(url)

    with ThreadPoolExecutor(4) as pool:
        days = list(pool.map(lambda racer: race(url, racer, 50), range(4)))

    assert_fair(url, days)


@pytest.mark.parametrize("where", ["memory", "file"])
def test_threads_that_share_a_ledger_race_fairly(where: str, tmp_path: Path) -> None:
    ledger = racetrack(":memory:" if where == "memory" else str(tmp_path / "ledger"))

    with ThreadPoolExecutor(4) as pool:
        days = list(pool.map(lambda racer: ran(ledger, racer, 50), range(4)))

    receipts = [receipt for gained, _ in days for receipt in gained]
    assert sorted(one.first for one in receipts) == list(range(20, 20 + len(receipts)))
    assert image(ledger.books) == image(refolded(ledger))
    view = AsOf(ledger.books, ledger.books.recorded_at[-1], ledger.books.head)
    assert all(len(view.incumbents(desk)) <= SEATS for desk in DESKS)


def test_two_transactions_under_one_batch_name_are_two_batches() -> None:
    """A batch is what was loaded together; else the ledger would seem never to have been seen between the two."""
    ledger = a_ledger()
    first = [msgspec.structs.replace(form("a"), command_id=CommandId("own-1"))]
    second = [msgspec.structs.replace(form("b"), command_id=CommandId("own-2"))]
    ledger.submit_batch(first, by=CLERK, batch="b")
    points = list(ledger.books.known_points(0, ledger.books.head))

    ledger.submit_batch(second, by=CLERK, batch="b")

    assert list(ledger.books.known_points(0, ledger.books.head)) == [*points, ledger.books.head]
    assert ledger.books.batches[-2:] == ["b", "b+2"]


def test_after_a_refused_long_batch_the_books_come_back_as_soon_as_storage_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The refusal is what is told, and the next question or command finds the books of the journal."""
    monkeypatch.setattr("ledger.submit.ledger.LONG_BATCH", 1)
    ledger = house(str(tmp_path / "ledger"))
    before = image(ledger.books)
    read = ledger.journal.read

    def unreadable(*_: object) -> Iterator[Entry]:
        raise StorageTrouble("the disk does not answer")

    monkeypatch.setattr(ledger.journal, "read", unreadable)
    with pytest.raises(Refusal):
        ledger.submit_batch([form("new"), form("hq")], by=CLERK, batch="b")
    monkeypatch.setattr(ledger.journal, "read", read)

    ledger.catch_up()
    assert image(ledger.books) == before
    given(ledger, form("later"))


def test_a_journal_that_lost_its_end_under_a_running_process_is_damaged(tmp_path: Path) -> None:
    """What was acknowledged is gone: nothing is written after it, or answered as if it had never been."""
    path = tmp_path / "ledger"
    ledger = house(str(path))
    held = ledger.books.head
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("DELETE FROM stored_events WHERE originator_version > ?", (held - 2,))

    for once_more in (
        lambda: ledger.submit(form("later"), by=CLERK),
        lambda: ledger.submit_group([(form("later"), CLERK)]),
        ledger.catch_up,
    ):
        with pytest.raises(StorageTrouble) as caught:
            once_more()
        assert caught.value.code == "LEDGER_DAMAGED"
    assert Ledger.open(str(path)).books.head == held - 2


def test_a_writer_refuses_what_was_decided_on_more_than_the_journal_has(tmp_path: Path) -> None:
    ledger = house(str(tmp_path / "ledger"))
    ahead = msgspec.structs.replace(ledger.journal.entry(2), seq=Seq(ledger.books.head + 2))  # type: ignore[type-var]
    with pytest.raises(StorageTrouble) as caught:
        ledger.journal.append([ahead], [])  # type: ignore[list-item]
    assert caught.value.code == "LEDGER_DAMAGED"
    assert Ledger.open(str(tmp_path / "ledger")).books.head == ledger.books.head


def test_books_that_cannot_be_put_right_answer_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rather no answer than one from commands that were refused; and nothing is decided on them either."""
    monkeypatch.setattr("ledger.submit.ledger.LONG_BATCH", 1)
    ledger = house(str(tmp_path / "ledger"))
    held, last = ledger.books.head, ledger.journal.last

    def silent() -> int:
        raise StorageTrouble("the disk does not answer")

    monkeypatch.setattr(ledger.journal, "last", silent)
    with pytest.raises(Refusal):
        ledger.submit_batch([form("new"), form("hq")], by=CLERK, batch="b")
    with pytest.raises(StorageTrouble):
        _ = ledger.books.head
    ledger.submit_batch([form("newer")], by=CLERK, batch="c")
    monkeypatch.setattr(ledger.journal, "last", last)

    assert ledger.books.head == held + 1
    assert image(ledger.books) == image(refolded(ledger))


def test_an_interrupt_while_an_entry_is_folded_leaves_no_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    ledger = house()
    before = image(ledger.books)

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(import_module("ledger.books.fold"), "_enter", interrupted)
        with pytest.raises(KeyboardInterrupt):
            ledger.submit(form("later"), by=CLERK)

    assert image(ledger.books) == before
    assert given(ledger, form("later"))[0].first == ledger.books.head


def test_a_repeated_batch_finishes_an_erasure(monkeypatch: pytest.MonkeyPatch) -> None:
    """What another process kept in the file is tidied when the same batch is sent again."""
    ledger = house()
    tidied: list[None] = []
    monkeypatch.setattr(ledger.journal, "tidy", lambda: tidied.append(None))
    erase = [ErasePerson(person=PersonId("dan"))]
    ledger.submit_batch(erase, by=CLERK, batch="e")
    done = len(tidied)

    assert ledger.submit_batch(erase, by=CLERK, batch="e")[0].repeated
    assert len(tidied) == done + 1
    ledger.submit_each(erase, by=CLERK, batch="e")
    assert len(tidied) == done + 2
