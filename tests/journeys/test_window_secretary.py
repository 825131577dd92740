"""The secretary in the room, by keyboard alone: from the committee to the closed act."""

from __future__ import annotations

import time
from datetime import date, timedelta
from pathlib import Path

import pytest

from app.models.commands import meetings
from app.models.ledger import RecordKey
from app.models.project import Project
from app.models.queries.meetings import desk as snapshot
from tests.journeys.keys import Keyboard, Sit, desks, desks_template, sit
from tests.models.laptops import Laptop
from tests.views.councils import make_committee
from tests.views.offices import SECRETARY, elsewhere

__all__ = ["desks", "desks_template", "sit"]


def _month_before(laptop: Laptop) -> None:
    """A council, and a meeting of it whose one commitment is still open."""
    project = laptop.project
    before = date.today() - timedelta(days=30)
    laptop.clock_ms = int(time.time() * 1000) - 30 * 86_400_000
    committee = make_committee(project)
    key = meetings.new_meeting(project, committee, {"date": before.isoformat()}).key
    assert key is not None
    _hold(project, key)


def _hold(project: Project, key: RecordKey) -> None:
    for one in snapshot(project, key).attendance[:3]:
        meetings.check_in(project, key, one.key.id.hex())
    meetings.install(project, key)
    due = (date.today() - timedelta(days=3)).isoformat()
    meetings.commit(project, key, "Cambiar el foco del puente", due=due)
    meetings.end(project, key)


@pytest.mark.qt_log_ignore("does not support", extend=True)
def test_a_meeting_from_the_committee_to_the_closed_act(desks: Path, sit: Sit) -> None:
    before = elsewhere(desks, SECRETARY)
    _month_before(before)
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
    _decide(keys)
    _promise(keys)
    _finish(keys)


def _open(keys: Keyboard) -> None:
    """People come in; two are not enough, three are, and one who leaves is missed at once."""
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


def _decide(keys: Keyboard) -> None:
    keys.press("F3")
    keys.write("Se informa que tres alarmas no suenan.")
    keys.sees("kept ")
    keys.press("F5")
    keys.write("Comprar sirenas nuevas", "Tab")
    keys.choose("Way of voting", "name")
    keys.press("Return")
    keys.sees("Motion: Comprar sirenas nuevas")
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
    keys.write("bombe", "Tab")
    keys.write("+10", "Tab", "Return")
    keys.sees("Revisar las tres alarmas", "Bomberos · by ")


def _finish(keys: Keyboard) -> None:
    keys.press("F11")
    keys.sees("End the meeting now?")
    keys.press("Return")
    keys.sees("Held", "Papers (Ctrl+P)")
    keys.press("Return")
    keys.sees("Save as PDF…", "Larger")
    keys.press("Esc")
    keys.push("Minutes are approved")
    keys.sees("The minutes are approved. Closing the act gives it its number for good.")
    keys.push("Close the act")
    keys.sees("Nobody can open it again")
    keys.press("Return")
    keys.sees("Closed", "Act 002-2026")
    assert "In session" not in keys.screen()
