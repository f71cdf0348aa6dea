"""Sixteen writers in four processes on one ledger, while a reader tails it by pages.

Half of the writers share the committer of their process, the others have a ledger each; they are refused, break off and
roll back. Every entry is there once and in order, for the reader, too; a pool gives no more than it has.
"""

from __future__ import annotations

import multiprocessing
import random
import threading
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import suppress
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
import pytest

from api.bootstrap import opened as with_tables
from ledger.books import AsOf, Books, fold
from ledger.codec import encode, stored_name
from ledger.events import ActDone, PersonAppointed
from ledger.ids import BatchId, Seq
from ledger.journal import Journal, store
from ledger.journal.journal import Writer
from ledger.policy import act_verdict
from ledger.refusals import Trouble
from ledger.submit import Committer
from projections.rebuild import rebuild
from tests.given import (
    CLERK,
    a_ledger,
    appoint,
    authorise,
    cap,
    define,
    establish,
    form,
    grant,
    image,
    position,
    register,
)
from tests.test_postgres import on_disk, schema, server, url  # noqa: F401 - fixtures

pytest.importorskip("psycopg", reason="the extra `postgres` is not installed")
from ledger.journal.postgres import PostgresStore

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from multiprocessing.synchronize import Barrier

    from ledger import Ledger
    from ledger.commands import Command
    from ledger.events import Entry
    from ledger.submit import Receipt
    from ledger.vault import Vaulted

PROCESSES, WRITERS, COMMANDS = 4, 4, 30
POOL, EACH, SEATS, PAGE = 600, 10, 2, 20
DESKS = [f"desk-{number}" for number in range(5)]
BUYERS = [f"buyer-{number}" for number in range(PROCESSES * WRITERS)]
BROKEN_OFF = BatchId("broken off")
REASONS = {"CUMULATIVE_EXCEEDED", "SEAT_TAKEN", "NAME_TAKEN"}
OVERWRITE = (
    "INSERT INTO {prefix}stored_events VALUES ({_}, {_}, {_}, {_})"
    " ON CONFLICT (originator_id, originator_version) DO UPDATE SET topic = excluded.topic, state = excluded.state"
)
START_LINE: list[Barrier] = []
"""Where the processes wait for one another."""


class Done(NamedTuple):
    """What the writers of a process did and saw: receipts by who had them, refusals, and the books at the end."""

    receipts: list[tuple[str, Receipt]]
    refused: Counter[str]
    head: int
    books: dict[str, object]


class GaveUp(Exception):
    """A writer changes its mind after it has written, before it has committed."""


def market(url: str) -> Ledger:  # noqa: F811 - where the fixture says
    """Sixteen buyers at a counter with one pool, and a few desks with fewer seats than there are buyers."""
    ledger = a_ledger(url)
    story: list[Command] = [establish("counter", seats=len(BUYERS)), define("spend")]
    story += [establish(desk, seats=SEATS) for desk in DESKS]
    story += [one for buyer in BUYERS for one in (register(buyer), appoint(buyer, "counter"))]
    story += [grant("pool", position("counter"), limit="20 CNY")]
    story += [cap("pool", f"{POOL} CNY", window="grant", pool="grant")]
    ledger.submit_batch(story, by=CLERK, batch="market")
    return ledger


# Writing


def process(url: str, number: int, defeated: bool) -> Done:  # noqa: F811, FBT001 - called by a pool
    """Four writers: two by one committer, two with a ledger of their own."""
    if defeated:
        defeat()
    shared = with_tables(url)
    committer = Committer(shared, group=8)
    committer.start()
    own = [with_tables(url) for _ in range(WRITERS - 2)]
    ways: list[Callable[[Command, str], Receipt]] = [lambda command, by: committer.submit(command, by).result()] * 2
    ways += [lambda command, by, mine=mine: mine.submit(command, by=by) for mine in own]  # type: ignore[misc]
    if START_LINE:
        START_LINE[0].wait(120)
    with ThreadPoolExecutor(WRITERS) as pool:
        writing = [
            pool.submit(write, way, [shared, shared, *own][at], number * WRITERS + at) for at, way in enumerate(ways)
        ]
        came_to = [one.result() for one in writing]
    committer.stop()
    shared.catch_up()
    done = Done(
        [one for receipts, _ in came_to for one in receipts],
        sum((refused for _, refused in came_to), Counter()),
        shared.books.head,
        image(shared.books),
    )
    for ledger in (shared, *own):
        ledger.journal.close()
    return done


def write(
    way: Callable[[Command, str], Receipt], ledger: Ledger, number: int
) -> tuple[list[tuple[str, Receipt]], Counter[str]]:
    """Draw on the pool, take seats, form units; now and then break off with what was written already."""
    chance, me = random.Random(number), BUYERS[number]  # noqa: S311 - not for secrets
    receipts: list[tuple[str, Receipt]] = []
    refused = Counter[str]()
    for count in range(COMMANDS):
        kind = chance.choices(("draw", "sit", "form", "batch", "break off"), (5, 2, 2, 1, 1))[0]
        name = f"{number}-{count}"
        try:
            match kind:
                case "draw":
                    drawn = authorise(f"item-{name}", me, deed=name, matter="spend", amount=f"{EACH} CNY")
                    receipts.append((me, way(drawn, me)))
                case "sit":
                    receipts.append((me, way(appoint(me, chance.choice(DESKS), appointment=name), me)))
                case "form":
                    receipts.append((me, way(form(f"unit-{name}"), me)))
                case "batch":
                    half = [form(f"batch-{name}"), form(f"batch-{name}")]
                    ledger.submit_batch(half, by=me, batch=f"batch-{name}")
                case _:
                    break_off(ledger)
        except Trouble as no:
            refused[no.code] += 1
    return receipts, refused


