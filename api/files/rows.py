"""A row into a command, or a sentence that says which field is wrong, and on which line."""

from __future__ import annotations

import re
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, NamedTuple, TypeVar, Union, get_args, get_origin

import msgspec

from api.files.tree import Lines, joined, line_at, near, shown
from ledger.commands import AnyFactCommand, Command
from ledger.refusals import BadInput

C = TypeVar("C", bound=Command)
_PATH = re.compile(r"(?:\.\w+|\[\d+\]|\[\.\.\.\])*")
_STEP = re.compile(r"\.(\w+)|\[(\d+|\.\.\.)\]")
_BOUND = re.compile(r"Expected `(?P<of>\w+)` (?P<length>of length )?(?P<sign><=|>=|<|>) (?P<bound>-?\d+)")
_OF_KEY = " - at `key` in `$"
_FORM = re.compile(r"Expected `str` matching regex '(?P<form>.*)'", re.DOTALL)
_TYPE = re.compile(r"Expected `(?P<wanted>[\w |]+)`, got `\w+`")
_FACTS = tuple(str(kind.__struct_config__.tag) for kind in get_args(AnyFactCommand))
_WANTED = {
    "str": "text",
    "int": "a whole number",
    "bool": "`true` or `false`",
    "array": "a list",
    "object": "a mapping of keys to values",
}
_BARE = {
    "a whole number": re.compile(r"-?\d{1,20}", re.ASCII),
    "`true` or `false`": re.compile(r"true|false"),
}
"""What in JSON would be read as such if it had no quotes."""


def command(row: object, kind: type[C], lines: Lines, field: str, *, strict: bool) -> C:
    """The command that a row is. Raises BadInput with line and field.

    `strict` is for JSON, where a number is a number; in YAML all values are texts, and `depth: 1` is read as one.
    """
    try:
        return msgspec.convert(_present(row, kind), kind, strict=strict)
    except msgspec.ValidationError as error:
        raise _explained(str(error), _At(row, kind, lines, field, ()), strict=strict) from error


def _present(row: object, kind: Any) -> object:  # noqa: ANN401 - any type of a row
    """A row without the known keys whose value is null; deeper down a null is not taken for an absent key."""
    if not isinstance(row, dict):
        return row
    kind = _chosen(kind, row)
    fields = msgspec.structs.fields(kind) if isinstance(kind, type) and issubclass(kind, msgspec.Struct) else ()
    known = {field.encode_name: field.type for field in fields}
    kept = {key: value for key, value in row.items() if value is not None or key not in known}
    return {key: _present(value, known.get(key)) if key == "replacement" else value for key, value in kept.items()}


class _At(NamedTuple):
    """A place in a row: the value there, what it should be, and how to name the place."""

    value: Any
    kind: Any
    lines: Lines
    field: str
    steps: tuple[str | int, ...]

    def no(self, sentence: str) -> BadInput:
        """What is wrong here."""
        return BadInput(self.field, sentence, line=line_at(self.lines, self.steps))

    def key(self, name: str, kind: Any = None) -> _At:  # noqa: ANN401 - any type of a field
        """What stands under a key."""
        value = self.value.get(name) if isinstance(self.value, dict) else None
        return _At(value, kind, self.lines, joined(self.field, name), (*self.steps, name))

    def item(self, number: int, kind: Any) -> _At:  # noqa: ANN401 - any type of an item
        """What stands at a place of a list, counted from 0."""
        return _At(self.value[number], kind, self.lines, f"{self.field}[{number}]", (*self.steps, number))


def _explained(message: str, row: _At, *, strict: bool) -> BadInput:
    of_key = _OF_KEY in message
    what, _, path = message.rpartition(_OF_KEY if of_key else " - at `$")
    if not what or not _PATH.fullmatch(path[:-1]):
        what, path = message, "`"
    here = row
    for name, number in _STEP.findall(path[:-1]):
        here = _below(here, name, number, strict=strict)
    here = _bad_key(here) if of_key else here
    if _FORM.match(what) and (like := _description(here.kind)):
        return here.no(f"{shown(here.value)} is not like {like}")
    here = here._replace(kind=_chosen(here.kind, here.value))
    if what.startswith("Object contains unknown field"):
        return _unknown_key(here)
    if what.startswith("Object missing required field"):
        name = what.split("`")[1]
        missing = here.no(f"`{name}` is missing")
        return BadInput(joined(here.field, name), missing.sentence, line=missing.line)
    return here.no(_sentence(what, here))


