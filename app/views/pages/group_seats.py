"""Seating somebody, and what each agreed to: three consents apart, asked before anything is kept."""

from __future__ import annotations

from typing import Any, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from app.i18n import _
from app.models.queries.groups import Seat
from app.models.records import kind
from app.views.language import Retranslated
from app.views.theme import HALF, NEAR, mark
from app.views.widgets.editor import RecordEditor
from app.views.widgets.flow import Flow
from app.views.widgets.link_input import Lookup
from app.views.widgets.page import scrolled
from app.views.widgets.parts import Banner, button, label

_FIELDS: Final = (
    "consent_take_part", "consent_recording", "consent_quotes",
    "sex", "age_band", "ethnicity", "ethnic_people", "occupation",
)  # fmt: skip


class SeatForm(Retranslated, QFrame):
    """Somebody to be seated, or somebody seated: consents first, then what is only counted."""

    seated = Signal(dict)
    """The values of somebody to be seated."""
    answered = Signal(object, dict)
    """Somebody's `Seat` and what changed about them."""
    closed = Signal()

    def __init__(self, lookup: Lookup, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        mark(self, kind="card")
        self._lookup = lookup
        self._seat: Seat | None = None
        self._title = label("section", self)
        self._hint = label("caption", self)
        self.banner = Banner(self)
        self.editor = self._make_editor()
        self._inner = QWidget(self)
        self._room = QVBoxLayout(self._inner)
        self._room.setContentsMargins(0, 0, 0, 0)
        self._room.addWidget(self.editor)
        self._go = button(self, "main", "check", self.go)
        self._close = button(self, "plain", "back", self.closed.emit)
        column = QVBoxLayout(self)
        column.setContentsMargins(HALF, NEAR, HALF, NEAR)
        column.setSpacing(NEAR)
        for part in (self._title, self._hint, self.banner):
            column.addWidget(part)
        column.addWidget(scrolled(self._inner, self, grows=False), 1)
        row = Flow()
        row.addWidget(self._go)
        row.addWidget(self._close)
        column.addLayout(row)
        self.retranslate()

    def show_new(self) -> None:
        """Ask for the next person."""
        self._show(None)

    def show_seat(self, seat: Seat) -> None:
        """Show somebody who is seated."""
        self._show(seat)

    def seat(self) -> Seat | None:
        """Return whose seat is shown, None for a new one."""
        return self._seat

    def go(self) -> None:
        """Seat them, or hand over what changed and close."""
        self.editor.flush()
        if self._seat is None:
            self.seated.emit(self.editor.values())
        else:
            self.closed.emit()

    def take_focus(self) -> None:
        self.editor.focus_first()

    def retranslate(self) -> None:
        seat = self._seat
        self._title.setText(
            _("Seat somebody") if seat is None else _("Seat of {alias}").format(alias=seat.alias)
        )
        self._hint.setText(
            _("Ask all three, each on its own. No name: the alias and the key are given.")
            if seat is None
            else _("Who withdraws from taking part loses the seat; what they said is not printed.")
        )
        self._go.setText(_("Seat (Enter)") if seat is None else _("Done (Enter)"))
        self._close.setText(_("Close (Esc)"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.go()
        elif event.key() == Qt.Key.Key_Escape:
            self.editor.flush()
            self.closed.emit()
        else:
            super().keyPressEvent(event)

    def _show(self, seat: Seat | None) -> None:
        self.banner.dismiss()
        self._seat = seat
        old, self.editor = self.editor, self._make_editor()
        self._room.replaceWidget(old, self.editor)
        # What was typed into it last was handed over by whoever left it.
        old.blockSignals(True)
        old.hide()
        old.deleteLater()
        self.editor.show_values(dict(seat.values) if seat is not None else {})
        self.retranslate()

    def _make_editor(self) -> RecordEditor:
        declared = kind("participant")
        editor = RecordEditor([declared.field(one) for one in _FIELDS], self._lookup, self)
        editor.edited.connect(self._edited)
        return editor

    def _edited(self, values: dict[str, Any]) -> None:
        if self._seat is not None:
            self.answered.emit(self._seat, values)
