"""Every accepted field of what states authority, and of what people do with it, changes some answer.

Each story is a history in which one event matters. One field of it is given another value, the entries are folded
anew, and some answer differs: who could, the verdict of an act or an item, or whether a delegation may be given. A
field without a change in its story fails, so a new field needs one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
import pytest

from ledger import events as ev
from ledger.books import Books, fold
from ledger.commands import (
    AmendDepth,
    AmendLimit,
    AmendScope,
    Command,
    EndAppointment,
    GrantAuthority,
    ImposeRestriction,
    LiftRestriction,
    ResumeAuthority,
    RevokeAuthority,
    SuspendAuthority,
)
from ledger.deciding import Desk, decide
from ledger.ids import Act, AppointmentId, AuthorityId, InstrumentId, MatterId, RestrictionId, Seq
from ledger.moments import Moment
from ledger.money import limit as limit_of
from ledger.money import money
from ledger.policy import Question, act_verdict, item_verdict, may, who_could
from ledger.refusals import OwnDelegation, Refusal
from tests.given import (
    CLERK,
    START,
    act,
    annul,
    appoint,
    authorise,
    base_figure,
    cap,
    committee,
    constitute,
    delegate,
    given,
    grant,
    house,
    jointly,
    on,
    open_item,
    person,
    position,
    rate,
    ratify,
    refused,
    rule,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ledger.events import Entry, Event
    from ledger.policy.verdicts import Verdict

ASKED_ON = "2026-08-01"
EAST, WEST = {"region": "east"}, {"region": "west"}
WESTWARD = (ev.ScopeTerm("region", ("west",)),)
G, H, D = AuthorityId("g"), AuthorityId("h"), AuthorityId("d")
BAN = RestrictionId("ban")
DOCUMENTS = ("instrument", "clause")
"""They say which document an entry rests on and decide nothing; routes show those of each link, entries their own."""
DECIDES_WHEN_RECORDED = "amended_by"
"""Who amends is looked at when the amendment is decided (a delegate does not amend what they received), not later."""


class Story(NamedTuple):
    """What was recorded, which fields of its last event of the kind get which other value, and what is asked."""

    about: type[Event]
    told: tuple[Command, ...]
    changes: Mapping[str, object]
    asked: tuple[Question, ...] = ()
    tried: tuple[Command, ...] = ()
    in_batch: tuple[Command, ...] = ()


def asks(date: str, amount: str | None = None, **more: Any) -> Question:  # noqa: ANN401 - fields of a question
    """May this be approved on that day, over the matter of these stories if no other is said."""
    more = {"act": "approve", "matter": "spend", "amount": money(amount, "amount") if amount else None} | more
    return Question(at=on(date), known=Seq(0), **more)


def day(date: str) -> Moment:
    """The first instant of a day, as a fact states it."""
    return Moment(on(date))


def over(amount: str) -> object:
    """Another limit, as a fact states it."""
    return limit_of(amount, "limit")


def special() -> GrantAuthority:
    """The grant in which every field matters."""
    granted = grant(
        "g",
        position("director"),
        limit="2000 CNY",
        kind="special",
        uses=2,
        depth=1,
        by_decision="res",
        scope={"region": ("east",)},
    )
    return msgspec.structs.replace(granted, lifts=(BAN,), until="2026-12-01")


def part() -> Command:
    """The delegation in which every field matters."""
    given_on = delegate(
        "d",
        "g",
        position("director"),
        position("manager"),
        matter="spend.ads",
        since="2026-01-10",
        until="2026-12-01",
        may_subdelegate=True,
        depth=1,
        scope={"region": ("east",)},
    )
    return msgspec.structs.replace(given_on, covers_pending=False)


def ban(until: str | None = "2026-07-01") -> Command:
    """Nobody in the director's office approves more than 1000 CNY in the east."""
    return ImposeRestriction(
        since="2026-02-01",
        until=until,
        restriction=BAN,
        holder=position("director"),
        act=Act("approve"),
        matter=MatterId("spend"),
        above="1000 CNY",
        scope={"region": ("east",)},
    )


def leaves(who: str) -> Command:
    """Somebody's appointment ends."""
    return EndAppointment(since="2026-04-01", appointment=AppointmentId(who))


