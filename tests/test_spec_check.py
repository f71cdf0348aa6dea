"""Check before run: every mistake is found on its line, told in both languages, and what is only form is repaired."""

from __future__ import annotations

import ast
import json
import os
import time
from pathlib import Path
from typing import Any, get_args

import pytest
from gherkin.parser import Parser

from api.cli.app import run
from features.spec.check import check, check_text
from features.spec.codes import CODES, page
from features.spec.findings import Finding, Findings
from features.spec.fix import fixed, form, write
from features.spec.parsing import parse
from features.spec.values import numeral
from features.steps.matching import read
from features.steps.tables import Code

HOUSE = Path(__file__).resolve().parent.parent
CASES = HOUSE.parent / "shared" / "cases"
SHIPPED = [*sorted((HOUSE / "features").rglob("*.feature")), *sorted(CASES.glob("*.feature"))]

HEAD = "# language: zh-CN\n功能: 采购\n"
GIVEN = """\
    假如 自2026年1月1日起设有以下岗位：
      | 岗位     | 上级   |
      | 总经理   |        |
      | 采购经理 | 总经理 |
    并且 “马小龙”自2026年1月1日起任“采购经理”
    并且 以下授权事项：
      | 事项     |
      | 采购订单 |
    并且 自2026年1月1日起有以下授权：
      | 编号 | 持有者   | 行权方式 | 事项     | 限额   |
      | A-1  | 采购经理 | 审批     | 采购订单 | 50万元 |
"""
ASKED = "    当 问：2026年3月1日谁可以审批“采购订单”30万元\n"
ANSWERED = "    那么 恰有以下人员可以：\n      | 人员   | 身份 |\n      | 马小龙 | 任职 |\n"
GOOD = f"{HEAD}  场景: 采购\n{GIVEN}{ASKED}{ANSWERED}"


def found_in(text: str) -> list[Finding]:
    """What is wrong with a text."""
    findings = Findings("x.feature")
    check_text(text, findings)
    return findings.sorted()


def told(text: str) -> list[tuple[str, int]]:
    """The codes and lines of what is wrong with a text."""
    return [(one.code, one.line) for one in found_in(text)]


def only(text: str) -> Finding:
    """The one thing that is wrong with a text."""
    found = found_in(text)
    assert len(found) == 1, [(one.code, one.line, one.message_en) for one in found]
    return found[0]


def with_line(line: str, instead_of: str, text: str = GOOD) -> str:
    """The good text with another line in the place of one."""
    assert instead_of in text
    return text.replace(instead_of, line)


# What is right


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_nothing_is_wrong_with_what_is_shipped(path: Path) -> None:
    assert [one for one in check([path]) if one.severity == "error"] == []


def test_nothing_is_wrong_with_a_good_text() -> None:
    assert told(GOOD) == []


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ('"马小龙"自2026年1月1日起任「采购经理」', "“马小龙”自2026年1月1日起任“采购经理”"),
        ("“马小龙”自２０２６年１月１日起任“采购经理”", "“马小龙”自2026年1月1日起任“采购经理”"),
        ("“马小龙” 自 2026年1月1日 起任 “采购经理”。", "“马小龙”自2026年1月1日起任“采购经理”"),
        ("“马\u200b小龙”自2026年1月1日起任\u200b“采购经理”", "“马小龙”自2026年1月1日起任“采购经理”"),
        ("\u3000“马小龙”自2026年1月1日起任“采购经理”", "“马小龙”自2026年1月1日起任“采购经理”"),
    ],
    ids=["quotes", "digits", "spaces", "invisible", "wide space"],
)
def test_what_does_not_matter_is_accepted(written: str, plain: str) -> None:
    assert told(with_line(written, plain)) == []


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_the_parser_that_is_asked_less_gives_the_same_tree(path: Path) -> None:
    text = path.read_text("utf-8")
    language = "zh-CN" if "language: zh-CN" in text else "zh-TW" if "language: zh-TW" in text else "en"
    assert without_ids(parse(text, language)) == without_ids(Parser().parse(text).get("feature"))


