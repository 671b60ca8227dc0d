"""The documentation says what is there: its code map, its index of decisions, its demo accounts."""

import re
from pathlib import Path

import pytest

from regbook.cli import parser
from regbook.services import planting

ROOT = Path(__file__).resolve().parents[2]
CODE = ROOT / "platform" / "regbook"
DECISIONS = ROOT / "docs" / "decisions"


def sources():
    """Our own modules: what the front-end build installs beside its sources is not ours."""
    return [path for path in sorted(CODE.rglob("*.py")) if "node_modules" not in path.parts]


def modules():
    """Every module that the code map must name: one file per field kind and per step of the tables is not."""
    ours = {"common", "keywords", "reference"}
    for path in sources():
        name = path.relative_to(CODE)
        shared = name.parts[:2] != ("rules", "kinds") or name.stem in ours
        bare = name.name == "__init__.py" and len(path.read_text("utf-8").splitlines()) < 2
        if shared and not bare and name.parts[:2] != ("store", "alembic") and name.stem != "__main__":
            yield name.as_posix()


def test_the_code_map_names_every_module_and_no_other():
    page = (ROOT / "docs/explanation/architecture.md").read_text("utf-8")
    named = set(re.findall(r"^\| `([\w/]+\.py)` \|", page, re.M))
    assert set(modules()) - named == set(), "name them in docs/explanation/architecture.md"
    assert {each for each in named if not (CODE / each).is_file()} == set(), "gone, yet still in the map"


def test_the_walks_name_functions_that_are_there():
    page = (ROOT / "docs/explanation/architecture.md").read_text("utf-8")
    walks = page[page.index("## Three walks") : page.index("## Where to add what")]
    code = "\n".join(path.read_text("utf-8") for path in sources())
    for name in re.findall(r"`(?:[\w.]+\.)?(\w+)`", walks):
        assert re.search(rf"\b{name}\b", code), name


def test_every_decision_has_its_number_and_stands_in_the_index():
    files = sorted(each.name for each in DECISIONS.glob("[0-9]*.md"))
    numbers = [name[:4] for name in files]
    assert len(set(numbers)) == len(numbers), "a number is given once"
    for name in files:
        assert (DECISIONS / name).read_text("utf-8").startswith(f"# {name[:4]} "), name
    index = (DECISIONS / "README.md").read_text("utf-8")
    assert re.findall(r"^\| \[\d{4}\]\(([\w-]+\.md)\)", index, re.M) == files


@pytest.mark.parametrize("page", ["README.md", "README.zh.md"])
def test_the_demo_accounts_are_those_that_are_planted(page):
    text = (ROOT / page).read_text("utf-8")
    assert re.findall(r"^\| `([a-z.]+)` \|", text, re.M) == list(planting.NAMED)
    assert planting.PASSWORD in text


PAGES = sorted(path for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")) if path.is_file())


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_link_of_the_documentation_leads_somewhere(page):
    text = re.sub(r"^```.*?^```", "", page.read_text("utf-8"), flags=re.M | re.S)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if not target.startswith(("http:", "https:", "#")):
            assert (page.parent / target.partition("#")[0]).exists(), target


def test_the_guides_name_commands_that_there_are():
    commands = next(each for each in parser()._actions if each.choices and "init" in each.choices).choices
    for page in PAGES:
        for name in re.findall(r"^(?:\.venv/bin/)?regbook (\w+)", page.read_text("utf-8"), re.M):
            assert name in commands, f"{page.name}: regbook {name}"
