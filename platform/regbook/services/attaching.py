"""Attachments: brought, described, fetched and swept. A record takes and lets go of them as it is saved."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from regbook.errors import Denied, NotFound, Problem, RecordInvalid
from regbook.model.definition import Definition, Field
from regbook.model.office import StoredFile
from regbook.model.people import CLOCK, Actor
from regbook.model.record import Entry, Record
from regbook.model.workflow import DRAFT
from regbook.rules import media
from regbook.rules.compiled import Compiled
from regbook.services import allowing, finding
from regbook.services.edition import Edition
from regbook.services.office import Office, attempt
from regbook.services.planning import Plan
from regbook.services.recording import may_enter
from regbook.services.taking import UNCLAIMED, level_of_file, named_files
from regbook.store import Reading, Work

SECRET = 2
"""From this level on (秘密) every download has an entry."""
MOST_WAITING = 100
WAITS = timedelta(days=1)
LARGEST = "files.largest"
OFFICE_MOST = 100
"""Megabytes that any file may have where the office's settings do not say (``files.largest``)."""


def largest(edition: Edition) -> int:
    """The most bytes of one file that the office takes, whatever its field says."""
    return _office_most(edition) * media.MB


def attach(
    office: Office,
    actor: Actor,
    register: str,
    record_id: str | None,
    field: str,
    name: str,
    content: bytes,
) -> StoredFile:
    """Keeps a file for a field; it is the actor's alone until she saves a record that names it there.

    ``record_id`` names the record that she amends or moves, None the one that she enters; ``field`` is a
    key, or ``lines/field``.

    Raises:
        NotFound: no such register or record for her.
        Denied: she may not fill that field.
        RecordInvalid: there is no such field for her, or the name, type or size cannot be taken.
    """
    name = media.file_name(name)

    def decide(reading: Reading, edition: Edition) -> Callable[[Work], StoredFile]:
        plan = Plan(office, reading, edition, actor, office.now())
        compiled = edition.compiled(register)
        record = allowing.seen(plan, compiled, record_id) if record_id is not None else None
        found = _fillable(plan, compiled, record, field)
        allowed = media.allowance(found.schema, _office_most(edition))
        problems = list(media.file_problems(name, content, allowed, f"/{field}"))
        if reading.files.waiting(register, actor.name) >= MOST_WAITING:
            problems.append(Problem(f"/{field}", "files-waiting", {"most": MOST_WAITING}))
        if problems:
            raise RecordInvalid(problems)
        medium = media.medium_of(content)
        file = StoredFile(
            office.make_id(),
            register,
            UNCLAIMED,
            field,
            name,
            medium.media if medium else media.BYTES,
            len(content),
            "",
            plan.now,
            actor.name,
            _level(compiled.definition, record, field),
        )
        laid = reading.files.lay(file.id, content)

        def keep(work: Work) -> StoredFile:
            kept = work.files.put_laid(file, laid)
            values = {"field": field, "media": kept.media, "size": kept.size}
            work.journal.write(_entry(office, actor, file, "upload", plan.now, **values))
            return kept

        return keep

    return attempt(office, decide)


def about(office: Office, actor: Actor, register: str, record_id: str, file_id: str) -> StoredFile:
    """What is known of a file of a record, as far as the actor sees the record and the field.

    Raises:
        NotFound: there is none that she may see.
    """
    with office.store.reading() as reading:
        return _found(office, reading, actor, register, record_id, file_id)[0]


def fetch(
    office: Office, actor: Actor, register: str, record_id: str, file_id: str
) -> tuple[StoredFile, bytes]:
    """A file of a record, as ``about``, and its bytes; at 秘密 or above the entry is there before they are.

    Raises:
        NotFound: there is none that she may see, or its bytes are damaged.
    """
    with office.store.reading() as reading:
        file, level = _found(office, reading, actor, register, record_id, file_id)
        content = reading.files.content(file_id)
    if level >= SECRET:
        with office.store.work() as work:
            values = {"record": record_id, "field": file.field}
            work.journal.write(_entry(office, actor, file, "download", office.now(), **values))
    return file, content


