"""What went wrong, as RFC 9457 problem documents: one table from codes to statuses.

Every answer that is not one is such a document, those of the framework too (an unknown path, a method that is not
there). `code` is the stable name that programs look at; `type` is the same as a URI; `detail` is the sentence of the
refusal; `instance` is the id of the request, under which the log has more.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import orjson
from starlette.responses import Response

from ledger.policy import REASONS
from ledger.refusals import BadInput, Refusal, StorageTrouble, Trouble

if TYPE_CHECKING:
    from collections.abc import Mapping

MEDIA_TYPE = "application/problem+json"
TYPE = "urn:remit:problem:"
"""What comes before a code, in lower case and with hyphens, in `type`."""

STATUSES: dict[str, int] = {
    # the request as such
    "BAD_REQUEST": 400,
    "NOT_UTF8": 400,
    "BAD_PAGE_TOKEN": 400,
    "NOT_AUTHENTICATED": 401,
    "NOT_PERMITTED": 403,
    "NOT_FOUND": 404,
    "NO_SUCH_ENTRY": 404,
    "METHOD_NOT_ALLOWED": 405,
    "NOT_ACCEPTABLE": 406,
    "BODY_TOO_LARGE": 413,
    "ADDRESS_TOO_LONG": 414,
    "HEAD_TOO_LARGE": 431,
    "NOT_JSON": 415,
    "RESULT_TOO_LARGE": 422,
    "TOO_MANY_STREAMS": 429,
    # the words: readable, and yet not to be understood (a day that no calendar has, a currency nobody knows)
    "BAD_INPUT": 422,
    "UNKNOWN_NAME": 404,
    "AMBIGUOUS_NAME": 422,
    # the ledger's storage and its keeper
    "BUSY": 429,
    "NOT_YET_KNOWN": 409,
    "STOPPED": 503,
    "TOOK_TOO_LONG": 503,
    "DISK_FULL": 503,
    "READ_ONLY": 503,
    "NOT_YET_TIDY": 503,
    "STORAGE_FAILED": 503,
    "LEDGER_DAMAGED": 503,
    "CLOCK_BEHIND": 503,
    "IDENTITY_UNAVAILABLE": 503,
    "TOKENS_UNREADABLE": 503,
    "NO_SUCH_LEDGER": 503,
    "INTERNAL": 500,
}
"""The status of each code; a refusal that is not here is a conflict with what is recorded, 409.

In a refusal of a command an unknown name is such a conflict, too: `UNKNOWN_NAME` above is that of a question.
"""
RETRY_AFTER_SECONDS = {
    "NOT_YET_KNOWN": 1,
    "BUSY": 1,
    "STORAGE_FAILED": 2,
    "STOPPED": 5,
    "TOOK_TOO_LONG": 10,
    "TOO_MANY_STREAMS": 10,
    "CLOCK_BEHIND": 10,
    "TOKENS_UNREADABLE": 10,
    "DISK_FULL": 30,
    "NOT_YET_TIDY": 30,
}
_TITLES: dict[int, str] = {
    400: "The request cannot be read",
    401: "Who asks is not known",
    403: "Not permitted",
    404: "Not found",
    405: "This method is not there",
    406: "Not in this form",
    409: "Refused",
    413: "The body is too large",
    414: "The address is too long",
    415: "The body is not JSON",
    422: "What is said cannot be understood",
    429: "Too much at once",
    431: "The head is too large",
    500: "A fault of the service",
    503: "Not now",
}
_TITLE_OF = {"NOT_YET_KNOWN": "Not known here yet", "RESULT_TOO_LARGE": "The answer is too large"}


class Problem(Exception):
    """Something a request is answered with instead of an answer; `more` are further members of the document."""

    def __init__(
        self, status: int, code: str, detail: str, *, headers: Mapping[str, str] | None = None, **more: object
    ) -> None:
        super().__init__(detail)
        self.status, self.code, self.detail, self.headers, self.more = status, code, detail, dict(headers or {}), more

    def document(self, instance: str | None = None) -> dict[str, Any]:
        """The document of RFC 9457; members without a value are left out."""
        said = {
            "type": type_of(self.code),
            "title": _TITLE_OF.get(self.code) or _TITLES.get(self.status) or HTTPStatus(self.status).phrase,
            "status": self.status,
            "detail": self.detail.encode("utf-8", "backslashreplace").decode(),
            "code": self.code,
            "instance": None if instance is None else f"urn:remit:request:{instance}",
            **self.more,
        }
        return {key: value for key, value in said.items() if value is not None}

    def response(self, instance: str | None = None) -> Response:
        """The document as a response."""
        headers = {"Cache-Control": "no-store", **self.headers}
        return Response(orjson.dumps(self.document(instance)), self.status, headers, MEDIA_TYPE)


def bad(code: str, detail: str, **more: object) -> Problem:
    """A problem with the request as such, with the status of its code."""
    seconds = RETRY_AFTER_SECONDS.get(code)
    headers = None if seconds is None else {"Retry-After": str(seconds)}
    return Problem(STATUSES[code], code, detail, headers=headers, **more)


def problem(trouble: Trouble, *, pointer: str | None = None) -> Problem:
    """What the ledger says no to, as a problem; `pointer` is the JSON pointer of what is at fault, where known."""
    field = None
    if isinstance(trouble, BadInput):
        field = trouble.field or None
    status = status_of(trouble)
    after = getattr(trouble, "retry_after_seconds", RETRY_AFTER_SECONDS.get(trouble.code))
    headers = {"Retry-After": str(after)} if after is not None and status in {409, 429, 503} else None
    detail = trouble.sentence
    if isinstance(trouble, StorageTrouble) and trouble.code not in _SAID_TO_CALLERS:
        detail = _SAID_INSTEAD.get(trouble.code, "the ledger's storage cannot be used now")
    return Problem(
        status,
        trouble.code,
        detail,
        headers=headers,
        field=field,
        pointer=pointer,
        position=trouble.position,
    )


_SAID_TO_CALLERS = frozenset({"BUSY", "NOT_YET_KNOWN", "NOT_YET_TIDY", "STOPPED", "TOOK_TOO_LONG"})
_SAID_INSTEAD = {
    "READ_ONLY": "nothing can be recorded here: the ledger is only read, as a replica is",
    "DISK_FULL": "nothing can be recorded now: the disk is full",
    "TOKENS_UNREADABLE": "the tokens of the service cannot be read now",
}
"""For what the storage's own words name places on the server."""


def status_of(trouble: Trouble) -> int:
    """The status of a trouble: a refusal is a conflict with what is recorded, unless the table says otherwise."""
    if isinstance(trouble, Refusal) and trouble.code != "CLOCK_BEHIND":
        return 409
    return STATUSES.get(trouble.code, 503 if isinstance(trouble, StorageTrouble) else 422)


def type_of(code: str) -> str:
    """The URI of a code: `urn:remit:problem:seat-taken`."""
    return TYPE + code.lower().replace("_", "-")


def codes() -> list[str]:
    """Every code that a problem can bear."""
    return sorted({*STATUSES, *REASONS, *(one.code for one in _refusals(Refusal))})


def _refusals(kind: type[Refusal]) -> list[type[Refusal]]:
    below = [one for sub in kind.__subclasses__() for one in (sub, *_refusals(sub))]
    return [one for one in below if not one.__name__.startswith("_") and one.__name__ != "NotWithinAuthority"]
