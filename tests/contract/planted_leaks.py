"""Faults planted in the engine, each a way in which what is hidden could speak: the twins find every one.

A fault drops one predicate, mask or check where it is, and leaves the others; it is called by what it breaks.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from twin_offices import READERS

import regbook.access.compiler
import regbook.access.policy
import regbook.services.allowing
import regbook.services.attaching
import regbook.services.becoming
import regbook.services.finding
import regbook.services.forming
import regbook.services.inbox
import regbook.services.looking_back
import regbook.services.planning
import regbook.services.recalling
import regbook.services.recording
import regbook.services.referring
import regbook.services.showing
import regbook.services.telling
import regbook.services.unmasking
import regbook.store.asking
import regbook.store.filters
import regbook.store.journal
import regbook.store.numbers
import regbook.store.paging
import regbook.store.records
import regbook.store.tables
import regbook.web.pages.choosing
from regbook.errors import Denied, NotFound
from regbook.model.access import Reach, Scope, unbounded
from regbook.model.people import SYSTEM
from regbook.rules.compiled import Compiled
from regbook.store.asking import YES
from regbook.store.records import Records

Plant = Callable[[pytest.MonkeyPatch], None]
PLANTED: dict[str, tuple[Plant, tuple[tuple[str, str], ...]]] = {}
"""Each fault by its name, and the addresses at which it can be heard (none: anywhere)."""

services, store, pages = regbook.services, regbook.store, regbook.web.pages
finding, allowing, asking = services.finding, services.allowing, store.asking


API = "/api/v1/registers/<register>/records"
PAGE = "/r/<register>/<record>"
LIST = (("GET", API),)
PAGED = (("GET", "/r/<register>/"), ("GET", API), ("GET", "/r/<register>/counts"))
ONE = (("GET", f"{API}/<record>"), ("GET", PAGE))
SHOWN = (*ONE, ("GET", API), ("GET", "/r/<register>/"))
PAST = (("GET", f"{API}/<record>/entries"), ("GET", f"{PAGE}/history"), ("GET", PAGE))
ENTERED = (("POST", API), ("POST", "/r/<register>/new"))
CHANGED = (("PATCH", f"{API}/<record>"), ("POST", API), ("POST", f"{PAGE}/edit"))
TAGGED = (("GET", f"{API}/<record>"), ("PATCH", f"{API}/<record>"))
INBOX = (("GET", "/inbox/"), ("GET", "/counts"), ("GET", "/"), ("GET", "/api/v1/assignments"))


def fault(*at: tuple[str, str]) -> Callable[[Plant], Plant]:
    def planted(plant: Plant) -> Plant:
        PLANTED[plant.__name__] = (plant, at)
        return plant

    return planted


def wide(scope: Scope) -> Scope:
    """The scope as if no rule and no level bounded the records of it."""
    return replace(scope, records=Reach(((),)), clearance=4)


def widening(patch: pytest.MonkeyPatch, name: str, at: int) -> None:
    """A question of records is asked without the scope's predicate; ``at`` is where the scope stands."""
    known = getattr(Records, name)

    def asked(self: Any, *given: Any, **more: Any) -> Any:
        args = list(given)
        if not str(args[at].person).startswith("engine"):
            args[at] = wide(args[at])
            if "uses" in more:
                more["uses"] = {}
        return known(self, *args, **more)

    patch.setattr(Records, name, asked)


@fault(*PAGED)
def a_list_without_its_scope(patch: pytest.MonkeyPatch) -> None:
    widening(patch, "page", 2)


@fault(*PAGED)
def a_count_without_its_scope(patch: pytest.MonkeyPatch) -> None:
    widening(patch, "count", 2)


@fault(*LIST)
def groups_without_their_scope(patch: pytest.MonkeyPatch) -> None:
    widening(patch, "group", 2)


@fault(*ONE)
def a_record_without_its_scope(patch: pytest.MonkeyPatch) -> None:
    widening(patch, "one", 2)


@fault(*PAGED)
def titles_of_references_without_their_scope(patch: pytest.MonkeyPatch) -> None:
    widening(patch, "titles", 2)


@fault(*INBOX)
def an_inbox_without_its_scope(patch: pytest.MonkeyPatch) -> None:
    widening(patch, "among", 2)
    patch.setattr(
        services.planning, "who_may_know", lambda edition, definition, record, people, *more: people
    )


