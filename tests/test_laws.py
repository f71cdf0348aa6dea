"""The laws of semantics.md, on random histories, against the slow and obvious oracle."""

from __future__ import annotations

import dataclasses
import os
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger import Ledger
from ledger import commands as cm
from ledger.books import AsOf, Books, fold, fold_tentatively
from ledger.books.figures import Published
from ledger.books.idle import idle
from ledger.events import (
    AnyEvent,
    AuthorityGranted,
    CharterAdopted,
    Commitment,
    Entry,
    EntryAnnulled,
    FactCorrected,
    RestrictionImposed,
    RuleSet,
)
from ledger.ids import Act, CommandId, Holder, MatterId, PositionId, RestrictionId, Seq
from ledger.journal import Journal
from ledger.moments import MICROSECOND, Moment
from ledger.money import fits, wider
from ledger.policy import MISSING, Answer, Question, may, who_could
from ledger.refusals import Refusal
from ledger.timeline import Thing
from tests import oracle
from tests.histories import asked, least

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.oracle import OracleQuestion, Verdicts

EXAMPLES = int(os.environ.get("REMIT_LAW_EXAMPLES", "300"))
"""How many histories each law is tried on; `make soak` takes many more."""
many = settings(max_examples=2 * EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
some = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))

PROPERTIES = {
    "unit": ("name", "parent"),
    "position": ("title", "unit", "seats", "superior"),
    "person": ("name",),
    "matter": ("name", "parent", "reserved"),
    "committee": ("seats",),
}
AMENDED = ("limit", "scope", "depth")


def folded(entries: Sequence[Entry]) -> Books:
    books = Books()
    for entry in entries:
        fold(books, entry)
    return books


def as_question(question: OracleQuestion) -> Question:
    return Question(
        act=question.act,
        matter=question.matter,
        amount=question.amount,
        attributes=question.attributes,
        requester=question.requester,
        beneficiary=question.beneficiary,
        opened=question.opened,
        item=question.item,
        claimed=question.claimed,
        at=question.v,
        known=Seq(question.k),
    )


def essence(answer: Answer) -> tuple[object, ...]:
    """An answer in the oracle's terms: candidates with ways, everybody's failed reasons, headlines, undetermined."""
    candidates = {
        (one.who.kind, one.who.id): {(way.capacity, way.steps[-1].authority, way.position) for way in one.routes}
        for one in answer.candidates
    }
    failed = {
        (one.who.kind, one.who.id): {one.reason.code, *(other.reason.code for other in one.others)}
        for one in answer.near_misses
    }
    headlines = {(one.who.kind, one.who.id): one.reason.code for one in answer.near_misses}
    return candidates, failed, headlines, bool(answer.missing)


def expected(verdicts: Verdicts) -> tuple[object, ...]:
    failed = {who: reasons for who, reasons in verdicts.reasons.items() if who not in verdicts.candidates}
    return verdicts.candidates, failed, verdicts.headline, verdicts.undetermined


def disagrees(entries: list[Entry], question: OracleQuestion) -> bool:
    answer = who_could(folded(entries), as_question(question))
    return essence(answer) != expected(oracle.who_could(entries, question))


def readable(entries: list[Entry], question: OracleQuestion) -> str:
    """The smallest history in which the two disagree, to read."""
    entries, question = least(entries, question, disagrees)
    lines = [f"{entry.seq}: {entry.event}" for entry in entries]
    answer = essence(who_could(folded(entries), as_question(question)))
    return "\n".join([*lines, str(question), f"ledger: {answer}", f"oracle: {oracle.who_could(entries, question)}"])


@many
@given(asked())
def test_who_could_is_what_the_law_says(case: tuple[list[Entry], OracleQuestion]) -> None:
    entries, question = case
    assert not disagrees(entries, question), readable(entries, question)


@some
@given(asked())
def test_candidates_are_exactly_those_who_may(case: tuple[list[Entry], OracleQuestion]) -> None:
    entries, oracle_question = case
    books, question = folded(entries), as_question(oracle_question)
    answer = who_could(books, question)
    candidates = {one.who for one in answer.candidates}
    everybody = [Holder(person=person) for person in books.things["person"]]  # type: ignore[arg-type]
    everybody += [Holder(committee=body) for body in books.things["committee"]]  # type: ignore[arg-type]
    for who in everybody:
        ruling = may(books, who, question)
        assert (ruling.outcome == "yes") == (who in candidates), who
        assert ruling.outcome == "yes" or ruling.reason is not None
        if ruling.outcome == "unknown":
            assert ruling.reason is not None
            assert ruling.reason.code in MISSING


