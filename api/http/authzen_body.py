"""The body of an AuthZEN request: one JSON object, taken exactly as it is written.

A member that is stated twice is refused, for programs do not agree which of the two counts, and a number keeps all its
digits. What is too deep or too long for a question that people ask is refused, too, before anything is made of it.
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import orjson

from api.http.problems import Problem
from ledger.refusals import cut

Body = dict[str, Any]
MOST_LEVELS = 100
"""How deep objects and lists may stand in one another."""
LONGEST_TEXT = 1_000
"""How many characters a text may have that is looked at; the ledger's own ids have at most 100."""
_LONGEST_EXPONENT = 4


def wrong(pointer: str, detail: str) -> Problem:
    """400, naming the place in the body."""
    return Problem(400, "BAD_REQUEST", detail, pointer=pointer or None)


def body_of(raw: bytes, content_type: str) -> Body:
    """The object in a request's body; a number with a fraction or an exponent is a Decimal in it. Raises Problem."""
    kind, *parameters = [part.strip().lower() for part in content_type.split(";")]
    if kind != "application/json":
        raise wrong("", "the header `Content-Type` is not `application/json`")
    if any(one.startswith("charset") and one.replace('"', "") != "charset=utf-8" for one in parameters):
        raise wrong("", "the header `Content-Type` states another charset than `utf-8`")
    try:
        said = orjson.loads(raw)  # it takes nothing but JSON: neither NaN, nor half a character, nor another encoding
    except orjson.JSONDecodeError as error:
        raise wrong("", f"the body is not JSON: {error.msg}") from error
    if not isinstance(said, dict):
        raise wrong("", "the body is not a JSON object")
    if raw.count(b"{") + raw.count(b"[") > MOST_LEVELS and _is_too_deep(said):
        raise wrong("", f"the body has objects or lists more than {MOST_LEVELS} levels deep")
    exact: Body = _decoder.decode(raw.decode())
    return exact


def text(said: Body, member: str, place: str) -> str:
    """A member that is a text of at most 1,000 characters. Raises Problem."""
    value = said.get(member)
    if not isinstance(value, str):
        what = "missing" if member not in said else "not a text"
        raise wrong(f"{place}/{member}", f"`{member}` is {what}")
    if len(value) > LONGEST_TEXT:
        raise wrong(f"{place}/{member}", f"`{member}` has more than {LONGEST_TEXT:,} characters")
    return value


def optional(said: Body, member: str, place: str) -> str | None:
    """The same where it is stated; None where it is not. Raises Problem."""
    return None if member not in said else text(said, member, place)


def inner(said: Body, member: str, place: str = "") -> Body:
    """A member that is an object; an empty one where it is not stated. Raises Problem."""
    found = said.get(member, {})
    if not isinstance(found, dict):
        raise wrong(f"{place}/{member}", f"`{member}` is not an object")
    return found


def digits(number: int | Decimal) -> str:
    """A number without an exponent and without zeros behind the fraction: `60000`, `1.5`."""
    if not number:
        return "0"
    plain = f"{number:f}" if isinstance(number, Decimal) else str(number)
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def _is_too_deep(said: Body) -> bool:
    level: list[Any] = [said]
    for _ in range(MOST_LEVELS):
        level = [
            below
            for one in level
            if isinstance(one, dict | list)
            for below in (one.values() if isinstance(one, dict) else one)
        ]
    return any(isinstance(one, dict | list) for one in level)


def _object(members: list[tuple[str, Any]]) -> Body:
    found = dict(members)
    if len(found) != len(members):
        names = [name for name, _ in members]
        twice = next(name for name in found if names.count(name) > 1)
        raise wrong("", f"`{cut(twice)}` is stated twice in one object")
    return found


def _number(words: str) -> Decimal:
    if len(words.lower().partition("e")[2]) > _LONGEST_EXPONENT:
        raise wrong("", f"the exponent of the number `{cut(words)}` is too great")
    return Decimal(words)


_decoder = json.JSONDecoder(object_pairs_hook=_object, parse_float=_number)
