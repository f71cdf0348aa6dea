"""Why the ledger says no.

    Trouble                      everything below: a code and one sentence
    ├── BadInput                 the words cannot be read: names the field, and the file and line where they came from
    ├── StorageTrouble           the journal cannot be opened, read or written; nothing acknowledged is lost
    └── Refusal                  the words are clear and a rule of semantics.md forbids them; nothing is written
        ├── about names          UNKNOWN_NAME, NAME_TAKEN, ERASED
        ├── about lives          UNTIL_BEFORE_FROM, NOT_ALIVE, ENDED_ALREADY
        ├── about the house      SEAT_TAKEN, REPORTING_CYCLE, UNIT_CYCLE, MATTER_CYCLE, SUCCESSOR_CYCLE, SCOPE_CYCLE
        ├── about authority      LIMIT_NOT_STATED, NOT_THE_HOLDER, OWN_DELEGATION, NOT_DELEGABLE, DEPTH_EXCEEDED,
        │                        RESERVED, PERIOD_WIDER_THAN_SOURCE, LIMIT_ABOVE_SOURCE, SCOPE_WIDER_THAN_SOURCE,
        │                        RATE_MISSING, BASE_MISSING, NOT_SPECIAL
        ├── about targets        TARGET_CYCLE, PARTS_EXCEED_WHOLE
        ├── about acts           DIFFERS_FROM_ITEM, NOT_WITHIN_AUTHORITY, which bears the code of the check that failed
        ├── about corrections    NOTHING_TO_CORRECT
        └── about recording      COMMAND_ID_REUSED, CLOCK_BEHIND

A refusal takes facts and writes its own sentence: lower case, one sentence, the user's values in backticks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


_LONGEST_SHOWN = 60


def cut(value: str, longest: int = _LONGEST_SHOWN) -> str:
    """A user's value as it is shown: at most so many characters of it (60 in a sentence), then an ellipsis."""
    return value if len(value) <= longest else value[:longest] + "…"