def described(
    office: Office, actor: Actor, register: str, record_id: str | None, ids: Iterable[str]
) -> tuple[StoredFile, ...]:
    """Those of the files that the actor may name in a form: her own waiting ones and the record's."""
    asked = list(ids)
    with office.store.reading() as reading:
        known = reading.files.several(set(asked))
        visible: set[str] = set()
        if record_id is not None and known:
            plan = Plan(office, reading, office.edition(reading), actor, office.now())
            compiled = plan.edition.compiled(register)
            record = allowing.seen(plan, compiled, record_id)
            visible = {each.id for each in named_files(compiled.definition, record.facts)}
    return tuple(
        known[each]
        for each in asked
        if each in known
        and known[each].register == register
        and (
            (known[each].record == record_id and each in visible)
            or (known[each].record == UNCLAIMED and known[each].by == actor.name)
        )
    )


def sweep(office: Office) -> int:
    """Removes files that no record took within a day, then bytes that no file has; says how many files."""
    now = office.now()
    with office.store.reading() as reading:
        left = reading.files.unclaimed(now - WAITS)
    if left:
        with office.store.work() as work:
            gone = [each for each in left if work.files.let_go(each.id, each.register, UNCLAIMED, now)]
            entries = [(_entry(office, CLOCK, each, "sweep", now, field=each.field), None) for each in gone]
            work.journal.write_all(entries)
    with office.store.reading() as reading:
        reading.files.sweep(now - WAITS)
    return len(left)


def _office_most(edition: Edition) -> int:
    given = edition.settings.get(LARGEST)
    return given if isinstance(given, int) and given > 0 else OFFICE_MOST


def _fillable(plan: Plan, compiled: Compiled, record: Record | None, place: str) -> Field:
    """The file field of that place, which the actor may fill in the record, or in one that she enters."""
    definition, policy, person = compiled.definition, plan.edition.policy, plan.actor.person
    known = finding.scope_of(plan.edition, plan.actor, definition.register, "read", plan.now)
    entering = record is None or record.state == DRAFT
    if entering:
        may_enter(plan, compiled)
    key, _, inner = place.partition("/")
    outer = definition.fields.get(key)
    found = outer.lines.get(inner) if outer is not None and inner else outer
    reachable = known.knows(key) or policy.scope(person, definition, "enter", plan.now).knows(key)
    if found is None or outer is None or found.kind != "file" or not reachable:
        raise RecordInvalid([Problem(f"/{place[:80]}", "unknown-field", {"name": place[:80]})])
    if found.read_only or found.computed or outer.read_only:
        raise RecordInvalid([Problem(f"/{place}", "server-owned", {"title": found.title})])
    if record is None or entering:
        allowing.may_fill(plan, compiled, None, "enter", [key])
    else:
        _may_fill(plan, compiled, record, key)
    return found


def _may_fill(plan: Plan, compiled: Compiled, record: Record, key: str) -> None:
    """Refuses the field to whoever may neither attach to it, nor amend it, nor move the record."""
    relations = plan.reading.relations.of(record.register, record.id)
    grants = plan.reading.grants.of(record.register, record.id)
    ask: dict[str, Any] = {"relations": relations, "grants": grants}
    policy, person, definition = plan.edition.policy, plan.actor.person, compiled.definition
    moves = policy.may(person, definition, record, "move", plan.now, **ask).allowed
    if not moves and not any(
        policy.may(person, definition, record, verb, plan.now, field=key, **ask).allowed
        for verb in ("attach", "amend")
    ):
        title = definition.fields[key].title
        raise Denied([Problem(f"/{key}", "field-not-yours", {"title": title})])


def _level(definition: Definition, record: Record | None, place: str) -> int:
    if record is not None:
        return level_of_file(definition, record, place)
    return max(definition.secrecy.level, definition.fields[place.partition("/")[0]].secrecy)


def _found(
    office: Office, reading: Reading, actor: Actor, register: str, record_id: str, file_id: str
) -> tuple[StoredFile, int]:
    plan = Plan(office, reading, office.edition(reading), actor, office.now())
    compiled = plan.edition.compiled(register)
    record = allowing.seen(plan, compiled, record_id)
    file = reading.files.one(file_id)
    shown = {each.id for each in named_files(compiled.definition, record.facts)}
    if file is None or file_id not in shown or (file.register, file.record) != (register, record_id):
        raise NotFound
    return file, level_of_file(compiled.definition, record, file.field)


def _entry(office: Office, actor: Actor, file: StoredFile, verb: str, at: datetime, **values: Any) -> Entry:
    """An entry of the register's own journal: whoever reads a record is not told who fetched its files."""
    return Entry(
        id=office.make_id(),
        register=file.register,
        record=None,
        at=at,
        actor=actor.name,
        verb=verb,
        on_behalf_of=actor.on_behalf_of,
        values={"file": file.id, **values},
    )
