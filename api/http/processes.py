"""Several processes on one socket: what they share, and what becomes of the others where one of them ends."""

from __future__ import annotations

import os
from contextlib import contextmanager
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from prometheus_client.multiprocess import mark_process_dead
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors import Multiprocess

from api.http.metrics import FOLDER
from ledger.refusals import StorageTrouble

if TYPE_CHECKING:
    from collections.abc import Iterator


class Processes(Multiprocess):
    """As many processes as are wanted. Where the first ones cannot begin all end; who comes later is patient."""

    def init_processes(self) -> None:
        """Start the first ones."""
        super().init_processes()
        self._known = {process.pid for process in self.processes}
        self.config.app.patient = True  # type: ignore[union-attr]  # an `Application`

    def keep_subprocess_alive(self) -> None:
        """Start another one for each that ended, of which no more than what it counted is shown."""
        super().keep_subprocess_alive()
        known = {process.pid for process in self.processes}
        for ended in self._known - known:
            mark_process_dead(ended, os.environ[FOLDER])  # type: ignore[no-untyped-call]  # the library has no types
        self._known = known

    @property
    def began(self) -> bool:
        """Whether none of them failed before it began to answer."""
        return all(process.exitcode != STARTUP_FAILURE for process in self.processes)


@contextmanager
def figures_shared() -> Iterator[None]:
    """A folder in which processes share their figures for as long as they run, unless one is stated.

    Raises StorageTrouble (NOT_STARTED) where none can be made.
    """
    if os.environ.get(FOLDER):
        yield
        return
    try:
        folder = TemporaryDirectory(prefix="remit-", ignore_cleanup_errors=True)
    except OSError as error:
        sentence = f"a folder for the figures of several processes cannot be made: {error.strerror}"
        raise StorageTrouble(sentence, code="NOT_STARTED") from error
    with folder as os.environ[FOLDER]:
        try:
            yield
        finally:
            del os.environ[FOLDER]
