"""Personal data: never in the journal, in the vault until it is erased, and nowhere after."""

from __future__ import annotations

import hashlib
import random
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from ledger import Ledger
from ledger.checking import check
from ledger.commands import Command, ErasePerson, RegisterPerson, RenamePerson
from ledger.events import FactCorrected, PersonRegistered
from ledger.ids import PersonId, Seq
from ledger.refusals import Erased, NothingToCorrect, UnknownName
from ledger.submit import ERASED
from tests.given import (
    CLERK,
    START,
    Clock,
    a_ledger,
    act,
    annul,
    appoint,
    correct,
    establish,
    form,
    given,
    holders,
    house,
    image,
    on,
    reading,
    recorded,
    refolded,
    refused,
    register,
    vault,
)

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

NAME, CONTACT, SECOND, REASON = "欧阳一娜", "yina@hengtong.example", "上官一娜", "身份证上写的是依娜"


def a_life(ledger: Ledger) -> list[int]:
    """Eve is registered, renamed, appointed; her registration and her appointment are corrected."""
    given(ledger, establish("desk"), establish("other"))
    eve = PersonId("eve")
    registered = recorded(ledger, RegisterPerson(since=START, person=eve, name=NAME, contact=CONTACT))
    renamed = recorded(ledger, RenamePerson(since="2026-03-01", person=eve, name=SECOND))
    appointed = recorded(ledger, appoint("eve", "desk"))
    again = RegisterPerson(since=START, person=eve, name="欧阳依娜", contact=CONTACT)
    corrected = recorded(ledger, correct(registered, again, reason=REASON))
    moved = recorded(ledger, correct(appointed, appoint("eve", "other", appointment="eve@desk"), reason=REASON))
    return [registered, renamed, appointed, corrected, moved]


def words() -> list[bytes]:
    """What must not be read anywhere once Eve is erased, as UTF-8 and as UTF-16."""
    said = [NAME, CONTACT, SECOND, REASON, "欧阳依娜", "依娜"]
    return [word.encode(form) for word in said for form in ("utf-8", "utf-16-le", "utf-16-be")]


def bytes_on_disk(path: Path) -> bytes:
    """All that the ledger's files hold: the file, the write-ahead log, the shared memory, a rollback journal."""
    return b"".join(one.read_bytes() for one in sorted(path.parent.glob(path.name + "*")))


def test_a_name_is_read_at_each_point_of_the_two_times() -> None:
    ledger = house()
    registered, renamed, appointed, corrected, _ = a_life(ledger)

    def name(date: str, known: int) -> str:
        return ledger.name("eve", on(date), Seq(known))

    assert [name("2026-02-01", known) for known in (registered, appointed, corrected)] == [NAME, NAME, "欧阳依娜"]
    assert [name("2026-03-01", known) for known in (registered, renamed, corrected)] == [NAME, SECOND, SECOND]
    assert name("2026-02-01", registered - 1) == "eve"


def test_the_vault_keeps_value_and_salt_behind_the_commitment() -> None:
    ledger = house()
    registered = a_life(ledger)[0]
    entry = ledger.journal.entry(registered)
    assert entry is not None
    assert isinstance(entry.event, PersonRegistered)

    kept = ledger.journal.value(entry.event.name)

    assert kept is not None
    salt, value = kept
    assert value == NAME
    assert len(salt) == 32
    assert entry.event.name == hashlib.sha256(salt + NAME.encode()).hexdigest()
    assert entry.event.contact != entry.event.name


def test_one_name_has_another_commitment_each_time() -> None:
    ledger = a_ledger()
    given(ledger, register("anna", name=NAME), register("bo", name=NAME))

    assert len({commitment for commitment, *_ in vault(ledger)}) == 2


