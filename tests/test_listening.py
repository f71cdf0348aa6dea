"""Whose word counts before anybody is known, what the log says, and what nobody else may see."""

from __future__ import annotations

import json
import logging
import os
import re
import socket
import stat
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from starlette.testclient import TestClient

from api import bootstrap
from api.cli.app import run as remit
from api.http.app import create_app
from api.http.identity import Identity
from api.http.logs import Masked
from api.http.settings import Settings
from api.http.tokens import Tokens
from ledger.journal.journal import shown
from ledger.refusals import BadInput
from tests.given import house
from tests.test_serving import running
from tests.test_wire import soon

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

NOW = datetime(2026, 6, 15, 4, 0, tzinfo=UTC)


# Whose word counts


@contextmanager
def behind(folder: Path, peer: str, **stated: Any) -> Iterator[TestClient]:  # noqa: ANN401 - any setting
    settings = Settings(behind_proxy=True, public_url="https://remit.example.com", **stated)
    app = create_app(settings, house(), identity=Identity(Tokens(folder / "tokens"), None, lambda: NOW))
    with TestClient(app, client=(peer, 4_711)) as client:
        yield client


def denied(caplog: pytest.LogCaptureFixture) -> dict[str, Any]:
    """The last line of the audit."""
    line = [one.getMessage() for one in caplog.records if one.name == "remit.audit"][-1]
    assert line.isascii()
    assert line.isprintable()
    said: dict[str, Any] = json.loads(line)
    return said


@pytest.mark.parametrize(
    ("peer", "proxies", "status"),
    [
        ("127.0.0.1", None, 401),
        ("::1", None, 401),
        ("10.0.0.5", None, 403),
        ("10.0.0.5", "10.0.0.5", 401),
        ("::ffff:10.0.0.5", "10.0.0.5", 401),
        ("10.0.0.6", "10.0.0.5, 10.1.0.0/16", 403),
        ("10.1.2.3", "10.0.0.5, 10.1.0.0/16", 401),
        ("fd00::7", "fd00::/64", 401),
        ("nobody", "10.0.0.5", 403),
    ],
)
def test_behind_a_proxy_it_alone_is_answered(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, peer: str, proxies: str | None, status: int
) -> None:
    with behind(tmp_path, peer, proxies=proxies) as client:
        found = client.get("/v1/chart", headers={"X-Forwarded-For": "203.0.113.9"})
        assert found.status_code == status
        assert found.headers["content-type"] == "application/problem+json"
        assert "x-request-id" in found.headers
        assert denied(caplog)["client"] == ("203.0.113.9" if status == 401 else peer)
        for path in ("/healthz", "/readyz"):
            assert client.get(path).status_code == 200, "who looks after it asks it directly"


@pytest.mark.parametrize(
    ("stated", "client"),
    [
        ([], "10.0.0.5"),
        (["203.0.113.9"], "203.0.113.9"),
        (["203.0.113.9:8123"], "203.0.113.9"),
        (["[2001:db8::9]:443"], "2001:db8::9"),
        (["1.1.1.1, 203.0.113.9"], "203.0.113.9"),
        (["1.1.1.1", "203.0.113.9, 10.0.0.7"], "203.0.113.9"),
        (["10.0.0.7"], "10.0.0.7"),
        (["203.0.113.9, <script>"], "10.0.0.5"),
        (["203.0.113.9, unknown"], "10.0.0.5"),
        (["fe80::1%<script>"], "fe80::1"),
        (["203.0.113.9" + ", 10.0.0.7" * 1_000], "10.0.0.7"),
    ],
)
def test_of_what_a_proxy_forwards_only_an_address_counts(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, stated: Sequence[str], client: str
) -> None:
    with behind(tmp_path, "10.0.0.5", proxies="10.0.0.0/24") as asked:
        asked.get("/v1/chart", headers=[("X-Forwarded-For", one) for one in stated])
        assert denied(caplog)["client"] == client


