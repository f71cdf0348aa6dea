"""AuthZEN over the books: the published cases as ledgers, the mapping, both times, searches in pages."""

from __future__ import annotations

import json
import re
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from starlette.testclient import TestClient

from api import bootstrap
from api.cli.app import run
from api.http.app import create_app
from api.http.authzen import PATHS
from api.http.authzen_reading import PERSONS, RESOURCE_PROPERTIES
from api.http.authzen_several import MOST_EVALUATIONS, SEMANTICS
from api.http.identity import Identity
from api.http.settings import Settings
from api.http.tokens import Tokens
from ledger.commands import DefineAct, RevokeAuthority
from ledger.ids import Act, AuthorityId, Seq
from ledger.moments import MICROSECOND
from ledger.policy import Question, may
from tests.given import (
    a_ledger,
    cap,
    committee,
    constitute,
    contract,
    define,
    given,
    grant,
    house,
    jointly,
    on,
    open_item,
    person,
    position,
    recorded,
    register,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from httpx2 import Response

    from ledger import Ledger

HOUSE = Path(__file__).resolve().parents[1]
VECTORS = HOUSE.parent / "shared" / "vectors" / "authzen"
needs_vectors = pytest.mark.skipif(not VECTORS.exists(), reason="the published cases are not beside this folder")
SINCE = "2020-01-01"
NOW = datetime(2026, 6, 15, 4, 0, tzinfo=UTC)
Body = dict[str, Any]


def revoke(authority: str, *, since: str) -> RevokeAuthority:
    """Revoke a grant."""
    return RevokeAuthority(since=since, authority=AuthorityId(authority))


class Asked:
    """A service on a ledger, and a caller who may ask."""

    def __init__(self, client: TestClient, ledger: Ledger, token: str) -> None:
        self.client, self.ledger = client, ledger
        self.headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def post(self, kind: str, body: Body | str, **headers: str) -> Response:
        content = body if isinstance(body, str) else json.dumps(body)
        return self.client.post(f"/access/v1/{kind}", content=content.encode(), headers={**self.headers, **headers})

    def answer(self, kind: str, body: Body) -> Body:
        found = self.post(kind, body)
        assert found.status_code == 200, found.text
        said: Body = found.json()
        return said

    def found(self, kind: str, body: Body) -> list[str]:
        """What all pages of a search together find."""
        listed, page = [], body.get("page")
        while True:
            answer = self.answer(f"search/{kind}", {**body, **({} if page is None else {"page": page})})
            listed += [one.get("id", one.get("name")) for one in answer["results"]]
            following = answer.get("page", {}).get("next_token", "")
            if not following:
                return listed
            page = {**(page or {}), "token": following}


@contextmanager
def asked(ledger: Ledger, folder: Path, **settings: Any) -> Iterator[Asked]:  # noqa: ANN401 - any setting
    """A service that reads the clock of these stories, and whoever asks it."""
    tokens = Tokens(folder / "tokens")
    token, _ = tokens.create("pep", ("reader",), NOW, timedelta(days=1))
    app = create_app(
        Settings(**{"public_url": "https://pdp.example.com", **settings}),
        ledger,
        identity=Identity(tokens, None, lambda: NOW),
        clock=lambda: NOW,
    )
    with TestClient(app, base_url="http://whatever.example.net") as client:
        yield Asked(client, ledger, token)


def evaluation(who: str, act: str, kind: str, name: str, **more: Body) -> Body:
    """One evaluation about a person."""
    properties = {"properties": more.pop("properties")} if "properties" in more else {}
    return {
        "subject": {"type": "person", "id": who},
        "action": {"name": act},
        "resource": {"type": kind, "id": name, **properties},
        **more,
    }


# The published cases


def everybody(ledger: Ledger, names: list[str], acts: list[str], matters: list[str]) -> None:
    """Persons, acts that this ledger defines, matters."""
    given(ledger, *(register(name, since=SINCE) for name in names))
    given(ledger, *(DefineAct(since=SINCE, act=Act(act), name=act) for act in acts))
    given(ledger, *(define(matter, since=SINCE) for matter in matters))


def permit(ledger: Ledger, name: str, act: str, matter: str, scope: dict[str, tuple[str, ...]] | None = None) -> None:
    """A grant to a person by name, without a limit."""
    number = len(ledger.books.things["authority"])
    one = grant(f"g-{number}", person(name), act=act, matter=matter, limit="unlimited", since=SINCE, scope=scope)
    given(ledger, one)


def certification() -> Ledger:
    """The fixture of the certification scenario."""
    ledger = a_ledger()
    everybody(ledger, ["alice", "bob"], ["read", "write", "delete"], ["record"])
    for record, status in (("record-1", "active"), ("record-2", "archived")):
        given(ledger, open_item(record, matter="record", attributes={"status": status}, since=SINCE))
    for name in ("alice", "bob"):
        permit(ledger, name, "read", "record")
    permit(ledger, "alice", "write", "record", {"status": ("active",)})
    permit(ledger, "alice", "delete", "record", {"action.soft": ("true",)})
    permit(ledger, "bob", "write", "record", {"status": ("archived",)})
    return ledger


USERS = {
    "rick": "CiRmZDA2MTRkMy1jMzlhLTQ3ODEtYjdiZC04Yjk2ZjVhNTEwMGQSBWxvY2Fs",
    "morty": "CiRmZDE2MTRkMy1jMzlhLTQ3ODEtYjdiZC04Yjk2ZjVhNTEwMGQSBWxvY2Fs",
    "summer": "CiRmZDI2MTRkMy1jMzlhLTQ3ODEtYjdiZC04Yjk2ZjVhNTEwMGQSBWxvY2Fs",
    "beth": "CiRmZDM2MTRkMy1jMzlhLTQ3ODEtYjdiZC04Yjk2ZjVhNTEwMGQSBWxvY2Fs",
    "jerry": "CiRmZDQ2MTRkMy1jMzlhLTQ3ODEtYjdiZC04Yjk2ZjVhNTEwMGQSBWxvY2Fs",
}
MAIL = {"rick": "rick@the-citadel.com", "morty": "morty@the-citadel.com", "summer": "summer@the-smiths.com"}
EDITORS = ("morty", "summer")


def todos() -> Ledger:
    """The shared list of the interop: viewers see it, editors change their own, Rick deletes and changes any."""
    ledger = a_ledger()
    acts = ["can_read_user", "can_read_todos", "can_create_todo", "can_update_todo", "can_delete_todo"]
    everybody(ledger, list(USERS.values()), acts, ["user", "todo"])
    for name in USERS.values():
        permit(ledger, name, "can_read_user", "user")
        permit(ledger, name, "can_read_todos", "todo")
    for editor in EDITORS:
        permit(ledger, USERS[editor], "can_create_todo", "todo")
        for act in ("can_update_todo", "can_delete_todo"):
            permit(ledger, USERS[editor], act, "todo", {"ownerID": (MAIL[editor],)})
    for act in ("can_create_todo", "can_update_todo", "can_delete_todo"):
        permit(ledger, USERS["rick"], act, "todo")
    return ledger


def gateway() -> Ledger:
    """The gateway of the interop: all may GET, viewers nothing more."""
    ledger = a_ledger()
    everybody(ledger, list(USERS.values()), ["GET", "POST", "PUT", "DELETE"], ["route"])
    for route in ("/users/{userId}", "/todos", "/todos/{todoId}"):
        given(ledger, open_item(route, matter="route", since=SINCE))
    for name, pid in USERS.items():
        for act in ("GET",) if name in {"beth", "jerry"} else ("GET", "POST", "PUT", "DELETE"):
            permit(ledger, pid, act, "route")
    return ledger


def records() -> Ledger:
    """The records of the search interop: who owns one may delete it."""
    ledger = a_ledger()
    owners = ["alice", "bob", "carol", "dan", "erin", "felix"]
    everybody(ledger, owners, ["delete"], ["record"])
    for number, record in enumerate(range(101, 121)):
        owner = owners[number % 6]
        given(ledger, open_item(str(record), matter="record", attributes={"owner": owner}, since=SINCE))
    for owner in owners:
        permit(ledger, owner, "delete", "record", {"owner": (owner,)})
    return ledger


def published(name: str) -> Any:  # noqa: ANN401 - a list or an object
    """A file of the published cases."""
    return json.loads((VECTORS / name).read_text()) if VECTORS.exists() else {}


CONFORMANCE = published("oidf_vectors.json") or []
CONTRADICTS = "authzen-pdp-evaluations-batch-with-default-value-merging"
"""The one case that merges members of an object; the published scenario replaces the default as a whole."""


@needs_vectors
def test_all_published_cases_are_judged() -> None:
    assert len(CONFORMANCE) == 127
    assert sum("401" in case["name"] for case in CONFORMANCE) >= 2
    assert [case["name"] for case in CONFORMANCE if case["name"] == CONTRADICTS] == [CONTRADICTS]


@pytest.fixture(scope="module")
def conformance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    with asked(certification(), tmp_path_factory.mktemp("conformance")) as service:
        yield service


@needs_vectors
@pytest.mark.parametrize("case", CONFORMANCE, ids=lambda case: case["name"].removeprefix("authzen-pdp-"))
def test_a_published_case_of_the_conformance_suite(conformance: Asked, case: Body) -> None:
    service, malformed = conformance, "malformed" in case["name"]
    raw = case["raw"]
    body = json.loads(raw) if raw is not None and raw.startswith('"') else raw
    body = body if body is not None else case["payload"]
    if body is None:
        assert malformed
        body = '{ "subject": broken'
    headers = {**service.headers}
    if case["ctype"]:
        headers["Content-Type"] = json.loads(case["ctype"])
    if case["xrid"]:
        headers["X-Request-ID"] = "bfe9eb29-ab87-4ca3-be83-a1d5d8305716"
    if "missing-credentials" in case["name"]:
        del headers["Authorization"]
    if "invalid-credentials" in case["name"]:
        headers["Authorization"] += "x"
    method = json.loads(case["method"] or '"POST"')
    for _ in range(3 if "idempotency" in case["name"] else 1):
        found = service.client.request(method, f"/access/v1/{case['kind']}", content=body.encode(), headers=headers)
        assert found.status_code in allowed(case), found.text
        if case["xrid"]:
            assert found.headers["x-request-id"] == headers["X-Request-ID"]
        if found.status_code != 200:
            assert found.headers["content-type"] == "application/problem+json"
            continue
        assert found.headers["content-type"] == "application/json"
        agree(service, case, json.loads(body), found.json())


def allowed(case: Body) -> set[int]:
    """The statuses that a case allows."""
    if case["status"] is not None:
        return {int(case["status"])}
    if case["accept"] is not None:
        return {int(one) for one in case["accept"].partition("(")[2].rstrip(")").split(",")}
    if case["method"] is not None:
        return {400, 404, 405}
    return {400} if "malformed" in case["name"] else {200}


def agree(service: Asked, case: Body, request: Body, answer: Body) -> None:
    """What is answered is what is expected: decisions exactly and in order, of a search no less and nothing twice."""
    expected: Body = json.loads(case["exp"]) if case["exp"] else {"decision": True}
    if "results" in expected:
        kind = case["kind"].partition("/")[2]
        listed = service.found(kind, request)
        wanted = [one.get("id", one.get("name")) for one in expected["results"]]
        assert set(wanted) <= set(listed)
        assert len(set(listed)) == len(listed)
        for one in answer["results"]:
            assert set(one) == ({"name"} if kind == "action" else {"type", "id"})
    elif "evaluations" in expected:
        assert "decision" not in answer
        decisions = [one["decision"] for one in answer["evaluations"]]
        if case["name"] == CONTRADICTS:
            assert decisions == [False, False]
            assert answer["evaluations"][0]["context"]["error"]["status"] == 400
        else:
            assert decisions == [one["decision"] for one in expected["evaluations"]]
    else:
        assert answer["decision"] is expected["decision"]


INTEROP = {
    "todo-backend_test_decisions-authorization-api-1_0-02.json": (todos, 43),
    "api-gateways_test_decisions.json": (gateway, 25),
    "idp_src_results.json": (records, 6),
}


@needs_vectors
@pytest.mark.parametrize("file", INTEROP)
def test_the_published_cases_of_the_interop(tmp_path: Path, file: str) -> None:
    make, count = INTEROP[file]
    cases = published(file)
    assert sum(len(listed) for listed in cases.values()) == count
    with asked(make(), tmp_path) as service:
        for case in cases.get("evaluation", []):
            assert service.answer("evaluation", case["request"])["decision"] is case["expected"], case
        for case in cases.get("evaluations", []):
            decided = service.answer("evaluations", case["request"])["evaluations"]
            assert [{"decision": one["decision"]} for one in decided] == case["expected"]
        for case in cases.get("search", []):
            assert service.answer("search/resource", case["request"])["results"] == case["expected"]["results"]


def past_cases() -> list[tuple[str, Callable[[], Ledger], list[tuple[str, Body]]]]:
    """Each fixture, and all that is asked of it and answered."""
    plain = [
        (case["kind"], json.loads(case["payload"]))
        for case in CONFORMANCE
        if case["payload"] and allowed(case) == {200} and "unknown-entity" not in case["name"]
    ]
    found: list[tuple[str, Callable[[], Ledger], list[tuple[str, Body]]]] = [("conformance", certification, plain)]
    for file, (make, _) in INTEROP.items():
        kinds = {"evaluation": "evaluation", "evaluations": "evaluations", "search": "search/resource"}
        said = [(kinds[kind], case["request"]) for kind, listed in published(file).items() for case in listed]
        found.append((file, make, said))
    return found


@needs_vectors
@pytest.mark.parametrize(("name", "make", "bodies"), past_cases(), ids=lambda one: one if isinstance(one, str) else "")
def test_asked_in_the_past_after_a_revocation_each_case_gives_the_same_bytes(
    tmp_path: Path, name: str, make: Callable[[], Ledger], bodies: list[tuple[str, Body]]
) -> None:
    assert bodies, name
    ledger = make()
    then = {"time": "2026-03-01T12:00Z", "known_at": ledger.books.head}
    with asked(ledger, tmp_path) as service:
        plain = [(kind, _at(body, {})) for kind, body in bodies]
        past = [(kind, _at(body, then)) for kind, body in bodies]
        as_now = [service.post(kind, body).content for kind, body in plain]
        before = [service.post(kind, body).content for kind, body in past]
        given(ledger, *(revoke(grant, since="2026-02-01") for grant in list(ledger.books.things["authority"])))
        given(ledger, register("zoe"))
        assert [service.post(kind, body).content for kind, body in past] == before
        assert [service.post(kind, body).content for kind, body in plain] != as_now
        for kind, body in plain:
            assert '"decision":true' not in service.post(kind, body).text


def _at(body: Body, context: Body) -> Body:
    """A request whose contexts all ask at certain times."""
    said = {**body, "context": {**body.get("context", {}), **context}}
    if "evaluations" in body:
        said["evaluations"] = [
            {**one, "context": {**one["context"], **context}} if "context" in one else one
            for one in body["evaluations"]
        ]
    if not context:
        said.pop("context")
        for one in said.get("evaluations", []):
            one.pop("context", None)
    return said


# The mapping


@pytest.fixture
def offices(tmp_path: Path) -> Iterator[Asked]:
    """The house of the stories: the director approves spending up to 2000 CNY."""
    ledger = house()
    given(ledger, grant("g", position("director")))
    with asked(ledger, tmp_path) as service:
        yield service


def test_a_yes_comes_with_its_route_and_a_no_with_its_reasons(offices: Asked) -> None:
    yes = offices.answer("evaluation", evaluation("bo", "approve", "matter", "spend", properties={"amount": 1800}))
    assert yes["decision"] is True
    assert yes["context"]["route"]["position"] == "director"
    assert yes["context"]["route"]["steps"][0]["authority"] == "g"
    assert yes["context"]["reasons"] == []
    assert yes["context"]["valid_at"] == "2026-06-15T04:00:00Z"
    assert yes["context"]["known_seq"] == offices.ledger.books.head
    no = offices.answer("evaluation", evaluation("bo", "approve", "matter", "spend", properties={"amount": "2001 CNY"}))
    assert no["decision"] is False
    assert no["context"]["reasons"][0]["code"] == "PER_ACT_EXCEEDED"
    assert no["context"]["reasons"][0]["seq"] == no["context"]["route"]["steps"][0]["seq"]
    nobody = offices.answer("evaluation", evaluation("dan", "approve", "matter", "spend"))
    assert (nobody["decision"], nobody["context"]["reasons"]) == (False, [{"code": "NO_GRANT"}])


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ({"amount": 2000}, True),
        ({"amount": 2000.01}, False),
        ({"amount": "2,000"}, True),
        ({"amount": "2000", "currency": "CNY"}, True),
        ({"amount": "2000元", "currency": "CNY"}, True),
        ({"amount": 0}, True),
        ({}, True),
        ({"requester": "bo"}, False),
        ({"requester": "dan"}, True),
        ({"requester": "dan", "beneficiary": "bo"}, False),
        ({"amount": 1, "attributes": {"region": "east"}, "anything": True, "nested": {"a": 1}}, True),
    ],
)
def test_what_an_act_is_about_stands_in_the_properties(offices: Asked, properties: Body, *, expected: bool) -> None:
    body = evaluation("bo", "approve", "matter", "spend", properties=properties)
    assert offices.answer("evaluation", body)["decision"] is expected


