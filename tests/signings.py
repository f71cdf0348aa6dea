"""Random journals of a small house that signs, ratifies and corrects: nearly everything in them is about few items.

`histories.acted` wanders over all that can be recorded, so what needs four or five entries that fit one another is rare
there. Here four persons, three positions and a committee act on three items under a handful of grants.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import cast

import msgspec
from hypothesis import strategies as st

from ledger.events import (
    ActDone,
    ActRatified,
    AnyEvent,
    AnyFact,
    AppointmentEnded,
    AuthorityCapped,
    AuthorityGranted,
    AuthorityRevoked,
    AuthoritySuspended,
    Commitment,
    CommitteeConstituted,
    Entry,
    EntryAnnulled,
    Fact,
    FactCorrected,
    ItemOpened,
    JointlyHeld,
    LedgerOpened,
    MatterDefined,
    PersonAppointed,
    PersonRegistered,
    Pool,
    PositionEstablished,
    Procedure,
    RatePublished,
    RestrictionImposed,
    RuleName,
    RuleSet,
    SignerClass,
    TargetAdjusted,
    TargetHolder,
    TargetSet,
    Vote,
    VoteCast,
)
from ledger.ids import (
    Act,
    AppointmentId,
    AuthorityId,
    CommitteeId,
    DeedId,
    Holder,
    ItemId,
    MatterId,
    PersonId,
    PositionId,
    RatificationId,
    RestrictionId,
    TargetId,
)
from ledger.moments import Moment
from ledger.money import Limit, Money, Unlimited, UpTo
from tests.histories import Choices, House, visible
from tests.oracle import OracleQuestion

DAYS = tuple(Moment(datetime(2026, month, day, tzinfo=UTC)) for month in (1, 2, 3) for day in (1, 10, 20))
PERSONS = tuple(PersonId(f"h{n}") for n in range(1, 5))
POSITIONS = tuple(PositionId(f"p{n}") for n in range(1, 4))
BOARD = CommitteeId("c1")
GRANTS = tuple(AuthorityId(f"a{n}") for n in range(1, 6))
ITEMS = tuple(ItemId(f"x{n}") for n in range(1, 4))
MATTER, SALES = MatterId("m1"), MatterId("target.sales")
LIMITS: tuple[Limit, ...] = (Unlimited(), UpTo(Decimal(2000), "CNY"), UpTo(Decimal(5000), "CNY"))
AMOUNTS = tuple(Money(Decimal(number), "CNY") for number in (1000, 2000, 1500, 5000))
POOLS: tuple[Pool, ...] = ("position", "person", "grant", "supplier")
RULES: tuple[tuple[RuleName, str], ...] = (
    ("sign_needs_approval", "yes"),
    ("splitting", "flag 40 days by matter"),
    ("splitting", "aggregate 20 days by supplier"),
    ("separation", "none"),
    ("separation", "approve-sign"),
    ("superiors", "inherit"),
)
SEALED = Commitment("0" * 64)
LATER, ENTRY_BYTES, ASKED_BYTES = 24, 10, 8


def _holder(choices: Choices) -> Holder:
    which = choices.below(8)
    if which == 7:
        return Holder(committee=BOARD)
    return Holder(person=choices.one(PERSONS)) if which > 4 else Holder(position=choices.one(POSITIONS))


def _grant(choices: Choices, grant: AuthorityId) -> AnyFact:
    special = choices.seldom(5)
    return AuthorityGranted(
        effective=DAYS[0] if choices.below(4) else choices.one(DAYS),
        authority=grant,
        holder=_holder(choices),
        act=Act("sign" if grant in GRANTS[3:] else "approve"),
        matter=MATTER,
        limit=choices.one(LIMITS),
        kind="special" if special else "standing",
        uses=choices.one((1, 2)) if special else None,
        by_decision=ITEMS[2] if choices.seldom(6) else None,
    )


def _jointly(choices: Choices) -> AnyFact:
    def one() -> Holder:
        return Holder(person=choices.one(PERSONS)) if choices.seldom(3) else Holder(position=choices.one(POSITIONS))

    classes = (SignerClass(1 + choices.below(2), tuple({one(): None, one(): None})),) if choices.below(3) else ()
    persons = choices.one((2, 2, 3, 1))
    start = DAYS[0] if choices.below(3) else choices.one(DAYS)
    return JointlyHeld(effective=start, authority=choices.one(GRANTS[:3]), persons=persons, classes=classes)


def _appointed(choices: Choices, number: int) -> AnyFact:
    return PersonAppointed(
        effective=DAYS[0] if choices.below(3) else choices.one(DAYS),
        appointment=AppointmentId(f"e{number}"),
        person=PERSONS[number % 4],
        position=choices.one(POSITIONS),
        kind="substantive",
        until=choices.one(DAYS) if choices.seldom(6) else None,
    )


def _votes(choices: Choices) -> tuple[Vote, ...]:
    cast: tuple[VoteCast, ...] = ("yes", "yes", "no", "recused")
    return tuple(Vote(person, choices.one(cast)) for person in PERSONS[:3] if not choices.seldom(4))


def _by(choices: Choices) -> tuple[Holder, tuple[Vote, ...]]:
    if choices.seldom(6):
        return Holder(committee=BOARD), _votes(choices)
    return Holder(person=choices.one(PERSONS)), ()


def _when(house: House, choices: Choices) -> Moment:
    passed = [day for day in DAYS if day.at <= house.now] or [DAYS[0]]
    return choices.one((Moment(house.now), Moment(house.now), choices.one(passed), choices.one(DAYS)))


def _done(house: House, choices: Choices) -> AnyFact:
    by, votes = _by(choices)
    return ActDone(
        effective=_when(house, choices),
        deed=DeedId(f"d{len(house.entries)}"),
        item=choices.one(ITEMS),
        act=Act("approve" if choices.below(5) < 3 else "sign"),
        by=by,
        amount=choices.one(AMOUNTS) if choices.seldom(4) else None,
        rejected=choices.seldom(12),
        live=choices.seldom(8),
        claimed=choices.one(POSITIONS) if choices.seldom(8) else None,
        ratify_by=choices.one(DAYS) if choices.seldom(8) else None,
        votes=votes,
    )


def _ratified(house: House, choices: Choices) -> AnyFact:
    acts = [one.event for one in house.entries if isinstance(one.event, ActDone)]
    by, votes = _by(choices)
    return ActRatified(
        effective=_when(house, choices),
        ratification=RatificationId(f"n{len(house.entries)}"),
        deed=choices.one(acts[-5:]).deed if acts else DeedId("d0"),
        by=by,
        claimed=choices.one(POSITIONS) if choices.seldom(8) else None,
        votes=votes,
    )


def _cap(choices: Choices) -> AnyFact:
    pool: Pool = choices.one(POOLS)
    limit = choices.one(LIMITS[1:])
    window = choices.one(("grant", "month", "10 days"))
    return AuthorityCapped(effective=DAYS[0], authority=choices.one(GRANTS), limit=limit, window=window, pool=pool)


def _changed(choices: Choices) -> AnyFact:
    """Something by which acts are judged otherwise."""
    day, grant = choices.one(DAYS), choices.one(GRANTS)
    rule, value = choices.one(RULES)
    changes: tuple[AnyFact, ...] = (
        AppointmentEnded(effective=day, appointment=AppointmentId(f"e{choices.below(5)}")),
        AuthorityRevoked(effective=day, authority=grant),
        AuthoritySuspended(effective=day, authority=grant),
        RuleSet(effective=DAYS[0], rule=rule, value=value),
        _cap(choices),
        RestrictionImposed(effective=day, restriction=RestrictionId("r1"), act=Act("approve"), matter=MATTER),
        RatePublished(effective=day, currency="USD", worth=Money(Decimal(7), "CNY"), series="default"),
        TargetAdjusted(effective=day, target=TargetId("g1"), amount=Decimal(3000), set_by=choices.one(PERSONS)),
    )
    return choices.one(changes)


def _wrong(house: House, choices: Choices) -> AnyEvent:
    """A correction of when something was so or annulment of it; a granted authority is corrected as a whole."""
    kinds = PersonAppointed | AuthorityGranted | ActDone | ItemOpened | ActRatified | JointlyHeld | TargetSet
    entry = choices.one([one for one in house.entries if isinstance(one.event, kinds)])
    event = entry.event
    if choices.seldom(3) or not isinstance(event, Fact):
        return EntryAnnulled(of=entry.seq, reason=SEALED)
    if isinstance(event, AuthorityGranted):
        replaced: Fact = _grant(choices, event.authority)
    elif isinstance(event, ActDone | ItemOpened):
        replaced = msgspec.structs.replace(event, amount=choices.one((None, *AMOUNTS)))
    else:
        replaced = msgspec.structs.replace(event, effective=choices.one(DAYS))
    return FactCorrected(of=entry.seq, replacement=cast("AnyFact", replaced), reason=SEALED)


def _signed(source: bytes) -> list[Entry]:
    house, hour = House(), timedelta(hours=1)
    house.record(LedgerOpened(name="Example Trading Co., Ltd.", currency="CNY", zone="UTC"))
    choices = Choices(source[-80:])
    for matter, parent in ((MATTER, None), (SALES, MATTER)):
        house.record(MatterDefined(effective=DAYS[0], matter=matter, name=matter, parent=parent), hour)
    for number, position in enumerate(POSITIONS):
        above = POSITIONS[0] if number else None
        house.record(
            PositionEstablished(effective=DAYS[0], position=position, title=position, seats=3, superior=above), hour
        )
    for person in PERSONS:
        house.record(PersonRegistered(effective=DAYS[0], person=person, name=SEALED), hour)
    for number in range(5):
        house.record(_appointed(choices, number), hour)
    seats = (Holder(position=POSITIONS[0]), Holder(position=POSITIONS[1]), Holder(person=PERSONS[2]))
    procedure = Procedure(quorum=choices.one((2, 1)), recused_present=choices.below(2) == 0)
    house.record(
        CommitteeConstituted(effective=DAYS[0], committee=BOARD, name="board", seats=seats, procedure=procedure), hour
    )
    for grant in GRANTS:
        house.record(_grant(choices, grant), hour)
    house.record(_jointly(choices), hour)
    for rule, value in (choices.one(RULES[:2]), choices.one(RULES)):
        house.record(RuleSet(effective=DAYS[0], rule=rule, value=value), hour)
    house.record(_cap(choices), hour)
    for item in ITEMS:
        attributes = {"supplier": "anhui"} if choices.below(3) else {}
        amount = None if choices.seldom(5) else choices.one(AMOUNTS)
        house.record(
            ItemOpened(effective=DAYS[0], item=item, matter=MATTER, amount=amount, attributes=attributes), hour
        )
    target = TargetSet(
        effective=choices.one(DAYS),
        target=TargetId("g1"),
        metric="sales",
        period="2026",
        amount=Decimal(2000),
        unit=choices.one(("CNY", "USD")),
        holder=TargetHolder(person=PERSONS[3]),
        set_by=choices.one(PERSONS),
    )
    house.record(target, hour)
    for index in range(LATER):
        kind, step, *rest = source[index * ENTRY_BYTES : (index + 1) * ENTRY_BYTES]
        more, days = Choices(bytes(rest)), timedelta(days=(0, 1, 3, 8)[step % 4], minutes=1)
        house.load(loaded=step >= 230)
        if kind < 150:
            house.record(_done(house, more), days)
        elif kind < 195:
            house.record(_ratified(house, more), days)
        else:
            house.record(_jointly(more) if kind > 245 else _wrong(house, more) if kind > 220 else _changed(more), days)
    return house.entries


def signed() -> st.SearchStrategy[tuple[list[Entry], OracleQuestion]]:
    """Such a journal and a question about one of its items; its `v` and `k` serve as the times of verdicts, too."""

    def both(source: bytes) -> tuple[list[Entry], OracleQuestion]:
        entries, choices = _signed(source[ASKED_BYTES:]), Choices(source[:ASKED_BYTES])
        k = visible(entries, len(entries) - choices.below(10))
        act = Act("sign" if choices.below(2) else "approve")
        told = [one.event for one in entries if isinstance(one.event, ActDone | ActRatified)]
        instants = [one.effective.at for one in told] or [DAYS[0].at]
        instants += [one.ratify_by.at for one in told if isinstance(one, ActDone) and one.ratify_by is not None]
        v = choices.one(instants) if choices.below(2) else DAYS[-1].at + timedelta(days=choices.below(30))
        amount = choices.one((None, *AMOUNTS))
        return entries, OracleQuestion(act=act, matter=MATTER, item=choices.one(ITEMS), amount=amount, v=v, k=k)

    size = ASKED_BYTES + LATER * ENTRY_BYTES + 80
    return st.binary(min_size=size, max_size=size).map(both)
