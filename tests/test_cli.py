"""The command line: every command in two languages and as JSON, the exit codes, and what hostile words do."""

from __future__ import annotations

import json
import os
import pty
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from rich.cells import cell_len

from api.cli.app import run

if TYPE_CHECKING:
    from collections.abc import Callable

HOUSE = Path(__file__).resolve().parent.parent
EXAMPLE = HOUSE / "features" / "marketing_centre"
FILES = [str(EXAMPLE / f"{name}.yaml") for name in ("charter", "history", "correction")]
MATTER = "计划外资金使用"
MAIN = "from api.cli import main; main()"
JUNE = ("who", "approve", MATTER, "1800", "--on", "2026-06-15")

Ask = Any
"""Runs one command line on the example; gives exit code, standard output and standard error."""


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The place of a ledger with the whole example, 263 entries."""
    place = str(tmp_path_factory.mktemp("cli") / "example.db")
    assert run(["init", "--from", FILES[0], "--ledger", place]) == 0
    assert run(["load", *FILES, "--ledger", place]) == 0
    return place


@pytest.fixture
def ask(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[int, str, str]]:
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")

    def asked(*words: str, ledger: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = run([*words, "--ledger", ledger])
        return code, *capsys.readouterr()

    return asked


COMMANDS: tuple[tuple[tuple[str, ...], str, str], ...] = (
    (JUNE, "holder, 营销总监 #238", "任职，营销总监 #238"),
    (("may", "p04", "审批", MATTER, "100", "--on", "2026-06-15"), "No: NO_GRANT", "没有授权 NO_GRANT"),
    (("may", "林晓峰", "approve", MATTER, "2000元", "--on", "2026-06-15"), "Yes.", "可以。"),
    (("what", "韩立新", "--on", "2026-06-15"), "delegate, 门市部经理", "受转授，门市部经理"),
    (("chart", "--on", "2026-07-10"), "(marketing-director): vacant", "（marketing-director）：空缺"),
    (("limits", "--on", "2027-02-01"), "expired", "已到期"),
    (("charter", "营销总监", "--on", "2026-05-01"), "from 2026-04-01 (#127)", "自2026-04-01起施行（#127）"),
    (
        ("log", "--limit", "1000"),
        "林晓峰 (p02) → 营销总监 (marketing-director), substantive, from 2026-01-01",
        "林晓峰（p02） → 营销总监（marketing-director），正式，2026-01-01起",
    ),
    (("show", "257"), "corrected by #263", "已由 #263 更正"),
    (("check",), "No damage was found: 263 entries", "未发现损坏：263条记录"),
)


@pytest.mark.parametrize(("line", "english", "chinese"), COMMANDS, ids=[line[0] for line, _, _ in COMMANDS])
def test_every_command_speaks_two_languages_and_json(
    line: tuple[str, ...], english: str, chinese: str, example: str, ask: Ask
) -> None:
    for lang, expected in (("en", english), ("zh", chinese)):
        code, out, err = ask(*line, "--lang", lang, ledger=example)
        assert (code, err) == (0, "")
        assert expected in out
        assert "#263" in out or line[0] == "log", "the known time is stated"
        assert "\x1b" not in out, "no colours where nobody looks"

    code, out, _ = ask(*line, "--json", ledger=example)
    document = json.loads(out)
    assert (code, document["head"]) == (0, 263)
    assert document["answer"]["known_seq"] == 263
    assert document["answer"]["known_at"].endswith("Z")


def test_the_same_question_gets_the_same_bytes(example: str, ask: Ask) -> None:
    first, second = (ask(*JUNE, "--known", "#263", "--json", ledger=example)[1] for _ in range(2))
    assert first == second

    answer = json.loads(first)["answer"]
    assert [one["who"]["person"] for one in answer["candidates"]] == ["p01", "p02"]
    assert answer["valid_at"] == "2026-06-15T15:59:59.999999Z"


def test_names_are_those_of_the_two_times(example: str, ask: Ask) -> None:
    asked = ("charter", "市场营销总监", "--on")
    assert ask(*asked, "2027-01-15", ledger=example)[0] == 0

    code, _, err = ask(*asked, "2026-12-31", ledger=example)
    assert code == 2
    assert err.startswith("UNKNOWN_NAME position: no position `市场营销总监` is known at")
    assert "near names: `营销总监`" in err


def test_before_and_after_the_correction(example: str, ask: Ask) -> None:
    asked = ("who", "approve", MATTER, "1800", "--on", "2026-09-05", "--known")
    assert "宋佳慧" in ask(*asked, "#262", ledger=example)[1]
    assert "宋佳慧" not in ask(*asked, "#263", ledger=example)[1]


def test_an_answer_that_cannot_be_determined_names_what_is_missing(example: str, ask: Ask) -> None:
    asked = ("who", "sign", "客户合同", "--on", "2026-06-15")
    code, out, _ = ask(*asked, ledger=example)
    assert code == 1
    assert "cannot be determined" in out
    assert "ATTRIBUTE_MISSING: director-province-contracts asks for customer_tier (province)" in out
    assert ask("may", "p02", *asked[1:], ledger=example)[0] == 1

    code, out, _ = ask(*asked, "--with", "customer_tier=city", ledger=example)
    assert code == 0
    assert "OUT_OF_SCOPE: gm-national-contracts asks for customer_tier national, here it is city" in out


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (("may", "无此人", "approve", MATTER), "UNKNOWN_NAME person: no person or committee `无此人`"),
        (("who", "aprove", MATTER), "near names: `approve`"),
        (("who", "approve", MATTER, "--on", "2024-02-30"), "BAD_INPUT on: `2024-02-30` is not a date of the calendar"),
        (("who", "approve", MATTER, "NaN"), "BAD_INPUT amount: `NaN` is not an amount"),
        (("who", "approve", MATTER, "1e400"), "BAD_INPUT amount: `1e400` is not an amount"),
        (("who", "approve", MATTER, "-5"), "BAD_INPUT amount: `-5` is negative"),
        (("who", "approve", MATTER, "--known", "#999999"), "BAD_INPUT known: the ledger has the entries 1 to 263"),
        (("who", "approve", MATTER, "--with", "novalue"), "BAD_INPUT with: `novalue` is not an attribute"),
        (("who", "approve", MATTER, "--with", "a=1", "--with", "a=2"), "BAD_INPUT with: `a` is given twice"),
        (("who", "approve", "\udcff"), "BAD_INPUT arguments: an argument is not UTF-8"),
        (("who", "approve", "a\n\x1b[31m"), "no matter `a  [31m` is known"),
        (("who", "approve"), "BAD_INPUT arguments: Missing argument 'MATTER'"),
        (("who", "approve", MATTER, "--onn", "x"), "BAD_INPUT arguments: No such option: --onn"),
        (("show", "#264"), "BAD_INPUT entry: as known, the ledger has the entries 1 to 263"),
        (("show", "-1"), "BAD_INPUT entry: `-1` is not an entry number like #12"),
        (("what", "营销决策委员会"), "UNKNOWN_NAME person: `营销决策委员会` is a committee, not a person; `remit may`"),
        (("may", "营销总监", "approve", MATTER), "UNKNOWN_NAME person: `营销总监` is a position, not a person"),
        (("who", "approve", MATTER, "--by", "营销总监"), "UNKNOWN_NAME by: `营销总监` is a position"),
        (
            ("who", "approve", MATTER, "--on", "2026-05-01", "--opened", "2026-05-02"),
            "BAD_INPUT opened: `2026-05-02` is later",
        ),
        (
            ("log", "--event", "person-apointed"),
            "BAD_INPUT event: `person-apointed` is no event; near names: `person-appointed`",
        ),
        (("log", "--about", "p9"), "BAD_INPUT about: nothing in the ledger goes by `p9`; near ids: `p09`"),
        (("show", "²"), "BAD_INPUT entry: `²` is not an entry number"),
        (("chart", "--lang", "fr"), "BAD_INPUT lang: `fr` is not one of en, zh"),
        (("frob",), "BAD_INPUT arguments: No such command 'frob'"),
        (("load", "nowhere.yaml"), "BAD_INPUT nowhere.yaml: "),
        (("init", "Again"), "LEDGER_EXISTS"),
    ],
)
def test_bad_words_are_told_in_one_line_and_exit_with_2(
    line: tuple[str, ...], said: str, example: str, ask: Ask
) -> None:
    code, out, err = ask(*line, ledger=example)
    assert (code, out) == (2, "")
    assert said in err
    assert err.count("\n") == 1

    code, out, err = ask(*line, "--json", ledger=example)
    error = json.loads(out)["error"]
    assert (code, err) == (2, "")
    assert error["code"] == said.split(" ", 1)[0] or error["code"] == "UNKNOWN_NAME"
    assert set(error) == {"code", "sentence", "file", "line", "field"}


def test_the_log_is_narrowed_to_a_thing_and_to_an_event(example: str, ask: Ask) -> None:
    def listed(*words: str) -> list[int]:
        answer = json.loads(ask("log", *words, "--json", ledger=example)[1])["answer"]
        return [one["seq"] for one in answer["entries"]]

    assert listed("--about", "p09") == listed("--about", "宋佳慧") == [255, 257, 259, 260, 263]
    assert listed("--about", "p02", "--event", "appointment-ended") == [252], "by the appointment that ends"
    assert listed("--event", "limit-amended/1") == listed("--event", "limit-amended") == [258]
    assert listed("--about", "province") == [123, 124, *listed("--about", "province", "--after", "124")]

    out = ask("log", "--about", "p02", "--limit", "1", ledger=example)[1]
    assert "more: remit log --about p02 --after 3" in out
    assert (
        "#257: 宋佳慧 (p09) → 营销总监 (marketing-director), substantive, from 2026-09-16"
        in (ask("log", "--event", "fact-corrected", ledger=example)[1])
    )


def test_an_attribute_that_nothing_asks_for_is_noted_beside_the_answer(example: str, ask: Ask) -> None:
    asked = ("who", "approve", MATTER, "1800", "--on", "2026-06-15", "--with")
    plain = ask(*asked[:-1], ledger=example)[1].splitlines()[1:]
    for attribute, note in (
        ("region=north", "speaks of `region`; near names: `customer_tier`"),
        ("Customer_tier=city", "speaks of `Customer_tier`; near names: `customer_tier`"),
        ("customer_tier=cty", "of `customer_tier` is `cty`; near names: `city`"),
        ("customer_tier=city", ""),
    ):
        code, out, err = ask(*asked, attribute, ledger=example)
        assert (code, out.splitlines()[1:]) == (0, plain)
        assert note in err
        assert err.count("\n") == (1 if note else 0)
        assert json.loads(ask(*asked, attribute, "--json", ledger=example)[1])["answer"]["candidates"]


def test_before_anything_was_it_says_so(example: str, ask: Ask) -> None:
    for words, said in (
        (
            ("--on", "2020-01-01"),
            f"There was no matter {MATTER} (unplanned-spending) then: it is defined from 2026-01-01.",
        ),
        (("--known", "2020-01-01"), "Nothing was known then: the first entry was recorded on "),
    ):
        for line in (("who", "approve", MATTER), ("may", "林晓峰", "approve", MATTER)):
            code, out, _ = ask(*line, *words, ledger=example)
            assert code == 0
            assert said in out


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("columns", [60, 80, 160])
def test_a_terminal_loses_no_text_of_the_limits_and_folds_no_entry(example: str, columns: int, lang: str) -> None:
    shown = on_a_terminal("limits", "--on", "2026-11-15", "--lang", lang, ledger=example, columns=columns)
    bare = "".join(shown.split())
    assert all(cell_len(line) <= columns for line in shown.splitlines())
    for text in ("sales-manager-reward-slips", "director-customer-disputes", "customer_tier", "总字〔2026〕1号"):
        assert text in bare
    assert "…" not in shown
    assert "\ngm-unplanned-spending #136 " in shown

    shown = on_a_terminal("log", "--after", "235", "--lang", lang, ledger=example, columns=columns)
    assert all(cell_len(line) <= columns for line in shown.splitlines())
    assert [int(one) for one in re.findall(r"^ *#(\d+) ", shown, re.MULTILINE)] == list(range(236, 264))
    assert len(shown.splitlines()) < 34


def test_an_interrupt_says_that_nothing_of_the_file_was_written(tmp_path: Path, ask: Ask) -> None:
    place, file = str(tmp_path / "a.db"), tmp_path / "units.yaml"
    file.write_text(UNITS, "utf-8")
    ask("init", "Alpha Ltd", ledger=place)
    for stop, said, head in (
        ("def stop(*_, **__): raise KeyboardInterrupt", "interrupted: nothing of", 1),
        ("def stop(*a, **k): whole(*a, **k); raise KeyboardInterrupt", "was recorded as a whole before that", 3),
    ):
        code = f"""
