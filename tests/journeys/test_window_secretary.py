"""The secretary in the room, by keyboard alone: from the committee to the closed act."""

from __future__ import annotations

import re
import time
import zipfile
from datetime import date, timedelta
from pathlib import Path

import pytest
from pypdf import PdfReader

from app.errors import KipuError
from app.models.commands import meetings
from app.models.queries.meetings import desk as snapshot
from app.models.queries.meetings import meetings_of
from app.views import words
from tests.journeys.before import month_before
from tests.journeys.keys import Keyboard, Sit, desks, desks_template, sit
from tests.views.offices import SECRETARY, elsewhere

__all__ = ["desks", "desks_template", "sit"]

_TEN_DAYS = timedelta(days=10)


@pytest.mark.qt_log_ignore("does not support", extend=True)
def test_a_meeting_from_the_committee_to_the_closed_act(
    desks: Path, sit: Sit, tmp_path: Path
) -> None:
    before = elsewhere(desks, SECRETARY)
    month_before(before)
    before.close()
    keys = sit(SECRETARY)
    keys.sees("commitment overdue", "Cambiar el foco del puente")
    keys.press("Alt+4")
    keys.sees("Enter opens one", "1 row")
    keys.press("Ctrl+N")
    keys.sees("Consejo Cantonal", "The agenda, the attendance list and open commitments come")
    keys.press("Return")
    keys.sees("No quorum: 0 of 5 · needs 3", "Cambiar el foco del puente", "Roll call and quorum")
    _open(keys)
    _move(keys)
    _lose_the_quorum(keys)
    _decide(keys)
    _promise(keys)
    _report(keys)
    _end(keys)
    drafts = _papers(keys, tmp_path / "borrador")
    _close(keys)
    papers = _papers(keys, tmp_path / "acta")
    _refuses_every_change(keys)
    keys.close()
    for draft, paper in zip(drafts, papers, strict=True):
        _says_it_all(draft)
        _says_it_all(paper)
        assert "DRAFT" in draft
        assert "DRAFT" not in paper
        assert "002-2026" in paper
    _nothing_moved(desks)


def _open(keys: Keyboard) -> None:
    """People come in; two are not enough, three are."""
    keys.press("F2")
    keys.write("elen", "Return")
    keys.write("poli", "Return")
    keys.press("Ctrl+I")
    keys.sees("No quorum: 2 of 5 · needs 3")
    keys.press("F2")
    keys.write("tapuy", "Return")
    keys.sees("Quorum 3 of 5 · needs 3")
    keys.press("Ctrl+I")
    keys.sees("In session")
    keys.press("F2")
    keys.write("Padre Juan", "Return")
    keys.sees("Padre Juan", "Quorum 3 of 5 · needs 3")


def _move(keys: Keyboard) -> None:
    keys.press("F3")
    keys.write("Se informa que tres alarmas no suenan.")
    keys.sees("kept ")
    keys.press("F5")
    keys.write("Comprar sirenas nuevas", "Tab")
    keys.choose("Way of voting", "name")
    keys.press("Return")
    keys.sees("Motion: Comprar sirenas nuevas")


def _lose_the_quorum(keys: Keyboard) -> None:
    """One leaves, which the bar says at once and the vote too; she comes back, and both know."""
    keys.press("F2")
    keys.write("tapuy", "Tab", "Space")
    keys.sees("No quorum: 2 of 5 · needs 3", "Rosa Tapuy\nVicariato | left")
    keys.press("F6")
    keys.write("11")
    keys.press("Return")
    keys.sees("There is no quorum", "flagged as without quorum", "In favour 2, against 0")
    keys.press("Esc")
    keys.press("F2", "Ctrl+A")
    keys.write("tapuy", "Return")
    keys.sees("Quorum 3 of 5 · needs 3")
    assert "No quorum" not in keys.screen()


def _decide(keys: Keyboard) -> None:
    keys.press("F6")
    keys.write("121")
    keys.sees("In favour 2, against 1, abstentions 0.")
    keys.press("Return")
    keys.sees("2 in favour, 1 against, 0 abstaining: carried")
    keys.press("F7")
    keys.sees("Resolution (F7)")
    keys.press("Return")
    keys.sees("Resolution 00", ": Comprar sirenas nuevas")


def _promise(keys: Keyboard) -> None:
    keys.press("F3")
    keys.press("Ctrl+End", "Return")
    keys.write("Revisar las tres alarmas", "Ctrl+M")
    keys.sees("Commitment (F4)")
    keys.write("agui", "Tab")
    keys.write("+10", "Tab", "Return")
    due = words.day(_held_on(keys) + _TEN_DAYS)
    keys.sees("Revisar las tres alarmas", f"Luis Aguinda · by {due}")


