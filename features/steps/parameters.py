"""What stands in the places of a sentence and in the cells of a table: how it is read, and how it is written."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from features.steps import words
from features.steps.normal import key
from ledger import moments, money
from ledger.money import CURRENCIES, Limit, Money
from ledger.refusals import BadInput

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Pair = tuple[str, str]
"""A text in English and in Chinese."""


class Malformed(ValueError):
    """A value that is not what its place asks for. `said` names it, `instead` says what to write; English, Chinese."""

    def __init__(self, said: Pair, instead: Pair) -> None:
        super().__init__(f"{said[0]}; {instead[0]}")
        self.said, self.instead = said, instead


class Parameter(NamedTuple):
    """A type of parameter: how its place is shown, what it is called, how it is written, and how it is read.

    `read` takes the normalised text (and the Simplified script, where the step is in the Traditional one) and raises
    Malformed.
    """

    type: str
    place: Pair
    called: Pair
    written: Pair
    read: Callable[[str], object]
    keeps_script: bool = False
    """Whether the value is somebody's own name or text, which no converter touches."""


# Times

_CHINESE_DATE = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})[日号]")
_LOOSE_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_DATE_WRITTEN: Pair = (
    "2026-03-05, 2026年3月5日 or 2026-03-05T15:00+08:00",
    "2026年3月5日、2026-03-05，或时刻 2026-03-05T15:00+08:00",
)
_DAY_WRITTEN: Pair = ("2026-03-05 or 2026年3月5日", "2026年3月5日 或 2026-03-05")


def date(text: str) -> str:
    """A date or an instant, as the ledger writes it. Raises Malformed."""
    chinese = _CHINESE_DATE.fullmatch(text)
    plain = "{}-{:0>2}-{:0>2}".format(*chinese.groups()) if chinese else text
    try:
        moments.read(plain, "date")
    except BadInput as bad:
        raise Malformed(_no_date(text), _date_instead(text)) from bad
    return plain


def day(text: str) -> str:
    """A date, never an instant. Raises Malformed."""
    plain = date(text)
    if "T" in plain:
        raise Malformed(
            (f"“{text}” is an instant, and here a whole day is meant", f"“{text}”是时刻，这里应写整日"),
            (f"write {plain[:10]}", f"请写{plain[:10]}"),
        )
    return plain


def _no_date(text: str) -> Pair:
    if _LOOSE_DATE.fullmatch(text) is None:
        return f"“{text}” is not a date", f"“{text}”不是日期"
    return f"“{text}” is not a date of the calendar, or not written as one", f"“{text}”不是日历上的日期，或写法不对"


def _date_instead(text: str) -> Pair:
    loose = _LOOSE_DATE.fullmatch(text)
    if loose is not None:
        plain = "{}-{:0>2}-{:0>2}".format(*loose.groups())
        try:
            moments.read(plain, "date")
        except BadInput:
            return "write a day that the month has", "请写该月确有的日子"
        return f"write {plain}", f"请写{plain}"
    return f"write {_DATE_WRITTEN[0]}", f"请写{_DATE_WRITTEN[1]}"


_CHINESE_QUARTERS = {"一": "1", "二": "2", "三": "3", "四": "4"}
_PERIODS = (
    (re.compile(r"(\d{4})年?"), "{}"),
    (re.compile(r"(\d{4})-?Q([1-4])"), "{}-Q{}"),
    (re.compile(r"(\d{4})年第?([1-4一二三四])季度?"), "{}-Q{}"),
    (re.compile(r"(\d{4})-(0[1-9]|1[0-2])"), "{}-{:0>2}"),
    (re.compile(r"(\d{4})年(0?[1-9]|1[0-2])月"), "{}-{:0>2}"),
)


def period(text: str) -> str:
    """The period of a target. Raises Malformed."""
    for pattern, form in _PERIODS:
        if match := pattern.fullmatch(text):
            return form.format(*(_CHINESE_QUARTERS.get(part, part) for part in match.groups()))
    raise _malformed(text, "period")


