"""What a scenario as a whole lacks, whatever its sentences are: steps, a Then, a name of its own; tags that skip."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from features.spec.findings import Findings, Place
    from features.spec.tree import Cell, Feature, Scenario, Written

_MARKS = frozenset(
    {
        *("skip", "skipif", "xfail", "parametrize", "usefixtures", "filterwarnings", "tryfirst", "trylast"),
        *("timeout", "flaky", "asyncio", "anyio", "no_cover", "xdist_group", "order", "dependency", "hypothesis"),
    }
)
_SKIPPING = frozenset({"skip", "skipif", "xfail"})


def structure(feature: Feature, findings: Findings) -> None:
    """What is wrong with a feature before any sentence is read."""
    if not feature.scenarios:
        said = "the file has no scenario, so nothing is checked", "文件中没有场景，什么也不会检验"
        findings.add("NO_SCENARIOS", feature.place, said)
    for place in feature.empty_rules:
        findings.add("RULE_EMPTY", place, ("the rule has no scenario", "规则之下没有场景"), warning=True)
    _tags(feature.tags, findings)
    _twice(feature.scenarios, findings)
    for background in feature.backgrounds:
        _first(background, findings)
    for one in feature.scenarios:
        _scenario(one, findings)


def _twice(scenarios: tuple[Scenario, ...], findings: Findings) -> None:
    first: dict[str, Place] = {}
    for one in scenarios:
        before = first.setdefault(one.name, one.place)
        if before is not one.place:
            said = (
                f"a scenario called “{one.name}” stands on line {before.line}, and only one would be run",
                f"第{before.line}行已有名为“{one.name}”的场景，两者之中只有一个会被运行",
            )
            instead = "give each scenario of a file a name of its own", "请为同一文件中的每个场景取不同的名称"
            findings.add("SCENARIO_TWICE", one.place, said, instead)


def _scenario(one: Scenario, findings: Findings) -> None:
    _tags(one.tags, findings)
    if not one.name:
        said = "the scenario has no name", "场景没有名称"
        findings.add("SCENARIO_UNNAMED", one.place, said, ("say what it shows", "请写明它说明什么"), warning=True)
    if not one.steps:
        said = "the scenario has no steps, so nothing is checked", "场景没有步骤，什么也不会检验"
        findings.add("SCENARIO_EMPTY", one.place, said)
        return
    _first(one.steps, findings)
    steps = (*one.background, *one.steps)
    if not any(step.kind == "then" for step in steps):
        said = "the scenario has no Then, so nothing is checked", "场景没有“那么”，什么也不会检验"
        instead = "say what must be answered: Then …", "请写明应得的回答：那么……"
        findings.add("THEN_MISSING", one.place, said, instead)
    _order(one, steps, findings)


def _first(steps: tuple[Written, ...], findings: Findings) -> None:
    if steps and steps[0].kind is None:
        word = steps[0].keyword.strip()
        said = f"there is nothing before it that “{word}” could go on from", f"“{word}”之前没有可承接的步骤"
        findings.add("AND_FIRST", steps[0].place, said, ("begin with Given or When", "请以“假如”或“当”开头"))


def _order(one: Scenario, steps: tuple[Written, ...], findings: Findings) -> None:
    given, asked, open_question = False, False, None
    for step in steps:
        if step.kind == "given":
            given = True
        elif step.kind == "when":
            if not given and not asked:
                said = "this is asked before anything is given", "在给出任何事实之前就提问"
                instead = (
                    "give the facts first; without any it can only be asked of a ledger that exists (`--ledger`)",
                    "请先写明事实；若没有事实，只能对现有台账提问（--ledger）",
                )
                findings.add("ASKED_FIRST", step.place, said, instead, warning=True)
            if open_question is not None:
                _unanswered(open_question, findings)
            asked, open_question = True, step
        elif step.kind == "then":
            open_question = None
            if not asked:
                said = "nothing has been asked yet that this could be the answer to", "此前没有提问，这里的回答无所对应"
                findings.add("THEN_FIRST", step.place, said, ("ask first: When …", "请先提问：当……"))
                asked = True
    if open_question is not None and any(step.kind == "then" for step in one.steps):
        _unanswered(open_question, findings)


def _unanswered(question: Written, findings: Findings) -> None:
    said = "nothing is said about the answer to this question", "这一问之后没有“那么”，其回答未被检验"
    instead = "say what must be answered, or delete it", "请写明应得的回答，或删去这一问"
    findings.add("UNANSWERED", question.place, said, instead, warning=True)


def _tags(tags: tuple[Cell, ...], findings: Findings) -> None:
    for tag in tags:
        name = tag.text.removeprefix("@").partition("(")[0]
        if name.casefold() not in _MARKS:
            continue
        skips = name.casefold() in _SKIPPING
        why = (" and would let it not run", "，会使场景不被运行") if skips else (", not a label", "，不是标签")
        said = (
            f"the tag {tag.text} means something to the test runner{why[0]}",
            f"标签 {tag.text} 对测试程序另有含义{why[1]}",
        )
        instead = "delete it, or call the label otherwise: @later", "请删去，或换一个标签名，如 @待定"
        findings.add("TAG_IS_A_MARK", tag.place, said, instead)
