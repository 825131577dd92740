"""The editor a declaration gives: kept while people type, refusals beside their field."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QPlainTextEdit

from app.models.fields import Boolean, Choice, Date, Decimal, Integer, LongText, MultiChoice, Text
from app.models.fields import Reference as Link
from app.views.language import speak
from app.views.samples import Places
from app.views.widgets.editor import RecordEditor
from app.views.widgets.link_input import LinkInput

COLOURS = (("r", "red"), ("g", "green"), ("b", "blue"))
FIELDS = (
    Text("name", "Name", required=True),
    Integer("age", "Age", low=0, high=120, help="Whole years."),
    Decimal("weight", "Weight"),
    Date("born", "Born"),
    Choice("colour", "Colour", choices=COLOURS),
    MultiChoice("colours", "Colours", choices=COLOURS),
    Boolean("reads", "Reads"),
    LongText("story", "Story"),
    Link("place", "Place", kind="place"),
    Text("code", "Code", automatic=True),
)
VALUES = {
    "name": "Ana",
    "age": 41,
    "weight": 61.5,
    "born": "1985-02-03",
    "colour": "g",
    "colours": ["r", "b"],
    "reads": True,
    "story": "one\ntwo",
    "place": f"{2:032x}",
    "code": "X-1",
}


@pytest.fixture
def editor(qtbot: Any) -> RecordEditor:
    made = RecordEditor(FIELDS, Places())
    qtbot.addWidget(made)
    made.show()
    return made


def _line(editor: RecordEditor, id_: str) -> Any:
    return editor._lines[id_].input.control()


def test_showing_values_and_reading_them_back_changes_nothing(qtbot, editor: RecordEditor) -> None:
    editor.show_values(VALUES)
    with qtbot.assertNotEmitted(editor.edited, wait=10):
        editor.flush()
    assert editor.values() == VALUES
    for id_, line in editor._lines.items():
        assert line.input.value() == VALUES[id_], id_


def test_what_is_typed_is_handed_over_within_half_a_second(qtbot, editor: RecordEditor) -> None:
    with qtbot.waitSignal(editor.edited, timeout=1000) as edited:
        qtbot.keyClicks(_line(editor, "name"), "Rosa")
    assert edited.args == [{"name": "Rosa"}]
    assert editor._pause.interval() <= 400


def test_leaving_a_field_keeps_and_tidies_it_at_once(qtbot, editor: RecordEditor) -> None:
    line = _line(editor, "born")
    qtbot.keyClicks(line, "20 de noviembre de 2001")
    with qtbot.waitSignal(editor.edited, timeout=100) as edited:
        line.editingFinished.emit()
    assert edited.args == [{"born": "2001-11-20"}]
    assert line.text() == "20 Nov 2001"


def test_a_refusal_stands_beside_its_field_and_nothing_is_handed_over(
    qtbot, editor: RecordEditor
) -> None:
    line = _line(editor, "age")
    qtbot.keyClicks(line, "400")
    with qtbot.assertNotEmitted(editor.edited, wait=10):
        line.editingFinished.emit()
    assert "out of range" in editor.problems()["age"]
    assert line.text() == "400"
    line.clear()
    qtbot.keyClicks(line, "40")
    line.editingFinished.emit()
    assert editor.problems() == {}


def test_half_a_date_is_not_nagged_about_while_typing(qtbot, editor: RecordEditor) -> None:
    qtbot.keyClicks(_line(editor, "born"), "20/1")
    editor._keep()
    assert editor.problems() == {}


def test_a_choice_is_handed_over_at_once(qtbot, editor: RecordEditor) -> None:
    box = _line(editor, "colour")
    assert isinstance(box, QComboBox)
    box.setCurrentIndex(2)
    with qtbot.waitSignal(editor.edited, timeout=100) as edited:
        box.activated.emit(2)
    assert edited.args == [{"colour": "g"}]


def test_a_code_from_a_newer_kipu_is_kept(editor: RecordEditor) -> None:
    editor.show_values({"colour": "mauve", "colours": ["r", "teal"]})
    assert editor._lines["colour"].input.value() == "mauve"
    assert editor._lines["colours"].input.value() == ["r", "teal"]


def test_what_is_being_typed_survives_a_refresh(qtbot, editor: RecordEditor) -> None:
    editor.show_values({"name": "Ana"})
    qtbot.keyClicks(_line(editor, "name"), " Maria")
    editor.show_values({"name": "Anita", "age": 3})
    assert _line(editor, "name").text() == "Ana Maria"
    assert _line(editor, "age").text() == "3"


def test_required_fields_say_so(editor: RecordEditor) -> None:
    assert editor.missing() == ["name"]
    assert "name" in editor.problems()
    editor.focus_first()


def test_every_label_is_the_buddy_of_its_input(editor: RecordEditor) -> None:
    for line in editor._lines.values():
        assert isinstance(line._label, QLabel)
        assert line._label.buddy() is line.input.control()


def test_automatic_fields_are_shown_and_not_typed(editor: RecordEditor) -> None:
    line = _line(editor, "code")
    assert isinstance(line, QLineEdit)
    assert line.isReadOnly()


def test_tab_leaves_a_long_text(qtbot, editor: RecordEditor) -> None:
    text = _line(editor, "story")
    assert isinstance(text, QPlainTextEdit)
    editor.activateWindow()
    text.setFocus()
    qtbot.keyClick(text, Qt.Key.Key_Tab)
    assert not text.hasFocus()


def test_a_record_is_found_while_typing(qtbot, editor: RecordEditor) -> None:
    link = editor._lines["place"].input
    assert isinstance(link, LinkInput)
    qtbot.keyClicks(link.control(), "pu")
    qtbot.waitUntil(lambda: link._names.stringList() == ["Puyo"])
    with qtbot.waitSignal(editor.edited, timeout=200) as edited:
        link._take("Puyo")
    assert edited.args == [{"place": f"{3:032x}"}]


def test_a_name_that_was_not_offered_is_refused(qtbot, editor: RecordEditor) -> None:
    line = _line(editor, "place")
    qtbot.keyClicks(line, "Atlantis")
    line.editingFinished.emit()
    assert "choose one of the names" in editor.problems()["place"]


def test_the_editor_speaks_the_other_language_at_once(editor: RecordEditor) -> None:
    speak("es")
    assert editor._lines["name"]._label.text() != "Name (required)"
