"""Which things an entry speaks of, by their ids: those that stand in it, and those of the fact it ends or annuls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ledger.books.reading import AsOf
from ledger.books.standing import stated_fact
from ledger.books.tables import ENDS
from ledger.events import EntryAnnulled, Event, Fact, ScopeTerm
from ledger.ids import Holder
from ledger.moments import FOREVER

if TYPE_CHECKING:
    from collections.abc import Iterator

    import msgspec

    from ledger.books.state import Books

_NO_IDS = frozenset(
    {"name", "title", "number", "clause", "edition", "meetings", "kind", "contact", "reason", "sha256"}
    | {"currency", "zone"}
)
"""The fields whose texts are no ids."""
_BETWEEN = frozenset({"appointment", "absence", "line"})
"""Things that people know by who and what they join, not by their own ids."""


def mentioned(books: Books, event: Event, known: int) -> frozenset[str]:
    """The ids of all things that an entry speaks of; an annulment speaks of what the annulled fact does."""
    found = set(_ids(event))
    if isinstance(event, EntryAnnulled):
        root = books.root.get(event.of, event.of)
        if root in books.current:
            found |= mentioned(books, stated_fact(books, root), known)
    joined = ended(books, event, known)
    return frozenset(found if joined is None else found.union(_ids(joined)))


def ended(books: Books, event: Event, known: int) -> Fact | None:
    """The appointment, absence or line that an entry ends, as it was last stated; None for other entries."""
    ending = ENDS.get(type(event)) if isinstance(event, Fact) else None
    if ending is None or ending[0] not in _BETWEEN:
        return None
    thing = books.things[ending[0]].get(ending[1](event))
    version = AsOf(books, FOREVER, known).ever_stated(thing) if thing is not None else None
    return version.fact if version is not None else None


def _ids(record: msgspec.Struct) -> Iterator[str]:
    for field in record.__struct_fields__:
        if field in _NO_IDS:
            continue
        value = getattr(record, field)
        for one in value if isinstance(value, tuple) else (value,):
            if isinstance(one, str):
                yield one
            elif isinstance(one, Holder | Fact | ScopeTerm):
                yield from _ids(one)
