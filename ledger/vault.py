"""Personal data beside the journal: an entry carries a commitment, the vault keeps the value and its salt."""

from __future__ import annotations

import hashlib

import msgspec

from ledger.events import Commitment

SALT_BYTES = 32


class Vaulted(msgspec.Struct, frozen=True, kw_only=True):
    """A personal value for the vault: the commitment in the entry, whose it is (empty for nobody), salt and value."""

    commitment: Commitment
    person: str
    salt: bytes
    value: str


def commitment_to(salt: bytes, value: str) -> Commitment:
    """SHA-256(salt ‖ value), hexadecimal (semantics.md 1)."""
    return Commitment(hashlib.sha256(salt + value.encode()).hexdigest())
