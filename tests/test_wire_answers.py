"""An answer reaches whoever goes on taking it, is the only one to a command, and strangers keep nobody from it."""

from __future__ import annotations

import logging
import resource
import socket
import sqlite3
import ssl
import time
from contextlib import ExitStack, closing, suppress
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from starlette.responses import Response
from starlette.routing import Route

from api.http.tokens import Tokens
from api.http.wire import LEAST_TAKEN
from tests.test_running import certified
from tests.test_serving import running
from tests.test_wire import HEALTH, NOW, PATIENCE, POST, is_open, listening, seconds_until_closed, soon

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.requests import Request

    from tests.test_wire import Listening

LONG = b"x" * 12_000_000
"""More than any system keeps for a reader on this machine."""
BOTH = pytest.mark.parametrize("secured", [False, True], ids=["plain", "TLS"])


def files(folder: Path, *, secured: bool) -> dict[str, Any]:
    """The settings of a service under TLS."""
    return dict(zip(("tls_certificate", "tls_key"), certified(folder), strict=True)) if secured else {}


def handshake(wire: socket.socket) -> ssl.SSLSocket:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context.wrap_socket(wire)


def asked_for_much(service: Listening, *, secured: bool, close: bool) -> socket.socket:
    """A connection that asked for a long answer, with a short memory of its own."""

    async def long(_: Request) -> Response:
        return Response(LONG)

    service.app.router.routes.insert(0, Route("/long", long))
    wire = socket.socket()
    wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16_384)
    wire.settimeout(10)
    wire.connect(service.address)
    if secured:
        wire = handshake(wire)
    wire.sendall(b"GET /long HTTP/1.1\r\nHost: x\r\n%b\r\n" % (b"Connection: close\r\n" if close else b""))
    return wire


def all_said(wire: socket.socket, seconds: float = 5) -> bytes:
    """What comes until the connection is closed, or nothing has come for so long."""
    wire.settimeout(seconds)
    said = bytearray()
    with suppress(OSError):
        while more := wire.recv(1_000_000):
            said += more
    return bytes(said)


def alive(wire: socket.socket) -> bool:
    """Whether a connection is answered."""
    wire.settimeout(5)
    wire.sendall(HEALTH)
    said = b""
    while b'"alive"' not in said and (more := wire.recv(4_000)):
        said += more
    return said.startswith(b"HTTP/1.1 200 ")


# A long answer


@BOTH
@pytest.mark.parametrize("close", [False, True], ids=["kept", "closed"])
def test_a_long_answer_reaches_a_slow_reader_who_goes_on_taking_it(
    tmp_path: Path, *, secured: bool, close: bool
) -> None:
    with ExitStack() as end:
        service = end.enter_context(listening(tmp_path, **files(tmp_path, secured=secured)))
        wire = end.enter_context(asked_for_much(service, secured=secured, close=close))
        said, began = bytearray(), time.monotonic()
        while (passed := time.monotonic() - began) < 6 * PATIENCE:
            if len(said) < passed / PATIENCE * 4 * LEAST_TAKEN:
                said += wire.recv(4_096)
            time.sleep(0.001)
        while len(said) < len(LONG) and (more := wire.recv(1_000_000)):
            said += more
        head, _, body = bytes(said).partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200 ")
        body += all_said(wire, 0.1)
        assert len(body) == len(LONG)
        if not close:
            assert alive(wire)


@BOTH
@pytest.mark.parametrize("close", [False, True], ids=["kept", "closed"])
def test_a_reader_who_takes_nothing_of_it_is_cut_off(tmp_path: Path, *, secured: bool, close: bool) -> None:
    with listening(tmp_path, **files(tmp_path, secured=secured)) as service:
        state = service.server.server_state
        with asked_for_much(service, secured=secured, close=close) as wire:
            assert soon(lambda: state.total_requests == 1 and state.connections)
            began = time.monotonic()
            assert soon(lambda: not state.connections)
            assert PATIENCE / 2 < time.monotonic() - began < 5 * PATIENCE
            assert len(all_said(wire)) < len(LONG)


@BOTH
def test_who_has_taken_an_answer_is_waited_for_no_longer_than_before(tmp_path: Path, *, secured: bool) -> None:
    with listening(tmp_path, **files(tmp_path, secured=secured)) as service, ExitStack() as end:
        for more in (b"", b"Connection: close\r\n"):
            wire = end.enter_context(service.connection())
            if secured:
                wire = end.enter_context(handshake(wire))
            wire.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n%b\r\n" % more)
            assert soon(lambda: service.server.server_state.total_requests)
        assert soon(lambda: not service.server.server_state.connections, 3 * PATIENCE)


# Strangers


