"""What an AuthZEN request says, in the ledger's own words.

    subject   type `person` (also `user`, `identity`) or `committee`; properties: `position` (the capacity claimed)
    action    name = the act
    resource  type `matter`; `item`; `contract`; any other type is the id of a matter, and the resource an item of it
              properties: `amount`, `currency`, `matter`, `requester`, `beneficiary`, `opened`, `attributes`
    context   `time` = valid time, `known_at` = known time: an entry number, a date or an instant

Every other property that is a text, a number or a truth value is an attribute that scopes may ask for: of a resource
under its own name, of a subject as `subject.<name>`, of an action as `action.<name>`. Members that are not known are
ignored.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

from api.http.problems import Problem
from ledger.asking import AskedKnown, known_here, valid_time
from ledger.books.items import item_terms
from ledger.books.reading import AsOf
from ledger.ids import CommitteeId, Holder, PersonId
from ledger.moments import Asked, read, start_of_day
from ledger.money import money
from ledger.policy import Question
from ledger.refusals import BadInput, cut

if TYPE_CHECKING:
    from ledger.books.state import Books
    from ledger.money import Money
    from ledger.submit import Ledger

Body = dict[str, Any]
PERSONS = frozenset({"person", "user", "identity"})
COMMITTEE, MATTER, ITEM, CONTRACT = "committee", "matter", "item", "contract"
RESOURCE_PROPERTIES = frozenset({"amount", "currency", "matter", "requester", "beneficiary", "opened", "attributes"})
SUBJECT_PROPERTIES = frozenset({"position"})
_TEXTS = {"subject": ("position",), "resource": ("matter", "currency", "requester", "beneficiary", "opened")}
"""The properties that are texts, whatever is asked."""
_MOST_DIGITS = 15
"""How many digits a JSON number with a fraction keeps exactly on its way through other programs."""


class Times(NamedTuple):
    """The two times of a question."""

    when: Asked
    known: AskedKnown


class Unknown(Exception):
    """Something the request names is not known in the ledger at the two times; the answer is no, not an error."""

    def __init__(self, kind: str, name: str) -> None:
        super().__init__(f"no {kind} `{cut(name)}` is known")
        self.kind = kind


def wrong(pointer: str, detail: str) -> Problem:
    """400, naming the place in the body."""
    return Problem(400, "BAD_REQUEST", detail, pointer=pointer or None)


def body_of(raw: bytes, content_type: str) -> Body:
    """The object in a request's body. Raises Problem."""
    if content_type.partition(";")[0].strip().lower() != "application/json":
        raise wrong("", "the header `Content-Type` is not `application/json`")
    try:
        said = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise wrong("", "the body is not JSON") from error
    if not isinstance(said, dict):
        raise wrong("", "the body is not a JSON object")
    return said


def entity(body: Body, name: str, *required: str) -> Body:
    """An entity of a request: an object with these members, texts all of them. Raises Problem."""
    said = body.get(name)
    if not isinstance(said, dict):
        raise wrong(f"/{name}", f"`{name}` is missing" if name not in body else f"`{name}` is not an object")
    for member in required:
        text(said, member, f"/{name}")
    stated = properties(said, f"/{name}")
    for member in _TEXTS.get(name, ()):
        _text(stated, member, f"/{name}/properties")
    if name == "resource":
        _stated_amount(stated)
        _stated_attributes(stated)
        _stated_opening(stated)
    return said


def text(said: Body, member: str, place: str) -> str:
    """A member that is a text. Raises Problem."""
    value = said.get(member)
    if not isinstance(value, str):
        what = "missing" if member not in said else "not a text"
        raise wrong(f"{place}/{member}", f"`{member}` is {what}")
    return value


def properties(said: Body, place: str) -> Body:
    """The properties of an entity. Raises Problem."""
    found = said.get("properties", {})
    if not isinstance(found, dict):
        raise wrong(f"{place}/properties", "`properties` is not an object")
    return found


def times_of(body: Body, ledger: Ledger, now: datetime) -> Times:
    """The two times that a request's context asks about: now and the head, where it does not say.

    Raises Problem; StorageTrouble (NOT_YET_KNOWN) where the ledger is a replica that is behind them.
    """
    context = body.get("context", {})
    if not isinstance(context, dict):
        raise wrong("/context", "`context` is not an object")
    time, known = _text(context, "time", "/context"), context.get("known_at")
    if ("known_at" in context and not isinstance(known, str | int)) or isinstance(known, bool):
        raise wrong("/context/known_at", "`known_at` is neither an entry number nor a text")
    try:
        when = valid_time(time, ledger.books, now)
    except BadInput as error:
        raise wrong("/context/time", error.sentence) from error
    try:
        return Times(when, known_here(None if known is None else str(known), ledger))
    except BadInput as error:
        raise wrong("/context/known_at", error.sentence) from error


