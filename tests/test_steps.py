"""The sentences of specifications: each is itself and no other, reads what may be written, and means what it says."""

from __future__ import annotations

import re
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from gherkin.parser import Parser

from features.steps.catalogue import BY_KEY, SENTENCES
from features.steps.matching import nearest, read
from features.steps.meaning import ATTEMPT, CONSIDER, GIVEN, OPEN, RECORDED_ON, THEN, WHEN, Step, carry_out
from features.steps.normal import key
from features.steps.parameters import PARAMETERS, Malformed
from features.steps.scripts import TO_TRADITIONAL, TRADITIONAL_FORMS, traditional
from features.steps.story import Story, StoryTrouble
from features.steps.tables import read_table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from features.steps.sentence import Kind, Sentence

CASES = Path(__file__).resolve().parent.parent.parent / "shared" / "cases"
LANGUAGES = ("en", "zh-CN", "zh-TW")
EVERY = [(sentence.key, language) for sentence in SENTENCES for language in LANGUAGES]
IDS = [sentence.key for sentence in SENTENCES]


# The catalogue


@pytest.mark.parametrize(("of", "language"), EVERY)
def test_an_example_is_its_own_sentence_and_no_other(of: str, language: str) -> None:
    sentence = BY_KEY[of]
    line, table, docstring = parts(example(sentence, language))

    reading = read(line, language)

    assert [one.sentence.key for one in reading.matches] == [of]
    assert (docstring is not None) == sentence.docstring
    rows, troubles = read_table(sentence, reading.matches[0].values, table, language)
    assert not troubles
    assert bool(rows) == (table is not None)


@pytest.mark.parametrize("way", TRADITIONAL_FORMS)
@pytest.mark.parametrize("sentence", SENTENCES, ids=IDS)
def test_traditional_wording_is_understood_however_it_is_converted(sentence: Sentence, way: str) -> None:
    line, _, _ = parts(traditional(sentence.example[1], way))
    assert [one.sentence.key for one in read(line, "zh-TW").matches] == [sentence.key]


def example(sentence: Sentence, language: str) -> str:
    """The example of a sentence in a language."""
    if language == "en":
        return sentence.example[0]
    return sentence.example[1] if language == "zh-CN" else traditional(sentence.example[1])


def parts(text: str) -> tuple[str, list[list[str]] | None, str | None]:
    """An example's sentence, table and docstring, read as Gherkin reads them."""
    step = feature_of("Feature: f\n  Scenario: s\n    Given " + text.replace("\n", "\n    "))[0]
    return step.text, [list(row) for row in step.table] if step.table is not None else None, step.docstring


def test_every_sentence_has_one_meaning_and_every_meaning_a_sentence() -> None:
    given, when, then = ({one.key for one in SENTENCES if one.kind == kind} for kind in ("given", "when", "then"))
    assert len(BY_KEY) == len(SENTENCES)
    assert given == GIVEN.keys() | {OPEN, RECORDED_ON}
    assert when == WHEN.keys() | {ATTEMPT, CONSIDER}
    assert then == THEN.keys()


@pytest.mark.parametrize("sentence", SENTENCES, ids=IDS)
def test_the_wordings_of_a_sentence_have_the_same_places(sentence: Sentence) -> None:
    english, chinese = (
        {(one.name, one.type, one.optional) for one in template.places} for template in sentence.templates
    )
    assert english == chinese
    assert {one[1] for one in english} <= PARAMETERS.keys()
    assert all(column.type in PARAMETERS for column in (sentence.table.columns if sentence.table else ()))


@pytest.mark.parametrize("sentence", SENTENCES, ids=IDS)
def test_the_examples_show_every_place(sentence: Sentence) -> None:
    """In one language or the other: what may be absent is shown somewhere."""
    shown = {name for text in sentence.example for name in read(parts(text)[0], language_of(text)).matches[0].values}
    assert shown == sentence.places.keys() - ({"holder"} if sentence.key == "G16" and "holder" not in shown else set())


