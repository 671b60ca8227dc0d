"""Offices in which a register's next revision is published while its records run."""

import copy

from time_offices import office_of

from regbook.model.people import SYSTEM, Actor
from regbook.rules.reading import definition_from
from regbook.services.library import content_hash
from regbook.services.publishing import switch

VISIT = {
    "$schema": "../register.schema.json",
    "register": "visit",
    "title": "来访登记",
    "clauses": ["LDC 3.2.1"],
    "entity": {
        "type": "object",
        "required": ["visitor"],
        "properties": {
            "number": {
                "type": "string",
                "format": "serial",
                "title": "编号",
                "readOnly": True,
                "x-serial": "LF-{yyyy}{mm}-{seq:3}",
            },
            "visitor": {"type": "string", "title": "来访人", "maxLength": 40},
            "reason": {"type": "string", "title": "事由"},
            "phone": {"type": "string", "format": "phone", "title": "电话", "x-personal": True},
        },
    },
    "workflow": {
        "initial": "inside",
        "states": {
            "inside": {"title": "在访", "assign": "owner"},
            "left": {"title": "已离开"},
        },
        "transitions": [
            {
                "name": "leave",
                "title": "送走",
                "from": "inside",
                "to": "left",
                "by": "owner",
                "needs": ["visitor", "reason"],
                "when": {"visitor": {"minLength": 1}},
            }
        ],
    },
    "access": [
        {"role": "staff", "do": ["enter", "read", "amend", "move", "withdraw"], "scope": "own"},
        {"role": "head", "do": ["read", "amend", "move"], "scope": "subtree"},
    ],
    "deadlines": [
        {
            "name": "out",
            "title": "离开",
            "of": "owner",
            "from": "submitted_at",
            "within": "4wh",
            "until": {"state": ["left"]},
        }
    ],
    "translations": {
        "en": {
            "title": "Visit",
            "fields.number.title": "Number",
            "fields.visitor.title": "Visitor",
            "fields.reason.title": "Reason",
            "fields.phone.title": "Phone",
            "states.inside.title": "Inside",
            "states.left.title": "Left",
            "transitions.leave.title": "See out",
            "deadlines.out.title": "Out",
        }
    },
}


def visits(store, **changed):
    """A sample office with a register of visitors, and somebody of its staff."""
    sample = office_of(store, {**copy.deepcopy(VISIT), **changed})
    return sample, Actor("person", sample.person("staff"))


def another(raw=VISIT):
    """The register once more, to be changed into its next revision."""
    return copy.deepcopy(raw)


def renamed(raw, old, new):
    """The register with a field called otherwise, its past named."""
    fields = raw["entity"]["properties"]
    raw["entity"]["properties"] = {
        new if key == old else key: {**each, "x-was": [*each.get("x-was", ()), old]} if key == old else each
        for key, each in fields.items()
    }
    for each in raw["workflow"]["transitions"]:
        each["needs"] = [new if key == old else key for key in each.get("needs", ())]
        each["when"] = {new if key == old else key: said for key, said in each.get("when", {}).items()}
    raw["entity"]["required"] = [new if key == old else key for key in raw["entity"]["required"]]
    return raw


def republished(sample, raw):
    """The next revision, served from now on; answers its number."""
    office = sample.office
    with office.store.reading() as reading:
        stored = next(each for each in reading.revisions.current() if each.register == raw["register"])
    old, new = definition_from(stored.raw, stored.revision), definition_from(raw, stored.revision + 1)
    office.store.migrate(office.store.plan(old, new))
    with office.store.work() as work:
        switch(office, work, SYSTEM, [(old, new, content_hash(raw))], {})
    return new.revision


def replaced(raw):
    """The register with another state in place of ``inside``, and a deadline of another name."""
    raw["workflow"]["states"] = {
        "here": {"title": "在此", "assign": "owner"},
        "left": {"title": "离去"},
    }
    raw["workflow"]["initial"] = "here"
    raw["workflow"]["transitions"][0] |= {"name": "go", "title": "出门", "from": "here"}
    raw["deadlines"][0] |= {"name": "gone", "within": "8wh"}
    return raw
