"""A grant or delegation as it reads at one point of the two times: its terms, its holder, is it in force."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from ledger.books.people import departure
from ledger.events import (
    AuthorityCapped,
    AuthorityDelegated,
    AuthorityGranted,
    AuthoritySuspended,
    Fact,
    JointlyHeld,
    ScopeTerm,
)
from ledger.moments import FOREVER, Instant
from ledger.money import Unlimited
from ledger.policy.questions import Code, Finding, Step

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ledger.books.reading import AsOf
    from ledger.ids import Holder
    from ledger.money import Limit
    from ledger.timeline import Life, Thing, Version


class Cap(msgspec.Struct, gc=False, frozen=True):
    """A cap in force on a link, and the entry that states it."""

    fact: AuthorityCapped
    seq: int


class Link(msgspec.Struct, gc=False, eq=False):
    """A grant or delegation as it reads at the instant. `trouble` is why it is not in force, None where it is."""

    fact: AuthorityGranted | AuthorityDelegated
    step: Step
    position: str | None
    scope: tuple[ScopeTerm, ...]
    trouble: Finding | None
    since: Instant
    home_stands: bool
    order: int
    """The number of the fact, which a correction keeps: the order of routes."""
    giver: tuple[str, str] | None = None
    """Who gave a delegation, as that reads at the instant; None for a grant."""
    caps: tuple[Cap, ...] = ()
    joint: JointlyHeld | None = None
    """The signers that a grant needs, where it needs more than one."""

    def is_held_by(self, giver: tuple[str, str] | None) -> bool:
        """Whether somebody holds this link, and so can give part of it."""
        holder = self.fact.holder
        return giver in ((holder.kind, holder.id), ("position", self.position))


class Links:
    """Reads each link once."""

    def __init__(self, reading: AsOf) -> None:
        self.reading = reading
        self._links: dict[str, Link | None] = {}

    def said(self, thing: Thing) -> Fact | None:
        """What a grant or delegation says of its place: as it stands or, where it does not, as it last stood."""
        life = self.reading.life_of(thing)
        version = life.created if life is not None else self.reading.ever_stated(thing)
        return version.fact if version is not None else None

    def link(self, thing: Thing) -> Link | None:
        """A grant or delegation as it reads at the instant; None where it does not stand."""
        if thing.id not in self._links:
            self._links[thing.id] = self._read(thing)
        return self._links[thing.id]

    def _read(self, thing: Thing) -> Link | None:
        """What a grant or delegation says at the instant; None where it does not stand."""
        reading, life = self.reading, self.reading.life_of(thing)
        if life is None or not isinstance(fact := life.created.fact, (AuthorityGranted, AuthorityDelegated)):
            return None
        holder = fact.holder
        position = reading.resolve(holder.position) if holder.position is not None else None
        amended = reading.property(thing, "limit", life)
        limit: Limit = amended.fact.limit if amended else fact.limit  # type: ignore[attr-defined]
        rescoped = reading.property(thing, "scope", life)
        scope: tuple[ScopeTerm, ...] = rescoped.fact.scope if rescoped else fact.scope  # type: ignore[attr-defined]
        step = Step(
            authority=thing.id,
            seq=life.created.source,
            kind=fact.kind if isinstance(fact, AuthorityGranted) else "delegation",
            holder=holder,
            limit=limit,
            limit_seq=amended.source if amended else life.created.source,
            instrument=fact.instrument,
            clause=fact.clause,
            read_as=position if position != holder.position else None,
        )
        home = self._home(holder, position)
        stands = home is not None and (holder.position is None or home.contains(reading.at))
        giver = self._giver(fact) if isinstance(fact, AuthorityDelegated) else None
        trouble = self._trouble(thing, fact, life, home)
        link = Link(fact, step, position, scope, trouble, life.since, stands, life.created.seq, giver)
        if "caps" in thing.properties:
            link.caps = tuple(self._caps(thing, life))
        if "joint" in thing.properties:
            word = reading.property(thing, "joint", life)
            if word is not None and isinstance(word.fact, JointlyHeld) and (word.fact.persons > 1 or word.fact.classes):
                link.joint = word.fact
        return link

    def _caps(self, thing: Thing, life: Life) -> Iterator[Cap]:
        """Caps of another window or pool stand side by side, the same replaces; an unlimited one is none."""
        kinds: dict[tuple[str, str], list[Version]] = {}
        for version in thing.properties["caps"]:
            if isinstance(version.fact, AuthorityCapped):
                kinds.setdefault((version.fact.window, version.fact.pool), []).append(version)
        for versions in kinds.values():
            word = self.reading.value(versions, life.since)
            if (
                word is not None
                and isinstance(word.fact, AuthorityCapped)
                and not isinstance(word.fact.limit, Unlimited)
            ):
                yield Cap(word.fact, word.source)

    def _giver(self, fact: AuthorityDelegated) -> tuple[str, str]:
        giver = fact.giver
        read = self.reading.resolve(giver.position) if giver.position is not None else None
        return giver.kind, read or giver.id

    def _home(self, holder: Holder, position: str | None) -> Life | None:
        """The life of whoever holds a link; None where they are unknown or annulled."""
        if holder.position is not None:
            return self.reading.life("position", position) if position is not None else None
        return self.reading.life(holder.kind, holder.id)

    def _trouble(
        self, thing: Thing, fact: AuthorityGranted | AuthorityDelegated, life: Life, home: Life | None
    ) -> Finding | None:
        """Why a link is not in force: it, or whoever holds it, has not begun or has ended, or it is suspended.

        What ended it first says why: its own end, the end of the position or committee that holds it, or the departure
        of the person it names.
        """
        at = self.reading.at
        if home is None:
            return Finding(code="CHAIN_BROKEN", seq=life.created.source, authority=thing.id)
        named = fact.holder.person
        since = life.since if named is not None else max(life.since, home.since)
        if at < since:
            return Finding(code="NOT_YET_EFFECTIVE", seq=life.created.source, authority=thing.id, since=since)
        gone, source = home.until, (home.ended or home.created).source
        if named is not None:
            gone, source = (FOREVER, 0) if fact.outlasts_office else departure(self.reading, named, life.since)
        if at >= gone and gone < life.until:
            return Finding(code="EXPIRED", seq=source, authority=thing.id, until=gone)
        if at >= life.until:
            code: Code = "REVOKED" if life.ended is not None and life.until < gone else "EXPIRED"
            return Finding(code=code, seq=(life.ended or life.created).source, authority=thing.id, until=life.until)
        word = self.reading.property(thing, "suspended", life)
        if word is not None and isinstance(word.fact, AuthoritySuspended):
            until = None if word.until == FOREVER else word.until
            return Finding(code="SUSPENDED", seq=word.source, authority=thing.id, since=word.effective, until=until)
        return None
