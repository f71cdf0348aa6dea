"""Worked cases of the shared step language, told by hand through the Python API.

The sentences themselves run with a later release; nothing here may stand in their way. Each test names the file and the
scenario it retells, with the same dates, amounts and expectations.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from ledger import Ledger
from ledger import commands as cm
from ledger.asking import changes_during, known_time, valid_time
from ledger.books import AsOf
from ledger.ids import Act, AppointmentId, AuthorityId, Holder, MatterId, PersonId, PositionId, RestrictionId
from ledger.moments import start_of_day
from ledger.money import money
from ledger.policy import Answer, Question, who_could

SHANGHAI = ZoneInfo("Asia/Shanghai")
YEAR = "2026-01-01"


class Story:
    """A ledger told in the order of a scenario; names stand for ids, and persons become known when first spoken of."""

    def __init__(self, name: str) -> None:
        self._now = datetime(2000, 1, 1, tzinfo=UTC)
        command = cm.OpenLedger(name=name, currency="CNY", zone="Asia/Shanghai")
        self.ledger = Ledger.create(":memory:", command, by="case", clock=lambda: self._now)

    def recorded_on(self, day: str) -> None:
        """G2: what follows is recorded on that day."""
        self._now = max(self._now, start_of_day(date.fromisoformat(day), SHANGHAI))

    def say(self, command: cm.Command) -> int:
        """Record one sentence, half an hour into the day if another was recorded before it."""
        return self.ledger.submit(command, by="case").first

    def positions(self, *rows: tuple[str, str | None], since: str = YEAR) -> None:
        for position, superior in rows:
            above = PositionId(superior) if superior else None
            self.say(cm.EstablishPosition(since=since, position=PositionId(position), title=position, superior=above))

    def holds(self, person: str, position: str, since: str, through: str | None = None, *, acting: bool = False) -> int:
        if person not in self.ledger.books.things["person"]:
            self.say(cm.RegisterPerson(since="1900-01-01", person=PersonId(person), name=person))
        return self.say(
            cm.AppointPerson(
                since=since,
                through=through,
                person=PersonId(person),
                position=PositionId(position),
                kind="acting" if acting else "substantive",
            )
        )

    def leaves(self, appointment_entry: int, since: str) -> int:
        entry = self.ledger.journal.entry(appointment_entry)
        appointment = AppointmentId(entry.event.appointment)  # type: ignore[union-attr]
        return self.say(cm.EndAppointment(since=since, appointment=appointment))

    def matters(self, *rows: tuple[str, str | None]) -> None:
        for matter, parent in rows:
            above = MatterId(parent) if parent else None
            self.say(cm.DefineMatter(since="1900-01-01", matter=MatterId(matter), name=matter, parent=above))

    def grant(self, authority: str, holder: str, act: str, matter: str, limit: str, **more: object) -> int:
        command = cm.GrantAuthority(
            since=str(more.pop("since", YEAR)),
            authority=AuthorityId(authority),
            holder=Holder(position=PositionId(holder)),
            act=Act(act),
            matter=MatterId(matter),
            limit=limit,
            **more,  # type: ignore[arg-type]
        )
        return self.say(command)

    def delegate(
        self, giver: str, source: str, authority: str, to: Holder, limit: str, since: str, through: str
    ) -> int:
        return self.say(
            cm.DelegateAuthority(
                since=since,
                through=through,
                authority=AuthorityId(authority),
                source=AuthorityId(source),
                giver=Holder(position=PositionId(giver)),
                holder=to,
                limit=limit,
            )
        )

    def ask(
        self, on: str, act: str, matter: str, amount: str | None = None, *, known: str | None = None, **who: str
    ) -> Answer:
        """W1. Attributes are given as keyword arguments, besides `by` and `benefiting`."""
        books = self.ledger.books
        requester, beneficiary = who.pop("by", None), who.pop("benefiting", None)
        question = Question(
            act=act,
            matter=matter,
            amount=money(amount, "amount") if amount else None,
            attributes=who,
            requester=requester,
            beneficiary=beneficiary,
            at=valid_time(on, books, self._now).at,
            known=known_time(known, books).seq,
        )
        return who_could(books, question)

    def at(self, on: str, known: str | None = None) -> AsOf:
        """W4: the organisation on a day."""
        books = self.ledger.books
        return AsOf(books, valid_time(on, books, self._now).at, known_time(known, books).seq)

    def holders(self, position: str, on: str, known: str | None = None) -> list[str]:
        return [one.person for one in self.at(on, known).incumbents(position)]


def could(answer: Answer) -> dict[str, set[str]]:
    """T1: who could, each with the capacities of their routes."""
    return {one.who.id: {route.capacity for route in one.routes} for one in answer.candidates}


def reasons(answer: Answer, person: str) -> set[str]:
    """T3: the reasons of a person's routes; NO_GRANT where there is none."""
    for miss in answer.near_misses:
        if miss.who.id == person:
            return {miss.reason.code, *(other.reason.code for other in miss.others)}
    return {"NO_GRANT"}


