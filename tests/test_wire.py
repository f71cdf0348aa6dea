"""What a connection may cost, at its beginning and while an answer is read, and what it hears at the end."""

from __future__ import annotations

import asyncio
import json
import resource
import socket
import sqlite3
import time
from contextlib import ExitStack, closing, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from threading import Thread
from typing import TYPE_CHECKING, Any

import httpx2
import pytest
import uvicorn

from api.http import entries
from api.http.app import create_app
from api.http.identity import Identity
from api.http.security import HEADERS
from api.http.serving import configured
from api.http.settings import Settings
from api.http.tokens import Tokens
from api.http.wire import LONGEST_HEAD
from tests.given import house

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from fastapi import FastAPI
    from starlette.types import Message, Scope

PATIENCE = 0.4
NOW = datetime(2026, 6, 15, 4, 0, tzinfo=UTC)
HEALTH = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
POST = b"POST /v1/commands HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"


class Listening:
    """A service in this process on the connections that a service has."""

    def __init__(self, app: FastAPI, server: uvicorn.Server, address: tuple[str, int], token: str) -> None:
        self.app, self.server, self.address, self.token = app, server, address, token

    def connection(self) -> socket.socket:
        return socket.create_connection(self.address, timeout=10)

    def alive(self) -> bool:
        return httpx2.get(f"http://127.0.0.1:{self.address[1]}/healthz", timeout=5).status_code == 200


@contextmanager
def listening(folder: Path, **stated: Any) -> Iterator[Listening]:  # noqa: ANN401 - any setting
    settings = Settings(**{"patience_seconds": PATIENCE, "connections": 50, **stated})
    tokens = Tokens(folder / "tokens")
    token, _ = tokens.create("auditor", ("auditor",), NOW, timedelta(days=1))
    app = create_app(settings, house(str(folder / "house.db")), identity=Identity(tokens, None, lambda: NOW))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("api.http.serving.LOGGING", None)
        server = uvicorn.Server(configured(settings, lambda: app))
    bound = socket.socket()
    bound.bind(("127.0.0.1", 0))
    thread = Thread(target=server.run, args=([bound],), daemon=True)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.01)
        yield Listening(app, server, bound.getsockname(), token)
    finally:
        server.should_exit = True
        thread.join(20)
        bound.close()


def seconds_until_closed(wire: socket.socket, drip: bytes = b"") -> float:
    """How long a connection is kept open while it sends a byte now and then."""
    began = time.monotonic()
    wire.settimeout(0.05)
    while time.monotonic() - began < 20:
        try:
            if drip:
                wire.sendall(drip)
            if not wire.recv(65_536):
                break
        except TimeoutError:
            continue
        except OSError:
            break
    return time.monotonic() - began


def is_open(wire: socket.socket) -> bool:
    wire.settimeout(0)
    try:
        return wire.recv(1) != b""
    except BlockingIOError:
        return True
    except OSError:
        return False


# What a connection may cost


def test_connections_that_ask_nothing_keep_nobody_out(tmp_path: Path) -> None:
    with listening(tmp_path, connections=20, patience_seconds=60) as service, ExitStack() as idle:
        made = list[socket.socket]()
        for number in range(100):
            one = idle.enter_context(service.connection())
            made.append(one)
            with suppress(OSError):
                one.sendall(HEALTH[:10] if number % 2 else b"")
        assert all(service.alive() for _ in range(20))
        assert len([one for one in made if is_open(one)]) <= 20


def test_a_head_comes_whole_in_time_or_the_connection_ends(tmp_path: Path) -> None:
    with listening(tmp_path) as service:
        for sent, drip in ((b"", b""), (HEALTH[:10], b""), (HEALTH[:10], b"x"), (b"", b"\r\n")):
            with service.connection() as wire:
                wire.sendall(sent)
                assert PATIENCE / 2 < seconds_until_closed(wire, drip) < 10 * PATIENCE
            with service.connection() as wire:
                wire.sendall(HEALTH)
                assert b'"alive"' in wire.recv(4_000)
                wire.sendall(sent)
                assert PATIENCE / 2 < seconds_until_closed(wire, drip) < 10 * PATIENCE


def test_a_body_that_nobody_reads_keeps_no_connection(tmp_path: Path) -> None:
    with listening(tmp_path) as service:
        for how in (b"Content-Length: 1000000", b"Transfer-Encoding: chunked"):
            with service.connection() as wire:
                wire.sendall(POST + how + b"\r\n\r\n")
                assert wire.recv(4_000).startswith(b"HTTP/1.1 401 ")
                assert seconds_until_closed(wire, b"1\r\nx\r\n") < 10 * PATIENCE


