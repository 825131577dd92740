"""Interviews: start one, go on with one, read what was answered."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.i18n import _, lazy
from app.models import drafts
from app.models.queries.surveys import Form
from app.views.desk import Desk
from app.views.faults import told
from app.views.interview_session import Keeper, SessionInterview
from app.views.pages.form import FormPage
from app.views.pages.interviews_drafts import DraftList
from app.views.pages.interviews_reads import Going, Overview, Ready, begin, overview, resume
from app.views.pages.interviews_responses import ResponsesPanel
from app.views.theme import HALF, NEAR
from app.views.widgets.page import Page, scrolled
from app.views.widgets.parts import Dropdown, label, name


class InterviewsPage(Page):
    """The desk of whoever interviews; an interview under way takes the whole page."""

    kept = Signal(object)
    """When an answer was written down, in milliseconds since 1970."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent, action_icon="plus")
        self._desk = desk
        self._sure: Callable[[], object] | None = None
        self._is_opening = False
        self._found: Overview | None = None
        self._running: _Running | None = None
        self.form = Dropdown(self)
        self.space = Dropdown(self)
        self._form_label = label("body", self, wrap=False)
        self._space_label = label("body", self, wrap=False)
        for part in (self.form, self.space):
            part.setSizeAdjustPolicy(
                Dropdown.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
            )
            part.setMinimumContentsLength(12)
        self.drafts = DraftList(self)
        self.responses = ResponsesPanel(desk, self)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self._make_home())
        self.body.addWidget(self._stack, 1)
        self._connect()
        self.retranslate()
        self.refresh()

    def interview(self) -> FormPage | None:
        """Return the interview under way."""
        return self._running.page if self._running is not None else None

    # -- the page itself -----------------------------------------------------------------------

    def refresh(self) -> None:
        """Read forms, drafts and responses anew."""
        self._desk.ask(overview, on_done=self._show, on_error=self.show_error)

    def entered(self) -> None:
        self.refresh()

    def take_focus(self) -> None:
        running = self.interview()
        if running is not None:
            running.take_focus()
        elif not self.drafts.isHidden():
            self.drafts.take_focus()
        else:
            self.action.setFocus()

    def retranslate(self) -> None:
        self.head(
            lazy("Interviews"),
            lazy("Start one, go on with one, or read what was answered."),
            lazy("Start (Ctrl+N)"),
        )
        self._form_label.setText(_("Interview with"))
        self._space_label.setText(_("in"))
        name(self.form, _("Form"))
        name(self.space, _("Space"))
        self._allow()

    def _show(self, found: Overview) -> None:
        if self._found is None or found.forms != self._found.forms:
            _fill(self.form, [(one.title or one.form_id, one) for one in found.forms])
        if self._found is None or found.spaces != self._found.spaces:
            _fill(self.space, [(title, space) for space, title in found.spaces])
        is_first, self._found = self._found is None, found
        had_focus = self.drafts.holds_focus()
        self.drafts.show_drafts(found.drafts)
        self.responses.show_forms(found.forms)
        self._allow()
        if (is_first or had_focus) and self.isVisible():
            self.take_focus()

    def _allow(self) -> None:
        found = self._found
        can = found is not None and bool(found.forms) and bool(found.spaces)
        for part in (self.action, self.form, self.space):
            part.setEnabled(can)
        if found is not None and not found.forms and self.interview() is None:
            self.banner.tell(
                "info",
                _("There is no form yet: a coordinator imports one, and it comes with a sync."),
            )

    # -- beginning and going on ----------------------------------------------------------------

    def start(self) -> None:
        """Begin an interview on the form and in the space chosen."""
        form, space = self.form.currentData(), self.space.currentData()
        if isinstance(form, Form) and isinstance(space, bytes) and self._may_open():
            self._desk.do(begin, form, space, on_done=self._open, on_error=self._not_opened)

    def go_on(self, draft: bytes) -> None:
        """Go on with a draft where it was left."""
        if self._may_open():
            self._desk.ask(resume, draft, on_done=self._open, on_error=self._not_opened)

    def _may_open(self) -> bool:
        if self._is_opening or self._running is not None:
            return False
        self._is_opening = True
        self.banner.tell("info", _("Opening the interview…"))
        return True

    def _not_opened(self, error: BaseException) -> None:
        self._is_opening = False
        self.show_error(error)

    def _open(self, ready: Ready) -> None:
        self._is_opening = False
        self.banner.dismiss()
        self._running = _Running(self._desk, ready, self)
        self._stack.addWidget(self._running.page)
        self._stack.setCurrentWidget(self._running.page)
        self.give_way(True)
        self._running.page.take_focus()

    def closed(self, sentence: str) -> None:
        """Put the interview away and say what became of it."""
        running, self._running = self._running, None
        if running is None:
            return
        self._stack.removeWidget(running.page)
        running.page.deleteLater()
        running.deleteLater()
        self.give_way(False)
        self.banner.tell("done", sentence)
        self.refresh()
        self.action.setFocus()

    # -- throwing away -------------------------------------------------------------------------

    def ask_discard(self, draft: Going) -> None:
        """First step: say what is lost."""
        self._sure = partial(self._discard, draft)
        text = _("Throwing {folio} away loses what was answered, for good; it reached nobody yet.")
        self.banner.tell("danger", text.format(folio=draft.folio), _("Throw it away"))

    def _discard(self, draft: Going) -> None:
        self._desk.do(drafts.discard, draft.id, on_error=self.show_error)

    def _do(self) -> None:
        sure, self._sure = self._sure, None
        self.banner.dismiss()
        if sure is not None:
            sure()

    # -- making --------------------------------------------------------------------------------

    def _make_home(self) -> QWidget:
        home = QWidget(self._stack)
        row = QHBoxLayout()
        row.setSpacing(NEAR)
        for caption, part in ((self._form_label, self.form), (self._space_label, self.space)):
            caption.setBuddy(part)
            row.addWidget(caption)
            row.addWidget(part, 1)
        row.addStretch(1)
        column = QVBoxLayout(home)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(HALF)
        column.addLayout(row)
        column.addWidget(self.drafts)
        column.addWidget(self.responses, 1)
        return scrolled(home, self._stack)

    def _connect(self) -> None:
        self.acted.connect(self.start)
        self.banner.acted.connect(self._do)
        self.drafts.chosen.connect(self.go_on)
        self.drafts.discarded.connect(self.ask_discard)
        self.responses.first_step.connect(self.start)
        self.responses.failed.connect(self.show_error)
        self.responses.told.connect(self.banner.tell)
        start = QShortcut(QKeySequence("Ctrl+N"), self)
        start.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        start.activated.connect(self.start)
        # Many changes in one sync are one reading.
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self._refresh_if_seen)
        self._desk.changed.connect(self._changed)

    def _changed(self, _touched: object) -> None:
        self._soon.start()

    def _refresh_if_seen(self) -> None:
        if self.isVisible() and self._running is None:
            self.refresh()


