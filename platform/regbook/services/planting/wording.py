"""Wording: one choice of values for the slots of everything that is said about one case."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence


def filled_in(chance: random.Random, said: Sequence[str], slots: Mapping[str, Sequence[str]]) -> list[str]:
    """The texts with their ``{slots}`` filled, each slot alike in all of them."""
    chosen = {name: chance.choice(values) for name, values in slots.items()}
    return [each.format_map(chosen) for each in said]
