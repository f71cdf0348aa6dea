"""Everything recorded about a thing as rectangles in both times: within one, the thing reads the same.

A thing's life and each of its properties are made of versions (`ledger/timeline.py`). For each stretch of known time in
which the same of them stand, and within it for each stretch of the life in which the same of them decide, there is one
rectangle; what reads the same in the next stretch of known time is one rectangle with it.
"""

from __future__ import annotations

from itertools import chain, pairwise
from typing import TYPE_CHECKING, NamedTuple

from ledger.timeline import STILL_KNOWN, life_at, value_at

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ledger.moments import Instant
    from ledger.timeline import Life, Thing, Version

    Timelines = Mapping[str, list[Version]]
    _Piece = tuple[Instant, Instant, Life, dict[str, Version]]
    """From when until when in valid time, within which life, and what decides each property."""


class Rectangle(NamedTuple):
    """Valid from and until, known from and until (both half-open), and the facts that decide within.

    `facts` has the version in force of each property that some fact sets; the others are as `created` states them. A
    life that ends at the instant it begins has one rectangle of no length: no question finds it, a reader sees it.
    """

    valid_from: Instant
    valid_until: Instant
    known_from: int
    known_until: int
    since: Instant
    created: Version
    ended: Version | None
    facts: dict[str, Version]

    @property
    def latest(self) -> Version:
        """Of the facts that decide, the one with the greatest (effective, seq): the rectangle begins with it."""
        if not self.facts:
            return self.created
        return max(self.created, *self.facts.values(), key=lambda one: (one.effective, one.seq))


def rectangles(thing: Thing, timelines: Timelines) -> Iterator[Rectangle]:
    """The rectangles of a thing, of whose properties those in `timelines` count; none that overlap.

    In the order in which they cease to be known, then in that of valid time.
    """
    if not thing.created:
        return
    versions = [*thing.created, *thing.ends, *chain.from_iterable(timelines.values())]
    if len(versions) == 1:
        (only,) = versions
        end = max(only.effective, only.until)
        yield Rectangle(only.effective, end, only.known_from, only.known_until, only.effective, only, None, {})
        return
    edges = sorted({edge for one in versions for edge in (one.known_from, one.known_until)})
    open_: dict[tuple[object, ...], tuple[int, _Piece]] = {}
    for known, until in pairwise(edges):
        pieces = {_reads(piece): piece for piece in _pieces(thing, timelines, known)}
        for key in [key for key in open_ if key not in pieces]:
            yield _closed(*open_.pop(key), known)
        for key, piece in pieces.items():
            if key not in open_:
                open_[key] = known, piece
        if until == STILL_KNOWN:
            break
    for since, piece in open_.values():
        yield _closed(since, piece, edges[-1])


def _pieces(thing: Thing, timelines: Timelines, known: int) -> Iterator[_Piece]:
    """The stretches of a thing's life as known at an entry, in order."""
    life = life_at(thing, known)
    if life is None:
        return
    since, until = life.since, max(life.since, life.until)
    if since == until:
        yield since, until, life, {}
        return
    standing = {
        name: kept
        for name, versions in timelines.items()
        if (kept := [one for one in versions if one.known_from <= known < one.known_until and one.effective >= since])
    }
    inside = {
        edge
        for versions in standing.values()
        for one in versions
        for edge in (one.effective, one.until)
        if since < edge < until
    }
    begun, before = since, _deciding(standing, since, known)
    for edge in sorted(inside):
        facts = _deciding(standing, edge, known)
        if facts != before:
            yield begun, edge, life, before
            begun, before = edge, facts
    yield begun, until, life, before


def _deciding(standing: Timelines, at: Instant, known: int) -> dict[str, Version]:
    found = ((name, value_at(versions, at, known)) for name, versions in standing.items())
    return {name: version for name, version in found if version is not None}


def _reads(piece: _Piece) -> tuple[object, ...]:
    """What makes two pieces the same: their valid time and the entries that state what decides."""
    start, stop, life, facts = piece
    ended = life.ended.source if life.ended is not None else 0
    return start, stop, life.created.source, ended, *((name, fact.source) for name, fact in facts.items())


def _closed(known_from: int, piece: _Piece, known_until: int) -> Rectangle:
    start, stop, life, facts = piece
    return Rectangle(start, stop, known_from, known_until, life.since, life.created, life.ended, facts)
