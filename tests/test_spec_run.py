"""A run of specifications: what is declared is run or said not to be, in a process that leaves nothing behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest

from api.cli.app import run as remit
from features.spec import conducting, run
from features.spec.conducting import HOUSE, surroundings
from features.spec.declared import declared
from features.spec.findings import Finding
from features.spec.run import run as run_specifications

if find_spec("psycopg"):
    from tests.test_postgres import schema, server  # noqa: F401 - fixtures, found by their names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from features.spec.report import Report

EXAMPLE = HOUSE / "features" / "marketing_centre"
GIVEN = """\
# language: zh-CN
功能: 计划外资金
  背景:
    假如 自2026年1月1日起设有以下岗位：
      | 岗位     | 上级   |
      | 总经理   |        |
      | 营销总监 | 总经理 |
    并且 “周建国”自2026年1月1日起任“总经理”
    并且 “林晓东”自2026年1月1日起任“营销总监”
    并且 以下授权事项：
      | 事项 |
      | 费用 |
    并且 自2026年1月1日起有以下授权：
      | 编号 | 持有者   | 行权方式 | 事项 | 限额   |
      | 甲   | 营销总监 | 审批     | 费用 | 2000元 |
      | 乙   | 总经理   | 审批     | 费用 | 5万元  |
"""
HOLDS = """
  场景: 两千元以内
    当 问：2026年3月2日谁可以审批“费用”2000元
    那么 “林晓东”的依据是“甲”
"""
FAILS = """
  场景: 超过一分
    当 问：2026年3月2日谁可以审批“费用”2000.01元
    那么 恰有以下人员可以：
      | 人员   |
      | 林晓东 |
"""
OUTLINE = """
  场景大纲: <金额>由<谁>
    当 问：2026年3月2日谁可以审批“费用”<金额>
    那么 “<谁>”的依据是“<依据>”
    例子:
      | 金额      | 谁     | 依据 |
      | 2000元    | 林晓东 | 甲   |
      | 2000.01元 | 林晓东 | 甲   |
      | 5万元     | 周建国 | 乙   |
"""
ATTEMPTED = '''
  场景: 尝试
    当 尝试：
      """
      “林晓东”自2026年4月1日起不再担任“营销总监”
      """
    那么 被接受
'''


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Writes a specification."""

    def written(*parts: str, name: str = "a.feature") -> Path:
        path = tmp_path / name
        path.write_text("".join(parts), "utf-8")
        return path

    return written


def outcomes(report: Report) -> dict[str, str]:
    return {scenario.called(one): one.outcome for _, _, scenario, one in report.runs}


# What came of it


def test_all_that_is_declared_is_run_and_holds(write: Callable[..., Path]) -> None:
    report = run_specifications([write(GIVEN, HOLDS)])

    assert outcomes(report) == {"两千元以内": "passed"}
    assert (report.exit_code, report.troubles) == (0, ())


def test_a_then_that_does_not_hold_says_expected_answered_and_the_reasons_with_their_entries(
    write: Callable[..., Path],
) -> None:
    path = write(GIVEN, FAILS, HOLDS)
    report = run_specifications([path])

    assert outcomes(report) == {"超过一分": "failed", "两千元以内": "passed"}
    assert report.exit_code == 1
    ((*_, failed),) = [one for one in report.runs if one[-1].failure]
    failure = failed.failure
    assert failure is not None
    assert path.read_text("utf-8").splitlines()[failure.line - 1].strip() == "那么 恰有以下人员可以："
    assert failure.expected == ("林晓东", "林晓东")
    assert failure.answered == ("周建国 (holder)", "周建国（任职）")
    assert failure.told is not None
    for told, word in zip(failure.told, ("above the limit", "超单笔限额"), strict=True):
        assert word in told
        assert "2,000.01 CNY" in told
        assert "#9" in told


def test_each_row_of_an_outline_has_its_own_outcome(write: Callable[..., Path]) -> None:
    report = run_specifications([write(GIVEN, OUTLINE)])

    assert outcomes(report) == {
        "2000元由林晓东": "passed",
        "2000.01元由林晓东": "failed",
        "5万元由周建国": "passed",
    }
    assert [one.line for *_, one in report.runs] == [23, 24, 25]


def test_each_scenario_has_a_ledger_of_its_own(write: Callable[..., Path]) -> None:
    report = run_specifications([write(GIVEN, ATTEMPTED, HOLDS, ATTEMPTED.replace("尝试\n", "再尝试\n", 1))])

    assert report.exit_code == 0
    assert report.count("passed") == 3


