"""Whatever comes over the wire: the service says what is wrong and is never at fault."""

from __future__ import annotations

import socket
import sys
from typing import TYPE_CHECKING

import orjson
import pytest

from api.http.problems import MEDIA_TYPE
from api.http.settings import Settings
from tests.given import house
from tests.loopback import Service, serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LONGEST_BODY = 100_000


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    path: Path = tmp_path_factory.mktemp("hostile") / "house.db"
    settings = Settings(
        longest_body=LONGEST_BODY, longest_result=10_000, catch_up_seconds=0.02, stream_seconds=0.05, streams=3
    )
    with serving(house(str(path)), settings) as one:
        yield one


BODIES = {
    "nothing": b"",
    "spaces": b"  \n ",
    "no JSON": b"do: register-person",
    "half of it": b'{"do": "form-unit", "unit": "u',
    "two values": b'{"do": "form-unit"} {}',
    "a comma too many": b'{"do": "form-unit",}',
    "NaN": b'{"do": NaN}',
    "not UTF-8": b'{"do": "\xff\xfe"}',
    "half a surrogate": b'{"do": "form-unit", "unit": "\\ud800"}',
    "a NUL": b'{"do": "form-unit", "unit": "a\x00b"}',
    "an escaped NUL": b'{"do": "form-unit", "from": "2026-01-01", "unit": "a\\u0000b", "name": "x"}',
    "UTF-16": '{"do": "form-unit"}'.encode("utf-16"),
    "very deep": b"[" * 50_000 + b"]" * 50_000,
    "deep mappings": b'{"do":' * 5_000 + b"1" + b"}" * 5_000,
    "deep within a command": b'{"do": "form-unit", "unit": ' + b"[" * 900 + b"]" * 900 + b"}",
    "a great number": b'{"do": "annul-entry", "entry": ' + b"9" * 5_000 + b', "reason": "x"}',
    "a negative entry": b'{"do": "annul-entry", "entry": -1, "reason": "x"}',
    "an entry of 64 bits and more": b'{"do": "annul-entry", "entry": 99999999999999999999, "reason": "x"}',
    "a float": b'{"do": "annul-entry", "entry": 1e400, "reason": "x"}',
    "a key twice": b'{"do": "form-unit", "do": "form-unit"}',
    "a text": b'"form-unit"',
    "null": b"null",
    "an empty list": b"[]",
    "lists in lists": b"[[[]]]",
    "no command": b'{"do": "drop-table"}',
    "a command that is a list": b'{"do": ["form-unit"]}',
    "a command that is a mapping": b'{"do": {"form-unit": 1}}',
    "a field that is not known": b'{"do": "form-unit", "from": "2026-01-01", "unit": "x", "name": "x", "__class__": 1}',
    "a wrong type": b'{"do": "form-unit", "from": 1, "unit": {}, "name": []}',
    "a day that is not": b'{"do": "form-unit", "from": "2026-02-30", "unit": "x", "name": "x"}',
    "a year that is not": b'{"do": "form-unit", "from": "9999-12-31", "unit": "x", "name": "x"}',
    "a limit of letters": (
        b'{"do": "grant-authority", "from": "2026-01-01", "holder": {"position": "chief"}, "act": "approve",'
        b' "matter": "spend", "limit": "' + b"9" * 390 + b'"}'
    ),
    "another ledger": b'{"do": "open-ledger", "name": "x", "currency": "CNY", "zone": "Asia/Shanghai"}',
    "nobody": (
        b'{"do": "grant-authority", "from": "2026-01-01", "holder": {}, "act": "approve", "matter": "spend",'
        b' "limit": "1"}'
    ),
    "a correction in a correction": (
        b'{"do": "correct-fact", "entry": 2, "reason": "x", "replacement": {"do": "correct-fact", "entry": 2}}'
    ),
    "an amount of words": (
        b'{"do": "open-item", "item": "i", "matter": "spend", "from": "2026-01-01", "amount": "lots"}'
    ),
}


@pytest.mark.parametrize("what", BODIES)
@pytest.mark.parametrize("path", ["/v1/commands", "/v1/commands?atomic=false", "/v1/flips"])
def test_no_body_is_a_fault_of_the_service(service: Service, what: str, path: str) -> None:
    head = service.app.state.service.ledger.journal.last()
    answered = service.ask(path, method="POST", body=BODIES[what], headers={"Content-Type": "application/json"})

    if answered.status == 207:
        assert all(400 <= one["status"] < 500 for one in answered.json["outcomes"])
    else:
        assert 400 <= answered.status < 500, answered
        assert answered.headers["content-type"] == MEDIA_TYPE
        assert {"type", "title", "status", "detail", "code"} <= answered.json.keys()
    assert service.app.state.service.ledger.journal.last() == head


