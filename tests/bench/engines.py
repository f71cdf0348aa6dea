"""Who could, beside two engines of authorisation that answer yes or no: every person is tried, on the same authority.

`python -m tests.bench.engines` makes an organisation of 1,000 persons and one of 20,000, and asks pycasbin and Cedar
(by cedarpy) about each person in turn, since neither can be asked who could. Both are given less to do than the ledger
has: the grants over the matter and act asked about and no others, each chain of delegations worked out into one limit
beforehand, who holds what position on one day, parsed once. They know one time and no reasons. All three have to name
the same persons; the ratio says how many times faster the ledger answers.
"""

from __future__ import annotations

import argparse
import statistics
import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import casbin  # type: ignore[import-untyped]  # it says no types
import cedarpy
import orjson

from ledger import Ledger
from ledger.events import AuthorityDelegated, AuthorityGranted, PersonAppointed
from ledger.ids import Seq
from ledger.money import Money, UpTo
from ledger.policy import Question, who_could
from tests.bench.plausible import ASKED, START, Size, commands, opening

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from ledger.books import Books
    from ledger.events import Entry

SIZES = (1_010, 20_000)
"""How many persons: the positions of the delegates asked about are among the first 1,010."""
QUESTIONS = 500
AMOUNT = 35_000
MODEL = """
[request_definition]
r = sub, obj, act, amount
[policy_definition]
p = sub, obj, act, most
[role_definition]
g = _, _
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = r.obj == p.obj && r.act == p.act && up_to(r.amount, p.most) && g(r.sub, p.sub)
"""
POLICY = (
    'permit(principal in Position::"{position}", action == Action::"approve", resource == Matter::"{matter}")'
    " when {{ context.amount <= {most} }};"
)
Names = frozenset[str]


def main() -> None:
    """Print two lines a size: each engine, the ledger's own figure, the ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--persons", type=int, nargs="*", default=SIZES)
    for persons in parser.parse_args().persons:
        for said in engines(persons):
            print(said, flush=True)


def engines(persons: int) -> Iterator[str]:
    """A line for each engine, on an organisation of so many persons."""
    ledger = Ledger.create(":memory:", opening(), by="bench")
    ledger.submit_batch(list(commands(Size(positions=persons, entries=4 * persons))), by="bench", batch="plausible")
    books, at = ledger.books, datetime(START.year, START.month, START.day, 12, tzinfo=UTC)
    entries = list(ledger.journal.read())
    seats, limits = held(entries), limits_of(entries)
    named, spent, cold = asked(books, at)
    for engine, prepare in (("pycasbin", by_casbin), ("cedarpy", by_cedar)):
        ask = prepare(seats, limits)
        began = time.perf_counter()
        found = ask()
        took = time.perf_counter() - began
        if found != named:
            raise AssertionError((engine, sorted(found ^ named)))
        yield (
            f"who_could of {len(seats):>6,} persons  {spent * 1e6:6,.0f} µs ({cold * 1e6:,.0f} µs with nothing "
            f"remembered); {engine} tries them all in {took * 1e3:>9,.1f} ms  ratio {took / spent:,.0f}"
            f" ({took / cold:,.0f}); both name {len(named)}"
        )
    ledger.journal.close()


def asked(books: Books, at: datetime) -> tuple[Names, float, float]:
    """Whom the ledger names, and the median seconds of many questions, as remembered and with nothing remembered."""
    times: dict[bool, list[float]] = {False: [], True: []}
    named: Names = frozenset()
    for cold, taken in times.items():
        for number in range(QUESTIONS):
            if cold:
                books.remembered.clear()
            question = Question(
                act="approve",
                matter=ASKED,
                amount=Money(Decimal(AMOUNT), "CNY"),
                at=at + timedelta(seconds=number),
                known=Seq(books.head),
            )
            began = time.perf_counter()
            answer = who_could(books, question)
            taken.append(time.perf_counter() - began)
            named = frozenset(one.who.id for one in answer.candidates)
    return named, statistics.median(times[False]), statistics.median(times[True])


def held(entries: Sequence[Entry]) -> dict[str, str]:
    """The position that each person holds, on the first day."""
    events = [entry.event for entry in entries]
    return {str(one.person): str(one.position) for one in events if isinstance(one, PersonAppointed)}


def limits_of(entries: Sequence[Entry]) -> dict[str, int]:
    """Up to which amount each position may do what is asked about: the least limit of its chain."""
    found: dict[str, int] = {}
    of: dict[str, int] = {}
    for one in (entry.event for entry in entries):
        if isinstance(one, AuthorityGranted | AuthorityDelegated) and isinstance(one.limit, UpTo):
            if isinstance(one, AuthorityGranted) and one.matter != ASKED:
                continue
            above = [of[one.source]] if isinstance(one, AuthorityDelegated) else []
            of[one.authority] = found[str(one.holder.position)] = min([int(one.limit.amount), *above])
    return found


def by_casbin(seats: Mapping[str, str], limits: Mapping[str, int]) -> Callable[[], Names]:
    """pycasbin: a role for each position, a rule for each that has a limit."""
    model = casbin.Model()
    model.load_model_from_text(MODEL)
    enforcer = casbin.Enforcer(model)
    enforcer.add_function("up_to", lambda amount, most: amount <= int(most))
    enforcer.add_policies([[position, ASKED, "approve", str(most)] for position, most in limits.items()])
    enforcer.add_grouping_policies([[person, position] for person, position in seats.items()])
    return lambda: frozenset(one for one in seats if enforcer.enforce(one, ASKED, "approve", AMOUNT))


def by_cedar(seats: Mapping[str, str], limits: Mapping[str, int]) -> Callable[[], Names]:
    """Cedar: an entity for each person, in that of their position; all persons in one batch."""
    said = "\n".join(POLICY.format(position=position, matter=ASKED, most=most) for position, most in limits.items())
    policies = cedarpy.PolicySet.from_str(said)
    persons = [
        {
            "uid": {"type": "Person", "id": one},
            "attrs": {},
            "parents": [{"type": "Position", "id": position}],
        }
        for one, position in seats.items()
    ]
    entities = cedarpy.Entities.from_json_str(orjson.dumps(persons).decode())
    requests = [
        {
            "principal": {"type": "Person", "id": one},
            "action": {"type": "Action", "id": "approve"},
            "resource": {"type": "Matter", "id": ASKED},
            "context": {"amount": AMOUNT},
        }
        for one in seats
    ]

    def ask() -> Names:
        answers = cedarpy.is_authorized_batch(requests, policies, entities)
        return frozenset(one for one, answer in zip(seats, answers, strict=True) if answer.allowed)

    return ask


if __name__ == "__main__":
    main()
