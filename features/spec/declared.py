"""What a file declares, as Gherkin's own parser reads it: every example there is, whatever the engine makes of it."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any, cast

from gherkin.errors import ParserError
from gherkin.parser import Parser

from features.spec.report import Examples, Feature, Rule, Run, Scenario, Step
from features.steps.matching import read

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from features.spec.report import Kind

_KINDS: dict[str, Kind] = {"Context": "given", "Action": "when", "Outcome": "then"}


class Unreadable(Exception):
    """A text that is no Gherkin; the sentence is the parser's."""


def declared(text: str, file: str) -> Feature:
    """The feature of a file, none of its examples run yet. Raises Unreadable."""
    try:
        document: Any = Parser().parse(text)
    except ParserError as error:
        raise Unreadable(str(error)) from error
    feature = document["feature"]
    if feature is None:
        raise Unreadable("it declares no feature")
    language = feature["language"]
    return Feature(
        file=file,
        language=language,
        keyword=feature["keyword"],
        name=feature["name"],
        description=_dedented(feature["description"]),
        tags=_tags(feature),
        background=_background(feature["children"], language),
        rules=tuple(_rules(feature["children"], language)),
    )


def _rules(children: Sequence[Any], language: str) -> Iterator[Rule]:
    """The scenarios under no rule as one rule, then the rules: after the first rule nothing stands outside one."""
    bare = tuple(_scenarios(children, language))
    if bare:
        yield Rule(scenarios=bare)
    for child in children:
        if "rule" in child:
            rule = child["rule"]
            yield Rule(
                line=rule["location"]["line"],
                keyword=rule["keyword"],
                name=rule["name"],
                description=_dedented(rule["description"]),
                tags=_tags(rule),
                background=_background(rule["children"], language),
                scenarios=tuple(_scenarios(rule["children"], language)),
            )


def _background(children: Iterable[Any], language: str) -> tuple[Step, ...]:
    return tuple(
        step for child in children if "background" in child for step in _steps(child["background"]["steps"], language)
    )


def _scenarios(children: Iterable[Any], language: str) -> Iterator[Scenario]:
    for child in children:
        if "scenario" not in child:
            continue
        scenario = child["scenario"]
        examples = tuple(_examples(one) for one in scenario["examples"])
        line = scenario["location"]["line"]
        lines = [row for table in examples for row in table.lines] if examples else [line]
        yield Scenario(
            line=line,
            keyword=scenario["keyword"],
            name=scenario["name"],
            description=_dedented(scenario["description"]),
            tags=_tags(scenario),
            steps=tuple(_steps(scenario["steps"], language)),
            examples=examples,
            runs=tuple(Run(row=row, line=at, outcome="not_run") for row, at in enumerate(lines)),
        )


def _examples(table: Any) -> Examples:  # noqa: ANN401 - as the parser gives it
    body = table["tableBody"]
    header = table.get("tableHeader")
    return Examples(
        line=table["location"]["line"],
        keyword=table["keyword"],
        name=table["name"],
        columns=_cells(header) if header is not None else (),
        rows=tuple(_cells(row) for row in body),
        lines=tuple(row["location"]["line"] for row in body),
    )


def _steps(steps: Iterable[Any], language: str) -> Iterator[Step]:
    kind: Kind = "given"
    for step in steps:
        kind = _KINDS.get(step["keywordType"], kind)
        matches = read(step["text"], language).matches
        table, docstring = step.get("dataTable"), step.get("docString")
        yield Step(
            line=step["location"]["line"],
            keyword=step["keyword"].strip(),
            kind=kind,
            text=step["text"],
            table=tuple(_cells(row) for row in table["rows"]) if table is not None else None,
            docstring=docstring["content"] if docstring is not None else None,
            sentence=matches[0].sentence.key if len(matches) == 1 else None,
        )


def _cells(row: Any) -> tuple[str, ...]:  # noqa: ANN401 - as the parser gives it
    return tuple(cell["value"] for cell in row["cells"])


def _tags(thing: Any) -> tuple[str, ...]:  # noqa: ANN401 - as the parser gives it
    return tuple(cast("str", tag["name"]) for tag in thing["tags"])


def _dedented(description: str) -> str:
    return textwrap.dedent(description).strip()
