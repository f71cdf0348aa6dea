"""The command line on what was done: verdicts, breaches, flips, decisions, contracts, targets; as text, JSON, CSV."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from rich.cells import cell_len

from api.cli.app import run
from api.rendering import decisions, targets, verdicts
from api.rendering.sheets import Cell, as_csv
from api.words import judging as words
from ledger import Ledger
from ledger.asking import changes_during, known_time, valid_time
from ledger.commands import OpenLedger
from ledger.policy import breaches
from tests.given import Clock
from tests.test_cli import HOUSE, MAIN, environment, on_a_terminal
from tests.test_docs import PAGES, files_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Ask = Any
"""Runs one command line on a ledger; gives exit code, standard output and standard error."""
JUNE = ("--on", "2026-06-30")
DEPTH = """\
commands: 1
list:
  - {do: require-jointly, from: 2026-05-01, authority: manager-signing, persons: 2, classes: [{count: 1, holders: [{position: director}]}]}
  - {do: publish-base-figure, from: 2026-05-01, base: assets, amount: 900000 CNY}
  - {do: define-matter, from: 2026-05-01, matter: regional, name: Regional}
  - {do: grant-authority, from: 2026-05-01, authority: regional, holder: {position: manager}, act: approve, matter: regional, limit: 900 CNY, scope: {region: [north]}}
  - {do: record-act, acted_at: 2026-05-04, deed: no-region, item: region-1, act: approve, by: {person: p02}, matter: regional, amount: 100 CNY}
"""  # noqa: E501 - a row of a file is a line


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The place of the ledger of docs/judging.md with its correction, 31 entries, and five that it does not tell."""
    folder = tmp_path_factory.mktemp("judging")
    for name, text in {**files_of(PAGES["judging"]), "depth.yaml": DEPTH}.items():
        (folder / name).write_text(text, "utf-8")
    place, files = (
        str(folder / "remit.db"),
        [str(folder / f"{one}.yaml") for one in ("charter", "spring", "correction")],
    )
    assert run(["init", "--from", files[0], "--ledger", place]) == 0
    assert run(["load", *files, str(folder / "depth.yaml"), "--ledger", place]) == 0
    return place


