"""What was decided: the history of items, the register of contracts, the tree of targets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from api.http.asking import Deadline, Id, Period, Query, Tabular, Times, YesNo, actor, attributes, thing
from api.http.judging import BoundedBy, substance_of_acts
from api.http.questions import With  # noqa: TC001 - the records below are read by their annotations
from api.judged import TargetsJudged, period, substance_of_targets, targets_judged
from api.rendering.decisions import sheet_of_contract, sheet_of_contracts, sheet_of_history
from api.rendering.targets import sheet_of_targets
from ledger.policy import act_verdict
from projections import contracts as register
from projections import decisions as history

if TYPE_CHECKING:
    from collections.abc import Callable

    from ledger.books import Books
    from ledger.ids import Seq
    from ledger.moments import Instant
    from ledger.policy import Verdict


class OfHistory(BoundedBy, frozen=True, kw_only=True):
    """Which decisions: one act of an item has to meet all that is asked of acts."""

    item: Id | None = None
    person: Id | None = None
    matter: Id | None = None
    act: Id | None = None
    verdicts: YesNo = "false"


class OfContracts(Tabular, frozen=True, kw_only=True):
    """Which contracts."""

    matter: Id | None = None
    party: Id | None = None
    stated: With = msgspec.field(default=(), name="with")
    state: register.State | None = None


class OfContract(Tabular, frozen=True, kw_only=True):
    """One contract."""

    contract: Id


class OfTargets(Tabular, frozen=True, kw_only=True):
    """Which targets: those whose period lies within one."""

    period: Period | None = None


def _history(
    books: Books, asked: OfHistory, _: Times, deadline: Deadline
) -> Callable[[Instant, Seq], history.Decisions]:
    first, last = period(books, asked.since, asked.upto)
    wanted = history.Wanted(
        item=thing(books, "item", asked.item, "item") if asked.item is not None else None,
        person=actor(books, asked.person, "person").id if asked.person is not None else None,
        matter=thing(books, "matter", asked.matter, "matter") if asked.matter is not None else None,
        act=thing(books, "act", asked.act, "act") if asked.act is not None else None,
        since=first,
        until=last,
    )

    def judge(books: Books, deed: str, at: Instant, known: Seq) -> Verdict | None:
        deadline.keep()
        return act_verdict(books, deed, at, known)

    judged = judge if asked.verdicts == "true" else None
    return lambda at, known: history.decisions(books, at, known, wanted, judge=judged)


def _contracts(books: Books, asked: OfContracts, _: Times, __: Deadline) -> Callable[[Instant, Seq], register.Register]:
    wanted = register.Wanted(
        matter=thing(books, "matter", asked.matter, "matter") if asked.matter is not None else None,
        attributes=attributes(asked.stated),
        party=asked.party,
        state=asked.state,
    )
    return lambda at, known: register.contracts(books, at, known, wanted)


def _contract(books: Books, asked: OfContract, _: Times, __: Deadline) -> Callable[[Instant, Seq], register.Register]:
    contract = thing(books, "contract", asked.contract, "contract")

    def taken(at: Instant, known: Seq) -> register.Register:
        one = register.contract(books, contract, at, known, judge=act_verdict)
        found = () if one is None else (one,)
        return register.Register(valid_at=at, known_seq=known, known_at=books.recorded(known), contracts=found)

    return taken


def _targets(books: Books, asked: OfTargets, _: Times, __: Deadline) -> Callable[[Instant, Seq], TargetsJudged]:
    return lambda at, known: targets_judged(books, asked.period, at, known)


def _substance_of_items(answer: history.Decisions) -> object:
    return [(msgspec.structs.replace(one, acts=()), substance_of_acts(one.acts)) for one in answer.items]


def _substance_of_contract(answer: register.Register) -> object:
    return [(msgspec.structs.replace(one, acts=()), substance_of_acts(one.acts)) for one in answer.contracts]


def _settings_of_shown(answer: TargetsJudged) -> TargetsJudged:
    """Of a page of targets, what was said of those on it."""
    shown = {one.target: answer.settings[one.target] for one in answer.targets}
    return msgspec.structs.replace(answer, settings=shown)


QUERIES = (
    Query(
        name="history",
        path="/v1/history",
        about="Items and what was done on them, with the verdict of each act where that is asked.",
        params=OfHistory,
        answer=history.Decisions,
        prepare=_history,
        content=_substance_of_items,
        lists=("items",),
        sheet=sheet_of_history,
        verdict=True,
        example="from=2026-01-01&to=2026-01-31&on=2026-12-31&known=400&limit=2",
    ),
    Query(
        name="contracts",
        path="/v1/contracts",
        about="The register of contracts: the terms in force and where each stands.",
        params=OfContracts,
        answer=register.Register,
        prepare=_contracts,
        content=lambda one: one.contracts,
        lists=("contracts",),
        sheet=sheet_of_contracts,
        example="state=in_force&on=2026-12-31&known=400&limit=2",
    ),
    Query(
        name="contract",
        path="/v1/contracts/{contract}",
        about="One contract, with the verdict of each act on it.",
        params=OfContract,
        answer=register.Register,
        prepare=_contract,
        content=_substance_of_contract,
        lists=("contracts",),
        sheet=sheet_of_contract,
        verdict=True,
        example="contract=contract-01&on=2026-12-31&known=400",
    ),
    Query(
        name="targets",
        path="/v1/targets",
        about="The tree of targets: sums, gaps, results, and whether whoever set them could.",
        params=OfTargets,
        answer=TargetsJudged,
        prepare=_targets,
        content=substance_of_targets,
        lists=("targets",),
        tidy=_settings_of_shown,
        sheet=sheet_of_targets,
        verdict=True,
        example="period=2026&on=2026-12-31&known=400&limit=2",
    ),
)
