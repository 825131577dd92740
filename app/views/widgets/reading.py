"""What is only read, from top to bottom: headings, captions and what stands under them.

It keeps the lines as they read, for whoever asks what is on show.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from app.views.theme import HALF, NEAR, TIGHT, WIDE
from app.views.widgets.parts import label


class Reading(QWidget):
    """A column to which parts are added once."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines: list[str] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(TIGHT)

    def as_text(self) -> str:
        """Return everything on show as it reads."""
        return "\n".join(self._lines)

    def _pairs(self, heading: str, pairs: Sequence[tuple[str, str]]) -> None:
        """Add a section of captions and texts; an empty heading is left out."""
        if heading:
            self._add("section", heading)
        self._column.addSpacing(NEAR)
        for caption, text in pairs:
            self._add("caption", caption)
            self._add("body", text)
        self._column.addSpacing(HALF)

    def _add(self, type_: str, text: str, depth: int = 0) -> QLabel:
        made = label(type_, self)
        made.setText(text)
        self._set_in(made, depth)
        self._lines.append(text)
        return made

    def _set_in(self, made: QWidget, depth: int) -> None:
        """Add a part, as far in as it stands in rows."""
        made.setContentsMargins(depth * WIDE, 0, 0, 0)
        self._column.addWidget(made)
