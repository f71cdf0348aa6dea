"""The ledger's own question behind an AuthZEN evaluation: who, about what, and at which two times."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from api.http.asking import Times
from api.http.authzen_body import digits, wrong
from api.http.authzen_reading import COMMITTEE, CONTRACT, ITEM, MATTER, PERSONS
from ledger.asking import AskedKnown, known_here, valid_time
from ledger.books.items import item_terms
from ledger.books.reading import AsOf
from ledger.ids import CommitteeId, Holder, PersonId, Seq
from ledger.moments import start_of_day
from ledger.money import Money, money
from ledger.policy import Question
from ledger.refusals import BadInput, cut

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from api.http.authzen_reading import Context, Entities, Resource, Subject
    from ledger.books.state import Books
    from ledger.submit import Ledger


class Unknown(Exception):
    """Something the request names is not known in the ledger at the two times; the answer is no, not an error."""

    def __init__(self, kind: str, name: str) -> None:
        super().__init__(f"no {kind} `{cut(name)}` is known")


def times_of(context: Context, ledger: Ledger, now: datetime, head: int) -> Times:
    """The two times that a context asks about: that clock and that head, where it does not say.

    Raises Problem; StorageTrouble (NOT_YET_KNOWN) where the ledger is a replica that is behind them.
    """
    try:
        when = valid_time(context.time, ledger.books, now)
    except BadInput as error:
        raise wrong("/context/time", error.sentence) from error
    if context.known_at is None:
        return Times(when=when, known=AskedKnown(seq=Seq(head)))
    try:
        return Times(when=when, known=known_here(context.known_at, ledger))
    except BadInput as error:
        raise wrong("/context/known_at", error.sentence) from error


def holder_of(subject: Subject) -> Holder:
    """Who a subject is. Raises Unknown for a type that nobody has who acts."""
    if subject.kind in PERSONS:
        return Holder(person=PersonId(subject.id))
    if subject.kind == COMMITTEE:
        return Holder(committee=CommitteeId(subject.id))
    raise Unknown("type of subject", subject.kind)


def question_of(entities: Entities, books: Books, times: Times) -> Question:
    """The question of an evaluation. Raises Problem, and Unknown where there is no such resource or person.

    What is stated is read first: what cannot be understood is an error, whoever and whatever it is asked about.
    """
    subject, action, resource = entities
    amount, opened = _amount(entities, books.currency), _opened(resource.opened, books, times.when.at)
    matter = _matter(resource, books, times)
    for person in (resource.requester, resource.beneficiary):
        if person is not None and AsOf(books, times.when.at, times.known.seq).life("person", person) is None:
            raise Unknown("person", person)
    return Question(
        act=action.name,
        matter=matter,
        item=resource.item,
        amount=amount,
        attributes={**resource.attributes, **subject.attributes, **action.attributes},
        requester=resource.requester,
        beneficiary=resource.beneficiary,
        claimed=subject.position,
        opened=opened,
        at=times.when.at,
        known=times.known.seq,
    )


def _matter(resource: Resource, books: Books, times: Times) -> str:
    """The matter that it is about."""
    kind, name = resource.kind, resource.id
    if kind == MATTER:
        return name
    at, known = times.when.at, times.known.seq
    reading = AsOf(books, at, known)
    own = item_terms(books, name, at, known).matter
    if kind == CONTRACT and reading.life(CONTRACT, name) is None:
        raise Unknown(CONTRACT, name)
    if kind in {ITEM, CONTRACT}:
        matter = resource.matter or own
        if matter is None:
            raise Unknown(kind, name)
        return matter
    if own is not None and kind not in reading.matters_above(own):
        raise Unknown(f"item of `{cut(kind)}`", name)
    return own or kind


def _amount(entities: Entities, base: str) -> Money | None:
    """The amount, which the resource or the action may state, or both alike. Raises Problem."""
    stated = {"/resource": entities.resource.worth, "/action": entities.action.worth}
    currencies = {place: worth.currency for place, worth in stated.items() if worth.currency is not None}
    currency = next(iter(currencies.values()), base)
    amounts = {
        place: _money(worth.amount, currency, place) for place, worth in stated.items() if worth.amount is not None
    }
    amount = next(iter(amounts.values()), None)
    for place, other in amounts.items():
        if other != amount:
            raise wrong(f"{place}/properties/amount", "the resource states another `amount`")
    for place, said in currencies.items():
        if amount is None:
            raise wrong(f"{place}/properties/currency", "`currency` is stated without an `amount`")
        if amount.currency != said:
            raise wrong(f"{place}/properties/currency", f"the amount is one of `{amount.currency}`")
    return amount


def _money(words: str, currency: str, place: str) -> Money:
    try:
        found = money(words, "amount", currency)
    except BadInput as error:
        raise wrong(f"{place}/properties/amount", error.sentence) from error
    return Money(_plain(found.amount), found.currency)


def _plain(amount: Decimal) -> Decimal:
    """The same amount whether it was written `60000` or `60000.00`."""
    return type(amount)(digits(amount))


def _opened(when: date | datetime | None, books: Books, at: datetime) -> datetime | None:
    if when is None:
        return None
    instant = when if isinstance(when, datetime) else start_of_day(when, books.zone)
    if instant > at:
        raise wrong("/resource/properties/opened", f"`{when.isoformat()}` is later than the time asked about")
    return instant
