"""The interviews that are open at once, to go from one to another with one key."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QWidget

from app.i18n import _
from app.views.language import Retranslated
from app.views.theme import FAR, NEAR, TIGHT, mark
from app.views.widgets.parts import button, clear, line

LIST = -1


class OpenStrip(Retranslated, QFrame):
    """The list of all interviews, and each that is open, by its folio."""

    chosen = Signal(int)
    """The place of an open interview, or ``LIST``."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._folios: Sequence[str] = ()
        self._current = LIST
        mark(self, kind="status")
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(FAR, TIGHT, FAR, TIGHT)
        self._row.setSpacing(NEAR)
        self.hide()

    def show_open(self, folios: Sequence[str], current: int) -> None:
        """Show these interviews as open, the one at ``current`` on top."""
        self._folios, self._current = tuple(folios), current
        # One alone, on the page, needs no strip.
        self.setVisible(len(folios) > 1 or (bool(folios) and current == LIST))
        self.retranslate()

    def as_text(self) -> str:
        """Return the strip as it reads, the one on top in brackets."""
        words = [_("All interviews"), *self._folios]
        return " · ".join(
            f"[{one}]" if at == self._current else one for at, one in enumerate(words, LIST)
        )

    def retranslate(self) -> None:
        clear(self._row)
        for at, words in enumerate([_("All interviews"), *self._folios], LIST):
            self._row.addWidget(self._tab(at, words))
        self._row.addStretch(1)
        hint = line("caption", self)
        hint.setText(_("Ctrl+Tab goes to the next"))
        self._row.addWidget(hint)
        self.setAccessibleName(_("Open interviews"))

    def _tab(self, at: int, words: str) -> QPushButton:
        made = button(self, "nav", "surveys" if at == LIST else "draft")
        made.setText(words)
        made.setCheckable(True)
        made.setChecked(at == self._current)
        made.setAccessibleDescription(_("chosen") if at == self._current else "")
        # The one on top is bold, and wider than a button foresees.
        bold = QFont(made.font())
        bold.setWeight(QFont.Weight.DemiBold)
        more = QFontMetrics(bold).horizontalAdvance(words)
        more -= made.fontMetrics().horizontalAdvance(words)
        made.setMinimumWidth(made.sizeHint().width() + max(more, 0) + NEAR)
        made.clicked.connect(partial(_choose, self, at))
        return made


def _choose(strip: OpenStrip, at: int, _checked: bool) -> None:
    strip.chosen.emit(at)
