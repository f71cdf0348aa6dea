"""The wording, in English and in Chinese: every fixed phrase that a person reads.

`phrases.py` has the sentences and headings, `vocabulary.py` the words of the law (acts, capacities, kinds, states,
events), `help.py` what `--help` says, `reasons.py` the codes and what they say. What the ledger was told (names,
titles, clauses) is shown as it was told; refusals stay in English with their code, in Chinese with its Chinese name.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Literal

from ledger.money import Greater, NoAuthority, Percent, Smaller, Unlimited, UpTo

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ledger.money import Limit

Lang = Literal["en", "zh"]
LANGUAGES: tuple[Lang, ...] = ("en", "zh")
Pair = tuple[str, str]
"""A wording in English and in Chinese."""


class Words:
    """The wording in one language."""

    def __init__(self, lang: Lang) -> None:
        self.lang = lang
        self._at = LANGUAGES.index(lang)

    def say(self, key: str, **facts: object) -> str:
        """A phrase with its facts; `key` is one of `phrases.PHRASES`."""
        from api.words.phrases import PHRASES  # noqa: PLC0415 - what says nothing reads no phrases

        return PHRASES[key][self._at].format(**facts)

    def pick(self, table: Mapping[str, Pair], word: str) -> str:
        """A word of the law; the word itself where the table does not have it."""
        pair = table.get(word)
        return word if pair is None else pair[self._at]

    def both(self, outside: str, inside: str) -> str:
        """A name with what tells it apart: `name (id)`, `name（id）`."""
        return f"{outside}（{inside}）" if self.lang == "zh" else f"{outside} ({inside})"

    def join(self, words: Iterable[str]) -> str:
        """A list of words."""
        return ("、" if self.lang == "zh" else ", ").join(words)

    def comma(self, parts: Iterable[str]) -> str:
        """What is said of one thing, one after the other; what is empty is left out."""
        return ("，" if self.lang == "zh" else ", ").join(part for part in parts if part)

    def some(self, key: str, count: int) -> str:
        """So many things: `1 entry`, `2 entries`; `key` is one of `phrases.COUNTED`."""
        from api.words.phrases import COUNTED  # noqa: PLC0415 - as above

        one, many, chinese = COUNTED[key]
        return f"{count}{chinese}" if self.lang == "zh" else f"{count:,} {one if count == 1 else many}"

    def colon(self, name: str, said: str) -> str:
        """What is said of a name."""
        return f"{name}：{said}" if self.lang == "zh" else f"{name}: {said}"

    def semicolon(self, parts: Iterable[str]) -> str:
        """Parts of one statement."""
        return ("；" if self.lang == "zh" else "; ").join(parts)

    def limit(self, limit: Limit) -> str:
        """A limit as people say it."""
        if isinstance(limit, Unlimited | NoAuthority):
            return self.say("limit.unlimited" if isinstance(limit, Unlimited) else "limit.none")
        if isinstance(limit, Smaller | Greater):
            one, other = (self.limit(part) for part in limit.of)
            return self.say("limit.smaller" if isinstance(limit, Smaller) else "limit.greater", one=one, other=other)
        amount = self._amount(limit)
        return self.say("limit.below", amount=amount) if limit.below else amount

    def _amount(self, limit: UpTo | Percent) -> str:
        if isinstance(limit, Percent):
            return self.say("limit.percent", percent=f"{limit.percent:f}", base=limit.base)
        return f"{limit.amount:,f} {limit.currency}"

    def beyond(self, limit: Limit) -> str:
        """What lies beyond a limit: above an amount, or from it on; no word where that is everything."""
        if isinstance(limit, UpTo | Percent):
            return self.say("beyond.from" if limit.below else "beyond.above", amount=self._amount(limit))
        if isinstance(limit, Smaller | Greater):
            return self.say("beyond.above", amount=self.limit(limit))
        return self.say("beyond.nothing") if isinstance(limit, Unlimited) else ""

    def window(self, window: str) -> str:
        """The time over which a cap adds up: `month`, `30 days`; `月`, `30日`."""
        from api.words.vocabulary import WINDOWS  # noqa: PLC0415 - as above

        return self.pick(WINDOWS, window.replace(" days", "日") if self.lang == "zh" else window)

    def span(self, period: str) -> str:
        """The period of a target: `2026-Q1`; `2026年第1季度`."""
        year, _, part = period.partition("-")
        if self.lang == "en" or not part:
            return f"{year}年" if self.lang == "zh" else period
        return f"{year}年第{part[1:]}季度" if part.startswith("Q") else f"{year}年{part.lstrip('0')}月"

    def rule(self, rule: str, value: str) -> str:
        """What a rule says: `vacancy = roll up`, `空缺＝上提`."""
        from api.words.vocabulary import RULES  # noqa: PLC0415 - as above

        return self.say("ask.attribute", name=self.pick(RULES, rule), value=self.rule_value(rule, value))

    def rule_value(self, rule: str, value: str) -> str:
        """The value of a rule in words; names that a ledger gave are left as they are."""
        from api.words.vocabulary import ACTS, RULE_VALUES  # noqa: PLC0415 - as above

        if rule == "separation" and "-" in value:
            pairs = (pair.strip().split("-") for pair in value.split(","))
            return self.join("-".join(self.pick(ACTS, act) for act in pair) for pair in pairs)
        how, _, related = value.partition(" ")
        if rule == "splitting" and related and self.lang == "zh":
            days, _, names = related.partition(" days by ")
            listed = self.join(name.strip() for name in names.split(","))
            return f"{days}日内按{listed}{self.pick(RULE_VALUES, how)}"
        return value if rule == "rates" else self.pick(RULE_VALUES, value)


def language(stated: str | None = None, environment: Mapping[str, str] = os.environ) -> Lang:
    """The language to speak: as stated, else of the first of LC_ALL, LC_MESSAGES, LANG that is set; else English."""
    if stated in LANGUAGES:
        return "zh" if stated == "zh" else "en"
    locale = next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := environment.get(name))), "")
    return "zh" if locale.casefold().startswith("zh") else "en"
