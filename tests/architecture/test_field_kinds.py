"""The reference of field kinds says what the code does."""

import re
from pathlib import Path

from regbook.rules.kinds import KINDS
from regbook.rules.masks import MASKS
from regbook.rules.serials import TOKENS

PAGE = (Path(__file__).resolve().parents[2] / "docs/reference/field-kinds.md").read_text("utf-8")
ROWS = {
    cells[0].strip("`"): cells
    for cells in (
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in PAGE.splitlines()
        if line.startswith("| `")
    )
}


def test_every_kind_has_its_row_and_no_other():
    assert list(ROWS) == list(KINDS)


def test_rows_say_how_values_are_stored():
    for name, kind in KINDS.items():
        scale = "" if kind.scale is None else f"({kind.scale})"
        assert ROWS[name][3] == f"{kind.storage}{scale}", name


def test_every_mask_and_every_part_of_a_serial_number_is_named():
    named = set(re.findall(r"`([a-z-]+)`", PAGE))
    assert set(MASKS) <= named
    assert all(f"{{{token}" in PAGE for token in TOKENS)
