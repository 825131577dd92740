"""Whether the meeting may decide, at a glance and in words."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from app.i18n import _
from app.views import icons
from app.views.language import Retranslated
from app.views.theme import NEAR, TIGHT, mark, theme
from app.views.widgets.parts import label

_BAR = QSize(132, 12)


class QuorumBar(Retranslated, QWidget):
    """Present out of all voting seats, with a mark where the quorum lies.

    Colour, icon and words change together the moment it is lost.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._counts = (0, 0, 0)
        self._note = ""
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(NEAR)
        self._icon = QLabel(self)
        self._words = label("body", self, wrap=False)
        self._gauge = _Gauge(self)
        self._needs = label("caption", self, wrap=False)
        row.addWidget(self._icon)
        row.addWidget(self._words)
        row.addWidget(self._gauge)
        row.addWidget(self._needs)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self.retranslate()

    def show_quorum(self, present: int, seats: int, needed: int, note: str = "") -> None:
        """Show how many voting seats are taken up, of how many, and how many are needed.

        ``note`` says what the need rests on, such as a second call.
        """
        self._counts, self._note = (present, seats, needed), note
        self.retranslate()

    def holds(self) -> bool:
        """Whether as many are here as are needed."""
        present, _seats, needed = self._counts
        return present >= needed > 0

    def text(self) -> str:
        """Return the bar as it reads."""
        return f"{self._words.text()} · {self._needs.text()}"

    def retranslate(self) -> None:
        present, seats, needed = self._counts
        holds = self.holds()
        said = _("Quorum {present} of {seats}") if holds else _("No quorum: {present} of {seats}")
        self._words.setText(said.format(present=present, seats=seats))
        needs = _("needs {count}").format(count=needed)
        self._needs.setText(f"{needs} · {self._note}" if self._note else needs)
        icons.put(self._icon, "done" if holds else "danger", "primary" if holds else "danger")
        mark(self._words, type="body" if holds else "refused")
        self._gauge.show_counts(present, seats, needed)
        self.setAccessibleName(self.text())


class _Gauge(QWidget):
    """The bar itself; it says nothing that the words beside it do not."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._counts = (0, 0, 0)
        self.setFixedSize(_BAR)

    def show_counts(self, present: int, seats: int, needed: int) -> None:
        self._counts = (present, seats, needed)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        present, seats, needed = self._counts
        whole = QRectF(self.rect()).adjusted(0.5, 2.5, -0.5, -2.5)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme().colour("muted"), 1))
        painter.drawRoundedRect(whole, TIGHT, TIGHT)
        if seats > 0:
            filled = QRectF(whole)
            filled.setWidth(whole.width() * min(present / seats, 1.0))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme().colour("primary" if present >= needed else "danger"))
            painter.drawRoundedRect(filled, TIGHT, TIGHT)
            x = whole.left() + whole.width() * min(needed / seats, 1.0)
            painter.setPen(QPen(theme().colour("ink"), 2))
            painter.drawLine(round(x), 0, round(x), self.height())
        painter.end()
