"""A posted form becomes facts by the kinds of its fields; what was not asked stays untouched."""

from decimal import Decimal
from zoneinfo import ZoneInfo

from regbook.errors import Problem
from regbook.model.definition import Field
from regbook.rules.kinds import kind_of
from regbook.web.posted import facts_of, placed

SHANGHAI = ZoneInfo("Asia/Shanghai")


def field(key: str, schema: dict, **more: object) -> Field:
    return Field(key, key, kind_of(schema).name, schema, **more)


FIELDS = {
    "subject": field("subject", {"type": "string"}),
    "occurred_at": field("occurred_at", {"type": "string", "format": "date-time"}),
    "outside": field("outside", {"type": "boolean"}),
    "hours": field("hours", {"type": "number"}),
    "loss": field("loss", {"type": "string", "format": "money"}),
    "helpers": field("helpers", {"type": "array", "items": {"type": "string", "format": "person"}}),
    "limit": field("limit", {"type": "string", "format": "span"}),
    "number": field("number", {"type": "string", "format": "serial"}),
    "measures": field(
        "measures",
        {"type": "array", "items": {"type": "object", "properties": {"what": {"type": "string"}}}},
        lines={"what": field("what", {"type": "string"}), "done": field("done", {"type": "boolean"})},
    ),
}


def test_every_kind_reads_its_own_words():
    posted = [
        ("subject", " 打印机停用 "),
        ("occurred_at", "2026-09-30 16:00"),
        ("outside", "false"),
        ("outside", "true"),
        ("hours", "3.5"),
        ("loss", "1,234.5"),
        ("helpers", ""),
        ("helpers", "p1"),
        ("helpers", "p2"),
        ("limit/amount", "4"),
        ("limit/unit", "wh"),
    ]
    assert facts_of(posted, FIELDS, SHANGHAI) == {
        "subject": "打印机停用",
        "occurred_at": "2026-09-30T08:00:00Z",
        "outside": True,
        "hours": Decimal("3.5"),
        "loss": "1234.50",
        "helpers": ["p1", "p2"],
        "limit": "4wh",
    }


def test_what_is_emptied_is_none_and_what_is_not_asked_is_absent():
    assert facts_of([("subject", ""), ("helpers", ""), ("measures", "")], FIELDS, SHANGHAI) == {
        "subject": None,
        "helpers": None,
        "measures": None,
    }


def test_nobody_types_a_computed_field_or_a_name_that_is_none():
    assert facts_of([("number", "WT-1"), ("owner", "p9"), ("_token", "x")], FIELDS, SHANGHAI) == {}


def test_lines_keep_their_order_and_ids_and_lose_what_is_empty():
    posted = [
        ("measures", ""),
        ("measures/10/what", "third"),
        ("measures/2/what", "second"),
        ("measures/2/_id", "l2"),
        ("measures/0/what", ""),
        ("measures/0/_id", "l0"),
        ("measures/0/done", "false"),
        ("measures/x/what", "no"),
    ]
    assert facts_of(posted, FIELDS, SHANGHAI)["measures"] == [
        {"_id": "l2", "what": "second"},
        {"what": "third"},
    ]


def test_what_cannot_be_read_stays_for_the_check_to_refuse():
    assert facts_of([("hours", "three"), ("occurred_at", "soon")], FIELDS, SHANGHAI) == {
        "hours": "three",
        "occurred_at": "soon",
    }


def test_a_problem_finds_the_field_nearest_to_it():
    problems = [
        Problem("/measures/1/what", "required"),
        Problem("/helpers/2", "required"),
        Problem("", "required"),
    ]
    found = placed(problems, ["measures", "measures/1/what", "helpers"])
    assert {name: len(each) for name, each in found.items()} == {"measures/1/what": 1, "helpers": 1, "": 1}
