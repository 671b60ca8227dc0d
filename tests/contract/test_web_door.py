"""The door of the web application: what is open to whom, and what no address gives away."""

import re

import pytest
from web_offices import ISSUE, PASSWORD, RECORDS, mark_of, problem, sign_in, web_office

from regbook.errors import SettingsInvalid
from regbook.web.application import create_app

ANYONE, SIGNED_IN = "anyone", "signed in"
# Every address of the application and who may call it. A new route is added here with its caller.
OPEN = {
    "/static/<path:filename>": {"GET"},
    "/sign-in": {"GET", "POST"},
    "/language": {"POST"},
}
CLOSED = {
    "/sign-out": {"POST"},
    "/api/v1/registers": {"GET"},
    "/api/v1/registers/<register>/records": {"GET", "POST"},
    "/api/v1/registers/<register>/records/<record>": {"GET", "PATCH", "DELETE"},
    "/api/v1/registers/<register>/records/<record>/submit": {"POST"},
    "/api/v1/registers/<register>/records/<record>/withdraw": {"POST"},
    "/api/v1/registers/<register>/records/<record>/transitions/<name>": {"POST"},
    "/api/v1/registers/<register>/records/<record>/unmask": {"POST"},
    "/api/v1/registers/<register>/records/<record>/entries": {"GET"},
    "/api/v1/registers/<register>/records/<record>/files/<file>": {"GET"},
    "/api/v1/registers/<register>/files": {"POST"},
    "/api/v1/assignments": {"GET"},
    "/api/v1/assignments/<assignment>/<verb>": {"POST"},
    "/api/v1/openapi.json": {"GET"},
}
RECORD = "/r/<register>/<record>"
PAGES = {
    **{
        rule: {"GET"}
        for rule in ("/", "/counts", "/mine", "/inbox/", "/people/", "/departments/", "/account", "/r/")
    },
    **{rule: {"GET"} for rule in ("/choices/people", "/choices/departments", RECORD, "/r/<register>/")},
    **{rule: {"GET"} for rule in ("/r/<register>/counts", "/r/<register>/choices")},
    **{
        f"/account/{name}": {"POST"}
        for name in ("settings", "password", "sessions/end", "sessions/end-others")
    },
    "/account/tokens": {"POST"},
    "/account/tokens/end": {"POST"},
    **{rule: {"GET"} for rule in ("/accounts/", "/accounts/<person>")},
    "/accounts/<person>/<deed>": {"POST"},
    "/settings/": {"GET"},
    "/settings/<key>": {"POST"},
    "/inbox/read": {"POST"},
    "/find": {"GET"},
    "/notices": {"GET"},
    "/operations/": {"GET"},
    "/operations/retry": {"POST"},
    f"{RECORD}/history": {"GET"},
    "/r/<register>/new": {"GET", "POST"},
    f"{RECORD}/edit": {"GET", "POST"},
    f"{RECORD}/do/<name>": {"GET", "POST"},
    f"{RECORD}/unmask/<field>": {"GET", "POST"},
    f"{RECORD}/attach": {"GET", "POST"},
    **{f"/r/<register>/new/{name}": {"POST"} for name in ("refresh", "draft")},
    **{f"{RECORD}/edit/{name}": {"POST"} for name in ("refresh", "draft")},
    f"{RECORD}/do/<name>/refresh": {"POST"},
    "/r/<register>/files": {"POST"},
    f"{RECORD}/files/<file>": {"GET"},
    **{f"{RECORD}/{name}": {"POST"} for name in ("decide", "withdraw", "discard")},
}
FAB = (
    *("/login/", "/logout/", "/back", "/lang/en", "/lang/zh", "/users/list/", "/users/add", "/roles/list/"),
    *("/userinfo/", "/resetpassword/form", "/resetmypassword/form", "/permissions/list/", "/viewmenus/list/"),
    *("/permissionviews/list/", "/userstatschartview/chart/", "/groups/list/", "/registeruser/list/"),
    *("/api/v1/security/login", "/api/v1/security/users/", "/api/v1/menu/", "/api/v1/_openapi"),
    *("/swagger/v1", "/openapi/v1", "/static/appbuilder/css/ab.css", "/appbuilder/static/css/ab.css"),
)


@pytest.fixture
def web(store):
    return web_office(store)


def filled(rule):
    return re.sub(r"<(?:path:)?\w+>", "x", rule)


def test_every_route_is_in_the_table_and_no_other(web):
    found = {each.rule: each.methods - {"HEAD", "OPTIONS"} for each in web.app.url_map.iter_rules()}
    assert found == OPEN | CLOSED | PAGES


CREDENTIALS = ({}, {"Authorization": "Bearer x"}, {"Authorization": "Basic eDp4"}, {"Cookie": "regbook=x"})


def test_without_a_session_or_token_every_closed_address_is_401(web):
    client = web.app.test_client(use_cookies=False)
    for rule, methods in CLOSED.items():
        for method in methods | ({"HEAD"} if "GET" in methods else set()):
            for headers in CREDENTIALS:
                answer = client.open(filled(rule), method=method, json={}, headers=headers)
                assert answer.status_code == 401, (method, rule)
                assert answer.headers.get("WWW-Authenticate", "Bearer").startswith("Bearer")


