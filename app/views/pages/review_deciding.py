"""Marking a decision and confirming it: what both views of the review page do alike.

A digit pressed by a tired hand settles nothing: it marks, the page says in words what Enter would
do, and only Enter (or the button beside the words) does it.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from app.i18n import _
from app.views.language import Retranslated
from app.views.widgets.parts import Banner, State


class Deciding(Retranslated, QWidget):
    """Something with numbered decisions, of which one is marked at a time."""

    marked = Signal(int)
    """The number of the decision that is marked, 0 for none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._about: Hashable = None
        self._number = 0
        self._confirmed: Callable[[], object] | None = None
        self.banner = Banner(self)
        self.banner.acted.connect(self.confirm)
        self.banner.closed.connect(self.let_go)

    @property
    def has_marked(self) -> bool:
        """Whether Enter would settle something."""
        return self._confirmed is not None

    def mark_decision(
        self,
        number: int,
        text: str,
        confirmed: Callable[[], object],
        *,
        state: State = "info",
        action: str = "",
    ) -> None:
        """Mark a decision: ``text`` says what it means, ``confirmed`` is run by Enter."""
        self._number, self._confirmed = number, confirmed
        hint = _("Enter settles it; Esc lets go.")
        self.banner.tell(state, f"{text} {hint}", action or _("Settle it"))
        self.marked.emit(number)

    def confirm(self) -> None:
        """Settle what is marked; nothing happens when nothing is."""
        confirmed = self._confirmed
        self.let_go()
        if confirmed is not None:
            confirmed()

    def let_go(self) -> None:
        """Mark nothing."""
        was, self._number, self._confirmed = self._number, 0, None
        if not self.banner.isHidden():
            self.banner.hide()
        if was:
            self.marked.emit(0)

    def decide(self, number: int) -> None:
        """Mark the decision of this number, from 1; subclasses know what it is."""
        raise NotImplementedError

    def keyPressEvent(self, event: QKeyEvent) -> None:
        text = event.text()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.has_marked:
            self.confirm()
        elif event.key() == Qt.Key.Key_Escape and self.has_marked:
            self.let_go()
        elif text.isdigit() and text != "0":
            self.decide(int(text))
        else:
            super().keyPressEvent(event)
