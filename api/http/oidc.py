"""Tokens of an OpenID provider: who the provider says it is, in which roles, as which person.

A token counts if it is signed by a key of the provider with an asymmetric algorithm, is meant for this service
(audience), comes from that issuer, and is in force, with a little leeway for clocks, for a day at most. It has to be an
access token: what the provider says to others about a sign-in (ID and logout tokens) opens nothing. Why a token of the
provider is not taken stands in the log, without the token, and in no answer.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

import jwt

from api.http.identity import ROLES, Caller
from api.http.oidc_keys import Keys, checked, discovered, fetched
from api.http.tokens import FOREIGN
from ledger.refusals import BadInput
from ledger.submit.wording import readable_id

if TYPE_CHECKING:
    from datetime import datetime

    from api.http.settings import Settings

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Those with a public key: nobody signs with what everybody may read."""
LONGEST_LIFE = timedelta(days=1)
"""How far off the end of a token may be: a provider cannot take it back before."""
_TYPES = frozenset({"jwt", "at+jwt"})
_OTHER_TYPES = frozenset({"id", "logout", "refresh", "offline"})
"""What Keycloak calls, in the claim `typ`, tokens that are no access tokens."""
_ONLY_ELSEWHERE = frozenset({"nonce", "at_hash", "c_hash", "events"})
"""Claims of ID and logout tokens."""
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


class Provider:
    """An OpenID provider whose tokens are taken."""

    def __init__(self, claims: Claims, keys: Keys) -> None:
        self._claims, self._keys = claims, keys

    async def caller(self, token: str, now: datetime) -> Caller | None:
        """Who presents a token; None where it does not count. Raises Problem, 503, where that cannot be found out."""
        try:
            said = await self._said(token)
            self._check_kind(said)
            self._check_times(said, now.timestamp())
            return self._read(said)
        except _NotTakenError as why:
            _log.info("a token was not taken: %s", why)
            return None

    async def _said(self, token: str) -> dict[str, Any]:
        """What the provider said, to this service and in a token that it signed itself."""
        try:
            header = jwt.get_unverified_header(token)
        except jwt.InvalidTokenError as error:
            raise _NotTakenError("it is no signed token") from error
        algorithm, key_id, kind = header.get("alg"), header.get("kid"), header.get("typ", "JWT")
        if algorithm not in ALGORITHMS or "crit" in header or not isinstance(key_id, str | None):
            raise _NotTakenError("its header asks for what is not done here")
        if not isinstance(kind, str) or kind.lower().removeprefix("application/") not in _TYPES:
            raise _NotTakenError("its header says that it is no access token")
        key = await self._keys.key(key_id)
        if key is None:
            raise _NotTakenError("the provider has no such key")
        try:
            return jwt.decode(
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
        except (jwt.PyJWTError, TypeError, ValueError) as error:
            raise _NotTakenError(type(error).__name__) from error

    def _check_kind(self, said: dict[str, Any]) -> None:
        kind = said.get("typ")
        if (isinstance(kind, str) and kind.lower() in _OTHER_TYPES) or not _ONLY_ELSEWHERE.isdisjoint(said):
            raise _NotTakenError("its claims are those of an ID, logout or refresh token")

    def _check_times(self, said: dict[str, Any], now: float) -> None:
        leeway = self._claims.leeway_seconds
        until, since, issued = said["exp"], said.get("nbf", 0), said.get("iat", 0)
        if not all(isinstance(one, int | float) and not isinstance(one, bool) for one in (until, since, issued)):
            raise _NotTakenError("its times are no numbers")
        if not (now < until + leeway and since - leeway <= now and issued - leeway <= now):
            raise _NotTakenError("it is not in force")
        if until - leeway > now + LONGEST_LIFE.total_seconds():
            raise _NotTakenError("it is in force for more than a day")

    def _read(self, said: dict[str, Any]) -> Caller:
        account, person = said.get(self._claims.account), _claim(said, self._claims.person)
        roles = _claim(said, self._claims.roles) or []
        named = roles.split() if isinstance(roles, str) else roles if isinstance(roles, list) else []
        if not isinstance(person, str | None):
            raise _NotTakenError(f"`{self._claims.person}` is no text")
        held = frozenset(role for role in ROLES if role in named)
        return Caller(account=self._account(account), roles=held, person=person or None)

    def _account(self, stated: object) -> str:
        """The account of a subject, of which OpenID Connect says that it is ASCII: no two of them look alike."""
        claim = f"`{self._claims.account}`"
        if not isinstance(stated, str) or not stated.isascii() or not stated or stated != stated.strip():
            raise _NotTakenError(f"{claim} is no text in ASCII without spaces around it")
        try:
            return readable_id(f"{FOREIGN}{stated}", "account")
        except BadInput as error:
            raise _NotTakenError(f"{claim} cannot be printed, or has more than 95 characters") from error


class _NotTakenError(Exception):
    """Why a token does not count, in words without any of its own."""


def _claim(said: dict[str, Any], name: str) -> Any:  # noqa: ANN401 - a claim holds any JSON
    """A claim by its name or, where there is none, by the path that the name is: `realm_access.roles`."""
    if name in said:
        return said[name]
    place: Any = said
    for part in name.split("."):
        place = place.get(part) if isinstance(place, dict) else None
    return place