def test_the_parser_that_is_asked_less_gives_the_same_tree_of_odd_lines() -> None:
    text = (
        "@a @b # c\nFeature: f\n  * not a step\n\n  Rule: r\n    Background:\n"
        "      * a step\n      | a \\| b | \\n |\n"
        "    @t\n    Scenario Outline: s\n    said\n      When x\n"
        '      """ json\n      | no table |\n        @x\n      """\n'
        "      | a |   b|\n\n    Examples: e\n    # c\n      | a |\n      |   |\n    Examples:\n  Example: t\n"
    )
    assert without_ids(parse(text, "en")) == without_ids(Parser().parse(text).get("feature"))


def without_ids(tree: Any) -> Any:  # noqa: ANN401 - any node
    if isinstance(tree, dict):
        return {name: without_ids(node) for name, node in tree.items() if name != "id"}
    return [without_ids(node) for node in tree] if isinstance(tree, list) else tree


TRADITIONAL = """\
# language: zh-TW
功能: 採購
  場景: 採購
    假如 自2026年1月1日起設有以下崗位：
      | 崗位     | 上級   |
      | 總經理   |        |
    並且 「馬小龍」自2026年1月1日起任「總經理」
    當 查看2026年3月1日的組織圖
    那麼 「總經理」由「馬小龍」擔任
"""


def test_nothing_is_wrong_with_a_good_text_in_traditional_chinese() -> None:
    assert told(TRADITIONAL) == []


@pytest.mark.parametrize(
    ("line", "instead_of"), [("场景:", "場景:"), ("那么", "那麼"), ("規則: 一\n  場景:", "場景:"), ("並 「", "並且 「")]
)
def test_in_traditional_chinese_the_same_mistakes_are_told_and_repaired(line: str, instead_of: str) -> None:
    text = with_line(line, instead_of, TRADITIONAL)
    assert only(text).code == "NOT_A_KEYWORD"
    assert told(form(text)) == []


def test_a_near_sentence_is_shown_in_the_script_of_the_file() -> None:
    assert (
        "的組織圖" in only(with_line("查查2026年3月1日的組織結構", "查看2026年3月1日的組織圖", TRADITIONAL)).instead_zh
    )


# Files as they come


@pytest.mark.parametrize(
    ("encoding", "code"),
    [("utf-8-sig", "BOM"), ("gb18030", "ENCODING"), ("utf-16", "ENCODING"), ("utf-16-le", "ENCODING")],
)
def test_another_encoding_is_read_told_and_repaired(encoding: str, code: str, tmp_path: Path) -> None:
    path = tmp_path / "x.feature"
    path.write_bytes(GOOD.encode(encoding))

    assert [(one.code, one.fixable) for one in check([path])] == [(code, True)]

    write_fixed(path)
    assert path.read_bytes() == GOOD.encode()
    assert check([path]) == []


def test_a_file_in_big5_is_read_and_told(tmp_path: Path) -> None:
    path = tmp_path / "x.feature"
    path.write_bytes("# language: zh-TW\n功能: 組織\n  場景: 空\n    當 查看2026年3月1日的組織圖\n".encode("cp950"))
    assert {one.code for one in check([path])} >= {"ENCODING", "THEN_MISSING"}


def test_what_is_no_text_is_told(tmp_path: Path) -> None:
    (tmp_path / "x.feature").write_bytes(b"\x00\x01\xff")
    assert [one.code for one in check([tmp_path])] == ["UNREADABLE"]


def test_windows_line_ends_are_accepted(tmp_path: Path) -> None:
    (tmp_path / "x.feature").write_bytes(GOOD.replace("\n", "\r\n").encode())
    assert check([tmp_path]) == []


