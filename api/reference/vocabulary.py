"""docs/events.md and docs/commands.md: every fact that can be recorded, every request that can be made."""

from __future__ import annotations

import inspect
import re
from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING, Any, get_args

import msgspec

from api.files import read_file
from api.reference.words import MEANINGS, TYPES
from ledger.commands import AnyCommand, DeedCommand, FactCommand, Period
from ledger.events import (
    AnyEvent,
    Duty,
    Entry,
    Phase,
    PricedOption,
    Procedure,
    ScopeTerm,
    SignerClass,
    TargetHolder,
    Vote,
)
from ledger.ids import Holder
from ledger.moments import Moment
from ledger.money import Greater, Money, NoAuthority, Percent, Smaller, Unlimited, UpTo

if TYPE_CHECKING:
    from collections.abc import Iterable

EXAMPLES = Path(__file__).with_name("examples.yaml")
GENERATED = "<!-- Written by `make docs` from the code; a change here is lost. -->"

_EVENTS = f"""\
{GENERATED}
# Events

What an entry can say, by its stored name. A stored name never changes and its bytes are never written again; a field
that is added later is optional. A field without a value is absent from the bytes, and so is one that has its default.
"""
_COMMANDS = f"""\
{GENERATED}
# Commands

What can be asked of a ledger, by its `do` name, as a row of a command file (`commands: 1`, then `list:`). In a charter
file (`charter: 1`) the section says what a row does and `do` is left out. `commands.schema.json` and
`charter.schema.json` say the same to an editor; refusals.md says what is refused, and in which order.

A date means the first instant of that day in the ledger's time zone; an instant has its offset, as in
`2026-03-05T15:00+08:00`. A period ends with its last day (`through`) or at an exclusive end (`until`), or it is open. A
limit is an amount (`2000 CNY`, `5万元`), `below` an amount, `1% of` a base figure, `the smaller of` or `the greater of`
two of these, `unlimited` or `no authority`; a bare number is in the ledger's base currency.
"""
_STANDING_IN_EVENTS = (
    *(Moment, Holder, ScopeTerm, Duty, SignerClass, Procedure, Vote, PricedOption, TargetHolder, Phase, Money),
    *(UpTo, Unlimited, NoAuthority, Percent, Smaller, Greater),
)
"""The records inside events, in the order of the page."""

_FAMILIES: dict[type[msgspec.Struct], str] = {
    Period: "A fact for a period.\n",
    FactCommand: "A fact.\n",
    DeedCommand: "What somebody did.\n",
}
"""The commands that have fields in common, the narrower first, and what their sections say of it."""


def events_page() -> str:
    """The page about events."""
    parts = [_EVENTS, _summary(get_args(AnyEvent)), "## The entry\n", _described(Entry)]
    for kind in get_args(AnyEvent):
        parts += [f"## `{_tag(kind)}`\n", _described(kind)]
    parts += ["## What stands in them\n"]
    for kind in _STANDING_IN_EVENTS:
        tag = kind.__struct_config__.tag
        parts += [f"### {kind.__name__}" + (f" (limit of the kind `{tag}`)" if tag else "") + "\n", _described(kind)]
    parts.append(
        "### Commitment\n\nThe SHA-256 of 32 random bytes and a personal value, hexadecimal. "
        "The vault has both until the person is erased.\n"
    )
    return "\n".join(parts)


def commands_page() -> str:
    """The page about commands, each with the first example of it."""
    examples = _examples()
    parts = [_COMMANDS, _summary(get_args(AnyCommand))]
    parts += ["## What all have\n", "Every command may have a `command_id`. Every one that records a fact has:\n"]
    parts += [_table(FactCommand, ("command_id",)), "and where it is for a period:\n"]
    common = FactCommand.__struct_encode_fields__
    parts += [_table(Period, common), "What says what somebody did has, in place of `from`:\n"]
    parts += [_table(DeedCommand, common), "where a date means the last microsecond of that day.\n"]
    for kind in get_args(AnyCommand):
        family = next((one for one in _FAMILIES if issubclass(kind, one)), None)
        left_out = common if family is None else family.__struct_encode_fields__
        parts += [f"## `{_tag(kind)}`\n", _doc(kind) + "\n"]
        if family is not None:
            parts.append(_FAMILIES[family])
        own = [one for one in kind.__struct_encode_fields__ if one not in left_out]
        parts += [_table(kind, left_out)] if own else []
        parts.append(f"```yaml\n{examples[_tag(kind)]}\n```\n")
    return "\n".join(parts)


def _summary(kinds: Iterable[type[msgspec.Struct]]) -> str:
    """A list to jump from: each name with the first line of what it means."""
    rows = ["| name | |", "|---|---|"]
    for kind in kinds:
        tag = _tag(kind)
        rows.append(f"| [`{tag}`](#{tag.replace('/', '')}) | {_doc(kind).splitlines()[0]} |")
    return "\n".join([*rows, ""])


def _described(kind: type[msgspec.Struct]) -> str:
    return f"{_doc(kind)}\n\n{_table(kind, ())}" if kind.__struct_fields__ else f"{_doc(kind)}\n"


def _table(kind: type[msgspec.Struct], left_out: tuple[str, ...]) -> str:
    """The fields of a record: name, type, whether it must be there, meaning where that is not plain."""
    annotations = _annotations(kind)
    rows = ["| field | type | | |", "|---|---|---|---|"]
    for field in msgspec.structs.fields(kind):
        name = field.encode_name
        if name not in left_out:
            meaning = MEANINGS.get(f"{_tag(kind)}.{name}", MEANINGS.get(name, ""))
            rows.append(f"| `{name}` | {_type(annotations[field.name])} | {_presence(field)} | {meaning} |")
    return "\n".join([*rows, ""])


def _presence(field: msgspec.structs.FieldInfo) -> str:
    if field.required:
        return "required"
    default: Any = field.default
    if default is msgspec.NODEFAULT or default in (None, (), {}):
        return "optional"
    return f"default `{str(default).lower()}`"


def _type(annotation: str) -> str:
    annotation = annotation.removesuffix(" | None")
    if annotation in TYPES:
        return TYPES[annotation]
    words = "".join(f" {one.lower()}" if one.isupper() else one for one in annotation)
    return words.strip()


def _annotations(kind: type) -> dict[str, str]:
    """The annotations as they stand in the source, those of the bases too."""
    found: dict[str, str] = {}
    for one in reversed(kind.__mro__):
        found |= {name: str(said) for name, said in inspect.get_annotations(one).items()}
    return found


def _examples() -> dict[str, str]:
    """The first row of each command in the example file, as it is written there."""
    loaded = read_file(EXAMPLES)
    lines = EXAMPLES.read_text("utf-8").splitlines()
    starts = [place.line for place in loaded.places]
    found: dict[str, str] = {}
    for command, start, end in zip(loaded.commands, starts, [*starts[1:], len(lines) + 1], strict=True):
        row = [line for line in lines[start - 1 : end - 1] if line.strip() and not line.lstrip().startswith("#")]
        found.setdefault(_tag(type(command)), dedent("\n".join(row)))
    return found


def _doc(kind: type) -> str:
    """What a class says of itself; what it raises is for those who write code."""
    said = inspect.cleandoc(kind.__doc__ or "")
    said = re.sub(r" Raises \w+[^.]*\.", "", said)
    return "\n\n".join(one for one in said.split("\n\n") if not one.startswith("Raises "))


def _tag(kind: type[msgspec.Struct]) -> str:
    return str(kind.__struct_config__.tag or kind.__name__)
