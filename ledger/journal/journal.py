"""Read, append, lock: what the rest of the ledger knows of its storage."""

from __future__ import annotations

import re
import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from eventsourcing.persistence import IntegrityError, PersistenceError, StoredEvent

from ledger import codec
from ledger.events import Entry, LedgerOpened, PersonErased
from ledger.journal import store
from ledger.journal.sqlite import SQLiteStore, code_of
from ledger.journal.store import Transaction
from ledger.moments import zone_named
from ledger.refusals import BadInput, StorageTrouble, Trouble

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ledger.books import Books
    from ledger.journal.store import Follower, Store
    from ledger.vault import Vaulted

PAGE = 5_000
"""How many entries are read at a time."""


class Raced(Exception):
    """An entry with the same number is there already."""


class Journal:
    """One ledger's entries and vault, and who follows them. `ledger_id` is the originator of the stream."""

    def __init__(self, engine: Store, url: str, ledger_id: UUID, followers: Sequence[Follower] = ()) -> None:
        self._store, self.url, self.ledger_id = engine, url, ledger_id
        self._stream, self._followers = engine.stream_id(ledger_id), followers

    @classmethod
    def create(cls, url: str, opening: Entry, followers: Sequence[Follower] = ()) -> Journal:
        """A new journal with its first entry, whole or not at all. Raises StorageTrouble (LEDGER_EXISTS …).

        Followers hear of the first entry when the second is appended.
        """
        with _troubles(url):
            engine = _engine(url, create=True)
            engine.make_tables()
            journal = cls(engine, url, uuid4(), followers)
            try:
                with engine.transaction(write=True) as cursor:
                    engine.run(cursor, store.INSERT_LEDGER, journal.ledger_id.hex, store.FORMAT)
                    Writer(engine, journal._stream, cursor).append([opening], [])
            except (IntegrityError, sqlite3.IntegrityError) as error:
                raise StorageTrouble(f"`{shown(url)}` holds a ledger already", code="LEDGER_EXISTS") from error
            return journal

    @classmethod
    def open(cls, url: str, followers: Sequence[Follower] = ()) -> Journal:
        """The journal at a path or URL. Raises StorageTrouble (NO_SUCH_LEDGER, NOT_A_LEDGER …)."""
        with _troubles(url):
            engine = _engine(url, create=False)
            try:
                return cls._found(engine, url, followers)
            except BaseException:
                engine.close()
                raise

    @classmethod
    def _found(cls, engine: Store, url: str, followers: Sequence[Follower]) -> Journal:
        """The journal behind an engine, looked at. Raises StorageTrouble."""
        try:
            with engine.transaction(write=False) as cursor:
                ((ledger_id, version),) = engine.run(cursor, store.SELECT_LEDGER)
                strays = engine.run(cursor, store.SELECT_STRAYS)
                engine.run(cursor, store.SELECT_VAULT, "")
            journal = cls(engine, url, UUID(ledger_id), followers)
        except PersistenceError as error:
            if not any(words in str(error) for words in ("no such", "does not exist")):
                raise
            raise StorageTrouble(f"`{shown(url)}` holds no ledger{_MADE_BY}", code="NOT_A_LEDGER") from error
        except (ValueError, TypeError, AttributeError) as error:  # no row, or no id in it
            raise StorageTrouble(f"`{shown(url)}` holds no ledger{_MADE_BY}", code="NOT_A_LEDGER") from error
        if version != store.FORMAT:
            raise StorageTrouble(f"`{shown(url)}` holds no ledger of this version", code="NOT_A_LEDGER")
        if strays:
            raise codec.damaged(strays[0][0], "no ledger wrote it")
        first = journal.entry(1)
        if first is None or not isinstance(first.event, LedgerOpened):
            raise codec.damaged(1, "it is missing" if first is None else "it does not open a ledger")
        try:
            zone_named(first.event.zone)
        except BadInput as error:
            raise codec.damaged(1, error.sentence) from error
        return journal

    # Reading

    def head(self) -> tuple[int, int]:
        """How many entries there are, and the last number; the two agree in a sound journal."""
        with _troubles(self.url), self._store.transaction(write=False) as cursor:
            count, last = self._store.run(cursor, store.SELECT_HEAD, self._stream)[0]
        return count, last or 0

    def last(self) -> int:
        """The number of the last entry."""
        with _troubles(self.url), self._store.transaction(write=False) as cursor:
            return self._store.run(cursor, store.SELECT_LAST, self._stream)[0][0] or 0

    def is_copy(self) -> bool:
        """Whether this is a replica, which another server writes and which can be behind it."""
        with _troubles(self.url):
            return self._store.is_copy()

    def stored(self, after: int = 0, upto: int | None = None) -> Iterator[tuple[int, str, bytes]]:
        """Number, stored name and bytes of the entries after a number, in order, a page at a time."""
        while upto is None or after < upto:
            page = PAGE if upto is None else min(PAGE, upto - after)
            with _troubles(self.url), self._store.transaction(write=False) as cursor:
                rows = self._store.run(cursor, store.SELECT_ENTRIES, self._stream, after, page)
            yield from rows
            if len(rows) < page:
                return
            after = rows[-1][0]

    def read(self, after: int = 0, upto: int | None = None) -> Iterator[Entry]:
        """The entries after a number, in order.

        Raises StorageTrouble (LEDGER_DAMAGED) at the first that is not sound.
        """
        return _numbered(self.stored(after, upto), after)

    def entry(self, seq: int) -> Entry | None:
        """One entry; None where there is none of that number."""
        return next(self.read(seq - 1, seq), None)

    def value(self, commitment: str) -> tuple[bytes, str] | None:
        """Salt and value behind a commitment; None where it was erased."""
        with _troubles(self.url), self._store.transaction(write=False) as cursor:
            rows = self._store.run(cursor, store.SELECT_VAULT, commitment)
        return (bytes(rows[0][0]), rows[0][1]) if rows else None

    def vaulted(self) -> Iterator[tuple[str, bytes, str]]:
        """Commitment, salt and value of everything in the vault, a page at a time."""
        after = ""
        while True:
            with _troubles(self.url), self._store.transaction(write=False) as cursor:
                rows = self._store.run(cursor, store.SELECT_VAULT_PAGE, after, PAGE)
            for commitment, salt, value in rows:
                yield commitment, bytes(salt), value
            if len(rows) < PAGE:
                return
            after = rows[-1][0]

    @contextmanager
    def looking(self) -> Iterator[Transaction]:
        """A transaction that only reads, for whoever keeps tables beside the journal."""
        with _troubles(self.url), self._store.transaction(write=False) as cursor:
            yield Writer(self._store, self._stream, cursor).transaction

    @property
    def near(self) -> bool:
        """Whether it lies on this machine's disk or in its memory: looking at it waits for nobody else."""
        return self._store.near

    @property
    def private(self) -> bool:
        """Whether only this process has it, in its memory."""
        return self.url == ":memory:"

    # Writing

    def append(self, entries: Sequence[Entry], vaulted: Sequence[Vaulted], books: Books | None = None) -> None:
        """Append the next entries with what the vault keeps of them, durably, or nothing.

        The followers are told, with books that hold the entries; without books they are not, and are behind until the
        next time. Raises Raced, StorageTrouble, and what a follower raises.
        """
        with _troubles(self.url), self._store.transaction(write=True) as cursor:
            self._store.run(cursor, store.LOCK_LEDGER)
            Writer(self._store, self._stream, cursor, self._followers).append(entries, vaulted, books)

    @contextmanager
    def locked(self) -> Iterator[Writer]:
        """Hold the ledger's write lock for one transaction, which is committed at the end of the block."""
        with _troubles(self.url), self._store.transaction(write=True) as cursor:
            self._store.run(cursor, store.LOCK_LEDGER)
            yield Writer(self._store, self._stream, cursor, self._followers)

    def try_writing(self) -> None:
        """Write what is there already, durably. Raises StorageTrouble where nothing can be written."""
        with _troubles(self.url), self._store.transaction(write=True) as cursor:
            self._store.run(cursor, store.TOUCH_LEDGER)

    def tidy(self) -> None:
        """Let nothing that was erased remain in the engine's files; whoever appends an erasure asks for it afterwards.

        Others read and write meanwhile. Raises StorageTrouble (NOT_YET_TIDY) after some two seconds of waiting for
        those who read an earlier state.
        """
        with _troubles(self.url):
            self._store.tidy_after_erasure()

    def close(self) -> None:
        """Give back connections."""
        self._store.close()


