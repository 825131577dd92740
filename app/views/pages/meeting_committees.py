"""The committees: their list, and the way from one of them to a new meeting of it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from app.i18n import _
from app.models.ledger import RecordKey
from app.views.pages.lists import ListPage
from app.views.record_reads import homes
from app.views.shared import Shared
from app.views.widgets.parts import button, name


class CommitteesPage(ListPage):
    """The list of committees; a button begins a meeting of the one chosen."""

    def __init__(self, shared: Shared, parent: QWidget | None = None) -> None:
        super().__init__(shared, "committee", "committees", parent)
        shared.desk.ask(homes, "meeting", on_done=self._take_meetings, on_error=self.show_error)

    def retranslate(self) -> None:
        super().retranslate()
        self._meeting.setText(_("New meeting"))
        name(self._meeting, _("New meeting of the committee chosen"))

    def _connect(self) -> None:
        super()._connect()
        self._meeting = button(self, "plain", "meetings", self._begin_meeting)
        self._meeting.hide()
        self.tools.addWidget(self._meeting, 0, Qt.AlignmentFlag.AlignTop)

    def _take_meetings(self, found: list[tuple[bytes, str]]) -> None:
        self._meeting.setVisible(bool(found))

    def _begin_meeting(self) -> None:
        panel = self.sheet.panel()
        shown = panel.record() if panel is not None else None
        key = shown.key if shown is not None else self.list.current_key()
        if isinstance(key, RecordKey):
            self._shared.begin_asked.emit("meetings", key)
        else:
            self._shared.open_asked.emit("meetings")
