"""A Chromium that fails a test on any message of the console, and the sample pages to look at."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright
from serving_pages import served
from watching import Watched
from web_offices import web_office

from regbook.store import Keyring, open_store
from regbook.web.styleguide.__main__ import sample_app

ARGUMENTS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)


@pytest.fixture
def samples(browser: Browser) -> Iterator[str]:
    """The address of the sample pages."""
    with served(sample_app(), browser) as address:
        yield address


@pytest.fixture
def office(sqlite_template: Path, keyring: Keyring, tmp_path: Path, browser: Browser) -> Iterator[str]:
    """The address of a real office with the sample's people, all with one password."""
    shutil.copy(sqlite_template, tmp_path / "office.db")
    store = open_store(f"sqlite:///{tmp_path / 'office.db'}", keyring, tmp_path / "files")
    with served(web_office(store).app, browser) as address:
        yield address
    store.close()


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    """One Chromium for the whole run."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=list(ARGUMENTS))
        yield started
        started.close()


@pytest.fixture
def watched(browser: Browser) -> Iterator[Watched]:
    """A browser whose console must have stayed silent when the test ends."""
    watching = Watched(browser)
    yield watching
    assert watching.said == []
