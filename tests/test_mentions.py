"""Which things an entry speaks of, and which thing is meant by what people call it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from api.names import Names, UnknownName
from api.words import Words
from ledger.ids import Seq
from projections.mentions import mentioned
from tests.given import (
    act,
    base_figure,
    cap,
    contract,
    given,
    grant,
    house,
    jointly,
    on,
    open_item,
    person,
    position,
    ratify,
    recorded,
    register,
    report,
    target,
)

if TYPE_CHECKING:
    from ledger import Ledger
    from ledger.commands import Command

SPOKEN_OF: tuple[tuple[Command, set[str]], ...] = (
    (
        act("r1", "bo", "2026-03-05", deed="d1", matter="spend", claimed="director", requester="dan"),
        {"d1", "r1", "approve", "bo", "spend", "director", "dan"},
    ),
    (ratify("d1", "anna", "2026-03-06", ratification="n1"), {"n1", "d1", "anna", "r1", "bo"}),
    (open_item("r2", attributes={"contract": "c1"}, beneficiary="dan"), {"r2", "spend", "c1", "dan", "contract"}),
    (contract("c1", options={"year": "5元"}, parties=("North",)), {"c1", "spend", "North"}),
    (
        target("t1", "10 CNY", phases={"2026-01": "10"}),
        {"t1", "director", "target.sales"},
    ),
    (report("t1", "2026-01", "3", since="2026-02-01", report_id="n2"), {"n2", "t1"}),
    (grant("g", position("chief"), limit="1% of net assets"), {"g", "chief", "approve", "spend", "net assets"}),
    (base_figure("net assets", "5 CNY"), {"net assets"}),
    (cap("g", "5 CNY"), {"g"}),
    (jointly("g", 2, (1, (person("dan"), position("director")))), {"g", "dan", "director"}),
)


def test_an_entry_speaks_of_all_things_that_stand_in_it() -> None:
    ledger = house()
    for command, things in SPOKEN_OF:
        entry = ledger.journal.entry(Seq(recorded(ledger, command)))
        assert entry is not None
        assert mentioned(ledger.books, entry.event, ledger.books.head) == things


def test_a_contract_is_found_by_its_title_also_as_an_item() -> None:
    ledger = house()
    given(ledger, contract("c1"), register("eve"), open_item("r1"), act("r2", "bo", "2026-03-05", matter="spend"))
    names = names_of(ledger)

    assert [names.find("item", one, "item") for one in ("c1", "r1", "r2")] == ["c1", "r1", "r2"]
    assert names.find("contract", "C1", "contract") == names.find("item", " C1", "item") == "c1"
    with pytest.raises(UnknownName, match="no item `r9` is known"):
        names.find("item", "r9", "item")


def test_targets_and_deeds_go_by_their_ids() -> None:
    ledger = house()
    given(ledger, target("t1", "10 CNY"), act("r1", "bo", "2026-03-05", deed="d1", matter="spend"))
    names = names_of(ledger)

    assert (names.find("target", "t1", "target"), names.find("deed", "d1", "deed")) == ("t1", "d1")
    assert (names.shown("target", "t1"), names.shown("deed", "d1"), names.shown("item", "r1")) == ("t1", "d1", "r1")
    with pytest.raises(UnknownName, match="near names: `t1`"):
        names.find("target", "t2", "target")


def names_of(ledger: Ledger) -> Names:
    """The names at a day in spring."""
    return Names(ledger, Words("en"), on("2026-04-01"), Seq(ledger.books.head))
