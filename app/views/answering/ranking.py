"""Putting choices in order: Alt with the arrows, or buttons, move the line the cursor is in."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.i18n import _
from app.views.interview import Question
from app.views.marked import plain
from app.views.theme import NEAR, TARGET, TIGHT, theme
from app.views.widgets.answers import Answer
from app.views.widgets.flow import Flow
from app.views.widgets.parts import button, label

_CODE: Final = int(Qt.ItemDataRole.UserRole)
_WORDS: Final = _CODE + 1
_MOST_ROWS: Final = 12
_MOVES: Final = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}


class RankList(QListWidget):
    """The choices in their order, numbered."""

    moved = Signal(int)
    """The current line is to go up (-1) or down (1)."""

    def event(self, event: QEvent) -> bool:
        # The page has these keys too; in this list they belong to the list.
        if event.type() == QEvent.Type.ShortcutOverride and _move_of(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if move := _move_of(event):
            self.moved.emit(move)
        elif event.text().strip():
            event.ignore()
        else:
            super().keyPressEvent(event)


def _move_of(event: QEvent) -> int:
    if not isinstance(event, QKeyEvent) or event.modifiers() != Qt.KeyboardModifier.AltModifier:
        return 0
    return _MOVES.get(Qt.Key(event.key()), 0)


class RankAnswer(Answer):
    """Every choice in an order of the person's; nothing is answered until something was moved or
    the order at hand was said to be right."""

    def __init__(self, question: Question, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._readonly = question.readonly
        self._is_ordered = bool(question.value)
        self._list = RankList(self)
        self._told = label("caption", self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(TIGHT)
        column.addWidget(self._list)
        column.addWidget(self._told)
        column.addLayout(self._make_buttons())
        self._fill(question)
        self._dress(question)
        self._number()

    def value(self) -> Any:
        return " ".join(self._codes()) if self._is_ordered else None

    def typed(self) -> str:
        return " ".join(self._codes()) if self._is_ordered else ""

    def take_focus(self) -> None:
        self._list.setFocus()

    def as_text(self) -> str:
        """Return the lines as they read."""
        return "\n".join(self._list.item(at).text() for at in range(self._list.count()))

    def press(self, text: str) -> bool:
        """Figures go to the line with that number."""
        at = int(text) - 1 if text.isascii() and text.isdecimal() else -1
        if not 0 <= at < self._list.count():
            return False
        self._list.setFocus()
        self._list.setCurrentRow(at)
        return True

    def shift(self, by: int) -> None:
        """Move the current line ``by`` places."""
        at = self._list.currentRow()
        target = at + by
        if self._readonly or at < 0 or not 0 <= target < self._list.count():
            return
        item = self._list.takeItem(at)
        self._list.insertItem(target, item)
        self._list.setCurrentRow(target)
        self._settle(True)

    def _make_buttons(self) -> Flow:
        flow = Flow()
        self._up = button(self, "plain", "", partial(self.shift, -1))
        self._down = button(self, "plain", "", partial(self.shift, 1))
        self._right = button(self, "plain", "check", partial(self._settle, True))
        self._none = button(self, "plain", "undo", partial(self._settle, False))
        self._up.setText(_("↑ Up (Alt+↑)"))
        self._down.setText(_("↓ Down (Alt+↓)"))
        self._right.setText(_("This order is right"))
        self._none.setText(_("Take the order back"))
        for part in (self._up, self._down, self._right, self._none):
            part.setEnabled(not self._readonly)
            flow.addWidget(part)
        flow.setSpacing(NEAR)
        return flow

    def _fill(self, question: Question) -> None:
        words = {code: plain(text) or code for code, text in question.choices}
        given = [code for code in str(question.value or "").split() if code in words]
        for code in dict.fromkeys([*given, *words]):
            item = QListWidgetItem(self._list)
            item.setData(_CODE, code)
            item.setData(_WORDS, " ".join(words[code].split()))
        self._list.setCurrentRow(0)

    def _dress(self, question: Question) -> None:
        self._list.setAccessibleName(plain(question.label))
        self._list.setAccessibleDescription(_("Alt with the arrows moves a line up or down."))
        self._list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self._list.setFont(theme().font("question"))
        self._list.moved.connect(self.shift)
        if not self._readonly:
            self._list.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self._list.model().rowsMoved.connect(self._dragged)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        # Only on show does the list know how high its lines are.
        rows = min(max(self._list.count(), 2), _MOST_ROWS)
        self._list.setFixedHeight(max(self._list.sizeHintForRow(0), TARGET) * rows + NEAR)

    def _dragged(self, *_where: object) -> None:
        self._settle(True)

    def _settle(self, ordered: bool, _checked: bool = False) -> None:
        self._is_ordered = ordered
        self._number()
        self.changed.emit()

    def _codes(self) -> list[str]:
        return [str(self._list.item(at).data(_CODE)) for at in range(self._list.count())]

    def _number(self) -> None:
        for at in range(self._list.count()):
            item = self._list.item(at)
            mark_ = f"{at + 1}" if self._is_ordered else "·"
            item.setText(f"{mark_}   {item.data(_WORDS)}")
        self._told.setText(_("In this order.") if self._is_ordered else _("Not put in order yet."))
        self._right.setVisible(not self._is_ordered)
        self._none.setVisible(self._is_ordered)
