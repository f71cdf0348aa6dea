"""The living document: a run as one page for people who do not program, on a screen and on paper.

What the files say stands as it is written; what the page says of it is there in English and Chinese, one of which is
shown. Each step leads to its sentence at the end of the page, with its wordings and its help.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from features.spec.page import both, escaped, page, table, tag
from features.spec.telling import answer
from features.steps.catalogue import BY_KEY

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from features.spec.report import Examples, Failure, Feature, Outcome, Pair, Report, Rule, Run, Scenario, Step

CHOICES = (("to-zh", "中文"), ("to-en", "English"))
OUTCOMES: dict[Outcome, tuple[str, Pair, str]] = {
    "passed": ("✓", ("holds", "成立"), "good-text"),
    "failed": ("✗", ("does not hold", "不成立"), "bad-text"),
    "not_run": ("○", ("not run", "未运行"), "open-text"),
}
"""How an outcome is shown: a mark, its words, the class of its colour."""
_IN_QUOTES = re.compile(r"“[^”]*”|「[^」]*」|『[^』]*』|\"[^\"]*\"|＂[^＂]*＂")
_PLACE = re.compile(r"[<＜][^<>＜＞]*[>＞]")


def document(report: Report, lang: str = "zh") -> str:
    """The page; `lang` is the language it opens in."""
    title: Pair = "What must hold", "规格与结果"
    parts = [
        both(title, "h1"),
        _verdict(report),
        _facts(report),
        *(both(one, "p", class_="bad-text") for one in report.troubles),
        _contents(report),
        *(_feature(number, one) for number, one in enumerate(report.features)),
        _glossary(report),
    ]
    failing = tag("label", both(("only what does not hold", "只看不成立的")), for_="failing")
    name = title[lang == "zh"]
    return page(name, "\n".join(parts), lang=lang, choices=CHOICES, further=failing)


# The summary


def _verdict(report: Report) -> str:
    total, passed = report.count(), report.count("passed")
    said: Pair = (
        ("Everything holds", "全部成立") if report.passed else ("Not everything holds or was run", "有不成立或未运行的")
    )
    counts = [both((f"{passed:,} of {total:,} examples hold", f"{total:,}个例子中{passed:,}个成立"))]
    outcomes: tuple[Outcome, ...] = ("failed", "not_run")
    for outcome in outcomes:
        if number := report.count(outcome):
            mark, words, colour = OUTCOMES[outcome]
            counts.append(both((f"{mark} {number:,}: {words[0]}", f"{mark} {number:,}个{words[1]}"), class_=colour))
    refused = sum(one.refused for one in report.features)
    if refused:
        counts.append(both((f"files with errors: {refused:,}", f"{refused:,}个文件有错"), class_="bad-text"))
    return tag("div", tag("strong", both(said)), *counts, class_=f"verdict {'good' if report.passed else 'bad'}")


def _facts(report: Report) -> str:
    if report.against is None:
        ledger = both(("each scenario in a ledger of its own, in memory", "每个场景各有自己的台账，只在内存中"))
    else:
        where = tag("bdi", escaped(f"{report.against.name} · {report.against.place}"))
        ledger = where + both((f", up to entry #{report.against.head:,}", f"，至 #{report.against.head:,}"))
    when = escaped(report.began.replace("T", " "))
    took = both((f"{report.seconds:,.1f} seconds", f"{report.seconds:,.1f}秒"))
    facts: list[tuple[Pair, str]] = [(("Ledger", "台账"), ledger), (("Run", "运行时间"), f"{when} · {took}")]
    if report.only is not None:
        facts.append((("Only scenarios called", "只含名称有此文字的场景"), tag("bdi", escaped(report.only))))
    return tag("dl", *(tag("dt", both(name)) + tag("dd", value) for name, value in facts))


def _contents(report: Report) -> str:
    rows = []
    for number, feature in enumerate(report.features):
        outcomes = [run.outcome for scenario in feature.scenarios for run in scenario.runs]
        name = tag("a", escaped(feature.name or feature.file), href=f"#f{number}")
        state = both(("✗ has errors", "✗ 文件有错"), class_="bad-text") if feature.refused else _mark(_worst(outcomes))
        rows.append(
            tag(
                "tr",
                tag("td", state, class_="mark"),
                tag("td", name),
                tag("td", tag("span", escaped(feature.file), class_="dim")),
                tag("td", f"{outcomes.count('passed'):,} / {len(outcomes):,}", class_="number"),
            )
        )
    heads = (("Outcome", "结果"), ("Feature", "功能"), ("File", "文件"), ("Hold", "成立"))
    head = tag("thead", tag("tr", *(tag("th", both(one)) for one in heads)))
    return tag("table", head, tag("tbody", *rows), class_="contents")


def _worst(outcomes: Sequence[Outcome]) -> Outcome:
    order: tuple[Outcome, ...] = ("failed", "not_run")
    return next((one for one in order if one in outcomes), "passed" if outcomes else "not_run")


def _mark(outcome: Outcome) -> str:
    mark, words, colour = OUTCOMES[outcome]
    return tag("span", f"{mark} ", both(words), class_=colour)


# A feature


def _feature(number: int, feature: Feature) -> str:
    parts = [
        tag("h2", tag("span", escaped(feature.keyword), class_="kind"), escaped(feature.name or feature.file)),
        tag("p", tag("span", escaped(feature.file), class_="dim"), _tags(feature.tags)),
        _description(feature.description),
        _findings(feature),
        _background(feature.background),
        *(_rule(one, feature) for one in feature.rules),
    ]
    outcome = "failed" if feature.refused else _worst([one.outcome for one in feature.scenarios])
    return tag("section", *parts, class_=f"feature {outcome}", id=f"f{number}", lang=feature.language)


def _tags(tags: Sequence[str]) -> str:
    return "".join(" " + tag("span", escaped(one), class_="tag") for one in tags)


def _description(text: str) -> str:
    return tag("p", escaped(text), class_="description") if text else ""


def _findings(feature: Feature) -> str:
    if not feature.findings:
        return ""
    head: Pair = (
        ("Nothing in this file was run; it has errors:", "此文件未运行，因为有错：")
        if feature.refused
        else ("What the check found:", "检查发现：")
    )
    items = [
        tag("li", both((f"line {one.line}: {one.said('en')}", f"第{one.line}行：{one.said('zh')}"), "p"))
        for one in feature.findings
    ]
    return tag("div", both(head, "p"), tag("ul", *items), class_="findings")


def _background(steps: Sequence[Step]) -> str:
    if not steps:
        return ""
    head = both(("In every scenario", "每个场景都以此为前提"), "p", class_="dim")
    return tag("div", head, _steps(steps, None, 0), class_="background")


def _rule(rule: Rule, feature: Feature) -> str:
    scenarios = [_scenario(one, rule, feature) for one in rule.scenarios]
    if not rule.keyword:
        return "".join(scenarios)
    head = tag("h3", tag("span", escaped(rule.keyword), class_="kind"), escaped(rule.name), _tags(rule.tags))
    outcome = _worst([one.outcome for one in rule.scenarios])
    body = (_description(rule.description), _background(rule.background), *scenarios)
    return tag("section", head, *body, class_=f"rule {outcome}")


def _scenario(scenario: Scenario, rule: Rule, feature: Feature) -> str:
    before = len(feature.background) + len(rule.background)
    outline = bool(scenario.examples)
    one = scenario.runs[0] if scenario.runs and not outline else None
    failed = [run for run in scenario.runs if run.failure is not None]
    line = both((f"line {scenario.line}", f"第{scenario.line}行"), class_="dim")
    kind = tag("span", escaped(scenario.keyword), class_="kind")
    parts = [
        tag("h4", _mark(scenario.outcome), " ", kind, escaped(scenario.name), " ", line, _tags(scenario.tags)),
        _description(scenario.description),
        _steps(scenario.steps, one, before),
        *_tables(scenario),
        *(_why(run, run.failure, outline=outline) for run in failed if run.failure is not None),
    ]
    return tag("article", *parts, class_=scenario.outcome)


def _steps(steps: Sequence[Step], run: Run | None, before: int) -> str:
    """The steps; of a scenario that failed, the one at which it did and those it never came to are marked."""
    stopped = None
    if run is not None and run.failure is not None and run.failure.step is not None:
        stopped = run.failure.step - before
    items = []
    for number, step in enumerate(steps):
        state = None
        if stopped is not None and number >= stopped:
            state = "broken" if number == stopped else "unreached"
        items.append(tag("li", _step(step), class_=state))
    return tag("ol", *items, class_="steps")


def _step(step: Step) -> str:
    keyword = tag("span", escaped(step.keyword), class_="keyword")
    text = tag("span", _words(step.text), class_="words")
    parts = [keyword, text, _reference(step.sentence)]
    if step.table:
        parts.append(
            table([_words(one) for one in step.table[0]], [[_words(c) for c in row] for row in step.table[1:]])
        )
    if step.docstring is not None:
        parts.append(tag("pre", _words(step.docstring)))
    return "".join(parts)


def _words(text: str) -> str:
    """A text with its names and its places made to stand out."""
    parts, at = [], 0
    for found in re.finditer(f"{_IN_QUOTES.pattern}|{_PLACE.pattern}", text):
        parts.append(escaped(text[at : found.start()]))
        parts.append(tag("span", escaped(found[0]), class_="place" if _PLACE.fullmatch(found[0]) else "name"))
        at = found.end()
    return "".join([*parts, escaped(text[at:])])


def _reference(sentence: str | None) -> str:
    if sentence is None:
        return ""
    said = " / ".join(reversed(BY_KEY[sentence].help))
    return tag("a", sentence, class_="sentence", href=f"#s-{sentence}", title=said)


def _tables(scenario: Scenario) -> Iterator[str]:
    first = 0
    for examples in scenario.examples:
        rows = [
            [*(escaped(cell) for cell in row), _mark(scenario.runs[first + at].outcome)]
            for at, row in enumerate(examples.rows)
        ]
        yield _caption(examples) + table([*map(escaped, examples.columns), both(("outcome", "结果"))], rows)
        first += len(rows)


def _caption(examples: Examples) -> str:
    return tag("p", tag("span", escaped(examples.keyword), class_="kind"), escaped(examples.name))


def _why(run: Run, failure: Failure, *, outline: bool) -> str:
    row: Pair = (f"example in line {run.line}; ", f"第{run.line}行的例子；") if outline else ("", "")
    said: Pair = f"{row[0]}line {failure.line}: {failure.said[0]}", f"{row[1]}第{failure.line}行：{failure.said[1]}"
    parts = [both(said, "p")]
    if failure.expected is not None and failure.answered is not None:
        sides = (("Expected", "应为"), failure.expected), (("Answered", "实为"), failure.answered)
        parts.append(tag("dl", *(tag("dt", both(name)) + tag("dd", both(value)) for name, value in sides)))
    if failure.told is not None:
        parts += [
            tag("div", answer(text), class_=f"told {lang}", lang=lang)
            for lang, text in zip(("en", "zh"), failure.told, strict=True)
            if text
        ]
    return tag("div", *parts, class_="why")


# The sentences


def _glossary(report: Report) -> str:
    used = {step.sentence for feature in report.features for step in _all_steps(feature) if step.sentence is not None}
    items = []
    for sentence in BY_KEY.values():
        if sentence.key in used:
            wordings = both(sentence.shown, "div", class_="wording")
            said = tag("dd", wordings, both(sentence.help, "div", class_="dim"))
            items.append(tag("dt", sentence.key, id=f"s-{sentence.key}") + said)
    if not items:
        return ""
    head = both(("The sentences", "所用句式"), "h2")
    return tag("section", head, tag("dl", *items, class_="sentences"), class_="glossary")


def _all_steps(feature: Feature) -> Iterator[Step]:
    yield from feature.background
    for rule in feature.rules:
        yield from rule.background
        for scenario in rule.scenarios:
            yield from scenario.steps
