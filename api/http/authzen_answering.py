"""What the ledger answers to AuthZEN: decisions with their route and reasons, and searches in pages.

A search finds exactly what an evaluation would permit. It is walked in the order of ids, at the two times of its first
page, so that all pages together are the whole answer whatever is recorded meanwhile.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import orjson

from api.http.authzen_reading import (
    COMMITTEE,
    CONTRACT,
    ITEM,
    MATTER,
    PERSONS,
    Times,
    Unknown,
    holder_of,
    properties,
    question_of,
    text,
    wrong,
)
from api.http.pages import LARGEST_PAGE, Bookmark
from api.http.problems import bad
from ledger.asking import DuringTheDay, arrived, changes_during
from ledger.books.items import item_terms
from ledger.books.reading import AsOf
from ledger.ids import ACTS
from ledger.policy import may, who_could

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from api.http.asking import Deadline
    from api.http.authzen_reading import Body
    from api.http.pages import Pages
    from ledger.books.state import Books
    from ledger.ids import Holder, Seq
    from ledger.moments import Instant
    from ledger.policy import Question, Ruling
    from ledger.submit import Ledger

Found = dict[str, str]
Looked = tuple[list[str], "Callable[[str], bool]", "Callable[[str], Found]"]
"""The names to look at, in order; which of them are found; and how one of them is said."""


def decision(ledger: Ledger, body: Body, times: Times) -> Body:
    """The answer to one evaluation, whose entities are complete. Raises Problem."""
    with ledger.lock:
        books = ledger.books
        try:
            question = question_of(body, body["action"]["name"], body["resource"], books, times)
            who = holder_of(body["subject"])
        except Unknown as unknown:
            return {"decision": False, "context": _context(books, times, reasons=[_unknown(unknown)])}

        def asked(at: Instant, known: Seq) -> Ruling:
            return may(books, who, msgspec.structs.replace(question, at=at, known=known))

        def content(at: Instant, known: Seq) -> object:
            ruling = asked(at, known)
            return ruling.outcome, ruling.candidate, ruling.near_miss, ruling.reason

        ruling = asked(times.when.at, times.known.seq)
        during = changes_during(books, times.when, times.known, content)
        said = _said(ruling)
        if during != DuringTheDay():
            said["during_the_day"] = msgspec.to_builtins(during)
        return {"decision": ruling.outcome == "yes", "context": _context(books, times, **said)}


def _said(ruling: Ruling) -> Body:
    """By which route, with what still needed; or why not, and by which route nearly."""
    candidate, near = ruling.candidate, ruling.near_miss
    if candidate is not None:
        return {
            "capacity": candidate.capacity,
            "route": msgspec.to_builtins(candidate.routes[0]),
            "reasons": [],
            "still_needed": msgspec.to_builtins(candidate.needs),
            "remainders": msgspec.to_builtins(candidate.remainders),
            "flags": list(candidate.flags),
        }
    reasons = [one for one in (ruling.reason, *(other.reason for other in (near.others if near else ()))) if one]
    said: Body = {"reasons": msgspec.to_builtins(reasons)}
    if near is not None:
        said["route"] = msgspec.to_builtins(near.route)
    if ruling.outcome == "unknown" and ruling.reason is not None:
        lacking = (msgspec.structs.replace(ruling.reason, also=()), *ruling.reason.also)
        said["undetermined"] = True
        said["missing"] = msgspec.to_builtins(lacking)
    return said


def _unknown(unknown: Unknown) -> Body:
    return {"code": "UNKNOWN_NAME", "message": str(unknown)}


def _context(books: Books, times: Times, **said: Any) -> Body:  # noqa: ANN401 - members of a JSON object
    """What an answer says of itself, and the two times."""
    seq = times.known.seq
    two = {"valid_at": times.when.at, "known_seq": seq, "known_at": books.recorded(seq)}
    return {**said, **msgspec.to_builtins({name: value for name, value in two.items() if value is not None})}


class Search:
    """One search: the question, where it goes on, and until when it may take."""

    def __init__(self, ledger: Ledger, pages: Pages, kind: str, body: Body, deadline: Deadline) -> None:
        self._ledger, self._pages, self._body = ledger, pages, body
        self._kind, self._deadline = kind, deadline
        entities = {name: body[name] for name in ("subject", "action", "resource", "context") if name in body}
        self._asked = orjson.dumps([kind, entities], option=orjson.OPT_SORT_KEYS)
        self._page = self._stated_page()

    def answer(self, times: Times) -> Body:
        """One page of what is found, asked at these times unless the page says others. Raises Problem."""
        limit, begin = self._page.get("limit"), 0
        token = self._page.get("token")
        if token:
            mark = self._pages.mark(self._asked, token)
            if limit is not None and limit != mark.limit:
                raise bad("BAD_PAGE_TOKEN", "the page token was made for another limit; ask again without it")
            arrived(mark.known.seq, self._ledger)
            times, limit, begin = Times(mark.when, mark.known), mark.limit, mark.begin
        most = min(LARGEST_PAGE if limit is None else limit, LARGEST_PAGE)
        results: list[Found] = []
        more: int | None = None
        try:
            for place, found in self._found(times, begin):
                if len(results) == most:
                    more = place
                    break
                results.append(found)
            said: Body = {}
        except Unknown as unknown:
            said = {"reasons": [_unknown(unknown)]}
        context = _context(self._ledger.books, times, **said)
        answer: Body = {"context": context, "results": results}
        if more is None and "page" not in self._body:
            return answer
        # Pages of an absent limit are made with the largest one, so that the next request may leave it out again.
        onward = Bookmark(times.when, times.known, most if limit is None else limit, more or 0)
        following = "" if more is None else self._pages.token(self._asked, onward)
        return {"page": {"next_token": following, "count": len(results)}, **answer}

    def _stated_page(self) -> Body:
        page = self._body.get("page", {})
        if not isinstance(page, dict):
            raise wrong("/page", "`page` is not an object")
        if "token" in page:
            text(page, "token", "/page")
        limit = page.get("limit", 0)
        if isinstance(limit, bool) or not isinstance(limit, int) or limit < 0:
            raise wrong("/page/limit", "`limit` is not a number from 0 on")
        properties(page, "/page")
        return page

    def _found(self, times: Times, begin: int) -> Iterator[tuple[int, Found]]:
        """What is found from a place on, each with its place."""
        look = {"subject": self._subjects, "resource": self._resources, "action": self._actions}
        names, may_be, shown = look[self._kind](times)
        for place in range(begin, len(names)):
            self._deadline.keep()
            if may_be(names[place]):
                yield place, shown(names[place])

    def _subjects(self, times: Times) -> Looked:
        kind = self._body["subject"]["type"]
        if kind not in PERSONS | {COMMITTEE}:
            raise Unknown("type of subject", kind)
        with self._ledger.lock:
            question = self._question(self._body["action"]["name"], self._body["resource"], times)
            could = who_could(self._ledger.books, question).candidates
        names = sorted(one.who.id for one in could if (one.who.committee is None) == (kind in PERSONS))
        return names, lambda _: True, lambda name: {"type": kind, "id": name}

    def _actions(self, times: Times) -> Looked:
        who, resource = holder_of(self._body["subject"]), self._body["resource"]
        with self._ledger.lock:
            books = self._ledger.books
            reading = AsOf(books, times.when.at, times.known.seq)
            acts = sorted({act for act in books.acts() if act in ACTS or reading.alive("act", act)})
        return acts, lambda act: self._may(who, act, resource, times), lambda act: {"name": act}

    def _resources(self, times: Times) -> Looked:
        who, act, resource = holder_of(self._body["subject"]), self._body["action"]["name"], self._body["resource"]
        universe = self._universe(resource["type"], times)
        held: dict[str, bool] = {}

        def may_be(name: str) -> bool:
            matter = universe[name]
            if matter not in held:
                held[matter] = self._holds_something(who, act, matter, times)
            return held[matter] and self._may(who, act, {**resource, "id": name}, times)

        return sorted(universe), may_be, lambda name: {"type": resource["type"], "id": name}

    def _universe(self, kind: str, times: Times) -> dict[str, str]:
        """Every resource of a type that is known, and the matter that it is under."""
        at, known = times.when.at, times.known.seq
        with self._ledger.lock:
            books = self._ledger.books
            reading = AsOf(books, at, known)
            if kind == MATTER:
                return {name: name for name in books.things[MATTER] if reading.alive(MATTER, name)}
            kinds = (CONTRACT,) if kind == CONTRACT else (ITEM, CONTRACT)
            under: dict[str, str] = {}
            for name in (name for one in kinds for name in books.things[one]):
                matter = item_terms(books, name, at, known).matter
                if matter is not None and (kind != CONTRACT or reading.life(CONTRACT, name) is not None):
                    under[name] = matter
            if kind in {ITEM, CONTRACT}:
                stated = properties(self._body["resource"], "/resource").get("matter")
                return dict.fromkeys(under, stated) if isinstance(stated, str) else under
            below = {matter: kind in reading.matters_above(matter) for matter in set(under.values())}
            return {name: matter for name, matter in under.items() if below[matter]}

    def _question(self, act: str, resource: Body, times: Times) -> Question:
        return question_of(self._body, act, resource, self._ledger.books, times)

    def _may(self, who: Holder, act: str, resource: Body, times: Times) -> bool:
        with self._ledger.lock:
            return may(self._ledger.books, who, self._question(act, resource, times)).outcome == "yes"

    def _holds_something(self, who: Holder, act: str, matter: str, times: Times) -> bool:
        """Whether somebody holds anything over a matter: where not, no item of it need be asked about."""
        resource = {"type": MATTER, "id": matter}
        with self._ledger.lock:
            ruling = may(self._ledger.books, who, self._question(act, resource, times))
        return ruling.candidate is not None or ruling.near_miss is not None