TWO_GRANTS = (grant("g", position("director")), grant("h", position("manager")))
WHENEVER = (asks("2026-01-15", "1500 CNY"), asks("2026-03-01", "1500 CNY"), asks("2026-07-15", "1500 CNY"))
SIGNED = (act("po", "bo", "2026-03-01", matter="spend"), act("po", "chen", "2026-03-02", matter="spend"))
BOARD = (constitute("board", person("anna"), person("bo"), person("chen")), grant("b", committee("board")))
CARRIED = {"anna": "yes", "bo": "yes", "chen": "no"}

STORIES: dict[str, Story] = {
    "granted": Story(
        ev.AuthorityGranted,
        (
            *BOARD,
            act("res", committee("board"), "2026-01-02", matter="spend", votes=CARRIED),  # type: ignore[arg-type]
            msgspec.structs.replace(ban(None), holder=None),
            special(),
            AmendLimit(since="2026-06-01", authority=G, limit="1600 CNY"),
            act("u", "bo", "2026-02-10", matter="spend", amount="900 CNY", attributes=EAST),
        ),
        {
            "effective": day("2026-04-01"),
            "authority": AuthorityId("other"),
            "holder": position("manager"),
            "act": Act("sign"),
            "matter": MatterId("spend.ads"),
            "limit": over("1000 CNY"),
            "scope": WESTWARD,
            "kind": "temporary",
            "depth": 0,
            "lifts": (),
            "uses": None,
            "by_decision": "undecided",
            "until": day("2026-02-15"),
        },
        tuple(asks(date, "1700 CNY", attributes=EAST) for date in ("2026-03-01", "2026-06-15")),
        (
            delegate(
                "x",
                "g",
                position("director"),
                position("manager"),
                since="2026-03-01",
                until="2026-04-01",
                limit="10 CNY",
                scope={"region": ("east",)},
            ),
        ),
    ),
    "granted by name": Story(
        ev.AuthorityGranted,
        (grant("g", person("bo")), leaves("bo@director")),
        {"outlasts_office": True},
        WHENEVER,
    ),
    "delegated": Story(
        ev.AuthorityDelegated,
        (
            open_item("old", matter="spend.ads"),
            grant("g", position("director"), limit="5000 CNY", depth=3),
            grant("h", position("director"), limit="800 CNY", depth=3),
            part(),
            AmendLimit(since="2026-06-01", authority=D, limit="1000 CNY"),
        ),
        {
            "effective": day("2026-04-01"),
            "authority": AuthorityId("other"),
            "source": H,
            "giver": position("chief"),
            "holder": position("chief"),
            "limit": over("1000 CNY"),
            "scope": WESTWARD,
            "matter": None,
            "depth": None,
            "covers_pending": True,
            "until": day("2026-02-15"),
        },
        (
            asks("2026-03-01", "1500 CNY", matter="spend.ads", attributes=EAST),
            asks("2026-03-01", "1500 CNY", attributes=EAST),
            asks("2026-07-01", "1500 CNY", matter="spend.ads", attributes=EAST),
            asks("2026-03-01", "1500 CNY", matter="spend.ads", attributes=EAST, item="old"),
        ),
        (
            delegate(
                "x",
                "d",
                position("manager"),
                person("dan"),
                since="2026-03-01",
                until="2026-04-01",
                limit="10 CNY",
                scope={"region": ("east",)},
            ),
        ),
    ),
    "delegated by name": Story(
        ev.AuthorityDelegated,
        (
            grant("g", position("director"), depth=1),
            delegate("d", "g", position("director"), person("chen")),
            leaves("chen@manager"),
        ),
        {"outlasts_office": True},
        WHENEVER,
    ),
    "limit": Story(
        ev.LimitAmended,
        (*TWO_GRANTS, AmendLimit(since="2026-02-01", until="2026-06-01", authority=G, limit="1000 CNY")),
        {"effective": day("2026-04-01"), "authority": H, "limit": over("1500 CNY"), "until": None},
        WHENEVER,
    ),
    "scope": Story(
        ev.ScopeAmended,
        (*TWO_GRANTS, AmendScope(since="2026-02-01", until="2026-06-01", authority=G, scope={"region": ("east",)})),
        {"effective": day("2026-04-01"), "authority": H, "scope": WESTWARD, "until": None},
        tuple(msgspec.structs.replace(one, attributes=EAST) for one in WHENEVER) + WHENEVER,
    ),
    "depth": Story(
        ev.DepthAmended,
        (*TWO_GRANTS, AmendDepth(since="2026-02-01", authority=G, depth=1)),
        {"effective": day("2026-04-01"), "authority": H, "depth": 0},
        (),
        (delegate("x", "g", position("director"), position("manager"), since="2026-03-01"),),
    ),
    "cap": Story(
        ev.AuthorityCapped,
        (
            *TWO_GRANTS,
            appoint("dan", "director", kind="acting"),
            cap("g", "1000 CNY", since="2026-02-01", until="2026-06-01"),
            act("u", "bo", "2026-02-10", matter="spend", amount="600 CNY"),
            act("v", "bo", "2026-02-20", matter="spend", amount="500 CNY"),
        ),
        {
            "effective": day("2026-04-01"),
            "authority": H,
            "limit": over("1100 CNY"),
            "window": "quarter",
            "pool": "grant",
            "until": None,
        },
        (asks("2026-02-25", "500 CNY"), asks("2026-03-01", "500 CNY"), asks("2026-07-01", "1500 CNY")),
    ),
    "jointly": Story(
        ev.JointlyHeld,
        (
            grant("g", position("director")),
            grant("h", position("chief")),
            jointly("g", 2, (1, (position("manager"),)), until="2026-06-01"),
            *SIGNED,
        ),
        {
            "effective": day("2026-04-01"),
            "authority": H,
            "persons": 3,
            "classes": (ev.SignerClass(1, (position("chief"),)),),
            "until": None,
        },
        WHENEVER,
    ),
    "suspended": Story(
        ev.AuthoritySuspended,
        (*TWO_GRANTS, SuspendAuthority(since="2026-02-01", until="2026-06-01", authority=G)),
        {"effective": day("2026-04-01"), "authority": H, "until": None},
        WHENEVER,
    ),
    "resumed": Story(
        ev.AuthorityResumed,
        (
            *TWO_GRANTS,
            *(SuspendAuthority(since=START, authority=one) for one in (G, H)),
            ResumeAuthority(since="2026-02-01", authority=G),
        ),
        {"effective": day("2026-04-01"), "authority": H},
        WHENEVER,
    ),
    "revoked": Story(
        ev.AuthorityRevoked,
        (*TWO_GRANTS, RevokeAuthority(since="2026-02-01", authority=G)),
        {"effective": day("2026-04-01"), "authority": H},
        WHENEVER,
    ),
    "restricted": Story(
        ev.RestrictionImposed,
        (*TWO_GRANTS, ban(), LiftRestriction(since="2026-05-01", restriction=BAN)),
        {
            "effective": day("2026-04-01"),
            "restriction": RestrictionId("other"),
            "holder": position("manager"),
            "act": Act("sign"),
            "matter": MatterId("spend.ads"),
            "above": over("1700 CNY"),
            "scope": WESTWARD,
            "until": day("2026-02-15"),
        },
        tuple(asks(date, "1500 CNY", attributes=EAST) for date in ("2026-03-01", "2026-06-01")),
    ),
    "lifted": Story(
        ev.RestrictionLifted,
        (*TWO_GRANTS, ban(), LiftRestriction(since="2026-02-15", restriction=BAN)),
        {"effective": day("2026-04-01"), "restriction": RestrictionId("other")},
        (asks("2026-03-01", "1500 CNY", attributes=EAST),),
    ),
    "rate": Story(
        ev.RatePublished,
        (*TWO_GRANTS, rate("USD", "7 CNY", since="2026-02-01", until="2026-06-01")),
        {
            "effective": day("2026-04-01"),
            "currency": "EUR",
            "worth": money("8 CNY", "worth"),
            "series": "other",
            "until": None,
        },
        tuple(asks(date, "280 USD") for date in ("2026-01-15", "2026-03-01", "2026-07-15")),
    ),
    "base figure": Story(
        ev.BaseFigurePublished,
        (
            grant("g", position("director"), limit="10% of net assets"),
            base_figure("net assets", "20000 CNY", since="2026-02-01", until="2026-06-01"),
        ),
        {"effective": day("2026-04-01"), "base": "sales", "amount": money("10000 CNY", "amount"), "until": None},
        WHENEVER,
    ),
    "rule": Story(
        ev.RuleSet,
        (*TWO_GRANTS, rule("superiors", "inherit", since="2026-02-01", until="2026-06-01")),
        {"effective": day("2026-04-01"), "rule": "vacancy", "value": "none", "until": None},
        WHENEVER,
    ),
    "opened": Story(
        ev.ItemOpened,
        (
            grant("g", position("director"), matter="spend.ads", depth=1, scope={"region": ("east",)}),
            msgspec.structs.replace(
                delegate(
                    "d", "g", position("director"), position("manager"), since="2026-02-01", scope={"region": ("east",)}
                ),
                covers_pending=False,
            ),
            open_item("po", matter="spend.ads", amount="1500 CNY", attributes=EAST, requester="dan", beneficiary="dan"),
            act("po", "bo", "2026-03-01", deed="holder"),
            act("po", "chen", "2026-03-01", deed="delegate"),
        ),
        {
            "effective": day("2026-02-15"),
            "item": "other",
            "matter": MatterId("spend"),
            "amount": money("3000 CNY", "amount"),
            "attributes": WEST,
            "requester": "bo",
            "beneficiary": "bo",
        },
    ),
    "done": Story(
        ev.ActDone,
        (
            grant("g", position("director"), matter="spend.ads", scope={"region": ("east",)}, since="2026-02-01"),
            open_item("po", amount="9000 CNY"),
            act(
                "po",
                "bo",
                "2026-03-01",
                deed="one",
                matter="spend.ads",
                amount="1500 CNY",
                attributes=EAST,
                requester="dan",
                beneficiary="dan",
                claimed="director",
            ),
        ),
        {
            "effective": day("2026-01-15"),
            "deed": "other",
            "item": "other",
            "act": Act("sign"),
            "by": person("dan"),
            "matter": None,
            "amount": None,
            "attributes": WEST,
            "requester": "bo",
            "beneficiary": "bo",
            "claimed": "chief",
            "rejected": True,
        },
    ),
    "done live, in a batch": Story(
        ev.ActDone,
        (),
        {"live": False},
        in_batch=(grant("g", position("director")), authorise("po", "bo", deed="one", matter="spend"), annul(15)),
    ),
    "done in an emergency": Story(
        ev.ActDone,
        (act("po", "dan", "2026-03-01", matter="spend", ratify_by="2026-09-01"),),
        {"ratify_by": day("2026-07-01")},
    ),
    "resolved": Story(
        ev.ActDone,
        (*BOARD, act("po", committee("board"), "2026-03-01", matter="spend", votes=CARRIED)),  # type: ignore[arg-type]
        {"votes": (ev.Vote("anna", "yes"), ev.Vote("bo", "no"), ev.Vote("chen", "no"))},  # type: ignore[arg-type]
    ),
    "ratified": Story(
        ev.ActRatified,
        (
            *TWO_GRANTS,
            act("po", "dan", "2026-03-01", deed="one", matter="spend", amount="1500 CNY"),
            ratify("one", "bo", "2026-04-01", ratification="r", claimed="director"),
        ),
        {
            "effective": day("2026-09-01"),
            "ratification": "other",
            "deed": "other",
            "by": person("dan"),
            "claimed": "manager",
        },
    ),
    "ratified by a committee": Story(
        ev.ActRatified,
        (
            *BOARD,
            act("po", "dan", "2026-03-01", deed="one", matter="spend"),
            ratify("one", committee("board"), "2026-04-01", votes=CARRIED),  # type: ignore[arg-type]
        ),
        {"votes": (ev.Vote("anna", "yes"), ev.Vote("bo", "no"), ev.Vote("chen", "no"))},  # type: ignore[arg-type]
    ),
}
RULES: dict[str, Story] = {
    "vacancy": Story(
        ev.RuleSet, (*TWO_GRANTS, leaves("bo@director"), rule("vacancy", "none")), {"value": "roll_up"}, WHENEVER
    ),
    "superiors": Story(ev.RuleSet, (*TWO_GRANTS, rule("superiors", "inherit")), {"value": "none"}, WHENEVER),
    "self_interest": Story(
        ev.RuleSet,
        (*TWO_GRANTS, rule("self_interest", "allow")),
        {"value": "forbid"},
        (asks("2026-03-01", requester="bo"),),
    ),
    "separation": Story(
        ev.RuleSet,
        (
            *TWO_GRANTS,
            act("po", "bo", "2026-03-01", kind="review", matter="spend"),
            *SIGNED,
            rule("separation", "none"),
        ),
        {"value": "review-approve"},
    ),
    "sign_needs_approval": Story(
        ev.RuleSet,
        (
            grant("s", position("director"), act="sign"),
            act("po", "bo", "2026-03-01", kind="sign", matter="spend"),
            rule("sign_needs_approval", "yes"),
        ),
        {"value": "no"},
    ),
    "rates": Story(
        ev.RuleSet,
        (*TWO_GRANTS, rate("USD", "7 CNY", series="central bank"), rule("rates", "central bank")),
        {"value": "default"},
        (asks("2026-03-01", "10 USD"),),
    ),
    "splitting": Story(
        ev.RuleSet,
        (
            *TWO_GRANTS,
            act("po", "bo", "2026-02-20", matter="spend", amount="1500 CNY", requester="dan"),
            rule("splitting", "aggregate 30 days by requester"),
        ),
        {"value": "flag 30 days by requester"},
        (asks("2026-03-01", "1500 CNY", requester="dan"),),
    ),
    "fiscal_year": Story(
        ev.RuleSet,
        (
            *TWO_GRANTS,
            cap("g", "2000 CNY", window="fiscal_year"),
            act("po", "bo", "2026-03-31", matter="spend", amount="1500 CNY"),
            rule("fiscal_year", "04-01"),
        ),
        {"value": "01-01"},
        (asks("2026-04-01", "1500 CNY"),),
    ),
}
KINDS = sorted({story.about for story in STORIES.values()}, key=lambda kind: kind.__name__)


