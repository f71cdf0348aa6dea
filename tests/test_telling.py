"""What entries say about acts, contracts and targets reads as one sentence in both languages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from api.names import Names
from api.rendering import Page
from api.rendering.entries import Telling
from api.rendering.records import show_entry
from api.words import LANGUAGES, Words
from ledger.commands import (
    AcceptTarget,
    AdjustTarget,
    AdoptProcedure,
    CapAuthority,
    ConstituteCommittee,
    OpenItem,
    PlaceContract,
    PublishBaseFigure,
    PublishRate,
    RatifyAct,
    RecordAct,
    RegisterContract,
    ReportResult,
    RequireJointly,
    SetTarget,
)
from ledger.events import Procedure, SignerClass, TargetHolder, Vote, VoteCast
from ledger.ids import (
    Act,
    AuthorityId,
    CommitteeId,
    ContractId,
    DeedId,
    Holder,
    ItemId,
    MatterId,
    PersonId,
    PositionId,
    Seq,
    TargetId,
    UnitId,
)
from tests.given import given, grant, house, on, person, recorded

if TYPE_CHECKING:
    from api.words import Lang
    from ledger import Ledger

BALLOT: tuple[tuple[str, VoteCast], ...] = (("anna", "yes"), ("bo", "yes"), ("chen", "recused"))
"""How a committee of these stories votes."""
TOLD = (
    (
        RecordAct(
            acted_at="2026-03-03",
            deed=DeedId("d1"),
            item=ItemId("r1"),
            act=Act("approve"),
            by=Holder(person=PersonId("bo")),
            matter=MatterId("spend"),
            amount="2000",
            attributes={"region": "east"},
            claimed=PositionId("director"),
            ratify_by="2026-03-10",
        ),
        (
            "BO (bo) did approve r1, as director, spend, for 2,000 CNY, region = east, to be ratified by 2026-03-10, "
            "on 2026-03-03"
        ),
        "BO（bo）对r1行使审批，以director身份，spend，金额 2,000 CNY，region＝east，须于2026-03-10前追认，于2026-03-03",
    ),
    (
        RecordAct(
            acted_at="2026-03-04",
            deed=DeedId("d2"),
            item=ItemId("r1"),
            act=Act("sign"),
            by=Holder(person=PersonId("anna")),
            matter=MatterId("spend"),
            rejected=True,
        ),
        "ANNA (anna) did not sign r1, spend, on 2026-03-04",
        "ANNA（anna）对r1不予签署，spend，于2026-03-04",
    ),
    (
        RatifyAct(acted_at="2026-03-05", deed=DeedId("d1"), by=Holder(person=PersonId("anna"))),
        "ANNA (anna) ratified approve r1 by BO (bo) (d1), on 2026-03-05",
        "ANNA（anna）追认BO（bo）对r1的审批（d1），于2026-03-05",
    ),
    (
        CapAuthority(since="2026-01-01", authority=AuthorityId("g"), limit="5000", window="30 days", pool="supplier"),
        "g: at most 5,000 CNY per 30 days, pooled by supplier, from 2026-01-01",
        "g：每30日累计不超过5,000 CNY，按供应商合并计算，2026-01-01起",
    ),
    (
        CapAuthority(since="2026-02-01", authority=AuthorityId("g"), limit="unlimited", window="year", pool="person"),
        "g: no cap per year, pooled by person, from 2026-02-01",
        "g：每年累计不限，按个人合并计算，2026-02-01起",
    ),
    (
        RequireJointly(
            since="2026-01-01",
            authority=AuthorityId("g"),
            persons=3,
            classes=(SignerClass(2, (Holder(position=PositionId("chief")), Holder(person=PersonId("dan")))),),
        ),
        "g: 3 persons jointly, 2 of them from: chief, DAN (dan), from 2026-01-01",
        "g：须3人联签，其中2人出自：chief、DAN（dan），2026-01-01起",
    ),
    (
        RequireJointly(since="2026-02-01", authority=AuthorityId("g"), persons=1),
        "g: one person alone, from 2026-02-01",
        "g：单人即可，2026-02-01起",
    ),
    (
        PublishRate(since="2026-01-01", currency="USD", worth="7.10", series="bank"),
        "1 USD = 7.10 CNY, series bank, from 2026-01-01",
        "1 USD合7.10 CNY，系列“bank”，2026-01-01起",
    ),
    (
        PublishBaseFigure(since="2026-01-01", base="净资产", amount="8000万元"),
        "净资产 = 80,000,000 CNY, from 2026-01-01",
        "“净资产”为80,000,000 CNY，2026-01-01起",
    ),
    (
        ConstituteCommittee(
            since="2026-01-01",
            committee=CommitteeId("board"),
            name="Board",
            seats=tuple(Holder(person=PersonId(one)) for one in ("anna", "bo", "chen")),
            procedure=Procedure(quorum=2, recused_present=False, carried_by="2/3", counted_of="present"),
        ),
        (
            "Board (board): ANNA (anna), BO (bo), CHEN (chen), quorum 2 seats, "
            "recused members do not count as present, carried by at least 2/3 of those present, from 2026-01-01"
        ),
        (
            "Board（board）：ANNA（anna）、BO（bo）、CHEN（chen），法定人数2席，"
            "回避者不计入出席，须有出席人数的2/3以上赞成，2026-01-01起"
        ),
    ),
    (
        AdoptProcedure(since="2026-02-01", committee=CommitteeId("board"), procedure=Procedure(counted_of="seats")),
        "Board (board): carried by more than half of all seats, from 2026-02-01",
        "Board（board）：须有全部席位过半数赞成，2026-02-01起",
    ),
    (
        RecordAct(
            acted_at="2026-02-03",
            item=ItemId("r2"),
            act=Act("approve"),
            by=Holder(committee=CommitteeId("board")),
            matter=MatterId("spend"),
            votes=tuple(Vote(PersonId(who), vote) for who, vote in BALLOT),
        ),
        "Board (board) did approve r2, spend, votes: 2 yes, 1 recused, on 2026-02-03",
        "Board（board）对r2行使审批，spend，表决：赞成2、回避1，于2026-02-03",
    ),
    (
        OpenItem(since="2026-03-01", item=ItemId("r3"), matter=MatterId("spend"), requester=PersonId("dan")),
        "r3: spend, asked for by DAN (dan), on 2026-03-01",
        "r3：spend，申请人 DAN（dan），于2026-03-01",
    ),
    (
        RegisterContract(
            since="2026-03-01",
            contract=ContractId("c1"),
            title="Transport",
            parties=("North", "South"),
            matter=MatterId("spend"),
            value="5000",
            options={"second year": "3000"},
        ),
        "Transport (c1), with North, South, spend, for 5,000 CNY, option second year for 3,000 CNY, from 2026-03-01",
        "Transport（c1），当事人North、South，spend，金额 5,000 CNY，选择权“second year”3,000 CNY，2026-03-01起",
    ),
    (
        PlaceContract(
            since="2026-03-02", contract=ContractId("c1"), custodian=Holder(person=PersonId("dan")), place="safe"
        ),
        "Transport (c1): kept by DAN (dan), safe, from 2026-03-02",
        "Transport（c1）：由DAN（dan）保管，safe，2026-03-02起",
    ),
    (
        SetTarget(
            since="2026-01-01",
            target=TargetId("t1"),
            metric="sales",
            period="2026",
            amount="120万元",
            holder=TargetHolder(unit=UnitId("hq")),
        ),
        "t1: sales of 1,200,000 CNY over 2026, carried by hq, from 2026-01-01",
        "t1：2026年sales 1,200,000 CNY，由hq承担，2026-01-01起",
    ),
    (
        AdjustTarget(
            since="2026-02-01", target=TargetId("t1"), amount="100万元", set_by=PersonId("anna"), as_it_happened=True
        ),
        "t1 → 1,000,000 CNY, set by ANNA (anna), from 2026-02-01",
        "t1 → 1,000,000 CNY，由ANNA（anna）下达，2026-02-01起",
    ),
    (
        AcceptTarget(since="2026-02-02", target=TargetId("t1"), by=PersonId("bo")),
        "BO (bo) accepted t1, on 2026-02-02",
        "BO（bo）承诺t1，于2026-02-02",
    ),
    (
        ReportResult(since="2026-04-02", target=TargetId("t1"), period="2026-Q1", amount="30万"),
        "t1: 300,000 CNY in 2026-Q1, on 2026-04-02",
        "t1：2026年第1季度完成300,000 CNY，于2026-04-02",
    ),
)


def test_what_people_did_reads_as_a_sentence_in_both_languages() -> None:
    ledger = house()
    given(ledger, grant("g", person("dan")))
    for command, english, chinese in TOLD:
        entry = ledger.journal.entry(Seq(recorded(ledger, command)))
        assert entry is not None
        for lang, said in zip(LANGUAGES, (english, chinese), strict=True):
            page = a_page(lang, ledger)
            assert Telling(page, ledger.books, ledger.books.head, str, lambda _: None).told(entry.event) == said


def test_every_field_of_them_is_shown_in_words() -> None:
    ledger = house()
    given(ledger, grant("g", person("dan")))
    page = a_page("zh", ledger)
    for command, _, _ in TOLD:
        entry = ledger.journal.entry(Seq(recorded(ledger, command)))
        assert entry is not None
        show_entry(page, entry, {}, None)

    said = re.sub(" +", " ", page.plain())
    for line in (
        "累计期间 30日",
        "合并计算 供应商",
        "其中 其中2人出自：chief、DAN（dan）",
        "议事规则 法定人数2席，回避者不计入出席，须有出席人数的2/3以上赞成",
        "表决 ANNA（anna）：赞成",
        "金额 5,000 CNY",
        "选择权 选择权“second year”3,000 CNY",
        "单位 CNY",
        "持有者 hq",
        "期间 2026年第1季度",
        "限额 5,000 CNY",
    ):
        assert line in said, line
    assert not re.search(r"Decimal|\w+\(\w+=", said)


def a_page(lang: Lang, ledger: Ledger) -> Page:
    """A page in one language, with the names of that day."""
    words = Words(lang)
    return Page(words, Names(ledger, words, on("2026-03-05"), Seq(ledger.books.head)), ledger.books.zone)