@pytest.mark.parametrize(
    "kind",
    ["", "text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin-1", "multipart/form-data"],
)
def test_a_body_is_json_in_utf8_or_not_taken(service: Service, kind: str) -> None:
    body = b'{"do": "form-unit", "from": "2026-01-01", "unit": "never", "name": "x"}'
    answered = service.ask("/v1/commands", method="POST", body=body, headers={"Content-Type": kind})
    assert (answered.status, answered.code) == (415, "NOT_JSON")


def test_a_compressed_body_is_not_taken(service: Service) -> None:
    said = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    assert service.ask("/v1/commands", method="POST", body=b"\x1f\x8b", headers=said).status == 415


def test_a_body_has_a_longest_length_stated_or_not(service: Service) -> None:
    long = b" " * (LONGEST_BODY + 1)
    stated = service.ask("/v1/commands", method="POST", body=long, headers={"Content-Type": "application/json"})
    assert (stated.status, stated.code) == (413, "BODY_TOO_LARGE")

    with socket.create_connection(("127.0.0.1", service.port), timeout=10) as wire:
        wire.sendall(
            b"POST /v1/commands HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer administrator\r\n"
            b"Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
        )
        chunk = b" " * 10_000
        for _ in range(LONGEST_BODY // len(chunk) + 1):
            wire.sendall(b"%x\r\n%b\r\n" % (len(chunk), chunk))
        assert b" 413 " in wire.recv(4_000).split(b"\r\n", 1)[0]


@pytest.mark.parametrize(
    ("target", "status"),
    [
        ("/", 404),
        ("/v1", 404),
        ("/v1/chart/", 404),
        ("/v1/../etc/passwd", 404),
        ("/v1/%2e%2e/chart", 404),
        ("/v1/chart%00", 404),
        ("/v1/charters/%ff", 404),
        ("/v1/charters/" + "x" * 300, 422),
        ("/v1/chart?on=%ff", 400),
        ("/v1/chart?on=" + "1" * 20_000, 414),
        ("/v1/chart?" + "&".join(f"a{one}=1" for one in range(200)), 400),
        ("/v1/chart?on=2026-01-01&on=2026-01-02", 422),
        ("/v1/chart?unknown=1", 422),
        ("/v1/chart?on=2026-02-30", 422),
        ("/v1/chart?on=2026-01-01T00:00%2B99:99", 422),
        ("/v1/chart?on=9999-12-31", 422),
        ("/v1/chart?on=9000-01-01", 422),
        ("/v1/chart?on=0001-01-01", 422),
        ("/v1/chart?on=8999-12-31", 200),
        ("/v1/chart?known=0", 422),
        ("/v1/chart?known=" + "9" * 18, 422),
        ("/v1/chart?known=%D9%A1", 422),
        ("/v1/chart?at_least=" + "9" * 18, 409),
        ("/v1/chart?at_least=-1", 422),
        ("/v1/chart?limit=0", 422),
        ("/v1/chart?limit=1001", 422),
        ("/v1/chart?limit=1e3", 422),
        ("/v1/chart?limit=1.0", 422),
        ("/v1/chart?limit=%D9%A1", 422),
        ("/v1/chart?on=null", 422),
        ("/v1/chart?page_token=x", 400),
        ("/v1/chart?page_token=" + "A" * 100, 400),
        ("/v1/chart?page_token=%F0%9F%92%A9", 400),
        ("/v1/chart?page_token=", 400),
        ("/v1/chart?names=maybe", 422),
        ("/v1/who-could?act=approve", 422),
        ("/v1/who-could?act=approve&matter=spend&amount=lots", 422),
        ("/v1/who-could?act=approve&matter=spend&amount=1%20XXX", 422),
        ("/v1/who-could?act=approve&matter=spend&amount=" + "9" * 90, 422),
        ("/v1/who-could?act=approve&matter=spend&with=region", 422),
        ("/v1/who-could?act=approve&matter=spend&with=a=1&with=a=2", 422),
        ("/v1/who-could?act=approve&matter=spend&opened=2999-01-01", 422),
        ("/v1/who-could?act=approve&matter=spend&requester=nobody", 404),
        ("/v1/may?who=nobody&act=approve&matter=spend", 404),
        ("/v1/flips/0", 422),
        ("/v1/flips/99999", 404),
        ("/v1/flips/2?known=5", 422),
        ("/v1/contracts/none", 404),
        ("/v1/contracts?state=lost", 422),
        ("/v1/targets?period=2026-13", 422),
        ("/v1/breaches?from=2026-02-01&to=2026-01-01", 422),
        ("/v1/breaches?from=1800-01-01&to=8999-12-31", 200),
        ("/v1/entries?after=-1", 422),
        ("/v1/entries?after=" + "9" * 18, 409),
        ("/v1/limits?format=pdf", 422),
    ],
)
def test_no_address_is_a_fault_of_the_service(service: Service, target: str, status: int) -> None:
    answered = service.ask(target)
    assert answered.status == status, answered
    if status != 200:
        assert answered.code


def test_methods_that_are_not_there_are_said_with_those_that_are(service: Service) -> None:
    for method in ("DELETE", "PUT", "PATCH", "TRACE", "PROPFIND"):
        answered = service.ask("/v1/flips", method=method)
        assert (answered.status, answered.code) == (405, "METHOD_NOT_ALLOWED")
        assert answered.headers["allow"] == "OPTIONS, POST"
    assert service.ask("/v1/chart", method="POST", json={}).headers["allow"] == "GET, HEAD, OPTIONS"
    assert service.ask("/v1/chart", method="OPTIONS").headers["allow"] == "GET, HEAD, OPTIONS"
    assert service.ask("/nowhere", method="OPTIONS").status == 404


def test_a_head_is_a_get_without_its_body(service: Service) -> None:
    for target in ("/v1/chart?on=2026-02-01&known=5", "/v1/entries/stream", "/healthz", "/nowhere"):
        get, head = service.ask(target), service.ask(target, method="HEAD")
        assert (head.status, head.body) == (get.status, b"")
        assert head.headers["content-type"] == get.headers["content-type"]


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        ("text/html", 406),
        ("application/json;q=0", 406),
        ("image/*, application/*;q=0.1", 200),
        (";;;,,,", 406),
        ("application/json;q=x", 406),
        ("text/csv", 406),
    ],
)
def test_a_form_that_is_not_there_is_refused(service: Service, accept: str, status: int) -> None:
    assert service.ask("/v1/chart?on=2026-02-01&known=5", headers={"Accept": accept}).status == status


