"""Files that are no ledger, damage, full disks, processes that die: each is named, and nothing acknowledged is lost."""

from __future__ import annotations

import os
import random
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path
from threading import Barrier
from typing import TYPE_CHECKING

import pytest

from ledger import Ledger
from ledger.refusals import StorageTrouble, Trouble
from tests.given import (
    CLERK,
    Clock,
    a_ledger,
    assert_unchanged,
    evidence,
    form,
    given,
    house,
    image,
    refolded,
    register,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ledger.commands import Command

HOUSE = Path(__file__).resolve().parent.parent
NOBODY = 65534


def trouble(act: Callable[[], object]) -> StorageTrouble:
    """What storage says no to."""
    with pytest.raises(StorageTrouble) as caught:
        act()
    assert "\n" not in caught.value.sentence
    return caught.value


def opening(path: Path) -> StorageTrouble:
    """A file that is not opened."""
    return trouble(lambda: Ledger.open(str(path)))


def changed(path: Path, *statements: str) -> None:
    """Change a ledger's file behind its back."""
    with closing(sqlite3.connect(path)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """The file of a house of 14 entries, closed."""
    ledger = house(str(tmp_path / "ledger"))
    ledger.journal.close()
    return tmp_path / "ledger"


# Files that are no ledger


def test_what_is_no_ledger_is_said_to_be_none(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("people and positions\n" * 99, "utf-8")
    (tmp_path / "empty").touch()
    changed(tmp_path / "other", "CREATE TABLE addresses (street TEXT)")

    assert (opening(tmp_path / "text").code, opening(tmp_path / "text").sentence) == (
        "NOT_A_LEDGER",
        f"`{tmp_path / 'text'}` is not a ledger",
    )
    assert opening(tmp_path / "empty").code == "NOT_A_LEDGER"
    assert (opening(tmp_path / "other").code, opening(tmp_path / "other").sentence) == (
        "NOT_A_LEDGER",
        f"`{tmp_path / 'other'}` holds no ledger",
    )
    assert (opening(tmp_path).code, opening(tmp_path).sentence) == (
        "NOT_A_LEDGER",
        f"`{tmp_path}` is a folder, not a ledger",
    )
    assert opening(tmp_path / "missing").code == "NO_SUCH_LEDGER"
    assert opening(tmp_path / "no" / "folder").code == "NO_SUCH_LEDGER"
    assert not (tmp_path / "missing").exists()


def test_a_new_ledger_takes_the_place_of_no_other_file(tmp_path: Path, path: Path) -> None:
    (tmp_path / "text").write_text("people and positions\n", "utf-8")
    (tmp_path / "empty").touch()

    assert trouble(lambda: a_ledger(str(tmp_path / "text"))).code in {"LEDGER_EXISTS", "NOT_A_LEDGER"}
    assert trouble(lambda: a_ledger(str(path))).code == "LEDGER_EXISTS"
    assert trouble(lambda: a_ledger(str(tmp_path))).code == "NOT_A_LEDGER"
    assert trouble(lambda: a_ledger(str(tmp_path / "no" / "folder"))).code == "NO_SUCH_FOLDER"
    assert (tmp_path / "text").read_text("utf-8") == "people and positions\n"
    assert Ledger.open(str(path)).books.head == 14
    given(a_ledger(str(tmp_path / "empty")), form("hq"))


@pytest.mark.parametrize("name", ["账本", "a b", "100%", "what?", "a#b", "sqlite", "a&mode=memory", "remit_ledger"])
def test_a_ledger_may_be_called_anything(name: str, tmp_path: Path) -> None:
    folder = tmp_path / name
    folder.mkdir()
    given(a_ledger(str(folder / name)), form("hq"))

    assert (folder / name).stat().st_size > 0
    assert Ledger.open(str(folder / name)).books.head == 2
    assert Ledger.open(f"sqlite:///{folder / name}").books.head == 2


def test_a_file_of_another_program_is_left_as_it_was(tmp_path: Path) -> None:
    other = tmp_path / "other"
    changed(other, "CREATE TABLE addresses (street TEXT)")
    before = other.read_bytes()

    opening(other)

    assert other.read_bytes() == before
    assert list(tmp_path.iterdir()) == [other]


def test_of_several_who_make_one_ledger_one_makes_it(tmp_path: Path) -> None:
    path, line = tmp_path / "ledger", Barrier(6)

    def making(_: int) -> str:
        line.wait(30)
        try:
            return f"made {a_ledger(str(path)).books.head}"
        except StorageTrouble as no:
            return no.code

    with ThreadPoolExecutor(6) as pool:
        said = list(pool.map(making, range(6)))

    assert said.count("made 1") == 1
    assert set(said) <= {"made 1", "LEDGER_EXISTS", "BUSY"}
    assert Ledger.open(str(path)).books.head == 1


# Damage


COPIED = (
    "INSERT INTO stored_events SELECT originator_id, {}, topic, state FROM stored_events WHERE originator_version = 7"
)
DAMAGED = {
    "a row is deleted in the middle": ["DELETE FROM stored_events WHERE originator_version = 7"],
    "the first row is deleted": ["DELETE FROM stored_events WHERE originator_version = 1"],
    "a row has another number": ["UPDATE stored_events SET originator_version = 99 WHERE originator_version = 7"],
    "all rows are deleted": ["DELETE FROM stored_events"],
    "a row has the number 0": [COPIED.format(0)],
    "a row has a number below 0": [COPIED.format(-3)],
    "two rows have changed places": [
        "UPDATE stored_events SET originator_version = 99 WHERE originator_version = 7",
        "UPDATE stored_events SET originator_version = 7 WHERE originator_version = 8",
        "UPDATE stored_events SET originator_version = 8 WHERE originator_version = 99",
    ],
    "a row has another name": ["UPDATE stored_events SET topic = 'unit-moved/1' WHERE originator_version = 7"],
    "a row has no name": ["UPDATE stored_events SET topic = NULL WHERE originator_version = 7"],
    "a row has no bytes": ["UPDATE stored_events SET state = NULL WHERE originator_version = 7"],
    "a row has text for bytes": [
        "UPDATE stored_events SET state = CAST(state AS TEXT) || ' ' WHERE originator_version = 7"
    ],
    "a row has a number for bytes": ["UPDATE stored_events SET state = 7 WHERE originator_version = 7"],
    "a row has a name that is not UTF-8": [
        "UPDATE stored_events SET topic = CAST(x'ff' AS TEXT) WHERE originator_version = 7"
    ],
}


@pytest.mark.parametrize("damage", DAMAGED)
def test_damaged_rows_are_found_when_the_ledger_is_opened(damage: str, path: Path) -> None:
    changed(path, *DAMAGED[damage])

    assert opening(path).code == "LEDGER_DAMAGED"


def test_a_zone_that_this_machine_does_not_know_is_named(path: Path) -> None:
    mars = "CAST(replace(CAST(state AS TEXT), 'Asia/Shanghai', 'Mars/Olympus') AS BLOB)"
    changed(path, f"UPDATE stored_events SET state = {mars} WHERE originator_version = 1")  # noqa: S608 - as above

    with pytest.raises(Trouble, match="`Mars/Olympus` is not an IANA time zone"):
        Ledger.open(str(path))


def test_the_entry_that_is_missing_or_damaged_is_named(path: Path, tmp_path: Path) -> None:
    other = Path(shutil.copy(path, tmp_path / "other"))
    changed(path, *DAMAGED["a row is deleted in the middle"])
    changed(other, *DAMAGED["a row has another name"])

    assert opening(path).sentence == "entry 7 cannot be read: it is missing"
    assert opening(other).sentence.startswith("entry 7 cannot be read: ")


def test_those_who_read_a_ledger_in_memory_at_once_read_the_same() -> None:
    journal = a_ledger(":memory:").journal
    with ThreadPoolExecutor(1) as pool:
        with journal.looking():
            another = pool.submit(journal.last)
            with suppress(TimeoutError):
                another.result(timeout=0.2)
        assert another.result() == journal.last() == 1


def test_damage_that_happens_while_a_ledger_is_open_stops_it(path: Path) -> None:
    ledger = Ledger.open(str(path), clock=Clock())
    other = Ledger.open(str(path), clock=Clock())
    given(other, form("a"), form("b"))
    changed(path, "DELETE FROM stored_events WHERE originator_version = 15")

    assert trouble(lambda: ledger.submit(form("c"), by=CLERK)).code == "LEDGER_DAMAGED"
    assert trouble(lambda: ledger.submit_batch([form("c")], by=CLERK, batch="x")).code == "LEDGER_DAMAGED"
    assert ledger.books.head == 14


@pytest.mark.parametrize(
    "statement",
    [
        "DROP TABLE stored_events",
        "UPDATE remit_ledger SET ledger_id = 'zz'",
        "UPDATE remit_ledger SET ledger_id = '00000000000000000000000000000000'",
        "UPDATE remit_ledger SET ledger_id = x'07'",
        "UPDATE remit_ledger SET format = 2",
        "DELETE FROM remit_ledger",
        "DROP TABLE remit_ledger",
        "DROP TABLE vault",
        "ALTER TABLE remit_ledger DROP COLUMN format",
    ],
)
def test_tables_that_no_ledger_made_are_refused(statement: str, path: Path) -> None:
    changed(path, statement)

    assert opening(path).code in {"NOT_A_LEDGER", "LEDGER_DAMAGED"}


@pytest.mark.parametrize("kept", [16, 20, 100, 4096, 5000, 0.3, 0.6, 0.9])
def test_a_file_that_was_cut_off_is_not_opened(kept: float, path: Path) -> None:
    size = path.stat().st_size
    os.truncate(path, int(kept * size) if kept < 1 else int(kept))

    assert opening(path).code in {"NOT_A_LEDGER", "LEDGER_DAMAGED"}


def test_a_bit_that_flips_anywhere_is_named_or_harmless(path: Path, tmp_path: Path) -> None:
    """Bytes without a checksum: a flip inside a name can pass for another name. What must not happen is a traceback."""
    sound, outcomes = path.read_bytes(), dict[str, int]()
    for seed in range(150):
        chance = random.Random(seed)  # noqa: S311 - not for secrets
        flipped = bytearray(sound)
        flipped[chance.randrange(len(sound))] ^= 1 << chance.randrange(8)
        place = tmp_path / f"flipped-{seed}"
        place.write_bytes(flipped)
        try:
            ledger = Ledger.open(str(place))
        except StorageTrouble as no:
            outcome = no.code
        else:
            outcome = "opened"
            assert image(ledger.books) == image(refolded(ledger))
            ledger.journal.close()
        outcomes[outcome] = outcomes.get(outcome, 0) + 1

    assert outcomes.keys() <= {"opened", "NOT_A_LEDGER", "LEDGER_DAMAGED", "STORAGE_FAILED"}
    assert outcomes["LEDGER_DAMAGED"] > 5


# Files that cannot be written


CHILD = """
import os, sys
from ledger import Ledger
from ledger.refusals import Trouble
from tests.given import Clock, a_ledger, form
if os.geteuid() == 0:
    os.setgid(int(sys.argv[3]))
    os.setuid(int(sys.argv[3]))
said = "nothing"
try:
    ledger = a_ledger(sys.argv[2]) if sys.argv[1] == "create" else Ledger.open(sys.argv[2], clock=Clock())
    said = f"opened {ledger.books.head}"
    ledger.submit(form("sales"), by="clerk-7")
    said = f"wrote {ledger.books.head}"
except Trouble as no:
    said = f"{no.code} {no.sentence} after {said}"
open(1, "w", encoding="utf-8").write(said)
"""


def as_nobody(act: str, path: Path) -> str:
    """What a process says that may not write: that of another user, where this one may write everything."""
    done = subprocess.run(
        [sys.executable, "-c", CHILD, act, str(path), str(NOBODY)],
        cwd=HOUSE,
        env={**os.environ, "PYTHONPATH": str(HOUSE)},
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


@pytest.fixture
def shut() -> Iterator[Path]:
    """A folder that others may enter; it and what is in it can be shut."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder
        folder.chmod(0o755)


def test_a_file_that_cannot_be_written_can_be_read_and_says_so(shut: Path) -> None:
    path = shut / "ledger"
    house(str(path)).journal.close()
    path.chmod(0o444)
    shut.chmod(0o555)

    said = as_nobody("open", path)

    shut.chmod(0o755)
    assert said.split()[0] == "READ_ONLY"
    assert said.endswith("after opened 14")
    assert Ledger.open(str(path)).books.head == 14


def test_a_file_that_cannot_be_written_in_a_folder_that_can_be_says_so(shut: Path) -> None:
    path = shut / "ledger"
    house(str(path)).journal.close()
    path.chmod(0o444)
    shut.chmod(0o777)

    said = as_nobody("open", path)

    assert said.split()[0] == "READ_ONLY"
    assert said.endswith("after opened 14")
    path.chmod(0o644)
    assert Ledger.open(str(path)).books.head == 14


def test_a_file_that_cannot_be_read_says_so(shut: Path) -> None:
    path = shut / "ledger"
    house(str(path)).journal.close()
    path.chmod(0o000)

    said = as_nobody("open", path)

    path.chmod(0o644)
    assert said.split()[0] in {"READ_ONLY", "STORAGE_FAILED"}
    assert Ledger.open(str(path)).books.head == 14


def test_a_folder_that_cannot_be_written_takes_no_new_ledger(shut: Path) -> None:
    shut.chmod(0o555)

    said = as_nobody("create", shut / "ledger")

    shut.chmod(0o755)
    assert said.split()[0] in {"READ_ONLY", "STORAGE_FAILED"}
    assert list(shut.iterdir()) == []


# Full disks


def test_a_full_disk_is_named_and_nothing_is_written(path: Path) -> None:
    ledger = Ledger.open(str(path), clock=Clock())
    store = ledger.journal._store  # noqa: SLF001 - as a disk that is full would have it
    with store.datastore.get_connection(commit=True) as connection:  # type: ignore[attr-defined]
        cursor = connection.cursor()
        cursor.execute("PRAGMA page_count")
        cursor.execute(f"PRAGMA max_page_count = {cursor.fetchone()[0]}")
    before = evidence(ledger)

    many: list[Command] = [register(f"p{number}", name="x" * 250) for number in range(200)]
    no = trouble(lambda: ledger.submit_batch(many, by=CLERK, batch="load"))

    assert (no.code, no.sentence) == ("DISK_FULL", f"`{path}`: the disk is full")
    assert_unchanged(ledger, before)
    given(ledger, form("small"))


def test_a_process_that_may_write_no_more_loses_nothing_it_was_told(tmp_path: Path) -> None:
    path = tmp_path / "ledger"
    loader = loading(path, "one", preexec_fn=no_more_than_400_kb)

    said, _ = loader.communicate(timeout=60)

    told = said.decode().split()
    assert told[-1] in {"DISK_FULL", "STORAGE_FAILED"}
    assert_sound(path, acknowledged=len(told) - 1)


def no_more_than_400_kb() -> None:
    """Writing beyond that fails, as it does on a full disk."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))


# Processes that die


LOADER = """
import sys
from ledger import Ledger
from ledger.refusals import Trouble
from tests.given import a_ledger, form, register

ledger = a_ledger(sys.argv[1])
out = open(1, "w", buffering=1, encoding="utf-8")
try:
    number = 0
    while True:
        number += 1
        if sys.argv[2] == "one":
            ledger.submit(register(f"p{number}", name="x" * 200), by="clerk-7")
        else:
            load = [register(f"p{number}-{place}") for place in range(1000)]
            ledger.submit_batch(load, by="clerk-7", batch=f"load-{number}")
        print(number, file=out)
except Trouble as no:
    print(no.code, file=out)
"""


def loading(path: Path, how: str, preexec_fn: Callable[[], None] | None = None) -> subprocess.Popen[bytes]:
    """A process that creates a ledger and loads it without end, saying each number that it was given a receipt for."""
    return subprocess.Popen(
        [sys.executable, "-c", LOADER, str(path), how],
        cwd=HOUSE,
        env={**os.environ, "PYTHONPATH": str(HOUSE)},
        stdout=subprocess.PIPE,
        preexec_fn=preexec_fn,  # noqa: PLW1509 - no threads were started in it
    )


def assert_sound(path: Path, *, acknowledged: int, size: int = 1) -> None:
    """The ledger opens; it holds whole batches, all that were acknowledged and at most one more; the vault fits."""
    ledger = Ledger.open(str(path))
    count, last = ledger.journal.head()
    assert count == last == ledger.books.head
    batches, rest = divmod(ledger.books.head - 1, size)
    assert rest == 0
    assert acknowledged <= batches <= acknowledged + 1
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("SELECT count(*) FROM vault").fetchone() == (batches * size,)
    assert image(ledger.books) == image(refolded(ledger))
    ledger.journal.close()


@pytest.mark.parametrize("how", ["one", "batch"])
def test_a_killed_load_leaves_a_sound_ledger_with_all_that_was_acknowledged(how: str, tmp_path: Path) -> None:
    size = 1000 if how == "batch" else 1
    written = 0
    for turn in range(10):
        path = tmp_path / f"ledger-{turn}"
        loader = loading(path, how)
        assert loader.stdout is not None
        first = loader.stdout.readline()
        time.sleep(random.Random(f"{how}{turn}").random() * 0.25)  # noqa: S311 - not for secrets
        loader.send_signal(signal.SIGKILL)
        told = [*first.split(), *loader.stdout.read().split()]
        loader.wait()
        loader.stdout.close()
        assert_sound(path, acknowledged=len(told), size=size)
        written += len(told)
    assert written > 10


def test_a_ledger_killed_while_it_is_made_is_open_or_can_be_made_again(tmp_path: Path) -> None:
    for turn in range(8):
        path = tmp_path / f"ledger-{turn}"
        loader = loading(path, "one")
        deadline = time.monotonic() + 30
        while not path.exists() and time.monotonic() < deadline:
            time.sleep(0.0005)
        time.sleep(turn * 0.001)
        loader.send_signal(signal.SIGKILL)
        loader.communicate()
        try:
            assert Ledger.open(str(path)).books.head >= 1
        except StorageTrouble as no:
            assert no.code in {"NOT_A_LEDGER", "NO_SUCH_LEDGER", "LEDGER_DAMAGED"}  # noqa: PT017 - either will do
            given(a_ledger(str(path)), form("hq"))


def test_a_ledger_is_made_where_its_maker_had_begun_an_empty_database(tmp_path: Path) -> None:
    path = tmp_path / "ledger"
    changed(path, "PRAGMA journal_mode = WAL", "PRAGMA user_version = 0")
    assert path.stat().st_size > 0

    assert opening(path).code == "NOT_A_LEDGER"
    given(a_ledger(str(path)), form("hq"))


def test_a_ledger_is_made_where_its_maker_was_killed_in_the_middle_of_a_write(tmp_path: Path) -> None:
    living, path = tmp_path / "living", tmp_path / "ledger"
    changed(living, "PRAGMA user_version = 1")
    with closing(sqlite3.connect(living, isolation_level=None)) as maker:
        maker.execute("PRAGMA cache_size = 1")
        maker.execute("BEGIN")
        maker.execute("CREATE TABLE remit_ledger (filler TEXT)")
        maker.executemany("INSERT INTO remit_ledger VALUES (?)", [("x" * 3000,)] * 50)
        for ending in ("", "-journal"):
            shutil.copy(f"{living}{ending}", f"{path}{ending}")

    assert opening(path).code == "NOT_A_LEDGER"
    given(a_ledger(str(path)), form("hq"))
