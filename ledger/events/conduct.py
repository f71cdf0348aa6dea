"""Facts about what people do: items, the acts done on them, ratifications (semantics.md 6)."""

from __future__ import annotations

from ledger.events.base import Fact, Vote
from ledger.ids import Act, DeedId, Holder, ItemId, MatterId, PersonId, PositionId, RatificationId
from ledger.moments import Moment
from ledger.money import Money


class ItemOpened(Fact, tag="item-opened/1", kw_only=True):
    """Something to be decided was put forward: over a matter, for an amount, asked for by and benefiting whom."""

    item: ItemId
    matter: MatterId
    amount: Money | None = None
    attributes: dict[str, str] = {}
    requester: PersonId | None = None
    beneficiary: PersonId | None = None


class ActDone(Fact, tag="act-done/1", kw_only=True):
    """A person or committee acted on an item; `effective` is when (for a date, its last microsecond).

    What it does not state (matter, amount, attributes, requester, beneficiary) is its item's. `claimed` is the position
    in which the person says they acted. `live`: it was authorised by the ledger before it was recorded. `rejected`: the
    act was a no (an approval that was refused). `ratify_by`: an emergency act, to be ratified by then. `votes`: of the
    members of a committee who were present.
    """

    deed: DeedId
    item: ItemId
    act: Act
    by: Holder
    matter: MatterId | None = None
    amount: Money | None = None
    attributes: dict[str, str] = {}
    requester: PersonId | None = None
    beneficiary: PersonId | None = None
    claimed: PositionId | None = None
    rejected: bool = False
    live: bool = False
    ratify_by: Moment | None = None
    votes: tuple[Vote, ...] = ()


class ActRatified(Fact, tag="act-ratified/1", kw_only=True):
    """Somebody ratified an act that was done without authority; it counts if they had it then and have it now.

    `votes`: of the members of a committee who were present when it ratified.
    """

    ratification: RatificationId
    deed: DeedId
    by: Holder
    claimed: PositionId | None = None
    votes: tuple[Vote, ...] = ()
