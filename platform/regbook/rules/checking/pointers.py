"""JSON pointers: where in a file something is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from regbook.rules.pointers import pointer

__all__ = ["depth", "leaves", "pointer", "steps"]


def steps(at: str) -> list[str | int]:
    """The keys of a pointer, in order; figures are places in a list.

    >>> steps("/deadlines/0/a~1b")
    ['deadlines', 0, 'a/b']
    """
    bare = [each.replace("~1", "/").replace("~0", "~") for each in at.split("/")[1:]]
    return [int(each) if each.isdecimal() else each for each in bare]


def leaves(node: Any, at: str = "") -> Iterator[tuple[str, Any]]:
    """Every mapping, list and value below a node with its pointer, the node itself first."""
    yield at, node
    if isinstance(node, Mapping):
        for key, value in node.items():
            yield from leaves(value, at + pointer(str(key)))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from leaves(value, at + pointer(index))


def depth(node: Any) -> int:
    """How deep mappings and lists are nested; without recursion, so that any depth can be measured.

    >>> depth({"a": [{}]}), depth("text")
    (3, 0)
    """
    deepest, layer = 0, [node]
    while layer := [each for each in layer if isinstance(each, Mapping | list)]:
        deepest += 1
        layer = [child for each in layer for child in _children(each)]
    return deepest


def _children(node: Any) -> Iterable[Any]:
    return node.values() if isinstance(node, Mapping) else node
