"""The pages of docs/ that are written from the code: what can be recorded, what can be asked for, what is refused.

`vocabulary.py` writes events.md and commands.md, `refusing.py` refusals.md, with the order of the checks as `order.py`
reads it from the ledger's source; `words.py` has what the code does not say: example facts and the meaning of fields.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from api.files import charter_schema, commands_schema
from api.reference.refusing import refusals_page
from api.reference.vocabulary import commands_page, events_page

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["pages", "write"]


def pages() -> dict[str, str]:
    """The generated files by name, the same for the same code."""
    return {
        "events.md": events_page(),
        "commands.md": commands_page(),
        "refusals.md": refusals_page(),
        "charter.schema.json": _json(charter_schema()),
        "commands.schema.json": _json(commands_schema()),
    }


def write(folder: Path) -> None:
    """Write them into a folder."""
    folder.mkdir(exist_ok=True)
    for name, text in pages().items():
        (folder / name).write_text(text, "utf-8", newline="\n")


def _json(schema: dict[str, object]) -> str:
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"