def holder_of(subject: Body) -> Holder:
    """Who a subject is. Raises Unknown for a type that nobody has who acts."""
    if subject["type"] in PERSONS:
        return Holder(person=PersonId(subject["id"]))
    if subject["type"] == COMMITTEE:
        return Holder(committee=CommitteeId(subject["id"]))
    raise Unknown("type of subject", subject["type"])


def question_of(body: Body, act: str, resource: Body, books: Books, times: Times) -> Question:
    """The question of an evaluation about one resource. Raises Problem, and Unknown where there is no such resource.

    What is stated is read first: what cannot be understood is an error, whoever and whatever it is asked about.
    """
    stated = properties(resource, "/resource")
    at, known = times.when.at, times.known.seq
    amount, opened = _amount(stated, books.currency), _opened(stated, books, at)
    matter, item = _place(resource, stated, books, times)
    subject, action = body.get("subject", {}), body.get("action", {})
    return Question(
        act=act,
        matter=matter,
        item=item,
        amount=amount,
        attributes={
            **_attributes(stated, RESOURCE_PROPERTIES, ""),
            **_stated_attributes(stated),
            **_attributes(properties(subject, "/subject"), SUBJECT_PROPERTIES, "subject."),
            **_attributes(properties(action, "/action") if isinstance(action, dict) else {}, frozenset(), "action."),
        },
        requester=_text(stated, "requester"),
        beneficiary=_text(stated, "beneficiary"),
        claimed=_text(subject.get("properties", {}), "position", "/subject/properties"),
        opened=opened,
        at=at,
        known=known,
    )


def _place(resource: Body, stated: Body, books: Books, times: Times) -> tuple[str, str | None]:
    """The matter, and the item if it is about one."""
    kind, name = resource["type"], resource["id"]
    if kind == MATTER:
        return name, None
    at, known = times.when.at, times.known.seq
    reading = AsOf(books, at, known)
    own = item_terms(books, name, at, known).matter
    if kind == CONTRACT and reading.life("contract", name) is None:
        raise Unknown(CONTRACT, name)
    if kind in {ITEM, CONTRACT}:
        matter = _text(stated, "matter") or own
        if matter is None:
            raise Unknown(kind, name)
        return matter, name
    if own is not None and kind not in reading.matters_above(own):
        raise Unknown(f"item of `{cut(kind)}`", name)
    return own or kind, name


def _amount(stated: Body, currency: str) -> Money | None:
    words, said = _stated_amount(stated), _text(stated, "currency")
    if words is None:
        return None
    try:
        found = money(words, "amount", said or currency)
        if said is not None and found.currency != money("0", "currency", said).currency:
            raise wrong("/resource/properties/currency", f"`amount` says `{found.currency}`")
    except BadInput as error:
        raise wrong(f"/resource/properties/{error.field}", error.sentence) from error
    return found


def _stated_amount(stated: Body) -> str | None:
    """The words of an amount: a JSON number as digits, where it is surely the number that was meant. Raises Problem."""
    amount, place = stated.get("amount"), "/resource/properties/amount"
    if "amount" not in stated or isinstance(amount, str):
        return amount
    if isinstance(amount, bool) or not isinstance(amount, int | float) or amount < 0:
        raise wrong(place, "`amount` is neither a text like `2000 CNY` nor a number from 0 on")
    exact = Decimal(repr(amount))
    if isinstance(amount, float) and len(exact.as_tuple().digits) > _MOST_DIGITS:
        raise wrong(place, "more digits than a JSON number keeps: state `amount` as a text")
    return f"{exact:f}" if amount else "0"


def _attributes(said: Body, reserved: frozenset[str], prefix: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in said.items():
        if name not in reserved and isinstance(value, str | int | float):
            found[prefix + name] = _word(value)
    return found


def _stated_attributes(stated: Body) -> dict[str, str]:
    said = stated.get("attributes", {})
    if not isinstance(said, dict) or not all(isinstance(value, str | int | float) for value in said.values()):
        raise wrong("/resource/properties/attributes", "`attributes` is not an object of texts")
    return {name: _word(value) for name, value in said.items()}


def _word(value: str | float) -> str:
    """A value as scopes write it: `true`, `12`, `1.5`."""
    return value if isinstance(value, str) else orjson.dumps(value).decode()


def _opened(stated: Body, books: Books, at: datetime) -> datetime | None:
    when = _stated_opening(stated)
    if when is None:
        return None
    instant = when if isinstance(when, datetime) else start_of_day(when, books.zone)
    if instant > at:
        raise wrong("/resource/properties/opened", f"`{stated['opened']}` is later than the time asked about")
    return instant


def _stated_opening(stated: Body) -> date | datetime | None:
    words = _text(stated, "opened")
    if words is None:
        return None
    try:
        return read(words, "opened")
    except BadInput as error:
        raise wrong("/resource/properties/opened", error.sentence) from error


def _text(said: Body, member: str, place: str = "/resource/properties") -> str | None:
    return None if member not in said else text(said, member, place)
