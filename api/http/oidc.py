"""Tokens of an OpenID provider: who the provider says it is, in which roles, as which person.

A token counts if it is signed by a key of the provider with an asymmetric algorithm, is meant for this service
(audience), comes from that issuer, and is in force, with a little leeway for clocks. The keys are fetched when first
needed and kept for an hour; a token with a key that is not among them lets them be fetched again (the provider has a
new one), though not more often than every half minute. A provider that does not answer changes nothing for a day.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from datetime import timedelta
from http.client import HTTPException
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from api.http.identity import ROLES, Caller
from api.http.tokens import FOREIGN
from ledger.refusals import BadInput
from ledger.submit.wording import readable_id

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from api.http.settings import Settings

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Those with a public key: nobody signs with what everybody may read."""
SMALLEST_RSA_KEY = 2048
KEPT = timedelta(hours=1)
"""For how long keys are believed without being fetched again."""
AT_MOST = timedelta(days=1)
"""For how long they are believed while the provider does not answer."""
NOT_BEFORE = timedelta(seconds=30)
"""How long after a fetch another one is made at the earliest."""
_TIMEOUT_SECONDS = 5
_LARGEST = 1_000_000
_LOCAL = frozenset({"127.0.0.1", "::1", "localhost"})
_log = logging.getLogger("remit.identity")


class Claims(NamedTuple):
    """What to look for in a token: whom it must come from and be meant for, and which claims say who it is."""

    issuer: str
    audience: str
    roles: str = "roles"
    person: str = "person"
    account: str = "sub"
    leeway_seconds: int = 60


def provider(settings: Settings) -> Provider | None:
    """The provider that settings name, if any. Raises BadInput for an address that keys may not come from."""
    issuer, audience = settings.oidc_issuer, settings.oidc_audience
    if issuer is None or audience is None:
        return None
    try:
        checked(issuer)
        stated = None if settings.oidc_jwks is None else checked(settings.oidc_jwks)
    except ValueError as error:
        raise BadInput("REMIT_OIDC_ISSUER", "the provider and its keys have https addresses") from error
    keys = Keys(lambda: stated or discovered(issuer, fetched), fetched)
    return Provider(Claims(issuer, audience, settings.oidc_roles, settings.oidc_person), keys)


