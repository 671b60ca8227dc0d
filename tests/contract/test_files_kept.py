"""Files of records: brought, taken, fetched, let go and swept."""

import os
from datetime import timedelta
from io import BytesIO

import pytest
from file_offices import PDF, PNG, UPLOAD, entries, office_with_files, uploaded, uploads
from web_offices import ISSUE, RECORDS, REGISTER, problem

from regbook.errors import Denied, NotFound, RecordInvalid
from regbook.jobs.beside import alone
from regbook.jobs.clockwork import Sweeper
from regbook.model.people import Actor
from regbook.services import attaching, recording

STAFF = Actor("person", "staff")


@pytest.fixture
def web(store, monkeypatch):
    return office_with_files(store, monkeypatch)


def fetched(web, person, record, file, method="GET"):
    return web.asks(person, method, f"{RECORDS}/{record}/files/{file}")


def codes(answer):
    return {each["code"]: each["path"] for each in problem(answer)["problems"]}


def test_a_file_comes_back_byte_for_byte_as_a_download(web):
    answer = uploads(web, "staff")
    assert answer.status_code == 201
    assert answer.json["name"] == "照片 1.pdf"
    assert (answer.json["media"], answer.json["size"]) == ("application/pdf", len(PDF))
    file = answer.json["id"]
    record = web.enters(evidence=[file])
    for person in ("staff", "head"):
        got = fetched(web, person, record, file)
        assert (got.status_code, got.data) == (200, PDF)
    headers = got.headers
    assert headers["Content-Type"] == "application/pdf"
    assert headers["Content-Length"] == str(len(PDF))
    expected = "attachment; filename=\"__ 1.pdf\"; filename*=UTF-8''%E7%85%A7%E7%89%87%201.pdf"
    assert headers["Content-Disposition"] == expected
    assert headers.getlist("X-Content-Type-Options") == ["nosniff"]
    assert headers.getlist("Content-Security-Policy") == [
        "default-src 'none'; sandbox; frame-ancestors 'none'"
    ]
    assert headers["Cache-Control"] == "no-store"
    asked = fetched(web, "head", record, file, "HEAD")
    assert (asked.status_code, asked.data) == (200, b"")
    assert asked.headers["Content-Length"] == str(len(PDF))
    (entry,) = entries(web, "upload")
    assert (entry.actor, entry.values["file"], entry.values["field"]) == ("staff", file, "evidence")
    assert "照片" not in str(entry)
    assert entries(web, "download") == []


def test_on_the_disk_lies_neither_the_content_nor_the_name(web):
    uploaded(web, "staff", b"%PDF- canary-in-plain-text")
    files = [path for path in web.sample.office.store.files.rglob("*") if path.is_file()]
    assert len(files) == 1
    assert b"canary" not in files[0].read_bytes()
    assert "照片" not in files[0].name
    assert files[0].stat().st_mode & 0o077 == 0


def test_what_somebody_else_brought_is_unknown(web):
    mine, hers = uploaded(web, "staff"), uploaded(web, "peer")
    for wrong in (hers, "nothing"):
        for path in (RECORDS, f"{RECORDS}?draft=true"):
            answer = web.asks("staff", "POST", path, json={**ISSUE, "evidence": [mine, wrong]})
            assert answer.status_code == 422
            assert codes(answer) == {"file-unknown": "/evidence/1"}
    assert web.enters(evidence=[mine])


def test_a_file_is_for_one_record_and_the_field_it_was_brought_for(web):
    file = uploaded(web, "staff")
    record = web.enters(evidence=[file])
    for facts in ({"evidence": [file]}, {"secret_files": [file]}):
        answer = web.asks("staff", "POST", RECORDS, json={**ISSUE, **facts})
        assert set(codes(answer)) == {"file-unknown"}
    second = uploaded(web, "staff", PNG, "a.png", field="measures/photo")
    answer = web.asks("staff", "POST", RECORDS, json={**ISSUE, "evidence": [second]})
    assert set(codes(answer)) == {"file-unknown"}
    measures = [{"what": "换硒鼓", "photo": [second]}]
    other = web.enters(measures=measures)
    assert fetched(web, "staff", other, second).data == PNG
    for pair in ((record, second), (other, file), (record, "nothing"), ("nothing", file)):
        assert fetched(web, "staff", *pair).status_code == 404


