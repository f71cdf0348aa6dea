"""HTTP/1.1 on the wire: what a connection may cost before anybody knows who is at its other end.

A handshake of TLS and the head of a request have to come whole within some seconds of the connection, or of the answer
before; a head has a longest length; and what is sent has to be taken, though never faster than so many bytes each time.
Where as many connections are open as are kept, one that waits goes for each that comes: of those that never asked
anything the oldest, else of those that asked before. What is no HTTP is told so as everything else is, with a problem
document, unless an answer is still to come: then that one goes out, as the last.
"""

from __future__ import annotations

import fcntl
import sys
import termios
from collections import deque
from itertools import chain
from typing import TYPE_CHECKING, Any, cast
from uuid import uuid4
from weakref import WeakKeyDictionary

import uvicorn
from httptools import HttpParserError, HttpParserUpgrade, HttpRequestParser
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from api.http.logs import Seldom
from api.http.problems import Problem
from api.http.security import headers_around

if TYPE_CHECKING:
    import asyncio
    import ssl
    from asyncio.sslproto import SSLProtocol

    from uvicorn._types import ASGI3Application
    from uvicorn.protocols.http.httptools_impl import RequestResponseCycle
    from uvicorn.server import ServerState
else:
    try:
        from uvloop.loop import SSLProtocol
    except ImportError:
        from asyncio.sslproto import SSLProtocol

LONGEST_HEAD = 64 * 1024
"""How many bytes the head of a request may have, and what one reading brings beyond."""
LEAST_TAKEN = 16 * 1024
"""How many bytes a reader has to take each time that the patience with them would end."""
MOST_AHEAD = 100
"""How many requests may be sent ahead of their answers."""
_FAREWELL_SECONDS = 3_600.0
"""How long the end of TLS may take at most; `Wire` itself looks whether anything is taken meanwhile."""
_NOWHERE: deque[Any] = deque(maxlen=0)
"""Where the trailers of a request go, which nobody reads."""
_seldom = Seldom("remit.http")


class Configuration(uvicorn.Config):
    """How the server runs, as its own class says; but TLS begins in `spoken`, where nobody who waits is unknown."""

    tls: ssl.SSLContext | None = None

    def load(self) -> None:
        """Read the certificate and make the application."""
        super().load()
        self.tls, self.ssl = self.ssl, None


class _Waiting:
    """The connections of a server that ask nothing just now, in the order in which they began to wait."""

    def __init__(self) -> None:
        self.never_asked = dict[Wire, None]()
        self.asked = dict[Wire, None]()

    def leave_out(self, one: Wire) -> None:
        """It waits no longer."""
        self.never_asked.pop(one, None)
        self.asked.pop(one, None)

    def room_for(self, new: Wire) -> Wire:
        """Who goes for it; itself, where nobody else waits."""
        return next((one for one in chain(self.never_asked, self.asked) if one is not new), new)


_waiting: WeakKeyDictionary[ServerState, _Waiting] = WeakKeyDictionary()


