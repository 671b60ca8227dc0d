"""Every page draws from its view model alone, whole and in part, in three languages, and is sound HTML."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from regbook.web import texts
from regbook.web.headers import SECURITY_POLICY
from regbook.web.styleguide.__main__ import sample_app

WEB = Path(texts.__file__).parent
PAGES = (
    "/styleguide",
    "/list",
    "/list?open=r1",
    "/list?none=1",
    "/inbox",
    "/form",
    "/form?wrong=1",
    "/record?toast=1",
    "/workbench",
    "/people",
    "/registers",
    "/departments",
    "/sign-in?wrong=1",
    "/account",
    "/error",
)
VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "use"}


class Reading(HTMLParser):
    """What stands in a page: tags in balance, ids, what labels and links point to, icons."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.ids: list[str] = []
        self.points_at: set[str] = set()
        self.icons: set[str] = set()
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        names = {name: value or "" for name, value in attributes}
        self.tags.append(tag)
        if tag == "form" and "form" in self.open:
            self.wrong.append("a form inside a form")
        if tag == "a" and "a" in self.open:
            self.wrong.append(f"a link inside a link, line {self.getpos()[0]}")
        if tag not in VOID:
            self.open.append(tag)
        if "template" not in self.open:
            self.ids += [names["id"]] if "id" in names else []
            self.points_at |= {names[name] for name in ("for", "aria-describedby", "form") if names.get(name)}
        if tag == "use":
            self.icons.add(names["href"].rpartition("#")[2])
        if tag in ("a", "button") and names.get("href") == "":
            self.wrong.append(f"a link to nowhere, line {self.getpos()[0]}")
        self.wrong += [f"{tag} has {name}" for name in names if name == "style" or name.startswith("on")]

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if not self.open or self.open[-1] != tag:
            self.wrong.append(
                f"</{tag}> closes <{self.open[-1] if self.open else ''}>, line {self.getpos()[0]}"
            )
        if tag in self.open:
            while self.open.pop() != tag:
                pass


@pytest.fixture(scope="module")
def browser() -> FlaskClient:
    app = sample_app()
    app.testing = True
    return app.test_client()


def read(html: str) -> Reading:
    reading = Reading()
    reading.feed(html)
    return reading


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_sound_html(browser: FlaskClient, page: str):
    answer = browser.get(page)
    assert answer.status_code == 200
    found = read(answer.text)
    assert found.wrong == []
    assert found.open == []
    assert sorted(set(found.ids)) == sorted(found.ids), "an id stands twice"
    assert found.points_at - set(found.ids) == set(), "a label points at nothing"
    assert found.tags.count("h1") == 1
    assert found.tags.count("main") == 1


def test_every_icon_that_a_definition_may_name_is_in_the_sprite():
    meta = json.loads((WEB.parent / "rules/meta/register.schema.json").read_text("utf-8"))
    assert set(meta["properties"]["icon"]["enum"]) <= set(
        (WEB / "client/icons.txt").read_text("utf-8").split()
    )


@pytest.mark.parametrize("page", PAGES)
def test_every_icon_of_a_page_is_in_the_sprite(browser: FlaskClient, page: str):
    known = set((WEB / "client/icons.txt").read_text("utf-8").split())
    for template in (WEB / "templates").rglob("*.html"):
        known |= set(re.findall(r"\bicon(?:=|\()\s*[\"']([a-z0-9-]+)[\"']", template.read_text("utf-8")))
    assert read(browser.get(page).text).icons <= known


def test_every_answer_carries_the_policy(browser: FlaskClient):
    headers = browser.get("/list").headers
    assert headers["Content-Security-Policy"] == SECURITY_POLICY
    assert "unsafe" not in SECURITY_POLICY
    assert headers["Cache-Control"] == "no-store"
    assert {"HX-Request-Type", "HX-Target"} <= set(headers["Vary"].replace(",", " ").split())


@pytest.mark.parametrize(("target", "first"), [("section#list", "<section"), ("aside#drawer", "<div")])
def test_htmx_gets_the_part_it_asks_for_and_no_shell(browser: FlaskClient, target: str, first: str):
    asked = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": target}
    part = browser.get("/list?open=r1", headers=asked).text
    assert part.strip().startswith(first)
    assert "<html" not in part
    restored = browser.get("/list?open=r1", headers=asked | {"HX-History-Restore-Request": "true"}).text
    assert "<html" in restored


def test_english_pages_say_no_chinese_of_ours_and_traditional_ones_no_simplified(browser: FlaskClient):
    assert "Sign in" in browser.get("/sign-in?lang=en").text
    page = browser.get("/form?lang=zh-Hant").text
    assert 'lang="zh-Hant"' in page
    assert "填寫須知" in page
    assert "填写须知" not in page


def test_a_field_in_error_says_so_beside_it_and_in_the_summary(browser: FlaskClient):
    page = browser.get("/form?wrong=1").text
    assert '<a href="#f-measures-1-what">' in page
    assert 'aria-describedby="f-subject-error"' in page
    assert page.count('aria-invalid="true"') == 3


def test_what_a_hidden_field_holds_is_not_sent(browser: FlaskClient):
    page = browser.get("/form").text
    assert re.search(r'<fieldset class="[^"]*" data-part="effect" data-state="\w+" hidden disabled', page)
