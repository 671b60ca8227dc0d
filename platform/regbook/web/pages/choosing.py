"""What pickers offer as somebody types: people, departments, records; only what the reader may see."""

from __future__ import annotations

from flask import Response, jsonify, request

from regbook.errors import NotFound
from regbook.model.definition import Definition, Field
from regbook.model.query import Query
from regbook.rules.compiled import kinds_of
from regbook.rules.narrowing import filters_of
from regbook.services import finding
from regbook.services.knowing import known_register
from regbook.services.naming_people import called
from regbook.web.pages.cells import title_of
from regbook.web.pages.desk import Desk

MOST = 20
LONGEST = 60


def people(desk: Desk) -> Response:
    """The active people of a name, its pinyin, or a department."""
    found = called(desk.edition.directory, request.args.get("q", "")[:LONGEST], MOST)
    shown = ((each, desk.person(each.id)) for each in found)
    return jsonify(
        [
            {
                "value": each.id,
                "label": each.name,
                "note": desk.unit_name(each.unit),
                "initials": person.initials,
                "hue": person.hue,
            }
            for each, person in shown
        ]
    )


def departments(desk: Desk) -> Response:
    """The departments whose name holds what was typed."""
    wanted = request.args.get("q", "").strip().casefold()[:LONGEST]
    units = desk.edition.directory.departments
    found = [each for each in units.values() if wanted in each.name.casefold()][: MOST * 3]
    return jsonify(
        [{"value": each.id, "label": each.name, "note": desk.unit_name(each.parent)} for each in found]
    )


def records(desk: Desk, register: str) -> Response:
    """The records that a field of the register may point to, as far as the reader sees them."""
    known = known_register(desk.edition, desk.actor, register, desk.now)
    field = _field(known.definition, request.args.get("field", ""))
    if field.key not in known.fields and field.key in known.definition.fields:
        raise NotFound
    text = request.args.get("q", "").strip()[:LONGEST]
    found = []
    for target in _targets(desk, field):
        found += _records_of(desk, field, desk.edition.definition(target), text)
    return jsonify(found[:MOST])


def _field(definition: Definition, name: str) -> Field:
    key, _, inner = name.partition("/")
    field = definition.fields.get(key)
    if field is not None and inner:
        field = field.lines.get(inner)
    if field is None or field.kind not in ("record", "records"):
        raise NotFound
    return field


def _targets(desk: Desk, field: Field) -> list[str]:
    readable = desk.edition.policy.registers(desk.me, "read")
    wanted = desk.edition.registers if field.targets == ("*",) else field.targets
    return [each for each in wanted if each in readable and each in desk.edition.registers][:MOST]


def _records_of(desk: Desk, field: Field, definition: Definition, text: str) -> list[dict[str, str]]:
    condition = field.schema.get("x-where") or field.schema.get("items", {}).get("x-where")
    filters = filters_of(condition, kinds_of(definition), desk.now, desk.me) or ()
    several = len(field.targets) > 1 or field.targets == ("*",)
    most = 5 if several else MOST
    try:
        page = finding.page(
            desk.office, desk.actor, definition.register, Query(filters=filters, search=text, limit=most)
        )
    except NotFound:
        return []
    register = definition.register
    return [
        {
            "value": f"{register}/{each.id}" if several else each.id,
            "label": title_of(desk, definition, each, {}),
            "note": " · ".join(filter(None, (desk.title(definition) if several else "", each.number or ""))),
        }
        for each in page.records
        if each.number is not None or not definition.serial
    ]
