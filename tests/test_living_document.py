"""The living document: one page that needs nothing beside it, says everything of a run, and is harmed by no text."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest

from features.spec.document import document
from features.spec.findings import Finding
from features.spec.report import Against, Examples, Failure, Feature, Report, Rule, Run, Scenario, Step
from features.spec.telling import answer

if TYPE_CHECKING:
    from features.spec.report import Outcome

HOSTILE = "</style><script>alert(1)</script><img src=x onerror=alert(1)> \" ' & $title \x00\x1b\u202e {{x}}"
VOID = frozenset({"meta", "input", "br"})
TOLD = """\
谁可以审批“费用”？

人员     身份                  授权
────────────────────────────────────
周建国   任职，公司总经理 #5   乙 #10
林晓东                         甲 #9

依据：略"""


class Page(HTMLParser):
    """What is on a page: its elements with their attributes, and its text; what is opened is closed in turn."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.text += data

    def of(self, name: str) -> list[dict[str, str]]:
        return [attributes for tag, attributes in self.elements if tag == name]


def scenario(name: str, outcome: Outcome, failure: Failure | None = None) -> Scenario:
    steps = (
        Step(line=4, keyword="当", kind="when", text="问：2026年3月2日谁可以审批“费用”2元", sentence="W1"),
        Step(
            line=5,
            keyword="那么",
            kind="then",
            text="恰有以下人员可以：",
            table=(("人员",), ("林晓东",)),
            sentence="T1",
        ),
    )
    return Scenario(
        line=3, keyword="场景", name=name, steps=steps, runs=(Run(row=0, line=3, outcome=outcome, failure=failure),)
    )


def report(*scenarios: Scenario, against: Against | None = None, text: str = "计划外资金") -> Report:
    feature = Feature(file="a.feature", language="zh-CN", keyword="功能", name=text, rules=(Rule(scenarios=scenarios),))
    return Report(began="2026-03-02T10:00:00+08:00", seconds=1.2, features=(feature,), against=against)


FAILURE = Failure(
    line=5,
    step=1,
    said=("this does not hold: 恰有以下人员可以：", "不成立：恰有以下人员可以："),
    expected=("林晓东", "林晓东"),
    answered=("周建国 (holder)", "周建国（任职）"),
    told=(TOLD, TOLD),
)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_page_needs_nothing_beside_it_and_no_script(lang: str) -> None:
    text = document(report(scenario("甲", "passed"), scenario("乙", "failed", FAILURE)), lang)
    page = Page(text)

    assert not re.search(r"(?i)https?:|//[a-z]|url\(|@import|<script|<link|<iframe|<object|javascript:", text)
    assert not [name for tag, attributes in page.elements for name in attributes if name in {"src", "style"}]
    assert not [name for tag, attributes in page.elements for name in attributes if name.startswith("on")]
    assert "default-src 'none'" in text


def test_every_link_leads_somewhere_on_the_page() -> None:
    page = Page(document(report(scenario("甲", "passed"))))
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]

    assert len(ids) == len(set(ids))
    assert {one["href"] for one in page.of("a")} <= {f"#{one}" for one in ids}
    assert {one["for"] for one in page.of("label")} <= set(ids)


def test_what_the_page_says_is_there_in_both_languages() -> None:
    page = Page(
        document(report(scenario("甲", "passed"), scenario("乙", "failed", FAILURE), scenario("丙", "not_run")))
    )

    for said in (
        *("What must hold", "规格与结果", "1 of 3 examples hold", "3个例子中1个成立"),
        *("does not hold", "不成立", "not run", "未运行", "Expected", "应为", "Answered", "实为"),
        *("each scenario in a ledger of its own", "每个场景各有自己的台账", "The sentences", "所用句式"),
    ):
        assert said in page.text
    for language in ("en", "zh"):
        assert [one for _, one in page.elements if language in one.get("class", "").split()]


@pytest.mark.parametrize(("lang", "opens"), [("en", "to-en"), ("zh", "to-zh")])
def test_it_opens_in_the_language_asked_for(lang: str, opens: str) -> None:
    page = Page(document(report(scenario("甲", "passed")), lang))

    assert [one["id"] for one in page.of("input") if "checked" in one] == [opens]
    assert page.of("html")[0]["lang"][:2] == lang


