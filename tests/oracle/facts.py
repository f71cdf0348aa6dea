"""Facts that stand, lives and timelines (semantics.md 2)."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, Literal, NamedTuple, ParamSpec, TypeVar

from ledger.events import (
    RULES,
    AbsenceEnded,
    AbsenceRecorded,
    ActDefined,
    ActDone,
    ActRatified,
    AppointmentEnded,
    AuthorityCapped,
    AuthorityDelegated,
    AuthorityGranted,
    AuthorityResumed,
    AuthorityRevoked,
    AuthoritySuspended,
    BaseFigurePublished,
    CharterAdopted,
    CommitteeConstituted,
    CommitteeDissolved,
    CommitteeReseated,
    ContractAmended,
    ContractPlaced,
    ContractRegistered,
    ContractTerminated,
    DepthAmended,
    Entry,
    EntryAnnulled,
    Fact,
    FactCorrected,
    FunctionalLineDrawn,
    FunctionalLineWithdrawn,
    InstrumentIssued,
    ItemOpened,
    JointlyHeld,
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
    ProcedureAdopted,
    RatePublished,
    RestrictionImposed,
    RestrictionLifted,
    ResultReported,
    RuleSet,
    ScopeAmended,
    ScopeValuePlaced,
    SeatsSet,
    SuperiorSet,
    TargetAccepted,
    TargetAdjusted,
    TargetReassigned,
    TargetSet,
    TargetWithdrawn,
    UnitDissolved,
    UnitFormed,
    UnitMoved,
    UnitRenamed,
)
from ledger.moments import FOREVER

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

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
    "item",
    "deed",
    "ratification",
    "contract",
    "target",
    "report",
]
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
    ItemOpened: ("item", "item"),
    ActDone: ("deed", "deed"),
    ActRatified: ("ratification", "ratification"),
    ContractRegistered: ("contract", "contract"),
    TargetSet: ("target", "target"),
    ResultReported: ("report", "report"),
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
    ContractTerminated: ("contract", "contract"),
    TargetWithdrawn: ("target", "target"),
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
    ProcedureAdopted: ("committee", "committee", "procedure"),
    AuthorityCapped: ("authority", "authority", "caps"),
    JointlyHeld: ("authority", "authority", "joint"),
    ContractAmended: ("contract", "contract", "terms"),
    ContractPlaced: ("contract", "contract", "custody"),
    TargetAdjusted: ("target", "target", "amount"),
    TargetReassigned: ("target", "target", "holder"),
    TargetAccepted: ("target", "target", "accepted"),
}


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


# Facts that stand


class Facts(list[Stated]):
    """The facts that stand as known at an entry, in order, and the entries known by then.

    What has been found out about them in the course of one answer is kept in `found`: they never change.
    """

    def __init__(self, known: list[Entry], stated: list[Stated]) -> None:
        super().__init__(stated)
        self.known = known
        self.found: dict[Any, Any] = {}


P = ParamSpec("P")
R = TypeVar("R")


def found_once(function: Callable[Concatenate[Facts, P], R]) -> Callable[Concatenate[Facts, P], R]:
    """Look the same thing up in the same facts only once."""

    @wraps(function)
    def look_up(facts: Facts, /, *args: P.args, **kwargs: P.kwargs) -> R:
        key = function.__name__, args
        if key not in facts.found:
            facts.found[key] = function(facts, *args, **kwargs)
        result: R = facts.found[key]
        return result

    return look_up


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
    if isinstance(fact, RatePublished):
        return "rate", f"{fact.currency}/{fact.worth.currency} of {fact.series}"
    if isinstance(fact, BaseFigurePublished):
        return "base figure", fact.base
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


def standing(entries: Sequence[Entry], k: int) -> Facts:
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
    result: list[Stated] = []
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
    return Facts(known, result)


# Lives and timelines; these work on the facts that stand


def end_of(fact: Fact) -> datetime:
    """The end that a fact itself states, or FOREVER."""
    until = getattr(fact, "until", None)
    return FOREVER if until is None else until.at


def latest_of(stated: list[Stated]) -> Stated | None:
    """The latest effective date wins, on the same date the later recorded."""
    return max(stated, key=lambda one: (one.fact.effective.at, one.seq), default=None)


@found_once
def created(facts: Facts, kind: str, thing: str) -> Stated | None:
    """The standing fact that created a thing."""
    return latest_of([one for one in facts if type(one.fact) in CREATES and about(one.fact) == (kind, thing)])


@found_once
def life_of(facts: Facts, kind: str, thing: str) -> Life | None:
    """The life of a thing by the facts that stand, None for what is unknown or annulled."""
    creation = created(facts, kind, thing)
    if creation is None:
        return None
    start, stated_end = creation.fact.effective.at, end_of(creation.fact)
    ends = [
        (one.fact.effective.at, -one.seq)
        for one in facts
        if type(one.fact) in ENDS and about(one.fact) == (kind, thing) and one.fact.effective.at >= start
    ]
    if ends and min(ends)[0] < stated_end:
        until, seq = min(ends)
        return Life(start, until, -seq)
    return Life(start, stated_end, None)


def is_alive(facts: Facts, kind: str, thing: str, v: datetime) -> bool:
    life = life_of(facts, kind, thing)
    return life is not None and life.holds(v)


def in_force(stated: list[Stated], v: datetime) -> Stated | None:
    """Of the versions of one property that contain `v`, the one that counts."""
    return latest_of([one for one in stated if one.fact.effective.at <= v < end_of(one.fact)])


@found_once
def value_of(facts: Facts, kind: str, thing: str, name: str, v: datetime) -> object:
    """A property of a thing that is alive at `v`; None where it is not."""
    creation, life = created(facts, kind, thing), life_of(facts, kind, thing)
    if creation is None or life is None or not life.holds(v):
        return None
    amendment = in_force(
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


def as_text(value: object) -> str | None:
    assert value is None or isinstance(value, str)
    return value


@found_once
def rule_of(facts: Facts, name: str, v: datetime) -> str:
    stated = in_force([one for one in facts if isinstance(one.fact, RuleSet) and one.fact.rule == name], v)
    if stated is None:
        return RULES[name][0]
    assert isinstance(stated.fact, RuleSet)
    return stated.fact.value


@found_once
def parent_value(facts: Facts, dimension: str, value: str, v: datetime) -> str | None:
    if dimension == "unit":
        # Reading: a unit that is not alive at v lies below nothing; it still equals itself.
        return as_text(value_of(facts, "unit", value, "parent", v))
    placed = in_force(
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
