"""`authorise` is enforced at the very entry it is recorded as, whoever else is writing (semantics.md 1, 5 and 6).

Buyers draw on one monthly pool, on a special grant with five uses and on a grant that comes and goes, while the head
office amends limits and caps. Afterwards the journal is read entry by entry and added up slowly.
"""

from __future__ import annotations

import multiprocessing
import random
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from importlib.util import find_spec
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

import msgspec
import pytest

from ledger import Ledger
from ledger import events as ev
from ledger.books import Books, fold
from ledger.commands import AmendLimit, Command, EndAppointment, RevokeAuthority
from ledger.ids import AppointmentId, AuthorityId, CommandId, Seq
from ledger.moments import MICROSECOND
from ledger.money import UpTo
from ledger.policy import act_verdict
from ledger.refusals import NotWithinAuthority, Refusal
from tests.given import (
    CLERK,
    Clock,
    a_ledger,
    act,
    annul,
    appoint,
    assert_unchanged,
    authorise,
    cap,
    committee,
    constitute,
    define,
    establish,
    evidence,
    given,
    grant,
    house,
    image,
    on,
    person,
    position,
    recorded,
    refolded,
    refused,
    register,
    rule,
)
from tests.test_submit import before_appending

if find_spec("psycopg"):
    from tests.test_postgres import schema, server  # noqa: F401 - fixtures, found by their names

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from multiprocessing.synchronize import Barrier
    from pathlib import Path

    from ledger.events import Entry
    from ledger.vault import Vaulted

SHANGHAI = ZoneInfo("Asia/Shanghai")
BUYERS = [f"buyer-{number}" for number in range(8)]
USES = 5
MONTH_END = datetime(2026, 2, 1, tzinfo=SHANGHAI).astimezone(UTC)
START_LINE: list[Barrier] = []
"""Where the racers of several processes wait for one another."""


class Attempt(NamedTuple):
    """What a buyer tried: the last entry and the clock when it was decided, and the reason it was refused for."""

    deed: str
    by: str
    matter: str
    amount: Decimal
    item: str
    head: int
    clock: datetime
    reason: str | None


class Witness(Clock):
    """A clock that notes the last entry of the books at each look: the head that a command is decided on."""

    def __init__(self, at: datetime) -> None:
        super().__init__(at)
        self.ledger: Ledger | None = None
        self.head = 0

    def __call__(self) -> datetime:
        """The same instant as before."""
        self.head = self.ledger.books.head if self.ledger is not None else 0
        return self.at


# The house and the race


def trading_house(url: str) -> Ledger:
    """Eight buyers at one desk; a pool of 4000 a month for the desk and 2000 a quarter for each of them."""
    ledger = a_ledger(url)
    commands: list[Command] = [establish("desk", seats=8), establish("office"), define("spend"), define("rescue")]
    commands += [define("gifts"), *(register(one) for one in BUYERS), *(appoint(one, "desk") for one in BUYERS)]
    commands += [
        grant("pool", position("desk"), limit="500 CNY"),
        cap("pool", "4000 CNY", pool="position"),
        cap("pool", "2000 CNY", window="quarter", pool="person"),
        grant("rescue", position("desk"), matter="rescue", limit="unlimited", kind="special", uses=USES),
        grant("gifts-0", position("desk"), matter="gifts", limit="100 CNY"),
    ]
    ledger.submit_batch(commands, by=CLERK, batch="house")
    return ledger


