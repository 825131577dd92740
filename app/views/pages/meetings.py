"""The meetings: their list, a new one from a committee, and the desk of one in their place."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.i18n import _, lazy
from app.models.commands import meetings
from app.models.commands.meetings import Done
from app.models.ledger import RecordKey, Touched
from app.models.queries import records as reading
from app.models.queries.meetings import CommitteeRow, committees
from app.views.actions import PageAction
from app.views.faults import told
from app.views.pages.lists import ListPage
from app.views.pages.meeting import MeetingDesk
from app.views.pages.meeting_new import NewMeetingStrip
from app.views.shared import Shared
from app.views.widgets.page import scrolled
from app.views.widgets.parts import name


class MeetingsPage(ListPage):
    """The list of meetings; Enter opens the desk, Ctrl+N makes a meeting of a committee."""

    def __init__(self, shared: Shared, parent: QWidget | None = None) -> None:
        self._committees: tuple[CommitteeRow, ...] | None = None
        self._wanted: RecordKey | None = None
        self._desk: MeetingDesk | None = None
        super().__init__(shared, "meeting", "meetings", parent)
        direct = Qt.FindChildOption.FindDirectChildrenOnly
        self._own = self.findChildren(PageAction, options=direct)
        self._arrange()
        self._read_committees()

    def desk(self) -> MeetingDesk | None:
        """Return the meeting that is open."""
        return self._desk

    def _arrange(self) -> None:
        """Put the list into a stack of its own, so that a desk may take its place."""
        self._lists = QWidget(self)
        _move(self.body, self._lists)
        self.making = NewMeetingStrip(self)
        self.making.kept.connect(self._make)
        self.making.closed.connect(self._show_list)
        self.making.committees_asked.connect(self._to_committees)
        asking = QWidget(self)
        column = QVBoxLayout(asking)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.making)
        column.addStretch(1)
        self._asking = scrolled(asking, self)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self._lists)
        self._stack.addWidget(self._asking)
        self.body.addWidget(self._stack, 1)

    def _show_list(self) -> None:
        self._stack.setCurrentWidget(self._lists)
        self.list.take_focus()

    # -- what can be done ----------------------------------------------------------------------

    def begin_for(self, committee: RecordKey) -> None:
        """Begin a new meeting of a committee; a page just made waits until it may."""
        self.close_desk()
        self._wanted = committee
        self._begin_wanted()

    def _begin_wanted(self) -> None:
        if self._wanted is not None and self._may_add and self._committees:
            committee, self._wanted = self._wanted, None
            self._begin(committee)

    def _take_homes(self, found: list[tuple[bytes, str]]) -> None:
        super()._take_homes(found)
        self._begin_wanted()

    def _begin(self, committee: RecordKey | None) -> None:
        self._stack.setCurrentWidget(self._asking)
        self.making.open(self._committees or (), committee)

    def add(self) -> None:
        """Begin a new meeting, of the committee of the meeting chosen in the list, or go where a
        committee can be made."""
        if self._desk is not None or not self._may_add or self._committees is None:
            return
        if self._committees:
            key = self.list.current_key()
            if isinstance(key, RecordKey):
                self._shared.desk.ask(
                    reading.parent, key, on_done=self._begin, on_error=self.show_error
                )
            else:
                self._begin(None)
        else:
            self._to_committees()

    def open(self, key: RecordKey) -> None:
        """Show the desk of a meeting in place of the list."""
        self.close_desk()
        self.sheet.dismiss()
        self._desk = MeetingDesk(self._shared, key)
        self._desk.left.connect(self.close_desk)
        self._desk.details_asked.connect(self._details)
        self._stack.addWidget(self._desk)
        self._stack.setCurrentWidget(self._desk)
        self.banner.dismiss()
        self._give_way(True)
        self._desk.take_focus()

    def _give_way(self, whole: bool) -> None:
        self.give_way(whole)
        for action in self._own:
            # The desk has keys of its own.
            action.setEnabled(not whole)

    def close_desk(self) -> None:
        """Put the desk away and show the list."""
        gone, self._desk = self._desk, None
        if gone is None:
            return
        gone.put_away()
        self._stack.removeWidget(gone)
        gone.hide()
        gone.deleteLater()
        self._give_way(False)
        self.list.refresh()
        self._show_list()

    def take_focus(self) -> None:
        if self._desk is not None:
            self._desk.take_focus()
        elif self._stack.currentWidget() is self._asking:
            self.making.first().setFocus()
        else:
            super().take_focus()

    def retranslate(self) -> None:
        super().retranslate()
        add = _("New meeting")
        may = self._may_add and bool(self._committees)
        self.head(
            lazy("Meetings"),
            lazy("Enter opens one: attendance, text, votes, resolutions, commitments, minutes."),
            _("New meeting (Ctrl+N)") if may else "",
        )
        name(self.action, add, "Ctrl+N")
        if self._committees:
            self.list.say_when_empty(_("No meeting yet."), add if may else "")
        elif self._committees is not None:
            said = _("No committee yet. A meeting belongs to one: add it with its seats first.")
            self.list.say_when_empty(said, _("Go to the committees") if self._may_add else "")

    def _to_committees(self) -> None:
        self._shared.open_asked.emit("committees")

    def _details(self, key: RecordKey) -> None:
        self.close_desk()
        self.sheet.open_record(key)

    # -- making a meeting ----------------------------------------------------------------------

    def _make(self) -> None:
        self._shared.desk.do(
            meetings.new_meeting, self.making.chosen(), self.making.values(),
            on_done=self._made, on_error=self._not_made,
        )  # fmt: skip

    def _made(self, done: Done) -> None:
        self._shared.undo.push(done.words, meetings.take_back, done.undo)
        if done.key is not None:
            self.open(done.key)

    def _not_made(self, error: BaseException) -> None:
        self.making.refuse(told(error)[1])

    # -- news ----------------------------------------------------------------------------------

    def _read_committees(self) -> None:
        self._shared.desk.ask(committees, on_done=self._take_committees, on_error=self.show_error)

    def _take_committees(self, found: Any) -> None:
        self._committees = tuple(found)
        self.retranslate()
        self._begin_wanted()

    def _changed(self, touched: Touched) -> None:
        super()._changed(touched)
        if not touched.kinds or touched.kinds & {"committee", "seat"}:
            self._read_committees()


def _move(body: QBoxLayout, holder: QWidget) -> None:
    """Put everything that stands in a page's body into a widget of its own."""
    column = QVBoxLayout(holder)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(body.spacing())
    while body.count():
        stretch = body.stretch(0)
        if (item := body.takeAt(0)) is None:
            return
        if (widget := item.widget()) is not None:
            column.addWidget(widget, stretch)
        elif (inner := item.layout()) is not None:
            column.addLayout(inner, stretch)
