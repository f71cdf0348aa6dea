"""A scenario with a ledger of its own: what is given is recorded, on its days; what is asked last is kept.

What is given before the first day of recording is one batch of loaded history, recorded on 1 January 2000 as soon as
something is asked or a day of recording is given (what is given after a question, but before that day, is another
batch); afterwards each sentence is recorded on its own, in order, from the
start of that day on. The clock never goes back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from difflib import get_close_matches
from typing import TYPE_CHECKING, NamedTuple

from api.words.reasons import CHINESE
from features.steps.minutes import Minutes
from ledger import Ledger
from ledger import commands as cm
from ledger.asking import known_time
from ledger.ids import CommitteeId, Holder, PersonId, PositionId
from ledger.moments import LATEST, asked, end_of_day, start_of_day, zone_named
from ledger.refusals import Trouble, UnknownName

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractContextManager
    from zoneinfo import ZoneInfo

    from features.steps.matching import Value
    from features.steps.parameters import Pair
    from features.steps.sentence import Sentence
    from features.steps.tables import Row
    from ledger.books import Books
    from ledger.ids import Seq

CLERK, LOADED = "steps", "loaded"
LOADED_ON = date(2000, 1, 1)
ALWAYS = "1800-01-01"
"""From when on persons and matters exist: sentences do not say."""
UNTOLD_LEDGER = "ledger"
_ALMOST = 0.75
_ALSO_NAMED = (("position", "position", "岗位"), ("committee", "committee", "会议体"))


class StoryTrouble(Exception):
    """A step that cannot be carried out as it is written: English, Chinese."""

    def __init__(self, english: str, chinese: str) -> None:
        super().__init__(english)
        self.said: Pair = english, chinese


class NotRecorded(StoryTrouble):
    """Something given that the ledger refuses."""

    def __init__(self, trouble: Trouble, place: Place) -> None:
        where = f"line {place.line}: {place.text}", f"第{place.line}行：{place.text}"
        super().__init__(
            f"the ledger refuses what is given: {trouble.code}, {trouble}\n  {where[0]}",
            f"台账拒绝了所给的内容：{CHINESE.get(trouble.code, '')} {trouble.code}，{trouble}\n  {where[1]}",
        )


class Place(NamedTuple):
    """A step: its line in the file and its text."""

    line: int
    text: str


class Told(NamedTuple):
    """One sentence as it is told: its values, the rows of its table, and where it stands."""

    values: dict[str, Value]
    rows: list[Row]
    place: Place

    def get(self, name: str) -> str | None:
        """The text of a value, if there is one."""
        value = self.values.get(name)
        return None if value is None else str(value.read)

    def text(self, name: str) -> str:
        """The text of a value that is always there."""
        return str(self.values[name].read)

    def spelt(self, name: str) -> str:
        """A name as it is written in the file."""
        return self.values[name].spelt.strip()


class Draft:
    """The commands that a sentence comes to; persons are registered when they are first named."""

    def __init__(self, story: Story, *, live: bool = False) -> None:
        self.minutes, self.zone, self.live = story.minutes, story.zone, live
        self.today = story.today
        self.commands: list[cm.Command] = []
        self._new = Minutes()
        self._next = story.next_seq

    def add(self, command: cm.Command) -> None:
        """One more command."""
        self.commands.append(command)
        self._new.introduce(command)

    @property
    def number(self) -> int:
        """The number that the next entry will have."""
        return self._next + len(self.commands)

    def knows(self, kind: str, name: str) -> bool:
        """Whether a thing was introduced, here or before."""
        return self.minutes.knows(kind, name) or self._new.knows(kind, name)

    def person(self, value: Value) -> PersonId:
        """A person, called by their name; registered if this is the first time.

        Raises StoryTrouble for what was introduced as something else.
        """
        name = str(value.read)
        if not self.knows("person", name):
            for kind, english, chinese in _ALSO_NAMED:
                if self.knows(kind, name):
                    raise StoryTrouble(f"“{name}” is a {english}, not a person", f"“{name}”是{chinese}，不是人员")
            self.add(cm.RegisterPerson(since=ALWAYS, person=PersonId(name), name=name))
        return PersonId(name)

    def actor(self, value: Value) -> Holder:
        """A committee of that name, else a person."""
        name = str(value.read)
        if self.knows("committee", name):
            return Holder(committee=CommitteeId(name))
        return Holder(person=self.person(value))

    def optional_person(self, value: Value | None) -> PersonId | None:
        """A person, where one is named."""
        return None if value is None else self.person(value)

    def holder(self, value: Value) -> Holder:
        """A position, else a committee, else a person of that name.

        Raises UnknownName for one that is almost that of a position or committee.
        """
        name = str(value.read)
        if self.knows("position", name):
            return Holder(position=PositionId(name))
        if not (self.knows("committee", name) or self.knows("person", name)):
            houses = self.minutes.names("position") | self.minutes.names("committee")
            near = get_close_matches(name, sorted(houses), n=3, cutoff=_ALMOST)
            if near:
                raise UnknownName("holder", name, near)
        return self.actor(value)


@dataclass(frozen=True)
class Asked:
    """What was answered last, at which two times."""

    answer: object
    at: datetime
    known: Seq


class Story:
    """What a scenario has said so far, and its ledger."""

    def __init__(self) -> None:
        self.minutes = Minutes()
        self.today: date | None = None
        """The day of recording; None before the first was given."""
        self.asked: Asked | None = None
        self.zone: ZoneInfo = zone_named("Asia/Shanghai")
        self._ledger: Ledger | None = None
        self._waiting: list[tuple[cm.Command, Place]] = []
        self._loads = 0
        self._clock = start_of_day(LOADED_ON, self.zone)

    # The ledger

    def open(self, name: str, currency: str, zone: str) -> None:
        """The ledger is that of this entity. Raises StoryTrouble where something was said before."""
        if self._ledger is not None:
            raise StoryTrouble(
                "the ledger is named after something was given; this sentence comes first",
                "台账应写在最前：此句之前已有其他内容",
            )
        self.zone = zone_named(zone)
        self._clock = start_of_day(LOADED_ON, self.zone)
        opening = cm.OpenLedger(name=name, currency=currency, zone=zone)
        self._ledger = Ledger.create(":memory:", opening, by=CLERK, clock=lambda: self._clock)

    @property
    def ledger(self) -> Ledger:
        """The ledger, everything given so far recorded. Raises NotRecorded."""
        ledger = self._opened()
        self._load()
        return ledger

    @property
    def books(self) -> Books:
        """The books of the ledger, everything given so far recorded."""
        return self.ledger.books

    @property
    def next_seq(self) -> int:
        """The number of the next entry, the batch that waits counted."""
        return self._opened().books.head + len(self._waiting) + 1

    def finish(self) -> None:
        """Record what waits still: nothing that was given goes untried. Raises NotRecorded."""
        self._load()

    def close(self) -> None:
        """Let go of the ledger."""
        if self._ledger is not None:
            self._ledger.journal.close()

    def _opened(self) -> Ledger:
        if self._ledger is None:
            self.open(UNTOLD_LEDGER, "CNY", "Asia/Shanghai")
        if self._ledger is None:
            raise AssertionError
        return self._ledger

    def heard(self, sentence: Sentence, told: Told) -> Told:  # noqa: ARG002 - another kind of story asks what it is
        """A sentence as this story takes it: here, as it is written. Raises StoryTrouble where it takes it not."""
        return told

    def shown(self, name: str) -> str:
        """How a person, committee or position is called where an answer is told: here, by the one name it has."""
        return name

    # Recording

    def recorded_on(self, day: str) -> None:
        """What follows is recorded on that day. Raises StoryTrouble where it lies before the last one."""
        later = date.fromisoformat(day)
        self._opened()
        before = self.today or LOADED_ON
        if later < before:
            raise StoryTrouble(
                f"{later} lies before {before}: what is recorded later is recorded on the same day or a later one",
                f"{later}早于{before}：记录日期不得倒退",
            )
        self._load()
        self.today = later
        self._clock = start_of_day(later, self.zone)

    def tell(self, commands: Sequence[cm.Command], place: Place) -> None:
        """Something happened: recorded now, or with the batch. Raises NotRecorded."""
        self._opened()
        if self.today is None:
            for command in commands:
                self.minutes.note(self.next_seq, command)
                self._waiting.append((command, place))
            return
        try:
            self._submit(commands)
        except Trouble as trouble:
            raise NotRecorded(trouble, place) from trouble

    def attempt(self, commands: Sequence[cm.Command]) -> Trouble | None:
        """Try to record: all of it, or nothing and why not."""
        ledger = self.ledger
        try:
            with ledger.considering(commands, by=CLERK):
                pass
            self._submit(commands)
        except Trouble as trouble:
            return trouble
        return None

    def considering(self, commands: Sequence[cm.Command]) -> AbstractContextManager[tuple[Books, Seq, Seq]]:
        """What would be if these were recorded; nothing is."""
        return self.ledger.considering(commands, by=CLERK)

    def _submit(self, commands: Sequence[cm.Command]) -> None:
        ledger = self._opened()
        for command in commands:
            receipt = ledger.submit(command, by=CLERK)
            self.minutes.note(receipt.first, command)

    def _load(self) -> None:
        if not self._waiting:
            return
        waiting, self._waiting = self._waiting, []
        self._loads += 1
        batch = LOADED if self._loads == 1 else f"{LOADED}-{self._loads}"
        try:
            self._opened().submit_batch([command for command, _ in waiting], by=CLERK, batch=batch)
        except Trouble as trouble:
            raise NotRecorded(trouble, waiting[trouble.position or 0][1]) from trouble

    # Times

    def known(self, text: str | None) -> Seq:
        """What is taken as known: the last entry recorded up to a date or an instant; the head."""
        return known_time(text, self.books).seq

    def valid(self, text: str) -> datetime:
        """The instant that a question asks about: of a bare date, the last microsecond."""
        return asked(text, self.zone, "on").at

    def judged_on(self, known: str | None) -> datetime:
        """The date on which a verdict is asked: that of `known`, else the day of recording, else the end of time."""
        if known is not None:
            return self.valid(known)
        return end_of_day(self.today if self.today is not None else LATEST, self.zone)