@some
@given(asked())
def test_default_deny(case: tuple[list[Entry], OracleQuestion]) -> None:
    """With every grant annulled nobody could; nor for an act or a matter that nobody introduced."""
    entries, oracle_question = case
    question = as_question(oracle_question)
    granted = [entry.seq for entry in entries if isinstance(entry.event, AuthorityGranted)]
    without = list(entries)
    for seq in granted:
        said = [entry for entry in without if getattr(entry.event, "of", None) == seq and entry.seq > seq]
        for one in (seq, *(entry.seq for entry in said if isinstance(entry.event, FactCorrected))):
            without.append(entry_of(len(without) + 1, EntryAnnulled(of=Seq(one), reason=Commitment("0"))))
    books = folded(without)
    for act, matter in (
        (question.act, question.matter),
        ("approve", "no such matter"),
        ("no such act", question.matter),
    ):
        answer = who_could(books, msgspec.structs.replace(question, act=act, matter=matter, known=Seq(books.head)))
        assert not answer.candidates
        assert answer.determined


@many
@given(asked())
def test_every_property_at_any_point_of_the_two_times(case: tuple[list[Entry], OracleQuestion]) -> None:
    entries, question = case
    books, v, k = folded(entries), question.v, question.k
    reading = AsOf(books, v, k)
    for kind, names in PROPERTIES.items():
        for called in books.things[kind]:
            for name in names:
                got, law = reading.stated(kind, called, name), oracle.value(entries, kind, called, name, v, k)
                assert got == law, (kind, called, name)
    for thing_id, thing in books.things["authority"].items():
        life = reading.life("authority", thing_id)
        if life is None or not life.contains(v):
            continue
        for name in AMENDED:
            version = reading.property(thing, name, life) or life.created
            assert getattr(version.fact, name) == oracle.value(entries, "authority", thing_id, name, v, k)
    for rule in ("vacancy", "superiors", "self_interest"):
        assert reading.rule(rule) == oracle.rule(entries, rule, v, k)
    for position in books.things["position"]:
        edition = reading.charter(position)
        assert (edition.fact if edition else None) == oracle.charter(entries, position, v, k)
        assert edition is None or isinstance(edition.fact, CharterAdopted)
        assert reading.resolve(position) == oracle.resolve(entries, position, v, k)
        if reading.alive("position", position):
            assert reading.superior(position) == oracle.superior(entries, position, v, k)
        held = sorted((one.person, one.kind) for one in reading.incumbents(position))
        assert held == sorted(oracle.appointees(entries, position, v, k))
    for dimension, value in books.scope_parents:
        if dimension != "unit":
            assert reading.parent_value(dimension, value) == oracle.scope_parent(entries, dimension, value, v, k)


@some
@given(asked())
def test_every_life_and_its_end(case: tuple[list[Entry], OracleQuestion]) -> None:
    entries, question = case
    books = folded(entries)
    for kind, things in books.things.items():
        for thing in things:
            life = AsOf(books, question.v, question.k).life(kind, thing)
            law = oracle.life(entries, kind, thing, question.k)
            got = None if life is None else (life.since, life.until, life.ended.seq if life.ended else None)
            assert got == law, (kind, thing)


@some
@given(asked())
def test_answers_as_known_never_change_when_later_entries_arrive(case: tuple[list[Entry], OracleQuestion]) -> None:
    entries, oracle_question = case
    question = as_question(oracle_question)
    then = who_could(folded(entries[: question.known]), question)
    assert who_could(folded(entries), question) == then


@some
@given(asked())
def test_what_is_folded_and_taken_back_leaves_no_trace(case: tuple[list[Entry], OracleQuestion]) -> None:
    entries, oracle_question = case
    known = oracle_question.k
    books = folded(entries[:known])
    undo = [fold_tentatively(books, entry) for entry in entries[known:]]
    for take_back in reversed(undo):
        take_back()
    question = as_question(oracle_question)
    assert who_could(books, question) == who_could(folded(entries[:known]), question)
    for entry in entries[known:]:
        fold(books, entry)
    question = as_question(oracle_question)
    at_head = Question(act=question.act, matter=question.matter, at=question.at, known=Seq(len(entries)))
    assert who_could(books, at_head) == who_could(folded(entries), at_head)


