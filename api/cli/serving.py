"""The service and who may use it: `remit serve`, `remit token create`, `list`, `revoke`."""

from __future__ import annotations

import os
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import orjson
import typer

from api import bootstrap
from api.cli import app
from api.cli.app import ANSWERED
from api.cli.options import JsonOption, LangOption, LedgerOption
from api.words import Words, language
from ledger.refusals import BadInput, cut

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from api.http.settings import Settings
    from api.http.tokens import Token, Tokens

TokensOption = Annotated[str | None, typer.Option("--tokens", metavar="FILE", help="help.--tokens")]
DAYS = 90
RUN_ACCOUNT = "local-administrator"
"""The account of the token that lives as long as a service."""

token = app.group("token")


@app.command("serve")
def serve_ledger(
    *,
    host: Annotated[str | None, typer.Option("--host", metavar="ADDRESS", help="help.--host")] = None,
    port: Annotated[int | None, typer.Option("--port", metavar="8000", help="help.--port")] = None,
    workers: Annotated[int | None, typer.Option("--workers", metavar="1", help="help.--workers")] = None,
    with_token: Annotated[bool, typer.Option("--with-token", help="help.--with-token")] = False,
    access_log: Annotated[bool, typer.Option("--access-log", help="help.--access-log")] = False,
    tokens: TokensOption = None,
    ledger: LedgerOption = None,
    lang: LangOption = None,
) -> int:
    """Answer until told to stop."""
    with _service():
        from api.http.serving import bound, check, serve  # noqa: PLC0415 - the command line does without a service
        from api.http.settings import unknown_in  # noqa: PLC0415 - as above

    words = Words(language(lang))
    for name, near in unknown_in():
        meant = "" if near is None else words.say("serve.meant", name=near)
        typer.echo(words.say("serve.unknown", name=cut(name), meant=meant), err=True)
    settings = _settings(ledger, tokens, host=host, port=port, workers=workers)
    known, now = bootstrap.tokens(settings), bootstrap.now()
    check(settings, known, now)
    if with_token and (not settings.on_loopback or settings.behind_proxy):
        raise BadInput("with-token", "a token is shown only where the service is for this machine alone")
    bootstrap.unread(settings.ledger).journal.close()
    listening = bound(settings)
    settings = _addressed(settings, listening.getsockname()[1])
    _say(words.say("serve.address", place=bootstrap.shown_url(settings.ledger), address=settings.base_url))
    also: tuple[Token, ...] = ()
    if with_token:
        shown, own = bootstrap.passing_token(RUN_ACCOUNT, now)
        also = (own,)
        _say(words.say("serve.token"))
        _say(shown)
    elif settings.oidc_issuer is None and not any(one.valid(now) for one in known.listed()):
        _say(words.say("serve.nobody"))
    serve(settings, listening, also, access_log=access_log)
    return ANSWERED


@token("create")
def create_token(
    account: Annotated[str, typer.Argument(metavar="ACCOUNT", help="help.ACCOUNT")],
    *,
    role: Annotated[list[str] | None, typer.Option("--role", metavar="ROLE", help="help.--role")] = None,
    person: Annotated[str | None, typer.Option("--person", metavar="PERSON", help="help.--as-person")] = None,
    days: Annotated[int, typer.Option("--days", metavar="90", help="help.--days")] = DAYS,
    tokens: TokensOption = None,
    ledger: LedgerOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> int:
    """A new token: itself on standard output and nothing else there, what is kept of it beside."""
    with _service():
        from api.http.identity import ROLES  # noqa: PLC0415 - as above

    known, now = _known(ledger, tokens), bootstrap.now()
    unknown = next((one for one in role or () if one not in ROLES), None)
    if unknown is not None:
        raise BadInput("role", f"`{unknown[:60]}` is not one of {', '.join(ROLES)}")
    roles = tuple(one for one in ROLES if one in (role or ()))
    shown, kept = known.create(account, roles, now, timedelta(days=max(0, min(days, 10_000))), person)
    if as_json:
        _say(orjson.dumps({"token": shown, **_said(kept)}).decode())
        return ANSWERED
    _say(shown)
    said = {"id": kept.id, "account": kept.account, "roles": ", ".join(kept.roles), "until": _until(kept)}
    typer.echo(Words(language(lang)).say("token.created", **said), err=True)
    return ANSWERED


@token("list")
def list_tokens(
    *,
    tokens: TokensOption = None,
    ledger: LedgerOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> int:
    """What is kept of every token."""
    with _service():
        known, now = _known(ledger, tokens).listed(), bootstrap.now()
    if as_json:
        _say(orjson.dumps([{**_said(one), "state": _state(one, now)} for one in known]).decode())
        return ANSWERED
    words = Words(language(lang))
    for one in known:
        said = {"id": one.id, "account": one.account, "roles": ", ".join(one.roles), "person": one.person or "-"}
        _say(words.say("token.listed", **said, until=_until(one), state=words.say(f"token.{_state(one, now)}")))
    if not known:
        _say(words.say("token.none"))
    return ANSWERED


@token("revoke")
def revoke_token(
    token_id: Annotated[str, typer.Argument(metavar="TOKEN", help="help.TOKEN")],
    *,
    tokens: TokensOption = None,
    ledger: LedgerOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> int:
    """End a token; every process of the service refuses it from the next request on."""
    with _service():
        ended = _known(ledger, tokens).revoke(token_id, bootstrap.now())
    if as_json:
        _say(orjson.dumps(_said(ended)).decode())
    else:
        _say(Words(language(lang)).say("token.ended", id=ended.id, account=ended.account))
    return ANSWERED


@contextmanager
def _service() -> Iterator[None]:
    """What needs the libraries of the service. Raises BadInput where they are not installed."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise BadInput("serve", f"the extra `serve` is not installed: no `{error.name}`") from error


def _settings(ledger: str | None, tokens: str | None, **stated: Any) -> Settings:  # noqa: ANN401 - any setting
    from api.http.settings import settings_from  # noqa: PLC0415 - as above

    return settings_from(ledger=bootstrap.ledger_url(ledger), tokens=tokens, **stated)


def _addressed(settings: Settings, port: int) -> Settings:
    """The settings with the port that it got, and on this machine, where no address is stated, with its own."""
    public = settings.public_url
    if settings.on_loopback and not os.environ.get("REMIT_PUBLIC_URL"):
        scheme = "http" if settings.tls_certificate is None else "https"
        host = f"[{settings.host}]" if ":" in settings.host else settings.host
        public = f"{scheme}://{host}:{port}"
    return msgspec.structs.replace(settings, port=port, public_url=public)


def _known(ledger: str | None, tokens: str | None) -> Tokens:
    return bootstrap.tokens(_settings(ledger, tokens))


def _said(kept: Token) -> dict[str, Any]:
    said: dict[str, Any] = msgspec.to_builtins(kept)
    del said["sha256"]
    return said


def _state(kept: Token, now: datetime) -> str:
    return "revoked" if kept.revoked_at is not None else "valid" if kept.valid(now) else "expired"


def _until(kept: Token) -> str:
    return kept.expires_at.isoformat(timespec="seconds")


def _say(text: str) -> None:
    typer.echo(text)
