"""How an act is judged: by the facts of its own time, and by those known at any entry (semantics.md 6).

An act uses one route: of those its person has (through the position claimed, where one is), the first that passes, else
the one whose reason comes latest. As judged at its own time it is pinned; that never changes, so it is remembered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from ledger import events as ev
from ledger.books.figures import Published
from ledger.books.items import Place, acts_on, seen_at, terms_of
from ledger.books.reading import AsOf
from ledger.ids import Seq
from ledger.policy.approving import approving
from ledger.policy.checks import Checks
from ledger.policy.committees import resolved
from ledger.policy.questions import MISSING, RANK, Finding, Question
from ledger.policy.routes import Way, admitted, ways_over
from ledger.policy.signers import Signature, Signer, signatures_of, suffice
from ledger.policy.use import Pin, Pools

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime
    from decimal import Decimal

    from ledger.books.items import Terms
    from ledger.books.state import Books
    from ledger.ids import Holder
    from ledger.money import Figures, Money
    from ledger.timeline import Version


Known = Literal["yes", "no", "unknown"]
"""Yes, no, or not to be told because a fact is missing."""


class Outcome(NamedTuple):
    """Whether an act was within authority by the facts of one known time: why not, or the ways that passed."""

    outcome: Known
    finding: Finding | None
    way: Way | None
    passing: tuple[Way, ...] = ()
    possible: tuple[Way, ...] = ()
    """The ways that would pass if missing facts turned out so."""
    gap: Finding | None = None
    """What is missing for those."""
    later_rates: bool = False
    split_suspected: bool = False


class Ratified(NamedTuple):
    """A ratification that counts: from when on, the entry that states it, and by whom and which ways.

    The act counts as one that the ratifier did: `outcome` is how they would have been judged when it was done.
    """

    at: datetime
    seq: int
    ratification: str
    by: Holder
    outcome: Outcome


class Rates:
    """The rates of an act's own time and, where none was known then, those known now; base figures as known now."""

    def __init__(self, then: Published, now: Published) -> None:
        self._then, self._now, self.later = then, now, False

    def worth(self, amount: Money, currency: str) -> Money | None:
        """The amount in another currency; None where no rate is published."""
        worth = self._then.worth(amount, currency)
        if worth is None:
            worth = self._now.worth(amount, currency)
            self.later = self.later or worth is not None
        return worth

    def base(self, name: str) -> Money | None:
        """A base figure; None where it is not published."""
        return self._now.base(name)


