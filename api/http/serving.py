"""The service as processes: each its own ledger that catches up before it answers, its own committer; one socket.

Unless told otherwise it listens on this machine alone. Elsewhere it listens only where TLS and identity are settled:
with a certificate or behind declared proxies, and with an OpenID provider or at least one local token.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import resource
import signal
import socket
import ssl
import threading
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import uvicorn

from api.http.app import create_app
from api.http.logs import LOGGING
from api.http.oidc import provider
from api.http.processes import Processes, figures_shared
from api.http.wire import Configuration, spoken
from ledger.refusals import BadInput, StorageTrouble

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from types import FrameType

    from starlette.datastructures import State
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from api.http.settings import Settings
    from api.http.tokens import Token, Tokens

    _Handler = Callable[[int, FrameType | None], Any] | int | signal.Handlers | None

STOPPING_SECONDS = 20
"""How long requests under way may take once the service is asked to stop."""
ENDING_SECONDS = STOPPING_SECONDS + 15
"""How long the whole of it may take; whatever is under way then, in a thread that hangs, is broken off."""
_OTHER_FILES = 200
"""How many files a process needs besides its connections."""
_log = logging.getLogger("remit.http")


def check(settings: Settings, tokens: Tokens, now: datetime) -> None:
    """Nothing, if the service may listen where the settings say, and can. Raises BadInput naming what is missing."""
    provider(settings)
    _check_certificate(settings)
    if settings.on_loopback:
        return
    where = f"to listen on `{settings.host}`"
    if settings.tls_certificate is None and not settings.behind_proxy:
        raise BadInput("REMIT_HOST", f"{where}, state a certificate and its key, or that a proxy before it ends TLS")
    if settings.behind_proxy and settings.proxies is None:
        raise BadInput("REMIT_PROXIES", f"{where}, state the addresses or networks of the proxy: it alone is answered")
    if not settings.base_url.startswith("https://"):
        raise BadInput("REMIT_PUBLIC_URL", f"{where}, state the https address that callers use")
    if settings.oidc_issuer is None and not any(token.valid(now) for token in tokens.listed()):
        raise BadInput("REMIT_TOKENS", f"{where}, state an OpenID provider or make a token: nobody could call")


def _check_certificate(settings: Settings) -> None:
    """Nothing, if there is none or it can be used. Raises BadInput naming the file."""
    certificate, key = settings.tls_certificate, settings.tls_key
    if certificate is None or key is None:
        return
    for variable, file in (("REMIT_TLS_CERTIFICATE", certificate), ("REMIT_TLS_KEY", key)):
        try:
            Path(file).read_bytes()
        except OSError as error:
            raise BadInput(variable, f"`{file}` cannot be read: {error.strerror}") from error
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key, password=bytes)
    except (ssl.SSLError, ValueError) as error:
        raise BadInput("REMIT_TLS_KEY", f"`{key}` is no key, without a password, of `{certificate}`") from error


def bound(settings: Settings) -> socket.socket:
    """Where the service will listen; nobody is answered yet. Raises StorageTrouble (NOT_STARTED)."""
    try:
        found = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, kind, protocol, _, address = min(found, key=lambda one: one[0])
        bound = socket.socket(family, kind, protocol)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(address)
    except OSError as error:
        why = (error.strerror or "there is no such address").lower()
        raise StorageTrouble(f"`{settings.host}`, port {settings.port}: {why}", code="NOT_STARTED") from error
    return bound


def serve(
    settings: Settings, listening: socket.socket, also: tuple[Token, ...] = (), *, access_log: bool = False
) -> None:
    """Answer until told to stop by SIGTERM or SIGINT; then finish what is under way, record what waits, and end.

    Raises StorageTrouble where no process could begin; why is in the log.
    """
    signal.signal(signal.SIGTERM, _end)
    config = configured(settings, Application(settings, also), access_log=access_log)
    try:
        began = _run(config, listening)
    except SystemExit as ended:
        if not ended.code:
            raise
        began = False
    if not began:
        raise StorageTrouble("the service could not begin; the log says why", code="NOT_STARTED")


def configured(settings: Settings, factory: Callable[[], ASGIApp], *, access_log: bool = False) -> uvicorn.Config:
    """How the server treats connections; the process may open as many files as they need, as far as the system lets."""
    wire = partial(spoken, patience_seconds=settings.patience_seconds, connections=_room_for(settings.connections))
    return Configuration(
        factory,
        factory=True,
        http=wire,  # type: ignore[arg-type]  # as much of a class as is needed
        interface="asgi3",
        workers=settings.workers,
        log_config=LOGGING,
        access_log=access_log,
        proxy_headers=False,
        server_header=False,
        ws="none",
        lifespan="on",
        ssl_certfile=settings.tls_certificate,
        ssl_keyfile=settings.tls_key,
        timeout_graceful_shutdown=STOPPING_SECONDS,
    )


def _room_for(connections: int) -> int:
    """How many connections there are files for, once the process may open as many as it needs and the system lets."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = connections + _OTHER_FILES
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return connections
    allowed = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
    return max(1, allowed - _OTHER_FILES)


def _run(config: uvicorn.Config, listening: socket.socket) -> bool:
    """Answer, in this process or in several of its own, until told to stop; whether it ever began."""
    if config.workers == 1:
        server = uvicorn.Server(config)
        server.run([listening])
        return server.started
    with figures_shared():
        several = Processes(config, sockets=[listening])
        several.run()
        return several.began


def _end(_: int, __: FrameType | None) -> None:
    """What a server that has stopped does with the signal that stopped it: whoever waits for it can tidy up."""
    raise SystemExit(0)


class Application:
    """Makes the application of a process, in that process; where it is `patient`, as `Life` tells."""

    def __init__(self, settings: Settings, also: tuple[Token, ...] = ()) -> None:
        self._settings, self._also = settings, also
        self.patient = False

    def __call__(self) -> ASGIApp:
        """The application; it opens the ledger when it starts."""
        app = create_app(self._settings, also=self._also)
        app.state.patient = self.patient

        async def until_told(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "lifespan":
                await app(scope, receive, send)
                return
            _heed_the_end(app.state)
            await app(scope, receive, _keeping(send))

        return until_told


def _keeping(send: Send) -> Send:
    """Before it is said that the service began: what is there stays, so the cycle collector has to go through none.

    It would stop all answers for as long as it takes to go through the books, again and again.
    """

    async def said(message: Message) -> None:
        if message["type"] == "lifespan.startup.complete":
            gc.collect()
            gc.freeze()
        await send(message)

    return said


def _heed_the_end(state: State) -> None:
    """Let SIGTERM and SIGINT end the streams of entries, for which a server that stops would wait, before all else.

    And let the process end in any case, whichever thread hangs.
    """
    if threading.current_thread() is not threading.main_thread():
        return
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, partial(_told, loop, state, signal.getsignal(number)))


def _told(
    loop: asyncio.AbstractEventLoop, state: State, before: _Handler, number: int, frame: FrameType | None
) -> None:
    ending = threading.Timer(ENDING_SECONDS, _break_off)
    ending.daemon = True
    ending.start()
    if state.service is not None:
        loop.call_soon_threadsafe(state.service.end_streams)
    if callable(before):
        before(number, frame)


def _break_off() -> None:
    _log.error("the process did not end within %d s and is broken off", ENDING_SECONDS)
    os._exit(1)