def test_handshakes_that_do_not_go_on_keep_nobody_out(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with listening(tmp_path, connections=20, patience_seconds=60, **files(tmp_path, secured=True)) as service:
        with ExitStack() as end:
            made = [end.enter_context(service.connection()) for _ in range(100)]
            for _ in range(20):
                with handshake(service.connection()) as wire:
                    assert alive(wire)
            assert len([one for one in made if is_open(one)]) <= 20
        assert soon(lambda: not service.server.server_state.connections)
    said = [one.getMessage() for one in caplog.records if one.levelno >= logging.WARNING]
    assert said in ([], ["20 connections are open; of those that ask nothing some are closed"])


def test_a_handshake_ends_in_time_or_the_connection_ends(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with listening(tmp_path, **files(tmp_path, secured=True)) as service:
        for sent, drip in ((b"", b""), (b"\x16\x03\x01\x02\x00\x01\x00", b""), (b"\x16\x03\x01\x02\x00\x01", b"x")):
            with service.connection() as wire:
                wire.sendall(sent)
                assert PATIENCE / 2 < seconds_until_closed(wire, drip) < 10 * PATIENCE
        with service.connection() as wire:
            wire.sendall(HEALTH)
            assert seconds_until_closed(wire) < PATIENCE
        assert soon(lambda: not service.server.server_state.connections)
    assert [one.getMessage() for one in caplog.records if one.levelno >= logging.WARNING] == []


def test_it_answers_where_few_files_may_be_open(tmp_path: Path) -> None:
    certificate, key = certified(tmp_path)
    stated = {"REMIT_TLS_CERTIFICATE": certificate, "REMIT_TLS_KEY": key}
    kept = {"REMIT_CONNECTIONS": "20", "REMIT_PATIENCE_SECONDS": "1"}
    with running(tmp_path, scheme="https", **stated, **kept) as service, ExitStack() as end:
        service.verify = False
        service.until_ready()
        port = int(service.url.rpartition(":")[2])
        number = service.process.pid
        most = len([*Path(f"/proc/{number}/fd").iterdir()]) + 60
        resource.prlimit(number, resource.RLIMIT_NOFILE, (most, most))
        for _ in range(100):
            end.enter_context(socket.create_connection(("127.0.0.1", port), timeout=10))
        began = time.monotonic()
        with handshake(socket.create_connection(("127.0.0.1", port), timeout=10)) as wire:
            assert alive(wire)
        assert time.monotonic() - began < 2
        assert service.stop() == 0


def test_of_those_that_wait_the_oldest_goes_that_never_asked_anything(tmp_path: Path) -> None:
    with listening(tmp_path, connections=20, patience_seconds=60) as service, ExitStack() as end:

        def comes() -> socket.socket:
            return end.enter_context(service.connection())

        known = [comes() for _ in range(10)]
        for one in known:
            assert alive(one)
        strangers = [comes() for _ in range(30)]
        assert soon(lambda: [is_open(one) for one in strangers] == [False] * 20 + [True] * 10)
        for one in known:
            assert alive(one)
        for one in strangers[20:]:
            assert alive(one)
        comes()
        assert soon(lambda: not is_open(known[0])), "where all have asked, who waits longest"
        assert all(is_open(one) for one in [*known[1:], *strangers[20:]])


# One answer to a command


@pytest.fixture
def quiet(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Nothing is logged that is worth a warning."""
    yield
    said = [one for one in caplog.get_records("call") if one.levelno >= logging.WARNING]
    assert [one.getMessage() for one in said] == []


def head(folder: Path, *lines: bytes) -> bytes:
    """That of a command by somebody who may record."""
    token, _ = Tokens(folder / "tokens").create("hr", ("recorder",), NOW, timedelta(days=1))
    return POST + b"".join(b"%b\r\n" % one for one in (b"Authorization: Bearer " + token.encode(), *lines)) + b"\r\n"


def command(unit: str = "new") -> bytes:
    return b'{"do":"form-unit","from":"2026-01-01","unit":"%b","name":"N"}' % unit.encode()


def recorded(service: Listening) -> int:
    settled: int = service.app.state.service.ledger.settled
    return settled


@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize(
    "more",
    [
        b"\x00",
        b"\r\n}}}\r\n\r\n",
        HEALTH * 120,
        HEALTH + b"\x00",
        HEALTH + POST + b"Transfer-Encoding: chunked\r\n\r\nx\r\n",
        b"GET / HTTP/1.1\r\nX-A: " + b"a" * 200_000,
    ],
    ids=["a byte", "noise", "requests", "a request and a byte", "a broken body", "a long head"],
)
@pytest.mark.parametrize("at_once", [True, False])
def test_what_comes_after_a_command_takes_nothing_from_its_answer(
    tmp_path: Path, more: bytes, *, at_once: bool
) -> None:
    with listening(tmp_path) as service, service.connection() as wire:
        before = recorded(service)
        sent = head(tmp_path, b"Content-Length: %d" % len(command())) + command()
        with closing(sqlite3.connect(tmp_path / "house.db", isolation_level=None)) as elsewhere:
            elsewhere.execute("BEGIN IMMEDIATE")
            wire.sendall(sent + more if at_once else sent)
            time.sleep(0.1)
            if not at_once:
                wire.sendall(more)
            time.sleep(0.1)
            elsewhere.execute("ROLLBACK")
        said = all_said(wire)
        assert said.startswith(b"HTTP/1.1 201 ")
        assert said.count(b"HTTP/1.1 ") == 1
        assert b"\r\nconnection: close\r\n" in said
        assert recorded(service) == before + 1


@pytest.mark.usefixtures("quiet")
def test_who_goes_away_before_the_answer_is_not_answered(tmp_path: Path) -> None:
    with listening(tmp_path, patience_seconds=10) as service:
        before = recorded(service)
        with closing(sqlite3.connect(tmp_path / "house.db", isolation_level=None)) as elsewhere:
            elsewhere.execute("BEGIN IMMEDIATE")
            with service.connection() as wire:
                wire.sendall(head(tmp_path, b"Content-Length: %d" % len(command())) + command() + HEALTH * 120)
                time.sleep(0.1)
            time.sleep(0.1)
            elsewhere.execute("ROLLBACK")
        assert soon(lambda: recorded(service) == before + 1)
        assert soon(lambda: not service.server.server_state.connections)


@pytest.mark.usefixtures("quiet")
def test_a_body_that_breaks_is_refused_once_and_not_recorded(tmp_path: Path) -> None:
    with listening(tmp_path) as service, service.connection() as wire:
        before = recorded(service)
        wire.sendall(head(tmp_path, b"Transfer-Encoding: chunked") + b"%x\r\n%b\r\n" % (len(command()), command()))
        time.sleep(0.1)
        wire.sendall(b"no length\r\n")
        said = all_said(wire)
        assert said.startswith(b"HTTP/1.1 400 ")
        assert said.count(b"HTTP/1.1 ") == 1
        assert recorded(service) == before


# A request that offers another protocol

OFFERS = (
    (b"Connection: Upgrade, HTTP2-Settings", b"Upgrade: h2c", b"HTTP2-Settings: AAEAAEAAAAIAAAAA"),
    (b"Connection: keep-alive, Upgrade", b"Upgrade: websocket"),
    (b"Connection: upgrade", b"UPGRADE: a", b"Upgrade: b"),
)


@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize("offer", OFFERS)
@pytest.mark.parametrize("length", [1, 40, 1_000_000])
@pytest.mark.parametrize("chunked", [False, True])
def test_a_command_that_offers_another_protocol_is_taken_without_that(
    tmp_path: Path, offer: tuple[bytes, ...], length: int, *, chunked: bool
) -> None:
    with listening(tmp_path, patience_seconds=5) as service, service.connection() as wire:
        before, body = recorded(service), command()
        framing = b"Transfer-Encoding: chunked" if chunked else b"Content-Length: %d" % len(body)
        framed = b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body) if chunked else body
        sent = head(tmp_path, *offer, framing) + framed + HEALTH
        wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for begin in range(0, len(sent), length):
            wire.sendall(sent[begin : begin + length])
            time.sleep(0.000_1)
        said = b""
        while b'"alive"' not in said:
            more = wire.recv(65_536)
            assert more, said
            said += more
        assert said.startswith(b"HTTP/1.1 201 ")
        assert said.count(b"HTTP/1.1 ") == 2
        assert recorded(service) == before + 1


@pytest.mark.usefixtures("quiet")
def test_no_request_hides_in_the_body_of_another(tmp_path: Path) -> None:
    with listening(tmp_path) as service:
        for offer in OFFERS:
            with service.connection() as wire:
                body = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
                wire.sendall(head(tmp_path, *offer, b"Content-Length: %d" % len(body)))
                time.sleep(0.1)
                wire.sendall(body)
                said = all_said(wire)
                assert said.count(b"HTTP/1.1 ") == 1
                assert b'"alive"' not in said
        for method in (b"CONNECT x:1", b"CONNECT /healthz"):
            with service.connection() as wire:
                wire.sendall(b"%b HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n" % method + HEALTH)
                said = all_said(wire)
                assert said.startswith(b"HTTP/1.1 400 ")
                assert said.count(b"HTTP/1.1 ") == 1