def buy(
    url: str, racer: int, number: int, *, defeated: bool = False
) -> tuple[list[Attempt], dict[int, dict[str, object]]]:
    """One buyer authorises at random, before and after a month ends; half of the items are bought more of."""
    chance, clock = random.Random(racer), Witness(MONTH_END - timedelta(seconds=9))  # noqa: S311 - not for secrets
    ledger = Ledger.open(url, clock=clock)
    clock.ledger = ledger
    if defeated:
        defeat(ledger)
    line_up()
    attempts, who = list[Attempt](), BUYERS[racer % len(BUYERS)]
    for count in range(number):
        time.sleep(chance.random() / 500)
        if count == number // 2:
            clock.forward(timedelta(seconds=10))
        matter = chance.choices(("spend", "rescue", "gifts"), (8, 1, 2))[0]
        amount = chance.choice((50, 90, 150, 200, 260, 420) if matter != "gifts" else (20, 80, 120))
        item = f"{matter}-{chance.randrange(30)}" if chance.random() < 0.5 else f"{matter}-{racer}-{count}"
        deed, reason = f"{racer}.{count}", None
        try:
            ledger.submit(authorise(item, who, deed=deed, matter=matter, amount=f"{amount} CNY"), by=who)
        except Refusal as no:
            reason = no.code
        attempts.append(Attempt(deed, who, matter, Decimal(amount), item, clock.head, clock.at, reason))
    ledger.catch_up()
    books = {} if defeated else {ledger.books.head: image(ledger.books)}
    ledger.journal.close()
    return attempts, books


def govern(url: str, number: int) -> int:
    """The head office amends limits and caps, takes the grant for gifts away and gives another."""
    chance, said = random.Random(99), 0  # noqa: S311 - not for secrets
    ledger = Ledger.open(url, clock=Clock(MONTH_END - timedelta(seconds=9)))
    line_up()
    for count in range(number):
        time.sleep(chance.random() / 250)
        commands: list[Command] = [
            AmendLimit(
                since="2026-01-01", authority=AuthorityId("pool"), limit=f"{chance.choice((180, 300, 500))} CNY"
            ),
            cap("pool", f"{chance.choice((2000, 3000, 4000))} CNY", pool="position"),
            RevokeAuthority(since="2026-01-02", authority=AuthorityId(f"gifts-{count}")),
        ]
        for command in commands:
            ledger.submit(command, by="office")
        time.sleep(chance.random() / 250)
        ledger.submit(grant(f"gifts-{count + 1}", position("desk"), matter="gifts", limit="100 CNY"), by="office")
        said += 4
    ledger.journal.close()
    return said


def line_up() -> None:
    """Wait for the other racers, where there is a line."""
    if START_LINE:
        START_LINE[0].wait(60)


def draw_line(line: Barrier) -> None:
    """Let the racers of this process wait for those of the others."""
    START_LINE[:] = [line]


def defeat(ledger: Ledger) -> None:
    """Take the comparison away: what was decided is put after whatever is there by now."""
    journal = ledger.journal

    def appending(entries: Sequence[Entry], vaulted: Sequence[Vaulted], books: Books | None = None) -> None:
        with journal.locked() as writer:
            newer = list(writer.read(entries[0].seq - 1))
            if newer:
                last = newer[-1]
                at = max(entries[0].recorded_at, last.recorded_at + MICROSECOND)
                entries = [msgspec.structs.replace(entries[0], seq=Seq(last.seq + 1), recorded_at=at)]
                ledger._astray = True  # noqa: SLF001 - its books hold the entry under a number that is another's
            writer.append(entries, vaulted, None if newer else books)

    journal.append = appending  # type: ignore[method-assign]


# Adding up slowly


class Terms(NamedTuple):
    """What is in force after some entries, and what was done up to there."""

    limit: Decimal
    pool: Decimal
    each: Decimal
    gifts: bool
    done: list[tuple[ev.ActDone, datetime]]


def terms_after(entries: list[Entry]) -> Terms:
    """Read again from the first entry: every word holds from the beginning of the year, the last one counts."""
    limit = pool = each = Decimal(0)
    alive: set[str] = set()
    done: list[tuple[ev.ActDone, datetime]] = []
    for entry in entries:
        match entry.event:
            case ev.AuthorityGranted(authority="pool", limit=UpTo(amount=amount)):
                limit = amount
            case ev.AuthorityGranted(matter="gifts", authority=name):
                alive.add(name)
            case ev.AuthorityRevoked(authority=name):
                alive.discard(name)
            case ev.LimitAmended(limit=UpTo(amount=amount)):
                limit = amount
            case ev.AuthorityCapped(pool="position", limit=UpTo(amount=amount)):
                pool = amount
            case ev.AuthorityCapped(pool="person", limit=UpTo(amount=amount)):
                each = amount
            case ev.ActDone() as fact:
                done.append((fact, entry.recorded_at))
    return Terms(limit, pool, each, bool(alive), done)


