"""Decide what is enforced: an act is accepted if its person or body is within authority for it at that very entry.

The act is done at the instant of its recording, and it is appended to the state on which it was judged or not at all:
no other entry (a revocation, another use of the same pool) can come between.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ledger.deciding.conduct import act_done
from ledger.moments import Moment
from ledger.policy.judging import Judge
from ledger.policy.setters import SETTING, outcome
from ledger.refusals import NotWithinAuthority
from ledger.timeline import version_of

if TYPE_CHECKING:
    from decimal import Decimal

    from ledger import commands as cm
    from ledger import events as ev
    from ledger.deciding.desk import Desk
    from ledger.policy.questions import Finding


def authorise(desk: Desk, command: cm.AuthoriseAct) -> ev.ActDone:
    """The act, done now. Raises NotWithinAuthority with the reason of the failed check, and what `act_done` does."""
    if command.instrument is not None:
        desk.known("instrument", command.instrument)
    fact = act_done(desk, command, Moment(desk.recorded_at), live=True)
    books = desk.books
    seq = books.head + 1
    judged = Judge(books).foreseen(version_of(fact, seq=seq, source=seq), books.head)
    if judged.outcome != "yes":
        raise _refused(judged.finding, fact.by.id, fact.act, fact.item)
    return fact


def check_setter(  # noqa: PLR0913, PLR0917 - who sets which target, for how much, from when on
    desk: Desk, set_by: str, claimed: str | None, target: ev.TargetSet, amount: Decimal, since: Moment
) -> None:
    """Raises NotWithinAuthority unless a person may set a target of an amount, from a date on and as known now."""
    books = desk.books
    judged = outcome(Judge(books), set_by, claimed, target, amount, since.at, books.head, books.head + 1)
    if judged.outcome != "yes":
        raise _refused(judged.finding, set_by, SETTING, target.target)


def _refused(finding: Finding | None, who: str, act: str, item: str) -> NotWithinAuthority:
    code = finding.code if finding is not None else "NO_GRANT"
    facts: dict[str, object] = {}
    if finding is not None:
        facts = {
            name: value
            for name in ("authority", "restriction", "limit", "amount", "used", "dimension", "stated", "item", "needed")
            if (value := getattr(finding, name)) is not None
        }
    return NotWithinAuthority(code, who, act, item, facts, finding.seq if finding is not None else None)
