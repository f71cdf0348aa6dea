"""Whether a line is, or looks like, a sentence of the catalogue; and the nearest ones, by their words."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from functools import lru_cache
from typing import TYPE_CHECKING

from features.steps.catalogue import SENTENCES
from features.steps.matching import nearest, read
from features.steps.template import normalised, skeleton

if TYPE_CHECKING:
    from features.steps.sentence import Kind, Sentence

_LIKE = 0.62
_QUOTED = re.compile('[“”"「『]')
_DATED = re.compile(r"\d{4}\s*[-年]\s*\d{1,2}")


@lru_cache(maxsize=4096)
def a_sentence(text: str, language: str) -> Kind | None:
    """Of which kind the sentence is whose words a line has, whatever its values are; None if it has no sentence's."""
    said = text.strip()
    if not said:
        return None
    reading = read(said, language)
    found = reading.matches or reading.mistaken
    return found[0].sentence.kind if found else None


@lru_cache(maxsize=4096)
def resembles(text: str, language: str) -> bool:
    """Whether a line looks like a step: much like a sentence, or with names in quotes and dates."""
    if a_sentence(text, language) is not None or (_QUOTED.search(text) and _DATED.search(text)):
        return True
    return likeness(text, language) >= _LIKE


@lru_cache(maxsize=4096)
def likeness(text: str, language: str) -> float:
    """How like the nearest sentence a line is, from 0 to 1, values left out."""
    of_chinese = language != "en"
    words = skeleton(normalised(text, of_chinese=of_chinese))
    matcher = SequenceMatcher(None, autojunk=False)
    matcher.set_seq2(words)
    best = 0.0
    for sentence in SENTENCES:
        for bones in sentence.templates[of_chinese].skeletons:
            matcher.set_seq1(bones)
            if matcher.quick_ratio() > best:
                best = max(best, matcher.ratio())
    return best


_near: dict[tuple[str, str, str | None], list[Sentence]] = {}


def near(text: str, language: str, kind: Kind | None) -> list[Sentence]:
    """The three sentences whose words are most like those of a step; texts with the same words are asked once."""
    words = skeleton(normalised(text, of_chinese=language != "en")), language, kind
    if words not in _near:
        if len(_near) > 4096:  # noqa: PLR2004 - so many different mistakes are no reason to remember more
            _near.clear()
        _near[words] = nearest(text, language, kind)
    return _near[words]
