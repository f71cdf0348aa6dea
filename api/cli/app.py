"""The frame of the command line: the commands, help in two languages, errors and exit codes."""

from __future__ import annotations

import re
import sys
from importlib.metadata import PackageNotFoundError, entry_points, version
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from api.words import Words, language
from api.words.help import HELP
from ledger.refusals import BadInput, StorageTrouble, Trouble

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ANSWERED, REFUSED, BAD_INPUT = 0, 1, 2
_MISDIRECTED = frozenset({"NO_SUCH_LEDGER", "NO_SUCH_FOLDER", "NOT_A_LEDGER", "LEDGER_EXISTS"})
"""What storage says when the caller named the wrong place."""
_HEADINGS = {
    "Usage:": "用法：",
    "Options:": "选项：",
    "Arguments:": "参数：",
    "Commands:": "命令：",
    "[OPTIONS]": "[选项]",
    "COMMAND [ARGS]...": "命令 [参数]...",
    "[required]": "[必填]",
    "[env var: ": "[环境变量：",
    "; default: ": "；默认：",
}
_ORDER = (
    *(
        "init",
        "load",
        "who",
        "may",
        "what",
        "chart",
        "limits",
        "charter",
        "history",
        "contracts",
        "contract",
        "targets",
    ),
    *("verdict", "breaches", "flips", "log", "show", "check", "rebuild", "backup", "restore", "spec", "steps"),
    *("serve", "token", "create", "list", "revoke"),
)
_NEGATIVE = re.compile(r"-[\d.]")
_NUMBERED = {"who": "amount", "may": "amount", "show": "entry"}
_NEGATIVES = {"amount": "`{}` is negative", "entry": "`{}` is not an entry number like #12"}
"""Which argument of a command is a number, and what is said of one below zero."""
_FURTHER = "remit.commands"
"""The entry points of commands that rooms beyond this one bring; importing one makes it a command."""
_said: list[Words] = []
"""The wording of the run under way; help is written by typer, which cannot be given it."""


class Placed(Exception):
    """A trouble with the place in a file that it comes from, `file:line: field`."""

    def __init__(self, trouble: Trouble, place: str) -> None:
        super().__init__(str(trouble))
        self.trouble, self.place = trouble, place


class _Command(TyperCommand):
    """A command whose help is spoken in the language of the run."""

    def get_help(self, ctx: Any) -> str:  # noqa: ANN401 - typer keeps the type to itself
        """The help text."""
        return _spoken(self, super().get_help, ctx)


