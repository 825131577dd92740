"""What hesitating people found at the meeting desk, by keyboard on a real project."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QPushButton, QScrollArea, QWidget

from app.models.commands import records
from app.models.ledger import RecordKey
from app.models.project import Project
from app.models.queries import records as reading
from app.models.queries.meetings import desk as snapshot
from app.views.pages import meeting_papers
from app.views.pages.meeting_committees import CommitteesPage
from app.views.shared import Shared
from app.views.theme import theme
from tests.views.councils import Player, make_committee, make_meeting, meetings_page
from tests.views.offices import Office


def _is_whole(widget: QWidget, within: QWidget) -> bool:
    """Whether nothing of a widget is cut off by what it lies in."""
    shown = QRect(widget.mapTo(within, QPoint(0, 0)), widget.size())
    return widget.isVisible() and widget.visibleRegion().boundingRect().size() == shown.size()


def _main_buttons(page: QWidget) -> list[str]:
    return [one.text() for one in page.findChildren(QPushButton)
            if one.isVisible() and one.property("kind") == "main"]  # fmt: skip


# -- the strip of a commitment ---------------------------------------------------------------------


@pytest.mark.qt_log_ignore("does not support", extend=True)
def test_a_refusal_goes_as_soon_as_its_field_is_touched(player: Player) -> None:
    player.open_session()
    player.press("F3", "F4")
    strip = player.desk().acts.commitment
    player.type("Cambiar el foco", enter=True)
    assert strip.refusal() == "Say who does it."
    strip.who.setFocus()
    player.type("b")
    assert strip.refusal() == ""
    player.type("ombe")
    strip.due.setFocus()
    player.type("pronto", enter=True)
    assert "is not a date" in strip.refusal()
    player.press("Backspace")
    assert strip.refusal() == ""


def test_what_a_day_means_stands_there_only_where_there_is_one(player: Player) -> None:
    player.open_session()
    player.press("F3", "F4")
    strip = player.desk().acts.commitment
    assert not strip._meant.isVisible()
    strip.due.setFocus()
    player.type("+10")
    assert strip._meant.isVisible()


@pytest.mark.parametrize("height", [560, 620, 690])
def test_the_button_that_keeps_is_whole_in_a_low_window(
    qtbot: Any, office: Office, shared: Shared, height: int
) -> None:
    key = office.run(make_meeting)
    player = meetings_page(qtbot, office, shared, height)
    player.page.open(key)  # type: ignore[attr-defined]
    office.settle()
    player.open_session()
    player.press("F3", "F4")
    player.type("Cambiar el foco", enter=True)
    strip = player.desk().acts.commitment
    assert strip.refusal()
    assert _is_whole(strip._keep, player.page)


@pytest.mark.qt_log_ignore("does not support", extend=True)
def test_a_new_commitment_is_brought_into_sight_and_marked(player: Player) -> None:
    player.open_session()
    for number in range(12):
        # Offscreen a list of suggestions may take the activation with it.
        player.page.activateWindow()
        player.press("F3", "F4")
        strip = player.desk().acts.commitment
        assert not strip.isHidden()
        strip.text.setPlainText(f"Cosa {number}")
        strip.who.setFocus()
        strip.who.setText("Bomberos")
        strip.due.setFocus()
        player.press(Qt.Key.Key_Return)
        assert strip.isHidden(), strip.refusal()
    made = player.office.run(snapshot, player.desk().key).commitments
    assert len(made) == 12
    promises = player.desk().promises
    assert promises.is_pointed_out(made[-1].key)
    assert not promises.is_pointed_out(made[0].key)


# -- before the session ----------------------------------------------------------------------------


def test_a_session_refused_for_want_of_quorum_says_so_once(player: Player) -> None:
    player.check_in("elen")
    desk = player.desk()
    assert "no quorum" in desk.next.text().lower()
    player.press("Ctrl+I")
    assert "no quorum" in desk.banner.text().lower()
    assert "no quorum" not in desk.next.text().lower()
    desk.banner.dismiss()
    assert "no quorum" in desk.next.text().lower()


def _two_committees(project: Project) -> tuple[RecordKey, RecordKey]:
    first = make_committee(project)
    second = records.new(project, "committee", {"name": "Zona Norte"}, first.space)
    return first, second


def _owner(player: Player) -> RecordKey | None:
    return player.office.run(reading.parent, player.desk().key)


def test_a_new_meeting_takes_the_committee_of_the_one_chosen(
    qtbot: Any, office: Office, shared: Shared
) -> None:
    _first, second = office.run(_two_committees)
    player = meetings_page(qtbot, office, shared)
    player.page.begin_for(second)  # type: ignore[attr-defined]
    assert player.page.making.chosen() == second  # type: ignore[attr-defined]
    player.press(Qt.Key.Key_Return)
    assert _owner(player) == second
    player.press("Alt+Up", "Ctrl+N")
    assert player.page.making.chosen() == second  # type: ignore[attr-defined]


def test_the_committees_page_begins_a_meeting_of_the_row_chosen(
    qtbot: Any, office: Office, shared: Shared
) -> None:
    office.run(_two_committees)
    page = CommitteesPage(shared)
    qtbot.addWidget(page)
    page.resize(1180, 690)
    page.show()
    page.activateWindow()
    office.settle()
    asked: list[tuple[str, RecordKey]] = []
    shared.begin_asked.connect(lambda area, key: asked.append((area, key)))
    page.take_focus()
    Player(office, page).press(Qt.Key.Key_Down)
    chosen = page.list.current_key()
    page._meeting.setFocus()
    Player(office, page).press(Qt.Key.Key_Space)
    assert asked == [("meetings", chosen)]


# -- room ------------------------------------------------------------------------------------------


def test_one_button_is_the_main_one(player: Player) -> None:
    desk = player.desk()
    assert _main_buttons(desk) == ["Open the session (Ctrl+I)"]
    player.press("Ctrl+P")
    assert _main_buttons(desk) == ["Look at it"]
    player.press(Qt.Key.Key_Escape)
    assert _main_buttons(desk) == ["Open the session (Ctrl+I)"]


def test_twice_as_large_text_needs_no_scrolling_sideways(
    qtbot: Any, office: Office, shared: Shared
) -> None:
    key = office.run(make_meeting)
    theme().apply("light", 2.0)
    try:
        player = meetings_page(qtbot, office, shared, 690)
        page = player.page
        page.resize(1290, 690)
        page.open(key)  # type: ignore[attr-defined]
        office.settle()
        player.open_session()
        desk = player.desk()
        assert desk.minimumSizeHint().width() <= 1290
        assert _is_whole(desk.foot.more, page)
        assert [one.text() for one in desk.foot.buttons.values() if one.isVisible()] == [
            "Attendance F2", "Text F3", "Commitments Shift+F4",
        ]  # fmt: skip
        desk.foot.more.actions_["meeting.motion"].trigger()
        office.settle()
        assert not desk.acts.motion.isHidden()
        assert _is_whole(desk.acts.motion._keep, page)
        for area in page.findChildren(QScrollArea):
            assert not area.horizontalScrollBar().isVisible()
    finally:
        theme().apply("light", 1.0)


# -- the act ---------------------------------------------------------------------------------------


def test_a_pdf_in_hand_is_compared_with_the_act_that_was_closed(
    player: Player, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    player.open_session()
    player.press("F11", Qt.Key.Key_Return, Qt.Key.Key_Escape)
    desk = player.desk()
    player.press("Ctrl+P")
    assert not desk.papers.buttons["compare"].isVisible()
    player.press(Qt.Key.Key_Escape)
    for step in ("approve", "close"):
        desk.next.buttons[step].setFocus()
        player.press(Qt.Key.Key_Space)
    player.press(Qt.Key.Key_Return)
    assert desk.top.state() == "Closed"
    path = tmp_path / "acta.pdf"
    monkeypatch.setattr(meeting_papers.files, "to_save", lambda *_args: path)
    monkeypatch.setattr(meeting_papers.files, "to_open", lambda *_args: path)
    player.press("Ctrl+P")
    for button, said in (("pdf", "is written"), ("compare", "to the last byte")):
        desk.papers.buttons[button].setFocus()
        player.press(Qt.Key.Key_Space)
        assert said in desk.banner.text()
    path.write_bytes(b"%PDF-1.4 another")
    player.press(Qt.Key.Key_Space)
    assert desk.banner.text().startswith("This is not the PDF that act")


def test_a_long_name_of_a_committee_is_never_cut(player: Player) -> None:
    desk = player.desk()
    long = "Consejo Cantonal de Seguridad Ciudadana y Convivencia Social Pacífica de Arajuno"
    committee = player.office.run(reading.parent, desk.key)
    player.office.run(records.edit, committee, {"name": long})
    desk.refresh()
    player.office.settle()
    title = desk.top._title
    assert long in title.text()
    assert title.heightForWidth(title.width()) <= title.height()
