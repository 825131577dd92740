"""MergeEditor: two versions of a text merged, with what each changed marked, to edit and to take."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QVBoxLayout, QWidget

from app.i18n import _
from app.models.text_merge import Merged, Origin
from app.views.language import Retranslated
from app.views.theme import NEAR, TIGHT, theme
from app.views.widgets.flow import Flow
from app.views.widgets.parts import button, label

_LINES: Final[dict[Origin, QTextCharFormat.UnderlineStyle]] = {
    "left": QTextCharFormat.UnderlineStyle.SingleUnderline,
    "right": QTextCharFormat.UnderlineStyle.DashUnderline,
    "both": QTextCharFormat.UnderlineStyle.DotLine,
}


class _Words(QPlainTextEdit):
    """The text; Ctrl+Enter takes it, Tab leaves."""

    taken = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if is_enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.taken.emit()
        else:
            super().keyPressEvent(event)


class MergeEditor(Retranslated, QWidget):
    """A proposal: plain where both agree, underlined where one changed it, both where neither
    gives way. It is taken only when somebody says so."""

    taken = Signal(str)
    """The text as it stands, to hold for everybody."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._merged: Merged | None = None
        self._caption = label("section", self)
        self._legend = label("caption", self)
        self.words = _Words(self)
        self.words.setTabChangesFocus(True)
        self.words.taken.connect(self.take)
        self._take = button(self, "plain", "check", self.take)
        row = Flow()
        row.addWidget(self._take)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, NEAR, 0, 0)
        column.setSpacing(TIGHT)
        for part in (self._caption, self._legend, self.words):
            column.addWidget(part)
        column.addLayout(row)
        theme().changed.connect(self._fit)
        self._fit()
        self.retranslate()

    def show_merge(self, merged: Merged | None) -> None:
        """Show a proposal, or hide where there is none."""
        self._merged = merged
        self.setVisible(merged is not None)
        if merged is not None:
            self.words.setPlainText(merged.text)
            self._mark()
            self.retranslate()

    def text(self) -> str:
        """Return the text as it stands."""
        return self.words.toPlainText()

    def legend(self) -> str:
        """Return what the marks mean and how many passages wait for a choice."""
        return self._legend.text()

    def edit(self) -> None:
        """Put the cursor into the first passage that waits for a choice, else at the start."""
        found = self.words.document().find("{{1:")
        self.words.setTextCursor(found if not found.isNull() else QTextCursor())
        if found.isNull():
            self.words.moveCursor(QTextCursor.MoveOperation.Start)
        self.words.setFocus()

    def take(self) -> None:
        """Hand the text over."""
        self.taken.emit(self.text())

    def retranslate(self) -> None:
        self._caption.setText(_("Proposed merge"))
        self.words.setAccessibleName(_("Proposed merge"))
        self._take.setText(_("M   Take the merge as it stands"))
        open_ = self._merged.conflicts if self._merged is not None else 0
        marks = _("underlined: only version 1 has it · dashed: only version 2")
        said = _("{marks} · {{{{1: … | 2: … }}}}: {count} to choose").format(
            marks=marks, count=open_
        )
        self._legend.setText(said if open_ else marks)

    def _mark(self) -> None:
        found, at = [], 0
        for piece in self._merged.pieces if self._merged is not None else ():
            size = _units(piece.text)
            if piece.origin != "same":
                found.append(self._selection(at, at + size, piece.origin))
            at += size
        self.words.setExtraSelections(found)

    def _selection(self, begin: int, end: int, origin: Origin) -> QTextEdit.ExtraSelection:
        made = QTextEdit.ExtraSelection()
        cursor = QTextCursor(self.words.document())
        cursor.setPosition(begin)
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        look = QTextCharFormat()
        if origin == "conflict":
            look.setBackground(theme().ground("warning"))
            look.setFontWeight(700)
        else:
            look.setUnderlineStyle(_LINES[origin])
            look.setUnderlineColor(theme().colour("info"))
            look.setBackground(theme().ground("info"))
        made.cursor, made.format = cursor, look
        return made

    def _fit(self) -> None:
        self.words.setFixedHeight(round(theme().row() * 3.5))
        self._mark()


def _units(text: str) -> int:
    """How many places Qt counts for a text: it counts in UTF-16."""
    return len(text.encode("utf-16-le")) // 2
