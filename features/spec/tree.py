"""A file as it is checked: features, scenarios, steps and tables, each with its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from features.spec.findings import Place

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from features.spec.parsing import Tree
    from features.steps.sentence import Kind

_KINDS: dict[str, Kind] = {"Context": "given", "Action": "when", "Outcome": "then"}


class Cell(NamedTuple):
    """A cell of a table."""

    text: str
    place: Place


class Text(NamedTuple):
    """The text below a step; its first line stands one line below its place."""

    content: str
    place: Place


class Written(NamedTuple):
    """A step as it is written. `kind` is that of its keyword or, for And and But, of the step before.

    `place` is that of its keyword, `said_at` that of the text after it.
    """

    kind: Kind | None
    keyword: str
    text: str
    place: Place
    table: tuple[tuple[Cell, ...], ...] | None
    docstring: Text | None
    said_at: Place


class Examples(NamedTuple):
    """The examples of an outline: the heading, None where there is no table, and the rows."""

    place: Place
    heading: tuple[Cell, ...] | None
    rows: tuple[tuple[Cell, ...], ...]


class Scenario(NamedTuple):
    """A scenario or an outline, with the steps of the backgrounds above it."""

    name: str
    place: Place
    outline: bool
    steps: tuple[Written, ...]
    examples: tuple[Examples, ...]
    tags: tuple[Cell, ...]
    background: tuple[Written, ...]


class Feature(NamedTuple):
    """A file's feature."""

    name: str
    place: Place
    tags: tuple[Cell, ...]
    scenarios: tuple[Scenario, ...]
    backgrounds: tuple[tuple[Written, ...], ...]
    empty_rules: tuple[Place, ...]


def feature(tree: Tree, lines: Sequence[str], outline_words: Sequence[str]) -> Feature:
    """The feature of the syntax tree of some lines; `outline_words` are the keywords of outlines in their language."""
    scenarios: list[Scenario] = []
    backgrounds: list[tuple[Written, ...]] = []
    empty: list[Place] = []
    above: tuple[Written, ...] = ()
    for child in tree["children"]:
        if "background" in child:
            above = _steps(child["background"]["steps"], lines)
            backgrounds.append(above)
        elif "scenario" in child:
            scenarios.append(
                _scenario(child["scenario"], lines, above, (), outline=child["scenario"]["keyword"] in outline_words)
            )
        else:
            rule, inner, before = child["rule"], above, len(scenarios)
            tags = _tags(rule)
            for one in rule["children"]:
                if "background" in one:
                    backgrounds.append(_steps(one["background"]["steps"], lines))
                    inner = (*above, *backgrounds[-1])
                else:
                    scenarios.append(
                        _scenario(
                            one["scenario"], lines, inner, tags, outline=one["scenario"]["keyword"] in outline_words
                        )
                    )
            if len(scenarios) == before:
                empty.append(_place(rule))
    return Feature(tree["name"], _place(tree), _tags(tree), tuple(scenarios), tuple(backgrounds), tuple(empty))


def _scenario(
    tree: Tree, lines: Sequence[str], background: tuple[Written, ...], tags: tuple[Cell, ...], *, outline: bool
) -> Scenario:
    examples = tuple([_examples(one) for one in tree["examples"]])
    return Scenario(
        tree["name"],
        _place(tree),
        outline or bool(examples),
        _steps(tree["steps"], lines),
        examples,
        (*tags, *_tags(tree), *(tag for one in tree["examples"] for tag in _tags(one))),
        background,
    )


def _examples(tree: Tree) -> Examples:
    heading = tree.get("tableHeader")
    return Examples(
        _place(tree),
        _row(heading) if heading is not None else None,
        tuple([_row(row) for row in tree["tableBody"]]),
    )


def _steps(trees: list[Tree], lines: Sequence[str]) -> tuple[Written, ...]:
    return tuple(_each_step(trees, lines))


def _each_step(trees: list[Tree], lines: Sequence[str]) -> Iterator[Written]:
    kind: Kind | None = None
    for tree in trees:
        kind = _KINDS.get(tree["keywordType"], kind)
        table, text, place = tree.get("dataTable"), tree.get("docString"), _place(tree)
        before = place.column - 1 + len(tree["keyword"])
        after = lines[place.line - 1][before:]
        yield Written(
            kind,
            tree["keyword"],
            tree["text"],
            place,
            tuple([_row(row) for row in table["rows"]]) if table is not None else None,
            Text(text["content"], _place(text)) if text is not None else None,
            Place(place.line, before + len(after) - len(after.lstrip()) + 1),
        )


def _row(tree: Tree) -> tuple[Cell, ...]:
    return tuple(
        [Cell(one["value"], Place(one["location"]["line"], one["location"]["column"])) for one in tree["cells"]]
    )


def _tags(tree: Tree) -> tuple[Cell, ...]:
    return tuple([Cell(one["name"], _place(one)) for one in tree["tags"]])


def _place(tree: Any) -> Place:  # noqa: ANN401 - any node
    return Place(tree["location"]["line"], tree["location"]["column"])