def _below(here: _At, name: str, number: str, *, strict: bool) -> _At:
    """One step of a path down; for `[...]`, the first key whose value is not what it should be."""
    kind = _chosen(here.kind, here.value)
    if name:
        fields = msgspec.structs.fields(kind) if isinstance(kind, type) and issubclass(kind, msgspec.Struct) else ()
        return here.key(name, next((one.type for one in fields if one.encode_name == name), None))
    within = get_args(kind)
    if number != "...":
        return here.item(int(number), within[0] if within else None)
    for key, value in here.value.items():
        try:
            msgspec.convert(value, within[1], strict=strict)
        except msgspec.ValidationError:
            return here.key(key, within[1])
    return here


def _bad_key(here: _At) -> _At:
    """Of a mapping with free keys, the first key that is not what keys should be; as a value, for a sentence."""
    kind = get_args(here.kind)[0]
    for key in here.value:
        try:
            msgspec.convert(key, kind)
        except msgspec.ValidationError:
            return here.key(key)._replace(value=key, kind=kind)
    return here


def _description(kind: Any) -> str | None:  # noqa: ANN401 - any type of a field
    """What a type says its texts look like."""
    if get_origin(kind) in (Union, UnionType):
        return next((found for one in get_args(kind) if (found := _description(one)) is not None), None)
    metas = get_args(kind)[1:] if get_origin(kind) is Annotated else ()
    return next((one.description for one in metas if isinstance(one, msgspec.Meta)), None)


def _chosen(kind: Any, value: object) -> Any:  # noqa: ANN401 - types in, types out
    """A type without what surrounds it: of several commands, the one that `do` names."""
    if get_origin(kind) is Annotated:
        kind = get_args(kind)[0]
    if get_origin(kind) not in (Union, UnionType):
        return kind
    some = [one for one in get_args(kind) if one is not NoneType]
    if len(some) > 1 and isinstance(value, dict):
        some = [one for one in some if one.__struct_config__.tag == value.get("do")]
    return _chosen(some[0], value) if len(some) == 1 else kind


def _unknown_key(here: _At) -> BadInput:
    known = [one.encode_name for one in msgspec.structs.fields(here.kind)]
    tag = here.kind.__struct_config__.tag_field
    key = next(one for one in here.value if one not in known and one != tag)
    return here.key(key).no(f"the key {shown(key)} is not known{near(key, known)}")


def _sentence(what: str, here: _At) -> str:
    value = here.value
    if value is None:
        return "it has no value"
    if kind := _TYPE.match(what):
        wanted = [_WANTED.get(one, one) for one in kind["wanted"].split(" | ") if one != "null"]
        quoted = ""
        if wanted == ["text"] and isinstance(value, bool | int | float):
            quoted = "; put it in quotes"
        elif isinstance(value, str) and any(one in _BARE and _BARE[one].fullmatch(value) for one in wanted):
            quoted = "; leave out the quotes"
        return f"{shown(value)} is not {' or '.join(wanted)}{quoted}"
    if bound := _BOUND.match(what):
        return _out_of_bounds(value, bound)
    return _none_of(what, here)


def _none_of(what: str, here: _At) -> str:
    if what.startswith("Invalid enum value"):
        allowed = get_args(here.kind) if get_origin(here.kind) is Literal else ()
        return f"{shown(here.value)} is none of " + ", ".join(f"`{one}`" for one in allowed)
    if what.startswith("Invalid value"):
        return f"{shown(here.value)} is no command that may stand here{near(str(here.value), _FACTS)}"
    if what == "Number out of range":
        return f"{shown(here.value)} is not a whole number that can be read"
    form = _FORM.match(what)
    return f"{shown(here.value)} is not of the form `{form['form']}`" if form else what


def _out_of_bounds(value: object, bound: re.Match[str]) -> str:
    most = bound["sign"].startswith("<")
    if not bound["length"]:
        return f"{shown(value)} is {'above' if most else 'below'} {bound['bound']}"
    if not value:
        return "it is empty"
    length = len(value) if isinstance(value, str | list | dict) else 0
    what = "keys" if isinstance(value, dict) else "characters"
    return f"{shown(value)} has {length} {what}, {'at most' if most else 'at least'} {bound['bound']} are taken"
