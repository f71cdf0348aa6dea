"""How who could, may they and what could they do look."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.rendering import entry
from api.rendering.reasons import reason
from api.words.vocabulary import CAPACITIES, FLAGS, GRANTS, POOLS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from api.rendering import Page
    from ledger.asking import DuringTheDay
    from ledger.policy import Answer, Need, OpenAuthority, Question, Remainder, Route, Ruling
    from ledger.policy.questions import Candidate, NearMiss


def show_who(page: Page, answer: Answer, changes: DuringTheDay, nothing: str | None = None) -> None:
    """Who could, by which routes; who could not, and why; `nothing` says why nothing was there at all."""
    _question(
        page, page.words.say("who", act=_act(page, answer.question), matter=_matter(page, answer.question)), answer
    )
    if answer.candidates:
        _candidates(page, answer.candidates)
    elif answer.determined:
        page.say("who.nobody")
        if nothing is not None:
            page.line(nothing)
    else:
        page.say("undetermined")
        for one in answer.missing:
            page.line("  " + reason(page, one))
    if answer.near_misses:
        page.line()
        page.say("who.near")
        page.table(("h.who", "h.reason", "h.capacity", "h.authority"), _misses(page, answer.near_misses))
    basis(
        page,
        [
            *(route for one in answer.candidates for route in one.routes),
            *(route for one in answer.near_misses for route in _routes(one)),
        ],
    )
    page.during(changes)


def show_may(page: Page, ruling: Ruling, changes: DuringTheDay, nothing: str | None = None) -> None:
    """Yes with the routes, no with the reason, or what is missing; `nothing` says why nothing was there at all."""
    question = ruling.question
    act, matter = _act(page, question), _matter(page, question)
    _question(page, page.words.say("may", person=page.names.holder(ruling.who), act=act, matter=matter), ruling)
    if ruling.candidate is not None:
        page.say("may.yes")
        _candidates(page, [ruling.candidate])
    elif ruling.reason is not None:
        page.say(f"may.{ruling.outcome}", reason=reason(page, ruling.reason))
        if nothing is not None:
            page.line(nothing)
    if ruling.candidate is None and ruling.near_miss is not None:
        page.line()
        page.table(("h.reason", "h.capacity", "h.authority"), (row[1:] for row in _misses(page, [ruling.near_miss])))
    basis(
        page,
        [
            *(ruling.candidate.routes if ruling.candidate is not None else ()),
            *(_routes(ruling.near_miss) if ruling.candidate is None and ruling.near_miss is not None else ()),
        ],
    )
    page.during(changes)


def show_what(page: Page, found: Sequence[OpenAuthority]) -> None:
    """Each authority that is open to a person; the times stand on the page already."""
    if not found:
        page.say("what.nothing")
        return
    page.table(
        ("h.act", "h.matter", "h.limit", "h.capacity", "h.needs", "h.authority"),
        (
            (
                page.names.name("act", one.act) or one.act,
                page.names.shown("matter", one.matter),
                page.words.limit(one.route.limit),
                capacity(page, one.route),
                page.words.join(one.needs),
                links(one.route),
            )
            for one in found
        ),
    )
    basis(page, (one.route for one in found))


def _question(page: Page, line: str, answer: Answer | Ruling) -> None:
    """What was asked, and the two times."""
    question, words, names = answer.question, page.words, page.names
    more = []
    if question.amount is not None:
        more.append(words.say("ask.amount", amount=question.amount))
    if question.requester is not None:
        more.append(words.say("ask.requester", person=names.shown("person", question.requester)))
    if question.beneficiary is not None:
        more.append(words.say("ask.beneficiary", person=names.shown("person", question.beneficiary)))
    more += [words.say("ask.attribute", name=name, value=value) for name, value in sorted(question.attributes.items())]
    if question.item is not None:
        more.append(words.say("ask.item", item=names.shown("item", question.item)))
    if question.claimed is not None:
        more.append(words.say("ask.claimed", position=names.shown("position", question.claimed)))
    if question.opened is not None:
        more.append(words.say("ask.opened", at=page.instant(question.opened)))
    comma = "，" if words.lang == "zh" else ", "
    page.line(comma.join([line, *more]) + words.say("ask.end"), style="bold")
    page.times(answer.valid_at, answer.known_seq, answer.known_at)
    page.line()


def _act(page: Page, question: Question) -> str:
    return page.names.name("act", question.act) or question.act


def _matter(page: Page, question: Question) -> str:
    return page.names.shown("matter", question.matter)


def _candidates(page: Page, candidates: Sequence[Candidate]) -> None:
    rows = []
    for one in candidates:
        flags = page.words.join(page.words.pick(FLAGS, flag) for flag in one.flags)
        for at, route in enumerate(one.routes):
            who, note = (page.names.holder(one.who), flags) if at == 0 else ("", "")
            rows.append((who, capacity(page, route), page.words.limit(route.limit), links(route), note))
    page.table(("h.who", "h.capacity", "h.limit", "h.authority", "h.flags"), rows)
    _left(page, candidates)
    _needed(page, candidates)


def _left(page: Page, candidates: Sequence[Candidate]) -> None:
    """What is left of the cumulative limits and of the uses, by candidate."""
    rows = [
        (page.names.holder(one.who) if at == 0 else "", *_remainder(page, left))
        for one in candidates
        for at, left in enumerate(one.remainders)
    ]
    if not rows:
        return
    page.line()
    page.say("left")
    headings = ("h.who", "h.authority", "h.window", "h.cap", "h.used", "h.left")
    if page.fits(headings, rows):
        page.table(headings, rows)
        return
    for one in candidates:
        for left in one.remainders:
            authority, window, cap, used, rest = _remainder(page, left)
            facts = {"who": page.names.holder(one.who), "authority": authority, "window": window, "left": rest}
            page.aside(
                page.words.say("left.of", **facts)
                if not cap
                else page.words.say("left.cap", cap=cap, used=used, **facts)
            )


def _remainder(page: Page, one: Remainder) -> tuple[str, ...]:
    words = page.words
    if one.left_uses is not None:
        return one.authority, words.say("left.life"), "", "", words.some("time", one.left_uses)
    pool = words.pick(POOLS, one.pool)
    if one.key is not None and one.pool != "grant":
        pool = words.both(pool, page.names.name(one.pool, one.key) or one.key)
    return (
        one.authority,
        words.say("left.pooled", window=words.window(one.window), pool=pool),
        words.limit(one.cap) if one.cap is not None else "",
        str(one.used) if one.used is not None else "0",
        str(one.left) if one.left is not None else words.say("left.unlimited"),
    )


def _needed(page: Page, candidates: Sequence[Candidate]) -> None:
    """What is still needed beside one act, by candidate; said once where it is the same for several."""
    said: dict[str, list[str]] = {}
    for one in candidates:
        if one.needs:
            told = page.words.semicolon(_need(page, need) for need in one.needs)
            said.setdefault(told, []).append(page.names.holder(one.who))
    if said:
        page.line()
        page.say("need")
        for told, names in said.items():
            page.aside(page.words.say("need.of", who=page.words.join(names), needs=told))


def _need(page: Page, need: Need) -> str:
    words, names = page.words, page.names
    if need.kind == "approval":
        return words.say("need.approval")
    if need.kind == "quorum":
        return words.say("need.quorum", seats=words.some("seat", need.persons or 0))
    said = [words.say("need.joint", persons=words.some("person", need.persons or 0), authority=need.authority or "")]
    said += [
        words.say("need.class", count=one.count, holders=words.join(names.holder(holder) for holder in one.holders))
        for one in need.classes
    ]
    for key, persons in (("need.signed", need.signed), ("need.enough", need.enough), ("need.could", need.could)):
        if persons:
            said.append(words.say(key, persons=words.join(names.shown("person", one) for one in persons)))
    return words.comma(said)


def _misses(page: Page, misses: Sequence[NearMiss]) -> Iterator[tuple[str, str, str, str]]:
    for one in misses:
        yield page.names.holder(one.who), reason(page, one.reason), capacity(page, one.route), links(one.route)
        for other in one.others:
            yield "", reason(page, other.reason), capacity(page, other.route), links(other.route)


def _routes(miss: NearMiss) -> list[Route]:
    return [miss.route, *(other.route for other in miss.others)]


def links(route: Route) -> str:
    """The links of a route, from the instrument to the person, a line each."""
    return "\n".join(f"{step.authority} {entry(step.seq)}" for step in route.steps)


def basis(page: Page, routes: Iterable[Route]) -> None:
    """Each authority that was spoken of: stated by which entry, its limit, held by whom, by which document."""
    words = page.words
    steps = {(step.authority, step.seq): step for route in routes for step in route.steps}
    if not steps:
        return
    rows = []
    for step in steps.values():
        holder = page.names.holder(step.holder)
        if step.read_as is not None:
            holder = words.both(holder, words.say("read_as", position=page.names.shown("position", step.read_as)))
        limit = words.limit(step.limit)
        if step.limit_seq != step.seq:
            limit += f" {entry(step.limit_seq)}"
        title = f"{words.both(step.authority, words.pick(GRANTS, step.kind))} {entry(step.seq)}"
        rows.append((title, limit, holder, page.document(step.instrument, step.clause)))
    page.line()
    page.say("basis")
    page.table(("h.authority", "h.limit", "h.holder", "h.instrument"), rows)


def capacity(page: Page, route: Route) -> str:
    """In which capacity, through which position, by which appointment."""
    said = page.words.pick(CAPACITIES, route.capacity)
    if route.position is not None:
        title = page.names.name("position", route.position) or route.position
        said = page.words.say("via", capacity=said, position=title)
    return said if route.appointment_seq is None else f"{said} {entry(route.appointment_seq)}"