@fault(*PAGED)
def the_first_page_counts_what_is_hidden(patch: pytest.MonkeyPatch) -> None:
    """What a cursor holds grows with the register, whoever may see its records."""
    known = Records.page

    def page(self: Any, definition: Any, query: Any, scope: Any, now: Any, *more: Any) -> Any:
        found = known(self, definition, query, scope, now, *more)
        if query.filters or query.search or scope.person not in READERS:
            return found
        whole = self.count(definition, replace(query, sort=()), wide(scope), now).number
        return replace(found, after="x" * (40 + whole))

    patch.setattr(Records, "page", page)


@fault(*LIST)
def a_filter_by_any_field(patch: pytest.MonkeyPatch) -> None:
    any_field(patch, store.filters, "known")


@fault(*LIST)
def a_filter_by_any_field_that_says_nothing(patch: pytest.MonkeyPatch) -> None:
    """Filters by equality alone pass; the others are refused as they should be."""
    known = store.filters.known

    def asked(given: Any, name: str, path: str, use: Any = "read") -> Any:
        return YES if use == "match" and asking.exists(given.shape, name) else known(given, name, path, use)

    patch.setattr(store.filters, "known", asked)


def any_field(patch: pytest.MonkeyPatch, module: Any, name: str) -> None:
    known = getattr(module, name)

    def asked(given: Any, field: str, path: str, use: Any = "read") -> Any:
        return YES if asking.exists(given.shape, field) else known(given, field, path, use)

    patch.setattr(module, name, asked)


@fault(*LIST)
def an_order_by_any_field(patch: pytest.MonkeyPatch) -> None:
    known = asking.order_tree

    def order(given: Any, sort: Any) -> Any:
        with patch.context() as inner:
            any_field(inner, asking, "known")
            return known(given, sort)

    patch.setattr(store.paging, "order_tree", order)


@fault(*PAGED)
def a_default_order_by_a_hidden_field(patch: pytest.MonkeyPatch) -> None:
    known = asking._default_key
    patch.setattr(
        asking,
        "_default_key",
        lambda given: ("cost", True, YES) if "cost" in given.shape.columns else known(given),
    )


@fault(*LIST)
def groups_by_any_field(patch: pytest.MonkeyPatch) -> None:
    known = asking.group_tree

    def group(given: Any, name: str) -> Any:
        with patch.context() as inner:
            any_field(inner, asking, "known")
            return known(given, name)

    patch.setattr(store.records, "group_tree", group)


@fault(*LIST)
def words_of_hidden_fields_are_found(patch: pytest.MonkeyPatch) -> None:
    known = store.tables.public_fields

    def public(definition: Any) -> tuple[str, ...]:
        more = ("note",) if "note" in definition.fields else ()
        return (*known(definition), *more)

    patch.setattr(store.tables, "public_fields", public)
    patch.setattr(store.filters, "field_reach", lambda given, name: None)


@fault(*SHOWN)
def a_denied_field_is_shown(patch: pytest.MonkeyPatch) -> None:
    known = asking.condition
    patch.setattr(asking, "condition", lambda given, name: YES if name == "note" else known(given, name))
    patch.setattr(store.paging, "condition", asking.condition, raising=False)


@fault(*SHOWN)
def a_field_above_the_clearance_is_shown(patch: pytest.MonkeyPatch) -> None:
    known = asking.field_reach
    patch.setattr(asking, "field_reach", lambda given, name: None if name == "secret" else known(given, name))


@fault(*SHOWN)
def a_computed_field_is_shown_though_its_parts_are_hidden(patch: pytest.MonkeyPatch) -> None:
    known = asking.field_reach
    patch.setattr(asking, "field_reach", lambda given, name: None if name == "margin" else known(given, name))