@pytest.mark.parametrize("key", ["", " ", "x" * 101, "a\tb", "\xff"])
def test_an_idempotency_key_is_a_readable_id(service: Service, key: str) -> None:
    body = orjson.dumps({"do": "form-unit", "from": "2026-01-01", "unit": "never", "name": "x"})
    said = {"Content-Type": "application/json", "Idempotency-Key": key}
    answered = service.ask("/v1/commands", method="POST", body=body, headers=said)
    assert (answered.status, answered.code) == (422, "BAD_INPUT")


@pytest.mark.parametrize("seen", ["", "x", "-1", "1.5", "9" * 30, "\xb2"])
def test_a_last_event_id_is_an_entry_number(service: Service, seen: str) -> None:
    assert service.ask("/v1/entries/stream", headers={"Last-Event-ID": seen}).status == 422


def test_an_answer_that_is_too_large_is_refused_and_comes_in_pages(service: Service) -> None:
    many = [{"do": "form-unit", "from": "2026-01-01", "unit": f"many-{one}", "name": "x" * 200} for one in range(50)]
    assert service.record(*many).status == 201
    whole = service.ask("/v1/chart")
    assert (whole.status, whole.code) == (422, "RESULT_TOO_LARGE")
    assert service.ask("/v1/chart?limit=20").status == 200


def test_what_is_no_http_is_told_so(service: Service) -> None:
    for noise in (b"\x00\x01\x02\r\n\r\n", b"GET\r\n\r\n", b"GET /v1/chart HTTP/9.9\r\n\r\n", b"\r\n" * 20):
        with socket.create_connection(("127.0.0.1", service.port), timeout=10) as wire:
            wire.sendall(noise)
            wire.shutdown(socket.SHUT_WR)
            assert not wire.recv(4_000).startswith(b"HTTP/1.1 5")
    assert service.ask("/healthz").status == 200


def test_a_fault_is_told_with_a_reference_and_nothing_else(
    service: Service, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> None:
        raise RuntimeError("a secret of the house")

    monkeypatch.setattr(service.app.state.service.long.ledger, "catch_up", broken)
    answered = service.ask("/v1/chart", headers={"X-Request-ID": "the-one"})
    assert (answered.status, answered.code) == (500, "INTERNAL")
    assert answered.json["instance"] == "urn:remit:request:the-one"
    assert b"secret" not in answered.body
    assert "request 'the-one': 'GET' '/v1/chart'" in caplog.text
    assert service.ask("/v1/charters/a%0Aforged%20line").status == 500
    assert "\nforged line" not in caplog.text


def test_no_message_is_longer_than_it_has_to_be(service: Service) -> None:
    answered = service.ask("/v1/who-could?act=" + "x" * 5_000 + "&matter=spend")
    assert len(answered.body) < 1_000
    assert sys.getsizeof(answered.body) < 1_100
