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

from api.http.answering import HEAD
from api.http.asking import Deadline
from api.http.authzen_answering import Search, decision
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
from api.http.authzen_reading import body_of, entity, text, times_of, wrong
from api.http.identity import ASKING, requires
from api.http.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from api.http.authzen_reading import Body, Times
    from api.http.service import Service

router = APIRouter(tags=["AuthZEN"])
open_router = APIRouter(tags=["AuthZEN"])
"""What anybody may read."""
_may_ask = requires(*ASKING)
ENTITIES = ("subject", "action", "resource", "context")
MOST_EVALUATIONS = 1_000
SEMANTICS: dict[str, bool | None] = {"execute_all": None, "deny_on_first_deny": False, "permit_on_first_permit": True}
"""The decision after which the rest is left undone."""
PATHS = {
    "access_evaluation_endpoint": "/access/v1/evaluation",
    "access_evaluations_endpoint": "/access/v1/evaluations",
    "search_subject_endpoint": "/access/v1/search/subject",
    "search_resource_endpoint": "/access/v1/search/resource",
    "search_action_endpoint": "/access/v1/search/action",
}
_WELL_KNOWN = "/.well-known/authzen-configuration"


@router.post(PATHS["access_evaluation_endpoint"], **form(EVALUATION, DECISION))
async def evaluation(request: Request) -> Response:
    """Whether a person or committee may do an act now, or at the times stated; with the route, or the reasons."""
    body = await _body(request)
    service: Service = request.app.state.service
    return await service.quick.at_once(lambda: _answered(service, body, _evaluated))


@router.post(PATHS["access_evaluations_endpoint"], **form(EVALUATIONS, DECISIONS))
async def evaluations(request: Request) -> Response:
    """Several evaluations at once; what one of them leaves out is, as a whole, what the request states for all."""
    body = await _body(request)
    service: Service = request.app.state.service
    last, several = _last_decision(body), "evaluations" in body and body["evaluations"] != []
    return await service.away(
        lambda: _answered(service, body, partial(_evaluated_all, last=last) if several else _evaluated)
    )


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
    """Where the decision point is: its public address, as configured, and never as a `Host` header says."""
    base = request.app.state.service.settings.base_url
    if tenant and tenant.strip("/") != urlsplit(base).path.strip("/"):
        raise Problem(404, "NOT_FOUND", "there is no decision point of that name")
    said = {"policy_decision_point": base, **{name: base + path for name, path in PATHS.items()}}
    return _json(said, {"Cache-Control": "public, max-age=3600"})


async def _body(request: Request) -> Body:
    await _may_ask(request)
    return body_of(await request.body(), request.headers.get("content-type", ""))


async def _search(request: Request, kind: str) -> Response:
    body = await _body(request)
    for name, required in (("subject", ("type", "id")), ("action", ("name",)), ("resource", ("type", "id"))):
        if name == kind == "action":
            body = {member: value for member, value in body.items() if member != name}
        else:
            entity(body, name, *(required[:1] if name == kind else required))

    service: Service = request.app.state.service

    def searched(_: Service, body: Body, times: Times) -> Body:
        return Search(service.ledger, service.pages, kind, body, Deadline(service.settings.answer_seconds)).answer(
            times
        )

    return await service.away(lambda: _answered(service, body, searched))


def _answered(service: Service, body: Body, answer: Callable[[Service, Body, Times], Body]) -> Response:
    """What a question is answered with, on books that have caught up with the journal.

    The lock is held for one evaluation at a time: what was known at an entry is the same however many follow.
    """
    with service.ledger.lock:
        service.ledger.catch_up()
        times, head = times_of(body, service.ledger, service.clock()), service.ledger.books.head
    return _json(answer(service, body, times), {HEAD: str(head)})


def _evaluated(service: Service, body: Body, times: Times) -> Body:
    entity(body, "subject", "type", "id")
    entity(body, "action", "name")
    entity(body, "resource", "type", "id")
    return decision(service.ledger, body, times)


def _evaluated_all(service: Service, body: Body, times: Times, *, last: bool | None) -> Body:
    """Several evaluations, up to the first one with the decision after which the rest is left undone."""
    listed = body["evaluations"]
    if not isinstance(listed, list) or len(listed) > MOST_EVALUATIONS:
        raise wrong("/evaluations", f"`evaluations` is not a list of at most {MOST_EVALUATIONS:,}")
    for number, one in enumerate(listed):
        if not isinstance(one, dict):
            raise wrong(f"/evaluations/{number}", "an evaluation is not an object")
    for name in ENTITIES:
        if not isinstance(body.get(name, {}), dict):
            raise wrong(f"/{name}", f"`{name}` is not an object")
    defaults = {name: body[name] for name in ENTITIES if name in body}
    decided: list[Body] = []
    deadline = Deadline(service.settings.answer_seconds)
    for one in listed:
        deadline.keep()
        decided.append(_evaluated_alone(service, defaults, one, times))
        if decided[-1]["decision"] is last:
            break
    return {"evaluations": decided}


def _evaluated_alone(service: Service, defaults: Body, one: Body, times: Times) -> Body:
    """One of several: what it does not state is the default of all, and what cannot be read is a no."""
    try:
        if "context" in one:
            with service.ledger.lock:
                times = times_of(one, service.ledger, service.clock())
        return _evaluated(service, {**defaults, **{name: one[name] for name in ENTITIES if name in one}}, times)
    except Problem as problem:
        error = {"status": problem.status, "message": problem.detail, **problem.more}
        return {"decision": False, "context": {"error": error}}


def _last_decision(body: Body) -> bool | None:
    options = body.get("options", {})
    if not isinstance(options, dict):
        raise wrong("/options", "`options` is not an object")
    place = "/options"
    semantic = text(options, "evaluations_semantic", place) if "evaluations_semantic" in options else "execute_all"
    if semantic not in SEMANTICS:
        raise wrong(f"{place}/evaluations_semantic", "`evaluations_semantic` is not one of " + ", ".join(SEMANTICS))
    return SEMANTICS[semantic]


def _json(said: Body, headers: dict[str, str]) -> Response:
    return Response(orjson.dumps(said), media_type="application/json", headers=headers)
