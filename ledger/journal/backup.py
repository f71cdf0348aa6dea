"""A ledger copied to one file while others write, and a ledger made from such a file.

An SQLite ledger by SQLite's online backup; a schema of PostgreSQL by the server's own `pg_dump` and `pg_restore`, which
have to be there. Entries, vault and read tables are copied as they stand in one transaction.
"""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from ledger.journal.journal import Journal
from ledger.refusals import StorageTrouble

if TYPE_CHECKING:
    from collections.abc import Iterator

_POSTGRES = ("postgresql://", "postgres://")
_DUMP, _SQLITE = b"PGDMP", b"SQLite format 3\0"
"""What a file of `pg_dump` begins with, and what one of SQLite does."""
_SCHEMA_IN_LIST = re.compile(r"^\d+; \d+ \d+ SCHEMA - (\S+)", re.MULTILINE)


def back_up(url: str, file: Path) -> int:
    """Copy the ledger to a new file that only its maker may read; the number of its last entry is given back.

    The file is there when all of it is there. Raises StorageTrouble: LEDGER_EXISTS where a file of that name is.
    """
    _refuse_to_replace(file)
    Journal.open(url).close()
    with _part(file) as part:
        if url.startswith(_POSTGRES):
            return _dump(url, part)
        _copy(Path(url.removeprefix("sqlite:///")), part, settle=True)
        return _head(str(part))


def restore(file: Path, url: str) -> int:
    """Make a new ledger from a file; the number of its last entry is given back.

    Raises StorageTrouble: LEDGER_EXISTS where one is; NOT_A_LEDGER for a file that is no backup, or one of another
    engine.
    """
    begins = _beginning(file)
    if url.startswith(_POSTGRES):
        if not begins.startswith(_DUMP):
            raise StorageTrouble(f"`{file}` is no backup of a ledger in PostgreSQL", code="NOT_A_LEDGER")
        _undump(file, url)
    else:
        if begins.startswith(_DUMP):
            raise StorageTrouble(f"`{file}` is a backup of a ledger in PostgreSQL; name one", code="NOT_A_LEDGER")
        if not begins.startswith(_SQLITE):
            raise StorageTrouble(f"`{file}` is no backup of a ledger", code="NOT_A_LEDGER")
        made = Path(url.removeprefix("sqlite:///"))
        _refuse_to_replace(made)
        Journal.open(str(file)).close()
        with _part(made) as part:
            _copy(file, part, settle=False)
    return _head(url)


# SQLite


def _copy(one: Path, other: Path, *, settle: bool) -> None:
    """Every page as of one moment; settled, the copy is one file and needs no log beside it."""
    try:
        with (
            closing(sqlite3.connect(one.absolute().as_uri() + "?mode=ro", uri=True)) as source,
            closing(sqlite3.connect(other)) as copy,
        ):
            source.backup(copy)
            copy.execute(f"PRAGMA journal_mode = {'DELETE' if settle else 'WAL'}")
    except sqlite3.Error as error:
        raise StorageTrouble(f"`{one}` cannot be copied to `{other.parent}`: {error}") from error


# PostgreSQL


def _dump(url: str, part: Path) -> int:
    """`pg_dump` of the schema; the head is that of just before, and what came meanwhile may be in it, too."""
    from ledger.journal.postgres import asked  # noqa: PLC0415 - psycopg is an extra, and slow to import

    schema, connecting = asked(url)
    head = _head(url)
    how = ["--format=custom", f"--schema={schema}", "--no-owner", "--no-privileges", f"--file={part}"]
    _run("pg_dump", how, connecting)
    return head


def _undump(file: Path, url: str) -> None:
    from ledger.journal.postgres import asked, has_schema  # noqa: PLC0415 - as above

    schema, connecting = asked(url)
    held = _SCHEMA_IN_LIST.findall(_run("pg_restore", ["--list", str(file)], {}))
    if held != [schema]:
        names = ", ".join(f"`{one}`" for one in held) or "none"
        raise StorageTrouble(
            f"`{file}` holds the schema {names}, and no other can be made from it: say `schema=` in the URL",
            code="NOT_A_LEDGER",
        )
    if has_schema(url):
        raise StorageTrouble(f"there is a schema `{schema}` already", code="LEDGER_EXISTS")
    how = ["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges", str(file)]
    _run("pg_restore", how, connecting)


def _run(program: str, arguments: list[str], connecting: dict[str, str]) -> str:
    """One of PostgreSQL's programs; the password goes by the environment, where other users cannot read it."""
    found = shutil.which(program)
    if found is None:
        raise StorageTrouble(f"`{program}` is not on the path; it comes with PostgreSQL's client programs")
    from psycopg.conninfo import make_conninfo  # noqa: PLC0415 - as above

    secret = {"PGPASSWORD": connecting["password"]} if "password" in connecting else {}
    server = {name: value for name, value in connecting.items() if name != "password"}
    where = [f"--dbname={make_conninfo('', **server)}"] if server else []
    done = subprocess.run(  # noqa: S603 - a program of that name on the path, and no shell
        [found, *where, *arguments], env={**os.environ, **secret}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise StorageTrouble(f"`{program}`: {' '.join(done.stderr.split())[:500]}")
    return done.stdout


# Both


def _head(url: str) -> int:
    """The number of the last entry. Raises StorageTrouble (LEDGER_DAMAGED) where entries are missing."""
    journal = Journal.open(url)
    try:
        number, last = journal.head()
    finally:
        journal.close()
    if number != last:
        raise StorageTrouble(f"of {last:,} entries {number:,} are there", code="LEDGER_DAMAGED")
    return last


def _refuse_to_replace(file: Path) -> None:
    if file.exists():
        raise StorageTrouble(f"`{file}` exists already", code="LEDGER_EXISTS")
    if not file.absolute().parent.is_dir():
        raise StorageTrouble(f"there is no folder `{file.absolute().parent}`", code="NO_SUCH_FOLDER")


def _beginning(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(16)
    except OSError as error:
        raise StorageTrouble(f"`{file}` cannot be read: {error.strerror}", code="NO_SUCH_LEDGER") from error


@contextmanager
def _part(file: Path) -> Iterator[Path]:
    """A file that becomes `file` when it is whole and on disk, and is gone otherwise; nobody else may read it."""
    part = file.with_name(f"{file.name}.part-{os.getpid()}")
    try:
        part.touch(mode=0o600, exist_ok=False)
        yield part
        with part.open("rb") as whole:
            os.fsync(whole.fileno())
        os.link(part, file)
    except FileExistsError as error:
        raise StorageTrouble(f"`{file}` exists already", code="LEDGER_EXISTS") from error
    except OSError as error:
        raise StorageTrouble(f"`{file}` cannot be written: {error.strerror}") from error
    finally:
        for one in (part, part.with_name(f"{part.name}-wal"), part.with_name(f"{part.name}-shm")):
            with suppress(OSError):
                one.unlink()