class Trouble(Exception):
    """Anything the ledger says no to, with a stable code and one sentence."""

    code: ClassVar[str]
    position: int | None = None
    """The place of the command in its batch, counted from 0; None outside a batch."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class BadInput(Trouble):
    """Words that cannot be read.

    `field` is a dotted path; `file` and `line` are set where the words came from a file.
    """

    code = "BAD_INPUT"

    def __init__(self, field: str, sentence: str, *, file: str | None = None, line: int | None = None) -> None:
        super().__init__(sentence)
        self.field, self.file, self.line = field, file, line

    def placed(self, *, file: str, line: int, field: str | None = None) -> BadInput:
        """The same, with the place it came from."""
        return BadInput(field or self.field, self.sentence, file=file, line=line)

    def __str__(self) -> str:
        line = "" if self.line is None else f"{self.line}:"
        place = f"{self.file}:{line} " if self.file else ""
        return f"{place}{self.field}: {self.sentence}" if self.field else place + self.sentence


class StorageTrouble(Trouble):
    """The journal could not be opened, read or written. `code` says which; the ledger is as it was before."""

    code = "STORAGE_FAILED"

    def __init__(self, sentence: str, *, code: str = "STORAGE_FAILED") -> None:
        super().__init__(sentence)
        self.code = code  # type: ignore[misc]  # one class for all that storage can do, told apart by its code


class Refusal(Trouble):
    """A command that a rule forbids. Nothing was written."""

    def __init_subclass__(cls, **kwargs: object) -> None:
        super().__init_subclass__(**kwargs)
        name = cls.__name__
        cls.code = "".join(
            "_" + letter if letter.isupper() and at else letter for at, letter in enumerate(name)
        ).upper()


class UnknownName(Refusal):
    """A command speaks of a thing that this ledger does not know (or that was annulled)."""

    def __init__(self, kind: str, name: str, near: Iterable[str] = ()) -> None:
        hint = ", ".join(f"`{one}`" for one in near)
        super().__init__(f"no {kind} `{cut(name)}` is known" + (f"; near names: {hint}" if hint else ""))


class NameTaken(Refusal):
    """A command introduces a thing under an id that was given before."""

    def __init__(self, kind: str, name: str, seq: int) -> None:
        super().__init__(f"the {kind} id `{name}` was taken by entry {seq}")


class Erased(Refusal):
    """A command would write personal data of a person who was erased, or erase them again."""

    def __init__(self, person: str) -> None:
        super().__init__(f"the personal data of `{person}` was erased and is not written again")


class UntilBeforeFrom(Refusal):
    """A period ends at or before its start."""

    def __init__(self, since: str, until: str, *, last_day: bool = False) -> None:
        if last_day:
            super().__init__(f"the last day `{until}` lies before the start `{since}`")
        else:
            super().__init__(f"the period ends at `{until}`, not after its start `{since}`")


class NotAlive(Refusal):
    """A command speaks of a thing at a time at which it does not exist."""

    def __init__(self, kind: str, name: str, at: str) -> None:
        super().__init__(f"the {kind} `{name}` does not exist at `{at}`")


class EndedAlready(Refusal):
    """A new end is not before the end that is recorded: only a correction or annulment of that end moves it later."""

    def __init__(self, kind: str, name: str, ended: str, seq: int) -> None:
        super().__init__(f"the {kind} `{name}` already ends at `{ended}` by entry {seq}")


class SeatTaken(Refusal):
    """On some day a position would have more seat holders than seats."""

    def __init__(self, position: str, at: str, holders: Iterable[str], seats: int) -> None:
        held = ", ".join(f"`{one}`" for one in holders)
        super().__init__(f"position `{position}` has {seats} seat(s) and at `{at}` would be held by {held}")


_SHOWN = 8
"""How many names of a cycle a sentence shows in full."""


class _Cycle(Refusal):
    def __init__(self, path: Iterable[str], at: str) -> None:
        names = [f"`{one}`" for one in path]
        shown = names if len(names) <= _SHOWN else [*names[:4], f"… {len(names) - 7} more …", *names[-3:]]
        super().__init__(f"at `{at}` this would be a cycle: " + " → ".join(shown))


class ReportingCycle(_Cycle):
    """On some day a position would report, by line, to itself."""


class UnitCycle(_Cycle):
    """On some day a unit would lie within itself."""


class MatterCycle(_Cycle):
    """On some day a matter would be part of itself."""


class SuccessorCycle(_Cycle):
    """An abolished position would be succeeded by itself."""


class ScopeCycle(_Cycle):
    """On some day a scope value would lie below itself."""


class TargetCycle(_Cycle):
    """On some day a target would be part of itself."""


class PartsExceedWhole(Refusal):
    """On some day the parts of a target would sum to more than the whole, which does not say that they may."""

    def __init__(self, whole: str, at: str, parts: str, amount: str) -> None:
        super().__init__(f"at `{at}` the parts of target `{whole}` would sum to `{parts}`, the whole is `{amount}`")


class LimitNotStated(Refusal):
    """A grant or delegation without a limit: "unlimited" has to be said."""

    def __init__(self, authority: str) -> None:
        super().__init__(f"authority `{authority}` states no limit; write an amount, `unlimited` or `no authority`")


class NotTheHolder(Refusal):
    """Somebody delegates an authority that another holds."""

    def __init__(self, giver: str, authority: str, holder: str) -> None:
        super().__init__(f"`{giver}` does not hold `{authority}`, `{holder}` does")


class OwnDelegation(Refusal):
    """A delegation to the one who gives it or gave it further up, or an amendment of it by its own delegate."""

    def __init__(self, holder: str, authority: str) -> None:
        super().__init__(f"`{holder}` can neither be given `{authority}` by itself nor amend what it was given")


class NotDelegable(Refusal):
    """The source may not be delegated, or not further."""

    def __init__(self, source: str) -> None:
        super().__init__(f"authority `{source}` may not be delegated")


class DepthExceeded(Refusal):
    """The source may be delegated, but not so deep."""

    def __init__(self, source: str, asked: int, left: int) -> None:
        super().__init__(f"under `{source}` {left} further delegation(s) may stand, {asked} are asked for")


class Reserved(Refusal):
    """The matter is reserved: no delegated route covers it."""

    def __init__(self, matter: str, reserved: str) -> None:
        where = "is reserved" if matter == reserved else f"lies below `{reserved}`, which is reserved"
        super().__init__(f"matter `{matter}` {where} and may not be delegated")


class PeriodWiderThanSource(Refusal):
    """A delegation would begin before or end after its source."""

    def __init__(self, source: str, since: str, until: str) -> None:
        super().__init__(f"`{source}` is in force from `{since}` until `{until}` and the delegation reaches beyond")


class LimitAboveSource(Refusal):
    """A delegation's limit would let through more than its source."""

    def __init__(self, asked: str, source: str, held: str) -> None:
        super().__init__(f"the limit `{asked}` is above that of `{source}`, which is `{held}`")