from ledger.submit import Ledger
whole = Ledger.submit_batch
{stop}
Ledger.submit_batch = stop
{MAIN}
"""
        done = subprocess.run(
            [sys.executable, "-c", code, "load", str(file)],
            cwd=HOUSE,
            env=environment(place),
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stdout) == (130, "")
        assert said in done.stderr
        assert json.loads(ask("log", "--json", ledger=place)[1])["head"] == head


def test_help_names_the_version_and_the_exit_codes(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--version"]) == 0
    assert re.fullmatch(r"remit \S.*\n", capsys.readouterr().out)
    assert run(["--help"]) == 0
    out = capsys.readouterr().out
    assert all(code in out for code in ("130", "141", "--version"))


def test_places_that_are_no_ledger(tmp_path: Path, ask: Ask) -> None:
    (tmp_path / "note.txt").write_text("not a ledger", "utf-8")
    for place, code in (
        (tmp_path, "NOT_A_LEDGER"),
        (tmp_path / "note.txt", "NOT_A_LEDGER"),
        (tmp_path / "no", "NO_SUCH"),
    ):
        exit_code, out, err = ask("chart", "--lang", "zh", ledger=str(place))
        assert (exit_code, out) == (2, "")
        assert err.startswith(code)


def test_a_damaged_ledger_is_found_and_exits_with_1(example: str, tmp_path: Path, ask: Ask) -> None:
    for change, said in (
        ("UPDATE vault SET value = 'x' WHERE person = 'p01'", "The ledger is damaged: 263 entries, head #263"),
        ("DELETE FROM vault WHERE person = 'p01'", "#2  the vault has lost what this entry committed to"),
        ("DELETE FROM stored_events WHERE originator_version = 200", "#200  entry 200 cannot be read: it is missing"),
    ):
        damaged = tmp_path / "damaged.db"
        shutil.copy(example, damaged)
        with closing(sqlite3.connect(damaged)) as database, database:
            database.execute(change)
        code, out, err = ask("check", ledger=str(damaged))
        assert code == 1
        assert said in out + err


def test_what_is_loaded_again_says_where_it_stands(example: str, ask: Ask) -> None:
    code, out, _ = ask("load", FILES[1], ledger=example)
    assert code == 0
    assert "recorded before, as #250 to #262; nothing was written" in out


def test_a_refusal_names_file_and_line_and_leaves_the_file_out(tmp_path: Path, ask: Ask) -> None:
    place, wrong = str(tmp_path / "a.db"), tmp_path / "wrong.yaml"
    wrong.write_text(UNITS + "  - {do: form-unit, from: 2026-01-01, unit: a, name: Again}\n", "utf-8")
    assert ask("init", "Alpha Ltd", "--currency", "EUR", "--zone", "Europe/Paris", ledger=place)[0] == 0

    code, out, err = ask("load", str(wrong), ledger=place)
    assert (code, out) == (1, "")
    assert err.startswith(f"NAME_TAKEN {wrong}:5: ")
    error = json.loads(ask("load", str(wrong), "--json", ledger=place)[1])["error"]
    assert (error["code"], error["file"], error["line"]) == ("NAME_TAKEN", str(wrong), 5)
    assert json.loads(ask("log", "--json", ledger=place)[1])["head"] == 1

    code, out, err = ask("load", "--each", str(wrong), ledger=place)
    assert code == 1
    assert "recorded 2, recorded before 0, refused 1" in out
    assert err.startswith(f"NAME_TAKEN {wrong}:5: ")


def test_a_charter_of_another_ledger_is_refused(tmp_path: Path, ask: Ask) -> None:
    place = str(tmp_path / "a.db")
    assert ask("init", "Alpha Ltd", ledger=place)[0] == 0
    code, _, err = ask("load", FILES[0], ledger=place)
    assert code == 2
    assert "ledger.name: the file is for a ledger with name `海川商贸有限公司`, this one has `Alpha Ltd`" in err


def test_a_bare_date_names_the_instants_at_which_the_answer_changes(tmp_path: Path, ask: Ask) -> None:
    place, file = str(tmp_path / "a.db"), tmp_path / "noon.yaml"
    file.write_text(NOON, "utf-8")
    assert ask("init", "Alpha Ltd", ledger=place)[0] == 0
    assert ask("load", str(file), ledger=place)[0] == 0

    code, out, _ = ask("who", "approve", "spending", "--on", "2026-03-05", ledger=place)
    assert code == 0
    assert "the answer changes: at 2026-03-05T12:00+08:00." in out
    answer = json.loads(ask("who", "approve", "spending", "--on", "2026-03-05", "--json", ledger=place)[1])["answer"]
    assert answer["during_the_day"] == {"valid_at": ["2026-03-05T04:00:00Z"]}


def test_an_erased_name_is_shown_as_erased(tmp_path: Path, ask: Ask) -> None:
    place, file = str(tmp_path / "a.db"), tmp_path / "erase.yaml"
    file.write_text(NOON + "  - {do: erase-person, person: x1}\n", "utf-8")
    ask("init", "Alpha Ltd", ledger=place)
    assert ask("load", str(file), ledger=place)[0] == 0

    for lang, word in (("en", "erased (x1)"), ("zh", "已删除（x1）")):
        assert word in ask("who", "approve", "spending", "--on", "2026-03-06", "--lang", lang, ledger=place)[1]
        assert "Ada" not in ask("show", "4", "--lang", lang, ledger=place)[1]


def test_as_a_process_it_exits_with_0_1_or_2(example: str) -> None:
    assert remit(*JUNE, ledger=example).returncode == 0
    assert remit("who", "sign", "客户合同", "--on", "2026-06-15", ledger=example).returncode == 1
    wrong = remit("who", "approve", "nothing", ledger=example)
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert "Traceback" not in wrong.stderr


def test_a_reader_who_leaves_gets_no_traceback(example: str) -> None:
    command = f"{sys.executable} -c '{MAIN}' log --limit 1000 | true"
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {command}"],
        cwd=HOUSE,
        env=environment(example),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stderr, done.returncode) == ("", 141)


def test_an_answer_that_cannot_be_written_is_told(example: str) -> None:
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = subprocess.run(
            [sys.executable, "-c", MAIN, "chart"],
            cwd=HOUSE,
            env=environment(example),
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert (done.returncode, done.stderr.split()[0]) == (1, "OUTPUT_FAILED")


def test_who_imports_neither_yaml_nor_a_database_server(example: str) -> None:
    code = "import sys; from api.cli.app import run; run(sys.argv[1:]); print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code, *JUNE],
        cwd=HOUSE,
        env=environment(example),
        capture_output=True,
        text=True,
        check=True,
    )
    assert {"yaml", "psycopg", "api.files", "rich.progress"}.isdisjoint(done.stdout.split())


@pytest.mark.parametrize(("lang", "expected"), [("en", "acting holder, 营销总监"), ("zh", "代理，营销总监")])
def test_the_example_tells_its_story(lang: str, expected: str) -> None:
    command = [sys.executable, "-m", "features.marketing_centre", "--lang", lang]
    done = subprocess.run(command, cwd=HOUSE, capture_output=True, text=True, check=True, env=environment("unused"))
    shown = done.stdout.split("$ remit ")
    assert expected in shown[5], "on 15 August"
    assert "PER_ACT_EXCEEDED" in shown[6]
    assert "林晓峰" in shown[3]
    assert "陈雨桐（p03）" in shown[5] or "陈雨桐 (p03)" in shown[5]
    assert "宋佳慧" in shown[10], "before the correction"
    assert "宋佳慧" not in shown[11], "after it"
    assert "spend-over-limit" in shown[12], "the breaches of the year"
    assert done.stderr == ""


UNITS = """\
commands: 1
list:
  - {do: form-unit, from: 2026-01-01, unit: a, name: First}
  - {do: form-unit, from: 2026-01-01, unit: b, name: Second}
