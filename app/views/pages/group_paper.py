"""The field note of a focus group: looked at and printed in the desk's place, or written as DOCX."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.i18n import _
from app.models.ledger import RecordKey
from app.models.project import Project
from app.views import files
from app.views.paper_room import PaperRoom
from app.views.shared import Shared

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


class GroupPaper(PaperRoom):
    """Makes the field note in the worker, and shows or writes it."""

    told = Signal(str)

    def __init__(self, shared: Shared, group: RecordKey, room: QWidget) -> None:
        super().__init__(room)
        self._shared, self._group = shared, group

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
        self.show_paper(pdf, _("Field note"), f"{_stem()}.pdf")

    def _written(self, path: Path) -> None:
        said = _("“{file}” is written. It is not encrypted: take care of it.")
        self.told.emit(said.format(file=path.name))


def _stem() -> str:
    return _("Field note").replace(" ", "_")
