"""A laptop that asked to join and waits: its request, the words to compare, and the grant."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from app.i18n import _
from app.models.commands import membership
from app.models.project import Project
from app.views import files, icons
from app.views.desk import Desk
from app.views.theme import FAR, HALF, NEAR, mark
from app.views.widgets.page import Page, scrolled
from app.views.widgets.parts import button, label

_LARGEST_GRANT = 64 * 1024 * 1024 + 1


class Words(QFrame):
    """Six words, large, to be compared aloud."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        mark(self, kind="card")
        column = QVBoxLayout(self)
        column.setContentsMargins(FAR, HALF, FAR, HALF)
        self._words = label("title", self)
        self._words.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        column.addWidget(self._words)

    def show_words(self, phrase: str) -> None:
        self._words.setText("  ·  ".join(phrase.split()))
        self._words.setAccessibleName(phrase)

    def text(self) -> str:
        return self._words.text()


class WaitingPage(Page):
    """Shown at every unlock until the laptop has joined its project."""

    joined = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._request = b""
        self._grant = b""
        self._build()
        self.retranslate()
        desk.ask(_request_of, on_done=self._take, on_error=self.show_error)

    def take_focus(self) -> None:
        (self._yes if self._grant else self._save).setFocus()

    def words(self) -> str:
        """Return the words on show: this laptop's, or the project's once a grant is read."""
        return (self._theirs if self._grant else self._ours).text()

    def retranslate(self) -> None:
        self.head(
            _("Joining a project"),
            _("This laptop has asked; a coordinator answers with a file made for it alone."),
        )
        self._ours_caption.setText(
            _("1 · Save the request, take it to a coordinator, and compare these words aloud. "
              "They must be the same on both laptops.")
        )  # fmt: skip
        self._save.setText(_("Save the request…"))
        self._grant_caption.setText(_("2 · Open the file the coordinator made."))
        self._open.setText(_("Open the grant…"))
        self._theirs_caption.setText(
            _("3 · Ask the coordinator for the project's six words. Are they these?")
        )
        self._yes.setText(_("They are the same: join"))
        self._no.setText(_("They differ"))

    def _build(self) -> None:
        inner = QWidget(self)
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, NEAR, 0, 0)
        column.setSpacing(HALF)
        self._ours_caption, self._ours = label("body", inner), Words(inner)
        self._save = button(inner, "main", "export", self.save)
        self._grant_caption = label("body", inner)
        self._open = button(inner, "plain", "folder", self.open_grant)
        self._theirs_caption, self._theirs = label("body", inner), Words(inner)
        self._yes = button(inner, "main", "check", self._join)
        self._no = button(inner, "plain", "cross", self._refuse)
        answers = QHBoxLayout()
        answers.setSpacing(NEAR)
        answers.addWidget(self._yes)
        answers.addWidget(self._no)
        answers.addStretch(1)
        for part in (self._ours_caption, self._ours):
            column.addWidget(part)
        column.addWidget(self._save, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._grant_caption)
        column.addWidget(self._open, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._theirs_caption)
        column.addWidget(self._theirs)
        column.addLayout(answers)
        column.addStretch(1)
        self.body.addWidget(scrolled(inner, self, grows=False), 1)
        self._compare(False)

    def _compare(self, shown: bool) -> None:
        for part in (self._theirs_caption, self._theirs, self._yes, self._no):
            part.setVisible(shown)
        # One main action at a time: with the grant read, it is the answer.
        mark(self._save, kind="plain" if shown else "main")
        icons.put(self._save, "export", "ink" if shown else "on_primary")

    def _take(self, found: tuple[bytes, str]) -> None:
        self._request, phrase = found
        self._ours.show_words(phrase)

    def save(self) -> None:
        """Ask where the request file goes, and write it."""
        path = files.to_save(self, _("Save the request"), "laptop.kipu-request")
        if path is None:
            return
        done = partial(self._saved, path)
        self._desk.jobs.run(
            files.write, path, self._request, on_done=done, on_error=self.show_error
        )

    def _saved(self, path: Path, _nothing: None) -> None:
        self.banner.tell("done", _("The request is in “{file}”.").format(file=path.name))

    def open_grant(self) -> None:
        """Ask for the grant file, and show the words of the project it comes from."""
        pattern = _("Grants ({pattern});;All files (*)").format(pattern=files.GRANT)
        path = files.to_open(self, _("Open the grant"), pattern)
        if path is not None:
            self._desk.ask(_preview, path, on_done=self._previewed, on_error=self.show_error)

    def _previewed(self, found: tuple[bytes, str]) -> None:
        self._grant, phrase = found
        self.banner.hide()
        self._theirs.show_words(phrase)
        self._compare(True)
        self._yes.setFocus()

    def _join(self) -> None:
        self._desk.ask(membership.join, self._grant, on_done=self._joined, on_error=self.show_error)

    def _joined(self, _phrase: Any) -> None:
        self.joined.emit()

    def _refuse(self) -> None:
        self._grant = b""
        self._compare(False)
        self.banner.tell(
            "danger",
            _("Then this file is not from your project. Nothing was changed; ask the coordinator "
              "for it again, in person."),
        )  # fmt: skip


def _request_of(project: Project) -> tuple[bytes, str]:
    raw = bytes(project.store.meta("request"))
    return raw, membership.read_request(raw)[1]


def _preview(project: Project, path: Path) -> tuple[bytes, str]:
    raw = files.read(path, _LARGEST_GRANT)
    return raw, membership.preview(project, raw)
