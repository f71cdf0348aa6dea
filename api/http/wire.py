"""HTTP/1.1 on the wire: what a connection may cost before anybody knows who is at its other end.

The head of a request has to come whole within some seconds of the connection, or of the answer before; it has a longest
length; and what is sent has to be taken. Where as many connections are open as are kept, one that waits for a head goes
for each that comes. What is no HTTP is told so as everything else is, with a problem document.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any, cast
from uuid import uuid4

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from api.http.logs import Seldom
from api.http.problems import Problem
from api.http.security import headers_around

if TYPE_CHECKING:
    import asyncio

    from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

LONGEST_HEAD = 64 * 1024
"""How many bytes the head of a request may have, and what one reading brings beyond."""
LEAST_TAKEN = 16 * 1024
"""How many bytes a reader has to take each time that the patience with them would end."""
MOST_AHEAD = 100
"""How many requests may be sent ahead of their answers."""
_NOWHERE: deque[Any] = deque(maxlen=0)
"""Where the trailers of a request go, which nobody reads."""
_seldom = Seldom("remit.http")


class Wire(HttpToolsProtocol):
    """One connection. A timer of the class above, that for a kept connection, serves every wait for a head."""

    def __init__(self, *, patience_seconds: float, connections: int, **given: Any) -> None:  # noqa: ANN401 - the server's
        super().__init__(**given)
        self._patience, self._most = patience_seconds, connections
        self.timeout_keep_alive = patience_seconds  # type: ignore[assignment]  # as good as a whole number there
        self._idle_bytes = 0
        """How many bytes came since a head or a part of a body was there."""
        self._untaken = 0
        self._taking: asyncio.TimerHandle | None = None

    # The head of a request

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as the class above
        """The connection stands: from now on its first head is waited for."""
        super().connection_made(transport)
        self.timeout_keep_alive_task = self.loop.call_later(self._patience, self.timeout_keep_alive_handler)
        if len(self.connections) > self._most:
            _seldom.error(f"{self._most:,} connections are open; of those that ask nothing some are closed")
            others = (one for one in self.connections if isinstance(one, Wire) and one is not self)
            next((one for one in others if one.timeout_keep_alive_task is not None), self).cut_off()

    def data_received(self, data: bytes) -> None:
        """Some of a request."""
        self._idle_bytes += len(data)
        super().data_received(data)
        if self._idle_bytes > LONGEST_HEAD and not self.transport.is_closing():
            self._refuse(Problem(431, "HEAD_TOO_LARGE", f"the head has more than {LONGEST_HEAD:,} bytes"))

    def on_headers_complete(self) -> None:
        """The head is whole. What comes of headers after the body is not kept."""
        self._idle_bytes = 0
        self._no_longer_wait()
        if len(self.pipeline) >= MOST_AHEAD:
            raise ValueError("too many requests ahead of their answers")
        super().on_headers_complete()
        self.headers = _NOWHERE  # type: ignore[assignment]  # as much of a list as a parser needs

    def on_body(self, body: bytes) -> None:
        """Some of a body."""
        self._idle_bytes = 0
        super().on_body(body)

    def _unset_keepalive_if_required(self) -> None:
        """Nothing: the class above waits no longer as soon as anything comes."""

    def _no_longer_wait(self) -> None:
        if self.timeout_keep_alive_task is not None:
            self.timeout_keep_alive_task.cancel()
            self.timeout_keep_alive_task = None

    def timeout_keep_alive_handler(self) -> None:
        """The head has not come."""
        self._leave()

    # The answer

    def on_response_complete(self) -> None:
        """An answer was sent, and perhaps not yet taken: the next head is waited for, with the rest of a body."""
        super().on_response_complete()
        if self.transport.is_closing():
            self._leave()

    def pause_writing(self) -> None:
        """More is sent than is taken."""
        super().pause_writing()
        self._untaken = self.transport.get_write_buffer_size()
        self._taking = self.loop.call_later(self._patience, self._look_what_was_taken)

    def resume_writing(self) -> None:
        """It was taken."""
        self._no_longer_look()
        super().resume_writing()

    def _look_what_was_taken(self) -> None:
        left = self.transport.get_write_buffer_size()
        if self._untaken - left < LEAST_TAKEN:
            self.cut_off()
            return
        self._untaken = left
        self._taking = self.loop.call_later(self._patience, self._look_what_was_taken)

    def _no_longer_look(self) -> None:
        if self._taking is not None:
            self._taking.cancel()
            self._taking = None

    # The end

    def connection_lost(self, exc: Exception | None) -> None:
        """It is over."""
        self._no_longer_wait()
        self._no_longer_look()
        super().connection_lost(exc)

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - the words of the class above are not ours
        """Say that this is no HTTP."""
        self._refuse(Problem(400, "BAD_REQUEST", "this is no request of HTTP/1.1"))

    def _refuse(self, no: Problem) -> None:
        """Say no, where that does not fall into another answer, and end the connection."""
        cycle = cast("RequestResponseCycle | None", self.cycle)
        amid = cycle is not None and cycle.response_started and not cycle.response_complete
        if not amid and not self.pipeline:
            request_id = uuid4().hex
            answer = no.response(request_id)
            said = headers_around([*answer.raw_headers], request_id.encode(), https=self.scheme == "https")
            lines = [*self.server_state.default_headers, *said, (b"connection", b"close")]
            head = b"".join(b"%b: %b\r\n" % line for line in lines)
            self.transport.write(STATUS_LINE[no.status] + head + b"\r\n" + bytes(answer.body))
        self._leave()

    def _leave(self) -> None:
        """Close, once what was sent is taken; who does not take it is not waited for."""
        self._no_longer_wait()
        self.transport.close()
        self.timeout_keep_alive_task = self.loop.call_later(self._patience, self.transport.abort)

    def cut_off(self) -> None:
        """End the connection at once."""
        self._no_longer_wait()
        self.transport.abort()
