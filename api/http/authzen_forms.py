"""The forms of the AuthZEN requests and answers, for the OpenAPI document.

What is read of them is in `authzen_reading.py`.
"""

from __future__ import annotations

from typing import Any

from api.http.authzen_body import LONGEST_TEXT
from api.http.authzen_reading import COMMITTEE, CONTRACT, ITEM, MATTER, PERSONS
from api.http.authzen_several import MOST_EVALUATIONS, SEMANTICS

Form = dict[str, Any]
_TEXT: Form = {"type": "string", "maxLength": LONGEST_TEXT}
_OBJECT: Form = {"type": "object"}
_DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_INSTANT = _DATE + r"[Tt][0-9]{2}:[0-9]{2}(:[0-9]{2})?(\.[0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})"
_TIME: Form = {
    **_TEXT,
    "pattern": f"^({_DATE}|{_INSTANT})$",
    "description": "a date (its last microsecond), or an instant with its offset, cut to microseconds",
    "examples": ["2026-03-05", "2026-03-05T15:00:00.1234567+08:00"],
}


def _object(required: dict[str, Form], optional: dict[str, Form] | None = None, **more: Any) -> Form:  # noqa: ANN401
    members = {**required, **(optional or {})}
    return {"type": "object", "properties": members, "required": list(required), **more}


_WORTH: dict[str, Form] = {
    "amount": {
        "type": ["string", "number"],
        "minimum": 0,
        "maxLength": LONGEST_TEXT,
        "description": "where nothing states one, no limit is checked",
        "examples": ["1800 CNY", 1800],
    },
    "currency": {**_TEXT, "description": "of an amount without one", "examples": ["CNY"]},
}
_SUBJECT_PROPERTIES = _object({}, {"position": {**_TEXT, "description": "the position whose capacity is claimed"}})
_RESOURCE_PROPERTIES = _object(
    {},
    {
        **_WORTH,
        "matter": {**_TEXT, "description": "of an item or contract: over which matter, unless it is its own"},
        "requester": _TEXT,
        "beneficiary": _TEXT,
        "opened": _TIME,
        "attributes": {"type": "object", "additionalProperties": {"type": ["string", "number", "boolean"]}},
    },
    description="every other text, number or truth value is an attribute that a scope may ask for",
)
_SUBJECT_TYPE: Form = {**_TEXT, "examples": [*sorted(PERSONS), COMMITTEE]}
_RESOURCE_TYPE: Form = {
    **_TEXT,
    "description": "any other type is the id of a matter, and the resource an item of it",
    "examples": [MATTER, ITEM, CONTRACT],
}
SUBJECT = _object({"type": _SUBJECT_TYPE, "id": _TEXT}, {"properties": _SUBJECT_PROPERTIES})
ACTION = _object({"name": {**_TEXT, "examples": ["approve"]}}, {"properties": _object({}, _WORTH)})
RESOURCE = _object({"type": _RESOURCE_TYPE, "id": _TEXT}, {"properties": _RESOURCE_PROPERTIES})
CONTEXT = _object(
    {},
    {
        "time": {**_TIME, "description": "valid time: when it would be done; now, where it is not stated"},
        "known_at": {
            "type": ["string", "integer"],
            "minimum": 1,
            "maxLength": LONGEST_TEXT,
            "pattern": f"^(#?[0-9]{{1,18}}|{_DATE}|{_INSTANT})$",
            "description": "known time: an entry number, a date or an instant; the head, where it is not stated",
        },
    },
)
_EXAMPLE: Form = {
    "subject": {"type": "person", "id": "p-chen"},
    "action": {"name": "approve"},
    "resource": {"type": "matter", "id": "unplanned-spending", "properties": {"amount": "1800 CNY"}},
    "context": {"time": "2026-06-15"},
}
EVALUATION = _object(
    {"subject": SUBJECT, "action": ACTION, "resource": RESOURCE}, {"context": CONTEXT}, examples=[_EXAMPLE]
)
EVALUATIONS = _object(
    {},
    {
        "subject": _OBJECT,
        "action": _OBJECT,
        "resource": _OBJECT,
        "context": CONTEXT,
        "evaluations": {"type": "array", "items": _OBJECT, "maxItems": MOST_EVALUATIONS},
        "options": _object({}, {"evaluations_semantic": {"enum": list(SEMANTICS)}}),
    },
    anyOf=[
        {"properties": {"evaluations": {"minItems": 1}}, "required": ["evaluations"]},
        EVALUATION,
    ],
    examples=[
        {**{key: _EXAMPLE[key] for key in ("subject", "action")}, "evaluations": [{"resource": _EXAMPLE["resource"]}]}
    ],
)
_PAGE: Form = _object({}, {"token": _TEXT, "limit": {"type": "integer", "minimum": 0}, "properties": _OBJECT})
_SOME_SUBJECT = _object({"type": _SUBJECT_TYPE}, {"properties": _SUBJECT_PROPERTIES})
_SOME_RESOURCE = _object({"type": _RESOURCE_TYPE}, {"properties": _RESOURCE_PROPERTIES})
_MORE: dict[str, Form] = {"context": CONTEXT, "page": _PAGE}
SUBJECT_SEARCH = _object({"subject": _SOME_SUBJECT, "action": ACTION, "resource": RESOURCE}, _MORE)
RESOURCE_SEARCH = _object({"subject": SUBJECT, "action": ACTION, "resource": _SOME_RESOURCE}, _MORE)
ACTION_SEARCH = _object({"subject": SUBJECT, "resource": RESOURCE}, _MORE)
DECISION = _object({"decision": {"type": "boolean"}}, {"context": _OBJECT})
DECISIONS: Form = {"anyOf": [DECISION, _object({"evaluations": {"type": "array", "items": DECISION}})]}
FOUND = _object(
    {"results": {"type": "array", "items": _OBJECT}},
    {"page": _object({"next_token": _TEXT}, {"count": {"type": "integer"}}), "context": _OBJECT},
)
METADATA = _object({"policy_decision_point": _TEXT, "access_evaluation_endpoint": _TEXT})


def form(asked: Form | None, answered: Form) -> dict[str, Any]:
    """What a route says of its body and its answer in the OpenAPI document."""
    said: dict[str, Any] = {
        "response_model": None,
        "responses": {200: {"description": "the answer", "content": {"application/json": {"schema": answered}}}},
    }
    if asked is not None:
        said["openapi_extra"] = {"requestBody": {"required": True, "content": {"application/json": {"schema": asked}}}}
    return said
