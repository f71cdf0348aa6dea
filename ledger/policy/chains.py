"""A grant and the delegations below it, with everything that can be said of them before anything is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from ledger.books.figures import Published
from ledger.events import AuthorityDelegated, AuthorityGranted
from ledger.money import Greater, Limit, NoAuthority, Percent, Smaller, UpTo, smallest, wider
from ledger.policy.links import Link
from ledger.policy.questions import Code, Finding, Step

if TYPE_CHECKING:
    from ledger.books.reading import AsOf

NOT_STANDING: Finding = Finding(code="CHAIN_BROKEN")
"""Why a chain is broken whose earlier link does not stand at all."""


_FIGURED = (Percent, Smaller, Greater)


class Chain(msgspec.Struct, kw_only=True, eq=False):
    """A grant and the delegations below it, with what can be said of them before anything is asked.

    `rests_on` is the item that the grant rests on; `blocked` is the first check that fails whatever is asked: not in
    force, broken, or reserved; `late` are delegations that do not cover what was pending when they began; `barren` is a
    link without any authority; `tightest` is the smallest limit where all are in one currency, `mixed` says that they
    need figures to compare; `reach` is the last link's matter.
    """

    links: tuple[Link, ...]
    blocked: Finding | None
    late: tuple[Link, ...]
    scoped: tuple[Link, ...]
    barren: Finding | None
    tightest: UpTo | None
    mixed: bool
    steps: tuple[Step, ...]
    limit: Limit
    reach: str
    rests_on: str | None

    @property
    def reaches(self) -> list[str]:
        """The matter that each link covers: its own narrower one, or that of the nearest link above that states one."""
        found: list[str] = []
        for link in self.links:
            found.append(link.fact.matter or (found[-1] if found else self.reach))
        return found

    @property
    def grant(self) -> AuthorityGranted | None:
        """The grant at the top, where it stands."""
        top = self.links[0].fact
        return top if isinstance(top, AuthorityGranted) else None


class Chains:
    """Puts links together; looks each matter's reservation up once."""

    def __init__(self, reading: AsOf) -> None:
        self.reading = reading
        self._reserved: dict[tuple[str, ...], Finding | None] = {}

    def chain(self, links: tuple[Link, ...], broken: Finding | None, reach: str, matters: list[str] | None) -> Chain:
        """A chain; `broken` is why an earlier link is not in force, `matters` what was asked about (None: its own)."""
        delegated = isinstance(links[-1].fact, AuthorityDelegated)
        blocked = links[-1].trouble or as_broken(broken)
        if blocked is None and delegated:
            blocked = self.reservation(self.reading.matters_above(reach) if matters is None else matters)
        steps = tuple([link.step for link in links])
        bounds = [step.limit for step in steps if isinstance(step.limit, UpTo)]
        mixed = len({bound.currency for bound in bounds}) > 1 or any(isinstance(step.limit, _FIGURED) for step in steps)
        tightest = None if mixed or not bounds else bounds[0]
        for bound in bounds[1:]:
            if tightest is not None and not wider(bound, tightest):
                tightest = bound
        barren = next((step for step in steps if isinstance(step.limit, NoAuthority)), None)
        late = [link for link in links if isinstance(link.fact, AuthorityDelegated) and not link.fact.covers_pending]
        return Chain(
            links=links,
            blocked=blocked,
            late=tuple(late),
            scoped=tuple([link for link in links if link.scope]),
            barren=None if barren is None else _step_finding("NO_AUTHORITY", barren),
            tightest=tightest,
            mixed=mixed,
            steps=steps,
            limit=tightest
            if tightest is not None and len(bounds) == len(steps)
            else smallest([step.limit for step in steps], Published(self.reading)),
            reach=reach,
            rests_on=top.by_decision if isinstance(top := links[0].fact, AuthorityGranted) else None,
        )

    def reservation(self, matters: list[str]) -> Finding | None:
        """No delegated route covers a reserved matter or what lies below it."""
        key = tuple(matters)
        if key not in self._reserved:
            reserved = next((one for one in matters if self.reading.stated("matter", one, "reserved")), None)
            self._reserved[key] = None if reserved is None else Finding(code="RESERVED", matter=reserved)
        return self._reserved[key]


def between(above: Link | None, below: Link) -> Finding | None:
    """Why a delegation rests on nothing: its source does not stand or is not in force, or its giver holds it not."""
    if above is None:
        return NOT_STANDING
    if above.trouble is None and not above.is_held_by(below.giver):
        return Finding(code="CHAIN_BROKEN", seq=below.step.seq, authority=below.step.authority)
    return above.trouble


def as_broken(earlier: Finding | None) -> Finding | None:
    """An earlier link is not in force."""
    if earlier is None or earlier.code == "CHAIN_BROKEN":
        return earlier
    return msgspec.structs.replace(earlier, code="CHAIN_BROKEN", stated=earlier.code)


def _step_finding(code: Code, step: Step) -> Finding:
    return Finding(code=code, seq=step.limit_seq, authority=step.authority, limit=step.limit)