@pytest.mark.parametrize("name", ["x.FEATURE", "x.feature.txt", "x.features", "x．feature", "x.feature (1)"])
def test_a_file_that_would_not_be_run_is_told(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(GOOD, "utf-8")
    assert [(one.code, one.instead_en) for one in check([tmp_path])] == [("NAME_ODD", "call it `x.feature`")]


def test_what_editors_leave_behind_is_no_specification(tmp_path: Path) -> None:
    for name in ("x.feature~", ".x.feature.swp", "x.feature.bak"):
        (tmp_path / name).write_text("", "utf-8")
    assert [one.code for one in check([tmp_path])] == ["NOTHING_TO_CHECK"]


def test_an_empty_file_has_no_feature() -> None:
    assert told("") == [("FEATURE_MISSING", 1)]


# The language


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("", "LANGUAGE_MISSING"),
        ("# language：zh-CN\n", "LANGUAGE_MALFORMED"),
        ("#language=zh-CN\n", "LANGUAGE_MALFORMED"),
        ("# Language: zh-cn\n", "LANGUAGE_MALFORMED"),
        ("# language: zh\n", "LANGUAGE_MALFORMED"),
        ("# 语言：zh-CN\n", "LANGUAGE_MALFORMED"),
    ],
)
def test_a_file_that_does_not_say_its_language_is_told_and_repaired(line: str, code: str) -> None:
    text = with_line(line, "# language: zh-CN\n")
    assert only(text).code == code
    assert form(text) == GOOD


def test_an_unknown_language_is_told() -> None:
    assert only(with_line("# language: de", "# language: zh-CN")).code == "LANGUAGE_UNKNOWN"


def test_a_language_that_the_keywords_are_not_of_is_told() -> None:
    assert only(with_line("# language: en", "# language: zh-CN")).instead_en == "write `# language: zh-CN`"


# Lines that nobody runs


@pytest.mark.parametrize(
    ("line", "instead_of", "code", "fixable"),
    [
        ("场景：采购", "场景: 采购", "COLON_WIDE", True),
        ("场景 : 采购", "场景: 采购", "COLON_WIDE", True),
        ("场景 采购", "场景: 采购", "COLON_MISSING", False),
        ("場景: 采购", "场景: 采购", "NOT_A_KEYWORD", True),
        ("Scenario: 采购", "场景: 采购", "NOT_A_KEYWORD", False),
        ("如果 自2026年1月1日起设有", "假如 自2026年1月1日起设有", "NOT_A_KEYWORD", True),
        ("Given 自2026年1月1日起设有", "假如 自2026年1月1日起设有", "NOT_A_KEYWORD", False),
        ("则 恰有", "那么 恰有", "NOT_A_KEYWORD", True),
        ("那麼 恰有", "那么 恰有", "NOT_A_KEYWORD", True),
        ("那么：恰有", "那么 恰有", "COLON_WIDE", True),
        ("      ｜ 人员   ｜ 身份 ｜", "      | 人员   | 身份 |", "BAR_WIDE", True),
        ("      | 人员   | 身份 ｜", "      | 人员   | 身份 |", "BAR_WIDE", True),
        ("      | 人员   | 身份", "      | 人员   | 身份 |", "BAR_MISSING", False),
        ("假如，自2026年1月1日起设有", "假如 自2026年1月1日起设有", "COLON_WIDE", True),
        ("- 假如 自2026年1月1日起设有", "假如 自2026年1月1日起设有", "LIST_MARK", True),
        ("1、假如 自2026年1月1日起设有", "假如 自2026年1月1日起设有", "LIST_MARK", True),
        ("* 假如 自2026年1月1日起设有", "假如 自2026年1月1日起设有", "LIST_MARK", True),
        ("      | 事项     |\n      |----------|", "      | 事项     |", "ROW_OF_DASHES", False),
        ("\u200b假如 自2026年1月1日起设有", "假如 自2026年1月1日起设有", "INVISIBLE", True),
    ],
)
def test_a_line_that_is_not_what_was_meant_is_the_only_thing_told(
    line: str, instead_of: str, code: str, *, fixable: bool
) -> None:
    finding = only(with_line(line, instead_of))
    assert (finding.code, finding.fixable) == (code, fixable)
    if fixable:
        assert told(form(with_line(line, instead_of))) == []
    else:
        assert form(with_line(line, instead_of)) == with_line(line, instead_of)


def test_a_sentence_without_a_keyword_is_told() -> None:
    assert only(with_line("    “马小龙”自", "    并且 “马小龙”自")).code == "KEYWORD_MISSING"


def test_a_keyword_alone_on_its_line_is_told() -> None:
    text = with_line("    并且：\n      “马小龙”自", "    并且 “马小龙”自")
    assert [one for one in told(text) if one[0] != "COLON_WIDE"] == [("STEP_EMPTY", 8), ("KEYWORD_MISSING", 9)]


