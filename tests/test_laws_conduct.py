"""The laws of semantics.md 5 and 6 about what people do, on random histories, against the slow and obvious oracle."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from ledger.books import Books, fold
from ledger.books.fold import fold_tentatively
from ledger.events import ActDone, AnyEvent, AuthorityGranted, Commitment, LedgerOpened, MatterDefined, PersonRegistered
from ledger.ids import Act, AuthorityId, CommitteeId, DeedId, Holder, ItemId, MatterId, PersonId, Seq
from ledger.moments import FOREVER, Moment
from ledger.money import Unlimited, UpTo
from ledger.policy import act_verdict, breaches, flips, item_verdict, may, who_could
from ledger.policy.setters import target_verdicts
from tests import oracle
from tests.histories import acted, least, visible
from tests.signings import signed
from tests.test_laws import as_question, disagrees, entry_of, folded, readable, some

if TYPE_CHECKING:
    from collections.abc import Callable

    from ledger.events import Entry
    from ledger.policy.verdicts import Verdict
    from tests.oracle import OracleQuestion, OracleVerdict

LIVED = st.one_of(acted(), signed())
Told = dict[tuple[str, str], tuple[object, ...]]


def said(verdict: Verdict | None) -> tuple[object, ...] | None:
    """A verdict in the oracle's terms."""
    if verdict is None:
        return None
    reason = verdict.reason.code if verdict.reason else None
    views = verdict.then.outcome, verdict.now.outcome
    marks = verdict.ratification, verdict.as_loaded, verdict.split_suspected
    return verdict.verdict, verdict.deed, *views, reason, *marks


def law(verdict: OracleVerdict | None) -> tuple[object, ...] | None:
    """What the oracle says, in the same terms."""
    if verdict is None:
        return None
    marks = verdict.ratification, verdict.as_loaded, verdict.split_suspected
    return verdict.verdict, verdict.deed, verdict.then, verdict.now, verdict.reason, *marks


def verdicts(books: Books, on: datetime, k: int) -> Told:
    """The verdict of every act and item that the ledger has, at one point of the two times."""
    told = {("act", deed): said(act_verdict(books, deed, on, Seq(k))) for deed in books.things["deed"]}
    told |= {("item", item): said(item_verdict(books, item, on, Seq(k))) for item in books.deeds_on}
    return {key: one for key, one in told.items() if one is not None}


def of_the_law(entries: list[Entry], on: datetime, k: int) -> Told:
    """The same by the oracle."""
    told = {key: law(one) for key, one in oracle.all_verdicts(entries, on, k).items()}
    return {key: one for key, one in told.items() if one is not None}


def differ(entries: list[Entry], question: OracleQuestion) -> bool:
    return verdicts(folded(entries), question.v, question.k) != of_the_law(entries, question.v, question.k)


def settings(books: Books, k: int) -> dict[str, dict[tuple[str, int], tuple[object, ...]]]:
    """The verdicts of all who set, adjusted or reassigned a target, by what they did and the fact."""
    return {
        target: {
            (one.what, books.root.get(one.seq, one.seq)): (one.verdict, one.then.outcome, one.now.outcome)
            for one in target_verdicts(books, target, Seq(k))
        }
        for target in books.things["target"]
    }


def flip_apart(entries: list[Entry], before: int, after: int, on: datetime) -> list[object]:
    """What a flip report says otherwise than judging everything before and after, or than the oracle, says."""
    books = folded(entries)
    report = flips(folded(entries), Seq(before), Seq(after), on=on)
    done = {(one.kind, one.id): (one.before, one.after) for one in report.flips if one.kind in {"act", "item"}}
    first, second = verdicts(books, on, before), verdicts(books, on, after)
    whole = {
        key: (first[key][0] if key in first else None, second[key][0] if key in second else None)
        for key in {*first, *second}
        if first.get(key, (None,))[0] != second.get(key, (None,))[0]
    }
    beside: dict[tuple[str, str, str | None], list[tuple[str | None, str | None]]] = {}
    for one in report.flips:
        if one.kind in {"authority", "target"}:
            beside.setdefault((one.kind, one.id, one.act), []).append((one.before, one.after))
    apart: list[object] = [] if done == whole else [("acts", done, whole)]
    law = oracle.flips_beside(entries, before, after, on)
    return apart if beside == law else [*apart, ("beside", beside, law)]


