"""A definition's access, and the office-wide rules, as policy rows."""

from __future__ import annotations

import csv
import dataclasses
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import product

from regbook.errors import DefinitionInvalid, Problem, SettingsInvalid
from regbook.model.access import ROLE_LEVEL, SCOPES, VERBS, AccessRule
from regbook.model.definition import Definition, Field
from regbook.model.policy import ANY, CARRIED, EVER, EVERYONE, NEVER, RECORD, PolicyRow
from regbook.model.record import HIDEABLE

WHO: Mapping[str, tuple[str, str]] = {
    "owner": (EVERYONE, "own"),
    "assignee": (EVERYONE, "assigned"),
    "copied": (EVERYONE, "copied"),
    "subject": (EVERYONE, "subject"),
    "superior": (EVERYONE, "superior"),
    "head": ("role:head", "headed"),
    "division_head": ("role:division_head", "division"),
    "gm": ("role:gm", "all"),
}
"""What a who-text is as subject and scope; head and superior may start at a field: ``head(field:to)``."""
FROM_FIELD = re.compile(r"(head|division_head|superior)\(field:([a-z][a-z0-9_]*)\)")
PLAIN_SCOPES = ("all", "own")
RELATIVE_SCOPES = ("copied", "subject", "superior", "headed", "division")
"""Scopes that a who-text becomes; a rule's own ``scope`` may not name them."""
TIED = ("owner", "assignee")
"""What a scope may name besides a field of the definition."""
HIGHEST = 4
OFFICE_COLUMNS = ("id", "sub", "dom", "fld", "act", "scope", "lvl", "nbf", "exp", "eft", "clause")
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def policy_rows(definition: Definition) -> tuple[PolicyRow, ...]:
    """Everything a definition says about access, as rows; what a row is called leads back to its rule.

    ``read`` carries match and range, unless the rule names one of them itself; no rule gives range over an
    encrypted field, nor match without ``x-match``. A field denied for ``read`` is denied for every verb.
    Every register ends with the row that grants are used by. No role's rule reaches above level 3.

    Raises:
        DefinitionInvalid: a rule names a scope, who, verb or field that is not there.
    """
    problems = list(_problems(definition))
    if problems:
        raise DefinitionInvalid(problems)
    granted = PolicyRow(EVERYONE, definition.register, ANY, ANY, "granted", HIGHEST)
    return (
        *(row for n, rule in enumerate(definition.access, 1) for row in _rule_rows(definition, n, rule)),
        *_sealed(definition),
        _named(granted, definition, "granted"),
    )


def guarded_fields(definition: Definition) -> Mapping[str, Field]:
    """Fields that access speaks of: every field, and those of lines that a level, seal or rule sets apart.

    Beside them the reserved facts that a rule denies.
    """
    named = {name for rule in definition.access for name in (*rule.deny, *rule.only)}
    found: dict[str, Field] = {}
    for key, field in definition.fields.items():
        found[key] = field
        for inner, part in field.lines.items():
            path = f"{key}.{inner}"
            if part.secrecy or part.encrypted or path in named:
                found[path] = part
    for name in HIDEABLE:
        if name in named and name not in found:
            found[name] = Field(name, name, "text", {})
    return found


def _rule_rows(definition: Definition, n: int, rule: AccessRule) -> Iterator[PolicyRow]:
    sub, scope = _subject(rule)
    verbs = (*rule.do, *(CARRIED if "read" in rule.do and not set(CARRIED) & set(rule.do) else ()))
    only = _only(definition, rule.only)
    given = (RECORD, *only) if only else (ANY,)
    level = min(rule.up_to, ROLE_LEVEL)
    for act, fld in product(verbs, given):
        row = PolicyRow(sub, definition.register, fld, act, scope, level, clause=rule.clause)
        yield _named(row, definition, n, act, fld)
    for act, fld in product((ANY,) if "read" in verbs else verbs, _parts(definition, rule.deny)):
        row = PolicyRow(sub, definition.register, fld, act, scope, level, eft="deny", clause=rule.clause)
        yield _named(row, definition, n, "deny", act, fld)


def _sealed(definition: Definition) -> Iterator[PolicyRow]:
    """No one orders by what is encrypted, nor looks it up unless ``x-match`` says that it has an index."""
    for key, field in guarded_fields(definition).items():
        if field.encrypted:
            for act in ("range",) if field.schema.get("x-match") else CARRIED:
                row = PolicyRow(EVERYONE, definition.register, key, act, eft="deny")
                yield _named(row, definition, "sealed", act, key)


