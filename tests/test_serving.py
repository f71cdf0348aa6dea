"""The service as it runs: who is let in, what every answer carries, what is logged, where it listens, how it ends."""

from __future__ import annotations

import gc
import json
import logging
import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import NameOID
from starlette.testclient import TestClient

from api import bootstrap
from api.http.app import create_app
from api.http.identity import ROLES, Identity, Role
from api.http.security import HEADERS
from api.http.serving import Application, check
from api.http.settings import Settings
from api.http.tokens import Tokens
from ledger.commands import OpenLedger
from ledger.refusals import BadInput
from tests.given import CLERK, given, grant, house, open_item, position
from tests.test_identity import NOW as PROVIDER_NOW
from tests.test_identity import World, jwk, rsa_key, signed

if TYPE_CHECKING:
    from collections.abc import Iterator

NOW = datetime(2026, 6, 15, 4, 0, tzinfo=UTC)
Body = dict[str, Any]
Headers = dict[str, str]
NONE: Headers = {}
REGISTER: Body = {"do": "register-person", "person": "p-new", "name": "New", "from": "2026-01-02"}
QUESTION = "/v1/who-could?act=approve&matter=spend"
EVALUATION: Body = {
    "subject": {"type": "person", "id": "bo"},
    "action": {"name": "approve"},
    "resource": {"type": "matter", "id": "spend"},
}


class Door:
    """A service in this process, and a caller in each role."""

    def __init__(self, client: TestClient, tokens: Tokens) -> None:
        self.client, self.tokens = client, tokens
        self.token: dict[str, str] = {}
        for role in ROLES:
            person = "bo" if role == "approver" else None
            self.token[role], _ = tokens.create(f"account-{role}", (role,), NOW, timedelta(days=1), person)

    def send(
        self, role: str, method: str, path: str, body: Body | None = None, headers: Headers = NONE
    ) -> httpx2.Response:
        said = {"Authorization": f"Bearer {self.token[role]}", **headers}
        return self.client.request(method, path, json=body, headers=said)


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Door]:
    ledger = house()
    given(ledger, grant("g", position("director")), open_item("i", requester="dan"))
    tokens = Tokens(tmp_path / "tokens")
    settings = Settings(public_url="https://remit.example.com")
    app = create_app(settings, ledger, identity=Identity(tokens, None, lambda: NOW), clock=lambda: NOW)
    with TestClient(app) as client:
        yield Door(client, tokens)


# Who is let in


def routes(door: Door) -> list[tuple[str, str]]:
    """Every method and path that the OpenAPI document names, with some id where the path wants one."""
    said = door.client.app.openapi()  # type: ignore[attr-defined]  # the application that was made
    return [
        (method.upper(), path.replace("{", "").replace("}", ""))
        for path, operations in said["paths"].items()
        for method in operations
        if method in {"get", "post"}
    ]


OPEN = {"/healthz", "/readyz", "/.well-known/authzen-configuration"}


def test_nobody_is_let_in_without_a_token_but_to_what_is_open(door: Door) -> None:
    listed = routes(door)
    assert len(listed) > 20
    for method, path in listed:
        for headers in ({}, {"Authorization": "Bearer remit_" + "x" * 43}, {"Authorization": "Basic YTpi"}):
            found = door.client.request(method, path, headers=headers, content=b"{")
            if path in OPEN:
                assert found.status_code == 200, path
                continue
            assert found.status_code == 401, (method, path)
            assert found.headers["www-authenticate"].startswith('Bearer realm="remit"')
            assert found.headers["content-type"] == "application/problem+json"
            assert "x-request-id" in found.headers


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer ",
        "bearer  ",
        "Token x",
        "Bearer a b",
        "Bearer " + "x" * 9_000,
        "Bearer eyJhbGciOiJub25lIn0.e30.",
    ],
)
def test_what_is_no_token_is_nobody(door: Door, header: str) -> None:
    assert door.client.get(QUESTION, headers={"Authorization": header}).status_code == 401


def test_two_tokens_are_none(door: Door) -> None:
    twice = [("Authorization", f"Bearer {door.token['reader']}")] * 2
    assert door.client.get(QUESTION, headers=twice).status_code == 401


def test_a_token_in_the_address_is_none(door: Door) -> None:
    assert door.client.get(f"{QUESTION}&access_token={door.token['reader']}").status_code == 401