def language_of(text: str) -> str:
    """The language of an example."""
    return "zh-CN" if any("\u4e00" <= one <= "\u9fff" for one in text) else "en"


@pytest.mark.skipif(not CASES.is_dir(), reason="there is no folder of cases beside the house")
def test_every_sentence_of_the_cases_is_one_sentence() -> None:
    for path in sorted(CASES.glob("*.feature")):
        for step in feature_of(path.read_text(encoding="utf-8")):
            text = step.text.replace("<date>", "2026-01-01")
            assert len(read(text, step.language).matches) == 1, f"{path.name}:{step.line}: {text}"
            assert read(text, step.language).matches[0].sentence.kind == step.kind


SAMPLES: dict[str, tuple[str, ...]] = {
    "date": ("2026-03-05", "2026年3月5日", "2026-03-05T15:00+08:00"),
    "day": ("2026年12月31日", "2026-12-31"),
    "period": ("2026", "2026-Q1", "2026-03", "2026年第1季度"),
    "window": ("month", "30日", "授权期"),
    "money": ("2,000.50 CNY", "5万元", "USD 70,000"),
    "limit": ("below 2000 CNY", "“净资产, from 2026-01-01”的1%", '1% of "net assets"', "不限", "2,000元"),
    "currency": ("USD",),
    "zone": ("Asia/Shanghai",),
    "number": ("3",),
    "rule": ("sign needs approval", "空缺"),
    "rule_value": ("roll up", "propose-approve, approve-sign", "是"),
    "refusal": ("REPORTING_CYCLE", "at `2026-06-01` this would be a cycle: `A` → `B`"),
    "share": ("2/3", "三分之二"),
    "counted": ("of all seats", "出席人数"),
    "act": ("approved", "审批", "countersignature"),
    "appointment": ("interim", "兼任"),
    "pool": ("supplier", "岗位"),
    "verdict": ("AUTHORISED_AS_KNOWN", "越权"),
    "reason": ("PER_ACT_EXCEEDED", "超单笔限额"),
    "scope": ("region=east/north; budgeted=no",),
}
NAMES = ("Li", "任「总监", "x, as known on 2026-01-01", "自2026年1月1日起", "对「订单」的审批", "is judged")
"""What may stand in quotes: words of the sentences too."""


@pytest.mark.parametrize("of_chinese", [False, True])
@pytest.mark.parametrize("sentence", SENTENCES, ids=IDS)
def test_whatever_stands_in_its_places_a_sentence_is_no_other(sentence: Sentence, of_chinese: bool) -> None:  # noqa: FBT001
    turn = count()
    for wording in sorted(variants(sentence.templates[of_chinese].wording)):
        for _ in range(4):
            said = re.sub(r"\{(\w+)(?::(\w+))?\}", lambda found: sample(found[2] or found[1], next(turn)), wording)
            matches = read(said, "zh-CN" if of_chinese else "en").matches
            assert [one.sentence.key for one in matches] == [sentence.key], said


def variants(wording: str) -> set[str]:
    """A wording with and without each part that may be absent, with each of its alternatives."""
    part = re.search(r"\[(?:[a-z]+\?)?([^\[\]]*)\]", wording)
    if part is not None:
        return {
            one
            for inside in ("", part[1])
            for one in variants(wording[: part.start()] + inside + wording[part.end() :])
        }
    choice = re.search(r"\(([^()|]*)\|([^()]*)\)", wording)
    if choice is not None:
        chosen = (choice[1], choice[2])
        return {
            one for inside in chosen for one in variants(wording[: choice.start()] + inside + wording[choice.end() :])
        }
    return {wording}


def sample(type_: str, turn: int) -> str:
    """A value for a place."""
    values = SAMPLES.get(type_, NAMES)
    return values[turn % len(values)]


# What does not matter in writing


