"""A browser that remembers what its console said."""

from __future__ import annotations

from playwright.sync_api import Browser, ConsoleMessage, Page


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
