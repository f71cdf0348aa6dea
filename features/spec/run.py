"""Specifications are run: checked, counted, run by pytest-bdd in a child process, and what came of it put together.

The child reads copies in a folder of its own, so nothing is written beside the files, and what was counted is what is
run. What is declared and was not run is an outcome, never silence.
"""

from __future__ import annotations

import tempfile
import time
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from features.spec.check import check
from features.spec.conducting import conduct
from features.spec.declared import Unreadable, declared
from features.spec.findings import Finding, Findings
from features.spec.live import takes
from features.spec.order import Broken, Ended, Opened, Order, Ran, Refused
from features.spec.reading import files, read
from features.spec.report import Against, Feature, Report
from features.steps.catalogue import BY_KEY
from features.steps.normal import key
from ledger.refusals import BadInput, StorageTrouble

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from features.spec.conducting import Conducted
    from features.spec.report import Pair, Rule, Scenario, Step

TIMEOUT_SECONDS = 300.0
_KNOWN_THERE = frozenset({"NAME_UNKNOWN", "ASKED_FIRST"})
"""What the checker says of a file that asks about what it did not introduce; a real ledger knows its own."""


def run(
    paths: Sequence[Path],
    *,
    ledger: str | None = None,
    only: str | None = None,
    timeout: float = TIMEOUT_SECONDS,
    progress: Callable[[int, int], None] | None = None,
) -> Report:
    """Run the files, and those in the folders: each scenario in a ledger of its own, or all against a real one.

    `only` keeps the scenarios with that text in their name. Raises BadInput for paths, a name or a ledger that are not
    there.
    """
    began, clock = datetime.now().astimezone(), time.monotonic()
    features, texts = _read(paths, against=ledger is not None)
    if only is not None:
        features = [_only(one, only) for one in features]
        if not any(scenario for one in features for scenario in one.scenarios):
            raise BadInput("only", f"no scenario has `{only}` in its name")
    numbers = [at for at, one in enumerate(features) if not one.refused and any(one.scenarios)]
    conducted = None
    if numbers:
        lines = tuple(tuple(scenario.line for scenario in features[at].scenarios) for at in numbers)
        total = sum(len(scenario.runs) for at in numbers for scenario in features[at].scenarios)
        with tempfile.TemporaryDirectory(prefix="remit-spec-") as folder:
            files = tuple(str(_copied(Path(folder), at, texts[features[at].file])) for at in numbers)
            conducted = conduct(
                Order(files=files, lines=lines, ledger=ledger),
                seconds=timeout,
                progress=(lambda done: progress(done, total)) if progress is not None else None,
            )
        _refuse(conducted)
    report = _put_together(features, numbers, conducted, timeout)
    spent = round(time.monotonic() - clock, 3)
    return replace(report, began=began.isoformat(timespec="seconds"), seconds=spent, only=only)


# Reading


def _read(paths: Sequence[Path], *, against: bool) -> tuple[list[Feature], dict[str, str]]:
    """The features as declared with what the checker says of them, and the text of each file."""
    found: dict[str, list[Finding]] = {str(file): [] for file in files(paths)}
    for finding in check(paths):
        if not (against and finding.code in _KNOWN_THERE):
            found.setdefault(finding.file, []).append(finding)
    features, texts = [], {}
    for name, findings in found.items():
        feature = Feature(file=name)
        wrong = any(one.severity == "error" for one in findings)
        said = read(Path(name), Findings(name)) if Path(name).is_file() else None
        if said is not None:
            try:
                texts[name] = said.text
                feature = declared(said.text, name)
            except Unreadable as error:
                if not wrong:
                    findings.append(_unreadable(name, error))
            if against and not wrong:
                findings.extend(_not_asked(feature))
        features.append(replace(feature, findings=tuple(findings)))
    return features, texts


def _unreadable(file: str, error: Exception) -> Finding:
    return Finding(
        file=file,
        line=1,
        column=1,
        code="UNREADABLE",
        message_en=f"the file cannot be read: {error}",
        message_zh=f"无法读取此文件：{error}",
    )


def _not_asked(feature: Feature) -> Iterator[Finding]:
    """The sentences that a real ledger does not take."""
    for step in _steps(feature):
        if step.sentence is not None and not takes(BY_KEY[step.sentence]):
            yield Finding(
                file=feature.file,
                line=step.line,
                column=1,
                code="ONLY_QUESTIONS",
                message_en=f"against a real ledger only questions are asked, nothing is recorded or tried: {step.text}",
                message_zh=f"对真实台账只提问，不记录、不尝试：{step.text}",
                instead_en="leave the sentence out, or run the file without --ledger",
                instead_zh="删去这一句，或不带 --ledger 运行",
            )


