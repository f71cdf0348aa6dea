"""An entry to canonical bytes and back.

Canonical: UTF-8 JSON, keys sorted, absent fields left out, money as decimal strings, instants in UTC. The bytes are
what proofs will hash: exact, self-contained, never re-encoded. Reading is strict: an unknown name, an unknown field or
a wrong type stops it, and so does any byte that is not canonical. orjson writes; msgspec reads, checking every type as
it goes (docs/decisions/0002-codec.md).
"""

from __future__ import annotations

import msgspec
import orjson

from ledger.events import Entry, Event
from ledger.refusals import StorageTrouble

_decoder = msgspec.json.Decoder(Entry)
_encoder = msgspec.json.Encoder(order="sorted")


def encode(entry: Entry) -> bytes:
    """The canonical bytes of an entry."""
    return orjson.dumps(msgspec.to_builtins(entry), option=orjson.OPT_SORT_KEYS)


def decode(seq: int, name: str, state: object) -> Entry:
    """The entry stored under a number and a name. Raises StorageTrouble (LEDGER_DAMAGED) naming the entry."""
    if not isinstance(state, bytes):
        raise damaged(seq, "it has no bytes")
    try:
        entry = _decoder.decode(state)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise damaged(seq, str(error)) from error
    if _encoder.encode(entry) != state and encode(entry) != state:
        raise damaged(seq, "its bytes are not the canonical ones")
    if entry.seq != seq or entry.event.__struct_config__.tag != name:
        raise damaged(seq, f"its bytes say entry {entry.seq}, `{stored_name(entry.event)}`")
    return entry


def stored_name(event: Event) -> str:
    """The stored name of an event, such as `person-appointed/1`."""
    return str(event.__struct_config__.tag)


def damaged(seq: int, why: str) -> StorageTrouble:
    """The journal holds bytes that no ledger wrote."""
    return StorageTrouble(f"entry {seq} cannot be read: {why}", code="LEDGER_DAMAGED")
