"""Matters between departments, the agreements they end in, and the rulings when one is broken."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from regbook.model.record import Record
from regbook.services.planting.desk import Desk, Story, texts
from regbook.services.planting.wording import filled_in

FORMAL, ORAL, WRITTEN, DIRECT = 16, 20, 9, 8
MATTER, AGREEMENT, RULING = "cross_department_matter", "written_agreement", "adjudication"


SHARES = {"upheld": Decimal(1), "partly": Decimal("0.6")}
"""How much of a claim each ruling awards."""


def plant_matters(desk: Desk) -> None:
    """A year of matters by each of the three ways, and agreements that heads make without one."""
    desk.spread([lambda: _formal(desk)] * FORMAL)
    desk.spread([lambda: _oral(desk)] * ORAL)
    desk.spread([lambda: _written(desk)] * WRITTEN)
    desk.spread([lambda: _direct(desk)] * DIRECT)


def _said(desk: Desk, kind: str) -> tuple[str, str, list[str]]:
    """Our unit, the other one, and what is said about a matter of the kind."""
    unit, other, *rest = desk.chance.choice(texts("matters")[kind])
    return unit, other, filled_in(desk.chance, rest, texts("matters")["slots"])


def _formal(desk: Desk) -> Story:
    """Up the line, rung by rung, to the division head, who deals with whoever broke the procedure."""
    said = texts("matters")
    unit, other, (subject, procedure, obstacle, handling) = _said(desk, "formal")
    facts = {"subject": subject, "mode": "formal", "other_unit": desk.unit(other), "procedure": procedure}
    facts |= {"obstacle": obstacle, "occurred_at": desk.now_text(), "unit": desk.unit(unit)}
    yield desk.after(desk.chance.choice((0.5, 1, 2, 3, 5)))
    owner = desk.clerk(unit)
    matter = desk.enter(owner, MATTER, facts)
    yield _soon(desk, 0.15)
    desk.move(MATTER, matter.id, "relay", {"relay_note": desk.chance.choice(said["relay"])})
    yield _soon(desk, 0.1)
    violator = desk.person(desk.clerk(other))
    desk.move(MATTER, matter.id, "to_division", {"violator": violator})
    yield _soon(desk, 0.2)
    rule = desk.chance.choice(["rule", "rule", "neglect"])
    desk.move(MATTER, matter.id, "handle", {"handling": handling, "handled_by_rule": rule})
    if desk.chance.random() < 0.4:
        detail = {"kind": "procedure", "violated_clause": "DWM 6.5.1", "detail": f"{subject}：{obstacle}"}
        source = {"source": f"{MATTER}/{matter.id}", "person": violator, "between": "departments"}
        desk.enter(str(desk.company.superior(owner)), "violation", detail | source)


def _oral(desk: Desk) -> Story:
    """Talked over and settled within a day; else both heads answer for it and write it down."""
    said = texts("matters")
    yield desk.morning()
    unit, other, (subject, detail, agreed) = _said(desk, "oral")
    facts = {"subject": subject, "mode": "oral", "other_unit": desk.unit(other), "detail": detail}
    facts |= {"unit": desk.unit(unit), "occurred_at": desk.now_text()}
    matter = desk.enter(desk.clerk(unit), MATTER, facts)
    yield desk.after(desk.chance.uniform(0.3, 1.5))
    desk.move(MATTER, matter.id, "talk")
    yield desk.after(desk.chance.uniform(0.5, 2))
    if desk.chance.random() < 0.25:
        yield from _failed(desk, matter)
        return
    settled = {"agreed": agreed, "settled_at": desk.now_text()}
    desk.move(MATTER, matter.id, "settle", settled)
    yield desk.after(desk.chance.uniform(0.2, 1))
    if desk.chance.random() < 0.2:
        desk.move(MATTER, matter.id, "object", {"objection": desk.chance.choice(said["objections"])})
        yield desk.after(0.7)
        desk.move(MATTER, matter.id, "settle", {"agreed": f"{agreed}（已按对方意见调整）"})
        yield desk.after(0.5)
    desk.move(MATTER, matter.id, "agree")


def _failed(desk: Desk, matter: Record) -> Story:
    """Nobody gives way: the day goes by, and it must be written down."""
    why = desk.chance.choice(texts("matters")["failed"])
    desk.move(MATTER, matter.id, "give_up", {"outcome": why})
    yield desk.after(desk.chance.uniform(8, 14))
    desk.move(MATTER, matter.id, "write")
    yield from _closed(desk, matter)


def _written(desk: Desk) -> Story:
    unit, other, subject = _parties(desk)
    facts = {"subject": subject, "mode": "written", "other_unit": desk.unit(other)}
    facts |= {"unit": desk.unit(unit), "occurred_at": desk.now_text()}
    matter = desk.enter(desk.clerk(unit), MATTER, facts)
    yield desk.after(desk.chance.uniform(1, 7))
    desk.move(MATTER, matter.id, "write")
    yield from _closed(desk, matter)


def _parties(desk: Desk) -> tuple[str, str, str]:
    unit, other, subject, _ = desk.chance.choice(texts("matters")["written"])
    return unit, other, filled_in(desk.chance, [subject], texts("matters")["slots"])[0]


def _closed(desk: Desk, matter: Record) -> Story:
    yield desk.days_on(desk.chance.randint(4, 7))
    outcome = desk.chance.choice(texts("matters")["outcomes"])
    desk.move(MATTER, matter.id, "close_written", {"outcome": outcome})


def _direct(desk: Desk) -> Story:
    """An agreement that one head drafts at once."""
    unit, other, subject = _parties(desk)
    facts = {"subject": subject, "unit_a": desk.unit(unit), "unit_b": desk.unit(other)}
    desk.enter(desk.company.units[unit].head, AGREEMENT, facts)
    yield desk.after(1)


def agreement(desk: Desk, drafted: Record) -> Story:
    """Signed by both heads, kept or broken; broken, it is made good or brought to the common superior."""
    said = texts("matters")
    yield desk.after(desk.chance.uniform(1, 9))
    signed = {"terms": _terms(desk, drafted), "signed_a_at": desk.now_text()}
    desk.move(AGREEMENT, drafted.id, "sign_a", signed)
    yield desk.after(desk.chance.choice((2, 4, 6, 9, 20)))
    if desk.chance.random() < 0.15:
        why = desk.chance.choice(said["returned"])
        desk.move(AGREEMENT, drafted.id, "return", {"return_reason": why})
        yield desk.after(3)
        desk.move(AGREEMENT, drafted.id, "sign_a", {"signed_a_at": desk.now_text()})
        yield desk.after(3)
    desk.move(AGREEMENT, drafted.id, "sign_b", {"signed_b_at": desk.now_text()})
    yield desk.days_on(desk.chance.randint(8, 25))
    if desk.chance.random() < 0.55:
        desk.move(AGREEMENT, drafted.id, "keep")
        return
    yield from _broken(desk, drafted)


def _broken(desk: Desk, drafted: Record) -> Story:
    said = texts("matters")
    facts = desk.record(AGREEMENT, drafted.id).facts
    lost = f"{desk.chance.randrange(800, 26_000, 100)}.00"
    broken = {"breached_by": facts["unit_b"], "injured": facts["unit_a"], "loss": lost}
    broken |= {"breached_at": desk.now_text(), "breach_facts": desk.chance.choice(said["breaches"])}
    desk.move(AGREEMENT, drafted.id, "breach", broken)
    yield _soon(desk, 0.25)
    made_good = desk.chance.random() < 0.3
    if not made_good:
        desk.move(AGREEMENT, drafted.id, "bring")
        yield desk.days_on(9)
    paid = {"compensated_on": desk.today(), "compensation": lost}
    desk.move(AGREEMENT, drafted.id, "compensate", paid)


def ruling(desk: Desk, brought: Record) -> Story:
    """Ruled by the common superior, mostly within four hours, and carried out."""
    said = texts("matters")
    yield _soon(desk, 0.3)
    result, text = desk.chance.choice(said["rulings"])
    ruled = {"ruling": text, "result": result, "carry_out_by": desk.today(7)}
    if result != "rejected":
        share = SHARES[result]
        ruled["compensation"] = f"{Decimal(str(brought.facts.get('claim') or '1000.00')) * share:.2f}"
    desk.move(RULING, brought.id, "rule", ruled)
    yield desk.days_on(desk.chance.choice((2, 3, 4, 6)))
    desk.move(RULING, brought.id, "carry_out", {"carried_out_on": desk.today()})


def _terms(desk: Desk, drafted: Record) -> list[dict[str, object]]:
    """What the two agreed: the terms that two such departments write, else what goes for any."""
    said, facts = texts("matters"), drafted.facts
    codes = {desk.unit(code): code for code in desk.company.units}
    pair = [codes[facts["unit_a"]], codes[facts["unit_b"]]]
    lines = next((each[3] for each in said["written"] if each[:2] == pair), said["terms"])
    parties = [facts["unit_a"], facts["unit_b"], facts["unit_a"]]
    terms = zip(lines, parties, strict=True)
    return [
        {"term": line, "bound": party, "due_on": desk.today(7 * n)}
        for n, (line, party) in enumerate(terms, start=1)
    ]


def _soon(desk: Desk, late: float) -> datetime:
    """Within four working hours, but for a share that is late."""
    if desk.chance.random() < late:
        return desk.too_long(4.5, 9)
    return desk.after(desk.chance.uniform(0.4, 3.2))
