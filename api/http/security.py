"""What surrounds every answer: the id of the request, headers that browsers heed, and the audit of what was denied.

There are no CORS headers: no page of another origin reads an answer. The id of a request is the caller's own
(`X-Request-ID`) or a new one; it comes back with every answer, errors included, and names the request in the logs.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING
from uuid import uuid4

import orjson

from api.http.identity import Caller

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

REQUEST_ID = b"x-request-id"
HEADERS: tuple[tuple[bytes, bytes], ...] = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cache-control", b"no-store"),
)
"""Set where an answer does not say otherwise."""
HTTPS_ONLY = (b"strict-transport-security", b"max-age=31536000")
"""Set where the service is reached by https."""
DENIALS = frozenset({401, 403})
audit = logging.getLogger("remit.audit")
"""One JSON object a line for each request that was denied. Never a token, never a body."""


class Surroundings:
    """The outermost middleware."""

    def __init__(self, app: ASGIApp, *, https: bool = False) -> None:
        self._app = app
        self._headers = (*HEADERS, HTTPS_ONLY) if https else HEADERS

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        own = next((value for name, value in scope["headers"] if name == REQUEST_ID), b"")
        request_id = own or uuid4().hex.encode()
        scope.setdefault("state", {})["request_id"] = request_id.decode("latin-1")

        async def surrounded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = [*message.get("headers", ())]
                said = {name.lower() for name, _ in headers}
                headers += [one for one in self._headers if one[0] not in said]
                headers = [one for one in headers if one[0].lower() != REQUEST_ID]
                message["headers"] = [*headers, (REQUEST_ID, request_id)]
                if message["status"] in DENIALS:
                    _deny(scope, message["status"])
            await send(message)

        await self._app(scope, receive, surrounded)


def _deny(scope: Scope, status: int) -> None:
    who = scope["state"].get("caller")
    client = scope.get("client")
    said = {
        "denied": status,
        "method": scope["method"],
        "path": scope["path"],
        "account": who.account if isinstance(who, Caller) else None,
        "client": client[0] if client else None,
        "request": scope["state"]["request_id"],
    }
    text = {key: _clean(value) if isinstance(value, str) else value for key, value in said.items()}
    audit.warning("%s", orjson.dumps(text).decode())


def _clean(text: str) -> str:
    """Text that can be written as UTF-8, and not much of it."""
    return text[:300].encode("utf-8", "backslashreplace").decode()
