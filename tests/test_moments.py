"""Days as zones have them: skipped midnights, skipped days, and the ends of days that meet."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from ledger.moments import MICROSECOND, asked, end_of_day, moment, period_end, start_of_day, written, zone_named
from ledger.refusals import BadInput


@pytest.mark.parametrize(
    ("zone", "day", "first"),
    [
        ("Asia/Shanghai", date(2026, 3, 5), "2026-03-04T16:00"),
        ("America/New_York", date(2026, 3, 8), "2026-03-08T05:00"),
        ("Africa/Cairo", date(2026, 4, 24), "2026-04-23T22:00"),
        ("America/Havana", date(2026, 3, 8), "2026-03-08T05:00"),
        ("America/Toronto", date(1919, 3, 31), "1919-03-31T04:30"),
        ("Pacific/Apia", date(2011, 12, 31), "2011-12-30T10:00"),
    ],
)
def test_a_day_begins_with_its_first_instant(zone: str, day: date, first: str) -> None:
    """Midnight or, where the clock skips it, the end of the gap."""
    where = zone_named(zone)
    start = start_of_day(day, where)
    assert start == datetime.fromisoformat(first).replace(tzinfo=UTC)
    assert start.astimezone(where).date() == day
    assert (start - MICROSECOND).astimezone(where).date() < day
    assert end_of_day(day - timedelta(days=1), where) == start - MICROSECOND


def test_a_day_that_a_zone_skipped_is_no_day() -> None:
    apia = zone_named("Pacific/Apia")
    for asking in (
        lambda: asked("2011-12-30", apia, "on"),
        lambda: moment("2011-12-30", apia, "from"),
        lambda: period_end("2011-12-30", None, apia),
    ):
        with pytest.raises(BadInput, match="there was no `2011-12-30` in Pacific/Apia"):
            asking()
    whole = period_end("2011-12-29", None, apia)
    assert whole is not None
    assert whole.at == start_of_day(date(2011, 12, 31), apia)


def test_a_date_means_the_start_in_a_fact_and_the_end_in_a_question() -> None:
    shanghai = zone_named("Asia/Shanghai")
    stated, question = moment("2026-03-05", shanghai, "from"), asked("2026-03-05", shanghai, "on")
    assert (stated.at, stated.date) == (question.day_from, date(2026, 3, 5))
    assert question.at - stated.at == timedelta(days=1) - MICROSECOND
    assert written(stated.at, shanghai) == "2026-03-05"


@pytest.mark.parametrize(
    "text", ["2024-02-30", "2024-2-3", "yesterday", "2026-03-05T10:00", "1799-12-31", "9000-01-01"]
)
def test_what_is_no_date_is_said_to_be_none(text: str) -> None:
    with pytest.raises(BadInput):
        moment(text, zone_named("UTC"), "from")
