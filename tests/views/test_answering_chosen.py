"""Answers that are chosen, by keyboard: in columns, on scales, in tables, in long lists, in order."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QPushButton

from app.views.answering import answer_for
from app.views.answering.choosing import MOST_ROWS
from app.views.answering.finding import FindAnswer
from app.views.answering.found import FoundModel, folded
from app.views.answering.grids import (
    ChoiceColumns,
    ChoicePack,
    ColumnHeads,
    LabelledCells,
    Likert,
    TableCells,
)
from app.views.answering.keeping import MemoryFiles
from app.views.answering.mapping import MapAnswer, harmless
from app.views.answering.ranges import PickerAnswer, SliderAnswer, StarsAnswer
from app.views.answering.ranking import RankAnswer
from app.views.answering.slider import scale_of
from app.views.gallery_answering import _MAP
from app.views.interview import Question
from app.views.language import speak
from app.views.widgets.answers import ChoiceRows
from tests.views.test_answering_typed import keys, shown

FOUR = (("n", "Norte"), ("s", "Sur"), ("e", "Este"), ("o", "Oeste"))
ALT_DOWN = (Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
TEN = {"start": "0", "end": "10", "step": "1"}
PLACES = tuple((f"p{at}", f"Comunidad Ñu{at:05}") for at in range(3000))


@pytest.mark.parametrize(
    ("kind", "appearance", "control"),
    [
        ("select_one", "", ChoiceRows),
        ("select_one", "columns-3 quick", ChoiceColumns),
        ("select_multiple", "horizontal", ChoiceColumns),
        ("select_one", "compact-2", ChoiceColumns),
        ("select_one", "columns-pack no-buttons", ChoicePack),
        ("select_one", "likert", Likert),
        ("select_one", "label", ColumnHeads),
        ("select_one", "list-nolabel", TableCells),
        ("select_multiple", "list", LabelledCells),
        ("select_one", "minimal", FindAnswer),
        ("select_multiple", "autocomplete", FindAnswer),
        ("select_one", "image-map", MapAnswer),
        ("select_one", "map", ChoiceRows),
        ("rank", "", RankAnswer),
    ],
)
def test_every_wish_gets_its_control(
    qtbot: Any, kind: str, appearance: str, control: type[Any]
) -> None:
    made = answer_for(Question("/q", kind, "¿Cuál?", appearance=appearance, choices=FOUR))
    qtbot.addWidget(made)
    assert type(made) is control


@pytest.mark.parametrize(
    ("attributes", "appearance", "control"),
    [
        (TEN, "", "SliderAnswer"),
        (TEN, "vertical no-ticks", "SliderAnswer"),
        (TEN, "picker", "PickerAnswer"),
        ({"start": "1", "end": "5", "step": "1"}, "rating", "StarsAnswer"),
        ({"start": "1", "end": "500", "step": "1"}, "rating", "SliderAnswer"),
        ({"start": "0", "end": "1e12", "step": "1"}, "", "TypedLine"),
        ({"start": "0", "end": "nan", "step": "0"}, "", "TypedLine"),
        ({}, "rating", "TypedLine"),
    ],
)
def test_every_range_gets_a_control(
    qtbot: Any, attributes: dict[str, str], appearance: str, control: str
) -> None:
    made = answer_for(Question("/q", "range", "¿?", appearance=appearance, attributes=attributes))
    qtbot.addWidget(made)
    assert type(made).__name__ == control


# -- side by side ----------------------------------------------------------------------------------


def test_columns_are_fewer_where_the_window_is_narrow(qtbot: Any) -> None:
    panel = shown(qtbot, "select_one", "columns-4", choices=FOUR)
    rows = panel.findChildren(QPushButton, options=Qt.FindChildOption.FindChildrenRecursively)
    rows = [one for one in rows if one.isCheckable()]
    assert len({one.y() for one in rows}) == 1
    panel.resize(260, 500)
    QApplication.processEvents()
    assert len({one.y() for one in rows}) == 2


def test_a_scale_is_never_broken_in_the_middle(qtbot: Any) -> None:
    scale = tuple((str(at), f"Bastante seguro {at}") for at in range(4))
    panel = shown(qtbot, "select_one", "likert", choices=scale)
    rows = [row for _code, row in panel.answer.rows()]
    assert len({one.y() for one in rows}) == 1
    panel.resize(260, 600)
    QApplication.processEvents()
    assert len({one.y() for one in rows}) == 4


def test_a_key_chooses_and_delete_takes_back(qtbot: Any) -> None:
    panel = shown(qtbot, "select_one", "likert", choices=FOUR)
    keys(qtbot, "s")
    assert panel.given() == ("s", "")
    keys(qtbot, Qt.Key.Key_Delete)
    assert panel.given() == (None, "")


def test_quick_goes_on_when_chosen_but_not_when_looking_about(qtbot: Any) -> None:
    panel = shown(qtbot, "select_one", "quick", choices=FOUR)
    with qtbot.waitSignal(panel.advance, timeout=100) as gone:
        keys(qtbot, "n")
    assert gone.args == ["/q"]
    with qtbot.assertNotEmitted(panel.advance):
        keys(qtbot, Qt.Key.Key_Down)
    assert panel.given() == ("s", "")


def test_a_table_is_answered_cell_by_cell(qtbot: Any) -> None:
    panel = shown(qtbot, "select_multiple", "list-nolabel", choices=FOUR)
    keys(qtbot, "n", "o")
    assert panel.given() == (["n", "o"], "")
    assert [row.text() for _code, row in panel.answer.rows()] == ["✓", "S", "E", "✓"]
    assert panel.answer.rows()[0][1].accessibleName() == "Norte"


def test_the_heads_of_a_table_are_no_answer(qtbot: Any) -> None:
    panel = shown(qtbot, "select_one", "label", choices=FOUR)
    assert not panel.takes_answer
    question = Question("/q", "select_one", "¿?", appearance="Label", choices=FOUR)
    assert question.standing == "note"


def test_markdown_does_not_get_onto_buttons(qtbot: Any) -> None:
    panel = shown(qtbot, "select_one", choices=(("1", "**Sí**, [mire](https://x.ec)"), ("2", "No")))
    assert panel.answer.rows()[0][1].text() == "1   Sí, mire (https://x.ec)"


def test_a_picture_that_did_not_come_breaks_nothing(qtbot: Any) -> None:
    media = {"n": {"image": "jr://images/norte.png"}}
    panel = shown(qtbot, "select_one", choices=FOUR, choice_media=media)
    assert panel.answer.rows()[0][1].toolTip() == "Norte (picture that is not here: norte.png)"
    keys(qtbot, "n")
    assert panel.given() == ("n", "")


# -- on a picture ----------------------------------------------------------------------------------


def _map(qtbot: Any, data: bytes = _MAP) -> MapAnswer:
    question = Question(
        "/q", "select_one", "¿Dónde?", appearance="image-map", value="sur",
        choices=(("norte", "Norte"), ("sur", "Sur"), ("rio", "Río")),
        media={"image": "jr://images/mapa.svg"},
    )  # fmt: skip
    made = answer_for(question, files=MemoryFiles({"mapa.svg": data}))
    assert isinstance(made, MapAnswer)
    qtbot.addWidget(made)
    made.resize(300, 400)
    made.show()
    return made


def test_a_part_of_the_picture_is_chosen_and_its_row_with_it(qtbot: Any) -> None:
    answer = _map(qtbot)
    picture = answer._picture
    scale = picture._room().width() / 300
    qtbot.mouseClick(
        picture, Qt.MouseButton.LeftButton, pos=QPoint(int(60 * scale), int(30 * scale))
    )
    assert answer.value() == "norte"
    # Right of the slanting bank there is nothing, though its box reaches that far.
    assert picture.part_at(picture._room().bottomRight()) == ""
    answer.press("3")
    assert answer.value() == "rio"


@pytest.mark.parametrize("data", [b"", b"no picture", b"<svg xmlns='http://www.w3.org/2000/svg'/>"])
def test_without_its_picture_the_choices_stand_in_rows(qtbot: Any, data: bytes) -> None:
    answer = _map(qtbot, data)
    assert answer._picture.isHidden()
    answer.press("1")
    assert answer.value() == "norte"


def test_a_picture_reads_nothing_but_itself() -> None:
    svg = b"""<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/svg11.dtd">
    <svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">
    <image xlink:href="file:///etc/passwd"/><image href="http://x.ec/a.png"/>
    <use xlink:href="#a"/></svg>"""
    clean = harmless(svg).decode()
    assert "passwd" not in clean
    assert "x.ec" not in clean
    assert "#a" in clean


# -- long lists ------------------------------------------------------------------------------------


def test_a_long_list_is_found_by_typing_without_accents(qtbot: Any) -> None:
    panel = shown(qtbot, "select_one", choices=PLACES)
    assert isinstance(panel.answer, FindAnswer)
    keys(qtbot, "nu0002")
    assert panel.answer.as_text().splitlines()[:2] == ["nu0002", "Comunidad Ñu00020"]
    keys(qtbot, Qt.Key.Key_Down, Qt.Key.Key_Return)
    assert panel.given() == ("p21", "")
    assert panel.answer.as_text().splitlines()[0] == "Comunidad Ñu00021"


def test_half_a_name_is_no_answer(qtbot: Any) -> None:
    panel = shown(qtbot, "select_one", "minimal", choices=FOUR, value="s")
    keys(qtbot, "nor")
    assert panel.given() == ("s", "Choose one of the list: the arrows and Enter take it.")
    keys(qtbot, Qt.Key.Key_Escape)
    assert panel.given() == ("s", "")
    assert panel.answer.as_text() == "Sur"


def test_enter_is_left_to_the_page_when_nothing_is_looked_for(qtbot: Any) -> None:
    panel = shown(qtbot, "select_one", "minimal", choices=FOUR, value="s")
    left: list[int] = []
    panel.keyPressEvent = lambda event: left.append(event.key())
    keys(qtbot, Qt.Key.Key_Return)
    assert left == [Qt.Key.Key_Return]
    keys(qtbot, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Return)
    assert left == [Qt.Key.Key_Return]
    assert panel.given() == ("o", "")


def test_a_list_that_folds_is_shown_while_looking(qtbot: Any) -> None:
    panel = shown(qtbot, "select_one", "minimal", choices=FOUR, value="s")
    assert panel.answer.as_text() == "Sur"
    keys(qtbot, Qt.Key.Key_Down)
    assert panel.answer.as_text().splitlines() == ["Sur", "Norte", "✓ Sur", "Este", "Oeste"]
    keys(qtbot, Qt.Key.Key_Return)
    assert panel.answer.as_text() == "Este"


def test_what_was_chosen_is_taken_back_by_emptying_the_line(qtbot: Any) -> None:
    panel = shown(qtbot, "select_one", "autocomplete", choices=FOUR, value="s")
    keys(qtbot, Qt.Key.Key_Delete)
    assert panel.given() == (None, "")


def test_several_are_taken_one_by_one(qtbot: Any) -> None:
    panel = shown(qtbot, "select_multiple", choices=PLACES)
    for typed in ("00007", "00042", "00099"):
        keys(qtbot, typed, Qt.Key.Key_Return)
    assert panel.given() == (["p7", "p42", "p99"], "")
    assert panel.answer._summary.text() == (
        "Chosen: Comunidad Ñu00007 · Comunidad Ñu00042 · Comunidad Ñu00099"
    )
    keys(qtbot, "00042", Qt.Key.Key_Return)
    assert panel.given() == (["p7", "p99"], "")


def test_nothing_that_fits_is_said(qtbot: Any) -> None:
    panel = shown(qtbot, "select_one", choices=PLACES)
    keys(qtbot, "zzz")
    assert panel.answer._count.text() == "Nothing fits; type another part of the name."
    keys(qtbot, Qt.Key.Key_Return)
    assert panel.given()[0] == ""


def test_quick_goes_on_from_a_list_too(qtbot: Any) -> None:
    panel = shown(qtbot, "select_one", "quick minimal", choices=FOUR)
    keys(qtbot, "oes")
    with qtbot.waitSignal(panel.advance, timeout=100):
        keys(qtbot, Qt.Key.Key_Return)
    assert panel.given() == ("o", "")


def test_rows_give_way_to_a_list_beyond_a_hundred(qtbot: Any) -> None:
    for count, control in ((MOST_ROWS, ChoiceRows), (MOST_ROWS + 1, FindAnswer)):
        made = answer_for(Question("/q", "select_one", "¿Cuál?", choices=PLACES[:count]))
        qtbot.addWidget(made)
        assert type(made) is control


def test_the_list_comes_in_portions_and_narrows(qtbot: Any) -> None:
    model = FoundModel(PLACES)
    assert model.rowCount() < 500
    model.fetchMore()
    assert model.rowCount() == 400
    assert model.find("com") == 3000
    assert model.find("com 0002") == 11
    assert model.find("com 0002 x") == 0
    assert model.find("") == 3000
    model.reach(2990)
    assert model.code(2990) == "p2990"


def test_names_that_begin_with_what_is_typed_come_first() -> None:
    model = FoundModel((("a", "San Puyo"), ("b", "Puyo"), ("c", "Él Puyo")))
    model.find("p")
    assert [model.code(row) for row in range(3)] == ["b", "a", "c"]
    model.find("pu")
    assert [model.code(row) for row in range(3)] == ["b", "a", "c"]
    assert folded("ÁRBOL Ñandú") == "arbol nandu"


# -- order -----------------------------------------------------------------------------------------


def test_an_order_is_made_with_alt_and_the_arrows(qtbot: Any) -> None:
    panel = shown(qtbot, "rank", choices=FOUR)
    assert panel.given() == (None, "")
    assert panel.answer.as_text().splitlines()[0] == "·   Norte"
    keys(qtbot, ALT_DOWN)
    assert panel.given() == ("s n e o", "")
    assert panel.answer.as_text().splitlines()[:2] == ["1   Sur", "2   Norte"]
    keys(qtbot, ALT_DOWN)
    assert panel.given() == ("s e n o", "")


def test_the_order_at_hand_can_be_right_and_be_taken_back(qtbot: Any) -> None:
    panel = shown(qtbot, "rank", choices=FOUR)
    keys(qtbot, Qt.Key.Key_Tab, Qt.Key.Key_Tab, Qt.Key.Key_Tab)
    assert QApplication.focusWidget().text() == "This order is right"
    keys(qtbot, Qt.Key.Key_Space)
    assert panel.given() == ("n s e o", "")
    panel.answer._none.click()
    assert panel.given() == (None, "")


def test_an_order_goes_on_where_it_was(qtbot: Any) -> None:
    panel = shown(qtbot, "rank", choices=FOUR, value="e o")
    assert panel.given() == ("e o n s", "")


# -- ranges ----------------------------------------------------------------------------------------


def test_a_slider_answers_nothing_until_it_is_moved(qtbot: Any) -> None:
    panel = shown(qtbot, "range", attributes=TEN)
    assert panel.given() == (None, "")
    keys(qtbot, Qt.Key.Key_Right)
    assert panel.given() == (0, "")
    keys(qtbot, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Left)
    assert panel.given() == (1, "")
    keys(qtbot, Qt.Key.Key_End)
    assert panel.given() == (10, "")
    keys(qtbot, Qt.Key.Key_Delete)
    assert panel.given() == (None, "")


def test_a_slider_says_how_it_stands(qtbot: Any) -> None:
    panel = shown(qtbot, "range", attributes=TEN)
    assert panel.answer._slider.accessibleDescription() == "nothing chosen yet · from 0 to 10"
    keys(qtbot, Qt.Key.Key_End)
    assert panel.answer._slider.accessibleDescription() == "10 · from 0 to 10"


def test_decimal_steps_add_up_exactly(qtbot: Any) -> None:
    tenths = {"start": "0", "end": "1", "step": "0.1"}
    panel = shown(qtbot, "range", attributes=tenths, value=0.2)
    keys(qtbot, Qt.Key.Key_Right)
    assert panel.given() == (0.3, "")
    speak("es")
    keys(qtbot, Qt.Key.Key_Right)
    assert panel.answer.typed() == "0,4"
    assert panel.given() == (0.4, "")


def test_a_range_may_go_down(qtbot: Any) -> None:
    panel = shown(qtbot, "range", attributes={"start": "5", "end": "1", "step": "-2"})
    keys(qtbot, Qt.Key.Key_End)
    assert panel.given() == (1, "")


def test_the_number_is_typed_too(qtbot: Any) -> None:
    panel = shown(qtbot, "range", attributes=TEN)
    assert panel.answer.press("7")
    assert panel.given() == (7, "")
    assert panel.answer._slider.value() == 7
    keys(qtbot, "x")
    assert panel.given()[0] == "7x"
    assert not panel.answer._slider.is_set


def test_a_slider_stands_first_where_the_form_says(qtbot: Any) -> None:
    odk = "{http://www.opendatakit.org/xforms}"
    panel = shown(qtbot, "range", attributes=TEN | {f"{odk}placeholder": "5"})
    assert panel.given() == (None, "")
    keys(qtbot, Qt.Key.Key_Right)
    assert panel.given() == (5, "")


def test_ticks_have_words() -> None:
    scale = scale_of(TEN | {"{odk}tick-interval": "5"})
    assert scale is not None
    assert (scale.count, scale.every, scale.value(3)) == (10, 5, 3)


def test_stars_fill_up_to_the_one_chosen(qtbot: Any) -> None:
    panel = shown(qtbot, "range", "rating", attributes={"start": "1", "end": "5", "step": "1"})
    assert isinstance(panel.answer, StarsAnswer)
    keys(qtbot, "3")
    assert panel.given() == (3, "")
    assert [row.text()[0] for _code, row in panel.answer.rows()] == ["★", "★", "★", "☆", "☆"]
    assert panel.answer.rows()[2][1].accessibleName() == "3 of 5"


def test_a_number_is_picked(qtbot: Any) -> None:
    panel = shown(qtbot, "range", "picker", attributes=TEN, value=8)
    assert isinstance(panel.answer, PickerAnswer)
    assert panel.given() == (8, "")
    keys(qtbot, "10", Qt.Key.Key_Return)
    assert panel.given() == (10, "")


def test_what_is_only_read_is_not_chosen(qtbot: Any) -> None:
    for kind, more in (
        ("select_one", {"choices": FOUR}),
        ("select_one", {"choices": FOUR, "appearance": "minimal"}),
        ("rank", {"choices": FOUR}),
        ("range", {"attributes": TEN}),
    ):
        panel = shown(qtbot, kind, readonly=True, **more)
        panel.answer.press("1")
        for key in (Qt.Key.Key_Down, Qt.Key.Key_Return):
            qtbot.keyClick(panel.answer, key)
        assert panel.given() == (None, ""), kind
    assert isinstance(panel.answer, SliderAnswer)
