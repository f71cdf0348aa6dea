"""The read tables on SQLite and PostgreSQL: they move with the entries, are made anew, read as docs/tables.md says."""

from __future__ import annotations

import json
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from api.cli.app import run
from ledger import Ledger
from ledger.books import AsOf
from ledger.commands import CapAuthority, ErasePerson
from ledger.events import TargetHolder
from ledger.ids import AuthorityId, PersonId
from ledger.refusals import StorageTrouble
from projections.projection import Projections
from projections.rebuild import rebuild
from projections.tables import PROJECTIONS, rows
from projections.tables.state import STATE
from projections.tables_at import TablesAt
from tests.given import (
    CLERK,
    Clock,
    act,
    amend,
    annul,
    appoint,
    contract,
    correct,
    delegate,
    evidence,
    given,
    grant,
    house,
    image,
    on,
    open_item,
    person,
    place,
    position,
    ratify,
    recorded,
    refolded,
    register,
    report,
    target,
)
from tests.test_postgres import on_disk, opened, schema, server, url  # noqa: F401 - fixtures
from tests.test_tables import agree

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sqlalchemy import Column

    from ledger.journal.store import Transaction
    from projections.tables import Kept

KEPT = tuple(kept for projection in PROJECTIONS for kept in projection.kept)
PAGE = Path(__file__).parents[1] / "docs" / "tables.md"
COMMON = 10
"""How many columns, the last ones, every table has."""


def a_year(url: str) -> Ledger:  # noqa: F811 - where the fixture says
    """A ledger with something in every table, opened as the doors of the house open it."""
    clock = Clock()
    made = house(url, clock)
    made.journal.close()
    ledger = Ledger.open(url, clock=clock, followers=[Projections()])
    clock.forward(timedelta(days=300))
    given(
        ledger,
        grant("ads", position("chief"), limit="50000 CNY", depth=2),
        delegate("ads-2", "ads", position("chief"), position("director"), limit="20000 CNY", may_subdelegate=True),
        CapAuthority(since="2026-01-01", authority=AuthorityId("ads"), limit="90000 CNY", window="month", pool="grant"),
        open_item("stand", amount="1800 CNY", requester="dan"),
        act("stand", "anna", "2026-03-03", deed="d1"),
        act("stand", "dan", "2026-03-04", deed="d2", kind="sign"),
        ratify("d2", "anna", "2026-03-05"),
        contract("c-1", value="1000 CNY", options={"more": "200 CNY"}, since="2026-02-01"),
        amend("c-1", "first", since="2026-04-01", value="1500 CNY"),
        place("c-1", person("anna"), "safe", since="2026-02-02"),
        target("sales", amount="1200 CNY", holder=TargetHolder(unit="hq")),  # type: ignore[arg-type]  # an id is text
        report("sales", "2026-03", "90.50", since="2026-04-01"),
    )
    wrong = recorded(ledger, appoint("dan", "manager", kind="acting", since="2026-02-01", appointment="acting"))
    undone = recorded(ledger, correct(wrong, appoint("bo", "manager", kind="acting", appointment="acting")))
    recorded(ledger, annul(undone))
    return ledger