@some
@given(asked())
def test_entries_without_effect_are_listed(case: tuple[list[Entry], OracleQuestion]) -> None:
    entries, question = case
    assert {one.seq for one in idle(folded(entries), question.k)} == oracle.idle(entries, question.k)


@some
@given(asked())
def test_nobody_acts_by_an_authority_outside_its_life(case: tuple[list[Entry], OracleQuestion]) -> None:
    """At both edges of every authority's life and a microsecond before: who acts by it does so inside its life."""
    entries, oracle_question = case
    books, question = folded(entries), as_question(oracle_question)
    instants = {edge for entry in entries for edge in edges(entry)}
    for at in (one for edge in instants for one in (edge, edge - MICROSECOND)):
        for candidate in who_could(books, msgspec.structs.replace(question, at=at)).candidates:
            for step in (step for route in candidate.routes for step in route.steps):
                law = oracle.life(entries, "authority", step.authority, question.known)
                assert law is not None
                assert law.start <= at < law.until


@some
@given(asked())
def test_what_is_remembered_for_a_stretch_of_time_is_what_is_found_afresh(
    case: tuple[list[Entry], OracleQuestion],
) -> None:
    """The same books asked about every instant in use, in any order, answer like books that were never asked."""
    entries, oracle_question = case
    books, question = folded(entries), as_question(oracle_question)
    instants = sorted({edge for entry in entries for edge in edges(entry)} | {question.at})
    for at in [*instants, *reversed(instants)]:
        for asked_at in (at, at - MICROSECOND):
            again = msgspec.structs.replace(question, at=asked_at)
            assert who_could(books, again) == who_could(folded(entries), again), asked_at


@some
@given(asked(), st.integers(1, 40))
def test_refolding_in_any_batch_size_gives_the_same_books(case: tuple[list[Entry], OracleQuestion], size: int) -> None:
    """Whether a journal is read in one page or in many, by a reader or by a writer: the books are the same."""
    entries, question = case[0], as_question(case[1])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ledger.journal.journal.PAGE", size)
        ledger = Ledger(Journal.create(":memory:", entries[0]))
        ledger.catch_up()
        for first in range(1, len(entries), size):
            with ledger.journal.locked() as writer:
                writer.append(entries[first : first + size], [])
            ledger.catch_up()
            who_could(ledger.books, msgspec.structs.replace(question, known=Seq(ledger.books.head)))
        ledger.journal.close()
    tentative = Books()
    for entry in entries:
        fold_tentatively(tentative, entry)
    assert contents(ledger.books) == contents(folded(entries)) == contents(tentative)


@some
@given(asked())
def test_a_restriction_beats_every_grant_that_does_not_name_it(case: tuple[list[Entry], OracleQuestion]) -> None:
    """With a restriction on everyone over the matter, whoever still could does so by a special grant that lifts it."""
    entries, oracle_question = case
    question = as_question(as_known(oracle_question, k=len(entries)))
    moment = Moment(question.at)
    act, matter = Act(question.act), MatterId(question.matter)
    ban = RestrictionImposed(effective=moment, restriction=RestrictionId("all"), act=act, matter=matter)
    banned = [*entries, entry_of(len(entries) + 1, ban)]
    answer = who_could(folded(banned), msgspec.structs.replace(question, known=Seq(len(banned))))
    assert not answer.candidates
    for miss in answer.near_misses:
        codes = {miss.reason.code, *(other.reason.code for other in miss.others)}
        assert codes.isdisjoint({"NO_AUTHORITY", "PER_ACT_EXCEEDED", "REQUESTER", "RATE_MISSING"}), codes


@some
@given(asked())
def test_the_effective_limit_is_the_smallest_along_the_chain(case: tuple[list[Entry], OracleQuestion]) -> None:
    entries, oracle_question = case
    books, question = folded(entries), as_question(oracle_question)
    figures = Published(AsOf(books, question.at, question.known))
    for one in who_could(books, question).candidates:
        for route in one.routes:
            names = [step.authority for step in route.steps]
            law = oracle.effective_limits(entries, names, question.at, question.known)
            assert [step.limit for step in route.steps] == law
            assert all(not wider(route.limit, limit, figures) for limit in law)
            assert question.amount is None or all(fits(limit, question.amount, figures) for limit in law)


