"""AuthZEN asked by the careless and the hostile: spoofs, odd spellings, sizes, depths, and those who ask for much."""

from __future__ import annotations

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from time import sleep
from typing import TYPE_CHECKING, Any

import pytest

from api.http import authzen_answering
from api.http.authzen import PATHS
from api.http.authzen_turns import in_turns
from api.http.reading import Reading
from api.http.settings import Settings
from ledger.policy import may
from ledger.refusals import StorageTrouble
from tests.given import given, grant, house, open_item, person, position, register
from tests.loopback import serving
from tests.test_authzen import Asked, Body, asked, evaluation

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from pathlib import Path

    from tests.loopback import Answered, Service

SPEND = evaluation("bo", "approve", "matter", "spend")
TODAY = "2026-01-05"
"""The day on which everything in these ledgers is recorded."""


def stating(**properties: object) -> Body:
    """The evaluation with properties of its resource."""
    return evaluation("bo", "approve", "matter", "spend", properties=properties)


def replaced(body: Body, entity: str, **members: object) -> Body:
    """The same with other members of an entity."""
    return {**body, entity: {**body[entity], **members}}


def codes(answer: Body) -> list[str]:
    """The reasons of a no."""
    assert answer["decision"] is False
    return [one["code"] for one in answer["context"]["reasons"]]


@pytest.fixture
def offices(tmp_path: Path) -> Iterator[Asked]:
    """The house of the stories: the director, who is Bo, approves spending up to 2000 CNY."""
    ledger = house()
    given(ledger, grant("g", position("director")))
    with asked(ledger, tmp_path) as service:
        yield service


# Who speaks for whom


@pytest.mark.parametrize(
    "spoof",
    [
        {"subject.mfa": True, "action.channel": "app"},
        {"subject.mfa": "true", "action.channel": "app"},
        {"attributes": {"subject.mfa": "true", "action.channel": "app"}},
        {"attributes": {"subject.mfa": True}, "action.channel": "app"},
    ],
)
def test_a_resource_speaks_neither_for_the_subject_nor_for_the_action(offices: Asked, spoof: Body) -> None:
    given(offices.ledger, grant("s", person("dan"), scope={"subject.mfa": ("true",), "action.channel": ("app",)}))
    body = evaluation("dan", "approve", "matter", "spend", properties=spoof)
    assert codes(offices.answer("evaluation", body)) == ["ATTRIBUTE_MISSING"]
    assert offices.found("subject", body) == ["bo"]
    body["subject"]["properties"] = {"mfa": True}
    assert codes(offices.answer("evaluation", body)) == ["ATTRIBUTE_MISSING"]
    body["action"]["properties"] = {"channel": "app"}
    assert offices.answer("evaluation", body)["decision"] is True


@pytest.mark.parametrize("member", ["requester", "beneficiary"])
@pytest.mark.parametrize("spelling", ["Bo", "bo ", " bo", "zz", "", "director", "b" * 500])
def test_an_unknown_requester_or_beneficiary_is_a_no(offices: Asked, member: str, spelling: str) -> None:
    assert codes(offices.answer("evaluation", stating(**{member: "bo"})))[0] in {"REQUESTER", "BENEFICIARY"}
    assert codes(offices.answer("evaluation", stating(**{member: spelling}))) == ["UNKNOWN_NAME"]
    for kind in ("subject", "resource", "action"):
        assert offices.found(kind, stating(**{member: spelling})) == []
        assert offices.found(kind, stating(**{member: "dan"})) != []


def test_a_requester_is_known_as_of_the_entry_that_is_asked_about(offices: Asked) -> None:
    before = offices.ledger.books.head
    given(offices.ledger, register("eve"))
    body = stating(requester="eve")
    assert offices.answer("evaluation", body)["decision"] is True
    assert codes(offices.answer("evaluation", {**body, "context": {"known_at": before}})) == ["UNKNOWN_NAME"]


# The amount


def test_an_amount_of_the_action_counts_like_one_of_the_resource(offices: Asked) -> None:
    for amount, expected in ((2000, True), ("2001 CNY", False), ({"amount": 2000}, None)):
        body = replaced(SPEND, "action", properties={"amount": amount})
        found = offices.post("evaluation", body)
        if expected is None:
            assert (found.status_code, found.json()["pointer"]) == (400, "/action/properties/amount")
        else:
            assert found.json()["decision"] is expected
    assert offices.found("subject", replaced(SPEND, "action", properties={"amount": 2001})) == []


