"""A reason in one sentence, with its code and its numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from api.rendering import entry
from api.words.phrases import PHRASES
from api.words.reasons import CHINESE, SENTENCES
from ledger.money import UpTo

if TYPE_CHECKING:
    from api.rendering import Page
    from ledger.policy import Finding


def reason(page: Page, finding: Finding) -> str:
    """The code and its sentence: `PER_ACT_EXCEEDED: 2,500 CNY is above the limit of …`."""
    name = CHINESE.get(finding.code, finding.code)
    return page.words.say("reason", code=finding.code, name=name, sentence=sentence(page, finding))


def sentence(page: Page, finding: Finding) -> str:
    """What a finding says, without its code."""
    words = page.words
    template = words.pick(SENTENCES, finding.code)
    if finding.code == "PER_ACT_EXCEEDED" and isinstance(finding.limit, UpTo) and finding.limit.below:
        template = words.pick(PHRASES, "reason.exceeded_below")
    if finding.seq is None:
        template = template.replace(" ({seq})", "").replace("（{seq}）", "")
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
    )


def _earlier(page: Page, finding: Finding) -> str:
    """Why an earlier link does not hold: in the words of its own reason, or that it does not stand at all."""
    if finding.stated in SENTENCES and finding.stated != "CHAIN_BROKEN":
        return sentence(page, msgspec.structs.replace(finding, code=finding.stated))
    gone = page.words.say("reason.gone")
    return f"{finding.authority}{'' if page.words.lang == 'zh' else ' '}{gone}" if finding.authority else gone


def _above(page: Page, finding: Finding) -> str:
    """From which amount on a restriction forbids."""
    said = page.words.beyond(finding.limit) if finding.limit is not None else ""
    return said if page.words.lang == "zh" or not said else f" {said}"
