"""A command's words before anything is decided: their form, who says them, and the fingerprint of what they say."""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec
import orjson

from ledger.commands import Command, CorrectFact
from ledger.deciding.desk import LONGEST_ID
from ledger.ids import CommandId
from ledger.refusals import BadInput

LONGEST_TEXT = 4_000
LONGEST_COMMAND = 64 * 1024
"""In bytes of its JSON: several times what a charter of many duties, or a committee's votes, need."""


def readable_id(text: str, field: str) -> str:
    """An id that can be printed: an account, a batch, a command. Raises BadInput naming `field`."""
    if not text.strip() or len(text) > LONGEST_ID or not text.isprintable():
        raise BadInput(field, "an id has 1 to 100 printable characters")
    return text


def fingerprint(command: Command, content: dict[str, Any] | None = None) -> str:
    """SHA-256 over the canonical content, hexadecimal, without personal values (they are compared in the vault).

    `content` is the command as plain data, where that is at hand; it is used up.
    """
    content = msgspec.to_builtins(command) if content is None else content
    for field in {"command_id", *command.personal}:
        content.pop(field, None)
    if isinstance(command, CorrectFact):
        for field in command.replacement.personal:
            content["replacement"].pop(field, None)
    for field in {"entry"} & content.keys():  # a number of any size, which JSON of 64 bits cannot hold
        content[field] = str(content[field])
    return hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()


def named(command: Command, command_id: str) -> Command:
    """The command, with this id where it has none."""
    if command.command_id is not None:
        return command
    return msgspec.structs.replace(command, command_id=CommandId(command_id))


def well_formed(command: Command) -> dict[str, Any]:
    """The lengths and forms that the vocabulary states, for commands made in Python too. Raises BadInput.

    Gives back the command as plain data.
    """
    if command.command_id is not None:
        readable_id(command.command_id, "command_id")
    said = written(command)
    if said is not None and len(said) > LONGEST_COMMAND:
        raise BadInput("", f"a command of {len(said):,} bytes, of which {LONGEST_COMMAND:,} are allowed")
    content: dict[str, Any] = msgspec.to_builtins(command)
    try:
        msgspec.convert(content, type(command))
    except msgspec.ValidationError as error:
        sentence, _, path = str(error).partition(" - at `$.")
        raise BadInput(path.rstrip("`"), sentence) from error
    if said is None or not _plain(said.decode()):
        _printable(content, "")
    return content


def _printable(content: Any, path: str) -> None:  # noqa: ANN401 - builtins of any shape
    """No control characters, lone surrogates or invisible format characters; line breaks only in longer texts."""
    if isinstance(content, str):
        if len(content) > LONGEST_TEXT:
            raise BadInput(path, f"a text of {len(content):,} characters, of which {LONGEST_TEXT:,} are allowed")
        if content and not content.strip():
            raise BadInput(path, "a text of nothing but spaces")
        if not content.replace("\n", "").replace("\u3000", "").isprintable():
            raise BadInput(path, "a character that cannot be printed (a control, surrogate or invisible one)")
    elif isinstance(content, dict):
        for key, value in content.items():
            _printable(key, path)
            _printable(value, f"{path}.{key}" if path else str(key))
    elif isinstance(content, list | tuple):
        for value in content:
            _printable(value, path)


def _plain(said: str) -> bool:
    """Whether nobody could object to any text of a command, as is so for nearly all: seen on all of them at once."""
    return len(said) < LONGEST_TEXT and said.isprintable() and "\\" not in said and '" ' not in said


def written(command: Command) -> bytes | None:
    """A command as JSON in UTF-8; None where something in it cannot be written so."""
    try:
        return msgspec.json.encode(command)
    except (UnicodeError, TypeError, msgspec.MsgspecError):
        return None
