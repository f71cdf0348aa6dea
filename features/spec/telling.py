"""What came of a run in words: for a terminal, and the answer of a ledger set as HTML.

The answer is told in plain text; on a page its lines are lines and its tables tables.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from rich.cells import cell_len

from features.spec.page import escaped, table, tag

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from features.spec.report import Failure, Feature, Pair, Report

_RULE = "─"
_GAP = 3
"""So many columns without a letter, from the heading to the last row, part two columns of a table."""


def plainly(failure: Failure, at: int) -> str:
    """Why an example failed, in plain text; `at` is 0 for English, 1 for Chinese."""
    lines = [(f"line {failure.line}: {failure.said[0]}", f"第{failure.line}行：{failure.said[1]}")[at]]
    if failure.expected is not None and failure.answered is not None:
        lines += [f"  {('expected: ', '应为：')[at]}{failure.expected[at]}"]
        lines += [f"  {('answered: ', '实为：')[at]}{failure.answered[at]}"]
    if failure.told is not None and failure.told[at]:
        lines += ["", *(f"  {line}".rstrip() for line in failure.told[at].split("\n"))]
    return "\n".join(lines)


def summary(report: Report, at: int) -> Iterator[str]:
    """A run for a terminal, line by line: what does not hold and why, what was not run, and the count."""
    for feature in report.features:
        yield from _feature(feature, at)
    yield from (f"! {trouble[at]}" for trouble in report.troubles)
    if report.against is not None:
        facts = f"{report.against.name} ({report.against.place}) #{report.against.head}"
        yield (f"asked: {facts}", f"所问台账：{facts}")[at]
    yield _count(report)[at]


def _feature(feature: Feature, at: int) -> Iterator[str]:
    """What is wrong in a file."""
    for finding in feature.findings:
        mark = "✗" if finding.severity == "error" else "!"
        yield f"{mark} {feature.file}:{finding.line}:{finding.column}: {finding.code} {finding.said(('en', 'zh')[at])}"
    if feature.refused:
        yield (f"  {feature.file} was not run: it has errors", f"  {feature.file} 有错，未运行")[at]
        return
    for scenario in feature.scenarios:
        for run in scenario.runs:
            where = f"{feature.file}:{run.line}: {scenario.called(run)}"
            if run.failure is not None:
                yield f"✗ {where}"
                yield from (f"  {line}".rstrip() for line in plainly(run.failure, at).split("\n"))
                yield ""
            elif run.outcome != "passed":
                yield f"○ {where}{(' was not run', ' 未运行')[at]}"


def _count(report: Report) -> Pair:
    total, passed, failed, missing = (report.count(one) for one in (None, "passed", "failed", "not_run"))
    refused = sum(one.refused for one in report.features)
    english = [f"{passed:,} of {total:,} examples hold"]
    chinese = [f"{total:,}个例子中{passed:,}个成立"]
    if failed:
        english.append(f"{failed:,} {'does' if failed == 1 else 'do'} not")
        chinese.append(f"{failed:,}个不成立")
    if missing:
        english.append(f"{missing:,} {'was' if missing == 1 else 'were'} not run")
        chinese.append(f"{missing:,}个未运行")
    if refused:
        english.append(f"{refused:,} {'file has' if refused == 1 else 'files have'} errors")
        chinese.append(f"{refused:,}个文件有错")
    return f"{', '.join(english)} ({report.seconds:.1f} s)", f"{'，'.join(chinese)}（{report.seconds:.1f}秒）"


def answer(text: str) -> str:
    """The answer as HTML."""
    lines = text.split("\n")
    parts, at = [], 0
    while at < len(lines):
        if at + 1 < len(lines) and _is_rule(lines[at + 1]):
            end = next((no for no in range(at + 2, len(lines)) if not lines[no].strip()), len(lines))
            parts.append(_table([lines[at], *lines[at + 2 : end]]))
            at = end
            continue
        if lines[at].strip():
            parts.append(tag("p", escaped(lines[at].strip())))
        at += 1
    return "".join(parts)


def _is_rule(line: str) -> bool:
    return set(line.strip()) == {_RULE}


def _table(lines: Sequence[str]) -> str:
    cells = [_cells(line) for line in lines]
    width = max(map(len, cells))
    filled = [any(at < len(row) and row[at] != " " for row in cells) for at in range(width)]
    starts = [0, *_starts(filled), width]
    rows = [[escaped("".join(row[one:other]).strip()) for one, other in pairwise(starts)] for row in cells]
    return table(rows[0], rows[1:])


def _cells(line: str) -> list[str]:
    """A line a place of the screen each: what takes two has an empty one behind it."""
    found: list[str] = []
    for letter in line:
        width = cell_len(letter)
        if width == 0 and found:
            found[-1] += letter
        else:
            found += [letter, *([""] * (width - 1))]
    return found


def _starts(filled: Sequence[bool]) -> Iterator[int]:
    empty = 0
    for at, has_text in enumerate(filled):
        if has_text and empty >= _GAP and at > empty:
            yield at
        empty = 0 if has_text else empty + 1
