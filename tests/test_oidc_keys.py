"""The keys of an OpenID provider: when and from where they are fetched, and which of them can be used."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
import time
from contextlib import suppress
from datetime import timedelta
from functools import partial
from http.client import HTTPException
from typing import TYPE_CHECKING, Any, Self

import pytest

from api.http import oidc_keys
from api.http.oidc_keys import AFTER_FAILURE, AT_MOST, KEPT, NOT_BEFORE, Keys, checked, discovered, fetched
from api.http.problems import Problem
from tests.test_identity import ISSUER, World, jwk, rsa_key, signed

if TYPE_CHECKING:
    from collections.abc import Callable


def soon(so: Callable[[], bool]) -> bool:
    """Whether something is so within some seconds."""
    until = time.monotonic() + 10
    while not so():
        if time.monotonic() > until:
            return False
        time.sleep(0.01)
    return True


def test_keys_are_fetched_once_and_again_for_a_new_one() -> None:
    world = World(jwk(rsa_key(1), "one"))
    assert world.caller(signed()) is not None
    assert world.caller(signed()) is not None
    assert world.fetches == 1
    world.keys.append(jwk(rsa_key(2), "two"))
    new = signed(rsa_key(2), key_id="two")
    world.seconds += NOT_BEFORE.total_seconds() - 1
    assert world.caller(new) is None  # too soon after the last fetch
    world.seconds += 1
    assert world.caller(new) is not None
    assert world.fetches == 2
    for _ in range(5):
        assert world.caller(signed(key_id="made up")) is None
    assert world.fetches == 2


def test_a_key_that_was_withdrawn_counts_until_the_keys_are_fetched_again() -> None:
    world = World(jwk(rsa_key(1), "one"))
    assert world.caller(signed()) is not None
    world.keys[:] = [jwk(rsa_key(2), "two")]
    world.seconds += KEPT.total_seconds()
    assert world.caller(signed()) is not None
    assert world.fetches == 1
    world.seconds += 1
    assert soon(lambda: world.caller(signed()) is None)
    assert world.fetches == 2


def test_a_provider_that_is_down_changes_nothing_for_a_day() -> None:
    world = World(jwk(rsa_key(1), "one"))
    assert world.caller(signed()) is not None
    world.down = True
    world.seconds += AT_MOST.total_seconds()
    assert world.caller(signed()) is not None
    world.seconds += 1
    with pytest.raises(Problem, match="does not say what its keys are"):
        world.caller(signed())
    world.down = False
    world.seconds += AFTER_FAILURE.total_seconds()
    assert world.caller(signed()) is not None


def test_a_fetch_that_failed_is_tried_again_sooner() -> None:
    world = World(jwk(rsa_key(1), "one"))
    world.down = True
    for seconds, fetches in ((0.0, 1), (AFTER_FAILURE.total_seconds() - 1, 1), (1.0, 2)):
        world.seconds += seconds
        with pytest.raises(Problem) as later:
            world.caller(signed())
        assert (later.value.status, later.value.code) == (503, "IDENTITY_UNAVAILABLE")
        assert world.fetches == fetches


def test_nobody_who_has_a_key_waits_for_the_provider_and_one_thread_asks_it() -> None:
    world, answered = World(jwk(rsa_key(1), "one")), threading.Event()
    threads: set[int] = set()

    def slow(address: str) -> bytes:
        threads.add(threading.get_ident())
        if world.fetches:
            assert answered.wait(10)
        return World.fetch(world, address)

    keys = Keys(lambda: "https://id.example.com/keys", slow, lambda: world.seconds)

    async def story() -> None:
        assert await keys.key("one") is not None
        world.keys.append(jwk(rsa_key(2), "two"))
        world.seconds += KEPT.total_seconds() + 1
        for _ in range(5):
            assert await asyncio.wait_for(keys.key("one"), 1) is not None
            world.seconds += NOT_BEFORE.total_seconds() + 1
        new = asyncio.create_task(keys.key("two"))
        await asyncio.sleep(0.05)
        assert not new.done()
        answered.set()
        assert await asyncio.wait_for(new, 10) is not None
        assert world.fetches == 2
        assert len(threads) == 1

    asyncio.run(story())


def test_nobody_waits_for_ever_for_a_provider_that_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(oidc_keys, "PATIENCE", timedelta(milliseconds=20))
    answered = threading.Event()

    def silent(_: str) -> bytes:
        answered.wait(10)
        raise OSError

    keys = Keys(lambda: "https://id.example.com/keys", silent)
    try:
        with pytest.raises(Problem, match="does not say"):
            asyncio.run(asyncio.wait_for(keys.key("one"), 5))
    finally:
        answered.set()


@pytest.mark.parametrize("document", [b"", b"[]", b"{}", b'{"keys": 1}', b"\xff", b"[" * 100_000])
def test_a_document_that_is_no_key_set_is_no_answer(document: bytes, caplog: pytest.LogCaptureFixture) -> None:
    keys = Keys(lambda: "https://id.example.com/keys", lambda _: document)
    with pytest.raises(Problem, match="does not say"):
        asyncio.run(keys.key("one"))
    assert "were not fetched" in caplog.text


@pytest.mark.parametrize(
    "odd",
    [
        1,
        {},
        {"alg": "none"},
        {"alg": ["RS256"]},
        {"alg": "RSA-OAEP"},
        {"kid": ["x"]},
        {"kid": {"a": 1}},
        {"kid": 1.5},
        {"n": 5},
        {"n": ""},
        {"n": "\ud800"},
        {"n": None},
        {"e": "AQ"},
        {"d": 5},
        {"kty": ["RSA"]},
        {"kty": "EC", "crv": ["P-256"], "x": "AA", "y": "AA"},
        {"kty": "EC", "crv": "P-256", "x": "AQ", "y": "AQ"},
        {"kty": "OKP", "crv": "X25519", "x": "AQ"},
        {"use": ["sig"]},
        {"use": "enc"},
    ],
)
def test_one_odd_key_does_not_make_the_others_unusable(odd: Any) -> None:  # noqa: ANN401 - whatever stands there
    key = {**jwk(rsa_key(2), "odd"), **odd} if odd and isinstance(odd, dict) else odd
    world = World(jwk(rsa_key(1), "one"))
    world.keys.insert(0, key)
    assert world.caller(signed()) is not None
    assert world.caller(signed(rsa_key(2), key_id="odd")) is None


def test_keys_come_only_from_where_they_are_safe() -> None:
    assert checked("https://id.example.com/keys")
    assert checked("http://127.0.0.1:9/keys")
    for address in ("http://id.example.com/keys", "file:///etc/passwd", "ftp://x/y", "https://", ""):
        with pytest.raises(ValueError, match="not an https address"):
            checked(address)
    said = {"issuer": ISSUER, "jwks_uri": "https://id.example.com/keys"}
    assert discovered(ISSUER, lambda _: json.dumps(said).encode()) == said["jwks_uri"]
    others: tuple[object, ...] = (
        {**said, "issuer": "https://evil.example.com"},
        {**said, "jwks_uri": "http://evil.example.com"},
        [],
    )
    for document in [json.dumps(one).encode() for one in others]:
        with pytest.raises(ValueError, match=r"not an https|another issuer"):
            discovered(ISSUER, partial(_given, document))


def _given(document: bytes, _: str) -> bytes:
    return document


class Speaker:
    """A server on this machine that says something to each caller, at once or byte by byte."""

    def __init__(self, said: bytes, *, pause: float = 0.0) -> None:
        self.said, self.pause = said, pause
        self.asked: list[bytes] = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        threading.Thread(target=self._answer, daemon=True).start()

    def _answer(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._socket.accept()
                with connection, suppress(OSError):
                    self.asked.append(connection.recv(4_000))
                    for byte in self.said if self.pause else ():
                        connection.sendall(bytes([byte]))
                        time.sleep(self.pause)
                    connection.sendall(b"" if self.pause else self.said)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()


HEAD = b"HTTP/1.1 200 OK\r\n"
ANSWERS = {
    "head": HEAD + b"X: " + b"x" * 60_000,
    "body": HEAD + b"Content-Length: 60000\r\n\r\n" + b" " * 60_000,
    "chunk": HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + b"0" * 60_000,
}


@pytest.mark.parametrize("part", ANSWERS)
def test_an_answer_that_comes_byte_by_byte_is_none(part: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(oidc_keys, "_TIMEOUT_SECONDS", 0.4)
    began = time.monotonic()
    with Speaker(ANSWERS[part], pause=0.01) as slow, pytest.raises((OSError, HTTPException)):
        fetched(slow.address)
    assert time.monotonic() - began < 3


def test_what_this_machine_says_comes_through_no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    with (
        Speaker(HEAD + b"Content-Length: 4\r\n\r\nevil") as proxy,
        Speaker(HEAD + b"Content-Length: 4\r\n\r\ngood") as here,
    ):
        monkeypatch.setenv("http_proxy", proxy.address)
        monkeypatch.delenv("no_proxy", raising=False)
        assert fetched(here.address) == b"good"
        assert proxy.asked == []
        monkeypatch.setenv("https_proxy", proxy.address)
        with pytest.raises(OSError, match=r"SSL|unnel"):
            fetched("https://id.example.com/keys")
        assert proxy.asked[0].startswith(b"CONNECT id.example.com:443")


def test_a_redirection_is_not_followed() -> None:
    elsewhere = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"
    with Speaker(elsewhere) as here, pytest.raises(OSError, match="redirection"):
        fetched(here.address)
