"""From a question to its response: JSON with the head beside the answer, pages, ETags, tables.

    {"answer": …, "head": 307, "names": {…}, "next": "…"}

`answer` states `valid_at`, `known_seq` and `known_at`, and is the same bytes for the same question, times and version;
`head` is the last entry recorded and stands beside it, in `Remit-Head`, too. An answer whose two times are stated and
that can never change has a weak ETag: weak, because the head beside it goes on. The address says which answer it is;
the ETag, a checksum, tells apart what different versions of the service make of it.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar, cast
from urllib.parse import urlencode
from zlib import crc32

import msgspec
import orjson
from starlette.responses import Response

from api.http.asking import (
    Asking,
    Deadline,
    Listing,
    Query,
    Tabular,
    Times,
    caught_up,
    read_words,
    stands_fixed,
    times_of,
    words,
)
from api.http.identity import ASKING, Caller, requires
from api.http.pages import LARGEST_PAGE, Bookmark, part
from api.http.problems import Problem, bad
from api.http.reading import Said
from ledger.asking import DuringTheDay, arrived, changes_during
from ledger.moments import LATEST, end_of_day, start_of_day

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request

    from api.http.reading import Reading
    from api.http.service import Service
    from ledger.books import Books
    from ledger.ids import Seq
    from ledger.moments import Instant
    from ledger.submit import Ledger

P = TypeVar("P", bound=Asking)
A = TypeVar("A")
JSON = "application/json"
HEAD = "remit-head"
_may_ask = requires(*ASKING)
_encoder = msgspec.json.Encoder(order="sorted")
"""Writes records as `orjson` writes what `msgspec` makes of them, in half the time; a test compares the bytes."""
_UNCHANGED = DuringTheDay()


def endpoint(query: Query[P, A]) -> Callable[[Request], Awaitable[Response]]:
    """The route of a kind of question."""

    async def answered(request: Request) -> Response:
        caller = await _may_ask(request)
        service, scope = cast("Service", request.app.state.service), request.scope
        form = form_of(request) if query.sheet is not None or not _plain(request) else "json"
        if form == "json":
            kept, head = await service.said_before((scope["path"], scope["query_string"]))
            if kept is not None:
                return _json(request, kept, head)
        asked = read_words(query.params, words(scope["query_string"]), scope.get("path_params") or {})
        if isinstance(asked, Tabular) and asked.format is not None:
            form = asked.format
        if asked.names == "true" and not caller.sees_names:
            raise Problem(403, "NOT_PERMITTED", "a `reader` sees ids; names are for the other roles", field="names")
        if asked.at_least is not None:
            await caught_up(service, asked.at_least)
        return await _Work(query, asked, caller, request).response(form)

    return answered


class _Work:
    """One question on its way to an answer, on the books of a reading and under its lock."""

    def __init__(self, query: Query[P, A], asked: P, caller: Caller, request: Request) -> None:
        self._query, self._asked, self._caller = query, asked, caller
        self._request, self._service = request, cast("Service", request.app.state.service)
        self._deadline = Deadline(self._service.settings.answer_seconds)
        self.link: str | None = None

    async def response(self, form: str) -> Response:
        """The answer in one of its forms. Raises Problem."""
        service, scope = self._service, self._request.scope
        if form != "json":
            return await service.long.in_turn(lambda: self.table(service.long, form))
        if self._query.quick and self._asked.names == "false":
            said, head, fixed = await service.soon(self.json)
        else:
            said, head, fixed = await service.long.in_turn(lambda: self.json(service.long))
        if len(said.body) > service.settings.longest_result:
            raise too_large(len(said.body), service.settings.longest_result)
        if fixed:
            service.keep((scope["path"], scope["query_string"]), said)
        return _json(self._request, said, head)

    def json(self, reading: Reading) -> tuple[Said, int, bool]:
        """The bytes of the answer without the head, the head, and whether the answer stands fixed."""
        books, times, answer, changes, token = self._taken(reading)
        if changes == _UNCHANGED:
            body = b'{"answer":' + _encoder.encode(answer)
        else:
            said = msgspec.to_builtins(answer)
            said["during_the_day"] = msgspec.to_builtins(changes)
            body = b'{"answer":' + orjson.dumps(said, option=orjson.OPT_SORT_KEYS)
        after = b""
        if self._asked.names == "true":
            after = b',"names":' + orjson.dumps(self._names(reading.ledger, answer, times), option=orjson.OPT_SORT_KEYS)
        if token is not None:
            after += b',"next":' + orjson.dumps(token)
        fixed = stands_fixed(self._query, self._asked, times, books)
        etag = b""
        if fixed:
            etag = b'W/"%x-%08x"' % (len(body), crc32(after, crc32(body)))
        return Said(body, after, etag, self.link), books.head, fixed

    def table(self, reading: Reading, form: str) -> Response:
        """The answer as a table."""
        from api.http.tables import written  # noqa: PLC0415 - only where a table is asked for

        books, times, answer, changes, _ = self._taken(reading)
        query, asked = self._query, self._asked
        if query.sheet is None or not isinstance(asked, Tabular):
            raise bad("NOT_ACCEPTABLE", "this answer is JSON only")
        content, kind = written(
            reading.ledger, query.sheet, answer, times, form, asked.lang, names=self._caller.sees_names
        )
        if len(content) > self._service.settings.longest_result:
            raise too_large(len(content), self._service.settings.longest_result)
        headers = {
            HEAD: str(books.head),
            "content-disposition": f'attachment; filename="{query.name}.{form}"',
            "vary": "accept, authorization",
            **({"link": self.link} if self.link is not None else {}),
            **({"remit-changes-during-the-day": "true"} if changes != _UNCHANGED else {}),
        }
        return Response(content, headers=headers, media_type=kind)

    def _taken(self, reading: Reading) -> tuple[Books, Times, Any, DuringTheDay, str | None]:
        self._deadline.keep()  # it may have waited for its turn
        service, query, asked = self._service, self._query, self._asked
        books = reading.ledger.books
        times, question = self._times(reading.ledger)
        stretch = self._stretch(books, times)
        if stretch is not None and (kept := reading.steady.get(stretch, books)) is not None and query.moved is not None:
            return books, times, query.moved(kept, times.when.at), _UNCHANGED, None
        reading.expect(times, getattr(asked, "item", None))
        take = query.prepare(books, asked, times, self._deadline)
        if query.changes is not None:
            changes = query.changes(books, asked, times, self._deadline)
        else:
            changes = changes_during(books, times.when, times.known, partial(self._content, take))
        answer: Any = take(times.when.at, times.known.seq)
        if stretch is not None:
            answer, length = _encoded(answer, query.steady)
            reading.steady.put(stretch, answer, length)
        token = None
        if times.page is not None:
            answer, begin = part(answer, query.lists, times.page.begin, times.page.limit)
            if begin is not None:
                token = service.pages.token(question, msgspec.structs.replace(times.page, begin=begin))
                self.link = self._next(token)
        if query.tidy is not None:
            answer = query.tidy(answer)
        return books, times, answer, changes, token

    def _content(self, take: Callable[[Instant, Seq], Any], at: Instant, seq: Seq) -> object:
        """What counts of the answer at a point of the two times. Raises Problem (TOOK_TOO_LONG)."""
        self._deadline.keep()
        return self._query.content(take(at, seq))

    def _stretch(self, books: Books, times: Times) -> object:
        """What an answer stays the same for: the question, the known time, and the stretch of the day.

        Facts begin and end with a day or at an instant that the books remember, and windows of caps with a day. None
        where an answer is not kept so.
        """
        query, asked, at = self._query, self._asked, times.when.at
        if query.moved is None or asked.names == "true" or times.page is not None or times.known.before_day is not None:
            return None
        day = at.astimezone(books.zone).date()
        if day >= LATEST:
            return None
        begin, end = start_of_day(day, books.zone), end_of_day(day, books.zone)
        inside = books.instants_inside(begin, end)
        if (inside and times.when.day_from is not None) or getattr(asked, "opened", None) is not None:
            return None
        bare = msgspec.structs.replace(asked, on=None, known=None, at_least=None)
        return query.name, bare, times.known.seq, begin, bisect_right(inside, at)

    def _times(self, ledger: Ledger) -> tuple[Times, bytes]:
        """The two times, those of a page from its token; and what a token binds."""
        asked, query = self._asked, self._query
        if not isinstance(asked, Listing) or (asked.limit is None and asked.page_token is None):
            return times_of(query, asked, ledger, self._service.clock()), b""
        bare = msgspec.structs.replace(asked, page_token=None, at_least=None, names="false")
        if isinstance(bare, Tabular):
            bare = msgspec.structs.replace(bare, format=None, lang="en")
        question = query.name.encode() + b"\0" + msgspec.msgpack.encode(bare)
        if asked.page_token is not None:
            mark = self._service.pages.mark(question, asked.page_token)
            arrived(mark.known.seq, ledger)
        else:
            found = times_of(query, asked, ledger, self._service.clock())
            mark = Bookmark(found.when, found.known, asked.limit or LARGEST_PAGE, 0)
        return Times(when=mark.when, known=mark.known, page=mark), question

    def _next(self, token: str) -> str:
        stated = [(name, value) for name, value in words(self._request.scope["query_string"]) if name != "page_token"]
        address = self._service.settings.base_url + self._request.scope["path"]
        return f'<{address}?{urlencode([*stated, ("page_token", token)])}>; rel="next"'

    def _names(self, ledger: Ledger, answer: Any, times: Times) -> dict[str, str]:  # noqa: ANN401 - any answer
        """The names of the persons whose ids an answer shows."""
        persons = ledger.books.things["person"]
        found = {text for text in _texts(msgspec.to_builtins(answer)) if text in persons}
        at, known = times.when.at, times.known.seq
        return {person: ledger.name(person, at, known) for person in sorted(found)}


def _encoded(answer: Any, parts: tuple[str, ...]) -> tuple[Any, int]:  # noqa: ANN401 - any answer
    """An answer with some of its parts as bytes already, and how many those are."""
    done: dict[str, Any] = {}
    for name in parts:
        value = getattr(answer, name)
        if value:
            done[name] = msgspec.Raw(_encoder.encode(value))
    return msgspec.structs.replace(answer, **done), sum(len(one) for one in map(bytes, done.values()))


def _json(request: Request, said: Said, head: int) -> Response:
    headers = [(HEAD.encode(), b"%d" % head), (b"vary", b"accept, authorization")]
    if said.link is not None:
        headers.append((b"link", said.link.encode("latin-1")))
    if said.etag:
        headers += [(b"etag", said.etag), (b"cache-control", b"private, no-cache")]
        if _matches(request, said.etag):
            return _Bytes(304, b"", headers)
    body = b'%b,"head":%d%b}' % (said.body, head, said.after)
    headers += [(b"content-type", JSON.encode()), (b"content-length", b"%d" % len(body))]
    return _Bytes(200, body, headers)


class _Bytes(Response):
    """A response whose headers are bytes already."""

    def __init__(self, status: int, body: bytes, headers: list[tuple[bytes, bytes]]) -> None:
        self.status_code, self.body, self.raw_headers, self.background = status, body, headers, None


def _matches(request: Request, etag: bytes) -> bool:
    """Whether the caller has that answer already (RFC 9110: a weak comparison)."""
    stated = request.headers.get("if-none-match")
    if stated is None:
        return False
    wanted = etag.decode().removeprefix("W/")
    return stated.strip() == "*" or wanted in [one.strip().removeprefix("W/") for one in stated.split(",")]


def too_large(length: int, most: int) -> Problem:
    """An answer that is longer than the service gives."""
    return bad("RESULT_TOO_LARGE", f"the answer has {length:,} bytes, at most {most:,} are given; ask for pages")


# The form of an answer

FORMS = {
    JSON: "json",
    "text/csv": "csv",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
}


def _plain(request: Request) -> bool:
    return request.headers.get("accept", "*/*") in {"*/*", JSON}


def form_of(request: Request) -> str:
    """The form that the caller accepts, JSON first where it does not matter. Raises Problem (NOT_ACCEPTABLE)."""
    if _plain(request):
        return "json"
    ranked: list[tuple[float, int, str]] = []
    for number, one in enumerate(request.headers.get("accept", "*/*").split(",")):
        kind, *parameters = [part.strip().lower() for part in one.split(";")]
        weight = next((_weight(said[2:]) for said in parameters if said.startswith("q=")), 1.0)
        form = FORMS.get(kind) or ("json" if kind in {"*/*", "application/*", "application/problem+json"} else None)
        form = form or ("csv" if kind == "text/*" else None)
        if form is not None and weight > 0:
            ranked.append((-weight, number, form))
    if not ranked:
        raise bad("NOT_ACCEPTABLE", "answers are JSON, some CSV and XLSX, too; the request accepts none of them")
    return min(ranked)[2]


def _weight(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


def _texts(value: object) -> set[str]:
    """All texts in an answer, keys aside."""
    found, pending = set[str](), [value]
    while pending:
        one = pending.pop()
        if isinstance(one, str):
            found.add(one)
        elif isinstance(one, dict):
            pending.extend(one.values())
        elif isinstance(one, list | tuple):
            pending.extend(one)
    return found
