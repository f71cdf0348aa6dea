"""The keywords of Gherkin in the languages of the catalogue, and what people write in their place."""

from __future__ import annotations

import re
from difflib import get_close_matches
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, NamedTuple

from gherkin.dialect import Dialect

if TYPE_CHECKING:
    from collections.abc import Iterator

Language = Literal["zh-CN", "zh-TW", "en"]
LANGUAGES: tuple[Language, ...] = ("zh-CN", "zh-TW", "en")
Title = Literal["feature", "rule", "background", "scenario", "outline", "examples"]
Of = Literal["given", "when", "then", "and", "but"]
SPOKEN: dict[str, Language] = {
    **dict.fromkeys(("zh", "cn", "zhcn", "zhhans", "zhhanscn", "chinese", "zhsg"), "zh-CN"),
    **dict.fromkeys(("tw", "zhtw", "zhhant", "zhhanttw", "zhhk"), "zh-TW"),
    **dict.fromkeys(("en", "english", "engb", "enus", "eng"), "en"),
}
"""What people call the languages, small and without signs."""


class Keywords(NamedTuple):
    """The keywords of one language; the first of each is the one to write."""

    titles: dict[Title, tuple[str, ...]]
    steps: dict[Of, tuple[str, ...]]

    @property
    def step_starts(self) -> tuple[str, ...]:
        """What a step may begin with."""
        return (*(word for words in self.steps.values() for word in words), "* ")

    @property
    def every_title(self) -> Iterator[tuple[Title, str]]:
        """Each title with its kind, the longest first."""
        pairs = [(kind, word) for kind, words in self.titles.items() for word in words]
        return iter(sorted(pairs, key=lambda pair: -len(pair[1])))

    @property
    def every_step(self) -> Iterator[tuple[Of, str]]:
        """Each keyword of steps with its kind, the longest first."""
        pairs = [(kind, word) for kind, words in self.steps.items() for word in words]
        return iter(sorted(pairs, key=lambda pair: -len(pair[1])))


@lru_cache(maxsize=8)
def keywords(language: str) -> Keywords:
    """The keywords of a language."""
    dialect = Dialect.for_name(language)
    if dialect is None:
        raise KeyError(language)
    spelt = {
        "feature": dialect.feature_keywords,
        "rule": dialect.rule_keywords,
        "background": dialect.background_keywords,
        "scenario": dialect.scenario_keywords,
        "outline": dialect.scenario_outline_keywords,
        "examples": dialect.examples_keywords,
    }
    steps = {
        "given": dialect.given_keywords,
        "when": dialect.when_keywords,
        "then": dialect.then_keywords,
        "and": dialect.and_keywords,
        "but": dialect.but_keywords,
    }
    first: dict[str, str] = {"zh-CN": "规则", "en": "Scenario", "zh-TW": "Rule"}
    return Keywords(
        {kind: _first(words, first[language]) for kind, words in spelt.items()},  # type: ignore[misc]  # the kinds
        {kind: _first([one for one in words if one != "* "], "并且") for kind, words in steps.items()},  # type: ignore[misc]
    )


def _first(words: list[str], preferred: str) -> tuple[str, ...]:
    return tuple(sorted(words, key=lambda word: word != preferred))


COLONS = ":：﹕︰∶;；"
_ENGLISH = re.compile(r"[A-Za-z]+")

OTHER_TITLES: dict[Title, tuple[str, ...]] = {
    "feature": ("特性", "特征", "功能点", "需求", "Story"),
    "rule": ("規則", "规则", "規定"),
    "background": ("前提", "前置条件", "前置條件", "Backgrounds"),
    "scenario": ("情景", "情境", "情形", "案例", "用例", "场境", "測試", "Scenario Case"),
    "outline": ("场景模板", "場景模板", "场景概要", "情景大纲", "Outline", "ScenarioOutline", "Scenario outline"),
    "examples": ("示例", "例如", "样例", "樣例", "举例", "範例", "范例", "实例", "例"),
}
"""Words that are no titles, and of which title they are taken for."""
OTHER_STEPS: dict[Of, tuple[str, ...]] = {
    "given": (
        "如果",
        "若是",
        "若",
        "假若",
        "倘若",
        "给定",
        "給定",
        "已知",
        "设",
        "設",
        "加入",
        "假入",
        "前提",
        "假使",
        "如",
    ),
    "when": ("每当", "每當", "问：", "问:"),
    "then": (
        "则",
        "則",
        "那末",
        "那吗",
        "应该",
        "應該",
        "应当",
        "應當",
        "应",
        "應",
        "预期",
        "預期",
        "期望",
        "结果",
        "結果",
        "就",
    ),
    "and": (
        "并",
        "並",
        "且",
        "以及",
        "和",
        "及",
        "还有",
        "還有",
        "另外",
        "此外",
        "然后",
        "然後",
        "接着",
        "而",
        "同時",
        "同时",
        "Plus",
        "Also",
    ),
    "but": ("但", "不过", "不過", "可是"),
}
"""Words that are no keywords, and of which keyword they are taken for."""
EXAMPLE_WORDS = ("例如", "示例", "例如：", "比如", "譬如")
"""Words of remarks; a step never begins with them."""


