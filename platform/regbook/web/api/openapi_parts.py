"""The parts that the description of the interface is made of, and what of it belongs to no register."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from regbook.model.query import OPERATORS
from regbook.web.api.query_language import COUNTS, MOST_RECORDS
from regbook.web.problems import MEDIA
from regbook.web.texts import Language, text_of

Json = dict[str, Any]

INSTANT: Json = {"type": ["string", "null"], "format": "date-time"}
TEXT: Json = {"type": "string"}
MAYBE_TEXT: Json = {"type": ["string", "null"]}


def operation_of(verb: str, name: str, register: str, answers: Json, language: Language, **more: Any) -> Json:
    """One operation: what it does, under its name, with every answer it may give."""
    return {
        "operationId": name,
        "summary": text_of(verb, language),
        "tags": [register],
        **more,
        "responses": {**answers, "default": {"$ref": "#/components/responses/Problem"}},
    }


def list_parameters(language: Language) -> list[Json]:
    """The parameters of a register's list."""
    operators = ", ".join(OPERATORS)
    filters = {
        "name": "filter",
        "in": "query",
        "description": text_of("api-filter", language).format(operators=operators),
        "style": "deepObject",
        "explode": True,
        "schema": {"type": "object", "additionalProperties": {"type": ["string", "object"]}},
    }
    limit = {"type": "integer", "minimum": 1, "maximum": MOST_RECORDS, "default": 25}
    plain = [in_query(each, TEXT) for each in ("sort", "fields", "q", "after", "group")]
    return [filters, *plain, in_query("limit", limit), in_query("count", {"enum": list(COUNTS)})]


def common_paths(language: Language) -> Json:
    """The paths that belong to no register."""

    def operation(verb: str, name: str, schema: Json, **more: Any) -> Json:
        return operation_of(verb, name, "office", {"200": answer_of(schema, language)}, language, **more)

    box = [in_query("box", {"enum": ["todo", "done"]}), in_query("after", TEXT)]
    decision = {
        "type": "object",
        "properties": {"opinion": MAYBE_TEXT, "facts": {"type": "object"}},
        "additionalProperties": False,
    }
    body = {"required": False, "content": {"application/json": {"schema": decision}}}
    return {
        "/api/v1/registers": {
            "get": operation("api-registers", "list_registers", list_of("registers", "Register"))
        },
        "/api/v1/assignments": {
            "get": operation(
                "api-assignments", "list_assignments", list_of("assignments", "Assignment"), parameters=box
            )
        },
        "/api/v1/assignments/{assignment}/{verb}": {
            "parameters": [in_path("assignment"), in_path("verb", {"enum": ["approve", "reject"]})],
            "post": operation("api-decide", "decide_assignment", ref("Receipt"), requestBody=body),
        },
        "/api/v1/openapi.json": {"get": operation("api-openapi", "describe", {"type": "object"})},
    }


def common_schemas() -> Json:
    """The schemas that belong to no register."""
    head = {"register": TEXT, "id": TEXT, "number": MAYBE_TEXT, "state": TEXT}
    record = {
        **head,
        **dict.fromkeys(("owner", "department"), MAYBE_TEXT),
        "assignees": {"type": "array", "items": TEXT},
        "level": {"type": "integer"},
        **dict.fromkeys(("declassify_on", "entered_at", "submitted_at", "amended_at"), INSTANT),
        "facts": {"type": "object"},
        "may": object_of({"amend": {"type": "boolean"}, "transitions": {"type": "array", "items": TEXT}}),
        "assignments": {"type": "array", "items": ref("Assignment")},
    }
    receipt = {**head, "entered_at": INSTANT, "submitted_at": INSTANT, "href": TEXT}
    assignment = {
        **dict.fromkeys(("id", "register", "record", "person", "kind", "href"), TEXT),
        **dict.fromkeys(("source", "verdict", "number", "state"), MAYBE_TEXT),
        **dict.fromkeys(("due", "opened_at", "closed_at"), INSTANT),
    }
    change = object_of({"old": {}, "new": {}})
    entry = {
        **dict.fromkeys(("id", "actor", "verb"), TEXT),
        **dict.fromkeys(("on_behalf_of", "transition", "before", "after", "reason", "clause"), MAYBE_TEXT),
        "at": INSTANT,
        "revision": {"type": "integer"},
        "changes": {"type": "object", "additionalProperties": change},
    }
    register = {
        **dict.fromkeys(("register", "title", "href"), TEXT),
        "revision": {"type": "integer"},
        **{each: {"type": "array", "items": TEXT} for each in ("verbs", "fields")},
    }
    file = {
        **dict.fromkeys(("id", "register", "field", "name", "media"), TEXT),
        "size": {"type": "integer"},
        "at": INSTANT,
    }
    problem = object_of(dict.fromkeys(("path", "code", "message"), TEXT))
    problems = {
        **dict.fromkeys(("type", "title", "code", "detail", "reference"), TEXT),
        "status": {"type": "integer"},
        "problems": {"type": "array", "items": problem},
    }
    return {
        "Record": object_of(record),
        "Receipt": object_of(receipt),
        "Assignment": object_of(assignment),
        "Entry": object_of(entry),
        "File": object_of(file),
        "Register": object_of(register),
        "Problem": object_of(problems),
    }


def object_of(properties: Mapping[str, Any]) -> Json:
    """An object of these properties."""
    return {"type": "object", "properties": dict(properties)}


def page_of(record: str) -> Json:
    """A page of records, with its cursors."""
    count = object_of({"number": {"type": "integer"}, "exact": {"type": "boolean"}})
    group = object_of({"value": {}, "number": {"type": "integer"}})
    return object_of(
        {
            "records": {"type": "array", "items": ref(record)},
            "after": MAYBE_TEXT,
            "before": MAYBE_TEXT,
            "count": count,
            "groups": {"type": "array", "items": group},
        }
    )


def list_of(name: str, schema: str) -> Json:
    """An answer that holds one list."""
    return object_of({name: {"type": "array", "items": ref(schema)}, "after": MAYBE_TEXT})


def ref(name: str) -> Json:
    """A schema by its name."""
    return {"$ref": f"#/components/schemas/{name}"}


def answer_of(schema: Json, language: Language) -> Json:
    """An answer that is well, with its body."""
    return {"description": text_of("api-done", language), "content": {"application/json": {"schema": schema}}}


def problem_response(language: Language) -> Json:
    """The answer of every error."""
    content = {MEDIA: {"schema": ref("Problem")}}
    return {"description": text_of("api-problem", language), "content": content}


def body_of(facts: str, *, needed: bool = True) -> Json:
    """A body that holds facts."""
    return {"required": needed, "content": {"application/json": {"schema": ref(facts)}}}


def in_path(name: str, schema: Json = TEXT) -> Json:
    """A parameter in the path."""
    return {"name": name, "in": "path", "required": True, "schema": schema}


def in_query(name: str, schema: Json) -> Json:
    """A parameter in the query."""
    return {"name": name, "in": "query", "schema": schema}


def in_header(name: str) -> Json:
    """A parameter in a header."""
    return {"name": name, "in": "header", "schema": TEXT}