def test_an_erased_name_reads_erased_at_every_known_time() -> None:
    ledger = house()
    entries = a_life(ledger)
    erased = recorded(ledger, ErasePerson(person=PersonId("eve")))

    for known in (*entries, erased):
        for date in ("2026-02-01", "2026-03-01", "2027-01-01"):
            assert ledger.name("eve", on(date), Seq(known)) == ERASED
    assert ledger.name("anna", on("2026-02-01"), Seq(erased)) == "ANNA"


def test_one_whose_registration_was_annulled_is_erased_too() -> None:
    ledger = house()
    entries = a_life(ledger)
    annulled = recorded(ledger, annul(entries[0], reason=REASON))
    assert ledger.name("eve", on("2026-02-01"), Seq(annulled - 1)) == "欧阳依娜"

    erased = recorded(ledger, ErasePerson(person=PersonId("eve")))

    assert {ledger.name("eve", on("2026-02-01"), Seq(known)) for known in range(entries[0], annulled)} == {ERASED}
    assert {ledger.name("eve", on("2026-02-01"), Seq(known)) for known in (annulled, erased)} == {"eve"}
    assert [one for one in vault(ledger) if one[1] == "eve"] == []
    given(ledger, annul(annulled, reason=REASON))
    assert ledger.name("eve", on("2026-02-01"), Seq(ledger.books.head)) == ERASED
    assert [one for one in vault(ledger) if one[1] == "eve"] == []
    assert not check(ledger).problems


def test_one_who_was_never_registered_is_not_erased() -> None:
    ledger = house()
    given(ledger, act("po", "bo", "2026-01-04", matter="spend"))

    for nobody in ("eve", "po", ""):
        assert isinstance(refused(ledger, ErasePerson(person=PersonId(nobody))), UnknownName)


def test_after_an_erasure_everything_else_answers_the_same() -> None:
    ledger = house()
    entries = a_life(ledger)
    before = list(ledger.journal.stored())

    def answers() -> list[object]:
        return [
            (holders(ledger, desk, date, known), reading(ledger, date, known).held_by("eve"))
            for desk in ("desk", "other", "manager")
            for date in ("2026-02-01", "2026-03-01")
            for known in entries
        ]

    answered = answers()
    given(ledger, ErasePerson(person=PersonId("eve")))

    assert answers() == answered
    assert [one for one in vault(ledger) if one[1] == "eve"] == []
    assert list(ledger.journal.stored())[:-1] == before
    assert image(ledger.books) == image(refolded(ledger))


def test_reasons_about_a_person_are_erased_with_the_person_and_others_stay() -> None:
    ledger = house()
    formed = recorded(ledger, form("sales"))
    others = recorded(ledger, correct(formed, form("sales", parent="hq"), reason="the unit lies in hq"))
    corrected, moved = a_life(ledger)[3:]
    given(ledger, ErasePerson(person=PersonId("eve")))

    def reason(seq: int) -> str:
        entry = ledger.journal.entry(seq)
        assert entry is not None
        assert isinstance(entry.event, FactCorrected)
        return ledger.personal(entry.event.reason)

    assert [reason(seq) for seq in (others, corrected, moved)] == ["the unit lies in hq", ERASED, ERASED]


def test_an_erased_name_is_in_no_file(tmp_path: Path) -> None:
    path = tmp_path / "ledger"
    ledger = house(str(path))
    a_life(ledger)
    assert any(word in bytes_on_disk(path) for word in words()), "the words are looked for in the wrong place"

    given(ledger, ErasePerson(person=PersonId("eve")))

    assert [word for word in words() if word in bytes_on_disk(path)] == []
    ledger.journal.close()
    assert [word for word in words() if word in bytes_on_disk(path)] == []
    assert b"ANNA" in bytes_on_disk(path)


