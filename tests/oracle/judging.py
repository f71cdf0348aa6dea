"""Which routes pass, what was done within authority, and what counts against caps (semantics.md 5 and 6).

The questions of the law lead to one another: whether an act passes asks for the use of its pools, which asks by which
routes earlier acts were done, each judged as known when it was done. So all of it stands in one room. A `Telling` is
one journal that is being asked; it keeps what it has found out, since what was known at an entry never changes.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal, NamedTuple
from zoneinfo import ZoneInfo

from ledger.events import (
    ActDone,
    ActRatified,
    AuthorityCapped,
    AuthorityDelegated,
    AuthorityGranted,
    CommitteeConstituted,
    ContractAmended,
    ContractRegistered,
    FactCorrected,
    ItemOpened,
    LedgerOpened,
    Procedure,
    SignerClass,
    Vote,
)
from ledger.ids import ACTS
from ledger.money import Greater, Money, NoAuthority, Smaller
from tests.oracle.authority import (
    NO,
    YES,
    Exercise,
    Figures,
    Fitting,
    Link,
    OracleQuestion,
    Party,
    caps_of,
    chain_of,
    exercises,
    holder_stands,
    holds,
    in_scope,
    joint_of,
    limit_fits,
    limit_of,
    link_fails,
    matters_of,
    measure,
    restricted_by,
    self_interest,
)
from tests.oracle.facts import Facts, created, in_force, is_alive, life_of, rule_of, standing, value_of
from tests.oracle.house import incumbents, read_as

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from ledger.events import Entry
    from ledger.ids import Holder
    from ledger.money import Limit

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
    "CUMULATIVE_EXCEEDED",
    "EXHAUSTED",
    "SPLIT_EXCEEDED",
    "REQUESTER",
    "BENEFICIARY",
    "SUBORDINATE_OF_BENEFICIARY",
    "SEPARATION",
    "APPROVAL_MISSING",
    "APPROVAL_LATER",
    "APPROVAL_TOO_SMALL",
    "QUORUM_NOT_MET",
    "NOT_CARRIED",
    "NOT_ENOUGH_SIGNATORIES",
    "RATE_MISSING",
    "BASE_MISSING",
    "ATTRIBUTE_MISSING",
)
"""In the order in which they are checked; what is missing counts latest."""
MISSING = frozenset({"RATE_MISSING", "BASE_MISSING", "ATTRIBUTE_MISSING"})
Outcome = Literal["yes", "no", "unknown"]
LAST = 1 << 62
"""The place of a question among the acts of its instant."""


class Deed(NamedTuple):
    """An act as known at some entry, with what it takes from its item."""

    deed: str
    seq: int
    source: int
    by: Party
    act: str
    item: str
    matter: str | None
    amount: Money | None
    attributes: tuple[tuple[str, str], ...]
    requester: str | None
    beneficiary: str | None
    opened: datetime
    at: datetime
    t: int
    claimed: str | None
    rejected: bool
    ratify_by: datetime | None
    votes: tuple[Vote, ...]
    loaded: bool

    @property
    def order(self) -> tuple[datetime, int]:
        """Its place among all acts."""
        return self.at, self.seq


class Particulars(NamedTuple):
    """What an item says for the acts that do not say it themselves."""

    matter: str | None = None
    amount: Money | None = None
    attributes: tuple[tuple[str, str], ...] = ()
    requester: str | None = None
    beneficiary: str | None = None
    opened: datetime | None = None


class Route(NamedTuple):
    """A way to exercise an authority, and why it does not pass; None where it does."""

    chain: tuple[Link, ...]
    how: Exercise
    reason: str | None

    @property
    def root(self) -> AuthorityGranted:
        """The grant."""
        assert isinstance(self.chain[0].fact, AuthorityGranted)
        return self.chain[0].fact


class View(NamedTuple):
    """One side of a verdict: the outcome, the reason if it is not a yes, and the routes."""

    outcome: Outcome
    reason: str | None
    routes: tuple[Route, ...]


class Telling:
    """A journal that is being asked."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.entries = sorted(entries, key=lambda entry: entry.seq)
        opened = self.entries[0].event
        assert isinstance(opened, LedgerOpened)
        self.home, self.zone = opened.currency, ZoneInfo(opened.zone)
        self.found: dict[Any, Any] = {}
        self.asking: list[tuple[str, int, int]] = []
        """The decisions that are being judged, with the answers given and the entry known: what rests on itself rests
        on nothing."""

    def facts(self, k: int) -> Facts:
        """The facts that stand as known at an entry."""
        if k not in self.found:
            self.found[k] = standing(self.entries, k)
        facts: Facts = self.found[k]
        return facts

    def day(self, at: datetime) -> date:
        """The calendar day of an instant."""
        return at.astimezone(self.zone).date()


# What was done


def total(value: Money | None, options: Iterable[Money]) -> Money | None:
    """The value of a contract with all its options; None where nothing is stated.

    Reading: where only options are priced, it amounts to these.
    """
    parts = [*([] if value is None else [value]), *options]
    return Money(sum((one.amount for one in parts[1:]), parts[0].amount), parts[0].currency) if parts else None


def contract_amount(facts: Facts, contract: ContractRegistered, v: datetime) -> Money | None:
    """What a contract amounts to at `v`, by the terms that were last stated for then.

    Reading: before its registration and after its end it amounts to what it first, and last, amounted to.
    """
    life = life_of(facts, "contract", contract.contract)
    assert life is not None
    amendments = [
        one
        for one in facts
        if isinstance(one.fact, ContractAmended)
        and one.fact.contract == contract.contract
        and life.holds(one.fact.effective.at)
    ]
    amended = in_force(amendments, v)
    terms = amended.fact if amended is not None else contract
    assert isinstance(terms, ContractAmended | ContractRegistered)
    return total(terms.value, [option.price for option in terms.options])


