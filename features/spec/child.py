"""The process in which scenarios are run: pytest-bdd without its surroundings, telling of each example as it ends.

It is given its order and tells what came of it over two pipes. It ends when the process that began it is gone, since
the pipe of the order is closed then.
"""

from __future__ import annotations

import gc
import os
import sys
import threading
import time
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import msgspec
import pytest
from pytest_bdd.scenario import scenario_wrapper_template_registry

from features.spec.order import Broken, Ended, Opened, Order, Ran, Refused
from features.spec.report import Failure
from features.steps.troubles import DoesNotHold
from ledger import Ledger
from ledger.journal.journal import shown
from ledger.refusals import Trouble

if TYPE_CHECKING:
    from collections.abc import Generator

    from pytest_bdd.parser import Feature, Scenario, Step

    from features.spec.order import Message
    from features.spec.report import Outcome
    from features.steps.engine import Here

BOUND = Path(__file__).with_name("bound.py")
_UNUSED = (
    *("cacheprovider", "doctest", "faulthandler", "junitxml", "legacypath", "logging", "monkeypatch", "pastebin"),
    *("pytester_assertions", "recwarn", "setuponly", "setupplan", "stepwise", "threadexception", "tmpdir", "unittest"),
    *("unraisableexception",),
)
_PARAMETER = "_pytest_bdd_example"


_running: list[Runner] = []
"""The run of this process: `bound.py` is imported by pytest, which cannot hand it over."""


def running() -> Runner:
    """The run of this process."""
    return _running[0]


class Telling:
    """Writes a message a line; what cannot be told any more ends the process."""

    def __init__(self, results: IO[bytes]) -> None:
        self._results = results

    def tell(self, message: Message) -> None:
        """Tell one thing at once."""
        try:
            self._results.write(msgspec.json.encode(message) + b"\n")
            self._results.flush()
        except BrokenPipeError:
            os._exit(1)