def test_the_cases_hold() -> None:
    cases = HOUSE.parent / "shared" / "cases"
    if not cases.is_dir():
        pytest.skip("there is no folder of cases beside the house")
    report = run_specifications([cases])

    assert report.exit_code == 0, outcomes(report)
    assert report.count() == sum(
        len(one.runs) for path in cases.glob("*.feature") for one in declared(path.read_text("utf-8"), "").scenarios
    )


# Never silence


def test_a_file_with_errors_is_not_run_and_the_others_are(write: Callable[..., Path], tmp_path: Path) -> None:
    write(GIVEN, HOLDS, "\n  场景: 没有检验\n    当 问：2026年3月2日谁可以审批“费用”1元\n", name="bad.feature")
    write(GIVEN, HOLDS, name="good.feature")
    report = run_specifications([tmp_path])

    bad, good = report.features
    assert bad.refused
    assert {one.outcome for scenario in bad.scenarios for one in scenario.runs} == {"not_run"}
    assert [one.outcome for scenario in good.scenarios for one in scenario.runs] == ["passed"]
    assert report.exit_code == 1


def test_what_the_engine_drops_fails_the_run(write: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """Of two scenarios of one name the engine runs the last: the checker finds it, and so does the count."""
    path = write(GIVEN, FAILS.replace("超过一分", "两千元以内"), HOLDS)
    assert run_specifications([path]).features[0].refused
    monkeypatch.setattr(run, "check", lambda _: list[Finding]())
    report = run_specifications([path])

    assert [one.outcome for *_, one in report.runs] == ["not_run", "passed"]
    assert report.troubles == (("1 declared examples were not run", "声明的例子中有1个没有运行"),)
    assert report.exit_code == 1


def test_a_tag_that_skips_is_no_pass(write: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "check", lambda _: list[Finding]())
    for tag in ("skip", "xfail"):
        report = run_specifications([write(GIVEN, HOLDS.replace("  场景", f"  @{tag}\n  场景"))])
        assert report.exit_code == 1
        assert report.count("passed") == 0


def test_a_file_that_the_engine_cannot_read_does_not_hide_the_others(
    write: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "check", lambda _: list[Finding]())
    write("# language: zh-CN\n功能: 甲\n  场景: 以“并且”开始\n    并且 无人可以\n", name="bad.feature")
    write(GIVEN, HOLDS, name="good.feature")
    report = run_specifications([tmp_path])

    assert [one.outcome for *_, one in report.runs] == ["not_run", "passed"]
    assert report.exit_code == 1
    assert "bad.feature" in report.troubles[0][0]


def test_nothing_to_run_is_no_pass(write: Callable[..., Path]) -> None:
    assert run_specifications([write("# language: zh-CN\n功能: 空\n")]).exit_code == 1


# The process


def test_surroundings_do_not_speak_to_the_run(
    write: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(GIVEN, HOLDS)
    for name, text in (
        ("conftest.py", "raise SystemExit('conftest')"),
        ("pytest.ini", "[pytest]\naddopts = --collect-only\n"),
        ("ledger.py", "raise SystemExit('ledger')"),
        ("sitecustomize.py", "raise SystemExit('site')"),
    ):
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTEST_ADDOPTS", "--collect-only -p nowhere")
    monkeypatch.setenv("PYTEST_PLUGINS", "nowhere")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    before = {one: one.stat() for one in tmp_path.rglob("*")}
    report = run_specifications([path])

    assert (report.exit_code, report.troubles) == (0, ())
    assert {one: one.stat().st_mtime_ns for one in tmp_path.rglob("*")} == {
        one: stat.st_mtime_ns for one, stat in before.items()
    }
    assert not {name for name in surroundings(os.environ) if name.startswith("PYTEST_") and "AUTOLOAD" not in name}


def test_the_time_limit_ends_the_run_and_the_child(write: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    begun = watched(monkeypatch)
    monkeypatch.setattr(conducting, "_CHILD", "import time; time.sleep(60)")
    report = run_specifications([write(GIVEN, HOLDS)], timeout=0.5)

    assert report.exit_code == 1
    assert report.seconds < 20
    assert report.troubles[0][0].startswith("the run was stopped after 0.5 seconds")
    assert outcomes(report) == {"两千元以内": "not_run"}
    assert begun[0].returncode == -signal.SIGKILL


def watched(monkeypatch: pytest.MonkeyPatch) -> list[subprocess.Popen[bytes]]:
    """The processes begun from now on."""
    begun: list[subprocess.Popen[bytes]] = []
    begin = subprocess.Popen

    def popen(*args: Any, **how: Any) -> subprocess.Popen[bytes]:  # noqa: ANN401 - as it is called
        assert how["stdin"] == subprocess.DEVNULL
        begun.append(begin(*args, **how))
        return begun[-1]

    monkeypatch.setattr(subprocess, "Popen", popen)
    return begun


def test_a_child_that_dies_is_told(write: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conducting, "_CHILD", "import sys; sys.exit('out of order')")
    report = run_specifications([write(GIVEN, HOLDS)])

    assert report.exit_code == 1
    assert "out of order" in report.troubles[0][0]


REMIT = """
import signal
from api.cli import main

signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell lets what it runs in the background ignore it
main()
"""


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="processes are looked up in /proc")
@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGKILL, -signal.SIGKILL)])
def test_an_interrupt_leaves_no_child_behind(write: Callable[..., Path], sent: signal.Signals, code: int) -> None:
    scenarios = (HOLDS.replace("两千元以内", f"第{number}笔") for number in range(2_000))
    path = write(GIVEN, *scenarios)
    parent = subprocess.Popen(
        [sys.executable, "-c", REMIT, "spec", "run", str(path)], cwd=HOUSE, stdout=subprocess.DEVNULL
    )
    child = eventually(lambda: next(children(parent.pid), None))
    parent.send_signal(sent)

    assert parent.wait(30) == code
    assert child is not None
    assert eventually(lambda: not alive(child))


