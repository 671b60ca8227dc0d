"""What is computed: formulas, roll-ups and checks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from regbook.errors import DefinitionInvalid, Problem
from regbook.rules.checking.conditions import problems_of_condition
from regbook.rules.checking.people import who_problems
from regbook.rules.checking.pointers import pointer
from regbook.rules.checking.subject import Raw, Subject, fields_of, listed, near
from regbook.rules.formulas import compile_formula, evaluation_order, formula_problems
from regbook.rules.naming import kind_name

PASSED_IN: Mapping[str, Callable[..., Any]] = {
    "workdays": lambda *_: Decimal(0),
    "workhours": lambda *_: Decimal(0),
    "upper_amount": lambda *_: "",
}
"""Stand-ins for the functions that only a running office has; here they are named, never asked."""

SUMMED = ("number", "integer", "percent", "money")


def formula_field_problems(subject: Subject) -> Iterator[Problem]:
    """Formulas that cannot be read, name what is not there, or wait for each other in a ring."""
    texts: dict[str, tuple[str, str, Mapping[str, str]]] = {}
    for key, schema in subject.fields.items():
        at = pointer("entity", "properties", key)
        if "x-formula" in schema:
            texts[key] = (at + "/x-formula", schema["x-formula"], subject.kinds)
        for name, inner in schema.get("items", {}).get("properties", {}).items():
            if "x-formula" in inner:
                place = at + pointer("items", "properties", name, "x-formula")
                texts[f"{key}.{name}"] = (place, inner["x-formula"], _in_line(subject, key))
    formulas = {}
    for key, (at, text, kinds) in texts.items():
        if problems := formula_problems(text, kinds, PASSED_IN, at):
            yield from problems
        else:
            formulas[key] = compile_formula(text, kinds, PASSED_IN)
    try:
        evaluation_order(formulas, "/entity/properties")
    except DefinitionInvalid as ring:
        yield from ring.problems


def _in_line(subject: Subject, lines: str) -> Mapping[str, str]:
    bare = {key.partition(".")[2]: kind for key, kind in subject.kinds.items() if key.startswith(f"{lines}.")}
    return {**subject.kinds, **bare}


def rollup_problems(subject: Subject) -> Iterator[Problem]:
    """Roll-ups over what is not there, or sums of what cannot be added."""
    for key, schema in subject.fields.items():
        rollup = schema.get("x-rollup")
        if rollup is None:
            continue
        at = pointer("entity", "properties", key, "x-rollup")
        if "x-formula" in schema:
            yield Problem(at, "formula-and-rollup", {"name": key})
        source = rollup.get("from")
        if source is None:
            yield from _over_lines(subject, at, rollup)
        elif source != "accruals":
            yield from _over_records(subject, at, rollup)


def _over_lines(subject: Subject, at: str, rollup: Raw) -> Iterator[Problem]:
    of = rollup.get("of", "")
    if of not in subject.kinds or not (subject.kinds[of] == "lines" or "." in of):
        known = [key for key, kind in subject.kinds.items() if kind == "lines" or "." in key]
        yield Problem(at + "/of", "field-nowhere", near(of, known))
    elif rollup["as"] in ("sum", "avg") and subject.kinds[of] not in SUMMED:
        yield Problem(at + "/as", "rollup-not-a-number", {"name": of})
    # A roll-up over lines is a formula, and no formula picks among them.
    if rollup["as"] in ("first", "last"):
        yield Problem(at + "/as", "rollup-over-lines", {})
    if "where" in rollup:
        yield Problem(at + "/where", "rollup-over-lines", {})


def _over_records(subject: Subject, at: str, rollup: Raw) -> Iterator[Problem]:
    register, _, reference = rollup["from"].partition(".")
    if register not in subject.world.registers:
        yield Problem(at + "/from", "register-nowhere", near(register, subject.world.registers))
        return
    theirs = fields_of(subject.world.registers[register])
    target = theirs.get(reference, {})
    points_to = listed(target.get("x-to") or target.get("items", {}).get("x-to"))
    if not {subject.raw["register"], "*"} & set(points_to):
        yield Problem(at + "/from", "rollup-not-pointing", {"name": rollup["from"]})
    of = rollup.get("of")
    if of is not None and of not in theirs:
        yield Problem(at + "/of", "field-nowhere", near(of, theirs))
    elif rollup["as"] in ("sum", "avg") and kind_name(theirs.get(of or "", {})) not in SUMMED:
        yield Problem(at + "/as", "rollup-not-a-number", {"name": of or ""})
    other = Subject(subject.world.registers[register], subject.world)
    yield from problems_of_condition(other, rollup.get("where"), at + "/where")


def check_problems(subject: Subject) -> Iterator[Problem]:
    """Checks whose formula cannot be read or gives no truth, or that point to no field."""
    for index, check in enumerate(subject.raw.get("checks", ())):
        at = pointer("checks", index)
        if "that" in check:
            found = formula_problems(check["that"], subject.kinds, PASSED_IN, f"{at}/that")
            yield from found
            if not found and compile_formula(check["that"], subject.kinds, PASSED_IN).gives not in _TRUTHS:
                yield Problem(f"{at}/that", "check-not-truth", {})
        for name in ("who", "among"):
            yield from who_problems(subject, check.get(name), f"{at}/{name}")
        yield from problems_of_condition(subject, check.get("when"), f"{at}/when")
        key = check["at"].removeprefix("/")
        if key not in subject.fields:
            yield Problem(pointer("checks", index, "at"), "field-nowhere", near(key, subject.fields))


_TRUTHS = ("truth", "any", "null")