class Runner:
    """The plugin of a run: which scenarios are bound, and what came of each example."""

    def __init__(self, order: Order, telling: Telling, ledger: Ledger | None) -> None:
        self.order, self.ledger = order, ledger
        self._telling = telling
        self._files = {path: number for number, path in enumerate(order.files)}
        self._place: tuple[int, int, int] | None = None
        self._held, self._began = 0, 0.0
        self._step: Step | None = None
        self._here: Here | None = None
        self._failure: Failure | None = None
        self._outcome: Outcome = "not_run"

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Only what is ordered."""
        wanted = {
            (path, line) for path, lines in zip(self.order.files, self.order.lines, strict=True) for line in lines
        }
        items[:] = [item for item in items if _place(item) in wanted]

    def broken(self, file: int, error: BaseException) -> None:
        """A file that the engine cannot read, though the checker let it pass."""
        said = f"{type(error).__name__}: {error}"
        self._telling.tell(
            Broken(file=file, said=(f"the engine cannot read the file: {said}", f"引擎无法读取此文件：{said}"))
        )

    def _forget(self) -> None:
        self._place, self._step, self._here, self._failure = None, None, None, None
        self._held, self._outcome = 0, "not_run"
        self._began = time.perf_counter()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self) -> Generator[None, object, object]:
        """One example from its beginning to its end."""
        self._forget()
        ended = yield
        if self._place is not None:
            file, line, row = self._place
            self._telling.tell(
                Ran(
                    file=file,
                    line=line,
                    row=row,
                    outcome=self._outcome,
                    seconds=round(time.perf_counter() - self._began, 6),
                    held=self._held,
                    failure=self._failure,
                )
            )
        return ended

    @pytest.hookimpl(tryfirst=True)
    def pytest_bdd_before_scenario(self, request: Any, feature: Feature, scenario: Scenario) -> None:  # noqa: ANN401 - pytest's
        """Which example it is."""
        spec = getattr(request.node, "callspec", None)
        row = spec.indices[_PARAMETER] if spec is not None else 0
        self._place = self._files[feature.filename], scenario.line_number, row

    @pytest.hookimpl(tryfirst=True)
    def pytest_bdd_before_step(self, request: Any, step: Step) -> None:  # noqa: ANN401 - pytest's
        """Which step it has come to."""
        self._step, self._here = step, request.getfixturevalue("here")

    def pytest_bdd_after_step(self) -> None:
        """A step that was carried out, and if it says something, holds."""
        self._held += 1
        self._step = None

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """The outcome: passed only where the example was carried out and nothing in its setup or end failed."""
        if report.failed:
            self._outcome = "failed"
            self._failure = self._failure or self._failed(report)
        elif report.when == "call" and report.outcome == "passed" and not hasattr(report, "wasxfail"):
            self._outcome = "passed"

    def _failed(self, report: pytest.TestReport) -> Failure:
        line = self._step.line_number if self._step is not None else (self._place or (0, 0, 0))[1]
        number = self._held if self._step is not None else None
        text = self._step.name if self._step is not None else None
        trouble = self._here.trouble if self._here is not None else None
        if trouble is None:
            last = (str(report.longrepr).strip().splitlines() or ["?"])[-1]
            return Failure(line=line, step=number, text=text, said=(last, last))
        if not isinstance(trouble, DoesNotHold):
            return Failure(line=line, step=number, text=text, said=trouble.said)
        short = f"this does not hold: {trouble.text}", f"不成立：{trouble.text}"
        facts = {"expected": trouble.expected, "answered": trouble.answered, "told": trouble.told}
        return Failure(line=line, step=number, text=text, said=short, **facts)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """What keeps everything from being run."""
        if report.failed:
            said = str(report.longrepr).strip()
            self._telling.tell(Broken(said=(f"nothing can be run: {said}", f"无法运行：{said}")))


def _place(item: pytest.Item) -> tuple[str, int] | None:
    """The file and the line of the scenario that a test was made of."""
    template = scenario_wrapper_template_registry.get(item.function) if isinstance(item, pytest.Function) else None
    return None if template is None else (template.feature.filename, template.line_number)


def run(order: Order, telling: Telling) -> int:
    """Run what is ordered; 1 where that could not be done."""
    ledger = None
    if order.ledger is not None:
        try:
            ledger = Ledger.open(order.ledger)
        except Trouble as trouble:
            telling.tell(Refused(code=trouble.code, sentence=str(trouble)))
            return 1
        telling.tell(Opened(place=shown(order.ledger), name=ledger.books.name, head=ledger.books.head))
    runner = Runner(order, telling, ledger)
    _running[:] = [runner]
    options = ["-c", os.devnull, "--rootdir", str(BOUND.parent), "--noconftest", "-o", "python_files=bound.py"]
    quiet = ["-q", "-q", "--no-header", "--no-summary", "--tb=line", "--capture=no", "--assert=plain"]
    without = [word for name in _UNUSED for word in ("-p", f"no:{name}")]
    plugins = ["-p", "pytest_bdd.plugin", "-p", "features.steps.engine"]
    gc.freeze()
    code = pytest.main([*options, *quiet, "-W", "ignore", *without, *plugins, str(BOUND)], plugins=[runner])
    telling.tell(Ended(head=None if ledger is None else ledger.books.head))
    return int(code not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED))


def main() -> None:
    """Read the order from the pipe that is the first argument, and tell over the second."""
    ordered, results = (int(one) for one in sys.argv[1:3])
    orders = os.fdopen(ordered, "rb")
    order = msgspec.json.decode(orders.readline(), type=Order)
    threading.Thread(target=_end_with, args=(orders,), daemon=True).start()
    sys.exit(run(order, Telling(os.fdopen(results, "wb"))))


def _end_with(orders: IO[bytes]) -> None:
    """Nobody is there any more to be told."""
    orders.read()
    os._exit(1)
