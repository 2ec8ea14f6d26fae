"""Names that the API server makes up."""

from __future__ import annotations

from random import Random

# No vowels, no 0, 1 and 3: nothing that spells a word or is misread. Models apimachinery pkg/util/rand.
ALPHABET = "bcdfghjklmnpqrstvwxz2456789"
_MAX_BASE = 58


def suffix(random: Random, length: int = 5) -> str:
    """Characters to make a name unique with."""
    return "".join(random.choices(ALPHABET, k=length))


def generate_name(base: str, random: Random) -> str:
    """`base` with a made-up suffix. Models apiserver pkg/storage/names SimpleNameGenerator."""
    return base[:_MAX_BASE] + suffix(random)
