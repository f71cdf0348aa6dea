"""One property in two times, and the life of a thing.

A `Version` is a rectangle: a fact holds over valid time `[effective, until)` and stood, as known, over entry numbers
`[known_from, known_until)`. A correction closes the rectangle of the fact and opens another under the **fact's**
number, which decides the order on one effective date (semantics.md 2, "facts that stand").
"""

from __future__ import annotations

from bisect import bisect_right, insort
from operator import attrgetter

import msgspec

from ledger.events import Fact
from ledger.moments import FOREVER, Instant

STILL_KNOWN = 1 << 62
"""`known_until` of a version that stands at the head."""


class Version(msgspec.Struct, kw_only=True, gc=False, eq=False):
    """One rectangle of a fact. `seq` is the fact's number, `source` the number of the entry that states it so."""

    effective: Instant
    seq: int
    until: Instant
    known_from: int
    known_until: int
    source: int
    fact: Fact


class Life(msgspec.Struct, frozen=True, gc=False):
    """A thing's life `[since, until)` as known; `ended` is the fact that ends it, None for a stated end."""

    since: Instant
    until: Instant
    created: Version
    ended: Version | None = None

    def contains(self, at: Instant) -> bool:
        """Whether the thing exists at that instant."""
        return self.since <= at < self.until


class Thing(msgspec.Struct, eq=False):
    """Everything recorded about one thing: the versions of its creation, of its ends and of each of its properties.

    A thing that is only spoken of, never created, has no life; entries about it are idle.
    """

    id: str
    created: list[Version] = []
    ends: list[Version] = []
    properties: dict[str, list[Version]] = {}
    touched: int = 0
    """The entry that last changed the life."""
    latest: tuple[int, Life | None] | None = None
    """The life as known from an entry on, kept with that entry's number: of no use once another has touched it."""


_SHORT = 3
"""Up to here looking is faster than searching."""
_effective = attrgetter("effective")
_order = attrgetter("effective", "seq")


def version_of(fact: Fact, *, seq: int, source: int) -> Version:
    """The rectangle that an entry opens: known from that entry on."""
    until = getattr(fact, "until", None)
    return Version(
        effective=fact.effective.at,
        seq=seq,
        until=FOREVER if until is None else until.at,
        known_from=source,
        known_until=STILL_KNOWN,
        source=source,
        fact=fact,
    )


def place(versions: list[Version], version: Version) -> None:
    """Put a version where its effective date and its fact's number say."""
    if not versions or (versions[-1].effective, versions[-1].seq) <= (version.effective, version.seq):
        versions.append(version)
    else:
        insort(versions, version, key=_order)


def value_at(versions: list[Version], at: Instant, known: int, not_before: Instant | None = None) -> Version | None:
    """The version that decides at (`at`, `known`), or None.

    Of those that stand and whose period contains `at`, the one with the greatest (effective, seq). Versions effective
    before `not_before` (the start of the life they speak of) are idle and passed over.
    """
    index = len(versions) if len(versions) <= _SHORT else bisect_right(versions, at, key=_effective)
    while index:
        index -= 1
        version = versions[index]
        if version.effective > at:
            continue
        if not_before is not None and version.effective < not_before:
            return None
        if at < version.until and version.known_from <= known < version.known_until:
            return version
    return None


def life_at(thing: Thing, known: int) -> Life | None:
    """The life of a thing as known at an entry; None where it was not created or its creation is annulled.

    The end is the earliest of the stated one and of the recorded ones that lie inside the life.
    """
    latest, touched = thing.latest, thing.touched
    if known < touched:
        return _life(thing, known)
    if latest is None or latest[0] != touched:
        thing.latest = latest = touched, _life(thing, known)
    return latest[1]


def _life(thing: Thing, known: int) -> Life | None:
    created: Version | None = None
    for version in thing.created:
        if version.known_from <= known < version.known_until:
            created = version
    if created is None:
        return None
    since, until, ended = created.effective, created.until, None
    for end in thing.ends:
        if end.known_from <= known < end.known_until and since <= end.effective:
            if end.effective > until or (end.effective == until and ended is None):
                break
            until, ended = end.effective, end
    return Life(since, until, created, ended)
