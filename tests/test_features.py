"""The specifications: every `.feature` file is bound here and nowhere else, and every example it declares runs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from gherkin.parser import Parser
from pytest_bdd import scenarios
from pytest_bdd.scenario import scenario_wrapper_template_registry

if TYPE_CHECKING:
    from collections.abc import Iterator

pytest_plugins = ("features.steps.engine",)

HOUSE = Path(__file__).resolve().parent.parent
CASES = HOUSE.parent / "shared" / "cases"
FILES = [*sorted((HOUSE / "features").rglob("*.feature")), *sorted(CASES.glob("*.feature"))]

if FILES:
    scenarios(*[str(path) for path in FILES])


def test_every_declared_example_runs(request: pytest.FixtureRequest) -> None:
    """Whatever the engine would drop in silence (of two scenarios of one name only the last is run) is found here."""
    if not FILES:
        pytest.skip("there is no .feature file in features/, and no folder of cases beside the house")
    bound: dict[str, int] = {}
    for test in vars(request.module).values():
        template = scenario_wrapper_template_registry.get(test) if callable(test) else None
        if template is not None:
            rows = sum(len(table.examples) for table in template.examples)
            bound[template.feature.filename] = bound.get(template.feature.filename, 0) + (rows or 1)
    assert bound == {str(path): len(list(declared(path))) for path in FILES}


def test_an_example_that_would_not_run_is_counted(tmp_path: Path) -> None:
    twice = tmp_path / "twice.feature"
    twice.write_text(
        "Feature: f\n  Scenario: a\n  Scenario: a\n  Scenario Outline: b <c>\n    Examples:\n    | c |\n    | 1 |\n"
    )

    assert list(declared(twice)) == ["a", "a", "b <c>"]


def declared(path: Path) -> Iterator[str]:
    """The examples of a file as Gherkin's own parser counts them: scenarios, and rows of outlines."""
    feature = Parser().parse(path.read_text(encoding="utf-8"))["feature"]
    children: Any = feature["children"]
    for one in children:
        for child in one["rule"]["children"] if "rule" in one else [one]:
            if "scenario" in child:
                yield from _examples(child["scenario"])


def _examples(scenario: Any) -> Iterator[str]:  # noqa: ANN401 - as the parser gives it
    rows = sum(len(table["tableBody"]) for table in scenario["examples"])
    yield from [scenario["name"]] * (rows if scenario["examples"] else 1)
