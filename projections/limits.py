"""The limits: every grant and delegation, within which limit and scope, and whether it is in force.

As the books have it at one valid instant, as known at one entry. How a link reads is the policy's own reading of it.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Literal

import msgspec

from ledger.books.figures import Published
from ledger.books.items import NEXT, Place
from ledger.books.reading import AsOf
from ledger.events import AuthorityDelegated, AuthorityGranted, Fact, JointlyHeld, ScopeTerm
from ledger.ids import ACTS, Holder, Seq
from ledger.moments import FOREVER
from ledger.money import Limit, smallest
from ledger.policy import Finding
from ledger.policy.chains import Chains, as_broken, between
from ledger.policy.judging import Judge
from ledger.policy.links import Link, Links
from ledger.timeline import Life, Thing, life_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ledger.books.state import Books

State = Literal["in_force", "not_yet", "expired", "revoked", "suspended", "broken"]
"""How an authority stands; `broken`: an earlier link is not in force, the holder unknown, the matter out of reach."""
_STATES: dict[str, State] = {
    "NOT_YET_EFFECTIVE": "not_yet",
    "EXPIRED": "expired",
    "REVOKED": "revoked",
    "SUSPENDED": "suspended",
}
_OVER = frozenset({"EXPIRED", "REVOKED"})


class CapShown(msgspec.Struct, frozen=True, kw_only=True):
    """A cap in force: in sum per window, over one pool; `seq` states it."""

    limit: Limit
    window: str
    pool: str
    seq: int


class AuthorityShown(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A grant or delegation that stands. `seq` states it, `limit_seq` its own limit.

    `effective_limit` is the smallest along the chain (of those that can be compared), `scope` what the whole chain asks
    for; `until` is exclusive; `ended_by` is the entry that ended it, where something else than its own stated end did;
    `caps` are its own, `joint` the signers that the grant needs, `uses` how often a special grant may be used,
    `by_decision` the item it rests on; `because` says why it is not in force.
    """

    authority: str
    seq: int
    kind: Literal["standing", "special", "temporary", "delegation"]
    holder: Holder
    act: str
    matter: str
    limit: Limit
    limit_seq: int
    effective_limit: Limit
    since: datetime
    state: State
    scope: tuple[ScopeTerm, ...] = ()
    until: datetime | None = None
    ended_by: int | None = None
    source: str | None = None
    read_as: str | None = None
    instrument: str | None = None
    clause: str | None = None
    caps: tuple[CapShown, ...] = ()
    joint: JointlyHeld | None = None
    uses: int | None = None
    by_decision: str | None = None
    because: Finding | None = None


