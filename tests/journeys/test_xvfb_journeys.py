"""The three journeys once more through the real program: a real screen, real keys, own processes.

Only what keys can say is said here; `test_window_*` read the screen line by line. What was done is
read afterwards by verbs. KIPU_SHOTS names a folder to keep the pictures in.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.models.commands import syncing
from tests.journeys.before import (
    act_closed_too_early,
    at_now,
    group_before,
    month_before,
    week_before,
    weeks_before,
)
from tests.journeys.desk import Desk
from tests.journeys.keys import desks_template
from tests.journeys.xvfb_screen import Screen, missing
from tests.models.laptops import PASSPHRASE
from tests.views.offices import COORDINATOR, FACILITATOR, SECRETARY, copy_offices, elsewhere

__all__ = ["desks_template"]

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(bool(missing()), reason=f"not installed: {', '.join(missing())}"),
]


@pytest.fixture
def laptops(desks_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the three laptops."""
    monkeypatch.setenv("KIPU_KDF", "floor")
    return copy_offices(desks_template, tmp_path / "desks")


@pytest.fixture
def screen(tmp_path: Path) -> Iterator[Screen]:
    made = Screen(tmp_path / "shots")
    yield made
    made.close()


def _desk(laptops: Path, name: str) -> Desk:
    return Desk(laptops / name, PASSPHRASE)


def test_the_secretary_closes_an_act(laptops: Path, screen: Screen, tmp_path: Path) -> None:
    before = elsewhere(laptops, SECRETARY)
    month_before(before)
    before.close()
    desk = _desk(laptops, SECRETARY)
    screen.start(desk)
    screen.shoot("secretary-1-home")
    screen.press("alt+4", "ctrl+n", "Return", "F2")
    screen.write("elen", "Return")
    screen.write("poli", "Return")
    screen.write("tapuy", "Return")
    screen.press("ctrl+i", "F3")
    screen.write("Se informa que tres alarmas no suenan.")
    screen.press("F5")
    screen.write("Comprar sirenas nuevas", "Tab", "Tab")
    screen.write("B", "Return")
    screen.press("F6")
    screen.write("121")
    screen.shoot("secretary-2-vote")
    screen.press("Return", "F7", "Return")
    screen.press("F3", "ctrl+End", "Return")
    screen.write("Revisar las tres alarmas", "ctrl+m")
    screen.write("agui", "Tab")
    screen.write("+10", "Tab", "Return")
    screen.shoot("secretary-3-decided")
    screen.press("F11", "Return", "Escape")
    screen.find("Minutes are approved")
    screen.find("Close the act")
    screen.shoot("secretary-4-closing")
    screen.press("Return")
    screen.shoot("secretary-5-closed")
    paper = tmp_path / "acta.pdf"
    screen.press("ctrl+p")
    screen.find("Save as PDF")
    screen.focus()
    screen.press("ctrl+a")
    screen.write(str(paper))
    screen.shoot("secretary-6-file")
    screen.press("Return")
    screen.focus()
    screen.shoot("secretary-7-written")
    screen.quit()
    [act] = [one for one in desk.tell("meeting", "list") if one["number"] == "002-2026"]
    shown = desk.tell("meeting", "show", act["id"])
    assert [one["vote"] for one in shown["motions"]] == ["nominal"]
    assert shown["commitments"][0]["responsible"] == "Luis Aguinda"
    assert desk.tell("acta", act["id"], "--verify", str(paper)) == {"match": "same", "intact": True}
    assert "closed" in desk.refused("meeting", "commit", act["id"], "Otro")


def test_the_facilitator_goes_on_after_the_laptop_died(laptops: Path, screen: Screen) -> None:
    before = at_now(laptops, FACILITATOR)
    syncing.sync(before.project, str(laptops / "share"))
    weeks_before(before.project)
    group_before(before.project)
    before.close()
    desk = _desk(laptops, FACILITATOR)
    screen.start(desk)
    screen.shoot("facilitator-1-home")
    screen.press("alt+2", "Return")
    screen.shoot("facilitator-2-interview")
    screen.write("abc 44")
    screen.shoot("facilitator-3-typed")
    screen.kill()
    screen.start(desk)
    screen.press("alt+2", "Return")
    screen.shoot("facilitator-4-there-again")
    screen.press("F6", "alt+3", "Return")
    screen.press("1")
    screen.write("De noche no se ve el puente.", "ctrl+2")
    screen.write("Falta luz en la cancha.", "Return")
    screen.shoot("facilitator-5-group")
    screen.find("Finish")
    screen.find("Finish the talk")
    screen.press("alt+8", "F5")
    screen.shoot("facilitator-6-synced")
    screen.quit()
    assert desk.tell("status")["pending"] == 0


def test_the_coordinator_settles_a_friday(laptops: Path, screen: Screen) -> None:
    week_before(laptops)
    act_closed_too_early(laptops)
    desk = _desk(laptops, COORDINATOR)
    assert len(desk.tell("conflicts")) == 1
    screen.start(desk)
    screen.shoot("coordinator-1-home")
    screen.press("alt+8", "F5")
    screen.shoot("coordinator-2-synced")
    screen.press("alt+9", "1")
    screen.shoot("coordinator-3-marked")
    screen.press("Return", "1", "Return")
    screen.shoot("coordinator-4-late")
    screen.find("Take in as an addendum")
    screen.find("Add the addendum")
    screen.shoot("coordinator-5-settled")
    screen.press("alt+8", "F5")
    screen.shoot("coordinator-6-sent")
    screen.quit()
    assert desk.tell("conflicts") == []
    assert desk.tell("duplicates", "--kind", "person") == []
    assert desk.tell("withheld") == []
    status = desk.tell("status")
    assert (status["pending"], status["conflicts"]) == (0, 0)
    assert desk.tell("verify")["ok"]
