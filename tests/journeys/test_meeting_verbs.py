"""A secretary's year by verbs alone: called, held, voted, promised, printed, approved, closed."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from tests.journeys.desk import COUNCIL, Desk, World

SEATS = ("Alcaldía", "Policía", "Gobernación", "Iglesia", "Junta")
NAMES = ("Elena Grefa", "Jorge Mena", "Luis Andi", "Inés Andrade", "Rosa Tapuy")
RULES = (
    "article=Ordenanza 12", "quorum_article=Art. 12", "second_call_after=30",
    "second_call_article=Art. 13", "notice_ordinary=48", "majority=simple_present",
    "majority_article=Art. 15", "casting_vote=yes",
)  # fmt: skip


def found_committee(desk: Desk) -> str:
    """A committee of five seats with its rules; returns its id."""
    committee = desk.tell(
        "record", "new", "committee", "name=Consejo Cantonal", "cadence=month",
        "legal_basis=Ordenanza 12", "--space", COUNCIL,
    )["id"]  # fmt: skip
    desk.batch(
        *(["record", "new", "seat", f"committee={committee}", f"role={role}",
           f"holder_name={name}", "alternate_name=Ana Loor" if role == "Policía" else "notes="]
          for role, name in zip(SEATS, NAMES, strict=True)),
        ["record", "new", "rule_set", f"committee={committee}", *RULES],
    )  # fmt: skip
    return str(committee)


@pytest.fixture
def desk(world: World) -> Desk:
    """The secretary's laptop, with a committee."""
    found_committee(world.secretary)
    return world.secretary


def new_meeting(desk: Desk, day: str = "2026-11-20") -> str:
    made = desk.tell(
        "meeting", "new", "Consejo Cantonal", f"date={day}", "starts=14:00", "venue=Sala",
        "subject=Alarmas",
    )  # fmt: skip
    return str(made["id"])


def test_a_meeting_from_the_call_to_the_closed_act(desk: Desk) -> None:
    first = new_meeting(desk)
    told = desk.batch(
        ["meeting", "call", first, "--channel", "letter", "--on", "2026-11-19", "--at", "14:00"],
        ["meeting", "check-in", first, "elena", "--at", "13:55"],
        ["meeting", "check-in", first, "ana", "loor", "--at", "14:02"],
        ["meeting", "check-in", first, "gober", "--at", "14:03"],
        ["meeting", "chair", first, "elena"],
        ["meeting", "install", first, "--at", "14:05"],
        ["meeting", "item", first, "Alarmas de Santa Clara", "--start", "--at", "14:06"],
        ["meeting", "item", first, "--item", "5", "--text", "Se oyó a los vecinos."],
        ["meeting", "motion", first, "Probar las alarmas", "--mover", "elena"],
    )
    assert (
        told[0]["notice"] == "The call goes out 24 hours before; 48 are asked for (Ordenanza 12)."
    )
    assert told[5]["notice"] == "There is a quorum: 3 of 5 seats, 3 needed (Art. 12)."
    voted, _dissent = desk.batch(
        ["meeting", "vote", told[-1]["id"], "--for", "2", "--against", "1", "--at", "14:30"],
        ["meeting", "vote", told[-1]["id"], "--dissent", "gober=No hay fondos"],
    )
    assert voted["notice"].startswith("Carried: 2 in favour, 1 against")
    resolved, promised, _ended = desk.batch(
        ["meeting", "resolve", first, "--motion", told[-1]["id"]],
        ["meeting", "commit", first, "Revisar el alumbrado", "--who", "gober", "--due",
         "2026-12-10"],
        ["meeting", "end", first, "--at", "16:00"],
    )  # fmt: skip
    assert (resolved["number"], resolved["provisional"]) == ("001-2026", True)
    shown = desk.tell("meeting", "show", first)
    assert shown["quorum"]["met"]
    assert shown["elapsed_s"] == 6900
    assert [one["reason"] for one in shown["motions"][0]["votes"]] == ["No hay fondos"]
    assert shown["commitments"][0]["responsible"] == "Luis Andi"
    policia = next(one for one in shown["attendance"] if one["role"] == "Policía")
    assert (policia["name"], policia["capacity"]) == ("Ana Loor", "alternate")
    second = new_meeting(desk, "2026-12-18")
    followed = desk.tell(
        "meeting", "follow", second, promised["id"], "--said", "Hecho", "--state", "met"
    )
    assert followed["id"] == promised["id"]
    assert desk.refused("meeting", "close", first) == "Approve the minutes before closing the act."
    desk.tell("meeting", "approve", first, "--in", second)
    closed = desk.tell("meeting", "close", first)
    assert (closed["number"], closed["resolutions"]) == ("001-2026", ["001-2026"])
    assert "closed" in desk.refused("meeting", "set", "001-2026", "closing=Otra cosa")
    assert "closed" in desk.refused("meeting", "commit", "001-2026", "Otro")
    assert desk.digests()


