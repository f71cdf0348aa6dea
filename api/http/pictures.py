"""The pictures: the chart, the limits, the charter of a position."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from api.http.asking import Deadline, Id, Listing, Query, Tabular, Times, thing
from api.http.tables import sheet_of_limits
from projections.chart import Chart, chart
from projections.charter import Charter, charter
from projections.limits import Limits, limits

if TYPE_CHECKING:
    from collections.abc import Callable

    from ledger.books import Books
    from ledger.ids import Seq
    from ledger.moments import Instant


class OfPosition(Listing, frozen=True, kw_only=True):
    """One position."""

    position: Id


def _chart(books: Books, _: Listing, __: Times, ___: Deadline) -> Callable[[Instant, Seq], Chart]:
    return lambda at, known: chart(books, at, known)


def _limits(books: Books, _: Tabular, __: Times, ___: Deadline) -> Callable[[Instant, Seq], Limits]:
    return lambda at, known: limits(books, at, known)


def _charter(books: Books, asked: OfPosition, _: Times, __: Deadline) -> Callable[[Instant, Seq], Charter]:
    position = thing(books, "position", asked.position, "position")
    return lambda at, known: charter(books, position, at, known)


def _content(picture: Any) -> object:  # noqa: ANN401 - any of the pictures
    """What a picture shows, whatever its two times."""
    return msgspec.structs.replace(picture, valid_at=None, known_seq=0, known_at=None)


QUERIES = (
    Query(
        name="chart",
        path="/v1/chart",
        about="The organisation: units with their positions and who holds them, committees with their seats.",
        params=Listing,
        answer=Chart,
        prepare=_chart,
        content=_content,
        lists=("units", "positions", "committees"),
        example="on=2026-03-02&known=263",
    ),
    Query(
        name="limits",
        path="/v1/limits",
        about="Every grant and delegation, within which limit and scope, and whether it is in force.",
        params=Tabular,
        answer=Limits,
        prepare=_limits,
        content=_content,
        lists=("authorities",),
        sheet=sheet_of_limits,
        example="on=2026-03-02&known=263&limit=3",
    ),
    Query(
        name="charter",
        path="/v1/charters/{position}",
        about="The charter of a position: the edition in force, its duties and meetings.",
        params=OfPosition,
        answer=Charter,
        prepare=_charter,
        content=_content,
        lists=("duties",),
        example="position=marketing-director&on=2026-03-02&known=263",
    ),
)
