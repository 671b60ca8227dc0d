"""The customer archive: collected by marketing, checked in by the manager, verified again every quarter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from regbook.model.record import Record
from regbook.rules.kinds.credit_code import ALPHABET, check_character
from regbook.services.planting.desk import Desk, Story, texts

CUSTOMERS, AT_FIRST = 88, 28
CUSTOMER, MANAGER, CLERK, SUPERVISOR = "customer", "su.wanqing", "zhong.qi", "wei.dongmei"
RELATIONS = ("ordinary",) * 15 + ("important",) * 5 + ("decisive",)


def plant_customers(desk: Desk) -> None:
    """Many customers are filed in the first weeks, the others as they are won."""
    taken: set[str] = set()
    for n in range(AT_FIRST):
        desk.begin(desk.days_on(2 + n % 20), _customer(desk, taken))
    desk.spread([lambda: _customer(desk, taken)] * (CUSTOMERS - AT_FIRST))


def _customer(desk: Desk, taken: set[str]) -> Story:
    said = texts("customers")
    owner = desk.someone(desk.chance.choice(("SC", "SC", "XS")))
    relation = desk.chance.choice(RELATIONS)
    record = desk.enter(owner, CUSTOMER, _facts(desk, relation, taken))
    yield desk.days_on(4) if desk.chance.random() < 0.08 else desk.after(desk.chance.uniform(2, 16))
    if relation == "ordinary" and desk.chance.random() < 0.1:
        desk.move(CUSTOMER, record.id, "return", {"check_note": desk.chance.choice(said["returned"])})
        yield desk.after(desk.chance.uniform(2, 9))
        desk.move(CUSTOMER, record.id, "resubmit")
        yield desk.after(desk.chance.uniform(2, 9))
    facts = {"checked_on": desk.today(), "check_note": desk.chance.choice(said["checks"])}
    desk.move(CUSTOMER, record.id, "check", facts)
    yield desk.after(2)
    if relation != "ordinary":
        desk.amend(MANAGER, CUSTOMER, record.id, _guarded(desk))
    yield from _verified(desk, record, relation)


def _verified(desk: Desk, record: Record, relation: str) -> Story:
    """Every quarter, mostly ahead of time; a few are found outdated."""
    said = texts("customers")
    by = MANAGER if relation == "decisive" else CLERK
    while True:
        yield desk.days_on(desk.chance.randint(62, 67) if desk.chance.random() < 0.07 else 44)
        if desk.chance.random() < 0.04 and relation == "ordinary":
            why = {"outdated_reason": desk.chance.choice(said["outdated"])}
            desk.move(CUSTOMER, record.id, "outdate", why, by=SUPERVISOR)
            return
        facts = {"checked_on": desk.today(), "check_note": desk.chance.choice(said["rechecks"])}
        desk.move(CUSTOMER, record.id, "recheck", facts, by=by)


def _facts(desk: Desk, relation: str, taken: set[str]) -> dict[str, Any]:
    said, chance = texts("customers"), desk.chance
    place, short = chance.choice(said["places"]), chance.choice(said["names"])
    kind, industry, business = chance.choice(said["kinds"])
    while f"{place}{short}{kind}" in taken:
        place, short = chance.choice(said["places"]), chance.choice(said["names"])
    taken.add(f"{place}{short}{kind}")
    worth = chance.randrange(2, 400)
    founded = desk.today(-chance.randrange(1500, 11_000))
    return {
        "name": f"{place}{short}{kind}",
        "short_name": f"{short}{kind[:2]}",
        "credit_code": _code(desk),
        "relation": relation,
        "industry": industry,
        "founded_on": founded,
        "dealing_since": desk.today(-chance.randrange(20, 1400)),
        "size": "large" if worth > 250 else "medium" if worth > 80 else "small",
        "staff_count": worth * 3 + chance.randrange(5, 60),
        "assets": f"{worth * 310_000}.00",
        "annual_sales": f"{worth * 540_000}.00",
        "address": f"{place}市{chance.choice(said['streets'])}{chance.randint(1, 399)}号",
        "contact": chance.choice(said["surnames"]) + chance.choice(said["titles"]),
        "contact_phone": f"1990000{chance.randrange(10_000):04d}",
        "service_area": f"{place}及周边",
        "structure": business,
        **_about(desk, said),
    }


def _about(desk: Desk, said: Mapping[str, Any]) -> dict[str, Any]:
    """What marketing found out: a choice of remarks."""
    chance = desk.chance
    remarks = {
        "potential": "potential",
        "management_style": "management",
        "attitude": "attitude",
        "terms": "terms",
        "past_credit": "past",
        "purchase_procedure": "procedure",
        "problems": "problems",
        "outlook": "outlook",
        "reputation": "reputation",
        "analysis": "analysis",
    }
    found = {field: chance.choice(said[name]) for field, name in remarks.items()}
    sales = chance.choice(said["sales"]).format(n=chance.randint(3, 20))
    return {**found, "sales_record": sales, "credit": chance.choice("aabbbc")}


def _guarded(desk: Desk) -> dict[str, Any]:
    """What only the more guarded customers have: who decides there, and how we deal with them."""
    said, chance = texts("customers"), desk.chance
    people = [
        {
            "name": chance.choice(said["surnames"]) + chance.choice(("总", "工", "主任")),
            "post": chance.choice(said["posts"]),
            "role": role,
            "notes": chance.choice(said["notes"]),
        }
        for role in chance.sample(said["roles"], 2)
    ]
    return {"strategy": chance.choice(said["strategy"]), "key_people": people}


def _code(desk: Desk) -> str:
    """A credit code of a region that has none: right in form, nobody's."""
    first_17 = "91719900" + "".join(desk.chance.choices(ALPHABET, k=9))
    return first_17 + check_character(first_17)
