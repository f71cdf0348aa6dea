"""Decide what is enforced: an act is accepted if its person or body is within authority for it at that very entry.

The act is done at the instant of its recording, and it is appended to the state on which it was judged or not at all:
no other entry (a revocation, another use of the same pool) can come between. It is an act on its item and on nothing
else: what the item states, it cannot state otherwise.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ledger.books.figures import Published
from ledger.books.items import item_terms, stated_by
from ledger.deciding.conduct import act_done
from ledger.moments import Moment
from ledger.policy.approving import Difference, difference
from ledger.policy.judging import Judge
from ledger.policy.setters import SETTING, outcome
from ledger.refusals import DiffersFromItem, NotWithinAuthority
from ledger.timeline import version_of

if TYPE_CHECKING:
    from decimal import Decimal

    from ledger import commands as cm
    from ledger import events as ev
    from ledger.deciding.desk import Desk
    from ledger.money import Money
    from ledger.policy.questions import Finding
    from ledger.timeline import Version


def authorise(desk: Desk, command: cm.AuthoriseAct) -> ev.ActDone:
    """The act, done now.

    Raises DiffersFromItem, NotWithinAuthority with the reason of the failed check, and what `act_done` does.
    """
    if command.instrument is not None:
        desk.known("instrument", command.instrument)
    fact = act_done(desk, command, Moment(desk.recorded_at), live=True)
    books = desk.books
    seq = books.head + 1
    version = version_of(fact, seq=seq, source=seq)
    _keep_to_item(desk, version, fact)
    judged = Judge(books).foreseen(version, books.head)
    if judged.outcome != "yes":
        raise _refused(judged.finding, fact.by.id, fact.act, fact.item)
    return fact


def _keep_to_item(desk: Desk, version: Version, fact: ev.ActDone) -> None:
    """Raises DiffersFromItem where an act is about something else than its item as known now, or for less."""
    books, at, known = desk.books, version.effective, desk.books.head
    differs = difference(books, version, fact.item, known)
    own = item_terms(books, fact.item, at, known).amount
    if differs is None and own is not None and fact.amount is not None:
        differs = _less(fact.amount, own, Published(desk.at(at)))
    if differs is not None:
        said = stated_by(books, fact.item, differs.field, at, known)
        raise DiffersFromItem(fact.item, differs.field, differs.own, differs.stated or "", said)


def _less(stated: Money, own: Money, figures: Published) -> Difference | None:
    """An amount that is less than the item's, or that no rate compares with it."""
    worth = figures.worth(stated, own.currency)
    reaches = worth is not None and worth.amount >= own.amount
    return None if reaches else Difference("amount", str(own), str(stated))


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
