"""What earlier acts have to say to an act: caps and uses, splitting, separation of duties, approval before signature.

The checks of semantics.md 5 that look at what was done before; the others are in `checks.py`.
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
from ledger.books.reading import AsOf
from ledger.moments import start_of_day
from ledger.money import Money, NoAuthority, UpTo, added, fits, settled
from ledger.policy.questions import Code, Finding, Remainder
from ledger.policy.use import Counting, Drawn, drawn, window_start

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from ledger.books.state import Books
    from ledger.money import Figures
    from ledger.policy.chains import Chain
    from ledger.policy.links import Cap, Link
    from ledger.policy.questions import Question
    from ledger.policy.routes import Stretch, Way
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

    def pin(self, version: Version) -> Pin | None:
        """The route that an act used."""
        ...

    def rates_of(self, version: Version) -> AsOf:
        """The reading that gave an act its rates."""
        ...

    def stands(self, item: str, at: datetime, known: int) -> bool:
        """Whether an item is within authority by the facts known at an entry, or was ratified up to an instant."""
        ...

    def approvals(self, item: str, known: int) -> list[Approval]:
        """The approvals of an item that stand as known, and whether each, with its co-signers, is within authority."""
        ...


class Approval(NamedTuple):
    """An approval of an item: its act, its amount, and from when on it is within authority (None: it is not)."""

    version: Version
    amount: Money | None
    since: Place | None


class Precedents:
    """Looks at earlier acts for one question, which stands at a place in the order of acts."""

    def __init__(  # noqa: PLR0913 - a question, its place in the order, and what it is compared with
        self, books: Books, question: Question, stretch: Stretch, judging: Judging, *, place: Place, figures: Figures
    ) -> None:
        self._books, self.question, self._stretch, self._judging = books, question, stretch, judging
        self._place, self._figures = place, figures
        self._related: list[Related] | None = None
        self._fiscal_year: str | None = None

    # Caps and uses

    def capped(self, way: Way, missing: list[Finding]) -> Finding | None:
        """The first cap of a link that the act, on top of what was drawn before, would exceed."""
        amount = self.question.amount
        exceeded = None
        for link, cap in _caps(way.chain) if amount is not None else ():
            finding = self._over(way, link, cap, missing)
            exceeded = exceeded or finding
        return exceeded

    def _over(self, way: Way, link: Link, cap: Cap, missing: list[Finding]) -> Finding | None:
        amount = self.question.amount
        line = settled(cap.fact.limit, self._figures)
        base = Finding(
            code="CUMULATIVE_EXCEEDED",
            seq=cap.seq,
            authority=link.step.authority,
            limit=cap.fact.limit,
            amount=amount,
            window=cap.fact.window,
            pool=cap.fact.pool,
        )
        if isinstance(line, NoAuthority):
            return base
        if not isinstance(line, UpTo) or amount is None:
            if line is None:
                missing.append(_as(base, "BASE_MISSING"))
            return None
        here = self._figures.worth(amount, line.currency)
        taken = self._drawn(way, link, cap, line.currency)
        if taken is None:
            missing.append(_as(base, "ATTRIBUTE_MISSING", dimension=cap.fact.pool))
            return None
        if here is None or taken.missing is not None:
            missing.append(_as(base, "RATE_MISSING", amount=amount if here is None else taken.missing))
            return None
        more = max(_NOTHING, here.amount - taken.on_item.amount)
        if fits(line, Money(added(taken.used.amount, more), line.currency)):
            return None
        return _as(base, "CUMULATIVE_EXCEEDED", used=taken.used)

    def _drawn(self, way: Way, link: Link, cap: Cap, currency: str) -> Drawn | None:
        """What was drawn from a cap's pool before; None where the act lacks the attribute that names the pool."""
        question, pool = self.question, cap.fact.pool
        pools = self._judging.pools()
        counts = None
        if pool in ev.ATTRIBUTE_POOLS:
            value = question.attributes.get(pool)
            if value is None:
                return None
            versions = pools.of_values(question.act, pool, value)

            def counts(version: Version) -> bool:
                return self._of_value(version, pool, value, way.chain.reaches[way.chain.links.index(link)])
        else:
            key = {
                "person": ("person", link.step.authority, f"{way.who.kind} {way.who.id}"),
                "position": ("position", link.step.authority, link.position or ""),
            }.get(pool, ("grant", link.step.authority, ""))
            reach = way.chain.reaches[way.chain.links.index(link)]
            versions = pools.of_routes(key, question.act, reach, self._place, self._judging.pin)
        how = Counting(
            question.known,
            currency,
            lambda version, amount: pools.worth(version, amount, currency, self._judging.rates_of),
            counts,
        )
        since = self._since(cap.fact.window, link)
        return drawn(self._books, versions, self._place, since, question.item, how)

    def _of_value(self, version: Version, attribute: str, value: str, reach: str) -> bool:
        """Whether an act, as known, states an attribute so, over a matter that the capped link covers."""
        terms = terms_of(self._books, version, self.question.known)
        if terms.attributes.get(attribute) != value or terms.matter is None:
            return False
        return reach in self._judging.rates_of(version).matters_above(terms.matter)

    def _since(self, window: str, link: Link) -> datetime:
        if window == "fiscal_year" and self._fiscal_year is None:
            self._fiscal_year = AsOf(self._books, self.question.at, self.question.known).rule("fiscal_year")
        return window_start(
            window, self.question.at, self._books, grant_since=link.since, fiscal_year=self._fiscal_year or "01-01"
        )

    def exhausted(self, way: Way) -> Finding | None:
        """A special grant that was used as often as it may be; each item uses it once."""
        uses = way.chain.grant.uses if way.chain.grant is not None else None
        if uses is None:
            return None
        items = self._used_on(way.chain)
        if self.question.item in items or len(items) < uses:
            return None
        step = way.chain.steps[0]
        return Finding(code="EXHAUSTED", seq=step.seq, authority=step.authority, count=len(items), needed=uses)

    def _used_on(self, chain: Chain) -> set[str]:
        top = chain.links[0]
        key = "grant", top.step.authority, ""
        pools, reach = self._judging.pools(), chain.reaches[0]
        versions = pools.of_routes(key, self.question.act, reach, self._place, self._judging.pin)
        return {
            version.fact.item
            for version in earlier(versions, self._place, self.question.known)
            if isinstance(version.fact, ev.ActDone) and not version.fact.rejected and version.effective >= top.since
        }

    def remainders(self, way: Way) -> Iterator[Remainder]:
        """What is left of the caps of a way, and of the uses of its grant, before the act."""
        for link, cap in _caps(way.chain):
            line = settled(cap.fact.limit, self._figures)
            if isinstance(line, UpTo):
                taken = self._drawn(way, link, cap, line.currency)
                if taken is not None and taken.missing is None:
                    left = Money(max(_NOTHING, line.amount - taken.used.amount), line.currency)
                    yield Remainder(
                        authority=link.step.authority,
                        window=cap.fact.window,
                        pool=cap.fact.pool,
                        key=self._key(way, link, cap),
                        cap=cap.fact.limit,
                        used=taken.used,
                        left=left,
                    )
        uses = way.chain.grant.uses if way.chain.grant is not None else None
        if uses is not None:
            left_uses = max(0, uses - len(self._used_on(way.chain)))
            yield Remainder(authority=way.chain.steps[0].authority, window="grant", pool="grant", left_uses=left_uses)

    def _key(self, way: Way, link: Link, cap: Cap) -> str | None:
        """Whose pool it is."""
        pool = cap.fact.pool
        if pool == "person":
            return way.who.id
        if pool == "position":
            return link.position
        return self.question.attributes.get(pool) if pool in ev.ATTRIBUTE_POOLS else link.step.authority

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
            self._related = list(self._find_related())
        amount = self.question.amount
        for step in chain.steps if self._related and amount is not None else ():
            line = settled(step.limit, self._figures)
            if not isinstance(line, UpTo) or amount is None:
                continue
            own = self._figures.worth(amount, line.currency)
            surely, possibly = (own.amount, own.amount) if own is not None else (_NOTHING, _NOTHING)
            for one in self._related:
                worth = self._worth(one, line.currency)
                if worth is None:
                    missing.append(Finding(code="RATE_MISSING", authority=step.authority, amount=one.amount))
                    continue
                possibly = added(possibly, worth.amount)
                surely = added(surely, worth.amount) if one.lacking is None else surely
            finding = Finding(
                code="SPLIT_EXCEEDED",
                seq=step.limit_seq,
                authority=step.authority,
                limit=step.limit,
                amount=amount,
                used=Money(surely, line.currency),
            )
            if not fits(line, Money(surely, line.currency)):
                return finding
            if not fits(line, Money(possibly, line.currency)):
                lacking = next(one.lacking for one in self._related if one.lacking is not None)
                missing.append(_as(finding, "ATTRIBUTE_MISSING", dimension=lacking))
        return None

    def _worth(self, one: Related, currency: str) -> Money | None:
        pools = self._judging.pools()
        return pools.worth(one.version, one.amount, currency, self._judging.rates_of)

    def _find_related(self) -> Iterator[Related]:
        """Earlier acts of the same kind on other items that agree in what the rule names; each item's greatest."""
        rule = _SPLITTING.fullmatch(self._stretch.splitting)
        if rule is None:
            return
        question, books = self.question, self._books
        names = [name.strip() for name in rule[3].split(",")]
        own = {name: _relating(name, question.matter, question) for name in names}
        zone = books.zone
        day = question.at.astimezone(zone).date()
        since = start_of_day(day - timedelta(days=int(rule[2]) - 1), zone)
        versions = books.done.get(question.act, [])
        found: dict[str, Related] = {}
        start = bisect_left(versions, since, key=attrgetter("effective"))
        for version in earlier(versions[start:], self._place, question.known):
            fact = version.fact
            if not isinstance(fact, ev.ActDone) or fact.rejected or fact.item == question.item:
                continue
            terms = terms_of(books, version, question.known)
            theirs = {name: _relating(name, terms.matter, terms) for name in names}
            agrees = all(theirs[one] is not None and own[one] in (None, theirs[one]) for one in names)
            if not agrees or terms.amount is None:
                continue
            lacking = next((one for one in names if own[one] is None), None)
            former = found.get(fact.item)
            if former is None or former.amount.currency != terms.amount.currency:
                found[fact.item if former is None else f"{fact.item} {version.seq}"] = Related(
                    version, terms.amount, lacking
                )
            elif terms.amount.amount > former.amount.amount:
                found[fact.item] = Related(version, terms.amount, lacking)
        yield from found.values()

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
            if fact.act in others and fact.by.person == person:
                return Finding(code="SEPARATION", seq=version.source, deed=fact.deed, person=person, item=item)
        return None

    def unapproved(self) -> Finding | None:
        """A signature needs an approval of the same item: within authority, not later, for at least its amount."""
        item, amount = self.question.item, self.question.amount
        if item is None or self.question.act != "sign" or not self._stretch.sign_needs_approval:
            return None
        held = [one for one in self._judging.approvals(item, self.question.known) if one.since is not None]
        if not held:
            return Finding(code="APPROVAL_MISSING", item=item)
        first = held[0].version
        in_time = [one for one in held if one.since is not None and one.since.at <= self._place.at]
        if not in_time:
            return Finding(code="APPROVAL_LATER", item=item, seq=first.source, since=first.effective)
        covering = [self._covers(one.amount, amount) for one in in_time]
        if True in covering:
            return None
        last = in_time[-1]
        code: Code = "RATE_MISSING" if None in covering else "APPROVAL_TOO_SMALL"
        return Finding(code=code, item=item, seq=last.version.source, amount=amount, used=last.amount)

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


def _caps(chain: Chain) -> Iterator[tuple[Link, Cap]]:
    for link in chain.links:
        for cap in link.caps:
            yield link, cap


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
