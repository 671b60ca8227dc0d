"""Promises of an older revision in today's names of fields; what names a field that is gone falls away."""

from regbook.rules.promising import promised
from regbook.rules.reading import definition_from


def definition(fields, **parts):
    properties = {key: {"type": "string", "title": key, **each} for key, each in fields.items()}
    raw = {"register": "r", "title": "r", "entity": {"properties": properties}, **parts}
    return definition_from(raw, parts.pop("revision", 1))


THEN = definition(
    {"who": {"format": "person"}, "what": {}, "gone": {}, "due": {"format": "date-time"}, "task": {}},
    workflow={
        "initial": "what",
        "states": {
            "what": {
                "title": "一",
                "assign": ["field:who", "superior(field:who)"],
                "sets": {"self.what": "{gone} {due}", "task.due_at": "{due}", "gone.x": "1"},
                "gives": {"of": "task", "to": "field:who", "verbs": {"field": "gone"}, "until": "due"},
                "classifies": {"of": "task", "level": "what", "until": "due"},
            },
            "end": {"title": "二"},
        },
        "transitions": [
            {
                "name": "go",
                "from": "what",
                "to": "end",
                "by": "field:who",
                "needs": ["what", "gone"],
                "when": {"anyOf": [{"what": ["a"]}, {"not": {"due": {"before": "now"}}}]},
                "steps": [{"name": "s", "of": "head(field:who)", "when": {"required": ["what"]}}],
            }
        ],
    },
    deadlines=[
        {
            "name": "d",
            "of": "field:who",
            "from": "due",
            "within": "1h",
            "until": {"state": ["end"], "what": "x"},
        }
    ],
)
NOW = definition(
    {
        "person": {"format": "person", "x-was": ["who"]},
        "thing": {"x-was": ["what"]},
        "due_at": {"format": "date-time", "x-was": ["due"]},
        "task": {},
    },
    workflow={"initial": "new", "states": {"new": {"title": "新"}}},
)


def test_every_place_that_names_a_field_names_it_as_today():
    made = promised(NOW, THEN)
    state = made.workflow.states["what"]
    assert state.assign == ("field:person", "superior(field:person)")
    assert state.sets == {"self.thing": "{gone} {due_at}", "task.due_at": "{due_at}"}
    assert (state.classifies.level, state.classifies.until) == ("thing", "due_at")
    go = made.workflow.transition("go")
    assert (go.origins, go.by, go.needs) == (("what",), ("field:person",), ("thing",))
    assert go.when == {"anyOf": [{"thing": ["a"]}, {"not": {"due_at": {"before": "now"}}}]}
    assert (go.steps[0].of, go.steps[0].when) == (("head(field:person)",), {"required": ["thing"]})
    deadline = made.deadlines[0]
    assert (deadline.start, deadline.until) == ("due_at", {"state": ["end"], "thing": "x"})


def test_what_lives_on_a_field_that_is_gone_falls_away():
    made = promised(NOW, THEN)
    assert made.workflow.states["what"].gives is None
    assert list(made.fields) == ["person", "thing", "due_at", "task"]
    assert (made.revision, made.case) == (NOW.revision, THEN.revision)
