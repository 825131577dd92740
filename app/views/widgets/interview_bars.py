"""What stands above and below a question: where we are, and the keys that move on."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from app.i18n import _
from app.views.interview import Interview
from app.views.language import Retranslated
from app.views.theme import FAR, HALF, NEAR, mark
from app.views.widgets.parts import Dropdown, KeptLabel, button, label, line, name, tool


class InterviewHead(Retranslated, QFrame):
    """Survey, folio and place, language, how far, what is kept."""

    spoken = Signal(str)
    """The language of the interview that was chosen."""

    def __init__(self, interview: Interview, where: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._interview = interview
        self._counts = (0, 0)
        mark(self, kind="head")
        row = QHBoxLayout(self)
        row.setContentsMargins(FAR, NEAR, FAR, NEAR)
        row.setSpacing(HALF)
        self._title = line("section", self)
        place = line("caption", self)
        place.setText(where)
        self._tongue = Dropdown(self)
        self._tongue.addItems(list(interview.languages))
        self._tongue.setCurrentText(interview.language)
        self._tongue.setVisible(len(interview.languages) > 1)
        self._tongue.textActivated.connect(self.spoken)
        self._bar = QProgressBar(self)
        self._bar.setTextVisible(False)
        self._bar.setFixedSize(120, NEAR)
        self._progress = label("caption", self, wrap=False)
        self.kept = KeptLabel(self)
        says = QVBoxLayout()
        says.setSpacing(0)
        says.addWidget(self._title)
        says.addWidget(place)
        row.addLayout(says, 1)
        for part in (self._tongue, self._bar, self._progress, self.kept):
            row.addWidget(part)
        self.retranslate()

    def show_progress(self, done: int, total: int) -> None:
        """Show that ``done`` of ``total`` questions are answered."""
        self._counts = (done, total)
        self._bar.setMaximum(max(total, 1))
        self._bar.setValue(done)
        self._progress.setText(_("{done} of about {total}").format(done=done, total=total))

    def progress(self) -> str:
        """Return the words that say how far the interview is."""
        return self._progress.text()

    def retranslate(self) -> None:
        self._title.setText(self._interview.title)
        self._tongue.setAccessibleName(_("Language of the interview"))
        self._bar.setAccessibleName(_("Progress"))
        self.show_progress(*self._counts)


class InterviewFoot(Retranslated, QFrame):
    """Back, next, go to, pause: each with its key."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        mark(self, kind="status")
        row = QHBoxLayout(self)
        row.setContentsMargins(FAR, NEAR, FAR, NEAR)
        row.setSpacing(NEAR)
        self.back = button(self, "plain", "back")
        self.next = button(self, "main", "next")
        # Made in the order they stand in: Tab goes by it.
        self.open = tool(self, "down")
        self.outline = tool(self, "outline")
        self.outline.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.whole = tool(self, "columns")
        self.whole.setCheckable(True)
        self.note = tool(self, "edit")
        self.abandon = tool(self, "cross")
        self.pause = button(self, "plain", "pause")
        row.addWidget(self.back)
        row.addWidget(self.next)
        row.addStretch(1)
        for part in (self.open, self.outline, self.whole, self.note, self.abandon, self.pause):
            row.addWidget(part)
        self.retranslate()

    def retranslate(self) -> None:
        self.back.setText(_("Back (Alt+←)"))
        self.next.setText(_("Next (Enter)"))
        self.outline.setText(_("Go to (Ctrl+O)"))
        name(self.open, _("Next question without an answer"), "Alt+↓")
        name(self.note, _("Interviewer’s note"), "Ctrl+Enter")
        name(self.whole, _("Whole section at a time"), "F7")
        name(self.abandon, _("End it unfinished…"), "Ctrl+Shift+X")
        self.pause.setText(_("Pause (F6)"))