def test_a_draft_takes_its_files_and_keeps_them_when_it_is_submitted(web):
    file = uploaded(web, "staff")
    answer = web.asks("staff", "POST", f"{RECORDS}?draft=true", json={**ISSUE, "evidence": [file]})
    record = answer.json["id"]
    assert fetched(web, "staff", record, file).data == PDF
    assert fetched(web, "head", record, file).status_code == 404
    assert web.asks("staff", "POST", f"{RECORDS}/{record}/submit").status_code == 200
    assert fetched(web, "head", record, file).data == PDF
    with web.sample.office.store.reading() as reading:
        level = web.asks("head", "GET", f"{RECORDS}/{record}").json["level"]
        assert reading.files.one(file).level == level


def test_a_discarded_draft_takes_its_files_with_it(web):
    file = uploaded(web, "staff")
    answer = web.asks("staff", "POST", f"{RECORDS}?draft=true", json={**ISSUE, "evidence": [file]})
    assert web.asks("staff", "DELETE", f"{RECORDS}/{answer.json['id']}").status_code == 204
    with web.sample.office.store.reading() as reading:
        assert reading.files.one(file) is None


def test_amending_adds_and_removes(web):
    first = uploaded(web, "staff")
    record = web.enters(evidence=[first])
    added = uploaded(web, "head", PNG, "a.png", record=record)
    path = f"{RECORDS}/{record}"
    assert web.asks("head", "PATCH", path, json={"evidence": [first, added]}).status_code == 200
    assert fetched(web, "staff", record, added).data == PNG
    assert web.asks("head", "PATCH", path, json={"evidence": [added]}).status_code == 200
    assert fetched(web, "staff", record, first).status_code == 404
    assert fetched(web, "staff", record, added).data == PNG
    back = web.asks("head", "PATCH", path, json={"evidence": [first]})
    assert set(codes(back)) == {"file-unknown"}
    history = web.asks("head", "GET", f"{path}/entries").json["entries"]
    assert history[0]["changes"]["evidence"] == {"old": [first, added], "new": [added]}


def test_whoever_may_attach_adds_files_and_does_nothing_else(web):
    first = uploaded(web, "staff")
    record = web.enters(evidence=[first])
    path = f"{RECORDS}/{record}"
    added = uploaded(web, "staff", PNG, "a.png", record=record)
    for facts in (
        {"evidence": [added]},
        {"evidence": None},
        {"evidence": [first, added], "subject": "别的"},
        {"subject": "别的"},
        {},
    ):
        assert web.asks("staff", "PATCH", path, json=facts).status_code == 403, facts
    assert web.asks("staff", "PATCH", path, json={"evidence": [first, added]}).status_code == 200
    assert fetched(web, "head", record, added).data == PNG
    newest = web.asks("head", "GET", f"{path}/entries").json["entries"][0]
    assert (newest["verb"], newest["changes"]) == (
        "attach",
        {"evidence": {"old": [first], "new": [first, added]}},
    )
    unknown = web.asks("staff", "PATCH", path, json={"evidence": [first, added, "nothing"]})
    assert codes(unknown) == {"file-unknown": "/evidence/2"}


def test_a_held_file_is_not_let_go(web):
    file = uploaded(web, "staff")
    record = web.enters(evidence=[file])
    with web.sample.office.store.work() as work:
        assert work.files.hold(file, "诉讼")
    answer = web.asks("head", "PATCH", f"{RECORDS}/{record}", json={"evidence": []})
    assert codes(answer) == {"file-held": "/evidence"}
    assert fetched(web, "staff", record, file).data == PDF


