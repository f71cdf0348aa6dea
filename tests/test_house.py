"""The house: who may import whom, how long a file may be, what no file says."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

HOUSE = Path(__file__).resolve().parent.parent
MAY_IMPORT = {
    "ledger": frozenset[str](),
    "projections": frozenset({"ledger"}),
    "api": frozenset({"ledger", "projections"}),
    "features": frozenset({"ledger", "projections", "api"}),
    "tests": frozenset({"ledger", "projections", "api", "features"}),
}
ROOMS = tuple(room for room in MAY_IMPORT if room != "tests")
LONGEST = 400
MAY_PRINT = ("api/cli", "features/", "tests/bench/")
"""Where a person reads what is printed."""
SAID_NOWHERE = {
    "the host of a package registry": re.compile(
        r"https?://[\w.@:-]*(?:pypi|pythonhosted|npmjs|registry|mirror)[\w-]*\."
    ),
    "a path of one machine": re.compile(r"(?<![\w.:/}>~-])/(?:home|root|Users|work|workspaces?|builds|mnt)/[\w.-]"),
    "a path of one machine, on Windows": re.compile(r"\b[A-Z]:\\+Users\\"),
}


def test_imports_go_one_way() -> None:
    assert any(sources(HOUSE, room) for room in MAY_IMPORT), "no source was found"
    assert not (found := forbidden_imports(HOUSE)), "\n".join(found)


def test_a_forbidden_import_is_found_and_named_with_its_line(tmp_path: Path) -> None:
    write(tmp_path, "ledger/plain.py", "import json\nimport ledger.ids, projections.chart\n")
    write(
        tmp_path,
        "ledger/typed.py",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from api.app import App\n",
    )
    write(tmp_path, "ledger/deep/relative.py", "from . import beside\nfrom .. import ids\nfrom ... import features\n")
    write(tmp_path, "projections/late.py", "def fold():\n    from ..api import app\n    return app\n")
    write(tmp_path, "api/named.py", "import importlib\nimportlib.import_module('features.steps')\n")
    write(tmp_path, "features/steps/given.py", "from tests.given import people\n")

    assert forbidden_imports(tmp_path) == [
        "ledger/deep/relative.py:3: ledger imports features",
        "ledger/plain.py:2: ledger imports projections",
        "ledger/typed.py:3: ledger imports api",
        "projections/late.py:2: projections imports api",
        "api/named.py:2: api imports features",
        "features/steps/given.py:1: features imports tests",
    ]


def test_an_allowed_import_is_not_found(tmp_path: Path) -> None:
    write(
        tmp_path,
        "ledger/books.py",
        "import api_of_another\nfrom . import api\nfrom .api import ids\nfrom ledger import tests\n",
    )
    for room, others in MAY_IMPORT.items():
        write(tmp_path, f"{room}/all.py", "".join(f"import {other}\n" for other in sorted({room, *others})))

    assert forbidden_imports(tmp_path) == []


def test_no_file_is_too_long_to_read() -> None:
    long = [
        f"{name(path, HOUSE)}: {lines} lines, at most {LONGEST}"
        for room in ROOMS
        for path in sorted((HOUSE / room).rglob("*.py"))
        if (text := text_of(path)) is not None and (lines := len(text.splitlines())) > LONGEST
    ]
    assert not long, "\n".join(long)


def test_no_file_speaks_of_one_machine() -> None:
    found = [
        said
        for path in kept_files()
        if (text := text_of(path)) is not None
        for said in unwanted(text, name(path, HOUSE))
    ]
    assert not found, "\n".join(found)


def test_words_about_one_machine_are_found_and_named_with_their_line() -> None:
    place, scheme = "home", "https"
    home, host = f"/{place}/someone/ledger", f"{scheme}://pypi.example/simple"
    text = f"a\nthe ledger at {home}\n--index-url {host}\nGET https://remit.example/home/page and ../notes/work"

    assert unwanted(text, "notes.md") == [
        f"notes.md:2: a path of one machine: the ledger at {home}",
        f"notes.md:3: the host of a package registry: --index-url {host}",
    ]


def test_only_the_doors_for_people_print() -> None:
    printing = [
        f"{name(path, HOUSE)}:{line}: print"
        for room in MAY_IMPORT
        for path in sources(HOUSE, room)
        if not name(path, HOUSE).startswith(MAY_PRINT)
        for line in prints(path)
    ]
    assert not printing, "\n".join(printing)


def test_a_print_is_found_with_its_line(tmp_path: Path) -> None:
    write(tmp_path, "loud.py", '"""No print(here)."""\nx = 1  # print(x)\nif x:\n    print(x)\n')

    assert prints(tmp_path / "loud.py") == [4]


def forbidden_imports(house: Path) -> list[str]:
    """`file:line: room imports other` for each import against the direction, wherever in the file it stands."""
    return [
        f"{name(path, house)}:{line}: {room} imports {other}"
        for room, allowed in MAY_IMPORT.items()
        for path in sources(house, room)
        for line, other in imports(path, house)
        if other in MAY_IMPORT and other != room and other not in allowed
    ]


def imports(path: Path, house: Path) -> Iterator[tuple[int, str]]:
    """The line and the top-level name of each import, relative ones resolved; also what is imported by its name."""
    package = path.relative_to(house).parent.parts
    for node in ast.walk(ast.parse(path.read_text("utf-8"), str(path))):
        match node:
            case ast.Import(names=names):
                modules = [alias.name for alias in names]
            case ast.ImportFrom(level=0, module=str(module)):
                modules = [module]
            case ast.ImportFrom(level=level, module=module, names=names):
                base = [*package[: max(0, len(package) - level + 1)], *([module] if module else [])]
                modules = [".".join((*base, alias.name)) for alias in names]
            case ast.Call(
                func=ast.Attribute(attr="import_module") | ast.Name(id="import_module" | "__import__"),
                args=[ast.Constant(value=str(module)), *_],
            ):
                modules = [module]
            case _:
                continue
        for module in modules:
            yield node.lineno, module.partition(".")[0]


def prints(path: Path) -> list[int]:
    """The lines on which `print` is called."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(path.read_text("utf-8"), str(path)))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    ]


def unwanted(text: str, file: str) -> list[str]:
    """`file:line: what: the line` for each line that speaks of one machine."""
    return [
        f"{file}:{number}: {what}: {line.strip()}"
        for number, line in enumerate(text.splitlines(), 1)
        for what, pattern in SAID_NOWHERE.items()
        if pattern.search(line)
    ]


def kept_files() -> list[Path]:
    """What git keeps, or would with the next commit."""
    if not (HOUSE / ".git").exists():
        pytest.skip("not a git checkout: which files are kept is not known")
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=HOUSE,
        check=True,
        capture_output=True,
    )
    files = [HOUSE / file for file in listed.stdout.decode().split("\0") if file]
    assert files, "git keeps no file"
    return files


def sources(house: Path, room: str) -> list[Path]:
    """The Python files of a room."""
    return sorted((house / room).rglob("*.py"))


def text_of(path: Path) -> str | None:
    """What a file says; None for a folder, a file that is gone, and bytes that are not text."""
    try:
        return path.read_text("utf-8") if path.is_file() else None
    except UnicodeDecodeError:
        return None


def name(path: Path, house: Path) -> str:
    """The path as written in the house."""
    return path.relative_to(house).as_posix()


def write(house: Path, file: str, text: str) -> None:
    """A file of a small house made for one test."""
    path = house / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
