"""What every decision has at hand: the books at the head, the zone, and the envelope for personal data."""

from __future__ import annotations

from datetime import datetime
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from ledger.books.reading import AsOf
from ledger.ids import ACTS
from ledger.moments import BEGINNING, FOREVER, Instant, Moment, asked, moment, period_end, read, written
from ledger.refusals import BadInput, EndedAlready, Erased, NameTaken, NotAlive, UnknownName, UntilBeforeFrom
from ledger.timeline import Life, Thing, life_at
from ledger.vault import Vaulted, commitment_to

if TYPE_CHECKING:
    from collections.abc import Callable
    from zoneinfo import ZoneInfo

    from ledger.books.state import Books
    from ledger.commands import AuthoriseAct, FactCommand, Period, Stated
    from ledger.events import Commitment
    from ledger.ids import Holder, PersonId

LONGEST_ID = 100


def document(command: Stated | AuthoriseAct) -> dict[str, Any]:
    """The document that says so, as two fields of a fact."""
    return {"instrument": command.instrument, "clause": command.clause}


class Desk:
    """The state a command is decided on, and when its entry will be recorded.

    `salt` gives 32 random bytes; `sealed` collects what the vault is to keep.
    """

    def __init__(self, books: Books, salt: Callable[[], bytes], recorded_at: Instant = BEGINNING) -> None:
        self.books, self.recorded_at = books, recorded_at
        self.sealed: list[Vaulted] = []
        self.replacing = False
        """Whether a correction is being decided: then the thing it speaks of is known already."""
        self._salt = salt

    @property
    def zone(self) -> ZoneInfo:
        """The ledger's time zone."""
        return self.books.zone

    def at(self, instant: Instant) -> AsOf:
        """The books at an instant, as known at the head."""
        return AsOf(self.books, instant, self.books.head)

    # Times

    def since(self, command: FactCommand) -> Moment:
        """The moment from which a command says its fact holds."""
        return moment(command.since, self.zone, "from")

    def period(self, command: Period) -> tuple[Moment, Moment | None]:
        """The period of a command. Raises UntilBeforeFrom."""
        since, until = self.since(command), period_end(command.through, command.until, self.zone)
        if until is not None and until.at <= since.at:
            last_day = command.until is None
            raise UntilBeforeFrom(command.since, command.until or command.through or "", last_day=last_day)
        return since, until

    def done_at(self, acted_at: str) -> Moment:
        """When somebody did something: a date means the last microsecond of that day."""
        when = read(acted_at, "acted_at")
        if isinstance(when, datetime):
            return Moment(when)
        return Moment(asked(acted_at, self.zone, "acted_at").at, when)

    def written(self, instant: Instant) -> str:
        """An instant for a sentence."""
        return "no end" if instant == FOREVER else written(instant, self.zone)

    # Names

    def free(self, kind: str, name: str, *, field: str | None = None) -> None:
        """Raises NameTaken if an id was ever given; BadInput, naming `field` (by default the kind), if it is none."""
        self.readable(name, field or kind)
        thing = self.books.things[kind].get(name)
        if thing is not None and thing.created and not self.replacing:
            raise NameTaken(kind, name, thing.created[0].seq)

    @staticmethod
    def readable(name: str, field: str) -> None:
        """Raises BadInput, naming `field`, for what cannot be an id."""
        if not name or len(name) > LONGEST_ID or name != name.strip() or not name.isprintable():
            raise BadInput(field, "an id has 1 to 100 printable characters and no spaces around it")

    def named(self, given: str | None, kind: str) -> str:
        """The id given, or one made of the kind and the number that the entry will have."""
        name = given or f"{kind}-{self.books.head + 1}"
        while given is None and name in self.books.things[kind]:
            name += "-"
        return name

    def known(self, kind: str, name: str) -> tuple[Thing, Life]:
        """A thing that was introduced and not annulled. Raises UnknownName."""
        thing = self.books.things[kind].get(name)
        life = life_at(thing, self.books.head) if thing is not None else None
        if thing is None or life is None:
            raise UnknownName(kind, name, self.near(kind, name))
        return thing, life

    def met(self, kind: str, name: str) -> None:
        """A thing that was ever introduced, annulled or not. Raises UnknownName."""
        thing = self.books.things[kind].get(name)
        if thing is None or not thing.created:
            raise UnknownName(kind, name, self.near(kind, name))

    def near(self, kind: str, name: str) -> list[str]:
        """Names that may have been meant; upper and lower case count as the same."""
        if len(name) > LONGEST_ID:
            return []
        known = {one.casefold(): one for one in list(self.books.things[kind])[:5000]}
        return [known[one] for one in get_close_matches(name.casefold(), list(known), n=3)]

    def alive(self, kind: str, name: str, since: Moment) -> tuple[Thing, Life]:
        """A thing that exists at a moment. Raises UnknownName, NotAlive."""
        thing, life = self.known(kind, name)
        if not life.contains(since.at):
            raise NotAlive(kind, name, self.written(since.at))
        return thing, life

    def act(self, act: str) -> None:
        """An act that every ledger knows, or that this one ever defined. Raises UnknownName."""
        if act not in ACTS and not self.books.things["act"].get(act):
            raise UnknownName("act", act, [one for one in self.books.acts() if one[:2] == act[:2]])
        if act not in ACTS:
            self.known("act", act)

    def ending(self, kind: str, name: str, since: Moment) -> None:
        """A thing that a new fact may end at a moment. Raises UnknownName, NotAlive, EndedAlready."""
        _, life = self.known(kind, name)
        if since.at < life.since:
            raise NotAlive(kind, name, self.written(since.at))
        if since.at >= life.until:
            raise EndedAlready(kind, name, self.written(life.until), (life.ended or life.created).source)

    def living(self, kind: str, name: str, command: FactCommand) -> Moment:
        """The moment of a command about a thing that exists then. Raises UnknownName, NotAlive."""
        since = self.since(command)
        self.alive(kind, name, since)
        return since

    def ended(self, kind: str, name: str, command: FactCommand) -> Moment:
        """The moment of a command that ends a thing. Raises UnknownName, NotAlive, EndedAlready."""
        since = self.since(command)
        self.ending(kind, name, since)
        return since

    def within(self, kind: str, name: str | None, since: Moment) -> None:
        """What something is placed in or under exists then, where it is placed at all."""
        if name is not None:
            self.alive(kind, name, since)

    def holder(self, holder: Holder, since: Moment) -> None:
        """A position or committee that exists at a moment, or a person who is known."""
        if holder.person is not None:
            self.known("person", holder.person)
        else:
            self.alive(holder.kind, holder.id, since)

    # Personal data

    def seal(self, person: str, value: str) -> Commitment:
        """Put a personal value into the envelope for the vault. Raises Erased for an erased person."""
        if person in self.books.erased:
            raise Erased(person)
        return self._seal(person, value)

    def seal_reason(self, person: str, reason: str) -> Commitment:
        """Free text about a fact. About an erased person it is committed to and not kept: the correction stands."""
        return self._seal(person, reason) if person not in self.books.erased else commitment_to(self._salt(), reason)

    def _seal(self, person: str, value: str) -> Commitment:
        salt = self._salt()
        commitment = commitment_to(salt, value)
        self.sealed.append(Vaulted(commitment=commitment, person=person, salt=salt, value=value))
        return commitment

    def person(self, person: PersonId) -> None:
        """A person who is known, at whatever date. Raises UnknownName."""
        self.known("person", person)
