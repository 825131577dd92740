"""The interview: a question or a page of them at a time, large, in the respondent's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPushButton, QWidget

from app.i18n import ngettext
from app.views.interview import (
    FileBench,
    Interview,
    Question,
    after,
    before,
    first_open,
    next_open,
)
from app.views.pages.form_end import EndPanel
from app.views.pages.form_growing import Growing
from app.views.pages.form_question import QuestionPanel
from app.views.widgets.parts import clear


class FormPage(Growing):
    """Asks the questions of an ``Interview`` one after another, those of a page together.

    Enter goes on, Alt+Left back, Alt+Down to what is open, digits and letters choose, Ctrl+O shows
    the outline, F7 whole sections, Ctrl+Enter the note, F6 pauses.
    """

    noted = Signal(str)
    """The interviewer's note as it reads now."""
    spoken = Signal(str)
    """The language the interview goes on in."""
    paused = Signal()
    finished = Signal()
    abandoned = Signal(str, str)
    """The interview ends unfinished: its status and the reason."""
    whole_chosen = Signal(bool)
    """Whole sections are shown from now on, or single questions."""
    watched = Signal(bool)
    """Somebody moves in the interview, or it went out of sight."""
    moved = Signal()
    """Something else is on show; ``on_show`` tells what."""
    jumped = Signal()
    """Somebody goes elsewhere than on or back."""

    def __init__(
        self,
        interview: Interview,
        heading: str = "",
        at: str = "",
        note: str = "",
        parent: QWidget | None = None,
        *,
        whole: bool = False,
        files: FileBench | None = None,
    ) -> None:
        """``heading`` says folio and place beside the survey's title; ``at`` is the stop to begin
        with, the first question without an answer when it is empty; ``whole`` shows sections;
        ``files`` keeps what people answer with files."""
        super().__init__(interview, heading, note, parent, whole=whole, files=files)
        self._foot.whole.setChecked(whole)
        self._end: EndPanel | None = None
        self._head.spoken.connect(self._speak)
        self._outline.chosen.connect(self._jump)
        self._note.noted.connect(self.noted)
        self._note.closed.connect(self.take_focus)
        self._abandon.closed.connect(self.take_focus)
        self._abandon.abandoned.connect(self._end_unfinished)
        self._bind()
        self.retranslate()
        self.go_to(at if at in interview.stops() else first_open(self._interview))

    def progress(self) -> str:
        """Return the words that say how far the interview is."""
        return self._head.progress()

    def take_focus(self) -> None:
        """Put the cursor into the answer."""
        panel = self._panel()
        for part in (panel, self._rows, self._end):
            if part is not None:
                part.take_focus()
                return

    def go_to(self, path: str) -> None:
        """Show a question, or the rows of a repeat; an empty path shows the page after the last.

        A row leads to its first question.
        """
        self.hand_over()
        self.watched.emit(True)
        stop = self._stop_of(path)
        page = self._page_of(stop)
        is_shown = page and tuple(self._panels) == page
        self._path = stop
        if not is_shown:
            self._show(page)
            self.moved.emit()
        self._outline.set_current(stop)
        if stop in self._panels:
            self._panels[stop].take_focus()

    def _jump(self, path: str) -> None:
        self.jumped.emit()
        self.go_to(path)

    def on_show(self) -> tuple[str, tuple[str, ...]]:
        """Return the stop that is shown, empty after the last, and the questions of its page."""
        return self._path, tuple(self._panels)

    def next(self) -> None:
        """Take the answer and go on; stay when it is refused."""
        if self._rows is not None:
            self.go_to(after(self._interview, self._path))
            return
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

    def _advance(self, path: str) -> None:
        self._path = path
        self.next()

    def back(self) -> None:
        """Go back to the stop before; what was typed is kept even when it is refused."""
        self.hand_over()
        earlier = before(self._interview, next(iter(self._panels), self._path))
        if earlier:
            self.go_to(earlier)

    def go_to_open(self) -> None:
        """Go on to the next question that applies and has no good answer yet."""
        self.hand_over()
        self._jump(next_open(self._interview, self.path()))

    def show_problems(self, problems: Mapping[str, str]) -> None:
        """List what keeps the interview from being finished, and lead to the first of it."""
        self.refused.emit()
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

    def _show(self, page: tuple[str, ...]) -> None:
        clear(self._room)
        self._panels, self._captions, self._rows, self._end = {}, {}, None, None
        self._section.setText("")
        if self._path:
            self.banner.hide()
        for path in page:
            self._room.addWidget(self._make_panel(path))
        self._tell_sections()
        if not self._path:
            self._show_end()
        elif not page:
            self._show_rows(self._path)
        self._foot.next.setVisible(bool(self._path))
        self._tell_progress()

    def _show_end(self) -> None:
        asked = self._interview
        self._end = EndPanel(map(asked.standing, asked.paths()), self)
        self._end.finished.connect(self.finished)
        self._end.chosen.connect(self._jump)
        self._room.addWidget(self._end)
        self._end.take_focus()

    def _bind(self) -> None:
        foot = self._foot
        self.bind(self.toggle_outline, foot.outline, "Ctrl+O", "Ctrl+G")
        self.bind(self.pause, foot.pause, "F6")
        self.bind(self.back, foot.back, "Alt+Left")
        self.bind(self.next, foot.next, "Alt+Right")
        self.bind(self.go_to_open, foot.open, "Alt+Down")
        self.bind(self.note, foot.note, "Ctrl+Return")
        self.bind(self.toggle_whole, foot.whole, "F7")
        self.bind(self.abandon, foot.abandon, "Ctrl+Shift+X")

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
            self._note.open_for(_called(self.path()))
        else:
            self._note.dismiss()

    def toggle_whole(self) -> None:
        """Show whole sections, or one question at a time again."""
        here = self.path()
        self.hand_over()
        self._whole = not self._whole
        self._foot.whole.setChecked(self._whole)
        self.whole_chosen.emit(self._whole)
        if here:
            self.go_to(here)

    def abandon(self) -> None:
        """Ask as what and why the interview ends unfinished, or go on with it."""
        self.hand_over()
        if self._abandon.isHidden():
            self._abandon.open()
        else:
            self._abandon.dismiss()

    def _end_unfinished(self, status: str, reason: str) -> None:
        self.hand_over()
        self.abandoned.emit(status, reason)

    def pause(self) -> None:
        """Keep everything and leave the interview as a draft."""
        self.hand_over()
        self.paused.emit()

    def _speak(self, language: str) -> None:
        here = self.path()
        self.hand_over()
        self._interview.set_language(language)
        self._path = here
        self._show(tuple(self._panels))
        self.spoken.emit(language)
        self.take_focus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        panel = self._panel()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._enter()
        elif not self._press(panel, event):
            super().keyPressEvent(event)

    def _press(self, panel: QuestionPanel | None, event: QKeyEvent) -> bool:
        """Let the answer or the list of rows do what a key stands for there."""
        if panel is not None:
            return panel.answer.press(event.text())
        return self._press_among_rows(event)

    def _enter(self) -> None:
        focused = self.focusWidget()
        if self._end is None:
            self.next()
        elif isinstance(focused, QPushButton):
            focused.click()
        else:
            self.finished.emit()

    def showEvent(self, event: Any) -> None:
        super().showEvent(event)
        self.watched.emit(True)

    def hideEvent(self, event: Any) -> None:
        self.hand_over()
        self.watched.emit(False)
        super().hideEvent(event)


def _called(path: str) -> str:
    """Return what a question is called in the note: inside rows, with their numbers."""
    names = path.split("/")
    first = next((at for at, one in enumerate(names) if one.endswith("]")), len(names) - 1)
    return "/".join(names[first:])
