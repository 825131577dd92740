"""Conditions on the responses: a question, how it is compared, and a value; as many as are needed.

All of them hold together. They are handed on as people type them in the verbs (age>=18), so that
the window and the command line can ask for the same things.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.i18n import Text, _, lazy
from app.views.language import Retranslated
from app.views.pages.interviews_reads import Asked
from app.views.theme import NEAR, TIGHT
from app.views.widgets.flow import Flow
from app.views.widgets.parts import Dropdown, button, clear, label, name, tool

_SAID: Final[dict[str, Text]] = {
    "=": lazy("is"),
    "!=": lazy("is not"),
    "~": lazy("contains"),
    ">=": lazy("at least"),
    "<=": lazy("at most"),
    ">": lazy("more than"),
    "<": lazy("less than"),
    "none": lazy("has no answer"),
    "any": lazy("has an answer"),
}
_ALONE: Final = {"none": "=", "any": "!="}
"""Comparisons without a value, and the sign they are written with."""
_ORDERED: Final = ("=", "!=", ">=", "<=", ">", "<")
_WRITTEN: Final = ("~", "=", "!=")
_SEVERAL: Final = _WRITTEN
_ONE: Final = ("=", "!=")


@dataclass(frozen=True, slots=True)
class Wish:
    """One condition, as it was put together."""

    asked: Asked
    sign: str
    value: str = ""
    """What was typed or chosen, in words."""

    def written(self) -> str:
        """Return it as a verb would be given it."""
        # The blank keeps a value that begins with a sign apart from the sign before it.
        codes = {text: code for code, text in self.asked.choices}
        sign = _ALONE.get(self.sign, self.sign)
        return f"{self.asked.name}{sign} {codes.get(self.value, self.value)}"

    def __str__(self) -> str:
        said = str(_SAID[self.sign])
        parts = _("{question} {comparison} {value}").format(
            question=self.asked.label, comparison=said, value=self.value
        )
        return parts.strip()


class ResponseFilter(Retranslated, QWidget):
    """Enter in the value adds a condition; each stands as a chip that Space or Delete takes away."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._asked: Sequence[Asked] = ()
        self._wishes: list[Wish] = []
        self._chips: list[QPushButton] = []
        self.question, self.sign, self.value = Dropdown(self), Dropdown(self), Dropdown(self)
        self.value.setEditable(True)
        self._add = tool(self, "plus", self.add)
        self._none = tool(self, "cross", self.clear)
        self._lay_out()
        self.question.activated.connect(self._question_chosen)
        self.sign.activated.connect(self._fit)
        self.value.activated.connect(self.add)
        typed = self.value.lineEdit()
        assert typed is not None
        typed.returnPressed.connect(self.add)
        typed.textChanged.connect(self._fit)
        self.retranslate()

    # -- what is asked for ---------------------------------------------------------------------

    def wishes(self) -> list[Wish]:
        """Return the conditions that hold."""
        return list(self._wishes)

    def written(self) -> list[str]:
        """Return the conditions that hold, as a verb would be given them."""
        return [one.written() for one in self._wishes]

    def texts(self) -> list[str]:
        """Return the conditions as they read."""
        return [str(one) for one in self._wishes]

    def ask_of(self, asked: Sequence[Asked]) -> None:
        """Offer these questions; conditions on others are gone."""
        if list(asked) == list(self._asked):
            return
        self._asked = asked
        self._wishes = [one for one in self._wishes if one.asked in asked]
        self.retranslate()

    def forget(self) -> None:
        """Take every condition away and say nothing."""
        self._wishes = []
        self.question.setCurrentIndex(0)
        self._question_chosen()
        self._show()

    def clear(self) -> None:
        """Take every condition away."""
        self.forget()
        self.changed.emit()
        self.question.setFocus()

    def add(self, _chosen: object = None) -> None:
        """Ask for what stands in the line as well."""
        wish = self._wish()
        if wish is None or wish in self._wishes:
            return
        self._wishes.append(wish)
        self._empty_value()
        self._show()
        self.changed.emit()

    def take_back(self) -> None:
        """The condition added last cannot be: put it back into the line."""
        if self._wishes:
            wish = self._wishes.pop()
            self._show()
            self.value.setEditText(wish.value)

    def remove(self, at: int) -> None:
        """Take one condition away; the cursor goes to the next."""
        del self._wishes[at]
        self._show()
        if self._chips:
            self._chips[min(at, len(self._chips) - 1)].setFocus()
        else:
            self.question.setFocus()
        self.changed.emit()

    def _wish(self) -> Wish | None:
        asked, sign = self.question.currentData(), self.sign.currentData()
        value = self.value.currentText().strip()
        if not isinstance(asked, Asked) or not isinstance(sign, str):
            return None
        if sign in _ALONE:
            return Wish(asked, sign)
        return Wish(asked, sign, value) if value else None

    # -- the line ------------------------------------------------------------------------------

    def _question_chosen(self, _at: int = 0) -> None:
        asked = self.question.currentData()
        self.value.clear()
        if isinstance(asked, Asked):
            self.value.addItems([text for _code, text in asked.choices])
        self._empty_value()
        self._fill_signs()

    def _empty_value(self) -> None:
        self.value.setCurrentIndex(-1)
        self.value.clearEditText()
        self._fit()

    def _fill_signs(self) -> None:
        asked, at = self.question.currentData(), self.sign.currentData()
        self.sign.clear()
        for sign in _signs(asked) if isinstance(asked, Asked) else ():
            self.sign.addItem(str(_SAID[sign]), sign)
        self.sign.setCurrentIndex(max(self.sign.findData(at), 0) if self.sign.count() else -1)
        self._fit()

    def _fit(self, _changed: object = None) -> None:
        is_asked = isinstance(self.question.currentData(), Asked)
        self.sign.setEnabled(is_asked)
        self.value.setEnabled(is_asked and self.sign.currentData() not in _ALONE)
        self._add.setEnabled(self._wish() is not None)
        self._none.setEnabled(bool(self._wishes))

    def _fill_questions(self) -> None:
        chosen = self.question.currentData()
        self.question.clear()
        self.question.addItem(_("Any answer"), None)
        for asked in self._asked:
            self.question.addItem(asked.label, asked)
        at = list(self._asked).index(chosen) + 1 if chosen in self._asked else 0
        self.question.setCurrentIndex(at)
        self.question.setEnabled(bool(self._asked))
        if not at:
            self._question_chosen()

    # -- the chips -----------------------------------------------------------------------------

    def _show(self) -> None:
        clear(self._flow)
        self._chips = []
        for at, wish in enumerate(self._wishes):
            if at:
                joint = label("hint", self._row, wrap=False)
                joint.setText(_("and"))
                self._flow.addWidget(joint)
            chip = button(self._row, "plain", "cross", partial(self.remove, at))
            chip.setText(str(wish).replace("&", "&&"))
            name(chip, _("Take away: {condition}").format(condition=wish), "Del")
            self._flow.addWidget(chip)
            self._chips.append(chip)
        self._row.setVisible(bool(self._wishes))
        self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        focused = self.focusWidget()
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and focused in self._chips:
            self.remove(self._chips.index(focused))
        else:
            super().keyPressEvent(event)

    def _lay_out(self) -> None:
        line = QHBoxLayout()
        line.setSpacing(NEAR)
        for part, wide, share in ((self.question, 12, 3), (self.sign, 6, 1), (self.value, 8, 2)):
            part.setSizeAdjustPolicy(
                Dropdown.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
            )
            part.setMinimumContentsLength(wide)
            line.addWidget(part, share)
        line.addWidget(self._add)
        line.addWidget(self._none)
        self._row = QWidget(self)
        self._flow = Flow(self._row)
        self._row.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(TIGHT)
        column.addLayout(line)
        column.addWidget(self._row)

    def retranslate(self) -> None:
        name(self.question, _("Question to filter by"))
        name(self.sign, _("How the answer is compared"))
        name(self.value, _("Answer to filter by"))
        name(self._add, _("Add this condition"), "Enter")
        name(self._none, _("Show every answer"))
        self._fill_questions()
        self._fill_signs()
        typed = self.value.lineEdit()
        if typed is not None:
            typed.setPlaceholderText(_("answer"))
            typed.setAccessibleName(_("Answer to filter by"))
        self._show()


def _signs(asked: Asked) -> tuple[str, ...]:
    """How answers to a question are best compared, the usual way first."""
    if asked.choices:
        return (*(_SEVERAL if asked.several else _ONE), *_ALONE)
    return (*(_ORDERED if asked.ordered else _WRITTEN), *_ALONE)
