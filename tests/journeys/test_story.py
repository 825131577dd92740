"""The story: three laptops, three weeks offline, one share; and what each verb promises scripts."""

from __future__ import annotations

import csv
import datetime
import json
import random
import re
import signal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from app.forms import Session, from_file
from tests.forms.test_real_forms import fill, mend
from tests.journeys.desk import COUNCIL, PARISH, PROJECT, Desk, World, agree, make_world, script

WORDS = re.compile(r"[a-zñáéíóú]+( [a-zñáéíóú]+){5}")
HEX = re.compile(r"[0-9a-f]{32}")
TALLY = {"batches", "changes", "bytes"}
REASONS = {
    "all-question-types.xlsx": "cities.geojson",
    "bad_calc.xlsx": "badcalc",
    "calculate_without_calculation.xls": "calculation",
    "duplicate_columns.xlsx": "label",
    "pull_data.xlsx": "fruits.csv",
    "xlsform_spec_test.xlsx": "settings public_key",
}


def the_sync_report(report: Any) -> Any:
    assert report.keys() == {
        "sent", "received", "quarantined", "warnings", "drafts", "attachments", "remotes",
    }  # fmt: skip
    assert report["sent"].keys() == report["received"].keys() == TALLY
    assert all(isinstance(n, int) for part in ("sent", "received") for n in report[part].values())
    return report


def the_record(found: Any, kind: str, space: str) -> dict[str, Any]:
    assert found.keys() == {"id", "kind", "space", "fields"}
    assert (found["kind"], found["space"]) == (kind, space)
    assert HEX.fullmatch(found["id"])
    fields: dict[str, Any] = found["fields"]
    return fields


def a_moment(text: str) -> None:
    assert datetime.datetime.fromisoformat(text).tzinfo is not None


def answer_interview(desk: Desk, who: str, **answers: object) -> str:
    """Begin, answer with a few slips on the way, finish; returns the response's id."""
    started = desk.tell("interview", "start", "mini@1", "--space", PARISH)
    assert started.keys() == {"id", "folio"}
    ident = str(started["id"])
    slips, fixed, done = desk.batch(
        ["interview", "answer", ident, f"who={who}", "age=200", "safe=si", "why=nada"],
        ["interview", "answer", ident, "why=", *(f"{n}={v}" for n, v in answers.items())],
        ["interview", "finish", ident],
    )
    assert slips.keys() == fixed.keys() == {"errors", "not_relevant"}
    assert slips["errors"].keys() == {"age"}
    assert slips["not_relevant"] == ["why"]
    assert fixed["errors"] == {}
    assert (done["id"], done["folio"]) == (ident, started["folio"])
    return ident


