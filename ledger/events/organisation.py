"""Facts about the house: units, positions, reporting lines, persons, appointments, absences, committees, charters."""

from __future__ import annotations

from ledger.events.base import AppointmentKind, Commitment, Duty, Fact, Procedure
from ledger.ids import AbsenceId, AppointmentId, CommitteeId, Holder, LineId, PersonId, PositionId, UnitId
from ledger.moments import Moment

# Units


class UnitFormed(Fact, tag="unit-formed/1", kw_only=True):
    """A unit was formed, within another or at the top."""

    unit: UnitId
    name: str
    parent: UnitId | None = None
    until: Moment | None = None


class UnitRenamed(Fact, tag="unit-renamed/1", kw_only=True):
    """A unit got another name."""

    unit: UnitId
    name: str


class UnitMoved(Fact, tag="unit-moved/1", kw_only=True):
    """A unit was placed within another, or at the top."""

    unit: UnitId
    parent: UnitId | None = None


class UnitDissolved(Fact, tag="unit-dissolved/1", kw_only=True):
    """A unit ceased to exist."""

    unit: UnitId


# Positions and reporting lines


class PositionEstablished(Fact, tag="position-established/1", kw_only=True):
    """A position was established: seats in a unit, under a line superior."""

    position: PositionId
    title: str
    unit: UnitId | None = None
    seats: int = 1
    superior: PositionId | None = None
    until: Moment | None = None


class PositionRetitled(Fact, tag="position-retitled/1", kw_only=True):
    """A position got another title."""

    position: PositionId
    title: str


class PositionMoved(Fact, tag="position-moved/1", kw_only=True):
    """A position was placed in another unit."""

    position: PositionId
    unit: UnitId | None = None


class SeatsSet(Fact, tag="seats-set/1", kw_only=True):
    """A position got another number of seats."""

    position: PositionId
    seats: int


class SuperiorSet(Fact, tag="superior-set/1", kw_only=True):
    """A position reports by line to another, or to none; for a period or from now on."""

    position: PositionId
    superior: PositionId | None = None
    until: Moment | None = None


class FunctionalLineDrawn(Fact, tag="functional-line-drawn/1", kw_only=True):
    """A position reports functionally to another, beside its line superior."""

    line: LineId
    position: PositionId
    superior: PositionId
    until: Moment | None = None


class FunctionalLineWithdrawn(Fact, tag="functional-line-withdrawn/1", kw_only=True):
    """A functional reporting line ended."""

    line: LineId


class PositionAbolished(Fact, tag="position-abolished/1", kw_only=True):
    """A position was abolished; a successor takes every reference to it."""

    position: PositionId
    successor: PositionId | None = None


# Persons, appointments, absences


class PersonRegistered(Fact, tag="person-registered/1", kw_only=True):
    """A person became known to the ledger under an opaque id."""

    person: PersonId
    name: Commitment
    contact: Commitment | None = None


class PersonRenamed(Fact, tag="person-renamed/1", kw_only=True):
    """A person goes by another name."""

    person: PersonId
    name: Commitment


class PersonAppointed(Fact, tag="person-appointed/1", kw_only=True):
    """A person was appointed to a position."""

    appointment: AppointmentId
    person: PersonId
    position: PositionId
    kind: AppointmentKind
    until: Moment | None = None


class AppointmentEnded(Fact, tag="appointment-ended/1", kw_only=True):
    """A person no longer holds a position."""

    appointment: AppointmentId


class AbsenceRecorded(Fact, tag="absence-recorded/1", kw_only=True):
    """A person is absent; by itself this removes no authority."""

    absence: AbsenceId
    person: PersonId
    until: Moment | None = None


class AbsenceEnded(Fact, tag="absence-ended/1", kw_only=True):
    """An absent person returned."""

    absence: AbsenceId


# Committees and charters


class CommitteeConstituted(Fact, tag="committee-constituted/1", kw_only=True):
    """A committee was constituted, with its seats."""

    committee: CommitteeId
    name: str
    seats: tuple[Holder, ...]
    procedure: Procedure | None = None
    until: Moment | None = None


class CommitteeReseated(Fact, tag="committee-reseated/1", kw_only=True):
    """A committee got another list of seats."""

    committee: CommitteeId
    seats: tuple[Holder, ...]


class ProcedureAdopted(Fact, tag="procedure-adopted/1", kw_only=True):
    """A committee decides by another procedure: quorum, recusal, majority."""

    committee: CommitteeId
    procedure: Procedure


class CommitteeDissolved(Fact, tag="committee-dissolved/1", kw_only=True):
    """A committee ceased to exist."""

    committee: CommitteeId


class CharterAdopted(Fact, tag="charter-adopted/1", kw_only=True):
    """A position got an edition of its charter; the whole list replaces the former edition."""

    position: PositionId
    edition: str
    duties: tuple[Duty, ...]
    meetings: tuple[str, ...] = ()
