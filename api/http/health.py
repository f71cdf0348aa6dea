"""Whether the service lives, whether it can answer, and whether it can record."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson
from starlette.responses import Response

from api.http.problems import Problem
from ledger.refusals import ClockBehind

if TYPE_CHECKING:
    from starlette.requests import Request

    from api.http.service import Service
    from api.http.tokens import Tokens


ALIVE_PATH = "/healthz"


async def alive(_: Request) -> Response:
    """It lives; nothing else is looked at."""
    return Response(b'{"status":"alive"}', media_type="application/json")


async def ready(request: Request) -> Response:
    """It answers from the ledger, knows its callers and takes commands; `records` is whether it can record any.

    Where it cannot, `why` is a code and no more. What it holds is for callers who are known.
    """
    service: Service = request.app.state.service
    if service.stopping or not service.committer.running:
        raise Problem(503, "STOPPED", "commands are not taken now", headers={"Retry-After": "5"})
    tokens: Tokens | None = request.app.state.tokens
    if tokens is not None:
        tokens.listed()
    why = await service.quick.at_once(lambda: _why_not(service))
    said = {"status": "ready", "records": why is None, **({} if why is None else {"why": why})}
    return Response(orjson.dumps(said), media_type="application/json")


def _why_not(service: Service) -> str | None:
    """Why nothing can be recorded, as a code: what the clock says, the server, and the last command that failed."""
    try:
        service.ledger.now()
    except ClockBehind as no:
        return no.code
    return "READ_ONLY" if service.ledger.journal.is_copy() else service.committer.failing