class Wire(HttpToolsProtocol):
    """One connection. A timer of the class above, that for a kept connection, serves every wait for the other end."""

    def __init__(self, *, patience_seconds: float, connections: int, **given: Any) -> None:  # noqa: ANN401 - the server's
        super().__init__(**given)
        self._patience, self._most = patience_seconds, connections
        self._waiting = _waiting.setdefault(self.server_state, _Waiting())
        self._socket: asyncio.Transport | None = None
        """What is under TLS, or the transport itself."""
        self._greeted = False
        """Whether requests can come: the handshake of TLS is over, or there is none."""
        self._ending = False
        """Whether nothing more is heard."""
        self._answering: RequestResponseCycle | None = None
        """The request that is answered or was last; `cycle` is the one that came last."""
        self._idle_bytes = 0
        """How many bytes came since a head or a part of a body was there."""
        self._untaken = 0
        """How many bytes were still to be taken when this was last looked at."""
        self._anew = b""
        """The head of a request that offers another protocol, without that offer."""

    # The beginning

    def accepted(self, socket: asyncio.Transport) -> None:
        """The connection stands, though perhaps nobody can speak yet: what comes first is waited for."""
        self._socket = self.transport = socket
        self.connections.add(self)
        self._wait()
        if len(self.connections) > self._most:
            _seldom.error(f"{self._most:,} connections are open; of those that ask nothing some are closed")
            self._waiting.room_for(self).cut_off()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as the class above
        """Requests can come: from now on the first head is waited for."""
        self._greeted = True
        super().connection_made(transport)
        if self._socket is None:
            self.accepted(transport)
        else:
            self._wait()

    # The head of a request

    def data_received(self, data: bytes) -> None:
        """Some of a request."""
        if self._ending:
            return
        self._idle_bytes += len(data)
        try:
            self._parse(data)
        except HttpParserError:
            self._refuse(Problem(400, "BAD_REQUEST", "this is no request of HTTP/1.1"))
            return
        if self._idle_bytes > LONGEST_HEAD and not self._ending:
            self._refuse(Problem(431, "HEAD_TOO_LARGE", f"the head has more than {LONGEST_HEAD:,} bytes"))

    def _parse(self, data: bytes) -> None:
        """Feed the parser, which leaves a body unread where a head offers another protocol: then it reads it anew."""
        while True:
            try:
                self.parser.feed_data(data)
            except HttpParserUpgrade as offered:
                self.parser = HttpRequestParser(self)
                self.parser.set_dangerous_leniencies(lenient_data_after_close=True)
                data = self._anew + data[offered.args[0] :]
            else:
                return

    def on_headers_complete(self) -> None:
        """The head is whole. What comes of headers after the body is not kept."""
        if self.parser.should_upgrade():
            method = self.parser.get_method()
            if method == b"CONNECT":
                raise ValueError("this is no proxy")
            lines = [b"%b: %b\r\n" % one for one in self.headers if one[0] != b"upgrade"]
            version = self.parser.get_http_version().encode()
            self._anew = b"%b %b HTTP/%b\r\n%b\r\n" % (method, self.url, version, b"".join(lines))
            return
        self._idle_bytes = 0
        if len(self.pipeline) >= MOST_AHEAD:
            raise ValueError("too many requests ahead of their answers")
        self._no_longer_wait()
        super().on_headers_complete()
        if self.flow.write_paused:
            self._look_later()
        self.headers = _NOWHERE  # type: ignore[assignment]  # as much of a list as a parser needs

    def on_body(self, body: bytes) -> None:
        """Some of a body."""
        self._idle_bytes = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        """The body is whole, unless it is read anew."""
        if not self.parser.should_upgrade():
            super().on_message_complete()

    # The answer

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        self._answering = cycle
        super()._start_asgi_task(cycle, app)

    def _under_way(self) -> RequestResponseCycle | None:
        """The request that is not yet answered."""
        one = self._answering
        return None if one is None or one.response_complete else one

    def on_response_complete(self) -> None:
        """An answer was sent, and perhaps not yet taken: the next head is waited for, with the rest of a body."""
        self._no_longer_wait()
        super().on_response_complete()
        if self.transport.is_closing():
            self._leave()
        elif self._under_way() is None:
            self._wait()
        elif self.flow.write_paused:
            self._look_later()

    def pause_writing(self) -> None:
        """More is sent than is taken."""
        super().pause_writing()
        self._look_later()

    def resume_writing(self) -> None:
        """Almost all of it was taken."""
        if self._under_way() is not None and not self.transport.is_closing():
            self._no_longer_wait()
        super().resume_writing()

    # The patience with the other end

    def _wait(self) -> None:
        """Look in time whether a head came, or what was sent is taken; whoever comes meanwhile may take the place."""
        self._no_longer_wait()
        self._look_later()
        never = cast("RequestResponseCycle | None", self.cycle) is None
        (self._waiting.never_asked if never else self._waiting.asked)[self] = None

    def _look_later(self) -> None:
        self._unset_timer()
        self._untaken = self._left()
        self.timeout_keep_alive_task = self.loop.call_later(self._patience, self.timeout_keep_alive_handler)

    def _no_longer_wait(self) -> None:
        self._waiting.leave_out(self)
        self._unset_timer()

    def _unset_timer(self) -> None:
        if self.timeout_keep_alive_task is not None:
            self.timeout_keep_alive_task.cancel()
            self.timeout_keep_alive_task = None

    def _unset_keepalive_if_required(self) -> None:
        """Nothing: the class above waits no longer as soon as anything comes."""

    def timeout_keep_alive_handler(self) -> None:
        """The head has not come: who goes on taking an answer has time for it, everybody else has had it."""
        left, before = self._left(), self._untaken
        if before and before - left >= min(LEAST_TAKEN, before):
            self._look_later()
        elif left or self.transport.is_closing() or not self._greeted:
            self.cut_off()
        else:
            self._leave()

    def _left(self) -> int:
        """How many bytes are still to be taken, until the system has all of them."""
        socket = cast("asyncio.Transport", self._socket)
        left = socket.get_write_buffer_size()
        if self.transport is not socket:
            left += self.transport.get_write_buffer_size()
        return left and left + _sent_and_not_taken(socket)

    # The end

    def eof_received(self) -> None:
        """Nothing more comes, and the connection is closed once what was sent is taken."""
        if self.timeout_keep_alive_task is None:
            self._look_later()

    def connection_lost(self, exc: Exception | None) -> None:
        """It is over."""
        self._no_longer_wait()
        cycle = self._under_way()
        if cycle is not None:
            cycle.disconnected = True
            cycle.message_event.set()
        super().connection_lost(exc)

    def _refuse(self, no: Problem) -> None:
        """Say no and end the connection; where an answer is still to come, end it with that instead."""
        cycle = self._under_way()
        if cycle is not None and (cycle is not self.cycle or cycle.response_started or not cycle.more_body):
            self._ending = True
            cycle.keep_alive = False
            self.pipeline.clear()
            self.flow.resume_reading()
            return
        if cycle is not None:
            cycle.disconnected = True
            cycle.message_event.set()
        request_id = uuid4().hex
        answer = no.response(request_id)
        said = headers_around([*answer.raw_headers], request_id.encode(), https=self.scheme == "https")
        lines = [*self.server_state.default_headers, *said, (b"connection", b"close")]
        head = b"".join(b"%b: %b\r\n" % line for line in lines)
        self.transport.write(STATUS_LINE[no.status] + head + b"\r\n" + bytes(answer.body))
        self._leave()

    def _leave(self) -> None:
        """Close, once what was sent is taken; who does not take it is not waited for."""
        self._ending = True
        if not self.transport.is_closing():
            self.transport.close()
        self._wait()

    def cut_off(self) -> None:
        """End the connection at once."""
        self._ending = True
        self._no_longer_wait()
        self.connections.discard(self)
        cast("asyncio.Transport", self._socket).abort()


