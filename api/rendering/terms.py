"""How the small records inside entries are written: procedures, votes, signers, options, phases, attributes."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from api.words.vocabulary import COUNTED_OF, VOTES
from ledger.events import Phase, PricedOption, SignerClass, TargetHolder, Vote

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from decimal import Decimal

    from api.rendering import Page
    from ledger.events import JointlyHeld, Procedure

Term = Vote | SignerClass | PricedOption | Phase | TargetHolder


def term(page: Page, one: Term) -> str:
    """One of them by itself."""
    match one:
        case Vote(member=member, vote=vote):
            return page.words.colon(page.names.shown("person", member), page.words.pick(VOTES, vote))
        case SignerClass():
            return _class(page, one)
        case PricedOption(name=name, price=price):
            return page.words.say("d.option", name=name, price=price)
        case Phase(month=month, amount=amount):
            return page.words.colon(page.words.span(month), number(amount))
        case TargetHolder():
            return page.names.shown(one.kind, one.id)


def number(amount: Decimal, unit: str = "") -> str:
    """An amount with its unit, where there is one."""
    return f"{amount:,f} {unit}".rstrip()


def attributes(page: Page, stated: Mapping[str, str]) -> str:
    """What an act or item has beside its amount."""
    return page.words.join(page.words.say("ask.attribute", name=name, value=value) for name, value in stated.items())


def votes(page: Page, cast: Iterable[Vote]) -> str:
    """How many voted how; no word where nobody did."""
    counted = Counter[str](one.vote for one in cast)
    said = page.words.join(
        page.words.say("d.vote", vote=page.words.pick(VOTES, vote), count=counted[vote])
        for vote in VOTES
        if counted[vote]
    )
    return page.words.say("d.votes", votes=said) if said else ""


def jointly(page: Page, held: JointlyHeld) -> str:
    """How many persons an authority needs, and of whom."""
    if held.persons == 1 and not held.classes:
        return page.words.say("d.alone")
    persons = page.words.say("d.joint", persons=page.words.some("person", held.persons))
    return page.words.comma([persons, *(_class(page, one) for one in held.classes)])


def _class(page: Page, one: SignerClass) -> str:
    holders = page.words.join(page.names.holder(holder) for holder in one.holders)
    return page.words.say("d.class", count=one.count, holders=holders)


def procedure(page: Page, adopted: Procedure | None) -> str:
    """How a committee decides, where that is not the usual way; no word where nothing is stated."""
    if adopted is None:
        return ""
    words, said = page.words, []
    if adopted.quorum is not None:
        said.append(words.say("d.quorum", seats=words.some("seat", adopted.quorum)))
    if not adopted.recused_present:
        said.append(words.say("d.recused"))
    if adopted.carried_by is not None or adopted.counted_of != "cast":
        half = adopted.carried_by is None
        share = words.say("d.majority") if half else words.say("d.share", share=adopted.carried_by)
        said.append(words.say("d.carried", share=share, of=words.pick(COUNTED_OF, adopted.counted_of)))
    return words.comma(said) if said else words.say("d.usual")
