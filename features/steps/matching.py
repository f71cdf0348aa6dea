"""Which sentence a step is; where it is none, the nearest ones; where a value is wrong, which and what to write."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from features.steps.catalogue import SENTENCES
from features.steps.normal import Mark, Normal, chinese, english, marks
from features.steps.parameters import PARAMETERS, Malformed
from features.steps.scripts import TO_SIMPLIFIED, simplified
from features.steps.template import skeleton

if TYPE_CHECKING:
    from collections.abc import Iterator

    from features.steps.sentence import Kind, Sentence

TRADITIONAL = "zh-TW"


class Value(NamedTuple):
    """What stands in a place: as read, as spelt in the file, and where in the step it begins (from 0)."""

    read: object
    spelt: str
    column: int


@dataclass(frozen=True)
class WrongValue:
    """A value that is not what its place asks for."""

    place: str
    spelt: str
    column: int
    malformed: Malformed


@dataclass(frozen=True)
class Match:
    """A sentence whose words a step has; it is that sentence where no value is wrong."""

    sentence: Sentence
    values: dict[str, Value]
    wrong: tuple[WrongValue, ...] = ()


@dataclass(frozen=True)
class Reading:
    """What a step may be.

    `matches` are the sentences that it is: exactly one, in a right step. Otherwise `mistaken` are those whose words it
    has, with a wrong value; where there are none either, `nearest` says which are near.
    """

    text: str
    language: str
    matches: tuple[Match, ...]
    mistaken: tuple[Match, ...] = ()


@lru_cache(maxsize=16384)
def read(text: str, language: str = "en") -> Reading:
    """What a step is, in a file of that language (`en`, `zh-CN`, `zh-TW`); the other language is understood too."""
    mistaken: list[Match] = []
    for said, of_chinese in _forms(text, language):
        found = list(_matches(said, of_chinese=of_chinese))
        right = tuple(one for one in found if not one.wrong)
        if right:
            return Reading(text, language, right)
        mistaken += [one for one in found if one not in mistaken]
    return Reading(text, language, (), tuple(mistaken))


def nearest(text: str, language: str = "en", kind: Kind | None = None, count: int = 3) -> list[Sentence]:
    """The sentences whose words are most like those of a step, the most like first; values are not compared."""
    scored: dict[str, tuple[float, int, Sentence]] = {}
    for said, of_chinese in _forms(text, language):
        words = skeleton(said)
        matcher = SequenceMatcher(autojunk=False)
        matcher.set_seq2(words)
        for rank, sentence in enumerate(SENTENCES):
            if kind is not None and sentence.kind != kind:
                continue
            for bones in sentence.templates[of_chinese].skeletons:
                matcher.set_seq1(bones)
                score = matcher.ratio()
                if sentence.key not in scored or score > scored[sentence.key][0]:
                    scored[sentence.key] = score, -rank, sentence
    best = sorted(scored.values(), key=lambda one: one[:2], reverse=True)
    return [sentence for _, _, sentence in best[:count]]


def _matches(said: Normal, *, of_chinese: bool) -> Iterator[Match]:
    for sentence in SENTENCES:
        template = sentence.templates[of_chinese]
        if template.needed not in said.text:
            continue
        spans = template.read(said)
        if spans is None:
            continue
        values: dict[str, Value] = {}
        wrong: list[WrongValue] = []
        for name, (start, end) in spans.items():
            text, spelt = said.text[start:end].strip(), said.spelt(start, end)
            column = said.places[start] if start < len(said.places) else len(said.raw)
            try:
                values[name] = Value(PARAMETERS[sentence.places[name].type].read(text), spelt, column)
            except Malformed as malformed:
                wrong.append(WrongValue(name, spelt, column, malformed))
        yield Match(sentence, values, tuple(wrong))


def _forms(text: str, language: str) -> Iterator[tuple[Normal, bool]]:
    """The text as it is compared with wordings: those of the file's language first, then of the other."""
    found = marks(text)
    if not language.startswith("zh"):
        yield english(found, text), False
        yield chinese(found, text), True
        return
    yield chinese(found, text), True
    if language == TRADITIONAL:
        for way in TO_SIMPLIFIED:
            yield chinese(in_simplified(found, way), text), True
    yield english(found, text), False


def in_simplified(found: list[Mark], way: str = TO_SIMPLIFIED[0]) -> list[Mark]:
    """The words in the Simplified script; what stands in quotes stays as it is written."""
    kept: list[Mark] = []
    start = 0
    while start < len(found):
        if found[start].quoted:
            kept.append(found[start])
            start += 1
            continue
        end = start
        while end < len(found) and not found[end].quoted:
            end += 1
        words = simplified("".join(one.text for one in found[start:end]), way)
        last = end - start - 1
        kept += [Mark(word, found[start + min(at, last)].place, quoted=False) for at, word in enumerate(words)]
        start = end
    return kept
