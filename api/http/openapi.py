"""The OpenAPI document: the questions and commands described by their own records, with examples that run.

The examples speak of the marketing centre (`features/marketing_centre`); a test sends each of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from fastapi.openapi.utils import get_openapi

from api.files.shapes import COMMANDS, CommandsFile
from api.http import commands, entries
from api.http.answering import FORMS, JSON
from api.http.problems import MEDIA_TYPE, codes
from ledger.asking import DuringTheDay
from ledger.events import Entry

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fastapi import FastAPI

    from api.http.asking import Query

Document = dict[str, Any]
_REF = "#/components/schemas/{name}"
_PROBLEMS = {
    400: "the request cannot be read",
    401: "nobody known asks",
    403: "whoever asks may not",
    404: "there is no such thing",
    406: "not in the form that is accepted",
    409: "refused by a rule of the ledger; or not known here yet",
    413: "the body is too large",
    414: "the address is too long",
    431: "the head of the request is too large",
    415: "the body is not JSON in UTF-8",
    422: "it can be read and not be understood; or the answer is too large",
    429: "too much at once: come again after `Retry-After` seconds",
    503: "not now: come again after `Retry-After` seconds",
}
_OF_GET = (400, 401, 403, 404, 406, 409, 414, 422, 431, 503)
_OF_POST = (400, 401, 403, 404, 406, 409, 413, 414, 415, 422, 429, 431, 503)
_OPEN = frozenset({"/healthz", "/readyz"})
_ABOUT = (
    "An event-sourced ledger of organisation and authority. Every question takes two times: `on` (when something "
    "holds) and `known` (what had been recorded); every answer states both. The head is the last entry recorded."
)
_EXAMPLE_COMMAND = {"do": "register-person", "person": "p-example", "name": "示例", "from": "2026-03-02"}
_EXAMPLE_ITEM = {"do": "open-item", "item": "item-example", "matter": "unplanned-spending", "from": "2026-03-02"}
_EXAMPLE_PLAN = {"do": "revoke-authority", "authority": "director-unplanned-spending", "from": "2026-12-01"}
_EVENT: Document = {
    "type": "object",
    "properties": {
        "id": {"type": "string", "description": "the number of the entry"},
        "event": {"type": "string", "const": "entry"},
        "data": {"type": "string", "description": "the entry, as stored"},
        "retry": {"type": "integer"},
    },
}


def document(app: FastAPI, queries: Sequence[Query[Any, Any]], base_url: str) -> Document:
    """The whole document; what other routers say of their routes is in it."""
    said: Document = get_openapi(
        title="Remit", version="1", summary="Who could decide what, when, and by which document", routes=app.routes
    )
    said["info"]["description"] = _ABOUT
    said["servers"] = [{"url": base_url}]
    parts = said.setdefault("components", {})
    parts.setdefault("schemas", {}).update(_schemas(queries))
    parts["securitySchemes"] = {"bearer": {"type": "http", "scheme": "bearer"}}
    parts["responses"] = {str(status): _problem(status, what) for status, what in _PROBLEMS.items()}
    parts["headers"] = {
        "Head": {"description": "the last entry recorded", "schema": {"type": "integer", "minimum": 1}},
        "ETag": {"description": "of an answer that can never change", "schema": {"type": "string"}},
        "Link": {"description": "where the next page is", "schema": {"type": "string"}},
    }
    paths: Document = {}
    for query in queries:
        paths.setdefault(query.path, {})["get"] = _question(query)
    paths |= _others()
    said["paths"] = {**paths, **said.get("paths", {})}
    for path, operations in said["paths"].items():
        for method, operation in operations.items():
            _complete(path, method, operation)
    return said


def _complete(path: str, method: str, operation: Document) -> None:
    """What all operations share: who may, which problems there are."""
    if path not in _OPEN and not path.startswith("/.well-known"):
        operation.setdefault("security", [{"bearer": []}])
    for status in _OF_GET if method == "get" else _OF_POST:
        operation["responses"].setdefault(str(status), {"$ref": f"#/components/responses/{status}"})


def _problem(status: int, what: str) -> Document:
    schema = {"$ref": _REF.format(name="Problem")}
    said: Document = {"description": what, "content": {MEDIA_TYPE: {"schema": schema}}}
    if status in {429, 503}:
        said["headers"] = {"Retry-After": {"description": "in seconds", "schema": {"type": "integer"}}}
    return said


# Questions


def _question(query: Query[Any, Any]) -> Document:
    answer: Document = {JSON: {"schema": {"$ref": _REF.format(name=f"{_title(query)}Answer")}}}
    if query.sheet is not None:
        answer |= {kind: {"schema": {"type": "string"}} for kind in FORMS if kind != JSON}
    headers = {"Remit-Head": {"$ref": "#/components/headers/Head"}, "ETag": {"$ref": "#/components/headers/ETag"}}
    if query.lists:
        headers["Link"] = {"$ref": "#/components/headers/Link"}
    return {
        "operationId": query.name,
        "summary": query.about,
        "tags": ["Questions"],
        "parameters": _parameters(query.params, query.in_path, _examples(query)),
        "responses": {
            "200": {"description": "the answer", "headers": headers, "content": answer},
            "304": {"description": "the answer with this ETag stands"},
        },
    }


def _examples(query: Query[Any, Any]) -> dict[str, str]:
    return dict(one.split("=", 1) for one in query.example.split("&") if one)


def _parameters(kind: type, in_path: Sequence[str] = (), examples: dict[str, str] | None = None) -> list[Document]:
    """What the words of a record are as parameters of an address."""
    (_,), parts = msgspec.json.schema_components([kind], ref_template=_REF)
    record = parts[kind.__name__]
    found = []
    for name, schema in record["properties"].items():
        plain = _without_null(schema)
        if plain is None:
            continue
        one: Document = {"name": name, "in": "path" if name in in_path else "query", "schema": plain}
        described = plain.pop("description", None)
        if described is not None:
            one["description"] = described
        if name in in_path or name in record.get("required", ()):
            one["required"] = True
        if examples and name in examples:
            number = plain.get("type") == "integer"
            one["example"] = int(examples[name]) if number else examples[name]
        found.append(one)
    return found


def _without_null(schema: Document) -> Document | None:
    """A schema as it is for a word that is there; None where there can be none."""
    plain = {key: value for key, value in schema.items() if key != "default" or value not in (None, [])}
    if "anyOf" in plain:
        some = [one for one in plain.pop("anyOf") if one.get("type") != "null"]
        plain = {**some[0], **plain} if len(some) == 1 else {**plain, "anyOf": some}
    return None if plain.get("type") == "null" else plain


# Schemas


def _schemas(queries: Sequence[Query[Any, Any]]) -> Document:
    kinds = [
        *(query.answer for query in queries),
        *(commands.Recorded, commands.RecordedTogether, commands.RecordedEach, commands.Planned),
        *(CommandsFile, DuringTheDay, Entry),
    ]
    _, parts = msgspec.json.schema_components(kinds, ref_template=_REF)
    found = {name: _tidy(one) for name, one in parts.items()}
    one_of = found.pop("CommandsFile")["properties"]["list"]["anyOf"][0]["items"]
    found["Command"] = one_of
    for name in ("Holder", "TargetHolder"):
        found[name] |= {"minProperties": 1, "maxProperties": 1}
    for kind in COMMANDS.values():
        found[kind.__name__] = _or_null(found[kind.__name__])
    for query in queries:
        found[f"{_title(query)}Answer"] = _envelope(query)
    found["Problem"] = {
        "type": "object",
        "description": "A problem document (RFC 9457); `code` is the stable name of what went wrong.",
        "required": ["type", "title", "status", "detail", "code"],
        "properties": {
            **{name: {"type": "string"} for name in ("title", "detail", "code", "field", "pointer", "command_id")},
            **{name: {"type": "string", "format": "uri"} for name in ("type", "instance")},
            **{name: {"type": "integer"} for name in ("status", "position", "line", "head")},
        },
    }
    found["Problem"]["properties"]["code"]["examples"] = codes()
    found["EntryPage"] = {
        "type": "object",
        "required": ["answer", "head"],
        "properties": {
            "answer": {
                "type": "object",
                "required": ["entries", "known_at", "known_seq"],
                "properties": {
                    "entries": {"type": "array", "items": {"$ref": _REF.format(name="Entry")}},
                    "known_at": {"type": "string"},
                    "known_seq": {"type": "integer"},
                },
            },
            "head": {"type": "integer"},
        },
    }
    return found


def _or_null(schema: Document) -> Document:
    """A command, in which `null` stands for what is left out."""
    always = {"do", *schema.get("required", ())}
    null: Document = {"type": "null"}
    properties = {
        name: one if name in always or null in one.get("anyOf", ()) else {"anyOf": [one, null]}
        for name, one in schema["properties"].items()
    }
    return {**schema, "properties": properties}


def _envelope(query: Query[Any, Any]) -> Document:
    during = {"type": "object", "properties": {"during_the_day": {"$ref": _REF.format(name="DuringTheDay")}}}
    members: Document = {
        "answer": {"allOf": [{"$ref": _REF.format(name=query.answer.__name__)}, during]},
        "head": {"type": "integer", "description": "the last entry recorded"},
        "names": {"type": "object", "additionalProperties": {"type": "string"}},
    }
    if query.lists:
        members["next"] = {"type": "string", "description": "the `page_token` of the next page"}
    return {"type": "object", "required": ["answer", "head"], "properties": members, "additionalProperties": False}


def _tidy(schema: Document) -> Document:
    """The first paragraph of a description is for callers, the rest for those who write code."""
    described = schema.get("description")
    return schema if described is None else {**schema, "description": described.split("\n\n")[0]}


def _title(query: Query[Any, Any]) -> str:
    return "".join(part.title() for part in query.name.split("-"))


# The rest


def _others() -> Document:
    head = {"Remit-Head": {"$ref": "#/components/headers/Head"}}

    def said(what: str, name: str) -> Document:
        return {
            "description": what,
            "headers": head,
            "content": {JSON: {"schema": {"$ref": _REF.format(name=name)}}},
        }

    batch: Document = {"type": "array", "minItems": 1, "maxItems": 100, "items": {"$ref": _REF.format(name="Command")}}
    body: Document = {"schema": {"anyOf": [{"$ref": _REF.format(name="Command")}, batch]}}
    key: Document = {
        "name": "Idempotency-Key",
        "in": "header",
        "description": "The id of the command, or the name of the batch: sent again, it gives the first receipt.",
        "schema": {"type": "string", "pattern": "^[A-Za-z0-9._~-]{1,100}$"},
    }
    last_seen: Document = {"name": "Last-Event-ID", "in": "header", "schema": {"type": "integer", "minimum": 0}}
    both = {"anyOf": [{"$ref": _REF.format(name=name)} for name in ("Recorded", "RecordedTogether")]}
    receipts = {"headers": head, "content": {JSON: {"schema": both}}}
    return {
        "/v1/commands": {
            "post": {
                "operationId": "record",
                "summary": "Record one command or a batch; the answer comes when it is on disk.",
                "tags": ["Commands"],
                "parameters": [key, *_parameters(commands.Recording)],
                "requestBody": {
                    "required": True,
                    "content": {
                        JSON: {
                            **body,
                            "examples": {
                                "one": {"value": _EXAMPLE_COMMAND},
                                "batch": {"value": [_EXAMPLE_ITEM, {**_EXAMPLE_COMMAND, "person": "p-other"}]},
                            },
                        }
                    },
                },
                "responses": {
                    "201": {"description": "recorded", **receipts},
                    "200": {"description": "recorded before: the first receipt again", **receipts},
                    "207": said("what each command came to", "RecordedEach"),
                },
            }
        },
        "/v1/flips": {
            "post": {
                "operationId": "plan",
                "summary": "What commands would change if they were recorded now; nothing is written.",
                "tags": ["Questions"],
                "parameters": _parameters(commands.Planning),
                "requestBody": {"required": True, "content": {JSON: {**body, "example": _EXAMPLE_PLAN}}},
                "responses": {"200": said("the flip report", "Planned")},
            }
        },
        "/v1/entries": {
            "get": {
                "operationId": "entries",
                "summary": "The entries after a number, in order, as they were recorded.",
                "tags": ["Entries"],
                "parameters": _parameters(entries.AfterNumber, (), {"after": "2", "limit": "2"}),
                "responses": {"200": said("the entries", "EntryPage")},
            }
        },
        entries.STREAM_PATH: {
            "get": {
                "operationId": "stream",
                "summary": "Server-sent events: each entry once, in order, as it is recorded; resumes after an id.",
                "tags": ["Entries"],
                "parameters": [last_seen, *_parameters(entries.Following)],
                "responses": {
                    "200": {
                        "description": "the events",
                        "content": {"text/event-stream": {"schema": _EVENT}},
                    },
                    "429": {"$ref": "#/components/responses/429"},
                },
            }
        },
        "/healthz": {"get": _plain("alive", "Whether the process lives.")},
        "/readyz": {"get": _plain("ready", "Whether it can answer; `records` is whether it can record, too.")},
        "/metrics": {
            "get": {
                "operationId": "metrics",
                "summary": "What the process counts, for Prometheus.",
                "tags": ["Running it"],
                "responses": {
                    "200": {"description": "the figures", "content": {"text/plain": {"schema": {"type": "string"}}}}
                },
            }
        },
    }


def _plain(name: str, about: str) -> Document:
    answer = {"description": "it is", "content": {JSON: {"schema": {"type": "object"}}}}
    return {"operationId": name, "summary": about, "tags": ["Running it"], "responses": {"200": answer}}
