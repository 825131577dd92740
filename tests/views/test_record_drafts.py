"""A record begun and not complete is kept: through closing, hiding, locking and coming back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt

from app.models import drafts, unfinished
from app.models.commands import records
from app.models.ledger import RecordKey
from app.models.project import Project
from app.models.queries import lists
from app.models.queries.lists import Listing
from app.models.spaces import only_space
from app.views import unlocking
from app.views.pages.lists import ListPage
from app.views.pages.record_panel import RecordPanel
from app.views.widgets.editor import KEEP_MS
from tests.views.windows import Window, ask

CTRL = Qt.KeyboardModifier.ControlModifier


def _panel(page: ListPage) -> RecordPanel:
    found = page.sheet.panel()
    assert found is not None
    return found


def _field(page: ListPage, id_: str) -> Any:
    return _panel(page).editor._lines[id_].input.control()


def _keep(window: Window, page: ListPage) -> None:
    timer = _panel(page).editor._pause
    window.qtbot.waitUntil(lambda: not timer.isActive(), timeout=KEEP_MS * 10)
    window.settle()


def _begin(window: Window) -> ListPage:
    page: ListPage = window.go("people")
    window.press(page, Qt.Key.Key_N, modifier=CTRL)
    window.type(_field(page, "phone"), "0991234567")
    return page


def test_what_is_typed_is_kept_before_it_can_be_a_record(window: Window) -> None:
    page = _begin(window)
    _keep(window, page)
    assert page.sheet.kept.text().startswith("kept ")
    [draft] = ask(window, drafts.all_drafts, "person")
    assert unfinished.values(draft)["phone"] == "0991234567"
    assert ask(window, lists.count, Listing("person")) == 0


def test_hiding_at_once_loses_nothing_and_coming_back_reopens_it(
    window: Window, qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Hiding ends the process; here another window stands for the one that comes up instead.
    monkeypatch.setattr(unlocking, "replace_process", [].append)
    _begin(window)
    window.press(window.frame, Qt.Key.Key_F8)
    again = Window(qtbot, tmp_path)
    again.unlock()
    [line] = again.page().lines()
    assert line.startswith("Person: begun and not complete")
    again.push(f"Go on: {line}", again.page())
    page: ListPage = again.page()
    assert _field(page, "phone").text() == "0991234567"
    assert _panel(page)._state.text() == (
        "Begun before and kept on this laptop; it still needs: Name."
    )
    again.close()


def test_complete_it_is_a_record_and_no_draft_is_left(window: Window) -> None:
    page = _begin(window)
    _keep(window, page)
    window.type(_field(page, "name"), "Nayra")
    _keep(window, page)
    assert ask(window, lists.count, Listing("person")) == 1
    assert ask(window, drafts.all_drafts, "person") == []


def test_what_is_emptied_again_is_forgotten(window: Window) -> None:
    page = _begin(window)
    _keep(window, page)
    _field(page, "phone").selectAll()
    window.press(_field(page, "phone"), Qt.Key.Key_Delete)
    _keep(window, page)
    assert ask(window, drafts.all_drafts, "person") == []
    window.press(_field(page, "phone"), Qt.Key.Key_Escape)
    assert page.banner.text() == ""


def test_what_belongs_to_a_record_leads_back_to_it(window: Window) -> None:
    owner = ask(window, _committee)
    ask(window, unfinished.keep, "seat", owner, None, {"notes": "falta el cargo"})
    home: Any = window.go("home")
    [line] = [one for one in home.lines() if one.startswith("Seat: begun")]
    window.push(f"Open it: {line}", home)
    page: ListPage = window.page()
    shown = _panel(page).record()
    assert shown is not None
    assert shown.key == owner


def _committee(project: Project) -> RecordKey:
    return records.new(project, "committee", {"name": "Consejo"}, only_space(project).id)
