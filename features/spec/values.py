"""A right sentence with a wrong value: which, and what to write instead."""

from __future__ import annotations

import re
from decimal import Decimal
from difflib import get_close_matches
from typing import TYPE_CHECKING

from features.steps import words
from features.steps.normal import is_chinese

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from features.steps.parameters import Malformed, Pair

_WORDS: dict[str, Mapping[str, str]] = {
    "act": words.ACT_WORDS,
    "appointment": words.APPOINTMENT_WORDS,
    "grant": words.GRANT_WORDS,
    "pool": words.POOL_WORDS,
    "window": words.WINDOW_WORDS,
    "rule": words.RULE_WORDS,
    "verdict": words.VERDICT_WORDS,
    "counted": words.COUNTED_WORDS,
    "vote": words.VOTE_WORDS,
    "reason": words.REASON_WORDS,
    "refusal": words.REFUSAL_WORDS,
    "capacity": words.CAPACITY_WORDS,
    "flag": words.YES_WORDS,
    "delegable": words.YES_WORDS,
}
_DATES = frozenset({"date", "day"})
_RELATIVE = re.compile(
    r"[今昨明前后後当當]日|[今昨明前后後]天|[本上下这這]个?[月周季年]|[今去明]年|(?:本|上|下)(?:季度|星期)|现在|現在|目前|至今|即日|"
    r"\b(?:today|yesterday|tomorrow|now|(?:last|next|this) (?:day|week|month|quarter|year))\b",
    re.IGNORECASE,
)
_NUMERALS = {"〇": 0, "零": 0, **{one: at for at, one in enumerate("一二三四五六七八九", 1)}, "两": 2, "兩": 2}
_NUMERALS |= dict(zip("壹贰叁肆伍陆柒捌玖", range(1, 10), strict=True)) | {"貳": 2, "參": 3, "陸": 6}
_TENS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_MYRIADS = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}
_SUM = re.compile(
    r"([〇零一二三四五六七八九两兩壹贰貳叁參肆伍陆陸柒捌玖十拾百佰千仟万萬亿億]+)(?:元|圆|圓|块|塊)?[整正]?"
)
_LIMITS = ("不限", "无权", "unlimited")
_CODE = re.compile(r"[A-Z]+(?:_[A-Z]+)+")
_BARE = re.compile(r"(\d[\d,]*(?:\.\d+)?)\s*([十百千]?[万萬亿億]?)")
_PLAIN_YUAN = re.compile(r"^([\d,.]+)元$")
_SHORT = re.compile(r"(?<=\d)[wWkK]$")
_YUAN = re.compile(r"人民[币幣]|RMB|CN¥|[¥￥]|yuan\b|元|圆|圓|块|塊|[整正]$", re.IGNORECASE)
_ALSO = {
    **dict.fromkeys(("盖章", "蓋章", "用章", "盖印", "加盖公章"), "用印"),
    **dict.fromkeys(("批准", "核准", "同意", "批复"), "审批"),
    **dict.fromkeys(("签字", "簽字", "签订", "签名"), "签署"),
    **dict.fromkeys(("复核", "审查", "審查"), "审核"),
    **dict.fromkeys(("无限", "無限", "无限额", "无限制", "无上限", "不限额", "没有限额"), "不限"),
    **dict.fromkeys(("没有权限", "无权限", "无授权"), "无权"),
    **dict.fromkeys(("infinite", "no limit", "without limit", "unrestricted"), "unlimited"),
}
"""What people write in the place of a word, and the word."""


def relative(type_: str, spelt: str) -> bool:
    """Whether a date is told from the day on which it is read."""
    return type_ in _DATES and _RELATIVE.search(spelt) is not None


