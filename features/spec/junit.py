"""A run in the JUnit form that build servers read: a suite a file, a case an example."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from features.spec.telling import plainly

if TYPE_CHECKING:
    from features.spec.report import Feature, Report, Rule, Run, Scenario

_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
"""What XML 1.0 cannot hold, or should not."""


def junit(report: Report, lang: str = "en") -> bytes:
    """The document. What was not run is an error; so are the errors of a file and the troubles of the run."""
    at = int(lang.startswith("zh"))
    root = ET.Element("testsuites", name="remit spec", time=f"{report.seconds:.3f}")
    for feature in report.features:
        _suite(root, feature, at)
    if report.troubles:
        suite = ET.SubElement(root, "testsuite", name="remit spec run")
        for trouble in report.troubles:
            _case(suite, "remit spec run", trouble[at], "error", trouble[at])
    for suite in (*root, root):
        for kind, name in (("testcase", "tests"), ("failure", "failures"), ("error", "errors")):
            suite.set(name, str(sum(1 for _ in suite.iter(kind))))
        suite.set("skipped", "0")
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _suite(root: ET.Element, feature: Feature, at: int) -> None:
    suite = ET.SubElement(root, "testsuite", name=_clean(feature.name or feature.file), file=_clean(feature.file))
    for finding in feature.findings:
        if finding.severity == "error":
            said = f"{feature.file}:{finding.line}:{finding.column}: {finding.said(('en', 'zh')[at])}"
            _case(suite, feature.file, f"{finding.code} {finding.line}", "error", said)
    for rule in feature.rules:
        for scenario in rule.scenarios:
            for run in scenario.runs:
                _example(suite, feature, rule, scenario, run, at)
    suite.set("time", f"{sum(run.seconds for one in feature.scenarios for run in one.runs):.3f}")


def _example(suite: ET.Element, feature: Feature, rule: Rule, scenario: Scenario, run: Run, at: int) -> None:  # noqa: PLR0913, PLR0917 - where an example stands
    name = f"{scenario.called(run)} [{run.line}]" if scenario.examples else scenario.name
    within = ".".join(part for part in (feature.name, rule.name) if part)
    if run.outcome == "passed":
        _case(suite, within, name)
    elif run.failure is not None:
        _case(suite, within, name, "failure", plainly(run.failure, at))
    else:
        _case(suite, within, name, "error", ("it was not run", "未运行")[at])
    suite[-1].set("file", _clean(feature.file))
    suite[-1].set("line", str(run.line))
    suite[-1].set("time", f"{run.seconds:.3f}")


def _case(suite: ET.Element, within: str, name: str, kind: str | None = None, said: str = "") -> None:
    case = ET.SubElement(suite, "testcase", classname=_clean(within), name=_clean(name))
    if kind is not None:
        trouble = ET.SubElement(case, kind, message=_clean(said.split("\n", 1)[0]))
        trouble.text = _clean(said)


def _clean(text: str) -> str:
    return _ILLEGAL.sub("\ufffd", text)