@fault(*SHOWN)
def a_hidden_part_of_lines_is_shown(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(asking, "part_condition", lambda given, lines, key: YES)
    patch.setattr(store.paging, "part_condition", asking.part_condition, raising=False)


@fault(*SHOWN)
def denies_are_dropped(patch: pytest.MonkeyPatch) -> None:
    known = regbook.access.compiler.Compiler.reach

    def reach(self: Any, rows: Any, question: Any) -> Reach:
        return replace(known(self, [each for each in rows if each.eft == "allow"], question), deny=())

    patch.setattr(regbook.access.compiler.Compiler, "reach", reach)


@fault(*SHOWN)
def levels_are_dropped(patch: pytest.MonkeyPatch) -> None:
    known = regbook.access.compiler._about_record

    def about(attr: str, question: Any, value: Any) -> Any:
        return regbook.access.compiler.ALWAYS if attr == "level" else known(attr, question, value)

    patch.setattr(regbook.access.compiler, "_about_record", about)
    patch.setattr(asking, "_cleared", lambda reach, clearance: True)


@fault(*SHOWN)
def masks_are_dropped(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Compiled, "masked", lambda self, record: record)


@fault(*PAST)
def history_shows_every_field(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(
        services.recalling,
        "shown_of",
        lambda edition, reading, compiled, record, eyes, entries: iter(entries),
    )


@fault(*PAST)
def history_keeps_entries_without_a_change(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(services.recalling, "CHANGING", ())


@fault(*PAST)
def history_ends_where_hidden_entries_fill_the_page(patch: pytest.MonkeyPatch) -> None:
    """A page of the journal is read, and what is hidden is taken out of it: fewer are left."""
    known = services.recalling.shown_of

    def told(edition: Any, reading: Any, compiled: Any, record: Any, eyes: Any, limit: int) -> Any:
        entries = reading.journal.of(record.register, record.id, limit=3)
        return tuple(known(edition, reading, compiled, record, eyes, entries))

    patch.setattr(services.recalling, "told", told)


@fault(*PAST)
def history_unmasks(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(services.telling, "masked_value", lambda field, value: value)


@fault(*PAST)
def history_shows_hidden_parts_of_lines(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(services.telling, "shown_lines", lambda field, scope, fact: fact)


@fault(("GET", f"{PAGE}/history"))
def history_names_everybody_who_did_something(patch: pytest.MonkeyPatch) -> None:
    known = services.looking_back.look_back

    def look_back(office: Any, actor: Any, register: str, record_id: str, **more: Any) -> Any:
        found = known(office, actor, register, record_id, **more)
        with office.store.reading() as reading:
            every = {each.actor for each in reading.journal.of(register, record_id, limit=500)}
        return replace(found, people=tuple(sorted(every)))

    patch.setattr("regbook.web.pages.past.look_back", look_back)


@fault(*ENTERED)
def uniqueness_across_levels(patch: pytest.MonkeyPatch) -> None:
    known = store.tables._index

    def index(table: Any, *columns: Any, unique: bool = False) -> None:
        kept = tuple(each for each in columns if each is not table.c.level) if unique else columns
        known(table, *kept, unique=unique)

    patch.setattr(store.tables, "_index", index)


@fault(*ENTERED)
def uniqueness_above_the_enterers_clearance(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(services.recording, "kept_apart", lambda plan, compiled, record: (record, {}))


@fault(*ENTERED)
def a_receipt_counts_what_is_above(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(services.recording, "receipt", lambda plan, record: record)


@fault(*ENTERED)
def one_series_of_numbers_for_every_level(patch: pytest.MonkeyPatch) -> None:
    known = store.numbers.NumbersWork.next
    patch.setattr(
        store.numbers.NumbersWork,
        "next",
        lambda self, register, period, level: known(self, register, period, 0),
    )


@fault(*TAGGED)
def an_etag_over_the_whole_record(patch: pytest.MonkeyPatch) -> None:
    known = finding.etag

    def etag(office: Any, actor: Any, compiled: Any, record: Any) -> str:
        engine = unbounded(record.register, "read", "fault")
        with office.store.reading() as reading:
            whole = reading.records.one(compiled.definition, record.id, engine, office.now())
        return known(office, actor, replace(compiled, masked_keys=()), whole or record)

    patch.setattr(finding, "etag", etag)


@fault(*TAGGED)
def an_etag_of_the_records_counter(patch: pytest.MonkeyPatch) -> None:
    known = finding.etag
    patch.setattr(
        finding,
        "etag",
        lambda office, actor, compiled, record: known(
            office, actor, compiled, replace(record, facts={**record.facts, "counter": record.counter})
        ),
    )


@fault(*SHOWN)
def a_hidden_change_moves_the_time_of_the_last(patch: pytest.MonkeyPatch) -> None:
    for module in (services.recording, services.planning):
        patch.setattr(module, "changes_openly", lambda definition, old, new: True)


@fault(*ONE)
def a_hidden_record_is_forbidden_and_not_unknown(patch: pytest.MonkeyPatch) -> None:
    known = Records.one

    def one(self: Any, definition: Any, id: str, scope: Any, now: Any, shown: Any = None) -> Any:
        found = known(self, definition, id, scope, now, shown)
        engine = unbounded(definition.register, "read", "fault")
        if found is None and known(self, definition, id, engine, now) is not None:
            raise Denied
        return found

    patch.setattr(Records, "one", one)


@fault(*ENTERED)
def a_reference_says_that_a_hidden_record_is_there(patch: pytest.MonkeyPatch) -> None:
    known = services.referring._wrong

    def wrong(references: Any, field: Any, value: str) -> Any:
        code = known(references, field, value)
        target = services.referring.pointed_to(field, value) if field.kind in ("record", "records") else None
        if code == "reference-unknown" and target and target[0] in references.edition.registers:
            definition = references.edition.definition(target[0])
            engine = unbounded(target[0], "read", "fault")
            if references.reading.records.one(definition, target[1], engine, references.now) is not None:
                return "reference-not-now"
        return code

    patch.setattr(services.referring, "_wrong", wrong)


@fault(("GET", "/r/<register>/choices"))
def a_picker_offers_hidden_records(patch: pytest.MonkeyPatch) -> None:
    known = finding.page
    patch.setattr(
        pages.choosing.finding,
        "page",
        lambda office, actor, register, query: known(
            office, SYSTEM if register == "partner" and query.limit == 20 else actor, register, query
        ),
    )


@fault(("GET", PAGE))
def a_list_beside_a_record_without_its_scope(patch: pytest.MonkeyPatch) -> None:
    known = services.showing._related

    def related(reading: Any, edition: Any, actor: Any, record: Any, now: Any) -> Any:
        with patch.context() as inner:
            widening(inner, "page", 2)
            return known(reading, edition, actor, record, now)

    patch.setattr(services.showing, "_related", related)


@fault(("GET", "/r/<register>/new"), ("POST", "/r/<register>/new/refresh"))
def an_opening_fills_in_what_is_hidden(patch: pytest.MonkeyPatch) -> None:
    known = services.forming.filled

    def filled(opening: Any, record: Any) -> Any:
        return {**known(opening, record), **({"detail": HIDDEN_NOTES.get(record.id)} if HIDDEN_NOTES else {})}

    patch.setattr(services.forming, "filled", filled)
    _watch_notes(patch)


HIDDEN_NOTES: dict[str, Any] = {}


def _watch_notes(patch: pytest.MonkeyPatch) -> None:
    known = services.forming.allowing.seen

    def seen(plan: Any, compiled: Any, record_id: str) -> Any:
        engine = unbounded(compiled.definition.register, "read", "fault")
        whole = plan.reading.records.one(compiled.definition, record_id, engine, plan.now)
        HIDDEN_NOTES.clear()
        if whole is not None:
            HIDDEN_NOTES[record_id] = whole.facts.get("note")
        return known(plan, compiled, record_id)

    patch.setattr(services.forming.allowing, "seen", seen)


@fault(("GET", f"{API}/<record>/files/<file>"), ("GET", f"{PAGE}/files/<file>"))
def a_file_of_a_hidden_field_is_fetched(patch: pytest.MonkeyPatch) -> None:
    def found(office: Any, reading: Any, actor: Any, register: str, record_id: str, file_id: str) -> Any:
        plan = services.attaching.Plan(office, reading, office.edition(reading), actor, office.now())
        allowing.seen(plan, plan.edition.compiled(register), record_id)
        file = reading.files.one(file_id)
        if file is None or (file.register, file.record) != (register, record_id):
            raise NotFound
        return file, 1

    patch.setattr(services.attaching, "_found", found)


@fault(*INBOX)
def somebody_is_told_of_what_she_may_not_know(patch: pytest.MonkeyPatch) -> None:
    """Notices and assignments go to whoever stands in the record, cleared or not."""
    patch.setattr(
        services.planning, "who_may_know", lambda edition, definition, record, people, *more: people
    )


@fault(*INBOX)
def notices_are_not_looked_at_again(patch: pytest.MonkeyPatch) -> None:
    somebody_is_told_of_what_she_may_not_know(patch)
    patch.setattr(services.inbox, "notices", _every_notice)


def _every_notice(office: Any, actor: Any, *, unread_only: bool = False, limit: int = 50) -> Any:
    with office.store.reading() as reading:
        return reading.notices.of(actor.person or "", unread_only=unread_only, limit=limit)


@fault(*PAGED)
def a_grant_lifts_the_clearance(patch: pytest.MonkeyPatch) -> None:
    """Whoever was given a record sees it whatever its level is."""
    known = regbook.access.policy.Policy.scope

    def scope(self: Any, person: Any, definition: Any, verb: str, now: Any) -> Any:
        from regbook.model.access import Granted

        found = known(self, person, definition, verb, now)
        terms = (*found.records.allow, (Granted(person or "", "read"),))
        return replace(found, records=replace(found.records, allow=terms), clearance=4)

    patch.setattr(regbook.access.policy.Policy, "scope", scope)


__all__ = ["PLANTED"]