def window(text: str) -> str:
    """The window of a cap. Raises Malformed."""
    if match := re.fullmatch(r"(?:滚动)?([1-9]\d{0,3}) ?(?:days?|日|天)", text):
        return f"{match[1]} days"
    return _word(words.WINDOW_WORDS, "window")(text)


# Amounts


def amount(text: str) -> Money:
    """An amount with its currency. Raises Malformed."""
    try:
        return money.money(text, "amount")
    except BadInput as bad:
        raise _malformed(text, "money", bad.sentence) from bad


def limit(text: str) -> Limit:
    """A limit. Raises Malformed."""
    try:
        return money.limit(text, "limit")
    except BadInput as bad:
        raise _malformed(text, "limit", bad.sentence) from bad


def currency(text: str) -> str:
    """A currency code. Raises Malformed."""
    if text.upper() not in CURRENCIES:
        raise _malformed(text, "currency")
    return text.upper()


def zone(text: str) -> str:
    """A time zone. Raises Malformed."""
    try:
        return moments.zone_named(text).key
    except BadInput as bad:
        raise _malformed(text, "zone") from bad


def number(text: str) -> int:
    """A whole number. Raises Malformed."""
    if not re.fullmatch(r"\d{1,6}", text):
        raise _malformed(text, "number")
    return int(text)


_CHINESE_SHARE = re.compile("([二三四五六七八九十])分之([一二三四五六七八九])")
_DIGITS = {one: at for at, one in enumerate("一二三四五六七八九十", 1)}


def share(text: str) -> str:
    """A share of votes, above 0 and up to 1: `2/3`. Raises Malformed."""
    chinese = _CHINESE_SHARE.fullmatch(text)
    plain = f"{_DIGITS[chinese[2]]}/{_DIGITS[chinese[1]]}" if chinese else text
    fraction = re.fullmatch(r"([1-9]\d{0,3})/([1-9]\d{0,3})", plain)
    if fraction is None or int(fraction[1]) > int(fraction[2]):
        raise _malformed(text, "share")
    return plain


# Words and rules

_SPLITTING = (
    re.compile(r"(?P<how>flag|aggregate) (?P<days>\d{1,4}) days by (?P<by>.+)"),
    re.compile(r"(?P<days>\d{1,4})日内按(?P<by>.+?)(?P<how>提示|合并计算)"),
)
_RELATED = {"事项": "matter", "申请人": "requester", "受益人": "beneficiary"}


def rule_value(text: str) -> str:
    """What a rule says, in the words of the ledger; names of rate series and dates stay as they are written."""
    known = words.RULE_VALUE_WORDS.get(words.plain(text))
    if known is not None:
        return known
    for pattern in _SPLITTING:
        if match := pattern.fullmatch(text):
            related = [
                _RELATED.get(one.strip(), words.attribute(one.strip())) for one in re.split("[,、]", match["by"])
            ]
            how = words.RULE_VALUE_WORDS[match["how"]]
            return f"{how} {int(match['days'])} days by {', '.join(related)}"
    pairs = [[words.ACT_WORDS.get(act.strip()) for act in re.split("[-–—]", pair)] for pair in re.split("[,、]", text)]
    if all(len(pair) == 2 and None not in pair for pair in pairs):  # noqa: PLR2004 - a pair
        return ", ".join("-".join(str(act) for act in pair) for pair in pairs)
    return text


def delegable(text: str) -> int:
    """How deep an authority may be delegated: `yes` is 1. Raises Malformed."""
    if text in words.YES_WORDS:
        return 1 if words.YES_WORDS[text] == "yes" else 0
    if not re.fullmatch(r"\d{1,2}", text):
        raise _malformed(text, "delegable")
    return int(text)


def flag(text: str) -> bool:
    """Yes or no. Raises Malformed."""
    return _word(words.YES_WORDS, "flag")(text) == "yes"


