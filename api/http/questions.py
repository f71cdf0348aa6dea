"""Who could, may they, what could they do: the questions of section 5."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, TypeVar

import msgspec

from api.http.asking import (
    Deadline,
    Id,
    Listing,
    Query,
    Times,
    When,
    actor,
    attributes,
    thing,
)
from api.http.problems import bad
from ledger.moments import Instant, read, start_of_day, written
from ledger.money import money
from ledger.policy import Answer, Opportunities, Question, Ruling, may, what_could, who_could

if TYPE_CHECKING:
    from collections.abc import Callable

    from ledger.books import Books
    from ledger.ids import Seq

_Timed = TypeVar("_Timed", Answer, Ruling)
Amount = Annotated[
    str, msgspec.Meta(min_length=1, max_length=100, description="2000 CNY, 5万元, USD 70,000; alone, the base currency")
]
With = Annotated[
    tuple[Annotated[str, msgspec.Meta(min_length=3, max_length=400)], ...],
    msgspec.Meta(max_length=50, description="What is stated of the act, each as `dimension=value`."),
]


class Act(Listing, frozen=True, kw_only=True):
    """An act: what kind, over which matter, for how much, and what is stated of it."""

    act: Id
    matter: Id
    amount: Amount | None = None
    stated: With = msgspec.field(default=(), name="with")
    requester: Id | None = None
    beneficiary: Id | None = None
    item: Id | None = None
    claimed: Id | None = None
    opened: When | None = None


class ActOf(Act, frozen=True, kw_only=True):
    """The same, by one person or committee."""

    who: Id


class Person(Listing, frozen=True, kw_only=True):
    """One person."""

    person: Id


def question_of(books: Books, asked: Act, at: Instant, known: Seq) -> Question:
    """The question in the ledger's words. Raises BadInput, Problem."""
    return Question(
        act=thing(books, "act", asked.act, "act"),
        matter=thing(books, "matter", asked.matter, "matter"),
        amount=money(asked.amount, "amount", books.currency) if asked.amount is not None else None,
        attributes=attributes(asked.stated),
        requester=_person(books, asked.requester, "requester"),
        beneficiary=_person(books, asked.beneficiary, "beneficiary"),
        item=thing(books, "item", asked.item, "item") if asked.item is not None else None,
        claimed=thing(books, "position", asked.claimed, "claimed") if asked.claimed is not None else None,
        opened=_opened(books, asked.opened, at),
        at=at,
        known=known,
    )


def _person(books: Books, person: str | None, field: str) -> str | None:
    return None if person is None else thing(books, "person", person, field)


def _opened(books: Books, text: str | None, at: Instant) -> Instant | None:
    if text is None:
        return None
    when = read(text, "opened")
    begun = when if isinstance(when, Instant) else start_of_day(when, books.zone)
    if begun > at:
        said = f"`{text}` is later than the time asked about, `{written(at, books.zone)}`"
        raise bad("BAD_INPUT", said, field="opened")
    return begun


def _who(books: Books, asked: Act, times: Times, _: Deadline) -> Callable[[Instant, Seq], Answer]:
    question = question_of(books, asked, times.when.at, times.known.seq)
    return lambda at, known: who_could(books, _at(question, at, known))


def _may(books: Books, asked: ActOf, times: Times, _: Deadline) -> Callable[[Instant, Seq], Ruling]:
    question = question_of(books, asked, times.when.at, times.known.seq)
    who = actor(books, asked.who, "who")
    return lambda at, known: may(books, who, _at(question, at, known))


def _what(books: Books, asked: Person, _: Times, __: Deadline) -> Callable[[Instant, Seq], Opportunities]:
    person = thing(books, "person", asked.person, "person")
    return lambda at, known: what_could(books, person, at, known)


def _at(question: Question, at: Instant, known: Seq) -> Question:
    if question.at == at and question.known == known:
        return question
    return msgspec.structs.replace(question, at=at, known=known)


def _moved(answer: _Timed, at: Instant) -> _Timed:
    question = msgspec.structs.replace(answer.question, at=at)
    return msgspec.structs.replace(answer, valid_at=at, question=question)


WHO_COULD = Query(
    name="who-could",
    path="/v1/who-could",
    about="Who could do an act: the candidates with their routes, the near misses with their reasons.",
    params=Act,
    answer=Answer,
    prepare=_who,
    content=lambda one: (one.candidates, one.near_misses, one.missing),
    lists=("candidates", "near_misses"),
    steady=("candidates", "near_misses", "missing"),
    moved=_moved,
    quick=True,
    example="act=approve&matter=unplanned-spending&amount=1800&on=2026-03-02&known=263",
)
MAY = Query(
    name="may",
    path="/v1/may",
    about="Whether one person or committee may: yes, no with the reason, or unknown with what is missing.",
    params=ActOf,
    answer=Ruling,
    prepare=_may,
    content=lambda one: (one.outcome, one.candidate, one.near_miss, one.reason),
    steady=("candidate", "near_miss", "reason"),
    moved=_moved,
    quick=True,
    example="who=p02&act=approve&matter=unplanned-spending&amount=1800&on=2026-03-02&known=263",
)
WHAT_COULD = Query(
    name="what-could",
    path="/v1/what-could",
    about="Everything that a person could do, asked without an amount.",
    params=Person,
    answer=Opportunities,
    prepare=_what,
    content=lambda one: one.could,
    lists=("could",),
    example="person=p02&on=2026-03-02&known=263&limit=5",
)
QUERIES = (WHO_COULD, MAY, WHAT_COULD)