def explained(
    entries: list[Entry], question: OracleQuestion, fails: Callable[[list[Entry], OracleQuestion], bool]
) -> str:
    """The smallest history in which the two disagree about a verdict, to read."""
    entries, question = least(entries, question, fails)
    lines = [f"{entry.seq} {entry.recorded_at} {entry.batch}: {entry.event}" for entry in entries]
    got, told = verdicts(folded(entries), question.v, question.k), of_the_law(entries, question.v, question.k)
    apart = [
        f"{key}: ledger {got.get(key)}, oracle {told.get(key)}"
        for key in {*got, *told}
        if got.get(key) != told.get(key)
    ]
    return "\n".join([*lines, f"on {question.v} as known at {question.k}", *apart])


@some
@given(LIVED)
def test_every_verdict_is_what_the_law_says(case: tuple[list[Entry], OracleQuestion]) -> None:
    """Every act and item, at the times asked about: the verdict, the act that decides, both views and the reason."""
    entries, question = case
    assert not differ(entries, question), explained(entries, question, differ)


@some
@given(LIVED)
def test_who_could_after_others_have_acted(case: tuple[list[Entry], OracleQuestion]) -> None:
    """Candidates and reasons with caps, uses, splitting, separation, approvals and joint authority."""
    entries, question = case
    assert not disagrees(entries, question), readable(entries, question)


@some
@given(LIVED)
def test_candidates_are_exactly_those_who_may_after_others_have_acted(
    case: tuple[list[Entry], OracleQuestion],
) -> None:
    entries, asked = case
    books, question = folded(entries), as_question(asked)
    answer = who_could(books, question)
    candidates = {one.who for one in answer.candidates}
    everybody = [Holder(person=PersonId(person)) for person in books.things["person"]]
    everybody += [Holder(committee=CommitteeId(body)) for body in books.things["committee"]]
    for who in everybody:
        ruling = may(books, who, question)
        assert (ruling.outcome == "yes") == (who in candidates), who
        assert ruling.question == answer.question


@some
@given(LIVED, st.integers(1, 12))
def test_a_flip_report_is_the_difference_of_the_verdicts_before_and_after(
    case: tuple[list[Entry], OracleQuestion], back: int
) -> None:
    entries, question = case
    after = question.k
    before = visible(entries, max(1, after - back))
    assert not flip_apart(entries, before, after, question.v)
    report = flips(folded(entries), Seq(before), Seq(after), on=question.v)
    told = {(one.kind, one.id): (one.before, one.after) for one in report.flips if one.kind in {"act", "item"}}
    assert told == oracle.flips(entries, before, after, question.v)


@some
@given(LIVED)
def test_who_set_a_target_could_as_the_law_says(case: tuple[list[Entry], OracleQuestion]) -> None:
    entries, question = case
    for target, told in settings(folded(entries), question.k).items():
        assert told == oracle.settings(entries, target, question.k), target


@some
@given(LIVED)
def test_a_candidate_is_flagged_whose_first_route_would_not_carry_what_is_related(
    case: tuple[list[Entry], OracleQuestion],
) -> None:
    entries, question = case
    flagged = {
        one.who.id
        for one in who_could(folded(entries), as_question(question)).candidates
        if "split_suspected" in one.flags
    }
    assert flagged == oracle.split_suspected(entries, question)


@some
@given(LIVED)
def test_breaches_are_the_acts_whose_verdict_is_not_within_authority(
    case: tuple[list[Entry], OracleQuestion],
) -> None:
    entries, question = case
    acted_at = sorted(act.effective.at for act in oracle.done_on(entries, question.k))
    since, until = (acted_at[0], acted_at[-1]) if acted_at else (question.v, question.v)
    for upto in (until, FOREVER):
        found = breaches(folded(entries), since, upto, on=question.v, known=Seq(question.k))
        assert [one.deed for one in found] == oracle.breaches(entries, since, upto, question.v, question.k)