@pytest.mark.parametrize(
    "text",
    [
        "“林晓东”自2026年7月1日起不再担任“营销总监”",
        "「林晓东」自２０２６年７月１日起不再担任「营销总监」。",
        '"林晓东" 自 2026-07-01 起不再担任 "营销总监"',
        "”林晓东“自2026年07月01日起不再担任”营销总监“ ．",
        "  “ 林 晓东 ” 自 ２０２６年 7 月 １ 日 起 不再 担任 “营销总监” 。 ",
        "『林晓东』\u200b自2026年7月1日起不再担任『 营销总监 』",
        '\ufeff“林晓东”自2026年 7月 1日 起不再担任“营销总监"。',
    ],
)
def test_quotes_widths_spaces_and_the_full_stop_do_not_matter(text: str) -> None:
    (match,) = read(text, "zh-CN").matches
    assert match.sentence.key == "G6"
    assert {name: value.read for name, value in match.values.items()} == {
        "person": "林晓东",
        "position": "营销总监",
        "since": "2026-07-01",
    }


@pytest.mark.parametrize(
    "text",
    [
        'asked on 2026-03-20, who could approve "PO.commit" for 400,000 CNY, asked for by "Li"',
        "asked on 2026-03-20 ,who could approve “PO.commit” for 400,000 CNY,asked for by “Li”.",
        "asked  on  2026-03-20，who could approve 「PO.commit」 for ４００，０００ CNY， asked for by 「Li」",
        'asked on 2026年3月20日, who could 审批 "PO.commit" for 40万元, asked for by "Li"',
    ],
)
def test_nor_in_english(text: str) -> None:
    (match,) = read(text, "en").matches
    assert match.sentence.key == "W1"
    assert str(match.values["amount"].read) == "400,000 CNY"
    assert (match.values["on"].read, match.values["act"].read) == ("2026-03-20", "approve")


def test_a_value_remembers_how_and_where_it_was_written() -> None:
    (match,) = read("「Ｌｉ 华」自２０２６年７月１日起不再担任“营销总监”", "zh-CN").matches
    assert match.values["person"] == ("Li华", "Ｌｉ 华", 1)
    assert match.values["since"] == ("2026-07-01", "２０２６年７月１日", 7)


def test_names_are_compared_as_they_are_normalised() -> None:
    assert key(" 订单－１ ") == key("订单-1") == "订单-1"
    assert key("Board  Member １") == "Board Member 1"
    assert key("VP 采购") == key("VP采购")
    assert key("a") != key("A")


def test_the_traditional_wording_is_the_simplified_one_converted() -> None:
    assert TO_TRADITIONAL == "s2tw"
    for text in (
        "「林曉東」自2026年7月1日起不再擔任「營銷總監」",
        traditional("“林晓东”自2026年7月1日起不再担任“营销总监”"),
    ):
        (match,) = read(text, "zh-TW").matches
        assert match.sentence.key == "G6"
        assert match.values["position"].read == "營銷總監"  # a name is never converted


def test_traditional_words_in_places_and_cells_are_read() -> None:
    (verdict,) = read("結論為越權，原因是超單筆限額", "zh-TW").matches
    assert (verdict.values["verdict"].read, verdict.values["reason"].read) == ("UNAUTHORISED", "PER_ACT_EXCEEDED")
    table = [
        ["編號", "持有者", "行權方式", "事項", "限額", "可轉授"],
        ["A", "總監", "審批", "費用", "不滿2000元", "是"],
    ]
    (row,), troubles = read_table(BY_KEY["G11"], {}, table, "zh-TW")
    assert not troubles
    assert str(row["limit"].read) == "below 2,000 CNY"
    assert (row["act"].read, row["holder"].read, row["depth"].read) == ("approve", "總監", 1)


# What may stand in a place


