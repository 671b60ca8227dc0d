"""A record as its page and its drawer show it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Literal
from urllib.parse import quote

from regbook.model.definition import Definition, Field
from regbook.model.promises import Deadline, Timer
from regbook.model.record import Record
from regbook.model.workflow import DRAFT, Transition
from regbook.rules.conditions import holds
from regbook.rules.moves import sections_shown
from regbook.services.showing import Asked, Shown
from regbook.web import views as v
from regbook.web.pages.cells import (
    EMPTY,
    Titles,
    column_kind,
    field_cell,
    record_cell,
    references_in,
    status_of,
    title_of,
)
from regbook.web.pages.desk import Desk
from regbook.web.pages.files import file_views
from regbook.web.pages.history import entry_views
from regbook.web.pages.listing import named
from regbook.web.pages.spans import length_of
from regbook.web.texts import t

WIDE = ("long_text",)
MOST_LINE_COLUMNS = 8
NEAR = timedelta(hours=4)
"""From how long before its instant a deadline is amber."""


@dataclass(frozen=True, slots=True)
class Around:
    """Where a record is shown: the addresses of its neighbours, of closing, and the list to come back to."""

    previous: str = ""
    next: str = ""
    close: str = ""
    back: str = ""
    problem: str = ""
    said: str = ""


ALONE = Around()


def record_view(desk: Desk, shown: Shown, around: Around = ALONE) -> v.RecordView:
    """The whole view of a record."""
    definition, record = shown.definition, shown.record
    titles = named(desk, references_in(definition, [record]))
    href = f"/r/{record.register}/{record.id}"
    level = record.level_at(desk.now)
    return v.RecordView(
        id=record.id,
        register=record.register,
        register_title=desk.title(definition),
        title=title_of(desk, definition, record, titles),
        href=href,
        number=record.number or "",
        status=status_of(desk, definition, record.state),
        secrecy=desk.level(level) if level else None,
        badges=_badges(desk, shown),
        sections=sections(desk, shown, titles),
        deadlines=deadlines(desk, shown),
        steps=steps(desk, shown),
        entries=entry_views(desk, definition, shown.entries, titles),
        entries_href=f"{href}/history",
        related=tuple(_related(desk, *each) for each in shown.related),
        actions=_actions(desk, shown, href, around),
        decision=decision(desk, shown, href, around),
        previous_href=around.previous,
        next_href=around.next,
        close_href=around.close,
        notice=t("pages-draft-notice") if record.state == DRAFT else "",
    )


def sections(desk: Desk, shown: Shown, titles: Titles) -> tuple[v.SectionView, ...]:
    """The sections that show in the record's state, without what is empty in all of a section."""
    definition, record = shown.definition, shown.record
    found = []
    placed: set[str] = set()
    for section in sections_shown(definition, record.flat(), desk.now):
        keys = [key for row in section.rows for key in row if key in record.facts and key not in placed]
        placed |= set(keys)
        made = _section(
            desk, shown, desk.text(definition, f"sections.{section.name}.title", section.title), keys, titles
        )
        if made.properties or made.lines or made.files:
            found.append(made)
    return (*found, _about(desk, shown))


def _section(desk: Desk, shown: Shown, title: str, keys: list[str], titles: Titles) -> v.SectionView:
    fields = [shown.definition.fields[key] for key in keys if key in shown.definition.fields]
    plain = [each for each in fields if each.kind not in ("lines", "file", "serial")]
    facts = shown.record.facts
    if not any(facts.get(each.key) not in (None, "", []) for each in fields):
        return v.SectionView(title)
    return v.SectionView(
        title,
        tuple(_property(desk, shown, each, titles) for each in plain),
        tuple(
            replace(
                lines_table(desk, shown.definition, each, facts[each.key], titles),
                unmask_href=_unmask_href(shown, each),
            )
            for each in fields
            if each.kind == "lines" and facts.get(each.key)
        ),
        tuple(
            file
            for each in fields
            if each.kind == "file"
            for file in file_views(shown.files, facts.get(each.key) or ())
        ),
    )


