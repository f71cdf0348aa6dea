"""The service as an ASGI application: which routes there are, and what every answer passes through."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.routing import Route

from api import bootstrap
from api.http import authzen, commands, decisions, entries, health, judging, metrics, openapi, pictures, questions
from api.http.answering import endpoint
from api.http.edge import Edge, methods_of
from api.http.life import Life
from api.http.metrics import Metrics
from api.http.problems import Problem, bad
from api.http.security import BehindProxies, Surroundings

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from api.http.asking import Query
    from api.http.identity import Identity
    from api.http.settings import Settings
    from api.http.tokens import Token
    from ledger.moments import Instant
    from ledger.submit import Ledger

QUERIES: tuple[Query[Any, Any], ...] = (*questions.QUERIES, *pictures.QUERIES, *decisions.QUERIES, *judging.QUERIES)


def create_app(
    settings: Settings,
    ledger: Ledger | None = None,
    *,
    identity: Identity | None = None,
    also: tuple[Token, ...] = (),
    clock: Callable[[], Instant] = bootstrap.now,
) -> FastAPI:
    """The application; a ledger that is not given is opened when it starts. Raises StorageTrouble then.

    `also` are tokens that count here and stand in no file.
    """
    counted = Metrics()
    app = FastAPI(
        title="Remit",
        lifespan=Life(settings, ledger, clock),
        docs_url=None,
        redoc_url=None,
        swagger_ui_oauth2_redirect_url=None,
        redirect_slashes=False,
        exception_handlers={HTTPException: _framework},
    )
    app.state.service = app.state.closed = None
    app.state.patient = False
    app.state.tokens = bootstrap.tokens(settings, also) if identity is None else None
    app.state.identity = identity if identity is not None else bootstrap.identity(settings, app.state.tokens)
    app.state.metrics = counted
    answering = {query: endpoint(query) for query in QUERIES}
    app.router.routes.extend(_routes(answering))
    app.include_router(authzen.router)
    app.include_router(authzen.open_router)
    straight = {query.path: answer for query, answer in answering.items() if query.quick}
    app.add_middleware(Edge, settings=settings, metrics=counted, routes=app.router.routes, straight=straight)
    if settings.behind_proxy:
        app.add_middleware(BehindProxies, proxies=settings.proxy_networks)
    app.add_middleware(Surroundings, https=settings.base_url.startswith("https://"))
    said: dict[str, Any] = {}

    def described() -> dict[str, Any]:
        if not said:
            said.update(openapi.document(app, QUERIES, settings.base_url))
        return said

    app.openapi = described  # type: ignore[method-assign]  # the framework's own way to have another document
    return app


def _routes(answering: Mapping[Query[Any, Any], Callable[[Request], Awaitable[Response]]]) -> list[Route]:
    """Those that describe themselves in `openapi`; the framework's own reading of parameters is not needed for them."""
    return [
        *(Route(query.path, answer, methods=["GET"]) for query, answer in answering.items()),
        Route("/v1/commands", commands.record, methods=["POST"]),
        Route("/v1/flips", commands.plan, methods=["POST"]),
        Route("/v1/entries", entries.page, methods=["GET"]),
        Route(entries.STREAM_PATH, entries.stream, methods=["GET"]),
        Route("/healthz", health.alive, methods=["GET"]),
        Route("/readyz", health.ready, methods=["GET"]),
        Route("/metrics", metrics.figures, methods=["GET"]),
    ]


async def _framework(request: Request, error: Exception) -> Response:
    """What the framework itself refuses: no such path, no such method."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    request_id = request.scope.get("state", {}).get("request_id")
    if status == 405:  # noqa: PLR2004 - the status is the name
        allowed = methods_of(request.app.router.routes, request.scope)
        detail = f"{request.method[:20]} is not there; there are {', '.join(allowed)}"
        return Problem(405, "METHOD_NOT_ALLOWED", detail, headers={"Allow": ", ".join(allowed)}).response(request_id)
    if status == 404:  # noqa: PLR2004 - as above
        return bad("NOT_FOUND", "nothing is here").response(request_id)
    return Problem(status, "BAD_REQUEST", str(getattr(error, "detail", error))).response(request_id)
