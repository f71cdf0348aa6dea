"""What the books hold: things and their timelines, the indexes that questions need, and the order of the journal."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections import defaultdict
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar
from zoneinfo import ZoneInfo

import msgspec

from ledger.ids import ACTS, Seq

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime

    from ledger.events import EntryAnnulled, Fact, FactCorrected
    from ledger.timeline import Thing, Version

KINDS = (
    "unit",
    "position",
    "line",
    "person",
    "appointment",
    "absence",
    "committee",
    "instrument",
    "act",
    "matter",
    "authority",
    "restriction",
    "item",
    "deed",
    "ratification",
    "contract",
    "target",
    "report",
)
"""Each kind of thing is a namespace of ids of its own."""


class Recorded(msgspec.Struct, frozen=True, gc=False):
    """Where a command's entries stand: the first and last number, and the fingerprint of what was asked."""

    first: int
    last: int
    digest: str


class _Stretch(Protocol):
    since: datetime
    until: datetime
    known_since: int
    known_until: int
    upto: int


_S = TypeVar("_S", bound=_Stretch)
_since = attrgetter("since")
_NEAR = 24
"""How many stretches that begin before an instant are looked at; a miss costs finding out anew, nothing else."""


class Remembered(Generic[_S]):
    """What was found for stretches of the two times, so that it is not sought again.

    What was known at an entry never changes, so nothing is forgotten when others follow; only when an entry is taken
    back, and when `most` stretches are held: a process that asks for years stays small.
    """

    def __init__(self, most: int = 16_384) -> None:
        self._most, self._held = most, 0
        self._stretches: dict[tuple[str, str], list[_S]] = {}

    def find(self, key: tuple[str, str], at: datetime, known: int) -> _S | None:
        """A stretch kept under a key around an instant and an entry."""
        stretches = self._stretches.get(key)
        if stretches is None:
            return None
        last = bisect_right(stretches, at, key=_since) - 1
        for index in range(last, max(-1, last - _NEAR), -1):
            one = stretches[index]
            if at < one.until and one.known_since <= known < one.known_until and known <= one.upto:
                return one
        return None

    def keep(self, key: tuple[str, str], stretch: _S) -> None:
        """Remember a stretch under a key."""
        if self._held >= self._most:
            self.clear()
        insort(self._stretches.setdefault(key, []), stretch, key=_since)
        self._held += 1

    def clear(self) -> None:
        """Forget everything."""
        if self._held:
            self._stretches, self._held = {}, 0


