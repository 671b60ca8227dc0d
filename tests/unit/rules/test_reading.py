"""A definition read from its file says what the file says."""

import json
from pathlib import Path

from regbook.model.access import AccessRule
from regbook.rules.reading import definition_from

ROOT = Path(__file__).resolve().parents[3]
ISSUE = json.loads((ROOT / "definitions/coordination/department_issue.json").read_text("utf-8"))


def test_a_definition_is_read():
    issue = definition_from(ISSUE, revision=3)
    assert (issue.register, issue.title, issue.revision, issue.titles) == (
        *("department_issue", "部门内部问题", 3),
        ("subject",),
    )
    assert issue.serial is not None
    assert issue.serial.key == "number"
    assert issue.fields["subject"].required
    assert not issue.fields["effect"].required
    assert issue.fields["loss"].secrecy == 2
    assert issue.fields["loss"].encrypted
    assert list(issue.fields["measures"].lines) == ["what", "person", "done_by"]
    assert issue.fields["measures"].lines["what"].required
    assert issue.fields["effect"].choices == {"effective": "有效", "none": "无效果", "cannot": "不能处理"}
    assert issue.text("fields.effect.choices.none", "无效果", "en") == "No effect"


def test_workflow_access_and_time_are_read():
    issue = definition_from(ISSUE)
    report = issue.workflow.transition("report")
    assert report is not None
    assert report.origins == ("raised", "handled")
    assert issue.workflow.states["reported"].assign == ("superior(head)",)
    assert issue.access[0] == AccessRule(
        ("role", "staff"), ("enter", "read", "comment", "attach", "withdraw"), "own"
    )
    handle, _, decide = issue.deadlines
    assert (handle.start, handle.warn) == ("occurred_at", ("-1wh",))
    assert decide.within == {"setting": "superior.decides_within"}


def test_what_is_left_out_has_its_default():
    note = definition_from(
        {
            "register": "note",
            "title": "便笺",
            "entity": {
                "properties": {"subject": {"$ref": "#/$defs/line", "title": "事由"}},
                "$defs": {"line": {"type": "string", "title": "一行"}},
            },
            "access": [{"who": ["owner", "field:to"], "do": ["read"]}],
        }
    )
    assert note.workflow.initial == "current"
    assert note.workflow.states["current"].title == "现行"
    assert note.text("states.current.title", "", "en") == "Current"
    assert note.fields["subject"].title == "事由"
    assert note.fields["subject"].kind == "text"
    assert note.titles == ("subject",)
    assert note.form[0].rows == (("subject",),)
    assert note.list.columns == ("subject", "state", "owner", "submitted_at")
    assert [each.who for each in note.access] == [("who", "owner"), ("who", "field:to")]
