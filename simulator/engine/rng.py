"""Chance, seeded: one generator per purpose, so that a new draw in one place moves no other."""

from __future__ import annotations

from random import Random


class Randoms:
    """Generators by purpose. The same seed and purpose give the same numbers on any machine."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._by_purpose: dict[str, Random] = {}

    def __call__(self, purpose: str) -> Random:
        generator = self._by_purpose.get(purpose)
        if generator is None:
            # A string seeds through SHA-512, which does not depend on PYTHONHASHSEED.
            generator = self._by_purpose[purpose] = Random(f"{self._seed}/{purpose}")  # noqa: S311
        return generator
