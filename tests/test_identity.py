"""Who may use the service: tokens of its own and of a provider, roles, and what of that is ever written down."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from starlette.requests import Request

from api.cli.app import run
from api.cli.records import ACTOR
from api.http.identity import ROLES, Caller, Identity, Role, permit
from api.http.oidc import Claims, Provider
from api.http.oidc_keys import Keys
from api.http.problems import STATUSES, Problem
from api.http.tokens import COMMAND_LINE, LISTED_AFTER_END, PREFIX, Tokens, made
from ledger.commands import AcceptTarget, AuthoriseAct, ErasePerson, OpenItem, OpenLedger, RatifyAct, RegisterPerson
from ledger.ids import Act, DeedId, Holder, ItemId, MatterId, PersonId, TargetId
from ledger.refusals import BadInput, StorageTrouble

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from ledger.commands import Command

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ISSUER, AUDIENCE = "https://id.example.com/realms/corp", "remit"
Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
ANNA = PersonId("p-anna")


# Tokens of the service itself


def test_a_token_is_kept_only_as_its_hash(tmp_path: Path) -> None:
    tokens = Tokens(tmp_path / "ledger.tokens")
    token, kept = tokens.create("hr-system", ("reader",), NOW, timedelta(days=1))
    assert token.startswith(PREFIX)
    assert len(token) == len(PREFIX) + 43  # 256 bits
    assert token not in tokens.path.read_text()
    assert token.removeprefix(PREFIX) not in tokens.path.read_text()
    assert tokens.path.stat().st_mode & 0o777 == 0o600
    assert tokens.caller(token, NOW) == Caller(account="hr-system", roles=frozenset({"reader"}))
    assert [one.id for one in tokens.listed()] == [kept.id]


def test_a_token_ends_with_its_time_and_not_before(tmp_path: Path) -> None:
    tokens = Tokens(tmp_path / "ledger.tokens")
    token, _ = tokens.create("hr", ("reader",), NOW, timedelta(days=1))
    assert tokens.caller(token, NOW + timedelta(days=1, microseconds=-1)) is not None
    assert tokens.caller(token, NOW + timedelta(days=1)) is None


def test_a_revoked_token_is_refused_by_every_process_at_once(tmp_path: Path) -> None:
    here, there = Tokens(tmp_path / "ledger.tokens"), Tokens(tmp_path / "ledger.tokens")
    token, kept = here.create("hr", ("reader",), NOW, timedelta(days=1))
    other, _ = here.create("bi", ("auditor",), NOW, timedelta(days=1))
    assert there.caller(token, NOW) is not None
    ended = here.revoke(kept.id, NOW)
    assert there.caller(token, NOW) is None
    assert there.caller(other, NOW) is not None
    assert here.revoke(kept.id, NOW + timedelta(days=3)).revoked_at == ended.revoked_at


def test_what_is_no_token_of_ours_is_nobody(tmp_path: Path) -> None:
    tokens = Tokens(tmp_path / "ledger.tokens")
    assert tokens.caller(PREFIX + "x" * 43, NOW) is None
    token, kept = tokens.create("hr", ("reader",), NOW, timedelta(days=1))
    for wrong in (token[:-1], token + "A", token.swapcase(), kept.sha256, PREFIX, ""):
        assert tokens.caller(wrong, NOW) is None
    with pytest.raises(BadInput, match="no token"):
        tokens.revoke("nothing", NOW)


@pytest.mark.parametrize(
    ("account", "roles", "days", "field"),
    [
        ("", ("reader",), 1, "account"),
        ("oidc:42", ("reader",), 1, "account"),
        (" OIDC:42", ("reader",), 1, "account"),
        ("cli", ("reader",), 1, "account"),
        ("Cli ", ("reader",), 1, "account"),
        ("hr", (), 1, "role"),
        ("hr", ("approver",), 1, "person"),
        ("hr", ("reader",), 0, "days"),
        ("hr", ("reader",), 400, "days"),
    ],
)
def test_a_token_that_makes_no_sense_is_not_made(
    tmp_path: Path, account: str, roles: tuple[Role, ...], days: int, field: str
) -> None:
    tokens = Tokens(tmp_path / "ledger.tokens")
    with pytest.raises(BadInput) as no:
        tokens.create(account, roles, NOW, timedelta(days=days))
    assert no.value.field == field
    assert not tokens.path.exists()


def test_the_name_that_no_token_has_is_that_of_the_command_line() -> None:
    assert COMMAND_LINE == ACTOR


def test_some_tokens_count_and_stand_in_no_file(tmp_path: Path) -> None:
    token, kept = made("local", ("administrator",), NOW, timedelta(days=1))
    tokens = Tokens(tmp_path / "ledger.tokens", (kept,))
    assert tokens.caller(token, NOW) == Caller(account="local", roles=frozenset({"administrator"}))
    assert tokens.caller(token, NOW + timedelta(days=1)) is None
    assert tokens.listed() == []
    tokens.create("hr", ("reader",), NOW, timedelta(days=1))
    assert [one.account for one in tokens.listed()] == ["hr"]
    assert kept.sha256 not in tokens.path.read_text()
    assert Tokens(tokens.path).caller(token, NOW) is None


def test_no_two_tokens_have_one_id(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tokens = Tokens(tmp_path / "ledger.tokens")
    drawn = iter(["3f9a11c2", "3f9a11c2", "3f9a11c2", "00000001"])
    monkeypatch.setattr(secrets, "token_hex", lambda _: next(drawn))
    first, second = (tokens.create("hr", ("reader",), NOW, timedelta(days=1))[1] for _ in range(2))
    assert (first.id, second.id) == ("3f9a11c2", "00000001")


def test_where_two_tokens_have_one_id_revoking_it_ends_both(tmp_path: Path) -> None:
    tokens = Tokens(tmp_path / "ledger.tokens")
    given = [tokens.create("hr", ("reader",), NOW, timedelta(days=1)) for _ in range(2)]
    tokens.path.write_text(tokens.path.read_text().replace(given[1][1].id, given[0][1].id))
    tokens.revoke(given[0][1].id, NOW)
    assert [tokens.caller(token, NOW) for token, _ in given] == [None, None]


def test_a_token_that_ended_long_ago_is_no_longer_listed(tmp_path: Path) -> None:
    tokens = Tokens(tmp_path / "ledger.tokens")
    _, short = tokens.create("short", ("reader",), NOW, timedelta(days=1))
    _, revoked = tokens.create("revoked", ("reader",), NOW, timedelta(days=300))
    _, long = tokens.create("long", ("reader",), NOW, timedelta(days=300))
    tokens.revoke(revoked.id, NOW)
    for later, left in (
        (LISTED_AFTER_END, [short, revoked, long]),
        (LISTED_AFTER_END + timedelta(hours=1), [short, long]),
        (LISTED_AFTER_END + timedelta(days=2), [long]),
    ):
        tokens.create("new", ("reader",), NOW + later, timedelta(days=1))
        assert [one.id for one in tokens.listed() if one.account != "new"] == [one.id for one in left]


def test_a_file_that_others_may_write_is_not_believed(tmp_path: Path) -> None:
    tokens = Tokens(tmp_path / "ledger.tokens")
    token, _ = tokens.create("hr", ("reader",), NOW, timedelta(days=1))
    tokens.path.chmod(0o620)
    with pytest.raises(StorageTrouble, match="others may write"):
        Tokens(tokens.path).caller(token, NOW)
    tokens.path.chmod(0o600)
    tokens.path.write_text('{"id": 1}\n')
    with pytest.raises(StorageTrouble, match="cannot be read"):
        Tokens(tokens.path).caller(token, NOW)


def test_a_file_of_somebody_else_is_neither_believed_nor_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokens = Tokens(tmp_path / "ledger.tokens")
    token, kept = tokens.create("hr", ("reader",), NOW, timedelta(days=1))
    owner = os.geteuid()
    if owner == 0:
        os.chown(tokens.path, 4321, -1)
    else:
        monkeypatch.setattr(os, "geteuid", lambda: owner + 1)
    before = tokens.path.read_bytes()
    (tmp_path / "link").symlink_to(tokens.path)
    for path in (tokens.path, tmp_path / "link"):
        with pytest.raises(StorageTrouble, match="somebody else"):
            Tokens(path).caller(token, NOW)
        with pytest.raises(StorageTrouble, match="somebody else"):
            Tokens(path).revoke(kept.id, NOW)
    assert tokens.path.read_bytes() == before


def test_a_file_that_everybody_may_put_another_in_place_of_is_not_believed(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    tokens = Tokens(tmp_path / "folder" / "ledger.tokens")
    token, _ = tokens.create("hr", ("reader",), NOW, timedelta(days=1))
    (tmp_path / "link").symlink_to(tokens.path)
    tokens.path.parent.chmod(0o777)
    for path in (tokens.path, tmp_path / "link"):
        with pytest.raises(StorageTrouble, match="their folder"):
            Tokens(path).caller(token, NOW)
    tokens.path.parent.chmod(0o1777)  # where, as in /tmp, everybody may take away only what is theirs
    assert Tokens(tokens.path).caller(token, NOW) is not None


def test_tokens_come_only_from_a_regular_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe", 0o600)
    (tmp_path / "folder").mkdir()
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "file").touch()
    for name in ("pipe", "folder", "loop", "file/under"):
        with pytest.raises(StorageTrouble) as no:
            Tokens(tmp_path / name).caller(PREFIX, NOW)
        assert no.value.code == "TOKENS_UNREADABLE"


def test_what_is_changed_through_a_link_is_what_it_leads_to(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    link = tmp_path / "link"
    link.symlink_to("there/tokens")
    token, kept = Tokens(link).create("hr", ("reader",), NOW, timedelta(days=1))
    service = Tokens(tmp_path / "there" / "tokens")
    assert service.caller(token, NOW) is not None
    Tokens(link).revoke(kept.id, NOW)
    assert service.caller(token, NOW) is None
    assert link.is_symlink()
    assert sorted(one.name for one in tmp_path.rglob("*.lock")) == ["tokens.lock"]


def test_a_link_in_place_of_the_lock_is_not_followed(tmp_path: Path) -> None:
    tokens, elsewhere = Tokens(tmp_path / "tokens"), tmp_path / "elsewhere"
    (tmp_path / "tokens.lock").symlink_to(elsewhere)
    with pytest.raises(StorageTrouble, match="cannot be written"):
        tokens.create("hr", ("reader",), NOW, timedelta(days=1))
    assert not elsewhere.exists()


def test_the_command_line_makes_lists_and_revokes_tokens(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = ["--tokens", str(tmp_path / "t")]
    assert run(["token", "create", "anna", "--role", "approver", "--person", "p-anna", *file, "--lang", "en"]) == 0
    out, err = capsys.readouterr()
    token, said = out.strip(), err.strip()
    assert token.startswith(PREFIX)
    assert token not in said
    assert "approver" in said
    assert run(["token", "list", *file, "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert [(one["account"], one["roles"], one["person"], one["state"]) for one in listed] == [
        ("anna", ["approver"], "p-anna", "valid")
    ]
    assert "sha256" not in listed[0]
    assert run(["token", "revoke", listed[0]["id"], *file, "--lang", "en"]) == 0
    assert run(["token", "list", *file, "--lang", "en"]) == 0
    assert "revoked" in capsys.readouterr().out
    assert run(["token", "create", "x", "--role", "king", *file]) == 2
    assert Tokens(tmp_path / "t").caller(token, datetime.now(UTC)) is None


# What each role may send

REGISTER = RegisterPerson(person=ANNA, name="Anna", since="2026-01-01")
ACT = AuthoriseAct(item=ItemId("i"), act=Act("approve"), by=Holder(person=ANNA))
RATIFY = RatifyAct(deed=DeedId("d"), by=Holder(person=ANNA), acted_at="2026-01-05")
ACCEPT = AcceptTarget(target=TargetId("t"), by=ANNA, since="2026-01-05")
OPEN = OpenItem(item=ItemId("i"), matter=MatterId("m"), requester=ANNA, since="2026-01-05")
ERASE = ErasePerson(person=ANNA)
BEGIN = OpenLedger(name="x", currency="CNY", zone="UTC")
MAY: dict[Role, tuple[Command, ...]] = {
    "reader": (),
    "recorder": (REGISTER, RATIFY, ACCEPT, OPEN),
    "approver": (ACT, RATIFY, ACCEPT, OPEN),
    "auditor": (),
    "administrator": (REGISTER, ACT, RATIFY, ACCEPT, OPEN, ERASE),
}


@pytest.mark.parametrize("role", ROLES)
def test_each_role_may_send_what_the_table_says_and_nothing_else(role: Role) -> None:
    caller = Caller(account="a", roles=frozenset({role}), person=ANNA)
    for command in (REGISTER, ACT, RATIFY, ACCEPT, OPEN, ERASE, BEGIN):
        if command in MAY[role]:
            permit(caller, command)
            continue
        with pytest.raises(Problem) as no:
            permit(caller, command)
        assert (no.value.status, no.value.code) == (403, "NOT_PERMITTED")


@pytest.mark.parametrize("command", [ACT, RATIFY, ACCEPT, OPEN])
@pytest.mark.parametrize("person", [None, "p-bela"])
def test_an_approver_acts_only_as_themself(command: Command, person: str | None) -> None:
    with pytest.raises(Problem, match="only as the person they are"):
        permit(Caller(account="a", roles=frozenset({"approver"}), person=person), command)


def test_nobody_approves_as_a_committee() -> None:
    board = AuthoriseAct(item=ItemId("i"), act=Act("approve"), by=Holder(committee="board"))  # type: ignore[arg-type]
    for person in (None, "board"):
        with pytest.raises(Problem):
            permit(Caller(account="a", roles=frozenset({"approver"}), person=person), board)


def test_only_a_mere_reader_sees_no_names() -> None:
    for role in ROLES:
        assert Caller(account="a", roles=frozenset({role})).sees_names is (role != "reader")


# A provider, as tests/test_oidc.py and tests/test_oidc_keys.py have it, too


@cache
def rsa_key(number: int, bits: int = 2048) -> rsa.RSAPrivateKey:
    """The same key each time it is asked for."""
    return rsa.generate_private_key(65537, bits + 0 * number)


@cache
def curve_key() -> ec.EllipticCurvePrivateKey:
    """A key for ES256."""
    return ec.generate_private_key(ec.SECP256R1())


def jwk(key: Key, key_id: str | None, **more: object) -> dict[str, Any]:
    """The public half as a provider publishes it."""
    if isinstance(key, ec.EllipticCurvePrivateKey):
        said = jwt.algorithms.ECAlgorithm.to_jwk(key.public_key(), as_dict=True)
    else:
        said = jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
    return {**said, **({} if key_id is None else {"kid": key_id}), "use": "sig", **more}


class World:
    """A provider that can be changed, and clocks that stand still."""

    def __init__(self, *keys: dict[str, Any]) -> None:
        self.keys, self.fetches, self.down, self.seconds = list(keys), 0, False, 1000.0
        self._keys = Keys(lambda: "https://id.example.com/keys", self.fetch, lambda: self.seconds)
        self.claims = Claims(ISSUER, AUDIENCE, "realm_access.roles", "employee")

    def fetch(self, _: str) -> bytes:
        self.fetches += 1
        if self.down:
            raise OSError("no route")
        return json.dumps({"keys": self.keys}).encode()

    def provider(self) -> Provider:
        return Provider(self.claims, self._keys)

    def caller(self, token: str, now: datetime = NOW) -> Caller | None:
        async def asked() -> Caller | None:
            return await self.provider().caller(token, now)

        return asyncio.run(asked())


def signed(
    key: Key | None = None,
    algorithm: str = "RS256",
    key_id: str | None = "one",
    claims: Mapping[str, object] | None = None,
    **header: object,
) -> str:
    """A token of the provider, good unless it is said otherwise; a claim stated as None is left out."""
    said = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": "8f3a",
        "iat": int(NOW.timestamp()) - 10,
        "exp": int(NOW.timestamp()) + 300,
        "employee": "p-anna",
        "realm_access": {"roles": ["approver", "offline_access"]},
        **(claims or {}),
    }
    headers = header if key_id is None else {"kid": key_id, **header}
    kept = {name: value for name, value in said.items() if value is not None}
    return jwt.encode(kept, rsa_key(1) if key is None else key, algorithm=algorithm, headers=headers)


def asked(identity: Identity, token: str) -> Caller:
    headers = [(b"authorization", f"Bearer {token}".encode())]
    request = Request({"type": "http", "method": "GET", "path": "/", "headers": headers})
    return asyncio.run(identity.caller(request))


def test_a_token_is_not_said_to_be_bad_where_nobody_can_know(tmp_path: Path) -> None:
    world = World(jwk(rsa_key(1), "one"))
    identity = Identity(Tokens(tmp_path / "tokens"), world.provider(), lambda: NOW)
    world.down = True
    with pytest.raises(Problem) as later:
        asked(identity, signed())
    assert (later.value.status, later.value.code) == (503, "IDENTITY_UNAVAILABLE")
    assert later.value.headers == {"Retry-After": "3"}
    assert "IDENTITY_UNAVAILABLE" in STATUSES
    world.down = False
    world.seconds += 3
    assert asked(identity, signed()).account == "oidc:8f3a"
    with pytest.raises(Problem) as no:
        asked(identity, signed(claims={"aud": "other"}))
    assert (no.value.status, no.value.code) == (401, "NOT_AUTHENTICATED")
