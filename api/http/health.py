"""Whether the service lives, and whether it can answer and record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import Response

from api.http.problems import Problem

if TYPE_CHECKING:
    from starlette.requests import Request

    from api.http.service import Service
    from api.http.tokens import Tokens


async def alive(_: Request) -> Response:
    """It lives; nothing else is looked at."""
    return Response(b'{"status":"alive"}', media_type="application/json")


async def ready(request: Request) -> Response:
    """It answers from the ledger, knows its callers and takes commands. What it holds is for callers who are known."""
    service: Service = request.app.state.service
    if service.stopping or not service.committer.running:
        raise Problem(503, "STOPPED", "commands are not taken now", headers={"Retry-After": "5"})
    tokens: Tokens | None = request.app.state.tokens
    if tokens is not None:
        tokens.listed()
    await service.head()
    return Response(b'{"status":"ready"}', media_type="application/json")