def test_prose_above_the_scenarios_is_no_mistake() -> None:
    prose = "功能: 采购\n  如果采购经理请假，由总经理代行。\n  规则说明：例如，30万元以下。\n  前提：有预算。\n"
    assert told(with_line(prose, "功能: 采购\n")) == []


def test_prose_in_a_scenario_is_told_as_what_is_not_run() -> None:
    finding = only(with_line("  场景: 采购\n    金额取限额以内的中间值。\n", "  场景: 采购\n"))
    assert (finding.code, finding.severity) == ("SWALLOWED", "warning")


def test_a_text_without_an_end_is_told() -> None:
    text = f'{GOOD}    当 尝试：\n      """\n      “马小龙”自2026年2月1日起缺勤\n    那么 被接受\n'
    assert ("DOCSTRING_OPEN", text.count("\n") - 2) in told(text)


# Sentences and values


@pytest.mark.parametrize(
    ("line", "instead_of", "code", "instead_zh"),
    [
        ("采购订单”五万", "采购订单”30万元", "VALUE_WRONG", "请写50000元或5万元"),
        ("采购订单”1,000", "采购订单”30万元", "VALUE_WRONG", "请写1,000元或1,000 CNY"),
        ("问：2024-02-30谁", "问：2026年3月1日谁", "VALUE_WRONG", "请写该月确有的日子"),
        ("问：今天谁", "问：2026年3月1日谁", "DATE_RELATIVE", "请写出日期：2026年3月5日"),
        ("问：昨天谁", "问：2026年3月1日谁", "DATE_RELATIVE", "请写出日期：2026年3月5日"),
        ("谁可以审批批“", "谁可以审批“", "VALUE_WRONG", "是否应为：审批"),
        ("| 采购订单 | 五十万 |", "| 采购订单 | 50万元 |", "CELL_WRONG", "请写500000元或50万元"),
        ("| 马小龙 | 在职 |", "| 马小龙 | 任职 |", "CELL_WRONG", "是否应为：任职"),
        ("| 人员   | 身分 |", "| 人员   | 身份 |", "COLUMN_UNKNOWN", "是否应为“身份”？"),
        ("当 “马小龙”自2026年1月1日起任", "并且 “马小龙”自2026年1月1日起任", "KEYWORD_WRONG", "请写“假如 “马小龙”"),
        ("查查2026年3月1日的组织结构", "问：2026年3月1日谁可以审批“采购订单”30万元", "NO_SENTENCE", "的组织图"),
        ("任“采购经历”", "任“采购经理”", "NAME_UNKNOWN", "是否应为：“采购经理”？"),
        ("| 马小尨 | 任职", "| 马小龙 | 任职", "NAME_UNKNOWN", "是否应为：“马小龙”？"),
        ("| A-1  | 采购经里 |", "| A-1  | 采购经理 |", "NAME_UNKNOWN", "请写“采购经理”"),
        ("采购订单”30千元", "采购订单”30万元", "VALUE_WRONG", "请写30000元"),
        ("采购订单”RMB 2,000", "采购订单”30万元", "VALUE_WRONG", "请写2,000元或2,000 CNY"),
        ("采购订单”30w", "采购订单”30万元", "VALUE_WRONG", "请写30万元"),
        ("谁可以盖章“", "谁可以审批“", "VALUE_WRONG", "是否应为：用印"),
        ("| 采购订单 | 无限 |", "| 采购订单 | 50万元 |", "CELL_WRONG", "是否应为：不限"),
        ("审批“采购定单”", "审批“采购订单”", "NAME_UNKNOWN", "是否应为：“采购订单”？"),
    ],
)
def test_a_wrong_value_is_named_with_what_to_write(line: str, instead_of: str, code: str, instead_zh: str) -> None:
    found = [one for one in found_in(with_line(line, instead_of)) if one.severity == "error"]
    finding = next(one for one in found if one.code == code)
    assert instead_zh in finding.instead_zh
    assert {one.line for one in found} <= {finding.line, *(one.line for one in found if one.code == "KEYWORD_WRONG")}


