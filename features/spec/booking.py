"""The command `remit steps`: the step book, and what editors make of the sentences."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli import app
from api.words.help import HELP
from ledger.refusals import BadInput

if TYPE_CHECKING:
    from api.words import Pair

STEPS_HELP: dict[str, Pair] = {
    "help.steps": (
        "The step book: every sentence that a specification may use, with an example and its help.",
        "句式手册：规格文件可用的每种句式，附例句与说明。",
    ),
    "help.--markdown": ("as Markdown (what is written without any of these)", "Markdown 格式（默认）"),
    "help.--html-page": ("as one page of HTML, to be printed", "单个网页，可打印"),
    "help.steps.--json": ("as a list for editors", "供编辑器使用的列表（JSON）"),
    "help.--snippets": ("as snippets for VS Code", "VS Code 代码片段"),
    "help.steps.--lang": ("in one language; without it in both", "只用一种语言；不写则中英对照"),
}
HELP.update(STEPS_HELP)


@app.command("steps")
def step_book(
    *,
    as_markdown: Annotated[bool, typer.Option("--markdown", help="help.--markdown")] = False,
    as_html: Annotated[bool, typer.Option("--html", help="help.--html-page")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="help.steps.--json")] = False,
    as_snippets: Annotated[bool, typer.Option("--snippets", help="help.--snippets")] = False,
    lang: Annotated[str | None, typer.Option("--lang", metavar="en|zh|zh-TW", help="help.steps.--lang")] = None,
) -> int:
    """The book in the form asked for, on standard output."""
    try:
        from features.spec import book, snippets  # noqa: PLC0415 - `--help` needs no catalogue
    except ModuleNotFoundError as error:
        raise BadInput("steps", f"the extra `gherkin` is not installed: no `{error.name}`") from error
    if lang is not None and lang not in book.LANGUAGES:
        raise BadInput("lang", f"`{lang}` is not one of {', '.join(book.LANGUAGES)}")
    if sum((as_markdown, as_html, as_json, as_snippets)) > 1:
        raise BadInput("json", "give one of --markdown, --html, --json and --snippets")
    if as_json:
        written = book.listed()
    elif as_snippets:
        written = snippets.snippets(lang)
    else:
        written = (book.html(lang) if as_html else book.markdown(lang)).encode()
    sys.stdout.flush()
    sys.stdout.buffer.write(written)
    sys.stdout.buffer.flush()
    return app.ANSWERED
