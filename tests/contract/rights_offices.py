"""Sample offices with the shipped registers of secrecy and access beside the customer archive."""

from dataclasses import replace

from time_offices import HOOKS, ROOT, at

from regbook.errors import NotFound
from regbook.model.people import Actor
from regbook.model.query import Query
from regbook.services import finding, moving, recording
from regbook.services.library import read_library
from regbook.services.office import Office
from regbook.services.sample import sample_office

REQUEST, CUSTOMER = "access_right_request", "customer"
ARCHIVE = {"name": "华信机电有限公司", "relation": "ordinary", "industry": "machinery"}


def who(name):
    """The person of the sample office of that name."""
    return Actor("person", name)


def rights_office(store, *, register=REQUEST, roles=(), beside=(CUSTOMER,), time="2026-03-02T09:00"):
    """An office of a shipped register, those ``beside`` it, and a holder of each of the roles."""
    library = read_library(ROOT / "definitions")
    file, raw = library.registers[register]
    story = {"name": " ".join(f"role:{each}" for each in roles) or "-", "steps": [{"in": n} for n in beside]}
    changed = {**raw, "scenarios": [*raw["scenarios"], story]}
    library = replace(library, registers={**library.registers, register: (file, changed)})
    return sample_office(library, HOOKS, register, store, at(time))


def granted(sample, **facts):
    """A right of ``facts`` that the head, the secrecy administrator and, if asked, the gm have given."""
    given = {"person": "staff", "end": "2026-03-31T18:00:00+08:00", "reason": "整理客户档案", **facts}
    made = recording.enter(sample.office, who("staff"), REQUEST, given)
    moving.move(sample.office, who("head"), REQUEST, made.id, "agree")
    if (facts.get("clearance") or 0) < 3:
        return moving.move(sample.office, who("secrecy_admin"), REQUEST, made.id, "grant")
    moving.move(sample.office, who("secrecy_admin"), REQUEST, made.id, "pass_on")
    return moving.move(sample.office, who("gm"), REQUEST, made.id, "grant_gm")


def customer(sample, **facts):
    """A customer's archive, entered and checked."""
    made = recording.enter(sample.office, who("information_clerk"), CUSTOMER, {**ARCHIVE, **facts})
    checked = {"checked_on": "2026-03-02", "check_note": "齐全"}
    return moving.move(sample.office, who("customer_service_manager"), CUSTOMER, made.id, "check", checked)


def seen(office, person, register=CUSTOMER):
    """The ids that the person finds in the register, and how many its list says there are."""
    try:
        page = finding.page(office, who(person), register, Query())
        count = finding.count(office, who(person), register, Query()).number
    except NotFound:
        return []
    assert count == len(page.records)
    return [each.id for each in page.records]


def another_process(sample):
    """The same office as another process has it: its own memory over the same store."""
    found = sample.office
    return Office(found.store, found.hooks, lambda: sample.time, found.make_id)
