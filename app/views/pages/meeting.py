"""The meeting desk: who is here, what is said and decided, who promised what; all by keyboard."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.i18n import _
from app.models.commands import meetings
from app.models.ledger import RecordKey, Touched
from app.models.queries.meetings import Desk, Item
from app.views.actions import ActionSpec, offer
from app.views.pages import meeting_lines as lines
from app.views.pages import meeting_reads as reads
from app.views.pages.meeting_actions import (
    AFTER,
    ALL,
    ALSO_COMMITMENT,
    BEFORE,
    COMMITMENT,
    LEAVE,
    PANES,
    what,
)
from app.views.pages.meeting_acts import Acts
from app.views.pages.meeting_papers import Paperwork
from app.views.pages.meeting_projector import Projector, wall_of
from app.views.pages.meeting_reads import Reading
from app.views.pages.meeting_room import MeetingRoom
from app.views.pages.meeting_steps import Steps
from app.views.pages.meeting_writer import Writer
from app.views.shared import Shared
from app.views.widgets.attendance_list import Attendee

_KINDS: Final = frozenset({
    "meeting", "agenda_item", "attendance", "reentry", "motion", "vote", "resolution",
    "commitment", "follow_up", "quorum_check", "committee", "seat", "rule_set", "person",
})  # fmt: skip


class MeetingDesk(MeetingRoom):
    """One meeting under way, or made ready, or to be signed.

    F2 attendance, F3 text, F4 commitment, F5 motion, F6 vote, F7 resolution, F9 projector,
    Ctrl+1 to Ctrl+9 and Alt+arrows move on the agenda, F11 ends. What is typed is kept within
    half a second and becomes a change when the item is left or nobody types for a while.
    """

    left = Signal()
    details_asked = Signal(object)
    """The key of the meeting whose fields somebody wants to see."""

    def __init__(self, shared: Shared, meeting: RecordKey, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.key = meeting
        self._shared = shared
        self._reading: Reading | None = None
        self._item: bytes | None = None
        self._is_asking = self._ask_again = False
        self._made: RecordKey | None = None
        self.acts = Acts(shared, meeting, self)
        self.add_strips((*self.acts.strips(), self.papers))
        self.writer = Writer(shared, meeting)
        self.paperwork = Paperwork(shared, meeting, self)
        self.projector: Projector | None = None
        self._connect()
        self._bind_keys()
        self.retranslate()
        self.refresh()

    def _connect(self) -> None:
        acts, writer = self.acts, self.writer
        acts.told.connect(self.tell)
        acts.opened.connect(self.show_strip)
        acts.made.connect(self._note_made)
        self.banner.acted.connect(acts.sure)
        for strip in (*acts.strips(), self.papers):
            strip.closed.connect(self._strip_closed)
            strip.resized.connect(self._fit)
        self.text.keyed.connect(self.top.kept.keeping)
        self.text.handed.connect(self._handed)
        self.text.rested.connect(self._commit)
        writer.kept.connect(self._kept)
        writer.failed.connect(acts.refused)
        writer.doubled.connect(self._doubled)
        self._connect_lists()
        self.item_asked.connect(self._open_item)
        self.foot.asked.connect(self.ask)
        self.top.left.connect(self.leave)
        self.top.details.connect(partial(self.details_asked.emit, self.key))
        self.steps = Steps(self, self.acts)
        self._connect_papers()
        self._shared.desk.changed.connect(self._changed)

    def _connect_lists(self) -> None:
        acts = self.acts
        self.people.arrived.connect(self._arrived)
        self.people.departed.connect(self._departed)
        self.people.guest.connect(self._guest)
        self.people.opened.connect(self._open_seat)
        for entries in (self.decisions, self.promises):
            entries.opened.connect(acts.open_line)
            entries.removed.connect(self._remove)
        self.promises.numbered.connect(self._set_state)
        self.agenda.chosen.connect(self.go_to)

    def _connect_papers(self) -> None:
        self.papers.asked.connect(self._make_paper)
        self.paperwork.told.connect(self.tell)
        self.paperwork.failed.connect(self.acts.refused)
        self.paperwork.shown.connect(self.show_preview)
        self.paperwork.left.connect(self.hide_preview)

    def _bind_keys(self) -> None:
        doing: dict[ActionSpec, Callable[[], object]] = {
            BEFORE: partial(self.step, -1),
            AFTER: partial(self.step, 1),
            LEAVE: self.leave,
        }
        for spec in ALL:
            offer(self, spec, doing.get(spec) or partial(self.ask, what(spec)))
        self.bind(ALSO_COMMITMENT, partial(self.ask, what(COMMITMENT)))
        for number in range(1, 10):
            self.bind(f"Ctrl+{number}", partial(self._go_to_number, number))

    def leave(self) -> None:
        """Keep what was typed and go back to the list."""
        self._commit()
        self.left.emit()

    def put_away(self) -> None:
        """The page is not needed any more; what is on its way is still kept."""
        self.text.hand_over()
        self.writer.leave()
        self._shared.desk.changed.disconnect(self._changed)
        if self.projector is not None:
            self.projector.close()

    # -- reading -------------------------------------------------------------------------------

    def desk(self) -> Desk | None:
        """Return the meeting as it was last read."""
        return self._reading.desk if self._reading is not None else None

    def item(self) -> Item | None:
        """Return the point of the agenda on the page."""
        desk = self.desk()
        found = (one for one in desk.agenda if one.key.id == self._item) if desk else iter(())
        return next(found, None)

    def refresh(self) -> None:
        """Read the meeting anew; what is being typed stays. Many changes in a row are one reading
        more."""
        if self._is_asking:
            self._ask_again = True
            return
        self._is_asking = True
        self._shared.desk.ask(reads.read, self.key, on_done=self._read, on_error=self._not_read)

    def _read(self, reading: Reading) -> None:
        self._is_asking = False
        before = self._reading.desk.status if self._reading is not None else ""
        is_first = self._reading is None
        self._reading = reading
        self.writer.take(reading)
        is_new = self.item() is None
        if is_new:
            here = reading.desk.running or next(iter(reading.desk.agenda), None)
            self._item = here.key.id if here is not None else None
        self.show_reading(reading, self._item)
        self._show_text(reading.desk, is_new=is_new)
        self._point_out()
        if self.projector is not None:
            self.projector.show_wall(wall_of(reading.desk))
        if is_first and self.isVisible():
            self.take_focus()
        self._follow(before, reading.desk.status)
        if self._ask_again:
            self._ask_again = False
            self.refresh()

    def _note_made(self, key: RecordKey) -> None:
        self._made = key
        # The news of it may have been read already.
        self.refresh()

    def _point_out(self) -> None:
        """Show where something just written down stands."""
        desk, made = self.desk(), self._made
        if desk is None or made is None:
            return
        lists = (desk.motions, desk.resolutions, desk.commitments)
        if any(made == one.key for rows in lists for one in rows):
            self._made = None
            for entries in (self.decisions, self.promises):
                entries.point_out(made)

    def _follow(self, before: str, now: str) -> None:
        """The session began: so does the point on the page. It ended: the papers come up."""
        item = self.item()
        if before in ("planned", "called") and now == "in_session":
            if item is not None and item.state == "waiting":
                self.acts.do(meetings.start_item, item.key)
        elif before == "in_session" and now == "held":
            self.ask("papers")

    def _not_read(self, error: BaseException) -> None:
        self._is_asking = self._ask_again = False
        self.acts.refused(error)

    def _changed(self, touched: Touched) -> None:
        if not touched.kinds or touched.kinds & _KINDS:
            self.refresh()

    def _show_text(self, desk: Desk, *, is_new: bool) -> None:
        item = self.item()
        self.acts.take(desk, item.key if item is not None else None)
        if item is None:
            self.text.begin("")
        elif is_new:
            self.text.begin(self.writer.text_of(item))
        elif not self.text.is_behind():
            self.text.show_text(self.writer.text_of(item))

    # -- moving on the agenda ------------------------------------------------------------------

    def go_to(self, item: bytes) -> None:
        """Show a point of the agenda; while the session runs, one that waited begins."""
        if item == self._item or self._reading is None:
            self.text.setFocus()
            return
        self._commit()
        self._item = item
        found = self.item()
        self.show_reading(self._reading, item)
        self._show_text(self._reading.desk, is_new=True)
        self.text.setFocus()
        if found is not None and found.state == "waiting" and self._runs():
            self.acts.do(meetings.start_item, found.key)
        else:
            self.refresh()

    def step(self, by: int) -> None:
        """Go to the next point or the one before."""
        desk = self.desk()
        ids = [one.key.id for one in desk.agenda] if desk is not None else []
        if self._item in ids:
            at = ids.index(self._item) + by
            if 0 <= at < len(ids):
                self.go_to(ids[at])

    def _go_to_number(self, number: int) -> None:
        desk = self.desk()
        if desk is not None and number <= len(desk.agenda):
            self.go_to(desk.agenda[number - 1].key.id)

    def _runs(self) -> bool:
        desk = self.desk()
        return desk is not None and desk.status == "in_session"

    # -- typing --------------------------------------------------------------------------------

    def _handed(self, text: str) -> None:
        if self._item is not None:
            self.writer.type(self._item, text)

    def _commit(self) -> None:
        self.text.hand_over()
        self.writer.commit(self._item)

    def _kept(self, at_ms: int) -> None:
        if not self.text.is_behind():
            self.top.kept.kept(at_ms)

    def _doubled(self) -> None:
        self.tell("warning", _(
            "Somebody else changed this text too. Both versions stand side by side in Review."
        ))  # fmt: skip

    # -- the strips ----------------------------------------------------------------------------

    def ask(self, which: str) -> None:
        """Do what an action of the desk stands for, by its short name."""
        desk = self.desk()
        if which in {what(spec) for spec in PANES}:
            self.show_pane(which)
        elif desk is None or which not in self.allowed():
            return
        elif which == "projector":
            self.show_projector()
        elif which == "papers":
            self.papers.open(desk)
            self.show_strip(self.papers)
        else:
            self._commit()
            self._open(which)

    def _open(self, which: str) -> None:
        chosen = " ".join(self.text.textCursor().selectedText().split())
        if which == "motion":
            self.acts.open_motion(chosen)
        elif which == "vote":
            self.acts.open_vote(self.decisions.current())
        elif which == "resolution":
            self.acts.open_resolution(chosen)
        elif which == "commitment":
            self.acts.open_commitment(self.text.line())
        else:
            self.steps.take(which)

    def _open_seat(self, row: Attendee) -> None:
        self.acts.open_seat(row.id)

    def _open_item(self, is_new: bool) -> None:
        self._commit()
        self.acts.open_item(new=is_new)

    def _make_paper(self, paper: str, what: str) -> None:
        if (desk := self.desk()) is not None:
            self._commit()
            self.paperwork.ask(desk.number, paper, what)

    def _strip_closed(self) -> None:
        self.hide_strips()
        self.take_focus()

    def show_projector(self) -> None:
        """Show the wall on the second screen, or close it."""
        if self.projector is not None:
            self.projector.close()
            return
        self.projector = Projector(self, practice=self._shared.facts.practice)
        self.projector.closed.connect(self._wall_closed)
        if (desk := self.desk()) is not None:
            self.projector.show_wall(wall_of(desk))
        self.projector.open()
        self.window().activateWindow()

    def _wall_closed(self) -> None:
        gone, self.projector = self.projector, None
        if gone is not None:
            gone.deleteLater()

    # -- attendance and commitments ------------------------------------------------------------

    def _arrived(self, row: Attendee, instead: bool) -> None:
        desk = self.desk()
        seats = {one.key.id: one.seat for one in desk.attendance} if desk is not None else {}
        seat = seats.get(row.id)
        if instead and seat is not None:
            self.acts.do(meetings.alternate, self.key, seat.id.hex(), "")
        else:
            self.acts.do(meetings.check_in, self.key, row.id.hex())

    def _departed(self, row: Attendee) -> None:
        self.acts.do(meetings.check_out, RecordKey(self.key.space, "attendance", row.id))

    def _guest(self, name: str) -> None:
        self.acts.do(meetings.guest, self.key, name)

    def _set_state(self, key: RecordKey, number: int) -> None:
        if 1 <= number <= len(lines.STATES):
            self.acts.do(meetings.follow, self.key, key, "", lines.STATES[number - 1])

    def _remove(self, key: RecordKey) -> None:
        self.acts.do(meetings.remove, key)
