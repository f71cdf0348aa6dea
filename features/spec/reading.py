"""Files as they come: found in folders, oddly named, in GBK, Big5 or UTF-16, with a byte order mark."""

from __future__ import annotations

import codecs
import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from features.spec.findings import Place
from ledger.refusals import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from features.spec.findings import Findings

SUFFIX = ".feature"
_ALMOST = re.compile(r"[.．。]\s*fea?tures?(?![a-z])", re.IGNORECASE)
"""A name that was meant to end in `.feature`."""
_LEFT_BY_EDITORS = re.compile(r"^[.#~]|(?:~|\.swp|\.bak|\.orig|\.tmp|\.pyc?|\.html?|\.xml|\.md)$", re.IGNORECASE)
_TELLING = (
    "功能",
    "场景",
    "假如",
    "那么",
    "并且",
    "規則",
    "場景",
    "那麼",
    "並且",
    "自",
    "起",
    "Feature",
    "Scenario",
    "Given",
)
_UTF16 = {codecs.BOM_UTF16_LE: "UTF-16", codecs.BOM_UTF16_BE: "UTF-16"}
_OTHERS = (("gb18030", "GBK"), ("cp950", "Big5"))
_HALF = 0.3


class Read(NamedTuple):
    """The text of a file, its lines ended by line feeds, and whether its bytes are already as they should be."""

    text: str
    as_should_be: bool


def files(paths: Iterable[Path | str]) -> list[Path]:
    """The files named, and those in the folders named that are or were meant to be specifications.

    Raises BadInput for a path that leads nowhere.
    """
    found: dict[Path, None] = {}
    for path in map(Path, paths):
        if path.is_dir():
            found.update(dict.fromkeys(_within(path)))
        elif path.exists():
            found[path] = None
        else:
            raise BadInput("PATH", f"there is no file or folder `{path}`")
    return list(found)


def _within(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder).parts
        hidden = any(one.startswith(".") or one == "__pycache__" for one in inside)
        if not hidden and path.is_file() and _ALMOST.search(path.name) and not _LEFT_BY_EDITORS.search(path.name):
            yield path


def named(path: Path, findings: Findings) -> None:
    """Say so where the name of a file keeps it from being run."""
    if path.suffix == SUFFIX:
        return
    stem = _ALMOST.split(path.name)[0] or path.stem
    findings.add(
        "NAME_ODD",
        Place(1),
        (f"a file called `{path.name}` is not run", f"名为“{path.name}”的文件不会被运行"),
        (f"call it `{stem}{SUFFIX}`", f"请改名为“{stem}{SUFFIX}”"),
    )


def read(path: Path, findings: Findings) -> Read | None:
    """The text of a file, whatever it is written in; what is wrong with its bytes is told. None if it is no text."""
    try:
        content = path.read_bytes()
    except OSError as error:
        why = error.strerror or "cannot be read"
        findings.add("UNREADABLE", Place(1), (f"the file cannot be read: {why}", f"文件无法读取：{why}"))
        return None
    said = decoded(content)
    if said is None:
        findings.add(
            "UNREADABLE",
            Place(1),
            ("this is no text that can be read", "这不是可读的文本文件"),
            ("save it as plain text in UTF-8", "请另存为 UTF-8 编码的纯文本"),
        )
        return None
    text, encoding = said
    if encoding == "BOM":
        findings.add(
            "BOM",
            Place(1),
            ("the file begins with an invisible mark (BOM)", "文件以不可见的标记（BOM）开头"),
            ("save it as UTF-8 without BOM", "请另存为“UTF-8（无 BOM）”"),
            fixable=True,
        )
    elif encoding != "UTF-8":
        findings.add(
            "ENCODING",
            Place(1),
            (f"the file is written in {encoding}, not in UTF-8", f"文件的编码是 {encoding}，不是 UTF-8"),
            ("save it as UTF-8", "请另存为 UTF-8"),
            fixable=True,
        )
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return Read(text, encoding == "UTF-8")


def decoded(content: bytes) -> tuple[str, str] | None:
    """The text and what it is written in: UTF-8, BOM (UTF-8 with one), UTF-16, GBK or Big5."""
    if content.startswith(codecs.BOM_UTF8):
        content, encoding = content.removeprefix(codecs.BOM_UTF8), "BOM"
    else:
        encoding = "UTF-8"
    for mark, name in _UTF16.items():
        if content.startswith(mark):
            text = _try(content, "utf-16")
            return None if text is None else (text, name)
    zeros = content.count(0)
    if zeros > len(content) * _HALF / 2 and len(content) % 2 == 0:
        endings = [_try(content, way) for way in ("utf-16-le", "utf-16-be")]
        best = max((one for one in endings if one is not None), key=_telling, default=None)
        return None if best is None else (best, "UTF-16")
    if zeros:
        return None
    text = _try(content, "utf-8")
    if text is not None:
        return text, encoding
    others = [(text, name) for way, name in _OTHERS if (text := _try(content, way)) is not None]
    return max(others, key=lambda one: _telling(one[0]), default=None)


def _try(content: bytes, encoding: str) -> str | None:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        return None


def _telling(text: str) -> int:
    return sum(text.count(word) for word in _TELLING)
