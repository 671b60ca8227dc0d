"""A file on its way: chosen in a form, kept through a mistake, shown on the record, saved by the head."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from file_offices import PDF, office_with_files
from playwright.sync_api import Browser, expect
from serving_pages import served
from test_office_journeys import LIST, enter
from watching import Watched

from regbook.store import Keyring, open_store

pytestmark = [pytest.mark.browser, pytest.mark.slow]
FORM_FILE = {"name": "交接单.pdf", "mimeType": "application/pdf", "buffer": PDF}


@pytest.fixture
def office(
    sqlite_template: Path,
    keyring: Keyring,
    tmp_path: Path,
    browser: Browser,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[str]:
    """The address of an office whose issues have files."""
    shutil.copy(sqlite_template, tmp_path / "office.db")
    store = open_store(f"sqlite:///{tmp_path / 'office.db'}", keyring, tmp_path / "files")
    with served(office_with_files(store, monkeypatch).app, browser) as address:
        yield address
    store.close()


def test_a_file_survives_a_mistake_and_is_fetched_from_the_record(watched: Watched, office: str) -> None:
    staff = enter(watched, office, "staff", f"{LIST}new")
    chooser = staff.locator("#f-evidence")
    chooser.set_input_files(
        {"name": "坏.pdf", "mimeType": "application/pdf", "buffer": b"<html><script>alert(1)</script>"}
    )
    expect(staff.locator("x-upload .bad")).to_contain_text("html")
    chooser.set_input_files(FORM_FILE)  # type: ignore[arg-type]
    expect(staff.locator("x-upload .file", has_text="交接单.pdf")).to_contain_text("10.0 KB")
    staff.locator(".bar-actions").get_by_role("button", name="提交").click()
    expect(staff.locator("#wrong")).to_be_focused()
    expect(staff.locator("x-upload .file")).to_contain_text("交接单.pdf")
    staff.locator("#f-subject").fill("三楼打印机停用")
    staff.locator(".bar-actions").get_by_role("button", name="提交").click()
    expect(staff.locator(".record-head h2")).to_have_text("三楼打印机停用")
    record = staff.url.removeprefix(office).partition("?")[0]

    head = enter(watched, office, "head", record)
    with head.expect_download() as saved:
        head.get_by_role("link", name="交接单.pdf").click()
    assert saved.value.suggested_filename == "交接单.pdf"
    assert Path(saved.value.path()).read_bytes() == PDF
    expect(head).to_have_url(re.compile(re.escape(record)))
    watched.said = [each for each in watched.said if "422" not in each]  # what a browser says of a refusal
