"""The speed of verdicts, of the breach list and of the flip report, on a ledger of 100,000 acts of ten years.

Each figure stands beside the same question answered without what makes it fast: nothing remembered, every act judged.
"""

from __future__ import annotations

import random
import statistics
import time
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from ledger import commands as cm
from ledger.events import ActDone, PersonAppointed
from ledger.ids import CommandId, Seq
from ledger.policy import act_verdict, breaches, flips
from ledger.policy.judging import Judge
from ledger.policy.settling import verdict_of
from ledger.submit.work import Work
from tests.bench.acting import Recorder, history

if TYPE_CHECKING:
    from collections.abc import Callable

    from ledger.books import Books
    from ledger.timeline import Version

SAMPLE = 1_000
ON = datetime(2027, 1, 1, tzinfo=UTC)
BEGINNING = datetime(2015, 1, 1, tzinfo=UTC)


def judging(acts: int, line: Callable[[str, str, str, str, float], None]) -> None:
    """Print a line for each promise; `line` takes what, the figure, the promise, the baseline and the ratio."""
    recorder = Recorder()
    recorder.record(history(acts))
    books = recorder.books
    began = time.perf_counter()
    found = breaches(books, BEGINNING, ON, on=ON, known=Seq(books.head))
    spent = time.perf_counter() - began
    sample = random.Random(3).sample(_acts(books), SAMPLE)  # noqa: S311 - which acts, no secret
    warm = statistics.median(_timed(partial(act_verdict, books, _deed(one), ON, Seq(books.head))) for one in sample)
    cold = statistics.median(_timed(partial(_forgetful, books, one)) for one in sample[:200])
    line(
        f"breach list, {acts:,} acts, {len(found):,} found",
        f"{spent:.1f} s",
        "30 s or less",
        f"every act with nothing remembered {cold * acts:.0f} s",
        cold * acts / spent,
    )
    line(
        "verdict of one act",
        f"{warm * 1e6:.0f} µs",
        "200 µs or less",
        f"nothing remembered {cold * 1e6:.0f} µs",
        cold / warm,
    )
    _flips(recorder, line)


def _flips(recorder: Recorder, line: Callable[[str, str, str, str, float], None]) -> None:
    """A corrected appointment of somebody who acted much: considered, reported, taken back."""
    books = recorder.books
    books.remembered.clear()
    books.judged.clear()
    books.pools = None
    person = statistics.mode(one.fact.by.id for one in _acts(books) if isinstance(one.fact, ActDone))
    created = books.appointments_of[person][0].created[0]
    fact = created.fact
    if not isinstance(fact, PersonAppointed):
        raise TypeError(type(fact).__name__)
    later = fact.effective.at + timedelta(days=60)
    replacement = cm.AppointPerson(
        since=later.isoformat(timespec="microseconds"),
        appointment=fact.appointment,
        person=fact.person,
        position=fact.position,
    )
    work = Work(books, recorder, recorder, by="bench", batch=None)  # type: ignore[arg-type]  # nothing comes twice
    before = Seq(books.head)
    work.take_all(
        [cm.CorrectFact(command_id=CommandId("plan"), of=created.seq, replacement=replacement, reason="slip")]
    )
    began = time.perf_counter()
    report = flips(books, before, Seq(books.head), on=ON)
    spent = time.perf_counter() - began
    began = time.perf_counter()
    naive = _naive(books, before, Seq(books.head))
    beside = time.perf_counter() - began
    work.take_back()
    if {one.id for one in report.flips if one.kind == "act"} != naive:
        raise AssertionError("the flip report is not the difference of all verdicts")
    line(
        f"flip report, {report.judged:,} judged again, {len(naive):,} flip",
        f"{spent:.2f} s",
        "5 s or less",
        f"judging every act twice {beside:.1f} s",
        beside / spent,
    )


def _naive(books: Books, before: Seq, after: Seq) -> set[str]:
    judge, found = Judge(books), set()
    for one in _acts(books):
        sides = [verdict_of(judge, one, ON, known) for known in (before, after)]
        if sides[0] is not None and sides[1] is not None and sides[0].verdict != sides[1].verdict:
            found.add(sides[0].deed)
    return found


def _forgetful(books: Books, version: Version) -> None:
    books.remembered.clear()
    books.judged.pop(version, None)
    act_verdict(books, _deed(version), ON, Seq(books.head))


def _acts(books: Books) -> list[Version]:
    return [version for versions in books.done.values() for version in versions]


def _deed(version: Version) -> str:
    return version.fact.deed if isinstance(version.fact, ActDone) else ""


def _timed(what: Callable[[], object]) -> float:
    began = time.perf_counter()
    what()
    return time.perf_counter() - began


if __name__ == "__main__":
    judging(100_000, lambda *figures: print(*figures, sep=" | ", flush=True))
