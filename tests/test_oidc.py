"""Tokens of an OpenID provider: which of them count, and as whom."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from api.http.identity import Caller
from tests.test_identity import AUDIENCE, ISSUER, NOW, World, curve_key, jwk, rsa_key, signed

DAY = 86_400


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
        {"sub": ""},
        {"sub": " "},
        {"sub": " 8f3a"},
        {"sub": "8f3a "},
        {"sub": "8f3\u0430"},  # a Cyrillic letter that looks like the Latin one
        {"sub": "x" * 96},
        {"sub": "new\nline"},
        {"exp": float("inf")},
        {"exp": 10**300},
        {"exp": 10**400},
        {"exp": float("nan")},
        {"exp": int(NOW.timestamp()) + DAY + 61},
        {"typ": "ID"},
        {"typ": "id"},
        {"typ": "Logout"},
        {"typ": "Refresh"},
        {"typ": "Offline"},
        {"nonce": "n"},
        {"at_hash": "x"},
        {"c_hash": "x"},
        {"events": {"http://schemas.openid.net/event/backchannel-logout": {}}},
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
        {"exp": int(NOW.timestamp()) + DAY + 60},
        {"typ": "Bearer"},
        {"sub": "x" * 95},
    ],
)
def test_clocks_may_differ_a_little(claims: dict[str, object]) -> None:
    assert World(jwk(rsa_key(1), "one")).caller(signed(claims=claims)) is not None


@pytest.mark.parametrize("kind", ["JWT", "jwt", "at+jwt", "AT+JWT", "application/at+jwt", "application/jwt"])
def test_an_access_token_may_say_that_it_is_one(kind: str) -> None:
    assert World(jwk(rsa_key(1), "one")).caller(signed(typ=kind)) is not None


@pytest.mark.parametrize("kind", ["logout+jwt", "ID", "secevent+jwt", "dpop+jwt", "application/", 5])
def test_what_says_that_it_is_something_else_is_nobody(kind: object) -> None:
    assert World(jwk(rsa_key(1), "one")).caller(signed(typ=kind)) is None


@pytest.mark.parametrize(
    ("claims", "why"),
    [
        ({"sub": "s-1234567" * 11}, "more than 95 characters"),
        ({"sub": " s-1234567"}, "spaces"),
        ({"aud": "s-1234567"}, "InvalidAudience"),
        ({"exp": int(NOW.timestamp()) - 60, "sub": "s-1234567"}, "not in force"),
        ({"exp": int(NOW.timestamp()) + 2 * DAY, "sub": "s-1234567"}, "more than a day"),
        ({"nonce": "s-1234567"}, "ID, logout or refresh"),
        ({"employee": ["s-1234567"]}, "`employee`"),
    ],
)
def test_why_a_token_is_not_taken_is_in_the_log_and_nothing_of_the_token(
    claims: dict[str, object], why: str, caplog: pytest.LogCaptureFixture
) -> None:
    token = signed(claims=claims)
    with caplog.at_level("INFO", "remit.identity"):
        assert World(jwk(rsa_key(1), "one")).caller(token) is None
    assert why in caplog.text
    assert "1234567" not in caplog.text
    assert token[-20:] not in caplog.text


def test_roles_may_be_those_of_one_client() -> None:
    world = World(jwk(rsa_key(1), "one"))
    world.claims = world.claims._replace(roles="resource_access.remit.roles")
    elsewhere = {"realm_access": {"roles": ["administrator"]}, "resource_access": {"other": {"roles": ["auditor"]}}}
    found = world.caller(signed(claims=elsewhere))
    assert found is not None
    assert found.roles == frozenset()
    here = {"resource_access": {"remit": {"roles": ["reader"]}, "other": {"roles": ["auditor"]}}}
    found = world.caller(signed(claims={**elsewhere, **here}))
    assert found is not None
    assert found.roles == {"reader"}


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
