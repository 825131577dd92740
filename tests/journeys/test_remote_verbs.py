"""Places to sync with, by the real verbs: several for one project, and no password in any file."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.journeys.desk import PARISH, Desk, World

MARKER = "zqsecretomarcado"


@pytest.fixture
def world(template: World, tmp_path: Path) -> World:
    return template.copy(tmp_path / "world")


def only_here(world: World) -> Desk:
    """The coordinator's laptop, with the copied share as its one place, called office."""
    boss = world.coordinator
    for one in boss.tell("remote", "list"):
        boss.tell("remote", "remove", one["name"])
    boss.tell("remote", "add", "office", str(world.share))
    return boss


def test_places_are_added_listed_changed_and_removed(world: World, tmp_path: Path) -> None:
    boss = only_here(world)
    boss.tell("sync")
    (office,) = boss.tell("remote", "list")
    assert office.keys() == {
        "name", "address", "paused", "automatic", "essentials", "limit", "has_secret", "last_sync",
        "to_send", "failure",
    }  # fmt: skip
    assert office["to_send"] == {"bytes": 0, "files_bytes": 0}
    changed = boss.tell("remote", "set", "office", "--rename", "oficina", "--pause", "--limit", "20",
                        "--by-hand", "--essentials")  # fmt: skip
    wished = ("name", "paused", "automatic", "essentials", "limit")
    assert [changed[key] for key in wished] == ["oficina", True, False, True, 20]
    assert "Every place is paused" in boss.refused("sync")
    assert boss.tell("sync", "oficina")["remotes"][0]["ok"]
    boss.tell("remote", "set", "OFICINA", "--go-on", "--everything")
    boss.tell("record", "new", "person", "--space", PARISH, "name=Eva")
    boss.tell("sync")
    assert boss.tell("status")["pending"] == 0
    removed = boss.tell("remote", "remove", "oficina")
    assert removed["only_there"]["changes"] >= 1
    assert boss.tell("status")["pending"] == removed["only_there"]["changes"]
    assert boss.tell("remote", "list") == []
    assert "Say where the share is" in boss.refused("sync")


def test_changes_of_membership_wait_until_a_sync(world: World) -> None:
    boss = only_here(world)
    boss.tell("sync")
    boss.tell("device", "revoke", world.secretary.tell("status")["device"])
    waiting = boss.tell("status")
    assert waiting["pending"] == 0
    assert waiting["pending_entries"] > 0
    said = f"Changes of membership not sent: {waiting['pending_entries']}."
    assert said in boss.run("status").out
    boss.tell("sync")
    assert boss.tell("status")["pending_entries"] == 0
    assert "of membership" not in boss.run("status").out


def test_one_place_that_fails_stops_no_other(world: World, tmp_path: Path) -> None:
    boss = only_here(world)
    stick = tmp_path / "stick"
    stick.mkdir()
    boss.tell("remote", "add", "stick", str(stick))
    boss.tell("sync", "stick", "--found")
    stick.rename(tmp_path / "pocket")
    boss.tell("record", "new", "person", "--space", PARISH, "name=Eva")
    done = boss.run("sync", "--json")
    assert done.code == 1
    assert done.err.startswith("stick: ")
    assert done.err.strip().endswith("Your work is safe on this laptop.")
    told = json.loads(done.out)
    assert told["sent"]["changes"] >= 1
    fine, lost = told["remotes"]
    assert (fine["name"], fine["ok"], fine["code"]) == ("office", True, "ok")
    assert (lost["ok"], lost["code"], lost["sent"]) == (False, "remote-missing", None)
    assert lost["message"] in done.err
    rows = {one["name"]: one for one in boss.tell("remote", "list")}
    assert rows["stick"]["failure"]["code"] == "remote-missing"
    assert rows["stick"]["to_send"]["bytes"] > 0
    assert rows["office"]["failure"] is None
    assert "Your work is safe" in boss.refused("sync", "stick")


def test_trying_names_the_reason_and_exits_with_it(world: World, tmp_path: Path) -> None:
    boss = only_here(world)
    assert boss.tell("remote", "test", "office")["code"] == "ok"
    empty = tmp_path / "empty"
    empty.mkdir()
    for name, code in ((str(empty), "not-a-share"), (str(tmp_path / "no"), "remote-missing")):
        done = boss.run("remote", "test", name, "--json")
        assert done.code == 1
        told = json.loads(done.out)
        assert (told["ok"], told["code"]) == (False, code)
        assert told["message"] in done.err
    assert "ftp" in boss.refused("remote", "test", "ftp://host/x")
    assert "cannot be a name" in boss.refused("remote", "add", "a/b", str(empty))


def test_no_password_lies_in_any_file_or_answer(world: World, tmp_path: Path) -> None:
    boss = only_here(world)
    key = tmp_path / "id_key"
    key.write_text(f"-----BEGIN {MARKER}key-----\n")
    boss.extra = {"KIPU_REMOTE_SECRET": f"{MARKER}word"}
    said = [
        boss.run("remote", "add", "casa", "sftp://eva@127.0.0.1:1/x", "--key", str(key), "--json"),
        boss.run("remote", "add", "nube", "webdav+http://127.0.0.1:1/x", "--user", "eva", "--json"),
        boss.run("remote", "test", "nube", "--json"),
    ]
    boss.extra = {}
    read, write = os.pipe()
    os.write(write, f"{MARKER}s3\n".encode())
    os.close(write)
    address = "s3://bucket/x?endpoint=http://127.0.0.1:1"
    said.append(boss.run("remote", "add", "lejos", address, "--user", f"{MARKER}id", "--secret-fd",
                         str(read), "--json", pass_fds=(read,)))  # fmt: skip
    os.close(read)
    said += [boss.run("sync", "--json"), boss.run("remote", "list", "--json"),
             boss.run("log", "--json"), boss.run("backup", "--json")]  # fmt: skip
    rows = {one["name"]: one for one in json.loads(said[-3].out)}
    assert all(rows[name]["has_secret"] for name in ("casa", "nube", "lejos"))
    assert rows["nube"]["failure"]["code"] in {"remote-refused", "remote-driver-missing"}
    assert [one for one in said if MARKER in one.out + one.err] == []
    key.unlink()
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert [path for path in files if MARKER.encode() in path.read_bytes()] == []


def test_the_short_names_do_what_the_long_ones_do(world: World) -> None:
    boss = only_here(world)
    assert boss.tell("devices") == boss.tell("device", "list")
    assert boss.tell("role", "L2", PARISH, "observer") == {
        "device": "L2", "space": PARISH, "role": "observer",
    }  # fmt: skip
    boss.tell("role", "L2", PARISH, "none")
    assert boss.tell("revoke", "L2") == {"device": "L2"}
    active = {one["device"]: one["active"] for one in boss.tell("devices")}
    assert (active["L1"], active["L2"]) == (True, False)


def test_a_limit_and_a_thorough_look_can_be_asked_for(world: World) -> None:
    boss = only_here(world)
    told = boss.tell("sync", "office", "--limit", "100000", "--thorough")
    assert [one["name"] for one in told["remotes"]] == ["office"]
