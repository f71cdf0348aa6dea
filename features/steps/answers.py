"""What must have been answered: each sentence holds, or says what was expected, what was answered, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from features.steps.normal import same_text
from features.steps.story import StoryTrouble
from features.steps.words import AS, REFUSAL_WORDS, plain
from ledger.books.figures import Published
from ledger.books.items import Place, done_as_known, seen_at, terms_of
from ledger.books.reading import AsOf
from ledger.money import settled
from ledger.policy import Answer, FlipReport, Opportunities, Verdict
from ledger.policy.checks import Checks
from ledger.policy.judging import Judge, question_of
from ledger.policy.routes import admitted, ways_over
from projections.charter import Charter
from projections.targets import Targets

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from features.steps.parameters import Pair
    from features.steps.story import Story, Told
    from ledger.money import Limit
    from ledger.policy import Finding, Route
    from ledger.policy.questions import Candidate
    from ledger.refusals import Trouble
    from projections.targets import TargetShown

Kept = TypeVar("Kept")


class NotSo(Exception):
    """A sentence that does not hold; `expected` and `answered` say what of it, where that can be said shortly."""

    def __init__(self, expected: Pair | str = "", answered: Pair | str = "") -> None:
        super().__init__(f"{expected} / {answered}")
        self.expected, self.answered = expected, answered


def _asked(story: Story, kind: type[Kept]) -> Kept:
    """The answer to the last question, of the kind that a sentence speaks of. Raises StoryTrouble."""
    if story.asked is None:
        raise StoryTrouble("nothing was asked: a “When” comes before “Then”", "还没有提问：“那么”之前应有“当”")
    answer = story.asked.answer
    if not isinstance(answer, kind):
        raise StoryTrouble("this is no answer to what was asked last", "这一句与前面的“当”不相配")
    return answer


# Who could


def exactly(story: Story, told: Told) -> None:
    """The candidates are these, each in the capacity stated by one of the passing routes."""
    answer = _asked(story, Answer)
    expected = {str(row["person"].read): row["capacity"].read if "capacity" in row else None for row in told.rows}
    if len(expected) != len(told.rows):
        raise StoryTrouble("a person stands in the table twice; one row a person", "同一人在表中出现两次；每人一行")
    found = {one.who.id: {route.capacity for route in one.routes} for one in answer.candidates}
    agree = expected.keys() == found.keys() and all(
        capacity is None or capacity in found[name] for name, capacity in expected.items()
    )
    if not agree or answer.missing:
        raise NotSo(
            _listed({story.shown(name): [capacity] if capacity else [] for name, capacity in expected.items()}),
            _listed({story.shown(name): sorted(said) for name, said in found.items()}),
        )


def _listed(persons: Mapping[str, Sequence[Any]]) -> Pair:
    english = (_in_capacities(name, [AS[one][0] for one in said], " ({})") for name, said in persons.items())
    chinese = (_in_capacities(name, [AS[one][1] for one in said], "（{}）") for name, said in persons.items())
    return ", ".join(english) or "nobody", "、".join(chinese) or "无人"


def _in_capacities(name: str, said: Sequence[str], form: str) -> str:
    return name + (form.format(" / ".join(said)) if said else "")


def nobody(story: Story, told: Told) -> None:  # noqa: ARG001 - the sentence has no values
    """There is no candidate, and nothing is missing."""
    answer = _asked(story, Answer)
    if answer.candidates or answer.missing:
        raise NotSo


def could_not(story: Story, told: Told) -> None:
    """No route of the person passes, and one of them fails for the reason."""
    answer = _asked(story, Answer)
    person, reason = told.text("person"), told.text("reason")
    _known_actor(story, person)
    if any(one.who.id == person for one in answer.candidates) or reason not in set(_reasons(answer, person)):
        raise NotSo(reason, " / ".join(_reasons(answer, person)) or ("could", "可以"))


def _reasons(answer: Answer, person: str) -> Iterator[str]:
    near = [one for one in answer.near_misses if one.who.id == person]
    for miss in near:
        for finding in (miss.reason, *(other.reason for other in miss.others)):
            yield from _codes(finding)
    if not near and not any(one.who.id == person for one in answer.candidates):
        yield "NO_GRANT"


def _codes(finding: Finding) -> Iterator[str]:
    yield finding.code
    yield from (also.code for also in finding.also)


def undetermined(story: Story, told: Told) -> None:
    """The answer cannot be determined for this reason."""
    answer = _asked(story, Answer)
    if told.text("reason") not in {code for one in answer.missing for code in _codes(one)}:
        raise NotSo(told.text("reason"), " / ".join(one.code for one in answer.missing))


def by_way_of(story: Story, told: Told) -> None:
    """A passing route of the person ends with that authority, and its effective limit is the one stated."""
    answer = _asked(story, Answer)
    person, authority = told.text("person"), told.text("authority")
    _known_actor(story, person)
    candidate = next((one for one in answer.candidates if one.who.id == person), None)
    limits = [route.limit for route in _routes(candidate) if route.steps[-1].authority == authority]
    stated: Any = told.values["limit"].read if "limit" in told.values else None
    if not limits or (stated is not None and not any(_equal(story, stated, one) for one in limits)):
        raise NotSo(f"{authority} {stated or ''}".strip(), "; ".join(_way(route) for route in _routes(candidate)))


def _routes(candidate: Candidate | None) -> Iterable[Route]:
    return () if candidate is None else candidate.routes


def _way(route: Route) -> str:
    return f"{route.steps[-1].authority} {route.limit}"


def _equal(story: Story, stated: Limit, held: Limit) -> bool:
    """Whether two limits are the same, or come to the same amount at the time asked about."""
    if stated == held or story.asked is None:
        return stated == held
    figures = Published(AsOf(story.books, story.asked.at, story.asked.known))
    amounts = settled(stated, figures), settled(held, figures)
    return amounts[0] is not None and amounts[0] == amounts[1]


def _known_actor(story: Story, name: str) -> None:
    """Whoever a sentence denies something was introduced: of a name that nobody gave, any denial would hold."""
    if not any(story.minutes.knows(kind, name) for kind in ("person", "committee")):
        raise StoryTrouble(f"nobody is called “{name}” in this scenario", f"本场景中没有名为“{name}”的人员或会议体")


# What somebody could


def open_to(story: Story, told: Told) -> None:
    """What is open to the person are exactly these: authority, act, matter, effective limit."""
    answer = _asked(story, Opportunities)
    if answer.person != told.text("person"):
        raise StoryTrouble(f"the question was about “{answer.person}”", f"所问的是“{answer.person}”")
    found = [(one.route.steps[-1].authority, one.act, one.matter, one.route.limit) for one in answer.could]
    left = list(dict.fromkeys(found))
    expected = [tuple(row[name].read for name in ("id", "act", "matter", "limit")) for row in told.rows]
    for row in expected:
        limit: Any = row[3]
        match = next((one for one in left if one[:3] == row[:3] and _equal(story, limit, one[3])), None)
        if match is None:
            raise NotSo(_row(row), "; ".join(_row(one) for one in left))
        left.remove(match)
    if left:
        raise NotSo("", "; ".join(_row(one) for one in left))


def _row(row: Iterable[object]) -> str:
    return " ".join(str(one) for one in row)


# Verdicts and flips


def verdict(story: Story, told: Told) -> None:
    """The verdict and, if stated, a reason of the view of now."""
    answer = _asked(story, Verdict)
    reason = told.get("reason")
    if answer.verdict != told.text("verdict"):
        raise NotSo(told.text("verdict"), answer.verdict)
    if reason is not None and reason not in (reasons := set(_reasons_now(story, answer))):
        raise NotSo(reason, " / ".join(sorted(reasons)))


def _reasons_now(story: Story, judged: Verdict) -> Iterator[str]:
    """Why it is not within authority: the headline reason and, where no route passes, those of the other routes."""
    if judged.reason is None:
        return
    yield from _codes(judged.reason)
    books, known = story.books, judged.known_seq
    version = done_as_known(books.things["deed"][judged.deed], known)
    fact: Any = version.fact if version is not None else None
    if version is None or fact is None:
        return
    question = question_of(fact, terms_of(books, version, known), version.effective, known, fact.claimed)
    stretch = ways_over(books, question.act, question.matter, question.at, question.known)
    rates_known = known if judged.now.later_rates else seen_at(books, version)[0]
    figures = Published(AsOf(books, version.effective, rates_known))
    place = Place(version.effective, version.seq)
    checks = Checks(books, question, stretch, Judge(books), place=place, figures=figures)
    findings = [checks.fail(way) for way in admitted(books, stretch, question, fact.by)]
    if None not in findings:
        yield from (code for finding in findings if finding is not None for code in _codes(finding))


def flips(story: Story, told: Told) -> None:
    """The acts whose verdicts flip are exactly these."""
    report = _asked(story, FlipReport)
    expected = sorted(tuple(str(row[name].read) for name in ("item", "act", "before", "after")) for row in told.rows)
    found = sorted(
        (one.item or "", one.act or "", one.before or "", one.after or "") for one in report.flips if one.kind == "act"
    )
    if expected != found:
        raise NotSo("; ".join(_row(one) for one in expected), "; ".join(_row(one) for one in found) or "–")


def no_flips(story: Story, told: Told) -> None:
    """No act's verdict flips."""
    flips(story, told)