def test_a_revoked_or_expired_token_lets_nobody_in(door: Door) -> None:
    assert door.send("reader", "GET", QUESTION).status_code == 200
    kept = next(one for one in door.tokens.listed() if one.account == "account-reader")
    door.tokens.revoke(kept.id, NOW)
    assert door.send("reader", "GET", QUESTION).status_code == 401
    door.token["reader"], _ = door.tokens.create("late", ("reader",), NOW - timedelta(days=2), timedelta(days=1))
    assert door.send("reader", "GET", QUESTION).status_code == 401


@pytest.mark.parametrize("role", ROLES)
def test_each_role_opens_its_own_doors(door: Door, role: Role) -> None:
    def status(method: str, path: str, body: Body | None = None) -> int:
        found = door.send(role, method, path, body)
        if found.status_code == 403:
            assert found.json()["code"] == "NOT_PERMITTED"
            assert 'error="insufficient_scope"' in found.headers["www-authenticate"]
        return found.status_code

    authorise = {"do": "authorise-act", "item": "i", "act": "approve", "by": {"person": "bo"}}
    assert status("GET", QUESTION) == 200
    assert status("POST", "/access/v1/evaluation", EVALUATION) == 200
    for path in ("/v1/entries", "/metrics"):
        assert (status("GET", path) == 200) is (role in {"auditor", "administrator"})
    assert (status("POST", "/v1/commands", REGISTER) < 300) is (role in {"recorder", "administrator"})
    assert (status("POST", "/v1/commands", authorise) < 300) is (role in {"approver", "administrator"})
    erase = {"do": "erase-person", "person": "dan"}
    assert (status("POST", "/v1/commands", erase) < 300) is (role == "administrator")


def test_an_approver_who_is_one_person_cannot_act_as_another(door: Door) -> None:
    for by in ({"person": "anna"}, {"committee": "bo"}):
        body = {"do": "authorise-act", "item": "i", "act": "approve", "by": by}
        assert door.send("approver", "POST", "/v1/commands", body).status_code == 403


def test_who_changed_what_is_in_the_entry(door: Door) -> None:
    door.send("recorder", "POST", "/v1/commands", REGISTER)
    authorise = {"do": "authorise-act", "item": "i", "act": "approve", "by": {"person": "bo"}}
    assert door.send("approver", "POST", "/v1/commands", authorise).status_code < 300
    listed = door.send("auditor", "GET", "/v1/entries?limit=1000").json()["answer"]["entries"]
    assert [one["recorded_by"] for one in listed[-2:]] == ["account-recorder", "account-approver"]


def test_a_token_of_a_provider_opens_the_same_doors(tmp_path: Path) -> None:
    ledger, world = house(), World(jwk(rsa_key(1), "one"))
    app = create_app(
        Settings(public_url="https://remit.example.com"),
        ledger,
        identity=Identity(Tokens(tmp_path / "none"), world.provider(), lambda: PROVIDER_NOW),
    )
    with TestClient(app) as client:
        roles = {"realm_access": {"roles": ["recorder"]}}
        headers = {"Authorization": f"Bearer {signed(claims=roles)}"}
        assert client.post("/v1/commands", json=REGISTER, headers=headers).status_code < 300
        assert client.get("/v1/entries", headers=headers).status_code == 403
        ours = {"Authorization": "Bearer remit_" + "x" * 43}
        assert client.get(QUESTION, headers=ours).status_code == 401
        assert client.get(QUESTION, headers={"Authorization": f"Bearer {signed(rsa_key(2))}"}).status_code == 401
    entries = list(ledger.journal.read())
    assert entries[-1].recorded_by == "oidc:8f3a"


def test_tokens_that_cannot_be_read_are_no_fault_of_the_caller(door: Door) -> None:
    door.tokens.path.chmod(0o666)
    door.tokens.path.write_bytes(door.tokens.path.read_bytes() + b"\n")
    found = door.send("reader", "GET", QUESTION)
    assert found.status_code == 503
    assert str(door.tokens.path) not in found.text


# What every answer carries


def test_every_answer_carries_what_browsers_heed_and_its_id(door: Door) -> None:
    for path in ("/healthz", QUESTION, "/nowhere", "/v1/entries?limit=x"):
        found = door.send("administrator", "GET", path, headers={"X-Request-ID": "req-9"})
        for name, value in HEADERS:
            if name != b"cache-control":
                assert found.headers[name.decode()] == value.decode(), path
        assert "cache-control" in found.headers
        assert found.headers["strict-transport-security"] == "max-age=31536000"
        assert found.headers.get_list("x-request-id") == ["req-9"]
    new = {door.client.get("/healthz").headers["x-request-id"] for _ in range(3)}
    assert len(new) == 3


