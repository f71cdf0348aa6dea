"""The history of decisions: items, what was done on each in order, where each stands; acts of a person, of a period.

As the books have it at one valid instant, as known at one entry. An item is what was opened as one, a contract under
its own id, or what somebody acted on although nobody had opened it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

import msgspec

from ledger.books.items import acts_on, item_terms, terms_of
from ledger.books.reading import AsOf
from ledger.books.state import Books
from ledger.events import ActDone, ActRatified, ContractRegistered, Vote
from ledger.ids import Holder, Seq
from ledger.money import Money
from ledger.policy.verdicts import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ledger.timeline import Version

Judge = Callable[[Books, str, datetime, Seq], Verdict | None]
"""What a deed's verdict is, asked on a date as known at an entry; `ledger.policy.act_verdict` is one."""
STATES: Mapping[str, str] = {
    "propose": "proposed",
    "nominate": "nominated",
    "review": "reviewed",
    "approve": "approved",
    "dispose": "disposed",
    "countersign": "countersigned",
    "sign": "signed",
    "seal": "sealed",
    "file": "filed",
}
"""Where an item stands after an act that every ledger knows; after one that the ledger defined it is `done`."""


class RatificationShown(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody ratified an act at `ratified_at`; whether it counts is said by the act's verdict."""

    ratification: str
    by: Holder
    ratified_at: datetime
    seq: int
    claimed: str | None = None


class DeedShown(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One act: who did what on which item and when; what it does not state is its item's. `seq` states it as known.

    `claimed` is the position in which the person says they acted; `live`: the ledger authorised it before it was
    recorded. `verdict` is there where the question asks for verdicts.
    """

    deed: str
    item: str
    act: str
    by: Holder
    acted_at: datetime
    seq: int
    matter: str | None = None
    amount: Money | None = None
    attributes: dict[str, str] = {}
    requester: str | None = None
    beneficiary: str | None = None
    claimed: str | None = None
    rejected: bool = False
    live: bool = False
    ratify_by: datetime | None = None
    votes: tuple[Vote, ...] = ()
    ratifications: tuple[RatificationShown, ...] = ()
    verdict: Verdict | None = None


class ItemShown(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Something to be decided: `state` follows from the last act; `open` without one, `rejected` after a no.

    `opened_at` and `seq` are of its opening, or of the contract's registration where it is one; None where nobody
    opened it. Then matter, amount and the rest are those of the first act that states them.
    """

    item: str
    state: str
    matter: str | None = None
    amount: Money | None = None
    attributes: dict[str, str] = {}
    requester: str | None = None
    beneficiary: str | None = None
    opened_at: datetime | None = None
    seq: int | None = None
    contract: bool = False
    acts: tuple[DeedShown, ...] = ()


class Decisions(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Items in the order in which they were opened (or first acted on), each with all its acts in order."""

    valid_at: datetime
    known_seq: Seq
    known_at: datetime | None
    items: tuple[ItemShown, ...] = ()


class Acts(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Acts in the order in which they were done, those of one instant in that of their recording."""

    valid_at: datetime
    known_seq: Seq
    known_at: datetime | None
    acts: tuple[DeedShown, ...] = ()


class Wanted(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Which decisions: of one item; with an act by `person` (or committee), of the kind `act`, done in [since, until).

    One act has to meet all that is asked of acts. `matter` takes in what lies below it. An item on which nobody has
    acted is in the period in which it was opened.
    """

    item: str | None = None
    person: str | None = None
    matter: str | None = None
    act: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    def within(self, at: datetime) -> bool:
        """Whether an instant lies in the period asked for."""
        return (self.since is None or self.since <= at) and (self.until is None or at < self.until)

    def admits(self, deed: DeedShown) -> bool:
        """Whether an act meets what is asked of acts."""
        return (
            (self.person is None or self.person == deed.by.id)
            and (self.act is None or self.act == deed.act)
            and self.within(deed.acted_at)
        )


EVERYTHING = Wanted()


def decisions(
    books: Books, at: datetime, known: Seq, wanted: Wanted = EVERYTHING, *, judge: Judge | None = None
) -> Decisions:
    """The items opened, or acted on, up to an instant, as known at an entry; with `judge`, each act's verdict then.

    Raises nothing.
    """
    found = [
        item
        for item in _items(AsOf(books, at, known), wanted)
        if any(wanted.admits(deed) for deed in item.acts)
        or (
            not item.acts
            and wanted.person is None
            and wanted.act is None
            and item.opened_at is not None
            and wanted.within(item.opened_at)
        )
    ]
    return Decisions(
        valid_at=at,
        known_seq=known,
        known_at=books.recorded(known),
        items=tuple(
            msgspec.structs.replace(item, acts=judged(books, item.acts, at, known, judge))
            for item in sorted(found, key=_begun)
        ),
    )


def acts(books: Books, at: datetime, known: Seq, wanted: Wanted = EVERYTHING, *, judge: Judge | None = None) -> Acts:
    """The acts done up to an instant, as known at an entry: of a person, of a period … Raises nothing."""
    found = [
        deed
        for item in _items(AsOf(books, at, known), msgspec.structs.replace(wanted, matter=None))
        for deed in item.acts
        if wanted.admits(deed)
    ]
    if wanted.matter is not None:
        covered = _Covered(AsOf(books, at, known), wanted.matter)
        found = [deed for deed in found if covered(deed.matter)]
    done = sorted(found, key=lambda deed: (deed.acted_at, _order(books, deed)))
    return Acts(
        valid_at=at,
        known_seq=known,
        known_at=books.recorded(known),
        acts=judged(books, tuple(done), at, known, judge),
    )


def judged(
    books: Books, deeds: tuple[DeedShown, ...], at: datetime, known: Seq, judge: Judge | None
) -> tuple[DeedShown, ...]:
    """The same acts with their verdicts at `at`, where somebody is there to judge."""
    if judge is None:
        return deeds
    return tuple(msgspec.structs.replace(deed, verdict=judge(books, deed.deed, at, known)) for deed in deeds)


def _items(reading: AsOf, wanted: Wanted) -> list[ItemShown]:
    """The items that exist or were acted on up to the instant, over the matter asked for."""
    books = reading.books
    names = dict.fromkeys([*books.things["item"], *books.things["contract"], *books.deeds_on])
    covered = _Covered(reading, wanted.matter)
    shown = (item_shown(reading, name) for name in names if wanted.item in {None, name})
    return [item for item in shown if item is not None and covered(item.matter)]


def item_shown(reading: AsOf, item: str) -> ItemShown | None:
    """An item with its acts up to the instant; None where it was neither opened nor acted on by then."""
    books, at, known = reading.books, reading.at, reading.known
    deeds = tuple(
        _deed(reading, version, fact) for version, fact in acts_on(books, item, known) if version.effective <= at
    )
    opening = reading.life("item", item) or reading.life("contract", item)
    if not deeds and (opening is None or at < opening.since):
        return None
    stated = item_terms(books, item, at, known)
    return ItemShown(
        item=item,
        state=_state(deeds),
        matter=stated.matter or _first(deed.matter for deed in deeds),
        amount=stated.amount if opening is not None else _first(deed.amount for deed in deeds),
        attributes=stated.attributes if opening is not None else _first(deed.attributes for deed in deeds) or {},
        requester=stated.requester if opening is not None else _first(deed.requester for deed in deeds),
        beneficiary=stated.beneficiary if opening is not None else _first(deed.beneficiary for deed in deeds),
        opened_at=None if opening is None else opening.since,
        seq=None if opening is None else opening.created.source,
        contract=opening is not None and isinstance(opening.created.fact, ContractRegistered),
        acts=deeds,
    )


def _deed(reading: AsOf, version: Version, fact: ActDone) -> DeedShown:
    about = terms_of(reading.books, version, reading.known)
    return DeedShown(
        deed=fact.deed,
        item=fact.item,
        act=fact.act,
        by=fact.by,
        acted_at=version.effective,
        seq=version.source,
        matter=about.matter,
        amount=about.amount,
        attributes=about.attributes,
        requester=about.requester,
        beneficiary=about.beneficiary,
        claimed=fact.claimed,
        rejected=fact.rejected,
        live=fact.live,
        ratify_by=None if fact.ratify_by is None else fact.ratify_by.at,
        votes=fact.votes,
        ratifications=tuple(_ratifications(reading, fact.deed)),
    )


def _ratifications(reading: AsOf, deed: str) -> Iterator[RatificationShown]:
    """Who had ratified an act by the instant."""
    for thing in reading.books.ratifications_of.get(deed, ()):
        life = reading.life_of(thing)
        if life is None or reading.at < life.since:
            continue
        if isinstance(fact := life.created.fact, ActRatified) and fact.deed == deed:
            yield RatificationShown(
                ratification=thing.id,
                by=fact.by,
                ratified_at=life.since,
                seq=life.created.source,
                claimed=fact.claimed,
            )


def _state(deeds: tuple[DeedShown, ...]) -> str:
    if not deeds:
        return "open"
    return "rejected" if deeds[-1].rejected else STATES.get(deeds[-1].act, "done")


class _Covered:
    """Whether a matter is the one asked for or lies below it; every matter, where none is asked for."""

    def __init__(self, reading: AsOf, wanted: str | None) -> None:
        self._reading, self._wanted = reading, wanted
        self._known: dict[str, bool] = {}

    def __call__(self, matter: str | None) -> bool:
        if self._wanted is None or matter == self._wanted:
            return True
        if matter is None:
            return False
        if matter not in self._known:
            self._known[matter] = self._wanted in self._reading.matters_above(matter)
        return self._known[matter]


def _begun(item: ItemShown) -> tuple[datetime, int]:
    """When an item began: opened or first acted on, whichever came first."""
    begun = [(deed.acted_at, deed.seq) for deed in item.acts[:1]]
    if item.opened_at is not None and item.seq is not None:
        begun.append((item.opened_at, item.seq))
    return min(begun)


def _order(books: Books, deed: DeedShown) -> int:
    """The number of the fact behind an act: a correction keeps it."""
    return books.root.get(deed.seq, deed.seq)


_T = TypeVar("_T")


def _first(values: Iterable[_T | None]) -> _T | None:
    return next((value for value in values if value is not None), None)
