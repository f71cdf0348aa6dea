"""The guide for HR: every specification in it is written down and every command run, and says what the guide says."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.test_docs import steps_of
from tests.test_readme import as_shown

HOUSE = Path(__file__).parents[1]
LOCALES = {"zh": "zh_CN.UTF-8", "en": "C.UTF-8"}
PAGES = {lang: (HOUSE / "docs" / f"guide.{lang}.md").read_text(encoding="utf-8") for lang in LOCALES}
WRONG = ("red", "keywords", "values", "names", "fullwidth")
"""The files that are wrong, each for what it teaches."""


class Told(NamedTuple):
    """A command of the guide, what the guide says it says, what it said, and its exit code."""

    command: str
    wanted: str
    said: str
    code: int


def files_of(page: str) -> dict[str, str]:
    """The specifications of a guide, by the name that stands beside their fence."""
    return dict(re.findall(r"```gherkin (\S+)\n(.*?)```", page, re.DOTALL))


@pytest.fixture(scope="module", params=LOCALES)
def told(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> list[Told]:
    """What each command of a guide said, in a folder with its files."""
    lang = str(request.param)
    folder = tmp_path_factory.mktemp(f"guide-{lang}")
    shutil.copy(HOUSE / "features" / "marketing_centre" / "charter.yaml", folder)
    for name, text in files_of(PAGES[lang]).items():
        (folder / name).write_text(text, encoding="utf-8")
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(HOUSE), "LANG": LOCALES[lang]}
    found = []
    for command, wanted in steps_of(PAGES[lang]):
        program, *words = shlex.split(command)
        assert program == "remit", command
        done = subprocess.run(
            [sys.executable, "-m", "api.cli", *words], cwd=folder, env=env, capture_output=True, text=True, check=False
        )
        found.append(Told(command, wanted, done.stdout + done.stderr, done.returncode))
    return found


def test_every_command_says_what_the_guide_says(told: list[Told]) -> None:
    """What the guide shows as right is green, what it shows as wrong is refused or red; a repair mends it."""
    assert len(told) > 10
    repaired: set[str] = set()
    for one in told:
        assert as_shown(one.said, one.wanted), f"{one.command}\n{one.said}"
        (about,) = re.findall(r"([\w-]+)\.(?:feature|yaml)", one.command)
        if "--fix" in one.command:
            repaired.add(about)
        assert (one.code == 0) == (about not in WRONG or about in repaired), f"{one.command}\n{one.said}"


@pytest.mark.parametrize("lang", LOCALES)
def test_every_file_of_the_guide_is_used(lang: str) -> None:
    commands = " ".join(command for command, _ in steps_of(PAGES[lang]))

    assert set(re.findall(r"[\w-]+\.feature", commands)) == set(files_of(PAGES[lang]))


def test_both_guides_teach_the_same() -> None:
    commands = {lang: sorted(command for command, _ in steps_of(page)) for lang, page in PAGES.items()}
    headings = {lang: re.findall(r"^#+", page, re.MULTILINE) for lang, page in PAGES.items()}

    assert commands["zh"] == commands["en"]
    assert files_of(PAGES["zh"]).keys() == files_of(PAGES["en"]).keys()
    assert abs(len(headings["zh"]) - len(headings["en"])) <= 1
