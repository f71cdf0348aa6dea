"""What every command is given: the ledger, the wording, the two times of a question, and where the answer goes."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import msgspec
import orjson

from api import bootstrap
from api.words import LANGUAGES, Words, language
from ledger.asking import AskedKnown, DuringTheDay, changes_during, known_here, valid_time
from ledger.refusals import BadInput

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from api.names import Names
    from api.rendering import Page
    from api.rendering.sheets import Sheet
    from ledger.ids import Seq
    from ledger.moments import Asked, Instant
    from ledger.submit import Ledger

A = TypeVar("A")


class Times(NamedTuple):
    """The two times of a question, as asked."""

    when: Asked
    known: AskedKnown


class Door:
    """One run of one command on one ledger."""

    def __init__(self, place: str | None, lang: str | None, *, as_json: bool, as_csv: bool = False) -> None:
        if lang is not None and lang not in LANGUAGES:
            raise BadInput("lang", f"`{lang}` is not one of {', '.join(LANGUAGES)}")
        if as_json and as_csv:
            raise BadInput("csv", "give either --json or --csv")
        self.words, self.as_json, self.as_csv, self.place = Words(language(lang)), as_json, as_csv, place
        self._ledger: Ledger | None = None

    @property
    def ledger(self) -> Ledger:
        """The ledger, opened when first needed. Raises StorageTrouble."""
        if self._ledger is None:
            with self.progress("open.progress") as told:
                self._ledger = bootstrap.opened(self.place, told)
        return self._ledger

    @property
    def unread(self) -> Ledger:
        """The ledger, opened and not folded. Raises StorageTrouble."""
        self._ledger = bootstrap.unread(self.place)
        return self._ledger

    @contextmanager
    def progress(self, key: str) -> Iterator[Callable[[int, int], None] | None]:
        """A bar for long work where a person looks at standard error; None elsewhere."""
        if self.as_json or not sys.stderr.isatty():
            yield None
            return
        from api.cli.progress import progress  # noqa: PLC0415 - a bar is drawn for people only

        with progress(self.words.say(key)) as told:
            yield told

    # Asking

    def times(self, on: str | None, known: str | None) -> Times:
        """The two times as written. Raises BadInput; StorageTrouble (NOT_YET_KNOWN) on a replica that is behind."""
        return Times(valid_time(on, self.ledger.books, bootstrap.now()), self.known(known))

    def verdict_times(self, on: str | None, known: str | None) -> Times:
        """The same for a verdict: as known on a date or at an instant, it is the verdict of then. Raises BadInput."""
        upto = self.known(known)
        at_an_entry = known is None or known.removeprefix("#").isdecimal()
        return Times(
            valid_time(known if on is None and not at_an_entry else on, self.ledger.books, bootstrap.now()), upto
        )

    def known(self, known: str | None) -> AskedKnown:
        """The known time as written. Raises BadInput, StorageTrouble."""
        return known_here(known, self.ledger)

    def personal(self, commitment: str) -> str:
        """The personal value behind a commitment, or the word for erased data."""
        found = self.ledger.journal.value(commitment)
        return self.words.say("erased") if found is None else found[1]

    def names(self, at: Instant, known: Seq) -> Names:
        """Names at a point of the two times."""
        from api.names import Names  # noqa: PLC0415 - commands that name nothing do without

        return Names(self.ledger, self.words, at, known)

    def ask(
        self, times: Times, question: Callable[[Instant, Seq], A], content: Callable[[A], object]
    ) -> tuple[A, DuringTheDay]:
        """The answer, and where within the days asked about its content changes."""
        changes = changes_during(
            self.ledger.books, times.when, times.known, lambda at, known: content(question(at, known))
        )
        return question(times.when.at, times.known.seq), changes

    # Answering

    def page(self, at: Instant, known: Seq) -> Page:
        """An empty page with the names at a point of the two times."""
        from api.rendering import Page  # noqa: PLC0415 - rich is not needed for JSON

        return Page(self.words, self.names(at, known), self.ledger.books.zone)

    def give(self, answer: object, changes: DuringTheDay | None = None) -> None:
        """One JSON document: the answer, and beside it the head. The same question gives the same bytes."""
        said: Any = msgspec.to_builtins(answer)
        if changes is not None and changes != DuringTheDay():
            said["during_the_day"] = msgspec.to_builtins(changes)
        give(said, self.ledger.books.head)

    def tell(
        self,
        answer: object,
        changes: DuringTheDay,
        times: Times,
        *,
        sheet: Callable[[Page], Sheet],
        draw: Callable[[Page], None],
    ) -> None:
        """An answer in the form asked for: JSON, CSV with notes beside it, or drawn for a person."""
        if self.as_json:
            self.give(answer, changes)
            return
        page = self.page(times.when.at, times.known.seq)
        if not self.as_csv:
            draw(page)
            page.during(changes)
            page.show()
            return
        for note in page.notes(changes):
            self.note(note)
        sys.stdout.flush()
        sys.stdout.buffer.write(sheet(page).written(self.words))
        sys.stdout.buffer.flush()

    def note(self, text: str) -> None:
        """One line beside the answer, on standard error."""
        sys.stdout.flush()
        sys.stderr.write("".join(one if one.isprintable() else " " for one in text) + "\n")

    def write(self, text: str) -> None:
        """One line on standard output."""
        sys.stdout.write(text + "\n")
        sys.stdout.flush()


def give(answer: object, head: int) -> None:
    """An answer and the head as canonical JSON."""
    document = orjson.dumps({"answer": msgspec.to_builtins(answer), "head": head}, option=orjson.OPT_SORT_KEYS)
    sys.stdout.flush()
    sys.stdout.buffer.write(document + b"\n")
    sys.stdout.buffer.flush()