def _named(row: PolicyRow, definition: Definition, *parts: object) -> PolicyRow:
    name = ".".join(str(part) for part in parts if part not in (ANY, RECORD))
    return dataclasses.replace(row, id=f"{definition.register}#{name}")


def _subject(rule: AccessRule) -> tuple[str, str]:
    kind, text = rule.who
    if kind != "who":
        return f"{kind}:{text}", rule.scope
    if text.startswith(("role:", "post:")):
        return text, rule.scope
    if text.startswith("field:"):
        return EVERYONE, f"party:{text.removeprefix('field:')}"
    if start := FROM_FIELD.fullmatch(text):
        sub, scope = WHO[start[1]]
        return sub, f"{scope}:{start[2]}"
    return WHO[text]


def _parts(definition: Definition, names: Iterable[str]) -> tuple[str, ...]:
    """The names, and the guarded parts of those that are lines."""
    wanted = set(names)
    return tuple(
        key for key in guarded_fields(definition) if key in wanted or key.partition(".")[0] in wanted
    )


def _only(definition: Definition, names: tuple[str, ...]) -> tuple[str, ...]:
    """The names, the guarded parts of those that are lines, and the lines field of those that are parts."""
    return tuple(dict.fromkeys((*_parts(definition, names), *(name.partition(".")[0] for name in names))))


def _problems(definition: Definition) -> Iterator[Problem]:
    fields = guarded_fields(definition)
    for n, rule in enumerate(definition.access):
        at = f"/access/{n}"
        base, _, by = rule.scope.partition(":")
        if base not in SCOPES or (by and base in PLAIN_SCOPES):
            yield Problem(
                f"{at}/scope", "access-scope-unknown", {"scope": rule.scope, "known": _list(SCOPES)}
            )
        kind, text = rule.who
        relative = text in WHO or text.startswith(("role:", "post:", "field:")) or FROM_FIELD.fullmatch(text)
        if kind not in ("role", "post") and not (kind == "who" and relative):
            yield Problem(
                f"{at}/{kind}", "access-who-unknown", {"who": text, "known": _list((*WHO, "field:…"))}
            )
        for verb in rule.do:
            if verb not in VERBS:
                yield Problem(f"{at}/do", "access-verb-unknown", {"verb": verb, "known": _list(VERBS)})
        named = _subject(rule)[1].partition(":")[2] if kind != "who" or relative else ""
        if named and named not in (*definition.fields, *TIED):
            yield Problem(f"{at}/scope", "access-field-unknown", {"field": named})
        for name in (*rule.deny, *rule.only):
            if name not in fields:
                yield Problem(f"{at}/fields", "access-field-unknown", {"field": name})


def _list(names: Iterable[str]) -> str:
    return ", ".join(names)


def office_rows(text: str) -> tuple[PolicyRow, ...]:
    """The rows of ``definitions/policy/rules.csv``: a header, then one rule a line; nbf and exp may be empty.

    Raises:
        SettingsInvalid: a line lacks a column, has an unknown effect or level, or bears another's id.
    """
    rows: list[PolicyRow] = []
    problems: list[Problem] = []
    for n, line in enumerate(csv.DictReader(text.splitlines()), 2):
        try:
            rows.append(_office_row(line, {row.id for row in rows}))
        except ValueError as wrong:
            problems.append(Problem("/policy/rules.csv", "policy-rules", {"line": n, "part": str(wrong)}))
    if problems:
        raise SettingsInvalid(problems)
    return tuple(rows)


def _office_row(line: Mapping[str, str | None], taken: set[str]) -> PolicyRow:
    given = {name: (line.get(name) or "").strip() for name in OFFICE_COLUMNS}
    row = PolicyRow(
        sub=given["sub"], dom=given["dom"], fld=given["fld"], act=given["act"], scope=given["scope"],
        lvl=int(given["lvl"]), nbf=given["nbf"] or EVER, exp=given["exp"] or NEVER, eft=given["eft"],
        clause=given["clause"] or None, id=given["id"],
    )  # fmt: skip
    kind, _, name = row.sub.partition(":")
    right = {
        "id": row.id not in ("", *taken),
        "sub": row.sub == EVERYONE or (kind in ("role", "post") and name != ""),
        "dom": row.dom != "",
        "fld": row.fld != "",
        "act": row.act in (ANY, *VERBS),
        "scope": row.scope.partition(":")[0] in (*SCOPES, *RELATIVE_SCOPES),
        "nbf": INSTANT.fullmatch(row.nbf),
        "exp": INSTANT.fullmatch(row.exp),
        "eft": row.eft in ("allow", "deny"),
    }
    for column, fits in right.items():
        if not fits:
            raise ValueError(f"{column} {given[column]}")
    return row
