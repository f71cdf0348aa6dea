"""The step book and what editors make of the sentences: all of the catalogue, as it is."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from api.cli.app import run as remit
from features.spec.book import html, listed, markdown
from features.spec.snippets import LANGUAGES, snippets
from features.steps.catalogue import BY_KEY, SENTENCES
from features.steps.matching import read
from features.steps.scripts import traditional
from tests.test_living_document import Page
from tests.test_steps import sample

if TYPE_CHECKING:
    from features.steps.sentence import Sentence

HOUSE = Path(__file__).resolve().parent.parent
_STOP = re.compile(r"\$\{(\d+):((?:[^}\\]|\\.)*)\}")


def test_the_page_is_the_one_that_the_catalogue_writes() -> None:
    assert (HOUSE / "docs" / "steps.md").read_text("utf-8") == markdown(), "run `make docs`"


@pytest.mark.parametrize("lang", [None, *LANGUAGES])
def test_every_sentence_is_in_the_book_with_its_help_and_example(lang: str | None) -> None:
    for text in (markdown(lang), Page(html(lang)).text):
        for sentence in SENTENCES:
            for said in (*texts(sentence.help, lang), *texts(sentence.example, lang)):
                assert all(line.strip() in text for line in said.splitlines())


def texts(pair: tuple[str, str], lang: str | None) -> list[str]:
    said = {"en": [pair[0]], "zh": [pair[1]], "zh-TW": [traditional(pair[1])]}
    return [*pair] if lang is None else said[lang]


def test_one_language_is_one_language() -> None:
    chinese = re.compile("[\u4e00-\u9fff]")
    assert "自〈日期〉起" not in markdown("en")
    assert BY_KEY["G4"].help[0] not in markdown("zh")
    assert not [line for line in markdown("en").split("\n## What stands")[0].splitlines()[6:] if chinese.search(line)]


def test_the_book_as_a_page_needs_nothing_beside_it() -> None:
    text = html()
    page = Page(text)

    assert not re.search(r"(?i)https?:|url\(|@import|<script|<link", text)
    assert {one["id"] for one in page.of("article")} == set(BY_KEY)
    assert [one["id"] for one in page.of("input") if "checked" in one] == ["to-both"]


def test_the_list_for_editors_has_every_sentence_with_its_parts() -> None:
    said = json.loads(listed())

    assert [one["key"] for one in said["sentences"]] == list(BY_KEY)
    for one in said["sentences"]:
        sentence = BY_KEY[one["key"]]
        assert one["kind"] == sentence.kind
        assert {part["name"] for part in one["parameters"]} == set(sentence.places)
        assert (one["table"] is not None) == (sentence.table is not None)
        assert set(one["wording"]) == set(one["example"]) == set(one["help"]) == {"en", "zh-CN", "zh-TW"}
        line = one["example"]["zh-TW"].split("\n")[0]
        assert [match.sentence.key for match in read(line, "zh-TW").matches] == [sentence.key]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("sentence", SENTENCES, ids=list(BY_KEY))
def test_a_snippet_filled_in_is_its_sentence(sentence: Sentence, language: str) -> None:
    offered = json.loads(snippets(language))
    mine = [one for name, one in offered.items() if name.split(" ")[0].removesuffix("+") == sentence.key]
    wording = sentence.english if language == "en" else sentence.chinese
    assert mine
    for one in mine:
        stops = _STOP.findall(one["body"][0])
        assert [int(number) for number, _ in stops] == list(range(1, len(stops) + 1))
        for whole in (False, True):
            types = typed(re.sub(r"\(([^()|]*)\|[^()]*\)", r"\1", wording), whole)
            if len(types) == len(stops):
                line = filled(one["body"][0], types)
                matches = read(line, {"zh": "zh-CN"}.get(language, language)).matches
                assert [match.sentence.key for match in matches] == [sentence.key], line


def filled(body: str, types: list[str]) -> str:
    """The sentence that a snippet makes, with a value of its type in each place."""
    left = iter(types)
    return re.sub(r"\\([\\$}])", r"\1", _STOP.sub(lambda _: sample(next(left), 0), body))


def typed(wording: str, whole: bool) -> list[str]:  # noqa: FBT001 - with all of it, or without what may be left out
    said = wording if whole else re.sub(r"\[[^\[\]]*\]", "", wording)
    return [found[1] or found[0] for found in re.findall(r"\{(\w+)(?::(\w+))?\}", said)]


@pytest.mark.parametrize(
    ("form", "begins"),
    [("--markdown", "# The step book"), ("--html", "<!doctype html>"), ("--json", "{"), ("--snippets", "{")],
)
def test_the_command_writes_each_form(form: str, begins: str, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert remit(["steps", form]) == 0
    assert capsysbinary.readouterr().out.decode().startswith(begins)


def test_the_command_knows_the_three_languages(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert remit(["steps", "--lang", "zh-TW"]) == 0
    assert "營銷總監" in capsysbinary.readouterr().out.decode()
    assert remit(["steps", "--lang", "fr"]) == 2
    assert remit(["steps", "--html", "--snippets"]) == 2
    assert "give one of" in capsysbinary.readouterr().err.decode()
