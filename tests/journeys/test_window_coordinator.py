"""The coordinator's Friday by keyboard alone: what came in, what disagrees, what is overdue."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from app.models.commands import syncing
from tests.journeys.before import act_closed_too_early, at_now, week_before
from tests.journeys.keys import Keyboard, Sit, desks, desks_template, sit
from tests.models.laptops import agree
from tests.views.offices import COORDINATOR, FACILITATOR, SECRETARY

__all__ = ["desks", "desks_template", "sit"]


@pytest.mark.qt_log_ignore("does not support", extend=True)
def test_friday(desks: Path, sit: Sit, tmp_path: Path) -> None:
    week_before(desks)
    act_closed_too_early(desks)
    keys = sit(COORDINATOR)
    keys.sees("1 not sent")
    _take_in(keys, desks / "share")
    _settle(keys)
    _take_in_late(keys)
    keys.press("Alt+1")
    keys.sees("commitment overdue", "Revisar las alarmas", "committee dormant", "2 in all")
    _export(keys, tmp_path / "percepcion.csv", tmp_path / "percepcion.xlsx")
    keys.find("Project")
    _agreed_by_all(keys, desks)


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
    keys.sees("Conflicts  1", "Possible duplicates  1", "Late or not allowed  1")
    keys.sees("Edad en años cumplidos · 2 versions", "Wilmer Andi on L2, ", "Rosa Andi on L1, ")
    # Which version stands first nobody promises: mark one, read, and think better of it.
    keys.press("1")
    keys.sees("Marked: 1, “4")
    wanted = "1" if "Marked: 1, “47”, Wilmer Andi on L2" in keys.screen() else "2"
    keys.press("Esc")
    assert "Marked" not in keys.screen()
    keys.press(wanted)
    keys.sees(f"Marked: {wanted}, “47”, Wilmer Andi on L2", "Conflicts  1")
    keys.press("Return")
    keys.sees("is “47” now, on all laptops with the next sync.", "Conflicts  0")
    keys.sees("Nayra Shiguango Andi", "Nayra Chiguango Andi", "They look alike")
    keys.press("1")
    keys.sees("Marked: both are one", "Possible duplicates  1")
    keys.press("Return")
    keys.sees("are one now;", "Possible duplicates  0")


def _take_in_late(keys: Keyboard) -> None:
    keys.sees("late · Luminarias que faltan · Sara Tapuy on L3", "it changes nothing there")
    keys.push("Take in as an addendum")
    keys.sees("added to it as an addendum, with their author and date")
    keys.push("Add the addendum")
    keys.sees("Late or not allowed  0")


def _export(keys: Keyboard, csv: Path, xlsx: Path) -> None:
    """The list as a table, both ways; every response a row, its codes as they are read."""
    keys.press("Alt+2")
    keys.choose("Questionnaire of the responses", "Percepción")
    for button, file in (("CSV …", csv), ("Excel …", xlsx)):
        keys.push("Export what is shown")
        keys.push_and_name(button, file)
        keys.sees("2 responses in ")
    assert "47" in csv.read_text("utf-8-sig")
    head, *rows = openpyxl.load_workbook(xlsx).active.iter_rows(values_only=True)
    table = [dict(zip(head, row, strict=True)) for row in rows]
    said = [str(value) for row in table for value in row.values()]
    assert len(table) == 2
    assert {"47", "51", "Woman"} <= set(said), said


def _agreed_by_all(keys: Keyboard, desks: Path) -> None:
    """What was decided goes out by the same one key, and the others say the same afterwards."""
    _take_in(keys, desks / "share")
    keys.sees("Everything is sent")
    keys.close()
    share = str(desks / "share")
    laptops = [at_now(desks, one) for one in (COORDINATOR, FACILITATOR, SECRETARY)]
    for one in laptops[1:]:
        syncing.sync(one.project, share)
    agree(*laptops)
    for one in laptops:
        one.close()
