"""The plugin by which pytest-bdd runs the sentences: one step per keyword, which finds its sentence in the catalogue.

So a step that is two sentences, or none, is an error that says so, instead of the last definition winning. What
pytest-bdd would pass in silence is refused here too: a scenario without steps or without a Then, a place of an outline
that nothing was put in, a tag that skips.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from pytest_bdd import given, then, when
from pytest_bdd.parsers import StepParser

from features.steps.meaning import Step, carry_out
from features.steps.story import Story, StoryTrouble

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytest_bdd.parser import Feature, Scenario
    from pytest_bdd.parser import Step as Written

    from features.steps.sentence import Kind

_PLACE = re.compile(r"[<＜][^<>＜＞]*[>＞]")
_SKIPPING = frozenset({"skip", "skipif", "xfail"})


class AnySentence(StepParser):
    """Takes every step; which sentence it is, the catalogue says."""

    def __init__(self, kind: Kind) -> None:
        super().__init__(f"any {kind}")
        self.kind = kind

    def is_matching(self, name: str) -> bool:  # noqa: ARG002 - whatever it says
        """Always."""
        return True

    def parse_arguments(self, name: str) -> dict[str, Any]:  # noqa: ARG002 - the catalogue reads it
        """None."""
        return {}


class Here:
    """The step that is being run, which pytest-bdd does not hand to a step function, and why one failed, if one did."""

    def __init__(self) -> None:
        self.step: Written | None = None
        self.language = "en"
        self.trouble: StoryTrouble | None = None

    def fail(self, trouble: StoryTrouble) -> None:
        """End the scenario, in the language of its file."""
        self.trouble = trouble
        line = self.step.line_number if self.step is not None else 0
        pytest.fail(f"line {line}: {trouble.said[self.language.startswith('zh')]}", pytrace=False)


@pytest.fixture
def story(here: Here) -> Iterator[Story]:
    """A ledger of its own for each scenario; what was given last is recorded too, before it ends."""
    one, found = Story(), None
    yield one
    try:
        if here.trouble is None:
            one.finish()
    except StoryTrouble as trouble:
        found = trouble
    finally:
        one.close()
    if found is not None:
        here.fail(found)


@pytest.fixture
def here() -> Here:
    """Where the scenario has come to."""
    return Here()


def pytest_bdd_before_scenario(feature: Feature, scenario: Scenario) -> None:
    """A scenario that says nothing, or has a place that nothing was put in, is not green."""
    chinese = feature.language.startswith("zh")
    if not any(step.type == "then" for step in scenario.steps):
        said = "场景没有“那么”，什么也没有检验" if chinese else "a scenario without a Then, which checks nothing"
        pytest.fail(f"line {scenario.line_number}: {said}", pytrace=False)
    for step in scenario.steps:
        cells = [str(cell) for row in step.datatable.raw() for cell in row] if step.datatable is not None else []
        for text in (step.name, step.docstring or "", *cells):
            if left := _PLACE.search(text):
                said = f"“{left[0]}”没有填入任何内容" if chinese else f"nothing was put in {left[0]}"
                pytest.fail(f"line {step.line_number}: {said}", pytrace=False)


def pytest_bdd_before_step(request: pytest.FixtureRequest, feature: Feature, step: Written, step_func: object) -> None:
    """Remember the step; nothing but the sentences of the catalogue is run (pytest-bdd brings a step of its own)."""
    if step_func is not run:
        pytest.fail(f"line {step.line_number}: `{step.name}` is no sentence of the catalogue", pytrace=False)
    where: Here = request.getfixturevalue("here")
    where.step, where.language = step, feature.language


def pytest_bdd_apply_tag(tag: str, function: Callable[..., object]) -> bool | None:  # noqa: ARG001 - as the hook is called
    """A tag is a label, where the engine is there before the files are bound; else it is a mark of pytest."""
    return True if tag not in _SKIPPING else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A tag that would skip a scenario, or some rows of an outline, is refused: what is declared is run."""
    for item in items:
        marks = {mark.name for mark in item.iter_markers()} & _SKIPPING
        if marks and "_pytest_bdd_example" in getattr(item, "fixturenames", ()):
            raise pytest.UsageError(f"{item.name}: the tag @{', @'.join(sorted(marks))} would let it not run")


@given(AnySentence("given"))
@when(AnySentence("when"))
@then(AnySentence("then"))
def run(story: Story, here: Here) -> None:
    """Carry out a step; say in the language of the file what is wrong with it."""
    written, found = here.step, None
    if written is None:
        raise AssertionError
    step = Step(
        kind=written.type,  # type: ignore[arg-type]  # one of the three
        text=written.name,
        language=here.language,
        table=written.datatable.raw() if written.datatable is not None else None,  # type: ignore[arg-type]  # texts
        docstring=written.docstring,
        line=written.line_number,
    )
    try:
        carry_out(story, step)
    except StoryTrouble as trouble:
        found = trouble
    if found is not None:
        here.fail(found)
