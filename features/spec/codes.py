"""Every code that a check may say, and `docs/checks.md`, the page that lists them: `python -m features.spec.codes`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

Pair = tuple[str, str]


class Code(NamedTuple):
    """A code: what it says in English and in Chinese, whether it is a warning, and whether `--fix` repairs it."""

    code: str
    english: str
    chinese: str
    warning: bool = False
    fixable: bool = False


GROUPS: tuple[tuple[Pair, tuple[Code, ...]], ...] = (
    (
        ("The file", "文件"),
        (
            Code("UNREADABLE", "The file cannot be read, or is no text.", "文件无法读取，或不是文本。"),
            Code(
                "NAME_ODD",
                "Its name does not end in .feature, so it is not run.",
                "文件名不以 .feature 结尾，不会被运行。",
            ),
            Code("NOTHING_TO_CHECK", "A folder has no specification in it.", "文件夹中没有规格文件。"),
            Code("BOM", "It begins with an invisible mark.", "文件开头有不可见的标记（BOM）。", fixable=True),
            Code("ENCODING", "It is not written in UTF-8.", "文件编码不是 UTF-8。", fixable=True),
            Code("INVISIBLE", "A line begins with an invisible character.", "行首有看不见的字符。", fixable=True),
            Code("LANGUAGE_MISSING", "It does not say its language.", "没有写明语言。", fixable=True),
            Code("LANGUAGE_MALFORMED", "The line about the language is misspelt.", "语言一行写法不对。", fixable=True),
            Code("LANGUAGE_UNKNOWN", "It names a language that is none of the three.", "所写的语言不是三种之一。"),
            Code("LANGUAGE_WRONG", "Its keywords are those of another language.", "关键字与所写的语言不符。"),
        ),
    ),
    (
        ("Lines that would not be run", "不会被运行的行"),
        (
            Code("COLON_WIDE", "The colon is a full-width one.", "冒号是全角的。", fixable=True),
            Code("COLON_MISSING", "A title has no colon.", "标题后面缺少冒号。"),
            Code("NOT_A_KEYWORD", "It begins with a word that is no keyword.", "行首的词不是关键字。", fixable=True),
            Code("KEYWORD_MISSING", "A sentence stands without a keyword.", "句子前面没有关键字。"),
            Code("FULL_WIDTH", "# or @ is full-width.", "# 或 @ 是全角字符。", fixable=True),
            Code("LIST_MARK", "A step begins with a dash or a number.", "步骤前面有列表符号或编号。", fixable=True),
            Code("QUOTES_WIDE", "The quotes around a text are not plain.", "文本的三引号不是半角。", fixable=True),
            Code(
                "SWALLOWED",
                "A line is taken for a description (a warning if it looks like one).",
                "这一行被当作说明文字（像说明时只是警告）。",
            ),
            Code("NOT_A_STEP", "A line among the steps is nothing.", "步骤之间的这一行什么也不是。"),
            Code("OUT_OF_PLACE", "A line cannot stand where it stands.", "这一行不能写在这里。"),
            Code("STEP_EMPTY", "There is a keyword and no sentence.", "只有关键字，没有句子。"),
            Code(
                "FREE_TEXT",
                "A remark that begins with a keyword is read as a step.",
                "备注以关键字开头，会被当作步骤。",
            ),
            Code("TAG_ASTRAY", "A tag stands before nothing.", "标签之后没有场景。"),
            Code("TAG_SPACED", "A tag has spaces in it.", "标签中有空格。"),
            Code(
                "TAG_IS_A_MARK",
                "A tag like @skip means something to the test runner.",
                "@skip 一类标签对测试程序另有含义。",
            ),
        ),
    ),
    (
        ("Scenarios", "场景"),
        (
            Code("FEATURE_MISSING", "The file has no feature.", "文件中没有“功能”。"),
            Code("NO_SCENARIOS", "The feature has no scenario.", "功能之下没有场景。"),
            Code("RULE_EMPTY", "A rule has no scenario.", "规则之下没有场景。", warning=True),
            Code("SCENARIO_TWICE", "Two scenarios have one name.", "两个场景同名。"),
            Code("SCENARIO_UNNAMED", "A scenario has no name.", "场景没有名称。", warning=True),
            Code("SCENARIO_EMPTY", "A scenario has no steps.", "场景没有步骤。"),
            Code("THEN_MISSING", "A scenario has no Then.", "场景没有“那么”。"),
            Code("THEN_FIRST", "An answer comes before any question.", "还没有提问就写了回答。"),
            Code("AND_FIRST", "The first step begins with And.", "第一步以“并且”一类开头。"),
            Code("ASKED_FIRST", "A question comes before anything is given.", "在给出事实之前就提问。", warning=True),
            Code("UNANSWERED", "A question has no Then after it.", "一问之后没有“那么”。", warning=True),
            Code("LEDGER_LATE", "The ledger is named after something was given.", "台账没有写在最前。"),
            Code("RECORDED_BACKWARDS", "The day of recording goes back.", "记录日期倒退。"),
            Code("ONLY_QUESTIONS", "With --ledger nothing is recorded or tried.", "带 --ledger 时不记录、不尝试。"),
        ),
    ),
    (
        ("Outlines", "场景大纲"),
        (
            Code("EXAMPLES_MISSING", "There are no examples, or no rows.", "没有例子，或例子没有内容行。"),
            Code("EXAMPLE_TWICE", "Two rows say the same.", "两行例子相同。", warning=True),
            Code("PLACE_UNKNOWN", "A place has no column of its name.", "空位没有同名的列。"),
            Code("PLACE_UNFILLED", "A place stands in a scenario that is no outline.", "空位写在了普通场景中。"),
            Code("COLUMN_TWICE", "A column stands twice.", "同一列出现两次。"),
            Code("COLUMN_UNUSED", "No step uses a column.", "没有步骤用到这一列。"),
        ),
    ),
    (
        ("Sentences", "句子"),
        (
            Code(
                "NO_SENTENCE", "There is no such sentence; the nearest are shown.", "没有这样的句子；列出最接近的三句。"
            ),
            Code("TWO_SENTENCES", "It can be read in two ways.", "有不止一种读法。"),
            Code(
                "SENTENCE_ALMOST",
                "The words are right, commas, colons or quotes are not.",
                "文字对，逗号、冒号或引号不对。",
            ),
            Code(
                "SENTENCE_END", "There is something at the end, or the colon is missing.", "句末多了标点，或少了冒号。"
            ),
            Code("KEYWORD_WRONG", "The right sentence under the wrong keyword.", "句子对，关键字不对。"),
            Code("VALUE_WRONG", "The right sentence with a wrong value.", "句子对，其中的值不对。"),
            Code("DATE_RELATIVE", "“Today” is another day each time.", "“今天”每次运行所指不同。"),
            Code("NAME_UNKNOWN", "A name that nobody introduced.", "没有写明过的名称。"),
            Code(
                "NAME_ONCE",
                "A name used once and almost that of another.",
                "只出现一次，与另一名称差一字。",
                warning=True,
            ),
        ),
    ),
    (
        ("Tables and texts", "表格与文本"),
        (
            Code("TABLE_MISSING", "The sentence takes a table.", "这一句应带表格。"),
            Code("TABLE_UNEXPECTED", "The sentence takes no table.", "这一句不带表格。"),
            Code("TABLE_ASTRAY", "A row stands below no step.", "表格之上没有步骤。"),
            Code("ROWS_MISSING", "A table has only its heading.", "表格只有表头。"),
            Code("ROW_UNEVEN", "A row has more or fewer cells than the heading.", "这一行的格数与表头不同。"),
            Code("ROW_OF_DASHES", "A row of dashes below the heading.", "表头之下画了线。"),
            Code("BAR_WIDE", "The bars are full-width.", "竖线不是半角。", fixable=True),
            Code("BAR_MISSING", "A row has no bar at its end.", "行末没有竖线。"),
            Code("COLUMN_UNKNOWN", "The table has no such column.", "没有这一列。"),
            Code("COLUMN_MISSING", "A column that is needed is not there.", "缺少必需的列。"),
            Code("CELL_EMPTY", "A cell that is needed is empty.", "必填的格是空的。"),
            Code("CELL_WRONG", "A cell has a wrong value.", "格中的值不对。"),
            Code("DOCSTRING_MISSING", "The sentence takes a text.", "这一句下面应有文本。"),
            Code("DOCSTRING_UNEXPECTED", "The sentence takes no text.", "这一句下面不带文本。"),
            Code("DOCSTRING_OPEN", "A text has no end.", "文本没有结束。"),
            Code("DOCSTRING_WRONG", "A text is not one Given sentence.", "文本不是一句“假如”的内容。"),
            Code("DOCSTRING_KEYWORD", "The sentence in a text has its keyword.", "文本之内的句子写了关键字。"),
        ),
    ),
)
CODES: dict[str, Code] = {one.code: one for _, codes in GROUPS for one in codes}
_HEAD = """\
<!-- Written by `python -m features.spec.codes` from the code; a change here is lost. -->
# What the checker says 检查结果代码

`remit spec check` tells of each finding where it is, what is wrong and what to write instead. A file with an error is
not run; a warning (!) is something that most likely was not meant. What is only form (✓) is repaired by `--fix`.

`remit spec check` 逐条指出位置、问题和应写的内容。有错误的文件不会被运行；警告（!）多半不是本意；只是形式的问题（✓）
可用 `--fix` 修复。
"""


def page() -> str:
    """The page, in Markdown."""
    return "\n".join([_HEAD, *_lines()])


def _lines() -> Iterator[str]:
    for (english, chinese), codes in GROUPS:
        yield f"## {english} {chinese}\n"
        yield "| code 代码 | | what is wrong | 问题 |\n|---|---|---|---|"
        for one in codes:
            mark = "!" if one.warning else "✓" if one.fixable else ""
            yield f"| `{one.code}` | {mark} | {one.english} | {one.chinese} |"
        yield ""


if __name__ == "__main__":
    sys.stdout.buffer.write(page().encode())