def test_what_cannot_be_determined_is_a_no_that_names_what_is_missing(offices: Asked) -> None:
    given(offices.ledger, grant("east", person("dan"), scope={"region": ("east",)}))
    body = evaluation("dan", "approve", "matter", "spend")
    answer = offices.answer("evaluation", body)
    assert answer["decision"] is False
    assert answer["context"]["undetermined"] is True
    assert [(one["code"], one["dimension"]) for one in answer["context"]["missing"]] == [
        ("ATTRIBUTE_MISSING", "region")
    ]
    for said in ({"region": "east"}, {"attributes": {"region": "east"}}):
        body = evaluation("dan", "approve", "matter", "spend", properties=said)
        assert offices.answer("evaluation", body)["decision"] is True
    foreign = evaluation("bo", "approve", "matter", "spend", properties={"amount": "10 USD"})
    answer = offices.answer("evaluation", foreign)
    assert (answer["decision"], answer["context"]["missing"][0]["code"]) == (False, "RATE_MISSING")


def test_attributes_of_the_subject_and_of_the_action_have_their_own_names(offices: Asked) -> None:
    given(offices.ledger, grant("s", person("dan"), scope={"subject.mfa": ("true",), "action.channel": ("app",)}))
    body = evaluation("dan", "approve", "matter", "spend", properties={"mfa": True, "channel": "app"})
    assert offices.answer("evaluation", body)["decision"] is False
    body["subject"]["properties"], body["action"]["properties"] = {"mfa": True}, {"channel": "app"}
    assert offices.answer("evaluation", body)["decision"] is True


