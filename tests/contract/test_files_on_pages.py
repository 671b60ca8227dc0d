"""Files on pages: what a form's upload is answered, what a browser may fetch."""

import pytest
from file_offices import PDF, PNG, UPLOAD, office_with_files, uploaded
from web_offices import PASSWORD, RECORDS, REGISTER, mark_of, sign_in

from regbook.model.people import Actor
from regbook.web.pages.files import described_views, upload_href

EVIDENCE = upload_href(REGISTER, "evidence")
STAFF = Actor("person", "staff")
EDGE = "a-line-that-no-file-holds"


@pytest.fixture
def web(store, monkeypatch):
    return office_with_files(store, monkeypatch)


def sends(client, content=PDF, name="交接单.pdf", mark=None, href=EVIDENCE):
    headers = {"X-CSRFToken": mark_of(client) if mark is None else mark}
    head = f'--{EDGE}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    body = head.encode() + content + f"\r\n--{EDGE}--\r\n".encode()
    return client.post(href, data=body, content_type=f"multipart/form-data; boundary={EDGE}", headers=headers)


def test_a_form_sends_its_file_and_is_told_what_to_show(web):
    client = web.browser("staff")
    answer = sends(client)
    assert (answer.status_code, answer.content_type) == (201, "application/json")
    assert set(answer.json) == {"id", "name", "size"}
    assert (answer.json["name"], answer.json["size"]) == ("交接单.pdf", "10.0 KB")
    record = web.enters(evidence=[answer.json["id"]])
    waiting = uploaded(web, "staff", PNG, "a.png")
    ids = [answer.json["id"], waiting, "nothing"]
    kept, other = described_views(web.sample.office, STAFF, REGISTER, record, ids)
    assert (kept.name, kept.size, kept.id) == ("交接单.pdf", "10.0 KB", answer.json["id"])
    got = client.get(kept.href)
    assert (got.status_code, got.data) == (200, PDF)
    assert got.headers["Content-Disposition"].startswith("attachment;")
    assert (other.id, other.href) == (waiting, "")
    assert web.browser("peer").get(kept.href).status_code == 404


def test_what_is_wrong_with_a_file_is_said_in_one_sentence(web):
    client = web.browser("staff")
    for content, name, said in (
        (b"", "a.pdf", "空的"),
        (PNG, "a.pdf", "扩展名"),
        (b"<svg onload='alert(1)'/>", "a.png", "svg"),
        (b"<html><script>alert(1)</script>", "a.txt", "html"),
    ):
        answer = sends(client, content, name)
        assert answer.status_code == 422
        assert said in answer.json["message"]
    answer = sends(client, href=upload_href(REGISTER, "nothing"))
    assert (answer.status_code, list(answer.json)) == (422, ["message"])
    assert sends(client, href=upload_href("nothing", "evidence")).status_code == 404


def test_a_file_that_another_site_sends_is_refused(web):
    client = web.browser("staff")
    assert sends(client, mark="").status_code == 403
    assert sends(client, mark="0" * 64).status_code == 403
    assert sends(web.app.test_client(), mark="0" * 64).status_code == 401


def test_nothing_that_is_larger_than_the_office_takes_is_read(web, monkeypatch):
    monkeypatch.setattr("regbook.services.attaching.largest", lambda edition: 2_000_000)
    answer = sends(web.browser("staff"), PDF + bytes(2_100_000))
    assert answer.status_code == 413
    assert answer.json["message"]
    within = sends(web.browser("staff"), PDF + bytes(1_500_000))
    assert within.status_code == 201


def test_a_picture_with_a_page_inside_is_a_download_and_nothing_else(web):
    content = b"GIF89a/*" + b"<html><script>alert(1)</script>*/"
    client = web.browser("staff")
    file = sends(client, content, "a.gif").json["id"]
    record = web.enters(evidence=[file])
    for path in (f"{RECORDS}/{record}/files/{file}", f"/r/{REGISTER}/{record}/files/{file}"):
        headers = client.get(path).headers
        assert headers["Content-Type"] == "image/gif"
        assert headers["Content-Disposition"].startswith("attachment")
        assert "sandbox" in headers["Content-Security-Policy"]
        assert headers.getlist("X-Content-Type-Options") == ["nosniff"]


def test_the_session_that_ended_fetches_nothing(web):
    client = web.app.test_client()
    sign_in(client, "staff", PASSWORD)
    file = uploaded(web, "staff")
    record = web.enters(evidence=[file])
    path = f"/r/{REGISTER}/{record}/files/{file}"
    assert client.get(path).status_code == 200
    client.post("/sign-out", data={"csrf_token": mark_of(client)})
    gone = client.get(path)
    assert gone.status_code == 303
    assert gone.headers["Location"].startswith("/sign-in")
    assert client.post(UPLOAD).status_code == 401
