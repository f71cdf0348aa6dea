"""JSON without what JSON parsers forget: keys given twice, the digits of great numbers, and the lines of a text."""

from __future__ import annotations

import json
import math
import re
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import orjson

from api.files.tree import DEPTH, Mark, build, shown
from ledger.refusals import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterator

_SPACE = re.compile(r"[ \t\r\n]*+")
_STRING = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)
_WORD = re.compile(r'[^\s{}\[\],:"]++|.', re.DOTALL)
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?P<fraction>(?:\.\d+)?(?:[eE][+-]?\d+)?)", re.ASCII)
_WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None}
_KEY = re.compile(rb'"[ \t\r\n]*+:')
_DIGITS = 40
"""No number of a command is longer."""
_KEPT_WHOLE = 2.0**63
"""Below it, a number that the fast parser gives as a fraction was written as one."""
LONGEST_TOLD = 100_000
"""Up to how many bytes what is wrong in a value is told with its field; marks of longer texts take too long."""

_NEXT = {
    **{(state, one): "value?" if one == "[" else "key?" for state in ("value", "value?") for one in "[{"},
    **{(state, one): "after" for state in ("value", "value?") for one in ('"', "word")},
    ("value?", "]"): "after",
    ("key", '"'): "colon",
    ("key?", '"'): "colon",
    ("key?", "}"): "after",
    ("colon", ":"): "value",
    ("in {", ","): "key",
    ("in {", "}"): "after",
    ("in [", ","): "value",
    ("in [", "]"): "after",
    ("end", "end"): "done",
}
"""What may stand where, and what is awaited after it; `after` is said by what is open then."""
_AWAITED = {
    "value": "a value",
    "value?": "a value or `]`",
    "key": 'a key in `"`',
    "key?": 'a key in `"` or `}`',
    "colon": "`:`",
    "in {": "`,` or `}`",
    "in [": "`,` or `]`",
    "end": "the end of the file",
}


class _Token(NamedTuple):
    """A punctuation mark by itself, a quotation mark for a string, `word` for what is neither, `end`."""

    kind: str
    text: str
    line: int


def marks(text: str, first_line: int = 1) -> Iterator[Mark]:
    """The steps through a JSON text that begins on a line of its file. Raises BadInput with the line."""
    awaited = "value"
    opened: list[str] = []
    for token in _tokens(text, first_line):
        follows = _NEXT.get((awaited, token.kind))
        if follows is None:
            what = "the end of the file" if token.kind == "end" else shown(token.text)
            raise BadInput("", f"the JSON has {what} where {_AWAITED[awaited]} is awaited", line=token.line)
        if token.kind in ("{", "["):
            opened.append(token.kind)
            yield Mark("{" if token.kind == "{" else "[", None, token.line)
        elif token.kind in ("}", "]"):
            opened.pop()
            yield Mark("}" if token.kind == "}" else "]", None, token.line)
        elif token.kind in ('"', "word"):
            yield Mark("value", _read(token), token.line)
        awaited = follows if follows != "after" else f"in {opened[-1]}" if opened else "end"


def _tokens(text: str, line: int) -> Iterator[_Token]:
    at = 0
    while True:
        begin = cast("re.Match[str]", _SPACE.match(text, at)).end()  # it matches nothing, too
        line, at = line + text.count("\n", at, begin), begin
        if at == len(text):
            yield _Token("end", "", line)
            return
        char = text[at]
        if char in "{}[],:":
            yield _Token(char, char, line)
            at += 1
            continue
        found = (_STRING if char == '"' else _WORD).match(text, at)
        if found is None:
            raise BadInput("", 'a text in `"` has no end', line=line)
        yield _Token('"' if char == '"' else "word", found.group(), line)
        line += text.count("\n", at, found.end())
        at = found.end()


def _read(token: _Token) -> str | int | float | bool | None:
    if token.kind == '"':
        try:
            return str(orjson.loads(token.text))
        except orjson.JSONDecodeError as error:
            raise BadInput("", f"the text {shown(token.text)} cannot be read: {error.msg}", line=token.line) from error
    if token.text in _WORDS:
        return _WORDS[token.text]
    return _number(token.text, token.line)


def _number(text: str, line: int | None = None) -> int | float:
    number = _NUMBER.fullmatch(text)
    if number is None:
        raise BadInput("", f"{shown(text)} is not a value of JSON; texts stand in quotes", line=line)
    if len(text) > _DIGITS or not math.isfinite(float(text)):
        raise BadInput("", f"the number {shown(text)} is too great to be read", line=line)
    return float(text) if number["fraction"] else int(text)


# Values without their lines


def values(text: str) -> Iterator[tuple[int, Any]]:
    """The number and the value of each line that is not blank. Raises BadInput with the line."""
    for number, line in enumerate(text.encode().splitlines(), 1):
        if line.strip():
            yield number, value(line, number)


def value(raw: bytes, first_line: int = 1) -> Any:  # noqa: ANN401 - whatever JSON holds
    """What a JSON text in UTF-8 says, that begins on a line of its file. Raises BadInput.

    It names line and field; of a text longer than `LONGEST_TOLD` the line where it is no JSON, and else the key or the
    number alone.
    """
    long = len(raw) > LONGEST_TOLD
    try:
        found = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        if long:
            raise BadInput("", f"it is not JSON: {error.msg}", line=first_line + error.lineno - 1) from error
    else:
        if _is_whole(found, len(_KEY.findall(raw))):
            return found
        if long:
            return _exactly(raw)
    return build(marks(raw.decode(), first_line))[0]


def _is_whole(found: object, keys: int) -> bool:
    """Whether the fast parser dropped nothing: no key of so many, no digit; and went no deeper than marks may."""
    level = [found]
    for _ in range(DEPTH + 1):
        below: list[object] = []
        for one in level:
            if isinstance(one, dict):
                keys -= len(one)
                below.extend(one.values())
            elif isinstance(one, list):
                below.extend(one)
            elif isinstance(one, float) and abs(one) >= _KEPT_WHOLE:
                return False
        if not below:
            return keys == 0
        level = below
    return False


def _exactly(raw: bytes) -> Any:  # noqa: ANN401 - whatever JSON holds
    """What a text says that is JSON, key by key. Raises BadInput."""
    try:
        return json.loads(raw, object_pairs_hook=_once, parse_int=_number, parse_float=_number)
    except RecursionError as error:
        raise BadInput("", f"lists and mappings lie more than {DEPTH} deep in one another") from error


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = iter(found)
        key = next(key for key, _ in pairs if key != next(keys, None))
        raise BadInput("", f"the key {shown(key)} is given twice")
    return found
