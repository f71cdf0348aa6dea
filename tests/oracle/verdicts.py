"""Was it within authority: verdicts of acts and items, and what differs between two known times (semantics.md 6)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ledger.events import ActDone, TargetSet
from ledger.money import CURRENCIES, Money
from tests.oracle.authority import OracleQuestion, Party, Way, caps_of
from tests.oracle.facts import created
from tests.oracle.judging import (
    MISSING,
    Deed,
    Outcome,
    Telling,
    completed,
    counted_on,
    deeds,
    find_deed,
    headline,
    no_less,
    pinned,
    pool_of,
    ratified,
    routes,
    seen,
    together,
    told_of,
    used_in,
    view,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from fractions import Fraction

    from ledger.events import Entry

WITHIN = frozenset({"AUTHORISED", "CURED", "RATIFIED"})


@dataclass(frozen=True, kw_only=True)
class OracleVerdict:
    """The verdict of an act, or of an item; `deed` is then its last needed act. `reason` is that of `now`."""

    verdict: str
    deed: str
    then: Outcome
    now: Outcome
    reason: str | None
    ratification: str | None
    as_loaded: bool


def act_verdict(entries: Sequence[Entry], deed: str, on: datetime, k: int) -> OracleVerdict | None:
    """The verdict of an act; None where no such act stands as known."""
    return _act(Telling(entries), deed, on, k)


def item_verdict(entries: Sequence[Entry], item: str, on: datetime, k: int) -> OracleVerdict | None:
    """The verdict of an item; None where no act on it stands as known that is not a rejection."""
    return _item(Telling(entries), item, on, k)


def all_verdicts(entries: Sequence[Entry], on: datetime, k: int) -> dict[tuple[str, str], OracleVerdict]:
    """The verdict of every act and of every item that was acted upon, by ("act" or "item", id)."""
    telling = Telling(entries)
    return told_by(telling, on, k)


def told_by(telling: Telling, on: datetime, k: int) -> dict[tuple[str, str], OracleVerdict]:
    """The same, of a journal that is already being asked."""
    found: dict[tuple[str, str], OracleVerdict] = {}
    for deed in deeds(telling, k):
        for kind, name, told in (
            ("act", deed.deed, _act(telling, deed.deed, on, k)),
            ("item", deed.item, _item(telling, deed.item, on, k)),
        ):
            if told is not None:
                found[kind, name] = told
    return found


def breaches(entries: Sequence[Entry], since: datetime, until: datetime, on: datetime, k: int) -> list[str]:
    """The acts done in `[since, until)` that are not within authority, in the order in which they were done."""
    telling = Telling(entries)
    found = []
    for deed in deeds(telling, k):
        told = _act(telling, deed.deed, on, k)
        if since <= deed.at < until and told is not None and told.verdict not in WITHIN:
            found.append(deed.deed)
    return found


def flips(
    entries: Sequence[Entry], before: int, after: int, on: datetime
) -> dict[tuple[str, str], tuple[str | None, str | None]]:
    """Every act and item whose verdict differs as known at two entries, with both verdicts."""
    telling = Telling(entries)
    first, second = told_by(telling, on, before), told_by(telling, on, after)
    told = {
        key: (first[key].verdict if key in first else None, second[key].verdict if key in second else None)
        for key in {*first, *second}
    }
    return {key: both for key, both in told.items() if both[0] != both[1]}


def could_set(entries: Sequence[Entry], target: str, known: int, k: int) -> Outcome | None:
    """Whether who set a target could, by what was known at `known`; None where no target, or nobody, stands at `k`."""
    telling = Telling(entries)
    stated = created(telling.facts(k), "target", target)
    if stated is None or not isinstance(stated.fact, TargetSet) or stated.fact.set_by is None:
        return None
    fact = stated.fact
    question = OracleQuestion(
        act="approve",
        matter=f"target.{fact.metric}",
        amount=Money(fact.amount, fact.unit) if fact.unit in CURRENCIES else None,
        claimed=fact.claimed,
        seq=stated.seq,
        v=fact.effective.at,
        k=known,
    )
    reasons = [route.reason for route in routes(telling, question, ("person", str(fact.set_by)))]
    if None in reasons:
        return "yes"
    return "unknown" if headline(reasons) in MISSING else "no"


def pinned_route(entries: Sequence[Entry], deed: str, k: int) -> list[str] | None:
    """The authorities of the route that an act used, from the grant down; None where it used none."""
    telling = Telling(entries)
    done = find_deed(telling, deed, k)
    route = None if done is None else pinned(telling, done)
    return None if route is None else [link.authority for link in route.chain]


def _table(then: Outcome, now: Outcome, *, is_ratified: bool, ratify_by: datetime | None, on: datetime) -> str:
    """The table of section 6, and what replaces its words."""
    if now == "unknown":
        return "INDETERMINATE"
    if now == "yes":
        return "AUTHORISED" if then == "yes" else "CURED"
    if is_ratified:
        return "RATIFIED"
    if then == "yes":
        return "AUTHORISED_AS_KNOWN"
    return "PENDING_RATIFICATION" if ratify_by is not None and on < ratify_by else "UNAUTHORISED"


def _act(telling: Telling, name: str, on: datetime, k: int) -> OracleVerdict | None:
    deed = find_deed(telling, name, k)
    if deed is None:
        return None
    then, now = view(telling, deed, deed.t), view(telling, deed, k)
    counts = ratified(telling, deed, on, k) if now.outcome == "no" else None
    return OracleVerdict(
        verdict=_table(then.outcome, now.outcome, is_ratified=counts is not None, ratify_by=deed.ratify_by, on=on),
        deed=name,
        then=then.outcome,
        now=now.outcome,
        reason=now.reason,
        ratification=None if counts is None else counts[0].ratification,
        as_loaded=deed.loaded,
    )


def _item(telling: Telling, item: str, on: datetime, k: int) -> OracleVerdict | None:
    """Judged at the first act at which it is within authority now; else at which it was then; else at the last.

    Reading: `then` is judged by what was known at the `t` of that act, this act included.
    """
    acts = counted_on(telling, item, k)
    if not acts:
        return None
    nows = {deed.deed: together(telling, deed, acts, k) for deed in acts}
    thens = {deed.deed: together(telling, deed, _then(telling, deed), deed.t) for deed in acts}
    healed = {deed.deed: together(telling, deed, acts, k, ratified_by=on) for deed in acts}
    order = [*(one for said in (nows, thens) for one in acts if said[one.deed] == "yes"), acts[-1]]
    last = order[0]
    now, then = nows[last.deed], thens[last.deed]
    return OracleVerdict(
        verdict=_table(then, now, is_ratified=healed[last.deed] == "yes", ratify_by=last.ratify_by, on=on),
        deed=last.deed,
        then=then,
        now=now,
        reason=_item_reason(telling, last, now, k),
        ratification=None,
        as_loaded=last.loaded,
    )


def _then(telling: Telling, last: Deed) -> list[Deed]:
    """The acts that counted by what was known when the last of them was judged first, and that one.

    Reading: that one counts because it counts now, even if a greater act was known then that is annulled now.
    """
    counted = counted_on(telling, last.item, last.t, last.act)
    as_then = seen(telling, last, last.t)
    at_least = [deed for deed in counted if deed.deed != last.deed and no_less(telling, deed, as_then, last.t)]
    return [*at_least, last]


def _item_reason(telling: Telling, last: Deed, now: Outcome, k: int) -> str | None:
    """Why an item is not within authority: its last act's own reason, or too few signatories."""
    if now == "yes":
        return None
    own = view(telling, last, k)
    if own.outcome == now:
        return own.reason
    if now == "unknown":
        views = [view(telling, deed, k) for deed in counted_on(telling, last.item, k)]
        return headline(route.reason for one in views for route in one.routes if route.reason in MISSING)
    return "NOT_ENOUGH_SIGNATORIES"


def done_on(entries: Sequence[Entry], k: int) -> list[ActDone]:
    """The acts that stand as known, in the order in which they were done."""
    telling = Telling(entries)
    facts = telling.facts(k)
    found = [created(facts, "deed", deed.deed) for deed in deeds(telling, k)]
    return [one.fact for one in found if one is not None and isinstance(one.fact, ActDone)]


def used_of(
    entries: Sequence[Entry], question: OracleQuestion, party: Party, way: Way, cap: tuple[str, str, str], currency: str
) -> Fraction | None:
    """What is used of the cap (authority, window, pool) on a way to act, before the act asked about; None: not told."""
    telling = Telling(entries)
    asked = completed(telling, question)
    for route in routes(telling, asked, party):
        last = route.chain[-1].authority
        if (route.how.capacity, last, route.how.through) != way:
            continue
        for place, link in enumerate(route.chain):
            for one in caps_of(telling.facts(asked.k), link.authority, asked.v):
                if (link.authority, one.window, one.pool) == cap:
                    counted = pool_of(telling, one, place, list(route.chain), route.how, asked)
                    return told_of(used_in(telling, one, counted, asked, currency))
    return None
