"""The company's secrets: what happens to them and around them over a year."""

from __future__ import annotations

from regbook.model.record import Record
from regbook.services.planting.archives import filed
from regbook.services.planting.desk import Desk, Story, texts

LEAK = "leak_incident"
GM = "gu.huaiyuan"
REPORTED = 5


def plant_secrecy(desk: Desk) -> None:
    """Leaks, agreements, secrets, entries, leavings, releases, and a few reports to trusted superiors."""
    desk.spread([lambda: _leak(desk)] * REPORTED)
    desk.spread([lambda: _agreement(desk)] * 18)
    desk.spread([lambda: _secret(desk)] * 8)
    desk.spread([lambda: _entry(desk)] * 24)
    desk.spread([lambda: _leaving(desk)] * 4)
    desk.spread([lambda: _release(desk)] * 9)
    desk.spread([lambda: _report(desk)] * 4)
    desk.spread([lambda: _decision(desk)] * 8)


def _leak(desk: Desk) -> Story:
    said = texts("secrecy")
    kind, unit, what, place = desk.chance.choice(said["leaks"])
    by, person = desk.someone(unit), desk.clerk(unit)
    while by == person:
        by = desk.someone(unit)
    facts = {"kind": kind, "what": what, "place": place, "person": desk.person(person)}
    desk.enter(by, LEAK, {**facts, "found_at": desk.now_text()})
    yield desk.after(1)


def looked_into(desk: Desk, made: Record) -> Story:
    """The general manager names an investigator; the person concerned is heard; it is decided and closed."""
    said = texts("secrecy")
    yield desk.after(desk.chance.uniform(0.3, 3))
    looks = desk.chance.choice(("yu.jingqiu", "liang.shaoping"))
    if desk.record(LEAK, made.id).state != "reported":
        return
    desk.move(LEAK, made.id, "investigate", {"investigator": desk.person(looks)}, by=GM)
    yield desk.days_on(1)
    if desk.record(LEAK, made.id).facts.get("person"):
        desk.move(LEAK, made.id, "state", {"statement": desk.chance.choice(said["statements"])})
        yield desk.days_on(1)
    finding, proposal, decision, leader = desk.chance.choice(said["findings"])
    desk.move(LEAK, made.id, "find", {"finding": finding, "proposal": proposal})
    yield desk.after(desk.chance.uniform(2, 9))
    desk.move(LEAK, made.id, "decide", {"decision": decision, "leader_decision": leader}, by=GM)
    yield desk.days_on(desk.chance.choice((3, 6, 40)))
    desk.move(LEAK, made.id, "close", {"closed_note": "整改完成，已在部门会上通报要求。"}, by=looks)


def _agreement(desk: Desk) -> Story:
    """Legal reads it, whoever it binds signs; a few take too long."""
    said, register = texts("secrecy"), "confidentiality_agreement"
    term = {"start": desk.today(), "end": desk.today(desk.chance.choice((180, 365, 730)))}
    facts = {"kind": "staff", "person": desk.person(desk.subordinate()), "duties": said["duties"], **term}
    made = desk.enter("tian.meng", register, facts)
    yield desk.after(desk.chance.uniform(1, 9))
    desk.move(register, made.id, "approve")
    yield desk.too_long(26, 40) if desk.chance.random() < 0.15 else desk.after(desk.chance.uniform(1, 9))
    if desk.record(register, made.id).state == "to_sign":
        desk.move(register, made.id, "sign", {"signed_on": desk.today()})


def _secret(desk: Desk) -> Story:
    register = "trade_secret"
    unit, name, kind, grade, reason = desk.chance.choice(texts("secrecy")["secrets"])
    head = desk.company.units[unit].head
    facts = {"name": name, "kind": kind, "grade": grade, "reason": reason, "holder": desk.person(head)}
    term = {"until": desk.today(desk.chance.choice((200, 1095, 1825)))}
    made = desk.enter(desk.clerk(unit), register, {**facts, "knowers": [desk.person(head)], **term})
    yield desk.after(desk.chance.uniform(2, 12))
    desk.move(register, made.id, "decide")
    yield desk.after(desk.chance.uniform(2, 9))
    desk.move(register, made.id, "file")


