"""The service as processes: each its own ledger that catches up before it answers, its own committer; one socket.

Unless told otherwise it listens on this machine alone. Elsewhere it listens only where TLS and identity are settled:
with a certificate or behind a declared proxy, and with an OpenID provider or at least one local token.
"""

from __future__ import annotations

import asyncio
import signal
import threading
from functools import partial
from typing import TYPE_CHECKING, Any

import uvicorn
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors import Multiprocess

from api.http.app import create_app
from ledger.refusals import BadInput, StorageTrouble

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from types import FrameType

    from fastapi import FastAPI
    from starlette.types import ASGIApp, Receive, Scope, Send

    from api.http.settings import Settings
    from api.http.tokens import Tokens

    _Handler = Callable[[int, FrameType | None], Any] | int | signal.Handlers | None

STOPPING_SECONDS = 20
"""How long requests under way may take once the service is asked to stop."""
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"},
        "bare": {"format": "%(message)s"},
    },
    "handlers": {
        "plain": {"class": "logging.StreamHandler", "formatter": "plain"},
        "bare": {"class": "logging.StreamHandler", "formatter": "bare"},
    },
    "loggers": {
        "uvicorn": {"handlers": ["plain"], "level": "INFO", "propagate": False},
        "remit": {"handlers": ["plain"], "level": "INFO", "propagate": False},
        "remit.audit": {"handlers": ["bare"], "level": "INFO", "propagate": False},
    },
}
"""All on standard error, which whoever runs the service keeps. No request's headers or body are ever logged."""


def check(settings: Settings, tokens: Tokens, now: datetime) -> None:
    """Nothing, if the service may listen where the settings say. Raises BadInput naming what is missing."""
    if settings.on_loopback:
        return
    where = f"to listen on `{settings.host}`"
    if settings.tls_certificate is None and not settings.behind_proxy:
        raise BadInput("REMIT_HOST", f"{where}, state a certificate and its key, or that a proxy before it ends TLS")
    if not settings.base_url.startswith("https://"):
        raise BadInput("REMIT_PUBLIC_URL", f"{where}, state the https address that callers use")
    if settings.oidc_issuer is None and not any(token.valid(now) for token in tokens.listed()):
        raise BadInput("REMIT_TOKENS", f"{where}, state an OpenID provider or make a token: nobody could call")


def serve(settings: Settings, *, access_log: bool = False) -> None:
    """Answer until told to stop by SIGTERM or SIGINT; then finish what is under way, record what waits, and end.

    Raises StorageTrouble where no process could begin; why is in the log.
    """
    signal.signal(signal.SIGTERM, _end)
    config = uvicorn.Config(
        Application(settings),
        factory=True,
        interface="asgi3",
        host=settings.host,
        port=settings.port,
        workers=settings.workers,
        log_config=LOGGING,
        access_log=access_log,
        proxy_headers=settings.behind_proxy,
        server_header=False,
        ws="none",
        lifespan="on",
        ssl_certfile=settings.tls_certificate,
        ssl_keyfile=settings.tls_key,
        timeout_graceful_shutdown=STOPPING_SECONDS,
    )
    try:
        began = _run(config)
    except SystemExit as ended:
        if not ended.code:
            raise
        began = False
    if not began:
        raise StorageTrouble("the service could not begin; the log says why", code="NOT_STARTED")


def _run(config: uvicorn.Config) -> bool:
    """Answer, in this process or in several of its own, until told to stop; whether it ever began."""
    if config.workers == 1:
        server = uvicorn.Server(config)
        server.run()
        return server.started
    several = Multiprocess(config, sockets=[config.bind_socket()])
    several.run()
    return all(process.exitcode != STARTUP_FAILURE for process in several.processes)


def _end(_: int, __: FrameType | None) -> None:
    """What a server that has stopped does with the signal that stopped it: whoever waits for it can tidy up."""
    raise SystemExit(0)


class Application:
    """Makes the application of a process, in that process."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def __call__(self) -> ASGIApp:
        """The application; it opens the ledger when it starts."""
        app = create_app(self._settings)

        async def until_told(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] == "lifespan":
                _end_streams_when_told(app)
            await app(scope, receive, send)

        return until_told


def _end_streams_when_told(app: FastAPI) -> None:
    """Let SIGTERM and SIGINT end the streams of entries, for which a server that stops would wait, before all else."""
    if threading.current_thread() is not threading.main_thread():
        return
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, partial(_told, loop, app, signal.getsignal(number)))


def _told(
    loop: asyncio.AbstractEventLoop, app: FastAPI, before: _Handler, number: int, frame: FrameType | None
) -> None:
    service = getattr(app.state, "service", None)
    if service is not None:
        loop.call_soon_threadsafe(service.end_streams)
    if callable(before):
        before(number, frame)
