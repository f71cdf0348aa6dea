"""What a file may hold: a charter has sections of rows of one command each, a command file one list of any commands."""

from __future__ import annotations

from typing import Literal, get_args

import msgspec

from ledger.commands import (
    AdoptCharter,
    AnyCommand,
    AppointPerson,
    CapAuthority,
    Command,
    ConstituteCommittee,
    DefineAct,
    DefineMatter,
    DelegateAuthority,
    DrawFunctionalLine,
    EstablishPosition,
    FormUnit,
    GrantAuthority,
    ImposeRestriction,
    IssueInstrument,
    OpenItem,
    OpenLedger,
    PlaceScopeValue,
    PublishBaseFigure,
    PublishRate,
    RatifyAct,
    RecordAbsence,
    RecordAct,
    RegisterContract,
    RegisterPerson,
    ReportResult,
    RequireJointly,
    SetRule,
    SetTarget,
)


class CharterFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An organisation as a file. Its sections are loaded in this order, whatever their order in the file."""

    charter: Literal[1]
    about: str | None = None
    ledger: OpenLedger | None = None
    persons: tuple[RegisterPerson, ...] | None = None
    instruments: tuple[IssueInstrument, ...] | None = None
    units: tuple[FormUnit, ...] | None = None
    positions: tuple[EstablishPosition, ...] | None = None
    functional_lines: tuple[DrawFunctionalLine, ...] | None = None
    acts: tuple[DefineAct, ...] | None = None
    matters: tuple[DefineMatter, ...] | None = None
    scope_values: tuple[PlaceScopeValue, ...] | None = None
    rates: tuple[PublishRate, ...] | None = None
    base_figures: tuple[PublishBaseFigure, ...] | None = None
    committees: tuple[ConstituteCommittee, ...] | None = None
    charters: tuple[AdoptCharter, ...] | None = None
    restrictions: tuple[ImposeRestriction, ...] | None = None
    authorities: tuple[GrantAuthority, ...] | None = None
    rules: tuple[SetRule, ...] | None = None
    appointments: tuple[AppointPerson, ...] | None = None
    delegations: tuple[DelegateAuthority, ...] | None = None
    caps: tuple[CapAuthority, ...] | None = None
    joint: tuple[RequireJointly, ...] | None = None
    absences: tuple[RecordAbsence, ...] | None = None
    items: tuple[OpenItem, ...] | None = None
    contracts: tuple[RegisterContract, ...] | None = None
    deeds: tuple[RecordAct, ...] | None = None
    ratifications: tuple[RatifyAct, ...] | None = None
    targets: tuple[SetTarget, ...] | None = None
    results: tuple[ReportResult, ...] | None = None


class CommandsFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What happened, as a file: commands in the order in which they are recorded."""

    commands: Literal[1]
    about: str | None = None
    list: tuple[AnyCommand, ...] | None = None


KEYS: dict[str, tuple[str, ...]] = {
    "charter": CharterFile.__struct_fields__,
    "commands": CommandsFile.__struct_fields__,
}
"""The keys of a file, by the key that says its kind and version."""
SECTIONS: dict[str, type[Command]] = {
    field.name: get_args(get_args(field.type)[0])[0]
    for field in msgspec.structs.fields(CharterFile)
    if field.name not in ("charter", "about", "ledger")
}
"""The sections of a charter in the order of loading, and the command that each row is."""
COMMANDS: dict[str, type[Command]] = {str(kind.__struct_config__.tag): kind for kind in get_args(AnyCommand)}
"""Every command by its `do` name."""
