"""The focus group's desk by keyboard: seated, talked, corrected, killed, and taken back."""

from __future__ import annotations

import os
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QComboBox

from app.models.commands import groups as seating
from app.models.commands import records as writing
from app.models.ledger import RecordKey
from app.models.project import Project
from app.models.queries import groups as reading
from app.models.queries import records
from app.settings import Settings
from app.views import files
from app.views.facts import facts
from app.views.pages.group_desk import GroupDesk
from app.views.pages.groups import GroupsPage
from app.views.shared import Shared
from tests.models.laptops import PARISH
from tests.views.offices import COORDINATOR, Office, elsewhere

ROOT = Path(__file__).resolve().parent.parent.parent
CTRL = Qt.KeyboardModifier.ControlModifier
ENTER, ESC = Qt.Key.Key_Return, Qt.Key.Key_Escape
YES = {"consent_take_part": True, "consent_recording": True, "consent_quotes": True}


def make_group(project: Project, *sexes: str, quotes: bool = True) -> RecordKey:
    from app.models import spaces

    space = spaces.find(project, PARISH).id
    fields = {"topic": "El río", "guide": "¿Dónde?\n¿Cuándo?", "languages": ["es", "qu"]}
    key = writing.new(project, "focus_group", fields, space)
    for sex in sexes:
        seating.seat(project, key, {**YES, "consent_quotes": quotes, "sex": sex})
    return key


class Desk:
    """A group's page with its desk open, as a note-taker uses it."""

    def __init__(self, qtbot: Any, office: Office, group: RecordKey, tmp_path: Path) -> None:
        self.qtbot, self.office, self.group = qtbot, office, group
        self.shared = Shared(office.desk, Settings(tmp_path), office.run(facts))
        self.page = GroupsPage(self.shared)
        qtbot.addWidget(self.page)
        self.page.resize(1200, 768)
        self.page.show()
        self.page.activateWindow()
        office.settle()
        self.page.open(group)
        office.settle()

    @property
    def desk(self) -> GroupDesk:
        found = self.page.group()
        assert found is not None
        return found

    def press(self, *keys: Any, ctrl: bool = False) -> None:
        for key in keys:
            modifier = CTRL if ctrl else Qt.KeyboardModifier.NoModifier
            self.qtbot.keyClick(QApplication.focusWidget(), key, modifier)
            self.office.settle()

    def type(self, words: str) -> None:
        self.qtbot.keyClicks(QApplication.focusWidget(), words)

    def said(self) -> list[tuple[str, str]]:
        turns = self.office.run(reading.turns, self.group)
        return [(one.alias, one.text) for one in turns]

    def values(self) -> dict[str, Any]:
        return dict(self.office.run(records.values, self.group))


@pytest.fixture
def three(qtbot, office: Office, tmp_path: Path) -> Desk:
    group = office.run(make_group, "female", "male", "female")
    return Desk(qtbot, office, group, tmp_path)


def test_one_key_a_speaker_and_the_next_key_ends_the_turn(three: Desk) -> None:
    three.press("1")
    three.type("Buenas noches")
    assert three.desk.strip.who().startswith("M1 · 00:00:0")
    three.press("2", ctrl=True)
    three.type("Hola 3")
    three.press(ENTER)
    assert three.said() == [("M1", "Buenas noches"), ("H1", "Hola 3")]
    assert three.desk.strip.who() == "Nobody’s turn"
    three.press("0")
    three.type("Y ustedes?")
    three.press(ENTER)
    last = three.desk.turns.as_text().splitlines()[-1]
    assert last.endswith(" · Moderator · Y ustedes?")


def test_a_key_nobody_has_types_nothing_and_names_the_keys(three: Desk) -> None:
    three.press("x")
    assert three.desk.strip.box.toPlainText() == ""
    assert "1 M1, 2 H1, 3 M2, 0 moderator" in three.desk.strip.hint()
    assert three.said() == []