def particulars(facts: Facts, item: str, v: datetime) -> Particulars:
    """What an item says of itself to an act at `v`: as it was opened, or as the contract of that id."""
    opening = created(facts, "item", item)
    if opening is not None and isinstance(opening.fact, ItemOpened):
        fact = opening.fact
        attributes = _its_own(fact.attributes)
        return Particulars(fact.matter, fact.amount, attributes, fact.requester, fact.beneficiary, fact.effective.at)
    registered = created(facts, "contract", item)
    if registered is not None and isinstance(registered.fact, ContractRegistered):
        contract = registered.fact
        attributes = _its_own({"contract": item, **contract.attributes})
        amount = contract_amount(facts, contract, v)
        return Particulars(
            contract.matter, amount, attributes, contract.requester, contract.beneficiary, contract.effective.at
        )
    stated = [one for one in facts if isinstance(one.fact, ActDone) and one.fact.item == item]
    standing_acts = [one.fact for one in stated if isinstance(one.fact, ActDone)]
    return Particulars(opened=min((act.effective.at for act in standing_acts), default=None))


def _its_own(attributes: dict[str, str]) -> tuple[tuple[str, str], ...]:
    """Reading: who acts, and how, an act says; what an item says of that counts for nothing."""
    about_the_act = ("subject.", "action.")
    return tuple(sorted((name, value) for name, value in attributes.items() if not name.startswith(about_the_act)))


def known_first(telling: Telling, seq: int, at: datetime, known: int, *, live: bool) -> tuple[int, bool]:
    """The entry by which an act is judged `then`, and whether that is as loaded."""
    batch = telling.entries[seq - 1].batch
    if batch is not None and not live:
        return max(entry.seq for entry in telling.entries if entry.batch == batch and entry.seq <= known), True
    recorded = max((entry.seq for entry in telling.entries if entry.recorded_at <= at), default=0)
    return min(seq - 1, recorded), False


def deeds(telling: Telling, known: int) -> list[Deed]:
    """Every act that stands as known at an entry, in the order in which they were done."""
    key = "deeds", known
    if key not in telling.found:
        facts = telling.facts(known)
        told = [
            _deed(telling, one.seq, one.by, one.fact, known)
            for one in facts
            if isinstance(one.fact, ActDone) and created(facts, "deed", one.fact.deed) == one
        ]
        telling.found[key] = sorted(told, key=lambda deed: deed.order)
    result: list[Deed] = telling.found[key]
    return result


def _deed(telling: Telling, seq: int, source: int, fact: ActDone, known: int) -> Deed:
    at = fact.effective.at
    item = particulars(telling.facts(known), fact.item, at)
    t, loaded = known_first(telling, seq, at, known, live=fact.live)
    return Deed(
        deed=fact.deed,
        seq=seq,
        source=source,
        by=("committee" if fact.by.committee else "person", fact.by.id),
        act=fact.act,
        item=fact.item,
        matter=fact.matter or item.matter,
        amount=fact.amount if fact.amount is not None else item.amount,
        attributes=tuple(sorted({**dict(item.attributes), **fact.attributes}.items())),
        requester=fact.requester or item.requester,
        beneficiary=fact.beneficiary or item.beneficiary,
        opened=item.opened or at,
        at=at,
        t=t,
        claimed=fact.claimed,
        rejected=fact.rejected,
        ratify_by=None if fact.ratify_by is None else fact.ratify_by.at,
        votes=fact.votes,
        loaded=loaded,
    )


def seen(telling: Telling, deed: Deed, known: int) -> Deed:
    """What was done, with what its item said as known at another entry.

    Reading: for `then` the item says what it says at the entry that states the act (or corrects it), even if the act
    was done before the item was recorded; what was acted upon is no question of authority.
    """
    event = telling.entries[deed.source - 1].event
    fact = event.replacement if isinstance(event, FactCorrected) else event
    assert isinstance(fact, ActDone)
    of_item = max(known, deed.source)
    return _deed(telling, deed.seq, deed.source, fact, of_item)._replace(t=deed.t, loaded=deed.loaded)


def find_deed(telling: Telling, deed: str, known: int) -> Deed | None:
    """An act as known at an entry; None where none stands."""
    return next((one for one in deeds(telling, known) if one.deed == deed), None)


def asked_of(deed: Deed, known: int) -> OracleQuestion:
    """Who could do what was done, when it was done, by what was known at an entry."""
    return OracleQuestion(
        act=deed.act,
        matter=deed.matter or "",
        amount=deed.amount,
        attributes=dict(deed.attributes),
        requester=deed.requester,
        beneficiary=deed.beneficiary,
        opened=deed.opened,
        item=deed.item,
        claimed=deed.claimed,
        seq=deed.seq,
        t=deed.t,
        v=deed.at,
        k=known,
    )


def completed(telling: Telling, question: OracleQuestion) -> OracleQuestion:
    """A question about an item, with what the item says where the question does not."""
    if question.item is None:
        return question
    item = particulars(telling.facts(question.k), question.item, question.v)
    return OracleQuestion(
        act=question.act,
        matter=question.matter,
        amount=question.amount if question.amount is not None else item.amount,
        attributes={**dict(item.attributes), **question.attributes},
        requester=question.requester or item.requester,
        beneficiary=question.beneficiary or item.beneficiary,
        opened=question.opened or item.opened,
        item=question.item,
        claimed=question.claimed,
        v=question.v,
        k=question.k,
    )