def drawn(acts: list[tuple[ev.ActDone, datetime]], item: str, since: datetime) -> tuple[Decimal, Decimal]:
    """What acts drew since an instant (an item's first its amount, a later one the excess), and the item's greatest."""
    used, greatest = Decimal(0), dict[str, Decimal]()
    for fact, at in acts:
        amount = fact.amount.amount if fact.amount else Decimal(0)
        excess = max(Decimal(0), amount - greatest.get(fact.item, Decimal(0)))
        greatest[fact.item] = max(amount, greatest.get(fact.item, Decimal(0)))
        used += excess if at >= since else 0
    return used, greatest.get(item, Decimal(0))


def why_not(entries: list[Entry], one: Attempt) -> str | None:
    """The reason for which an attempt is not within authority after some entries, at its clock; None where it is."""
    terms = terms_after(entries)
    at = max(one.clock, entries[-1].recorded_at + MICROSECOND)
    if one.matter == "gifts":
        return "REVOKED" if not terms.gifts else "PER_ACT_EXCEEDED" if one.amount > 100 else None
    if one.matter == "rescue":
        items = {fact.item for fact, _ in terms.done if fact.matter == "rescue"}
        return None if one.item in items or len(items) < USES else "EXHAUSTED"
    if one.amount > terms.limit:
        return "PER_ACT_EXCEEDED"
    spent = [(fact, done) for fact, done in terms.done if fact.matter == "spend"]
    local = at.astimezone(SHANGHAI)
    month = local.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    used, before = drawn(spent, one.item, month)
    own, mine = drawn([done for done in spent if done[0].by.id == one.by], one.item, month.replace(month=1))
    within = used + max(Decimal(0), one.amount - before) <= terms.pool
    within = within and own + max(Decimal(0), one.amount - mine) <= terms.each
    return None if within else "CUMULATIVE_EXCEEDED"


def assert_lawful(url: str, attempts: list[Attempt], before: int, governed: int) -> Counter[str | None]:
    """Nobody got what was not theirs, nobody was refused what was; by the sum above and by a fold of every prefix."""
    ledger = Ledger.open(url)
    entries = list(ledger.journal.read())
    at = {str(fact.deed): entry for entry in entries if isinstance(fact := entry.event, ev.ActDone)}
    accepted = [one for one in attempts if one.reason is None]
    assert {one.deed for one in accepted} == at.keys()
    assert len(entries) == before + governed + len(accepted), "a refused command wrote nothing"
    for one in attempts:
        head = one.head if one.reason is not None else at[one.deed].seq - 1
        assert why_not(entries[:head], one) == one.reason, f"{one} after entry {head}"
    books = Books()
    for entry in entries:
        fold(books, entry)
        if isinstance(fact := entry.event, ev.ActDone):
            assert fact.live
            assert fact.effective.at == entry.recorded_at
            verdict = act_verdict(books, fact.deed, entry.recorded_at, entry.seq)
            assert verdict is not None
            assert (verdict.then.outcome, verdict.then.known_seq) == ("yes", entry.seq - 1)
    assert image(books) == image(ledger.books)
    ledger.journal.close()
    return Counter(one.reason for one in attempts)


def raced(url: str, racers: int, number: int, *, defeated: bool = False) -> Counter[str | None]:
    """Threads that share nothing but the file, and what came of it."""
    before = trading_house(url).books.head
    with ThreadPoolExecutor(racers + 1) as pool:
        office = pool.submit(govern, url, 6)
        results = list(pool.map(lambda racer: buy(url, racer, number, defeated=defeated), range(racers)))
        governed = office.result()
    for _, books in results:
        for head, seen in books.items():
            assert seen == image(folded_upto(url, head))
    return assert_lawful(url, [one for attempts, _ in results for one in attempts], before, governed)


def folded_upto(url: str, head: int) -> Books:
    """The books of the first entries."""
    ledger, books = Ledger.open(url), Books()
    for entry in ledger.journal.read(upto=head):
        fold(books, entry)
    ledger.journal.close()
    return books


