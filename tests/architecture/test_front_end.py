"""The front end keeps its promises: nothing inline, nothing built in git, no registry in the lock."""

import json
import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
WEB = ROOT / "platform/regbook/web"
TEMPLATES = sorted((WEB / "templates").rglob("*.html"))
HAN = re.compile(r"[\u3400-\u9fff]")
JINJA_COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
JINJA = re.compile(r"\{[{%].*?[}%]\}", re.DOTALL)


def test_the_lock_names_no_registry():
    lock = (WEB / "client/package-lock.json").read_text("utf-8")
    assert '"resolved"' not in lock
    assert "registry." not in lock


def test_every_package_is_pinned_to_one_version():
    package = json.loads((WEB / "client/package.json").read_text("utf-8"))
    for name, version in {**package["dependencies"], **package["devDependencies"]}.items():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version), f"{name} is not pinned: {version}"


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
def test_nothing_built_is_in_git():
    asked = [
        "git",
        "ls-files",
        "platform/regbook/web/static/dist",
        "platform/regbook/web/client/node_modules",
    ]
    done = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout == ""


class _Inline(HTMLParser):
    """Collects what our content security policy would refuse, or htmx could only do with eval."""

    def __init__(self) -> None:
        super().__init__()
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        names = {name: value or "" for name, value in attributes}
        where = f"line {self.getpos()[0]} <{tag}>"
        if tag == "style" or (tag == "script" and "src" not in names):
            self.wrong.append(f"{where}: text of a script or style stands in the page")
        for name, value in names.items():
            if name == "style" or name.startswith(("on", "hx-on", "hx:on")):
                self.wrong.append(f"{where}: attribute {name}")
            if name.startswith("hx-") and value.lstrip().startswith(("js:", "javascript:")):
                self.wrong.append(f"{where}: {name} asks for eval")
            if name.startswith("hx-trigger") and "[" in value:
                self.wrong.append(f"{where}: a filter in hx-trigger asks for eval")


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda each: each.name)
def test_a_template_has_nothing_inline_and_no_literal_chinese(template: Path):
    text = JINJA_COMMENT.sub("", template.read_text("utf-8"))
    linter = _Inline()
    linter.feed(JINJA.sub("", text))
    assert linter.wrong == []
    assert HAN.findall(text) == [], "screen texts live in the catalogue: {{ t('code') }}"
    assert "|safe" not in text.replace(" ", ""), "escape what people wrote"


def test_only_tokens_hold_colours():
    for sheet in (WEB / "client/src").rglob("*.css"):
        if sheet.name != "tokens.css":
            found = re.findall(r":[^;{}]*(#[0-9a-fA-F]{3,8})\b", sheet.read_text("utf-8"))
            assert found == [], f"{sheet.name}: colours are tokens: {found}"


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda each: each.name)
def test_every_template_that_a_template_names_is_there(template: Path):
    named = re.findall(r'\{% (?:from|extends|include|import) "([^"]+)"', template.read_text("utf-8"))
    assert [each for each in named if not (WEB / "templates" / each).is_file()] == []
