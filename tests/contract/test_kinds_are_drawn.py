"""Every field kind names a control and a cell that the screens have."""

from pathlib import Path
from typing import get_args

import pytest

import regbook.web.views.forms as forms
import regbook.web.views.parts as parts
from regbook.rules.kinds import KINDS

CONTROLS = (Path(forms.__file__).parents[1] / "templates/parts/field.html").read_text("utf-8")
PLAIN = {"text"}
"""Drawn by the template's last branch."""


@pytest.mark.parametrize("name", sorted(KINDS))
def test_a_kind_has_its_control_and_its_cell(name):
    kind = KINDS[name]
    assert kind.widget in get_args(forms.Widget)
    assert kind.widget in PLAIN or f'"{kind.widget}"' in CONTROLS
    assert kind.display in get_args(parts.CellKind)


def test_every_control_has_its_kind():
    assert set(get_args(forms.Widget)) == {kind.widget for kind in KINDS.values()}
