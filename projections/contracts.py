"""The register of contracts: the terms in force, who signed and sealed them in which capacity, where each stands.

As the books have it at one valid instant, as known at one entry. A contract is an item under its own id: what was done
on it (approved, signed, sealed, counter-signed) are the acts on that item.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Literal

import msgspec

from ledger.books.items import contract_terms, total
from ledger.books.reading import AsOf
from ledger.events import ContractAmended, ContractPlaced, ContractRegistered, PricedOption
from ledger.ids import Holder, Seq
from ledger.moments import FOREVER, MICROSECOND
from ledger.money import Money
from ledger.policy import act_verdict
from projections.decisions import DeedShown, item_shown, judged

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ledger.books.state import Books
    from ledger.timeline import Life, Thing
    from projections.decisions import ItemShown, Judge

State = Literal["registered", "signed", "in_force", "terminated", "expired"]
"""Where a contract stands. `signed`: signed or sealed before its first day; `in_force`: both; `registered`: neither."""
_BINDING = frozenset({"sign", "seal"})
"""The acts of which one binds (Civil Code art. 490)."""


class AmendmentShown(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An amendment that has come into effect; `value`, `options` and `total` are the new whole, not the difference."""

    amendment: str
    since: datetime
    seq: int
    value: Money | None = None
    options: tuple[PricedOption, ...] = ()
    total: Money | None = None
    sha256: str | None = None
    instrument: str | None = None
    clause: str | None = None


class CustodyShown(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who keeps the original and where; `read_as` is the successor of an abolished position."""

    custodian: Holder
    since: datetime
    seq: int
    place: str | None = None
    read_as: str | None = None


class ContractShown(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A contract: the terms in force (stated by entry `terms_seq`) and what was done on it, in order.

    `total` is the value with all priced options, for which authority is needed. `sha256` is that of the contract as
    registered, an amendment has its own. `until` is exclusive; `ended_by` is the entry that terminated it.
    """

    contract: str
    title: str
    parties: tuple[str, ...]
    matter: str
    state: State
    since: datetime
    seq: int
    terms_seq: int
    until: datetime | None = None
    ended_by: int | None = None
    value: Money | None = None
    options: tuple[PricedOption, ...] = ()
    total: Money | None = None
    attributes: dict[str, str] = {}
    requester: str | None = None
    beneficiary: str | None = None
    sha256: str | None = None
    instrument: str | None = None
    clause: str | None = None
    amendments: tuple[AmendmentShown, ...] = ()
    custody: CustodyShown | None = None
    acts: tuple[DeedShown, ...] = ()


class Register(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Contracts in the order in which they begin."""

    valid_at: datetime
    known_seq: Seq
    known_at: datetime | None
    contracts: tuple[ContractShown, ...] = ()


class Wanted(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Which contracts: over a matter or below it, with these attributes (values below count), a party, a state.

    A party is meant by any part of its name.
    """

    matter: str | None = None
    attributes: dict[str, str] = {}
    party: str | None = None
    state: State | None = None

    def admits(self, reading: AsOf, shown: ContractShown) -> bool:
        """Whether a contract is one of those."""
        return (
            (self.matter is None or self.matter == shown.matter or self.matter in reading.matters_above(shown.matter))
            and all(
                name in shown.attributes and value in reading.values_above(name, shown.attributes[name])
                for name, value in self.attributes.items()
            )
            and (self.party is None or any(self.party in party for party in shown.parties))
            and self.state in {None, shown.state}
        )


EVERY_CONTRACT = Wanted()


def contracts(
    books: Books, at: datetime, known: Seq, wanted: Wanted = EVERY_CONTRACT, *, judge: Judge | None = None
) -> Register:
    """The contracts that had begun, or were acted on, by an instant, as known at an entry. Raises nothing.

    With `judge`, each act's verdict on that date as well.
    """
    reading = AsOf(books, at, known)
    shown = (_contract(reading, thing, judge) for thing in books.things["contract"].values())
    found = [one for one in shown if one is not None and wanted.admits(reading, one)]
    return Register(
        valid_at=at,
        known_seq=known,
        known_at=books.recorded(known),
        contracts=tuple(sorted(found, key=lambda one: one.since)),
    )


def contract(
    books: Books, name: str, at: datetime, known: Seq, *, judge: Judge | None = act_verdict
) -> ContractShown | None:
    """One contract, each act with its verdict on that date; None where none of that id had begun, or was acted on.

    Raises nothing.
    """
    thing = books.things["contract"].get(name)
    return None if thing is None else _contract(AsOf(books, at, known), thing, judge)


def _contract(reading: AsOf, thing: Thing, judge: Judge | None) -> ContractShown | None:
    life = reading.life_of(thing)
    item = None if life is None else item_shown(reading, thing.id)
    if life is None or item is None or not isinstance(fact := life.created.fact, ContractRegistered):
        return None
    terms = contract_terms(thing, life, min(reading.at, life.until - MICROSECOND), reading.known)
    stated = terms.fact
    if not isinstance(stated, ContractRegistered | ContractAmended):
        return None
    return ContractShown(
        contract=thing.id,
        title=fact.title,
        parties=fact.parties,
        matter=fact.matter,
        state=_state(reading, life, item),
        since=life.since,
        seq=life.created.source,
        terms_seq=terms.source,
        until=None if life.until == FOREVER else life.until,
        ended_by=life.ended.source if life.ended is not None else None,
        value=stated.value,
        options=stated.options,
        total=total(stated.value, stated.options),
        attributes=fact.attributes,
        requester=fact.requester,
        beneficiary=fact.beneficiary,
        sha256=fact.sha256,
        instrument=fact.instrument,
        clause=fact.clause,
        amendments=tuple(_amendments(reading, thing, life)),
        custody=_custody(reading, thing, life),
        acts=judged(reading.books, item.acts, reading.at, Seq(reading.known), judge),
    )


def _state(reading: AsOf, life: Life, item: ItemShown) -> State:
    if not life.until > reading.at:
        return "expired" if life.ended is None else "terminated"
    if not any(deed.act in _BINDING and not deed.rejected for deed in item.acts):
        return "registered"
    return "in_force" if life.since <= reading.at else "signed"


def _amendments(reading: AsOf, thing: Thing, life: Life) -> Iterator[AmendmentShown]:
    """What was agreed inside the contract's life and up to the instant, in the order in which it counts."""
    for version in thing.properties.get("terms", []):
        fact = version.fact
        stands = version.known_from <= reading.known < version.known_until
        if (
            stands
            and isinstance(fact, ContractAmended)
            and life.contains(version.effective)
            and reading.passed(version.effective)
        ):
            yield AmendmentShown(
                amendment=fact.amendment,
                since=version.effective,
                seq=version.source,
                value=fact.value,
                options=fact.options,
                total=total(fact.value, fact.options),
                sha256=fact.sha256,
                instrument=fact.instrument,
                clause=fact.clause,
            )


def _custody(reading: AsOf, thing: Thing, life: Life) -> CustodyShown | None:
    """Who keeps the original; after the contract's end as well, for it is kept on."""
    version = reading.property(thing, "custody", life)
    if version is None or not isinstance(fact := version.fact, ContractPlaced):
        return None
    named = fact.custodian.position
    position = None if named is None else reading.resolve(named)
    return CustodyShown(
        custodian=fact.custodian,
        since=version.effective,
        seq=version.source,
        place=fact.place,
        read_as=position if position != named else None,
    )
