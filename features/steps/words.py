"""The words of the law in sentences and cells, and the codes they mean: in either language, or the code itself."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from api.words.reasons import CHINESE
from api.words.vocabulary import (
    ACTS,
    ALSO_ACTS,
    APPOINTMENTS,
    COUNTED_OF,
    GRANTS,
    POOLS,
    RULE_VALUES,
    RULES,
    VERDICTS,
    VOTES,
    WINDOWS,
)
from features.steps.scripts import TRADITIONAL_FORMS, traditional
from ledger.policy import REASONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_DONE = {
    "proposed": "propose",
    "nominated": "nominate",
    "reviewed": "review",
    "approved": "approve",
    "disposed": "dispose",
    "disposed of": "dispose",
    "countersigned": "countersign",
    "signed": "sign",
    "sealed": "seal",
    "filed": "file",
}
AS: dict[str, tuple[str, str]] = {
    "substantive": ("holder", "任职"),
    "concurrent": ("concurrent", "兼任"),
    "secondment": ("secondment", "借调"),
    "acting": ("acting", "代理"),
    "interim": ("interim", "临时主持"),
    "delegate": ("delegate", "受托"),
    "rolled_up": ("rolled up", "上提"),
    "inherited": ("superior", "上级"),
    "named": ("named", "本人"),
    "body": ("body", "会议体"),
}
"""In which capacity a candidate stands in the table of those who could."""
_POOLED_ATTRIBUTES = frozenset({"supplier", "project", "contract"})


def plain(word: str) -> str:
    """A word as it is looked up: small letters, one space for spaces, hyphens and underscores."""
    return " ".join(word.casefold().replace("_", " ").replace("-", " ").split())


def table(pairs: Mapping[str, tuple[str, str]], also: Mapping[str, str] | None = None) -> dict[str, str]:
    """Every word for each code: the code, English and Chinese, and further ones."""
    found: dict[str, str] = {}
    for code, words in pairs.items():
        found.update({plain(word): code for word in (code, *words)})
    return found | {plain(word): code for word, code in (also or {}).items()}


def _codes(codes: Iterable[str]) -> dict[str, str]:
    return {plain(word): code for code in codes for word in (code, CHINESE.get(code, code))}


ACT_WORDS = table(ACTS, {**ALSO_ACTS, **_DONE})
APPOINTMENT_WORDS = table(APPOINTMENTS)
GRANT_WORDS = table({code: GRANTS[code] for code in ("standing", "special", "temporary")})
POOL_WORDS = table(POOLS)
WINDOW_WORDS = table(WINDOWS, {"季度": "quarter", "月度": "month", "年度": "year", "the grant": "grant"})
RULE_WORDS = table(RULES)
RULE_VALUE_WORDS = table(RULE_VALUES)
VERDICT_WORDS = table(VERDICTS)
VOTE_WORDS = table(VOTES)
COUNTED_WORDS = table(COUNTED_OF)
REASON_WORDS = _codes(REASONS)
REFUSAL_WORDS = _codes(CHINESE)
CAPACITY_WORDS = table(AS)
YES_WORDS = {"yes": "yes", "是": "yes", "no": "no", "否": "no"}
_ATTRIBUTE_WORDS = {words[1]: code for code, words in POOLS.items() if code in _POOLED_ATTRIBUTES}


def attribute(name: str) -> str:
    """The name of an attribute; those that caps are pooled by have one name in every language."""
    if name.isascii():
        return name.casefold() if name.casefold() in _POOLED_ATTRIBUTES else name
    return _ATTRIBUTE_WORDS.get(name) or _traditional_attributes().get(name, name)


@lru_cache(maxsize=1)
def _traditional_attributes() -> dict[str, str]:
    return {traditional(word, way): code for word, code in _ATTRIBUTE_WORDS.items() for way in TRADITIONAL_FORMS}
