"""In which order a command is checked, read from the source of the ledger's decisions.

A check is a function that raises refusals. What a decision calls is followed in the order in which Python evaluates it;
each call is one step, with the fields of the command that it is given.
"""

from __future__ import annotations

import ast
import inspect
import pkgutil
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

from ledger import commands as cm
from ledger import deciding, refusals

if TYPE_CHECKING:
    from collections.abc import Iterator

REPLACEMENT = "replacement"
_MODULES = [import_module(one.name) for one in pkgutil.walk_packages(deciding.__path__, prefix=f"{deciding.__name__}.")]
_DECIDERS: dict[type[cm.Command], str] = {
    cm.OpenLedger: "open_ledger",
    cm.ErasePerson: "erase",
    cm.CorrectFact: "correct",
    cm.AnnulEntry: "annul",
    cm.AuthoriseAct: "authorise",
    **{kind: decider.__name__ for module in _MODULES for kind, decider in getattr(module, "DECIDERS", {}).items()},
}
"""The name of the function that decides a command."""


class Step(NamedTuple):
    """What is looked at (fields of the command, as it names them) and the codes that may come of it, in order."""

    fields: tuple[str, ...]
    codes: tuple[str, ...]


def steps(kind: type[cm.Command]) -> list[Step]:
    """The checks of a command, in order. What is common to all commands (submit, instrument) is not among them."""
    names = dict(zip(kind.__struct_fields__, kind.__struct_encode_fields__, strict=True))
    found: list[Step] = []
    for fields, codes in _calls(_functions()[_DECIDERS[kind]]):
        step = Step(tuple(names.get(one, one) for one in fields), codes)
        if codes and step not in found[-1:] and fields != ("instrument",):
            found.append(step)
    return found


@cache
def _functions() -> dict[str, ast.FunctionDef]:
    """Every function of the decisions by its name, and every method by its name with a point before it."""
    found: dict[str, ast.FunctionDef] = {}
    for module in _MODULES:
        tree = ast.parse(inspect.getsource(module))
        found |= {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
        for kind in tree.body:
            if isinstance(kind, ast.ClassDef):
                found |= {f".{node.name}": node for node in kind.body if isinstance(node, ast.FunctionDef)}
    return found


def _calls(function: ast.FunctionDef) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Each call or raise in a function: the fields of the command it is given, and the codes it may raise."""
    aliases = dict(_aliases(function))
    for node in _evaluated(function.body):
        name = _called(node)
        if name is None:
            continue
        given = tuple(dict.fromkeys(one for value in _given(node) for one in _fields(value, aliases)))
        kind = getattr(refusals, name, None)
        if isinstance(kind, type) and issubclass(kind, refusals.Refusal):
            yield given, (kind.code,)
        elif name == "decide_fact":
            yield (REPLACEMENT,), ("…",)
        elif _is_whole_command(node) and name in _functions():
            yield from _calls(_functions()[name])
        elif name in _functions():
            yield given, _codes(name)


def _is_whole_command(call: ast.Call) -> bool:
    """Whether a function (no method) is given the command as such: then it looks at its fields one by one."""
    given = any(isinstance(one, ast.Name) and one.id == "command" for one in _given(call))
    return given and isinstance(call.func, ast.Name)


@cache
def _codes(name: str) -> tuple[str, ...]:
    """The codes that a function may raise, each where it can first come."""
    return tuple(dict.fromkeys(code for _, codes in _calls(_functions()[name]) for code in codes))


def _evaluated(body: list[ast.stmt]) -> Iterator[ast.Call]:
    """The calls in the order of evaluation: what is given to a call before the call."""
    pending: list[tuple[ast.AST, bool]] = [(one, False) for one in reversed(body)]
    while pending:
        node, ready = pending.pop()
        if ready:
            if isinstance(node, ast.Call):
                yield node
            continue
        pending.append((node, True))
        pending.extend((one, False) for one in reversed(list(ast.iter_child_nodes(node))))


def _called(call: ast.Call) -> str | None:
    """The name of a function, of a method of the desk, or of a refusal."""
    match call.func:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=ast.Name(id="desk" | "self"), attr=name):
            return f".{name}"
    return None


def _aliases(function: ast.FunctionDef) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The names that a function gives to fields of the command, or to what it makes of them."""
    for node in ast.walk(function):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if name != "since":
                yield name, tuple(_fields(value, {}))
            case ast.For(target=ast.Name(id=name), iter=value):
                yield name, tuple(_fields(value, {}))


def _given(call: ast.Call) -> list[ast.expr]:
    return [*call.args, *(one.value for one in call.keywords)]


def _fields(value: ast.expr, aliases: dict[str, tuple[str, ...]]) -> Iterator[str]:
    """The fields of the command that an expression speaks of."""
    for node in ast.walk(value):
        match node:
            case ast.Attribute(value=ast.Name(id="command"), attr=field):
                yield field
            case ast.Name(id=name):
                yield from aliases.get(name, ())
