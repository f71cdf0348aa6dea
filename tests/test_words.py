"""The wording: nothing is left without a word in either language, and every sentence can be said."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, get_args

import pytest

from api.names import Names
from api.rendering import Page
from api.rendering.entries import PARTS
from api.rendering.reasons import reason, sentence
from api.words import Lang, Words, language, phrases, vocabulary
from api.words import help as help_words
from api.words.reasons import CHINESE, SENTENCES
from ledger import refusals
from ledger.books.state import KINDS
from ledger.events import (
    RULE_FORMS,
    RULES,
    WINDOW,
    AnyEvent,
    EntryAnnulled,
    FactCorrected,
    Pool,
    RuleName,
    VoteCast,
)
from ledger.moments import MICROSECOND, zone_named
from ledger.money import Greater, Limit, Money, NoAuthority, Percent, Smaller, UpTo
from ledger.money import limit as read_limit
from ledger.policy import REASONS, Finding
from ledger.policy.questions import Flag
from ledger.policy.verdicts import VerdictCode
from tests.given import house, on

BELOW_HALF = Percent(Decimal("0.5"), "profit", below=True)


def test_every_word_has_two_languages() -> None:
    codes = {one.code for one in subclasses(refusals.Refusal) if not one.__name__.startswith("_")}
    assert codes | set(REASONS) <= set(CHINESE)
    assert set(REASONS) == set(SENTENCES)
    stored = {str(one.__struct_config__.tag) for one in AnyEvent.__args__}
    assert stored == set(vocabulary.EVENTS)
    tables = (phrases.PHRASES, help_words.HELP, SENTENCES, vocabulary.FIELDS, vocabulary.KINDS, vocabulary.STATES)
    assert all(english and chinese for table in tables for english, chinese in table.values())


def test_every_word_of_a_closed_list_has_two_languages() -> None:
    lists = (
        (vocabulary.VERDICTS, get_args(VerdictCode)),
        (vocabulary.FLAGS, get_args(Flag)),
        (vocabulary.POOLS, get_args(Pool)),
        (vocabulary.VOTES, get_args(VoteCast)),
        (vocabulary.RULES, get_args(RuleName)),
        (vocabulary.WINDOWS, [one for one in WINDOW.split("|") if one.isidentifier()]),
    )
    for table, words in lists:
        assert set(table) == set(words)
        assert all(english and chinese for english, chinese in table.values())
    assert set(KINDS) <= set(vocabulary.KINDS)
    closed = {value for rule, values in RULES.items() for value in values if rule not in RULE_FORMS}
    assert closed <= set(vocabulary.RULE_VALUES)


def test_every_field_of_an_entry_has_a_name() -> None:
    fields = {name for event in AnyEvent.__args__ for name in event.__struct_fields__}
    assert fields <= set(vocabulary.FIELDS)


def test_the_language_is_that_of_the_environment() -> None:
    assert language(None, {"LC_ALL": "zh_CN.UTF-8", "LANG": "en_US.UTF-8"}) == "zh"
    assert language(None, {"LC_ALL": "", "LANG": "zh_TW"}) == "zh"
    assert language(None, {}) == "en"
    assert language("en", {"LANG": "zh_CN"}) == "en"


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("code", REASONS)
def test_every_reason_is_a_whole_sentence_with_its_numbers(code: str, lang: Lang) -> None:
    page = a_page(lang)
    full = Finding(
        code=code,  # type: ignore[arg-type]  # one of the codes
        seq=12,
        authority="g",
        since=on("2026-02-01"),
        until=on("2026-03-01"),
        limit=UpTo(Decimal(2000), "CNY", below=True),
        amount=Money(Decimal(2500), "CNY"),
        dimension="region",
        allowed=("east", "north"),
        stated="west",
        restriction="r",
        matter="spend",
        person="anna",
        item="request-1",
        deed="deed-9",
        used=Money(Decimal(800), "CNY"),
        window="30 days",
        pool="person",
        count=1,
        needed=2,
    )
    said = reason(page, full)
    assert code in said
    assert "None" not in said
    assert "{" not in said
    assert "None" not in reason(page, Finding(code=code))  # type: ignore[arg-type]  # as above


@pytest.mark.parametrize(
    ("limit", "english", "chinese"),
    [
        (UpTo(Decimal(700), "EUR"), "forbids it above 700 EUR (#12)", "限制r禁止超过700 EUR的此类行为（#12）"),
        (
            UpTo(Decimal(700), "EUR", below=True),
            "forbids it from 700 EUR up (#12)",
            "禁止700 EUR及以上的此类行为（#12）",
        ),
        (NoAuthority(), "forbids it (#12)", "限制r禁止此类行为（#12）"),
        (None, "forbids it (#12)", "限制r禁止此类行为（#12）"),
    ],
)
def test_a_restriction_says_from_which_amount_on_it_forbids(limit: Limit | None, english: str, chinese: str) -> None:
    finding = Finding(code="PROHIBITED", seq=12, restriction="r", limit=limit)
    assert reason(a_page("en"), finding).endswith(english)
    assert reason(a_page("zh"), finding).endswith(chinese)


@pytest.mark.parametrize(
    ("finding", "english", "chinese"),
    [
        (
            Finding(code="RATE_MISSING", authority="g", amount=Money(Decimal(9), "USD")),
            "no rate is published for 9 USD",
            "没有公布9 USD所需的汇率",
        ),
        (
            Finding(code="ATTRIBUTE_MISSING", authority="g", dimension="supplier", seq=12),
            "g asks for supplier and none is stated (#12)",
            "g要求supplier，没有写明（#12）",
        ),
        (
            Finding(code="CHAIN_BROKEN", authority="g", item="r1", seq=12),
            "an earlier link does not hold: the decision on r1 that g rests on is not within authority",
            "前一环节不成立：g所依据的对r1的决定不在权限内",
        ),
        (
            Finding(code="PER_ACT_EXCEEDED", authority="g", amount=Money(Decimal(9), "CNY"), limit=BELOW_HALF),
            "9 CNY is not within the limit of g, below 0.5% of profit",
            "9 CNY不在g的限额不满“profit”的0.5%之内",
        ),
    ],
)
def test_a_reason_leaves_out_what_it_does_not_know(finding: Finding, english: str, chinese: str) -> None:
    assert (sentence(a_page("en"), finding), sentence(a_page("zh"), finding)) == (english, chinese)


@pytest.mark.parametrize(
    ("limit", "english", "chinese", "beyond"),
    [
        (Percent(Decimal("0.5"), "净资产"), "0.5% of 净资产", "“净资产”的0.5%", "above 0.5% of 净资产"),
        (Percent(Decimal(1), "净资产", below=True), "below 1% of 净资产", "不满“净资产”的1%", "from 1% of 净资产 up"),
        (
            Smaller((Percent(Decimal(1), "净资产"), UpTo(Decimal(5000), "CNY"))),
            "the smaller of 1% of 净资产 and 5,000 CNY",
            "“净资产”的1%与5,000 CNY孰低",
            "above the smaller of 1% of 净资产 and 5,000 CNY",
        ),
        (
            Greater((UpTo(Decimal(5000), "CNY", below=True), UpTo(Decimal(700), "USD"))),
            "the greater of below 5,000 CNY and 700 USD",
            "不满5,000 CNY与700 USD孰高",
            "above the greater of below 5,000 CNY and 700 USD",
        ),
    ],
)
def test_a_limit_is_said_as_people_say_it(limit: Limit, english: str, chinese: str, beyond: str) -> None:
    assert (Words("en").limit(limit), Words("zh").limit(limit)) == (english, chinese)
    assert Words("en").beyond(limit) == beyond
    assert read_limit(Words("zh").limit(limit), "limit") == limit


def test_windows_periods_and_rules_are_said_in_both_languages() -> None:
    english, chinese = Words("en"), Words("zh")
    assert [english.window(one) for one in ("month", "30 days", "grant")] == ["month", "30 days", "grant"]
    assert [chinese.window(one) for one in ("month", "30 days", "grant")] == ["月", "30日", "授权期"]
    assert [english.span(one) for one in ("2026", "2026-Q1", "2026-03")] == ["2026", "2026-Q1", "2026-03"]
    assert [chinese.span(one) for one in ("2026", "2026-Q1", "2026-03")] == ["2026年", "2026年第1季度", "2026年3月"]
    assert english.rule("vacancy", "roll_up") == "vacancy = roll up"
    assert chinese.rule("separation", "propose-approve, approve-sign") == "不相容＝报批-审批、审批-签署"
    assert chinese.rule("splitting", "aggregate 30 days by supplier, matter") == (
        "拆分＝30日内按supplier、matter合并计算"
    )
    assert chinese.rule("rates", "none") == "汇率＝none"


def test_what_is_counted_is_one_or_many() -> None:
    assert [Words("en").some("entry", count) for count in (0, 1, 2)] == ["0 entries", "1 entry", "2 entries"]
    assert Words("zh").some("entry", 1) == "1条记录"


def test_every_event_is_told_in_a_line() -> None:
    assert {*PARTS} == {*AnyEvent.__args__} - {FactCorrected, EntryAnnulled}


def test_instants_and_periods_are_written_as_people_do() -> None:
    page, day = a_page("en"), on("2026-03-05")
    assert page.instant(day) == "2026-03-05"
    assert page.instant(day - MICROSECOND) == "2026-03-04, end of day"
    assert page.instant(day + MICROSECOND) == "2026-03-05T00:00:00.000001+08:00"
    assert page.period(on("2026-01-01"), day) == "2026-01-01 through 2026-03-04"
    assert page.period(on("2026-01-01"), None) == "from 2026-01-01"
    assert page.period(on("2026-01-01"), day + MICROSECOND).endswith("until 2026-03-05T00:00:00.000001+08:00")
    assert a_page("zh").period(on("2026-01-01"), day) == "2026-01-01至2026-03-04"


def test_a_table_is_aligned_where_characters_are_wide() -> None:
    page = a_page("zh")
    page.table(("h.who", "h.limit", "h.flags"), [("王小明", "2,000 CNY", ""), ("Ada", "不限", "")])
    head, _, first, second = page.plain().splitlines()
    assert (head, first, second) == ("人员     限额", "王小明   2,000 CNY", "Ada      不限")


def a_page(lang: Lang) -> Page:
    ledger, words = house(), Words(lang)
    names = Names(ledger, words, on("2026-03-01"), ledger.books.known_at(ledger.books.recorded_at[-1]))
    return Page(words, names, zone_named("Asia/Shanghai"))


def subclasses(kind: type[Any]) -> set[type[Any]]:
    return {kind, *(below for one in kind.__subclasses__() for below in subclasses(one))} - {refusals.Refusal}