# Routes


def order_of(question: OracleQuestion) -> tuple[datetime, int]:
    """The place of what is judged among all acts."""
    return question.v, LAST if question.seq is None else question.seq


def figures_of(telling: Telling, question: OracleQuestion) -> Figures:
    """Rates as known when it was done, else as known now; base figures as known now."""
    first = [] if question.t is None or question.t == question.k else [telling.facts(question.t)]
    return Figures(question.v, telling.home, *first, telling.facts(question.k))


def routes(telling: Telling, question: OracleQuestion, party: Party | None = None) -> list[Route]:
    """Every route over the act and matter that the claim admits, of one party or of all, judged one by one."""
    facts, v = telling.facts(question.k), question.v
    matters = matters_of(facts, question.matter, v)
    if question.act not in ACTS and not is_alive(facts, "act", question.act, v):
        return []
    found: list[Route] = []
    for one in facts:
        fact = one.fact
        if not isinstance(fact, AuthorityGranted | AuthorityDelegated):
            continue
        if created(facts, "authority", fact.authority) != one:
            continue
        chain = chain_of(facts, fact.authority)
        if chain is None:
            continue
        root = chain[0].fact
        if not isinstance(root, AuthorityGranted) or root.act != question.act:
            continue
        if any(link.fact.matter is not None and link.fact.matter not in matters for link in chain):
            continue
        found += [
            Route(tuple(chain), how, reason_of(telling, chain, how, matters, question))
            for how in dict.fromkeys([*exercises(facts, chain[-1], v), *_members(facts, chain, v)])
            if party in {None, how.party} and _admitted(facts, chain, how, question)
        ]
    return found


def _members(facts: Facts, chain: list[Link], v: datetime) -> list[Exercise]:
    """Who exercises a jointly held grant as a member of a class.

    Reading: nobody exercises a grant whose holder is unknown, annulled or a position that is not alive, its class
    members neither.
    """
    holder = chain[0].fact.holder
    office = None if holder.position is None else read_as(facts, holder.position, v)
    lives = holder.position is None or (office is not None and is_alive(facts, "position", office, v))
    stands = len(chain) == 1 and lives and holder_stands(facts, holder, v)
    joint = joint_of(facts, chain[0].authority, v) if stands else None
    found: list[Exercise] = []
    for holder in [] if joint is None else [one for condition in joint.classes for one in condition.holders]:
        if not holder_stands(facts, holder, v):
            continue
        if holder.position is not None:
            position = read_as(facts, holder.position, v)
            assert position is not None
            found += [Exercise(("person", person), kind, position) for person, kind in incumbents(facts, position, v)]
        elif holder.person is not None:
            found.append(Exercise(("person", holder.person), "named", None))
        else:
            found.append(Exercise(("committee", holder.id), "body", None))
    return found


def _admitted(facts: Facts, chain: list[Link], how: Exercise, question: OracleQuestion) -> bool:
    """Whether a route is one of those that the claimed position admits."""
    if question.claimed is None:
        return True
    claimed, last = read_as(facts, question.claimed, question.v), chain[-1].fact.holder.position
    if claimed is None or how.through is None:
        return False
    return claimed in {how.through, None if last is None else read_as(facts, last, question.v)}


def chain_broken(
    telling: Telling, chain: list[Link], v: datetime, k: int, question: OracleQuestion | None = None
) -> bool:
    """Whether an earlier link is not in force, a giver did not hold what they gave, or the grant rests on nothing."""
    facts = telling.facts(k)
    for link in chain[:-1]:
        # Reading: an earlier link whose holder is unknown or annulled has no effect, and what rests on it is broken.
        if not link.stands or link_fails(facts, link, v) is not None or not holder_stands(facts, link.fact.holder, v):
            return True
    for above, below in pairwise(chain):
        if isinstance(below.fact, AuthorityDelegated) and not holds(facts, above.fact.holder, below.fact.giver, v):
            return True
    root = chain[0].fact
    assert isinstance(root, AuthorityGranted)
    if root.by_decision is None:
        return False
    # Reading: an answer to the decision itself is judged by those before it.
    is_answer = question is not None and question.item == root.by_decision
    before = order_of(question) if question is not None and is_answer else (v, LAST)
    return not decision_stands(telling, root.by_decision, before, k)


def reason_of(
    telling: Telling, chain: list[Link], how: Exercise, matters: list[str], question: OracleQuestion
) -> str | None:
    """Why a route does not pass, or None where it does: the checks in the order of the law."""
    facts, v = telling.facts(question.k), question.v
    fails = link_fails(facts, chain[-1], v)
    if fails is not None:
        return fails
    root = chain[0].fact
    assert isinstance(root, AuthorityGranted)
    if chain_broken(telling, chain, v, question.k, question):
        return "CHAIN_BROKEN"
    if len(chain) > 1 and any(value_of(facts, "matter", matter, "reserved", v) for matter in matters):
        return "RESERVED"
    for link in chain:
        covers_pending = isinstance(link.fact, AuthorityGranted) or link.fact.covers_pending
        if not covers_pending and question.opened is not None and question.opened < link.fact.effective.at:
            return "OPENED_BEFORE"
    scopes = [in_scope(facts, value_of(facts, "authority", link.authority, "scope", v), question) for link in chain]
    if "no" in scopes:
        return "OUT_OF_SCOPE"
    figures = figures_of(telling, question)
    missing = {"ATTRIBUTE_MISSING"} if "unknown" in scopes else set[str]()
    restricted = restricted_by(facts, chain, how, matters, question, figures)
    if "PROHIBITED" in restricted:
        return "PROHIBITED"
    missing |= restricted
    limits = [limit for link in chain if (limit := limit_of(facts, link.authority, v)) is not None]
    if any(isinstance(limit, NoAuthority) for limit in limits):
        return "NO_AUTHORITY"
    for code, fitting in (
        *(("PER_ACT_EXCEEDED", limit_fits(limit, measure(question.amount, figures), figures)) for limit in limits),
        *(("CUMULATIVE_EXCEEDED", one) for one in caps_fit(telling, chain, how, question)),
        ("EXHAUSTED", uses_left(telling, root, question)),
        ("SPLIT_EXCEEDED", splitting_fits(telling, chain, question, "aggregate")),
    ):
        if fitting.fits == "no":
            return code
        missing |= fitting.missing
    if how.party[0] == "person":
        barred = self_interest(facts, how.party[1], question) or separated(telling, how.party, question)
        if barred is not None:
            return barred
    unapproved = approval_of(telling, question)
    if unapproved is not None and unapproved not in MISSING:
        return unapproved
    missing |= {unapproved} if unapproved is not None else set()
    return min(missing, key=REASONS.index, default=None)


