"""Who would exercise which authority, and what one authority by itself says to an act (semantics.md 4)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Literal, NamedTuple

from ledger.events import (
    AuthorityCapped,
    AuthorityDelegated,
    AuthorityGranted,
    BaseFigurePublished,
    Fact,
    JointlyHeld,
    RatePublished,
    RestrictionImposed,
)
from ledger.moments import FOREVER
from ledger.money import Limit, Money, NoAuthority, Percent, Smaller, Unlimited, UpTo
from tests.oracle.facts import (
    Stated,
    as_text,
    created,
    found_once,
    in_force,
    is_alive,
    life_of,
    parent_value,
    rule_of,
    standing,
    value_of,
)
from tests.oracle.house import incumbents, leaves_office, positions_held, read_as, superiors_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from ledger.ids import Holder
    from tests.oracle.facts import Facts, Life

Party = tuple[str, str]
"""Who acts: ("person", id) or ("committee", id)."""
Way = tuple[str, str, str | None]
"""How: the capacity, the authority that is the last link, and the position through which."""


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
    item: str | None = None
    claimed: str | None = None
    seq: int | None = None
    """The place of an act that is judged among those of one instant; None for a question, which comes last."""
    t: int | None = None
    """The entry by which rates were known when an act was judged first; None for a question: `k`."""
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


# Matters, scopes, limits


def matters_of(facts: Facts, matter: str, v: datetime) -> list[str]:
    """A matter that is in force at `v` and the matters above it; nothing for one that is not in force."""
    row: list[str] = []
    current: str | None = matter
    while current is not None and current not in row and is_alive(facts, "matter", current, v):
        row.append(current)
        current = as_text(value_of(facts, "matter", current, "parent", v))
    return row


def within_values(facts: Facts, dimension: str, value: str, allowed: Sequence[str], v: datetime) -> bool:
    """Whether a value of a scope dimension is one of the allowed ones or lies below one."""
    visited: set[str] = set()
    current: str | None = value
    while current is not None and current not in visited:
        if current in allowed:
            return True
        visited.add(current)
        current = parent_value(facts, dimension, current, v)
    return False


Fit = Literal["yes", "no", "unknown"]


def in_scope(facts: Facts, scope: object, question: OracleQuestion) -> Fit:
    """Whether the attributes match a scope: a stated one that does not outweighs one that is not stated."""
    assert isinstance(scope, tuple)
    fit: Fit = "yes"
    for term in scope:
        stated = question.attributes.get(term.dimension)
        if stated is None:
            fit = "unknown"
        elif not within_values(facts, term.dimension, stated, term.values, question.v):
            return "no"
    return fit


class Figures:
    """What money is worth and how much base figures are at `v`.

    Rates are those of the first facts that have one for the currencies; base figures are those of the last.
    """

    def __init__(self, v: datetime, home: str, *facts: Facts) -> None:
        self.v, self.home, self.facts = v, home, facts

    def worth(self, amount: Money, currency: str) -> Fraction | None:
        """How much of another currency an amount is, unrounded; None where no rate is published."""
        if amount.currency == currency:
            return Fraction(amount.amount)
        for facts in self.facts:
            rate = self._rate(facts, amount.currency, currency)
            if rate is not None:
                return Fraction(amount.amount) * rate
        return None

    def base(self, name: str) -> Money | None:
        """A base figure as published; None where it is not."""
        said = [one for one in self.facts[-1] if isinstance(one.fact, BaseFigurePublished) and one.fact.base == name]
        published = in_force(said, self.v)
        return published.fact.amount if published and isinstance(published.fact, BaseFigurePublished) else None

    def _rate(self, facts: Facts, one: str, other: str) -> Fraction | None:
        """The rate of a pair; for a pair without rates, the way through the base currency."""
        own = self._pair(facts, one, other)
        if own is not None or self.home in {one, other}:
            return own
        there, back = self._pair(facts, one, self.home), self._pair(facts, self.home, other)
        return None if there is None or back is None else there * back

    def _pair(self, facts: Facts, one: str, other: str) -> Fraction | None:
        """What one unit is worth by the rate that counts, published in whichever direction."""
        series = rule_of(facts, "rates", self.v)
        # A rate is a property of its pair in its direction; of the two directions the later stated counts.
        both = [
            in_force([said for said in facts if _is_rate(said.fact, series, *pair)], self.v)
            for pair in ((one, other), (other, one))
        ]
        stated = [said for said in both if said is not None]
        latest = max(stated, key=lambda said: (said.fact.effective.at, said.seq), default=None)
        if latest is None or not isinstance(latest.fact, RatePublished):
            return None
        rate = Fraction(latest.fact.worth.amount)
        return rate if latest.fact.currency == one else 1 / rate


def _is_rate(fact: Fact, series: str, currency: str, other: str) -> bool:
    return isinstance(fact, RatePublished) and (fact.series, fact.currency, fact.worth.currency) == (
        series,
        currency,
        other,
    )


Measure = Callable[[str], Fraction | None]
"""How much is to be compared with a limit, in a currency; None where a rate is missing."""


def measure(amount: Money | None, figures: Figures) -> Measure | None:
    """The amount of one act, to be compared."""
    return None if amount is None else lambda currency: figures.worth(amount, currency)


class Fitting(NamedTuple):
    """Whether something fits; where that cannot be told, what is missing."""

    fits: Fit
    missing: frozenset[str] = frozenset()


YES, NO = Fitting("yes"), Fitting("no")


def limit_fits(limit: Limit, amount: Measure | None, figures: Figures) -> Fitting:
    """Whether what is measured fits a limit; None is an act without an amount, which fits all but NoAuthority."""
    if isinstance(limit, NoAuthority):
        return NO
    if isinstance(limit, Unlimited):
        return YES
    if isinstance(limit, UpTo | Percent):
        return YES if amount is None else _fits_one(limit, amount, figures)
    parts = [limit_fits(part, amount, figures) for part in limit.of]
    decisive = NO if isinstance(limit, Smaller) else YES
    if decisive in parts:
        return decisive
    missing = frozenset(code for part in parts for code in part.missing)
    return Fitting("unknown", missing) if missing else parts[0]


def _fits_one(limit: UpTo | Percent, amount: Measure, figures: Figures) -> Fitting:
    if isinstance(limit, Percent):
        base = figures.base(limit.base)
        if base is None:
            return Fitting("unknown", frozenset({"BASE_MISSING"}))
        most, currency = Fraction(base.amount) * Fraction(limit.percent) / 100, base.currency
    else:
        most, currency = Fraction(limit.amount), limit.currency
    measured = amount(currency)
    if measured is None:
        return Fitting("unknown", frozenset({"RATE_MISSING"}))
    return YES if measured < most or (measured == most and not limit.below) else NO


def limit_of(facts: Facts, authority: str, v: datetime) -> Limit | None:
    value = value_of(facts, "authority", authority, "limit", v)
    assert value is None or isinstance(value, Limit)
    return value


def caps_of(facts: Facts, authority: str, v: datetime) -> list[AuthorityCapped]:
    """The caps in force on a grant or delegation: of each window and pool the one that counts."""
    life = life_of(facts, "authority", authority)
    said: dict[tuple[str, str], list[Stated]] = {}
    for one in facts:
        if not isinstance(one.fact, AuthorityCapped) or one.fact.authority != authority:
            continue
        if life is not None and life.holds(v) and one.fact.effective.at >= life.start:
            said.setdefault((one.fact.window, one.fact.pool), []).append(one)
    caps = [cap.fact for stated in said.values() if (cap := in_force(stated, v)) is not None]
    return [cap for cap in caps if isinstance(cap, AuthorityCapped) and not isinstance(cap.limit, Unlimited)]


def joint_of(facts: Facts, grant: str, v: datetime) -> JointlyHeld | None:
    """Who has to sign together under a grant; None where one is enough.

    Reading: a grant that has ended still has its signatories, so that they are told why they may not.
    """
    life, creation = life_of(facts, "authority", grant), created(facts, "authority", grant)
    if life is None or creation is None or not isinstance(creation.fact, AuthorityGranted):
        return None
    said = [one for one in facts if isinstance(one.fact, JointlyHeld) and one.fact.authority == grant]
    stated = in_force([one for one in said if one.fact.effective.at >= life.start], v)
    if stated is None or not isinstance(stated.fact, JointlyHeld):
        return None
    return stated.fact if stated.fact.persons > 1 or stated.fact.classes else None


# Chains and routes


@found_once
def last_stood(facts: Facts, authority: str) -> AuthorityGranted | AuthorityDelegated | None:
    """What a grant or delegation said when it last stood, looking back entry by entry; None where it never stood."""
    for entry in reversed(facts.known):
        creation = created(standing(facts.known, entry.seq), "authority", authority)
        if creation is not None and isinstance(creation.fact, AuthorityGranted | AuthorityDelegated):
            return creation.fact
    return None


@found_once
def chain_of(facts: Facts, authority: str) -> list[Link] | None:
    """The links from the grant down to this authority.

    Reading: None where the sources never reach a grant (one of them is unknown, or they run in a circle); nothing then
    says over what the authority would be, and it gives no route.
    """
    links: list[Link] = []
    current = authority
    while current not in [link.authority for link in links]:
        creation = created(facts, "authority", current)
        fact = last_stood(facts, current) if creation is None else creation.fact
        if not isinstance(fact, AuthorityGranted | AuthorityDelegated):
            return None
        links.insert(0, Link(current, fact, creation is not None))
        if isinstance(fact, AuthorityGranted):
            return links
        current = fact.source
    return None


def link_fails(facts: Facts, link: Link, v: datetime) -> str | None:
    """Why a link that stands is not in force at `v`, or None.

    Reading: a committee that holds a link is treated as a position is: before its life the link is NOT_YET_EFFECTIVE,
    after it EXPIRED. What ended a link first says why it is not in force: REVOKED where that was a revocation, EXPIRED
    where it was its stated end, the departure of the person it names, or the end of what holds it.
    """
    life = life_of(facts, "authority", link.authority)
    assert life is not None
    holder = link.fact.holder
    office: Life | None = None
    derived_end = FOREVER
    if holder.position is not None:
        resolved = read_as(facts, holder.position, v)
        office = None if resolved is None else life_of(facts, "position", resolved)
    elif holder.committee is not None:
        office = life_of(facts, "committee", holder.committee)
    elif holder.person is not None and not link.fact.outlasts_office:
        derived_end = leaves_office(facts, holder.person, life.start)
    if v < life.start or (office is not None and v < office.start):
        return "NOT_YET_EFFECTIVE"
    over = min(derived_end, FOREVER if office is None else office.until)
    if v >= min(over, life.until):
        return "REVOKED" if life.ended_by is not None and life.until < over else "EXPIRED"
    if value_of(facts, "authority", link.authority, "suspended", v):
        return "SUSPENDED"
    return None


def holder_stands(facts: Facts, holder: Holder, v: datetime) -> bool:
    """Whether the holder, read through successors, is something that stands."""
    current = holder.id if holder.position is None else read_as(facts, holder.position, v)
    return current is not None and created(facts, holder.kind, current) is not None


def exercises(facts: Facts, link: Link, v: datetime) -> Iterator[Exercise]:
    """Everybody who would exercise a grant or delegation at `v`, whether or not it is in force."""
    delegated = isinstance(link.fact, AuthorityDelegated)
    holder = link.fact.holder
    if not holder_stands(facts, holder, v):
        return
    if holder.committee is not None:
        # Reading: a committee is a body even as the recipient of a delegation.
        yield Exercise(("committee", holder.committee), "body", None)
        return
    if holder.person is not None:
        yield Exercise(("person", holder.person), "delegate" if delegated else "named", None)
        return
    assert holder.position is not None
    position = read_as(facts, holder.position, v)
    if position is None or not is_alive(facts, "position", position, v):
        return
    appointees = incumbents(facts, position, v)
    for person, kind in appointees:
        yield Exercise(("person", person), "delegate" if delegated else kind, position)
    superiors = superiors_of(facts, position, v)
    climbed_to: str | None = None
    if not appointees and rule_of(facts, "vacancy", v) == "roll_up":
        climbed_to = next((superior for superior in superiors if incumbents(facts, superior, v)), None)
        if climbed_to is not None:
            for person, _ in incumbents(facts, climbed_to, v):
                yield Exercise(("person", person), "rolled_up", climbed_to)
    if not delegated and rule_of(facts, "superiors", v) == "inherit":
        for superior in superiors:
            if superior != climbed_to:
                for person, _ in incumbents(facts, superior, v):
                    yield Exercise(("person", person), "inherited", superior)


def binds(facts: Facts, holder: Holder | None, chain: list[Link], how: Exercise, v: datetime) -> bool:
    """Whether a restriction on that holder binds a route."""
    if holder is None:
        return True
    if holder.person is not None:
        return how.party == ("person", holder.person)
    if holder.committee is not None:
        return any(link.fact.holder.committee == holder.committee for link in chain)
    assert holder.position is not None
    bound = read_as(facts, holder.position, v)
    held = [link.fact.holder.position for link in chain if link.fact.holder.position is not None]
    return bound is not None and bound in [how.through, *(read_as(facts, position, v) for position in held)]


def restricted_by(
    facts: Facts, chain: list[Link], how: Exercise, matters: list[str], question: OracleQuestion, figures: Figures
) -> set[str]:
    """What the restrictions say to a route: PROHIBITED, or what is missing to tell; empty where none stands against."""
    root = chain[0].fact
    assert isinstance(root, AuthorityGranted)
    lifted = root.lifts if len(chain) == 1 and root.kind == "special" else ()
    said: set[str] = set()
    for one in facts:
        fact = one.fact
        if not isinstance(fact, RestrictionImposed) or created(facts, "restriction", fact.restriction) != one:
            continue
        if fact.restriction in lifted or not is_alive(facts, "restriction", fact.restriction, question.v):
            continue
        if fact.act != question.act or fact.matter not in matters:
            continue
        if not binds(facts, fact.holder, chain, how, question.v):
            continue
        inside = in_scope(facts, fact.scope, question)
        below = NO if fact.above is None else limit_fits(fact.above, measure(question.amount, figures), figures)
        if inside == "no" or below == YES:
            continue
        if below.missing:
            said |= below.missing
        elif inside == "unknown":
            said.add("ATTRIBUTE_MISSING")
        else:
            said.add("PROHIBITED")
    return said


def self_interest(facts: Facts, person: str, question: OracleQuestion) -> str | None:
    """Why a person may not decide in this matter of his own, or None."""
    v = question.v
    if rule_of(facts, "self_interest", v) == "allow":
        return None
    beneficiary = question.beneficiary or question.requester
    if person == question.requester:
        return "REQUESTER"
    if beneficiary is None:
        return None
    if person == beneficiary:
        return "BENEFICIARY"
    theirs = positions_held(facts, beneficiary, v)
    for position in positions_held(facts, person, v):
        if any(superior in theirs for superior in superiors_of(facts, position, v)):
            return "SUBORDINATE_OF_BENEFICIARY"
    return None


def holds(facts: Facts, holder: Holder, giver: Holder, v: datetime) -> bool:
    """Whether the giver of a delegation is the holder of its source, both read through successors."""
    if holder.position is None or giver.position is None:
        return holder == giver
    return giver == holder or read_as(facts, giver.position, v) == read_as(facts, holder.position, v)
