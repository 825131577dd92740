"""What stands after the last question: how much is open, what is wrong, and finishing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.i18n import _, ngettext
from app.views.interview import Question, Standing
from app.views.marked import plain
from app.views.theme import NEAR
from app.views.widgets.answers import button_lines
from app.views.widgets.parts import button, label

_MOST: Final = 50
"""Problems listed at once; whoever mends these sees the next."""


class EndPanel(QWidget):
    """The page after the last question."""

    finished = Signal()
    chosen = Signal(str)
    """The path of a question to go back to."""

    def __init__(self, standings: Iterable[Standing], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(NEAR)
        head = label("question", self)
        head.setText(_("That was the last question."))
        self.hint = label("hint", self)
        self.hint.setText(_summary(list(standings)))
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
        for path, reason in list(problems.items())[:_MOST]:
            asked = question(path)
            if asked is None:
                self._tell("refused", f"{path}: {reason}")
                continue
            row = button(self, "choice", "danger", partial(self.chosen.emit, path))
            row.setText(button_lines(f"{_named(asked)}\n{reason}", hang=""))
            if self._first is self._finish:
                self._first = row
            self._column.addWidget(row)
        left = len(problems) - _MOST
        if left > 0:
            text = ngettext("and {count} more", "and {count} more", left)
            self._tell("hint", text.format(count=left))

    def _tell(self, type_: str, text: str) -> None:
        line = label(type_, self)
        line.setText(text)
        self._column.addWidget(line)

    def take_focus(self) -> None:
        self._first.setFocus()


def _named(question: Question) -> str:
    """Return what a question is called: inside a row, with the row it stands in."""
    words = plain(question.label)
    return f"{question.section} › {words}" if "[" in question.path else words


def _summary(stands: list[Standing]) -> str:
    missing, refused = stands.count("missing"), stands.count("refused")
    left = ngettext("{count} without an answer", "{count} without an answer", missing)
    said = [left.format(count=missing)]
    if refused:
        wrong = ngettext("{count} refused", "{count} refused", refused)
        said.append(wrong.format(count=refused))
    return " · ".join(said)
