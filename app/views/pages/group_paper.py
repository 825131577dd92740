"""The field note of a focus group: looked at and printed in the desk's place, or written as DOCX."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from app.i18n import _
from app.models.ledger import RecordKey
from app.models.project import Project
from app.views import files
from app.views.shared import Shared

if TYPE_CHECKING:
    from app.views.printing import PrintPreview

Form = Literal["pdf", "docx"]


def make(project: Project, group: RecordKey, form: Form) -> bytes:
    """Return a group's field note as the bytes of a PDF or DOCX; runs in the worker."""
    from app.models.field_note import field_note
    from app.reports import documents

    note = field_note(project, group)
    return documents.field_note_pdf(note) if form == "pdf" else documents.field_note_docx(note)


def write(project: Project, group: RecordKey, path: Path) -> Path:
    """Write a group's field note as DOCX into a file that a person chose; runs in the worker."""
    files.write(path, make(project, group, "docx"))
    return path


class GroupPaper(QObject):
    """Makes the field note in the worker, and shows or writes it."""

    shown = Signal(object)
    """The preview that takes the desk's place, until `left`."""
    left = Signal()
    told = Signal(str)
    failed = Signal(object)

    def __init__(self, shared: Shared, group: RecordKey, room: QWidget) -> None:
        super().__init__(room)
        self._shared, self._group, self._room = shared, group, room
        self._preview: PrintPreview | None = None

    def look(self) -> None:
        """Show the field note as it will lie on paper."""
        self._shared.desk.ask(
            make, self._group, "pdf", on_done=self._show, on_error=self.failed.emit
        )

    def write(self) -> None:
        """Ask where the DOCX goes, and write it."""
        path = files.to_save(self._room, _("Field note"), f"{_stem()}.docx")
        if path is not None:
            self._shared.desk.ask(
                write, self._group, path, on_done=self._written, on_error=self.failed.emit
            )

    def _show(self, pdf: bytes) -> None:
        preview = self._preview or self._make()
        preview.show_document(pdf, _("Field note"), f"{_stem()}.pdf")
        self.shown.emit(preview)

    def _make(self) -> PrintPreview:
        # Qt's PDF parts are slow to load, and most sittings never print.
        from app.views.printing import PrintPreview

        self._preview = made = PrintPreview(self._room)
        made.closed.connect(self._close)
        escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), made)
        escape.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        escape.activated.connect(self._close)
        return made

    def _close(self) -> None:
        if self._preview is not None:
            self._preview.forget()
        self.left.emit()

    def _written(self, path: Path) -> None:
        said = _("“{file}” is written. It is not encrypted: take care of it.")
        self.told.emit(said.format(file=path.name))


def _stem() -> str:
    return _("Field note").replace(" ", "_")