def everything(ledger: Ledger) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables, and how far they are."""
    with ledger.journal.looking() as looking:
        if looking.schema is not None:
            looking.run(f"SET LOCAL search_path TO {looking.schema}")
        found = {kept.table.name: looking.run(f"SELECT * FROM {kept.table.name}") for kept in KEPT}  # noqa: S608 - ours
        found["projection"] = looking.run("SELECT * FROM projection")
    return {name: sorted(rows, key=str) for name, rows in found.items()}


def expected(ledger: Ledger) -> dict[str, list[tuple[Any, ...]]]:
    """The rows that the books have for each table."""
    return {
        kept.table.name: sorted(
            (row for one in ledger.books.things[kept.kind].values() for row in rows(kept, one)), key=str
        )
        for kept in KEPT
    }


@on_disk
def test_tables_move_with_the_entries(url: str, opened: Callable[[Ledger], Ledger]) -> None:  # noqa: F811
    ledger = opened(a_year(url))
    said = everything(ledger)
    assert {row[2] for row in said.pop("projection")} == {ledger.books.head}
    empty = {"lines", "committees", "restrictions"}
    assert {name for name, rows_there in said.items() if not rows_there} == empty
    assert normal(said) == normal(expected(ledger))
    for known in range(1, ledger.books.head + 1):
        for day in ("2026-01-01", "2026-02-15", "2026-06-30"):
            with ledger.journal.looking() as looking:
                agree(TablesAt(looking, on(day), known), AsOf(ledger.books, on(day), known))


def normal(said: dict[str, list[tuple[Any, ...]]]) -> dict[str, list[tuple[Any, ...]]]:
    """Yes and no as 1 and 0, which SQLite makes of them."""
    return {
        name: sorted((tuple(int(one) if isinstance(one, bool) else one for one in row) for row in there), key=str)
        for name, there in said.items()
    }


@on_disk
def test_rebuilt_tables_agree_and_take_the_place_of_the_others(
    url: str,  # noqa: F811
    opened: Callable[[Ledger], Ledger],  # noqa: F811
) -> None:
    ledger = opened(a_year(url))
    before, told = everything(ledger), list[tuple[int, int]]()
    done = rebuild(ledger.journal, lambda *numbers: told.append(numbers))
    assert (done.was, done.head, done.applied, done.differing) == ("agree", ledger.books.head, ledger.books.head, ())
    assert everything(ledger) == before
    assert told == sorted(told)
    assert told[-1][0] == told[-1][1]
    given(ledger, register("eve"))
    assert normal(expected(ledger)).items() <= normal(everything(ledger)).items()
    assert rebuild(ledger.journal).was == "agree"


@on_disk
def test_rows_that_were_tampered_with_are_named_and_put_right(
    url: str,  # noqa: F811
    opened: Callable[[Ledger], Ledger],  # noqa: F811
) -> None:
    ledger = opened(a_year(url))
    before = everything(ledger)
    tamper(ledger, "UPDATE {}positions SET title = 'king' WHERE position = 'chief'", "DELETE FROM {}acts")
    done = rebuild(ledger.journal)
    assert done.was == "differ"
    positions, acts = done.differing
    assert [row["title"] for row in positions.only_there] == ["king"]
    assert [row["title"] for row in positions.only_anew] == ["chief"]
    assert (acts.table, acts.only_there, len(acts.only_anew)) == ("acts", (), 2)
    assert everything(ledger) == before


def tamper(ledger: Ledger, *statements: str) -> None:
    """Write into the tables what nobody should."""
    with ledger.journal.locked() as writer:
        schema_of = writer.transaction.schema
        for statement in statements:
            writer.transaction.run(statement.format(f"{schema_of}." if schema_of else ""))


@on_disk
def test_a_ledger_written_without_tables_gets_them_with_its_next_entry(
    url: str,  # noqa: F811
    opened: Callable[[Ledger], Ledger],  # noqa: F811
) -> None:
    without = opened(house(url))
    following = opened(Ledger.open(url, clock=Clock(), followers=[Projections()]))
    given(following, register("eve"))
    assert normal(expected(following)).items() <= normal(everything(following)).items()
    given(without, register("fay"), grant("late", position("chief")))
    assert rebuild(without.journal).was == "behind"
    given(without, register("gus"))
    given(following, grant("later", position("chief")))
    assert normal(expected(following)).items() <= normal(everything(following)).items()
    assert rebuild(following.journal).was == "agree"


@on_disk
def test_tables_of_another_form_are_made_anew(url: str, opened: Callable[[Ledger], Ledger]) -> None:  # noqa: F811
    ledger = opened(a_year(url))
    tamper(
        ledger,
        "UPDATE {0}projection SET form = 0",
        "UPDATE {0}projection SET tables = 'gone ' || tables WHERE name = 'chart'",
        "CREATE TABLE {0}gone (one TEXT)",
        "DROP VIEW {0}results_today",
        "DROP TABLE {0}results",
    )
    given(ledger, register("eve"))
    assert normal(expected(ledger)).items() <= normal(everything(ledger)).items()
    with pytest.raises(StorageTrouble):
        tamper(ledger, "SELECT 1 FROM {}gone")


@on_disk
def test_what_a_follower_raises_takes_everything_back(url: str, opened: Callable[[Ledger], Ledger]) -> None:  # noqa: F811
    class Stumbling(Projections):
        def follow(self, transaction: Transaction, entries: Any, books: Any) -> None:  # noqa: ANN401 - passed on
            super().follow(transaction, entries, books)
            raise ArithmeticError

    opened(a_year(url))
    ledger = opened(Ledger.open(url, clock=Clock(on("2027-01-01")), followers=[Stumbling()]))
    before, tables = evidence(ledger), everything(ledger)
    with pytest.raises(ArithmeticError):
        ledger.submit(register("eve"), by=CLERK)
    with pytest.raises(ArithmeticError):
        ledger.submit_batch([register("eve"), register("fay")], by=CLERK, batch="two")
    assert (evidence(ledger), everything(ledger)) == (before, tables)
    assert image(ledger.books) == image(refolded(ledger))


@on_disk
def test_a_row_that_is_there_already_is_no_lost_race(url: str, opened: Callable[[Ledger], Ledger]) -> None:  # noqa: F811
    ledger = opened(a_year(url))
    ahead = f"known_from = {ledger.books.head + 1}"
    tamper(ledger, f"UPDATE {{}}persons SET person = 'eve', {ahead} WHERE person = 'dan'")  # noqa: S608 - ours
    before = ledger.journal.head()
    with pytest.raises(StorageTrouble) as caught:
        ledger.submit(register("eve"), by=CLERK)
    assert caught.value.code == "STORAGE_FAILED"
    assert ledger.journal.head() == before


@on_disk
def test_no_name_of_a_person_stands_in_a_table(url: str, opened: Callable[[Ledger], Ledger]) -> None:  # noqa: F811
    ledger = opened(a_year(url))
    given(ledger, register("eve", name="欧阳一娜", contact="yina@hengtong.example"))
    given(ledger, annul(recorded(ledger, register("fay")), reason="欧阳一娜 says so"))
    said = str(everything(ledger))
    assert "欧阳" not in said
    assert "yina" not in said
    before = everything(ledger)
    given(ledger, ErasePerson(person=PersonId("eve")))
    after = everything(ledger)
    before.pop("projection"), after.pop("projection")
    assert after == before


@on_disk
def test_every_query_of_the_page_is_answered(url: str, opened: Callable[[Ledger], Ledger]) -> None:  # noqa: F811
    ledger = opened(a_year(url))
    queries = re.findall(r"```sql\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert len(queries) > 8
    for query in queries:
        with ledger.journal.looking() as looking:
            if looking.schema is not None:
                looking.run(f"SET LOCAL search_path TO {looking.schema}")
            assert looking.run(query), query


@on_disk
def test_a_view_shows_what_is_known_and_in_force_today(url: str, opened: Callable[[Ledger], Ledger]) -> None:  # noqa: F811
    ledger = opened(a_year(url))
    given(ledger, grant("past", position("chief"), until="2026-02-01"))
    given(ledger, grant("future", position("chief"), since="8000-01-01"))
    with ledger.journal.looking() as looking:
        prefix = f"{looking.schema}." if looking.schema else ""
        found = looking.run(f"SELECT authority FROM {prefix}authorities_today ORDER BY authority")  # noqa: S608 - ours
    assert found == [("ads",), ("ads-2",)]


def test_every_column_is_told_on_the_page() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert columns(STATE.columns) in page
    assert common() in page
    for kept in KEPT:
        assert described(kept) in page, kept.table.name
        assert len({one.comment for one in list(kept.table.columns)[-COMMON:]} - {None}) == COMMON


def described(kept: Kept) -> str:
    """What the page says of a table."""
    keys = ", ".join(f"`{one.name}`" for one in kept.table.primary_key)
    own = columns(list(kept.table.columns)[:-COMMON])
    return (
        f"## `{kept.table.name}`\n\n{kept.table.comment} Key: {keys}.\n\n| column | what it says |\n|---|---|\n{own}\n"
    )


def common() -> str:
    """What the page says of the columns that every table has."""
    return f"| column | what it says |\n|---|---|\n{columns(list(KEPT[0].table.columns)[-COMMON:])}\n"


def columns(of: Iterable[Column[Any]]) -> str:
    """A row of the page for each column."""
    return "\n".join(f"| `{one.name}` | {one.comment} |" for one in of)


def test_remit_rebuild_says_whether_the_tables_agree(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = str(tmp_path / "ledger.db")
    a_year(file).journal.close()
    assert run(["rebuild", "--ledger", file]) == 0
    assert "row for row as they were" in capsys.readouterr().out
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE positions SET title = 'king' WHERE position = 'chief'")
    assert run(["rebuild", "--ledger", file, "--lang", "zh"]) == 1
    assert "与原表不一致" in (said := capsys.readouterr().out)
    assert "king" in said
    assert run(["rebuild", "--ledger", file, "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)["answer"]
    assert (answer["was"], answer["rows"]["acts"]) == ("agree", 2)
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("DROP TABLE projection")
    assert run(["rebuild", "--ledger", file]) == 0
    assert "there were none" in capsys.readouterr().out


def test_questions_do_without_sqlalchemy(tmp_path: Path) -> None:
    file = str(tmp_path / "ledger.db")
    a_year(file).journal.close()
    code = "import sys; from api.cli.app import run; run(sys.argv[1:]); print(*sys.modules)"
    for words in (("who", "approve", "spend"), ("chart",), ("log",)):
        command = [sys.executable, "-c", code, *words, "--ledger", file]
        done = subprocess.run(command, cwd=PAGE.parents[1], capture_output=True, text=True, check=True)
        assert "sqlalchemy" not in done.stdout.split()
