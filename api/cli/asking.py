"""The questions: `remit who`, `remit may`, `remit what`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from api.cli import app
from api.cli.app import ANSWERED, REFUSED
from api.cli.door import Door, Times
from api.cli.meaning import actor, nothing_yet, unheard
from api.cli.meaning import person as the_person
from api.cli.options import (
    ActArgument,
    ActorArgument,
    AmountArgument,
    ByOption,
    ClaimedOption,
    ForOption,
    ItemOption,
    JsonOption,
    KnownOption,
    LangOption,
    LedgerOption,
    MatterArgument,
    OnOption,
    OpenedOption,
    PersonArgument,
    WithOption,
)
from ledger.ids import Seq
from ledger.moments import read, start_of_day, written
from ledger.money import money
from ledger.policy import Answer, Question, Ruling, may, what_could, who_could
from ledger.refusals import BadInput

if TYPE_CHECKING:
    from datetime import datetime

    from api.names import Names


@app.command("who")
def ask_who(
    act: ActArgument,
    matter: MatterArgument,
    amount: AmountArgument = None,
    *,
    on: OnOption = None,
    known: KnownOption = None,
    by: ByOption = None,
    benefiting: ForOption = None,
    attributes: WithOption = None,
    item: ItemOption = None,
    claimed: ClaimedOption = None,
    opened: OpenedOption = None,
    ledger: LedgerOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> int:
    """Who could; 1 where that cannot be determined."""
    door = Door(ledger, lang, as_json=as_json)
    times = door.times(on, known)
    question = _question(
        door,
        times,
        act=act,
        matter=matter,
        amount=amount,
        by=by,
        benefiting=benefiting,
        attributes=attributes,
        item=item,
        claimed=claimed,
        opened=opened,
    )
    books = door.ledger.books

    def content(answer: Answer) -> object:
        return answer.candidates, answer.near_misses, answer.missing

    answer, changes = door.ask(times, lambda at, seq: who_could(books, _at(question, at, seq)), content)
    if as_json:
        door.give(answer, changes)
    else:
        from api.rendering.answers import show_who  # noqa: PLC0415 - JSON needs no rich

        page = door.page(answer.valid_at, answer.known_seq)
        nothing = None if answer.candidates or answer.near_misses else nothing_yet(door, question)
        show_who(page, answer, changes, nothing)
        page.show()
    return ANSWERED if answer.determined else REFUSED


@app.command("may")
def ask_may(
    person: ActorArgument,
    act: ActArgument,
    matter: MatterArgument,
    amount: AmountArgument = None,
    *,
    on: OnOption = None,
    known: KnownOption = None,
    by: ByOption = None,
    benefiting: ForOption = None,
    attributes: WithOption = None,
    item: ItemOption = None,
    claimed: ClaimedOption = None,
    opened: OpenedOption = None,
    ledger: LedgerOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> int:
    """Whether they may; 1 where that cannot be determined."""
    door = Door(ledger, lang, as_json=as_json)
    times = door.times(on, known)
    question = _question(
        door,
        times,
        act=act,
        matter=matter,
        amount=amount,
        by=by,
        benefiting=benefiting,
        attributes=attributes,
        item=item,
        claimed=claimed,
        opened=opened,
    )
    books = door.ledger.books
    who = actor(door.names(question.at, question.known or Seq(books.head)), person, "person")

    def content(ruling: Ruling) -> object:
        return ruling.outcome, ruling.candidate, ruling.near_miss, ruling.reason

    ruling, changes = door.ask(times, lambda at, seq: may(books, who, _at(question, at, seq)), content)
    if as_json:
        door.give(ruling, changes)
    else:
        from api.rendering.answers import show_may  # noqa: PLC0415 - JSON needs no rich

        page = door.page(ruling.valid_at, ruling.known_seq)
        nothing = nothing_yet(door, question) if ruling.outcome == "no" and ruling.near_miss is None else None
        show_may(page, ruling, changes, nothing)
        page.show()
    return REFUSED if ruling.outcome == "unknown" else ANSWERED


@app.command("what")
def ask_what(
    person: PersonArgument,
    *,
    on: OnOption = None,
    known: KnownOption = None,
    ledger: LedgerOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> int:
    """Everything that a person could do."""
    door = Door(ledger, lang, as_json=as_json)
    times = door.times(on, known)
    books = door.ledger.books
    who = the_person(door.names(times.when.at, times.known.seq), person, "person")
    found, changes = door.ask(times, lambda at, seq: what_could(books, who, at, seq), lambda one: one.could)
    if as_json:
        door.give(found, changes)
        return ANSWERED
    from api.rendering.answers import show_what  # noqa: PLC0415 - JSON needs no rich

    page = door.page(found.valid_at, found.known_seq)
    page.line(door.words.say("what", person=page.names.shown("person", who)), style="bold")
    page.times(found.valid_at, found.known_seq, found.known_at)
    page.line()
    show_what(page, found.could)
    page.during(changes)
    page.show()
    return ANSWERED


def _question(
    door: Door,
    times: Times,
    *,
    act: str,
    matter: str,
    amount: str | None,
    by: str | None,
    benefiting: str | None,
    attributes: list[str] | None,
    item: str | None,
    claimed: str | None,
    opened: str | None,
) -> Question:
    """The question in the ledger's own words. Raises BadInput."""
    at, known = times.when.at, times.known.seq
    books = door.ledger.books
    names = door.names(at, known or Seq(books.head))  # where nothing was known, the words are today's
    begun: Any = read(opened, "opened") if opened is not None else None
    if begun is not None and not hasattr(begun, "hour"):
        begun = start_of_day(begun, books.zone)
    if begun is not None and begun > at:
        raise BadInput("opened", f"`{opened}` is later than the time asked about, `{written(at, books.zone)}`")
    stated = attributes_of(names, attributes or [])
    for note in unheard(door, stated):
        door.note(note)
    return Question(
        act=names.find("act", act, "act"),
        matter=names.find("matter", matter, "matter"),
        amount=money(amount, "amount", books.currency) if amount is not None else None,
        attributes=stated,
        requester=the_person(names, by, "by") if by is not None else None,
        beneficiary=the_person(names, benefiting, "for") if benefiting is not None else None,
        item=names.find("item", item, "item") if item is not None else None,
        claimed=names.find("position", claimed, "claimed") if claimed is not None else None,
        opened=begun,
        at=at,
        known=known,
    )


def _at(question: Question, at: datetime, known: Seq) -> Question:
    return msgspec.structs.replace(question, at=at, known=known)


def attributes_of(names: Names, stated: list[str]) -> dict[str, str]:
    """What is stated of the act, by dimension; a unit by id or name."""
    found: dict[str, str] = {}
    for one in stated:
        name, equals, value = (part.strip() for part in one.partition("="))
        if not equals or not name or not value:
            raise BadInput("with", f"`{one[:100]}` is not an attribute like region=east")
        if name == "unit":
            value = names.find("unit", value, "with")
        if found.setdefault(name, value) != value:
            raise BadInput("with", f"`{name}` is given twice, as `{found[name]}` and `{value}`")
    return found
