"""What is recorded: items, acts, resolutions, ratifications and their annulment; contracts."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from features.steps.normal import key
from features.steps.story import StoryTrouble
from features.steps.words import attribute
from ledger import commands as cm
from ledger.events import Vote
from ledger.ids import Act, CommitteeId, ContractId, DeedId, Holder, ItemId, MatterId, PositionId
from ledger.moments import read
from ledger.refusals import UnknownName

if TYPE_CHECKING:
    from collections.abc import Iterable

    from features.steps.story import Draft, Told
    from features.steps.tables import Row

Done = cm.RecordAct | cm.AuthoriseAct


def attributes(rows: Iterable[Row]) -> dict[str, str]:
    """A table of attributes."""
    return {attribute(str(row["attribute"].read)): str(row["value"].read) for row in rows}


def opened(draft: Draft, told: Told) -> None:
    """An item is opened."""
    draft.add(
        cm.OpenItem(
            since=told.text("on"),
            item=ItemId(told.text("item")),
            matter=MatterId(told.text("matter")),
            amount=told.get("amount"),
            attributes=attributes(told.rows),
            **_for_whom(draft, told),
        )
    )


def _for_whom(draft: Draft, told: Told) -> dict[str, Any]:
    return {
        name: draft.optional_person(told.values.get(name))
        for name in ("requester", "beneficiary")
        if name in told.values
    }


def acted(draft: Draft, told: Told) -> None:
    """Somebody acts on an item: as it happened, or live where it is attempted."""
    _by_one(draft, told, **_for_whom(draft, told))


def rejected(draft: Draft, told: Told) -> None:
    """Somebody rejects an act on an item."""
    _by_one(draft, told, rejected=True)


def in_haste(draft: Draft, told: Told) -> None:
    """Somebody acts, and is to be ratified before a day. Raises StoryTrouble where it is attempted."""
    if draft.live:
        raise StoryTrouble(
            "what is attempted is authorised or refused at once; nothing is left to ratify",
            "尝试行权当场即有结论，不存在待追认；请用不带“须于……前追认”的句子",
        )
    _by_one(draft, told, ratify_by=told.text("deadline"))


def _by_one(draft: Draft, told: Told, **said: Any) -> None:  # noqa: ANN401 - the fields of two commands
    claimed = told.get("claimed")
    _act(
        draft,
        told,
        by=Holder(person=draft.person(told.values["person"])),
        act=Act(told.text("act")),
        claimed=PositionId(claimed) if claimed is not None else None,
        attributes=attributes(told.rows),
        **said,
    )


def resolved(draft: Draft, told: Told) -> None:
    """A committee approves, its members vote."""
    votes = []
    for row in told.rows:
        vote: Any = row["vote"].read
        votes.append(Vote(draft.person(row["member"]), vote))
    by = Holder(committee=CommitteeId(told.text("committee")))
    _act(draft, told, by=by, act=Act("approve"), votes=tuple(votes))


def _act(draft: Draft, told: Told, **said: Any) -> None:  # noqa: ANN401 - the fields of two commands
    done = {
        **said,
        "deed": DeedId(f"deed-{draft.number}"),
        "item": ItemId(told.text("item")),
        "matter": MatterId(told.text("matter")),
        "amount": told.get("amount"),
    }
    if not draft.live:
        draft.add(cm.RecordAct(acted_at=told.text("on"), **done))
        return
    on = told.text("on")
    when = read(on, "on")
    day = when.astimezone(draft.zone).date() if isinstance(when, datetime) else when
    if day != draft.today:
        raise _not_today(on, draft.today)
    draft.add(cm.AuthoriseAct(**done))


def _not_today(on: str, today: date | None) -> StoryTrouble:
    if today is None:
        return StoryTrouble(
            "an act is attempted live, and no day of recording was given yet: write “what follows is recorded on …”",
            "尝试行权即当场行权，而此前没有记录日期：请先写“以下内容于……记录”",
        )
    return StoryTrouble(
        f"an act is attempted live, on the day of recording, {today}; {on} is another day",
        f"尝试行权即当场行权，须在记录当日{today}；{on}不是当日",
    )


def ratified(draft: Draft, told: Told) -> None:
    """Somebody ratifies the act of that kind on an item that was recorded last."""
    by = draft.actor(told.values["person"])
    act, item = told.text("act"), told.text("item")
    deed = next((one.deed for _, one in _done(draft) if one.act == act and one.item == item), None)
    if deed is None:
        raise UnknownName("deed", f"{act} {item}")
    draft.add(cm.RatifyAct(acted_at=told.text("on"), deed=deed, by=by))


def act_in_error(draft: Draft, told: Told) -> None:
    """The act of somebody on an item that was recorded last is annulled."""
    who, item = told.text("person"), told.text("item")
    seq = next((at for at, one in _done(draft) if one.by.id == who and one.item == item), None)
    if seq is None:
        raise UnknownName("deed", f"{who} → {item}")
    draft.add(cm.AnnulEntry(of=seq, reason=told.place.text))


def _done(draft: Draft) -> list[tuple[int, Done]]:
    """The acts that stand, the latest recorded first."""
    found: list[tuple[int, Done]] = [*draft.minutes.latest(cm.RecordAct), *draft.minutes.latest(cm.AuthoriseAct)]
    return sorted(found, key=lambda one: one[0], reverse=True)


def contract(draft: Draft, told: Told) -> None:
    """A contract is registered."""
    name = told.text("contract")
    draft.add(
        cm.RegisterContract(
            since=told.text("since"),
            through=told.get("through"),
            contract=ContractId(name),
            title=key(told.spelt("contract")),
            parties=(key(told.spelt("party")),),
            matter=MatterId(told.text("matter")),
            value=told.text("value"),
            attributes=attributes(told.rows),
        )
    )


def contract_amended(draft: Draft, told: Told) -> None:
    """A contract gets another total."""
    draft.add(
        cm.AmendContract(
            since=told.text("since"),
            contract=ContractId(told.text("contract")),
            amendment=key(told.spelt("amendment")),
            value=told.text("value"),
        )
    )