def break_off(ledger: Ledger) -> None:
    """Append an entry and roll back."""
    before = ledger.journal.last() - 1
    with suppress(GaveUp), ledger.journal.locked() as writer:
        last = list(writer.read(before))[-1]
        again = msgspec.structs.replace(last, seq=Seq(last.seq + 1), batch=BROKEN_OFF)
        writer.append([again], [])
        raise GaveUp


def defeat() -> None:
    """Take away what keeps two entries from having one number: the lock, the look at the last one, the table's key."""
    run = PostgresStore.run

    def unlocked(self: PostgresStore, cursor: Any, statement: str, *values: object) -> list[tuple[Any, ...]]:  # noqa: ANN401 - psycopg's
        return [] if statement == store.LOCK_LEDGER else run(self, cursor, statement, *values)

    def unchecked(
        self: Writer, entries: Sequence[Entry], vaulted: Sequence[Vaulted], books: Books | None = None
    ) -> None:
        del vaulted, books
        for one in entries:
            self._store.run(self._cursor, OVERWRITE, self._stream, one.seq, stored_name(one.event), encode(one))

    PostgresStore.run, Writer.append = unlocked, unchecked  # type: ignore[method-assign]


# Reading


def tail(url: str, ended: threading.Event) -> list[tuple[int, str, bytes]]:  # noqa: F811 - where the fixture says
    """Everything there is after what was read before, a page at a time, until nobody writes any more."""
    journal, read = Journal.open(url), list[tuple[int, str, bytes]]()
    while True:
        over, after = ended.is_set(), read[-1][0] if read else 0
        page = list(journal.stored(after, after + PAGE))
        read += page
        if over and not page:
            journal.close()
            return read


def raced(url: str, *, defeated: bool = False) -> tuple[list[Done], list[tuple[int, str, bytes]]]:  # noqa: F811 - as above
    """What the processes came to, and what the reader saw meanwhile."""
    fresh, ended = multiprocessing.get_context("spawn"), threading.Event()
    line = fresh.Barrier(PROCESSES)
    with ThreadPoolExecutor(1) as beside:
        reading = beside.submit(tail, url, ended)
        try:
            with ProcessPoolExecutor(PROCESSES, mp_context=fresh, initializer=draw_line, initargs=(line,)) as pool:
                done = list(pool.map(process, [url] * PROCESSES, range(PROCESSES), [defeated] * PROCESSES))
        finally:
            ended.set()
        return done, reading.result()


def draw_line(line: Barrier) -> None:
    """Let the writers of this process wait for those of the others."""
    START_LINE[:] = [line]


def assert_orderly(url: str, done: list[Done], read: list[tuple[int, str, bytes]], before: int) -> None:  # noqa: F811
    """Each entry once and in order; each receipt for an entry; no pool, seat or prefix of the books overdrawn."""
    ledger = with_tables(url)
    entries, stored = list(ledger.journal.read()), list(ledger.journal.stored())
    assert read == stored
    assert [seq for seq, *_ in read] == list(range(1, len(entries) + 1))
    assert ledger.journal.head() == (len(entries), len(entries))
    assert all(one.recorded_at < other.recorded_at for one, other in pairwise(entries))
    receipts = [one for each in done for one in each.receipts]
    assert sorted(receipt.first for _, receipt in receipts) == list(range(before + 1, len(entries) + 1))
    for by, receipt in receipts:
        entry = entries[receipt.first - 1]
        assert (entry.recorded_by, entry.command_id) == (by, receipt.command_id)
        assert entry.recorded_at == receipt.recorded_at
    assert {entry.batch for entry in entries} <= {None, "market"}
    drawn = [entry for entry in entries if isinstance(entry.event, ActDone)]
    assert len(drawn) * EACH == POOL
    books, heads = Books(), {each.head: each.books for each in done}
    for entry in entries:
        fold(books, entry)
        if isinstance(entry.event, PersonAppointed):
            view = AsOf(books, entry.recorded_at, entry.seq)
            assert all(len(view.incumbents(desk)) <= SEATS for desk in DESKS)
        if isinstance(entry.event, ActDone):
            verdict = act_verdict(books, entry.event.deed, entry.recorded_at, entry.seq)
            assert verdict is not None
            assert verdict.then.outcome == "yes"
        if entry.seq in heads:
            assert heads[entry.seq] == image(books)
    assert image(ledger.books) == image(books)
    assert rebuild(ledger.journal).was == "agree"
    ledger.journal.close()


@on_disk
def test_sixteen_writers_lose_nothing_and_overdraw_nothing_and_a_reader_sees_each_entry_once(url: str) -> None:  # noqa: F811
    before = market(url).books.head

    done, read = raced(url)

    assert_orderly(url, done, read, before)
    refused = sum((each.refused for each in done), Counter())
    assert refused.keys() == REASONS
    assert min(refused.values()) > 10
    turns = sum(one.split(b"buyer-")[1:2] != other.split(b"buyer-")[1:2] for (*_, one), (*_, other) in pairwise(read))
    assert turns > 100, "the writers came one after the other and never met"


@pytest.mark.parametrize("url", ["postgres"], indirect=True)
def test_with_the_comparison_taken_out_the_same_writers_are_not_orderly(url: str) -> None:  # noqa: F811
    """The positive control: what the test above looks for is found where it is."""
    before = market(url).books.head

    done, read = raced(url, defeated=True)

    with pytest.raises(AssertionError):
        assert_orderly(url, done, read, before)
