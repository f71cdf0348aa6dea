"""What all events have in common, and the small records that stand inside them."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal, NewType, dataclass_transform

import msgspec

from ledger.ids import Holder, InstrumentId, PersonId, PositionId, UnitId
from ledger.moments import Moment
from ledger.money import Money

Commitment = NewType("Commitment", str)
"""Hexadecimal SHA-256(salt ‖ value), the value as UTF-8."""
AppointmentKind = Literal["substantive", "concurrent", "secondment", "acting", "interim"]
SEATED: frozenset[str] = frozenset({"substantive", "concurrent", "secondment"})
"""The kinds of appointment that take a seat."""
GrantKind = Literal["standing", "special", "temporary"]
Pool = Literal["person", "position", "grant", "supplier", "project", "contract"]
"""What a cap adds up: the acts of one person, of one office, of one grant; of one supplier, project or contract."""
ATTRIBUTE_POOLS: frozenset[str] = frozenset({"supplier", "project", "contract"})
"""The pools whose key is an attribute of the act."""
WINDOW = r"month|quarter|year|fiscal_year|grant|[1-9][0-9]{0,3} days"
"""The windows of a cap: a calendar month, quarter or year, a fiscal year, the life of the grant, N rolling days."""
VoteCast = Literal["yes", "no", "abstained", "recused"]
RuleName = Literal[
    "vacancy", "superiors", "self_interest", "separation", "sign_needs_approval", "rates", "splitting", "fiscal_year"
]
RULES: dict[str, tuple[str, ...]] = {
    "vacancy": ("roll_up", "none"),
    "superiors": ("none", "inherit"),
    "self_interest": ("forbid", "allow"),
    "separation": ("propose-approve", "none"),
    "sign_needs_approval": ("no", "yes"),
    "rates": ("default",),
    "splitting": ("off",),
    "fiscal_year": ("01-01",),
}
"""The rules and what they may say, the default first; those in `RULE_FORMS` may say more."""
RULE_FORMS: dict[str, tuple[str, str]] = {
    "separation": (r"[^\s,-]+-[^\s,-]+(, ?[^\s,-]+-[^\s,-]+)*", "pairs of acts like `propose-approve, approve-sign`"),
    "rates": (r".+", "the name of a series"),
    "splitting": (r"(flag|aggregate) [1-9][0-9]{0,3} days by [^,]+(, ?[^,]+)*", "`flag 30 days by supplier, matter`"),
    "fiscal_year": (r"(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])", "the month and day on which a fiscal year begins"),
}
"""The form of rules whose values are not a closed list, and how a sentence speaks of it."""


class ScopeTerm(msgspec.Struct, frozen=True, forbid_unknown_fields=True, order=True):
    """One dimension of a scope (region, customer tier, unit …) and the values it allows."""

    dimension: str
    values: tuple[str, ...]


class Duty(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One numbered duty of a charter, with the article and clause it comes from."""

    number: str
    text: str
    clause: str | None = None


class SignerClass(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A condition of joint authority: of the signers, at least so many hold one of these positions or are these."""

    count: int
    holders: tuple[Holder, ...]


class Procedure(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """How a committee decides.

    `quorum` is a number of authorised seats (default: more than half of them); recused members count as present unless
    `recused_present` is false; `carried_by` is the share of votes needed, like `2/3` (default: more than half), of the
    votes cast, of the seats present, or of all authorised seats.
    """

    quorum: int | None = None
    recused_present: bool = True
    carried_by: str | None = None
    counted_of: Literal["cast", "present", "seats"] = "cast"


class Vote(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a member who was present voted."""

    member: PersonId
    vote: VoteCast


class PricedOption(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A priced option of a contract: its value counts towards the authority that the contract needs."""

    name: str
    price: Money


class Phase(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The part of a target that falls into a month, `2026-03`."""

    month: str
    amount: Decimal


class TargetHolder(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """Who carries a target: exactly one of a position, a unit, a person. Raises ValueError otherwise."""

    position: PositionId | None = None
    unit: UnitId | None = None
    person: PersonId | None = None

    def __post_init__(self) -> None:
        if sum(one is not None for one in (self.position, self.unit, self.person)) != 1:
            raise ValueError("exactly one of position, unit, person must be given")

    @property
    def kind(self) -> Literal["position", "unit", "person"]:
        """Which of the three it is."""
        return "position" if self.position is not None else "unit" if self.unit is not None else "person"

    @property
    def id(self) -> str:
        """The id, whichever kind it is."""
        return self.position or self.unit or self.person or ""


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(msgspec.field,))
class Event(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True, tag_field="type"
):
    """What an entry says happened."""


class Fact(Event, kw_only=True):
    """An event that states something from a date on, and by which document."""

    effective: Moment
    instrument: InstrumentId | None = None
    clause: str | None = None