@pytest.mark.parametrize(
    ("type_", "text", "meant"),
    [
        ("date", "2026年3月5日", "2026-03-05"),
        ("date", "2026-03-05T15:00+08:00", "2026-03-05T15:00+08:00"),
        ("period", "2026年", "2026"),
        ("period", "2026-Q1", "2026-Q1"),
        ("period", "2026年第1季度", "2026-Q1"),
        ("period", "2026年第一季度", "2026-Q1"),
        ("period", "2026年3月", "2026-03"),
        ("window", "季", "quarter"),
        ("window", "30日", "30 days"),
        ("window", "30 days", "30 days"),
        ("window", "授权期", "grant"),
        ("act", "approved", "approve"),
        ("act", "countersignature", "countersign"),
        ("act", "seal", "seal"),
        ("act", "会签", "countersign"),
        ("reason", "超单笔限额", "PER_ACT_EXCEEDED"),
        ("reason", "per act exceeded", "PER_ACT_EXCEEDED"),
        ("verdict", "按当时所知有权", "AUTHORISED_AS_KNOWN"),
        ("verdict", "authorised", "AUTHORISED"),
        ("rule", "先批后签", "sign_needs_approval"),
        ("rule", "self-interest", "self_interest"),
        ("rule_value", "roll up", "roll_up"),
        ("rule_value", "承继", "inherit"),
        ("rule_value", "审批-签署、报批-审批", "approve-sign, propose-approve"),
        ("rule_value", "aggregate 30 days by supplier, matter", "aggregate 30 days by supplier, matter"),
        ("rule_value", "30日内按供应商、事项合并计算", "aggregate 30 days by supplier, matter"),
        ("pool", "供应商", "supplier"),
        ("capacity", "rolled up", "rolled_up"),
        ("capacity", "会议体", "body"),
        ("scope", "region=east/north; budgeted=no", {"region": ("east", "north"), "budgeted": ("no",)}),
        ("scope", "供应商＝甲／乙；级别=A", {"supplier": ("甲", "乙"), "级别": ("A",)}),
        ("delegable", "3", 3),
        ("limit", "“净资产”的1%", "1% of 净资产"),
        ("limit", "below 2000 CNY", "below 2,000 CNY"),
        ("limit", "无权", "no authority"),
    ],
)
def test_what_is_written_is_read(type_: str, text: str, meant: object) -> None:
    found = PARAMETERS[type_].read(text)
    assert (str(found) if type_ == "limit" else found) == meant


@pytest.mark.parametrize(
    ("type_", "text", "said", "instead"),
    [
        ("date", "2024-02-30", "not a date of the calendar", "a day that the month has"),
        ("date", "2026-3-5", "not a date of the calendar, or not written as one", "2026-03-05"),
        ("date", "2026/3/5", "not written as one", "2026-03-05"),
        ("date", "今天", "is not a date", "2026-03-05"),
        ("day", "2026-03-05T15:00+08:00", "is an instant", "2026-03-05"),
        ("money", "五万", "is not an amount", "2000 CNY"),
        ("money", "2000", "has no currency", "2000 CNY"),
        ("money", "unlimited", "is not an amount", "2000 CNY"),
        ("limit", "much", "is not a limit", "unlimited"),
        ("period", "spring", "is not a period", "2026-Q1"),
        ("act", "buy", "is not an act", "approve"),
        ("reason", "TOO_MUCH", "is not a reason", "NOT_YET_EFFECTIVE"),
        ("scope", "east", "is not a scope", "region=east"),
    ],
)
def test_what_is_wrong_is_named_with_what_to_write(type_: str, text: str, said: str, instead: str) -> None:
    with pytest.raises(Malformed) as found:
        PARAMETERS[type_].read(text)
    assert said in found.value.said[0]
    assert instead in found.value.instead[0]
    assert text in found.value.said[1]


def test_a_right_sentence_with_a_wrong_value_is_told_from_no_sentence() -> None:
    reading = read("授权“授权-01”自2024年2月30日起限额改为五万", "zh-CN")
    assert not reading.matches
    (match,) = reading.mistaken
    assert match.sentence.key == "G12"
    assert {one.place: (one.spelt, one.column) for one in match.wrong} == {
        "since": ("2024年2月30日", 10),
        "limit": ("五万", 25),
    }

    reading = read("“林晓东”自2026年7月1日起担任“营销总监”", "zh-CN")
    assert not reading.matches
    assert not reading.mistaken
    assert "G4" in [one.key for one in nearest(reading.text, "zh-CN", "given")]


