"""Plain data that remembers its lines, built from marks without recursion, and the words a sentence shows of it."""

from __future__ import annotations

from difflib import get_close_matches
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, cast

import msgspec

from ledger.refusals import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterable

DEPTH = 32
"""How deep mappings and lists may lie in one another."""
_IN_A_ROW = 2
"""At the top of a file a key may stand empty: a section without rows."""
SHOWN = 60
"""How much of a value a sentence shows, in characters."""


class Mark(NamedTuple):
    """One step through a text: a mapping or list opens or closes, or a single value (a key, too) stands on a line.

    `nothing` is where a value should stand and none is written.
    """

    kind: Literal["{", "}", "[", "]", "value", "nothing"]
    value: str | int | float | bool | None
    line: int


class Lines(msgspec.Struct):
    """The line on which a value begins (its key's line, where it has a key), and the same for what lies in it."""

    line: int
    inside: dict[str, Lines] | list[Lines] | None = None


class _Open:
    """A mapping or list that is not closed yet, and the key that waits for its value."""

    __slots__ = ("data", "key", "key_line", "lines")

    def __init__(self, data: Any, lines: Lines) -> None:  # noqa: ANN401 - a dict or a list
        self.data, self.lines = data, lines
        self.key: str | None = None
        self.key_line = 0

    def is_at_key(self) -> bool:
        """Whether the next value is a key."""
        return self.key is None and isinstance(self.lines.inside, dict)

    def put(self, value: object, line: int) -> Lines:
        """Add what stands next."""
        inside: dict[str, Lines] | list[Lines] | None = None
        if isinstance(value, dict):
            inside = {}
        elif isinstance(value, list):
            inside = []
        lines = Lines(line if self.key is None else self.key_line, inside)
        if self.key is None:
            self.data.append(value)
            self.lines.inside.append(lines)  # type: ignore[union-attr]  # a list, else there were a key
        else:
            self.data[self.key] = value
            self.lines.inside[self.key] = lines  # type: ignore[index, call-overload]  # a mapping, for there is a key
            self.key = None
        return lines


def build(marks: Iterable[Mark]) -> tuple[Any, Lines]:
    """The data and its lines. Raises BadInput with line and field: a key twice, no key, deeper than `DEPTH`."""
    root = _Open([], Lines(1, []))
    stack = [root]
    for kind, value, line in marks:
        here = stack[-1]
        if kind in ("}", "]"):
            stack.pop()
        elif here.is_at_key():
            _take_key(stack, kind, value, line)
        elif kind == "nothing" and here.key is not None and len(stack) > _IN_A_ROW:
            path = joined(_path(stack), here.key)
            raise BadInput(path, "it has no value; leave it out, or write `null` for none", line=line)
        elif kind in ("value", "nothing"):
            here.put(value, line)
        else:
            if len(stack) > DEPTH:
                raise BadInput(_path(stack), f"lists and mappings lie more than {DEPTH} deep in one another", line=line)
            data: dict[str, object] | list[object] = {} if kind == "{" else []
            stack.append(_Open(data, here.put(data, line)))
    return root.data[0], cast("list[Lines]", root.lines.inside)[0]


def _take_key(stack: list[_Open], kind: str, value: object, line: int) -> None:
    here = stack[-1]
    if kind != "value" or value is None:
        raise BadInput(
            _path(stack), "a key is empty" if kind in ("value", "nothing") else "a key is a word, not a list", line=line
        )
    key = str(value)
    earlier = cast("dict[str, Lines]", here.lines.inside)  # only a mapping waits for a key
    if key in earlier:
        sentence = f"the key {shown(key)} is given twice, first on line {earlier[key].line}"
        raise BadInput(joined(_path(stack), key), sentence, line=line)
    here.key, here.key_line = key, line


def _path(stack: list[_Open]) -> str:
    """Where the innermost open mapping or list stands, such as `positions[3]`."""
    path = ""
    for outer, inner in pairwise(stack[1:]):
        if isinstance(outer.data, list):
            path += f"[{len(outer.data) - 1}]"
        else:
            path = joined(path, next(key for key, value in outer.data.items() if value is inner.data))
    return path


def line_at(lines: Lines, steps: Iterable[str | int]) -> int:
    """The line of what lies at the end of a path, or of its nearest ancestor that is known."""
    for step in steps:
        inside = lines.inside
        if isinstance(inside, dict) and str(step) in inside:
            lines = inside[str(step)]
        elif isinstance(inside, list) and isinstance(step, int) and step < len(inside):
            lines = inside[step]
        else:
            break
    return lines.line


# Words


def joined(path: str, key: str) -> str:
    """The path of a key below a path; a long or odd key is shown as a sentence would show it."""
    return f"{path}.{_plain(key)}" if path else _plain(key)


def shown(value: object) -> str:
    """A value for a sentence: in backticks, cut to 60 characters, what cannot be printed as its code point."""
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return f"`{_plain(str(value))}`"


def near(name: str, names: Iterable[str]) -> str:
    """The end of a sentence about an unknown name: the names it may have meant."""
    found = get_close_matches(name[:SHOWN], list(names), n=3)
    return "; near names: " + ", ".join(f"`{one}`" for one in found) if found else ""


def _plain(text: str) -> str:
    cut = text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
    return cut if cut.isprintable() else "".join(one if one.isprintable() else f"U+{ord(one):04X}" for one in cut)
