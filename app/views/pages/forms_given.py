"""A file given as an answer, as it is read: a small picture, its name and size, a copy to save."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage, QPixmap, QResizeEvent
from PySide6.QtWidgets import QLabel, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from app.i18n import _
from app.views import files, words
from app.views.answering.keeping import picture, while_there
from app.views.desk import Desk
from app.views.pages.forms_panel import Panel
from app.views.pages.forms_reads import GivenFile, content, save_copy
from app.views.theme import TIGHT, theme
from app.views.widgets.flow import Flow
from app.views.widgets.parts import button, label, name

THUMBNAIL: Final = 200


class FileView(QWidget):
    """One file. Its bytes are opened in memory and never written down, but where people ask."""

    opened = Signal(object)
    """The `GivenFile` of a picture to show larger."""
    told = Signal(str, str)
    failed = Signal(object)

    def __init__(self, desk: Desk, file: GivenFile, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._file = file
        self._picture = QLabel(self)
        self._picture.hide()
        self._says = label("body", self)
        self._says.setText(told_of(file))
        self._open = button(self, "plain", "search", self._ask_open)
        self._open.setText(_("Larger"))
        self._open.setAccessibleName(_("Show {file} larger").format(file=file.name))
        self._save = button(self, "plain", "export", self.save)
        self._save.setText(_("Save a copy…"))
        self._save.setAccessibleName(_("Save a copy of {file}").format(file=file.name))
        flow = Flow()
        for one in (self._open, self._save):
            flow.addWidget(one)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(TIGHT)
        for part in (self._picture, self._says):
            column.addWidget(part)
        column.addLayout(flow)
        self._open.hide()
        self._save.setVisible(file.is_here)
        if file.is_here and file.is_picture:
            desk.ask(content, file.key, on_done=while_there(self, self._show),
                     on_error=self.failed.emit)  # fmt: skip

    def as_text(self) -> str:
        """Return what is said of the file."""
        return self._says.text()

    def shows_picture(self) -> bool:
        """Whether the picture itself is on show."""
        return not self._picture.isHidden()

    def _show(self, data: bytes) -> None:
        image = picture(data, round(THUMBNAIL * theme().scale))
        if image.isNull():
            return
        self._picture.setPixmap(QPixmap.fromImage(image))
        self._picture.setAccessibleName(_("Picture: {file}").format(file=self._file.name))
        self._picture.show()
        self._open.show()

    def _ask_open(self) -> None:
        self.opened.emit(self._file)

    def save(self) -> None:
        """Write a copy where the person says."""
        ask_copy(self, self._desk, self._file)


def ask_copy(view: FileView | PicturePanel, desk: Desk, file: GivenFile) -> None:
    """Ask where a copy is to be written, and write it: the only way a file leaves Kipu."""

    def saved(written: str) -> None:
        text = _("A copy is in “{file}”. It is not encrypted: take care of it.")
        view.told.emit("done", text.format(file=written))

    path = files.to_save(view, _("Save a copy"), file.name)
    if path is not None:
        desk.ask(
            save_copy, file.key, path,
            on_done=while_there(view, saved), on_error=view.failed.emit,
        )  # fmt: skip


def told_of(file: GivenFile) -> str:
    """Return a file's name and size, and whether it has come."""
    said = f"{file.name} · {words.size(file.size)}"
    if file.is_here:
        return said
    return _("{file}: its bytes have not come yet; a sync fetches them.").format(file=said)


class PicturePanel(Panel):
    """A picture as large as the window has room for."""

    def __init__(self, desk: Desk, file: GivenFile, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._file = file
        self._image = QImage()
        self._picture = QLabel(self)
        self._picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._picture.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self._area = QScrollArea(self)
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QScrollArea.Shape.NoFrame)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setWidget(self._picture)
        self._save = button(self, "plain", "export", self.save)
        flow = Flow()
        flow.addWidget(self._save)
        self.column.addWidget(self._area, 1)
        self.column.addLayout(flow)
        self.retranslate()
        desk.ask(content, file.key, on_done=while_there(self, self.show_picture),
                 on_error=self.failed.emit)  # fmt: skip

    def retranslate(self) -> None:
        super().retranslate()
        self.say(self._file.name, words.size(self._file.size))
        self._save.setText(_("Save a copy…"))
        name(self._picture, _("Picture: {file}").format(file=self._file.name))

    def take_focus(self) -> None:
        self._save.setFocus()

    def save(self) -> None:
        """Write a copy where the person says."""
        ask_copy(self, self._desk, self._file)

    def show_picture(self, data: bytes) -> None:
        """Show what was read, as large as there is room for."""
        self._image = picture(data)
        self._fit()

    def shows_picture(self) -> bool:
        """Whether the picture itself is on show."""
        return not self._image.isNull()

    def _fit(self) -> None:
        room = self._area.viewport().size()
        if self._image.isNull() or room.isEmpty():
            return
        # Never larger than it is: more pixels than were taken would only blur.
        size = self._image.size()
        if size.width() > room.width() or size.height() > room.height():
            size.scale(room, Qt.AspectRatioMode.KeepAspectRatio)
        self._picture.setPixmap(
            QPixmap.fromImage(self._image).scaled(
                size,
                Qt.AspectRatioMode.KeepAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()