def test_a_resource_is_a_matter_an_item_a_contract_or_an_item_of_a_matter(offices: Asked) -> None:
    given(
        offices.ledger,
        open_item("ad-1", matter="spend.ads", amount="1500 CNY"),
        open_item("ad-2", matter="spend.ads", amount="2500 CNY"),
        contract("c-1", value="1000 CNY", matter="spend"),
    )

    def decided(kind: str, name: str, **properties: object) -> bool:
        body = evaluation("bo", "approve", kind, name, properties=properties)
        found: bool = offices.answer("evaluation", body)["decision"]
        return found

    assert decided("item", "ad-1")
    assert not decided("item", "ad-2")
    assert decided("item", "ad-2", amount=1)
    assert decided("spend", "ad-1")
    assert decided("spend.ads", "ad-1")
    assert not decided("hr", "ad-1")
    assert decided("contract", "c-1")
    assert not decided("contract", "ad-1")
    assert decided("item", "c-1")
    assert decided("item", "never opened", matter="spend")
    assert decided("spend", "never opened")
    body = evaluation("bo", "approve", "item", "never opened")
    assert offices.answer("evaluation", body)["context"]["reasons"][0]["code"] == "UNKNOWN_NAME"


def test_a_committee_is_a_subject_of_its_own(offices: Asked) -> None:
    given(offices.ledger, constitute("board", position("chief")), grant("b", committee("board"), limit="unlimited"))
    body = evaluation("board", "approve", "matter", "spend", properties={"amount": 9_000_000})
    assert offices.answer("evaluation", body)["decision"] is False
    body["subject"]["type"] = "committee"
    assert offices.answer("evaluation", body)["decision"] is True
    assert offices.answer("evaluation", {**body, "subject": {"type": "robot", "id": "board"}})["decision"] is False
    del body["subject"]["id"]
    assert offices.found("subject", body) == ["board"]