@pytest.mark.parametrize(
    ("text", "kind", "meant"),
    [
        ('"Li" hold "CEO" from 2026-01-01', "given", "G4"),
        ('"Li" is acting as "CEO" since 2026-01-01', "given", "G5"),
        ("the act is judged", None, "W9"),
        ("谁能在2026年3月2日审批“费用”2000元", "when", "W1"),
        ("没有人可以", None, "T2"),
        ("结论是有权", None, "T6"),
    ],
)
def test_the_nearest_sentences_are_found_by_their_words(text: str, kind: Kind | None, meant: str) -> None:
    assert meant in [one.key for one in nearest(text, language_of(text), kind)]


# Tables


@pytest.mark.parametrize(
    ("of", "table", "code", "said"),
    [
        ("G10", None, "TABLE_MISSING", "matter, part of, reserved"),
        ("G4", [["a"], ["b"]], "TABLE_UNEXPECTED", "takes no table"),
        ("G10", [["matter"]], "ROWS_MISSING", "no rows"),
        ("G10", [["matter", "colour"], ["a", "b"]], "COLUMN_UNKNOWN", "“colour”"),
        ("G10", [["matter", "事项"], ["a", "b"]], "COLUMN_TWICE", "“事项”"),
        ("G10", [["part of"], ["a"]], "COLUMN_MISSING", "“matter”"),
        ("G10", [["matter"], [" "]], "CELL_EMPTY", "“matter”"),
        ("G10", [["matter", "reserved"], ["a", "maybe"]], "CELL_WRONG", "“maybe” is not yes or blank"),
    ],
)
def test_a_wrong_table_is_named(of: str, table: list[list[str]] | None, code: str, said: str) -> None:
    _, troubles = read_table(BY_KEY[of], {}, table)
    assert [one.code for one in troubles] == [code]
    assert said in troubles[0].said[0]


def test_columns_stand_in_any_order_and_either_language() -> None:
    (row,), troubles = read_table(BY_KEY["G10"], {}, [["不可转授", "Matter", "part of"], ["是", "「a」", ""]])
    assert not troubles
    assert {name: value.read for name, value in row.items()} == {"reserved": True, "matter": "a"}


# Playing


def feature_of(text: str) -> list[Step]:
    """The steps of all scenarios of a feature, each after its backgrounds."""
    feature: Any = Parser().parse(text)["feature"]
    return [_step(step, kind, feature["language"]) for step, kind in _steps(feature["children"], [])]


def _steps(children: list[Any], before: list[Any]) -> Iterator[tuple[Any, str]]:
    for child in children:
        if "background" in child:
            before = [*before, *child["background"]["steps"]]
        elif "rule" in child:
            yield from _steps(child["rule"]["children"], before)
        else:
            kind = "given"
            for step in [*before, *child["scenario"]["steps"]]:
                kind = {"Context": "given", "Action": "when", "Outcome": "then"}.get(step["keywordType"], kind)
                yield step, kind


def _step(step: Any, kind: Any, language: str) -> Step:  # noqa: ANN401 - as the parser gives them
    table = step.get("dataTable")
    return Step(
        kind=kind,
        text=step["text"],
        language=language,
        table=[[cell["value"] for cell in row["cells"]] for row in table["rows"]] if table else None,
        docstring=step["docString"]["content"] if step.get("docString") else None,
        line=step["location"]["line"],
    )


def play(text: str, language: str = "en") -> Story:
    """One scenario, step by step."""
    keyword = "场景" if language.startswith("zh") else "Scenario"
    feature = "功能" if language.startswith("zh") else "Feature"
    story = Story()
    try:
        for step in feature_of(f"# language: {language}\n{feature}: f\n  {keyword}: s\n{text}"):
            carry_out(story, step)
        story.finish()
    finally:
        story.close()
    return story


def fails(text: str, language: str = "en") -> StoryTrouble:
    """One scenario that does not go through: why."""
    with pytest.raises(StoryTrouble) as found:
        play(text, language)
    return found.value
