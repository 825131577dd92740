"""What stands around a meeting's text: the line above, what can be done next, the keys below."""

from __future__ import annotations

import time
from functools import partial
from typing import Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.i18n import Text, _, lazy, ngettext
from app.models.queries.meetings import Desk
from app.models.records import kind
from app.views.language import Retranslated
from app.views.pages.meeting_actions import FOOT, PANES, what
from app.views.pages.meeting_lines import heading, occasion
from app.views.pages.meeting_strip import flowing
from app.views.theme import HALF, NEAR, TIGHT, WIDE, mark, theme
from app.views.widgets.action_menu import ActionMenu
from app.views.widgets.parts import (
    ButtonKind,
    Chip,
    KeptLabel,
    State,
    button,
    label,
    name,
    rank,
    tool,
)
from app.views.widgets.quorum_bar import QuorumBar

_ROOM: Final = 1200
"""Below this width, at text size 1, the head takes two lines."""
_LEAST: Final = 800
"""Below this width it does without the line of type, date and place."""
_CHIPS: Final[dict[str, State]] = {
    "planned": "info",
    "called": "info",
    "in_session": "done",
    "held": "warning",
    "no_quorum": "danger",
    "cancelled": "danger",
    "approved": "done",
}


class MeetingHead(Retranslated, QFrame):
    """Act, committee, type and date; quorum; how long it has lasted; what is kept."""

    left = Signal()
    details = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._desk: Desk | None = None
        self._read_at = time.monotonic()
        mark(self, kind="head")
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(WIDE, NEAR, WIDE, NEAR)
        self._row.setSpacing(NEAR)
        self._row.addLayout(self._make_title(), 1)
        self._row.addLayout(self._make_state())
        self._minute = QTimer(self)
        self._minute.setSingleShot(True)
        self._minute.setTimerType(Qt.TimerType.VeryCoarseTimer)
        self._minute.timeout.connect(self._tick)
        self.retranslate()

    def _make_title(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(NEAR)
        self._back = tool(self, "back", self.left.emit)
        # A committee's name is long, and is what one meeting is told from another by.
        self._title, self._when = label("section", self), label("caption", self)
        says = QVBoxLayout()
        says.setSpacing(0)
        says.addWidget(self._title)
        says.addWidget(self._when)
        self._chip = Chip(self)
        self._more = tool(self, "edit", self.details.emit)
        row.addWidget(self._back)
        row.addLayout(says, 1)
        row.addWidget(self._chip)
        row.addWidget(self._more)
        return row

    def _make_state(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(HALF)
        self.quorum = QuorumBar(self)
        self._elapsed = label("body", self, wrap=False)
        self.kept = KeptLabel(self)
        row.addWidget(self.quorum)
        row.addWidget(self._elapsed)
        row.addStretch(1)
        row.addWidget(self.kept)
        return row

    def show_desk(self, desk: Desk) -> None:
        """Show a meeting as it stands now."""
        self._desk, self._read_at = desk, time.monotonic()
        self.retranslate()

    def text(self) -> str:
        """Return the head as it reads."""
        quorum = "" if self.quorum.isHidden() else self.quorum.text()
        says = (self._title.text(), self._when.text(), self.state(), quorum, self._elapsed.text())
        return " · ".join(part for part in says if part)

    def state(self) -> str:
        """Return the word for how far the meeting is."""
        return self._chip.accessibleName()

    def retranslate(self) -> None:
        name(self._back, _("Back to the meetings"), "Alt+↑")
        name(self._more, _("Details of the meeting"))
        if (desk := self._desk) is None:
            return
        self._title.setText(heading(desk))
        self._when.setText(occasion(desk))
        word = kind("meeting").field("status").format(desk.status)
        self._chip.show_state(_CHIPS.get(desk.status, ""), _("Closed") if desk.is_closed else word)
        now = desk.quorum
        note = _("second call") if now.call == "second" else ""
        self.quorum.show_quorum(now.present, now.entitled, now.required, note)
        self.quorum.setToolTip(now.sentence)
        # A meeting that is over has no quorum to lose.
        self.quorum.setVisible(not desk.ends)
        self._tick()

    def _tick(self) -> None:
        desk = self._desk
        seconds = desk.elapsed_s if desk is not None else 0
        if desk is not None and desk.status == "in_session":
            seconds += int(time.monotonic() - self._read_at)
            # The page rests between one minute and the next.
            self._minute.start((60 - seconds % 60) * 1000)
        hours, minutes = divmod(seconds // 60, 60)
        self._elapsed.setText(f"{hours}:{minutes:02} h" if seconds else "")
        self._elapsed.setAccessibleName(_("Lasting {time}").format(time=self._elapsed.text()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        is_wide = self.width() >= _ROOM * theme().scale
        # Where every line counts, the second says nothing that its page does not.
        self._when.setVisible(self.width() >= _LEAST * theme().scale)
        way = QBoxLayout.Direction
        self._row.setDirection(way.LeftToRight if is_wide else way.TopToBottom)


class NextStep(Retranslated, QFrame):
    """What stands between this meeting and its session, or between its end and its act."""

    installed = Signal()
    second_call = Signal()
    not_installed = Signal()
    called = Signal()
    approved = Signal()
    closed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk: Desk | None = None
        self._rights = (False, False)
        self._is_told = self._gives_way = False
        mark(self, kind="banner", state="info")
        column = QVBoxLayout(self)
        column.setContentsMargins(HALF, NEAR, HALF, NEAR)
        column.setSpacing(TIGHT)
        self._says = label("body", self)
        column.addWidget(self._says)
        self._row, flow = flowing(self)
        column.addWidget(self._row)
        self.buttons: dict[str, QPushButton] = {}
        for id_, (_text, icon, signal) in _STEPS.items():
            of: ButtonKind = "main" if id_ in _MAIN else "plain"
            made = button(self, of, icon, getattr(self, signal).emit)
            flow.addWidget(made)
            self.buttons[id_] = made
        self.hide()
        self.retranslate()

    def show_desk(self, desk: Desk, *, may_write: bool, may_close: bool) -> None:
        """Offer what can be done with the meeting as it stands."""
        self._desk, self._rights = desk, (may_write, may_close)
        self.retranslate()

    def give_way(self, to_another: bool) -> None:
        """Let another button be the main one of the page, or be it again."""
        if to_another != self._gives_way:
            self._gives_way = to_another
            for id_ in _MAIN:
                rank(self.buttons[id_], "plain" if to_another else "main", _STEPS[id_][1])

    def leave_out_quorum(self, is_told: bool) -> None:
        """Say nothing of the quorum while the banner does."""
        if is_told != self._is_told:
            self._is_told = is_told
            self.retranslate()

    def text(self) -> str:
        return "" if self.isHidden() else self._says.text()

    def retranslate(self) -> None:
        for id_, made in self.buttons.items():
            made.setText(str(_STEPS[id_][0]))
        if (desk := self._desk) is None:
            return
        offered = _offered(desk, *self._rights)
        self._says.setText(_says(desk, told=self._is_told))
        for id_, made in self.buttons.items():
            made.setVisible(id_ in offered)
        self._row.setVisible(bool(offered))
        mark(self, state="danger" if desk.status == "no_quorum" else "info")
        self.setVisible(bool(self._says.text()))


_STEPS: Final[dict[str, tuple[Text, str, str]]] = {
    "install": (lazy("Open the session (Ctrl+I)"), "check", "installed"),
    "second": (lazy("Second call"), "people", "second_call"),
    "without": (lazy("Not installed for lack of quorum"), "cross", "not_installed"),
    "call": (lazy("The call was sent"), "export", "called"),
    "approve": (lazy("Minutes are approved"), "check", "approved"),
    "close": (lazy("Close the act"), "lock", "closed"),
}
_MAIN: Final = ("install", "approve", "close")


def _offered(desk: Desk, may_write: bool, may_close: bool) -> set[str]:
    if desk.is_closed:
        return set()
    if desk.status in ("planned", "called") and may_write:
        found = {"install", "without"}
        if desk.quorum.second_call_at and not desk.quorum.met:
            found.add("second")
        return found | ({"call"} if desk.status == "planned" else set())
    if desk.status == "held" and may_write:
        return {"approve"}
    return {"close"} if desk.status in ("approved", "no_quorum") and may_close else set()


def _says(desk: Desk, *, told: bool) -> str:
    if desk.is_closed:
        said = _("Closed as act {number}. What is changed now waits for a coordinator.")
        count = len(desk.addenda)
        late = ngettext(
            "{count} change was added since; it stands behind the decisions.",
            "{count} changes were added since; they stand behind the decisions.", count,
        )  # fmt: skip
        return said.format(number=desk.number) + (f" {late.format(count=count)}" if count else "")
    if desk.status in ("planned", "called"):
        said = _("Not open yet: check people in as they come.")
        if told:
            return said
        second = desk.quorum.second_call_at
        if second and not desk.quorum.met:
            more = _("Second call from {time}.").format(time=second)
            return f"{said} {desk.quorum.sentence} {more}"
        return f"{said} {desk.quorum.sentence}"
    if desk.status == "held":
        return _("Ended at {time}. Read the minutes, print them, have them approved.").format(
            time=desk.ends
        )
    if desk.status == "approved":
        return _("The minutes are approved. Closing the act gives it its number for good.")
    if desk.status == "no_quorum":
        return _("Not installed for lack of quorum; a short act says so.")
    return ""


class MeetingFoot(Retranslated, QWidget):
    """The keys of the desk as buttons, in the order they are used."""

    asked = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        column = QVBoxLayout(self)
        column.setContentsMargins(WIDE, 0, WIDE, NEAR)
        holder, flow = flowing(self)
        column.addWidget(holder)
        self.buttons: dict[str, QPushButton] = {}
        for spec in _SHOWN:
            made = button(holder, "plain", spec.icon, partial(self.asked.emit, what(spec)))
            flow.addWidget(made)
            self.buttons[what(spec)] = made
        self.more = ActionMenu(FOOT, holder)
        self.more.asked.connect(self._ask)
        flow.addWidget(self.more)
        self.retranslate()

    def allow(self, allowed: set[str], *, narrow: bool) -> None:
        """Enable what can be done now. Where there is little room it folds into a menu, and the
        panes, of which one is on show, have a button each."""
        for spec in FOOT:
            self.buttons[what(spec)].setEnabled(what(spec) in allowed)
            self.buttons[what(spec)].setVisible(not narrow)
        for spec in PANES:
            self.buttons[what(spec)].setVisible(narrow)
        self.more.setVisible(narrow)
        self.more.allow({spec.id for spec in FOOT if what(spec) in allowed})

    def _ask(self, id_: str) -> None:
        self.asked.emit(id_.partition(".")[2])

    def retranslate(self) -> None:
        for spec in _SHOWN:
            made = self.buttons[what(spec)]
            made.setText(f"{spec.text} {spec.shortcut}")
            made.setAccessibleName(str(spec.text))


_SHOWN: Final = (*PANES, *FOOT)