def test_a_wrong_value_has_its_column() -> None:
    finding = only(with_line("采购订单”五万", "采购订单”30万元"))
    line = with_line("采购订单”五万", "采购订单”30万元").split("\n")[finding.line - 1]
    assert line[finding.column - 1 :] == "五万"


@pytest.mark.parametrize(
    ("reason", "near"), [("无权现", "无权限"), ("NO_GRNT", "NO_GRANT"), ("超单笔限", "超单笔限额")]
)
def test_an_unknown_reason_is_told_with_near_ones(reason: str, near: str) -> None:
    text = with_line(f"    那么 “马小龙”不可以，原因是{reason}\n", ANSWERED)
    assert near in only(text).instead_zh


@pytest.mark.parametrize(
    ("line", "instead_of", "right"),
    [
        ("问：2026年3月1日，谁可以", "问：2026年3月1日谁可以", "问：2026年3月1日谁可以审批“采购订单”30万元"),
        (
            "问：2026年3月1日，谁可以审批《采购订单》",
            "问：2026年3月1日谁可以审批“采购订单”",
            "问：2026年3月1日谁可以审批“采购订单”",
        ),
        ("自2026年1月1日起，有以下授权：", "自2026年1月1日起有以下授权：", "自2026年1月1日起有以下授权："),
        (
            "‘马小龙’自2026年1月1日起，任【采购经理】",
            "“马小龙”自2026年1月1日起任“采购经理”",
            "“马小龙”自2026年1月1日起任“采购经理”",
        ),
        ("    那么 “马小龙”不可以，原因是：超单笔限额\n", ANSWERED, "“马小龙”不可以，原因是超单笔限额"),
        ("    那么 “马小龙”不可以、原因是超单笔限额\n", ANSWERED, "“马小龙”不可以，原因是超单笔限额"),
        ("    那么 “马小龙”不可以原因是超单笔限额\n", ANSWERED, "“马小龙”不可以，原因是超单笔限额"),
        ("    那么 “马小龙”不可以，原因是“超单笔限额”。\n", ANSWERED, "“马小龙”不可以，原因是超单笔限额"),
        ("“马小龙”从2026年1月1日起任职", "“马小龙”自2026年1月1日起任", "“马小龙”自2026年1月1日起任“采购经理”"),
        (
            "“马小龙”2026年1月1日至2026年12月31日担任",
            "“马小龙”自2026年1月1日起任",
            "“马小龙”自2026年1月1日起至2026年12月31日止任“采购经理”",
        ),
        ("    那么 “马小龙”不可以，因为超单笔限额\n", ANSWERED, "“马小龙”不可以，原因是超单笔限额"),
        ('    那么 "马小龙" cannot, because NO_GRANT\n', ANSWERED, '"马小龙" could not, because NO_GRANT'),
        ('    那么 "马小龙" could not, because: NO_GRANT\n', ANSWERED, '"马小龙" could not, because NO_GRANT'),
    ],
)
def test_what_is_almost_a_sentence_is_told_with_the_sentence(line: str, instead_of: str, right: str) -> None:
    finding = only(with_line(line, instead_of))
    assert finding.code == "SENTENCE_ALMOST"
    assert right in finding.instead_zh
    assert right in finding.instead_en
    assert read(right, "zh-CN").matches


def test_names_without_quotes_are_told_with_the_near_sentences() -> None:
    finding = only(
        with_line("马小龙自2026年1月1日起任采购经理", "“马小龙”自2026年1月1日起任“采购经理”").replace(
            ANSWERED, "    那么 无人可以\n"
        )
    )
    assert finding.code in ("NO_SENTENCE", "FREE_TEXT")
    assert "引号" in finding.message_zh


def test_marks_and_values_are_told_of_one_step_each_in_its_column() -> None:
    text = with_line("问：2026年3月1日，谁可以审批《采购订单》30千元？", "问：2026年3月1日谁可以审批“采购订单”30万元")
    found = found_in(text)
    assert [one.code for one in found] == ["SENTENCE_ALMOST", "VALUE_WRONG"]
    line = text.split("\n")[found[1].line - 1]
    assert line[found[0].column - 1 :].startswith("，谁可以")
    assert line[found[1].column - 1 :].startswith("30千元")


