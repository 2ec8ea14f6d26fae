"""What controllers of several kinds share. Models pkg/controller/controller_utils.go."""

from __future__ import annotations

from simulator.history import Json
from simulator.objects.go_dump import go_dump
from simulator.objects.names import ALPHABET


def compute_hash(template: Json, collisions: int | None) -> str:
    """A name for a template: FNV-1a of how Go prints it, and of how many names collided before (ComputeHash)."""
    value = 0x811C9DC5
    for byte in go_dump(template, "PodTemplateSpec").encode() + _eight_bytes(collisions):
        value = (value ^ byte) * 0x01000193 & 0xFFFFFFFF
    return safe_encode(str(value))


def _eight_bytes(collisions: int | None) -> bytes:
    return b"" if collisions is None else collisions.to_bytes(8, "little")


def safe_encode(text: str) -> str:
    """Each character as one that spells nothing. Models apimachinery pkg/util/rand SafeEncodeString."""
    return "".join(ALPHABET[ord(char) % len(ALPHABET)] for char in text)
