"""How an entry enters the books. The fold never fails and repeats no rule: what makes no sense has no effect."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ledger import events as ev
from ledger.books.standing import can_replace, decided, stated_fact
from ledger.books.state import Books, Recorded
from ledger.books.tables import CREATES, ENDS, INDEXED, SETS, TIMELINES, is_conduct
from ledger.moments import Moment, zone_named
from ledger.timeline import STILL_KNOWN, Thing, Version, place, version_of

if TYPE_CHECKING:
    from collections.abc import Callable

    Undo = list[Callable[[], object]]


_DECIDED_ON: frozenset[type] = frozenset({ev.ItemOpened, ev.ContractRegistered, ev.ContractAmended})
_COUNTED = _DECIDED_ON | {ev.ActDone}
"""The facts that say what counts towards a cap."""


def fold(books: Books, entry: ev.Entry) -> None:
    """Take in the next entry. What it says is true from then on, as known; earlier known times are as before."""
    _fold(books, entry, None)


def fold_tentatively(books: Books, entry: ev.Entry) -> Callable[[], None]:
    """Take in an entry that may yet be refused; calling what is returned takes it back (the last one first)."""
    undo: Undo = []

    def take_back() -> None:
        for step in reversed(undo):
            step()

    try:
        _fold(books, entry, undo)
    except BaseException:  # an interrupt: nothing else can come out of the fold
        take_back()
        raise
    return take_back


def _fold(books: Books, entry: ev.Entry, undo: Undo | None) -> None:
    event, seq = entry.event, entry.seq
    _note(books, entry, undo)
    if isinstance(event, ev.Fact):
        version = version_of(event, seq=seq, source=seq)
        books.current[seq] = version
        if undo is not None:
            undo.append(lambda: books.current.pop(seq))
        _enter(books, version, undo)
    elif isinstance(event, ev.FactCorrected | ev.EntryAnnulled):
        _reconsider(books, seq, event, undo)
    elif isinstance(event, ev.PersonErased):
        if undo is not None and event.person not in books.erased:
            undo.append(lambda: books.erased.discard(event.person))
        books.erased.add(event.person)
    elif seq == 1:
        books.name, books.currency, books.zone = event.name, event.currency, zone_named(event.zone)


def _note(books: Books, entry: ev.Entry, undo: Undo | None) -> None:
    """The order of the journal and which command made the entry."""
    before, known = books.head, books.commands.get(entry.command_id)
    structural = not is_conduct(books, entry.event)
    if structural:
        books.structure.append(entry.seq)
    books.head = entry.seq
    books.recorded_at.append(entry.recorded_at)
    last = books.batches[-1] if books.batches else None
    books.batches.append(last if entry.batch == last else entry.batch)
    if entry.batch is not None:
        books.batch_names.setdefault(entry.batch, entry.seq)
        books.batch_ends[entry.batch] = entry.seq
    first = entry.seq if known is None or known.digest != entry.digest else known.first
    books.commands[entry.command_id] = Recorded(first, entry.seq, entry.digest)
    if undo is not None:

        def forget() -> None:
            books.head = before
            _unlearn(books, entry, structural=structural)
            books.recorded_at.pop()
            books.batches.pop()
            if entry.batch is not None:
                books.batch_ends[entry.batch] = entry.seq - 1
                if books.batch_names[entry.batch] == entry.seq:
                    books.batch_names.pop(entry.batch)
                    books.batch_ends.pop(entry.batch)
            if known is None:
                books.commands.pop(entry.command_id)
            else:
                books.commands[entry.command_id] = known

        undo.append(forget)


def _unlearn(books: Books, entry: ev.Entry, *, structural: bool) -> None:
    """Forget what was found while an entry stood that is taken back."""
    if structural:
        books.structure.pop()
        books.remembered.clear()
        if books.pools is not None:
            books.pools.uncover()
    if entry.batch is not None:
        books.judged.clear()
    if entry.batch is not None or not structural:
        books.pools = None


def _enter(books: Books, version: Version, undo: Undo | None) -> None:
    """Put a version into the timelines and indexes that its fact speaks to."""
    fact = version.fact
    kind = type(fact)
    if (creation := CREATES.get(kind)) is not None:
        thing = _thing(books, creation[0], creation[1](fact), undo)
        _place(thing.created, version, undo)
        _touch(thing, version.known_from, undo)
        _index(books, thing, fact, undo)
    elif (ending := ENDS.get(kind)) is not None:
        thing = _thing(books, ending[0], ending[1](fact), undo)
        _place(thing.ends, version, undo)
        _touch(thing, version.known_from, undo)
    elif (setting := SETS.get(kind)) is not None:
        thing = _thing(books, setting[0], setting[1](fact), undo)
        _place(thing.properties.setdefault(setting[2], []), version, undo)
    if (timeline := TIMELINES.get(kind)) is not None:
        _place(timeline(books, fact), version, undo)
    if isinstance(fact, (ev.SuperiorSet, ev.PositionEstablished)) and fact.superior is not None:
        books.subordinates_of[fact.superior][fact.position] = None
    elif isinstance(fact, ev.PositionAbolished) and fact.successor is not None:
        books.abolished_into[fact.successor][fact.position] = None
    about = (CREATES.get(kind) or SETS.get(kind)) if kind in _DECIDED_ON and books.pools is not None else None
    if about is not None and books.deeds_on.get(about[1](fact)):
        books.pools = None
    if isinstance(fact, ev.ActDone):
        _note_done(books, version)
        return
    _note_inside(books, fact.effective)
    until: Moment | None = getattr(fact, "until", None)
    if until is not None:
        _note_inside(books, until)


def _note_done(books: Books, version: Version) -> None:
    """A new act goes to the pools that are put together already; one that replaces another scatters them.

    So does one that was loaded: the route it used depends on what else its batch says.
    """
    if books.pools is None:
        return
    if version.source == version.seq and books.batches[-1] is None:
        books.pools.add(version)
    else:
        books.pools = None


def _note_inside(books: Books, moment: Moment) -> None:
    if moment.date is None:
        books.note_instant(moment.at)


def _index(books: Books, thing: Thing, fact: ev.Fact, undo: Undo | None) -> None:
    """Let a reader find the thing. Indexes only grow; the reader asks the thing what stands."""
    lists = INDEXED.get(type(fact))
    for things in lists(books, fact) if lists is not None else ():
        if len(thing.created) == 1 or thing not in things:
            things.append(thing)
            if undo is not None:
                undo.append(things.pop)


def _reconsider(books: Books, seq: int, event: ev.FactCorrected | ev.EntryAnnulled, undo: Undo | None) -> None:
    """Facts that stand: find what the newest standing word on a fact is, and let that stand from this entry on."""
    root = event.of if isinstance(event, ev.FactCorrected) else books.root.get(event.of, event.of)
    if root not in books.current or not can_replace(books, root, event):
        books.unheeded.add(seq)
        if undo is not None:
            undo.append(lambda: books.unheeded.discard(seq))
        return
    stated = books.stated.setdefault(root, stated_fact(books, root))
    said = books.about.setdefault(root, [])
    said.append((seq, event))
    books.root[seq] = root
    current = books.current[root]
    source, fact = decided(root, stated, said)
    if undo is not None:

        def unsay() -> None:
            said.pop()
            books.root.pop(seq)
            books.current[root] = current
            if not said:
                books.about.pop(root)
                books.stated.pop(root)

        undo.append(unsay)
    if (source, fact) == ((current.source, current.fact) if current else (0, None)):
        return
    if current is not None:
        _close(books, current, seq, undo)
    renewed = version_of(fact, seq=root, source=source) if fact is not None else None
    books.current[root] = renewed
    if renewed is not None:
        renewed.known_from = seq
        _enter(books, renewed, undo)


def _thing(books: Books, kind: str, name: str, undo: Undo | None) -> Thing:
    things = books.things[kind]
    thing = things.get(name)
    if thing is None:
        thing = things[name] = Thing(name)
        if undo is not None:
            undo.append(lambda: things.pop(name))
    return thing


def _place(versions: list[Version], version: Version, undo: Undo | None) -> None:
    place(versions, version)
    if undo is not None:
        undo.append(lambda: _remove(versions, version))


def _remove(versions: list[Version], version: Version) -> None:
    versions[:] = [one for one in versions if one is not version]


def _touch(thing: Thing, seq: int, undo: Undo | None) -> None:
    if undo is not None:
        before = thing.touched

        def untouch() -> None:
            thing.touched, thing.latest = before, None

        undo.append(untouch)
    thing.touched, thing.latest = seq, None


def _close(books: Books, version: Version, seq: int, undo: Undo | None) -> None:
    """The version is known until this entry and no longer."""
    version.known_until = seq
    if undo is not None:

        def reopen() -> None:
            version.known_until = STILL_KNOWN

        undo.append(reopen)
    kind = type(version.fact)
    if kind in _COUNTED:
        books.pools = None
    found = CREATES.get(kind) or ENDS.get(kind)
    if found is not None:
        _touch(_thing(books, found[0], found[1](version.fact), undo), seq, undo)
