"""A reason in one sentence, with its code and its numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from api.rendering import entry
from api.words.phrases import PHRASES
from api.words.reasons import CHINESE, SENTENCES
from api.words.vocabulary import POOLS
from ledger.money import Greater, Percent, Smaller, UpTo

if TYPE_CHECKING:
    from api.rendering import Page
    from ledger.money import Limit
    from ledger.policy import Finding


def reason(page: Page, finding: Finding) -> str:
    """The code and its sentence: `PER_ACT_EXCEEDED: 2,500 CNY is above the limit of …`."""
    name = CHINESE.get(finding.code, finding.code)
    return page.words.say("reason", code=finding.code, name=name, sentence=sentence(page, finding))


def sentence(page: Page, finding: Finding) -> str:
    """What a finding says, without its code."""
    words = page.words
    template = words.pick(SENTENCES, finding.code)
    if finding.code == "PER_ACT_EXCEEDED" and _is_no_plain_amount(finding.limit):
        template = words.pick(PHRASES, "reason.exceeded_below")
    if finding.code == "RATE_MISSING" and finding.limit is None:
        template = words.pick(PHRASES, "reason.no_rate")
    for part in [*(["seq"] if finding.seq is None else []), *(["allowed"] if not finding.allowed else [])]:
        template = template.replace(f" ({{{part}}})", "").replace(f"（{{{part}}}）", "")
    authority = finding.authority or finding.restriction or ""
    stated = finding.stated or ""
    if finding.code == "CHAIN_BROKEN":
        stated = _earlier(page, finding)
    until = page.instant(finding.until) if finding.until else words.say("resumed")
    return template.format(
        authority=authority,
        restriction=finding.restriction or "",
        since=page.instant(finding.since) if finding.since else "",
        until=until,
        seq=entry(finding.seq) if finding.seq is not None else "",
        limit=words.limit(finding.limit) if finding.limit is not None else "",
        above=_above(page, finding),
        amount=str(finding.amount) if finding.amount is not None else "",
        dimension=finding.dimension or "",
        allowed=words.join(finding.allowed),
        stated=stated,
        matter=page.names.shown("matter", finding.matter) if finding.matter else "",
        person=page.names.shown("person", finding.person) if finding.person else "",
        item=page.names.shown("item", finding.item) if finding.item else "",
        deed=finding.deed or "",
        used=str(finding.used) if finding.used is not None else words.say("reason.unused"),
        window=words.window(finding.window or ""),
        pool=words.pick(POOLS, finding.pool or ""),
        count=_number(finding.count),
        needed=_number(finding.needed),
    )


def _is_no_plain_amount(limit: Limit | None) -> bool:
    """Whether "above the limit" would not say it: the limit excludes its own amount, or has two parts."""
    return isinstance(limit, Smaller | Greater) or (isinstance(limit, UpTo | Percent) and limit.below)


def _number(count: int | None) -> str:
    return "" if count is None else str(count)


def _earlier(page: Page, finding: Finding) -> str:
    """Why an earlier link does not hold: in the words of its own reason, by what it rests on, or that it is not."""
    if finding.stated in SENTENCES and finding.stated != "CHAIN_BROKEN":
        return sentence(page, msgspec.structs.replace(finding, code=finding.stated))
    if finding.item is not None:
        item = page.names.shown("item", finding.item)
        return page.words.say("reason.decision", item=item, authority=finding.authority)
    gone = page.words.say("reason.gone")
    return f"{finding.authority}{'' if page.words.lang == 'zh' else ' '}{gone}" if finding.authority else gone


def _above(page: Page, finding: Finding) -> str:
    """From which amount on a restriction forbids."""
    said = page.words.beyond(finding.limit) if finding.limit is not None else ""
    return said if page.words.lang == "zh" or not said else f" {said}"
