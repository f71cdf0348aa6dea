"""What is asked: the answer is kept for the sentences that say what it must be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from features.steps.conduct import attributes
from features.steps.story import Asked, StoryTrouble
from ledger.books.items import acts_on
from ledger.books.reading import AsOf
from ledger.money import Money
from ledger.policy import Question, act_verdict, item_verdict, what_could, who_could
from projections.charter import charter
from projections.targets import targets

if TYPE_CHECKING:
    from features.steps.story import Story, Told


def who(story: Story, told: Told) -> Asked:
    """Who could."""
    known, at = story.known(told.get("known")), story.valid(told.text("on"))
    amount = told.values["amount"].read if "amount" in told.values else None
    question = Question(
        act=told.text("act"),
        matter=told.text("matter"),
        amount=amount if isinstance(amount, Money) else None,
        attributes=attributes(told.rows),
        requester=told.get("requester"),
        beneficiary=told.get("beneficiary"),
        at=at,
        known=known,
    )
    _introduced(story, told, "matter")
    return Asked(who_could(story.books, question), at, known)


def what(story: Story, told: Told) -> Asked:
    """What somebody could."""
    known, at = story.known(told.get("known")), story.valid(told.text("on"))
    _introduced(story, told, "person")
    return Asked(what_could(story.books, told.text("person"), at, known), at, known)


def act_judged(story: Story, told: Told) -> Asked:
    """The act of that kind that somebody did on an item, the latest recorded as known."""
    known, on = story.known(told.get("known")), story.judged_on(told.get("known"))
    act, item, person = told.text("act"), told.text("item"), told.text("person")
    found = [
        (version.seq, fact.deed)
        for version, fact in acts_on(story.books, item, known)
        if fact.act == act and fact.by.id == person
    ]
    verdict = act_verdict(story.books, max(found)[1], on, known) if found else None
    if verdict is None:
        raise StoryTrouble(
            f"as known, “{person}” did no such act on “{item}”: {act}", f"按所知，“{person}”没有对“{item}”行使{act}"
        )
    return Asked(verdict, on, known)


def item_judged(story: Story, told: Told) -> Asked:
    """An item, with all that was done on it."""
    known, on = story.known(told.get("known")), story.judged_on(told.get("known"))
    item = told.text("item")
    verdict = item_verdict(story.books, item, on, known)
    if verdict is None:
        raise StoryTrouble(f"as known, nothing was done on “{item}”", f"按所知，没有人对“{item}”行使过任何权限")
    return Asked(verdict, on, known)


def organisation(story: Story, told: Told) -> Asked:
    """The house on a day."""
    known, at = story.known(told.get("known")), story.valid(told.text("on"))
    return Asked(AsOf(story.books, at, known), at, known)


def duties(story: Story, told: Told) -> Asked:
    """The charter of a position on a day."""
    known, at = story.known(told.get("known")), story.valid(told.text("on"))
    _introduced(story, told, "position")
    return Asked(charter(story.books, told.text("position"), at, known), at, known)


def goals(story: Story, told: Told) -> Asked:
    """The targets of a period on a day."""
    known, at = story.known(told.get("known")), story.valid(told.text("on"))
    return Asked(targets(story.books, told.text("period"), at, known), at, known)


_CALLED = {
    "matter": ("matter", "matter", "事项"),
    "person": ("person", "person", "人员"),
    "position": ("position", "position", "岗位"),
}


def _introduced(story: Story, told: Told, *names: str) -> None:
    """What a question names was introduced: about a name that nobody gave, any answer would be right."""
    for name in names:
        value = told.get(name)
        kind, english, chinese = _CALLED[name]
        if value is not None and not story.minutes.knows(kind, value):
            raise StoryTrouble(
                f"no {english} is called “{value}” in this scenario", f"本场景中没有名为“{value}”的{chinese}"
            )
