"""What the verbs promise scripts: what founding and joining print, and how they refuse."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from app.cli.main import main
from tests.journeys.desk import COUNCIL, PARISH, PROJECT, Desk, World

WORDS = re.compile(r"[a-zñáéíóú]+( [a-zñáéíóú]+){5}")


def test_founding_admitting_and_joining_tell_what_people_compare(tmp_path: Path) -> None:
    founder, other = Desk(tmp_path / "a"), Desk(tmp_path / "b")
    codes = founder.tell("init", "--project", PROJECT, "--person", "María Tello")
    assert codes.keys() == {"recovery_code", "project_recovery_code"}
    assert codes["recovery_code"][0] == "L"
    assert codes["project_recovery_code"][0] == "P"
    request, grant = tmp_path / "b.request", tmp_path / "b.grant"
    asked = other.tell("request", "--person", "Luis Andi", "--out", str(request))
    assert asked.keys() == {"phrase", "recovery_code"}
    assert WORDS.fullmatch(asked["phrase"])
    assert "not joined" in other.refused("record", "list", "person")
    wrong = "uno dos tres cuatro cinco seis"
    admit = ["admit", str(request), "--role", "facilitator", "--space", PARISH, "--out", str(grant)]
    share = tmp_path / "share"
    share.mkdir()
    _space, report = founder.batch(["space", "add", PARISH], ["sync", str(share), "--found"])
    assert report["quarantined"] == report["warnings"] == []
    assert "words differ" in founder.refused(*admit, "--phrase", wrong)
    assert not grant.exists()
    # The grant's file could not be written: the laptop is not left admitted without it.
    assert "cannot be written" in founder.refused(*admit[:-1], str(tmp_path / "none" / "grant"))
    admitted, again = founder.batch([*admit, "--phrase", asked["phrase"]], admit)
    assert admitted.keys() == {"phrase", "project_phrase", "device"}
    assert admitted == again
    assert admitted["phrase"] == asked["phrase"]
    assert "words differ" in other.refused("join", str(grant), "--phrase", wrong)
    joined = other.tell("join", str(grant), "--phrase", admitted["project_phrase"])
    assert joined == {"phrase": admitted["project_phrase"], "project": PROJECT, "device": "L2"}


def test_a_request_that_cannot_be_written_begins_nothing(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "a")
    said = desk.refused("request", "--person", "Ana", "--out", str(tmp_path / "none" / "r"))
    assert "cannot be written" in said
    assert not desk.home.exists()


def test_a_grant_finds_the_request_it_answers(template: World, tmp_path: Path) -> None:
    """Two requests made on one laptop, the first of which was lost."""
    boss, desk = template.copy(tmp_path / "w").coordinator, Desk(tmp_path / "b")
    papers = [tmp_path / f"{number}" for number in range(3)]
    for paper in papers:
        desk.tell("request", "--person", "Zoila", "--out", str(paper))
    grant = str(tmp_path / "grant")
    boss.tell("admit", str(papers[1]), "--role", "observer", "--space", PARISH, "--out", grant)
    assert desk.tell("join", grant)["project"] == PROJECT
    assert "not made for" in desk.refused("join", grant) or "another laptop" in desk.refused(
        "join", grant
    )


REFUSALS = [
    (["record", "show", "zzz"], "no record"),
    (["record", "new", "ghost", "name=x"], "ghost"),
    (["record", "new", "person", "nofield=x", "--space", PARISH], "nofield"),
    (["record", "new", "person", "name", "--space", PARISH], "field=value"),
    (["record", "new", "person", "--space", PARISH], "Name"),
    (["record", "new", "person", "name=x", "--space", "Nada"], "Nada"),
    (["record", "new", "committee", "name=x", "--space", PARISH], "role"),
    (["record", "list", "person", "--where", "nofield=1"], "nofield"),
    (["record", "list", "person", "--sort", "nofield"], "nofield"),
    (["interview", "start", "nada", "--space", PARISH], "nada"),
    (["interview", "start", "mini@9", "--space", PARISH], "mini@9"),
    (["interview", "answer", "00", "a=1"], "00"),
    (["interview", "finish", "0" * 32], "draft"),
    (["resolve", "x", "--take", "1"], "conflict"),
    (["space", "add", "Otro"], "coordinator"),
    (["form", "import", "nada.xlsx"], "nada.xlsx"),
    (["survey", "export", "mini", "-o", "x.ods"], ".csv"),
    (["survey", "export", "mini", "-o", "nada/x.csv"], "nada"),
    (["record", "new", "person", "--from-json", "nada.json", "--space", PARISH], "nada.json"),
    (["sync", "nowhere"], "nowhere"),
    (["sync", "ftp://host/x"], "ftp"),
]


@pytest.mark.parametrize(("verb", "word"), REFUSALS, ids=lambda x: " ".join(x) if x else "")
def test_refusals_are_sentences(
    template: World, verb: list[str], word: str, monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str], tmp_path: Path,
) -> None:  # fmt: skip
    for name, value in template.facilitator.environment().items():
        if name.startswith("KIPU"):
            monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    code = main([*verb, "--json"])
    out, err = capfd.readouterr()
    assert (code, out) == (1, "")
    assert word in err
    assert "Traceback" not in err


def test_edits_of_what_is_deleted_are_refused(world: World) -> None:
    luis = world.facilitator
    ident = luis.tell("record", "new", "person", "name=Ana", "--space", PARISH)["id"]
    luis.tell("record", "delete", ident)
    for verb in (["set", ident, "name=Eva"], ["show", ident], ["delete", ident]):
        assert "deleted" in luis.refused("record", *verb)
    assert [a["verb"] for a in luis.tell("record", "history", ident)][-1] == "delete"


def test_an_answer_that_is_not_asked_is_refused(world: World) -> None:
    luis = world.facilitator
    ident = luis.tell("interview", "start", "mini", "--space", PARISH)["id"]
    luis.batch(["interview", "answer", ident, "who=Ana", "safe=si"], ["interview", "finish", ident])
    assert "why: this is not asked" in luis.refused("record", "set", ident, "why=HOLA", "age=30")
    assert "age" not in luis.tell("record", "show", ident)["fields"]
    luis.tell("record", "set", ident, "why=HOLA", "safe=no")
    assert luis.tell("record", "show", ident)["fields"]["why"] == "HOLA"


def test_status_counts_what_conflicts_lists(world: World) -> None:
    boss, luis = world.coordinator, world.facilitator
    ident = luis.tell("record", "new", "person", "name=Ana", "--space", PARISH)["id"]
    world.sync(luis, boss)
    for desk, name in ((boss, "Ana Andi"), (luis, "Ana Tapuy")):
        desk.tell("record", "set", ident, f"name={name}", f"phone={name}")
    world.sync(luis, boss)
    status, listed = boss.batch(["status"], ["conflicts"])
    assert [one["record"] for one in listed] == [ident, ident]
    assert (status["conflicts"], status["conflicted_records"]) == (2, 1)
    words = boss.run("status").out
    assert "Conflicts: 2." in words
    assert "The conflicts are in 1 record." in words


def test_what_is_set_aside_says_what_admit_late_takes(world: World) -> None:
    boss, rosa = world.coordinator, world.secretary
    council = rosa.tell("record", "new", "committee", "name=Consejo")["id"]
    meeting = rosa.tell("record", "new", "meeting", f"committee={council}", "date=2026-11-20")["id"]
    item = rosa.tell("record", "new", "agenda_item", f"meeting={meeting}", "title=Luz")["id"]
    world.sync(rosa, boss)
    rosa.tell("record", "close", meeting)
    boss.tell("record", "set", item, "title=Alumbrado")
    world.sync(rosa, boss)
    [aside] = boss.tell("withheld")
    assert aside.keys() == {"why", "records", "closed", "person", "device", "at", "changes"}
    assert (aside["why"], aside["closed"]) == ("late", meeting)
    assert aside["records"] == [{"id": item, "kind": "agenda_item"}]
    assert f"kipu admit-late {meeting}" in boss.run("withheld").out
    admitted, left, shown = boss.batch(
        ["admit-late", aside["closed"]], ["withheld"], ["record", "show", item]
    )
    assert (admitted, left, shown["fields"]["title"]) == ({"changes": 1}, [], "Alumbrado")


def test_two_projects_of_one_name_are_told_by_their_folders(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "a")
    for person in ("Ana Paz", "Eva Paz"):
        desk.tell("init", "--project", PROJECT, "--person", person)
    said = desk.refused("status", "--project", PROJECT)
    names = re.findall(r"[0-9a-f]{16}", said)
    assert len(names) == 2
    assert said == desk.refused("status")
    people = [desk.tell("status", "--project", name)["person"] for name in names]
    assert sorted(people) == ["Ana Paz", "Eva Paz"]
    desk.tell("init", "--project", "Darién", "--person", "Luz Paz")
    assert desk.tell("status", "--project", "Darién")["person"] == "Luz Paz"


def test_an_id_that_several_records_bear_must_say_which(world: World, tmp_path: Path) -> None:
    desk, ident = world.coordinator, "0b" * 16
    table = tmp_path / "brought.csv"
    table.write_text(f"id,name\n{ident},Río\n", "utf-8")
    for kind in ("person", "organisation"):
        desk.tell("record", "import", kind, str(table), "--space", PARISH)
    for words in (("show", ident), ("set", ident, "name=Mar"), ("delete", ident),
                  ("history", ident), ("move", ident, "--space", COUNCIL)):  # fmt: skip
        said = desk.refused("record", *words)
        assert "several records" in said
        assert f"(Organisation, {PARISH})" in said
    assert "several records" in desk.refused("erase", ident, "--yes")
    desk.tell("record", "set", f"person:{ident}", "name=Mar")
    assert desk.tell("record", "show", f"organisation:{ident}")["fields"]["name"] == "Río"
    desk.tell("record", "delete", f"organisation:{ident}")
    assert desk.tell("record", "show", ident)["fields"]["name"] == "Mar"
    moved = desk.tell("record", "move", ident, "--space", COUNCIL)["id"]
    assert desk.tell("record", "show", moved)["space"] == COUNCIL
    desk.tell("record", "restore", f"organisation:{ident}")
    assert desk.tell("record", "show", ident)["kind"] == "organisation"
