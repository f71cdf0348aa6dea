"""The public keys of an OpenID provider: fetched from where they are safe, and believed for a while.

They are fetched when first needed. After an hour they are fetched again while those at hand still count: nobody waits
who has a key. A token with a key that is not among them lets them be fetched again (the provider has a new one), though
not more often than every half minute, or every three seconds while fetching fails. A provider that does not answer
changes nothing for a day; then, as before its first answer, nothing can be said about its tokens. One thread fetches,
one fetch at a time, each of bounded length: a provider that answers a byte a second is one that does not answer.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection
from io import BufferedReader, RawIOBase
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import HTTPHandler, HTTPRedirectHandler, HTTPSHandler, ProxyHandler, Request, build_opener

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from api.http.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Callable
    from socket import socket

    from _typeshed import WriteableBuffer

SMALLEST_RSA_KEY = 2048
KEPT = timedelta(hours=1)
"""For how long keys are believed without being fetched again."""
AT_MOST = timedelta(days=1)
"""For how long they are believed while the provider does not answer."""
NOT_BEFORE = timedelta(seconds=30)
"""How long after a fetch another one is made at the earliest."""
AFTER_FAILURE = timedelta(seconds=3)
"""The same after one that failed."""
PATIENCE = timedelta(seconds=15)
"""How long a caller without a key waits for the provider."""
_TIMEOUT_SECONDS = 5.0
"""For connecting, and again for all of an answer."""
_LARGEST = 1_000_000
_LOCAL = frozenset({"127.0.0.1", "::1", "localhost"})
_log = logging.getLogger("remit.identity")


class _Believed(NamedTuple):
    """What a provider answered, and when it was asked."""

    keys: dict[str | None, jwt.PyJWK]
    asked: float


class Keys:
    """The public keys of a provider, by their id."""

    def __init__(
        self,
        address: Callable[[], str],
        fetch: Callable[[str], bytes],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._address, self._fetch, self._clock = address, fetch, clock
        self._believed: _Believed | None = None
        self._tried: float | None = None
        self._under_way: Future[None] | None = None
        self._thread = ThreadPoolExecutor(1, "remit-keys")

    async def key(self, key_id: str | None) -> jwt.PyJWK | None:
        """The key of that id; None where the provider has no such key. Raises Problem, 503, where nobody can say."""
        if not self._at_hand(key_id, KEPT):
            fetching = self._fetching()
            if fetching is not None and not self._at_hand(key_id, AT_MOST):
                await asyncio.wait({asyncio.wrap_future(fetching)}, timeout=PATIENCE.total_seconds())
        if self._believed is None or self._older(self._believed, AT_MOST):
            raise _unavailable()
        return self._believed.keys.get(key_id)

    def _at_hand(self, key_id: str | None, life: timedelta) -> bool:
        found = self._believed
        return found is not None and key_id in found.keys and not self._older(found, life)

    def _older(self, found: _Believed, life: timedelta) -> bool:
        return self._clock() - found.asked > life.total_seconds()

    def _fetching(self) -> Future[None] | None:
        """The fetch under way, or a new one; None where it is too soon for one."""
        if self._under_way is not None and not self._under_way.done():
            return self._under_way
        now = self._clock()
        failed = self._believed is None or self._believed.asked != self._tried
        pause = AFTER_FAILURE if failed else NOT_BEFORE
        if self._tried is not None and now - self._tried < pause.total_seconds():
            return None
        self._tried = now
        self._under_way = self._thread.submit(self._renew, now)
        return self._under_way

    def _renew(self, asked: float) -> None:
        try:
            self._believed = _Believed(_keys(json.loads(self._fetch(self._address()))), asked)
        except Exception as error:  # noqa: BLE001 - whatever a provider answers, the keys at hand go on counting
            _log.warning("the keys of the OpenID provider were not fetched: %s", type(error).__name__)


def discovered(issuer: str, fetch: Callable[[str], bytes]) -> str:
    """Where an issuer says its keys are. Raises ValueError where it says that it is another one."""
    said = json.loads(fetch(f"{issuer.rstrip('/')}/.well-known/openid-configuration"))
    if not isinstance(said, dict) or said.get("issuer") != issuer or not isinstance(said.get("jwks_uri"), str):
        raise ValueError("the provider's configuration is of another issuer, or names no keys")
    return checked(said["jwks_uri"])


def fetched(address: str) -> bytes:
    """What stands at an address; follows no redirection. Raises OSError (also for what is too large)."""
    handlers: list[Any] = [_NoRedirection, _Plain, _Secure]
    if urlsplit(checked(address)).hostname in _LOCAL:
        handlers.append(ProxyHandler({}))  # what this machine says of itself comes from no other one
    request = Request(address, headers={"Accept": "application/json"})  # noqa: S310 - only https, or this machine
    with build_opener(*handlers).open(request, timeout=_TIMEOUT_SECONDS) as answer:
        content: bytes = answer.read(_LARGEST + 1)
    if len(content) > _LARGEST:
        raise OSError("the answer is too large")
    return content


def checked(address: str) -> str:
    """An address that keys may come from: https, or plain http from this machine. Raises ValueError."""
    parts = urlsplit(address)
    if parts.hostname and (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOCAL)):
        return address
    raise ValueError("not an https address")


class _NoRedirection(HTTPRedirectHandler):
    """A provider that sends elsewhere is not followed: elsewhere might be anywhere."""

    def redirect_request(self, *_: object) -> None:
        """Nothing to ask instead."""
        raise URLError("a redirection")


class _Timed(RawIOBase):
    """What comes from a socket, until its time is over: then TimeoutError, however little at a time came."""

    def __init__(self, raw: RawIOBase, connection: socket) -> None:
        self._raw, self._connection = raw, connection
        self._until = time.monotonic() + _TIMEOUT_SECONDS

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: WriteableBuffer) -> int | None:
        """As much as there is."""
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError("the answer takes too long")
        self._connection.settimeout(left)
        return self._raw.readinto(buffer)

    def close(self) -> None:
        """Let go of the socket, too."""
        self._raw.close()
        super().close()


class _Answer(HTTPResponse):
    """An answer that is there in time, head and all."""

    def __init__(self, sock: socket, *stated: Any, **more: Any) -> None:  # noqa: ANN401 - as its connection makes it
        super().__init__(sock, *stated, **more)
        self.fp = BufferedReader(_Timed(self.fp.detach(), sock))


class _PlainConnection(HTTPConnection):
    response_class = _Answer


class _SecureConnection(HTTPSConnection):
    response_class = _Answer


class _Plain(HTTPHandler):
    def http_open(self, req: Request) -> HTTPResponse:
        return self.do_open(_PlainConnection, req)


class _Secure(HTTPSHandler):
    def https_open(self, req: Request) -> HTTPResponse:
        return self.do_open(_SecureConnection, req)


def _keys(document: Any) -> dict[str | None, jwt.PyJWK]:  # noqa: ANN401 - what a provider answers
    """The keys of a key set that can check a signature; a sole key also serves tokens that name none."""
    listed = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(listed, list):
        raise ValueError("not a key set")  # noqa: TRY004 - whatever is wrong with the document
    found: dict[str | None, jwt.PyJWK] = {}
    for said in listed:
        key = _key(said)
        if key is not None:
            found[key.key_id] = key
    if len(found) == 1:
        found[None] = next(iter(found.values()))
    return found


def _key(said: Any) -> jwt.PyJWK | None:  # noqa: ANN401 - likewise
    """A key that can check a signature; None for any other, which does not make those beside it unusable."""
    if not isinstance(said, dict) or said.get("kty") == "oct" or said.get("use", "sig") != "sig":
        return None
    if not isinstance(said.get("kid"), str | None):
        return None
    try:
        key = jwt.PyJWK.from_dict(said)
    except Exception:  # noqa: BLE001 - each kind of key fails in its own ways over what a stranger wrote
        return None
    return None if isinstance(key.key, RSAPublicKey) and key.key.key_size < SMALLEST_RSA_KEY else key


def _unavailable() -> Problem:
    again = {"Retry-After": str(round(AFTER_FAILURE.total_seconds()))}
    return Problem(503, "IDENTITY_UNAVAILABLE", "the OpenID provider does not say what its keys are", headers=again)
