"""How the chart, the limits and a charter look."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text
from rich.tree import Tree

from api.rendering import entry
from api.rendering.reasons import reason
from api.rendering.terms import jointly
from api.words.vocabulary import APPOINTMENTS, GRANTS, POOLS, STATES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from api.rendering import Page
    from projections.chart import Chart, CommitteeShown, HolderShown, PositionShown
    from projections.charter import Charter
    from projections.limits import AuthorityShown, Limits

WIDE = 180
"""The columns that a terminal needs to show the limits as a table."""


def show_chart(page: Page, name: str, chart: Chart) -> None:
    """A tree of units and positions; below it the committees."""
    page.line(page.words.say("chart", name=name), style="bold")
    page.times(chart.valid_at, chart.known_seq, chart.known_at)
    page.line()
    branches: dict[str, Tree] = {}
    for unit in chart.units:
        label = Text(page.words.both(unit.name, unit.unit), style="bold")
        above = branches.get(unit.parent) if unit.parent is not None else None
        branches[unit.unit] = above.add(label) if above is not None else Tree(label)
        if above is None:
            page.put(branches[unit.unit])
        for position in unit.positions:
            branches[unit.unit].add(_position(page, position))
    if chart.positions:
        elsewhere = Tree(Text(page.words.say("chart.elsewhere"), style="bold"))
        for position in chart.positions:
            elsewhere.add(_position(page, position))
        page.put(elsewhere)
    if chart.committees:
        committees = Tree(Text(page.words.say("chart.committees"), style="bold"))
        for committee in chart.committees:
            branch = committees.add(page.words.both(committee.name, committee.committee))
            for seat in _seats(page, committee):
                branch.add(seat)
        page.put(committees)


def show_limits(page: Page, name: str, limits: Limits) -> None:
    """Every grant, and below it what is delegated from it."""
    page.line(page.words.say("limits", name=name, count=len(limits.authorities)), style="bold")
    page.times(limits.valid_at, limits.known_seq, limits.known_at)
    page.line()
    if not limits.authorities:
        page.say("limits.none")
        return
    if page.width is not None and page.width < WIDE:
        for one in limits.authorities:
            _block(page, one)
        return
    page.table(
        (
            "h.authority",
            "h.holder",
            "h.over",
            "h.effective",
            "h.scope",
            "h.period",
            "h.state",
            "h.instrument",
            "h.why",
        ),
        (_authority(page, one) for one in limits.authorities),
    )


def show_charter(page: Page, charter: Charter) -> None:
    """The edition in force, its duties and meetings."""
    title = page.words.say("charter", position=page.names.shown("position", charter.position))
    page.line(title, style="bold")
    page.times(charter.valid_at, charter.known_seq, charter.known_at)
    page.line()
    if charter.edition is None or charter.since is None or charter.seq is None:
        page.say("charter.none")
        return
    page.say("charter.edition", edition=charter.edition, since=page.instant(charter.since), seq=entry(charter.seq))
    if document := page.document(charter.instrument, charter.clause):
        page.line(document)
    page.line()
    page.table(
        ("h.number", "h.duty", "h.clause"), ((duty.number, duty.text, duty.clause or "") for duty in charter.duties)
    )
    if charter.meetings:
        page.line()
        page.say("charter.meetings", meetings=page.words.join(charter.meetings))


def _position(page: Page, position: PositionShown) -> Text:
    words, names = page.words, page.names
    text = Text(words.colon(words.both(position.title, position.position), ""))
    if position.vacant:
        text.append(words.say("vacant"), style="bold red")
    text.append(words.join(_holder(page, one) for one in position.holders))
    more = []
    if position.free_seats and position.seats > 1:
        more.append(words.say("free", count=position.free_seats, seats=position.seats))
    if position.superior is not None:
        more.append(words.say("reports", superior=names.name("position", position.superior) or position.superior))
    more += [
        words.say("functional", superior=names.name("position", line.superior) or line.superior)
        for line in position.functional
    ]
    if more:
        text.append("  " + words.semicolon(more), style="dim")
    return text


def _holder(page: Page, holder: HolderShown) -> str:
    said = page.names.shown("person", holder.person)
    if holder.kind != "substantive":
        said += " " + page.words.pick(APPOINTMENTS, holder.kind)
    return said + (page.words.say("absent.mark") if holder.absent else "")


def _seats(page: Page, committee: CommitteeShown) -> Iterator[str]:
    for seat in committee.seats:
        if seat.seat.kind == "person":
            yield page.names.shown("person", seat.seat.id)
            continue
        said = page.names.holder(seat.seat)
        if seat.read_as is not None:
            read_as = page.words.say("read_as", position=page.names.shown("position", seat.read_as))
            said = page.words.both(said, read_as)
        persons = page.words.join(page.names.shown("person", one) for one in seat.persons)
        yield page.words.colon(said, persons or page.words.say("vacant"))


def _authority(page: Page, one: AuthorityShown) -> tuple[str, ...]:
    words = page.words
    title = f"{words.both(one.authority, words.pick(GRANTS, one.kind))} {entry(one.seq)}"
    if one.source is not None:
        title = "  " + title + " " + words.say("limits.delegated", source=one.source)
    return (
        title,
        _held_by(page, one),
        _over(page, one),
        _limit(page, one),
        page.scope(one.scope),
        _period(page, one),
        words.pick(STATES, one.state),
        page.document(one.instrument, one.clause),
        _why(page, one),
    )


def _block(page: Page, one: AuthorityShown) -> None:
    """The same in the lines of a block."""
    words = page.words
    title = Text(one.authority, style="bold")
    title.append(f" {entry(one.seq)} ", style="dim")
    title.append(words.comma([words.pick(GRANTS, one.kind), words.pick(STATES, one.state)]), style="not bold")
    if one.source is not None:
        title.append(" " + words.say("limits.delegated", source=one.source), style="not bold")
    lines = (
        _held_by(page, one),
        words.colon(_over(page, one), _limit(page, one)),
        page.scope(one.scope),
        _period(page, one),
        page.document(one.instrument, one.clause),
        _why(page, one),
    )
    page.block(title, lines, depth=0 if one.source is None else 1)


def _held_by(page: Page, one: AuthorityShown) -> str:
    holder = page.names.holder(one.holder)
    if one.read_as is not None:
        read_as = page.words.say("read_as", position=page.names.shown("position", one.read_as))
        return page.words.both(holder, read_as)
    return holder


def _over(page: Page, one: AuthorityShown) -> str:
    names = page.names
    return f"{names.name('act', one.act) or one.act} {names.name('matter', one.matter) or one.matter}"


def _limit(page: Page, one: AuthorityShown) -> str:
    """The effective limit; with the entry that amended it, or with its own limit where another link's is smaller."""
    words = page.words
    limit, seq = words.limit(one.effective_limit), entry(one.limit_seq)
    if one.effective_limit != one.limit:
        own = words.say("limits.own", limit=words.limit(one.limit))
        return words.both(limit, own if one.limit_seq == one.seq else f"{own} {seq}")
    return limit if one.limit_seq == one.seq else words.both(limit, seq)


def _period(page: Page, one: AuthorityShown) -> str:
    """From when to when, and the entry that ended it where its own end did not."""
    period = page.period(one.since, one.until)
    return period if one.ended_by is None else page.words.both(period, entry(one.ended_by))


def _why(page: Page, one: AuthorityShown) -> str:
    """Why it is not in force, where its state and period do not say so already; and its further terms."""
    told = one.state in ("broken", "suspended") or (one.ended_by is not None and one.state in ("expired", "revoked"))
    why = [reason(page, one.because)] if one.because is not None and told else []
    return page.words.semicolon([*why, *_terms(page, one)])


def _terms(page: Page, one: AuthorityShown) -> Iterator[str]:
    """Caps, signers, uses, and the decision it rests on."""
    words = page.words
    for cap in one.caps:
        said = {"limit": words.limit(cap.limit), "window": words.window(cap.window)}
        yield words.both(words.say("d.cap", **said, pool=words.pick(POOLS, cap.pool)), entry(cap.seq))
    if one.joint is not None:
        yield jointly(page, one.joint)
    if one.uses is not None:
        yield words.say("d.uses", times=words.some("time", one.uses))
    if one.by_decision is not None:
        yield words.say("d.by_decision", item=page.names.shown("item", one.by_decision))
