"""The life of an application: its ledger is opened, answered from, and given back; a silent server holds up nobody."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING

from api import bootstrap
from api.http.logs import Seldom
from api.http.service import Service, aside
from ledger.refusals import StorageTrouble

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from fastapi import FastAPI
    from starlette.datastructures import State

    from api.http.settings import Settings
    from ledger.moments import Instant
    from ledger.submit import Ledger

TRY_AGAIN_SECONDS = 1.0
"""How long after a ledger could not be opened it is tried again."""
CLOSING_SECONDS = 2.0
"""How long giving back connections may take: a thread that was left behind may still use one."""
_seldom = Seldom("remit.storage")


class Life:
    """`state.service` is there while the ledger is open, `state.closed` says why it cannot be opened.

    One that cannot be opened at the start is an error, where `state.patient` is not set. Raises StorageTrouble.
    """

    def __init__(self, settings: Settings, ledger: Ledger | None, clock: Callable[[], Instant]) -> None:
        self._settings, self._given, self._clock = settings, ledger, clock

    @asynccontextmanager
    async def __call__(self, app: FastAPI) -> AsyncIterator[None]:
        """From start to end."""
        state, meanwhile = app.state, list[asyncio.Task[None]]()
        try:
            self._begin(state, bootstrap.opened(self._settings.ledger) if self._given is None else self._given)
        except StorageTrouble as trouble:
            if not state.patient:
                raise
            state.closed = trouble
            meanwhile.append(asyncio.create_task(self._begin_in_time(state)))
        meanwhile.append(asyncio.create_task(state.metrics.follow(state)))
        try:
            yield
        finally:
            for one in meanwhile:
                one.cancel()
            if state.service is not None:
                await self._end(state.service)

    def _begin(self, state: State, opened: Ledger) -> None:
        state.service, state.closed = Service(self._settings, opened, self._clock), None
        state.service.start()

    async def _begin_in_time(self, state: State) -> None:
        """Try again until the ledger can be opened."""
        while state.closed is not None:
            _seldom.error(f"{state.closed.code} {state.closed.sentence}")
            await asyncio.sleep(TRY_AGAIN_SECONDS)
            try:
                self._begin(state, await aside(partial(bootstrap.opened, self._settings.ledger)))
            except StorageTrouble as trouble:
                state.closed = trouble

    async def _end(self, service: Service) -> None:
        await service.stop()
        if self._given is None:
            with suppress(TimeoutError):
                await asyncio.wait_for(aside(service.ledger.journal.close), CLOSING_SECONDS)