class Judge:
    """Judges acts on one ledger's books; remembers, for one round of questions, what it found."""

    def __init__(self, books: Books) -> None:
        self.books = books
        self._now: dict[tuple[Version, int], Outcome] = {}
        self._ratified: dict[tuple[Version, int], list[Ratified]] = {}
        self._standing: dict[tuple[str, int, int], tuple[bool, Ratified | None]] = {}
        self._busy: set[tuple[str, int, int]] = set()
        self._circles = 0
        """How often a decision was met that is being judged: what was found meanwhile is not remembered."""

    def then(self, version: Version) -> Outcome:
        """By the facts known when it was done."""
        seen, _ = seen_at(self.books, version)
        remembered = self.books.judged.get(version)
        if remembered is not None and remembered[0] == seen:
            outcome: Outcome = remembered[1]
            return outcome
        figures, circles = Published(AsOf(self.books, version.effective, seen)), self._circles
        outcome = self._of(version, seen, max(seen, version.source), figures)
        if circles == self._circles:
            self.books.judged[version] = seen, outcome
        return outcome

    def now(self, version: Version, known: int) -> Outcome:
        """By the facts known at an entry, with the rates of its own time."""
        key = version, known
        if key in self._now:
            return self._now[key]
        figures, circles = self.figures(version, version.effective, known), self._circles
        outcome = self._of(version, known, known, figures)
        if figures.later:
            outcome = outcome._replace(later_rates=True)
        if circles == self._circles:
            self._now[key] = outcome
        return outcome

    def foreseen(self, version: Version, known: int) -> Outcome:
        """How an act would be judged that is about to be recorded next."""
        return self._of(version, known, known, Published(AsOf(self.books, version.effective, known)))

    def figures(self, version: Version, at: datetime, known: int) -> Rates:
        """What amounts are compared by at an instant: the rates of an act's own time, else those known at an entry."""
        seen, _ = seen_at(self.books, version)
        return Rates(Published(AsOf(self.books, at, seen)), Published(AsOf(self.books, at, known)))

    def _of(self, version: Version, known: int, terms_known: int, figures: Figures) -> Outcome:
        fact = version.fact
        terms = terms_of(self.books, version, terms_known)
        if not isinstance(fact, ev.ActDone):
            return _NOTHING
        question = question_of(fact, terms, version.effective, known, fact.claimed)
        outcome = self.outcome(question, fact.by, Place(version.effective, version.seq), figures)
        return self._resolved(outcome, fact, version.effective, known)

    def _resolved(self, outcome: Outcome, fact: ev.ActDone | ev.ActRatified, at: datetime, known: int) -> Outcome:
        """What a committee does, or ratifies, it does with a quorum and the votes; else it does not."""
        committee = fact.by.committee
        if committee is None or outcome.outcome == "no":
            return outcome
        failed = resolved(AsOf(self.books, at, known), committee, fact.votes)
        if failed is None:
            return outcome
        ways = [*outcome.passing, *outcome.possible]
        return Outcome("no", failed, min(ways, key=lambda way: way.order, default=outcome.way))

    def outcome(self, question: Question, who: Holder, place: Place, figures: Figures | None = None) -> Outcome:
        """Whether somebody is within authority for an act at a place in the order of acts."""
        stretch = ways_over(self.books, question.act, question.matter, question.at, question.known)
        checks = Checks(self.books, question, stretch, self, place=place, figures=figures)
        passing: list[Way] = []
        possible: list[Way] = []
        latest: tuple[int, Finding, Way] | None = None
        unknown: Finding | None = None
        for way in admitted(self.books, stretch, question, who):
            finding = checks.fail(way)
            if finding is None:
                passing.append(way)
                continue
            if finding.code in MISSING:
                possible.append(way)
                if unknown is None or RANK[finding.code] > RANK[unknown.code]:
                    unknown = finding
            if latest is None or RANK[finding.code] > latest[0]:
                latest = RANK[finding.code], finding, way
        if passing:
            suspected = stretch.splitting.startswith("flag") and checks.earlier.suspected(passing[0].chain)
            return Outcome("yes", None, passing[0], tuple(passing), tuple(possible), unknown, split_suspected=suspected)
        if unknown is not None and latest is not None:
            return Outcome("unknown", unknown, latest[2], (), tuple(possible), unknown)
        return Outcome("no", latest[1], latest[2]) if latest is not None else _NOTHING

    # What other acts are asked about

    def pools(self) -> Pools:
        """The acts by the pools they draw on."""
        pools: Pools | None = self.books.pools
        if pools is None:
            pools = self.books.pools = Pools(self.books)
        return pools

    def pin(self, version: Version) -> tuple[Pin | None, bool]:
        """The route that an act used, as judged at its own time, if it had one; and whether that is settled."""
        circles = self._circles
        way = self.then(version).way
        if way is None:
            return None, circles == self._circles
        links = tuple((link.step.authority, link.fact.holder) for link in way.chain.links)
        return Pin(links), circles == self._circles

    def rates_of(self, version: Version) -> AsOf:
        """The reading that gave an act its rates."""
        return AsOf(self.books, version.effective, seen_at(self.books, version)[0])

    def ratifications(self, version: Version, known: int) -> list[Ratified]:
        """The ratifications of an act that count, as known, the earliest first.

        By someone within authority for the act both when it was done and when they ratify, by the facts known.
        """
        key = version, known
        found, circles = self._ratified.get(key), self._circles
        if found is None:
            found = sorted(self._ratifying(version, known), key=lambda one: one[:2])
            if circles == self._circles:
                self._ratified[key] = found
        return found

    def _ratifying(self, version: Version, known: int) -> Iterator[Ratified]:
        fact = version.fact
        things = self.books.ratifications_of.get(fact.deed, ()) if isinstance(fact, ev.ActDone) else ()
        for thing in things:
            word = next((one for one in thing.created if one.known_from <= known < one.known_until), None)
            if word is None or not isinstance(fact, ev.ActDone) or not isinstance(word.fact, ev.ActRatified):
                continue
            if word.fact.deed != fact.deed or word.effective < version.effective:
                continue
            terms = terms_of(self.books, version, known)
            outcomes = []
            for at, seq in ((version.effective, version.seq), (word.effective, word.seq)):
                question = question_of(fact, terms, at, known, word.fact.claimed)
                outcomes.append(self.outcome(question, word.fact.by, Place(at, seq)))
            outcomes.append(self._resolved(outcomes[1], word.fact, word.effective, known))
            if all(one.outcome == "yes" for one in outcomes):
                yield Ratified(word.effective, word.seq, word.fact.ratification, word.fact.by, outcomes[0])

    # Items

    def complete(self, upto: Sequence[Version], known: int, *, then: Version | None = None) -> Known:
        """Whether acts of one kind on an item suffice: one alone, or the persons that joint authority asks for.

        By the facts known at an entry; with `then`, by those of that act's own time, that act included.
        """
        outcomes = [(one, self.then(one) if one is then else self.now(one, known)) for one in upto]
        signed = signatures_of((one, outcome.passing) for one, outcome in outcomes)
        if self._enough(signed, known):
            return "yes"
        if not any(outcome.possible for _, outcome in outcomes):
            return "no"
        possible = signatures_of((one, (*outcome.passing, *outcome.possible)) for one, outcome in outcomes)
        return "unknown" if self._enough(possible, known) else "no"

    def ratified_by(self, upto: Sequence[Version], known: int) -> Ratified | None:
        """The ratification with which acts suffice that do not without; None where even with all they do not."""
        counting = [(one, version) for version in upto for one in self.ratifications(version, known)]
        counting.sort(key=lambda pair: pair[0][:2])
        for count in range(1, len(counting) + 1):
            signatures: list[Signature] = []
            for version in upto:
                signatures += signatures_of([(version, self.now(version, known).passing)])
                theirs = (one for one, ratified in counting[:count] if ratified is version)
                signatures += [Signature(one.by, version.effective, one.outcome.passing) for one in theirs]
            if self._enough(signatures, known):
                return counting[count - 1][0]
        return None

    def suffices(self, acts: Sequence[Version], at: datetime, known: int) -> bool:
        """Whether acts of one kind on an item are within authority by the facts known, or were ratified by then."""
        if self.complete(acts, known) == "yes":
            return True
        ratified = self.ratified_by(acts, known)
        return ratified is not None and ratified.at <= at

    def _enough(self, signatures: Iterable[Signature], known: int) -> bool:
        """Whether some signature completes what its grant asks for as of then, with those before it."""
        by_grant: dict[str, list[Signer]] = {}
        for one in signatures:
            tops = {way.chain.links[0].step.authority: way.chain.links[0].joint for way in one.ways}
            for grant, joint in tops.items():
                if joint is None:
                    return True
                if one.who.person is None:
                    continue
                signers = by_grant.setdefault(grant, [])
                signers.append(Signer(one.who.id, AsOf(self.books, one.at, known)))
                if suffice(joint, signers):
                    return True
        return False

    def approvals(self, item: str, known: int) -> list[Version]:
        """The approvals of an item that stand as known, in order."""
        return [version for version, fact in approving(self.books, item, known) if not fact.rejected]

    def group(self, item: str, known: int, on: datetime) -> list[Version]:
        """The acts up to a date that decide an item as known: of the last's kind, for their greatest amount."""
        acts = [
            (version, fact)
            for version, fact in acts_on(self.books, item, known)
            if not fact.rejected and version.effective <= on
        ]
        return self._greatest([version for version, fact in acts if fact.act == acts[-1][1].act], known)

    def group_then(self, item: str, version: Version) -> list[Version]:
        """The acts that decided an item, by the facts known when one act was done: of its kind, up to it, and it.

        It counts beside them because it counts now, even if a greater act was known then.
        """
        seen, place = seen_at(self.books, version)[0], (version.effective, version.seq)
        act = version.fact.act if isinstance(version.fact, ev.ActDone) else ""
        others = [
            one
            for one, fact in acts_on(self.books, item, seen)
            if fact.act == act and not fact.rejected and one.seq != version.seq
        ]
        counted = self._greatest([*others, version], seen)
        return [*(one for one in counted if (one.effective, one.seq) < place), version]

    def _greatest(self, versions: list[Version], known: int) -> list[Version]:
        """The acts for the greatest amount: in one currency, at the rates of each; one without an amount is for least.

        What no rate compares is no less than any other.
        """
        if len(versions) <= 1:
            return versions
        amounts = {one: terms_of(self.books, one, max(known, one.source)).amount for one in versions}
        stated = {one: amount for one, amount in amounts.items() if amount is not None}
        currencies = {amount.currency for amount in stated.values()}
        currency = self.books.currency if len(currencies) > 1 else next(iter(currencies), "")
        worths = {one: self._worth(one, amount, currency, known) for one, amount in stated.items()}
        greatest = max((worth for worth in worths.values() if worth is not None), default=None)
        if not worths:
            return versions
        return [one for one in versions if one in worths and ((worth := worths[one]) is None or worth == greatest)]

    def _worth(self, version: Version, amount: Money, currency: str, known: int) -> Decimal | None:
        if amount.currency == currency:
            return amount.amount
        worth = self.figures(version, version.effective, known).worth(amount, currency)
        return None if worth is None else worth.amount

    def stands(self, item: str, before: Place, known: int) -> bool:
        """Whether an item was approved within authority before a place, by the facts known, or ratified by then.

        Its approvals decide, the refused ones too. A decision that would rest on itself stands on nothing, and so does
        one that rests on too many others.
        """
        answers = [
            (version, fact)
            for version, fact in approving(self.books, item, known)
            if (version.effective, version.seq) < before
        ]
        key = item, known, len(answers)
        if key not in self._standing:
            if key in self._busy or len(self._busy) >= _DEEPEST or self._circles >= _MOST_CIRCLES:
                self._circles += 1
                return False
            self._busy.add(key)
            circles = self._circles
            try:
                found = self._decided(answers, known)
            finally:
                self._busy.discard(key)
            if circles != self._circles and self._busy:
                return found[0] or (found[1] is not None and found[1].at <= before.at)
            if not self._busy:
                self._circles = circles
            self._standing[key] = found
        holds, ratified = self._standing[key]
        return holds or (ratified is not None and ratified.at <= before.at)

    def _decided(self, answers: list[tuple[Version, ev.ActDone]], known: int) -> tuple[bool, Ratified | None]:
        """Whether approvals suffice, or by which ratification; a later no, within authority, takes them back."""
        counted = [
            (version, fact)
            for version, fact in answers
            if not fact.rejected or self.now(version, known).outcome == "yes"
        ]
        if not counted or counted[-1][1].rejected:
            return False, None
        acts = self._greatest([version for version, fact in counted if not fact.rejected], known)
        holds = self.complete(acts, known) == "yes"
        return holds, None if holds else self.ratified_by(acts, known)


_DEEPEST, _MOST_CIRCLES = 24, 2_000
"""How many decisions may rest on one another, and how often a circle is looked into before it stands on nothing."""
_NOTHING = Outcome("no", Finding(code="NO_GRANT"), None)


def question_of(fact: ev.ActDone, terms: Terms, at: datetime, known: int, claimed: str | None) -> Question:
    """The question whether an act is within authority, for whoever claims to act so."""
    return Question(
        act=fact.act,
        matter=terms.matter or "",
        amount=terms.amount,
        attributes=terms.attributes,
        requester=terms.requester,
        beneficiary=terms.beneficiary,
        item=fact.item,
        opened=terms.opened,
        claimed=claimed,
        at=at,
        known=Seq(known),
    )
