"""What bare pytest-bdd passes in silence: each trap ends green there, and is an error here."""

from __future__ import annotations

import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from features.spec.check import check
from features.spec.findings import failing
from features.steps import matching
from features.steps.catalogue import BY_KEY, SENTENCES
from features.steps.sentence import Sentence

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from features.spec.findings import Finding

POSITIONS = """\
    假如 自2026年1月1日起设有以下岗位：
      | 岗位 |
      | 经理 |
"""
APPOINTED = "    并且 “张三”自2026年1月1日起任“经理”\n"
ASKED = "    当 查看2026年3月1日的组织图\n"
HELD = "    那么 “经理”由“张三”担任\n"
STEPS = POSITIONS + APPOINTED + ASKED + HELD
HEAD = "# language: zh-CN\n功能: 组织\n"
GOOD = f"{HEAD}  场景: 任职\n{STEPS}"
ENGLISH = """\
    Given these positions from 2026-01-01:
      | position |
      | Manager  |
    And "Ann" holds "Manager" from 2026-01-01
    When the organisation is shown on 2026-03-01
    Then "Manager" is held by "Ann"
"""
OUTLINE = f"""\
{HEAD}  场景大纲: 任职
{POSITIONS}    并且 “PLACE”自2026年1月1日起任“经理”
{ASKED}    那么 “经理”由“PLACE”担任
"""

BARE_STEPS = """
from pytest_bdd import given, parsers, then, when

@given(parsers.parse("自{since}起设有以下岗位："))
@given(parsers.parse("“{person}”自{since}起任“{position}”"))
@given(parsers.parse("自{since}起設有以下崗位："))
@given(parsers.parse("“{person}”自{since}起任“{position}”"))
@given(parsers.parse("these positions from {since}:"))
@given(parsers.parse('"{person}" holds "{position}" from {since}'))
@given("经理请假时按代理规则办")
@when("经理请假时按代理规则办")
@when(parsers.parse("查看{on}的组织图"))
@when(parsers.parse("查看{on}的組織圖"))
@when(parsers.parse("the organisation is shown on {on}"))
@then(parsers.parse("“{position}”由“{person}”担任"))
@then(parsers.parse("“{position}”由“{person}”擔任"))
@then(parsers.parse('"{position}" is held by "{person}"'))
def anything():
    pass

@given("甲")
def first():
    raise AssertionError("the first definition")

@given("甲")
def second():
    pass
"""
"""Plain definitions, as anybody would write them for these sentences."""


@dataclass(frozen=True)
class Trap:
    """A specification that is wrong, by the name of its file, and what it is told of: the code, and on which line."""

    text: str
    code: str
    line: int
    file: str = "trap.feature"
    runs: int = 1
    """How many examples bare pytest-bdd runs."""
    beside: dict[str, str] = field(default_factory=dict)


def words_in_place_of(keyword: str, word: str) -> str:
    """The good scenario, its step under a word that is no keyword, the first of all."""
    given = "    假如 自2026年1月1日起设有以下岗位：\n      | 岗位 |\n      | 经理 |\n"
    if keyword == "假如":
        first = f"    {word} “张三”自2026年1月1日起任“经理”\n"
        return f"{HEAD}  场景: 任职\n{first}{given}{ASKED}{HELD}"
    first = f"    {word} “经理”由“李四”担任\n"
    return f"{HEAD}  场景: 任职\n{first}{given}{APPOINTED}{ASKED}{HELD}"


