"""Loading an edition: what the epoch's revisions, people, calendar and policy are, read in one snapshot."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import astuple
from datetime import datetime
from typing import Any

from regbook.access import Policy
from regbook.model.access import unbounded
from regbook.model.definition import Definition
from regbook.model.office import OfficeFile, PolicyLine
from regbook.model.people import Delegation, Department, Directory, Person, Post, Right
from regbook.model.policy import PolicyRow
from regbook.model.query import Query
from regbook.model.record import Record
from regbook.model.timing import Calendar
from regbook.model.workflow import DRAFT
from regbook.rules import jsontext
from regbook.rules.calendars import calendar_from
from regbook.rules.clocks import moment
from regbook.rules.compiled import Compiled
from regbook.rules.reading import definition_from
from regbook.rules.rights import window, with_rights
from regbook.services.cases import case_among
from regbook.services.edition import Area, Binding, Edition, Published, Told
from regbook.store import Reading

PAGE = 1000


def load_edition(reading: Reading, now: datetime, before: Edition | None = None) -> Edition:
    """The edition of the reading's epoch at ``now``; what did not change since ``before`` is taken over."""
    told = (reading.revisions.heads(), reading.office_files.heads())
    known = before.published if before is not None else None
    published = known if known is not None and known.told == told else _published(reading, told, before)
    directory, rights = _directory(reading, published, now)
    since, until = window(rights, now)
    return Edition(
        reading.epoch(),
        published,
        directory,
        Policy(
            published.rows,
            directory,
            published.model,
            [name for name, each in published.registers.items() if each.definition.private],
            before.policy if before is not None else None,
        ),
        {**published.settings, **reading.settings.all()},
        since,
        until,
    )


def _published(reading: Reading, told: Told, before: Edition | None) -> Published:
    """What the revisions and the office's files say; the policy's rows change with one of them alone."""
    files = {each.name: each for each in reading.office_files.current()}
    organisation = _json(files.get("organisation.json"))
    calendar = _calendar(files, before)
    return Published(
        told,
        dict(_registers(reading, calendar, before)),
        calendar,
        bindings(organisation),
        {key: each.get("value") for key, each in organisation.get("settings", {}).items()},
        roles(organisation),
        tuple(each.raw for name, each in files.items() if name.startswith("regulations/")),
        areas(organisation),
        tuple(policy_row(each) for each in reading.policy.rows()),
        files["policy/model.conf"].raw,
        before.past if before is not None else {},
    )


def bindings(organisation: Mapping[str, Any]) -> dict[str, Binding]:
    """Where each of the engine's nouns is kept, as ``bind`` of organisation.json says."""
    return {
        noun: Binding(to)
        if isinstance(to, str)
        else Binding(to["register"], to.get("fields", {}), frozenset(to.get("states", ())))
        for noun, to in organisation.get("bind", {}).items()
    }


def areas(organisation: Mapping[str, Any]) -> tuple[Area, ...]:
    """The registers by area, as ``packs`` of organisation.json says."""
    english = organisation.get("translations", {}).get("en", {})
    return tuple(
        Area(each["title"], english.get(f"packs.{name}.title", ""), tuple(each["registers"]))
        for name, each in organisation.get("packs", {}).items()
    )


