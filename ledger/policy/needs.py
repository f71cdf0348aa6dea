"""What an act needs beside itself: co-signers, a quorum, an approval that comes first (semantics.md 5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ledger.books.items import acts_on
from ledger.books.reading import AsOf
from ledger.policy.committees import procedure_of, quorum_of
from ledger.policy.questions import Need
from ledger.policy.signers import Signer, smallest, suffice

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ledger import events as ev
    from ledger.books.state import Books
    from ledger.ids import Holder
    from ledger.policy.judging import Judge
    from ledger.policy.links import Link
    from ledger.policy.questions import Question
    from ledger.policy.routes import Stretch, Way


class Needs:
    """Says it for the ways of one question; `passing` is everybody who could."""

    def __init__(
        self, books: Books, question: Question, stretch: Stretch, judge: Judge, passing: Mapping[Holder, list[Way]]
    ) -> None:
        self.stretch = stretch
        self._books, self._question, self._judge, self._passing = books, question, judge, passing
        self._joint: dict[str, Need | None] = {}

    def of(self, way: Way) -> tuple[Need, ...]:
        """What the act of one candidate still needs by their first way."""
        return tuple(self._of(way))

    def _of(self, way: Way) -> Iterator[Need]:
        question, top = self._question, way.chain.links[0]
        if top.joint is not None:
            need = self._jointly(top, top.joint, way.who)
            if need is not None:
                yield need
        if way.who.committee is not None:
            reading = AsOf(self._books, question.at, question.known)
            seats = len(reading.stated("committee", way.who.committee, "seats") or ())
            yield Need(kind="quorum", persons=quorum_of(procedure_of(reading, way.who.committee), seats))
        if question.act == "sign" and question.item is None and self.stretch.sign_needs_approval:
            yield Need(kind="approval")

    def _jointly(self, top: Link, joint: ev.JointlyHeld, who: Holder) -> Need | None:
        """The co-signers that one candidate's signature still needs; None where it completes them."""
        reading = AsOf(self._books, self._question.at, self._question.known)
        signed = self._signed(top)
        could = [
            one.person
            for one, ways in self._passing.items()
            if one.person is not None and any(way.chain.links[0] is top for way in ways)
        ]
        with_this = [*signed, Signer(who.person, reading)] if who.person is not None else signed
        if suffice(joint, with_this):
            return None
        there = [one.person for one in with_this]
        return Need(
            kind="joint",
            authority=top.step.authority,
            persons=joint.persons,
            classes=joint.classes,
            signed=tuple(dict.fromkeys(one.person for one in signed)),
            enough=smallest(joint, with_this, [Signer(one, reading) for one in could]),
            could=tuple(one for one in could if one not in there),
        )

    def _signed(self, top: Link) -> list[Signer]:
        """Who has done the act on the item already, within authority, by the grant."""
        question = self._question
        if question.item is None:
            return []
        found: list[Signer] = []
        for version, fact in acts_on(self._books, question.item, question.known):
            if fact.act != question.act or fact.rejected or fact.by.person is None or version.effective > question.at:
                continue
            passing = self._judge.now(version, question.known).passing
            if any(way.chain.links[0].step.authority == top.step.authority for way in passing):
                found.append(Signer(fact.by.person, AsOf(self._books, version.effective, question.known)))
        return found