class ScopeWiderThanSource(Refusal):
    """A delegation's scope or matter would reach beyond its source's."""

    def __init__(self, asked: str, source: str, held: str) -> None:
        super().__init__(f"`{asked}` is not within `{held}`, the reach of `{source}`")


class RateMissing(Refusal):
    """Two limits in different currencies can only be compared with a published rate."""

    def __init__(self, one: str, other: str) -> None:
        super().__init__(f"a rate between `{one}` and `{other}` is needed and none is published")


class BaseMissing(Refusal):
    """A percentage of a base figure can only be compared with another limit once that figure is published."""

    def __init__(self, base: str) -> None:
        super().__init__(f"the base figure `{cut(base)}` is needed and none is published")


class NotSpecial(Refusal):
    """Only a special grant names restrictions that it lifts, or has a number of uses."""

    def __init__(self, authority: str, kind: str, only: str = "lifts restrictions") -> None:
        super().__init__(f"grant `{authority}` is `{kind}`; only a special grant {only}")


class DiffersFromItem(Refusal):
    """An act that is to be authorised states something else than its item does, or an amount that is less than its."""

    def __init__(self, item: str, field: str, own: str, stated: str, seq: int) -> None:
        super().__init__(
            f"item `{cut(item)}` says `{cut(own)}` for `{cut(field)}` by entry {seq},"
            f" the act on it says `{cut(stated)}`"
        )


class NotWithinAuthority(Refusal):
    """An act that was to be authorised is not within authority; `code` is that of the first check that fails."""

    def __init__(  # noqa: PLR0913, PLR0917 - the facts of the sentence
        self, reason: str, who: str, act: str, item: str, facts: Mapping[str, object], seq: int | None
    ) -> None:
        said = ", ".join(f"{name} `{value}`" for name, value in facts.items())
        by = "" if seq is None else f" by entry {seq}"
        super().__init__(
            f"`{cut(who)}` is not within authority to {act} `{cut(item)}`: {reason}{by}"
            + (f" ({said})" if said else "")
        )
        self.code = reason  # type: ignore[misc]  # one class for all the reasons of the policy, told apart by their codes


class NothingToCorrect(Refusal):
    """A correction or annulment names an entry it cannot change, or replaces it by something else."""

    def __init__(self, seq: int, why: str) -> None:
        super().__init__(f"entry {seq} cannot be corrected so: {why}")


class CommandIdReused(Refusal):
    """A command id comes again with other content."""

    def __init__(self, command_id: str, seq: int) -> None:
        super().__init__(f"command id `{command_id}` was used by entry {seq} for something else")


class ClockBehind(Refusal):
    """The clock is more than five minutes behind the last entry."""

    def __init__(self, now: str, last: str) -> None:
        super().__init__(
            f"the clock says `{now}` and the last entry was recorded at `{last}`, more than five minutes later"
        )