def test_a_capacity_can_be_claimed(offices: Asked) -> None:
    given(offices.ledger, grant("own", person("bo"), limit="9000 CNY"))
    body = evaluation("bo", "approve", "matter", "spend", properties={"amount": 5000})
    assert offices.answer("evaluation", body)["decision"] is True
    body["subject"]["properties"] = {"position": "director"}
    assert offices.answer("evaluation", body)["decision"] is False


def test_a_yes_says_what_is_still_needed_and_what_is_left(offices: Asked) -> None:
    given(offices.ledger, jointly("g", 2, (2, (position("director"), position("manager")))), cap("g", "3000 CNY"))
    answer = offices.answer("evaluation", evaluation("bo", "approve", "matter", "spend", properties={"amount": 10}))
    assert answer["decision"] is True
    needed = answer["context"]["still_needed"][0]
    assert (needed["kind"], needed["persons"]) == ("joint", 2)
    assert answer["context"]["remainders"][0]["left"] == {"amount": "3000", "currency": "CNY"}


# Both times


def test_both_times_are_the_request_s(offices: Asked) -> None:
    ledger = offices.ledger
    before = ledger.books.head
    given(ledger, revoke("g", since="2026-06-01"))

    def decided(**context: object) -> bool:
        body = evaluation("bo", "approve", "matter", "spend", context=context)
        found: bool = offices.answer("evaluation", body)["decision"]
        return found

    assert not decided()
    assert decided(time="2026-05-31")
    assert decided(time="2026-05-31T23:59+08:00")
    assert not decided(time="2026-06-01T00:00+08:00")
    assert decided(known_at=before)
    assert decided(known_at=f"#{before}")
    assert not decided(known_at=before + 1)
    assert not decided(time="2025-12-31")
    assert not decided(known_at="2020-01-01")


