"""`make bench`: the speed that the ledger promises, each figure beside a baseline taken in the same run.

These machines are noisy: the ratio is the message, the absolute figure the colour. `--entries` and `--positions` make a
smaller ledger. Nothing leaves the machine; the ledger is written to a temporary folder.
"""

from __future__ import annotations

import argparse
import random
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import orjson

from ledger import Ledger
from ledger.events import AppointmentEnded, AuthorityDelegated, AuthorityGranted, PersonAppointed
from ledger.ids import Seq
from ledger.journal import Journal
from ledger.money import Money
from ledger.policy import Answer, Question, who_could
from tests.bench.judging import judging
from tests.bench.plausible import ASKED, START, YEARS, Size, commands, opening

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ledger.events import Entry

QUESTIONS = 2_000
PROCESS_RUNS = 15
ROOT = Path(__file__).parents[2]
RSS = "print(next(int(one.split()[1]) // 1024 for one in open('/proc/self/status') if one.startswith('VmHWM')))"


def main() -> None:
    """Measure and print a line a figure: what, the figure, the promise, the baseline, the ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=Size().entries)
    parser.add_argument("--positions", type=int, default=None)
    parser.add_argument("--acts", type=int, default=100_000)
    asked = parser.parse_args()
    size = Size(positions=asked.positions or asked.entries // 10, entries=asked.entries)
    print(f"{size.entries:,} entries, {size.positions:,} positions; ratio: we to the baseline, above 1 is better")
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "plausible.db")
        load(path, size)
        refold(path)
        questions(path)
        memory(path)
        process(Path(folder))
    judging(asked.acts, line)


def line(what: str, figure: str, promise: str, baseline: str, ratio: float) -> None:
    """One figure beside its baseline."""
    print(f"{what:<34} {figure:>18}   promised {promise:<16} beside {baseline:<44} ratio {ratio:.2f}", flush=True)


def load(path: str, size: Size) -> None:
    """Loading history through the write path, beside the recorder's own insert of the same bytes."""
    ledger = Ledger.create(path, opening(), by="bench")
    asked = list(commands(size))
    began = time.perf_counter()
    ledger.submit_batch(asked, by="bench", batch="plausible")
    spent = time.perf_counter() - began
    rows = list(ledger.journal.stored())
    ledger.journal.close()
    baseline = _insert_only(rows)
    line(
        "loading in one batch",
        f"{len(asked) / spent:,.0f} commands/s",
        "no promise",
        f"inserting the bytes alone {len(rows) / baseline:,.0f}/s",
        baseline / spent,
    )


def _insert_only(rows: Sequence[tuple[int, str, bytes]]) -> float:
    from eventsourcing.persistence import StoredEvent  # noqa: PLC0415 - only the baseline needs them
    from eventsourcing.sqlite import SQLiteAggregateRecorder, SQLiteDatastore  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder:
        store = SQLiteAggregateRecorder(SQLiteDatastore(str(Path(folder) / "b.db"), originator_id_type="text"))
        store.create_table()
        events = [StoredEvent("ledger", seq, name, state) for seq, name, state in rows]
        began = time.perf_counter()
        store.insert_events(events)
        return time.perf_counter() - began


def refold(path: str) -> None:
    """Opening a ledger: reading, checking and folding every entry; beside `orjson.loads` over the same rows."""
    folds, loads = [], []
    entries = 0
    for _ in range(3):
        journal = Journal.open(path)
        began = time.perf_counter()
        entries = sum(1 for _, _, state in journal.stored() if orjson.loads(state))
        loads.append(time.perf_counter() - began)
        journal.close()
        began = time.perf_counter()
        ledger = Ledger.open(path)
        folds.append(time.perf_counter() - began)
        ledger.journal.close()
    spent, baseline = statistics.median(folds), statistics.median(loads)
    line(
        f"refolding {entries:,} entries",
        f"{entries / spent:,.0f} entries/s",
        ">= 100,000/s",
        f"orjson.loads over the rows {entries / baseline:,.0f}/s",
        baseline / spent,
    )


