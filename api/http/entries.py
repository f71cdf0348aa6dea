"""The entries, as they were recorded: a page after a number, and a stream that goes on.

What is given are the stored bytes of each entry, never encoded anew. Personal values do not stand in them, only the
commitments; names are asked for with a question.
"""

from __future__ import annotations

from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, Annotated

import msgspec
import orjson
from starlette.responses import Response, StreamingResponse

from api.http.answering import HEAD, JSON, form_of
from api.http.asking import EntryNumber, caught_up, read_words, words
from api.http.identity import READING_ENTRIES, requires
from api.http.pages import Limit
from api.http.problems import Problem, bad
from ledger.refusals import Trouble

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.requests import Request

    from api.http.service import Service

_may_read = requires(*READING_ENTRIES)
After = Annotated[int, msgspec.Meta(ge=0, le=10**18 - 1)]
STREAM_PATH = "/v1/entries/stream"
MOST_BYTES = 4 * 1024 * 1024
"""How long the entries of a page are, or what a stream reads at a time, unless a single one is longer."""
_STREAMED, _ASKED = 200, 50
"""How many entries a stream reads at a time, and how many are asked of the journal."""
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
    """The entries after a number, in order. Raises Problem (NOT_YET_KNOWN) where that is none that is recorded."""
    await _may_read(request)
    service: Service = request.app.state.service
    if form_of(request) != "json":
        raise bad("NOT_ACCEPTABLE", "entries are JSON")
    asked = read_words(AfterNumber, words(request.scope["query_string"]), {})
    await caught_up(service, max(asked.after, asked.at_least or 0))
    head, books = await service.head(), service.ledger.books
    found = await service.away(lambda: _stored(service, asked.after, min(head, asked.after + asked.limit)))
    body = b'{"answer":{"entries":[%b],"known_at":%b,"known_seq":%d},"head":%d}' % (
        b",".join(state for _, state in found),
        orjson.dumps(books.recorded(head), option=orjson.OPT_UTC_Z),
        head,
        head,
    )
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
    await caught_up(service, after)
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
            for seq, state in await service.away(partial(_stored, service, begin, begin + _STREAMED)):
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
    """Number and bytes of entries, as stored: one at least, where there are any, and as many as are given at a time.

    They are in order without a gap, for that is how they are written.
    """
    found, left = list[tuple[int, bytes]](), min(MOST_BYTES, service.settings.longest_result)
    while after < upto:
        some = list(service.ledger.journal.stored(after, min(upto, after + _ASKED)))
        for seq, _, state in some:
            left -= len(state) + 1
            if left < 0 and found:
                return found
            found.append((seq, bytes(state)))
        if len(some) < _ASKED:
            break
        after += _ASKED
    return found


def _last_seen(request: Request, after: int) -> int:
    """The last entry that the reader has, of the header `Last-Event-ID` or the address. Raises Problem."""
    stated = request.headers.get("last-event-id")
    if stated is None:
        return after
    if not (stated.isascii() and stated.isdecimal() and len(stated) <= 18):  # noqa: PLR2004 - digits of an entry number
        raise bad("BAD_INPUT", f"`{stated[:60]}` is not an entry number", field="Last-Event-ID")
    return int(stated)
