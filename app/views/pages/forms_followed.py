"""The lists that questionnaires follow from one visit to the next, and what stands on each."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.i18n import _, lazy, ngettext
from app.models import spaces
from app.models.ledger import RecordKey
from app.models.project import Project
from app.models.queries import entities, lists
from app.models.queries.lists import Listing
from app.views import files, words
from app.views.desk import Desk
from app.views.pages.forms_panel import Panel
from app.views.pages.forms_reads import Followed, Thing, thing
from app.views.pages.interviews_response import told_history
from app.views.theme import HALF
from app.views.widgets.line_list import Entry, LineList
from app.views.widgets.listing import PagedTable
from app.views.widgets.parts import clear, name
from app.views.widgets.reading import Reading
from app.views.widgets.sheet import SideSheet
from app.views.widgets.table import Column, Row, Sort

_SHOWN: Final = 4
"""Properties that are columns from the start; the others can be chosen."""


class Things:
    """What stands on one list, as a `PageSource`; made and asked in the worker."""

    def __init__(self, project: Project, name: str) -> None:
        self._project = project
        self._name = name
        rows = lists.every(project, self._listing(""))
        found = sorted({one for row in rows for one in row.values if one.startswith("/")})
        self.columns: Sequence[Column] = [
            Column("label", lazy("Name"), width=260),
            *(
                Column(one, one.removeprefix("/"), width=150, shown=at < _SHOWN, sortable=False)
                for at, one in enumerate(found)
            ),
        ]

    def count(self, filter: str) -> int:
        return lists.count(self._project, self._listing(filter))

    def page(self, offset: int, limit: int, sort: Sort | None, filter: str) -> list[Row]:
        rows = lists.page(self._project, self._listing(filter, sort), offset, limit)
        return [
            Row(row.key, [words.value(row.values.get(one.id)) for one in self.columns])
            for row in rows
        ]

    def _listing(self, typed: str, sort: Sort | None = None) -> Listing:
        by, descending = sort or ("", False)
        return Listing(
            entities.KIND, typed, equal={"list": self._name}, sort=by, descending=descending
        )


def things(project: Project, name: str) -> Things:
    """What stands on a list."""
    return Things(project, name)


def write_things(project: Project, name: str, path: Path) -> str:
    """Write a list as the CSV that forms read; returns the file's name."""
    every = [one.id for one in spaces.all_named(project, with_common=True)]
    files.write(path, entities.as_csv(project, name, every))
    return path.name


class FollowedPanel(Panel):
    """The lists at the left; Enter shows what stands on one, Enter there its history."""

    def __init__(
        self, desk: Desk, found: Sequence[Followed], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._found = found
        self.lists = LineList(self)
        self.lists.opened.connect(self.open)
        self.table: PagedTable | None = None
        self._shown = ""
        self.sheet = SideSheet(self)
        self.sheet.closed.connect(self._to_table)
        self._room = QVBoxLayout()
        row = QHBoxLayout()
        row.setSpacing(HALF)
        row.addWidget(self.lists, 2)
        row.addLayout(self._room, 4)
        row.addWidget(self.sheet)
        self.column.addLayout(row, 1)
        self.retranslate()
        if found:
            self.open(found[0].name)

    def retranslate(self) -> None:
        super().retranslate()
        self.say(
            _("Followed things"),
            _("What questionnaires follow from one visit to the next: interviews make and change "
              "these lists, and other questionnaires offer them."),
        )  # fmt: skip
        name(self.lists, _("Lists"))
        self.lists.show_entries([Entry(_told(one), one.name, "outline") for one in self._found])

    def as_text(self) -> str:
        """Return the lists as they read."""
        return self.lists.as_text()

    def take_focus(self) -> None:
        self.lists.setFocus()

    def open(self, name_: str) -> None:
        """Show what stands on a list."""
        self._shown = name_
        self._desk.ask(things, name_, on_done=self._opened, on_error=self.failed.emit)

    def _opened(self, source: Things) -> None:
        is_in_lists = self.table is None
        clear(self._room)
        made = PagedTable(source, self._desk.jobs, "outline", self)
        made.say_when_empty(_("Nothing stands on this list yet."))
        made.opened.connect(self.open_thing)
        made.export_asked.connect(self.save)
        made.failed.connect(self.failed)
        self.table = made
        self._room.addWidget(made)
        made.refresh()
        if not is_in_lists:
            made.take_focus()

    def save(self) -> None:
        """Write the list that is shown as the file that forms read, where the person says."""
        path = files.to_save(self, _("Save the list"), f"{self._shown}.csv")
        if path is not None:
            self._desk.ask(
                write_things, self._shown, path, on_done=self._saved, on_error=self.failed.emit
            )

    def _saved(self, file: str) -> None:
        text = _("A copy is in “{file}”. It is not encrypted: take care of it.")
        self.told.emit("done", text.format(file=file))

    def _to_table(self) -> None:
        if self.table is not None:
            self.table.take_focus()

    def open_thing(self, key: RecordKey) -> None:
        """Show one of them beside the list."""
        self._desk.ask(thing, key, on_done=self._thing_opened, on_error=self.failed.emit)

    def _thing_opened(self, found: Thing) -> None:
        self.sheet.present(found.title, ThingView(found, self.sheet))


class ThingView(Reading):
    """The properties of a followed thing and how they came to be."""

    def __init__(self, found: Thing, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pairs(_("Properties"), found.properties)
        self._pairs(_("History"), told_history(found.history))
        self._column.addStretch(1)


def _told(one: Followed) -> str:
    count = ngettext("{count} thing", "{count} things", one.count).format(count=one.count)
    head = f"{one.name} · {count}"
    says = one.says()
    return f"{head}\n{says}" if says else head
