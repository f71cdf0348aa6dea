"""AuthZEN: the OpenID Authorization API 1.0 over the same books (docs/authzen.md).

A no is a decision and not an error: 200 with `"decision": false`, its reasons beside it; what cannot be determined is a
no that names what is missing. Only a request that cannot be read is an error, and only as a whole: one evaluation of
several that cannot be read is a no among the others.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import orjson
from fastapi import APIRouter, Request, Response

from api.http.answering import HEAD, JSON, too_large
from api.http.asking import Deadline
from api.http.authzen_answering import decision
from api.http.authzen_body import body_of
from api.http.authzen_forms import (
    ACTION_SEARCH,
    DECISION,
    DECISIONS,
    EVALUATION,
    EVALUATIONS,
    FOUND,
    METADATA,
    RESOURCE_SEARCH,
    SUBJECT_SEARCH,
    form,
)
from api.http.authzen_question import times_of
from api.http.authzen_reading import context_of, entities_of
from api.http.authzen_search import Search
from api.http.authzen_several import Several
from api.http.authzen_turns import in_turns
from api.http.identity import ASKING, requires
from api.http.problems import Problem

if TYPE_CHECKING:
    from api.http.authzen_body import Body
    from api.http.authzen_search import Sought
    from api.http.reading import Reading
    from api.http.service import Service

router = APIRouter(tags=["AuthZEN"])
open_router = APIRouter(tags=["AuthZEN"])
"""What anybody may read."""
_may_ask = requires(*ASKING)
PATHS = {
    "access_evaluation_endpoint": "/access/v1/evaluation",
    "access_evaluations_endpoint": "/access/v1/evaluations",
    "search_subject_endpoint": "/access/v1/search/subject",
    "search_resource_endpoint": "/access/v1/search/resource",
    "search_action_endpoint": "/access/v1/search/action",
}
_WELL_KNOWN = "/.well-known/authzen-configuration"
_READ_AT_ONCE = 64 * 1024
"""How many bytes of a body are read on the event loop: some milliseconds."""


@router.post(PATHS["access_evaluation_endpoint"], **form(EVALUATION, DECISION))
async def evaluation(request: Request) -> Response:
    """Whether a person or committee may do an act now, or at the times stated; with the route, or the reasons."""
    return await _one(*await _asked(request))


@router.post(PATHS["access_evaluations_endpoint"], **form(EVALUATIONS, DECISIONS))
async def evaluations(request: Request) -> Response:
    """Several evaluations at once; what one of them leaves out is, as a whole, what the request states for all."""
    service, body = await _asked(request)
    if body.get("evaluations", []) == []:
        return await _one(service, body)
    return _json(service, *await Several(service, body).answer())


@router.post(PATHS["search_subject_endpoint"], **form(SUBJECT_SEARCH, FOUND))
async def search_subject(request: Request) -> Response:
    """The persons or committees who may do an act on a resource."""
    return await _search(request, "subject")


@router.post(PATHS["search_resource_endpoint"], **form(RESOURCE_SEARCH, FOUND))
async def search_resource(request: Request) -> Response:
    """The resources of a type on which a subject may do an act."""
    return await _search(request, "resource")


@router.post(PATHS["search_action_endpoint"], **form(ACTION_SEARCH, FOUND))
async def search_action(request: Request) -> Response:
    """The acts that a subject may do on a resource."""
    return await _search(request, "action")


@open_router.get(_WELL_KNOWN, **form(None, METADATA))
@open_router.get(_WELL_KNOWN + "/{tenant:path}", include_in_schema=False)
async def metadata(request: Request, tenant: str = "") -> Response:
    """Where the decision point is: its public address, as configured, and never as a `Host` header says.

    A decision point below a path has its configuration below that path, and nowhere else.
    """
    base = request.app.state.service.settings.base_url
    if tenant != urlsplit(base).path.strip("/"):
        raise Problem(404, "NOT_FOUND", "there is no decision point of that name")
    said = {"policy_decision_point": base, **{name: base + path for name, path in PATHS.items()}}
    return Response(orjson.dumps(said), media_type=JSON, headers={"Cache-Control": "public, max-age=3600"})


async def _asked(request: Request) -> tuple[Service, Body]:
    """What somebody asks who may. Raises Problem."""
    await _may_ask(request)
    service: Service = request.app.state.service
    raw, kind = await request.body(), request.headers.get("content-type", "")
    if len(raw) > _READ_AT_ONCE:
        return service, await service.away(partial(body_of, raw, kind))
    return service, body_of(raw, kind)


async def _one(service: Service, body: Body) -> Response:
    entities, context = entities_of(body), context_of(body)
    deadline = Deadline(service.settings.answer_seconds)

    def decided(reading: Reading) -> tuple[bytes, int]:
        deadline.keep()  # it may have waited for its turn
        ledger = reading.ledger
        times = times_of(context, ledger, service.clock(), ledger.books.head)
        reading.expect(times, entities.resource.item)
        return orjson.dumps(decision(ledger, entities, times, deadline)()), ledger.books.head

    return _json(service, *await service.soon(decided))


async def _search(request: Request, sought: Sought) -> Response:
    service, body = await _asked(request)
    found, head = await in_turns(service.long, Search(service, sought, body).answer())
    return _json(service, orjson.dumps(found), head)


def _json(service: Service, said: bytes, head: int) -> Response:
    """The answer. Raises Problem (RESULT_TOO_LARGE)."""
    if len(said) > service.settings.longest_result:
        raise too_large(len(said), service.settings.longest_result)
    return Response(said, media_type=JSON, headers={HEAD: str(head)})
