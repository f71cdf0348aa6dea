"""The step book: every sentence with its help, its table and an example, to be printed and kept beside the keyboard.

From the catalogue alone: Markdown, one page of HTML, a JSON list for editors. A language may be chosen; without one
English and Chinese stand side by side. Traditional Chinese is converted as the sentences are.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import msgspec

from api.words.reasons import CHINESE
from api.words.vocabulary import ACTS, APPOINTMENTS, GRANTS, POOLS, RULE_VALUES, RULES, VERDICTS, VOTES, WINDOWS
from features.spec.page import both, escaped, page, table, tag
from features.steps.catalogue import SENTENCES
from features.steps.parameters import PARAMETERS
from features.steps.scripts import traditional
from features.steps.sentence import KEYWORDS
from features.steps.words import AS, GRANT_WORDS
from ledger.policy import REASONS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from features.steps.parameters import Pair
    from features.steps.sentence import Kind, Sentence

LANGUAGES = ("en", "zh", "zh-TW")
VERSION = 1
CHOICES = (("to-both", "中文 + English"), ("to-zh", "中文"), ("to-en", "English"))
TITLE: Pair = ("The step book", "句式手册")
ABOUT: tuple[Pair, ...] = (
    (
        "Each sentence once. What is in [ ] may be left out; words in CAPITALS are places for values.",
        "每种句式一条。[ ]内的部分可以省略；〈 〉与引号内的词换成实际的值。",
    ),
    (
        "Quotes may be straight, curly or 「」; full-width digits, spaces and a full stop at the end do not matter.",
        "引号可用“”、「」或直引号；全角数字、空格和句末句号都不影响。",
    ),
    (
        "A file begins with `# language: zh-CN` (`zh-TW` in the Traditional script); an English one needs none.",
        "中文文件第一行写 `# language: zh-CN`（繁体写 `zh-TW`）；英文文件不需要。",
    ),
)
SECTIONS: dict[Kind, Pair] = {
    "given": ("what happened", "发生了什么"),
    "when": ("the question", "提问"),
    "then": ("the answer", "应有的回答"),
}
WORDS: tuple[tuple[Pair, Mapping[str, Pair]], ...] = (
    (("Acts", "行权方式"), ACTS),
    (("Kinds of appointment", "任职身份"), APPOINTMENTS),
    (("Kinds of grant", "授权类别"), {code: GRANTS[code] for code in dict.fromkeys(GRANT_WORDS.values())}),
    (("Rules", "规则"), RULES),
    (("Values of rules", "规则的取值"), RULE_VALUES),
    (("Windows of caps", "累计期间"), WINDOWS),
    (("Pools of caps", "合并计算的口径"), POOLS),
    (("Votes", "表决"), VOTES),
    (("Capacities", "身份"), AS),
    (("Verdicts", "结论"), VERDICTS),
    (("Reasons", "原因"), {code: (code, CHINESE[code]) for code in REASONS}),
)
"""The words of the law that stand in places: code, English, Chinese."""


def _sides(said: Pair, lang: str | None) -> tuple[str, ...]:
    """A text in the language asked for; in both, English first, where none is."""
    chinese = traditional(said[1]) if lang == "zh-TW" else said[1]
    if lang is None:
        return (said[0], chinese) if said[0] != chinese else (chinese,)
    return (said[0],) if lang == "en" else (chinese,)


def _wordings(sentence: Sentence) -> Pair:
    english, chinese = (one.replace("[ ]", "") for one in sentence.shown)
    return english, chinese


def _used() -> list[str]:
    """The types that stand in places or columns, in the order in which they first do."""
    types = [place.type for one in SENTENCES for place in one.places.values()]
    types += [column.type for one in SENTENCES if one.table is not None for column in one.table.columns]
    return [one for one in dict.fromkeys(types) if PARAMETERS[one].place[0]]


# Markdown


def markdown(lang: str | None = None) -> str:
    """The book as Markdown."""
    return "\n".join(_markdown(lang)).rstrip() + "\n"


def _markdown(lang: str | None) -> Iterator[str]:
    yield f"# {' · '.join(_sides(TITLE, lang))}\n"
    for about in ABOUT:
        yield from (f"{one}\n" for one in _sides(about, lang))
    for kind, section in SECTIONS.items():
        heads = (f"{keyword}: {said}" for keyword, said in zip(KEYWORDS[kind], section, strict=True))
        yield f"## {' · '.join(_sides((next(heads), next(heads)), lang))}\n"
        for sentence in SENTENCES:
            if sentence.kind == kind:
                yield from _entry(sentence, lang)
    yield f"## {' · '.join(_sides(('What stands in places', '各处填什么'), lang))}\n"
    yield from _rows(
        [("place", "位置"), ("what it is", "含义"), ("how it is written", "写法")],
        [[PARAMETERS[one].place, PARAMETERS[one].called, PARAMETERS[one].written] for one in _used()],
        lang,
    )
    yield f"## {' · '.join(_sides(('Words', '用词'), lang))}\n"
    for head, words in WORDS:
        yield f"### {' · '.join(_sides(head, lang))}\n"
        heads_of_words = [("code", "代码"), ("English", "英文"), ("Chinese", "中文")]
        rows = [[(f"`{code}`",) * 2, (said[0],) * 2, (said[1],) * 2] for code, said in words.items()]
        yield from _rows(heads_of_words, rows, lang)


def _entry(sentence: Sentence, lang: str | None) -> Iterator[str]:
    yield f"### {sentence.key}\n"
    yield from (f"**{_marked(one)}**\n" for one in _sides(_wordings(sentence), lang))
    yield " ".join(_sides(sentence.help, lang)) + "\n"
    if sentence.table is not None:
        heads = [("column", "列"), ("what stands in it", "内容"), ("needed", "必填")]
        rows = [
            [(one.english, one.chinese), PARAMETERS[one.type].called, ("yes", "是") if one.required else ("", "")]
            for one in sentence.table.columns
        ]
        yield from (f"{one}\n" for one in _sides(_when(sentence), lang))
        yield from _rows(heads, rows, lang)
    keywords = KEYWORDS[sentence.kind]
    english, chinese = (f"{word} {text}" for word, text in zip(keywords, sentence.example, strict=True))
    for example in _sides((english, chinese), lang):
        yield f"```gherkin\n{example}\n```\n"


def _when(sentence: Sentence) -> Pair:
    when = sentence.table.when if sentence.table is not None else ""
    if when == "optional":
        return "With a table, if there is something to put in it:", "可带表格："
    if when == "always":
        return "With a table:", "下带表格："
    return "With a table, where that part is written:", "写有该部分时，下带表格："


def _rows(heads: Sequence[Pair], rows: Sequence[Sequence[Pair]], lang: str | None) -> Iterator[str]:
    def row(cells: Sequence[Pair]) -> str:
        return f"| {' | '.join(' · '.join(one for one in map(_marked, _sides(cell, lang)) if one) for cell in cells)} |"

    yield row(heads)
    yield f"|{'---|' * len(heads)}"
    yield from map(row, rows)
    yield ""


def _marked(text: str) -> str:
    """A text whose signs mean nothing to Markdown."""
    if text.startswith("`"):
        return text
    for sign in ("\\", "[", "]", "|", "*", "_", "<"):
        text = text.replace(sign, f"\\{sign}")
    return text


# HTML


def html(lang: str | None = None) -> str:
    """The book as one page, to be read in either language or both; `lang` is the one it opens in."""

    def said(pair: Pair, name: str = "span", **marks: str) -> str:
        shown = pair[0], traditional(pair[1]) if lang == "zh-TW" else pair[1]
        return both(shown, name, **marks)

    about = [re.sub("`([^`]*)`", r"<code>\1</code>", said(one, "p")) for one in ABOUT]
    body = [said(TITLE, "h1"), *about]
    for kind, section in SECTIONS.items():
        heads = tuple(f"{keyword}: {text}" for keyword, text in zip(KEYWORDS[kind], section, strict=True))
        entries = [_article(one, said) for one in SENTENCES if one.kind == kind]
        body.append(tag("section", said((heads[0], heads[1]), "h2"), *entries, class_="feature"))
    places = [
        [said(PARAMETERS[one].place), said(PARAMETERS[one].called), said(PARAMETERS[one].written)] for one in _used()
    ]
    heads_of_places = [said(("place", "位置")), said(("what it is", "含义")), said(("how it is written", "写法"))]
    head = said(("What stands in places", "各处填什么"), "h2")
    body.append(tag("section", head, table(heads_of_places, places), class_="feature"))
    words = []
    for name, listed in WORDS:
        rows = [[tag("code", escaped(code)), escaped(pair[0]), escaped(pair[1])] for code, pair in listed.items()]
        words.append(said(name, "h3") + table([said(("code", "代码")), "English", "中文"], rows))
    body.append(tag("section", said(("Words", "用词"), "h2"), *words, class_="feature"))
    opens = "both" if lang is None else lang[:2]
    return page(TITLE[opens == "zh"], "\n".join(body), lang=opens, choices=CHOICES)


def _article(sentence: Sentence, said: Any) -> str:  # noqa: ANN401 - as html() says it
    parts = [
        tag("span", sentence.key, class_="kind"),
        said(_wordings(sentence), "h4"),
        said(sentence.help, "p", class_="dim"),
    ]
    if sentence.table is not None:
        heads = [said(("column", "列")), said(("what stands in it", "内容")), said(("needed", "必填"))]
        rows = [
            [
                said((one.english, one.chinese)),
                said(PARAMETERS[one.type].called),
                said(("yes", "是")) if one.required else "",
            ]
            for one in sentence.table.columns
        ]
        parts += [said(_when(sentence), "p"), table(heads, rows)]
    english, chinese = (f"{word} {text}" for word, text in zip(KEYWORDS[sentence.kind], sentence.example, strict=True))
    return tag("article", *parts, said((english, chinese), "pre"), id=sentence.key, class_="sentence-entry")


# For editors


def listed() -> bytes:
    """The sentences as JSON: what an editor needs to offer, check and explain them."""
    sentences = [
        {
            "key": one.key,
            "kind": one.kind,
            "wording": _in_each(_wordings(one)),
            "notation": {"en": one.english, "zh-CN": one.chinese},
            "parameters": [_parameter(place) for place in one.places.values()],
            "table": _columns(one),
            "docstring": one.docstring,
            "example": _in_each(one.example),
            "help": _in_each(one.help),
        }
        for one in SENTENCES
    ]
    return msgspec.json.format(msgspec.json.encode({"version": VERSION, "sentences": sentences}), indent=2) + b"\n"


def _in_each(said: Pair) -> dict[str, str]:
    return {"en": said[0], "zh-CN": said[1], "zh-TW": traditional(said[1])}


def _parameter(place: Any) -> dict[str, object]:  # noqa: ANN401 - a place of a template
    parameter = PARAMETERS[place.type]
    facts = {"place": parameter.place, "called": parameter.called, "written": parameter.written}
    said = {name: _in_each(pair) for name, pair in facts.items()}
    return {"name": place.name, "type": place.type, "quoted": place.quoted, "optional": place.optional, **said}


def _columns(sentence: Sentence) -> dict[str, object] | None:
    if sentence.table is None:
        return None
    columns = [
        {
            "name": one.name,
            "heading": _in_each((one.english, one.chinese)),
            "type": one.type,
            "required": one.required,
            "blank": one.blank,
        }
        for one in sentence.table.columns
    ]
    return {"when": sentence.table.when, "columns": columns}