def test_a_day_on_which_the_answer_changes_says_so(offices: Asked) -> None:
    given(offices.ledger, revoke("g", since="2026-06-10T12:00+08:00"))
    body = evaluation("bo", "approve", "matter", "spend", context={"time": "2026-06-10"})
    answer = offices.answer("evaluation", body)
    assert answer["decision"] is False
    assert answer["context"]["during_the_day"] == {"valid_at": ["2026-06-10T04:00:00Z"]}


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"context": {"time": "soon"}}, "/context/time"),
        ({"context": {"time": 12}}, "/context/time"),
        ({"context": {"time": None}}, "/context/time"),
        ({"context": {"known_at": None}}, "/context/known_at"),
        ({"context": {"known_at": 10_000}}, "/context/known_at"),
        ({"context": {"known_at": True}}, "/context/known_at"),
        ({"context": {"known_at": 1.5}}, "/context/known_at"),
        ({"context": []}, "/context"),
        (
            {"resource": {"type": "matter", "id": "spend", "properties": {"amount": "a lot"}}},
            "/resource/properties/amount",
        ),
        ({"resource": {"type": "matter", "id": "spend", "properties": {"amount": -1}}}, "/resource/properties/amount"),
        (
            {"resource": {"type": "matter", "id": "spend", "properties": {"amount": True}}},
            "/resource/properties/amount",
        ),
        ({"resource": {"type": "matter", "id": "spend", "properties": {"amount": 0.1234567890123456}}}, None),
        ({"resource": {"type": "matter", "id": "spend", "properties": {"amount": 1, "currency": "XYZ"}}}, None),
        ({"resource": {"type": "matter", "id": "spend", "properties": {"amount": "1 USD", "currency": "CNY"}}}, None),
        ({"resource": {"type": "matter", "id": "spend", "properties": {"requester": 7}}}, None),
        ({"resource": {"type": "matter", "id": "spend", "properties": {"opened": "2030-01-01"}}}, None),
        ({"resource": {"type": "matter", "id": "spend", "properties": {"attributes": []}}}, None),
        ({"resource": {"type": "matter", "id": "spend", "properties": []}}, "/resource/properties"),
        ({"subject": {"type": "person", "id": "bo", "properties": 1}}, "/subject/properties"),
        ({"action": {"name": "approve", "properties": 1}}, "/action/properties"),
    ],
)
def test_what_cannot_be_read_is_an_error_that_names_the_place(
    offices: Asked, change: Body, pointer: str | None
) -> None:
    body = {**evaluation("bo", "approve", "matter", "spend"), **change}
    found = offices.post("evaluation", body, **{"X-Request-ID": "req-7"})
    assert found.status_code == 400
    assert found.headers["x-request-id"] == "req-7"
    assert found.json()["code"] == "BAD_REQUEST"
    assert pointer is None or found.json()["pointer"] == pointer
    one = offices.answer("evaluations", {"evaluations": [body, evaluation("bo", "approve", "matter", "spend")]})
    assert [item["decision"] for item in one["evaluations"]] == [False, True]


