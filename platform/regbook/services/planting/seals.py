"""Seals, their handing over, and every use of them: asked for, approved twice, stamped and registered."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from regbook.model.record import Record
from regbook.services.planting.desk import Desk, Story, texts
from regbook.services.planting.wording import filled_in

USES, FIRST = 118, 4
USE = "seal_use"
TAKEN_OUT = ("contract", "certificate")


def plant_seals(desk: Desk) -> None:
    """The seals, entered by the general manager on the first days, and a year of their use."""
    kept: dict[str, str] = {}
    for n, row in enumerate(texts("seals")["seals"]):
        desk.begin(desk.days_on(1 + n % FIRST), _seal(desk, row, kept))
    for n, (name, taker, witness, reason) in enumerate(texts("seals")["handovers"]):
        desk.begin(desk.days_on(60 + 70 * n), _hand_over(desk, kept, name, (taker, witness, reason)))
    desk.begin(desk.days_on(150), _destroy(desk, kept))
    desk.spread([lambda: _use(desk, kept)] * USES)


def _seal(desk: Desk, row: list[Any], kept: dict[str, str]) -> Story:
    name, kind, unit, keeper, place, days = row
    facts = {"name": name, "kind": kind, "keeper": desk.person(keeper), "place": place}
    facts |= {"unit": desk.unit(unit) if unit else None, "in_use_from": desk.today(-days)}
    kept[name] = desk.enter("gu.huaiyuan", "seal", facts).id
    yield desk.after(1)


def _hand_over(desk: Desk, kept: dict[str, str], name: str, told: tuple[str, str, str]) -> Story:
    taker, witness, reason = told
    facts = {"new_keeper": desk.person(taker), "witness": desk.person(witness), "hand_over_reason": reason}
    giver = desk.record("seal", kept[name]).facts["keeper"]
    desk.move("seal", kept[name], "hand_over", facts)
    yield desk.after(desk.chance.choice((2, 5, 11)))
    line = {"on": desk.today(), "from_person": giver, "to_person": desk.person(taker), "note": reason}
    desk.move("seal", kept[name], "take_over")
    yield desk.after(1)
    desk.amend(taker, "seal", kept[name], {"handovers": [line | {"witness": desk.person(witness)}]})


def _destroy(desk: Desk, kept: dict[str, str]) -> Story:
    name, reason, witness = texts("seals")["destroyed"]
    facts = {"destroyed_on": desk.today(), "destroy_reason": reason}
    desk.move("seal", kept[name], "destroy", facts | {"destroy_witness": desk.person(witness)})
    yield desk.after(1)


def _use(desk: Desk, kept: dict[str, str]) -> Story:
    said = texts("seals")
    kind, seal, units, document, purpose = desk.chance.choice(said["uses"])
    told = filled_in(desk.chance, [document, purpose, desk.chance.choice(said["places"])], said["slots"])
    document, purpose, place = told
    while seal not in kept or desk.record("seal", kept[seal]).state != "in_use":
        yield desk.days_on(1)
    facts: dict[str, Any] = {"seal": kept[seal], "document": document, "document_kind": kind}
    facts |= {"copies": desk.chance.choice((1, 2, 2, 3, 4)), "pages": desk.chance.randint(1, 24)}
    facts["purpose"] = purpose
    out = kind in TAKEN_OUT and desk.chance.random() < 0.25
    if out:
        back = desk.text_of(desk.days_after(desk.days_on(2), 1))
        facts |= {"taken_out": True, "out_to": place, "due_back": back}
    asked = desk.enter(desk.someone(desk.chance.choice(units)), USE, facts)
    yield _mostly_soon(desk, 0.06)
    yield from _approved(desk, asked, out=out)


def _approved(desk: Desk, asked: Record, *, out: bool) -> Story:
    """By the head and the division head; a few are sent away."""
    said = texts("seals")
    if desk.chance.random() < 0.07:
        desk.move(USE, asked.id, "refuse", {"refuse_reason": desk.chance.choice(said["refused"])})
        return
    opinion = desk.chance.choice(said["opinions"])
    desk.move(USE, asked.id, "approve", {"opinion": opinion} if opinion else {})
    yield desk.after(desk.chance.uniform(0.5, 6))
    if desk.chance.random() < 0.04:
        desk.move(USE, asked.id, "refuse_division", {"refuse_reason": desk.chance.choice(said["refused"])})
        return
    desk.move(USE, asked.id, "approve_division")
    yield _mostly_soon(desk, 0.05)
    yield from (_lent(desk, asked) if out else _stamped(desk, asked))


def _stamped(desk: Desk, asked: Record) -> Story:
    facts = {"stamped_at": desk.now_text(), "stamped_copies": asked.facts["copies"]}
    desk.move(USE, asked.id, "stamp", facts)
    yield desk.after(1)


def _lent(desk: Desk, asked: Record) -> Story:
    """Taken out of the house and brought back, sometimes after the time."""
    back = desk.instant(asked.facts["due_back"])
    out_at = desk.now_text()
    if desk.time >= back:
        back = desk.days_on(1)
    desk.move(USE, asked.id, "lend", {"out_at": out_at, "due_back": desk.text_of(back)})
    late = desk.chance.random() < 0.25
    yield desk.working(back) if late else desk.before(back, desk.chance.uniform(1, 4))
    if late:
        yield desk.too_long(1, 6)
    facts = {"returned_at": desk.now_text(), "stamped_at": out_at, "stamped_copies": asked.facts["copies"]}
    desk.move(USE, asked.id, "bring_back", facts)


def _mostly_soon(desk: Desk, late: float) -> datetime:
    if desk.chance.random() < late:
        return desk.too_long(9, 16)
    return desk.after(desk.chance.uniform(0.4, 6.5))
