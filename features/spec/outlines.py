"""What is wrong with the examples of an outline: no rows, columns misspelt, repeated, or used nowhere."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from features.spec.findings import Place
from features.spec.sentences import PLACE, Filled, said_twice
from features.spec.values import near_names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from features.spec.findings import Findings
    from features.spec.tree import Examples, Scenario, Written

_WIDE = re.compile(r"[<＜〈《][^<>＜＞〈〉《》“”\"]*[>＞〉》]")


_PLAIN_OR_FULL = "<＜"
_OPENERS = frozenset("<＜〈《")


class _Use(NamedTuple):
    """A place of an outline: the name in it, as it is spelt, and where."""

    name: str
    spelt: str
    place: Place


def outline(scenario: Scenario, findings: Findings) -> list[Filled]:
    """The rows with which a scenario is run, one empty row where it is no outline; what is wrong is told."""
    uses = list(_uses((*scenario.background, *scenario.steps)))
    if not scenario.outline:
        for use in uses:
            if use.spelt[0] not in _PLAIN_OR_FULL:
                continue
            said = (
                f"nothing is put in “{use.spelt}”: this is no outline",
                f"“{use.spelt}”处没有内容可填：这里不是场景大纲",
            )
            instead = "write the value, or a table of examples", "请写出具体内容，或加上例子表"
            findings.add("PLACE_UNFILLED", use.place, said, instead)
        return [{}]
    if not any(one.rows for one in scenario.examples):
        said = "the outline has no examples, so it is run with its places empty", "场景大纲没有例子，各处空位无内容可填"
        where = scenario.examples[0].place if scenario.examples else scenario.place
        instead = "write a table below “Examples:”", "请在“例子:”之下写一张表"
        findings.add("EXAMPLES_MISSING", where, said, instead)
    named = {found[1] for found in PLACE.finditer(scenario.name)}
    rows: list[Filled] = []
    for one in scenario.examples:
        if one.heading is not None:
            rows += _examples(one, uses, named, findings)
    if any(one.heading for one in scenario.examples):
        return rows
    return []


def _examples(one: Examples, uses: list[_Use], named: set[str], findings: Findings) -> Iterator[Filled]:
    heading = one.heading or ()
    columns = [cell.text for cell in heading]
    if not one.rows:
        said = "these examples have no rows", "例子表没有内容行"
        findings.add("EXAMPLES_MISSING", one.place, said, ("write a row for each example", "请每例写一行"))
    for name in said_twice(columns):
        again = [cell.place for cell in heading if cell.text == name][-1]
        said = f"the column “{name}” stands twice, and the first is lost", f"“{name}”一列出现两次，前一列会丢失"
        findings.add("COLUMN_TWICE", again, said, ("give each column a name of its own", "请为每列取不同的名称"))
    for use in uses:
        if use.name not in columns or use.spelt != f"<{use.name}>":
            _misspelt(use, columns, findings)
    used = {use.name.strip() for use in uses} | named
    for cell in heading:
        if cell.text not in used:
            _unused(cell.text, cell.place, used, findings)
    seen: set[tuple[str, ...]] = set()
    for row in one.rows:
        values = tuple(cell.text for cell in row)
        if values in seen:
            said = "the same example stands above", "与上面的一例完全相同"
            findings.add("EXAMPLE_TWICE", row[0].place, said, warning=True)
        seen.add(values)
        yield dict(zip(columns, row, strict=False))


def _misspelt(use: _Use, columns: list[str], findings: Findings) -> None:
    bare = use.name.strip()
    titled = use.spelt[0] not in _PLAIN_OR_FULL  # 《…》 is a title, unless it is the name of a column
    near = [bare] if bare in columns else [] if titled else near_names(bare, columns, 1)
    if not use.spelt.startswith("<") or not use.spelt.endswith(">"):
        if not near:
            return
        said = f"“{use.spelt}” is not in plain < >, so nothing is put in it", f"“{use.spelt}”不是半角尖括号，不会被替换"
    else:
        said = f"no column of the examples is called “{use.name}”", f"例子表没有名为“{use.name}”的列"
    listed = ", ".join(f"<{one}>" for one in columns)
    instead = (f"write <{near[0]}>", f"请写 <{near[0]}>") if near else (f"the columns are {listed}", f"各列为 {listed}")
    findings.add("PLACE_UNKNOWN", use.place, said, instead)


def _unused(name: str, place: Place, used: set[str], findings: Findings) -> None:
    said = f"the column “{name}” is used nowhere in the outline", f"“{name}”一列在场景大纲中没有用到"
    near = near_names(name, used, 1)
    instead = f"write <{name}> where it belongs, or delete the column", f"请在相应处写 <{name}>，或删去此列"
    if near and near[0].strip() != name:
        instead = f"{instead[0]}; <{near[0]}> is near", f"{instead[1]}；相近的有 <{near[0]}>"
    findings.add("COLUMN_UNUSED", place, said, instead)


def _uses(steps: tuple[Written, ...]) -> Iterator[_Use]:
    for step in steps:
        yield from _in(step.text, step.said_at)
        for row in step.table or ():
            for cell in row:
                yield from _in(cell.text, cell.place)
        if step.docstring is not None:
            yield from _in(step.docstring.content, step.docstring.place)


def _in(text: str, place: Place) -> Iterator[_Use]:
    if _OPENERS.isdisjoint(text):
        return
    for found in _WIDE.finditer(text):
        plain = found[0][0] == "<" and found[0][-1] == ">"
        name = found[0][1:-1]
        if name.strip() or plain:
            yield _Use(name if plain else name.strip(), found[0], Place(place.line, place.column + found.start()))
