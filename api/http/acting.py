"""What an approver says of themself: that they act now, on what is before them.

`identity.permit` sees to it that it is themself who acts; what depends on ledger and clock is here. Who may only
act dates nothing back, for history is the recorder's. They open no item on which somebody has acted, for that act would
be about what they say. And they accept a target only where they carry it.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from api.http.identity import forbidden
from ledger.books.reading import AsOf
from ledger.commands import AcceptTarget, AuthoriseAct, OpenItem, RatifyAct
from ledger.moments import read
from ledger.submit.ledger import TOLERATED_LAG

if TYPE_CHECKING:
    from api.http.identity import Caller
    from ledger.books import Books
    from ledger.commands import Command
    from ledger.moments import Instant


def acts_only(caller: Caller) -> bool:
    """Whether a caller may act, and record nothing else."""
    return "approver" in caller.roles and not caller.roles & {"recorder", "administrator"}


def permit_now(command: Command, books: Books, now: Instant, acted_on: set[str]) -> None:
    """Nothing, if who may only act may say this now. Raises Problem, 403; BadInput for a date that is none.

    `acted_on` are the items of what they do beside it, before it; this one is added to them.
    """
    if isinstance(command, AuthoriseAct):
        acted_on.add(command.item)
    if not isinstance(command, OpenItem | RatifyAct | AcceptTarget):
        return
    if command.command_id in books.commands:
        return  # sent once more: it gives its receipt, or is refused as another
    field, stated = ("acted_at", command.acted_at) if isinstance(command, RatifyAct) else ("from", command.since)
    when = read(stated, field)
    today = now.astimezone(books.zone).date()
    if not (abs(when - now) <= TOLERATED_LAG if isinstance(when, datetime) else when == today):
        raise forbidden(f"an `approver` acts now: `{field}` is today; what happened earlier a `recorder` records")
    if isinstance(command, OpenItem) and (command.item in books.deeds_on or command.item in acted_on):
        raise forbidden(f"somebody has acted on `{command.item}`: a `recorder` opens it")
    if isinstance(command, AcceptTarget) and not _carries(AsOf(books, now, books.head), command.by, command.target):
        raise forbidden(f"an `approver` accepts the targets they carry, and not `{command.target}`")


def _carries(reading: AsOf, person: str, target: str) -> bool:
    """Whether a target is carried by a person, a position they hold, or the unit of one."""
    holder = reading.stated("target", target, "holder")
    if holder is None:
        return True  # there is none now, which deciding says better
    if holder.person is not None:
        return bool(holder.person == person)
    held = [one.position for one in reading.held_by(person)]
    if holder.position is not None:
        return reading.resolve(holder.position) in held
    return any(reading.stated("position", position, "unit") == holder.unit for position in held)