@pytest.mark.parametrize("end", ["？", "?", "，", "；", "：", "……"])
def test_what_stands_at_the_end_of_a_sentence_is_told(end: str) -> None:
    assert only(with_line("采购订单”30万元" + end, "采购订单”30万元")).code == "SENTENCE_END"


@pytest.mark.parametrize(
    "scope", ["客户级别=省级，区域=华东", "客户级别=省级、市级", "客户级别=省级 区域=华东", "区域=华东,华北"]
)
def test_values_of_a_scope_that_run_together_are_told(scope: str) -> None:
    """Each would be one value that no act ever has: the authority would be nobody's, and nobody would be told."""
    table = """\
      | 编号 | 持有者   | 行权方式 | 事项     | 限额   | 范围 |
      | A-1  | 采购经理 | 审批     | 采购订单 | 50万元 | SCOPE |
"""
    own = """\
      | 编号 | 持有者   | 行权方式 | 事项     | 限额   |
      | A-1  | 采购经理 | 审批     | 采购订单 | 50万元 |
"""
    assert told(with_line(table.replace("SCOPE", "客户级别=省级/市级；区域＝华东"), own)) == []
    finding = only(with_line(table.replace("SCOPE", scope), own))
    assert finding.code == "CELL_WRONG"
    assert "“;”" in finding.instead_zh
    assert "“/”" in finding.instead_en


def test_a_refusal_is_known_in_either_script() -> None:
    attempt = '    當 嘗試：\n      """\n      “馬小龍”自2026年2月1日起缺勤\n      """\n    那麼 被拒絕，原因是{why}\n'
    assert told(TRADITIONAL + attempt.format(why="分解超總額")) == []
    assert "分解超總額" in only(TRADITIONAL + attempt.format(why="分解超總")).instead_zh


def test_an_unknown_refusal_is_told() -> None:
    attempt = (
        '    当 尝试：\n      """\n      “马小龙”自2026年2月1日起缺勤\n      """\n    那么 被拒绝，原因是UNKNOWN_NAM\n'
    )
    assert "UNKNOWN_NAME" in only(GOOD + attempt).instead_zh


def test_no_sentence_is_told_with_the_three_nearest_in_the_language_of_the_file() -> None:
    finding = only(with_line("    当 查查2026年3月1日的组织结构\n", ASKED))
    assert finding.code == "NO_SENTENCE"
    assert finding.instead_en.count("\n") == 3
    assert "组织图" in finding.instead_en


def test_a_colon_that_a_sentence_has_at_its_end_is_told() -> None:
    assert only(with_line("以下授权事项\n", "以下授权事项：\n")).code == "SENTENCE_END"


@pytest.mark.parametrize(
    ("table", "code"),
    [
        ("", "TABLE_MISSING"),
        ("      | 人员 | 身份 |\n", "ROWS_MISSING"),
        ("      | 身份 |\n      | 任职 |\n", "COLUMN_MISSING"),
    ],
)
def test_a_wrong_table_is_told(table: str, code: str) -> None:
    assert only(with_line(f"    那么 恰有以下人员可以：\n{table}", ANSWERED)).code == code


def test_a_row_with_another_number_of_cells_is_told() -> None:
    assert ("ROW_UNEVEN", 18) in told(with_line("      | 马小龙 |\n", "      | 马小龙 | 任职 |\n"))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "DOCSTRING_MISSING"),
        ('      """\n      假如 “马小龙”自2026年2月1日起缺勤\n      """\n', "DOCSTRING_KEYWORD"),
        ('      """\n      “马小龙”自2026年2月31日起缺勤\n      """\n', "VALUE_WRONG"),
        ('      """\n      以下内容于2026年2月1日记录\n      """\n', "DOCSTRING_WRONG"),
        ('      """\n      | a |\n      """\n', "DOCSTRING_WRONG"),
    ],
)
def test_a_wrong_text_is_told(text: str, code: str) -> None:
    assert only(f"{GOOD}    当 尝试：\n{text}    那么 被接受\n").code == code


def test_a_text_below_a_sentence_that_takes_none_is_told() -> None:
    assert only(with_line(f'{ASKED}      """\n      x\n      """\n', ASKED)).code == "DOCSTRING_UNEXPECTED"


