"""Local tokens: random, kept only as their SHA-256, expiring and revocable.

They stand in a file beside the ledger, never in the journal: one JSON object a line, readable by its owner alone,
replaced as a whole under a lock. Each process looks whether the file was replaced before it believes what it has read,
so a token revoked on the command line is refused at the next request. Whoever may write that file may give themselves
any role: it is believed only as a regular file of root's or of who runs this, which nobody else may write, in a folder
where not everybody may put another in its place. Each change drops the tokens that ended more than a year before.
"""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import os
import secrets
import stat
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec

from api.http.identity import Caller, Role
from ledger.refusals import BadInput, StorageTrouble
from ledger.submit.wording import readable_id

if TYPE_CHECKING:
    from collections.abc import Iterator

PREFIX = "remit_"
"""What every token begins with, so that programs that look for leaked secrets can tell one."""
RANDOM_BYTES = 32
LONGEST_LIFE = timedelta(days=366)
FOREIGN = "oidc:"
"""What the accounts of an OpenID provider begin with; no local account does."""
COMMAND_LINE = "cli"
"""The account in the command line's own entries; no local account has this name either."""
LISTED_AFTER_END = timedelta(days=366)
"""For how long a token that has ended is still listed."""
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

    @property
    def ended_at(self) -> datetime:
        """From when on it opens nothing."""
        return self.expires_at if self.revoked_at is None else min(self.revoked_at, self.expires_at)


def made(
    account: str, roles: tuple[Role, ...], now: datetime, life: timedelta, person: str | None = None
) -> tuple[str, Token]:
    """A new token, which stands nowhere yet, and what to keep of it. Raises BadInput."""
    readable_id(account, "account")
    alike = account.strip().casefold()
    if alike.startswith(FOREIGN):
        raise BadInput("account", f"`{FOREIGN}…` are the accounts of an OpenID provider")
    if alike == COMMAND_LINE:
        raise BadInput("account", f"`{COMMAND_LINE}` is the account of the command line")
    if not roles:
        raise BadInput("role", "a token has at least one role")
    if "approver" in roles and person is None:
        raise BadInput("person", "an approver is a person: state who")
    if not timedelta(0) < life <= LONGEST_LIFE:
        raise BadInput("days", f"a token lives from 1 to {LONGEST_LIFE.days} days")
    token = PREFIX + secrets.token_urlsafe(RANDOM_BYTES)
    kept = Token(
        id=_new_id(),
        sha256=_digest(token),
        account=account,
        roles=roles,
        person=person,
        created_at=now,
        expires_at=now + life,
    )
    return token, kept


class Tokens:
    """The tokens in a file, no file being no tokens; and some that are in none: neither listed nor ever written."""

    def __init__(self, path: Path, also: tuple[Token, ...] = ()) -> None:
        self.path = path
        self._also = {token.sha256: token for token in also}
        self._stamp: tuple[int, ...] | None = None
        self._by_hash: dict[str, Token] = {}
        self._decoder = msgspec.json.Decoder(Token)

    @staticmethod
    def are_like(token: str) -> bool:
        """Whether a token has the form of a local one."""
        return token.startswith(PREFIX)

    def caller(self, token: str, now: datetime) -> Caller | None:
        """Who presents a token; None where it is unknown, expired or revoked. Raises StorageTrouble."""
        digest = _digest(token)
        kept = self._also.get(digest)
        if kept is None:
            self._refresh()
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
        token, kept = made(account, roles, now, life, person)
        with self._changing(now) as tokens:
            taken = {one.id for one in tokens}
            while kept.id in taken:
                kept = msgspec.structs.replace(kept, id=_new_id())
            tokens.append(kept)
        return token, kept

    def revoke(self, token_id: str, now: datetime) -> Token:
        """End the tokens of an id; one that has ended stays as it is. Raises BadInput where there is none."""
        with self._changing(now) as tokens:
            found = [place for place, kept in enumerate(tokens) if kept.id == token_id]
            if not found:
                raise BadInput("token", f"there is no token `{token_id[:60]}`")
            for place in found:
                tokens[place] = msgspec.structs.replace(tokens[place], revoked_at=tokens[place].revoked_at or now)
            return tokens[found[0]]

    def _refresh(self) -> None:
        """Read the file again if it is another one than was read."""
        try:
            stamp = _stamp(self.path.stat())
        except FileNotFoundError:
            stamp = None
        except OSError as error:
            raise self._trouble("cannot be read") from error
        if stamp is None or stamp != self._stamp:
            self._stamp, tokens = self._read(self.path)
            self._by_hash = {token.sha256: token for token in tokens}

    def _read(self, path: Path) -> tuple[tuple[int, ...] | None, list[Token]]:
        """The stamp of the file that was read, and what stands in it; nothing, where there is none."""
        try:
            with open(path, "rb", opener=_at_once) as file:
                about = os.fstat(file.fileno())
                self._believe(about, path)
                return _stamp(about), self._decoder.decode_lines(file.read())
        except FileNotFoundError:
            return None, []
        except (msgspec.MsgspecError, OSError, UnicodeDecodeError) as error:
            raise self._trouble("cannot be read") from error

    def _believe(self, about: os.stat_result, path: Path) -> None:
        """Nothing, if only root and who runs this can have written the file. Raises StorageTrouble."""
        folder = Path(os.path.realpath(path)).parent.stat().st_mode
        if not stat.S_ISREG(about.st_mode):
            raise self._trouble("are not in a regular file")
        if about.st_uid not in {0, os.geteuid()}:
            raise self._trouble("belong to somebody else: only their owner uses them")
        if about.st_mode & _WRITTEN_BY_OTHERS:
            raise self._trouble("are not believed, for others may write them")
        if folder & stat.S_IWOTH and not folder & stat.S_ISVTX:
            raise self._trouble("are not believed, for everybody may write their folder")

    @contextmanager
    def _changing(self, now: datetime) -> Iterator[list[Token]]:
        """The tokens to change, alone: what stands in the list at the end replaces the file as a whole.

        Where the path is a link, it goes on being one: what it leads to is replaced.
        """
        path = Path(os.path.realpath(self.path))
        try:
            with _locked(path):
                _, tokens = self._read(path)
                tokens = [token for token in tokens if now - token.ended_at <= LISTED_AFTER_END]
                yield tokens
                fresh = path.with_name(f"{path.name}.{os.getpid()}.new")
                fresh.unlink(missing_ok=True)
                with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE), "wb") as file:
                    file.write(msgspec.json.Encoder().encode_lines(tokens))
                    file.flush()
                    os.fsync(file.fileno())
                fresh.replace(path)
        except OSError as error:
            raise self._trouble("cannot be written") from error

    def _trouble(self, what: str) -> StorageTrouble:
        return StorageTrouble(f"the tokens in `{self.path}` {what}", code="TOKENS_UNREADABLE")


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Alone with a file, among those who lock it so: by a file beside it, for it is replaced itself."""
    flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK
    with os.fdopen(os.open(f"{path}.lock", flags, _PRIVATE), "r+b", buffering=0) as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _at_once(path: str, flags: int) -> int:
    """A file opened without waiting for whoever might write a pipe."""
    return os.open(path, flags | os.O_NONBLOCK)


def _stamp(about: os.stat_result) -> tuple[int, ...]:
    return about.st_dev, about.st_ino, about.st_mtime_ns, about.st_size


def _new_id() -> str:
    return secrets.token_hex(4)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
