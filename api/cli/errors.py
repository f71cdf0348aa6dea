"""How a trouble is told: one line for people, one JSON document for programs."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

import orjson

from api.words.reasons import CHINESE
from ledger.refusals import BadInput

if TYPE_CHECKING:
    from api.words import Words
    from ledger.refusals import Trouble

_PLACE = re.compile(r"(?P<file>.+?)(?::(?P<line>\d+))?(?:: (?P<field>.*))?", re.DOTALL)


def told_in_words(trouble: Trouble, words: Words, place: str | None = None) -> None:
    """`CODE file:line: field: sentence` on standard error, in Chinese with the code's name; as far as known."""
    said = in_json(trouble, place)
    name = f"{said['code']} {CHINESE[trouble.code]}" if words.lang == "zh" and trouble.code in CHINESE else said["code"]
    file = f"{said['file']}:{said['line']}" if said["line"] is not None else said["file"]
    line = f"{name} " + ": ".join(str(part) for part in (file, said["field"], said["sentence"]) if part)
    sys.stderr.write("".join(one if one.isprintable() else " " for one in line) + "\n")


def told_in_json(trouble: Trouble, place: str | None = None) -> None:
    """`{"error": …}` on standard output."""
    document = orjson.dumps({"error": in_json(trouble, place)}, option=orjson.OPT_SORT_KEYS)
    sys.stdout.flush()
    sys.stdout.buffer.write(document + b"\n")


def in_json(trouble: Trouble, place: str | None = None) -> dict[str, str | int | None]:
    """A trouble as a JSON object: code, sentence, file, line, field; `place` is `file:line: field`, where known."""
    file, line, field = None, None, None
    if isinstance(trouble, BadInput):
        file, line, field = trouble.file, trouble.line, trouble.field or None
    if place is not None and file is None and (found := _PLACE.fullmatch(place)) is not None:
        file, field = found["file"], found["field"] or field
        line = int(found["line"]) if found["line"] else None
    texts = {"code": trouble.code, "sentence": trouble.sentence, "file": file, "field": field}
    return {**{key: _clean(text) for key, text in texts.items()}, "line": line}


def _clean(text: str | None) -> str | None:
    """Text that can be written as UTF-8."""
    return None if text is None else text.encode("utf-8", "backslashreplace").decode()