def test_no_page_of_another_origin_reads_an_answer(door: Door) -> None:
    origin = {"Origin": "https://evil.example.org", "Access-Control-Request-Method": "POST"}
    for method, path in (("GET", QUESTION), ("OPTIONS", "/v1/commands"), ("POST", "/access/v1/evaluation")):
        found = door.send("reader", method, path, headers=origin)
        assert not [name for name in found.headers if name.startswith("access-control-")]


# What is logged


def test_what_is_denied_is_in_the_audit_and_no_secret_in_any_log(door: Door, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    false = "remit_" + "f" * 43
    door.client.get(QUESTION, headers={"Authorization": f"Bearer {false}", "X-Request-ID": "a-1"})
    door.send("reader", "POST", "/v1/commands", REGISTER, {"X-Request-ID": "a-2"})
    door.send("reader", "GET", QUESTION)
    door.send("administrator", "POST", "/v1/commands", REGISTER)
    said = [json.loads(one.getMessage()) for one in caplog.records if one.name == "remit.audit"]
    assert [(one["denied"], one["account"], one["path"], one["request"]) for one in said] == [
        (401, None, "/v1/who-could", "a-1"),
        (403, "account-reader", "/v1/commands", "a-2"),
    ]
    written = "\n".join(one.getMessage() + str(one.args) for one in caplog.records)
    for secret in (false, *door.token.values(), *(one.sha256 for one in door.tokens.listed())):
        assert secret not in written


# Where it listens

ELSEWHERE: Body = {"host": "0.0.0.0", "public_url": "https://remit.example.com"}  # noqa: S104 - that is the point
IDENTITY: Body = {"oidc_issuer": "https://id.example.com", "oidc_audience": "remit"}
TLS: Body = {"tls_certificate": "c.pem", "tls_key": "k.pem"}
PROXY: Body = {"behind_proxy": True, "proxies": "10.0.0.5"}


@pytest.mark.parametrize(
    ("stated", "missing"),
    [
        ({}, None),
        ({"host": "::1"}, None),
        (ELSEWHERE, "REMIT_HOST"),
        ({**ELSEWHERE, **IDENTITY}, "REMIT_HOST"),
        ({**ELSEWHERE, **TLS}, "REMIT_TOKENS"),
        ({**ELSEWHERE, **PROXY}, "REMIT_TOKENS"),
        ({**ELSEWHERE, **IDENTITY, "behind_proxy": True}, "REMIT_PROXIES"),
        ({**ELSEWHERE, **IDENTITY, **TLS, "behind_proxy": True}, "REMIT_PROXIES"),
        ({"behind_proxy": True}, None),
        ({**ELSEWHERE, **IDENTITY, **PROXY}, None),
        ({**ELSEWHERE, **IDENTITY, **TLS}, None),
        ({**ELSEWHERE, **IDENTITY, **TLS, "public_url": "http://remit.example.com"}, "REMIT_PUBLIC_URL"),
    ],
)
def test_it_listens_elsewhere_only_where_tls_and_identity_are_settled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stated: Body, missing: str | None
) -> None:
    monkeypatch.chdir(tmp_path)
    _certificate(tmp_path)
    settings, tokens = Settings(**stated), Tokens(tmp_path / "tokens")
    if missing is None:
        check(settings, tokens, NOW)
        return
    with pytest.raises(BadInput) as no:
        check(settings, tokens, NOW)
    assert no.value.field == missing
    tokens.create("old", ("reader",), NOW - timedelta(days=9), timedelta(days=1))
    with pytest.raises(BadInput):
        check(settings, tokens, NOW)
    if missing == "REMIT_TOKENS":
        tokens.create("new", ("reader",), NOW, timedelta(days=1))
        check(settings, tokens, NOW)