def test_a_wrong_name_in_an_attempt_may_be_meant() -> None:
    attempt = '      """\n      “马小龙”自2026年2月1日起任“采购经历”\n      """\n'
    assert told(f"{GOOD}    当 尝试：\n{attempt}    那么 被拒绝，原因是UNKNOWN_NAME\n") == []


def test_a_person_named_once_and_almost_as_another_is_told() -> None:
    absent = "    并且 “马晓龙”自2026年1月1日起缺勤\n"
    finding = only(with_line(f"{absent}{ASKED}", ASKED))
    assert (finding.code, finding.severity) == ("NAME_ONCE", "warning")


# Scenarios


def test_the_day_of_recording_never_goes_back() -> None:
    days = "    假如 以下内容于2026年3月2日记录\n    并且 以下内容于2026年3月1日记录\n"
    assert ("RECORDED_BACKWARDS", 16) in told(with_line(f"{days}{ASKED}", ASKED))


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        (GIVEN + ANSWERED + ASKED + ANSWERED, [("THEN_FIRST", 15)]),
        (GIVEN + ASKED, [("THEN_MISSING", 3)]),
        ("", [("SCENARIO_EMPTY", 3)]),
        (ASKED + ANSWERED, [("ASKED_FIRST", 4)]),
        (GIVEN + ASKED + ASKED + ANSWERED, [("UNANSWERED", 15)]),
        (GIVEN + ASKED + ANSWERED + ASKED, [("UNANSWERED", 19)]),
        (GIVEN.replace("假如", "并且") + ASKED + ANSWERED, [("AND_FIRST", 4), ("ASKED_FIRST", 15)]),
    ],
)
def test_what_a_scenario_lacks_is_told(steps: str, expected: list[tuple[str, int]]) -> None:
    assert told(f"{HEAD}  场景: 采购\n{steps}") == expected


def test_a_place_of_a_scenario_that_is_no_outline_is_told() -> None:
    assert only(with_line("“采购订单”<金额>", "“采购订单”30万元")).code == "PLACE_UNFILLED"


def test_a_wrong_value_of_an_outline_is_told_at_its_cell() -> None:
    outline = GOOD.replace("场景:", "场景大纲:").replace("30万元", "<金额>")
    finding = only(f"{outline}    例子:\n      | 金额   |\n      | 30万元 |\n      | 三十万 |\n")
    assert (finding.code, finding.line, finding.column) == ("VALUE_WRONG", 22, 9)


def test_titles_of_documents_in_an_outline_are_no_places() -> None:
    outline = GOOD.replace("场景:", "场景大纲:").replace("30万元", "<金额>").replace("采购订单", "《采购办法》订单")
    assert told(f"{outline}    例子:\n      | 金额   |\n      | 30万元 |\n") == []


def test_each_line_that_fits_nowhere_is_told() -> None:
    text = f"{GOOD}功能: 另一个\n  背景:\n    | a |\n"
    assert {line for _, line in told(text)} == {19, 20, 21}


# What is only form


def test_repairing_twice_changes_nothing_more() -> None:
    text = f"功能：采购\n\n\n\n  场景：采购   \n{GIVEN.replace('|', '｜').replace('假如', '如果')}{ASKED}{ANSWERED}"
    once = form(text)
    assert told(once) == []
    assert form(once) == once
    assert once == with_line("功能: 采购\n\n", "功能: 采购\n")


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_repairing_what_is_right_changes_no_step(path: Path) -> None:
    before, after = path.read_text("utf-8"), form(path.read_text("utf-8"))
    assert [line.strip() for line in before.split("\n") if line.strip()] == [
        line.strip() for line in after.split("\n") if line.strip()
    ]


def test_spaces_inside_a_text_stay() -> None:
    text = f'{GOOD}    当 尝试：\n      """\n      “马小龙”自2026年2月1日起缺勤  \n\n\n      """\n    那么 被接受\n'
    assert form(text) == text


def test_a_repair_that_fails_leaves_the_file_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.feature"
    path.write_text(GOOD.replace("场景:", "场景："), "utf-8")
    before = path.read_bytes()

    def fails(*_: object) -> None:
        raise OSError(28, "no space left on device")

    monkeypatch.setattr(os, "fsync", fails)
    with pytest.raises(OSError, match="no space"):
        write_fixed(path)

    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def write_fixed(path: Path) -> None:
    """Repair a file."""
    repaired = fixed(path)
    assert repaired is not None
    assert repaired.changed
    write(repaired)


