"""Issues inside departments: most are handled within four hours, some are reported up, some lie too long."""

from __future__ import annotations

from regbook.model.record import Record
from regbook.services.planting.desk import Desk, Story, texts
from regbook.services.planting.wording import filled_in

ISSUES = 105
LATE, REPORTED = 0.13, 0.22
"""The shares of issues that lie longer than four hours, and that go to the head's superior."""


def plant_issues(desk: Desk) -> None:
    """A year of issues, raised by people of the unit that each is about."""
    desk.spread([lambda: _issue(desk)] * ISSUES)


def _issue(desk: Desk) -> Story:
    said = texts("issues")
    units, *rest = desk.chance.choice(said["issues"])
    subject, detail, measure, note, decision = filled_in(desk.chance, rest, said["slots"])
    unit = desk.chance.choice(units)
    owner = desk.someone(unit)
    facts = {"subject": subject, "detail": detail, "occurred_at": desk.now_text()}
    facts["urgency"] = desk.chance.choice(["normal", "blocking", "customer"])
    yield desk.after(desk.chance.random() * 0.6)
    issue = desk.enter(owner, "department_issue", facts)
    fate = desk.chance.random()
    late = desk.chance.random() < LATE
    yield desk.too_long(4.5, 12) if late else desk.after(desk.chance.uniform(0.3, 2.8))
    if fate < REPORTED:
        yield from _reported(desk, issue, note, decision, measure if fate > REPORTED / 2 else None)
        return
    _handle(desk, issue, measure)
    yield desk.after(desk.chance.uniform(1, 14))
    desk.move("department_issue", issue.id, "close", {"effect": "effective"})


def _handle(desk: Desk, issue: Record, measure: str) -> None:
    head = desk.maker("department_issue", issue.id, "handle")
    done = desk.text_of(desk.after(2))
    lines = [{"what": measure, "person": head, "done_by": done}]
    desk.move("department_issue", issue.id, "handle", {"measures": lines})


def _reported(desk: Desk, issue: Record, note: str, decision: str, measure: str | None) -> Story:
    """Handled in vain or not at all, then reported to the head's superior, who decides."""
    if measure is not None:
        _handle(desk, issue, measure)
        yield desk.after(0.5)
    effect = "none" if measure else "cannot"
    facts = {"effect": effect, "report_note": note}
    desk.move("department_issue", issue.id, "report", facts)
    slow = desk.chance.random() < LATE
    yield desk.too_long(4.5, 9) if slow else desk.after(desk.chance.uniform(0.4, 3))
    desk.move("department_issue", issue.id, "decide", {"decision": decision})
