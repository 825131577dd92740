"""SeatCircle: who sits where, as the moderator sees the table: alias, key, share of speech."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.i18n import _
from app.views.language import Retranslated
from app.views.theme import HALF, NEAR, RING, TIGHT, Role, theme

_RADIUS: Final = 25
_ARC: Final = 4
_FULL: Final = 360 * 16
_STEPS: Final = 240
"""Points of the ring that seats are put at."""
_LEAST: Final = 200
"""How small the circle may be at text size 1, in pixels."""


@dataclass(frozen=True, slots=True)
class Sitter:
    """One seat: the alias, its key, the share of speech from 0 to 1, what was not agreed to in
    words, and whether it is their turn."""

    id: str
    alias: str
    hotkey: str
    share: float
    limits: tuple[str, ...] = ()
    speaks: bool = False

    def as_text(self) -> str:
        """Return the seat as it reads: ``M1 · key 1 · 22 % · speaks``."""
        parts = [self.alias, _("key {key}").format(key=self.hotkey or "–"), percent(self.share)]
        parts += [*self.limits, *([_("speaks")] if self.speaks else [])]
        return " · ".join(parts)


def percent(share: float) -> str:
    """Return a share as people read it: ``22 %``."""
    return f"{round(share * 100)} %"


class SeatCircle(Retranslated, QWidget):
    """Seats round a table. Arrows go from one to the next, Ctrl and an arrow changes places, Enter
    opens a seat; any other key is handed on as a speaker's."""

    chosen = Signal(str)
    """The id of the participant whose seat was opened."""
    moved = Signal(str, int)
    """A participant's id and how many places round they are to go."""
    typed = Signal(str)
    """A plain key: somebody's turn."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sitters: Sequence[Sitter] = ()
        self._at = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        theme().changed.connect(self._fit)
        self._fit()
        self.retranslate()

    def show_sitters(self, sitters: Sequence[Sitter]) -> None:
        """Show these seats; the one chosen stays chosen wherever it went."""
        current = self.current()
        self._sitters = tuple(sitters)
        ids = [one.id for one in self._sitters]
        if current is not None and current.id in ids:
            self._at = ids.index(current.id)
        self._at = min(self._at, max(len(ids) - 1, 0))
        self.retranslate()
        self.update()

    def current(self) -> Sitter | None:
        """Return the seat that is chosen."""
        return self._sitters[self._at] if self._at < len(self._sitters) else None

    def choose(self, id_: str) -> None:
        """Choose a participant's seat."""
        for at, one in enumerate(self._sitters):
            if one.id == id_:
                self._go(at - self._at)

    def as_text(self) -> str:
        """Return the table as it reads, a line a seat."""
        return "\n".join(one.as_text() for one in self._sitters)

    def retranslate(self) -> None:
        current = self.current()
        said = _("Seats")
        self.setAccessibleName(f"{said}: {current.as_text()}" if current else said)
        self.setAccessibleDescription(self.as_text())

    def sizeHint(self) -> QSize:
        return self.minimumSize()

    # -- keys and pointer ------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {
            Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1, Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1,
        }  # fmt: skip
        step = steps.get(Qt.Key(event.key()))
        current = self.current()
        if step is not None and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            if current is not None:
                self.moved.emit(current.id, step)
        elif step is not None:
            self._go(step)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and current is not None:
            self.chosen.emit(current.id)
        elif event.text().strip() and event.text().isprintable():
            self.typed.emit(event.text())
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        reach = _RADIUS * theme().scale
        for at, centre in enumerate(self._centres()):
            away = event.position() - centre
            if math.hypot(away.x(), away.y()) <= reach:
                self._go(at - self._at)
        super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if (current := self.current()) is not None:
            self.chosen.emit(current.id)

    def _go(self, step: int) -> None:
        if self._sitters:
            self._at = (self._at + step) % len(self._sitters)
            self.retranslate()
            self.update()

    # -- painting --------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_table(painter)
        for at, (one, centre) in enumerate(zip(self._sitters, self._centres(), strict=True)):
            self._paint_seat(painter, one, centre)
            if at == self._at and self.hasFocus():
                self._ring(painter, centre, self._radius() + NEAR)
        if not self._sitters and self.hasFocus():
            painter.setPen(QPen(theme().colour("primary"), RING))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(self.rect().adjusted(2, 2, -2, -2), NEAR, NEAR)
        painter.end()

    def _paint_table(self, painter: QPainter) -> None:
        centre = QPointF(self.width() / 2, self.height() / 2)
        across, along = self._reach()
        shrink = self._radius() + 2 * NEAR
        painter.setPen(QPen(QColor(theme().tokens.line), 1.5))
        painter.setBrush(QColor(theme().tokens.background))
        if self._sitters:
            painter.drawEllipse(centre, max(across - shrink, 8), max(along - shrink, 8))
            return
        self._write(
            painter,
            QRectF(self.rect()).adjusted(HALF, HALF, -HALF, -HALF),
            _("Nobody is seated yet: F2 seats somebody."),
            "muted",
            "body",
        )

    def _paint_seat(self, painter: QPainter, one: Sitter, centre: QPointF) -> None:
        radius = self._radius()
        box = QRectF(centre.x() - radius, centre.y() - radius, 2 * radius, 2 * radius)
        ground = theme().colour("primary") if one.speaks else QColor(theme().tokens.surface)
        painter.setPen(QPen(QColor(theme().tokens.line), _ARC))
        painter.setBrush(ground)
        painter.drawEllipse(box)
        if one.share > 0:
            painter.setPen(QPen(theme().colour("primary"), _ARC))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawArc(box, 90 * 16, -round(_FULL * min(one.share, 1.0)))
        ink: Role = "on_primary" if one.speaks else "ink"
        self._write(painter, box, one.alias, ink, "body", bold=True)
        height = painter.fontMetrics().height()
        below = QRectF(centre.x() - 60, box.bottom() + TIGHT, 120, height)
        key = f"[{one.hotkey}]" if one.hotkey else "–"
        mark = " *" if one.limits else ""
        said = f"▸ {key}{mark}" if one.speaks else f"{key} {percent(one.share)}{mark}"
        self._write(painter, below, said, "ink" if one.speaks else "muted", "caption", one.speaks)

    def _ring(self, painter: QPainter, centre: QPointF, radius: float) -> None:
        painter.setPen(QPen(theme().colour("primary"), RING))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(centre, radius, radius)

    def _write(
        self, painter: QPainter, box: QRectF, text: str, role: Role, size: str, bold: bool = False
    ) -> None:
        font = QFont(theme().font("caption" if size == "caption" else "body"))
        font.setBold(bold)
        painter.setFont(font)
        painter.setPen(theme().colour(role))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, text)

    # -- places ----------------------------------------------------------------------------------

    def _radius(self) -> float:
        return min(_RADIUS * theme().scale, min(self.width(), self.height()) / 8)

    def _reach(self) -> tuple[float, float]:
        """How far the seats are from the middle, across and along."""
        caption = self.fontMetrics().height() + TIGHT
        radius = self._radius() + NEAR
        return self.width() / 2 - radius - NEAR, self.height() / 2 - radius - caption / 2 - TIGHT

    def _centres(self) -> list[QPointF]:
        """Where the seats stand: as far from one neighbour as from the other."""
        across, along = self._reach()
        middle = QPointF(self.width() / 2, self.height() / 2 - self.fontMetrics().height() / 2)
        turns = [2 * math.pi * step / _STEPS - math.pi / 2 for step in range(_STEPS + 1)]
        ring = [QPointF(across * math.cos(one), along * math.sin(one)) for one in turns]
        reached = [0.0]
        for one, other in pairwise(ring):
            away = other - one
            reached.append(reached[-1] + math.hypot(away.x(), away.y()))
        count = len(self._sitters)
        places = (bisect_left(reached, reached[-1] * at / count) for at in range(count))
        return [middle + ring[place] for place in places]

    def _fit(self) -> None:
        side = round(_LEAST * min(theme().scale, 1.9))
        self.setMinimumSize(side, side)
