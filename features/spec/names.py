"""Whom and what the steps of a scenario name: names that nobody introduced, and names that look misspelt."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from features.spec.findings import Place
from features.spec.values import near_names
from features.steps.normal import is_chinese

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from features.spec.findings import Findings
    from features.spec.sentences import Understood

_INTRODUCED = {
    ("G3", "position"): "position",
    ("G10", "matter"): "matter",
    ("G11", "id"): "authority",
    ("G14", "authority"): "authority",
    ("G16", "restriction"): "restriction",
    ("G26", "target"): "target",
    ("G27", "committee"): "committee",
    ("G32", "item"): "item",
    ("G23", "item"): "item",
    ("G30", "item"): "item",
    ("G34", "item"): "item",
    ("G35", "item"): "item",
    ("G36", "contract"): "item",
}
"""The places of sentences in which a thing gets its name."""
_ABOVE = {("G3", "superior"): "position", ("G10", "parent"): "matter"}
_PERSON_ALREADY = frozenset({"G20", "G21", "G22", "G24", "G31"})
"""Given sentences about what a person did or had: the person was named before."""
_ANYBODY = frozenset({"person", "member", "holder"})
_LOOKED_UP = frozenset({"position", "matter", "authority", "restriction", "target", "committee", "item"})
_MAY_BE = {"holder": ("position", "committee", "person"), "member": ("person", "committee")}
_CALLED = {
    "position": ("position", "岗位"),
    "matter": ("matter", "事项"),
    "authority": ("authority", "授权"),
    "restriction": ("restriction", "限制"),
    "target": ("target", "目标"),
    "committee": ("committee", "会议体"),
    "item": ("item", "标的"),
    "person": ("person", "人员"),
}
_SHORTEST = 3
_LATIN_SHORTEST = 5
_OFTEN = 2


class Named(NamedTuple):
    """A name in a step: what it names there, whether the step is where it gets the name, and where it stands."""

    kind: str
    name: str
    introduced: bool
    given: bool
    place: Place


class Persons:
    """The persons of one file, how often each is named, and where first."""

    def __init__(self) -> None:
        self.count: Counter[str] = Counter()
        self.first: dict[str, Place] = {}

    def note(self, named: Iterable[Named]) -> None:
        """Persons named in a step."""
        for one in named:
            if one.kind in _ANYBODY:
                self.count[one.name] += 1
                self.first.setdefault(one.name, one.place)

    def misspelt(self, others: set[str], findings: Findings) -> None:
        """Names used once that differ in one character from one used more often."""
        often = [name for name, count in self.count.items() if count >= _OFTEN and name not in others]
        for name, count in self.count.items():
            if count > 1 or name in others or len(name) < _least(name):
                continue
            near = [one for one in often if _one_apart(name, one)]
            if near:
                said = (
                    f"“{name}” is named only once; “{near[0]}” differs in one letter",
                    f"“{name}”只出现一次，与“{near[0]}”仅一字之差",
                )
                instead = f"write “{near[0]}” if that is who is meant", f"若为同一人，请写“{near[0]}”"
                findings.add("NAME_ONCE", self.first[name], said, instead, warning=True)


def _least(name: str) -> int:
    return _SHORTEST if any(is_chinese(one) for one in name) else _LATIN_SHORTEST


def _one_apart(one: str, other: str) -> bool:
    if len(one) == len(other):
        return sum(a != b for a, b in zip(one, other, strict=True)) == 1
    if abs(len(one) - len(other)) != 1:
        return False
    short, long = sorted((one, other), key=len)
    return any(short == long[:at] + long[at + 1 :] for at in range(len(long)))


def named(understood: Understood) -> list[Named]:
    """The names in a step and in its table."""
    return list(_named(understood))


def _named(understood: Understood) -> Iterator[Named]:
    step, match, rows, _ = understood
    sentence = match.sentence
    given = sentence.kind == "given"
    for place, value in match.values.items():
        kind = _INTRODUCED.get((sentence.key, place))
        type_ = kind or sentence.places[place].type
        if kind is not None or type_ in _LOOKED_UP or type_ in _ANYBODY:
            where = Place(step.place.line, step.said_at.column + value.column)
            yield Named(type_, str(value.read), kind is not None, _introduces(sentence.key, given=given), where)
    if not rows or sentence.table is None:
        return
    types = {one.name: one.type for one in sentence.table.columns}
    for number, row in enumerate(rows, 1):
        for column, value in row.items():
            kind = _INTRODUCED.get((sentence.key, column))
            type_ = kind or _ABOVE.get((sentence.key, column)) or types[column]
            if kind is not None or type_ in _LOOKED_UP or type_ in _ANYBODY:
                cell = step.table[number][value.column] if step.table is not None else None
                where = cell.place if cell is not None else step.place
                yield Named(type_, str(value.read), kind is not None, _introduces(sentence.key, given=given), where)


def _introduces(key: str, *, given: bool) -> bool:
    return given and key not in _PERSON_ALREADY


def names(steps: Sequence[Understood], called: Sequence[list[Named]], findings: Findings) -> None:
    """Say which names of a scenario nobody introduced; one that asks of a ledger that exists has none of its own."""
    if not any(one.match.sentence.kind == "given" and not one.inside for one in steps):
        return
    known = _known(called)
    for step, found in zip(steps, called, strict=True):
        for one in found:
            if not one.introduced and not step.inside:
                _look_up(one, known, findings)


def _known(called: Sequence[list[Named]]) -> dict[str, set[str]]:
    """The names that a scenario introduces, by kind; persons are whoever something is said of."""
    every = [one for found in called for one in found]
    known: dict[str, set[str]] = {kind: set() for kind in (*_LOOKED_UP, "person")}
    for one in every:
        if one.introduced:
            known[one.kind].add(one.name)
    things = known["position"] | known["committee"]
    known["person"] = {one.name for one in every if one.given and one.kind in _ANYBODY and one.name not in things}
    return known


def _look_up(one: Named, known: dict[str, set[str]], findings: Findings) -> None:
    kinds = _MAY_BE.get(one.kind, (one.kind,))
    if one.kind == "item" and one.given:
        return
    if any(one.name in known[kind] for kind in kinds):
        if one.kind == "holder" and one.given and one.name in known["person"]:
            _almost_a_position(one, known, findings)
        return
    other = next((kind for kind, names_ in known.items() if one.name in names_), None)
    called = _CALLED["person" if one.kind in _ANYBODY else one.kind]
    near = near_names(one.name, {name for kind in kinds for name in known[kind]})
    instead = ("introduce it first, or correct the name", "请先写明它，或更正名称")
    if near:
        english, chinese = ", ".join(f"“{name}”" for name in near), "、".join(f"“{name}”" for name in near)
        instead = f"did you mean {english}?", f"是否应为：{chinese}？"
    said = f"no {called[0]} is called “{one.name}” in this scenario", f"本场景中没有名为“{one.name}”的{called[1]}"
    if other is not None:
        is_ = _CALLED[other]
        said = (
            f"“{one.name}” is a {is_[0]}, and here a {called[0]} is meant",
            f"“{one.name}”是{is_[1]}，这里应写{called[1]}",
        )
    findings.add("NAME_UNKNOWN", one.place, said, instead)


def _almost_a_position(one: Named, known: dict[str, set[str]], findings: Findings) -> None:
    """A holder that is nobody's name elsewhere and almost that of a position: the ledger would refuse it too."""
    houses = known["position"] | known["committee"]
    near = [name for name in houses if _one_apart(name, one.name)]
    if near and len(one.name) >= _least(one.name):
        said = f"“{one.name}” is almost “{near[0]}”", f"“{one.name}”与“{near[0]}”仅一字之差"
        instead = f"write “{near[0]}”, or call the person otherwise", f"请写“{near[0]}”；若确为人员，请换一种写法"
        findings.add("NAME_UNKNOWN", one.place, said, instead)


def introduced_things(called: Iterable[list[Named]]) -> set[str]:
    """The names of positions and committees, which are no persons'."""
    return {one.name for found in called for one in found if one.introduced and one.kind in ("position", "committee")}
