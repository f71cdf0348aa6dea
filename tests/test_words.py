"""The wording: nothing is left without a word in either language, and every sentence can be said."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from api.names import Names
from api.rendering import Page
from api.rendering.entries import PARTS
from api.rendering.reasons import reason
from api.words import Lang, Words, language, phrases, vocabulary
from api.words import help as help_words
from api.words.reasons import CHINESE, SENTENCES
from ledger import refusals
from ledger.events import AnyEvent, EntryAnnulled, FactCorrected
from ledger.moments import MICROSECOND, zone_named
from ledger.money import Limit, Money, NoAuthority, UpTo
from ledger.policy import REASONS, Finding
from tests.given import house, on


def test_every_word_has_two_languages() -> None:
    codes = {one.code for one in subclasses(refusals.Refusal) if not one.__name__.startswith("_")}
    assert codes | set(REASONS) <= set(CHINESE)
    assert set(REASONS) == set(SENTENCES)
    stored = {str(one.__struct_config__.tag) for one in AnyEvent.__args__}
    assert stored == set(vocabulary.EVENTS)
    tables = (phrases.PHRASES, help_words.HELP, SENTENCES, vocabulary.FIELDS, vocabulary.KINDS, vocabulary.STATES)
    assert all(english and chinese for table in tables for english, chinese in table.values())


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
