"""A questionnaire tried out: by hand in a session nobody keeps, or filled at random."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.forms.preview import Asked
from app.i18n import _, ngettext
from app.views.answering.keeping import MemoryFiles
from app.views.desk import Desk
from app.views.interview_session import SessionInterview
from app.views.marked import plain
from app.views.pages.form import FormPage
from app.views.pages.forms_panel import Panel
from app.views.pages.forms_reads import RUNS, Made, Trial, fill
from app.views.theme import FAR, HALF, NEAR, mark
from app.views.widgets.flow import Flow
from app.views.widgets.line_list import Entry, LineList
from app.views.widgets.parts import Banner, Chip, Spin, button, label, name


class TrialPanel(Panel):
    """The interview page on a session that ends with it, under a band that says so."""

    def __init__(
        self, desk: Desk, trial: Trial, parent: QWidget | None = None, *, whole: bool = False
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._trial = trial
        self._made: Made | None = None
        self.banner = Banner(self)
        self._chip = Chip(self)
        self.seed = Spin(self)
        self.seed.setRange(1, 999_999)
        self._seed_label = label("body", self, wrap=False)
        self._seed_label.setBuddy(self.seed)
        self._fill = button(self, "plain", "sync", self.fill)
        self._back = button(self, "plain", "back", self.show_questions)
        self._asked = SessionInterview(trial.session)
        self.page = FormPage(
            self._asked, "", whole=whole, files=MemoryFiles(trial.media), parent=self
        )
        self.list = LineList(self)
        self._stack = QStackedWidget(self)
        for one in (self.page, self.list):
            self._stack.addWidget(one)
        self._lay_out()
        self._connect()
        self.retranslate()

    def _lay_out(self) -> None:
        """One band over the interview, in the place of a panel's heading: its page has its own."""
        self.heading.hide()
        self.says.hide()
        band = QFrame(self)
        mark(band, kind="card")
        row = QHBoxLayout(band)
        row.setContentsMargins(HALF, NEAR, HALF, NEAR)
        row.setSpacing(NEAR)
        flow = Flow()
        for one in (self._chip, self._seed_label, self.seed, self._fill, self._back):
            flow.addWidget(one)
        row.addLayout(flow, 1)
        row.addWidget(self._close, 0, Qt.AlignmentFlag.AlignTop)
        inner = QVBoxLayout()
        inner.setContentsMargins(0, 0, 0, 0)
        inner.addWidget(band)
        inner.addWidget(self.banner)
        self.column.addLayout(inner)
        self.column.addWidget(self._stack, 1)
        self.setTabOrder(self._back, self._close)
        self.column.setContentsMargins(FAR, NEAR, FAR, NEAR)

    def _connect(self) -> None:
        page = self.page
        # Nothing is written down, so nothing is said to be.
        page.kept.hide()
        page.finished.connect(self._finish)
        page.paused.connect(self.leave)
        page.abandoned.connect(self._abandoned)
        self.seed.lineEdit().returnPressed.connect(self.fill)
        for keys, act in (("Ctrl+R", self.fill), ("Ctrl+B", self.show_questions)):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(act)

    def retranslate(self) -> None:
        super().retranslate()
        self.say(_("Trying “{title}”").format(title=self._trial.title))
        self._chip.show_state("warning", _("Trial: nothing is kept"))
        self._seed_label.setText(_("Number"))
        self.seed.setToolTip(_("The same number makes the same interview on every computer."))
        self.seed.setAccessibleDescription(self.seed.toolTip())
        self._fill.setText(_("Fill at random"))
        name(self._fill, _("Fill at random"), "Ctrl+R")
        self._back.setText(_("To the questions"))
        name(self._back, _("To the questions"), "Ctrl+B")
        self._back.setVisible(self._stack.currentWidget() is self.list)
        name(self.list, _("The interview filled at random"))
        if self._made is not None:
            self.list.show_entries(list(_entries(self._made)))

    def take_focus(self) -> None:
        if self._stack.currentWidget() is self.list:
            self.list.setFocus()
        else:
            self.page.take_focus()

    # -- by hand -------------------------------------------------------------------------------

    def show_questions(self) -> None:
        """Go back to the questions, as they were answered by hand."""
        self._stack.setCurrentWidget(self.page)
        self.banner.dismiss()
        self.retranslate()
        self.take_focus()

    def _finish(self) -> None:
        self.page.hand_over()
        if problems := self._asked.problems():
            self.page.show_problems(problems)
            return
        self.told.emit("done", _("The trial ended complete; nothing of it was kept."))
        self.leave()

    def _abandoned(self, _status: str, _reason: str) -> None:
        self.told.emit("info", _("The trial is over; nothing of it was kept."))
        self.leave()

    # -- at random -----------------------------------------------------------------------------

    def fill(self) -> None:
        """Fill the form at random, and look for questions that never come up."""
        self._fill.setEnabled(False)
        self.banner.tell("info", _("Filling it at random…"))
        self._desk.ask(
            fill, self._trial.form, self._trial.media, self.seed.value(),
            on_done=self.show_made, on_error=self._not_filled,
        )  # fmt: skip

    def _not_filled(self, error: BaseException) -> None:
        from app.views.faults import told

        self._fill.setEnabled(True)
        self.banner.tell(*told(error))

    def show_made(self, made: Made) -> None:
        """Show an interview that was made up, and which questions nobody would be asked."""
        self._made = made
        self._fill.setEnabled(True)
        self._stack.setCurrentWidget(self.list)
        self.retranslate()
        if made.first.ok:
            self.banner.tell("done", _("The interview ends complete."))
        else:
            self.banner.tell("warning", _("The interview could not be closed."))
        self.list.setFocus()


def _entries(made: Made) -> Iterator[Entry]:
    count = len(made.never)
    if count:
        head = ngettext(
            "{count} question came up in none of {runs} interviews",
            "{count} questions came up in none of {runs} interviews",
            count,
        )
        yield Entry(head.format(count=count, runs=RUNS))
        for at, never in enumerate(made.never):
            yield Entry(never, ("never", at), "warning", "warning")
    else:
        text = _("Every question came up in one of {runs} interviews.").format(runs=RUNS)
        yield Entry(text, ("never", -1), "check", "primary")
    if made.first.errors:
        yield Entry(_("What keeps it from being closed"))
        for path, message in made.first.errors.items():
            yield Entry(f"{path}: {message}", ("error", path), "danger", "danger")
    yield Entry(_("The interview with number {number}").format(number=made.first.seed))
    for one in made.first.asked:
        yield Entry(_line(one), ("asked", one.path), "danger" if one.error else "", "danger")


def _line(one: Asked) -> str:
    label_ = " ".join(plain(one.label).split()) or one.name
    said = _("{question}: {answer}").format(question=label_, answer=one.answer)
    text = said if one.answer else label_
    return f"{text} ({one.error})" if one.error else text
