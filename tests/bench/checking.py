"""How long a check of a file of 1,000 scenarios takes, beside the parse of gherkin-official alone.

python -m tests.bench.checking [SCENARIOS]
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from gherkin.parser import Parser

from features.spec.check import check
from features.steps.matching import read
from tests.test_spec_check import many

ROUNDS = 5


def main(count: int = 1000) -> None:
    """Print the best of five rounds of each, and their ratio."""
    text = many(count)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "many.feature"
        path.write_text(text, "utf-8")
        checked, parsed = [], []
        for _ in range(ROUNDS):
            read.cache_clear()
            begun = time.perf_counter()
            found = check([path])
            middle = time.perf_counter()
            Parser().parse(text)
            checked.append(middle - begun)
            parsed.append(time.perf_counter() - middle)
            assert not found
    lines = text.count("\n")
    print(f"{count} scenarios, {lines} lines: checked in {min(checked):.3f} s, ", end="")
    print(f"parsed by gherkin-official in {min(parsed):.3f} s, ratio {min(checked) / min(parsed):.2f}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