def _held_on(keys: Keyboard) -> date:
    """The day of the meeting on the desk: today, or yesterday where midnight came since."""
    said, today = keys.screen(), date.today()
    days = (today, today - timedelta(days=1))
    return next(day for day in days if f"Ordinary · {words.day(day)}" in said)


def _report(keys: Keyboard) -> None:
    """What the last meeting promised stands on this agenda, and one key says it was met."""
    keys.press("Shift+F4", "End", "3")
    keys.sees("From before: 1", " · met")


def _end(keys: Keyboard) -> None:
    keys.press("F11")
    keys.sees("End the meeting now?")
    keys.press("Return")
    keys.sees("Held", "Papers (Ctrl+P)")
    keys.press("Return")
    keys.sees("Save as PDF…", "Larger")
    keys.press("Esc")


def _close(keys: Keyboard) -> None:
    keys.push("Minutes are approved")
    keys.sees("The minutes are approved. Closing the act gives it its number for good.")
    keys.push("Close the act")
    keys.sees("Nobody can open it again")
    keys.press("Return")
    keys.sees("Closed", "Act 002-2026", "Closed as act 002-2026")
    assert "In session" not in keys.screen()


# -- the papers ------------------------------------------------------------------------------------


def _papers(keys: Keyboard, stem: Path) -> tuple[str, str]:
    """Save the act both ways; returns what the PDF and the DOCX say, a space between words."""
    pdf, docx = stem.with_suffix(".pdf"), stem.with_suffix(".docx")
    for button, file in (("Save as PDF", pdf), ("Save as DOCX", docx)):
        keys.press("Ctrl+P")
        keys.sees("Papers (Ctrl+P)")
        keys.push_and_name(button, file)
        keys.sees(f"“{file.name}” is written.")
    said = " ".join(page.extract_text() for page in PdfReader(pdf).pages)
    return " ".join(said.split()), _words_of(docx)


def _words_of(docx: Path) -> str:
    """What a DOCX says, its headers first, a space between paragraphs."""
    with zipfile.ZipFile(docx) as parts:
        names = sorted(one for one in parts.namelist() if re.match(r"word/(header|document)", one))
        xml = "".join(parts.read(one).decode() for one in names if one.endswith(".xml"))
    paragraphs = re.split(r"</w:p>", xml)
    found = ("".join(re.findall(r"<w:t(?: [^>]*)?>([^<]*)", one)) for one in paragraphs)
    return " ".join(" ".join(found).split())


def _says_it_all(paper: str) -> None:
    for said in (
        "Consejo Cantonal", "Elena Grefa", "Luis Aguinda", "Rosa Tapuy", "Padre Juan",
        "Se informa que tres alarmas no suenan.", "Comprar sirenas nuevas",
        "Revisar las tres alarmas", "Cambiar el foco del puente",
    ):  # fmt: skip
        assert said in paper, f"{said!r} not in:\n{paper}"


# -- afterwards ------------------------------------------------------------------------------------


def _refuses_every_change(keys: Keyboard) -> None:
    """No key opens what could change a closed act, and letters typed go nowhere."""
    closed = keys.screen()
    for key in ("F2", "F3", "F4", "F5", "F6", "F7", "F11", "Ctrl+I"):
        keys.press(key)
        keys.write("x9")
        keys.press("Return", "Esc")
    keys.press("F3")
    for heading in ("Motion (F5)", "Vote (F6)", "Resolution (F7)", "Commitment (F4)"):
        assert heading not in keys.screen()
    assert "x9" not in keys.screen()
    keys.sees("Closed as act 002-2026")
    assert "Se informa que tres alarmas no suenan." in closed


def _nothing_moved(desks: Path) -> None:
    """What the laptop keeps is the act as it was closed, and no command changes it either."""
    laptop = elsewhere(desks, SECRETARY)
    project = laptop.project
    laptop.clock_ms = int(time.time() * 1000)
    row = next(one for one in meetings_of(project) if one.is_closed)
    desk = snapshot(project, row.key)
    assert desk.number == "002-2026"
    assert [one.number for one in desk.resolutions] == ["001-2026"]
    assert [(one.choice, one.name) for one in desk.motions[0].votes] == [
        ("for", "Elena Grefa"), ("against", "Luis Aguinda"), ("for", "Rosa Tapuy"),
    ]  # fmt: skip
    assert [(one.responsible, one.due) for one in desk.commitments] == [
        ("Luis Aguinda", (date.fromisoformat(desk.date) + _TEN_DAYS).isoformat())
    ]
    with pytest.raises(KipuError, match="closed"):
        meetings.commit(project, row.key, "Otra cosa")
    laptop.verify()
    laptop.close()