def _property(desk: Desk, shown: Shown, field: Field, titles: Titles) -> v.Property:
    value = shown.record.facts.get(field.key)
    cell = field_cell(desk, shown.definition, field, value, titles)
    wide = field.kind in WIDE and cell is not EMPTY
    return v.Property(desk.field_title(shown.definition, field), cell, wide, _unmask_href(shown, field))


def _unmask_href(shown: Shown, field: Field) -> str:
    record = shown.record
    return f"/r/{record.register}/{record.id}/unmask/{field.key}" if field.key in shown.personal else ""


def _about(desk: Desk, shown: Shown) -> v.SectionView:
    """What every record has: who entered it, where it belongs, who has it now."""
    record, definition = shown.record, shown.definition
    names = [
        each for each in ("owner", "department", "assignee", "submitted_at") if each not in definition.fields
    ]
    pairs = [(each, record_cell(desk, definition, record, each, {})) for each in names]
    return v.SectionView(
        t("pages-about"),
        tuple(v.Property(t(f"pages-fact-{name}"), cell) for name, cell in pairs if cell is not EMPTY),
    )


def lines_table(
    desk: Desk,
    definition: Definition,
    field: Field,
    lines: Iterable[Mapping[str, Any]],
    titles: Titles,
    *,
    whole: bool = False,
) -> v.LinesTable:
    """Child lines with the sums of the columns that can be summed."""
    inner = tuple(field.lines.values())[:MOST_LINE_COLUMNS]
    rows = tuple(
        tuple(
            field_cell(desk, definition, each, line.get(each.key), titles, field.key, whole=whole)
            for each in inner
        )
        for line in lines
    )
    columns = tuple(
        v.Column(each.key, desk.field_title(definition, each, field.key), column_kind(each, each.key))
        for each in inner
    )
    return v.LinesTable(desk.field_title(definition, field), columns, rows)


def deadlines(desk: Desk, shown: Shown) -> tuple[v.DeadlineView, ...]:
    """The promises that run for the record, and those that were broken, with the time that is left."""
    by_name: dict[str, Timer] = {}
    for each in shown.timers:
        if each.kind == "due":
            by_name[each.deadline] = each
    definition = shown.definition
    return tuple(
        _deadline(desk, shown, each, by_name[each.name])
        for each in definition.deadlines
        if each.name in by_name
    )


def _deadline(desk: Desk, shown: Shown, deadline: Deadline, timer: Timer) -> v.DeadlineView:
    definition = shown.definition
    met = holds(deadline.until, shown.record.flat(), desk.now)
    left = timer.due - desk.now
    if met:
        standing, tone = t("pages-met-late"), "grey"
    elif left < timedelta(0):
        standing, tone = t("pages-late-by", length=length_of(-left)), "red"
    else:
        standing = t("pages-left", length=length_of(left))
        tone = "amber" if left <= NEAR else "grey"
    notes = [desk.person(timer.person).name if timer.person else "", deadline.clause or ""]
    return v.DeadlineView(
        desk.text(definition, f"deadlines.{deadline.name}.title", deadline.title),
        desk.lately(timer.due),
        standing,
        tone,  # type: ignore[arg-type]
        " · ".join(each for each in notes if each),
    )


def steps(desk: Desk, shown: Shown) -> tuple[v.Step, ...]:
    """The record's way: what was done to it, and who has it now."""
    definition = shown.definition
    done = [
        v.Step(
            desk.transition(definition, each.transition) if each.transition else t(f"pages-verb-{each.verb}"),
            "refused" if each.verb == "reject" else "done",
            desk.person(each.actor),
            desk.lately(each.at),
            str(each.values.get("opinion") or ""),
        )
        for each in reversed(shown.entries)
        if each.verb in ("submit", "move", "approve", "reject", "ask", "withdraw")
        or (each.verb == "enter" and each.after != DRAFT)
    ]
    now = [
        v.Step(
            t("pages-step-rung") if each.kind == "rung" else desk.state(definition, shown.record.state),
            "now",
            desk.person(each.person),
            t("pages-waited", length=length_of(desk.now - each.opened_at)),
        )
        for each in shown.assignments
        if each.closed_at is None
    ]
    return (*done, *now)


