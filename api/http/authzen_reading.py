"""What the entities of an AuthZEN request say, each by itself and before the ledger is asked.

    subject   type `person` (also `user`, `identity`) or `committee`; properties: `position` (the capacity claimed)
    action    name = the act; properties: `amount`, `currency`
    resource  type `matter`; `item`; `contract`; any other type is the id of a matter, and the resource an item of it
              properties: `amount`, `currency`, `matter`, `requester`, `beneficiary`, `opened`, `attributes`
    context   `time` = valid time, `known_at` = known time: an entry number, a date or an instant

Every other property that is a text, a number or a truth value is an attribute that scopes may ask for: of a resource
under its own name, of a subject as `subject.<name>`, of an action as `action.<name>`; a resource speaks for neither of
the other two. Members that are not known are ignored.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from api.http.authzen_body import LONGEST_TEXT, Body, digits, inner, optional, text, wrong
from ledger.moments import read
from ledger.money import CURRENCIES
from ledger.refusals import BadInput, cut

if TYPE_CHECKING:
    from datetime import date, datetime

    from api.http.problems import Problem

PERSONS = frozenset({"person", "user", "identity"})
COMMITTEE, MATTER, ITEM, CONTRACT = "committee", "matter", "item", "contract"
SUBJECT_PROPERTIES = frozenset({"position"})
ACTION_PROPERTIES = frozenset({"amount", "currency"})
RESOURCE_PROPERTIES = frozenset({"amount", "currency", "matter", "requester", "beneficiary", "opened", "attributes"})
OF_OTHERS = ("subject.", "action.")
"""How the attributes of a subject and of an action begin; a resource has none of these."""
MOST_PROPERTIES, LONGEST_NAME = 100, 100
_INSTANT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt]([0-9]{2}:[0-9]{2}(?::[0-9]{2})?)"
    r"(?:(\.[0-9]{1,6})[0-9]*)?([Zz]|[+-][0-9]{2}:[0-9]{2})"
)


class Subject(NamedTuple):
    """Who would act; the id is empty where it is sought."""

    kind: str
    id: str
    position: str | None
    attributes: dict[str, str]


class Worth(NamedTuple):
    """How much an entity says it is about: the words of an amount, and the currency beside it."""

    amount: str | None
    currency: str | None


class Action(NamedTuple):
    """The act."""

    name: str
    worth: Worth
    attributes: dict[str, str]


class Resource(NamedTuple):
    """What would be acted on; the id is empty where it is sought."""

    kind: str
    id: str
    worth: Worth
    matter: str | None
    requester: str | None
    beneficiary: str | None
    opened: date | datetime | None
    attributes: dict[str, str]

    @property
    def item(self) -> str | None:
        """The item that it is, if it is one."""
        return None if self.kind == MATTER else self.id


class Entities(NamedTuple):
    """What one evaluation is about."""

    subject: Subject
    action: Action
    resource: Resource


class Context(NamedTuple):
    """The two times as they are written; None where they are not stated."""

    time: str | None
    known_at: str | None


def entities_of(body: Body) -> Entities:
    """The three entities of an evaluation. Raises Problem."""
    return Entities(subject_of(body), action_of(body), resource_of(body))


def subject_of(body: Body, *, sought: bool = False) -> Subject:
    """The subject of a request; of one that is sought only the type counts. Raises Problem."""
    said, place = _entity(body, "subject")
    stated = inner(said, "properties", place)
    return Subject(
        text(said, "type", place),
        "" if sought else text(said, "id", place),
        optional(stated, "position", f"{place}/properties"),
        _attributes(stated, f"{place}/properties", SUBJECT_PROPERTIES, "subject."),
    )


def action_of(body: Body) -> Action:
    """The action of a request. Raises Problem."""
    said, place = _entity(body, "action")
    stated = inner(said, "properties", place)
    return Action(
        text(said, "name", place),
        _worth(stated, f"{place}/properties"),
        _attributes(stated, f"{place}/properties", ACTION_PROPERTIES, "action."),
    )


def resource_of(body: Body, *, sought: bool = False) -> Resource:
    """The resource of a request, likewise. Raises Problem."""
    said, place = _entity(body, "resource")
    stated = inner(said, "properties", place)
    inside = f"{place}/properties"
    return Resource(
        text(said, "type", place),
        "" if sought else text(said, "id", place),
        _worth(stated, inside),
        optional(stated, "matter", inside),
        optional(stated, "requester", inside),
        optional(stated, "beneficiary", inside),
        _opened(stated, inside),
        _own_attributes(stated, inside),
    )


def context_of(body: Body) -> Context:
    """The context of a request. Raises Problem."""
    said = inner(body, "context")
    time, number = optional(said, "time", "/context"), said.get("known_at")
    if isinstance(number, int) and not isinstance(number, bool):
        known: str | None = str(number)
    elif "known_at" in said and not isinstance(number, str):
        raise wrong("/context/known_at", "`known_at` is neither an entry number nor a text")
    else:
        known = optional(said, "known_at", "/context")
    return Context(_to_the_microsecond(time), _to_the_microsecond(known))


def _entity(body: Body, name: str) -> tuple[Body, str]:
    if name not in body:
        raise wrong(f"/{name}", f"`{name}` is missing")
    return inner(body, name), f"/{name}"


def _worth(stated: Body, place: str) -> Worth:
    currency = optional(stated, "currency", place)
    if currency is not None and currency not in CURRENCIES:
        raise wrong(f"{place}/currency", f"`{cut(currency)}` is not an ISO 4217 currency code")
    amount = stated.get("amount")
    if isinstance(amount, int | Decimal) and not isinstance(amount, bool) and amount >= 0:
        return Worth(digits(amount), currency)
    if "amount" in stated and not isinstance(amount, str):
        raise wrong(f"{place}/amount", "`amount` is neither a text like `2000 CNY` nor a number from 0 on")
    return Worth(amount, currency)


def _own_attributes(stated: Body, place: str) -> dict[str, str]:
    """The attributes of a resource: its properties, and what it has under `attributes`, which counts first."""
    listed = stated.get("attributes", {})
    if not isinstance(listed, dict) or not all(isinstance(one, str | int | Decimal) for one in listed.values()):
        raise wrong(f"{place}/attributes", "`attributes` is not an object of texts")
    if len(stated) + len(listed) > MOST_PROPERTIES:
        raise _too_many(place)
    found = _attributes(stated, place, RESOURCE_PROPERTIES)
    if listed:
        found |= _attributes(listed, f"{place}/attributes", frozenset())
    return {name: word for name, word in found.items() if not name.startswith(OF_OTHERS)}


def _attributes(stated: Body, place: str, reserved: frozenset[str], prefix: str = "") -> dict[str, str]:
    if len(stated) > MOST_PROPERTIES:
        raise _too_many(place)
    found: dict[str, str] = {}
    for name, value in stated.items():
        if len(name) > LONGEST_NAME:
            raise wrong(place, f"the name `{cut(name)}` has more than {LONGEST_NAME} characters")
        if name not in reserved and isinstance(value, str | int | Decimal):
            word = found[prefix + name] = _word(value)
            if len(word) > LONGEST_TEXT:
                raise wrong(place, f"`{name}` has more than {LONGEST_TEXT:,} characters")
    return found


def _too_many(place: str) -> Problem:
    return wrong(place, f"there are more than {MOST_PROPERTIES} properties")


def _word(value: Any) -> str:  # noqa: ANN401 - a text, a number or a truth value
    """A value as scopes write it: `true`, `12`, `1.5`."""
    if isinstance(value, str):
        return value
    return str(value).lower() if isinstance(value, bool) else digits(value)


def _opened(stated: Body, place: str) -> date | datetime | None:
    words = _to_the_microsecond(optional(stated, "opened", place))
    try:
        return None if words is None else read(words, "opened")
    except BadInput as error:
        raise wrong(f"{place}/opened", error.sentence) from error


def _to_the_microsecond(words: str | None) -> str | None:
    """An instant as RFC 3339 has it, in the ledger's own way of writing; anything else as it is."""
    found = None if words is None else _INSTANT.fullmatch(words)
    if found is None:
        return words
    day, time, fraction, zone = found.groups("")
    return f"{day}T{time}{fraction}{zone.upper()}"
