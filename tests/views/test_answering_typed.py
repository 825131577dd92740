"""Answers that are typed, by keyboard: words, numbers, dates, places, and what refuses them."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QCalendarWidget, QLabel, QLineEdit

from app.views.answering import answer_for
from app.views.answering.dates import DayLine, MonthLine, YearLine
from app.views.answering.lines import (
    AddressLine,
    CounterLine,
    GroupedLine,
    MaskedLine,
    TypedLine,
    TypedParagraphs,
)
from app.views.answering.points import PointAnswer, PointsAnswer
from app.views.interview import Question
from app.views.language import speak
from app.views.pages.form_question import QuestionPanel


def shown(qtbot: Any, kind: str, appearance: str = "", value: Any = None, **more: Any) -> Any:
    """A question on a page, with the cursor in its answer."""
    made = QuestionPanel(
        Question("/q", kind, "¿Cuál es?", appearance=appearance, value=value, **more)
    )
    qtbot.addWidget(made)
    made.resize(700, 400)
    made.show()
    made.activateWindow()
    QApplication.processEvents()
    made.take_focus()
    return made


def keys(qtbot: Any, *typed: Any) -> None:
    """Type into whatever has the cursor; a pair is a key and what is held with it."""
    for one in typed:
        focused = QApplication.focusWidget()
        assert focused is not None
        if isinstance(one, str):
            qtbot.keyClicks(focused, one)
        else:
            qtbot.keyClick(focused, *(one if isinstance(one, tuple) else (one,)))


@pytest.mark.parametrize(
    ("kind", "appearance", "control"),
    [
        ("text", "", TypedLine),
        ("text", "multiline", TypedParagraphs),
        ("longtext", "", TypedParagraphs),
        ("text", "masked", MaskedLine),
        ("barcode", "hidden-answer", MaskedLine),
        ("text", "url", AddressLine),
        ("integer", "counter", CounterLine),
        ("integer", "thousands-sep", GroupedLine),
        ("text", "numbers thousands-sep", GroupedLine),
        ("text", "ex:org.example.app(counter)", TypedLine),
        ("date", "", DayLine),
        ("date", "year", YearLine),
        ("date", "month-year", MonthLine),
        ("date", "no-calendar", TypedLine),
        ("date", "ethiopian", DayLine),
        ("geopoint", "placement-map", PointAnswer),
        ("geotrace", "", PointsAnswer),
        ("geoshape", "", PointsAnswer),
        ("osm", "", TypedLine),
    ],
)
def test_every_wish_gets_its_control(
    qtbot: Any, kind: str, appearance: str, control: type[Any]
) -> None:
    made = answer_for(Question("/q", kind, "¿Cuál?", appearance=appearance))
    qtbot.addWidget(made)
    assert type(made) is control


def test_a_kind_nobody_knows_is_typed(qtbot: Any) -> None:
    panel = shown(qtbot, "hologram")
    keys(qtbot, "algo")
    assert panel.given() == ("algo", "")


def test_thousands_are_shown_in_groups_and_kept_plain(qtbot: Any) -> None:
    panel = shown(qtbot, "integer", "thousands-sep")
    keys(qtbot, "1234567")
    assert panel.answer.typed() == "1,234,567"
    assert panel.given() == (1234567, "")
    keys(qtbot, Qt.Key.Key_Home, Qt.Key.Key_Right, "0")
    assert panel.answer.typed() == "10,234,567"
    assert panel.given() == (10234567, "")


def test_thousands_follow_the_language(qtbot: Any) -> None:
    speak("es")
    panel = shown(qtbot, "decimal", "thousands-sep", 12345.5)
    assert panel.answer.typed() == "12.345,5"
    assert panel.given() == (12345.5, "")


def test_figures_kept_as_text_lose_no_nought_at_the_front(qtbot: Any) -> None:
    panel = shown(qtbot, "text", "numbers thousands-sep")
    keys(qtbot, "0991234567")
    assert panel.given() == ("0991234567", "")


def test_what_is_masked_is_hidden_until_it_is_shown(qtbot: Any) -> None:
    panel = shown(qtbot, "text", "masked", "chonta")
    line = panel.findChild(QLineEdit)
    assert line.displayText() == "●" * 6
    keys(qtbot, Qt.Key.Key_Tab, Qt.Key.Key_Space)
    assert line.displayText() == "chonta"
    assert QApplication.focusWidget().text() == "Hide"
    assert panel.given() == ("chonta", "")


def test_an_address_is_shown_and_not_opened(qtbot: Any) -> None:
    panel = shown(qtbot, "text", "url", "https://puyo.gob.ec")
    words = [one.text() for one in panel.findChildren(QLabel)]
    assert "Kipu opens no web address; copy it to where there is a network." in words
    assert panel.given() == ("https://puyo.gob.ec", "")


def test_the_arrows_count(qtbot: Any) -> None:
    panel = shown(qtbot, "integer", "counter")
    assert panel.given() == (None, "")
    keys(qtbot, Qt.Key.Key_Up, Qt.Key.Key_Up, Qt.Key.Key_Up, Qt.Key.Key_Down)
    assert panel.given() == (2, "")
    keys(qtbot, Qt.Key.Key_Tab, Qt.Key.Key_Space)
    assert panel.given() == (3, "")


def test_counting_on_from_what_is_no_number_leaves_it(qtbot: Any) -> None:
    panel = shown(qtbot, "integer", "counter")
    keys(qtbot, "dos", Qt.Key.Key_Up)
    value, reason = panel.given()
    assert value == "dos"
    assert "not a whole number" in reason


def test_a_year_is_kept_as_its_first_day(qtbot: Any) -> None:
    panel = shown(qtbot, "date", "year", "1984-01-01")
    assert panel.answer.typed() == "1984"
    keys(qtbot, "1990")
    assert panel.given() == ("1990-01-01", "")
    keys(qtbot, "x")
    assert panel.given() == ("1990x", "“1990x” is not a year; write four figures: 2019.")


def test_month_and_year_want_both(qtbot: Any) -> None:
    panel = shown(qtbot, "date", "month-year")
    assert panel.given() == (None, "")
    keys(qtbot, "Mar")
    assert panel.given() == ("March", "Write the year too.")
    keys(qtbot, Qt.Key.Key_Tab, "2019")
    assert panel.given() == ("2019-03-01", "")


def test_figures_typed_at_the_month_go_into_the_year(qtbot: Any) -> None:
    panel = shown(qtbot, "date", "month-year")
    keys(qtbot, "2", "020")
    assert panel.given() == ("2020", "Choose the month too.")


def test_months_have_names_in_the_language(qtbot: Any) -> None:
    speak("es")
    panel = shown(qtbot, "date", "month-year", "2019-03-01")
    assert panel.answer.typed() == "Marzo 2019"


def test_a_day_can_be_taken_from_the_calendar_by_keyboard(qtbot: Any) -> None:
    panel = shown(qtbot, "date", value="2026-11-20")
    keys(qtbot, Qt.Key.Key_Tab, Qt.Key.Key_Space)
    calendar = panel.findChild(QCalendarWidget)
    assert calendar.isVisible()
    keys(qtbot, Qt.Key.Key_Right, Qt.Key.Key_Return)
    assert panel.given() == ("2026-11-21", "")
    assert calendar.isHidden()


def test_a_point_is_typed_in_parts(qtbot: Any) -> None:
    panel = shown(qtbot, "geopoint")
    keys(qtbot, "1,4924 S", Qt.Key.Key_Tab, "78.0024 O", Qt.Key.Key_Tab, "950")
    assert panel.given() == ("-1.4924 -78.0024 950.0 0.0", "")


def test_a_whole_point_fits_into_the_first_line(qtbot: Any) -> None:
    panel = shown(qtbot, "geopoint")
    keys(qtbot, "-1.4924 -78.0024 950 5")
    assert panel.given() == ("-1.4924 -78.0024 950.0 5.0", "")


def test_a_point_loses_nothing_by_being_looked_at(qtbot: Any) -> None:
    kept = "-1.4924 -78.0024 950.0 5.0"
    assert shown(qtbot, "geopoint", value=kept).given() == (kept, "")


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        (("-1.49",), "This is not a point; write latitude and longitude, such as -1.4924 -78."),
        (("-95", Qt.Key.Key_Tab, "-78"), "This point is not on Earth; latitude comes first"),
        (("-1 -78", Qt.Key.Key_Tab, Qt.Key.Key_Tab, "alto"), "The altitude is a number of metres"),
        ((Qt.Key.Key_Tab, Qt.Key.Key_Tab, "950"), "Write the latitude and the longitude too."),
    ],
)
def test_what_is_no_point_is_refused_in_words(qtbot: Any, typed: Any, reason: str) -> None:
    panel = shown(qtbot, "geopoint")
    keys(qtbot, *typed)
    assert panel.given()[1].startswith(reason)


def test_a_line_is_typed_point_by_point(qtbot: Any) -> None:
    panel = shown(qtbot, "geotrace")
    keys(qtbot, "-1.49 -78.00", Qt.Key.Key_Return, "-1.50 -78.01 950 5")
    assert panel.given() == ("-1.49 -78 0.0 0.0;-1.5 -78.01 950.0 5.0", "")
    assert "2 points" in panel.answer.as_text()


def test_a_shape_is_closed(qtbot: Any) -> None:
    panel = shown(qtbot, "geoshape")
    keys(qtbot, "-1 -78", Qt.Key.Key_Return, "-1 -79", Qt.Key.Key_Return, "-2 -79")
    value, reason = panel.given()
    assert (value.count(";"), reason) == (3, "")
    assert value.split(";")[0] == value.split(";")[-1]
    assert "3 points · the last is joined to the first" in panel.answer.as_text()
    assert shown(qtbot, "geoshape", value=value).given() == (value, "")


def test_too_few_points_and_bad_ones_are_told(qtbot: Any) -> None:
    panel = shown(qtbot, "geoshape")
    keys(qtbot, "-1 -78", Qt.Key.Key_Return, "-1 -79")
    assert panel.given() == ("-1 -78; -1 -79", "At least 3 points are needed.")
    keys(qtbot, Qt.Key.Key_Return, "aca")
    assert panel.given()[1].startswith("Point 3: This is not a point")


def test_the_last_point_is_taken_out(qtbot: Any) -> None:
    panel = shown(qtbot, "geotrace")
    keys(qtbot, "-1 -78", Qt.Key.Key_Return, "-1 -79", Qt.Key.Key_Return, "-3 -79")
    keys(qtbot, Qt.Key.Key_Tab, Qt.Key.Key_Space)
    assert panel.given() == ("-1 -78 0.0 0.0;-1 -79 0.0 0.0", "")


@pytest.mark.parametrize(
    ("kind", "appearance"),
    [("text", ""), ("text", "masked"), ("integer", "counter"), ("date", ""), ("geopoint", "")],
)
def test_what_is_only_read_takes_no_key(qtbot: Any, kind: str, appearance: str) -> None:
    panel = shown(qtbot, kind, appearance, readonly=True)
    before = panel.given()
    keys(qtbot, "7", Qt.Key.Key_Up)
    assert panel.given() == before == (None, "")
