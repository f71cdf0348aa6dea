"""Commands: `POST /v1/commands`, one or a batch; and what planned ones would change, `POST /v1/flips`.

One command is an object, a batch a list of them. A batch is recorded as a whole or not at all, as loaded history is;
with `atomic=false` each command is taken on its own, in order, as if it had been sent alone. The same command id with
the same content gives the first receipt again, so whoever has lost an answer sends the command once more.
"""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import msgspec
from starlette.responses import Response

from api.http.acting import acts_only, permit_now
from api.http.answering import HEAD, JSON, too_large
from api.http.asking import Deadline, When, YesNo, read_words, words
from api.http.bodies import commands_in, pointer
from api.http.identity import ASKING, RECORDING, permit, requires
from api.http.judging import Flipped, report
from api.http.problems import Problem, bad, problem
from ledger.asking import valid_time
from ledger.commands import AuthoriseAct
from ledger.ids import CommandId
from ledger.refusals import BadInput, Refusal, StorageTrouble, Trouble
from ledger.submit.committer import GROUP
from ledger.submit.wording import named, readable_id
from ledger.submit.work import Receipt

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from starlette.requests import Request

    from api.http.identity import Caller
    from api.http.service import Service
    from ledger.commands import Command

CREATED, REPEATED, EACH = 201, 200, 207
MOST_PLANNED = 1_000
MOST_ACTING = 200
_may_record, _may_ask = requires(*RECORDING), requires(*ASKING)
_encoder = msgspec.json.Encoder(order="sorted")


