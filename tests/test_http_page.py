"""What the pages show of the service is sent to a service of the example, as it stands there."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import orjson
import pytest

from api.files import read_file
from api.http.problems import STATUSES
from api.http.settings import Settings
from ledger import Ledger
from tests.loopback import HIGHEST, Service, serving

if TYPE_CHECKING:
    from collections.abc import Iterator

HOUSE = Path(__file__).parents[1]
PAGES = ("README.md", "docs/http.md", "docs/running.md")
SAID = {page: (HOUSE / page).read_text(encoding="utf-8") for page in PAGES}
CALLS = [
    (page, call.removeprefix("$ ").replace("http://127.0.0.1:8000", "$REMIT"))
    for page, said in SAID.items()
    for block in re.findall(r"```(?:sh|console)\n(.*?)```", said, re.DOTALL)
    for call in re.findall(r"^(?:\$ )?curl .*?(?:\Z|\n(?=\$ ))", block, re.DOTALL | re.MULTILINE)
]
CODE = r"`([A-Z_0-9]+)`"
PROGRAMS = re.findall(r"```python\n(.*?)```", SAID["docs/http.md"], re.DOTALL)


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    """The example without its year, as `make serve` has it first."""
    folder = HOUSE / "features" / "marketing_centre"
    loaded = [read_file(folder / name) for name in ("charter.yaml", "history.yaml", "correction.yaml")]
    assert loaded[0].ledger is not None
    ledger = Ledger.create(":memory:", loaded[0].ledger, by="test")
    for one in loaded:
        ledger.submit_batch(one.commands, by="test", batch=one.batch)
    with serving(ledger, Settings(stream_seconds=0.2)) as answering:
        yield answering


def run(service: Service, *words: str) -> str:
    environment = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
    environment |= {"REMIT": f"http://127.0.0.1:{service.port}", "TOKEN": HIGHEST}
    done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl here")
@pytest.mark.parametrize(("page", "call"), CALLS, ids=[f"{page}-{at}" for at, (page, _) in enumerate(CALLS)])
def test_what_a_page_sends_by_curl_is_answered(page: str, call: str, service: Service) -> None:
    said = run(service, "sh", "-c", call)
    if "/stream" in call:
        assert "retry:" in said or "id:" in said or said.startswith(":"), said
        return
    answer = orjson.loads(said)
    assert "code" not in answer, answer
    if "who-could" in call:
        assert answer["answer"]["candidates"], page
    elif "evaluation" in call:
        assert answer["decision"] is True
    else:
        assert answer["receipt"]["first"] > 263


def test_every_page_that_shows_the_service_is_tried() -> None:
    assert {page for page, _ in CALLS} == set(PAGES)
    assert sum(said.count("curl ") for said in SAID.values()) == len(CALLS)


def test_the_page_names_every_code_of_its_own_beside_its_status() -> None:
    rows = re.findall(r"^\| ([\d, ]+) \| (.*) \|$", SAID["docs/http.md"], re.MULTILINE)
    named = {
        (code, int(one)) for stated, codes in rows for code in re.findall(CODE, codes) for one in stated.split(",")
    }
    assert {code for code, _ in named} == set(STATUSES)
    assert named >= set(STATUSES.items())


@pytest.mark.parametrize("program", PROGRAMS, ids=range(len(PROGRAMS)))
def test_the_python_of_the_page_runs(program: str, service: Service) -> None:
    service.record({"do": "form-unit", "from": "2026-01-01", "unit": "new", "name": "New"})
    said = run(service, sys.executable, "-c", program)
    if "who-could" in program:
        assert "p02" in said
        assert "as of entry 263" in said
    elif "Idempotency-Key" in program:
        first, again = said.splitlines()
        assert (first.split()[0], again.split()[0]) == ("201", "200")
        assert first.split()[1:] == again.split()[1:]
    else:
        assert int(said.split()[-1]) > 263
