"""What people ask of the customer archive: sight of it, its cards on loan."""

from __future__ import annotations

from typing import Any

from regbook.model.access import unbounded
from regbook.model.query import Filter, Query
from regbook.services.planting.desk import Desk, Story, texts

SIGHT, CUSTOMER = "archive_access_request", "customer"
LOAN = "archive_loan"
REQUESTS, LOANS = 30, 20
ORDINARY = 2
"""The level of an ordinary archive, and the clearance of all who ask for some."""
BORROWERS = ("han.yichen", "zhao.lixin", "fang.zhengyi", "ye.xiulan", "peng.guoliang")


def plant_archives(desk: Desk) -> None:
    """Requests from departments that deal with customers, once the first archives are filed."""
    desk.spread([lambda: _sight(desk)] * REQUESTS)
    desk.spread([lambda: _loan(desk)] * LOANS)


def cleared(desk: Desk, units: tuple[str, ...], level: int) -> str:
    """The account of somebody of the units whose clearance reaches the level, and who heads none."""
    heads = {each.head for each in desk.company.units.values()}
    found = [
        each.account
        for each in desk.company.people.values()
        if each.unit in units and each.clearance >= level and each.account not in heads
    ]
    return str(desk.chance.choice(found))


def filed(desk: Desk) -> list[str]:
    """The ids of the ordinary archives that are current now and whose level nobody has raised."""
    with desk.office.store.reading() as reading:
        definition = desk.office.edition(reading).definition(CUSTOMER)
        wanted = (Filter("relation", "eq", "ordinary"), Filter("state", "eq", "current"))
        scope = unbounded(CUSTOMER, "read", "planting")
        page = reading.records.page(definition, Query(limit=100, filters=wanted), scope, desk.time)
    return [each.id for each in page.records if each.level_at(desk.time) <= ORDINARY]


def _sight(desk: Desk) -> Story:
    said = texts("archives")
    while len(filed(desk)) < 3:
        yield desk.days_on(5)
    wanted, purpose, used = desk.chance.choice(said["sights"])
    by = cleared(desk, ("SC", "XS", "CW", "JH", "KFD", "KFT", "KFK"), ORDINARY)
    until = desk.text_of(desk.days_after(desk.time, desk.chance.choice((3, 5, 10, 30))))
    facts: dict[str, Any] = {"wanted": wanted, "purpose": purpose, "until": until}
    made = desk.enter(by, SIGHT, facts)
    yield desk.after(desk.chance.uniform(0.5, 6))
    if desk.chance.random() < 0.12:
        desk.move(SIGHT, made.id, "refuse", {"refuse_reason": desk.chance.choice(said["refused"])})
        return
    desk.move(SIGHT, made.id, "sign")
    yield desk.after(desk.chance.uniform(0.5, 5))
    chosen = desk.chance.sample(filed(desk), desk.chance.choice((1, 1, 2, 3)))
    verbs = ["read"] if desk.chance.random() < 0.8 else ["read", "print"]
    desk.move(SIGHT, made.id, "grant", {"archives": chosen, "verbs": verbs})
    yield desk.days_on(desk.chance.choice((1, 2, 40)))
    if desk.record(SIGHT, made.id).state == "granted":
        desk.move(SIGHT, made.id, "finish", {"used": used}, by=by)


def _loan(desk: Desk) -> Story:
    """A manager borrows a card; a few bring it back late, one in twenty loses it.

    While she is away the card would go to whoever stands in for her, who may not be cleared for it.
    """
    said = texts("archives")
    while len(filed(desk)) < 3:
        yield desk.days_on(5)
    by, (wanted, purpose) = desk.chance.choice(BORROWERS), desk.chance.choice(said["loans"])
    due = desk.days_after(desk.time, desk.chance.choice((3, 5, 8)))
    facts = {"borrower": desk.person(by), "wanted": wanted, "purpose": purpose, "promise": True}
    made = desk.enter(by, LOAN, {**facts, "due_back": desk.text_of(due)})
    yield desk.after(desk.chance.uniform(0.5, 5))
    if desk.chance.random() < 0.1 or desk.away(by, LOAN):
        desk.move(LOAN, made.id, "refuse", {"refuse_reason": desk.chance.choice(said["not_lent"])})
        return
    chosen = desk.chance.choice(filed(desk))
    desk.move(LOAN, made.id, "lend", {"archive": chosen, "out_at": desk.now_text()})
    if desk.chance.random() < 0.06:
        yield desk.after(desk.chance.uniform(3, 9))
        told = {"lost_at": desk.now_text(), "lost_how": desk.chance.choice(said["lost"])}
        desk.move(LOAN, made.id, "report_lost", told, by=by)
        return
    if desk.chance.random() < 0.2:
        yield desk.working(due)
        yield desk.too_long(1, 6)
    else:
        yield desk.before(due, desk.chance.uniform(1, 9))
    condition = "damaged" if desk.chance.random() < 0.08 else "good"
    desk.move(LOAN, made.id, "bring_back", {"returned_at": desk.now_text(), "condition": condition})