@some
@given(asked())
def test_of_two_facts_from_one_instant_the_later_recorded_decides(case: tuple[list[Entry], OracleQuestion]) -> None:
    entries, question = case
    at = Moment(question.v)
    said = [RuleSet(effective=at, rule="vacancy", value=value) for value in ("none", "roll_up", "none")]
    entries = [*entries, *(entry_of(len(entries) + number, fact) for number, fact in enumerate(said, 1))]
    books = folded(entries)
    for known, value in zip(range(len(entries) - 2, len(entries) + 1), ("none", "roll_up", "none"), strict=True):
        assert AsOf(books, question.v, known).rule("vacancy") == value
    end = annulment_after(entries[-1], annul=len(entries) - 1)
    fold(books, end)
    assert AsOf(books, question.v, end.seq).rule("vacancy") == "none"


def edges(entry: Entry) -> set[datetime]:
    """The instants that a fact names."""
    fact = getattr(entry.event, "replacement", entry.event)
    moments = (getattr(fact, "effective", None), getattr(fact, "until", None))
    return {moment.at for moment in moments if moment is not None}


def entry_of(seq: int, event: AnyEvent) -> Entry:
    """The next entry of a journal."""
    at = datetime(2090, 1, 1, tzinfo=UTC) + seq * MICROSECOND
    return Entry(
        seq=Seq(seq), recorded_at=at, recorded_by="law", command_id=CommandId(f"law-{seq}"), digest="0", event=event
    )


def annulment_after(last: Entry, *, annul: int) -> Entry:
    """The entry after the last, which annuls one."""
    return entry_of(last.seq + 1, EntryAnnulled(of=Seq(annul), reason=Commitment("0")))


def as_known(question: OracleQuestion, *, k: int) -> OracleQuestion:
    """The question, as known at another entry."""
    return dataclasses.replace(question, k=k)


def contents(books: Books) -> dict[str, object]:
    """Everything the books hold, as plain data, less what they only remember."""
    held = {name: value for name, value in vars(books).items() if name not in {"remembered", "judged", "pools", "zone"}}
    return {name: plain(value) for name, value in held.items()}


def plain(value: object) -> object:
    if isinstance(value, Thing):
        return value.id, plain(value.created), plain(value.ends), plain(value.properties)
    if isinstance(value, msgspec.Struct):
        return type(value).__name__, {name: plain(one) for name, one in msgspec.structs.asdict(value).items()}
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items() if one not in ([], set())}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return value


POSITIONS = tuple(PositionId(name) for name in "abcde")
DAYS = ("2026-01-01", "2026-02-01", "2026-03-01", "2026-04-01")


@st.composite
def organising(draw: st.DrawFn) -> cm.FactCommand:
    """A command about who reports to whom, sensible or not."""
    since, position = draw(st.sampled_from(DAYS)), draw(st.sampled_from(POSITIONS))
    other = draw(st.none() | st.sampled_from(POSITIONS))
    match draw(st.integers(0, 3)):
        case 0:
            return cm.AbolishPosition(since=since, position=position, successor=other)
        case 1:
            until = draw(st.none() | st.sampled_from(("2026-02-15", "2026-05-01")))
            return cm.SetSuperior(since=since, until=until, position=position, superior=other)
        case _:
            return cm.SetSuperior(since=since, position=position, superior=other)


@some
@given(st.lists(st.tuples(organising(), st.integers(0, 5), st.integers(6, 40)), max_size=20))
def test_whatever_is_accepted_no_position_ever_reports_to_itself(
    asked_for: list[tuple[cm.FactCommand, int, int]],
) -> None:
    """Through decide and append: commands, corrections and annulments of earlier ones, in any order."""
    ledger = Ledger.create(":memory:", cm.OpenLedger(name="L", currency="CNY", zone="UTC"), by="law")
    for name in POSITIONS:
        ledger.submit(cm.EstablishPosition(since="2026-01-01", position=name, title=str(name)), by="law")
    for command, how, entry in asked_for:
        said: cm.Command = command
        if how == 0:
            said = cm.AnnulEntry(of=entry, reason="r")
        elif how == 1:
            said = cm.CorrectFact(of=entry, replacement=command, reason="r")  # type: ignore[arg-type]
        with suppress(Refusal):
            ledger.submit(said, by="law")
    for day in (*DAYS, "2026-02-15", "2026-05-01"):
        reading = AsOf(ledger.books, datetime.fromisoformat(f"{day}T00:00+00:00"), ledger.books.head)
        for name in POSITIONS:
            climbed, here = {str(name)}, reading.superior(name)
            while here is not None:
                assert here not in climbed, (day, name)
                climbed.add(here)
                here = reading.superior(here)
    ledger.journal.close()