def test_without_a_proxy_nothing_that_is_forwarded_counts(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    app = create_app(Settings(), house(), identity=Identity(Tokens(tmp_path / "tokens"), None, lambda: NOW))
    with TestClient(app, client=("127.0.0.1", 1)) as client:
        client.get("/v1/chart", headers={"X-Forwarded-For": "203.0.113.9"})
        assert denied(caplog)["client"] == "127.0.0.1"


@pytest.mark.parametrize("proxies", ["*", "0.0.0.0/0", "::/0", "10.0.0.5, *", "proxy.example.com", "10.0.0.5/8", ""])
def test_a_proxy_is_an_address_or_a_network_and_not_everybody(proxies: str) -> None:
    if not proxies:
        assert Settings(proxies=proxies).proxy_networks == Settings().proxy_networks
        return
    with pytest.raises(ValueError, match="proxies"):
        Settings(proxies=proxies)


@pytest.mark.parametrize(
    "url",
    [
        "https://user:secret@remit.example.com",
        "https://user@remit.example.com",
        "https://remit.example.com:99999",
        "https://remit.example.com:0",
        "https://remit.example.com:x",
        "https://remit.example.com?",
        "https://remit.example.com#",
        "https://remit.example.com/a b",
        "https://remit.example.com/<x>",
        "https://remit.example.com/\r\nX: y",
        "https://[::1",
        "https://",
        "ftp://remit.example.com",
        "remit.example.com",
    ],
)
def test_the_address_for_callers_is_one_and_has_no_secret(url: str) -> None:
    with pytest.raises(ValueError, match="public_url") as no:
        Settings(public_url=url)
    assert "secret" not in str(no.value)
    for good in (
        "https://remit.example.com",
        "http://[::1]:8000",
        "https://a-b.example:8443/remit/",
        "http://localhost",
    ):
        assert Settings(public_url=good).public_url == good


# What the log says, and what it does not


@pytest.mark.parametrize(
    ("stated", "taken"),
    [
        ("req-9", True),
        ("x" * 128, True),
        ("!~", True),
        ("x" * 129, False),
        ("", False),
        ("a b", False),
        ("a\x85b", False),
        ("\xff", False),
        ("a\tb", False),
    ],
)
def test_a_request_id_is_short_and_visible_or_a_new_one(tmp_path: Path, stated: str, *, taken: bool) -> None:
    app = create_app(Settings(), house(), identity=Identity(Tokens(tmp_path / "tokens"), None, lambda: NOW))
    with TestClient(app) as client:
        found = client.get("/healthz", headers=[(b"x-request-id", stated.encode("latin-1"))])
        if taken:
            assert found.headers["x-request-id"] == stated
        else:
            assert re.fullmatch(r"[0-9a-f]{32}", found.headers["x-request-id"])


def test_a_line_of_the_audit_is_one_line_whatever_the_address(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    app = create_app(Settings(), house(), identity=Identity(Tokens(tmp_path / "tokens"), None, lambda: NOW))
    with TestClient(app) as client:
        client.get("/v1/charters/%E2%80%A8forged%C2%85line%0Aand%1B[31m%ED%A0%80")
    assert denied(caplog)["path"].startswith("/v1/charters/\u2028forged\x85line\nand")


@pytest.mark.parametrize("token", ["remit_" + "k" * 43, "REMIT%5F" + "k" * 43, "eyJhbGciOi.kkkk.kkkk-k_k"])
def test_no_log_keeps_a_token_whoever_says_it_where(token: str) -> None:
    line = '%s - "%s %s HTTP/%s" %d'
    said = ("127.0.0.1:1", "GET", f"/v1/chart?access_token={token}&on=2026-01-01", "1.1", 401)
    record = logging.LogRecord("uvicorn.access", logging.INFO, "", 0, line, said, None)
    assert Masked().filter(record)
    assert "kkk" not in record.getMessage()
    assert "&on=2026-01-01 HTTP/1.1" in record.getMessage()


def test_tokens_that_cannot_be_read_are_logged_once_and_it_is_not_ready(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    tokens = Tokens(tmp_path / "tokens")
    token, _ = tokens.create("bi", ("auditor",), bootstrap.now(), timedelta(days=1))
    with TestClient(create_app(Settings(tokens=str(tokens.path)), house())) as client:
        assert client.get("/readyz").json() == {"status": "ready", "records": True}
        tokens.path.write_bytes(b"{\n")
        for _ in range(3):
            assert client.get("/v1/chart", headers={"Authorization": f"Bearer {token}"}).status_code == 503
            found = client.get("/readyz")
            assert (found.status_code, found.json()["code"]) == (503, "TOKENS_UNREADABLE")
            assert str(tokens.path) not in found.text
    said = [one for one in caplog.records if one.name == "remit.storage"]
    assert [(one.levelname, str(tokens.path) in one.getMessage()) for one in said] == [("ERROR", True)]


# What nobody else may see


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://u:s3cret%zz@127.0.0.1:1/x",
        "postgresql://u:s3cret@pw@127.0.0.1:1/x",
        "postgresql://u:s3/cret@127.0.0.1:1/x",
        "postgresql://u:12/cret@127.0.0.1:1/x",
        "postgresql://u:s3?cret@127.0.0.1:1/x",
        "postgresql://u:s3#cret@127.0.0.1:1/x",
        "postgresql://u:s3 cret@127.0.0.1:1/x",
        "postgresql://u@127.0.0.1:1/x?password=s3&cret",
        "host=127.0.0.1 password=s3cretpw",
        "POSTGRESQL://u:s3cretpw@127.0.0.1:1/x",
        "postgresql:u:s3cretpw@127.0.0.1:1/x",
        "mysql://u:s3cretpw@127.0.0.1:1/x",
    ],
)
def test_no_part_of_a_password_is_shown_of_a_url_that_cannot_be_read(
    url: str, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.backup").write_bytes(b"PGDMP")
    tokens = ["--tokens", str(tmp_path / "tokens")]
    for line in (
        ["log"],
        ["init", "X"],
        ["check"],
        ["serve", *tokens],
        ["backup", "b"],
        ["restore", "a.backup"],
        ["chart"],
    ):
        for more in ([], ["--json"]):
            if more and line[0] == "serve":
                continue
            assert remit([*line, "--ledger", url, *more]) == 2
            said = "".join(capfd.readouterr())
            assert "the URL cannot be read" in said
            for part in ("s3", "cret", "pw", "zz", "12/"):
                assert part not in said
    assert shown(url) == "…"


@pytest.mark.parametrize(
    "url",
    [
        "remit.db",
        "sqlite:////srv/remit.db",
        ":memory:",
        "postgresql:///remit?host=/run/postgresql&schema=x",
        "postgresql://u:s%40cret@h:5432,h2:5433/db?sslmode=require&options=-c%20a%3Db",
        "postgres://[::1]:5432/db",
        "postgresql://u:@%2Frun%2Fpostgresql/db",
    ],
)
def test_a_url_that_can_be_read_in_one_way_is_taken_as_it_is(url: str) -> None:
    assert bootstrap.ledger_url(url) == url
    assert "cret" not in shown(url)


def test_a_new_ledger_is_its_makers_alone(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        ledger = house(str(tmp_path / "house.db"))
        modes = {one.name: stat.S_IMODE(one.stat().st_mode) for one in tmp_path.iterdir()}
        ledger.journal.close()
    finally:
        os.umask(before)
    assert modes == {"house.db": 0o600, "house.db-wal": 0o600, "house.db-shm": 0o600}


# As processes


def test_the_token_of_a_run_is_in_no_file_and_ends_with_it(tmp_path: Path) -> None:
    with running(tmp_path, "--with-token", "--access-log") as service:
        service.until_ready()
        with service.caller() as client:
            assert client.get("/v1/entries").status_code == 200
            assert client.get(f"/v1/chart?access_token={service.token}").status_code == 422
        assert not (tmp_path / "l.db.tokens").exists(), "so no signal leaves it behind"
        service.kill()
    assert service.token not in (tmp_path / "err").read_text()
    assert "access_token=remit_…" in (tmp_path / "err").read_text()


@pytest.mark.parametrize("workers", ["1", "2"])
def test_it_says_where_it_listens_as_it_is(tmp_path: Path, workers: str) -> None:
    try:
        with socket.socket(socket.AF_INET6) as one:
            one.bind(("::1", 0))
    except OSError:
        pytest.skip("there is no IPv6 here")
    with running(tmp_path, "--with-token", "--host", "::1", "--port", "0", "--workers", workers) as service:
        assert soon(lambda: "remit_" in (tmp_path / "out").read_text(), 30)
        (address,) = re.findall(r"http://\[::1\]:[1-9]\d*", (tmp_path / "out").read_text())
        service.url = address
        service.until_ready()
        with service.caller() as client:
            said = client.get("/.well-known/authzen-configuration").json()
            assert said["policy_decision_point"] == address
        assert service.stop() == 0


def test_a_setting_that_no_service_can_have_is_told_before_a_token_is_shown(tmp_path: Path) -> None:
    provider = {"REMIT_OIDC_ISSUER": "http://id.example.com", "REMIT_OIDC_AUDIENCE": "remit"}
    with running(tmp_path, "--with-token", "--workers", "2", **provider) as service:
        assert service.process.wait(timeout=60) == 2
        assert (tmp_path / "out").read_text() == ""
        assert len((tmp_path / "err").read_text().splitlines()) == 1


def test_a_bad_setting_of_a_ledger_is_bad_input() -> None:
    with pytest.raises(BadInput):
        bootstrap.ledger_url("postgres:x")
