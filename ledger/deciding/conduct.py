"""Decide about what people do: items that are opened, acts done on them, ratifications.

Recording an act judges nothing: whether somebody could is a question to the policy. What is named has to be known, at
whatever date, because things happen before their time and after it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ledger import commands as cm
from ledger import events as ev
from ledger.deciding.desk import document
from ledger.deciding.terms import amount_in, attributes_in, item_attributes_in
from ledger.ids import DeedId, Holder, RatificationId
from ledger.moments import Moment, moment
from ledger.refusals import BadInput, NameTaken, UnknownName
from ledger.timeline import life_at

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ledger.deciding.desk import Desk
    from ledger.ids import PersonId, PositionId

ITEMS = ("item", "contract")
"""The kinds of things that are decided on; they share one namespace."""


def _open_item(desk: Desk, command: cm.OpenItem) -> ev.Fact:
    since = desk.since(command)
    free_item(desk, "item", command.item)
    desk.alive("matter", command.matter, since)
    known_persons(desk, (command.requester, command.beneficiary))
    return ev.ItemOpened(
        **document(command),
        effective=since,
        item=command.item,
        matter=command.matter,
        amount=amount_in(desk, command.amount),
        attributes=item_attributes_in(command.attributes),
        requester=command.requester,
        beneficiary=command.beneficiary,
    )


def _record_act(desk: Desk, command: cm.RecordAct) -> ev.Fact:
    since = desk.done_at(command.acted_at)
    return act_done(desk, command, since, live=False)


def act_done(desk: Desk, command: cm.RecordAct | cm.AuthoriseAct, acted_at: Moment, *, live: bool) -> ev.ActDone:
    """The act that a command states, done at a moment; `live` for one that the ledger has just authorised.

    Raises NameTaken, UnknownName, BadInput; whether it was within authority is not looked at.
    """
    deed = DeedId(desk.named(command.deed, "deed"))
    desk.free("deed", deed)
    if command.matter is not None:
        desk.known("matter", command.matter)
    elif not is_opened(desk, command.item):
        raise UnknownName("item", command.item, _near_items(desk, command.item))
    desk.readable(command.item, "item")
    desk.act(command.act)
    _acting(desk, command.by, command.claimed)
    known_persons(desk, (command.requester, command.beneficiary))
    _votes(desk, command.by, command.votes)
    return ev.ActDone(
        **document(command),
        effective=acted_at,
        deed=deed,
        item=command.item,
        act=command.act,
        by=command.by,
        matter=command.matter,
        amount=amount_in(desk, command.amount),
        attributes=attributes_in(command.attributes),
        requester=command.requester,
        beneficiary=command.beneficiary,
        claimed=command.claimed,
        rejected=command.rejected,
        live=live,
        ratify_by=_ratify_by(desk, command.ratify_by, acted_at) if isinstance(command, cm.RecordAct) else None,
        votes=command.votes,
    )


def _ratify_act(desk: Desk, command: cm.RatifyAct) -> ev.Fact:
    since = desk.done_at(command.acted_at)
    ratification = RatificationId(desk.named(command.ratification, "ratification"))
    desk.free("ratification", ratification)
    desk.alive("deed", command.deed, since)
    _acting(desk, command.by, command.claimed)
    _votes(desk, command.by, command.votes)
    return ev.ActRatified(
        **document(command),
        effective=since,
        ratification=ratification,
        deed=command.deed,
        by=command.by,
        claimed=command.claimed,
        votes=command.votes,
    )


# Items


def free_item(desk: Desk, kind: str, name: str) -> None:
    """An id for an item or a contract. Raises NameTaken where either has it."""
    desk.free(kind, name)
    for other in ITEMS:
        thing = desk.books.things[other].get(name)
        if other != kind and thing is not None and thing.created:
            raise NameTaken(other, name, thing.created[0].seq)


def is_opened(desk: Desk, item: str) -> bool:
    """Whether an item was opened, or registered as a contract, and that was not annulled."""
    things = (desk.books.things[kind].get(item) for kind in ITEMS)
    return any(thing is not None and life_at(thing, desk.books.head) is not None for thing in things)


def known_item(desk: Desk, item: str) -> None:
    """An item that was opened, is a contract, or on which somebody acted. Raises UnknownName."""
    deeds = desk.books.deeds_on.get(item, ())
    standing = (life.created.fact for deed in deeds if (life := life_at(deed, desk.books.head)) is not None)
    if not is_opened(desk, item) and not any(isinstance(one, ev.ActDone) and one.item == item for one in standing):
        raise UnknownName("item", item, _near_items(desk, item))


def _near_items(desk: Desk, item: str) -> list[str]:
    return list(dict.fromkeys(near for kind in ITEMS for near in desk.near(kind, item)))


# Persons and bodies


def known_persons(desk: Desk, persons: Iterable[PersonId | None]) -> None:
    """Those who are named, of the persons that a command may name, are known. Raises UnknownName."""
    for person in persons:
        if person is not None:
            desk.person(person)


def _acting(desk: Desk, by: Holder, claimed: PositionId | None) -> None:
    """A person or committee that is known; a person may claim a position that is known."""
    if by.position is not None:
        raise BadInput("by", "a position does not act; a person does, who may claim it, or a committee")
    desk.known(by.kind, by.id)
    if claimed is None:
        return
    if by.committee is not None:
        raise BadInput("claimed", "a committee acts as itself and claims no position")
    desk.known("position", claimed)


def _votes(desk: Desk, by: Holder, votes: tuple[ev.Vote, ...]) -> None:
    if votes and by.committee is None:
        raise BadInput("votes", "only in a committee members vote")
    members = [vote.member for vote in votes]
    known_persons(desk, members)
    twice = next((member for member in members if members.count(member) > 1), None)
    if twice is not None:
        raise BadInput("votes", f"`{twice}` votes twice")


def _ratify_by(desk: Desk, words: str | None, acted_at: Moment) -> Moment | None:
    if words is None:
        return None
    deadline = moment(words, desk.zone, "ratify_by")
    if deadline.at <= acted_at.at:
        raise BadInput("ratify_by", f"`{words}` is not after the act, at `{desk.written(acted_at.at)}`")
    return deadline


DECIDERS: dict[type[cm.Command], Callable[[Desk, Any], ev.Fact]] = {
    cm.OpenItem: _open_item,
    cm.RecordAct: _record_act,
    cm.RatifyAct: _ratify_act,
}
