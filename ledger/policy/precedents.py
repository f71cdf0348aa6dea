"""What earlier acts have to say to an act: splitting, separation of duties, approval before signature.

The checks of semantics.md 5 that look at what was done before; caps and uses are in `capping.py`.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from datetime import timedelta
from decimal import Decimal
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import msgspec

from ledger import events as ev
from ledger.books.items import Place, Terms, acts_on, earlier, terms_of
from ledger.moments import start_of_day
from ledger.money import Money, added
from ledger.policy.bounds import Bounds, bounded
from ledger.policy.questions import Code, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from ledger.books.reading import AsOf
    from ledger.books.state import Books
    from ledger.money import Figures
    from ledger.policy.chains import Chain
    from ledger.policy.questions import Question
    from ledger.policy.routes import Stretch
    from ledger.policy.use import Pin, Pools
    from ledger.timeline import Version

_SPLITTING = re.compile(r"(flag|aggregate) (\d+) days by (.+)")
_OWN = frozenset({"matter", "requester", "beneficiary"})
"""What relates acts beside their attributes."""


class Judging(Protocol):
    """What is known of how other acts were judged."""

    def pools(self) -> Pools:
        """The acts by the pools they draw on."""
        ...

    def pin(self, version: Version) -> tuple[Pin | None, bool]:
        """The route that an act used, and whether that is settled."""
        ...

    def rates_of(self, version: Version) -> AsOf:
        """The reading that gave an act its rates."""
        ...

    def stands(self, item: str, before: Place, known: int) -> bool:
        """Whether an item was approved before a place, within authority by the facts known, or ratified by then."""
        ...

    def approvals(self, item: str, known: int) -> list[Version]:
        """The approvals of an item that stand as known, in order."""
        ...

    def suffices(self, acts: Sequence[Version], at: datetime, known: int) -> bool:
        """Whether acts together are within authority by the facts known, or were ratified up to an instant."""
        ...


class Precedents:
    """Looks at earlier acts for one question, which stands at a place in the order of acts."""

    def __init__(  # noqa: PLR0913 - a question, its place in the order, and what it is compared with
        self, books: Books, question: Question, stretch: Stretch, judging: Judging, *, place: Place, figures: Figures
    ) -> None:
        self._books, self.question, self._stretch, self._judging = books, question, stretch, judging
        self._place, self._figures = place, figures
        self._related: dict[str, list[Related]] | None = None

    # Splitting

    def split(self, chain: Chain, missing: list[Finding]) -> Finding | None:
        """Related acts, judged together where the rule says so, are above the limit of a link."""
        rule = _SPLITTING.fullmatch(self._stretch.splitting)
        if rule is None or rule[1] != "aggregate" or self.question.amount is None:
            return None
        return self._together(chain, missing)

    def suspected(self, chain: Chain) -> bool:
        """Whether related acts together are above a limit that each is within, where the rule is to flag that."""
        rule = _SPLITTING.fullmatch(self._stretch.splitting)
        flags = rule is not None and rule[1] == "flag" and self.question.amount is not None
        return flags and self._together(chain, []) is not None

    def _together(self, chain: Chain, missing: list[Finding]) -> Finding | None:
        if self._related is None:
            self._related = self._find_related()
        lacking = next((one.lacking for related in self._related.values() for one in related if one.lacking), None)
        exceeded = None
        for step in chain.steps if self._related else ():
            within, lacks = bounded(step.limit, self._figures, self._surely)
            if within is None and lacking is not None:  # a rate matters only if it would were the attribute the same
                lacks = (*bounded(step.limit, self._figures, self._possibly)[1], "ATTRIBUTE_MISSING")
            finding = Finding(
                code="SPLIT_EXCEEDED",
                seq=step.limit_seq,
                authority=step.authority,
                limit=step.limit,
                amount=self.question.amount,
                dimension=lacking,
            )
            if within is False:
                exceeded = exceeded or finding
            missing.extend(_as(finding, code) for code in lacks)
        return exceeded

    def _surely(self, currency: str) -> Bounds:
        return self._sum(currency, lacking_count=False)

    def _possibly(self, currency: str) -> Bounds:
        return self._sum(currency, lacking_count=True)

    def _sum(self, currency: str, *, lacking_count: bool) -> Bounds:
        """What the act and those related to it come to: each other item once, with its greatest amount."""
        amount = self.question.amount
        own = self._figures.worth(amount, currency) if amount is not None else None
        low = high = own.amount if own is not None else _NOTHING
        unbounded = own is None
        lacks: list[Code] = ["RATE_MISSING"] if own is None else []
        for related in (self._related or {}).values():
            worths = [self._worth(one, currency) for one in related]
            greatest = max((worth.amount for worth in worths if worth is not None), default=_NOTHING)
            if None in worths:
                unbounded = True
                lacks.append("RATE_MISSING")
            if lacking_count or related[0].lacking is None:
                low = added(low, greatest)
            elif greatest:
                lacks.append("ATTRIBUTE_MISSING")
            high = added(high, greatest)
        return Bounds(low, None if unbounded else high, tuple(dict.fromkeys(lacks)))

    def _worth(self, one: Related, currency: str) -> Money | None:
        pools = self._judging.pools()
        return pools.worth(one.version, one.amount, currency, self.question.known, self._judging.rates_of)

    def _find_related(self) -> dict[str, list[Related]]:
        """Earlier acts of the same kind on other items that agree in what the rule names, by item."""
        found: dict[str, list[Related]] = {}
        rule = _SPLITTING.fullmatch(self._stretch.splitting)
        if rule is None:
            return found
        question, books = self.question, self._books
        names = [name.strip() for name in rule[3].split(",")]
        own = {name: _relating(name, question.matter, question) for name in names}
        zone = books.zone
        day = question.at.astimezone(zone).date()
        since = start_of_day(day - timedelta(days=int(rule[2]) - 1), zone)
        versions = books.done.get(question.act, [])
        start = bisect_left(versions, since, key=attrgetter("effective"))
        for version in earlier(versions[start:], self._place, question.known):
            fact = version.fact
            if not isinstance(fact, ev.ActDone) or fact.rejected or fact.item == question.item:
                continue
            terms = terms_of(books, version, question.known)
            theirs = {name: _relating(name, terms.matter, terms) for name in names}
            agrees = all(theirs[one] is not None and own[one] in (None, theirs[one]) for one in names)
            if agrees and terms.amount is not None:
                lacking = next((one for one in names if own[one] is None), None)
                found.setdefault(fact.item, []).append(Related(version, terms.amount, lacking))
        return found

    # The item

    def separated(self, person: str) -> Finding | None:
        """The person did, on the same item and before, an act that nobody may do beside this one."""
        item = self.question.item
        if item is None or self._stretch.separation == "none":
            return None
        others = set(_partners(self._stretch.separation, self.question.act))
        if not others:
            return None
        for version, fact in acts_on(self._books, item, self.question.known):
            if (version.effective, version.seq) >= self._place:
                break
            if fact.act in others and fact.by.person == person and version.seq != self._place.seq:
                return Finding(code="SEPARATION", seq=version.source, deed=fact.deed, person=person, item=item)
        return None

    def unapproved(self) -> Finding | None:
        """A signature needs an approval of the same item: within authority, not later, for at least its amount."""
        item, amount = self.question.item, self.question.amount
        if item is None or self.question.act != "sign" or not self._stretch.sign_needs_approval:
            return None
        approvals = self._judging.approvals(item, self.question.known)
        in_time = [one for one in approvals if one.effective <= self._place.at]
        covers = {one: self._covers(self._amount(one), amount) for one in in_time}
        if self._suffice([one for one in in_time if covers[one]]):
            return None
        if not self._suffice(approvals):
            return Finding(code="APPROVAL_MISSING", item=item)
        if not self._suffice(in_time):
            counts = range(len(in_time) + 1, len(approvals) + 1)
            first = next((approvals[count - 1] for count in counts if self._suffice(approvals[:count])), approvals[-1])
            return Finding(code="APPROVAL_LATER", item=item, seq=first.source, since=first.effective)
        unclear = self._suffice([one for one in in_time if covers[one] is not False])
        code: Code = "RATE_MISSING" if unclear else "APPROVAL_TOO_SMALL"
        last = in_time[-1]
        return Finding(code=code, item=item, seq=last.source, amount=amount, used=self._amount(last))

    def _suffice(self, approvals: Sequence[Version]) -> bool:
        return bool(approvals) and self._judging.suffices(approvals, self.question.at, self.question.known)

    def _amount(self, version: Version) -> Money | None:
        return terms_of(self._books, version, self.question.known).amount

    def _covers(self, approved: Money | None, signed: Money | None) -> bool | None:
        """Whether an approval is for at least the signed amount; None where a rate is missing to tell."""
        if signed is None or approved is None:
            return signed is None
        worth = self._figures.worth(approved, signed.currency)
        return None if worth is None else worth.amount >= signed.amount


class Related(NamedTuple):
    """An act that splitting relates to the one judged; `lacking` names what the judged one does not state."""

    version: Version
    amount: Money
    lacking: str | None


_NOTHING = Decimal(0)


def _as(finding: Finding, code: Code, **facts: Any) -> Finding:  # noqa: ANN401 - fields of a finding
    return msgspec.structs.replace(finding, code=code, **facts)


def _relating(name: str, matter: str | None, of: Question | Terms) -> str | None:
    """What an act states of one of the attributes that relate acts."""
    if name == "matter":
        return matter
    if name in _OWN:
        return of.requester if name == "requester" else of.beneficiary
    return of.attributes.get(name)


def _partners(rule: str, act: str) -> Iterator[str]:
    """The acts that nobody may do on one item beside an act."""
    for pair in rule.split(","):
        one, _, other = pair.strip().partition("-")
        if act in (one, other):
            yield other if act == one else one