def test_many_erasures_leave_no_name_and_take_no_other(tmp_path: Path) -> None:
    path = tmp_path / "ledger"
    ledger = a_ledger(str(path))
    chance = random.Random(7)  # noqa: S311 - not for secrets
    people = [f"p{number:03}" for number in range(300)]
    ledger.submit_batch(
        [register(one, name=f"name-of-{one}-{'.' * chance.randrange(250)}") for one in people], by=CLERK, batch="load"
    )
    gone = chance.sample(people, 200)
    ledger.submit_batch([ErasePerson(person=PersonId(one)) for one in gone], by=CLERK, batch="erasure")

    disk = bytes_on_disk(path)
    assert [one for one in gone if f"name-of-{one}".encode() in disk] == []
    assert [one for one in people if one not in gone and f"name-of-{one}".encode() not in disk] == []


def test_an_erasure_reaches_a_file_that_another_process_has_open(tmp_path: Path) -> None:
    path = tmp_path / "ledger"
    ledger = house(str(path))
    a_life(ledger)
    other = Ledger.open(str(path), clock=Clock())
    assert other.name("eve", on("2026-02-01"), Seq(other.books.head)) == "欧阳依娜"

    given(ledger, ErasePerson(person=PersonId("eve")))

    other.catch_up()
    assert other.name("eve", on("2026-02-01"), Seq(other.books.head)) == ERASED
    assert [word for word in words() if word in bytes_on_disk(path)] == []


def test_an_erasure_that_a_reader_keeps_from_the_files_is_not_called_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ledger.journal.sqlite.LOCK_TIMEOUT_SECONDS", 1)
    path = tmp_path / "ledger"
    ledger = house(str(path))
    a_life(ledger)
    with closing(sqlite3.connect(path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM vault").fetchone()
        try:
            given(ledger, ErasePerson(person=PersonId("eve")))
            said_done = True
        except Exception:  # noqa: BLE001 - whatever it says, it does not say that it is done
            said_done = False
        left = [word for word in words() if word in bytes_on_disk(path)]
    assert not (said_done and left)

    ledger.catch_up()
    given(ledger, form("later"), ErasePerson(person=PersonId("anna")))
    assert [word for word in words() if word in bytes_on_disk(path)] == []


def test_a_person_registered_and_erased_in_one_batch_was_never_in_the_vault() -> None:
    ledger = a_ledger()
    batch: list[Command] = [register("eve", name=NAME), ErasePerson(person=PersonId("eve"))]
    ledger.submit_batch(batch, by=CLERK, batch="at-once")

    assert vault(ledger) == []
    assert ledger.name("eve", on("2026-02-01"), Seq(3)) == ERASED


def test_a_refused_batch_puts_nothing_into_the_vault_and_erases_nothing() -> None:
    ledger = house()
    a_life(ledger)

    refused(ledger, register("fay", name="Fay"), ErasePerson(person=PersonId("eve")), form("hq"))

    assert ledger.name("eve", on("2026-02-01"), Seq(ledger.books.head)) == "欧阳依娜"


def test_no_text_about_an_erased_person_is_written_again() -> None:
    ledger = house()
    registered = a_life(ledger)[0]
    given(ledger, ErasePerson(person=PersonId("eve")))
    eve = PersonId("eve")

    assert isinstance(refused(ledger, RenamePerson(since="2026-05-01", person=eve, name=NAME)), Erased)
    assert isinstance(refused(ledger, correct(registered, RegisterPerson(since=START, person=eve, name=NAME))), Erased)
    appointed = recorded(ledger, appoint("eve", "manager", kind="acting"))
    kept = vault(ledger)

    given(ledger, annul(appointed, reason="Eve was never asked"))
    assert "eve" not in holders(ledger, "manager", "2026-05-01")
    assert vault(ledger) == kept


def test_an_erasure_is_not_annulled() -> None:
    ledger = house()
    erased = recorded(ledger, ErasePerson(person=PersonId("dan")))

    assert isinstance(refused(ledger, annul(erased)), NothingToCorrect)
    assert ledger.name("dan", on("2026-02-01"), Seq(erased)) == ERASED
