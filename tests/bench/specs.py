"""The speed of a run: 1,000 scenarios of ten steps, checked, run and told; beside bare pytest-bdd on the same file.

The baseline is pytest with the same sentences and nothing else: no check, no count, no report.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from features.spec.check import check
from features.spec.conducting import HOUSE
from features.spec.document import document
from features.spec.run import run

if TYPE_CHECKING:
    from collections.abc import Callable

SCENARIOS = 1_000
GIVEN = """\
# language: zh-CN
功能: 计划外资金
"""
SCENARIO = """
  场景: 第{number}笔
    假如 自2026年1月1日起设有以下岗位：
      | 岗位     | 上级   |
      | 总经理   |        |
      | 营销总监 | 总经理 |
    并且 “周{number}”自2026年1月1日起任“总经理”
    并且 “林{number}”自2026年1月1日起任“营销总监”
    并且 以下授权事项：
      | 事项 |
      | 费用 |
    并且 自2026年1月1日起有以下授权：
      | 编号 | 持有者   | 行权方式 | 事项 | 限额        |
      | 甲   | 营销总监 | 审批     | 费用 | {number}元  |
      | 乙   | 总经理   | 审批     | 费用 | 5万元       |
    并且 “林{number}”自2026年3月1日起至2026年3月5日止缺勤
    当 问：2026年3月2日谁可以审批“费用”{number}.01元
    那么 恰有以下人员可以：
      | 人员       | 身份 |
      | 周{number} | 任职 |
    并且 “周{number}”的依据是“乙”，限额5万元
    并且 “林{number}”不可以，原因是超单笔限额
"""
BOUND = "from pytest_bdd import scenarios\nscenarios({path!r})\n"


def specs(line: Callable[[str, str, str, str, float], None], scenarios: int = SCENARIOS) -> None:
    """Print a line for each promise; `line` takes what, the figure, the promise, the baseline and the ratio."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.feature"
        path.write_text(GIVEN + "".join(SCENARIO.format(number=number + 1000) for number in range(scenarios)), "utf-8")
        bare = _seconds(lambda: _bare(Path(folder), path))
        checked = _seconds(lambda: check([path]))
        began = time.perf_counter()
        report = run([path])
        spent = time.perf_counter() - began
        told = _seconds(lambda: document(report))
    if not report.passed or report.count() != scenarios:
        raise AssertionError(report.troubles)
    beside = f"bare pytest-bdd {bare:.1f} s"
    line(f"{scenarios:,} scenarios of ten steps, run", f"{spent:.1f} s", "20 s or less", beside, bare / spent)
    line("the same, checked only", f"{checked:.2f} s", "0.5 s or less", beside, bare / checked)
    line("their living document", f"{told:.2f} s", "no promise", beside, bare / told)


def _bare(folder: Path, path: Path) -> None:
    bound = folder / "test_bound.py"
    bound.write_text(BOUND.format(path=str(path)))
    plugins = ["-p", "pytest_bdd.plugin", "-p", "features.steps.engine", "-p", "no:cacheprovider"]
    options = ["-q", "-c", os.devnull, "--rootdir", str(folder), "--noconftest"]
    environment = {**os.environ, "PYTHONPATH": str(HOUSE), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    command = [sys.executable, "-m", "pytest", *options, *plugins, str(bound)]
    subprocess.run(command, check=True, capture_output=True, env=environment)


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


if __name__ == "__main__":
    from tests.bench.measure import line as printed

    specs(printed)
