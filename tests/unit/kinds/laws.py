"""What every kind's test asks, said once."""

from collections.abc import Mapping
from typing import Any

from regbook.model.kind import Kind


def accepts(kind: Kind, value: Any, canonical: Any, field: Mapping[str, Any] | None = None) -> None:
    """The value is good, its canonical form is this, and that form is good and stays."""
    field = field or {}
    assert kind.check(value, field) == ()
    assert kind.canonical(value, field) == canonical
    assert type(kind.canonical(value, field)) is type(canonical)
    assert kind.check(canonical, field) == ()
    assert kind.canonical(canonical, field) == canonical


def refuses(kind: Kind, value: Any, code: str, field: Mapping[str, Any] | None = None, at: str = "") -> None:
    """The value has exactly one problem, of this code, at this path; its sentence names the field."""
    problems = kind.check(value, {"title": "某栏", **(field or {})})
    assert [(each.path, each.code) for each in problems] == [(at, code)]
    assert "某栏" in problems[0].text("zh")
    assert "某栏" in problems[0].text("en")
