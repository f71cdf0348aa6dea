"""The slow and obvious reading of a journal, against which the fast one is checked.

Every answer is computed from the whole journal by filtering, sorting and scanning: no caches, no indexes, nothing kept
between two calls. Only entries up to the known entry number `k` are ever looked at. A test that compares an answer of
the ledger with the answer of this module compares two independent readings of the same law (semantics.md), so speed is
given up here for plainness wherever the two conflict.

Where the law leaves something open, a comment that starts with "Reading:" says which reading was taken.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Literal, NamedTuple

from ledger.events import (
    RULES,
    AbsenceEnded,
    AbsenceRecorded,
    ActDefined,
    AppointmentEnded,
    AuthorityDelegated,
    AuthorityGranted,
    AuthorityResumed,
    AuthorityRevoked,
    AuthoritySuspended,
    CharterAdopted,
    CommitteeConstituted,
    CommitteeDissolved,
    CommitteeReseated,
    DepthAmended,
    Entry,
    EntryAnnulled,
    Fact,
    FactCorrected,
    FunctionalLineDrawn,
    FunctionalLineWithdrawn,
    InstrumentIssued,
    LimitAmended,
    MatterDefined,
    MatterMoved,
    MatterRenamed,
    MatterReserved,
    PersonAppointed,
    PersonRegistered,
    PersonRenamed,
    PositionAbolished,
    PositionEstablished,
    PositionMoved,
    PositionRetitled,
    RestrictionImposed,
    RestrictionLifted,
    RuleSet,
    ScopeAmended,
    ScopeValuePlaced,
    SeatsSet,
    SuperiorSet,
    UnitDissolved,
    UnitFormed,
    UnitMoved,
    UnitRenamed,
)
from ledger.ids import ACTS
from ledger.moments import FOREVER, MICROSECOND
from ledger.money import Limit, Money, NoAuthority, Unlimited

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from ledger.ids import Holder

ThingKind = Literal[
    "unit",
    "position",
    "line",
    "appointment",
    "absence",
    "committee",
    "authority",
    "restriction",
    "matter",
    "person",
    "instrument",
    "act",
]
Party = tuple[str, str]
"""Who acts: ("person", id) or ("committee", id)."""
Way = tuple[str, str, str | None]
"""How: the capacity, the authority that is the last link, and the position through which."""

# Which facts speak of which thing: what creates it, what ends it, what states a property of it.

CREATES: dict[type[Fact], tuple[ThingKind, str]] = {
    UnitFormed: ("unit", "unit"),
    PositionEstablished: ("position", "position"),
    FunctionalLineDrawn: ("line", "line"),
    PersonAppointed: ("appointment", "appointment"),
    AbsenceRecorded: ("absence", "absence"),
    CommitteeConstituted: ("committee", "committee"),
    AuthorityGranted: ("authority", "authority"),
    AuthorityDelegated: ("authority", "authority"),
    RestrictionImposed: ("restriction", "restriction"),
    MatterDefined: ("matter", "matter"),
    PersonRegistered: ("person", "person"),
    InstrumentIssued: ("instrument", "issued"),
    ActDefined: ("act", "act"),
}
ENDS: dict[type[Fact], tuple[ThingKind, str]] = {
    UnitDissolved: ("unit", "unit"),
    PositionAbolished: ("position", "position"),
    FunctionalLineWithdrawn: ("line", "line"),
    AppointmentEnded: ("appointment", "appointment"),
    AbsenceEnded: ("absence", "absence"),
    CommitteeDissolved: ("committee", "committee"),
    AuthorityRevoked: ("authority", "authority"),
    RestrictionLifted: ("restriction", "restriction"),
}
STATES: dict[type[Fact], tuple[ThingKind, str, str]] = {
    UnitRenamed: ("unit", "unit", "name"),
    UnitMoved: ("unit", "unit", "parent"),
    PositionRetitled: ("position", "position", "title"),
    PositionMoved: ("position", "position", "unit"),
    SeatsSet: ("position", "position", "seats"),
    SuperiorSet: ("position", "position", "superior"),
    PersonRenamed: ("person", "person", "name"),
    CommitteeReseated: ("committee", "committee", "seats"),
    MatterRenamed: ("matter", "matter", "name"),
    MatterMoved: ("matter", "matter", "parent"),
    MatterReserved: ("matter", "matter", "reserved"),
    LimitAmended: ("authority", "authority", "limit"),
    ScopeAmended: ("authority", "authority", "scope"),
    DepthAmended: ("authority", "authority", "depth"),
    AuthoritySuspended: ("authority", "authority", "suspended"),
    AuthorityResumed: ("authority", "authority", "suspended"),
}

REASONS: tuple[str, ...] = (
    "NOT_YET_EFFECTIVE",
    "EXPIRED",
    "REVOKED",
    "SUSPENDED",
    "CHAIN_BROKEN",
    "RESERVED",
    "OPENED_BEFORE",
    "OUT_OF_SCOPE",
    "PROHIBITED",
    "NO_AUTHORITY",
    "PER_ACT_EXCEEDED",
    "REQUESTER",
    "BENEFICIARY",
    "SUBORDINATE_OF_BENEFICIARY",
    "RATE_MISSING",
    "ATTRIBUTE_MISSING",
)
"""In the order in which they are checked; what is missing counts latest."""
MISSING = frozenset({"RATE_MISSING", "ATTRIBUTE_MISSING"})


class Stated(NamedTuple):
    """A fact that stands: the entry that first stated it, the entry that states it now, and what is stated now."""

    seq: int
    by: int
    fact: Fact


class Life(NamedTuple):
    """`[start, until)` of a thing, and the end fact that ends it; None where it ends as stated or never."""

    start: datetime
    until: datetime
    ended_by: int | None

    def holds(self, v: datetime) -> bool:
        """Whether the thing is alive at that instant."""
        return self.start <= v < self.until


class Link(NamedTuple):
    """A grant or delegation in a chain; where it does not stand, `fact` is the last version that was stated."""

    authority: str
    fact: AuthorityGranted | AuthorityDelegated
    stands: bool


class Exercise(NamedTuple):
    """Somebody who would exercise the last link of a chain, and how."""

    party: Party
    capacity: str
    through: str | None


@dataclass(frozen=True, kw_only=True)
class OracleQuestion:
    """Who could do this act over this matter, at the valid instant `v`, by what was recorded up to entry `k`."""

    act: str
    matter: str
    amount: Money | None = None
    attributes: dict[str, str] = field(default_factory=dict)
    requester: str | None = None
    beneficiary: str | None = None
    opened: datetime | None = None
    v: datetime
    k: int


@dataclass(frozen=True, kw_only=True)
class Verdicts:
    """The answer: who could and how; for everybody with a route the reasons of the routes that do not pass.

    `reasons` has an empty set for a party all of whose routes pass; `headline` speaks only of parties without a
    passing route; a party with no route at all appears nowhere (its reason is NO_GRANT).
    """

    candidates: dict[Party, set[Way]]
    reasons: dict[Party, set[str]]
    headline: dict[Party, str]
    undetermined: bool


# Facts that stand


def known_entries(entries: Sequence[Entry], k: int) -> list[Entry]:
    """The entries recorded up to number `k`, in order."""
    return sorted((entry for entry in entries if entry.seq <= k), key=lambda entry: entry.seq)


def about(fact: Fact) -> tuple[str, str]:
    """What a fact speaks of: the kind of thing and its id."""
    for table in (CREATES, ENDS):
        if type(fact) in table:
            kind, name = table[type(fact)]
            return kind, getattr(fact, name)
    if type(fact) in STATES:
        kind, name, _ = STATES[type(fact)]
        return kind, getattr(fact, name)
    if isinstance(fact, CharterAdopted):
        return "charter", fact.position
    if isinstance(fact, RuleSet):
        return "rule", fact.rule
    assert isinstance(fact, ScopeValuePlaced), fact
    return "scope value", f"{fact.dimension}={fact.value}"


def has_target(known: list[Entry], entry: Entry) -> bool:
    """Whether a correction or annulment names something earlier that it can act upon; without that it is idle."""
    event = entry.event
    assert isinstance(event, FactCorrected | EntryAnnulled)
    for named in known:
        if named.seq == event.of and named.seq < entry.seq:
            if isinstance(event, EntryAnnulled):
                if isinstance(named.event, FactCorrected | EntryAnnulled):
                    return has_target(known, named)
                return isinstance(named.event, Fact)
            return (
                isinstance(named.event, Fact)
                and type(named.event) is type(event.replacement)
                and about(named.event) == about(event.replacement)
            )
    return False


def standing(entries: Sequence[Entry], k: int) -> list[Stated]:
    """The facts that stand as known at `k`, by the number of the entry that first stated them.

    Annulments are weighed from the last to the first, since only a later one can make an earlier one void.
    """
    known = known_entries(entries, k)
    acting = [
        entry for entry in known if isinstance(entry.event, FactCorrected | EntryAnnulled) and has_target(known, entry)
    ]
    annulled: set[int] = set()
    for entry in reversed(acting):
        if isinstance(entry.event, EntryAnnulled) and entry.seq not in annulled:
            annulled.add(entry.event.of)
    result = []
    for entry in known:
        if not isinstance(entry.event, Fact):
            continue
        stated: Stated | None = Stated(entry.seq, entry.seq, entry.event)
        for later in acting:
            if later.seq in annulled or not isinstance(later.event, FactCorrected | EntryAnnulled):
                continue
            if later.event.of == entry.seq:
                replacement = later.event.replacement if isinstance(later.event, FactCorrected) else None
                stated = Stated(entry.seq, later.seq, replacement) if replacement is not None else None
        if stated is not None:
            result.append(stated)
    return result


# Lives and timelines; these work on the facts that stand


def _end(fact: Fact) -> datetime:
    """The end that a fact itself states, or FOREVER."""
    until = getattr(fact, "until", None)
    return FOREVER if until is None else until.at


def _latest(stated: list[Stated]) -> Stated | None:
    """The latest effective date wins, on the same date the later recorded."""
    return max(stated, key=lambda one: (one.fact.effective.at, one.seq), default=None)


def _creation(facts: list[Stated], kind: str, thing: str) -> Stated | None:
    """The standing fact that created a thing."""
    return _latest([one for one in facts if type(one.fact) in CREATES and about(one.fact) == (kind, thing)])


def _life(facts: list[Stated], kind: str, thing: str) -> Life | None:
    """The life of a thing by the facts that stand, None for what is unknown or annulled."""
    creation = _creation(facts, kind, thing)
    if creation is None:
        return None
    start, stated_end = creation.fact.effective.at, _end(creation.fact)
    ends = [
        (one.fact.effective.at, -one.seq)
        for one in facts
        if type(one.fact) in ENDS and about(one.fact) == (kind, thing) and one.fact.effective.at >= start
    ]
    if ends and min(ends)[0] < stated_end:
        until, seq = min(ends)
        return Life(start, until, -seq)
    return Life(start, stated_end, None)


def _alive(facts: list[Stated], kind: str, thing: str, v: datetime) -> bool:
    life = _life(facts, kind, thing)
    return life is not None and life.holds(v)


def _in_force(stated: list[Stated], v: datetime) -> Stated | None:
    """Of the versions of one property that contain `v`, the one that counts."""
    return _latest([one for one in stated if one.fact.effective.at <= v < _end(one.fact)])


def _value(facts: list[Stated], kind: str, thing: str, name: str, v: datetime) -> object:
    """A property of a thing that is alive at `v`; None where it is not."""
    creation, life = _creation(facts, kind, thing), _life(facts, kind, thing)
    if creation is None or life is None or not life.holds(v):
        return None
    amendment = _in_force(
        [
            one
            for one in facts
            if type(one.fact) in STATES
            and about(one.fact) == (kind, thing)
            and STATES[type(one.fact)][2] == name
            and one.fact.effective.at >= life.start
        ],
        v,
    )
    if name == "suspended":
        return amendment is not None and isinstance(amendment.fact, AuthoritySuspended)
    stated: object = getattr((amendment or creation).fact, name)
    return stated


def _text(value: object) -> str | None:
    assert value is None or isinstance(value, str)
    return value


def _rule(facts: list[Stated], name: str, v: datetime) -> str:
    stated = _in_force([one for one in facts if isinstance(one.fact, RuleSet) and one.fact.rule == name], v)
    if stated is None:
        return RULES[name][0]
    assert isinstance(stated.fact, RuleSet)
    return stated.fact.value


def _scope_parent(facts: list[Stated], dimension: str, value: str, v: datetime) -> str | None:
    if dimension == "unit":
        # Reading: a unit that is not alive at v lies below nothing; it still equals itself.
        return _text(_value(facts, "unit", value, "parent", v))
    placed = _in_force(
        [
            one
            for one in facts
            if isinstance(one.fact, ScopeValuePlaced) and (one.fact.dimension, one.fact.value) == (dimension, value)
        ],
        v,
    )
    if placed is None:
        return None
    assert isinstance(placed.fact, ScopeValuePlaced)
    return placed.fact.parent


# Positions, superiors, appointments


def _successor(facts: list[Stated], position: str, v: datetime) -> str | None:
    """The successor of a position that has been abolished in favour of one by `v`."""
    life = _life(facts, "position", position)
    if life is None or v < life.until or life.ended_by is None:
        return None
    ending = next(one.fact for one in facts if one.seq == life.ended_by)
    assert isinstance(ending, PositionAbolished)
    return ending.successor


def _resolve(facts: list[Stated], position: str, v: datetime) -> str | None:
    """The position that a reference to this one reads as at `v`; None where successors run in a circle.

    Reading: the last position of the row is returned whether or not it is alive or even known; who uses it looks.
    """
    visited: set[str] = set()
    current = position
    while current not in visited:
        visited.add(current)
        successor = _successor(facts, current, v)
        if successor is None:
            return current
        current = successor
    return None


def _superior(facts: list[Stated], position: str, v: datetime) -> str | None:
    """The line superior of a position that is alive at `v`.

    Reading: "its superior as of the last microsecond of its life" is the raw value stated then; only `v` decides how
    it reads. In a row of successors the abolished position whose superior is taken, so that nobody becomes his own
    superior, is the one that names this position as its successor.
    """
    current = _text(_value(facts, "position", position, "superior", v))
    visited: set[str] = set()
    while current is not None and current != position and current not in visited:
        visited.add(current)
        life = _life(facts, "position", current)
        if life is None or v < life.start:
            return None
        if v < life.until:
            return current
        successor = _successor(facts, current, v)
        follows = successor is not None and successor != position
        current = successor if follows else _last_superior(facts, current, life)
    return None


def _last_superior(facts: list[Stated], position: str, life: Life) -> str | None:
    """The superior as of the last microsecond of a life; as established, where it ended at its first instant."""
    if life.start < life.until:
        return _text(_value(facts, "position", position, "superior", life.until - MICROSECOND))
    creation = _creation(facts, "position", position)
    return creation.fact.superior if creation and isinstance(creation.fact, PositionEstablished) else None


def _superiors(facts: list[Stated], position: str, v: datetime) -> list[str]:
    """Every line superior of a position, the nearest first.

    Reading: a position is never a superior of itself, so a circle ends where it closes.
    """
    row: list[str] = []
    current = _superior(facts, position, v)
    while current is not None and current != position and current not in row:
        row.append(current)
        current = _superior(facts, current, v)
    return row


def _tenures(facts: list[Stated]) -> Iterator[tuple[PersonAppointed, datetime, datetime]]:
    """Every appointment that is ever in force, and when: never outside the life of its position."""
    for one in facts:
        fact = one.fact
        if not isinstance(fact, PersonAppointed) or _creation(facts, "appointment", fact.appointment) != one:
            continue
        own, position = _life(facts, "appointment", fact.appointment), _life(facts, "position", fact.position)
        if own is None or position is None or _creation(facts, "person", fact.person) is None:
            continue
        if position.holds(own.start) and own.start < min(own.until, position.until):
            yield fact, own.start, min(own.until, position.until)


def _appointees(facts: list[Stated], position: str, v: datetime) -> list[tuple[str, str]]:
    return [
        (fact.person, fact.kind)
        for fact, start, until in _tenures(facts)
        if fact.position == position and start <= v < until
    ]


def _positions_held(facts: list[Stated], person: str, v: datetime) -> list[str]:
    return [fact.position for fact, start, until in _tenures(facts) if fact.person == person and start <= v < until]


def _leaves_office(facts: list[Stated], person: str, since: datetime) -> datetime:
    """The first instant at which a person, having held a position at or after `since`, holds none; or FOREVER."""
    periods = sorted((start, until) for fact, start, until in _tenures(facts) if fact.person == person)
    merged: list[tuple[datetime, datetime]] = []
    for start, until in periods:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], until))
        else:
            merged.append((start, until))
    return next((until for _, until in merged if until > since), FOREVER)


# Matters, scopes, limits


def _matters(facts: list[Stated], matter: str, v: datetime) -> list[str]:
    """A matter that is in force at `v` and the matters above it; nothing for one that is not in force."""
    row: list[str] = []
    current: str | None = matter
    while current is not None and current not in row and _alive(facts, "matter", current, v):
        row.append(current)
        current = _text(_value(facts, "matter", current, "parent", v))
    return row


def _within(facts: list[Stated], dimension: str, value: str, allowed: Sequence[str], v: datetime) -> bool:
    """Whether a value of a scope dimension is one of the allowed ones or lies below one."""
    visited: set[str] = set()
    current: str | None = value
    while current is not None and current not in visited:
        if current in allowed:
            return True
        visited.add(current)
        current = _scope_parent(facts, dimension, current, v)
    return False


Fit = Literal["yes", "no", "unknown"]


def _in_scope(facts: list[Stated], scope: object, question: OracleQuestion) -> Fit:
    """Whether the attributes match a scope: a stated one that does not outweighs one that is not stated."""
    assert isinstance(scope, tuple)
    fit: Fit = "yes"
    for term in scope:
        stated = question.attributes.get(term.dimension)
        if stated is None:
            fit = "unknown"
        elif not _within(facts, term.dimension, stated, term.values, question.v):
            return "no"
    return fit


def _fits(limit: Limit, amount: Money | None) -> Fit:
    """Whether an amount is within a limit; unknown where a rate would be needed."""
    if isinstance(limit, NoAuthority):
        return "no"
    if isinstance(limit, Unlimited) or amount is None:
        return "yes"
    if amount.currency != limit.currency:
        return "unknown"
    if limit.below:
        return "yes" if amount.amount < limit.amount else "no"
    return "yes" if amount.amount <= limit.amount else "no"


def _limit(facts: list[Stated], authority: str, v: datetime) -> Limit | None:
    value = _value(facts, "authority", authority, "limit", v)
    assert value is None or isinstance(value, Limit)
    return value


# Chains and routes


def _last_stood(known: list[Entry], authority: str) -> AuthorityGranted | AuthorityDelegated | None:
    """What a grant or delegation said when it last stood, looking back entry by entry; None where it never stood."""
    for entry in reversed(known):
        creation = _creation(standing(known, entry.seq), "authority", authority)
        if creation is not None and isinstance(creation.fact, AuthorityGranted | AuthorityDelegated):
            return creation.fact
    return None


def _chain(known: list[Entry], facts: list[Stated], authority: str) -> list[Link] | None:
    """The links from the grant down to this authority.

    Reading: None where the sources never reach a grant (one of them is unknown, or they run in a circle); nothing then
    says over what the authority would be, and it gives no route.
    """
    links: list[Link] = []
    current = authority
    while current not in [link.authority for link in links]:
        creation = _creation(facts, "authority", current)
        fact = _last_stood(known, current) if creation is None else creation.fact
        if not isinstance(fact, AuthorityGranted | AuthorityDelegated):
            return None
        links.insert(0, Link(current, fact, creation is not None))
        if isinstance(fact, AuthorityGranted):
            return links
        current = fact.source
    return None


def _link_fails(facts: list[Stated], link: Link, v: datetime) -> str | None:
    """Why a link that stands is not in force at `v`, or None.

    Reading: a committee that holds a link is treated as a position is: before its life the link is NOT_YET_EFFECTIVE,
    after it EXPIRED. What ended a link first says why it is not in force: REVOKED where that was a revocation, EXPIRED
    where it was its stated end, the departure of the person it names, or the end of what holds it.
    """
    life = _life(facts, "authority", link.authority)
    assert life is not None
    holder = link.fact.holder
    office: Life | None = None
    derived_end = FOREVER
    if holder.position is not None:
        resolved = _resolve(facts, holder.position, v)
        office = None if resolved is None else _life(facts, "position", resolved)
    elif holder.committee is not None:
        office = _life(facts, "committee", holder.committee)
    elif holder.person is not None and not link.fact.outlasts_office:
        derived_end = _leaves_office(facts, holder.person, life.start)
    if v < life.start or (office is not None and v < office.start):
        return "NOT_YET_EFFECTIVE"
    over = min(derived_end, FOREVER if office is None else office.until)
    if v >= min(over, life.until):
        return "REVOKED" if life.ended_by is not None and life.until < over else "EXPIRED"
    if _value(facts, "authority", link.authority, "suspended", v):
        return "SUSPENDED"
    return None


def _holder_stands(facts: list[Stated], holder: Holder, v: datetime) -> bool:
    """Whether the holder, read through successors, is something that stands."""
    current = holder.id if holder.position is None else _resolve(facts, holder.position, v)
    return current is not None and _creation(facts, holder.kind, current) is not None


def _exercises(facts: list[Stated], link: Link, v: datetime) -> Iterator[Exercise]:
    """Everybody who would exercise a grant or delegation at `v`, whether or not it is in force."""
    delegated = isinstance(link.fact, AuthorityDelegated)
    holder = link.fact.holder
    if not _holder_stands(facts, holder, v):
        return
    if holder.committee is not None:
        # Reading: a committee is a body even as the recipient of a delegation.
        yield Exercise(("committee", holder.committee), "body", None)
        return
    if holder.person is not None:
        yield Exercise(("person", holder.person), "delegate" if delegated else "named", None)
        return
    assert holder.position is not None
    position = _resolve(facts, holder.position, v)
    if position is None or not _alive(facts, "position", position, v):
        return
    appointees = _appointees(facts, position, v)
    for person, kind in appointees:
        yield Exercise(("person", person), "delegate" if delegated else kind, position)
    superiors = _superiors(facts, position, v)
    climbed_to: str | None = None
    if not appointees and _rule(facts, "vacancy", v) == "roll_up":
        climbed_to = next((superior for superior in superiors if _appointees(facts, superior, v)), None)
        if climbed_to is not None:
            for person, _ in _appointees(facts, climbed_to, v):
                yield Exercise(("person", person), "rolled_up", climbed_to)
    if not delegated and _rule(facts, "superiors", v) == "inherit":
        for superior in superiors:
            if superior != climbed_to:
                for person, _ in _appointees(facts, superior, v):
                    yield Exercise(("person", person), "inherited", superior)


def _binds(facts: list[Stated], holder: Holder | None, chain: list[Link], how: Exercise, v: datetime) -> bool:
    """Whether a restriction on that holder binds a route."""
    if holder is None:
        return True
    if holder.person is not None:
        return how.party == ("person", holder.person)
    if holder.committee is not None:
        return any(link.fact.holder.committee == holder.committee for link in chain)
    assert holder.position is not None
    bound = _resolve(facts, holder.position, v)
    held = [link.fact.holder.position for link in chain if link.fact.holder.position is not None]
    return bound is not None and bound in [how.through, *(_resolve(facts, position, v) for position in held)]


def _restrictions(
    facts: list[Stated], chain: list[Link], how: Exercise, matters: list[str], question: OracleQuestion
) -> set[str]:
    """What the restrictions say to a route: PROHIBITED, or what is missing to tell; empty where none stands against."""
    root = chain[0].fact
    assert isinstance(root, AuthorityGranted)
    lifted = root.lifts if len(chain) == 1 and root.kind == "special" else ()
    said: set[str] = set()
    for one in facts:
        fact = one.fact
        if not isinstance(fact, RestrictionImposed) or _creation(facts, "restriction", fact.restriction) != one:
            continue
        if fact.restriction in lifted or not _alive(facts, "restriction", fact.restriction, question.v):
            continue
        if fact.act != question.act or fact.matter not in matters:
            continue
        if not _binds(facts, fact.holder, chain, how, question.v):
            continue
        in_scope = _in_scope(facts, fact.scope, question)
        below = "no" if fact.above is None else _fits(fact.above, question.amount)
        if in_scope == "no" or below == "yes":
            continue
        if below == "unknown":
            said.add("RATE_MISSING")
        elif in_scope == "unknown":
            said.add("ATTRIBUTE_MISSING")
        else:
            said.add("PROHIBITED")
    return said


def _self_interest(facts: list[Stated], person: str, question: OracleQuestion) -> str | None:
    """Why a person may not decide in this matter of his own, or None."""
    v = question.v
    if _rule(facts, "self_interest", v) == "allow":
        return None
    beneficiary = question.beneficiary or question.requester
    if person == question.requester:
        return "REQUESTER"
    if beneficiary is None:
        return None
    if person == beneficiary:
        return "BENEFICIARY"
    theirs = _positions_held(facts, beneficiary, v)
    for position in _positions_held(facts, person, v):
        if any(superior in theirs for superior in _superiors(facts, position, v)):
            return "SUBORDINATE_OF_BENEFICIARY"
    return None


def _holds(facts: list[Stated], holder: Holder, giver: Holder, v: datetime) -> bool:
    """Whether the giver of a delegation is the holder of its source, both read through successors."""
    if holder.position is None or giver.position is None:
        return holder == giver
    return giver == holder or _resolve(facts, giver.position, v) == _resolve(facts, holder.position, v)


def _reason(
    facts: list[Stated], chain: list[Link], how: Exercise, matters: list[str], question: OracleQuestion
) -> str | None:
    """Why a route does not pass, or None where it does: the checks in the order of the law."""
    v = question.v
    fails = _link_fails(facts, chain[-1], v)
    if fails is not None:
        return fails
    for link in chain[:-1]:
        # Reading: an earlier link whose holder is unknown or annulled has no effect, and what rests on it is broken.
        if not link.stands or _link_fails(facts, link, v) is not None or not _holder_stands(facts, link.fact.holder, v):
            return "CHAIN_BROKEN"
    for above, below in pairwise(chain):
        if isinstance(below.fact, AuthorityDelegated) and not _holds(facts, above.fact.holder, below.fact.giver, v):
            return "CHAIN_BROKEN"
    if len(chain) > 1 and any(_value(facts, "matter", matter, "reserved", v) for matter in matters):
        return "RESERVED"
    for link in chain:
        covers_pending = isinstance(link.fact, AuthorityGranted) or link.fact.covers_pending
        if not covers_pending and question.opened is not None and question.opened < link.fact.effective.at:
            return "OPENED_BEFORE"
    scopes = [_in_scope(facts, _value(facts, "authority", link.authority, "scope", v), question) for link in chain]
    if "no" in scopes:
        return "OUT_OF_SCOPE"
    restricted = _restrictions(facts, chain, how, matters, question)
    if "PROHIBITED" in restricted:
        return "PROHIBITED"
    limits = [limit for link in chain if (limit := _limit(facts, link.authority, v)) is not None]
    if any(isinstance(limit, NoAuthority) for limit in limits):
        return "NO_AUTHORITY"
    fits = [_fits(limit, question.amount) for limit in limits]
    if "no" in fits:
        return "PER_ACT_EXCEEDED"
    if how.party[0] == "person":
        barred = _self_interest(facts, how.party[1], question)
        if barred is not None:
            return barred
    if "unknown" in fits or "RATE_MISSING" in restricted:
        return "RATE_MISSING"
    if "unknown" in scopes or "ATTRIBUTE_MISSING" in restricted:
        return "ATTRIBUTE_MISSING"
    return None


# What others ask


def life(entries: Sequence[Entry], thing_kind: str, thing_id: str, k: int) -> Life | None:
    """The life of a thing, `until` FOREVER where it has no end; None for what is unknown or annulled at `k`."""
    return _life(standing(entries, k), thing_kind, thing_id)


def value(entries: Sequence[Entry], thing_kind: str, thing_id: str, name: str, v: datetime, k: int) -> object:
    """A property of a thing at `v` as known at `k`, as stated; None where the thing is not alive then."""
    return _value(standing(entries, k), thing_kind, thing_id, name, v)


def rule(entries: Sequence[Entry], name: str, v: datetime, k: int) -> str:
    """What a rule says, its default where nothing was decided."""
    return _rule(standing(entries, k), name, v)


def charter(entries: Sequence[Entry], position: str, v: datetime, k: int) -> CharterAdopted | None:
    """The edition of the charter of a position that is alive at `v`."""
    facts = standing(entries, k)
    alive = _life(facts, "position", position)
    if alive is None or not alive.holds(v):
        return None
    editions = [
        one
        for one in facts
        if isinstance(one.fact, CharterAdopted)
        and one.fact.position == position
        and one.fact.effective.at >= alive.start
    ]
    edition = _in_force(editions, v)
    if edition is None:
        return None
    assert isinstance(edition.fact, CharterAdopted)
    return edition.fact


def scope_parent(entries: Sequence[Entry], dimension: str, value: str, v: datetime, k: int) -> str | None:
    """The value directly above another in a scope dimension; for the dimension `unit`, the unit above."""
    return _scope_parent(standing(entries, k), dimension, value, v)


def resolve(entries: Sequence[Entry], position: str, v: datetime, k: int) -> str | None:
    """The position that a reference reads as, through successors; None where these run in a circle."""
    return _resolve(standing(entries, k), position, v)


def superior(entries: Sequence[Entry], position: str, v: datetime, k: int) -> str | None:
    """The line superior of a position that is alive at `v`, None for one that is not."""
    return _superior(standing(entries, k), position, v)


def appointees(entries: Sequence[Entry], position: str, v: datetime, k: int) -> list[tuple[str, str]]:
    """Who holds exactly this position (no successors are followed), with the kind of appointment, by entry number."""
    return _appointees(standing(entries, k), position, v)


def effective_limits(entries: Sequence[Entry], chain: Sequence[str], v: datetime, k: int) -> list[Limit]:
    """The limits in force of the links of a chain that are alive at `v`; an act must fit every one of them."""
    facts = standing(entries, k)
    return [limit for authority in chain if (limit := _limit(facts, authority, v)) is not None]


def who_could(entries: Sequence[Entry], question: OracleQuestion) -> Verdicts:
    """Every route of every grant and delegation over the act and matter, judged one by one."""
    known, facts = known_entries(entries, question.k), standing(entries, question.k)
    matters = _matters(facts, question.matter, question.v)
    if question.act not in ACTS and not _alive(facts, "act", question.act, question.v):
        matters = []
    candidates: dict[Party, set[Way]] = {}
    reasons: dict[Party, set[str]] = {}
    for one in facts:
        fact = one.fact
        if not isinstance(fact, AuthorityGranted | AuthorityDelegated):
            continue
        if _creation(facts, "authority", fact.authority) != one:
            continue
        chain = _chain(known, facts, fact.authority)
        if chain is None:
            continue
        root = chain[0].fact
        if not isinstance(root, AuthorityGranted) or root.act != question.act:
            continue
        if any(link.fact.matter is not None and link.fact.matter not in matters for link in chain):
            continue
        for how in _exercises(facts, chain[-1], question.v):
            reason = _reason(facts, chain, how, matters, question)
            failed = reasons.setdefault(how.party, set())
            if reason is None:
                candidates.setdefault(how.party, set()).add((how.capacity, fact.authority, how.through))
            else:
                failed.add(reason)
    headline = {party: max(failed, key=REASONS.index) for party, failed in reasons.items() if party not in candidates}
    undetermined = not candidates and any(failed & MISSING for failed in reasons.values())
    return Verdicts(candidates=candidates, reasons=reasons, headline=headline, undetermined=undetermined)


def _names(fact: Fact) -> list[tuple[str, str]]:
    """What a fact names besides the thing it is about, and what must have been introduced for it to have an effect."""
    names: list[tuple[str, str | None]] = []
    if isinstance(fact, AbsenceRecorded):
        names = [("person", fact.person)]
    if isinstance(fact, FunctionalLineDrawn):
        names = [("position", fact.position), ("position", fact.superior)]
    if isinstance(fact, SuperiorSet):
        names = [("position", fact.superior)]
    if isinstance(fact, AuthorityGranted | AuthorityDelegated | RestrictionImposed):
        names = [("matter", fact.matter)]
        if fact.holder is not None:
            names.append((fact.holder.kind, fact.holder.id))
    return [(kind, name) for kind, name in names if name is not None]


def _idle_fact(known: list[Entry], facts: list[Stated], fact: Fact) -> bool:
    at = fact.effective.at
    if any(_creation(facts, kind, name) is None for kind, name in _names(fact)):
        return True
    if type(fact) in STATES:
        return not _alive(facts, *about(fact), at)
    if type(fact) in ENDS:
        ended = _life(facts, *about(fact))
        return ended is None or at < ended.start or at > ended.until
    if isinstance(fact, CharterAdopted):
        return not _alive(facts, "position", fact.position, at)
    if isinstance(fact, PersonAppointed):
        return _creation(facts, "person", fact.person) is None or not _alive(facts, "position", fact.position, at)
    if isinstance(fact, AuthorityDelegated):
        return _last_stood(known, fact.source) is None
    return False


def idle(entries: Sequence[Entry], k: int) -> set[int]:
    """The numbers of the entries that have no effect as known at `k`; for a fact, what stands in its place is judged.

    Reading: an annulment that names an idle correction or annulment is idle itself.
    """
    known, facts = known_entries(entries, k), standing(entries, k)
    without_target = {
        int(entry.seq)
        for entry in known
        if isinstance(entry.event, FactCorrected | EntryAnnulled) and not has_target(known, entry)
    }
    return without_target | {one.seq for one in facts if _idle_fact(known, facts, one.fact)}