@pytest.fixture
def ask(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[int, str, str]]:
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")

    def asked(*line: str, ledger: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = run([*line, "--ledger", ledger])
        return code, *capsys.readouterr()

    return asked


COMMANDS: tuple[tuple[tuple[str, ...], str, str, tuple[str, ...]], ...] = (
    (("verdict", "repairs", *JUNE), "RATIFIED, judged at approve #22", "已追认 RATIFIED", verdicts.VERDICT_COLUMNS),
    (("breaches", *JUNE), "APPROVAL_LATER: Transport", "先签后批 APPROVAL_LATER：", verdicts.VERDICT_COLUMNS),
    (("flips", "#31", *JUNE), "AUTHORISED   AUTHORISED_AS_KNOWN", "按当时所知有权", verdicts.FLIP_COLUMNS),
    (("history", "--verdicts", *JUNE), "ratified on 2026-03-20", "2026-03-20由", decisions.HISTORY_COLUMNS),
    (("contracts", *JUNE), "280,000 CNY", "履行中", decisions.CONTRACTS_COLUMNS),
    (("contract", "transport-1", *JUNE), "option second year", "先签后批", decisions.CONTRACT_COLUMNS),
    (("targets", "2026", *JUNE), "23.33%", "有权 AUTHORISED", targets.TARGET_COLUMNS),
)
NAMES = [line[0] for line, *_ in COMMANDS]


@pytest.mark.parametrize(("line", "english", "chinese", "columns"), COMMANDS, ids=NAMES)
def test_every_command_speaks_two_languages_json_and_csv(
    line: tuple[str, ...], english: str, chinese: str, columns: tuple[str, ...], story: str, ask: Ask
) -> None:
    for lang, expected in (("en", english), ("zh", chinese)):
        code, out, err = ask(*line, "--lang", lang, ledger=story)
        assert (code, err) == (0, "")
        assert expected in out
        assert "None" not in out
        assert "#3" in out, "the known time is stated"
    document = json.loads(ask(*line, "--json", ledger=story)[1])
    assert document["head"] == 36
    assert {"valid_at", "known_seq", "known_at"} <= set(document["answer"])

    code, out, err = ask(*line, "--csv", ledger=story)
    rows = list(csv.reader(io.StringIO(out, newline="")))
    assert (code, err, tuple(rows[0])) == (0, "", columns)
    assert all(len(row) == len(columns) for row in rows)
    assert len(rows) > 1
    chinese_rows = list(csv.reader(io.StringIO(ask(*line, "--csv", "--lang", "zh", ledger=story)[1], newline="")))
    assert chinese_rows[0] == [words.COLUMNS[key] for key in columns]
    assert len(chinese_rows) == len(rows)


def test_no_text_of_a_table_is_a_formula_and_a_number_stays_one() -> None:
    told: list[Cell] = ["=1+1", "+1", "-1", "@a", "＝1", "\tx", "\rx", "'x", "a=b", "", Decimal(-5), -5, None, True]
    rows = list(csv.reader(io.StringIO(as_csv(["heading"], [told]).decode(), newline="")))
    inert = ["'=1+1", "'+1", "'-1", "'@a", "'＝1", "'\tx", "'\rx", "'x", "a=b", "", "-5", "-5", "", "yes"]
    assert rows == [["heading"], inert]


def test_every_word_and_column_has_two_languages() -> None:
    tables = (words.JUDGING, words.ITEM_STATES, words.CONTRACT_STATES, words.FLIPPED)
    assert all(english and chinese for table in tables for english, chinese in table.values())
    assert set(words.COLUMNS) == {column for *_, columns in COMMANDS for column in columns}


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("columns", [60, 140])
def test_a_terminal_loses_no_text(columns: int, lang: str, story: str, ask: Ask) -> None:
    for line, *_ in COMMANDS:
        shown = on_a_terminal(*line, "--lang", lang, ledger=story, columns=columns)
        assert all(cell_len(one) <= columns for one in shown.splitlines()), line
        assert "…" not in shown
        plain = ask(*line, "--lang", lang, ledger=story)[1]
        told = {word for word in plain.split() if word.startswith("#")}
        assert all(word.strip("()；;，,：:（）") in "".join(shown.split()) for word in told), line


def test_json_is_given_without_what_draws(story: str) -> None:
    code = "import sys; from api.cli.app import run; run(sys.argv[1:]); print(*sys.modules)"
    for line, *_ in COMMANDS:
        done = subprocess.run(
            [sys.executable, "-c", code, *line, "--json"],
            cwd=HOUSE,
            env=environment(story),
            capture_output=True,
            text=True,
            check=True,
        )
        assert {"rich.table", "yaml", "psycopg"}.isdisjoint(done.stdout.split()), line


def test_a_verdict_can_be_narrowed_and_exits_with_1_where_it_cannot_be_determined(story: str, ask: Ask) -> None:
    def deeds(*line: str) -> list[str]:
        answer = json.loads(ask("verdict", "Transport to the north", *line, *JUNE, "--json", ledger=story)[1])["answer"]
        return [one["deed"] for one in answer["acts"]]

    assert deeds() == ["transport-signature", "transport-approval"]
    assert deeds("--act", "签署") == deeds("--by", "Mei Lin") == ["transport-signature"]
    assert deeds("--act", "sign", "--by", "p01") == []
    out = ask("verdict", "transport-1", "--act", "seal", *JUNE, ledger=story)[1]
    assert "None of the acts on it is one of those." in out

    code, out, _ = ask("verdict", "region-1", *JUNE, ledger=story)
    assert code == 1
    assert "cannot be determined, ATTRIBUTE_MISSING: regional asks for region (north)" in out
    assert "Nothing was done on it." in ask("verdict", "fair", "--known", "#19", ledger=story)[1]


def test_a_planned_file_is_taken_back_and_a_refused_one_says_where(story: str, tmp_path: Path, ask: Ask) -> None:
    plan, wrong = tmp_path / "plan.yaml", tmp_path / "wrong.yaml"
    plan.write_text(
        "commands: 1\nlist:\n  - {do: revoke-authority, from: 2026-03-01, authority: manager-spending}\n", "utf-8"
    )
    wrong.write_text(
        "commands: 1\nlist:\n  - {do: form-unit, from: 2026-01-01, unit: p, name: P, parent: q}\n", "utf-8"
    )
    before = ask("log", "--limit", "1000", ledger=story)[1]
    answer = json.loads(ask("flips", str(plan), *JUNE, "--json", ledger=story)[1])["answer"]
    assert (answer["planned"], answer["before_seq"], answer["after_seq"], answer["known_seq"]) == (True, 36, 37, 36)
    assert ("authority", "manager-spending", "in_force", "revoked") in {
        (one["kind"], one["id"], one["before"], one["after"]) for one in answer["flips"]
    }
    assert "authority   manager-spending" in ask("flips", str(plan), *JUNE, ledger=story)[1]
    assert ask("log", "--limit", "1000", ledger=story)[1] == before

    code, out, err = ask("flips", str(wrong), ledger=story)
    assert (code, out) == (1, "")
    assert err.startswith(f"UNKNOWN_NAME {wrong}:3: ")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (("verdict", "fair", "--json", "--csv"), "BAD_INPUT csv: give either --json or --csv"),
        (("verdict", "nothing"), "UNKNOWN_NAME item: no item `nothing` is known"),
        (("verdict", "fair", "--known", "2026-13-01"), "BAD_INPUT known: "),
        (
            ("breaches", "--from", "2026-03-02", "--to", "2026-03-01"),
            "BAD_INPUT to: `2026-03-01` is before `2026-03-02`",
        ),
        (("flips", "#99"), "BAD_INPUT known: the ledger has the entries 1 to 36"),
        (("flips", "nowhere.yaml"), "BAD_INPUT nowhere.yaml: "),
        (("targets", "2026-Q5"), "BAD_INPUT period: `2026-Q5` is not a year, quarter or month"),
        (("contracts", "--state", "open"), "BAD_INPUT state: `open` is not one of registered, signed, in_force"),
        (("contract", "transport"), "UNKNOWN_NAME contract: "),
        (("history", "--person", "director"), "UNKNOWN_NAME person: `director` is a position"),
        (("who", "approve", "spending", "--item", "x"), "UNKNOWN_NAME item: "),
        (("who", "approve", "spending", "--claimed", "x"), "UNKNOWN_NAME claimed: "),
    ],
)
def test_bad_words_are_told_in_one_line_and_exit_with_2(line: tuple[str, ...], said: str, story: str, ask: Ask) -> None:
    code, out, err = ask(*line, ledger=story)
    if "--json" in line:
        assert (code, json.loads(out)["error"]["code"]) == (2, "BAD_INPUT")
        return
    assert (code, out) == (2, "")
    assert err.startswith(said)
    assert err.count("\n") == 1