def test_a_kept_connection_is_answered_again_and_again(tmp_path: Path) -> None:
    with listening(tmp_path) as service, service.connection() as wire:
        for _ in range(6):
            wire.sendall(HEALTH)
            assert b'"alive"' in wire.recv(4_000)
            time.sleep(PATIENCE / 2)
        wire.sendall(POST + b"Content-Length: 5\r\n\r\n12345" + HEALTH)
        said = b""
        while b'"alive"' not in said:
            said += wire.recv(4_000)
        assert said.startswith(b"HTTP/1.1 401 ")


@pytest.mark.parametrize(
    ("before", "more"),
    [
        (b"GET /healthz HTTP/1.1\r\nHost: x\r\n", b"X-A: " + b"a" * 1_000 + b"\r\n"),
        (b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-A: ", b"a" * 1_000),
        (b"GET /", b"a" * 1_000),
        (b"", b"\r\n" * 500),
        (POST + b"Transfer-Encoding: chunked\r\n\r\n0\r\n", b"X-A: " + b"a" * 1_000 + b"\r\n"),
        (POST + b"Transfer-Encoding: chunked\r\n\r\n0\r\nX-A: ", b"a" * 1_000),
        (POST + b"Transfer-Encoding: chunked\r\n\r\n1;", b"a" * 1_000),
    ],
)
def test_a_head_has_a_longest_length(tmp_path: Path, before: bytes, more: bytes) -> None:
    with listening(tmp_path, patience_seconds=30) as service, service.connection() as wire:
        wire.sendall(before)
        sent = len(before)
        with suppress(ConnectionError):
            while sent < 1_000_000:
                wire.sendall(more)
                sent += len(more)
                time.sleep(0.001)
        assert LONGEST_HEAD <= sent < 500_000
        assert service.alive()


def test_a_head_that_is_too_long_is_told_so_and_one_that_just_fits_is_answered(tmp_path: Path) -> None:
    with listening(tmp_path) as service:
        for length, status in ((LONGEST_HEAD - 100, b"200"), (LONGEST_HEAD + 100, b"431")):
            with service.connection() as wire:
                wire.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-A: " + b"a" * (length - 40))
                time.sleep(0.1)
                with suppress(ConnectionError):
                    wire.sendall(b"\r\n\r\n")
                assert wire.recv(4_000).split(b" ")[1] == status


def test_requests_far_ahead_of_their_answers_are_not_kept(tmp_path: Path) -> None:
    with listening(tmp_path) as service, service.connection() as wire:
        wire.sendall(HEALTH * 5_000)
        wire.settimeout(5)
        said = b""
        with suppress(ConnectionError):
            while more := wire.recv(65_536):
                said += more
        assert said.count(b'"alive"') < 200
        assert service.alive()


def test_what_is_no_http_is_told_as_everything_is(tmp_path: Path) -> None:
    with listening(tmp_path) as service:
        for noise in (
            b"\x00\x01\r\n\r\n",
            b"GET\r\n\r\n",
            b"GET / HTTP/9.9\r\n\r\n",
            POST + b"Content-Length: x\r\n\r\n",
        ):
            with service.connection() as wire:
                wire.sendall(noise)
                head, _, body = wire.makefile("rb").read().partition(b"\r\n\r\n")
            lines = [line.lower() for line in head.split(b"\r\n")]
            assert lines[0] == b"http/1.1 400 bad request"
            assert b"content-type: application/problem+json" in lines
            for name, value in HEADERS:
                assert name + b": " + value.lower() in lines
            (named,) = [line for line in lines if line.startswith(b"x-request-id: ")]
            said = json.loads(body)
            assert (said["status"], said["code"]) == (400, "BAD_REQUEST")
            assert said["instance"] == f"urn:remit:request:{named.decode().removeprefix('x-request-id: ')}"


def test_the_process_may_open_as_many_files_as_it_keeps_connections(monkeypatch: pytest.MonkeyPatch) -> None:
    said = list[tuple[int, int]]()
    monkeypatch.setattr("api.http.serving.LOGGING", None)
    monkeypatch.setattr(resource, "setrlimit", lambda _, limits: said.append(limits))
    for limits, kept, asked in (
        ((1_024, 4_096), 2_000, [(2_200, 4_096)]),
        ((1_024, 2_048), 1_848, [(2_048, 2_048)]),
        ((1_024, resource.RLIM_INFINITY), 2_000, [(2_200, resource.RLIM_INFINITY)]),
        ((5_000, 5_000), 2_000, []),
    ):
        monkeypatch.setattr(resource, "getrlimit", lambda _, limits=limits: limits)
        said.clear()
        config = configured(Settings(connections=2_000), lambda: None)  # type: ignore[arg-type,return-value]  # never asked
        assert config.http.keywords["connections"] == kept  # type: ignore[union-attr]  # a class with figures
        assert said == asked


# A reader who does not read


def test_a_stream_is_not_kept_for_a_reader_who_takes_nothing(tmp_path: Path) -> None:
    with listening(tmp_path) as service:
        units = [
            {"do": "form-unit", "from": "2026-01-01", "unit": f"u{one}", "name": "x" * 200} for one in range(8_000)
        ]
        writer, _ = Tokens(tmp_path / "tokens").create("hr", ("recorder",), NOW, timedelta(days=1))
        recorded = httpx2.post(
            f"http://127.0.0.1:{service.address[1]}/v1/commands",
            json=units,
            headers={"Authorization": f"Bearer {writer}"},
            timeout=60,
        )
        assert recorded.status_code == 201
        readers = []
        for _ in range(2):
            wire = socket.socket()
            wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2_048)
            wire.connect(service.address)
            wire.sendall(
                b"GET /v1/entries/stream HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %b\r\n\r\n"
                % service.token.encode()
            )
            readers.append(wire)
        inside = service.app.state.service
        assert soon(lambda: inside.streams == 2)
        assert soon(lambda: inside.streams == 0)
        for one in readers:
            one.close()


