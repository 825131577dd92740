"""Answers that are typed: words, numbers, dates and times, long texts."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Final

from PySide6.QtCore import QLocale, Qt, SignalInstance
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from app.errors import KipuError
from app.i18n import _
from app.views import icons
from app.views.interview import Question, read, written
from app.views.marked import plain
from app.views.theme import NEAR, TARGET, mark, theme
from app.views.widgets.answers import Answer
from app.views.widgets.parts import button, label, name, tool

_MOST_LINES: Final = 20
_NUMBERS: Final = ("integer", "decimal")


def line_for(question: Question, parent: QWidget, text: str = "") -> QLineEdit:
    """Return a line in the size of the question, with its name for screen readers."""
    made = QLineEdit(text, parent)
    made.setFont(theme().font("question"))
    made.setReadOnly(question.readonly)
    made.setAccessibleName(plain(question.label))
    made.setAccessibleDescription(plain(question.hint))
    return made


def tell(signal: SignalInstance, *_what: object) -> None:
    """Pass on that something happened, whatever it was."""
    signal.emit()


class TypedLine(Answer):
    """A line for words, numbers, dates and times."""

    def __init__(self, question: Question, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kind = question.kind
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._row = QHBoxLayout()
        self._row.setSpacing(NEAR)
        self._line = line_for(question, self, written(question.kind, question.value))
        self._line.setPlaceholderText(_example(question))
        if question.kind in _NUMBERS or "numbers" in question.wishes:
            self._line.setInputMethodHints(Qt.InputMethodHint.ImhFormattedNumbersOnly)
        self._line.textEdited.connect(partial(tell, self.changed))
        self._row.addWidget(self._line, 1)
        self._column.addLayout(self._row)

    def value(self) -> Any:
        return read(self._kind, self._line.text())

    def typed(self) -> str:
        return self._line.text()

    def take_focus(self) -> None:
        self._line.setFocus()
        self._line.selectAll()

    def tell_refused(self, refused: bool) -> None:
        mark(self._line, state="refused" if refused else "")


class GroupedLine(TypedLine):
    """A number that shows its thousands while it is typed; what is kept has no marks in it."""

    def __init__(self, question: Question, parent: QWidget | None = None) -> None:
        super().__init__(question, parent)
        self._line.textEdited.connect(self._regroup)
        self._regroup()

    def value(self) -> Any:
        return read(self._kind, ungrouped(self._line.text()))

    def _regroup(self, _typed: str = "") -> None:
        text = self._line.text()
        shown = grouped(ungrouped(text))
        if shown == text:
            return
        mark_ = QLocale().groupSeparator()
        right = len(text[self._line.cursorPosition() :].replace(mark_, ""))
        self._line.setText(shown)
        at = len(shown)
        while at and right:
            at -= 1
            right -= shown[at] != mark_
        self._line.setCursorPosition(at)


def ungrouped(text: str) -> str:
    """Return a number as typed without the marks between its thousands."""
    return text.replace(QLocale().groupSeparator(), "")


def grouped(text: str) -> str:
    """Return a plain number with the language's marks between its thousands; else as it is."""
    whole, point, rest = text.partition(QLocale().decimalPoint())
    sign = whole[:1] if whole[:1] in ("-", "+") else ""
    digits = whole[len(sign) :]
    if not (digits.isascii() and digits.isdecimal()):
        return text
    mark_ = QLocale().groupSeparator()
    return f"{sign}{f'{int(digits):,}'.replace(',', mark_)}{point}{rest}" if (
        not digits.startswith("0")
    ) else text  # fmt: skip


class MaskedLine(TypedLine):
    """A line whose words are hidden from whoever looks over the shoulder, until shown."""

    def __init__(self, question: Question, parent: QWidget | None = None) -> None:
        super().__init__(question, parent)
        self._shown = button(self, "plain", "show")
        self._shown.setCheckable(True)
        self._shown.toggled.connect(self._show)
        self._row.addWidget(self._shown)
        self._show(False)

    def _show(self, shown: bool) -> None:
        echo = QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password
        self._line.setEchoMode(echo)
        self._shown.setText(_("Hide") if shown else _("Show"))
        icons.put(self._shown, "hide" if shown else "show")


class AddressLine(TypedLine):
    """An address on the web, to be read or copied: Kipu opens none."""

    def __init__(self, question: Question, parent: QWidget | None = None) -> None:
        super().__init__(question, parent)
        said = _("Kipu opens no web address; copy it to where there is a network.")
        caption = label("caption", self)
        caption.setText(said)
        self._line.setAccessibleDescription(f"{plain(question.hint)} {said}".strip())
        font = self._line.font()
        font.setUnderline(True)
        self._line.setFont(font)
        self._column.addWidget(caption)


