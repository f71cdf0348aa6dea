"""What the running service counts, for Prometheus: requests, time, entries, the queue. No ids, no names, no amounts."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from starlette.responses import Response

from api.http.identity import requires

if TYPE_CHECKING:
    from starlette.requests import Request

    from api.http.service import Service

BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
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

    def of(self, service: Service) -> None:
        """Show how a service stands, too."""
        gauges = {
            "remit_head": ("The last entry that this process has folded", lambda: service.ledger.settled),
            "remit_commands_waiting": ("Commands that wait to be recorded", lambda: service.committer.waiting),
            "remit_streams": ("Streams of entries that are open", lambda: service.streams),
        }
        for name, (what, value) in gauges.items():
            if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
                Gauge(name, what, registry=self.registry).set_function(value)

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
        if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
            registry = CollectorRegistry()
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # the library's own signature has no types
        return generate_latest(registry)


async def figures(request: Request) -> Response:
    """The figures of the running service."""
    await _may_see(request)
    service: Service = request.app.state.service
    metrics: Metrics = request.app.state.metrics
    return Response(await service.away(metrics.text), headers={"content-type": CONTENT_TYPE_LATEST})