@pytest.mark.parametrize("stated", [{"opened": "soon"}, {"opened": "2026-02-30"}, {"opened": "2030-01-01"}])
def test_what_is_stated_is_read_whoever_and_whatever_it_is_about(offices: Asked, stated: Body) -> None:
    for subject in ("person", "robot"):
        for kind, name in (("matter", "spend"), ("contract", "nowhere")):
            body = evaluation("bo", "approve", kind, name, properties=stated)
            body["subject"] = {"type": subject, "id": "bo"}
            found = offices.post("evaluation", body)
            assert (found.status_code, found.json()["pointer"]) == (400, "/resource/properties/opened")


# Several at once


def test_a_stated_object_replaces_the_default_as_a_whole(offices: Asked) -> None:
    default = evaluation("bo", "approve", "matter", "spend", properties={"amount": 5000})
    body = {
        **default,
        "evaluations": [{}, {"resource": {"type": "matter", "id": "spend"}}, {"resource": {"id": "spend"}}],
    }
    decided = offices.answer("evaluations", body)["evaluations"]
    assert [one["decision"] for one in decided] == [False, True, False]
    assert decided[2]["context"]["error"]["status"] == 400


@pytest.mark.parametrize(
    ("semantic", "expected"),
    [
        (None, [True, False, False, True]),
        ("execute_all", [True, False, False, True]),
        ("deny_on_first_deny", [True, False]),
        ("permit_on_first_permit", [True]),
    ],
)
def test_the_rest_is_left_undone_as_asked(offices: Asked, semantic: str | None, expected: list[bool]) -> None:
    acts = [{"action": {"name": name}} for name in ("approve", "sign", "", "approve")]
    body: Body = {**evaluation("bo", "approve", "matter", "spend"), "evaluations": acts}
    if semantic:
        body["options"] = {"evaluations_semantic": semantic}
    decided = offices.answer("evaluations", body)["evaluations"]
    assert [one["decision"] for one in decided] == expected


@pytest.mark.parametrize(
    "change",
    [
        {"evaluations": 1},
        {"evaluations": None},
        {"evaluations": [{}, []]},
        {"evaluations": [{}] * (MOST_EVALUATIONS + 1)},
        {"evaluations": [{}], "subject": "bo"},
        {"evaluations": [{}], "options": []},
        {"evaluations": [{}], "options": {"evaluations_semantic": "sometimes"}},
        {"evaluations": [{}], "options": {"evaluations_semantic": None}},
    ],
)
def test_several_that_cannot_be_read_as_a_whole_are_an_error(offices: Asked, change: Body) -> None:
    assert offices.post("evaluations", {**evaluation("bo", "approve", "matter", "spend"), **change}).status_code == 400


def test_all_of_several_are_asked_as_known_at_one_entry(offices: Asked) -> None:
    body = {**evaluation("bo", "approve", "matter", "spend"), "evaluations": [{}] * 20}
    decided = offices.answer("evaluations", body)["evaluations"]
    assert {one["context"]["known_seq"] for one in decided} == {offices.ledger.books.head}


# Searches


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    """Twenty-three persons who may approve, items that only some of them may, acts that one person may."""
    ledger = house()
    names = [f"p{number:02}" for number in range(23)]
    given(ledger, *(register(name) for name in names))
    given(ledger, *(grant(f"g-{name}", person(name), scope={"owner": (name, "all")}) for name in names))
    given(
        ledger,
        *(
            open_item(f"i{n:02}", attributes={"owner": "all" if n % 2 else "p00"}, since="2026-01-02")
            for n in range(47)
        ),
    )
    given(ledger, *(define(f"m{number:02}") for number in range(9)))
    given(
        ledger, *(DefineAct(since="2026-01-01", act=Act(f"a{number:02}"), name=f"a{number:02}") for number in range(30))
    )
    given(ledger, *(grant(f"x{n}", person("dan"), act=f"a{n:02}", limit="unlimited") for n in range(21)))
    with asked(ledger, tmp_path_factory.mktemp("crowd")) as service:
        yield service


