"""The answers: who could, may they, what could they do.

Default deny: a candidate is whoever has a way that passes every check, and nobody else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

from ledger.books.items import acts_on, item_terms
from ledger.books.reading import AsOf
from ledger.events import AuthorityGranted
from ledger.ids import ACTS
from ledger.policy.checks import Checks
from ledger.policy.judging import Judge
from ledger.policy.needs import Needs
from ledger.policy.questions import (
    MISSING,
    RANK,
    Answer,
    Candidate,
    FailedRoute,
    Finding,
    NearMiss,
    OpenAuthority,
    Opportunities,
    Question,
    Remainder,
    Ruling,
)
from ledger.policy.routes import Routes, Way, admitted, ways_over

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from ledger.books.state import Books
    from ledger.ids import Holder, Seq

    Tried = tuple[Way, Finding | None]


def who_could(books: Books, question: Question) -> Answer:
    """Everybody who could, with every route; and everybody who holds something over the matter and could not, with why.

    If nobody could and some route is undetermined, `missing` names what is missing. Raises nothing: things that are
    unknown at the asked times give nobody a route.
    """
    return _answer(books, question, None)


def may(books: Books, who: Holder, question: Question) -> Ruling:
    """Whether one person or body could: yes exactly if `who_could` names them as a candidate."""
    answer = _answer(books, question, who)
    candidate = answer.candidates[0] if answer.candidates else None
    near = answer.near_misses[0] if answer.near_misses else None
    outcome: Literal["yes", "no", "unknown"] = "yes" if candidate else "unknown" if answer.missing else "no"
    reason = None
    if candidate is None:
        reason = near.reason if near else Finding(code="NO_GRANT")
    if answer.missing:
        reason = msgspec.structs.replace(answer.missing[0], also=answer.missing[1:])
    return Ruling(
        question=answer.question,
        who=who,
        valid_at=answer.valid_at,
        known_seq=answer.known_seq,
        known_at=answer.known_at,
        outcome=outcome,
        candidate=candidate,
        near_miss=near,
        reason=reason,
    )


def what_could(books: Books, person: str, at: datetime, known: Seq) -> Opportunities:
    """Everything a person could do, asked without an amount.

    A route whose only gap is an attribute that its own scope asks for is listed, with what it needs.
    """
    reading = AsOf(books, at, known)
    routes = Routes(reading)
    found: list[tuple[tuple[int, tuple[object, ...]], OpenAuthority]] = []
    for thing in list(books.things["authority"].values()):
        fact = routes.links.said(thing)
        if not isinstance(fact, AuthorityGranted):
            continue
        for way in routes.under(thing, fact.matter, None):
            if way.who.person != person or not (fact.act in ACTS or reading.alive("act", fact.act)):
                continue
            question = Question(act=fact.act, matter=way.chain.reach, at=at, known=known)
            if _open(books, reading, way, question, fact.matter):
                needs = tuple(dict.fromkeys(term.dimension for link in way.chain.scoped for term in link.scope))
                one = OpenAuthority(act=fact.act, matter=question.matter, route=way.route, needs=needs)
                found.append(((way.chain.links[-1].order, way.order), one))
    could = tuple(one for _, one in sorted(found, key=lambda pair: pair[0]))
    return Opportunities(person=person, valid_at=at, known_seq=known, known_at=books.recorded(known), could=could)


def _open(books: Books, reading: AsOf, way: Way, question: Question, granted: str) -> bool:
    """Whether a way passes when asked about its own matter, or lacks nothing but an attribute of its own scope."""
    matters = reading.matters_above(question.matter)
    reached = (granted, *(link.fact.matter for link in way.chain.links if link.fact.matter))
    if not all(matter in matters for matter in reached):
        return False
    stretch = ways_over(books, question.act, question.matter, question.at, question.known)
    finding = Checks(books, question, stretch, Judge(books)).fail(way)
    lacks = () if finding is None else (finding, *finding.also)
    if not all(one.code == "ATTRIBUTE_MISSING" and one.restriction is None for one in lacks):
        return False
    return all(_some_value(reading, way, one.dimension) for one in lacks if one.dimension is not None)


def _some_value(reading: AsOf, way: Way, dimension: str) -> bool:
    """Whether some value of a dimension lies within every scope of the chain that asks for it."""
    asked = [set(term.values) for link in way.chain.scoped for term in link.scope if term.dimension == dimension]
    return any(
        all(not values.isdisjoint(reading.values_above(dimension, value)) for values in asked)
        for value in set().union(*asked)
    )


def _answer(books: Books, question: Question, only: Holder | None) -> Answer:
    question = _about_the_item(books, question)
    stretch = ways_over(books, question.act, question.matter, question.at, question.known)
    judge = Judge(books)
    checks = Checks(books, question, stretch, judge)
    passing: dict[Holder, list[Way]] = {}
    failing: dict[Holder, list[FailedRoute]] = {}
    for way in admitted(books, stretch, question, only):
        finding = checks.fail(way)
        if finding is None:
            passing.setdefault(way.who, []).append(way)
        else:
            failing.setdefault(way.who, []).append(FailedRoute(reason=finding, route=way.route))
    near = tuple(_near_miss(who, failed) for who, failed in failing.items() if who not in passing)
    missing: tuple[Finding, ...] = ()
    if near and not passing:
        reasons = [one.reason for one in _failures(near) if one.reason.code in MISSING]
        lacking = [one for reason in reasons for one in (msgspec.structs.replace(reason, also=()), *reason.also)]
        missing = tuple(dict.fromkeys(lacking))
    needs = Needs(books, question, stretch, judge, passing)
    return Answer(
        question=question,
        valid_at=question.at,
        known_seq=question.known,
        known_at=books.recorded(question.known),
        candidates=tuple([_candidate(who, ways, checks, needs) for who, ways in passing.items()]),
        near_misses=near,
        missing=missing,
    )


def _about_the_item(books: Books, question: Question) -> Question:
    """What the question does not state of its item is the item's, as known."""
    if question.item is None:
        return question
    terms = item_terms(books, question.item, question.at, question.known)
    opened = question.opened or terms.opened
    if opened is None:
        acts = acts_on(books, question.item, question.known)
        opened = min((version.effective for version, _ in acts), default=None)
    return msgspec.structs.replace(
        question,
        amount=question.amount or terms.amount,
        attributes={**terms.attributes, **question.attributes},
        requester=question.requester or terms.requester,
        beneficiary=question.beneficiary or terms.beneficiary,
        opened=opened,
    )


def _candidate(who: Holder, ways: list[Way], checks: Checks, needs: Needs) -> Candidate:
    first = ways[0]
    chain, flags = first.chain, first.flags
    remainders: tuple[Remainder, ...] = ()
    if any(link.caps for link in chain.links) or (chain.grant is not None and chain.grant.uses is not None):
        remainders = tuple(checks.caps.remainders(first))
    if needs.stretch.splitting != "off" and checks.earlier.suspected(chain):
        flags = (*flags, "split_suspected")
    return Candidate(
        who=who,
        capacity=first.capacity,
        routes=tuple([way.route for way in ways]),
        remainders=remainders,
        needs=needs.of(first),
        flags=flags,
    )


def _near_miss(who: Holder, failed: list[FailedRoute]) -> NearMiss:
    latest = max(failed, key=lambda one: RANK[one.reason.code])
    others = tuple(one for one in failed if one is not latest)
    return NearMiss(who=who, reason=latest.reason, route=latest.route, others=others)


def _failures(misses: Iterable[NearMiss]) -> Iterator[FailedRoute]:
    for miss in misses:
        yield FailedRoute(reason=miss.reason, route=miss.route)
        yield from miss.others