@pytest.fixture
def purchasing() -> Story:
    """corrections.zh.feature, 背景."""
    story = Story("云岭制造有限公司")
    story.recorded_on("2026-01-05")
    story.positions(("总经理", None), ("采购总监", "总经理"), ("采购经理", "采购总监"))
    story.holds("高志远", "总经理", YEAR)
    story.holds("马小龙", "采购经理", YEAR)
    story.matters(("采购订单", None))
    story.grant("DIR-1", "采购总监", "approve", "采购订单", "50万元", depth=1)
    story.grant("MGR-1", "采购经理", "approve", "采购订单", "10万元")
    return story


def test_corrections_迟录的任命(purchasing: Story) -> None:
    purchasing.recorded_on("2026-03-10")
    purchasing.holds("马小龙", "采购总监", "2026-02-01")
    before = purchasing.ask("2026-02-15", "approve", "采购订单", "30万元", known="2026-03-09")
    assert could(before) == {"高志远": {"rolled_up"}}
    assert "PER_ACT_EXCEEDED" in reasons(before, "马小龙")
    after = purchasing.ask("2026-02-15", "approve", "采购订单", "30万元", known="2026-03-10")
    assert could(after) == {"马小龙": {"substantive"}}
    assert reasons(after, "高志远") == {"NO_GRANT"}
    (route,) = after.candidates[0].routes
    assert (route.steps[-1].authority, str(route.limit)) == ("DIR-1", "500,000 CNY")


def test_corrections_更正的更正(purchasing: Story) -> None:
    purchasing.recorded_on("2026-01-25")
    fact = purchasing.holds("许文静", "采购总监", "2026-02-01")
    for day, really in (("2026-04-02", "2026-03-01"), ("2026-04-20", "2026-02-15")):
        purchasing.recorded_on(day)
        replacement = cm.AppointPerson(since=really, person=PersonId("许文静"), position=PositionId("采购总监"))
        purchasing.say(cm.CorrectFact(of=fact, replacement=replacement, reason="任职起始日录错"))
    for on, known, who in (
        ("2026-02-14", "2026-04-20", {"高志远": {"rolled_up"}}),
        ("2026-02-14", "2026-04-01", {"许文静": {"substantive"}}),
        ("2026-02-15", "2026-04-20", {"许文静": {"substantive"}}),
        ("2026-02-20", "2026-04-19", {"高志远": {"rolled_up"}}),
    ):
        assert could(purchasing.ask(on, "approve", "采购订单", "30万元", known=known)) == who
    assert purchasing.holders("采购总监", "2026-02-15", "2026-04-01") == ["许文静"]
    assert purchasing.holders("采购总监", "2026-02-15", "2026-04-02") == []


def test_corrections_误录的任命作废(purchasing: Story) -> None:
    purchasing.recorded_on("2026-01-25")
    fact = purchasing.holds("丁一凡", "采购总监", "2026-02-01")
    purchasing.recorded_on("2026-03-05")
    purchasing.say(cm.AnnulEntry(of=fact, reason="误录"))
    assert could(purchasing.ask("2026-02-10", "approve", "采购订单", "40万元", known="2026-03-04")) == {
        "丁一凡": {"substantive"}
    }
    after = purchasing.ask("2026-02-10", "approve", "采购订单", "40万元", known="2026-03-05")
    assert could(after) == {"高志远": {"rolled_up"}}
    assert reasons(after, "丁一凡") == {"NO_GRANT"}


