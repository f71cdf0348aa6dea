"""What was answered and why, in words: for a sentence that does not hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.names import Names
from api.rendering import Page, entry
from api.rendering.answers import show_what, show_who
from api.rendering.verdicts import show_verdict
from api.words import Words
from api.words.vocabulary import ACTS, VERDICTS
from ledger.asking import DuringTheDay
from ledger.books.reading import AsOf
from ledger.policy import Answer, FlipReport, Opportunities, Verdict
from ledger.refusals import Trouble
from projections.charter import Charter
from projections.targets import Targets

if TYPE_CHECKING:
    from collections.abc import Iterator

    from features.steps.story import Asked, Story


def told(story: Story, asked: Asked, language: str) -> str:
    """An answer as the ledger tells it, with the reasons and the entries that say so."""
    words = Words("zh" if language.startswith("zh") else "en")
    page = Page(words, Names(story.ledger, words, asked.at, asked.known), story.zone)
    answer = asked.answer
    if isinstance(answer, Answer):
        show_who(page, answer, DuringTheDay())
    elif isinstance(answer, Verdict):
        show_verdict(page, answer, () if answer.whole else (answer,), {})
        page.times(answer.on, answer.known_seq, answer.known_at)
    else:
        page.times(asked.at, asked.known, story.books.recorded(asked.known))
        if isinstance(answer, Opportunities):
            show_what(page, answer.could)
        for line in _lines(page, answer):
            page.line(line)
    return page.plain().strip()


def _lines(page: Page, answer: object) -> Iterator[str]:
    if isinstance(answer, FlipReport):
        for flip in answer.flips:
            if flip.kind == "act":
                yield _flip(page, flip.item or "", flip.act or "", flip.before, flip.after)
    elif isinstance(answer, AsOf):
        yield from _house(page, answer)
    elif isinstance(answer, Charter):
        yield f"{answer.title or answer.position} {answer.edition or ''} {_by(answer.seq)}".rstrip()
        yield from (f"{duty.number} {duty.text}" for duty in answer.duties)
    elif isinstance(answer, Targets):
        for one in answer.targets:
            yield page.words.comma(
                (f"{one.target} {one.amount:,f} {one.unit} {entry(one.amount_seq)}", f"{one.divided:,f} {one.unit}")
            )
    elif isinstance(answer, Trouble):
        yield f"{answer.code}: {answer}"


def _flip(page: Page, item: str, act: str, before: str | None, after: str | None) -> str:
    sides = [page.words.pick(VERDICTS, side) if side is not None else "–" for side in (before, after)]
    return f"{item} {page.words.pick(ACTS, act)}: {' → '.join(sides)}"


def _house(page: Page, reading: AsOf) -> Iterator[str]:
    for position in reading.books.things["position"]:
        if reading.alive("position", position):
            holders = page.words.join(f"{one.person} {entry(one.seq)}" for one in reading.incumbents(position))
            yield f"{position} ← {holders or '–'} ↑ {reading.superior(position) or '–'}"


def _by(seq: int | None) -> str:
    return "" if seq is None else entry(seq)
