"""Who calls, and what they may do here.

    role             ask, AuthZEN   names   record   act as themself   entries, figures of the service   erase
    reader           yes            ids     –        –                 –                                 –
    recorder         yes            yes     yes      –                 –                                 –
    approver         yes            yes     –        yes               –                                 –
    auditor          yes            yes     –        –                 yes                               –
    administrator    yes            yes     yes      for anybody       yes                               yes

*Record* is every command but `open-ledger`, `erase-person` and `authorise-act`: a recorder writes down what is stated
and what happened, the ratification or acceptance by somebody else too, and lets nobody act. Who records grants decides
who has authority: an account that records is not to act as well. *Act as themself* is `authorise-act`, `ratify-act`,
`accept-target` in the name of the person whom the caller is, and `open-item` requested by that person, all of it now
(see `acting`); a committee is nobody's self. An administrator may send all of it, in anybody's name. Who sent a command
is in the entry: `recorded_by` is the account.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

import msgspec
from starlette.requests import Request  # noqa: TC002 - FastAPI reads the annotations of a dependency

from api.http.problems import Problem
from ledger.commands import AcceptTarget, AuthoriseAct, ErasePerson, OpenItem, OpenLedger, RatifyAct

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from api.http.oidc import Provider
    from api.http.tokens import Tokens
    from ledger.commands import Command

Role = Literal["reader", "recorder", "approver", "auditor", "administrator"]
ROLES: tuple[Role, ...] = get_args(Role)
ASKING: tuple[Role, ...] = ROLES
"""Whoever may call at all may ask."""
RECORDING: tuple[Role, ...] = ("recorder", "approver", "administrator")
"""Who may send commands; which ones, `permit` says."""
READING_ENTRIES: tuple[Role, ...] = ("auditor", "administrator")
"""Who may read entries."""
ADMINISTERING: tuple[Role, ...] = ("administrator",)
BEARER = 'Bearer realm="remit"'
_LONGEST_TOKEN = 8_192


class Caller(msgspec.Struct, frozen=True, kw_only=True):
    """Who calls: the account that entries name, what it may do, and the person it is, where it is one."""

    account: str
    roles: frozenset[Role]
    person: str | None = None

    @property
    def sees_names(self) -> bool:
        """Whether answers show them the names of persons, or ids only."""
        return bool(self.roles - {"reader"})


class Identity:
    """How the service knows its callers: by local tokens, by tokens of an OpenID provider, or by both."""

    def __init__(self, tokens: Tokens, provider: Provider | None, clock: Callable[[], datetime]) -> None:
        self._tokens, self._provider, self._clock = tokens, provider, clock

    async def caller(self, request: Request) -> Caller:
        """The caller of a request. Raises StorageTrouble, and Problem: 401, which never says why, or 503."""
        token = _bearer(request)
        who = self._tokens.caller(token, self._clock()) if self._tokens.are_like(token) else None
        if who is None and self._provider is not None and not self._tokens.are_like(token):
            who = await self._provider.caller(token, self._clock())
        if who is None:
            raise unknown("the token is not one that is valid here", error="invalid_token")
        request.state.caller = who
        return who


def requires(*roles: Role) -> Callable[[Request], Awaitable[Caller]]:
    """A dependency of a route: the caller, who has one of the roles. Raises Problem: 401 unknown, 403 not these."""

    async def caller(request: Request) -> Caller:
        identity: Identity = request.app.state.identity
        who = await identity.caller(request)
        if who.roles.isdisjoint(roles):
            raise forbidden("this needs the role " + " or ".join(f"`{role}`" for role in roles))
        return who

    return caller


def permit(caller: Caller, command: Command) -> None:
    """Nothing, if the caller may send that command. Raises Problem, 403."""
    roles = caller.roles
    if isinstance(command, OpenLedger):
        raise forbidden("a ledger is opened on the command line")
    if "administrator" in roles:
        return
    if isinstance(command, ErasePerson):
        raise forbidden("only an `administrator` erases the data of a person")
    if "recorder" in roles and not isinstance(command, AuthoriseAct):
        return
    if "approver" in roles and isinstance(command, OpenItem | AuthoriseAct | RatifyAct | AcceptTarget):
        acting = command.requester if isinstance(command, OpenItem) else _person(command)
        if caller.person is not None and acting == caller.person:
            return
        raise forbidden("an `approver` acts only as the person they are")
    needed = "`approver`" if isinstance(command, AuthoriseAct) else "`recorder`"
    raise forbidden(f"this command needs the role {needed}")


def unknown(detail: str, *, error: str | None = None) -> Problem:
    """401, with what RFC 6750 asks for beside it."""
    challenge = BEARER if error is None else f'{BEARER}, error="{error}"'
    return Problem(401, "NOT_AUTHENTICATED", detail, headers={"WWW-Authenticate": challenge})


def forbidden(detail: str) -> Problem:
    """403, likewise."""
    headers = {"WWW-Authenticate": f'{BEARER}, error="insufficient_scope"'}
    return Problem(403, "NOT_PERMITTED", detail, headers=headers)


def _person(command: AuthoriseAct | RatifyAct | AcceptTarget) -> str | None:
    return command.by if isinstance(command, AcceptTarget) else command.by.person


def _bearer(request: Request) -> str:
    """The token of a request. Raises Problem where there is none, or two."""
    stated = request.headers.getlist("authorization")
    if not stated:
        raise unknown("this needs a token: `Authorization: Bearer …`")
    scheme, _, token = stated[0].partition(" ")
    token = token.strip()
    if len(stated) > 1 or scheme.lower() != "bearer" or not 1 <= len(token) <= _LONGEST_TOKEN or not token.isascii():
        raise unknown("the header is not `Authorization: Bearer …`", error="invalid_request")
    return token
