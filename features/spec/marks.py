"""A step that is almost a sentence: what it would be with the marks, and with the usual words, of the sentence."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from features.steps.matching import Reading, read
from features.steps.normal import marks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_NAMES_IN = str.maketrans("《》〈〉【】〖〗［］‘’", "“”“”“”“”“”“”")
_AFTER_A_DATE = re.compile(r"(?<=[\d日号起止])\s*[,，、]\s*")
_BEFORE = re.compile(
    "(?<=[^，,:：；;、\\s])(?=原因是|申请人|申請人|受益人|金额\\d|金額\\d|限额\\d|限額\\d)"
    "|(?<=[^,\\s])(?= (?:because|who could|what could|asked for by|benefiting|as known on|part of|set by) )"
)
_QUOTED_REASON = re.compile('(原因是|because )["“「]([^"”」]+)["”」]')
_DAY = r"\d{4}(?:年\d{1,2}月\d{1,2}日|-\d\d-\d\d)"
_PERIOD = re.compile(f"[自于从從]?({_DAY})起?[至到]({_DAY})止?")
_WORDS = {
    "因为": "原因是", "因為": "原因是", "由于": "原因是", "理由是": "原因是",
    "从": "自", "從": "自", "任职": "任", "任職": "任", "担任": "任", "擔任": "任", "转授给": "转授", "轉授給": "轉授",
    "请假": "缺勤", "請假": "缺勤", "休假": "缺勤",
}  # fmt: skip
_ENGLISH_WORDS = {"cannot": "could not", "can": "could", "since": "from", "as of": "from"}
"""What people write in the place of the words of sentences, tried one after the other."""
_BETWEEN = ",，、:：;；"
_MOST = 12
"""How many marks of a step are tried one by one."""


def as_meant(text: str, reading: Reading, language: str) -> tuple[str, Reading]:
    """The step with other marks where it is a sentence so, or has fewer wrong values; else as it is."""
    best = text, reading
    for said in _ways(text):
        other = read(said, language)
        if _rank(other) < _rank(best[1]):
            best = said, other
            if other.matches:
                break
    return best


def _rank(reading: Reading) -> tuple[int, int]:
    if reading.matches:
        return 0, 0
    if reading.mistaken:
        return 1, min(len(one.wrong) for one in reading.mistaken)
    return 2, 0


def _ways(text: str) -> Iterator[str]:
    """The text with one mark after the other changed: first all that are never right, then any one left out."""
    said = text
    for change in (_quoted, _commas, _without_commas_after_dates, _with_commas, _unquoted):
        other = change(said)
        if other != said:
            said = other
            yield said
    for reword in _other_words(said):
        other = reword(said)
        if other != said:
            said = other
            yield said
    outside = [one.place for one in marks(said) if not one.quoted and said[one.place] in _BETWEEN]
    for place in outside[:_MOST]:
        yield said[:place].rstrip() + said[place + 1 :] if said.isascii() else said[:place] + said[place + 1 :]


def _other_words(text: str) -> Iterator[Callable[[str], str]]:
    """The changes of the words that a text has."""
    yield lambda said: _outside(said, lambda part: _PERIOD.sub(r"自\1起至\2止", part))
    for words, form in ((_WORDS, "{}"), (_ENGLISH_WORDS, r"\b{}\b")):
        for word, right in words.items():
            pattern = re.compile(form.format(word))
            if pattern.search(text):
                yield lambda said, of=pattern, to=right: _outside(said, lambda part: of.sub(to, part))  # type: ignore[misc]


def _quoted(text: str) -> str:
    """Names in quotes where they stand in other brackets."""
    return _outside(text, lambda part: part.translate(_NAMES_IN))


def _commas(text: str) -> str:
    """A comma in place of the mark that stands between the things of a list."""
    return _outside(text, lambda part: part.replace("、", "，"))


def _without_commas_after_dates(text: str) -> str:
    return text if text.isascii() else _outside(text, lambda part: _AFTER_A_DATE.sub("", part))


def _with_commas(text: str) -> str:
    """A comma before each part of a sentence that has one there."""
    comma = "," if text.isascii() else "，"
    return _outside(text, lambda part: _BEFORE.sub(comma, part))


def _unquoted(text: str) -> str:
    """What is no name stands without quotes."""
    return _QUOTED_REASON.sub(r"\1\2", text)


def _outside(text: str, change: Callable[[str], str]) -> str:
    """The text with what stands outside quotes changed."""
    quoted = {one.place for one in marks(text) if one.quoted}
    parts: list[tuple[bool, str]] = []
    for place, one in enumerate(text):
        inside = place in quoted
        if parts and parts[-1][0] == inside:
            parts[-1] = inside, parts[-1][1] + one
        else:
            parts.append((inside, one))
    return "".join(part if inside else change(part) for inside, part in parts)
