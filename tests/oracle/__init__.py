"""The slow and obvious reading of a journal, against which the fast one is checked.

Every answer is computed from the whole journal by filtering, sorting and scanning: no indexes, nothing kept between two
calls (within one call, what was found out as known at an entry is not sought again: it never changes). Only entries up
to the known entry number `k` are ever looked at. A test that compares an answer of the ledger with the answer of this
package compares two independent readings of the same law (semantics.md), so speed is given up here for plainness
wherever the two conflict.

Where the law leaves something open, a comment that starts with "Reading:" says which reading was taken.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ledger.events import (
    AbsenceRecorded,
    ActDone,
    ActRatified,
    AuthorityDelegated,
    AuthorityGranted,
    CharterAdopted,
    ContractPlaced,
    ContractRegistered,
    EntryAnnulled,
    Fact,
    FactCorrected,
    FunctionalLineDrawn,
    ItemOpened,
    JointlyHeld,
    PersonAppointed,
    RestrictionImposed,
    ResultReported,
    SuperiorSet,
    TargetAccepted,
    TargetReassigned,
    TargetSet,
)
from tests.oracle.authority import OracleQuestion, Party, Verdicts, Way, last_stood, limit_of
from tests.oracle.facts import (
    ENDS,
    STATES,
    Facts,
    Life,
    about,
    created,
    has_target,
    in_force,
    is_alive,
    known_entries,
    life_of,
    parent_value,
    rule_of,
    standing,
    value_of,
)
from tests.oracle.house import incumbents, read_as, superior_of
from tests.oracle.judging import MISSING, REASONS, Telling, completed, routes
from tests.oracle.verdicts import (
    OracleVerdict,
    act_verdict,
    all_verdicts,
    breaches,
    could_set,
    done_on,
    flips,
    flips_beside,
    item_verdict,
    pinned_route,
    settings,
    split_suspected,
    used_of,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from ledger.events import Entry
    from ledger.money import Limit

__all__ = [
    "MISSING",
    "REASONS",
    "OracleQuestion",
    "OracleVerdict",
    "Party",
    "Verdicts",
    "Way",
    "act_verdict",
    "all_verdicts",
    "appointees",
    "breaches",
    "charter",
    "could_set",
    "done_on",
    "effective_limits",
    "flips",
    "flips_beside",
    "idle",
    "item_verdict",
    "life",
    "pinned_route",
    "resolve",
    "rule",
    "scope_parent",
    "settings",
    "split_suspected",
    "standing",
    "superior",
    "used_of",
    "value",
    "who_could",
]


def life(entries: Sequence[Entry], thing_kind: str, thing_id: str, k: int) -> Life | None:
    """The life of a thing, `until` FOREVER where it has no end; None for what is unknown or annulled at `k`."""
    return life_of(standing(entries, k), thing_kind, thing_id)


def value(entries: Sequence[Entry], thing_kind: str, thing_id: str, name: str, v: datetime, k: int) -> object:
    """A property of a thing at `v` as known at `k`, as stated; None where the thing is not alive then."""
    return value_of(standing(entries, k), thing_kind, thing_id, name, v)


def rule(entries: Sequence[Entry], name: str, v: datetime, k: int) -> str:
    """What a rule says, its default where nothing was decided."""
    return rule_of(standing(entries, k), name, v)


def charter(entries: Sequence[Entry], position: str, v: datetime, k: int) -> CharterAdopted | None:
    """The edition of the charter of a position that is alive at `v`."""
    facts = standing(entries, k)
    alive = life_of(facts, "position", position)
    if alive is None or not alive.holds(v):
        return None
    editions = [
        one
        for one in facts
        if isinstance(one.fact, CharterAdopted)
        and one.fact.position == position
        and one.fact.effective.at >= alive.start
    ]
    edition = in_force(editions, v)
    if edition is None:
        return None
    assert isinstance(edition.fact, CharterAdopted)
    return edition.fact


def scope_parent(entries: Sequence[Entry], dimension: str, value: str, v: datetime, k: int) -> str | None:
    """The value directly above another in a scope dimension; for the dimension `unit`, the unit above."""
    return parent_value(standing(entries, k), dimension, value, v)


def resolve(entries: Sequence[Entry], position: str, v: datetime, k: int) -> str | None:
    """The position that a reference reads as, through successors; None where these run in a circle."""
    return read_as(standing(entries, k), position, v)


def superior(entries: Sequence[Entry], position: str, v: datetime, k: int) -> str | None:
    """The line superior of a position that is alive at `v`, None for one that is not."""
    return superior_of(standing(entries, k), position, v)


def appointees(entries: Sequence[Entry], position: str, v: datetime, k: int) -> list[tuple[str, str]]:
    """Who holds exactly this position (no successors are followed), with the kind of appointment, by entry number."""
    return incumbents(standing(entries, k), position, v)


def effective_limits(entries: Sequence[Entry], chain: Sequence[str], v: datetime, k: int) -> list[Limit]:
    """The limits in force of the links of a chain that are alive at `v`; an act must fit every one of them."""
    facts = standing(entries, k)
    return [limit for authority in chain if (limit := limit_of(facts, authority, v)) is not None]


def who_could(entries: Sequence[Entry], question: OracleQuestion) -> Verdicts:
    """Every route of every grant and delegation over the act and matter, judged one by one."""
    telling = Telling(entries)
    candidates: dict[Party, set[Way]] = {}
    reasons: dict[Party, set[str]] = {}
    for route in routes(telling, completed(telling, question)):
        failed = reasons.setdefault(route.how.party, set())
        if route.reason is None:
            way = route.how.capacity, route.chain[-1].authority, route.how.through
            candidates.setdefault(route.how.party, set()).add(way)
        else:
            failed.add(route.reason)
    headlines = {party: max(failed, key=REASONS.index) for party, failed in reasons.items() if party not in candidates}
    undetermined = not candidates and any(failed & MISSING for failed in reasons.values())
    return Verdicts(candidates=candidates, reasons=reasons, headline=headlines, undetermined=undetermined)


def named_by(fact: Fact) -> list[tuple[str, str]]:
    """What a fact names besides the thing it is about, and what must have been introduced for it to have an effect."""
    names: list[tuple[str, str | None]] = []
    if isinstance(fact, AbsenceRecorded | PersonAppointed):
        names = [("person", fact.person)]
    if isinstance(fact, FunctionalLineDrawn):
        names = [("position", fact.position), ("position", fact.superior)]
    if isinstance(fact, SuperiorSet):
        names = [("position", fact.superior)]
    if isinstance(fact, AuthorityGranted | AuthorityDelegated | RestrictionImposed):
        names = [("matter", fact.matter)]
        if fact.holder is not None:
            names.append((fact.holder.kind, fact.holder.id))
    if isinstance(fact, JointlyHeld):
        names = [(holder.kind, holder.id) for condition in fact.classes for holder in condition.holders]
    if isinstance(fact, ItemOpened | ContractRegistered):
        names = [("matter", fact.matter)]
    if isinstance(fact, ActDone | ActRatified):
        names = [(fact.by.kind, fact.by.id)]
    if isinstance(fact, ContractPlaced):
        names = [(fact.custodian.kind, fact.custodian.id)]
    if isinstance(fact, TargetSet | TargetReassigned):
        names = [(fact.holder.kind, fact.holder.id)]
    if isinstance(fact, TargetSet):
        names.append(("target", fact.part_of))
    if isinstance(fact, TargetAccepted):
        names = [("person", fact.by)]
    return [(kind, name) for kind, name in names if name is not None]


def _is_item(facts: Facts, name: str) -> bool:
    return any(created(facts, kind, name) is not None for kind in ("item", "contract"))


def is_idle(facts: Facts, fact: Fact) -> bool:
    """Whether a fact that stands has no effect, because what it speaks of is unknown, annulled or not alive then.

    Reading: an act is about its item, or about the matter that it states itself; a grant by a decision that nobody
    ever put forward or acted upon is idle.
    """
    at = fact.effective.at
    if any(created(facts, kind, name) is None for kind, name in named_by(fact)):
        return True
    if type(fact) in STATES:
        return not is_alive(facts, *about(fact), at)
    if type(fact) in ENDS:
        ended = life_of(facts, *about(fact))
        return ended is None or at < ended.start or at > ended.until
    if isinstance(fact, CharterAdopted | PersonAppointed):
        return not is_alive(facts, "position", fact.position, at)
    if isinstance(fact, ActRatified):
        return not is_alive(facts, "deed", fact.deed, at)
    if isinstance(fact, ResultReported):
        return not is_alive(facts, "target", fact.target, at)
    if isinstance(fact, ActDone) and not _is_item(facts, fact.item):
        return fact.matter is None or created(facts, "matter", fact.matter) is None
    if isinstance(fact, AuthorityGranted) and fact.by_decision is not None:
        acted = any(isinstance(one.fact, ActDone) and one.fact.item == fact.by_decision for one in facts)
        return not acted and not _is_item(facts, fact.by_decision)
    if isinstance(fact, AuthorityDelegated):
        return last_stood(facts, fact.source) is None
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
    return without_target | {one.seq for one in facts if is_idle(facts, one.fact)}
