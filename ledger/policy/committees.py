"""How a committee decided: who was present in which seat, quorum, votes (semantics.md 6)."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from ledger import events as ev
from ledger.policy.questions import Finding
from ledger.policy.signers import matched

if TYPE_CHECKING:
    from ledger.books.reading import AsOf
    from ledger.ids import Holder

_PROCEDURE = ev.Procedure()


def resolved(reading: AsOf, committee: str, votes: tuple[ev.Vote, ...]) -> Finding | None:
    """Why a resolution does not count, at the instant of a reading and as known; None where it was carried.

    A member counts who holds a seat: by person, or by an appointment of any kind to the position of a seat ex officio;
    one seat counts once, whoever was listed first. Where who is recused is not present, they keep no seat from others.
    """
    seats: tuple[Holder, ...] = reading.stated("committee", committee, "seats") or ()
    procedure = procedure_of(reading, committee)
    fillers = [_fillers(reading, seat) for seat in seats]
    voted: dict[str, ev.VoteCast] = {vote.member: vote.vote for vote in reversed(votes)}
    there = [one.member for one in votes if procedure.recused_present or voted[one.member] != "recused"]
    present = matched(there, fillers)
    needed = quorum_of(procedure, len(seats))
    if not seats or len(present) < needed:
        return Finding(code="QUORUM_NOT_MET", count=len(present), needed=needed)
    yes = sum(voted[one] == "yes" for one in present)
    cast = yes + sum(voted[one] == "no" for one in present)
    of = {"cast": cast, "present": len(present), "seats": len(seats)}[procedure.counted_of]
    if procedure.carried_by is None:
        carried, least = 2 * yes > of, of // 2 + 1
    else:
        share = Fraction(procedure.carried_by)
        carried, least = yes > 0 and yes >= share * of, -int(-share * of // 1)
    return None if carried else Finding(code="NOT_CARRIED", count=yes, needed=least)


def procedure_of(reading: AsOf, committee: str) -> ev.Procedure:
    """How a committee decides at the instant: as last adopted, as constituted, or by default."""
    return reading.stated("committee", committee, "procedure") or _PROCEDURE


def quorum_of(procedure: ev.Procedure, seats: int) -> int:
    """The number of authorised seats that must be present: more than half, unless it says otherwise."""
    return procedure.quorum if procedure.quorum is not None else seats // 2 + 1


def _fillers(reading: AsOf, seat: Holder) -> set[str]:
    if seat.person is not None:
        return {seat.person} if reading.life("person", seat.person) is not None else set()
    position = reading.resolve(seat.position) if seat.position is not None else None
    return {one.person for one in reading.incumbents(position)} if position is not None else set()