def test_corrections_迟录的早日期限额不推翻晚日期限额(purchasing: Story) -> None:
    purchasing.recorded_on("2026-01-25")
    purchasing.holds("许文静", "采购总监", "2026-02-01")
    for recorded, since, limit in (("2026-05-01", "2026-06-01", "30万元"), ("2026-06-10", "2026-04-01", "40万元")):
        purchasing.recorded_on(recorded)
        purchasing.say(cm.AmendLimit(since=since, authority=AuthorityId("DIR-1"), limit=limit))
    for on, amount, known, able in (
        ("2026-06-05", "35万元", "2026-06-10", False),
        ("2026-06-05", "30万元", "2026-06-10", True),
        ("2026-05-15", "45万元", "2026-06-10", False),
        ("2026-05-15", "40万元", "2026-06-10", True),
        ("2026-05-15", "45万元", "2026-06-09", True),
    ):
        answer = purchasing.ask(on, "approve", "采购订单", amount, known=known)
        assert ("许文静" in could(answer)) is able, (on, amount, known)


def test_corrections_同一天之内的交接与两次改限额(purchasing: Story) -> None:
    purchasing.recorded_on("2026-01-25")
    first = purchasing.holds("许文静", "采购总监", "2026-02-01")
    purchasing.recorded_on("2026-05-06")
    noon = "2026-05-08T12:00+08:00"
    purchasing.leaves(first, noon)
    purchasing.holds("丁一凡", "采购总监", noon)
    for limit in ("20万元", "25万元"):
        purchasing.say(cm.AmendLimit(since="2026-05-09", authority=AuthorityId("DIR-1"), limit=limit))
    assert could(purchasing.ask("2026-05-08T11:59+08:00", "approve", "采购订单", "50万元")) == {
        "许文静": {"substantive"}
    }
    after = purchasing.ask(noon, "approve", "采购订单", "50万元")
    assert could(after) == {"丁一凡": {"substantive"}}
    assert reasons(after, "许文静") == {"NO_GRANT"}
    assert purchasing.holders("采购总监", "2026-05-08") == ["丁一凡"]
    assert purchasing.holders("采购总监", "2026-05-07") == ["许文静"]
    assert could(purchasing.ask("2026-05-09", "approve", "采购订单", "250000.00元"))
    assert not could(purchasing.ask("2026-05-09", "approve", "采购订单", "250000.01元"))


@pytest.fixture
def harbour() -> Story:
    """harbour.en.feature, Background (without the Board, which holds no seat that matters here)."""
    story = Story("Harbour Ltd")
    story.positions(("CEO", None), ("CFO", "CEO"), ("VP-OPS", "CEO"), ("DIR-PROC", "VP-OPS"), ("MGR-PROC", "DIR-PROC"))
    for person, position in (("Chen", "CEO"), ("Fang", "CFO"), ("Wang", "VP-OPS"), ("Zhao", "MGR-PROC")):
        story.holds(person, position, YEAR)
    story.matters(("PO.commit", None), ("PO.consulting", "PO.commit"), ("PO.hardware", "PO.commit"))
    story.matters(("supplier.admit", None), ("expense", None))
    story.grant("A-MGR", "MGR-PROC", "approve", "PO.commit", "100,000 CNY")
    story.grant("A-VP", "VP-OPS", "approve", "PO.commit", "2,000,000 CNY", depth=1)
    story.grant("A-CEO", "CEO", "approve", "PO.commit", "10,000,000 CNY", depth=1)
    return story


