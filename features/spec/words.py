"""The words of `remit spec`: its help and what it says, in English and in Chinese."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from features.steps.parameters import Pair

SPEC_HELP: dict[str, Pair] = {
    "help.spec": ("Specifications in Gherkin: check them, run them.", "Gherkin 规格文件：检查、运行。"),
    "help.spec.check": (
        "Check specifications before they are run: every mistake with its line, and what to write instead.",
        "运行之前检查规格文件：逐一指出错处的行号，以及应当怎样写。",
    ),
    "help.PATH": (
        "files, or folders to look for .feature files in",
        "文件，或要在其中查找 .feature 文件的文件夹",
    ),
    "help.--fix": (
        "repair what is only form: encoding, colons, bars, spelling of keywords, spaces",
        "修正仅属形式的问题：编码、冒号、竖线、关键字写法、空格",
    ),
    "help.--dry-run": ("with --fix: show what would change, and change nothing", "与 --fix 连用：只显示将作的改动"),
}

SAID: dict[str, Pair] = {
    "error": ("error", "错误"),
    "warning": ("warning", "提示"),
    "clean": ("nothing is wrong", "没有发现问题"),
    "summary": ("{errors} errors, {warnings} warnings", "{errors}处错误，{warnings}处提示"),
    "fixable": ("--fix would repair {count} of them, which are only form", "其中{count}处仅属形式，可用 --fix 修正"),
    "repaired": ("repaired {file}", "已修正 {file}"),
}
"""What `remit spec check` says."""
