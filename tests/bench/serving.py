"""Who could, over HTTP: beside an empty FastAPI route that returns the same bytes, in one run on loopback.

    python -m tests.bench.serving [--seconds 1] [--clients 16]

Three ways of asking on a ledger of ten years (20,000 entries): a stated date and known entry asked again and again (an
answer that never changes), another instant each time, and `now` as known at the head. The caller has a local token; the
head is asked each time. The client is a process of its own on raw sockets, kept open, that does nothing but count: it
sends a prepared request and reads as many bytes as the answer says it has. The rounds of the two alternate, and the
ratio is the median of those of neighbours.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import multiprocessing
import multiprocessing.connection
import socket
import statistics
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, cast
from urllib.request import Request, urlopen

import uvicorn
from fastapi import FastAPI, Response

from api import bootstrap
from api.http.serving import bound, serve
from api.http.settings import Settings
from ledger import Ledger
from ledger.moments import MICROSECOND
from tests.bench.plausible import ASKED, Size, commands, opening

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

CLIENTS, ROUNDS = 16, 9
SIZE = Size(positions=2_000, entries=20_000)


class Measured(NamedTuple):
    """Answers a second, and how long the slowest of a hundred took."""

    per_second: float
    p99_ms: float


def main() -> None:
    """Measure and print a line a way of asking."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=1.0)
    parser.add_argument("--clients", type=int, default=CLIENTS)
    asked = parser.parse_args()
    for line in serving(asked.seconds, asked.clients):
        print(line, flush=True)


def serving(seconds: float, clients: int) -> Iterator[str]:
    """A line for each way of asking: ours, the baseline with the same bytes, and the ratio."""
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "plausible.db")
        ledger = Ledger.create(path, opening(), by="bench")
        ledger.submit_batch(list(commands(SIZE)), by="bench", batch="plausible")
        head = ledger.books.head
        ledger.journal.close()
        token = _token(path)
        context = multiprocessing.get_context("spawn")
        ours, body_port = _free_port(), _free_port()
        server = context.Process(target=_serve_remit, args=(path, ours), daemon=True)
        server.start()
        try:
            _wait(f"http://127.0.0.1:{ours}/readyz")
            for what, targets in _ways(head).items():
                body = _answer(ours, targets[0], token)
                empty = context.Process(target=_serve_empty, args=(body, body_port), daemon=True)
                empty.start()
                try:
                    _wait(f"http://127.0.0.1:{body_port}/answer")
                    yield _compared(what, len(body), (ours, targets, token), body_port, (seconds, clients))
                finally:
                    empty.terminate()
                    empty.join()
        finally:
            server.terminate()
            server.join()


def _ways(head: int) -> dict[str, list[str]]:
    asked = f"/v1/who-could?act=approve&matter={ASKED}&amount=20000"
    at = datetime(2025, 12, 30, tzinfo=UTC)
    instants = ((at + one * (timedelta(seconds=7) + MICROSECOND)).isoformat() for one in range(5_000))
    return {
        "who-could, stated times": [f"{asked}&on=2025-12-30&known={head}"],
        "who-could, another instant each time": [
            f"{asked}&on={instant.replace('+00:00', 'Z')}&known={head}" for instant in instants
        ],
        "who-could, now": [asked],
    }


def _compared(what: str, length: int, ours: tuple[int, list[str], str], port: int, how: tuple[float, int]) -> str:
    ports: dict[str, tuple[int, list[str], str]] = {"remit": ours, "empty": (port, ["/answer"], "")}
    found: dict[str, list[Measured]] = {name: [] for name in ports}
    for number in range(ROUNDS):
        for name in sorted(ports, reverse=number % 2 == 0):
            found[name].append(_measured(*ports[name], *how))
    remit, empty = (
        Measured(
            statistics.median(one.per_second for one in found[name]),
            statistics.median(one.p99_ms for one in found[name]),
        )
        for name in ("remit", "empty")
    )
    pairs = zip(found["remit"], found["empty"], strict=True)
    ratio = statistics.median(one.per_second / other.per_second for one, other in pairs)
    return (
        f"{what:<38} {length:>7,} bytes  {remit.per_second:>8,.0f}/s p99 {remit.p99_ms:5.1f} ms  "
        f"promised ratio >= 0.50, p99 < 10 ms  beside an empty FastAPI route {empty.per_second:>8,.0f}/s "
        f"p99 {empty.p99_ms:5.1f} ms  ratio {ratio:.2f}"
    )


