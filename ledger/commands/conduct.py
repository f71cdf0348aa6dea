"""Requests about what people do: open items, act on them with authority or as it happened, ratify."""

from __future__ import annotations

from ledger.commands.base import AmountWords, Attributes, Command, DeedCommand, FactCommand, Name, When
from ledger.events import Vote
from ledger.ids import Act, DeedId, Holder, InstrumentId, ItemId, MatterId, PersonId, PositionId, RatificationId


class OpenItem(FactCommand, tag="open-item", kw_only=True):
    """Put something forward to be decided."""

    item: ItemId
    matter: MatterId
    amount: AmountWords | None = None
    attributes: Attributes = {}
    requester: PersonId | None = None
    beneficiary: PersonId | None = None


class RecordAct(DeedCommand, tag="record-act", kw_only=True):
    """Record an act as it happened, whatever the ledger thinks of it: the verdict is computed, never a refusal.

    What is not stated (matter, amount, attributes, requester, beneficiary) is the item's; an item that was never opened
    needs its matter stated.
    """

    deed: DeedId | None = None
    item: ItemId
    act: Act
    by: Holder
    matter: MatterId | None = None
    amount: AmountWords | None = None
    attributes: Attributes = {}
    requester: PersonId | None = None
    beneficiary: PersonId | None = None
    claimed: PositionId | None = None
    rejected: bool = False
    ratify_by: When | None = None
    votes: tuple[Vote, ...] = ()


class AuthoriseAct(Command, tag="authorise-act", kw_only=True):
    """Act now, if within authority: refused with the reason otherwise. The act is done at the instant of recording.

    It is about what its item is about: on an item that was opened, or a contract, it states nothing else than the item
    (a greater amount and attributes that the item leaves open aside).
    """

    deed: DeedId | None = None
    item: ItemId
    act: Act
    by: Holder
    matter: MatterId | None = None
    amount: AmountWords | None = None
    attributes: Attributes = {}
    requester: PersonId | None = None
    beneficiary: PersonId | None = None
    claimed: PositionId | None = None
    rejected: bool = False
    votes: tuple[Vote, ...] = ()
    instrument: InstrumentId | None = None
    clause: Name | None = None


class RatifyAct(DeedCommand, tag="ratify-act", kw_only=True):
    """Record that somebody ratified an act; a committee with the votes of its members."""

    ratification: RatificationId | None = None
    deed: DeedId
    by: Holder
    claimed: PositionId | None = None
    votes: tuple[Vote, ...] = ()