SEARCHES: dict[str, tuple[str, Body, int]] = {
    "subjects": ("subject", evaluation("?", "approve", "item", "i01"), 23),
    "items": ("resource", evaluation("p00", "approve", "item", "?"), 47),
    "some items": ("resource", evaluation("p01", "approve", "spend", "?"), 23),
    "matters": ("resource", evaluation("p01", "approve", "matter", "?", properties={"owner": "p01"}), 2),
    "no contracts": ("resource", evaluation("p01", "approve", "contract", "?"), 0),
    "acts": ("action", evaluation("dan", "?", "matter", "spend"), 21),
}


@pytest.mark.parametrize("limit", [1, 2, 5, 20, 100])
@pytest.mark.parametrize("name", SEARCHES)
def test_all_pages_are_the_whole_answer(crowd: Asked, name: str, limit: int) -> None:
    kind, body, count = SEARCHES[name]
    whole = crowd.found(kind, body)
    assert len(whole) == count
    assert crowd.found(kind, {**body, "page": {"limit": limit}}) == whole
    first = crowd.answer(f"search/{kind}", {**body, "page": {"limit": limit}})
    assert first["page"]["count"] == len(first["results"]) == min(limit, count)
    assert (first["page"]["next_token"] != "") is (count > limit)


@pytest.mark.parametrize("name", SEARCHES)
def test_a_search_finds_exactly_what_an_evaluation_permits(crowd: Asked, name: str) -> None:
    kind, body, _ = SEARCHES[name]
    books, found = crowd.ledger.books, set(crowd.found(kind, body))
    universe: set[str] = set(books.things["person"])
    if kind == "resource":
        asked_for = body["resource"]["type"]
        universe = set(books.things[asked_for if asked_for in {"matter", "contract"} else "item"])
    elif kind == "action":
        universe = set(books.acts())
    place = ("action", "name") if kind == "action" else (kind, "id")
    for one in sorted(universe):
        each = {**body, place[0]: {**body[place[0]], place[1]: one}}
        assert crowd.answer("evaluation", each)["decision"] is (one in found), one


def test_a_walk_goes_on_as_it_began_whatever_is_recorded_meanwhile(tmp_path: Path) -> None:
    ledger = house()
    given(ledger, *(grant(f"g-{name}", person(name)) for name in ("anna", "bo", "chen", "dan")))
    body = evaluation("?", "approve", "matter", "spend")
    with asked(ledger, tmp_path) as service:
        first = service.answer("search/subject", {**body, "page": {"limit": 1}})
        given(ledger, revoke("g-bo", since="2026-01-01"), register("adam"), grant("g-adam", person("adam")))
        listed, token = [one["id"] for one in first["results"]], first["page"]["next_token"]
        while token:
            page = service.answer("search/subject", {**body, "page": {"token": token}})
            assert page["context"]["known_seq"] == first["context"]["known_seq"]
            listed, token = listed + [one["id"] for one in page["results"]], page["page"]["next_token"]
        assert listed == ["anna", "bo", "chen", "dan"]
        assert service.found("subject", body) == ["adam", "anna", "chen", "dan"]


def test_a_page_token_serves_its_own_question_alone(crowd: Asked) -> None:
    kind, body, _ = SEARCHES["items"]
    token = crowd.answer("search/resource", {**body, "page": {"limit": 2}})["page"]["next_token"]
    assert crowd.post("search/resource", {**body, "page": {"limit": 2, "token": token}}).status_code == 200
    others = [
        ("search/resource", {**body, "page": {"limit": 3, "token": token}}),
        ("search/resource", {**body, "subject": {"type": "person", "id": "p01"}, "page": {"token": token}}),
        ("search/resource", {**body, "context": {"time": "2026-01-01"}, "page": {"token": token}}),
        ("search/subject", {**body, "page": {"token": token}}),
        ("search/resource", {**body, "page": {"token": token[:-2]}}),
        ("search/resource", {**body, "page": {"token": "x" * 600}}),
    ]
    for path, other in others:
        found = crowd.post(path, other)
        assert (found.status_code, found.json()["code"]) == (400, "BAD_PAGE_TOKEN"), kind


@pytest.mark.parametrize("page", [[], {"limit": -1}, {"limit": "2"}, {"limit": True}, {"token": 1}, {"properties": 1}])
def test_a_page_that_cannot_be_read_is_an_error(crowd: Asked, page: object) -> None:
    kind, body, _ = SEARCHES["items"]
    assert crowd.post(f"search/{kind}", {**body, "page": page}).status_code == 400


