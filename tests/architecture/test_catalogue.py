"""Every code that the source names is a text of the catalogue."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from regbook.errors import RegbookError, catalogue

ROOT = Path(__file__).resolve().parents[2]
SOURCES = [*(ROOT / "platform/regbook").rglob("*.py"), *(ROOT / "plugins").rglob("*.py")]
# Which positional argument is the code, by the name of what is called.
CODE_AT = {"Problem": 1, "say": 0, "t": 0, "t_strong": 0}
IN_TEMPLATES = re.compile(r"""\bt(?:_strong)?\(\s*["']([^"']+)["']\s*[,)]""")


def _called(call: ast.Call) -> str:
    name = call.func
    return name.id if isinstance(name, ast.Name) else name.attr if isinstance(name, ast.Attribute) else ""


def _codes(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Literal codes of Problem(), say() and t(), and of errors raised with ``code=``."""
    errors = {each.__name__ for each in _family(RegbookError)}
    for call in (each for each in ast.walk(tree) if isinstance(each, ast.Call)):
        at = CODE_AT.get(_called(call))
        named = [each.value for each in call.keywords if each.arg == "code"]
        if at is not None:
            for value in [*call.args[at : at + 1], *named]:
                yield from _literals(value)
        elif _called(call) in errors:
            for value in [*named, *call.args[1:2]]:
                yield from _literals(value)


def _literals(value: ast.expr) -> Iterator[tuple[int, str]]:
    branches = [value.body, value.orelse] if isinstance(value, ast.IfExp) else [value]
    for each in branches:
        if isinstance(each, ast.Constant) and isinstance(each.value, str) and each.value:
            yield each.lineno, each.value


def _family(kind: type) -> Iterator[type]:
    yield kind
    for each in kind.__subclasses__():
        yield from _family(each)


def test_every_code_in_python_is_in_the_catalogue():
    texts = catalogue()
    unknown = [
        f"{source.relative_to(ROOT)}:{line}: {code}"
        for source in SOURCES
        for line, code in _codes(ast.parse(source.read_text("utf-8")))
        if code not in texts
    ]
    assert unknown == [], "codes without a text in platform/regbook/catalogue/*.json"


def test_every_code_in_a_template_is_in_the_catalogue():
    texts = catalogue()
    for template in (ROOT / "platform/regbook/web/templates").rglob("*.html"):
        for code in IN_TEMPLATES.findall(template.read_text("utf-8")):
            assert code in texts, f"{template.name}: {code}"


def test_every_error_has_a_text():
    for each in _family(RegbookError):
        assert each.code in catalogue(), each.__name__
