"""What the ledger answers to an AuthZEN evaluation: the decision, and what it rests on, as its context."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec

from api.http.authzen_question import Unknown, holder_of, question_of
from ledger.asking import DuringTheDay, changes_during
from ledger.policy import may

if TYPE_CHECKING:
    from collections.abc import Callable

    from api.http.asking import Deadline, Times
    from api.http.authzen_body import Body
    from api.http.authzen_reading import Entities
    from ledger.books.state import Books
    from ledger.ids import Holder, Seq
    from ledger.moments import Instant
    from ledger.policy import Question, Ruling
    from ledger.submit import Ledger


def decision(ledger: Ledger, entities: Entities, times: Times, deadline: Deadline) -> Callable[[], Body]:
    """How an evaluation is decided, when it is its turn; by then all that it says has been understood.

    Raises Problem; the function raises no other than TOOK_TOO_LONG.
    """
    try:
        question = question_of(entities, ledger.books, times)
        who = holder_of(entities.subject)
    except Unknown as unknown:
        no = {"decision": False, "context": context(ledger.books, times, reasons=[unknown_name(unknown)])}
        return lambda: no
    return partial(_decided, ledger, who, question, times, deadline)


def _decided(ledger: Ledger, who: Holder, question: Question, times: Times, deadline: Deadline) -> Body:
    books = ledger.books

    def asked(at: Instant, known: Seq) -> Ruling:
        deadline.keep()
        return may(books, who, msgspec.structs.replace(question, at=at, known=known))

    def content(at: Instant, known: Seq) -> object:
        ruling = asked(at, known)
        return ruling.outcome, ruling.candidate, ruling.near_miss, ruling.reason

    ruling = asked(times.when.at, times.known.seq)
    said = _said(ruling)
    during = changes_during(books, times.when, times.known, content)
    if during != DuringTheDay():
        said["during_the_day"] = msgspec.to_builtins(during)
    return {"decision": ruling.outcome == "yes", "context": context(books, times, **said)}


def _said(ruling: Ruling) -> Body:
    """By which route, with what still needed; or why not, and by which route nearly; and what was looked at."""
    candidate, near = ruling.candidate, ruling.near_miss
    if candidate is not None:
        return {
            "capacity": candidate.capacity,
            "route": msgspec.to_builtins(candidate.routes[0]),
            "reasons": [],
            "still_needed": msgspec.to_builtins(candidate.needs),
            "remainders": msgspec.to_builtins(candidate.remainders),
            "flags": list(candidate.flags),
            "asked": _asked(ruling.question),
        }
    reasons = [one for one in (ruling.reason, *(other.reason for other in (near.others if near else ()))) if one]
    said: Body = {"reasons": msgspec.to_builtins(reasons)}
    if near is not None:
        said["route"] = msgspec.to_builtins(near.route)
    if ruling.outcome == "unknown" and ruling.reason is not None:
        lacking = (msgspec.structs.replace(ruling.reason, also=()), *ruling.reason.also)
        said["undetermined"] = True
        said["missing"] = msgspec.to_builtins(lacking)
    said["asked"] = _asked(ruling.question)
    return said


def _asked(question: Question) -> Body:
    """Which amount and attributes were looked at, the item's among them; what is not here was not."""
    said: Body = {}
    if question.amount is not None:
        said["amount"] = f"{question.amount.amount:f} {question.amount.currency}"
    if question.attributes:
        said["attributes"] = question.attributes
    return said


def unknown_name(unknown: Unknown) -> Body:
    """The reason for a no about something that is not known."""
    return {"code": "UNKNOWN_NAME", "message": str(unknown)}


def context(books: Books, times: Times, **said: Any) -> Body:  # noqa: ANN401 - members of a JSON object
    """What an answer says of itself, and the two times."""
    seq = times.known.seq
    two = {"valid_at": times.when.at, "known_seq": seq, "known_at": books.recorded(seq)}
    return {**said, **msgspec.to_builtins({name: value for name, value in two.items() if value is not None})}