SWALLOWED = {
    **dict.fromkeys(("如果", "若", "给定", "已知", "并", "且", "given", "Given"), "假如"),
    **dict.fromkeys(("则", "应该"), "那么"),
}
TRAPS: dict[str, Trap] = {
    "two scenarios of one name": Trap(f"{GOOD}  场景: 任职\n{STEPS}", "SCENARIO_TWICE", 10),
    "two scenarios of one name in two rules": Trap(
        f"{HEAD}  规则: 一\n  场景: 任职\n{STEPS}  规则: 二\n  场景: 任职\n{STEPS}", "SCENARIO_TWICE", 12
    ),
    "a scenario and an outline of one name": Trap(
        f"{GOOD}{OUTLINE.removeprefix(HEAD).replace('PLACE', '<员工>')}    例子:\n      | 员工 |\n      | 张三 |\n",
        "SCENARIO_TWICE",
        10,
    ),
    "a scenario without steps": Trap(f"{HEAD}  场景: 空\n", "SCENARIO_EMPTY", 3),
    "a scenario without a Then": Trap(f"{HEAD}  场景: 任职\n{POSITIONS}{APPOINTED}{ASKED}", "THEN_MISSING", 3),
    "an outline without examples": Trap(OUTLINE.replace("PLACE", "<员工>"), "EXAMPLES_MISSING", 3),
    "an outline without rows": Trap(
        f"{OUTLINE.replace('PLACE', '<员工>')}    例子:\n      | 员工 |\n", "EXAMPLES_MISSING", 10
    ),
    "a column misspelt": Trap(
        f"{OUTLINE.replace('PLACE', '<员工>')}    例子:\n      | 职工 |\n      | 张三 |\n", "PLACE_UNKNOWN", 7
    ),
    "a column with spaces": Trap(
        f"{OUTLINE.replace('PLACE', '< 员工 >')}    例子:\n      | 员工 |\n      | 张三 |\n", "PLACE_UNKNOWN", 7
    ),
    "a column in full-width brackets": Trap(
        f"{OUTLINE.replace('PLACE', '＜员工＞')}    例子:\n      | 员工 |\n      | 张三 |\n", "PLACE_UNKNOWN", 7
    ),
    "a column twice": Trap(
        f"{OUTLINE.replace('PLACE', '<员工>')}    例子:\n      | 员工 | 员工 |\n      | 张三 | 李四 |\n",
        "COLUMN_TWICE",
        11,
    ),
    "a column that nobody uses": Trap(
        f"{OUTLINE.replace('PLACE', '<员工>')}    例子:\n      | 员工 | 备注 |\n      | 张三 | 无 |\n",
        "COLUMN_UNUSED",
        11,
    ),
    "a title with a full-width colon": Trap(f"{HEAD}  场景：一\n  场景: 任职\n{STEPS}", "COLON_WIDE", 3),
    "an English title without a colon": Trap(f"Feature: f\n  Scenario a\n  Scenario: b\n{ENGLISH}", "COLON_MISSING", 2),
    **{
        f"a first step under {word}": Trap(words_in_place_of(keyword, word), "NOT_A_KEYWORD", 4)
        for word, keyword in SWALLOWED.items()
    },
    **{
        f"a first line that begins with {word}": Trap(
            f"{HEAD}  场景: 任职\n    {word} “张三”自2026年1月1日起任“经理”\n{STEPS}", "SWALLOWED", 4
        )
        for word in ("例如", "示例")
    },
    "a first step under Whne": Trap(
        f"Feature: f\n  Scenario: b\n    Whne the organisation is shown on 2026-02-01\n{ENGLISH}", "NOT_A_KEYWORD", 3
    ),
    "a first step under given": Trap(
        f'Feature: f\n  Scenario: b\n    given "Ann" holds "Manager" from 2026-01-01\n{ENGLISH}', "NOT_A_KEYWORD", 3
    ),
    "English titles in a Chinese file": Trap(f"{HEAD}  Scenario: 一\n  场景: 任职\n{STEPS}", "NOT_A_KEYWORD", 3),
    "a table under a sentence that takes none": Trap(
        f"{HEAD}  场景: 任职\n{POSITIONS}{APPOINTED}      | 岗位 |\n      | 总监 |\n{ASKED}{HELD}",
        "TABLE_UNEXPECTED",
        8,
    ),
    "the tag @skip": Trap(f"{HEAD}  @skip\n  场景: 任职\n{STEPS}", "TAG_IS_A_MARK", 3),
    "the tag @xfail": Trap(f"{HEAD}  @xfail\n  场景: 任职\n{STEPS}", "TAG_IS_A_MARK", 3),
    "the tag @skip at the examples": Trap(
        f"{OUTLINE.replace('PLACE', '<员工>')}    @skip\n    例子:\n      | 员工 |\n      | 张三 |\n",
        "TAG_IS_A_MARK",
        10,
    ),
    "a file called x.FEATURE": Trap(GOOD, "NAME_ODD", 1, "x.FEATURE", beside={"good.feature": GOOD}),
    "a file called x.feature.txt": Trap(GOOD, "NAME_ODD", 1, "x.feature.txt", beside={"good.feature": GOOD}),
    "規則 in a file in Traditional Chinese": Trap(
        "# language: zh-TW\n功能: 組織\n  規則: 一\n  場景: 任職\n"
        "    假如 自2026年1月1日起設有以下崗位：\n      | 崗位 |\n      | 經理 |\n"
        "    並且 “張三”自2026年1月1日起任“經理”\n    當 查看2026年3月1日的組織圖\n    那麼 “經理”由“張三”擔任\n",
        "NOT_A_KEYWORD",
        3,
    ),
    **{
        f"a remark that begins with {word}": Trap(
            f"{HEAD}  场景: 任职\n{POSITIONS}{APPOINTED}    {word}经理请假时按代理规则办\n{ASKED}{HELD}", "FREE_TEXT", 8
        )
        for word in ("当", "假如", "同时")
    },
}


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """How each trap ends under bare pytest-bdd: the outcome of every test of its module."""
    folder = tmp_path_factory.mktemp("bare")
    (folder / "conftest.py").write_text(BARE_STEPS, "utf-8")
    for number, trap in enumerate(TRAPS.values()):
        place = folder / f"trap{number}"
        put(place, trap)
        (folder / f"test_trap{number}.py").write_text(
            f"from pytest_bdd import scenarios\nscenarios('{place.name}')\n", "utf-8"
        )
    place = folder / "twice"
    place.mkdir()
    (place / "twice.feature").write_text(f"{HEAD}  场景: 甲\n    假如 甲\n", "utf-8")
    (folder / "test_twice.py").write_text("from pytest_bdd import scenarios\nscenarios('twice')\n", "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--junit-xml=out.xml", "."],
        cwd=folder,
        env={**os.environ, "PYTEST_ADDOPTS": ""},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:]
    ended: dict[str, list[str]] = {}
    for case in ET.parse(folder / "out.xml").iter("testcase"):  # noqa: S314 - pytest wrote it
        outcome = next((child.tag for child in case if child.tag != "system-out"), "passed")
        ended.setdefault(case.attrib["classname"], []).append(outcome)
    return ended


