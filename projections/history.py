"""What became of an entry: the corrections and annulments said about its fact, and which of them decides.

As known at one entry (semantics.md 2, "facts that stand").
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

from ledger.books.standing import decided, voided
from ledger.events import FactCorrected

if TYPE_CHECKING:
    from ledger.books.state import Books


class Word(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A correction or annulment said about a fact; `of` is the entry it names; `void` where an annulment undid it."""

    seq: int
    what: Literal["correction", "annulment"]
    of: int
    void: bool = False


class Standing(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The fact an entry is about in the end and the entry that states it as known; None where nothing stands of it."""

    fact: int
    stated_by: int | None
    words: tuple[Word, ...] = ()


def standing(books: Books, seq: int, known: int) -> Standing | None:
    """What stands of the fact that an entry states, corrects or annuls; None for an entry about no fact."""
    root = books.root.get(seq, seq)
    if root not in books.current:
        return None
    said = [(number, event) for number, event in books.about.get(root, []) if number <= known]
    void = voided(said)
    stated_by = decided(root, books.stated[root], said)[0] if said else root
    words = tuple(
        Word(
            seq=number,
            what="correction" if isinstance(event, FactCorrected) else "annulment",
            of=event.of,
            void=number in void,
        )
        for number, event in said
    )
    return Standing(fact=root, stated_by=stated_by or None, words=words)