class _Secured(SSLProtocol):
    """TLS under a connection, which is one from its first byte on, whether its handshake ever ends or not."""

    def __init__(self, wire: Wire, context: ssl.SSLContext, patience_seconds: float) -> None:
        self._wire = wire
        super().__init__(
            wire.loop,
            wire,
            context,
            None,  # type: ignore[arg-type]  # nobody waits for it
            server_side=True,
            ssl_handshake_timeout=patience_seconds,  # type: ignore[arg-type]  # as good as a whole number there
            ssl_shutdown_timeout=_FAREWELL_SECONDS,
        )

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The connection stands."""
        self._wire.accepted(cast("asyncio.Transport", transport))
        super().connection_made(transport)

    def connection_lost(self, exc: BaseException | None) -> None:
        """It is over, before anything was said, too."""
        super().connection_lost(exc)
        self._wire.connection_lost(cast("Exception | None", exc))


def spoken(*, config: uvicorn.Config, patience_seconds: float, **given: Any) -> asyncio.BaseProtocol:  # noqa: ANN401 - the server's
    """What speaks on a new connection: HTTP, under TLS where there is a certificate."""
    wire = Wire(config=config, patience_seconds=patience_seconds, **given)
    context = config.tls if isinstance(config, Configuration) else None
    return wire if context is None else _Secured(wire, context, patience_seconds)


def _sent_and_not_taken(socket: asyncio.Transport) -> int:
    """How many bytes the system has still to bring to the other end, where it tells."""
    try:
        told = fcntl.ioctl(socket.get_extra_info("socket").fileno(), termios.TIOCOUTQ, bytes(4))
    except (OSError, ValueError):
        return 0
    return int.from_bytes(told, sys.byteorder)
