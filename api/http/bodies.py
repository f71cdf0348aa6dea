"""The body of a request: JSON in UTF-8 with commands in it, read by the same reader as files.

What is wrong is named by its JSON pointer (RFC 6901), `/3/by/person`.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any

from api.files import json_text
from api.files.rows import command
from api.files.shapes import COMMANDS
from api.files.source import text_of
from api.files.tree import Lines, near, shown
from api.http.problems import Problem, bad, problem
from ledger.refusals import BadInput

if TYPE_CHECKING:
    from starlette.datastructures import Headers
    from starlette.requests import Request

    from api.http.service import Service
    from ledger.commands import Command

MOST_COMMANDS = 10_000
"""In one batch; longer histories are loaded with `remit load`."""
MOST_MARKS = 1_000_000
"""Of commas and opening brackets in a body: what its reading costs, whatever its length."""
READ_AT_ONCE = 16_000
"""Up to how many bytes a body is read on the event loop: a few milliseconds at worst, in which nobody else is heard."""
_STEPS = re.compile(r"[^.\[\]]+")
_NOWHERE = Lines(1)


async def commands_in(request: Request) -> tuple[list[Command], bool]:
    """The commands that the body says, and whether they are a batch; a long body is read on a thread. Raises Problem.

    Its code is NOT_JSON, NOT_UTF8, BAD_REQUEST or BAD_INPUT.
    """
    _expect_json(request.headers)
    raw = await request.body()
    if len(raw) <= READ_AT_ONCE:
        return _commands_of(_value_of(raw))
    service: Service = request.app.state.service
    return await service.away(partial(_read, raw))


def _expect_json(headers: Headers) -> None:
    """Nothing, if the headers say JSON in UTF-8, as it is. Raises Problem."""
    kind, *parameters = [part.strip().lower() for part in headers.get("content-type", "").split(";")]
    if kind != "application/json" or any(one.replace('"', "") != "charset=utf-8" for one in parameters if one):
        raise bad("NOT_JSON", "the body has to be `application/json` in UTF-8")
    if headers.get("content-encoding", "identity").lower() != "identity":
        raise bad("NOT_JSON", "a compressed body is not taken")


def _read(raw: bytes) -> tuple[list[Command], bool]:
    marks = raw.count(b",") + raw.count(b"{") + raw.count(b"[")
    if marks > MOST_MARKS:
        sentence = f"the body has {marks:,} commas and opening brackets, of which {MOST_MARKS:,} are taken"
        raise bad("BAD_INPUT", sentence, pointer="")
    return _commands_of(_value_of(raw))


def _value_of(raw: bytes) -> Any:  # noqa: ANN401 - whatever JSON holds
    """The value of a JSON text; a key given twice is refused. Raises Problem."""
    try:
        text = text_of(raw)
    except BadInput as no:
        raise _unreadable("NOT_UTF8" if "UTF-8" in no.sentence else "BAD_REQUEST", no) from no
    try:
        return json_text.value(text.encode())
    except BadInput as no:
        raise _unreadable("BAD_REQUEST", no) from no


def _unreadable(code: str, no: BadInput) -> Problem:
    sentence = no.sentence.replace("the file", "the body").replace("a file", "a body")
    return bad(code, sentence, line=no.line, pointer=pointer(no.field) or None)


def _commands_of(value: Any) -> tuple[list[Command], bool]:  # noqa: ANN401 - whatever JSON holds
    """The commands of a body, and whether they are a batch. Raises Problem naming the place."""
    if not isinstance(value, list):
        return [_command(value, "")], False
    if not 1 <= len(value) <= MOST_COMMANDS:
        raise bad("BAD_INPUT", f"a batch has 1 to {MOST_COMMANDS:,} commands, this one {len(value):,}", pointer="")
    return [_command(row, f"[{number}]") for number, row in enumerate(value)], True


def _command(row: Any, place: str) -> Command:  # noqa: ANN401 - whatever JSON holds
    """One command. Raises Problem."""
    try:
        return command(row, _kind(row, place), _NOWHERE, place, strict=True)
    except BadInput as no:
        raise _placed(no) from no


def _kind(row: Any, place: str) -> type[Command]:  # noqa: ANN401 - whatever JSON holds
    """The command that a row names. Raises BadInput."""
    if not isinstance(row, dict):
        raise BadInput(place, f"{shown(row)} is not a command")
    name = row.get("do")
    if name is None:
        raise BadInput(f"{place}.do", "`do` is missing")
    if not isinstance(name, str) or name not in COMMANDS:
        raise BadInput(f"{place}.do", f"{shown(name)} is no command{near(str(name), COMMANDS)}")
    return COMMANDS[name]


def _placed(no: BadInput) -> Problem:
    where = pointer(no.field)
    found = problem(BadInput(where, no.sentence), pointer=where)
    found.more["field"] = None
    return found


def pointer(path: str) -> str:
    """The JSON pointer of a dotted path: `[3].by.person` is `/3/by/person`."""
    return "".join(f"/{step.replace('~', '~0').replace('/', '~1')}" for step in _STEPS.findall(path))
