"""What pages do in a browser: drawer, keys, lines, pickers, drafts; and that everyone can use them."""

from __future__ import annotations

import gzip
import re
import shutil
import subprocess

import pytest
from playwright.sync_api import expect
from watching import CLIENT, Watched, wrong_for_people

from regbook.web import assets

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PAGES = (
    *("styleguide", "list", "list?open=r1", "list?none=1", "inbox", "form", "form?wrong=1", "record?toast=1"),
    *("workbench", "people", "registers", "departments", "sign-in?wrong=1", "account", "error"),
)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("page", PAGES)
def test_everyone_can_use_a_page(watched: Watched, samples: str, page: str, width: int, scheme: str):
    opened = watched.open(f"{samples}/{page}", width, scheme)
    opened.wait_for_load_state("networkidle")
    assert opened.evaluate("document.documentElement.scrollWidth") <= width, (
        "the page is wider than its window"
    )
    assert wrong_for_people(opened) == []


def test_a_row_opens_beside_the_list_and_the_address_says_so(watched: Watched, samples: str):
    page = watched.open(f"{samples}/list")
    page.locator("#row-r3 td").nth(3).click()
    expect(page.locator("#drawer h2")).to_be_visible()
    expect(page).to_have_url(re.compile(r"open=r3$"))
    expect(page.locator("#row-r3")).to_have_class(re.compile("open"))
    assert page.locator(".nav").count() == 1, "the shell stands in itself"
    page.keyboard.press("Escape")
    expect(page.locator("#drawer")).to_be_hidden()
    expect(page).to_have_url(re.compile("/list$"))
    page.go_back()
    expect(page.locator("#drawer h2")).to_be_visible()


def test_letters_walk_the_list_unless_one_types(watched: Watched, samples: str):
    page = watched.open(f"{samples}/list")
    page.keyboard.press("j")
    expect(page).to_have_url(re.compile("open=r0"))
    page.keyboard.press("/")
    expect(page.locator("#list-search")).to_be_focused()
    page.keyboard.type("jk")
    expect(page.locator("#list-search")).to_have_value("jk")
    expect(page).to_have_url(re.compile("q=jk"))


def test_lines_are_added_pasted_and_removed(watched: Watched, samples: str):
    page = watched.open(f"{samples}/form")
    lines = page.locator("x-lines tbody tr")
    expect(lines).to_have_count(3)
    page.locator("[data-line-add]").click()
    expect(lines).to_have_count(4)
    page.keyboard.type("新的一行")
    expect(page.locator("[name='measures/3/what']")).to_have_value("新的一行")
    page.evaluate(
        """() => { const data = new DataTransfer(); data.setData("text/plain", "甲\\t书面\\n乙\\t电话");
        document.activeElement.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true,
        cancelable: true})); }"""
    )
    expect(lines).to_have_count(5)
    expect(page.locator("[name='measures/4/what']")).to_have_value("乙")
    expect(page.locator("[name='measures/4/kind']")).to_have_value("电话")
    page.locator("[data-line-remove]").first.click()
    expect(lines).to_have_count(4)
    expect(page.locator("[name='measures/2/what']")).to_have_value("甲")


def test_a_picker_finds_and_takes(watched: Watched, samples: str):
    page = watched.open(f"{samples}/form")
    search = page.locator("[data-part=helpers] .ts-control input")
    search.fill("景行")
    options = page.locator("[data-part=helpers] .ts-dropdown .option")
    expect(options).to_have_count(1)
    options.click()
    chosen = page.locator("select[name=helpers]").evaluate(
        "each => [...each.selectedOptions].map(o => o.value)"
    )
    assert "何景行" in chosen
    assert len(chosen) == 3


def test_the_server_says_which_fields_show_and_what_is_typed_stays(watched: Watched, samples: str):
    page = watched.open(f"{samples}/form")
    page.locator("[name=subject]").fill("我正在写")
    page.locator("[name=outside][type=checkbox]").uncheck()
    expect(page.locator("[data-part=effect]")).to_be_visible()
    expect(page.locator("[name=subject]")).to_have_value("我正在写")
    page.locator("[name=outside][type=checkbox]").check()
    expect(page.locator("[data-part=effect]")).to_be_hidden()


def test_a_draft_is_kept_and_says_when(watched: Watched, samples: str):
    page = watched.open(f"{samples}/form")
    page.locator("[name=subject]").fill("草稿")
    expect(page.locator("x-autosave")).to_contain_text("14:33", timeout=9000)
    expect(page.locator("[name=_token]")).to_have_value("next")


def test_enter_in_an_opinion_decides_nothing(watched: Watched, samples: str):
    page = watched.open(f"{samples}/list?open=r1")
    page.locator("#opinion").fill("同意")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/list\?open=r1"))


def test_a_calendar_writes_the_date(watched: Watched, samples: str):
    page = watched.open(f"{samples}/form")
    page.locator("[data-part=expected_on] button").first.click()
    page.locator("calendar-date").get_by_role("button", name="12月10日").click()
    expect(page.locator("[name=expected_on]")).to_have_value("2026-12-10")


def test_the_phones_navigation_opens_and_closes(watched: Watched, samples: str):
    page = watched.open(f"{samples}/workbench", 390)
    expect(page.locator("#nav")).to_be_hidden()
    page.locator("[data-nav-open]").click()
    expect(page.locator("#nav")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#nav")).to_be_hidden()


def test_the_first_load_stays_within_its_budget():
    names = ("app.js", "app.css", "icons.svg")
    size = sum(len(gzip.compress((assets.DIST / assets.manifest()[each]).read_bytes(), 9)) for each in names)
    assert size <= 60_000, f"{size} bytes, compressed, before any page"


def test_the_pure_functions_of_the_client():
    node = shutil.which("node")
    if node is None:
        pytest.skip("no node: these tests did NOT run")
    done = subprocess.run([node, "--test", "tests/"], cwd=CLIENT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