def test_what_tls_needs_is_there_and_can_be_used(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    certificate, key = _certificate(tmp_path)
    _, other = _certificate(tmp_path / "other")
    locked = tmp_path / "locked.pem"
    secret = load_pem_private_key(key.read_bytes(), None)
    locked.write_bytes(secret.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"x")))
    tokens = Tokens(tmp_path / "tokens")

    def checked(certificate: Path, key: Path) -> None:
        check(Settings(tls_certificate=str(certificate), tls_key=str(key)), tokens, NOW)

    checked(certificate, key)
    for wrong, named, field in (
        ((tmp_path / "none.pem", key), tmp_path / "none.pem", "REMIT_TLS_CERTIFICATE"),
        ((certificate, tmp_path / "none.pem"), tmp_path / "none.pem", "REMIT_TLS_KEY"),
        ((certificate, tmp_path), tmp_path, "REMIT_TLS_KEY"),
        ((certificate, other), other, "REMIT_TLS_KEY"),
        ((certificate, locked), locked, "REMIT_TLS_KEY"),
        ((key, key), key, "REMIT_TLS_KEY"),
    ):
        with pytest.raises(BadInput) as no:
            checked(*wrong)
        assert (no.value.field, f"`{named}`" in no.value.sentence) == (field, True)


def test_a_provider_whose_keys_may_not_come_from_there_is_refused_first(tmp_path: Path) -> None:
    for stated in ({**IDENTITY, "oidc_issuer": "http://id.example.com"}, {**IDENTITY, "oidc_jwks": "http://x.org/k"}):
        with pytest.raises(BadInput, match="https"):
            check(Settings(**stated), Tokens(tmp_path / "tokens"), NOW)


# As processes


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


