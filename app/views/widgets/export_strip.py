"""The line that asks how to write a table, where people are about to take it out of Kipu."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

from app.i18n import _
from app.models import country
from app.models.tables import Style
from app.views.language import Retranslated
from app.views.theme import HALF, NEAR, mark
from app.views.widgets.flow import Flow
from app.views.widgets.page import BringsMain
from app.views.widgets.parts import Dropdown, button, name, pair, tool


class ExportStrip(BringsMain, Retranslated, QFrame):
    """Labels or codes, the decimal mark, Excel or CSV; Esc puts it away."""

    asked = Signal(str, object)
    """The file's suffix and the `Style` to write it in."""
    dismissed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        mark(self, kind="card")
        row = QHBoxLayout(self)
        row.setContentsMargins(HALF, NEAR, HALF, NEAR)
        row.setSpacing(NEAR)
        self._asks = Flow()
        row.addLayout(self._asks, 1)
        self.what, self._what = Dropdown(self), QLabel(self)
        self.decimals, self._decimals = Dropdown(self), QLabel(self)
        for caption, box in ((self._what, self.what), (self._decimals, self.decimals)):
            self.add_question(caption, box)
        self.xlsx = button(self, "main", "export", partial(self._ask, ".xlsx"))
        self.csv = button(self, "plain", "export", partial(self._ask, ".csv"))
        self._close = tool(self, "cross", self.dismissed.emit)
        for one in (self.xlsx, self.csv, self._close):
            row.addWidget(one, 0, Qt.AlignmentFlag.AlignTop)
        leave = QShortcut(QKeySequence("Esc"), self)
        leave.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        leave.activated.connect(self.dismissed)
        self.retranslate()

    def add_question(self, caption: QLabel, box: Dropdown) -> QWidget:
        """Ask one thing more; returns what holds both."""
        made = pair(caption, box, self)
        self._asks.addWidget(made)
        return made

    def take_focus(self) -> None:
        self.what.setFocus()

    def retranslate(self) -> None:
        self._what.setText(_("Write"))
        self._decimals.setText(_("Decimals in CSV"))
        _fill(self.what, [(_("what people read"), True), (_("codes"), False)])
        here = country.decimal_mark()
        marks = [(f"1{mark}5", mark) for mark in sorted((",", "."), key=lambda one: one != here)]
        _fill(self.decimals, marks)
        self.xlsx.setText(_("Excel …"))
        self.csv.setText(_("CSV …"))
        name(self._close, _("Close"), "Esc")

    def _ask(self, suffix: str) -> None:
        self.asked.emit(suffix, Style(self.what.currentData(), self.decimals.currentData()))


def _fill(box: Dropdown, items: Sequence[tuple[str, object]]) -> None:
    at = max(box.currentIndex(), 0)
    box.clear()
    for text, data in items:
        box.addItem(text, data)
    box.setCurrentIndex(at)
