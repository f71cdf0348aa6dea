"""What a run orders of its child process, and what the child tells of it, a line of JSON each."""

from __future__ import annotations

import msgspec

from features.spec.report import Failure, Outcome, Pair


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """What to run: the files, and for each the lines of the scenarios in it; the real ledger to ask, if any."""

    files: tuple[str, ...]
    lines: tuple[tuple[int, ...], ...]
    ledger: str | None = None


class Ran(msgspec.Struct, frozen=True, kw_only=True, tag="ran"):
    """An example that was run: its file and the row of its outline, both from 0, and the line of its scenario."""

    file: int
    line: int
    row: int
    outcome: Outcome
    seconds: float
    held: int
    failure: Failure | None = None


class Opened(msgspec.Struct, frozen=True, kw_only=True, tag="opened"):
    """The real ledger, as it was found."""

    place: str
    name: str
    head: int


class Broken(msgspec.Struct, frozen=True, kw_only=True, tag="broken"):
    """Something that keeps a file, or everything, from being run."""

    said: Pair
    file: int | None = None


class Refused(msgspec.Struct, frozen=True, kw_only=True, tag="refused"):
    """A ledger that cannot be opened: code and sentence."""

    code: str
    sentence: str


class Ended(msgspec.Struct, frozen=True, kw_only=True, tag="ended"):
    """The run came to its end; the last entry of the real ledger that answers stood on."""

    head: int | None = None


Message = Ran | Opened | Broken | Refused | Ended
