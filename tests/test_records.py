"""Whether anything can be recorded, as `/readyz` says it: to whoever asks, in a code and no more."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from ledger.refusals import StorageTrouble
from ledger.submit import committer
from tests.given import Clock, house
from tests.loopback import Service, serving
from tests.test_wire import soon

if TYPE_CHECKING:
    from pathlib import Path

UNIT = {"do": "form-unit", "from": "2026-01-01", "unit": "new", "name": "新"}
ALL_IS_WELL = {"status": "ready", "records": True}


def ready(service: Service) -> Any:  # noqa: ANN401 - what was answered
    """What `/readyz` says."""
    found = service.ask("/readyz", role=None)
    assert found.status == 200
    return found.json


def failing(code: str) -> Any:  # noqa: ANN401 - in place of any method
    """A storage that says no."""

    def no(*_: object) -> None:
        raise StorageTrouble("`/srv/secret.db`: no", code=code)

    return no


@pytest.mark.parametrize("code", ["DISK_FULL", "READ_ONLY"])
def test_a_failure_to_record_is_remembered_until_something_is_recorded(
    code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(house(str(tmp_path / "house.db"))) as service:
        assert ready(service) == ALL_IS_WELL
        with monkeypatch.context() as patch:
            patch.setattr(service.app.state.service.ledger.journal, "locked", failing(code))
            assert service.record(UNIT).status == 503
        assert ready(service) == {"status": "ready", "records": False, "why": code}
        assert service.ask("/v1/chart").status == 200
        assert service.record({**UNIT, "unit": "hq"}).status == 409
        assert ready(service)["why"] == code, "a refusal records nothing"
        assert service.record(UNIT).status == 201
        assert ready(service) == ALL_IS_WELL


def test_a_failure_to_record_is_remembered_until_a_trial_succeeds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(committer, "TRIAL_SECONDS", 0.05)
    with serving(house(str(tmp_path / "house.db"))) as service:
        inside, head = service.app.state.service, 14
        with monkeypatch.context() as patch:
            patch.setattr(inside.ledger.journal, "locked", failing("DISK_FULL"))
            patch.setattr(inside.ledger.journal, "try_writing", failing("READ_ONLY"))
            assert service.record(UNIT).code == "DISK_FULL"
            assert soon(lambda: ready(service) == {"status": "ready", "records": False, "why": "READ_ONLY"})
        assert soon(lambda: ready(service) == ALL_IS_WELL)
        assert inside.ledger.journal.last() == head, "a trial records nothing"


def test_who_has_to_come_again_has_not_found_storage_failing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(house(str(tmp_path / "house.db"))) as service:
        with monkeypatch.context() as patch:
            patch.setattr(service.app.state.service.ledger.journal, "locked", failing("BUSY"))
            assert service.record(UNIT).code == "BUSY"
        assert ready(service) == ALL_IS_WELL


def test_a_clock_that_is_behind_records_nothing(tmp_path: Path) -> None:
    clock = Clock()
    with serving(house(str(tmp_path / "house.db"), clock)) as service:
        clock.forward(timedelta(hours=-1))
        assert ready(service) == {"status": "ready", "records": False, "why": "CLOCK_BEHIND"}
        assert service.record(UNIT).code == "CLOCK_BEHIND"
        clock.forward(timedelta(hours=2))
        assert ready(service) == ALL_IS_WELL


def test_a_replica_records_nothing(tmp_path: Path) -> None:
    ledger = house(str(tmp_path / "house.db"))
    ledger.journal.is_copy = lambda: True  # type: ignore[method-assign]  # as of a server in recovery
    with serving(ledger) as service:
        assert ready(service) == {"status": "ready", "records": False, "why": "READ_ONLY"}


def test_a_trial_writes_as_a_command_does(tmp_path: Path) -> None:
    ledger = house(str(tmp_path / "house.db"))
    before = [bytes(state) for _, _, state in ledger.journal.stored()]
    written = (tmp_path / "house.db-wal").stat().st_size
    ledger.journal.try_writing()
    assert (tmp_path / "house.db-wal").stat().st_size > written
    assert [bytes(state) for _, _, state in ledger.journal.stored()] == before
    ledger.journal.close()
