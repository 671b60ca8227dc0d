"""The demo's company: its units, posts and people, entered by the system with numbers and entries."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

from regbook.model.people import SYSTEM
from regbook.model.record import Entry, Record
from regbook.rules.kinds.identity_no import check_digit
from regbook.services.becoming import recomputed
from regbook.services.edition import Edition
from regbook.services.office import Office, attempt
from regbook.services.office_settings import change
from regbook.services.planning import Plan
from regbook.services.writing import write
from regbook.store import Reading, Work
from regbook.store.secrets import hash_password

DOMAIN = "hengze.example"
STREETS = ("梧桐路", "望江街", "学苑路", "青年大街", "文昌巷", "和平里", "湖滨南路", "新华西街")
SETTINGS: Mapping[str, Any] = {"penalty.rate": "10.00", "penalty.cap": 24, "penalty.charges": True}
KIN = ("父亲", "母亲", "配偶", "姐姐", "哥哥")


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit of the demo's company, as ``office.json`` lists it."""

    code: str
    name: str
    kind: str
    parent: str | None
    head: str
    duties: str


@dataclass(frozen=True, slots=True)
class Post:
    """One post; ``months`` is its rotation when it is a key post."""

    code: str
    name: str
    unit: str
    roles: list[str]
    headcount: int
    months: int | None
    duties: str
    requirements: str


@dataclass(frozen=True, slots=True)
class Colleague:
    """One person; ``days`` is how long before now she joined."""

    account: str
    name: str
    unit: str
    post: str
    grade: str
    clearance: int
    days: int


@dataclass(frozen=True, slots=True)
class Company:
    """Everything ``office.json`` lists, and the ids its units, posts and people get."""

    units: Mapping[str, Unit]
    posts: Mapping[str, Post]
    people: dict[str, Colleague]
    newcomers: Mapping[str, tuple[Colleague, str]]
    ids: dict[str, str]

    def superior(self, account: str) -> str | None:
        """The account of whoever heads the nearest unit above that is not the person's own to head."""
        known = self.people.get(account) or self.newcomers[account][0]
        unit: str | None = known.unit
        while unit is not None:
            if self.units[unit].head != account:
                return self.units[unit].head
            unit = self.units[unit].parent
        return None


@cache
def _listed() -> Mapping[str, list[list[Any]]]:
    text = files(__package__).joinpath("office.json").read_text("utf-8")
    return dict(json.loads(text))


def company(make_id: Callable[[], str]) -> Company:
    """The demo's company, each unit, post and person with a fresh id."""
    listed = _listed()
    units = {row[0]: Unit(*row) for row in listed["units"]}
    posts = {row[0]: Post(*row) for row in listed["posts"]}
    people = {row[0]: Colleague(*row) for row in listed["people"]}
    ids = {key: make_id() for key in (*units, *posts, *people)}
    newcomers = {row[0]: (Colleague(*row[:-1]), row[-1]) for row in listed["newcomers"]}
    return Company(units, posts, people, newcomers, ids)


def plant_organisation(office: Office, made: Company, now: datetime) -> None:
    """Enters units, posts and people as the system, in states in which they count; ``now`` is today."""
    chance = random.Random(20_260_101)  # noqa: S311

    def decide(reading: Reading, edition: Edition) -> Callable[[Work], None]:
        plan = Plan(office, reading, edition, SYSTEM, office.now())
        for register, state, record_id, facts in _seeds(made, now, chance):
            _plan_one(plan, register, state, record_id, facts)

        def apply(work: Work) -> None:
            write(work, plan)
            work.bump_epoch()

        return apply

    attempt(office, decide)


def plant_settings(office: Office) -> None:
    """Lets the demo charge for lateness, as an administrator who has confirmed the legal notice would."""
    for key, value in SETTINGS.items():
        change(office, SYSTEM, key, value, confirmed=True)


def plant_accounts(office: Office, people: Mapping[str, str], password: str) -> None:
    """Gives everyone an account with the one password, which is hashed once; ``people`` are ids by name."""
    hashed, now = hash_password(password), office.now()
    with office.store.work() as work:
        for account, person in people.items():
            work.accounts.add(account, hashed, person, now)
            values = {"person": person}
            work.journal.write(
                Entry(office.make_id(), "account", account, now, SYSTEM.name, "add", values=values)
            )


def _plan_one(plan: Plan, register: str, state: str, record_id: str, facts: Mapping[str, Any]) -> None:
    compiled = plan.edition.compiled(register)
    blank = Record(
        register,
        record_id,
        state,
        {},
        owner=record_id if register == "person" else None,
        department=facts.get("unit"),
        entered_at=plan.now,
        submitted_at=plan.now,
        amended_at=plan.now,
        revision=compiled.definition.revision,
    )
    plan.change(None, recomputed(plan, compiled, blank, facts), "enter", reason="by-engine")


def _seeds(
    made: Company, now: datetime, chance: random.Random
) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """Register, state, id and facts of every record to be entered."""
    founded = (now - timedelta(days=5400)).date().isoformat()
    for unit in made.units.values():
        facts = {"name": unit.name, "code": unit.code, "kind": unit.kind, "duties": unit.duties}
        above = made.ids[unit.parent] if unit.parent else None
        more = {"parent": above, "head": made.ids[unit.head], "active_from": founded}
        yield "department", "active", made.ids[unit.code], facts | more
    for post in made.posts.values():
        yield "post", "current", made.ids[post.code], _post_facts(post, made)
    for each in made.people.values():
        seen = person_facts(each, made, now, chance)
        yield "person", "employed", made.ids[each.account], seen | {"clearance": each.clearance}


def _post_facts(post: Post, made: Company) -> dict[str, Any]:
    return {
        "name": post.name,
        "code": post.code,
        "unit": made.ids[post.unit],
        "duties": post.duties,
        "requirements": post.requirements,
        "headcount": post.headcount,
        "roles": post.roles or None,
        "key_post": post.months is not None,
        "rotation_months": post.months,
    }


def person_facts(each: Colleague, made: Company, now: datetime, chance: random.Random) -> dict[str, Any]:
    """What personnel writes down about somebody; ``now`` is the day from which her days count back."""
    superior = made.superior(each.account)
    return {
        "name": each.name,
        "account": each.account,
        "unit": made.ids[each.unit],
        "post": made.ids[each.post],
        "superior": made.ids[superior] if superior else None,
        "grade": each.grade,
        "joined_on": (now - timedelta(days=each.days)).date().isoformat(),
        "email": f"{each.account}@{DOMAIN}",
        **private_facts(now, chance),
    }


def private_facts(now: datetime, chance: random.Random) -> dict[str, Any]:
    """Numbers and addresses that nobody has: a region that issues no numbers, an exchange not in use."""
    born = (now - timedelta(days=chance.randint(23 * 365, 52 * 365))).strftime("%Y%m%d")
    first_17 = f"710000{born}{chance.randint(1, 999):03d}"
    door = f"{chance.randint(1, 199)}号{chance.randint(1, 30)}幢{chance.randint(101, 2604)}室"
    return {
        "phone": f"0799-2000{chance.randint(100, 999)}",
        "identity_no": first_17 + check_digit(first_17),
        "mobile": f"1990000{chance.randint(0, 9999):04d}",
        "home_address": f"临泽市{chance.choice(STREETS)}{door}",
        "emergency_contact": chance.choice(KIN),
        "emergency_phone": f"1990000{chance.randint(0, 9999):04d}",
    }