# What was done before: caps, uses, splitting, separation


def earlier(telling: Telling, question: OracleQuestion) -> list[Deed]:
    """The acts before the one that is judged, as known, in order; rejected ones count for nothing here.

    Reading: what the act itself was first said to be is no act beside it.
    """
    order = order_of(question)
    others = (deed for deed in deeds(telling, question.k) if deed.seq != question.seq)
    return [deed for deed in others if deed.order < order and not deed.rejected]


KIND_ORDER = ("standing", "temporary", "special")
CAPACITY_ORDER = {
    **dict.fromkeys(("substantive", "concurrent", "secondment", "named", "body"), 0),
    **dict.fromkeys(("acting", "interim"), 1),
    "delegate": 2,
    "rolled_up": 3,
    "inherited": 4,
}


def chosen(telling: Telling, found: Iterable[Route], known: int) -> Route | None:
    """The one route that an act uses: the first that passes, else the first with the headline reason."""

    def place(route: Route) -> tuple[int, int, int]:
        creation = created(telling.facts(known), "authority", route.chain[-1].authority)
        assert creation is not None
        return KIND_ORDER.index(route.root.kind), CAPACITY_ORDER[route.how.capacity], creation.seq

    in_order = sorted(found, key=place)
    passing = [route for route in in_order if route.reason is None]
    if passing:
        return passing[0]
    failed_latest = headline(route.reason for route in in_order)
    return next((route for route in in_order if route.reason == failed_latest), None)


def headline(reasons: Iterable[str | None]) -> str | None:
    """Of several reasons the one that comes latest in the order of the law."""
    return max((reason for reason in reasons if reason is not None), key=REASONS.index, default=None)


def pinned(telling: Telling, deed: Deed) -> Route | None:
    """The route that an act used, as judged when it was done; None where the person had none at all."""
    key = "pinned", deed, tuple(telling.asking)
    if key not in telling.found:
        telling.found[key] = chosen(telling, view(telling, deed, deed.t).routes, deed.t)
    route: Route | None = telling.found[key]
    return route


def own_figures(telling: Telling, deed: Deed, known: int) -> Figures:
    """The rates that a counted act was judged with."""
    return figures_of(telling, asked_of(deed, known))


def caps_fit(telling: Telling, chain: list[Link], how: Exercise, question: OracleQuestion) -> list[Fitting]:
    """Whether an act still fits each cap on each link of its route."""
    if question.amount is None:
        return [
            NO
            for link in chain
            for cap in caps_of(telling.facts(question.k), link.authority, question.v)
            if isinstance(cap.limit, NoAuthority)
        ]
    return [
        cap_fits(telling, cap, position, chain, how, question)
        for position, link in enumerate(chain)
        for cap in caps_of(telling.facts(question.k), link.authority, question.v)
    ]


def cap_fits(
    telling: Telling, cap: AuthorityCapped, place: int, chain: list[Link], how: Exercise, question: OracleQuestion
) -> Fitting:
    """Whether an act still fits one cap on the link in that place of its route."""
    key = question.attributes.get(cap.pool)
    figures = figures_of(telling, question)
    if cap.pool in {"supplier", "project", "contract"} and key is None:
        # Reading: without the attribute there is no pool, so no amount is compared; the cap itself may be missing, too.
        also = limit_fits(cap.limit, measure(question.amount, figures), figures).missing & {"BASE_MISSING"}
        return Fitting("unknown", also | {"ATTRIBUTE_MISSING"})
    counted = pool_of(telling, cap, place, chain, how, question)

    def between(currency: str) -> Span:
        used = used_in(telling, cap, counted, question, currency)
        return used.plus(added_by(telling, counted, question, currency))

    return span_fits(cap.limit, between, figures)


class Span(NamedTuple):
    """A sum of which only so much is known: what it is at least, and at most (None: that cannot be told)."""

    least: Fraction = Fraction(0)
    most: Fraction | None = Fraction(0)

    def plus(self, other: Span) -> Span:
        """The sum of two."""
        most = None if self.most is None or other.most is None else self.most + other.most
        return Span(self.least + other.least, most)


