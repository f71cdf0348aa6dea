"""Does this route carry this act: the checks of semantics.md 5, in their order, the first that fails being the reason.

A check that fails on known facts outranks one that cannot be made for want of a fact.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ledger.events import AuthorityDelegated, AuthorityGranted, RestrictionImposed, ScopeTerm
from ledger.money import NoAuthority, fits
from ledger.policy.questions import Finding, Question
from ledger.timeline import life_at

if TYPE_CHECKING:
    from ledger.books.reading import AsOf
    from ledger.policy.routes import Chain, Link, Way


class _Threat(NamedTuple):
    """A restriction that forbids the act to whom it binds; `missing` where that depends on a fact that is missing."""

    fact: RestrictionImposed
    binds: str | None
    finding: Finding
    missing: bool


class _ChainVerdict(NamedTuple):
    """What a chain itself says, before and after restrictions are looked at, and what it lacks."""

    before: Finding | None
    after: Finding | None
    missing: Finding | None


class Checks:
    """Tries ways for one question; what concerns a chain or the question alone is tried once."""

    def __init__(self, books: AsOf, question: Question, matters: list[str]) -> None:
        self.books, self.question = books, question
        self._matters = matters
        self._values = {name: books.values_above(name, value) for name, value in question.attributes.items()}
        self._reserved = next((one for one in matters if books.stated("matter", one, "reserved")), None)
        self._threats = [threat for one in matters for threat in self._restrictions(one)]
        self._chain: tuple[Chain, _ChainVerdict] | None = None
        self._barred: dict[str, Finding | None] = {}
        barring = books.rule("self_interest") == "forbid"
        self._requester = question.requester if barring else None
        self._beneficiary = (question.beneficiary or question.requester) if barring else None
        self._offices = {one.position for one in books.held_by(self._beneficiary)} if self._beneficiary else set()

    def fail(self, way: Way) -> Finding | None:
        """The first check that the way fails, or the fact that is missing to tell; None where it passes."""
        verdict = self._of_chain(way.chain)
        if verdict.before is not None:
            return verdict.before
        prohibited = self._prohibited(way) if self._threats else None
        if prohibited is not None and not prohibited.missing:
            return prohibited.finding
        known = verdict.after or (self._self_interest(way.who.person) if way.who.person else None)
        if known is not None:
            return known
        lacking = [one for one in (verdict.missing, prohibited.finding if prohibited else None) if one is not None]
        return min(lacking, key=lambda one: one.code != "RATE_MISSING", default=None)

    # What concerns the chain

    def _of_chain(self, chain: Chain) -> _ChainVerdict:
        if self._chain is None or self._chain[0] is not chain:
            self._chain = chain, self._try_chain(chain)
        return self._chain[1]

    def _try_chain(self, chain: Chain) -> _ChainVerdict:
        links = chain.links
        missing: list[Finding] = []
        before = links[-1].trouble or self._broken(chain) or self._not_delegable(links)
        if before is None:
            before = next((one for link in links if (one := self._outside(link, missing)) is not None), None)
        if before is not None:
            return _ChainVerdict(before, None, None)
        after = self._no_authority(links) or self._exceeded(links, missing)
        rate_first = min(missing, key=lambda one: one.code != "RATE_MISSING", default=None)
        return _ChainVerdict(None, after, rate_first)

    @staticmethod
    def _broken(chain: Chain) -> Finding | None:
        """An earlier link is not in force. That a by-decision grant rests on a decision within authority joins here."""
        earlier = chain.broken
        if earlier is None:
            return None
        return Finding(
            code="CHAIN_BROKEN",
            seq=earlier.seq,
            authority=earlier.authority,
            since=earlier.since,
            until=earlier.until,
            stated=earlier.code if earlier.code != "CHAIN_BROKEN" else None,
        )

    def _not_delegable(self, links: tuple[Link, ...]) -> Finding | None:
        """No delegated route covers a reserved matter, nor, where a delegation says so, what was pending before it."""
        delegations = [link for link in links if isinstance(link.fact, AuthorityDelegated)]
        if delegations and self._reserved is not None:
            return Finding(code="RESERVED", matter=self._reserved)
        opened = self.question.opened
        for link in delegations:
            fact = link.fact
            if opened is not None and isinstance(fact, AuthorityDelegated) and not fact.covers_pending:
                if opened < link.since:
                    return Finding(code="OPENED_BEFORE", seq=link.step.seq, authority=fact.authority, since=link.since)
        return None

    def _outside(self, link: Link, missing: list[Finding]) -> Finding | None:
        for term in link.scope:
            within = self._within(term)
            if within is False:
                return Finding(
                    code="OUT_OF_SCOPE",
                    seq=link.step.seq,
                    authority=link.step.authority,
                    dimension=term.dimension,
                    allowed=term.values,
                    stated=self.question.attributes[term.dimension],
                )
            if within is None:
                missing.append(
                    Finding(
                        code="ATTRIBUTE_MISSING",
                        seq=link.step.seq,
                        authority=link.step.authority,
                        dimension=term.dimension,
                        allowed=term.values,
                    )
                )
        return None

    def _within(self, term: ScopeTerm) -> bool | None:
        """Whether the act's attribute is one of the values or below one; None where the act does not state it."""
        stated = self._values.get(term.dimension)
        return None if stated is None else any(value in term.values for value in stated)

    @staticmethod
    def _no_authority(links: tuple[Link, ...]) -> Finding | None:
        for link in links:
            step = link.step
            if isinstance(step.limit, NoAuthority):
                return Finding(code="NO_AUTHORITY", seq=step.limit_seq, authority=step.authority, limit=step.limit)
        return None

    def _exceeded(self, links: tuple[Link, ...], missing: list[Finding]) -> Finding | None:
        """The amount is above the limit of a link. Caps, uses and splitting are checked after this."""
        amount = self.question.amount
        if amount is None:
            return None
        exceeded = None
        for link in links:
            step = link.step
            within = fits(step.limit, amount)
            if within:
                continue
            code = "RATE_MISSING" if within is None else "PER_ACT_EXCEEDED"
            finding = Finding(
                code=code,  # type: ignore[arg-type]  # one of two codes
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

    # What concerns restrictions

    def _restrictions(self, matter: str) -> list[_Threat]:
        found = []
        for thing in self.books.books.restrictions_on.get(self.question.act, ()):
            life = life_at(thing, self.books.known)
            if life is None or not life.contains(self.books.at):
                continue
            fact = life.created.fact
            if isinstance(fact, RestrictionImposed) and fact.act == self.question.act and fact.matter == matter:
                threat = self._threat(fact, life.created.source)
                if threat is not None:
                    found.append(threat)
        return found

    def _threat(self, fact: RestrictionImposed, seq: int) -> _Threat | None:
        """Whether the act is what the restriction forbids; None where it is not."""
        amount, missing = self.question.amount, None
        if fact.above is not None:
            within = fits(fact.above, amount)
            if within:
                return None
            if within is None:
                missing = Finding(
                    code="RATE_MISSING", seq=seq, restriction=fact.restriction, limit=fact.above, amount=amount
                )
        for term in fact.scope:
            within = self._within(term)
            if within is False:
                return None
            if within is None and missing is None:
                missing = Finding(
                    code="ATTRIBUTE_MISSING",
                    seq=seq,
                    restriction=fact.restriction,
                    dimension=term.dimension,
                    allowed=term.values,
                )
        holder = fact.holder
        binds = None if holder is None else holder.id
        if holder is not None and holder.position is not None:
            binds = self.books.resolve(holder.position)
        finding = missing or Finding(
            code="PROHIBITED", seq=seq, restriction=fact.restriction, limit=fact.above, amount=amount
        )
        return _Threat(fact, binds, finding, missing is not None)

    def _prohibited(self, way: Way) -> _Threat | None:
        """The restriction that forbids the act to this way; one for certain before one for want of a fact."""
        binding = [threat for threat in self._threats if self._binds(threat, way)]
        return min(binding, key=lambda one: (one.missing, one.finding.code != "RATE_MISSING"), default=None)

    @staticmethod
    def _binds(threat: _Threat, way: Way) -> bool:
        holder, links = threat.fact.holder, way.chain.links
        top = links[0].fact
        if len(links) == 1 and isinstance(top, AuthorityGranted) and top.kind == "special":
            if threat.fact.restriction in top.lifts:
                return False
        if holder is None:
            return True
        if threat.binds is None:
            return False
        if holder.person is not None:
            return way.who.person == holder.person
        if holder.committee is not None:
            return any(link.fact.holder.committee == holder.committee for link in links)
        return way.position == threat.binds or any(link.position == threat.binds for link in links)

    # What concerns the person

    def _self_interest(self, person: str) -> Finding | None:
        if self._beneficiary is None and self._requester is None:
            return None
        if person not in self._barred:
            self._barred[person] = self._bar(person)
        return self._barred[person]

    def _bar(self, person: str) -> Finding | None:
        """Not the requester, not the beneficiary, not anyone who reports, by any position, to the beneficiary."""
        if person == self._requester:
            return Finding(code="REQUESTER", person=person)
        if person == self._beneficiary:
            return Finding(code="BENEFICIARY", person=person)
        for one in self.books.held_by(person) if self._offices else ():
            if not self._offices.isdisjoint(self.books.superiors(one.position)):
                return Finding(code="SUBORDINATE_OF_BENEFICIARY", person=self._beneficiary)
        return None
