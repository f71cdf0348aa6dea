"""Which fact does what: begins a life, ends one, sets a property; and in which lists a reader finds the thing."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any

from ledger import events as ev

if TYPE_CHECKING:
    from collections.abc import Callable

    from ledger.books.state import Books
    from ledger.timeline import Thing, Version

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
    ev.ItemOpened: ("item", attrgetter("item")),
    ev.ActDone: ("deed", attrgetter("deed")),
    ev.ActRatified: ("ratification", attrgetter("ratification")),
    ev.ContractRegistered: ("contract", attrgetter("contract")),
    ev.TargetSet: ("target", attrgetter("target")),
    ev.ResultReported: ("report", attrgetter("report")),
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
    ev.ContractTerminated: ("contract", attrgetter("contract")),
    ev.TargetWithdrawn: ("target", attrgetter("target")),
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
    ev.ProcedureAdopted: ("committee", attrgetter("committee"), "procedure"),
    ev.MatterRenamed: ("matter", attrgetter("matter"), "name"),
    ev.MatterMoved: ("matter", attrgetter("matter"), "parent"),
    ev.MatterReserved: ("matter", attrgetter("matter"), "reserved"),
    ev.LimitAmended: ("authority", attrgetter("authority"), "limit"),
    ev.ScopeAmended: ("authority", attrgetter("authority"), "scope"),
    ev.DepthAmended: ("authority", attrgetter("authority"), "depth"),
    ev.AuthoritySuspended: ("authority", attrgetter("authority"), "suspended"),
    ev.AuthorityResumed: ("authority", attrgetter("authority"), "suspended"),
    ev.AuthorityCapped: ("authority", attrgetter("authority"), "caps"),
    ev.JointlyHeld: ("authority", attrgetter("authority"), "joint"),
    ev.ContractAmended: ("contract", attrgetter("contract"), "terms"),
    ev.ContractPlaced: ("contract", attrgetter("contract"), "custody"),
    ev.TargetAdjusted: ("target", attrgetter("target"), "amount"),
    ev.TargetReassigned: ("target", attrgetter("target"), "holder"),
    ev.TargetAccepted: ("target", attrgetter("target"), "accepted"),
}
"""The facts that set a property inside a life."""


_CONDUCT = frozenset(
    {
        ev.ItemOpened,
        ev.ActDone,
        ev.ActRatified,
        ev.ContractRegistered,
        ev.ContractAmended,
        ev.ContractTerminated,
        ev.ContractPlaced,
        ev.TargetSet,
        ev.TargetAdjusted,
        ev.TargetReassigned,
        ev.TargetAccepted,
        ev.TargetWithdrawn,
        ev.ResultReported,
    }
)


def is_conduct(books: Books, event: ev.Event) -> bool:
    """Whether an event is about what people did, directly or as a correction: then it changes no authority."""
    match event:
        case ev.FactCorrected(replacement=replacement):
            return type(replacement) in _CONDUCT
        case ev.EntryAnnulled(of=of):
            root = books.root.get(of, of)
            current = books.current.get(root)
            stated = books.stated.get(root) or (current.fact if current is not None else None)
            return type(stated) in _CONDUCT
    return type(event) in _CONDUCT


TIMELINES: dict[type[ev.Fact], Callable[[Books, Any], list[Version]]] = {
    ev.RuleSet: lambda books, one: books.rules[one.rule],
    ev.CharterAdopted: lambda books, one: books.charters[one.position],
    ev.ScopeValuePlaced: lambda books, one: books.scope_parents[one.dimension, one.value],
    ev.RatePublished: lambda books, one: books.rates[one.series, one.currency, one.worth.currency],
    ev.BaseFigurePublished: lambda books, one: books.bases[one.base],
    ev.ActDone: lambda books, one: books.done[one.act],
}
"""The facts that stand in a timeline of the ledger itself."""
INDEXED: dict[type[ev.Fact], Callable[[Books, Any], list[list[Thing]]]] = {
    ev.PersonAppointed: lambda books, one: [books.appointments_to[one.position], books.appointments_of[one.person]],
    ev.AuthorityGranted: lambda books, one: [books.authorities_over[one.act, one.matter]],
    ev.AuthorityDelegated: lambda books, one: [books.delegations_of[one.source]],
    ev.RestrictionImposed: lambda books, one: [books.restrictions_on[one.act]],
    ev.AbsenceRecorded: lambda books, one: [books.absences_of[one.person]],
    ev.FunctionalLineDrawn: lambda books, one: [books.lines_of[one.position]],
    ev.ActDone: lambda books, one: [books.deeds_on[one.item], books.deeds_by[one.by.id]],
    ev.ActRatified: lambda books, one: [books.ratifications_of[one.deed]],
    ev.TargetSet: lambda books, one: [books.parts_of[one.part_of]] if one.part_of is not None else [],
    ev.ResultReported: lambda books, one: [books.reports_on[one.target]],
}
"""In which lists a reader looks the things up that a fact creates."""


def subject(event: ev.Event) -> tuple[str, object] | None:
    """The thing that a fact is about: its kind and id. Two facts with different subjects never correct each other."""
    kind: type[Any] = type(event)
    if (found := CREATES.get(kind) or ENDS.get(kind)) is not None:
        return found[0], found[1](event)
    if (setting := SETS.get(kind)) is not None:
        return setting[0], setting[1](event)
    own = _SUBJECTS.get(kind)
    return None if own is None else (own[0], own[1](event))


_SUBJECTS: dict[type[ev.Fact], tuple[str, Callable[[Any], object]]] = {
    ev.RuleSet: ("rule", attrgetter("rule")),
    ev.CharterAdopted: ("charter", attrgetter("position")),
    ev.ScopeValuePlaced: ("scope value", attrgetter("dimension", "value")),
    ev.RatePublished: ("rate", attrgetter("series", "currency", "worth.currency")),
    ev.BaseFigurePublished: ("base figure", attrgetter("base")),
}
