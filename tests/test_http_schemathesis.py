"""schemathesis over the whole OpenAPI document, all its checks, against a server on loopback."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from api.http.settings import Settings
from tests.given import house
from tests.loopback import HIGHEST, serving

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

EXAMPLES = int(os.environ.get("REMIT_HTTP_EXAMPLES", "5"))
"""How many requests an operation gets in each phase; `make soak` asks for more."""
CONFIGURATION = """
[checks.positive_data_acceptance]
# What the form allows can still be a day that no calendar has, a name that nothing has, a page token that was not given
# out; AuthZEN says 400 to whatever it cannot understand.
expected-statuses = ["2XX", "304", "400", "401", "403", "404", "409", "422"]
"""
OF_COMMANDS = r"^/v1/(commands|flips)$"
"""Where any of sixty commands may stand: every combination of their fields would take minutes."""
EVERY = "examples,coverage,fuzzing"


@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    ("which", "phases"),
    [
        (f"--exclude-path-regex={OF_COMMANDS}", EVERY),
        (f"--include-path-regex={OF_COMMANDS}", EVERY if EXAMPLES > 50 else "examples,fuzzing"),
    ],
    ids=["questions", "commands"],
)
def test_no_check_of_schemathesis_fails(tmp_path: Path, which: str, phases: str) -> None:
    settings = Settings(catch_up_seconds=0.01, stream_seconds=0.02)
    (tmp_path / "schemathesis.toml").write_text(CONFIGURATION)
    with serving(house(str(tmp_path / "house.db")), settings) as service:
        address = f"http://127.0.0.1:{service.port}"
        said = _schemathesis(
            tmp_path,
            *(f"{address}/openapi.json", f"--url={address}", f"--header=Authorization: Bearer {HIGHEST}"),
            *(which, f"--phases={phases}"),
        )
    assert said.returncode == 0, said.stdout[-6_000:]


def _schemathesis(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    words: Sequence[str] = (
        *(sys.executable, "-m", "schemathesis.cli", "run", *arguments),
        *("--checks=all", "--mode=all", f"--max-examples={EXAMPLES}", "--seed=7", "--continue-on-failure"),
        *("--generation-database=:memory:", "--no-color", "--request-timeout=20"),
    )
    return subprocess.run(words, cwd=folder, check=False, capture_output=True, text=True)
