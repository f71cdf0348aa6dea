"""Decide: command + books → event, or a refusal. Only deciding refuses; the fold takes whatever was decided.

`desk.py` is what every decision has at hand; `organisation.py`, `authority.py`, `delegations.py`, `conduct.py`,
`contracts.py` and `targets.py` decide by noun, `corrections.py` what changes a recorded fact; `wholeness.py` holds the
rules about the state as a whole (seats, cycles, parts of targets), which are checked once the whole batch is in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from ledger import commands as cm
from ledger.deciding.authorising import authorise
from ledger.deciding.authority import DECIDERS as AUTHORITY
from ledger.deciding.conduct import DECIDERS as CONDUCT
from ledger.deciding.contracts import DECIDERS as CONTRACTS
from ledger.deciding.corrections import annul, correct
from ledger.deciding.delegations import DECIDERS as DELEGATIONS
from ledger.deciding.desk import Desk
from ledger.deciding.organisation import DECIDERS as ORGANISATION
from ledger.deciding.organisation import erase, open_ledger
from ledger.deciding.targets import DECIDERS as TARGETS
from ledger.deciding.wholeness import Touched

if TYPE_CHECKING:
    from ledger.events import AnyEvent, AnyFact

__all__ = ["Desk", "Touched", "decide", "open_ledger"]

_DECIDERS = {**ORGANISATION, **AUTHORITY, **DELEGATIONS, **CONDUCT, **CONTRACTS, **TARGETS}


def decide(desk: Desk, command: cm.Command) -> AnyEvent:
    """The event that a command becomes on the books as they are. Raises Refusal or BadInput, having changed nothing."""
    match command:
        case cm.OpenLedger():
            return open_ledger(desk, command)
        case cm.ErasePerson():
            return erase(desk, command)
        case cm.CorrectFact():
            return correct(desk, command, decide_fact)
        case cm.AnnulEntry():
            return annul(desk, command)
        case cm.AuthoriseAct():
            return authorise(desk, command)
        case cm.Stated():
            return decide_fact(desk, command)
    raise TypeError(type(command).__name__)


def decide_fact(desk: Desk, command: cm.Stated) -> AnyFact:
    """The fact that a command states."""
    if command.instrument is not None:
        desk.known("instrument", command.instrument)
    return cast("AnyFact", _DECIDERS[type(command)](desk, command))
