"""Requests about the ledger itself and what it has recorded, and the table of all requests."""

from __future__ import annotations

from typing import ClassVar

from msgspec import field

from ledger.commands.authority import (
    AmendDepth,
    AmendLimit,
    AmendScope,
    CapAuthority,
    DefineAct,
    DefineMatter,
    DelegateAuthority,
    GrantAuthority,
    ImposeRestriction,
    IssueInstrument,
    LiftRestriction,
    MoveMatter,
    PlaceScopeValue,
    PublishBaseFigure,
    PublishRate,
    RenameMatter,
    RequireJointly,
    ReserveMatter,
    ResumeAuthority,
    RevokeAuthority,
    SetRule,
    SuspendAuthority,
)
from ledger.commands.base import Command, Name, Words
from ledger.commands.conduct import AuthoriseAct, OpenItem, RatifyAct, RecordAct
from ledger.commands.contracts import AmendContract, PlaceContract, RegisterContract, TerminateContract
from ledger.commands.organisation import (
    AbolishPosition,
    AdoptCharter,
    AdoptProcedure,
    AppointPerson,
    ConstituteCommittee,
    DissolveCommittee,
    DissolveUnit,
    DrawFunctionalLine,
    EndAbsence,
    EndAppointment,
    EstablishPosition,
    FormUnit,
    MovePosition,
    MoveUnit,
    RecordAbsence,
    RegisterPerson,
    RenamePerson,
    RenameUnit,
    ReseatCommittee,
    RetitlePosition,
    SetSeats,
    SetSuperior,
    WithdrawFunctionalLine,
)
from ledger.commands.targets import (
    AcceptTarget,
    AdjustTarget,
    ReassignTarget,
    ReportResult,
    SetTarget,
    WithdrawTarget,
)
from ledger.ids import PersonId


class OpenLedger(Command, tag="open-ledger", kw_only=True):
    """Open the ledger of a legal entity; the first command, and once only."""

    name: Name
    currency: Name
    zone: Name


class ErasePerson(Command, tag="erase-person", kw_only=True):
    """Remove a person's data from the vault, for every known time; the id and all entries stay.

    Of anybody who was ever registered, also where that was annulled.
    """

    person: PersonId


AnyFactCommand = (
    FormUnit
    | RenameUnit
    | MoveUnit
    | DissolveUnit
    | EstablishPosition
    | RetitlePosition
    | MovePosition
    | SetSeats
    | SetSuperior
    | DrawFunctionalLine
    | WithdrawFunctionalLine
    | AbolishPosition
    | RegisterPerson
    | RenamePerson
    | AppointPerson
    | EndAppointment
    | RecordAbsence
    | EndAbsence
    | ConstituteCommittee
    | ReseatCommittee
    | AdoptProcedure
    | DissolveCommittee
    | AdoptCharter
    | IssueInstrument
    | DefineAct
    | DefineMatter
    | RenameMatter
    | MoveMatter
    | ReserveMatter
    | PlaceScopeValue
    | GrantAuthority
    | DelegateAuthority
    | AmendLimit
    | AmendScope
    | AmendDepth
    | CapAuthority
    | RequireJointly
    | SuspendAuthority
    | ResumeAuthority
    | RevokeAuthority
    | ImposeRestriction
    | LiftRestriction
    | PublishRate
    | PublishBaseFigure
    | SetRule
    | OpenItem
    | RecordAct
    | RatifyAct
    | RegisterContract
    | AmendContract
    | TerminateContract
    | PlaceContract
    | SetTarget
    | AdjustTarget
    | ReassignTarget
    | AcceptTarget
    | WithdrawTarget
    | ReportResult
)


class CorrectFact(Command, tag="correct-fact", kw_only=True):
    """Replace a recorded fact by what it should have said.

    The replacement is the same kind of command about the same thing, with all its fields.
    """

    personal: ClassVar[frozenset[str]] = frozenset({"reason"})
    of: int = field(name="entry")
    replacement: AnyFactCommand
    reason: Words


class AnnulEntry(Command, tag="annul-entry", kw_only=True):
    """Declare that a fact, a correction or an annulment should not have been recorded."""

    personal: ClassVar[frozenset[str]] = frozenset({"reason"})
    of: int = field(name="entry")
    reason: Words


AnyCommand = OpenLedger | ErasePerson | CorrectFact | AnnulEntry | AuthoriseAct | AnyFactCommand
