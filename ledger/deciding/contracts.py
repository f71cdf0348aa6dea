"""Decide about contracts: registered, amended, terminated, and who keeps the original."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ledger import commands as cm
from ledger import events as ev
from ledger.deciding.conduct import free_item, known_persons
from ledger.deciding.desk import LONGEST_ID, document
from ledger.deciding.terms import amount_in, item_attributes_in
from ledger.money import Money, money
from ledger.refusals import BadInput, NameTaken
from ledger.timeline import STILL_KNOWN

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ledger.deciding.desk import Desk


def _register_contract(desk: Desk, command: cm.RegisterContract) -> ev.Fact:
    since, until = desk.period(command)
    free_item(desk, "contract", command.contract)
    if not command.parties:
        raise BadInput("parties", "a contract has at least one party")
    desk.alive("matter", command.matter, since)
    known_persons(desk, (command.requester, command.beneficiary))
    value, options = _priced(desk, command.value, command.options)
    return ev.ContractRegistered(
        **document(command),
        effective=since,
        until=until,
        contract=command.contract,
        title=command.title,
        parties=command.parties,
        matter=command.matter,
        value=value,
        options=options,
        attributes=item_attributes_in(command.attributes),
        sha256=command.sha256,
        requester=command.requester,
        beneficiary=command.beneficiary,
    )


def _amend_contract(desk: Desk, command: cm.AmendContract) -> ev.Fact:
    _free_amendment(desk, command.contract, command.amendment)
    since = desk.living("contract", command.contract, command)
    value, options = _priced(desk, command.value, command.options)
    return ev.ContractAmended(
        **document(command),
        effective=since,
        contract=command.contract,
        amendment=command.amendment,
        value=value,
        options=options,
        sha256=command.sha256,
    )


def _terminate_contract(desk: Desk, command: cm.TerminateContract) -> ev.Fact:
    since = desk.ended("contract", command.contract, command)
    return ev.ContractTerminated(**document(command), effective=since, contract=command.contract)


def _place_contract(desk: Desk, command: cm.PlaceContract) -> ev.Fact:
    since = desk.living("contract", command.contract, command)
    desk.holder(command.custodian, since)
    return ev.ContractPlaced(
        **document(command),
        effective=since,
        contract=command.contract,
        custodian=command.custodian,
        place=command.place,
    )


def _free_amendment(desk: Desk, contract: str, amendment: str) -> None:
    """Amendments of a contract that stand have a number each. Raises NameTaken."""
    thing = desk.books.things["contract"].get(contract)
    for version in thing.properties.get("terms", ()) if thing is not None else ():
        fact = version.fact
        standing = version.known_until == STILL_KNOWN
        if standing and isinstance(fact, ev.ContractAmended) and fact.amendment == amendment:
            raise NameTaken("amendment", amendment, version.seq)


def _priced(
    desk: Desk, value: str | None, options: Mapping[str, str]
) -> tuple[Money | None, tuple[ev.PricedOption, ...]]:
    """The value and, in one order, the priced options beside it: all in one currency, so that they have a sum."""
    worth = amount_in(desk, value, "value")
    priced = []
    for name in sorted(options):
        if not name.strip() or len(name) > LONGEST_ID:
            raise BadInput("options", "an option has a name of 1 to 100 characters")
        if worth is None:
            raise BadInput("value", "priced options come on top of a value, which may be 0")
        price = money(options[name], f"options.{name}", desk.books.currency)
        if price.currency != worth.currency:
            raise BadInput(f"options.{name}", f"`{price}` is not in `{worth.currency}`, the currency of the value")
        priced.append(ev.PricedOption(name, price))
    return worth, tuple(priced)


DECIDERS: dict[type[cm.Command], Callable[[Desk, Any], ev.Fact]] = {
    cm.RegisterContract: _register_contract,
    cm.AmendContract: _amend_contract,
    cm.TerminateContract: _terminate_contract,
    cm.PlaceContract: _place_contract,
}
