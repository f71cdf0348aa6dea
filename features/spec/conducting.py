"""The child process of a run: begun, listened to, and never left behind."""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from features.spec.order import Message, Order, Ran

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

HOUSE = Path(__file__).resolve().parents[2]
_CHILD = "from features.spec.child import main; main()"
_CHUNK = 1 << 16
_TAIL = 600


class Conducted(NamedTuple):
    """What the child told, whether its time was up, its exit code, and the end of what it said beside."""

    messages: tuple[Message, ...]
    late: bool
    code: int
    said: str


def conduct(order: Order, *, seconds: float, progress: Callable[[int], None] | None = None) -> Conducted:
    """Run an order in a child process, in no more than so many seconds; `progress` is told how many examples ended.

    However this ends, by its end, by time or by an interrupt, the child and what it began are gone.
    """
    ends = time.monotonic() + seconds
    orders, ordering = os.pipe()
    results, resulting = os.pipe()
    messages: list[Message] = []
    with tempfile.TemporaryFile() as beside, os.fdopen(ordering, "wb") as to_child, os.fdopen(results, "rb") as told:
        try:
            child = subprocess.Popen(  # noqa: S603 - this interpreter, and a line that stands here
                [sys.executable, "-P", "-c", _CHILD, str(orders), str(resulting)],
                stdin=subprocess.DEVNULL,
                stdout=beside,
                stderr=beside,
                env=surroundings(os.environ),
                pass_fds=(orders, resulting),
                start_new_session=True,
            )
        finally:
            os.close(orders)
            os.close(resulting)
        late, done = False, 0
        try:
            with suppress(BrokenPipeError):
                to_child.write(msgspec.json.encode(order) + b"\n")
                to_child.flush()
            for line in _lines(told.fileno(), ends):
                messages.append(msgspec.json.decode(line, type=Message))
                done += isinstance(messages[-1], Ran)
                if progress is not None:
                    progress(done)
            child.wait(max(0.0, ends - time.monotonic()))
        except (TimeoutError, subprocess.TimeoutExpired):
            late = True
        finally:
            _end(child)
        beside.seek(0)
        said = beside.read().decode("utf-8", "replace").strip()[-_TAIL:]
    return Conducted(tuple(messages), late, child.returncode, said)


def surroundings(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment of the child: nothing in it speaks to pytest or to Python but what is said here."""
    kept = {name: value for name, value in environment.items() if not name.startswith(("PYTEST", "PYTHON", "COV_"))}
    return kept | {
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": str(HOUSE),
        "PYTHONUTF8": "1",
    }


def _lines(pipe: int, ends: float) -> Iterator[bytes]:
    """Whole lines as they come, up to the end of the pipe. Raises TimeoutError when the time is up."""
    rest = b""
    with selectors.DefaultSelector() as waiting:
        waiting.register(pipe, selectors.EVENT_READ)
        while True:
            if not waiting.select(max(0.0, ends - time.monotonic())):
                raise TimeoutError
            chunk = os.read(pipe, _CHUNK)
            if not chunk:
                return
            *lines, rest = (rest + chunk).split(b"\n")
            yield from lines
            if time.monotonic() >= ends:
                raise TimeoutError


def _end(child: subprocess.Popen[bytes]) -> None:
    """The child, and everything in its session, is ended if it has not ended by itself."""
    if child.poll() is None:
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()
