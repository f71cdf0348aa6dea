"""What each sentence means, by its key; and a step carried out: sentence found, table read, meaning done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from features.steps import answers, authority, conduct, organisation, questions, targets
from features.steps.matching import read
from features.steps.sentence import KEYWORDS
from features.steps.story import Asked, Draft, NotRecorded, Place, StoryTrouble, Told
from features.steps.tables import read_table
from features.steps.telling import told as told_answer
from features.steps.troubles import DoesNotHold, NotASentence, TableWrong
from ledger.policy import flips
from ledger.refusals import Trouble

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from features.steps.matching import Match
    from features.steps.parameters import Pair
    from features.steps.sentence import Kind, Sentence
    from features.steps.story import Story

GIVEN: dict[str, Callable[[Draft, Told], None]] = {
    "G3": organisation.positions,
    "G4": organisation.appointed,
    "G33": organisation.appointed,
    "G5": organisation.acting,
    "G6": organisation.no_longer,
    "G7": organisation.absent,
    "G8": organisation.reports_to,
    "G9": organisation.abolished,
    "G20": organisation.began,
    "G21": organisation.ended,
    "G22": organisation.in_error,
    "G25": organisation.charter,
    "G27": organisation.committee,
    "G10": authority.matters,
    "G11": authority.authorities,
    "G12": authority.limited,
    "G13": authority.revoked,
    "G14": authority.delegated,
    "G15": authority.revoked,
    "G16": authority.restricted,
    "G17": authority.ruled,
    "G18": authority.capped,
    "G19": authority.rated,
    "G28": authority.based,
    "G29": authority.jointly,
    "G32": conduct.opened,
    "G23": conduct.acted,
    "G30": conduct.resolved,
    "G24": conduct.ratified,
    "G31": conduct.act_in_error,
    "G34": conduct.rejected,
    "G35": conduct.in_haste,
    "G36": conduct.contract,
    "G37": conduct.contract_amended,
    "G26": targets.assigned,
    "G38": targets.adjusted,
    "G39": targets.reassigned,
    "G40": targets.accepted,
    "G41": targets.withdrawn,
    "G42": targets.reported,
    "G43": authority.suspended,
    "G44": authority.resumed,
    "G45": organisation.procedure,
}
"""What is recorded. G1 and G2 are the story's own."""
WHEN: dict[str, Callable[[Story, Told], Asked]] = {
    "W1": questions.who,
    "W2": questions.what,
    "W3": questions.act_judged,
    "W9": questions.item_judged,
    "W4": questions.organisation,
    "W5": questions.duties,
    "W7": questions.goals,
}
"""What is asked. W6 and W8 take a Given sentence and are below."""
THEN: dict[str, Callable[[Story, Told], None]] = {
    "T1": answers.exactly,
    "T2": answers.nobody,
    "T3": answers.could_not,
    "T4": answers.undetermined,
    "T5": answers.by_way_of,
    "T6": answers.verdict,
    "T7": answers.refused,
    "T8": answers.accepted,
    "T9a": answers.held_by,
    "T9b": answers.vacant,
    "T10": answers.superior,
    "T11a": answers.duty_count,
    "T11b": answers.duty,
    "T12": answers.target,
    "T15": answers.carried_by,
    "T16": answers.attained,
    "T17": answers.not_counted,
    "T13a": answers.flips,
    "T13b": answers.no_flips,
    "T14": answers.open_to,
}
"""What must have been answered."""
ATTEMPT, CONSIDER, OPEN, RECORDED_ON = "W6", "W8", "G1", "G2"


@dataclass(frozen=True, kw_only=True)
class Step:
    """A step as it stands in a file."""

    kind: Kind
    text: str
    language: str = "en"
    table: Sequence[Sequence[str]] | None = None
    docstring: str | None = None
    line: int = 0

    @property
    def place(self) -> Place:
        """Where it stands."""
        return Place(self.line, self.text)


def carry_out(story: Story, step: Step) -> None:
    """Do what a step says. Raises StoryTrouble where it cannot be, or where what it says does not hold."""
    sentence, told = _read(step)
    told = story.heard(sentence, told)
    if sentence.kind == "given":
        _given(story, sentence, told)
    elif sentence.kind == "when":
        story.asked = None
        story.asked = _asked(story, sentence, told, step)
    else:
        try:
            THEN[sentence.key](story, told)
        except answers.NotSo as no:
            raise DoesNotHold(step.text, no.expected, no.answered, _told(story)) from no


