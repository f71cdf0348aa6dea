"""JSON Schema (2020-12) of charter files and command files, for editors and for checks outside.

A schema speaks of values as an editor types them: `depth: 1` is an integer and `reserved: true` a boolean, a date is
text. Reading is by the text of a value, so what passes the schema is read, and a text like `number: 1`, which an editor
takes for an integer, is read as well although the schema asks for quotes. What only the ledger knows (whether a name is
known, what a limit says) no schema tells.
"""

from __future__ import annotations

from typing import Any

import msgspec

from api.files.shapes import CharterFile, CommandsFile

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def charter_schema() -> dict[str, Any]:
    """The schema of charter files: rows have no `do`, for their section says it."""
    schema = _schema(CharterFile, "A Remit charter file")
    for definition in schema["$defs"].values():
        if definition["properties"].pop("do", None) is not None:
            definition["required"].remove("do")
    return schema


def commands_schema() -> dict[str, Any]:
    """The schema of command files: each row says by `do` which command it is."""
    return _schema(CommandsFile, "A Remit command file")


def _schema(kind: type[msgspec.Struct], title: str) -> dict[str, Any]:
    written = msgspec.json.schema(kind)
    definitions: dict[str, Any] = {name: _tidy(one) for name, one in sorted(written["$defs"].items())}
    for one_of in ("Holder", "TargetHolder"):
        definitions[one_of] |= {"minProperties": 1, "maxProperties": 1}
    root = definitions.pop(kind.__name__)
    return {"$schema": _DIALECT, **root, "title": title, "$defs": definitions}


def _tidy(definition: dict[str, Any]) -> dict[str, Any]:
    """The first paragraph of a description is for those who write files, the rest for those who write code."""
    described = definition.get("description")
    return definition if described is None else {**definition, "description": described.split("\n\n")[0]}
