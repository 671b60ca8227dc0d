"""Writes the interface in OpenAPI 3.1 for one reader: the registers and fields she knows, and no others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from regbook.model.definition import Definition, Field
from regbook.model.query import OPERATORS
from regbook.rules.kinds import KINDS
from regbook.services.knowing import Known
from regbook.web.api.query_language import COUNTS, MOST_RECORDS
from regbook.web.texts import Language, text_of, titled

Json = dict[str, Any]

KEPT = (
    *("type", "format", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
    *("minLength", "maxLength", "pattern", "minItems", "maxItems", "uniqueItems", "const", "examples"),
)
"""Keywords of a field's schema that say something to a caller; what begins with x- is the engine's own."""

INSTANT: Json = {"type": ["string", "null"], "format": "date-time"}
TEXT: Json = {"type": "string"}
MAYBE_TEXT: Json = {"type": ["string", "null"]}
PROBLEM_MEDIA = "application/problem+json"


def document(known: Iterable[Known], language: Language) -> Json:
    """The whole description, for someone who knows these registers."""
    registers = tuple(known)
    paths: Json = dict(_common_paths(language))
    schemas: Json = dict(_common_schemas())
    for each in registers:
        paths |= _register_paths(each, language)
        schemas |= _register_schemas(each, language)
    return {
        "openapi": "3.1.0",
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "info": {"title": text_of("api-title", language), "version": "1"},
        "servers": [{"url": "/"}],
        "security": [{"token": []}, {"session": []}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "responses": {"Problem": _problem_response(language)},
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "session": {"type": "apiKey", "in": "cookie", "name": "regbook"},
            },
        },
    }


def _register_paths(known: Known, language: Language) -> Json:
    register = known.definition.register
    base = f"/api/v1/registers/{register}/records"
    facts, record = f"{register}.facts", f"{register}.record"
    one = {"parameters": [_in_path("id")]}
    found: Json = {base: {}, f"{base}/{{id}}": dict(one)}

    def operation(verb: str, name: str, answers: Json, **more: Any) -> Json:
        return _operation(verb, f"{name}_{register}", register, answers, language, **more)

    tag = {"headers": {"ETag": {"schema": TEXT}}}
    page = _answer(_page_of(record), language)
    found[base]["get"] = operation("api-list", "list", {"200": page}, parameters=_list_parameters(language))
    found[f"{base}/{{id}}"]["get"] = operation(
        "api-read",
        "read",
        {"200": {**_answer(_ref(record), language), **tag}},
        parameters=[_in_query("expand", {"enum": ["may"]})],
    )
    found[f"{base}/{{id}}/entries"] = {
        **one,
        "get": operation("api-entries", "entries", {"200": _answer(_list_of("entries", "Entry"), language)}),
    }
    receipt = _answer(_ref("Receipt"), language)
    if "enter" in known.verbs:
        found[base]["post"] = operation(
            "api-enter",
            "enter",
            {"201": receipt},
            parameters=[_in_query("draft", {"type": "boolean"}), _in_header("Idempotency-Key")],
            requestBody=_body(facts),
        )
        found[f"{base}/{{id}}/submit"] = {
            **one,
            "post": operation(
                "api-submit", "submit", {"200": receipt}, requestBody=_body(facts, needed=False)
            ),
        }
        found[f"{base}/{{id}}"]["delete"] = operation(
            "api-discard", "discard", {"204": {"description": text_of("api-done", language)}}
        )
    if "withdraw" in known.verbs:
        found[f"{base}/{{id}}/withdraw"] = {
            **one,
            "post": operation("api-withdraw", "withdraw", {"200": _answer(_ref(record), language)}),
        }
    if "amend" in known.verbs:
        found[f"{base}/{{id}}"]["patch"] = operation(
            "api-amend",
            "amend",
            {"200": {**_answer(_ref(record), language), **tag}},
            parameters=[_in_header("If-Match")],
            requestBody=_body(facts),
        )
    if "unmask" in known.verbs:
        shown = _object({"field": TEXT, "value": {}})
        asked = {**_object({"field": TEXT, "reason": TEXT}), "required": ["field", "reason"]}
        body = {"required": True, "content": {"application/json": {"schema": asked}}}
        found[f"{base}/{{id}}/unmask"] = {
            **one,
            "post": operation("api-unmask", "unmask", {"200": _answer(shown, language)}, requestBody=body),
        }
    if "move" in known.verbs:
        found |= _transition_paths(known, base, language)
    return found | _file_paths(known, base, language)


def _file_paths(known: Known, base: str, language: Language) -> Json:
    """Bringing and fetching files, where the reader knows a field that holds any."""
    definition = known.definition
    inside = [line for key in known.fields for line in definition.fields[key].lines.values()]
    fields = [definition.fields[key] for key in known.fields] + inside
    if not any(each.kind == "file" for each in fields):
        return {}
    register = definition.register
    part = {"type": "object", "required": ["file"], "properties": {"file": {"type": "string"}}}
    fetched = {
        "description": text_of("api-done", language),
        "headers": {"Content-Disposition": {"schema": TEXT}},
        "content": {"*/*": {"schema": {"type": "string"}}},
    }
    found: Json = {
        f"{base}/{{id}}/files/{{file}}": {
            "parameters": [_in_path("id"), _in_path("file")],
            "get": _operation("api-fetch", f"fetch_{register}", register, {"200": fetched}, language),
        }
    }
    if known.verbs & {"enter", "amend", "move"}:
        found[f"/api/v1/registers/{register}/files"] = {
            "post": _operation(
                "api-attach",
                f"attach_{register}",
                register,
                {"201": _answer(_ref("File"), language)},
                language,
                parameters=[{**_in_query("field", TEXT), "required": True}, _in_query("record", TEXT)],
                requestBody={"required": True, "content": {"multipart/form-data": {"schema": part}}},
            )
        }
    return found


def _transition_paths(known: Known, base: str, language: Language) -> Json:
    definition = known.definition
    facts = f"{definition.register}.facts"
    receipt = _answer(_ref("Receipt"), language)
    found: Json = {}
    for each in definition.workflow.transitions:
        operation = _operation(
            "api-move",
            f"move_{definition.register}_{each.name}",
            definition.register,
            {"200": receipt},
            language,
            parameters=[_in_header("If-Match")],
            requestBody=_body(facts, needed=False),
        )
        operation["summary"] = _title(definition, f"transitions.{each.name}.title", each.title, language)
        found[f"{base}/{{id}}/transitions/{each.name}"] = {"parameters": [_in_path("id")], "post": operation}
    return found


def _register_schemas(known: Known, language: Language) -> Json:
    definition = known.definition
    fields = [definition.fields[key] for key in known.fields]
    title = _title(definition, "title", definition.title, language)
    facts: Json = {
        "title": title,
        "type": "object",
        "properties": {
            each.key: _field_schema(definition, each, f"fields.{each.key}", language) for each in fields
        },
        "additionalProperties": False,
    }
    states = {"enum": ["draft", *definition.workflow.states]}
    record = {
        "allOf": [
            _ref("Record"),
            {"properties": {"state": states, "facts": _ref(f"{definition.register}.facts")}},
        ]
    }
    return {f"{definition.register}.facts": facts, f"{definition.register}.record": record}


def _field_schema(definition: Definition, field: Field, path: str, language: Language) -> Json:
    """A field's schema without what is the engine's own: formulas, copies, targets, levels."""
    kind = KINDS[field.kind]
    whole = {**field.schema, **kind.schema(field.schema)}
    found: Json = {each: whole[each] for each in KEPT if each in whole}
    found["title"] = _title(definition, f"{path}.title", field.title, language)
    if field.read_only or field.computed:
        found["readOnly"] = True
    if field.lines:
        lines = {
            key: _field_schema(definition, line, f"{path}.{key}", language)
            for key, line in field.lines.items()
        }
        found["items"] = {"type": "object", "properties": {"_id": TEXT, **lines}}
    elif field.choices:
        choices = [
            {"const": const, "title": _title(definition, f"{path}.choices.{const}", title, language)}
            for const, title in field.choices.items()
        ]
        target = found.setdefault("items", {}) if found.get("type") == "array" else found
        target["oneOf"] = choices
    elif found.get("type") == "array":
        found["items"] = TEXT
    return _or_null(found)


def _or_null(schema: Json) -> Json:
    """The same, or null: an empty field."""
    shape = schema.get("type")
    if "oneOf" in schema:
        return {**schema, "oneOf": [*schema["oneOf"], {"type": "null"}]} | _typed(shape)
    return schema | _typed(shape)


def _typed(shape: Any) -> Json:
    if shape is None:
        return {}
    return {"type": [*([shape] if isinstance(shape, str) else shape), "null"]}


def _title(definition: Definition, path: str, chinese: str, language: Language) -> str:
    return titled(chinese, definition.translations.get("en", {}).get(path, ""), language)


def _operation(verb: str, name: str, register: str, answers: Json, language: Language, **more: Any) -> Json:
    return {
        "operationId": name,
        "summary": text_of(verb, language),
        "tags": [register],
        **more,
        "responses": {**answers, "default": {"$ref": "#/components/responses/Problem"}},
    }


def _list_parameters(language: Language) -> list[Json]:
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
    plain = [_in_query(each, TEXT) for each in ("sort", "fields", "q", "after", "group")]
    return [filters, *plain, _in_query("limit", limit), _in_query("count", {"enum": list(COUNTS)})]


def _common_paths(language: Language) -> Json:
    def operation(verb: str, name: str, schema: Json, **more: Any) -> Json:
        return _operation(verb, name, "office", {"200": _answer(schema, language)}, language, **more)

    box = [_in_query("box", {"enum": ["todo", "done"]}), _in_query("after", TEXT)]
    decision = {
        "type": "object",
        "properties": {"opinion": MAYBE_TEXT, "facts": {"type": "object"}},
        "additionalProperties": False,
    }
    body = {"required": False, "content": {"application/json": {"schema": decision}}}
    return {
        "/api/v1/registers": {
            "get": operation("api-registers", "list_registers", _list_of("registers", "Register"))
        },
        "/api/v1/assignments": {
            "get": operation(
                "api-assignments", "list_assignments", _list_of("assignments", "Assignment"), parameters=box
            )
        },
        "/api/v1/assignments/{assignment}/{verb}": {
            "parameters": [_in_path("assignment"), _in_path("verb", {"enum": ["approve", "reject"]})],
            "post": operation("api-decide", "decide_assignment", _ref("Receipt"), requestBody=body),
        },
        "/api/v1/openapi.json": {"get": operation("api-openapi", "describe", {"type": "object"})},
    }


def _common_schemas() -> Json:
    head = {"register": TEXT, "id": TEXT, "number": MAYBE_TEXT, "state": TEXT}
    record = {
        **head,
        **dict.fromkeys(("owner", "department"), MAYBE_TEXT),
        "assignees": {"type": "array", "items": TEXT},
        "level": {"type": "integer"},
        **dict.fromkeys(("declassify_on", "entered_at", "submitted_at", "amended_at"), INSTANT),
        "facts": {"type": "object"},
        "may": _object({"amend": {"type": "boolean"}, "transitions": {"type": "array", "items": TEXT}}),
        "assignments": {"type": "array", "items": _ref("Assignment")},
    }
    receipt = {**head, "entered_at": INSTANT, "submitted_at": INSTANT, "href": TEXT}
    assignment = {
        **dict.fromkeys(("id", "register", "record", "person", "kind", "href"), TEXT),
        **dict.fromkeys(("source", "verdict", "number", "state"), MAYBE_TEXT),
        **dict.fromkeys(("due", "opened_at", "closed_at"), INSTANT),
    }
    change = _object({"old": {}, "new": {}})
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
    problem = _object(dict.fromkeys(("path", "code", "message"), TEXT))
    problems = {
        **dict.fromkeys(("type", "title", "code", "detail", "reference"), TEXT),
        "status": {"type": "integer"},
        "problems": {"type": "array", "items": problem},
    }
    return {
        "Record": _object(record),
        "Receipt": _object(receipt),
        "Assignment": _object(assignment),
        "Entry": _object(entry),
        "File": _object(file),
        "Register": _object(register),
        "Problem": _object(problems),
    }


def _object(properties: Mapping[str, Any]) -> Json:
    return {"type": "object", "properties": dict(properties)}


def _page_of(record: str) -> Json:
    count = _object({"number": {"type": "integer"}, "exact": {"type": "boolean"}})
    group = _object({"value": {}, "number": {"type": "integer"}})
    return _object(
        {
            "records": {"type": "array", "items": _ref(record)},
            "after": MAYBE_TEXT,
            "before": MAYBE_TEXT,
            "count": count,
            "groups": {"type": "array", "items": group},
        }
    )


def _list_of(name: str, schema: str) -> Json:
    return _object({name: {"type": "array", "items": _ref(schema)}, "after": MAYBE_TEXT})


def _ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


def _answer(schema: Json, language: Language) -> Json:
    return {"description": text_of("api-done", language), "content": {"application/json": {"schema": schema}}}


def _problem_response(language: Language) -> Json:
    content = {PROBLEM_MEDIA: {"schema": _ref("Problem")}}
    return {"description": text_of("api-problem", language), "content": content}


def _body(facts: str, *, needed: bool = True) -> Json:
    return {"required": needed, "content": {"application/json": {"schema": _ref(facts)}}}


def _in_path(name: str, schema: Json = TEXT) -> Json:
    return {"name": name, "in": "path", "required": True, "schema": schema}


def _in_query(name: str, schema: Json) -> Json:
    return {"name": name, "in": "query", "schema": schema}


def _in_header(name: str) -> Json:
    return {"name": name, "in": "header", "schema": TEXT}