def span_fits(limit: Limit, between: Callable[[str], Span], figures: Figures) -> Fitting:
    """Whether a sum fits a limit: surely, if what it is at most does; surely not, if what it is at least does not.

    Of several limits each is asked by itself: what is sure of one needs no figures.
    """
    if isinstance(limit, Smaller | Greater):
        parts = [span_fits(part, between, figures) for part in limit.of]
        decisive = NO if isinstance(limit, Smaller) else YES
        missing = frozenset(code for part in parts for code in part.missing)
        if decisive in parts or not missing:
            return decisive if decisive in parts else parts[0]
        return Fitting("unknown", missing)
    if limit_fits(limit, lambda currency: between(currency).most, figures) == YES:
        return YES
    if limit_fits(limit, lambda currency: between(currency).least, figures) == NO:
        return NO
    return limit_fits(limit, lambda currency: told_of(between(currency)), figures)


def told_of(span: Span) -> Fraction | None:
    return span.most if span.most == span.least else None


def pool_of(
    telling: Telling, cap: AuthorityCapped, place: int, chain: list[Link], how: Exercise, question: OracleQuestion
) -> list[Deed]:
    """The earlier acts of a pool, in whatever window."""
    facts, v, link = telling.facts(question.k), question.v, chain[place]
    found: list[Deed] = []
    if cap.pool in {"supplier", "project", "contract"}:
        matter = next(one.fact.matter for one in reversed(chain[: place + 1]) if one.fact.matter is not None)
        value = question.attributes.get(cap.pool)
        for deed in earlier(telling, question):
            below = deed.matter is not None and matter in matters_of(facts, deed.matter, deed.at)
            if deed.act == question.act and below and dict(deed.attributes).get(cap.pool) == value:
                found.append(deed)
        return found
    for deed in earlier(telling, question):
        # Reading: what was done under a grant that a correction made one of another kind of act counts for nothing.
        route = pinned(telling, deed) if deed.act == question.act else None
        used = None if route is None else next((one for one in route.chain if one.authority == cap.authority), None)
        if used is None:
            continue
        if cap.pool == "person" and deed.by != how.party:
            continue
        if cap.pool == "position" and not _same_office(facts, used.fact.holder, link.fact.holder, v):
            continue
        found.append(deed)
    return found


def _same_office(facts: Facts, one: Holder, other: Holder, v: datetime) -> bool:
    """Whether two holders of a link are the same office, read through successors."""
    if one.position is None or other.position is None:
        return one == other
    return one == other or read_as(facts, one.position, v) == read_as(facts, other.position, v)


def used_in(
    telling: Telling, cap: AuthorityCapped, counted: list[Deed], question: OracleQuestion, currency: str
) -> Span:
    """What the acts of a pool come to in the window of the act that is judged."""
    whole = Span()
    for number, deed in enumerate(counted):
        if in_window(telling, cap, deed.at, question):
            whole = whole.plus(
                _increase(telling, counted[:number], deed.item, deed.amount, deed.at, deed.t, question.k, currency)
            )
    return whole


def added_by(telling: Telling, counted: list[Deed], question: OracleQuestion, currency: str) -> Span:
    """What the act that is judged adds to a pool."""
    t = question.k if question.t is None else question.t
    return _increase(telling, counted, question.item, question.amount, question.v, t, question.k, currency)


def _increase(
    telling: Telling,
    before: list[Deed],
    item: str | None,
    amount: Money | None,
    at: datetime,
    t: int,
    known: int,
    currency: str,
) -> Span:
    """An item's first act counts with its amount, a later one with what exceeds the item's greatest earlier amount."""
    if amount is None:
        return Span()
    own = Figures(at, telling.home, telling.facts(t), telling.facts(known)).worth(amount, currency)
    if own is None:
        return Span(Fraction(0), None)
    worths = [
        own_figures(telling, deed, known).worth(deed.amount, currency)
        for deed in before
        if deed.item == item and deed.amount is not None
    ]
    more = max(own - max((worth for worth in worths if worth is not None), default=Fraction(0)), Fraction(0))
    return Span(Fraction(0) if None in worths else more, more)


