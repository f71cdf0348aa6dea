"""AuthZEN searches: who may, on what, which acts; in pages.

A search finds what an evaluation would permit, and nothing else. It is walked in the order of ids, at the two times of
its first page, so that all pages together are the whole answer whatever is recorded meanwhile.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

import msgspec

from api.http.asking import Deadline, Times
from api.http.authzen_answering import context, unknown_name
from api.http.authzen_body import inner, optional, wrong
from api.http.authzen_question import Unknown, holder_of, question_of, times_of
from api.http.authzen_reading import (
    COMMITTEE,
    CONTRACT,
    ITEM,
    MATTER,
    PERSONS,
    Action,
    Entities,
    Resource,
    Worth,
    action_of,
    context_of,
    resource_of,
    subject_of,
)
from api.http.pages import LARGEST_PAGE, Bookmark
from api.http.problems import bad
from ledger.asking import arrived
from ledger.books.items import item_terms
from ledger.books.reading import AsOf
from ledger.ids import ACTS
from ledger.policy import may, who_could

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from api.http.authzen_body import Body
    from api.http.service import Service
    from ledger.policy import Ruling

Sought = Literal["subject", "resource", "action"]
Found = dict[str, str]
Looked = tuple[list[str], "Callable[[str], bool]", "Callable[[str], Found]"]
"""The names to look at, in order; which of them are found; and how one of them is said."""
_ANY_ACT = Action("", Worth(None, None), {})
_encoder = msgspec.json.Encoder(order="sorted")


class Search:
    """One search: what is asked, where it goes on, and until when it may take. Raises Problem."""

    def __init__(self, service: Service, sought: Sought, body: Body) -> None:
        self._service, self._ledger = service, service.long.ledger
        self._look = {"subject": self._subjects, "resource": self._resources, "action": self._actions}[sought]
        self._entities = Entities(
            subject_of(body, sought=sought == "subject"),
            _ANY_ACT if sought == "action" else action_of(body),
            resource_of(body, sought=sought == "resource"),
        )
        self._context = context_of(body)
        self._asked = _encoder.encode((sought, self._entities, self._context))
        self._page = _page(body) if "page" in body else None
        self._deadline = Deadline(service.settings.answer_seconds)

    def answer(self) -> Generator[None, None, tuple[Body, int]]:
        """One page of what is found, and the head. Raises Problem."""
        self._deadline.keep()  # it may have waited for its turn
        head = self._ledger.books.head
        mark = self._mark(head)
        times = Times(when=mark.when, known=mark.known)
        results: list[Found] = []
        said: Body = {}
        more: int | None = None
        try:
            names, is_found, shown = self._look(times)
            for place in range(mark.begin, len(names)):
                self._deadline.keep()
                if is_found(names[place]):
                    if len(results) == mark.limit:
                        more = place
                        break
                    results.append(shown(names[place]))
                yield
        except Unknown as unknown:
            said = {"reasons": [unknown_name(unknown)]}
        answer: Body = {"context": context(self._ledger.books, times, **said), "results": results}
        if more is None and self._page is None:
            return answer, head
        onward = msgspec.structs.replace(mark, begin=more or 0)
        following = "" if more is None else self._service.pages.token(self._asked, onward)
        return {"page": {"next_token": following, "count": len(results)}, **answer}, head

    def _mark(self, head: int) -> Bookmark:
        """Where the page begins, at which two times, and how long it is. Raises Problem."""
        limit, token = self._page or _Page(None, None)
        if not token:
            times = times_of(self._context, self._ledger, self._service.clock(), head)
            return Bookmark(times.when, times.known, LARGEST_PAGE if limit is None else limit, 0)
        mark = self._service.pages.mark(self._asked, token)
        if limit is not None and limit != mark.limit:
            raise bad("BAD_PAGE_TOKEN", "the page token was made for another limit; ask again without it")
        arrived(mark.known.seq, self._ledger)
        return mark

    def _subjects(self, times: Times) -> Looked:
        kind = self._entities.subject.kind
        if kind not in PERSONS | {COMMITTEE}:
            raise Unknown("type of subject", kind)
        books = self._ledger.books
        could = who_could(books, question_of(self._entities, books, times)).candidates
        names = sorted(one.who.id for one in could if (one.who.committee is None) == (kind in PERSONS))
        return names, lambda _: True, lambda name: {"type": kind, "id": name}

    def _actions(self, times: Times) -> Looked:
        books = self._ledger.books
        reading = AsOf(books, times.when.at, times.known.seq)
        acts = sorted({act for act in books.acts() if act in ACTS or reading.alive("act", act)})
        return acts, lambda act: self._may(times, self._entities.resource, act), lambda act: {"name": act}

    def _resources(self, times: Times) -> Looked:
        resource, act = self._entities.resource, self._entities.action.name
        universe = self._universe(resource, times)
        held: dict[str, bool] = {}

        def is_found(name: str) -> bool:
            matter = universe[name]
            if matter not in held:
                held[matter] = self._holds_something(times, matter)
            return held[matter] and self._may(times, resource._replace(id=name), act)

        return sorted(universe), is_found, lambda name: {"type": resource.kind, "id": name}

    def _universe(self, resource: Resource, times: Times) -> dict[str, str]:
        """Every resource of a type that is known, and the matter that it is under."""
        books, kind = self._ledger.books, resource.kind
        at, known = times.when.at, times.known.seq
        reading = AsOf(books, at, known)
        if kind == MATTER:
            return {name: name for name in books.things[MATTER] if reading.alive(MATTER, name)}
        kinds = (CONTRACT,) if kind == CONTRACT else (ITEM, CONTRACT)
        under: dict[str, str] = {}
        for name in (name for one in kinds for name in books.things[one]):
            self._deadline.keep()
            matter = item_terms(books, name, at, known).matter
            if matter is not None and (kind != CONTRACT or reading.life(CONTRACT, name) is not None):
                under[name] = matter
        if kind in {ITEM, CONTRACT}:
            return under if resource.matter is None else dict.fromkeys(under, resource.matter)
        below = {matter: kind in reading.matters_above(matter) for matter in set(under.values())}
        return {name: matter for name, matter in under.items() if below[matter]}

    def _may(self, times: Times, resource: Resource, act: str) -> bool:
        return self._ruling(times, resource, act).outcome == "yes"

    def _holds_something(self, times: Times, matter: str) -> bool:
        """Whether they hold anything over a matter: where not, no item of it need be asked about."""
        ruling = self._ruling(times, self._entities.resource._replace(kind=MATTER, id=matter), None)
        return ruling.candidate is not None or ruling.near_miss is not None

    def _ruling(self, times: Times, resource: Resource, act: str | None) -> Ruling:
        entities = self._entities._replace(resource=resource)
        if act is not None:
            entities = entities._replace(action=entities.action._replace(name=act))
        books = self._ledger.books
        return may(books, holder_of(entities.subject), question_of(entities, books, times))


class _Page(NamedTuple):
    """What a request says of pages."""

    limit: int | None
    token: str | None


def _page(body: Body) -> _Page:
    """The page that is asked for, of at most as many results as there may be. Raises Problem."""
    page = inner(body, "page")
    inner(page, "properties", "/page")
    limit = page.get("limit")
    if "limit" in page and (isinstance(limit, bool) or not isinstance(limit, int) or limit < 0):
        raise wrong("/page/limit", "`limit` is not a number from 0 on")
    return _Page(None if limit is None else min(limit, LARGEST_PAGE), optional(page, "token", "/page"))
