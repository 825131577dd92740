"""The facilitator's weeks by keyboard alone: an interview, a focus group, and the sync."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.models.commands import syncing
from app.models.queries import lists
from app.views.pages.form import FormPage
from app.views.pages.interviews import InterviewsPage
from app.views.widgets.answers import keys_for
from sync.ports import RemoteMissing
from sync.remotes.folder import FolderRemote
from tests.journeys.before import weeks_before
from tests.journeys.forking import ROOT
from tests.journeys.keys import Keyboard, Sit, desks, desks_template, sit
from tests.views.offices import COORDINATOR, FACILITATOR, elsewhere

__all__ = ["desks", "desks_template", "sit"]

_MOST_QUESTIONS = 120
_LONG = "/propuesta"
_YES = {"adulto", "acepta"}


def test_three_weeks_offline(desks: Path, sit: Sit, monkeypatch: pytest.MonkeyPatch) -> None:
    line = Line(monkeypatch)
    before = elsewhere(desks, FACILITATOR)
    weeks_before(before.project)
    before.close()
    keys = sit(FACILITATOR)
    keys.sees("change not sent", "1 not sent, last sync", "ARJ-L2-002 · Percepción")
    _begin_interview(keys)
    keys.close()
    _killed_while_typing(desks)
    # Whoever unlocks again finds the interview where it was, and what the dead one had kept.
    keys = sit(FACILITATOR)
    _go_on(keys)
    _focus_group(keys)
    _sync_cut_twice(keys, desks / "share", line)
    keys.close()
    _nothing_came_twice(desks, line)


# -- the interview ---------------------------------------------------------------------------------


def _begin_interview(keys: Keyboard) -> None:
    keys.press("Alt+2")
    keys.sees("Start one, go on with one", "ARJ-L2-002")
    keys.choose("Questionnaire", "ogar")
    keys.press("Ctrl+N")
    keys.sees("Barrio, recinto o comunidad", "ARJ-L2-003")
    keys.write("La Unión", "Return")
    _answer_until(keys, "personas")
    keys.write("0", "Return")
    # The form is asked in Spanish, so that is how it answers, whatever the window speaks.
    keys.sees("Debe ser un número entre 1 y 40.", "Pause")
    assert _form(keys).path().endswith("/personas")
    keys.press("Backspace")
    keys.write("5")
    keys.press("F6")
    keys.sees("ARJ-L2-003 · Victimización", " answered · ")


def _go_on(keys: Keyboard) -> None:
    keys.sees("ARJ-L2-003")
    keys.tab_to("Go on: ARJ-L2-003")
    keys.press("Return")
    form = _form(keys)
    assert form.path().endswith("/personas")
    assert form._interview.question(form.path()).value == 7
    keys.sees("7")
    keys.press("Return")
    _answer_until(keys, "")
    keys.sees("Finish")
    keys.press("Return")
    keys.sees("ARJ-L2-003 is")


def _answer_until(keys: Keyboard, name: str) -> None:
    """Answer question after question, yes where it must be and no wherever it can be."""
    for _turn in range(_MOST_QUESTIONS):
        form = _form(keys)
        path = form.path()
        if path.rpartition("/")[2] == name:
            return
        question = form._interview.question(path)
        if question.kind in ("select_one", "select_multiple"):
            codes = [code for code, _label in question.choices]
            wanted = "no" if "no" in codes and path.rpartition("/")[2] not in _YES else codes[0]
            keys.press(keys_for(codes)[codes.index(wanted)])
        elif question.kind == "integer":
            keys.write("3")
        # In a long text Enter begins a line.
        keys.press("Alt+Right" if path.endswith(_LONG) else "Return")
        assert form.path() != path, f"{path}: {form.refusal()}"
    raise AssertionError("the form has no end")


def _form(keys: Keyboard) -> FormPage:
    page = keys.window.page()
    assert isinstance(page, InterviewsPage)
    form = page.interview()
    assert form is not None, keys.screen()
    return form


def _killed_while_typing(desks: Path) -> None:
    """A window goes on with the interview; the laptop dies as soon as it says "kept"."""
    command = [sys.executable, "-m", "tests.journeys.keys_child"]
    command += [str(desks / FACILITATOR), "ARJ-L2-003", "7"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen"}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment
    ) as child:
        assert child.stdout is not None
        said = child.stdout.readline()
        child.kill()
    assert said == "kept\n"


# -- the focus group -------------------------------------------------------------------------------


def _focus_group(keys: Keyboard) -> None:
    keys.press("Alt+3", "Ctrl+N")
    keys.sees("New: Focus group")
    keys.tab_to("Topic")
    keys.write("El alumbrado del río")
    keys.sees("1 row", "kept ")
    keys.push("Sit down")
    keys.sees("not begun", "Nobody’s turn")
    for sex in ("Woman", "Man"):
        _seat(keys, sex)
    keys.press("Esc")
    keys.sees("M1 · key 1", "H1 · key 2", "not to be quoted")
    keys.press("1")
    keys.sees("M1 · 00:00:0")
    keys.write("De noche no se ve el puente.", "Ctrl+2")
    keys.write("Falta luz en la cancha.", "Return")
    keys.sees(
        "M1 · De noche no se ve el puente.", "H1 · Falta luz en la cancha.", "the talk goes on"
    )
    keys.find("Finish")
    keys.sees("Is the talk over?")
    keys.push("Finish the talk")
    keys.sees("The talk is finished; it travels with the next sync.")


def _seat(keys: Keyboard, sex: str) -> None:
    keys.press("F2")
    for consent in ("Yes", "Yes", "No", sex):
        keys.write(consent, "Tab")
    keys.press("Return")


# -- the sync --------------------------------------------------------------------------------------


class Line:
    """The line to the share: what went over it, and a knife."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.written: list[str] = []
        self.cut_at: str = ""
        put, replace = FolderRemote.put, FolderRemote.replace

        def watched_put(remote: FolderRemote, path: str, data: bytes) -> bool:
            self._may_fall("before", remote, path)
            is_new = put(remote, path, data)
            if is_new:
                self.written.append(path)
            self._may_fall("after", remote, path)
            return is_new

        def watched_replace(remote: FolderRemote, path: str, data: bytes) -> None:
            self._may_fall("before", remote, path)
            replace(remote, path, data)

        patch.setattr(FolderRemote, "put", watched_put)
        patch.setattr(FolderRemote, "replace", watched_replace)

    def _may_fall(self, when: str, remote: FolderRemote, path: str) -> None:
        """The line falls on the way there, or when all but the last word had come through."""
        if self.cut_at == when and path.startswith("spaces/"):
            self.cut_at = ""
            raise RemoteMissing("{place} is not there", place=remote.name, path=path)


def _sync_cut_twice(keys: Keyboard, share: Path, line: Line) -> None:
    keys.press("Alt+8")
    keys.tab_to("Folder of the share")
    keys.press("Ctrl+A")
    line.written.clear()
    line.cut_at = "after"
    keys.write(str(share), "Return")
    keys.sees("Your work is safe on this laptop.")
    assert line.written, "the line falls when something had gone already"
    line.cut_at = "before"
    keys.press("F5")
    keys.sees("Your work is safe on this laptop.")
    keys.press("F5")
    keys.sees("Synced. Everything is written.", "Everything is sent")


def _nothing_came_twice(desks: Path, line: Line) -> None:
    """No file was written a second time, and the coordinator has each thing once."""
    assert len(line.written) == len(set(line.written)), line.written
    ours = elsewhere(desks, COORDINATOR)
    syncing.sync(ours.project, str(desks / "share"))
    source = lists.Listing("response")
    folios = sorted(str(row.values["folio"]) for row in lists.every(ours.project, source))
    assert folios == ["ARJ-L2-001", "ARJ-L2-003"]
    assert lists.count(ours.project, lists.Listing("turn")) == 2
    ours.verify()
    ours.close()
