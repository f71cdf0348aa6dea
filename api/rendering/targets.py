"""How targets look: the tree with its sums and gaps, and the same as a table."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from rich.text import Text

from api.rendering import entry, terms
from api.rendering.sheets import Cell, Sheet, instant
from api.rendering.verdicts import TIMES, verdict_word

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from api.judged import TargetsJudged
    from api.rendering import Page
    from ledger.policy.verdicts import SettingVerdict
    from projections.targets import CarrierShown, TargetShown

_HUNDRED = Decimal(100)


def show_targets(page: Page, name: str, found: TargetsJudged) -> None:
    """Each target below the one it is a part of: a line each where there is room, else a block."""
    words, count = page.words, f"{len(found.targets):,}"
    if found.period is None:
        page.line(words.say("targets", name=name, count=count), style="bold")
    else:
        page.line(words.say("targets.of", name=name, period=words.span(found.period), count=count), style="bold")
    page.times(found.valid_at, found.known_seq, found.known_at)
    page.line()
    if not found.targets:
        page.say("targets.none")
        return
    headings = (
        *("h.target", "h.metric", "h.span", "h.amount", "h.carrier", "h.divided", "h.gap", "h.results", "h.share"),
        "h.set_by",
    )
    rows = [_row(page, one, found.settings.get(one.target, ())) for one in found.targets]
    if page.fits(headings, rows):
        page.table(headings, rows)
        return
    for one in found.targets:
        title = Text(one.target, style="bold")
        stated = {"amount": _amount(one.amount, one), "metric": one.metric, "period": words.span(one.period)}
        title.append(" " + words.say("d.target", **stated), style="not bold")
        page.block(title, _lines(page, one, found.settings.get(one.target, ())), depth=one.depth)


def _row(page: Page, one: TargetShown, settings: Sequence[SettingVerdict]) -> tuple[str, ...]:
    words = page.words
    return (
        "  " * one.depth + one.target,
        one.metric,
        words.span(one.period),
        f"{_amount(one.amount, one)} {entry(one.amount_seq)}",
        _carrier(page, one.carrier),
        _amount(one.divided, one) if one.parts else "",
        _amount(one.gap, one) if one.parts else "",
        _amount(one.results, one) if one.results is not None else "",
        _share(one.attained),
        words.semicolon(_words(page, one, settings)),
    )


def _lines(page: Page, one: TargetShown, settings: Sequence[SettingVerdict]) -> Iterator[str]:
    words = page.words
    yield words.say("d.carrier", holder=_carrier(page, one.carrier))
    if one.parts:
        yield words.say("targets.divided", divided=_amount(one.divided, one), gap=_amount(one.gap, one))
    if one.results is not None:
        yield words.say("targets.attained", results=_amount(one.results, one), share=_share(one.attained) or "-")
    yield from _words(page, one, settings)


def _words(page: Page, one: TargetShown, settings: Sequence[SettingVerdict]) -> Iterator[str]:
    """Who set, adjusted, reassigned and accepted it, and whether they could."""
    words = page.words
    judged: dict[tuple[str, int], str] = {(said.what, said.seq): verdict_word(page, said.verdict) for said in settings}
    told = (("set", one.set_by), ("adjusted", one.adjusted), ("reassigned", one.reassigned), ("accepted", one.accepted))
    for what, said in told:
        if said is None:
            continue
        who = page.names.shown("person", said.by) if said.by is not None else words.say("targets.unnamed")
        text = words.say(f"targets.{what}", person=who, at=page.instant(said.since), seq=entry(said.seq))
        verdict = judged.get((what, said.seq))
        yield text if verdict is None else words.colon(text, verdict)


def _amount(amount: Decimal, one: TargetShown) -> str:
    return terms.number(amount, one.unit)


def _share(share: Decimal | None) -> str:
    return "" if share is None else f"{share * _HUNDRED:.2f}%"


def _carrier(page: Page, carrier: CarrierShown) -> str:
    said = page.names.shown(carrier.holder.kind, carrier.holder.id)
    if carrier.read_as is not None:
        read_as = page.words.say("read_as", position=page.names.shown("position", carrier.read_as))
        said = page.words.both(said, read_as)
    if not carrier.persons:
        return said
    return page.words.colon(said, page.words.join(page.names.shown("person", one) for one in carrier.persons))


TARGET_COLUMNS = (
    *("target", "part_of", "depth", "metric", "period", "amount", "unit", "carrier", "carrier_name", "persons"),
    *("divided", "gap", "results", "attained", "set_by", "set_by_name", "set_verdict", "accepted_by", "seq"),
    *TIMES,
)


def sheet_of_targets(page: Page, found: TargetsJudged) -> Sheet:
    """A row a target; `set_by` is who stated its amount, `set_verdict` whether they could."""
    rows: list[dict[str, Cell]] = []
    for one in found.targets:
        stated = one.adjusted if one.adjusted is not None and one.adjusted.seq == one.amount_seq else one.set_by
        verdicts = [said.verdict for said in found.settings.get(one.target, ()) if said.seq == stated.seq]
        holder = one.carrier.holder
        rows.append(
            {
                "target": one.target,
                "part_of": one.part_of,
                "depth": one.depth,
                "metric": one.metric,
                "period": one.period,
                "amount": one.amount,
                "unit": one.unit,
                "carrier": holder.id,
                "carrier_name": page.names.name(holder.kind, holder.id),
                "persons": "; ".join(one.carrier.persons),
                "divided": one.divided,
                "gap": one.gap,
                "results": one.results,
                "attained": one.attained,
                "set_by": stated.by,
                "set_by_name": page.names.name("person", stated.by) if stated.by is not None else None,
                "set_verdict": verdicts[0] if verdicts else None,
                "accepted_by": one.accepted.by if one.accepted is not None else None,
                "seq": one.amount_seq,
                "valid_at": instant(found.valid_at, page.zone),
                "known_seq": found.known_seq,
                "known_at": instant(found.known_at, page.zone),
            }
        )
    return Sheet(TARGET_COLUMNS, rows)
