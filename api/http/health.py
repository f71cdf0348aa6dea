"""Whether the service lives, and whether it can answer and record."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson
from starlette.responses import Response

from api.http.problems import Problem, problem
from ledger.refusals import StorageTrouble

if TYPE_CHECKING:
    from starlette.requests import Request

    from api.http.service import Service


async def alive(_: Request) -> Response:
    """It lives; nothing else is looked at."""
    return Response(b'{"status":"alive"}', media_type="application/json")


async def ready(request: Request) -> Response:
    """It answers from the ledger and takes commands."""
    service: Service = request.app.state.service
    if service.stopping or not service.committer.running:
        raise Problem(503, "STOPPED", "commands are not taken now", headers={"Retry-After": "5"})
    try:
        head = await service.head()
    except StorageTrouble as trouble:
        raise problem(trouble) from trouble
    said = {"status": "ready", "head": head, "waiting": service.committer.waiting}
    return Response(orjson.dumps(said), media_type="application/json")
