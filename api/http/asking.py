"""What every question shares: its words, its two times, when it is answered, and what stands beside the answer.

A question catches up first (it asks the head), so that any process answers with what was recorded before it was asked.
It reads the books under the ledger's lock, for what is being decided stands in them tentatively.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import cache
from time import monotonic
from typing import TYPE_CHECKING, Annotated, Any, Generic, Literal, TypeVar
from urllib.parse import parse_qsl

import msgspec

from api.http.pages import Bookmark, Limit
from api.http.problems import bad
from ledger.asking import AskedKnown, arrived, known_here, valid_time
from ledger.ids import ACTS, Holder, Seq
from ledger.moments import Asked, Instant

if TYPE_CHECKING:
    from collections.abc import Callable

    from api.http.service import Service
    from ledger.books import Books
    from ledger.submit import Ledger

P = TypeVar("P", bound="Asking")
A = TypeVar("A")
W = TypeVar("W", bound=msgspec.Struct)

_DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_INSTANT = _DATE + r"T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})"
When = Annotated[
    str,
    msgspec.Meta(
        pattern=f"^({_DATE}|{_INSTANT})$",
        description="A date 2026-03-05 (its last microsecond) or an instant 2026-03-05T15:00+08:00.",
    ),
]
Known = Annotated[
    str,
    msgspec.Meta(
        pattern=f"^(#?[0-9]{{1,18}}|{_DATE}|{_INSTANT})$",
        description="What is taken as known: an entry number, or a date or an instant up to which it was recorded.",
    ),
]
Id = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
EntryNumber = Annotated[int, msgspec.Meta(ge=1, le=10**18 - 1)]
Period = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{4}(-Q[1-4]|-(0[1-9]|1[0-2]))?$")]
Form = Literal["json", "csv", "xlsx"]
YesNo = Literal["true", "false"]
_MOST_WORDS = 100
"""How many parameters an address may have."""


class Asking(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """The two times of a question, and beside them the least entry that the answer has to know of."""

    on: When | None = None
    known: Known | None = None
    at_least: EntryNumber | None = None
    names: YesNo = "false"


class Listing(Asking, frozen=True, kw_only=True):
    """A question whose answer has a list and may come in pages."""

    limit: Limit | None = None
    page_token: Annotated[str, msgspec.Meta(max_length=500)] | None = None


class Tabular(Listing, frozen=True, kw_only=True):
    """The same where the answer can be a table: CSV or XLSX, with its headings in English or Chinese."""

    format: Form | None = None
    lang: Literal["en", "zh"] = "en"


@dataclass(frozen=True, kw_only=True)
class Query(Generic[P, A]):
    """A kind of question: where it is asked, in which words, and how it is answered.

    `prepare` looks at the words once and gives the function of the two times; `content` is what of an answer counts as
    a change during a day; `lists` are what pages are made of; `sheet` makes a table. A `quick` question is answered at
    once, others on a thread. As a `verdict`, a question as known on a date is asked on that date, too; one about an
    `entry` states its known time by itself. `steady` are the parts of an answer that stay the same until some fact
    begins or ends, and for the same day at the most; `moved` is the answer at another instant of that time.
    """

    name: str
    path: str
    about: str
    params: type[P]
    answer: Any
    prepare: Callable[[Books, P, Times, Deadline], Callable[[Instant, Seq], A]]
    content: Callable[[A], object]
    changes: Callable[[Books, P, Times, Deadline], Any] | None = None
    lists: tuple[str, ...] = ()
    tidy: Callable[[A], A] | None = None
    steady: tuple[str, ...] = ()
    moved: Callable[[A, Instant], A] | None = None
    sheet: Callable[[Any, A], Any] | None = None
    quick: bool = False
    verdict: bool = False
    entry: Callable[[P], Seq] | None = None
    example: str = ""

    @property
    def in_path(self) -> tuple[str, ...]:
        """The words that stand in the path."""
        return tuple(part[1:-1] for part in self.path.split("/") if part.startswith("{"))


class Times(msgspec.Struct, frozen=True, kw_only=True):
    """The two times of a question as asked, and the part of the answer that is wanted, if not all of it."""

    when: Asked
    known: AskedKnown
    page: Bookmark | None = None


class Deadline:
    """When an answer has to be there."""

    def __init__(self, seconds: float) -> None:
        self._until = monotonic() + seconds

    def keep(self, *_: object) -> None:
        """Nothing, as long as there is time. Raises Problem (TOOK_TOO_LONG)."""
        if monotonic() > self._until:
            raise bad("TOOK_TOO_LONG", "the answer took too long; ask for less of it")


# The words


def words(raw: bytes) -> list[tuple[str, str]]:
    """The names and values of an address, in order. Raises Problem."""
    if not raw:
        return []
    if raw.isascii() and b"%" not in raw and b"+" not in raw and raw.count(b"&") < _MOST_WORDS:  # nothing to decode
        return [(name, value) for name, _, value in (one.partition("=") for one in raw.decode().split("&")) if name]
    try:
        return parse_qsl(
            raw.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=False,
            errors="strict",
            max_num_fields=_MOST_WORDS,
        )
    except UnicodeDecodeError as error:
        raise bad("NOT_UTF8", "the address is not UTF-8") from error
    except ValueError as error:
        raise bad("BAD_REQUEST", f"the address has more than {_MOST_WORDS} parameters") from error


def read_words(kind: type[W], stated: list[tuple[str, str]], in_path: dict[str, str]) -> W:
    """The words of a question. Raises Problem (BAD_INPUT) naming the parameter at fault."""
    said: dict[str, Any] = dict(in_path)
    for name, value in stated:
        if name in _MANY:
            said.setdefault(name, []).append(value)
        elif name in said:
            raise bad("BAD_INPUT", f"`{name[:60]}` is given twice", field=name[:60])
        else:
            said[name] = value
    for name in _numbers(kind) & said.keys():
        if said[name].isascii() and said[name].isdigit() and len(said[name]) <= _DIGITS:
            said[name] = int(said[name])
    try:
        return msgspec.convert(said, kind)
    except msgspec.ValidationError as error:
        what, _, path = str(error).partition(" - at `$.")
        field = path.rstrip("`").split("[")[0]
        if "`" in what and not path:
            field = what.split("`")[1]
        raise bad("BAD_INPUT", f"the parameter `{field}`: {what[0].lower()}{what[1:]}", field=field) from error


@cache
def _numbers(kind: type[msgspec.Struct]) -> frozenset[str]:
    """The words of a record that are numbers; a number is written in digits and in no other way."""
    about = msgspec.inspect.type_info(kind)
    fields = about.fields if isinstance(about, msgspec.inspect.StructType) else ()
    return frozenset(
        one.encode_name
        for one in fields
        if any(isinstance(each, msgspec.inspect.IntType) for each in getattr(one.type, "types", (one.type,)))
    )


_DIGITS = 18
_MANY = frozenset({"with"})
"""The parameters that may be given several times."""


def attributes(stated: tuple[str, ...]) -> dict[str, str]:
    """What is stated of an act, by dimension. Raises Problem."""
    found: dict[str, str] = {}
    for one in stated:
        name, equals, value = (part.strip() for part in one.partition("="))
        if not equals or not name or not value:
            raise bad("BAD_INPUT", f"`{one[:100]}` is not an attribute like region=east", field="with")
        if found.setdefault(name, value) != value:
            raise bad("BAD_INPUT", f"`{name[:60]}` is given twice", field="with")
    return found


def thing(books: Books, kind: str, name: str, field: str) -> str:
    """An id that the ledger knows, at whatever time. Raises Problem (UNKNOWN_NAME)."""
    if kind == "item":
        here = name in books.things["item"] or name in books.things["contract"] or name in books.deeds_on
    else:
        here = name in books.things[kind] or (kind == "act" and name in ACTS)
    if not here:
        raise bad("UNKNOWN_NAME", f"no {kind} has the id `{name[:100]}`", field=field)
    return name


def actor(books: Books, name: str, field: str) -> Holder:
    """A person or a committee by id. Raises Problem (UNKNOWN_NAME; AMBIGUOUS_NAME where both have that id)."""
    found = [kind for kind in ("person", "committee") if name in books.things[kind]]
    if not found:
        raise bad("UNKNOWN_NAME", f"no person and no committee has the id `{name[:100]}`", field=field)
    if len(found) > 1:
        raise bad("AMBIGUOUS_NAME", f"a person and a committee have the id `{name[:100]}`", field=field)
    return Holder(**{found[0]: name})  # type: ignore[arg-type]  # one of two kinds


# The times


def times_of(query: Query[P, A], asked: P, ledger: Ledger, now: Instant) -> Times:
    """The two times as written. Raises BadInput; StorageTrouble (NOT_YET_KNOWN) where a replica is behind them."""
    known = known_here(asked.known, ledger)
    if query.entry is not None:
        arrived(query.entry(asked), ledger)
    on = asked.on
    if query.verdict and on is None and asked.known is not None and not asked.known.removeprefix("#").isdecimal():
        on = asked.known  # as known on a date, it is the verdict of then
    return Times(when=valid_time(on, ledger.books, now), known=known)


def stands_fixed(query: Query[P, A], asked: Asking, times: Times, books: Books) -> bool:
    """Whether the answer can never be another one: both times are stated, and nothing can come before the known one."""
    if asked.on is None or asked.names == "true":
        return False
    if query.entry is not None:
        return True
    if asked.known is None:
        return False
    return asked.known.removeprefix("#").isdecimal() or times.known.seq < books.head


async def caught_up(service: Service, at_least: int) -> None:
    """Nothing, once the ledger has an entry; waits for it a little. Raises Problem (NOT_YET_KNOWN)."""
    until = monotonic() + service.settings.catch_up_seconds
    while (head := await service.head()) < at_least:
        if monotonic() > until:
            raise bad("NOT_YET_KNOWN", f"entry {at_least} is not known here; the last one is {head}", head=head)
        await asyncio.sleep(_LOOK_AGAIN_SECONDS)


_LOOK_AGAIN_SECONDS = 0.02
