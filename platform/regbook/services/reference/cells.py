"""What pages say of the engine's own tables: kinds, functions, who, access, hooks, effects, errors."""

from __future__ import annotations

import dataclasses
import inspect
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from importlib.resources import files
from typing import Any, get_args

from regbook import errors as family
from regbook.hooks import specs
from regbook.model.access import LEVELS, SCOPES, VERBS
from regbook.model.effects import Effect
from regbook.rules.formulas import NAMES
from regbook.rules.formulas.functions import Function, functions_of
from regbook.rules.kinds import ENGINE_KINDS
from regbook.rules.masks import MASKS
from regbook.rules.who.parsing import FORMS

Fills = dict[str, str]
SCREENS = ("web.json", "pages.json")
"""Files of the catalogue that hold what screens say, which is no reference."""


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table as Markdown writes it."""
    names = list(head)
    lines = [names, ["---"] * len(names), *(list(each) for each in rows)]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def said(thing: Any) -> str:
    """The first paragraph of a thing's docstring, on one line, as Markdown."""
    text = inspect.getdoc(thing) or ""
    return " ".join(text.split("\n\n")[0].split()).replace("``", "`")


def field_kinds() -> Fills:
    """How each kind is kept and what its values are good for; the names of the masks."""
    found: Fills = {"masks": ", ".join(f"`{name}`" for name in MASKS)}
    for name, kind in ENGINE_KINDS.items():
        scale = "" if kind.scale is None else f"({kind.scale})"
        able = {"order": kind.sortable, "search": kind.searchable, "sum": kind.summable}
        words = [word for word, can in able.items() if can]
        found[f"stored.{name}"] = f"{kind.storage}{scale}"
        found[f"able.{name}"] = ", ".join([*words, *(["masked"] if kind.personal else [])])
    return found


def formulas() -> Fills:
    """What each function takes and gives."""
    known = functions_of(dict.fromkeys(NAMES, len))
    found = {f"call.{name}": _call(known[name]) for name in NAMES if name in known}
    return found | {"call.if": "`condition ? a : b`"}


def _call(function: Function) -> str:
    types = " or ".join(sorted(function.takes))
    many = f"{function.least}" if function.least == function.most else f"{function.least} to {function.most}"
    gives = function.gives or "the same"
    return f"{many} of {types} → {gives}"


def who() -> Fills:
    """How each word of a who is written."""
    found = {}
    for word, form in FORMS.items():
        text = word + (":key" if form.key else "") + ("+n" if form.levels else "")
        arguments = ", ".join(("who", "who")[: form.most])
        text += f"({arguments})" if form.least else (f" or {text}(who)" if form.most else "")
        found[f"who.{word}"] = f"`{text}`".replace(" or ", "` or `")
    return found


def access() -> Fills:
    """The verbs, scopes and levels, so that each has its row."""
    found = {f"verb.{verb}": f"`{verb}`" for verb in VERBS}
    found |= {f"scope.{scope}": f"`{scope}`" for scope in SCOPES}
    return found | {"levels": ", ".join(f"{n} {name}" for n, name in enumerate(LEVELS))}


def hooks() -> Fills:
    """Each hook's signature and how answers are combined."""
    found = {}
    for name, spec in vars(specs).items():
        options = getattr(spec, f"{specs.NAME}_spec", None)
        if options is not None:
            arguments = ", ".join(inspect.signature(spec).parameters)
            combined = "the first answer counts" if options["firstresult"] else "all answers count"
            found[f"hook.{name}"] = f"`{name}({arguments})`"
            found[f"says.{name}"] = f"{said(spec)} ({combined})"
    return found


def effects() -> Fills:
    """Every effect with its fields."""
    rows = []
    for effect in get_args(Effect):
        fields = ", ".join(f"`{_field(each)}`" for each in dataclasses.fields(effect))
        rows.append((f"`{effect.__name__}`", said(effect), fields))
    return {"effects": table(("effect", "what happens", "fields"), rows)}


def _field(each: dataclasses.Field[Any]) -> str:
    kind = str(each.type)
    needed = each.default is dataclasses.MISSING and each.default_factory is dataclasses.MISSING
    return f"{each.name}: {kind}" if needed else f"{each.name}: {kind} = …"


def errors() -> Fills:
    """The family of errors, and the catalogue of texts by area."""
    rows = [
        (f"`{each.__name__}`", f"`{each.code}`", str(each.status), said(each))
        for each in _members(family.RegbookError)
    ]
    return {"family": table(("error", "code", "status", "means"), rows), "texts": "\n\n".join(_texts())}


def _members(head: type[family.RegbookError]) -> Iterator[type[family.RegbookError]]:
    yield head
    for each in head.__subclasses__():
        yield from _members(each)


def _texts() -> Iterator[str]:
    folder = files("regbook").joinpath("catalogue")
    for file in sorted(folder.iterdir(), key=lambda each: each.name):
        if file.name in SCREENS or not file.name.endswith(".json"):
            continue
        texts: Mapping[str, Mapping[str, str]] = json.loads(file.read_text("utf-8"))
        area = re.sub(r"[_-]", " ", file.name.removesuffix(".json"))
        rows = [(f"`{code}`", text["zh"], text["en"]) for code, text in sorted(texts.items())]
        yield f"### {area}\n\n{table(('code', '中文', 'English'), rows)}"
