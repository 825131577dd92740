"""The page after the rows of a repeat: is there another, which are there, which is to go."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QListView, QVBoxLayout, QWidget

from app.i18n import _, ngettext
from app.views.interview_rows import Row, Rows
from app.views.theme import HALF, NEAR, TIGHT, mark, theme
from app.views.widgets.parts import button, label

_At = QModelIndex | QPersistentModelIndex
_NOWHERE: Final = QModelIndex()
_DIGITS: Final = 9
"""Most rows that open with the one digit of their number."""
_SHOWN: Final = 8
"""Rows in sight at once; the list scrolls to the others."""
_PAGES_KEYS: Final = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Delete, Qt.Key.Key_Escape,
               Qt.Key.Key_Insert)  # fmt: skip


class RowsPanel(QWidget):
    """Asks whether there is another row. Enter goes on, A or + adds, a digit opens a row,
    Delete asks whether one is to go and, pressed again, takes it out."""

    added = Signal()
    passed = Signal()
    """There is no other row: go on."""
    opened = Signal(str)
    removed = Signal(str)

    def __init__(
        self, rows: Rows, row: Callable[[str], Row], parent: QWidget | None = None
    ) -> None:
        """``row`` tells how a row of ``rows`` stands."""
        super().__init__(parent)
        self._rows = rows
        self._row = row
        self._typed = ""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, HALF)
        column.setSpacing(HALF)
        self.words = label("question", self)
        self.words.setText(_question(rows))
        self.hint = label("hint", self)
        self.hint.setText(self._keys())
        column.addWidget(self.words)
        self._choices = self._make_choices()
        self._list = _RowList(rows.rows, row, self)
        self._list.setAccessibleName(_("Rows so far"))
        self._list.setVisible(bool(rows.rows))
        self._list.opened.connect(self.opened)
        self._list.moved.connect(self._chosen)
        self._strip = _RemoveStrip(self)
        self._strip.agreed.connect(self._remove)
        self._strip.kept.connect(self._keep)
        for part in (self._choices, self._strip, self._list, self.hint):
            column.addWidget(part)
        self.choose(rows.rows[-1] if rows.rows else "")

    def _make_choices(self) -> QWidget:
        room = QWidget(self)
        column = QVBoxLayout(room)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(TIGHT)
        self._add = button(room, "choice", on_click=self.added.emit)
        self._add.setText("A   " + _("Yes, add one"))
        self._pass = button(room, "choice", on_click=self.passed.emit)
        self._pass.setText("↵   " + (_("No, go on") if self._rows.rows else _("None: go on")))
        column.addWidget(self._add)
        column.addWidget(self._pass)
        return room

    def _keys(self) -> str:
        rows = self._rows.rows
        if not rows:
            return _("A adds, Enter goes on.")
        if len(rows) > _DIGITS:
            return _("A number finds a row, Space opens it, Delete removes it.")
        return _("A digit opens a row, Delete removes one.")

    @property
    def path(self) -> str:
        return self._rows.path

    def as_text(self) -> str:
        """Return the page as it reads."""
        lines = [self.words.text(), self._list.as_text()]
        if not self._strip.isHidden():
            lines.append(self._strip.text())
        return "\n".join(filter(None, lines))

    def take_focus(self) -> None:
        self._add.setFocus()

    def choose(self, row: str) -> None:
        """Put the cursor of the list on a row."""
        if row in self._rows.rows:
            self._list.choose(self._rows.rows.index(row))

    def press(self, event: QKeyEvent) -> bool:
        """Do what a key stands for; False when it stands for nothing here."""
        text = event.text()
        if not text.isdigit():
            self._typed = ""
        if text in ("a", "A", "+") or event.key() == Qt.Key.Key_Insert:
            self.added.emit()
        elif text.isdigit() and self._rows.rows:
            self._find(text)
        elif event.key() == Qt.Key.Key_Delete and self._rows.rows:
            self._ask_or_remove()
        elif event.key() == Qt.Key.Key_Escape and not self._strip.isHidden():
            self._keep()
        else:
            return False
        return True

    def _find(self, digit: str) -> None:
        """Open the row with this number; where numbers are longer, put the cursor on it."""
        rows = self._rows.rows
        for typed in (self._typed + digit, digit):
            if 1 <= int(typed) <= len(rows):
                break
        else:
            return
        self._typed = typed
        self.choose(rows[int(typed) - 1])
        if len(rows) <= _DIGITS:
            self.opened.emit(rows[int(typed) - 1])
        else:
            self._list.setFocus()

    def _ask_or_remove(self) -> None:
        if not self._strip.isHidden():
            self._remove()
            return
        # One question at a time, and in sight at every text size.
        self._choices.hide()
        self._strip.ask(self._row(self._list.current()))
        self._list.setFocus()

    def _chosen(self, row: str) -> None:
        if not self._strip.isHidden():
            self._strip.ask(self._row(row))

    def _remove(self) -> None:
        self.removed.emit(self._list.current())

    def _keep(self) -> None:
        self._strip.hide()
        self._choices.show()
        self._list.setFocus()


class _RowWords(QAbstractListModel):
    """Reads only the rows that are seen."""

    def __init__(self, rows: Sequence[str], row: Callable[[str], Row], parent: QObject) -> None:
        super().__init__(parent)
        self._rows = rows
        self._row = row

    def rowCount(self, parent: _At = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: _At, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return None
        return _line(index.row() + 1, self._row(self._rows[index.row()]))


class _RowList(QListView):
    """Enter is the page's, as everywhere in an interview; Space opens the row under the cursor."""

    opened = Signal(str)
    moved = Signal(str)
    """The cursor stands on another row."""

    def __init__(self, rows: Sequence[str], row: Callable[[str], Row], parent: QWidget) -> None:
        super().__init__(parent)
        self._rows = rows
        self._words = _RowWords(rows, row, self)
        self.setModel(self._words)
        self.setUniformItemSizes(True)
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        theme().changed.connect(self._fit)
        self._fit()
        self.doubleClicked.connect(self._open)

    def current(self) -> str:
        """Return the path of the row under the cursor."""
        return self._rows[max(self.currentIndex().row(), 0)]

    def choose(self, at: int) -> None:
        """Put the cursor on the row at the index ``at``."""
        self.setCurrentIndex(self._words.index(at))
        if not self.hasFocus():
            self.clearSelection()

    def as_text(self) -> str:
        """Return the list as it reads."""
        lines = [self._words.index(at).data() for at in range(len(self._rows))]
        return "\n".join(lines)

    def currentChanged(self, current: _At, previous: _At) -> None:
        super().currentChanged(current, previous)
        if current.isValid():
            self.moved.emit(self._rows[current.row()])

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.setCurrentIndex(self._words.index(self._rows.index(self.current())))

    def focusOutEvent(self, event: QFocusEvent) -> None:
        # What is chosen counts only where the cursor is; elsewhere it would shout.
        super().focusOutEvent(event)
        self.clearSelection()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space:
            self._open()
        elif event.text().strip() or event.key() in _PAGES_KEYS:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def _open(self) -> None:
        self.opened.emit(self.current())

    def _fit(self) -> None:
        self.ensurePolished()
        rows = min(len(self._rows), _SHOWN) * max(self.sizeHintForRow(0), 0)
        self.setFixedHeight(rows + 2 * self.frameWidth() + NEAR)