_RUN_TOGETHER = re.compile("[=,、]")
"""What would make one value of several, in silence."""


def _run_together(text: str) -> Malformed:
    said = (
        f"“{text}” has a comma or a second “=” inside a value, and would be one value that nothing has",
        f"“{text}”的取值中有逗号、顿号或第二个“=”，会被当成一个谁也没有的取值",
    )
    return Malformed(
        said,
        (
            f"write “;” between dimensions and “/” between values: {_SCOPE[0]}",
            f"不同维度之间写“;”，同一维度的几个取值之间写“/”：{_SCOPE[1]}",
        ),
    )


def scope(text: str) -> dict[str, tuple[str, ...]]:
    """`region=east/north; budgeted=no`. Raises Malformed."""
    found: dict[str, tuple[str, ...]] = {}
    for term in re.split("[;]", key(text)):
        dimension, equals, values = term.partition("=")
        allowed = tuple(one.strip() for one in re.split("[/]", values))
        if not (equals and dimension.strip() and all(allowed)):
            raise _malformed(text, "scope")
        if _RUN_TOGETHER.search(dimension + values):
            raise _run_together(text)
        found[words.attribute(dimension.strip())] = allowed
    return found


def listed(text: str) -> tuple[str, ...]:
    """Several ids, one after the other."""
    return tuple(one.strip() for one in re.split("[,、;/]", key(text)) if one.strip())