class Keys:
    """The public keys of a provider, by their id."""

    def __init__(
        self,
        address: Callable[[], str],
        fetch: Callable[[str], bytes],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._address, self._fetch, self._clock = address, fetch, clock
        self._keys: dict[str | None, jwt.PyJWK] = {}
        self._fetched: float | None = None
        self._tried: float | None = None
        self._fetching = asyncio.Lock()

    async def key(self, key_id: str | None) -> jwt.PyJWK | None:
        """The key of that id; fetched where it is not at hand. None where the provider has no such key."""
        waits = not (self._fetching.locked() and key_id in self._keys)  # one caller asks the provider, not all of them
        if not self._fresh(key_id) and waits:
            async with self._fetching:
                if not self._fresh(key_id) and self._may_try():
                    self._tried = self._clock()
                    await asyncio.to_thread(self._renew)
        if self._fetched is None or self._clock() - self._fetched > AT_MOST.total_seconds():
            return None
        return self._keys.get(key_id)

    def _fresh(self, key_id: str | None) -> bool:
        if self._fetched is None or self._clock() - self._fetched > KEPT.total_seconds():
            return False
        return key_id in self._keys

    def _may_try(self) -> bool:
        return self._tried is None or self._clock() - self._tried >= NOT_BEFORE.total_seconds()

    def _renew(self) -> None:
        try:
            read = _keys(json.loads(self._fetch(self._address())))
        except (OSError, HTTPException, ValueError, RecursionError) as error:
            _log.warning("the keys of the OpenID provider were not fetched: %s", type(error).__name__)
            return
        self._keys, self._fetched = read, self._clock()


class Provider:
    """An OpenID provider whose tokens are taken."""

    def __init__(self, claims: Claims, keys: Keys) -> None:
        self._claims, self._keys = claims, keys

    async def caller(self, token: str, now: datetime) -> Caller | None:
        """Who presents a token; None where it does not count."""
        try:
            header = jwt.get_unverified_header(token)
        except jwt.InvalidTokenError:
            return None
        algorithm, key_id = header.get("alg"), header.get("kid")
        if algorithm not in ALGORITHMS or "crit" in header or not isinstance(key_id, str | None):
            return None
        key = await self._keys.key(key_id)
        if key is None:
            return None
        try:
            said = jwt.decode(
                token,
                key.key,
                algorithms=[algorithm],
                audience=self._claims.audience,
                issuer=self._claims.issuer,
                # The instants are compared below, with the clock of the service.
                options={
                    "require": ["exp", "iss", "aud", self._claims.account],
                    "verify_exp": False,
                    "verify_nbf": False,
                    "verify_iat": False,
                },
            )
        except (jwt.PyJWTError, TypeError, ValueError):
            return None
        return self._read(said) if self._in_force(said, now.timestamp()) else None

    def _in_force(self, said: dict[str, Any], now: float) -> bool:
        leeway = self._claims.leeway_seconds
        until, since, issued = said["exp"], said.get("nbf", 0), said.get("iat", 0)
        if not all(isinstance(one, int | float) and not isinstance(one, bool) for one in (until, since, issued)):
            return False
        return bool(now < until + leeway and since - leeway <= now and issued - leeway <= now)

    def _read(self, said: dict[str, Any]) -> Caller | None:
        account, person = said.get(self._claims.account), _claim(said, self._claims.person)
        roles = _claim(said, self._claims.roles) or []
        named = roles.split() if isinstance(roles, str) else roles if isinstance(roles, list) else []
        if not isinstance(account, str) or not isinstance(person, str | None):
            return None
        try:
            readable_id(f"{FOREIGN}{account}", "account")
        except BadInput:
            return None
        held = frozenset(role for role in ROLES if role in named)
        return Caller(account=f"{FOREIGN}{account}", roles=held, person=person or None)


def discovered(issuer: str, fetch: Callable[[str], bytes]) -> str:
    """Where an issuer says its keys are. Raises ValueError where it says that it is another one."""
    said = json.loads(fetch(f"{issuer.rstrip('/')}/.well-known/openid-configuration"))
    if not isinstance(said, dict) or said.get("issuer") != issuer or not isinstance(said.get("jwks_uri"), str):
        raise ValueError("the provider's configuration is of another issuer, or names no keys")
    return checked(said["jwks_uri"])


def fetched(address: str) -> bytes:
    """What stands at an address; follows no redirection. Raises OSError (also for what is too large)."""
    request = Request(checked(address), headers={"Accept": "application/json"})  # noqa: S310 - only https, or this machine
    with _opener.open(request, timeout=_TIMEOUT_SECONDS) as answer:
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


_opener = build_opener(_NoRedirection)


def _keys(document: Any) -> dict[str | None, jwt.PyJWK]:  # noqa: ANN401 - what a provider answers
    """The keys of a key set that can check a signature; a sole key also serves tokens that name none."""
    listed = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(listed, list):
        raise ValueError("not a key set")  # noqa: TRY004 - whatever is wrong with the document
    found: dict[str | None, jwt.PyJWK] = {}
    for said in listed:
        if not isinstance(said, dict) or said.get("kty") == "oct" or said.get("use", "sig") != "sig":
            continue
        try:
            key = jwt.PyJWK.from_dict(said)
        except (jwt.PyJWTError, ValueError, TypeError):
            continue  # a kind of key that is not known here does not make the others unusable
        if isinstance(key.key, RSAPublicKey) and key.key.key_size < SMALLEST_RSA_KEY:
            continue
        found[said.get("kid")] = key
    if len(found) == 1:
        found[None] = next(iter(found.values()))
    return found


def _claim(said: dict[str, Any], name: str) -> Any:  # noqa: ANN401 - a claim holds any JSON
    """A claim by its name or, where there is none, by the path that the name is: `realm_access.roles`."""
    if name in said:
        return said[name]
    place: Any = said
    for part in name.split("."):
        place = place.get(part) if isinstance(place, dict) else None
    return place
