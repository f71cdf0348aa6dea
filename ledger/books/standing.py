"""Facts that stand: what corrections and annulments make of a fact (semantics.md 2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ledger import events as ev
from ledger.books.tables import subject

if TYPE_CHECKING:
    from ledger.books.state import Books

    Word = tuple[int, ev.FactCorrected | ev.EntryAnnulled]
    """Something said about a fact: the number of the entry, and the correction or annulment."""


def can_replace(books: Books, root: int, event: ev.FactCorrected | ev.EntryAnnulled) -> bool:
    """Whether a correction says another thing of the same kind about the same thing; an annulment always may."""
    if isinstance(event, ev.EntryAnnulled):
        return True
    stated = stated_fact(books, root)
    return type(event.replacement) is type(stated) and subject(event.replacement) == subject(stated)


def stated_fact(books: Books, root: int) -> ev.Fact:
    """A fact as it was first stated, whatever was said about it since."""
    first, version = books.stated.get(root), books.current[root]
    return first if first is not None else version.fact  # type: ignore[union-attr]  # of two one is there


def decided(root: int, stated: ev.Fact, said: list[Word]) -> tuple[int, ev.Fact | None]:
    """What stands of a fact, and the entry that states it: (0, None) for nothing."""
    void = voided(said)
    for seq, event in reversed(said):
        if seq in void:
            continue
        if isinstance(event, ev.FactCorrected):
            return seq, event.replacement
        if event.of == root:
            return 0, None
    return root, stated


def voided(said: list[Word]) -> set[int]:
    """The entries that a standing annulment names; from the last word back, since only a later one can void another."""
    void: set[int] = set()
    for seq, event in reversed(said):
        if isinstance(event, ev.EntryAnnulled) and seq not in void:
            void.add(event.of)
    return void
