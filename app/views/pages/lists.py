"""The list of any kind of record, with the record chosen beside it."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.i18n import _, ngettext
from app.models.commands import record_tables as tables
from app.models.ledger import RecordKey, Touched
from app.models.project import Project
from app.models.queries.lists import Listing
from app.models.records import kind
from app.models.tables import Style
from app.views import files
from app.views.actions import ADD, PRINT, offer
from app.views.elsewhere import add_text
from app.views.list_printing import ListPrinter
from app.views.pages.record_sheet import RecordSheet
from app.views.record_reads import homes
from app.views.record_source import OWNER, RecordSource
from app.views.remembered import remember
from app.views.shared import Shared
from app.views.theme import HALF
from app.views.widgets.export_strip import ExportStrip
from app.views.widgets.listing import PagedTable
from app.views.widgets.page import Page
from app.views.widgets.parts import name
from app.views.widgets.space_chooser import SpaceChooser


class ListPage(Page):
    """Everything of one kind: filter, sort, open with Enter, add with Ctrl+N."""

    def __init__(
        self, shared: Shared, kind_name: str, icon: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.kind = kind(kind_name)
        self._shared = shared
        self._may_add = False
        self._is_awaited = False
        self._again: tuple[str, dict[str, Any]] | None = None
        self._source = RecordSource(shared.desk, kind_name)
        self._source.space = shared.space
        self._build(icon)
        self._connect()
        self.retranslate()
        self.list.refresh()
        remember(shared.desk, self.list, kind_name)
        self._read_homes()

    def _build(self, icon: str) -> None:
        self.list = PagedTable(self._source, self._shared.desk.jobs, icon, self)
        self.sheet = RecordSheet(self._shared, self)
        self._spaces = SpaceChooser(self._shared, self)
        self.tools.addWidget(self._spaces, 0, Qt.AlignmentFlag.AlignTop)
        self.exporting = ExportStrip(self)
        self.exporting.hide()
        self.body.addWidget(self.exporting)
        row = QHBoxLayout()
        row.setSpacing(HALF)
        row.addWidget(self.list, 3)
        row.addWidget(self.sheet, 2)
        self.body.addLayout(row, 1)

    def _connect(self) -> None:
        shared = self._shared
        self.acted.connect(self.add)
        self.list.first_step.connect(self.add)
        self.list.opened.connect(self.open)
        self.list.failed.connect(self.show_error)
        self.list.export_asked.connect(self._export)
        self.exporting.asked.connect(self._export_to)
        self.exporting.dismissed.connect(self._leave_strip)
        self.sheet.closed.connect(self.list.take_focus)
        self.sheet.deleted.connect(self._deleted)
        self.sheet.erased.connect(self._erased)
        self.sheet.forgotten.connect(self._forgotten)
        self.sheet.unkept.connect(self._not_kept)
        self.banner.acted.connect(self._banner_acted)
        shared.desk.changed.connect(self._changed)
        shared.space_chosen.connect(self._choose_space)
        offer(self, ADD, self.add)
        self._printer = ListPrinter(shared.desk, self._source, self.list, self)
        offer(self, PRINT, self._printer.show)

    # -- what can be done -----------------------------------------------------------------------

    def add(self) -> None:
        """Begin a new record in the sheet, where the roles here allow it."""
        if self._may_add:
            self.sheet.open_new(self.kind.name)

    def go_on(self, draft: bytes) -> None:
        """Go on with a record that was begun; the sheet finds it again by its kind."""
        del draft
        # A page just made does not know yet what may be added to it.
        self._is_awaited = not self._may_add
        self.add()

    def open(self, key: RecordKey) -> None:
        """Show a record in the sheet."""
        self.sheet.open_record(key)

    def take_focus(self) -> None:
        self.list.take_focus()

    def retranslate(self) -> None:
        many = str(self.kind.plural)
        add = add_text(self.kind.name)
        self.head(many, self.kind.help, add if self._may_add else "")
        name(self.action, add, "Ctrl+N")
        empty = _("Nothing here yet: {kinds}.").format(kinds=many)
        self.list.say_when_empty(empty, add if self._may_add else "")

    # -- news -----------------------------------------------------------------------------------

    def _read_homes(self) -> None:
        self._shared.desk.ask(
            homes, self.kind.name, on_done=self._take_homes, on_error=self.show_error
        )

    def _take_homes(self, found: list[tuple[bytes, str]]) -> None:
        self._may_add = bool(found)
        self.retranslate()
        if self._is_awaited:
            self._is_awaited = False
            self.add()

    def _changed(self, touched: Touched) -> None:
        if not touched.kinds or self.kind.name in touched.kinds:
            self.list.refresh()
        if not touched.kinds:
            # Roles and keys may have come.
            self._read_homes()

    def _choose_space(self) -> None:
        self._source.space = self._shared.space
        self.list.refresh()

    def _deleted(self, title: str) -> None:
        self._again = None
        self.banner.tell("info", _("“{title}” is deleted.").format(title=title), _("Undo"))

    def _erased(self, text: str) -> None:
        self._again = None
        self.banner.tell("done", text)

    def _forgotten(self, text: str) -> None:
        self._again = None
        self.banner.tell("warning", text)

    def _not_kept(self, text: str, again: tuple[str, dict[str, Any]]) -> None:
        self._again = again
        word = _("Go on") if again[0] == self.kind.name else ""
        self.banner.tell("warning", text, word)

    def _banner_acted(self) -> None:
        self.banner.dismiss()
        if self._again is None:
            self._shared.undo.take_back()
            return
        _kind, values = self._again
        self._again = None
        self.sheet.open_new(self.kind.name)
        panel = self.sheet.panel()
        if panel is not None:
            panel.editor.show_values({**self.kind.defaults(), **values})
            panel.keeper.edited(values)

    # -- exporting ------------------------------------------------------------------------------

    def _export(self) -> None:
        self.exporting.show()
        self.exporting.take_focus()

    def _leave_strip(self) -> None:
        self.exporting.hide()
        self.list.take_focus()

    def _export_to(self, suffix: str, style: Style) -> None:
        path = files.to_save(self, _("Export what is shown"), f"{self.kind.name}{suffix}")
        if path is not None:
            owner = self.kind.owner_field or ""
            shown = [owner if one == OWNER else one for one in self.list.shown_columns()]
            listing = self._source.listing(self.list.model.order, self.list.model.filter)
            self._shared.desk.ask(
                _write, listing, shown, style, path,
                on_done=partial(self._exported, path), on_error=self.show_error,
            )  # fmt: skip

    def _exported(self, path: Path, count: int) -> None:
        self._again = None
        self.exporting.hide()
        text = ngettext(
            "{count} row is in “{file}”. It is not encrypted: take care of it.",
            "{count} rows are in “{file}”. They are not encrypted: take care of them.",
            count,
        )
        self.banner.tell("done", text.format(count=count, file=path.name))


def _write(project: Project, listing: Listing, shown: list[str], style: Style, path: Path) -> int:
    """Write the columns shown of every row that matches; returns how many rows."""
    data, count = tables.export_records(project, listing, path.suffix or ".csv", style, shown)
    files.write(path, data)
    return count
