"""An interview that is open: its page, what keeps its answers, and how it ends."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.i18n import _
from app.models.commands import audits
from app.models.commands.reopening import is_reopened
from app.views.desk import Desk
from app.views.faults import told
from app.views.interview_log import Trail, log_of
from app.views.interview_recording import Recording
from app.views.interview_session import Keeper, SessionInterview
from app.views.pages.form import FormPage
from app.views.pages.form_recording import RecordingStrip
from app.views.pages.interviews_reads import Ready


class Preference(Protocol):
    """Whether interviews show whole sections; remembered by whoever hands it in."""

    whole: bool


class Running(QWidget):
    """One of the interviews open at this laptop."""

    closed = Signal(object, str)
    """This interview is put away, and what became of it in words."""
    kept = Signal(object)
    """When an answer was written down, in milliseconds since 1970."""

    def __init__(self, desk: Desk, ready: Ready, preference: Preference, parent: QWidget) -> None:
        super().__init__(parent)
        self.hide()
        self.draft = ready.draft.id
        self.folio = str(ready.draft.body["folio"])
        self._preference = preference
        self._is_leaving = False
        self._is_ending = False
        self._interview = SessionInterview(ready.session)
        self._keeper = Keeper(desk, ready.draft, self._interview, self)
        self.page = FormPage(
            self._interview, f"{self.folio} · {ready.space}", self._keeper.at, self._keeper.notes,
            whole=preference.whole, files=self._keeper.files,
        )  # fmt: skip
        self.page.kept.kept(ready.draft.kept_ms)
        self._recording = Recording(desk, ready.draft, self)
        self._follow(desk, ready)
        self._connect()
        # A correction is made when whoever answered is no longer there.
        self._is_recorded = not is_reopened(ready.draft)
        self._listen()

    def _follow(self, desk: Desk, ready: Ready) -> None:
        """Log what is on show, where the form wants that."""
        rows = audits.rows_of(ready.draft)
        self._keeper.log = log = log_of(ready.session, rows, ready.place)
        if log is not None:
            is_new = not rows and not is_reopened(ready.draft)
            Trail(log, self.page, desk, is_new=is_new, parent=self)
            self._recording.noted.connect(log.note)

    def _connect(self) -> None:
        page, keeper = self.page, self._keeper
        page.answered.connect(self._answered)
        page.noted.connect(self._noted)
        page.spoken.connect(self._answered)
        page.paused.connect(self._pause)
        page.finished.connect(self._finish)
        page.abandoned.connect(self._abandon)
        page.watched.connect(keeper.watch.run)
        page.watched.connect(self._recording.look)
        page.stand_above(RecordingStrip(self._recording, page))
        self._recording.named.connect(self._recorded)
        self._recording.noted.connect(self._decided)
        page.whole_chosen.connect(self._chose_whole)
        keeper.kept.connect(self._kept)
        keeper.failed.connect(self._failed)

    def seconds(self) -> int:
        """Return the seconds somebody was at this interview so far."""
        return self._keeper.watch.seconds()

    def _chose_whole(self, whole: bool) -> None:
        self._preference.whole = whole

    def _listen(self) -> None:
        """Record from where the form asks for it."""
        quality = self._interview.recording
        if quality is not None and self._is_recorded:
            self._recording.want(quality)
            if self._recording.name:
                self._interview.name_recording(self._recording.name)

    def _decided(self, _event: str) -> None:
        self._keeper.is_recording_ended = self._recording.is_ended
        self._keeper.keep()

    def _recorded(self) -> None:
        self._keeper.recording = self._recording.name
        self._interview.name_recording(self._recording.name)
        self._keeper.keep()

    def _answered(self, *_answer: object) -> None:
        self._listen()
        self._keeper.at = self.page.path()
        self._keeper.keep()

    def _noted(self, text: str) -> None:
        self._keeper.notes = text
        self._answered()

    def _kept(self, at_ms: int) -> None:
        if not self.page.is_behind():
            self.page.kept.kept(at_ms)
            self.kept.emit(at_ms)
        if self._is_leaving:
            text = _("{folio} is kept as a draft; it travels once it is finished.")
            self.closed.emit(self, text.format(folio=self.folio))

    def _failed(self, error: BaseException) -> None:
        self._is_leaving = self._is_ending = False
        self._recording.look(True)
        self.page.banner.tell(*told(error))

    def _pause(self) -> None:
        self._recording.interrupt()
        self._is_leaving = True
        self._answered()

    def _finish(self) -> None:
        self.page.hand_over()
        problems = self._interview.problems()
        if problems:
            self.page.show_problems(problems)
        elif not self._is_ending:
            self._is_ending = True
            self._recording.interrupt()
            self._keeper.finish(self._finished)

    def _finished(self, _key: object) -> None:
        text = _("{folio} is finished; it travels with the next sync.")
        self.closed.emit(self, text.format(folio=self.folio))

    def _abandon(self, status: str, reason: str) -> None:
        if not self._is_ending:
            self._is_ending = True
            self._recording.interrupt()
            self._keeper.abandon(status, reason, self._abandoned)

    def _abandoned(self, _key: object) -> None:
        text = _("{folio} is ended unfinished; what was answered travels with the next sync.")
        self.closed.emit(self, text.format(folio=self.folio))