def test_two_amounts_are_one_or_an_error(offices: Asked) -> None:
    body = stating(amount="1800 CNY")
    for same in ({"amount": 1800}, {"amount": "1,800.00元", "currency": "CNY"}):
        assert offices.answer("evaluation", replaced(body, "action", properties=same))["decision"] is True
    for other, pointer in (
        ({"amount": 1801}, "/action/properties/amount"),
        ({"amount": "1800 USD"}, "/action/properties/amount"),
        ({"currency": "USD"}, "/action/properties/currency"),
    ):
        found = offices.post("evaluation", replaced(body, "action", properties=other))
        assert (found.status_code, found.json()["pointer"]) == (400, pointer)


def test_an_answer_says_which_amount_and_attributes_it_looked_at(offices: Asked) -> None:
    given(offices.ledger, open_item("ad-1", matter="spend.ads", amount="1500 CNY", attributes={"region": "east"}))

    def looked_at(body: Body) -> Body:
        found: Body = offices.answer("evaluation", body)["context"]["asked"]
        return found

    assert looked_at(SPEND) == {}
    assert looked_at(stating(total=9_000_000)) == {"attributes": {"total": "9000000"}}
    assert looked_at(stating(amount="5万元")) == {"amount": "50000 CNY"}
    assert looked_at(replaced(stating(amount=5), "subject", properties={"mfa": True})) == {
        "amount": "5 CNY",
        "attributes": {"subject.mfa": "true"},
    }
    assert looked_at(evaluation("bo", "approve", "item", "ad-1")) == {
        "amount": "1500 CNY",
        "attributes": {"region": "east"},
    }


@pytest.mark.parametrize(
    ("stated", "pointer"),
    [
        ({"amount": 1, "currency": "XYZ"}, "currency"),
        ({"amount": 1, "currency": "cny"}, "currency"),
        ({"amount": "1 USD", "currency": "CNY"}, "currency"),
        ({"currency": "CNY"}, "currency"),
        ({"currency": "?"}, "currency"),
        ({"currency": 1}, "currency"),
        ({"amount": "1 XYZ", "currency": "CNY"}, "amount"),
    ],
)
def test_a_wrong_currency_is_reported_where_it_stands(offices: Asked, stated: Body, pointer: str) -> None:
    for entity in ("resource", "action"):
        found = offices.post("evaluation", replaced(SPEND, entity, properties=stated))
        assert (found.status_code, found.json()["pointer"]) == (400, f"/{entity}/properties/{pointer}")


# Numbers as they are written


@pytest.mark.parametrize("written", ["60000", "60000.0", "6e4", "6.0E+4", '"60000.00"', '"60,000 CNY"', '"6万元"'])
def test_an_amount_is_the_same_however_it_is_written(offices: Asked, written: str) -> None:
    said = json.dumps({**stating(amount=60_000), "context": {"time": TODAY}})
    found = offices.post("evaluation", said.replace("60000", written))
    assert found.content == offices.post("evaluation", said).content
    assert found.json()["context"]["reasons"][0]["amount"] == {"amount": "60000", "currency": "CNY"}


def test_a_number_keeps_its_digits(offices: Asked) -> None:
    said = json.dumps(stating(amount="A", wide="B", exact="C"))
    exact = {"A": "1e14", "B": "123456789012345678901234567890", "C": "0.1234567890123456789"}
    for name, written in exact.items():
        said = said.replace(f'"{name}"', written)
    found = offices.post("evaluation", said).json()
    assert found["context"]["asked"] == {
        "amount": "100000000000000 CNY",
        "attributes": {"wide": exact["B"], "exact": exact["C"]},
    }


@pytest.mark.parametrize(
    "number",
    ["1e-99999", "1e400", "0e123456", "1" * 500, "1e20", "0.0000001", "1e999999999999999999999999", "NaN", "-0.1"],
)
@pytest.mark.parametrize("member", ["amount", "code"])
def test_a_number_without_measure_is_an_error_and_never_a_fault(offices: Asked, number: str, member: str) -> None:
    said = json.dumps(stating(**{member: "N"})).replace('"N"', number)
    found = offices.post("evaluation", said)
    readable = member == "code" and number in {"1e20", "0.0000001", "-0.1"}
    assert found.status_code == (200 if readable else 400), found.text


