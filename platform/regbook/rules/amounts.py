"""Amounts of money: their canonical text and their Chinese capitals."""

from __future__ import annotations

from decimal import Decimal

from regbook.rules import numbers, texts

SCALE = 2
SYMBOLS = {"CNY": "￥", "HKD": "HK$", "TWD": "NT$", "USD": "US$", "EUR": "€", "GBP": "£", "JPY": "JP¥"}

_CAPITALS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿", "万")
_SIGNS = ("￥", "¥", "人民币", "RMB", "CNY")


def amount(value: object) -> Decimal | None:
    """The amount that a value or a text means, or None: ``"1,234.5"``, ``"￥3"``, ``"100元"``, a number.

    >>> amount("￥1,234.5"), amount("1.005"), amount("ten")
    (Decimal('1234.5'), Decimal('1.005'), None)
    """
    if not isinstance(value, str):
        return numbers.exact(value)
    text = texts.narrow(value)
    for sign in _SIGNS:
        text = text.removeprefix(sign).lstrip()
    return numbers.figure(text.removesuffix("元"))


def canonical_amount(number: Decimal) -> str:
    """The text that facts hold: two decimals, no separators.

    >>> canonical_amount(Decimal("1234.5")), canonical_amount(Decimal("-0"))
    ('1234.50', '0.00')
    """
    return f"{number if number else Decimal(0):.{SCALE}f}"


def upper_amount(value: object) -> str:
    """An amount in Chinese capitals, as on cheques; text that is no amount gives "".

    Whole 元 and whole 角 end in 整, 分 does not; below zero begins with 负; up to 16 digits before the point.

    >>> upper_amount("1409.50"), upper_amount("325.04"), upper_amount("100000000")
    ('壹仟肆佰零玖元伍角整', '叁佰贰拾伍元零肆分', '壹亿元整')
    """
    number = amount(value)
    if number is None or not numbers.fits(number, SCALE):
        return ""
    cents = abs(int(number * 100))
    whole, (dimes, pennies) = cents // 100, divmod(cents % 100, 10)
    words = f"{_whole(whole)}元" if whole else ""
    if dimes:
        words += f"{_CAPITALS[dimes]}角"
    if pennies:
        words += f"{'零' if whole and not dimes else ''}{_CAPITALS[pennies]}分"
    elif words:
        words += "整"
    return ("负" if number < 0 else "") + (words or "零元整")


def _whole(number: int) -> str:
    """A whole number above zero in capitals: groups of four digits, one 零 for every run of noughts."""
    words, gap = "", False
    digits = str(number)
    for index, digit in enumerate(digits):
        group, place = divmod(len(digits) - 1 - index, 4)
        if digit == "0":
            gap = True
        else:
            words += ("零" if gap else "") + _CAPITALS[int(digit)] + _PLACES[place]
            gap = False
        if place == 0 and group:
            words, gap = _close(words, digits[: index + 1], group, gap)
    return words


def _close(words: str, so_far: str, group: int, gap: bool) -> tuple[str, bool]:
    """Names the group just written: 万 only if it holds a figure, 亿 whenever anything went before."""
    if group == 2 or int(so_far[-4:]):
        return words + _GROUPS[group], False
    return words, gap
