"""Was it within authority: verdicts of acts and items, and what differs between two known times (semantics.md 6)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from ledger.events import (
    ActDone,
    AuthorityDelegated,
    AuthorityGranted,
    Fact,
    FactCorrected,
    TargetAdjusted,
    TargetReassigned,
    TargetSet,
)
from ledger.money import CURRENCIES, Money
from tests.oracle.authority import (
    Link,
    OracleQuestion,
    Party,
    Way,
    caps_of,
    chain_of,
    holder_stands,
    link_fails,
)
from tests.oracle.facts import Stated, about, created, is_alive, life_of, value_of
from tests.oracle.judging import (
    MISSING,
    Deed,
    Outcome,
    Telling,
    asked_of,
    chain_broken,
    chosen,
    completed,
    counted_on,
    counted_then,
    deeds,
    find_deed,
    headline,
    known_first,
    pinned,
    pool_of,
    ratifications,
    routes,
    seen,
    splitting_fits,
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
    split_suspected: bool


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
    return None if stated is None else _could_set(telling, target, stated, known, known, k)


def settings(entries: Sequence[Entry], target: str, k: int) -> dict[tuple[str, int], tuple[str, Outcome, Outcome]]:
    """The verdicts of those who set, adjusted or reassigned a target, by what they did and the fact; `then` and `now`.

    Reading: to set a target is an act at the instant from which on it holds; an adjustment outside its life is none.
    """
    return settings_of(Telling(entries), target, k)


def settings_of(telling: Telling, target: str, k: int) -> dict[tuple[str, int], tuple[str, Outcome, Outcome]]:
    """The same, of a journal that is already being asked."""
    facts = telling.facts(k)
    found: dict[tuple[str, int], tuple[str, Outcome, Outcome]] = {}
    for one in facts:
        what = {TargetSet: "set", TargetAdjusted: "adjusted", TargetReassigned: "reassigned"}.get(type(one.fact))
        if what is None or about(one.fact) != ("target", target):
            continue
        if what == "set" and created(facts, "target", target) != one:
            continue
        if what != "set" and not is_alive(facts, "target", target, one.fact.effective.at):
            continue
        t, _ = known_first(telling, one.seq, one.fact.effective.at, k, live=False)
        then, now = (_could_set(telling, target, one, t, known, k) for known in (t, k))
        if then is not None and now is not None:
            found[what, one.seq] = (
                _table(then, now, is_ratified=False, ratify_by=None, on=one.fact.effective.at),
                then,
                now,
            )
    return found


def _could_set(telling: Telling, target: str, stated: Stated, t: int, known: int, k: int) -> Outcome | None:
    """Whether who stated something of a target could; what it is and amounts to is as known at `k`."""
    facts, fact = telling.facts(k), stated.fact
    creation = created(facts, "target", target)
    if creation is None or not isinstance(creation.fact, TargetSet):
        return None
    if not isinstance(fact, TargetSet | TargetAdjusted | TargetReassigned) or fact.set_by is None:
        return None
    at = fact.effective.at
    in_force = value_of(facts, "target", target, "amount", at)
    amount = in_force if isinstance(fact, TargetReassigned) else fact.amount
    unit = creation.fact.unit
    assert isinstance(amount, Decimal)
    question = OracleQuestion(
        act="approve",
        matter=f"target.{creation.fact.metric}",
        amount=Money(amount, unit) if unit in CURRENCIES else None,
        claimed=fact.claimed,
        seq=stated.seq,
        t=t,
        v=at,
        k=known,
    )
    reasons = [route.reason for route in routes(telling, question, ("person", str(fact.set_by)))]
    if None in reasons:
        return "yes"
    return "unknown" if headline(reasons) in MISSING else "no"


def standing_of(telling: Telling, authority: str, v: datetime, k: int) -> str | None:
    """How a grant or delegation stands at `v`; None where it is unknown or annulled."""
    facts = telling.facts(k)
    creation = created(facts, "authority", authority)
    if creation is None or not isinstance(creation.fact, AuthorityGranted | AuthorityDelegated):
        return None
    if not holder_stands(facts, creation.fact.holder, v):
        return "broken"
    fails = link_fails(facts, Link(authority, creation.fact, stands=True), v)
    if fails is not None:
        return "not_yet" if fails == "NOT_YET_EFFECTIVE" else fails.lower()
    chain = chain_of(facts, authority)
    return "broken" if chain is None or chain_broken(telling, chain, v, k) else "in_force"


def flips_beside(
    entries: Sequence[Entry], before: int, after: int, on: datetime
) -> dict[tuple[str, str, str | None], list[tuple[str | None, str | None]]]:
    """Every authority whose standing, and every target whose setting, differs as known at two entries."""
    telling = Telling(entries)
    facts = [entry.event for entry in telling.entries if isinstance(entry.event, Fact)]
    facts += [entry.event.replacement for entry in telling.entries if isinstance(entry.event, FactCorrected)]
    found: dict[tuple[str, str, str | None], list[tuple[str | None, str | None]]] = {}
    for kind, name in sorted({about(fact) for fact in facts}):
        if kind == "authority":
            both = standing_of(telling, name, on, before), standing_of(telling, name, on, after)
            if both[0] != both[1]:
                found[kind, name, None] = [both]
        if kind == "target":
            lives = [life_of(telling.facts(k), "target", name) for k in (before, after)]
            stood = [
                None if life is None else "in_force" if life.holds(on) else "not_yet" if on < life.start else "expired"
                for life in lives
            ]
            if stood[0] != stood[1]:
                found[kind, name, None] = [(stood[0], stood[1])]
            first, second = settings_of(telling, name, before), settings_of(telling, name, after)
            for key in sorted({*first, *second}, key=lambda one: one[1]):
                codes = tuple(said[key][0] if key in said else None for said in (first, second))
                if codes[0] != codes[1]:
                    found.setdefault((kind, name, key[0]), []).append((codes[0], codes[1]))
    return found


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
    counts = [one for one in ratifications(telling, deed, k) if one.at <= on and now.outcome == "no"]
    return OracleVerdict(
        verdict=_table(then.outcome, now.outcome, is_ratified=bool(counts), ratify_by=deed.ratify_by, on=on),
        deed=name,
        then=then.outcome,
        now=now.outcome,
        reason=now.reason,
        ratification=counts[0].fact.ratification if counts else None,
        as_loaded=deed.loaded,
        split_suspected=_suspected(telling, deed, k),
    )


def _item(telling: Telling, item: str, on: datetime, k: int) -> OracleVerdict | None:
    """Judged at the first act at which it is within authority now; else at which it was then; else at the last.

    Reading: `then` is judged by what was known at the `t` of that act, this act included.
    """
    acts = counted_on(telling, item, k, on)
    if not acts:
        return None
    nows = {deed.deed: together(telling, deed, acts, k) for deed in acts}
    thens = {deed.deed: together(telling, deed, counted_then(telling, deed), deed.t) for deed in acts}
    order = [*(one for said in (nows, thens) for one in acts if said[one.deed] == "yes"), acts[-1]]
    last = order[0]
    now, then = nows[last.deed], thens[last.deed]
    ratified = _first_to_ratify(telling, acts, on, k) if now == "no" else None
    return OracleVerdict(
        verdict=_table(then, now, is_ratified=ratified is not None, ratify_by=last.ratify_by, on=on),
        deed=last.deed,
        then=then,
        now=now,
        reason=_item_reason(telling, last, acts, now, k),
        ratification=ratified,
        as_loaded=last.loaded,
        split_suspected=_suspected(telling, last, k),
    )


def _first_to_ratify(telling: Telling, acts: list[Deed], on: datetime, k: int) -> str | None:
    """The ratification from which on the acts on an item suffice, all of them.

    Reading: acts after the one at which the item is judged count, too.
    """
    every = sorted((one.at, one.seq, one.fact) for deed in acts for one in ratifications(telling, deed, k))
    for at, _, fact in every:
        if at <= on and together(telling, acts[-1], acts, k, ratified_by=at) == "yes":
            return str(fact.ratification)
    return None


def _item_reason(telling: Telling, last: Deed, acts: list[Deed], now: Outcome, k: int) -> str | None:
    """Why an item is not within authority: what is missing latest of its acts, the last's own reason, too few."""
    if now == "yes":
        return None
    if now == "unknown":
        views = [view(telling, deed, k) for deed in acts if deed.order <= last.order]
        return headline(route.reason for one in views for route in one.routes if route.reason in MISSING)
    own = view(telling, last, k)
    return own.reason if own.outcome == "no" else "NOT_ENOUGH_SIGNATORIES"


def _suspected(telling: Telling, deed: Deed, k: int) -> bool:
    """Whether an act within authority is to be flagged: the first of its routes would not carry what is related."""
    used = chosen(telling, view(telling, deed, k).routes, k)
    if used is None or used.reason is not None:
        return False
    asked = asked_of(seen(telling, deed, k), k)
    return splitting_fits(telling, list(used.chain), asked, "flag").fits == "no"


def split_suspected(entries: Sequence[Entry], question: OracleQuestion) -> set[str]:
    """Who could, but by a first route that would not carry what is related."""
    telling = Telling(entries)
    asked = completed(telling, question)
    parties = {route.how.party for route in routes(telling, asked) if route.reason is None}
    first = {party: chosen(telling, routes(telling, asked, party), asked.k) for party in parties}
    return {
        party[1]
        for party, route in first.items()
        if route is not None and splitting_fits(telling, list(route.chain), asked, "flag").fits == "no"
    }


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
