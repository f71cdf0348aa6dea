"""The entries, as they were recorded: a page after a number, and a stream that goes on.

What is given are the stored bytes of each entry, never encoded anew. Personal values do not stand in them, only the
commitments; names are asked for with a question.
"""

from __future__ import annotations

from functools import partial
from itertools import islice
from time import monotonic
from typing import TYPE_CHECKING, Annotated

import msgspec
import orjson
from starlette.responses import Response, StreamingResponse

from api.http.answering import HEAD, JSON, form_of, too_large
from api.http.asking import EntryNumber, caught_up, read_words, words
from api.http.identity import READING_ENTRIES, requires
from api.http.pages import LARGEST_PAGE, Limit
from api.http.problems import Problem, bad
from ledger.refusals import Trouble

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.requests import Request

    from api.http.service import Service

_may_read = requires(*READING_ENTRIES)
After = Annotated[int, msgspec.Meta(ge=0, le=10**18 - 1)]
STREAM_PATH = "/v1/entries/stream"
_AT_A_TIME = 200
_POLL_SECONDS = 0.5
"""How long entries of other processes go unseen at most."""


class AfterNumber(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The entries after a number."""

    after: After = 0
    limit: Limit = 100
    at_least: EntryNumber | None = None


class Following(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """From where a stream begins, where the header `Last-Event-ID` does not say."""

    after: After = 0


async def page(request: Request) -> Response:
    """The entries after a number, in order."""
    await _may_read(request)
    service: Service = request.app.state.service
    if form_of(request) != "json":
        raise bad("NOT_ACCEPTABLE", "entries are JSON")
    asked = read_words(AfterNumber, words(request.scope["query_string"]), {})
    if asked.at_least is not None:
        await caught_up(service, asked.at_least)
    head, books = await service.head(), service.ledger.books
    found = await service.away(lambda: _stored(service, asked.after, min(head, asked.after + asked.limit)))
    body = b'{"answer":{"entries":[%b],"known_at":%b,"known_seq":%d},"head":%d}' % (
        b",".join(state for _, state in found),
        orjson.dumps(books.recorded(head), option=orjson.OPT_UTC_Z),
        head,
        head,
    )
    if len(body) > service.settings.longest_result:
        raise too_large(len(body), service.settings.longest_result)
    headers = {HEAD: str(head)}
    if found and found[-1][0] < head:
        following = f"after={found[-1][0]}&limit={asked.limit}"
        headers["link"] = f'<{service.settings.base_url}/v1/entries?{following}>; rel="next"'
    return Response(body, headers=headers, media_type=JSON)


async def stream(request: Request) -> Response:
    """Server-sent events: each entry once, in order, as it is recorded; `id` is its number."""
    await _may_read(request)
    service: Service = request.app.state.service
    asked = read_words(Following, words(request.scope["query_string"]), {})
    after = _last_seen(request, asked.after)
    headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
    if request.scope.get("remit.head_only"):
        return Response(headers=headers, media_type="text/event-stream")
    if service.streams >= service.settings.streams:
        raise bad("TOO_MANY_STREAMS", f"{service.streams} streams are open; come again later")
    return StreamingResponse(_events(request, service, after), headers=headers, media_type="text/event-stream")


async def _events(request: Request, service: Service, after: int) -> AsyncIterator[bytes]:
    """The entries as events; a comment as a heartbeat; an end after a while, from which the reader resumes.

    It ends, too, once the caller's token does: nobody reads on because they came in time, or because they read slowly.
    """
    settings, began = service.settings, monotonic()
    service.streams += 1
    try:
        yield b"retry: 1000\n\n"
        spoken = monotonic()
        while not service.stopping and await _still_may(request):
            begin, looked = after, monotonic()
            for seq, state in await service.away(partial(_stored, service, begin, begin + _AT_A_TIME)):
                yield b"id: %d\nevent: entry\ndata: %b\n\n" % (seq, state)
                after, spoken = seq, monotonic()
                if spoken - looked > _POLL_SECONDS:
                    break
            left = began + settings.stream_seconds - monotonic()
            if left <= 0:
                return
            if after > begin:
                continue
            await service.rung(min(_POLL_SECONDS, left, settings.heartbeat_seconds))
            if monotonic() - spoken >= settings.heartbeat_seconds:
                yield b": still here\n\n"
                spoken = monotonic()
    finally:
        service.streams -= 1


async def _still_may(request: Request) -> bool:
    try:
        await _may_read(request)
    except (Problem, Trouble):
        return False
    return True


def _stored(service: Service, after: int, upto: int) -> list[tuple[int, bytes]]:
    """Number and bytes of entries, as stored. They are in order without a gap, for that is how they are written."""
    if upto <= after:
        return []
    found = islice(service.ledger.journal.stored(after, upto), LARGEST_PAGE)
    return [(seq, bytes(state)) for seq, _, state in found]


def _last_seen(request: Request, after: int) -> int:
    """The last entry that the reader has, of the header `Last-Event-ID` or the address. Raises Problem."""
    stated = request.headers.get("last-event-id")
    if stated is None:
        return after
    if not (stated.isascii() and stated.isdecimal() and len(stated) <= 18):  # noqa: PLR2004 - digits of an entry number
        raise bad("BAD_INPUT", f"`{stated[:60]}` is not an entry number", field="Last-Event-ID")
    return int(stated)
