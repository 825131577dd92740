"""Section: one subject of a page of settings, with its heading, its lines and its buttons."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from app.views.theme import HALF, NEAR, WIDE, mark
from app.views.widgets.flow import Flow
from app.views.widgets.parts import button, clear, label


class Section(QFrame):
    """A card with a heading and a hint; fields and buttons are added in order."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        mark(self, kind="card")
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(WIDE, HALF, WIDE, HALF)
        self.column.setSpacing(NEAR)
        self._heading = label("section", self)
        self._hint = label("hint", self)
        self.column.addWidget(self._heading)
        self.column.addWidget(self._hint)

    def say(self, heading: str, hint: str = "") -> None:
        """Set the heading and the sentence under it."""
        self._heading.setText(heading)
        self._hint.setText(hint)
        self._hint.setVisible(bool(hint))
        self.setAccessibleName(heading)

    def add_list(self) -> Lines:
        """Add a list of lines that may have a button each."""
        made = Lines(self)
        self.column.addWidget(made)
        return made

    def add_field(self, field: QWidget | None = None) -> tuple[QLabel, QWidget]:
        """Add a field (a line of text unless given) under a caption that is its buddy."""
        caption, edit = QLabel(self), field if field is not None else QLineEdit(self)
        caption.setBuddy(edit)
        self.column.addWidget(caption)
        self.column.addWidget(edit)
        return caption, edit

    def add_row(self) -> Flow:
        """Add a row for buttons, which stand at its left and go on below where it is narrow."""
        row = Flow()
        self.column.addLayout(row)
        return row


class Lines(QWidget):
    """A few lines of text, each with one button or none."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(NEAR)
        self._texts: list[str] = []

    def show_lines(self, lines: list[tuple[str, str, Callable[[], object] | None]]) -> None:
        """Show texts, each with the word of its button and what it does; None for no button."""
        clear(self._column)
        self._texts = [text for text, _word, _do in lines]
        for text, word, do in lines:
            row = QHBoxLayout()
            said = label("body", self)
            said.setText(text)
            row.addWidget(said, 1)
            if do is not None:
                made = button(self, "link", "", do)
                made.setText(word)
                made.setAccessibleName(f"{word}: {text}")
                row.addWidget(made)
            self._column.addLayout(row)

    def texts(self) -> list[str]:
        """Return the lines as they read."""
        return list(self._texts)