def test_history_contracts_and_targets_are_narrowed(story: str, ask: Ask) -> None:
    def listed(command: str, *line: str) -> list[str]:
        answer = json.loads(ask(command, *line, *JUNE, "--json", ledger=story)[1])["answer"]
        found = answer.get("items") or answer.get("contracts") or answer.get("targets") or ()
        return [one.get("item") or one.get("contract") or one["target"] for one in found]

    assert listed("history", "--matter", "spending") == ["fair", "repairs"]
    assert listed("history", "--person", "p01") == ["transport-1"]
    assert listed("history", "--person", "p02", "--act", "approve", "--from", "2026-03-10") == ["repairs", "region-1"]
    assert listed("history", "--to", "2026-03-03") == ["fair"]
    assert listed("history", "--item", "repairs", "--act", "sign") == []
    assert listed("contracts", "--party", "Haulage", "--matter", "contracts", "--state", "in_force") == ["transport-1"]
    assert listed("contracts", "--with", "region=north") == []
    assert listed("targets", "2026") == ["sales-2026", "sales-2026-north"]
    assert listed("targets", "2026-Q1") == []
    assert "None." in ask("targets", "2026-Q1", ledger=story)[1]
    assert "It had not begun" in ask("contract", "transport-1", "--on", "2026-03-01", ledger=story)[1]


