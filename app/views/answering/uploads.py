"""Answers that are files: a photograph, a recording, a video, any other file."""

from __future__ import annotations

import mimetypes
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Final

from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from app.errors import KipuError
from app.i18n import LazyText, _, lazy
from app.views import files as dialogs
from app.views import words
from app.views.answering.keeping import picture, while_there
from app.views.interview import FileBench, Question
from app.views.marked import plain
from app.views.theme import NEAR, TIGHT, theme
from app.views.widgets.answers import Answer
from app.views.widgets.flow import Flow
from app.views.widgets.parts import button, label

MOST_BYTES: Final = 50_000_000
"""Bytes of the largest file taken: what one interview may add to a slow line."""
_THUMBNAIL: Final = 240
_ENDINGS: Final = {
    "image": "*.jpg *.jpeg *.png *.webp *.gif *.bmp *.tif *.tiff *.heic",
    "audio": "*.mp3 *.m4a *.ogg *.opus *.wav *.amr *.flac *.aac",
    "video": "*.mp4 *.mov *.webm *.mkv *.avi *.3gp",
}
_CHOOSE: Final[dict[str, LazyText]] = {
    "image": lazy("Choose a picture …"),
    "audio": lazy("Choose a recording …"),
    "video": lazy("Choose a video …"),
}


class KeptFile(Answer):
    """An answer whose value is the reference under which a file is kept.

    Subclasses decide what is kept; this part hands it over and knows how that stands.
    """

    def __init__(self, question: Question, parent: QWidget | None, files: FileBench | None) -> None:
        super().__init__(parent)
        self.path = question.path
        self.files = files
        self.readonly = question.readonly or files is None
        self.reference = str(question.value or "")
        self._is_busy = False
        self._trouble = ""
        self._turn = 0
        self.told = label("caption", self)

    def value(self) -> Any:
        if self._trouble:
            raise KipuError(self._trouble)
        if self._is_busy:
            raise KipuError(_("The file is still being kept; wait a moment."))
        return self.reference or None

    def typed(self) -> str:
        return self.reference

    def keep(self, name: str, data: bytes) -> None:
        """Hand a file over; the answer is its reference once that came back."""
        if self.files is None:
            return
        self._is_busy, self._trouble = True, ""
        self._turn += 1
        self.told.setText(_("Keeping {file} …").format(file=name))
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        self.files.put(
            self.path, name, kind, data, while_there(self, partial(self._kept, self._turn))
        )

    def read_kept(self, then: Callable[[bytes | None], object]) -> None:
        """Read the file that is the answer, unless another one comes to be it meanwhile."""
        if self.files is not None and self.reference:
            self.told.setText(_("Reading {file} …").format(file=self.reference))
            self.files.get(self.reference, while_there(self, partial(self._read, self._turn, then)))

    def drop(self) -> None:
        """Take the answer back. The file itself is its keeper's business."""
        self.reference, self._trouble, self._is_busy = "", "", False
        self._turn += 1
        self.changed.emit()

    def refuse(self, sentence: str) -> None:
        """Say why what was chosen cannot be taken."""
        self._trouble = sentence
        self.told.setText(sentence)
        self.changed.emit()

    def kept(self) -> None:
        """What was handed over is kept; subclasses show it."""

    def _read(self, turn: int, then: Callable[[bytes | None], object], data: bytes | None) -> None:
        if turn == self._turn:
            then(data)

    def _kept(self, turn: int, reference: str) -> None:
        # What was chosen before something else, or taken back meanwhile, is no answer any more.
        if turn != self._turn:
            return
        self._is_busy = False
        if not reference:
            self.refuse(_("The file could not be kept; try again."))
            return
        self.reference = reference
        self.kept()
        self.changed.emit()


class UploadAnswer(KeptFile):
    """A file to choose; shows its name, its size and, for a picture, the picture."""

    def __init__(
        self,
        question: Question,
        parent: QWidget | None = None,
        files: FileBench | None = None,
    ) -> None:
        super().__init__(question, parent, files)
        self._kind = str(question.attributes.get("mediatype", "")).partition("/")[0]
        self._picture = QLabel(self)
        self._name = label("body", self)
        self._choose = button(self, "plain", "folder", self.choose)
        self._choose.setText(str(_CHOOSE.get(self._kind, lazy("Choose a file …"))))
        self._choose.setAccessibleDescription(plain(question.label))
        self._remove = button(self, "plain", "delete", self.remove)
        self._remove.setText(_("Remove"))
        flow = Flow()
        flow.addWidget(self._choose)
        flow.addWidget(self._remove)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, NEAR)
        column.setSpacing(TIGHT)
        for part in (self._picture, self._name, self.told):
            column.addWidget(part)
        column.addLayout(flow)
        self._data: bytes | None = None
        self._show(None)
        self.read_kept(self._show)

    def take_focus(self) -> None:
        self._choose.setFocus()

    def as_text(self) -> str:
        """Return what is said of the file."""
        return f"{self._name.text()}\n{self.told.text()}".strip()

    def choose(self) -> None:
        """Ask which file it is."""
        title = str(_CHOOSE.get(self._kind, lazy("Choose a file …")))
        everything = f"{_('All files')} (*)"
        endings = _ENDINGS.get(self._kind, "")
        named = f"{_('Files that fit')} ({endings});;{everything}" if endings else everything
        if (chosen := dialogs.to_open(self, title, named)) is not None:
            self.take(chosen)
        self._choose.setFocus()

    def take(self, chosen: Path) -> None:
        """Take a file of this computer as the answer."""
        try:
            data = dialogs.read(chosen, MOST_BYTES)
        except KipuError as error:
            self.refuse(error.message)
            return
        kind = (mimetypes.guess_type(chosen.name)[0] or "").partition("/")[0]
        if self._kind in _ENDINGS and kind != self._kind:
            self.refuse(_misfit(self._kind, chosen.name))
            return
        self._data = data
        self.keep(chosen.name, data)

    def remove(self) -> None:
        """Take the file back."""
        self.drop()
        self._show(None)
        self._choose.setFocus()

    def kept(self) -> None:
        self._show(self._data)

    def _show(self, data: bytes | None) -> None:
        """Show the file that is kept, as far as it is here."""
        self._name.setText(self.reference)
        self._name.setVisible(bool(self.reference))
        self._remove.setVisible(bool(self.reference) and not self.readonly)
        self._choose.setEnabled(not self.readonly)
        self._picture.hide()
        self.told.setText(self._words(data))
        if data is not None and self._kind == "image":
            image = picture(data, round(_THUMBNAIL * theme().scale))
            self._picture.setPixmap(QPixmap.fromImage(image))
            self._picture.setAccessibleName(self.reference)
            self._picture.setVisible(not image.isNull())

    def _words(self, data: bytes | None) -> str:
        if self.files is None:
            return _("Files cannot be kept here; everything else can be answered.")
        if not self.reference:
            return _("No file chosen yet.")
        if data is None:
            return _("The file is not on this computer.")
        return words.size(len(data))


def _misfit(kind: str, name: str) -> str:
    sentences = {
        "image": _("“{file}” is no picture; choose a picture."),
        "audio": _("“{file}” is no recording; choose a recording."),
        "video": _("“{file}” is no video; choose a video."),
    }
    return sentences[kind].format(file=name)