def journal(story: Story) -> list[Entry]:
    """The entries of a story."""
    ledger = house()
    given(ledger, *story.told)
    if story.in_batch:
        ledger.submit_batch(story.in_batch, by=CLERK, batch="loaded")
    return list(ledger.journal.read())


def altered(entries: list[Entry], about: type[Event], /, **fields: object) -> list[Entry]:
    """The same entries, but the last event of a kind says something else."""
    place = max(number for number, entry in enumerate(entries) if isinstance(entry.event, about))
    event = msgspec.structs.replace(entries[place].event, **fields)
    assert event != entries[place].event, "the other value is the same"
    return [*entries[:place], msgspec.structs.replace(entries[place], event=event), *entries[place + 1 :]]


def folded(entries: list[Entry]) -> Books:
    """The books of entries."""
    books = Books()
    for entry in entries:
        fold(books, entry)
    return books


def answers(story: Story, entries: list[Entry]) -> dict[str, object]:
    """What follows from a history; nothing in it merely repeats what an entry says."""
    books = folded(entries)
    known = Seq(books.head)
    found: dict[str, object] = {}
    for number, asked in enumerate(story.asked):
        answer = who_could(books, msgspec.structs.replace(asked, known=known))
        for one in answer.candidates:
            left = [(each.left, each.left_uses) for each in one.remainders]
            needs = [(each.kind, each.persons, each.signed, each.enough, each.could) for each in one.needs]
            found[f"{number} {one.who.id}"] = one.capacity, one.routes[0].limit, left, needs, one.flags
        for miss in answer.near_misses:
            found[f"{number} {miss.who.id}"] = miss.reason.code
    for deed in ("one", *books.things["deed"]):
        found[f"act {deed}"] = judged(act_verdict(books, deed, on(ASKED_ON), known))
    for item in ("po", *books.deeds_on):
        found[f"item {item}"] = judged(item_verdict(books, item, on(ASKED_ON), known))
    for number, command in enumerate(story.tried):
        try:
            decide(Desk(books, bytes, on(ASKED_ON)), command)
            found[f"try {number}"] = "accepted"
        except Refusal as no:
            found[f"try {number}"] = no.code
    return found


