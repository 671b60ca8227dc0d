"""JSON pointers, written."""

from __future__ import annotations


def pointer(*parts: str | int) -> str:
    """The JSON pointer of the parts.

    >>> pointer("workflow", "transitions", 3, "by"), pointer("a/b")
    ('/workflow/transitions/3/by', '/a~1b')
    """
    return "".join(f"/{str(each).replace('~', '~0').replace('/', '~1')}" for each in parts)
