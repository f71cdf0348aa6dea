"""Local tokens: random, kept only as their SHA-256, expiring and revocable.

They stand in a file beside the ledger, never in the journal: one JSON object a line, readable by its owner alone,
replaced as a whole under a lock. Each process looks whether the file was replaced before it believes what it has read,
so a token revoked on the command line is refused at the next request. Whoever may write that file may give themselves
any role: it is not believed where its group or everybody may.
"""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import os
import secrets
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import msgspec

from api.http.identity import Caller, Role
from ledger.refusals import BadInput, StorageTrouble
from ledger.submit.wording import readable_id

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PREFIX = "remit_"
"""What every token begins with, so that programs that look for leaked secrets can tell one."""
RANDOM_BYTES = 32
LONGEST_LIFE = timedelta(days=366)
FOREIGN = "oidc:"
"""What the accounts of an OpenID provider begin with; no local account does."""
_PRIVATE = 0o600
_WRITTEN_BY_OTHERS = 0o022


class Token(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What is kept of a token: everything but the token."""

    id: str
    sha256: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
    account: str
    roles: tuple[Role, ...]
    person: str | None = None
    created_at: Annotated[datetime, msgspec.Meta(tz=True)]
    expires_at: Annotated[datetime, msgspec.Meta(tz=True)]
    revoked_at: Annotated[datetime, msgspec.Meta(tz=True)] | None = None

    def valid(self, now: datetime) -> bool:
        """Whether it opens anything at an instant."""
        return self.revoked_at is None and now < self.expires_at


class Tokens:
    """The tokens in a file; no file is no tokens."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._stamp: tuple[int, ...] | None = None
        self._by_hash: dict[str, Token] = {}
        self._decoder = msgspec.json.Decoder(Token)

    @staticmethod
    def are_like(token: str) -> bool:
        """Whether a token has the form of a local one."""
        return token.startswith(PREFIX)

    def caller(self, token: str, now: datetime) -> Caller | None:
        """Who presents a token; None where it is unknown, expired or revoked."""
        self._refresh()
        digest = _digest(token)
        kept = self._by_hash.get(digest)
        if kept is None or not hmac.compare_digest(kept.sha256, digest) or not kept.valid(now):
            return None
        return Caller(account=kept.account, roles=frozenset(kept.roles), person=kept.person)

    def listed(self) -> list[Token]:
        """What is kept of every token, in the order in which they were made."""
        self._refresh()
        return list(self._by_hash.values())

    def create(
        self, account: str, roles: tuple[Role, ...], now: datetime, life: timedelta, person: str | None = None
    ) -> tuple[str, Token]:
        """A new token and what is kept of it; the token itself is never seen again. Raises BadInput."""
        readable_id(account, "account")
        if account.startswith(FOREIGN):
            raise BadInput("account", f"`{FOREIGN}…` are the accounts of an OpenID provider")
        if not roles:
            raise BadInput("role", "a token has at least one role")
        if "approver" in roles and person is None:
            raise BadInput("person", "an approver is a person: state who")
        if not timedelta(0) < life <= LONGEST_LIFE:
            raise BadInput("days", f"a token lives from 1 to {LONGEST_LIFE.days} days")
        token = PREFIX + secrets.token_urlsafe(RANDOM_BYTES)
        kept = Token(
            id=secrets.token_hex(4),
            sha256=_digest(token),
            account=account,
            roles=roles,
            person=person,
            created_at=now,
            expires_at=now + life,
        )
        with self._changing() as tokens:
            tokens.append(kept)
        return token, kept

    def revoke(self, token_id: str, now: datetime) -> Token:
        """End a token; one that has ended stays as it is. Raises BadInput where there is none of that id."""
        with self._changing() as tokens:
            for place, kept in enumerate(tokens):
                if kept.id == token_id:
                    tokens[place] = msgspec.structs.replace(kept, revoked_at=kept.revoked_at or now)
                    return tokens[place]
        raise BadInput("token", f"there is no token `{token_id[:60]}`")

    def _refresh(self) -> None:
        """Read the file again if it is another one than was read."""
        try:
            about = self.path.stat()
        except FileNotFoundError:
            self._stamp, self._by_hash = None, {}
            return
        stamp = (about.st_ino, about.st_mtime_ns, about.st_size)
        if stamp != self._stamp:
            self._by_hash = {token.sha256: token for token in self._read()}
            self._stamp = stamp

    def _read(self) -> list[Token]:
        try:
            if self.path.stat().st_mode & _WRITTEN_BY_OTHERS:
                raise StorageTrouble(f"others may write the tokens in `{self.path}`", code="TOKENS_UNREADABLE")
            return self._decoder.decode_lines(self.path.read_bytes())
        except FileNotFoundError:
            return []
        except (msgspec.MsgspecError, OSError, UnicodeDecodeError) as error:
            raise StorageTrouble(f"the tokens in `{self.path}` cannot be read", code="TOKENS_UNREADABLE") from error

    @contextmanager
    def _changing(self) -> Iterator[list[Token]]:
        """The tokens to change, alone: what stands in the list at the end replaces the file as a whole."""
        try:
            with (
                os.fdopen(os.open(f"{self.path}.lock", os.O_RDWR | os.O_CREAT, _PRIVATE), "r+b") as lock,
            ):
                fcntl.flock(lock, fcntl.LOCK_EX)
                tokens = self._read()
                yield tokens
                fresh = self.path.with_name(f"{self.path.name}.{os.getpid()}.new")
                fresh.unlink(missing_ok=True)
                with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE), "wb") as file:
                    file.write(msgspec.json.Encoder().encode_lines(tokens))
                    file.flush()
                    os.fsync(file.fileno())
                fresh.replace(self.path)
        except OSError as error:
            raise StorageTrouble(f"the tokens in `{self.path}` cannot be written", code="TOKENS_UNREADABLE") from error


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
