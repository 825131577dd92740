"""Focus groups: the list, the details of each beside it, and the desk that takes the whole page."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from app.i18n import _
from app.models.ledger import RecordKey
from app.models.project import Project
from app.models.queries import records
from app.views.actions import offer
from app.views.pages.group_actions import DETAILS, SIT
from app.views.pages.group_desk import GroupDesk
from app.views.pages.lists import ListPage
from app.views.shared import Shared
from app.views.widgets.parts import button, name


class GroupsPage(ListPage):
    """The list of focus groups: Enter sits down at one, Ctrl+D shows its details."""

    def __init__(self, shared: Shared, parent: QWidget | None = None) -> None:
        self._table: GroupDesk | None = None
        super().__init__(shared, "focus_group", "groups", parent)

    def group(self) -> GroupDesk | None:
        """Return the desk that is open."""
        return self._table

    def open(self, key: RecordKey) -> None:
        """Sit down at a group: its desk takes the whole page."""
        if self._table is not None:
            self._rise()
        self.sheet.dismiss()
        self.banner.dismiss()
        self._table = GroupDesk(self._shared, key, self)
        self._table.left.connect(self._leave)
        self._table.finished.connect(self._finished)
        self._table.details_asked.connect(partial(self._show_details, key))
        self._room(False)
        self.body.addWidget(self._table, 1)
        self._table.take_focus()

    def go_on(self, draft: bytes) -> None:
        """Sit down again at the group whose talk was left, or go on with one begun in the sheet."""
        done = partial(self._go_on, draft)
        self._shared.desk.ask(_talk_of, draft, on_done=done, on_error=self.show_error)

    def _go_on(self, draft: bytes, group: RecordKey | None) -> None:
        if group is not None:
            self.open(group)
        else:
            super().go_on(draft)

    def details(self) -> None:
        """Show the details of the group chosen in the list."""
        key = self.list.current_key()
        if isinstance(key, RecordKey):
            super().open(key)

    def take_focus(self) -> None:
        if self._table is not None:
            self._table.take_focus()
        else:
            super().take_focus()

    def retranslate(self) -> None:
        super().retranslate()
        self._sit.setText(str(SIT.text))
        name(self._sit, SIT.text, "Enter")
        self._details.setText(str(DETAILS.text))
        name(self._details, DETAILS.text, DETAILS.shortcut)

    def _connect(self) -> None:
        super()._connect()
        self._sit = button(self, "plain", SIT.icon, self._sit_down)
        self._details = button(self, "plain", DETAILS.icon, self.details)
        for one in (self._sit, self._details):
            self.tools.addWidget(one, 0, Qt.AlignmentFlag.AlignTop)
        offer(self, DETAILS, self.details)

    def add(self) -> None:
        """Begin a new group in the sheet, unless a talk is under way."""
        if self._table is None:
            super().add()

    def _sit_down(self) -> None:
        panel = self.sheet.panel()
        shown = panel.record() if panel is not None else None
        key = shown.key if shown is not None else self.list.current_key()
        if isinstance(key, RecordKey):
            self.open(key)

    def _leave(self) -> None:
        self._rise()
        self.list.take_focus()

    def _finished(self) -> None:
        self._rise()
        self.banner.tell("done", _("The talk is finished; it travels with the next sync."))
        self.list.take_focus()

    def _show_details(self, key: RecordKey) -> None:
        self._rise()
        super().open(key)

    def _rise(self) -> None:
        """Put the desk away; what is open in it is kept."""
        table, self._table = self._table, None
        if table is not None:
            table.put_away()
            self.body.removeWidget(table)
            table.hide()
            table.deleteLater()
            self._room(True)

    def _room(self, for_list: bool) -> None:
        self.list.setVisible(for_list)
        for at in range(self.body.count()):
            item = self.body.itemAt(at)
            if item is not None and item.layout() is not None:
                # A hidden list would keep its share of the page.
                self.body.setStretch(at, 1 if for_list else 0)
        self.give_way(not for_list)

    def hideEvent(self, event: Any) -> None:
        if self._table is not None:
            self._table.talk.flush()
        super().hideEvent(event)


def _talk_of(project: Project, draft: bytes) -> RecordKey | None:
    """The group whose talk a draft keeps: a talk bears the id of its group."""
    if not records.is_here(project, "focus_group", draft):
        return None
    return records.find(project, draft.hex(), "focus_group")
