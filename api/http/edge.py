"""What happens to every request before a route sees it, and to every answer after.

A body or an address that is too long is refused, an answer that takes too long is given up, a HEAD is a GET without its
body, OPTIONS says which methods there are, and whatever nobody foresaw is a 500 with a reference that the log has too.
What is wrong with storage is told to callers in general words, and to the log in its own.
"""

from __future__ import annotations

import asyncio
import logging
from time import perf_counter
from typing import TYPE_CHECKING

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Match

from api.http.entries import STREAM_PATH
from api.http.health import ALIVE_PATH
from api.http.logs import Seldom
from api.http.problems import Problem, bad, problem
from ledger.refusals import StorageTrouble, Trouble

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Mapping

    from starlette.routing import BaseRoute
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from api.http.metrics import Metrics
    from api.http.settings import Settings

LONGEST_ADDRESS = 16_000
_log = logging.getLogger("remit.http")
_seldom = Seldom("remit.storage")
_PASSING = frozenset({"BUSY", "NOT_YET_KNOWN", "STOPPED"})
"""Troubles of storage that nobody has to do anything about."""


class Edge:
    """The middleware around all routes."""

    def __init__(
        self,
        app: ASGIApp,
        settings: Settings,
        metrics: Metrics,
        routes: list[BaseRoute],
        straight: Mapping[str, Callable[[Request], Awaitable[Response]]],
    ) -> None:
        self._app, self._settings, self._metrics, self._routes = app, settings, metrics, routes
        self._straight = straight
        """The routes of quick questions, for which nothing else of the framework is needed."""
        self._paths = {getattr(route, "endpoint", None): getattr(route, "path", "none") for route in routes}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, told = perf_counter(), _Told(send, head_only=scope["method"] == "HEAD")
        try:
            await self._answer(scope, receive, told)
        except ClientDisconnect:
            return
        except Problem as no:
            _note(no.__cause__)
            await self._say(no, scope, receive, told)
        except TimeoutError:
            await self._say(_unheard("TOOK_TOO_LONG", "the answer took too long", scope), scope, receive, told)
        except asyncio.CancelledError:  # the server has waited for it for as long as it waits before it ends
            await self._say(_unheard("STOPPED", "the service is stopped", scope), scope, receive, told)
        except Trouble as no:
            _note(no)
            await self._say(problem(no), scope, receive, told)
        except Exception:  # noqa: BLE001 - what nobody foresaw is logged, and told as a 500
            _log.exception("request %r: %r %r", _request_id(scope), scope["method"], scope["path"])
            await self._say(Problem(500, "INTERNAL", _FAULT), scope, receive, told)
        finally:
            if scope["path"] != STREAM_PATH:
                method = scope["method"] if scope["method"] in _METHODS else "other"
                self._metrics.note(method, self._path(told.scope or scope), told.status, perf_counter() - began)

    async def _answer(self, scope: Scope, receive: Receive, told: _Told) -> None:
        if len(scope.get("raw_path") or b"") + len(scope["query_string"]) > LONGEST_ADDRESS:
            raise bad("ADDRESS_TOO_LONG", f"the address has more than {LONGEST_ADDRESS:,} characters")
        closed: StorageTrouble | None = scope["app"].state.closed
        if closed is not None and scope["path"] != ALIVE_PATH:
            raise problem(closed)
        method = scope["method"]
        if method == "OPTIONS":
            await self._options(scope)(scope, receive, told)
            return
        if method == "HEAD":
            scope = {**scope, "method": "GET", "remit.head_only": True}
            told.scope = scope
        elif method != "GET":
            receive = self._limited(scope, receive)
        if scope["path"] == STREAM_PATH:
            await self._app(scope, receive, told)
            return
        straight = self._straight.get(scope["path"]) if scope["method"] == "GET" else None
        async with asyncio.timeout(self._settings.answer_seconds):
            if straight is not None:
                scope["endpoint"] = straight
                response = await straight(Request(scope, receive))
                await response(scope, receive, told)
                return
            await self._app(scope, receive, told)

    def _limited(self, scope: Scope, receive: Receive) -> Receive:
        """The body, up to as many bytes as are taken. Raises Problem (BODY_TOO_LARGE)."""
        most, taken = self._settings.longest_body, 0
        too_large = bad("BODY_TOO_LARGE", f"the body has more than {most:,} bytes")
        stated = next((value for name, value in scope["headers"] if name == b"content-length"), b"")
        if stated.isdigit() and int(stated) > most:
            raise too_large

        async def limited() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > most:
                raise too_large
            return message

        return limited

    def _options(self, scope: Scope) -> Response:
        """Which methods an address has. Raises Problem (NOT_FOUND)."""
        methods = methods_of(self._routes, scope)
        if not methods and scope["path"] != "*":
            raise bad("NOT_FOUND", "nothing is here")
        return Response(status_code=204, headers={"Allow": ", ".join(methods or _METHODS)})

    def _path(self, scope: Scope) -> str:
        """The path of the route, as it is written; one word for all that are not there."""
        path: str | None = getattr(scope.get("route"), "path", None)
        return path or self._paths.get(scope.get("endpoint")) or "none"

    async def _say(self, no: Problem, scope: Scope, receive: Receive, told: _Told) -> None:
        """The problem, where no answer has begun; one that has is broken off."""
        if told.begun:
            raise ConnectionError("the answer was broken off")
        await no.response(_request_id(scope))(scope, receive, told)


class _Told:
    """Where an answer goes: notes its status, and leaves out its body where only the head is wanted."""

    def __init__(self, send: Send, *, head_only: bool) -> None:
        self._send, self._head_only = send, head_only
        self.begun, self.status = False, 0
        self.scope: Scope | None = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.begun, self.status = True, message["status"]
        elif self._head_only and message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await self._send(message)


def methods_of(routes: Iterable[BaseRoute], scope: Scope) -> list[str]:
    """The methods that the routes of an address take; none where there is no such address."""
    found = set[str]()
    for route in routes:
        match, _ = route.matches({**scope, "method": "GET"})
        if match is not Match.NONE:
            found |= _of(route, scope)
    return sorted(found | {"HEAD", "OPTIONS"} if "GET" in found else found | {"OPTIONS"}) if found else []


def _of(route: BaseRoute, scope: Scope) -> set[str]:
    stated = getattr(route, "methods", None)
    if stated is not None:
        return set(stated) - {"HEAD"}
    return {one for one in _METHODS if route.matches({**scope, "method": one})[0] is Match.FULL}


_METHODS = ("GET", "HEAD", "OPTIONS", "POST")
_FAULT = "this is a fault of the service; under the instance the log has more"


def _note(trouble: BaseException | None) -> None:
    if isinstance(trouble, StorageTrouble) and trouble.code not in _PASSING:
        _seldom.error(f"{trouble.code} {trouble.sentence}")


def _unheard(code: str, why: str, scope: Scope) -> Problem:
    """What is told to whoever was not answered, with the id of the command, where it was one."""
    sentence = f"{why}; a command may have been recorded: send it once more under the same id"
    return bad(code, sentence, command_id=scope.get("state", {}).get("command_id"))


def _request_id(scope: Scope) -> str | None:
    said: str | None = scope.get("state", {}).get("request_id")
    return said
