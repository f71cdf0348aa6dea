"""Facts that stand: what corrections and annulments make of a fact, in both times (semantics.md 2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given as given_any
from hypothesis import settings
from hypothesis import strategies as st

from ledger import submit
from ledger.books import AsOf, Books, fold, fold_tentatively
from ledger.commands import (
    EndAppointment,
    ErasePerson,
    PlaceScopeValue,
    RenameUnit,
    RetitlePosition,
    SetRule,
    SetSuperior,
    SuspendAuthority,
)
from ledger.ids import AppointmentId, AuthorityId, PersonId, PositionId, UnitId
from ledger.refusals import NameTaken
from tests.given import (
    CLERK,
    START,
    a_ledger,
    annul,
    appoint,
    assert_unchanged,
    correct,
    delegate,
    establish,
    evidence,
    form,
    given,
    grant,
    holders,
    house,
    image,
    on,
    position,
    reading,
    recorded,
    refolded,
    refused,
    register,
)
from tests.histories import journals

if TYPE_CHECKING:
    from ledger import Ledger
    from ledger.events import Entry


def called(name: str, since: str = "2026-02-01") -> RenameUnit:
    return RenameUnit(since=since, unit=UnitId("hq"), name=name)


def name_of_hq(ledger: Ledger, date: str = "2026-03-01", known: int | None = None) -> object:
    return reading(ledger, date, known).stated("unit", "hq", "name")


def test_a_correction_replaces_its_fact_from_then_on_as_known() -> None:
    ledger = a_ledger()
    formed = recorded(ledger, form("hq"))
    named = recorded(ledger, called("Centre"))
    corrected = recorded(ledger, correct(named, called("Middle")))

    assert name_of_hq(ledger) == "Middle"
    assert [name_of_hq(ledger, known=seq) for seq in (formed, named, corrected)] == ["hq", "Centre", "Middle"]


def test_of_two_corrections_the_latest_decides() -> None:
    ledger = a_ledger()
    given(ledger, form("hq"))
    named = recorded(ledger, called("Centre"))
    first = recorded(ledger, correct(named, called("Middle")))
    second = recorded(ledger, correct(named, called("Heart")))

    assert name_of_hq(ledger) == "Heart"
    given(ledger, annul(second))
    assert name_of_hq(ledger) == "Middle"
    given(ledger, annul(first))
    assert name_of_hq(ledger) == "Centre"


def test_an_annulled_earlier_correction_changes_nothing_while_a_later_one_stands() -> None:
    ledger = a_ledger()
    given(ledger, form("hq"))
    named = recorded(ledger, called("Centre"))
    first = recorded(ledger, correct(named, called("Middle")))
    second = recorded(ledger, correct(named, called("Heart")))
    given(ledger, annul(first))

    assert name_of_hq(ledger) == "Heart"
    given(ledger, annul(second))
    assert name_of_hq(ledger) == "Centre"


def test_an_annulled_fact_never_was_and_an_annulled_annulment_neither() -> None:
    ledger = a_ledger()
    given(ledger, form("hq"))
    named = recorded(ledger, called("Centre"))
    annulled = recorded(ledger, annul(named))
    assert name_of_hq(ledger) == "hq"

    restored = recorded(ledger, annul(annulled))
    assert name_of_hq(ledger) == "Centre"
    given(ledger, annul(restored))

    assert name_of_hq(ledger) == "hq"
    assert [name_of_hq(ledger, known=seq) for seq in (named, annulled, restored)] == ["Centre", "hq", "Centre"]


def test_a_correction_after_an_annulment_lets_the_fact_stand_and_an_annulment_after_a_correction_does_not() -> None:
    ledger = a_ledger()
    given(ledger, form("hq"))
    named = recorded(ledger, called("Centre"))
    given(ledger, annul(named))
    corrected = recorded(ledger, correct(named, called("Middle")))
    assert name_of_hq(ledger) == "Middle"

    given(ledger, annul(named))
    assert name_of_hq(ledger) == "hq"
    assert name_of_hq(ledger, known=corrected) == "Middle"


def test_a_corrected_fact_keeps_its_place_among_the_facts_of_its_day() -> None:
    ledger = a_ledger()
    given(ledger, form("hq"))
    earlier = recorded(ledger, called("Earlier"))
    given(ledger, called("Later"))
    corrected = recorded(ledger, correct(earlier, called("Earlier, corrected")))

    assert name_of_hq(ledger) == "Later"
    given(ledger, correct(earlier, called("Earlier, of the next day", since="2026-02-02")))
    assert name_of_hq(ledger) == "Earlier, of the next day"
    assert name_of_hq(ledger, known=corrected) == "Later"


def test_a_correction_may_move_a_fact_to_another_day() -> None:
    ledger = a_ledger()
    given(ledger, form("hq"))
    named = recorded(ledger, called("Centre"))
    given(ledger, correct(named, called("Centre", since="2026-04-01")))

    assert [name_of_hq(ledger, date) for date in ("2026-03-01", "2026-04-01")] == ["hq", "Centre"]
    assert name_of_hq(ledger, "2026-03-01", known=named) == "Centre"


def test_a_correction_of_the_beginning_moves_a_life_and_of_the_end_too() -> None:
    ledger = house()
    ended = recorded(ledger, EndAppointment(since="2026-05-01", appointment=AppointmentId("chen@manager")))
    given(ledger, correct(12, appoint("chen", "manager", since="2026-02-01")))
    given(ledger, correct(ended, EndAppointment(since="2026-06-01", appointment=AppointmentId("chen@manager"))))

    days = ("2026-01-31", "2026-02-01", "2026-05-31", "2026-06-01")
    assert [holders(ledger, "manager", day) for day in days] == [[], ["chen"], ["chen"], []]
    assert [holders(ledger, "manager", day, known=ended) for day in days] == [["chen"], ["chen"], [], []]


def test_a_correction_may_say_that_it_was_another() -> None:
    ledger = house()
    before = ledger.books.head
    given(ledger, correct(12, appoint("dan", "manager", appointment="chen@manager")))

    assert holders(ledger, "manager", "2026-02-01") == ["dan"]
    assert [one.position for one in reading(ledger, "2026-02-01").held_by("dan")] == ["manager"]
    assert reading(ledger, "2026-02-01").held_by("chen") == []
    assert holders(ledger, "manager", "2026-02-01", known=before) == ["chen"]


def test_what_was_said_about_an_annulled_thing_comes_back_with_it() -> None:
    ledger = a_ledger()
    formed = recorded(ledger, form("hq"))
    given(ledger, called("Centre"))
    annulled = recorded(ledger, annul(formed))
    assert name_of_hq(ledger) is None

    given(ledger, annul(annulled))
    assert name_of_hq(ledger) == "Centre"


def test_every_kind_of_timeline_is_corrected() -> None:
    ledger = house()
    given(ledger, establish("head", superior="chief"), grant("g", position("director")))
    title = recorded(ledger, RetitlePosition(since=START, position=PositionId("head"), title="Had"))
    superior = recorded(ledger, SetSuperior(since=START, position=PositionId("head"), superior=PositionId("manager")))
    placed = recorded(ledger, PlaceScopeValue(since=START, dimension="region", value="a", parent="b"))
    rule = recorded(ledger, SetRule(since=START, rule="vacancy", value="none"))
    paused = recorded(ledger, SuspendAuthority(since=START, authority=AuthorityId("g")))
    before = ledger.books.head

    given(
        ledger,
        correct(title, RetitlePosition(since=START, position=PositionId("head"), title="Head")),
        correct(superior, SetSuperior(since=START, position=PositionId("head"), superior=PositionId("director"))),
        correct(placed, PlaceScopeValue(since=START, dimension="region", value="a", parent="c")),
        correct(rule, SetRule(since=START, rule="vacancy", value="roll_up")),
        correct(paused, SuspendAuthority(since="2026-03-01", authority=AuthorityId("g"))),
    )

    def answers(known: int) -> tuple[object, ...]:
        books = reading(ledger, "2026-02-01", known)
        thing = ledger.books.things["authority"]["g"]
        life = books.life("authority", "g")
        assert life is not None
        return (
            books.stated("position", "head", "title"),
            books.superior("head"),
            books.parent_value("region", "a"),
            books.rule("vacancy"),
            books.property(thing, "suspended", life) is not None,
        )

    assert answers(before) == ("Had", "manager", "b", "none", True)
    assert answers(ledger.books.head) == ("Head", "director", "c", "roll_up", False)


@settings(max_examples=60, deadline=None)
@given_any(journals(30))
def test_as_known_before_nothing_changes(journal: list[Entry]) -> None:
    books, seen = Books(), dict[int, object]()
    for entry in journal:
        fold(books, entry)
        seen[entry.seq] = house_on(books, entry.seq)

    assert {seq: house_on(books, seq) for seq in seen} == seen


@settings(max_examples=60, deadline=None)
@given_any(journals(30), st.data())
def test_an_entry_taken_back_leaves_no_trace(journal: list[Entry], data: st.DataObject) -> None:
    kept = data.draw(st.integers(min_value=0, max_value=len(journal)))
    books, again = Books(), Books()
    for entry in journal[:kept]:
        fold(books, entry)
        fold(again, entry)
    undo = [fold_tentatively(books, entry) for entry in journal[kept:] if entry.seq > 1]
    for take_back in reversed(undo):
        take_back()

    if kept:
        assert image(books) == image(again)
        assert house_on(books, kept) == house_on(again, kept)


def house_on(books: Books, known: int) -> object:
    """Who holds what under whom, on some days, as known."""
    return [
        (
            [
                (name, view.alive("position", name), view.superior(name), view.incumbents(name))
                for name in ("p1", "p2", "p3", "p4", "p5", "p6")
            ],
            [view.rule("vacancy"), view.rule("superiors"), view.parent_value("region", "north-east")],
        )
        for date in ("2026-01-01", "2026-03-02", "2026-06-01")
        for view in [AsOf(books, on(date), known)]
    ]


# Batches taken back


def test_a_refused_batch_leaves_no_trace_of_its_corrections() -> None:
    ledger = house()
    given(
        ledger, grant("g", position("director"), depth=1), delegate("d", "g", position("director"), position("chief"))
    )

    no = refused(
        ledger,
        correct(2, form("hq", since="2026-02-01")),
        annul(5),
        correct(12, appoint("dan", "chief", kind="acting", appointment="chen@manager")),
        correct(12, appoint("chen", "chief", kind="acting", appointment="chen@manager")),
        annul(15),
        annul(21),
        register("eve"),
        ErasePerson(person=PersonId("anna")),
        PlaceScopeValue(since=START, dimension="region", value="a", parent="b"),
        SetRule(since=START, rule="vacancy", value="none"),
        form("hq"),
    )

    assert isinstance(no, NameTaken)
    assert no.position == 10
    assert holders(ledger, "manager", "2026-02-01") == ["chen"]


def test_after_a_refused_batch_the_next_command_is_decided_as_if_it_had_not_been() -> None:
    ledger, other = house(), house()
    refused(ledger, form("east"), annul(2), register("eve"), form("east"))
    for one in (ledger, other):
        given(one, form("east", parent="hq"), register("eve"))

    assert [name for _, name, _ in ledger.journal.stored()] == [name for _, name, _ in other.journal.stored()]
    assert ledger.books.head == other.books.head


def test_a_refused_correction_leaves_the_fact_standing() -> None:
    ledger = house()
    before = evidence(ledger)

    refused(ledger, correct(3, establish("chief", since="2026-03-01", until="2026-03-01")))
    refused(ledger, correct(3, establish("chief", superior="chief")))
    refused(ledger, correct(3, establish("chief", unit="nowhere")))

    assert_unchanged(ledger, before)
    assert holders(ledger, "chief", START) == ["anna"]


def test_a_trace_would_be_seen() -> None:
    ledger, other = house(), house()
    before = evidence(ledger)
    (entry,) = [one for one in other.journal.read(0, recorded(other, form("east"))) if one.seq > before.head]

    take_back = fold_tentatively(ledger.books, entry)
    with pytest.raises(AssertionError):
        assert_unchanged(ledger, before)
    take_back()
    assert_unchanged(ledger, before)


def test_a_long_refused_batch_leaves_no_trace_either(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(submit.ledger, "LONG_BATCH", 3)
    ledger = house()

    refused(ledger, form("east"), correct(2, form("hq", since="2026-02-01")), annul(5), annul(12), form("hq"))

    given(ledger, form("east"))
    assert image(ledger.books) == image(refolded(ledger))


def test_of_commands_each_on_its_own_the_refused_leave_no_trace() -> None:
    ledger = house()
    outcomes = ledger.submit_each(
        [form("east"), annul(12), form("hq"), correct(3, establish("chief", superior="manager")), annul(17)],
        by=CLERK,
        batch="each",
    )

    assert [type(one).__name__ for one in outcomes] == [
        "Receipt",
        "Receipt",
        "NameTaken",
        "ReportingCycle",
        "NothingToCorrect",
    ]
    assert image(ledger.books) == image(refolded(ledger))
    assert holders(ledger, "manager", "2026-02-01") == []
