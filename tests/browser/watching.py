"""A browser that remembers what its console said."""

from __future__ import annotations

import json
from pathlib import Path

from playwright.sync_api import Browser, ConsoleMessage, Page

from regbook.web import assets

CLIENT = Path(assets.__file__).parent / "client"
ASKED = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def wrong_for_people(page: Page) -> list[tuple[str, str]]:
    """What axe finds on a page that somebody could not use: the rule, and the first place."""
    page.evaluate((CLIENT / "node_modules/axe-core/axe.min.js").read_text("utf-8") + ";0")
    found = page.evaluate(f"axe.run(document, {{runOnly: {json.dumps(ASKED)}, resultTypes: ['violations']}})")
    return [(each["id"], each["nodes"][0]["html"]) for each in found["violations"]]


class Watched:
    """Opens pages and remembers what the console said."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self.said: list[str] = []

    def open(self, address: str, width: int = 1440, scheme: str = "light") -> Page:
        """A page in a window of its own."""
        context = self._browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=scheme,  # type: ignore[arg-type]
            locale="zh-CN",
            has_touch=width < 900,
        )
        page = context.new_page()
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.said.append(str(error)))
        page.goto(address)
        return page

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.said.append(message.text)
