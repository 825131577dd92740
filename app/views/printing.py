"""Printing from inside: a document goes from memory to the sheet, with no file of Kipu's between.

People print what names them: a call, the codes that open everything. So the PDF stays in memory,
is shown there, and is drawn on the printer band by band, which also keeps the window answering.
What the system's own print queue keeps while it prints is out of a program's hands.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import (
    QBuffer,
    QByteArray,
    QIODevice,
    QMarginsF,
    QObject,
    QRect,
    QSize,
    QSizeF,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QFocusEvent, QPageLayout, QPageSize, QPainter, QPaintEvent, QPen
from PySide6.QtPdf import QPdfDocument, QPdfDocumentRenderOptions
from PySide6.QtPdfWidgets import QPdfView
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.errors import KipuError
from app.i18n import _
from app.views import files
from app.views.language import Retranslated
from app.views.theme import HALF, theme
from app.views.widgets.flow import Flow
from app.views.widgets.parts import button, label, name
from app.views.widgets.progress import ProgressLine

RESOLUTION: Final = 300
"""Dots per inch on paper: beyond it letters look no better, and a page takes four times the memory."""
_BANDS: Final = 8
"""Parts of a page drawn between two looks at what the person does."""
_RING: Final = 2
_ZOOM: Final = 1.25
_ZOOMS: Final = (0.25, 5.0)


def load(pdf: bytes, parent: QObject) -> QPdfDocument:
    """Return a PDF read from memory. Raises KipuError for what is no PDF."""
    document = QPdfDocument(parent)
    buffer = QBuffer(document)
    buffer.setData(QByteArray(pdf))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    document.load(buffer)
    if document.status() != QPdfDocument.Status.Ready:
        document.deleteLater()
        raise KipuError(_("This document cannot be shown or printed."))
    return document


def page_size(document: QPdfDocument, page: int) -> QPageSize:
    """Return the paper of a page, by name where it is a usual one."""
    points: QSizeF = document.pagePointSize(page)
    return QPageSize(points, QPageSize.Unit.Point, "", QPageSize.SizeMatchPolicy.FuzzyMatch)


class PrintRun(QObject):
    """Draws a document on a printer, a band at a time, while the window goes on answering."""

    progressed = Signal(int, int)
    """Pages drawn, pages in all."""
    finished = Signal(bool)
    """Whether every page was drawn."""

    def __init__(self, document: QPdfDocument, printer: QPrinter, parent: QObject) -> None:
        """Raises KipuError when the printer cannot be reached; prints from ``start`` on."""
        super().__init__(parent)
        self._document = document
        self._printer = printer
        self._pages = _pages_of(document, printer)
        self._at = 0
        self._band = 0
        printer.setFullPage(True)
        printer.setResolution(min(printer.resolution(), RESOLUTION))
        printer.setPageMargins(QMarginsF(), QPageLayout.Unit.Point)
        self._set_paper()
        self._painter = QPainter()
        if not self._painter.begin(printer):
            raise KipuError(_("The printer cannot be reached."))
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._draw)

    def start(self) -> None:
        """Begin to draw; ``finished`` says when it is over."""
        self._timer.start()

    def stop(self) -> None:
        """Print nothing more; the sheets already drawn come out."""
        if self._painter.isActive():
            self._printer.abort()
            self._end(False)

    def _draw(self) -> None:
        try:
            self._go_on()
        except BaseException:
            # A timer would call again, and fail again, for ever.
            self._end(False)
            raise

    def _go_on(self) -> None:
        if self._at >= len(self._pages):
            self._end(True)
            return
        self._draw_band()
        self._band += 1
        if self._band == _BANDS:
            self._band = 0
            self._at += 1
            self.progressed.emit(self._at, len(self._pages))
            if self._at < len(self._pages):
                self._set_paper()
                self._printer.newPage()

    def _draw_band(self) -> None:
        sheet = self._printer.paperRect(QPrinter.Unit.DevicePixel).toRect()
        page = self._pages[self._at]
        whole = self._fitted(page, sheet.size())
        top = whole.height() * self._band // _BANDS
        bottom = whole.height() * (self._band + 1) // _BANDS
        part = QRect(0, top, whole.width(), bottom - top)
        options = QPdfDocumentRenderOptions()
        options.setScaledSize(whole)
        options.setScaledClipRect(part)
        picture = self._document.render(page, part.size(), options)
        left = (sheet.width() - whole.width()) // 2
        above = (sheet.height() - whole.height()) // 2
        self._painter.drawImage(left, above + top, picture)

    def _fitted(self, page: int, sheet: QSize) -> QSize:
        """Return the page's size in dots: its own, or smaller where the sheet is."""
        points = self._document.pagePointSize(page)
        dots = QSizeF(points * self._printer.resolution() / 72).toSize()
        if dots.width() <= sheet.width() + 2 and dots.height() <= sheet.height() + 2:
            return dots
        return dots.scaled(sheet, Qt.AspectRatioMode.KeepAspectRatio)

    def _set_paper(self) -> None:
        if self._pages:
            self._printer.setPageSize(page_size(self._document, self._pages[self._at]))

    def _end(self, whole: bool) -> None:
        self._timer.stop()
        self._painter.end()
        self.finished.emit(whole)