def _badges(desk: Desk, shown: Shown) -> tuple[v.Badge, ...]:
    climbed = sum(1 for each in shown.assignments if each.kind == "rung")
    return (v.Badge(t("pages-climbed", times=climbed), "amber", "trending-up"),) if climbed else ()


def _related(desk: Desk, definition: Definition, record: Record) -> v.Link:
    field = next(each for each in definition.fields.values() if "x-back" in each.schema)
    label = title_of(desk, definition, record, {})
    back = desk.text(definition, f"fields.{field.key}.back", field.schema["x-back"])
    return v.Link(
        f"{back} {record.number or ''} {label}".strip(),
        f"/r/{definition.register}/{record.id}",
        "link",
        note=desk.state(definition, record.state),
    )


def _actions(desk: Desk, shown: Shown, href: str, around: Around) -> tuple[v.Button, ...]:
    """What may be done besides deciding: amend, take back, begin the next record of a chain."""
    record, definition = shown.record, shown.definition
    found = []
    if "amend" in shown.verbs:
        found.append(v.Button(t("pages-edit"), href=f"{href}/edit", icon="pencil"))
    elif shown.attachable and record.state != DRAFT:
        back = f"?back={quote(around.back, safe='')}" if around.back else ""
        found.append(v.Button(t("pages-attach"), href=f"{href}/attach{back}", icon="paperclip", over=True))
    for each in shown.openings:
        title = desk.text(definition, f"openings.{each.name}.title", each.title)
        found.append(
            v.Button(
                title,
                href=f"/r/{each.register}/new?from={record.register}/{record.id}&by={quote(each.name)}",
                icon="plus",
            )
        )
    mine = record.owner == desk.me
    moved = any(each.verb == "move" for each in shown.entries)
    if "withdraw" in shown.verbs and mine and not moved and record.state == definition.workflow.initial:
        found.append(
            v.Button(
                t("pages-withdraw"), post=f"{href}/withdraw", icon="undo-2", confirm=t("pages-withdraw-sure")
            )
        )
    if record.state == DRAFT and mine and record.number is None:
        found.append(
            v.Button(
                t("pages-discard"), post=f"{href}/discard", icon="trash-2", confirm=t("pages-discard-sure")
            )
        )
    return tuple(found)


def decision(desk: Desk, shown: Shown, href: str, around: Around) -> v.Decision | None:
    """The bar of what the reader may decide now."""
    mine = next((each for each in shown.asked if each.assignment.person == desk.me), None)
    back = f"?back={quote(around.back, safe='')}" if around.back else ""
    moves = _verdicts(mine) if mine else ()
    primary = not moves
    own = [_move(desk, shown, each, f"{href}/do/{each.name}{back}") for each in shown.transitions]
    if own and primary:
        own[0] = v.Move(own[0].name, own[0].label, "primary", "check", own[0].href)
    if not moves and not own:
        return None
    opinion = _opinion(mine)
    # The main deed stands last, where the thumb is.
    ordered = (*reversed(own), *moves) if primary else (*own, *moves)
    return v.Decision(
        f"{href}/decide{back}",
        shown.etag,
        ordered,
        opinion,
        around.problem,
        around.said,
    )


def _verdicts(asked: Asked) -> tuple[v.Move, ...]:
    return (
        v.Move(f"step:reject:{asked.assignment.id}", t("pages-reject")),
        v.Move(f"step:approve:{asked.assignment.id}", t("pages-approve"), "primary", "check"),
    )


def _opinion(asked: Asked | None) -> Literal["", "optional", "required"]:
    if asked is None:
        return ""
    return "required" if asked.step.options.get("opinion") == "always" else "optional"


def _move(desk: Desk, shown: Shown, transition: Transition, form: str) -> v.Move:
    label = desk.transition(shown.definition, transition.name)
    return v.Move(transition.name, label, href=form if transition.needs else "")
