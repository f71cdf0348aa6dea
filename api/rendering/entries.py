"""What an entry says, in one line of words: whom and what it is about, the new value, the period."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from api.rendering import terms
from api.words.vocabulary import APPOINTMENTS, EVENTS, GRANTS, POOLS
from ledger import events as ev
from ledger.money import Unlimited
from projections.mentions import ended, ever_said

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from decimal import Decimal

    from api.rendering import Page
    from ledger.books.state import Books
    from ledger.ids import Holder
    from ledger.money import Limit, Money

ARROW = " → "


class Telling:
    """Tells entries with the names of a page; `personal` opens a commitment, `entry` finds an earlier event."""

    def __init__(
        self,
        page: Page,
        books: Books,
        known: int,
        personal: Callable[[str], str],
        entry: Callable[[int], ev.Event | None],
    ) -> None:
        self.page, self.words, self.personal = page, page.words, personal
        self._books, self._known, self._entry = books, known, entry

    def event(self, event: ev.Event) -> str:
        """What happened, by the name of the event."""
        return self.words.pick(EVENTS, str(event.__struct_config__.tag))

    def told(self, event: Any) -> str:  # noqa: ANN401 - any event
        """What the entry says."""
        if isinstance(event, ev.FactCorrected):
            return self.words.colon(f"#{event.of}", self.told(event.replacement))
        if isinstance(event, ev.EntryAnnulled):
            named = self._entry(event.of)
            said = f"{self.event(named)} {self.told(named)}" if named is not None else ""
            return self.words.colon(f"#{event.of}", said)
        parts = PARTS.get(type(event), _nothing)(self, event)
        return self.words.comma([*parts, self._period(event)])

    def _period(self, event: ev.Event) -> str:
        if not isinstance(event, ev.Fact):
            return ""
        if isinstance(event, _AT_ONCE):
            return self.words.say("d.on", at=self.page.moment(event.effective))
        until = getattr(event, "until", None)
        return self.page.period(event.effective.at, until.at if until is not None else None)

    # The words for single things

    def thing(self, kind: str, name: str | None, none: str = "d.top") -> str:
        """A thing by name and id; a word for none."""
        return self.words.say(none) if name is None else self.page.names.shown(kind, name)

    def called(self, name: str, thing: str) -> str:
        """A thing by the name that the entry gives it, and its id."""
        return name if name == thing else self.words.both(name, thing)

    def holders(self, holders: Iterable[Holder]) -> str:
        """Holders by name and id."""
        return self.words.join(self.page.names.holder(one) for one in holders)

    def over(self, act: str, matter: str) -> str:
        """An act over a matter."""
        return f"{self.act(act)} {self.page.names.shown('matter', matter)}"

    def act(self, act: str) -> str:
        """An act by its name."""
        return self.page.names.name("act", act) or act

    def depth(self, depth: int | None) -> str:
        """To which depth something may be delegated."""
        return self.words.say("d.no_depth") if depth is None else self.words.say("d.depth", depth=depth)

    def limit(self, limit: Limit) -> str:
        """A limit."""
        return self.words.limit(limit)

    def said(self, kind: str, name: str) -> ev.Fact | None:
        """What the creation of a thing last said as known, standing or not."""
        return ever_said(self._books, kind, name, self._known)

    def details(
        self, amount: Money | None, attributes: Mapping[str, str], requester: str | None, beneficiary: str | None
    ) -> list[str]:
        """For how much, with which attributes, asked for by and benefiting whom."""
        say, person = self.words.say, self.page.names.shown
        return [
            say("ask.amount", amount=amount) if amount is not None else "",
            terms.attributes(self.page, attributes),
            say("ask.requester", person=person("person", requester)) if requester is not None else "",
            say("ask.beneficiary", person=person("person", beneficiary)) if beneficiary is not None else "",
        ]

    def claimed(self, position: str | None) -> str:
        """In which position somebody says they acted; no word where they do not say."""
        return self.words.say("d.as", position=self.thing("position", position)) if position is not None else ""

    def joined(self, event: ev.Fact, name: str) -> str:
        """An appointment, absence or line that ends: who and what it joined, and its id."""
        fact = ended(self._books, event, self._known)
        said = _JOINED.get(type(fact), _nothing)(self, fact)
        return self.words.both(ARROW.join(said), name) if said else name


def _nothing(_telling: Telling, _event: object) -> list[str]:
    return []


def _formed(t: Telling, e: ev.UnitFormed) -> list[str]:
    place = t.words.say("d.in", place=t.thing("unit", e.parent)) if e.parent is not None else ""
    return [t.called(e.name, e.unit), place]


def _established(t: Telling, e: ev.PositionEstablished) -> list[str]:
    return [
        t.called(e.title, e.position),
        t.words.say("d.in", place=t.thing("unit", e.unit)) if e.unit is not None else "",
        t.words.say("reports", superior=t.thing("position", e.superior)) if e.superior is not None else "",
        t.words.some("seat", e.seats) if e.seats > 1 else "",
    ]


def _abolished(t: Telling, e: ev.PositionAbolished) -> list[str]:
    successor = t.words.say("d.successor", position=t.thing("position", e.successor)) if e.successor else ""
    return [t.thing("position", e.position), successor]


def _appointed(t: Telling, e: ev.PersonAppointed) -> list[str]:
    return [ARROW.join(_seat(t, e)), t.words.pick(APPOINTMENTS, e.kind)]


def _seat(t: Telling, e: ev.PersonAppointed) -> list[str]:
    return [t.thing("person", e.person), t.thing("position", e.position)]


def _line(t: Telling, e: ev.FunctionalLineDrawn) -> list[str]:
    return [t.thing("position", e.position), t.thing("position", e.superior)]


def _absent(t: Telling, e: ev.AbsenceRecorded) -> list[str]:
    return [t.thing("person", e.person)]


def _matter(t: Telling, e: ev.MatterDefined) -> list[str]:
    return [
        t.called(e.name, e.matter),
        t.words.say("d.in", place=t.thing("matter", e.parent)) if e.parent is not None else "",
        t.words.say("d.reserved") if e.reserved else "",
    ]


def _granted(t: Telling, e: ev.AuthorityGranted) -> list[str]:
    return [
        t.words.colon(e.authority, t.holders([e.holder])),
        t.over(e.act, e.matter),
        t.limit(e.limit),
        t.page.scope(e.scope),
        t.words.pick(GRANTS, e.kind) if e.kind != "standing" else "",
        t.words.say("d.uses", times=t.words.some("time", e.uses)) if e.uses is not None else "",
        t.words.say("d.by_decision", item=t.thing("item", e.by_decision)) if e.by_decision is not None else "",
        t.depth(e.depth) if e.depth else "",
    ]


def _delegated(t: Telling, e: ev.AuthorityDelegated) -> list[str]:
    return [
        t.words.colon(e.authority, ARROW.join(t.holders([one]) for one in (e.giver, e.holder))),
        t.words.say("limits.delegated", source=e.source),
        t.thing("matter", e.matter) if e.matter is not None else "",
        t.limit(e.limit),
        t.page.scope(e.scope),
    ]


def _restricted(t: Telling, e: ev.RestrictionImposed) -> list[str]:
    bound = t.holders([e.holder]) if e.holder is not None else t.words.say("d.everyone")
    return [
        t.words.colon(e.restriction, bound),
        t.over(e.act, e.matter),
        t.words.beyond(e.above) if e.above is not None else "",
        t.page.scope(e.scope),
    ]


def _value(t: Telling, e: ev.ScopeValuePlaced) -> list[str]:
    return [f"{e.dimension} = {e.value}", t.words.say("d.in", place=e.parent) if e.parent is not None else ""]


def _committee(t: Telling, e: ev.CommitteeConstituted) -> list[str]:
    return [t.words.colon(t.called(e.name, e.committee), t.holders(e.seats)), terms.procedure(t.page, e.procedure)]


def _reseated(t: Telling, e: ev.CommitteeReseated) -> list[str]:
    return [t.words.colon(t.thing("committee", e.committee), t.holders(e.seats))]


def _charter(t: Telling, e: ev.CharterAdopted) -> list[str]:
    return [t.words.colon(t.thing("position", e.position), e.edition), t.words.some("duty", len(e.duties))]


def _capped(t: Telling, e: ev.AuthorityCapped) -> list[str]:
    per = {"window": t.words.window(e.window), "pool": t.words.pick(POOLS, e.pool)}
    lifted = isinstance(e.limit, Unlimited)
    said = t.words.say("d.uncapped", **per) if lifted else t.words.say("d.cap", limit=t.limit(e.limit), **per)
    return [t.words.colon(e.authority, said)]


def _rate(t: Telling, e: ev.RatePublished) -> list[str]:
    series = t.words.say("d.series", series=e.series) if e.series != "default" else ""
    return [t.words.say("d.rate", currency=e.currency, worth=e.worth), series]


# What people did, contracts, targets


def _item(t: Telling, e: ev.ItemOpened) -> list[str]:
    about = t.details(e.amount, e.attributes, e.requester, e.beneficiary)
    return [t.words.colon(e.item, t.thing("matter", e.matter)), *about]


def _done(t: Telling, e: ev.ActDone) -> list[str]:
    facts = {"who": t.holders([e.by]), "act": t.act(e.act), "item": t.thing("item", e.item)}
    return [
        t.words.say("d.refused" if e.rejected else "d.did", **facts),
        t.claimed(e.claimed),
        t.thing("matter", e.matter) if e.matter is not None else "",
        *t.details(e.amount, e.attributes, e.requester, e.beneficiary),
        terms.votes(t.page, e.votes),
        t.words.say("d.live") if e.live else "",
        t.words.say("d.ratify_by", at=t.page.moment(e.ratify_by)) if e.ratify_by is not None else "",
    ]


def _ratified(t: Telling, e: ev.ActRatified) -> list[str]:
    done, deed = t.said("deed", e.deed), str(e.deed)
    if isinstance(done, ev.ActDone):
        facts = {"who": t.holders([done.by]), "act": t.act(done.act), "item": t.thing("item", done.item)}
        deed = t.words.both(t.words.say("d.deed", **facts), deed)
    return [
        t.words.say("d.ratified", who=t.holders([e.by]), deed=deed),
        t.claimed(e.claimed),
        terms.votes(t.page, e.votes),
    ]


def _options(t: Telling, options: Iterable[ev.PricedOption]) -> list[str]:
    return [terms.term(t.page, one) for one in options]


def _contract(t: Telling, e: ev.ContractRegistered) -> list[str]:
    amount, *about = t.details(e.value, e.attributes, e.requester, e.beneficiary)
    return [
        t.called(e.title, e.contract),
        t.words.say("d.with", parties=t.words.join(e.parties)),
        t.thing("matter", e.matter),
        amount,
        *_options(t, e.options),
        *about,
    ]


def _amended(t: Telling, e: ev.ContractAmended) -> list[str]:
    amount = t.words.say("ask.amount", amount=e.value) if e.value is not None else ""
    return [t.words.colon(t.thing("contract", e.contract), e.amendment), amount, *_options(t, e.options)]


def _kept(t: Telling, e: ev.ContractPlaced) -> list[str]:
    kept = t.words.say("d.kept", holder=t.holders([e.custodian]))
    return [t.words.colon(t.thing("contract", e.contract), kept), e.place or ""]


def _target(t: Telling, e: ev.TargetSet) -> list[str]:
    facts = {"metric": e.metric, "amount": terms.number(e.amount, e.unit), "period": t.words.span(e.period)}
    return [
        t.words.colon(e.target, t.words.say("d.target", **facts)),
        t.words.say("d.carrier", holder=terms.term(t.page, e.holder)),
        t.words.say("d.part_of", target=e.part_of) if e.part_of is not None else "",
        t.words.say("d.exceed") if e.parts_may_exceed else "",
        _phased(t, e.phases),
        *_setter(t, e),
    ]


def _phased(t: Telling, phases: tuple[ev.Phase, ...]) -> str:
    return t.words.say("d.phased", months=t.words.some("month", len(phases))) if phases else ""


def _setter(t: Telling, e: ev.TargetSet | ev.TargetAdjusted | ev.TargetReassigned) -> list[str]:
    person = t.words.say("d.set_by", person=t.thing("person", e.set_by)) if e.set_by is not None else ""
    return [person, t.claimed(e.claimed)]


def _measured(t: Telling, target: str, amount: Decimal) -> str:
    """An amount in the unit of its target."""
    fact = t.said("target", target)
    return terms.number(amount, fact.unit if isinstance(fact, ev.TargetSet) else "")


def _adjusted(t: Telling, e: ev.TargetAdjusted) -> list[str]:
    return [f"{e.target}{ARROW}{_measured(t, e.target, e.amount)}", _phased(t, e.phases), *_setter(t, e)]


def _reported(t: Telling, e: ev.ResultReported) -> list[str]:
    facts = {"amount": _measured(t, e.target, e.amount), "period": t.words.span(e.period)}
    return [t.words.colon(e.target, t.words.say("d.attained", **facts))]


_AT_ONCE = (ev.ItemOpened, ev.ActDone, ev.ActRatified, ev.TargetAccepted, ev.ResultReported)
"""The facts that happen on a day and last no longer."""
_JOINED: dict[type, Callable[[Telling, Any], list[str]]] = {
    ev.PersonAppointed: _seat,
    ev.AbsenceRecorded: _absent,
    ev.FunctionalLineDrawn: _line,
}
PARTS: dict[type, Callable[[Telling, Any], list[str]]] = {
    ev.LedgerOpened: lambda _, e: [e.name, e.currency, e.zone],
    ev.PersonErased: lambda t, e: [t.thing("person", e.person)],
    ev.UnitFormed: _formed,
    ev.UnitRenamed: lambda _, e: [f"{e.unit}{ARROW}{e.name}"],
    ev.UnitMoved: lambda t, e: [f"{t.thing('unit', e.unit)}{ARROW}{t.thing('unit', e.parent)}"],
    ev.UnitDissolved: lambda t, e: [t.thing("unit", e.unit)],
    ev.PositionEstablished: _established,
    ev.PositionRetitled: lambda _, e: [f"{e.position}{ARROW}{e.title}"],
    ev.PositionMoved: lambda t, e: [f"{t.thing('position', e.position)}{ARROW}{t.thing('unit', e.unit, 'd.nobody')}"],
    ev.SeatsSet: lambda t, e: [f"{t.thing('position', e.position)}{ARROW}{t.words.some('seat', e.seats)}"],
    ev.SuperiorSet: lambda t, e: [
        t.thing("position", e.position),
        t.words.say("reports", superior=t.thing("position", e.superior, "d.nobody")),
    ],
    ev.FunctionalLineDrawn: lambda t, e: [t.words.colon(e.line, ARROW.join(_line(t, e)))],
    ev.FunctionalLineWithdrawn: lambda t, e: [t.joined(e, e.line)],
    ev.PositionAbolished: _abolished,
    ev.PersonRegistered: lambda t, e: [t.called(t.personal(e.name), e.person)],
    ev.PersonRenamed: lambda t, e: [f"{e.person}{ARROW}{t.personal(e.name)}"],
    ev.PersonAppointed: _appointed,
    ev.AppointmentEnded: lambda t, e: [t.joined(e, e.appointment)],
    ev.AbsenceRecorded: _absent,
    ev.AbsenceEnded: lambda t, e: [t.joined(e, e.absence)],
    ev.CommitteeConstituted: _committee,
    ev.CommitteeReseated: _reseated,
    ev.ProcedureAdopted: lambda t, e: [
        t.words.colon(t.thing("committee", e.committee), terms.procedure(t.page, e.procedure))
    ],
    ev.CommitteeDissolved: lambda t, e: [t.thing("committee", e.committee)],
    ev.CharterAdopted: _charter,
    ev.InstrumentIssued: lambda t, e: [t.called(f"{e.number} {e.title}", e.issued)],
    ev.ActDefined: lambda t, e: [t.called(e.name, e.act)],
    ev.MatterDefined: _matter,
    ev.MatterRenamed: lambda _, e: [f"{e.matter}{ARROW}{e.name}"],
    ev.MatterMoved: lambda t, e: [f"{t.thing('matter', e.matter)}{ARROW}{t.thing('matter', e.parent)}"],
    ev.MatterReserved: lambda t, e: [
        t.words.colon(t.thing("matter", e.matter), t.words.say("d.reserved" if e.reserved else "d.open"))
    ],
    ev.ScopeValuePlaced: _value,
    ev.AuthorityGranted: _granted,
    ev.AuthorityDelegated: _delegated,
    ev.LimitAmended: lambda t, e: [f"{e.authority}{ARROW}{t.limit(e.limit)}"],
    ev.ScopeAmended: lambda t, e: [f"{e.authority}{ARROW}{t.page.scope(e.scope) or t.words.say('d.any')}"],
    ev.DepthAmended: lambda t, e: [f"{e.authority}{ARROW}{t.depth(e.depth)}"],
    ev.AuthorityCapped: _capped,
    ev.JointlyHeld: lambda t, e: [t.words.colon(e.authority, terms.jointly(t.page, e))],
    ev.AuthoritySuspended: lambda _, e: [e.authority],
    ev.AuthorityResumed: lambda _, e: [e.authority],
    ev.AuthorityRevoked: lambda _, e: [e.authority],
    ev.RestrictionImposed: _restricted,
    ev.RestrictionLifted: lambda _, e: [e.restriction],
    ev.RatePublished: _rate,
    ev.BaseFigurePublished: lambda t, e: [t.words.say("d.base", base=e.base, amount=e.amount)],
    ev.RuleSet: lambda t, e: [t.words.rule(e.rule, e.value)],
    ev.ItemOpened: _item,
    ev.ActDone: _done,
    ev.ActRatified: _ratified,
    ev.ContractRegistered: _contract,
    ev.ContractAmended: _amended,
    ev.ContractTerminated: lambda t, e: [t.thing("contract", e.contract)],
    ev.ContractPlaced: _kept,
    ev.TargetSet: _target,
    ev.TargetAdjusted: _adjusted,
    ev.TargetReassigned: lambda t, e: [f"{e.target}{ARROW}{terms.term(t.page, e.holder)}", *_setter(t, e)],
    ev.TargetAccepted: lambda t, e: [t.words.say("d.accepted", who=t.thing("person", e.by), target=e.target)],
    ev.TargetWithdrawn: lambda _, e: [e.target],
    ev.ResultReported: _reported,
}
"""What each fact says, without its period."""
