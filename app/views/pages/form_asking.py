"""The questions on show and their answers: taken, handed over for the draft, refused beside them."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from app.i18n import _, speaking
from app.views.interview import FileBench, Interview, tongue
from app.views.pages.form_question import QuestionPanel
from app.views.pages.form_shell import FormShell
from app.views.widgets.parts import label

KEEP_MS: Final = 250
"""Longest that typing waits before it is handed over; what writes it down needs the rest of the
0.4 seconds."""


class Asking(FormShell):
    """The part of the interview page that asks; `FormPage` moves from question to question.

    ``answered`` hands over every answer, refused or not yet a value, while it is typed, so that a
    draft keeps it.
    """

    answered = Signal(str, object)
    """Path and value of what was typed last."""
    refused = Signal()
    """An answer does not let the interview go on, or end."""

    def __init__(
        self,
        interview: Interview,
        heading: str,
        note: str,
        parent: QWidget | None = None,
        *,
        whole: bool = False,
        files: FileBench | None = None,
    ) -> None:
        super().__init__(interview, heading, note, parent)
        self._files = files
        self._interview = interview
        self._whole = whole
        self._path = ""
        self._panels: dict[str, QuestionPanel] = {}
        self._captions: dict[str, QLabel] = {}
        self._touched: set[str] = set()
        self._has_answered = False
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(KEEP_MS)
        self._pause.timeout.connect(self.hand_over)

    def path(self) -> str:
        """Return the path of the question being answered, or of the repeat whose rows are shown;
        empty on the page after the last."""
        panel = self._panel()
        return panel.path if panel is not None else self._path

    def refusal(self) -> str:
        """Return why the answer is refused, empty when it is not."""
        panel = self._panel()
        return panel.refusal() if panel is not None else ""

    def as_text(self) -> str:
        """Return the questions on show as they read."""
        return "\n".join(panel.words.text() for panel in self._panels.values())

    def is_behind(self) -> bool:
        """Whether anything typed has not been handed over yet."""
        return bool(self._touched) or self._note.is_behind()

    def _page_of(self, path: str) -> tuple[str, ...]:
        """The questions to show with ``path``; none after the last, nor where rows are added."""
        if not path or self._is_gate(path):
            return ()
        asked = self._interview
        return tuple(asked.section_of(path) if self._whole else asked.page_of(path))

    def _is_gate(self, path: str) -> bool:
        repeats = self._interview.repeats
        return repeats is not None and repeats.grows(path)

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
        self._has_answered = False
        for path in touched:
            if path in self._panels:
                self._take(self._panels[path])
        panel = self._panel()
        if touched and not self._has_answered and panel is not None:
            # Typed and taken back: nothing differs, and whoever looks is still told it is kept.
            self.answered.emit(panel.path, self._interview.question(panel.path).value)
        self._note.hand_over()

    def _accept(self, panel: QuestionPanel) -> bool:
        """Take an answer and say beside it why it is refused; whether it is good."""
        self._touched.discard(panel.path)
        refusal = self._take(panel)
        panel.refuse(refusal)
        if refusal:
            panel.take_focus()
            self.refused.emit()
        return not refusal

    def _take(self, panel: QuestionPanel) -> str:
        """Hand an answer to the interview; return why it is refused."""
        with speaking(tongue(self._interview.language)):
            return self._taken(panel)

    def _taken(self, panel: QuestionPanel) -> str:
        question = self._interview.question(panel.path)
        if not panel.takes_answer or question.readonly:
            return ""
        value, reason = panel.given()
        is_blank = value in (None, [], "")
        refusal = reason
        if value != question.value or not is_blank:
            refusal = self._interview.set(panel.path, value)
        if value != question.value:
            self._has_answered = True
            self.answered.emit(panel.path, value)
            self._follow(panel)
        if is_blank and question.required and not refusal:
            refusal = self._interview.refusal(panel.path) or _("This question needs an answer.")
        return reason or refusal

    def _follow(self, answered: QuestionPanel) -> None:
        """Let what stands on the page follow an answer: what applies, and what it says."""
        if self._path not in self._interview.stops():
            # Its row is gone: the answer said there are fewer.
            self._path = answered.path
        page = self._page_of(self._path)
        if answered.path in page:
            for path in [path for path in self._panels if self._is_gone(path, page)]:
                gone = self._panels.pop(path)
                del self._captions[path]
                gone.hide()
                gone.deleteLater()
            for at, path in enumerate(page):
                if path not in self._panels:
                    self._room.insertWidget(at, self._make_panel(path))
            self._panels = {path: self._panels[path] for path in page}
        for path, panel in self._panels.items():
            panel.tell(self._interview.question(path))
        self._tell_sections()
        self._tell_progress()

    def _tell_sections(self) -> None:
        """Say above the page where it stands, and above a question where another section begins."""
        above = ""
        for at, path in enumerate(self._panels):
            section = self._interview.question(path).section
            if not at:
                self._section.setText(section)
            self._captions[path].setText(section)
            self._captions[path].setVisible(at > 0 and section != above)
            above = section

    def _is_gone(self, path: str, page: tuple[str, ...]) -> bool:
        """Whether a panel is no longer to be shown, or offers choices that no longer are."""
        return path not in page or (
            self._panels[path].choices != self._interview.question(path).choices
        )

    def _make_panel(self, path: str) -> QuestionPanel:
        with speaking(tongue(self._interview.language)):
            panel = QuestionPanel(self._interview.question(path), self, self._files)
        panel.changed.connect(self._answering)
        panel.advance.connect(self._advance)
        self._panels[path] = panel
        self._captions[path] = caption = label("caption", panel)
        caption.hide()
        column = panel.layout()
        assert isinstance(column, QVBoxLayout)
        column.insertWidget(0, caption)
        return panel

    def _advance(self, path: str) -> None:
        """Go on from a question whose answer says it all, as its form wants it."""
        raise NotImplementedError