class Running:
    """A service in processes of its own."""

    def __init__(self, folder: Path, *options: str, scheme: str = "http", **environment: str) -> None:
        self.url, self.folder = f"{scheme}://127.0.0.1:{free_port()}", folder
        self.verify: ssl.SSLContext | bool = True
        command = [sys.executable, "-m", "api.cli", "serve", "--port", self.url.rpartition(":")[2], "--lang", "en"]
        clean = {name: value for name, value in os.environ.items() if not name.startswith("REMIT_")}
        with (folder / "out").open("wb") as out, (folder / "err").open("wb") as err:
            self.process = subprocess.Popen(
                [*command, *options],
                stdout=out,
                stderr=err,
                cwd=Path(__file__).parents[1],
                env={**clean, "REMIT_LEDGER": str(folder / "l.db"), **environment},
                start_new_session=True,
            )

    @property
    def token(self) -> str:
        return next(line for line in (self.folder / "out").read_text().splitlines() if line.startswith("remit_"))

    def until_ready(self) -> None:
        until = time.monotonic() + 60
        while time.monotonic() < until and self.process.poll() is None:
            try:
                if httpx2.get(f"{self.url}/readyz", verify=self.verify).status_code == 200:
                    return
            except httpx2.TransportError:
                time.sleep(0.05)
        raise AssertionError((self.folder / "err").read_text())

    def caller(self) -> httpx2.Client:
        headers = {"Authorization": f"Bearer {self.token}"}
        return httpx2.Client(base_url=self.url, headers=headers, verify=self.verify, timeout=30)

    def stop(self) -> int:
        self.process.terminate()
        return self.process.wait(timeout=30)

    def kill(self) -> int:
        """End it and every process of its own at once, without a word."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        return self.process.wait(timeout=30)


@contextmanager
def running(folder: Path, *options: str, **environment: str) -> Iterator[Running]:
    """A service on a new ledger, stopped at the end whatever happens."""
    opening = OpenLedger(name="Hengtong", currency="CNY", zone="Asia/Shanghai")
    bootstrap.created(opening, str(folder / "l.db"), by=CLERK).journal.close()
    service = Running(folder, *options, **environment)
    try:
        yield service
    finally:
        if service.process.poll() is None:
            service.kill()


def test_the_cycle_collector_leaves_alone_what_is_there_once_a_process_answers(tmp_path: Path) -> None:
    house(str(tmp_path / "l.db")).journal.close()
    application = Application(Settings(ledger=str(tmp_path / "l.db")))
    before = gc.get_freeze_count()
    try:
        with TestClient(application()) as client:
            assert client.get("/readyz").status_code == 200
            assert gc.get_freeze_count() > before + 1_000
    finally:
        gc.unfreeze()


def test_several_processes_answer_with_what_any_of_them_recorded(tmp_path: Path) -> None:
    with running(tmp_path, "--workers", "3", "--with-token") as service:
        service.until_ready()
        token = service.token
        for number in range(12):
            with service.caller() as writer:
                body = {**REGISTER, "person": f"p{number}"}
                receipt = writer.post("/v1/commands", json=body)
                assert receipt.status_code < 300, receipt.text
            with service.caller() as reader:
                head = int(reader.get("/v1/entries?limit=1").headers["remit-head"])
                assert head == number + 2
        assert httpx2.get(f"{service.url}/v1/entries").status_code == 401
        assert service.stop() == 0
    err = (tmp_path / "err").read_text()
    assert err.count("Application startup complete") >= 3
    assert '{"denied":401' in err
    assert token not in err
    assert not (tmp_path / "l.db.tokens").exists()


def test_it_ends_though_somebody_reads_the_stream_and_what_was_acknowledged_stays(tmp_path: Path) -> None:
    with running(tmp_path, "--with-token") as service:
        service.until_ready()
        with service.caller() as client, client.stream("GET", "/v1/entries/stream") as stream:
            lines = stream.iter_lines()
            assert next(lines)
            with service.caller() as writer:
                assert writer.post("/v1/commands", json=REGISTER).status_code < 300
            began = time.monotonic()
            assert service.stop() == 0
            assert time.monotonic() - began < 10
            list(lines)
    ledger = bootstrap.opened(str(tmp_path / "l.db"))
    assert ledger.books.head == 2
    assert "p-new" in ledger.books.things["person"]
    ledger.journal.close()


def test_it_speaks_tls_with_its_own_certificate(tmp_path: Path) -> None:
    certificate, key = _certificate(tmp_path)
    files = {"REMIT_TLS_CERTIFICATE": str(certificate), "REMIT_TLS_KEY": str(key)}
    with running(tmp_path, "--with-token", scheme="https", **files) as service:
        service.verify = ssl.create_default_context(cafile=str(certificate))
        service.until_ready()
        with service.caller() as client:
            said = client.get("/.well-known/authzen-configuration").json()
            assert said["policy_decision_point"] == service.url
        with pytest.raises(httpx2.TransportError):
            httpx2.get(service.url.replace("https", "http") + "/healthz")
        assert service.stop() == 0


def _certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for this machine that vouches for itself, and its key."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "here")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, SHA256())
    )
    places = folder / "c.pem", folder / "k.pem"
    places[0].write_bytes(made.public_bytes(Encoding.PEM))
    places[1].write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return places


@pytest.mark.parametrize(
    ("options", "environment", "code", "said"),
    [
        (("--host", "0.0.0.0"), {}, 2, "REMIT_HOST"),  # noqa: S104 - that is the point
        (("--with-token",), {"REMIT_BEHIND_PROXY": "yes"}, 2, "with-token"),
        (("--workers", "0"), {}, 2, "REMIT_WORKERS"),
        ((), {"REMIT_LEDGER": "nowhere.db"}, 2, "NO_SUCH_LEDGER"),
        ((), {"REMIT_LEDGER": "postgresql://u:secret@127.0.0.1:1/x"}, 2, "REMIT_TOKENS"),
        ((), {"REMIT_OIDC_ISSUER": "http://id.example.com", "REMIT_OIDC_AUDIENCE": "remit"}, 2, "REMIT_OIDC_ISSUER"),
    ],
)
def test_what_cannot_be_served_is_said_in_one_line(
    tmp_path: Path, options: tuple[str, ...], environment: dict[str, str], code: int, said: str
) -> None:
    with running(tmp_path, *options, **environment) as service:
        assert service.process.wait(timeout=60) == code
        err = (tmp_path / "err").read_text()
        assert said in err
        assert len(err.splitlines()) == 1
        assert "secret" not in err


def test_a_port_that_is_taken_is_a_failure(tmp_path: Path) -> None:
    with running(tmp_path) as service:
        service.until_ready()
        (tmp_path / "second").mkdir()
        with running(tmp_path / "second", "--port", service.url.rpartition(":")[2]) as second:
            assert second.process.wait(timeout=60) == 1
            assert "address already in use" in (tmp_path / "second" / "err").read_text()


# The page

PAGE = (Path(__file__).parents[1] / "docs" / "running.md").read_text(encoding="utf-8")


def test_the_page_names_settings_that_there_are() -> None:
    there = {f"REMIT_{name.upper()}" for name in Settings.__struct_fields__}
    named = set(re.findall(r"REMIT_[A-Z_]+", PAGE))
    assert named <= there
    assert {f"REMIT_{name}" for name in ("LEDGER", "HOST", "TOKENS", "OIDC_ISSUER", "BEHIND_PROXY")} <= named


def test_the_page_names_every_role() -> None:
    assert re.findall(r"^\| `(\w+)` \| yes", PAGE, re.MULTILINE) == list(ROLES)
