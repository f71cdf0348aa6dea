"""What came of a run: what was declared, what was run, what holds, and why the rest does not.

Records of one run, frozen; texts that the runner says stand in English and Chinese, texts of the files as they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

from features.spec.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

Pair = tuple[str, str]
"""A text in English and in Chinese."""
Outcome = Literal["passed", "failed", "not_run"]
Kind = Literal["given", "when", "then"]
PASSED, FAILED = 0, 1


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """A step as it stands in a file; of an outline, with its places."""

    line: int
    keyword: str
    kind: Kind
    text: str
    table: tuple[tuple[str, ...], ...] | None = None
    docstring: str | None = None
    sentence: str | None = None
    """The sentence of the catalogue that it is; None where a place decides it."""


class Failure(msgspec.Struct, frozen=True, kw_only=True):
    """Why an example failed.

    `step` is its number among the steps of the example, those of the backgrounds first, from 0; None where nothing that
    stands in a step failed. `said` is what is wrong; `expected` and `answered` say it shortly where that can be done;
    `told` is the answer as the ledger tells it, with reasons and the numbers of entries.
    """

    line: int
    said: Pair
    step: int | None = None
    text: str | None = None
    """The step with what was put in its places."""
    expected: Pair | None = None
    answered: Pair | None = None
    told: Pair | None = None


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """One example: a scenario, or one row of an outline."""

    row: int
    """From 0, through all tables of the outline."""
    line: int
    outcome: Outcome
    seconds: float = 0.0
    held: int = 0
    """How many steps were carried out."""
    failure: Failure | None = None


class Examples(msgspec.Struct, frozen=True, kw_only=True):
    """A table of an outline."""

    line: int
    keyword: str
    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]


class Scenario(msgspec.Struct, frozen=True, kw_only=True):
    """A scenario or an outline. `runs` are its examples, all that were declared."""

    line: int
    keyword: str
    name: str
    description: str = ""
    tags: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    examples: tuple[Examples, ...] = ()
    runs: tuple[Run, ...] = ()

    @property
    def outcome(self) -> Outcome:
        """The worst of its examples."""
        outcomes = {one.outcome for one in self.runs}
        return "failed" if "failed" in outcomes else "not_run" if "not_run" in outcomes or not outcomes else "passed"

    def called(self, run: Run) -> str:
        """The name of one of its examples, with what its row puts in the places of the name."""
        rows = [(table.columns, row) for table in self.examples for row in table.rows]
        name = self.name
        for column, value in zip(*rows[run.row], strict=False) if rows else ():
            name = name.replace(f"<{column}>", value)
        return name


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """A rule with its scenarios; those that stand under none are in one without a keyword."""

    line: int = 0
    keyword: str = ""
    name: str = ""
    description: str = ""
    tags: tuple[str, ...] = ()
    background: tuple[Step, ...] = ()
    scenarios: tuple[Scenario, ...] = ()


class Feature(msgspec.Struct, frozen=True, kw_only=True):
    """A file. `findings` are what the checker found; where one is an error, nothing in the file is run."""

    file: str
    language: str = "en"
    keyword: str = ""
    name: str = ""
    description: str = ""
    tags: tuple[str, ...] = ()
    background: tuple[Step, ...] = ()
    rules: tuple[Rule, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def scenarios(self) -> Iterator[Scenario]:
        """All scenarios, in the order of the file."""
        for rule in self.rules:
            yield from rule.scenarios

    @property
    def refused(self) -> bool:
        """Whether the checker found an error."""
        return any(one.severity == "error" for one in self.findings)


class Against(msgspec.Struct, frozen=True, kw_only=True):
    """The real ledger that was asked: where it is, whose it is, and its last entry as the run began."""

    place: str
    name: str
    head: int


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """A run. `troubles` are what went wrong with the run as a whole; a run with one has failed."""

    began: str
    """The instant, in the zone of the machine."""
    seconds: float
    features: tuple[Feature, ...]
    against: Against | None = None
    only: str | None = None
    troubles: tuple[Pair, ...] = ()

    @property
    def runs(self) -> Iterator[tuple[Feature, Rule, Scenario, Run]]:
        """Every declared example with where it stands."""
        for feature in self.features:
            for rule in feature.rules:
                for scenario in rule.scenarios:
                    for run in scenario.runs:
                        yield feature, rule, scenario, run

    def count(self, outcome: Outcome | None = None) -> int:
        """How many examples have an outcome; how many were declared."""
        return sum(outcome in (None, run.outcome) for *_, run in self.runs)

    @property
    def passed(self) -> bool:
        """Whether something was declared, all that was declared was run, and all of it holds."""
        return (
            not self.troubles
            and not any(one.refused for one in self.features)
            and self.count() > 0
            and self.count() == self.count("passed")
        )

    @property
    def exit_code(self) -> int:
        """0 where everything passed, 1 where something failed or was not run."""
        return PASSED if self.passed else FAILED


def written(report: Report) -> bytes:
    """A report as JSON, with its counts."""
    counts = {name: report.count(name) for name in ("passed", "failed", "not_run")}
    summary = {"declared": report.count(), **counts, "exit_code": report.exit_code}
    return msgspec.json.encode({"summary": summary, "report": report}, order="deterministic")