def _steps(feature: Feature) -> Iterator[Step]:
    yield from feature.background
    for rule in feature.rules:
        yield from rule.background
        for scenario in rule.scenarios:
            yield from scenario.steps


def _only(feature: Feature, name: str) -> Feature:
    wanted = key(name)

    def kept(rule: Rule) -> Rule:
        return replace(rule, scenarios=tuple(one for one in rule.scenarios if wanted in key(one.name)))

    return replace(feature, rules=tuple(rule for one in feature.rules if (rule := kept(one)).scenarios))


def _copied(folder: Path, number: int, text: str) -> Path:
    copy = folder / f"{number}.feature"
    copy.write_text(text, "utf-8", newline="")
    return copy


# What came of it


def _refuse(conducted: Conducted) -> None:
    """Raises StorageTrouble for a ledger that could not be opened."""
    for message in conducted.messages:
        if isinstance(message, Refused):
            raise StorageTrouble(message.sentence, code=message.code)


def _put_together(features: list[Feature], numbers: list[int], conducted: Conducted | None, limit: float) -> Report:
    """What was declared with what was told of it; whatever was not told of is a trouble."""
    messages = conducted.messages if conducted is not None else ()
    ran: dict[tuple[int, int, int], Ran] = {}
    times = Counter[tuple[int, int, int]]()
    troubles: list[Pair] = []
    against = None
    for message in messages:
        if isinstance(message, Ran):
            place = numbers[message.file], message.line, message.row
            ran[place] = message
            times[place] += 1
        elif isinstance(message, Opened):
            against = Against(place=message.place, name=message.name, head=message.head)
        elif isinstance(message, Broken):
            name = f"{features[numbers[message.file]].file}: " if message.file is not None else ""
            troubles.append((f"{name}{message.said[0]}", f"{name}{message.said[1]}"))
    done = tuple(_with_runs(one, at, ran) for at, one in enumerate(features))
    troubles += _ending(conducted, against, limit)
    declared_here = {(at, one.line, row.row) for at in numbers for one in features[at].scenarios for row in one.runs}
    if missing := len(declared_here - ran.keys()):
        troubles.append((f"{missing:,} declared examples were not run", f"声明的例子中有{missing:,}个没有运行"))
    if strange := sum(times.values()) - len(declared_here & ran.keys()):
        troubles.append((f"{strange:,} examples were run that are not declared", f"多运行了{strange:,}个未声明的例子"))
    return Report(began="", seconds=0.0, features=done, against=against, troubles=tuple(troubles))


def _ending(conducted: Conducted | None, against: Against | None, limit: float) -> Iterator[Pair]:
    """How the child process ended, where that is not as it should."""
    if conducted is None:
        return
    ended = next((one for one in conducted.messages if isinstance(one, Ended)), None)
    if conducted.late:
        yield (
            f"the run was stopped after {limit:g} seconds; --timeout gives it longer",
            f"运行超过{limit:g}秒，已停止；可用 --timeout 延长",
        )
    elif ended is None:
        yield (
            f"the process that runs the scenarios ended early (exit code {conducted.code}): {conducted.said}",
            f"运行场景的进程提前结束（退出码{conducted.code}）：{conducted.said}",
        )
    elif against is not None and ended.head != against.head:
        yield (
            f"the ledger was read up to entry {ended.head}, not {against.head}",
            f"读到了台账第{ended.head}条记录，而不是第{against.head}条",
        )


def _with_runs(feature: Feature, number: int, ran: dict[tuple[int, int, int], Ran]) -> Feature:
    def done(scenario: Scenario) -> Scenario:
        runs = []
        for one in scenario.runs:
            found = ran.get((number, scenario.line, one.row))
            if found is not None:
                facts = {name: getattr(found, name) for name in ("outcome", "seconds", "held", "failure")}
                one = replace(one, **facts)  # noqa: PLW2901 - the same example, run
            runs.append(one)
        return replace(scenario, runs=tuple(runs))

    rules = (replace(rule, scenarios=tuple(done(one) for one in rule.scenarios)) for rule in feature.rules)
    return replace(feature, rules=tuple(rules))