# Attempts


class Attempt:
    """What came of an attempt: why it was refused, if it was."""

    def __init__(self, trouble: Trouble | None) -> None:
        self.trouble = trouble


def refused(story: Story, told: Told) -> None:
    """The attempt was refused, for that reason: its code, its Chinese name, or its sentence."""
    trouble = _asked(story, Attempt).trouble
    stated = told.text("refusal")
    if trouble is None:
        raise NotSo(stated, ("it was accepted", "已被接受"))
    code = REFUSAL_WORDS.get(plain(stated))
    if code not in (trouble.code, type(trouble).code) and not same_text(stated, str(trouble)):
        raise NotSo(stated, f"{trouble.code}: {trouble}")


def accepted(story: Story, told: Told) -> None:  # noqa: ARG001 - the sentence has no values
    """The attempt was recorded."""
    trouble = _asked(story, Attempt).trouble
    if trouble is not None:
        raise NotSo(("it is accepted", "被接受"), f"{trouble.code}: {trouble}")


# What is shown


def held_by(story: Story, told: Told) -> None:
    """The person is among those who hold the position."""
    reading, position = _position(story, told)
    if told.text("person") not in {one.person for one in reading.incumbents(position)}:
        raise NotSo


def vacant(story: Story, told: Told) -> None:
    """The position exists and nobody holds it."""
    reading, position = _position(story, told)
    if reading.incumbents(position) or not reading.alive("position", position):
        raise NotSo


