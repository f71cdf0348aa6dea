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

_PLACE = re.compile(r"(?P<file>.+):(?P<line>\d+)(?:: (?P<field>.*))?", re.DOTALL)


def told_in_words(trouble: Trouble, words: Words, place: str | None = None) -> None:
    """`CODE sentence` on standard error, with file and line where they are known; in Chinese with the code's name."""
    code = trouble.code
    if words.lang == "zh" and code in CHINESE:
        code = f"{code} {CHINESE[code]}"
    sentence = str(trouble) if isinstance(trouble, BadInput) else trouble.sentence
    line = f"{code} {place}: {sentence}" if place and not sentence.startswith(place) else f"{code} {sentence}"
    sys.stderr.write(line.replace("\n", " ") + "\n")


def told_in_json(trouble: Trouble, place: str | None = None) -> None:
    """`{"error": …}` on standard output."""
    document = orjson.dumps({"error": in_json(trouble, place)}, option=orjson.OPT_SORT_KEYS)
    sys.stdout.buffer.write(document + b"\n")


def in_json(trouble: Trouble, place: str | None = None) -> dict[str, str | int | None]:
    """A trouble as a JSON object: code, sentence, file, line, field."""
    file, line, field = None, None, None
    if isinstance(trouble, BadInput):
        file, line, field = trouble.file, trouble.line, trouble.field
    if place is not None and file is None and (found := _PLACE.fullmatch(place)) is not None:
        file, line, field = found["file"], int(found["line"]), found["field"] or field
    return {"code": trouble.code, "sentence": clean(trouble.sentence), "file": file, "line": line, "field": field}


def clean(text: str) -> str:
    """Text that can be written as UTF-8."""
    return text.encode("utf-8", "backslashreplace").decode()