# The two times as others write them


@pytest.mark.parametrize(
    "written",
    [
        "2026-06-15T04:00:00Z",
        "2026-06-15t04:00:00z",
        "2026-06-15T04:00:00.0000000Z",
        "2026-06-15T04:00:00.000000999Z",
        "2026-06-15T12:00:00.000000000+08:00",
        "2026-06-15t12:00:00.0+08:00",
    ],
)
def test_a_timestamp_is_taken_as_other_programs_write_it(offices: Asked, written: str) -> None:
    answer = offices.answer("evaluation", {**stating(opened=written), "context": {"time": written}})
    assert answer["context"]["valid_at"] == "2026-06-15T04:00:00Z"
    known = offices.answer("evaluation", {**SPEND, "context": {"known_at": written}})
    assert known["context"]["known_seq"] == offices.ledger.books.head


@pytest.mark.parametrize(
    "written", ["2026-06-15T04:00:001234567Z", "2026-06-15T04:00:00.Z", "2026-06-15T04:00:00.1234567"]
)
def test_what_is_no_timestamp_is_an_error(offices: Asked, written: str) -> None:
    for context in ({"time": written}, {"known_at": written}):
        assert offices.post("evaluation", {**SPEND, "context": context}).status_code == 400


# The body


@pytest.mark.parametrize(
    "twice",
    [
        '{"amount": 60000, "amount": 1}',
        '{"amount": 1, "amount": 1}',
        '{"amount": 60000, "\\u0061mount": 1}',
        '{"ignored": [{"a": 1, "a": 2}]}',
    ],
)
@pytest.mark.parametrize("path", PATHS.values())
def test_a_member_that_is_stated_twice_is_an_error(offices: Asked, twice: str, path: str) -> None:
    said = json.dumps(stating()).replace('"properties": {}', f'"properties": {twice}')
    found = offices.post(path.removeprefix("/access/v1/"), said)
    assert found.status_code == 400
    assert "is stated twice" in found.json()["detail"]


@pytest.mark.parametrize("levels", [100, 101, 253, 900, 1_000, 1_010, 1_100, 50_000])
@pytest.mark.parametrize("path", PATHS.values())
def test_a_body_is_a_hundred_levels_deep_at_most(offices: Asked, path: str, levels: int) -> None:
    for begin, end in (("[", "]"), ('{"a":', "}")):
        deep = begin * (levels - 3) + ("0" if begin != "[" else "") + end * (levels - 3)
        said = json.dumps(stating(x="X")).replace('"X"', deep)
        assert offices.post(path.removeprefix("/access/v1/"), said).status_code == (200 if levels <= 100 else 400)


def test_a_wide_body_is_not_a_deep_one(offices: Asked) -> None:
    body = {**SPEND, "evaluations": [{}] * 3, "ignored": [[{}, "x" * 100]] * 2_000}
    assert len(offices.answer("evaluations", body)["evaluations"]) == 3


@pytest.mark.parametrize("said", ['{"subject": "\\ud800"}', "\ufeff{}", "{'a': 1}", "{} {}", "[]", "null", ""])
def test_what_is_no_json_object_is_an_error(offices: Asked, said: str) -> None:
    for path in PATHS.values():
        assert offices.client.post(path, content=said.encode(), headers=offices.headers).status_code == 400
        assert offices.client.post(path, content=b'{"a": "\xff"}', headers=offices.headers).status_code == 400


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("application/json", 200),
        ("Application/JSON; Charset=UTF-8", 200),
        ('application/json; charset="utf-8"', 200),
        ("application/json; charset=utf-16", 400),
        ("application/json;charset=latin-1", 400),
        ("application/json; charset=utf-8; charset=utf-16", 400),
        ("application/jsonp", 400),
        ("", 400),
    ],
)
def test_a_body_is_json_in_utf_8(offices: Asked, kind: str, status: int) -> None:
    assert offices.post("evaluation", SPEND, **{"Content-Type": kind}).status_code == status


# Sizes


