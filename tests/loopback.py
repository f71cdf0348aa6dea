"""The service on loopback for tests: a server in a thread, and a caller that says no more than a test states."""

from __future__ import annotations

import http.client
import socket
from contextlib import contextmanager
from threading import Thread
from time import sleep
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson
import uvicorn

from api.http.app import create_app
from api.http.identity import Caller, unknown
from api.http.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from fastapi import FastAPI
    from starlette.requests import Request

    from api.http.identity import Role
    from ledger import Ledger

HIGHEST = "administrator"
"""In these tests a token is the name of the role it opens, `approver:anna` that of an approver who is Anna."""


class Answered(NamedTuple):
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:  # noqa: ANN401 - whatever was answered
        """The body as JSON."""
        return orjson.loads(self.body)

    @property
    def answer(self) -> Any:  # noqa: ANN401 - whatever was answered
        """The answer, without what stands beside it."""
        return self.json["answer"]

    @property
    def code(self) -> str:
        """The code of a problem."""
        assert self.headers["content-type"] == "application/problem+json", self
        said = self.json
        assert said["status"] == self.status
        return str(said["code"])


class ByName:
    """Knows a caller by the role that the token names."""

    async def caller(self, request: Request) -> Caller:
        """The caller. Raises Problem, 401."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        role, _, person = token.partition(":")
        roles: tuple[Role, ...] = ("reader", "recorder", "approver", "auditor", "administrator")
        if scheme != "Bearer" or role not in roles:
            raise unknown("this needs a token")
        who = Caller(account=f"{role}-1", roles=frozenset(one for one in roles if one == role), person=person or None)
        request.state.caller = who
        return who


class Service(NamedTuple):
    """A service that answers at an address."""

    app: FastAPI
    port: int

    def ask(
        self,
        target: str,
        *,
        method: str = "GET",
        body: bytes | None = None,
        json: object = None,
        role: str | None = HIGHEST,
        headers: Mapping[str, str] | None = None,
    ) -> Answered:
        """Send one request; `json` is sent as such."""
        said = dict(headers or {})
        if role is not None:
            said["Authorization"] = f"Bearer {role}"
        if json is not None:
            body = orjson.dumps(json)
            said.setdefault("Content-Type", "application/json")
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, target, body, said)
            answer = connection.getresponse()
            return Answered(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
        finally:
            connection.close()

    def record(self, *commands: object, **how: Any) -> Answered:  # noqa: ANN401 - as `ask` takes
        """Send one command, or several as a batch."""
        query = how.pop("query", "")
        content = commands[0] if len(commands) == 1 else list(commands)
        return self.ask(f"/v1/commands{query}", method="POST", json=content, **how)


@contextmanager
def serving(ledger: Ledger, settings: Settings | None = None) -> Iterator[Service]:
    """The service on a ledger, until the end of the block."""
    app = create_app(settings or Settings(catch_up_seconds=0.1), ledger, identity=ByName())  # type: ignore[arg-type]  # as much of an identity as routes need
    config = uvicorn.Config(app, log_level="error", access_log=False, server_header=False, ws="none", lifespan="on")
    server = uvicorn.Server(config)
    bound = socket.socket()
    bound.bind(("127.0.0.1", 0))
    thread = Thread(target=server.run, args=([bound],), daemon=True)
    thread.start()
    try:
        service = Service(app, bound.getsockname()[1])
        _until_it_answers(service)
        yield service
    finally:
        if app.state.service is not None:
            app.state.service.stopping = True
        server.should_exit = True
        thread.join(20)
        bound.close()


def _until_it_answers(service: Service) -> None:
    for _ in range(400):
        try:
            if service.ask("/healthz").status == 200:
                return
        except OSError:
            sleep(0.02)
    raise TimeoutError