def test_a_search_that_takes_too_long_is_given_up(tmp_path: Path) -> None:
    ledger = house()
    given(ledger, grant("g", person("dan")), *(open_item(f"i{number}") for number in range(300)))
    with asked(ledger, tmp_path, answer_seconds=0.001) as service:
        found = service.post("search/resource", evaluation("dan", "approve", "item", "?"))
        assert (found.status_code, found.json()["code"]) == (503, "TOOK_TOO_LONG")


def test_an_undetermined_subject_is_not_found(offices: Asked) -> None:
    given(offices.ledger, grant("east", person("dan"), scope={"region": ("east",)}))
    body = evaluation("?", "approve", "matter", "spend")
    assert offices.found("subject", body) == ["bo"]
    body["resource"]["properties"] = {"region": "east"}
    assert offices.found("subject", body) == ["bo", "dan"]


# Around it


def test_the_configuration_is_that_of_the_settings_and_not_of_the_host(offices: Asked) -> None:
    base = "https://pdp.example.com"
    for headers in ({}, {"Host": "evil.example.org", "X-Forwarded-Host": "evil.example.org"}):
        found = offices.client.get("/.well-known/authzen-configuration", headers=headers)
        assert found.status_code == 200
        assert found.headers["content-type"] == "application/json"
        assert found.json() == {"policy_decision_point": base, **{name: base + path for name, path in PATHS.items()}}
    for path in PATHS.values():
        assert offices.client.post(path, content=b"").status_code == 401


def test_a_decision_point_below_a_path_is_found_there_and_nowhere_else(tmp_path: Path) -> None:
    with asked(house(), tmp_path, public_url="https://example.com/remit/") as service:
        where = "/.well-known/authzen-configuration"
        found = service.client.get(f"{where}/remit").json()
        assert found["policy_decision_point"] == "https://example.com/remit"
        assert found["access_evaluation_endpoint"] == "https://example.com/remit/access/v1/evaluation"
        for other in (where, f"{where}/", f"{where}/other", f"{where}/remit/more"):
            assert service.client.get(other).status_code == 404, other


def test_an_answer_knows_what_was_just_recorded_and_says_the_head(offices: Asked) -> None:
    seq = recorded(offices.ledger, grant("new", person("dan")))
    found = offices.post("evaluation", evaluation("dan", "approve", "matter", "spend"))
    assert found.json()["decision"] is True
    assert found.headers["remit-head"] == str(seq)
    assert "head" not in found.json()


def test_a_decision_is_what_the_ledger_says(offices: Asked) -> None:
    books = offices.ledger.books
    for name in ("anna", "bo", "chen", "dan", "nobody"):
        question = Question(act="approve", matter="spend", at=on("2026-06-16") - MICROSECOND, known=Seq(books.head))
        body = evaluation(name, "approve", "matter", "spend", context={"time": "2026-06-15"})
        ruling = may(books, person(name), question)
        assert offices.answer("evaluation", body)["decision"] is (ruling.outcome == "yes")


# The page

PAGE = (HOUSE / "docs" / "authzen.md").read_text(encoding="utf-8")
SHOWN = re.findall(r"```json request ([\w/]+)\n(.*?)```\n\n```json answer\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    """The marketing centre as the page has it: its charter, and what happened since."""
    folder = tmp_path_factory.mktemp("page")
    place = ["--ledger", str(folder / "l.db")]
    charter, history = (
        str(HOUSE / "features" / "marketing_centre" / name) for name in ("charter.yaml", "history.yaml")
    )
    assert run(["init", "--from", charter, *place]) == 0
    assert run(["load", charter, history, *place]) == 0
    ledger = bootstrap.opened(place[1])
    with asked(ledger, folder) as service:
        yield service
    ledger.journal.close()


@pytest.mark.parametrize(("kind", "request_shown", "answer_shown"), SHOWN)
def test_every_request_of_the_page_is_answered_as_the_page_says(
    example: Asked, kind: str, request_shown: str, answer_shown: str
) -> None:
    assert len(SHOWN) == 4
    assert _same(example.answer(kind, json.loads(request_shown)), json.loads(answer_shown))


def _same(said: object, shown: object) -> bool:
    """Whether an answer is what the page shows; `…` in the page stands for anything."""
    if shown == "…":
        return True
    if isinstance(said, dict) and isinstance(shown, dict):
        return said.keys() == shown.keys() and all(_same(said[key], shown[key]) for key in said)
    if isinstance(said, list) and isinstance(shown, list):
        return len(said) == len(shown) and all(_same(*pair) for pair in zip(said, shown, strict=True))
    return said == shown


def test_the_page_names_every_type_and_property_that_is_read() -> None:
    for word in (*PERSONS, "committee", "matter", "item", "contract", "position", *RESOURCE_PROPERTIES, *SEMANTICS):
        assert f"`{word}`" in PAGE or f".{word}`" in PAGE, word