@pytest.mark.parametrize(
    ("longest", "longer"),
    [
        (replaced(SPEND, "subject", id="x" * 1_000), replaced(SPEND, "subject", id="x" * 1_001)),
        (replaced(SPEND, "subject", type="x" * 1_000), replaced(SPEND, "subject", type="x" * 1_001)),
        (replaced(SPEND, "action", name="x" * 1_000), replaced(SPEND, "action", name="x" * 1_001)),
        (replaced(SPEND, "resource", id="x" * 1_000), replaced(SPEND, "resource", id="x" * 1_001)),
        (replaced(SPEND, "resource", type="x" * 1_000), replaced(SPEND, "resource", type="x" * 1_001)),
        (stating(matter="x" * 1_000), stating(matter="x" * 1_001)),
        (stating(note="x" * 1_000), stating(note="x" * 1_001)),
        (stating(attributes={"note": "x" * 1_000}), stating(attributes={"note": "x" * 1_001})),
        (stating(**{"n" * 100: 1}), stating(**{"n" * 101: 1})),
        (stating(attributes={"n" * 100: 1}), stating(attributes={"n" * 101: 1})),
        (stating(**{f"n{one}": 1 for one in range(100)}), stating(**{f"n{one}": 1 for one in range(101)})),
        (
            stating(attributes={f"n{one}": 1 for one in range(49)}, **{f"o{one}": 1 for one in range(50)}),
            stating(attributes={f"n{one}": 1 for one in range(50)}, **{f"o{one}": 1 for one in range(50)}),
        ),
        (
            replaced(SPEND, "subject", properties={f"n{one}": 1 for one in range(100)}),
            replaced(SPEND, "subject", properties={f"n{one}": 1 for one in range(101)}),
        ),
        (
            replaced(SPEND, "action", properties={"n" * 100: "x" * 1_000}),
            replaced(SPEND, "action", properties={"n": "x" * 1_001}),
        ),
    ],
)
def test_what_a_request_says_has_bounds(offices: Asked, longest: Body, longer: Body) -> None:
    assert offices.post("evaluation", longest).status_code == 200
    found = offices.post("evaluation", longer)
    assert found.status_code == 400
    assert len(found.content) < 1_000
    assert offices.answer("evaluations", {"evaluations": [longer]})["evaluations"][0]["decision"] is False


def test_an_answer_to_several_is_no_longer_than_the_service_gives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    decided: list[object] = []

    def counted(*said: Any) -> object:  # noqa: ANN401 - as `may` takes
        decided.append(said)
        return may(*said)

    monkeypatch.setattr(authzen_answering, "may", counted)
    ledger = house()
    given(ledger, grant("g", position("director")))
    with asked(ledger, tmp_path, longest_result=10_000) as service:
        body = {**stating(note="x" * 1_000), "evaluations": [{}] * 4}
        assert len(service.answer("evaluations", body)["evaluations"]) == 4
        decided.clear()
        found = service.post("evaluations", {**body, "evaluations": [{}] * 1_000})
        assert (found.status_code, found.json()["code"]) == (422, "RESULT_TOO_LARGE")
        assert len(decided) < 10, "no more is worked on"
        wide = stating(**{f"n{one}": "x" * 1_000 for one in range(20)})
        assert service.post("evaluation", wide).json()["code"] == "RESULT_TOO_LARGE"


def test_a_page_of_any_length_is_one_of_a_thousand(offices: Asked) -> None:
    for limit in (1_000, 1_001, 2**64, 10**30):
        page = {"limit": limit}
        assert offices.answer("search/subject", {**SPEND, "page": page})["page"] == {"next_token": "", "count": 1}


# Several, at one state of the ledger