def test_more_than_the_field_takes_is_refused_and_the_files_stay_the_uploaders(web):
    files = [uploaded(web, "staff") for _ in range(4)]
    answer = web.asks("staff", "POST", RECORDS, json={**ISSUE, "evidence": files})
    assert answer.status_code == 422
    assert web.enters(evidence=files[1:])


def test_whoever_may_not_see_the_record_or_field_gets_the_answer_for_no_file(web):
    secret = uploaded(web, "head", field="secret_files")
    record = web.asks("head", "POST", RECORDS, json={**ISSUE, "secret_files": [secret]})
    assert record.status_code == 201, record.text
    record = record.json["id"]
    plain = uploaded(web, "staff")
    other = web.enters(evidence=[plain])
    for person, path in (
        ("outsider", f"{other}/files/{plain}"),
        ("peer", f"{other}/files/{plain}"),
        ("staff", f"{record}/files/{secret}"),
    ):
        nothing = problem(web.asks(person, "GET", f"{RECORDS}/nothing/files/nothing"))
        for method in ("GET", "HEAD"):
            answer = web.asks(person, method, f"{RECORDS}/{path}")
            assert answer.status_code == 404
            assert method == "HEAD" or problem(answer) == nothing
    with web.sample.office.store.reading() as reading:
        assert reading.files.one(plain).level < 2 <= reading.files.one(secret).level


def test_every_download_of_a_secret_file_has_its_entry_first(web, monkeypatch):
    secret = uploaded(web, "head", field="secret_files")
    record = web.asks("head", "POST", RECORDS, json={**ISSUE, "secret_files": [secret]}).json["id"]
    assert fetched(web, "head", record, secret, "HEAD").status_code == 200
    assert entries(web, "download") == []
    assert fetched(web, "head", record, secret).data == PDF
    (entry,) = entries(web, "download")
    values = {"file": secret, "record": record, "field": "secret_files"}
    assert (entry.actor, entry.record, entry.values) == ("head", None, values)
    monkeypatch.setattr("regbook.services.attaching._entry", lambda *a, **b: 1 / 0)
    refused = fetched(web, "head", record, secret)
    assert refused.status_code == 500
    assert PDF[:50] not in refused.data


def test_a_right_that_is_taken_away_takes_the_files_away(web):
    file = uploaded(web, "staff")
    record = web.enters(evidence=[file])
    assert fetched(web, "head", record, file).status_code == 200
    assert web.asks("staff", "POST", f"{RECORDS}/{record}/withdraw").status_code == 200
    assert fetched(web, "head", record, file).status_code == 404
    assert fetched(web, "staff", record, file).data == PDF


def test_a_kill_between_upload_and_save_leaves_a_waiting_file_which_is_swept_after_a_day(web):
    office = web.sample.office
    file, kept = uploaded(web, "staff"), uploaded(web, "staff")
    record = web.enters(evidence=[kept])
    assert attaching.sweep(office) == 0
    web.sample.time += timedelta(days=1, minutes=1)
    for path in office.store.files.rglob("*"):
        if path.is_file():
            os.utime(path, (web.sample.time.timestamp() - 90_000,) * 2)
    assert attaching.sweep(office) == 1
    assert attaching.sweep(office) == 0
    (entry,) = entries(web, "sweep")
    assert (entry.actor, entry.values["file"]) == ("clock", file)
    with pytest.raises(RecordInvalid):
        recording.enter(office, STAFF, REGISTER, {**ISSUE, "evidence": [file]})
    assert attaching.fetch(office, STAFF, REGISTER, record, kept)[1] == PDF
    web.sample.time += timedelta(days=1, minutes=1)
    attaching.sweep(office)
    assert len([path for path in office.store.files.rglob("*") if path.is_file()]) == 1