def in_window(telling: Telling, cap: AuthorityCapped, at: datetime, question: OracleQuestion) -> bool:
    """Whether an instant lies in the window of a cap that the act judged lies in."""
    facts, day, now = telling.facts(question.k), telling.day(at), telling.day(question.v)
    if cap.window == "grant":
        life = life_of(facts, "authority", cap.authority)
        return life is not None and at >= life.start
    if cap.window.endswith("days"):
        return now - timedelta(days=int(cap.window.split()[0])) < day <= now
    if cap.window == "month":
        return (day.year, day.month) == (now.year, now.month)
    if cap.window == "quarter":
        return (day.year, (day.month - 1) // 3) == (now.year, (now.month - 1) // 3)
    if cap.window == "year":
        return day.year == now.year
    month, first = (int(part) for part in rule_of(facts, "fiscal_year", question.v).split("-"))
    begun = [date(year, month, first) for year in (now.year - 1, now.year) if date(year, month, first) <= now]
    following = date(begun[-1].year + 1, month, first)
    return begun[-1] <= day < following


def uses_left(telling: Telling, root: AuthorityGranted, question: OracleQuestion) -> Fitting:
    """Whether a special grant may be used once more: an item uses it once, however often it is acted upon."""
    if root.kind != "special" or root.uses is None:
        return Fitting("yes")
    life = life_of(telling.facts(question.k), "authority", root.authority)
    used = {
        deed.item
        for deed in earlier(telling, question)
        if life is not None
        and deed.act == root.act
        and life.holds(deed.at)
        and (route := pinned(telling, deed)) is not None
        and route.root.authority == root.authority
    }
    return Fitting("yes" if question.item in used or len(used) < root.uses else "no")


SPLITTING = re.compile(r"(flag|aggregate) (\d+) days by (.+)")


def splitting_fits(telling: Telling, chain: list[Link], question: OracleQuestion, mode: str) -> Fitting:
    """Whether an act fits the limits of its route together with the acts that are related to it.

    Reading: an act that lacks a named attribute is related to none; where the act that is judged lacks it, what would
    be exceeded together with those that have it, and are equal in the others, cannot be told.

    Reading: another item counts once, with the greatest amount that was acted on, however many acts were done on it.
    """
    facts, v = telling.facts(question.k), question.v
    rule = SPLITTING.fullmatch(rule_of(facts, "splitting", v))
    if rule is None or rule[1] != mode or question.amount is None:
        return Fitting("yes")
    last = telling.day(v)
    own = _related(question.matter, question.requester, question.beneficiary, question.attributes)
    names = [name.strip() for name in rule[3].split(",")]
    lacking = [name for name in names if own.get(name) is None]
    related = []
    for deed in earlier(telling, question):
        theirs = _related(deed.matter, deed.requester, deed.beneficiary, dict(deed.attributes))
        near = last - timedelta(days=int(rule[2])) < telling.day(deed.at) <= last
        stated = all(theirs.get(name) is not None for name in names)
        same = stated and all(theirs[name] == own[name] for name in names if name not in lacking)
        if deed.act == question.act and deed.item != question.item and near and same:
            related.append(deed)
    figures = figures_of(telling, question)

    def together(currency: str, *, all_count: bool = False) -> Span:
        whole = Span()
        for item in {deed.item for deed in related}:
            worths = [
                own_figures(telling, deed, question.k).worth(deed.amount, currency)
                for deed in related
                if deed.item == item and deed.amount is not None
            ]
            greatest = max((worth for worth in worths if worth is not None), default=Fraction(0))
            most = None if None in worths else greatest
            whole = whole.plus(Span(Fraction(0) if lacking and not all_count else greatest, most))
        own_worth = measure(question.amount, figures)
        worth = own_worth(currency) if own_worth is not None else None
        return whole.plus(Span(Fraction(0), None) if worth is None else Span(worth, worth))

    if not related:
        return Fitting("yes")
    told = [
        span_fits(limit, together, figures)
        for link in chain
        if (limit := limit_of(facts, link.authority, v)) is not None
    ]
    if NO in told:
        return NO
    missing = frozenset(code for one in told for code in one.missing)
    if lacking and any(one.fits == "unknown" for one in told):
        limits = [limit for link in chain if (limit := limit_of(facts, link.authority, v)) is not None]
        with_all = [span_fits(limit, lambda code: together(code, all_count=True), figures) for limit in limits]
        missing = frozenset(code for one in with_all for code in one.missing) | {"ATTRIBUTE_MISSING"}
    return Fitting("yes", missing)


def _related(
    matter: str | None, requester: str | None, beneficiary: str | None, attributes: dict[str, str]
) -> dict[str, str | None]:
    """What acts can have in common."""
    return {**attributes, "matter": matter, "requester": requester, "beneficiary": beneficiary}


def separated(telling: Telling, party: Party, question: OracleQuestion) -> str | None:
    """Whether the same person did an act on the item before that does not go together with this one."""
    rule = rule_of(telling.facts(question.k), "separation", question.v)
    if rule == "none" or question.item is None:
        return None
    apart: set[str] = set()
    for pair in rule.split(","):
        one, _, other = pair.strip().partition("-")
        apart |= {other} if question.act == one else set()
        apart |= {one} if question.act == other else set()
    order = order_of(question)
    for deed in deeds(telling, question.k):
        others = deed.seq != question.seq and deed.order < order and deed.item == question.item
        if others and deed.by == party and deed.act in apart:
            return "SEPARATION"
    return None


# Approvals, decisions


def approval_of(telling: Telling, question: OracleQuestion) -> str | None:
    """What a signature lacks where it needs an approval of the same item."""
    facts = telling.facts(question.k)
    if question.act != "sign" or question.item is None:
        return None
    if rule_of(facts, "sign_needs_approval", question.v) != "yes":
        return None
    approvals = [deed for deed in approving(telling, question.item, question.k) if not deed.rejected]
    in_time = [deed for deed in approvals if deed.at <= question.v]
    for code, some in (("APPROVAL_MISSING", approvals), ("APPROVAL_LATER", in_time)):
        if not any(together(telling, deed, some, question.k, ratified_by=question.v) == "yes" for deed in some):
            return code
    if question.amount is None:
        return None
    figures, large, perhaps = figures_of(telling, question), [], []
    for deed in in_time:
        approved = None if deed.amount is None else figures.worth(deed.amount, question.amount.currency)
        if approved is not None and approved >= Fraction(question.amount.amount):
            large.append(deed)
        if deed.amount is not None and (approved is None or deed in large):
            perhaps.append(deed)
    if any(together(telling, deed, large, question.k, ratified_by=question.v) == "yes" for deed in large):
        return None
    if any(together(telling, deed, perhaps, question.k, ratified_by=question.v) == "yes" for deed in perhaps):
        return "RATE_MISSING"
    return "APPROVAL_TOO_SMALL"


def approving(telling: Telling, item: str, k: int) -> list[Deed]:
    """The approvals of an item, given and refused.

    Reading: what is approved under another matter, for other people or with other attributes than the item's own is no
    approval of it.
    """
    facts = telling.facts(k)
    found = []
    for deed in deeds(telling, k):
        if deed.item != item or deed.act != "approve":
            continue
        own = particulars(facts, item, deed.at)
        said = dict(deed.attributes)
        same = all(said.get(name) == value for name, value in own.attributes)
        same = same and own.requester in (None, deed.requester) and own.beneficiary in (None, deed.beneficiary)
        if same and own.matter in (None, deed.matter):
            found.append(deed)
    return found


def decision_stands(telling: Telling, item: str, before: tuple[datetime, int], k: int) -> bool:
    """Whether the item on which a grant rests is within authority as known before a place, or ratified by then.

    Reading: what rests on itself is a decision with the same answers; with fewer of them, earlier, it is another.
    """
    answers = [deed for deed in approving(telling, item, k) if deed.order < before]
    asked = item, len(answers), k
    if asked in telling.asking:
        return False
    telling.asking.append(asked)
    try:
        valid = [deed for deed in answers if not deed.rejected or view(telling, deed, k).outcome == "yes"]
        if not valid or valid[-1].rejected:
            return False
        counted = for_the_most(telling, [deed for deed in valid if not deed.rejected], k)
        return any(together(telling, deed, counted, k, ratified_by=before[0]) == "yes" for deed in counted)
    finally:
        telling.asking.pop()


# Within authority: one act, several together


def view(telling: Telling, deed: Deed, known: int) -> View:
    """Whether an act was within authority by what was known at an entry: about its item, too."""
    deed = seen(telling, deed, known)
    key = "view", deed, known, tuple(telling.asking)
    if key not in telling.found:
        asked = asked_of(deed, known)
        found = [_resolved(telling, deed, route, known) for route in routes(telling, asked, deed.by)]
        reasons = [route.reason for route in found]
        if None in reasons:
            telling.found[key] = View("yes", None, tuple(found))
        else:
            reason = headline(reasons) or "NO_GRANT"
            telling.found[key] = View("unknown" if reason in MISSING else "no", reason, tuple(found))
    result: View = telling.found[key]
    return result


def _resolved(telling: Telling, deed: Deed, route: Route, known: int) -> Route:
    """A route of a committee's act passes only with a quorum and the votes; who else acts needs neither."""
    if deed.by[0] != "committee" or (route.reason is not None and route.reason not in MISSING):
        return route
    return route._replace(reason=resolution(telling, deed, known) or route.reason)


class Ratified(NamedTuple):
    """A ratification that counts, by whom, and the grants by which they could have done the act when it was done."""

    at: datetime
    seq: int
    fact: ActRatified
    by: Party
    grants: frozenset[str]


def ratifications(telling: Telling, deed: Deed, known: int) -> list[Ratified]:
    """The ratifications of an act that count as known, the earliest first."""
    facts = telling.facts(known)
    found = []
    for one in facts:
        fact = one.fact
        if not isinstance(fact, ActRatified) or created(facts, "ratification", fact.ratification) != one:
            continue
        # Reading: what is allowed before it is done is not ratified.
        if fact.deed != deed.deed or fact.effective.at < deed.at:
            continue
        ratifier = ("committee" if fact.by.committee else "person", fact.by.id)
        done = deed._replace(claimed=fact.claimed, t=known)
        again = done._replace(at=fact.effective.at, seq=one.seq, by=ratifier, votes=fact.votes)
        # Reading: a committee ratifies with a quorum and votes; that it could have had them back then is not asked.
        if ratifier[0] == "committee" and resolution(telling, again, known) is not None:
            continue
        then, now = (
            frozenset(one.root.authority for one in routes(telling, asked_of(each, known), ratifier) if not one.reason)
            for each in (done, again)
        )
        if then and now:
            found.append(Ratified(fact.effective.at, one.seq, fact, ratifier, then))
    return sorted(found, key=lambda one: (one.at, one.seq))


def counted_on(telling: Telling, item: str, known: int, on: datetime) -> list[Deed]:
    """The acts that count for an item up to a date: of the last one's kind, for at least the greatest amount of it."""
    on_it = [deed for deed in deeds(telling, known) if deed.item == item and not deed.rejected and deed.at <= on]
    return for_the_most(telling, [deed for deed in on_it if deed.act == on_it[-1].act], known)


def counted_then(telling: Telling, last: Deed) -> list[Deed]:
    """The acts that counted by what was known when one act was judged first: of its kind, up to it, and it.

    Reading: that one counts because it counts now, even if a greater act was known then that is annulled now.
    """
    known = last.t
    others = [
        deed
        for deed in deeds(telling, known)
        if deed.item == last.item and deed.act == last.act and not deed.rejected and deed.seq != last.seq
    ]
    most = for_the_most(telling, [*others, seen(telling, last, known)], known)
    return [*(deed for deed in most if deed in others and deed.order < last.order), last]


def for_the_most(telling: Telling, some: list[Deed], known: int) -> list[Deed]:
    """The acts that are for at least the amount of each other. One without an amount is for less than any.

    Reading: in one currency if all are in one, else in that of the ledger, each at the rates it was judged with. What
    no rate converts is no less than any other.
    """
    amounts = [deed.amount for deed in some if deed.amount is not None]
    if not amounts:
        return some
    one_currency = len({amount.currency for amount in amounts}) == 1
    currency = amounts[0].currency if one_currency else telling.home
    worths = [
        None if deed.amount is None else own_figures(telling, deed, known).worth(deed.amount, currency) for deed in some
    ]
    most = max((worth for worth in worths if worth is not None), default=None)
    return [
        deed
        for deed, worth in zip(some, worths, strict=True)
        if deed.amount is not None and (worth is None or worth == most)
    ]


class Signature(NamedTuple):
    """An act as the signature of somebody, and under which grants it counts, or may count."""

    who: Party
    at: datetime
    under: frozenset[tuple[Outcome, str]]


def together(
    telling: Telling, last: Deed, acts: list[Deed], known: int, ratified_by: datetime | None = None
) -> Outcome:
    """Whether the acts up to `last` do what the grant asks that they were done by.

    Reading: once it is done, it is done: how many, and of which classes, is asked as of the act that completes it.
    """
    up_to = [deed for deed in acts if deed.order <= last.order]
    signed = [one for deed in up_to for one in signatures(telling, deed, known, ratified_by)]
    answers: tuple[tuple[Outcome, set[Outcome]], ...] = (("yes", {"yes"}), ("unknown", {"yes", "unknown"}))
    for answer, outcomes in answers:
        for number, signature in enumerate(signed, start=1):
            for grant in {grant for outcome, grant in signature.under if outcome in outcomes}:
                signers = [
                    one for one in signed[:number] if any(said in outcomes and by == grant for said, by in one.under)
                ]
                if enough(telling, signers, grant, signature.at, known):
                    return answer
    return "no"


def signatures(telling: Telling, deed: Deed, known: int, ratified_by: datetime | None) -> list[Signature]:
    """An act as signed by whoever did it and, each time it was ratified by then, by whoever ratified it.

    Reading: a ratified act counts as if whoever ratified it had done it.
    """
    under: set[tuple[Outcome, str]] = set()
    for route in view(telling, deed, known).routes:
        if route.reason is None or route.reason in MISSING:
            under.add(("yes" if route.reason is None else "unknown", route.root.authority))
    theirs = [] if ratified_by is None else ratifications(telling, deed, known)
    return [
        Signature(deed.by, deed.at, frozenset(under)),
        *(
            Signature(one.by, deed.at, frozenset(("yes", grant) for grant in one.grants))
            for one in theirs
            if ratified_by is not None and one.at <= ratified_by
        ),
    ]


def enough(telling: Telling, signers: list[Signature], grant: str, v: datetime, known: int) -> bool:
    """Whether those who signed are as many, and of the classes, as a grant asks for at `v`.

    Reading: a committee is no person, and what it did is none of the signatures that joint authority counts.
    """
    facts = telling.facts(known)
    joint = joint_of(facts, grant, v)
    if joint is None:
        return bool(signers)
    persons = list(dict.fromkeys(one.who for one in signers if one.who[0] == "person"))
    places = [condition for condition in joint.classes for _ in range(condition.count)]
    fitting = [
        [any(one.who == person and _of_class(facts, condition, one) for one in signers) for person in persons]
        for condition in places
    ]
    return len(persons) >= joint.persons and largest_matching(fitting) == len(places)


def _of_class(facts: Facts, condition: SignerClass, one: Signature) -> bool:
    """Whether whoever signed belonged to a class when signing."""
    for holder in condition.holders:
        if holder.position is None:
            if one.who == (holder.kind, holder.id):
                return True
            continue
        position = read_as(facts, holder.position, one.at)
        held = [] if position is None else incumbents(facts, position, one.at)
        if one.who[0] == "person" and one.who[1] in [person for person, _ in held]:
            return True
    return False


def largest_matching(fitting: list[list[bool]]) -> int:
    """How many rows can be given a column of their own that fits."""

    def give(rows: int, taken: frozenset[int]) -> int:
        if rows == len(fitting):
            return 0
        most = give(rows + 1, taken)
        for column, fits in enumerate(fitting[rows]):
            if fits and column not in taken:
                most = max(most, 1 + give(rows + 1, taken | {column}))
        return most

    return give(0, frozenset())


# Committees


def resolution(telling: Telling, deed: Deed, known: int) -> str | None:
    """Why a committee's act is no resolution, or None where it is one.

    Reading: members take seats in the order in which their votes are listed; who finds none counts for nothing.
    """
    facts, v = telling.facts(known), deed.at
    seats, procedure = value_of(facts, "committee", deed.by[1], "seats", v), _procedure(facts, deed.by[1], v)
    if not isinstance(seats, tuple):
        return "QUORUM_NOT_MET"
    votes = {vote.member: vote for vote in reversed(deed.votes)}
    listed = [votes[member] for member in dict.fromkeys(vote.member for vote in deed.votes)]
    if not procedure.recused_present:
        listed = [vote for vote in listed if vote.vote != "recused"]
    seated: list[Vote] = []
    for vote in listed:
        fitting = [[_fills(facts, one.member, seat, v) for seat in seats] for one in [*seated, vote]]
        if largest_matching(fitting) == len(seated) + 1:
            seated.append(vote)
    present = len(seated)
    if present < (len(seats) // 2 + 1 if procedure.quorum is None else procedure.quorum):
        return "QUORUM_NOT_MET"
    yes, no = (sum(vote.vote == said for vote in seated) for said in ("yes", "no"))
    of = {"cast": yes + no, "present": present, "seats": len(seats)}[procedure.counted_of]
    if procedure.carried_by is None:
        carried = Fraction(yes) > Fraction(of, 2)
    else:
        carried = yes > 0 and Fraction(yes) >= Fraction(procedure.carried_by) * of
    return None if carried else "NOT_CARRIED"


def _fills(facts: Facts, member: str, seat: Holder, v: datetime) -> bool:
    """Whether a person fills a seat: by name, or as an incumbent of the position that has it ex officio."""
    if seat.position is None:
        return member == seat.id and created(facts, "person", member) is not None
    position = read_as(facts, seat.position, v)
    return position is not None and member in [person for person, _ in incumbents(facts, position, v)]


def _procedure(facts: Facts, committee: str, v: datetime) -> Procedure:
    creation = created(facts, "committee", committee)
    stated = value_of(facts, "committee", committee, "procedure", v) if creation is not None else None
    assert creation is None or isinstance(creation.fact, CommitteeConstituted)
    return stated if isinstance(stated, Procedure) else Procedure()