def roles(organisation: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The roles as organisation.json has them, each with its English title."""
    english = organisation.get("translations", {}).get("en", {})
    return {
        name: {**each, "english": english.get(f"roles.{name}.title", "")}
        for name, each in organisation.get("roles", {}).items()
    }


def policy_line(row: PolicyRow) -> PolicyLine:
    """A policy row as the store keeps it: texts, under the register it came from."""
    return PolicyLine("p", tuple("" if term is None else str(term) for term in astuple(row)), row.dom)


def policy_row(line: PolicyLine) -> PolicyRow:
    """A policy row as the policy reads it."""
    sub, dom, fld, act, scope, lvl, nbf, exp, eft, clause, name = line.terms
    return PolicyRow(sub, dom, fld, act, scope, int(lvl), nbf, exp, eft, clause or None, name)


def _json(file: OfficeFile | None) -> Mapping[str, Any]:
    return jsontext.published(file.raw) if file is not None else {}


def calendar_of(reading: Reading) -> Calendar | None:
    """The office's calendar as it is published now."""
    file = reading.office_files.one("calendar.json")
    return calendar_from(_json(file), file.edition) if file is not None else None


def _calendar(files: Mapping[str, OfficeFile], before: Edition | None) -> Calendar:
    file = files["calendar.json"]
    if before is not None and before.calendar.edition == file.edition:
        return before.calendar
    return calendar_from(_json(file), file.edition)


def _registers(
    reading: Reading, calendar: Calendar, before: Edition | None
) -> Iterator[tuple[str, Compiled]]:
    known = before.registers if before is not None and before.calendar == calendar else {}
    for stored in reading.revisions.current():
        old = known.get(stored.register)
        if old is not None and old.definition.revision == stored.revision:
            yield stored.register, old
        else:
            definition = definition_from(stored.raw, stored.revision)
            yield stored.register, Compiled(definition, calendar)


def _directory(reading: Reading, published: Published, now: datetime) -> tuple[Directory, list[Right]]:
    """Everyone and everything of the directory, as it is now; and the rights that come and go by time."""

    def records(noun: str) -> Iterator[tuple[Binding, Record, bool]]:
        binding = published.bound.get(noun)
        if binding is None or binding.register not in published.registers:
            return
        current = published.registers[binding.register]
        for each in every_record(reading, current.definition):
            case = case_among(published.past, reading, current, each.revision)
            yield binding, each, _present(case.definition, each, binding.states)

    people = [_person(binding, each, present) for binding, each, present in records("people")]
    units = [_department(binding, each) for binding, each, present in records("departments") if present]
    posts = [_post(binding, each) for binding, each, present in records("posts") if present]
    delegations = [
        delegation_of(binding, each) for binding, each, present in records("delegations") if present
    ]
    asked = [_right(binding, each) for binding, each, present in records("access_rights") if present]
    rights = [each for each in asked if each is not None]
    directory = Directory(
        with_rights({each.id: each for each in people}, rights, now),
        {each.id: each for each in units},
        {each.id: each for each in posts},
        tuple(each for each in delegations if each is not None),
    )
    return directory, rights


def every_record(reading: Reading, definition: Definition) -> Iterator[Record]:
    """All submitted records of a register, page by page, as the engine sees them."""
    scope = unbounded(definition.register, "read", "loading")
    after: str | None = None
    while True:
        page = reading.records.page(definition, Query(limit=PAGE, after=after), scope, _EVER)
        yield from (each for each in page.records if each.state != DRAFT)
        if page.after is None:
            return
        after = page.after


_EVER = datetime.fromisoformat("9999-12-31T00:00:00+00:00")


def _present(definition: Definition, record: Record, states: frozenset[str]) -> bool:
    """Whether the state is one that counts, or can still be left: in the last one a person is gone."""
    workflow = definition.workflow
    if states:
        return record.state in states
    return len(workflow.states) < 2 or bool(workflow.leaving(record.state))


def _person(binding: Binding, record: Record, present: bool) -> Person:
    def fact(name: str) -> Any:
        return record.facts.get(binding.key(name))

    clearance = fact("clearance")
    return Person(
        record.id,
        str(fact("name") or record.number or record.id),
        fact("account"),
        fact("unit"),
        fact("post"),
        fact("superior"),
        1 if clearance is None else int(clearance),
        fact("grade"),
        frozenset(fact("roles") or ()),
        present,
    )


def _department(binding: Binding, record: Record) -> Department:
    fact = record.facts.get
    return Department(
        record.id,
        str(fact(binding.key("name")) or record.id),
        fact(binding.key("parent")),
        str(fact(binding.key("kind")) or "department"),
        fact(binding.key("head")),
    )


def _post(binding: Binding, record: Record) -> Post:
    fact = record.facts.get
    roles = frozenset(fact(binding.key("roles")) or ())
    return Post(record.id, str(fact(binding.key("name"))), roles, str(fact(binding.key("code")) or ""))


def delegation_of(binding: Binding, record: Record) -> Delegation | None:
    """The delegation that a record of the bound register is, or None while it says too little."""
    fact = record.facts.get
    start, end = moment(fact(binding.key("start"))), moment(fact(binding.key("end")))
    giver, taker = fact(binding.key("giver")), fact(binding.key("taker"))
    if not (isinstance(start, datetime) and isinstance(end, datetime) and giver and taker):
        return None
    registers = fact(binding.key("registers"))
    return Delegation(giver, taker, start, end, frozenset(registers) if registers else None)


def _right(binding: Binding, record: Record) -> Right | None:
    def fact(name: str) -> Any:
        return record.facts.get(binding.key(name))

    start, end, clearance = moment(fact("start")), moment(fact("end")), fact("clearance")
    if not (isinstance(start, datetime) and isinstance(end, datetime) and fact("person")):
        return None
    return Right(
        fact("person"),
        start,
        end,
        None if clearance is None else int(clearance),
        frozenset(fact("roles") or ()),
        frozenset(fact("units") or ()),
        bool(fact("takes")),
    )
