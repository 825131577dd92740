"""What goes with the words of a question: a picture, something to hear, something to see.

Sound and video need parts of Qt that not every computer has; there the file's name stands instead.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any, Final

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, Qt, QUrl
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from app.i18n import _
from app.views import icons
from app.views.answering.keeping import bare, show_on, while_there
from app.views.interview import FileBench
from app.views.theme import TARGET, TIGHT, theme
from app.views.widgets.parts import button, label

_PICTURE: Final = 320


def can_play(kind: str) -> bool:
    """Tell whether this computer has what playing needs; asked only when there is something."""
    needed = ["PySide6.QtMultimedia"]
    if kind == "video":
        needed.append("PySide6.QtMultimediaWidgets")
    try:
        for module in needed:
            import_module(module)
    except ImportError:
        return False
    return True


class LabelMedia(QWidget):
    """The files that go with a question's words."""

    def __init__(
        self,
        media: Mapping[str, str],
        files: FileBench | None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._files = files
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(TIGHT)
        self._picture = QLabel(self)
        self._picture.hide()
        self._column.addWidget(self._picture)
        self._name = bare(media.get("image") or media.get("big-image") or "")
        if self._name:
            size = round(_PICTURE * theme().scale)
            show_on(files, media, self, size, self._show_picture)
        for kind in ("audio", "video"):
            if reference := media.get(kind, ""):
                self._column.addWidget(self._player(kind, reference))

    def as_text(self) -> str:
        """Return the names of the files as they are shown."""
        shown = [one for one in self.findChildren(QLabel) if not one.isHidden()]
        said = [one.text() for one in shown if one.text()]
        said += [one.text() for one in self.findChildren(PlayButton)]
        return "\n".join(said)

    def _show_picture(self, found: QPixmap | None) -> None:
        if found is None:
            self._note(_("Picture that is not here: {file}").format(file=self._name))
            return
        self._picture.setPixmap(found)
        self._picture.setAccessibleName(_("Picture: {file}").format(file=self._name))
        self._picture.show()

    def _player(self, kind: str, reference: str) -> QWidget:
        if self._files is not None and can_play(kind):
            return PlayButton(kind, reference, self._files, self)
        words = _("Recording, not played here: {file}")
        if kind == "video":
            words = _("Video, not played here: {file}")
        note = label("caption", self)
        note.setText(words.format(file=bare(reference)))
        return note

    def _note(self, words: str) -> None:
        note = label("caption", self)
        note.setText(words)
        self._column.addWidget(note)


class PlayButton(QWidget):
    """Plays a recording or a video from memory; the same button stops it."""

    def __init__(self, kind: str, reference: str, files: FileBench, parent: QWidget) -> None:
        super().__init__(parent)
        self._kind, self._reference, self._files = kind, reference, files
        self._player: Any = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._button = button(self, "plain", "play", self._pressed)
        self._button.setMinimumHeight(TARGET)
        self._button.setText(bare(reference))
        self._button.setAccessibleName(_("Play {file}").format(file=bare(reference)))
        self._column.addWidget(self._button, 0, Qt.AlignmentFlag.AlignLeft)

    def text(self) -> str:
        """Return the words on the button."""
        return self._button.text()

    def _pressed(self) -> None:
        if self._player is not None and self._player.isPlaying():
            self._player.stop()
        elif self._player is not None:
            self._player.play()
        else:
            self._files.get_media(self._reference, while_there(self, self._play))

    def _play(self, data: bytes | None) -> None:
        if data is None:
            self._button.setEnabled(False)
            self._button.setText(_("Not here: {file}").format(file=bare(self._reference)))
            return
        from PySide6.QtMultimedia import QAudioOutput, QMediaPlayer

        self._buffer = QBuffer(self)
        self._buffer.setData(QByteArray(data))
        self._buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        self._player = QMediaPlayer(self)
        self._player.setAudioOutput(QAudioOutput(self))
        if self._kind == "video":
            self._show_video()
        self._player.playingChanged.connect(self._changed)
        self._player.errorOccurred.connect(self._failed)
        # Played from memory: a form's recording never lies open on the disk.
        self._player.setSourceDevice(self._buffer, QUrl(bare(self._reference)))
        self._player.play()

    def _show_video(self) -> None:
        from PySide6.QtMultimediaWidgets import QVideoWidget

        screen = QVideoWidget(self)
        screen.setMinimumHeight(theme().row() * 6)
        self._column.addWidget(screen)
        self._player.setVideoOutput(screen)

    def _failed(self, *_what: object) -> None:
        self._button.setEnabled(False)
        self._button.setText(_("Cannot be played here: {file}").format(file=bare(self._reference)))

    def _changed(self, playing: bool) -> None:
        icons.put(self._button, "pause" if playing else "play")