def test_the_circle_tells_alias_key_share_and_who_speaks(three: Desk) -> None:
    lines = three.desk.table.circle.as_text().splitlines()
    assert lines[0] == "M1 · key 1 · 0 %"
    three.press("1")
    assert three.desk.table.circle.as_text().splitlines()[0].endswith("· speaks")


def test_the_first_key_sets_the_clock_going_and_f6_lets_it_stand(three: Desk) -> None:
    assert "not begun | not recorded" in three.desk.head.as_text()
    three.press("1")
    assert "the talk goes on" in three.desk.head.as_text()
    assert three.values()["starts"]
    three.press(Qt.Key.Key_F6)
    assert "paused: the clock stands" in three.desk.head.as_text()
    assert not three.desk.talk.sitting.runs


def test_what_is_typed_is_kept_without_a_button_and_comes_back(three: Desk) -> None:
    three.press("3")
    three.type("El puente de no")
    with three.qtbot.waitSignal(three.desk.talk.kept, timeout=1000):
        pass
    assert three.desk.head.kept.text().startswith("kept ")
    three.qtbot.keyClick(three.desk, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    three.office.settle()
    assert three.page.group() is None
    three.page.open(three.group)
    three.office.settle()
    assert three.desk.strip.who().startswith("M2 · 00:00:0")
    assert three.desk.strip.box.toPlainText() == "El puente de no"
    assert three.desk.banner.text().startswith("The clock stands")
    three.type("che")
    three.press(ENTER)
    assert three.said() == [("M2", "El puente de noche")]


@pytest.mark.parametrize("said", [1, 3])
def test_kept_survives_a_kill(offices: Path, said: int) -> None:
    laptop = elsewhere(offices, COORDINATOR)
    group = make_group(laptop.project, "female", "male")
    laptop.close()
    command = [sys.executable, "-m", "tests.views.talking_child", str(offices / COORDINATOR)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen"}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment
    ) as child:
        assert child.stdout is not None
        lines = [child.stdout.readline().rstrip("\n") for _number in range(said)]
        child.kill()
    laptop = elsewhere(offices, COORDINATOR)
    table = reading.table(laptop.project, group, resuming=True)
    laptop.verify()
    laptop.close()
    typed = table.sitting.turn.text if table.sitting.turn else ""
    everything = "|".join([*(one.text for one in table.turns), typed])
    assert lines[-1]
    assert everything.startswith(lines[-1].rstrip())


def test_a_turn_is_corrected_and_undone(three: Desk) -> None:
    three.press("1")
    three.type("uno")
    three.press(ENTER, Qt.Key.Key_Up)
    three.press(ENTER)
    assert three.desk.strip.who().startswith("Correcting M1, 00:00:0")
    three.type(" mas")
    three.press(ENTER)
    assert three.said() == [("M1", "uno mas")]
    three.shared.undo.take_back()
    three.office.settle()


def test_a_wrong_speaker_is_corrected_in_the_open_turn(three: Desk) -> None:
    three.press("1")
    three.type("soy otro")
    speaker = three.desk.strip.speaker
    speaker.setFocus()
    three.qtbot.keyClicks(speaker, "H1")
    speaker.activated.emit(speaker.currentIndex())
    assert three.desk.strip.who().startswith("H1 · ")
    three.desk.strip.take_focus()
    three.press(ENTER)
    assert three.said() == [("H1", "soy otro")]


def test_a_turn_is_parted_at_the_cursor_and_joined_again(three: Desk) -> None:
    three.press("1")
    three.type("Vi a dos. Corrimos.")
    three.press(ENTER, Qt.Key.Key_Up)
    three.press(ENTER)
    for _letter in range(len(" Corrimos.")):
        three.qtbot.keyClick(three.desk.strip.box, Qt.Key.Key_Left)
    three.press(Qt.Key.Key_T, ctrl=True)
    assert three.said() == [("M1", "Vi a dos."), ("M1", "Corrimos.")]
    assert three.shared.undo.text() == "Undo: parting a turn"
    three.press(Qt.Key.Key_J, ctrl=True)
    assert three.said() == [("M1", "Vi a dos. Corrimos.")]
    three.shared.undo.take_back()
    three.office.settle()
    assert three.said() == [("M1", "Vi a dos."), ("M1", "Corrimos.")]


def test_a_turn_is_deleted_by_key_and_undo_brings_it_back(three: Desk) -> None:
    three.press("1")
    three.type("uno")
    three.press(ENTER, Qt.Key.Key_Up)
    three.press(Qt.Key.Key_Delete)
    assert three.said() == []
    assert three.desk.banner.text() == "The turn is deleted. Ctrl+Z brings it back."
    three.shared.undo.take_back()
    three.office.settle()
    assert three.said() == [("M1", "uno")]


def test_a_passage_may_be_quoted_only_where_its_speaker_agreed(
    qtbot, office: Office, tmp_path: Path
) -> None:
    group = office.run(partial(make_group, quotes=False), "female")
    office.run(seating.seat, group, {**YES, "sex": "male"})
    one = Desk(qtbot, office, group, tmp_path)
    assert one.desk.table.limits() == "* M1: not to be quoted"
    one.press("1")
    one.type("no me citen")
    assert not one.desk.strip.quotable.isEnabled()
    one.press(Qt.Key.Key_F4)
    one.press("2", ctrl=True)
    one.type("a mi si")
    one.press(Qt.Key.Key_F4)
    one.press(ENTER)
    quotes = office.run(reading.quotes, group)
    assert [quote.text for quote in quotes] == ["a mi si"]
    assert "may be quoted" in one.desk.turns.as_text().splitlines()[1]


def test_somebody_is_seated_by_keyboard_after_three_consents(
    qtbot, office: Office, tmp_path: Path
) -> None:
    one = Desk(qtbot, office, office.run(make_group), tmp_path)
    one.press(Qt.Key.Key_F2)
    for answer in ("Yes", "No", "Yes"):
        box = QApplication.focusWidget()
        assert isinstance(box, QComboBox)
        qtbot.keyClicks(box, answer)
        box.activated.emit(box.currentIndex())
        qtbot.keyClick(box, Qt.Key.Key_Tab)
    qtbot.keyClicks(QApplication.focusWidget(), "Woman")
    QApplication.focusWidget().activated.emit(1)
    one.press(ENTER)
    assert one.desk.table.circle.as_text() == "M1 · key 1 · 0 % · not to be recorded"
    assert one.desk.table.form.seat() is None
    one.press(ESC)
    assert one.desk.table.circle.hasFocus()


def test_who_does_not_take_part_is_not_seated_and_the_form_says_so(
    qtbot, office: Office, tmp_path: Path
) -> None:
    one = Desk(qtbot, office, office.run(make_group), tmp_path)
    one.press(Qt.Key.Key_F2)
    one.press(ENTER)
    assert "Nothing about this person was kept" in one.desk.table.form.banner.text()
    assert office.run(reading.seats, one.group) == []


def test_places_are_changed_by_keyboard(three: Desk) -> None:
    three.desk.table.circle.setFocus()
    three.press(Qt.Key.Key_Right, ctrl=True)
    aliases = [one.alias for one in three.office.run(reading.seats, three.group)]
    assert aliases == ["H1", "M1", "M2"]
    assert three.desk.table.circle.current().alias == "M1"
    three.shared.undo.take_back()
    three.office.settle()
    assert three.office.run(reading.seats, three.group)[0].alias == "M1"


def test_the_recorder_is_always_told_in_words_with_its_day(three: Desk) -> None:
    three.press(Qt.Key.Key_F9)
    three.desk.recorder.edit.setText("2027-02-18")
    three.press(ENTER)
    assert "recorder on · to be deleted by 18 Feb 2027" in three.desk.head.as_text()
    assert three.values()["delete_recording_by"] == "2027-02-18"
    three.press(Qt.Key.Key_F9)
    assert "recorder paused" in three.desk.head.as_text()


def test_the_recorder_stays_off_where_somebody_did_not_agree(three: Desk) -> None:
    seat = three.office.run(reading.seats, three.group)[1]
    three.office.run(seating.answer, seat.key, {"consent_recording": False})
    three.press(Qt.Key.Key_F9)
    three.press(ENTER)
    assert "H1 did not agree to be recorded" in three.desk.banner.text()
    assert "not recorded" in three.desk.head.as_text()


def test_the_guide_goes_on_by_key_and_turns_know_their_question(three: Desk) -> None:
    three.press(Qt.Key.Key_F7)
    assert "Question 1 of 2: ¿Dónde? · 0 min" in three.desk.head.as_text()
    three.press(Qt.Key.Key_F7)
    assert three.desk.table.guide.lines() == ["  1. ¿Dónde?", "▸ 2. ¿Cuándo?"]
    three.press("1")
    three.type("nunca")
    three.press(ENTER)
    assert three.office.run(reading.turns, three.group)[0].question == 2


def test_a_note_is_kept_beside_the_turns(three: Desk) -> None:
    three.press("1")
    three.type("hablo")
    three.press(ENTER, ctrl=True)
    three.type("risas")
    three.press(ENTER)
    assert three.values()["notes"].endswith("] risas")
    assert three.desk.note.isHidden()
    assert three.desk.strip.box.toPlainText() == "hablo"


def test_finishing_takes_two_steps_and_says_so(three: Desk) -> None:
    three.press("1")
    three.type("adios")
    three.desk._ask("group.finish")
    assert three.desk.banner.text().startswith("Is the talk over?")
    three.qtbot.keyClick(three.desk.banner._action, Qt.Key.Key_Space)
    three.office.settle()
    assert three.page.group() is None
    assert three.page.banner.text().startswith("The talk is finished")
    assert three.said() == [("M1", "adios")]
    assert three.values()["status"] == "held"


def test_what_another_laptop_seats_appears(three: Desk) -> None:
    three.office.desk.do(seating.seat, three.group, {**YES, "sex": "male"})
    three.office.settle()
    assert three.desk.table.circle.as_text().splitlines()[-1] == "H2 · key 4 · 0 %"


def test_a_turn_that_is_refused_is_open_again_with_every_word(three: Desk) -> None:
    three.press("1")
    three.type("palabras que no se pierden")
    three.press(Qt.Key.Key_F4)
    seat = three.office.run(reading.seats, three.group)[0]
    # Withdrawn by a sync that this window has not heard of yet.
    three.office.run(seating.answer, seat.key, {"consent_quotes": False})
    three.press(ENTER)
    assert "did not agree to be quoted" in three.desk.banner.text()
    assert three.desk.strip.box.toPlainText() == "palabras que no se pierden"
    three.desk._read()
    three.office.settle()
    assert not three.desk.strip.quotable.isEnabled()
    three.press(ENTER)
    assert three.said() == [("M1", "palabras que no se pierden")]


def test_home_leads_back_to_a_talk_that_was_left(three: Desk) -> None:
    three.press("1")
    three.type("sigo")
    three.desk.leave()
    three.office.settle()
    three.page.go_on(three.group.id)
    three.office.settle()
    assert three.desk.strip.box.toPlainText() == "sigo"


def test_an_open_desk_has_the_whole_page(three: Desk) -> None:
    assert three.desk.height() > three.page.height() * 0.9
    three.desk.leave()
    three.office.settle()
    assert three.page.list.height() > three.page.height() * 0.6


def test_the_field_note_is_looked_at_in_place_and_written_as_docx(
    three: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    three.press("1")
    three.type("El puente")
    three.press(ENTER)
    three.desk._ask("group.paper")
    three.office.settle()
    assert three.desk._area.isHidden()
    three.desk.paper._close()
    assert three.desk._area.isVisible()
    target = tmp_path / "nota.docx"
    monkeypatch.setattr(files, "to_save", lambda *_asked: target)
    three.desk._ask("group.docx")
    three.office.settle()
    assert three.desk.banner.text().startswith("“nota.docx” is written.")
    assert target.read_bytes().startswith(b"PK")
