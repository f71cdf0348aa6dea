"""Decide what changes a recorded fact: corrections and annulments (semantics.md 2, "facts that stand")."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import msgspec

from ledger import commands as cm
from ledger import events as ev
from ledger.books.fold import fold_tentatively
from ledger.books.items import terms_of
from ledger.books.standing import stated_fact, voided
from ledger.books.tables import ENDS, SETS, subject
from ledger.ids import CommandId, Holder, Seq
from ledger.moments import MICROSECOND
from ledger.refusals import BadInput, NothingToCorrect
from ledger.timeline import version_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from ledger.books.state import Books
    from ledger.deciding.desk import Desk

_DEFAULT_IDS: dict[type[cm.Command], str] = {
    cm.AppointPerson: "appointment",
    cm.RecordAbsence: "absence",
    cm.DrawFunctionalLine: "line",
    cm.RecordAct: "deed",
    cm.RatifyAct: "ratification",
    cm.ReportResult: "report",
}


def correct(
    desk: Desk, command: cm.CorrectFact, decide_fact: Callable[[Desk, cm.Stated], ev.AnyFact]
) -> ev.FactCorrected:
    """The replacement is decided as if the fact had never been recorded. Raises NothingToCorrect and the fact's own.

    An act that the ledger authorised stays one that it authorised if it says the same of the same.
    """
    root = command.of
    if root not in desk.books.current:
        raise NothingToCorrect(root, _what(desk, root))
    stated = stated_fact(desk.books, root)
    asked: Any = command.replacement
    if asked.command_id is not None:
        raise BadInput("replacement.command_id", "the correction has the command id; its replacement has none")
    default = _DEFAULT_IDS.get(type(asked))
    if default is not None and getattr(asked, default) is None and hasattr(stated, default):
        asked = msgspec.structs.replace(asked, **{default: getattr(stated, default)})
    take_back = _set_aside(desk, root)
    desk.replacing = True
    try:
        replacement = decide_fact(desk, asked)
    except BadInput as bad:
        raise BadInput(f"replacement.{bad.field}", bad.sentence) from bad
    finally:
        desk.replacing = False
        take_back()
    if type(replacement) is not type(stated):
        raise NothingToCorrect(root, f"it says `{_name(stated)}`, the replacement says `{_name(replacement)}`")
    if subject(replacement) != subject(stated):
        raise NothingToCorrect(root, f"it is about `{_about(stated)}`, the replacement about `{_about(replacement)}`")
    if isinstance(replacement, ev.ActDone) and isinstance(stated, ev.ActDone):
        replacement = msgspec.structs.replace(
            replacement, live=_still_authorised(desk.books, root, stated, replacement)
        )
    return ev.FactCorrected(
        of=Seq(root), replacement=replacement, reason=desk.seal_reason(person_in(desk.books, stated), command.reason)
    )


def annul(desk: Desk, command: cm.AnnulEntry) -> ev.EntryAnnulled:
    """Raises NothingToCorrect for what is no fact, correction or annulment, or is void or set aside already."""
    root = desk.books.root.get(command.of, command.of)
    if root not in desk.books.current:
        raise NothingToCorrect(command.of, _what(desk, command.of))
    stands = desk.books.current[root] is not None
    if not stands if command.of == root else command.of in voided(desk.books.about[root]):
        raise NothingToCorrect(command.of, "it is annulled already")
    return ev.EntryAnnulled(
        of=Seq(command.of),
        reason=desk.seal_reason(person_in(desk.books, stated_fact(desk.books, root)), command.reason),
    )


def _still_authorised(books: Books, root: int, stated: ev.ActDone, corrected: ev.ActDone) -> bool:
    """Whether a corrected act is the one that the ledger authorised: another document aside, it says the same.

    What it leaves to its item has to be the same, too, as known when it was authorised and as known now.
    """
    document = {"instrument": corrected.instrument, "clause": corrected.clause}
    if msgspec.structs.replace(stated, **document) != msgspec.structs.replace(corrected, live=True):
        return False
    version = version_of(stated, seq=root, source=root)
    then, now = (terms_of(books, version, known)._replace(opened=None) for known in (root, books.head))
    return then == now


def person_in(books: Books, fact: ev.Fact) -> str:
    """Whom free text about a fact is about: the person that it, or what it speaks of, names first; or nobody."""
    of = ENDS.get(type(fact)) or SETS.get(type(fact))
    created = books.things[of[0]][of[1](fact)].created if of is not None else []
    for said in (fact, *(version.fact for version in created)):
        named = (getattr(said, field, None) for field in _NAMING)
        if found := next((person for one in named if (person := _person(one)) is not None), None):
            return found
    return ""


_NAMING = ("person", "holder", "giver", "amended_by", "by", "custodian", "requester", "beneficiary", "set_by")
"""The fields in which a fact can name a person, in the order in which they are looked at."""


def _person(named: Any) -> str | None:  # noqa: ANN401 - a person's id or whoever may hold something
    """The person whom the value of a field names; None where it names none."""
    return named.person if isinstance(named, Holder | ev.TargetHolder) else named


def _set_aside(desk: Desk, root: int) -> Callable[[], None]:
    """Let the fact not stand while its replacement is decided."""
    books = desk.books
    return fold_tentatively(
        books,
        ev.Entry(
            seq=Seq(books.head + 1),
            recorded_at=books.recorded_at[-1] + MICROSECOND,
            recorded_by="",
            command_id=CommandId(""),
            digest="",
            event=ev.EntryAnnulled(of=Seq(root), reason=ev.Commitment("")),
        ),
    )


def _what(desk: Desk, seq: int) -> str:
    if not 1 <= seq <= desk.books.head:
        return f"the ledger has the entries 1 to {desk.books.head}"
    if seq in desk.books.root:
        return f"it corrects or annuls entry {desk.books.root[seq]}; name that one"
    return "it states no fact that could be replaced"


def _name(fact: ev.Fact) -> str:
    return str(type(fact).__struct_config__.tag)


def _about(fact: ev.Fact) -> str:
    return str((subject(cast("ev.AnyFact", fact)) or ("", ""))[1])
