"""Lists and editors of every kind, worked by keyboard on a real project."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit

from app.models.commands import records as writing
from app.models.commands.membership import add_space
from app.models.project import Project
from app.models.queries import conflicts, lists, records
from app.models.queries.lists import Listing
from app.views import files
from app.views.pages.lists import ListPage
from app.views.pages.meetings import MeetingsPage
from app.views.pages.record_panel import RecordPanel
from app.views.widgets.editor import KEEP_MS
from tests.views.windows import Window, ask

CTRL = Qt.KeyboardModifier.ControlModifier


def field(page: ListPage, id_: str) -> Any:
    """The control of a field in the sheet."""
    return panel(page).editor._lines[id_].input.control()


def panel(page: ListPage) -> RecordPanel:
    found = page.sheet.panel()
    assert found is not None
    return found


def keep(window: Window, page: ListPage) -> None:
    """Let the pause after the last key go by."""
    window.qtbot.waitUntil(lambda: not panel(page).editor._pause.isActive(), timeout=KEEP_MS * 10)
    window.settle()


def new(window: Window, page: ListPage) -> None:
    window.press(page, Qt.Key.Key_N, modifier=CTRL)


def column(page: ListPage, at: int = 0) -> list[str]:
    """The texts of a column as the list shows them."""
    model = page.list.model
    return [str(model.index(row, at).data()) for row in range(model.rowCount())]


def link(window: Window, control: QLineEdit, typed: str) -> None:
    """Find a record by typing and take the first that is offered."""
    control.setFocus()
    window.qtbot.keyClicks(control, typed)
    window.qtbot.waitUntil(lambda: control.completer().popup().isVisible(), timeout=5000)
    window.qtbot.keyClick(control.completer().popup(), Qt.Key.Key_Down)
    window.qtbot.keyClick(control.completer().popup(), Qt.Key.Key_Return)
    window.settle()


def make_committee(window: Window) -> ListPage:
    page: ListPage = window.go("committees")
    new(window, page)
    window.type(field(page, "name"), "Consejo de Seguridad")
    keep(window, page)
    return page


def test_a_new_record_is_kept_as_soon_as_it_can_be(window: Window) -> None:
    page: ListPage = window.go("people")
    assert page.list._empty_words == ("Nothing here yet: People.", "Add: Person")
    new(window, page)
    assert page.sheet._title.text() == "New: Person"
    window.type(field(page, "phone"), "0991234567")
    keep(window, page)
    assert page.list.model.rowCount() == 0
    window.type(field(page, "name"), "Nayra Shiguango")
    keep(window, page)
    assert column(page) == ["Nayra Shiguango"]
    assert page.sheet._title.text() == "Nayra Shiguango"
    assert page.sheet.kept.text().startswith("kept ")
    assert "kept " in window.frame.status_text()


def test_what_is_not_kept_is_said_and_can_go_on(window: Window) -> None:
    page: ListPage = window.go("people")
    new(window, page)
    window.type(field(page, "phone"), "0991234567")
    window.press(field(page, "phone"), Qt.Key.Key_Escape)
    assert page.banner.text() == "Kept on this laptop as a draft; it still needs: Name."
    window.push("Go on", page)
    assert field(page, "phone").text() == "0991234567"
    window.type(field(page, "name"), "Nayra")
    keep(window, page)
    assert column(page) == ["Nayra"]


@pytest.mark.qt_log_ignore("does not support", extend=True)
def test_a_meeting_with_attendance_and_a_resolution_by_keyboard(window: Window) -> None:
    committees = make_committee(window)
    window.press(field(committees, "name"), Qt.Key.Key_Escape)
    page: MeetingsPage = window.go("meetings")
    window.press(page.list.table, Qt.Key.Key_N, modifier=CTRL)
    page.making.date.clear()
    window.type(page.making.date, "2026-11-20", enter=True)
    desk = page.desk()
    assert desk is not None
    desk.top.details.emit()
    window.settle()
    window.type(field(page, "subject"), "Alarmas comunitarias")
    keep(window, page)
    assert column(page, 1) == ["Alarmas comunitarias"]
    assert column(page, 2) == ["Consejo de Seguridad"]
    rows = panel(page)._rows
    window.press(rows["attendance"]._add, Qt.Key.Key_Space)
    for name in ("Rosa Tapuy", "Luis Aguinda"):
        window.type(field(page, "name"), name)
        keep(window, page)
        window.press(
            field(page, "name"), Qt.Key.Key_N, modifier=CTRL | Qt.KeyboardModifier.ShiftModifier
        )
    page.sheet.back()
    window.settle()
    assert panel(page)._rows["attendance"].titles() == ["Rosa Tapuy", "Luis Aguinda"]
    window.press(panel(page)._rows["resolution"]._add, Qt.Key.Key_Space)
    window.qtbot.keyClicks(field(page, "text"), "Se aprueba la alarma de Santa Clara.")
    keep(window, page)
    page.sheet.back()
    window.settle()
    assert panel(page)._rows["resolution"].heading() == "Resolutions · 1"
    assert panel(page)._rows["resolution"].titles() == ["Se aprueba la alarma de Santa Clara."]


@pytest.mark.qt_log_ignore("does not support", extend=True)
def test_a_committee_with_seats_and_rules_by_keyboard(window: Window) -> None:
    people: ListPage = window.go("people")
    new(window, people)
    window.type(field(people, "name"), "Rosa Tapuy")
    keep(window, people)
    window.press(field(people, "name"), Qt.Key.Key_Escape)
    page = make_committee(window)
    window.press(panel(page)._rows["seat"]._add, Qt.Key.Key_Space)
    window.type(field(page, "role"), "Alcalde")
    link(window, field(page, "holder"), "rosa")
    keep(window, page)
    window.press(
        field(page, "role"), Qt.Key.Key_N, modifier=CTRL | Qt.KeyboardModifier.ShiftModifier
    )
    window.type(field(page, "role"), "Comandante")
    keep(window, page)
    page.sheet.back()
    window.settle()
    assert panel(page)._rows["seat"].titles() == ["Alcalde · Rosa Tapuy", "Comandante"]
    window.press(panel(page)._rows["rule_set"]._add, Qt.Key.Key_Space)
    window.type(field(page, "article"), "Reglamento, art. 7")
    keep(window, page)
    page.sheet.back()
    window.settle()
    assert panel(page)._rows["rule_set"].heading() == "Rules of committees · 1"
    assert panel(page)._rows["rule_set"].titles() == ["Reglamento, art. 7"]


def test_closing_needs_a_second_step(window: Window) -> None:
    committees = make_committee(window)
    window.press(panel(committees)._rows["meeting"]._add, Qt.Key.Key_Space)
    window.type(field(committees, "date"), "2026-11-20")
    keep(window, committees)
    window.push("Close for good", committees.sheet)
    assert committees.sheet.banner.text().startswith("Close “20 Nov 2026”")
    window.push("Close it", committees.sheet)
    assert panel(committees)._state.text().startswith("Closed: ")


def test_deleting_says_what_goes_and_undo_brings_it_back(window: Window) -> None:
    page = make_committee(window)
    window.press(panel(page)._rows["seat"]._add, Qt.Key.Key_Space)
    window.type(field(page, "role"), "Presidencia")
    keep(window, page)
    page.sheet.back()
    window.settle()
    window.push("Delete", page.sheet)
    text = page.sheet.banner.text()
    assert text.startswith("Delete “Consejo de Seguridad”?")
    assert "1 record that belongs to it goes with it." in text
    window.push("Delete it", page.sheet)
    assert page.list.model.rowCount() == 0
    assert page.banner.text() == "“Consejo de Seguridad” is deleted."
    undo = window.frame.actions_["project.undo"]
    assert undo.text() == "Undo: deleting “Consejo de Seguridad”"
    undo.trigger()
    window.settle()
    assert column(page) == ["Consejo de Seguridad"]
    assert len(ask(window, lists.page, Listing("seat"), 0, 9)) == 1


def test_undo_sets_back_what_was_typed(window: Window) -> None:
    page = make_committee(window)
    field(page, "name").selectAll()
    window.type(field(page, "name"), "Otro nombre")
    keep(window, page)
    assert column(page) == ["Otro nombre"]
    undo = window.frame.actions_["project.undo"]
    assert undo.text() == "Undo: Name of “Otro nombre”"
    undo.trigger()
    window.settle()
    assert column(page) == ["Consejo de Seguridad"]
    assert field(page, "name").text() == "Consejo de Seguridad"


def test_history_is_told_in_words(window: Window) -> None:
    page = make_committee(window)
    field(page, "name").selectAll()
    window.type(field(page, "name"), "Otro nombre")
    keep(window, page)
    window.push("History", page.sheet)
    told = [one.text() for one in panel(page).findChildren(QLabel) if one.text()]
    assert "Name: Otro nombre" in told
    assert "Name: Consejo de Seguridad" in told
    assert any("Elena Grefa on L1" in one for one in told)


def test_what_arrives_while_typing_is_not_overwritten_unseen(window: Window) -> None:
    page = make_committee(window)
    shown = panel(page).record()
    assert shown is not None
    control = field(page, "name")
    control.selectAll()
    window.qtbot.keyClicks(control, "Typed here")
    # Before the pause is over, another value arrives through the same door.
    ask(window, _arrive, shown.key)
    keep(window, page)
    found = ask(window, conflicts.of_record, shown.key)
    assert {one.value for one in found[0].versions} == {"Arrived", "Typed here"}
    assert "side by side" in panel(page)._state.text()


def _arrive(project: Project, key: Any) -> Any:
    return writing.edit(project, key, {"name": "Arrived"}, records.heads(project, key))


def test_a_value_that_cannot_be_is_refused_beside_its_field(window: Window) -> None:
    page = make_committee(window)
    window.type(field(page, "term_from"), "2027")
    window.type(field(page, "term_to"), "2026")
    keep(window, page)
    assert panel(page).editor.problems() == {"term_to": "The term cannot end before it begins."}
    field(page, "term_to").selectAll()
    window.type(field(page, "term_to"), "2028")
    keep(window, page)
    assert panel(page).editor.problems() == {}
    shown = panel(page).record()
    assert shown is not None
    assert (shown.values["term_from"], shown.values["term_to"]) == ("2027", "2028")


def test_a_list_is_exported_as_it_is_shown(
    window: Window, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = make_committee(window)
    out = tmp_path / "out.csv"
    monkeypatch.setattr(files, "to_save", lambda *_: out)
    page.list.export_asked.emit()
    assert page.exporting.isVisible()
    page.exporting.csv.click()
    window.settle()
    assert "1 row is in" in page.banner.text()
    assert not page.exporting.isVisible()
    header, row = out.read_text("utf-8-sig").splitlines()
    assert header.startswith("Name,Type,Status")
    assert row.startswith("Consejo de Seguridad,,Active")

    page.list.export_asked.emit()
    page.exporting.what.setCurrentIndex(1)
    page.exporting.csv.click()
    window.settle()
    header, row = out.read_text("utf-8-sig").splitlines()
    assert header.startswith("id,space,name,type,status")
    assert ",Consejo de Seguridad,,active" in row


def test_a_space_is_chosen_for_every_list(window: Window) -> None:
    ask(window, add_space, "Arajuno")
    window.frame.go("home")
    window.qtbot.wait(350)
    window.settle()
    page: ListPage = window.go("people")
    new(window, page)
    assert panel(page)._where.currentText() in ("Arajuno", "Consejo Cantonal")
    window.type(field(page, "name"), "Nayra")
    keep(window, page)
    shared = page._shared
    other = next(one for one in shared.own_spaces() if one.name == "Consejo Cantonal")
    mine = panel(page).record()
    assert mine is not None
    shared.choose_space(other.id)
    window.settle()
    assert page.list.model.rowCount() == (1 if mine.key.space == other.id else 0)
    assert window.frame.status_text().endswith("space Consejo Cantonal")
