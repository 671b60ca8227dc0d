"""A length of time in words, in its two largest units."""

from __future__ import annotations

from datetime import timedelta

from regbook.web.texts import t

UNITS = (("day", 86_400), ("hour", 3_600), ("minute", 60))


def length_of(span: timedelta) -> str:
    """How long something is: days and hours, hours and minutes, or minutes."""
    left = max(int(span.total_seconds()), 0)
    parts: list[tuple[str, int]] = []
    for name, seconds in UNITS:
        number, left = divmod(left, seconds)
        if number or parts:
            parts.append((name, number))
    if parts and parts[0][0] == "day" and parts[0][1] >= 10:
        parts = parts[:1]
    return " ".join(t(f"pages-{name}s", count=number) for name, number in parts[:2] if number) or t(
        "pages-moment"
    )