def _pages_of(document: QPdfDocument, printer: QPrinter) -> list[int]:
    """Return the pages asked for, as many times as copies are wanted of a printer that has none."""
    every = list(range(document.pageCount()))
    if printer.printRange() == QPrinter.PrintRange.PageRange and printer.toPage():
        every = every[max(printer.fromPage(), 1) - 1 : printer.toPage()]
    if printer.pageOrder() == QPrinter.PageOrder.LastPageFirst:
        every.reverse()
    return every if printer.supportsMultipleCopies() else every * printer.copyCount()


class _Sheets(QPdfView):
    """The pages, one below the other, with a ring while the keys scroll them."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setPageMode(QPdfView.PageMode.MultiPage)
        self.setZoomMode(QPdfView.ZoomMode.FitToWidth)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.hasFocus():
            painter = QPainter(self.viewport())
            painter.setPen(QPen(theme().colour("primary"), _RING))
            painter.drawRect(self.viewport().rect().adjusted(1, 1, -2, -2))
            painter.end()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()


class PrintPreview(Retranslated, QWidget):
    """A document as it will lie on paper, with a button to print it; part of a page, no dialog."""

    closed = Signal()
    printed = Signal()
    """Every page went to the printer."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pdf = b""
        self._suggested = ""
        self._document: QPdfDocument | None = None
        # The view wants a document always, even when there is nothing to show.
        self._nothing = QPdfDocument(self)
        self._run: PrintRun | None = None
        self.title = label("section", self)
        self.says = label("caption", self)
        self.print_button = button(self, "main", "", self.choose_printer)
        self.save_button = button(self, "plain", "export", self.choose_file)
        self.smaller = button(self, "plain", "minus", self.zoom_out)
        self.larger = button(self, "plain", "plus", self.zoom_in)
        self.close_button = button(self, "plain", "cross", self.closed.emit)
        self.progress = ProgressLine(self)
        self.progress.cancelled.connect(self._stop)
        self.view = _Sheets(self)
        self._lay_out()
        self._say("")
        self.retranslate()

    def _lay_out(self) -> None:
        head = Flow()
        for one in self.in_order()[:-1]:
            head.addWidget(one)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(HALF)
        column.addWidget(self.title)
        column.addLayout(head)
        column.addWidget(self.says)
        column.addWidget(self.progress)
        column.addWidget(self.view, 1)

    def in_order(self) -> tuple[QWidget, ...]:
        """Return what Tab reaches, in the order in which it is read."""
        return (
            self.print_button,
            self.save_button,
            self.smaller,
            self.larger,
            self.close_button,
            self.view,
        )

    def show_document(self, pdf: bytes, title: str, suggested: str = "") -> None:
        """Show this PDF; ``suggested`` is the file name offered when it is saved.

        An empty one offers no saving: for papers that must not lie on this laptop. Raises KipuError
        for what is no PDF.
        """
        document = load(pdf, self)
        self.forget()
        self._pdf, self._suggested, self._document = pdf, suggested, document
        self.view.setDocument(document)
        self.title.setText(title)
        self._say("")
        self.save_button.setVisible(bool(suggested))
        self.retranslate()
        self.print_button.setFocus()

    def forget(self) -> None:
        """Show nothing any more and let go of the document."""
        self._stop()
        self.view.setDocument(self._nothing)
        if self._document is not None:
            self._document.deleteLater()
        self._pdf, self._suggested, self._document = b"", "", None

    def choose_printer(self) -> None:
        """Ask which printer, then print."""
        if self._document is None or self._run is not None:
            return
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setDocName(_("Kipu"))
        printer.setPageSize(page_size(self._document, 0))
        dialog = QPrintDialog(printer, self)
        dialog.setOption(QPrintDialog.PrintDialogOption.PrintPageRange)
        dialog.setMinMax(1, self._document.pageCount())
        if dialog.exec() == QPrintDialog.DialogCode.Accepted:
            self.print_on(printer)
        dialog.deleteLater()

    def print_on(self, printer: QPrinter) -> None:
        """Print on this printer; ``says`` tells how it went."""
        if self._document is None or self._run is not None:
            return
        try:
            self._run = PrintRun(self._document, printer, self)
        except KipuError as error:
            self._say(error.message)
            return
        self._run.progressed.connect(self._tell)
        self._run.finished.connect(self._done)
        self.print_button.setEnabled(False)
        self._tell(0, self._document.pageCount())
        self._run.start()

    def choose_file(self) -> None:
        """Ask where to keep the PDF, in the clear, as the person wishes."""
        path = files.to_save(self, _("Save as PDF"), self._suggested)
        if path is None:
            return
        try:
            files.write(path, self._pdf)
        except KipuError as error:
            self._say(error.message)
            return
        self._say(_("Saved as “{file}”, where anyone can read it.").format(file=path.name))

    def zoom_in(self) -> None:
        """Show the page larger."""
        self._zoom(_ZOOM)

    def zoom_out(self) -> None:
        """Show the page smaller."""
        self._zoom(1 / _ZOOM)

    def _zoom(self, by: float) -> None:
        now = self.view.zoomFactor() if self.view.zoomMode() == QPdfView.ZoomMode.Custom else 1.0
        self.view.setZoomMode(QPdfView.ZoomMode.Custom)
        self.view.setZoomFactor(min(max(now * by, _ZOOMS[0]), _ZOOMS[1]))

    def _tell(self, done: int, total: int) -> None:
        said = _("Printing: {done} of {total} pages").format(done=done, total=total)
        self.progress.tell(said, done, total)

    def _say(self, text: str) -> None:
        self.says.setText(text)
        self.says.setVisible(bool(text))

    def _stop(self) -> None:
        if self._run is not None:
            self._run.stop()

    def _done(self, whole: bool) -> None:
        self.progress.end()
        self.print_button.setEnabled(True)
        if self._run is not None:
            self._run.deleteLater()
            self._run = None
        self._say(_("Sent to the printer.") if whole else _("Printing was stopped."))
        if whole:
            self.printed.emit()

    def retranslate(self) -> None:
        self.print_button.setText(_("Print…"))
        self.save_button.setText(_("Save as PDF…"))
        self.close_button.setText(_("Close"))
        self.larger.setText(_("Larger"))
        self.smaller.setText(_("Smaller"))
        name(self.view, _("Preview of {title}").format(title=self.title.text()))
