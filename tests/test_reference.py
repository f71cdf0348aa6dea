"""The pages that are written from the code, and the schemas that editors use."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, get_args

import jsonschema
import pytest
import yaml

from api.files import charter_schema, commands_schema, read_file
from api.reference import pages
from api.reference.order import REPLACEMENT, steps
from api.reference.refusing import GROUPS
from api.reference.vocabulary import EXAMPLES
from api.reference.words import FACTS, REASON_MEANINGS, STORAGE
from ledger import Ledger, refusals
from ledger.commands import AnyCommand, Command, GrantAuthority, OpenLedger
from ledger.events import AnyEvent
from ledger.policy import REASONS

HOUSE = Path(__file__).resolve().parent.parent
EXAMPLE = HOUSE / "features" / "marketing_centre"
REFUSALS = {
    kind
    for kind in vars(refusals).values()
    if isinstance(kind, type)
    and issubclass(kind, refusals.Refusal)
    and kind is not refusals.Refusal
    and not kind.__name__.startswith("_")
}


# The pages


@pytest.mark.parametrize("name", list(pages()))
def test_the_pages_are_those_that_the_code_writes(name: str) -> None:
    assert (HOUSE / "docs" / name).read_text("utf-8") == pages()[name], "run `make docs`"


def test_the_command_writes_the_pages(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "api.reference", str(tmp_path / "docs")], cwd=HOUSE, check=True)

    assert {path.name: path.read_text("utf-8") for path in (tmp_path / "docs").iterdir()} == pages()


def test_every_event_and_every_command_has_its_place() -> None:
    events, commands = pages()["events.md"], pages()["commands.md"]

    assert headings(events) >= {kind.__struct_config__.tag for kind in get_args(AnyEvent)}
    assert headings(commands) >= {kind.__struct_config__.tag for kind in get_args(AnyCommand)}


def test_every_field_of_a_page_has_a_type_in_words() -> None:
    for page in ("events.md", "commands.md"):
        types = re.findall(r"^\| `\w+` \| (.*?) \| (?:required|optional|default)", pages()[page], re.MULTILINE)
        assert types
        assert not [one for one in types if re.search(r"[\[\]]|None|Meta", one)]


def test_every_example_is_read_and_recorded() -> None:
    loaded = read_file(EXAMPLES)
    opening, *others = loaded.commands
    assert isinstance(opening, OpenLedger)

    Ledger.create(":memory:", opening, by="clerk-7").submit_batch(others, by="clerk-7", batch=loaded.batch)

    assert {type(command) for command in loaded.commands} == set(get_args(AnyCommand))
    for row in re.findall(r"```yaml\n(.*?)```", pages()["commands.md"], re.DOTALL):
        assert row in EXAMPLES.read_text("utf-8").replace("\n  ", "\n")


# Refusals


def test_every_refusal_stands_on_the_page_with_its_sentence() -> None:
    page = pages()["refusals.md"]

    assert set(FACTS) == REFUSALS
    assert [kind for _, kinds in GROUPS for kind in kinds] == list(FACTS)
    for kind, example in FACTS.items():
        assert f"### `{kind.code}`\n\n{kind.__doc__}\n\n> {example.sentence}\n" in page


def test_every_reason_stands_on_the_page_in_its_order() -> None:
    assert tuple(REASON_MEANINGS) == REASONS
    found = re.findall(r"^\| `([A-Z_]+)` \|", pages()["refusals.md"], re.MULTILINE)
    assert tuple(found[: len(REASONS)]) == REASONS


def test_every_code_of_storage_stands_on_the_page() -> None:
    sources = [HOUSE / "ledger" / "codec.py", *(HOUSE / "ledger" / "submit").glob("*.py")]
    sources += (HOUSE / "ledger" / "journal").glob("*.py")
    codes = re.compile(r'(?:code=|: \()"([A-Z_]+)"')

    assert {code for path in sources for code in codes.findall(path.read_text("utf-8"))} == set(STORAGE)


@pytest.mark.parametrize("kind", get_args(AnyCommand))
def test_no_command_is_checked_in_another_order_than_that_of_the_page(kind: type[Command]) -> None:
    rank = {one.code: place for place, one in enumerate(FACTS)}
    met = dict.fromkeys(code for step in steps(kind) if step.fields != (REPLACEMENT,) for code in step.codes)

    assert list(met) == sorted(met, key=rank.__getitem__)


def test_the_order_is_read_from_the_decisions() -> None:
    codes = [code for step in steps(GrantAuthority) for code in step.codes]

    assert codes[:2] == ["UNTIL_BEFORE_FROM", "NAME_TAKEN"]
    assert codes[-1] == "LIMIT_NOT_STATED"
    assert [step.fields for step in steps(GrantAuthority)][2:5] == [("holder",), ("act",), ("matter",)]


# Schemas


def test_the_schemas_are_schemas() -> None:
    for schema in (charter_schema(), commands_schema()):
        jsonschema.Draft202012Validator.check_schema(schema)
        assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"


@pytest.mark.parametrize("name", ["charter.yaml", "history.yaml", "correction.yaml"])
def test_the_example_keeps_to_the_schema(name: str) -> None:
    said = as_an_editor_reads(EXAMPLE / name)

    assert not errors(charter_schema() if "charter" in said else commands_schema(), said)


def test_the_examples_of_commands_keep_to_the_schema() -> None:
    assert not errors(commands_schema(), as_an_editor_reads(EXAMPLES))


@pytest.mark.parametrize(
    "change",
    [
        {"unts": []},
        {"charter": 2},
        {"units": [{"from": "2026-01-01", "unit": "u", "nme": "U"}]},
        {"units": [{"from": "2026-01-01", "unit": "u"}]},
        {"units": [{"do": "form-unit", "from": "2026-01-01", "unit": "u", "name": "U"}]},
        {"rules": [{"from": "2026-01-01", "rule": "vacancies", "value": "none"}]},
        {"positions": [{"from": "2026-01-01", "position": "p", "title": "P", "seats": 0}]},
        {"positions": [{"from": "2026-01-01", "position": "p", "title": "P", "seats": "one"}]},
        {"committees": [{"from": "2026-01-01", "committee": "c", "name": "C", "seats": [{}]}]},
    ],
)
def test_what_is_not_in_the_schema_is_found(change: dict[str, Any]) -> None:
    assert not errors(charter_schema(), {"charter": 1})
    assert errors(charter_schema(), {"charter": 1, **change})


def test_a_command_that_is_unknown_is_not_in_the_schema() -> None:
    row = {"do": "form-unit", "from": "2026-01-01", "unit": "u", "name": "U"}
    assert not errors(commands_schema(), {"commands": 1, "list": [row]})
    assert errors(commands_schema(), {"commands": 1, "list": [{**row, "do": "form-unt"}]})
    assert errors(commands_schema(), {"commands": 1, "list": [{**row, "x": 1}]})


# Helpers


class EditorLoader(yaml.SafeLoader):
    """YAML as an editor types it: numbers and booleans, but a date is text."""


EditorLoader.yaml_implicit_resolvers = {
    first: [(tag, form) for tag, form in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def as_an_editor_reads(path: Path) -> dict[str, Any]:
    """A file as plain data."""
    said: dict[str, Any] = yaml.load(path.read_text("utf-8"), Loader=EditorLoader)  # noqa: S506 - a safe loader
    return said


def errors(schema: dict[str, Any], said: object) -> list[str]:
    """What a schema finds wrong."""
    validator = jsonschema.Draft202012Validator(json.loads(json.dumps(schema)))
    return [str(error.message) for error in validator.iter_errors(said)]


def headings(page: str) -> set[str]:
    """The names that have a section of their own."""
    return set(re.findall(r"^## `(.+)`$", page, re.MULTILINE))
