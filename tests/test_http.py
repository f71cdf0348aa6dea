"""The HTTP API over the year of the marketing centre: what is asked, what is recorded, in which forms it comes."""

from __future__ import annotations

import csv
import io
import random
import socket
import zipfile
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event
from time import sleep
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

import msgspec
import orjson
import pytest

from api import bootstrap
from api.cli.app import run as remit
from api.files import read_file
from api.http.app import QUERIES
from api.http.identity import Identity
from api.http.problems import STATUSES, codes
from api.http.settings import Settings, settings_from
from api.http.tokens import Tokens
from ledger import Ledger
from ledger.ids import Seq
from ledger.policy import Question, who_could
from ledger.refusals import BadInput
from projections.projection import Projections
from tests.given import Clock, house
from tests.loopback import Answered, Service, serving

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

EXAMPLE = Path(__file__).parents[1] / "features" / "marketing_centre"
FILES = ("charter.yaml", "history.yaml", "correction.yaml", *(f"year/2026-{month:02}.yaml" for month in range(1, 13)))
AT = "on=2026-12-31&known=600"
LIMITS = (1, 2, 5, 20, 100)
LISTS = {query.name: query.lists for query in QUERIES}
ASKED = {
    "who-could": f"/v1/who-could?act=approve&matter=unplanned-spending&amount=1800&{AT}",
    "may": f"/v1/may?who=p02&act=approve&matter=unplanned-spending&amount=1800&{AT}",
    "what-could": f"/v1/what-could?person=p02&{AT}",
    "chart": f"/v1/chart?{AT}",
    "limits": f"/v1/limits?{AT}",
    "charter": f"/v1/charters/marketing-director?{AT}",
    "history": f"/v1/history?from=2026-01-01&to=2026-02-28&verdicts=true&{AT}",
    "contracts": f"/v1/contracts?{AT}",
    "contract": f"/v1/contracts/contract-05?{AT}",
    "targets": f"/v1/targets?{AT}",
    "verdicts": f"/v1/verdicts/spend-over-limit?{AT}",
    "breaches": f"/v1/breaches?from=2026-01-01&to=2026-12-31&{AT}",
    "flips": "/v1/flips/263?on=2026-12-31",
}
"""One question of each kind."""
ON_THE_LINE = {
    "who-could": ["who", "approve", "unplanned-spending", "1800"],
    "may": ["may", "p02", "approve", "unplanned-spending", "1800"],
    "what-could": ["what", "p02"],
    "chart": ["chart"],
    "limits": ["limits"],
    "charter": ["charter", "marketing-director"],
    "history": ["history", "--from", "2026-01-01", "--to", "2026-02-28", "--verdicts"],
    "contracts": ["contracts"],
    "contract": ["contract", "contract-05"],
    "targets": ["targets"],
    "verdicts": ["verdict", "spend-over-limit"],
    "breaches": ["breaches", "--from", "2026-01-01", "--to", "2026-12-31"],
    "flips": ["flips", "#263", "--on", "2026-12-31"],
}


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The ledger of the year."""
    place = tmp_path_factory.mktemp("year") / "year.db"
    charter = read_file(EXAMPLE / FILES[0])
    assert charter.ledger is not None
    ledger = Ledger.create(str(place), charter.ledger, by="test", followers=[Projections()])
    for name in FILES:
        loaded = read_file(EXAMPLE / name)
        ledger.submit_batch(loaded.commands, by="test", batch=loaded.batch)
    ledger.journal.close()
    return place


@pytest.fixture(scope="module")
def service(year: Path) -> Iterator[Service]:
    settings = Settings(catch_up_seconds=0.1, public_url="https://remit.example.com/", stream_seconds=0.2)
    with serving(Ledger.open(str(year)), settings) as one:
        yield one


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Service]:
    """A service on a house of four persons, to record in."""
    with serving(house(str(tmp_path / "house.db"))) as one:
        yield one


UNIT = {"do": "form-unit", "from": "2026-01-01", "unit": "new", "name": "新"}


# Questions


@pytest.mark.parametrize("name", ASKED)
def test_an_answer_is_that_of_the_command_line(
    name: str, service: Service, year: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    answered = service.ask(ASKED[name])
    assert answered.status == 200, answered

    times = [] if name == "flips" else ["--on", "2026-12-31", "--known", "600"]
    assert remit([*ON_THE_LINE[name], *times, "--json", "--ledger", str(year)]) in {0, 1}
    assert answered.body + b"\n" == capfdbinary.readouterr().out


@pytest.mark.parametrize("name", ASKED)
def test_an_answer_states_both_its_times_and_the_head_beside_it(name: str, service: Service) -> None:
    answered = service.ask(ASKED[name])
    assert {"valid_at", "known_seq", "known_at"} <= answered.answer.keys()
    assert answered.json["head"] == int(answered.headers["remit-head"])


@pytest.mark.parametrize("limit", LIMITS)
@pytest.mark.parametrize("name", [name for name in ASKED if LISTS[name]])
def test_a_walk_over_pages_gives_the_whole_answer(name: str, limit: int, service: Service) -> None:
    whole = service.ask(ASKED[name]).answer
    pages = [page.answer for page in walk(service, ASKED[name], limit)]

    found = {part: [one for page in pages for one in page.get(part, ())] for part in LISTS[name]}
    assert found == {part: list(whole.get(part, ())) for part in LISTS[name]}
    assert all(sum(len(page.get(part, ())) for part in LISTS[name]) <= limit for page in pages)
    for page in pages:
        for key, value in page.items():
            if isinstance(value, dict):
                assert value.items() <= whole[key].items()
            elif key not in LISTS[name]:
                assert value == whole[key]


def walk(service: Service, target: str, limit: int) -> Iterator[Answered]:
    """All pages of a question, by their tokens."""
    token = None
    while True:
        more = {"limit": limit} if token is None else {"limit": limit, "page_token": token}
        page = service.ask(f"{target}&{urlencode(more)}")
        assert page.status == 200, page
        yield page
        token = page.json.get("next")
        assert (token is not None) == ("link" in page.headers)
        if token is None:
            return


def test_pages_go_on_as_they_began_whatever_is_recorded_meanwhile(small: Service) -> None:
    first = small.ask("/v1/chart?limit=1")
    assert small.record(UNIT).status == 201
    pages = [first.answer]
    token = first.json.get("next")
    while token is not None:
        page = small.ask(f"/v1/chart?limit=1&page_token={token}")
        pages.append(page.answer)
        assert page.json["head"] == 15
        token = page.json.get("next")
    assert {page["known_seq"] for page in pages} == {14}
    assert len({page["valid_at"] for page in pages}) == 1
    assert [unit["unit"] for page in pages for unit in page.get("units", ())] == ["hq"]


def test_a_page_token_is_of_one_question_and_of_one_ledger(service: Service, small: Service) -> None:
    target = ASKED["breaches"]
    token = service.ask(f"{target}&limit=2").json["next"]
    changed = ("A" if token[-10] != "A" else "B").join((token[:-10], token[-9:]))
    for asked in (
        f"{target}&limit=2&page_token={changed}",
        f"{target}&limit=3&page_token={token}",
        f"{target}&limit=2&page_token={token}".replace("known=600", "known=601"),
        f"{target}&limit=2&page_token={token}".replace("from=2026-01-01", "from=2026-01-02"),
        f"/v1/limits?{AT}&limit=2&page_token={token}",
    ):
        answered = service.ask(asked)
        assert (answered.status, answered.code) == (400, "BAD_PAGE_TOKEN")
    assert small.ask(f"/v1/chart?limit=2&page_token={token}").code == "BAD_PAGE_TOKEN"


def test_the_address_of_the_next_page_is_that_of_the_settings_never_of_the_request(service: Service) -> None:
    page = service.ask(ASKED["breaches"] + "&limit=2", headers={"Host": "evil.example"})
    address = page.headers["link"].split(">")[0].removeprefix("<")
    assert address.startswith("https://remit.example.com/v1/breaches?")
    following = service.ask(address.removeprefix("https://remit.example.com"))
    assert following.answer["breaches"] != page.answer["breaches"]


@pytest.mark.parametrize("name", ASKED)
def test_an_answer_that_never_changes_has_an_etag(name: str, service: Service) -> None:
    first = service.ask(ASKED[name])
    etag = first.headers["etag"]
    assert etag.startswith('W/"')
    again = service.ask(ASKED[name])
    assert (again.headers["etag"], again.body) == (etag, first.body)
    for stated in (etag, f'"other", {etag}', etag.removeprefix("W/"), "*"):
        unchanged = service.ask(ASKED[name], headers={"If-None-Match": stated})
        assert (unchanged.status, unchanged.body) == (304, b"")
        assert unchanged.headers["etag"] == etag
        assert "remit-head" in unchanged.headers
    assert service.ask(ASKED[name], headers={"If-None-Match": '"other"'}).status == 200


@pytest.mark.parametrize(
    "times",
    ["", "on=2026-02-01", "known=5", "on=2026-02-01&known=2026-01-05", "on=2026-02-01&known=2026-01-05T10:00%2B08:00"],
)
def test_an_answer_that_can_change_has_none(times: str, small: Service) -> None:
    assert "etag" not in small.ask(f"/v1/chart?{times}").headers


def test_the_same_question_gives_the_same_answer_after_later_entries(small: Service) -> None:
    target = "/v1/who-could?act=approve&matter=spend&on=2026-02-01&known=14"
    before = small.ask(target)
    grant = {"do": "grant-authority", "authority": "g", "holder": {"position": "chief"}, "act": "approve"}
    assert small.record({**grant, "from": "2026-01-01", "matter": "spend", "limit": "unlimited"}).status == 201
    after = small.ask(target)
    assert (after.answer, after.headers["etag"]) == (before.answer, before.headers["etag"])
    assert (before.json["head"], after.json["head"]) == (14, 15)
    assert small.ask("/v1/who-could?act=approve&matter=spend&on=2026-02-01").answer["candidates"]


def test_what_is_kept_of_a_stretch_is_what_the_books_say(service: Service) -> None:
    books, dice = service.app.state.service.ledger.books, random.Random(5)  # noqa: S311 - which instants are asked
    begin = datetime(2026, 1, 1, tzinfo=UTC)
    for _ in range(300):
        at = begin + timedelta(days=dice.randrange(365), seconds=dice.randrange(0, 86_400, 1_800))
        matter, act = dice.choice((("unplanned-spending", "approve"), ("customer-disputes", "dispose")))
        known = dice.choice((263, 600, books.head))
        stated = {"act": act, "matter": matter, "on": at.isoformat().replace("+00:00", "Z"), "known": known}
        for amount in ("1800 CNY", "4000 CNY"):
            said = service.ask(f"/v1/who-could?{urlencode({**stated, 'amount': amount})}").answer
            question = msgspec.convert(said["question"], Question)
            assert (question.at, question.known) == (at, known)
            assert said == orjson.loads(msgspec.json.encode(who_could(books, question)))


def test_a_bare_date_names_the_instants_at_which_its_answer_changes(small: Service) -> None:
    grant = {"do": "grant-authority", "authority": "g", "holder": {"position": "chief"}, "act": "approve"}
    small.record({**grant, "from": "2026-02-01T10:00+08:00", "matter": "spend", "limit": "unlimited"})
    asked = "/v1/who-could?act=approve&matter=spend"
    said = small.ask(f"{asked}&on=2026-02-01").answer
    assert said["during_the_day"] == {"valid_at": ["2026-02-01T02:00:00Z"]}
    for on, able in (("2026-02-01T09:59%2B08:00", 0), ("2026-02-01T10:00%2B08:00", 1), ("2026-02-02", 1)):
        answer = small.ask(f"{asked}&on={on}").answer
        assert (len(answer["candidates"]), "during_the_day" in answer) == (able, False)


def test_a_question_waits_for_an_entry_and_says_when_it_does_not_come(small: Service) -> None:
    head = small.record(UNIT).json["head"]
    assert small.ask(f"/v1/chart?at_least={head}").answer["known_seq"] == head
    answered = small.ask(f"/v1/chart?at_least={head + 1}")
    assert (answered.status, answered.code, answered.json["head"]) == (409, "NOT_YET_KNOWN", head)
    assert answered.headers["retry-after"] == "1"

    with ThreadPoolExecutor() as others:
        small.app.state.service.settings = msgspec.structs.replace(small.app.state.service.settings, catch_up_seconds=5)
        waiting = others.submit(small.ask, f"/v1/chart?at_least={head + 1}")
        small.record({**UNIT, "unit": "newer"})
        assert waiting.result().status == 200


def test_another_process_answers_with_what_was_recorded_before_it_was_asked(tmp_path: Path) -> None:
    place = str(tmp_path / "house.db")
    with serving(house(place)) as one, serving(Ledger.open(place, clock=Clock())) as other:
        for number in range(5):
            recorded = one.record({**UNIT, "unit": f"u{number}"})
            assert recorded.status == 201, recorded
            head = recorded.json["head"]
            assert other.ask("/v1/chart").answer["known_seq"] == head
            recorded = other.record({**UNIT, "unit": f"v{number}"})
            assert recorded.status == 201, recorded
            assert recorded.json["head"] == head + 1
            assert one.ask(f"/v1/chart?at_least={head + 1}").answer["known_seq"] == head + 1


# Names


DECIDED = {
    "subject": {"type": "person", "id": "p02"},
    "action": {"name": "approve"},
    "resource": {"type": "matter", "id": "unplanned-spending", "properties": {"amount": "1800 CNY"}},
}


@pytest.fixture(scope="module")
def replica(year: Path) -> Iterator[Service]:
    """A service on what calls itself a replica."""
    ledger = Ledger.open(str(year))
    ledger.journal.is_copy = lambda: True  # type: ignore[method-assign]  # as of a server in recovery
    with serving(ledger, Settings(catch_up_seconds=0.1)) as one:
        yield one


@pytest.mark.parametrize("name", ASKED)
def test_a_replica_refuses_a_known_time_that_it_has_not_reached(name: str, replica: Service) -> None:
    head = replica.app.state.service.ledger.books.head
    path = ASKED[name].partition("?" if name == "flips" else "known=")[0]

    def asked(known: int | str) -> Answered:
        if name == "flips":
            return replica.ask(f"/v1/flips/{known}?on=2026-12-31")
        return replica.ask(f"{path}known={known}")

    assert asked(head).status == 200
    beyond: list[int | str] = [head + 1]
    if name != "flips":
        assert asked("2000-01-01").status in {200, 404}
        beyond += ["2099-01-01", "2099-01-01T00:00Z"]
    for known in beyond:
        refused = asked(known)
        assert (refused.status, refused.code, refused.headers["retry-after"]) == (409, "NOT_YET_KNOWN", "1")
        assert "is not known here" in refused.json["detail"]


def test_an_authzen_decision_of_a_replica_is_refused_alike(replica: Service) -> None:
    def asked(known: object) -> Answered:
        return replica.ask("/access/v1/evaluation", method="POST", json={**DECIDED, "context": {"known_at": known}})

    head = replica.app.state.service.ledger.books.head
    assert asked(head).status == 200
    for known in (head + 1, "2099-01-01"):
        assert asked(known).code == "NOT_YET_KNOWN"


def test_names_of_persons_are_for_those_who_may_see_them(service: Service) -> None:
    target = ASKED["who-could"] + "&names=true"
    found = service.ask(target, role="auditor")
    assert found.json["names"]
    assert "etag" not in found.headers
    assert all(name not in service.ask(ASKED["who-could"]).body.decode() for name in found.json["names"].values())
    refused = service.ask(target, role="reader")
    assert (refused.status, refused.code) == (403, "NOT_PERMITTED")
    assert service.ask(ASKED["who-could"], role="reader").status == 200


def test_a_table_shows_ids_where_names_may_not_be_seen(service: Service) -> None:
    target = ASKED["history"] + "&format=csv"
    names = service.ask(ASKED["history"] + "&names=true").json["names"]
    name = names["p02"]
    assert name in service.ask(target, role="auditor").body.decode()
    assert name not in service.ask(target, role="reader").body.decode()


# Tables


@pytest.mark.parametrize(
    "name", ["limits", "breaches", "contracts", "contract", "targets", "history", "verdicts", "flips"]
)
def test_tables_come_as_csv_and_xlsx_with_the_same_cells(name: str, service: Service) -> None:
    plain = service.ask(ASKED[name], headers={"Accept": "text/csv"})
    assert plain.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.reader(io.StringIO(plain.body.decode())))
    assert service.ask(ASKED[name] + "&format=csv").body == plain.body
    chinese = list(csv.reader(io.StringIO(service.ask(ASKED[name] + "&format=csv&lang=zh").body.decode())))
    assert len(chinese) == len(rows)
    assert chinese[0] != rows[0]

    book = service.ask(ASKED[name] + "&format=xlsx")
    assert "spreadsheetml" in book.headers["content-type"]
    assert service.ask(ASKED[name] + "&format=xlsx").body == book.body
    with zipfile.ZipFile(io.BytesIO(book.body)) as parts:
        page = parts.read("xl/worksheets/sheet1.xml").decode()
    assert page.count("<row ") == len(rows)
    assert "<f>" not in page


def test_a_table_has_the_rows_of_the_command_line(
    service: Service, year: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    times = ["--on", "2026-12-31", "--known", "600"]
    for name in ("breaches", "contracts", "history", "targets"):
        remit([*ON_THE_LINE[name], *times, "--csv", "--ledger", str(year), "--lang", "en"])
        assert service.ask(ASKED[name] + "&format=csv").body == capfdbinary.readouterr().out


# Commands


def test_one_command_is_recorded_once_however_often_it_is_sent(small: Service) -> None:
    first = small.record(UNIT, headers={"Idempotency-Key": "one"})
    assert first.status == 201
    assert first.json == {
        "head": 15,
        "receipt": {"command_id": "one", "first": 15, "last": 15, "recorded_at": first.json["receipt"]["recorded_at"]},
    }
    again = small.record({**UNIT, "command_id": "one"}, headers={"Idempotency-Key": '"one"'})
    assert (again.status, again.json["receipt"]["repeated"], again.json["head"]) == (200, True, 15)
    other = small.record({**UNIT, "name": "another"}, headers={"Idempotency-Key": "one"})
    assert (other.status, other.code) == (409, "COMMAND_ID_REUSED")
    wrong = small.record({**UNIT, "command_id": "one"}, headers={"Idempotency-Key": "two"})
    assert (wrong.status, wrong.json["pointer"]) == (422, "/command_id")


def test_a_batch_is_recorded_whole_or_not_at_all(small: Service) -> None:
    batch = [UNIT, {**UNIT, "unit": "hq"}, {**UNIT, "unit": "newer"}]
    refused = small.record(*batch)
    assert (refused.status, refused.code, refused.json["position"]) == (409, "NAME_TAKEN", 1)
    assert refused.json["pointer"] == "/1"
    assert small.app.state.service.ledger.journal.last() == 14

    done = small.record(batch[0], batch[2], headers={"Idempotency-Key": "loaded"})
    assert done.status == 201
    assert [one["command_id"] for one in done.json["receipts"]] == ["loaded/1", "loaded/2"]
    again = small.record(batch[0], batch[2], headers={"Idempotency-Key": "loaded"})
    assert (again.status, again.json["head"]) == (200, 16)
    assert {entry["batch"] for entry in small.ask("/v1/entries?after=14").answer["entries"]} == {"loaded"}


def test_each_command_is_recorded_on_its_own_where_that_is_asked(small: Service) -> None:
    batch = [UNIT, {**UNIT, "unit": "hq"}, {**UNIT, "unit": "newer", "parent": "new"}]
    said = small.record(*batch, query="?atomic=false", headers={"Idempotency-Key": "each"})
    assert said.status == 207
    outcomes = said.json["outcomes"]
    assert [one["status"] for one in outcomes] == [201, 409, 201]
    assert outcomes[1]["problem"]["code"] == "NAME_TAKEN"
    assert said.json["head"] == 16
    again = small.record(*batch, query="?atomic=false", headers={"Idempotency-Key": "each"}).json["outcomes"]
    assert [one["status"] for one in again] == [200, 409, 200]
    assert all("batch" not in entry for entry in small.ask("/v1/entries?after=14").answer["entries"])


def test_the_entry_says_who_recorded(small: Service) -> None:
    small.record(UNIT, role="recorder")
    (entry,) = small.ask("/v1/entries?after=14").answer["entries"]
    assert entry["recorded_by"] == "recorder-1"


def test_what_is_wrong_with_a_command_is_named_by_its_json_pointer(small: Service) -> None:
    act = {"do": "record-act", "acted_at": "2026-01-05", "item": "i", "act": "approve", "by": {"person": "anna"}}
    for body, pointer in (
        ({**act, "by": {"person": 7}}, "/by/person"),
        ([act, {**act, "votes": [{"seat": {}, "person": "a", "vote": "yes"}]}], "/1/votes/0/seat"),
        ([act, {"unit": 1}], "/1/do"),
        ({**act, "more": 1}, "/more"),
        ({**UNIT, "from": "2026-02-30"}, "/from"),
        ([UNIT, 5], "/1"),
    ):
        said = small.ask("/v1/commands", method="POST", json=body)
        assert (said.status, said.code, said.json.get("pointer")) == (422, "BAD_INPUT", pointer)
    assert small.app.state.service.ledger.journal.last() == 14


def test_a_reader_records_nothing_and_an_approver_acts_only_as_themself(small: Service) -> None:
    opening = {"do": "open-item", "item": "i", "matter": "spend", "from": "2026-01-02"}
    grant = {"do": "grant-authority", "authority": "g", "holder": {"position": "chief"}, "act": "approve"}
    assert small.record(opening, role="reader").code == "NOT_PERMITTED"
    assert small.record(opening, role=None).code == "NOT_AUTHENTICATED"
    small.record({**grant, "from": "2026-01-01", "matter": "spend", "limit": "unlimited"}, opening)
    act = {"do": "authorise-act", "item": "i", "act": "approve", "by": {"person": "anna"}}
    assert small.record(act, role="approver:bo").code == "NOT_PERMITTED"
    assert small.record(opening, act, role="approver:bo").status == 403
    assert small.record(act, role="approver:anna").status == 201
    refused = small.record({**act, "by": {"person": "bo"}}, role="approver:bo")
    assert (refused.status, refused.code) == (409, "NO_GRANT")


def test_a_plan_says_what_would_differ_and_writes_nothing(service: Service) -> None:
    head = service.app.state.service.ledger.journal.last()
    plan = {"do": "revoke-authority", "authority": "director-unplanned-spending", "from": "2026-01-01"}
    said = service.ask("/v1/flips?on=2026-12-31", method="POST", json=plan)
    assert said.status == 200, said
    assert said.answer["planned"]
    assert said.answer["flips"]
    assert said.answer["known_seq"] == said.json["head"] == head == service.app.state.service.ledger.journal.last()
    refused = service.ask("/v1/flips", method="POST", json=[plan, {**plan, "authority": "none"}])
    assert (refused.status, refused.code, refused.json["pointer"]) == (409, "UNKNOWN_NAME", "/1")


# Entries


def test_entries_come_in_pages_as_they_are_stored(service: Service) -> None:
    stored = [bytes(state) for _, _, state in service.app.state.service.ledger.journal.stored()]
    after, found = 0, list[bytes]()
    while True:
        page = service.ask(f"/v1/entries?after={after}&limit=100", role="auditor")
        entries = page.answer["entries"]
        found += [orjson.dumps(entry, option=orjson.OPT_SORT_KEYS) for entry in entries]
        if "link" not in page.headers:
            break
        after = entries[-1]["seq"]
    assert found == stored
    assert service.ask("/v1/entries", role="reader").code == "NOT_PERMITTED"


def test_no_personal_value_stands_in_the_entries(small: Service) -> None:
    person = {"do": "register-person", "person": "eve", "name": "Eve Unmistakable", "from": "2026-01-01"}
    assert small.record(person).status == 201
    assert b"Unmistakable" not in small.ask("/v1/entries?limit=1000").body


def test_a_stream_gives_each_entry_once_in_order_and_resumes(tmp_path: Path) -> None:
    settings = Settings(stream_seconds=1.5, heartbeat_seconds=0.2, catch_up_seconds=0.1)
    with serving(house(str(tmp_path / "house.db")), settings) as service, ThreadPoolExecutor() as others:
        reading = others.submit(service.ask, "/v1/entries/stream?after=10")
        for number in range(20):
            assert service.record({**UNIT, "unit": f"u{number}"}).status == 201
        first = events(reading.result().body)
        assert [number for number, _ in first] == list(range(11, 11 + len(first)))
        assert first[-1][0] == 34
        assert b": still here" in reading.result().body
        rest = service.ask("/v1/entries/stream?after=1", headers={"Last-Event-ID": "32"})
        assert [number for number, _ in events(rest.body)] == [33, 34]
        assert [entry["seq"] for _, entry in first] == [number for number, _ in first]
        assert service.app.state.service.streams == 0


def events(body: bytes) -> list[tuple[int, Any]]:
    """The events of a stream: id and data."""
    found = []
    for block in body.decode().split("\n\n"):
        lines = dict(line.split(": ", 1) for line in block.split("\n") if line and not line.startswith(":"))
        if "id" in lines:
            assert lines["event"] == "entry"
            found.append((int(lines["id"]), orjson.loads(lines["data"])))
    return found


def test_streams_are_counted_and_end_with_the_service(tmp_path: Path) -> None:
    with (
        serving(house(str(tmp_path / "house.db")), Settings(streams=1, heartbeat_seconds=0.1)) as service,
        socket.create_connection(("127.0.0.1", service.port), timeout=10) as wire,
    ):
        wire.sendall(
            b"GET /v1/entries/stream HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer auditor\r\nConnection: close\r\n\r\n"
        )
        assert b"200 OK" in wire.recv(100)
        refused = service.ask("/v1/entries/stream")
        assert (refused.status, refused.code) == (429, "TOO_MANY_STREAMS")
        service.app.state.service.stopping = True
        assert wire.makefile("rb").read().endswith(b"0\r\n\r\n")


def test_a_stream_ends_with_the_token_of_its_reader(tmp_path: Path) -> None:
    tokens = Tokens(tmp_path / "tokens")
    token, kept = tokens.create("bi", ("auditor",), bootstrap.now(), timedelta(days=1))
    with (
        serving(house(str(tmp_path / "house.db")), Settings(heartbeat_seconds=0.1)) as service,
        socket.create_connection(("127.0.0.1", service.port), timeout=10) as wire,
    ):
        service.app.state.identity = Identity(tokens, None, bootstrap.now)
        wire.sendall(
            b"GET /v1/entries/stream?after=14 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
            b"Authorization: Bearer %b\r\n\r\n" % token.encode()
        )
        heard = wire.makefile("rb")
        assert b"still here" in heard.read(800)
        tokens.revoke(kept.id, bootstrap.now())
        writer, _ = tokens.create("hr", ("recorder",), bootstrap.now(), timedelta(days=1))
        assert service.record(UNIT, role=None, headers={"Authorization": f"Bearer {writer}"}).status == 201
        assert b"id: 15" not in heard.read()


# Running it


def test_health_needs_no_token_and_figures_do(service: Service) -> None:
    assert service.ask("/healthz", role=None).json == {"status": "alive"}
    assert service.ask("/readyz", role=None).json == {"status": "ready", "records": True}
    assert service.ask("/metrics", role=None).status == 401
    assert service.ask("/metrics", role="reader").status == 403
    service.ask(ASKED["who-could"])
    figures = service.ask("/metrics").body.decode()
    assert 'remit_answers_total{route="/v1/who-could",status="200"}' in figures
    assert "remit_head " in figures


def test_it_is_not_ready_when_it_takes_no_commands(small: Service) -> None:
    small.app.state.service.committer.stop()
    said = small.ask("/readyz")
    assert (said.status, said.code) == (503, "STOPPED")
    assert small.record(UNIT).code == "STOPPED"
    assert small.ask("/v1/chart").status == 200


def test_nobody_waits_for_a_long_question_of_somebody_else(small: Service) -> None:
    inside = small.app.state.service
    plan = {**UNIT, "unit": "planned"}
    with ThreadPoolExecutor() as others:
        with inside.long.ledger.lock:
            long = [
                others.submit(small.ask, "/v1/breaches"),
                others.submit(small.ask, "/v1/flips", method="POST", json=plan),
            ]
            sleep(0.2)
            assert small.record(UNIT).status == 201
            assert small.ask("/v1/who-could?act=approve&matter=spend").json["head"] == 15
            assert small.app.state.service.ledger.journal.last() == 15
            assert not any(one.done() for one in long)
        assert [one.result().status for one in long] == [200, 200]
    assert small.ask("/v1/chart").json["head"] == 15, "a plan leaves nothing behind"


def test_a_question_whose_time_is_over_is_not_worked_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with (
        serving(house(str(tmp_path / "house.db")), Settings(answer_seconds=0.2)) as service,
        ThreadPoolExecutor() as others,
    ):
        worked_on = Event()
        monkeypatch.setattr("api.http.answering.times_of", lambda *_: worked_on.set())
        with service.app.state.service.long.ledger.lock:
            said = others.submit(service.ask, "/v1/breaches").result()
            assert (said.status, said.code) == (503, "TOOK_TOO_LONG")
        assert not worked_on.wait(0.3)


def test_an_answer_that_takes_too_long_is_given_up(year: Path) -> None:
    with serving(Ledger.open(str(year)), Settings(answer_seconds=0.001)) as service:
        said = service.ask(f"/v1/history?verdicts=true&{AT}")
        assert (said.status, said.code) == (503, "TOOK_TOO_LONG")
        assert said.headers["retry-after"] == "10"


def test_every_code_has_a_status_and_every_status_is_described(service: Service) -> None:
    assert set(codes()) >= STATUSES.keys()
    document = service.ask("/openapi.json", role=None).json
    assert {str(status) for status in STATUSES.values()} - {"500", "405"} <= document["components"]["responses"].keys()


def test_the_examples_of_the_openapi_document_run(service: Service) -> None:
    document = service.ask("/openapi.json", role=None).json
    assert document["servers"] == [{"url": "https://remit.example.com"}]
    sent = 0
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            for target, body in examples(path, operation):
                said = service.ask(target, method=method.upper(), json=body)
                assert said.status in {200, 201}, (method, target, said)
                sent += 1
    assert sent >= len(QUERIES) + 4


def examples(path: str, operation: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The address and the body of each example of an operation."""
    query = {}
    for one in operation.get("parameters", ()):
        if "example" not in one:
            continue
        if one["in"] == "path":
            path = path.replace(f"{{{one['name']}}}", quote(str(one["example"])))
        else:
            query[one["name"]] = one["example"]
    target = f"{path}?{urlencode(query)}" if query else path
    form = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    schema = form.get("schema", {})
    bodies = [one["value"] for one in form.get("examples", {}).values()] or schema.get("examples", [])
    bodies = [form["example"], *bodies] if "example" in form else bodies
    if not form and "{" not in target:
        yield target, None
    for body in bodies:
        yield target, body


