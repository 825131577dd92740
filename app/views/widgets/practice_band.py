"""The band across every page of the practice project: hatched, so that it is seen without colour."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from app.i18n import _
from app.models.practice import WORD
from app.views import icons
from app.views.language import Retranslated
from app.views.theme import FAR, NEAR, TIGHT, mark, theme
from app.views.widgets.parts import button, label

_STRIPE = 12


def hatch(painter: QPainter, room: QRectF) -> None:
    """Fill ``room`` with the stripes that mark practice everywhere."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setClipRect(room)
    painter.fillRect(room, theme().ground("warning"))
    painter.setPen(QPen(theme().colour("warning"), 3))
    left = room.left() - room.height()
    while left < room.right():
        painter.drawLine(QPointF(left, room.bottom()), QPointF(left + room.height(), room.top()))
        left += _STRIPE
    painter.restore()


class PracticeWord(QLabel):
    """The word on its stripes, for a place as small as a heading."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setText(WORD)
        self.setAccessibleName(WORD)
        self.setMargin(TIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Maximum)
        font = self.font()
        font.setBold(True)
        self.setFont(font)

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        return QSize(hint.width() + 6 * _STRIPE, hint.height() + TIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        room = QRectF(self.rect())
        hatch(painter, room)
        plate = room.adjusted(2 * _STRIPE, 2, -2 * _STRIPE, -2)
        painter.fillRect(plate, theme().colour("surface"))
        painter.setPen(theme().colour("warning"))
        painter.setFont(self.font())
        painter.drawText(plate, int(Qt.AlignmentFlag.AlignCenter), self.text())
        painter.end()


class PracticeBand(Retranslated, QWidget):
    """Says on every page that nothing here is real, and throws it away in two steps.

    Without ``acts`` it only says so: for a wall, or paper.
    """

    thrown_away = Signal()

    def __init__(self, parent: QWidget | None = None, *, acts: bool = True) -> None:
        super().__init__(parent)
        self._asked = False
        row = QHBoxLayout(self)
        row.setContentsMargins(FAR, NEAR, FAR, NEAR)
        row.setSpacing(NEAR)
        self._word = PracticeWord(self)
        row.addWidget(self._word)
        self._text = label("body", self)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        row.addWidget(self._text, 1)
        self._throw = button(self, "plain", "delete", self.throw_away)
        self._keep = button(self, "plain", "", self.keep)
        row.addWidget(self._throw)
        row.addWidget(self._keep)
        self._acts = acts
        self._throw.setVisible(acts)
        self.retranslate()
        self.hide()

    def text(self) -> str:
        """Return what the band says."""
        return f"{WORD}: {self._text.text()}"

    def set_size(self, px: float) -> None:
        """Write in letters of this size, for who reads from afar."""
        # The sheet of the program sets the size of every label; here its own must win.
        for part in (self._text, self._word):
            weight = 600 if part is self._word else 400
            part.setStyleSheet(f"font-size: {round(px)}px; font-weight: {weight};")

    def throw_away(self) -> None:
        """Ask, and at the second time do it."""
        if self._asked:
            self.thrown_away.emit()
        self._asked = not self._asked
        self.retranslate()

    def keep(self) -> None:
        """Think better of it."""
        self._asked = False
        self.retranslate()
        self._throw.setFocus()

    def retranslate(self) -> None:
        if self._asked:
            self._text.setText(
                _("Everything you tried out here goes for good. Your real work is not touched.")
            )
            self._throw.setText(_("Yes, throw it away"))
        else:
            self._text.setText(_("Nothing here is real, and nothing leaves this laptop."))
            self._throw.setText(_("Throw the practice away…"))
        self._keep.setText(_("Keep it"))
        self._keep.setVisible(self._asked and self._acts)
        mark(self._throw, kind="danger" if self._asked else "plain")
        icons.put(self._throw, "delete", "danger" if self._asked else "ink")
        self.setAccessibleName(self.text())

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        room = QRectF(self.rect())
        painter.fillRect(room, theme().ground("warning"))
        hatch(painter, QRectF(0, room.height() - 6, room.width(), 6))
        hatch(painter, QRectF(0, 0, room.width(), 6))
        painter.end()