@some
@given(LIVED)
def test_verdicts_as_known_never_change_when_later_entries_arrive(case: tuple[list[Entry], OracleQuestion]) -> None:
    entries, question = case
    k = visible(entries, max(1, question.k // 2))
    then, later = folded(entries[:k]), folded(entries)
    for deed in then.things["deed"]:
        assert act_verdict(later, deed, question.v, Seq(k)) == act_verdict(then, deed, question.v, Seq(k)), deed
    for item in list(then.deeds_on):
        assert item_verdict(later, item, question.v, Seq(k)) == item_verdict(then, item, question.v, Seq(k)), item


@some
@given(LIVED, st.integers(0, 6))
def test_what_was_asked_while_entries_came_and_went_changes_no_verdict(
    case: tuple[list[Entry], OracleQuestion], rest: int
) -> None:
    """Entries are taken in tentatively, asked about, taken back and taken in again, as commands are when decided."""
    entries, question = case
    books = Books()
    fold(books, entries[0])
    for number, entry in enumerate(entries[1:]):
        take_back = fold_tentatively(books, entry)
        if number % 7 == rest:
            verdicts(books, question.v, books.head)
        if number % 3 == rest % 3:
            take_back()
            fold_tentatively(books, entry)
    assert verdicts(books, question.v, question.k) == verdicts(folded(entries), question.v, question.k)


@some
@given(LIVED)
def test_the_remainder_shown_is_the_cap_less_what_was_used_of_the_pool(
    case: tuple[list[Entry], OracleQuestion],
) -> None:
    entries, question = case
    for one in who_could(folded(entries), as_question(question)).candidates:
        first = one.routes[0]
        way = first.capacity, first.steps[-1].authority, first.position
        for left in one.remainders:
            if left.used is None:
                continue
            cap = left.authority, left.window, left.pool
            party = one.who.kind, one.who.id
            used = oracle.used_of(entries, question, party, way, cap, left.used.currency)
            assert used is not None, left
            # What was converted is unrounded in the oracle and shown to many digits by the ledger.
            assert abs(used - Fraction(left.used.amount)) < Fraction(1, 10**12), left
            if isinstance(left.cap, UpTo) and left.left is not None and left.cap.currency == left.used.currency:
                assert left.left.amount == max(left.cap.amount - left.used.amount, Decimal(0)), left


def test_a_decision_that_would_rest_on_itself_rests_on_nothing() -> None:
    """The grant by decision x1 is what x1 is approved by: default deny, and no answer fails."""
    day = Moment(datetime(2026, 1, 1, tzinfo=UTC))
    person, matter, item = PersonId("li"), MatterId("m"), ItemId("x1")
    opened = LedgerOpened(name="Hengtong", currency="CNY", zone="UTC")
    facts: tuple[AnyEvent, ...] = (
        opened,
        MatterDefined(effective=day, matter=matter, name="m"),
        PersonRegistered(effective=day, person=person, name=Commitment("0")),
        AuthorityGranted(
            effective=day,
            authority=AuthorityId("g"),
            holder=Holder(person=person),
            act=Act("approve"),
            matter=matter,
            limit=Unlimited(),
            by_decision=item,
        ),
        ActDone(
            effective=day,
            deed=DeedId("d"),
            item=item,
            act=Act("approve"),
            by=Holder(person=person),
            matter=matter,
        ),
    )
    entries = [entry_of(seq, fact) for seq, fact in enumerate(facts, start=1)]
    on = datetime(2026, 2, 1, tzinfo=UTC)
    verdict = act_verdict(folded(entries), "d", on, Seq(5))
    told = oracle.act_verdict(entries, "d", on, 5)
    assert verdict is not None
    assert told is not None
    assert (verdict.verdict, verdict.reason and verdict.reason.code) == ("UNAUTHORISED", "CHAIN_BROKEN")
    assert (told.verdict, told.reason) == ("UNAUTHORISED", "CHAIN_BROKEN")
