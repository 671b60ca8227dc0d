from decimal import Decimal

from regbook.rules.kinds import LINES

from .laws import accepts, refuses

MEASURES = {
    "title": "处理措施",
    "items": {
        "required": ["what"],
        "properties": {
            "what": {"type": "string", "title": "措施", "maxLength": 50},
            "owner": {"type": "string", "format": "person", "title": "负责人"},
            "loss": {"type": "string", "format": "money", "title": "损失"},
            "helpers": {"type": "array", "items": {"type": "string", "format": "person"}},
            "hours": {"type": "number"},
        },
    },
}


def test_every_field_of_a_line_is_canonical():
    accepts(
        LINES,
        [{"_id": "l1", "what": " 更换 ", "loss": "1,234.5", "hours": 2}, {"what": "", "other": " x "}],
        [
            {"_id": "l1", "what": "更换", "loss": "1234.50", "hours": Decimal("2")},
            {"what": None, "other": " x "},
        ],
        MEASURES,
    )
    assert LINES.canonical([], MEASURES) is None


def test_a_problem_names_line_and_field():
    problems = LINES.check([{"what": "好"}, {"owner": "张三", "loss": "x", "helpers": ["a", "乙"]}], MEASURES)
    assert [(each.path, each.code) for each in problems] == [
        ("/1/owner", "reference-form"),
        ("/1/loss", "money-form"),
        ("/1/helpers/1", "reference-form"),
    ]
    assert "负责人" in problems[0].text()


def test_invalid():
    refuses(LINES, {"what": "x"}, "wants-list", MEASURES | {"title": "某栏"})
    refuses(LINES, ["x"], "wants-line", MEASURES | {"title": "某栏"}, "/0")
    refuses(LINES, [{"_id": 3}], "reference-form", MEASURES | {"title": "某栏"}, "/0/_id")
    refuses(LINES, [{"_id": "a"}, {"_id": "a"}], "line-twice", MEASURES | {"title": "某栏"})


def test_the_schema_is_closed_and_holds_what_each_field_implies():
    items = LINES.schema(MEASURES)["items"]
    assert items["additionalProperties"] is False
    assert items["required"] == ["what"]
    assert items["properties"]["what"]["maxLength"] == 50
    assert items["properties"]["hours"]["type"] == "number"
    assert items["properties"]["helpers"]["maxItems"] == 200
    assert "_id" in items["properties"]


def test_typed_and_shown():
    assert LINES.typed(" ", MEASURES) is None
    assert LINES.shown([{}, {}], MEASURES) == "2 行"
    assert LINES.storage == "lines"
