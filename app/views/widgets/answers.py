"""What a question is answered with: rows to choose from, or a line to type into."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from functools import partial
from typing import Any, Final

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.i18n import _
from app.views.interview import DONT_KNOW, REFUSED, Question, read, written
from app.views.theme import NEAR, TIGHT, mark, theme
from app.views.widgets.parts import button, label

_LINE: Final = 60
"""Characters of a line on a button, so that it fits the column at every text size."""
_OWN: Final = {"n": DONT_KNOW, "r": REFUSED}
_KEYS: Final = "1234567890abcdefghijklmnopqrstuvwxyz"


class Answer(QWidget):
    """Takes the answer to one question; Enter is left to the page."""

    changed = Signal()
    """What was typed or chosen is different now."""

    def value(self) -> Any:
        """Return the answer. Raises KipuError when what was typed cannot be one."""
        raise NotImplementedError

    def typed(self) -> str:
        """Return what was typed as it is, for a draft that keeps what is no value yet too."""
        return ""

    def take_focus(self) -> None:
        self.setFocus()

    def press(self, text: str) -> bool:
        """Choose what stands at the key ``text``; False when nothing does."""
        del text
        return False


def keys_for(codes: Sequence[str]) -> list[str]:
    """Return the key of each choice: its code where every code is one character of its own,
    as in "9 No answer", otherwise digits and then letters in order; N is kept for "does not know"
    and R for "does not answer", wherever they stand."""
    lowered = [code.casefold() for code in codes]
    firsts = {key: next((c for c in lowered if c in known), "") for key, known in _OWN.items()}
    own = {code: key for key, code in firsts.items() if code}
    others = [code for code in lowered if code not in own]
    single = all(len(code) == 1 and code.isalnum() for code in others)
    if single and _distinct([*others, *own.values()]):
        return [own.get(code, code) for code in lowered]
    free = iter([key for key in _KEYS if key not in own.values()])
    return [own[code] if code in own else next(free, "") for code in lowered]


def _distinct(codes: Sequence[str]) -> bool:
    return len(set(codes)) == len(codes)


class ChoiceRows(Answer):
    """Full-width rows, one a choice, with its key at the left; several may be on where the
    question takes several."""

    def __init__(self, question: Question, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._many = question.kind == "select_multiple"
        self._codes = [code for code, _label in question.choices]
        self._keys = keys_for(self._codes)
        self._rows: list[QPushButton] = []
        # Several are no group: Tab goes from one to the next, as with boxes to tick.
        self._group = QButtonGroup(self)
        chosen = question.value if isinstance(question.value, list) else [question.value]
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(TIGHT)
        if self._many:
            several = label("caption", self)
            several.setText(_("Several may be chosen."))
            column.addWidget(several)
        for at, (code, text) in enumerate(question.choices):
            row = button(self, "choice", on_click=self.changed.emit)
            row.setText(f"{self._keys[at].upper() or ' '}   {button_lines(text)}")
            row.setAccessibleName(text)
            row.setCheckable(True)
            row.setChecked(code in chosen)
            row.setEnabled(not question.readonly)
            row.toggled.connect(self._tell_state)
            self._rows.append(row)
            if not self._many:
                self._group.addButton(row, at)
            column.addWidget(row)
        self._tell_state()

    def value(self) -> Any:
        on = [code for code, row in zip(self._codes, self._rows, strict=True) if row.isChecked()]
        if self._many:
            return on or None
        return on[0] if on else None

    def take_focus(self) -> None:
        chosen = self._group.checkedButton() if not self._many else None
        first = chosen or next(iter(self._rows), None)
        if first is not None:
            first.setFocus()

    def press(self, text: str) -> bool:
        key = text.casefold()
        if not key or key not in self._keys:
            return False
        row = self._rows[self._keys.index(key)]
        row.setFocus()
        row.click()
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self.press(event.text()):
            super().keyPressEvent(event)

    def _tell_state(self) -> None:
        for row in self._rows:
            row.setAccessibleDescription(_("chosen") if row.isChecked() else "")


class TypedLine(Answer):
    """A line for words, numbers, dates and times."""

    def __init__(self, question: Question, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kind = question.kind
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self._line = QLineEdit(written(question.kind, question.value), self)
        self._line.setFont(theme().font("question"))
        self._line.setReadOnly(question.readonly)
        self._line.setAccessibleName(question.label)
        self._line.setAccessibleDescription(question.hint)
        self._line.setPlaceholderText(_example(question.kind))
        self._line.textEdited.connect(partial(_tell, self.changed))
        column.addWidget(self._line)

    def value(self) -> Any:
        return read(self._kind, self._line.text())

    def typed(self) -> str:
        return self._line.text()

    def take_focus(self) -> None:
        self._line.setFocus()
        self._line.selectAll()

    def tell_refused(self, refused: bool) -> None:
        mark(self._line, state="refused" if refused else "")


class TypedParagraphs(Answer):
    """Room for a long answer; Enter makes a line, Alt+Right goes on."""

    def __init__(self, question: Question, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, NEAR)
        self._text = QPlainTextEdit(written("longtext", question.value), self)
        self._text.setTabChangesFocus(True)
        self._text.setReadOnly(question.readonly)
        self._text.setMinimumHeight(theme().row() * 4)
        self._text.setAccessibleName(question.label)
        self._text.textChanged.connect(self.changed)
        column.addWidget(self._text)

    def value(self) -> Any:
        return read("longtext", self._text.toPlainText())

    def typed(self) -> str:
        return self._text.toPlainText()

    def take_focus(self) -> None:
        self._text.setFocus()


class NothingToAnswer(Answer):
    """A note is only read."""

    def value(self) -> Any:
        return None


def button_lines(text: str, hang: str = "      ") -> str:
    """Return words as a button reads them: no "&" is lost, and what is long breaks into lines.

    ``hang`` stands before every line after the first; paragraphs stay apart.
    """
    paragraphs = text.splitlines() or [""]
    lines = [line for one in paragraphs for line in textwrap.wrap(one, _LINE) or [""]]
    return f"\n{hang}".join(lines).replace("&", "&&")


def answer_for(question: Question, parent: QWidget | None = None) -> Answer:
    """Return the widget that fits the kind of ``question``."""
    if question.kind == "note":
        return NothingToAnswer(parent)
    if question.kind in ("select_one", "select_multiple"):
        return ChoiceRows(question, parent)
    if question.kind == "longtext":
        return TypedParagraphs(question, parent)
    return TypedLine(question, parent)


def _tell(signal: Any, _text: str) -> None:
    signal.emit()


def _example(kind: str) -> str:
    examples = {
        "integer": _("a number, such as 12"),
        "decimal": _("a number, such as 12.5"),
        "date": _("a date, such as 20/11/2026"),
        "time": _("a time, such as 14:30"),
        "geopoint": _("latitude and longitude, such as -1.4924 -78.0024"),
    }
    return examples.get(kind, "")
