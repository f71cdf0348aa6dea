"""docs/refusals.md: every no, in the order in which it is checked, and the reasons of an answer."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, get_args

from api.reference.order import REPLACEMENT, steps
from api.reference.vocabulary import GENERATED
from api.reference.words import FACTS, REASON_MEANINGS, STORAGE
from ledger import refusals as no
from ledger.commands import AnyCommand, FactCommand
from ledger.policy import REASONS

if TYPE_CHECKING:
    from ledger.commands import Command

GROUPS: tuple[tuple[str, tuple[type[no.Refusal], ...]], ...] = (
    ("Recording, before a command is decided", (no.CommandIdReused, no.ClockBehind)),
    ("Corrections", (no.NothingToCorrect,)),
    ("Names and lives", (no.UntilBeforeFrom, no.NameTaken, no.UnknownName, no.NotAlive, no.EndedAlready, no.Erased)),
    (
        "Authority",
        (
            no.NotSpecial,
            no.NotTheHolder,
            no.OwnDelegation,
            no.ScopeWiderThanSource,
            no.Reserved,
            no.NotDelegable,
            no.DepthExceeded,
            no.PeriodWiderThanSource,
            no.LimitNotStated,
            no.RateMissing,
            no.BaseMissing,
            no.LimitAboveSource,
        ),
    ),
    ("Acts that are to be authorised, targets that somebody sets", (no.DiffersFromItem, no.NotWithinAuthority)),
    (
        "The house as a whole, once the whole batch is in",
        (
            no.SeatTaken,
            no.SuccessorCycle,
            no.ReportingCycle,
            no.UnitCycle,
            no.MatterCycle,
            no.ScopeCycle,
            no.TargetCycle,
            no.PartsExceedWhole,
        ),
    ),
)
"""All refusals in the order in which each can first come."""

_HEAD = f"""\
{GENERATED}
# Refusals

A command that breaks a rule is refused: a code, one sentence with the facts, and nothing is written. The first rule
that is broken is the one that is said. A batch is all or nothing unless it was asked to be recorded command by command;
its refusal says which row (file, line, section and number counted from 0, as in `charter.yaml:120: authorities[4]`).

## The order

1. **Words.** A file is read as a whole first; a field that is missing, unknown or of the wrong form is `BAD_INPUT`.
   Dates, limits and ids are read where the checks below come to them, and are `BAD_INPUT` there.
2. **Recording.** `COMMAND_ID_REUSED`, then `CLOCK_BEHIND`.
3. **The document.** For every command that records a fact and names an `instrument`: `UNKNOWN_NAME`.
4. **The command.** Its own checks, one field after another, as the table below has them. What is not within authority
   (`authorise-act`, a target with `set_by`) has the reason of an answer, listed below, as its code.
5. **The house as a whole**, once the whole batch is in, for every date that the batch touches, for corrections and
   annulments too: `SEAT_TAKEN`, `SUCCESSOR_CYCLE`, `REPORTING_CYCLE`, `UNIT_CYCLE`, `MATTER_CYCLE`, `SCOPE_CYCLE`,
   `TARGET_CYCLE`, `PARTS_EXCEED_WHOLE`.

The codes stand below in one order that holds for every command in this sense: each is looked for, the first time, after
those above it (the document of step 3 aside). There is no such order for every time a code is looked for:
`UNKNOWN_NAME` and `NOT_ALIVE` come again with each further thing that a command names, `SCOPE_WIDER_THAN_SOURCE` for
the matter early and for the scope last, `NOTHING_TO_CORRECT` before and after what the replacement is refused for, and
`RATE_MISSING` and `LIMIT_ABOVE_SOURCE` link by link up the chain.
"""
_REASONS = """\
## Reasons of an answer

Why a route does not carry an act (`who could`, `may`), in the order in which they are checked; the first that fails is
the reason of the route. Of several routes the one that failed latest is told first. Where a fact is missing the route
is undetermined: never a yes, and a check that fails on known facts outranks it.
"""
_BAD_INPUT = """\
## Words that cannot be read

`BAD_INPUT` names the field and, where the words came from a file, the file and the line:

> `charter.yaml:120: authorities[4].limit: a list is not text`
"""
_STORAGE = """\
## Storage

The journal cannot be opened, read or written. The ledger is as it was before (after `NOT_YET_TIDY` the erasure stands),
and nothing acknowledged is lost.
"""


def refusals_page() -> str:
    """The page about refusals."""
    parts = [_HEAD]
    for title, kinds in GROUPS:
        parts.append(f"## {title}\n")
        parts += [_refusal(kind) for kind in kinds]
    parts += ["## Command by command\n", _table(["command", "checks, in their order"], _commands())]
    parts += [_REASONS, _table(["reason", ""], [(f"`{one}`", REASON_MEANINGS[one]) for one in REASONS])]
    parts += [_BAD_INPUT, _STORAGE, _table(["code", ""], [(f"`{code}`", means) for code, means in STORAGE.items()])]
    return "\n".join(parts)


def _refusal(kind: type[no.Refusal]) -> str:
    return f"### `{kind.code}`\n\n{inspect.cleandoc(kind.__doc__ or '')}\n\n> {FACTS[kind].sentence}\n"


def _commands() -> list[tuple[str, str]]:
    """Each command and its checks; commands with the same checks by their `do` names in one row."""
    found: dict[str, list[str]] = {}
    for kind in get_args(AnyCommand):
        found.setdefault(_checks(kind), []).append(f"`{kind.__struct_config__.tag}`")
    return [(", ".join(names), checks) for checks, names in found.items()]


def _checks(kind: type[Command]) -> str:
    said = []
    for step in steps(kind):
        codes = ", ".join(f"`{code}`" for code in step.codes)
        if step.fields == (REPLACEMENT,):
            said.append("`replacement`: what a command of its kind is refused for")
        elif step.fields:
            said.append(", ".join(f"`{one}`" for one in step.fields) + f": {codes}")
        else:
            said.append(codes)
    return "; ".join(said) or ("none of its own" if issubclass(kind, FactCommand) else "none")


def _table(head: list[str], rows: list[tuple[str, str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"
