"""Settings from the environment."""

from __future__ import annotations

from pathlib import Path

import pytest

from podviz import environment


def test_the_secret_key_is_made_once_and_kept_private(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SECRET_KEY", raising=False)
    key = environment.secret_key(tmp_path / "var")
    assert len(key) > 40
    assert environment.secret_key(tmp_path / "var") == key
    files = list((tmp_path / "var").iterdir())
    assert [(file.name, file.stat().st_mode & 0o777) for file in files] == [("secret_key", 0o600)]


def test_a_given_secret_key_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "given")
    assert environment.secret_key(tmp_path) == "given"
    assert not list(tmp_path.iterdir())


def test_where_nothing_can_be_written_a_key_is_made_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SECRET_KEY", raising=False)
    (tmp_path / "file").write_text("")
    assert len(environment.secret_key(tmp_path / "file" / "var")) > 40


def test_sqlite_is_the_default_and_lets_readers_and_a_writer_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    database = environment.database(tmp_path)
    assert database["ENGINE"].endswith("sqlite3")
    assert "journal_mode=WAL" in database["OPTIONS"]["init_command"]
    assert database["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


def test_a_url_names_a_postgresql_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://u:p%40ss@db:5433/podviz")
    database = environment.database(tmp_path)
    assert (database["USER"], database["PASSWORD"], database["HOST"]) == ("u", "p@ss", "db")
    assert (database["PORT"], database["NAME"]) == ("5433", "podviz")


def test_any_other_database_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "mysql://db/podviz")
    with pytest.raises(ValueError, match="mysql"):
        environment.database(tmp_path)


def test_flags_and_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_FLAG", "Yes")
    monkeypatch.setenv("A_LIST", "a, b,,c ")
    assert environment.flag("A_FLAG")
    assert not environment.flag("NO_FLAG")
    assert environment.words("A_LIST") == ["a", "b", "c"]