def _told(story: Story) -> Pair:
    asked = story.asked
    return (told_answer(story, asked, "en"), told_answer(story, asked, "zh")) if asked is not None else ("", "")


def _read(step: Step) -> tuple[Sentence, Told]:
    """The one sentence that a step is, with its values and its table."""
    reading = read(step.text, step.language)
    if len(reading.matches) != 1:
        raise NotASentence(reading, step.kind)
    match: Match = reading.matches[0]
    sentence = match.sentence
    if sentence.kind != step.kind:
        right, wrong = KEYWORDS[sentence.kind], KEYWORDS[step.kind]
        raise StoryTrouble(
            f"this sentence stands under “{right[0]}”, not “{wrong[0]}”: {step.text}",
            f"这一句应写在“{right[1]}”之下，而不是“{wrong[1]}”：{step.text}",
        )
    if (step.docstring is not None) != sentence.docstring:
        raise StoryTrouble(
            'this sentence takes a text between """ and """'
            if sentence.docstring
            else "this sentence takes no text below it",
            '这一句下面应有一段文本，写在两行 """ 之间' if sentence.docstring else "这一句下面不带文本",
        )
    rows, troubles = read_table(sentence, match.values, step.table, step.language)
    if troubles:
        raise TableWrong(troubles)
    return sentence, Told(match.values, rows, step.place)


def _given(story: Story, sentence: Sentence, told: Told) -> None:
    if sentence.key == OPEN:
        story.open(told.spelt("name"), told.text("currency"), told.text("zone"))
        return
    if sentence.key == RECORDED_ON:
        story.recorded_on(told.text("on"))
        return
    draft = Draft(story)
    try:
        GIVEN[sentence.key](draft, told)
    except Trouble as trouble:
        raise NotRecorded(trouble, told.place) from trouble
    story.tell(draft.commands, told.place)


def _asked(story: Story, sentence: Sentence, told: Told, step: Step) -> Asked:
    if sentence.key in WHEN:
        try:
            return WHEN[sentence.key](story, told)
        except Trouble as trouble:
            raise StoryTrouble(f"{trouble.code}: {trouble}", f"{trouble.code}：{trouble}") from trouble
    inner = _inside(step)
    given, told = _read(inner)
    if given.key in (OPEN, RECORDED_ON):
        raise StoryTrouble("this sentence can be neither attempted nor considered", "这一句不能尝试，也不能试算")
    at = story.judged_on(None)
    if sentence.key == CONSIDER:
        try:
            draft = _drafted(story, given, told, live=False)
            with story.considering(draft.commands) as (planned, before, after):
                return Asked(flips(planned, before, after, on=at), at, before)
        except Trouble as trouble:
            raise NotRecorded(trouble, inner.place) from trouble
    refusal: Trouble | None
    try:
        refusal = story.attempt(_drafted(story, given, told, live=True).commands)
    except Trouble as trouble:
        refusal = trouble
    return Asked(answers.Attempt(refusal), at, story.known(None))


def _drafted(story: Story, given: Sentence, told: Told, *, live: bool) -> Draft:
    story.finish()
    draft = Draft(story, live=live)
    GIVEN[given.key](draft, told)
    return draft


def _inside(step: Step) -> Step:
    """The Given sentence inside a docstring, with its table."""
    lines = [line.strip() for line in (step.docstring or "").splitlines() if line.strip()]
    if not lines or lines[0].startswith("|") or not all(line.startswith("|") for line in lines[1:]):
        raise StoryTrouble(
            "the text holds one Given sentence and, below it, its table if it has one",
            "文本中应有一句“假如”的内容，其下可带该句的表格",
        )
    table = [_cells(line) for line in lines[1:]]
    return Step(kind="given", text=lines[0], language=step.language, table=table or None, line=step.line)


def _cells(line: str) -> list[str]:
    """The cells of a row of a table, read as Gherkin reads them: a backslash makes a bar or itself part of a cell."""
    cells, cell, escaped = [], "", False
    for mark in line.strip()[1:]:
        if escaped:
            cell += {"n": "\n", "|": "|", "\\": "\\"}.get(mark, "\\" + mark)
            escaped = False
        elif mark == "\\":
            escaped = True
        elif mark == "|":
            cells.append(cell.strip())
            cell = ""
        else:
            cell += mark
    return cells
