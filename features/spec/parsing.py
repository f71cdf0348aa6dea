"""Gherkin's own parser, asked only what a line may be: the same tree in half the time.

Its generated automaton tries every kind of token on every line. What a line cannot be is seen from its first character;
the rest is left to it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gherkin.ast_builder import AstBuilder
from gherkin.errors import CompositeParserException, ParserException
from gherkin.gherkin_line import Cell, GherkinLine
from gherkin.parser import Parser
from gherkin.token import Token
from gherkin.token_matcher import TokenMatcher

if TYPE_CHECKING:
    from collections.abc import Callable

    from gherkin.parser import ParserContext
    from gherkin.parser_types import TableRow

Tree = dict[str, Any]
"""A node of the syntax tree, as gherkin-official gives it."""
_WANTED = {
    "Language": ("Comment",),
    "StepLine": ("StepLine", "Title"),
    **dict.fromkeys(("FeatureLine", "RuleLine", "BackgroundLine", "ScenarioLine", "ExamplesLine"), ("Title",)),
}
"""What a line may be, for the parser to ask whether it is of that kind."""
_MARKS = {"@": "TagLine", "#": "Comment", "|": "TableRow", '"': "DocStringSeparator", "`": "DocStringSeparator"}


class Broken(Exception):
    """A text that is not Gherkin: the lines at fault, and why, in the parser's words."""

    def __init__(self, faults: list[tuple[int, str]]) -> None:
        super().__init__("; ".join(why for _, why in faults))
        self.faults = faults


def parse(text: str, language: str) -> Tree | None:
    """The feature of a text, None where it has none. Raises Broken."""
    try:
        document = _Parser(_Builder()).parse(_Scanner(text), TokenMatcher(language))  # type: ignore[arg-type]
    except CompositeParserException as errors:
        raise Broken([(one.location["line"], _why(one)) for one in errors.errors]) from errors
    feature: Tree | None = document.get("feature")  # type: ignore[assignment]
    return feature


def _why(error: ParserException) -> str:
    return str(error).partition("): ")[2] or str(error)


class _Scanner:
    """A token for each line, and one for the end."""

    def __init__(self, text: str) -> None:
        self._lines = iter(enumerate(text.split("\n"), 1))
        self._last = 0

    def read(self) -> Token:
        """The next token."""
        for number, line in self._lines:
            self._last = number
            return Token(_Line(line, number), {"line": number})
        return Token("", {"line": self._last + 1})  # type: ignore[arg-type]  # as the parser's own scanner ends


class _Line(GherkinLine):
    """A line that knows by its first character what it may be; rows without escapes are split plainly."""

    def __init__(self, text: str, number: int) -> None:
        super().__init__(text, number)
        trimmed = self._trimmed_line_text
        words = "Title" if ":" in trimmed else "StepLine"
        self.may_be = _MARKS.get(trimmed[0], words) if trimmed else "Empty"

    @property
    def table_cells(self) -> list[Cell]:
        """The cells of a row, with the column of each."""
        row = self._trimmed_line_text.rstrip()
        if "\\" in row:
            return super().table_cells
        cells: list[Cell] = []
        column = self.indent + 2
        for cell in row.split("|")[1:-1]:
            bare = cell.lstrip()
            cells.append({"column": column + len(cell) - len(bare), "text": bare.rstrip()})
            column += len(cell) + 1
        return cells


def _only(kind: str) -> Callable[[_Parser, ParserContext, Token], bool]:
    """The parser's own question about a line, put only where the line may be of that kind."""
    wanted = _WANTED.get(kind, (kind,))
    asked: Callable[[Parser, ParserContext, Token], bool] = getattr(Parser, f"match_{kind}")

    def matches(self: _Parser, context: ParserContext, token: Token) -> bool:
        line: Any = token.line
        return bool(line) and line.may_be in wanted and asked(self, context, token)

    return matches


class _Parser(Parser):
    """The parser, with fewer questions; they have its names, and are methods as its own are."""

    match_TagLine = _only("TagLine")  # type: ignore[assignment]  # noqa: N815
    match_Comment = _only("Comment")  # type: ignore[assignment]  # noqa: N815
    match_Language = _only("Language")  # type: ignore[assignment]  # noqa: N815
    match_TableRow = _only("TableRow")  # type: ignore[assignment]  # noqa: N815
    match_DocStringSeparator = _only("DocStringSeparator")  # type: ignore[assignment]  # noqa: N815
    match_Empty = _only("Empty")  # type: ignore[assignment]  # noqa: N815
    match_StepLine = _only("StepLine")  # type: ignore[assignment]  # noqa: N815
    match_FeatureLine = _only("FeatureLine")  # type: ignore[assignment]  # noqa: N815
    match_RuleLine = _only("RuleLine")  # type: ignore[assignment]  # noqa: N815
    match_BackgroundLine = _only("BackgroundLine")  # type: ignore[assignment]  # noqa: N815
    match_ScenarioLine = _only("ScenarioLine")  # type: ignore[assignment]  # noqa: N815
    match_ExamplesLine = _only("ExamplesLine")  # type: ignore[assignment]  # noqa: N815

    def match_EOF(self, context: ParserContext, token: Token) -> bool:  # noqa: ARG002, N802 - as above
        """Whether this is the end."""
        if not token.eof():
            return False
        token.matched_type = "EOF"  # type: ignore[attr-defined]  # set so by its own matcher
        return True


class _Builder(AstBuilder):
    """The builder of the tree, whose rows are made at once."""

    def get_table_rows(self, node: Any) -> list[TableRow]:  # noqa: ANN401 - as the parser gives it
        """The rows of a table."""
        rows: list[Any] = [
            {
                "id": "",
                "location": token.location,
                "cells": [
                    {"location": {"line": token.location["line"], "column": one["column"]}, "value": one["text"]}
                    for one in token.matched_items
                ],
            }
            for token in node.get_tokens("TableRow")
        ]
        self.ensure_cell_count(rows)
        return rows
