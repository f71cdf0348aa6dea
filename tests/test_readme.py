"""Every command of the README is run, and says what the README says."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[1]
README = (HOUSE / "README.md").read_text(encoding="utf-8")
CONSOLE = re.findall(r"```console\n(.*?)```", README, re.DOTALL)
STEPS = [
    (command, said)
    for block in CONSOLE
    for command, said in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE)
]


ENV = {"PATH": os.environ["PATH"], "PYTHONPATH": str(HOUSE), "LANG": "C.UTF-8"}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the story of the page has been told, with what each command said beside it."""
    folder = tmp_path_factory.mktemp("readme")
    (folder / "features").symlink_to(HOUSE / "features")
    for number, (command, _) in enumerate(STEPS):
        program, *words = shlex.split(command)
        assert program == "remit", command
        done = subprocess.run(
            [sys.executable, "-m", "api.cli", *words], cwd=folder, env=ENV, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, (command, done.stderr)
        (folder / f"said-{number}").write_text(done.stdout, encoding="utf-8")
    return folder


def as_shown(said: str, wanted: str) -> bool:
    """Whether an output is what the page shows; `…` in the page stands for anything."""
    pattern = ".*".join(re.escape(part) for part in wanted.strip().split("…"))
    return re.fullmatch(pattern, said.strip(), re.DOTALL) is not None


def test_every_command_of_the_readme_says_what_the_readme_says(place: Path) -> None:
    assert len(STEPS) > 8
    for number, (command, wanted) in enumerate(STEPS):
        said = (place / f"said-{number}").read_text(encoding="utf-8")
        assert as_shown(said, wanted), f"{command}\n{said}"


def test_the_python_of_the_readme_runs(place: Path) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=place,
        env=ENV,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "p01" in done.stdout


def test_every_file_that_the_readme_names_is_there() -> None:
    for named in re.findall(r"`((?:docs|features|ledger)/[\w./]*|[A-Z]+\.md)`", README):
        assert (HOUSE / named).exists(), named


def test_the_shown_output_is_compared() -> None:
    """A page that says something else is noticed."""
    assert as_shown("a\nb\nc", "a\n…\nc")
    assert not as_shown("a\nb\nc", "a\nb\nd")
    assert not as_shown("a\nb", "a")