class _RemoveStrip(QFrame):
    """The second step: which row is to go, and what goes with it."""

    agreed = Signal()
    kept = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        mark(self, kind="banner")
        mark(self, state="danger")
        column, row = QVBoxLayout(self), QHBoxLayout()
        column.setContentsMargins(HALF, NEAR, HALF, NEAR)
        self._words = label("body", self)
        self._agree = button(self, "danger", "delete", self.agreed.emit)
        self._agree.setText(_("Remove it (Delete)"))
        self._keep = button(self, "plain", "", self.kept.emit)
        self._keep.setText(_("Keep it (Esc)"))
        column.addWidget(self._words)
        row.addWidget(self._agree)
        row.addWidget(self._keep)
        row.addStretch(1)
        column.addLayout(row)
        self.hide()

    def ask(self, row: Row) -> None:
        """Ask whether ``row`` is to go."""
        lost = ngettext(
            "Remove “{row}”? {count} answer goes with it.",
            "Remove “{row}”? {count} answers go with it.",
            row.answered,
        )
        if not row.answered:
            lost = _("Remove “{row}”? Nothing is answered in it.")
        self._words.setText(lost.format(row=row.words, count=row.answered))
        self.show()

    def text(self) -> str:
        return self._words.text()


def _question(rows: Rows) -> str:
    if not rows.label:
        return _("Add another row?") if rows.rows else _("Add the first row?")
    text = _("Add another “{label}”?") if rows.rows else _("Add the first “{label}”?")
    return text.format(label=rows.label)


def _line(number: int, row: Row) -> str:
    left = ngettext("{count} without an answer", "{count} without an answer", row.open)
    said = f" · {left.format(count=row.open)}" if row.open else ""
    return f"{number}   {row.words}{said}"
