"""What is only form, repaired: encoding, colons and bars, the language line, the spelling of keywords, spaces.

What a file says is never changed: a line that was run says the same as before, and one that becomes a step is, word for
word, a sentence of the catalogue under the keyword that was meant.
"""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from difflib import unified_diff
from pathlib import Path
from typing import NamedTuple

from features.spec.findings import Findings
from features.spec.language import language
from features.spec.lines import lines
from features.spec.reading import read

_FENCES = ('"""', "```")
_ROUNDS = 5


class Fixed(NamedTuple):
    """A file before and after, as text; `changed` also where only its bytes are others."""

    path: Path
    before: str
    after: str
    changed: bool

    @property
    def diff(self) -> str:
        """What changes, as a patch shows it."""
        name = self.path.as_posix()
        if self.changed and self.before == self.after:
            return f"--- {name}\n+++ {name}\n(UTF-8)\n"
        both = self.before.splitlines(keepends=True), self.after.splitlines(keepends=True)
        return "".join(line if line.endswith("\n") else f"{line}\n" for line in unified_diff(*both, name, name, n=1))


def fixed(path: Path) -> Fixed | None:
    """A file with its form repaired; nothing is written. None where it is no text."""
    text = read(path, Findings(str(path)))
    if text is None:
        return None
    after = form(text.text)
    return Fixed(path, text.text, after, not text.as_should_be or path.read_bytes() != after.encode())


def form(text: str) -> str:
    """A text with its form repaired; repairing it again changes nothing."""
    for _ in range(_ROUNDS):
        better = _once(text)
        if better == text:
            break
        text = better
    return text


def _once(text: str) -> str:
    nobody = Findings("")
    said = language(text, nobody)
    formed = lines(text, said.language, nobody).formed
    if said.right is not None and not said.line:
        formed.insert(0, said.right)
    elif said.right is not None and any(one.fixable and one.line == said.line for one in nobody.sorted()):
        formed[said.line - 1] = said.right
    return _spaced(formed)


def _spaced(written: list[str]) -> str:
    """Without spaces at the ends of lines and without more than one empty line together, texts of steps apart."""
    kept: list[str] = []
    fence: str | None = None
    for line in written:
        bare = line.strip()
        if fence is not None:
            fence = None if bare.startswith(fence) else fence
            kept.append(line)
            continue
        fence = next((one for one in _FENCES if bare.startswith(one)), None)
        if bare or (kept and kept[-1]):
            kept.append(line.rstrip())
    while kept and not kept[-1]:
        kept.pop()
    return "\n".join(kept) + "\n" if kept else ""


def write(repaired: Fixed) -> None:
    """Put the repaired text in the place of the file, whole or not at all; its permissions stay."""
    folder = repaired.path.resolve().parent
    handle, name = tempfile.mkstemp(dir=folder, prefix=f".{repaired.path.name}.", suffix=".tmp")
    new = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(repaired.after.encode())
            file.flush()
            os.fsync(file.fileno())
        new.chmod(repaired.path.stat().st_mode & 0o7777)
        new.replace(repaired.path.resolve())
    except BaseException:
        with suppress(OSError):
            new.unlink()
        raise
