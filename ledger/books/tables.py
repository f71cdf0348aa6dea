"""Which fact does what: begins a life, ends one, sets a property; and in which lists a reader finds the thing."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any

from ledger import events as ev

if TYPE_CHECKING:
    from collections.abc import Callable

    from ledger.books.state import Books
    from ledger.timeline import Thing

CREATES: dict[type[ev.Fact], tuple[str, Callable[[Any], str]]] = {
    ev.UnitFormed: ("unit", attrgetter("unit")),
    ev.PositionEstablished: ("position", attrgetter("position")),
    ev.FunctionalLineDrawn: ("line", attrgetter("line")),
    ev.PersonRegistered: ("person", attrgetter("person")),
    ev.PersonAppointed: ("appointment", attrgetter("appointment")),
    ev.AbsenceRecorded: ("absence", attrgetter("absence")),
    ev.CommitteeConstituted: ("committee", attrgetter("committee")),
    ev.InstrumentIssued: ("instrument", attrgetter("issued")),
    ev.ActDefined: ("act", attrgetter("act")),
    ev.MatterDefined: ("matter", attrgetter("matter")),
    ev.AuthorityGranted: ("authority", attrgetter("authority")),
    ev.AuthorityDelegated: ("authority", attrgetter("authority")),
    ev.RestrictionImposed: ("restriction", attrgetter("restriction")),
}
"""The facts that begin a life."""
ENDS: dict[type[ev.Fact], tuple[str, Callable[[Any], str]]] = {
    ev.UnitDissolved: ("unit", attrgetter("unit")),
    ev.PositionAbolished: ("position", attrgetter("position")),
    ev.FunctionalLineWithdrawn: ("line", attrgetter("line")),
    ev.AppointmentEnded: ("appointment", attrgetter("appointment")),
    ev.AbsenceEnded: ("absence", attrgetter("absence")),
    ev.CommitteeDissolved: ("committee", attrgetter("committee")),
    ev.AuthorityRevoked: ("authority", attrgetter("authority")),
    ev.RestrictionLifted: ("restriction", attrgetter("restriction")),
}
"""The facts that end one."""
SETS: dict[type[ev.Fact], tuple[str, Callable[[Any], str], str]] = {
    ev.UnitRenamed: ("unit", attrgetter("unit"), "name"),
    ev.UnitMoved: ("unit", attrgetter("unit"), "parent"),
    ev.PositionRetitled: ("position", attrgetter("position"), "title"),
    ev.PositionMoved: ("position", attrgetter("position"), "unit"),
    ev.SeatsSet: ("position", attrgetter("position"), "seats"),
    ev.SuperiorSet: ("position", attrgetter("position"), "superior"),
    ev.PersonRenamed: ("person", attrgetter("person"), "name"),
    ev.CommitteeReseated: ("committee", attrgetter("committee"), "seats"),
    ev.MatterRenamed: ("matter", attrgetter("matter"), "name"),
    ev.MatterMoved: ("matter", attrgetter("matter"), "parent"),
    ev.MatterReserved: ("matter", attrgetter("matter"), "reserved"),
    ev.LimitAmended: ("authority", attrgetter("authority"), "limit"),
    ev.ScopeAmended: ("authority", attrgetter("authority"), "scope"),
    ev.DepthAmended: ("authority", attrgetter("authority"), "depth"),
    ev.AuthoritySuspended: ("authority", attrgetter("authority"), "suspended"),
    ev.AuthorityResumed: ("authority", attrgetter("authority"), "suspended"),
}
"""The facts that set a property inside a life."""


INDEXED: dict[type[ev.Fact], Callable[[Books, Any], list[list[Thing]]]] = {
    ev.PersonAppointed: lambda books, one: [books.appointments_to[one.position], books.appointments_of[one.person]],
    ev.AuthorityGranted: lambda books, one: [books.authorities_over[one.act, one.matter]],
    ev.AuthorityDelegated: lambda books, one: [books.delegations_of[one.source]],
    ev.RestrictionImposed: lambda books, one: [books.restrictions_on[one.act]],
    ev.AbsenceRecorded: lambda books, one: [books.absences_of[one.person]],
    ev.FunctionalLineDrawn: lambda books, one: [books.lines_of[one.position]],
}
"""In which lists a reader looks the things up that a fact creates."""


def subject(event: ev.Event) -> tuple[str, object] | None:
    """The thing that a fact is about: its kind and id. Two facts with different subjects never correct each other."""
    kind: type[Any] = type(event)
    if (found := CREATES.get(kind) or ENDS.get(kind)) is not None:
        return found[0], found[1](event)
    if (setting := SETS.get(kind)) is not None:
        return setting[0], setting[1](event)
    match event:
        case ev.RuleSet(rule=rule):
            return "rule", rule
        case ev.CharterAdopted(position=position):
            return "charter", position
        case ev.ScopeValuePlaced(dimension=dimension, value=value):
            return "scope value", (dimension, value)
    return None
