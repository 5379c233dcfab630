"""Settings from the environment: typed, and wrong ones are named."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from netviz.env import env_bool, env_database, env_hosts, env_int, env_list, secret_key


@pytest.mark.parametrize(("text", "value"), [("1", True), ("Yes", True), ("off", False), ("", True)])
def test_a_switch(monkeypatch, text, value):
    monkeypatch.setenv("X", text)
    assert env_bool("X", True) is value


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (lambda: env_bool("X", True), "maybe"),
        (lambda: env_int("X", 1), "ten"),
        (lambda: env_int("X", 1), "0"),
        (lambda: env_int("X", 1), "-3"),
        (lambda: env_int("X", 1), "٣"),
        (lambda: env_hosts("X", []), "a.test,*"),
        (lambda: env_database("X", Path()), "mysql://host/name"),
        (lambda: env_database("X", Path()), "postgres://host"),
    ],
)
def test_nonsense_is_an_error_that_names_the_variable(monkeypatch, read, text):
    monkeypatch.setenv("X", text)
    with pytest.raises(ImproperlyConfigured, match="X"):
        read()


def test_lists_are_separated_by_commas(monkeypatch):
    monkeypatch.setenv("X", "a.test, b.test,")
    assert env_list("X", []) == ["a.test", "b.test"]


def test_without_a_url_the_database_is_a_file_in_the_data_folder(monkeypatch, tmp_path):
    monkeypatch.delenv("X", raising=False)
    found = env_database("X", tmp_path)
    assert found["NAME"] == tmp_path / "netviz.sqlite3"
    assert "journal_mode=WAL" in found["OPTIONS"]["init_command"]


def test_a_postgresql_url(monkeypatch):
    monkeypatch.setenv("X", "postgres://anna:p%40ss@db.test:5433/netviz")
    found = env_database("X", Path())
    assert (found["USER"], found["PASSWORD"], found["HOST"], found["PORT"], found["NAME"]) == (
        "anna", "p@ss", "db.test", "5433", "netviz",
    )  # fmt: skip


def test_the_secret_key_is_made_once_and_for_our_eyes_only(monkeypatch, tmp_path):
    monkeypatch.delenv("X", raising=False)
    first = secret_key("X", tmp_path / "new")
    assert len(first) == 64
    assert secret_key("X", tmp_path / "new") == first
    assert (tmp_path / "new" / "secret-key").stat().st_mode & 0o777 == 0o600


def test_a_given_secret_key_comes_first(monkeypatch, tmp_path):
    monkeypatch.setenv("X", "given")
    assert secret_key("X", tmp_path) == "given"
    assert list(tmp_path.iterdir()) == []
