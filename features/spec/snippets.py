"""Snippets for editors that read those of VS Code: a sentence with its places to be filled one after the other."""

from __future__ import annotations

import re
from itertools import count
from typing import TYPE_CHECKING

import msgspec

from features.steps.catalogue import SENTENCES
from features.steps.parameters import PARAMETERS
from features.steps.scripts import traditional

if TYPE_CHECKING:
    from collections.abc import Iterator

    from features.steps.sentence import Sentence

LANGUAGES = ("en", "zh", "zh-TW")
_FEW = 4
"""Tables of so many columns are offered whole; of wider ones, the columns that must be there."""
_SCOPE = "cucumber,feature,gherkin"
_PARAMETER = re.compile(r"\{(\w+)(?::(\w+))?\}")
_OPTIONAL = re.compile(r"\[(?:[a-z]+\?)?([^\[\]]*)\]")
_CHOICE = re.compile(r"\(([^()|]*)\|[^()]*\)")


def snippets(lang: str | None = None) -> bytes:
    """The snippets as JSON, of one language or of all. What may be left out has a snippet with it and one without."""
    found: dict[str, dict[str, object]] = {}
    for language in LANGUAGES if lang is None else (lang,):
        for sentence in SENTENCES:
            for mark, wording in _variants(sentence, language):
                found[f"{sentence.key}{mark} ({language})"] = {
                    "scope": _SCOPE,
                    "prefix": [f"{sentence.key}{mark}", _plain(wording, language)],
                    "body": _body(sentence, wording, language),
                    "description": _said(sentence.help, language),
                }
    return msgspec.json.format(msgspec.json.encode(found), indent=2) + b"\n"


def _said(pair: tuple[str, str], language: str) -> str:
    return pair[0] if language == "en" else traditional(pair[1]) if language == "zh-TW" else pair[1]


def _variants(sentence: Sentence, language: str) -> Iterator[tuple[str, str]]:
    """The wording without what may be left out and, with a `+`, with all of it."""
    wording = _CHOICE.sub(r"\1", sentence.english if language == "en" else sentence.chinese)
    bare, whole = _OPTIONAL.sub("", wording), _OPTIONAL.sub(r"\1", wording)
    yield "", bare
    if whole.replace(" ", "") != bare.replace(" ", ""):
        yield "+", whole


def _plain(wording: str, language: str) -> str:
    """The wording with what its places are called: found by whichever words one types."""
    at = int(language != "en")
    plain = _PARAMETER.sub(lambda found: PARAMETERS[found[2] or found[1]].place[at], wording)
    return traditional(plain) if language == "zh-TW" else plain


def _body(sentence: Sentence, wording: str, language: str) -> list[str]:
    stops, at = count(1), int(language != "en")
    parts, end = [], 0
    for found in _PARAMETER.finditer(wording):
        parts += [_literal(wording[end : found.start()], language), _stop(next(stops), found[2] or found[1], language)]
        end = found.end()
    lines = ["".join([*parts, _literal(wording[end:], language)])]
    table = sentence.table
    if table is not None and (table.when == "always" or table.when in _names(wording)):
        few = len(table.columns) <= _FEW
        columns = [one for one in table.columns if one.required or few]
        heads = [_literal((one.english, one.chinese)[at], language) for one in columns]
        lines.append(f"  | {' | '.join(heads)} |")
        lines.append(f"  | {' | '.join(_stop(next(stops), one.type, language) for one in columns)} |")
    if sentence.docstring:
        lines += ['  """', f"  ${{{next(stops)}}}", '  """']
    return lines


def _names(wording: str) -> set[str]:
    return {found[1] for found in _PARAMETER.finditer(wording)}


def _stop(number: int, type_: str, language: str) -> str:
    said = _said(PARAMETERS[type_].place, language)
    return f"${{{number}:{_literal(said, 'en')}}}"


def _literal(text: str, language: str) -> str:
    """Words of the sentence; what means something in a snippet does not here."""
    said = traditional(text) if language == "zh-TW" else text
    return re.sub(r"([\\$}])", r"\\\1", said)