class Recording(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How commands are recorded."""

    atomic: YesNo = "true"


class Planning(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The date on which a plan is compared with what is."""

    on: When | None = None


class Recorded(msgspec.Struct, frozen=True, kw_only=True):
    """The receipt of one command; `head` is the last entry recorded."""

    receipt: Receipt
    head: int


class RecordedTogether(msgspec.Struct, frozen=True, kw_only=True):
    """The receipts of a batch, in order."""

    receipts: tuple[Receipt, ...]
    head: int


class Outcome(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one command of several came to: its receipt, or the problem."""

    status: int
    receipt: Receipt | None = None
    problem: dict[str, Any] | None = None


class RecordedEach(msgspec.Struct, frozen=True, kw_only=True):
    """What each command came to, in order."""

    outcomes: tuple[Outcome, ...]
    head: int


class Planned(msgspec.Struct, frozen=True, kw_only=True):
    """What planned commands would change."""

    answer: Flipped
    head: int


async def record(request: Request) -> Response:
    """Record one command or a batch; answers when it is on disk."""
    caller = await _may_record(request)
    service: Service = request.app.state.service
    how = read_words(Recording, words(request.scope["query_string"]), {})
    commands, batch = await commands_in(request)
    name = _key(request)
    if not batch:
        commands = [named(_named(commands[0], name), f"http-{uuid4()}")]
        request.state.command_id = commands[0].command_id  # who is left without an answer is told it
    elif name is not None:
        commands = [_numbered(one, name, at) for at, one in enumerate(commands, 1)]
    await _permitted(service, caller, commands, batch=batch)
    if not batch:
        return await _one(service, commands[0], caller)
    if how.atomic == "true":
        _bounded(commands)
        return await _together(service, commands, name or f"http-{uuid4()}", caller)
    return await _each(service, commands, caller)


async def plan(request: Request) -> Response:
    """What commands would change if they were recorded now; nothing is written."""
    caller = await _may_ask(request)
    service: Service = request.app.state.service
    asked = read_words(Planning, words(request.scope["query_string"]), {})
    commands, batch = await commands_in(request)
    if len(commands) > MOST_PLANNED:
        raise bad("BAD_INPUT", f"a plan has at most {MOST_PLANNED:,} commands, this one {len(commands):,}", pointer="")

    # Under ids of their own: a plan is no way to ask what a command of somebody else said.
    commands = [msgspec.structs.replace(one, command_id=None) for one in commands]
    ledger, deadline = service.long.ledger, Deadline(service.settings.answer_seconds)

    def considered() -> Planned:
        deadline.keep()  # it may have waited for its turn
        when = valid_time(asked.on, ledger.books, service.clock())
        with ledger.considering(commands, by=caller.account, keep=deadline.keep) as (books, before, after):
            found = report(books, before, after, on=when.at, planned=True, deadline=deadline)
            return Planned(answer=found, head=before)

    try:
        planned = await service.long.in_turn(considered)
    except (Refusal, BadInput) as no:
        raise _at_its_place(no, batch=batch) from no
    body = _encoder.encode(planned)
    if len(body) > service.settings.longest_result:
        raise too_large(len(body), service.settings.longest_result)
    return Response(body, headers={HEAD: str(planned.head)}, media_type=JSON)


# Recording


async def _one(service: Service, command: Command, caller: Caller) -> Response:
    try:
        receipt = await asyncio.wrap_future(service.committer.submit(command, caller.account))
    except Trouble as no:
        found = _at_its_place(no, batch=False)
        found.more["command_id"] = command.command_id if isinstance(no, StorageTrouble) else None
        raise found from no
    service.ring()
    head = max(service.ledger.settled, receipt.last)
    return _said(REPEATED if receipt.repeated else CREATED, Recorded(receipt=receipt, head=head), head)


def _bounded(commands: Sequence[Command]) -> None:
    """Nothing, if a batch lets few enough act: each act is judged beside all others. Raises Problem (BAD_INPUT)."""
    acting = sum(isinstance(one, AuthoriseAct) for one in commands)
    if acting > MOST_ACTING:
        told = f"a batch has at most {MOST_ACTING} `authorise-act`, this one {acting:,}; `atomic=false` takes more"
        raise bad("BAD_INPUT", told, pointer="")


async def _together(service: Service, commands: Sequence[Command], name: str, caller: Caller) -> Response:
    try:
        seconds = service.settings.answer_seconds / 2
        told = service.committer.submit_batch(commands, by=caller.account, batch=name, within_seconds=seconds)
        together: asyncio.Future[list[Receipt]] = asyncio.wrap_future(told)
        receipts = tuple(await together)
    except Trouble as no:
        raise _at_its_place(no, batch=True) from no
    service.ring()
    head = max(service.ledger.settled, *(one.last for one in receipts))
    status = REPEATED if all(one.repeated for one in receipts) else CREATED
    return _said(status, RecordedTogether(receipts=receipts, head=head), head)


async def _each(service: Service, commands: Sequence[Command], caller: Caller) -> Response:
    """Each on its own, in order: of many commands, some are waited for before the next are put in the queue.

    Behind one for which there is no room none is taken. Where storage fails, no more are put in the queue. All of
    those are told the same.
    """
    said: list[Receipt | Trouble] = []
    while len(said) < len(commands):
        said += await _some(service, commands[len(said) : len(said) + GROUP], caller, first=not said)
        service.ring()
        if isinstance(said[-1], StorageTrouble):
            said += [said[-1]] * (len(commands) - len(said))
    head = max(service.ledger.settled, *(one.last for one in said if isinstance(one, Receipt)), 0)
    return _said(EACH, RecordedEach(outcomes=tuple(_outcome(one) for one in said), head=head), head)


async def _some(
    service: Service, commands: Sequence[Command], caller: Caller, *, first: bool
) -> list[Receipt | Trouble]:
    """What each came to, up to one for which there was no room. Raises StorageTrouble where that is the very first."""
    waiting: list[asyncio.Future[Receipt]] = []
    no_room: list[Trouble] = []
    for command in commands:
        try:
            waiting.append(asyncio.wrap_future(service.committer.submit(command, caller.account)))
        except StorageTrouble as no:
            if first and not waiting:
                raise
            no_room.append(no)
            break
    return [*[await _came_to(one) for one in waiting], *no_room]


async def _came_to(waiting: asyncio.Future[Receipt]) -> Receipt | Trouble:
    try:
        return await waiting
    except Trouble as no:
        return no


def _outcome(said: Receipt | Trouble) -> Outcome:
    if isinstance(said, Trouble):
        return _refused(said)
    return Outcome(status=REPEATED if said.repeated else CREATED, receipt=said)


def _refused(no: Trouble) -> Outcome:
    found = _at_its_place(no, batch=False)
    return Outcome(status=found.status, problem=found.document())


def _said(status: int, answer: object, head: int) -> Response:
    return Response(_encoder.encode(answer), status, {HEAD: str(head)}, JSON)


# Names and places


def _key(request: Request) -> str | None:
    """What `Idempotency-Key` says; the quotes of a structured field are no part of it. Raises Problem."""
    stated = request.headers.getlist("idempotency-key")
    if not stated:
        return None
    said = stated[0][1:-1] if len(stated[0]) > 1 and stated[0][0] == stated[0][-1] == '"' else stated[0]
    try:
        text = said.encode("latin-1").decode() if len(stated) == 1 else ""
        return readable_id(text, "Idempotency-Key")
    except (BadInput, UnicodeDecodeError) as no:
        sentence = no.sentence if isinstance(no, BadInput) else "it is not UTF-8"
        raise bad("BAD_INPUT", f"the header `Idempotency-Key`: {sentence}", field="Idempotency-Key") from no


def _named(command: Command, name: str | None) -> Command:
    """The command under the id of the header. Raises Problem where it says another one."""
    if name is None or command.command_id == name:
        return command
    if command.command_id is not None:
        raise bad("BAD_INPUT", "`command_id` and the header `Idempotency-Key` say different ids", pointer="/command_id")
    return msgspec.structs.replace(command, command_id=CommandId(name))


def _numbered(command: Command, name: str, number: int) -> Command:
    """The same for one of a batch: `name/1`, `name/2` and so on."""
    return command if command.command_id is not None else _named(command, f"{name}/{number}")


async def _permitted(service: Service, caller: Caller, commands: Sequence[Command], *, batch: bool) -> None:
    """Nothing, if the caller may send these commands. Raises Problem, 403, with the position of one they may not."""

    def checked(check: Callable[[Command], None]) -> None:
        for number, command in enumerate(commands):
            try:
                check(command)
            except (Problem, BadInput) as no:
                found = no if isinstance(no, Problem) else problem(no, pointer=pointer(no.field))
                found.more["position"] = number if batch else None
                raise found from no

    checked(partial(permit, caller))
    if acts_only(caller):
        asked = service.quick.at_once if len(commands) <= GROUP else service.quick.in_turn
        now, acted_on = service.clock(), set[str]()
        await asked(lambda: checked(lambda one: permit_now(one, service.ledger.books, now, acted_on)))


def _at_its_place(no: Trouble, *, batch: bool) -> Problem:
    """A trouble as a problem, with the pointer of the command or the field that it is about."""
    steps = pointer(no.field) if isinstance(no, BadInput) else ""
    if not batch:
        no.position = None
    place = steps if no.position is None else f"/{no.position}{steps}"
    return problem(no, pointer=place or None)