def superior(story: Story, told: Told) -> None:
    """The line superior of the position."""
    reading, position = _position(story, told)
    if reading.superior(position) != told.text("superior"):
        raise NotSo(story.shown(told.text("superior")), story.shown(reading.superior(position) or "–"))


def _position(story: Story, told: Told) -> tuple[AsOf, str]:
    reading, position = _asked(story, AsOf), told.text("position")
    if not story.minutes.knows("position", position):
        raise StoryTrouble(
            f"no position is called “{position}” in this scenario", f"本场景中没有名为“{position}”的岗位"
        )
    return reading, position


def duty_count(story: Story, told: Told) -> None:
    """So many duties."""
    answer = _asked(story, Charter)
    if len(answer.duties) != told.values["count"].read:
        raise NotSo(told.text("count"), str(len(answer.duties)))


def duty(story: Story, told: Told) -> None:
    """The duty of that number says this."""
    answer = _asked(story, Charter)
    said = next((one.text for one in answer.duties if one.number == told.text("number")), None)
    if said is None or not same_text(said, told.spelt("duty")):
        raise NotSo(told.spelt("duty"), said or "–")


def target(story: Story, told: Told) -> None:
    """A target is that much, and so much of it is divided."""
    shown = _target(story, told)
    stated: list[Any] = [told.values[name].read for name in ("amount", "divided")]
    if shown is None or [(one.amount, one.currency) for one in stated] != [
        (shown.amount, shown.unit),
        (shown.divided, shown.unit),
    ]:
        raise NotSo(_row(stated), _row((shown.amount, shown.divided, shown.unit)) if shown is not None else "–")


def carried_by(story: Story, told: Told) -> None:
    """The position or the person carries the target, or the person holds the position that does."""
    shown, stated = _target(story, told), told.text("holder")
    if shown is None:
        raise NotSo(story.shown(stated), "–")
    carrier = shown.carrier
    house = carrier.read_as or carrier.holder.position or carrier.holder.person or "–"
    if stated not in (house, *carrier.persons):
        raise NotSo(story.shown(stated), " / ".join(story.shown(one) for one in (house, *carrier.persons)))


def attained(story: Story, told: Told) -> None:
    """What was reported of a target."""
    shown = _target(story, told)
    stated: Any = told.values["amount"].read
    if shown is None or (shown.results, shown.unit) != (stated.amount, stated.currency):
        found = "–" if shown is None or shown.results is None else _row((shown.results, shown.unit))
        raise NotSo(str(stated), found)


def not_counted(story: Story, told: Told) -> None:
    """The target is not among those shown. Raises StoryTrouble for one that was never set."""
    shown, stated = _target(story, told), told.text("target")
    if shown is not None:
        raise NotSo("–", _row((shown.target, shown.amount, shown.unit)))
    if not story.minutes.knows("target", stated):
        raise StoryTrouble(f"no target is called “{stated}” in this scenario", f"本场景中没有名为“{stated}”的目标")


def _target(story: Story, told: Told) -> TargetShown | None:
    return next((one for one in _asked(story, Targets).targets if one.target == told.text("target")), None)