def judged(verdict: Verdict | None) -> tuple[object, ...] | None:
    """What a verdict decides."""
    if verdict is None:
        return None
    reason = verdict.reason.code if verdict.reason else None
    return verdict.verdict, verdict.then.outcome, verdict.now.outcome, reason, verdict.ratification, verdict.as_loaded


CHANGES = [(name, field) for name, story in STORIES.items() for field in story.changes]


@pytest.mark.parametrize(("name", "field"), CHANGES)
def test_another_value_gives_another_answer(name: str, field: str) -> None:
    story = STORIES[name]
    entries = journal(story)

    assert answers(story, altered(entries, story.about, **{field: story.changes[field]})) != answers(story, entries)


@pytest.mark.parametrize("name", ev.RULES)
def test_another_value_of_a_rule_gives_another_answer(name: str) -> None:
    story = RULES[name]
    entries = journal(story)

    assert answers(story, altered(entries, ev.RuleSet, **story.changes)) != answers(story, entries)


@pytest.mark.parametrize("kind", KINDS)
def test_no_field_is_without_such_a_change(kind: type[Event]) -> None:
    fields = {field.name for field in msgspec.structs.fields(kind)}
    changed = {field for story in STORIES.values() if story.about is kind for field in story.changes}

    assert changed | {*DOCUMENTS, DECIDES_WHEN_RECORDED} & fields == fields


