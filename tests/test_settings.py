"""Settings keep choices and numbers, survive damage and hold nobody's words."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import settings
from app.errors import KipuError


def test_what_was_never_set_has_its_default(tmp_path: Path) -> None:
    found = settings.load(tmp_path / "new")
    assert (found.language, found.text_size, found.theme) == ("", 100, "system")
    assert found.auto_lock_minutes == 10


def test_a_change_is_kept_at_once(tmp_path: Path) -> None:
    settings.load(tmp_path).set("text_size", 150)
    settings.load(tmp_path).set("language", "en")
    found = settings.load(tmp_path)
    assert (found.language, found.text_size) == ("en", 150)
    assert [path.name for path in tmp_path.iterdir()] == [settings.FILE_NAME]


@pytest.mark.parametrize(
    ("name", "value"), [("text_size", 201), ("text_size", True), ("theme", "pink"), ("theme", 1)]
)
def test_a_value_the_table_does_not_accept_is_refused(
    tmp_path: Path, name: str, value: str | int
) -> None:
    with pytest.raises(ValueError, match=name):
        settings.load(tmp_path).set(name, value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("text", ["79", "201", "", "large", "1e2"])
def test_a_typed_number_out_of_range_gets_a_sentence(text: str) -> None:
    with pytest.raises(KipuError, match="text_size is a whole number from 80 to 200"):
        settings.BY_NAME["text_size"].parse(text)


def test_a_typed_choice_is_understood_or_gets_a_sentence() -> None:
    assert settings.BY_NAME["theme"].parse("dark") == "dark"
    assert settings.BY_NAME["text_size"].parse(" 120 ") == 120
    with pytest.raises(KipuError, match='language is one of "", es, en'):
        settings.BY_NAME["language"].parse("fr")


def test_a_damaged_file_is_moved_aside_and_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / settings.FILE_NAME).write_bytes(b'{"theme": ')
    assert settings.load(tmp_path).theme == "system"
    assert (tmp_path / "settings.damaged").read_bytes() == b'{"theme": '


@pytest.mark.parametrize("raw", [b"[" * 40_000, b" " * 70_000, b"[]", b"\xff\xfe", b"null"])
def test_a_hostile_file_means_defaults(tmp_path: Path, raw: bytes) -> None:
    (tmp_path / settings.FILE_NAME).write_bytes(raw)
    assert settings.load(tmp_path).text_size == 100


def test_a_single_bad_value_does_not_lose_the_others(tmp_path: Path) -> None:
    kept = {"theme": "dark", "text_size": 9_000, "name": "Rosa"}
    (tmp_path / settings.FILE_NAME).write_text(json.dumps(kept), "utf-8")
    found = settings.load(tmp_path)
    assert (found.theme, found.text_size) == ("dark", 100)


def test_a_folder_that_cannot_be_written_gets_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(KipuError, match="settings cannot be"):
        settings.Settings(tmp_path / "file").set("theme", "dark")


@given(raw=st.binary(max_size=200))
def test_no_bytes_in_the_file_stop_kipu(
    raw: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("settings")
    (folder / settings.FILE_NAME).write_bytes(raw)
    assert settings.load(folder).text_size in range(80, 201)


def test_every_setting_is_explained_and_its_default_is_accepted() -> None:
    for setting in settings.TABLE:
        assert str(setting.label)
        assert str(setting.help).endswith(".")
        assert setting.accepts(setting.default)
