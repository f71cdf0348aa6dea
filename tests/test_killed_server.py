"""`remit serve` is killed under load, again and again: what it acknowledged over HTTP is there, once, in order.

Eight clients send commands with an `Idempotency-Key` each; what was never answered is sent again to the next server,
under the same key. In every fourth round the server is two processes. `REMIT_FAULT_ROUNDS` says how often it is killed
(`make soak`: 200 times an engine).
"""

from __future__ import annotations

import http.client
import logging
import os
import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import chain, count
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import msgspec
import orjson
import pytest

from api.http.tokens import Tokens
from tests.test_faults import CLIENTS, MOST, Heard, Watch, a_house_at_work, command
from tests.test_postgres import on_disk, schema, server, url  # noqa: F401 - fixtures
from tests.test_serving import Running

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

ROUNDS = int(os.environ.get("REMIT_FAULT_ROUNDS", "3"))
LOG = logging.getLogger("tests.faults")


class Load:
    """What clients of a server sent and were told, and when enough of it was acknowledged."""

    def __init__(self, address: str, token: str, enough: float) -> None:
        self._port, self._token, self._enough = urlsplit(address).port, token, enough
        self.heard: Heard = []
        self.done = 0
        self.reached = threading.Event()

    def client(self, names: Iterable[str]) -> None:
        """Send one command after another, until there are no more or the server is gone."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
        try:
            for name in names:
                self.heard.append(("sent", name, 0))
                self._tell(name, *self._sent(connection, name))
        except (OSError, http.client.HTTPException):
            return
        finally:
            connection.close()

    def _sent(self, connection: http.client.HTTPConnection, name: str) -> tuple[int, bytes]:
        body = msgspec.json.encode(msgspec.structs.replace(command(name), command_id=None))
        said = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json", "Idempotency-Key": name}
        connection.request("POST", "/v1/commands", body, said)
        answer = connection.getresponse()
        return answer.status, answer.read()

    def _tell(self, name: str, status: int, body: bytes) -> None:
        said = orjson.loads(body)
        if status in {200, 201}:
            self.heard.append(("done", name, said["receipt"]["first"]))
            self.done += 1
            if self.done >= self._enough:
                self.reached.set()
        else:
            self.heard.append(("refused" if said["code"] == "NAME_TAKEN" else f"odd {status} {said['code']}", name, 0))


def killed(running: Running, token: str, number: int, pending: list[str], chance: random.Random) -> Heard:
    """Let a server commit for eight clients, kill it in the midst of it, and say what it told them."""
    load = Load(running.url, token, chance.randint(1, MOST))
    series = [chain(pending[own::CLIENTS], (f"{number}.{own}.{at}" for at in count())) for own in range(CLIENTS)]
    with ThreadPoolExecutor(CLIENTS) as pool:
        clients = [pool.submit(load.client, names) for names in series]
        reached = load.reached.wait(60)
        time.sleep(chance.random() / 100)
        running.kill()
        for client in clients:
            client.result(60)
    assert reached
    return load.heard


@pytest.fixture
def token(tmp_path: Path) -> str:
    """A token that every server of the test knows."""
    shown, _ = Tokens(tmp_path / "tokens").create("clients", ("recorder",), datetime.now(UTC), timedelta(days=1))
    return shown


@on_disk
def test_a_server_that_is_killed_under_load_loses_nothing_it_acknowledged(
    url: str,  # noqa: F811 - where the fixture says
    tmp_path: Path,
    token: str,
) -> None:
    a_house_at_work(url)
    watch, chance, began = Watch(url), random.Random(11), time.monotonic()  # noqa: S311 - not for secrets

    def started(workers: int) -> Running:
        options = ("--tokens", str(tmp_path / "tokens"), "--workers", str(workers))
        running = Running(tmp_path, *options, REMIT_LEDGER=url)
        try:
            running.until_ready()
        except AssertionError:
            running.kill()
            raise
        return running

    for number in range(ROUNDS):
        running = started(2 if number % 4 == 2 else 1)
        watch.hear(killed(running, token, number, watch.pending, chance))
        watch.look()
        if number % 25 == 24:
            watch.compare()
    running = started(1)
    last = Load(running.url, token, float("inf"))
    last.client(watch.pending)
    assert running.stop() == 0
    watch.hear(last.heard)

    watch.look()
    assert not watch.pending
    assert watch.recorded == watch.done
    watch.compare()
    LOG.info(
        "%s: server killed %d times in %.0f s; %d acknowledged, %d recorded unheard and found again, %d refused",
        url.partition(":")[0][-10:],
        ROUNDS,
        time.monotonic() - began,
        len(watch.done),
        watch.unheard,
        len(watch.refused),
    )


@on_disk
def test_an_acknowledgement_without_an_entry_is_noticed(url: str) -> None:  # noqa: F811 - as above
    """Positive control of the comparison."""
    a_house_at_work(url)
    watch = Watch(url)
    watch.hear([("sent", "0.0.0", 0), ("done", "0.0.0", watch.first + 1)])

    with pytest.raises(AssertionError, match="acknowledged and not there"):
        watch.look()
    watch.ledger.journal.close()
