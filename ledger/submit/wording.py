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


def readable_id(text: str, field: str) -> str:
    """An id that can be printed: an account, a batch, a command. Raises BadInput naming `field`."""
    if not text.strip() or len(text) > LONGEST_ID or not text.isprintable():
        raise BadInput(field, "an id has 1 to 100 printable characters")
    return text


def fingerprint(command: Command) -> str:
    """SHA-256 over the canonical content, hexadecimal, without personal values (they are compared in the vault)."""
    content = msgspec.to_builtins(command)
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


def well_formed(command: Command) -> None:
    """The lengths and forms that the vocabulary states, for commands made in Python too. Raises BadInput."""
    if command.command_id is not None:
        readable_id(command.command_id, "command_id")
    content = msgspec.to_builtins(command)
    try:
        msgspec.convert(content, type(command))
    except msgspec.ValidationError as error:
        sentence, _, path = str(error).partition(" - at `$.")
        raise BadInput(path.rstrip("`"), sentence) from error
    _printable(content, "")


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
            if not (_plain(key) and _plain(value)):
                _printable(key, path)
                _printable(value, f"{path}.{key}" if path else str(key))
    elif isinstance(content, list | tuple):
        for value in content:
            _printable(value, path)


def _plain(content: object) -> bool:
    """Whether a text is one that nobody objects to, as nearly all are."""
    return isinstance(content, str) and content.isprintable() and len(content) < LONGEST_TEXT and not content.isspace()
