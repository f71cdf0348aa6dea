"""Tables as CSV: RFC 4180, UTF-8; codes, ids and numbers as they are stored, names beside them.

The heading of a column is its key, in Chinese its word (`words.judging.COLUMNS`); the order does not change. Instants
are in the ledger's zone with their offset, amounts are plain decimals with the currency beside them. A text that a
spreadsheet would take for a formula has an apostrophe before it.
"""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from api.words.judging import COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from api.words import Words

Cell = str | int | bool | Decimal | None


class Sheet(NamedTuple):
    """A table with a heading: `rows` give cells by the key of their column, what is left out is empty."""

    columns: tuple[str, ...]
    rows: Iterable[Mapping[str, Cell]]

    def written(self, words: Words) -> bytes:
        """The table as bytes, with its heading in the language spoken."""
        return as_csv([COLUMNS[key] if words.lang == "zh" else key for key in self.columns], self.cells())

    def cells(self) -> Iterator[list[Cell]]:
        """The rows as lists, in the order of the columns."""
        return ([row.get(key) for key in self.columns] for row in self.rows)


def as_csv(heads: Iterable[str], rows: Iterable[Iterable[Cell]]) -> bytes:
    """A heading and rows as CSV."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(heads)
    writer.writerows([_inert(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8", "backslashreplace")


def instant(at: datetime | None, zone: ZoneInfo) -> str | None:
    """An instant as ISO 8601 with its offset, a day's first one too."""
    return None if at is None else at.astimezone(zone).isoformat()


def plain(value: Cell) -> str:
    """A cell as text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _inert(value: Cell) -> str:
    """A cell that no spreadsheet calculates: who writes a title does not act on the machine of whoever opens it."""
    text = plain(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(_FORMULA_BEGINS) else text


_FORMULA_BEGINS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""As the OWASP page on CSV injection lists them, full-width forms too."""