class _Group(TyperGroup):
    """The same for the group of all commands, in the order in which they are needed."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ANN401 - as above
        """The names of the commands, as the help lists them."""
        known = super().list_commands(ctx)
        return sorted(known, key=lambda name: _ORDER.index(name) if name in _ORDER else len(_ORDER))

    def get_help(self, ctx: Any) -> str:  # noqa: ANN401 - typer keeps the type to itself
        """The help text, with the exit codes."""
        exits = (_said[-1] if _said else Words("en")).pick(HELP, "help.exits")
        return f"{_spoken(self, super().get_help, ctx)}\n\n{exits}"


cli = typer.Typer(
    name="remit",
    cls=_Group,
    help="help",
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=False,
    context_settings={"max_content_width": 100},
)


def _version(asked: bool) -> None:
    if asked:
        try:
            said = version("remit")
        except PackageNotFoundError:
            said = "(not installed)"
        print(f"remit {said}")
        raise typer.Exit


@cli.callback(help="help")
def start(
    *,
    shown: Annotated[bool, typer.Option("--version", help="help.--version", callback=_version, is_eager=True)] = False,
) -> None:
    """What all commands have before them."""


def command(name: str) -> Callable[[Callable[..., int]], Callable[..., int]]:
    """Make a function a command; it gives back its exit code. Its help is the phrase `help.<name>`."""
    return cli.command(name, cls=_Command, help=f"help.{name}", context_settings={"max_content_width": 100})


def group(name: str) -> Callable[[str], Callable[[Callable[..., int]], Callable[..., int]]]:
    """A command that has commands of its own, and what makes a function one of them.

    Its help is `help.<name>`; theirs `help.<name>.<inner>` or, where one name says enough, `help.<inner>`.
    """
    settings: dict[str, Any] = {"max_content_width": 100}
    below = typer.Typer(name=name, cls=_Group, help=f"help.{name}", rich_markup_mode=None, context_settings=settings)
    cli.add_typer(below)

    def one(inner: str) -> Callable[[Callable[..., int]], Callable[..., int]]:
        key = f"help.{name}.{inner}"
        said = key if key in HELP else f"help.{inner}"
        return below.command(inner, cls=_Command, help=said, context_settings=settings)

    return one


def run(arguments: Sequence[str]) -> int:
    """Carry out one command line; what goes wrong is one line on standard error (or JSON) and an exit code."""
    from api.cli import (  # noqa: PLC0415 - they register themselves here
        asking,  # noqa: F401
        backup,  # noqa: F401
        deciding,  # noqa: F401
        judging,  # noqa: F401
        listing,  # noqa: F401
        loading,  # noqa: F401
        pictures,  # noqa: F401
        rebuild,  # noqa: F401
        records,  # noqa: F401
        serving,  # noqa: F401
    )

    _further(arguments)
    words, as_json = Words(language(_option("--lang", arguments))), "--json" in arguments
    _said[:] = [words]
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        if any(not argument.isascii() and _broken(argument) for argument in arguments):
            raise BadInput("arguments", "an argument is not UTF-8")
        group = typer.main.get_command(cli)
        with group.make_context("remit", list(arguments) or ["--help"]) as context:
            return int(group.invoke(context))
    except typer.Exit as done:
        return done.exit_code if arguments else BAD_INPUT
    except Trouble as trouble:
        return told(trouble, words, as_json=as_json)
    except Placed as placed:
        return told(placed.trouble, words, as_json=as_json, place=placed.place)
    except typer.TyperException as wrong:
        return told(_usage(wrong.format_message(), arguments), words, as_json=as_json)


def _further(arguments: Sequence[str]) -> None:
    """Bring what others have to add, where the line does not name a command of this room."""
    asked = next((one for one in arguments if not one.startswith("-")), None)
    own = {one.name for one in cli.registered_commands}
    own |= {one.typer_instance.info.name for one in cli.registered_groups if one.typer_instance is not None}
    if asked in own:
        return
    for point in entry_points(group=_FURTHER):
        point.load()


def told(trouble: Trouble, words: Words, *, as_json: bool, place: str | None = None) -> int:
    """Tell a trouble: `CODE sentence` on standard error, or as JSON on standard output; its exit code is given back."""
    from api.cli.errors import told_in_json, told_in_words  # noqa: PLC0415 - only where something went wrong

    if as_json:
        told_in_json(trouble, place)
    else:
        told_in_words(trouble, words, place)
    return exit_code(trouble)


def exit_code(trouble: Trouble) -> int:
    """2 for what the caller got wrong, 1 for what the ledger or its storage refuses."""
    if isinstance(trouble, BadInput) or (isinstance(trouble, StorageTrouble) and trouble.code in _MISDIRECTED):
        return BAD_INPUT
    return REFUSED


def _usage(sentence: str, arguments: Sequence[str]) -> BadInput:
    """What typer says of the line; a negative amount or entry, which it takes for an option, is called what it is."""
    negative = next((one for one in arguments if _NEGATIVE.match(one)), None)
    asked = next((one for one in arguments if one in _ORDER), None)
    if negative is not None and asked in _NUMBERED and sentence.startswith("No such option"):
        return BadInput(_NUMBERED[asked], _NEGATIVES[_NUMBERED[asked]].format(negative[:60]))
    return BadInput("arguments", sentence.rstrip("."))


def _option(name: str, arguments: Sequence[str]) -> str | None:
    """What an option says, before the line is read as a whole."""
    for number, argument in enumerate(arguments):
        if argument.startswith(f"{name}="):
            return argument.partition("=")[2]
        if argument == name and number + 1 < len(arguments):
            return arguments[number + 1]
    return None


def _broken(argument: str) -> bool:
    return any("\ud800" <= letter <= "\udfff" for letter in argument)


def _spoken(spoken: Any, written: Callable[[Any], str], ctx: typer.Context) -> str:  # noqa: ANN401 - a command or group
    words = _said[-1] if _said else Words("en")
    for one in (spoken, *getattr(spoken, "commands", {}).values()):
        for thing in (one, *one.get_params(ctx)):
            key = getattr(thing, "help", None)
            if key in HELP:
                thing.help = words.pick(HELP, key)
            elif getattr(thing, "name", None) == "help":
                thing.help = words.pick(HELP, "help.--help")
    text = written(ctx)
    if words.lang == "zh":
        for english, chinese in _HEADINGS.items():
            text = text.replace(english, chinese)
    return text
