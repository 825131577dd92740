"""Interviews: start one, go on with one, read what was answered."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget
from shiboken6 import isValid

from app.i18n import _, lazy
from app.models import drafts
from app.models.commands import reopening
from app.models.drafts import Draft
from app.models.ledger import RecordKey
from app.models.queries.surveys import Form
from app.settings import Settings
from app.views.actions import ActionSpec, offer
from app.views.desk import Desk
from app.views.pages.form import FormPage
from app.views.pages.forms_panel import Panel
from app.views.pages.forms_tools import FormTools, Panels
from app.views.pages.forms_trial import TrialPanel
from app.views.pages.interviews_drafts import DraftList
from app.views.pages.interviews_own import OwnForms
from app.views.pages.interviews_reads import (
    Going,
    Overview,
    Ready,
    begin,
    overview,
    resume,
)
from app.views.pages.interviews_responses import ResponsesPanel
from app.views.pages.interviews_running import Running
from app.views.pages.interviews_strip import LIST, OpenStrip
from app.views.soon import Soon
from app.views.theme import HALF, NEAR
from app.views.widgets.page import Page, scrolled
from app.views.widgets.parts import Dropdown, label, name

_NO_SPACE: Final = lazy(
    "An interview belongs to a space, and there is none for you yet: a coordinator adds it in "
    "Project."
)
_SHOWS: Final = "interview_page"
_START: Final = ActionSpec("interview.start", lazy("Start an interview"), "Ctrl+N", "plus")
_NEXT: Final = ActionSpec("interview.next", lazy("Next open interview"), "Ctrl+Tab", "surveys")


class InterviewsPage(Page):
    """The desk of whoever interviews; an interview under way takes the whole page."""

    kept = Signal(object)
    """When an answer was written down, in milliseconds since 1970."""

    def __init__(
        self, desk: Desk, parent: QWidget | None = None, *, settings: Settings | None = None
    ) -> None:
        """``settings`` remember whether whole sections are shown; without, for this page only."""
        super().__init__(parent, action_icon="plus")
        self._desk = desk
        self._settings = settings
        self._whole = settings is not None and settings.get(_SHOWS) == "section"
        self._sure: Callable[[], object] | None = None
        self._is_opening = False
        self._found: Overview | None = None
        self._open_ones: list[Running] = []
        self._front: Running | None = None
        self._panels = Panels()
        self._resting = ""
        self.form = Dropdown(self)
        self.space = Dropdown(self)
        self._form_label = label("body", self, wrap=False)
        self._space_label = label("body", self, wrap=False)
        for part in (self.form, self.space):
            part.setSizeAdjustPolicy(
                Dropdown.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
            )
            part.setMinimumContentsLength(12)
        self.forms = FormTools(desk, self, self)
        self.drafts = DraftList(self)
        self.own = OwnForms(desk, self)
        self.responses = ResponsesPanel(desk, self)
        self.strip = OpenStrip(self)
        self._stack = QStackedWidget(self)
        self._home = self._make_home()
        self._stack.addWidget(self._home)
        self.body.addWidget(self.strip)
        self.body.addWidget(self._stack, 1)
        self._connect()
        self.retranslate()
        self.refresh()

    def interview(self) -> FormPage | None:
        """Return the interview on top, None while the list is."""
        return self._front.page if self._front is not None else None

    def panel(self) -> Panel | None:
        """Return what is open in the place of the lists."""
        return self._panels.top()

    @property
    def whole(self) -> bool:
        """Whether interviews show whole sections; remembered for the next ones."""
        return self._whole

    @whole.setter
    def whole(self, whole: bool) -> None:
        self._whole = whole
        if self._settings is not None:
            self._settings.set(_SHOWS, "section" if whole else "question")

    # -- the page itself -----------------------------------------------------------------------

    def refresh(self) -> None:
        """Read forms, drafts and responses anew."""
        self._desk.ask(overview, on_done=self._show, on_error=self.show_error)

    def entered(self) -> None:
        self.refresh()

    def take_focus(self) -> None:
        running, panel = self.interview(), self._panels.top()
        if running is not None:
            running.take_focus()
        elif panel is not None:
            panel.take_focus()
        elif self._above.isHidden():
            self.responses.take_focus()
        elif not self.drafts.isHidden():
            self.drafts.take_focus()
        elif not self.own.isHidden():
            self.own.take_focus()
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
        name(self.form, _("Questionnaire"))
        name(self.space, _("Space"))
        self._allow()

    def _show(self, found: Overview) -> None:
        if self._found is None or found.forms != self._found.forms:
            _fill(self.form, [(one.title or one.form_id, one) for one in found.forms])
        if self._found is None or found.spaces != self._found.spaces:
            _fill(self.space, [(title, space) for space, title in found.spaces])
        is_first, self._found = self._found is None, found
        had_focus = self.drafts.holds_focus()
        self.drafts.show_drafts(found.drafts, found.done)
        self.own.show_forms(found.own)
        self.own.setVisible(bool(found.own) and not found.forms)
        self.responses.setVisible(self.own.isHidden())
        self.responses.show_forms(found.forms)
        self._allow()
        if self._resting and self._front is None and not self._panels:
            self._rest()
        elif (is_first or had_focus) and self.isVisible():
            self.take_focus()

    def _rest(self) -> None:
        """Put the cursor where one Enter too many harms nothing: on what was just put away."""
        folio, self._resting = self._resting, ""
        if not self.drafts.rest_on(folio):
            self.responses.take_focus()

    def _allow(self) -> None:
        found = self._found
        can = found is not None and bool(found.forms) and bool(found.spaces)
        self.allow_main(can)
        for part in (self._form_label, self.form, self._space_label, self.space):
            part.setVisible(can)
        self.forms.allow(
            trying=can,
            importing=found is not None and found.may_import,
            following=found is not None and found.follows,
        )
        if found is not None and not found.forms and not found.own:
            self.banner.tell(
                "info",
                _(
                    "No questionnaire here yet: a coordinator imports one, and it comes with a sync."
                ),
            )

    # -- beginning and going on ----------------------------------------------------------------

    def start(self) -> None:
        """Begin an interview on the form and in the space chosen; from an open one, show the list
        first, so that no folio is used up by a slip."""
        if self._front is not None or self._panels:
            self.bring(None)
            return
        form, space = self.form.currentData(), self.space.currentData()
        if isinstance(form, Form) and isinstance(space, bytes) and self._may_open():
            in_use = [one.draft for one in self._open_ones]
            self._desk.do(begin, form, space, in_use, on_done=self._open, on_error=self._not_opened)
        elif self._found is not None and not self._found.spaces:
            self.banner.tell("warning", str(_NO_SPACE))

    def go_on(self, draft: bytes) -> None:
        """Go on with a draft where it was left."""
        is_open = next((one for one in self._open_ones if one.draft == draft), None)
        if is_open is not None:
            self.bring(is_open)
        elif self._may_open():
            self._desk.ask(resume, draft, on_done=self._open, on_error=self._not_opened)

    def _may_open(self) -> bool:
        if self._is_opening:
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
        running = Running(self._desk, ready, self, self)
        running.closed.connect(self._closed)
        running.kept.connect(self.kept)
        self._open_ones.append(running)
        self._stack.addWidget(running.page)
        self.bring(running)
        if ready.again:
            text = _("{folio} was begun before and had no answer yet: it goes on with that number.")
            running.page.banner.tell("info", text.format(folio=running.folio))

    def bring(self, running: Running | None) -> None:
        """Put an open interview on top, or the list; the others stay open."""
        while self._panels:
            self._put_away()
        self._front = running
        self._stack.setCurrentWidget(self._home if running is None else running.page)
        self.give_way(running is not None)
        self._show_open()
        if running is None:
            self.banner.dismiss()
            self.refresh()
        self.take_focus()

    def next_open(self) -> None:
        """Put the next open interview on top; after the last the list."""
        order = [None, *self._open_ones]
        self.bring(order[(order.index(self._front) + 1) % len(order)])

    def _show_open(self) -> None:
        at = LIST if self._front is None else self._open_ones.index(self._front)
        self.strip.show_open([one.folio for one in self._open_ones], at)

    def _chosen(self, at: int) -> None:
        self.bring(None if at == LIST else self._open_ones[at])

    def _closed(self, running: Running, sentence: str) -> None:
        """Put an interview away and say what became of it."""
        was_front = running is self._front
        self._open_ones.remove(running)
        if was_front:
            self.bring(None)
        self._stack.removeWidget(running.page)
        running.page.deleteLater()
        running.deleteLater()
        self._show_open()
        self.banner.tell("done", sentence)
        if was_front:
            # Not on the button that starts the next one: Enter may still be on its way.
            self._resting = running.folio
            self.setFocus()

    # -- panels --------------------------------------------------------------------------------

    def show_panel(self, panel: Panel) -> None:
        """Show a panel in the place of the lists, until it is left."""
        panel.left.connect(self._leave_panel)
        panel.told.connect(self.banner.tell)
        panel.failed.connect(self.show_error)
        self.banner.dismiss()
        self._panels.push(panel, self.focusWidget())
        self._stack.addWidget(panel)
        self._show_top()
        panel.take_focus()

    def _leave_panel(self) -> None:
        before = self._put_away()
        self._show_top()
        top = self._panels.top()
        if top is not None:
            top.take_focus()
        elif before is not None and isValid(before) and before.isVisible():
            before.setFocus()
        else:
            self.take_focus()

    def _put_away(self) -> QWidget | None:
        panel, before = self._panels.pop()
        self._stack.removeWidget(panel)
        panel.hide()
        panel.deleteLater()
        return before

    def _show_top(self) -> None:
        top = self._panels.top()
        self._stack.setCurrentWidget(self._home if top is None else top)
        self.give_way(isinstance(top, TrialPanel))

    def _try_chosen(self) -> None:
        form, space = self.form.currentData(), self.space.currentData()
        if isinstance(form, Form) and isinstance(space, bytes):
            self.forms.try_form(form, space)

    # -- correcting ----------------------------------------------------------------------------

    def correct(self, key: RecordKey, reason: str) -> None:
        """Open a finished interview as a draft, to be corrected."""
        self._desk.ask(
            reopening.reopen, key, reason,
            on_done=self._reopened, on_error=self.responses.refused,
        )  # fmt: skip

    def _reopened(self, draft: Draft) -> None:
        self.responses.sheet.dismiss()
        self.go_on(draft.id)

    # -- Kipu's own questionnaires -------------------------------------------------------------

    def take_own(self, name: str) -> None:
        """Import one of Kipu's own questionnaires."""
        self.own.take(name)

    # -- throwing away -------------------------------------------------------------------------

    def ask_discard(self, draft: Going) -> None:
        """First step: say what is lost."""
        if any(one.draft == draft.id for one in self._open_ones):
            text = _("{folio} is open; end it there, or pause it first (F6).")
            self.banner.tell("warning", text.format(folio=draft.folio))
            return
        self._sure = partial(self._discard, draft)
        text = _("Throwing {folio} away loses what was answered, for good; it reached nobody yet.")
        if draft.corrects:
            text = _("Throwing the correction of {folio} away loses what was changed; the response "
                     "stays as it was.")  # fmt: skip
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
        self._above = QWidget(home)
        above = QVBoxLayout(self._above)
        above.setContentsMargins(0, 0, 0, 0)
        above.setSpacing(HALF)
        row = QHBoxLayout()
        row.setSpacing(NEAR)
        for caption, part in ((self._form_label, self.form), (self._space_label, self.space)):
            caption.setBuddy(part)
            row.addWidget(caption)
            row.addWidget(part, 1)
        row.addStretch(1)
        column = QVBoxLayout(home)
        # Room for the scroll bar, which else would stand on what is at the right.
        column.setContentsMargins(0, 0, NEAR, 0)
        column.setSpacing(HALF)
        above.addLayout(row)
        above.addWidget(self.forms)
        above.addWidget(self.drafts)
        column.addWidget(self._above)
        column.addWidget(self.own, 1)
        column.addWidget(self.responses, 1)
        return scrolled(home, self._stack, grows=False)

    def _connect(self) -> None:
        self.acted.connect(self.start)
        self.banner.acted.connect(self._do)
        self.drafts.chosen.connect(self.go_on)
        self.drafts.discarded.connect(self.ask_discard)
        self.drafts.opened.connect(self.responses.open)
        self.forms.opened.connect(self.show_panel)
        self.forms.taken.connect(self.refresh)
        self.forms.try_asked.connect(self._try_chosen)
        self.forms.failed.connect(self.show_error)
        self.responses.reading.connect(self._above.setHidden)
        self.responses.correct_asked.connect(self.correct)
        self.responses.picture_asked.connect(self.forms.show_picture)
        self.own.told.connect(self.banner.tell)
        self.own.failed.connect(self.show_error)
        self.own.ready.connect(self.refresh)
        self.strip.chosen.connect(self._chosen)
        self.responses.first_step.connect(self.start)
        self.responses.failed.connect(self.show_error)
        self.responses.told.connect(self.banner.tell)
        offer(self, _START, self.start)
        offer(self, _NEXT, self.next_open)
        self._soon = Soon(self._refresh_if_seen, self)
        self._desk.changed.connect(self._soon.ask)

    def _refresh_if_seen(self) -> None:
        if self.isVisible() and self._front is None:
            self.refresh()


def _fill(box: Dropdown, items: list[tuple[str, object]]) -> None:
    text, chosen = box.currentText(), box.currentData()
    box.clear()
    for one, data in items:
        box.addItem(one, data)
    # What was chosen may be called something else now: nobody is to begin in another space by that.
    held = [at for at, (_text, data) in enumerate(items) if data == chosen]
    box.setCurrentIndex((held or [max(box.findText(text), 0)])[0] if items else -1)
