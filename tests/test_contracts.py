"""Contracts and decisions told by hand, in both times: terms, signatures, states; items and what became of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ledger.commands import (
    AmendContract,
    ConstituteCommittee,
    DefineAct,
    OpenItem,
    PlaceContract,
    PlaceScopeValue,
    RatifyAct,
    RecordAct,
    RegisterContract,
    TerminateContract,
)
from ledger.events import Vote
from ledger.ids import Act, CommitteeId, ContractId, DeedId, ItemId, MatterId, PersonId, PositionId, RatificationId, Seq
from ledger.money import Money, money
from ledger.policy.verdicts import Verdict, View
from projections.contracts import ContractShown, Register, contract, contracts
from projections.contracts import Wanted as WantedContracts
from projections.decisions import Acts, Decisions, ItemShown, Wanted, acts, decisions
from tests.given import annul, committee, correct, define, given, house, on, person, position, recorded

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from ledger import Ledger
    from ledger.books import Books

SHA = "ab" * 32
OTHER_SHA = "cd" * 32


def yuan(amount: str) -> Money:
    return money(amount, "amount", "CNY")


def contracting(
    name: str = "c1",
    value: str | None = "100000",
    *,
    since: str = "2026-03-10",
    through: str | None = "2026-12-31",
    options: Mapping[str, str] | None = None,
    tier: str = "city",
    matter: str = "spend.ads",
    party: str = "Dongfang",
) -> RegisterContract:
    """A contract with a customer, from March to the end of the year."""
    return RegisterContract(
        since=since,
        through=through,
        contract=ContractId(name),
        title=f"supply to {party}",
        parties=("Hengtong", party),
        matter=MatterId(matter),
        value=value,
        options=dict(options or {}),
        attributes={"tier": tier},
        sha256=SHA,
        requester=PersonId("dan"),
    )


def did(
    act: str,
    by: str,
    item: str,
    acted_at: str,
    *,
    amount: str | None = None,
    claimed: str | None = None,
    rejected: bool = False,
    matter: str | None = None,
    deed: str | None = None,
) -> RecordAct:
    """Somebody did something on an item; the deed is called `item/act/by` if no other name is given."""
    return RecordAct(
        acted_at=acted_at,
        deed=DeedId(deed or f"{item}/{act}/{by}"),
        item=ItemId(item),
        act=Act(act),
        by=person(by),
        amount=amount,
        claimed=PositionId(claimed) if claimed else None,
        rejected=rejected,
        matter=MatterId(matter) if matter else None,
    )


def opening(item: str, since: str, amount: str = "1800", matter: str = "spend.ads") -> OpenItem:
    """Dan asks for something that Chen has the use of."""
    return OpenItem(
        since=since,
        item=ItemId(item),
        matter=MatterId(matter),
        amount=amount,
        attributes={"supplier": "Acme"},
        requester=PersonId("dan"),
        beneficiary=PersonId("chen"),
    )


def register(ledger: Ledger, day: str, known: int | None = None, **wanted: object) -> Register:
    seq = Seq(ledger.books.head if known is None else known)
    return contracts(ledger.books, on(day), seq, WantedContracts(**wanted))  # type: ignore[arg-type]  # as each test says


def the(ledger: Ledger, day: str, known: int | None = None, name: str = "c1") -> ContractShown:
    found = contract(ledger.books, name, on(day), Seq(ledger.books.head if known is None else known))
    assert found is not None
    return found


def decided(ledger: Ledger, day: str, known: int | None = None, **wanted: object) -> Decisions:
    seq = Seq(ledger.books.head if known is None else known)
    return decisions(ledger.books, on(day), seq, Wanted(**wanted))  # type: ignore[arg-type]  # as each test says


def items(ledger: Ledger, day: str, known: int | None = None, **wanted: object) -> dict[str, str]:
    return {item.item: item.state for item in decided(ledger, day, known, **wanted).items}


def an_item(ledger: Ledger, item: str, day: str, known: int | None = None) -> ItemShown:
    return decided(ledger, day, known, item=item).items[0]


# Contracts


def test_the_terms_in_force_are_the_last_amendments_whole_with_all_options() -> None:
    ledger = house()
    given(ledger, contracting(options={"a second year": "80000", "training": "5000"}))
    first = the(ledger, "2026-03-10")
    assert (first.value, first.total) == (yuan("100000"), yuan("185000"))  # 100000 + 80000 + 5000
    assert (first.sha256, first.amendments, first.terms_seq) == (SHA, (), first.seq)
    amended = recorded(
        ledger,
        AmendContract(
            since="2026-06-01",
            contract=ContractId("c1"),
            amendment="A1",
            value="120000",
            options={"training": "5000"},
            sha256=OTHER_SHA,
        ),
    )
    assert the(ledger, "2026-05-31").total == yuan("185000")
    after = the(ledger, "2026-06-01")
    assert (after.value, after.total, after.terms_seq) == (yuan("120000"), yuan("125000"), amended)  # 120000 + 5000
    assert [(one.amendment, one.since, one.seq, one.total, one.sha256) for one in after.amendments] == [
        ("A1", on("2026-06-01"), amended, yuan("125000"), OTHER_SHA)
    ]
    assert the(ledger, "2026-06-01", amended - 1).total == yuan("185000")
    given(ledger, annul(amended))
    assert the(ledger, "2026-06-01").amendments == ()


def test_a_contract_is_registered_then_signed_then_in_force_then_over() -> None:
    ledger = house()
    registered = recorded(ledger, contracting())
    signed = recorded(ledger, did("sign", "bo", "c1", "2026-03-05", claimed="director"))
    assert contract(ledger.books, "c1", on("2026-03-05"), Seq(signed)) is None
    assert the(ledger, "2026-03-06").state == "signed"  # its first day is the 10th
    assert [the(ledger, day).state for day in ("2026-03-10", "2026-12-31", "2027-01-01")] == [
        "in_force",
        "in_force",
        "expired",
    ]
    assert the(ledger, "2026-03-10", registered).state == "registered"
    ended = recorded(ledger, TerminateContract(since="2026-09-01", contract=ContractId("c1")))
    assert the(ledger, "2026-08-31").state == "in_force"
    over = the(ledger, "2026-09-01")
    assert (over.state, over.until, over.ended_by) == ("terminated", on("2026-09-01"), ended)
    assert the(ledger, "2027-01-01", ended - 1).state == "expired"


def test_a_refused_signature_binds_nobody_and_a_seal_does() -> None:
    ledger = house()
    given(ledger, contracting(), did("sign", "bo", "c1", "2026-03-10", rejected=True))
    assert the(ledger, "2026-03-20").state == "registered"
    given(ledger, did("seal", "chen", "c1", "2026-03-15"))
    assert the(ledger, "2026-03-20").state == "in_force"


def test_who_signed_in_which_capacity_for_how_much() -> None:
    ledger = house()
    given(
        ledger,
        contracting(),
        did("approve", "anna", "c1", "2026-03-11"),
        did("sign", "bo", "c1", "2026-03-12", claimed="director"),
        did("seal", "chen", "c1", "2026-03-13"),
        AmendContract(since="2026-06-01", contract=ContractId("c1"), amendment="A1", value="150000"),
        did("countersign", "chen", "c1", "2026-06-02", deed="second"),
        did("sign", "bo", "c1", "2026-06-03", amount="50000", deed="third"),
    )
    done = the(ledger, "2026-07-01").acts
    assert [(one.act, one.by.id, one.claimed, one.amount) for one in done] == [
        ("approve", "anna", None, yuan("100000")),
        ("sign", "bo", "director", yuan("100000")),  # what the contract was worth on that day
        ("seal", "chen", None, yuan("100000")),
        ("countersign", "chen", None, yuan("150000")),
        ("sign", "bo", None, yuan("50000")),  # what was stated goes before what the contract is worth
    ]
    assert {one.attributes["contract"] for one in done} == {"c1"}
    assert [one.act for one in the(ledger, "2026-03-13").acts] == ["approve", "sign"]  # the 13th has only begun


def test_who_keeps_the_original() -> None:
    ledger = house()
    given(ledger, contracting())
    placed = recorded(
        ledger,
        PlaceContract(since="2026-04-01", contract=ContractId("c1"), custodian=position("manager"), place="cabinet 3"),
    )
    custody = the(ledger, "2026-04-01").custody
    assert custody is not None
    assert (custody.custodian, custody.place, custody.seq) == (position("manager"), "cabinet 3", placed)
    assert the(ledger, "2026-03-31").custody is None
    assert the(ledger, "2027-04-01").custody == custody  # it is kept after the contract is over


def test_the_register_filtered() -> None:
    ledger = house()
    given(
        ledger,
        PlaceScopeValue(since="2026-01-01", dimension="tier", value="city", parent="province"),
        define("people"),
        contracting("late", since="2026-05-01", party="Nanshan Trade"),
        contracting("early", since="2026-02-01", tier="nation"),
        contracting("hire", since="2026-02-01", matter="people", value=None),
        did("sign", "bo", "early", "2026-02-02"),
    )
    assert [one.contract for one in register(ledger, "2026-06-01").contracts] == ["early", "hire", "late"]
    assert [one.contract for one in register(ledger, "2026-04-30").contracts] == ["early", "hire"]
    for wanted, names in (
        ({"matter": "spend"}, ["early", "late"]),
        ({"matter": "people"}, ["hire"]),
        ({"attributes": {"tier": "province"}}, ["hire", "late"]),
        ({"attributes": {"tier": "province", "region": "east"}}, []),
        ({"party": "Nanshan"}, ["late"]),
        ({"state": "in_force"}, ["early"]),
        ({"state": "registered", "matter": "spend"}, ["late"]),
    ):
        assert [one.contract for one in register(ledger, "2026-06-01", **wanted).contracts] == names, wanted
    assert the(ledger, "2026-06-01", name="hire").total is None
    assert contract(ledger.books, "nothing", on("2026-06-01"), Seq(ledger.books.head)) is None


def test_a_corrected_contract_reads_as_corrected_and_as_known_before() -> None:
    ledger = house()
    seq = recorded(ledger, contracting())
    correction = recorded(ledger, correct(seq, contracting(value="90000", party="Xihu")))
    assert (the(ledger, "2026-04-01").total, the(ledger, "2026-04-01").parties[1]) == (yuan("90000"), "Xihu")
    assert the(ledger, "2026-04-01", correction - 1).total == yuan("100000")
    given(ledger, annul(seq))
    assert contract(ledger.books, "c1", on("2026-04-01"), Seq(ledger.books.head)) is None


# Decisions


def test_where_an_item_stands_follows_from_its_last_act() -> None:
    ledger = house()
    given(ledger, opening("ads", "2026-02-01"), DefineAct(since="2026-01-01", act=Act("assess"), name="assess"))
    assert items(ledger, "2026-01-31") == {}
    assert items(ledger, "2026-02-01") == {"ads": "open"}
    for day, (act, state) in enumerate(
        [
            ("propose", "proposed"),
            ("review", "reviewed"),
            ("approve", "approved"),
            ("sign", "signed"),
            ("seal", "sealed"),
            ("file", "filed"),
            ("assess", "done"),
        ],
        2,
    ):
        seq = recorded(ledger, did(act, "chen", "ads", f"2026-02-{day:02}"))
        assert items(ledger, f"2026-02-{day + 1:02}") == {"ads": state}
        assert items(ledger, f"2026-02-{day + 1:02}", seq - 1) != {"ads": state}  # not known yet
        assert items(ledger, f"2026-02-{day:02}") != {"ads": state}  # not done yet
    given(ledger, did("approve", "bo", "ads", "2026-02-20", rejected=True))
    assert items(ledger, "2026-02-21") == {"ads": "rejected"}


def test_an_item_says_what_it_is_about_and_its_acts_in_order_of_doing() -> None:
    ledger = house()
    given(
        ledger,
        opening("ads", "2026-02-01"),
        did("approve", "anna", "ads", "2026-02-05"),
        did("review", "bo", "ads", "2026-02-03", amount="1700"),  # recorded later, done earlier
    )
    item = an_item(ledger, "ads", "2026-03-01")
    assert (item.matter, item.amount, item.requester, item.beneficiary) == ("spend.ads", yuan("1800"), "dan", "chen")
    assert (item.attributes, item.opened_at, item.contract) == ({"supplier": "Acme"}, on("2026-02-01"), False)
    assert [(one.act, one.by.id, one.amount, one.requester) for one in item.acts] == [
        ("review", "bo", yuan("1700"), "dan"),
        ("approve", "anna", yuan("1800"), "dan"),
    ]


def test_an_item_that_nobody_opened_is_what_its_first_acts_say() -> None:
    ledger = house()
    first = recorded(ledger, did("propose", "chen", "trip", "2026-02-03", matter="spend"))
    given(ledger, did("approve", "bo", "trip", "2026-02-04", amount="900", matter="spend"))
    item = an_item(ledger, "trip", "2026-03-01")
    assert (item.matter, item.amount, item.opened_at, item.seq, item.state) == (
        "spend",
        yuan("900"),
        None,
        None,
        "approved",
    )
    given(ledger, annul(first))
    assert [one.act for one in an_item(ledger, "trip", "2026-03-01").acts] == ["approve"]


def test_a_contract_is_an_item_and_so_are_ratified_and_corrected_acts_shown() -> None:
    ledger = house()
    given(ledger, contracting(since="2026-03-01"))
    seq = recorded(ledger, did("sign", "chen", "c1", "2026-03-02", deed="signature"))
    given(
        ledger,
        RatifyAct(
            acted_at="2026-03-09",
            ratification=RatificationId("r1"),
            deed=DeedId("signature"),
            by=person("anna"),
            claimed=PositionId("chief"),
        ),
    )
    item = an_item(ledger, "c1", "2026-04-01")
    assert (item.contract, item.amount, item.state) == (True, yuan("100000"), "signed")
    assert [(one.ratification, one.by.id, one.claimed) for one in item.acts[0].ratifications] == [
        ("r1", "anna", "chief")
    ]
    assert an_item(ledger, "c1", "2026-03-09").acts[0].ratifications == ()  # the 9th has only begun
    correction = recorded(ledger, correct(seq, did("sign", "bo", "c1", "2026-03-02", deed="signature")))
    act = an_item(ledger, "c1", "2026-04-01").acts[0]
    assert (act.by.id, act.seq) == ("bo", correction)
    assert an_item(ledger, "c1", "2026-04-01", correction - 1).acts[0].by.id == "chen"


def test_decisions_of_a_person_a_matter_an_act_a_period() -> None:
    ledger = house()
    given(
        ledger,
        opening("ads-1", "2026-02-01"),
        opening("ads-2", "2026-01-15"),
        opening("rest", "2026-03-01", matter="spend"),
        did("review", "chen", "ads-1", "2026-02-03"),
        did("approve", "bo", "ads-1", "2026-02-04"),
        did("approve", "chen", "ads-2", "2026-03-04"),
    )
    for wanted, names in (
        ({}, ["ads-2", "ads-1", "rest"]),  # in the order in which they were opened
        ({"person": "chen"}, ["ads-2", "ads-1"]),
        ({"person": "chen", "act": "approve"}, ["ads-2"]),  # one act has to be both
        ({"matter": "spend"}, ["ads-2", "ads-1", "rest"]),
        ({"matter": "spend.ads"}, ["ads-2", "ads-1"]),
        ({"act": "review"}, ["ads-1"]),
        ({"since": on("2026-03-01")}, ["ads-2", "rest"]),  # nobody has acted on `rest`: when it was opened counts
        ({"since": on("2026-02-01"), "until": on("2026-03-01")}, ["ads-1"]),
        ({"item": "rest"}, ["rest"]),
        ({"item": "nothing"}, []),
    ):
        assert list(items(ledger, "2026-04-01", **wanted)) == names, wanted


def test_acts_of_a_person_and_of_a_period_in_order_of_doing() -> None:
    ledger = house()
    given(
        ledger,
        opening("a", "2026-02-01"),
        opening("b", "2026-02-01"),
        did("approve", "chen", "b", "2026-02-09"),
        did("review", "chen", "a", "2026-02-03"),
        did("approve", "bo", "a", "2026-02-09"),
        did("approve", "bo", "trip", "2026-02-09", matter="spend"),
    )

    def done(**wanted: object) -> list[str]:
        found: Acts = acts(ledger.books, on("2026-03-01"), Seq(ledger.books.head), Wanted(**wanted))  # type: ignore[arg-type]
        return [one.deed for one in found.acts]

    assert done() == ["a/review/chen", "b/approve/chen", "a/approve/bo", "trip/approve/bo"]
    assert done(person="chen") == ["a/review/chen", "b/approve/chen"]
    assert done(matter="spend.ads", act="approve") == ["b/approve/chen", "a/approve/bo"]
    assert done(since=on("2026-02-09"), item="a") == ["a/approve/bo"]
    assert done(until=on("2026-02-09")) == ["a/review/chen"]


def test_verdicts_are_those_that_the_judge_gives_on_the_day_asked_about() -> None:
    ledger = house()
    given(ledger, contracting(since="2026-03-01"), did("sign", "chen", "c1", "2026-03-02"))
    asked: list[tuple[str, datetime, int]] = []

    def judge(_: Books, deed: str, day: datetime, known: Seq) -> Verdict:
        asked.append((deed, day, known))
        view = View(outcome="yes", known_seq=known)
        return Verdict(
            verdict="AUTHORISED",
            item="c1",
            deed=deed,
            act="sign",
            who=person("chen"),
            acted_at=on("2026-03-02"),
            seq=known,
            matter="spend.ads",
            on=day,
            known_seq=known,
            known_at=None,
            then=view,
            now=view,
        )

    day, known = on("2026-04-01"), Seq(ledger.books.head)
    views = (
        contracts(ledger.books, day, known, judge=judge).contracts[0].acts,
        decisions(ledger.books, day, known, judge=judge).items[0].acts,
        acts(ledger.books, day, known, judge=judge).acts,
    )
    assert [[one.verdict.verdict for one in view if one.verdict] for view in views] == [["AUTHORISED"]] * 3
    assert asked == [("c1/sign/chen", day, known)] * 3
    assert contracts(ledger.books, day, known).contracts[0].acts[0].verdict is None


def test_a_committee_acts_with_its_votes() -> None:
    ledger = house()
    given(
        ledger,
        ConstituteCommittee(
            since="2026-01-01", committee=CommitteeId("board"), name="board", seats=(position("chief"), person("dan"))
        ),
        opening("plan", "2026-02-01"),
        RecordAct(
            acted_at="2026-02-02",
            deed=DeedId("resolution"),
            item=ItemId("plan"),
            act=Act("approve"),
            by=committee("board"),
            votes=(Vote(PersonId("anna"), "yes"), Vote(PersonId("dan"), "recused")),
        ),
    )
    act = an_item(ledger, "plan", "2026-03-01").acts[0]
    assert (act.by, [(one.member, one.vote) for one in act.votes]) == (
        committee("board"),
        [("anna", "yes"), ("dan", "recused")],
    )
    assert items(ledger, "2026-03-01", person="board") == {"plan": "approved"}