# The servers


def _serve_remit(path: str, port: int) -> None:
    settings = Settings(ledger=path, port=port)
    logging.disable()
    serve(settings, bound(settings))


def _serve_empty(body: bytes, port: int) -> None:
    app = FastAPI()

    @app.get("/answer")
    async def answer() -> Response:
        return Response(body, media_type="application/json")

    uvicorn.run(app, host="127.0.0.1", port=port, log_level="error", access_log=False, server_header=False, ws="none")


def _token(path: str) -> str:
    tokens = bootstrap.tokens(Settings(ledger=path))
    return tokens.create("bench", ("reader",), bootstrap.now(), timedelta(days=1))[0]


def _answer(port: int, target: str, token: str) -> bytes:
    asked = Request(f"http://127.0.0.1:{port}{target}", headers={"Authorization": f"Bearer {token}"})
    with urlopen(asked) as answered:  # noqa: S310 - loopback
        body: bytes = answered.read()
    return body


def _wait(address: str) -> None:
    for _ in range(200):
        try:
            urlopen(address).close()  # noqa: S310 - loopback
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError(address)


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


# The client


def _measured(port: int, targets: list[str], token: str, seconds: float, clients: int) -> Measured:
    """Of so many clients at once, for so long; a tenth of the time is for warming up."""
    context = multiprocessing.get_context("spawn")
    receive, send = context.Pipe(duplex=False)
    process = context.Process(target=_client, args=(send, port, targets, token, seconds, clients))
    process.start()
    send.close()
    found: Measured = receive.recv()
    process.join()
    return found


def _client(pipe: multiprocessing.connection.Connection, port: int, *how: object) -> None:
    import uvloop  # noqa: PLC0415 - in the process of the client

    pipe.send(uvloop.run(_asking(port, *how)))  # type: ignore[arg-type]  # as `_measured` gives them


async def _asking(port: int, targets: list[str], token: str, seconds: float, clients: int) -> Measured:
    prepared = [
        f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n\r\n".encode()
        for target in targets
    ]
    spent: list[float] = []
    begin = time.perf_counter() + seconds / 10
    loop = asyncio.get_running_loop()
    made = [
        loop.create_connection(lambda: _Asker(spent.append, begin, begin + seconds), "127.0.0.1", port)
        for _ in range(clients)
    ]
    askers = [protocol for _, protocol in await asyncio.gather(*made)]
    for number, asker in enumerate(askers):
        asker.ask(prepared, number * len(prepared) // clients)
    await asyncio.gather(*(asker.done for asker in askers))
    spent.sort()
    return Measured(len(spent) / seconds, 1_000 * spent[int(len(spent) * 0.99)])


class _Asker(asyncio.Protocol):
    """One connection that asks again as soon as it is answered."""

    def __init__(self, note: Callable[[float], None], begin: float, end: float) -> None:
        self._note, self._begin, self._end = note, begin, end
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._missing, self._asked = 0, 0.0
        self._prepared: list[bytes] = []
        self._next = 0
        self._transport: asyncio.WriteTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The connection stands."""
        self._transport = cast("asyncio.WriteTransport", transport)

    def ask(self, prepared: list[bytes], first: int) -> None:
        """Send the first request."""
        self._prepared, self._next = prepared, first
        self._send()

    def _send(self) -> None:
        self._asked = time.perf_counter()
        self._next = (self._next + 1) % len(self._prepared)
        assert self._transport is not None
        self._transport.write(self._prepared[self._next])

    def data_received(self, data: bytes) -> None:
        """Some of the answer; with its last byte the next request goes out."""
        if self._missing == 0:
            head, _, rest = data.partition(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 200"), head
            at = head.lower().index(b"content-length: ") + 16
            self._missing = int(head[at:].split(b"\r\n", 1)[0]) - len(rest)
        else:
            self._missing -= len(data)
        if self._missing == 0:
            now = time.perf_counter()
            if now >= self._end:
                self.done.set_result(None)
                return
            if self._asked >= self._begin:
                self._note(now - self._asked)
            self._send()


if __name__ == "__main__":
    main()