def assert_told(reasons: Counter[str | None]) -> None:
    """The race was one: much was accepted, and much was refused, for every reason there is."""
    assert reasons[None] > 20
    assert reasons.keys() >= {None, "PER_ACT_EXCEEDED", "CUMULATIVE_EXCEEDED", "EXHAUSTED"}


def test_eight_threads_that_draw_on_one_pool_never_draw_more_than_it_has(tmp_path: Path) -> None:
    assert_told(raced(str(tmp_path / "ledger"), 8, 30))


def test_with_the_comparison_taken_out_that_check_fails(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="after entry"):
        raced(str(tmp_path / "ledger"), 8, 30, defeated=True)


@pytest.mark.skipif(not find_spec("psycopg"), reason="the extra `postgres` is not installed")
def test_threads_that_draw_on_one_pool_in_postgresql(request: pytest.FixtureRequest) -> None:
    assert_told(raced(str(request.getfixturevalue("schema")), 4, 40))


def processed(url: str, racer: int) -> tuple[list[Attempt], int]:
    """A buyer, or the head office, in a process of its own."""
    return ([], govern(url, 6)) if racer == 0 else (buy(url, racer, 50)[0], 0)


def test_processes_that_draw_on_one_pool_never_draw_more_than_it_has(tmp_path: Path) -> None:
    url = str(tmp_path / "ledger")
    before = trading_house(url).books.head
    fresh = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(5, mp_context=fresh, initializer=draw_line, initargs=(fresh.Barrier(5),)) as pool:
        results = list(pool.map(processed, [url] * 5, range(5)))

    attempts = [one for tried, _ in results for one in tried]
    assert_told(assert_lawful(url, attempts, before, sum(said for _, said in results)))


# One after the other


MEANWHILE: dict[str, Callable[[], Command]] = {
    "REVOKED": lambda: RevokeAuthority(since="2026-01-02", authority=AuthorityId("g")),
    "PER_ACT_EXCEEDED": lambda: AmendLimit(since="2026-01-02", authority=AuthorityId("g"), limit="1499.99 CNY"),
    "CUMULATIVE_EXCEEDED": lambda: authorise("other", "bo", matter="spend", amount="500.01 CNY"),
    "EXPIRED": lambda: EndAppointment(since="2026-01-02", appointment=AppointmentId("bo@director")),
    "NO_GRANT": lambda: annul(15),
}


@pytest.mark.parametrize("reason", MEANWHILE)
@pytest.mark.parametrize("compares", [True, False])
def test_what_is_recorded_between_deciding_and_appending_counts(reason: str, compares: bool, tmp_path: Path) -> None:  # noqa: FBT001
    one = house(str(tmp_path / "ledger"))
    other = Ledger.open(str(tmp_path / "ledger"), clock=Clock())
    holder = person("bo") if reason == "EXPIRED" else position("director")
    assert recorded(one, grant("g", holder)) == 15
    given(one, cap("g", "2000 CNY"))
    if not compares:
        defeat(one)
    before_appending(one, lambda: given(other, MEANWHILE[reason]()))
    command = authorise("po", "bo", deed="d", matter="spend", amount="1500 CNY")

    if compares:
        with pytest.raises(NotWithinAuthority) as caught:
            one.submit(command, by=CLERK)
        assert caught.value.code == reason
    else:
        one.submit(command, by=CLERK)

    assert [entry.seq for entry in one.journal.read(17)] == ([] if compares else [18])
    assert image(one.books) == image(refolded(other))


