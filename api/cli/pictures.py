"""The pictures: `remit chart`, `remit limits`, `remit charter`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from api.cli import app
from api.cli.app import ANSWERED
from api.cli.door import Door
from api.cli.options import (
    JsonOption,
    KnownOption,
    LangOption,
    LedgerOption,
    OnOption,
    PositionArgument,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from api.rendering import Page
    from ledger.ids import Seq
    from ledger.moments import Instant


@app.command("chart")
def show_chart(
    *,
    on: OnOption = None,
    known: KnownOption = None,
    ledger: LedgerOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> int:
    """The organisation."""
    from projections.chart import chart  # noqa: PLC0415 - each command imports its own picture

    door = Door(ledger, lang, as_json=as_json)

    def draw(page: Page, answer: Any) -> None:  # noqa: ANN401 - the picture asked for
        from api.rendering.pictures import show_chart as show  # noqa: PLC0415 - JSON needs no rich

        show(page, door.ledger.books.name, answer)

    return _picture(door, on, known, lambda at, seq: chart(door.ledger.books, at, seq), draw)


@app.command("limits")
def show_limits(
    *,
    on: OnOption = None,
    known: KnownOption = None,
    ledger: LedgerOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> int:
    """Every grant and delegation."""
    from projections.limits import limits  # noqa: PLC0415 - each command imports its own picture

    door = Door(ledger, lang, as_json=as_json)

    def draw(page: Page, answer: Any) -> None:  # noqa: ANN401 - the picture asked for
        from api.rendering.pictures import show_limits as show  # noqa: PLC0415 - JSON needs no rich

        show(page, door.ledger.books.name, answer)

    return _picture(door, on, known, lambda at, seq: limits(door.ledger.books, at, seq), draw)


@app.command("charter")
def show_charter(
    position: PositionArgument,
    *,
    on: OnOption = None,
    known: KnownOption = None,
    ledger: LedgerOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> int:
    """A position's duties and meetings."""
    from projections.charter import charter  # noqa: PLC0415 - each command imports its own picture

    door = Door(ledger, lang, as_json=as_json)
    times = door.times(on, known)
    meant = door.names(times.when.at, times.known.seq).find("position", position, "position")

    def draw(page: Page, answer: Any) -> None:  # noqa: ANN401 - the picture asked for
        from api.rendering.pictures import show_charter as show  # noqa: PLC0415 - JSON needs no rich

        show(page, answer)

    return _picture(door, on, known, lambda at, seq: charter(door.ledger.books, meant, at, seq), draw)


def _picture(
    door: Door,
    on: str | None,
    known: str | None,
    take: Callable[[Instant, Seq], Any],
    draw: Callable[[Page, Any], None],
) -> int:
    """Take a picture at the two times and show it, with what changes during the day asked about."""
    answer, changes = door.ask(door.times(on, known), take, _content)
    if door.as_json:
        door.give(answer, changes)
        return ANSWERED
    page = door.page(answer.valid_at, answer.known_seq)
    draw(page, answer)
    page.during(changes)
    page.show()
    return ANSWERED


def _content(picture: Any) -> object:  # noqa: ANN401 - any of the pictures
    """What a picture shows, whatever its two times."""
    return msgspec.structs.replace(picture, valid_at=None, known_seq=0, known_at=None)
