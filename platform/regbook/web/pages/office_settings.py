"""``/settings/``: what the regulations leave open, in words; changed by system and process administrators."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from flask import Response, request

from regbook.errors import Problem, RecordInvalid
from regbook.rules.kinds.span import SPAN
from regbook.services import office_settings as keeping
from regbook.services.office_settings import Setting
from regbook.web import views as v
from regbook.web.pages.desk import Desk
from regbook.web.pages.frame import draw, page
from regbook.web.pages.telling import go
from regbook.web.texts import t, titled

PATH = "/settings/"
UNITS = re.compile(r"\(([a-z|]+)\)\$")
"""Where the pattern of a length of time says in which units it may be given."""
WIDGETS: Mapping[str, v.Widget] = {"boolean": "yes_no", "integer": "integer", "number": "number"}


def settings(desk: Desk) -> Response:
    """Every setting."""
    return _shown(desk)


def changed(desk: Desk, key: str) -> Response:
    """Changes one setting, or gives it its default back; what is refused stays in its form."""
    given = request.form
    try:
        if given.get("do") == "back":
            keeping.give_back(desk.office, desk.actor, key)
        else:
            known = {each.key: each for each in keeping.settings(desk.office, desk.actor)}
            value = _read(known[key]) if key in known else None
            confirmed = given.get("confirm") == "yes"
            keeping.change(desk.office, desk.actor, key, value, confirmed=confirmed)
    except RecordInvalid as refused:
        return _shown(desk, key, refused)
    return go(f"{PATH}#s-{key}", "setting")


def _read(setting: Setting) -> Any:
    """What the form says, by the setting's schema; what cannot be read stays as it was typed."""
    given, key = request.form, setting.key
    if _is_span(setting):
        amount = given.get(f"{key}/amount", "").strip()
        return SPAN.canonical(amount + given.get(f"{key}/unit", ""), {}) if amount else None
    text = given.getlist(key)[-1].strip()[:400] if key in given else ""
    kind = _kind(setting)
    if kind == "boolean":
        return {"true": True, "false": False}.get(text, text)
    if not text:
        return None
    if kind == "integer" and re.fullmatch(r"-?[0-9]{1,15}", text, re.ASCII):
        return int(text)
    if kind == "number" and re.fullmatch(r"-?[0-9]{1,12}(\.[0-9]{1,6})?", text, re.ASCII):
        return float(text)
    named = {str(each): each for each in setting.schema.get("enum", ())}
    return named.get(text, text)


def _shown(desk: Desk, key: str = "", refused: RecordInvalid | None = None) -> Response:
    groups: dict[tuple[str, str], list[v.SettingView]] = {}
    found = keeping.settings(desk.office, desk.actor)
    titles = {each.key: _text(desk, each, "title") for each in found}
    for each in sorted(found, key=lambda one: one.place):
        said: tuple[str, ...] = ()
        if refused is not None and each.key == key:
            said = tuple(desk.problem(_named(one, titles)) for one in refused.problems)
        groups.setdefault(each.area, []).append(_setting(desk, each, said))
    view = v.SettingsView(
        tuple(
            v.SettingGroup(
                titled(*area, desk.language) if area[0] else t("pages-settings-office"), tuple(inside)
            )
            for area, inside in groups.items()
        )
    )
    frame = page(desk, t("pages-settings"), PATH, layout="bg")
    return draw("settings.html", refused.status if refused else 200, page=frame, view=view)


def _named(problem: Problem, titles: Mapping[str, str]) -> Problem:
    """A problem that speaks of another setting, by the title that the reader knows it by."""
    other = titles.get(str(problem.values.get("setting")))
    return Problem(problem.path, problem.code, {**problem.values, "title": other}) if other else problem


def _setting(desk: Desk, setting: Setting, said: tuple[str, ...]) -> v.SettingView:
    action = f"{PATH}{setting.key}"
    back = v.Button(t("pages-setting-back"), "quiet", "rotate-ccw", name="do", value="back")
    default = setting.declared.get("value")
    notice = _text(desk, setting, "confirm")
    return v.SettingView(
        setting.key,
        _text(desk, setting, "title"),
        _text(desk, setting, "changes"),
        str(setting.declared.get("clause", "")),
        _words(desk, setting, setting.value),
        action,
        _field(desk, setting, said),
        t("pages-setting-default", value=_words(desk, setting, default)) if setting.changed else "",
        back if setting.changed else None,
        notice if not setting.on else "",
        bool(said),
    )


def _field(desk: Desk, setting: Setting, said: tuple[str, ...]) -> v.FieldView:
    value = _read(setting) if said else setting.value
    text = "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
    empty = "null" in _types(setting)
    choices: tuple[v.Choice, ...] = ()
    widget = WIDGETS.get(_kind(setting), "text")
    if _is_span(setting):
        widget, choices = "span", _units(setting)
    elif "enum" in setting.schema:
        widget = "one_of"
        choices = tuple(
            v.Choice(str(each), _words(desk, setting, each), each == value) for each in setting.schema["enum"]
        )
    return v.FieldView(
        widget,
        setting.key,
        t("pages-setting-value"),
        text,
        help=t("pages-setting-empty-may") if empty else "",
        required=not empty and widget != "yes_no",
        errors=said,
        choices=choices,
    )


def _units(setting: Setting) -> tuple[v.Choice, ...]:
    found = UNITS.search(str(setting.schema.get("pattern", "")))
    return tuple(v.Choice(each, each) for each in found[1].split("|")) if found else ()


def _words(desk: Desk, setting: Setting, value: Any) -> str:
    """A value as people read it."""
    if value is None:
        return t("pages-setting-none")
    if isinstance(value, bool):
        return t("shown-yes" if value else "shown-no")
    if _is_span(setting):
        return desk.read(SPAN.shown(value, {}, desk.engine_language))
    named = setting.declared.get("choices", {}).get(str(value))
    return titled(named, setting.english.get(f"choices.{value}", ""), desk.language) if named else str(value)


def _text(desk: Desk, setting: Setting, name: str) -> str:
    return titled(str(setting.declared.get(name, "")), setting.english.get(name, ""), desk.language)


def _is_span(setting: Setting) -> bool:
    return setting.schema.get("format") == "span"


def _types(setting: Setting) -> tuple[str, ...]:
    given = setting.schema.get("type", ())
    return (given,) if isinstance(given, str) else tuple(given)


def _kind(setting: Setting) -> str:
    return next((each for each in _types(setting) if each != "null"), "string")
