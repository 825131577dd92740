"""A list on paper: the rows and columns on show, from memory to the printer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from app.errors import KipuError
from app.i18n import _, current, ngettext
from app.models import practice, project_settings
from app.models.project import Project
from app.views import words
from app.views.desk import Desk
from app.views.widgets.listing import PagedTable
from app.views.widgets.page import Page
from app.views.widgets.table import PageSource, Sort

if TYPE_CHECKING:
    from app.reports.documents.blocks import Document
    from app.reports.documents.content import Country
    from app.views.printing import PrintPreview

_MOST: Final = 2000
"""Rows on paper; whoever needs more wants a file."""
_COUNTRIES: Final[dict[str, Country]] = {"ec": "EC", "pa": "PA"}


class ListPrinter(QObject):
    """Shows a list as it will lie on paper, in place of the list, and prints it."""

    def __init__(self, desk: Desk, source: PageSource, listing: PagedTable, page: Page) -> None:
        super().__init__(page)
        self._desk = desk
        self._source = source
        self._listing = listing
        self._page = page
        self._preview: PrintPreview | None = None
        self._hidden: list[QWidget] = []

    def show(self) -> None:
        """Lay the list out and show it; what was asked before is shown anew."""
        model = self._listing.model
        self._desk.ask(
            list_pdf, self._source, self._page.title(), self._listing.shown_columns(),
            model.order, model.filter, on_done=self._show, on_error=self._page.show_error,
        )  # fmt: skip

    def _show(self, pdf: bytes) -> None:
        preview = self._preview or self._make()
        preview.show_document(pdf, self._page.title())
        if preview.isHidden():
            layout = self._page.body
            items = (layout.itemAt(at) for at in range(layout.count()))
            self._hidden = [one for item in items for one in _widgets(item) if not one.isHidden()]
            for one in self._hidden:
                one.hide()
            layout.addWidget(preview, 1)
            preview.show()
        preview.print_button.setFocus()

    def _make(self) -> PrintPreview:
        # Qt's PDF parts are slow to load, and most sittings never print.
        from app.views.printing import PrintPreview

        self._preview = made = PrintPreview(self._page)
        made.hide()
        made.closed.connect(self._close)
        return made

    def _close(self) -> None:
        if self._preview is not None:
            self._preview.forget()
            self._preview.hide()
            self._page.body.removeWidget(self._preview)
        for one in self._hidden:
            one.show()
        self._hidden = []
        self._listing.take_focus()


def _widgets(item: Any) -> list[QWidget]:
    """The widgets of a layout's item, those of layouts inside it too."""
    if item.widget() is not None:
        return [item.widget()]
    inner = item.layout()
    if inner is None:
        return []
    return [one for at in range(inner.count()) for one in _widgets(inner.itemAt(at))]


def list_pdf(
    project: Project, source: PageSource, title: str, shown: Sequence[str], order: Sort | None,
    filter: str,
) -> bytes:  # fmt: skip
    """Return the columns ``shown`` of the rows that match as PDF; runs in the worker.

    Raises KipuError for more rows than belong on paper.
    """
    from app.reports.documents.pdf_file import to_pdf

    count = source.count(filter)
    if count > _MOST:
        text = _("{count} rows are too many to print: filter the list, or export it.")
        raise KipuError(text.format(count=words.number(count)))
    return to_pdf(_document(project, source, title, shown, order, filter, count))


def _document(
    project: Project, source: PageSource, title: str, shown: Sequence[str], order: Sort | None,
    filter: str, count: int,
) -> Document:  # fmt: skip
    from app.reports.documents.blocks import Column, Paragraph, Table, Title
    from app.reports.documents.content import Letterhead, Setting
    from app.reports.documents.pieces import document

    at = {column.id: number for number, column in enumerate(source.columns)}
    chosen = [(at[one], source.columns[at[one]]) for one in shown]
    rows = tuple(
        tuple(words.value(row.cells[number], column.kind) for number, column in chosen)
        for row in source.page(0, count, order, filter)
    )
    said = ngettext("{count} row", "{count} rows", count).format(count=words.number(count))
    under = said if not filter else f"{said} · {_('Filter')}: {filter}"
    setting = Setting(
        letterhead=Letterhead(project=project.name),
        language=current(),
        country=_COUNTRIES.get(project_settings.country_of(project), ""),
        practice=practice.is_practice(project),
    )
    table = Table(tuple(Column(str(one.title), one.width) for _number, one in chosen), rows)
    return document(setting, title, (Title(title), Paragraph(under, style="note"), table))
