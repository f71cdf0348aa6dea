"""The limits: every grant and delegation, within which limit and scope, and whether it is in force.

As the books have it at one valid instant, as known at one entry. How a link reads is the policy's own reading of it.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Literal

import msgspec

from ledger.books.reading import AsOf
from ledger.events import AuthorityDelegated, AuthorityGranted, ScopeTerm
from ledger.ids import Holder, Seq
from ledger.moments import FOREVER
from ledger.money import Limit, wider
from ledger.policy import Finding
from ledger.policy.routes import Link, Routes
from ledger.timeline import Thing, life_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ledger.books.state import Books

State = Literal["in_force", "not_yet", "expired", "revoked", "suspended", "broken"]
"""How an authority stands; `broken`: a delegation of which an earlier link is not in force, or whose holder is unknown."""
_STATES: dict[str, State] = {
    "NOT_YET_EFFECTIVE": "not_yet",
    "EXPIRED": "expired",
    "REVOKED": "revoked",
    "SUSPENDED": "suspended",
}


class AuthorityShown(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A grant or delegation that stands. `seq` states it, `limit_seq` its own limit.

    `effective_limit` is the smallest along the chain (of those that can be compared), `scope` what the chain asks for, all
    of it; `until` is exclusive; `because` says why it is not in force.
    """

    authority: str
    seq: int
    kind: Literal["standing", "special", "temporary", "delegation"]
    holder: Holder
    act: str
    matter: str
    limit: Limit
    limit_seq: int
    effective_limit: Limit
    since: datetime
    state: State
    scope: tuple[ScopeTerm, ...] = ()
    until: datetime | None = None
    source: str | None = None
    read_as: str | None = None
    instrument: str | None = None
    clause: str | None = None
    because: Finding | None = None


class Limits(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """All grants in the order in which they were recorded, each followed by what is delegated from it."""

    valid_at: datetime
    known_seq: Seq
    known_at: datetime | None
    authorities: tuple[AuthorityShown, ...] = ()


def limits(books: Books, at: datetime, known: Seq) -> Limits:
    """Every grant and delegation that stands as known, whatever its state at the instant. Raises nothing."""
    reading = AsOf(books, at, known)
    routes = Routes(reading)
    found: list[AuthorityShown] = []
    for thing in books.things["authority"].values():
        life = life_at(thing, known)
        if life is not None and isinstance(life.created.fact, AuthorityGranted):
            found.extend(_under(reading, routes, thing))
        elif life is not None and isinstance(fact := life.created.fact, AuthorityDelegated):
            if not _stands(reading, fact.source):
                found.append(_unrooted(routes, thing))
    return Limits(valid_at=at, known_seq=known, known_at=books.recorded(known), authorities=tuple(found))