@pytest.mark.early
def test_the_story(tmp_path: Path) -> None:
    world = make_world(tmp_path / "world")
    boss, luis, rosa = world.coordinator, world.facilitator, world.secretary

    # Offline in the parish: interviews, one of them left half-way when the power fails.
    first = answer_interview(luis, "Ñusta Güipas", age=33, code="020150", when="2026-11-20")
    second = answer_interview(luis, "=1+1", age=50, code="7", when="2026-01-02")
    draft = luis.tell("interview", "start", "mini", "--space", PARISH)["id"]
    with luis.start("batch", "-") as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(script(["interview", "answer", draft, "who=A medias"]))
        process.stdin.write(script(*[["status"]] * 50))
        process.stdin.close()
        assert '"errors": {}' in process.stdout.readline()
        process.send_signal(signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
    shown, drafts = luis.batch(["interview", "show", draft], ["interview", "list"])
    assert shown["answers"]["/who"] == "A medias"
    assert [one["id"] for one in drafts] == [draft]

    # Offline at the council: a committee meets.
    committee = rosa.tell("record", "new", "committee", "name=Consejo de Seguridad")["id"]
    meeting = rosa.tell("record", "new", "meeting", f"committee={committee}", "date=2026-11-20")[
        "id"
    ]
    rosa.batch(
        ["record", "new", "attendance", f"meeting={meeting}", "person=Rosa"],
        ["record", "new", "resolution", f"meeting={meeting}", "text=Se resuelve alumbrar"],
    )
    (resolution,) = rosa.tell("record", "list", "resolution", "--space", COUNCIL)
    assert the_record(resolution, "resolution", COUNCIL)["text"] == "Se resuelve alumbrar"

    # All sync. Each has what is theirs, and nothing else.
    assert luis.tell("status")["pending"] == 2
    for desk in (luis, rosa, boss):
        the_sync_report(desk.tell("sync", world.location))
    everything, council = boss.batch(["record", "list", "response"], ["record", "list", "meeting"])
    assert {one["id"] for one in everything} == {first, second}
    assert [one["id"] for one in council] == [meeting]
    assert luis.tell("record", "list", "meeting") == []
    assert "no record" in luis.refused("record", "show", meeting)
    assert rosa.tell("record", "list", "response") == []
    assert "no record" in rosa.refused("record", "show", first)
    assert "no space" in rosa.refused("record", "new", "person", "name=X", "--space", PARISH)

    # The same field edited on two laptops: one conflict, settled once.
    boss.tell("record", "set", first, "age=40")
    luis.tell("record", "set", first, "age=41")
    world.sync(boss, luis, boss)
    settle_the_conflict(boss, luis, first)
    world.sync(boss, luis, rosa)
    the_statuses(boss, luis, rosa)
    agree(boss, luis, rosa)
    the_history(boss, first)
    the_exports(boss, tmp_path, first)


def settle_the_conflict(boss: Desk, luis: Desk, record: str) -> None:
    (conflict,), (theirs,) = boss.tell("conflicts"), luis.tell("conflicts")
    assert conflict.keys() == {"id", "record", "kind", "field", "versions"}
    assert (conflict["record"], conflict["field"], conflict["id"]) == (record, "age", theirs["id"])
    keys = {"id", "value", "deleted", "person", "device", "at"}
    assert all(version.keys() == keys for version in conflict["versions"])
    said = {(v["value"], v["person"], v["device"], v["deleted"]) for v in conflict["versions"]}
    assert said == {(40, "María Tello", "L1", False), (41, "Luis Andi", "L2", False)}
    for version in conflict["versions"]:
        a_moment(version["at"])
    wanted = next(v["id"] for v in conflict["versions"] if v["value"] == 41)
    assert "no version" in boss.refused("resolve", conflict["id"], "--take", "nobody")
    assert "--take" in boss.refused("resolve", conflict["id"])
    boss.tell("resolve", conflict["id"], "--take", wanted)
    assert boss.tell("conflicts") == []
    assert "no conflict" in boss.refused("resolve", conflict["id"], "--value", "1")


def the_statuses(boss: Desk, luis: Desk, rosa: Desk) -> None:
    found = {desk.home.name: desk.tell("status") for desk in (boss, luis, rosa)}
    keys = {"project", "device", "person", "roles", "pending", "conflicts", "spaces"}
    for status in found.values():
        assert status.keys() == keys | {
            "attachments", "awaiting_key", "belongs", "conflicted_records", "drafts",
            "pending_entries", "same_name",
            "set_aside", "withheld",
        }  # fmt: skip
        assert (status["project"], status["conflicts"], status["pending"]) == (PROJECT, 0, 0)
        assert all(HEX.fullmatch(one["digest"]) for one in status["spaces"].values())
    assert found["facilitator"]["drafts"] == 1
    assert found["facilitator"]["roles"] == {PROJECT: "observer", PARISH: "facilitator"}
    assert found["secretary"]["spaces"].keys() == {PROJECT, COUNCIL}
    assert found["coordinator"]["spaces"].keys() == {PROJECT, PARISH, COUNCIL}


def the_history(boss: Desk, record: str) -> None:
    acts = boss.tell("record", "history", record)
    keys = {"field", "value", "person", "device", "at", "verb", "standing", "doubtful"}
    assert all(act.keys() == keys for act in acts)
    assert not any(act["doubtful"] for act in acts)
    ages = [(a["value"], a["person"], a["device"]) for a in acts if a["field"] == "age"]
    assert ages[0] == (33, "Luis Andi", "L2")
    assert set(ages[1:3]) == {(40, "María Tello", "L1"), (41, "Luis Andi", "L2")}
    assert ages[3] == (41, "María Tello", "L1")
    for act in acts:
        a_moment(act["at"])


def the_exports(boss: Desk, folder: Path, record: str) -> None:
    whole, some = folder / "todo.csv", folder / "algunas.xlsx"
    told = boss.batch(
        ["survey", "export", "mini", "-o", str(whole)],
        ["survey", "export", "mini", "-o", str(some), "--where", "age=41"],
    )
    assert [one["responses"] for one in told] == [2, 1]
    assert whole.read_bytes().startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(whole.read_text("utf-8-sig").splitlines()))
    by_name = {row["who"]: row for row in rows}
    assert by_name.keys() == {"Ñusta Güipas", "'=1+1"}
    row = by_name["Ñusta Güipas"]
    assert (row["id"], row["space"], row["age"], row["code"]) == (record, PARISH, "41", "020150")
    assert row["when"] == "2026-11-20"
    book = openpyxl.load_workbook(some)
    names, cells = book.active.iter_rows()
    found = dict(zip((one.value for one in names), cells, strict=True))
    assert (found["code"].value, found["code"].data_type) == ("020150", "s")
    assert (found["age"].value, found["who"].value) == (41, "Ñusta Güipas")
    assert str(found["when"].value)[:10] == "2026-11-20"