@pytest.mark.parametrize(
    ("said", "value"), [("五万", 50_000), ("三十万", 300_000), ("一千二百", 1_200), ("两亿", 2 * 10**8)]
)
def test_chinese_numerals_are_understood_to_be_corrected(said: str, value: int) -> None:
    assert numeral(said) == value


# The command


def test_the_command_says_where_and_what_in_the_language_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "x.feature"
    path.write_text(GOOD.replace("场景:", "场景："), "utf-8")

    assert run(["spec", "check", str(path), "--lang", "zh"]) == 1
    assert f"{path}:3:3: 错误 COLON_WIDE" in capsys.readouterr().out
    assert run(["spec", "check", str(path), "--lang", "en", "--json"]) == 1
    document = json.loads(capsys.readouterr().out)
    assert [(one["code"], one["line"]) for one in document["findings"]] == [("COLON_WIDE", 3)]


def test_the_command_shows_what_it_would_repair_and_then_repairs_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "x.feature"
    wrong = GOOD.replace("场景:", "场景：")
    path.write_text(wrong, "utf-8")

    assert run(["spec", "check", str(path), "--fix", "--dry-run", "--lang", "en"]) == 1
    assert "-  场景： 采购\n+  场景: 采购\n" in capsys.readouterr().out
    assert path.read_text("utf-8") == wrong
    assert run(["spec", "check", str(path), "--fix", "--lang", "en"]) == 0
    assert path.read_text("utf-8") == GOOD


def test_the_page_of_codes_is_the_one_that_the_code_writes() -> None:
    assert (HOUSE / "docs" / "checks.md").read_text("utf-8") == page(), "run `python -m features.spec.codes`"
    for lang in ("en", "zh"):
        assert "(checks.md)" in (HOUSE / "docs" / f"guide.{lang}.md").read_text("utf-8")


def test_the_page_has_every_code_that_is_ever_said() -> None:
    """As the sources have them: each code, whether it may be a warning, whether it may be repaired."""
    said: dict[str, set[str | None]] = {code: set() for code in (*get_args(Code), "VALUE_WRONG", "DATE_RELATIVE")}
    for path in sorted((HOUSE / "features" / "spec").glob("*.py")):
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(call, ast.Call):
                continue
            codes = [one.value for one in call.keywords if one.arg == "code"]
            codes += call.args[:1] if isinstance(call.func, ast.Attribute) and call.func.attr == "add" else []
            for code in codes:
                if isinstance(code, ast.Constant) and isinstance(code.value, str) and code.value.isupper():
                    said.setdefault(code.value, set()).update(one.arg for one in call.keywords)
    assert said.keys() == CODES.keys()
    assert {one for one in said if "fixable" in said[one]} == {one.code for one in CODES.values() if one.fixable}
    warnings = {one for one in said if "warning" in said[one]}
    assert warnings - {"SWALLOWED"} == {one.code for one in CODES.values() if one.warning}


def test_a_path_that_leads_nowhere_is_bad_input(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["spec", "check", str(tmp_path / "nowhere"), "--lang", "en"]) == 2
    assert "there is no file or folder" in capsys.readouterr().err


# Speed


def test_a_thousand_scenarios_are_checked_at_once(tmp_path: Path) -> None:
    """Half a second on a machine that does nothing else; the bound is generous for one that does."""
    path = tmp_path / "many.feature"
    path.write_text(many(1000), "utf-8")
    read.cache_clear()

    before = time.process_time()
    assert check([path]) == []
    assert time.process_time() - before < 3


def many(count: int) -> str:
    """A file of so many scenarios, each with names, days and amounts of its own."""
    one = GOOD.removeprefix(HEAD)
    return HEAD + "\n".join(
        one.replace("场景: 采购", f"场景: 第{at}个")
        .replace("马小龙", f"马小龙{at}")
        .replace("1月1日", f"1月{at % 28 + 1}日")
        .replace("50万元", f"{at + 50}万元")
        for at in range(count)
    )
