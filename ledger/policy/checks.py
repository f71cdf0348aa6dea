"""Does this way carry this act: the checks of semantics.md 5, in their order, the first that fails being the reason.

A check that fails on known facts outranks one that cannot be made for want of a fact. What depends on nothing that is
asked (in force, chain, reserved) was found with the way; here come the amount, the attributes and the people.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

from ledger.books.reading import AsOf
from ledger.events import AuthorityGranted
from ledger.money import fits
from ledger.policy.questions import Finding

if TYPE_CHECKING:
    from ledger.books.state import Books
    from ledger.events import ScopeTerm
    from ledger.policy.chains import Chain
    from ledger.policy.links import Link
    from ledger.policy.questions import Question
    from ledger.policy.routes import Ban, Stretch, Way


class _Threat(NamedTuple):
    """A restriction that forbids the act to whom it binds; with `gaps`, that depends on facts that are missing."""

    ban: Ban
    finding: Finding
    gaps: tuple[Finding, ...]


class Checks:
    """Tries ways for one question; what concerns the question alone, or one chain or person, is tried once."""

    def __init__(self, books: Books, question: Question, stretch: Stretch) -> None:
        self.question, self._books = question, books
        self._reading: AsOf | None = None
        self._values: dict[tuple[str, str], list[str]] = {}
        self._barred: dict[str, Finding | None] = {}
        self._requester = question.requester if stretch.forbids_self_interest else None
        self._beneficiary = (question.beneficiary or question.requester) if stretch.forbids_self_interest else None
        self._offices: set[str] | None = None
        self._threats = [threat for ban in stretch.bans if (threat := self._threat(ban)) is not None]

    def fail(self, way: Way) -> Finding | None:
        """The first check that the way fails, or the fact that is missing to tell; None where it passes."""
        chain = way.chain
        if chain.blocked is not None:
            return chain.blocked
        missing: list[Finding] = []
        if chain.late or chain.scoped:
            outside = self._opened_before(chain) or self._outside(chain, missing)
            if outside is not None:
                return outside
        binding = [threat for threat in self._threats if _binds(threat.ban, way)] if self._threats else []
        for threat in binding:
            if not threat.gaps:
                return threat.finding
            missing.extend(threat.gaps)
        known = chain.barren or self._exceeded(chain, missing)
        if known is None and self._beneficiary is not None and way.who.person is not None:
            known = self._self_interest(way.who.person)
        if known is not None or not missing:
            return known
        first, *others = sorted(missing, key=lambda one: one.code != "RATE_MISSING")
        return msgspec.structs.replace(first, also=tuple(others)) if others else first

    @property
    def reading(self) -> AsOf:
        """The books at the question's two times."""
        if self._reading is None:
            self._reading = AsOf(self._books, self.question.at, self.question.known)
        return self._reading

    # The chain

    def _opened_before(self, chain: Chain) -> Finding | None:
        """A delegation that does not cover what was pending began after the item was opened."""
        opened = self.question.opened
        for link in chain.late if opened is not None else ():
            if opened is not None and opened < link.since:
                step = link.step
                return Finding(code="OPENED_BEFORE", seq=step.seq, authority=step.authority, since=link.since)
        return None

    def _outside(self, chain: Chain, missing: list[Finding]) -> Finding | None:
        """A dimension of a link's scope whose attribute is neither one of its values nor below one."""
        for link in chain.scoped:
            for term in link.scope:
                within = self._within(term)
                if within is False:
                    return _scope_finding(link, term, self.question.attributes[term.dimension])
                if within is None:
                    missing.append(_scope_finding(link, term, None))
        return None

    def _within(self, term: ScopeTerm) -> bool | None:
        """Whether the act's attribute is one of the values or below one; None where the act does not state it."""
        stated = self.question.attributes.get(term.dimension)
        if stated is None:
            return None
        key = term.dimension, stated
        if key not in self._values:
            self._values[key] = self.reading.values_above(*key)
        return any(value in term.values for value in self._values[key])

    def _exceeded(self, chain: Chain, missing: list[Finding]) -> Finding | None:
        """The amount is above the limit of a link. Caps, uses and splitting are checked after this."""
        amount, tightest = self.question.amount, chain.tightest
        if amount is None or (tightest is None and not chain.mixed):
            return None
        if tightest is not None and fits(tightest, amount):
            return None
        exceeded = None
        for step in chain.steps:
            within = fits(step.limit, amount)
            if within:
                continue
            finding = Finding(
                code="RATE_MISSING" if within is None else "PER_ACT_EXCEEDED",
                seq=step.limit_seq,
                authority=step.authority,
                limit=step.limit,
                amount=amount,
            )
            if within is None:
                missing.append(finding)
            elif exceeded is None:
                exceeded = finding
        return exceeded

    # Restrictions

    def _threat(self, ban: Ban) -> _Threat | None:
        """Whether the act is what a restriction forbids; None where it is not."""
        fact, amount = ban.fact, self.question.amount
        gaps: list[Finding] = []
        finding = Finding(code="PROHIBITED", seq=ban.seq, restriction=fact.restriction, limit=fact.above, amount=amount)
        if fact.above is not None:
            within = fits(fact.above, amount)
            if within:
                return None
            if within is None:
                gaps.append(msgspec.structs.replace(finding, code="RATE_MISSING"))
        for term in fact.scope:
            inside = self._within(term)
            if inside is False:
                return None
            if inside is None:
                gaps.append(
                    Finding(
                        code="ATTRIBUTE_MISSING",
                        seq=ban.seq,
                        restriction=fact.restriction,
                        dimension=term.dimension,
                        allowed=term.values,
                    )
                )
        return _Threat(ban, finding, tuple(gaps))

    # The person

    def _self_interest(self, person: str) -> Finding | None:
        if person not in self._barred:
            self._barred[person] = self._bar(person)
        return self._barred[person]

    def _bar(self, person: str) -> Finding | None:
        """Not the requester, not the beneficiary, not anyone who reports, by any position, to the beneficiary."""
        if person == self._requester:
            return Finding(code="REQUESTER", person=person)
        if person == self._beneficiary:
            return Finding(code="BENEFICIARY", person=person)
        if self._offices is None:
            held = self.reading.held_by(self._beneficiary) if self._beneficiary else ()
            self._offices = {one.position for one in held}
        for one in self.reading.held_by(person) if self._offices else ():
            if not self._offices.isdisjoint(self.reading.superiors(one.position)):
                return Finding(code="SUBORDINATE_OF_BENEFICIARY", person=self._beneficiary)
        return None


def _scope_finding(link: Link, term: ScopeTerm, stated: str | None) -> Finding:
    return Finding(
        code="ATTRIBUTE_MISSING" if stated is None else "OUT_OF_SCOPE",
        seq=link.step.seq,
        authority=link.step.authority,
        dimension=term.dimension,
        allowed=term.values,
        stated=stated,
    )


def _binds(ban: Ban, way: Way) -> bool:
    """Whether a restriction binds a way: everyone's all, a position's those through it, a person's what they do."""
    holder, links = ban.fact.holder, way.chain.links
    top = links[0].fact
    own = len(links) == 1 and isinstance(top, AuthorityGranted) and top.kind == "special"
    if own and isinstance(top, AuthorityGranted) and ban.fact.restriction in top.lifts:
        return False
    if holder is None or ban.binds is None:
        return holder is None
    if holder.person is not None:
        return way.who.person == holder.person
    if holder.committee is not None:
        return any(link.fact.holder.committee == holder.committee for link in links)
    return way.position == ban.binds or any(link.position == ban.binds for link in links)