def test_a_pdf_in_hand_is_compared_with_the_act_that_was_closed(desk: Desk, tmp_path: Path) -> None:
    meeting = new_meeting(desk)
    draft, final, signed = (str(tmp_path / f"{name}.pdf") for name in ("draft", "final", "signed"))
    desk.batch(
        *(["meeting", "check-in", meeting, name, "--at", "14:00"] for name in NAMES[:3]),
        ["meeting", "install", meeting, "--at", "14:01"],
        ["meeting", "end", meeting, "--at", "15:00"],
        ["meeting", "approve", meeting, "--on", "2026-11-27"],
        ["acta", meeting, "-o", draft],
    )
    assert "not closed yet" in desk.refused("acta", meeting, "--verify", draft)
    desk.tell("meeting", "close", meeting)
    desk.tell("acta", "001-2026", "-o", final)
    assert desk.tell("acta", meeting, "--verify", final) == {"match": "same", "intact": True}
    Path(signed).write_bytes(Path(final).read_bytes() + b"% a signature\n%%EOF\n")
    assert desk.tell("acta", meeting, "--verify", signed)["match"] == "added"
    refused = desk.refused("acta", meeting, "--verify", draft)
    assert refused == "This is not the PDF that act 001-2026 was closed with."
    assert "--verify FILE" in desk.refused("acta", meeting)


def test_without_a_quorum_nothing_is_opened_but_the_lack_is_written_down(desk: Desk) -> None:
    meeting = new_meeting(desk)
    desk.tell("meeting", "check-in", meeting, "elena", "--at", "14:00")
    said = desk.refused("meeting", "install", meeting, "--at", "14:05")
    assert said == (
        "There is no quorum: 1 of 5 seats, 3 needed (Art. 12). "
        "A second call may be made from 14:30."
    )
    assert "14:30" in desk.refused("meeting", "second-call", meeting, "--at", "14:10")
    other = new_meeting(desk, "2026-11-27")
    told = desk.tell("meeting", "install", other, "--no-quorum", "--at", "15:00")
    assert told["notice"].startswith("There is no quorum: 0 of 5")
    done = desk.tell("meeting", "second-call", meeting, "--at", "14:31")
    assert done["notice"] == "There is a quorum: 1 of 5 seats, 1 needed (Art. 13)."
    rows = {one["date"]: one["status"] for one in desk.tell("meeting", "list")}
    assert rows == {"2026-11-20": "in_session", "2026-11-27": "no_quorum"}


def test_a_vote_by_name_keeps_dissent_and_a_secret_one_keeps_totals(desk: Desk) -> None:
    meeting = new_meeting(desk)
    desk.batch(
        *(["meeting", "check-in", meeting, name, "--at", "14:00"] for name in NAMES[:4]),
        ["meeting", "install", meeting, "--at", "14:01"],
    )
    nominal, secret = desk.batch(
        ["meeting", "motion", meeting, "Sesionar de noche", "--vote", "nominal"],
        ["meeting", "motion", meeting, "Elegir a la presidencia", "--vote", "secret"],
    )
    voted = desk.tell(
        "meeting", "vote", nominal["id"], "--at", "14:10", "--by-name", "elena=for", "--by-name",
        "jorge=against:No hay transporte", "--by-name", "luis=for", "--by-name", "inés=abstention",
    )  # fmt: skip
    assert voted["notice"].startswith("Lost: 2 in favour, 1 against, 1 abstaining; 3 needed.")
    assert "votes by name are not kept" in desk.refused(
        "meeting", "vote", secret["id"], "--by-name", "elena=for"
    )
    assert "more than the 4" in desk.refused("meeting", "vote", secret["id"], "--for", "5")
    desk.tell("meeting", "check-out", meeting, "elena", "--at", "14:20")
    desk.tell("meeting", "check-out", meeting, "jorge", "--at", "14:20")
    assert "There can be no vote." in desk.refused(
        "meeting", "vote", secret["id"], "--for", "2", "--at", "14:21"
    )


def test_the_acta_the_call_and_the_sheet_come_as_pdf_and_docx(desk: Desk, tmp_path: Path) -> None:
    meeting = new_meeting(desk)
    written = {
        "acta": ["acta", meeting],
        "call": ["meeting", "paper", meeting, "--call"],
        "sheet": ["meeting", "paper", meeting, "--attendance"],
    }
    for name, words in written.items():
        for suffix in ("pdf", "docx"):
            file = tmp_path / f"{name}.{suffix}"
            told = desk.tell(*words, "-o", str(file))
            assert told["file"] == str(file)
            assert file.read_bytes()[:4] == (b"%PDF" if suffix == "pdf" else b"PK\x03\x04")
    with zipfile.ZipFile(io.BytesIO((tmp_path / "acta.docx").read_bytes())) as docx:
        assert "Consejo Cantonal" in docx.read("word/document.xml").decode()
    assert "must end in" in desk.refused("acta", meeting, "-o", str(tmp_path / "acta.odt"))
    assert "--call or --attendance" in desk.refused(
        "meeting", "paper", meeting, "-o", str(tmp_path / "x.pdf")
    )


def test_health_tells_who_stopped_meeting_and_what_is_overdue(desk: Desk) -> None:
    meeting = new_meeting(desk, "2026-03-20")
    desk.batch(
        *(["meeting", "check-in", meeting, name, "--at", "14:00"] for name in NAMES[:3]),
        ["meeting", "install", meeting, "--at", "14:01"],
        ["meeting", "commit", meeting, "Revisar el alumbrado", "--due", "2026-04-01"],
        ["meeting", "end", meeting, "--at", "16:00"],
    )
    health = desk.tell("meeting", "health", "--on", "2026-11-20")
    [council] = health["committees"]
    assert council["dormant"]
    assert council["held"] == 1
    assert council["due"] == 11
    assert [one["text"] for one in health["overdue"]] == ["Revisar el alumbrado"]
    assert health["clashing"] == []
