"""Printing: the right sheets, a window that answers, and no file but the one the person asked for."""

from __future__ import annotations

import io
import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader
from PySide6.QtGui import QPageSize
from PySide6.QtPrintSupport import QPrinter

from app.errors import KipuError
from app.reports import documents
from app.reports.documents.content import AgendaItem
from app.views import files
from app.views.printing import PrintPreview, PrintRun, load, page_size
from tests.reports import papers


@pytest.fixture(scope="module")
def pdf() -> bytes:
    items = tuple(AgendaItem(title=f"Point {at}", text="Words. " * 300) for at in range(4))
    return documents.acta_pdf(papers.acta(agenda=items))


@pytest.fixture
def preview(qtbot: Any) -> Iterator[PrintPreview]:
    made = PrintPreview()
    qtbot.addWidget(made)
    made.resize(900, 700)
    yield made
    made.forget()


def on_file(path: Path) -> QPrinter:
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(path))
    return printer


def written_now(path: Path) -> list[str]:
    """Return the plain files this process holds open for writing, but for ``path``."""
    found = []
    for entry in Path("/proc/self/fd").iterdir():
        try:
            target, mode = os.readlink(entry), entry.stat().st_mode
            flags = int(Path(f"/proc/self/fdinfo/{entry.name}").read_text().split()[3], 8)
        except OSError:  # the listing's own
            continue
        writes = flags & (os.O_WRONLY | os.O_RDWR)
        if stat.S_ISREG(mode) and writes and target != str(path):
            found.append(target)
    return found


def test_every_page_comes_out_on_its_own_paper(
    qtbot: Any, preview: PrintPreview, pdf: bytes, tmp_path: Path
) -> None:
    preview.show_document(pdf, "Minutes")
    out = tmp_path / "out.pdf"
    with qtbot.waitSignal(preview.printed, timeout=60_000):
        preview.print_on(on_file(out))
    wanted, made = PdfReader(io.BytesIO(pdf)).pages, PdfReader(out).pages
    assert len(made) == len(wanted) > 2
    assert round(float(made[0].mediabox.height)) == round(float(wanted[0].mediabox.height))
    assert preview.says.text() == "Sent to the printer."
    assert preview.print_button.isEnabled()


@pytest.mark.skipif(sys.platform != "linux", reason="asks /proc which files are open")
def test_no_file_is_written_while_it_prints(
    qtbot: Any, preview: PrintPreview, pdf: bytes, tmp_path: Path
) -> None:
    before = set(written_now(tmp_path / "out.pdf"))
    preview.show_document(pdf, "Minutes")
    out = tmp_path / "out.pdf"
    run = PrintRun(load(pdf, preview), on_file(out), preview)
    seen: set[str] = set()
    run.progressed.connect(lambda _done, _total: seen.update(written_now(out)))
    with qtbot.waitSignal(run.finished, timeout=60_000):
        run.start()
    assert seen - before == set()
    assert [path.name for path in tmp_path.iterdir()] == ["out.pdf"]


def test_only_the_pages_asked_for_are_printed(
    qtbot: Any, preview: PrintPreview, pdf: bytes, tmp_path: Path
) -> None:
    printer = on_file(tmp_path / "out.pdf")
    printer.setPrintRange(QPrinter.PrintRange.PageRange)
    printer.setFromTo(2, 3)
    preview.show_document(pdf, "Minutes")
    with qtbot.waitSignal(preview.printed, timeout=60_000):
        preview.print_on(printer)
    assert len(PdfReader(tmp_path / "out.pdf").pages) == 2


def test_it_can_be_stopped(qtbot: Any, preview: PrintPreview, pdf: bytes, tmp_path: Path) -> None:
    preview.show_document(pdf, "Minutes")
    preview.print_on(on_file(tmp_path / "out.pdf"))
    assert preview.progress.text() == f"Printing: 0 of {load(pdf, preview).pageCount()} pages"
    preview.progress.cancelled.emit()
    assert preview.says.text() == "Printing was stopped."
    assert preview.progress.text() == ""


@pytest.mark.qt_log_ignore("Returned false", extend=True)
def test_a_printer_that_cannot_be_reached_is_a_sentence(
    preview: PrintPreview, pdf: bytes, tmp_path: Path
) -> None:
    preview.show_document(pdf, "Minutes")
    preview.print_on(on_file(tmp_path / "no folder" / "out.pdf"))
    assert preview.says.text() == "The printer cannot be reached."
    assert preview.print_button.isEnabled()


def test_what_is_no_pdf_is_refused_and_the_last_document_stays(
    preview: PrintPreview, pdf: bytes
) -> None:
    preview.show_document(pdf, "Minutes")
    with pytest.raises(KipuError, match="cannot be shown"):
        preview.show_document(b"nothing of the kind", "Other")
    assert preview.title.text() == "Minutes"


def test_saving_is_offered_only_where_the_paper_may_lie_on_the_laptop(
    preview: PrintPreview, pdf: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    preview.show_document(pdf, "Recovery codes")
    assert preview.save_button.isHidden()
    preview.show_document(pdf, "Minutes", "acta.pdf")
    assert not preview.save_button.isHidden()
    monkeypatch.setattr(files, "to_save", lambda *_words: tmp_path / "acta.pdf")
    preview.choose_file()
    assert (tmp_path / "acta.pdf").read_bytes() == pdf
    assert "where anyone can read it" in preview.says.text()


def test_usual_papers_have_their_names(preview: PrintPreview, pdf: bytes) -> None:
    assert page_size(load(pdf, preview), 0).id() == QPageSize.PageSizeId.A4
    letter = documents.acta_pdf(papers.acta(setting=papers.setting(country="PA")))
    assert page_size(load(letter, preview), 0).id() == QPageSize.PageSizeId.Letter


def test_zoom_stays_within_reason(preview: PrintPreview, pdf: bytes) -> None:
    preview.show_document(pdf, "Minutes")
    for _ in range(20):
        preview.zoom_in()
    assert preview.view.zoomFactor() == 5.0
    for _ in range(40):
        preview.zoom_out()
    assert preview.view.zoomFactor() == 0.25
