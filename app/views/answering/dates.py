"""Dates of which only the year, or month and year, are asked; and a calendar to pick a day in."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from PySide6.QtCore import QDate, QLocale, Qt
from PySide6.QtGui import QIntValidator, QKeyEvent, QPalette, QTextCharFormat
from PySide6.QtWidgets import QCalendarWidget, QHBoxLayout, QToolButton, QWidget

from app.errors import KipuError
from app.i18n import _
from app.views import icons
from app.views.answering.lines import TypedLine, line_for, tell
from app.views.interview import Question, written
from app.views.theme import TARGET, mark, theme
from app.views.widgets.answers import Answer
from app.views.widgets.parts import Dropdown, button, name

_YEARS: Final = (1, 9999)


class YearLine(TypedLine):
    """A year; kept as its first day, as every program that reads forms keeps it."""

    def __init__(self, question: Question, parent: QWidget | None = None) -> None:
        super().__init__(question, parent)
        self._line.setText(_year_of(question.value))
        self._line.setPlaceholderText(_("a year, such as 2019"))
        self._line.setMaximumWidth(theme().row() * 7)
        self._row.addStretch(1)

    def value(self) -> Any:
        year = _year(self._line.text())
        return None if year is None else f"{year:04d}-01-01"


class MonthBox(Dropdown):
    """The months; figures are left to the year."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.text().isdecimal():
            event.ignore()
        else:
            super().keyPressEvent(event)


class MonthLine(Answer):
    """A month and a year; kept as the first day of the month."""

    def __init__(self, question: Question, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        self._month = MonthBox(self)
        self._month.addItem("")
        for month in range(1, 13):
            named = QLocale().standaloneMonthName(month)
            self._month.addItem(named[:1].upper() + named[1:])
        self._month.setFont(theme().font("question"))
        self._month.setMinimumHeight(TARGET)
        self._month.setEnabled(not question.readonly)
        name(self._month, _("Month"))
        self._year = line_for(question, self, _year_of(question.value))
        self._year.setPlaceholderText(_("year"))
        self._year.setMaximumWidth(theme().row() * 5)
        self._year.setValidator(QIntValidator(*_YEARS, self))
        self._year.setAccessibleName(_("Year"))
        parts = str(question.value or "").split("-")
        if len(parts) == 3 and parts[1].isdecimal() and 1 <= int(parts[1]) <= 12:
            self._month.setCurrentIndex(int(parts[1]))
        self._month.currentIndexChanged.connect(partial(tell, self.changed))
        self._year.textEdited.connect(partial(tell, self.changed))
        row.addWidget(self._month)
        row.addWidget(self._year)
        row.addStretch(1)

    def value(self) -> Any:
        month, year = self._month.currentIndex(), _year(self._year.text())
        if month <= 0 and year is None:
            return None
        if month <= 0:
            raise KipuError(_("Choose the month too."))
        if year is None:
            raise KipuError(_("Write the year too."))
        return f"{year:04d}-{month:02d}-01"

    def typed(self) -> str:
        return f"{self._month.currentText()} {self._year.text()}".strip()

    def take_focus(self) -> None:
        self._month.setFocus()

    def press(self, text: str) -> bool:
        """Figures typed at the month go into the year."""
        if not (text.isascii() and text.isdecimal()) or self._year.isReadOnly():
            return False
        self._year.setFocus()
        self._year.setText(text)
        self.changed.emit()
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self.press(event.text()):
            super().keyPressEvent(event)

    def tell_refused(self, refused: bool) -> None:
        mark(self._year, state="refused" if refused else "")


class DayLine(TypedLine):
    """A date that is typed, with a calendar beside it for whoever would rather look."""

    def __init__(self, question: Question, parent: QWidget | None = None) -> None:
        super().__init__(question, parent)
        self._calendar: QCalendarWidget | None = None
        self._open = button(self, "plain")
        self._open.setText(_("Calendar"))
        self._open.setCheckable(True)
        self._open.setEnabled(not question.readonly)
        self._open.toggled.connect(self._toggle)
        self._row.addWidget(self._open)

    def _toggle(self, shown: bool) -> None:
        # Made when it is wanted: a calendar is some sixty widgets and most dates are typed.
        if self._calendar is None:
            self._calendar = _calendar(self)
            self._calendar.clicked.connect(self._take)
            self._calendar.activated.connect(self._take)
            self._column.addWidget(self._calendar)
            theme().changed.connect(self._retint)
        self._calendar.setVisible(shown)
        if shown:
            self._calendar.setSelectedDate(self._day())
            self._calendar.setFocus()
        else:
            self._line.setFocus()

    def _retint(self) -> None:
        if self._calendar is not None:
            _tint(self._calendar)

    def _day(self) -> QDate:
        try:
            day = QDate.fromString(str(self.value() or ""), Qt.DateFormat.ISODate)
        except KipuError:
            # What is half typed is no day to begin with.
            return QDate.currentDate()
        return day if day.isValid() else QDate.currentDate()

    def _take(self, day: QDate) -> None:
        self._line.setText(written("date", day.toString(Qt.DateFormat.ISODate)))
        self.changed.emit()
        self._open.setChecked(False)


def _calendar(parent: QWidget) -> QCalendarWidget:
    made = QCalendarWidget(parent)
    made.setAccessibleName(_("Calendar"))
    made.setGridVisible(False)
    made.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
    made.setMinimumHeight(theme().row() * 8)
    _tint(made)
    return made


def _tint(calendar: QCalendarWidget) -> None:
    """Give the parts Qt colours by itself the colours of the theme: its red and its black arrows
    cannot be read in every appearance."""
    plain = QTextCharFormat()
    plain.setForeground(theme().colour("ink"))
    for day in (Qt.DayOfWeek.Saturday, Qt.DayOfWeek.Sunday):
        calendar.setWeekdayTextFormat(day, plain)
    bar = calendar.findChild(QWidget, "qt_calendar_navigationbar")
    if isinstance(bar, QWidget):
        bar.setBackgroundRole(QPalette.ColorRole.Window)
    arrows = (
        ("qt_calendar_prevmonth", "back", _("Month before")),
        ("qt_calendar_nextmonth", "next", _("Month after")),
    )
    for part, icon, said in arrows:
        arrow = calendar.findChild(QToolButton, part)
        if isinstance(arrow, QToolButton):
            icons.put(arrow, icon)
            name(arrow, said)


def _year_of(value: Any) -> str:
    text = str(value or "")
    head = text.split("-")[0]
    return str(int(head)) if head.isascii() and head.isdecimal() else text


def _year(typed: str) -> int | None:
    """Return a year as typed, None where there is none. Raises KipuError when it is no year."""
    text = typed.strip()
    if not text:
        return None
    if text.isascii() and text.isdecimal() and len(text) == 4 and int(text) >= _YEARS[0]:
        return int(text)
    raise KipuError(_("“{given}” is not a year; write four figures: 2019.").format(given=text[:40]))


def date_answer(question: Question, parent: QWidget | None) -> Answer:
    """Return the control for a date as the form wishes it."""
    wishes = question.wishes
    if "year" in wishes:
        return YearLine(question, parent)
    if "month-year" in wishes:
        return MonthLine(question, parent)
    if "no-calendar" in wishes:
        return TypedLine(question, parent)
    return DayLine(question, parent)
