"""Adding files on a record's page: for whoever may attach and not amend, beside what is there."""

import pytest
from file_offices import PDF, PNG, office_with_files, uploaded
from web_offices import RECORDS, REGISTER, mark_of

SHEET = {"HX-Request-Type": "partial", "HX-Target": "dialog#sheet"}


@pytest.fixture
def web(store, monkeypatch):
    return office_with_files(store, monkeypatch)


@pytest.fixture
def record(web):
    return web.enters(evidence=[uploaded(web, "staff", name="原件.pdf")])


def adds(client, record, headers=None, **facts):
    data = {"csrf_token": mark_of(client), **facts}
    return client.post(f"/r/{REGISTER}/{record}/attach", data=data, headers=headers or {})


def evidence(web, record):
    return web.asks("staff", "GET", f"{RECORDS}/{record}").json["facts"]["evidence"]


def test_files_come_beside_those_that_are_there_and_nothing_else_changes(web, record):
    staff = web.browser("staff")
    page = staff.get(f"/r/{REGISTER}/{record}").text
    assert f'href="/r/{REGISTER}/{record}/attach" data-sheet' in page
    assert f'href="/r/{REGISTER}/{record}/edit"' not in page
    form = staff.get(f"/r/{REGISTER}/{record}/attach")
    assert 'data-name="evidence"' in form.text
    assert "原件.pdf" not in form.text
    for name in ("subject", "occurred_at", "measures"):
        assert f'name="{name}"' not in form.text
    before = evidence(web, record)
    new = uploaded(web, "staff", PNG, "现场.png", record=record)
    done = adds(staff, record, SHEET, evidence=new, subject="另一件事")
    assert (done.status_code, done.headers["HX-Redirect"]) == (204, f"/r/{REGISTER}/{record}")
    assert evidence(web, record) == [*before, new]
    page = staff.get(f"/r/{REGISTER}/{record}").text
    assert "现场.png" in page
    assert "原件.pdf" in page
    assert "另一件事" not in page


def test_what_cannot_be_taken_is_said_and_nothing_changes(web, record):
    staff, before = web.browser("staff"), evidence(web, record)
    empty = adds(staff, record, SHEET)
    assert empty.status_code == 422
    assert "请先选择要添加的文件" in empty.text
    other = uploaded(web, "head", PDF, "别人的.pdf", record=record)
    assert adds(staff, record, evidence="nothing").status_code == 422
    assert adds(staff, record, evidence=other).status_code == 422
    assert evidence(web, record) == before


def test_nobody_else_adds_anything(web, record):
    for person in ("peer", "outsider"):
        client = web.browser(person)
        assert client.get(f"/r/{REGISTER}/{record}/attach").status_code == 404
        assert adds(client, record, evidence="x").status_code == 404
    head = web.browser("head")
    assert "/attach" not in head.get(f"/r/{REGISTER}/{record}").text, "she amends it, files included"
