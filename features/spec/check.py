"""Check before run: everything that is wrong with a specification, told before anything of it is carried out.

Nothing is asked of a ledger, and nothing is written. What is wrong with one line does not hide what is wrong with the
next: where it is clear what was meant, the rest is checked as if it had been written.
"""

from __future__ import annotations

import gc
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from features.spec.findings import Finding, Findings, Place
from features.spec.keywords import keywords
from features.spec.language import language
from features.spec.lines import Lines, lines
from features.spec.names import Named, Persons, introduced_things, named, names
from features.spec.outlines import outline
from features.spec.parsing import Broken, parse
from features.spec.reading import files, read
from features.spec.reading import named as file_named
from features.spec.scenarios import structure
from features.spec.sentences import Filled, Reader, Understood
from features.spec.tree import Feature, feature

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from features.spec.keywords import Language
    from features.spec.parsing import Tree
    from features.spec.tree import Scenario, Written

    _Understand = Callable[[Written, Filled], tuple[list[Understood], list[list[Named]]]]

_ATTEMPTS = 40
"""How often a file is read anew without the lines that the parser stumbled over."""
_LOADED_ON = date(2000, 1, 1)


class Checked(NamedTuple):
    """A file as it was found: what is wrong with it, and the lines and the language as they were meant."""

    findings: list[Finding]
    lines: Lines | None
    language: Language | None


def check(paths: Iterable[Path | str]) -> list[Finding]:
    """What is wrong with the files named and those in the folders named, file by file, from top to bottom.

    Raises BadInput for a path that leads nowhere.
    """
    named_paths = list(map(Path, paths))
    found: list[Finding] = []
    checked = files(named_paths)
    for path in checked:
        found += check_file(path)
    for folder in named_paths:
        if folder.is_dir() and not any(folder in path.parents for path in checked):
            empty = Findings(str(folder))
            said = "there is no specification in this folder", "这个文件夹中没有规格文件"
            empty.add(
                "NOTHING_TO_CHECK", Place(1), said, ("their names end in .feature", "规格文件的名称以 .feature 结尾")
            )
            found += empty.sorted()
    return found


def check_file(path: Path) -> list[Finding]:
    """What is wrong with one file."""
    findings = Findings(str(path))
    file_named(path, findings)
    text = read(path, findings)
    if text is not None:
        with _undisturbed():
            check_text(text.text, findings)
    return findings.sorted()


def check_text(text: str, findings: Findings) -> None:
    """What is wrong with a text."""
    said = language(text, findings)
    written = lines(text, said.language, findings)
    if said.line:
        written.meant[said.line - 1] = ""
    tree = _parsed(written, said.language, findings)
    if tree is None:
        what = "the file has no feature, so nothing in it is run", "文件中没有“功能”，其中内容不会被运行"
        title = keywords(said.language).titles["feature"][0]
        findings.add("FEATURE_MISSING", Place(1), what, (f"begin with `{title}: …`", f"请以“{title}: ……”开头"))
        return
    checked = feature(tree, written.meant, keywords(said.language).titles["outline"])
    structure(checked, findings)
    _steps(checked, said.language, findings)


def _parsed(written: Lines, language: Language, findings: Findings) -> Tree | None:
    """The tree of the lines as they were meant; lines that fit nowhere are told and left out."""
    for _ in range(_ATTEMPTS):
        try:
            return parse(written.text, language)
        except Broken as broken:
            left = False
            for number, why in broken.faults:
                left = _broken(written, number, why, findings) or left
            if not left:
                return None
    return None


def _broken(written: Lines, number: int, why: str, findings: Findings) -> bool:
    """Tell of a line that the parser cannot place, and leave it out; whether there was one."""
    at = min(number, len(written.meant)) - 1
    while at > 0 and number > len(written.meant) and not written.meant[at].strip():
        at -= 1
    line = written.meant[at]
    if not line.strip():
        return False
    place = Place(at + 1, len(line) - len(line.lstrip()) + 1)
    bare = line.strip()
    if "inconsistent cell count" in why:
        said = "this row has not as many cells as the heading of its table", "这一行的格数与表头不同"
        instead = (
            "write a bar before and after each cell; in a cell a bar is \\|",
            "每格前后各写一条竖线；格内的竖线写作 \\|",
        )
        findings.add("ROW_UNEVEN", place, said, instead)
    elif "whitespace" in why:
        findings.add("TAG_SPACED", place, ("a tag has no spaces in it", "标签中不能有空格"))
    elif bare[0] == "|":
        said = "this row stands below no step and no examples", "这一行表格之上没有步骤，也没有例子"
        findings.add("TABLE_ASTRAY", place, said, ("move it below its step", "请移到它所属的步骤之下"))
    elif bare[0] == "@":
        said = "this tag stands before nothing that can have one", "这个标签之后没有可加标签的内容"
        findings.add("TAG_ASTRAY", place, said, ("move it above a scenario", "请移到场景之上"))
    else:
        said = "this line cannot stand here", "这一行不能写在这里"
        instead = (
            "one file has one feature; its background stands before all scenarios, steps below a scenario",
            "一个文件只写一个“功能”；“背景”写在所有场景之前，步骤写在场景之下",
        )
        findings.add("OUT_OF_PLACE", place, said, instead)
    written.meant[at] = ""
    return True


def _steps(checked: Feature, language: str, findings: Findings) -> None:
    """The sentences of every scenario, each example on its own."""
    reader, persons, things = Reader(language, findings), Persons(), set[str]()
    known: dict[int, tuple[list[Understood], list[list[Named]]]] = {}

    def understood(step: Written, filled: Filled) -> tuple[list[Understood], list[list[Named]]]:
        if filled or id(step) not in known:
            found = reader.step(step, filled)
            both = found, [named(one) for one in found]
            for each in both[1]:
                persons.note(each)
            things.update(introduced_things(both[1]))
            if filled:
                return both
            known[id(step)] = both
        return known[id(step)]

    for background in checked.backgrounds:
        for step in background:
            understood(step, {})
    for scenario in checked.scenarios:
        for filled in outline(scenario, findings):
            _scenario(scenario, filled, understood, findings)
    persons.misspelt(things, findings)


def _scenario(scenario: Scenario, filled: Filled, understood: _Understand, findings: Findings) -> None:
    steps: list[Understood] = []
    called: list[list[Named]] = []
    for step in (*scenario.background, *scenario.steps):
        found, its = understood(step, filled)
        steps += found
        called += its
    names(steps, called, findings)
    _days(steps, findings)


def _days(steps: Sequence[Understood], findings: Findings) -> None:
    """The day of recording never goes back, and the ledger is named before anything is given."""
    day, something = _LOADED_ON, False
    for step, match, _, inside in steps:
        if inside:
            continue
        if match.sentence.key == "G2":
            later = date.fromisoformat(str(match.values["on"].read))
            if later < day:
                said = f"{later} lies before {day}: recording never goes back", f"{later}早于{day}：记录日期不得倒退"
                instead = "put what was recorded earlier above", "请把较早记录的内容写在前面"
                findings.add("RECORDED_BACKWARDS", step.place, said, instead)
            day = max(day, later)
        elif match.sentence.key == "G1" and something:
            said = "the ledger is named after something was given", "台账应写在最前：此句之前已有其他内容"
            findings.add("LEDGER_LATE", step.place, said, ("put it first", "请移到最前"))
        something = True


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Without the collector of garbage, which would go through a growing tree again and again and find nothing."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
