"""Who may use the service: tokens of its own and of a provider, roles, and what of that is ever written down."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from typing import TYPE_CHECKING, Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from api.cli.app import run
from api.http.identity import ROLES, Caller, Role, permit
from api.http.oidc import AT_MOST, KEPT, NOT_BEFORE, Claims, Keys, Provider, checked, discovered
from api.http.problems import Problem
from api.http.tokens import PREFIX, Tokens
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


# Tokens of an OpenID provider


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
    headers = None if key_id is None else {"kid": key_id}
    kept = {name: value for name, value in said.items() if value is not None}
    return jwt.encode(kept, rsa_key(1) if key is None else key, algorithm=algorithm, headers=headers)


def test_a_good_token_says_account_roles_and_person() -> None:
    found = World(jwk(rsa_key(1), "one")).caller(signed())
    assert found == Caller(account="oidc:8f3a", roles=frozenset({"approver"}), person="p-anna")


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://elsewhere.example.com"},
        {"iss": ISSUER + "/"},
        {"iss": None},
        {"aud": "other"},
        {"aud": ["other"]},
        {"aud": None},
        {"sub": None},
        {"exp": None},
        {"exp": int(NOW.timestamp()) - 60},
        {"exp": "never"},
        {"nbf": int(NOW.timestamp()) + 61},
        {"iat": int(NOW.timestamp()) + 61},
        {"employee": 12},
        {"sub": "x" * 200},
        {"sub": "new\nline"},
    ],
)
def test_a_token_that_is_not_for_us_is_nobody(claims: dict[str, object]) -> None:
    assert World(jwk(rsa_key(1), "one")).caller(signed(claims=claims)) is None


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": int(NOW.timestamp()) - 59},
        {"nbf": int(NOW.timestamp()) + 60},
        {"aud": ["other", AUDIENCE]},
        {"iat": None},
    ],
)
def test_clocks_may_differ_a_little(claims: dict[str, object]) -> None:
    assert World(jwk(rsa_key(1), "one")).caller(signed(claims=claims)) is not None


def test_roles_that_are_not_ours_are_none() -> None:
    world = World(jwk(rsa_key(1), "one"))
    for roles in (None, {}, {"roles": 7}, {"roles": ["ADMINISTRATOR", "admin", 3]}):
        found = world.caller(signed(claims={"realm_access": roles}))
        assert found is not None
        assert found.roles == frozenset()
    spoken = world.caller(signed(claims={"realm_access.roles": "reader auditor"}))
    assert spoken is not None
    assert spoken.roles == {"reader", "auditor"}


def test_only_what_has_a_public_key_signs() -> None:
    world = World(jwk(rsa_key(1), "one"), {"kty": "oct", "kid": "shared", "k": "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0"})
    public = rsa_key(1).public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    said = jwt.decode(signed(), options={"verify_signature": False})
    unsigned = jwt.encode(said, None, algorithm="none", headers={"kid": "one"})  # type: ignore[arg-type]
    assert world.caller(unsigned) is None
    secret = b"secret-secret-secret-secret"
    shared = jwt.encode(said, secret + b"-" * 16, algorithm="HS256", headers={"kid": "shared"})
    assert world.caller(shared) is None
    assert world.caller(_confused(said, public)) is None
    assert world.caller(signed(rsa_key(2))) is None
    assert world.caller(signed()[:-6] + "AAAAAA") is None
    for nonsense in ("", "a", "a.b", "a.b.c", "eyJhbGciOiJSUzI1NiJ9..", signed() + ".x"):
        assert world.caller(nonsense) is None


def _confused(said: dict[str, Any], public: bytes) -> str:
    """A token signed with the public key as if it were a shared secret."""
    import hashlib  # noqa: PLC0415 - for this forgery alone
    import hmac  # noqa: PLC0415 - likewise

    parts = [json.dumps({"alg": "HS256", "kid": "one"}).encode(), json.dumps(said).encode()]
    text = b".".join(urlsafe_b64encode(part).rstrip(b"=") for part in parts)
    mac = urlsafe_b64encode(hmac.new(public, text, hashlib.sha256).digest()).rstrip(b"=")
    return (text + b"." + mac).decode()


def test_each_key_signs_with_its_own_kind_of_algorithm() -> None:
    world = World(jwk(rsa_key(1), "one"), jwk(curve_key(), "curve"), jwk(rsa_key(3, 1024), "short"))
    assert world.caller(signed(algorithm="PS256")) is not None
    assert world.caller(signed(curve_key(), "ES256", "curve")) is not None
    assert world.caller(signed(curve_key(), "ES256", "one")) is None
    with pytest.warns(jwt.InsecureKeyLengthWarning):
        short = signed(rsa_key(3, 1024), key_id="short")
    assert world.caller(short) is None


def test_a_sole_key_needs_no_id() -> None:
    assert World(jwk(rsa_key(1), None)).caller(signed(key_id=None)) is not None
    assert World(jwk(rsa_key(1), "one"), jwk(curve_key(), "two")).caller(signed(key_id=None)) is None


def test_a_header_that_must_be_understood_is_not() -> None:
    token = jwt.encode({"iss": ISSUER}, rsa_key(1), algorithm="RS256", headers={"kid": "one", "crit": ["b64"]})
    assert World(jwk(rsa_key(1), "one")).caller(token) is None


def test_keys_are_fetched_once_and_again_for_a_new_one() -> None:
    world = World(jwk(rsa_key(1), "one"))
    assert world.caller(signed()) is not None
    assert world.caller(signed()) is not None
    assert world.fetches == 1
    world.keys.append(jwk(rsa_key(2), "two"))
    new = signed(rsa_key(2), key_id="two")
    assert world.caller(new) is None  # too soon after the last fetch
    world.seconds += NOT_BEFORE.total_seconds()
    assert world.caller(new) is not None
    assert world.fetches == 2
    for _ in range(5):
        assert world.caller(signed(key_id="made up")) is None
    assert world.fetches == 2


def test_a_key_that_was_withdrawn_counts_no_longer_than_it_is_kept() -> None:
    world = World(jwk(rsa_key(1), "one"))
    assert world.caller(signed()) is not None
    world.keys[:] = [jwk(rsa_key(2), "two")]
    world.seconds += KEPT.total_seconds() + 1
    assert world.caller(signed()) is None


def test_a_provider_that_is_down_changes_nothing_for_a_day() -> None:
    world = World(jwk(rsa_key(1), "one"))
    assert world.caller(signed()) is not None
    world.down = True
    world.seconds += AT_MOST.total_seconds()
    assert world.caller(signed()) is not None
    world.seconds += 1
    assert world.caller(signed()) is None


def test_while_one_caller_asks_the_provider_the_others_do_not_wait() -> None:
    world, asked, answered = World(jwk(rsa_key(1), "one")), threading.Event(), threading.Event()

    def slow(address: str) -> bytes:
        if world.fetches:
            asked.set()
            assert answered.wait(10)
        return World.fetch(world, address)

    keys = Keys(lambda: "https://id.example.com/keys", slow, lambda: world.seconds)

    async def story() -> None:
        assert await keys.key("one") is not None
        world.seconds += KEPT.total_seconds() + 1
        first = asyncio.create_task(keys.key("one"))
        await asyncio.to_thread(asked.wait, 10)
        assert await asyncio.wait_for(keys.key("one"), 1) is not None
        assert not first.done()
        answered.set()
        assert await first is not None

    asyncio.run(story())


@pytest.mark.parametrize("document", [b"", b"[]", b"{}", b'{"keys": 1}', b'{"keys": [1, {}]}', b"\xff", b"[" * 100_000])
def test_a_document_that_is_no_key_set_is_no_keys(document: bytes) -> None:
    keys = Keys(lambda: "https://id.example.com/keys", lambda _: document, time.monotonic)
    assert asyncio.run(keys.key("one")) is None


def test_keys_come_only_from_where_they_are_safe() -> None:
    assert checked("https://id.example.com/keys")
    assert checked("http://127.0.0.1:9/keys")
    for address in ("http://id.example.com/keys", "file:///etc/passwd", "ftp://x/y", "https://", ""):
        with pytest.raises(ValueError, match="not an https address"):
            checked(address)
    said = {"issuer": ISSUER, "jwks_uri": "https://id.example.com/keys"}
    assert discovered(ISSUER, lambda _: json.dumps(said).encode()) == said["jwks_uri"]
    others: tuple[object, ...] = (
        {**said, "issuer": "https://evil.example.com"},
        {**said, "jwks_uri": "http://evil.example.com"},
        [],
    )
    for document in [json.dumps(one).encode() for one in others]:
        with pytest.raises(ValueError, match=r"not an https|another issuer"):
            discovered(ISSUER, partial(_given, document))


def _given(document: bytes, _: str) -> bytes:
    return document
