"""Where the note-taker types: one line of who speaks, one box of what they say.

With nobody's turn open, a plain key is a speaker's, so that Enter and a digit go from one voice to
the next; in the middle of a word Ctrl and the digit do. Nothing typed is ever taken for a command.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QTextCursor
from PySide6.QtWidgets import QCheckBox, QFrame, QPlainTextEdit, QVBoxLayout, QWidget

from app.i18n import _
from app.models.sitting import OpenTurn, clock
from app.views.language import Retranslated
from app.views.theme import HALF, NEAR, mark, theme
from app.views.widgets.flow import Flow
from app.views.widgets.parts import Dropdown, button, label, pair

_LARGE: Final = 1.5
_ENTER: Final = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class SpokenBox(QPlainTextEdit):
    """The words of the turn that is open; closed, it takes keys and no words."""

    pressed = Signal(str)
    """A plain key while nobody's turn is open."""
    ended = Signal()
    upward = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTabChangesFocus(True)
        self.is_open = False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _ENTER and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.ended.emit()
        elif self.is_open:
            if event.key() == Qt.Key.Key_Escape:
                self.ended.emit()
            else:
                super().keyPressEvent(event)
        elif event.key() == Qt.Key.Key_Up:
            self.upward.emit()
        elif event.text().strip() and event.text().isprintable():
            self.pressed.emit(event.text())
        else:
            event.ignore()