def _word(known: Mapping[str, str], type_: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        code = known.get(words.plain(text)) or known.get(words.plain(text).replace(" ", ""))
        if code is None:
            raise _malformed(text, type_)
        return code

    return read


def _malformed(text: str, type_: str, why: str | None = None) -> Malformed:
    parameter = PARAMETERS[type_]
    english, chinese = parameter.called
    said = f"“{text}” is not {english}" + (f" ({why})" if why else "")
    return Malformed((said, f"“{text}”不是{chinese}"), (f"write {parameter.written[0]}", f"请写{parameter.written[1]}"))


def _some(table: Mapping[str, str], count: int, *, chinese: bool) -> str:
    """The first words of a table in one language, as an example of what may stand there."""
    found = [word for word in table if any("\u4e00" <= one <= "\u9fff" for one in word) == chinese]
    return ("、" if chinese else ", ").join(found[:count]) + (" …" if len(found) > count else "")


def _of_words(type_: str, place: Pair, called: Pair, known: Mapping[str, str]) -> Parameter:
    codes = list(dict.fromkeys(known.values()))
    shown = known if codes[0].islower() else {code: code for code in codes}
    written = _some(shown, 12, chinese=False), _some(known, 12, chinese=True)
    return Parameter(type_, place, called, written, _word(known, type_))


def _own(type_: str, chinese: str, english: str | None = None) -> Parameter:
    called = english or f"a {type_}"
    return Parameter(
        type_,
        (type_.upper(), chinese),
        (called, chinese),
        ('in quotes: "NAME"', "用引号：“名称”"),
        key,
        keeps_script=True,
    )


_DATE, _AMOUNT = ("DATE", "日期"), ("MONEY", "金额")
_MONEY: Pair = ("2000 CNY, 2,000 CNY or USD 70,000", "2000元、5万元 或 USD 70,000")
_LIMIT: Pair = (
    "2000 CNY, below 2000 CNY, 1% of “NAME”, unlimited or no authority",
    "2000元、5万元、不满2000元、“名称”的1%、不限 或 无权",
)
_PERIOD: Pair = ("2026, 2026-Q1 or 2026-03", "2026年、2026年第1季度 或 2026年3月")
_WINDOW: Pair = ("month, quarter, year, 30 days or grant", "月、季、年、30日 或 授权期")
_SCOPE: Pair = ("region=east/north; tier=A", "区域=华东/华北; 级别=A")

PARAMETERS: dict[str, Parameter] = {
    one.type: one
    for one in (
        Parameter("date", _DATE, ("a date", "日期"), _DATE_WRITTEN, date),
        Parameter("day", _DATE, ("a day", "日期"), _DAY_WRITTEN, day),
        Parameter("period", ("PERIOD", "期间"), ("a period", "期间"), _PERIOD, period),
        Parameter("window", ("WINDOW", "期间"), ("a window", "累计期间"), _WINDOW, window),
        Parameter("money", _AMOUNT, ("an amount", "金额"), _MONEY, amount),
        Parameter("limit", ("LIMIT", "限额"), ("a limit", "限额"), _LIMIT, limit),
        Parameter("currency", ("CNY", "币种"), ("a currency", "币种"), ("CNY, USD …", "CNY、USD……"), currency),
        Parameter("zone", ("ZONE", "时区"), ("a time zone", "时区"), ("Asia/Shanghai", "Asia/Shanghai"), zone),
        Parameter("number", ("N", "数"), ("a whole number", "整数"), ("3", "3"), number),
        Parameter("share", ("SHARE", "比例"), ("a share of the votes", "比例"), ("2/3", "2/3 或 三分之二"), share),
        Parameter(
            "rule_value", ("VALUE", "取值"), ("what a rule says", "规则的取值"), ("none, yes …", "无、是……"), rule_value
        ),
        Parameter("refusal", ("REFUSAL", "拒绝原因"), ("a refusal", "拒绝原因"), ("REPORTING_CYCLE", "汇报成环"), str),
        Parameter("said", ("", ""), ("part of the sentence", "句中的一部分"), ("", ""), bool),
        Parameter("delegable", ("DEPTH", "层级"), ("yes or a depth", "是或层级"), ("yes, or 2", "是，或 2"), delegable),
        Parameter("flag", ("YES", "是否"), ("yes or blank", "是或空"), ("yes", "是"), flag),
        Parameter("scope", ("SCOPE", "范围"), ("a scope", "范围"), _SCOPE, scope, keeps_script=True),
        Parameter("listed", ("IDS", "编号"), ("ids", "编号"), ("C-1, C-2", "C-1、C-2"), listed, keeps_script=True),
        _of_words("act", ("ACT", "行权方式"), ("an act", "行权方式"), words.ACT_WORDS),
        _of_words("appointment", ("KIND", "身份"), ("a kind of appointment", "任职身份"), words.APPOINTMENT_WORDS),
        _of_words("grant", ("KIND", "类别"), ("a kind of grant", "授权类别"), words.GRANT_WORDS),
        _of_words("pool", ("POOL", "口径"), ("what a cap is pooled by", "合并计算的口径"), words.POOL_WORDS),
        _of_words("rule", ("RULE", "规则"), ("a rule", "规则"), words.RULE_WORDS),
        _of_words("verdict", ("VERDICT", "结论"), ("a verdict", "结论"), words.VERDICT_WORDS),
        _of_words("reason", ("REASON", "原因"), ("a reason", "原因"), words.REASON_WORDS),
        _of_words("counted", ("COUNT", "基数"), ("what a majority is counted of", "计票的基数"), words.COUNTED_WORDS),
        _of_words("vote", ("VOTE", "表决"), ("a vote", "表决"), words.VOTE_WORDS),
        _of_words("capacity", ("CAPACITY", "身份"), ("a capacity", "身份"), words.CAPACITY_WORDS),
        _own("text", "文字"),
        _own("name", "名称"),
        _own("person", "人员"),
        _own("member", "人员", "a person or committee"),
        _own("position", "岗位"),
        _own("committee", "会议体"),
        _own("holder", "持有者", "a position, committee or person"),
        _own("matter", "事项"),
        _own("item", "标的", "an item"),
        _own("authority", "授权", "an authority"),
        _own("restriction", "限制"),
        _own("target", "目标"),
        _own("base", "基数", "a base figure"),
    )
}
WITH_QUOTES = frozenset({"limit", "rule_value", "refusal"})
"""The types whose values may have quotes inside."""
