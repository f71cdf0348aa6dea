"""Facts about contracts: registered, amended, terminated, and who keeps the original (semantics.md 7).

A contract is an item under its own id: signing, sealing, counter-signing and approving it are acts done on that item.
"""

from __future__ import annotations

from ledger.events.base import Fact, PricedOption
from ledger.ids import ContractId, Holder, MatterId, PersonId
from ledger.moments import Moment
from ledger.money import Money


class ContractRegistered(Fact, tag="contract-registered/1", kw_only=True):
    """A contract became known: with whom, over which matter, for how much, with which priced options.

    The value that authority is needed for is `value` with all `options`.
    """

    contract: ContractId
    title: str
    parties: tuple[str, ...]
    matter: MatterId
    value: Money | None = None
    options: tuple[PricedOption, ...] = ()
    attributes: dict[str, str] = {}
    sha256: str | None = None
    requester: PersonId | None = None
    beneficiary: PersonId | None = None
    until: Moment | None = None


class ContractAmended(Fact, tag="contract-amended/1", kw_only=True):
    """A contract got other terms; `value` and `options` are the new whole, not the difference."""

    contract: ContractId
    amendment: str
    value: Money | None = None
    options: tuple[PricedOption, ...] = ()
    sha256: str | None = None


class ContractTerminated(Fact, tag="contract-terminated/1", kw_only=True):
    """A contract ended before its time."""

    contract: ContractId


class ContractPlaced(Fact, tag="contract-placed/1", kw_only=True):
    """The original of a contract is kept by somebody, at a place."""

    contract: ContractId
    custodian: Holder
    place: str | None = None