def children(parent: int) -> Iterator[int]:
    yield from map(int, Path(f"/proc/{parent}/task/{parent}/children").read_text().split())


def alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def eventually(what: Callable[[], Any], seconds: float = 60) -> Any:  # noqa: ANN401 - whatever it gives
    ends = time.monotonic() + seconds
    while not (found := what()) and time.monotonic() < ends:
        time.sleep(0.05)
    return found


# A real ledger


ASKED = """\
# language: zh-CN
功能: 台账应当满足的
  背景:
    假如 “海川商贸有限公司”的台账，币种CNY，时区Asia/Shanghai

  场景: 两千元以内
    当 问：2026年3月2日谁可以审批“计划外资金使用”1800元
    那么 恰有以下人员可以：
      | 人员   | 身份 |
      | 林晓峰 | 任职 |
      | p01    | 任职 |
    并且 “陈雨桐”不可以，原因是没有授权
    并且 “林晓峰”的依据是“director-unplanned-spending”，限额2000元

  场景: 组织
    当 查看2026年3月2日的组织图
    那么 “营销总监”由“林晓峰”担任
    并且 “市场部经理”的上级是“营销总监”
"""
ASKED_IN_VAIN = """
  场景: 不成立
    当 问：2026年3月2日谁可以审批“计划外资金使用”1800元
    那么 恰有以下人员可以：
      | 人员   |
      | 陈雨桐 |
  场景: 没有此人
    当 问：2026年3月2日谁可以审批“计划外资金使用”1800元
    那么 “陈雨”不可以，原因是没有授权
  场景: 那时还没有记录
    假如 以下内容于2020年1月1日记录
    当 查看2026年3月2日的组织图
    那么 “营销总监”空缺
"""


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The ledger of the marketing centre."""
    path = str(tmp_path_factory.mktemp("live") / "ledger.db")
    assert remit(["init", "--from", str(EXAMPLE / "charter.yaml"), "--ledger", path]) == 0
    assert remit(["load", *(str(EXAMPLE / f"{name}.yaml") for name in ("charter", "history")), "--ledger", path]) == 0
    return path


def test_a_real_ledger_is_asked_by_names_and_nothing_is_written(write: Callable[..., Path], live: str) -> None:
    before = Path(live).read_bytes()
    report = run_specifications([write(ASKED)], ledger=live)

    assert outcomes(report) == {"两千元以内": "passed", "组织": "passed"}
    assert report.exit_code == 0
    assert report.against is not None
    assert report.against.name == "海川商贸有限公司"
    assert report.against.head > 200
    assert Path(live).read_bytes() == before


def test_a_real_ledger_may_lie_on_a_server(write: Callable[..., Path], schema: str) -> None:
    assert remit(["init", "--from", str(EXAMPLE / "charter.yaml"), "--ledger", schema]) == 0
    loaded = [str(EXAMPLE / f"{name}.yaml") for name in ("charter", "history")]
    assert remit(["load", *loaded, "--ledger", schema]) == 0
    assert remit(["spec", "run", str(write(ASKED)), "--ledger", schema]) == 0


def test_a_sentence_that_there_is_not_is_told_with_those_that_there_are(
    write: Callable[..., Path], capfd: pytest.CaptureFixture[str]
) -> None:
    path = write("# language: en\nFeature: f\n  Scenario: s\n    When asked who could do it\n    Then nobody could\n")
    assert remit(["spec", "run", str(path), "--lang", "en"]) == 1
    said = capfd.readouterr().out
    assert "\ufffd" not in said
    assert "did you mean:\n    When asked on DATE" in said


def test_what_does_not_hold_in_a_real_ledger_is_told_by_names(write: Callable[..., Path], live: str) -> None:
    report = run_specifications([write(ASKED, ASKED_IN_VAIN)], ledger=live)

    failures = [one.failure for *_, one in report.runs if one.failure is not None]
    assert [one.expected for one in failures] == [("陈雨桐 p03", "陈雨桐 p03"), None, None]
    assert "陈雨桐" in failures[1].said[1]
    assert "as known at entry 0" in failures[2].said[0]
    assert report.exit_code == 1


@pytest.mark.parametrize(
    "part",
    [HOLDS, ATTEMPTED, ATTEMPTED.replace("尝试：", "试算：").replace("被接受", "没有结论改变")],
    ids=["given", "attempted", "considered"],
)
def test_a_real_ledger_takes_only_questions(write: Callable[..., Path], live: str, part: str) -> None:
    before = Path(live).read_bytes()
    path = write(GIVEN if part is HOLDS else GIVEN.split("  背景", maxsplit=1)[0], part)
    report = run_specifications([path], ledger=live)

    assert {one.code for one in report.features[0].findings} == {"ONLY_QUESTIONS"}
    assert report.exit_code == 1
    assert report.count("not_run") == report.count() == 1
    assert Path(live).read_bytes() == before


def test_another_ledger_than_the_one_named_is_told(write: Callable[..., Path], live: str) -> None:
    report = run_specifications([write(ASKED.replace("海川", "海山"))], ledger=live)

    assert {one.outcome for *_, one in report.runs} == {"failed"}
    assert "海川商贸有限公司" in next(one.failure.said[1] for *_, one in report.runs if one.failure is not None)


# The command


def test_the_exit_codes_are_honest(
    write: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str], live: str
) -> None:
    good, bad = write(GIVEN, HOLDS), write(GIVEN, FAILS, name="b.feature")
    missing = str(tmp_path / "nothing")

    assert remit(["spec", "run", str(good)]) == 0
    assert remit(["spec", "run", str(bad)]) == 1
    assert remit(["spec", "run", str(good), str(bad)]) == 1
    assert remit(["spec", "run", missing]) == 2
    assert remit(["spec", "run", str(good), "--only", "没有"]) == 2
    assert {remit(["spec", "run", str(good), "--timeout", one]) for one in ("0", "nan", "inf", "-1")} == {2}
    assert remit(["spec", "run", str(good), "--html", f"{missing}/a.html"]) == 2
    assert remit(["spec", "run", str(good), "--html", str(good)]) == 2
    assert remit(["spec", "run", str(write(ASKED)), "--ledger", missing]) == 2
    assert remit(["spec", "run", str(write(ASKED)), "--ledger", live]) == 0
    capsys.readouterr()


def test_a_run_is_told_in_either_language(write: Callable[..., Path], capsys: pytest.CaptureFixture[str]) -> None:
    path = write(GIVEN, FAILS, HOLDS)
    assert remit(["spec", "run", str(path), "--lang", "zh"]) == 1
    chinese = capsys.readouterr().out
    assert remit(["spec", "run", str(path), "--lang", "en"]) == 1
    english = capsys.readouterr().out

    assert "应为：林晓东\n" in chinese
    assert "2个例子中1个成立，1个不成立" in chinese
    assert "expected: 林晓东\n" in english
    assert "1 of 2 examples hold, 1 does not" in english


def test_a_run_as_json_and_for_build_servers(
    write: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, junit = write(GIVEN, FAILS, HOLDS, OUTLINE), tmp_path / "out.xml"
    assert remit(["spec", "run", str(path), "--json", "--junit", str(junit)]) == 1

    said = json.loads(capsys.readouterr().out)
    assert said["summary"] == {"declared": 5, "passed": 3, "failed": 2, "not_run": 0, "exit_code": 1}
    assert said["report"]["features"][0]["name"] == "计划外资金"
    suites = ET.fromstring(junit.read_bytes())  # noqa: S314 - written here
    assert {name: suites.get(name) for name in ("tests", "failures", "errors")} == {
        "tests": "5",
        "failures": "2",
        "errors": "0",
    }
    assert len(list(suites.iter("testcase"))) == 5


def test_only_the_scenarios_called_so_are_run(write: Callable[..., Path]) -> None:
    report = run_specifications([write(GIVEN, FAILS, HOLDS)], only="两千元")

    assert outcomes(report) == {"两千元以内": "passed"}
    assert report.exit_code == 0