def soon(true: Any, seconds: float = 10) -> bool:  # noqa: ANN401 - any question
    until = time.monotonic() + seconds
    while not true() and time.monotonic() < until:
        time.sleep(0.02)
    return bool(true())


def test_a_slow_reader_hears_no_more_once_their_token_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entries, "_POLL_SECONDS", 0.02)
    tokens = Tokens(tmp_path / "tokens")
    token, kept = tokens.create("bi", ("auditor",), NOW, timedelta(days=1))
    app = create_app(Settings(), house(), identity=Identity(tokens, None, lambda: NOW))
    heard = list[bytes]()

    async def send(message: Message) -> None:
        heard.append(message.get("body", b""))
        await asyncio.sleep(0.03)
        if b"id: 3\n" in heard[-1]:
            tokens.revoke(kept.id, NOW)

    async def receive() -> Message:
        await asyncio.sleep(60)
        return {"type": "http.disconnect"}

    async def read() -> None:
        scope: Scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "method": "GET",
            "path": "/v1/entries/stream",
            "query_string": b"",
            "headers": [(b"authorization", b"Bearer " + token.encode())],
            "state": {},
        }
        async with app.router.lifespan_context(app):
            await app(scope, receive, send)

    asyncio.run(read())
    assert len([one for one in heard if one.startswith(b"id: ")]) == 3


# What is heard at the end


@pytest.mark.parametrize("how", ["stopped", "too long"])
def test_whose_command_is_not_waited_for_is_told_its_id(tmp_path: Path, how: str) -> None:
    seconds = {"answer_seconds": 0.3} if how == "too long" else {}
    with listening(tmp_path, patience_seconds=10, **seconds) as service, service.connection() as wire:
        with closing(sqlite3.connect(tmp_path / "house.db", isolation_level=None)) as elsewhere:
            elsewhere.execute("BEGIN IMMEDIATE")
            token, _ = Tokens(tmp_path / "tokens").create("hr", ("recorder",), NOW, timedelta(days=1))
            body = b'{"do":"form-unit","from":"2026-01-01","unit":"new","name":"N","command_id":"c-1"}'
            wire.sendall(POST + b"Authorization: Bearer %b\r\nContent-Length: %d\r\n\r\n" % (token.encode(), len(body)))
            wire.sendall(body)
            time.sleep(0.2)
            if how == "stopped":
                service.server.config.timeout_graceful_shutdown = 1
                service.server.should_exit = True
            head, _, said = wire.recv(4_000).partition(b"\r\n\r\n")
            elsewhere.execute("ROLLBACK")
        assert head.startswith(b"HTTP/1.1 503 ")
        assert b"content-type: application/problem+json" in head
        told = json.loads(said)
        assert (told["code"], told["command_id"]) == ("STOPPED" if how == "stopped" else "TOOK_TOO_LONG", "c-1")
        assert "send it once more under the same id" in told["detail"]
