"""The talk under way at a desk: its clock, the open turn, and what keeps both.

Every change goes into the draft journal within half a second; a turn that ends becomes a record in
the same step that opens the next, so that nothing can come between.
"""

from __future__ import annotations

import time
from dataclasses import replace
from functools import partial
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from app.errors import KipuError
from app.i18n import _
from app.models.commands import group_talks as talking
from app.models.commands import groups as seating
from app.models.commands import records as writing
from app.models.ledger import RecordKey, Touched
from app.models.queries.groups import Table
from app.models.sitting import OpenTurn, Sitting, asked, going, halted
from app.views.pages import group_reads as work
from app.views.shared import Shared

KEEP_MS: Final = 250
_BEAT_MS: Final = 15_000
"""How much of the talk's clock a power cut may take."""


class Talk(QObject):
    """One sitting. While a desk is open its sitting is the truth; the journal follows it."""

    changed = Signal()
    """The clock, the state or the open turn is another."""
    opened = Signal(object)
    """The `OpenTurn` to show, None when nobody's turn is open any more."""
    keeping = Signal()
    kept = Signal(object)
    """When everything so far was kept, in milliseconds since 1970."""
    doubted = Signal(str)
    """Why a key did nothing."""
    failed = Signal(object)
    finished = Signal()

    def __init__(self, shared: Shared, group: RecordKey, parent: QObject) -> None:
        super().__init__(parent)
        self._shared = shared
        self.group = group
        self.sitting = Sitting()
        self.table: Table | None = None
        self.may_write = False
        self._on_the_way = 0
        self._kept_ms = now_ms()
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(KEEP_MS)
        self._pause.timeout.connect(self.keep)

    @property
    def begun(self) -> bool:
        """Whether the clock ever went."""
        return self.sitting.begun

    def now_s(self) -> float:
        """The second of the talk it is now."""
        return self.sitting.at(now_ms())

    def take(self, opened: work.Opened) -> None:
        """Go on with the sitting as it was kept."""
        self.sitting = opened.table.sitting
        self.table, self.may_write = opened.table, opened.may_write
        self.opened.emit(self.sitting.turn)

    # -- keeping -----------------------------------------------------------------------------------

    def typed(self, turn: OpenTurn | None) -> None:
        """The open turn reads differently now."""
        self.sitting = replace(self.sitting, turn=turn)
        self._keep_soon()

    def noted(self, text: str) -> None:
        """A note is being typed."""
        self.sitting = replace(self.sitting, note=text)
        self._keep_soon()

    def _keep_soon(self) -> None:
        self.keeping.emit()
        # Never started anew while it runs: whoever types on and on is kept all the same.
        if not self._pause.isActive():
            self._pause.start()

    def is_behind(self) -> bool:
        """Whether anything is not written down yet."""
        return self._pause.isActive() or self._on_the_way > 0

    def keep(self) -> None:
        """Write the sitting down now."""
        self._pause.stop()
        if self.may_write:
            self._on_the_way += 1
            self._shared.desk.ask(
                talking.keep, self.group, self.sitting, on_done=self._kept, on_error=self._not_kept
            )

    def flush(self) -> None:
        """Write down what was typed last, and how late it is."""
        if self._pause.isActive() or self.sitting.runs:
            self.keep()

    def beat(self) -> None:
        """A second has gone: now and then note how late it is, though nobody types."""
        if self.sitting.runs and now_ms() - self._kept_ms >= _BEAT_MS:
            self.keep()

    def _kept(self, at_ms: int) -> None:
        self._on_the_way -= 1
        self._kept_ms = at_ms
        if not self.is_behind():
            self.kept.emit(at_ms)
            self._shared.kept.emit(at_ms)

    def _not_kept(self, error: BaseException) -> None:
        self._on_the_way -= 1
        self.failed.emit(error)

    # -- turns -------------------------------------------------------------------------------------

    def press(self, key: str) -> None:
        """A speaker's key: their turn begins, whoever spoke before ends theirs."""
        if self.table is None or not self.may_write:
            return
        try:
            begun = talking.begin(self.table.seats, key, self.now_s())
        except KipuError as error:
            self.doubted.emit(error.message)
            return
        self.go_to(replace(begun, question=self.sitting.question or None))

    def end(self) -> None:
        """End the open turn; nobody speaks until the next key."""
        if self.sitting.turn is not None:
            self.go_to(None)

    def go_to(self, following: OpenTurn | None) -> None:
        """End the open turn and open another, new or one to be corrected."""
        before, done = self.sitting, self.sitting.turn
        if done is not None and not done.record:
            before = replace(before, language=done.language)
        is_new = following is not None and not following.record
        is_first = is_new and not self.begun
        if following is not None and is_new:
            before = going(before, now_ms())
            following = replace(following, language=before.language)
        self.sitting = replace(before, turn=following)
        self._pause.stop()
        self._on_the_way += 1
        command = work.begin_talk if is_first else talking.advance
        self._shared.desk.do(
            command, self.group, before, following,
            on_done=partial(self._advanced, done), on_error=partial(self._not_advanced, before),
        )  # fmt: skip
        self.opened.emit(following)
        self.changed.emit()

    def drop_correction(self) -> None:
        """Stop correcting without a change: the turn is to be deleted."""
        self.sitting = replace(self.sitting, turn=None)
        self.keep()
        self.opened.emit(None)

    def _advanced(self, done: OpenTurn | None, result: tuple[talking.Advanced, Touched]) -> None:
        advanced, _touched = result
        if done is not None and not done.record and advanced.turn is not None:
            said = _("the turn of {alias}").format(alias=done.alias)
            self._shared.undo.push(said, writing.delete, advanced.turn)
        self._kept(advanced.kept_ms)

    def _not_advanced(self, before: Sitting, error: BaseException) -> None:
        """The turn was refused: it is open again, with every word that was typed."""
        self._on_the_way -= 1
        self.sitting = before
        self.keep()
        self.failed.emit(error)
        self.opened.emit(before.turn)
        self.changed.emit()

    # -- clock, guide, recorder --------------------------------------------------------------------

    def toggle(self) -> None:
        """Let the clock go on, or stand; the recorder pauses with it."""
        if not self.may_write:
            return
        if self.sitting.runs:
            self.sitting = halted(self.sitting, now_ms())
            self.keep()
        else:
            before, self.sitting = self.sitting, going(self.sitting, now_ms())
            self._shared.desk.do(talking.start_talk, self.group, before, on_error=self.failed.emit)
        self.changed.emit()

    def next_question(self) -> None:
        """Go to the guide's next question."""
        count = len(self.table.questions) if self.table is not None else 0
        if count:
            self.ask(min(self.sitting.question + 1, count))

    def ask(self, number: int) -> None:
        """Note that a question of the guide is being talked about."""
        if number != self.sitting.question and self.may_write:
            self.sitting = asked(self.sitting, number, now_ms())
            self.keep()
            self.changed.emit()

    def set_recorder(self, state: str) -> None:
        """Say that the recorder is on, paused or off."""
        self.sitting = replace(self.sitting, recorder=state)
        self.keep()
        self.changed.emit()

    def record_until(self, day: str) -> None:
        """The recorder was switched on; its recording is deleted by a day."""
        self._shared.desk.do(
            seating.recorded, self.group, day, on_done=self._recording, on_error=self.failed.emit
        )

    def _recording(self, _touched: Touched) -> None:
        self.set_recorder("on")

    def write_note(self, text: str) -> None:
        """Add a finished note to the group's notes."""
        at_s = self.now_s() if self.begun else None
        self._shared.desk.do(
            seating.note, self.group, text, at_s, on_done=self._noted, on_error=self.failed.emit
        )

    def _noted(self, _touched: Touched) -> None:
        self.sitting = replace(self.sitting, note="")
        self.keep()

    def finish(self) -> None:
        """The talk is over: the open turn ends, the clock goes."""
        self._pause.stop()
        self._shared.desk.do(
            talking.finish_talk, self.group, self.sitting,
            on_done=self._over, on_error=self.failed.emit,
        )  # fmt: skip

    def _over(self, _touched: Touched) -> None:
        self.sitting = Sitting()
        self.opened.emit(None)
        self.finished.emit()

    def put_away(self) -> None:
        """Nobody sits here any more: the clock stands, and what is open stays open."""
        self.sitting = halted(self.sitting, now_ms())
        if self.begun or self.sitting.turn is not None or self.sitting.note:
            self.keep()


def now_ms() -> int:
    """Milliseconds since 1970 by this laptop's clock."""
    return int(time.time() * 1000)
