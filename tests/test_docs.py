"""Every file and every command of docs/files.md and docs/judging.md is loaded and run, and says what the page says."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from api.files.shapes import SECTIONS
from api.rendering import decisions, targets, verdicts
from tests.test_readme import as_shown

HOUSE = Path(__file__).parents[1]
PAGES = {name: (HOUSE / "docs" / f"{name}.md").read_text(encoding="utf-8") for name in ("files", "judging")}
PAGE = PAGES["files"]
PLACE = re.compile(r" wrong\.yaml:\d+: (?:list\[0\](?:\.|: ))?")
WRONG = (
    "{do: apoint-person}",
    "{do: register-person, person: p05, name: Xu}",
    "{do: register-person, from: 2026-01-01, person: p05, nmae: Xu}",
    "\n    do: register-person\n    from: 2026-01-01\n    person: p05\n    name: Xu\n    clause:",
    "{do: register-person, from: 2026-02-30, person: p05, name: Xu}",
    "{do: amend-limit, from: 2026-03-01, authority: manager-discounts, limit: lots}",
    "{do: end-appointment, from: 2026-06-01, appointment: clerk-2, through: 2026-07-01}",
    "{do: appoint-person, from: 2026-03-01, person: p09, position: clerk}",
    "{do: register-person, from: 2026-03-01, person: p01, name: Xu}",
    "{do: appoint-person, from: 2026-03-01, person: p04, position: manager}",
    "{do: grant-authority, from: 2026-03-01, authority: x, holder: {position: clerk}, act: approve, matter: spending}",
    (
        "{do: delegate-authority, from: 2026-03-01, authority: x, source: director-spending, "
        "giver: {position: director}, holder: {position: clerk}, limit: 90000 CNY}"
    ),
    (
        "{do: delegate-authority, from: 2026-03-01, authority: x, source: manager-discounts, "
        "giver: {position: manager}, holder: {position: clerk}, limit: 90 CNY}"
    ),
    (
        "{do: correct-fact, entry: 16, reason: x, replacement: {do: appoint-person, from: 2026-02-01, "
        "appointment: other, person: p02, position: manager}}"
    ),
)
"""The rows of the table of errors, in its order."""


def blocks_of(page: str) -> list[str]:
    return re.findall(r"```(?:yaml|json)\n(.*?)```", page, re.DOTALL)


def files_of(page: str) -> dict[str, str]:
    return dict(re.findall(r"`([\w-]+\.(?:yaml|jsonl))`:\n\n```(?:yaml|json)\n(.*?)```", page, re.DOTALL))


def steps_of(page: str) -> list[tuple[str, str]]:
    """The commands of a page, with what each says there."""
    return [
        (command, said)
        for block in re.findall(r"```console\n(.*?)```", page, re.DOTALL)
        for command, said in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE)
    ]


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """By page, a folder with its files and a ledger in which its commands were run, with what each said."""
    return {name: told(page, tmp_path_factory.mktemp(name)) for name, page in PAGES.items()}


@pytest.fixture
def place(places: dict[str, Path]) -> Path:
    return places["files"]


def told(page: str, folder: Path) -> Path:
    for name, text in files_of(page).items():
        (folder / name).write_text(text, encoding="utf-8")
    for number, (command, _) in enumerate(steps_of(page)):
        program, *words = shlex.split(command)
        assert program == "remit", command
        done = remit(*words, folder=folder)
        assert (done.returncode, done.stderr) == (0, ""), (command, done.stderr)
        (folder / f"said-{number}").write_text(done.stdout, encoding="utf-8")
    return folder


@pytest.mark.parametrize("name", PAGES)
def test_every_command_says_what_the_page_says(name: str, places: dict[str, Path]) -> None:
    steps = steps_of(PAGES[name])
    assert len(steps) > 12
    for number, (command, wanted) in enumerate(steps):
        said = (places[name] / f"said-{number}").read_text(encoding="utf-8")
        assert as_shown(said, wanted), f"{command}\n{said}"


@pytest.mark.parametrize("name", PAGES)
def test_every_block_is_a_file_that_is_loaded(name: str) -> None:
    page = PAGES[name]
    assert list(files_of(page).values()) == blocks_of(page)
    commands = [shlex.split(command) for command, _ in steps_of(page)]
    loaded = {word for command in commands if command[1] == "load" for word in command if word in files_of(page)}
    assert loaded == set(files_of(page))


def test_every_wrong_row_is_refused_as_the_page_says(place: Path) -> None:
    table = [line.split(" | ", 1)[1].rstrip(" |") for line in rows("what stands there")]
    for row, said in zip(WRONG, table, strict=True):
        (place / "wrong.yaml").write_text(f"commands: 1\nlist:\n  - {row}\n", encoding="utf-8")
        done = remit("load", "wrong.yaml", folder=place)
        assert (done.returncode > 0, PLACE.sub(" ", done.stderr.strip())) == (True, said)


def test_the_table_of_sections_is_that_of_the_code() -> None:
    told = [re.findall(r"`(\w+)` .*\(commands\.md#([\w-]+)\)", line)[0] for line in rows("section")]
    assert told == [(section, str(kind.__struct_config__.tag)) for section, kind in SECTIONS.items()]
    commands = (HOUSE / "docs" / "commands.md").read_text(encoding="utf-8")
    assert all(f"\n## `{name}`\n" in commands for _, name in told)


def test_every_page_that_is_named_is_there() -> None:
    for named in re.findall(r"\]\(([\w-]+\.md)", "".join(PAGES.values())):
        assert (HOUSE / "docs" / named).exists(), named


def test_the_columns_of_csv_are_those_of_the_code() -> None:
    (table,) = re.findall(r"^\| command \| columns \|\n\|[-|]+\n((?:\|.*\n)+)", PAGES["judging"], re.MULTILINE)
    stated = [tuple(re.findall(r"`(\w+)`", line.split("|")[2])) for line in table.splitlines()]
    assert stated == [
        verdicts.VERDICT_COLUMNS,
        verdicts.FLIP_COLUMNS,
        decisions.HISTORY_COLUMNS,
        decisions.CONTRACTS_COLUMNS,
        decisions.CONTRACT_COLUMNS,
        targets.TARGET_COLUMNS,
    ]


def rows(heading: str) -> list[str]:
    """The rows of the table whose first column has that heading."""
    found = re.search(rf"^\| {heading} \|.*\n\|[-|]+\n((?:\|.*\n)+)", PAGE, re.MULTILINE)
    assert found is not None, heading
    return found.group(1).splitlines()


def remit(*words: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """The command line as a process of its own."""
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(HOUSE), "LANG": "C.UTF-8"}
    command = [sys.executable, "-m", "api.cli", *words]
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)
