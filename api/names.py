"""What things are called at one point of the two times, and which thing is meant by what people call it."""

from __future__ import annotations

import unicodedata
from difflib import get_close_matches
from typing import TYPE_CHECKING

from api.words.vocabulary import ACTS, ALSO_ACTS, KINDS
from ledger.books.reading import AsOf
from ledger.events import InstrumentIssued
from ledger.ids import Holder
from ledger.moments import MICROSECOND, written
from ledger.refusals import BadInput

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from api.words import Words
    from ledger.ids import Seq
    from ledger.submit import Ledger

LONGEST_LISTS = 5_000
"""In longer lists of names no near ones are looked for."""
_SHOWN = 8


class UnknownName(BadInput):
    """A name in a question that nothing goes by at the asked times."""

    code = "UNKNOWN_NAME"


class AmbiguousName(BadInput):
    """A name in a question that several things go by."""

    code = "AMBIGUOUS_NAME"


class Names:
    """Names and titles at valid time `at`, as known at entry `known`; of what is not alive then, the nearest ones."""

    def __init__(self, ledger: Ledger, words: Words, at: datetime, known: Seq) -> None:
        self._ledger, self._words, self._at, self._known = ledger, words, at, known
        self._reading = AsOf(ledger.books, at, known)
        self._persons: dict[str, str] = {}

    # What things are called

    def name(self, kind: str, name: str) -> str | None:
        """The name or title of a thing; None where it has none as known."""
        if kind == "person":
            return self.person(name)
        if kind == "act" and name in ACTS:
            return self._words.pick(ACTS, name)
        if kind == "item" and name in self._ledger.books.things["contract"]:
            kind = "contract"
        life = self._reading.life(kind, name) if kind in _NAMED else None
        if life is None:
            return None
        fact = life.created.fact
        if isinstance(fact, InstrumentIssued):
            return f"{fact.number} {fact.title}"
        at = min(max(self._at, life.since), life.until - MICROSECOND)
        reading = self._reading if at == self._at else AsOf(self._ledger.books, at, self._known)
        stated: str | None = reading.stated(kind, name, _NAMED[kind])
        return stated

    def person(self, person: str) -> str:
        """A person's name; the word for erased data where it was erased; the id where nobody is known by it."""
        if person not in self._persons:
            erased = person in self._ledger.books.erased and self._reading.life("person", person) is not None
            self._persons[person] = (
                self._words.say("erased") if erased else self._ledger.name(person, self._at, self._known)
            )
        return self._persons[person]

    def shown(self, kind: str, name: str) -> str:
        """The name and the id: `营销总监（marketing-director）`; the id alone where there is no other name."""
        called = self.name(kind, name)
        return name if called is None or called == name else self._words.both(called, name)

    def holder(self, holder: Holder) -> str:
        """A position, person or committee by name and id."""
        return self.shown(holder.kind, holder.id)

    # Which thing is meant

    def find(self, kind: str, text: str, field: str) -> str:
        """The id of what an id or a name means. Raises UnknownName with near names, AmbiguousName with the ids."""
        found, near = self._meant(kind, text)
        return self._one([(kind, one) for one in found], near, self._words_of(kind), text, field)[1]

    def find_actor(self, text: str, field: str) -> Holder:
        """A person or a committee, by id or name. Raises UnknownName, AmbiguousName."""
        persons, near = self._meant("person", text)
        bodies, also_near = self._meant("committee", text)
        found = [("person", one) for one in persons] + [("committee", one) for one in bodies]
        kind, name = self._one(found, near + also_near, "person or committee", text, field)
        return Holder(**{kind: name})  # type: ignore[arg-type]  # one of two kinds

    def _meant(self, kind: str, text: str) -> tuple[list[str], list[str]]:
        """The ids that a text can mean, and near names where it can mean none."""
        things = self._ids(kind)
        if text in things or (kind == "act" and text in ACTS):
            return [text], []
        wanted = _plain(text)
        if kind == "act":
            meant = [act for act, pair in ACTS.items() if wanted in {_plain(word) for word in (act, *pair)}]
            if meant or wanted in ALSO_ACTS:
                return meant or [ALSO_ACTS[wanted]], []
        called = [(name, thing) for thing in things if (name := self.name(kind, thing)) is not None]
        found = [thing for name, thing in called if _plain(name) == wanted]
        alive = [thing for thing in found if self._reading.alive(_lives_as(kind), thing)]
        if found:
            return alive or found, []
        words = [*(name for name, _ in called), *things]
        if kind == "act":
            words += [word for act, pair in ACTS.items() for word in (act, *pair)]
        return [], get_close_matches(text, words, n=3, cutoff=0.5) if len(words) <= LONGEST_LISTS else []

    def _ids(self, kind: str) -> Collection[str]:
        """The ids that things of a kind go by; items are those opened, those only acted on, and contracts."""
        books = self._ledger.books
        if kind != "item":
            return books.things[kind]
        return dict.fromkeys([*books.things["item"], *books.things["contract"], *books.deeds_on])

    def _one(self, found: list[tuple[str, str]], near: list[str], what: str, text: str, field: str) -> tuple[str, str]:
        if len(found) == 1:
            return found[0]
        if not found:
            hint = f"; near names: {', '.join(f'`{one}`' for one in dict.fromkeys(near))}" if near else ""
            raise UnknownName(field, f"no {what} `{text[:100]}` is known {self._when()}{hint}")
        ids = ", ".join(f"`{name}`" for _, name in found[:_SHOWN]) + (" and others" if len(found) > _SHOWN else "")
        raise AmbiguousName(field, f"`{text[:100]}` is the name of {ids} {self._when()}; give the id")

    def _when(self) -> str:
        return f"at `{written(self._at, self._ledger.books.zone)}` as known at entry {self._known}"

    def _words_of(self, kind: str) -> str:
        return KINDS[kind][0]


_NAMED = {
    "unit": "name",
    "position": "title",
    "person": "name",
    "committee": "name",
    "instrument": "title",
    "act": "name",
    "matter": "name",
    "contract": "title",
}
"""The kinds of things that have names beside their ids, and the property that is the name."""


def _lives_as(kind: str) -> str:
    """The kind whose life tells whether a named thing is there: an item that has a name is a contract."""
    return "contract" if kind == "item" else kind


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().casefold()
