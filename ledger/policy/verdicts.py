"""Was it within authority: what a verdict says (semantics.md 6), and what a flip report lists."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from ledger.ids import Holder, Seq
from ledger.money import Money
from ledger.policy.questions import Finding, Route

VerdictCode = Literal[
    "AUTHORISED",
    "AUTHORISED_AS_KNOWN",
    "CURED",
    "UNAUTHORISED",
    "INDETERMINATE",
    "RATIFIED",
    "PENDING_RATIFICATION",
]
WITHIN: frozenset[VerdictCode] = frozenset({"AUTHORISED", "CURED", "RATIFIED"})
"""The verdicts that are no breach; a breach list holds the acts with any other."""


class View(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One side of a verdict: was it within authority by the facts known at an entry, by which route, or why not.

    `later_rates`: no rate was known when the act was done, so those known at `known_seq` were taken.
    """

    outcome: Literal["yes", "no", "unknown"]
    known_seq: Seq
    reason: Finding | None = None
    route: Route | None = None
    later_rates: bool = False


class Verdict(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The verdict of one act, or of an item (`deed` is then its last needed act, `whole` is true).

    `seq` is the entry that states the act as known; `on` and `known_seq` are what was asked. `reason` is that of `now`.
    """

    verdict: VerdictCode
    item: str
    deed: str
    act: str
    who: Holder
    acted_at: datetime
    seq: Seq
    matter: str
    amount: Money | None = None
    on: datetime
    known_seq: Seq
    known_at: datetime | None
    then: View
    now: View
    whole: bool = False
    rejected: bool = False
    as_loaded: bool = False
    ratification: str | None = None
    """The ratification that makes the verdict RATIFIED: the first with which the act, or the item, is within."""
    ratify_by: datetime | None = None
    split_suspected: bool = False

    @property
    def reason(self) -> Finding | None:
        """Why it is not within authority, or what is missing to tell; None where it is."""
        return self.now.reason


class SettingVerdict(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Whether whoever set, adjusted or reassigned a target could: `seq` states it, `at` is from when on it holds."""

    verdict: VerdictCode
    target: str
    what: Literal["set", "adjusted", "reassigned"]
    set_by: str
    at: datetime
    seq: Seq
    then: View
    now: View


class Flip(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Something whose verdict or standing differs with and without an entry.

    `kind` is act (signatures are acts), item, authority (a grant or delegation) or target; `id` is the deed, item,
    authority or target; `before` and `after` are verdicts, or the standing of an authority (`in_force`, `broken` …);
    None where it does not exist on that side.
    """

    kind: Literal["act", "item", "authority", "target"]
    id: str
    item: str | None = None
    act: str | None = None
    who: Holder | None = None
    before: str | None
    after: str | None


class FlipReport(msgspec.Struct, frozen=True, kw_only=True):
    """What differs between two known times, at one date; acts first, in the order in which they were done."""

    on: datetime
    before_seq: Seq
    after_seq: Seq
    judged: int
    """How many acts and items were judged again, because the entries between could touch them."""
    flips: tuple[Flip, ...]