def questions(path: str) -> None:
    """Ten grants, each delegated twice one under the other; beside a scan over all entries."""
    ledger = Ledger.open(path)
    entries = list(ledger.journal.read())
    books, dice = ledger.books, random.Random(11)  # noqa: S311 - which instants are asked about
    start = datetime(START.year, START.month, START.day, tzinfo=UTC)

    def question(at: datetime) -> Question:
        amount = Money(Decimal(dice.randrange(1_000, 60_000)), "CNY")
        return Question(act="approve", matter=ASKED, amount=amount, at=at, known=Seq(books.head))

    recent = [question(start + timedelta(days=365 * YEARS, seconds=dice.random())) for _ in range(QUESTIONS)]
    anywhere = [question(start + timedelta(days=dice.random() * 365 * YEARS)) for _ in range(QUESTIONS)]
    for one in (recent[0], anywhere[0]):
        assert {able.who.id for able in who_could(books, one).candidates} == naive_scan(entries, one)
    scan = median_of(lambda asked: naive_scan(entries, asked), anywhere[:5])
    for what, asked in (("who_could, about now", recent), ("who_could, any time in ten years", anywhere)):
        books.remembered.clear()
        spent = median_of(lambda one: who_could(books, one), asked)
        line(what, f"{spent * 1e6:,.1f} µs", "<= 100 µs", f"a naive scan {scan * 1e3:,.1f} ms", scan / spent)
    spent = median_of(lambda one: cold(ledger, one), anywhere[:300])
    line(
        "who_could, nothing remembered",
        f"{spent * 1e6:,.1f} µs",
        "no promise",
        f"a naive scan {scan * 1e3:,.1f} ms",
        scan / spent,
    )
    ledger.journal.close()


def cold(ledger: Ledger, question: Question) -> Answer:
    """The question on books that remember nothing."""
    ledger.books.remembered.clear()
    return who_could(ledger.books, question)


def naive_scan(entries: Sequence[Entry], question: Question) -> set[str]:
    """Who could, by looking at every entry; enough of the law for this matter (no restrictions, scopes, vacancies)."""
    links = {
        event.authority: event
        for event in (entry.event for entry in entries)
        if isinstance(event, AuthorityGranted | AuthorityDelegated)
    }
    able = set()
    ended = {one.appointment: one for one in (entry.event for entry in entries) if isinstance(one, AppointmentEnded)}
    for event in links.values():
        chain, top = [event], event
        while isinstance(top, AuthorityDelegated):
            top = links[top.source]
            chain.append(top)
        if (top.act, top.matter) != (question.act, question.matter):
            continue
        if question.amount and any(link.limit.amount < question.amount.amount for link in chain):  # type: ignore[union-attr]
            continue
        for entry in entries:
            one = entry.event
            if isinstance(one, PersonAppointed) and one.position == event.holder.position:
                end = ended.get(one.appointment)
                until = end.effective if end is not None else one.until
                if one.effective.at <= question.at and (until is None or question.at < until.at):
                    able.add(str(one.person))
    return able


def median_of(ask: Callable[[Question], object], asked: Sequence[Question]) -> float:
    """Median seconds a question."""
    spent = []
    for one in asked:
        began = time.perf_counter()
        ask(one)
        spent.append(time.perf_counter() - began)
    return statistics.median(spent)


def memory(path: str) -> None:
    """Resident memory of a process that has the ledger open; beside one that has only imported the ledger."""
    opened = f"from ledger import Ledger; ledger = Ledger.open({path!r}); {RSS}"
    held, bare = (int(_python(code)) for code in (opened, f"import ledger; {RSS}"))
    line("memory with the ledger open", f"{held} MB", "< 600 MB", f"a process that opened none {bare} MB", bare / held)


def process(folder: Path) -> None:
    """`remit who` on the example as a whole process; beside a process that imports typer and rich, and an empty one."""
    path, example = str(folder / "example.db"), ROOT / "features" / "marketing_centre"
    remit = [sys.executable, "-m", "api.cli"]
    for words in (
        ["init", "--from", str(example / "charter.yaml"), "--ledger", path],
        [
            "load",
            *(str(example / name) for name in ("charter.yaml", "history.yaml", "correction.yaml")),
            "--ledger",
            path,
        ],
    ):
        subprocess.run([*remit, *words], check=True, cwd=ROOT, capture_output=True)
    asked = [*remit, "who", "approve", "unplanned-spending", "1800", "--on", "2026-03-02", "--ledger", path]
    spent, imports, empty = (
        statistics.median(_seconds(words) for _ in range(PROCESS_RUNS))
        for words in (asked, [sys.executable, "-c", "import typer, rich.table"], [sys.executable, "-c", "pass"])
    )
    line(
        "remit who, whole process",
        f"{spent:.3f} s",
        "< 0.4 s",
        f"import typer, rich {imports:.3f} s; empty {empty:.3f} s",
        imports / spent,
    )


def _seconds(words: Sequence[str]) -> float:
    began = time.perf_counter()
    subprocess.run(words, check=True, cwd=ROOT, capture_output=True)
    return time.perf_counter() - began


def _python(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT, capture_output=True, text=True).stdout


if __name__ == "__main__":
    main()
