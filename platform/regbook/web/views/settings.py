"""The office's settings: groups of them, each with what holds now and the form that changes it."""

from __future__ import annotations

from dataclasses import dataclass

from regbook.web.views.forms import FieldView
from regbook.web.views.parts import Button


@dataclass(frozen=True, slots=True)
class SettingView:
    """One setting: ``default`` is there when something else holds, ``back`` gives it back.

    ``notice`` is what whoever turns it on must confirm; ``open`` shows the form at once.
    """

    key: str
    title: str
    changes: str
    clause: str
    value: str
    action: str
    field: FieldView
    default: str = ""
    back: Button | None = None
    notice: str = ""
    open: bool = False


@dataclass(frozen=True, slots=True)
class SettingGroup:
    """Settings of one area."""

    title: str
    settings: tuple[SettingView, ...]


@dataclass(frozen=True, slots=True)
class SettingsView:
    """settings.html: every setting of the office."""

    groups: tuple[SettingGroup, ...]