def test_a_failure_is_told_with_expected_answered_and_the_entries() -> None:
    page = Page(document(report(scenario("乙", "failed", FAILURE))))

    for said in ("第5行", "周建国（任职）", "周建国 (holder)", "乙 #10", "甲 #9"):
        assert said in page.text
    assert [one for one in page.of("li") if one.get("class") == "broken"]


def test_the_help_of_the_sentences_used_is_at_the_end() -> None:
    page = Page(document(report(scenario("甲", "passed"))))

    assert [one["id"] for one in page.of("dt") if "id" in one] == ["s-W1", "s-T1"]
    assert "恰有以下人员可以：" in page.text.rpartition("所用句式")[2]


def test_the_ledger_that_was_asked_is_named() -> None:
    against = Against(place="/data/ledger.db", name="海川商贸有限公司", head=1263)
    text = Page(document(report(scenario("甲", "passed"), against=against))).text

    assert "海川商贸有限公司 · /data/ledger.db" in text
    assert "#1,263" in text


def test_an_outline_has_its_tables_with_an_outcome_a_row() -> None:
    table = Examples(line=6, keyword="例子", name="边界", columns=("金额",), rows=(("1元",), ("2元",)), lines=(8, 9))
    runs = (Run(row=0, line=8, outcome="passed"), Run(row=1, line=9, outcome="failed", failure=FAILURE))
    one = Scenario(line=3, keyword="场景大纲", name="<金额>", examples=(table,), runs=runs)
    page = Page(document(report(one)))

    assert re.search(r"1元\s*✓", page.text)
    assert re.search(r"2元\s*✗", page.text)
    assert "第9行的例子" in page.text


def test_findings_and_troubles_are_told() -> None:
    finding = Finding(file="a.feature", line=7, column=1, code="X", message_en="english", message_zh="中文")
    feature = Feature(file="a.feature", findings=(finding,))
    one = Report(began="", seconds=0.0, features=(feature,), troubles=(("late", "超时"),))
    text = Page(document(one)).text

    assert "第7行：中文" in text
    assert "超时" in text
    assert "Not everything holds" in text


def test_no_text_of_a_file_harms_the_page() -> None:
    failure = Failure(
        line=5, said=(HOSTILE, HOSTILE), expected=(HOSTILE,) * 2, answered=(HOSTILE,) * 2, told=(HOSTILE,) * 2
    )
    step = Step(
        line=1,
        keyword=HOSTILE,
        kind="given",
        text=f"“{HOSTILE}”<{HOSTILE}>",
        table=((HOSTILE,),) * 2,
        docstring=HOSTILE,
    )
    table = Examples(line=6, keyword=HOSTILE, name=HOSTILE, columns=(HOSTILE,), rows=((HOSTILE,),), lines=(8,))
    run = Run(row=0, line=8, outcome="failed", failure=failure)
    facts = {"keyword": HOSTILE, "name": HOSTILE, "description": HOSTILE, "tags": (HOSTILE,)}
    one = Scenario(line=1, steps=(step,), examples=(table,), runs=(run,), **facts)  # type: ignore[arg-type]  # texts
    rule = Rule(background=(step,), scenarios=(one,), **facts)  # type: ignore[arg-type]  # likewise
    finding = Finding(file=HOSTILE, line=1, column=1, code=HOSTILE, message_en=HOSTILE, message_zh=HOSTILE)
    feature = Feature(
        file=HOSTILE,
        language=HOSTILE,
        background=(step,),
        rules=(rule,),
        findings=(finding,),
        **facts,  # type: ignore[arg-type]  # likewise
    )
    against = Against(place=HOSTILE, name=HOSTILE, head=1)
    whole = Report(
        began=HOSTILE, seconds=0.0, features=(feature,), against=against, only=HOSTILE, troubles=((HOSTILE,) * 2,)
    )
    text = document(whole)
    page = Page(text)

    assert not page.of("script")
    assert not page.of("img")
    assert text.count("</style>") == 1
    assert "\x00" not in text
    assert "\x1b" not in text
    assert text.encode()


def test_the_tables_of_an_answer_are_tables() -> None:
    page = Page(answer(TOLD))

    assert len(page.of("table")) == 1
    assert len(page.of("th")) == 3
    assert len(page.of("tr")) == 3
    assert "<td>林晓东</td><td></td><td>甲 #9</td>" in answer(TOLD)
    assert "<td>任职，公司总经理 #5</td>" in answer(TOLD)
    assert [tag for tag, _ in page.elements].count("p") == 2
