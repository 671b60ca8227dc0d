"""A watermark as an SVG image: who looked, when, from where. It deters copying; it does not prevent it."""

from __future__ import annotations

from base64 import b64encode
from xml.sax.saxutils import escape

TILE_WIDTH, TILE_HEIGHT = 300, 170


def watermark(words: tuple[str, ...], columns: int = 8, rows: int = 8) -> str:
    """The image as a ``data:`` address for Page.watermark: one or two lines of words, tiled and slanted.

    The tiles are real elements, not a background, so that they are printed too.

    >>> watermark(("孟怀远 0417", "2026-11-21 14:32 10.0.0.7"))[:26]
    'data:image/svg+xml;base64,'
    """
    lines = "".join(
        f'<tspan x="0" dy="{0 if at == 0 else 18}">{escape(_printable(each))}</tspan>'
        for at, each in enumerate(words)
    )
    tiles = "".join(
        f'<g transform="translate({column * TILE_WIDTH + (row % 2) * TILE_WIDTH // 2} '
        f'{row * TILE_HEIGHT + 120}) rotate(-22)"><text>{lines}</text></g>'
        for row in range(rows)
        for column in range(columns)
    )
    width, height = columns * TILE_WIDTH, rows * TILE_HEIGHT
    image = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="14">{tiles}</svg>'
    )
    return "data:image/svg+xml;base64," + b64encode(image.encode()).decode()


def _printable(words: str) -> str:
    """Words without the control characters that XML has no place for."""
    return "".join(each for each in words if each.isprintable())[:60]
