"""What every answer shares, and the commonest of them: rows to choose from."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from functools import partial
from typing import Any, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.i18n import _
from app.views.interview import DONT_KNOW, REFUSED, Question
from app.views.marked import plain
from app.views.theme import TIGHT
from app.views.widgets.parts import button, label

LINE: Final = 60
"""Characters of a line on a button, so that it fits the column at every text size."""
_OWN: Final = {"n": DONT_KNOW, "r": REFUSED}
_KEYS: Final = "1234567890abcdefghijklmnopqrstuvwxyz"


class Answer(QWidget):
    """Takes the answer to one question; Enter is left to the page."""

    changed = Signal()
    """What was typed or chosen is different now."""
    advance = Signal()
    """The answer is whole, and the form wants to go on at once (appearance "quick")."""
    beside = False
    """Whether it stands at the right of the question's words, like the cells of a table."""

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

    def tell_refused(self, refused: bool) -> None:
        """Show on the control itself whether the answer is refused; the page says why."""
        del refused


class NothingToAnswer(Answer):
    """A note is only read."""

    def value(self) -> Any:
        return None


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


class ChoiceButtons(Answer):
    """Choices as buttons, each with its key; several may be on where the question takes several.

    Subclasses say how a button looks and where it stands.
    """

    def __init__(self, question: Question, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.many = question.kind == "select_multiple"
        self._quick = not self.many and "quick" in question.wishes
        self._codes = [code for code, _label in question.choices]
        self._keys = keys_for(self._codes)
        self._rows: list[QPushButton] = []
        # Several are no group: Tab goes from one to the next, as with boxes to tick.
        self._group = QButtonGroup(self)
        chosen = question.value if isinstance(question.value, list) else [question.value]
        for at, (code, text) in enumerate(question.choices):
            row = button(self, "choice", on_click=partial(self._clicked, at))
            row.setAccessibleName(plain(text) or code)
            row.setCheckable(True)
            row.setChecked(code in chosen)
            row.setEnabled(not question.readonly)
            row.toggled.connect(self._tell_state)
            self._rows.append(row)
            if not self.many:
                self._group.addButton(row, at)
            self.dress(at, row, plain(text) or code)
        self.lay_out(self._rows)
        self._tell_state()

    def dress(self, at: int, row: QPushButton, text: str) -> None:
        """Give a button its words."""
        row.setText(f"{self.key(at)}   {button_lines(text)}")

    def lay_out(self, rows: Sequence[QPushButton]) -> None:
        """Put the buttons where they belong."""
        raise NotImplementedError

    def key(self, at: int) -> str:
        """Return the key of a choice as it stands on its button."""
        return self._keys[at].upper() or " "

    def several(self) -> QWidget:
        """Return the words that say that several may be chosen."""
        words = label("caption", self)
        words.setText(_("Several may be chosen."))
        return words

    def rows(self) -> Sequence[tuple[str, QPushButton]]:
        """Return the buttons with the codes they stand for."""
        return list(zip(self._codes, self._rows, strict=True))

    def value(self) -> Any:
        on = [code for code, row in self.rows() if row.isChecked()]
        if self.many:
            return on or None
        return on[0] if on else None

    def take_focus(self) -> None:
        chosen = self._group.checkedButton() if not self.many else None
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
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.take_back()
        elif not self.press(event.text()):
            super().keyPressEvent(event)

    def take_back(self) -> None:
        """Choose nothing, as if the question had not been answered."""
        if not any(row.isChecked() and row.isEnabled() for row in self._rows):
            return
        # A group of which one is chosen would keep one chosen for ever.
        self._group.setExclusive(False)
        for row in self._rows:
            row.setChecked(False)
        self._group.setExclusive(True)
        self.changed.emit()

    def _clicked(self, at: int, _checked: bool = False) -> None:
        self.changed.emit()
        # The arrows choose too, before they move the cursor: whoever looks about stays here.
        if self._quick and self._rows[at].hasFocus():
            self.advance.emit()

    def _tell_state(self) -> None:
        for row in self._rows:
            row.setAccessibleDescription(_("chosen") if row.isChecked() else "")


class ChoiceRows(ChoiceButtons):
    """Full-width rows, one a choice, with its key at the left."""

    def lay_out(self, rows: Sequence[QPushButton]) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(TIGHT)
        if self.many:
            column.addWidget(self.several())
        for row in rows:
            column.addWidget(row)


def button_lines(text: str, hang: str = "      ", width: int = LINE) -> str:
    """Return words as a button reads them: no "&" is lost, and what is long breaks into lines of
    at most ``width`` characters.

    ``hang`` stands before every line after the first; paragraphs stay apart.
    """
    paragraphs = text.splitlines() or [""]
    lines = [line for one in paragraphs for line in textwrap.wrap(one, width) or [""]]
    return f"\n{hang}".join(lines).replace("&", "&&")
