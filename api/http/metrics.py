"""What the running service counts, for Prometheus: requests, time, entries, the queue. No ids, no names, no amounts."""

from __future__ import annotations

import asyncio
import os
from functools import partial
from typing import TYPE_CHECKING

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from starlette.responses import Response

from api.http.identity import requires

if TYPE_CHECKING:
    from starlette.datastructures import State
    from starlette.requests import Request

    from api.http.service import Service

BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""The variable that names the folder in which several processes share their figures."""
_may_see = requires("auditor", "administrator")


class Metrics:
    """The figures of one process; of all processes together where PROMETHEUS_MULTIPROC_DIR names a folder."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._seconds = Histogram(
            "remit_request_seconds",
            "Time to the end of an answer, streams of entries aside",
            ("method", "route"),
            buckets=BUCKETS,
            registry=self.registry,
        )
        self._answers = Counter("remit_answers", "Answers by status", ("route", "status"), registry=self.registry)
        self._bound: dict[tuple[str, str, int], tuple[Histogram, Counter]] = {}
        gauge = partial(Gauge, registry=self.registry)
        self._head = gauge("remit_head", "The last entry that is known", multiprocess_mode="max")
        self._waiting = gauge(
            "remit_commands_waiting", "Commands that wait to be recorded", multiprocess_mode="livesum"
        )
        self._streams = gauge("remit_streams", "Streams of entries that are open", multiprocess_mode="livesum")

    async def follow(self, state: State) -> None:
        """Show how the service stands, too, and to other processes within a second."""
        while True:
            if state.service is not None:
                self.look(state.service)
            await asyncio.sleep(1)

    def look(self, service: Service) -> None:
        """Show how the service stands now."""
        self._head.set(service.ledger.settled)
        self._waiting.set(service.committer.waiting)
        self._streams.set(service.streams)

    def note(self, method: str, route: str, status: int, seconds: float) -> None:
        """One answer."""
        bound = self._bound.get((method, route, status))
        if bound is None:
            bound = (self._seconds.labels(method, route), self._answers.labels(route, str(status)))
            self._bound[(method, route, status)] = bound
        bound[0].observe(seconds)
        bound[1].inc()

    def text(self) -> bytes:
        """The figures in the format that Prometheus reads."""
        registry = self.registry
        if FOLDER in os.environ:
            registry = CollectorRegistry()
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # the library's own signature has no types
        return generate_latest(registry)


async def figures(request: Request) -> Response:
    """The figures of the running service."""
    await _may_see(request)
    service: Service = request.app.state.service
    metrics: Metrics = request.app.state.metrics
    metrics.look(service)
    return Response(await service.away(metrics.text), headers={"content-type": CONTENT_TYPE_LATEST})
