"""The coordinator's Friday by keyboard alone: what came in, what disagrees, what is overdue."""

from __future__ import annotations

import time
from datetime import date, timedelta
from pathlib import Path

import pytest

from app.models import spaces
from app.models.commands import records, syncing
from app.models.project import Project
from app.models.queries import records as reading
from app.views.pages import interviews_responses
from tests.journeys.keys import Keyboard, Sit, desks, desks_template, sit
from tests.models.laptops import PARISH, Laptop
from tests.views.offices import COORDINATOR, FACILITATOR, SECRETARY, elsewhere, respond

__all__ = ["desks", "desks_template", "sit"]


def _at(desks: Path, name: str) -> Laptop:
    """Somebody's laptop, its clock as it is."""
    made = elsewhere(desks, name)
    made.clock_ms = int(time.time() * 1000) - 3_600_000
    return made


def _week_before(desks: Path) -> None:
    """Interviews, a person met twice, a late commitment, and one answer two people corrected."""
    share = str(desks / "share")
    ours, field, room = (_at(desks, one) for one in (COORDINATOR, FACILITATOR, SECRETARY))
    folio = respond(field.project)
    respond(field.project, edad=51)
    _met(field.project, "Nayra Shiguango Andi")
    syncing.sync(field.project, share)
    syncing.sync(ours.project, share)
    key = reading.find(field.project, folio)
    records.edit(ours.project, key, {"/persona/edad": 44})
    records.edit(field.project, key, {"/persona/edad": 47})
    _met(room.project, "Nayra Chiguango Andi")
    _council(room.project)
    for one in (field, room):
        syncing.sync(one.project, share)
    for one in (ours, field, room):
        one.close()


def _met(project: Project, name: str) -> None:
    records.new(project, "person", {"name": name}, spaces.find(project, PARISH).id)


def _council(project: Project) -> None:
    space = spaces.find(project, PARISH).id
    records.new(project, "committee", {"name": "Consejo Cantonal", "status": "dormant"}, space)
    late = (date.today() - timedelta(days=9)).isoformat()
    records.new(project, "commitment", {"text": "Revisar las alarmas", "due": late}, space)


def test_friday(desks: Path, sit: Sit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _week_before(desks)
    keys = sit(COORDINATOR)
    keys.sees("1 not sent")
    _take_in(keys, desks / "share")
    _settle(keys)
    keys.press("Alt+1")
    keys.sees("commitment overdue", "Revisar las alarmas", "committee dormant", "2 in all")
    file = tmp_path / "percepcion.csv"
    monkeypatch.setattr(interviews_responses, "ask_file", lambda *_args: str(file))
    _export(keys, file)
    keys.find("Project")
    keys.sees("L2 · Wilmer Andi: Facilitator · Arajuno", "Lost or stolen…", "4 changes")


def _take_in(keys: Keyboard, share: Path) -> None:
    """One key, and it says from whom how much came."""
    keys.press("Alt+8")
    keys.tab_to("Folder of the share")
    keys.press("Ctrl+A")
    keys.write(str(share), "Return")
    keys.sees("Synced. Everything is written.", "Received: ")
    keys.sees("L2 | Wilmer Andi", "L3 | Sara Tapuy")


def _settle(keys: Keyboard) -> None:
    keys.press("Alt+9")
    keys.sees("Conflicts  1", "Possible duplicates  1", "Late or not allowed  0")
    keys.sees("Edad en años cumplidos · 2 versions", "Wilmer Andi on L2, ", "Rosa Andi on L1, ")
    # Which version stands first nobody promises; the key stands before what it takes.
    keys.press("1" if "1   Take “47”" in keys.screen() else "2")
    keys.sees("Settled, for all laptops with the next sync.", "Conflicts  0")
    keys.sees("Nayra Shiguango Andi", "Nayra Chiguango Andi", "They look alike")
    keys.press("1")
    keys.sees("They are one now.", "Possible duplicates  0")


def _export(keys: Keyboard, file: Path) -> None:
    keys.press("Alt+2")
    keys.choose("Form of the responses", "Percepción")
    keys.push("Export what is shown")
    keys.push("CSV …")
    keys.sees("2 responses in ")
    assert "47" in file.read_text("utf-8-sig")