def put(folder: Path, trap: Trap) -> Path:
    """The files of a trap in a folder."""
    folder.mkdir(parents=True)
    for name, text in {**trap.beside, trap.file: trap.text}.items():
        (folder / name).write_text(text, "utf-8")
    return folder / trap.file


@pytest.mark.parametrize("name", TRAPS)
def test_bare_pytest_bdd_ends_green(name: str, bare: dict[str, list[str]]) -> None:
    ended = bare[f"test_trap{list(TRAPS).index(name)}"]
    assert len(ended) == TRAPS[name].runs
    assert set(ended) <= {"passed", "skipped"}


@pytest.mark.parametrize("name", TRAPS)
def test_the_checker_finds_it(name: str, tmp_path: Path) -> None:
    trap = TRAPS[name]
    path = put(tmp_path / "specifications", trap)

    found = check([tmp_path])

    assert failing(found)
    assert (str(path), trap.line, trap.code) in [(one.file, one.line, one.code) for one in errors(found)]
    assert all(one.message_en and one.message_zh for one in found)


def errors(found: list[Finding]) -> list[Finding]:
    """The findings for which a file is not run."""
    return [one for one in found if one.severity == "error"]


@pytest.mark.parametrize("text", [GOOD, f"Feature: f\n  Scenario: b\n{ENGLISH}"], ids=["zh", "en"])
def test_without_a_trap_nothing_is_found(text: str, tmp_path: Path) -> None:
    (tmp_path / "good.feature").write_text(text, "utf-8")
    assert check([tmp_path]) == []


def test_of_two_definitions_bare_pytest_bdd_runs_the_later(bare: dict[str, list[str]]) -> None:
    assert bare["test_twice"] == ["passed"]


@pytest.fixture
def twofold(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A catalogue that has one sentence twice, under two keys."""
    one = BY_KEY["W4"]
    again = Sentence("W4b", one.kind, one.english, one.chinese, one.example, one.help)
    monkeypatch.setattr(matching, "SENTENCES", (*SENTENCES, again))
    matching.read.cache_clear()
    yield
    matching.read.cache_clear()


@pytest.mark.usefixtures("twofold")
def test_two_sentences_that_match_are_an_error(tmp_path: Path) -> None:
    (tmp_path / "good.feature").write_text(GOOD, "utf-8")
    assert [(one.code, one.line) for one in check([tmp_path])] == [("TWO_SENTENCES", 8)]


def test_the_step_that_opens_a_debugger_is_no_sentence(tmp_path: Path) -> None:
    """`trace`, which pytest-bdd brings, waits for somebody at the keyboard; bare, it is found and run."""
    text = f"Feature: f\n  Scenario: b\n    Given trace\n{ENGLISH}"
    (tmp_path / "trace.feature").write_text(text, "utf-8")
    (tmp_path / "conftest.py").write_text(
        f"{BARE_STEPS}\nimport pdb\npdb.set_trace = lambda *a, **k: print('at the keyboard')\n"
        "import pytest\npytest.set_trace = pdb.set_trace\n",
        "utf-8",
    )
    (tmp_path / "test_it.py").write_text("from pytest_bdd import scenarios\nscenarios('.')\n", "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-s", "-p", "no:cacheprovider"],
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:]
    assert "at the keyboard" in done.stdout

    assert [(one.code, one.line) for one in errors(check([tmp_path / "trace.feature"]))] == [("NO_SENTENCE", 3)]
