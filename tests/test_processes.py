"""The service as processes: what becomes of the others where one ends, what they count together, and how they end."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import ExitStack, closing
from functools import partial
from typing import TYPE_CHECKING, Any

import httpx2
import pytest
from starlette.testclient import TestClient

from api import bootstrap
from api.http import life
from api.http.app import create_app
from api.http.service import Service
from api.http.settings import Settings, unknown_in
from ledger.commands import OpenLedger
from tests.given import CLERK, form, house
from tests.test_serving import REGISTER, Running, running
from tests.test_wire import soon

if TYPE_CHECKING:
    from pathlib import Path


def said(folder: Path) -> str:
    """The log."""
    return (folder / "err").read_text()


def processes(folder: Path) -> list[int]:
    """Those that began to answer, as the log names them."""
    return [int(one) for one in re.findall(r"Started server process \[(\d+)\]", said(folder))]


def begun(folder: Path) -> int:
    """How many say that they answer."""
    return said(folder).count("Application startup complete")


# Where one of them ends


def test_a_process_that_cannot_open_the_ledger_waits_for_it_and_the_others_go_on(tmp_path: Path) -> None:
    with running(tmp_path, "--workers", "2", "--with-token") as service:
        assert soon(lambda: begun(tmp_path) == 2, 60)
        (tmp_path / "l.db").rename(tmp_path / "away.db")
        os.kill(processes(tmp_path)[0], signal.SIGKILL)
        assert soon(lambda: begun(tmp_path) == 3, 60)
        assert "ERROR remit.storage NO_SUCH_LEDGER" in said(tmp_path)
        for path, status in (("/healthz", 200), ("/readyz", 503), ("/v1/chart", 503)):
            codes = {httpx2.get(service.url + path).status_code for _ in range(20)}
            assert codes <= {status, 401}, path
        (tmp_path / "away.db").rename(tmp_path / "l.db")
        assert soon(lambda: {httpx2.get(service.url + "/readyz").status_code for _ in range(20)} == {200}, 30)
        with service.caller() as client:
            assert client.post("/v1/commands", json=REGISTER).status_code == 201
        assert service.stop() == 0


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_ledger_that_cannot_be_opened_at_the_start_ends_the_service(tmp_path: Path, workers: str) -> None:
    opening = OpenLedger(name="Hengtong", currency="CNY", zone="Asia/Shanghai")
    bootstrap.created(opening, str(tmp_path / "l.db"), by=CLERK).journal.close()
    with closing(sqlite3.connect(tmp_path / "l.db")) as ledger:
        ledger.execute("INSERT INTO stored_events SELECT originator_id, 3, topic, state FROM stored_events")
        ledger.commit()
    service = Running(tmp_path, "--workers", workers)
    assert service.process.wait(timeout=60) == 1
    assert "LEDGER_DAMAGED" in said(tmp_path) or "entry 2" in said(tmp_path)
    assert begun(tmp_path) == 0


# What they count together


def test_each_process_shows_the_figures_of_all(tmp_path: Path) -> None:
    (tmp_path / "temporary").mkdir()
    with running(tmp_path, "--workers", "2", "--with-token", TMPDIR=str(tmp_path / "temporary")) as service:
        assert soon(lambda: begun(tmp_path) == 2, 60)
        (folder,) = (tmp_path / "temporary").iterdir()
        assert folder.stat().st_mode & 0o777 == 0o700

        def shown() -> dict[str, float]:
            with service.caller() as client:
                lines = client.get("/metrics").text.splitlines()
            return {name: float(value) for name, value in (one.rsplit(" ", 1) for one in lines if one[0] != "#")}

        for number in range(20):
            with service.caller() as client:
                body = {**REGISTER, "person": f"p{number}"}
                assert client.post("/v1/commands", json=body).status_code == 201
        with ExitStack() as streams:
            for _ in range(4):
                client = streams.enter_context(service.caller())
                streams.enter_context(client.stream("GET", "/v1/entries/stream"))
            recorded = 'remit_answers_total{route="/v1/commands",status="201"}'
            standing = {"remit_streams": 4, "remit_head": 21, "remit_commands_waiting": 0, recorded: 20}
            assert soon(lambda: all(standing.items() <= shown().items() for _ in range(8)))
            for ended in processes(tmp_path):
                os.kill(ended, signal.SIGKILL)
            assert soon(lambda: begun(tmp_path) == 4, 60)
            assert soon(lambda: shown()["remit_streams"] == 0)
            assert shown()[recorded] == 20, "what they counted stays"
        assert service.stop() == 0
    assert not list((tmp_path / "temporary").iterdir())


# How they end

HANGING = """
import sys, threading
from api.http import serving
from api.http.service import Service
from api.http.settings import Settings

begin = Service.start

def start(service):
    begin(service)
    service.quick._threads.submit(threading.Event().wait)

Service.start = start
serving.ENDING_SECONDS = 1
settings = Settings(ledger=sys.argv[1], port=0)
serving.serve(settings, serving.bound(settings))
"""


def test_a_process_ends_though_a_thread_of_it_hangs(tmp_path: Path) -> None:
    house(str(tmp_path / "l.db")).journal.close()
    with (tmp_path / "err").open("wb") as err:
        process = subprocess.Popen([sys.executable, "-c", HANGING, str(tmp_path / "l.db")], stderr=err)
    try:
        assert soon(lambda: begun(tmp_path) == 1, 60)
        process.terminate()
        assert process.wait(timeout=20) == 1
    finally:
        process.kill()
    assert "the process did not end within 1 s" in said(tmp_path)


def test_a_journal_that_is_still_in_use_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(life, "CLOSING_SECONDS", 0.1)
    house(str(tmp_path / "l.db")).journal.close()
    hanging = threading.Event()
    with TestClient(create_app(Settings(ledger=str(tmp_path / "l.db")))) as client:
        client.app.state.service.ledger.journal.close = partial(hanging.wait, 20)  # type: ignore[attr-defined]  # the application
        began = time.monotonic()
    assert time.monotonic() - began < 5
    hanging.set()


def test_others_are_heard_while_what_waits_is_recorded(tmp_path: Path) -> None:
    path = tmp_path / "l.db"
    service = Service(Settings(), house(str(path)), bootstrap.now)

    async def stopping() -> int:
        service.start()
        waiting = asyncio.wrap_future(service.committer.submit(form("east"), CLERK))
        stopped = asyncio.create_task(service.stop())
        for _ in range(10):
            await asyncio.sleep(0.02)
        assert not stopped.done()
        elsewhere.execute("ROLLBACK")
        await stopped
        return (await waiting).first

    with closing(sqlite3.connect(path, isolation_level=None)) as elsewhere:
        elsewhere.execute("BEGIN IMMEDIATE")
        assert asyncio.run(stopping()) == 15


# What it is told


def test_a_variable_that_means_nothing_is_told_with_the_one_that_is_like_it(tmp_path: Path) -> None:
    environment: dict[str, Any] = {"REMIT_WORKER": "3", "REMIT_XYZZY": "", "REMIT_ACTOR": "hr", "REMIT_PORT": "1"}
    assert unknown_in(environment) == [("REMIT_WORKER", "REMIT_WORKERS"), ("REMIT_XYZZY", None)]
    with running(tmp_path, REMIT_WORKER="3") as service:
        service.until_ready()
        first = said(tmp_path).splitlines()[0]
        assert first == "warning: there is no setting REMIT_WORKER, so it says nothing; is REMIT_WORKERS meant?"
        assert service.stop() == 0
