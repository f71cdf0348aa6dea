"""Does this way carry this act: the checks of semantics.md 5, in their order, the first that fails being the reason.

A check that fails on known facts outranks one that cannot be made for want of a fact. What depends on nothing that is
asked (in force, chain, reserved) was found with the way; here come the amount, the attributes and the people;
`precedents.py` has the checks that look at earlier acts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

from ledger.books.figures import Published
from ledger.books.items import NEXT, Place
from ledger.books.people import Office, office_of
from ledger.books.reading import AsOf
from ledger.events import AuthorityGranted
from ledger.money import Greater, Percent, Smaller, fits
from ledger.policy.capping import Capping
from ledger.policy.precedents import Precedents
from ledger.policy.questions import LONGEST_STATED, MISSING, RANK, Finding
from ledger.refusals import cut

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ledger.books.state import Books
    from ledger.events import ScopeTerm
    from ledger.money import Figures, Limit
    from ledger.policy.chains import Chain
    from ledger.policy.links import Link
    from ledger.policy.precedents import Judging
    from ledger.policy.questions import Question
    from ledger.policy.routes import Ban, Stretch, Way


class _Threat(NamedTuple):
    """A restriction that forbids the act to whom it binds; with `gaps`, that depends on facts that are missing."""

    ban: Ban
    finding: Finding
    gaps: tuple[Finding, ...]


class Checks:
    """Tries ways for one question; what concerns the question alone, or one chain or person, is tried once.

    `place` is where the act asked about stands in the order of acts: a question comes after all of its instant.
    """

    def __init__(  # noqa: PLR0913 - a question, where it stands, and what it is compared with
        self,
        books: Books,
        question: Question,
        stretch: Stretch,
        judging: Judging,
        *,
        place: Place | None = None,
        figures: Figures | None = None,
    ) -> None:
        self.question, self._books, self._stretch, self._judging = question, books, stretch, judging
        self._place = place or Place(question.at, NEXT)
        self._figures = figures
        self._reading: AsOf | None = None
        self._earlier: Precedents | None = None
        self._caps: Capping | None = None
        self._values: dict[tuple[str, str], list[str]] = {}
        self._barred: dict[str, Finding | None] = {}
        self._requester = question.requester if stretch.forbids_self_interest else None
        self._beneficiary = (question.beneficiary or question.requester) if stretch.forbids_self_interest else None
        self._unapproved: Finding | bool | None = False
        self._threats = [threat for ban in stretch.bans if (threat := self._threat(ban)) is not None]

    def fail(self, way: Way) -> Finding | None:
        """The first check that the way fails, or the fact that is missing to tell; None where it passes."""
        chain = way.chain
        blocked = chain.blocked
        if chain.rests_on is not None and (blocked is None or blocked.code == "RESERVED"):
            blocked = self._ungrounded(chain, chain.rests_on) or blocked
        if blocked is not None:
            return blocked
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
        known = chain.barren or self._exceeded(chain, missing) or self._too_much(way, missing)
        if known is None and self._beneficiary is not None and way.who.person is not None:
            known = self._self_interest(way.who.person)
        if known is None and self.question.item is not None:
            known = self._on_the_item(way, missing)
        if known is not None or not missing:
            return known
        first, *others = sorted(missing, key=lambda one: RANK[one.code])
        return msgspec.structs.replace(first, also=tuple(others)) if others else first

    @property
    def earlier(self) -> Precedents:
        """What acts before this one have to say."""
        if self._earlier is None:
            self._earlier = Precedents(
                self._books,
                self.question,
                self._stretch,
                self._judging,
                place=self._place,
                figures=self.figures,
            )
        return self._earlier

    @property
    def caps(self) -> Capping:
        """What was drawn from pools before this act."""
        if self._caps is None:
            self._caps = Capping(self._books, self.question, self._judging, place=self._place, figures=self.figures)
        return self._caps

    @property
    def figures(self) -> Figures:
        """The rates and base figures that amounts are compared by."""
        if self._figures is None:
            self._figures = Published(self.reading)
        return self._figures

    @property
    def reading(self) -> AsOf:
        """The books at the question's two times."""
        if self._reading is None:
            self._reading = AsOf(self._books, self.question.at, self.question.known)
        return self._reading

    # The chain

    def _ungrounded(self, chain: Chain, item: str) -> Finding | None:
        """The decision that the grant rests on is not within authority: an answer to it is judged by those before."""
        question = self.question
        before = self._place if question.item == item else Place(question.at, NEXT)
        if self._judging.stands(item, before, question.known):
            return None
        step = chain.steps[0]
        return Finding(code="CHAIN_BROKEN", seq=step.seq, authority=step.authority, item=item)

    def _too_much(self, way: Way, missing: list[Finding]) -> Finding | None:
        """With what was done before, the act is above a cap, the uses, or the limit of related acts together."""
        chain = way.chain
        finding = None
        if any(link.caps for link in chain.links):
            finding = self.caps.capped(way, missing)
        if finding is None and chain.grant is not None and chain.grant.uses is not None:
            finding = self.caps.exhausted(way)
        if finding is None and self._stretch.splitting != "off":
            finding = self.earlier.split(chain, missing)
        return finding

    def _on_the_item(self, way: Way, missing: list[Finding]) -> Finding | None:
        """Separation of duties, and the approval that has to come before a signature."""
        if way.who.person is not None:
            separated = self.earlier.separated(way.who.person)
            if separated is not None:
                return separated
        if self._unapproved is False:
            self._unapproved = self.earlier.unapproved()
        finding = self._unapproved
        if isinstance(finding, Finding) and finding.code in MISSING:
            missing.append(finding)
            return None
        return finding if isinstance(finding, Finding) else None

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
        """The amount is above the limit of a link."""
        amount, tightest = self.question.amount, chain.tightest
        if tightest is None and not chain.mixed:
            return None
        if tightest is not None and (
            amount is None or (amount.currency == tightest.currency and fits(tightest, amount))
        ):
            return None
        exceeded = None
        for step in chain.steps:
            within = self._fits(step.limit)
            if within:
                continue
            finding = Finding(
                code="PER_ACT_EXCEEDED",
                seq=step.limit_seq,
                authority=step.authority,
                limit=step.limit,
                amount=amount,
            )
            if within is None:
                missing.extend(self._lacking(finding, step.limit))
            elif exceeded is None:
                exceeded = finding
        return exceeded

    def _fits(self, limit: Limit) -> bool | None:
        return fits(limit, self.question.amount, self.figures)

    def _lacking(self, finding: Finding, limit: Limit) -> Iterator[Finding]:
        """Which figures are missing to compare with a limit."""
        parts = limit.of if isinstance(limit, Smaller | Greater) else (limit,)
        for part in parts:
            if fits(part, self.question.amount, self.figures) is None:
                unpublished = isinstance(part, Percent) and self.figures.base(part.base) is None
                yield msgspec.structs.replace(finding, code="BASE_MISSING" if unpublished else "RATE_MISSING")

    # Restrictions

    def _threat(self, ban: Ban) -> _Threat | None:
        """Whether the act is what a restriction forbids; None where it is not."""
        fact, amount = ban.fact, self.question.amount
        gaps: list[Finding] = []
        finding = Finding(code="PROHIBITED", seq=ban.seq, restriction=fact.restriction, limit=fact.above, amount=amount)
        if fact.above is not None:
            within = self._fits(fact.above)
            if within:
                return None
            if within is None:
                gaps.extend(self._lacking(finding, fact.above))
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
        if self._beneficiary is not None and not self._office(self._beneficiary).offices.isdisjoint(
            self._office(person).superiors
        ):
            return Finding(code="SUBORDINATE_OF_BENEFICIARY", person=self._beneficiary)
        return None

    def _office(self, person: str) -> Office:
        return office_of(self._books, person, self.question.at, self.question.known)


def _scope_finding(link: Link, term: ScopeTerm, stated: str | None) -> Finding:
    return Finding(
        code="ATTRIBUTE_MISSING" if stated is None else "OUT_OF_SCOPE",
        seq=link.step.seq,
        authority=link.step.authority,
        dimension=term.dimension,
        allowed=term.values,
        stated=None if stated is None else cut(stated, LONGEST_STATED),
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