# Settings


def test_settings_are_read_strictly() -> None:
    said = settings_from({"REMIT_PORT": "9000", "REMIT_BEHIND_PROXY": "yes", "REMIT_LEDGER": "x.db", "HOME": "/"})
    assert (said.port, said.behind_proxy, said.ledger, said.workers) == (9000, True, "x.db", 1)
    assert settings_from({"REMIT_PORT": "9000"}, port=9001, host=None).port == 9001
    for environment, field in (
        ({"REMIT_PORT": "x"}, "REMIT_PORT"),
        ({"REMIT_PORT": "70000"}, "REMIT_PORT"),
        ({"REMIT_BEHIND_PROXY": "perhaps"}, "REMIT_BEHIND_PROXY"),
        ({"REMIT_ANSWER_SECONDS": "0"}, "REMIT_ANSWER_SECONDS"),
        ({"REMIT_PUBLIC_URL": "remit"}, "settings"),
        ({"REMIT_OIDC_ISSUER": "https://id.example.com"}, "settings"),
    ):
        with pytest.raises(BadInput) as bad:
            settings_from(environment)
        assert bad.value.field == field
    with pytest.raises(BadInput):
        settings_from({}, nothing="x")


def test_a_refusal_of_storage_names_no_place_of_the_server(small: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    from ledger.refusals import StorageTrouble  # noqa: PLC0415 - its one use

    def full(*_: object, **__: object) -> None:
        raise StorageTrouble("`/srv/secret/ledger.db`: the disk is full", code="DISK_FULL")

    monkeypatch.setattr(small.app.state.service.ledger.journal, "locked", full)
    said = small.record(UNIT)
    assert (said.status, said.code) == (503, "DISK_FULL")
    assert b"secret" not in said.body
    assert Seq(14) == small.app.state.service.ledger.books.head