def test_harbour_case_3_the_office_the_person_and_the_vacancy(harbour: Story) -> None:
    harbour.grant("A-DIR", "DIR-PROC", "approve", "PO.commit", "500,000 CNY", since="2026-01-10")
    harbour.grant("A-ADM", "DIR-PROC", "approve", "supplier.admit", "unlimited", since="2026-01-10")
    until = {"through": "2026-12-31", "scope": {"project": ("P",)}, "depth": 1}
    harbour.grant("A-CEO-P", "CEO", "approve", "PO.commit", "10,000,000 CNY", **until)
    li = harbour.holds("Li", "DIR-PROC", "2026-02-01")
    named = Holder(person=PersonId("Li"))
    harbour.delegate("CEO", "A-CEO-P", "J", named, "800,000 CNY", "2026-02-01", "2026-12-31")
    harbour.leaves(li, "2026-05-01")
    harbour.holds("Zhao", "DIR-PROC", "2026-05-10", "2026-06-15", acting=True)
    for day, person, capacity in (
        ("2026-01-20", "Wang", "rolled_up"),
        ("2026-01-31", "Wang", "rolled_up"),
        ("2026-02-01", "Li", "substantive"),
        ("2026-04-30", "Li", "substantive"),
        ("2026-05-01", "Wang", "rolled_up"),
        ("2026-05-09", "Wang", "rolled_up"),
        ("2026-05-10", "Zhao", "acting"),
        ("2026-06-15", "Zhao", "acting"),
        ("2026-06-16", "Wang", "rolled_up"),
    ):
        assert could(harbour.ask(day, "approve", "supplier.admit")) == {person: {capacity}}, day
    assert not could(harbour.ask("2026-01-09", "approve", "supplier.admit"))
    march = harbour.ask("2026-03-01", "approve", "PO.commit", "600,000 CNY", project="P")
    assert could(march) == {"Li": {"delegate"}, "Wang": {"substantive"}, "Chen": {"substantive"}}
    may = harbour.ask("2026-05-01", "approve", "PO.commit", "600,000 CNY", project="P")
    assert set(could(may)) == {"Wang", "Chen"}
    assert "EXPIRED" in reasons(may, "Li")
    harbour.positions(("BUYER-2", "VP-OPS"), since="2026-07-01")
    harbour.holds("Li", "BUYER-2", "2026-07-01")
    assert set(could(harbour.ask("2026-07-15", "approve", "PO.commit", "600,000 CNY", project="P"))) == {"Wang", "Chen"}
    outside = harbour.ask("2026-03-01", "approve", "PO.commit", "600,000 CNY", project="Q")
    assert "OUT_OF_SCOPE" in reasons(outside, "Li")


def test_harbour_case_5_self_interest_reaches_through_a_delegation(harbour: Story) -> None:
    harbour.holds("Li", "DIR-PROC", YEAR)
    harbour.grant("E-VP", "VP-OPS", "approve", "expense", "5,000 CNY", depth=1)
    harbour.grant("E-CEO", "CEO", "approve", "expense", "50,000 CNY")
    zhao = Holder(person=PersonId("Zhao"))
    harbour.delegate("VP-OPS", "E-VP", "D-EXP", zhao, "5,000 CNY", "2026-02-01", "2026-12-31")
    for asked, able, barred in (
        ({"by": "Li", "benefiting": "Li"}, {"Wang", "Chen"}, ("Zhao", "SUBORDINATE_OF_BENEFICIARY")),
        ({"by": "Zhao", "benefiting": "Zhao"}, {"Wang", "Chen"}, ("Zhao", "REQUESTER")),
        ({"by": "Fang", "benefiting": "Zhao"}, {"Wang", "Chen"}, ("Zhao", "BENEFICIARY")),
        ({"by": "Wang", "benefiting": "Wang"}, {"Chen"}, ("Wang", "REQUESTER")),
        ({"by": "Li", "benefiting": "Fang"}, {"Zhao", "Wang", "Chen"}, None),
    ):
        answer = harbour.ask("2026-03-10", "approve", "expense", "3,000 CNY", **asked)
        assert set(could(answer)) == able, asked
        assert barred is None or barred[1] in reasons(answer, barred[0])
    harbour.say(cm.SetSuperior(since="2026-04-01", position=PositionId("MGR-PROC"), superior=PositionId("CFO")))
    for day, able in (("2026-03-31", {"Wang", "Chen"}), ("2026-04-01", {"Zhao", "Wang", "Chen"})):
        assert set(could(harbour.ask(day, "approve", "expense", "3,000 CNY", by="Li", benefiting="Li"))) == able