class _Running(QWidget):
    """An interview under way: the page, and what keeps its answers."""

    def __init__(self, desk: Desk, ready: Ready, owner: InterviewsPage) -> None:
        super().__init__(owner)
        self.hide()
        self._owner = owner
        self._folio = str(ready.draft.body["folio"])
        self._is_leaving = False
        self._is_finishing = False
        self._interview = SessionInterview(ready.session)
        self._keeper = Keeper(desk, ready.draft, self._interview, self)
        self.page = FormPage(
            self._interview, f"{self._folio} · {ready.space}", self._keeper.at, self._keeper.notes
        )
        self.page.kept.kept(ready.draft.kept_ms)
        self.page.answered.connect(self._answered)
        self.page.noted.connect(self._noted)
        self.page.spoken.connect(self._answered)
        self.page.paused.connect(self._pause)
        self.page.finished.connect(self._finish)
        self._keeper.kept.connect(self._kept)
        self._keeper.failed.connect(self._failed)

    def _answered(self, *_answer: object) -> None:
        self._keeper.at = self.page.path()
        self._keeper.keep()

    def _noted(self, text: str) -> None:
        self._keeper.notes = text
        self._answered()

    def _kept(self, at_ms: int) -> None:
        if not self.page.is_behind():
            self.page.kept.kept(at_ms)
            self._owner.kept.emit(at_ms)
        if self._is_leaving:
            text = _("{folio} is kept as a draft; it travels once it is finished.")
            self._owner.closed(text.format(folio=self._folio))

    def _failed(self, error: BaseException) -> None:
        self._is_leaving = self._is_finishing = False
        self.page.banner.tell(*told(error))

    def _pause(self) -> None:
        self._is_leaving = True
        self._answered()

    def _finish(self) -> None:
        self.page.hand_over()
        problems = self._interview.problems()
        if problems:
            self.page.show_problems(problems)
        elif not self._is_finishing:
            self._is_finishing = True
            self._keeper.finish(self._finished)

    def _finished(self, _key: object) -> None:
        text = _("{folio} is finished; it travels with the next sync.")
        self._owner.closed(text.format(folio=self._folio))


def _fill(box: Dropdown, items: list[tuple[str, object]]) -> None:
    chosen = box.currentText()
    box.clear()
    for text, data in items:
        box.addItem(text, data)
    box.setCurrentIndex(max(box.findText(chosen), 0) if items else -1)