def test_formulas_and_separators_in_exports(world: World, tmp_path: Path) -> None:
    luis = world.facilitator
    for who in ("=1+1", "uno;dos,tres", "dos\nlíneas"):
        answer_interview(luis, who, age=20)
    for language, mark in (("en", ","), ("es", ";")):
        desk = Desk(luis.home, extra={"KIPU_LANG": language})
        desk.tell("survey", "export", "mini", "-o", str(tmp_path / f"{language}.csv"))
        with (tmp_path / f"{language}.csv").open(encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.DictReader(stream, delimiter=mark))
        assert sorted(row["who"] for row in rows) == ["'=1+1", "dos\nlíneas", "uno;dos,tres"]
    luis.tell("survey", "export", "mini", "-o", str(tmp_path / "x.xlsx"))
    sheet = openpyxl.load_workbook(tmp_path / "x.xlsx").active
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value == "=1+1"]
    assert [cell.data_type for cell in cells] == ["s"]


def test_tables_go_in_whole_or_not_at_all(world: World, tmp_path: Path) -> None:
    luis, table = world.facilitator, tmp_path / "in.csv"
    ident = "6f1c6b5e-2f5b-4d8e-9a52-0a0a0a0a0a0a"
    table.write_text(f"instanceID,who,age,code\nuuid:{ident},Ana,30,020150\n,Eva,31,1\n", "utf-8")
    (first,) = luis.batch(["survey", "import", "mini", str(table), "--space", PARISH])
    assert first == {"new": 2, "known": 0, "differing": []}
    (shown,) = luis.batch(["record", "show", ident.replace("-", "")])
    assert the_record(shown, "response", PARISH)["code"] == "020150"
    table.write_text(f"instanceID,who,age\nuuid:{ident},Ana,31\n", "utf-8")
    verb = ("survey", "import", "mini", str(table), "--space", PARISH)
    again = luis.tell(*verb)
    assert again == {"new": 0, "known": 1, "differing": [ident.replace("-", "")]}
    words = luis.run(*verb).out.splitlines()
    assert words[0] == "0 new responses, 1 known already."
    assert words[1].startswith("1 known row says something else")
    assert words[2] == ident.replace("-", "")
    table.write_text("who,age\nAna,30\nEva,muchos\n", "utf-8")
    before = luis.digests()
    said = luis.refused("survey", "import", "mini", str(table), "--space", PARISH)
    assert "Row 3" in said
    assert "age" in said
    assert luis.digests() == before


def test_real_forms(world: World, shared_cases: Path, tmp_path: Path) -> None:
    """The large real form runs whole; what cannot be asked yet is refused by name."""
    boss, forms = world.coordinator, shared_cases / "forms"
    taken, listed = boss.batch(
        ["form", "import", str(forms / "who-verbal-autopsy.xlsx")], ["form", "list"]
    )
    assert [one["form_id"] for one in listed] == ["mini", taken["form_id"]]
    assert taken["questions"] > 400
    source = forms / "who-verbal-autopsy.xlsx"
    fill_the_autopsy(boss, str(taken["form_id"]), source, tmp_path / "answers.json")
    before = boss.digests()
    for path in sorted(forms.glob("*.xls*")):
        if path.name in REASONS:
            said = boss.refused("form", "import", str(path))
            assert all(word in said for word in REASONS[path.name].split()), said
    assert boss.digests() == before


def fill_the_autopsy(desk: Desk, form: str, source: Path, answers: Path) -> None:
    """Answer all that is asked, as the engine asks it here, and finish."""
    session = Session(from_file(source.read_bytes(), source.name))
    chance = random.Random(1)
    session.set(session.resolve("Id10013"), "yes")
    fill(session, chance)
    mend(session, chance)
    given = {
        path: session.value(path) for path in session.walk() if session.value(path) is not None
    }
    answers.write_text(json.dumps(given), "utf-8")
    ident = desk.tell("interview", "start", form, "--space", PARISH)["id"]
    told, done = desk.batch(
        ["interview", "answer", ident, "--from-json", str(answers)], ["interview", "finish", ident]
    )
    assert told == {"errors": {}, "not_relevant": []}
    assert done["id"] == ident
    fields = desk.tell("record", "show", ident)["fields"]
    assert len(fields) > 150