class SpeechStrip(Retranslated, QFrame):
    """The turn being typed or corrected: speaker, language, words, whether it may be quoted."""

    changed = Signal()
    """Something about the open turn is different now."""
    ended = Signal()
    pressed = Signal(str)
    upward = Signal()
    part_asked = Signal(int)
    """The letter the turn being corrected is to be parted before."""
    join_asked = Signal()
    delete_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        mark(self, kind="card")
        self._turn: OpenTurn | None = None
        self._is_showing = False
        self._keys: Sequence[tuple[str, str]] = ()
        self._who = label("section", self, wrap=False)
        self._hint = label("caption", self)
        self.speaker, self.language = Dropdown(self), Dropdown(self)
        self._captions = (label("caption", self, wrap=False), label("caption", self, wrap=False))
        self.quotable = QCheckBox(self)
        self.box = SpokenBox(self)
        self._part = button(self, "plain", "", self._ask_part)
        self._join = button(self, "plain", "", self.join_asked.emit)
        self._delete = button(self, "danger", "delete", self.delete_asked.emit)
        self._lay_out()
        self._connect()
        theme().changed.connect(self._fit)
        self._fit()
        self.retranslate()

    # -- what it shows -----------------------------------------------------------------------------

    def offer(
        self,
        speakers: Sequence[tuple[str, str, bool]],
        languages: Sequence[tuple[str, str]],
        keys: Sequence[tuple[str, str]],
    ) -> None:
        """Say who may speak (id, alias, may be quoted), in what (code, name), and with what keys."""
        self._is_showing = True
        self._keys = keys
        self.speaker.clear()
        for id_, alias, may_quote in speakers:
            self.speaker.addItem(alias, (id_, alias, may_quote))
        self.language.clear()
        for code, name in languages:
            self.language.addItem(name, code)
        self._is_showing = False
        was_quotable = self._turn is not None and self._turn.quotable
        self.show_turn(self._turn)
        if was_quotable and not self.quotable.isChecked():
            # The speaker withdrew that consent in the middle of the turn.
            self._edited()

    def show_turn(self, turn: OpenTurn | None) -> None:
        """Show the turn that is open, or wait for a key."""
        self._is_showing = True
        is_same = turn is not None and self._turn is not None and _same(turn, self._turn)
        self._turn = turn
        self.box.is_open = turn is not None
        if not is_same or turn is None:
            self.box.setPlainText(turn.text if turn else "")
            self.box.moveCursor(QTextCursor.MoveOperation.End)
        self._choose(turn)
        for part in (self.speaker, self.language):
            part.setEnabled(turn is not None)
        self._allow_quoting()
        for one in (self._part, self._join, self._delete):
            one.setVisible(turn is not None and bool(turn.record))
        self._is_showing = False
        self.retranslate()

    def turn(self) -> OpenTurn | None:
        """Return the open turn as it is now, None when nobody's is."""
        if self._turn is None:
            return None
        id_, alias, may_quote = self._speaking()
        return replace(
            self._turn,
            speaker=id_,
            alias=alias,
            text=self.box.toPlainText(),
            language=self.language.currentData() or "",
            quotable=may_quote and self.quotable.isChecked(),
        )

    def toggle_quotable(self) -> None:
        """Let the passage be quoted or not, where its speaker agreed."""
        if self.quotable.isEnabled():
            self.quotable.click()

    def take_focus(self) -> None:
        self.box.setFocus()

    def hint(self) -> str:
        """Return the line that says what keys do now."""
        return self._hint.text()

    def who(self) -> str:
        """Return who speaks since when, as it reads."""
        return self._who.text()

    def say(self, text: str) -> None:
        """Say something in place of the hint, until the next key."""
        self._hint.setText(text)

    def retranslate(self) -> None:
        speaker, language = self._captions
        speaker.setText(_("Speaker"))
        language.setText(_("Language"))
        self.quotable.setText(_("May be quoted (F4)"))
        self._part.setText(_("Part at the cursor (Ctrl+T)"))
        self._join.setText(_("Join to the one above (Ctrl+J)"))
        self._delete.setText(_("Delete the turn"))
        self.box.setAccessibleName(_("What is said"))
        keys = " · ".join(f"{key} {alias}" for key, alias in self._keys)
        self.box.setPlaceholderText(_("Who speaks? {keys}").format(keys=keys))
        if self._turn is None:
            self._who.setText(_("Nobody’s turn"))
            self._hint.setText(_("Press a speaker’s key and type; Enter ends the turn."))
        elif self._turn.record:
            at = clock(self._turn.starts_s)
            self._who.setText(_("Correcting {alias}, {time}").format(alias=self._alias(), time=at))
            self._hint.setText(_("Enter keeps the correction; Ctrl and a key is the next speaker."))
        else:
            self._who.setText(f"{self._alias()} · {clock(self._turn.starts_s)}")
            self._hint.setText(
                _(
                    "Ctrl and a key is the next speaker; Enter ends the turn, Shift+Enter a new line."
                )
            )

    def _alias(self) -> str:
        return self._speaking()[1] or (self._turn.alias if self._turn else "")

    # -- what changes ------------------------------------------------------------------------------

    def _speaking(self) -> tuple[str, str, bool]:
        found = self.speaker.currentData()
        if isinstance(found, tuple):
            return found
        turn = self._turn or OpenTurn()
        return turn.speaker, turn.alias, False

    def _choose(self, turn: OpenTurn | None) -> None:
        if turn is None:
            self.speaker.setCurrentIndex(-1)
            return
        for at in range(self.speaker.count()):
            id_, alias, _may = self.speaker.itemData(at)
            if id_ == turn.speaker and (id_ or alias == turn.alias):
                self.speaker.setCurrentIndex(at)
                break
        else:
            self.speaker.addItem(turn.alias or "–", (turn.speaker, turn.alias, False))
            self.speaker.setCurrentIndex(self.speaker.count() - 1)
        self.language.setCurrentIndex(max(self.language.findData(turn.language), 0))
        self.quotable.setChecked(turn.quotable)

    def _allow_quoting(self) -> None:
        may = self._turn is not None and self._speaking()[2]
        self.quotable.setEnabled(may)
        if not may:
            self.quotable.setChecked(False)
        refused = "" if may or self._turn is None else _("This speaker did not agree to be quoted.")
        self.quotable.setToolTip(refused)

    def _edited(self) -> None:
        if not self._is_showing and self._turn is not None:
            self._allow_quoting()
            self.retranslate()
            self._turn = self.turn()
            self.changed.emit()

    def _typed(self) -> None:
        if not self._is_showing and self._turn is not None:
            self.changed.emit()

    def _ask_part(self) -> None:
        if self._turn is not None and self._turn.record:
            cursor = self.box.textCursor()
            # Qt counts in UTF-16, and the turn in letters.
            before = self.box.toPlainText().encode("utf-16-le")[: 2 * cursor.position()]
            self.part_asked.emit(len(before.decode("utf-16-le")))

    def part(self) -> None:
        """Part the turn being corrected at the cursor."""
        self._ask_part()

    # -- making --------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(HALF, NEAR, HALF, NEAR)
        column.setSpacing(NEAR)
        flow = Flow()
        flow.addWidget(self._who)
        for caption, part in zip(self._captions, (self.speaker, self.language), strict=True):
            part.setSizeAdjustPolicy(
                Dropdown.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
            )
            part.setMinimumContentsLength(9)
            flow.addWidget(pair(caption, part, self))
        flow.addWidget(self.quotable)
        column.addLayout(flow)
        column.addWidget(self.box)
        below = Flow()
        for one in (self._part, self._join, self._delete):
            below.addWidget(one)
        column.addLayout(below)
        column.addWidget(self._hint)

    def _connect(self) -> None:
        self.box.pressed.connect(self.pressed)
        self.box.ended.connect(self.ended)
        self.box.upward.connect(self.upward)
        self.box.textChanged.connect(self._typed)
        self.speaker.activated.connect(self._edited)
        self.language.activated.connect(self._edited)
        self.quotable.clicked.connect(self._edited)

    def _fit(self) -> None:
        # Large text leaves the room to what was said before.
        rows = 2.2 if theme().scale < _LARGE else 1.4
        self.box.setFixedHeight(round(theme().row() * rows))


def _same(one: OpenTurn, other: OpenTurn) -> bool:
    """Whether two are the same turn, whatever was typed in it meanwhile."""
    return (one.record, one.starts_s, one.speaker, one.alias) == (
        other.record, other.starts_s, other.speaker, other.alias,
    )  # fmt: skip