def test_a_file_that_another_record_took_meanwhile_is_not_taken_twice(web, monkeypatch):
    office = web.sample.office
    file = uploaded(web, "staff")
    facts = {**ISSUE, "evidence": [file]}
    decided, rival = recording.fact_problems, []

    def overtaken(*args):
        found = decided(*args)
        if not rival:
            rival.append("")
            rival[0] = recording.enter(office, STAFF, REGISTER, facts).id
        return found

    monkeypatch.setattr(recording, "fact_problems", overtaken)
    with pytest.raises(RecordInvalid) as caught:
        recording.enter(office, STAFF, REGISTER, facts)
    assert [each.code for each in caught.value.problems] == ["file-unknown"]
    assert attaching.fetch(office, STAFF, REGISTER, rival[0], file)[1] == PDF


def test_only_who_may_fill_the_field_may_bring_a_file(web):
    office = web.sample.office
    record = web.enters()
    assert uploads(web, "staff", record=record).status_code == 201
    assert uploads(web, "head", record=record).status_code == 201
    for person, asked in (("outsider", {"record": record}), ("peer", {"record": "nothing"})):
        assert uploads(web, person, **asked).status_code == 404
    for field in (
        "subject",
        "number",
        "nothing",
        "measures",
        "measures/nothing",
        "measures/what",
        "/",
        "a/b/c",
    ):
        assert set(codes(uploads(web, "staff", field=field))) <= {"unknown-field", "server-owned"}
    assert problem(uploads(web, "staff", field=""))["code"] == "request-invalid"
    answer = web.asks("staff", "POST", "/api/v1/registers/nothing/files?field=x", data={"file": (b"", "x")})
    assert answer.status_code in (400, 404)
    with pytest.raises(NotFound):
        attaching.attach(office, STAFF, "nothing", None, "evidence", "a.pdf", PDF)
    with pytest.raises((Denied, NotFound)):
        attaching.attach(office, Actor("person", "nobody"), REGISTER, None, "evidence", "a.pdf", PDF)


def test_nobody_fills_the_disk_with_files_that_no_record_uses(web, monkeypatch):
    monkeypatch.setattr(attaching, "MOST_WAITING", 2)
    one = uploaded(web, "staff")
    uploaded(web, "staff")
    assert codes(uploads(web, "staff")) == {"files-waiting": "/evidence"}
    uploaded(web, "peer")
    web.enters(evidence=[one])
    uploaded(web, "staff")


def test_a_form_is_told_of_waiting_files_and_of_the_records(web):
    office = web.sample.office
    waiting, hers = uploaded(web, "staff"), uploaded(web, "peer")
    kept = uploaded(web, "staff")
    record = web.enters(evidence=[kept])
    ids = [hers, kept, waiting, "nothing"]
    found = attaching.described(office, STAFF, REGISTER, record, ids)
    assert [each.id for each in found] == [kept, waiting]
    assert [each.id for each in attaching.described(office, STAFF, REGISTER, None, ids)] == [waiting]


def test_one_file_and_nothing_else_is_read(web):
    wrong = (
        {},
        {"other": (BytesIO(PDF), "a.pdf")},
        {"file": [(BytesIO(PDF), "a.pdf"), (BytesIO(PDF), "b.pdf")]},
        {"file": (BytesIO(PDF), "a.pdf"), "more": "x"},
        {"file": "text"},
    )
    for data in wrong:
        answer = web.asks(
            "staff", "POST", f"{UPLOAD}?field=evidence", data=data, content_type="multipart/form-data"
        )
        assert answer.status_code == 400, data
    assert web.asks("staff", "POST", f"{UPLOAD}?field=evidence", json={}).status_code == 415


def test_the_office_sweeps_by_itself(web):
    office = web.sample.office
    file = uploaded(web, "staff")
    sweepers = [each for each in alone(office, "test") if isinstance(each, Sweeper)]
    assert len(sweepers) == 1
    web.sample.time += timedelta(hours=23)
    assert sweepers[0].look() == 0
    web.sample.time += timedelta(hours=2)
    assert sweepers[0].look() == 1
    with office.store.reading() as reading:
        assert reading.files.one(file) is None
