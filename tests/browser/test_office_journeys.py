"""People at work in a real office: a form with mistakes, a drawer that decides, a phone, a stranger."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect
from watching import Watched, wrong_for_people
from web_offices import PASSWORD, REGISTER

pytestmark = [pytest.mark.browser, pytest.mark.slow]
LIST = f"/r/{REGISTER}/"


def enter(
    watched: Watched, office: str, person: str, path: str, width: int = 1440, scheme: str = "light"
) -> Page:
    """A window of somebody who signed in on the way to a page."""
    page = watched.open(office + path, width, scheme)
    page.locator("#account").fill(person)
    page.locator("#password").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page).to_have_url(re.compile(re.escape(path)))
    return page


def raise_issue(page: Page, subject: str) -> None:
    page.locator("#f-subject").fill(subject)
    page.locator(".bar-actions, .sheet-foot").get_by_role("button", name="提交").locator(
        "visible=true"
    ).click()
    expect(page.locator(".record-head h2")).to_have_text(subject)


def test_a_form_with_mistakes_becomes_a_record_that_the_head_closes(watched: Watched, office: str) -> None:
    staff = enter(watched, office, "staff", f"{LIST}new")
    staff.locator("#f-detail").fill("写了半天的经过")
    staff.locator(".bar-actions").get_by_role("button", name="提交").click()
    expect(staff.locator("#wrong")).to_be_focused()
    expect(staff.locator("#f-subject-error")).to_contain_text("请填写问题")
    expect(staff.locator("#f-detail")).to_have_value("写了半天的经过")
    raise_issue(staff, "三楼打印机停用")
    expect(staff.locator(".toast")).to_contain_text("已提交")
    expect(staff.locator("#decision")).to_have_count(0)

    head = enter(watched, office, "head", LIST)
    head.locator("[data-row] td").nth(1).click()
    expect(head.locator("#drawer h2")).to_have_text("三楼打印机停用")
    expect(head).to_have_url(re.compile(r"open="))
    head.reload()
    expect(head.locator("#drawer h2")).to_have_text("三楼打印机停用")
    head.locator("#decision").get_by_role("link", name="处理").click()
    head.locator("#sheet .primary").click()
    expect(head.locator("#sheet #wrong")).to_be_focused()
    head.locator("#sheet [data-line-add]").click()
    head.locator("#f-measures-0-what").fill("更换硒鼓")
    head.locator("#sheet").get_by_role("button", name="处理").click()
    expect(head).to_have_url(re.compile(r"open="))
    expect(head.locator("#drawer .status").first).to_have_text("已处理")
    expect(head.locator("#drawer .entries")).to_contain_text("办理了“处理”")
    expect(head.locator("#drawer .entries")).to_contain_text("更换硒鼓")
    watched.said = [
        each for each in watched.said if "422" not in each and "409" not in each
    ]  # the browser's own word for a refusal


def test_a_sheet_over_the_record_asks_before_it_lets_go_of_what_was_typed(
    watched: Watched, office: str
) -> None:
    raise_issue(staff := enter(watched, office, "staff", f"{LIST}new"), "停电")
    head = enter(watched, office, "head", staff.url.removeprefix(office))
    address, link = head.url, head.locator("#decision").get_by_role("link", name="处理")
    fetched: list[str] = []
    head.on("request", lambda each: fetched.append(each.url))
    link.click()
    expect(head.locator("#sheet")).to_be_visible()
    head.keyboard.press("Escape")
    expect(head.locator("#sheet")).to_have_count(0)
    expect(link).to_be_focused()
    link.click()
    head.locator("#sheet [data-line-add]").click()
    head.locator("#f-measures-0-what").fill("换保险丝")
    asked: list[str] = []
    head.once("dialog", lambda each: (asked.append(each.message), each.dismiss()))
    head.go_back()
    expect(head.locator("#f-measures-0-what")).to_have_value("换保险丝")
    head.once("dialog", lambda each: (asked.append(each.message), each.accept()))
    head.locator("#sheet").get_by_role("button", name="取消").click()
    expect(head.locator("#sheet")).to_have_count(0)
    assert len(asked) == 2
    assert head.url == address
    assert address not in fetched, "the page under the sheet was there all the time"
    expect(head.locator(".record-head .status")).to_have_text("已提出")


def test_ctrl_k_goes_anywhere_by_the_keyboard_alone(watched: Watched, office: str) -> None:
    raise_issue(staff := enter(watched, office, "staff", f"{LIST}new"), "云桥停电")
    address = staff.url
    staff.goto(office + "/departments/")
    for typed in ("yunqiao", "云桥", "yqtd"):
        staff.keyboard.press("Control+k")
        expect(staff.get_by_role("combobox")).to_be_focused()
        staff.keyboard.type(typed)
        expect(staff.locator("#palette [role=option]").first).to_contain_text("云桥停电")
        staff.keyboard.press("Enter")
        expect(staff).to_have_url(address)
        staff.goto(office + "/departments/")
    staff.keyboard.press("Control+k")
    staff.keyboard.type("xinjian wenti")
    staff.keyboard.press("Enter")
    expect(staff).to_have_url(re.compile(f"{LIST}new$"))
    staff.keyboard.press("Control+k")
    staff.keyboard.type("wu ci dong xi")
    expect(staff.locator("#palette")).to_contain_text("没有找到")
    staff.keyboard.press("Escape")
    expect(staff.locator("#palette")).to_have_count(0)
    expect(staff).to_have_url(re.compile(f"{LIST}new$"))


def test_a_draft_keeps_itself_and_is_found_again(watched: Watched, office: str) -> None:
    page = enter(watched, office, "staff", f"{LIST}new")
    page.locator("#f-subject").fill("空调漏水")
    expect(page.locator("x-autosave")).to_contain_text("草稿已保存", timeout=8_000)
    page.goto(office + "/inbox/?box=drafts")
    page.get_by_text("空调漏水").click()
    expect(page.locator("#drawer")).to_contain_text("草稿只有您自己能看到")


def test_a_picker_in_a_line_finds_people_as_one_types(watched: Watched, office: str) -> None:
    raise_issue(staff := enter(watched, office, "staff", f"{LIST}new"), "停电")
    page = enter(watched, office, "head", f"{staff.url.removeprefix(office)}/do/handle")
    page.locator("[data-line-add]").click()
    place = '[data-part="measures/0/person"]'
    field = page.locator(f"{place} input:not([type=hidden])").last
    field.click()
    field.press_sequentially("peer", delay=50)
    expect(page.locator(".ts-dropdown .option")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator(f"{place} .item")).to_contain_text("peer")


@pytest.mark.parametrize(
    "path", ["/", LIST, f"{LIST}new", "/inbox/", "/people/", "/departments/", "/account", "/r/", "/find?q=a"]
)
def test_a_phone_shows_every_screen_within_its_width(watched: Watched, office: str, path: str) -> None:
    page = enter(watched, office, "head", path, 390)
    page.wait_for_load_state("networkidle")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.locator("#main").bounding_box() is not None
    expect(page.locator("h1")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_everyone_can_use_what_opens_over_a_page(
    watched: Watched, office: str, width: int, scheme: str
) -> None:
    raise_issue(staff := enter(watched, office, "staff", f"{LIST}new"), "停电")
    record = staff.url.removeprefix(office)
    page = enter(watched, office, "head", f"{record}/history", width, scheme)
    assert wrong_for_people(page) == []
    page.goto(office + record)
    page.locator("#decision").get_by_role("link", name="处理").click()
    expect(page.locator("#sheet")).to_be_visible()
    assert wrong_for_people(page) == []
    page.keyboard.press("Escape")
    page.locator(".bell summary").click()
    expect(page.locator(".bell-item")).to_contain_text("待您办理")
    assert wrong_for_people(page) == []
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    expect(page.locator("#palette [role=option]").first).to_be_visible()
    assert wrong_for_people(page) == []
    page.goto(office + "/account")
    page.locator("#tokens summary").click()
    assert wrong_for_people(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_nobody_sees_what_she_may_not(watched: Watched, office: str) -> None:
    staff = enter(watched, office, "staff", f"{LIST}new")
    raise_issue(staff, "只有自己人知道的事")
    address = staff.url
    peer = enter(watched, office, "peer", LIST)
    expect(peer.locator("[data-row]")).to_have_count(0)
    expect(peer.locator(".empty")).to_be_visible()
    peer.wait_for_load_state("networkidle")
    peer.goto(address)
    expect(peer.locator("h1")).to_contain_text("没有此内容")
    expect(peer.locator("body")).not_to_contain_text("只有自己人知道的事")
    watched.said = [each for each in watched.said if "404" not in each]
