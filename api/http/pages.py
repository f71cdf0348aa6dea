"""Pages: an answer in parts, and the opaque token that leads to the next one.

A token binds the question, its two times and the limit, so that a walk gives exactly what the whole answer would have
given, whatever is recorded meanwhile. It is signed with a key that only this ledger's service has: of the ledger's
random id, which no answer shows. What was changed in it, or belongs to another question, is refused.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import TYPE_CHECKING, Annotated, Any

import msgspec

from api.http.problems import bad
from ledger.asking import AskedKnown
from ledger.moments import Asked

if TYPE_CHECKING:
    from uuid import UUID

LARGEST_PAGE = 1_000
_MAC_BYTES = 16
_LONGEST_TOKEN = 500

Limit = Annotated[int, msgspec.Meta(ge=1, le=LARGEST_PAGE)]


class Bookmark(msgspec.Struct, frozen=True, array_like=True):
    """Where the next page begins, in an answer at two times that stand fixed."""

    when: Asked
    known: AskedKnown
    limit: int
    begin: int


class Pages:
    """The tokens of one ledger."""

    def __init__(self, ledger_id: UUID) -> None:
        self._key = hashlib.sha256(b"remit page tokens\0" + ledger_id.bytes).digest()
        self._decoder = msgspec.msgpack.Decoder(Bookmark)

    def token(self, question: bytes, mark: Bookmark) -> str:
        """The token of a page of a question."""
        said = msgspec.msgpack.encode(mark)
        return urlsafe_b64encode(self._mac(question, said) + said).rstrip(b"=").decode()

    def mark(self, question: bytes, token: str) -> Bookmark:
        """Where a token leads. Raises Problem (BAD_PAGE_TOKEN) for any that was not made for this question."""
        try:
            raw = urlsafe_b64decode(token.encode("ascii") + b"=" * (-len(token) % 4)) if token else b""
            mac, said = raw[:_MAC_BYTES], raw[_MAC_BYTES:]
            if len(token) <= _LONGEST_TOKEN and hmac.compare_digest(mac, self._mac(question, said)):
                return self._decoder.decode(said)
        except (ValueError, msgspec.MsgspecError):
            pass
        raise bad("BAD_PAGE_TOKEN", "the page token was not made for this question; ask again without it")

    def _mac(self, question: bytes, said: bytes) -> bytes:
        content = len(question).to_bytes(8, "big") + question + said
        return hmac.new(self._key, content, hashlib.sha256).digest()[:_MAC_BYTES]


def part(
    answer: Any,  # noqa: ANN401 - any answer with lists
    lists: tuple[str, ...],
    begin: int,
    limit: int,
) -> tuple[Any, int | None]:
    """An answer with only that part of its lists, taken as one list; where the next part begins, if there is one."""
    kept: dict[str, Any] = {}
    end, passed = begin + limit, 0
    for name in lists:
        items = getattr(answer, name)
        kept[name] = items[max(0, begin - passed) : max(0, end - passed)]
        passed += len(items)
    return msgspec.structs.replace(answer, **kept), end if end < passed else None
