"""The flip report: every act, item, authority and target whose verdict or standing differs with and without entries.

What the entries between two known times say decides which acts are judged again: never too few, seldom many too many.
By the facts of its own time an act is judged as ever, so only `now` can differ, and only from the earliest date on that
one of the entries speaks of; for an appointment, only for those who act through that position, above it, or for the
person appointed.
"""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, TypeVar

from ledger import events as ev
from ledger.books.items import NEXT, Place, done_as_known
from ledger.books.reading import AsOf
from ledger.policy.chains import between
from ledger.policy.judging import Judge
from ledger.policy.links import Links
from ledger.policy.reach import Reach
from ledger.policy.setters import target_verdicts
from ledger.policy.settling import item_verdict, verdict_of
from ledger.policy.verdicts import Flip, FlipReport

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime

    from ledger.books.state import Books
    from ledger.ids import Seq
    from ledger.policy.questions import Finding
    from ledger.policy.verdicts import Verdict
    from ledger.timeline import Thing

T = TypeVar("T")
_STANDING = {
    "NOT_YET_EFFECTIVE": "not_yet",
    "EXPIRED": "expired",
    "REVOKED": "revoked",
    "SUSPENDED": "suspended",
}


def flips(
    books: Books,
    before: Seq,
    after: Seq,
    *,
    on: datetime,
    progress: Callable[[int, int], None] | None = None,
) -> FlipReport:
    """What differs on a date between what was known at two entries.

    For a recorded entry these are the entry before it and itself; for a planned one, the head and the head with it.
    `progress` is told the things looked at and all there are to look at; what it raises ends the work. Raises nothing
    else.
    """
    reach = Reach(books, before, after)
    judge = Judge(books)
    deeds, authorities, targets = reach.deeds(), reach.authorities(), reach.targets()
    items = list(dict.fromkeys(item for thing in deeds for item in _items_of(thing)))
    done, in_all = count(1), len(deeds) + len(items) + len(authorities) + len(targets)

    def counted(things: Iterable[T]) -> Iterator[T]:
        for thing in things:
            if progress is not None:
                progress(next(done), in_all)
            yield thing

    found = [
        *_acts(judge, counted(deeds), on, before, after),
        *_items(judge, counted(items), on, before, after),
        *_authorities(judge, counted(authorities), on, before, after),
        *_targets(judge, counted(targets), on, before, after),
    ]
    return FlipReport(on=on, before_seq=before, after_seq=after, judged=len(deeds) + len(items), flips=tuple(found))


def _items_of(thing: Thing) -> list[str]:
    return [version.fact.item for version in thing.created if isinstance(version.fact, ev.ActDone)]


def _acts(judge: Judge, deeds: Iterable[Thing], on: datetime, before: Seq, after: Seq) -> Iterator[Flip]:
    for thing in deeds:
        sides = [_act(judge, thing, on, known) for known in (before, after)]
        if _code(sides[0]) != _code(sides[1]):
            verdict = sides[1] or sides[0]
            if verdict is not None:
                yield Flip(
                    kind="act",
                    id=thing.id,
                    item=verdict.item,
                    act=verdict.act,
                    who=verdict.who,
                    before=_code(sides[0]),
                    after=_code(sides[1]),
                )


def _act(judge: Judge, thing: Thing, on: datetime, known: Seq) -> Verdict | None:
    version = done_as_known(thing, known)
    return None if version is None else verdict_of(judge, version, on, known)


def _code(verdict: Verdict | None) -> str | None:
    return None if verdict is None else verdict.verdict


def _items(judge: Judge, items: Iterable[str], on: datetime, before: Seq, after: Seq) -> Iterator[Flip]:
    for item in items:
        sides = [item_verdict(judge.books, item, on, known, judge) for known in (before, after)]
        if _code(sides[0]) != _code(sides[1]):
            verdict = sides[1] or sides[0]
            act = verdict.act if verdict is not None else None
            yield Flip(kind="item", id=item, item=item, act=act, before=_code(sides[0]), after=_code(sides[1]))


def _authorities(judge: Judge, things: Iterable[Thing], on: datetime, before: Seq, after: Seq) -> Iterator[Flip]:
    readings = [AsOf(judge.books, on, known) for known in (before, after)]
    links = [Links(reading) for reading in readings]
    for thing in things:
        sides = [standing(judge, one, thing) for one in links]
        if sides[0] != sides[1]:
            yield Flip(kind="authority", id=thing.id, before=sides[0], after=sides[1])


def standing(judge: Judge, links: Links, thing: Thing) -> str | None:
    """How a grant or delegation stands at the instant of a reading: in force, or why not; None where it does not."""
    link = links.link(thing)
    if link is None:
        return None
    broken: Finding | None = None
    here, passed = link, {thing.id}
    while isinstance(fact := here.fact, ev.AuthorityDelegated) and fact.source not in passed:
        passed.add(fact.source)
        source = links.reading.books.things["authority"].get(fact.source)
        above = links.link(source) if source is not None else None
        broken = between(above, here) or broken
        if above is None:
            break
        here = above
    if link.trouble is not None:
        return _STANDING.get(link.trouble.code, "broken")
    if broken is not None or not isinstance(here.fact, ev.AuthorityGranted):
        return "broken"
    grounds = here.fact.by_decision
    rests = grounds is None or judge.stands(grounds, Place(links.reading.at, NEXT), links.reading.known)
    return "in_force" if rests else "broken"


def _targets(judge: Judge, targets: Iterable[str], on: datetime, before: Seq, after: Seq) -> Iterator[Flip]:
    root = judge.books.root
    for target in targets:
        stood, stands = (_alive(judge.books, target, on, known) for known in (before, after))
        if stood != stands:
            yield Flip(kind="target", id=target, before=stood, after=stands)
        # A correction keeps the fact's number, by which what it says stands beside what it replaced.
        sides = [
            {(one.what, root.get(one.seq, one.seq)): one for one in target_verdicts(judge.books, target, known, judge)}
            for known in (before, after)
        ]
        for key in sorted(sides[0].keys() | sides[1].keys(), key=lambda one: one[1]):
            one, other = sides[0].get(key), sides[1].get(key)
            codes = [None if side is None else side.verdict for side in (one, other)]
            if codes[0] != codes[1]:
                yield Flip(kind="target", id=target, act=key[0], before=codes[0], after=codes[1])


def _alive(books: Books, target: str, on: datetime, known: Seq) -> str | None:
    """Whether a target counts on a date, as known; None where it was never set."""
    life = AsOf(books, on, known).life("target", target)
    if life is None:
        return None
    return "in_force" if life.contains(on) else "not_yet" if on < life.since else "expired"
