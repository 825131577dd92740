"""How the meeting desk is laid out: three columns, strips under them, agenda and keys below.

Where the window or the text size leaves no room for three columns, one is on show at a time, and a
strip takes the place of them all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.i18n import _
from app.models.ledger import RecordKey
from app.views.language import Retranslated
from app.views.pages import meeting_lines as lines
from app.views.pages.meeting_actions import PANES, what
from app.views.pages.meeting_papers import PapersStrip
from app.views.pages.meeting_parts import MeetingFoot, MeetingHead, NextStep
from app.views.pages.meeting_reads import Reading
from app.views.pages.meeting_strip import Columns, Strip, StripArea
from app.views.theme import HALF, NEAR, TIGHT, WIDE, theme
from app.views.widgets.agenda_strip import AgendaStrip
from app.views.widgets.attendance_list import AttendanceList
from app.views.widgets.line_list import LineList
from app.views.widgets.minutes_text import MinutesText
from app.views.widgets.parts import Banner, State, label, line, name, tool

_ROOM: Final = 1000
"""Below this width, at text size 1, one column is on show at a time."""
_HEIGHT: Final = 640
"""Below this height a strip takes the place of the agenda and the keys."""


class MeetingRoom(Retranslated, QWidget):
    """The parts of the desk and where they stand; `MeetingDesk` brings them to life."""

    item_asked = Signal(bool)
    """A point of the agenda is to be added (True), or the one on the page changed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pane = "text"
        self._strips: tuple[Strip, ...] = ()
        self._reading: Reading | None = None
        self._preview: QWidget | None = None
        self.top = MeetingHead(self)
        self.next = NextStep(self)
        self.banner = Banner(self)
        self.people = AttendanceList(self)
        self.text = MinutesText(self)
        self.decisions = LineList(self)
        self.promises = LineList(self)
        self.agenda = AgendaStrip(self)
        self.foot = MeetingFoot(self)
        self.papers = PapersStrip(self)
        self._add = tool(self, "plus", partial(self.item_asked.emit, True))
        self._lay_out()
        self.banner.closed.connect(self._forget_quorum)
        theme().changed.connect(self._fit)

    def retranslate(self) -> None:
        self.setAccessibleName(_("Meeting"))
        self._promised.setText(_("Commitments (F4)"))
        self._key.setText(_("1 open · 2 under way · 3 met · 4 partly · 5 not met · 6 dropped"))
        name(self._add, _("Add a point to the agenda"))
        name(self._rename, _("Change this point of the agenda"))
        self.decisions.setAccessibleName(_("Motions, resolutions and commitments of this point"))
        self.promises.setAccessibleName(_("Commitments, made here and open from before"))
        self._say()

    # -- laying out ----------------------------------------------------------------------------

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(NEAR)
        column.addWidget(self.top)
        inset = QVBoxLayout()
        inset.setContentsMargins(WIDE, 0, WIDE, 0)
        inset.addWidget(self.next)
        inset.addWidget(self.banner)
        column.addLayout(inset)
        self._preview_room = QVBoxLayout()
        self._preview_room.setContentsMargins(WIDE, 0, WIDE, NEAR)
        column.addLayout(self._preview_room, 1)
        column.addWidget(self._make_columns(), 1)
        self._strip_room = QWidget(self)
        self._strip_column = QVBoxLayout(self._strip_room)
        self._strip_column.setContentsMargins(WIDE, 0, WIDE, 0)
        self._strip_area = StripArea(self._strip_room, self)
        self._strip_area.hide()
        column.addWidget(self._strip_area)
        row = QHBoxLayout()
        row.setContentsMargins(WIDE, 0, WIDE, 0)
        row.addWidget(self.agenda, 1)
        row.addWidget(self._add)
        column.addLayout(row)
        column.addWidget(self.foot)

    def _make_columns(self) -> QWidget:
        self._columns = Columns(self)
        row = QHBoxLayout(self._columns)
        row.setContentsMargins(WIDE, 0, WIDE, 0)
        row.setSpacing(HALF)
        self._middle, self._right = self._make_middle(), self._make_right()
        row.addWidget(self.people, 5)
        row.addWidget(self._middle, 9)
        row.addWidget(self._right, 5)
        return self._columns

    def _make_middle(self) -> QWidget:
        made = QWidget(self)
        column = QVBoxLayout(made)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(TIGHT)
        head = QHBoxLayout()
        self._heading = line("section", made)
        self._rename = tool(made, "edit", partial(self.item_asked.emit, False))
        head.addWidget(self._heading, 1)
        head.addWidget(self._rename)
        column.addLayout(head)
        column.addWidget(self.text, 3)
        column.addWidget(self.decisions, 2)
        self._heading.setBuddy(self.text)
        return made

    def _make_right(self) -> QWidget:
        made = QWidget(self)
        column = QVBoxLayout(made)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(TIGHT)
        self._promised = label("section", made, wrap=False)
        self._key = label("caption", made)
        column.addWidget(self._promised)
        column.addWidget(self.promises, 1)
        column.addWidget(self._key)
        self._empty = label("hint", made)
        column.insertWidget(1, self._empty)
        column.addStretch(0)
        return made

    def add_strips(self, strips: Sequence[Strip]) -> None:
        """Give every strip its place under the columns."""
        self._strips = tuple(strips)
        for strip in strips:
            self._strip_column.addWidget(strip)
        self._strip_column.addStretch(1)

    def bind(self, keys: str, function: Callable[[], object]) -> None:
        """Let keys do ``function`` anywhere on this page."""
        shortcut = QShortcut(QKeySequence(keys), self)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(function)

    # -- what is shown -------------------------------------------------------------------------

    def show_reading(self, reading: Reading, item: bytes | None) -> None:
        """Show a meeting as it was read, with one point of its agenda."""
        self._reading = reading
        desk = reading.desk
        may = self.allows_writing()
        self.top.show_desk(desk)
        self.next.show_desk(desk, may_write=may, may_close=reading.may_close)
        self.people.show_rows(lines.attendees(desk), may_write=may)
        chosen = next((one for one in desk.agenda if one.key.id == item), None)
        key: RecordKey | None = chosen.key if chosen is not None else None
        self.decisions.show_entries(lines.decisions(desk, key))
        self.decisions.setVisible(bool(lines.decisions(desk, key)))
        self.promises.show_entries(lines.commitments(desk))
        self.agenda.show_points(lines.points(desk), item)
        self.text.setReadOnly(not may or chosen is None)
        self._rename.setVisible(may and chosen is not None)
        shown = f"{chosen.number}. {chosen.title}" if chosen is not None else _("No agenda yet")
        self._heading.setText(shown)
        self.text.setAccessibleName(_("Text of {item}").format(item=shown))
        self._say()

    def _say(self) -> None:
        reading = self._reading
        none = reading is not None and not (reading.desk.commitments or reading.desk.follow_ups)
        self._empty.setText(_("None yet: F4 makes one of the line you are in."))
        self._empty.setVisible(none)
        self.promises.setVisible(not none)
        self._key.setVisible(not none)
        self.text.setPlaceholderText(_("Type what is said; it is kept as you type."))
        self._fit()

    def allows_writing(self) -> bool:
        """Whether the role here may write, and the act is open."""
        reading = self._reading
        return reading is not None and reading.may_write and not reading.desk.is_closed

    def allowed(self) -> set[str]:
        """Return what can be done now, by short names."""
        if self._reading is None:
            return set()
        found = {"projector", "papers"}
        desk = self._reading.desk
        if self.allows_writing():
            if desk.status in ("planned", "called"):
                found.add("install")
            if desk.status == "in_session":
                found |= {"motion", "vote", "resolution", "commitment", "end"}
            if desk.status == "held":
                found |= {"resolution", "commitment"}
        return found

    def tell(self, state: State, sentence: str, word: str = "") -> None:
        """Say something above the columns; ``word`` is on the button that goes with it."""
        quorum = self._reading.desk.quorum.sentence if self._reading is not None else ""
        self.next.leave_out_quorum(bool(quorum) and quorum in sentence)
        if not sentence:
            self.banner.dismiss()
            return
        self.banner.tell(state, sentence, word)
        if word:
            self.banner.take_focus()

    def _forget_quorum(self) -> None:
        self.next.leave_out_quorum(False)

    # -- room ----------------------------------------------------------------------------------

    def is_narrow(self) -> bool:
        """Whether there is room for one column only."""
        return self.width() < _ROOM * theme().scale

    def show_pane(self, pane: str) -> None:
        """Put the cursor into a column, in a narrow window in place of the others."""
        self._pane = pane
        self.hide_strips()
        self._fit()
        self.take_focus()

    def take_focus(self) -> None:
        """Put the cursor where work goes on."""
        strip = next((one for one in self._strips if not one.isHidden()), None)
        if strip is not None:
            strip.first().setFocus()
        elif self._pane == "attendance":
            self.people.take_focus()
        elif self._pane == "promises":
            self.promises.setFocus()
        else:
            self.text.setFocus()

    def show_strip(self, strip: Strip) -> None:
        """Show one strip and no other."""
        for other in self._strips:
            if other is not strip:
                other.hide()
        strip.show()
        self._fit()
        strip.first().setFocus()

    def hide_strips(self) -> None:
        """Put every strip away; what stood in it is not kept."""
        for strip in self._strips:
            strip.hide()
        self._fit()

    def show_preview(self, preview: QWidget) -> None:
        """Let a paper take the place of everything but the head."""
        self._preview = preview
        self._preview_room.addWidget(preview, 1)
        preview.show()
        self._fit()

    def hide_preview(self) -> None:
        """Show the desk again."""
        if self._preview is not None:
            self._preview.hide()
        self._preview = None
        self._fit()
        self.take_focus()

    def _fit(self) -> None:
        showing = self._preview is not None
        narrow = self.is_narrow()
        strip = next((one for one in self._strips if not one.isHidden()), None)
        low = narrow or self.height() < _HEIGHT * theme().scale
        crowded = showing or (low and strip is not None)
        self.agenda.setHidden(crowded)
        self.foot.setHidden(crowded)
        self._add.setVisible(self.allows_writing() and not crowded)
        self.next.give_way(showing or strip is not None)
        if showing:
            self._columns.hide()
            self._strip_area.hide()
            return
        for field in (self.people.tree, self.text, self.decisions, self.promises):
            field.setMinimumHeight(theme().row() * (2 if narrow else 3) // 2)
        for spec, widget in zip(PANES, (self.people, self._middle, self._right), strict=True):
            widget.setVisible(not narrow or what(spec) == self._pane)
        self._columns.setVisible(not narrow or strip is None)
        self._strip_area.setVisible(strip is not None)
        if strip is not None:
            needed = strip.heightForWidth(self.width() - 2 * WIDE) + 2
            self._strip_area.fit(needed, whole=narrow)
        self.foot.allow(self.allowed(), narrow=narrow)

    def hasHeightForWidth(self) -> bool:
        # Else the frame would make the page as high as everything at its best, and scroll.
        return False

    def minimumSizeHint(self) -> QSize:
        layout = self.layout()
        least = super().minimumSizeHint()
        needed = layout.minimumHeightForWidth(self.width()) if layout is not None else 0
        return QSize(least.width(), max(needed, 0))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()
        # How high the page must be follows from how wide it is.
        self.updateGeometry()
