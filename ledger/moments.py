"""Dates, instants, zones and half-open periods.

An **instant** is an aware `datetime` in UTC with a resolution of 1 µs. Every interval is half-open, `[from, until)`
(semantics.md, first line). People write an inclusive last day (`through`); it is stored as the start of the next day.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from ledger.refusals import BadInput, cut

Instant = datetime

MICROSECOND = timedelta(microseconds=1)
FOREVER: Instant = datetime.max.replace(tzinfo=UTC)
"""The end of what has no end. No fact can state it: dates beyond the year 9000 are refused."""
BEGINNING: Instant = datetime.min.replace(tzinfo=UTC)
"""Before everything that can be stated."""
EARLIEST, LATEST = date(1800, 1, 1), date(9000, 1, 1)
_NO_ZONES = frozenset({"localtime", "posixrules", "Factory"})
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})")


class Moment(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True, gc=False):
    """An instant as stored: `at` in UTC and, where a date was written, that date of the ledger's zone beside it."""

    at: Annotated[datetime, msgspec.Meta(tz=True)]
    date: date | None = None


class Asked(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A time in a question: the instant it means and, for a bare date, the first instant of that day.

    A bare date means the last microsecond of the day; `day_from` allows to look for changes during it.
    """

    at: datetime
    day_from: datetime | None = None


@lru_cache(maxsize=64)
def zone_named(name: str) -> ZoneInfo:
    """The IANA zone of that name. Raises BadInput, also for names that mean another thing on another machine."""
    unknown = BadInput("zone", f"`{cut(name)}` is not an IANA time zone")
    if name in _NO_ZONES or name.startswith(("posix/", "right/")):
        raise unknown
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise unknown from error


@lru_cache(maxsize=4096)
def start_of_day(day: date, zone: ZoneInfo) -> Instant:
    """The first instant of a day in a zone: midnight or, where the clock skips midnight, the end of the gap."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)
    if midnight.astimezone(zone).time() == time():
        return midnight
    before, first = midnight - timedelta(days=2), midnight
    while first - before > MICROSECOND:
        middle = before + (first - before) / 2
        before, first = (before, middle) if middle.astimezone(zone).date() >= day else (middle, first)
    return first


def end_of_day(day: date, zone: ZoneInfo) -> Instant:
    """The last microsecond of a day in a zone."""
    return start_of_day(day + timedelta(days=1), zone) - MICROSECOND


def read(text: str, field: str) -> date | Instant:
    """A date `2026-03-05`, or an instant with its offset `2026-03-05T15:00+08:00`, from the years 1800 to 8999.

    Raises BadInput naming `field`.
    """
    try:
        if _DATE.fullmatch(text):
            day = date.fromisoformat(text)
            if not EARLIEST <= day < LATEST:
                raise BadInput(field, f"`{text}` is outside the years 1800 to 8999")
            return day
        if _INSTANT.fullmatch(text):
            instant = datetime.fromisoformat(text).astimezone(UTC)
            if not EARLIEST <= instant.date() < LATEST:
                raise BadInput(field, f"`{text}` is outside the years 1800 to 8999")
            return instant
    except (ValueError, OverflowError) as error:
        raise BadInput(field, f"`{text}` is not a date of the calendar") from error
    raise BadInput(field, f"`{text[:60]}` is neither a date like 2026-03-05 nor an instant like 2026-03-05T15:00+08:00")


def moment(text: str, zone: ZoneInfo, field: str) -> Moment:
    """What a fact states as its time: a date means the first instant of that day. Raises BadInput naming `field`."""
    when = read(text, field)
    if isinstance(when, datetime):
        return Moment(when)
    return Moment(_existing(when, zone, field), when)


def _existing(day: date, zone: ZoneInfo, field: str) -> Instant:
    """The first instant of a day that the zone has; some have skipped a day. Raises BadInput naming `field`."""
    start = start_of_day(day, zone)
    if start == start_of_day(day + timedelta(days=1), zone):
        raise BadInput(field, f"there was no `{day.isoformat()}` in {zone.key}")
    return start


def period_end(through: str | None, until: str | None, zone: ZoneInfo) -> Moment | None:
    """The stored end of a period, from an inclusive last day (`through`) or an exclusive end (`until`).

    None for a period without end. Raises BadInput when both are given or `through` is an instant.
    """
    if through is None:
        return None if until is None else moment(until, zone, "until")
    if until is not None:
        raise BadInput("through", "give either `through` (the last day) or `until` (the end), not both")
    last = read(through, "through")
    if isinstance(last, datetime):
        raise BadInput("through", f"`{through}` is an instant; a last day is a date, an exact end is `until`")
    _existing(last, zone, "through")
    following = last + timedelta(days=1)
    return Moment(start_of_day(following, zone), following)


def asked(text: str, zone: ZoneInfo, field: str) -> Asked:
    """What a question's time means: a bare date is the last microsecond of that day. Raises BadInput naming `field`."""
    when = read(text, field)
    if isinstance(when, datetime):
        return Asked(at=when)
    return Asked(at=end_of_day(when, zone), day_from=_existing(when, zone, field))


def written(instant: Instant, zone: ZoneInfo) -> str:
    """An instant for people, in the zone: the date alone where it is the start of a day."""
    local = instant.astimezone(zone)
    if start_of_day(local.date(), zone) == instant:
        return local.date().isoformat()
    return local.isoformat(timespec="minutes" if not (local.second or local.microsecond) else "auto")
