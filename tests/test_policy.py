"""Who could, told by hand: what random histories would not say in words, and what they once did not notice."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from ledger.asking import changes_during, known_time, valid_time
from ledger.commands import (
    AmendLimit,
    AmendScope,
    DefineAct,
    EndAppointment,
    GrantAuthority,
    ImposeRestriction,
    RevokeAuthority,
)
from ledger.ids import Act, AuthorityId, Holder, MatterId, PositionId, RestrictionId, Seq
from ledger.moments import MICROSECOND
from ledger.money import money
from ledger.policy import Answer, Question, may, what_could, who_could
from tests.given import (
    START,
    a_ledger,
    annul,
    appoint,
    correct,
    define,
    delegate,
    establish,
    given,
    grant,
    on,
    person,
    position,
    recorded,
    refused,
    register,
)

if TYPE_CHECKING:
    from datetime import datetime

    from ledger import Ledger

BOSS, CLERK = position("boss"), position("clerk")


@pytest.fixture
def office() -> Ledger:
    """Ann is the boss, Bob the clerk under her; there is one matter."""
    ledger = a_ledger()
    given(
        ledger,
        establish("boss"),
        establish("clerk", superior="boss"),
        register("ann"),
        register("bob"),
        register("dan"),
        appoint("ann", "boss"),
        appoint("bob", "clerk"),
        define("spend"),
    )
    return ledger


def ask(ledger: Ledger, date: str = "2026-06-15", *, known: int | None = None, **more: object) -> Answer:
    question = Question(
        act=str(more.pop("act", "approve")),
        matter="spend",
        at=on(date),
        known=Seq(known or ledger.books.head),
        **more,  # type: ignore[arg-type]
    )
    return who_could(ledger.books, question)


def able(answer: Answer) -> list[str]:
    return [one.who.id for one in answer.candidates]


def reason(answer: Answer, who: str) -> tuple[str, int | None]:
    (miss,) = (one for one in answer.near_misses if one.who.id == who)
    return miss.reason.code, miss.reason.seq


def test_a_delegation_by_an_office_that_never_held_its_source_is_broken(office: Ledger) -> None:
    granted = recorded(office, grant("g", BOSS, depth=1))
    given(office, delegate("d", "g", BOSS, person("dan")))
    assert able(ask(office)) == ["ann", "dan"]

    given(office, correct(granted, grant("g", CLERK, depth=1)))

    answer = ask(office)
    assert able(answer) == ["bob"]
    assert reason(answer, "dan")[0] == "CHAIN_BROKEN"
    assert able(ask(office, known=office.books.head - 1)) == ["ann", "dan"]


def test_a_correction_does_not_move_a_route_in_the_order(office: Ledger) -> None:
    first = recorded(office, grant("first", BOSS))
    given(office, grant("second", BOSS))
    given(office, correct(first, grant("first", BOSS, limit="3000 CNY")))

    (ann,) = ask(office).candidates
    assert [route.steps[-1].authority for route in ann.routes] == ["first", "second"]
    listed = what_could(office.books, "ann", on("2026-06-15"), Seq(office.books.head)).could
    assert [one.route.steps[-1].authority for one in listed] == ["first", "second"]


def test_routes_stand_in_the_order_of_the_law(office: Ledger) -> None:
    """Standing, temporary, special; own, acting, delegated; then by number."""
    kinds = (("special", "s"), ("temporary", "t"), ("standing", "g2"), ("standing", "g1"))
    for kind, name in kinds:
        given(
            office,
            GrantAuthority(
                since=START,
                authority=AuthorityId(name),
                holder=BOSS,
                act=Act("approve"),
                matter=MatterId("spend"),
                limit="unlimited",
                kind=kind,  # type: ignore[arg-type]
            ),
        )
    given(office, grant("c", CLERK, depth=1), appoint("ann", "clerk", kind="acting"))
    given(office, delegate("d", "c", CLERK, person("dan")))

    (ann, *_) = ask(office).candidates
    assert [route.steps[-1].authority for route in ann.routes] == ["g2", "g1", "c", "t", "s"]
    assert [one.who.id for one in ask(office).candidates] == ["ann", "bob", "dan"]


def test_what_ended_an_authority_first_is_its_reason(office: Ledger) -> None:
    given(office, grant("g", BOSS, until="2026-05-01"))
    revoked = recorded(office, RevokeAuthority(since="2026-03-01", authority=AuthorityId("g")))
    assert reason(ask(office), "ann") == ("REVOKED", revoked)

    by_name = recorded(office, grant("n", person("bob")))
    assert able(ask(office)) == ["bob"]
    gone = office.books.appointments_of["bob"][0].id
    ended = recorded(office, EndAppointment(since="2026-04-01", appointment=gone))  # type: ignore[arg-type]
    assert reason(ask(office), "bob") == ("EXPIRED", ended)
    assert by_name < ended


def test_at_its_end_nobody_acts_by_an_authority_and_a_microsecond_before_somebody_does(office: Ledger) -> None:
    """Periods are half-open: the last day is exclusive, for stated ends and for revocations."""
    given(office, grant("g", BOSS, until="2026-05-01"), grant("h", CLERK))
    given(office, RevokeAuthority(since="2026-05-01", authority=AuthorityId("h")))

    def at(instant: datetime) -> list[str]:
        question = Question(act="approve", matter="spend", at=instant, known=Seq(office.books.head))
        return able(who_could(office.books, question))

    midnight = valid_time("2026-04-30", office.books, on("2026-05-01")).at + MICROSECOND
    assert at(midnight - MICROSECOND) == ["ann", "bob"]
    assert at(midnight) == []


def test_an_act_gives_authority_while_it_is_defined(office: Ledger) -> None:
    early = GrantAuthority(
        since=START,
        authority=AuthorityId("g"),
        holder=BOSS,
        act=Act("stamp"),
        matter=MatterId("spend"),
        limit="unlimited",
    )
    defined = recorded(office, DefineAct(since="2026-03-01", act=Act("stamp"), name="Stamp"))
    assert refused(office, early).code == "NOT_ALIVE"

    given(office, grant("other", BOSS))
    late = GrantAuthority(
        since="2026-03-01",
        authority=AuthorityId("g"),
        holder=BOSS,
        act=Act("stamp"),
        matter=MatterId("spend"),
        limit="unlimited",
    )
    given(office, late)
    assert able(ask(office, act="stamp")) == ["ann"]

    given(office, annul(defined))
    assert able(ask(office, act="stamp")) == []
    assert what_could(office.books, "ann", on("2026-06-15"), Seq(office.books.head)).could[0].act == "approve"


def test_everything_that_is_missing_is_named(office: Ledger) -> None:
    given(office, grant("g", BOSS, scope={"region": ("north",), "tier": ("gold",)}))

    answer = ask(office)
    assert {one.dimension for one in answer.missing} == {"region", "tier"}
    ruling = may(office.books, person("ann"), answer.question)
    assert (ruling.outcome, len(ruling.reason.also) if ruling.reason else 0) == ("unknown", 1)


def test_a_route_with_another_gap_than_its_own_scope_is_not_open(office: Ledger) -> None:
    given(office, grant("g", BOSS, scope={"region": ("north",)}))
    assert len(what_could(office.books, "ann", on("2026-06-15"), Seq(office.books.head)).could) == 1

    ban = ImposeRestriction(
        since=START,
        restriction=RestrictionId("r"),
        act=Act("approve"),
        matter=MatterId("spend"),
        scope={"tier": ("gold",)},
    )
    given(office, ban)
    assert what_could(office.books, "ann", on("2026-06-15"), Seq(office.books.head)).could == ()


def test_the_first_entry_of_a_day_asked_about_as_known_can_change_the_answer() -> None:
    ledger = a_ledger()
    given(ledger, establish("boss"), register("ann"), appoint("ann", "boss"), define("spend"))
    yesterday = ledger.books.head
    clock = ledger._clock  # noqa: SLF001 - the story's own clock
    clock.forward(timedelta(days=1))  # type: ignore[attr-defined]
    changed = recorded(ledger, grant("g", BOSS))
    books = ledger.books
    known = known_time(books.recorded_at[-1].astimezone(books.zone).date().isoformat(), books)
    assert known.before_day == yesterday

    def answer(at: datetime, seq: Seq) -> list[str]:
        return able(who_could(books, Question(act="approve", matter="spend", at=at, known=seq)))

    assert changes_during(books, valid_time("2026-06-15", books, on("2026-06-15")), known, answer).known_seq == (
        changed,
    )


def test_nobody_is_kept_out_by_a_restriction_that_a_special_grant_lifts(office: Ledger) -> None:
    ban = ImposeRestriction(since=START, restriction=RestrictionId("r"), act=Act("approve"), matter=MatterId("spend"))
    lifting = GrantAuthority(
        since=START,
        authority=AuthorityId("s"),
        holder=CLERK,
        act=Act("approve"),
        matter=MatterId("spend"),
        limit="unlimited",
        kind="special",
        depth=1,
        lifts=(RestrictionId("r"),),
    )
    given(office, grant("g", BOSS), ban, lifting)
    given(office, delegate("d", "s", CLERK, Holder(position=PositionId("boss"))))

    answer = ask(office)
    assert able(answer) == ["bob"]
    assert reason(answer, "ann")[0] == "PROHIBITED"


def test_an_amount_is_compared_with_every_link(office: Ledger) -> None:
    given(
        office, grant("g", BOSS, limit="5000 CNY", depth=1), delegate("d", "g", BOSS, person("dan"), limit="4000 CNY")
    )
    given(office, AmendLimit(since="2026-06-01", authority=AuthorityId("g"), limit="1000 CNY"))

    assert able(ask(office, "2026-05-31", amount=money("4000 CNY", "amount"))) == ["ann", "dan"]
    assert able(ask(office, "2026-06-01", amount=money("1000.01 CNY", "amount"))) == []
    assert able(ask(office, "2026-06-01", amount=money("1000 CNY", "amount"))) == ["ann", "dan"]


def test_a_scope_that_no_value_satisfies_is_not_open(office: Ledger) -> None:
    given(office, grant("g", BOSS, depth=1, scope={"region": ("north", "south")}))
    given(office, delegate("d", "g", BOSS, person("dan"), scope={"region": ("north",)}))
    head = office.books.head
    assert len(what_could(office.books, "dan", on("2026-06-15"), Seq(head)).could) == 1

    given(office, AmendScope(since="2026-06-01", authority=AuthorityId("g"), scope={"region": ("south",)}))

    assert what_could(office.books, "dan", on("2026-06-15"), Seq(head + 1)).could == ()
    assert len(what_could(office.books, "dan", on("2026-05-31"), Seq(head + 1)).could) == 1


def test_what_restrictions_need_to_know_is_named_too(office: Ledger) -> None:
    def ban(name: str, scope: tuple[str, ...], above: str | None = None) -> ImposeRestriction:
        return ImposeRestriction(
            since=START,
            restriction=RestrictionId(name),
            act=Act("approve"),
            matter=MatterId("spend"),
            above=above,
            scope=dict.fromkeys(scope, ("x",)),
        )

    given(office, grant("g", BOSS, limit="unlimited", scope={"z": ("x",)}))
    given(office, ban("r1", ("a", "b"), "5 USD"), ban("r2", ("c",)))

    missing = ask(office, amount=money("10 CNY", "amount")).missing
    assert {one.dimension or one.code for one in missing} == {"RATE_MISSING", "a", "b", "c", "z"}


def test_nothing_is_delegated_below_what_has_ended(office: Ledger) -> None:
    given(office, grant("g", BOSS, depth=2), delegate("d", "g", BOSS, CLERK, may_subdelegate=True))
    given(office, RevokeAuthority(since="2026-03-01", authority=AuthorityId("g")))
    assert refused(office, delegate("e", "d", CLERK, person("dan"), since="2026-03-01")).code == "NOT_ALIVE"
    given(office, delegate("e", "d", CLERK, person("dan"), since="2026-02-01"))
