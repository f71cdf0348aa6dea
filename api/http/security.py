"""What surrounds every answer: the id of the request, headers that browsers heed, and the audit of what was denied.

There are no CORS headers: no page of another origin reads an answer. The id of a request is the caller's own
(`X-Request-ID`, up to 128 visible characters of ASCII) or a new one; it comes back with every answer, errors included,
and names the request in the logs. The address of a caller is that of the connection, or what a declared proxy says.
"""

from __future__ import annotations

import json
import logging
import re
from ipaddress import IPv4Address, IPv6Address, ip_address
from secrets import token_hex
from typing import TYPE_CHECKING

from api.http.identity import Caller
from api.http.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from api.http.settings import Network

    _Headers = list[tuple[bytes, bytes]]

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
_HEADERS_HTTPS = (*HEADERS, HTTPS_ONLY)
DENIALS = frozenset({401, 403})
OPEN = frozenset({"/healthz", "/readyz"})
"""What is answered to whoever asks."""
audit = logging.getLogger("remit.audit")
"""One JSON object a line, of ASCII alone, for each request that was denied. Never a token, never a body."""
_Address = IPv4Address | IPv6Address
_REQUEST_ID = re.compile(rb"[\x21-\x7e]{1,128}")
_MOST_HOPS = 20


class Surroundings:
    """The outermost middleware."""

    def __init__(self, app: ASGIApp, *, https: bool = False) -> None:
        self._app, self._https = app, https

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        own = next((value for name, value in scope["headers"] if name == REQUEST_ID), b"")
        request_id = own if _REQUEST_ID.fullmatch(own) else token_hex(16).encode()
        scope.setdefault("state", {})["request_id"] = request_id.decode()

        async def surrounded(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = headers_around([*message.get("headers", ())], request_id, https=self._https)
                if message["status"] in DENIALS:
                    _deny(scope, message["status"])
            await send(message)

        await self._app(scope, receive, surrounded)


def headers_around(said: _Headers, request_id: bytes, *, https: bool) -> _Headers:
    """The headers of an answer, with those that every answer has."""
    names = {name.lower() for name, _ in said}
    said += [one for one in (_HEADERS_HTTPS if https else HEADERS) if one[0] not in names]
    if REQUEST_ID in names:
        said = [one for one in said if one[0].lower() != REQUEST_ID]
    said.append((REQUEST_ID, request_id))
    return said


class BehindProxies:
    """Before all else where a proxy ends TLS: only proxies are answered, and callers have the address they name.

    Whether the service lives and is ready is told to others, too: whoever looks after it asks it directly.
    """

    def __init__(self, app: ASGIApp, proxies: Sequence[Network]) -> None:
        self._app, self._proxies = app, tuple(proxies)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] == "http":
            client = scope.get("client")
            if self._trusts(address_of(client[0] if client else "")):
                caller = self._caller(scope)
                if caller is not None:
                    scope["client"] = (str(caller), 0)
            elif scope["path"] not in OPEN:
                no = Problem(403, "NOT_PERMITTED", "this service answers its proxy alone")
                await no.response(scope["state"]["request_id"])(scope, receive, send)
                return
        await self._app(scope, receive, send)

    def _caller(self, scope: Scope) -> _Address | None:
        """The last address before the proxies; None where none is named, or what is named is no address."""
        stated = b",".join(value for name, value in scope["headers"] if name == b"x-forwarded-for")
        found = None
        for hop in stated.decode("latin-1").split(",")[: -_MOST_HOPS - 1 : -1]:
            found = address_of(hop)
            if not self._trusts(found):
                break
        return found

    def _trusts(self, address: _Address | None) -> bool:
        return address is not None and any(address in network for network in self._proxies)


def address_of(text: str) -> _Address | None:
    """An address, with or without a port; one of IPv4 inside IPv6 is that of IPv4. None where it is none."""
    host = text.strip()
    if host.startswith("["):
        host = host[1:].partition("]")[0]
    elif host.count(":") == 1:
        host = host.partition(":")[0]
    try:
        found = ip_address(host.partition("%")[0])
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


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
    text = {key: value[:300] if isinstance(value, str) else value for key, value in said.items()}
    audit.warning("%s", json.dumps(text, separators=(",", ":")))