class Writer:
    """The journal while its write lock is held."""

    def __init__(
        self,
        engine: Store,
        stream: UUID | str,
        cursor: Any,  # noqa: ANN401 - the engine's own
        followers: Sequence[Follower] = (),
    ) -> None:
        self._store, self._stream, self._cursor, self._followers = engine, stream, cursor, followers

    @property
    def transaction(self) -> Transaction:
        """The same transaction, for whoever keeps tables beside the journal."""
        return Transaction(self._store, self._cursor, self.read)

    def read(self, after: int) -> Iterator[Entry]:
        """The entries that others appended after a number."""
        while rows := self._store.run(self._cursor, store.SELECT_ENTRIES, self._stream, after, PAGE):
            yield from _numbered(iter(rows), after)
            after = rows[-1][0]

    def entry(self, seq: int) -> Entry | None:
        """One entry; None where there is none of that number."""
        rows = self._store.run(self._cursor, store.SELECT_ENTRIES, self._stream, seq - 1, 1)
        return next(_numbered(iter(rows), seq - 1), None)

    def value(self, commitment: str) -> tuple[bytes, str] | None:
        """Salt and value behind a commitment; None where it was erased."""
        rows = self._store.run(self._cursor, store.SELECT_VAULT, commitment)
        return (bytes(rows[0][0]), rows[0][1]) if rows else None

    def append(self, entries: Sequence[Entry], vaulted: Sequence[Vaulted], books: Books | None = None) -> None:
        """Insert exactly after the last entry; nothing is there for others before the block ends.

        With books that hold the entries, the followers are told in the same transaction.
        Raises Raced where the journal goes on, LEDGER_DAMAGED where it ends, before what the entries were decided on.
        """
        last = self._store.run(self._cursor, store.SELECT_LAST, self._stream)[0][0] or 0
        if last >= entries[0].seq:
            raise Raced
        if last < entries[0].seq - 1:
            raise codec.damaged(last + 1, "the journal has lost what was recorded after it began to be read")
        events = [
            StoredEvent(
                originator_id=self._stream,
                originator_version=entry.seq,
                topic=codec.stored_name(entry.event),
                state=codec.encode(entry),
            )
            for entry in entries
        ]
        try:
            self._store.insert_entries(self._cursor, events, vaulted)
        except (IntegrityError, sqlite3.IntegrityError) as error:
            raise Raced from error
        for entry in entries:
            if isinstance(entry.event, PersonErased):
                self._store.run(self._cursor, store.DELETE_VAULT, entry.event.person)
        if books is not None:
            for follower in self._followers:
                follower.follow(self.transaction, entries, books)


