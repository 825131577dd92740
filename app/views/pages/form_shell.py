"""What stands around the questions of an interview: head, outline, column of text, note, foot."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics, QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QVBoxLayout, QWidget

from app.views.interview import Interview
from app.views.language import Retranslated
from app.views.pages.form_abandon import AbandonStrip
from app.views.pages.form_note import NoteStrip
from app.views.theme import FAR, HALF, TIGHT, WIDE, theme
from app.views.widgets.interview_bars import InterviewFoot, InterviewHead
from app.views.widgets.outline import Outline
from app.views.widgets.page import scrolled
from app.views.widgets.parts import Banner, label

_COLUMN: Final = 72
"""Widest column of text, in characters."""


class FormShell(Retranslated, QWidget):
    """The parts of the interview page; the page itself moves between questions."""

    def __init__(
        self, interview: Interview, heading: str, note: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._asked = interview
        self.banner = Banner(self)
        self._head = InterviewHead(interview, heading, self)
        self.kept = self._head.kept
        self._outline = Outline(self)
        self._outline.hide()
        self._note = NoteStrip(note, self)
        self._note.changed.connect(self.kept.keeping)
        self._abandon = AbandonStrip(self)
        self._foot = InterviewFoot(self)
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self._outline)
        middle.addWidget(self._make_question(), 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._head)
        column.addWidget(self.banner)
        column.addLayout(middle, 1)
        column.addWidget(self._note)
        column.addWidget(self._abandon)
        column.addWidget(self._foot)
        theme().changed.connect(self._restyle)

    def stand_above(self, strip: QWidget) -> None:
        """Put a strip between the head of the page and its questions."""
        layout = self.layout()
        assert isinstance(layout, QVBoxLayout)
        layout.insertWidget(1, strip)

    def bind(self, function: Callable[[], object], part: QAbstractButton, *keys: str) -> None:
        """Let a button and its keys do ``function``."""
        part.clicked.connect(function)
        for key in keys:
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(function)

    def _make_question(self) -> QWidget:
        inner = QWidget(self)
        outer = QHBoxLayout(inner)
        outer.setContentsMargins(FAR, WIDE, FAR, WIDE)
        self._column = QWidget(inner)
        column = QVBoxLayout(self._column)
        column.setContentsMargins(0, WIDE, 0, 0)
        column.setSpacing(HALF)
        self._section = label("caption", self._column)
        self._room = QVBoxLayout()
        self._room.setSpacing(HALF)
        column.addWidget(self._section)
        column.addLayout(self._room)
        column.addStretch(1)
        outer.addStretch(1)
        outer.addWidget(self._column, 100)
        outer.addStretch(1)
        self._restyle()
        return scrolled(inner, self, grows=False)

    def _tell_progress(self) -> None:
        self._head.show_progress(*self._asked.counts())
        if not self._outline.isHidden():
            self._outline.show_interview(self._asked)

    def retranslate(self) -> None:
        self.setAccessibleName(self._asked.title)
        self._tell_progress()

    def _restyle(self) -> None:
        letters = QFontMetrics(theme().font("body"))
        self._column.setMaximumWidth(letters.averageCharWidth() * _COLUMN + 2 * TIGHT)