def test_who_says_what_is_left_and_what_is_still_needed(story: str, ask: Ask) -> None:
    out = ask("who", "approve", "spending", "500", "--on", "2026-03-31", ledger=story)[1]
    assert "Left of the cumulative limits:" not in out, "8,200 of 5,000 are used: the manager could not"
    assert "CUMULATIVE_EXCEEDED" in out
    out = ask("who", "approve", "spending", "500", "--on", "2026-04-30", "--lang", "zh", ledger=story)[1]
    assert "每月，按个人（Mei Lin）合并计算   5,000 CNY   0 CNY   5,000 CNY" in out

    asked = ("may", "p02", "sign", "contracts", "--on", "2026-05-05")
    code, out, _ = ask(*asked, "--item", "transport-1", "--claimed", "Sales manager", ledger=story)
    assert code == 0
    assert "on Transport to the north (transport-1), acting as Sales manager (manager)" in out
    assert "Mei Lin (p02): 2 persons jointly under manager-signing, 1 of them from: Director (director)" in out
    out = ask("who", "sign", "contracts", "--item", "transport-1", "--on", "2026-05-05", ledger=story)[1]
    assert "could still be of them: Ning Zhao (p01)" in out
    out = ask(*asked, "1000", "--lang", "zh", ledger=story)[1]
    assert "先有对该标的的审批" in out
    answer = json.loads(ask(*asked, "--item", "transport-1", "--claimed", "director", "--json", ledger=story)[1])[
        "answer"
    ]
    assert answer["outcome"] == "no"


def test_what_is_not_authorised_is_told_with_its_reason(story: str, tmp_path: Path, ask: Ask) -> None:
    file = tmp_path / "live.yaml"
    file.write_text(
        "commands: 1\nlist:\n"
        "  - {do: authorise-act, item: live-1, act: approve, by: {person: p02}, matter: spending, amount: 2001 CNY}\n",
        "utf-8",
    )
    for lang, said in (("en", "PER_ACT_EXCEEDED "), ("zh", "PER_ACT_EXCEEDED 超单笔限额 ")):
        code, out, err = ask("load", "--each", str(file), "--lang", lang, ledger=story)
        assert code == 1
        assert "1" in out
        assert err.startswith(f"{said}{file}:3: list[0]: `p02` is not within authority to approve `live-1`")
        assert "limit `2,000 CNY`, amount `2,001 CNY`" in err


# A live ledger: the days on which things were recorded are those of the story


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> str:
    """An act above the limit on 10 March, to be ratified within the 20th, ratified on the 12th at noon."""
    from api.files import read_file  # noqa: PLC0415 - only here

    folder, clock = tmp_path_factory.mktemp("live"), Clock(datetime(2026, 1, 5, tzinfo=UTC))
    place = str(folder / "live.db")
    ledger = Ledger.create(place, OpenLedger(name="Live", currency="CNY", zone="Asia/Shanghai"), by="x", clock=clock)
    act = "{do: record-act, acted_at: '2026-03-%sT09:00+08:00', deed: %s, item: %s, act: approve, by: {person: p02}"
    days = {
        "2026-02-01T09:00+08:00": LIVE,
        "2026-03-10T10:00+08:00": [act % (10, "d1", "i1") + ", matter: m, amount: 500 CNY, ratify_by: 2026-03-21}"],
        "2026-03-10T15:00+08:00": [act % (10, "d2", "i2") + ", matter: m, amount: 600 CNY}"],
        "2026-03-10T16:00+08:00": [act % (10, "d3", "i3") + ", matter: m, amount: 60 CNY}"],
        "2026-03-12T18:00+08:00": [
            "{do: ratify-act, acted_at: '2026-03-12T12:00+08:00', deed: d1, ratification: r1, by: {person: p01}}"
        ],
    }
    for day, rows in days.items():
        clock.at = datetime.fromisoformat(day).astimezone(UTC)
        file = folder / "day.yaml"
        file.write_text("commands: 1\nlist:\n" + "".join(f"  - {row}\n" for row in rows), "utf-8")
        for command in read_file(str(file)).commands:
            ledger.submit(command, by="x")
    return place


