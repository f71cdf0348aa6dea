"""Answers as tables: CSV (RFC 4180, UTF-8) and XLSX.

In XLSX an amount is a number where a spreadsheet can hold it exactly (15 digits), else a text; nothing is a formula or
a link, whatever a title begins with. In CSV a text that would be one has an apostrophe before it.
"""

from __future__ import annotations

import io
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import xlsxwriter  # type: ignore[import-untyped]  # it says nothing of its types

from api.names import Names
from api.rendering import Page
from api.rendering.sheets import Cell, Sheet, as_csv, instant, plain
from api.words import Words
from api.words.judging import COLUMNS
from api.words.vocabulary import STATES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from api.http.asking import Times
    from api.words import Lang
    from ledger.submit import Ledger
    from projections.limits import AuthorityShown, Limits

KINDS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_HEADINGS = {
    **COLUMNS,
    "authority": "授权编号",
    "kind": "类型",
    "holder": "持有者",
    "holder_kind": "持有者类别",
    "holder_name": "持有者名称",
    "limit": "单笔限额",
    "effective_limit": "实际限额",
    "scope": "范围",
    "source": "转授自",
    "read_as": "视为",
    "caps": "累计限额",
    "joint": "联签人数",
    "uses": "次数",
    "by_decision": "依据决定",
    "because": "原因代码",
}
_EXACT_DIGITS = 15
_MOST_ROWS = 1_048_576
"""Of a sheet of XLSX, its heading included."""
_NO_GUESSES = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_date_format": "yyyy-mm-dd",
}


class IdsOnly(Names):
    """Names for those who may not see what persons are called."""

    def person(self, person: str) -> str:
        """The id."""
        return person


def written(  # noqa: PLR0913, PLR0917 - an answer, how it becomes a table, and for whom
    ledger: Ledger,
    sheet: Callable[[Page, Any], Sheet],
    answer: object,
    times: Times,
    form: str,
    lang: Lang,
    *,
    names: bool,
) -> tuple[bytes, str]:
    """The bytes of a table and what they are; with the names of persons only where they may be seen."""
    words = Words(lang)
    called = (Names if names else IdsOnly)(ledger, words, times.when.at, times.known.seq)
    table = sheet(Page(words, called, ledger.books.zone), answer)
    heads = [_HEADINGS[key] if lang == "zh" else key for key in table.columns]
    return (as_csv if form == "csv" else _xlsx)(heads, table.cells()), KINDS[form]


def _xlsx(heads: list[str], rows: Iterator[list[Cell]]) -> bytes:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, _NO_GUESSES)
    book.set_properties({"created": datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)})  # the same bytes each time
    bold = book.add_format({"bold": True})
    page = book.add_worksheet()
    page.freeze_panes(1, 0)
    page.write_row(0, 0, heads, bold)
    for number, row in enumerate(rows, 1):
        if number >= _MOST_ROWS:
            break
        for column, cell in enumerate(row):
            _put(page, number, column, cell)
    book.close()
    return file.getvalue()


def _put(page: Any, row: int, column: int, cell: Cell) -> None:  # noqa: ANN401 - xlsxwriter says nothing of its types
    if cell is None:
        return
    exact = isinstance(cell, int | Decimal) and len(str(abs(cell)).replace(".", "").lstrip("0")) <= _EXACT_DIGITS
    if isinstance(cell, int | Decimal) and not isinstance(cell, bool) and exact:
        page.write_number(row, column, cell)
    else:
        page.write_string(row, column, plain(cell)[:32_767])


# The limits

LIMIT_COLUMNS = (
    *("authority", "kind", "holder_kind", "holder", "holder_name", "act", "act_name", "matter", "matter_name"),
    *("limit", "effective_limit", "scope", "since", "until", "state", "state_name", "because", "source", "read_as"),
    *("caps", "joint", "uses", "by_decision", "instrument", "clause", "seq", "valid_at", "known_seq", "known_at"),
)


def sheet_of_limits(page: Page, found: Limits) -> Sheet:
    """A row a grant or delegation."""
    shared: dict[str, Cell] = {
        "valid_at": instant(found.valid_at, page.zone),
        "known_seq": found.known_seq,
        "known_at": instant(found.known_at, page.zone),
    }
    return Sheet(LIMIT_COLUMNS, [{**_limit(page, one), **shared} for one in found.authorities])


def _limit(page: Page, one: AuthorityShown) -> dict[str, Cell]:
    words, names = page.words, page.names
    caps = (words.colon(f"{words.window(cap.window)}/{cap.pool}", words.limit(cap.limit)) for cap in one.caps)
    return {
        "authority": one.authority,
        "kind": one.kind,
        "holder_kind": one.holder.kind,
        "holder": one.holder.id,
        "holder_name": names.name(one.holder.kind, one.holder.id),
        "act": one.act,
        "act_name": names.name("act", one.act),
        "matter": one.matter,
        "matter_name": names.name("matter", one.matter),
        "limit": words.limit(one.limit),
        "effective_limit": words.limit(one.effective_limit),
        "scope": page.scope(one.scope),
        "since": instant(one.since, page.zone),
        "until": instant(one.until, page.zone),
        "state": one.state,
        "state_name": words.pick(STATES, one.state),
        "because": one.because.code if one.because is not None else None,
        "source": one.source,
        "read_as": one.read_as,
        "caps": "; ".join(caps),
        "joint": one.joint.persons if one.joint is not None else None,
        "uses": one.uses,
        "by_decision": one.by_decision,
        "instrument": one.instrument,
        "clause": one.clause,
        "seq": one.seq,
    }