def _entry(desk: Desk) -> Story:
    """Somebody asks to go in, mostly leaves in time."""
    register = "restricted_area_entry"
    area, keeper, unit, purpose = desk.chance.choice(texts("secrecy")["entries"])
    by = desk.clerk(unit)
    begins = desk.after(desk.chance.uniform(1, 3))
    ends = desk.after(desk.chance.uniform(4, 6))
    facts = {"area": area, "visitor": desk.person(by), "keeper": desk.person(keeper), "purpose": purpose}
    plan = {"planned_in": desk.text_of(begins), "planned_out": desk.text_of(ends)}
    made = desk.enter(by, register, {**facts, **plan})
    yield desk.after(0.4)
    if desk.chance.random() < 0.1:
        desk.move(register, made.id, "refuse", {"refuse_reason": "改由保管人代为取出。"})
        return
    desk.move(register, made.id, "allow")
    yield begins
    if desk.record(register, made.id).state != "allowed":
        return
    desk.move(register, made.id, "go_in", {"in_at": desk.now_text()})
    late = desk.chance.random() < 0.12
    yield desk.days_on(1) if late else desk.before(ends, 0.3)
    desk.move(register, made.id, "go_out", {"out_at": desk.now_text()})


def _leaving(desk: Desk) -> Story:
    """What somebody who means to leave hands in; two changed their mind before the last day."""
    register, said = "exit_audit", texts("secrecy")
    items = [{"kind": kind, "what": what} for kind, what in said["items"]]
    facts = {"person": desk.person(desk.clerk(desk.chance.choice(("KFK", "SC", "CG")))), "items": items}
    last = desk.days_on(desk.chance.choice((6, 9)))
    made = desk.enter("tian.meng", register, {**facts, "last_day": desk.text_of(last)[:10]})
    yield desk.days_on(2)
    back = [{**each, "returned_on": desk.today(), "receiver": desk.person("tian.meng")} for each in items]
    desk.amend("tian.meng", register, made.id, {"items": back})
    desk.move(register, made.id, "sign", {"reminder_signed_on": desk.today()})
    yield desk.days_on(1)
    desk.move(register, made.id, "audit", {"finding": desk.chance.choice(said["audits"])})
    yield desk.after(desk.chance.uniform(1, 5))
    desk.move(register, made.id, "close", {"closed_note": "已结清。"})


def _release(desk: Desk) -> Story:
    register = "information_release"
    while len(filed(desk)) < 2:
        yield desk.days_on(5)
    recipient, purpose, ground, what = desk.chance.choice(texts("secrecy")["releases"])
    facts = {"recipient": recipient, "purpose": purpose, "ground": ground, "fields_released": what}
    by = desk.clerk(desk.chance.choice(("CW", "XS", "SC")))
    made = desk.enter(by, register, facts)
    yield desk.after(desk.chance.uniform(1, 6))
    if desk.chance.random() < 0.15:
        desk.move(register, made.id, "refuse", {"refuse_reason": "依据不足，请补客户书面同意。"})
        return
    chosen = desk.chance.sample(filed(desk), 2)
    desk.move(register, made.id, "approve", {"archives": chosen, "highest": 2})
    yield desk.after(desk.chance.uniform(1, 6))
    sent = {"sent_at": desk.now_text(), "copies": 1, "copy_no": "1", "way": "hand"}
    desk.move(register, made.id, "send", sent, by=by)


def _decision(desk: Desk) -> Story:
    """A term is extended by the customer-service manager, a level raised or lowered by two."""
    register = "secrecy_change"
    while len(filed(desk)) < 3:
        yield desk.days_on(5)
    change, level, days, reason = desk.chance.choice(texts("secrecy")["decisions"])
    facts = {"record": f"customer/{desk.chance.choice(filed(desk))}", "change": change, "reason": reason}
    made = desk.enter("zhong.qi", register, {**facts, "level_to": level, "until": desk.today(days)})
    yield desk.after(desk.chance.uniform(1, 9))
    if desk.chance.random() < 0.1:
        desk.move(register, made.id, "refuse", {"refuse_reason": "往来关系没有变化。"})
        return
    if change == "extend":
        desk.move(register, made.id, "decide")
        return
    desk.move(register, made.id, "pass_on")
    yield desk.after(desk.chance.uniform(1, 9))
    desk.move(register, made.id, "decide_gm")


def _report(desk: Desk) -> Story:
    """A report to somebody trusted; it is answered, and nobody else hears of it."""
    register, said = "whistleblow_report", texts("secrecy")
    unit, kind, facts, finding, answer = desk.chance.choice(said["reports"])
    by = desk.clerk(unit)
    about = desk.company.units[unit].head
    told = {"addressee": desk.person(GM), "about": desk.person(about), "kind": kind, "facts": facts}
    made = desk.enter(by, register, told)
    yield desk.days_on(1)
    desk.move(register, made.id, "accept", by=GM)
    yield desk.days_on(desk.chance.choice((3, 5)))
    desk.move(register, made.id, "find", {"finding": finding}, by=GM)
    yield desk.after(3)
    desk.move(register, made.id, "reply", {"answer": answer}, by=GM)
    yield desk.days_on(2)
    desk.move(register, made.id, "close", by=by)