LIVE = (
    "{do: register-person, from: 2026-01-01, person: p01, name: Ada}",
    "{do: register-person, from: 2026-01-01, person: p02, name: Bob}",
    "{do: establish-position, from: 2026-01-01, position: chief, title: Chief}",
    "{do: establish-position, from: 2026-01-01, position: clerk, title: Clerk}",
    "{do: define-matter, from: 2026-01-01, matter: m, name: M}",
    "{do: grant-authority, from: 2026-01-01, authority: g1, holder: {position: chief}, act: approve, matter: m, limit: unlimited}",  # noqa: E501 - a row of a file is a line
    "{do: grant-authority, from: 2026-01-01, authority: g2, holder: {position: clerk}, act: approve, matter: m, limit: 100 CNY}",  # noqa: E501 - as above
    "{do: appoint-person, from: 2026-01-01, person: p01, position: chief, appointment: a1}",
    "{do: appoint-person, from: 2026-01-01, person: p02, position: clerk, appointment: a2}",
)


def test_a_verdict_as_known_on_a_date_is_that_of_the_date(live: str, ask: Ask) -> None:
    def code(*line: str) -> str:
        answer = json.loads(ask("verdict", "i1", *line, "--json", ledger=live)[1])["answer"]
        return str(answer["whole"]["verdict"])

    assert code("--known", "2026-03-11") == "PENDING_RATIFICATION"
    assert code("--known", "2026-03-11", "--on", "2026-03-25") == "UNAUTHORISED"
    assert code("--known", "#11") == "UNAUTHORISED", "an entry is no date: the verdict is that of now"
    assert code("--known", "2026-03-13") == code() == "RATIFIED"
    assert code("--on", "2026-03-12T11:59+08:00") == "PENDING_RATIFICATION"
    out = ask("verdict", "i1", "--on", "2026-03-12", ledger=live)[1]
    assert "the answer changes: at 2026-03-12T12:00+08:00." in out


@pytest.mark.parametrize(
    ("on", "known"),
    [
        ("2026-03-12", None),
        ("2026-03-20", "#13"),
        (None, "2026-03-10"),
        (None, "2026-03-12"),
        ("2026-03-12", "2026-03-12"),
        ("2026-03-21T00:00+08:00", "2026-03-10"),
    ],
)
def test_a_list_of_breaches_changes_during_the_day_where_a_naive_one_does(
    on: str | None, known: str | None, live: str, ask: Ask
) -> None:
    line = [*(("--on", on) if on else ()), *(("--known", known) if known else ())]
    answer = json.loads(ask("breaches", "--from", "2026-03-10", *line, "--json", ledger=live)[1])["answer"]
    books = Ledger.open(live).books
    at = valid_time(on or (known if known and "#" not in known else None), books, datetime.now(UTC))
    since = datetime(2026, 3, 9, 16, tzinfo=UTC)
    naive = changes_during(
        books,
        at,
        known_time(known, books),
        lambda at, seq: [
            (one.deed, one.verdict)
            for one in breaches(books, since, datetime(2027, 1, 1, tzinfo=UTC), on=at, known=seq)
        ],
    )
    told = answer.get("during_the_day", {})
    assert [datetime.fromisoformat(one) for one in told.get("valid_at", ())] == list(naive.valid_at)
    assert told.get("known_seq", []) == list(naive.known_seq)


def test_the_dates_of_a_list_of_breaches_are_inclusive(live: str, ask: Ask) -> None:
    def deeds(*line: str) -> list[str]:
        answer = json.loads(ask("breaches", *line, "--known", "2026-03-11", "--json", ledger=live)[1])["answer"]
        return [one["deed"] for one in answer["breaches"]]

    assert deeds() == deeds("--from", "2026-03-10", "--to", "2026-03-10") == ["d1", "d2"]
    assert deeds("--to", "2026-03-09") == deeds("--from", "2026-03-11") == []
    assert deeds("--to", "2026-03-10T09:00+08:00") == ["d1", "d2"]
    assert deeds("--from", "2026-03-10T09:00:00.000001+08:00") == []
    assert "None." in ask("breaches", "--to", "2026-03-09", ledger=live)[1]


def test_what_stands_below_an_answer_is_beside_csv(live: str, ask: Ask) -> None:
    _, out, err = ask("breaches", "--on", "2026-03-12", "--csv", ledger=live)
    assert "the answer changes: at 2026-03-12T12:00+08:00." in err
    assert [row["deed"] for row in csv.DictReader(io.StringIO(out, newline=""))] == ["d2"]


def test_a_bar_is_drawn_for_people_only(live: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", MAIN, "breaches"],
        cwd=HOUSE,
        env=environment(live),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
