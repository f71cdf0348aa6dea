"""Typed names of the things that a ledger speaks of.

An id is given by whoever introduces the thing and never changes; what people call it (title, name) may change over
time.
"""

from __future__ import annotations

from typing import Literal, NewType

import msgspec

UnitId = NewType("UnitId", str)
PositionId = NewType("PositionId", str)
LineId = NewType("LineId", str)
PersonId = NewType("PersonId", str)
AppointmentId = NewType("AppointmentId", str)
AbsenceId = NewType("AbsenceId", str)
CommitteeId = NewType("CommitteeId", str)
InstrumentId = NewType("InstrumentId", str)
Act = NewType("Act", str)
MatterId = NewType("MatterId", str)
AuthorityId = NewType("AuthorityId", str)
"""A grant or a delegation: the two share one namespace, because either can be the source of a delegation."""
RestrictionId = NewType("RestrictionId", str)
ItemId = NewType("ItemId", str)
"""What is decided on: a request, a resolution, a contract. A contract is an item under its own id."""
DeedId = NewType("DeedId", str)
"""One act done on an item, by a person or a committee."""
RatificationId = NewType("RatificationId", str)
ContractId = NewType("ContractId", str)
TargetId = NewType("TargetId", str)
ReportId = NewType("ReportId", str)
CommandId = NewType("CommandId", str)
BatchId = NewType("BatchId", str)
Actor = NewType("Actor", str)
"""Who recorded an entry: an opaque account id, never a person's name."""
Seq = NewType("Seq", int)
"""The number of an entry: 1, 2, 3 … without a gap."""

ACTS: tuple[Act, ...] = tuple(
    Act(act) for act in ("propose", "nominate", "review", "approve", "dispose", "countersign", "sign", "seal", "file")
)
"""The acts every ledger knows (semantics.md 4); `ActDefined` adds further ones."""

HolderKind = Literal["position", "person", "committee"]


class Holder(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True, order=True):
    """Who holds an authority or is bound by a restriction: exactly one of a position, a person by name, a committee.

    Raises ValueError when none or more than one is given.
    """

    position: PositionId | None = None
    person: PersonId | None = None
    committee: CommitteeId | None = None

    def __post_init__(self) -> None:
        if sum(one is not None for one in (self.position, self.person, self.committee)) != 1:
            raise ValueError("exactly one of position, person, committee must be given")

    @property
    def kind(self) -> HolderKind:
        """Which of the three it is."""
        return "position" if self.position is not None else "person" if self.person is not None else "committee"

    @property
    def id(self) -> str:
        """The id, whichever kind it is."""
        return self.position or self.person or self.committee or ""

    def __str__(self) -> str:
        return self.id
