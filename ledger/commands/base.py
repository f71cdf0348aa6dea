"""What all requests have in common, and the words people write in them."""

from __future__ import annotations

from typing import Annotated, ClassVar, dataclass_transform

import msgspec
from msgspec import Meta, field

from ledger.ids import CommandId, InstrumentId

Name = Annotated[str, Meta(min_length=1, max_length=300)]
Words = Annotated[str, Meta(min_length=1, max_length=4000)]
Attributes = Annotated[dict[str, Name], Meta(max_length=50)]
When = Annotated[str, Meta(min_length=1, max_length=40, description="a date 2026-03-05 or 2026-03-05T15:00+08:00")]
Day = Annotated[str, Meta(min_length=1, max_length=40, description="an inclusive last day, 2026-03-31")]
LimitWords = Annotated[
    str,
    Meta(min_length=1, max_length=400, description='2000 CNY, below 5万元, 1% of "NAME", unlimited or no authority'),
]
AmountWords = Annotated[str, Meta(min_length=1, max_length=100, description="2000 CNY, 5万元, USD 70,000")]
NumberWords = Annotated[str, Meta(min_length=1, max_length=40, description="1200, 1,200.50, 1200万")]
TargetPeriod = Annotated[
    str, Meta(pattern=r"^[0-9]{4}(-Q[1-4]|-(0[1-9]|1[0-2]))?$", description="2026, 2026-Q1, 2026-03")
]
Month = Annotated[str, Meta(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$", description="2026-03")]
Digest = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
Depth = Annotated[int, Meta(ge=0, le=20)]
Seats = Annotated[int, Meta(ge=1, le=100_000)]


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(msgspec.field,))
class Command(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True, tag_field="do"
):
    """A request. The same `command_id` with the same content is answered with the first receipt."""

    personal: ClassVar[frozenset[str]] = frozenset()
    command_id: CommandId | None = None


class Stated(Command, kw_only=True):
    """A request to record something, by a document and its clause where there is one."""

    instrument: InstrumentId | None = None
    clause: Name | None = None


class FactCommand(Stated, kw_only=True):
    """A request to record something that holds from a date on."""

    since: When = field(name="from")


class DeedCommand(Stated, kw_only=True):
    """A request to record what somebody did: a date means the last microsecond of that day."""

    acted_at: When


class Period(FactCommand, kw_only=True):
    """From, and up to: an inclusive last day (`through`) or an exclusive end (`until`); without either, open."""

    through: Day | None = None
    until: When | None = None