def readable(url: str) -> str:
    """A path, or a URL with nothing in it that could be read in two ways. Raises BadInput, which shows none of it.

    So no error of whoever reads it further has parts of a password in it.
    """
    on_server = url.startswith(_SERVERS)
    if not on_server and not _MEANT_FOR_A_SERVER.search(url.removeprefix("sqlite:///")):
        return url
    if on_server and _URL.fullmatch(url):
        return url
    raise BadInput("ledger", _UNREADABLE)


def shown(url: str) -> str:
    """A URL without what is secret in it."""
    try:
        readable(url)
    except BadInput:
        return "…"
    if "://" not in url:
        return url
    before, at, after = url.rpartition("@")
    bare = f"{before.partition('://')[0]}://…@{after}" if at else url
    return re.sub(r"(?i)(password|passfile|sslkey|sslpassword)=[^&]*", r"\1=…", bare)


_SERVERS = ("postgresql://", "postgres://")
_MEANT_FOR_A_SERVER = re.compile(r"(?i)://|password\s*=|^\s*postgres(?:ql)?:")
_CODED = r"%(?!00)[0-9A-Fa-f]{2}"
_HOST = rf"(?:\[[0-9A-Fa-f:.]+\]|(?:[^\s:/?#@%,\[\]]|{_CODED})*)(?::\d*)?"
_URL = re.compile(
    rf"postgres(?:ql)?://(?:(?:[^\s:/?#@%\[\]]|{_CODED})*(?::(?:[^\s/?#@%\[\]]|{_CODED})*)?@)?{_HOST}(?:,{_HOST})*"
    rf"(?:/(?:[^\s/?#@%]|{_CODED})*)?(?:\?(?:[a-z_]+=(?:[^\s#&%]|{_CODED})*(?:&|$))*)?"
)
_MADE_BY = "; `remit init` makes one"
_UNREADABLE = (
    "the URL cannot be read: is everything in the password percent-encoded? It is like"
    " `postgresql://user@host:5432/database?schema=remit`"
)


def _engine(url: str, *, create: bool) -> Store:
    if readable(url).startswith(_SERVERS):
        from ledger.journal.postgres import opened  # noqa: PLC0415 - psycopg is an extra, and slow to import

        return opened(url, create=create)
    return SQLiteStore(url.removeprefix("sqlite:///"), create=create)


def _numbered(rows: Iterator[tuple[int, str, bytes]], after: int) -> Iterator[Entry]:
    for seq, name, state in rows:
        if seq != after + 1:
            raise codec.damaged(after + 1, "it is missing")
        yield codec.decode(seq, name, state)
        after = seq


class _troubles:  # noqa: N801 - it is used as a function; every commit of one command goes through it
    """Give what storage says a name."""

    __slots__ = ("_url",)

    def __init__(self, url: str) -> None:
        self._url = url

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if error is None or isinstance(error, Trouble | Raced):
            return
        if isinstance(error, IntegrityError | sqlite3.IntegrityError):
            raise Raced from error
        if isinstance(error, PersistenceError | sqlite3.Error | OSError | UnicodeDecodeError):
            code, means = code_of(error) or ("STORAGE_FAILED", str(error))
            raise StorageTrouble(f"`{shown(self._url)}`: {means}", code=code) from error
