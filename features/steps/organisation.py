"""What is recorded: positions, appointments and their corrections, reporting lines, committees, charters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from features.steps.normal import key
from ledger import commands as cm
from ledger.events import Duty, Procedure
from ledger.ids import AppointmentId, CommitteeId, PositionId
from ledger.moments import FOREVER, moment, period_end
from ledger.refusals import UnknownName

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from features.steps.story import Draft, Told
    from features.steps.tables import Row


def positions(draft: Draft, told: Told) -> None:
    """Positions, those above first."""
    for row in above_first(told.rows, "position", "superior"):
        superior = row.get("superior")
        draft.add(
            cm.EstablishPosition(
                since=told.text("since"),
                position=PositionId(str(row["position"].read)),
                title=key(row["position"].spelt),
                superior=PositionId(str(superior.read)) if superior is not None else None,
            )
        )


def above_first(rows: Iterable[Row], name: str, above: str) -> Iterator[Row]:
    """The rows of a tree, each after the one it lies under, where that stands in the same table."""
    left = list(rows)
    while left:
        names = {row[name].read for row in left}
        ready = [row for row in left if above not in row or row[above].read not in names]
        yield from ready or left
        left = [row for row in left if row not in ready] if ready else []


def appointed(draft: Draft, told: Told) -> None:
    """A person holds a position."""
    _appoint(draft, told, told.get("kind") or "substantive")


def acting(draft: Draft, told: Told) -> None:
    """A person acts in a position."""
    _appoint(draft, told, "acting")


def _appoint(draft: Draft, told: Told, kind: Any) -> None:  # noqa: ANN401 - one of the kinds, as it was read
    person = draft.person(told.values["person"])
    draft.add(
        cm.AppointPerson(
            since=told.text("since"),
            through=told.get("through"),
            appointment=AppointmentId(f"appointment-{draft.number}"),
            person=person,
            position=PositionId(told.text("position")),
            kind=kind,
        )
    )


def no_longer(draft: Draft, told: Told) -> None:
    """The latest recorded appointment that is alive up to the date ends; an acting one only if there is no other."""
    since = moment(told.text("since"), draft.zone, "from").at
    found = _appointments(draft, told)
    alive = [one for _, one in found if _alive_up_to(draft, one, since)]
    ends = next((one for one in alive if one.kind != "acting"), alive[0] if alive else found[0][1])
    draft.add(cm.EndAppointment(since=told.text("since"), appointment=_id(ends)))


def began(draft: Draft, told: Told) -> None:
    """The latest recorded appointment began on another day."""
    seq, appointment = _appointments(draft, told)[0]
    replacement = msgspec.structs.replace(appointment, since=told.text("since"))
    draft.add(cm.CorrectFact(of=seq, replacement=replacement, reason=told.place.text))


def ended(draft: Draft, told: Told) -> None:
    """The latest recorded appointment ended on another day: its recorded end, else its stated one, is corrected."""
    seq, appointment = _appointments(draft, told)[0]
    day = told.text("since")
    end = next(((at, one) for at, one in _ends(draft) if one.appointment == appointment.appointment), None)
    replacement: Any
    if end is not None:
        seq, replacement = end[0], msgspec.structs.replace(end[1], since=day)
    else:
        replacement = msgspec.structs.replace(appointment, through=None, until=day)
    draft.add(cm.CorrectFact(of=seq, replacement=replacement, reason=told.place.text))


def in_error(draft: Draft, told: Told) -> None:
    """The latest recorded appointment is annulled."""
    draft.add(cm.AnnulEntry(of=_appointments(draft, told)[0][0], reason=told.place.text))


def _appointments(draft: Draft, told: Told) -> list[tuple[int, cm.AppointPerson]]:
    """The standing appointments of the person to the position, the latest recorded first. Raises UnknownName."""
    person, position = told.text("person"), told.text("position")
    found = [
        (seq, one)
        for seq, one in draft.minutes.latest(cm.AppointPerson)
        if one.person == person and one.position == position
    ]
    if not found:
        raise UnknownName("appointment", f"{person} → {position}")
    return found


def _ends(draft: Draft) -> Iterator[tuple[int, cm.EndAppointment]]:
    return draft.minutes.latest(cm.EndAppointment)


def _alive_up_to(draft: Draft, appointment: cm.AppointPerson, at: datetime) -> bool:
    until = period_end(appointment.through, appointment.until, draft.zone)
    ends = [until.at if until is not None else FOREVER]
    ends += [
        moment(one.since, draft.zone, "from").at
        for _, one in _ends(draft)
        if one.appointment == appointment.appointment
    ]
    return moment(appointment.since, draft.zone, "from").at < at <= min(ends)


def _id(appointment: cm.AppointPerson) -> AppointmentId:
    return appointment.appointment or AppointmentId("")


def absent(draft: Draft, told: Told) -> None:
    """A person is absent."""
    person = draft.person(told.values["person"])
    draft.add(cm.RecordAbsence(since=told.text("since"), through=told.get("through"), person=person))


def reports_to(draft: Draft, told: Told) -> None:
    """A position gets another line superior."""
    draft.add(
        cm.SetSuperior(
            since=told.text("since"),
            through=told.get("through"),
            position=PositionId(told.text("position")),
            superior=PositionId(told.text("superior")),
        )
    )


def abolished(draft: Draft, told: Told) -> None:
    """A position ends, with a successor or without."""
    successor = told.get("successor")
    draft.add(
        cm.AbolishPosition(
            since=told.text("since"),
            position=PositionId(told.text("position")),
            successor=PositionId(successor) if successor is not None else None,
        )
    )


def charter(draft: Draft, told: Told) -> None:
    """An edition of a charter."""
    duties = tuple(Duty(str(row["number"].read), row["duty"].spelt) for row in told.rows)
    draft.add(
        cm.AdoptCharter(
            since=told.text("since"),
            position=PositionId(told.text("position")),
            edition=told.text("edition"),
            duties=duties,
        )
    )


def committee(draft: Draft, told: Told) -> None:
    """A committee with its seats."""
    seats = tuple([draft.holder(row["seat"]) for row in told.rows])
    draft.add(
        cm.ConstituteCommittee(
            since=told.text("since"),
            committee=CommitteeId(told.text("committee")),
            name=key(told.spelt("committee")),
            seats=seats,
            procedure=Procedure(quorum=int(told.text("quorum"))),
        )
    )


def procedure(draft: Draft, told: Told) -> None:
    """A committee decides by another majority, of another quorum."""
    counted: Any = told.values["counted"].read
    draft.add(
        cm.AdoptProcedure(
            since=told.text("since"),
            committee=CommitteeId(told.text("committee")),
            procedure=Procedure(quorum=int(told.text("quorum")), carried_by=told.text("share"), counted_of=counted),
        )
    )