class CounterLine(TypedLine):
    """A whole number that is counted up and down, with buttons or with the arrows."""

    def __init__(self, question: Question, parent: QWidget | None = None) -> None:
        super().__init__(question, parent)
        self._readonly = question.readonly
        self._less = tool(self, "minus", partial(self.step, -1))
        self._more = tool(self, "plus", partial(self.step, 1))
        name(self._less, _("One less"), "↓")
        name(self._more, _("One more"), "↑")
        self._line.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._line.setMaximumWidth(theme().row() * 6)
        self._line.setPlaceholderText("")
        self._row.insertWidget(0, self._less)
        self._row.addWidget(self._more)
        self._row.addStretch(1)
        high = max(self._line.sizeHint().height(), TARGET)
        for part in (self._less, self._more):
            part.setFixedSize(high, high)
            part.setEnabled(not question.readonly)
        # Read from left to right, so Tab must go that way too.
        QWidget.setTabOrder(self._less, self._line)
        QWidget.setTabOrder(self._line, self._more)

    def step(self, by: int) -> None:
        """Count ``by`` further; from nothing the count begins at nought."""
        if self._readonly:
            return
        try:
            now = self.value() or 0
        except KipuError:
            # What is no number is the person's to mend; the page says so when they go on.
            return
        self._line.setText(str(now + by))
        self.changed.emit()

    def value(self) -> Any:
        return read("integer", self._line.text())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = event.modifiers() in (
            Qt.KeyboardModifier.NoModifier,
            Qt.KeyboardModifier.KeypadModifier,
        )
        if plain and event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.step(1 if event.key() == Qt.Key.Key_Up else -1)
        else:
            super().keyPressEvent(event)


class TypedParagraphs(Answer):
    """Room for a long answer; Enter makes a line, Alt+Right goes on."""

    def __init__(self, question: Question, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, NEAR)
        self._text = QPlainTextEdit(written("longtext", question.value), self)
        self._text.setTabChangesFocus(True)
        self._text.setReadOnly(question.readonly)
        rows = str(question.attributes.get("rows", ""))
        wanted = int(rows) if rows.isascii() and rows.isdecimal() and len(rows) < 4 else 0
        # A row of a table is higher than a line of text; four of them hold six lines.
        lines = min(max(wanted, 6), _MOST_LINES)
        self._text.setMinimumHeight(round(theme().row() * lines * 2 / 3))
        self._text.setAccessibleName(plain(question.label))
        self._text.setAccessibleDescription(plain(question.hint))
        self._text.textChanged.connect(self.changed)
        column.addWidget(self._text)

    def value(self) -> Any:
        return read("longtext", self._text.toPlainText())

    def typed(self) -> str:
        return self._text.toPlainText()

    def take_focus(self) -> None:
        self._text.setFocus()

    def tell_refused(self, refused: bool) -> None:
        mark(self._text, state="refused" if refused else "")


def line_answer(question: Question, parent: QWidget | None) -> Answer:
    """Return the line that fits what the form wishes for a typed answer."""
    wishes = question.wishes
    if question.kind == "longtext":
        return TypedParagraphs(question, parent)
    if question.kind == "text" and ("multiline" in wishes or "rows" in question.attributes):
        return TypedParagraphs(question, parent)
    makers: dict[str, Callable[[Question, QWidget | None], Answer]] = {
        "masked": MaskedLine,
        "hidden-answer": MaskedLine,
        "counter": CounterLine,
        "thousands-sep": GroupedLine,
        "url": AddressLine,
    }
    numeric = {"counter": ("integer",), "url": ("text",)}
    for wish, maker in makers.items():
        if wish in wishes and question.kind in numeric.get(wish, (question.kind,)):
            return maker(question, parent)
    return TypedLine(question, parent)


def _example(question: Question) -> str:
    examples = {
        "integer": _("a number, such as 12"),
        "decimal": _("a number, such as 12.5"),
        "date": _("a date, such as 20/11/2026"),
        "time": _("a time, such as 14:30"),
        "dateTime": _("a date and time, such as 20/11/2026 14:30"),
        "barcode": _("the figures under the bars"),
    }
    if question.kind == "text" and "numbers" in question.wishes:
        return _("only figures, such as 0991234567")
    return examples.get(question.kind, "")
