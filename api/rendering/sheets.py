"""Tables as CSV: RFC 4180, UTF-8; codes, ids and numbers as they are stored, names beside them.

The heading of a column is its key, in Chinese its word (`words.judging.COLUMNS`); the order does not change. Instants
are in the ledger's zone with their offset, amounts are plain decimals with the currency beside them.
"""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from api.words.judging import COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
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
        text = io.StringIO(newline="")
        writer = csv.writer(text)
        writer.writerow(COLUMNS[key] if words.lang == "zh" else key for key in self.columns)
        for row in self.rows:
            writer.writerow(_cell(row.get(key)) for key in self.columns)
        return text.getvalue().encode("utf-8", "backslashreplace")


def instant(at: datetime | None, zone: ZoneInfo) -> str | None:
    """An instant as ISO 8601 with its offset, a day's first one too."""
    return None if at is None else at.astimezone(zone).isoformat()


def _cell(value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:f}" if isinstance(value, Decimal) else str(value)
