"""Decide about the house: units, positions, reporting lines, persons, appointments, absences, committees, charters."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from ledger import commands as cm
from ledger import events as ev
from ledger.deciding.desk import document
from ledger.ids import AbsenceId, AppointmentId, Holder, LineId
from ledger.moments import Moment, zone_named
from ledger.money import CURRENCIES
from ledger.refusals import BadInput, Erased, NameTaken, ReportingCycle, cut

if TYPE_CHECKING:
    from collections.abc import Callable

    from ledger.deciding.desk import Desk


MOST_SEATS = 500
"""No board is larger; and who fills which seat is a question that grows with them."""


def open_ledger(desk: Desk, command: cm.OpenLedger) -> ev.LedgerOpened:
    """The first entry. Raises NameTaken if there is one."""
    if desk.books.head:
        raise NameTaken("ledger", desk.books.name, 1)
    if command.currency not in CURRENCIES:
        raise BadInput("currency", f"`{command.currency}` is not an ISO 4217 currency code")
    zone_named(command.zone)
    return ev.LedgerOpened(name=command.name, currency=command.currency, zone=command.zone)


def erase(desk: Desk, command: cm.ErasePerson) -> ev.PersonErased:
    """Of anybody who was ever registered, whatever stands of that. Raises UnknownName, Erased."""
    desk.met("person", command.person)
    if command.person in desk.books.erased:
        raise Erased(command.person)
    return ev.PersonErased(person=command.person)


# Units


def _form_unit(desk: Desk, command: cm.FormUnit) -> ev.Fact:
    since, until = desk.period(command)
    desk.free("unit", command.unit)
    desk.within("unit", command.parent, since)
    return ev.UnitFormed(
        **document(command), effective=since, until=until, unit=command.unit, name=command.name, parent=command.parent
    )


def _rename_unit(desk: Desk, command: cm.RenameUnit) -> ev.Fact:
    since = desk.living("unit", command.unit, command)
    return ev.UnitRenamed(**document(command), effective=since, unit=command.unit, name=command.name)


def _move_unit(desk: Desk, command: cm.MoveUnit) -> ev.Fact:
    since = desk.living("unit", command.unit, command)
    desk.within("unit", command.parent, since)
    return ev.UnitMoved(**document(command), effective=since, unit=command.unit, parent=command.parent)


def _dissolve_unit(desk: Desk, command: cm.DissolveUnit) -> ev.Fact:
    since = desk.ended("unit", command.unit, command)
    return ev.UnitDissolved(**document(command), effective=since, unit=command.unit)


# Positions and reporting lines


def _establish_position(desk: Desk, command: cm.EstablishPosition) -> ev.Fact:
    since, until = desk.period(command)
    desk.free("position", command.position)
    desk.within("unit", command.unit, since)
    desk.within("position", command.superior, since)
    return ev.PositionEstablished(
        **document(command),
        effective=since,
        until=until,
        position=command.position,
        title=command.title,
        unit=command.unit,
        seats=command.seats,
        superior=command.superior,
    )


def _retitle_position(desk: Desk, command: cm.RetitlePosition) -> ev.Fact:
    since = desk.living("position", command.position, command)
    return ev.PositionRetitled(**document(command), effective=since, position=command.position, title=command.title)


def _move_position(desk: Desk, command: cm.MovePosition) -> ev.Fact:
    since = desk.living("position", command.position, command)
    desk.within("unit", command.unit, since)
    return ev.PositionMoved(**document(command), effective=since, position=command.position, unit=command.unit)


def _set_seats(desk: Desk, command: cm.SetSeats) -> ev.Fact:
    since = desk.living("position", command.position, command)
    return ev.SeatsSet(**document(command), effective=since, position=command.position, seats=command.seats)


def _set_superior(desk: Desk, command: cm.SetSuperior) -> ev.Fact:
    since, until = desk.period(command)
    desk.alive("position", command.position, since)
    desk.within("position", command.superior, since)
    if command.superior == command.position:
        raise ReportingCycle([command.position] * 2, desk.written(since.at))
    return ev.SuperiorSet(
        **document(command), effective=since, until=until, position=command.position, superior=command.superior
    )


def _draw_line(desk: Desk, command: cm.DrawFunctionalLine) -> ev.Fact:
    since, until = desk.period(command)
    line = LineId(desk.named(command.line, "line"))
    desk.free("line", line)
    desk.alive("position", command.position, since)
    desk.alive("position", command.superior, since)
    if command.superior == command.position:
        raise ReportingCycle([command.position] * 2, desk.written(since.at))
    return ev.FunctionalLineDrawn(
        **document(command),
        effective=since,
        until=until,
        line=line,
        position=command.position,
        superior=command.superior,
    )


def _withdraw_line(desk: Desk, command: cm.WithdrawFunctionalLine) -> ev.Fact:
    since = desk.ended("line", command.line, command)
    return ev.FunctionalLineWithdrawn(**document(command), effective=since, line=command.line)


def _abolish_position(desk: Desk, command: cm.AbolishPosition) -> ev.Fact:
    since = desk.ended("position", command.position, command)
    desk.within("position", command.successor, since)
    return ev.PositionAbolished(
        **document(command), effective=since, position=command.position, successor=command.successor
    )


# Persons, appointments, absences


def _register_person(desk: Desk, command: cm.RegisterPerson) -> ev.Fact:
    since = desk.since(command)
    desk.free("person", command.person)
    return ev.PersonRegistered(
        **document(command),
        effective=since,
        person=command.person,
        name=desk.seal(command.person, command.name),
        contact=desk.seal(command.person, command.contact) if command.contact else None,
    )


def _rename_person(desk: Desk, command: cm.RenamePerson) -> ev.Fact:
    since = desk.living("person", command.person, command)
    return ev.PersonRenamed(
        **document(command), effective=since, person=command.person, name=desk.seal(command.person, command.name)
    )


def _appoint(desk: Desk, command: cm.AppointPerson) -> ev.Fact:
    since, until = desk.period(command)
    appointment = AppointmentId(desk.named(command.appointment, "appointment"))
    desk.free("appointment", appointment)
    desk.person(command.person)
    desk.alive("position", command.position, since)
    return ev.PersonAppointed(
        **document(command),
        effective=since,
        until=until,
        appointment=appointment,
        person=command.person,
        position=command.position,
        kind=command.kind,
    )


def _end_appointment(desk: Desk, command: cm.EndAppointment) -> ev.Fact:
    since = desk.ended("appointment", command.appointment, command)
    return ev.AppointmentEnded(**document(command), effective=since, appointment=command.appointment)


def _record_absence(desk: Desk, command: cm.RecordAbsence) -> ev.Fact:
    since, until = desk.period(command)
    absence = AbsenceId(desk.named(command.absence, "absence"))
    desk.free("absence", absence)
    desk.person(command.person)
    return ev.AbsenceRecorded(**document(command), effective=since, until=until, absence=absence, person=command.person)


def _end_absence(desk: Desk, command: cm.EndAbsence) -> ev.Fact:
    since = desk.ended("absence", command.absence, command)
    return ev.AbsenceEnded(**document(command), effective=since, absence=command.absence)


# Committees and charters


def _constitute(desk: Desk, command: cm.ConstituteCommittee) -> ev.Fact:
    since, until = desk.period(command)
    desk.free("committee", command.committee)
    _seats(desk, command.seats, since)
    if command.procedure is not None:
        _procedure(command.procedure, len(command.seats))
    return ev.CommitteeConstituted(
        **document(command),
        effective=since,
        until=until,
        committee=command.committee,
        name=command.name,
        seats=command.seats,
        procedure=command.procedure,
    )


def _reseat(desk: Desk, command: cm.ReseatCommittee) -> ev.Fact:
    since = desk.living("committee", command.committee, command)
    _seats(desk, command.seats, since)
    return ev.CommitteeReseated(**document(command), effective=since, committee=command.committee, seats=command.seats)


def _adopt_procedure(desk: Desk, command: cm.AdoptProcedure) -> ev.Fact:
    since = desk.living("committee", command.committee, command)
    _procedure(command.procedure, len(desk.at(since.at).stated("committee", command.committee, "seats")))
    return ev.ProcedureAdopted(
        **document(command), effective=since, committee=command.committee, procedure=command.procedure
    )


def _dissolve_committee(desk: Desk, command: cm.DissolveCommittee) -> ev.Fact:
    since = desk.ended("committee", command.committee, command)
    return ev.CommitteeDissolved(**document(command), effective=since, committee=command.committee)


def _adopt_charter(desk: Desk, command: cm.AdoptCharter) -> ev.Fact:
    since = desk.living("position", command.position, command)
    numbers = [duty.number for duty in command.duties]
    twice = next((number for number in numbers if numbers.count(number) > 1), None)
    if twice is not None:
        raise BadInput("duties", f"duty `{twice}` is numbered twice")
    return ev.CharterAdopted(
        **document(command),
        effective=since,
        position=command.position,
        edition=command.edition,
        duties=command.duties,
        meetings=command.meetings,
    )


def _seats(desk: Desk, seats: tuple[Holder, ...], since: Moment) -> None:
    if not seats:
        raise BadInput("seats", "a committee has at least one seat")
    if len(seats) > MOST_SEATS:
        raise BadInput("seats", f"a committee of {len(seats):,} seats, of which {MOST_SEATS} are allowed")
    for seat in seats:
        if seat.committee is not None:
            raise BadInput("seats", "a seat is filled by a position or a person, not by a committee")
        desk.holder(seat, since)
    if len(set(seats)) != len(seats):
        raise BadInput("seats", "a seat is listed twice")


def _procedure(procedure: ev.Procedure, seats: int) -> None:
    """A quorum that the seats can make up, and a share of votes above nothing and up to all."""
    if procedure.quorum is not None and not 1 <= procedure.quorum <= seats:
        raise BadInput("procedure.quorum", f"a quorum is a number of seats, from 1 to the committee's `{seats}`")
    share = procedure.carried_by
    if share is None:
        return
    stated = re.fullmatch(r"([1-9][0-9]{0,3})/([1-9][0-9]{0,3})", share)
    if stated is None or Fraction(int(stated[1]), int(stated[2])) > 1:
        raise BadInput("procedure.carried_by", f"`{cut(share)}` is not a fraction like 2/3, above 0 and up to 1")


DECIDERS: dict[type[cm.Command], Callable[[Desk, Any], ev.Fact]] = {
    cm.FormUnit: _form_unit,
    cm.RenameUnit: _rename_unit,
    cm.MoveUnit: _move_unit,
    cm.DissolveUnit: _dissolve_unit,
    cm.EstablishPosition: _establish_position,
    cm.RetitlePosition: _retitle_position,
    cm.MovePosition: _move_position,
    cm.SetSeats: _set_seats,
    cm.SetSuperior: _set_superior,
    cm.DrawFunctionalLine: _draw_line,
    cm.WithdrawFunctionalLine: _withdraw_line,
    cm.AbolishPosition: _abolish_position,
    cm.RegisterPerson: _register_person,
    cm.RenamePerson: _rename_person,
    cm.AppointPerson: _appoint,
    cm.EndAppointment: _end_appointment,
    cm.RecordAbsence: _record_absence,
    cm.EndAbsence: _end_absence,
    cm.ConstituteCommittee: _constitute,
    cm.ReseatCommittee: _reseat,
    cm.AdoptProcedure: _adopt_procedure,
    cm.DissolveCommittee: _dissolve_committee,
    cm.AdoptCharter: _adopt_charter,
}
