"""Reading records, always inside the reader's scope."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from regbook.errors import NotFound
from regbook.model.access import Scope, unbounded
from regbook.model.definition import Definition
from regbook.model.people import Actor
from regbook.model.query import Count, Page, Query
from regbook.model.record import RESERVED, Record
from regbook.rules import jsontext
from regbook.rules.compiled import Compiled
from regbook.services.cases import remember
from regbook.services.edition import Edition
from regbook.services.office import Office
from regbook.store import Reading

T = TypeVar("T")


def scope_of(edition: Edition, actor: Actor, register: str, verb: str, now: datetime) -> Scope:
    """The part of the register on which the actor has the verb.

    Raises:
        NotFound: there is no such register, or nothing in it that she could ever see.
    """
    definition = edition.definition(register)
    if actor.is_engine:
        return unbounded(register, verb, actor.kind)
    scope = edition.policy.scope(actor.person, definition, verb, now)
    if scope.records.nothing and not edition.policy.may(actor.person, definition, None, "enter", now).allowed:
        raise NotFound
    return scope


def seen_scope(reading: Reading, edition: Edition, actor: Actor, register: str, now: datetime) -> Scope:
    """The part of the register that the actor may read, for whoever may know that it is there.

    A rule of the whole office reaches every register, for whoever is tied to one of its records. Where only
    such a rule reaches her and nothing is there for her, the register is as unknown as one that never was.

    Raises:
        NotFound: there is no such register, or she may not know of it.
    """
    scope = scope_of(edition, actor, register, "read", now)
    known = (register in edition.policy.registers(actor.person, verb) for verb in ("read", "enter"))
    if not actor.is_engine and not any(known):
        definition = edition.definition(register)
        if not reading.records.page(definition, Query(limit=1), scope, now).records:
            raise NotFound
    return scope


def must_know(office: Office, actor: Actor, register: str) -> None:
    """Lets those pass who may know that the register is there.

    Raises:
        NotFound: there is none, or she may not know of it.
    """
    with office.glance() as (reading, edition):
        seen_scope(reading, edition, actor, register, office.now())


def readable(edition: Edition, actor: Actor, definition: Definition, now: datetime) -> frozenset[str]:
    """The declared and reserved facts that exist for the reader in lists of the register.

    Raises:
        NotFound: there is nothing in the register that she could ever see.
    """
    scope = scope_of(edition, actor, definition.register, "read", now)
    names = (*definition.fields, *RESERVED)
    secrecy = {each.key: each.secrecy for each in definition.fields.values()}
    return frozenset(each for each in names if scope.knows(each) and secrecy.get(each, 0) <= scope.clearance)


def uses_of(edition: Edition, actor: Actor, register: str, now: datetime) -> Mapping[str, Scope]:
    """Where the actor may ask by equality (match), by order, parts and groups (range), of masked values."""
    if actor.is_engine:
        return {}
    compiled = edition.compiled(register)
    uses = ("match", "range", "unmask") if compiled.masked_keys else ("match", "range")
    return {use: edition.policy.scope(actor.person, compiled.definition, use, now) for use in uses}


def read(office: Office, actor: Actor, register: str, record_id: str) -> Record:
    """One record as the actor sees it.

    Raises:
        NotFound: there is none of that id that she may see.
    """
    with office.glance() as (reading, edition):
        found = found_by(reading, edition, actor, register, record_id, office.now())
        return shown_to(actor, edition.compiled(register), found)


def page(office: Office, actor: Actor, register: str, query: Query) -> Page:
    """One page of the records that the actor may see.

    Raises:
        NotFound: no such register for her.
        RequestInvalid: the query names a field that does not exist for her, or a value of the wrong kind.
    """
    now = office.now()
    with office.glance() as (reading, edition):
        scope = seen_scope(reading, edition, actor, register, now)
        compiled = edition.compiled(register)
        uses = uses_of(edition, actor, register, now)
        found = reading.records.page(compiled.definition, query, scope, now, uses)
        remember(edition, reading, found.records)
        if not compiled.masked_keys:
            return found
        return replace(found, records=tuple(shown_to(actor, compiled, each) for each in found.records))


def shown_to(actor: Actor, compiled: Compiled, record: Record) -> Record:
    """The record with its personal values masked; the engine itself sees them whole."""
    return record if actor.is_engine else compiled.masked(record)


def count(office: Office, actor: Actor, register: str, query: Query, limit: int = 10_000) -> Count:
    """How many records of the query the actor may see, counted up to ``limit``."""
    now = office.now()
    with office.glance() as (reading, edition):
        scope = seen_scope(reading, edition, actor, register, now)
        uses = uses_of(edition, actor, register, now)
        return reading.records.count(edition.definition(register), query, scope, now, limit, uses)


def counts(
    office: Office, actor: Actor, register: str, queries: tuple[Query, ...], limit: int = 10_000
) -> tuple[Count, ...]:
    """How many records of each query the actor may see, in one snapshot, each counted up to ``limit``."""
    now = office.now()
    with office.store.reading() as reading:
        edition = office.edition(reading)
        scope = seen_scope(reading, edition, actor, register, now)
        definition = edition.definition(register)
        uses = uses_of(edition, actor, register, now)
        return tuple(reading.records.count(definition, each, scope, now, limit, uses) for each in queries)


def group(office: Office, actor: Actor, register: str, query: Query) -> tuple[tuple[Any, int], ...]:
    """How many records of the query the actor may see, by the values of ``query.group``."""
    now = office.now()
    with office.glance() as (reading, edition):
        scope = seen_scope(reading, edition, actor, register, now)
        uses = uses_of(edition, actor, register, now)
        return reading.records.group(edition.definition(register), query, scope, now, uses=uses)


def titles(office: Office, actor: Actor, wanted: Mapping[str, set[str]]) -> dict[tuple[str, str], str]:
    """What references to records show, by (register, id); those she may not see are left out."""
    now = office.now()
    found: dict[tuple[str, str], str] = {}
    with office.store.reading() as reading:
        edition = office.edition(reading)
        for register, ids in wanted.items():
            if register not in edition.registers or not ids:
                continue
            try:
                scope = scope_of(edition, actor, register, "read", now)
            except NotFound:
                continue
            definition = edition.definition(register)
            for record_id, title in reading.records.titles(definition, sorted(ids), scope, now).items():
                found[register, record_id] = title
    return found


def etag(office: Office, actor: Actor, compiled: Compiled, record: Record) -> str:
    """A keyed hash over the record as this reader sees it: it tells nothing of what she does not."""
    shown = shown_to(actor, compiled, record).flat()
    flat = {key: fact for key, fact in shown.items() if key != "assignee"}
    text = jsontext.dumps({**flat, "id": record.id, "reader": actor.name})
    return office.store.keyring.mac(b"etag", text.encode()).hex()[:32]


def personal_in(compiled: Compiled, record: Record) -> tuple[str, ...]:
    """The fields that hold something masked, in their lines too."""
    return tuple(key for key in compiled.masked_keys if record.facts.get(key))


def found_by(
    reading: Reading, edition: Edition, actor: Actor, register: str, record_id: str, now: datetime
) -> Record:
    scope = scope_of(edition, actor, register, "read", now)
    return in_scope(reading, edition, register, record_id, scope, now)


def in_scope(
    reading: Reading, edition: Edition, register: str, record_id: str, scope: Scope, now: datetime
) -> Record:
    """One record as the scope shows it.

    Raises:
        NotFound: there is none of that id in it.
    """
    found = reading.records.one(edition.definition(register), record_id, scope, now)
    if found is None:
        raise NotFound
    remember(edition, reading, (found,))
    return found
