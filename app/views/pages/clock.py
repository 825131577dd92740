"""The question at unlock when the clock went backwards: is the date right?"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from app.i18n import _
from app.models import clock_question
from app.models.clock_question import Doubt
from app.views import words
from app.views.desk import Desk
from app.views.pages.wizard import Step, Wizard
from app.views.theme import NEAR
from app.views.widgets.parts import button, label


class ClockStep(Step):
    """Shows both times and waits for an answer."""

    def __init__(self, found: Doubt, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.found = found
        self.column.setSpacing(NEAR)
        self._now_caption, self._now = label("caption", self), label("section", self)
        self._last_caption, self._last = label("caption", self), label("section", self)
        self._means = label("body", self)
        self._how = label("hint", self)
        self.set_clock = button(self, "plain", "settings")
        for part in (self._now_caption, self._now, self._last_caption, self._last, self._means,
                     self._how):  # fmt: skip
            self.column.addWidget(part)
        self.column.addWidget(self.set_clock, 0, Qt.AlignmentFlag.AlignLeft)
        self._how.hide()
        self.retranslate()

    def title(self) -> str:
        return _("Is the date right?")

    def next_word(self) -> str:
        return _("The date is right")

    def show_doubt(self, found: Doubt) -> None:
        """Show times that were read anew."""
        self.found = found
        self.retranslate()

    def explain(self) -> None:
        """Say how the clock is set; the button then looks again."""
        self._how.show()
        self.retranslate()

    def is_explained(self) -> bool:
        return not self._how.isHidden()

    def retranslate(self) -> None:
        self._now_caption.setText(_("This laptop believes it is"))
        self._now.setText(words.moment(self.found.now_ms))
        self._last_caption.setText(_("The last work here is of"))
        self._last.setText(words.moment(self.found.last_ms))
        self._means.setText(
            _("If the clock went back, what you do now would carry a wrong date. Nothing is lost "
              "either way: doubtful dates are marked, and order never depends on them.")
        )  # fmt: skip
        self._how.setText(_("Set date and time in the system's settings, then come back here."))
        explained = not self._how.isHidden()
        self.set_clock.setText(_("I have set it") if explained else _("I will set the clock"))


class ClockPage(Wizard):
    """One step before the project is entered; work goes on whatever the answer."""

    settled = Signal()

    def __init__(self, desk: Desk, found: Doubt, parent: QWidget | None = None) -> None:
        self.question = ClockStep(found)
        self._desk = desk
        super().__init__(desk.jobs, [self.question], parent)
        self.question.set_clock.clicked.connect(self.look_again)
        self.show_step(0, no_way_back=True)

    def take_focus(self) -> None:
        # Whoever presses Enter without reading must not have said that the date is right.
        self.question.set_clock.setFocus()

    def leave_step(self, at: int) -> None:
        del at
        self.set_busy(True)
        self._desk.ask(clock_question.say_it_is_right, on_done=self._right, on_error=self.fail)

    def look_again(self) -> None:
        """Say how to set the clock; afterwards read it anew."""
        if not self.question.is_explained():
            self.question.explain()
            return
        self._desk.ask(clock_question.ask_again, on_done=self._looked, on_error=self.fail)

    def _looked(self, found: Doubt | None) -> None:
        if found is None or found.kind != "behind":
            self.settled.emit()
            return
        self.question.show_doubt(found)
        self.refuse(_("The clock is still behind the last work here."))

    def _right(self, _nothing: None) -> None:
        self.settled.emit()
