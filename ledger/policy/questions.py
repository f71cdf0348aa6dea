"""What is asked and what is answered.

An answer without its route, or a no without its reason, does not exist as a type.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from ledger.events import SignerClass
from ledger.ids import Holder, Seq
from ledger.money import Limit, Money

Code = Literal[
    "NOT_YET_EFFECTIVE",
    "EXPIRED",
    "REVOKED",
    "SUSPENDED",
    "CHAIN_BROKEN",
    "RESERVED",
    "OPENED_BEFORE",
    "OUT_OF_SCOPE",
    "PROHIBITED",
    "NO_AUTHORITY",
    "PER_ACT_EXCEEDED",
    "CUMULATIVE_EXCEEDED",
    "EXHAUSTED",
    "SPLIT_EXCEEDED",
    "REQUESTER",
    "BENEFICIARY",
    "SUBORDINATE_OF_BENEFICIARY",
    "SEPARATION",
    "APPROVAL_MISSING",
    "APPROVAL_LATER",
    "APPROVAL_TOO_SMALL",
    "QUORUM_NOT_MET",
    "NOT_CARRIED",
    "NOT_ENOUGH_SIGNATORIES",
    "RATE_MISSING",
    "BASE_MISSING",
    "ATTRIBUTE_MISSING",
    "NO_GRANT",
]
REASONS: tuple[Code, ...] = Code.__args__  # type: ignore[attr-defined]  # the order in which they are checked
RANK: dict[Code, int] = {code: rank for rank, code in enumerate(REASONS)}
MISSING: frozenset[Code] = frozenset({"RATE_MISSING", "BASE_MISSING", "ATTRIBUTE_MISSING"})
"""Reasons that leave a route undetermined: a fact is missing, and a missing fact is never a yes."""

Capacity = Literal[
    "substantive",
    "concurrent",
    "secondment",
    "acting",
    "interim",
    "delegate",
    "rolled_up",
    "inherited",
    "named",
    "body",
]
"""In which capacity somebody exercises an authority; the first five are the kind of the holder's appointment."""
Flag = Literal["absent", "split_suspected"]
"""What a candidate should be looked at for: neither removes authority."""


class Question(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """Who could do an act over a matter, at valid time `at`, as known at entry `known`.

    `attributes` are what a scope asks for (dimension → value); `item` is what would be acted on, and then what was done
    on it counts; `opened` is when it was opened, if that is not recorded; `claimed` admits only what is exercised
    through that position.
    """

    act: str
    matter: str
    amount: Money | None = None
    attributes: dict[str, str] = {}
    requester: str | None = None
    beneficiary: str | None = None
    item: str | None = None
    opened: datetime | None = None
    claimed: str | None = None
    at: datetime
    known: Seq


LONGEST_STATED = 200
"""How many characters a finding repeats of what was stated; it is said of every route anew."""


class Finding(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Why a route fails, or what it lacks, with the numbers: which entry says so and what it says.

    `stated` is the attribute's value, cut with an ellipsis where it is long.
    """

    code: Code
    seq: int | None = None
    authority: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    limit: Limit | None = None
    amount: Money | None = None
    dimension: str | None = None
    allowed: tuple[str, ...] = ()
    stated: str | None = None
    restriction: str | None = None
    matter: str | None = None
    person: str | None = None
    item: str | None = None
    deed: str | None = None
    used: Money | None = None
    window: str | None = None
    pool: str | None = None
    count: int | None = None
    needed: int | None = None
    also: tuple[Finding, ...] = ()
    """What else is missing, where a route lacks several facts."""


class Step(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One link of a route: the grant, or a delegation below it.

    `seq` states it (the correction, where it was corrected); `limit` is in force at the instant, `limit_seq` says so;
    `read_as` is the position that an abolished holder reads as.
    """

    authority: str
    seq: int
    kind: Literal["standing", "special", "temporary", "delegation"]
    holder: Holder
    limit: Limit
    limit_seq: int
    instrument: str | None = None
    clause: str | None = None
    read_as: str | None = None


class Route(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One way in which a person or body exercises an authority, from the instrument to the person.

    `limit` is the smallest along the chain (of those that can be compared); `appointment_seq` is the entry by which the
    person holds the position they act through.
    """

    capacity: Capacity
    steps: tuple[Step, ...]
    limit: Limit
    position: str | None = None
    appointment: str | None = None
    appointment_seq: int | None = None


class FailedRoute(msgspec.Struct, frozen=True, kw_only=True):
    """A route and the first check that it fails."""

    reason: Finding
    route: Route


class Remainder(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is left of a cap, or of the uses of a special grant (`left_uses`), before the act that is asked about."""

    authority: str
    window: str
    pool: str
    key: str | None = None
    cap: Limit | None = None
    used: Money | None = None
    left: Money | None = None
    left_uses: int | None = None


class Need(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is still needed beside one act.

    `joint`: so many distinct `persons` in all under an authority, of whom `signed` are counted already; `enough` is a
    smallest sufficient set of persons and `could` who could still be of it. `quorum`: so many seats of the committee.
    `approval`: an approval of the item that comes first.
    """

    kind: Literal["joint", "quorum", "approval"]
    authority: str | None = None
    persons: int | None = None
    classes: tuple[SignerClass, ...] = ()
    signed: tuple[str, ...] = ()
    enough: tuple[str, ...] = ()
    could: tuple[str, ...] = ()


class Candidate(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A person or body that could, by at least one route; what is left of the caps on the first, what else it needs."""

    who: Holder
    capacity: Capacity
    routes: tuple[Route, ...]
    remainders: tuple[Remainder, ...] = ()
    needs: tuple[Need, ...] = ()
    flags: tuple[Flag, ...] = ()


class NearMiss(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A person or body that holds something over the matter and could not: the route that failed latest, the others."""

    who: Holder
    reason: Finding
    route: Route
    others: tuple[FailedRoute, ...] = ()


class Answer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who could. `missing` names what is missing where nobody could and the answer cannot be determined."""

    question: Question
    valid_at: datetime
    known_seq: Seq
    known_at: datetime | None
    candidates: tuple[Candidate, ...]
    near_misses: tuple[NearMiss, ...]
    missing: tuple[Finding, ...] = ()

    @property
    def determined(self) -> bool:
        """Whether the books suffice to answer."""
        return not self.missing


class Ruling(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Whether one person or body may: `yes`, `no` with the reason, or `unknown` naming what is missing."""

    question: Question
    who: Holder
    valid_at: datetime
    known_seq: Seq
    known_at: datetime | None
    outcome: Literal["yes", "no", "unknown"]
    candidate: Candidate | None = None
    near_miss: NearMiss | None = None
    reason: Finding | None = None


class OpenAuthority(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing a person could do: by which authority, which act over which matter, within which limit and scope."""

    act: str
    matter: str
    route: Route
    needs: tuple[str, ...] = ()
    """The attributes that the route's own scope asks for."""


class Opportunities(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a person could do, in the order in which the authorities were recorded."""

    person: str
    valid_at: datetime
    known_seq: Seq
    known_at: datetime | None
    could: tuple[OpenAuthority, ...]
