"""The answers: who could, may they, what could they do.

Default deny: a candidate is whoever has a route that passes every check, and nobody else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ledger.books.reading import AsOf
from ledger.events import AuthorityGranted
from ledger.ids import Holder, Seq
from ledger.money import Limit, wider
from ledger.policy.checks import Checks
from ledger.policy.questions import (
    MISSING,
    RANK,
    Answer,
    Candidate,
    FailedRoute,
    Finding,
    NearMiss,
    OpenAuthority,
    Question,
    Route,
    Ruling,
)
from ledger.policy.routes import Routes, Way
from ledger.timeline import life_at

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from ledger.books.state import Books

_KIND_ORDER = {"standing": 0, "temporary": 1, "special": 2}
_CAPACITY_ORDER = {"acting": 1, "delegate": 2, "rolled_up": 3, "inherited": 4}


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
    reason = None if candidate else near.reason if near else Finding(code="NO_GRANT")
    outcome = "yes" if candidate else "no"
    if answer.missing:
        outcome, reason = "unknown", answer.missing[0]
    return Ruling(
        question=question,
        who=who,
        valid_at=answer.valid_at,
        known_seq=answer.known_seq,
        known_at=answer.known_at,
        outcome=outcome,  # type: ignore[arg-type]  # one of the three
        candidate=candidate,
        near_miss=near,
        reason=reason,
    )


def what_could(books: Books, person: str, at: datetime, known: Seq) -> tuple[OpenAuthority, ...]:
    """Everything a person could do, asked without an amount, in the order in which the authorities were recorded.

    A route whose only gap is an attribute that its own scope asks for is listed, with what it needs.
    """
    reading = AsOf(books, at, known)
    routes = Routes(reading)
    found: dict[tuple[str, str, str | None, str], tuple[int, OpenAuthority]] = {}
    for thing in books.things["authority"].values():
        life = life_at(thing, known)
        version = life.created if life is not None else reading.ever_stated(thing)
        if version is None or not isinstance(fact := version.fact, AuthorityGranted):
            continue
        for way in routes.under(thing, fact.matter, None):
            if way.who.person != person:
                continue
            matter = way.chain.reach
            matters = reading.matters_above(matter)
            reached = (fact.matter, *(link.fact.matter for link in way.chain.links if link.fact.matter))
            if not all(one in matters for one in reached):
                continue
            question = Question(act=fact.act, matter=matter, at=at, known=known)
            finding = Checks(reading, question, matters).fail(way)
            if finding is None or (finding.code == "ATTRIBUTE_MISSING" and finding.restriction is None):
                needs = tuple(dict.fromkeys(term.dimension for link in way.chain.links for term in link.scope))
                last = way.chain.links[-1].step
                key = (last.authority, way.capacity, way.position, matter)
                found[key] = last.seq, OpenAuthority(act=fact.act, matter=matter, route=_route(way), needs=needs)
    return tuple(one for _, one in sorted(found.values(), key=lambda pair: pair[0]))


def _answer(books: Books, question: Question, only: Holder | None) -> Answer:
    reading = AsOf(books, question.at, question.known)
    matters = reading.matters_above(question.matter)
    checks = Checks(reading, question, matters)
    tried: dict[Holder, list[tuple[Way, Finding | None]]] = {}
    for way in Routes(reading).over(question.act, matters):
        if only is None or way.who == only:
            tried.setdefault(way.who, []).append((way, checks.fail(way)))
    candidates, misses = [], []
    for who, ways in tried.items():
        ways.sort(key=_order)
        passing = [way for way, finding in ways if finding is None]
        if passing:
            candidates.append((_order((passing[0], None)), _candidate(reading, who, passing)))
        else:
            misses.append((_order(ways[0]), _near_miss(who, ways)))
    candidates.sort(key=lambda pair: pair[0])
    misses.sort(key=lambda pair: pair[0])
    near = tuple(one for _, one in misses)
    missing: tuple[Finding, ...] = ()
    if not candidates:
        missing = tuple(dict.fromkeys(one.reason for one in _failures(near) if one.reason.code in MISSING))
    return Answer(
        question=question,
        valid_at=question.at,
        known_seq=question.known,
        known_at=books.recorded(question.known),
        candidates=tuple(one for _, one in candidates),
        near_misses=near,
        missing=missing,
    )


def _order(one: tuple[Way, Finding | None]) -> tuple[int, int, int, str, str]:
    """Standing, temporary, special; own, acting, delegated, rolled up, inherited; lowest number (semantics.md 6)."""
    way = one[0]
    grant = way.chain.grant
    return (
        _KIND_ORDER[grant.kind] if grant else 0,
        _CAPACITY_ORDER.get(way.capacity, 0),
        way.chain.links[-1].step.seq,
        way.who.id,
        way.position or "",
    )


def _candidate(reading: AsOf, who: Holder, passing: list[Way]) -> Candidate:
    routes = tuple(_route(way) for way in passing)
    absent = who.person is not None and reading.absent(who.person)
    return Candidate(who=who, capacity=routes[0].capacity, routes=routes, flags=("absent",) if absent else ())


def _near_miss(who: Holder, ways: Iterable[tuple[Way, Finding | None]]) -> NearMiss:
    failed = [FailedRoute(reason=finding, route=_route(way)) for way, finding in ways if finding is not None]
    latest = max(failed, key=lambda one: RANK[one.reason.code])
    others = tuple(one for one in failed if one is not latest)
    return NearMiss(who=who, reason=latest.reason, route=latest.route, others=others)


def _failures(misses: Iterable[NearMiss]) -> Iterable[FailedRoute]:
    for miss in misses:
        yield FailedRoute(reason=miss.reason, route=miss.route)
        yield from miss.others


def _route(way: Way) -> Route:
    steps = tuple(link.step for link in way.chain.links)
    one = way.incumbent
    return Route(
        capacity=way.capacity,
        steps=steps,
        limit=_smallest([step.limit for step in steps]),
        position=way.position,
        appointment=one.appointment if one else None,
        appointment_seq=one.seq if one else None,
    )


def _smallest(limits: list[Limit]) -> Limit:
    """The smallest limit along a chain; of two that a rate would have to compare, the one nearer to the actor."""
    smallest = limits[0]
    for limit in limits[1:]:
        if wider(limit, smallest) is not True:
            smallest = limit
    return smallest
