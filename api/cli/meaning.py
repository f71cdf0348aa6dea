"""What people are told of words that mean another thing than they think, or nothing in this ledger."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from api.names import AmbiguousName, UnknownName
from api.words.vocabulary import KINDS
from ledger.books.reading import AsOf
from ledger.events import AuthorityDelegated, AuthorityGranted, RestrictionImposed, ScopeAmended
from ledger.ids import ACTS
from ledger.moments import written

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from api.cli.door import Door
    from api.names import Names
    from ledger.books.state import Books
    from ledger.ids import Holder
    from ledger.policy import Question


def person(names: Names, text: str, field: str) -> str:
    """A person, by id or name; of a committee or position it is said what it is. Raises UnknownName, AmbiguousName."""
    try:
        return names.find("person", text, field)
    except UnknownName as unknown:
        raise _another(names, text, field, ("committee", "position")) or unknown from None


def actor(names: Names, text: str, field: str) -> Holder:
    """A person or committee; of a position it is said what it is. Raises UnknownName, AmbiguousName."""
    try:
        return names.find_actor(text, field)
    except UnknownName as unknown:
        raise _another(names, text, field, ("position",)) or unknown from None


_INSTEAD = {
    "committee": "a committee, not a person; `remit may` takes committees",
    "position": "a position, not a person; `remit chart` shows who holds it",
}


def _another(names: Names, text: str, field: str, kinds: Iterable[str]) -> UnknownName | None:
    """What to say of a text that is the id or name of another kind of thing."""
    for kind in kinds:
        if all_meant(names, text, (kind,)):
            return UnknownName(field, f"`{text[:100]}` is {_INSTEAD[kind]}")
    return None


def all_meant(names: Names, text: str, kinds: Iterable[str]) -> set[str]:
    """The ids of the things of some kinds that go by a text."""
    found = set()
    for kind in kinds:
        try:
            found.add(names.find(kind, text, kind))
        except UnknownName:
            continue
        except AmbiguousName as several:
            raise AmbiguousName("about", several.sentence) from None
    return found


# Attributes that nothing asks for


def unheard(door: Door, attributes: Mapping[str, str]) -> list[str]:
    """A note for each attribute that no scope, restriction or placed value speaks of; the answer stays as it is."""
    spoken = _spoken(door.ledger.books)
    notes = []
    for name, value in attributes.items():
        values = spoken.get(name)
        if values is None:
            notes.append(door.words.say("with.dimension", name=name, near=_near(door, name, spoken)))
        elif name != "unit" and value not in values:
            notes.append(door.words.say("with.value", name=name, value=value, near=_near(door, value, values)))
    return notes


def _spoken(books: Books) -> dict[str, set[str]]:
    """The dimensions that the ledger ever spoke of, with their values."""
    spoken: dict[str, set[str]] = {}
    for dimension, value in books.scope_parents:
        spoken.setdefault(dimension, set()).add(value)
    for versions in books.scope_parents.values():
        for version in versions:
            parent = getattr(version.fact, "parent", None)
            if parent is not None:
                spoken[version.fact.dimension].add(parent)  # type: ignore[attr-defined]  # the fact of a placed value
    for kind in ("authority", "restriction"):
        for thing in books.things[kind].values():
            for version in (*thing.created, *thing.properties.get("scope", ())):
                fact = version.fact
                if isinstance(fact, AuthorityGranted | AuthorityDelegated | RestrictionImposed | ScopeAmended):
                    for term in fact.scope:
                        spoken.setdefault(term.dimension, set()).update(term.values)
    return spoken


def _near(door: Door, text: str, words: Iterable[str]) -> str:
    """The words nearest to a text, capitals aside; all of them where there are few."""
    known = sorted(words)
    plain = {one.casefold(): one for one in known}
    near = [plain[one] for one in get_close_matches(text.casefold(), plain, n=3, cutoff=0.5)]
    shown = near or known[:_FEW] if len(known) <= _FEW else near
    return door.words.say("near", names=door.words.join(f"`{one}`" for one in shown)) if shown else ""


_FEW = 5


# Times before anything


def nothing_yet(door: Door, question: Question) -> str | None:
    """Why nobody could have: nothing was recorded yet as known, or the matter or act did not exist then."""
    books = door.ledger.books
    if question.known == 0:
        return door.words.say("none.known", at=written(books.recorded_at[0], books.zone))
    reading = AsOf(books, question.at, question.known)
    for kind, name in (("matter", question.matter), ("act", question.act)):
        if kind == "act" and name in ACTS:
            continue
        life = reading.life(kind, name)
        said = door.words.pick(KINDS, kind)
        thing = door.names(question.at, question.known).shown(kind, name)
        if life is None:
            return door.words.say("none.unknown", kind=said, thing=thing)
        if question.at < life.since:
            return door.words.say("none.before", kind=said, thing=thing, since=written(life.since, books.zone))
    return None
