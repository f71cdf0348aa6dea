"""Charter files and command files: what is clear is read, and every no says file, line and field."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest
import yaml

from api.files import Loaded, place_refusal, read_file, yaml_text
from api.files.shapes import COMMANDS, SECTIONS
from ledger import Ledger
from ledger.commands import Command, FormUnit, GrantAuthority, OpenLedger, RegisterPerson
from ledger.refusals import BadInput, Refusal

EXAMPLE = Path(__file__).resolve().parent.parent / "features" / "marketing_centre"
CLERK = "clerk-7"
GRANT = "{from: 2026-01-01, authority: a1, holder: {position: p1}, act: approve, matter: m1, "
MB = 1024 * 1024


# What is read


def test_the_example_is_read_in_the_order_of_loading_and_recorded() -> None:
    charter, history = read_file(EXAMPLE / "charter.yaml"), read_file(EXAMPLE / "history.yaml")
    correction = read_file(EXAMPLE / "correction.yaml")

    assert charter.ledger == OpenLedger(name="海川商贸有限公司", currency="CNY", zone="Asia/Shanghai")
    kinds = list(dict.fromkeys(type(command) for command in charter.commands))
    assert kinds == [kind for kind in SECTIONS.values() if kind in kinds]
    assert (history.ledger, correction.ledger) == (None, None)

    ledger = Ledger.create(":memory:", charter.ledger, by=CLERK)
    for loaded in (charter, history, correction):
        receipts = ledger.submit_batch(loaded.commands, by=CLERK, batch=loaded.batch)
        assert len(receipts) == len(loaded.places) == len(loaded.commands)


def test_sections_are_loaded_in_one_order_whatever_their_order_in_the_file(tmp_path: Path) -> None:
    loaded = read_file(
        file(tmp_path, "c.yaml", "units:\n- {from: 2026-01-01, unit: u, name: U}\ncharter: 1\npersons:\n", "")
    )
    assert [type(one) for one in loaded.commands] == [FormUnit]

    loaded = read_file(
        file(
            tmp_path,
            "c.yaml",
            "charter: 1",
            "units:",
            "- {from: 2026-01-01, unit: u, name: U}",
            "persons:",
            "- {from: 2026-01-01, person: p, name: P}",
        )
    )
    assert [type(one) for one in loaded.commands] == [RegisterPerson, FormUnit]
    assert [(one.line, one.field) for one in loaded.places] == [(5, "persons[0]"), (3, "units[0]")]


def test_a_value_is_what_is_written_and_not_what_yaml_makes_of_it(tmp_path: Path) -> None:
    """No Norway problem, no octal, no dates; a plain null is absent and a quoted one is a word."""
    rows = ("- {from: 2026-01-01, unit: no, name: 010, parent: ~}", "- {from: 2026-01-01, unit: '~', name: 'null'}")
    one, other = read_file(file(tmp_path, "c.yaml", "charter: 1", "units:", *rows)).commands

    assert one == FormUnit(since="2026-01-01", unit="no", name="010")  # type: ignore[arg-type]
    assert other == FormUnit(since="2026-01-01", unit="~", name="null")  # type: ignore[arg-type]


def test_a_field_that_counts_is_read_as_a_number_and_one_that_is_yes_or_no_as_such(tmp_path: Path) -> None:
    (grant,) = read_file(rows(tmp_path, "authorities", GRANT + "limit: 5, depth: 2, outlasts_office: true}")).commands

    assert isinstance(grant, GrantAuthority)
    assert (grant.limit, grant.depth, grant.outlasts_office) == ("5", 2, True)


def test_a_null_is_a_key_that_is_not_there(tmp_path: Path) -> None:
    (grant,) = read_file(rows(tmp_path, "authorities", GRANT + "limit: null, scope: ~, depth: ~}")).commands

    assert isinstance(grant, GrantAuthority)
    assert (grant.limit, grant.scope, grant.depth) == (None, {}, 0)


@pytest.mark.parametrize(
    ("cell", "field"),
    [
        ("limit: 20,000 USD}", "authorities[0].000 USD"),
        ("limit: }", "authorities[0].limit"),
        ("limit: 5 USD, throuh: }", "authorities[0].throuh"),
        ("limit: 5 USD, through 2026-03-01}", "authorities[0].through 2026-03-01"),
        ("limit: 5 USD, scope: }", "authorities[0].scope"),
        ("limit: 5 USD, clause: art. 3, para. 2}", "authorities[0].para. 2"),
    ],
)
def test_a_key_without_a_value_is_a_slip_of_the_pen(cell: str, field: str, tmp_path: Path) -> None:
    """A comma inside a value cuts it in two, a forgotten colon makes a word a key: nothing of it is recorded."""
    with pytest.raises(BadInput) as caught:
        read_file(rows(tmp_path, "authorities", GRANT + cell))
    assert (caught.value.field, caught.value.sentence.split(";")[0]) == (field, "it has no value")


def test_an_unknown_key_is_unknown_even_with_null(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="the key `bogus` is not known"):
        read_file(rows(tmp_path, "authorities", GRANT + "limit: 5 USD, bogus: ~}"))


def test_a_byte_order_mark_and_other_line_ends_are_taken(tmp_path: Path) -> None:
    path = tmp_path / "c.yml"
    path.write_bytes(b"\xef\xbb\xbfcharter: 1\r\nunits:\r\n- {from: 2026-01-01, unit: u, name: U}\r\n")

    assert read_file(path).places[0].line == 3


@pytest.mark.parametrize("suffix", ["json", "yaml"])
def test_json_and_yaml_say_the_same(tmp_path: Path, suffix: str) -> None:
    row = {"from": "2026-01-01", "unit": "u", "name": "甲\u00a0: 乙"}
    path = file(tmp_path, f"c.{suffix}", json.dumps({"charter": 1, "units": [row]}, ensure_ascii=False))

    assert read_file(path).commands == [FormUnit(since="2026-01-01", unit="u", name="甲\u00a0: 乙")]  # type: ignore[arg-type]


def test_lines_of_json_are_one_command_each(tmp_path: Path) -> None:
    charter = read_file(EXAMPLE / "charter.yaml")
    lines = [msgspec.json.encode(command).decode() for command in charter.commands]
    loaded = read_file(file(tmp_path, "load.jsonl", *lines[:3], "", *lines[3:]))

    assert loaded.commands == charter.commands
    assert [one.line for one in loaded.places[:4]] == [1, 2, 3, 5]
    assert loaded.places[0].field == "register-person"


def test_a_text_that_looks_like_a_key_is_no_duplicate(tmp_path: Path) -> None:
    line = r'{"do":"form-unit","from":"2026-01-01","unit":"u","name":"say \"unit\": u"}'

    (command,) = read_file(file(tmp_path, "load.jsonl", line)).commands

    assert isinstance(command, FormUnit)
    assert command.name == 'say "unit": u'


def test_the_batch_id_is_made_of_the_content(tmp_path: Path) -> None:
    text = "charter: 1\nunits:\n- {from: 2026-01-01, unit: u, name: U}\n"
    path = file(tmp_path, "harbour.yaml", text)
    copied = file(
        tmp_path,
        "copy.yaml",
        "# the same, under another name\n" + text.replace("{from: 2026-01-01, ", "{ from: 2026-01-01,   "),
    )

    first = read_file(path)
    assert read_file(copied).batch == first.batch

    path.write_text(text.replace("unit: u,", "unit: v,"), "utf-8")
    assert read_file(path).batch != first.batch


def test_the_same_bytes_twice_are_recorded_once(tmp_path: Path) -> None:
    loaded = read_file(rows(tmp_path, "units", "{from: 2026-01-01, unit: u, name: U}"))
    ledger = a_ledger(str(tmp_path / "ledger.db"))
    first = ledger.submit_batch(loaded.commands, by=CLERK, batch=loaded.batch)
    again = ledger.submit_batch(loaded.commands, by=CLERK, batch=loaded.batch)

    assert [(one.first, one.repeated) for one in (*first, *again)] == [(2, False), (2, True)]


# What is not a file, a text, or YAML


def test_a_path_that_is_no_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "folder.yaml").mkdir()
    file(tmp_path, "notes.txt", "charter: 1")

    assert told(tmp_path / "none.yaml") == (None, "", "there is no such file")
    assert told(tmp_path / "folder.yaml") == (None, "", "it is a folder, not a file")
    assert told(tmp_path / "notes.txt")[2] == "the name of the file ends neither in .yaml, .yml, .json nor .jsonl"
    assert told(Path("a\0b.yaml"))[2] == "there is no such file"
    assert told(tmp_path / ("n" * 300 + ".yaml"))[2].startswith("it cannot be read: ")


def test_a_file_may_have_64_mb_and_no_more(tmp_path: Path) -> None:
    path = file(tmp_path, "c.json", "")
    path.write_bytes(b'{"charter": 1}'.ljust(64 * MB))
    assert read_file(path).commands == []

    path.write_bytes(b'{"charter": 1}'.ljust(64 * MB + 1))
    assert told(path) == (None, "", "the file has more than 64 MB")


@pytest.mark.parametrize("suffix", ["yaml", "json", "jsonl"])
@pytest.mark.parametrize(
    ("raw", "line", "sentence"),
    [
        (b"", 1, "the file is empty"),
        (b"\xef\xbb\xbf \n", 1, "the file is empty"),
        (b"\n\n{\xff}", 3, "the byte 0xFF is not UTF-8"),
        ("charter: 1".encode("utf-16"), 1, "the byte 0xFF is not UTF-8"),
        (b"\xed\xa0\x80", 1, "the byte 0xED is not UTF-8"),
        (b"a\r\nb\0", 2, "the character U+0000 is not taken in a file"),
        (b"a\rb\x1b[2J", 2, "the character U+001B is not taken in a file"),
        ("a\u2028b".encode(), 1, "the character U+2028 is not taken in a file"),
    ],
)
def test_bytes_that_are_no_text_are_refused(tmp_path: Path, suffix: str, raw: bytes, line: int, sentence: str) -> None:
    path = tmp_path / f"c.{suffix}"
    path.write_bytes(raw)

    assert told(path) == (line, "", sentence)


@pytest.mark.parametrize("loader", [yaml.SafeLoader, yaml_text.LOADER], ids=["python", "c"])
@pytest.mark.parametrize(
    ("text", "line", "field", "says"),
    [
        ("# nothing\n", 1, "", "the file is empty"),
        ("a\n", 1, "", "the file is not a mapping of keys to values"),
        ("charter: 1\nunits:\n\t- x\n", 3, "", "a tab stands where YAML takes only spaces"),
        ("charter: 1\nunits:\n \t- x\n", 3, "", "a tab stands where YAML takes only spaces"),
        ("charter: 1\nabout: [1\nunits: 2\n", 3, "", "the YAML cannot be read: "),
        ("charter: 1\nabout: 'x\n\n", 4, "", "(begun on line 2)"),
        ("charter: 1\nabout: a: b\n", 2, "", "mapping values are not allowed"),
        ("charter: 1\nabout: &x y\n", 2, "", "the anchor `&x` is not taken; write the value out"),
        ("charter: 1\nabout: *x\n", 2, "", "the alias `*x` is not taken; write the value out"),
        ("charter: 1\nabout: !!str y\n", 2, "", "the tag `tag:yaml.org,2002:str` is not taken; write the plain value"),
        ("charter: 1\n---\ncharter: 1\n", 2, "", "a second document begins here; a file is one document"),
        ('charter: 1\nabout: "\\ud800"\n', 2, "", ""),
        ('charter: 1\nabout: "a\\0b"\n', 2, "", "the text has the character U+0000, which is not taken"),
        ("charter: 1\n? [a]\n: b\n", 2, "", "a key is a word, not a list"),
        ("charter: 1\n~: b\n", 2, "", "a key is empty"),
        ("charter: 1\nabout: x\nabout: y\n", 3, "about", "the key `about` is given twice, first on line 2"),
        ("charter: 1\nunits:\n- a: 1\n- a: 1\n  a: 2\n", 5, "units[1].a", "is given twice, first on line 4"),
        ("charter: 1\n<<: {about: x}\n", 2, "<<", "the section `<<` is not known"),
    ],
)
def test_yaml_that_is_broken_or_tricky_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, loader: type, text: str, line: int, field: str, says: str
) -> None:
    monkeypatch.setattr(yaml_text, "LOADER", loader)

    at, of, sentence = told(file(tmp_path, "c.yaml", text))

    assert (at, of) == (line, field)
    assert says in sentence


@pytest.mark.parametrize(
    ("text", "line", "field", "sentence"),
    [
        ('{"charter": NaN}', 1, "", "`NaN` is not a value of JSON; texts stand in quotes"),
        ('{"charter":\n -Infinity}', 2, "", "`-Infinity` is not a value of JSON; texts stand in quotes"),
        ('{"charter":\n 1e400}', 2, "", "the number `1e400` is too great to be read"),
        ('{"charter": 1' + "0" * 5000 + "}", 1, "", "the number `" + "1" + "0" * 58 + "…` is too great to be read"),
        ('{"charter":\n\n"\\ud800"}', 3, "", r'the text `"\ud800"` cannot be read: no low surrogate in string'),
        ('{"charter": 1,}', 1, "", 'the JSON has `}` where a key in `"` is awaited'),
        ('{"charter": 1}\n{}', 2, "", "the JSON has `{` where the end of the file is awaited"),
        ('{"charter": 1,\n"units": [', 2, "", "the JSON has the end of the file where a value or `]` is awaited"),
        ('{"charter": 1,\n"about": "x', 2, "", 'a text in `"` has no end'),
        ('{"charter": 1,\n"charter": 1}', 2, "charter", "the key `charter` is given twice, first on line 1"),
    ],
)
def test_json_that_is_broken_is_refused(tmp_path: Path, text: str, line: int, field: str, sentence: str) -> None:
    assert told(file(tmp_path, "c.json", text)) == (line, field, sentence)


@pytest.mark.parametrize("suffix", ["yaml", "json", "jsonl"])
def test_nothing_lies_more_than_32_deep(tmp_path: Path, suffix: str) -> None:
    line, _, sentence = told(file(tmp_path, f"c.{suffix}", "[" * 100_000))
    assert (line, sentence) == (1, "lists and mappings lie more than 32 deep in one another")


@pytest.mark.parametrize(
    ("line", "field", "sentence"),
    [
        ("[]", "", "a list is not a command"),
        ('{"from": "2026-01-01"}', "do", "`do` is missing"),
        ('{"do": "form-unt"}', "do", "`form-unt` is no command; near names: `form-unit`, `rename-unit`"),
        ('{"do": "form-unit", "unit" :"a", "unit":"b"}', "unit", "the key `unit` is given twice, first on line 3"),
        ('{"do": "form-unit", "from": 1e400}', "", "the number `1e400` is too great to be read"),
        ('{"do": "\\ud800"}', "", r'the text `"\ud800"` cannot be read: no low surrogate in string'),
        ('{"do": "form-unit", "from": 2026}', "form-unit.from", "`2026` is not text; put it in quotes"),
        ('{"do": "set-seats", "seats": "2"}', "set-seats.seats", "`2` is not a whole number; leave out the quotes"),
        ('{"do": "form-unit", "from": "1", "unit": "u"}', "form-unit.name", "`name` is missing"),
    ],
)  # fmt: skip
def test_a_line_of_json_is_named_by_its_number(tmp_path: Path, line: str, field: str, sentence: str) -> None:
    good = '{"do": "form-unit", "from": "2026-01-01", "unit": "u", "name": "U"}'

    assert told(file(tmp_path, "load.jsonl", good, "", line, good)) == (3, field, sentence)


# What is no charter, and no row of one


@pytest.mark.parametrize(
    ("text", "line", "field", "sentence"),
    [
        ("about: x\n", 1, "", "the file says neither `charter: 1` nor `commands: 1`"),
        ("charter: 1\ncommands: 1\n", 1, "", "the file says both `charter` and `commands`"),
        ("about: x\ncharter: 2\n", 2, "charter", "`2` is not a version that is read here; `charter: 1` is"),
        ("commands: one\n", 1, "commands", "`one` is not a version that is read here; `commands: 1` is"),
        ("charter:\n", 1, "charter", "it has no value; `charter: 1` is"),
        ("charter: 1\nunts: []\n", 2, "unts", "the section `unts` is not known; near names: `units`"),
        ("commands: 1\nlst: []\n", 2, "lst", "the key `lst` is not known; near names: `list`"),
        ("charter: 1\nabout: [a]\n", 2, "about", "a list is not text"),
        ("charter: 1\nunits: {a: b}\n", 2, "units", "a mapping is not a list of rows"),
        ("charter: 1\nunits:\n  - x\n", 3, "units[0]", "`x` is not a row of keys and values"),
        ("charter: 1\nunits:\n  -\n", 3, "units[0]", "the row is empty"),
        ("charter: 1\nledger: {name: a, zne: b}\n", 2, "ledger.zne", "the key `zne` is not known; near names: `zone`"),
        ("charter: 1\nledger: [a]\n", 2, "ledger", "a list is not a mapping of keys to values"),
        ("charter: 1\nunits:\n- do: x\n", 3, "units[0].do", "`do` does not stand in a charter"),
        ("commands: 1\nlist:\n- from: x\n", 3, "list[0].do", "`do` is missing"),
        ("commands: 1\nlist:\n- from: x\n  do: [a]\n", 4, "list[0].do", "a list is no command"),
    ],
)  # fmt: skip
def test_a_file_of_another_shape_is_refused(tmp_path: Path, text: str, line: int, field: str, sentence: str) -> None:
    at, of, said = told(file(tmp_path, "c.yaml", text))

    assert (at, of) == (line, field)
    assert said.startswith(sentence)


@pytest.mark.parametrize(
    ("lines", "line", "field", "sentence"),
    [
        (["- unit: u", "  nme: U"], 4, "units[0].nme", "the key `nme` is not known; near names: `name`"),
        (["-", "  unit: u", "  name: U"], 4, "units[0].from", "`from` is missing"),
        (["- unit: u", "  from: [a]"], 4, "units[0].from", "a list is not text"),
        (["- unit: u", "  from: x", "  name: ''"], 5, "units[0].name", "it is empty"),
        (["- unit: u", "  from: x", "  name:", "    " + "n" * 301], 5, "units[0].name", f"`{'n' * 59}…` has 301"),
        (["- unit: u", "  " + "k" * 100 + ": x"], 4, f"units[0].{'k' * 59}…", f"the key `{'k' * 59}…` is not known"),
    ],
)  # fmt: skip
def test_a_field_that_is_wrong_is_named_with_its_line(
    tmp_path: Path, lines: list[str], line: int, field: str, sentence: str
) -> None:
    at, of, said = told(file(tmp_path, "c.yaml", "charter: 1", "units:", *lines))

    assert (at, of) == (line, field)
    assert said.startswith(sentence)


@pytest.mark.parametrize(
    ("field", "value", "at", "sentence"),
    [
        ("depth", "yes", "depth", "`yes` is not a whole number"),
        ("depth", "-1", "depth", "`-1` is below 0"),
        ("depth", "21", "depth", "`21` is above 20"),
        ("depth", "1e400", "depth", "`1e400` is not a whole number that can be read"),
        ("depth", ".nan", "depth", "`.nan` is not a whole number"),
        ("kind", "perpetual", "kind", "`perpetual` is none of `standing`, `special`, `temporary`"),
        ("outlasts_office", "on", "outlasts_office", "`on` is not `true` or `false`"),
        ("holder", "p1", "holder", "`p1` is not a mapping of keys to values"),
        ("holder", "{psition: p}", "holder.psition", "the key `psition` is not known; near names: `position`"),
        ("holder", "{position: p1, person: q}", "holder", "exactly one of position, person, committee must be given"),
        ("scope", "{region: [north], tier: [a, '']}", "scope.tier[1]", "it is empty"),
        ("scope", "{region: [north], tier: }", "scope.tier", "it has no value"),
        ("scope", "{region: north}", "scope.region", "`north` is not a list"),
    ],
)  # fmt: skip
def test_a_field_of_a_grant_is_named_with_its_line(
    tmp_path: Path, field: str, value: str, at: str, sentence: str
) -> None:
    said = {"from": "2026-01-01", "authority": "a", "holder": "{position: p}", "act": "approve", "matter": "m"}
    said |= {field: value}
    lines = [f"  {name}: {what}" for name, what in said.items()]
    path = file(tmp_path, "c.yaml", "charter: 1", "authorities:", "-", *lines)

    line, of, no = told(path)

    assert (line, of) == (4 + list(said).index(field), f"authorities[0].{at}")
    assert no.startswith(sentence)


def test_a_name_of_ten_megabytes_is_refused_in_a_short_sentence(tmp_path: Path) -> None:
    line, field, sentence = told(rows(tmp_path, "units", f"{{from: 2026-01-01, unit: u, name: {'n' * 10 * MB}}}"))

    assert (line, field) == (3, "units[0].name")
    assert sentence == f"`{'n' * 59}…` has {10 * MB} characters, at most 300 are taken"


def test_what_a_correction_says_is_read_as_strictly(tmp_path: Path) -> None:
    head = ("commands: 1", "list:", "- do: correct-fact", "  entry: 2", "  reason: r", "  replacement:")
    unknown = file(tmp_path, "a.yaml", *head, "    do: form-unt")
    wrong = file(tmp_path, "b.yaml", *head, "    do: form-unit", "    from: 2026-01-01", "    unit: u", "    nam: U")

    assert told(unknown) == (
        7,
        "list[0].replacement.do",
        "`form-unt` is no command that may stand here; near names: `form-unit`, `rename-unit`",
    )
    assert told(wrong) == (10, "list[0].replacement.nam", "the key `nam` is not known; near names: `name`")


def test_what_cannot_be_printed_is_shown_by_its_code_point(tmp_path: Path) -> None:
    path = file(tmp_path, "c.yaml", "charter: 1", "units:", '- {"na\\em\\u202e": x}')

    assert told(path) == (3, "units[0].naU+001BmU+202E", "the key `naU+001BmU+202E` is not known; near names: `name`")


# What the ledger says no to is found in the file


@pytest.mark.parametrize(
    ("section", "row", "place", "code", "says"),
    [
        ("units", "{from: 2024-02-30, unit: u, name: U}", "units[1].from", "BAD_INPUT", "`2024-02-30`"),
        ("units", "{from: 2026-03-05, until: 2026-03-01, unit: u, name: U}", "units[1]", "UNTIL_BEFORE_FROM", ""),
        ("units", "{from: 2026-01-01, unit: u, name: U, parent: v}", "units[1]", "UNKNOWN_NAME", "`v`"),
        ("units", "{from: .nan, unit: u, name: U}", "units[1].from", "BAD_INPUT", "`.nan`"),
        ("units", '{from: 2026-01-01, unit: u, name: "a\\tb"}', "units[1].name", "BAD_INPUT", "printed"),
    ],
)
def test_a_refusal_is_placed_at_its_row_and_bad_input_at_its_field(
    tmp_path: Path, section: str, row: str, place: str, code: str, says: str
) -> None:
    path = rows(tmp_path, section, "{from: 2026-01-01, unit: u0, name: U}", row)

    loaded, trouble = refused(path)

    assert trouble.code == code
    assert says in trouble.sentence
    assert place_refusal(loaded, trouble) == f"{path}:4: {place}"


@pytest.mark.parametrize(
    ("limit", "code", "says"),
    [
        ("-5 CNY", "BAD_INPUT", "negative"),
        ("1e400", "BAD_INPUT", "`1e400`"),
        (".nan", "BAD_INPUT", "`.nan`"),
        (".inf CNY", "BAD_INPUT", "`.inf CNY`"),
        ("5 XYZ", "BAD_INPUT", "`XYZ`"),
        ("~", "LIMIT_NOT_STATED", "states no limit"),
    ],
)
def test_a_limit_that_is_none_is_placed_at_its_line(tmp_path: Path, limit: str, code: str, says: str) -> None:
    path = file(
        tmp_path,
        "c.yaml",
        "charter: 1",
        "positions: [{from: 2026-01-01, position: p1, title: P}]",
        "matters: [{from: 2026-01-01, matter: m1, name: M}]",
        "authorities:",
        "- authority: a1",
        "  from: 2026-01-01",
        "  holder: {position: p1}",
        "  act: approve",
        "  matter: m1",
        f"  limit: {limit}",
    )

    loaded, trouble = refused(path)

    assert (trouble.code, trouble.position) == (code, 2)
    assert says in trouble.sentence
    line, field = (10, "authorities[0].limit") if code == "BAD_INPUT" else (5, "authorities[0]")
    assert place_refusal(loaded, trouble) == f"{path}:{line}: {field}"


def test_a_zone_that_is_unknown_is_placed_in_the_ledger_section(tmp_path: Path) -> None:
    path = file(tmp_path, "c.yaml", "charter: 1", "ledger:", "  name: A", "  currency: CNY", "  zone: Asia/Nowhere")
    loaded = read_file(path)
    assert loaded.ledger is not None

    with pytest.raises(BadInput) as caught:
        Ledger.create(":memory:", loaded.ledger, by=CLERK)

    assert place_refusal(loaded, caught.value) == f"{path}:5: ledger.zone"


def test_a_line_of_json_is_the_place_of_all_its_fields(tmp_path: Path) -> None:
    path = file(tmp_path, "load.jsonl", "", '{"do": "form-unit", "from": "2026-13-01", "unit": "u", "name": "U"}')

    assert place_refusal(*refused(path)) == f"{path}:2: form-unit.from"


def test_what_was_read_badly_has_its_place_already(tmp_path: Path) -> None:
    path = file(tmp_path, "c.yaml", "charter: 1", "units: x")
    loaded = Loaded(file=str(path), batch="c", commands=[], places=[])

    with pytest.raises(BadInput) as caught:
        read_file(path)

    assert place_refusal(loaded, caught.value) == f"{path}:2: units"


def test_every_command_can_stand_in_a_file() -> None:
    assert set(SECTIONS.values()) < set(COMMANDS.values())
    assert all(issubclass(kind, Command) for kind in COMMANDS.values())


# Helpers


def told(path: Path) -> tuple[int | None, str, str]:
    """Line, field and sentence of the no to a file, which names the file."""
    with pytest.raises(BadInput) as caught:
        read_file(path)
    bad = caught.value
    assert bad.file == str(path)
    assert bad.sentence.isprintable()
    assert len(bad.sentence) < 400
    return bad.line, bad.field, bad.sentence


def refused(path: Path) -> tuple[Loaded, Refusal | BadInput]:
    """What a file says, and what the ledger says to it."""
    loaded = read_file(path)
    with pytest.raises((Refusal, BadInput)) as caught:
        a_ledger().submit_batch(loaded.commands, by=CLERK, batch=loaded.batch)
    trouble: Refusal | BadInput = caught.value  # type: ignore[assignment]  # one of the two
    return loaded, trouble


def a_ledger(url: str = ":memory:") -> Ledger:
    """An empty one."""
    return Ledger.create(url, OpenLedger(name="Harbour", currency="CNY", zone="Asia/Shanghai"), by=CLERK)


def rows(folder: Path, section: str, *said: str) -> Path:
    """A charter of one section, its rows from line 3 on."""
    return file(folder, "c.yaml", "charter: 1", f"{section}:", *(f"- {one}" for one in said))


def file(folder: Path, name: str, *lines: str) -> Path:
    """A file of these lines."""
    path = folder / name
    path.write_text("\n".join(lines), "utf-8")
    return path