def test_a_refused_act_changes_nothing_and_the_next_one_up_to_the_line_is_accepted() -> None:
    ledger = house()
    given(
        ledger,
        grant("g", position("director"), limit="2000 CNY", scope={"region": ("east",)}),
        cap("g", "3000 CNY"),
        grant("once", position("director"), matter="spend.ads", limit="unlimited", kind="special", uses=1),
        constitute("board", person("anna"), person("bo"), person("chen")),
        grant("b", committee("board"), limit="unlimited"),
    )
    east = {"region": "east"}
    for amount, where, reason in [
        ("2000.01 CNY", east, "PER_ACT_EXCEEDED"),
        ("10 USD", east, "RATE_MISSING"),
        ("10 CNY", {"region": "west"}, "OUT_OF_SCOPE"),
        ("10 CNY", {}, "ATTRIBUTE_MISSING"),
    ]:
        assert refused(ledger, authorise("a", "bo", matter="spend", amount=amount, attributes=where)).code == reason
    given(ledger, authorise("a", "bo", matter="spend", amount="2000 CNY", attributes=east))
    over = authorise("b", "bo", matter="spend", amount="1000.01 CNY", attributes=east)
    assert refused(ledger, over).code == "CUMULATIVE_EXCEEDED"
    given(ledger, authorise("b", "bo", matter="spend", amount="1000 CNY", attributes=east))
    given(ledger, authorise("c", "bo", matter="spend.ads", amount="9000 CNY"))
    assert refused(ledger, authorise("d", "bo", matter="spend.ads", amount="1 CNY")).code == "EXHAUSTED"
    assert refused(ledger, authorise("e", "dan", matter="spend", amount="1 CNY")).code == "NO_GRANT"
    few, split = {"anna": "yes"}, {"anna": "yes", "bo": "no"}
    assert refused(ledger, authorise("f", committee("board"), matter="spend", votes=few)).code == "QUORUM_NOT_MET"  # type: ignore[arg-type]
    assert refused(ledger, authorise("f", committee("board"), matter="spend", votes=split)).code == "NOT_CARRIED"  # type: ignore[arg-type]
    given(ledger, authorise("f", committee("board"), matter="spend", votes={"anna": "yes", "bo": "yes"}))


def test_one_who_proposed_is_refused_and_a_signature_waits_for_an_approval() -> None:
    ledger = house()
    for kind in ("propose", "approve", "sign"):
        given(ledger, grant(kind, position("director"), act=kind), grant(f"chief-{kind}", position("chief"), act=kind))
    given(ledger, rule("sign_needs_approval", "yes"), authorise("po", "bo", kind="propose", matter="spend"))

    assert refused(ledger, authorise("po", "bo", matter="spend")).code == "SEPARATION"
    assert refused(ledger, authorise("po", "anna", kind="sign", matter="spend")).code == "APPROVAL_MISSING"
    given(ledger, authorise("po", "anna", matter="spend"), authorise("po", "bo", kind="sign", matter="spend"))


def test_the_same_command_again_gives_its_receipt_although_the_pool_is_empty() -> None:
    ledger = house()
    given(ledger, grant("g", position("director")), cap("g", "1000 CNY"))
    command = authorise("po", "bo", matter="spend", amount="1000 CNY")
    command = msgspec.structs.replace(command, command_id=CommandId("once"))
    (first,) = given(ledger, command)
    before = evidence(ledger)

    (again,) = given(ledger, command)

    assert (again.first, again.repeated) == (first.first, True)
    assert_unchanged(ledger, before)


def test_in_a_batch_each_is_decided_on_those_before_it() -> None:
    ledger = house()
    given(ledger, grant("g", position("director")), cap("g", "1000 CNY"))
    three = [authorise(item, "bo", matter="spend", amount="500 CNY") for item in ("a", "b", "c")]

    assert refused(ledger, *three).position == 2
    outcomes = ledger.submit_each(three, by=CLERK, batch="each")

    assert [isinstance(one, NotWithinAuthority) for one in outcomes] == [False, False, True]
    assert image(ledger.books) == image(refolded(ledger))


def test_a_late_record_takes_nothing_from_what_was_authorised_but_leaves_less_to_authorise() -> None:
    clock = Clock(on("2026-01-02"))
    ledger = house(clock=clock)
    given(ledger, grant("g", position("director")), cap("g", "1000 CNY"))
    clock.at = on("2026-01-05")
    given(ledger, authorise("a", "bo", deed="a", matter="spend", amount="600 CNY"))
    given(ledger, act("b", "bo", "2026-01-03", matter="spend", amount="300 CNY"))

    verdict = act_verdict(ledger.books, "a", on("2026-02-01"), Seq(ledger.books.head))

    assert verdict is not None
    assert verdict.verdict == "AUTHORISED"
    assert refused(ledger, authorise("c", "bo", matter="spend", amount="100.01 CNY")).code == "CUMULATIVE_EXCEEDED"
    given(ledger, authorise("c", "bo", matter="spend", amount="100 CNY"))