class Word(NamedTuple):
    """A word at the beginning of a line that is no keyword of its language, and the keyword that was meant."""

    spelt: str
    kind: str
    instead: str
    same_language: bool


def meant_title(line: str, language: Language) -> tuple[Word, str] | None:
    """The title that a line was meant to begin with, a colon after it; and the rest. None if it is no such line."""
    head, colon, rest = _at_colon(line)
    if not colon:
        return None
    word = _title(head, language)
    return None if word is None else (word, rest.strip())


def is_a_title(spelt: str) -> bool:
    """Whether a word is a title in some language, small or in capitals, with spaces in it or without."""
    titles = {word.casefold().replace(" ", "") for one in LANGUAGES for _, word in keywords(one).every_title}
    return spelt.casefold().replace(" ", "") in titles


def title_without_colon(line: str, language: Language) -> tuple[Word, str] | None:
    """The same for a title that stands alone or before a space, without its colon."""
    for kind, spelt in keywords(language).every_title:
        for variant in dict.fromkeys((spelt, spelt.lower())):
            rest = line.removeprefix(variant)
            if rest != line and (not rest or rest[0].isspace()):
                return Word(variant, kind, spelt, same_language=True), rest.strip()
    return None


def _at_colon(line: str) -> tuple[str, str, str]:
    found = re.search(f"[{COLONS}]", line)
    return ("", "", "") if found is None else (line[: found.start()].strip(), found[0], line[found.end() :])


@lru_cache(maxsize=512)
def _title(head: str, language: Language) -> Word | None:
    own = keywords(language)
    for kind, spelt in own.every_title:
        if head == spelt or head.casefold() == spelt.casefold() or head.replace(" ", "") == spelt:
            return Word(head, kind, spelt, same_language=True)
    for other in LANGUAGES:
        for kind, spelt in keywords(other).every_title:
            if other != language and head.casefold() == spelt.casefold():
                same = other.startswith("zh") and language.startswith("zh") and not spelt.isascii()
                return Word(head, kind, own.titles[kind][0], same)
    for kind, words in OTHER_TITLES.items():
        if head in words:
            return Word(head, kind, own.titles[kind][0], head.isascii() == (language == "en"))
    near = get_close_matches(head, [spelt for _, spelt in own.every_title], n=1, cutoff=0.75)
    if not near or not _ENGLISH.match(head):
        return None
    kind = next(kind for kind, spelt in own.every_title if spelt == near[0])
    return Word(head, kind, near[0], same_language=True)


def meant_step(line: str, language: Language) -> tuple[Word, str] | None:
    """The keyword of steps that a line was meant to begin with, and the rest. None if it is no such line."""
    own = keywords(language)
    chinese = language != "en"
    for other in LANGUAGES:
        if other == language:
            continue
        for kind, spelt in keywords(other).every_step:
            if line.casefold().startswith(spelt.casefold()):
                same = chinese and other != "en"
                return Word(line[: len(spelt)].strip(), kind, own.steps[kind][0].strip(), same), line[len(spelt) :]
    first = _ENGLISH.match(line)
    if first is not None:
        return _english(first[0], line[first.end() :], own, chinese=chinese)
    pairs = [(kind, word) for kind, words in OTHER_STEPS.items() for word in words]
    for kind, spelt in sorted(pairs, key=lambda pair: -len(pair[1])):
        if line.startswith(spelt):
            rest = line if spelt.startswith("问") else line[len(spelt) :]
            return Word(spelt.rstrip(COLONS), kind, own.steps[kind][0].strip(), chinese), rest
    return None


def _english(first: str, rest: str, own: Keywords, *, chinese: bool) -> tuple[Word, str] | None:
    near = get_close_matches(first.casefold(), ["given", "when", "then", "and", "but"], n=1, cutoff=0.7)
    if first.casefold() in ("if", "suppose", "assume"):
        near = ["given"]
    if not near:
        return None
    kind: Of = near[0]  # type: ignore[assignment]  # one of the five
    return Word(first, kind, own.steps[kind][0].strip(), same_language=not chinese), rest
