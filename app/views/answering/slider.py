"""A slider that may stand nowhere, over the numbers a range of a form offers."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSlider, QWidget

from app.views import words
from app.views.theme import NEAR, RING, TARGET, theme

_MOST_STEPS: Final = 2_000
"""Steps beyond which a slider is no help: the number is typed."""
_MOST_TICKS: Final = 60
_KNOB: Final = 22
"""Width of the knob at text size 1, in pixels."""


@dataclass(frozen=True, slots=True)
class Scale:
    """The numbers a range offers, counted from nought, in exact decimals."""

    start: Decimal
    step: Decimal
    count: int
    every: int = 0
    placeholder: int | None = None

    def value(self, at: int) -> int | float:
        """Return the number at a position, as the form keeps it."""
        number = self.start + self.step * at
        return int(number) if number == number.to_integral_value() else float(number)

    def position(self, number: Any) -> int | None:
        """Return where a number stands, None where it is none of those offered."""
        if isinstance(number, bool) or not isinstance(number, (int, float)):
            return None
        steps = (Decimal(str(number)) - self.start) / self.step
        nearest = round(steps)
        near = abs(steps - nearest) < Decimal("0.000001")
        return nearest if near and 0 <= nearest <= self.count else None


def scale_of(attributes: Mapping[str, str]) -> Scale | None:
    """Return the range a form describes; None when it is none, or has too many steps to show."""
    start, end = number_of(attributes, "start"), number_of(attributes, "end")
    step = abs(number_of(attributes, "step") or Decimal(1)) or Decimal(1)
    if start is None or end is None or abs(end - start) / step > _MOST_STEPS:
        return None
    signed = step if end >= start else -step
    count = int(abs(end - start) / step)
    every = number_of(attributes, "tick-interval")
    scale = Scale(start, signed, count, int(abs(every) / step) if every else 0)
    held = number_of(attributes, "placeholder")
    at = scale.position(float(held)) if held is not None else None
    return replace(scale, placeholder=at)


def number_of(attributes: Mapping[str, str], wanted: str) -> Decimal | None:
    """Return an attribute as a number, None where it is none.

    The name of one from another namespace stands behind braces.
    """
    written = next((text for key, text in attributes.items() if key.split("}")[-1] == wanted), "")
    try:
        number = float(written)
    except ValueError:
        return None
    return Decimal(written.strip()) if math.isfinite(number) else None


class RangeSlider(QSlider):
    """A slider that may stand nowhere, with its ticks and their words."""

    emptied = Signal()
    """The person takes the number back."""

    def __init__(self, scale: Scale, labels: Mapping[int, str], parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._scale, self._labels = scale, labels
        self._is_set = False
        self.ticks = True
        self.setRange(0, scale.count)
        self.setPageStep(max(1, scale.count // 10))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    @property
    def is_set(self) -> bool:
        return self._is_set

    def place(self, at: int | None) -> None:
        """Stand at a position, or nowhere."""
        self._is_set = at is not None
        self.blockSignals(True)
        self.setValue(at if at is not None else self._scale.placeholder or 0)
        self.blockSignals(False)
        self.update()

    def choose(self, at: int) -> None:
        """Let the person have chosen a position."""
        was, self._is_set = self._is_set, True
        at = min(max(at, 0), self._scale.count)
        if at == self.value() and not was:
            self.valueChanged.emit(at)
        self.setValue(at)
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys = {
            Qt.Key.Key_Right: 1, Qt.Key.Key_Up: 1, Qt.Key.Key_Left: -1, Qt.Key.Key_Down: -1,
            Qt.Key.Key_PageUp: self.pageStep(), Qt.Key.Key_PageDown: -self.pageStep(),
        }  # fmt: skip
        plain_key = not event.modifiers() & (
            Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.ControlModifier
        )
        key = Qt.Key(event.key())
        if plain_key and key in keys:
            # The first key only puts the knob there; where it stood was no answer.
            self.choose(self.value() + keys[key] if self._is_set else self.value())
        elif plain_key and key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self.choose(0 if key == Qt.Key.Key_Home else self._scale.count)
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.emptied.emit()
        else:
            event.ignore()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._choose_at(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._choose_at(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def wheelEvent(self, event: Any) -> None:
        # Somebody who scrolls the page past it does not mean to answer.
        event.ignore()

    def sizeHint(self) -> QSize:
        text = QFontMetrics(theme().font("caption"))
        if self.orientation() == Qt.Orientation.Vertical:
            wide = max((text.horizontalAdvance(self._said(at)) for at in self._ticked()), default=0)
            return QSize(self._half() * 4 + wide + NEAR, theme().row() * 8)
        lines = text.height() * (2 if self._labels else 1)
        return QSize(theme().row() * 6, max(TARGET, self._half() * 2 + NEAR) + lines + NEAR)

    def minimumSizeHint(self) -> QSize:
        hint = self.sizeHint()
        return hint if self.orientation() == Qt.Orientation.Vertical else QSize(120, hint.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ink, line = theme().colour("primary"), theme().colour("muted")
        if not self.isEnabled():
            ink = line
        first, last = self._spot(0), self._spot(self._scale.count)
        painter.setPen(QPen(line, 4, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawLine(first, last)
        if self._is_set:
            painter.setPen(QPen(ink, 4, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            painter.drawLine(first, self._spot(self.value()))
        if self.ticks:
            self._paint_ticks(painter)
        self._paint_knob(painter, ink)
        painter.end()

    def _paint_knob(self, painter: QPainter, ink: QColor) -> None:
        at, half = self._spot(self.value()), self._half()
        surface = theme().colour("surface")
        if self._is_set:
            painter.setPen(QPen(surface, 2))
            painter.setBrush(ink)
        else:
            painter.setPen(QPen(theme().colour("muted"), 2, Qt.PenStyle.DotLine))
            painter.setBrush(surface)
        painter.drawEllipse(at, half, half)
        if self.hasFocus():
            painter.setPen(QPen(theme().colour("ink"), RING))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(at, half + 2, half + 2)

    def _paint_ticks(self, painter: QPainter) -> None:
        painter.setFont(theme().font("caption"))
        muted = theme().colour("muted")
        used, half = -(10**6), self._half()
        for at in self._ticked():
            spot = self._spot(at)
            painter.setPen(QPen(muted, 2))
            if self.orientation() == Qt.Orientation.Vertical:
                painter.drawLine(spot + QPoint(half + 3, 0), spot + QPoint(half + 9, 0))
                painter.drawText(spot + QPoint(half + 15, 5), self._said(at))
                continue
            painter.drawLine(spot + QPoint(0, half + 3), spot + QPoint(0, half + 9))
            box = self._box(painter.fontMetrics(), at, spot)
            if box.left() > used or at == self._scale.count:
                painter.drawText(box, int(Qt.AlignmentFlag.AlignHCenter), self._said(at))
                used = box.right() + NEAR

    def _box(self, text: QFontMetrics, at: int, spot: QPoint) -> QRect:
        """Where the words under a tick go, inside the slider."""
        said = text.boundingRect(QRect(0, 0, 2000, 200), 0, self._said(at))
        left = spot.x() - said.width() // 2 - 2
        left = min(max(left, 0), max(self.width() - said.width() - 4, 0))
        return QRect(left, spot.y() + self._half() + 13, said.width() + 4, said.height())

    def _ticked(self) -> Sequence[int]:
        count = self._scale.count
        every = self._scale.every or max(1, math.ceil(count / 10))
        if count // every > _MOST_TICKS:
            every = math.ceil(count / _MOST_TICKS)
        ticks = [*range(0, count + 1, every), *self._labels]
        return sorted({*ticks, 0, count})

    def _said(self, at: int) -> str:
        number = words.number(self._scale.value(at))
        named = self._labels.get(at, "")
        if self.orientation() == Qt.Orientation.Vertical:
            return f"{number}  {named}".rstrip()
        return f"{number}\n{named}".rstrip()

    @staticmethod
    def _half() -> int:
        return round(_KNOB * theme().scale) // 2

    def _spot(self, at: int) -> QPoint:
        share = at / self._scale.count if self._scale.count else 0.0
        edge = self._half() + 4
        if self.orientation() == Qt.Orientation.Vertical:
            room = self.height() - 2 * edge
            return QPoint(edge, round(self.height() - edge - share * room))
        return QPoint(round(edge + share * (self.width() - 2 * edge)), edge)

    def _choose_at(self, event: QMouseEvent) -> None:
        edge = self._half() + 4
        if self.orientation() == Qt.Orientation.Vertical:
            share = (self.height() - edge - event.position().y()) / max(self.height() - 2 * edge, 1)
        else:
            share = (event.position().x() - edge) / max(self.width() - 2 * edge, 1)
        self.setFocus()
        self.choose(round(min(max(share, 0.0), 1.0) * self._scale.count))
