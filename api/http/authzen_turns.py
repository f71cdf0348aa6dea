"""Work in parts: a generator that yields between them, so that others have their turn meanwhile.

Several evaluations and searches may take long. They are worked on for a moment at a time, each in the order in which
they come, and what nobody waits for any more goes on no further.
"""

from __future__ import annotations

from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Generator

    from api.http.reading import Reading

T = TypeVar("T")
TURN_SECONDS = 0.02
"""How long work goes on before others have their turn; a part that takes longer is not interrupted."""


async def in_turns(reading: Reading, work: Generator[None, None, T]) -> T:
    """What work on the books of a reading comes to, turn by turn. Raises what the work raises."""
    while not (ended := await reading.in_turn(partial(_some_of, work))):
        pass
    return ended[0]


def finished(work: Generator[None, None, T]) -> T:
    """What it comes to without a pause."""
    while not (ended := _some_of(work)):
        pass
    return ended[0]


def _some_of(work: Generator[None, None, T]) -> list[T]:
    """Do a turn of it; what it came to, where that was the end."""
    until = monotonic() + TURN_SECONDS
    try:
        next(work)
        while monotonic() < until:
            next(work)
    except StopIteration as end:
        return [end.value]
    return []
