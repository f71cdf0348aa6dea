"""Caps and uses: what was drawn from a pool before an act, and whether the act still fits (semantics.md 4)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import msgspec

from ledger import events as ev
from ledger.books.items import Place, earlier, terms_of
from ledger.books.reading import AsOf
from ledger.money import Money, UpTo, added, settled
from ledger.policy.bounds import Bounds, bounded
from ledger.policy.questions import Finding, Remainder
from ledger.policy.tally import Tally
from ledger.policy.use import Counting, Drawn, drawn, window_start

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from ledger.books.state import Books
    from ledger.money import Figures
    from ledger.policy.chains import Chain
    from ledger.policy.links import Cap, Link
    from ledger.policy.precedents import Judging
    from ledger.policy.questions import Question
    from ledger.policy.routes import Way
    from ledger.timeline import Version

_NOTHING = Decimal(0)


class Capping:
    """Tries the caps and uses of ways for one question, which stands at a place in the order of acts."""

    def __init__(self, books: Books, question: Question, judging: Judging, *, place: Place, figures: Figures) -> None:
        self._books, self.question, self._judging = books, question, judging
        self._place, self._figures = place, figures
        self._fiscal_year: str | None = None

    def capped(self, way: Way, missing: list[Finding]) -> Finding | None:
        """The first cap of a link that the act, on top of what was drawn before, would exceed."""
        exceeded = None
        for link, cap in _caps(way.chain) if self.question.amount is not None else ():
            finding = self._over(way, link, cap, missing)
            exceeded = exceeded or finding
        return exceeded

    def _over(self, way: Way, link: Link, cap: Cap, missing: list[Finding]) -> Finding | None:
        """Whether the act would exceed a cap; what is missing to tell, where that could change the answer."""
        finding = Finding(
            code="CUMULATIVE_EXCEEDED",
            seq=cap.seq,
            authority=link.step.authority,
            limit=cap.fact.limit,
            amount=self.question.amount,
            window=cap.fact.window,
            pool=cap.fact.pool,
        )
        within, lacks = bounded(cap.fact.limit, self._figures, lambda currency: self._sum(way, link, cap, currency))
        if within is False:
            line = settled(cap.fact.limit, self._figures)
            taken = self._drawn(way, link, cap, line.currency) if isinstance(line, UpTo) else None
            used = None if taken is None or not isinstance(line, UpTo) else Money(taken.low, line.currency)
            return msgspec.structs.replace(finding, used=used)
        for code in lacks:
            dimension = cap.fact.pool if code == "ATTRIBUTE_MISSING" else None
            missing.append(msgspec.structs.replace(finding, code=code, dimension=dimension))
        return None

    def _sum(self, way: Way, link: Link, cap: Cap, currency: str) -> Bounds:
        """What the pool would come to with the act, at least and at most."""
        taken = self._drawn(way, link, cap, currency)
        if taken is None:
            return Bounds(_NOTHING, None, ("ATTRIBUTE_MISSING",))
        amount = self.question.amount
        here = self._figures.worth(amount, currency) if amount is not None else None
        if here is None:
            return Bounds(taken.low, None, ("RATE_MISSING",))
        more = max(_NOTHING, here.amount - taken.on_item)
        low = added(taken.low, _NOTHING if taken.unsure else more)
        high = None if taken.high is None else added(taken.high, more)
        return Bounds(low, high, ("RATE_MISSING",))

    def _drawn(self, way: Way, link: Link, cap: Cap, currency: str) -> Drawn | None:
        """What was drawn from a cap's pool before; None where the act lacks the attribute that names the pool."""
        question, pool = self.question, cap.fact.pool
        pools = self._judging.pools()
        if pool in ev.ATTRIBUTE_POOLS:
            value = question.attributes.get(pool)
            if value is None:
                return None
            versions = pools.of_values(question.act, pool, value)
            reach = way.chain.reaches[way.chain.links.index(link)]

            def counts(version: Version) -> bool:
                return self._of_value(version, pool, value, reach)
        else:
            versions = pools.of_link(
                (link.step.authority, question.act), self._place, question.known, self._judging.pin
            )

            def counts(version: Version) -> bool:
                return self._of_route(version, way, link, pool)

        since = self._since(cap.fact.window, link)
        tally = self._tally(versions, way, link, pool, currency) if pool not in ev.ATTRIBUTE_POOLS else None
        summed = tally.drawn(self._place, since, question.item, question.known) if tally is not None else None
        if summed is not None:
            return summed
        how = Counting(
            question.known,
            currency,
            lambda version, amount: pools.worth(version, amount, currency, question.known, self._judging.rates_of),
            counts,
        )
        return drawn(self._books, versions, self._place, since, question.item, how)

    def _tally(self, versions: list[Version], way: Way, link: Link, pool: str, currency: str) -> Tally | None:
        """The running sums of a pool of a link, for as far as they do not depend on what is known."""
        pools, judging, holder = self._judging.pools(), self._judging, link.fact.holder
        authority, who = link.step.authority, way.who

        def counts(version: Version) -> bool:
            return pool != "person" or (isinstance(version.fact, ev.ActDone) and version.fact.by == who)

        def worth(version: Version, amount: Money) -> Money | None:
            if pool == "position":
                pin, _ = judging.pin(version)
                if pin is None or (authority, holder) not in pin.links:
                    return None
            return pools.worth_then(version, amount, currency, judging.rates_of)

        key = pool, who if pool == "person" else holder, currency
        return pools.tally((authority, self.question.act), versions, key, lambda: Tally(self._books, counts, worth))

    def _of_value(self, version: Version, attribute: str, value: str, reach: str) -> bool:
        """Whether an act, as known, states an attribute so, over a matter that the capped link covers."""
        terms = terms_of(self._books, version, self.question.known)
        if terms.attributes.get(attribute) != value or terms.matter is None:
            return False
        return reach in AsOf(self._books, version.effective, self.question.known).matters_above(terms.matter)

    def _of_route(self, version: Version, way: Way, link: Link, pool: str) -> bool:
        """Whether an act that used a link drew on the same pool of it: the same person's, the same office's."""
        if pool == "person":
            return isinstance(version.fact, ev.ActDone) and version.fact.by == way.who
        if pool == "grant":
            return True
        pin, _ = self._judging.pin(version)
        held = next((holder for one, holder in pin.links if one == link.step.authority), None) if pin else None
        if held is None or held.position is None or link.position is None:
            return held == link.fact.holder
        return AsOf(self._books, self.question.at, self.question.known).resolve(held.position) == link.position

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
        items = self._used_on(way.chain.links[0])
        if self.question.item in items or len(items) < uses:
            return None
        step = way.chain.steps[0]
        return Finding(code="EXHAUSTED", seq=step.seq, authority=step.authority, count=len(items), needed=uses)

    def _used_on(self, top: Link) -> set[str]:
        pools, known = self._judging.pools(), self.question.known
        link = top.step.authority, self.question.act
        versions = pools.of_link(link, self._place, known, self._judging.pin)
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
                if taken is not None and taken.high is not None and taken.high == taken.low:
                    yield Remainder(
                        authority=link.step.authority,
                        window=cap.fact.window,
                        pool=cap.fact.pool,
                        key=self._key(way, link, cap),
                        cap=cap.fact.limit,
                        used=Money(taken.high, line.currency),
                        left=Money(max(_NOTHING, line.amount - taken.high), line.currency),
                    )
        uses = way.chain.grant.uses if way.chain.grant is not None else None
        if uses is not None:
            left_uses = max(0, uses - len(self._used_on(way.chain.links[0])))
            yield Remainder(authority=way.chain.steps[0].authority, window="grant", pool="grant", left_uses=left_uses)

    def _key(self, way: Way, link: Link, cap: Cap) -> str | None:
        """Whose pool it is."""
        pool = cap.fact.pool
        if pool == "person":
            return way.who.id
        if pool == "position":
            return link.position
        return self.question.attributes.get(pool) if pool in ev.ATTRIBUTE_POOLS else link.step.authority


def _caps(chain: Chain) -> Iterator[tuple[Link, Cap]]:
    for link in chain.links:
        for cap in link.caps:
            yield link, cap