def test_without_a_session_every_page_leads_to_the_door_and_says_nothing(web):
    client = web.app.test_client(use_cookies=False)
    for rule, methods in PAGES.items():
        for method in methods:
            answer = client.open(filled(rule), method=method)
            assert answer.status_code in (303, 401), (method, rule, answer.status_code)
            assert answer.headers.get("Location", "/sign-in").startswith("/sign-in"), (method, rule)


def test_no_page_of_flask_appbuilder_is_reachable_and_none_asks_the_database(web):
    client = web.browser("staff")
    for path in FAB:
        with web.sample.office.store.statements() as counter:
            assert client.get(path).status_code == 404, path
        assert counter.count <= 1, (path, counter.texts)  # whose refusal is not asked: nothing is counted
        assert client.post(path).status_code in (404, 405)


def test_flask_appbuilders_own_tables_stay_empty(web):
    web.browser("staff").get("/users/list/")
    web.asks("staff", "GET", RECORDS)
    with web.sample.office.store.reading() as reading:
        for table in (
            "ab_role",
            "ab_permission",
            "ab_view_menu",
            "ab_permission_view",
            "ab_user_role",
            "ab_group",
        ):
            assert reading.run(f"SELECT count(*) FROM {table}")[0][0] == 0, table


def test_every_answer_carries_the_headers_and_is_kept_nowhere(web):
    client = web.app.test_client()
    for path in ("/sign-in", "/nothing", "/api/v1/nothing", "/static/nothing.js", "/api/v1/registers"):
        for method in ("GET", "HEAD", "OPTIONS", "POST", "PUT", "TRACE", "DELETE"):
            headers = client.open(path, method=method).headers
            assert "default-src 'none'" in headers["Content-Security-Policy"]
            assert headers["X-Content-Type-Options"] == "nosniff"
            assert headers["Cache-Control"] == "no-store"
            assert len(headers.getlist("Content-Security-Policy")) == 1
            assert "Server" not in headers
            assert "session" not in headers.get("Set-Cookie", "")


