"""Several AuthZEN evaluations in one request: what one of them leaves out is, as a whole, what is stated for all."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

import orjson

from api.http.answering import too_large
from api.http.asking import Deadline
from api.http.authzen_answering import decision
from api.http.authzen_body import inner, optional, wrong
from api.http.authzen_question import times_of
from api.http.authzen_reading import Entities, action_of, context_of, resource_of, subject_of
from api.http.authzen_turns import finished, in_turns
from api.http.problems import Problem, problem
from api.http.reading import QUICK_STEPS, TakesLong
from ledger.refusals import StorageTrouble

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from api.http.asking import Times
    from api.http.authzen_body import Body
    from api.http.reading import Reading
    from api.http.service import Service
    from ledger.moments import Instant

MOST_EVALUATIONS = 1_000
SEMANTICS: dict[str, bool | None] = {"execute_all": None, "deny_on_first_deny": False, "permit_on_first_permit": True}
"""The decision after which the rest is left undone."""
_READ: dict[str, Callable[[Body], Any]] = {"subject": subject_of, "action": action_of, "resource": resource_of}


class Several:
    """One request with evaluations in it. Raises Problem for what is wrong with it as a whole."""

    def __init__(self, service: Service, body: Body) -> None:
        self._service, self._body = service, body
        self._last, self._listed = _last_decision(body), _listed(body)
        for name in _READ:
            inner(body, name)
        self._context = context_of(body)
        self._read: dict[str, Any] = {}
        self._steps = 0
        self._deadline = Deadline(service.settings.answer_seconds)

    async def answer(self) -> tuple[bytes, int]:
        """The answer, and the head that it was given at: a few quick ones at once, else others have their turns."""
        quick, long = self._service.quick, self._service.long
        if len(self._listed) <= QUICK_STEPS:
            with suppress(TakesLong):
                return await quick.at_once(lambda: finished(self._decided(quick)))
        return await in_turns(long, self._decided(long))

    def _decided(self, reading: Reading) -> Generator[None, None, tuple[bytes, int]]:
        """Every decision, up to the one after which the rest is left undone, as JSON.

        The clock and the head are those of the beginning, and whatever each of them asks is read then, so that one
        answer speaks of one state of the ledger.
        """
        self._deadline.keep()  # it may have waited for its turn
        now, head = self._service.clock(), reading.ledger.books.head
        times = times_of(self._context, reading.ledger, now, head)
        self._steps = 0
        prepared = [self._prepared(reading, one, times, now, head) for one in self._listed]
        most, length, said = self._service.settings.longest_result, 0, list[bytes]()
        for decide in prepared:
            self._deadline.keep()
            one = decide()
            said.append(orjson.dumps(one))
            length += len(said[-1])
            if length > most:
                raise too_large(length, most)
            if one["decision"] is self._last:
                break
            yield
        return b'{"evaluations":[%b]}' % b",".join(said), head

    def _prepared(self, reading: Reading, one: Body, times: Times, now: Instant, head: int) -> Callable[[], Body]:
        """How one of several is decided; one that cannot be read is a no that says so."""
        try:
            if "context" in one:
                times = times_of(context_of(one), reading.ledger, now, head)
            entities = Entities(*(self._entity(one, name) for name in _READ))
            self._steps = reading.expect(times, entities.resource.item, self._steps)
            return decision(reading.ledger, entities, times, self._deadline)
        except Problem as found:
            said = found
        except StorageTrouble as trouble:
            if trouble.code != "NOT_YET_KNOWN":
                raise
            said = problem(trouble)
        more = {name: value for name, value in said.more.items() if value is not None}
        no = {"decision": False, "context": {"error": {"status": said.status, "message": said.detail, **more}}}
        return lambda: no

    def _entity(self, one: Body, name: str) -> Any:  # noqa: ANN401 - a Subject, an Action or a Resource
        """Its own entity, or that of all, which is read once."""
        if name in one:
            return _READ[name](one)
        if name not in self._read:
            self._read[name] = _READ[name](self._body)
        return self._read[name]


def _listed(body: Body) -> list[Body]:
    listed = body["evaluations"]
    if not isinstance(listed, list) or len(listed) > MOST_EVALUATIONS:
        raise wrong("/evaluations", f"`evaluations` is not a list of at most {MOST_EVALUATIONS:,}")
    for number, one in enumerate(listed):
        if not isinstance(one, dict):
            raise wrong(f"/evaluations/{number}", "an evaluation is not an object")
    return listed


def _last_decision(body: Body) -> bool | None:
    semantic = optional(inner(body, "options"), "evaluations_semantic", "/options")
    if semantic is None:
        return None
    if semantic not in SEMANTICS:
        raise wrong("/options/evaluations_semantic", "`evaluations_semantic` is not one of " + ", ".join(SEMANTICS))
    return SEMANTICS[semantic]
