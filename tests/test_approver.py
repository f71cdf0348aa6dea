"""What who may only act can say over HTTP: themself, now, about what is before them; and what a plan does not tell."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from tests.given import house
from tests.loopback import Service, serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

GRANT = {
    "do": "grant-authority",
    "authority": "g",
    "holder": {"position": "chief"},
    "act": "approve",
    "from": "2026-01-01",
    "matter": "spend",
    "limit": "1000 CNY",
}
TARGET = {"do": "set-target", "from": "2026-01-01", "metric": "sales", "period": "2026", "amount": "10", "unit": "cars"}


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    """A service on a house: Anna is chief and approves up to 1,000 CNY; item `i` of Dan, on which Bo acted."""
    with serving(house(str(tmp_path / "house.db"))) as one:
        opening = {"do": "open-item", "item": "i", "matter": "spend", "from": "2026-02-01", "requester": "dan"}
        act = {"do": "record-act", "deed": "d", "item": "i", "act": "approve", "by": {"person": "bo"}}
        assert one.record(GRANT, opening, {**act, "acted_at": "2026-02-02"}).status == 201
        yield one


def today(days: int = 0) -> str:
    """Today in the ledger's zone, or so many days later."""
    return (datetime.now(ZoneInfo("Asia/Shanghai")) + timedelta(days=days)).date().isoformat()


def ago(**how: float) -> str:
    """An instant that long ago."""
    return (datetime.now(UTC) - timedelta(**how)).isoformat(timespec="seconds").replace("+00:00", "Z")


RATIFY: dict[str, Any] = {"do": "ratify-act", "deed": "d", "by": {"person": "anna"}}


@pytest.mark.parametrize(
    ("acted_at", "status"),
    [
        (today, 201),
        (lambda: ago(seconds=20), 201),
        (lambda: today(-1), 403),
        (lambda: today(1), 403),
        (lambda: ago(minutes=10), 403),
        (lambda: "2026-02-30", 422),
    ],
    ids=["today", "just now", "yesterday", "tomorrow", "ten minutes ago", "no day"],
)
def test_an_approver_ratifies_now_and_no_other_day(acted_at: Callable[[], str], status: int, service: Service) -> None:
    said = service.record({**RATIFY, "acted_at": acted_at()}, role="approver:anna")
    assert said.status == status, said
    if status != 201:
        assert service.ask("/v1/entries?limit=1000").json["head"] == 17, "nothing was recorded"


def test_what_happened_earlier_a_recorder_records(service: Service) -> None:
    assert service.record({**RATIFY, "acted_at": "2026-02-03"}, role="recorder").status == 201


@pytest.mark.parametrize(("days", "status"), [(0, 201), (-1, 403), (1_000, 403)])
def test_an_approver_opens_an_item_now(days: int, status: int, service: Service) -> None:
    opening = {"do": "open-item", "item": "new", "matter": "spend", "from": today(days), "requester": "anna"}
    assert service.record(opening, role="approver:anna").status == status


def test_an_approver_opens_no_item_on_which_somebody_has_acted(service: Service) -> None:
    act = {"do": "record-act", "item": "never", "act": "approve", "by": {"person": "bo"}, "matter": "spend"}
    assert service.record({**act, "acted_at": "2026-02-02"}).status == 201
    opening = {"do": "open-item", "item": "never", "matter": "spend", "from": today(), "requester": "dan"}
    refused = service.record(opening, {**opening, "item": "other"}, role="approver:dan")
    assert (refused.status, refused.code, refused.json["position"]) == (403, "NOT_PERMITTED", 0)
    assert service.record(opening, role="recorder").status == 201


@pytest.mark.parametrize("query", ["", "?atomic=false"])
def test_nor_one_on_which_they_act_in_the_same_request(query: str, service: Service) -> None:
    act = {"do": "authorise-act", "item": "new", "act": "approve", "by": {"person": "anna"}, "matter": "spend"}
    opening = {"do": "open-item", "item": "new", "matter": "spend", "from": today(), "requester": "anna"}
    refused = service.record(act, opening, role="approver:anna", query=query)
    assert (refused.status, refused.json["position"]) == (403, 1)
    assert service.ask("/v1/entries?limit=1000").json["head"] == 17


def test_a_batch_lets_only_so_many_act(service: Service) -> None:
    act = {"do": "authorise-act", "act": "approve", "by": {"person": "anna"}, "matter": "spend", "amount": "1 CNY"}
    acts = [{**act, "item": f"i{number}"} for number in range(201)]
    refused = service.record(*acts, role="approver:anna")
    assert (refused.status, refused.code) == (422, "BAD_INPUT")
    assert "`atomic=false` takes more" in refused.json["detail"]
    assert service.record(*acts[1:], role="approver:anna").status == 201


def test_what_an_approver_sent_before_gives_its_receipt_again(service: Service) -> None:
    opening = {"do": "open-item", "item": "new", "matter": "spend", "from": today(), "requester": "dan"}
    act = {"do": "authorise-act", "item": "new", "act": "approve", "by": {"person": "anna"}, "amount": "10 CNY"}
    key = {"Idempotency-Key": "mine"}
    assert service.record(opening, role="approver:dan", headers=key).status == 201
    assert service.record(act, role="approver:anna").status == 201
    again = service.record(opening, role="approver:dan", headers=key)
    assert (again.status, again.json["receipt"]["repeated"]) == (200, True)


@pytest.mark.parametrize(
    ("holder", "who"),
    [
        ({"person": "dan"}, {"dan"}),
        ({"position": "manager"}, {"chen"}),
        ({"unit": "hq"}, {"anna", "bo", "chen"}),
    ],
)
def test_an_approver_accepts_the_targets_they_carry(holder: dict[str, str], who: set[str], service: Service) -> None:
    for number, person in enumerate(("anna", "bo", "chen", "dan")):
        target = f"t{number}"
        assert service.record({**TARGET, "target": target, "holder": holder}).status == 201
        accept = {"do": "accept-target", "target": target, "by": person, "from": today()}
        assert service.record(accept, role=f"approver:{person}").status == (201 if person in who else 403)
        assert service.record({**accept, "from": today(-1)}, role=f"approver:{person}").status == 403
    unknown = {"do": "accept-target", "target": "none", "by": "dan", "from": today()}
    assert service.record(unknown, role="approver:dan").code == "UNKNOWN_NAME"


def test_a_plan_tells_nothing_of_what_a_command_said(service: Service) -> None:
    key = {"Idempotency-Key": "person-eve"}
    eve = {"do": "register-person", "person": "eve", "name": "Eve Example", "from": "2026-01-01"}
    assert service.record(eve, headers=key).status == 201
    told = [
        service.ask(
            "/v1/flips", method="POST", json={**eve, "name": name, "command_id": "person-eve"}, role="reader"
        ).json
        for name in ("Eve Example", "Somebody Else")
    ]
    for one in told:
        one.pop("instance")
    assert told[0] == told[1]
