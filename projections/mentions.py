"""Which things an entry speaks of, by their ids: those that stand in it, and those of the fact it ends or annuls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ledger.books.reading import AsOf
from ledger.books.standing import stated_fact
from ledger.books.tables import ENDS
from ledger.events import (
    ActDone,
    ActRatified,
    EntryAnnulled,
    Event,
    Fact,
    ScopeTerm,
    SignerClass,
    TargetHolder,
    TargetSet,
    Vote,
)
from ledger.ids import Holder
from ledger.moments import FOREVER
from ledger.money import Greater, Percent, Smaller

if TYPE_CHECKING:
    from collections.abc import Iterator

    import msgspec

    from ledger.books.state import Books

_NO_IDS = frozenset(
    {"name", "title", "number", "clause", "edition", "meetings", "kind", "contact", "reason", "sha256"}
    | {"currency", "zone", "window", "pool", "series", "vote", "amendment", "place", "metric", "period", "month"}
)
"""The fields whose texts are no ids."""
_RECORDS = (Holder, Fact, ScopeTerm, SignerClass, Vote, TargetHolder, Percent, Smaller, Greater)
"""What stands in a field and speaks of things of its own."""
_BETWEEN = frozenset({"appointment", "absence", "line"})
"""Things that people know by who and what they join, not by their own ids."""


def mentioned(books: Books, event: Event, known: int) -> frozenset[str]:
    """The ids of all things that an entry speaks of; an annulment speaks of what the annulled fact does.

    A ratification speaks of the item and of who acted on it, too; a target of the matter `target.<metric>`.
    """
    found = set(_ids(event))
    if isinstance(event, EntryAnnulled):
        root = books.root.get(event.of, event.of)
        if root in books.current:
            found |= mentioned(books, stated_fact(books, root), known)
    joined = ended(books, event, known)
    if joined is not None:
        found.update(_ids(joined))
    if isinstance(event, ActRatified):
        done = ever_said(books, "deed", event.deed, known)
        if isinstance(done, ActDone):
            found |= {done.item, done.by.id}
    return frozenset(found)


def ended(books: Books, event: Event, known: int) -> Fact | None:
    """The appointment, absence or line that an entry ends, as it was last stated; None for other entries."""
    ending = ENDS.get(type(event)) if isinstance(event, Fact) else None
    if ending is None or ending[0] not in _BETWEEN:
        return None
    return ever_said(books, ending[0], ending[1](event), known)


def ever_said(books: Books, kind: str, name: str, known: int) -> Fact | None:
    """What the creation of a thing last said up to the known entry, standing or not; None for an unknown thing."""
    thing = books.things[kind].get(name)
    version = AsOf(books, FOREVER, known).ever_stated(thing) if thing is not None else None
    return version.fact if version is not None else None


def _ids(record: msgspec.Struct) -> Iterator[str]:
    for field in record.__struct_fields__:
        if field in _NO_IDS:
            continue
        value = getattr(record, field)
        if isinstance(record, TargetSet) and field == "unit":
            yield f"target.{record.metric}"
        elif isinstance(value, dict):
            yield from (one for pair in value.items() for one in pair)
        else:
            for one in value if isinstance(value, tuple) else (value,):
                if isinstance(one, str):
                    yield one
                elif isinstance(one, _RECORDS):
                    yield from _ids(one)