def told(type_: str, spelt: str, malformed: Malformed) -> tuple[str, Pair, Pair]:
    """The code of a wrong value, what is wrong, and what to write: the near words first, where there are some."""
    said, instead = malformed.said, malformed.instead
    if relative(type_, spelt):
        wrong = (
            f"“{spelt}” is another day each time the file is run",
            f"“{spelt}”每次运行时所指的日子都不同",
        )
        return "DATE_RELATIVE", wrong, ("write the date: 2026-03-05", "请写出日期：2026年3月5日")
    if type_ in ("money", "limit") and (amounts := _amounts(spelt)) is not None:
        in_codes = dict.fromkeys(_PLAIN_YUAN.sub(r"\1 CNY", one) for one in amounts)
        return "VALUE_WRONG", said, (f"write {' or '.join(in_codes)}", f"请写{'或'.join(amounts)}")
    also = _ALSO.get(spelt.strip().casefold())
    fits = also in _WORDS.get(type_, {"limit": _LIMITS}.get(type_, ()))
    near = [also] if also is not None and fits else _near(spelt, _WORDS.get(type_, {}))
    if near:
        english, chinese = ", ".join(near), "、".join(near)
        instead = f"did you mean {english}?", f"是否应为：{chinese}？"
    return "VALUE_WRONG", said, instead


def unknown_refusal(spelt: str) -> list[str] | None:
    """The refusals most like one that is written as a code or a Chinese name; None if it is one, or a sentence."""
    if words.plain(spelt) in words.REFUSAL_WORDS or not (_CODE.fullmatch(spelt) or _near(spelt, words.REFUSAL_WORDS)):
        return None
    return _near(spelt, words.REFUSAL_WORDS) if " " not in spelt else None


def near_names(name: str, known: Iterable[str], count: int = 3) -> list[str]:
    """The names most like one, the most like first."""
    return get_close_matches(name, sorted(set(known)), n=count, cutoff=0.5)


def _near(spelt: str, known: Mapping[str, str]) -> list[str]:
    """The words most like one, in its script; a code is shown as codes are written."""
    found = get_close_matches(words.plain(spelt), list(known), n=6, cutoff=0.5)
    shown = [known[one] if known[one].isupper() and one.isascii() else one for one in found]
    chinese = any(is_chinese(one) for one in spelt)
    return [one for one in dict.fromkeys(shown) if any(is_chinese(mark) for mark in one) == chinese][:3]


def _amounts(spelt: str) -> list[str] | None:
    """How an amount is written that has no currency, Chinese numerals or RMB; None if it is none of these."""
    text = spelt.strip()
    plain = _SHORT.sub(lambda found: "万" if found[0] in "wW" else "千", _YUAN.sub("", text).strip())
    bare = _BARE.fullmatch(plain)
    if bare is not None:
        if len(bare[2]) > 1 or bare[2] in _TENS:
            return [f"{_times(bare[1], bare[2])}元"]
        if bare[2]:
            return [f"{bare[1]}{bare[2]}元"]
        return [f"{bare[1]}元", f"{bare[1]} CNY"]
    found = _SUM.fullmatch(text)
    if found is None:
        return None
    value = numeral(found[1])
    myriads, rest = divmod(value, 10**4)
    return [f"{value}元", f"{myriads}万元"] if myriads and not rest else [f"{value}元"]


def _times(digits: str, unit: str) -> str:
    """What 2千, 1.5百万 come to."""
    factor = numeral("一" + unit)
    return f"{(Decimal(digits.replace(',', '')) * factor).normalize():f}"


def numeral(text: str) -> int:
    """What a number in Chinese numerals comes to: 五万 is 50000."""
    whole = part = digit = 0
    for one in text:
        if one in _NUMERALS:
            digit = _NUMERALS[one]
        elif one in _TENS:
            part += (digit or 1) * _TENS[one]
            digit = 0
        elif _MYRIADS[one] == 10**4:
            whole += (part + digit) * 10**4
            part = digit = 0
        else:
            whole = (whole + part + digit) * 10**8
            part = digit = 0
    return whole + part + digit
