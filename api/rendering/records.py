"""How entries, what became of them, and a check look."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import msgspec

from api.rendering import entry as number
from api.rendering import terms
from api.words.vocabulary import APPOINTMENTS, EVENTS, FIELDS, GRANTS, KINDS, POOLS, RULES
from ledger.events import AuthorityCapped, Fact, Procedure, RuleSet, TargetSet
from ledger.ids import Holder
from ledger.moments import Moment, written
from ledger.money import Limit, Money

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from api.rendering import Page
    from api.rendering.entries import Telling
    from ledger.books.idle import Idle
    from ledger.checking import CheckReport
    from ledger.events import Entry
    from projections.history import Standing

_KIND_OF = {
    "parent": "",
    "superior": "position",
    "successor": "position",
    "source": "authority",
    "issued": "instrument",
    "by": "person",
    "set_by": "person",
    "requester": "person",
    "beneficiary": "person",
    "claimed": "position",
    "part_of": "target",
    "by_decision": "item",
}
"""What kind of thing a field names, where that is not the field's own name."""
_MOST_IDLE = 200


def show_log(page: Page, name: str, entries: Sequence[Entry], upto: int, telling: Telling) -> None:
    """One line an entry: a table; on a terminal without one, so that a line is cut and not folded."""
    words = page.words
    counted = {"count": f"{len(entries):,}", "head": words.some("entry", upto)}
    page.line(words.say("log", name=name, **counted), style="bold")
    page.line()
    if page.width is not None:
        _lines(page, entries, telling)
        return
    page.table(
        ("h.entry", "h.recorded", "h.by", "h.event", "h.said", "h.document"),
        (
            (
                number(one.seq),
                written(one.recorded_at.replace(microsecond=0), page.zone),
                one.recorded_by,
                telling.event(one.event),
                _one_line(telling.told(one.event)),
                _document(page, one),
            )
            for one in entries
        ),
    )


def _lines(page: Page, entries: Sequence[Entry], telling: Telling) -> None:
    """A line an entry, which the terminal cuts, below the day of their recording."""
    under, widest = "", max((len(number(one.seq)) for one in entries), default=0)
    for one in entries:
        day = one.recorded_at.astimezone(page.zone).date().isoformat()
        heading = page.words.say("log.day", day=day, by=one.recorded_by)
        if heading != under:
            page.line(heading, style="dim")
            under = heading
        said = (telling.event(one.event), _one_line(telling.told(one.event)), _document(page, one))
        page.cut(f"{number(one.seq):>{widest}} {'  '.join(part for part in said if part)}")


def _document(page: Page, one: Entry) -> str:
    event = one.event
    return _one_line(page.document(event.instrument, event.clause)) if isinstance(event, Fact) else ""


def _one_line(text: str) -> str:
    return " ".join(text.split())


def show_entry(page: Page, one: Entry, personal: Mapping[str, str], state: Standing | None) -> None:
    """Every field of an entry, and what became of the fact it is about."""
    words = page.words
    page.line(
        words.say("show", seq=number(one.seq), event=words.pick(EVENTS, str(one.event.__struct_config__.tag))),
        style="bold",
    )
    if state is not None:
        _standing(page, one.seq, state)
    page.line()
    fields = [
        ("recorded_at", page.instant(one.recorded_at)),
        ("recorded_by", one.recorded_by),
        ("command_id", one.command_id),
        ("batch", one.batch or ""),
        ("digest", one.digest),
        ("type", str(one.event.__struct_config__.tag)),
        *_fields(page, one.event, personal),
    ]
    page.fields((_label(page, name), text) for name, text in fields if text)
    page.line()


def show_check(page: Page, report: CheckReport, known_at: datetime | None) -> None:
    """Sound or not, entry by entry what is wrong; and what has no effect."""
    if report.problems:
        facts = {"entries": page.words.some("entry", report.entries), "head": number(report.head)}
        page.say("check.unsound", count=len(report.problems), **facts)
        for problem in report.problems:
            where = number(problem.seq) if problem.seq else page.words.say("check.vault")
            page.line(f"  {where}  {problem.sentence}", style="red")
    else:
        page.say("check.sound", entries=page.words.some("entry", report.entries), head=number(report.head))
    page.say("known", known=page.known(report.head, known_at))
    if report.idle:
        page.say("check.idle", count=page.words.some("entry", len(report.idle)))
        for one in report.idle[:_MOST_IDLE]:
            page.line(f"  {number(one.seq)}  {_why_idle(page, one)}")
        if len(report.idle) > _MOST_IDLE:
            page.line("  …")


