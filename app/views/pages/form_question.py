"""One question on the interview page: its words, its answer, and why that is refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.errors import KipuError
from app.i18n import _
from app.views.answering import answer_for
from app.views.answering.media import LabelMedia
from app.views.interview import FileBench, Question
from app.views.marked import MarkedLabel
from app.views.theme import HALF, WIDE
from app.views.widgets.answers import NothingToAnswer
from app.views.widgets.parts import button, label


class QuestionPanel(QWidget):
    """A question and its answer; the page decides when the answer is taken."""

    changed = Signal(str)
    """The path of the question whose answer was touched."""
    advance = Signal(str)
    """The path of a question that is answered, and that the form leaves at once."""

    def __init__(
        self, question: Question, parent: QWidget | None = None, files: FileBench | None = None
    ) -> None:
        super().__init__(parent)
        self.path = question.path
        self.choices = question.choices
        self.words = MarkedLabel("question", self)
        self.hint = MarkedLabel("hint", self)
        self.guidance = MarkedLabel("hint", self)
        self.more = button(self, "link", "help", self._show_guidance)
        self.media = LabelMedia(_shown_media(question), files, self)
        self.answer = answer_for(question, self, files)
        self.answer.changed.connect(self._touched)
        self.answer.advance.connect(self._done)
        self._refused = label("refused", self)
        self._lay_out()
        self._hide_guidance()
        self.tell(question)
        self.refuse(question.error)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, HALF)
        column.setSpacing(HALF)
        asked = QVBoxLayout()
        asked.setSpacing(HALF)
        for part in (self.words, self.hint, self.more, self.guidance, self.media):
            asked.addWidget(part)
        asked.setAlignment(self.more, Qt.AlignmentFlag.AlignLeft)
        if self.answer.beside:
            row = QHBoxLayout()
            row.setSpacing(WIDE)
            row.addLayout(asked, 2)
            row.addWidget(self.answer, 3, Qt.AlignmentFlag.AlignBottom)
            column.addLayout(row)
        else:
            column.addLayout(asked)
            column.addWidget(self.answer)
        column.addWidget(self._refused)

    def tell(self, question: Question) -> None:
        """Say the question as it reads now; what is being answered stays untouched."""
        self.words.setText(f"{question.label} *" if question.required else question.label)
        hints = [question.hint] if question.hint else []
        if not question.relevant:
            hints.append(_("As the answers stand, this is not to be asked."))
        self.hint.setText("\n".join(hints))
        self.hint.setVisible(bool(hints))
        self.guidance.setText(question.guidance)
        self.more.setVisible(bool(question.guidance))
        self.media.setVisible(bool(_shown_media(question)))

    def _show_guidance(self) -> None:
        if not self.guidance.isHidden():
            self._hide_guidance()
            return
        self.guidance.show()
        self.more.setText(_("Less"))

    def _hide_guidance(self) -> None:
        self.guidance.hide()
        self.more.setText(_("More"))
        self.more.setAccessibleName(_("More about this question"))

    @property
    def takes_answer(self) -> bool:
        return not isinstance(self.answer, NothingToAnswer)

    def given(self) -> tuple[Any, str]:
        """Return the answer and why it is no value of its kind, empty when it is one.

        What is no value comes back as it was typed.
        """
        try:
            return self.answer.value(), ""
        except KipuError as error:
            return self.answer.typed(), error.message

    def refuse(self, sentence: str) -> None:
        """Say why the answer is refused, beside it; an empty sentence takes that back."""
        self._refused.setText(sentence)
        self._refused.setVisible(bool(sentence))
        self.answer.tell_refused(bool(sentence))

    def refusal(self) -> str:
        return "" if self._refused.isHidden() else self._refused.text()

    def take_focus(self) -> None:
        self.answer.take_focus()

    def _touched(self) -> None:
        self.changed.emit(self.path)

    def _done(self) -> None:
        self.advance.emit(self.path)


def _shown_media(question: Question) -> Mapping[str, str]:
    """The files that stand under the words; the picture of an image map is the control itself."""
    if "image-map" not in question.wishes:
        return question.media
    return {kind: one for kind, one in question.media.items() if kind in ("audio", "video")}
