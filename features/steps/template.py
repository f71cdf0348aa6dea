"""The notation of the wordings: `"{person}" holds "{position}" from {since:date}[ through {through:day}]`.

`{name:type}` is a parameter, `{name}` one whose type is called as it is; `[…]` may be absent, `[name?…]` too and is
then a parameter that says whether it was there; `(…|…)` is one of several.
A parameter in quotes takes a quoted text; any other as much as the words around it leave, so that a right sentence with
a wrong value is still found and the value can be named.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import NamedTuple

from features.steps.normal import CLOSE, OPEN, Normal, chinese, english, marks

_PARAMETER = re.compile(r"\{(?P<name>\w+)(?::(?P<type>\w+))?\}")
_SYNTAX = re.compile(r"(\{\w+(?::\w+)?\}|\[[a-z]+\?|[\[\]()|])")
_PLACE = "\ue000"
"""Stands for a parameter where only the words are compared."""


class Place(NamedTuple):
    """A parameter: its name, the name of its type, whether it stands in quotes, and whether it may be absent."""

    name: str
    type: str
    quoted: bool
    optional: bool


class Template:
    """One wording of a sentence, compiled."""

    def __init__(self, wording: str, *, of_chinese: bool, limits: frozenset[str]) -> None:
        self.wording, self.of_chinese = wording, of_chinese
        self.text = _normal_notation(wording, of_chinese=of_chinese)
        self.places = _places(self.text)
        self._types_with_quotes = limits

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The wording as a pattern over normalised text."""
        types = {(one.name, one.type) for one in self.places if one.type in self._types_with_quotes}
        return re.compile("".join(self._piece(piece, types) for piece in _SYNTAX.split(self.text) if piece))

    def _piece(self, piece: str, wide: set[tuple[str, str]]) -> str:
        parameter = _PARAMETER.fullmatch(piece)
        if parameter is not None:
            name = parameter["name"]
            here = next(one for one in self.places if one.name == name)
            inside = f"[^{OPEN}{CLOSE}]*" if here.quoted else ".+?" if (name, here.type) in wide else _UNQUOTED
            return f"(?P<{name}>{inside})"
        if piece.endswith("?") and piece.startswith("["):
            return f"(?P<{piece[1:-1]}>"
        return {"[": "(?:", "]": ")?", "(": "(?:", ")": ")", "|": "|"}.get(piece) or re.escape(piece)

    @cached_property
    def needed(self) -> str:
        """The longest piece of wording that is always there: what lacks it cannot be this sentence."""
        depth, pieces = 0, [""]
        for piece in _SYNTAX.split(self.text):
            if piece.startswith("[") or piece == "(":
                depth += 1
            elif piece in ("]", ")"):
                depth -= 1
            elif piece and depth == 0 and _PARAMETER.fullmatch(piece) is None and piece != "|":
                pieces.append(piece)
        return max(pieces, key=len)

    @cached_property
    def skeletons(self) -> tuple[str, ...]:
        """The words without the values: with nothing that may be absent, and with all of it."""
        marked = _PARAMETER.sub(_PLACE, self.text)
        bare = re.sub(r"\[[^\[\]]*\]", "", marked)
        whole = re.sub(r"\[[a-z]+\?|[\[\]]", "", marked)
        return tuple(dict.fromkeys(re.sub(r"\(([^()|]*)\|[^()]*\)", r"\1", one) for one in (bare, whole)))

    def read(self, said: Normal) -> dict[str, tuple[int, int]] | None:
        """Where in a text the values stand, if it has these words."""
        if self.needed not in said.text:
            return None
        match = self.pattern.fullmatch(said.text)
        if match is None:
            return None
        return {name: match.span(name) for name in match.groupdict() if match[name] is not None}


_UNQUOTED = f"[^{OPEN}{CLOSE}]+?"


def skeleton(said: Normal) -> str:
    """A text with a mark in place of each quoted value and each number: the words that are compared."""
    without = re.sub(f"{OPEN}[^{CLOSE}]*{CLOSE}?", f"{OPEN}{_PLACE}{CLOSE}", said.text)
    return re.sub(r"(?:[A-Z]{3} )?\d[\d,.:+T年月日元万亿Q-]*(?: ?[A-Z]{3}\b)?", _PLACE, without)


def normalised(raw: str, *, of_chinese: bool) -> Normal:
    """A step's text as the wordings of a language are compared with it."""
    found = marks(raw)
    return chinese(found, raw) if of_chinese else english(found, raw)


def _normal_notation(wording: str, *, of_chinese: bool) -> str:
    """The wording normalised; spaces around its syntax stay as they are written."""
    found = marks(wording)
    if of_chinese:
        return chinese(found, wording).text
    return "".join(one.text for one in found)


def _places(text: str) -> tuple[Place, ...]:
    found: list[Place] = []
    depth = 0
    for piece in re.finditer(r"\{(\w+)(?::(\w+))?\}|\[([a-z]+)\?|[\[\]()]", text):
        if piece[0][0] in "[(":
            depth += 1
            if piece[3]:
                found.append(Place(piece[3], "said", quoted=False, optional=True))
        elif piece[0] in "])":
            depth -= 1
        else:
            quoted = text[: piece.start()].endswith(OPEN) and text[piece.end() :].startswith(CLOSE)
            found.append(Place(piece[1], piece[2] or piece[1], quoted, depth > 0))
    return tuple(found)
