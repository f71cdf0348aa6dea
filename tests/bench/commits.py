"""One act, one commit, all read tables with it, against the library's own `Application.save` of one aggregate event.

`python -m tests.bench.commits` records acts in a ledger file (decided, appended with the vault, every table moved, on
disk before the receipt) and saves events of one aggregate in a file beside it, with the library's default settings, in
turns in one run. A ratio of 1 or more means that recording an act is at least as fast.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event

from ledger import Ledger
from ledger.commands import OpenItem, OpenLedger, RecordAct
from ledger.ids import Act, CommandId, DeedId, Holder, ItemId, MatterId, PersonId
from projections.projection import Projections
from tests.given import Clock, define, given, register

if TYPE_CHECKING:
    from collections.abc import Callable


ROUNDS, TURN, ITEMS = 80, 25, 100
"""So many turns each, commits in a turn, and items that are acted on in turn."""


class Item(Aggregate):
    """An aggregate that does nothing but count what is done on it."""

    def __init__(self) -> None:
        self.done = 0

    @event("ActDone")
    def act(self, deed: str, item: str, act: str, by: str, amount: Decimal, currency: str, acted_at: datetime) -> None:
        """One event that says what an act says."""
        del deed, item, act, by, amount, currency, acted_at
        self.done += 1


class Items(Application[UUID]):
    """The library's application with its default settings."""


def library(folder: Path) -> Callable[[int], None]:
    """Saves one event of an aggregate that is at hand: no reading, no deciding, nothing but `save`."""
    env = {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(folder / "library.db")}
    application, items, at = Items(env=env), [Item() for _ in range(ITEMS)], datetime(2026, 1, 3, tzinfo=UTC)
    application.save(*items)

    def save(number: int) -> None:
        item = items[number % ITEMS]
        item.act(
            deed=f"deed-{number}",
            item=f"item-{number % ITEMS}",
            act="approve",
            by="p1",
            amount=Decimal(1800),
            currency="CNY",
            acted_at=at,
        )
        application.save(item)

    return save


def ours(folder: Path, *, tables: bool) -> Callable[[int], None]:
    """Submits one command that records an act."""
    ledger = Ledger.create(
        str(folder / f"ledger-{tables}.db"),
        OpenLedger(name="Hengtong", currency="CNY", zone="Asia/Shanghai"),
        by="bench",
        clock=Clock(),
        followers=[Projections()] if tables else [],
    )
    given(ledger, define("spend"), register("p1"))
    for number in range(ITEMS):
        item = OpenItem(since="2026-01-02", item=ItemId(f"item-{number}"), matter=MatterId("spend"), amount="1800 CNY")
        given(ledger, item)

    def record(number: int) -> None:
        act = RecordAct(
            command_id=CommandId(f"record-{number}"),
            deed=DeedId(f"deed-{number}"),
            item=ItemId(f"item-{number % ITEMS}"),
            act=Act("approve"),
            by=Holder(person=PersonId("p1")),
            amount="1800 CNY",
            acted_at="2026-01-03",
        )
        ledger.submit(act, by="bench")

    return record


def main() -> None:
    """Print the time of a commit each, checkpoints of the files included, and the ratio."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ways = {
            "Application.save": library(folder),
            "record-act with all tables": ours(folder, tables=True),
            "record-act without tables": ours(folder, tables=False),
        }
        spent: dict[str, list[float]] = {what: [] for what in ways}
        for turn in range(ROUNDS):
            for what, commit in ways.items():
                for number in range(turn * TURN, (turn + 1) * TURN):
                    began = time.perf_counter()
                    commit(number)
                    spent[what].append(time.perf_counter() - began)
        for what, times in spent.items():
            mean, median = (1e6 * of(times) for of in (statistics.fmean, statistics.median))
            print(
                f"{what:<28} {mean:>6,.0f} µs a commit (median {median:,.0f}), {1e6 / mean:,.0f} a second", flush=True
            )
        ratio = sum(spent["Application.save"]) / sum(spent["record-act with all tables"])
        print(f"recording acts with all tables is {ratio:.2f} times as fast as Application.save", flush=True)


if __name__ == "__main__":
    main()
