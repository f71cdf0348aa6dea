"""What all tables have in common: rows that are rectangles in both times, and how values are written in them.

Instants are text in UTC, `2026-03-05T16:00:00.000000Z`, all of one width, so that their order as text is their order in
time on every engine; amounts are text because no engine but PostgreSQL holds decimals exactly; lists and records are
JSON text. What has no end ends at `NO_END_OF_TIME`, or is known until `NO_END`.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
from sqlalchemy import BigInteger, Boolean, Column, MetaData, PrimaryKeyConstraint, Table, Text

from ledger.money import NoAuthority, Percent, UpTo
from ledger.timeline import STILL_KNOWN
from projections.rectangles import Rectangle, rectangles

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from decimal import Decimal

    from ledger.ids import Holder
    from ledger.moments import Instant
    from ledger.money import Limit, Money
    from ledger.timeline import Thing
    from projections.rectangles import Timelines

NO_END = 999_999_999_999
"""`known_until` of what is still known."""
NO_END_OF_TIME = "9999-12-31T23:59:59.999999Z"
"""`valid_until` of what has no end; no fact can state it."""
METADATA = MetaData()
TEXT = Text().with_variant(Text(collation="C"), "postgresql")
"""Text that is compared by its characters on every engine."""
_json = msgspec.json.Encoder(order="sorted")


class Kept(NamedTuple):
    """A table, the kind of thing whose rows stand in it, and how a rectangle reads there."""

    table: Table
    kind: str
    properties: tuple[str, ...]
    """The properties whose facts the rows read from."""
    own: Callable[[Rectangle], tuple[object, ...] | None]
    """The values of the table's own columns; None where the rectangle is no row."""
    parts: Callable[[Thing], Iterable[Timelines]] | None = None
    """Where a thing has many rows at one point of the two times: the timelines of each."""

    def keys(self, thing: Thing) -> list[tuple[str | int]]:
        """By what the rows of a thing are found."""
        if self.table.primary_key.columns.contains_column(self.table.c.seq):
            return [(seq,) for seq in sorted({version.seq for version in thing.created})]
        return [(thing.id,)]


class Projection(NamedTuple):
    """Tables that belong together."""

    name: str
    kept: tuple[Kept, ...]


def table(name: str, about: str, key: str, *own: Column[Any], keys: tuple[str, ...] = ()) -> Table:
    """A table of rectangles: the id of the thing, its own columns, and those that every table has.

    Rows are kept and found by the id, or by what `keys` says instead.
    """
    return Table(
        name,
        METADATA,
        text(key, "its id", null=False),
        *own,
        text("instrument", "the document that the row's fact rests on"),
        text("clause", "the clause of that document"),
        text("since", "when its life began; `valid_from` is later where something changed since", null=False),
        text("valid_from", "in force from this instant on", null=False),
        text("valid_until", f"and until before this one; `{NO_END_OF_TIME}` for no end", null=False),
        number("known_from", "as known from this entry on", null=False),
        number("known_until", f"and until before this one; `{NO_END}` for still known", null=False),
        number("ended_by", "the entry that states its end, where something else than its creation does"),
        number("seq", "the fact with which the row begins, by the entry that first stated it", null=False),
        number("source", "the entry that states this fact as it stands: itself or a correction", null=False),
        PrimaryKeyConstraint(*(keys or (key,)), "known_from", "valid_from"),
        comment=about,
        sqlite_with_rowid=False,
    )


def text(name: str, about: str, *, null: bool = True) -> Column[str]:
    """A column of text."""
    return Column(name, TEXT, nullable=null, comment=about)


def number(name: str, about: str, *, null: bool = True) -> Column[int]:
    """A column of whole numbers."""
    return Column(name, BigInteger, nullable=null, comment=about)


def flag(name: str, about: str) -> Column[bool]:
    """A column of yes or no: 1 or 0 on SQLite."""
    return Column(name, Boolean, nullable=False, comment=about)


def rows(kept: Kept, thing: Thing) -> Iterator[tuple[object, ...]]:
    """All rows of a thing in one table, in the order of its columns."""
    if kept.parts is not None:
        timelines = kept.parts(thing)
    else:
        timelines = ({name: thing.properties[name] for name in kept.properties if name in thing.properties},)
    for one in timelines:
        for rectangle in rectangles(thing, one):
            own = kept.own(rectangle)
            if own is not None:
                yield thing.id, *own, *_common(rectangle)


def new_row(kept: Kept, thing: Thing) -> tuple[object, ...]:
    """The one row of a thing of which nothing was said but that it began."""
    (only,) = thing.created
    end = max(only.effective, only.until)
    read = Rectangle(only.effective, end, only.known_from, only.known_until, only.effective, only, None, {})
    return thing.id, *(kept.own(read) or ()), *_common(read)


def _common(rectangle: Rectangle) -> tuple[object, ...]:
    valid_from, valid_until, known_from, known_until, since, _, ended, _ = rectangle
    latest = rectangle.latest
    return (
        latest.fact.instrument,
        latest.fact.clause,
        instant(since),
        instant(valid_from),
        instant(valid_until),
        known_from,
        NO_END if known_until == STILL_KNOWN else known_until,
        None if ended is None else ended.source,
        latest.seq,
        latest.source,
    )


# Values


@lru_cache(maxsize=4_096)
def instant(at: Instant) -> str:
    """An instant as it stands in a table."""
    return at.isoformat(timespec="microseconds")[:26] + "Z"


def stated(rectangle: Rectangle, name: str) -> object:
    """The value of a property: of the fact that sets it, else as stated at creation."""
    return getattr((rectangle.facts.get(name) or rectangle.created).fact, name)


def in_json(value: object) -> str:
    """A list or record as JSON, its keys sorted."""
    return _json.encode(value).decode()


def decimal(amount: Decimal) -> str:
    """An exact decimal without exponent."""
    return format(amount, "f")


def priced(money: Money | None) -> tuple[str | None, str | None]:
    """Amount and currency."""
    return (None, None) if money is None else (decimal(money.amount), money.currency)


def held(holder: Holder | None) -> tuple[str | None, str | None]:
    """Kind and id of a holder."""
    return (None, None) if holder is None else (holder.kind, holder.id)


def limited(limit: Limit) -> tuple[str, str | None, str | None, str]:
    """Kind of a limit, amount (or percent) and currency (or base figure) where it has them, the whole as JSON."""
    kind = str(limit.__struct_config__.tag)
    match limit:
        case UpTo(amount=amount, currency=currency):
            return kind, decimal(amount), currency, in_json(limit)
        case Percent(percent=percent, base=base):
            return kind, decimal(percent), base, in_json(limit)
        case NoAuthority():
            return kind, "0", None, in_json(limit)
    return kind, None, None, in_json(limit)


def limit_columns() -> tuple[Column[str], ...]:
    """The columns of `limited`."""
    return (
        text("limit_kind", "`money`, `percent`, `unlimited`, `no-authority`, `smaller` or `greater` (of two)"),
        text("limit_amount", "the amount, or how many percent"),
        text("limit_of", "its currency, or the base figure that the percent are of"),
        text("limit_json", "the whole limit as the journal states it; `below` where the amount itself is too much"),
    )