def test_harbour_case_15_a_restriction_beats_every_grant_that_does_not_name_it(harbour: Story) -> None:
    harbour.holds("Li", "DIR-PROC", YEAR)
    harbour.grant("A-DIR", "DIR-PROC", "approve", "PO.commit", "500,000 CNY")
    harbour.say(
        cm.ImposeRestriction(
            since=YEAR,
            restriction=RestrictionId("C-50"),
            holder=Holder(position=PositionId("VP-OPS")),
            act=Act("approve"),
            matter=MatterId("PO.consulting"),
            above="50,000 CNY",
        )
    )
    june = {"since": "2026-06-01", "through": "2026-06-30", "scope": {"project": ("P",)}, "kind": "special"}
    harbour.grant("S", "VP-OPS", "approve", "PO.commit", "3,000,000 CNY", **june)
    consulting = harbour.ask("2026-06-10", "approve", "PO.consulting", "2,500,000 CNY", project="P")
    assert set(could(consulting)) == {"Chen"}
    assert reasons(consulting, "Wang") == {"PROHIBITED"}
    assert "PER_ACT_EXCEEDED" in reasons(consulting, "Li")
    at_it = harbour.ask("2026-06-10", "approve", "PO.consulting", "50,000 CNY", project="P")
    assert set(could(at_it)) == {"Zhao", "Li", "Wang", "Chen"}
    above = harbour.ask("2026-06-10", "approve", "PO.consulting", "50,000.01 CNY", project="P")
    assert set(could(above)) == {"Zhao", "Li", "Chen"}
    hardware = harbour.ask("2026-06-10", "approve", "PO.hardware", "2,500,000 CNY", project="P")
    assert set(could(hardware)) == {"Wang", "Chen"}
    harbour.grant("S1", "VP-OPS", "approve", "PO.consulting", "3,000,000 CNY", **june, lifts=(RestrictionId("C-50"),))
    lifted = harbour.ask("2026-06-10", "approve", "PO.consulting", "2,500,000 CNY", project="P")
    assert set(could(lifted)) == {"Wang", "Chen"}
    for day, reason in (("2026-05-31", "NOT_YET_EFFECTIVE"), ("2026-07-01", "EXPIRED")):
        answer = harbour.ask(day, "approve", "PO.hardware", "2,500,000 CNY", project="P")
        assert reason in reasons(answer, "Wang")


def test_marketing_centre_省级客户与全国客户的合同() -> None:
    story = Story("海川商贸有限公司")
    story.positions(("公司总经理", None), ("营销总监", "公司总经理"))
    story.holds("周建国", "公司总经理", YEAR)
    story.holds("林晓东", "营销总监", YEAR)
    story.matters(("客户合同", None))
    story.grant("授权-05", "营销总监", "sign", "客户合同", "不限", scope={"客户级别": ("省级",)})
    story.grant("授权-15", "公司总经理", "sign", "客户合同", "不限", scope={"客户级别": ("全国",)})
    for tier, able, outside in (("省级", "林晓东", "周建国"), ("全国", "周建国", "林晓东")):
        answer = story.ask("2026-04-01", "sign", "客户合同", "80万元", 客户级别=tier)
        assert could(answer) == {able: {"substantive"}}
        assert reasons(answer, outside) == {"OUT_OF_SCOPE"}
    silent = story.ask("2026-04-01", "sign", "客户合同", "80万元")
    assert not silent.determined
    assert {one.code for one in silent.missing} == {"ATTRIBUTE_MISSING"}


def test_a_day_with_two_answers_says_so() -> None:
    """semantics.md 2: where the answer differs between two instants of a day that was asked about."""
    story = Story("Day")
    story.positions(("office", None))
    story.matters(("m", None))
    first = story.holds("Ann", "office", YEAR)
    noon = datetime(2026, 5, 8, 4, tzinfo=UTC)
    story.leaves(first, noon.isoformat())
    story.holds("Bob", "office", noon.isoformat())
    story.grant("A", "office", "approve", "m", "unlimited")
    books = story.ledger.books

    def who(at: datetime, known: int) -> list[str]:
        return [one.person for one in AsOf(books, at, known).incumbents("office")]

    when, known = valid_time("2026-05-08", books, noon), known_time(None, books)
    assert changes_during(books, when, known, who).valid_at == (noon,)
    when = valid_time("2026-05-09", books, noon)
    assert changes_during(books, when, known, who).valid_at == ()
    assert who(noon - timedelta(microseconds=1), books.head) == ["Ann"]
