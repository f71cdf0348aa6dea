"""What is stored stays: the exact bytes of one entry for each stored name, and what is not read as an entry.

A failing line of `golden/entries.jsonl` says that the change is wrong, not the bytes: lines are added, none is edited.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import get_args

import pytest

from ledger import codec
from ledger import events as ev
from ledger.commands import CorrectFact, GrantAuthority, RegisterPerson, RenamePerson
from ledger.ids import (
    AbsenceId,
    Act,
    AppointmentId,
    AuthorityId,
    BatchId,
    CommandId,
    CommitteeId,
    ContractId,
    DeedId,
    InstrumentId,
    ItemId,
    LineId,
    MatterId,
    PersonId,
    PositionId,
    RatificationId,
    ReportId,
    RestrictionId,
    Seq,
    TargetId,
    UnitId,
)
from ledger.moments import Moment
from ledger.money import Greater, Money, NoAuthority, Percent, Smaller, Unlimited, UpTo
from ledger.refusals import StorageTrouble
from tests.given import START, annul, committee, given, house, person, position

GOLDEN = Path(__file__).parent / "golden" / "entries.jsonl"
DAY = Moment(datetime(2026, 2, 28, 16, tzinfo=UTC), date(2026, 3, 1))
LATER = Moment(datetime(2026, 6, 30, 16, tzinfo=UTC), date(2026, 7, 1))
EXACTLY = Moment(datetime(2026, 3, 1, 7, 30, 0, 1, tzinfo=UTC))
RULES, CLAUSE = InstrumentId("恒通〔2026〕3号"), "第五条"
SEALED = ev.Commitment(hashlib.sha256(b"salt and value").hexdigest())
REGION = ev.ScopeTerm("大区", ("华东", "华南"))
UNIT, POSITION, ANNA, SPEND = UnitId("sales"), PositionId("director"), PersonId("anna"), MatterId("spend")
GRANT, DIRECTOR = AuthorityId("g-1"), position("director")
BO, ITEM, DEED, CONTRACT = PersonId("bo"), ItemId("q-1"), DeedId("deed-1"), ContractId("c-1")
WHOLE, PART, REPORT = TargetId("t-1"), TargetId("t-1.1"), ReportId("report-1")
EVENING = Moment(datetime(2026, 3, 1, 15, 59, 59, 999_999, tzinfo=UTC), date(2026, 3, 1))
CNY = Money(Decimal("120000.50"), "CNY")

EVENTS: list[ev.AnyEvent] = [
    ev.LedgerOpened(name="恒通股份有限公司", currency="CNY", zone="Asia/Shanghai"),
    ev.PersonErased(person=ANNA),
    ev.FactCorrected(of=Seq(2), replacement=ev.UnitRenamed(effective=DAY, unit=UNIT, name="营销部"), reason=SEALED),
    ev.EntryAnnulled(of=Seq(3), reason=SEALED),
    ev.UnitFormed(
        instrument=RULES, clause=CLAUSE, effective=DAY, unit=UNIT, name="营销中心", parent=UnitId("hq"), until=LATER
    ),
    ev.UnitRenamed(effective=DAY, unit=UNIT, name="营销部"),
    ev.UnitMoved(effective=EXACTLY, unit=UNIT),
    ev.UnitDissolved(effective=LATER, unit=UNIT),
    ev.PositionEstablished(
        effective=DAY, position=POSITION, title="总监", unit=UNIT, seats=2, superior=PositionId("chief"), until=LATER
    ),
    ev.PositionRetitled(effective=DAY, position=POSITION, title="营销总监"),
    ev.PositionMoved(effective=DAY, position=POSITION, unit=UNIT),
    ev.SeatsSet(effective=DAY, position=POSITION, seats=3),
    ev.SuperiorSet(effective=DAY, position=POSITION, superior=PositionId("chief"), until=LATER),
    ev.FunctionalLineDrawn(
        effective=DAY, line=LineId("line-1"), position=POSITION, superior=PositionId("cfo"), until=LATER
    ),
    ev.FunctionalLineWithdrawn(effective=LATER, line=LineId("line-1")),
    ev.PositionAbolished(effective=LATER, position=POSITION, successor=PositionId("head")),
    ev.PersonRegistered(effective=DAY, person=ANNA, name=SEALED, contact=SEALED),
    ev.PersonRenamed(effective=DAY, person=ANNA, name=SEALED),
    ev.PersonAppointed(
        effective=DAY, appointment=AppointmentId("a-1"), person=ANNA, position=POSITION, kind="acting", until=EXACTLY
    ),
    ev.AppointmentEnded(effective=DAY, appointment=AppointmentId("a-1")),
    ev.AbsenceRecorded(effective=DAY, absence=AbsenceId("leave-1"), person=ANNA, until=LATER),
    ev.AbsenceEnded(effective=EXACTLY, absence=AbsenceId("leave-1")),
    ev.CommitteeConstituted(
        effective=DAY, committee=CommitteeId("board"), name="董事会", seats=(DIRECTOR, person("anna")), until=LATER
    ),
    ev.CommitteeReseated(effective=DAY, committee=CommitteeId("board"), seats=(person("anna"),)),
    ev.CommitteeDissolved(effective=LATER, committee=CommitteeId("board")),
    ev.CharterAdopted(
        effective=DAY,
        position=POSITION,
        edition="2026版",
        duties=(ev.Duty("1", "组织编制年度营销计划", "第三条"), ev.Duty("2", "审批促销费用")),
        meetings=("经营例会",),
    ),
    ev.InstrumentIssued(
        effective=DAY,
        issued=InstrumentId("恒通〔2026〕3号"),
        number="恒通〔2026〕3号",
        title="授权管理办法",
        kind="制度",
        sha256=hashlib.sha256(b"the document").hexdigest(),
        signatories=(ANNA,),
    ),
    ev.ActDefined(effective=DAY, act=Act("release"), name="放行"),
    ev.MatterDefined(effective=DAY, matter=SPEND, name="促销费用", parent=MatterId("money"), reserved=True),
    ev.MatterRenamed(effective=DAY, matter=SPEND, name="市场费用"),
    ev.MatterMoved(effective=DAY, matter=SPEND),
    ev.MatterReserved(effective=DAY, matter=SPEND, reserved=False),
    ev.ScopeValuePlaced(effective=DAY, dimension="大区", value="上海", parent="华东"),
    ev.AuthorityGranted(
        instrument=RULES,
        clause=CLAUSE,
        effective=DAY,
        authority=GRANT,
        holder=DIRECTOR,
        act=Act("approve"),
        matter=SPEND,
        limit=UpTo(Decimal("50000.00"), "CNY", below=True),
        scope=(REGION,),
        kind="special",
        depth=2,
        lifts=(RestrictionId("r-1"),),
        outlasts_office=True,
        until=LATER,
    ),
    ev.AuthorityDelegated(
        effective=DAY,
        authority=AuthorityId("d-1"),
        source=GRANT,
        giver=DIRECTOR,
        holder=person("anna"),
        limit=UpTo(Decimal("0.000001"), "USD"),
        scope=(REGION, ev.ScopeTerm("预算", ("内",))),
        matter=MatterId("spend.ads"),
        depth=0,
        covers_pending=False,
        outlasts_office=True,
        until=LATER,
    ),
    ev.LimitAmended(effective=DAY, authority=GRANT, limit=Unlimited(), amended_by=committee("board"), until=LATER),
    ev.ScopeAmended(effective=DAY, authority=GRANT, scope=(), amended_by=DIRECTOR, until=LATER),
    ev.DepthAmended(effective=DAY, authority=GRANT, depth=0, amended_by=DIRECTOR),
    ev.AuthoritySuspended(effective=DAY, authority=GRANT, until=EXACTLY),
    ev.AuthorityResumed(effective=EXACTLY, authority=GRANT),
    ev.AuthorityRevoked(effective=LATER, authority=GRANT),
    ev.RestrictionImposed(
        effective=DAY,
        restriction=RestrictionId("r-1"),
        holder=DIRECTOR,
        act=Act("approve"),
        matter=SPEND,
        above=NoAuthority(),
        scope=(REGION,),
        until=LATER,
    ),
    ev.RestrictionLifted(effective=LATER, restriction=RestrictionId("r-1")),
    ev.RuleSet(effective=DAY, rule="self_interest", value="allow", until=LATER),
    ev.AuthorityCapped(
        effective=DAY,
        authority=GRANT,
        limit=UpTo(Decimal(500_000), "CNY"),
        window="30 days",
        pool="supplier",
        until=LATER,
    ),
    ev.JointlyHeld(
        effective=DAY,
        authority=GRANT,
        persons=3,
        classes=(ev.SignerClass(2, (DIRECTOR, person("anna"))),),
        until=LATER,
    ),
    ev.RatePublished(effective=DAY, currency="USD", worth=Money(Decimal("7.1234"), "CNY"), series="央行", until=LATER),
    ev.BaseFigurePublished(effective=DAY, base="经审计净资产", amount=CNY, until=LATER),
    ev.ProcedureAdopted(
        effective=DAY,
        committee=CommitteeId("board"),
        procedure=ev.Procedure(quorum=2, recused_present=False, carried_by="2/3", counted_of="seats"),
    ),
    ev.ItemOpened(
        effective=EXACTLY,
        item=ITEM,
        matter=SPEND,
        amount=CNY,
        attributes={"supplier": "嘉禾", "大区": "华东"},
        requester=ANNA,
        beneficiary=BO,
    ),
    ev.ActDone(
        effective=EVENING,
        deed=DEED,
        item=ITEM,
        act=Act("approve"),
        by=person("anna"),
        matter=SPEND,
        amount=CNY,
        attributes={"大区": "华南"},
        requester=BO,
        beneficiary=BO,
        claimed=POSITION,
        rejected=True,
        live=True,
        ratify_by=LATER,
    ),
    ev.ActRatified(
        effective=EXACTLY, ratification=RatificationId("ratification-1"), deed=DEED, by=person("bo"), claimed=POSITION
    ),
    ev.ContractRegistered(
        effective=DAY,
        contract=CONTRACT,
        title="省级客户框架合同",
        parties=("恒通股份有限公司", "嘉禾"),
        matter=SPEND,
        value=CNY,
        options=(ev.PricedOption("安装", Money(Decimal(8000), "CNY")),),
        attributes={"supplier": "嘉禾"},
        sha256=hashlib.sha256(b"the contract").hexdigest(),
        requester=ANNA,
        beneficiary=BO,
        until=LATER,
    ),
    ev.ContractAmended(
        effective=EXACTLY,
        contract=CONTRACT,
        amendment="补充协议一",
        value=CNY,
        options=(ev.PricedOption("安装", Money(Decimal(9000), "CNY")),),
        sha256=hashlib.sha256(b"the amendment").hexdigest(),
    ),
    ev.ContractTerminated(effective=LATER, contract=CONTRACT),
    ev.ContractPlaced(effective=DAY, contract=CONTRACT, custodian=DIRECTOR, place="三楼档案室"),
    ev.TargetSet(
        effective=DAY,
        target=PART,
        metric="销售额",
        period="2026-Q1",
        amount=Decimal(12_000_000),
        unit="CNY",
        holder=ev.TargetHolder(unit=UNIT),
        part_of=WHOLE,
        parts_may_exceed=True,
        phases=(ev.Phase("2026-01", Decimal(5_000_000)), ev.Phase("2026-03", Decimal(7_000_000))),
        set_by=ANNA,
        claimed=POSITION,
    ),
    ev.TargetAdjusted(
        effective=EXACTLY,
        target=PART,
        amount=Decimal("0.5"),
        phases=(ev.Phase("2026-02", Decimal("0.5")),),
        set_by=ANNA,
        claimed=POSITION,
    ),
    ev.TargetReassigned(effective=LATER, target=PART, holder=ev.TargetHolder(person=BO), set_by=ANNA, claimed=POSITION),
    ev.TargetAccepted(effective=DAY, target=PART, by=BO),
    ev.TargetWithdrawn(effective=LATER, target=PART),
    ev.ResultReported(effective=LATER, report=REPORT, target=PART, period="2026-02", amount=Decimal("300.25")),
    # what was added to facts that are older
    ev.AuthorityGranted(
        effective=DAY,
        authority=AuthorityId("g-2"),
        holder=DIRECTOR,
        act=Act("sign"),
        matter=SPEND,
        limit=Percent(Decimal("0.5"), "经审计净资产", below=True),
        kind="special",
        uses=3,
        by_decision=ITEM,
    ),
    ev.LimitAmended(
        effective=DAY,
        authority=GRANT,
        limit=Smaller((Percent(Decimal(1), "经审计净资产"), UpTo(Decimal(600_000), "CNY"))),
    ),
    ev.LimitAmended(
        effective=DAY, authority=GRANT, limit=Greater((UpTo(Decimal(1), "USD", below=True), NoAuthority()))
    ),
    ev.CommitteeConstituted(
        effective=DAY,
        committee=CommitteeId("council"),
        name="招标委员会",
        seats=(DIRECTOR,),
        procedure=ev.Procedure(carried_by="1/1", counted_of="present"),
    ),
    ev.ActDone(
        effective=EXACTLY,
        deed=DeedId("deed-2"),
        item=ITEM,
        act=Act("approve"),
        by=committee("board"),
        votes=(ev.Vote(ANNA, "yes"), ev.Vote(BO, "recused")),
    ),
    ev.ActRatified(
        effective=EXACTLY,
        ratification=RatificationId("ratification-2"),
        deed=DeedId("deed-2"),
        by=committee("board"),
        votes=(ev.Vote(ANNA, "yes"),),
    ),
]


def entries() -> list[ev.Entry]:
    """The events as entries 1, 2, 3 …; every other one by a batch."""
    return [
        ev.Entry(
            seq=Seq(seq),
            recorded_at=datetime(2026, 3, 2, 1, 0, tzinfo=UTC) + timedelta(microseconds=seq),
            recorded_by="clerk-7",
            command_id=CommandId(f"load/{seq}"),
            digest=hashlib.sha256(b"command %d" % seq).hexdigest(),
            event=event,
            batch=BatchId("load") if seq % 2 else None,
        )
        for seq, event in enumerate(EVENTS, 1)
    ]


def golden() -> list[bytes]:
    """The stored bytes, a line for each entry."""
    return GOLDEN.read_bytes().splitlines()


def line_of(name: str) -> tuple[int, bytes]:
    """Number and bytes of the first golden entry of a name."""
    found = [(seq, line) for seq, line in enumerate(golden(), 1) if f'"type":"{name}"'.encode() in line]
    return found[0]


def test_every_entry_has_its_golden_bytes() -> None:
    assert [codec.encode(entry) for entry in entries()] == golden()


def test_golden_bytes_are_read_and_written_again_unchanged() -> None:
    for entry, line in zip(entries(), golden(), strict=True):
        read = codec.decode(entry.seq, codec.stored_name(entry.event), line)
        assert read == entry
        assert codec.encode(read) == line


def test_the_table_of_stored_names_and_the_golden_file_agree() -> None:
    table = [str(kind.__struct_config__.tag) for kind in get_args(ev.AnyEvent)]

    assert len(table) == len(set(table))
    assert set(table) == {codec.stored_name(event) for event in EVENTS}
    assert all(name == name.lower() and name.endswith("/1") for name in table)


def test_stored_names_depend_on_no_class_or_module() -> None:
    for entry, line in zip(entries(), golden(), strict=True):
        kind = type(entry.event)
        assert kind.__name__.encode() not in line
        assert kind.__module__.encode() not in line


def test_money_is_a_decimal_string_with_its_currency() -> None:
    _, granted = line_of("authority-granted/1")
    _, delegated = line_of("authority-delegated/1")

    assert b'"limit":{"amount":"50000.00","below":true,"currency":"CNY","kind":"money"}' in granted
    assert b'"limit":{"amount":"0.000001","currency":"USD","kind":"money"}' in delegated


def test_words_are_stored_as_they_are_written() -> None:
    _, granted = line_of("authority-granted/1")

    assert '"scope":[{"dimension":"大区","values":["华东","华南"]}]'.encode() in granted
    assert '"clause":"第五条"'.encode() in granted
    assert "恒通〔2026〕3号".encode() in granted


def test_a_scope_has_the_same_bytes_in_whatever_order_it_is_said() -> None:
    ledger = house()
    one, other = {"大区": ("华东",), "客户": ("甲", "乙")}, {"客户": ("甲", "乙"), "大区": ("华东",)}

    def granting(authority: str, scope: dict[str, tuple[str, ...]]) -> GrantAuthority:
        return GrantAuthority(
            since=START,
            authority=AuthorityId(authority),
            holder=DIRECTOR,
            act=Act("approve"),
            matter=SPEND,
            limit="1 CNY",
            scope=scope,
        )

    given(ledger, granting("g-1", one), granting("g-2", other))

    first, second = (entry.event for entry in ledger.journal.read(14))
    assert isinstance(first, ev.AuthorityGranted)
    assert isinstance(second, ev.AuthorityGranted)
    assert first.scope == second.scope


def test_personal_data_never_stands_in_stored_bytes() -> None:
    ledger = house()
    registered = RegisterPerson(since=START, person=PersonId("eve"), name="欧阳一娜", contact="eve@hengtong.example")
    renamed = RenamePerson(since="2026-02-01", person=PersonId("eve"), name="上官一娜")
    (receipt, _) = given(ledger, registered, renamed)
    corrected = RegisterPerson(since=START, person=PersonId("eve"), name="欧阳依娜")
    (correction,) = given(ledger, CorrectFact(of=receipt.first, replacement=corrected, reason="身份证上是依娜"))
    given(ledger, annul(correction.first, reason="原来没有错，一娜是对的"))

    stored = b"".join(state for _, _, state in ledger.journal.stored())
    for word in ("娜", "欧阳", "上官", "身份证", "没有错", "eve@", "ANNA"):
        assert word.encode() not in stored
    assert ledger.name("eve", ledger.books.recorded_at[-1], Seq(ledger.books.head)) == "欧阳一娜"


# What is not read


NUMBER, LINE = line_of("authority-granted/1") if GOLDEN.exists() else (0, b"")
DAMAGE: dict[str, tuple[bytes, bytes]] = {
    "an unknown stored name": (b'"authority-granted/1"', b'"authority-granted/9"'),
    "the name of another event": (b'"authority-granted/1"', b'"unit-moved/1"'),
    "an unknown field of the entry": (b'"seq":', b'"note":"x","seq":'),
    "an unknown field of the event": (b'"depth":2', b'"depth":2,"width":3'),
    "an unknown field of a record inside": (b'"values":', b'"value":"x","values":'),
    "a field that is missing": (b'"digest":', b'"digest_":'),
    "a number where a word stands": (b'"recorded_by":"clerk-7"', b'"recorded_by":7'),
    "a word where a number stands": (b'"depth":2', b'"depth":"2"'),
    "a fraction where a number stands": (b'"depth":2', b'"depth":2.5'),
    "nothing where something stands": (b'"act":"approve"', b'"act":null'),
    "a kind of grant that there is not": (b'"special"', b'"splendid"'),
    "a kind of limit that there is not": (b'"kind":"money"', b'"kind":"promise"'),
    "an amount that is a number": (b'"50000.00"', b"50000.00"),
    "an amount that is no amount": (b'"50000.00"', b'"NaN"'),
    "an amount without end": (b'"50000.00"', b'"Infinity"'),
    "two holders": (b'"holder":{', b'"holder":{"person":"x",'),
    "no holder": (b'{"position":"director"}', b"{}"),
    "a date that is none": (b'"2026-03-01"', b'"2026-02-30"'),
    "an instant without a zone": (b'"at":"2026-02-28T16:00:00Z"', b'"at":"2026-02-28T16:00:00"'),
    "a recording without a zone": (b'000034Z"', b'000034"'),
    "the number of another entry": (b'"seq":34', b'"seq":35'),
    "a field that stands twice": (b'"depth":2', b'"depth":2,"depth":2'),
    "spaces": (b'"depth":2', b'"depth": 2'),
    "a default that is written": (b'"seq":34', b'"seq":34,"batch":null'),
    "broken UTF-8": ("华东".encode(), "华东".encode()[:-1]),
    "bytes after the end": (b'"seq":34}', b'"seq":34}{}'),
    "an end too early": (b'"seq":34}', b'"seq":34'),
    "no bytes": (LINE, b""),
    "not JSON": (LINE, b"\x00\x01\x02"),
    "a list": (LINE, b"[]"),
}
"""What could stand in the bytes of an entry that no ledger wrote: what is replaced, and by what."""


def test_an_entry_that_is_damaged_here_was_sound_before() -> None:
    assert codec.decode(NUMBER, "authority-granted/1", LINE) == entries()[NUMBER - 1]


@pytest.mark.parametrize("damage", DAMAGE)
def test_bytes_that_no_ledger_wrote_are_damage_and_the_entry_is_named(damage: str) -> None:
    sound, broken = DAMAGE[damage]
    assert LINE.count(sound) >= 1

    with pytest.raises(StorageTrouble) as caught:
        codec.decode(NUMBER, "authority-granted/1", LINE.replace(sound, broken, 1))

    assert caught.value.code == "LEDGER_DAMAGED"
    assert caught.value.sentence.startswith(f"entry {NUMBER} cannot be read: ")


def test_fields_out_of_order_are_damage() -> None:
    body = LINE.removesuffix(b',"seq":34}')
    assert body != LINE

    with pytest.raises(StorageTrouble) as caught:
        codec.decode(NUMBER, "authority-granted/1", b'{"seq":34,' + body.removeprefix(b"{") + b"}")

    assert caught.value.code == "LEDGER_DAMAGED"


def test_an_entry_under_another_stored_name_is_damage() -> None:
    with pytest.raises(StorageTrouble, match="entry 34 cannot be read: ") as caught:
        codec.decode(NUMBER, "unit-moved/1", LINE)

    assert caught.value.code == "LEDGER_DAMAGED"
