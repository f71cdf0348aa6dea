"""The entry, what changes recorded facts, and the closed table of stored names."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec

from ledger.events.authority import (
    ActDefined,
    AuthorityCapped,
    AuthorityDelegated,
    AuthorityGranted,
    AuthorityResumed,
    AuthorityRevoked,
    AuthoritySuspended,
    BaseFigurePublished,
    DepthAmended,
    InstrumentIssued,
    JointlyHeld,
    LimitAmended,
    MatterDefined,
    MatterMoved,
    MatterRenamed,
    MatterReserved,
    RatePublished,
    RestrictionImposed,
    RestrictionLifted,
    RuleSet,
    ScopeAmended,
    ScopeValuePlaced,
)
from ledger.events.base import Commitment, Event
from ledger.events.conduct import ActDone, ActRatified, ItemOpened
from ledger.events.contracts import ContractAmended, ContractPlaced, ContractRegistered, ContractTerminated
from ledger.events.organisation import (
    AbsenceEnded,
    AbsenceRecorded,
    AppointmentEnded,
    CharterAdopted,
    CommitteeConstituted,
    CommitteeDissolved,
    CommitteeReseated,
    FunctionalLineDrawn,
    FunctionalLineWithdrawn,
    PersonAppointed,
    PersonRegistered,
    PersonRenamed,
    PositionAbolished,
    PositionEstablished,
    PositionMoved,
    PositionRetitled,
    ProcedureAdopted,
    SeatsSet,
    SuperiorSet,
    UnitDissolved,
    UnitFormed,
    UnitMoved,
    UnitRenamed,
)
from ledger.events.targets import (
    ResultReported,
    TargetAccepted,
    TargetAdjusted,
    TargetReassigned,
    TargetSet,
    TargetWithdrawn,
)
from ledger.ids import BatchId, CommandId, PersonId, Seq


class LedgerOpened(Event, tag="ledger-opened/1", kw_only=True):
    """A legal entity opened its ledger, with a base currency and a time zone."""

    name: str
    currency: str
    zone: str


class PersonErased(Event, tag="person-erased/1", kw_only=True):
    """The personal data of a person was removed from the vault, for every known time."""

    person: PersonId


# Corrections

AnyFact = (
    UnitFormed
    | UnitRenamed
    | UnitMoved
    | UnitDissolved
    | PositionEstablished
    | PositionRetitled
    | PositionMoved
    | SeatsSet
    | SuperiorSet
    | FunctionalLineDrawn
    | FunctionalLineWithdrawn
    | PositionAbolished
    | PersonRegistered
    | PersonRenamed
    | PersonAppointed
    | AppointmentEnded
    | AbsenceRecorded
    | AbsenceEnded
    | CommitteeConstituted
    | CommitteeReseated
    | ProcedureAdopted
    | CommitteeDissolved
    | CharterAdopted
    | InstrumentIssued
    | ActDefined
    | MatterDefined
    | MatterRenamed
    | MatterMoved
    | MatterReserved
    | ScopeValuePlaced
    | AuthorityGranted
    | AuthorityDelegated
    | LimitAmended
    | ScopeAmended
    | DepthAmended
    | AuthorityCapped
    | JointlyHeld
    | AuthoritySuspended
    | AuthorityResumed
    | AuthorityRevoked
    | RestrictionImposed
    | RestrictionLifted
    | RatePublished
    | BaseFigurePublished
    | RuleSet
    | ItemOpened
    | ActDone
    | ActRatified
    | ContractRegistered
    | ContractAmended
    | ContractTerminated
    | ContractPlaced
    | TargetSet
    | TargetAdjusted
    | TargetReassigned
    | TargetAccepted
    | TargetWithdrawn
    | ResultReported
)


class FactCorrected(Event, tag="fact-corrected/1", kw_only=True):
    """A recorded fact was wrong, and this is what it should have said; the reason lies in the vault."""

    of: Seq
    replacement: AnyFact
    reason: Commitment


class EntryAnnulled(Event, tag="entry-annulled/1", kw_only=True):
    """A fact, a correction or an annulment should not have been recorded; the reason lies in the vault."""

    of: Seq
    reason: Commitment


AnyEvent = LedgerOpened | PersonErased | FactCorrected | EntryAnnulled | AnyFact
"""The closed table of stored names."""


class Entry(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """One numbered record of the journal.

    `recorded_at` is UTC; `digest` is the fingerprint of the command's content.
    """

    seq: Seq
    recorded_at: Annotated[datetime, msgspec.Meta(tz=True)]
    recorded_by: str
    command_id: CommandId
    digest: str
    event: AnyEvent
    batch: BatchId | None = None
