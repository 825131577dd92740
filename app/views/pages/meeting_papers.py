"""Ctrl+P: the papers of a meeting, to look at, to print or to hand out as a file."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.i18n import Text, _, lazy
from app.models.ledger import RecordKey
from app.models.meetings.chain import Match
from app.models.meetings.closed import Verdict
from app.models.project import Project
from app.models.queries.meetings import Desk
from app.views import files
from app.views.pages.meeting_strip import Strip, fill
from app.views.paper_room import PaperRoom
from app.views.shared import Shared
from app.views.widgets.parts import ButtonKind, State, button

PAPERS: Final[dict[str, Text]] = {
    "acta": lazy("Minutes"),
    "call": lazy("Call to the meeting"),
    "attendance_sheet": lazy("Attendance sheet to sign"),
}
_BUTTONS: Final[tuple[tuple[str, Text, str], ...]] = (
    ("look", lazy("Look at it"), "show"),
    ("print", lazy("Print"), "export"),
    ("pdf", lazy("Save as PDF"), "draft"),
    ("docx", lazy("Save as DOCX"), "text"),
    ("compare", lazy("Compare a PDF…"), "search"),
)
_VERDICTS: Final[dict[Match, State]] = {"same": "done", "added": "info", "other": "danger"}


class PapersStrip(Strip):
    """Which paper, and what to do with it; Enter looks at it."""

    asked = Signal(str, str)
    """A paper's name and what is to be done with it: look, print, pdf, docx or compare."""

    heading = lazy("Papers (Ctrl+P)")

    def _build(self) -> None:
        self.paper = self._box()
        self._narrow(lazy("Document"), self.paper, 30)
        for what, _text, icon in _BUTTONS:
            rank: ButtonKind = "main" if what == "look" else "plain"
            self.buttons[what] = button(self, rank, icon, partial(self._ask, what))

    def open(self, desk: Desk) -> None:
        """Offer the papers, first the one whose turn it is."""
        papers = [(str(text), name) for name, text in PAPERS.items()]
        before = desk.status in ("planned", "called")
        fill(self.paper, papers, "call" if before else "acta")
        self.buttons["compare"].setVisible(desk.is_closed)
        self.begin()

    def first(self) -> Any:
        return self.paper

    def accept(self) -> None:
        """Enter looks at the paper."""
        self._ask("look")

    def retranslate(self) -> None:
        super().retranslate()
        self._keep.hide()
        for what, text, _icon in _BUTTONS:
            self.buttons[what].setText(str(text))
        self.buttons["compare"].setToolTip(
            _("Says whether a PDF in hand is the one the act was closed with.")
        )
        for at in range(self.paper.count()):
            self.paper.setItemText(at, str(PAPERS[self.paper.itemData(at)]))

    def _ask(self, what: str) -> None:
        self.asked.emit(str(self.paper.currentData()), what)


def make(project: Project, meeting: RecordKey, paper: str, form: str) -> bytes:
    """Return a paper of a meeting as the bytes of a PDF or DOCX; runs in the worker."""
    from app.models.meetings import papers
    from app.reports import documents

    is_pdf = form == "pdf"
    if paper == "call":
        call = papers.call_of(project, meeting)
        return documents.call_pdf(call) if is_pdf else documents.call_docx(call)
    if paper == "attendance_sheet":
        sheet = papers.attendance_sheet_of(project, meeting)
        to_sign = documents.attendance_sheet_pdf if is_pdf else documents.attendance_sheet_docx
        return to_sign(sheet)
    acta = papers.acta_of(project, meeting)
    return documents.acta_pdf(acta) if is_pdf else documents.acta_docx(acta)


def write(project: Project, meeting: RecordKey, paper: str, form: str, path: Path) -> Path:
    """Write a paper of a meeting into a file that a person chose; runs in the worker."""
    files.write(path, make(project, meeting, paper, form))
    return path


def compare(project: Project, meeting: RecordKey, path: Path) -> Verdict:
    """Tell whether a file is the act that was closed; runs in the worker."""
    from app.models.meetings.closed import check_pdf

    return check_pdf(project, meeting, files.read(path))


class Paperwork(PaperRoom):
    """Makes the papers of a meeting in the worker and shows, prints or writes them."""

    told = Signal(str, str)

    def __init__(self, shared: Shared, meeting: RecordKey, room: QWidget) -> None:
        super().__init__(room)
        self._shared, self._meeting = shared, meeting
        self._suggested = ""

    def ask(self, number: str, paper: str, what: str) -> None:
        """Do ``what`` (see `PapersStrip.asked`) with a paper of the act of this number."""
        if what == "compare":
            self._ask_which()
            return
        stem = "-".join(part for part in (str(PAPERS[paper]), number) if part)
        self._suggested = stem.replace("/", "-").replace(" ", "_")
        if what in ("look", "print"):
            self._shared.desk.ask(
                make, self._meeting, paper, "pdf",
                on_done=partial(self._show, paper, what), on_error=self.failed.emit,
            )  # fmt: skip
            return
        path = files.to_save(self._room, str(PAPERS[paper]), f"{self._suggested}.{what}")
        if path is not None:
            self._shared.desk.ask(
                write, self._meeting, paper, what, path,
                on_done=self._written, on_error=self.failed.emit,
            )  # fmt: skip

    def _ask_which(self) -> None:
        path = files.to_open(self._room, _("The PDF to compare"), "*.pdf")
        if path is not None:
            self._shared.desk.ask(
                compare, self._meeting, path, on_done=self._compared, on_error=self.failed.emit
            )

    def _compared(self, found: Verdict) -> None:
        self.told.emit(_VERDICTS[found.match] if found.intact else "warning", found.sentence)

    def _show(self, paper: str, what: str, pdf: bytes) -> None:
        preview = self.show_paper(pdf, str(PAPERS[paper]), f"{self._suggested}.pdf")
        if what == "print":
            preview.choose_printer()

    def _written(self, path: Path) -> None:
        said = _("“{file}” is written. It is not encrypted: take care of it.")
        self.told.emit("done", said.format(file=path.name))
