"""The floor's validation: every rule of the 22 columns, by hand."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation

from benchmarks.workload import CHANNELS, SEVERITIES

PHONE = re.compile(r"\+?[0-9][0-9 -]{4,30}\Z")
TEXTS = {
    "subject": (2, 200),
    "body": (0, 4000),
    "customer": (2, 100),
    "product": (0, 100),
    "outcome": (0, 2000),
}
CHOICES = {"channel": CHANNELS, "severity": SEVERITIES}
REQUIRED = ("subject", "customer", "channel", "severity", "occurred_at")
FIELDS = (*TEXTS, *CHOICES, "phone", "occurred_at", "promised_on", "amount", "handler", "satisfied")


def checked(body, handlers, *, whole):
    """The values of a body, typed, and what is wrong with it by field."""
    values, wrong = {}, {}
    for name, given in body.items():
        if name not in FIELDS:
            wrong[name] = "unknown field"
            continue
        try:
            values[name] = None if given is None else _typed(name, given, handlers)
        except (ValueError, TypeError, InvalidOperation):
            wrong[name] = "not a valid value"
    for name in REQUIRED:
        if (whole or name in values) and values.get(name) is None and name not in wrong:
            wrong[name] = "required"
    return values, wrong


def _typed(name, given, handlers):
    if name in TEXTS:
        least, most = TEXTS[name]
        if not isinstance(given, str) or not least <= len(given) <= most:
            raise ValueError
        return given
    if name in CHOICES:
        if given not in CHOICES[name]:
            raise ValueError
        return given
    return _OTHERS[name](given, handlers)


def _phone(given, handlers):
    if not PHONE.match(given):
        raise ValueError
    return given


def _instant(given, handlers):
    at = datetime.fromisoformat(given.replace("Z", "+00:00"))
    return at.astimezone(UTC).replace(tzinfo=None)


def _handler(given, handlers):
    if given not in handlers:
        raise ValueError
    return given


def _yes_no(given, handlers):
    if not isinstance(given, bool):
        raise TypeError
    return given


def _money(given, handlers):
    value = Decimal(given)
    if value != value.quantize(Decimal("0.01")):
        raise ValueError
    return value


_OTHERS = {
    "phone": _phone,
    "occurred_at": _instant,
    "promised_on": lambda given, handlers: date.fromisoformat(given),
    "amount": _money,
    "handler": _handler,
    "satisfied": _yes_no,
}
