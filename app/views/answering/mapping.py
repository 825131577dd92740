"""Choosing on a picture: the parts of an SVG whose names are the codes of the choices.

The same choices stand in rows under it: a picture has no keys, and nobody needs to see it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from PySide6.QtCore import QByteArray, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QVBoxLayout, QWidget

from app.errors import KipuError
from app.forms.guard import parse_xml
from app.i18n import _
from app.views.answering.keeping import while_there
from app.views.interview import FileBench, Question
from app.views.marked import plain
from app.views.theme import NEAR, TIGHT, theme
from app.views.widgets.answers import ChoiceButtons

if TYPE_CHECKING:
    from PySide6.QtSvg import QSvgRenderer

_DOCTYPE = re.compile(r"<!DOCTYPE[^\[>]*>")
_REFERENCE = "href"
_MOST_BYTES = 5_000_000


def harmless(data: bytes) -> bytes:
    """Return an SVG that reads nothing but itself. Raises KipuError when it is none."""
    if len(data) > _MOST_BYTES:
        raise KipuError(_("The picture is too large."))
    root = parse_xml(_DOCTYPE.sub("", data.decode("utf-8", "replace"), count=1))
    for element in root.iter():
        for key in [key for key in element.attrib if key.split("}")[-1] == _REFERENCE]:
            if not element.attrib[key].startswith(("#", "data:")):
                del element.attrib[key]
    return ElementTree.tostring(root)


class MapPicture(QWidget):
    """The picture; parts that are chosen are filled, the one under the pointer is outlined."""

    picked = Signal(str)
    """The code of the part that was clicked."""

    def __init__(self, codes: Sequence[str], parent: QWidget) -> None:
        super().__init__(parent)
        self._codes = codes
        self._renderer: QSvgRenderer | None = None
        self._chosen: frozenset[str] = frozenset()
        self._bounds: dict[str, QRectF] = {}
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.hide()

    def load(self, data: bytes) -> bool:
        """Show an SVG; False when it is none, or has no part with the code of a choice."""
        from PySide6.QtSvg import QSvgRenderer

        renderer = QSvgRenderer(QByteArray(data), self)
        if not renderer.isValid() or renderer.viewBoxF().isEmpty():
            return False
        found = [code for code in self._codes if renderer.elementExists(code)]
        self._bounds = {
            code: renderer.transformForElement(code).mapRect(renderer.boundsOnElement(code))
            for code in found
        }
        self._renderer = renderer
        self.setVisible(bool(found))
        self.updateGeometry()
        return bool(found)

    def show_chosen(self, codes: Sequence[str]) -> None:
        self._chosen = frozenset(codes)
        self.update()

    def part_at(self, spot: QPointF) -> str:
        """Return the code of the part at a point of the widget, empty where there is none."""
        if self._renderer is None:
            return ""
        on = self._on_picture(spot)
        near = [code for code, bounds in self._bounds.items() if bounds.contains(on)]
        # The smallest one first: what lies upon another is drawn smaller.
        near.sort(key=lambda code: self._bounds[code].width() * self._bounds[code].height())
        return next((code for code in near if self._covers(code, on)), "")

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        box = self._renderer.viewBoxF() if self._renderer is not None else QRectF(0, 0, 3, 2)
        return min(round(width * box.height() / max(box.width(), 1)), theme().row() * 12)

    def sizeHint(self) -> QSize:
        wide = theme().row() * 14
        return QSize(wide, self.heightForWidth(wide))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self.isEnabled() and (code := self.part_at(event.position())):
            self.picked.emit(code)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._renderer is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        room = self._room()
        self._renderer.render(painter, room)
        for code in self._chosen & self._bounds.keys():
            painter.drawImage(self._box(code).topLeft(), self._filled(code))
        painter.end()

    def _room(self) -> QRectF:
        assert self._renderer is not None
        size = self._renderer.viewBoxF().size()
        size.scale(self.size().toSizeF(), Qt.AspectRatioMode.KeepAspectRatio)
        return QRectF(0, 0, size.width(), size.height())

    def _on_picture(self, spot: QPointF) -> QPointF:
        assert self._renderer is not None
        room, box = self._room(), self._renderer.viewBoxF()
        scale = box.width() / max(room.width(), 1)
        return QPointF(box.x() + spot.x() * scale, box.y() + spot.y() * scale)

    def _box(self, code: str) -> QRectF:
        """Where a part lies in the widget."""
        assert self._renderer is not None
        box, room, part = self._renderer.viewBoxF(), self._room(), self._bounds[code]
        scale = room.width() / max(box.width(), 0.001)
        return QRectF(
            (part.x() - box.x()) * scale,
            (part.y() - box.y()) * scale,
            max(part.width() * scale, 1),
            max(part.height() * scale, 1),
        )

    def _mask(self, code: str) -> QImage:
        """The part alone, as large as it is on show."""
        assert self._renderer is not None
        size = self._box(code).size().toSize().expandedTo(QSize(1, 1))
        made = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
        made.fill(Qt.GlobalColor.transparent)
        painter = QPainter(made)
        self._renderer.render(painter, code, QRectF(made.rect()))
        painter.end()
        return made

    def _covers(self, code: str, on: QPointF) -> bool:
        part, mask = self._bounds[code], self._mask(code)
        x = int((on.x() - part.x()) / max(part.width(), 0.001) * mask.width())
        y = int((on.y() - part.y()) / max(part.height(), 0.001) * mask.height())
        x, y = min(max(x, 0), mask.width() - 1), min(max(y, 0), mask.height() - 1)
        return mask.pixelColor(x, y).alpha() > 0

    def _filled(self, code: str) -> QImage:
        made = self._mask(code)
        painter = QPainter(made)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
        ink = QColor(theme().colour("primary"))
        ink.setAlphaF(0.75)
        painter.fillRect(made.rect(), ink)
        painter.end()
        return made


class MapAnswer(ChoiceButtons):
    """A picture to choose on, and the same choices in rows."""

    def __init__(
        self, question: Question, parent: QWidget | None = None, files: FileBench | None = None
    ) -> None:
        super().__init__(question, parent)
        self._picture.setEnabled(not question.readonly)
        self._picture.setAccessibleName(plain(question.label))
        self._picture.picked.connect(self._picked)
        for row in self._rows:
            row.toggled.connect(self._follow)
        reference = question.media.get("image", "")
        if files is not None and reference:
            files.get_media(reference, while_there(self, self._load))

    def lay_out(self, rows: Sequence[QPushButton]) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(TIGHT)
        self._picture = MapPicture(self._codes, self)
        column.addWidget(self._picture)
        column.addSpacing(NEAR)
        if self.many:
            column.addWidget(self.several())
        for row in rows:
            column.addWidget(row)

    def _load(self, data: bytes | None) -> None:
        try:
            is_there = data is not None and self._picture.load(harmless(data))
        except KipuError:
            # A picture that is none takes nothing away: the choices stand in their rows.
            is_there = False
        self._picture.setVisible(is_there)
        self._follow()

    def _picked(self, code: str) -> None:
        row = self._rows[self._codes.index(code)]
        row.setFocus()
        row.click()

    def _follow(self) -> None:
        self._picture.show_chosen([code for code, row in self.rows() if row.isChecked()])