def test_every_event_of_authority_and_conduct_has_a_story() -> None:
    modules = {"ledger.events.authority", "ledger.events.conduct"}
    places = {ev.InstrumentIssued, ev.ActDefined, ev.ScopeValuePlaced}
    places |= {ev.MatterDefined, ev.MatterRenamed, ev.MatterMoved, ev.MatterReserved}
    events = {
        one for one in vars(ev).values() if getattr(one, "__module__", "") in modules and issubclass(one, ev.Fact)
    }

    assert events - places == set(KINDS)


@pytest.mark.parametrize("name", STORIES)
def test_a_document_decides_nothing_and_is_shown(name: str) -> None:
    story = STORIES[name]
    entries = journal(story)
    other = altered(entries, story.about, instrument=InstrumentId("doc-9"), clause="7.2")

    assert answers(story, other) == answers(story, entries)
    standing = folded(other).current
    shown = [one.source for one in standing.values() if one is not None and one.fact.instrument == "doc-9"]
    assert shown or name == "done live, in a batch"


@pytest.mark.parametrize(
    ("name", "who", "matter"), [("granted by name", "bo", "spend"), ("delegated", "chen", "spend.ads")]
)
def test_a_route_shows_the_document_of_its_links(name: str, who: str, matter: str) -> None:
    story = STORIES[name]
    books = folded(altered(journal(story), story.about, instrument=InstrumentId("doc-9"), clause="7.2"))
    asked = asks("2026-03-01", "900 CNY", matter=matter, attributes=EAST)

    ruling = may(books, person(who), msgspec.structs.replace(asked, known=Seq(books.head)))

    assert ruling.candidate is not None
    step = ruling.candidate.routes[0].steps[-1]
    assert (step.instrument, step.clause) == ("doc-9", "7.2")


@pytest.mark.parametrize(
    "amend",
    [
        AmendLimit(since="2026-03-01", authority=D, limit="100 CNY"),
        AmendScope(since="2026-03-01", authority=D, scope={"region": ("east",)}),
        AmendDepth(since="2026-03-01", authority=D),
    ],
    ids=["limit", "scope", "depth"],
)
def test_who_amends_counts_when_the_amendment_is_decided(amend: Command) -> None:
    ledger = house()
    given(ledger, *STORIES["delegated"].told)

    delegates = msgspec.structs.replace(amend, amended_by=position("manager"))
    assert isinstance(refused(ledger, delegates), OwnDelegation)
    given(ledger, msgspec.structs.replace(amend, amended_by=position("director")))
