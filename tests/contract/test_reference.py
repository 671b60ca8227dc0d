"""The reference pages say what the code does: those in the repository are those that the code writes."""

import re
from pathlib import Path

import pytest

from regbook.cli import above
from regbook.errors import RegbookError
from regbook.services.reference import filled, pages, write_pages

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "reference"


@pytest.fixture(scope="module")
def made():
    return pages(above())


def test_the_pages_of_the_repository_are_those_that_the_code_writes(made):
    there = {path.stem: path.read_text("utf-8") for path in FOLDER.glob("*.md")}
    assert set(there) == set(made), "run `make docs`"
    stale = [name for name, text in made.items() if there[name] != text]
    assert stale == [], "run `make docs`"


def test_every_page_is_written_once_and_named_in_the_index(made, tmp_path):
    written = write_pages(tmp_path / "new" / "folder", above())
    assert [path.stem for path in written] == list(made)
    assert all(path.read_text("utf-8") == made[path.stem] for path in written)
    assert re.findall(r"\]\(([\w-]+)\.md\)", made["README"]) == [name for name in made if name != "README"]


def test_every_error_of_the_family_has_its_status_and_its_row(made):
    def members(head):
        return [head, *(each for sub in head.__subclasses__() for each in members(sub))]

    for each in members(RegbookError):
        assert f"| `{each.__name__}` | `{each.code}` | {each.status} |" in made["errors"]


def test_every_hook_of_the_page_is_asked(made):
    asking = [*(ROOT / "platform/regbook/services").rglob("*.py"), ROOT / "platform/regbook/hooks/manager.py"]
    code = "\n".join(path.read_text("utf-8") for path in asking)
    rows = re.findall(r"^\| `(\w+)\(.*\| (.*) \|$", made["hooks"], re.M)
    asked = {
        name for name, _ in rows if re.search(rf'\.(all|effects|every|first|first_by)\(\s*"{name}"', code)
    }
    assert asked == {name for name, _ in rows}


def test_a_page_must_speak_of_everything_that_the_code_has():
    with pytest.raises(ValueError, match=r"kinds.md says nothing of kind.money"):
        filled("kinds", "<<kind.text>>", {"kind.text": "text", "kind.money": "money"})


def test_a_page_cannot_speak_of_what_the_code_has_not():
    with pytest.raises(ValueError, match=r"kinds.md speaks of kind.colour, which the code has not"):
        filled("kinds", "<<kind.text>> <<kind.colour>>", {"kind.text": "text"})
