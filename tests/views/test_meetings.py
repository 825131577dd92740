"""A whole meeting by keyboard on a real project, asserting what the screen says."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from app.models import drafts
from app.models.commands import meetings as commands
from app.models.commands import syncing
from app.models.queries import records
from app.models.queries.meetings import desk as snapshot
from app.views.pages import meeting_papers, meeting_reads
from app.views.shared import Shared
from tests.views.councils import Player, make_committee, make_meeting, meetings_page
from tests.views.offices import SECRETARY, elsewhere

# -- before the session ----------------------------------------------------------------------------


def test_without_a_committee_the_page_says_where_to_begin(qtbot, office, shared) -> None:
    player = meetings_page(qtbot, office, shared)
    went: list[str] = []
    shared.open_asked.connect(went.append)
    assert "No committee yet" in player.page.list._empty._sentence.text()
    player.press("Ctrl+N")
    assert went == ["committees"]


def test_a_meeting_is_made_of_a_committee_by_one_key_and_enter(qtbot, office, shared) -> None:
    office.run(make_committee)
    player = meetings_page(qtbot, office, shared)
    player.press("Ctrl+N", Qt.Key.Key_Return)
    desk = player.desk()
    assert desk.top.text().startswith("Act 001-2026 · Consejo Cantonal · Ordinary") or (
        "Consejo Cantonal" in desk.top.text()
    )
    assert "No quorum: 0 of 5 · needs 3" in desk.top.text()
    assert desk.people.as_text().splitlines()[0] == "Elena Grefa · Alcaldía · presides · not here"
    assert "1. Roll call and quorum: to come" in desk.agenda.as_text()
    player.press("Alt+Up")
    assert player.page.desk() is None  # type: ignore[attr-defined]


def test_a_wrong_date_is_refused_in_the_strip(qtbot, office, shared) -> None:
    office.run(make_committee)
    player = meetings_page(qtbot, office, shared)
    player.press("Ctrl+N")
    strip = player.page.making  # type: ignore[attr-defined]
    strip.date.setText("3/4/2026")
    player.press(Qt.Key.Key_Return)
    assert "is not a date" in strip.refusal()
    assert player.page.desk() is None  # type: ignore[attr-defined]


# -- attendance and quorum -------------------------------------------------------------------------


def test_people_are_checked_in_by_a_few_letters(player: Player) -> None:
    player.check_in("elen", "polic", "andi")
    said = player.desk().people.as_text()
    assert "Elena Grefa · Alcaldía · presides · here · " in said
    assert "Luis Aguinda · Policía Nacional · here · " in said
    assert "Quorum 3 of 5 · needs 3" in player.desk().top.text()


def test_who_is_here_already_is_not_checked_in_again(player: Player) -> None:
    player.check_in("elen", "elen")
    assert player.desk().people.answer().startswith("Elena Grefa is here since ")
    assert "1 of 5" in player.desk().top.text()


def test_an_unknown_name_becomes_a_guest_who_does_not_count(player: Player) -> None:
    player.press("F2")
    player.type("Padre Juan")
    assert player.desk().people.answer() == "Enter notes “Padre Juan” as a guest."
    player.press(Qt.Key.Key_Return)
    assert "Padre Juan · Guest · here" in player.desk().people.as_text()
    assert "No quorum: 0 of 5" in player.desk().top.text()


def test_the_alternates_name_seats_the_alternate(player: Player) -> None:
    player.check_in("shiguan")
    assert "Ana Shiguango · Policía Nacional · Alternate · here" in player.desk().people.as_text()
    assert "1 of 5" in player.desk().top.text()


def test_the_quorum_is_lost_the_moment_somebody_leaves(player: Player) -> None:
    player.open_session()
    quorum = player.desk().top.quorum
    assert quorum.text() == "Quorum 3 of 5 · needs 3"
    player.press("F2", Qt.Key.Key_Tab, Qt.Key.Key_Space)
    assert not quorum.holds()
    assert quorum.text() == "No quorum: 2 of 5 · needs 3"


def test_without_quorum_the_session_does_not_open(player: Player) -> None:
    player.check_in("elen")
    player.press("Ctrl+I")
    assert "no quorum: 1 of 5" in player.desk().banner.text()
    assert player.desk().top.state() == "Planned"


@pytest.mark.qt_log_ignore("does not support", extend=True)
def test_a_line_opens_with_its_times_and_delegation(player: Player) -> None:
    player.press("F2", Qt.Key.Key_Tab, Qt.Key.Key_Down, Qt.Key.Key_Return)
    strip = player.desk().acts.seat
    assert not strip.isHidden()
    strip.way.setCurrentIndex(strip.way.findData("delegate"))
    player.press(Qt.Key.Key_Return)
    assert strip.refusal() == "Write the name of who is delegated."
    strip.name.setFocus()
    player.type("Ines Licuy", enter=True)
    assert strip.isHidden()
    assert "Ines Licuy · " in player.desk().people.as_text()
    assert "Delegate · here" in player.desk().people.as_text()


# -- deciding --------------------------------------------------------------------------------------


def test_motion_vote_and_resolution_by_keyboard(player: Player) -> None:
    player.open_session()
    desk = player.desk()
    player.press("F3", "F5")
    player.type("Revisar las alarmas", enter=True)
    assert desk.decisions.as_text() == "Motion: Revisar las alarmas\nnot voted yet (F6)"
    player.press("F6")
    player.type("2")
    player.press(Qt.Key.Key_Tab)
    player.type("1", enter=True)
    assert "2 in favour, 1 against, 0 abstaining: carried" in desk.decisions.as_text()
    assert desk.banner.text().startswith("Carried: 2 in favour, 1 against")
    player.press("F7", Qt.Key.Key_Return)
    assert "Resolution 001-" in desk.decisions.as_text()
    assert desk.decisions.as_text().endswith(": Revisar las alarmas")


def test_a_vote_by_name_takes_one_key_a_person(player: Player) -> None:
    player.open_session()
    player.press("F3", "F5")
    player.type("Comprar sirenas")
    player.press(Qt.Key.Key_Tab, Qt.Key.Key_Tab, Qt.Key.Key_Down, Qt.Key.Key_Return)
    player.press("F6")
    strip = player.desk().acts.vote
    player.type("12")
    player.press(Qt.Key.Key_Return)
    assert "Not voted yet: Rosa Tapuy" in strip.refusal()
    player.press("R")
    player.type("no hay rubro")
    player.press(Qt.Key.Key_Return)
    player.type("3")
    assert strip.says().startswith("In favour 1, against 1, abstentions 1.")
    player.press(Qt.Key.Key_Return)
    said = player.desk().decisions.as_text()
    assert "1 in favour, 1 against, 1 abstaining: lost" in said
    assert "Rosa Tapuy: abstains (no hay rubro)" in said


def test_without_quorum_a_vote_asks_twice_and_is_flagged(player: Player) -> None:
    player.open_session()
    player.press("F3", "F5")
    player.type("Comprar sirenas", enter=True)
    player.press("F6")
    strip = player.desk().acts.vote
    leaving = player.desk().desk().attendance[2].key  # type: ignore[union-attr]
    player.office.desk.do(commands.check_out, leaving)
    player.office.settle()
    strip.first().setFocus()
    player.type("2", enter=True)
    assert "Enter once more" in strip.refusal()
    player.press(Qt.Key.Key_Return)
    assert "carried · without quorum" in player.desk().decisions.as_text()


def test_f6_without_a_motion_says_what_to_do(player: Player) -> None:
    player.open_session()
    player.press("F6")
    assert player.desk().banner.text() == "No motion waits for a vote: F5 begins one."


# -- commitments -----------------------------------------------------------------------------------


@pytest.mark.qt_log_ignore("does not support", extend=True)
def test_a_commitment_is_made_of_the_line_the_cursor_is_in(player: Player) -> None:
    player.open_session()
    player.press("F3")
    player.type("Se habla del puente.")
    player.press(Qt.Key.Key_Return)
    player.type("Cambiar el foco del puente")
    player.press("Ctrl+M")
    strip = player.desk().acts.commitment
    assert strip.text.toPlainText() == "Cambiar el foco del puente"
    player.type("bombe")
    player.press(Qt.Key.Key_Tab)
    player.type("pronto", enter=True)
    assert "is not a date" in strip.refusal()
    strip.due.clear()
    player.type("+10", enter=True)
    said = player.desk().promises.as_text()
    assert "Cambiar el foco del puente\nBomberos · by " in said
    player.press("Shift+F4", "3")
    assert player.desk().promises.as_text().endswith(" · met")


# -- the text --------------------------------------------------------------------------------------


def _typed(player: Player, text: str) -> None:
    player.press("F3")
    player.type(text)
    player.desk().text.hand_over()
    player.office.settle()


def test_what_is_typed_is_kept_before_it_is_a_change(player: Player) -> None:
    player.open_session()
    _typed(player, "Se abre la sesion")
    assert player.desk().top.kept.text().startswith("kept ")
    (draft,) = player.office.run(drafts.all_drafts, meeting_reads.JOURNAL)
    assert "Se abre la sesion" in str(draft.body["texts"])
    assert player.office.run(snapshot, player.desk().key).agenda[0].text == ""


def test_leaving_an_item_makes_its_text_a_change_that_can_be_undone(
    player: Player, shared: Shared
) -> None:
    player.open_session()
    _typed(player, "Se abre la sesion")
    player.press("Alt+Right")
    assert player.office.run(snapshot, player.desk().key).agenda[0].text == "Se abre la sesion"
    assert player.office.run(drafts.all_drafts, meeting_reads.JOURNAL) == []
    assert player.desk().text.toPlainText() == ""
    assert "2. Opening of the session: now" in player.desk().agenda.as_text()
    player.press("Ctrl+1")
    assert player.desk().text.toPlainText() == "Se abre la sesion"
    assert shared.undo.text().startswith("Undo: ")


def test_a_journal_left_behind_is_taken_up(qtbot, office, shared) -> None:
    key = office.run(make_meeting)
    item = office.run(snapshot, key).agenda[0].key
    office.run(meeting_reads.keep, key, {item.id: meeting_reads.Typed("lo último")})
    player = meetings_page(qtbot, office, shared)
    player.page.open(key)  # type: ignore[attr-defined]
    office.settle()
    assert player.desk().text.toPlainText() == "lo último"
    assert office.run(snapshot, key).agenda[0].text == "lo último"
    assert office.run(drafts.all_drafts, meeting_reads.JOURNAL) == []


def test_what_a_sync_brings_shows_without_touching_what_is_typed(player: Player) -> None:
    player.open_session()
    player.press("F3")
    player.type("escribo ")
    desk = player.desk().desk()
    assert desk is not None
    player.office.desk.do(commands.guest, player.desk().key, "Visita")
    player.office.settle()
    player.type("y sigo")
    assert "Visita · Guest" in player.desk().people.as_text()
    assert player.desk().text.toPlainText() == "escribo y sigo"


def test_the_same_text_typed_on_two_laptops_stands_side_by_side(
    player: Player, offices: Path
) -> None:
    share = str(offices / "share")
    key = player.desk().key
    player.office.run(syncing.sync, share)
    player.office.settle()
    other = elsewhere(offices, SECRETARY)
    syncing.sync(other.project, share)
    item = snapshot(other.project, key).agenda[0].key
    _typed(player, "lo mio")
    commands.set_text(other.project, item, "lo suyo")
    syncing.sync(other.project, share)
    other.close()
    player.office.desk.do(syncing.sync, share)
    player.office.settle()
    assert player.desk().text.toPlainText() == "lo mio"
    player.press("Alt+Right")
    assert "side by side in Review" in player.desk().banner.text()
    assert player.office.run(records.conflicted, item) == {"discussion"}


# -- the wall, the end -----------------------------------------------------------------------------


def test_the_wall_shows_nothing_private(player: Player) -> None:
    player.open_session()
    _typed(player, "dicho en confianza")
    player.press("F5")
    player.type("Revisar las alarmas", enter=True)
    player.press("F9")
    wall = player.desk().projector
    assert wall is not None
    said = wall.as_text()
    assert "Consejo Cantonal" in said
    assert "Revisar las alarmas" in said
    assert "Elena" not in said
    assert "confianza" not in said
    wall.close()
    assert player.desk().projector is None


def test_the_end_the_approval_and_the_closing_take_their_steps(player: Player) -> None:
    player.open_session()
    player.press("F11")
    assert player.desk().banner.text().startswith("End the meeting now?")
    player.press(Qt.Key.Key_Return)
    assert player.desk().top.state() == "Held"
    assert not player.desk().papers.isHidden()
    player.press(Qt.Key.Key_Escape)
    steps = player.desk().next.buttons
    steps["approve"].setFocus()
    player.press(Qt.Key.Key_Space)
    assert player.desk().top.state() == "Minutes approved"
    steps["close"].setFocus()
    player.press(Qt.Key.Key_Space)
    assert "Nobody can open it again" in player.desk().banner.text()
    assert not player.office.run(snapshot, player.desk().key).is_closed
    player.press(Qt.Key.Key_Return)
    assert player.desk().top.state() == "Closed"
    assert player.desk().text.isReadOnly()


def test_escape_closes_a_strip_and_goes_back_to_the_text(player: Player) -> None:
    player.open_session()
    player.press("F3", "F5")
    assert not player.desk().acts.motion.isHidden()
    player.press(Qt.Key.Key_Escape)
    assert player.desk().acts.motion.isHidden()
    assert QApplication.focusWidget() is player.desk().text


def test_papers_are_looked_at_and_written_as_files(
    player: Player, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    player.open_session()
    _typed(player, "Se abre la sesion")
    player.press("Ctrl+P", Qt.Key.Key_Return)
    preview = player.desk().paperwork.preview()
    assert preview is not None
    assert preview.isVisible()
    assert preview.title.text() == "Minutes"
    player.press(Qt.Key.Key_Escape)
    assert not preview.isVisible()
    assert player.desk().text.isVisible()
    for suffix, magic in (("pdf", b"%PDF"), ("docx", b"PK")):
        path = tmp_path / f"acta.{suffix}"
        monkeypatch.setattr(meeting_papers.files, "to_save", lambda *_args, path=path: path)
        button = player.desk().papers.buttons[suffix]
        button.setFocus()
        player.press(Qt.Key.Key_Space)
        assert path.read_bytes().startswith(magic)
        assert f"“acta.{suffix}” is written" in player.desk().banner.text()


def test_a_motion_may_be_withdrawn_or_agreed_without_counting(player: Player) -> None:
    player.open_session()
    desk = player.desk()
    for text in ("Primera", "Segunda"):
        player.press("F3", "F5")
        player.type(text, enter=True)
    player.press("F6")
    strip = desk.acts.vote
    strip.buttons["withdrawn"].setFocus()
    player.press(Qt.Key.Key_Space)
    assert "Motion: Primera\nwithdrawn" in desk.decisions.as_text()
    player.press("F6")
    strip.way.setCurrentIndex(strip.way.findData("consensus"))
    assert strip.says() == "Nobody objects: there is nothing to count."
    player.press(Qt.Key.Key_Return)
    assert "Motion: Segunda\ncarried" in desk.decisions.as_text()


def test_points_are_added_moved_and_removed(player: Player) -> None:
    desk = player.desk()
    desk._add.setFocus()
    assert QApplication.focusWidget() is desk._add
    player.press(Qt.Key.Key_Space)
    assert not desk.acts.item.isHidden()
    player.type("Alarmas de Santa Clara", enter=True)
    assert desk._shared.undo.text() == "Undo: add the point “Alarmas de Santa Clara”"
    assert "2. Alarmas de Santa Clara: to come" in desk.agenda.as_text()
    player.press("Ctrl+2")
    for button, place in (("later", "3."), ("earlier", "2.")):
        desk._rename.setFocus()
        player.press(Qt.Key.Key_Space)
        desk.acts.item.buttons[button].setFocus()
        player.press(Qt.Key.Key_Space)
        assert f"{place} Alarmas de Santa Clara" in desk.agenda.as_text()
    desk._rename.setFocus()
    player.press(Qt.Key.Key_Space)
    desk.acts.item.buttons["removed"].setFocus()
    player.press(Qt.Key.Key_Space)
    assert "Alarmas" not in desk.agenda.as_text()


def test_hiding_the_desk_keeps_the_last_word_as_a_change(player: Player) -> None:
    player.open_session()
    player.press("F3")
    player.type("la ultima palabra")
    player.page.hide()
    player.office.settle()
    assert player.office.run(snapshot, player.desk().key).agenda[0].text == "la ultima palabra"
