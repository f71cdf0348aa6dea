"""The tables of sentences: headings in either language and any order, cells read by the type of their column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from features.steps.matching import TRADITIONAL, Value, in_simplified
from features.steps.normal import has_quotes, key, marks, unquoted
from features.steps.parameters import PARAMETERS, Malformed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from features.steps.parameters import Pair
    from features.steps.sentence import Column, Sentence

Code = Literal[
    "TABLE_MISSING",
    "TABLE_UNEXPECTED",
    "ROWS_MISSING",
    "COLUMN_UNKNOWN",
    "COLUMN_TWICE",
    "COLUMN_MISSING",
    "CELL_EMPTY",
    "CELL_WRONG",
]
Row = dict[str, Value]
"""The filled cells of a row, by the name of their column."""


@dataclass(frozen=True)
class TableTrouble:
    """What is wrong with a table: the row (0 is the heading) and the column, from 0; English, Chinese."""

    code: Code
    said: Pair
    row: int = 0
    column: int = 0


def read_table(
    sentence: Sentence, values: Mapping[str, Value], cells: Sequence[Sequence[str]] | None, language: str = "en"
) -> tuple[list[Row], list[TableTrouble]]:
    """The rows of a sentence's table, and everything that is wrong with it."""
    table = sentence.table
    wanted = table is not None and (table.when == "always" or table.when in values)
    if cells is None:
        return [], [_missing(sentence)] if wanted else []
    if table is None or not (wanted or table.when == "optional"):
        unexpected = "this sentence takes no table", "这一句不带表格"
        return [], [TableTrouble("TABLE_UNEXPECTED", unexpected)]
    columns, troubles = _columns(sentence, cells[0], language)
    if len(cells) == 1:
        troubles.append(TableTrouble("ROWS_MISSING", ("the table has no rows", "表格没有内容行")))
    rows: list[Row] = []
    for number, row in enumerate(cells[1:], 1):
        rows.append({})
        for at, column in columns:
            cell = unquoted(row[at])
            if not key(cell):
                if column.required and not column.blank:
                    said = f"the cell “{column.english}” is empty", f"“{column.chinese}”一格是空的"
                    troubles.append(TableTrouble("CELL_EMPTY", said, number, at))
                continue
            try:
                rows[-1][column.name] = Value(_read(column, cell, language), cell.strip(), at)
            except Malformed as malformed:
                wrong, instead = malformed.said, malformed.instead
                said = f"{wrong[0]}; {instead[0]}", f"{wrong[1]}；{instead[1]}"
                troubles.append(TableTrouble("CELL_WRONG", said, number, at))
    return rows, troubles


def _read(column: Column, cell: str, language: str) -> object:
    parameter = PARAMETERS[column.type]
    if language == TRADITIONAL and not parameter.keeps_script:
        cell = "".join(one.text for one in in_simplified(marks(cell)))
    return parameter.read(_outer(cell) if has_quotes(cell) else key(cell))


def _outer(cell: str) -> str:
    """A cell that has quotes inside (a limit of a named base figure), normalised with its quotes."""
    return "".join(one.text for one in marks(cell.strip()))


def _columns(
    sentence: Sentence, headings: Sequence[str], language: str
) -> tuple[list[tuple[int, Column]], list[TableTrouble]]:
    found: list[tuple[int, Column]] = []
    troubles: list[TableTrouble] = []
    table = sentence.table
    if table is None:
        return [], []
    for at, heading in enumerate(headings):
        column = table.headings.get(key(heading).casefold())
        if column is None and language == TRADITIONAL:
            column = table.headings.get("".join(one.text for one in in_simplified(marks(key(heading)))))
        if column is None:
            english = ", ".join(one.english for one in table.columns)
            chinese = "、".join(one.chinese for one in table.columns)
            said = (
                f"there is no column “{heading}” here; the columns are {english}",
                f"这里没有“{heading}”一列；各列为：{chinese}",
            )
            troubles.append(TableTrouble("COLUMN_UNKNOWN", said, 0, at))
        elif any(column is other for _, other in found):
            said = f"the column “{heading}” stands twice", f"“{heading}”一列出现了两次"
            troubles.append(TableTrouble("COLUMN_TWICE", said, 0, at))
        else:
            found.append((at, column))
    there = {column.name for _, column in found}
    for column in table.columns:
        if column.required and column.name not in there:
            said = f"the column “{column.english}” is missing", f"缺少“{column.chinese}”一列"
            troubles.append(TableTrouble("COLUMN_MISSING", said))
    return found, troubles


def _missing(sentence: Sentence) -> TableTrouble:
    columns = sentence.table.columns if sentence.table is not None else ()
    english = ", ".join(one.english for one in columns)
    chinese = "、".join(one.chinese for one in columns)
    return TableTrouble(
        "TABLE_MISSING",
        (f"this sentence needs a table with the columns {english}", f"这一句下面应有表格，各列为：{chinese}"),
    )
