"""The only place that builds things: which ledger, opened or made, and the clock of a question."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ledger.journal import Journal
from ledger.journal.journal import readable, shown
from ledger.refusals import BadInput
from ledger.submit import Ledger, utc_now
from projections.projection import Projections

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from api.http.identity import Identity
    from api.http.settings import Settings
    from api.http.tokens import Token, Tokens
    from ledger.commands import OpenLedger

DEFAULT_LEDGER = "remit.db"
DEFAULT_CURRENCY = "CNY"
DEFAULT_ZONE = "Asia/Shanghai"


def ledger_url(stated: str | None = None) -> str:
    """Where the ledger is: as stated, else REMIT_LEDGER, else `remit.db` in the current folder. Raises BadInput."""
    return readable(stated or os.environ.get("REMIT_LEDGER") or DEFAULT_LEDGER)


def shown_url(stated: str | None = None) -> str:
    """The same for people: without what is secret in it."""
    return shown(ledger_url(stated))


def opened(stated: str | None = None, progress: Callable[[int, int], None] | None = None) -> Ledger:
    """The ledger, its books folded up to the head. Raises StorageTrouble."""
    return Ledger.open(ledger_url(stated), progress=progress, followers=[Projections()])


def unread(stated: str | None = None) -> Ledger:
    """The ledger with nothing folded yet, for a check that reads it itself. Raises StorageTrouble."""
    return Ledger(Journal.open(ledger_url(stated)))


def created(command: OpenLedger, stated: str | None = None, *, by: str) -> Ledger:
    """A new ledger. Raises StorageTrouble (LEDGER_EXISTS …) and BadInput."""
    return Ledger.create(ledger_url(stated), command, by=by, followers=[Projections()])


def now() -> datetime:
    """The instant that a question without `on` asks about."""
    return utc_now()


def tokens(settings: Settings, also: tuple[Token, ...] = ()) -> Tokens:
    """The local tokens of a service: in the file stated, else beside the ledger, and some more. Raises BadInput."""
    from pathlib import Path  # noqa: PLC0415 - the command line asks its questions without a service

    from api.http.tokens import Tokens  # noqa: PLC0415 - likewise

    if settings.tokens is None and "://" in settings.ledger.removeprefix("sqlite:///"):
        raise BadInput("REMIT_TOKENS", "state the file of local tokens: there is none beside a ledger on a server")
    return Tokens(Path(settings.tokens or settings.ledger.removeprefix("sqlite:///") + ".tokens"), also)


def identity(settings: Settings, known: Tokens) -> Identity:
    """How a service knows its callers: by local tokens and, where one is stated, by an OpenID provider."""
    from api.http.identity import Identity  # noqa: PLC0415 - as above
    from api.http.oidc import provider  # noqa: PLC0415 - as above

    return Identity(known, provider(settings), now)


def passing_token(account: str, at: datetime) -> tuple[str, Token]:
    """A token of an administrator and what is kept of it, for `tokens`. It is in no file and ends with its process."""
    import hashlib  # noqa: PLC0415 - as above
    import secrets  # noqa: PLC0415 - as above

    from api.http.tokens import LONGEST_LIFE, PREFIX, RANDOM_BYTES, Token  # noqa: PLC0415 - as above

    token = PREFIX + secrets.token_urlsafe(RANDOM_BYTES)
    kept = Token(
        id="passing",
        sha256=hashlib.sha256(token.encode()).hexdigest(),
        account=account,
        roles=("administrator",),
        created_at=at,
        expires_at=at + LONGEST_LIFE,
    )
    return token, kept
