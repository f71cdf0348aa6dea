"""A file's bytes as a text: UTF-8 of at most 64 MB, without what no text needs."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Literal

from ledger.refusals import BadInput
from ledger.submit import fingerprint

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from ledger.commands import Command

LARGEST_MB = 64
Format = Literal["yaml", "json", "jsonl"]
_FORMATS: dict[str, Format] = {".yaml": "yaml", ".yml": "yaml", ".json": "json", ".jsonl": "jsonl"}
_BOM = b"\xef\xbb\xbf"
_UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
"""Control characters and their like; some of them other programs take for the end of a line."""
_LINE_END = re.compile("\r\n|\r|\n")


def format_of(path: Path) -> Format:
    """What the end of a file's name says. Raises BadInput."""
    form = _FORMATS.get(path.suffix.lower())
    if form is None:
        raise BadInput("", "the name of the file ends neither in .yaml, .yml, .json nor .jsonl")
    return form


def bytes_of(path: Path) -> bytes:
    """All bytes of a file. Raises BadInput where there is none, or too many."""
    most = LARGEST_MB * 1024 * 1024
    try:
        if path.is_dir():
            raise BadInput("", "it is a folder, not a file")
        if not path.is_file():
            raise BadInput("", "it is not a file that can be read" if path.exists() else "there is no such file")
        with path.open("rb") as file:
            raw = file.read(most + 1)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else None
        raise BadInput("", f"it cannot be read: {(why or 'no file has such a name').lower()}") from error
    if len(raw) > most:
        raise BadInput("", f"the file has more than {LARGEST_MB} MB")
    return raw


def text_of(raw: bytes) -> str:
    """The text of the bytes, a byte order mark aside. Raises BadInput with the line."""
    try:
        text = raw.removeprefix(_BOM).decode("utf-8")
    except UnicodeDecodeError as error:
        line = _line_of(error.object.decode("latin-1"), error.start)
        raise BadInput("", f"the byte 0x{error.object[error.start]:02X} is not UTF-8", line=line) from error
    unwanted = _UNWANTED.search(text)
    if unwanted is not None:
        sentence = f"the character U+{ord(unwanted.group()):04X} is not taken in a file"
        raise BadInput("", sentence, line=_line_of(text, unwanted.start()))
    if not text.strip():
        raise BadInput("", "the file is empty", line=1)
    return text


def batch_of(commands: Iterable[Command]) -> str:
    """A batch id from what the commands say, in order: a copy of a file, or one with other comments, is the same batch.

    Personal values are left out, as they are of a command's fingerprint; where they differ, the repeated command is
    refused.
    """
    said = hashlib.sha256("".join(fingerprint(command) for command in commands).encode())
    return f"load-{said.hexdigest()[:16]}"


def _line_of(text: str, at: int) -> int:
    return len(_LINE_END.findall(text, 0, at)) + 1
