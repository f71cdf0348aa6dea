"""How answers look to a person: sentences, tables and trees, in one language and in the ledger's time zone.

On a terminal as wide as it is; elsewhere plain and never folded, so that a line is a line. What is too wide for a
narrow terminal as a table is shown there as blocks or as lines.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from rich import box
from rich.cells import cell_len
from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ledger.moments import FOREVER, MICROSECOND, end_of_day, start_of_day, written

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from zoneinfo import ZoneInfo

    from api.names import Names
    from api.words import Words
    from ledger.asking import DuringTheDay
    from ledger.events import ScopeTerm
    from ledger.moments import Instant, Moment

NEVER_FOLDED = 100_000
"""The width where nobody looks: no line is as long."""
_INDENT, _GAP = 4, 3
_WHOLE = frozenset(
    {
        "h.limit",
        "h.effective",
        "h.period",
        "h.state",
        "h.entry",
        "h.from",
        "h.flags",
        "h.number",
        "h.recorded",
        "h.by",
        "h.event",
        "h.when",
        "h.amount",
        "h.total",
        "h.verdict",
        "h.before",
        "h.after",
        "h.share",
        "h.cap",
        "h.used",
        "h.left",
    }
)
"""The columns whose texts are short and stay on one line."""


class Page:
    """What is shown for one answer, line by line; `names` are those at the answer's two times."""

    def __init__(self, words: Words, names: Names, zone: ZoneInfo) -> None:
        self.words, self.names, self.zone = words, names, zone
        self._shown: list[RenderableType] = []

    @property
    def width(self) -> int | None:
        """The columns of the terminal that somebody looks at; None where nobody does."""
        return Console().width if sys.stdout.isatty() else None

    # What is put on it

    def line(self, text: str = "", style: str = "") -> None:
        """One line of text."""
        self._shown.append(Text(text, style=style))

    def say(self, key: str, **facts: object) -> None:
        """One line with a phrase."""
        self.line(self.words.say(key, **facts))

    def cut(self, text: str) -> None:
        """One line of text that ends in `…` where a terminal is narrower."""
        self._shown.append(Padding(Text(text, no_wrap=True, overflow="ellipsis"), 0, expand=False))

    def block(self, title: Text, lines: Iterable[str], depth: int = 0) -> None:
        """A title and what is said below it, folded inside its indentation; lines without text are left out."""
        self._shown.append(Padding(title, (0, 0, 0, depth * _INDENT), expand=False))
        for line in lines:
            if line:
                self._shown.append(Padding(Text(line), (0, 0, 0, (depth + 1) * _INDENT), expand=False))

    def aside(self, text: str) -> None:
        """Text that is folded inside its indentation."""
        self._shown.append(Padding(Text(text), (0, 0, 0, 2), expand=False))

    def put(self, renderable: RenderableType) -> None:
        """Anything that rich can draw."""
        self._shown.append(renderable)

    def table(self, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
        """A table; columns without any text are left out, with their heading."""
        filled = [list(row) for row in rows]
        kept = [at for at in range(len(headings)) if any(row[at] for row in filled)]
        table = Table(box=box.SIMPLE_HEAD, padding=(0, 1), pad_edge=False, header_style="bold", show_edge=False)
        for at in kept:
            whole = headings[at] in _WHOLE
            table.add_column(Text(self.words.say(headings[at])), overflow="fold", no_wrap=whole)
        for row in filled:
            table.add_row(*(Text(row[at]) for at in kept))
        self._shown.append(table)

    def fits(self, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
        """Whether a table can be shown without folding any text; it always can where nobody looks."""
        if self.width is None:
            return True
        columns = zip(*([self.words.say(one) for one in headings], *rows), strict=True)
        widest = [max(cell_len(line) for text in column for line in text.split("\n")) for column in columns]
        filled = [width for at, width in enumerate(widest) if any(row[at] for row in rows)]
        return sum(filled) + _GAP * len(filled) <= self.width

    def fields(self, rows: Iterable[tuple[str, str]]) -> None:
        """Names and values, one below the other."""
        table = Table(box=None, padding=(0, 2, 0, 0), show_header=False, pad_edge=False)
        table.add_column(style="dim")
        table.add_column(overflow="fold")
        for name, value in rows:
            table.add_row(Text(name), Text(value))
        self._shown.append(table)

    def times(self, valid: Instant, known: int, recorded: Instant | None) -> None:
        """The two times of an answer."""
        self.line(self.words.say("times", valid=self.instant(valid), known=self.known(known, recorded)), style="dim")

    def during(self, changes: DuringTheDay) -> None:
        """At which instants and with which entries of the days asked about the answer changes, where it does."""
        for note in self.notes(changes):
            self.line(note)

    def notes(self, changes: DuringTheDay) -> Iterator[str]:
        """The same as sentences."""
        if changes.valid_at:
            yield self.words.say("during", instants=self.words.join(self.instant(one) for one in changes.valid_at))
        if changes.known_seq:
            yield self.words.say("during.known", entries=self.words.join(entry(one) for one in changes.known_seq))

    # How single things are written

    def instant(self, at: Instant) -> str:
        """An instant in the ledger's zone; the last microsecond of a day as its end."""
        local = (at + MICROSECOND).astimezone(self.zone) if at < FOREVER else None
        if local is not None and start_of_day(local.date(), self.zone) == at + MICROSECOND:
            return self.words.say("day.end", day=at.astimezone(self.zone).date().isoformat())
        return written(at, self.zone)

    def done_at(self, at: Instant) -> str:
        """When an act was done: the date, where only that was stated."""
        day = at.astimezone(self.zone).date()
        return day.isoformat() if at == end_of_day(day, self.zone) else written(at, self.zone)

    def moment(self, moment: Moment) -> str:
        """A time that a fact states: the date where one was written."""
        return moment.date.isoformat() if moment.date is not None else written(moment.at, self.zone)

    def known(self, seq: int, recorded: Instant | None) -> str:
        """A known time: the entry and when it was recorded."""
        if recorded is None:
            return self.words.say("known.nothing")
        return self.words.say("known.entry", seq=entry(seq), at=written(recorded, self.zone))

    def period(self, since: Instant, until: Instant | None) -> str:
        """A period as people write it: with its last day where it ends with a day."""
        begin = written(since, self.zone)
        if until is None or until == FOREVER:
            return self.words.say("period.open", since=begin)
        last = until - MICROSECOND
        if start_of_day(until.astimezone(self.zone).date(), self.zone) == until:
            return self.words.say("period.through", since=begin, through=last.astimezone(self.zone).date().isoformat())
        return self.words.say("period.until", since=begin, until=written(until, self.zone))

    def span(self, first: Instant | None, end: Instant | None) -> str:
        """A half-open period that was asked about, as people write it."""
        if first is not None:
            return self.period(first, end)
        return (
            self.words.say("span.all")
            if end is None
            else self.words.say("span.to", upto=self.instant(end - MICROSECOND))
        )

    def document(self, instrument: str | None, clause: str | None) -> str:
        """The document that says so: its number and title, and the clause."""
        said = [self.names.name("instrument", instrument) or instrument] if instrument else []
        return " ".join([*said, *([clause] if clause else [])])

    def scope(self, scope: Iterable[ScopeTerm]) -> str:
        """What a scope asks for."""
        return self.words.join(f"{term.dimension} = {'/'.join(term.values)}" for term in scope)

    # Showing it

    def show(self) -> None:
        """Write the page to standard output."""
        if sys.stdout.isatty():
            console = Console(highlight=False, markup=False, emoji=False)
            for one in self._shown:
                console.print(one)
        else:
            sys.stdout.write(self.plain())
        sys.stdout.flush()

    def plain(self) -> str:
        """The page without colours, never folded, no spaces at the ends of lines."""
        console = Console(
            width=NEVER_FOLDED, color_system=None, highlight=False, markup=False, emoji=False, force_terminal=False
        )
        with console.capture() as captured:
            for one in self._shown:
                console.print(one)
        return "".join(line.rstrip() + "\n" for line in captured.get().splitlines())


def entry(seq: int) -> str:
    """An entry number as people write it: #12."""
    return f"#{seq}"
