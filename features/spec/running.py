"""The command `remit spec run`."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.door import Door
from api.cli.options import JsonOption, LangOption  # noqa: TC001 - typer reads them
from api.words.help import HELP
from features.spec.checking import PathsArgument  # noqa: TC001 - likewise
from features.spec.group import spec
from ledger.refusals import BadInput

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from api.words import Pair
    from features.spec.report import Report

RUN_HELP: dict[str, Pair] = {
    "help.spec.run": (
        """\
Run specifications: each scenario in a ledger of its own, or questions against a real ledger. A file with errors is
not run. Exit code 0 where all that is declared was run and holds, 1 where not, 2 for bad input.""",
        """\
运行规格文件：每个场景各有自己的台账，或只提问、对照真实台账。有错的文件不运行。
退出码：0 全部成立，1 有不成立或未运行的，2 输入有误。""",
    ),
    "help.spec.--ledger": (
        "ask this real ledger, a file or a URL; only questions, nothing is written",
        "对照此真实台账（文件或 URL）；只提问，不写入",
    ),
    "help.--html": ("write the living document: one page for people", "写出可读的结果网页（单个文件）"),
    "help.--junit": ("write the outcome for build servers", "写出 JUnit 结果文件，供构建服务器读取"),
    "help.--only": ("only scenarios with this in their name", "只运行名称中含此文字的场景"),
    "help.--timeout": ("stop after so many seconds", "超过此秒数即停止"),
}
HELP.update(RUN_HELP)
LONGEST_SECONDS = 86_400

AgainstOption = Annotated[str | None, typer.Option("--ledger", metavar="PLACE", help="help.spec.--ledger")]
HtmlOption = Annotated[Path | None, typer.Option("--html", metavar="FILE", help="help.--html")]
JunitOption = Annotated[Path | None, typer.Option("--junit", metavar="FILE", help="help.--junit")]
OnlyOption = Annotated[str | None, typer.Option("--only", metavar="NAME", help="help.--only")]
TimeoutOption = Annotated[float, typer.Option("--timeout", metavar="SECONDS", help="help.--timeout")]


@spec("run")
def run_specifications(  # noqa: PLR0913 - a command line has as many arguments as it has options
    *,
    paths: PathsArgument,
    ledger: AgainstOption = None,
    html: HtmlOption = None,
    junit: JunitOption = None,
    only: OnlyOption = None,
    timeout: TimeoutOption = 300.0,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> int:
    """Run, tell, and write what is asked for."""
    try:
        import pytest_bdd  # noqa: F401, PLC0415 - the engine is brought only by an extra

        from features.spec.run import run  # noqa: PLC0415 - so is the parser
    except ModuleNotFoundError as error:
        raise BadInput("spec", f"the extra `gherkin` is not installed: no `{error.name}`") from error
    door = Door(None, lang, as_json=as_json)
    if not 0 < timeout <= LONGEST_SECONDS:
        raise BadInput("timeout", f"`{timeout:g}` is not a number of seconds above 0 and up to {LONGEST_SECONDS:,}")
    for name, file in (("html", html), ("junit", junit)):
        if file is not None:
            _writable(name, file, paths)
    with _progress(door) as told:
        report = run(paths, ledger=ledger, only=only, timeout=timeout, progress=told)
    _write(report, html, junit, door.words.lang)
    _tell(report, door)
    return report.exit_code


@contextmanager
def _progress(door: Door) -> Iterator[Callable[[int, int], None] | None]:
    """A bar where a person looks at standard error."""
    if door.as_json or not sys.stderr.isatty():
        yield None
        return
    from api.cli.progress import progress  # noqa: PLC0415 - a bar is drawn for people only

    with progress("运行例子" if door.words.lang == "zh" else "running the examples") as told:
        yield told


def _writable(name: str, file: Path, paths: Iterable[Path]) -> None:
    """Raises BadInput before anything is run for a file that could not be written or should not."""
    if file.is_dir() or not file.absolute().parent.is_dir():
        raise BadInput(name, f"`{file}` is a folder" if file.is_dir() else f"there is no folder `{file.parent}`")
    if file.suffix.casefold() == ".feature" or file.absolute() in {path.absolute() for path in paths}:
        raise BadInput(name, f"`{file}` is a specification; it is not written over")


def _write(report: Report, html: Path | None, junit: Path | None, lang: str) -> None:
    if html is not None:
        from features.spec.document import document  # noqa: PLC0415 - where asked for

        html.write_bytes(document(report, lang).encode("utf-8", "replace"))
    if junit is not None:
        from features.spec.junit import junit as in_junit  # noqa: PLC0415 - where asked for

        junit.write_bytes(in_junit(report, lang))


def _tell(report: Report, door: Door) -> None:
    if door.as_json:
        from features.spec.report import written  # noqa: PLC0415 - where asked for

        sys.stdout.flush()
        sys.stdout.buffer.write(written(report) + b"\n")
        sys.stdout.buffer.flush()
        return
    from features.spec.telling import summary  # noqa: PLC0415 - as above

    for told in summary(report, int(door.words.lang == "zh")):
        for number, line in enumerate(told.split("\n")):
            shown = "".join(one if one.isprintable() else "\ufffd" for one in line)
            door.write(f"    {shown}" if number else shown)