def test_errors_of_the_interface_have_the_one_shape(web):
    for method, path, status in (
        ("GET", "/api/v1/nothing", 404),
        ("GET", "/api/v1//registers", 404),
        ("GET", "/api/v1/registers/", 404),
        ("PUT", "/api/v1/registers", 405),
        ("POST", "/api/v1/registers", 405),
        ("GET", "/api/v1/registers/nothing/records", 404),
        ("GET", "/api/v1/registers/%00/records", 404),
        ("POST", "/api/v1/registers/nothing/records", 404),
        ("GET", f"{RECORDS}/nothing?x=1", 400),
    ):
        answer = web.asks("staff", method, path, json={} if method == "POST" else None)
        assert answer.status_code == status, path
        problem(answer)
    refused = web.asks("staff", "PUT", "/api/v1/registers")
    assert set(refused.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}
    asked = web.asks("staff", "OPTIONS", RECORDS)
    assert (asked.status_code, asked.data) == (204, b"")
    assert set(asked.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS", "POST"}


def test_a_fault_is_told_by_a_reference_and_nothing_else(web, monkeypatch, caplog):
    monkeypatch.setattr(
        "regbook.services.finding.page", lambda *a: (_ for _ in ()).throw(KeyError("r_secret_table"))
    )
    answer = web.asks("staff", "GET", RECORDS)
    found = problem(answer)
    assert answer.status_code == 500
    assert "r_secret_table" not in answer.text
    assert found["reference"] in caplog.text
    page = web.browser("staff").get("/nothing").text
    assert "Traceback" not in page


def test_a_change_from_a_browser_needs_the_token_of_its_session(web):
    client = web.browser("staff")
    for headers in ({}, {"X-CSRFToken": ""}, {"X-CSRFToken": "0" * 64}, {"X-CSRFToken": "é"}):
        answer = client.post(RECORDS, json=ISSUE, headers=headers)
        assert (answer.status_code, problem(answer)["code"]) == (403, "forged")
    mark = mark_of(client)
    assert client.post(RECORDS, json=ISSUE, headers={"X-CSRFToken": mark}).status_code == 201
    assert web.browser("head").post(RECORDS, json=ISSUE, headers={"X-CSRFToken": mark}).status_code == 403
    assert client.get(RECORDS).json["records"]
    assert client.post("/sign-out").status_code == 403


def test_signing_in_makes_a_new_session_and_signing_out_ends_it(web):
    client = web.app.test_client()
    client.set_cookie("regbook", "fixed-by-somebody")
    answer = sign_in(client, "staff", PASSWORD)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    cookie = client.get_cookie("regbook")
    assert cookie.value != "fixed-by-somebody"
    assert (cookie.http_only, cookie.same_site, cookie.path) == (True, "Lax", "/")
    assert client.get(RECORDS).status_code == 200
    assert client.get("/sign-in").status_code == 303
    mark = mark_of(client)
    assert client.post("/sign-out", data={"csrf_token": mark}).status_code == 303
    assert client.get_cookie("regbook") is None
    client.set_cookie("regbook", cookie.value)
    assert client.get(RECORDS).status_code == 401


def test_whoever_does_not_open_the_door_gets_the_same_page(web):
    pages = set()
    for name, password in (("staff", "wrong password"), ("nobod", PASSWORD), ("peers", "x")):
        answer = sign_in(web.app.test_client(), name, password)
        assert answer.status_code == 401
        assert "Set-Cookie" not in answer.headers or "regbook=" not in answer.headers["Set-Cookie"]
        pages.add(re.sub(r"[0-9a-f]{64}", "", answer.text.replace(name, "")))
    assert len(pages) == 1


def test_a_sign_in_that_another_site_sends_is_refused(web):
    client = web.app.test_client()
    data = {"account": "staff", "password": PASSWORD}
    assert client.post("/sign-in", data=data).status_code == 403
    page = client.get("/sign-in").text
    mark = re.search(r'name="csrf_token" value="([0-9a-f]+)"', page)[1]
    crossed = client.post(
        "/sign-in", data={**data, "csrf_token": mark}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert crossed.status_code == 403
    other = web.app.test_client().post("/sign-in", data={**data, "csrf_token": mark})
    assert other.status_code == 403


def test_signing_in_leads_nowhere_else(web):
    for path in ("//evil.example", "https://evil.example", "/\\evil.example", "javascript:x", "/a\nb", ""):
        assert sign_in(web.app.test_client(), "staff", PASSWORD, next=path).headers["Location"] == "/"


def test_the_language_chosen_is_the_language_answered(web):
    client = web.app.test_client()
    assert problem(client.get(RECORDS, headers={"Accept-Language": "en"}))["title"] == "Sign in first."
    assert problem(client.get(RECORDS))["title"] == "请先登录。"
    page = client.get("/sign-in").text
    mark = re.search(r'name="csrf_token" value="([0-9a-f]+)"', page)[1]
    client.post("/language", data={"csrf_token": mark, "language": "zh-Hant"})
    assert problem(client.get(RECORDS, headers={"Accept-Language": "en"}))["title"] == "請先登入。"


def test_a_host_that_is_not_ours_is_refused(web):
    assert web.app.test_client().get("/sign-in", headers={"Host": "evil.example"}).status_code == 400


def behind(web, proxies):
    """The office's application with so many reverse proxies before it."""
    made = create_app(
        web.sample.office, production=False, secret=b"s" * 32, base_url="http://localhost", proxies=proxies
    )
    made.testing = True
    return made


def signs_in(app, forwarded, password=PASSWORD):
    """The status of a sign-in whose sender says that it was forwarded for these addresses."""
    client = app.test_client()
    client.environ_base["HTTP_X_FORWARDED_FOR"] = forwarded
    return sign_in(client, "staff", password).status_code


def test_without_proxies_nothing_that_a_request_says_of_its_address_is_believed(web):
    app = behind(web, 0)
    assert {signs_in(app, f"203.0.113.{n}", "wrong") for n in range(10)} == {401}
    assert signs_in(app, "203.0.113.99") == 401


def test_behind_a_proxy_the_limits_see_whoever_asked_the_proxy(web):
    app = behind(web, 1)
    # Whatever the sender writes stands before what our proxy adds.
    for n in range(10):
        assert signs_in(app, f"198.51.100.{n}, 203.0.113.7", "wrong") == 401
    assert signs_in(app, "203.0.113.8, 203.0.113.7") == 401
    assert signs_in(app, "203.0.113.7, 203.0.113.8") == 303


def test_a_proxy_says_nothing_of_the_host_or_the_scheme(web):
    client = behind(web, 1).test_client()
    forged = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https", "X-Forwarded-Prefix": "/x"}
    assert client.get("/sign-in", headers=forged).status_code == 200


def test_production_starts_with_a_secret_of_its_own_and_tls_alone(web):
    office = web.sample.office
    for secret, address in (
        (b"", "https://a"),
        (b"x" * 64, "https://a"),
        (bytes(range(16)), "https://a"),
        (bytes(range(32)), "http://a"),
    ):
        with pytest.raises(SettingsInvalid):
            create_app(office, production=True, secret=secret, base_url=address)
    app = create_app(office, production=True, secret=bytes(range(32)), base_url="https://regbook.example")
    app.testing = True
    answer = app.test_client().get("/sign-in", base_url="https://regbook.example")
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=")
    assert "__Host-form=" in answer.headers["Set-Cookie"]
    assert "Secure" in answer.headers["Set-Cookie"]
    assert app.test_client().get("/sign-in", base_url="https://localhost").status_code == 400


def test_a_page_and_a_record_of_the_interface_stay_within_their_statements(web):
    record = f"{RECORDS}/{web.enters()}"
    for path, most in ((RECORDS, 2), (record, 2)):
        web.asks("staff", "GET", path)
        with web.sample.office.store.statements() as counter:
            assert web.asks("staff", "GET", path).status_code == 200
        assert counter.count <= most, counter.texts