"""
NOON = """\
commands: 1
list:
  - {do: define-matter, from: 2026-01-01, matter: spending, name: Spending}
  - {do: establish-position, from: 2026-01-01, position: chief, title: Chief}
  - {do: register-person, from: 2026-01-01, person: x1, name: Ada}
  - {do: grant-authority, from: 2026-01-01, authority: g, holder: {position: chief}, act: approve, matter: spending, limit: unlimited}
  - {do: appoint-person, from: '2026-03-05T12:00+08:00', person: x1, position: chief}
"""  # noqa: E501 - a row of a file is a line


def remit(*words: str, ledger: str) -> subprocess.CompletedProcess[str]:
    """The command line as a process of its own."""
    command = [sys.executable, "-c", MAIN, *words]
    return subprocess.run(command, cwd=HOUSE, env=environment(ledger), capture_output=True, text=True, check=False)


def on_a_terminal(*words: str, ledger: str, columns: int) -> str:
    """What a person sees who looks at a terminal that wide."""
    ours, theirs = pty.openpty()
    env = {**environment(ledger), "COLUMNS": str(columns), "TERM": "xterm", "NO_COLOR": "1"}
    with subprocess.Popen([sys.executable, "-c", MAIN, *words], cwd=HOUSE, env=env, stdout=theirs) as process:
        os.close(theirs)
        shown = b""
        with suppress(OSError), os.fdopen(ours, "rb", buffering=0) as terminal:
            while piece := terminal.read(65_536):
                shown += piece
    assert process.returncode == 0
    return re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", shown.decode().replace("\r\n", "\n"))


def environment(ledger: str) -> dict[str, str]:
    return {**os.environ, "REMIT_LEDGER": ledger, "LC_ALL": "C.UTF-8", "PYTHONPATH": str(HOUSE)}
