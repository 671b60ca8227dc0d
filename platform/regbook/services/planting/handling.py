"""What people do with the records that the engine opens: penalties, violations, liabilities."""

from __future__ import annotations

from collections.abc import Mapping

from regbook.model.record import Record
from regbook.services.planting.desk import Desk, Follow, Story, texts
from regbook.services.planting.matters import agreement, ruling
from regbook.services.planting.secrecy import looked_into

SEEN, FOUND = 9, 7
UNITS = ("SC", "XS", "CG", "XM", "CW", "XX")
WAIVED, APPEALED, DISMISSED = 0.15, 0.15, 0.12


def _penalty(desk: Desk, penalty: Record) -> Story:
    """Counted until the cause is cured, then proposed, handled, accepted or appealed against, settled."""
    counted: object = None
    while counted != (counted := desk.record("penalty", penalty.id).facts.get("late_until")):
        yield desk.days_on(1)
    desk.move("penalty", penalty.id, "propose")
    said = texts("handling")["penalty"]
    yield desk.after(desk.chance.uniform(1, 14))
    if desk.chance.random() < WAIVED:
        desk.move("penalty", penalty.id, "waive", {"waive_reason": desk.chance.choice(said["waive"])})
        return
    desk.move("penalty", penalty.id, "confirm", {"decision": desk.chance.choice(said["decisions"])})
    yield desk.after(desk.chance.uniform(2, 18))
    if desk.chance.random() < APPEALED:
        desk.move("penalty", penalty.id, "file_appeal", {"appeal": desk.chance.choice(said["appeal"])})
        yield desk.days_on(desk.chance.randint(1, 3))
        if desk.chance.random() < 0.3:
            why = desk.chance.choice(said["reversed"])
            desk.move("penalty", penalty.id, "reverse", {"appeal_decision": why, "waive_reason": why})
            return
        desk.move("penalty", penalty.id, "uphold", {"appeal_decision": desk.chance.choice(said["upheld"])})
    else:
        desk.move("penalty", penalty.id, "accept")
    yield desk.days_on(desk.chance.randint(5, 20))
    how = desk.chance.choice(["recorded", "points", "points", "paid"])
    desk.move("penalty", penalty.id, "settle", {"settled_on": desk.today(), "settlement": how})


def _violation(desk: Desk, violation: Record) -> Story:
    """Decided by the head, accepted, or appealed against."""
    said = texts("handling")["violation"]
    yield desk.after(desk.chance.uniform(2, 14))
    if desk.chance.random() < DISMISSED:
        why = desk.chance.choice(said["dismissed"])
        desk.move("violation", violation.id, "dismiss", {"decision": why})
        return
    between = violation.facts.get("between") == "departments"
    if between:
        desk.move("violation", violation.id, "refer", {"between": "departments"})
        yield desk.after(desk.chance.uniform(0.5, 3.4))
    measure = desk.chance.choice(["talk", "talk", "warning", "penalty"])
    decision = desk.chance.choice(said["decisions"][str(violation.facts["kind"])])
    facts = {"decision": decision, "measure": measure}
    desk.move("violation", violation.id, "decide_division" if between else "decide", facts)
    yield desk.after(desk.chance.uniform(2, 18))
    if desk.chance.random() >= APPEALED:
        desk.move("violation", violation.id, "accept")
        return
    desk.move("violation", violation.id, "file_appeal", {"appeal": desk.chance.choice(said["appeal"])})
    yield desk.days_on(desk.chance.randint(1, 3))
    settled = {"appeal_decision": desk.chance.choice(said["settled"])}
    desk.move("violation", violation.id, "settle_appeal", settled)


def _liability(desk: Desk, liability: Record) -> Story:
    """Found by the division head, decided by the general manager, closed by personnel."""
    said = texts("handling")["liability"]
    yield desk.days_on(desk.chance.randint(1, 4))
    findings = said["findings"].get(str(liability.facts.get("kind"))) or said["findings"]["other"]
    desk.move("liability_record", liability.id, "find", {"finding": desk.chance.choice(findings)})
    yield desk.days_on(desk.chance.randint(1, 3))
    facts = {"decision": desk.chance.choice(said["decisions"])}
    if leader := desk.chance.choice(said["leaders"]):
        facts["leader_decision"] = leader
    desk.move("liability_record", liability.id, "decide", facts)
    yield desk.after(desk.chance.uniform(3, 18))
    if desk.chance.random() < APPEALED:
        appeal = {"appeal": desk.chance.choice(said["appeal"])}
        desk.move("liability_record", liability.id, "file_appeal", appeal)
        yield desk.days_on(desk.chance.randint(2, 5))
        settled = {"appeal_decision": desk.chance.choice(said["settled"])}
        desk.move("liability_record", liability.id, "settle_appeal", settled)
        return
    yield desk.days_on(4)
    desk.move("liability_record", liability.id, "close", by="xia.zhi")


def plant_findings(desk: Desk) -> None:
    """What people record themselves: violations they saw, liability for errors that planning found."""
    desk.spread([lambda: _seen(desk)] * SEEN)
    desk.spread([lambda: _found(desk)] * FOUND)


def _seen(desk: Desk) -> Story:
    said = texts("handling")["violation"]
    kind, clause, detail = desk.chance.choice(said["recorded"])
    person = desk.subordinate()
    facts = {"kind": kind, "violated_clause": clause, "person": desk.person(person)}
    facts["detail"] = detail.format(what=desk.chance.choice(said["what"]))
    desk.enter(str(desk.company.superior(person)), "violation", facts)
    yield desk.after(1)


def _found(desk: Desk) -> Story:
    said = texts("handling")["liability"]
    kind, subject = desk.chance.choice(said["entered"])
    facts = {"kind": kind, "subject": subject.format(what=desk.chance.choice(said["what"]))}
    facts |= {"person": desk.person(desk.clerk(desk.chance.choice(UNITS))), "occurred_on": desk.today(-2)}
    facts["loss"] = f"{desk.chance.randrange(0, 9000, 50)}.00"
    desk.enter(desk.chance.choice(("fu.lei", "du.shiming", "tian.meng")), "liability_record", facts)
    yield desk.after(1)


FOLLOW: Mapping[str, Follow] = {
    "penalty": _penalty,
    "violation": _violation,
    "liability_record": _liability,
    "written_agreement": agreement,
    "adjudication": ruling,
    "leak_incident": looked_into,
}
"""What people do with each register's records, once the engine or anybody has opened one."""
