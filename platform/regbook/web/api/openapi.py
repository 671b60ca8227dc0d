"""Writes the interface in OpenAPI 3.1 for one reader: the registers and fields she knows, and no others."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from regbook.model.definition import Definition, Field
from regbook.model.record import LINE_ID
from regbook.rules.kinds import KINDS
from regbook.services.knowing import Known
from regbook.web.api.openapi_parts import (
    TEXT,
    Json,
    answer_of,
    body_of,
    common_paths,
    common_schemas,
    in_header,
    in_path,
    in_query,
    list_of,
    list_parameters,
    object_of,
    operation_of,
    page_of,
    problem_response,
    ref,
)
from regbook.web.texts import Language, text_of, titled

KEPT = (
    *("type", "format", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
    *("minLength", "maxLength", "pattern", "minItems", "maxItems", "uniqueItems", "const", "examples"),
)
"""Keywords of a field's schema that say something to a caller; what begins with x- is the engine's own."""


def document(known: Iterable[Known], language: Language) -> Json:
    """The whole description, for someone who knows these registers."""
    registers = tuple(known)
    paths: Json = dict(common_paths(language))
    schemas: Json = dict(common_schemas())
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
            "responses": {"Problem": problem_response(language)},
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
    one = {"parameters": [in_path("id")]}
    found: Json = {base: {}, f"{base}/{{id}}": dict(one)}

    def operation(verb: str, name: str, answers: Json, **more: Any) -> Json:
        return operation_of(verb, f"{name}_{register}", register, answers, language, **more)

    tag = {"headers": {"ETag": {"schema": TEXT}}}
    page = answer_of(page_of(record), language)
    found[base]["get"] = operation("api-list", "list", {"200": page}, parameters=list_parameters(language))
    found[f"{base}/{{id}}"]["get"] = operation(
        "api-read",
        "read",
        {"200": {**answer_of(ref(record), language), **tag}},
        parameters=[in_query("expand", {"enum": ["may"]})],
    )
    found[f"{base}/{{id}}/entries"] = {
        **one,
        "get": operation("api-entries", "entries", {"200": answer_of(list_of("entries", "Entry"), language)}),
    }
    receipt = answer_of(ref("Receipt"), language)
    if "enter" in known.verbs:
        found[base]["post"] = operation(
            "api-enter",
            "enter",
            {"201": receipt},
            parameters=[in_query("draft", {"type": "boolean"}), in_header("Idempotency-Key")],
            requestBody=body_of(facts),
        )
        found[f"{base}/{{id}}/submit"] = {
            **one,
            "post": operation(
                "api-submit", "submit", {"200": receipt}, requestBody=body_of(facts, needed=False)
            ),
        }
        found[f"{base}/{{id}}"]["delete"] = operation(
            "api-discard", "discard", {"204": {"description": text_of("api-done", language)}}
        )
    if "withdraw" in known.verbs:
        found[f"{base}/{{id}}/withdraw"] = {
            **one,
            "post": operation("api-withdraw", "withdraw", {"200": answer_of(ref(record), language)}),
        }
    if "amend" in known.verbs:
        found[f"{base}/{{id}}"]["patch"] = operation(
            "api-amend",
            "amend",
            {"200": {**answer_of(ref(record), language), **tag}},
            parameters=[{**in_header("If-Match"), "required": True}],
            requestBody=body_of(facts),
        )
    if "unmask" in known.verbs:
        shown = object_of({"field": TEXT, "value": {}})
        asked = {**object_of({"field": TEXT, "reason": TEXT}), "required": ["field", "reason"]}
        body = {"required": True, "content": {"application/json": {"schema": asked}}}
        found[f"{base}/{{id}}/unmask"] = {
            **one,
            "post": operation("api-unmask", "unmask", {"200": answer_of(shown, language)}, requestBody=body),
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
            "parameters": [in_path("id"), in_path("file")],
            "get": operation_of("api-fetch", f"fetch_{register}", register, {"200": fetched}, language),
        }
    }
    if known.verbs & {"enter", "amend", "move"}:
        found[f"/api/v1/registers/{register}/files"] = {
            "post": operation_of(
                "api-attach",
                f"attach_{register}",
                register,
                {"201": answer_of(ref("File"), language)},
                language,
                parameters=[{**in_query("field", TEXT), "required": True}, in_query("record", TEXT)],
                requestBody={"required": True, "content": {"multipart/form-data": {"schema": part}}},
            )
        }
    return found


def _transition_paths(known: Known, base: str, language: Language) -> Json:
    definition = known.definition
    facts = f"{definition.register}.facts"
    receipt = answer_of(ref("Receipt"), language)
    found: Json = {}
    for each in definition.workflow.transitions:
        operation = operation_of(
            "api-move",
            f"move_{definition.register}_{each.name}",
            definition.register,
            {"200": receipt},
            language,
            parameters=[in_header("If-Match")],
            requestBody=body_of(facts, needed=False),
        )
        operation["summary"] = _title(definition, f"transitions.{each.name}.title", each.title, language)
        found[f"{base}/{{id}}/transitions/{each.name}"] = {"parameters": [in_path("id")], "post": operation}
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
            ref("Record"),
            {"properties": {"state": states, "facts": ref(f"{definition.register}.facts")}},
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
        found["items"] = {"type": "object", "properties": {LINE_ID: TEXT, **lines}}
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
