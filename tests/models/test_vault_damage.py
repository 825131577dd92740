"""The vault against torn files, hostile files and guessers: nothing is lost, nobody gets in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import KipuError
from app.models import safe_files
from app.models.vault import (
    FLOOR,
    DamagedHeader,
    NewerFormat,
    TooSoon,
    Vault,
    WrongPassphrase,
    attempts,
    header,
    kdf,
)

MARIA, JOSE = b"M" * 16, b"J" * 16
WORDS = "cuatro palabras bien largas"
OTHER = "otra frase de paso"


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(safe_files, "_pause", lambda seconds: None)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "project"


@pytest.fixture
def made(folder: Path) -> tuple[Vault, bytes, str]:
    return Vault.create(folder, "MV", MARIA, WORDS)


def keys(folder: Path) -> Path:
    return folder / "keys.json"


def edit(folder: Path, **changes: object) -> None:
    """Change fields of keys.json, as somebody with a text editor might, and drop the copy."""
    document = json.loads(keys(folder).read_bytes()) | changes
    keys(folder).write_text(json.dumps(document))
    (folder / "keys.json.previous").unlink(missing_ok=True)


def edit_slot(folder: Path, **changes: object) -> None:
    slots = json.loads(keys(folder).read_bytes())["slots"]
    edit(folder, slots=[slots[0] | changes, *slots[1:]])


# --- damage and malice ---------------------------------------------------------------------------


def test_a_torn_file_is_read_from_its_copy_set_aside_and_restored(
    folder: Path, made: tuple[Vault, bytes, str]
) -> None:
    whole = keys(folder).read_bytes()
    torn = whole[: len(whole) // 2]
    keys(folder).write_bytes(torn)
    vault = Vault.open(folder)
    assert vault.notice
    assert keys(folder).read_bytes() == torn
    assert vault.unlock(WORDS).key == made[1]
    assert vault.notice is None
    assert keys(folder).read_bytes() == whole
    assert [path.read_bytes() for path in (folder / "set-aside").iterdir()] == [torn]
    assert Vault.open(folder).notice is None


def test_a_missing_file_is_restored_from_its_copy(
    folder: Path, made: tuple[Vault, bytes, str]
) -> None:
    whole = keys(folder).read_bytes()
    keys(folder).unlink()
    Vault.open(folder).unlock(WORDS)
    assert keys(folder).read_bytes() == whole


def test_both_copies_damaged_is_said_and_nothing_is_overwritten(
    folder: Path, made: tuple[Vault, bytes, str]
) -> None:
    for path in (keys(folder), folder / "keys.json.previous"):
        path.write_bytes(path.read_bytes()[:-40])
    before = keys(folder).read_bytes()
    with pytest.raises(DamagedHeader):
        Vault.open(folder)
    with pytest.raises(KipuError):
        Vault.create(folder, "MV", MARIA, WORDS)
    assert keys(folder).read_bytes() == before


def test_a_newer_kipus_file_is_refused_though_an_older_copy_lies_beside_it(
    folder: Path, made: tuple[Vault, bytes, str]
) -> None:
    document = json.loads(keys(folder).read_bytes())
    keys(folder).write_text(json.dumps(document | {"version": 2, "slots": "quite different"}))
    with pytest.raises(NewerFormat):
        Vault.open(folder)


@pytest.mark.parametrize(
    "argon2id",
    [
        {"m": 4 * 1024 * 1024, "t": 2, "p": 1},
        {"m": 1024 * 1024, "t": 64, "p": 1},
        {"m": FLOOR.memory, "t": 10**9, "p": 1},
        {"m": FLOOR.memory, "t": 2, "p": 0},
        {"m": FLOOR.memory, "t": 2, "p": 10**6},
        {"m": 8, "t": 1, "p": 1},
        {"m": -1, "t": 2, "p": 1},
        {"m": True, "t": 2, "p": 1},
        {"m": 19456.0, "t": 2, "p": 1},
        {"m": "19456", "t": 2, "p": 1},
        {"m": FLOOR.memory},
        [],
        None,
    ],
)
def test_a_hostile_cost_is_refused_before_it_costs_anything(
    folder: Path,
    made: tuple[Vault, bytes, str],
    monkeypatch: pytest.MonkeyPatch,
    argon2id: object,
) -> None:
    edit_slot(folder, argon2id=argon2id)
    monkeypatch.setattr(kdf, "derive", None)
    with pytest.raises(DamagedHeader):
        Vault.open(folder)


@pytest.mark.parametrize(
    "changes",
    [
        {"format": "other"},
        {"version": 0},
        {"version": "1"},
        {"store": "../../etc"},
        {"store": "AB" * 16},
        {"store": None},
        {"check": ""},
        {"slots": []},
        {"slots": {}},
        {"slots": [1]},
        {"slots": [{"kind": "person"}] * 65},
        {"padding": "x" * 65536},
    ],
)
def test_a_hostile_header_is_refused(
    folder: Path, made: tuple[Vault, bytes, str], changes: dict[str, object]
) -> None:
    edit(folder, **changes)
    with pytest.raises(DamagedHeader):
        Vault.open(folder)


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "keyring"},
        {"id": "x"},
        {"label": ""},
        {"label": "x" * 25},
        {"label": "a\nb"},
        {"person": "00"},
        {"salt": "00"},
        {"sealed": "00" * 47},
    ],
)
def test_a_hostile_slot_is_refused(
    folder: Path, made: tuple[Vault, bytes, str], changes: dict[str, object]
) -> None:
    edit_slot(folder, **changes)
    with pytest.raises(DamagedHeader):
        Vault.open(folder)


@pytest.mark.parametrize(
    "changes", [{"label": "XX"}, {"person": JOSE.hex()}, {"id": "0" * 32}, {"salt": "0" * 32}]
)
def test_a_slot_altered_in_the_clear_no_longer_opens(
    folder: Path, made: tuple[Vault, bytes, str], changes: dict[str, object]
) -> None:
    edit_slot(folder, **changes)
    with pytest.raises(WrongPassphrase):
        Vault.open(folder).unlock(WORDS)


def test_a_slot_of_another_project_does_not_open_here(
    tmp_path: Path, folder: Path, made: tuple[Vault, bytes, str]
) -> None:
    Vault.create(tmp_path / "other", "MV", MARIA, WORDS)
    edit(folder, slots=json.loads(keys(tmp_path / "other").read_bytes())["slots"])
    with pytest.raises(WrongPassphrase):
        Vault.open(folder).unlock(WORDS)


_JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=12,
)
_FIELDS = st.dictionaries(
    st.sampled_from(["kind", "id", "salt", "sealed", "label", "person", "argon2id"]), _JSON
)


@given(data=st.binary(max_size=300) | _JSON.map(lambda value: json.dumps(value).encode()))
def test_any_bytes_at_all_are_a_header_or_damage(data: bytes) -> None:
    with pytest.raises(DamagedHeader):
        header.parse(data)


@given(fields=_FIELDS, outer=st.dictionaries(st.sampled_from(["store", "check", "slots"]), _JSON))
def test_a_header_with_strange_fields_is_damage(
    fields: dict[str, Any], outer: dict[str, Any]
) -> None:
    good = {"kind": "recovery", "id": "0" * 32, "salt": "0" * 32, "sealed": "0" * 96}
    document = {"format": "kipu-keys", "version": 1, "store": "0" * 32, "check": "0" * 64}
    document |= {"slots": [good | fields]} | outer  # type: ignore[dict-item]
    try:
        parsed = header.parse(json.dumps(document).encode())
    except DamagedHeader:
        return
    assert header.parse(parsed.to_bytes()) == parsed


@pytest.mark.parametrize("data", [b"[" * 60000, b'{"format":' + b"9" * 60000 + b"}", b"\xff"])
def test_json_made_to_hurt_is_damage(data: bytes) -> None:
    with pytest.raises(DamagedHeader):
        header.parse(data)


def test_every_truncation_and_every_flip_of_a_byte_opens_or_is_refused(
    folder: Path, made: tuple[Vault, bytes, str]
) -> None:
    data = keys(folder).read_bytes()
    for size in range(len(data) - 2):
        with pytest.raises(DamagedHeader):
            header.parse(data[:size])
    for place in range(len(data)):
        try:
            header.parse(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
        except (DamagedHeader, NewerFormat):
            continue


# --- guessing ------------------------------------------------------------------------------------


class Clock:
    """A clock the test turns by hand."""

    now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(attempts, "_now", clock)
    return clock


def guess(vault: Vault, times: int) -> None:
    for _time in range(times):
        with pytest.raises(WrongPassphrase):
            vault.unlock("adivinanza")


def test_wrong_passphrases_slow_down_until_somebody_knows_theirs(
    folder: Path, made: tuple[Vault, bytes, str], clock: Clock
) -> None:
    guess(made[0], 4)
    assert made[0].wait_seconds() == 0
    guess(made[0], 1)
    assert Vault.open(folder).wait_seconds() == 1
    with pytest.raises(TooSoon) as caught:
        Vault.open(folder).unlock(WORDS)
    assert caught.value.seconds == 1
    waits = []
    for _time in range(8):
        clock.now += made[0].wait_seconds()
        guess(made[0], 1)
        waits.append(made[0].wait_seconds())
    assert waits == [2, 4, 8, 16, 30, 30, 30, 30]
    clock.now += 30
    made[0].unlock(WORDS)
    assert made[0].wait_seconds() == 0
    assert not (folder / "attempts").exists()


def test_the_paper_opens_at_once_and_setting_a_new_passphrase_ends_the_wait(
    made: tuple[Vault, bytes, str], clock: Clock
) -> None:
    vault, key, code = made
    guess(vault, 5)
    assert vault.unlock_with_code(code).key == key
    assert vault.wait_seconds() == 1
    vault.reset_with_code(code, "MV", OTHER)
    assert vault.unlock(OTHER).key == key


def test_a_clock_set_back_or_a_torn_count_locks_nobody_out(
    folder: Path, made: tuple[Vault, bytes, str], clock: Clock
) -> None:
    guess(made[0], 5)
    clock.now -= 10**9
    assert made[0].wait_seconds() == 0
    for torn in (b"", b"5", b"x y", b"\xff", b"9 nan", b"9 inf"):
        (folder / "attempts").write_bytes(torn)
        assert made[0].wait_seconds() <= 30
        assert made[0].unlock(WORDS).key == made[1]
