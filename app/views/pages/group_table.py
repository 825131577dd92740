"""The left side of a focus group's desk: the circle of seats with the guide, or the form of a seat."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QAbstractItemView,
    QBoxLayout,
    QListView,
    QVBoxLayout,
    QWidget,
)

from app.i18n import _
from app.models.queries.groups import Table
from app.views.language import Retranslated
from app.views.pages.group_seats import SeatForm
from app.views.theme import NEAR, theme
from app.views.widgets.link_input import Lookup
from app.views.widgets.parts import label
from app.views.widgets.seat_circle import SeatCircle, Sitter

_WIDTH = 380
_ANY = 16_777_215
"""As wide as there is room, in Qt's words."""


class Guide(QListView):
    """The questions of the guide; Enter says that one is being talked about."""

    asked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = QStandardItemModel(self)
        self.setModel(self._model)
        self.setWordWrap(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.doubleClicked.connect(self._ask)

    def show_questions(self, questions: Sequence[str], current: int) -> None:
        """Show the questions, with a mark at the one being talked about."""
        lines = [
            f"{'▸' if number == current else ' '} {number}. {text}"
            for number, text in enumerate(questions, start=1)
        ]
        if lines == self.lines():
            return
        self._model.clear()
        for text in lines:
            self._model.appendRow(QStandardItem(text))
        if current:
            self.setCurrentIndex(self._model.index(current - 1, 0))

    def lines(self) -> list[str]:
        """Return the guide as it reads."""
        return [self._model.item(at).text() for at in range(self._model.rowCount())]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._ask(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(theme().row() * 4, theme().row() * 3)

    def _ask(self, index: QModelIndex) -> None:
        if index.isValid():
            self.asked.emit(index.row() + 1)


class GroupTable(Retranslated, QWidget):
    """Who sits where, and what is asked."""

    asked = Signal(int)
    """The question of the guide that is being talked about, from 1."""
    asks = Signal(bool)
    """The form of a seat took the table's place, or gave it back."""

    def __init__(self, lookup: Lookup, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._table: Table | None = None
        self._is_alone = False
        self.circle = SeatCircle(self)
        self._legend = label("caption", self)
        self._caption = label("section", self)
        self.guide = Guide(self)
        self._none = label("hint", self)
        self.form = SeatForm(lookup, self)
        self._at_table = QWidget(self)
        self._halves = QBoxLayout(QBoxLayout.Direction.TopToBottom, self._at_table)
        self._halves.setContentsMargins(0, 0, 0, 0)
        self._halves.setSpacing(NEAR)
        self._halves.addWidget(self.circle, 3)
        column = QVBoxLayout()
        column.setSpacing(NEAR)
        for part in (self._legend, self._caption, self.guide, self._none):
            column.addWidget(part)
        column.addStretch(0)
        self._halves.addLayout(column, 2)
        self.form.hide()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._at_table)
        whole.addWidget(self.form)
        self.circle.chosen.connect(self._open)
        self.form.closed.connect(self.show_circle)
        self.guide.asked.connect(self.asked)
        theme().changed.connect(self._fit)
        self._fit()
        self.retranslate()

    def show_table(self, table: Table, sitters: Sequence[Sitter], question: int) -> None:
        """Show the seats as they are, and the question being talked about."""
        self._table = table
        self.circle.show_sitters(sitters)
        self._legend.setVisible(any(one.limits for one in sitters))
        lines = [f"{one.alias}: {', '.join(one.limits)}" for one in sitters if one.limits]
        self._legend.setText("* " + " · ".join(lines))
        self.guide.show_questions(table.questions, question)
        self.guide.setVisible(bool(table.questions))
        self._none.setVisible(not table.questions)

    def limits(self) -> str:
        """Return who did not agree to what, as it reads."""
        return "" if self._legend.isHidden() else self._legend.text()

    def seat_next(self) -> None:
        """Ask for the next person to be seated."""
        self.form.show_new()
        self._show_form(True)
        self.form.take_focus()

    def show_circle(self) -> None:
        """Go back from the form to the table."""
        self._show_form(False)
        self.circle.setFocus()

    def retranslate(self) -> None:
        self._caption.setText(_("Guide"))
        self.guide.setAccessibleName(_("Guide"))
        self._none.setText(_("No guide yet: write one question a line in the group’s details."))

    def _show_form(self, shown: bool) -> None:
        self._at_table.setVisible(not shown)
        self.form.setVisible(shown)
        self.asks.emit(shown)

    def _open(self, participant: str) -> None:
        for one in self._table.seats if self._table is not None else ():
            if one.id == participant:
                self.form.show_seat(one)
                self._show_form(True)
                self.form.take_focus()

    def widen(self, alone: bool) -> None:
        """Take the whole width where nothing stands beside: the guide is then beside the circle."""
        self._is_alone = alone
        way = QBoxLayout.Direction
        self._halves.setDirection(way.LeftToRight if alone else way.TopToBottom)
        self._fit()

    def _fit(self) -> None:
        beside = round(_WIDTH * min(theme().scale, 1.4))
        self.setMaximumWidth(_ANY if self._is_alone else beside)
