"""The desk of one focus group: seats at the left, what is said at the right, one key a speaker."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.errors import KipuError
from app.i18n import _
from app.models.ledger import RecordKey, Touched
from app.models.sitting import OpenTurn
from app.views.actions import offer
from app.views.faults import told
from app.views.language import Retranslated
from app.views.pages import group_reads as work
from app.views.pages.group_actions import HEAD, TURNS
from app.views.pages.group_edits import Edits
from app.views.pages.group_head import GroupHead, LineStrip, note_words, recorder_words
from app.views.pages.group_paper import GroupPaper
from app.views.pages.group_recorder import default_day, recording, require_day
from app.views.pages.group_strip import SpeechStrip
from app.views.pages.group_table import GroupTable
from app.views.pages.group_talk import Talk, now_ms
from app.views.shared import Shared
from app.views.theme import HALF, NEAR, WIDE, theme
from app.views.widgets.page import scrolled
from app.views.widgets.parts import Banner
from app.views.widgets.turn_list import TurnList

_TICK_MS: Final = 1000
_ROOM: Final = 900
"""Below this width, at text size 1, one half of the desk is on show at a time."""
_OURS: Final = frozenset({"focus_group", "participant", "turn"})


class GroupDesk(Retranslated, QWidget):
    """One focus group being held or read."""

    left = Signal()
    details_asked = Signal()
    finished = Signal()

    def __init__(self, shared: Shared, group: RecordKey, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shared = shared
        self._sure: Callable[[], None] | None = None
        self._preview: QWidget | None = None
        self._pane = "talk"
        self.talk = Talk(shared, group, self)
        self.edits = Edits(shared, self.talk, self)
        self.paper = GroupPaper(shared, group, self)
        self.head = GroupHead(self)
        self.banner = Banner(self)
        self.recorder = LineStrip(recorder_words, self)
        self.note = LineStrip(note_words, self)
        self.table = GroupTable(shared.lookup, self)
        self.turns = TurnList(self)
        self.strip = SpeechStrip(self)
        self._lay_out()
        self._make_timers()
        self._connect()
        self._connect_talk()
        self._connect_paper()
        self._bind()
        shared.desk.ask(work.opened, group, on_done=self._open, on_error=self.show_error)

    # -- reading -----------------------------------------------------------------------------------

    def _open(self, opened: work.Opened) -> None:
        self.talk.take(opened)
        self._show(opened)
        if self.talk.begun and self.talk.may_write:
            self._offer_resuming(_("The clock stands where the talk was left."))
        elif opened.table.is_over and self.talk.may_write:
            self._offer_resuming(_("The talk is over. More of it goes on from where it ended."))
        if not self.talk.may_write:
            self.banner.tell("info", _("Your role here reads focus groups and writes none."))
        self.take_focus()
        if self.talk.sitting.note:
            self.note.open(self.talk.sitting.note)

    def _offer_resuming(self, said: str) -> None:
        """One step goes on with the talk: this button, F6, or a speaker's key."""
        self._sure = self.talk.toggle
        self.banner.tell("info", said, _("Go on (F6)"))

    def _read(self) -> None:
        group = self.talk.group
        self._shared.desk.ask(work.again, group, on_done=self._show, on_error=self.show_error)

    def _show(self, opened: work.Opened) -> None:
        self.talk.table, self.talk.may_write = opened.table, opened.may_write
        self.head.allow(opened.may_write)
        self.strip.setEnabled(opened.may_write)
        self.retranslate()

    def retranslate(self) -> None:
        self.turns.setAccessibleName(_("What was said"))
        if (table := self.talk.table) is not None:
            self.head.show_title(table.title)
            self.turns.show_rows(work.rows(table))
            self.strip.offer(work.speakers(table), work.languages(table), work.keys(table))
            self._say()

    def _say(self) -> None:
        """Say anew what follows from the talk: clock, state, who speaks."""
        table, sitting = self.talk.table, self.talk.sitting
        if table is None:
            return
        turn = sitting.turn
        speaking = turn.speaker if turn is not None and not turn.record else ""
        self.table.show_table(table, work.sitters(table, speaking), sitting.question)
        self.head.show_talk(sitting.runs, self.talk.begun, table.is_over)
        self.head.show_recording(*recording(table.values, sitting.recorder))
        self._tick()

    def _tick(self) -> None:
        if (table := self.talk.table) is not None:
            said = work.question(table, self.talk.sitting, now_ms())
            is_past = table.is_over and not self.talk.begun
            self.head.show_clock(table.length_s if is_past else self.talk.now_s(), said)
        if self.talk.sitting.runs and self.isVisible():
            self.talk.beat()
            self._ticking.start()

    def show_error(self, error: BaseException) -> None:
        """Tell what went wrong above the table."""
        self._sure = None
        self.banner.tell(*told(error))

    def _changed(self, touched: Touched) -> None:
        if not touched.kinds or touched.kinds & _OURS:
            self._soon.start()

    # -- what can be done ----------------------------------------------------------------------------

    def _press(self, key: str) -> None:
        if not self.talk.sitting.runs:
            # What it says of a clock that stands is true no more.
            self._sure = None
            self.banner.dismiss()
        self.talk.press(key)
        self._to_strip()

    def _to_strip(self) -> None:
        self._show_pane("talk")
        self.strip.take_focus()
        self._area.ensureWidgetVisible(self.strip, 0, 0)

    def _end(self) -> None:
        self.talk.end()
        self._to_strip()

    def _correct(self, turn: str) -> None:
        self.edits.correct(turn)
        self._to_strip()

    def _typing(self) -> None:
        self.talk.typed(self.strip.turn())

    def _turn(self) -> str:
        """The turn meant: the one being corrected, else the one chosen in the list."""
        turn = self.talk.sitting.turn
        if turn is not None and turn.record:
            return turn.record
        return self.turns.current() if self.turns.hasFocus() else ""

    def _quote(self) -> None:
        if self.turns.hasFocus():
            self.edits.quote(self.turns.current())
        else:
            self.strip.toggle_quotable()

    def _part(self, at: int) -> None:
        self.edits.part(self._turn(), at)

    def _join(self) -> None:
        if turn := self._turn():
            self.edits.join(turn)

    def _delete(self) -> None:
        if turn := self._turn():
            self.edits.delete(turn)

    def _went(self, turn: str) -> None:
        # It is shown once the list was read anew.
        self._read()
        self._shared.desk.ask(_echo, turn, on_done=self._look_at)

    def _look_at(self, turn: str) -> None:
        self.turns.choose(turn)
        self.turns.setFocus()

    def _turn_pane(self) -> None:
        """Show the other half of the desk, or go there."""
        if self._pane == "talk":
            self._show_pane("table")
            self.table.circle.setFocus()
        else:
            self._to_strip()

    def _show_pane(self, pane: str) -> None:
        self._pane = pane
        self._fit()

    def _fit(self) -> None:
        """Where the window or the text leaves no room for both halves, one is on show."""
        narrow = self.width() < _ROOM * theme().scale
        self.head.fold(narrow)
        self.table.setHidden(narrow and self._pane != "table")
        self._side.setHidden(narrow and self._pane != "talk")
        self.table.widen(narrow)
        self.turns.setMinimumHeight(theme().row() * (2 if narrow else 4) // 2)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _seat(self) -> None:
        if self.talk.may_write:
            self._show_pane("table")
            self.table.seat_next()

    def _record(self) -> None:
        """The recorder was switched on, paused, or goes on; the first time asks for a day."""
        table = self.talk.table
        if table is None or not self.talk.may_write:
            return
        state = self.talk.sitting.recorder
        if state == "off":
            self.recorder.open(default_day(table.values))
        else:
            self.talk.set_recorder("paused" if state == "on" else "on")

    def _record_until(self, typed: str) -> None:
        try:
            day = require_day(typed)
        except KipuError as error:
            self.show_error(error)
            return
        self.banner.dismiss()
        self.recorder.dismiss()
        self.talk.record_until(day)

    def _note(self) -> None:
        if not self.note.isHidden():
            self.note.dismiss()
        elif self.talk.may_write:
            self.note.open(self.talk.sitting.note)

    def _write_note(self, text: str) -> None:
        self.talk.write_note(text)
        self.note.dismiss()

    def _ask_finish(self) -> None:
        """First step: say what finishing does."""
        self._sure = self.talk.finish
        text = _("Is the talk over? Its clock goes; turns can still be corrected.")
        self.banner.tell("warning", text, _("Finish the talk"))

    def _confirm(self) -> None:
        sure, self._sure = self._sure, None
        self.banner.dismiss()
        if sure is not None:
            sure()

    def _toggle(self) -> None:
        self._sure = None
        self.banner.dismiss()
        self.talk.toggle()

    def _tell(self, text: str) -> None:
        self.banner.tell("info", text)

    def _show_turn(self, turn: OpenTurn | None) -> None:
        self.strip.show_turn(turn)

    def _ask(self, name: str) -> None:
        self._doing[name]()

    def _asks(self, whether: bool) -> None:
        """Somebody's seat is asked about, or no more: then the talk goes on where it was."""
        self.head.give_way(whether)
        if whether:
            self._show_pane("table")

    def _refuse_seat(self, error: BaseException) -> None:
        self.table.form.banner.tell(*told(error))

    def _show_paper(self, preview: QWidget) -> None:
        self._column.addWidget(preview, 1)
        self._area.hide()
        preview.show()
        preview.setFocus()
        self._preview = preview

    def _leave_paper(self) -> None:
        if self._preview is not None:
            self._preview.hide()
            self._column.removeWidget(self._preview)
        self._area.show()
        self.take_focus()

    # -- the page ------------------------------------------------------------------------------------

    def take_focus(self) -> None:
        table = self.talk.table
        if table is not None and not table.seated():
            self._show_pane("table")
            self.table.circle.setFocus()
        else:
            self._to_strip()

    def leave(self) -> None:
        """Go back to the list."""
        self.left.emit()

    def put_away(self) -> None:
        """Keep what is open, with the clock standing, and follow no more news."""
        self.table.form.editor.flush()
        self.talk.put_away()
        self._ticking.stop()
        self._shared.desk.changed.disconnect(self._changed)

    def hideEvent(self, event: QHideEvent) -> None:
        self.talk.flush()
        super().hideEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._tick()

    # -- making --------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(NEAR)
        column.addWidget(self.head)
        body = QWidget(self)
        inner = QVBoxLayout(body)
        inner.setContentsMargins(WIDE, 0, WIDE, NEAR)
        inner.setSpacing(NEAR)
        for part in (self.head.bar, self.banner, self.recorder, self.note):
            inner.addWidget(part)
        row = QHBoxLayout()
        row.setSpacing(HALF)
        row.addWidget(self.table, 2)
        self._side = QWidget(body)
        side = QVBoxLayout(self._side)
        side.setContentsMargins(0, 0, 0, 0)
        side.setSpacing(NEAR)
        side.addWidget(self.turns, 1)
        side.addWidget(self.strip)
        row.addWidget(self._side, 3)
        inner.addLayout(row, 1)
        # At twice the size of text there is not room for all of it.
        self._area = scrolled(body, self, grows=False)
        column.addWidget(self._area, 1)

    def _make_timers(self) -> None:
        self._ticking, self._soon = QTimer(self), QTimer(self)
        for timer, after in ((self._ticking, _TICK_MS), (self._soon, 0)):
            timer.setSingleShot(True)
            timer.setInterval(after)
        self._ticking.timeout.connect(self._tick)
        self._soon.timeout.connect(self._read)

    def _connect(self) -> None:
        self.head.asked.connect(self._ask)
        self.banner.acted.connect(self._confirm)
        self.recorder.given.connect(self._record_until)
        self.recorder.closed.connect(self.take_focus)
        self.note.given.connect(self._write_note)
        self.note.closed.connect(self._to_strip)
        self.strip.changed.connect(self._typing)
        self.strip.ended.connect(self._end)
        self.strip.pressed.connect(self._press)
        self.strip.upward.connect(self._to_turns)
        self.strip.part_asked.connect(self._part)
        self.strip.join_asked.connect(self._join)
        self.strip.delete_asked.connect(self._delete)
        self.turns.corrected.connect(self._correct)
        self.turns.deleted.connect(self.edits.delete)
        self.turns.typed.connect(self._press)
        self.table.circle.typed.connect(self._press)
        self._shared.desk.changed.connect(self._changed)

    def _connect_paper(self) -> None:
        self.paper.shown.connect(self._show_paper)
        self.paper.left.connect(self._leave_paper)
        self.paper.told.connect(self._tell)
        self.paper.failed.connect(self.show_error)

    def _connect_talk(self) -> None:
        talk, edits = self.talk, self.edits
        talk.changed.connect(self._say)
        talk.opened.connect(self._show_turn)
        talk.keeping.connect(self.head.kept.keeping)
        talk.kept.connect(self.head.kept.kept)
        talk.doubted.connect(self.strip.say)
        talk.failed.connect(self.show_error)
        talk.finished.connect(self.finished)
        edits.failed.connect(self.show_error)
        edits.told.connect(self._tell)
        edits.went.connect(self._went)
        edits.seated.connect(self.table.seat_next)
        edits.refused.connect(self._refuse_seat)
        self.note.typed.connect(talk.noted)
        self.table.asked.connect(talk.ask)
        self.table.circle.moved.connect(edits.move)
        self.table.asks.connect(self._asks)
        theme().changed.connect(self._fit)
        self.table.form.seated.connect(edits.seat)
        self.table.form.answered.connect(edits.answer)

    def _bind(self) -> None:
        self._doing: dict[str, Callable[[], Any]] = {
            "group.talk": self._toggle, "group.recorder": self._record, "group.note": self._note,
            "group.question": self.talk.next_question, "group.seat": self._seat,
            "group.details": self.details_asked.emit, "group.finish": self._ask_finish,
            "group.back": self.leave, "group.quote": self._quote, "group.part": self.strip.part,
            "group.join": self._join, "group.paper": self.paper.look,
            "group.docx": self.paper.write, "group.pane": self._turn_pane,
        }  # fmt: skip
        for spec in (*HEAD, *TURNS):
            offer(self, spec, self._doing[spec.id])
        for digit in "1234567890.":
            shortcut = QShortcut(QKeySequence(f"Ctrl+{digit}"), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(partial(self._press, digit))

    def _to_turns(self) -> None:
        self.turns.setFocus()
        if not self.turns.current() and (count := self.turns.turns.rowCount()):
            self.turns.setCurrentIndex(self.turns.turns.index(count - 1))


def _echo(_project: Any, turn: str) -> str:
    """Stands behind a reading in the queue: when it is done, so is what came before it."""
    return turn
