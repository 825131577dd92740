"""One question on the interview page: its words, its answer, and why that is refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.errors import KipuError
from app.i18n import _, ngettext
from app.views.interview import Question
from app.views.theme import HALF, NEAR
from app.views.widgets.answers import NothingToAnswer, TypedLine, answer_for, button_lines
from app.views.widgets.parts import button, label


class QuestionPanel(QWidget):
    """A question and its answer; the page decides when the answer is taken."""

    changed = Signal(str)
    """The path of the question whose answer was touched."""

    def __init__(self, question: Question, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.path = question.path
        self.choices = question.choices
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, HALF)
        column.setSpacing(HALF)
        self.words = label("question", self)
        self.hint = label("hint", self)
        self.answer = answer_for(question, self)
        self.answer.changed.connect(self._touched)
        self._refused = label("refused", self)
        for part in (self.words, self.hint, self.answer, self._refused):
            column.addWidget(part)
        self.tell(question)
        self.refuse(question.error)

    def tell(self, question: Question) -> None:
        """Say the question as it reads now; what is being answered stays untouched."""
        self.words.setText(f"{question.label} *" if question.required else question.label)
        hints = [question.hint] if question.hint else []
        if not question.relevant:
            hints.append(_("As the answers stand, this is not to be asked."))
        self.hint.setText("\n".join(hints))
        self.hint.setVisible(bool(hints))

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
        if isinstance(self.answer, TypedLine):
            self.answer.tell_refused(bool(sentence))

    def refusal(self) -> str:
        return "" if self._refused.isHidden() else self._refused.text()

    def take_focus(self) -> None:
        self.answer.take_focus()

    def _touched(self) -> None:
        self.changed.emit(self.path)


class EndPanel(QWidget):
    """What stands after the last question: how much is open, what is wrong, and finishing."""

    finished = Signal()
    chosen = Signal(str)
    """The path of a question to go back to."""

    def __init__(self, questions: Sequence[Question], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(NEAR)
        head = label("question", self)
        head.setText(_("That was the last question."))
        self.hint = label("hint", self)
        self.hint.setText(_summary(questions))
        self._finish = button(self, "main", "check", self.finished.emit)
        self._finish.setText(_("Finish the interview"))
        for part in (head, self.hint):
            self._column.addWidget(part)
        self._column.addWidget(self._finish, 0, Qt.AlignmentFlag.AlignLeft)
        self._first: QWidget = self._finish

    def list_problems(
        self, problems: Mapping[str, str], question: Callable[[str], Question | None]
    ) -> None:
        """List what keeps the interview from being finished; each line leads to its question."""
        for path, reason in problems.items():
            asked = question(path)
            if asked is None:
                line = label("refused", self)
                line.setText(f"{path}: {reason}")
                self._column.addWidget(line)
                continue
            row = button(self, "choice", "danger", partial(self.chosen.emit, path))
            row.setText(button_lines(f"{asked.label}\n{reason}", hang=""))
            if self._first is self._finish:
                self._first = row
            self._column.addWidget(row)

    def take_focus(self) -> None:
        self._first.setFocus()


def _summary(questions: Sequence[Question]) -> str:
    stands = [one.standing for one in questions]
    missing, refused = stands.count("missing"), stands.count("refused")
    left = ngettext("{count} without an answer", "{count} without an answer", missing)
    said = [left.format(count=missing)]
    if refused:
        wrong = ngettext("{count} refused", "{count} refused", refused)
        said.append(wrong.format(count=refused))
    return " · ".join(said)
