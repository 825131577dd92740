"""What stands above and below a question: where we are, and the keys that move on."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLayout,
    QProgressBar,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.i18n import _
from app.views.interview import Interview
from app.views.language import Retranslated
from app.views.theme import FAR, HALF, NEAR, TARGET, TIGHT, mark, theme
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
    """Back, next, go to, pause: each with its words and key, as long as there is room for them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        mark(self, kind="status")
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(FAR, NEAR, FAR, NEAR)
        row.setSpacing(TIGHT)
        # The words give way to the window, never the window to the words.
        row.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        self.back = button(self, "plain", "back")
        self.next = button(self, "main", "next")
        # Made in the order they stand in: Tab goes by it.
        self.open = tool(self, "down")
        self.outline = tool(self, "outline")
        self.whole = tool(self, "columns")
        self.whole.setCheckable(True)
        self.note = tool(self, "edit")
        self.abandon = tool(self, "cross")
        self.pause = tool(self, "pause")
        self._words: dict[QToolButton, tuple[str, str, str]] = {}
        row.addWidget(self.back)
        row.addWidget(self.next)
        row.addStretch(1)
        for part in (self.open, self.outline, self.whole, self.note, self.abandon, self.pause):
            row.addWidget(part)
        theme().changed.connect(self._fit)
        self.retranslate()

    def retranslate(self) -> None:
        self.back.setText(_("Back (Alt+←)"))
        self.next.setText(_("Next (Enter)"))
        self._words = {
            self.open: (_("Unanswered"), _("Next question without an answer"), "Alt+↓"),
            self.outline: (_("Go to"), _("Outline, to go to a question"), "Ctrl+O"),
            self.whole: (_("Section"), _("Whole section at a time"), "F7"),
            self.note: (_("Note"), _("Interviewer’s note"), "Ctrl+Enter"),
            self.abandon: (_("End…"), _("End it unfinished…"), "Ctrl+Shift+X"),
            self.pause: (_("Pause"), _("Pause and keep it as a draft"), "F6"),
        }
        for part, (_short, whole, keys) in self._words.items():
            name(part, whole, keys)
        self._fit()

    def minimumSizeHint(self) -> QSize:
        margins, parts = self._row.contentsMargins(), len(self._words) + 2
        width = margins.left() + margins.right() + parts * (TARGET + TIGHT)
        return QSize(width, self._row.minimumSize().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Give every tool its words and key. Where there is no room the keys go first, then the
        words, those that are needed least before the others; both stay in the tooltip."""
        for part, (short, _whole, keys) in self._words.items():
            part.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            part.setText(f"{short} ({keys})")
        margins = self._row.contentsMargins()
        room = self.width() - margins.left() - margins.right()
        least = (self.abandon, self.whole, self.note, self.open, self.outline, self.pause)
        for part in least:
            if self._needed() <= room:
                return
            part.setText(self._words[part][0])
        for part in least:
            if self._needed() <= room:
                return
            part.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)

    def _needed(self) -> int:
        parts = [self.back, *([] if self.next.isHidden() else [self.next]), *self._words]
        return sum(one.sizeHint().width() for one in parts) + self._row.spacing() * len(parts)
