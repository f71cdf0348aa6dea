"""How verdicts, lists of breaches and flip reports look, and the same as tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from api.rendering import entry
from api.rendering.answers import basis, capacity, links
from api.rendering.reasons import reason
from api.rendering.sheets import Cell, Sheet, instant
from api.words.judging import FLIPPED
from api.words.vocabulary import ACTS, STATES, VERDICTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from api.rendering import Page
    from ledger.policy import Flip, FlipReport, Route, Verdict, View
    from projections.decisions import RatificationShown

_STYLES = {"UNAUTHORISED": "bold red", "INDETERMINATE": "bold yellow", "AUTHORISED_AS_KNOWN": "bold yellow"}
TIMES = ("valid_at", "known_seq", "known_at")


def verdict_word(page: Page, code: str) -> str:
    """The code of a verdict; in Chinese with its word."""
    return code if page.words.lang == "en" or code not in VERDICTS else f"{VERDICTS[code][1]} {code}"


# One item


def show_verdict(
    page: Page,
    whole: Verdict | None,
    acts: Sequence[Verdict],
    ratifications: Mapping[str, Sequence[RatificationShown]],
) -> None:
    """The verdict of an item and of each act on it, both views with their reasons and routes.

    The views of the item are left out where they are those of the act at which it is judged.
    """
    if whole is None:
        page.say("verdict.nothing")
        return
    act = page.names.name("act", whole.act) or whole.act
    facts = {"item": page.names.shown("item", whole.item), "verdict": verdict_word(page, whole.verdict)}
    page.line(page.words.say("verdict.whole", act=act, seq=entry(whole.seq), **facts), style="bold")
    if not any(one.deed == whole.deed and (one.then, one.now) == (whole.then, whole.now) for one in acts):
        for line in _views(page, whole):
            page.aside(line)
    if not acts:
        page.line()
        page.say("verdict.none")
    for one in acts:
        page.line()
        title = Text(_done(page, one), style="bold")
        title.append("  " + verdict_word(page, one.verdict), style=_STYLES.get(one.verdict, "bold"))
        page.block(title, [*_views(page, one), *_ratified(page, one, ratifications.get(one.deed, ()))])
    basis(page, [route for one in (whole, *acts) for route in _routes(one)])


def _done(page: Page, one: Verdict) -> str:
    """Who did what when, for how much, by which entry."""
    words, names = page.words, page.names
    act, who = names.name("act", one.act) or one.act, names.holder(one.who)
    said = [
        page.done_at(one.acted_at),
        words.say("verdict.act", act=act, who=who),
        words.say("verdict.rejected") if one.rejected else "",
        str(one.amount) if one.amount is not None else "",
    ]
    return f"{words.comma(said)} {entry(one.seq)}"


def _views(page: Page, one: Verdict) -> Iterator[str]:
    words = page.words
    then = "verdict.loaded" if one.as_loaded else "verdict.then"
    yield words.say(then, known=entry(one.then.known_seq), said=_view(page, one.then))
    yield words.say("verdict.now", known=entry(one.now.known_seq), said=_view(page, one.now))
    yield from _notes(page, one)


def _view(page: Page, view: View) -> str:
    words = page.words
    if view.outcome != "yes":
        return words.say(f"verdict.{view.outcome}", reason=reason(page, view.reason) if view.reason is not None else "")
    if view.route is None:
        return words.say("verdict.yes")
    route = words.colon(capacity(page, view.route), page.words.comma(links(view.route).split("\n")))
    return words.say("verdict.yes.by", route=route)


def _notes(page: Page, one: Verdict) -> Iterator[str]:
    """What else there is to say of an act."""
    words = page.words
    if one.ratify_by is not None:
        yield words.say("verdict.ratify_by", at=page.instant(one.ratify_by))
    if one.then.later_rates or one.now.later_rates:
        yield words.say("verdict.later_rates")
    if one.split_suspected:
        yield words.say("verdict.split")


def _ratified(page: Page, one: Verdict, ratifications: Sequence[RatificationShown]) -> Iterator[str]:
    """Who ratified an act, and whether that counts."""
    for ratification in ratifications:
        facts = {"at": page.done_at(ratification.ratified_at), "who": page.names.holder(ratification.by)}
        said = page.words.say("verdict.ratified", **facts, seq=entry(ratification.seq))
        counts = ratification.ratification == one.ratification
        yield said if counts else page.words.comma((said, page.words.say("verdict.in_vain")))


def _routes(one: Verdict) -> list[Route]:
    return [view.route for view in (one.then, one.now) if view.route is not None]


# Breaches


def show_breaches(page: Page, found: Sequence[Verdict]) -> None:
    """Every act that is not within authority, in the order in which they were done; a block each where it is narrow."""
    if not found:
        page.say("breaches.none")
        return
    headings = ("h.when", "h.who", "h.act", "h.item", "h.amount", "h.entry", "h.verdict", "h.reason_now")
    rows = [_breach(page, one) for one in found]
    if page.fits(headings, rows):
        page.table(headings, rows)
        return
    for one, row in zip(found, rows, strict=True):
        when, who, act, item, amount, seq, verdict, why = row
        title = Text(f"{when} {seq} ")
        title.append(verdict, style=_STYLES.get(one.verdict, "bold"))
        page.block(title, (page.words.comma((f"{page.words.colon(who, act)} {item}", amount)), why))


def _breach(page: Page, one: Verdict) -> tuple[str, ...]:
    names = page.names
    why = [reason(page, one.reason)] if one.reason is not None else []
    return (
        page.done_at(one.acted_at),
        names.holder(one.who),
        names.name("act", one.act) or one.act,
        names.shown("item", one.item),
        str(one.amount) if one.amount is not None else "",
        entry(one.seq),
        verdict_word(page, one.verdict),
        page.words.semicolon([*why, *_notes(page, one)]),
    )


VERDICT_COLUMNS = (
    *("what", "item", "item_name", "deed", "act", "who", "who_name", "acted_at", "matter", "amount", "currency"),
    *("verdict", "verdict_name", "then", "then_seq", "then_reason", "then_route", "now", "reason", "why", "route"),
    *("rejected", "as_loaded", "later_rates", "split_suspected", "ratification", "ratify_by", "seq"),
    *TIMES,
)


def sheet_of_verdicts(page: Page, found: Sequence[Verdict], known_at: datetime | None) -> Sheet:
    """A row a verdict; `what` is `item` for that of an item as a whole, else `act`."""
    return Sheet(VERDICT_COLUMNS, [_row(page, one, known_at) for one in found])


def _row(page: Page, one: Verdict, known_at: datetime | None) -> dict[str, Cell]:
    then, now, zone = one.then, one.now, page.zone
    return {
        "what": "item" if one.whole else "act",
        "item": one.item,
        "item_name": page.names.name("item", one.item),
        "deed": one.deed,
        "act": one.act,
        "who": one.who.id,
        "who_name": page.names.name(one.who.kind, one.who.id),
        "acted_at": instant(one.acted_at, zone),
        "matter": one.matter,
        "amount": one.amount.amount if one.amount is not None else None,
        "currency": one.amount.currency if one.amount is not None else None,
        "verdict": one.verdict,
        "verdict_name": page.words.pick(VERDICTS, one.verdict),
        "then": then.outcome,
        "then_seq": then.known_seq,
        "then_reason": then.reason.code if then.reason is not None else None,
        "then_route": _authorities(then.route),
        "now": now.outcome,
        "reason": now.reason.code if now.reason is not None else None,
        "why": reason(page, now.reason) if now.reason is not None else None,
        "route": _authorities(now.route),
        "rejected": one.rejected,
        "as_loaded": one.as_loaded,
        "later_rates": then.later_rates or now.later_rates,
        "split_suspected": one.split_suspected,
        "ratification": one.ratification,
        "ratify_by": instant(one.ratify_by, zone),
        "seq": one.seq,
        "valid_at": instant(one.on, zone),
        "known_seq": one.known_seq,
        "known_at": instant(known_at, zone),
    }


def _authorities(route: Route | None) -> str | None:
    """The links of a route, from the grant to whoever acted."""
    return None if route is None else " > ".join(step.authority for step in route.steps)


# Flips


def show_flips(page: Page, report: FlipReport) -> None:
    """What differs, before and after."""
    if report.flips:
        rows = [_flip(page, one) for one in report.flips]
        headings = ("h.kind", "h.thing", "h.before", "h.after")
        if page.fits(headings, rows):
            page.table(headings, rows)
        else:
            for kind, thing, before, after in rows:
                title = Text(page.words.colon(kind, thing))
                page.block(title, (page.words.say("flips.change", before=before, after=after),))
    else:
        page.say("flips.none")
    page.line()
    page.say("flips.judged", count=report.judged)


def _flip(page: Page, one: Flip) -> tuple[str, ...]:
    names, thing = page.names, one.id
    if one.kind == "item":
        thing = names.shown("item", one.id)
    elif one.kind == "act" and one.act is not None and one.item is not None and one.who is not None:
        act = names.name("act", one.act) or one.act
        thing = page.words.say("d.deed", act=act, item=names.shown("item", one.item), who=names.holder(one.who))
    elif one.act is not None:
        thing = page.words.both(one.id, page.words.pick(FLIPPED, one.act))
    return page.words.pick(FLIPPED, one.kind), thing, _side(page, one.before), _side(page, one.after)


def _side(page: Page, said: str | None) -> str:
    """A verdict, or how an authority stands."""
    if said is None:
        return page.words.say("flips.absent")
    return page.words.pick(STATES, said) if said in STATES else verdict_word(page, said)


FLIP_COLUMNS = (
    *("what", "id", "item", "act", "act_name", "who", "who_name", "before", "before_name", "after", "after_name"),
    *("valid_at", "before_seq", "after_seq"),
)


def sheet_of_flips(page: Page, report: FlipReport) -> Sheet:
    """A row for each thing that differs."""
    names, words = page.names, page.words
    said = {**STATES, **VERDICTS}
    rows: list[dict[str, Cell]] = [
        {
            "what": one.kind,
            "id": one.id,
            "item": one.item,
            "act": one.act,
            "act_name": words.pick({**ACTS, **FLIPPED}, one.act) if one.act is not None else None,
            "who": one.who.id if one.who is not None else None,
            "who_name": names.name(one.who.kind, one.who.id) if one.who is not None else None,
            "before": one.before,
            "before_name": words.pick(said, one.before) if one.before is not None else None,
            "after": one.after,
            "after_name": words.pick(said, one.after) if one.after is not None else None,
            "valid_at": instant(report.on, page.zone),
            "before_seq": report.before_seq,
            "after_seq": report.after_seq,
        }
        for one in report.flips
    ]
    return Sheet(FLIP_COLUMNS, rows)
