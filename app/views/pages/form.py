"""The interview: a question or a page of them at a time, large, in the respondent's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPushButton, QWidget

from app.i18n import _, ngettext
from app.views.interview import Interview, Question, after, first_open, next_open, relevant
from app.views.pages.form_question import EndPanel, QuestionPanel
from app.views.pages.form_shell import FormShell
from app.views.widgets.parts import clear

KEEP_MS: Final = 250
"""Longest that typing waits before it is handed over; what writes it down needs the rest of the
0.4 seconds."""


class FormPage(FormShell):
    """Asks the questions of an ``Interview`` one after another, those of a page together.

    Enter goes on, Alt+Left back, Alt+Down to what is open, digits and letters choose, Ctrl+O shows
    the outline, Ctrl+Enter the note, F6 pauses. ``answered`` hands over every answer, refused or
    not yet a value, while it is typed, so that a draft keeps it.
    """

    answered = Signal(str, object)
    """Path and value of what was typed last."""
    noted = Signal(str)
    """The interviewer's note as it reads now."""
    spoken = Signal(str)
    """The language the interview goes on in."""
    paused = Signal()
    finished = Signal()

    def __init__(
        self,
        interview: Interview,
        heading: str = "",
        at: str = "",
        note: str = "",
        parent: QWidget | None = None,
    ) -> None:
        """``heading`` says folio and place beside the survey's title; ``at`` is the question to
        begin with, the first without an answer when it is empty."""
        super().__init__(interview, heading, note, parent)
        self._interview = interview
        self._path = ""
        self._panels: dict[str, QuestionPanel] = {}
        self._end: EndPanel | None = None
        self._touched: set[str] = set()
        self._head.spoken.connect(self._speak)
        self._outline.chosen.connect(self.go_to)
        self._note.noted.connect(self.noted)
        self._note.closed.connect(self.take_focus)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(KEEP_MS)
        self._pause.timeout.connect(self.hand_over)
        self._bind()
        self.retranslate()
        self.go_to(at if at in interview.paths() else first_open(self._interview))

    def path(self) -> str:
        """Return the path of the question being answered; empty on the page after the last."""
        panel = self._panel()
        return panel.path if panel is not None else ""

    def refusal(self) -> str:
        """Return why the answer is refused, empty when it is not."""
        panel = self._panel()
        return panel.refusal() if panel is not None else ""

    def progress(self) -> str:
        """Return the words that say how far the interview is."""
        return self._head.progress()

    def as_text(self) -> str:
        """Return the questions on show as they read."""
        return "\n".join(panel.words.text() for panel in self._panels.values())

    def is_behind(self) -> bool:
        """Whether anything typed has not been handed over yet."""
        return bool(self._touched) or self._note.is_behind()

    def take_focus(self) -> None:
        """Put the cursor into the answer."""
        panel = self._panel()
        if panel is not None:
            panel.take_focus()
        elif self._end is not None:
            self._end.take_focus()

    def go_to(self, path: str) -> None:
        """Show a question; an empty path shows the page after the last."""
        self.hand_over()
        self._path = path
        page = tuple(self._interview.page_of(path)) if path else ()
        if not page or tuple(self._panels) != page:
            self._show(page)
        self._outline.set_current(path)
        if path:
            self._panels[path].take_focus()

    def next(self) -> None:
        """Take the answer and go on; stay when it is refused."""
        panel = self._panel()
        if panel is None or not self._accept(panel):
            return
        shown = list(self._panels)
        for path in shown[shown.index(panel.path) + 1 :]:
            if self._panels[path].takes_answer:
                self._path = path
                self._panels[path].take_focus()
                return
        if all(self._accept(one) for one in list(self._panels.values())):
            self.go_to(after(self._interview, list(self._panels)[-1]))

    def back(self) -> None:
        """Go back to the question before; what was typed is kept even when it is refused."""
        paths = [one.path for one in relevant(self._interview)]
        first = next(iter(self._panels), "")
        before = paths[: paths.index(first)] if first in paths else paths
        if before and (first in paths or not first):
            self.go_to(before[-1])

    def go_to_open(self) -> None:
        """Go on to the next question that applies and has no good answer yet."""
        self.hand_over()
        self.go_to(next_open(self._interview, self.path()))

    def show_problems(self, problems: Mapping[str, str]) -> None:
        """List what keeps the interview from being finished, and lead to the first of it."""
        self.go_to("")
        assert self._end is not None
        self._end.list_problems(problems, self._find)
        told = ngettext(
            "{count} question keeps the interview from being finished; everything is kept.",
            "{count} questions keep the interview from being finished; everything is kept.",
            len(problems),
        )
        self.banner.tell("warning", told.format(count=len(problems)))
        self._end.take_focus()

    def _find(self, path: str) -> Question | None:
        return self._interview.question(path) if path in self._interview.paths() else None

    def _panel(self) -> QuestionPanel | None:
        """The question the cursor is in, else the one that was gone to."""
        widget: QWidget | None = self.focusWidget()
        while widget is not self and widget:
            if isinstance(widget, QuestionPanel) and self._panels.get(widget.path) is widget:
                return widget
            widget = widget.parentWidget()
        return self._panels.get(self._path)

    def _answering(self, path: str) -> None:
        self.kept.keeping()
        self._touched.add(path)
        # Never started anew while it runs: whoever types on and on is kept all the same.
        if not self._pause.isActive():
            self._pause.start()

    def hand_over(self) -> None:
        """Hand over what was typed since the last time, good or not, without a word about it."""
        self._pause.stop()
        touched, self._touched = self._touched, set()
        for path in touched:
            if path in self._panels:
                self._take(self._panels[path])
        self._note.hand_over()

    def _accept(self, panel: QuestionPanel) -> bool:
        """Take an answer and say beside it why it is refused; whether it is good."""
        self._touched.discard(panel.path)
        refusal = self._take(panel)
        panel.refuse(refusal)
        if refusal:
            panel.take_focus()
        return not refusal

    def _take(self, panel: QuestionPanel) -> str:
        """Hand an answer to the interview; return why it is refused."""
        question = self._interview.question(panel.path)
        if not panel.takes_answer or question.readonly:
            return ""
        value, reason = panel.given()
        is_blank = value in (None, [], "")
        refusal = reason
        if value != question.value or not is_blank:
            refusal = self._interview.set(panel.path, value)
        if value != question.value:
            self.answered.emit(panel.path, value)
            self._follow(panel)
        if is_blank and question.required and not refusal:
            wrong = self._interview.problems()
            refusal = wrong.get(panel.path) or _("This question needs an answer.")
        return reason or refusal

    def _follow(self, answered: QuestionPanel) -> None:
        """Let what stands on the page follow an answer: what applies, and what it says."""
        page = tuple(self._interview.page_of(self._path)) if self._path else ()
        if answered.path in page:
            for path in [path for path in self._panels if path not in page]:
                gone = self._panels.pop(path)
                gone.hide()
                gone.deleteLater()
            for at, path in enumerate(page):
                if path not in self._panels:
                    self._room.insertWidget(at, self._make_panel(path))
            self._panels = {path: self._panels[path] for path in page}
        for path, panel in self._panels.items():
            panel.tell(self._interview.question(path))
        self._tell_progress()

    def _show(self, page: tuple[str, ...]) -> None:
        clear(self._room)
        self._panels, self._end = {}, None
        for path in page:
            self._room.addWidget(self._make_panel(path))
        if page:
            self.banner.hide()
            self._section.setText(self._interview.question(page[0]).section)
        else:
            self._section.setText("")
            self._end = EndPanel(relevant(self._interview), self)
            self._end.finished.connect(self.finished)
            self._end.chosen.connect(self.go_to)
            self._room.addWidget(self._end)
            self._end.take_focus()
        self._foot.next.setVisible(bool(page))
        self._tell_progress()

    def _make_panel(self, path: str) -> QuestionPanel:
        panel = QuestionPanel(self._interview.question(path), self)
        panel.changed.connect(self._answering)
        self._panels[path] = panel
        return panel

    def _bind(self) -> None:
        foot = self._foot
        self.bind(self.toggle_outline, foot.outline, "Ctrl+O", "Ctrl+G")
        self.bind(self.pause, foot.pause, "F6")
        self.bind(self.back, foot.back, "Alt+Left")
        self.bind(self.next, foot.next, "Alt+Right")
        self.bind(self.go_to_open, foot.open, "Alt+Down")
        self.bind(self.note, foot.note, "Ctrl+Return")

    def toggle_outline(self) -> None:
        """Show or hide the outline at the left."""
        shown = self._outline.isHidden()
        here = self.path()
        self._outline.setVisible(shown)
        if shown:
            self._tell_progress()
            self._outline.set_current(here)
            self._outline.take_focus()
        else:
            self.take_focus()

    def note(self) -> None:
        """Open the interviewer's note for the question being answered, or close it."""
        self.hand_over()
        if self._note.isHidden():
            self._note.open_for(self.path().rpartition("/")[2])
        else:
            self._note.dismiss()

    def pause(self) -> None:
        """Keep everything and leave the interview as a draft."""
        self.hand_over()
        self.paused.emit()

    def _speak(self, language: str) -> None:
        here = self.path()
        self.hand_over()
        self._interview.set_language(language)
        self._show(tuple(self._panels))
        self.spoken.emit(language)
        if here:
            self._panels[here].take_focus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        panel = self._panel()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._enter()
        elif panel is None or not panel.answer.press(event.text()):
            super().keyPressEvent(event)

    def _enter(self) -> None:
        focused = self.focusWidget()
        if self._end is None:
            self.next()
        elif isinstance(focused, QPushButton):
            focused.click()
        else:
            self.finished.emit()

    def hideEvent(self, event: Any) -> None:
        self.hand_over()
        super().hideEvent(event)
