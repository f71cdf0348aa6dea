"""Questions to a real ledger: what must hold in the live books on given dates. Nothing is recorded, nothing tried.

Names are looked up in the ledger, by id or by name, at the times of the question. `the ledger of …` says which ledger
is meant and fails on another; `what follows is recorded on DATE` makes it that day: what is asked then is answered by
what was recorded up to its end, and judged on it, unless the question says otherwise.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.names import AmbiguousName, Names
from api.words import Words
from features.steps.meaning import ATTEMPT, CONSIDER, OPEN, RECORDED_ON
from features.steps.minutes import Minutes
from features.steps.parameters import PARAMETERS
from features.steps.story import Story, StoryTrouble
from ledger.asking import known_time
from ledger.refusals import BadInput

if TYPE_CHECKING:
    from datetime import datetime

    from features.steps.matching import Value
    from features.steps.sentence import Sentence
    from features.steps.story import Told
    from features.steps.tables import Row
    from ledger import Ledger
    from ledger.books import Books
    from ledger.ids import Seq

TAKEN_GIVEN = frozenset({OPEN, RECORDED_ON})
REFUSED_WHEN = frozenset({ATTEMPT, CONSIDER})
_KINDS = {"person": ("person",), "position": ("position",), "committee": ("committee",), "matter": ("matter",)} | {
    "member": ("person", "committee"),
    "holder": ("position", "committee", "person"),
    "item": ("item",),
    "authority": ("authority",),
    "target": ("target",),
}
"""As what a value of each type is looked up, in order."""


def takes(sentence: Sentence) -> bool:
    """Whether a sentence may stand in a specification that is run against a real ledger."""
    if sentence.kind == "given":
        return sentence.key in TAKEN_GIVEN
    return sentence.key not in REFUSED_WHEN


class Introduced(Minutes):
    """What a real ledger knows."""

    def __init__(self, books: Books) -> None:
        super().__init__()
        self._books = books

    def knows(self, kind: str, name: str) -> bool:
        """Whether there is a thing of that kind and id."""
        return name in self._books.things[kind]


class LiveStory(Story):
    """A scenario that asks a real ledger."""

    def __init__(self, ledger: Ledger) -> None:
        super().__init__()
        self._ledger, self.zone = ledger, ledger.books.zone
        self.minutes = Introduced(ledger.books)

    def open(self, name: str, currency: str, zone: str) -> None:
        """The ledger asked is this one. Raises StoryTrouble for another."""
        books = self.ledger.books
        if (name, currency, zone) != (books.name, books.currency, books.zone.key):
            found = f"“{books.name}”, {books.currency}, {books.zone.key}"
            raise StoryTrouble(f"the ledger asked is another one: {found}", f"所问的是另一个台账：{found}")

    def finish(self) -> None:
        """Nothing waits."""

    def close(self) -> None:
        """The ledger is asked by the other scenarios too."""

    def known(self, text: str | None) -> Seq:
        """The last entry recorded up to a date or an instant; up to the day that it is; the head."""
        if text is None and self.today is not None:
            text = self.today.isoformat()
        return known_time(text, self.books).seq

    def heard(self, sentence: Sentence, told: Told) -> Told:
        """A question or an answer with the ids of what it names. Raises StoryTrouble for anything else."""
        if not takes(sentence):
            raise StoryTrouble(
                "a real ledger is only asked: nothing can be given, attempted or considered",
                "对真实台账只能提问：不能写“假如”，也不能尝试或试算",
            )
        if sentence.kind == "given":
            return told
        at, known = self._times(sentence, told)
        names = Names(self.ledger, Words("en"), at, known)
        types = {place.name: place.type for place in sentence.places.values()}
        columns = {
            column.name: column.type for column in (sentence.table.columns if sentence.table is not None else ())
        }
        values = {name: _named(names, types[name], value) for name, value in told.values.items()}
        rows: list[Row] = [
            {name: _named(names, columns[name], value) for name, value in row.items()} for row in told.rows
        ]
        return told._replace(values=values, rows=rows)

    def shown(self, name: str) -> str:
        """The name behind an id, and the id."""
        if self.asked is None:
            return name
        names = Names(self.ledger, Words("en"), self.asked.at, self.asked.known)
        kinds = (kind for kind in ("person", "committee", "position") if self.minutes.knows(kind, name))
        called = next((names.name(kind, name) for kind in kinds), None)
        return f"{called} {name}" if called is not None and called != name else name

    def _times(self, sentence: Sentence, told: Told) -> tuple[datetime, Seq]:
        if sentence.kind == "then" and self.asked is not None:
            return self.asked.at, self.asked.known
        on, known = told.get("on"), told.get("known")
        try:
            return self.judged_on(known) if on is None else self.valid(on), self.known(known)
        except BadInput as trouble:
            raise StoryTrouble(f"{trouble.code}: {trouble}", f"{trouble.code}：{trouble}") from trouble


def _named(names: Names, type_: str, value: Value) -> Value:
    """A value with the id of what it names. Raises StoryTrouble where it names nothing, or several things."""
    troubles: list[BadInput] = []
    for kind in _KINDS.get(type_, ()):
        try:
            return value._replace(read=names.find(kind, str(value.read), type_))
        except BadInput as trouble:
            troubles.append(trouble)
    if not troubles:
        return value
    told = max(troubles, key=lambda one: (one.code == AmbiguousName.code, len(one.sentence)))
    name = value.spelt.strip()
    raise StoryTrouble(
        f"the ledger knows no {PARAMETERS[type_].called[0].partition(' ')[2]} “{name}”: {told.sentence}",
        f"台账中找不到“{name}”（{PARAMETERS[type_].called[1]}）：{told.sentence}",
    )
