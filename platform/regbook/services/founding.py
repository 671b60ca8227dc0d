"""Founding an office: the first unit, the first person, her account; and seeding records as the system."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from regbook.model.people import SYSTEM
from regbook.model.record import Record
from regbook.model.workflow import Workflow
from regbook.rules.validation import canonical
from regbook.services import accounts
from regbook.services.becoming import recomputed
from regbook.services.edition import Edition
from regbook.services.office import Office, attempt
from regbook.services.planning import Plan
from regbook.services.writing import write
from regbook.store import Reading, Work

ADMINISTRATOR = "admin"
ROLES = ("system_admin", "process_admin", "hr", "secrecy_admin")
"""What the first person may do: keep accounts, take what nobody takes, enter people, give posts roles."""


@dataclass(frozen=True, slots=True)
class Seed:
    """One record to be there from the start: its facts by the noun's or the register's own names."""

    noun: str
    facts: Mapping[str, Any]
    id: str | None = None
    state: str | None = None


def seed(office: Office, seeds: Iterable[Seed]) -> tuple[Record, ...]:
    """Enters records of bound nouns as the system, in a state in which they count, with number and entry.

    Fields that only the engine or another register may set (clearance, roles) are taken here too.
    """

    def decide(reading: Reading, edition: Edition) -> Callable[[Work], tuple[Record, ...]]:
        plan = Plan(office, reading, edition, SYSTEM, office.now())
        for each in seeds:
            binding = edition.bound[each.noun]
            compiled = edition.compiled(binding.register)
            fields = compiled.definition.fields
            facts = {binding.key(key): value for key, value in each.facts.items()}
            known = canonical(fields, {key: value for key, value in facts.items() if key in fields})
            record_id = each.id or office.make_id()
            blank = Record(
                binding.register,
                record_id,
                each.state or staying(compiled.definition.workflow),
                {},
                # A person's record is her own, whoever entered it.
                owner=record_id if each.noun == "people" else None,
                department=each.facts.get("unit"),
                entered_at=plan.now,
                submitted_at=plan.now,
                amended_at=plan.now,
                revision=compiled.definition.revision,
            )
            plan.change(None, recomputed(plan, compiled, blank, known), "enter", reason="by-engine")
        return lambda work: write(work, plan)

    return attempt(office, decide)


def staying(workflow: Workflow) -> str:
    """A state in which a person is at work and a unit open: not the first, and it can still be left."""
    later = [each for each in workflow.states if each != workflow.initial and workflow.leaving(each)]
    return later[0] if later else workflow.initial


def found(office: Office, name: str = "总公司") -> str:
    """The first unit and person of a new office and the administrator's account; answers its password."""
    unit, person = office.make_id(), office.make_id()
    seed(office, [Seed("departments", {"name": name, "kind": "centre", "head": person}, unit)])
    facts = {"name": "系统管理员", "account": ADMINISTRATOR, "unit": unit, "roles": list(ROLES)}
    seed(office, [Seed("people", facts, person)])
    return administrator(office)


def administrator(office: Office) -> str:
    """The account of whoever keeps the system; answers its random password, shown this once."""
    with office.store.reading() as reading:
        keepers = office.edition(reading).directory.holders_of_role(ROLES[0])
    password = secrets.token_urlsafe(12)
    accounts.add_account(office, SYSTEM, ADMINISTRATOR, password, keepers[0])
    return password
