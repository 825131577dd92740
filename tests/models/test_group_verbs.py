"""Focus groups by the real command line: seated, talked, parted, quoted, printed."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from tests.journeys.desk import PARISH, Desk


@pytest.fixture(scope="module")
def group_desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A project of one laptop with one parish."""
    desk = Desk(tmp_path_factory.mktemp("groups") / "laptop")
    desk.tell("init", "--project", "Pastaza Segura", "--person", "María Tello")
    desk.batch(["space", "add", PARISH])
    return desk


def test_a_talk_by_verbs_ends_as_a_paper(group_desk: Desk) -> None:
    desk = group_desk
    (made,) = desk.batch(
        ["group", "new", "El río", "profile=Mujeres kichwa", "--space", PARISH],
    )
    group = made["id"]
    yes = ("--takes-part", "yes", "--recording", "yes", "--quotes", "yes")
    first, second, moved, *_turns, note, recorded = desk.batch(
        ["group", "seat", group, "sex=female", *yes],
        ["group", "seat", group, "sex=male", "--takes-part", "yes", "--recording", "yes"],
        ["group", "seat", group, "--alias", "H1", "--chair", "1", "--quotes", "no"],
        ["group", "turn", group, "0", "¿Dónde?", "--at", "0"],
        ["group", "turn", group, "M1", "El puente. De noche.", "--at", "60", "--quotable"],
        ["group", "turn", group, "1", "La cancha", "--at", "120"],
        ["group", "end", group, "--at", "200", "--finish"],
        ["group", "note", group, "risas", "--at", "62"],
        ["group", "recorder", group, "--delete-by", "2027-02-01"],
    )
    assert (first["alias"], first["chair"], first["key"]) == ("M1", 1, "1")
    assert second["alias"] == "H1"
    assert (moved["chair"], moved["key"]) == (1, "1")
    assert note == {"id": group}
    assert recorded["delete_by"] == "2027-02-01"
    found = desk.tell("group", "show", group)
    said = [(one["speaker"], one["text"]) for one in found["turns"]]
    assert said == [("Moderator", "¿Dónde?"), ("M1", "El puente. De noche."), ("H1", "La cancha")]
    turn = found["turns"][1]["id"]
    (half,) = desk.batch(["group", "split", turn, "10"])
    (whole,) = desk.batch(["group", "merge", half["id"]])
    assert whole["id"] == turn
    (quote,) = desk.tell("group", "quotes", group)
    assert (quote["text"], quote["profile"]) == ("El puente. De noche.", "Mujeres kichwa")
    for name in ("note.pdf", "note.docx"):
        told = desk.tell("group", "paper", group, "-o", str(desk.work / name))
        assert told["turns"] == 3
    pdf, docx = (Path(desk.work / name).read_bytes() for name in ("note.pdf", "note.docx"))
    assert pdf.startswith(b"%PDF")
    with zipfile.ZipFile(io.BytesIO(docx)) as inside:
        words = inside.read("word/document.xml").decode()
    assert "El puente. De noche." in words
    assert "M1" in words


def test_what_is_refused_says_why(group_desk: Desk) -> None:
    desk = group_desk
    (made,) = desk.batch(["group", "new", "La cancha", "--space", PARISH])
    group = made["id"]
    assert "Nothing about this person" in desk.refused("group", "seat", group, "sex=female")
    assert "Nobody speaks with" in desk.refused("group", "turn", group, "4", "hola")
    assert "must end in .pdf or .docx" in desk.refused("group", "paper", group, "-o", "x.txt")
