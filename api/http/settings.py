"""How the service runs: what the environment (`REMIT_…`) and the command line say, read strictly.

REMIT_LEDGER            where the ledger is: a path or a URL
REMIT_PUBLIC_URL        the address that callers use; URLs in answers begin with it, never with what `Host` says
REMIT_HOST, REMIT_PORT  where it listens; loopback, unless identity and TLS or a proxy are settled
REMIT_WORKERS           how many processes answer
REMIT_TOKENS            the file of local tokens; beside the ledger, where nothing is said
REMIT_OIDC_ISSUER, REMIT_OIDC_AUDIENCE, REMIT_OIDC_JWKS, REMIT_OIDC_ROLES, REMIT_OIDC_PERSON
                        an OpenID provider: who issues, for whom, where its keys are, which claims say roles and person
REMIT_TLS_CERTIFICATE, REMIT_TLS_KEY
                        files of a certificate and its key, for TLS without a proxy
REMIT_BEHIND_PROXY      `yes` where a proxy before the service ends TLS
REMIT_PROXIES           the addresses and networks of such proxies, with commas; this machine, where nothing is said
REMIT_LONGEST_BODY, REMIT_LONGEST_RESULT
                        in bytes
REMIT_ANSWER_SECONDS    how long an answer may take
REMIT_STREAM_SECONDS    how long one stream of entries lasts; callers come again with `Last-Event-ID`
REMIT_HEARTBEAT_SECONDS how long such a stream is silent at most
REMIT_STREAMS           how many such streams a process keeps
REMIT_CATCH_UP_SECONDS  how long a question waits for the entry that it asks for with `at_least`
REMIT_PATIENCE_SECONDS  how long a connection is kept that does not send a whole head, or does not take what is sent
REMIT_CONNECTIONS       how many connections a process keeps
"""

from __future__ import annotations

import os
import re
from difflib import get_close_matches
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlsplit

import msgspec

from ledger.refusals import BadInput, cut

if TYPE_CHECKING:
    from collections.abc import Mapping

PREFIX = "REMIT_"
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
Network = IPv4Network | IPv6Network
_THIS_MACHINE = "127.0.0.0/8, ::1"
_ADDRESS = re.compile(r"https?://[\w.\-:\[\]]+(?:/[\w.~!$&'()*+,;=:/%\-]*)?", re.ASCII)
_ELSEWHERE = frozenset({"REMIT_ACTOR"})
"""Variables of the command line alone."""
_HIDDEN = frozenset({"ledger"})
"""Settings whose value no message shows: there may be a password in it."""
Seconds = Annotated[float, msgspec.Meta(gt=0, le=86_400)]


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the service runs; lengths in bytes, times in seconds. Raises ValueError for what does not go together."""

    ledger: str = "remit.db"
    public_url: str = "http://127.0.0.1:8000"
    host: str = "127.0.0.1"
    port: Annotated[int, msgspec.Meta(ge=0, le=65_535)] = 8000
    workers: Annotated[int, msgspec.Meta(ge=1, le=64)] = 1
    tokens: str | None = None
    oidc_issuer: str | None = None
    oidc_audience: str | None = None
    oidc_jwks: str | None = None
    oidc_roles: str = "roles"
    oidc_person: str = "person"
    tls_certificate: str | None = None
    tls_key: str | None = None
    behind_proxy: bool = False
    proxies: str | None = None
    longest_body: Annotated[int, msgspec.Meta(ge=1_000, le=64 * 1024 * 1024)] = 8 * 1024 * 1024
    longest_result: Annotated[int, msgspec.Meta(ge=10_000)] = 64 * 1024 * 1024
    answer_seconds: Seconds = 30
    stream_seconds: Seconds = 3_600
    heartbeat_seconds: Seconds = 15
    streams: Annotated[int, msgspec.Meta(ge=0, le=10_000)] = 100
    catch_up_seconds: Seconds = 2
    patience_seconds: Seconds = 10
    connections: Annotated[int, msgspec.Meta(ge=1, le=100_000)] = 2_000

    def __post_init__(self) -> None:
        if not _is_address(self.public_url):
            raise ValueError("`public_url` is not an address like https://remit.example.com")
        try:
            everybody = any(network.prefixlen == 0 for network in self.proxy_networks)
        except ValueError:
            everybody = True
        if everybody:
            raise ValueError("`proxies` are addresses or networks like 10.0.0.5, 10.0.1.0/24, and not everybody's")
        if (self.tls_certificate is None) != (self.tls_key is None):
            raise ValueError("`tls_certificate` and `tls_key` belong together")
        if (self.oidc_issuer is None) != (self.oidc_audience is None):
            raise ValueError("`oidc_issuer` and `oidc_audience` belong together")

    @property
    def base_url(self) -> str:
        """The address that callers use, without a slash at its end."""
        return self.public_url.rstrip("/")

    @property
    def on_loopback(self) -> bool:
        """Whether only this machine can reach the service."""
        return self.host in LOOPBACK

    @property
    def proxy_networks(self) -> list[Network]:
        """From where a proxy calls. Raises ValueError."""
        return [ip_network(one.strip()) for one in (self.proxies or _THIS_MACHINE).split(",")]


def settings_from(environment: Mapping[str, str] = os.environ, **stated: Any) -> Settings:  # noqa: ANN401 - any setting
    """What is stated, else what the environment says, else the defaults. Raises BadInput naming the setting.

    What is stated as None is not stated; of the environment only the variables of `Settings` are looked at.
    """
    said: dict[str, Any] = {}
    for field in msgspec.structs.fields(Settings):
        value = stated.pop(field.name, None)
        variable = PREFIX + field.name.upper()
        if value is None and environment.get(variable):
            value = _read(field.type, environment[variable])
        if value is not None:
            said[field.name] = _checked(field, value, variable)
    if stated:
        raise BadInput(next(iter(stated)), "there is no such setting")
    try:
        return Settings(**said)
    except ValueError as error:
        raise BadInput("settings", str(error)) from error


def unknown_in(environment: Mapping[str, str] = os.environ) -> list[tuple[str, str | None]]:
    """The variables that begin as settings do and are none, each with the one that is meant, where one is like it."""
    known = {*_ELSEWHERE, *(PREFIX + name.upper() for name in Settings.__struct_fields__)}
    unknown = sorted(name for name in environment if name.startswith(PREFIX) and name not in known)
    return [(name, next(iter(get_close_matches(name, known, 1)), None)) for name in unknown]


def _is_address(url: str) -> bool:
    """Whether it is one for callers: of a host and perhaps a port and a path, and of nobody in particular."""
    try:
        parts = urlsplit(url)
        return _ADDRESS.fullmatch(url) is not None and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _read(kind: Any, text: str) -> object:  # noqa: ANN401 - the type of any setting
    """A value of the environment: texts as they are, flags as `yes` and `no`."""
    if kind is bool:
        return {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}.get(text.lower(), text)
    return text


def _checked(field: msgspec.structs.FieldInfo, value: object, variable: str) -> object:
    try:
        return msgspec.convert(value, field.type, strict=False)
    except msgspec.ValidationError as error:
        shown = "it" if field.name in _HIDDEN else f"`{cut(str(value))}`"
        raise BadInput(variable, f"{shown} cannot be taken: {error}") from error
