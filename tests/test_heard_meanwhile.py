"""Whoever asks is heard while others write, and while the storage is silent, gone or replaced."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from time import monotonic, sleep
from typing import TYPE_CHECKING

import pytest

from ledger import Ledger
from ledger.refusals import StorageTrouble
from tests.given import CLERK, act, cap, form, given, grant, house, position
from tests.loopback import Service, serving
from tests.test_postgres import schema, server  # noqa: F401 - fixtures

if TYPE_CHECKING:
    from pathlib import Path

QUESTION = "/v1/may?who=anna&act=approve&matter=spend"
UNIT = {"do": "form-unit", "from": "2026-01-01", "unit": "new", "name": "新"}
SOON_SECONDS = 1.0


def seconds(service: Service, target: str, status: int = 200) -> float:
    """How long an answer takes."""
    begun = monotonic()
    assert service.ask(target).status == status
    return monotonic() - begun


@pytest.mark.parametrize("commands", [1, 3])
def test_a_writer_elsewhere_holds_up_no_question(commands: int, tmp_path: Path) -> None:
    path = tmp_path / "house.db"
    with serving(house(str(path))) as service, ThreadPoolExecutor() as others:
        with closing(sqlite3.connect(path, isolation_level=None)) as elsewhere:
            elsewhere.execute("BEGIN IMMEDIATE")
            recording = [others.submit(service.record, {**UNIT, "unit": f"u{one}"}) for one in range(commands)]
            sleep(0.3)
            for target in (QUESTION, "/v1/chart", "/v1/entries", "/readyz"):
                assert seconds(service, target) < SOON_SECONDS
            assert not any(one.done() for one in recording)
            elsewhere.execute("ROLLBACK")
        assert [one.result().status for one in recording] == [201] * commands


def test_what_caps_left_earlier_is_added_up_elsewhere(tmp_path: Path) -> None:
    ledger = house(str(tmp_path / "house.db"))
    given(ledger, grant("g", position("chief"), limit="1000 CNY"), cap("g", "1000000 CNY"))
    acts = [act(f"i{one}", "anna", "2026-01-03", matter="spend", amount="1 CNY") for one in range(2_000)]
    ledger.submit_batch(acts, by=CLERK, batch="acts")
    with serving(ledger) as service, ThreadPoolExecutor() as others:
        with service.app.state.service.long.ledger.lock:
            earlier = others.submit(service.ask, f"{QUESTION}&amount=1&known=2000")
            assert seconds(service, f"{QUESTION}&amount=1") < SOON_SECONDS
            assert not earlier.done()
        assert earlier.result().status == 200


@pytest.mark.parametrize("how", ["removed", "replaced"])
def test_a_file_that_is_gone_acknowledges_nothing(how: str, tmp_path: Path) -> None:
    path = tmp_path / "house.db"
    given(house(str(tmp_path / "other.db")), form("other"))
    with serving(house(str(path))) as service:
        assert service.record(UNIT).status == 201
        kept = path.rename(tmp_path / "kept.db")
        if how == "replaced":
            (tmp_path / "other.db").rename(path)
        assert service.record({**UNIT, "unit": "lost", "name": "L"}).status == 503
        assert service.ask("/readyz").status == 503
        assert service.ask("/healthz").status == 200
        kept.rename(path)
        sleep(1.1)
        assert service.record({**UNIT, "unit": "found", "name": "F"}).status == 201
    assert Ledger.open(str(path)).books.head == 16


def test_a_server_whose_table_is_locked_leaves_the_service_alive(schema: str) -> None:  # noqa: F811 - the fixture
    psycopg = pytest.importorskip("psycopg")
    with (
        serving(house(schema)) as service,
        ThreadPoolExecutor() as others,
        psycopg.connect(schema.partition("schema=")[0].rstrip("?&")) as elsewhere,
    ):
        elsewhere.execute(f"LOCK TABLE {schema.rpartition('=')[2]}.stored_events IN ACCESS EXCLUSIVE MODE")
        waiting = [others.submit(service.ask, QUESTION) for _ in range(6)]
        sleep(0.3)
        assert seconds(service, "/healthz") < SOON_SECONDS
        assert not any(one.done() for one in waiting)
        elsewhere.rollback()
        assert [one.result().status for one in waiting] == [200] * 6


def test_a_server_that_is_gone_is_not_tried_by_everybody(
    schema: str,  # noqa: F811 - the fixture
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ledger = house(schema)
    with serving(ledger) as service, ThreadPoolExecutor() as others:
        tried = []

        def silent() -> int:
            tried.append(monotonic())
            sleep(0.5)
            raise StorageTrouble("the server is gone")

        monkeypatch.setattr(ledger.journal, "last", silent)
        begun = monotonic()
        asking = [others.submit(service.ask, QUESTION) for _ in range(20)]
        assert seconds(service, "/healthz") < SOON_SECONDS
        assert [one.result().status for one in asking] == [503] * 20
        assert monotonic() - begun < 20 * 0.5
        assert len(tried) < 5
        monkeypatch.undo()
        sleep(1.1)
        assert service.ask(QUESTION).status == 200
    given(ledger, form("later"))
    assert ledger.submit(form("still"), by=CLERK).last
