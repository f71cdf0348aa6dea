"""A JSON text as marks, with the lines that JSON parsers do not tell and the duplicate keys that they forget."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import orjson

from api.files.tree import Mark, build, shown
from ledger.refusals import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterator

_SPACE = re.compile(r"[ \t\r\n]*+")
_STRING = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)
_WORD = re.compile(r'[^\s{}\[\],:"]++|.', re.DOTALL)
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?P<fraction>(?:\.\d+)?(?:[eE][+-]?\d+)?)", re.ASCII)
_WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None}
_KEY = re.compile(rb'"[ \t]*:')
_DIGITS = 40
"""No number of a command is longer."""

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
    number = _NUMBER.fullmatch(token.text)
    if number is None:
        raise BadInput("", f"{shown(token.text)} is not a value of JSON; texts stand in quotes", line=token.line)
    if len(token.text) > _DIGITS or not math.isfinite(float(token.text)):
        raise BadInput("", f"the number {shown(token.text)} is too great to be read", line=token.line)
    return float(token.text) if number["fraction"] else int(token.text)


# Lines of JSON


def values(text: str) -> Iterator[tuple[int, Any]]:
    """The number and the value of each line that is not blank. Raises BadInput with the line."""
    for number, line in enumerate(text.encode().splitlines(), 1):
        if line.strip():
            yield number, _value(line, number)


def _value(line: bytes, number: int) -> Any:  # noqa: ANN401 - whatever JSON holds
    """Read by the fast parser; by the marks, where that one stumbled or may have dropped a key."""
    try:
        value = orjson.loads(line)
    except orjson.JSONDecodeError:
        return build(marks(line.decode(), number))[0]
    if _keys(value) == len(_KEY.findall(line)):
        return value
    return build(marks(line.decode(), number))[0]


def _keys(value: object) -> int:
    """How many keys there are, at all depths."""
    found, pending = 0, [value]
    while pending:
        one = pending.pop()
        if isinstance(one, dict):
            found += len(one)
            pending.extend(one.values())
        elif isinstance(one, list):
            pending.extend(one)
    return found
