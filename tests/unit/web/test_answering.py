"""Languages, the one shape of problems, and JSON as the interface writes it."""

import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from flask import Flask

from regbook.errors import Denied, NotFound, PluginFault, Problem, RecordInvalid, StaleRecord
from regbook.web import problems
from regbook.web.api.answers import encoded
from regbook.web.headers import SECURITY_POLICY, put_headers
from regbook.web.languages import chosen


@pytest.mark.parametrize(
    ("explicit", "accepted", "language"),
    [
        ("", "", "zh-Hans"),
        ("", "zh-CN,zh;q=0.9,en;q=0.8", "zh-Hans"),
        ("", "zh-TW,zh;q=0.9", "zh-Hant"),
        ("", "zh-Hant-HK", "zh-Hant"),
        ("", "en-GB,en;q=0.5", "en"),
        ("", "fr, en;q=0.3, zh;q=0.4", "zh-Hans"),
        ("", "en;q=0, zh-HK;q=0.1", "zh-Hant"),
        ("", "en;q=x", "zh-Hans"),
        ("", "eng", "zh-Hans"),
        ("", ";;,,;q=,", "zh-Hans"),
        ("zh-Hant", "en", "zh-Hant"),
        ("klingon", "en", "en"),
    ],
)
def test_the_chosen_language_wins_then_the_browsers(explicit, accepted, language):
    assert chosen(explicit, accepted) == language


def test_a_problem_says_what_is_wrong_where_in_the_readers_language():
    error = RecordInvalid([Problem("/subject", "required", {"title": "问题"})])
    shape = problems.shape(error, 422, "en")
    assert shape["problems"] == [{"path": "/subject", "code": "required", "message": "问题 is required."}]
    assert (shape["status"], shape["code"], shape["type"]) == (
        422,
        "record-invalid",
        "urn:regbook:problem:record-invalid",
    )
    assert "reference" not in shape
    assert problems.shape(NotFound(), 404, "zh-Hant")["title"] == "沒有此內容，或您無權檢視。"


def test_a_value_of_a_sentence_is_nobodys_format_string():
    error = RecordInvalid([Problem("/x", "required", {"title": "{0.__class__}"})])
    assert problems.shape(error, 422, "zh-Hans")["problems"][0]["message"] == "请填写{0.__class__}。"


def test_a_fault_is_told_by_its_reference_alone(caplog):
    try:
        raise ValueError("SELECT secret FROM r_thing")
    except ValueError as error:
        shape = problems.shape(problems.unexpected(error), 500, "en")
    assert set(shape) == {"type", "title", "status", "code", "detail", "reference"}
    assert "secret" not in json.dumps(shape)
    assert shape["reference"] in caplog.text
    assert "secret" in caplog.text
    assert "reference" in problems.shape(PluginFault(plugin="x"), 500, "en")


def test_a_stale_record_is_a_failed_precondition_when_one_was_asked():
    assert problems.status_of(StaleRecord(), conditional=True) == 412
    assert problems.status_of(StaleRecord(), conditional=False) == 409
    assert problems.status_of(Denied(), conditional=True) == 403


def test_json_keeps_exact_numbers_and_instants():
    value = {
        "n": Decimal("12.50"),
        "at": datetime(2026, 9, 30, 8, tzinfo=UTC),
        "t": ("a",),
        "big": Decimal(10) ** 30,
    }
    text = encoded(value).decode()
    assert text == '{"n":12.50,"at":"2026-09-30T08:00:00Z","t":["a"],"big":1' + "0" * 30 + "}"
    with pytest.raises(TypeError):
        encoded({"x": object()})


def test_every_answer_has_its_headers_and_is_stored_nowhere():
    app = Flask(__name__, static_folder=None)
    put_headers(app, over_tls=True)
    client = app.test_client()
    for path in ("/nothing", "/static/dist/nothing.js"):
        headers = client.get(path).headers
        assert headers["Content-Security-Policy"] == SECURITY_POLICY
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert (
            headers["Cross-Origin-Opener-Policy"] == headers["Cross-Origin-Resource-Policy"] == "same-origin"
        )
        assert headers["Strict-Transport-Security"].startswith("max-age=")
        assert headers["Cache-Control"] == "no-store"
        assert "unsafe" not in headers["Content-Security-Policy"]