def _why_idle(page: Page, one: Idle) -> str:
    """Why an entry has no effect: the thing it is about, or that it names nothing."""
    if page.words.lang == "en" or not hasattr(one, "kind"):
        return one.why
    kind, name = getattr(one, "kind", None), getattr(one, "name", None)
    if kind is None or name is None:
        return page.words.say("check.idle.nothing")
    return page.words.say("check.idle.thing", kind=page.words.pick(KINDS, kind), name=name)


def _standing(page: Page, seq: int, state: Standing) -> None:
    """Which entry states the fact now, and every correction and annulment said about it."""
    if seq != state.fact:
        page.say("show.about", fact=number(state.fact))
        if state.stated_by is None:
            page.say("show.about_gone")
        else:
            page.say("show.about_now", seq=number(state.stated_by))
    elif state.stated_by is None:
        page.say("show.annulled", seq=number(next(one.seq for one in reversed(state.words) if not one.void)))
    elif state.stated_by == seq:
        page.say("show.stands")
    else:
        page.say("show.corrected", seq=number(state.stated_by))
    for word in state.words:
        void = page.words.say("show.void") if word.void else ""
        page.line("  " + page.words.say(f"show.word.{word.what}", seq=number(word.seq), of=number(word.of), void=void))


def _fields(page: Page, event: Any, personal: Mapping[str, str], path: str = "") -> Iterator[tuple[str, str]]:  # noqa: ANN401 - any event
    for name in event.__struct_fields__:
        value = getattr(event, name)
        if isinstance(value, Fact):
            yield path + name, page.words.pick(EVENTS, str(value.__struct_config__.tag))
            yield from _fields(page, value, personal, f"{path}{name}.")
        elif isinstance(event, TargetSet) and name == "unit":
            yield f"{path}measure", value
        elif isinstance(value, Money) and name == "value":
            yield f"{path}amount", str(value)
        elif path + name in personal:
            yield path + name, f"{personal[path + name]}  [{value}]"
        else:
            yield path + name, _value(page, event, name, value)


def _value(page: Page, event: Any, name: str, value: Any) -> str:  # noqa: ANN401, PLR0911 - a field of any event; one line a type
    if value is None or value == ():
        return ""
    if isinstance(value, bool):
        return page.words.say("yes" if value else "no")
    if isinstance(value, Moment):
        return page.moment(value)
    if isinstance(value, Limit):
        return page.words.beyond(value) if name == "above" else page.words.limit(value)
    if isinstance(value, Decimal):
        return terms.number(value)
    if isinstance(value, dict):
        return terms.attributes(page, value)
    if isinstance(value, tuple):
        return "\n".join(_value(page, event, _ONE_OF.get(name, ""), one) for one in value)
    if isinstance(value, msgspec.Struct):
        return _record(page, value)
    if name == "of":
        return number(value)
    return _word(page, event, name, value)


def _record(page: Page, value: msgspec.Struct) -> str:
    """A small record that stands in a field."""
    if isinstance(value, Holder):
        return page.names.holder(value)
    if isinstance(value, Money):
        return str(value)
    if isinstance(value, Procedure):
        return terms.procedure(page, value)
    if isinstance(value, terms.Term):
        return terms.term(page, value)
    return " ".join(
        "/".join(one) if isinstance(one, tuple) else str(one) for one in msgspec.structs.astuple(value) if one
    )


def _word(page: Page, event: Any, name: str, value: Any) -> str:  # noqa: ANN401 - a field of any event
    """A single word: one of the law, the id of a thing, or a text as it was told."""
    if name == "kind":
        return page.words.pick(APPOINTMENTS, page.words.pick(GRANTS, value))
    if isinstance(event, RuleSet) and name in ("rule", "value"):
        return page.words.pick(RULES, value) if name == "rule" else page.words.rule_value(event.rule, value)
    if isinstance(event, AuthorityCapped) and name in ("window", "pool"):
        return page.words.window(value) if name == "window" else page.words.pick(POOLS, value)
    if name == "period":
        return page.words.span(value)
    kind = _KIND_OF.get(name, name) or _parent_kind(event)
    return page.names.shown(kind, value) if kind in KINDS and isinstance(value, str) else str(value)


_ONE_OF = {"signatories": "person", "lifts": "restriction"}


def _parent_kind(event: object) -> str:
    """What a `parent` is: a unit of a unit, a matter of a matter."""
    return next((kind for kind in ("unit", "matter") if hasattr(event, kind)), "")


def _label(page: Page, name: str) -> str:
    """A field's name in words; of a replacement, indented."""
    depth = name.count(".")
    return "  " * depth + page.words.pick(FIELDS, name.rpartition(".")[2])
