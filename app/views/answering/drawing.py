"""Signatures, drawings and pictures drawn upon: a sheet of paper under the pointer or the pen.

Whoever cannot draw here chooses a picture instead. What is drawn is kept a moment after the pen was
lifted, so that a stroke is never waited for.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from app.errors import KipuError
from app.i18n import _, ngettext
from app.views import files as dialogs
from app.views.answering.keeping import picture, png
from app.views.answering.uploads import MOST_BYTES, KeptFile
from app.views.interview import FileBench, Question
from app.views.marked import plain
from app.views.theme import LIGHT, NEAR, TIGHT, theme
from app.views.widgets.flow import Flow
from app.views.widgets.parts import button

_SHEET: Final = QSize(1200, 800)
_STRIP: Final = QSize(1200, 400)
"""What is signed on is lower than what is drawn on; both in pixels of the picture kept."""
_PEN: Final = 5
_PAUSE_MS: Final = 600


class Sheet(QWidget):
    """Paper with strokes on it; it is white in every appearance, as what is printed of it."""

    drawn = Signal()
    """A stroke was ended, or taken back."""

    def __init__(self, size: QSize, parent: QWidget) -> None:
        super().__init__(parent)
        self._blank = size
        self._strokes: list[QPolygonF] = []
        self._ground = QImage()
        self._is_down = False
        self.setCursor(Qt.CursorShape.CrossCursor)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    @property
    def strokes(self) -> int:
        return len(self._strokes)

    @property
    def is_blank(self) -> bool:
        return not self._strokes and self._ground.isNull()

    def lay_under(self, ground: QImage) -> None:
        """Draw on a picture from now on; a null picture is blank paper. Strokes go."""
        self._ground, self._strokes = ground, []
        self.updateGeometry()
        self.update()

    def undo(self) -> None:
        """Take the last stroke back."""
        if self._strokes:
            self._strokes.pop()
            self.update()
            self.drawn.emit()

    def image(self) -> QImage:
        """Return what is on the paper, at its own size."""
        made = QImage(self._size(), QImage.Format.Format_RGB32)
        painter = QPainter(made)
        self._paint(painter, QRectF(made.rect()))
        painter.end()
        return made

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        size = self._size()
        tall = round(width * size.height() / max(size.width(), 1))
        return min(tall, theme().row() * 14)

    def sizeHint(self) -> QSize:
        wide = theme().row() * 14
        return QSize(wide, self.heightForWidth(wide))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme().row() * 6, theme().row() * 3)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        room = self._room()
        self._paint(painter, room)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme().colour("muted"), 1))
        painter.drawRect(room.adjusted(0, 0, -1, -1))
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.isEnabled():
            self._is_down = True
            self._strokes.append(QPolygonF([self._on_paper(event.position())]))
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._is_down:
            self._strokes[-1].append(self._on_paper(event.position()))
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._is_down:
            self._is_down = False
            self.drawn.emit()

    def _size(self) -> QSize:
        return self._blank if self._ground.isNull() else self._ground.size()

    def _room(self) -> QRectF:
        """Where the paper lies in the widget: as large as it fits, at the left."""
        size = self._size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        return QRectF(0, 0, size.width(), size.height())

    def _on_paper(self, spot: QPointF) -> QPointF:
        room, size = self._room(), self._size()
        x = min(max(spot.x(), 0.0), room.width()) * size.width() / max(room.width(), 1)
        y = min(max(spot.y(), 0.0), room.height()) * size.height() / max(room.height(), 1)
        return QPointF(x, y)

    def _paint(self, painter: QPainter, room: QRectF) -> None:
        painter.save()
        painter.fillRect(room, QColor(LIGHT.surface))
        if not self._ground.isNull():
            painter.drawImage(room, self._ground)
        size = self._size()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.scale(room.width() / size.width(), room.height() / size.height())
        thick = _PEN * max(size.width() / _SHEET.width(), 0.5)
        painter.setPen(
            QPen(
                QColor(LIGHT.ink),
                thick,
                Qt.PenStyle.SolidLine,
                Qt.PenCapStyle.RoundCap,
                Qt.PenJoinStyle.RoundJoin,
            )
        )
        for stroke in self._strokes:
            if stroke.size() == 1:
                painter.drawPoint(stroke.at(0))
            else:
                painter.drawPolyline(stroke)
        painter.restore()


class DrawnAnswer(KeptFile):
    """A sheet to draw on, kept as a picture."""

    def __init__(
        self,
        question: Question,
        parent: QWidget | None = None,
        files: FileBench | None = None,
    ) -> None:
        super().__init__(question, parent, files)
        wishes = question.wishes
        self._is_signed = "signature" in wishes
        self._stem = _("signature") if self._is_signed else _("drawing")
        self._sheet = Sheet(_STRIP if self._is_signed else _SHEET, self)
        self._sheet.setEnabled(not self.readonly)
        self._sheet.setAccessibleName(plain(question.label))
        self._sheet.setAccessibleDescription(
            _("A sheet to draw on with the mouse or a pen; a picture can be chosen instead.")
        )
        self._sheet.drawn.connect(self._drawn)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self._hand_over)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, NEAR)
        column.setSpacing(TIGHT)
        column.addWidget(self._sheet)
        column.addWidget(self.told)
        column.addLayout(self._make_buttons())
        self._tell()
        self.read_kept(self._lay_under)

    def value(self) -> object:
        # Whoever goes on at once after the last stroke has it kept all the same.
        if self._pause.isActive():
            self._hand_over()
        return super().value()

    def take_focus(self) -> None:
        self._choose.setFocus()

    def as_text(self) -> str:
        """Return what is said of the drawing."""
        return self.told.text()

    def choose(self) -> None:
        """Ask for a picture, to stand for a drawing or to be drawn upon."""
        title = _("Choose a picture …")
        if (chosen := dialogs.to_open(self, title, "*.png *.jpg *.jpeg *.webp *.bmp")) is not None:
            self.take(chosen)
        self._choose.setFocus()

    def take(self, chosen: Path) -> None:
        """Take a picture of this computer."""
        try:
            image = picture(dialogs.read(chosen, MOST_BYTES))
        except KipuError as error:
            self.refuse(error.message)
            return
        if image.isNull():
            self.refuse(_("“{file}” is no picture; choose a picture.").format(file=chosen.name))
            return
        self._sheet.lay_under(image)
        self._hand_over()

    def clear(self) -> None:
        """Begin with blank paper again."""
        self._pause.stop()
        self._sheet.lay_under(QImage())
        self.drop()
        self._tell()
        self._choose.setFocus()

    def kept(self) -> None:
        self._tell()

    def _make_buttons(self) -> Flow:
        flow = Flow()
        self._choose = button(self, "plain", "folder", self.choose)
        self._choose.setText(_("Choose a picture …"))
        self._undo = button(self, "plain", "undo", self._sheet.undo)
        self._undo.setText(_("Undo the last stroke"))
        self._clear = button(self, "plain", "delete", self.clear)
        self._clear.setText(_("Clear"))
        for part in (self._choose, self._undo, self._clear):
            flow.addWidget(part)
        self._choose.setEnabled(not self.readonly)
        return flow

    def _drawn(self) -> None:
        self._pause.start()
        self._tell()
        self.changed.emit()

    def _hand_over(self) -> None:
        self._pause.stop()
        if self._sheet.is_blank:
            self.drop()
        else:
            self.keep(f"{self._stem}.png", png(self._sheet.image()))

    def _lay_under(self, data: bytes | None) -> None:
        # Whoever draws already draws a new one.
        if self._sheet.strokes:
            return
        image = picture(data) if data else QImage()
        if not image.isNull():
            self._sheet.lay_under(image)
        self._tell()
        if data is None:
            self.told.setText(_("The file is not on this computer."))

    def _tell(self) -> None:
        strokes = self._sheet.strokes
        self._undo.setEnabled(strokes > 0 and not self.readonly)
        self._clear.setEnabled(not self._sheet.is_blank and not self.readonly)
        if self.files is None:
            said = _("Files cannot be kept here; everything else can be answered.")
        elif strokes:
            said = ngettext("{count} stroke", "{count} strokes", strokes).format(count=strokes)
        elif self._sheet.is_blank:
            said = _("Sign here.") if self._is_signed else _("Draw here.")
        else:
            said = self.reference
        self.told.setText(said)
