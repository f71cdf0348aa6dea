"""Entries over HTTP: pages and streams in parts that are short enough, and none from beyond the head."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

import orjson
import pytest

from api.http import entries
from api.http.settings import Settings
from tests.given import house
from tests.loopback import Service, serving
from tests.test_http import events

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HEAD = 74


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service on many entries, of which one is long."""
    path: Path = tmp_path_factory.mktemp("entries") / "house.db"
    settings = Settings(catch_up_seconds=0.3, stream_seconds=0.4, longest_result=10_000)
    with serving(house(str(path)), settings) as one:
        many: list[object] = [
            {"do": "form-unit", "from": "2026-01-01", "unit": f"u{number}", "name": f"{number:03}" * 90}
            for number in range(60)
        ]
        attributes = {f"a{number}": "x" * 300 for number in range(40)}
        many[30] = {"do": "open-item", "item": "i", "matter": "spend", "from": "2026-01-02", "attributes": attributes}
        recorded = one.record(*many)
        assert recorded.status == 201, recorded.body
        assert recorded.json["head"] == HEAD
        yield one


def stored(service: Service) -> list[bytes]:
    return [bytes(state) for _, _, state in service.app.state.service.ledger.journal.stored()]


@pytest.mark.parametrize("limit", [7, 1_000])
def test_a_page_is_as_long_as_is_given_at_a_time_and_the_next_goes_on(
    service: Service, limit: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entries, "MOST_BYTES", 5_000)
    address, found = f"/v1/entries?limit={limit}", list[bytes]()
    while address:
        page = service.ask(address)
        assert page.status == 200, "an entry that is longer by itself is given, too"
        some = [orjson.dumps(one, option=orjson.OPT_SORT_KEYS) for one in page.answer["entries"]]
        assert len(some) == 1 or sum(map(len, some)) < 5_000
        found += some
        address = page.headers.get("link", "").partition("<http://127.0.0.1:8000")[2].partition(">")[0]
    assert found == stored(service)


def test_a_page_is_never_too_large_to_be_given(service: Service) -> None:
    page = service.ask("/v1/entries?limit=1000")
    assert page.status == 200
    assert len(page.body) < 10_500
    assert 'rel="next"' in page.headers["link"]


def test_a_stream_reads_as_much_at_a_time_and_gives_all(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entries, "MOST_BYTES", 5_000)
    read, lengths = entries._stored, list[int]()  # noqa: SLF001 - what is read at a time

    def reading(inside: object, after: int, upto: int) -> list[tuple[int, bytes]]:
        some = read(inside, after, upto)  # type: ignore[arg-type]  # as it is called
        lengths.append(0 if len(some) == 1 else sum(len(state) for _, state in some))
        return some

    monkeypatch.setattr(entries, "_stored", reading)
    heard = events(service.ask("/v1/entries/stream?after=0").body)
    assert [number for number, _ in heard] == list(range(1, HEAD + 1))
    assert 0 < max(lengths) <= 5_000


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        (f"/v1/entries?after={HEAD + 1}", {}),
        (f"/v1/entries/stream?after={HEAD + 1}", {}),
        ("/v1/entries/stream", {"Last-Event-ID": str(HEAD + 1)}),
    ],
)
def test_nothing_comes_after_an_entry_that_is_not_known(service: Service, path: str, headers: dict[str, str]) -> None:
    began = monotonic()
    found = service.ask(path, headers=headers)
    assert (found.status, found.code, found.json["head"]) == (409, "NOT_YET_KNOWN", HEAD)
    assert found.headers["retry-after"] == "1"
    assert monotonic() - began > 0.2, "it was waited for"
    last = {name: str(HEAD) for name in headers}
    assert service.ask(path.replace(str(HEAD + 1), str(HEAD)), headers=last).status == 200
