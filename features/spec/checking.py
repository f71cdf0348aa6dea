"""`remit spec check`: what is wrong with specifications, told before they are run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import orjson
import typer

from api.cli.app import ANSWERED, REFUSED
from api.cli.options import JsonOption, LangOption  # noqa: TC001 - typer reads them
from api.words import Words, language
from features.spec.group import spec
from features.spec.words import SAID
from ledger.refusals import BadInput

if TYPE_CHECKING:
    from collections.abc import Sequence

    from features.spec.findings import Finding
    from features.spec.fix import Fixed

PathsArgument = Annotated[list[Path], typer.Argument(metavar="PATH…", help="help.PATH")]


@spec("check")
def check_files(
    *,
    paths: PathsArgument,
    fix: Annotated[bool, typer.Option("--fix", help="help.--fix")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="help.--dry-run")] = False,
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> int:
    """Tell what is wrong; 0 where no file has an error, else 1."""
    try:
        from features.spec.check import check  # noqa: PLC0415 - the parser is brought only by an extra
    except ModuleNotFoundError as error:
        raise BadInput("spec", f"the extra `gherkin` is not installed: no `{error.name}`") from error
    words = Words(language(lang))
    if dry_run and not fix:
        raise BadInput("--dry-run", "it goes with --fix")
    repaired = _repaired(paths, write=not dry_run) if fix else []
    found = check(paths)
    if as_json:
        _in_json(found, repaired, written=not dry_run)
    else:
        _in_words(found, repaired, words, written=not dry_run)
    return REFUSED if any(one.severity == "error" for one in found) else ANSWERED


def _repaired(paths: Sequence[Path], *, write: bool) -> list[Fixed]:
    """The files whose form was, or would be, repaired. Raises BadInput where one cannot be written."""
    from features.spec.fix import fixed  # noqa: PLC0415 - as above
    from features.spec.fix import write as put  # noqa: PLC0415
    from features.spec.reading import files  # noqa: PLC0415

    found = [one for path in files(paths) if (one := fixed(path)) is not None and one.changed]
    if write:
        for one in found:
            try:
                put(one)
            except OSError as error:
                raise BadInput("--fix", f"`{one.path}` cannot be written: {error.strerror}") from error
    return found


def _in_words(found: Sequence[Finding], repaired: Sequence[Fixed], words: Words, *, written: bool) -> None:
    at = words.lang == "zh"
    for one in repaired:
        if written:
            print(SAID["repaired"][at].format(file=one.path))
        else:
            print(one.diff, end="")
    for finding in found:
        said = finding.said(words.lang).replace("\n", "\n    ")
        print(f"{finding.file}:{finding.line}:{finding.column}: {SAID[finding.severity][at]} {finding.code} {said}")
    errors = sum(one.severity == "error" for one in found)
    fixable = sum(one.fixable for one in found)
    print(SAID["summary" if found else "clean"][at].format(errors=errors, warnings=len(found) - errors))
    if fixable:
        print(SAID["fixable"][at].format(count=fixable))


def _in_json(found: Sequence[Finding], repaired: Sequence[Fixed], *, written: bool) -> None:
    document: dict[str, Any] = {
        "findings": [in_json(one) for one in found],
        "errors": sum(one.severity == "error" for one in found),
        "repaired": [str(one.path) for one in repaired] if written else [],
        "diff": "".join(one.diff for one in repaired) if not written else "",
    }
    typer.echo(orjson.dumps(document, option=orjson.OPT_SORT_KEYS))


def in_json(finding: Finding) -> dict[str, Any]:
    """A finding as a JSON object."""
    return {
        "file": finding.file,
        "line": finding.line,
        "column": finding.column,
        "code": finding.code,
        "severity": finding.severity,
        "fixable": finding.fixable,
        "message": {"en": finding.message_en, "zh": finding.message_zh},
        "instead": {"en": finding.instead_en, "zh": finding.instead_zh},
    }