class Limits(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """All grants in the order in which they were recorded, each followed by what is delegated from it."""

    valid_at: datetime
    known_seq: Seq
    known_at: datetime | None
    authorities: tuple[AuthorityShown, ...] = ()


def limits(books: Books, at: datetime, known: Seq) -> Limits:
    """Every grant and delegation that stands as known, whatever its state at the instant. Raises nothing."""
    reading = AsOf(books, at, known)
    read, judge = Links(reading), Judge(books)
    shown = (_shown(reading, read, judge, thing) for thing in _in_order(books, read))
    return Limits(
        valid_at=at,
        known_seq=known,
        known_at=books.recorded(known),
        authorities=tuple(one for one in shown if one is not None),
    )


def _in_order(books: Books, read: Links) -> Iterator[Thing]:
    """Grants in the order of their recording, below each its delegations; last, what hangs in the air."""
    things = books.things["authority"]
    below: dict[str, list[Thing]] = {}
    tops: list[Thing] = []
    for thing in things.values():
        fact = read.said(thing)
        if isinstance(fact, AuthorityDelegated):
            below.setdefault(fact.source, []).append(thing)
        elif fact is not None:
            tops.append(thing)
    waiting, passed = [*reversed(tops)], set[str]()
    while waiting:
        thing = waiting.pop()
        if thing.id not in passed:
            passed.add(thing.id)
            yield thing
            waiting.extend(reversed(below.get(thing.id, [])))
    yield from (thing for thing in things.values() if thing.id not in passed)


def _shown(reading: AsOf, read: Links, judge: Judge, thing: Thing) -> AuthorityShown | None:
    """A grant or delegation as it reads; None where it does not stand."""
    link = read.link(thing)
    life = life_at(thing, reading.known)
    if link is None or life is None:
        return None
    links, broken, grant = _chain(reading, read, link)
    reached = next((one.fact.matter for one in links if one.fact.matter is not None), grant.matter if grant else "")
    ungrounded = _ungrounded(reading, judge, links[-1])
    because = link.trouble or broken or ungrounded or _without_reach(reading, links, grant, reached)
    step = link.step
    until, ended_by = _end(link, life)
    return AuthorityShown(
        authority=thing.id,
        seq=step.seq,
        kind=step.kind,
        holder=step.holder,
        act=grant.act if grant else "",
        matter=reached,
        limit=step.limit,
        limit_seq=step.limit_seq,
        effective_limit=smallest([one.step.limit for one in reversed(links)], Published(reading)),
        since=life.since,
        until=None if until == FOREVER else until,
        ended_by=ended_by if ended_by != step.seq else None,
        state="in_force" if because is None else _state(link.trouble),
        scope=_narrowest([term for one in links for term in one.scope]),
        source=link.fact.source if isinstance(link.fact, AuthorityDelegated) else None,
        read_as=step.read_as,
        instrument=step.instrument,
        clause=step.clause,
        caps=tuple(
            CapShown(limit=cap.fact.limit, window=cap.fact.window, pool=cap.fact.pool, seq=cap.seq) for cap in link.caps
        ),
        joint=link.joint,
        uses=link.fact.uses if isinstance(link.fact, AuthorityGranted) else None,
        by_decision=link.fact.by_decision if isinstance(link.fact, AuthorityGranted) else None,
        because=because,
    )


def _ungrounded(reading: AsOf, judge: Judge, top: Link) -> Finding | None:
    """Why a grant is broken that rests on a decision which is not within authority."""
    item = top.fact.by_decision if isinstance(top.fact, AuthorityGranted) else None
    if item is None or judge.stands(item, Place(reading.at, NEXT), reading.known):
        return None
    return Finding(code="CHAIN_BROKEN", seq=top.step.seq, authority=top.step.authority, item=item)


def _without_reach(reading: AsOf, links: list[Link], grant: AuthorityGranted | None, matter: str) -> Finding | None:
    """Why a chain that is in force carries nothing: act or matter is not in force, or the matter is reserved."""
    matters = reading.matters_above(matter)
    if grant is None or not matters or not (grant.act in ACTS or reading.alive("act", grant.act)):
        return Finding(code="NO_GRANT", matter=matter)
    return Chains(reading).reservation(matters) if len(links) > 1 else None


def _end(link: Link, life: Life) -> tuple[datetime, int | None]:
    """When a link ends and by which entry: as its own reason says where it has, else as recorded for it so far."""
    over = link.trouble
    if over is not None and over.code in _OVER and over.until is not None:
        return over.until, over.seq
    return life.until, life.ended.source if life.ended is not None else None


def _chain(reading: AsOf, read: Links, link: Link) -> tuple[list[Link], Finding | None, AuthorityGranted | None]:
    """The links from this one up to the grant, the trouble of the highest that is not in force, and the grant."""
    links, broken, here, passed = [link], None, link, {link.step.authority}
    fact: Fact | None = link.fact
    while isinstance(fact, AuthorityDelegated) and fact.source not in passed:
        passed.add(fact.source)
        source = reading.books.things["authority"].get(fact.source)
        above = read.link(source) if source is not None else None
        if above is not None:
            links.append(above)
        broken = as_broken(between(above, here)) or broken
        here = above or here
        fact = read.said(source) if source is not None else None
    return links, broken, fact if isinstance(fact, AuthorityGranted) else None


def _narrowest(terms: list[ScopeTerm]) -> tuple[ScopeTerm, ...]:
    """The terms of a chain without those that another term of the same dimension implies."""
    return tuple(
        term
        for term in dict.fromkeys(terms)
        if not any(other.dimension == term.dimension and set(other.values) < set(term.values) for other in terms)
    )


def _state(trouble: Finding | None) -> State:
    return _STATES.get(trouble.code, "broken") if trouble is not None else "broken"
