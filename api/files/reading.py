"""Read a charter file or a command file, strictly: what is not clear is refused with file, line and field."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from api.files import json_text, yaml_text
from api.files.rows import command
from api.files.shapes import COMMANDS, KEYS, SECTIONS
from api.files.source import batch_of, bytes_of, format_of, text_of
from api.files.tree import Lines, build, joined, line_at, near, shown
from ledger.commands import Command, OpenLedger
from ledger.refusals import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterator

    from api.files.source import Format
    from ledger.refusals import Refusal


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where a row stands: `field` is its section and its number there, from 0, or in a `.jsonl` file its `do` name."""

    file: str
    line: int
    field: str
    lines: Lines | None = None
    """The lines of what lies in it, where they are known."""

    def of(self, path: str) -> Place:
        """Where a field of the row stands, or what is nearest to it."""
        steps = [int(step) if step.isdecimal() else step for step in re.findall(r"[^.\[\]]+", path)]
        line = self.line if self.lines is None else line_at(self.lines, steps)
        field = f"{self.field}.{path}" if self.field and path else self.field or path
        return Place(file=self.file, line=line, field=field)

    def no(self, sentence: str) -> BadInput:
        """What is wrong with it."""
        return BadInput(self.field, sentence, line=self.line)

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.field}"


class Loaded(msgspec.Struct, frozen=True, kw_only=True):
    """What a file says. `places` go with `commands`; `batch` is the same for the same content."""

    file: str
    batch: str
    commands: list[Command]
    places: list[Place]
    ledger: OpenLedger | None = None
    """The charter's `ledger` section; None where it has none, and for command files."""
    ledger_place: Place | None = None


def read_file(path: str | Path) -> Loaded:
    """The commands of a `.yaml`, `.yml`, `.json` or `.jsonl` file, at most 64 MB of UTF-8.

    Raises BadInput with file, line (None where the file as a whole is at fault) and field (empty likewise).
    """
    path = Path(path)
    file = str(path).encode("utf-8", "backslashreplace").decode()
    try:
        raw = bytes_of(path)
        read = _Reader(file, text_of(raw), format_of(path))
    except BadInput as bad:
        raise BadInput(bad.field, bad.sentence, file=file, line=bad.line) from bad.__cause__
    return Loaded(
        file=file,
        batch=batch_of(read.commands),
        commands=read.commands,
        places=read.places,
        ledger=read.ledger,
        ledger_place=read.ledger_place,
    )


def place_refusal(loaded: Loaded, trouble: Refusal | BadInput) -> str:
    """`file:line: field` of what a refusal is about: the row at its `position`, and the field that a BadInput names.

    A refusal of the batch as a whole has no position and gets the file alone.
    """
    field = trouble.field if isinstance(trouble, BadInput) else ""
    if isinstance(trouble, BadInput) and trouble.file is not None:
        place = trouble.file if trouble.line is None else f"{trouble.file}:{trouble.line}"
        return f"{place}: {field}" if field else place
    if trouble.position is not None:
        return str(loaded.places[trouble.position].of(field))
    if field in OpenLedger.__struct_fields__ and loaded.ledger_place is not None:
        return str(loaded.ledger_place.of(field))
    return loaded.file


class _Reader:
    """One file on its way into commands."""

    def __init__(self, file: str, text: str, form: Format) -> None:
        self.commands: list[Command] = []
        self.places: list[Place] = []
        self.ledger: OpenLedger | None = None
        self.ledger_place: Place | None = None
        self._file, self._strict = file, form != "yaml"
        if form == "jsonl":
            for line, row in json_text.values(text):
                self._line(row, line)
            return
        data, lines = build((yaml_text if form == "yaml" else json_text).marks(text))
        if not isinstance(data, dict):
            raise BadInput("", "the file is not a mapping of keys to values", line=lines.line)
        top = Place(file=file, line=lines.line, field="", lines=lines)
        if _kind_of_file(data, top) == "charter":
            self._charter(data, top)
        else:
            for row, place in self._rows("list", data, top):
                self._add(row, _named(row, place), place)

    def _charter(self, data: dict[str, Any], top: Place) -> None:
        if data.get("ledger") is not None:
            place = self.ledger_place = _within(top, "ledger")
            lines = place.lines or Lines(place.line)
            self.ledger = command(_without_do(data["ledger"], place), OpenLedger, lines, "ledger", strict=self._strict)
        for section, kind in SECTIONS.items():
            for row, place in self._rows(section, data, top):
                self._add(_without_do(row, place), kind, place)

    @staticmethod
    def _rows(section: str, data: dict[str, Any], top: Place) -> Iterator[tuple[dict[str, Any], Place]]:
        rows = data.get(section)
        if rows is None:
            return
        where = _within(top, section)
        if not isinstance(rows, list):
            raise where.no(f"{shown(rows)} is not a list of rows")
        for number, row in enumerate(rows):
            place = _within(where, number)
            if not isinstance(row, dict):
                raise place.no("the row is empty" if row is None else f"{shown(row)} is not a row of keys and values")
            yield row, place

    def _line(self, row: Any, line: int) -> None:  # noqa: ANN401 - whatever JSON holds
        if not isinstance(row, dict):
            raise BadInput("", f"{shown(row)} is not a command", line=line)
        kind = _named(row, Place(file=self._file, line=line, field=""))
        self._add(row, kind, Place(file=self._file, line=line, field=str(row["do"])))

    def _add(self, row: dict[str, Any], kind: type[Command], place: Place) -> None:
        lines = place.lines or Lines(place.line)
        self.commands.append(command(row, kind, lines, place.field, strict=self._strict))
        self.places.append(place)


def _kind_of_file(data: dict[str, Any], top: Place) -> str:
    """`charter` or `commands`, once its version and its keys are known to be ones that are read here."""
    kinds = [kind for kind in KEYS if kind in data]
    if len(kinds) != 1:
        says = "both `charter` and `commands`" if kinds else "neither `charter: 1` nor `commands: 1`"
        raise top.no(f"the file says {says}")
    kind = kinds[0]
    version = data[kind]
    if isinstance(version, bool) or str(version) != "1":
        said = "it has no value" if version is None else f"{shown(version)} is not a version that is read here"
        raise top.of(kind).no(f"{said}; `{kind}: 1` is")
    for key in data:
        if key not in KEYS[kind]:
            what = "section" if kind == "charter" else "key"
            raise _within(top, key).no(f"the {what} {shown(key)} is not known{near(key, KEYS[kind])}")
    if not isinstance(data.get("about"), str | None):
        raise top.of("about").no(f"{shown(data['about'])} is not text")
    return kind


def _within(place: Place, step: str | int) -> Place:
    """The place of a key or, by its number, of a row."""
    inside: Any = place.lines.inside if place.lines is not None else None
    lines = Lines(place.line) if inside is None else inside[step]
    field = f"{place.field}[{step}]" if isinstance(step, int) else joined(place.field, step)
    return Place(file=place.file, line=lines.line, field=field, lines=lines)


def _named(row: dict[str, Any], place: Place) -> type[Command]:
    """The command that a row's `do` names."""
    name, at = row.get("do"), place.of("do")
    if name is None:
        raise at.no("`do` is missing")
    if not isinstance(name, str) or name not in COMMANDS:
        raise at.no(f"{shown(name)} is no command{near(str(name), COMMANDS)}")
    return COMMANDS[name]


def _without_do(row: Any, place: Place) -> Any:  # noqa: ANN401 - whatever stands there
    if isinstance(row, dict) and "do" in row:
        raise place.of("do").no("`do` does not stand in a charter, where the section says what a row does")
    return row
