"""One who sends much holds up nobody: long bodies, many commands, great ones."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from time import perf_counter
from typing import TYPE_CHECKING

import pytest

from api.files import json_text
from api.files.tree import build
from api.http import bodies
from api.http.settings import Settings
from ledger.submit import Busy, wording
from tests.given import house
from tests.loopback import Service, serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Future
    from pathlib import Path

    from ledger import Receipt
    from ledger.commands import Command
    from tests.loopback import Answered

SAID = {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    path: Path = tmp_path_factory.mktemp("heavy") / "house.db"
    with serving(house(str(path)), Settings(answer_seconds=300)) as one:
        yield one


def matter(name: str) -> dict[str, object]:
    """A command that is recorded in no time."""
    return {"do": "define-matter", "from": "2026-01-01", "matter": name, "name": "x"}


def head_of(service: Service) -> int:
    """The last entry recorded."""
    return int(service.ask("/v1/chart?limit=1").json["head"])


LONG = {
    "mappings on lines": b"[" + b"{},\n" * 2_000_000 + b"0]",
    "numbers": b"[\n" + b"0," * 3_900_000 + b"0]",
    "lists": b"[" + b"[],\n" * 2_000_000 + b"0]",
    "just as many mappings as are read": b"[" + b"{},\n" * 499_999 + b"0]",
    "keys": b'{"do": "form-unit",\n' + b",".join(b'"%d":0' % one for one in range(700_000)) + b"}",
    "a key twice": b'[{"do": 1, "do": 1},\n' + b"0," * 900_000 + b"0]",
    "no end": b"[\n" + b"0," * 900_000,
    "one text": b'["' + b"a\\n" * 2_000_000 + b'"]',
}


@pytest.mark.parametrize("what", LONG)
def test_whoever_sends_a_long_body_holds_up_nobody(service: Service, what: str) -> None:
    began = perf_counter()
    build(json_text.marks("[" + "0,\n" * 50_000 + "0]"))
    pace = perf_counter() - began  # of this machine; a long body has up to fifty times as much

    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(service.ask, "/v1/flips", method="POST", body=LONG[what], role="reader", headers=SAID)
        waited = [0.0]
        while not answer.done():
            began = perf_counter()
            assert service.ask("/healthz").status == 200
            waited.append(perf_counter() - began)

    assert answer.result().status in {400, 422}, answer.result()
    assert max(waited) < max(0.3, 4 * pace)


def test_a_short_body_is_read_at_once_and_a_long_one_on_a_thread(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    value, read_on = json_text.value, list[str]()

    def noted(raw: bytes, first_line: int = 1) -> object:
        read_on.append(threading.current_thread().name)
        return value(raw, first_line)

    monkeypatch.setattr(json_text, "value", noted)
    for body in (b"[]", b"[" + b" " * bodies.READ_AT_ONCE + b"]"):
        assert service.ask("/v1/flips", method="POST", body=body, headers=SAID).status == 422

    at_once, away = read_on
    assert "aside" not in at_once
    assert "aside" in away


# Many commands


def test_ten_thousand_commands_are_taken_each_on_its_own(service: Service) -> None:
    head = head_of(service)
    answered = service.record(*(matter(f"many-{number}") for number in range(10_000)), query="?atomic=false")

    assert answered.status == 207
    firsts = [one["receipt"]["first"] for one in answered.json["outcomes"]]
    assert firsts == list(range(head + 1, head + 10_001))
    assert answered.json["head"] == head + 10_000


def test_behind_a_command_for_which_there_is_no_room_none_is_taken(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    taking = service.app.state.service.committer
    submit = taking.submit
    asked: list[Command] = []

    def full_once(command: Command, by: str) -> Future[Receipt]:
        asked.append(command)
        if len(asked) == 250:
            raise Busy(2_000, 3)
        found: Future[Receipt] = submit(command, by)
        return found

    monkeypatch.setattr(taking, "submit", full_once)
    answered = service.record(*(matter(f"room-{number}") for number in range(600)), query="?atomic=false")

    outcomes = answered.json["outcomes"]
    assert [one["status"] for one in outcomes] == [201] * 249 + [429] * 351
    assert {one["problem"]["code"] for one in outcomes[249:]} == {"BUSY"}
    assert len(asked) == 250


def test_where_there_is_no_room_for_the_first_the_answer_says_when_to_come_again(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: Command, __: str) -> Future[Receipt]:
        raise Busy(2_000, 3)

    monkeypatch.setattr(service.app.state.service.committer, "submit", full)
    answered = service.record(matter("never"), matter("neither"), query="?atomic=false")

    assert (answered.status, answered.code, answered.headers["retry-after"]) == (429, "BUSY", "3")


# Great commands


def test_an_item_has_at_most_fifty_attributes(service: Service) -> None:
    def opened(attributes: int) -> Answered:
        item = {"do": "open-item", "from": "2026-01-01", "item": f"with-{attributes}", "matter": "spend"}
        return service.record({**item, "attributes": {f"a{one}": "x" for one in range(attributes)}})

    assert opened(50).status == 201
    refused = opened(51)
    assert (refused.status, refused.code, refused.json["pointer"]) == (422, "BAD_INPUT", "/attributes")
    assert refused.json["detail"] == "a mapping has 51 keys, at most 50 are taken"


def test_a_command_has_a_longest_length(service: Service) -> None:
    head = head_of(service)
    charter = {"do": "adopt-charter", "from": "2026-01-01", "position": "manager", "edition": "1", "duties": []}
    longest = ["x" * 300] * (wording.LONGEST_COMMAND // 303 - 1)
    too_long = {**charter, "edition": "2", "meetings": [*longest, "x" * 300]}

    assert service.record({**charter, "meetings": longest}).status == 201
    refused = service.record(too_long)
    assert (refused.status, refused.code) == (422, "BAD_INPUT")
    assert refused.json["detail"].endswith(" bytes, of which 65,536 are allowed")
    together = service.record(matter("beside"), too_long)
    assert (together.status, together.json["pointer"]) == (422, "/1")
    assert head_of(service) == head + 1
