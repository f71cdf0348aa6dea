"""Requests about the house: units, positions, lines, persons, appointments, absences, committees, charters."""

from __future__ import annotations

from typing import ClassVar

from ledger.commands.base import FactCommand, Name, Period, Seats
from ledger.events import AppointmentKind, Duty, Procedure
from ledger.ids import AbsenceId, AppointmentId, CommitteeId, Holder, LineId, PersonId, PositionId, UnitId


class FormUnit(Period, tag="form-unit", kw_only=True):
    """Form a unit."""

    unit: UnitId
    name: Name
    parent: UnitId | None = None


class RenameUnit(FactCommand, tag="rename-unit", kw_only=True):
    """Give a unit another name."""

    unit: UnitId
    name: Name


class MoveUnit(FactCommand, tag="move-unit", kw_only=True):
    """Place a unit within another; without `parent`, at the top."""

    unit: UnitId
    parent: UnitId | None = None


class DissolveUnit(FactCommand, tag="dissolve-unit", kw_only=True):
    """End a unit; `from` is its first day without."""

    unit: UnitId


class EstablishPosition(Period, tag="establish-position", kw_only=True):
    """Establish a position."""

    position: PositionId
    title: Name
    unit: UnitId | None = None
    seats: Seats = 1
    superior: PositionId | None = None


class RetitlePosition(FactCommand, tag="retitle-position", kw_only=True):
    """Give a position another title."""

    position: PositionId
    title: Name


class MovePosition(FactCommand, tag="move-position", kw_only=True):
    """Place a position in another unit; without `unit`, in none."""

    position: PositionId
    unit: UnitId | None = None


class SetSeats(FactCommand, tag="set-seats", kw_only=True):
    """Set the number of seats of a position."""

    position: PositionId
    seats: Seats


class SetSuperior(Period, tag="set-superior", kw_only=True):
    """Set the line superior of a position; without `superior`, it reports to none."""

    position: PositionId
    superior: PositionId | None = None


class DrawFunctionalLine(Period, tag="draw-functional-line", kw_only=True):
    """Let a position report functionally to another, beside its line superior."""

    line: LineId | None = None
    position: PositionId
    superior: PositionId


class WithdrawFunctionalLine(FactCommand, tag="withdraw-functional-line", kw_only=True):
    """End a functional reporting line."""

    line: LineId


class AbolishPosition(FactCommand, tag="abolish-position", kw_only=True):
    """Abolish a position; with a `successor`, every reference to it reads as the successor from then on."""

    position: PositionId
    successor: PositionId | None = None


class RegisterPerson(FactCommand, tag="register-person", kw_only=True):
    """Make a person known, under an opaque id."""

    personal: ClassVar[frozenset[str]] = frozenset({"name", "contact"})
    person: PersonId
    name: Name
    contact: Name | None = None


class RenamePerson(FactCommand, tag="rename-person", kw_only=True):
    """Give a person another name."""

    personal: ClassVar[frozenset[str]] = frozenset({"name"})
    person: PersonId
    name: Name


class AppointPerson(Period, tag="appoint-person", kw_only=True):
    """Appoint a person to a position."""

    appointment: AppointmentId | None = None
    person: PersonId
    position: PositionId
    kind: AppointmentKind = "substantive"


class EndAppointment(FactCommand, tag="end-appointment", kw_only=True):
    """End an appointment; `from` is the first day without."""

    appointment: AppointmentId


class RecordAbsence(Period, tag="record-absence", kw_only=True):
    """Record that a person is absent."""

    absence: AbsenceId | None = None
    person: PersonId


class EndAbsence(FactCommand, tag="end-absence", kw_only=True):
    """Record that an absent person is back; `from` is the first day back."""

    absence: AbsenceId


class ConstituteCommittee(Period, tag="constitute-committee", kw_only=True):
    """Constitute a committee; its seats are positions (ex officio) or persons."""

    committee: CommitteeId
    name: Name
    seats: tuple[Holder, ...]
    procedure: Procedure | None = None


class ReseatCommittee(FactCommand, tag="reseat-committee", kw_only=True):
    """Give a committee another list of seats."""

    committee: CommitteeId
    seats: tuple[Holder, ...]


class AdoptProcedure(FactCommand, tag="adopt-procedure", kw_only=True):
    """Let a committee decide by another procedure: quorum, recusal, majority."""

    committee: CommitteeId
    procedure: Procedure


class DissolveCommittee(FactCommand, tag="dissolve-committee", kw_only=True):
    """End a committee."""

    committee: CommitteeId


class AdoptCharter(FactCommand, tag="adopt-charter", kw_only=True):
    """Adopt an edition of a position's charter; the whole list replaces the former edition."""

    position: PositionId
    edition: Name
    duties: tuple[Duty, ...]
    meetings: tuple[Name, ...] = ()
