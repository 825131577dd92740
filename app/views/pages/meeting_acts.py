"""What can be done at the meeting desk: each strip opened with what it needs, and kept."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QObject, Signal

from app.i18n import _
from app.models.commands import meetings
from app.models.commands.meetings import Done
from app.models.ledger import RecordKey
from app.models.queries.meetings import Attendee, Commitment, Desk, FollowUp
from app.models.records.common import VOTE_KINDS
from app.views.faults import told
from app.views.pages import meeting_lines as lines
from app.views.pages import meeting_reads as reads
from app.views.pages.meeting_seat import FollowStrip, SeatStrip
from app.views.pages.meeting_strip import Options, Strip
from app.views.pages.meeting_strips import CommitmentStrip, ItemStrip, MotionStrip, ResolutionStrip
from app.views.pages.meeting_vote import VoteStrip
from app.views.shared import Shared
from app.views.widgets.parts import State

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget
_LISTED: Final = frozenset({"motion", "resolution", "commitment"})


class Acts(QObject):
    """Opens the strips of one meeting and carries out what they hold.

    ``told`` carries a state, a sentence and the word of a button (empty for none); what the button
    does is in `sure`.
    """

    told = Signal(str, str, str)
    opened = Signal(object)
    """The strip that was opened."""
    made = Signal(object)
    """The key of a motion, resolution or commitment that was just written down."""

    def __init__(self, shared: Shared, meeting: RecordKey, room: QWidget) -> None:
        super().__init__(room)
        self._shared = shared
        self._meeting = meeting
        self._desk: Desk | None = None
        self._item: RecordKey | None = None
        self._sure: Callable[[], object] | None = None
        self._editing: RecordKey | None = None
        self.motion = MotionStrip(room)
        self.vote = VoteStrip(room)
        self.resolution = ResolutionStrip(room)
        self.commitment = CommitmentStrip(room)
        self.seat = SeatStrip(room)
        self.follow = FollowStrip(room)
        self.item = ItemStrip(room)
        self._connect()

    def strips(self) -> tuple[Strip, ...]:
        """Return every strip there is."""
        return (self.motion, self.vote, self.resolution, self.commitment, self.seat, self.follow,
                self.item)  # fmt: skip

    def take(self, desk: Desk, item: RecordKey | None) -> None:
        """Note how the meeting stands and which item is on the page."""
        self._desk, self._item = desk, item
        if not self.vote.isHidden():
            self.vote.follow(self._voters(), self._no_quorum())

    # -- opening -------------------------------------------------------------------------------

    def open_motion(self, text: str = "") -> None:
        """Begin a motion on the item on the page."""
        here = [one for one in self._now.attendance if one.is_present]
        movers = [(_sits(one), one.key) for one in here]
        self._editing = None
        self.motion.open(text, movers, _ways(), self._now.rules.default_vote)
        self.opened.emit(self.motion)

    def open_vote(self, motion: Any = None) -> None:
        """Begin a vote on ``motion``, else on the last one of this item that is open."""
        waiting = [one for one in reversed(self._now.motions) if not one.result]
        here = [one for one in waiting if one.item == self._item]
        offered = [*here, *(one for one in waiting if one not in here)]
        offered.sort(key=lambda one: one.key != motion)
        if not offered:
            self._tell("info", _("No motion waits for a vote: F5 begins one."))
            return
        self.vote.open(
            [(one.text, one.key) for one in offered], _ways(), offered[0].vote or "ordinary",
            self._voters(), self._no_quorum(), may_cast=self._now.rules.casting_vote,
        )  # fmt: skip
        self.opened.emit(self.vote)

    def open_resolution(self, text: str = "") -> None:
        """Begin a resolution, from the last motion that was carried and has none."""
        resolved = {one.motion for one in self._now.resolutions}
        carried = [one for one in reversed(self._now.motions) if one.result == "carried"]
        fresh = [one for one in carried if one.key not in resolved and one.item == self._item]
        chosen = fresh[0] if fresh else None
        self._editing = None
        self.resolution.open(
            chosen.text if chosen is not None else text,
            [(one.text, one.key) for one in carried],
            chosen.key if chosen is not None else None,
        )
        self.opened.emit(self.resolution)

    def open_commitment(self, text: str = "") -> None:
        """Begin a commitment from a line of the text."""
        self.commitment.open(text, lines.names(self._now), self._now.date)
        self.opened.emit(self.commitment)

    def open_seat(self, attendance: bytes) -> None:
        """Show the details of a line of attendance."""
        found = next((one for one in self._now.attendance if one.key.id == attendance), None)
        if found is not None:
            shown = partial(self._show_seat, found)
            self._shared.desk.ask(reads.fields, found.key, on_done=shown, on_error=self.refused)

    def _show_seat(self, found: Attendee, values: Any) -> None:
        self.seat.open(found, values)
        self.opened.emit(self.seat)

    def open_item(self, *, new: bool) -> None:
        """Begin a point of the agenda, or change the one on the page."""
        here = next((one for one in self._now.agenda if one.key == self._item), None)
        self._editing = None if new or here is None else here.key
        if self._editing is None or here is None:
            self.item.open("", "")
        else:
            self.item.open(here.title, here.presenter)
        self.opened.emit(self.item)

    def open_line(self, key: RecordKey) -> None:
        """Open what a line stands for: vote on a motion, reword a resolution, report on a
        commitment."""
        desk = self._now
        for motion in desk.motions:
            if motion.key == key and not motion.result:
                self.open_vote(key)
        for resolution in desk.resolutions:
            if resolution.key == key:
                self._editing = key
                self.resolution.open(resolution.text, [], None)
                self.opened.emit(self.resolution)
        promised: list[Commitment | FollowUp] = [*desk.commitments, *desk.follow_ups]
        for one in promised:
            if one.key == key:
                self.follow.open(one)
                self.opened.emit(self.follow)

    # -- keeping -------------------------------------------------------------------------------

    def _connect(self) -> None:
        self.motion.kept.connect(self._keep_motion)
        self.vote.kept.connect(self._keep_vote)
        self.resolution.kept.connect(self._keep_resolution)
        self.commitment.kept.connect(self._keep_commitment)
        self.seat.kept.connect(self._keep_seat)
        self.seat.presides.connect(partial(self._on_seat, meetings.preside))
        self.seat.keeps_minutes.connect(partial(self._on_seat, meetings.keep_minutes))
        self.seat.removed.connect(partial(self._on_seat, meetings.remove))
        self.follow.kept.connect(self._keep_follow)
        self.item.kept.connect(self._keep_item)
        self.item.earlier.connect(partial(self._move_item, -1))
        self.item.later.connect(partial(self._move_item, 1))
        self.item.removed.connect(self._remove_item)
        self.vote.withdrawn.connect(partial(self._without_vote, meetings.withdraw_motion))
        self.vote.postponed.connect(partial(self._without_vote, meetings.postpone_motion))

    def _keep_motion(self) -> None:
        mover, way = self.motion.mover.currentData(), self.motion.how.currentData()
        self.do(
            meetings.put_motion, self._meeting, self.motion.said(), self._item, mover, way,
            strip=self.motion,
        )  # fmt: skip

    def _keep_vote(self) -> None:
        cast = self.vote.cast()
        motion = next(one for one in self._now.motions if one.key == cast.motion)
        self.do(reads.vote, cast, motion.vote, strip=self.vote)

    def _keep_resolution(self) -> None:
        text, motion = self.resolution.said(), self.resolution.motion.currentData()
        if self._editing is not None:
            values = {"text": text}
            self.do(meetings.edit_resolution, self._editing, values, strip=self.resolution)
            return
        self.do(meetings.resolve, self._meeting, text, motion, self._item, strip=self.resolution)

    def _keep_commitment(self) -> None:
        promise = self.commitment.promise()
        who, organisation = promise.who, ""
        for one in self._now.attendance:
            if promise.who == one.name:
                who = one.key.id.hex()
        if who == promise.who and who in {one.institution for one in self._now.attendance}:
            who, organisation = "", promise.who
        self.do(
            meetings.commit, self._meeting, promise.text, who, promise.due, self._item,
            organisation, strip=self.commitment,
        )  # fmt: skip

    def _keep_seat(self) -> None:
        sitting, one = self.seat.sitting(), self.seat.attendee()
        self.do(reads.sit, self._meeting, one, sitting, strip=self.seat)

    def _on_seat(self, command: Callable[..., Done]) -> None:
        self.do(command, self.seat.attendee().key, strip=self.seat)

    def _keep_follow(self) -> None:
        key, said, state, due = self.follow.report()
        self.do(meetings.follow, self._meeting, key, said, state, due, strip=self.follow)

    def _keep_item(self) -> None:
        title, presenter = self.item.said(), self.item.presenter.text().strip()
        if self._editing is None:
            self.do(meetings.add_item, self._meeting, title, "discussion", self._item,
                    strip=self.item)  # fmt: skip
        else:
            values = {"title": title, "presenter_name": presenter or None}
            self.do(meetings.edit_item, self._editing, values, strip=self.item)

    def _move_item(self, by: int) -> None:
        keys = [one.key for one in self._now.agenda]
        if self._editing in keys:
            at = keys.index(self._editing)
            rest = [one for one in keys if one != self._editing]
            to = max(0, min(at + by, len(rest)))
            after = rest[to - 1] if to else None
            self.do(meetings.move_item, self._editing, after, strip=self.item)

    def _remove_item(self) -> None:
        if self._editing is not None:
            self.do(meetings.remove, self._editing, strip=self.item)

    def _without_vote(self, command: Callable[..., Done]) -> None:
        self.do(command, self.vote.motion.currentData(), strip=self.vote)

    # -- doing ---------------------------------------------------------------------------------

    def do(self, command: Callable[..., Done], *args: Any, strip: Strip | None = None) -> None:
        """Carry out a command; what is refused is said where it was asked for."""
        failed = self.refused if strip is None else partial(self._refused_in, strip)
        self._shared.desk.do(command, *args, on_done=partial(self._did, strip), on_error=failed)

    def _did(self, strip: Strip | None, done: Done) -> None:
        if done.undo is not None:
            self._shared.undo.push(done.words, meetings.take_back, done.undo)
        self._shared.kept.emit(int(time.time() * 1000))
        if done.key is not None and done.key.kind in _LISTED:
            self.made.emit(done.key)
        if strip is not None and not strip.isHidden():
            strip.dismiss()
        # What was said before is past; a quorum or a result is news.
        self._tell("info", done.notice)

    def _refused_in(self, strip: Strip, error: BaseException) -> None:
        if strip.isHidden():
            self.refused(error)
        else:
            strip.refuse(told(error)[1])

    def refused(self, error: BaseException) -> None:
        """Say why something was not done."""
        self._tell(*told(error))

    def ask(self, sentence: str, word: str, then: Callable[[], object]) -> None:
        """First of two steps: say what is lost or becomes final; ``word`` is on the button."""
        self._sure = then
        self.told.emit("danger", sentence, word)

    def sure(self) -> None:
        """Second step: carry out what was asked about."""
        then, self._sure = self._sure, None
        if then is not None:
            then()

    def _tell(self, state: State, sentence: str) -> None:
        self._sure = None
        self.told.emit(state, sentence, "")

    # -- what the strips need ------------------------------------------------------------------

    @property
    def _now(self) -> Desk:
        if self._desk is None:
            raise RuntimeError("no meeting was read yet")
        return self._desk

    def _voters(self) -> list[tuple[bytes, str]]:
        return [(one.key.id, _sits(one)) for one in self._now.attendance if one.counts]

    def _no_quorum(self) -> str:
        return "" if self._now.quorum.met else self._now.quorum.sentence


def _sits(one: Attendee) -> str:
    return " · ".join(part for part in (one.name, one.institution or one.role) if part)


def _ways() -> Options:
    return [(str(text), code) for code, text in VOTE_KINDS]
