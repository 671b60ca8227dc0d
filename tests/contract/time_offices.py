"""Sample offices with registers that the tests make themselves."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from regbook.hooks import load_plugins
from regbook.rules.checking import definition_problems
from regbook.services.checking import world_of
from regbook.services.library import read_library
from regbook.services.sample import sample_office

ROOT = Path(__file__).resolve().parents[2]
HOOKS = load_plugins(ROOT / "plugins")


def at(text):
    """An instant by the office's clock."""
    return datetime.fromisoformat(f"{text}+08:00").astimezone(UTC)


def library_with(*registers):
    """The shipped definitions and the given ones, which keep to the format."""
    library = read_library(ROOT / "definitions")
    named = {each["register"]: (f"made/{each['register']}.json", each) for each in registers}
    library = replace(library, registers={**library.registers, **named})
    world = world_of(library, HOOKS, ())
    for each in registers:
        found = definition_problems(each, world)
        assert not found, [(problem.path, problem.code, problem.values) for problem in found]
    return library


def office_of(store, *registers, time="2026-09-30T09:00"):
    """A sample office whose register is the first of the given ones."""
    return sample_office(library_with(*registers), HOOKS, registers[0]["register"], store, at(time))


def timers_of(sample, register, record, *, open_only=True):
    """The timers of a record: deadline, kind, n, person and instant of each."""
    with sample.office.store.reading() as reading:
        found = reading.timers.of(register, record, open_only=open_only)
    return sorted((each.deadline, each.kind, each.n, each.person, each.at) for each in found)
