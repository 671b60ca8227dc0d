"""Finding plugins in an office's folder, holding them to their manifest, and asking them."""

from __future__ import annotations

import importlib.util
import inspect
import json
import sys
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import get_ident
from types import ModuleType
from typing import Any, get_args

import pluggy

from regbook.errors import PluginFault, Problem, SettingsInvalid
from regbook.hooks import specs
from regbook.hooks.kinds import kind_problems
from regbook.model.effects import Effect
from regbook.rules.kinds import learn

PACKAGE = "regbook_plugins"
EFFECTS = get_args(Effect)
MANIFEST_KEYS = {"name", "title", "engine", "hooks", "settings", "clauses", "owner"}


@dataclass(frozen=True, slots=True)
class Plugin:
    """One installed plugin: its manifest and the schema of its section in a definition."""

    name: str
    title: str
    hooks: frozenset[str]
    settings: Mapping[str, Any]
    clauses: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """One question put to one plugin; two questions are never the same."""

    plugin: str
    hook: str


class Hooks:
    """The plugins of an office, asked by hook name with named arguments.

    A plugin that raises is a :class:`PluginFault` that names it. Hooks that combine answers return a
    list; hooks of which the first answer counts return it or None.
    """

    def __init__(
        self, modules: Mapping[str, ModuleType] | None = None, plugins: tuple[Plugin, ...] = ()
    ) -> None:
        self.plugins = {each.name: each for each in plugins}
        self._manager = pluggy.PluginManager(specs.NAME)
        self._manager.add_hookspecs(specs)
        for name, module in (modules or {}).items():
            self._manager.register(module, name)
        self._manager.check_pending()
        self._running: dict[int, Asked] = {}

    def running(self) -> dict[int, Asked]:
        """What plugins are being asked just now, by thread: for whoever watches that they answer."""
        return dict(self._running)

    def anyone(self, hook: str) -> bool:
        """Whether some plugin answers this hook."""
        return bool(getattr(self._manager.hook, hook).get_hookimpls())

    def every(self, hook: str, **arguments: Any) -> list[tuple[str, Any]]:
        """Each plugin's answer to a hook, with its name, in the order of names; Nones left out."""
        return list(self._answers(hook, arguments))

    def all(self, hook: str, **arguments: Any) -> list[Any]:
        """Every plugin's answers to a hook, in one list."""
        return [each for _, answer in self.every(hook, **arguments) for each in answer]

    def effects(self, hook: str, **arguments: Any) -> list[Effect]:
        """Every plugin's effects; an answer that is none of the closed list is a fault of its plugin."""
        found: list[Effect] = []
        for plugin, answer in self.every(hook, **arguments):
            for each in answer:
                if not isinstance(each, EFFECTS):
                    raise PluginFault(plugin=plugin, hook=hook)
                found.append(each)
        return found

    def first(self, hook: str, **arguments: Any) -> Any:
        """The answer of the first plugin that has one, or None; those after it are not asked."""
        return self.first_by(hook, **arguments)[1]

    def first_by(self, hook: str, **arguments: Any) -> tuple[str, Any]:
        """The first answer with its plugin's name; ("", None) without one."""
        return next(self._answers(hook, arguments), ("", None))

    def _answers(self, hook: str, arguments: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
        implementations = getattr(self._manager.hook, hook).get_hookimpls()
        for each in sorted(implementations, key=lambda one: one.plugin_name):
            answer = self._ask(each, hook, {name: arguments[name] for name in each.argnames})
            if answer is not None:
                yield each.plugin_name, answer

    def _ask(self, implementation: pluggy.HookImpl, hook: str, arguments: Mapping[str, Any]) -> Any:
        thread, plugin = get_ident(), implementation.plugin_name
        self._running[thread] = Asked(plugin, hook)
        try:
            answer = implementation.function(**arguments)
            return list(answer) if isinstance(answer, Generator) else answer
        except Exception as fault:
            raise PluginFault(plugin=plugin, hook=hook) from fault
        finally:
            self._running.pop(thread, None)


def load_plugins(folder: Path) -> Hooks:
    """The plugins of a folder: each a package with a ``plugin.json``, loaded as ``regbook_plugins.<name>``.

    Raises:
        SettingsInvalid: a manifest is wrong, or names hooks that the code does not implement, or a plugin
            brings a field kind that is none or whose name is taken.
    """
    problems: list[Problem] = []
    modules: dict[str, ModuleType] = {}
    plugins: list[Plugin] = []
    sys.modules.setdefault(PACKAGE, ModuleType(PACKAGE))
    for manifest_file in sorted(folder.glob("*/plugin.json")):
        name = manifest_file.parent.name
        manifest = json.loads(manifest_file.read_text("utf-8"))
        module = _module(name, manifest_file.parent)
        found = _manifest_problems(name, manifest, module)
        problems += found
        if not found:
            modules[name] = module
            plugins.append(
                Plugin(
                    name,
                    manifest["title"],
                    frozenset(manifest["hooks"]),
                    manifest.get("settings", {}),
                    tuple(manifest.get("clauses", ())),
                )
            )
    if problems:
        raise SettingsInvalid(problems)
    hooks = Hooks(modules, tuple(plugins))
    brought = {plugin: list(kinds) for plugin, kinds in hooks.every("field_kinds")}
    if wrong := [*kind_problems(brought)]:
        raise SettingsInvalid(wrong)
    learn(kind for kinds in brought.values() for kind in kinds)
    return hooks


def _module(name: str, folder: Path) -> ModuleType:
    full = f"{PACKAGE}.{name}"
    place = importlib.util.spec_from_file_location(
        full, folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    assert place is not None
    assert place.loader is not None
    module = importlib.util.module_from_spec(place)
    sys.modules[full] = module
    place.loader.exec_module(module)
    return module


def _manifest_problems(name: str, manifest: Mapping[str, Any], module: ModuleType) -> list[Problem]:
    path = f"/plugins/{name}"
    known = {key for key, value in vars(specs).items() if hasattr(value, f"{specs.NAME}_spec")}
    implemented = {
        key
        for key, value in vars(module).items()
        if inspect.isfunction(value) and hasattr(value, f"{specs.NAME}_impl")
    }
    problems = [
        Problem(f"{path}/{key}", "plugin-key", {"key": key, "plugin": name})
        for key in sorted(set(manifest) - MANIFEST_KEYS)
    ]
    if manifest.get("name") != name:
        problems.append(Problem(f"{path}/name", "plugin-name", {"plugin": name}))
    if set(manifest.get("hooks", ())) != implemented or implemented - known:
        listed = ", ".join(sorted(implemented))
        problems.append(Problem(f"{path}/hooks", "plugin-hooks", {"plugin": name, "hooks": listed}))
    return problems
