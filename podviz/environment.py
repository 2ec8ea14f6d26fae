"""Reading the environment: what differs from place to place is a variable, never a changed file."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit


def flag(name: str, default: bool = False) -> bool:
    return os.environ.get(name, "1" if default else "0").strip().lower() in {"1", "true", "yes", "on"}


def words(name: str, default: str = "") -> list[str]:
    """A list separated by commas."""
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


def secret_key(folder: Path) -> str:
    """SECRET_KEY, or the key kept in `folder`, which the first run makes.

    Where nothing can be written the key lasts as long as the process: cookies then do not outlive it.
    """
    if given := os.environ.get("SECRET_KEY"):
        return given
    kept = folder / "secret_key"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        fresh = folder / f"secret_key.{os.getpid()}"
        fresh.write_text(secrets.token_urlsafe(50))
        fresh.chmod(0o600)
        with suppress(FileExistsError):  # another process was first: its key is the one
            kept.hardlink_to(fresh)
        fresh.unlink()
        return kept.read_text().strip()
    except OSError:
        return secrets.token_urlsafe(50)


def database(folder: Path) -> dict[str, Any]:
    """PostgreSQL if DATABASE_URL names one, else a SQLite file in `folder`."""
    url = os.environ.get("DATABASE_URL", "")
    if not url:
        return _sqlite(folder)
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ValueError(f"DATABASE_URL: only postgresql:// is known, not {parts.scheme}://")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
    }


def _sqlite(folder: Path) -> dict[str, Any]:
    folder.mkdir(parents=True, exist_ok=True)
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": folder / "podviz.sqlite3",
        # The runner's thread writes while requests read, so that tests too need a file: a shared memory
        # database locks whole tables.
        "TEST": {"NAME": folder / "test.sqlite3"},
        "OPTIONS": {
            "timeout": 10,
            # A transaction that begins by reading and then writes would fail at once instead of waiting.
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        },
    }