@pytest.mark.parametrize("count", [3, 40])
def test_all_of_several_are_asked_at_one_clock_and_one_head(
    offices: Asked, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    ledger, added = offices.ledger, iter(range(1_000))

    def meanwhile(*said: Any) -> object:  # noqa: ANN401 - as `may` takes
        given(ledger, register(f"new-{next(added)}"))
        return may(*said)

    monkeypatch.setattr(authzen_answering, "may", meanwhile)
    monkeypatch.setattr("api.http.authzen_turns.TURN_SECONDS", 0)
    head = ledger.books.head
    several = [{}, {"context": {}}, {"context": {"time": "2026-03-01"}}, {"context": {"known_at": "2030-01-01"}}]
    found = offices.post("evaluations", {**SPEND, "evaluations": (several * 10)[:count]})
    assert {one["context"]["known_seq"] for one in found.json()["evaluations"]} == {head}
    assert found.headers["remit-head"] == str(head)
    assert ledger.books.head >= head + count


def test_on_a_replica_the_one_of_several_that_is_beyond_it_is_an_error_alone(
    offices: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(offices.ledger.journal, "is_copy", lambda: True)
    beyond = {"context": {"known_at": offices.ledger.books.head + 1}}
    found = offices.answer("evaluations", {**SPEND, "evaluations": [{}, beyond, {}]})["evaluations"]
    assert [one["decision"] for one in found] == [True, False, True]
    error = found[1]["context"]["error"]
    assert (error.keys(), error["status"]) == ({"status", "message"}, 409)
    assert "is not known here" in error["message"]
    assert offices.post("evaluation", {**SPEND, **beyond}).status_code == 409
    assert offices.post("evaluations", {**SPEND, **beyond, "evaluations": [{}]}).status_code == 409


def test_a_storage_that_fails_is_no_error_of_one_alone(offices: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_: object) -> None:
        raise StorageTrouble("the disk is gone")

    monkeypatch.setattr("api.http.authzen_question.known_here", failing)
    found = offices.post("evaluations", {**SPEND, "evaluations": [{}, {"context": {"known_at": 1}}]})
    assert (found.status_code, found.json()["code"]) == (503, "STORAGE_FAILED")


def test_what_is_stated_for_all_is_read_as_a_whole_and_used_by_those_who_leave_it_out(offices: Asked) -> None:
    complete = {name: SPEND[name] for name in ("subject", "action", "resource")}
    several = {"evaluations": [complete, {}]}
    for broken in ({"subject": {"type": "person"}}, {"action": {"name": 1}}, {"resource": {"id": "spend"}}):
        found = offices.answer("evaluations", {**SPEND, **broken, **several})["evaluations"]
        assert [one["decision"] for one in found] == [True, False]
        assert found[1]["context"]["error"]["status"] == 400
    own, others = {**complete, "context": {}}, list[Body]()
    others += ({"subject": "bo"}, {"context": 1}, {"context": {"time": "soon"}})
    for other in others:
        assert offices.post("evaluations", {**SPEND, **other, "evaluations": [own]}).status_code == 400


# Who waits for whom


@pytest.fixture
def loopback(tmp_path: Path) -> Iterator[Service]:
    """The house behind a real server; on the day of its entries there are more than are asked about at once."""
    ledger = house(str(tmp_path / "house.db"))
    given(ledger, grant("g", position("director")), *(register(f"p{number}") for number in range(100)))
    with serving(ledger, Settings(answer_seconds=20)) as service:
        yield service


def ask(service: Service, kind: str, body: Body) -> Answered:
    """Ask over loopback."""
    return service.ask(f"/access/v1/{kind}", method="POST", json=body)


def test_nobody_waits_for_a_search_or_for_many_evaluations(loopback: Service) -> None:
    day = {"context": {"known_at": TODAY}}
    with ThreadPoolExecutor() as others:
        with loopback.app.state.service.long.ledger.lock:
            long = [
                *(others.submit(ask, loopback, f"search/{kind}", SPEND) for kind in ("subject", "resource", "action")),
                others.submit(ask, loopback, "evaluations", {**SPEND, "evaluations": [{}] * 500}),
                others.submit(ask, loopback, "evaluations", {**SPEND, "evaluations": [{}] * 21}),
                others.submit(ask, loopback, "evaluations", {**SPEND, "evaluations": [{}, day]}),
                others.submit(ask, loopback, "evaluation", {**SPEND, **day}),
            ]
            sleep(0.2)
            assert ask(loopback, "evaluation", SPEND).json["decision"] is True
            assert len(ask(loopback, "evaluations", {**SPEND, "evaluations": [{}] * 20}).json["evaluations"]) == 20
            assert loopback.ask("/readyz").status == 200
            assert not any(one.done() for one in long)
        assert [one.result().status for one in long] == [200] * 7


def test_a_day_of_many_entries_is_asked_about_elsewhere_and_given_up_in_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked_about: list[object] = []
    begun = Event()

    def slow(*said: Any) -> object:  # noqa: ANN401 - as `may` takes
        asked_about.append(said)
        begun.set()
        sleep(0.02)
        return may(*said)

    monkeypatch.setattr(authzen_answering, "may", slow)
    ledger = house(str(tmp_path / "house.db"))
    given(ledger, *(register(f"p{number}") for number in range(100)))
    with serving(ledger, Settings(answer_seconds=0.6)) as service, ThreadPoolExecutor() as others:
        long = others.submit(ask, service, "evaluation", {**SPEND, "context": {"known_at": TODAY}})
        assert begun.wait(5)
        assert service.ask("/healthz").status == 200
        assert not long.done()
        assert (long.result().status, long.result().code) == (503, "TOOK_TOO_LONG")
        sleep(0.1)
        count = len(asked_about)
        sleep(0.1)
        assert len(asked_about) == count < 60, "nobody works on it any more"


@pytest.mark.parametrize("kind", ["evaluations", "search/resource", "search/action"])
def test_whoever_asks_for_much_keeps_to_the_time_there_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    module = "api.http.authzen_answering" if kind == "evaluations" else "api.http.authzen_search"
    worked_on: list[object] = []

    def slow(*said: Any) -> object:  # noqa: ANN401 - as `may` takes
        worked_on.append(said)
        sleep(0.02)
        return may(*said)

    monkeypatch.setattr(f"{module}.may", slow)
    ledger = house(str(tmp_path / "house.db"))
    given(ledger, grant("g", position("director")), *(open_item(f"i{number}") for number in range(100)))
    body = {**evaluation("bo", "approve", "item", "i1"), "evaluations": [{}] * 100}
    with serving(ledger, Settings(answer_seconds=0.1)) as service:
        assert ask(service, kind, body).code == "TOOK_TOO_LONG"
        sleep(0.1)
        count = len(worked_on)
        sleep(0.1)
        assert len(worked_on) == count < 20, "nobody works on it any more"


def test_between_the_parts_of_long_work_others_have_their_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.http.authzen_turns.TURN_SECONDS", 0)
    order: list[str] = []

    def parts(name: str) -> Generator[None, None, str]:
        for _ in range(10):
            order.append(name)
            sleep(0.002)
            yield
        return name

    async def together(reading: Reading) -> list[str]:
        return await asyncio.gather(*(in_turns(reading, parts(name)) for name in "abcdef"))

    reading = Reading(house(), "long")
    assert asyncio.run(together(reading)) == list("abcdef")
    assert max(order.index(name) for name in "abcdef") < order.index("a") + 30, order
    assert order != sorted(order)
    reading.stop()


# What the page says of searches and of names


def test_a_search_says_nothing_of_changes_during_the_day(offices: Asked) -> None:
    given(offices.ledger, grant("new", person("dan"), since=f"{TODAY}T12:00+08:00"))
    body = {**evaluation("dan", "approve", "matter", "spend"), "context": {"time": TODAY}}
    assert "during_the_day" in offices.answer("evaluation", body)["context"]
    assert "during_the_day" not in offices.answer("search/subject", body)["context"]


def test_an_evaluation_permits_what_was_never_opened_and_no_search_finds_it(offices: Asked) -> None:
    assert offices.answer("evaluation", evaluation("bo", "approve", "spend", "never opened"))["decision"] is True
    assert offices.found("resource", evaluation("bo", "approve", "spend", "?")) == []


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (evaluation("nobody", "approve", "matter", "spend"), "NO_GRANT"),
        (evaluation("bo", "nothing", "matter", "spend"), "NO_GRANT"),
        (evaluation("bo", "approve", "matter", "nothing"), "NO_GRANT"),
        (evaluation("bo", "approve", "nothing", "17"), "NO_GRANT"),
        (replaced(SPEND, "subject", type="committee"), "NO_GRANT"),
        (replaced(SPEND, "subject", properties={"position": "nothing"}), "NO_GRANT"),
        (evaluation("bo", "approve", "item", "nothing"), "UNKNOWN_NAME"),
        (evaluation("bo", "approve", "contract", "nothing"), "UNKNOWN_NAME"),
        (evaluation("robot", "approve", "matter", "spend"), "NO_GRANT"),
        (replaced(SPEND, "subject", type="robot"), "UNKNOWN_NAME"),
        (stating(requester="nobody"), "UNKNOWN_NAME"),
        (evaluation("bo", "approve", "hr", "ad-1"), "UNKNOWN_NAME"),
    ],
)
def test_what_the_ledger_does_not_know_is_a_no_that_the_page_names(offices: Asked, body: Body, code: str) -> None:
    given(offices.ledger, open_item("ad-1", matter="spend.ads"))
    assert codes(offices.answer("evaluation", body)) == [code]
