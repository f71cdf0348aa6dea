"""What all events have in common, and the small records that stand inside them."""

from __future__ import annotations

from typing import Literal, NewType, dataclass_transform

import msgspec

from ledger.ids import InstrumentId
from ledger.moments import Moment

Commitment = NewType("Commitment", str)
"""Hexadecimal SHA-256(salt ‖ value), the value as UTF-8."""
AppointmentKind = Literal["substantive", "concurrent", "secondment", "acting", "interim"]
SEATED: frozenset[str] = frozenset({"substantive", "concurrent", "secondment"})
"""The kinds of appointment that take a seat."""
GrantKind = Literal["standing", "special", "temporary"]
RuleName = Literal["vacancy", "superiors", "self_interest"]
RULES: dict[str, tuple[str, ...]] = {
    "vacancy": ("roll_up", "none"),
    "superiors": ("none", "inherit"),
    "self_interest": ("forbid", "allow"),
}
"""The rules and what they may say, the default first.

Separation, sign_needs_approval, rates and splitting join here.
"""


class ScopeTerm(msgspec.Struct, frozen=True, forbid_unknown_fields=True, order=True):
    """One dimension of a scope (region, customer tier, unit …) and the values it allows."""

    dimension: str
    values: tuple[str, ...]


class Duty(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One numbered duty of a charter, with the article and clause it comes from."""

    number: str
    text: str
    clause: str | None = None


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