class Books:
    """The state of one ledger after entry `head`, and every earlier state inside it."""

    def __init__(self) -> None:
        self.head = 0
        self.name = ""
        self.currency = ""
        self.zone = ZoneInfo("UTC")
        self.recorded_at: list[datetime] = []
        self.batches: list[str | None] = []
        self.batch_names: dict[str, int] = {}
        self.batch_ends: dict[str, int] = {}
        self.things: dict[str, dict[str, Thing]] = {kind: {} for kind in KINDS}
        self.rules: dict[str, list[Version]] = defaultdict(list)
        self.charters: dict[str, list[Version]] = defaultdict(list)
        self.rates: dict[tuple[str, str, str], list[Version]] = defaultdict(list)
        self.bases: dict[str, list[Version]] = defaultdict(list)
        self.scope_parents: dict[tuple[str, str], list[Version]] = defaultdict(list)
        # Indexes: who ever held, whatever a correction made of it since; the reader looks at what stands.
        self.appointments_to: dict[str, list[Thing]] = defaultdict(list)
        self.appointments_of: dict[str, list[Thing]] = defaultdict(list)
        self.absences_of: dict[str, list[Thing]] = defaultdict(list)
        self.lines_of: dict[str, list[Thing]] = defaultdict(list)
        self.subordinates_of: dict[str, dict[str, None]] = defaultdict(dict)
        self.abolished_into: dict[str, dict[str, None]] = defaultdict(dict)
        self.authorities_over: dict[tuple[str, str], list[Thing]] = defaultdict(list)
        self.delegations_of: dict[str, list[Thing]] = defaultdict(list)
        self.restrictions_on: dict[str, list[Thing]] = defaultdict(list)
        self.deeds_on: dict[str, list[Thing]] = defaultdict(list)
        self.deeds_by: dict[str, list[Thing]] = defaultdict(list)
        self.ratifications_of: dict[str, list[Thing]] = defaultdict(list)
        self.parts_of: dict[str, list[Thing]] = defaultdict(list)
        self.reports_on: dict[str, list[Thing]] = defaultdict(list)
        self.done: dict[str, list[Version]] = defaultdict(list)
        """What was ever stated as done, by act, in the order (acted_at, seq)."""
        self.structure: list[int] = []
        """The entries that are not about what people did: between two of them authority is the same."""
        self.judged: dict[Version, Any] = {}
        """How each act was judged by the facts of its own time, which nothing later changes."""
        self.pools: Any = None
        """The pools that caps draw on, put together when first asked for; None after an act was changed."""
        # Facts that stand: what each fact says now, what was said about it, which fact an entry is about in the end.
        self.current: dict[int, Version | None] = {}
        self.stated: dict[int, Fact] = {}
        self.about: dict[int, list[tuple[int, FactCorrected | EntryAnnulled]]] = {}
        self.unheeded: set[int] = set()
        self.root: dict[int, int] = {}
        self.commands: dict[str, Recorded] = {}
        self.erased: set[str] = set()
        self.remembered: Remembered[Any] = Remembered()
        self._capped: tuple[int, list[str]] = 0, []
        self.inside_days: dict[date, list[datetime]] = defaultdict(list)
        """By the day in UTC, in order, each once."""

    def known_at(self, at: datetime) -> Seq:
        """The last entry recorded up to an instant; 0 before the first."""
        return Seq(bisect_right(self.recorded_at, at))

    def structure_at(self, known: int) -> int:
        """The last entry up to `known` that can change an authority: as known at the two, who could is the same."""
        index = bisect_right(self.structure, known)
        return self.structure[index - 1] if index else 0

    def recorded(self, seq: int) -> datetime | None:
        """When an entry was recorded; None for a number that no entry has."""
        return self.recorded_at[seq - 1] if 0 < seq <= len(self.recorded_at) else None

    def known_points(self, after: int, upto: int) -> Iterator[Seq]:
        """The entry numbers in (`after`, `upto`] at which the ledger could be seen: inside a batch it never was."""
        for seq in range(after + 1, upto + 1):
            batch = self.batches[seq - 1]
            if batch is None or seq == len(self.batches) or self.batches[seq] != batch:
                yield Seq(seq)

    def capped(self) -> list[str]:
        """The authorities that ever had a cap: what they allow depends on all that was done before."""
        if self._capped[0] != len(self.structure):
            found = [name for name, thing in self.things["authority"].items() if thing.properties.get("caps")]
            self._capped = len(self.structure), found
        return self._capped[1]

    def instants_inside(self, since: datetime, upto: datetime) -> list[datetime]:
        """The instants in (`since`, `upto`] of one day at which some fact begins or ends other than with a day."""
        found: list[datetime] = []
        for day in sorted({since.date(), upto.date()}):
            instants = self.inside_days.get(day, [])
            found += instants[bisect_right(instants, since) : bisect_right(instants, upto)]
        return found

    def note_instant(self, at: datetime) -> None:
        """Remember an instant other than the start of a day: during its day a bare date may have two answers."""
        instants = self.inside_days[at.date()]
        place = bisect_right(instants, at)
        if not place or instants[place - 1] != at:
            instants.insert(place, at)

    def acts(self) -> list[str]:
        """The acts this ledger has ever known, the common ones first."""
        return [*ACTS, *self.things["act"]]
