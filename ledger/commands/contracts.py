"""Requests about contracts."""

from __future__ import annotations

from ledger.commands.base import AmountWords, Attributes, Digest, FactCommand, Name, Period
from ledger.ids import ContractId, Holder, MatterId, PersonId


class RegisterContract(Period, tag="register-contract", kw_only=True):
    """Make a contract known: parties, matter, value, and priced options by name. It is an item under its own id."""

    contract: ContractId
    title: Name
    parties: tuple[Name, ...]
    matter: MatterId
    value: AmountWords | None = None
    options: dict[str, AmountWords] = {}
    attributes: Attributes = {}
    sha256: Digest | None = None
    requester: PersonId | None = None
    beneficiary: PersonId | None = None


class AmendContract(FactCommand, tag="amend-contract", kw_only=True):
    """Give a contract other terms; `value` and `options` are the new whole, not the difference."""

    contract: ContractId
    amendment: Name
    value: AmountWords | None = None
    options: dict[str, AmountWords] = {}
    sha256: Digest | None = None


class TerminateContract(FactCommand, tag="terminate-contract", kw_only=True):
    """End a contract before its time; `from` is its first day without."""

    contract: ContractId


class PlaceContract(FactCommand, tag="place-contract", kw_only=True):
    """Say who keeps the original of a contract, and where."""

    contract: ContractId
    custodian: Holder
    place: Name | None = None
